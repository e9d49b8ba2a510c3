"""Feeds as sources: their entries, the newest first and each once, with the feed's own text or the page's."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from html import escape
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import pytest

from conftest import serving
from narrate.errors import NarrateError, SourceError, UsageError
from narrate.feeds import Feed, FeedEntry, read_feed
from narrate.gather import Piece, Wish, gather
from narrate.settings import Settings
from narrate.sources import source_of
from narrate.stories import read, read_source, read_story
from narrate.types import Article

SENTENCE = "The ferry left the harbour at nine and nobody on the quay looked up from the nets. "
LONG = f"<p>{SENTENCE * 12}</p><p>{SENTENCE * 4}</p>"
TEASER = f"<p>{SENTENCE} […]</p>"


def rss(*items: str, head: str = "<title>The Coastal Reader</title><language>en-GB</language>") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel>{head}{''.join(items)}</channel></rss>"
    ).encode()


def item(name: str, day: int = 1, *, text: str = LONG, link: str | None = "", more: str = "") -> str:
    address = f"<link>{link or f'https://reader.example/{name}'}</link>" if link is not None else ""
    return (
        f"<item><title>{name.title()} &amp; more</title>{address}<guid isPermaLink='false'>id-{name}</guid>"
        f"<dc:creator>Ann Okoro</dc:creator><pubDate>{day:02} Mar 2026 08:00:00 GMT</pubDate>"
        f"<description>A ferry leaves.</description><content:encoded>{escape(text)}</content:encoded>{more}</item>"
    )


def parse(data: bytes) -> Feed:
    return read_feed(source_of("https://reader.example/feed", data, address="https://reader.example/feed"))


def pieces_of(path: Path, latest: int | None = 9) -> list[Piece]:
    return gather(str(path), Wish(settings=Settings(), latest=latest))


def saved(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "feed.xml"
    path.write_bytes(data)
    return path


# -------------------------------------------------------------- what it says


def test_an_entry_of_rss_is_read_with_all_that_is_said_of_it() -> None:
    feed = parse(rss(item("ferry", 5)))
    assert (feed.title, feed.language) == ("The Coastal Reader", "en-GB")
    (entry,) = feed.entries
    assert entry == FeedEntry(
        title="Ferry & more",
        address="https://reader.example/ferry",
        guid="id-ferry",
        authors=("Ann Okoro",),
        published_at=datetime(2026, 3, 5, 8, tzinfo=UTC),
        html=LONG,
        summary="A ferry leaves.",
    )
    assert entry.is_whole


def test_an_entry_of_atom_is_read_the_same_way() -> None:
    (entry,) = parse(
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://reader.example/blog/"><title>R</title>'
        b"<entry><title type='html'>A &lt;em&gt;slow&lt;/em&gt; day</title><link href='slow'/><id>tag:1</id>"
        b"<author><name>Ann</name></author><author><name>Bob</name></author><published>2026-03-05T09:00:00+01:00"
        b"</published><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>It <b>rained</b>.</p></div>"
        b"</content></entry></feed>"
    ).entries
    assert (entry.title, entry.address, entry.authors) == (
        "A slow day",
        "https://reader.example/blog/slow",
        ("Ann", "Bob"),
    )
    assert entry.published_at == datetime(2026, 3, 5, 8, tzinfo=UTC)
    assert "<b>rained</b>" in entry.html


def test_an_entry_of_json_feed_is_read_the_same_way() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "R",
        "language": "en",
        "authors": [{"name": "Ann"}],
        "items": [
            {"id": 7, "url": "/slow", "title": "Slow", "content_html": LONG, "date_published": "2026-03-05T08:00:00Z"},
            {"id": "8", "content_text": "One.\n\nTwo & three.", "author": {"name": "Bob"}},
        ],
    }
    address = "https://reader.example/feed.json"
    first, second = read_feed(source_of(address, json.dumps(feed).encode(), address=address)).entries
    assert (first.address, first.authors, first.guid) == ("https://reader.example/slow", ("Ann",), "7")
    assert (second.html, second.authors) == ("<p>One.</p>\n<p>Two &amp; three.</p>", ("Bob",))


def test_the_newest_come_first_whatever_the_feeds_order() -> None:
    feed = parse(rss(item("b", 2), item("c", 3), item("a", 1)))
    assert [entry.guid for entry in feed.entries] == ["id-c", "id-b", "id-a"]


def test_entries_without_dates_stay_in_the_feeds_order() -> None:
    undated = [item(name).replace("pubDate", "when") for name in ("b", "a", "c")]
    assert [entry.guid for entry in parse(rss(*undated)).entries] == ["id-b", "id-a", "id-c"]


def test_an_entry_that_a_feed_has_twice_is_read_once() -> None:
    assert len(parse(rss(item("a"), item("a", 2), item("b"))).entries) == 2


# ----------------------------------------------------- whole texts and teasers


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (LONG, True),
        (f"{LONG}<p>The post <a href='x'>A</a> appeared first on <a href='y'>B</a>.</p>", True),
        (TEASER, False),
        ("<p>A short note.</p>", False),
        (f"{LONG}<p>Continue reading “Ferry” →</p>", False),
        (f"{LONG}<a href='x'>Read more</a>", False),
        (f"{LONG}<p>Weiterlesen</p>", False),
        (f"{LONG}<p>And so on […]</p>", False),
        (f"{LONG}<p>She had read more than most.</p>{LONG}", True),
        ("", False),
    ],
)
def test_a_teaser_is_known_by_its_length_and_its_end(text: str, whole: bool) -> None:
    (entry,) = parse(rss(item("ferry", text=text))).entries
    assert entry.is_whole == whole


def test_a_whole_text_in_the_description_is_taken_too() -> None:
    (entry,) = parse(
        rss(f"<item><link>https://a.example/1</link><description>{escape(LONG)}</description></item>")
    ).entries
    assert entry.is_whole


def read_only(path: Path) -> Article:
    (piece,) = pieces_of(path)
    return read_source(piece.open())


def test_the_feeds_own_text_becomes_an_article_with_what_the_feed_says_of_it(tmp_path: Path) -> None:
    article = read_only(saved(tmp_path, rss(item("ferry", 5))))
    assert [block.text for block in article.blocks] == [(SENTENCE * 12).strip(), (SENTENCE * 4).strip()]
    assert (article.title, article.authors, article.site) == ("Ferry & more", ("Ann Okoro",), "The Coastal Reader")
    assert article.published_at == datetime(2026, 3, 5, 8, tzinfo=UTC)
    assert (article.address, article.language) == ("https://reader.example/ferry", "en-GB")


def test_an_entry_without_an_address_is_read_from_the_feed_and_known_by_its_guid(tmp_path: Path) -> None:
    path = saved(tmp_path, rss(item("note", text="<p>A short note about the tide and the boats.</p>", link=None)))
    (first,), (again,) = pieces_of(path), pieces_of(path)
    assert first.identity is not None
    assert first.identity == again.identity
    assert [block.text for block in read_source(first.open()).blocks] == ["A short note about the tide and the boats."]


@pytest.mark.parametrize("link", ["file:///etc/passwd", "javascript:alert(1)", "ftp://a.example/x", "http://"])
def test_an_address_that_is_none_of_the_web_is_no_address(link: str) -> None:
    (entry,) = parse(rss(item("a", link=link))).entries
    assert entry.address is None


def test_entries_that_all_name_the_sites_first_page_stay_several(tmp_path: Path) -> None:
    home = "https://reader.example/"
    pieces = pieces_of(saved(tmp_path, rss(item("a", link=home), item("b", 2, link=home))))
    assert len({piece.identity for piece in pieces}) == 2
    assert [read_source(piece.open()).title for piece in pieces] == ["B & more", "A & more"]


def test_words_of_a_feed_cannot_break_out_of_the_page_that_is_made_of_them(tmp_path: Path) -> None:
    odd = item("a").replace("A &amp; more", "&lt;/title&gt;&lt;script&gt;x&lt;/script&gt; &quot; Tides")
    head = '<title>R" content="x</title><language>en"&gt;&lt;p&gt;</language>'
    article = read_only(saved(tmp_path, rss(odd, head=head)))
    assert (article.title or "").endswith('" Tides')
    assert article.site == 'R" content="x'


# ----------------------------------------------------------------- over HTTP


PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><article><h1>{0}</h1>{1}</article></body></html>"


class Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        Handler.asked.append(self.path)
        base = f"http://{self.headers['Host']}"
        feed = rss(
            item("one", 1, link=f"{base}/one", text=TEASER),
            item("two", 2, link=f"{base}/two"),
            item("three", 3, link=f"{base}/gone", text=TEASER),
        )
        pages = {"/feed": feed, "/one": PAGE.format("Page one", LONG).encode()}
        data = pages.get(self.path)
        self.send_response(404 if data is None else 200)
        self.send_header("Content-Type", "text/html" if self.path != "/feed" else "text/xml")
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Handler.asked.clear()
    with serving(Handler) as address:
        yield address


TRUSTING = Settings(allow_private=True)


def test_only_teasers_are_fetched_and_one_that_fails_stops_no_other(site: str) -> None:
    three, two, one = gather(f"{site}/feed", Wish(settings=TRUSTING, latest=5))
    assert Handler.asked == ["/feed"]
    assert read_source(two.open()).address == f"{site}/two"
    assert Handler.asked == ["/feed"]
    story = read_story(one.open(), TRUSTING, one.said)
    assert Handler.asked == ["/feed", "/one"]
    assert (story.article.title, story.article.authors) == ("One & more", ("Ann Okoro",))
    assert story.article.published_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    with pytest.raises(SourceError, match="/gone cannot be fetched: there is no such page"):
        three.open()


def test_no_entry_is_fetched_from_a_private_address_unless_that_is_allowed(site: str, tmp_path: Path) -> None:
    path = saved(tmp_path, rss(item("one", link=f"{site}/one", text=TEASER)))
    (piece,) = pieces_of(path)
    with pytest.raises(SourceError, match="is an address of this machine itself"):
        piece.open()
    assert Handler.asked == []


def test_a_feed_that_is_not_asked_for_entries_says_how(site: str) -> None:
    with pytest.raises(UsageError, match="/feed is a feed: it has 3 entries. Say how many with --latest"):
        gather(f"{site}/feed", Wish(settings=TRUSTING))
    assert len(gather(f"{site}/feed", Wish(settings=TRUSTING, assumed=1))) == 1
    with pytest.raises(SourceError, match="/feed is a feed: it holds many articles. Give it to `narrate make`"):
        read(f"{site}/feed", settings=TRUSTING)


def test_the_latest_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the latest 0 are none. Give --latest 1 or more"):
        pieces_of(saved(tmp_path, rss(item("a"))), latest=0)


# ------------------------------------------------------------------ bad input


BOMB = b'<?xml version="1.0"?>\n<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n<rss><channel/></rss>'
OUTSIDE = b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (BOMB, "it defines entities"),
        (OUTSIDE, "it defines entities"),
        (rss(), "there are no entries in"),
        (b"<rss ", "there are no entries in|is no feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [', "its JSON is broken"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": {}}', "it has no list of items"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [7, null, {}]}', "there are no entries in"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "a":' + b"[" * 100_000, "its JSON is broken"),
        (b"<rss>" + b" " * (16 * 2**20), "is too large for a feed"),
    ],
)
def test_what_is_no_good_feed_is_explained(data: bytes, why: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=why):
        pieces_of(saved(tmp_path, data))


def test_a_feed_with_mistakes_in_it_is_read_all_the_same() -> None:
    feed = parse(rss(item("a"), item("b", 2)).replace(b"A ferry leaves.", b"Fish & chips <br> & <b>more", 1))
    assert {entry.guid for entry in feed.entries} == {"id-a", "id-b"}


@pytest.mark.parametrize(
    "data",
    [
        rss(item("a", text="<" * 200_000)),
        rss(item("a", text="<p>" * 50_000)),
        rss(item("a", text="The post " * 50_000)),
        rss(*(item(f"n{number}", 1 + number % 28, text=TEASER) for number in range(2000))),
        rss("<item>" * 3000),
    ],
    ids=["angles", "paragraphs", "footers", "many", "nested"],
)
def test_a_hostile_feed_takes_no_longer_than_a_large_one(data: bytes) -> None:
    began_s = time.monotonic()
    with suppress(NarrateError):
        assert all(entry.is_whole in (True, False) for entry in parse(data).entries)
    assert time.monotonic() - began_s < 8

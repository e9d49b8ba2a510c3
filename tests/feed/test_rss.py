"""The feed, as other people's readers see it."""

from __future__ import annotations

import re
from calendar import timegm
from collections import Counter
from datetime import datetime, timedelta, timezone
from html import unescape
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from feed_makers import BEGIN, PLACES, look_up, make_entries, make_entry, make_show, sizes_of, written
from hypothesis import example, given
from hypothesis import strategies as st

from narrate.errors import FeedError
from narrate.feed.archives import entries_of, list_documents
from narrate.feed.check import check_feed
from narrate.feed.description import describe_entry, describe_show
from narrate.feed.plain import plain_line, shorten, web_address
from narrate.feed.rss import HISTORY, NAMESPACES, write_current, write_document, write_feed
from narrate.places import private_places
from narrate.types import Chapter, Entry, Show

NAMES = NAMESPACES | HISTORY


def channel_of(data: bytes) -> ElementTree.Element:
    channel = ElementTree.fromstring(data).find("channel")
    assert channel is not None
    return channel


def read(show: Show, *entries: Entry) -> ElementTree.Element:
    """The channel of a feed."""
    return channel_of(write_current(show, entries, PLACES).data)


def read_item(**fields: Any) -> ElementTree.Element:
    item = read(make_show(), make_entry(**fields)).find("item")
    assert item is not None
    return item


def text(element: ElementTree.Element, name: str) -> str | None:
    return element.findtext(name, None, NAMES)


def attributes(element: ElementTree.Element, name: str) -> list[dict[str, str]]:
    return [found.attrib for found in element.iterfind(name, NAMES)]


# ---------------------------------------------------------------- the show


def test_a_show_has_what_directories_ask_for() -> None:
    channel = read(make_show(), *make_entries(2))
    assert {name: text(channel, name) for name in ("title", "link", "language", "itunes:author", "itunes:type")} == {
        "title": "Coast & Sea",
        "link": "https://pods.example.org/coast/",
        "language": "en-gb",
        "itunes:author": "Ann Smith",
        "itunes:type": "episodic",
    }
    assert text(channel, "description") == "Long reads about the coast.\n\nRead aloud."
    assert re.fullmatch(r"narrate \d+\.\d+.*", text(channel, "generator") or "")
    assert text(channel, "itunes:explicit") == "false"
    assert attributes(channel, "itunes:image") == [{"href": "https://pods.example.org/coast/artwork.jpg"}]
    assert attributes(channel, "itunes:category") == [{"text": "Society & Culture"}]
    assert attributes(channel, "itunes:category/itunes:category") == [{"text": "Documentary"}]
    assert attributes(channel, "atom:link") == [
        {"href": "https://pods.example.org/coast/feed.xml", "rel": "self", "type": "application/rss+xml"}
    ]


def test_a_show_has_what_podcasting_2_offers() -> None:
    channel = read(make_show(), make_entry())
    assert text(channel, "podcast:guid") == make_show().feed_guid
    assert text(channel, "podcast:locked") == "yes"
    assert text(channel, "podcast:medium") == "podcast"
    assert [person.text for person in channel.iterfind("podcast:person", NAMES)] == ["Ann Smith", "Coast House"]
    assert attributes(channel, "podcast:txt") == [{"purpose": "ai-content"}]


def test_an_owner_is_named_only_where_there_is_an_address_to_write_to() -> None:
    channel = read(make_show(), make_entry())
    assert text(channel, "itunes:owner/itunes:name") == "Coast House"
    assert text(channel, "itunes:owner/itunes:email") == "ann@example.org"
    assert attributes(channel, "podcast:locked") == [{"owner": "ann@example.org"}]
    assert text(read(make_show(owner=""), make_entry()), "itunes:owner/itunes:name") == "Ann Smith"
    silent = read(make_show(email=""), make_entry())
    assert silent.find("itunes:owner", NAMES) is None
    assert attributes(silent, "podcast:locked") == [{}]


def test_a_show_without_words_of_its_own_goes_by_its_title() -> None:
    channel = read(make_show(author="", owner="", description="\n ", email=""), make_entry())
    assert text(channel, "itunes:author") == text(channel, "description") == "Coast & Sea"
    assert channel.find("podcast:person", NAMES) is None


def test_only_what_is_private_asks_directories_to_stay_away() -> None:
    assert read(make_show(), make_entry()).find("itunes:block", NAMES) is None
    private = read(make_show(private=True), make_entry())
    assert (text(private, "itunes:block"), text(private, "podcast:block")) == ("Yes", "yes")


def test_every_address_of_a_private_feed_carries_its_token_and_no_directory_shall_list_it() -> None:
    entry = make_entry(address=None)
    data = write_current(make_show(), [entry], private_places("https://pods.example.org", "t0ken")).data.decode()
    assert "<itunes:block>Yes</itunes:block>" in data
    assert data.count("https://pods.example.org/") == data.count("https://pods.example.org/p/t0ken/coast/") > 8


@pytest.mark.parametrize("link", ["https://coast.example.org/about", "http://coast.example.org/"])
def test_a_show_links_to_what_it_is_about(link: str) -> None:
    assert text(read(make_show(link=link)), "link") == link


@pytest.mark.parametrize("link", ["javascript:alert(1)", "coast.example.org", "", "ftp://coast.example.org/"])
def test_a_show_with_a_link_that_is_none_links_to_its_page(link: str) -> None:
    assert text(read(make_show(link=link)), "link") == "https://pods.example.org/coast/"


def test_explicit_is_said_of_show_and_episode() -> None:
    channel = read(make_show(explicit=True), make_entry())
    assert text(channel, "itunes:explicit") == text(channel, "item/itunes:explicit") == "true"


def test_a_show_without_episodes_has_a_feed_dated_from_its_beginning() -> None:
    channel = read(make_show())
    assert channel.find("item") is None
    assert text(channel, "pubDate") == text(channel, "lastBuildDate") == "Sun, 05 Jan 2020 06:30:00 +0000"


def test_dates_of_the_show_come_from_its_episodes_and_so_the_bytes_are_the_same_again() -> None:
    entries = [make_entry(3), make_entry(2, updated_at=BEGIN + timedelta(days=90)), make_entry(1)]
    channel = read(make_show(), *entries)
    assert text(channel, "pubDate") == "Mon, 06 Jan 2020 18:30:00 +0000"
    assert text(channel, "lastBuildDate") == "Sat, 04 Apr 2020 06:30:00 +0000"
    first, second = (write_current(make_show(), entries, PLACES) for _ in range(2))
    assert first == second


# ------------------------------------------------------------- an episode


def test_an_episode_has_everything_that_apps_read() -> None:
    item = read_item()
    assert text(item, "title") == "The lamp at the end of the pier, part 1"
    assert text(item, "link") == "https://reader.example.org/lamp?part=1&of=many"
    assert text(item, "guid") == "urn:uuid:00000000-0000-4000-8000-000000000001"
    assert attributes(item, "guid") == [{"isPermaLink": "false"}]
    assert text(item, "pubDate") == "Sun, 05 Jan 2020 18:30:00 +0000"
    assert attributes(item, "enclosure") == [
        {"url": "https://pods.example.org/coast/the-lamp-1.mp3", "length": "1000001", "type": "audio/mpeg"}
    ]
    assert text(item, "itunes:duration") == "601"
    assert text(item, "itunes:episodeType") == "full"
    assert text(item, "itunes:author") == "Ann Smith, Ben Ødegård"
    assert attributes(item, "itunes:image") == [{"href": "https://pods.example.org/coast/the-lamp-1.jpg"}]


def test_an_episode_has_what_podcasting_2_offers() -> None:
    item, at = read_item(), "https://pods.example.org/coast/the-lamp-1"
    assert attributes(item, "podcast:transcript") == [
        {"url": f"{at}.vtt", "type": "text/vtt", "language": "en"},
        {"url": f"{at}.srt", "type": "application/x-subrip", "language": "en"},
        {"url": f"{at}.json", "type": "application/json", "language": "en"},
    ]
    assert attributes(item, "podcast:chapters") == [{"url": f"{at}.chapters.json", "type": "application/json+chapters"}]
    assert text(item, "podcast:txt") == "true"


def test_people_of_an_episode_take_the_place_of_the_shows_and_so_repeat_them() -> None:
    people = [(person.text, person.get("role")) for person in read_item().iterfind("podcast:person", NAMES)]
    assert people == [
        ("Ann Smith", "author"),
        ("Ben Ødegård", "author"),
        ("Ann Smith", "producer"),
        ("Coast House", "producer"),
    ]
    assert read_item(authors=()).find("podcast:person", NAMES) is None


def test_the_source_is_nobodys_business() -> None:
    assert b".sources" not in write_current(make_show(), [make_entry()], PLACES).data


def test_an_episode_without_sides_and_author_names_none() -> None:
    item = read_item(sides={}, authors=(), chapters=())
    tags = {element.tag.rpartition("}")[2] for element in item}
    assert tags.isdisjoint({"transcript", "chapters", "image", "author", "person"})


def test_chapters_are_named_only_where_there_are_some() -> None:
    assert read_item(chapters=()).find("podcast:chapters", NAMES) is None


def test_a_recording_is_not_called_the_work_of_a_machine() -> None:
    channel = read(make_show(), make_entry(voice="", imported=True))
    assert channel.find("podcast:txt", NAMES) is None
    assert channel.find("item/podcast:txt", NAMES) is None
    mixed = read(make_show(), make_entry(2), make_entry(1, voice="", imported=True))
    assert text(mixed, "podcast:txt") == "true"
    assert [item.find("podcast:txt", NAMES) is not None for item in mixed.iterfind("item")] == [True, False]


def test_an_episode_without_an_original_on_the_web_links_to_its_page() -> None:
    for address in (None, "", "/home/ann/lamp.txt", "javascript:alert(1)", "file:///etc/passwd"):
        assert text(read_item(address=address), "link") == "https://pods.example.org/coast/the-lamp-1.html"


def test_names_of_files_are_written_as_addresses() -> None:
    (enclosure,) = attributes(read_item(file="größer & so.mp3"), "enclosure")
    assert enclosure["url"] == "https://pods.example.org/coast/gr%C3%B6%C3%9Fer%20%26%20so.mp3"


def test_dates_are_told_in_utc() -> None:
    moment = datetime(2026, 3, 1, 1, 15, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert text(read_item(published_at=moment), "pubDate") == "Sat, 28 Feb 2026 19:45:00 +0000"


@pytest.mark.parametrize(("seconds", "told"), [(0.2, "1"), (59.4, "59"), (59.6, "60"), (7261.0, "7261")])
def test_a_duration_is_whole_seconds(seconds: float, told: str) -> None:
    assert text(read_item(duration_s=seconds), "itunes:duration") == told


def test_feedparser_reads_the_same() -> None:
    entries = make_entries(3)
    feed = feedparser.parse(write_current(make_show(), entries, PLACES).data)
    assert not feed.bozo
    assert (feed.feed.title, feed.feed.image.href) == ("Coast & Sea", "https://pods.example.org/coast/artwork.jpg")
    for found, entry in zip(feed.entries, entries, strict=True):
        assert (found.id, found.title, found.link) == (entry.guid, entry.title, entry.address)
        assert timegm(found.published_parsed) == entry.published_at.timestamp()
        (enclosure,) = found.enclosures
        assert (enclosure.href, enclosure.length) == (PLACES.file("coast", entry.file), str(entry.size_bytes))
        assert found.itunes_duration == str(round(entry.duration_s))
        assert found.description == describe_entry(entry)


# --------------------------------------------------------- the description


class Html(HTMLParser):
    """What a piece of HTML consists of."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.words = ""
        self.other: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags[tag] += 1
        for name, value in attrs:
            (self.links if (tag, name) == ("a", "href") else self.other).append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)

    def unknown_decl(self, data: str) -> None:
        self.other.append(data)


def test_a_description_is_summary_byline_link_and_chapter_times() -> None:
    assert describe_entry(make_entry()) == (
        "<p>Every evening somebody lights a lamp that no ship needs any more.</p><p>This is why.</p>"
        '<p>Ann Smith, Ben Ødegård · <a href="https://reader.example.org/lamp?part=1&amp;of=many">'
        "The Coastal Reader</a></p>"
        "<ul><li>00:00 The lamp at the end of the pier</li><li>01:01 Oil &amp; wick</li>"
        "<li>05:01 The last keeper</li></ul>"
    )


def test_a_description_says_what_it_can() -> None:
    bare: dict[str, Any] = {"summary": None, "authors": (), "site": None, "address": None, "chapters": ()}
    assert describe_entry(make_entry(**bare)) == "<p>The lamp at the end of the pier, part 1</p>"
    assert describe_entry(make_entry(**bare | {"site": "The Reader"})) == "<p>The Reader</p>"
    assert describe_entry(make_entry(**bare | {"authors": ("A <b>", "")})) == "<p>A &lt;b&gt;,</p>"
    linked = describe_entry(make_entry(**bare | {"address": "https://reader.example.org:8080/x"}))
    assert linked == '<p><a href="https://reader.example.org:8080/x">reader.example.org:8080</a></p>'


def test_chapters_of_an_hour_are_told_in_hours() -> None:
    chapters = (Chapter(title="A", start_s=0, end_s=3600.9), Chapter(title="B", start_s=3600.9, end_s=9000))
    assert "<li>0:00:00 A</li><li>1:00:00 B</li>" in describe_entry(make_entry(chapters=chapters))


def test_a_long_summary_is_cut_at_a_word_and_leaves_link_and_chapters_whole() -> None:
    description = describe_entry(make_entry(summary="quiet <harbour> " * 1000))
    assert 3900 < len(description.encode()) <= 4000
    html = Html(description)
    assert re.search("(quiet|<harbour>)…", html.words)
    assert html.links == [make_entry().address]
    assert html.words.endswith("05:01 The last keeper")


def test_chapters_that_do_not_all_fit_are_as_many_as_fit_and_a_sign_of_more() -> None:
    chapters = tuple(Chapter(title=f"Chapter {n} of a book", start_s=n * 60, end_s=n * 60 + 60) for n in range(400))
    html = Html(describe_entry(make_entry(chapters=chapters)))
    assert html.words.endswith("of a book…")
    assert "This is why." in html.words
    both = describe_entry(make_entry(chapters=chapters, summary="quiet " * 2000))
    assert 1000 < len(both[both.index("<ul>") :]) <= 1500
    assert 3900 < len(both.encode()) <= 4000


def test_a_link_is_whole_or_not_there() -> None:
    long = "https://reader.example.org/" + "a" * 1400
    assert Html(describe_entry(make_entry(address=long))).links == [long]
    assert Html(describe_entry(make_entry(address=long + "a" * 200))).links == []
    assert Html(describe_entry(make_entry(address="https://x.example/?" + "&a" * 300))).links == []


def test_a_description_of_a_show_keeps_its_paragraphs_and_has_4000_bytes_at_most() -> None:
    assert describe_show(make_show()) == "Long reads about the coast.\n\nRead aloud."
    cut = describe_show(make_show(description="höher " * 2000))
    assert 3900 < len(cut.encode()) <= 4000
    assert cut.endswith("höher…")


# --------------------------------------------------- words from the web

EVERY_TAG = {"p", "a", "ul", "li"}
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def assert_nothing_gets_in(show: Show, entry: Entry) -> None:
    document = write_current(show, [entry], PLACES)
    check_feed(document, show, [entry], look_up(sizes_of(show, [entry])))
    raw = document.data.decode()
    assert not FORBIDDEN.search(raw)
    assert raw.count("]]>") == raw.count("<![CDATA[") == 1
    channel = channel_of(document.data)
    quiet = read(make_show(**{name: getattr(show, name) for name in ("author", "owner", "email")}), make_entry())
    assert skeleton(channel) <= skeleton(quiet) | {"person"}
    assert [item.tag for item in channel.iterfind("item")] == ["item"]
    for title in (text(channel, "title"), text(channel, "item/title")):
        assert title
        assert len(title) <= 255
        assert title == " ".join(title.split())
        assert "<s" not in unescape(title)
    assert_description_is_safe(text(channel, "item/description") or "")


def skeleton(channel: ElementTree.Element) -> set[str]:
    return {element.tag.rpartition("}")[2] for element in channel.iter()}


def assert_description_is_safe(description: str) -> None:
    assert 0 < len(description.encode()) <= 4000
    html = Html(description)
    assert html.open == []
    assert html.other == []
    assert set(html.tags) <= EVERY_TAG
    assert all(re.match("https?://", link) for link in html.links)


@given(words=st.lists(written(), min_size=8, max_size=8))
@example(words=["x" * 10_000] * 8)
@example(words=["\ud800"] * 8)
@example(words=["]]>"] * 8)
def test_no_words_from_the_web_break_a_feed_or_put_anything_into_it(words: list[str]) -> None:
    title, summary, author, site, address, chapter, name, about = words
    entry = make_entry(
        title=title if title.strip() else "x",
        summary=summary,
        authors=(author, "Ann"),
        site=site,
        address=address,
        chapters=(Chapter(title=chapter, start_s=0, end_s=1),),
    )
    assert_nothing_gets_in(make_show(title=name if name.strip() else "x", description=about, author=about), entry)


@given(
    address=st.one_of(written(), written().map(lambda text: f"https://{text}"), written().map("https://a.b/{}".format))
)
def test_only_an_address_on_the_web_becomes_a_link(address: str) -> None:
    found = web_address(address)
    if found is not None:
        assert re.fullmatch(r"https?://[a-z0-9._:\[\]-]+/[!-~]*", found)
        assert not re.search(r'[<>"\\^`{|}]', found)
        assert web_address(found) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("https://example.org", "https://example.org/"),
        ("  HTTPS://Example.ORG/A b?c=d e#f g ", "https://example.org/A%20b?c=d%20e#f%20g"),
        ("https://bücher.example/größe?ä=1&b=2", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe?%C3%A4=1&b=2"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("https://ann:secret@example.org/", None),
        ("https://example.org:99999/", None),
        ("https:///x", None),
        ("https://[::1/", None),
        ("https://exa mple.org/", None),
        ("https://..example/\u202e", "https://..example/"),
        ("//example.org/", None),
        ("data:text/html,x", None),
        ("\x00javascript:alert(1)", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_are_written_as_uris(written: str | None, found: str | None) -> None:
    assert web_address(written) == found


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("One\ntwo\t three\u2028four", "One two three four"),
        ("Use <dialog> & <b>bold</b>", "Use ‹dialog› & ‹b›bold‹/b›"),
        ("a < b > c <3", "a < b > c <3"),
        ("R&D at AT&T; Q&A", "R&D at AT&T; Q&A"),
        ("Stop &nbsp;ing &#60;b&#x3e; &amp;lt;", "Stop ＆nbsp;ing ＆#60;b＆#x3e; ＆amp;lt;"),
        ("<script", "‹script"),
        ("\u202eevil\u2066", "evil"),
        ("שלום \u200fעולם", "שלום \u200fעולם"),
        ("a\x00b\ud800c", "abc"),
    ],
)
def test_a_title_is_one_plain_line(title: str, told: str) -> None:
    assert plain_line(title) == told
    assert text(read_item(title=title), "title") == told


def test_a_title_of_nothing_that_can_be_seen_is_told_by_its_name_in_addresses() -> None:
    channel = read(make_show(title="\u202e"), make_entry(title="\x00"))
    assert (text(channel, "title"), text(channel, "item/title")) == ("coast", "the-lamp-1")


def test_a_long_title_is_cut_at_a_word() -> None:
    assert plain_line("word " * 60) == "word " * 50 + "word…"
    assert plain_line("x" * 10_000) == "x" * 254 + "…"
    assert plain_line("x" * 255) == "x" * 255
    assert shorten("Lamps, and more", 8) == "Lamps…"


# ----------------------------------------------------------------- archives


def guids(data: bytes) -> list[str]:
    return [item.findtext("guid", "") for item in channel_of(data).iterfind("item")]


@pytest.mark.parametrize(
    ("count", "in_each"),
    [
        (0, [0]),
        (300, [300]),
        (301, [201, 100]),
        (400, [300, 100]),
        (401, [201, 100, 100]),
        (3000, [300, *[100] * 27]),
    ],
)
def test_the_newest_stay_and_archives_are_filled_from_the_oldest(count: int, in_each: list[int]) -> None:
    entries = [make_entry(number) for number in range(count, 0, -1)]
    names = list_documents(count)
    assert names == ["feed.xml", *(f"feed-{number}.xml" for number in range(len(in_each) - 1, 0, -1))]
    held = [entries_of(name, entries) for name in names]
    assert [len(part) for part in held] == in_each
    assert [entry for part in held for entry in part] == entries


def test_a_reader_finds_every_episode_by_following_the_archives() -> None:
    entries = make_entries(520)
    documents = {PLACES.feed("coast", d.name): d.data for d in write_feed(make_show(), entries, PLACES)}
    address: str | None = PLACES.feed("coast")
    found: list[str] = []
    walked: list[str] = []
    while address:
        data = documents[address]
        links = {link["rel"]: link["href"] for link in attributes(channel_of(data), "atom:link")}
        assert links["self"] == address
        if walked:
            assert links["current"] == PLACES.feed("coast")
            assert links.get("next-archive") == (walked[-1] if len(walked) > 1 else None)
            assert channel_of(data).find("fh:archive", NAMES) is not None
        else:
            assert links.keys() == {"self", "prev-archive"}
            assert channel_of(data).find("fh:archive", NAMES) is None
        found += guids(data)
        walked.append(address)
        address = links.get("prev-archive")
    assert len(walked) == len(documents) == 4
    assert found == [entry.guid for entry in entries]


def test_a_new_episode_changes_no_archive() -> None:
    entries = make_entries(401)
    before = {d.name: d.data for d in write_feed(make_show(), entries[1:], PLACES)}
    after = {d.name: d.data for d in write_feed(make_show(), entries, PLACES)}
    assert before.keys() == {"feed.xml", "feed-1.xml"}
    assert after.keys() == {"feed.xml", "feed-1.xml", "feed-2.xml"}
    new_line = (
        f'    <atom:link href="{PLACES.feed("coast", "feed-2.xml")}" rel="next-archive" type="application/rss+xml"/>\n'
    )
    assert after["feed-1.xml"] == before["feed-1.xml"].replace(
        b"    <fh:archive/>\n", new_line.encode() + b"    <fh:archive/>\n"
    )
    later = {d.name: d.data for d in write_feed(make_show(), make_entries(420), PLACES)}
    assert [later[name] == after[name] for name in ("feed.xml", "feed-2.xml", "feed-1.xml")] == [False, True, True]


def test_the_current_document_alone_is_the_one_of_the_whole_feed() -> None:
    entries = make_entries(310)
    assert write_current(make_show(), entries, PLACES) == write_feed(make_show(), entries, PLACES)[0]


@pytest.mark.parametrize("name", ["feed-0.xml", "feed-2.xml", "feed-01.xml", "feed--1.xml", "artwork.jpg", ""])
def test_a_document_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(FeedError) as caught:
        write_document(name, make_show(), make_entries(310), PLACES)
    assert str(caught.value) == f"the feed has no document {name}: its 310 episodes fill 2."

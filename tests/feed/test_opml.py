"""The list of all shows, as other people's readers see it."""

from __future__ import annotations

from html import unescape
from xml.etree import ElementTree

from feed_makers import PLACES, make_show, written
from hypothesis import given

from narrate.feed.opml import write_opml
from narrate.places import private_places


def outlines(data: bytes) -> list[dict[str, str]]:
    body = ElementTree.fromstring(data).find("body")
    assert body is not None
    return [outline.attrib for outline in body]


def test_every_show_is_in_the_list_with_its_feed_and_its_page() -> None:
    data = write_opml([(make_show(), PLACES), (make_show(slug="hills", title="Hills", description=""), PLACES)])
    root = ElementTree.fromstring(data)
    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", "Shows")
    assert outlines(data) == [
        {
            "type": "rss",
            "text": "Coast & Sea",
            "title": "Coast & Sea",
            "description": "Long reads about the coast. Read aloud.",
            "language": "en-gb",
            "xmlUrl": "https://pods.example.org/coast/feed.xml",
            "htmlUrl": "https://pods.example.org/coast/",
        },
        {
            "type": "rss",
            "text": "Hills",
            "title": "Hills",
            "description": "Hills",
            "language": "en-gb",
            "xmlUrl": "https://pods.example.org/hills/feed.xml",
            "htmlUrl": "https://pods.example.org/hills/",
        },
    ]


def test_a_private_list_leads_to_private_feeds() -> None:
    (outline,) = outlines(write_opml([(make_show(), private_places("https://pods.example.org", "t0ken"))]))
    assert outline["xmlUrl"] == "https://pods.example.org/p/t0ken/coast/feed.xml"


def test_no_shows_make_an_empty_list() -> None:
    assert outlines(write_opml([])) == []


@given(title=written(), description=written())
def test_no_words_of_a_show_break_the_list_or_put_anything_into_it(title: str, description: str) -> None:
    show = make_show(title=title if title.strip() else "x", description=description)
    (outline,) = outlines(write_opml([(show, PLACES)]))
    assert outline["xmlUrl"] == "https://pods.example.org/coast/feed.xml"
    for words in (outline["text"], outline["description"]):
        assert words.strip()
        assert len(words) <= 255
        assert "<s" not in unescape(words)

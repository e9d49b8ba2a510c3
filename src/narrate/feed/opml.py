"""All shows as one file that podcast apps import.

Source:
    OPML 2.0, http://opml.org/spec2.opml
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from narrate.feed.description import describe_show
from narrate.feed.plain import plain_line
from narrate.places import Places
from narrate.types import Show


def write_opml(shows: Sequence[tuple[Show, Places]]) -> bytes:
    """The feeds of all shows, in their order, each with where it is."""
    root = etree.Element("opml", {"version": "2.0"})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Shows"
    body = etree.SubElement(root, "body")
    for show, places in shows:
        etree.SubElement(body, "outline", _outline(show, places))
    data: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return data


def _outline(show: Show, places: Places) -> dict[str, str]:
    title = plain_line(show.title) or show.slug
    return {
        "type": "rss",
        "text": title,
        "title": title,
        "description": plain_line(describe_show(show)),
        "language": show.language.lower(),
        "xmlUrl": places.feed(show.slug),
        "htmlUrl": places.show(show.slug),
    }

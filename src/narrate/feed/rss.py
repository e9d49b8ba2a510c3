"""The feed of a show, as RSS 2.0 with what Apple and Podcasting 2.0 add.

The same show and entries give the same bytes: every date comes from the entries.

Source:
    RSS 2.0, https://www.rssboard.org/rss-specification;
    A Podcaster's Guide to RSS, https://help.apple.com/itc/podcasts_connect/#/itcb54353390;
    PSP-1, https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification: the description of an episode
    is its HTML, so that there is no content:encoded to say the same again, but its namespace is declared;
    Podcasting 2.0, https://github.com/Podcastindex-org/podcast-namespace;
    RFC 5005, Feed Paging and Archiving
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib.metadata import version
from typing import Any

from lxml import etree

from narrate.feed.archives import CURRENT, entries_of, links_of, list_documents
from narrate.feed.description import describe_entry, describe_show
from narrate.feed.plain import plain_line, web_address
from narrate.places import CHAPTERS, TRANSCRIPTS, Places
from narrate.types import Entry, Show

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
HISTORY = {"fh": "http://purl.org/syndication/history/1.0"}

MEDIA_TYPE = "application/rss+xml"

PERSON_CHARACTERS = 128
"""What Podcasting 2.0 allows for a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """One file of a feed."""

    name: str
    """`feed.xml` for the current document, `feed-1.xml` for the oldest archive."""

    data: bytes


def write_feed(show: Show, entries: Sequence[Entry], places: Places) -> list[FeedDocument]:
    """All documents of a show's feed: the current one, then the archives from the newest on.

    Args:
        entries: all of the show, newest first.
    """
    return [write_document(name, show, entries, places) for name in list_documents(len(entries))]


def write_current(show: Show, entries: Sequence[Entry], places: Places) -> FeedDocument:
    """The document that apps subscribe to."""
    return write_document(CURRENT, show, entries, places)


def write_document(name: str, show: Show, entries: Sequence[Entry], places: Places) -> FeedDocument:
    """One document of a feed, by its name.

    Raises:
        FeedError: the feed has no such document.
    """
    held = entries_of(name, entries)
    root = etree.Element("rss", {"version": "2.0"}, nsmap=NAMESPACES if name == CURRENT else NAMESPACES | HISTORY)
    channel = etree.SubElement(root, "channel")
    _add_links(channel, name, show, len(entries), places)
    _add_show(channel, show, held, places)
    for entry in held:
        _add_entry(channel, show, entry, places)
    return FeedDocument(name=name, data=etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


# ---------------------------------------------------------------- the show


def _add_links(channel: Any, name: str, show: Show, count: int, places: Places) -> None:
    for relation, target in {"self": name, **links_of(name, count)}.items():
        address = places.feed(show.slug, target)
        _add(channel, "atom:link", href=address, rel=relation, type=MEDIA_TYPE)
    if name != CURRENT:
        _add(channel, "fh:archive")


def _add_show(channel: Any, show: Show, held: Sequence[Entry], places: Places) -> None:
    _add(channel, "title", _title_of(show))
    _add(channel, "link", web_address(show.link) or places.show(show.slug))
    _add(channel, "description", describe_show(show))
    _add(channel, "language", show.language.lower())
    _add(channel, "generator", f"narrate {version('narrate-podcast')}")
    _add(channel, "pubDate", _date(max((entry.published_at for entry in held), default=show.created_at)))
    _add(channel, "lastBuildDate", _date(max((entry.updated_at for entry in held), default=show.created_at)))
    _add_show_for_apple(channel, show, places)
    _add_show_for_podcasting_2(channel, show, places)
    if any(entry.voice for entry in held):
        _add(channel, "podcast:txt", "true", purpose="ai-content")


def _add_show_for_apple(channel: Any, show: Show, places: Places) -> None:
    _add(channel, "itunes:author", _author_of(show))
    _add(channel, "itunes:type", "episodic")
    if show.artwork:
        _add(channel, "itunes:image", href=places.file(show.slug, show.artwork))
    parent = channel
    for category in show.category:
        parent = _add(parent, "itunes:category", text=category)
    _add(channel, "itunes:explicit", _truth(show.explicit))
    if show.email:
        owner = _add(channel, "itunes:owner")
        _add(owner, "itunes:name", plain_line(show.owner) or _author_of(show))
        _add(owner, "itunes:email", plain_line(show.email))
    if show.private or places.private:
        _add(channel, "itunes:block", "Yes")


def _add_show_for_podcasting_2(channel: Any, show: Show, places: Places) -> None:
    _add(channel, "podcast:guid", show.feed_guid)
    _add(channel, "podcast:locked", "yes", **({"owner": plain_line(show.email)} if show.email else {}))
    _add(channel, "podcast:medium", "podcast")
    if show.private or places.private:
        _add(channel, "podcast:block", "yes")
    _add_makers(channel, show)


def _add_makers(parent: Any, show: Show) -> None:
    for name in _people([show.author, show.owner]):
        _add(parent, "podcast:person", name, role="producer", group="creative direction")


# ------------------------------------------------------------- the episodes


def _add_entry(channel: Any, show: Show, entry: Entry, places: Places) -> None:
    item = etree.SubElement(channel, "item")
    _add(item, "title", plain_line(entry.title) or entry.slug)
    _add(item, "link", web_address(entry.address) or places.entry(show.slug, entry.slug))
    _add(item, "guid", entry.guid, isPermaLink="false")
    _add(item, "pubDate", _date(entry.published_at))
    etree.SubElement(item, "description").text = etree.CDATA(describe_entry(entry))
    _add(
        item,
        "enclosure",
        url=places.file(show.slug, entry.file),
        length=str(entry.size_bytes),
        type=entry.media_type,
    )
    _add_entry_for_apple(item, show, entry, places)
    _add_entry_for_podcasting_2(item, show, entry, places)


def _add_entry_for_apple(item: Any, show: Show, entry: Entry, places: Places) -> None:
    _add(item, "itunes:duration", str(whole_seconds(entry)))
    _add(item, "itunes:episodeType", "full")
    _add(item, "itunes:explicit", _truth(show.explicit))
    if "cover" in entry.sides:
        _add(item, "itunes:image", href=places.file(show.slug, entry.sides["cover"]))
    authors = plain_line(", ".join(entry.authors))
    if authors:
        _add(item, "itunes:author", authors)


def _add_entry_for_podcasting_2(item: Any, show: Show, entry: Entry, places: Places) -> None:
    for side, media_type in TRANSCRIPTS.items():
        if side in entry.sides:
            address = places.file(show.slug, entry.sides[side])
            _add(item, "podcast:transcript", url=address, type=media_type, language=entry.language)
    if entry.chapters and "chapters" in entry.sides:
        _add(item, "podcast:chapters", url=places.file(show.slug, entry.sides["chapters"]), type=CHAPTERS)
    authors = _people(entry.authors)
    for name in authors:
        _add(item, "podcast:person", name, role="author", group="writing")
    if authors:  # people of an episode take the place of those of the show
        _add_makers(item, show)
    if entry.voice:
        _add(item, "podcast:txt", "true", purpose="ai-content")


# ------------------------------------------------------------------- values


def whole_seconds(entry: Entry) -> int:
    """How long an episode is, in the unit of feeds; no sound takes none."""
    return max(1, round(entry.duration_s))


def _title_of(show: Show) -> str:
    return plain_line(show.title) or show.slug


def _author_of(show: Show) -> str:
    return plain_line(show.shown_author) or show.slug


def _people(names: Iterable[str]) -> list[str]:
    """Each name once, as long as a name may be."""
    return [name for name in dict.fromkeys(plain_line(name, PERSON_CHARACTERS) for name in names) if name]


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _date(moment: datetime) -> str:
    """A date of RFC 2822, in UTC, such as `Fri, 06 Nov 2026 09:30:00 +0000`."""
    return format_datetime(moment.astimezone(UTC))


def _add(parent: Any, name: str, words: str | None = None, **attributes: str) -> Any:
    """A new last child, such as `itunes:author`."""
    prefix, colon, local = name.rpartition(":")
    tag = f"{{{(NAMESPACES | HISTORY)[prefix]}}}{local}" if colon else name
    element = etree.SubElement(parent, tag, attributes)
    element.text = words
    return element

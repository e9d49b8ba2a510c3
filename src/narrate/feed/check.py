"""A feed is read again before anybody gets it, by gPodder's own reader, and held against what it should say.

The reader is podcastparser, on Python's own parser of XML: neither shares any code with the writer.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote, unquote
from xml.etree import ElementTree

import podcastparser

from narrate.errors import FeedError
from narrate.feed.archives import entries_of
from narrate.feed.plain import plain_line
from narrate.feed.rss import MEDIA_TYPE, NAMESPACES, FeedDocument, whole_seconds
from narrate.places import CHAPTERS, TRANSCRIPTS
from narrate.types import Entry, Show

OUR_FAULT = "This is a fault of narrate: please report it"
REPAIR = "Run `narrate rebuild`, or `narrate library check` to see more"


def check_feed(
    document: FeedDocument,
    show: Show,
    entries: Sequence[Entry],
    size_of: Callable[[str], int | None],
    *,
    private: bool = False,
) -> None:
    """Nothing happens where the document is a feed that says exactly what it should, of files that are there.

    Args:
        document: any one of the feed; its name tells which entries it holds.
        entries: all of the show, newest first.
        size_of: the size in bytes of a file in the show's folder; None where there is none.
        private: it is under a secret address, whatever the show says.

    Raises:
        FeedError: what is wrong with it, or with a file that it names.
    """
    tree = _parse(document, show)
    base = _find_base(tree, document, show)
    feed = podcastparser.parse(f"{base}{document.name}", io.BytesIO(document.data))
    _check_show(feed, tree, show, private=show.private or private)
    held = entries_of(document.name, entries)
    _check_order(feed["episodes"], held, show)
    for episode, entry in zip(feed["episodes"], held, strict=True):
        _check_episode(episode, entry, show, base)
        if size_of(entry.file) != entry.size_bytes:
            raise _missing(show, entry.file, size_of(entry.file), f"{entry.size_bytes} bytes")
    for address in _named_addresses(tree):
        if not address.startswith(base):
            raise _wrong(show, f"{address} is not in the folder of the show")
        name = unquote(address.removeprefix(base))
        if not size_of(name):
            raise _missing(show, name, size_of(name), "something")


def _parse(document: FeedDocument, show: Show) -> ElementTree.Element:
    try:
        tree = ElementTree.fromstring(document.data)
    except ElementTree.ParseError as problem:
        raise _wrong(show, f"{document.name} is not well-formed XML, {problem}") from problem
    if tree.tag != "rss" or tree.find("channel") is None:
        raise _wrong(show, f"{document.name} is not RSS")
    return tree


def _find_base(tree: ElementTree.Element, document: FeedDocument, show: Show) -> str:
    """Where the files of the show are, by what the document says of its own address."""
    ours = f"/{quote(show.slug)}/{document.name}"
    for link in tree.iterfind("channel/atom:link", NAMESPACES):
        address = link.get("href", "")
        if link.get("rel") == "self" and link.get("type") == MEDIA_TYPE and address.endswith(ours):
            return address.removesuffix(document.name)
    raise _wrong(show, f"{document.name} does not give its own address")


def _check_show(feed: dict[str, Any], tree: ElementTree.Element, show: Show, *, private: bool) -> None:
    block = tree.findtext("channel/itunes:block", "", NAMESPACES)
    said = {
        "title": (feed.get("title"), plain_line(show.title) or show.slug),
        "category": (feed.get("itunes_categories", []), [list(show.category)] if show.category else []),
        "explicit": (feed.get("explicit"), show.explicit),
        "block": (block, "Yes" if private else ""),
        "guid": (tree.findtext("channel/podcast:guid", "", NAMESPACES), show.feed_guid),
    }
    _compare(said, "the show", show)


def _check_order(episodes: Sequence[dict[str, Any]], held: Sequence[Entry], show: Show) -> None:
    if len(episodes) != len(held):
        raise _wrong(show, f"{len(episodes)} episodes can be read in it instead of {len(held)}")
    for number, (episode, entry) in enumerate(zip(episodes, held, strict=True), 1):
        if episode["guid"] != entry.guid:
            raise _wrong(show, f"episode {number} has the guid {episode['guid']} instead of {entry.guid}")


def _check_episode(episode: dict[str, Any], entry: Entry, show: Show, base: str) -> None:
    enclosures = episode["enclosures"]
    if len(enclosures) != 1:
        raise _wrong(show, f"{entry.slug} has {len(enclosures)} files of sound instead of one")
    address = podcastparser.normalize_feed_url(f"{base}{quote(entry.file)}")
    said = {
        "title": (episode["title"], plain_line(entry.title) or entry.slug),
        "date": (episode["published"], int(entry.published_at.timestamp())),
        "duration": (episode["total_time"], whole_seconds(entry)),
        "address": (enclosures[0]["url"], address),
        "length": (enclosures[0]["file_size"], entry.size_bytes),
        "type": (enclosures[0]["mime_type"], entry.media_type),
    }
    _compare(said, entry.slug, show)
    if not episode.get("description_html", "").strip():
        raise _wrong(show, f"{entry.slug} has no description")


def _named_addresses(tree: ElementTree.Element) -> Iterator[str]:
    """Where the document sends its readers for pictures, transcripts and chapters."""
    wanted = {*TRANSCRIPTS.values(), CHAPTERS}
    for element in tree.iter():
        if element.tag == f"{{{NAMESPACES['itunes']}}}image" or element.get("type") in wanted:
            yield element.get("href") or element.get("url") or ""


def _compare(said: dict[str, tuple[object, object]], whose: str, show: Show) -> None:
    for what, (found, right) in said.items():
        if found != right:
            raise _wrong(show, f"the {what} of {whose} is {found!r} instead of {right!r}")


def _wrong(show: Show, why: str) -> FeedError:
    return FeedError(f"the feed of {show.slug} is not written", why, OUR_FAULT)


def _missing(show: Show, name: str, size_bytes: int | None, wanted: str) -> FeedError:
    found = "is missing" if size_bytes is None else f"has {size_bytes} bytes instead of {wanted}"
    return FeedError(f"the feed of {show.slug} is not written", f"{name} {found}", REPAIR)

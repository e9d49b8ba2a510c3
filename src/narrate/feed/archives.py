"""Which episodes stand in which document of a feed.

Up to 300 episodes stand in one document. Of more, the oldest move into archives, a hundred into each, filled from the
oldest on: the current document keeps the newest 201 to 300, and a new episode changes no archive, except that the
newest one gets its link to the next when that begins.

Source:
    RFC 5005, Feed Paging and Archiving, section 4
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from narrate.errors import FeedError
from narrate.types import Entry

CURRENT = "feed.xml"
MOST = 300
"""Episodes that stand in the current document at most."""
EACH = 100
"""Episodes in an archive."""


def name_archive(number: int) -> str:
    """Name of an archive, counted from 1, the oldest."""
    return f"feed-{number}.xml"


def list_documents(count: int) -> list[str]:
    """Names of the documents that so many episodes fill: the current one, then the archives from the newest on."""
    return [CURRENT, *(name_archive(number) for number in range(_count_archives(count), 0, -1))]


def entries_of(name: str, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Those of a show's entries, all given newest first, that stand in a document.

    Raises:
        FeedError: the feed has no such document.
    """
    number = _number_of(name, len(entries))
    if number is None:
        return entries[: len(entries) - EACH * _count_archives(len(entries))]
    return entries[len(entries) - EACH * number : len(entries) - EACH * (number - 1)]


def links_of(name: str, count: int) -> Mapping[str, str]:
    """The documents that a document of a feed with so many episodes points to, by their relations."""
    number, archives = _number_of(name, count), _count_archives(count)
    if number is None:
        return {"prev-archive": name_archive(archives)} if archives else {}
    links = {"current": CURRENT}
    if number > 1:
        links["prev-archive"] = name_archive(number - 1)
    if number < archives:
        links["next-archive"] = name_archive(number + 1)
    return links


def _count_archives(count: int) -> int:
    return max(0, -(-(count - MOST) // EACH))


def _number_of(name: str, count: int) -> int | None:
    """Number of an archive; None for the current document."""
    names = list_documents(count)
    if name not in names:
        raise FeedError(f"the feed has no document {name}", f"its {count} episodes fill {len(names)}")
    return None if name == CURRENT else len(names) - names.index(name)

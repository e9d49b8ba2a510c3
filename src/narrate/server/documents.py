"""Feeds and pages, written when somebody first asks for them after a change, and kept until the next one."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import stat
import time
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from narrate.errors import FeedError, LibraryError
from narrate.library.library import Library
from narrate.library.queue import Job
from narrate.places import Places
from narrate.server.addresses import Addresses
from narrate.server.files import Document, make_document
from narrate.server.guard import HIDDEN
from narrate.types import Entry, Show

log = logging.getLogger("narrate.server")

MOST_KEPT = 256
"""Documents in memory; of more, the one that was not asked for longest goes."""

LOOK_AGAIN_S = 60.0
"""So often a folder is looked into though nothing was changed: somebody may have removed files, or put them back."""

HTML, RSS, OPML = "text/html; charset=utf-8", "application/rss+xml; charset=utf-8", "text/x-opml; charset=utf-8"

FEED = re.compile(r"feed(-[1-9][0-9]{0,5})?\.xml")
PAGE = re.compile(r"page-([1-9][0-9]{0,5})\.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What can be had of a show at one moment."""

    revision: str
    looked_s: float
    """When, on a clock that only goes forward."""

    show: Show
    entries: Sequence[Entry]
    """Newest first; none without its sound, and each with the files beside it that are there."""

    sizes: Mapping[str, int]
    """Of the files in its folder, in bytes."""

    by_sound: Mapping[str, Entry]
    """Entries by the names of their sounds."""

    missing: frozenset[str]
    """Names of files that should be there."""


@dataclass(frozen=True, slots=True)
class _Version:
    """Of a document: the same gives the same bytes."""

    revision: str
    missing: frozenset[str]
    places: Places
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a document is made of."""

    contents: Contents
    name: str
    places: Places
    jobs: tuple[Job, ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.contents.show.slug, self.name

    @property
    def version(self) -> _Version:
        return _Version(self.contents.revision, self.contents.missing, self.places, self.jobs)


class Documents:
    """What a server writes itself. All heavy work is done in threads, one at a time for each show.

    Who asks first after a change waits until it has been taken in. Who asks meanwhile gets what was true before it.
    """

    def __init__(self, library: Library, addresses: Addresses) -> None:
        self._library, self._addresses = library, addresses
        self._contents: dict[str, Contents] = {}
        self._kept: OrderedDict[tuple[str, str], tuple[_Version, Document]] = OrderedDict()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def contents(self, slug: str) -> Contents | None:
        """A show as it is now; None where there is none."""
        revision = await run_in_threadpool(self._revision, slug)
        if revision is None:
            return None
        is_being_done = self._turns[slug].locked() and slug in self._contents
        if not self._is_current(slug, revision) and not is_being_done:
            async with self._turns[slug]:
                if not self._is_current(slug, revision):
                    self._contents[slug] = await run_in_threadpool(self._look, slug, revision)
        return self._contents[slug]

    async def of_show(self, slug: str, name: str, token: str) -> Document | None:
        """A feed or a page in a show's folder; None where there is none of this name.

        Raises:
            FeedError: the feed is wrong, and there was none before it.
        """
        contents = await self.contents(slug)
        if contents is None:
            return None
        asked = _Asked(contents, name, self._addresses.places(token, contents.show), await self._jobs(slug, name))
        document = self._find(asked, before=self._turns[slug].locked())
        if document is None:
            async with self._turns[slug]:
                document = self._find(asked)
                if document is None:
                    document = self._keep(asked, await run_in_threadpool(self._write, asked))
        return document

    async def home(self, token: str) -> Document:
        """The page of all shows."""
        return make_document(await run_in_threadpool(self._write_home, token), HTML)

    async def opml(self, token: str) -> Document:
        """The list of all shows."""
        return make_document(await run_in_threadpool(self._write_opml, token), OPML)

    async def _jobs(self, slug: str, name: str) -> tuple[Job, ...]:
        """What stands in the queue, for a page that shows it."""
        if not self._addresses.adding or name != "index.html":
            return ()
        return tuple(job for job in await run_in_threadpool(self._waiting) if job.show == slug)

    def _waiting(self) -> list[Job]:
        """The queue, in the order in which it was filled."""
        return self._library.queue.jobs()[::-1]

    def _revision(self, slug: str) -> str | None:
        try:
            return self._library.revision(slug)
        except LibraryError:
            if any(show.slug == slug for show in self._library.shows()):
                raise
            return None

    def _is_current(self, slug: str, revision: str) -> bool:
        known = self._contents.get(slug)
        return known is not None and known.revision == revision and time.monotonic() - known.looked_s < LOOK_AGAIN_S

    def _look(self, slug: str, revision: str) -> Contents:
        show, entries = self._library.find_show(slug), self._library.entries(slug)
        sizes = _list_sizes(self._library.folder_of(slug))
        missing = frozenset(name for name in _named(show, entries) if not sizes.get(name))
        missing |= {entry.file for entry in entries if sizes.get(entry.file) != entry.size_bytes}
        known = self._contents.get(slug)
        if missing and (known is None or known.missing != missing):
            log.warning("%s: %d files are missing or damaged. Run `narrate library check`.", slug, len(missing))
        whole = [_without(entry, missing) for entry in entries if entry.file not in missing]
        return Contents(
            revision=revision,
            looked_s=time.monotonic(),
            show=replace(show, artwork=None) if show.artwork in missing else show,
            entries=whole,
            sizes=sizes,
            by_sound={entry.file: entry for entry in whole},
            missing=missing,
        )

    def _find(self, asked: _Asked, *, before: bool = False) -> Document | None:
        """A document that is kept; if need be, that of before the last change, but never with an older token."""
        known, document = self._kept.get(asked.key, (None, None))
        if not known or known.places != asked.places or (known != asked.version and not before):
            return None
        self._kept.move_to_end(asked.key)
        return document

    def _keep(self, asked: _Asked, document: Document | None) -> Document | None:
        """Keep a document; one with the same bytes as before has not been modified since."""
        if document is None:
            return None
        _, before = self._kept.pop(asked.key, (None, None))
        if before and before.etag == document.etag:
            document = before
        self._kept[asked.key] = asked.version, document
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return document

    def _write(self, asked: _Asked) -> Document | None:
        if FEED.fullmatch(asked.name):
            return self._write_feed(asked)
        page = self._write_page(asked)
        return None if page is None else make_document(page.encode(), HTML)

    def _write_feed(self, asked: _Asked) -> Document | None:
        """A feed, read again by somebody else's reader; where that finds a fault, the one before stays."""
        from narrate.feed.archives import list_documents
        from narrate.feed.check import check_feed
        from narrate.feed.rss import write_document

        show, entries = asked.contents.show, asked.contents.entries
        if asked.name not in list_documents(len(entries)):
            return None
        try:
            feed = write_document(asked.name, show, entries, asked.places)
            check_feed(feed, show, entries, asked.contents.sizes.get, private=asked.places.private)
        except FeedError as problem:
            _, before = self._kept.get(asked.key, (None, None))
            if before is None:
                raise
            log.warning("the feed stays as it was: %s", str(problem).replace(asked.places.base, HIDDEN))
            return before
        return make_document(feed.data, RSS)

    def _write_page(self, asked: _Asked) -> str | None:
        from narrate.publish import cues_of
        from narrate.site.pages import count_pages, entry_page, show_page

        show, entries, adding = asked.contents.show, asked.contents.entries, self._addresses.adding
        match = PAGE.fullmatch(asked.name)
        page = 1 if asked.name == "index.html" else int(match[1]) if match else 0
        if asked.name == "index.html" or 1 < page <= count_pages(len(entries)):
            return show_page(show, entries, asked.places, adding=adding, page=page, jobs=asked.jobs)
        entry = next((entry for entry in entries if f"{entry.slug}.html" == asked.name), None)
        return entry_page(show, entry, cues_of(self._library, entry), asked.places) if entry else None

    def _write_home(self, token: str) -> bytes:
        from narrate.site.pages import shows_page

        adding = self._addresses.adding
        counted = [(show, self._library.count_entries(show.slug)) for show in self._listed()]
        jobs = self._waiting() if adding else []
        return shows_page(counted, self._addresses.places(token), adding=adding, jobs=jobs).encode()

    def _write_opml(self, token: str) -> bytes:
        from narrate.feed.opml import write_opml

        return write_opml([(show, self._addresses.places(token, show)) for show in self._listed()])

    def _listed(self) -> list[Show]:
        """Shows that whoever comes in may know of."""
        return [show for show in self._library.shows() if self._addresses.private or not show.private]


def _named(show: Show, entries: Sequence[Entry]) -> list[str]:
    """The files that a feed of these names."""
    sides = [name for entry in entries for side, name in entry.sides.items() if side != "source"]
    return [*([show.artwork] if show.artwork else []), *sides, *(entry.file for entry in entries)]


def _without(entry: Entry, missing: frozenset[str]) -> Entry:
    if missing.isdisjoint(entry.sides.values()):
        return entry
    return replace(entry, sides={side: name for side, name in entry.sides.items() if name not in missing})


def _list_sizes(folder: Path) -> dict[str, int]:
    """Names and sizes of the plain files in a folder; nothing where it is none, or a link to one."""
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            return {}
        with os.scandir(folder) as found:
            return {one.name: one.stat().st_size for one in found if one.is_file(follow_symlinks=False)}
    except OSError:
        return {}

"""A folder that any static host can serve: sounds, transcripts, pictures, pages, and last of all the feeds."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.errors import LibraryError, OutputError
from narrate.places import OPML, Places

if TYPE_CHECKING:
    from narrate.library.library import Library
    from narrate.types import Cue, Entry, Show

KNOWN = ".narrate.json"
"""The file in a published show's folder that names all others that narrate put there."""

PART = ".narrate-part-"


@dataclass(slots=True)
class Published:
    """What became of a folder."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0
    documents: int = 0
    """How many documents the feed has: the current one, and archives."""


def publish_show(library: Library, show: Show, out: Path, base_url: str) -> Published:
    """Bring a folder up to date with a show: files first, then pages, then the feed, then what is no longer named goes.

    Nothing changes where nothing changed, and no feed ever names what is not there yet.

    Args:
        out: the folder that is served as the base URL; made where it is not there.
        base_url: without a slash at its end.

    Raises:
        LibraryError: a file of the show is missing.
        FeedError: the feed would be wrong.
        OutputError: the folder cannot be written.
    """
    from narrate.feed.check import check_feed
    from narrate.feed.rss import write_feed

    places = Places(base_url)
    entries = library.entries(show.slug)
    folder = out / show.slug
    done = Published()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = _known(folder)
        names = set(_files_of(show, entries))
        _remember(folder, before | names)
        _copy_files(library, show, names, folder, done)
        sizes = {name: (folder / name).stat().st_size for name in names}
        documents = write_feed(show, entries, places)
        for document in documents:
            check_feed(document, show, entries, sizes.get)
        for name, text in _pages(library, show, entries, places):
            _put(folder / name, text.encode(), done)
            names.add(name)
        _write_assets(out, done)
        for document in reversed(documents):
            _put(folder / document.name, document.data, done)
            names.add(document.name)
        _write_home(library, out, places, done)
        _forget(folder, before - names, done)
        _remember(folder, names)
    except OSError as problem:
        raise OutputError(
            f"{out} cannot be written", problem.strerror or str(problem), "Free some space, or name another --out"
        ) from problem
    done.documents = len(documents)
    return done


def cues_of(library: Library, entry: Entry) -> tuple[Cue, ...]:
    """What is said in an episode and when, from its transcript; nothing where it has none that can be read."""
    from narrate.transcript import read_json

    path = library.file_named(entry.show, entry.sides.get("json", ""))
    try:
        return read_json(path.read_text("utf-8")) if path else ()
    except (OSError, ValueError):
        return ()


def _copy_files(library: Library, show: Show, names: set[str], folder: Path, done: Published) -> None:
    """Put all files there that feed and pages will name."""
    for name in sorted(names):
        path = library.file_named(show.slug, name)
        if path is None:
            raise LibraryError(
                f"the file {name} of {show.slug} is missing", "", "Run `narrate library check --repair`, then try again"
            )
        if (folder / name).is_file() and filecmp.cmp(path, folder / name):
            done.unchanged += 1
            continue
        part = folder / f"{PART}{name}"
        shutil.copy2(path, part)
        part.replace(folder / name)
        done.written += 1


def _files_of(show: Show, entries: list[Entry]) -> Iterator[str]:
    if show.artwork:
        yield show.artwork
    for entry in entries:
        yield from (name for side, name in entry.sides.items() if side != "source")
        yield entry.file


def _pages(library: Library, show: Show, entries: list[Entry], places: Places) -> Iterator[tuple[str, str]]:
    """Name and text of every page of a show."""
    from narrate.site.pages import count_pages, entry_page, show_page, show_page_name

    for entry in entries:
        yield f"{entry.slug}.html", entry_page(show, entry, cues_of(library, entry), places)
    for page in range(1, count_pages(len(entries)) + 1):
        yield show_page_name(page), show_page(show, entries, places, page=page)


def _write_assets(out: Path, done: Published) -> None:
    from narrate.site.pages import ASSETS

    (out / "assets").mkdir(exist_ok=True)
    for name, path in ASSETS.items():
        _put(out / "assets" / name, path.read_bytes(), done)


def _write_home(library: Library, out: Path, places: Places, done: Published) -> None:
    """The page and the list of all shows that are in this folder, but those that no directory shall list."""
    from narrate.feed.opml import write_opml
    from narrate.site.pages import shows_page

    shows = [show for show in library.shows() if not show.private and (out / show.slug / "feed.xml").is_file()]
    counted = [(show, library.count_entries(show.slug)) for show in shows]
    _put(out / "index.html", shows_page(counted, places).encode(), done)
    _put(out / OPML, write_opml([(show, places) for show in shows]), done)


def _put(path: Path, data: bytes, done: Published) -> None:
    """Write a file whole, unless it is there already."""
    if path.is_file() and path.read_bytes() == data:
        done.unchanged += 1
        return
    descriptor, part = tempfile.mkstemp(prefix=PART, dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    Path(part).chmod(0o644)
    Path(part).replace(path)
    done.written += 1


def _known(folder: Path) -> set[str]:
    """The names of what earlier runs put into a folder."""
    try:
        return set(json.loads((folder / KNOWN).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return set()


def _remember(folder: Path, names: set[str]) -> None:
    """Before anything is put there, so that what a killed run leaves behind is known to the next one."""
    _put(folder / KNOWN, json.dumps(sorted(names)).encode(), Published())


def _forget(folder: Path, names: set[str], done: Published) -> None:
    """Remove what nothing names any more; what is somebody else's stays."""
    for name in names:
        if Path(name).name == name and (folder / name).is_file():
            (folder / name).unlink()
            done.removed += 1
    for left in folder.glob(f"{PART}*"):  # of a run that was killed
        left.unlink(missing_ok=True)

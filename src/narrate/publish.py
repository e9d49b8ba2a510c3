"""A folder that any static host can serve: sounds, transcripts, pictures, pages, and last of all the feeds."""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.errors import LibraryError, OutputError
from narrate.places import OPML, Places

if TYPE_CHECKING:
    from narrate.library.library import Library
    from narrate.types import Cue, Entry, Show

KNOWN = ".narrate.json"
"""The file in a folder, and in each published show's, that names all others that narrate put there."""

LOCK = ".narrate.lock"
"""The file by which two runs keep apart."""

PART = ".narrate-part-"

TRIES = 5
"""So often a show is read anew that others change meanwhile."""


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
        OutputError: the folder cannot be written, or somebody else's files are in the way.
    """
    with _hold(out):
        _refuse_foreign_files(out)
        return _follow(library, show, out, Places(base_url))


def cues_of(library: Library, entry: Entry) -> tuple[Cue, ...]:
    """What is said in an episode and when, from its transcript; nothing where it has none that can be read."""
    path = library.file_named(entry.show, entry.sides.get("json", ""))
    return _read_cues(path) if path else ()


def _read_cues(path: Path) -> tuple[Cue, ...]:
    from narrate.transcript import read_json

    try:
        return read_json(path.read_text("utf-8"))
    except (OSError, ValueError):
        return ()


@contextmanager
def _hold(out: Path) -> Iterator[None]:
    """Wait until nobody else writes into a folder, and say in terms of it what the disk refuses.

    Raises:
        OutputError: it cannot be written.
    """
    from filelock import FileLock

    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / LOCK):
            yield
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise OutputError(f"{out} cannot be written", why, "Free some space, or name another --out") from problem


def _follow(library: Library, show: Show, out: Path, places: Places) -> Published:
    """Write a show as it is; where it was changed meanwhile and a file has gone, as it is then."""
    for _ in range(TRIES - 1):
        revision = library.revision(show.slug)
        try:
            return _write_show(library, show, out, places)
        except LibraryError:
            if library.revision(show.slug) == revision:
                raise
        show = library.find_show(show.slug)
    return _write_show(library, show, out, places)


def _write_show(library: Library, show: Show, out: Path, places: Places) -> Published:
    from narrate.feed.check import check_feed
    from narrate.feed.rss import write_feed

    entries, folder, done = library.entries(show.slug), out / show.slug, Published()
    folder.mkdir(exist_ok=True)
    documents = write_feed(show, entries, places)
    files, before = set(_files_of(show, entries)), _known(folder)
    names = files | set(_page_names(entries)) | {document.name for document in documents}
    _remember(folder, before | names)
    _copy_files(library, show, files, folder, done)
    sizes = {name: (folder / name).stat().st_size for name in files}
    for document in documents:
        check_feed(document, show, entries, sizes.get)
    for name, text in _pages(show, entries, folder, places):
        _put(folder / name, text.encode(), done)
    _remember(out, _known(out) | set(_root_files()))
    _write_assets(out, done)
    for document in reversed(documents):
        _put(folder / document.name, document.data, done)
    _write_home(library, out, places, done)
    _forget(folder, before - names, done)
    _remember(folder, names)
    _remove_parts(out, out / "assets", folder)
    done.documents = len(documents)
    return done


def _root_files() -> Iterator[str]:
    """What all shows have in common, relative to the folder."""
    from narrate.site.pages import ASSETS

    yield from ("index.html", OPML, *(f"assets/{name}" for name in ASSETS))


def _refuse_foreign_files(out: Path) -> None:
    """
    Raises:
        OutputError: what narrate would write is there already, and is somebody else's.
    """
    known = _known(out)
    for name in _root_files():
        if name not in known and os.path.lexists(out / name):
            remedy = "Name another --out, or move that file away"
            raise OutputError(f"{out / name} is not replaced", "it is there, and narrate did not put it there", remedy)


def _copy_files(library: Library, show: Show, names: set[str], folder: Path, done: Published) -> None:
    """Put all files there that feed and pages will name."""
    for name in sorted(names):
        path = library.file_named(show.slug, name)
        if path is None:
            raise _missing(show, name)
        try:
            _copy(path, folder / name, done)
        except FileNotFoundError:
            if path.exists():
                raise
            raise _missing(show, name) from None


def _copy(path: Path, target: Path, done: Published) -> None:
    if target.is_file() and filecmp.cmp(path, target):
        done.unchanged += 1
        return
    part = target.with_name(f"{PART}{target.name}")
    shutil.copy2(path, part)
    part.replace(target)
    done.written += 1


def _missing(show: Show, name: str) -> LibraryError:
    remedy = "Run `narrate library check --repair`, then try again"
    if name != show.artwork:
        remedy = f"Run `narrate rebuild {name.partition('.')[0]} --show {show.slug}`, or import the recording again"
    return LibraryError(f"the file {name} of {show.slug} is missing", "", remedy)


def _files_of(show: Show, entries: list[Entry]) -> Iterator[str]:
    if show.artwork:
        yield show.artwork
    for entry in entries:
        yield from (name for side, name in entry.sides.items() if side != "source")
        yield entry.file


def _page_names(entries: list[Entry]) -> Iterator[str]:
    from narrate.site.pages import count_pages, show_page_name

    yield from (f"{entry.slug}.html" for entry in entries)
    yield from (show_page_name(page) for page in range(1, count_pages(len(entries)) + 1))


def _pages(show: Show, entries: list[Entry], folder: Path, places: Places) -> Iterator[tuple[str, str]]:
    """Name and text of every page of a show, its transcripts read where they are published."""
    from narrate.site.pages import count_pages, entry_page, show_page, show_page_name

    for entry in entries:
        yield f"{entry.slug}.html", entry_page(show, entry, _read_cues(folder / entry.sides.get("json", "")), places)
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
    counted = [(_with_picture(show, out), library.count_entries(show.slug)) for show in shows]
    _put(out / "index.html", shows_page(counted, places).encode(), done)
    _put(out / OPML, write_opml([(show, places) for show in shows]), done)


def _with_picture(show: Show, out: Path) -> Show:
    """The show without a picture that is not published, or not yet."""
    there = show.artwork and (out / show.slug / show.artwork).is_file()
    return show if there else replace(show, artwork=None)


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
        return {name for name in json.loads((folder / KNOWN).read_text("utf-8")) if isinstance(name, str)}
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


def _remove_parts(*folders: Path) -> None:
    """What a run that was killed was writing."""
    for folder in folders:
        for left in folder.glob(f"{PART}*"):
            left.unlink(missing_ok=True)

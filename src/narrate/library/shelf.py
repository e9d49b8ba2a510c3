"""Files on the shelf: how an episode's files come into its show's folder, and go, so that whoever is killed on the way
leaves nothing that the next command could not tell.

Before any file moves, a list of all that may come or go is written; after the row, it goes. Of a list that is found,
the files go which no row names: whether the row is still the old one or already the new one, what is left is whole.
Whoever places files holds the show's lock, so a list that is found while holding it is that of somebody who died.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import file_digest
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.errors import LibraryError, OutputError
from narrate.library.folder import LOCKS, SOURCES
from narrate.library.note import Note, note_name, write_note
from narrate.library.rows import KEPT_SOURCE
from narrate.studio import ROOM_PREFIX, open_room
from narrate.types import Entry

if TYPE_CHECKING:
    from narrate.library.library import Library

PLACING = ".placing.json"
HALF = f"{PLACING}.half"
"""The list of files in a show's folder that are about to come or to go; and while it is being written."""

SIDES = {"vtt": ".vtt", "srt": ".srt", "json": ".json", "chapters": ".chapters.json", "cover": ".jpg"}
"""How the names of files beside a sound end."""

ALWAYS = frozenset({"vtt", "srt", "json", "cover", "source"})
"""The sides that every episode has which narrate made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Files that are whole, and wait in a room for their places and names."""

    sound: Path
    sides: Mapping[str, Path]
    """By the names of `SIDES`."""
    source: Path | None = None


@contextmanager
def hold(library: Path, name: str) -> Iterator[None]:
    """Wait until nobody else holds what goes by this name, and hold it.

    Raises:
        LibraryError: there can be no locks in the library.
    """
    from filelock import FileLock

    with telling(library):
        (library / LOCKS).mkdir(exist_ok=True)
        lock = FileLock(library / LOCKS / f"{name.removeprefix('urn:uuid:')}.lock")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def telling(library: Path) -> Iterator[None]:
    """What the disk refuses is said in terms of the library."""
    try:
        yield
    except (OSError, OutputError) as problem:
        why = problem.why or problem.what if isinstance(problem, OutputError) else problem.strerror or str(problem)
        remedy = "Free some space, or set NARRATE_LIBRARY to another folder"
        raise LibraryError(f"the library {library} cannot be written", why, remedy) from problem


@contextmanager
def open_library_room(library: Library) -> Iterator[Path]:
    """A hidden folder in the library, from which finished files are moved and never copied."""
    with telling(library.folder), open_room(library.folder) as room:
        yield room


# ---------------------------------------------------------------------- names


def stem_of(slug: str, version: int) -> str:
    """What the names of all files of a version begin with."""
    return slug if version == 1 else f"{slug}.v{version}"


def names_of(entry: Entry) -> frozenset[str]:
    """All files of an entry, relative to its show's folder."""
    return frozenset((entry.file, *entry.sides.values(), note_name(entry.file)))


def is_whole(library: Library, entry: Entry) -> bool:
    """Are the sound and all that belongs beside it there, and the sound of its size? Nobody reads it for that."""
    folder = library.folder_of(entry.show)
    if not entry.sides.keys() >= ({"cover"} if entry.imported else ALWAYS):
        return False
    with suppress(OSError):
        beside = all((folder / name).is_file() for name in names_of(entry))
        return beside and (folder / entry.file).stat().st_size == entry.size_bytes
    return False


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


# -------------------------------------------------------------------- placing


def place(library: Library, entry: Entry, made: Made, note: Note, *, redate: bool = False) -> Entry:
    """Put files into their show's folder, then the row, then take away what the row named before.

    Args:
        entry: as it shall be; its slug, version, file names, size and digest are found here.
        made: moved, all of it out of a room in this library.
        note: written beside the source.
        redate: the date of one that is there changes too.

    Returns:
        The entry as it is in the library now.

    Raises:
        LibraryError: it cannot be written; the library is as it was.
    """
    with hold_show(library, entry.show), telling(library.folder):
        old = library.entry_of(entry.show, entry.guid)
        entry = _named(library, entry, old, made)
        moves = _moves(entry, made, replace(note, uid=library.find_show(entry.show).uid))
        _announce(library, entry, [*(names_of(old) if old else ()), *moves])
        with _tidying(library, entry.show):
            _move(library.folder_of(entry.show), moves)
            library.put_entry(entry, redate=redate)
        return library.entry_of(entry.show, entry.guid) or entry


def take_away(library: Library, entry: Entry) -> None:
    """Remove an entry's row, then its files.

    Raises:
        LibraryError: it cannot be removed.
    """
    with hold_show(library, entry.show), telling(library.folder):
        _announce(library, entry, names_of(entry))
        with _tidying(library, entry.show):
            library.remove_entry(entry.show, entry.guid)


def sweep(library: Library) -> list[str]:
    """Finish what killed commands have left anywhere in the library.

    Returns:
        The files that went, relative to the library.
    """
    gone = library.finish_removals()
    for show in sorted({listed.parent.name for listed in library.folder.glob(f"*/{PLACING}*")}):
        with hold(library.folder, f"show-{show}"):
            gone += [f"{show}/{name}" for name in _sweep_show(library, show)]
    if any(library.folder.glob(f"{ROOM_PREFIX}*")):
        with open_library_room(library):
            pass  # whoever opens one clears those that were left
    return gone


@contextmanager
def hold_show(library: Library, show: str) -> Iterator[None]:
    """Hold a show's folder, in which nothing is half done then."""
    with hold(library.folder, f"show-{show}"):
        _sweep_show(library, show)
        yield


@contextmanager
def _tidying(library: Library, show: str) -> Iterator[None]:
    """Take away afterwards what no row names: of what was there before, or, where it failed, of what came."""
    try:
        yield
    except BaseException:
        with suppress(LibraryError, OSError):  # else the next command does
            _sweep_show(library, show)
        raise
    _sweep_show(library, show)


def _sweep_show(library: Library, show: str) -> list[str]:
    """Of the files on the list, remove those that the row does not name, and then the list.

    Of a show that the database does not know nothing goes: it may be the database that is lost.
    """
    folder = library.folder_of(show)
    listed = folder / PLACING
    if not any(folder.glob(f"{PLACING}*")) or show not in {known.slug for known in library.shows()}:
        return []
    with telling(library.folder):
        guid, names = _read_list(listed)
        kept = library.entry_of(show, guid) if guid else None
        gone = sorted(name for name in names if not kept or name not in names_of(kept))
        removed = [name for name in gone if _remove(folder / name)]
        _remove(folder / HALF)
        _remove(listed)
        sync_folder(folder)
    return removed


def _named(library: Library, entry: Entry, old: Entry | None, made: Made) -> Entry:
    """The entry with names that no file has yet."""
    folder = library.folder_of(entry.show)
    slug = old.slug if old else library.unique_slug(entry.show, entry.title)
    for version in count(old.version + 1 if old else 1):
        stem = stem_of(slug, version)
        sides = {kind: f"{stem}{SIDES[kind]}" for kind in made.sides}
        if made.source:
            sides["source"] = f"{SOURCES}/{stem}{made.source.suffix}"
        named = replace(entry, slug=slug, version=version, file=f"{stem}{made.sound.suffix}", sides=sides)
        if not any(os.path.lexists(folder / name) for name in names_of(named)):
            break
    return replace(
        named,
        size_bytes=made.sound.stat().st_size,
        digest=digest_of(made.sound),
    )


def _moves(entry: Entry, made: Made, note: Note) -> dict[str, Path]:
    """Where each file is now, by the name that it shall have; the sound is the last."""
    noted = made.sound.with_name("note")
    write_note(noted, note, entry)
    moves = {note_name(entry.file): noted}
    if made.source:
        moves[entry.sides["source"]] = made.source
    return moves | {entry.sides[kind]: path for kind, path in made.sides.items()} | {entry.file: made.sound}


def _announce(library: Library, entry: Entry, names: Iterable[str]) -> None:
    """Write the list: whole, and on the disk before anything moves."""
    folder = library.folder_of(entry.show)
    folder.mkdir(exist_ok=True)
    half = folder / HALF
    half.write_text(json.dumps({"guid": entry.guid, "names": sorted(set(names))}), "utf-8")
    sync_file(half)
    half.replace(folder / PLACING)
    sync_folder(folder)


def _read_list(listed: Path) -> tuple[str | None, list[str]]:
    """What is on a list; nothing where there is none, or none that we have written."""
    try:
        found = json.loads(listed.read_text("utf-8"))
        names = [str(name) for name in found["names"]]
        return str(found["guid"]), [name for name in names if KEPT_SOURCE.fullmatch(name)]
    except (OSError, ValueError, KeyError, TypeError):
        return None, []


def _move(folder: Path, moves: Mapping[str, Path]) -> None:
    """Everything is on the disk before a row tells of it."""
    (folder / SOURCES).mkdir(exist_ok=True)
    for path in moves.values():
        sync_file(path)
    for name, path in moves.items():
        path.replace(folder / name)
    sync_folder(folder / SOURCES)
    sync_folder(folder)


def _remove(path: Path) -> bool:
    """Remove a file; False where there was none."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """What came into a folder, and went, is so after a power cut too."""
    if os.name == "nt":  # it does that by itself
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def link_or_copy(path: Path, target: Path) -> Path:
    """The same bytes under another name, at no cost where the disk can."""
    try:
        target.hardlink_to(path)
    except OSError:
        shutil.copyfile(path, target)
    return target

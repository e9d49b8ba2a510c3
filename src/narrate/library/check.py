"""Is the library as its files are? What is not can be mended: the files tell what a lost database knew.

A repair never removes what narrate has not made: of the files that no episode names, only those go that carry the name
of an episode which has others now.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from narrate.audio.ffmpeg import convert
from narrate.errors import AudioError, LibraryError, UsageError
from narrate.library.artwork import draw_artwork
from narrate.library.database import find_damage, set_aside, set_queue_aside
from narrate.library.folder import DATABASE, REMOVED, SHOW_FILE, SOURCES
from narrate.library.note import note_name, read_note, write_note
from narrate.library.recordings import DEMUXERS, SAME_S
from narrate.library.restore import note_from_row, restore_entry
from narrate.library.shelf import PLACING, digest_of, hold, names_of, sweep, telling
from narrate.library.shows import read_show_file, write_show_file
from narrate.tags.read import SUFFIXES
from narrate.types import Entry, Show

if TYPE_CHECKING:
    from narrate.library.library import Library

Kind = Literal["database", "show", "missing", "damaged", "side", "found", "orphan", "leftover"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it should be."""

    kind: Kind
    message: str
    """A sentence for the user."""
    show: str = ""
    """The slug of the show that it is in, where it is in one."""
    name: str = ""
    """Of the file, or of the episode where its row goes."""
    repaired: bool = False


def check_folder(folder: Path, *, repair: bool, deep: bool = False) -> list[Finding]:
    """Look at a whole library, its database first; one that is damaged is moved aside and made anew from the files.

    Args:
        folder: of the library.
        repair: mend what can be mended.
        deep: read every sound, and do not only look at its size.

    Raises:
        LibraryError: there is no library, or it cannot be used at all.
    """
    from narrate.library.library import Library

    path = folder / DATABASE
    if not path.exists() and not any(folder.glob(f"*/{SHOW_FILE}")):
        raise LibraryError(f"there is no library in {folder}", "", "Set NARRATE_LIBRARY to its folder")
    found = []
    damage = "it is lost" if not path.exists() else find_damage(path)
    if damage:
        found.append(_renew_database(path, damage, repair=repair))
        if not repair:
            return found
    with Library(folder) as library:
        rows = [_damaged_row(path, why, repair=repair) for why in library.check_rows(repair=repair)]
        if rows and not repair:
            return rows
        return [*found, *rows, *check_library(library, repair=repair, deep=deep)]


def check_library(library: Library, *, repair: bool, deep: bool = False) -> list[Finding]:
    """Hold rows against files, show by show. For the arguments see `check_folder`.

    Raises:
        LibraryError: the database cannot be read, or something cannot be mended.
    """
    found = [*_sweep(library, repair=repair)]
    known = {show.slug for show in library.shows()}
    listed = [path for path in sorted(library.folder.glob(f"[!.]*/{SHOW_FILE}")) if not path.parent.is_symlink()]
    found += [_restore_show(library, path, repair=repair) for path in listed if path.parent.name not in known]
    for show in library.shows():
        with hold(library.folder, f"show-{show.slug}"), telling(library.folder):
            found += _Shelf(library, show, repair=repair, deep=deep).check()
    return found


# ------------------------------------------------------------------- database


def _damaged_row(path: Path, why: str, *, repair: bool) -> Finding:
    """A row that nobody can read, in a database that is sound."""
    what = "taken out, and made again from the files" if repair else "--repair makes it again from the files"
    return Finding(kind="database", name=path.name, message=f"{why}: {what}.", repaired=repair)


def _renew_database(path: Path, damage: str, *, repair: bool) -> Finding:
    if not repair:
        message = f"The database {path.name} is no good: {damage}. --repair makes another one from the files."
        return Finding(kind="database", name=path.name, message=message)
    aside = set_aside(path)
    kept = f" What is left of the old one is in {aside.name}." if aside.exists() else ""
    queue = set_queue_aside(path.parent)
    if queue:
        kept += f" Texts and files that waited to be made into episodes are in {queue.name}; add them again."
    return Finding(
        kind="database",
        name=path.name,
        message=f"The database was no good ({damage}) and is made again from the files; addresses of a private "
        f"server are new.{kept}",
        repaired=True,
    )


def _sweep(library: Library, *, repair: bool) -> Iterator[Finding]:
    """What killed commands have left."""
    left = sorted(path.parent.name for path in library.folder.glob(f"[!.]*/{PLACING}"))
    if repair:
        for name in sweep(library):
            show, _, file = name.rpartition("/") if name.startswith(REMOVED) else name.partition("/")
            message = f"{name} was left by a command that was stopped, and is removed."
            yield Finding(kind="leftover", show=show, name=file, message=message, repaired=True)
        return
    for show in left:
        message = f"A command that was stopped has left files in {show}; --repair or the next `narrate add` clears up."
        yield Finding(kind="leftover", show=show, name=PLACING, message=message)
    for path in sorted(library.folder.glob(f"{REMOVED}*")):
        message = f"{path.name} is of a show whose removal was stopped; --repair or the next `narrate add` clears up."
        yield Finding(kind="leftover", name=path.name, message=message)


def _restore_show(library: Library, listed: Path, *, repair: bool) -> Finding:
    """A show whose folder is there, and whose row is not."""
    slug = listed.parent.name
    try:
        show = read_show_file(listed)
        if repair:
            library.create_show(show)
    except (LibraryError, UsageError) as problem:
        message = f"The folder {slug} is of a show that the library does not know, and cannot be taken in: {problem}"
        return Finding(kind="show", show=slug, name=SHOW_FILE, message=message)
    done = "is taken in again" if repair else "is not in the library; --repair takes it in"
    return Finding(kind="show", show=slug, name=SHOW_FILE, message=f"The show {slug} {done}.", repaired=repair)


# ----------------------------------------------------------------------- shows


class _Shelf:
    """One show's rows and files, while nobody else changes them."""

    def __init__(self, library: Library, show: Show, *, repair: bool, deep: bool) -> None:
        self.library, self.show, self.repair, self.deep = library, show, repair, deep
        self.folder = library.folder_of(show.slug)
        self.rows = {entry.guid: entry for entry in reversed(library.entries(show.slug))}
        self.found: list[Finding] = []

    def check(self) -> list[Finding]:
        self._check_show()
        sounds = self._unnamed_sounds()
        for entry in list(self.rows.values()):
            self._check_entry(entry, sounds.pop(entry.guid, None))
        for entry in sorted(sounds.values(), key=lambda entry: (entry.published_at, self._age(entry))):
            self._take_in(entry)
        self._check_rest()
        return self.found

    def _say(self, kind: Kind, name: str, message: str, *, repaired: bool = False) -> None:
        self.found.append(Finding(kind=kind, show=self.show.slug, name=name, message=message, repaired=repaired))

    def _check_show(self) -> None:
        """The show's own files."""
        if self.repair:
            self.folder.mkdir(exist_ok=True)
        try:
            same = read_show_file(self.folder / SHOW_FILE) == self.show
        except LibraryError:
            same = False
        if not same:
            done = "is written again" if self.repair else "is not what the library says; --repair writes it again"
            self._say("show", SHOW_FILE, f"{self.show.slug}/{SHOW_FILE} {done}.", repaired=self.repair)
            if self.repair:
                write_show_file(self.show, self.folder / SHOW_FILE)
        if self.show.artwork and not (self.folder / self.show.artwork).is_file():
            advice = f"Give another one with `narrate show edit {self.show.slug} --artwork FILE`"
            done = f"one was drawn. {advice}" if self.repair else "--repair draws one"
            message = f"The artwork of {self.show.slug} is missing; {done}."
            self._say("missing", self.show.artwork, message, repaired=self.repair)
            if self.repair:
                self.show = draw_artwork(self.library, self.library.change_show(self.show.slug, artwork=None))

    def _unnamed_sounds(self) -> dict[str, Entry]:
        """Recordings of this show that no row names, by guid; of several of an episode the newest."""
        named = {entry.file for entry in self.rows.values()}
        found: dict[str, Entry] = {}
        for path in self._files():
            if path.suffix.lower() not in SUFFIXES or path.name in named:
                continue
            entry = restore_entry(self.folder, self.show, path.name)
            if entry and (entry.guid not in found or found[entry.guid].version < entry.version):
                found[entry.guid] = entry
        return found

    def _files(self) -> list[Path]:
        """Plain files in the show's folder, but hidden ones."""
        if not self.folder.is_dir():
            return []
        paths = sorted(path for path in self.folder.iterdir() if not path.name.startswith("."))
        return [path for path in paths if path.is_file() and not path.is_symlink()]

    # ------------------------------------------------------------- one entry

    def _check_entry(self, entry: Entry, other: Entry | None) -> None:
        """
        Args:
            other: another version of the same episode whose sound is there.
        """
        fault = self._fault_of(entry)
        if fault is None:
            self._check_sides(entry)
            self._check_note(self.rows[entry.guid])
        elif other and other.slug == entry.slug:
            self._replace(entry, other, fault)
        elif fault == MISSING and self._can_rebuild(entry):
            self._say("missing", entry.file, f"The file {entry.file} {fault}: {self._left(entry)}.")
            self._check_note(entry)
        elif fault == MISSING:
            self._drop(entry)
        else:
            self._look_at_damage(entry, fault)

    def _fault_of(self, entry: Entry) -> str | None:
        sound = self.folder / entry.file
        if not sound.is_file() or sound.is_symlink():
            return MISSING
        size_bytes = sound.stat().st_size
        if size_bytes != entry.size_bytes:
            return f"has {size_bytes} bytes in place of {entry.size_bytes}"
        if self.deep and digest_of(sound) != entry.digest:
            return OTHER_BYTES
        return None

    def _check_sides(self, entry: Entry) -> None:
        gone = {side: name for side, name in entry.sides.items() if not (self.folder / name).is_file()}
        forgets = self.repair and not self._can_rebuild(entry)
        for name in gone.values():
            done = "it is no longer named" if forgets else self._left(entry)
            self._say("side", name, f"{name} of {entry.slug} is missing: {done}.", repaired=forgets)
        if gone and forgets:
            self._put(replace(entry, sides={side: name for side, name in entry.sides.items() if side not in gone}))

    def _check_note(self, entry: Entry) -> None:
        if self._is_noted(entry):
            return
        name = note_name(entry.file)
        done = "is written again from what the library knows" if self.repair else "--repair writes it again"
        self._say("side", name, f"The note {name} of {entry.slug} is missing or damaged: {done}.", repaired=self.repair)
        if self.repair:
            self._write_note(entry)

    def _is_noted(self, entry: Entry) -> bool:
        """Is there a note of it, and of this very show?"""
        note = read_note(self.folder, entry.file)
        return note.entry is not None and note.uid == self.show.uid

    def _write_note(self, entry: Entry) -> None:
        (self.folder / SOURCES).mkdir(exist_ok=True)
        note = read_note(self.folder, entry.file)
        half = self.folder / SOURCES / f".{entry.slug}.half"
        write_note(half, replace(note if note.entry else note_from_row(entry), uid=self.show.uid), entry)
        half.replace(self.folder / note_name(entry.file))

    def _replace(self, entry: Entry, other: Entry, fault: str) -> None:
        done = f"{other.file} takes its place" if self.repair else f"--repair puts {other.file} in its place"
        self._say("missing", entry.file, f"The file {entry.file} {fault}: {done}.", repaired=self.repair)
        if self.repair:
            self._put(other)

    def _drop(self, entry: Entry) -> None:
        """Give up an episode whose sound is gone, and its source too."""
        done = "it is" if self.repair else f"{self._again(entry)}, or with --repair it is"
        self._say(
            "missing",
            entry.file,
            f"The sound of {entry.slug}, {entry.file}, is missing: {done} taken out of the library.",
            repaired=self.repair,
        )
        if self.repair:
            self.library.remove_entry(entry.show, entry.guid)
            del self.rows[entry.guid]
            for name in names_of(entry):
                (self.folder / name).unlink(missing_ok=True)

    def _look_at_damage(self, entry: Entry, fault: str) -> None:
        """A sound that somebody has changed is taken where all of it sounds, as after writing other tags."""
        sound = self.folder / entry.file
        if fault == OTHER_BYTES or abs(_decoded_s(sound) - entry.duration_s) > SAME_S:
            self._say("damaged", entry.file, f"The file {entry.file} {fault}, and is damaged: {self._again(entry)}.")
            return
        done = "it is taken as it is" if self.repair else "--repair takes it as it is"
        self._say(
            "damaged", entry.file, f"The file {entry.file} {fault}, but sounds whole: {done}.", repaired=self.repair
        )
        if self.repair:
            self._put(replace(entry, size_bytes=sound.stat().st_size, digest=digest_of(sound)))

    def _take_in(self, entry: Entry) -> None:
        """A recording of this show without a row."""
        taken = any(entry.slug == other.slug for other in self.rows.values())
        done = "is taken in again" if self.repair else "is not in the library; --repair takes it in"
        if taken:
            done = "cannot be taken in: another episode has its name"
        self._say(
            "found", entry.file, f"The episode {entry.slug} ({entry.file}) {done}.", repaired=self.repair and not taken
        )
        if self.repair and not taken:
            self._put(entry)
            if not self._is_noted(entry):
                self._write_note(entry)

    def _can_rebuild(self, entry: Entry) -> bool:
        """Is its source there?"""
        return (self.folder / entry.sides.get("source", "")).is_file()

    def _left(self, entry: Entry) -> str:
        return f"not repaired: {self._again(entry)}" if self.repair else self._again(entry)

    def _again(self, entry: Entry) -> str:
        """What helps."""
        if entry.imported:
            return "import the recording again"
        if self._can_rebuild(entry):
            return f"`narrate rebuild {entry.slug} --show {entry.show}` makes it again"
        if entry.origin:
            return f"`narrate add {shlex.quote(entry.origin)} --show {entry.show}` makes it again"
        return "its text was pasted, and was not kept"

    def _put(self, entry: Entry) -> None:
        self.library.put_entry(entry)
        self.rows[entry.guid] = entry

    def _age(self, entry: Entry) -> int:
        return (self.folder / entry.file).stat().st_mtime_ns

    # --------------------------------------------------------------- the rest

    def _check_rest(self) -> None:
        """Files that nobody names."""
        named = {name for entry in self.rows.values() for name in names_of(entry)} | {SHOW_FILE, self.show.artwork}
        slugs = {entry.slug for entry in self.rows.values()}
        told = {finding.name for finding in self.found}
        kept = [path for path in sorted((self.folder / SOURCES).glob("*")) if f"{SOURCES}/{path.name}" not in named]
        for path in [*(path for path in self._files() if path.name not in named), *kept]:
            if path in kept or (_slug_of(path.name) in slugs and _is_ours(path.name)) or _is_our_picture(path):
                self._clear(path)
            elif path.name not in told:
                message = f"{self.show.slug}/{path.name} is named by no episode; `narrate import` takes in a recording."
                self._say("orphan", path.name, message)

    def _clear(self, path: Path) -> None:
        name = str(path.relative_to(self.folder))
        done = "is removed" if self.repair else "can go: --repair removes it"
        self._say("leftover", name, f"{self.show.slug}/{name} is left from before and {done}.", repaired=self.repair)
        if self.repair:
            path.unlink(missing_ok=True)


MISSING = "is missing"
OTHER_BYTES = "holds other bytes than it should"

DECODED_HZ = 8000
"""Enough to hear how long a sound is."""

OURS = re.compile(r"[^.]+(\.v\d{1,9})?(\.mp3|\.m4a|\.m4b|\.vtt|\.srt|\.json|\.chapters\.json|\.jpg)")
PICTURE = re.compile(r"artwork\.(drawn-)?(?P<digest>[0-9a-f]{8})\.(jpg|png)")


def _decoded_s(sound: Path) -> float:
    """How many seconds of a recording can be played without an error; 0 where there is one."""
    decoding = ["-v", "error", "-xerror", "-f", DEMUXERS[sound.suffix.lower()], "-i", f"file:{sound}", "-map", "0:a:0"]
    try:
        pcm = convert([*decoding, "-f", "s16le", "-ac", "1", "-ar", str(DECODED_HZ), "pipe:1"], b"")
    except AudioError:
        return 0.0
    return len(pcm) / 2 / DECODED_HZ


def _slug_of(name: str) -> str:
    return name.partition(".")[0]


def _is_ours(name: str) -> bool:
    """Is a file called as those of episodes are?"""
    return OURS.fullmatch(name) is not None


def _is_our_picture(path: Path) -> bool:
    """Is it a picture of a show, called after its bytes as narrate calls them?"""
    named = PICTURE.fullmatch(path.name)
    return named is not None and digest_of(path).startswith(named["digest"])

"""Where an episode goes, and how files appear there: whole, or not at all."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.errors import OutputError, UsageError
from narrate.preparation import Prepared

if TYPE_CHECKING:
    pass


def find_target(
    prepared: Prepared, output: str | Path | None, format: str | None = None, *, taken: Collection[Path] = ()
) -> Path:
    """Where the episode goes: the file named, or in the folder named one named after the title.

    Args:
        format: such as `m4b`; None takes the file's ending, and MP3 where nothing says.
        taken: names that others have; one after the title gets a number then.

    Raises:
        OutputError: the folder does not exist or cannot be written.
        UsageError: the ending is of a format that is not made, or of another than was asked for.
    """
    from narrate.audio.formats import format_of

    target = Path(output or ".").expanduser()
    if target.is_dir() or str(output or "").endswith("/"):
        target = _free_name(target, _file_name(prepared), format_of(format or "mp3").suffix, taken)
    elif format and not target.suffix:
        target = target.with_name(target.name + format_of(format).suffix)
    made = format_of(target)
    if format and made != format_of(format):
        raise UsageError(f"{target.name} is a name for {made.name}, not {format}", "", "Leave out one of the two")
    if not target.parent.is_dir():
        raise OutputError(f"there is no folder {target.parent}", "", "Make it, or name another one with -o")
    if not os.access(target.parent, os.W_OK):
        raise OutputError(f"the folder {target.parent} cannot be written", "", "Name another one with -o")
    return target


def _file_name(prepared: Prepared) -> str:
    """After the title; of a chapter by itself, after its number in the whole."""
    track = prepared.track
    if track is None:
        return slug(prepared.title)
    return f"{track.number:0{max(2, len(str(track.total)))}}-{slug(track.title)}"


def _free_name(folder: Path, name: str, suffix: str, taken: Collection[Path]) -> Path:
    numbers = chain([""], (f"-{number}" for number in count(2)))
    return next(path for number in numbers if (path := folder / f"{name}{number}{suffix}") not in taken)


def slug(title: str) -> str:
    """A title as a file name: `Über den Fluss!` → `uber-den-fluss`; letters of other scripts stay."""
    plain = unicodedata.normalize("NFKD", title.lower())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"['’‘]", "", plain)
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:80].rstrip("-") or "episode"


@contextmanager
def temporary_beside(target: Path) -> Iterator[Path]:
    """A hidden folder next to the target, so that finished files are renamed and never copied."""
    from narrate.studio import open_room

    try:
        with open_room(target.parent) as folder:
            yield folder
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise OutputError(
            f"{target} cannot be written", reason, "Free some space or name another place with -o"
        ) from problem


def move_into_place(folder: Path, made: Path, target: Path, sides: dict[Path, str]) -> None:
    """Everything is written under another name first; the episode comes last.

    It is on the disk before it takes the place of an older one, which a power cut must not turn into nothing.
    """
    staged = []
    for number, (path, text) in enumerate(sides.items()):
        part = folder / f"side-{number}"
        part.write_text(text, "utf-8")
        staged.append((part, path))
    staged.append((made, target))
    for part, path in staged:
        if path.is_dir():
            raise OutputError(f"{path} cannot be written", "it is a folder", "Move it, or name another file with -o")
        with part.open("rb+") as file:
            os.fsync(file.fileno())
    for part, path in staged:
        part.replace(path)


def write_whole(path: Path, text: str) -> None:
    """Write a text file: whole, or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    with temporary_beside(path) as folder:
        part = folder / "part"
        part.write_text(text, "utf-8")
        part.replace(path)

"""The picture of a show: its own, or one drawn from its title. Every show has one, since every directory wants one."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.errors import OutputError

if TYPE_CHECKING:
    from narrate.library.library import Library
    from narrate.types import Show

OWN, DRAWN = "artwork.", "artwork.drawn-"
"""How the names of both begin. The rest is of their bytes, so that another picture has another address."""

PNG = b"\x89PNG"


def hang_artwork(library: Library, show: Show, data: bytes) -> Show:
    """Give a show a picture of its own.

    Args:
        data: as `narrate.artwork.check_artwork` or `fit_cover` leave it.

    Raises:
        OutputError: it cannot be written.
    """
    return _hang(library, show, OWN, data)


def draw_artwork(library: Library, show: Show) -> Show:
    """Draw a picture for a show that has none of its own, again where its title has changed.

    Raises:
        OutputError: it cannot be written.
    """
    from narrate.artwork import draw_cover

    if show.artwork and not show.artwork.startswith(DRAWN):
        return show
    below = show.author if show.author != show.title else ""
    return _hang(library, show, DRAWN, draw_cover(show.title, below, seed=show.uid))


def _hang(library: Library, show: Show, beginning: str, data: bytes) -> Show:
    """The file first, then the row that names it; the one before goes last."""
    suffix = ".png" if data.startswith(PNG) else ".jpg"
    name = f"{beginning}{sha256(data).hexdigest()[:8]}{suffix}"
    folder = library.folder_of(show.slug)
    if name == show.artwork and (folder / name).is_file():
        return show
    _write(folder / name, data)
    changed = library.change_show(show.slug, artwork=name)
    if show.artwork and show.artwork != name:
        with suppress(OSError):
            (folder / show.artwork).unlink()
    return changed


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise OutputError(f"the artwork {path} cannot be written", why, "Free some space and try again") from problem

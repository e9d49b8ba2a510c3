"""The cover of an episode: what somebody gives, else the article's own picture, else the show's, else a drawn one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from narrate.cache import make_key
from narrate.errors import NarrateError, UsageError
from narrate.library.recipe import is_web
from narrate.settings import Settings
from narrate.types import Show
from narrate.web.fetch import Limits, fetch

PICTURE_LIMITS = Limits(total_s=20, connect_s=8, read_s=8, size_bytes=12_000_000, redirects=5)

PICTURES = "image/jpeg, image/png, image/webp, image/gif;q=0.5"
"""Asked of servers."""

OWN = ("given", "image", "embedded")
"""Covers that are of the episode, and not of its show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """A picture as it goes into an episode."""

    data: bytes
    """JPEG."""
    made_of: str
    """Tells whence it came; the same gives the same picture."""
    note: str = ""
    """A sentence for the user, where it is not the one that it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The cover that an episode has already."""

    made_of: str = ""
    data: bytes | None = None

    @property
    def own(self) -> Cover | None:
        """It, where it is the episode's own and there."""
        if self.data and self.made_of.startswith(OWN):
            return Cover(data=self.data, made_of=self.made_of)
        return None


def choose_cover(
    show: Show,
    folder: Path,
    given: Path | None,
    inside: bytes | None,
    image: str | None,
    kept: Kept,
    settings: Settings,
) -> Cover:
    """The cover of an episode.

    Args:
        folder: of the show.
        given: a file of the user's.
        inside: the picture that the source brings along.
        image: web address of the article's picture.
        kept: taken where it was made of the same.
        settings: how the web is reached.

    Raises:
        UsageError: the user's file is no picture that can be used.
    """
    from narrate.artwork import fit_cover

    note = ""
    if given:
        data = read_picture(given)
        return _keep_or(kept, f"given {digest(data)}", lambda: fit_cover(data, what=str(given)))
    found = fit_embedded(inside, kept) if inside else None
    if found:
        return found
    if image and is_web(image):
        try:
            return _keep_or(kept, f"image {image}", lambda: _fetch_cover(image, settings))
        except NarrateError as problem:
            note = f"the article's picture was left out: {problem}"
    return replace(cover_of_show(show, folder, kept), note=note)


def fit_embedded(data: bytes, kept: Kept) -> Cover | None:
    """The picture that a recording or a book brings along; None where it cannot be used."""
    from narrate.artwork import fit_cover

    try:
        return _keep_or(kept, f"embedded {digest(data)}", lambda: fit_cover(data, what="the picture inside"))
    except UsageError:
        return None


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def read_picture(path: Path) -> bytes:
    """
    Raises:
        UsageError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise UsageError(f"the cover {path} cannot be read", why, "Look at the path") from problem


def cover_of_show(show: Show, folder: Path, kept: Kept) -> Cover:
    """The show's artwork, else one drawn for it."""
    from narrate.artwork import draw_cover, fit_cover

    if show.artwork:
        try:
            data = (folder / show.artwork).read_bytes()
            return _keep_or(
                kept, f"artwork {digest(data)}", lambda: fit_cover(data, what=f"the artwork of {show.slug}")
            )
        except (OSError, UsageError):  # `narrate library check` tells of it
            pass
    below = show.author if show.author != show.title else ""
    made_of = f"drawn {make_key(show.title, below, show.uid)}"
    return _keep_or(kept, made_of, lambda: draw_cover(show.title, below, seed=show.uid))


def _fetch_cover(address: str, settings: Settings) -> bytes:
    """
    Raises:
        SourceError: it cannot be had.
        UsageError: it is no picture that can be used.
    """
    from narrate.artwork import fit_cover

    found = fetch(
        address,
        limits=PICTURE_LIMITS,
        allow_private=settings.allow_private,
        proxy=settings.proxy,
        accept=PICTURES,
    )
    return fit_cover(found.data, what=address)


def _keep_or(kept: Kept, made_of: str, make: Callable[[], bytes]) -> Cover:
    data = kept.data if kept.data and kept.made_of == made_of else make()
    return Cover(data=data, made_of=made_of)

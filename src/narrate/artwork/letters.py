"""Letters to set a title in: those that come with narrate, or those of the system where a script needs them.

No letter is drawn that its font does not have: the empty boxes in its place tell nobody anything.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from PIL import ImageFont, features

OWN_FONTS = "font_source_serif_pro"
"""Source Serif Pro (SIL OFL 1.1): Latin, Vietnamese, Greek and Cyrillic."""

TRIAL_PX = 24
"""Size at which a font is asked for its letters."""

NO_LETTER = "\uffff"
"""No font has it, so it shows what a font draws in place of a letter that it lacks."""

JOINERS = "\u200c\u200d"
"""Never seen themselves, they shape the letters beside them."""

SHAPED = range(0x0590, 0x1900)
"""Scripts from Hebrew to Mongolian: without Raqm their letters stand apart, or in the wrong order."""

PLAIN_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-"})

NOT_FOR_TITLES = ("lastresort", "adobeblank", "emoji", "symbol", "keyboard", "unifont")
"""Fonts that draw something for every character, or pictures for letters."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font in any size."""

    path: Path

    def at(self, size_px: int) -> ImageFont.FreeTypeFont:
        return _load_font(self.path, size_px)

    def has(self, letter: str) -> bool:
        """Whether it draws this character, and not only an empty box."""
        return letter.isspace() or letter in JOINERS or _draws(self.path, letter)


@dataclass(frozen=True, slots=True)
class Line:
    """Words that a face has all letters of."""

    text: str
    face: Face

    @property
    def rightward(self) -> bool:
        """False for Arabic, Hebrew and others that begin at the right."""
        kinds = (unicodedata.bidirectional(letter) for letter in self.text)
        return next((kind == "L" for kind in kinds if kind in ("L", "R", "AL")), True)

    @property
    def direction(self) -> Literal["rtl"] | None:
        """What Pillow is told; it knows the rest."""
        return None if self.rightward else "rtl"


def choose_letters(text: str, weight: str, folders: tuple[Path, ...]) -> Line | None:
    """The text as it can be set: in our own face, or in one of the system that has every letter.

    Pictures and signs that the face lacks are left out. Where no face has all letters, so are the words with those
    that ours lacks; None where that leaves less than half of the letters.

    Args:
        weight: of our own face, `Bold` or `Semibold`.
        folders: where fonts of the system lie.
    """
    text = clean_text(text)
    own = own_face(weight)
    needed = {letter for letter in text if _carries_meaning(letter)}
    if not any(map(_is_letter, needed)):
        return None
    if all(own.has(letter) for letter in needed):
        return Line(_without_signs(text, own), own)
    other = find_face(frozenset(needed), folders)
    return Line(_without_signs(text, other), other) if other else _known_words(text, own)


def clean_text(text: str) -> str:
    """One line without control characters, composed, with hyphens that every font has."""
    text = unicodedata.normalize("NFC", text).translate(PLAIN_HYPHENS)
    kept = (
        letter for letter in text if letter.isspace() or letter in JOINERS or unicodedata.category(letter)[0] != "C"
    )
    return " ".join("".join(kept).split())


def own_face(weight: str) -> Face:
    return Face(Path(str(files(OWN_FONTS) / "files" / f"SourceSerifPro-{weight}.otf")))


@lru_cache(maxsize=64)
def find_face(letters: frozenset[str], folders: tuple[Path, ...]) -> Face | None:
    """The first font of the system that has all these letters, a bold one before others."""
    if not features.check("raqm") and any(ord(letter) in SHAPED for letter in letters):
        return None
    faces = (Face(path) for path in _fonts_in(folders))
    return next((face for face in faces if all(face.has(letter) for letter in letters)), None)


def system_folders() -> tuple[Path, ...]:
    """Where systems keep their fonts."""
    home = Path(os.environ.get("HOME") or "/")
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    return (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts")


def _is_letter(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LN"


def _carries_meaning(letter: str) -> bool:
    """Letters and figures, and the marks that belong to them."""
    return _is_letter(letter) or unicodedata.category(letter) in ("Mn", "Mc")


def _without_signs(text: str, face: Face) -> str:
    return " ".join("".join(letter for letter in text if face.has(letter)).split())


def _known_words(text: str, face: Face) -> Line | None:
    """The words that the face has whole, where they are at least half of the text."""
    words = [word for word in text.split() if all(face.has(letter) for letter in word if _carries_meaning(letter))]
    known = _without_signs(" ".join(words), face)
    enough = _count_letters(known) * 2 >= _count_letters(text)
    return Line(known, face) if enough else None


def _count_letters(text: str) -> int:
    return sum(map(_is_letter, text))


@cache
def _fonts_in(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """Every font file, in an order that depends on the names alone."""
    found = [path for folder in folders for path in _files_below(folder)]
    return tuple(sorted(found, key=_rank))


def _files_below(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        for name in names:
            plain = name.lower()
            if plain.endswith((".ttf", ".otf", ".ttc")) and not _mentions(plain, NOT_FOR_TITLES):
                yield Path(place, name)


def _rank(path: Path) -> tuple[bool, bool, bool, str, str]:
    """Upright bold faces first, then those of families made to go together."""
    name = path.stem.lower()
    odd = _mentions(name, ("italic", "oblique", "mono", "condensed", "thin", "light"))
    return odd, "bold" not in name, "noto" not in name, name, str(path)


def _mentions(name: str, words: Iterable[str]) -> bool:
    return any(word in name for word in words)


@lru_cache(maxsize=32)
def _load_font(path: Path, size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size_px)


@lru_cache(maxsize=65_536)
def _draws(path: Path, letter: str) -> bool:
    shape = _shape(path, letter)
    return shape is not None and any(shape[1]) and shape != _shape(path, NO_LETTER)


@lru_cache(maxsize=4_096)
def _shape(path: Path, letter: str) -> tuple[tuple[int, int], bytes] | None:
    """What a font draws for one character; None where it cannot be used at all."""
    font = _trial_font(path)
    if font is None:
        return None
    mask = font.getmask(letter)
    return mask.size, bytes(mask)


@lru_cache(maxsize=8)  # each keeps its file open
def _trial_font(path: Path) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(path, TRIAL_PX, layout_engine=ImageFont.Layout.BASIC)
    except OSError:  # broken, of pictures in one size only, or gone
        return None

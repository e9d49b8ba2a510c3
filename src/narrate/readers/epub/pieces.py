"""What a page of a book is made of before it is known which links are notes and which headings are chapters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from narrate.directions import Mark, direct
from narrate.types import Block, BlockKind, Direction, Place

UNSEEN = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")
"""Soft hyphens and other places where a line may break."""

BEGINNING = re.compile(r"\s*[.):\]]?\s*")
"""What stands after the number of a note."""

CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
LINE_BREAK = "\n\n"
"""The part that stands for one; it becomes a space."""

CLOSING = tuple(".,;:!?)]}…”’»")
NOWHERE = Place(line=1, end_line=1, start=0, end=0)


@dataclass(slots=True, eq=False)
class Link:
    """A link with a short label, which may refer to a note or back from one."""

    label: str
    """Empty where the label is words of the text and stands beside it."""
    target: tuple[str, str]
    """The page and the id in it."""
    sure: bool = False
    """The book says that it refers to a note."""
    back: bool = False
    """It leads back from a note, or to a list of references."""
    raised: bool = False
    """It stands above the line."""
    named: bool = False
    """Its class or its target is called after notes."""
    begins: bool = False
    """No words stand before it in its block."""
    dropped: bool = False
    """It refers to a note, or leads back from one, and is not read."""


Part = str | Link | Mark


@dataclass(slots=True, kw_only=True, eq=False)
class Piece:
    """A block to be."""

    kind: BlockKind
    parts: list[Part]
    path: str
    """Of its page."""
    index: int
    """Among the pieces of its page."""
    level: int = 0
    quoted: int = 0
    marker: str = ""
    linked: float = 0.0
    caption: bool = False
    matter: str | None = None
    """What the book says that it belongs to: a mark of a block, or empty for the story; None where it says nothing."""
    note: bool = False
    """The book says that it belongs to a note."""
    soft: bool = False
    """A scene break for which there is nothing but an empty line."""
    text: str = ""
    """Its words, once it is settled which links are read."""
    directions: tuple[Direction, ...] = field(default=())

    @property
    def links(self) -> Iterator[Link]:
        return (part for part in self.parts if isinstance(part, Link))

    @property
    def words(self) -> int:
        return len(self.text.split())


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an element with an id stands among the pieces of its page."""

    start: int
    end: int
    """After its last piece; the same as `start` where it has none of its own."""
    part: int = 0
    """How many parts of the first piece stand before it."""


@dataclass(slots=True)
class Page:
    """A page of a book, taken apart."""

    path: str
    pieces: list[Piece]
    spots: dict[str, Spot]

    def index_of(self, fragment: str) -> int | None:
        """The piece that begins at an id, or holds it; None where there is no such id."""
        spot = self.spots.get(fragment)
        if spot is None:
            return None
        inside = spot.part and spot.start < len(self.pieces)
        ends = inside and not any(map(is_said, self.pieces[spot.start].parts[spot.part :]))
        return spot.start + 1 if ends else spot.start


def is_said(part: Part) -> bool:
    return isinstance(part, Link) or (isinstance(part, str) and not part.isspace())


def settle(piece: Piece) -> None:
    """Write down its words, without the links that are not read."""
    said = list(_said(piece.parts))
    if piece.kind is BlockKind.CODE:
        piece.text = "".join(part for part in said if isinstance(part, str)).strip("\n")
        return
    if not any(isinstance(part, Mark) for part in said):
        piece.text = collapse("".join(part for part in said if isinstance(part, str)))
        return
    draft = Block(kind=piece.kind, text="-", place=NOWHERE)
    laid = direct([(draft, [part if isinstance(part, Mark) else _single_spaces(part) for part in said])])
    piece.text, piece.directions = (laid[0].text, laid[0].directions) if laid else ("", ())


def collapse(text: str) -> str:
    return " ".join(text.split())


def _single_spaces(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _said(parts: Sequence[Part]) -> Iterator[str | Mark]:
    """Words and marks; where a link is dropped, the brackets and the space that were there for it go too."""
    words: list[str | Mark] = []
    dropped = False
    for part in parts:
        if isinstance(part, Link):
            dropped = dropped or (part.dropped and bool(part.label))
            if not part.dropped and part.label:
                words.append(part.label)
        elif isinstance(part, str):
            part = BEGINNING.sub("", part, count=1) if dropped and not any(map(_has_words, words)) else part
            words.append(_close(words, part) if dropped and part.strip() else part)
            dropped = dropped and not part.strip()
        else:
            words.append(part)
    if dropped and words and isinstance(words[-1], str):
        words[-1] = re.sub(r"\s*[\[(]\s*$", "", words[-1])
    return iter(words)


def _has_words(part: str | Mark) -> bool:
    return isinstance(part, str) and not part.isspace()


def _close(words: list[str | Mark], after: str) -> str:
    """The text after a dropped link, and the one before it mended in place."""
    if not words or not isinstance(words[-1], str):
        return after
    before = words[-1]
    if before.rstrip().endswith(("[", "(")) and after.lstrip().startswith(("]", ")")):
        before, after = before.rstrip()[:-1], after.lstrip()[1:]
    if after.lstrip().startswith(CLOSING):
        before, after = before.rstrip(), after.lstrip()
    words[-1] = before
    return after

"""What in a book is not its story: cover, contents, copyright, index, lists of other books."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from narrate.readers.epub.pieces import Piece
from narrate.types import BlockKind
from narrate.words import squeeze

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

STORY = ""
"""What the book itself calls a part of its story, whatever it is titled."""

FRONT, BACK = "front_matter", "back_matter"
HIDDEN = "hidden"
"""What nobody sees who looks at the page."""

RIGHTS = re.compile(
    r"\bISBN\b|all rights reserved|©\s*(?:copyright\s*)?\d{4}|copyright\s*(?:©|\(c\))?\s*\d{4}|alle rechte vorbehalten|"
    r"tous droits réservés|todos los derechos reservados|tutti i diritti riservati",
    re.IGNORECASE,
)
MOST_RIGHTS_WORDS = 600
"""A page of more words that says such a thing is no copyright page; nor is one with a heading of its own."""

MOST_TITLE_WORDS = 60
"""A page before the first chapter with the title of the book and no more words than this is its title page."""

PROSE_WORDS = 12
"""A paragraph of more words, few of them linked, is prose."""

MOST_FRONT_PROSE = 400
"""Words of prose beyond which a page is no cover, title page or table of contents, whatever the guide calls it."""

MOST_OF_BOOK = 0.4
"""A title such as `Notes` above more than this share of the book is that of the story."""

LINKED = 0.5


@dataclass(frozen=True, slots=True)
class _Table:
    types: dict[str, str]
    titles: dict[str, re.Pattern[str]]


def matter_of(types: frozenset[str], element: Element) -> str | None:
    """What an element says that it belongs to: a mark, `STORY`, or None where it says nothing."""
    if types:
        found = {_table().types[name] for name in types if name in _table().types}
        if found:
            return STORY if STORY in found else min(found)
    names = (element.get("class") or "").split()
    if "pg-boilerplate" in names:  # of Project Gutenberg
        return BACK if "pg-footer" in (element.get("id"), *names) or "pgfooter" in names else FRONT
    return None


def matter_of_type(kind: str) -> str | None:
    """The same for one word of the guide or of the landmarks."""
    return _table().types.get(kind)


def matter_of_title(title: str) -> str | None:
    """What a title such as `Contents` says of what stands below it; None where it says nothing."""
    words = squeeze(title)
    return next((mark for mark, pattern in _table().titles.items() if pattern.fullmatch(words)), None)


# ---------------------------------------------------------------- marking


def mark_pages(pieces: Sequence[Piece], named: dict[str, str], *, title: str | None, story_from: int) -> None:
    """Mark whole pages: those that guide or landmarks name, copyright pages, title pages.

    Args:
        named: marks by the paths of pages.
        title: of the book.
        story_from: index of the piece with which the first chapter begins.
    """
    total = sum(piece.words for piece in pieces)
    start = 0
    while start < len(pieces):
        here = ("", pieces[start].path)
        end = next((at for at in range(start, len(pieces)) if pieces[at].path not in here), len(pieces))
        page = pieces[start:end]
        mark = _believed(page, named.get(pieces[start].path))
        if mark is None and _is_copyright(page, total):
            mark = FRONT
        if mark is None and start < story_from and _is_title_page(page, title):
            mark = FRONT
        if mark:
            _mark(page, mark)
        start = end


def _believed(page: Sequence[Piece], mark: str | None) -> str | None:
    return None if mark == FRONT and _prose(page) > MOST_FRONT_PROSE else mark


def _is_copyright(page: Sequence[Piece], total: int) -> bool:
    words = sum(piece.words for piece in page)
    if any(piece.kind is BlockKind.HEADING for piece in page):
        return False
    return words <= min(MOST_RIGHTS_WORDS, total * MOST_OF_BOOK) and any(RIGHTS.search(one.text) for one in page)


def _is_title_page(page: Sequence[Piece], title: str | None) -> bool:
    said = squeeze(" ".join(piece.text for piece in page))
    return title is not None and len(said.split()) <= MOST_TITLE_WORDS and squeeze(title) in said


def mark_by_titles(pieces: Sequence[Piece]) -> None:
    """Mark what stands below headings such as `Contents`, up to the next heading of their level.

    What stands before the story ends with its page: a dedication follows without a title of its own.
    """
    total = sum(piece.words for piece in pieces)
    for start, piece in enumerate(pieces):
        mark = matter_of_title(piece.text) if piece.kind is BlockKind.HEADING and piece.matter is None else None
        if mark is None or piece.level > (2 if mark == FRONT else 1):
            continue  # a section of a chapter, such as a box titled `Note`
        ends = (at for at in range(start + 1, len(pieces)) if _ends(piece, pieces[at], mark))
        below = pieces[start : next(ends, len(pieces))]
        if sum(one.words for one in below) <= max(MOST_FRONT_PROSE, total * MOST_OF_BOOK):
            _mark(below, mark)


def _ends(begun: Piece, other: Piece, mark: str) -> bool:
    """Does a piece end what a heading began?"""
    if mark == FRONT and other.path not in ("", begun.path):
        return True
    return other.kind is BlockKind.HEADING and other.level <= begun.level


def mark_title(pieces: Sequence[Piece], title: str | None) -> None:
    """Mark the title of the book where it is printed before its story, and the few lines below it.

    Headings that stand between it and what is marked already, such as the contents, belong to it.
    """
    start = next((at for at, piece in enumerate(pieces) if not piece.matter), len(pieces))
    end = start
    while end < len(pieces) and pieces[end].matter is None and pieces[end].words <= PROSE_WORDS:
        end += 1
    above = pieces[start:end]
    if end < len(pieces) and pieces[end].matter in (None, STORY):
        begun = next((at for at in range(1, len(above)) if _begins_chapter(above[at])), len(above))
        above = above[:begun]
    is_title = above and title and squeeze(above[0].text) in (squeeze(title), squeeze(title.partition(":")[0]))
    if is_title and above[0].kind is BlockKind.HEADING and sum(piece.words for piece in above) <= MOST_TITLE_WORDS:
        _mark(above, FRONT)


def _begins_chapter(piece: Piece) -> bool:
    return piece.kind is BlockKind.HEADING and piece.level == 1


def unmark_all(pieces: Iterable[Piece]) -> None:
    """Where nothing would be left, what the book says of itself is not to be believed."""
    for piece in pieces:
        piece.matter = STORY


def _mark(pieces: Iterable[Piece], mark: str) -> None:
    for piece in pieces:
        if piece.matter is None:
            piece.matter = mark


def _prose(pieces: Iterable[Piece]) -> int:
    return sum(
        piece.words
        for piece in pieces
        if piece.kind is BlockKind.PARAGRAPH and piece.words > PROSE_WORDS and piece.linked < LINKED
    )


@cache
def _table() -> _Table:
    written = tomllib.loads((files("narrate.readers.epub") / "matter.toml").read_text("utf-8"))
    types = {name: STORY if kind == "story" else kind for kind, table in written.items() for name in table["types"]}
    titles = {
        kind: re.compile("|".join(re.escape(title).replace(r"\*", ".*") for title in table["titles"]))
        for kind, table in written.items()
        if "titles" in table
    }
    return _Table(types, titles)

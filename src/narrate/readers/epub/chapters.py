"""The table of contents of a book and the headings in its text, brought together: every chapter is said once.

Where the text shows a title, that is the heading of the chapter, whatever its markup; else a heading is put in.
Parts and chapters are of level 1. What hangs below a chapter is of level 2 and deeper.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from narrate.readers.epub.matter import HIDDEN
from narrate.readers.epub.navigation import Entry
from narrate.readers.epub.pieces import LINE_BREAK, Page, Piece
from narrate.types import BlockKind
from narrate.words import squeeze

CHAPTER = re.compile(r"(chapter|kapitel|chapitre|cap[ií]tulo|capitolo)\b *")
SECTION = re.compile(r"[A-Z\d]{1,3}\.\d")
PART = re.compile(r"(part|book|volume|act|teil|buch|band|partie|livre|tome|parte|libro|tomo|volumen|atto)\b")
ROMAN = re.compile(r"(?=[ivxlc])(x[cl]|l?x{0,3})(i[xv]|v?i{0,3})")
ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip

MOST_OWN_WORDS = 300
"""A line with chapters below it and more words of its own is a chapter with sections."""

WINDOW = 12
"""Blocks after the place of a chapter among which its title is looked for."""

MOST_TITLE_WORDS = 25
LONGEST_RUN = 4
"""Blocks that can make one title, such as a number and a name."""

PASSED = (BlockKind.FIGURE, BlockKind.SCENE_BREAK, BlockKind.NOTE)
DEEPEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A line of the table of contents and where it leads."""

    entry: Entry
    at: int
    """The number of the piece that it stands before."""
    level: int = 1


def place_entries(entries: Sequence[Entry], pieces: Sequence[Piece], pages: dict[str, Page]) -> list[Placed]:
    """The lines that lead into the text, with their levels, in the order of the text."""
    order = {path: number for number, path in enumerate(pages)}
    keyed = [(order[piece.path], piece.index, at) for at, piece in enumerate(pieces) if piece.path in order]
    found: list[Placed] = []
    for number, entry in enumerate(entries):
        target = _target(number, entries, order)
        if target is None:
            continue
        index = pages[target.path].index_of(target.fragment) or 0
        key = bisect_left(keyed, (order[target.path], index, 0))
        at = keyed[key][2] if key < len(keyed) else len(pieces)
        found.append(Placed(entry=replace(entry, path=target.path), at=at))
    levels = _levels(found, pieces)
    levelled = [replace(placed, level=level) for placed, level in zip(found, levels, strict=True)]
    return sorted(levelled, key=lambda placed: placed.at)


def _target(number: int, entries: Sequence[Entry], order: dict[str, int]) -> Entry | None:
    """Where a line leads: a part without a page of its own, to its first chapter."""
    entry = entries[number]
    if entry.path:
        return entry if entry.path in order else None
    for below in entries[number + 1 :]:
        if below.depth <= entry.depth:
            return None
        if below.path:
            return below if below.path in order else None
    return None


def _levels(found: Sequence[Placed], pieces: Sequence[Piece]) -> Iterator[int]:
    """1 for what stands below nothing but parts."""
    above: list[tuple[int, bool]] = []
    for number, placed in enumerate(found):
        while above and above[-1][0] >= placed.entry.depth:
            above.pop()
        yield min(DEEPEST, 1 + sum(not part for _, part in above))
        above.append((placed.entry.depth, _is_part(number, found, pieces)))


def _is_part(number: int, found: Sequence[Placed], pieces: Sequence[Piece]) -> bool:
    """Does a line have chapters below it, and not sections?"""
    placed = found[number]
    below = list(_below(number, found))
    title = squeeze(placed.entry.title)
    if not below or CHAPTER.match(title) or SECTION.match(below[0].entry.title):
        return False
    own = sum(piece.words for piece in pieces[placed.at : max(placed.at, below[0].at)])
    if own > MOST_OWN_WORDS:
        return False
    if PART.match(title) or any(CHAPTER.match(squeeze(one.entry.title)) for one in below):
        return True
    return sum(one.entry.path != placed.entry.path for one in below) * 2 > len(below)


def _below(number: int, found: Sequence[Placed]) -> Iterator[Placed]:
    """The lines right below another."""
    depth, nearest = found[number].entry.depth, None
    for placed in found[number + 1 :]:
        if placed.entry.depth <= depth:
            return
        nearest = nearest or placed.entry.depth
        if placed.entry.depth == nearest:
            yield placed


# ---------------------------------------------------------------- headings


@dataclass(frozen=True, slots=True)
class _Match:
    """The blocks that show a title, and how it is written in the end."""

    first: int
    last: int
    text: str


def lay_headings(pieces: Sequence[Piece], placed: Sequence[Placed]) -> tuple[list[Piece], frozenset[int]]:
    """The pieces with a heading for every line of the table of contents, and the ids (`id()`) of those headings."""
    before: dict[int, list[Piece]] = {}
    instead: dict[int, Piece | None] = {}
    printed: dict[int, int] = {}
    for one, stop in zip(placed, _stops(placed, len(pieces)), strict=True):
        match = _find_title(one, pieces, stop, instead)
        if match is None:
            before.setdefault(_after_taken(one.at, instead), []).append(_heading(one))
            continue
        model = pieces[match.first]
        heading = replace(model, kind=BlockKind.HEADING, level=one.level, marker="#" * one.level + " ", text=match.text)
        if model.text != match.text:
            heading.directions = ()
        if model.kind is BlockKind.HEADING:
            printed[id(heading)] = model.level
        taken = [at for at in range(match.first, match.last + 1) if not _is_passed(pieces[at])]
        instead.update(dict.fromkeys(taken))
        instead[match.first] = heading
    laid = [one for at in range(len(pieces) + 1) for one in _at(at, pieces, before, instead)]
    chapters = frozenset(
        id(one) for one in (*instead.values(), *(new for some in before.values() for new in some)) if one is not None
    )
    if len(placed) > 1:
        _level_others(laid, chapters, printed)
    else:  # a table of contents that only says where to begin
        _level_by_themselves([one for one in laid if one.kind is BlockKind.HEADING and id(one) not in chapters])
    return laid, chapters


def _stops(placed: Sequence[Placed], last: int) -> list[int]:
    """For every line, where the next one leads that leads elsewhere."""
    stops: list[int] = []
    for one, two in zip(reversed(placed), (None, *reversed(placed)), strict=False):
        if two is not None:
            last = two.at if two.at > one.at else last
        stops.append(last)
    return stops[::-1]


def _at(
    at: int, pieces: Sequence[Piece], before: dict[int, list[Piece]], instead: dict[int, Piece | None]
) -> Iterator[Piece]:
    yield from before.get(at, ())
    if at < len(pieces):
        piece = instead.get(at, pieces[at])
        if piece is not None:
            yield piece


def _after_taken(at: int, instead: dict[int, Piece | None]) -> int:
    """After the headings that lines of the table of contents with the same place have taken already."""
    while at in instead:
        at += 1
    return at


def _heading(placed: Placed) -> Piece:
    return Piece(
        kind=BlockKind.HEADING,
        parts=[],
        path=placed.entry.path,
        index=0,
        level=placed.level,
        marker="#" * placed.level + " ",
        text=placed.entry.title,
    )


def _find_title(placed: Placed, pieces: Sequence[Piece], stop: int, taken: dict[int, Piece | None]) -> _Match | None:
    """The blocks after a place, or right before it, that show the title."""
    title = placed.entry.title
    window = list(_window(placed, pieces, stop, taken))
    runs = [window[first : last + 1] for first in range(len(window)) for last in range(first, len(window))]
    short = [run for run in runs if len(run) <= LONGEST_RUN]
    for fits in (_is_same, _holds, _is_held):
        found = [run for run in short if fits(title, [pieces[at] for at in run])]
        if found:
            run = max(found, key=len) if fits is _is_held else found[0]
            return _Match(run[0], run[-1], _written(title, [pieces[at] for at in run]))
    return None


def _window(placed: Placed, pieces: Sequence[Piece], stop: int, taken: dict[int, Piece | None]) -> Iterator[int]:
    back = [at for at in range(max(0, placed.at - 2), placed.at) if _is_title_like(pieces[at], placed)]
    yield from (at for at in back if pieces[at].kind is BlockKind.HEADING and at not in taken and placed.entry.fragment)
    for at in range(placed.at, min(placed.at + WINDOW, max(stop, placed.at + 1), len(pieces))):
        if at in taken or (_is_passed(pieces[at]) and pieces[at].path in ("", placed.entry.path)):
            continue
        if not _is_title_like(pieces[at], placed):
            return
        yield at


def _is_passed(piece: Piece) -> bool:
    return piece.kind in PASSED or piece.matter == HIDDEN


def _is_title_like(piece: Piece, placed: Placed) -> bool:
    longest = max(MOST_TITLE_WORDS, len(placed.entry.title.split()))
    short = piece.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH) and piece.words <= longest
    return short and piece.path == placed.entry.path


def _is_same(title: str, run: Sequence[Piece]) -> bool:
    return _tokens(title) == _tokens(" ".join(piece.text for piece in run))


def _holds(title: str, run: Sequence[Piece]) -> bool:
    """One heading that says more than the table of contents."""
    return len(run) == 1 and _is_heading(run) and _is_edge(_tokens(title), _tokens(run[0].text))


def _is_held(title: str, run: Sequence[Piece]) -> bool:
    """Headings that say less than it."""
    return _is_heading(run) and _is_edge(_tokens(" ".join(piece.text for piece in run)), _tokens(title))


def _is_heading(run: Sequence[Piece]) -> bool:
    return all(piece.kind is BlockKind.HEADING for piece in run)


def _is_edge(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return bool(part) and part in (whole[: len(part)], whole[-len(part) :])


def _written(title: str, run: Sequence[Piece]) -> str:
    """As the text prints it; as the table of contents has it where that says more, on one line, or not in capitals."""
    shown = ". ".join(piece.text.rstrip(" .:") for piece in run[:-1]) + (". " if run[1:] else "") + run[-1].text
    words, other = len(squeeze(shown).split()), len(squeeze(title).split())
    on_one_line = len(run) == 1 and LINE_BREAK not in run[0].parts
    if words == other and (not on_one_line or (shown.isupper() and not title.isupper())):
        return title
    return shown if words >= other else title


def _tokens(title: str) -> tuple[str, ...]:
    """The words of a title as they are compared: `Chapter Two`, `II.` and `2` are the same."""
    words = squeeze(title)
    words = CHAPTER.sub("", words, count=1) or words
    return tuple(_number(word) for word in words.split())


def _number(word: str) -> str:
    if word in NUMBERS:
        return str(NUMBERS.index(word))
    if ROMAN.fullmatch(word):
        values = [ROMAN_DIGITS[letter] for letter in word]
        less = sum(2 * one for one, two in pairwise(values) if one < two)
        return str(sum(values) - less)
    return word


# ---------------------------------------------------------------- levels


def _level_others(laid: Sequence[Piece], chapters: frozenset[int], printed: dict[int, int]) -> None:
    """Levels for headings that no table of contents names: below their chapter, keeping their distances.

    One with which a page begins, and whose markup is that of a chapter, is one.
    """
    ranks = [printed[id(piece)] for piece in laid if id(piece) in printed and piece.level == 1]
    chapter_rank = max(ranks, default=0)
    named = {piece.path for piece in laid if id(piece) in chapters}
    group: list[Piece] = []
    level, page = 0, ""
    for piece in laid:
        begins, page = piece.path not in ("", page), piece.path or page
        if piece.kind is not BlockKind.HEADING:
            continue
        is_missed = begins and piece.path not in named and piece.level <= chapter_rank
        if id(piece) in chapters or is_missed:
            _level_group(group, level)
            group, level = [], 1 if is_missed else piece.level
            piece.level = level
        else:
            group.append(piece)
    _level_group(group, level)
    for piece in laid:
        if piece.kind is BlockKind.HEADING:
            piece.marker = "#" * piece.level + " "


def _level_group(group: Sequence[Piece], level: int) -> None:
    least = min((piece.level for piece in group), default=1)
    for piece in group:
        piece.level = max(1, min(DEEPEST, level + 1 + piece.level - least))


def _level_by_themselves(headings: Sequence[Piece]) -> None:
    """Without a table of contents: the highest level that is used twice is that of the chapters."""
    levels = [piece.level for piece in headings]
    often = [level for level in sorted(set(levels)) if levels.count(level) > 1]
    first = often[0] if often else min(levels, default=1)
    for piece in headings:
        piece.level = max(1, min(DEEPEST, piece.level - first + 1))
        piece.marker = "#" * piece.level + " "

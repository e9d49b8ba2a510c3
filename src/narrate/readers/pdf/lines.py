"""Words into lines, and lines into the order in which they are read: one column after another."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from narrate.readers.pdf.pages import MARK, Page, Word

WIDE = 0.9
"""A gap between words of so many ems could part two columns; the spaces of justified lines are narrower."""

CELL_GAP = 1.0
"""Ems that part two cells of a table."""

MOST_CELLS = 40
"""Of a row; what has more is no table."""

MOST_INITIALS = 20
"""Of a page."""

FEWEST_ROWS = 4
"""Lines on either side that make two columns of a page."""

FULL_SHARE = 0.55
"""Share of a column's width that its middle line fills in prose; in tables it is less."""

MOST_GUTTERS = 3

MOST_ROOM = 5
"""Lines beside a heading across the columns that the other columns leave free, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A part of a line that wide gaps set apart."""

    x0: float
    x1: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of one column. Lengths are in points, y grows upwards."""

    page: int
    """Counted from 0."""

    row: int
    """Lines of one page on the same baseline have the same one; counted from 0 at the top."""

    column: int
    """Counts the columns of a page, and what stands across them, in the order of reading."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    """Of most of its letters."""

    bold: bool
    """All of it."""

    mono: bool
    """All of it in letters of equal width."""

    first: float
    """Width of its first word."""

    left: float = 0.0
    """Where the lines of its column begin."""

    right: float = 0.0
    """Where they end."""

    marks: tuple[tuple[int, str], ...] = ()
    """Raised words, which are not among its text, with their offsets in it."""

    cells: tuple[Cell, ...] = field(default=())
    """Where it has wide gaps, its parts; else nothing."""


@dataclass(frozen=True, slots=True)
class _Gutter:
    """A strip between two columns."""

    x0: float
    x1: float

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class _Half:
    """What of a row stands on one side of a gutter."""

    x0: float
    x1: float
    letters: int
    pieces: int
    y: float


def order_lines(page: Page) -> list[Line]:
    """The lines of a page in the order of reading, those in the margins too."""
    words = [word for word in page.words if word.text.strip()]
    if not words:
        return []
    em = body_size(words)
    rows = _rows(_settle_initials(words, em))
    gutters = _gutters(rows, em)
    lines: list[Line] = []
    for column, part in enumerate(_columns(rows, gutters, em)):
        found = [_line(page.number, row, column, one) for row, one in part]
        lines.extend(_within_bounds(list(_without_lone_marks(found, em))))
    return lines


def body_size(words: Iterable[Word]) -> float:
    """The size of most letters, to half a point."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[round(word.size * 2) / 2] += len(word.text)
    return max(sizes.most_common(1)[0][0], 1.0)


def _settle_initials(words: list[Word], em: float) -> list[Word]:
    """With every big letter that opens a chapter put before the first of the lines it reaches over."""
    settled = list(words)
    big = [
        (index, word)
        for index, word in enumerate(words)
        if len(word.text) <= 2 and word.size >= 1.8 * em and word.text[-1].isalpha()
    ]
    for index, word in big[:MOST_INITIALS]:
        top = word.y + 0.7 * word.size
        beside = [
            other
            for other in range(len(words))
            if words[other].size < 0.6 * word.size
            and word.y - 0.2 * em < words[other].y < top
            and word.x0 < words[other].x0 < word.x1 + 2 * em
        ]
        first = max(beside, key=lambda other: (round(words[other].y), -words[other].x0), default=None)
        if first is None or abs(words[first].y + 0.7 * words[first].size - top) > 0.8 * em:
            continue
        follower = words[first]
        settled[index] = replace(word, y=follower.y, size=follower.size, bold=follower.bold)
        joined = follower.text[0].isalpha() and (word.text not in ("A", "I") or follower.x0 - word.x1 < 0.15 * em)
        settled[first] = replace(follower, glued=joined)
    return settled


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words that share a baseline, from the top of the page down, each row from left to right."""
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -word.y):
        if rows and rows[-1][0].y - word.y <= 0.25 * min(rows[-1][0].size, word.size):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_in_direction(row) for row in rows]


def _in_direction(row: list[Word]) -> list[Word]:
    """From left to right, or from right to left where its letters run so."""
    letters = "".join(word.text for word in row)
    leftward = sum("\u0590" <= letter <= "\u08ff" for letter in letters) * 2 > len(letters)
    return sorted(row, key=lambda word: -word.x1 if leftward else word.x0)


# ---------------------------------------------------------------- columns


def _pieces(row: Sequence[Word], em: float) -> list[tuple[float, float, int]]:
    """Where the parts of a row begin and end that wide gaps set apart, and how many letters each has."""
    pieces: list[tuple[float, float, int]] = []
    for word in sorted(row, key=lambda word: word.x0):
        if pieces and word.x0 - pieces[-1][1] < WIDE * em:
            x0, x1, letters = pieces[-1]
            pieces[-1] = (x0, max(x1, word.x1), letters + len(word.text))
        else:
            pieces.append((word.x0, word.x1, len(word.text)))
    return pieces


def _gutters(rows: list[list[Word]], em: float) -> list[_Gutter]:
    """The strips that part the page into columns of prose, from left to right."""
    pieces = [_pieces(row, em) for row in rows]
    left = min(x0 for row in pieces for x0, _, _ in row)
    right = max(x1 for row in pieces for _, x1, _ in row)
    found = [one for one in _strips(pieces, left, right, em) if _parts_prose(pieces, one, rows)]
    found = sorted(found, key=lambda one: one.x0 - one.x1)[:MOST_GUTTERS]
    return sorted(found, key=lambda one: one.x0)


def _strips(pieces: list[list[tuple[float, float, int]]], left: float, right: float, em: float) -> Iterator[_Gutter]:
    """Strips that at most a third of the lines cross, in the inner part of the page."""
    width = int(right - left) + 1
    crossed = [0] * (width + 1)
    for row in pieces:
        for x0, x1, _ in row:
            crossed[int(x0 - left)] += 1
            crossed[min(int(x1 - left) + 1, width)] -= 1
    count, start = 0, -1
    most = max(1, len(pieces) // 3)
    lowest = _valley(crossed, width, most)
    for x in range(width + 1):
        count += crossed[x]
        open_ = x < width and count <= lowest
        if open_ and start < 0:
            start = x
        if not open_ and start >= 0:
            if x - start >= WIDE * em * 0.8 and start > 0.12 * width and x < 0.88 * width:
                yield _Gutter(left + start, left + x)
            start = -1


def _valley(crossed: list[int], width: int, most: int) -> int:
    """How many lines cross the emptiest strip of the inner part, and a few more; -1 where too many do."""
    counts, count = [], 0
    for x in range(width):
        count += crossed[x]
        if 0.12 * width < x < 0.88 * width:
            counts.append(count)
    lowest = min(counts, default=most + 1)
    return min(lowest + max(1, most // 8), most) if lowest <= most else -1


def _parts_prose(pieces: list[list[tuple[float, float, int]]], gutter: _Gutter, rows: list[list[Word]]) -> bool:
    """Do lines of prose stand on both sides, side by side?"""
    sides: list[list[_Half]] = [[], []]
    for row, words in zip(pieces, rows, strict=True):
        if any(x0 < gutter.middle < x1 for x0, x1, _ in row):
            continue
        for side in (0, 1):
            own = [piece for piece in row if (piece[0] > gutter.middle) == bool(side)]
            if own:
                sides[side].append(_Half(own[0][0], own[-1][1], sum(piece[2] for piece in own), len(own), words[0].y))
    if min(map(len, sides)) < FEWEST_ROWS:
        return False
    tops = [max(half.y for half in side) for side in sides]
    ends = [min(half.y for half in side) for side in sides]
    beside = min(tops) - max(ends)
    if beside <= 0.2 * min(top - end for top, end in zip(tops, ends, strict=True)):
        return False
    return all(map(_is_prose, sides))


def _is_prose(side: list[_Half]) -> bool:
    """Do its lines fill the column without wide gaps, as those of tables and lists of numbers do not?"""
    widest = sorted(half.x1 - half.x0 for half in side)[int(len(side) * 0.9)]
    middle = median(half.x1 - half.x0 for half in side)
    torn = sum(half.pieces > 1 for half in side)
    return middle >= FULL_SHARE * widest and median(half.letters for half in side) >= 14 and torn <= 0.4 * len(side)


def _columns(rows: list[list[Word]], gutters: list[_Gutter], em: float) -> Iterator[list[tuple[int, list[Word]]]]:
    """Parts of the page in the order of reading: what stands across, then column after column, and so on."""
    if not gutters:
        yield list(enumerate(rows))
        return
    band: list[tuple[int, list[list[Word]]]] = []
    across: list[tuple[int, list[Word]]] = []
    split = [_split(row, gutters, em) for row in rows]
    alone = _lonely(rows, split, em)
    for index, (row, parts) in enumerate(zip(rows, split, strict=True)):
        if parts is None or index in alone:
            yield from _down(band, len(gutters) + 1)
            band = []
            across.append((index, row))
        else:
            if across:
                yield across
                across = []
            band.append((index, parts))
    yield from _down(band, len(gutters) + 1)
    if across:
        yield across


def _down(band: list[tuple[int, list[list[Word]]]], columns: int) -> Iterator[list[tuple[int, list[Word]]]]:
    for column in range(columns):
        part = [(index, parts[column]) for index, parts in band if parts[column]]
        if part:
            yield part


def _split(row: list[Word], gutters: list[_Gutter], em: float) -> list[list[Word]] | None:
    """The words of a row by column; None where it runs across a gutter."""
    parts: list[list[Word]] = [[] for _ in range(len(gutters) + 1)]
    for word in row:
        middle = (word.x0 + word.x1) / 2
        parts[sum(middle > gutter.middle for gutter in gutters)].append(word)
    for number, gutter in enumerate(gutters):
        before = max((word.x1 for part in parts[: number + 1] for word in part), default=None)
        after = min((word.x0 for part in parts[number + 1 :] for word in part), default=None)
        if before is not None and before > gutter.x1 + 0.5 * em:
            return None
        if after is not None and after < gutter.x0 - 0.5 * em:
            return None
        if before is not None and after is not None and after - before < 0.6 * (gutter.x1 - gutter.x0):
            return None
    return parts


def _lonely(rows: list[list[Word]], split: list[list[list[Word]] | None], em: float) -> set[int]:
    """Rows beside which every other column leaves room above and below: headings across the columns."""
    filled = [
        [-rows[index][0].y for index, parts in enumerate(split) if parts is not None and parts[column]]
        for column in range(max((len(parts) for parts in split if parts is not None), default=0))
    ]
    pitch = [median(b - a for a, b in pairwise(one)) if len(one) > 1 else 0.0 for one in filled]
    alone = set()
    for index, parts in enumerate(split):
        if parts is None or sum(map(bool, parts)) != 1 or not _is_weighty(rows[index], em):
            continue
        y = rows[index][0].y
        own = next(column for column, part in enumerate(parts) if part)
        others = [column for column in range(len(filled)) if column != own]
        if all(_leaves_room(filled[column], y, 1.25 * pitch[column]) for column in others):
            alone.add(index)
    return alone


def _is_weighty(row: list[Word], em: float) -> bool:
    return all(word.bold for word in row) or min(word.size for word in row) > 1.1 * em


def _leaves_room(depths: list[float], y: float, room: float) -> bool:
    """Is there room around a height, where depths are heights with their signs changed, in order?"""
    after = bisect_left(depths, -y)
    if not 0 < after < len(depths):
        return False
    above, below = -depths[after - 1] - y, y + depths[after]
    return above + below <= MOST_ROOM * room and above >= room and below >= 0.8 * room


# ---------------------------------------------------------------- lines


def _line(page: int, row: int, column: int, words: list[Word]) -> Line:
    text, marks, cells = _write(words)
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[word.size] += len(word.text) * (not word.raised)
    plain = [word for word in words if any(letter.isalnum() for letter in word.text) and not word.raised] or words
    return Line(
        page=page,
        row=row,
        column=column,
        text=text,
        x0=min(word.x0 for word in words),
        x1=max(word.x1 for word in words),
        y=words[0].y,
        size=sizes.most_common(1)[0][0],
        bold=all(word.bold for word in plain),
        mono=all(word.mono for word in words),
        first=words[0].x1 - words[0].x0,
        marks=tuple(marks),
        cells=tuple(cells) if 1 < len(cells) <= MOST_CELLS else (),
    )


def _write(words: list[Word]) -> tuple[str, list[tuple[int, str]], list[Cell]]:
    """The text of a line, the raised words in it with their offsets, and its cells."""
    spread = _spread_gap(words)
    text, marks, owed = "", [], False
    cells: list[Cell] = []
    end: float | None = None
    for word in words:
        gap = 0.0 if end is None else word.x0 - end
        if word.raised and not any(letter.isalpha() and letter.isascii() for letter in word.text.strip("abc")):
            marks.append((len(text), word.text))
            owed = owed or not word.glued
        else:
            space = gap > spread if spread else owed or not word.glued or gap > 0.5 * word.size
            owed = False
            text = f"{text} {word.text}" if text and space else text + word.text
        if cells and gap < CELL_GAP * word.size:
            last = cells[-1]
            joined = f"{last.text}{'' if word.glued else ' '}{word.text}".strip()
            cells[-1] = Cell(x0=last.x0, x1=max(last.x1, word.x1), text=joined)
        else:
            cells.append(Cell(x0=word.x0, x1=word.x1, text=word.text))
        end = max(end or word.x1, word.x1)
    return text.strip(), marks, cells


def _without_lone_marks(lines: list[Line], em: float) -> Iterator[Line]:
    """Lines with every mark of a note that was wrapped onto a line of its own put back behind its word."""
    last: Line | None = None
    for line in lines:
        small = MARK.fullmatch(line.text) is not None and line.size <= 0.85 * em
        if last and small and 0.9 * em < last.size < 1.1 * em and last.y - line.y < 2 * em and line.x0 < last.x0 + em:
            last = replace(last, marks=(*last.marks, (len(last.text), line.text)))
            continue
        if last:
            yield last
        last = line
    if last:
        yield last


def _spread_gap(words: list[Word]) -> float | None:
    """Of a line whose letters are s p r e a d, the gap beyond which a word ends; else None."""
    single = sum(len(word.text) == 1 for word in words)
    if len(words) < 5 or single < 0.8 * len(words) or not all(word.text.isalpha() for word in words):
        return None
    return 1.8 * median(max(after.x0 - before.x1, 0.1) for before, after in pairwise(words))


def _within_bounds(lines: list[Line]) -> list[Line]:
    """Lines of one column with the bounds of that column, which outliers do not stretch."""
    if not lines:
        return lines
    lefts: Counter[int] = Counter()
    rights: list[float] = sorted(line.x1 for line in lines)
    for line in lines:
        lefts[round(line.x0)] += len(line.text)
    total = sum(lefts.values())
    left = min((x for x, letters in lefts.items() if letters >= 0.12 * total), default=min(lefts))
    right = rights[min(len(rights) - 1, int(len(rights) * 0.92))]
    return [replace(line, left=float(left), right=right) for line in lines]


def widen_bounds(lines: list[Line]) -> list[Line]:
    """Lines with bounds that columns of a few short lines take from the others with the same left edge."""
    rights: dict[int, Counter[int]] = {}
    for line in lines:
        rights.setdefault(round(line.left / 4), Counter())[round(line.right)] += 1
    usual = {
        left: max((right for right, count in counts.items() if count >= 0.1 * counts.total()), default=0)
        for left, counts in rights.items()
    }
    widened = []
    for line in lines:
        right = max(line.right, usual[round(line.left / 4)])
        widened.append(line if right == line.right else replace(line, right=float(right)))
    return widened

"""Running heads, feet and page numbers: what stands at the edges of pages and belongs to none."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from narrate.readers.pdf.lines import Line

EDGE_ROWS = 3
"""Rows at the top and at the bottom of a page that may be furniture."""

SAME_PLACE = 2.5
"""Points by which the place of a running head may waver."""

LEAST_PART = 4
"""Letters of a part of a row that tells by itself that the row is a running head."""

APART = 1.25
"""Beyond so many times the usual distance from line to line, a row stands apart from the text."""

ROMAN = re.compile(r"(?=[ivxlcdm])m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})", re.IGNORECASE)
ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
NUMBER = re.compile(r"\d{1,4}")

NAMED = re.compile(
    r"(?:page|p\.|seite|s\.|pagina|página|pág\.|pag\.)\s*(\w{1,7})(?:\s*(?:of|von|sur|de|di|/|\|)\s*\d{1,5})?"
    r"|(\w{1,7})\s*(?:/|of|von|sur|de|di)\s*\d{1,5}"
    r"|(\w{1,7})\s*\|\s*(?:page|seite|pagina|página)"
    r"|[-–—•·|~\[(]+\s*(\w{1,7})\s*[-–—•·|~\])]+",
    re.IGNORECASE,
)
"""A page number and what people write around it."""

WEB = re.compile(r"(https?|file)://\S+(\s+\d+\s*/\s*\d+)?|\d{1,4}[./]\d{1,2}[./]\d{2,4},?\s.*", re.IGNORECASE)
"""What browsers print above and below a page: its address, the date and the title."""

BROWSER_MARGIN = 0.045
"""Share of the page's height in which they print it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Where a page begins and ends, and its lines."""

    number: int
    bottom: float
    top: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edge:
    """A row at the edge of a page."""

    page: int
    row: int
    text: str
    parts: tuple[str, ...]
    """Of its text, as wide gaps set them apart, in lower case."""

    signature: str
    """Its words without numbers."""

    place: float
    """Distance from the edge of the page, in points."""

    depth: int
    """0 for the outermost row."""

    gap: float
    """Distance to the next row inwards, in times of its size."""

    share: float
    """Distance from the edge of the page as a share of its height."""


def find_furniture(sheets: Sequence[Sheet]) -> set[tuple[int, int]]:
    """The rows that are furniture, as pairs of page and row."""
    usual = usual_gap(line for sheet in sheets for line in sheet.lines)
    found: set[tuple[int, int]] = set()
    for top in (True, False):
        edges = [edge for sheet in sheets for edge in _edges(sheet, top=top)]
        found |= _numbered(edges)
        found |= _repeated(edges, usual)
        found |= _printed(edges)
        found |= _outside(edges, found)
    return found


def usual_gap(lines: Iterable[Line]) -> float:
    """The usual distance from line to line, in times of their size."""
    gaps: Counter[float] = Counter()
    last: Line | None = None
    for line in lines:
        if last and (last.page, last.column) == (line.page, line.column) and abs(last.size - line.size) < 0.3:
            gap = (last.y - line.y) / line.size
            if 0.8 < gap < 3.2:
                gaps[round(gap * 20) / 20] += 1
        last = line
    return gaps.most_common(1)[0][0] if gaps else 1.25


def _edges(sheet: Sheet, *, top: bool) -> Iterator[_Edge]:
    """The outermost rows of a page, the outermost first."""
    rows: dict[int, list[Line]] = defaultdict(list)
    for line in sheet.lines:
        rows[line.row].append(line)
    order = sorted(rows, key=lambda row: -rows[row][0].y if top else rows[row][0].y)
    height = max(sheet.top - sheet.bottom, 1.0)
    for depth, row in enumerate(order[:EDGE_ROWS]):
        lines = sorted(rows[row], key=lambda line: line.x0)
        if any(offset == 0 for offset, _ in lines[0].marks):
            continue  # the note at the foot of a page
        text = " ".join(line.text for line in lines)
        y, size = lines[0].y, max(line.size for line in lines)
        inner = rows[order[depth + 1]][0] if depth + 1 < len(order) else None
        place = sheet.top - y if top else y - sheet.bottom
        yield _Edge(
            page=sheet.number,
            row=row,
            text=text,
            parts=tuple(part.lower() for line in lines for part in _parts(line)),
            signature=_signature(text),
            place=place,
            depth=depth,
            gap=abs(inner.y - y) / max(inner.size, size) if inner else 99.0,
            share=place / height,
        )


def _parts(line: Line) -> list[str]:
    return [cell.text for cell in line.cells] or [line.text]


def _signature(text: str) -> str:
    words = text.split()
    while words and words[0].islower() and ROMAN.fullmatch(words[0]):
        words.pop(0)
    while words and words[-1].islower() and ROMAN.fullmatch(words[-1]):
        words.pop()
    return " ".join(re.sub(r"[\W\d_]+", " ", " ".join(words).lower()).split())


# ------------------------------------------------------------ page numbers


def _numbered(edges: list[_Edge]) -> set[tuple[int, int]]:
    """Rows with the number of their page, as the numbers on the other pages confirm it."""
    offsets: dict[bool, Counter[int]] = {False: Counter(), True: Counter()}
    claims: list[tuple[_Edge, bool, int, bool]] = []
    for edge in edges:
        for roman, number, alone in _numbers_in(edge.text):
            if alone or edge.depth == 0:
                offset = number - edge.page
                claims.append((edge, roman, offset, alone))
                offsets[roman][offset] += 1
    found = set()
    for edge, roman, offset, alone in claims:
        confirmed = offsets[roman][offset] >= (2 if alone else 3)
        first = alone and not roman and edge.depth == 0 and offset == 1
        if (confirmed and edge.share < 0.2) or (first and edge.share < 0.12):
            found.add((edge.page, edge.row))
    return found


def _numbers_in(text: str) -> Iterator[tuple[bool, int, bool]]:
    """What could be the number of a page in a row: roman or not, its value, and whether it stands alone."""
    named = NAMED.fullmatch(text.strip())
    if named:
        word = next(filter(None, named.groups()))
        value = _value(word)
        if value:
            yield (*value, True)
        return
    words = text.split()
    for word in {words[0], words[-1]} if words else ():
        value = _value(word.strip("|·•–—-[]()"))
        if value and (not value[0] or len(words) == 1 or word.islower()):
            yield (*value, len(words) == 1)


def _value(word: str) -> tuple[bool, int] | None:
    """Whether a number is roman, and which it is."""
    if NUMBER.fullmatch(word):
        return False, int(word)
    if ROMAN.fullmatch(word):
        values = [ROMAN_VALUES[letter] for letter in word.lower()]
        later = [*values[1:], 0]
        return True, sum(-one if one < two else one for one, two in zip(values, later, strict=True))
    return None


# --------------------------------------------------------- heads and feet


def _repeated(edges: list[_Edge], usual: float) -> set[tuple[int, int]]:
    """Rows whose words come again at their place, and their neighbours in a place that is kept for such rows."""
    places: dict[tuple[int, int], list[_Edge]] = defaultdict(list)
    for edge in edges:
        places[edge.depth, round(edge.place / SAME_PLACE)].append(edge)
    found: set[tuple[int, int]] = set()
    for edge_place in list(places):
        depth, slot = edge_place
        beside = [edge for near in (slot - 1, slot, slot + 1) for edge in places.get((depth, near), ())]
        found |= {(edge.page, edge.row) for edge in _running(beside, usual)}
    return found


def _running(edges: list[_Edge], usual: float) -> Iterator[_Edge]:
    """Of rows at one place, those that repeat; all that stand apart where most of them do."""
    counts = Counter(key for edge in edges for key in _keys(edge))
    again = [edge for edge in edges if any(counts[key] >= 2 for key in _keys(edge))]
    kept_apart = median(edge.gap for edge in edges) > APART * usual
    if not kept_apart and not any(edge.share < 0.08 for edge in edges):
        again = [edge for edge in again if any(counts[key] >= 4 for key in _keys(edge))]
    yield from again
    if kept_apart and len(edges) >= 4 and len(again) >= 0.5 * len(edges):
        yield from (edge for edge in edges if edge.gap > APART * usual and len(edge.text) <= 120)


def _keys(edge: _Edge) -> set[tuple[str, int]]:
    """What comes again where a row repeats: its very words, or its words with a number that counts the pages."""
    if not edge.signature:
        return set()
    numbers = re.findall(r"\b\d{1,4}\b", edge.text[:200])
    parts = {(part, -1) for part in edge.parts if sum(map(str.isalpha, part)) >= LEAST_PART}
    return {(edge.text.lower(), -1), *parts, *((edge.signature, int(n) - edge.page + 10_000) for n in numbers)}


def _printed(edges: list[_Edge]) -> set[tuple[int, int]]:
    """What a browser prints into the margin, on a single page too."""
    return {(edge.page, edge.row) for edge in edges if edge.share < BROWSER_MARGIN and WEB.fullmatch(edge.text.strip())}


def _outside(edges: list[_Edge], found: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Rows further out than furniture: nothing of the text stands beyond a running head."""
    deepest: dict[int, int] = {}
    for edge in edges:
        if (edge.page, edge.row) in found:
            deepest[edge.page] = max(edge.depth, deepest.get(edge.page, -1))
    return {
        (edge.page, edge.row)
        for edge in edges
        if edge.depth < deepest.get(edge.page, -1) and edge.share < 0.1 and len(edge.text) <= 120
    }

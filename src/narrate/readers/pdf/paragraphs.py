"""Lines into paragraphs: where one ends, and what goes on behind a column, a page or a figure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from narrate.readers.pdf.furniture import usual_gap
from narrate.readers.pdf.hyphens import CUT, WordList
from narrate.readers.pdf.lines import Line

SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*$")
STOP = re.compile(r"[.!?…][\"'”’»)\]]*$")
BULLET = re.compile(r"([•◦▪▫‣●○■□–*·-]|\(?(?:\d{1,3}[.)]|(?:[a-zA-Z]|[ivx]{1,5})\))|\[\d{1,3}\])\s+(?=\S)")
"""What begins an item of a list, or of a list of references."""

CAPTION = re.compile(
    r"(?:fig(?:ure|\.)?|table|tab\.|chart|plate|exhibit|scheme|box|map|listing|abb(?:ildung|\.)|tabelle|tableau|"
    r"figura|tabla|tabella|photo(?:graph)?)\s*(?:[A-Z]?\d{1,3}(?:[.-]\d{1,3})?[a-z]?|[IVX]{1,5})(?P<end>\s*[.:|—–-]|\s|$)",
    re.IGNORECASE,
)
LEADERS = re.compile(r"(?:\s?[.·…_]){4,}\s*(?:\d{1,4}|[ivxlc]{1,7})$")
"""Dots that lead to the number of a page."""

MOST_LINES = 2_000
"""Of a paragraph."""

SHORT = 30
"""Characters of a line that says little about its paragraph."""

INDENT = 0.7
"""Ems by which a paragraph's first line stands in, at least."""

FLUSH = 1.5
"""Points by which a line may miss the edge that it is set to."""

MOST_IN_CODE = 3.2
"""Times the size from line to line inside a piece of code, which has empty lines too."""

FEWEST_TO_JUDGE = 4
"""Lines of a column that tell whether its lines are justified."""

WIDER = 1.18
"""Times the usual distance from line to line that part two paragraphs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How most of a document is set."""

    size: float
    gap: float
    """From line to line, in times of the size."""

    indents: bool
    """Paragraphs begin with an indent rather than after a space."""

    justified: bool
    """Lines that are not the last of their paragraph all end at the edge."""


@dataclass(slots=True)
class Group:
    """Lines of one paragraph, heading, item, caption or table."""

    lines: list[Line] = field(default_factory=list)

    table: bool = False
    """Its lines are rows with cells."""

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def last(self) -> Line:
        return self.lines[-1]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        letters: Counter[float] = Counter()
        for line in self.lines:
            letters[line.size] += len(line.text)
        return letters.most_common(1)[0][0]

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def mono(self) -> bool:
        return all(line.mono for line in self.lines)

    @property
    def is_caption(self) -> bool:
        return is_caption(self.first.text)


def find_style(lines: Sequence[Line]) -> Style:
    """The size of most letters, and the habits of the lines in it."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[round(line.size * 4) / 4] += len(line.text)
    size = letters.most_common(1)[0][0] if letters else 10.0
    body = [line for line in lines if abs(line.size - size) < 0.3]
    indented = sum(INDENT * line.size < line.x0 - line.left < 4 * line.size for line in body)
    counts = Counter((line.page, line.column) for line in body)
    wrapped = [line for line in body if counts[line.page, line.column] >= FEWEST_TO_JUDGE]
    flush = sum(line.right - line.x1 < FLUSH for line in wrapped)
    return Style(
        size=size,
        gap=usual_gap(body),
        indents=indented >= max(3, 0.02 * len(body)),
        justified=flush > 0.6 * len(wrapped),
    )


def leads_to_page(text: str) -> bool:
    """Does a line end in dots and the number of a page?"""
    return LEADERS.search(text[-200:]) is not None


def is_caption(text: str) -> bool:
    """Does it name a figure or table and then say what is there, rather than speak of it?"""
    found = CAPTION.match(text)
    return found is not None and text[:1].isupper() and (found["end"].strip() != "" or found.end() == len(text))


def group_lines(lines: Sequence[Line], style: Style) -> list[Group]:
    """The lines of a document, column after column, as paragraphs and what is like them."""
    groups: list[Group] = []
    rows = _table_rows(lines)
    for index, line in enumerate(lines):
        table = index in rows
        group = groups[-1] if groups else None
        together = group is not None and group.table == table and _goes_on(group, line, style, table=table)
        if group is not None and together:
            group.lines.append(line)
        else:
            groups.append(Group([line], table=table))
    return _rejoin(groups, style)


def _goes_on(group: Group, line: Line, style: Style, *, table: bool) -> bool:
    """Does a line belong to the group of the line before it?"""
    last = group.last
    if len(group.lines) >= MOST_LINES:
        return False
    if (last.page, last.column) != (line.page, line.column):
        return table is False and _goes_over(group, line, style)
    if last.row == line.row:
        return True
    gap = (last.y - line.y) / max(line.size, last.size)
    if table:
        return gap < 3.5
    if not _same_look(group, line) or gap <= 0 or leads_to_page(last.text) or leads_to_page(line.text):
        return False
    if line.mono and not BULLET.match(line.text):
        return gap < MOST_IN_CODE
    if gap > _usual(group, style) * WIDER:
        return False
    return not _begins(group, line)


def _usual(group: Group, style: Style) -> float:
    """The distance from line to line inside this paragraph, as far as it is known."""
    if len(group.lines) > 1:
        one, two = group.lines[-2:]
        if (one.page, one.column) == (two.page, two.column) and one.row != two.row:
            return min((one.y - two.y) / max(one.size, two.size), max(style.gap, 1.35) * 1.1)
    small = group.first.size < 0.95 * style.size or group.first.size > 1.1 * style.size
    return max(style.gap, 1.3) if small else style.gap


def _same_look(group: Group, line: Line) -> bool:
    """Are size and weight those of the lines before? A last line of one bold word says little."""
    first, last = group.first, group.last
    if abs(last.size - line.size) > 0.07 * max(last.size, line.size) or last.mono != line.mono:
        return False
    heavy = first.bold and last.bold
    if heavy == line.bold:
        return True
    return not heavy and len(line.text) < SHORT and line.x0 <= line.left + 2


def _begins(group: Group, line: Line) -> bool:
    """Does a line begin something new, by its indent, by its bullet, or because the one before ended early?"""
    last = group.last
    if BULLET.match(group.first.text):
        return _begins_item(group, line)
    if _opens_item(last, line) or (is_caption(line.text) and _is_early(last, line)):
        return True
    if centred(last) and centred(line):
        return _is_early(last, line) and STOP.search(last.text) is not None
    if _steps_in(group, line):
        return len(group.lines) > 1 or not _hangs(last, line)
    if last.x0 - line.x0 > INDENT * line.size and len(group.lines) > 1:
        return True
    return _is_early(last, line) and not (line.text[:1].islower() and not STOP.search(last.text))


def _opens_item(last: Line, line: Line) -> bool:
    """Has a line a bullet, and stands it in, or did the one before end early?"""
    if not BULLET.match(line.text) or _is_sentence_tail(last, line):
        return False
    return abs(line.x0 - last.x0) > INDENT * line.size or _is_early(last, line)


def _steps_in(group: Group, line: Line) -> bool:
    """Does a line stand in where the one before began at the edge?"""
    em, last = line.size, group.last
    if line.x0 - last.x0 <= INDENT * em or last.x0 >= line.left + INDENT * em:
        return False
    return len(group.lines) > 1 or line.x0 - line.left < 3 * em


def _begins_item(group: Group, line: Line) -> bool:
    """After lines of an item: is this another item, or the paragraph behind the list?"""
    first, last, em = group.first, group.last, line.size
    if BULLET.match(line.text) and not _is_sentence_tail(last, line):
        hangs_at = first.x0 + (last.x0 - first.x0) / 2
        if line.x0 < hangs_at + 0.8 * em or (line.x0 > first.x0 + em and _is_early(last, line)):
            return True
    if len(group.lines) > 1:
        return line.x0 < group.lines[1].x0 - INDENT * em or _is_early(last, line)
    if line.x0 < first.x0 - INDENT * em and first.x0 > first.left + 2 * INDENT * em:
        return _is_early(last, line) or STOP.search(last.text) is not None
    return _is_early(last, line) and line.x0 <= first.x0 + 0.2 * em


def _is_sentence_tail(last: Line, line: Line) -> bool:
    """Does the line before run to the edge without an end, so that `1914.` here is the end of its sentence?"""
    return not _is_early(last, line) and not STOP.search(last.text) and line.x0 - last.x0 < INDENT * line.size


def _hangs(first: Line, line: Line) -> bool:
    """Does a second line stand in under a first one that begins at the edge and fills its line?"""
    return not _is_early(first, line) and not STOP.search(first.text)


def _is_early(last: Line, line: Line) -> bool:
    """Did the line before end although the first word of this one had room on it?"""
    if CUT.search(last.text):
        return False
    room = last.right - last.x1 - 0.25 * last.size
    surely = STOP.search(last.text) and not line.text[:1].islower()
    return room > line.first + (0.01 if surely else 0.05) * (last.right - last.left)


def centred(line: Line) -> bool:
    before, behind = line.x0 - line.left, line.right - line.x1
    return before > 1.5 * line.size and abs(before - behind) < max(0.25 * before, line.size)


def _goes_over(group: Group, line: Line, style: Style) -> bool:
    """Does a paragraph go on at the top of the next column or page?"""
    last = group.last
    if not _same_look(group, line) or BULLET.match(line.text) or is_caption(line.text) or group.is_caption:
        return False
    if leads_to_page(last.text) or line.page > last.page + 1:
        return False
    if line.mono:
        return True
    if not STOP.search(last.text):
        return line.text[:1].islower() or not _is_early(last, line) or last.text.endswith((",", "-"))
    stands_in = line.x0 - line.left > INDENT * line.size
    if style.justified:
        return not stands_in and last.right - last.x1 < FLUSH
    return style.indents and not stands_in and not _is_early(last, line) and last.x1 > last.right - 0.8 * last.size


def _rejoin(groups: list[Group], style: Style) -> list[Group]:
    """Paragraphs that a figure, table or caption has parted are one again, before what parted them."""
    joined: list[Group] = []
    for group in groups:
        back = _parted(joined, group, style)
        if back is not None:
            joined[back].lines.extend(group.lines)
        else:
            joined.append(group)
    return joined


def _parted(joined: list[Group], group: Group, style: Style) -> int | None:
    """The position of the paragraph that this one goes on, behind floating things; None where there is none."""
    if group.table or not group.first.text[:1].islower() or BULLET.match(group.first.text):
        return None
    for back in range(len(joined) - 1, max(-1, len(joined) - 5), -1):
        other = joined[back]
        if other.table or other.is_caption or other.size < 0.93 * style.size or other.bold != group.bold:
            continue
        same = abs(other.size - group.size) < 0.07 * other.size
        open_ = not SENTENCE_END.search(other.last.text)
        apart = back < len(joined) - 1 or (other.last.page, other.last.column) != (group.first.page, group.first.column)
        return back if same and open_ and apart else None
    return None


# ----------------------------------------------------------------- tables


def _table_rows(lines: Sequence[Line]) -> set[int]:
    """Indices of the lines that are rows of tables: three or more in a column, with cells below cells."""
    rows: set[int] = set()
    run: list[int] = []
    for index, line in enumerate(lines):
        if _cells(line) and (not run or _below(lines[run[-1]], line)):
            run.append(index)
            continue
        rows |= _aligned(lines, run)
        run = [index] if _cells(line) else []
    return rows | _aligned(lines, run)


def _cells(line: Line) -> bool:
    if len(line.cells) < 2 or line.mono or leads_to_page(line.text):
        return False
    return len(line.cells) > 2 or BULLET.match(f"{line.cells[0].text} x") is None


def _below(above: Line, line: Line) -> bool:
    same = (above.page, above.column) == (line.page, line.column)
    return same and 0 < above.y - line.y < 4 * line.size


def _aligned(lines: Sequence[Line], run: list[int]) -> set[int]:
    """A run of rows, where most cells begin, end or stand in the middle where those of the row above do."""
    if len(run) < 3:
        return set()
    hits = total = 0
    for above, below in pairwise(run):
        for cell in lines[below].cells:
            total += 1
            hits += any(
                abs(cell.x0 - one.x0) < 4 or abs(cell.x1 - one.x1) < 4 or abs(cell.x0 + cell.x1 - one.x0 - one.x1) < 8
                for one in lines[above].cells
            )
    return set(run) if hits >= 0.6 * total else set()


def columns_are_clear(group: Group) -> bool:
    """Has every row of a table as many cells?"""
    return len({len(line.cells) for line in group.lines}) == 1


# -------------------------------------------------------------------- text


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The words of a group, and the raised words that stood in them."""

    words: str
    marks: tuple[tuple[int, str, int], ...]
    """Offset, mark, page."""


def write_text(lines: Sequence[Line], words: WordList) -> Text:
    """The text of lines, unwrapped."""
    parts: list[str] = []
    marks: list[tuple[int, str, int]] = []
    length = 0
    for index, line in enumerate(lines):
        marks.extend((length + offset, mark, line.page) for offset, mark in line.marks)
        behind = lines[index + 1].text if index + 1 < len(lines) else None
        dropped, between = words.joint(line.text, behind) if behind else (0, "")
        parts.append(line.text[: len(line.text) - dropped] + between)
        length += len(parts[-1])
    return _without_soft("".join(parts), marks)


def _without_soft(text: str, marks: list[tuple[int, str, int]]) -> Text:
    """The text without its soft hyphens, the marks moved with it."""
    moved = tuple((offset - text.count("\u00ad", 0, offset), mark, page) for offset, mark, page in marks)
    return Text(words=text.replace("\u00ad", ""), marks=moved)


def page_runs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines page by page."""
    run: list[Line] = []
    for line in lines:
        if run and run[-1].page != line.page:
            yield run
            run = []
        run.append(line)
    if run:
        yield run

"""Footnotes: found at the foot of their columns, and put behind the paragraph that refers to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from narrate.readers.pdf.lines import Line
from narrate.readers.pdf.paragraphs import STOP, Style, Text, is_caption, page_runs

SMALL = 0.94
"""Footnotes are set in so much of the text's size, at most."""

WRITTEN_MARK = re.compile(r"(\d{1,3}|[*†‡§¶]{1,3})[.)]?\s+(?=\S)|([*†‡§¶]{1,3})(?=\w)")
RAISED_MARK = re.compile(r"\d{1,3}|[a-z]|[*†‡§¶#]{1,3}")
REFERENCE = re.compile(r"[\d*†‡§¶#]{1,3}(?:[,;\s–-]+[\d*†‡§¶#]{1,3})*|[a-z]")
UNIT = re.compile(r"\d\s?(?:[kcdm]?m|ft|in|[a-z])$|[\U0001d400-\U0001d7ff]$")
"""Before a raised 2, what is squared: a unit, a letter of a formula."""

SUPERSCRIPT = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")


@dataclass(slots=True)
class Note:
    """A footnote, its mark not among its words."""

    mark: str
    page: int
    lines: list[Line] = field(default_factory=list)


def part_notes(lines: Sequence[Line], style: Style) -> tuple[list[Line], list[Note]]:
    """The lines of the text, and the notes that stood below them."""
    text: list[Line] = []
    notes: list[Note] = []
    for page in page_runs(lines):
        has_body = any(line.size > SMALL * style.size for line in page)
        for column in _columns(page):
            start = _notes_start(column, style, notes) if has_body else len(column)
            text.extend(column[:start])
            for line in column[start:]:
                _take(line, notes)
    return text, notes


def _columns(lines: Sequence[Line]) -> Iterator[list[Line]]:
    run: list[Line] = []
    for line in lines:
        if run and run[-1].column != line.column:
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _notes_start(column: Sequence[Line], style: Style, notes: list[Note]) -> int:
    """The index of the first line of the notes at the foot of a column; its length where there are none."""
    start = len(column)
    while start and column[start - 1].size <= SMALL * style.size:
        start -= 1
    for index in range(start, len(column)):
        if _mark_of(column[index]) and not column[index].cells[2:] and not is_caption(column[index].text):
            goes_on = notes and notes[-1].page == column[0].page - 1 and not STOP.search(notes[-1].lines[-1].text)
            return start if goes_on and not _has_caption(column[start:index]) else index
    return len(column)


def _has_caption(lines: Sequence[Line]) -> bool:
    return any(is_caption(line.text) for line in lines)


def _mark_of(line: Line) -> str | None:
    """What a line that begins a note is marked with."""
    if line.marks and line.marks[0][0] == 0 and RAISED_MARK.fullmatch(line.marks[0][1]):
        return line.marks[0][1]
    found = WRITTEN_MARK.match(line.text)
    return (found[1] or found[2]) if found and re.search(r"[^\W\d_]{2}", line.text) else None


def _take(line: Line, notes: list[Note]) -> None:
    """Begins a note with a line, or goes on with the last one."""
    mark = _mark_of(line)
    if mark and (not notes or notes[-1].page != line.page or _follows(notes[-1].mark, mark)):
        notes.append(Note(mark, line.page, [line]))
    elif notes:
        notes[-1].lines.append(line)


def _follows(last: str, mark: str) -> bool:
    """Do numbers count up? `12 May` at the beginning of a note's second line is no mark."""
    return not (last.isdigit() and mark.isdigit()) or int(mark) == int(last) + 1


def without_mark(text: str, mark: str) -> str:
    """The words of a note, where its mark was written on the baseline."""
    return re.sub(rf"^{re.escape(mark)}[.)]?\s*", "", text, count=1)


@dataclass(frozen=True, slots=True)
class Reference:
    """A mark in the text that refers to a note."""

    note: tuple[int, str]
    """Page and mark of the note."""

    page: int
    """Of the reference."""


def settle_references(text: Text, noted: set[tuple[int, str]]) -> tuple[str, list[Reference]]:
    """The words without the marks that refer to notes, and with the exponents; the references in order.

    Args:
        noted: page and mark of every footnote.
    """
    words = text.words
    referred: list[Reference] = []
    for offset, mark, page in reversed(text.marks):
        parts = [_find(noted, page, part) for part in re.split(r"[,;\s]+", mark)]
        if all(part in noted for part in parts) and not UNIT.search(words[:offset]):
            referred.extend(Reference(part, page) for part in reversed(parts))
        elif not _is_reference(words[:offset], mark):
            words = words[:offset] + mark.translate(SUPERSCRIPT) + words[offset:]
    return " ".join(words.split()), referred[::-1]


def _find(noted: set[tuple[int, str]], page: int, mark: str) -> tuple[int, str]:
    """The note with a mark on a page, or else on the next one, where notes go that find no room."""
    later = (page + 1, mark)
    return later if (page, mark) not in noted and later in noted else (page, mark)


def _is_reference(before: str, mark: str) -> bool:
    """Does a raised word refer to a note elsewhere, rather than being an exponent?"""
    if not REFERENCE.fullmatch(mark):
        return False
    word = re.search(r"[^\W\d_]*$", before)
    return not before or (word is not None and len(word[0]) >= 3) or before[-1] in ".,;:!?…”’\"')]»"

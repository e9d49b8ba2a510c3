"""What of a document is not its story: contents, references, an index, a page of rights."""

from __future__ import annotations

import re
from collections.abc import Sequence

from narrate.readers.pdf.hyphens import read_words
from narrate.readers.pdf.paragraphs import Group, leads_to_page
from narrate.words import squeeze

NUMBER_BEFORE = re.compile(r"^(?:[\divx]{1,3}(?:\.\d{1,2})*)[.)]?\s+", re.IGNORECASE)
ENDS_IN_PAGE = re.compile(r"\s(\d{1,4}|[ivxlc]{1,6})$")
RIGHTS = re.compile(
    r"\bISBN\b|all rights reserved|copyright ©|© (copyright )?\d{4}|alle rechte vorbehalten", re.IGNORECASE
)

FIRST_PAGES = 8
"""Pages at the beginning of a book among which the page of rights is."""


def find_matter(groups: Sequence[Group], levels: dict[int, int], *, book: bool) -> dict[int, str]:
    """Marks of groups that are no story, by index; `note` for the paragraphs of a section of notes."""
    marks: dict[int, str] = {}
    open_mark, open_level = None, 0
    for index, group in enumerate(groups):
        level = levels.get(index)
        if level is not None and (open_mark is None or level <= open_level or section_mark(group.text)):
            open_mark, open_level = section_mark(group.text), level
            if open_mark == "note":
                continue
        if leads_to_page(group.last.text) and len(group.lines) <= 3:
            marks[index] = "front_matter"
        elif open_mark == "front_matter" and level is None and not ENDS_IN_PAGE.search(group.text):
            open_mark = None
        elif open_mark is not None:
            marks[index] = open_mark
    if book:
        marks |= _rights_pages(groups)
    return marks


def section_mark(heading: str) -> str | None:
    """What the name of a section says that it holds, where that is no story."""
    name = squeeze(NUMBER_BEFORE.sub("", heading, count=1))
    return next((mark for mark, names in read_words("sections").items() if name in names), None)


def _rights_pages(groups: Sequence[Group]) -> dict[int, str]:
    pages = {
        group.first.page for group in groups if group.first.page < FIRST_PAGES and RIGHTS.search(group.text) is not None
    }
    return {index: "front_matter" for index, group in enumerate(groups) if group.first.page in pages}

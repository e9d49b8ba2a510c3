"""Which lines are headings, and how deep: by the outline where there is one, else by size and weight."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from narrate.readers.pdf.matter import section_mark
from narrate.readers.pdf.pages import Bookmark
from narrate.readers.pdf.paragraphs import BULLET, STOP, Group, Style, leads_to_page
from narrate.readers.text import CHAPTER
from narrate.words import squeeze

LARGER = 1.12
"""Times the size of the text from which on a line is a heading."""

LONGEST = 200
LONGEST_AT_TEXT_SIZE = 110
LONGEST_IN_CAPITALS = 80
MOST_LINES = 4
"""Of a heading: characters, those where it is no larger than the text or only in capitals, lines."""

MOST_ON_A_PAGE = 200
"""Headings; what an outline calls one is looked for among so many."""

TITLE_LARGER = 1.15
LONGEST_TITLE = 300

DEEPEST = 6
SECTION_NUMBER = re.compile(
    r"^(?:(?:chapter|section|part|appendix)\s+)?[\divxlcA-Z]{1,4}(?:\.\d{1,3})*[.:)]?\s+", re.IGNORECASE
)
DEPTH_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+[^\W\d]")
LABEL_ALONE = re.compile(
    r"(?:chapter|part|book|kapitel|teil|chapitre|partie|capítulo|parte|capitolo)\s+[\w-]{1,12}|[IVXLC]{1,6}\.?|\d{1,2}\.?",
    re.IGNORECASE,
)
"""The number of a chapter, whose name stands in the line below."""

WORD = re.compile(r"[^\W\d_]{3}")
MATHS = re.compile(r"[=<>⇒→⊆∪∩×∈∀∃+±∘]")
BAD_END = re.compile(r"[.,;:][\"'”’)]*$")


@dataclass(slots=True)
class Headings:
    """What was found: groups by their index."""

    levels: dict[int, int] = field(default_factory=dict)
    title: int | None = None
    """The group with the largest letters of the first page."""


def find_headings(groups: Sequence[Group], style: Style, bookmarks: Sequence[Bookmark]) -> Headings:
    title = _largest_of_first_page(groups, style)
    by_outline = match_bookmarks(groups, bookmarks)
    looks = {index: _look(groups[index]) for index in _candidates(groups, style, by_outline)}
    if title is not None and title in by_outline and len(looks) > 1 and by_outline[title] == 1:
        others = [level for index, level in by_outline.items() if index != title]
        if others and min(others) > 1:
            by_outline = {index: max(1, level - 1) for index, level in by_outline.items()}
    if title is not None:
        looks.pop(title, None)
        by_outline.pop(title, None)
        for index in _below_title(groups, title, looks):
            if index not in by_outline:
                looks.pop(index)
    levels = _ranked(groups, looks, by_outline)
    return Headings(levels=levels, title=title)


def _below_title(groups: Sequence[Group], title: int, looks: Collection[int]) -> list[int]:
    """Lines between the title and the first heading that has text below it: authors, places, dates."""
    below: list[int] = []
    for index in range(title + 1, len(groups)):
        text = groups[index].text
        if index not in looks or DEPTH_NUMBER.match(text) or CHAPTER.fullmatch(text.strip()):
            return below
        if groups[index].first.page != groups[title].first.page or section_mark(text):
            return below
        if index + 1 < len(groups) and index + 1 not in looks and STOP.search(groups[index + 1].text):
            return below
        below.append(index)
    return below


def _candidates(groups: Sequence[Group], style: Style, by_outline: dict[int, int]) -> list[int]:
    plain = [group for group in groups if len(group.lines) > MOST_LINES]
    bold_text = sum(group.bold for group in plain) * 2 > len(plain) if plain else False
    return [
        index
        for index, group in enumerate(groups)
        if index in by_outline
        or _may_head(group, style, bold_text=bold_text or _in_list(groups, index))
        or _names_chapter(groups, index)
    ]


def _may_head(group: Group, style: Style, *, bold_text: bool) -> bool:
    """Is a group short, and larger or heavier than the text?"""
    text = group.text
    if not _could_head(group) or group.is_caption:
        return False
    if group.size >= LARGER * style.size:
        return len(text) <= LONGEST and not (STOP.search(text) and len(text.split()) > 12)
    if len(text) > LONGEST_AT_TEXT_SIZE or BAD_END.search(text) or group.size < 0.94 * style.size:
        return False
    heavy = group.bold and not bold_text
    return heavy or (text.isupper() and len(text) <= LONGEST_IN_CAPITALS and not MATHS.search(text))


def _in_list(groups: Sequence[Group], index: int) -> bool:
    """Does it have a bullet or number, as the one before or behind it has too?"""
    near = [groups[one].text for one in (index - 1, index + 1) if 0 <= one < len(groups)]
    return BULLET.match(groups[index].text) is not None and any(map(BULLET.match, near))


def _could_head(group: Group) -> bool:
    if group.table or len(group.lines) > MOST_LINES or group.mono:
        return False
    text = group.text[: 2 * LONGEST_TITLE]
    wordy = WORD.search(text) is not None or LABEL_ALONE.fullmatch(text.strip()) is not None
    return wordy and not leads_to_page(text)


def _names_chapter(groups: Sequence[Group], index: int) -> bool:
    """Does it say `Chapter 3`, alone in its line?"""
    group = groups[index]
    return len(group.lines) == 1 and CHAPTER.fullmatch(group.text.strip()) is not None and index + 1 < len(groups)


def _look(group: Group) -> tuple[float, bool, bool]:
    """Larger is higher; then bold, then capitals."""
    return round(group.size * 2) / 2, group.bold, group.text.isupper()


def _ranked(
    groups: Sequence[Group], looks: dict[int, tuple[float, bool, bool]], by_outline: dict[int, int]
) -> dict[int, int]:
    """Levels: those of the outline, then by chapter's words, then by the order of the looks."""
    order = sorted({look for index, look in looks.items() if not _says_chapter(groups[index])}, reverse=True)
    chapters = any(_says_chapter(groups[index]) for index in looks)
    known: dict[tuple[float, bool, bool], int] = {}
    for index, level in by_outline.items():
        if index in looks:
            known[looks[index]] = max(level, known.get(looks[index], 1))
    levels: dict[int, int] = {}
    for index, look in looks.items():
        if index in by_outline:
            levels[index] = by_outline[index]
        elif _says_chapter(groups[index]):
            levels[index] = 1
        elif known:
            higher = [level for other, level in known.items() if other > look]
            levels[index] = known.get(look, max(higher, default=0) + 1)
        else:
            levels[index] = order.index(look) + 1 + chapters
    return {index: min(max(level, 1), DEEPEST) for index, level in levels.items()}


def _says_chapter(group: Group) -> bool:
    return (
        CHAPTER.fullmatch(group.text.strip()) is not None
        and re.match(r"chapter|part|book", group.text, re.I) is not None
    )


def _largest_of_first_page(groups: Sequence[Group], style: Style) -> int | None:
    """The group that may be the title: the largest of the first page with text, in its upper part."""
    if not groups:
        return None
    first = groups[0].first.page
    found = [index for index, group in enumerate(groups) if group.first.page == first and _could_head(group)]
    found = [index for index in found if sum(map(str.isalpha, groups[index].text)) >= 3]
    found = [index for index in found if section_mark(groups[index].text) is None]
    best = max(found, key=lambda index: (round(groups[index].size, 1), -index), default=None)
    if best is None or groups[best].size < TITLE_LARGER * style.size or len(groups[best].text) > LONGEST_TITLE:
        return None
    alone = sum(abs(groups[index].size - groups[best].size) < 0.3 for index in found)
    return best if alone <= 2 or best == 0 else None


# ---------------------------------------------------------------- outline


def match_bookmarks(groups: Sequence[Group], bookmarks: Sequence[Bookmark]) -> dict[int, int]:
    """The groups that say what a bookmark says on its page, with the level of the bookmark."""
    by_page: dict[int, list[int]] = {}
    for index, group in enumerate(groups):
        if _could_head(group):
            by_page.setdefault(group.first.page, []).append(index)
    found: dict[int, int] = {}
    for mark in bookmarks:
        pages = [mark.page, mark.page + 1] if mark.page is not None else []
        near = [index for page in pages for index in by_page.get(page, [])[:MOST_ON_A_PAGE] if index not in found]
        said = next((index for index in near if _says(groups, index, mark.title)), None)
        if said is not None:
            found[said] = min(mark.level, DEEPEST)
    return found


def _says(groups: Sequence[Group], index: int, title: str) -> bool:
    """Does a group say the words of a bookmark, with or without its number, by itself or with the next one?"""
    wanted = {squeeze(title), squeeze(SECTION_NUMBER.sub("", title, count=1))} - {""}
    text = groups[index].text
    said = {squeeze(text), squeeze(SECTION_NUMBER.sub("", text, count=1))}
    if index + 1 < len(groups) and len(groups[index + 1].text) <= LONGEST:
        said.add(squeeze(f"{text} {groups[index + 1].text}"))
    return bool(wanted & said)

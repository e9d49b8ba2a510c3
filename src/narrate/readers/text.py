"""Plain text: paragraphs, hard-wrapped or not, and the structure that people type by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from narrate.directions import direct, is_marks, read_marks, without_marks
from narrate.errors import ArticleError
from narrate.readers.decoding import decode
from narrate.readers.titles import find_byline
from narrate.types import Article, Block, BlockKind, Place, Source

SCENE_BREAK = re.compile(r"\s*(?:([*\-_~#=•·⁂❦◆—–])(?:\s*\1){2,}|[*#~⁂❦]|\*\s\*\s\*)\s*")
ITEM = re.compile(r"(\s*)([-*•‣▪◦]|\d{1,3}[.)]|[a-z]\))(\s+)(?=\S)")
QUOTE = re.compile(r"\s*((?:>\s?)+)")
UNDERLINE = re.compile(r"\s*(={3,}|-{3,})\s*")
HEADED = re.compile(r" {0,3}(#{1,6}) +(\S.*?)(?: +#+)? *")
"""A heading as Markdown has it, which many write in plain text too."""

CHAPTER = re.compile(
    r"(chapter|part|book|section|act|scene|prologue|epilogue|introduction|preface)"
    r"(\s+([0-9]{1,3}|[ivxlc]{1,7}|one|two|three|four|five|six|seven|eight|nine|ten|the\s+\w+))?"
    r"([.:—–-]\s*.{1,80})?",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!?…:;,]['\"”’)\]]*$")

GUTENBERG = re.compile(
    r"^(\*\*\* ?START OF (THE|THIS) PROJECT GUTENBERG|\*+ ?END\*? ?THE SMALL PRINT)", re.IGNORECASE | re.MULTILINE
)
"""By this an e-book of Project Gutenberg is known, the second that of one made before 2003.

Source: https://www.gutenberg.org/policy/license.html
"""

NARROWEST_WRAP, WIDEST_WRAP = 40, 110
"""Widths at which people and programs wrap text by hand, in characters."""


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class TextReader:
    """Reads plain text."""

    name = "text"
    media_types = ("text/plain",)
    suffixes = (".txt", ".text")

    def read(self, source: Source) -> Article:
        text = decode(source)
        if GUTENBERG.search(text):
            from narrate.readers.gutenberg import read_gutenberg

            return read_gutenberg(text, source)
        blocks = direct((block, read_marks(block.text)) for block in read_blocks(text))
        if not blocks:
            raise ArticleError(f"{source.name} holds no words", "", "Give it some text")
        blocks = _mark_title(_mark_headings(blocks))
        authors = find_byline(blocks)
        title = blocks[0].text if blocks[0].kind is BlockKind.TITLE else None
        return Article(
            blocks=tuple(blocks),
            title=title,
            authors=authors,
            origin=source.origin,
        )


def read_blocks(text: str) -> Iterator[Block]:
    """The blocks of a text, in order, with the author's marks in them, before headings are told from paragraphs."""
    width = _wrap_width(text)
    for group in _groups(text):
        yield from _blocks_of(group, width)


def _groups(text: str) -> Iterator[list[Line]]:
    """Lines between blank lines."""
    group: list[Line] = []
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            group.append(Line(number, start, line))
        elif group:
            yield group
            group = []
        start += len(line) + 1
    if group:
        yield group


def _wrap_width(text: str) -> int | None:
    """The width at which the text is wrapped by hand, or None where it is not.

    It is wrapped when nearly every line that is followed by another one has no
    room left for that one's first word. Lines with an author's marks in them may
    have been wrapped before those were put in, and tell no width.
    """
    pairs = [pair for group in _groups(text) for pair in pairwise(group)]
    pairs = [(one, two) for one, two in pairs if not (_begins_block(two.text) or is_marks(one.text))]
    if not pairs:
        return None
    plain = [first.text for first, _ in pairs if without_marks(first.text) == first.text]
    lengths = sorted(len(line.rstrip()) for line in plain or [first.text for first, _ in pairs])
    width = lengths[min(len(lengths) - 1, int(len(lengths) * 0.97))]
    if not NARROWEST_WRAP <= width <= WIDEST_WRAP:
        return width if _is_short_wrap(pairs, width) else None
    return width if _share_full(pairs, width) >= 0.7 else None


def _is_short_wrap(pairs: list[tuple[Line, Line]], width: int) -> bool:
    """One short paragraph broken in the middle of its sentence: "The train was⏎late again."""
    return (
        width < NARROWEST_WRAP
        and all(without_marks(second.text).lstrip()[:1].islower() for _, second in pairs)
        and all(not SENTENCE_END.search(without_marks(first.text).rstrip()) for first, _ in pairs)
    )


def _share_full(pairs: list[tuple[Line, Line]], width: int) -> float:
    return sum(_is_full(first, second, width) for first, second in pairs) / len(pairs)


def _is_full(line: Line, following: Line, width: int) -> bool:
    """Had the next line's first word no room on this one?"""
    word = following.text.split()[0]
    return len(line.text.rstrip()) + 1 + len(word) > width - 4


def _begins_block(text: str) -> bool:
    return bool(ITEM.match(text) or QUOTE.match(text) or SCENE_BREAK.fullmatch(text) or is_marks(text))


def _blocks_of(group: list[Line], width: int | None) -> Iterator[Block]:
    if len(group) == 2 and UNDERLINE.fullmatch(group[1].text) and not ITEM.match(group[0].text):
        level = 1 if "=" in group[1].text else 2
        yield _block(BlockKind.HEADING, group, group[0].text.strip(), level=level)
        return
    headed = HEADED.fullmatch(group[0].text) if len(group) == 1 else None
    if headed:
        yield _block(BlockKind.HEADING, group, headed[2], level=len(headed[1]), marker=f"{headed[1]} ")
        return
    for lines in _paragraphs(group, width):
        yield _read_paragraph(lines)


def _paragraphs(group: list[Line], width: int | None) -> Iterator[list[Line]]:
    """Runs of lines that belong together because the text is wrapped by hand."""
    lines = [group[0]]
    for line in group[1:]:
        previous = lines[-1]
        quoted = QUOTE.match(line.text) is not None
        same_quote = quoted == (QUOTE.match(previous.text) is not None)
        alone = SCENE_BREAK.fullmatch(previous.text) or is_marks(previous.text)
        own = (_begins_block(line.text) and not quoted) or alone
        indented = re.match(r"\s{2,}\S", line.text) and not re.match(r"\s", previous.text)
        item = ITEM.match(lines[0].text)
        hangs = item is not None and re.match(r"\s{2,}\S", line.text)
        wrapped = width is not None and (_is_full(previous, line, width) or width < NARROWEST_WRAP)
        if not own and same_quote and (hangs or (wrapped and not indented)):
            lines.append(line)
        else:
            yield lines
            lines = [line]
    yield lines


def _read_paragraph(lines: list[Line]) -> Block:
    first = lines[0].text
    if len(lines) == 1 and SCENE_BREAK.fullmatch(first):
        return _block(BlockKind.SCENE_BREAK, lines, first.strip())
    quote = QUOTE.match(first)
    if quote and all(len(line.text) > len(quote[0]) for line in lines[:1]):
        text = _join(QUOTE.sub("", line.text, count=1) for line in lines)
        if text:
            return _block(BlockKind.PARAGRAPH, lines, text, quoted=quote[1].count(">"), marker="> ")
    item = ITEM.match(first)
    if item:
        text = _join([first[item.end() :], *(line.text for line in lines[1:])])
        return _block(BlockKind.ITEM, lines, text, level=1 + len(item[1]) // 2, marker=f"{item[2]} ")
    return _block(BlockKind.PARAGRAPH, lines, _join(line.text for line in lines))


def _join(lines: Iterator[str] | list[str]) -> str:
    """Unwrapped: one space between lines, none after a hyphen that breaks a word."""
    text = "\n".join(" ".join(line.split(" ")).strip() for line in lines)
    return re.sub(r"(?<=\w-)\n(?=[a-z])", "", text).replace("\n", " ").strip()


def _block(
    kind: BlockKind, lines: list[Line], text: str, *, level: int = 0, quoted: int = 0, marker: str = ""
) -> Block:
    place = Place(line=lines[0].number, end_line=lines[-1].number, start=lines[0].start, end=lines[-1].end)
    return Block(kind=kind, text=text, place=place, level=level, quoted=quoted, marker=marker)


def _mark_headings(blocks: list[Block]) -> list[Block]:
    marked = []
    for index, block in enumerate(blocks):
        before = blocks[index - 1] if index else None
        after = blocks[index + 1] if index + 1 < len(blocks) else None
        if block.kind is BlockKind.PARAGRAPH and not block.quoted and _is_heading(block, before, after):
            level = 1 if CHAPTER.fullmatch(block.text) else 2
            block = _as_kind(block, BlockKind.HEADING, level)
        marked.append(block)
    return marked


def _is_heading(block: Block, before: Block | None, after: Block | None) -> bool:
    text = block.text
    apart = (before is None or before.place.end_line < block.place.line - 1) and (
        after is not None and after.place.line > block.place.end_line + 1
    )
    if not apart or after is None or len(text) > 80:
        return False
    if CHAPTER.fullmatch(text):
        return True
    if SENTENCE_END.search(text) or not (text[0].isupper() or text[0].isdigit()) or len(text.split()) > 8:
        return False
    return len(text) <= 60 and before is not None and _is_prose(before) and _is_prose(after)


def _is_prose(block: Block) -> bool:
    return len(block.text.split()) >= 12 and re.search(r"[.!?…]['\"”’)\]]*$", block.text) is not None


def _mark_title(blocks: list[Block]) -> list[Block]:
    first = blocks[0]
    alone = len(blocks) > 1 and blocks[1].place.line > first.place.end_line + 1
    plain = first.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING) and not first.quoted
    if plain and alone and len(first.text) <= 150 and not re.search(r"[.,;:]['\"”’)]*$", first.text):
        return [_as_kind(first, BlockKind.TITLE, 1), *blocks[1:]]
    return blocks


def _as_kind(block: Block, kind: BlockKind, level: int) -> Block:
    return replace(block, kind=kind, level=level)

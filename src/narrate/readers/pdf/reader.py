"""The reader of PDFs.

A PDF says where letters stand and nothing of paragraphs. From the letters come words and lines (`pages`, `lines`), from
their places columns and the furniture of pages (`lines`, `furniture`), from gaps, indents and looks the paragraphs,
notes and headings (`paragraphs`, `notes`, `headings`), and here the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from unicodedata import normalize

from narrate.errors import ArticleError, SourceError
from narrate.readers.pdf.extract import Extract, extract
from narrate.readers.pdf.furniture import find_furniture
from narrate.readers.pdf.headings import LABEL_ALONE, Headings, find_headings
from narrate.readers.pdf.hyphens import WordList
from narrate.readers.pdf.label import sensible_authors, sensible_language, sensible_title
from narrate.readers.pdf.lines import Line, widen_bounds
from narrate.readers.pdf.matter import find_matter
from narrate.readers.pdf.notes import Note, Reference, part_notes, settle_references, without_mark
from narrate.readers.pdf.paragraphs import (
    BULLET,
    Group,
    Style,
    centred,
    columns_are_clear,
    find_style,
    group_lines,
    write_text,
)
from narrate.readers.text import SCENE_BREAK
from narrate.readers.titles import find_byline
from narrate.types import Article, Block, BlockKind, Place, Source
from narrate.words import squeeze

BOOK_WORDS = 20_000
"""A PDF with more words is a book."""

MOST_UNMAPPED = 0.2
"""Share of letters without Unicode beyond which a text is not worth hearing."""

LETTERS_TO_JUDGE = 300
FEWEST_VOWELS = 0.2
"""Share of vowels among Latin letters; in European languages it is over 0.33."""

FEWEST_LETTERS = 20
"""On a page, on average: a scan may have a stamp or a line of the library that made it."""

MOST_FURNITURE = 0.5
"""Share of a document's letters that may stand in heads and feet."""

QUOTE_INDENT, QUOTE_INSET = 0.8, 0.6
"""Ems by which every line of a block quote stands in, on the left and on the right at least."""

LONGEST_FORMULA = 200
FUNCTIONS = frozenset(
    ("arg", "cos", "cot", "det", "div", "exp", "gcd", "inf", "lim", "log", "max", "min", "mod", "sin")
)
FUNCTIONS |= {"sup", "tan", "tanh", "var"}
"""Words of three letters and more that formulas have."""

OCR = "Run it through OCR, for instance `ocrmypdf in.pdf out.pdf`, and give narrate the result"
OCR_ANEW = "Run it through OCR, for instance `ocrmypdf --force-ocr in.pdf out.pdf`, and give narrate the result"


class PdfReader:
    """Reads PDFs."""

    name = "pdf"
    media_types = ("application/pdf", "application/x-pdf")
    suffixes = (".pdf",)

    def read(self, source: Source) -> Article:
        found = extract(source)
        _refuse_garbage(found, source)
        story, aside = _part_furniture(found)
        _refuse_pictures(found, _count(story), source)
        return _article(widen_bounds(story), aside, found, source)


def _part_furniture(found: Extract) -> tuple[list[Line], list[Line]]:
    """The lines of the text, and those of heads, feet and page numbers; all are text where half of it would go."""
    furniture = find_furniture(found.sheets)
    lines = [line for sheet in found.sheets for line in sheet.lines]
    story = [line for line in lines if (line.page, line.row) not in furniture]
    if not found.pictures and _count(story) < MOST_FURNITURE * _count(lines):
        return lines, []
    return story, [line for line in lines if (line.page, line.row) in furniture]


def _count(lines: Iterable[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _refuse_pictures(found: Extract, letters: int, source: Source) -> None:
    """Raises SourceError where the pages are pictures, ArticleError where there is nothing on them."""
    if found.pictures * 2 > len(found.sheets) and letters < FEWEST_LETTERS * len(found.sheets):
        raise SourceError(f"{source.name} has no text in it", "its pages are pictures, as of a scan", OCR)
    if not letters:
        raise ArticleError(f"{source.name} holds no words", "its pages are empty", "Give it a PDF with some text")


def _refuse_garbage(found: Extract, source: Source) -> None:
    """Raises SourceError where fonts do not tell which letters they draw."""
    text = "".join(line.text for sheet in found.sheets[:200] for line in sheet.lines).lower()
    if found.unmapped > MOST_UNMAPPED * found.letters or _is_garbled(text):
        why = "its fonts do not say which letters they draw, so that programs find only nonsense in it"
        raise SourceError(f"the text of {source.name} cannot be read", why, OCR_ANEW)


def _is_garbled(text: str) -> bool:
    """Has a text in Latin letters too few vowels for any language, or more signs than letters?"""
    letters = sum(map(str.isalpha, text))
    latin = len(re.findall("[a-zà-öø-ÿ]", text))
    if len(text) >= LETTERS_TO_JUDGE and letters < 0.4 * len(text.replace(" ", "")):
        return sum(map(str.isdigit, text)) < 0.3 * len(text)
    if latin < LETTERS_TO_JUDGE or latin < 0.8 * letters:
        return False
    return len(re.findall("[aeiouyà-æè-ïò-öø-ý]", text)) < FEWEST_VOWELS * latin


# ---------------------------------------------------------------- article


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A block without its place."""

    kind: BlockKind
    text: str
    page: int
    level: int = 0
    quoted: int = 0
    marker: str = ""
    mark: str | None = None


def _article(lines: list[Line], aside: list[Line], found: Extract, source: Source) -> Article:
    style = find_style(lines)
    text, notes = part_notes(lines, style)
    groups = group_lines(text, style)
    words = WordList(line.text for line in lines)
    book = sum(words.counts.values()) > BOOK_WORDS
    headings = find_headings(groups, style, found.bookmarks)
    writer = _Writer(style, words, notes, headings, find_matter(groups, headings.levels, book=book))
    asides = [*_furniture(aside), *_each_once(found.across, "watermark")]
    pieces = _with_asides(_join_labels(list(writer.pieces(groups))), asides)
    title, pieces = _settle_title(sensible_title(found.label.title), pieces)
    blocks = _place(pieces)
    authors = sensible_authors(found.label.author)
    blocks = _mark_byline(blocks, authors)
    authors = authors or find_byline(blocks)
    return Article(
        blocks=tuple(blocks),
        title=title,
        authors=authors,
        language=sensible_language(found.label.language),
        address=source.address,
        book=book,
        notes=tuple(_not_read(found)),
        origin=source.origin,
    )


@dataclass(slots=True)
class _Writer:
    """Makes pieces of groups."""

    style: Style
    words: WordList
    notes: list[Note]
    headings: Headings
    matter: dict[int, str]
    items: list[float] = field(default_factory=list)
    """Where the items of the list that is open stand in, by level."""

    def pieces(self, groups: Sequence[Group]) -> Iterator[_Piece]:
        notes = {(note.page, note.mark): note for note in self.notes}
        settled = [settle_references(write_text(group.lines, self.words), set(notes)) for group in groups]
        hosts = _hosts([references for _, references in settled])
        alone = [note for note in self.notes if (note.page, note.mark) not in hosts]
        for index, (text, references) in enumerate(settled):
            while alone and alone[0].page < groups[index].first.page:
                yield self._of_note(alone.pop(0))
            if text:
                yield from self._of_group(groups, index, text)
            for key in dict.fromkeys(reference.note for reference in references):
                if hosts[key] == index:
                    yield self._of_note(notes[key])
        for note in alone:
            yield self._of_note(note)

    def _of_note(self, note: Note) -> _Piece:
        text = without_mark(write_text(note.lines, self.words).words, note.mark)
        return _Piece(kind=BlockKind.NOTE, text=text or note.mark, page=note.page, marker=note.mark)

    def _of_group(self, groups: Sequence[Group], index: int, text: str) -> Iterator[_Piece]:
        group, mark = groups[index], self.matter.get(index)
        page = group.first.page
        bullet = BULLET.match(text)
        if index == self.headings.title and mark is None:
            yield _Piece(kind=BlockKind.TITLE, text=text, page=page, level=1)
        elif index in self.headings.levels:
            level = self.headings.levels[index]
            mark = None if mark == "note" else mark
            yield _Piece(kind=BlockKind.HEADING, text=text, page=page, level=level, mark=mark)
        elif group.table:
            yield from _table(group, None if mark == "note" else mark)
        elif mark == "note":
            yield _endnote(text, page)
        elif group.is_caption:
            yield _Piece(kind=BlockKind.PARAGRAPH, text=text, page=page, mark=mark or "caption")
        elif SCENE_BREAK.fullmatch(text):
            yield _Piece(kind=BlockKind.SCENE_BREAK, text=text, page=page, mark=mark)
        elif group.mono and any(not one.mono for one in groups):
            code = "\n".join(line.text for line in group.lines)
            yield _Piece(kind=BlockKind.CODE, text=code, page=page, marker="```", mark=mark)
        elif _is_formula(text):
            yield _Piece(kind=BlockKind.FORMULA, text=text, page=page, mark=mark)
        elif bullet and _is_item(groups, index):
            level = self._item_level(group, continues=index > 0 and _has_bullet(groups[index - 1]))
            yield _Piece(
                kind=BlockKind.ITEM,
                text=text[bullet.end() :],
                page=page,
                level=level,
                marker=f"{bullet[1]} ",
                mark=mark,
            )
        else:
            quoted = int(_stands_in(group))
            yield _Piece(kind=BlockKind.PARAGRAPH, text=text, page=page, quoted=quoted, mark=mark)

    def _item_level(self, group: Group, *, continues: bool) -> int:
        """The depth of an item, from 1, by how far it stands in among those before it."""
        x0 = group.first.x0 - group.first.left
        if not continues:
            self.items.clear()
        while self.items and self.items[-1] > x0 + 0.5 * group.first.size:
            self.items.pop()
        if not self.items or x0 > self.items[-1] + 0.5 * group.first.size:
            self.items.append(x0)
        return len(self.items)


def _hosts(references: Sequence[Sequence[Reference]]) -> dict[tuple[int, str], int]:
    """Behind which group a note belongs: the last one of its own page that refers to it, else the last one.

    The marks of authors' addresses on the first page may be those of notes too.
    """
    ranked = sorted((one.page == one.note[0], index, one.note) for index, some in enumerate(references) for one in some)
    return {note: index for _, index, note in ranked}


def _table(group: Group, mark: str | None) -> Iterator[_Piece]:
    """Rows where the columns are clear; else one paragraph that says what it is."""
    page = group.first.page
    if not columns_are_clear(group):
        text = " ".join(line.text for line in group.lines)
        yield _Piece(kind=BlockKind.PARAGRAPH, text=text, page=page, mark=mark or "table")
        return
    for number, line in enumerate(group.lines):
        text = ", ".join(cell.text for cell in line.cells)
        yield _Piece(kind=BlockKind.ROW, text=text, page=line.page, level=int(number == 0), mark=mark)


def _endnote(text: str, page: int) -> _Piece:
    found = re.match(r"(\d{1,3}|[*†‡§]{1,3})[.)]?\s+(?=\S)", text)
    if not found:
        return _Piece(kind=BlockKind.NOTE, text=text, page=page)
    return _Piece(kind=BlockKind.NOTE, text=text[found.end() :], page=page, marker=found[1])


def _has_bullet(group: Group) -> bool:
    return BULLET.match(group.first.text) is not None


def _is_item(groups: Sequence[Group], index: int) -> bool:
    """Signs make items by themselves; a number or letter only where the one before or behind it has one too."""
    found = BULLET.match(groups[index].first.text)
    if found and not any(letter.isalnum() for letter in found[1]):
        return (
            found[1] not in "-–*·" or groups[index].first.x0 > groups[index].first.left + 2 or _in_list(groups, index)
        )
    return _in_list(groups, index)


def _in_list(groups: Sequence[Group], index: int) -> bool:
    return any(_has_bullet(groups[near]) for near in (index - 1, index + 1) if 0 <= near < len(groups))


def _is_formula(text: str) -> bool:
    """Is it signs and single letters around an equals sign?"""
    if not re.search(r"[=≤≥<>≈≡∈→]", text) or len(text) > LONGEST_FORMULA:
        return False
    words = set(re.findall(r"[^\W\d_]{3,}", normalize("NFKC", text)))
    return any(map(str.isalpha, text)) and words <= FUNCTIONS


def _stands_in(group: Group) -> bool:
    """Does a whole paragraph stand in from both edges, as quotations do?"""
    if len(group.lines) < 2 or all(centred(line) for line in group.lines):
        return False
    em = group.first.size
    return all(
        line.x0 - line.left > QUOTE_INDENT * em and line.right - line.x1 > QUOTE_INSET * em for line in group.lines
    )


# ----------------------------------------------------------------- pieces


def _join_labels(pieces: list[_Piece]) -> list[_Piece]:
    """The number of a chapter and its name below are one heading."""
    joined: list[_Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        heads = piece.kind is BlockKind.HEADING and last is not None and last.kind is BlockKind.HEADING
        if last and heads and last.page == piece.page and not last.mark and LABEL_ALONE.fullmatch(last.text.strip()):
            level = min(last.level, piece.level)
            joined[-1] = replace(last, text=f"{last.text.rstrip('.')}. {piece.text}", level=level)
        else:
            joined.append(piece)
    return joined


def _with_asides(pieces: list[_Piece], asides: Sequence[_Piece]) -> list[_Piece]:
    """With what is no part of the text at the end of the page that has it."""
    waiting = sorted(asides, key=lambda aside: (aside.page, aside.text))
    settled: list[_Piece] = []
    for piece in pieces:
        while waiting and waiting[0].page < piece.page and piece.kind is not BlockKind.NOTE:
            settled.append(waiting.pop(0))
        settled.append(piece)
    return settled + waiting


def _furniture(aside: Iterable[Line]) -> Iterator[_Piece]:
    """Running heads and page numbers."""
    rows: dict[tuple[int, int], list[Line]] = {}
    for line in aside:
        rows.setdefault((line.page, line.row), []).append(line)
    ordered = ((page, sorted(lines, key=lambda line: line.x0)) for (page, _), lines in rows.items())
    return _each_once(((page, " ".join(line.text for line in lines)) for page, lines in ordered), "page_number")


def _each_once(shown: Iterable[tuple[int, str]], mark: str) -> Iterator[_Piece]:
    """A piece for what stands on many pages, on the first that has it; numbers make no difference."""
    met: set[str] = set()
    for page, text in shown:
        key = re.sub(r"\d+", "#", text.lower().strip())
        if key and key not in met:
            met.add(key)
            yield _Piece(kind=BlockKind.PARAGRAPH, text=text.strip(), page=page, mark=mark)


def _not_read(found: Extract) -> Iterator[str]:
    """What cannot be read though it may be text, in sentences for the user."""
    if found.scanned:
        pages = write_numbers([page + 1 for page in found.scanned])
        what = f"Page {pages} is a picture" if len(found.scanned) == 1 else f"Pages {pages} are pictures"
        yield f"{what} with little or no text, and pictures are not read. For a scan: {OCR[0].lower()}{OCR[1:]}."
    if found.unmapped:
        yield f"The fonts do not say what {found.unmapped:,} of {found.letters:,} signs are: these are left out."


def write_numbers(numbers: Sequence[int]) -> str:
    """`1, 3 to 5 and 9`: numbers in order, with runs of three and more as such."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [part for run in runs for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _settle_title(said: str | None, pieces: list[_Piece]) -> tuple[str | None, list[_Piece]]:
    """The title, and the pieces with it as such where the first page shows it.

    What the document's data call it is believed; where the largest letters of the first page say the same, the longer
    of the two.
    """
    shown = next((index for index, piece in enumerate(pieces) if piece.kind is BlockKind.TITLE), None)
    if said is None:
        return (pieces[shown].text if shown is not None else None), pieces
    same = shown is not None and _same_title(said, pieces[shown].text)
    if shown is not None and not same:
        pieces = _as(pieces, shown, BlockKind.HEADING)
    if same and shown is not None:
        return max(pieces[shown].text, said, key=lambda title: len(squeeze(title))), pieces
    for index, piece in enumerate(pieces[:12]):
        if squeeze(piece.text) == squeeze(said) and piece.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH):
            return piece.text, _as(pieces, index, BlockKind.TITLE)
    return said, pieces


def _same_title(one: str, two: str) -> bool:
    """Does one say what the other says, and perhaps more?"""
    return squeeze(one) in squeeze(two) or squeeze(two) in squeeze(one)


def _as(pieces: list[_Piece], index: int, kind: BlockKind) -> list[_Piece]:
    return [*pieces[:index], replace(pieces[index], kind=kind, level=1, mark=None), *pieces[index + 1 :]]


def _mark_byline(blocks: list[Block], authors: tuple[str, ...]) -> list[Block]:
    """With the line below the title that names the authors, whom the document's data name too, as a byline."""
    if not authors or not blocks or blocks[0].kind is not BlockKind.TITLE:
        return blocks
    wanted = {squeeze(name) for name in authors}
    for index, block in enumerate(blocks[1:4], 1):
        names = re.sub(r"^by\s+|\band\b", "", block.text, flags=re.IGNORECASE)
        said = {squeeze(name) for name in re.split(r",|;|&|\s{2,}", names)} - {""}
        plain = block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING) and block.mark is None
        if plain and said and (said <= wanted or squeeze(names) in wanted):
            return [*blocks[:index], replace(block, kind=BlockKind.BYLINE, level=0), *blocks[index + 1 :]]
    return blocks


def _place(pieces: Iterable[_Piece]) -> list[Block]:
    """Blocks with places in the text that they make: one line each, code as many as it has, a blank line between."""
    blocks: list[Block] = []
    line, start = 1, 0
    for piece in pieces:
        text = piece.text
        end_line = line + text.count("\n")
        blocks.append(
            Block(
                kind=piece.kind,
                text=text,
                place=Place(line=line, end_line=end_line, start=start, end=start + len(text)),
                level=piece.level,
                quoted=piece.quoted,
                marker=piece.marker,
                mark=piece.mark,
            )
        )
        line, start = end_line + 2, start + len(text) + 2
    return blocks

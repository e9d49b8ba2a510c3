"""Markdown, by markdown-it: CommonMark with what writers add to it.

Front matter, tables, strikethrough, tasks, definition lists, notes, formulas, admonitions; pictures are blocks of their
own after the block in which they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from html import unescape
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, Any

from narrate.directions import Draft, Mark, Piece, direct, find_mark, take_directions
from narrate.errors import ArticleError
from narrate.readers.decoding import decode
from narrate.readers.markdown_rules import extend_parser, has_definitions, used_labels
from narrate.readers.text import SCENE_BREAK
from narrate.readers.titles import find_byline
from narrate.types import Article, Block, BlockKind, Place, Source

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

FRONT_MATTER = re.compile(
    r"---[ \t]*\n((?:[A-Za-z_][\w.-]*:.*\n|[ \t]+-?.*\n|- .*\n|#.*\n|\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|$)"
)
NAMED = re.compile(r"(?:name|given-names)\s*:\s*(.+)")
FENCE = re.compile(r"^ {0,3}~{3,}", re.MULTILINE)
LONE_FENCE = re.compile(r"(?<=\n\n)~~~(?=\n\n)")
TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
UNREAD = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
IMAGE_TAG = re.compile(r"<img\b[^>]*?\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
TASK = re.compile(r"\[[ xX]\]\s+(?=\S)")
ALERT = re.compile(r"\[!([A-Za-z]+)\][ \t]*")
"""What a box of GitHub begins with: `[!NOTE]`."""

MOST_TERM_WORDS = 10
"""Of what is defined, above its definition."""

SENTENCE = re.compile(r"[.!?…:;,]['\"”’)]*$")


class MarkdownReader:
    """Reads Markdown."""

    name = "markdown"
    media_types = ("text/markdown", "text/x-markdown")
    suffixes = (".md", ".markdown")

    def read(self, source: Source) -> Article:
        text = decode(source)
        front, length = _read_front_matter(text)
        blocks = direct(_Walk(text, length).drafts())
        if not blocks:
            raise ArticleError(f"{source.name} holds no words", "", "Give it some text")
        above = list(takewhile(lambda block: block.kind is BlockKind.FIGURE, blocks))
        blocks = blocks[len(above) :]
        _mark_title(blocks)
        authors = find_byline(blocks)
        title = blocks[0].text if blocks and blocks[0].kind is BlockKind.TITLE else None
        return Article(
            blocks=(*above, *blocks),
            title=title or _plain_title(front),
            authors=_names(front) or authors,
            series=front.get("series"),
            summary=front.get("summary") or front.get("description"),
            site=front.get("site") or front.get("publication"),
            published_at=_moment(front.get("date")),
            language=front.get("lang") or front.get("language"),
            address=next((front[key] for key in ("canonical", "url", "source") if key in front), None),
            origin=source.origin,
        )


@dataclass
class _Walk:
    """One walk over the tokens of a text."""

    text: str
    skip: int
    """Characters of front matter before the Markdown."""

    found: list[Draft] = field(default_factory=list)
    quotes: int = 0
    lists: list[str] = field(default_factory=list)
    """Kind of each list that is open: `ul` or `ol`."""
    item_marker: str = ""
    item_open: bool = False
    cells: list[list[Piece]] | None = None
    in_table: bool = False
    note: str | None = None
    """Label of the note that is open."""
    notes: dict[str, list[Draft]] = field(default_factory=dict)
    """By their labels."""
    spots: dict[int, list[str]] = field(default_factory=dict)
    """Labels of the notes that stand after so many blocks."""
    defined: dict[str, int] = field(default_factory=dict)
    """After how many blocks each note stands in the source."""
    labels: list[str] = field(default_factory=list)
    """Of notes that the block which is being read refers to."""
    pictures: list[tuple[str, Token]] = field(default_factory=list)
    """Alternative texts of those in it."""

    def drafts(self) -> list[Draft]:
        body = _part_scenes(self.text[self.skip :])
        self.first_line = self.text.count("\n", 0, self.skip)
        self.lines = body.split("\n")
        self.starts = [0]
        for line in self.text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.heading = 0
        for token in _parse(body):
            if not self._open_or_close(token):
                self._read(token)
        return list(self._with_notes())

    def _open_or_close(self, token: Token) -> bool:
        """What stands around blocks."""
        match token.type:
            case "blockquote_open":
                self.quotes += 1
            case "blockquote_close":
                self.quotes -= 1
            case "bullet_list_open" | "ordered_list_open":
                self.lists.append(token.type)
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self.item_open = True
                self.item_marker = f"{token.info}{token.markup} "
            case "heading_open":
                self.heading = int(token.tag[1])
            case "heading_close":
                self.heading = 0
            case "note_open":
                self.note = token.meta["label"]
                self.defined.setdefault(token.meta["label"], len(self.found))
            case "note_close":
                self.note = None
            case _:
                return False
        return True

    def _read(self, token: Token) -> None:
        match token.type:
            case "table_open":
                self.in_table = True
            case "table_close":
                self.in_table = False
                self._add_asides()
            case "tr_open":
                self.cells, self.row, self.level = [], token, 0
            case "th_open":
                self.level = 1
            case "tr_close":
                cells, self.cells = self.cells or [], None
                self._add(BlockKind.ROW, _join_cells(cells), self.row, level=self.level)
            case "inline":
                self._add_inline(token)
            case "fence" | "code_block":
                self._add(BlockKind.CODE, [token.content.rstrip("\n")], token, marker=f"```{token.info}")
            case "formula":
                self._add(BlockKind.FORMULA, [token.content], token)
            case "hr":
                self._add(BlockKind.SCENE_BREAK, [self.lines[(token.map or [0])[0]].strip(" >\t")], token)
            case "html_block":
                html = UNREAD.sub("", token.content)
                self.pictures += [(unescape(first or second), token) for first, second in IMAGE_TAG.findall(html)]
                self._add(BlockKind.PARAGRAPH, [_plain_html(html)], token)

    def _add_inline(self, token: Token) -> None:
        pieces = self._inline_pieces(token)
        if self.cells is not None:
            self.cells.append(pieces)
        elif self.heading and not token.content.strip():
            self._add(BlockKind.SCENE_BREAK, ["#" * self.heading], token)
        elif self.heading:
            self._add(BlockKind.HEADING, pieces, token, level=self.heading, marker="#" * self.heading + " ")
        elif self.lists and self.item_open:
            self.item_open = False
            task, pieces = _take_task(pieces)
            self._add(BlockKind.ITEM, pieces, token, level=len(self.lists), marker=self.item_marker + task)
        elif not self._add_definitions(pieces, token):
            self._add(BlockKind.PARAGRAPH, _name_alert(pieces), token, marker="> " if self.quotes else "")

    def _inline_pieces(self, token: Token) -> list[Piece]:
        """The words and the author's marks of an inline token: no emphasis, no link targets, no pictures, no notes."""
        pieces: list[Piece] = []
        for child in token.children or ():
            match child.type:
                case "text" | "code_inline" | "formula_inline":
                    pieces.append(child.content)
                case "softbreak":
                    pieces.append("\n")
                case "hardbreak":
                    pieces.append(" ")
                case "html_inline":
                    pieces.append(" " if BREAK_TAG.fullmatch(child.content) else "")
                case "mark_open" | "mark_close":
                    pieces.append(child.meta["mark"])
                case "image":
                    self.pictures.append(("".join(part.content for part in child.children or ()), token))
                case "note_reference":
                    self.labels.append(child.meta["label"])
                    if pieces and isinstance(pieces[-1], str):
                        pieces[-1] = pieces[-1].rstrip()
        return pieces

    def _add_definitions(self, pieces: list[Piece], token: Token) -> bool:
        """`Term` above `: what it means`, as a list of two levels."""
        parts = _split_definitions(pieces)
        last = self.found[-1][0] if self.found and self.note is None else None
        more = not parts[0] and last is not None and last.kind is BlockKind.ITEM and last.marker == ": "
        if len(parts) < 2 or not (more or _is_term(parts[0] or self._last_paragraph())):
            return False
        level = len(self.lists) + 1
        if parts[0]:
            self._add(BlockKind.ITEM, parts[0], token, level=level)
        elif not more:
            block, words = self.found[-1]
            self.found[-1] = replace(block, kind=BlockKind.ITEM, level=level, marker=""), words
        for part in parts[1:]:
            self._add(BlockKind.ITEM, part, token, level=level + 1, marker=": ")
        return True

    def _last_paragraph(self) -> list[Piece]:
        if self.found and self.found[-1][0].kind is BlockKind.PARAGRAPH and self.note is None:
            return list(self.found[-1][1])
        return []

    def _add(self, kind: BlockKind, pieces: list[Piece], token: Token, *, level: int = 0, marker: str = "") -> None:
        if kind is not BlockKind.CODE:
            pieces = _squeeze(pieces)
        text = "".join(piece.written if isinstance(piece, Mark) else piece for piece in pieces)
        if text.strip():
            if kind is BlockKind.PARAGRAPH and SCENE_BREAK.fullmatch(text):
                kind = BlockKind.SCENE_BREAK
            if self.note and kind in (BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.HEADING):
                kind, level, marker = BlockKind.NOTE, 0, self.note
            place = self._place(token)
            block = Block(kind=kind, text=text, place=place, level=level, quoted=self.quotes, marker=marker)
            (self.found if self.note is None else self.notes.setdefault(self.note, [])).append((block, pieces))
        if not self.in_table:
            self._add_asides()

    def _add_asides(self) -> None:
        """The pictures in the block that was read, and which notes it refers to."""
        pictures, self.pictures = self.pictures, []
        for words, token in pictures:
            self._add(BlockKind.FIGURE, [words], token)
        for label in self.labels:
            self.spots.setdefault(len(self.found), []).append(label)
        self.labels = []

    def _place(self, token: Token) -> Place:
        first, after = token.map or (0, 1)
        first, after = first + self.first_line, max(after, first + 1) + self.first_line
        end = max(self.starts[first], min(self.starts[after] - 1, len(self.text)))
        return Place(line=first + 1, end_line=after, start=self.starts[first], end=end)

    def _with_notes(self) -> Iterator[Draft]:
        """The blocks, each note after the first one that refers to it; one to which none refers where it stands."""
        referred = {label for labels in self.spots.values() for label in labels}
        for label, at in self.defined.items():
            if label not in referred:
                self.spots.setdefault(at, []).append(label)
        for at in range(len(self.found) + 1):
            for label in self.spots.get(at, ()):
                yield from self.notes.pop(label, ())
            yield from self.found[at : at + 1]


def _part_scenes(body: str) -> str:
    """The text with a `~~~` that fences no code, since no second one closes it, as a break between scenes."""
    lone = LONE_FENCE.findall(body)
    return LONE_FENCE.sub("***", body) if len(lone) == 1 and len(FENCE.findall(body)) == 1 else body


def _parse(body: str) -> list[Token]:
    defined = has_definitions(body)
    env: dict[str, Any] = {"labels": used_labels(body) if defined else frozenset()}
    return _parser(links=defined or "](" in body).parse(body, env)


@cache
def _parser(*, links: bool) -> MarkdownIt:
    """One that looks for links, which takes long amid many brackets, or one for texts that can hold none."""
    from markdown_it import MarkdownIt

    # Indented prose is prose.
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("code")
    parser.inline.ruler.after("link", "mark", _read_mark)
    extend_parser(parser)
    return parser if links else parser.disable(["link", "image"])


def _read_mark(state: StateInline, silent: bool) -> bool:
    """A rule of markdown-it: an author's mark becomes a token of its own, or two around words that are Markdown.

    It does nothing where a link is looked for: brackets in its words are balanced, and that is all that counts there.
    """
    if silent or state.src[state.pos] != "[":
        return False
    spot = find_mark(state.src, state.pos, state.posMax)
    if spot is None:
        return False
    first, *last = spot.marks
    state.push("mark_open", "", 1 if last else 0).meta["mark"] = first
    if last:
        state.pos, end, state.posMax = spot.words[0], state.posMax, spot.words[1]
        state.md.inline.tokenize(state)
        state.posMax = end
        state.push("mark_close", "", -1).meta["mark"] = last[0]
    state.pos = spot.end
    return True


def _take_task(pieces: list[Piece]) -> tuple[str, list[Piece]]:
    """The box before a task, and its words."""
    found = TASK.match(pieces[0]) if pieces and isinstance(pieces[0], str) else None
    return (found[0].rstrip() + " ", [str(pieces[0])[found.end() :], *pieces[1:]]) if found else ("", pieces)


def _name_alert(pieces: list[Piece]) -> list[Piece]:
    """`[!NOTE] Words` as `Note: Words`."""
    found = ALERT.match(pieces[0]) if pieces and isinstance(pieces[0], str) else None
    return [f"{found[1].capitalize()}: {str(pieces[0])[found.end() :]}", *pieces[1:]] if found else pieces


def _split_definitions(pieces: list[Piece]) -> list[list[Piece]]:
    """What stands before, between and after the colons that begin lines."""
    parts: list[list[Piece]] = [[]]
    begins = True
    for piece in pieces:
        if begins and isinstance(piece, str) and re.match(r":[ \t]", piece):
            parts.append([piece[1:]])
        else:
            parts[-1].append(piece)
        begins = piece == "\n"
    return parts


def _is_term(pieces: list[Piece]) -> bool:
    """One short line that is no sentence."""
    text = "".join(piece for piece in pieces if isinstance(piece, str)).strip()
    return "\n" not in text and 0 < len(text.split()) <= MOST_TERM_WORDS and not SENTENCE.search(text)


def _join_cells(cells: Iterable[list[Piece]]) -> list[Piece]:
    """The cells of a row with commas between those that hold words."""
    row: list[Piece] = []
    filled = False
    for cell in cells:
        words = any(isinstance(piece, str) and piece.strip() for piece in cell)
        row += [", ", *cell] if words and filled else cell
        filled = filled or words
    return row


def _squeeze(pieces: Iterable[Piece]) -> list[Piece]:
    """Words joined between the marks, with single spaces."""
    squeezed: list[Piece] = []
    for are_marks, group in groupby(pieces, key=lambda piece: isinstance(piece, Mark)):
        if are_marks:
            squeezed += group
        else:
            squeezed.append(re.sub(r"\s+", " ", "".join(map(str, group))))
    return squeezed


def _plain_html(html: str) -> str:
    return unescape(TAG.sub("", BREAK_TAG.sub(" ", html)))


def _mark_title(blocks: list[Block]) -> None:
    """The first heading, where it stands at the very beginning, is the title."""
    first = blocks[0] if blocks else None
    if first and first.kind is BlockKind.HEADING and first.level == 1 and not first.quoted:
        blocks[0] = replace(first, kind=BlockKind.TITLE)


def _plain_title(front: dict[str, str]) -> str | None:
    """The title in the front matter, where marks direct nothing."""
    return take_directions(front["title"])[0] or None if "title" in front else None


def _read_front_matter(text: str) -> tuple[dict[str, str], int]:
    """`key: value` lines between two `---` at the very start, and how many characters they take.

    The items of a list are joined by line feeds.
    """
    found = FRONT_MATTER.match(text)
    if not found or ":" not in found[1]:
        return {}, 0
    front: dict[str, str] = {}
    key = ""
    for line in found[1].splitlines():
        name, colon, value = line.partition(":")
        if line.startswith("#") or not line.strip():
            continue
        if colon and not line.startswith((" ", "\t", "-")):
            key = name.strip().lower()
            front[key] = _plain_value(value)
        elif key:
            front[key] = _add_value(front[key], line.strip())
    return {key: value for key, value in front.items() if value}, found.end()


def _plain_value(written: str) -> str:
    """Without the quotes around it, or the sign of a text on the lines below."""
    value = written.strip().strip("\"'")
    return "" if value in (">", "|", ">-", "|-") else value


def _add_value(value: str, line: str) -> str:
    """One more item of a list, of which only names count where it has properties; or one more line of a text."""
    item = line.startswith("- ") or line == "-"
    words = line.removeprefix("-").strip() if item else line
    named = NAMED.match(words)
    if named:
        words = named[1]
    elif re.match(r"[\w-]+:(\s|$)", words):
        return value
    joint = "\n" if (item or named) and value else " " if value else ""
    return value + joint + words.strip("\"'")


def _names(front: dict[str, str]) -> tuple[str, ...]:
    written = front.get("authors") or front.get("author") or ""
    parts = written.split("\n") if "\n" in written else written.strip("[]").split(",")
    return tuple(name.strip(" \"'") for name in parts if name.strip(" \"'"))


def _moment(written: str | None) -> datetime | None:
    """A date or time in ISO 8601; one without a zone is taken as UTC."""
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""Markdown, by markdown-it: CommonMark with tables, strikethrough and front matter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from html import unescape
from itertools import groupby
from typing import TYPE_CHECKING

from narrate.directions import Draft, Mark, Piece, direct, find_mark, take_directions
from narrate.errors import ArticleError
from narrate.readers.decoding import decode
from narrate.readers.text import SCENE_BREAK
from narrate.readers.titles import find_byline
from narrate.types import Article, Block, BlockKind, Place, Source

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

FRONT_MATTER = re.compile(r"---[ \t]*\n((?:[A-Za-z_]+:.*\n|[ \t]+-?.*\n|\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|$)")
FENCE = re.compile(r"^ {0,3}~{3,}", re.MULTILINE)
LONE_FENCE = re.compile(r"(?<=\n\n)~~~(?=\n\n)")
TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)


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
        _mark_title(blocks)
        authors = find_byline(blocks)
        title = blocks[0].text if blocks[0].kind is BlockKind.TITLE else None
        return Article(
            blocks=tuple(blocks),
            title=title or _plain_title(front),
            authors=_names(front) or authors,
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

    def drafts(self) -> list[Draft]:
        body = _part_scenes(self.text[self.skip :])
        self.first_line = self.text.count("\n", 0, self.skip)
        lines = body.split("\n")
        self.starts = [0]
        for line in self.text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        heading = 0
        for token in _parser(links="](" in body).parse(body):
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
                    heading = int(token.tag[1])
                case "heading_close":
                    heading = 0
                case "tr_open":
                    self.cells, self.row = [], token
                case "tr_close":
                    self._add(BlockKind.PARAGRAPH, _join_cells(self.cells or []), self.row)
                    self.cells = None
                case "inline":
                    self._add_inline(token, heading)
                case "fence" | "code_block":
                    self._add(BlockKind.CODE, [token.content.rstrip("\n")], token, marker=f"```{token.info}")
                case "hr":
                    self._add(BlockKind.SCENE_BREAK, [lines[(token.map or [0])[0]].strip(" >\t")], token)
                case "html_block":
                    self._add(BlockKind.PARAGRAPH, [_plain_html(token.content)], token)
        return self.found

    def _add_inline(self, token: Token, heading: int) -> None:
        pieces = _inline_pieces(token)
        if self.cells is not None:
            self.cells.append(pieces)
        elif heading and not token.content.strip():
            self._add(BlockKind.SCENE_BREAK, ["#" * heading], token)
        elif heading:
            self._add(BlockKind.HEADING, pieces, token, level=heading, marker="#" * heading + " ")
        elif self.lists and self.item_open:
            self.item_open = False
            self._add(BlockKind.ITEM, pieces, token, level=len(self.lists), marker=self.item_marker)
        else:
            self._add(BlockKind.PARAGRAPH, pieces, token, marker="> " if self.quotes else "")

    def _add(self, kind: BlockKind, pieces: list[Piece], token: Token, *, level: int = 0, marker: str = "") -> None:
        if kind is not BlockKind.CODE:
            pieces = _squeeze(pieces)
        text = "".join(piece.written if isinstance(piece, Mark) else piece for piece in pieces)
        if not text.strip():
            return
        first, after = token.map or (0, 1)
        first, after = first + self.first_line, max(after, first + 1) + self.first_line
        end = max(self.starts[first], min(self.starts[after] - 1, len(self.text)))
        place = Place(line=first + 1, end_line=after, start=self.starts[first], end=end)
        if kind is BlockKind.PARAGRAPH and SCENE_BREAK.fullmatch(text):
            kind = BlockKind.SCENE_BREAK
        block = Block(kind=kind, text=text, place=place, level=level, quoted=self.quotes, marker=marker)
        self.found.append((block, pieces))


def _part_scenes(body: str) -> str:
    """The text with a `~~~` that fences no code, since no second one closes it, as a break between scenes."""
    lone = LONE_FENCE.findall(body)
    return LONE_FENCE.sub("***", body) if len(lone) == 1 and len(FENCE.findall(body)) == 1 else body


@cache
def _parser(*, links: bool) -> MarkdownIt:
    """One that looks for links, which takes long amid many brackets, or one for texts that can hold none."""
    from markdown_it import MarkdownIt

    # Indented prose is prose, and a thing in square brackets is no definition to be lost.
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(["code", "reference"])
    parser.inline.ruler.after("link", "mark", _read_mark)
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


def _inline_pieces(token: Token) -> list[Piece]:
    """The words and the author's marks of an inline token: no emphasis, no link targets, no pictures."""
    pieces: list[Piece] = []
    for child in token.children or ():
        match child.type:
            case "text" | "code_inline":
                pieces.append(child.content)
            case "softbreak" | "hardbreak":
                pieces.append(" ")
            case "html_inline":
                pieces.append(" " if BREAK_TAG.fullmatch(child.content) else "")
            case "mark_open" | "mark_close":
                pieces.append(child.meta["mark"])
    return pieces


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
    first = blocks[0]
    if first.kind is BlockKind.HEADING and first.level == 1 and not first.quoted:
        blocks[0] = replace(first, kind=BlockKind.TITLE)


def _plain_title(front: dict[str, str]) -> str | None:
    """The title in the front matter, where marks direct nothing."""
    return take_directions(front["title"])[0] or None if "title" in front else None


def _read_front_matter(text: str) -> tuple[dict[str, str], int]:
    """`key: value` lines between two `---` at the very start, and how many characters they take."""
    found = FRONT_MATTER.match(text)
    if not found or ":" not in found[1]:
        return {}, 0
    front: dict[str, str] = {}
    key = ""
    for line in found[1].splitlines():
        name, colon, value = line.partition(":")
        if colon and not line[:1].isspace():
            key = name.strip().lower()
            front[key] = value.strip().strip("\"'")
        elif key and line.strip():
            front[key] = f"{front[key]}, {line.strip().lstrip('-').strip()}".lstrip(", ")
    return {key: value for key, value in front.items() if value}, found.end()


def _names(front: dict[str, str]) -> tuple[str, ...]:
    written = front.get("authors") or front.get("author") or ""
    return tuple(name.strip(" \"'") for name in written.strip("[]").split(",") if name.strip(" \"'"))


def _moment(written: str | None) -> datetime | None:
    """A date or time in ISO 8601; one without a zone is taken as UTC."""
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""Markdown, by markdown-it: CommonMark with tables, strikethrough and front matter."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

from narrate.errors import ArticleError
from narrate.readers.decoding import decode
from narrate.readers.titles import find_byline
from narrate.types import Article, Block, BlockKind, Place, Source

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

FRONT_MATTER = re.compile(r"---[ \t]*\n((?:[A-Za-z_]+:.*\n|[ \t]+-?.*\n|\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|$)")
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
        blocks = _Walk(text, length).blocks()
        if not blocks:
            raise ArticleError(f"{source.origin} holds no words", "", "Give it some text")
        _mark_title(blocks)
        authors = find_byline(blocks)
        title = blocks[0].text if blocks[0].kind is BlockKind.TITLE else None
        return Article(
            blocks=tuple(blocks),
            title=title or front.get("title"),
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

    found: list[Block] = field(default_factory=list)
    quotes: int = 0
    lists: list[str] = field(default_factory=list)
    """Kind of each list that is open: `ul` or `ol`."""
    item_marker: str = ""
    item_open: bool = False
    cells: list[str] | None = None

    def blocks(self) -> list[Block]:
        body = self.text[self.skip :]
        self.first_line = self.text.count("\n", 0, self.skip)
        lines = body.split("\n")
        self.starts = [0]
        for line in self.text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        heading = 0
        for token in _parser().parse(body):
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
                    self._add(BlockKind.PARAGRAPH, ", ".join(filter(None, self.cells or [])), self.row)
                    self.cells = None
                case "inline":
                    self._add_inline(token, heading)
                case "fence" | "code_block":
                    self._add(BlockKind.CODE, token.content.rstrip("\n"), token, marker=f"```{token.info}")
                case "hr":
                    self._add(BlockKind.SCENE_BREAK, lines[(token.map or [0])[0]].strip(" >"), token)
                case "html_block":
                    self._add(BlockKind.PARAGRAPH, _plain_html(token.content), token)
        return self.found

    def _add_inline(self, token: Token, heading: int) -> None:
        text = _inline_text(token)
        if self.cells is not None:
            self.cells.append(text)
        elif heading:
            self._add(BlockKind.HEADING, text, token, level=heading, marker="#" * heading + " ")
        elif self.lists and self.item_open:
            self.item_open = False
            self._add(BlockKind.ITEM, text, token, level=len(self.lists), marker=self.item_marker)
        else:
            self._add(BlockKind.PARAGRAPH, text, token, marker="> " if self.quotes else "")

    def _add(self, kind: BlockKind, text: str, token: Token, *, level: int = 0, marker: str = "") -> None:
        if not text.strip():
            return
        if kind is not BlockKind.CODE:
            text = " ".join(text.split())
        first, after = token.map or (0, 1)
        first, after = first + self.first_line, max(after, first + 1) + self.first_line
        end = max(self.starts[first], min(self.starts[after] - 1, len(self.text)))
        place = Place(line=first + 1, end_line=after, start=self.starts[first], end=end)
        self.found.append(Block(kind=kind, text=text, place=place, level=level, quoted=self.quotes, marker=marker))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Indented prose is prose, and a thing in square brackets is no definition to be lost.
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(["code", "reference"])


def _inline_text(token: Token) -> str:
    """The words of an inline token: no emphasis, no link targets, no pictures."""
    parts = []
    for child in token.children or ():
        match child.type:
            case "text" | "code_inline":
                parts.append(child.content)
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "html_inline":
                parts.append(" " if BREAK_TAG.fullmatch(child.content) else "")
    return "".join(parts)


def _plain_html(html: str) -> str:
    return unescape(TAG.sub("", BREAK_TAG.sub(" ", html)))


def _mark_title(blocks: list[Block]) -> None:
    """The first heading, where it stands at the very beginning, is the title."""
    first = blocks[0]
    if first.kind is BlockKind.HEADING and first.level == 1 and not first.quoted:
        blocks[0] = Block(kind=BlockKind.TITLE, text=first.text, place=first.place, level=1, marker=first.marker)


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

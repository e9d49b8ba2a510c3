"""A tree of HTML → its blocks in reading order, each with what the page's markup says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from narrate.types import Block, BlockKind, Place

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SILENT = {
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "video", "audio", "canvas",
    "map", "title", "select", "option", "datalist", "textarea", "input", "progress", "meter", "dialog", "del", "s",
    "strike",
}  # fmt: skip
"""Elements whose words nobody reads on the page, that are struck out, or that hold none."""

WHOLE = {"html", "body", "main", "article"}
"""Elements that are read though they may be hidden until a script shows them."""

FLOWING = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "nobr", "q", "samp", "small", "span", "strong", "sub", "sup", "time",
    "tt", "u", "var", "wbr",
}  # fmt: skip
"""Elements that stand inside a line; every other one begins a new block."""

HEADINGS = {f"h{level}": level for level in range(1, 7)}
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight|brush:?)[-_\s]([\w+#-]{1,20})(?:\s|$)")
ANCHOR = re.compile(r"[¶§🔗⚓∞]|#[\w-]*")
SCENE_BREAK = re.compile(r"(?:([*\-_~#=•·⁂❦◆—–])\s*){3,}|[⁂❦]")

FRAMED = ("h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "blockquote", "article", "form")
"""Elements that stand in the frame of a page, and in no cell of values."""

LONGEST_CELL = 80
"""Words in a cell of values."""

WORDY_CELL = 25
"""Words in the middle cell of a table from which it is taken for the layout of a page."""


@dataclass(frozen=True, slots=True)
class Found:
    """A block and where on the page it was."""

    block: Block
    element: HtmlElement
    pieces: tuple[str, ...]
    """Its words in the parts that the page has them in: the cells of a row, else one."""


def walk(root: HtmlElement, text: str, marks: Mapping[HtmlElement, str]) -> list[Found]:
    """The blocks below an element, in reading order, whatever they are.

    Args:
        text: the decoded source that the tree was parsed from, for lines and offsets.
        marks: elements that the page marks as something other than its article, with the kind of clutter.
    """
    return _Walk(_Places(text), marks).run(root)


@dataclass
class _List:
    ordered: bool
    number: int


@dataclass
class _Walk:
    places: _Places
    marks: Mapping[HtmlElement, str]
    found: list[Found] = field(default_factory=list)
    words: list[tuple[str, bool]] = field(default_factory=list)
    """Text of the block that is being read, each part with whether it is inside a link."""
    lists: list[_List] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    item_marker: str = ""
    """Of a list item whose first words are still to come."""
    cells: list[str] | None = None
    line: int = 1
    """Of the source, where the walk has come to: known at every tag, counted through the text between."""
    first_line: int = 1
    """Where the block that is being read began."""
    quotes: int = 0
    links: int = 0
    heading: int = 0
    code: int = 0

    def run(self, root: HtmlElement) -> list[Found]:
        from lxml import etree

        self.block_of = root
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        skipped = None
        for event, element in walker:
            if event in ("comment", "pi"):
                self._say(element.tail)
            elif event == "start" and (_is_silent(element) or _is_anchor(element)):
                skipped = element
                walker.skip_subtree()
            elif event == "start":
                self._start(element)
            else:
                if element is not skipped:
                    self._end(element)
                if element is not root:
                    self._say(element.tail)
        self._flush()
        return self.found

    def _start(self, element: HtmlElement) -> None:
        tag = element.tag
        self.line = max(self.line, element.sourceline or 1)
        if tag == "br":
            self._break(element)
            return
        if tag not in FLOWING:
            self._flush()
            self.block_of = element
        if self._is_marked(element):
            self._flush()
            self.marked.append(self.marks[element])
        match tag:
            case "a":
                self.links += 1
            case "blockquote":
                self.quotes += 1
            case "ul" | "ol" | "menu":
                self.lists.append(_List(tag == "ol", _whole(element.get("start"), 1)))
            case "li":
                self.item_marker = self._marker(element)
            case "pre":
                self.code += 1
            case "hr":
                self._add(BlockKind.SCENE_BREAK, "***", element, first_line=self.line)
            case "table" if _holds_data(element):
                self.cells = []
            case "td" | "th" if self.cells is not None:
                self.cells.append("")
            case _ if tag in HEADINGS:
                self.heading = HEADINGS[tag]
        self._say(element.text)

    def _end(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag not in FLOWING and tag != "br":
            self._flush()
        match tag:
            case "a":
                self.links -= 1
            case "blockquote":
                self.quotes -= 1
            case "ul" | "ol" | "menu":
                self.lists.pop()
                self.item_marker = ""
            case "li":
                self.item_marker = ""
            case "pre":
                self.code -= 1
            case "tr" if self.cells is not None:
                self._add_row(element)
            case "table":
                self.cells = None
            case _ if tag in HEADINGS:
                self.heading = 0
        if self._is_marked(element):
            self._flush()
            self.marked.pop()

    def _is_marked(self, element: HtmlElement) -> bool:
        return element in self.marks

    def _say(self, text: str | None) -> None:
        if not text:
            return
        if not any(part.strip() for part, _ in self.words):
            before = text[: len(text) - len(text.lstrip())]
            self.first_line = self.line + before.count("\n")
        self.line += text.count("\n")
        self.words.append((text, self.links > 0))

    def _break(self, element: HtmlElement) -> None:
        """A line break; two in a row end a paragraph, as pages of old have it."""
        if self.code:
            self.words.append(("\n", False))
        elif self.words and self.words[-1][0] == "\n" and self.cells is None and not self.heading:
            self._flush()
            self.block_of = element
        else:
            self.words.append(("\n", False))

    def _flush(self) -> None:
        words, self.words = self.words, []
        text = "".join(part for part, _ in words)
        if not text.strip():
            return
        if self.cells:
            self.cells[-1] = f"{self.cells[-1]} {text}".strip()
            return
        linked = _share_linked(words)
        if self.code:
            self._add(BlockKind.CODE, text.strip("\n"), self.block_of, marker=f"```{_language(self.block_of)}")
        elif self.heading:
            marker = "#" * self.heading + " "
            self._add(BlockKind.HEADING, text, self.block_of, level=self.heading, marker=marker, linked=linked)
        elif self.lists and self.item_marker:
            marker, self.item_marker = self.item_marker, ""
            self._add(BlockKind.ITEM, text, self.block_of, level=len(self.lists), marker=marker, linked=linked)
        elif SCENE_BREAK.fullmatch(text.strip()):
            self._add(BlockKind.SCENE_BREAK, "***", self.block_of)
        else:
            marker = "> " if self.quotes else ""
            self._add(BlockKind.PARAGRAPH, text, self.block_of, marker=marker, linked=linked)

    def _add_row(self, element: HtmlElement) -> None:
        cells = [" ".join(cell.split()) for cell in self.cells or []]
        self.cells = []
        said = tuple(filter(None, cells))
        if said:
            self._add(BlockKind.ROW, ", ".join(said), element, pieces=said, first_line=element.sourceline)

    def _add(
        self,
        kind: BlockKind,
        text: str,
        element: HtmlElement,
        *,
        level: int = 0,
        marker: str = "",
        linked: float = 0.0,
        pieces: tuple[str, ...] = (),
        first_line: int | None = None,
    ) -> None:
        if kind is not BlockKind.CODE:
            text = " ".join(text.split())
        if not text.strip():
            return
        block = Block(
            kind=kind,
            text=text,
            place=self.places.between(first_line or self.first_line, self.line),
            level=level,
            quoted=self.quotes,
            marker=marker,
            linked=round(linked, 3),
            mark=self.marked[-1] if self.marked else None,
        )
        self.found.append(Found(block, element, pieces or (text,)))

    def _marker(self, item: HtmlElement) -> str:
        if not self.lists:
            self.lists.append(_List(False, 1))  # an item without its list
        last = self.lists[-1]
        if not last.ordered:
            return "- "
        number = _whole(item.get("value"), last.number)
        last.number = number + 1
        return f"{number}. "


class _Places:
    """Lines and offsets in the decoded source."""

    def __init__(self, text: str) -> None:
        self.ends = list(accumulate(len(line) + 1 for line in text.split("\n")))

    def between(self, first: int, last: int) -> Place:
        """From the beginning of a line to the end of another, both counted from 1."""
        first = min(max(first, 1), len(self.ends))
        last = min(max(last, first), len(self.ends))
        start = self.ends[first - 2] if first > 1 else 0
        return Place(line=first, end_line=last, start=start, end=max(start, self.ends[last - 1] - 1))


def _is_silent(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str) or element.tag in SILENT:
        return True
    hidden = element.get("hidden", "until-found") != "until-found" or HIDDEN.search(element.get("style") or "")
    return bool(hidden) and element.tag not in WHOLE


def _is_anchor(element: HtmlElement) -> bool:
    """The sign beside a heading that links to itself."""
    if element.tag != "a" or not (element.get("href") or "").startswith("#"):
        return False
    return ANCHOR.fullmatch("".join(element.itertext()).strip()) is not None


def _share_linked(words: list[tuple[str, bool]]) -> float:
    lengths = [(len("".join(part.split())), linked) for part, linked in words]
    return sum(length for length, linked in lengths if linked) / max(1, sum(length for length, _ in lengths))


def _holds_data(table: HtmlElement) -> bool:
    """A table of values, and not the frame of a page or of an e-mail."""
    if table.get("role") in ("presentation", "none") or next(table.iterdescendants("table"), None) is not None:
        return False
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    if max(map(len, rows), default=0) < 2 or len(rows) < 2:
        return False
    if any(next(cell.iter(*FRAMED), None) is not None for row in rows for cell in row):
        return False
    lengths = sorted(len("".join(cell.itertext()).split()) for row in rows for cell in row)
    return lengths[len(lengths) // 2] <= WORDY_CELL and lengths[-1] <= LONGEST_CELL


def _language(pre: HtmlElement) -> str:
    """The language of a block of code, where a class names it as highlighters do."""
    for element in (pre, *pre.iter("code"), *list(pre.iterancestors())[:2]):
        found = LANGUAGE.search(element.get("class") or "")
        if found:
            return found[1]
    return ""


def _whole(written: str | None, otherwise: int) -> int:
    return int(written) if written and re.fullmatch(r"-?\d{1,6}", written) else otherwise

"""A tree of HTML → its blocks in reading order, each with what the page's markup says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from narrate.readers.html.formulas import Formula, find_formula
from narrate.readers.html.notes import find_notes, without_label
from narrate.types import Block, BlockKind, Place

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SILENT = {
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed", "video", "audio", "canvas",
    "map", "title", "select", "option", "datalist", "textarea", "input", "progress", "meter", "dialog", "del", "s",
    "strike",
}  # fmt: skip
"""Elements whose words nobody reads on the page, that are struck out, or that hold none."""

OWN_MARKS = {BlockKind.FIGURE: "figure", BlockKind.FORMULA: "formula", BlockKind.NOTE: "note"}
"""Of blocks that are an article's because they stand inside it: whoever extracts it has no words of theirs."""

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

SMALLEST_PICTURE = 48
"""Width and height of a picture in pixels; a smaller one is a sign."""

FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|svg|avif)|(?:img|dsc|image|photo)[-_ ]?\d+", re.IGNORECASE)
DECORATIVE = frozenset({"emoji", "wp-smiley", "avatar", "icon", "spacer"})

WORDY_CELL = 25
"""Words in the middle cell of a table from which it is taken for the layout of a page."""


@dataclass(frozen=True, slots=True)
class Found:
    """A block and where on the page it was."""

    block: Block
    element: HtmlElement
    pieces: tuple[str, ...]
    """Its words in the parts that the page has them in, the cells of a row, else one; without formulas, with the marks
    of notes, as others who extract them see them."""


def walk(root: HtmlElement, text: str, marks: Mapping[HtmlElement, str]) -> list[Found]:
    """The blocks below an element, in reading order, whatever they are.

    Args:
        text: the decoded source that the tree was parsed from, for lines and offsets.
        marks: elements that the page marks as something other than its article, with the kind of clutter.
    """
    return _Walk(_Places(text), marks).run(root)


@dataclass(frozen=True, slots=True)
class _Words:
    """A part of the text of a block."""

    text: str
    linked: bool = False
    """It stands in a link."""
    said: bool = True
    """It is among the words of the block; the mark of a note is not."""
    seen: bool = True
    """Others see it as words; a formula is none."""


@dataclass
class _List:
    ordered: bool
    number: int


@dataclass
class _Walk:
    places: _Places
    marks: Mapping[HtmlElement, str]
    found: list[Found] = field(default_factory=list)
    words: list[_Words] = field(default_factory=list)
    """Of the block that is being read."""
    lists: list[_List] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)
    item_marker: str = ""
    """Of a list item whose first words are still to come."""
    cells: list[str] | None = None
    header: bool = False
    """No cell of the row that is being read holds values."""
    rows: int = 0
    """Of the table that is being read."""
    note: HtmlElement | None = None
    """The one whose words are being read."""
    marks_met: list[HtmlElement] = field(default_factory=list)
    """Notes that the block which is being read refers to."""
    spots: list[tuple[int, HtmlElement]] = field(default_factory=list)
    """After how many blocks each note is to stand."""
    bodies: dict[HtmlElement, list[Found]] = field(default_factory=dict)
    """The blocks of every note."""
    pictures: list[tuple[str, HtmlElement, int]] = field(default_factory=list)
    """Words that stand for those in the block that is being read, where they are, and their lines."""
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
        self.notes = find_notes(root)
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        skipped = None
        for event, element in walker:
            if event in ("comment", "pi"):
                self._say(element.tail)
            elif event == "start" and self._is_passed(element):
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
        return list(self._with_notes())

    def _is_passed(self, element: HtmlElement) -> bool:
        """Is nothing of what is in it read as it stands? A formula and the mark of a note are noted down."""
        formula = None if _is_hidden(element) else find_formula(element)
        if formula:
            self._add_formula(formula, element)
        elif element in self.notes.marks:
            self.marks_met.append(self.notes.marks[element])
            self.words.append(_Words("".join(element.itertext()), said=False))
        elif not (_is_silent(element) or _is_anchor(element) or element in self.notes.backs):
            return False
        return True

    def _with_notes(self) -> Iterator[Found]:
        """The blocks, each note after the first one that refers to it."""
        notes: dict[int, list[HtmlElement]] = {}
        for at, body in self.spots:
            notes.setdefault(at, []).append(body)
        for at in range(len(self.found) + 1):
            for body in notes.get(at, ()):
                yield from self.bodies.pop(body, ())
            yield from self.found[at : at + 1]
        for left in self.bodies.values():
            yield from left

    def _start(self, element: HtmlElement) -> None:
        tag = element.tag
        self.line = max(self.line, element.sourceline or 1)
        if tag == "br":
            self._break(element)
            return
        if tag not in FLOWING:
            self._flush()
            self.block_of = element
        if element in self.notes.labels:
            self._flush()
            self.note = element
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
                self.cells, self.rows = [], 0
            case "tr":
                self.header = True
            case "td" | "th" if self.cells is not None:
                self.header = self.header and (tag == "th" or _is_in_head(element))
                self.cells.append("")
            case "img":
                self._look_at(element)
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
                self._add_asides()
            case "figure":
                self._caption(element)
            case _ if tag in HEADINGS:
                self.heading = 0
        if element is self.note:
            self._flush()
            self.note = None
        if self._is_marked(element):
            self._flush()
            self.marked.pop()

    def _is_marked(self, element: HtmlElement) -> bool:
        return element in self.marks

    def _say(self, text: str | None) -> None:
        if not text:
            return
        if not any(part.text.strip() for part in self.words):
            before = text[: len(text) - len(text.lstrip())]
            self.first_line = self.line + before.count("\n")
        self.line += text.count("\n")
        self.words.append(_Words(text, linked=self.links > 0))

    def _add_formula(self, formula: Formula, element: HtmlElement) -> None:
        """One among words is a part of the line; one alone is a block."""
        if not formula.alone or self.cells is not None:
            self.words.append(_Words(f"${formula.latex}$", seen=False))
            return
        self._flush()
        self._add(BlockKind.FORMULA, formula.latex, element, first_line=self.line)

    def _look_at(self, image: HtmlElement) -> None:
        """What stands for a picture, unless it only decorates, or belongs to what is no article."""
        words = " ".join((image.get("alt") or "").split())
        if not self.marked and any(map(str.isalnum, words)) and not _is_decoration(image, words):
            self.pictures.append((words, image, max(self.line, image.sourceline or 1)))

    def _caption(self, figure: HtmlElement) -> None:
        """Of a picture for which no words stand, its caption does."""
        image = next(figure.iter("img"), None)
        caption = next(figure.iter("figcaption"), None)
        if image is None or caption is None or self.marked or any(one.get("alt") for one in figure.iter("img")):
            return
        words = " ".join("".join(caption.itertext()).split())
        if words:
            self.pictures.append((words, image, image.sourceline or self.line))
            self._add_asides()

    def _add_asides(self) -> None:
        """The pictures in the block that was read, and which notes it refers to."""
        if self.cells is not None:
            return
        pictures, self.pictures = self.pictures, []
        for words, image, line in pictures:
            self._add(BlockKind.FIGURE, words, image, first_line=line)
        marks, self.marks_met = self.marks_met, []
        if self.note is None:
            self.spots += ((len(self.found), body) for body in marks)

    def _break(self, element: HtmlElement) -> None:
        """A line break; two in a row end a paragraph, as pages of old have it."""
        if self.code:
            self.words.append(_Words("\n"))
        elif self.words and self.words[-1].text == "\n" and self.cells is None and not self.heading:
            self._flush()
            self.block_of = element
        else:
            self.words.append(_Words("\n"))

    def _flush(self) -> None:
        words, self.words = self.words, []
        text = "".join(part.text for part in words if part.said)
        if text.strip() and self.cells:
            self.cells[-1] = f"{self.cells[-1]} {text}".strip()
        elif text.strip():
            self._add_block(text, words)
        if text.strip() or self.pictures:
            self._add_asides()

    def _add_block(self, text: str, words: list[_Words]) -> None:
        linked = _share_linked(words)
        seen = "".join(part.text for part in words if part.seen)
        pieces = (" ".join(seen.split()),)
        if self.code:
            self._add(BlockKind.CODE, text.strip("\n"), self.block_of, marker=f"```{_language(self.block_of)}")
        elif not seen.strip():
            self._add(BlockKind.FORMULA, text.replace("$", " "), self.block_of)
        elif self.note is not None:
            label = self.notes.labels[self.note]
            self._add(BlockKind.NOTE, without_label(text, label), self.block_of, marker=label)
        elif self.heading:
            marker = "#" * self.heading + " "
            self._add(
                BlockKind.HEADING, text, self.block_of, level=self.heading, marker=marker, linked=linked, pieces=pieces
            )
        elif self.lists and self.item_marker:
            marker, self.item_marker = self.item_marker, ""
            self._add(
                BlockKind.ITEM, text, self.block_of, level=len(self.lists), marker=marker, linked=linked, pieces=pieces
            )
        elif SCENE_BREAK.fullmatch(text.strip()):
            self._add(BlockKind.SCENE_BREAK, "***", self.block_of)
        else:
            marker = "> " if self.quotes else ""
            self._add(BlockKind.PARAGRAPH, text, self.block_of, marker=marker, linked=linked, pieces=pieces)

    def _add_row(self, element: HtmlElement) -> None:
        cells = [" ".join(cell.split()) for cell in self.cells or []]
        self.cells = []
        said = tuple(filter(None, cells))
        if said:
            level = int(self.header and self.rows == 0)
            self._add(BlockKind.ROW, ", ".join(said), element, level=level, pieces=said, first_line=element.sourceline)
            self.rows += 1

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
            mark=self.marked[-1] if self.marked and kind is not BlockKind.NOTE else OWN_MARKS.get(kind),
        )
        found = self.found if self.note is None else self.bodies.setdefault(self.note, [])
        found.append(Found(block, element, pieces or (text,)))

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
    return element.tag in SILENT or _is_hidden(element)


def _is_hidden(element: HtmlElement) -> bool:
    if not isinstance(element.tag, str):
        return True
    hidden = element.get("hidden", "until-found") != "until-found" or HIDDEN.search(element.get("style") or "")
    return bool(hidden) and element.tag not in WHOLE


def _is_decoration(image: HtmlElement, words: str) -> bool:
    """A sign, a spacer, a face in a line; or one for which only the name of its file stands."""
    if image.get("role") in ("presentation", "none") or image.get("aria-hidden") == "true":
        return True
    if not DECORATIVE.isdisjoint((image.get("class") or "").lower().split()) or FILE_NAME.fullmatch(words):
        return True
    return any(0 < _whole(image.get(side), SMALLEST_PICTURE + 1) <= SMALLEST_PICTURE for side in ("width", "height"))


def _is_in_head(cell: HtmlElement) -> bool:
    row = cell.getparent()
    return row is not None and row.getparent() is not None and row.getparent().tag == "thead"


def _is_anchor(element: HtmlElement) -> bool:
    """The sign beside a heading that links to itself."""
    if element.tag != "a" or not (element.get("href") or "").startswith("#"):
        return False
    return ANCHOR.fullmatch("".join(element.itertext()).strip()) is not None


def _share_linked(words: list[_Words]) -> float:
    lengths = [(len("".join(part.text.split())), part.linked) for part in words if part.said]
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

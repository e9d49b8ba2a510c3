"""OpenDocument text, as LibreOffice and others write it.

Source: OASIS OpenDocument 1.3, part 3 (https://docs.oasis-open.org/office/OpenDocument/v1.3/)
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrate.errors import SourceError
from narrate.readers.office import Package, damaged, encrypted, open_package, write_formula
from narrate.readers.tree import (
    About,
    Note,
    Sheet,
    Words,
    attribute_of,
    child_of,
    is_alternative,
    make_article,
    parse_xml,
    reads_as_header,
    tag_of,
    text_of,
)
from narrate.types import Article, BlockKind, Source

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

WHAT = "OpenDocument text"
MEDIA_TYPE = "application/vnd.oasis.opendocument.text"

SILENT = {
    "annotation", "annotation-end", "tracked-changes", "forms", "sequence-decls", "variable-decls", "user-field-decls",
    "soft-page-break", "page-number", "page-count", "hidden-text", "ruby-text", "index-title-template",
    "bookmark", "bookmark-start", "bookmark-end", "event-listeners", "desc", "title", "note",
}  # fmt: skip
"""Elements whose words are not the story's."""

INDEXES = {
    "table-of-content": "front_matter",
    "illustration-index": "front_matter",
    "table-index": "front_matter",
    "object-index": "front_matter",
    "user-index": "front_matter",
    "alphabetical-index": "back_matter",
    "bibliography": "references",
}
"""What is made of the text by itself, with the mark it bears."""

BOXES = {"section", "index-body", "index-title", "text-box", "numbered-paragraph", "text", "page-sequence"}
"""Elements that only hold others."""

MOST_REPEATED = 100
"""Of what stands for that many spaces."""

DEEPEST_HEADING = 6


class OdtReader:
    """Reads OpenDocument texts."""

    name = "odt"
    media_types = (MEDIA_TYPE, f"{MEDIA_TYPE}-template")
    suffixes = (".odt", ".ott")

    def read(self, source: Source) -> Article:
        package = open_package(source, WHAT)
        _refuse_encrypted(package)
        content = parse_xml(package.need("content.xml", WHAT), source.name)
        text = child_of(content, "body", "text")
        if text is None:
            raise SourceError(f"{source.name} is no {WHAT}", "it is another kind of document", "Save it as .odt")
        member = package.read("styles.xml")
        common = parse_xml(member, source.name) if member else None
        walk = _Walk(package, _Styles.of(content, common))
        try:
            walk.read_children(text)
        except RecursionError as problem:
            raise damaged(source.name, "its parts are nested too deeply") from problem
        return make_article(source, walk.sheet.blocks, _read_about(package, common))


def _refuse_encrypted(package: Package) -> None:
    manifest = package.read("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise encrypted(package.name)


def _read_about(package: Package, common: Element | None) -> About:
    member = package.read("meta.xml")
    meta = child_of(parse_xml(member, package.name), "meta") if member else None
    author = text_of(child_of(meta, "initial-creator")) or text_of(child_of(meta, "creator"))
    return About(
        title=text_of(child_of(meta, "title")) or None,
        authors=(author,) if author else (),
        language=_default_language(common) or text_of(child_of(meta, "language")) or None,
        summary=text_of(child_of(meta, "description")) or None,
    )


def _default_language(common: Element | None) -> str | None:
    for style in () if common is None else common.iter("{*}default-style"):
        properties = child_of(style, "text-properties")
        if attribute_of(style, "family") == "paragraph" and properties is not None:
            language, country = attribute_of(properties, "language"), attribute_of(properties, "country")
            if language and language != "none":
                return f"{language}-{country}" if country and country != "none" else language
    return None


# ---------------------------------------------------------------- styles


@dataclass
class _Styles:
    """What the styles of paragraphs, words and lists mean."""

    parents: dict[str, str] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    struck: set[str] = field(default_factory=set)
    counted: dict[str, set[int]] = field(default_factory=dict)
    """Levels, from 1, of the lists that count."""

    @classmethod
    def of(cls, *roots: Element | None) -> _Styles:
        found = cls()
        for root in roots:
            for style in () if root is None else root.iter("{*}style", "{*}list-style"):
                found.take(style)
        return found

    def take(self, style: Element) -> None:
        name = attribute_of(style, "name") or ""
        if tag_of(style) == "list-style":
            levels = (one for one in style if tag_of(one) == "list-level-style-number")
            self.counted[name] = {_whole(attribute_of(one, "level"), 1) for one in levels}
            return
        self.parents[name] = attribute_of(style, "parent-style-name") or ""
        properties = child_of(style, "text-properties")
        if properties is not None and attribute_of(properties, "display") == "none":
            self.hidden.add(name)
        if properties is not None and attribute_of(properties, "text-line-through-style") not in (None, "none"):
            self.struck.add(name)

    def names(self, element: Element) -> list[str]:
        """The style of an element and those it is made from, by their names as a writer sees them."""
        name = attribute_of(element, "style-name") or ""
        names: list[str] = []
        while name and name not in names:
            names.append(name)
            name = self.parents.get(name, "")
        return [name.replace("_20_", " ") for name in names]

    def silences(self, element: Element) -> bool:
        """Are its words hidden, or struck out?"""
        name = attribute_of(element, "style-name") or ""
        return name in self.hidden or name in self.struck


def _whole(written: str | None, otherwise: int) -> int:
    return int(written) if written and written.isascii() and written.isdigit() and len(written) < 6 else otherwise


# ------------------------------------------------------------- the story


@dataclass
class _Walk:
    package: Package
    styles: _Styles
    sheet: Sheet = field(default_factory=Sheet)
    mark: str | None = None
    unnamed: bool = False
    """Does a picture without words wait for its caption?"""
    depth: int = 0
    """Of lists."""
    marker: str = ""
    """Of a list item whose first words are still to come."""

    def read_children(self, parent: Element) -> None:
        for child in parent:
            self._read(child)

    def _read(self, element: Element) -> None:
        tag = tag_of(element)
        if tag == "h":
            level = min(DEEPEST_HEADING, max(1, _whole(attribute_of(element, "outline-level"), 1)))
            self._add(BlockKind.HEADING, element, level=level, marker="#" * level + " ")
        elif tag == "p":
            self._add_paragraph(element)
        elif tag == "list":
            self._read_list(element)
        elif tag == "table":
            self._add_table(element)
        elif tag in INDEXES:
            before, self.mark = self.mark, INDEXES[tag]
            self.read_children(element)
            self.mark = before
        elif tag in BOXES and attribute_of(element, "display") != "none":
            self.read_children(element)
        elif tag == "frame":
            self._add(BlockKind.PARAGRAPH, element, inside=False)

    def _add_paragraph(self, element: Element) -> None:
        names = self.styles.names(element)
        if self.styles.silences(element):
            return
        if "Title" in names and not any(block.kind is BlockKind.TITLE for block in self.sheet.blocks):
            self._add(BlockKind.TITLE, element, level=1)
        elif "Preformatted Text" in names:
            self._add_code(element)
        elif self.marker:
            marker, self.marker = self.marker, ""
            self._add(BlockKind.ITEM, element, level=self.depth, marker=marker)
        elif "Quotations" in names:
            self._add(BlockKind.PARAGRAPH, element, quoted=1, marker="> ")
        elif "Caption" in names or attribute_of(element, "style-name") in (
            "Illustration",
            "Table",
            "Figure",
            "Drawing",
        ):
            kind, mark = (BlockKind.FIGURE, None) if self.unnamed else (BlockKind.PARAGRAPH, "caption")
            self._add(kind, element, mark=mark)
        else:
            self._add(BlockKind.PARAGRAPH, element)

    def _add_code(self, element: Element) -> None:
        """Lines of code one after another are one block."""
        words = self._words(element)
        last = self.sheet.blocks[-1] if self.sheet.blocks else None
        text = words.raw
        if last is not None and last.kind is BlockKind.CODE:
            self.sheet.blocks.pop()
            self.sheet.line, self.sheet.start = last.place.line, last.place.start
            text = f"{last.text}\n{text}"
        self.sheet.add(BlockKind.CODE, text, marker="```", mark=self.mark)

    def _add(
        self,
        kind: BlockKind,
        element: Element,
        *,
        level: int = 0,
        quoted: int = 0,
        marker: str = "",
        mark: str | None = None,
        inside: bool = True,
    ) -> None:
        words = Words()
        boxes: list[Element] = []
        if inside:
            self._say(element, words, boxes)
        else:
            self._say_frame(element, words, boxes)
        alone = kind is BlockKind.PARAGRAPH and words.is_formula
        self.sheet.add_words(
            BlockKind.FORMULA if alone else kind,
            words,
            level=level,
            quoted=quoted,
            marker="" if alone else marker,
            mark=mark or self.mark,
        )
        if words.text or words.pictures:
            self.unnamed = bool(words.pictures) and not is_alternative(words.pictures[-1])
        for box in boxes:
            self.read_children(box)

    def _words(self, element: Element) -> Words:
        words = Words()
        self._say(element, words, [])
        return words

    def _say(self, element: Element, words: Words, boxes: list[Element], *, linked: bool = False) -> None:
        """The words of a paragraph, its notes and its pictures; boxes of text in it are read after it."""
        words.say(element.text, linked=linked)
        for child in element:
            tag = tag_of(child)
            if tag == "note":
                words.refer(self._note(child))
            elif tag == "s":
                words.say(" " * min(MOST_REPEATED, _whole(attribute_of(child, "c"), 1)))
            elif tag == "tab":
                words.say("\t")
            elif tag == "line-break":
                words.say("\n")
            elif tag == "frame":
                self._say_frame(child, words, boxes)
            elif tag and tag not in SILENT and not (tag == "span" and self.styles.silences(child)):
                self._say(child, words, boxes, linked=linked or tag == "a")
            words.say(child.tail, linked=linked)

    def _say_frame(self, frame: Element, words: Words, boxes: list[Element]) -> None:
        """A picture, a formula, or a box of text."""
        box = child_of(frame, "text-box")
        formula = self._formula(frame)
        if box is not None:
            boxes.append(box)
        elif formula:
            words.say_formula(formula)
        elif child_of(frame, "image") is not None or child_of(frame, "object") is not None:
            words.pictures.append(text_of(child_of(frame, "desc")) or text_of(child_of(frame, "title")))

    def _formula(self, frame: Element) -> str:
        """What an object says that is a formula in MathML; nothing where it is something else."""
        held = child_of(frame, "object")
        if held is None:
            return ""
        within = child_of(held, "math")
        if within is None:
            path = posixpath.normpath(attribute_of(held, "href") or "")
            data = None if path.startswith(("/", "..")) else self.package.read(f"{path}/content.xml")
            within = parse_xml(data, self.package.name) if data else None
        return write_formula(within) if within is not None and tag_of(within) == "math" else ""

    def _note(self, note: Element) -> Note:
        body = child_of(note, "note-body")
        words = Words()
        for paragraph in () if body is None else body.iter("{*}p", "{*}h"):
            self._say(paragraph, words, [])
            words.say(" ")
        return Note(marker=text_of(child_of(note, "note-citation")), text=words.text)

    # ------------------------------------------------------ lists, tables

    def _read_list(self, element: Element, style: str = "") -> None:
        style = attribute_of(element, "style-name") or style
        self.depth += 1
        counts = self.depth in self.styles.counted.get(style, ())
        number = 0
        for item in element:
            if tag_of(item) == "list-header":
                self.read_children(item)
            elif tag_of(item) == "list-item":
                number = _whole(attribute_of(item, "start-value"), number + 1)
                self._read_item(item, style, f"{number}. " if counts else "- ")
        self.depth -= 1

    def _read_item(self, item: Element, style: str, marker: str) -> None:
        self.marker = marker
        for child in item:
            if tag_of(child) == "list":
                self._read_list(child, style)
            else:
                self._read(child)
        self.marker = ""

    def _add_table(self, table: Element) -> None:
        rows = [row for row in table.iter("{*}table-row") if next(row.iterancestors("{*}table")) is table]
        if len(rows) == 1 and sum(tag_of(cell) == "table-cell" for cell in rows[0]) == 1:
            self.read_children(next(cell for cell in rows[0] if tag_of(cell) == "table-cell"))
            return
        for at, row in enumerate(rows):
            cells = [self._cell(cell) for cell in row if tag_of(cell) == "table-cell"]
            said = [cell.text for cell in cells]
            named = tag_of(row.getparent()) == "table-header-rows"
            header = named or (at == 0 and reads_as_header(said, len(rows)))
            self.sheet.add(BlockKind.ROW, ", ".join(filter(None, said)), level=int(header), mark=self.mark)
            for cell in cells:
                self.sheet.add_words(BlockKind.ROW, Words(notes=cell.notes, pictures=cell.pictures), mark=self.mark)

    def _cell(self, cell: Element) -> Words:
        words = Words()
        for paragraph in cell.iter("{*}p", "{*}h"):
            if not any(tag_of(above) == "note" for above in paragraph.iterancestors()):
                self._say(paragraph, words, [])
                words.say(" ")
        return words

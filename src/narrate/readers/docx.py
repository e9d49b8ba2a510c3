"""Word documents, by mammoth: what it would lose or stumble over is settled in the XML before it sees it."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrate.errors import SourceError
from narrate.readers.office import Package, damaged, formulas_in, open_package, write_formula
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

WHAT = "Word document"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"

PARTS = ("styles", "numbering", "footnotes", "endnotes")
"""Parts of a document that are read besides itself; comments, headers, feet, pictures and programs are not."""

DROPPED = ("{*}proofErr", "{*}lastRenderedPageBreak", "{*}bookmarkStart", "{*}bookmarkEnd", "{*}noProof")
"""Elements that say nothing."""

MOST_ELEMENTS = 400_000
"""That mammoth gets, which takes a kilobyte of memory for each; a novel has 30,000."""

NOTES = ("footnote", "endnote")
DEEPEST_HEADING = 6

STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='caption'] => p.caption:fresh
p[style-name='TOC Heading'] => p.front_matter:fresh
p[style-name^='toc '] => p.front_matter:fresh
p[style-name='table of figures'] => p.front_matter:fresh
p[style-name^='index '] => p.back_matter:fresh
p[style-name='Bibliography'] => p.references:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Source Code'] => pre:separator('\\n')
p[style-name='Code'] => pre:separator('\\n')
p[style-name='macro'] => pre:separator('\\n')
p.NarrateFormula => p.formula:fresh
"""
"""What the names of Word's own styles mean, in the language of mammoth; the first that fits counts."""

MARKS = ("caption", "front_matter", "back_matter", "references")
HEADINGS = {f"h{level}": level for level in range(1, DEEPEST_HEADING + 1)}
STRUCK = ("s", "del", "strike")
BLOCKS = ("p", "ul", "ol", "table", "pre", "blockquote", *HEADINGS)

GENERATED = re.compile(
    r"\s*(Description automatically generated|AI-generated content may be incorrect\.?).*", re.DOTALL
)
"""What Word adds to the alternative texts that it writes by itself."""

NAMES = re.compile(r"\s*;\s*")
PLAIN_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,80}")


class DocxReader:
    """Reads Word documents."""

    name = "docx"
    media_types = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.ms-word.document.macroEnabled.12",
    )
    suffixes = (".docx", ".docm")

    def read(self, source: Source) -> Article:
        package = open_package(source, WHAT)
        document = _Document(package)
        root = _parse_html(source.name, document)
        walk = _Walk(document)
        try:
            walk.read(root)
        except RecursionError as problem:
            raise damaged(source.name, "its parts are nested too deeply") from problem
        return make_article(source, walk.sheet.blocks, document.about())


# -------------------------------------------------- the package made clean


@dataclass
class _Document:
    """The parts of a document that are read, made fit for mammoth."""

    package: Package
    parts: dict[str, Element] = field(default_factory=dict)
    """Roots by the names of the members."""
    relations: dict[str, dict[str, Element]] = field(default_factory=dict)
    """Of each part, by their ids."""

    kinds: dict[str, str] = field(default_factory=dict)
    """Names of the members by what they are: `document`, `styles`, `footnotes`, …"""
    language: str | None = None

    def __post_init__(self) -> None:
        self._open_parts()
        self.language = self._language()
        for kind in ("document", "footnotes", "endnotes"):
            if kind in self.kinds:
                self._mend(self.parts[self.kinds[kind]], self.relations[self.kinds[kind]])
        if sum(1 for root in self.parts.values() for _ in root.iter()) > MOST_ELEMENTS:
            raise SourceError(f"{self.package.name} is refused", f"it has over {MOST_ELEMENTS:,} elements", "Split it")

    def _open_parts(self) -> None:
        """The document and what belongs to it. Source: ECMA-376, part 2, section 6.5"""
        self.package.need("[Content_Types].xml", WHAT)
        targets = self._relate("").values()
        main = next((_target(one, "") for one in targets if _is_of(one, "officeDocument")), "word/document.xml")
        root = self._open("document", main, self.package.need(main, WHAT))
        if tag_of(root) != "document":
            why = "it is another kind of Office file"
            raise SourceError(f"{self.package.name} is no {WHAT}", why, "Save it as .docx")
        for one in list(self.relations[main].values()):
            kind = next((kind for kind in PARTS if _is_of(one, kind)), None)
            data = self.package.read(_target(one, main)) if kind else None
            if kind and data:
                self._open(kind, _target(one, main), data)

    def _open(self, kind: str, member: str, data: bytes) -> Element:
        self.kinds[kind] = member
        self.parts[member] = parse_xml(data, self.package.name)
        self._relate(member)
        return self.parts[member]

    def _relate(self, part: str) -> dict[str, Element]:
        """The relations of a part, by their ids; none where nobody has written any."""
        folder, name = posixpath.split(part)
        data = self.package.read(posixpath.join(folder, "_rels", f"{name}.rels"))
        root = parse_xml(data, self.package.name) if data else []
        self.relations[part] = {
            one.get("Id", ""): one
            for one in root
            if tag_of(one) == "Relationship" and one.get("Target") and one.get("Type")
        }
        return self.relations[part]

    def packed(self) -> io.BytesIO:
        """A package of nothing but what is read."""
        from lxml import etree

        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("[Content_Types].xml", self.package.read("[Content_Types].xml") or b"")
            for name, root in self.parts.items():
                archive.writestr(name, etree.tostring(root))
            for part, relations in self.relations.items():
                folder, name = posixpath.split(part)
                root = etree.Element(f"{{{RELATIONSHIPS}}}Relationships")
                root.extend(relations.values())
                archive.writestr(posixpath.join(folder, "_rels", f"{name}.rels"), etree.tostring(root))
        packed.seek(0)
        return packed

    def _mend(self, root: Element, relations: dict[str, Element]) -> None:
        """Settle in the XML of a part what mammoth would read aloud, lose, or stumble over."""
        for element in list(root.iter("{*}vanish", "{*}webHidden")):
            _drop_hidden(element)
        for element in list(root.iter("{*}rPr", *DROPPED)):
            _drop_looks(element)
        for formula in list(formulas_in(root)):
            _write_out(formula)
        for element in root.iter("{*}outlineLvl"):
            _name_heading(element)
        for kind in NOTES:
            known = self._note_ids(kind)
            for element in list(root.iter(f"{{*}}{kind}Reference")):
                if attribute_of(element, "id") not in known:
                    _remove(element)
        for element in root.iter("*"):
            for name, value in element.attrib.items():
                points = name.endswith(("relationships}id", "relationships}embed", "relationships}link"))
                if points and value not in relations:
                    del element.attrib[name]

    def _note_ids(self, kind: str) -> set[str | None]:
        part = self.kinds.get(f"{kind}s")
        known = self.parts[part] if part else []
        return {attribute_of(note, "id") for note in known}

    def styles(self) -> str:
        """The styles' meanings, with those that a document has made of its headings itself."""
        return STYLES + "".join(f"p.{name} => h{level}:fresh\n" for name, level in self._headings())

    def _headings(self) -> Iterator[tuple[str, int]]:
        """Styles of paragraphs that stand in the outline, with their level from 1."""
        root = self.parts.get(self.kinds.get("styles", ""), ())
        styles = {attribute_of(one, "styleId") or "": one for one in root if tag_of(one) == "style"}
        for name, style in styles.items():
            if not PLAIN_ID.fullmatch(name) or _style_name(style) in ("title", "subtitle", "toc heading"):
                continue
            level = _outline_level(style, styles)
            if level is not None and level < DEEPEST_HEADING:
                yield name, level + 1

    def about(self) -> About:
        """What the core properties say. Source: ECMA-376, part 2, section 11"""
        relations = self.relations[""].values()
        member = next((_target(one, "") for one in relations if _is_of(one, "core-properties")), "docProps/core.xml")
        data = self.package.read(member)
        core = parse_xml(data, self.package.name) if data else None
        creators = NAMES.split(text_of(child_of(core, "creator")))
        return About(
            title=text_of(child_of(core, "title")) or None,
            authors=tuple(filter(None, creators)),
            language=self.language or text_of(child_of(core, "language")) or None,
            summary=text_of(child_of(core, "description")) or None,
        )

    def _language(self) -> str | None:
        """The language of most letters; that of a style where nothing else is said."""
        letters: Counter[str] = Counter()
        styles = self.parts.get(self.kinds.get("styles", ""))
        known = child_of(styles, "docDefaults", "rPrDefault", "rPr", "lang")
        default = attribute_of(known, "val") if known is not None else None
        for text in self.parts[self.kinds["document"]].iter("{*}t"):
            run = text.getparent()
            said = child_of(run, "rPr", "lang")
            tag = attribute_of(said, "val") if said is not None else None
            letters[tag or default or ""] += len(text.text or "")
        most = letters.most_common(1)
        return most[0][0] or None if most else default


def _is_of(relation: Element, kind: str) -> bool:
    named = str(relation.get("Type", "")).rstrip("/").endswith(f"/{kind}")
    return named and relation.get("TargetMode") != "External"


def _target(relation: Element, part: str) -> str:
    """The member that a relation of a part points to."""
    path = posixpath.join("/", posixpath.dirname(part), relation.get("Target", ""))
    return posixpath.normpath(path).lstrip("/")


def _style_name(style: Element) -> str:
    named = child_of(style, "name")
    return (attribute_of(named, "val") or "").lower() if named is not None else ""


def _outline_level(style: Element, styles: dict[str, Element]) -> int | None:
    """The outline level of a style, its own or that of one it is based on, from 0."""
    for _ in range(20):
        level = child_of(style, "pPr", "outlineLvl")
        if level is not None:
            return _whole(attribute_of(level, "val"))
        base = child_of(style, "basedOn")
        above = styles.get(attribute_of(base, "val") or "") if base is not None else None
        if above is None:
            return None
        style = above
    return None


def _whole(written: str | None) -> int | None:
    return int(written) if written and re.fullmatch(r"\d{1,4}", written) else None


def _drop_hidden(sign: Element) -> None:
    """Take out a run of words that the document hides."""
    if attribute_of(sign, "val") in ("0", "false", "off"):
        return
    properties = sign.getparent()
    run = properties.getparent() if properties is not None else None
    if run is not None and tag_of(properties) == "rPr" and tag_of(run) == "r":
        _remove(run)


def _drop_looks(element: Element) -> None:
    """Take out how words look, which takes mammoth most of its time; that they are struck out stays."""
    in_run = tag_of(element.getparent()) == "r"
    if tag_of(element) != "rPr" or (in_run and child_of(element, "strike") is None):
        _remove(element)


def _write_out(formula: Element) -> None:
    """A run of words in a formula's place; a paragraph that holds nothing else is marked as one."""
    from lxml import etree

    space = f"{{{W if formula.getroottree().getroot().tag.startswith(f'{{{W}}}') else STRICT_W}}}"
    parent = formula.getparent()
    run = etree.Element(f"{space}r")
    words = etree.SubElement(run, f"{space}t")
    words.text = write_formula(formula)
    run.tail = formula.tail
    parent.replace(formula, run)
    if tag_of(parent) != "p" or any(tag_of(child) not in ("pPr", "r") or _says_else(child, run) for child in parent):
        return
    _set_style(parent, "NarrateFormula")


def _says_else(child: Element, run: Element) -> bool:
    return child is not run and tag_of(child) == "r" and bool(text_of(child))


def _name_heading(level: Element) -> None:
    """Word's own style for a paragraph that is given its place in the outline by hand."""
    properties = level.getparent()
    paragraph = properties.getparent() if properties is not None else None
    depth = _whole(attribute_of(level, "val"))
    if paragraph is None or tag_of(paragraph) != "p" or depth is None or depth >= DEEPEST_HEADING:
        return
    if child_of(properties, "pStyle") is None:
        _set_style(paragraph, f"Heading{depth + 1}")


def _set_style(paragraph: Element, style: str) -> None:
    from lxml import etree

    space = paragraph.tag[: paragraph.tag.index("}") + 1]
    properties = child_of(paragraph, "pPr")
    if properties is None:
        properties = etree.Element(f"{space}pPr")
        paragraph.insert(0, properties)
    named = child_of(properties, "pStyle")
    if named is None:
        named = etree.Element(f"{space}pStyle")
        properties.insert(0, named)
    named.set(f"{space}val", style)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


# ------------------------------------------------------------- the story


def _parse_html(name: str, document: _Document) -> Element:
    """What mammoth makes of a document, as a tree. Source: https://github.com/mwilliamson/python-mammoth"""
    import mammoth  # type: ignore[import-untyped, unused-ignore]
    from lxml import html

    try:
        made = mammoth.convert_to_html(
            document.packed(),
            style_map=document.styles(),
            include_embedded_style_map=False,
            convert_image=mammoth.images.img_element(lambda _: {}),
        )
    except Exception as problem:  # it promises no errors of its own: a document may break it anywhere
        raise damaged(name, f"{type(problem).__name__}: {problem}") from problem
    return html.fragment_fromstring(made.value or "", create_parent="div")


@dataclass
class _Walk:
    """One walk over the tree that mammoth makes."""

    document: _Document
    sheet: Sheet = field(default_factory=Sheet)
    notes: dict[str, Note] = field(default_factory=dict)
    """By the address that refers to them."""
    unnamed: bool = False
    """Does a picture without words wait for its caption?"""
    quoted: int = 0
    depth: int = 0
    """Of lists."""

    def read(self, root: Element) -> None:
        notes = [one for one in root if one.tag == "ol" and any(map(_is_note, one))]
        for ordered in notes:
            for number, item in enumerate(ordered, 1):
                self.notes[f"#{item.get('id')}"] = Note(marker=str(number), text=self._note_text(item))
            root.remove(ordered)
        self._read_children(root)

    def _read_children(self, parent: Element) -> None:
        for child in parent:
            tag = child.tag
            if tag in HEADINGS:
                self._add_heading(child)
            elif tag == "p":
                self._add_paragraph(child)
            elif tag == "pre":
                self.sheet.add_words(BlockKind.CODE, self._words(child), marker="```")
            elif tag in ("ul", "ol"):
                self._add_list(child)
            elif tag == "table":
                self._add_table(child)
            elif tag == "blockquote":
                self.quoted += 1
                self._read_children(child)
                self.quoted -= 1

    def _add_heading(self, element: Element) -> None:
        level = HEADINGS[element.tag]
        first = not any(block.kind is BlockKind.TITLE for block in self.sheet.blocks)
        if element.get("class") == "title" and first:
            self.sheet.add_words(BlockKind.TITLE, self._words(element), level=1)
        else:
            self.sheet.add_words(BlockKind.HEADING, self._words(element), level=level, marker="#" * level + " ")

    def _add_paragraph(self, element: Element) -> None:
        words = self._words(element)
        named = element.get("class")
        mark = named if named in MARKS else None
        kind = BlockKind.FORMULA if named == "formula" else BlockKind.PARAGRAPH
        if mark == "caption" and self.unnamed:
            kind, mark = BlockKind.FIGURE, None
        pictures = [GENERATED.sub("", picture) for picture in words.pictures]
        words.pictures = pictures
        marker = "> " if self.quoted and kind is BlockKind.PARAGRAPH else ""
        self.sheet.add_words(kind, words, quoted=self.quoted, marker=marker, mark=mark)
        if words.text or pictures:
            self.unnamed = bool(pictures) and not is_alternative(pictures[-1])

    def _add_list(self, element: Element) -> None:
        self.depth += 1
        for number, item in enumerate(element, 1):
            words = Words()
            self._say(item, words)
            marker = "- " if element.tag == "ul" else f"{number}. "
            self.sheet.add_words(BlockKind.ITEM, words, level=self.depth, marker=marker, quoted=self.quoted)
            self._read_children(item)
        self.depth -= 1

    def _add_table(self, table: Element) -> None:
        rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
        if len(rows) == 1 and len(rows[0]) == 1:  # a box around paragraphs
            self._read_children(rows[0][0])
            return
        for at, row in enumerate(rows):
            cells = [self._flat(cell) for cell in row]
            said = [cell.text for cell in cells]
            header = row.getparent().tag == "thead" or (at == 0 and reads_as_header(said, len(rows)))
            self.sheet.add(BlockKind.ROW, ", ".join(filter(None, said)), level=int(header), quoted=self.quoted)
            for cell in cells:
                self.sheet.add_words(BlockKind.ROW, Words(notes=cell.notes, pictures=cell.pictures))

    def _flat(self, element: Element) -> Words:
        """All words of a cell or of a note in one line."""
        words = Words()
        for part in element.iter("p", "pre", "li", "td", "th", *HEADINGS):
            self._say(part, words)
            words.say(" ")
        return words

    def _note_text(self, item: Element) -> str:
        """The words of a note without the arrow back to where it is referred to."""
        for link in item.iter("a"):
            if link.get("href", "").startswith(("#footnote-ref-", "#endnote-ref-")):
                link.text = ""
        return self._flat(item).text

    def _words(self, element: Element) -> Words:
        words = Words()
        self._say(element, words)
        return words

    def _say(self, element: Element, words: Words, *, linked: bool = False) -> None:
        """The words of an element, without those of blocks within it."""
        words.say(element.text, linked=linked)
        for child in element:
            tag = child.tag
            if tag == "a" and child.get("href") in self.notes:
                words.refer(self.notes[child.get("href")])
            elif tag == "img":
                words.pictures.append(child.get("alt") or "")
            elif tag == "br":
                words.say("\n")
            elif tag not in STRUCK and tag not in BLOCKS:
                self._say(child, words, linked=linked or (tag == "a" and child.get("href") is not None))
            words.say(child.tail, linked=linked)


def _is_note(item: Element) -> bool:
    return item.get("id", "").startswith(NOTES) and next(item.iter("a"), None) is not None

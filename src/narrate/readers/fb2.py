"""FictionBook 2, the form of books that many Slavic libraries use.

Source: https://github.com/gribuser/fb2 (the schema of FictionBook 2.1)
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrate.errors import SourceError
from narrate.readers.office import damaged, open_package
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
from narrate.words import squeeze

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

WHAT = "FictionBook"
DEEPEST_HEADING = 6
LARGEST_COVER = 20 << 20
"""Bytes."""

NOTES = ("notes", "comments", "footnotes")
"""Names of the bodies that hold notes."""

QUOTED = ("cite", "epigraph")
NOTE_MARKER = re.compile(r"[\[({<]*\s*(.*?)\s*[\])}>]*")
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8")


class Fb2Reader:
    """Reads FictionBook 2, also zipped."""

    name = "fb2"
    media_types = ("application/x-fictionbook+xml", "application/x-zip-compressed-fb2")
    suffixes = (".fb2", ".fb2.zip", ".fbz")

    def read(self, source: Source) -> Article:
        root = parse_xml(_book_of(source), source.name)
        if tag_of(root) != "FictionBook":
            raise SourceError(f"{source.name} is no {WHAT}", f"its root is {tag_of(root)}", "Say what it is with --as")
        bodies = [child for child in root if tag_of(child) == "body"]
        story = [body for at, body in enumerate(bodies) if at == 0 or body.get("name") not in NOTES]
        about = _read_about(root)
        walk = _Walk(about, _read_notes(body for body in bodies if body not in story))
        try:
            for body in story:
                walk.read_body(body)
        except RecursionError as problem:
            raise damaged(source.name, "its sections are nested too deeply") from problem
        return make_article(source, walk.sheet.blocks, about)


def _book_of(source: Source) -> bytes:
    """The book itself, out of the archive that it may come in."""
    if not source.data.startswith(b"PK"):
        return source.data
    package = open_package(source, WHAT)
    names = [name for name in package.archive.namelist() if name.lower().endswith(".fb2")]
    if len(names) != 1:
        raise SourceError(
            f"{source.name} is no {WHAT}", f"it holds {len(names)} books", "Unpack it and name one of them"
        )
    return package.need(names[0], WHAT)


# -------------------------------------------------------------- metadata


def _read_about(root: Element) -> About:
    info = child_of(root, "description", "title-info")
    info = child_of(root, "description", "src-title-info") if info is None else info
    known = [] if info is None else list(info)
    return About(
        title=text_of(child_of(info, "book-title")) or None,
        authors=tuple(filter(None, (_name(one) for one in known if tag_of(one) == "author"))),
        language=text_of(child_of(info, "lang")) or None,
        summary=_lines_of(child_of(info, "annotation")) or None,
        series=next((name for name in (_series(one) for one in known if tag_of(one) == "sequence") if name), None),
        cover=_cover(root, info),
        book=True,
    )


def _name(author: Element) -> str:
    names = [text_of(child_of(author, part)) for part in ("first-name", "middle-name", "last-name")]
    return " ".join(filter(None, names)) or text_of(child_of(author, "nickname"))


def _series(sequence: Element) -> str:
    return ", ".join(filter(None, (sequence.get("name", "").strip(), sequence.get("number", "").strip())))


def _cover(root: Element, info: Element | None) -> bytes | None:
    image = child_of(info, "coverpage", "image")
    wanted = (attribute_of(image, "href") or "").removeprefix("#") if image is not None else ""
    held = next((one for one in root if tag_of(one) == "binary" and wanted and one.get("id") == wanted), None)
    packed = "" if held is None else held.text or ""
    if not packed or len(packed) > LARGEST_COVER * 4 // 3:
        return None
    try:
        picture = base64.b64decode("".join(packed.split()), validate=True)
    except binascii.Error:
        return None
    return picture if picture.startswith(PICTURES) else None


def _read_notes(bodies: Iterable[Element]) -> dict[str, str]:
    """The words of every note by its id, its number or name left out."""
    notes: dict[str, str] = {}
    for body in bodies:
        for section in body.iter("{*}section"):
            if section.get("id") and child_of(section, "section") is None:
                notes[section.get("id", "")] = _lines_of(section)
    return notes


def _lines_of(element: Element | None) -> str:
    """The words of an element but for its title, its lines put one after another."""
    lines = () if element is None else element.iter("{*}p", "{*}v", "{*}td", "{*}th", "{*}text-author", "{*}subtitle")
    return " ".join(filter(None, (text_of(line) for line in lines if tag_of(line.getparent()) != "title")))


# ------------------------------------------------------------- the story


@dataclass
class _Walk:
    about: About
    notes: dict[str, str]
    sheet: Sheet = field(default_factory=Sheet)
    quoted: int = 0
    gap: bool = False
    """Did an empty line stand before what comes next?"""

    def read_body(self, body: Element) -> None:
        for child in body:
            tag = tag_of(child)
            if tag == "title":
                self._add_title(child)
            elif tag == "section":
                self._read_section(child, 1)
            else:
                self._read(child, 1)

    def _add_title(self, title: Element) -> None:
        """The title of the book, and what stands around it: who wrote it, where it came out."""
        if self.sheet.blocks:
            self._add_heading(title, 1)
            return
        lines = [text_of(line) for line in title if tag_of(line) == "p"]
        known = squeeze(self.about.title or "")
        if known not in map(squeeze, lines):
            self.sheet.add(BlockKind.TITLE, _join_lines(lines), level=1)
            return
        names = set(map(squeeze, self.about.authors))
        for line in lines:
            if squeeze(line) == known:
                self.sheet.add(BlockKind.TITLE, line, level=1)
            elif squeeze(line) in names:
                self.sheet.add(BlockKind.BYLINE, line)
            else:
                self.sheet.add(BlockKind.PARAGRAPH, line, mark="front_matter")

    def _read_section(self, section: Element, level: int) -> None:
        inner = level if _is_part(section) else level + 1
        for child in section:
            tag = tag_of(child)
            if tag == "title":
                self._add_heading(child, level)
            elif tag == "section":
                self.gap = self.gap or child_of(child, "title") is None
                self._read_section(child, inner)
            else:
                self._read(child, level)

    def _add_heading(self, title: Element, level: int) -> None:
        level = min(level, DEEPEST_HEADING)
        words = Words()
        lines = [line for line in title if tag_of(line) == "p"]
        for at, line in enumerate(lines):
            self._say(line, words)
            if at + 1 < len(lines):
                words.say(_between(text_of(line)))
        self.gap = False
        self.sheet.add_words(BlockKind.HEADING, words, level=level, marker="#" * level + " ")

    def _read(self, element: Element, level: int) -> None:
        tag = tag_of(element)
        if tag in ("p", "v", "text-author"):
            self._add_paragraph(element)
        elif tag == "empty-line":
            self.gap = True
        elif tag == "subtitle":
            self._add_subtitle(element, level)
        elif tag in QUOTED:
            self.quoted += 1
            self._read_all(element, level)
            self.quoted -= 1
        elif tag in ("poem", "stanza", "annotation", "title"):
            self._read_all(element, level)
        elif tag == "image":
            self._add_picture(element)
        elif tag == "table":
            self._add_table(element)
        elif tag == "date":
            self._add_paragraph(element)

    def _read_all(self, parent: Element, level: int) -> None:
        for child in parent:
            self._read(child, level)

    def _add_paragraph(self, element: Element) -> None:
        words = self._words(element)
        if self.gap and words.text and self._follows_prose():
            self.sheet.add_break()
        self.gap = self.gap and not words.text
        self.sheet.add_words(BlockKind.PARAGRAPH, words, quoted=self.quoted, marker="> " if self.quoted else "")

    def _follows_prose(self) -> bool:
        """An empty line after a heading, a picture or a table only makes room."""
        last = self.sheet.blocks[-1] if self.sheet.blocks else None
        return last is not None and last.kind in (BlockKind.PARAGRAPH, BlockKind.NOTE) and last.quoted == self.quoted

    def _add_subtitle(self, element: Element, level: int) -> None:
        words = self._words(element)
        self.gap = False
        if not re.search(r"\w", words.text):
            self.sheet.add_break()
            return
        depth = min(level + 1, DEEPEST_HEADING)
        self.sheet.add_words(BlockKind.HEADING, words, level=depth, marker="#" * depth + " ")

    def _add_picture(self, image: Element) -> None:
        said = attribute_of(image, "alt") or attribute_of(image, "title") or ""
        self.sheet.add(BlockKind.FIGURE, said if is_alternative(said) else "")

    def _add_table(self, table: Element) -> None:
        rows = [row for row in table if tag_of(row) == "tr"]
        for at, row in enumerate(rows):
            cells = [self._words(cell) for cell in row if tag_of(cell) in ("th", "td")]
            said = [cell.text for cell in cells]
            named = bool(cells) and all(tag_of(cell) == "th" for cell in row if tag_of(cell))
            header = at == 0 and (named or reads_as_header(said, len(rows)))
            self.sheet.add(BlockKind.ROW, ", ".join(filter(None, said)), level=int(header))
            for cell in cells:
                self.sheet.add_words(BlockKind.ROW, Words(notes=cell.notes, pictures=cell.pictures))

    def _words(self, element: Element) -> Words:
        words = Words()
        self._say(element, words)
        return words

    def _say(self, element: Element, words: Words, *, linked: bool = False) -> None:
        words.say(element.text, linked=linked)
        for child in element:
            tag = tag_of(child)
            known = self.notes.get((attribute_of(child, "href") or "").removeprefix("#")) if tag == "a" else None
            if known is not None or (tag == "a" and child.get("type") == "note"):
                marker = NOTE_MARKER.fullmatch(text_of(child))
                words.refer(Note(marker=marker[1] if marker else "", text=known or ""))
            elif tag == "image":
                words.pictures.append(attribute_of(child, "alt") or attribute_of(child, "title") or "")
            elif tag and tag != "strikethrough":
                self._say(child, words, linked=linked or tag == "a")
            words.say(child.tail, linked=linked)


def _is_part(section: Element) -> bool:
    """Does it hold nothing but chapters of their own titles? Then they are of its level, as a part's are."""
    inner = [child for child in section if tag_of(child) == "section"]
    plain = any(tag_of(child) in ("p", "poem", "cite", "table") for child in section)
    return bool(inner) and not plain and all(child_of(child, "title") is not None for child in inner)


def _between(line: str) -> str:
    """What parts two lines of a heading that are said as one: `Chapter One. The Door`"""
    return " " if re.search(r"[.!?…:;,—–-]$", line) else ". "


def _join_lines(lines: list[str]) -> str:
    said = [line for line in lines if line]
    return "".join(line + (_between(line) if at + 1 < len(said) else "") for at, line in enumerate(said))

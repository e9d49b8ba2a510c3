"""What readers of documents share: trees of XML that do no harm, words with notes in them, and blocks laid out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from narrate.errors import ArticleError, SourceError
from narrate.languages import is_language_tag
from narrate.readers.text import SCENE_BREAK
from narrate.readers.titles import find_byline
from narrate.types import Article, Block, BlockKind, Place, Source
from narrate.words import squeeze

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MOST_TAGS = 3_000_000
"""Of one document: each takes about a hundred bytes of memory."""

BOOK_WORDS = 30_000
"""A document of so many words is a book."""

HEADER_WORDS = 8
"""Of a cell in the header of a table."""

NOTE = "\x00"
"""Where a note is referred to, until the words are put together."""

UNSEEN = re.compile("[\xad\u200b\u2060\ufeff\ufe0f]")
"""Characters that break or join lines and are not read."""

CONTROLS = re.compile("[\x01-\x08\x0b-\x1f\x7f]")
BEFORE_STOP = re.compile(f"\\s*{NOTE}+(?=\\s|[.,;:!?…)\\]”’\"'»]|$)")
SAVE_AGAIN = "Save it again with the program it was made in"

JUNK_TITLE = re.compile(
    r"(microsoft word\b.*|(untitled|document|dokument|документ|unbenannt)[\s\d-]*( document)?|title|titel|.*\.\w{2,4})",
    re.IGNORECASE,
)
"""What programs call a document that nobody has given a name."""

JUNK_AUTHOR = re.compile(
    r"(microsoft( office)? user|(default |windows )?user|admin(istrator)?|python-docx|unknown|author|owner|root|"
    r".*@.*|)",
    re.IGNORECASE,
)


# ------------------------------------------------------------------- XML


def parse_xml(data: bytes, name: str) -> Element:
    """The root of a document in XML; it may fetch nothing and define no entities.

    Raises:
        SourceError: it is cut short or damaged, nested too deeply, far too large, or brings entities of its own.
    """
    from lxml import etree

    if data.count(b"<") > MOST_TAGS:
        raise SourceError(f"{name} is refused", f"it has over {MOST_TAGS:,} tags", "Split it")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        why = str(problem).removesuffix(" (<string>, line 1)").rstrip(".")
        if "entity amplification" in why:
            raise _own_entities(name) from problem
        if "Excessive depth" in why:
            raise SourceError(f"{name} is refused", "its parts are nested too deeply", SAVE_AGAIN) from problem
        raise SourceError(f"{name} is cut short or damaged", why, "Get it again") from problem
    kind = root.getroottree().docinfo.internalDTD
    if kind is not None and next(iter(kind.iterentities()), None) is not None:
        raise _own_entities(name)
    return root


def _own_entities(name: str) -> SourceError:
    return SourceError(f"{name} is refused", "it defines entities of its own", SAVE_AGAIN)


def tag_of(element: Element) -> str:
    """Its name without the namespace; nothing for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child_of(element: Element | None, *names: str) -> Element | None:
    """The first element down a path of names, whatever their namespace."""
    for name in names:
        if element is None:
            return None
        element = next((child for child in element if tag_of(child) == name), None)
    return element


def attribute_of(element: Element, name: str) -> str | None:
    """An attribute by its name, whatever its namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def text_of(element: Element | None) -> str:
    """All its words in one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


# ----------------------------------------------------------------- words


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A foot- or endnote."""

    marker: str
    """How the text refers to it."""
    text: str


@dataclass
class Words:
    """The words of one block as they are found."""

    parts: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    """Alternative texts of the pictures among them; empty for one that has none."""
    formulas: list[str] = field(default_factory=list)
    """Those that stand among the words."""
    linked: int = 0
    """Letters in links."""

    def say(self, text: str | None, *, linked: bool = False) -> None:
        if text:
            self.parts.append(text.replace(NOTE, ""))
            self.linked += len("".join(text.split())) if linked else 0

    def refer(self, note: Note) -> None:
        self.parts.append(NOTE)
        self.notes.append(note)

    def say_formula(self, formula: str) -> None:
        self.say(formula)
        self.formulas.append(formula)

    @property
    def is_formula(self) -> bool:
        """Is there nothing among the words but formulas, and perhaps their number?"""
        left = self.text
        for formula in self.formulas:
            left = left.replace(formula, "", 1)
        return bool(self.formulas) and not re.search(r"[^\W\d]", left)

    @property
    def raw(self) -> str:
        """The words with their line feeds, without what refers to notes."""
        text = BEFORE_STOP.sub("", "".join(self.parts)).replace(NOTE, "")
        return UNSEEN.sub("", CONTROLS.sub("", text))

    @property
    def text(self) -> str:
        return " ".join(self.raw.split())

    @property
    def share_linked(self) -> float:
        return min(1.0, self.linked / max(1, len("".join(self.raw.split()))))


def is_alternative(written: str | None) -> bool:
    """Does an alternative text say something, or is it the name of a file or of nothing at all?"""
    text = (written or "").strip()
    named = re.fullmatch(
        r"[\w.-]+\.\w{3,4}|(image|picture|grafik|bild|graphic|figure|img)[\s_-]*\d*", text, re.IGNORECASE
    )
    return bool(text) and named is None


def reads_as_header(cells: Sequence[str], rows: int) -> bool:
    """Could the first row of a table, of which nobody says so, be its header?"""
    if rows < 2 or len(cells) < 2:
        return False
    return all(cell and len(cell.split()) <= HEADER_WORDS and re.search(r"[^\W\d]", cell) for cell in cells)


# ---------------------------------------------------------------- layout


@dataclass
class Sheet:
    """Blocks laid out one after another, one line each and an empty line between: their places count that text."""

    blocks: list[Block] = field(default_factory=list)
    line: int = 1
    start: int = 0

    def add(
        self,
        kind: BlockKind,
        text: str,
        *,
        level: int = 0,
        quoted: int = 0,
        marker: str = "",
        mark: str | None = None,
        linked: float = 0.0,
    ) -> None:
        """Another block; none where there are no words."""
        text = text.strip("\n") if kind is BlockKind.CODE else " ".join(text.split())
        if not text.strip():
            return
        if kind is BlockKind.PARAGRAPH and SCENE_BREAK.fullmatch(text):
            kind, marker = BlockKind.SCENE_BREAK, ""
        feeds, end = text.count("\n"), self.start + len(text)
        place = Place(line=self.line, end_line=self.line + feeds, start=self.start, end=end)
        self.line, self.start = self.line + feeds + 2, end + 2
        self.blocks.append(
            Block(
                kind=kind,
                text=text,
                place=place,
                level=level,
                quoted=quoted,
                marker=marker,
                mark=mark,
                linked=round(linked, 3),
            )
        )

    def add_words(
        self,
        kind: BlockKind,
        words: Words,
        *,
        level: int = 0,
        quoted: int = 0,
        marker: str = "",
        mark: str | None = None,
    ) -> None:
        """A block, and after it its pictures and the notes that it refers to."""
        text = words.raw if kind is BlockKind.CODE else words.text
        self.add(kind, text, level=level, quoted=quoted, marker=marker, mark=mark, linked=words.share_linked)
        for picture in words.pictures:
            self.add(BlockKind.FIGURE, picture if is_alternative(picture) else "", quoted=quoted, mark=mark)
        for note in words.notes:
            self.add(BlockKind.NOTE, note.text, marker=note.marker, mark=mark)

    def add_break(self) -> None:
        """A break between scenes; one is enough, and none where nothing stands before it."""
        if self.blocks and self.blocks[-1].kind is not BlockKind.SCENE_BREAK:
            self.add(BlockKind.SCENE_BREAK, "***")


# --------------------------------------------------------------- article


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a document says of itself."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    summary: str | None = None
    series: str | None = None
    cover: bytes | None = None
    book: bool = False


def make_article(source: Source, blocks: Sequence[Block], about: About) -> Article:
    """The article of the blocks, its title settled.

    Raises:
        ArticleError: there are no words.
    """
    kept = list(blocks)
    if not any(block.text.strip() and block.kind is not BlockKind.SCENE_BREAK for block in kept):
        raise ArticleError(f"{source.name} holds no words", "", "Give it some text")
    title = settle_title(kept, sensible_title(about.title))
    named = find_byline(kept)
    authors = tuple(name for name in about.authors if not JUNK_AUTHOR.fullmatch(name.strip()))
    return Article(
        blocks=tuple(kept),
        title=title,
        authors=named or authors,
        language=tag_or_none(about.language),
        summary=about.summary,
        series=about.series,
        cover=about.cover,
        book=about.book or sum(len(block.text.split()) for block in kept) >= BOOK_WORDS,
        origin=source.origin,
    )


def settle_title(blocks: list[Block], title: str | None) -> str | None:
    """The title that the text shows, else the one that is known of it; the block that shows it is marked as such.

    A heading at the very beginning is the title where it says what is known to be, or where it is the only one
    of its level.
    """
    shown = next((block for block in blocks if block.kind is BlockKind.TITLE), None)
    if shown is not None:
        return shown.text
    first = blocks[0]
    same = title is not None and squeeze(first.text) == squeeze(title)
    alone = sum(block.kind is BlockKind.HEADING and block.level == 1 for block in blocks) == 1
    head = first.kind is BlockKind.HEADING and first.level == 1 and alone and len(blocks) > 1
    if head or (same and first.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH) and not first.mark):
        blocks[0] = replace(first, kind=BlockKind.TITLE, level=1)
        return first.text
    return title


def sensible_title(written: str | None) -> str | None:
    """A title, where it is none that a program has made up."""
    title = " ".join((written or "").split())
    return title if title and not JUNK_TITLE.fullmatch(title) else None


def tag_or_none(written: str | None) -> str | None:
    """A language tag in its usual form: `en-GB` of `en_GB`; None for anything else."""
    tag = (written or "").strip().replace("_", "-")
    if not is_language_tag(tag) or tag.lower() in ("und", "zxx", "mul"):
        return None
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])

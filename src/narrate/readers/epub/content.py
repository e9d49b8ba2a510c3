"""A page of a book → its pieces in reading order, and where every id stands among them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from narrate.directions import Mark
from narrate.readers.epub.archive import join
from narrate.readers.epub.elements import (
    ARROWS,
    BACKLINKS,
    BREAK_NAME,
    FLOWING,
    LABEL,
    LINES,
    LISTS,
    LONGEST_BACKLINK,
    LONGEST_LABEL,
    NOTE_REFERENCES,
    NOTES,
    ORNAMENT,
    PARAGRAPHS,
    PICTURES,
    Count,
    alternative_of,
    count_of,
    holds_data,
    holds_raised,
    is_caption,
    is_code,
    is_drop_cap,
    is_hidden,
    is_muted,
    is_named_after_notes,
    is_page_number,
    is_silent,
    is_stanza,
    language_of_code,
    needs_caption,
    read_formula,
    says_something,
    whole_number,
    written_number,
    xml_id,
)
from narrate.readers.epub.markup import SSML, attribute, begin_of, descendants, name_of, types_of, words_in
from narrate.readers.epub.matter import HIDDEN, matter_of
from narrate.readers.epub.pieces import CONTROLS, LINE_BREAK, UNSEEN, Link, Page, Part, Piece, Spot, collapse, is_said
from narrate.readers.epub.pronunciations import phonemes_of
from narrate.readers.epub.styles import Sight
from narrate.readers.html.walk import HEADINGS, SCENE_BREAK
from narrate.types import BlockKind, Wish

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

EMPTY_LINES_A_PARAGRAPH = 1 / 6
"""Where a page has more empty lines than this, they are no scene breaks but how it sets its paragraphs apart."""


def take_apart(root: Element, path: str, sight: Sight) -> Page:
    """The pieces of a page, whatever they are, in reading order; what is hidden on it is among them and marked."""
    body = next(iter(descendants(root, "body")), root)
    return _Walk(path, attribute(root, SSML, "alphabet"), sight).run(body)


class _Walk:
    def __init__(self, path: str, alphabet: str, sight: Sight) -> None:
        self.path = path
        self.sight = sight
        self.pieces: list[Piece] = []
        self.spots: dict[str, Spot] = {}
        self.words: list[Part] = []
        """Of the block that is being read."""
        self.linked_chars = 0
        self.lists: list[Count] = []
        self.item_marker = ""
        self.cells: list[list[Part]] | None = None
        self.has_header = False
        self.pictures: list[str] = []
        """What stands for pictures inside the block that is being read."""
        self.unseen: list[tuple[Element, str]] = []
        """What is hidden inside it, and the words."""
        self.matters: list[str | None] = [None]
        self.alphabets = [alphabet]
        self.depth: Counter[str] = Counter()
        """How many elements of each kind are open."""
        self.undo: dict[Element, list[str]] = {}
        """What closes with an element."""
        self.begun: dict[Element, tuple[int, int]] = {}
        """Of an element with an id, and of a paragraph, how many pieces and parts there were before it."""
        self.heading = 0
        self.initial = False
        """The first letter of a chapter, in a paragraph of its own, has been read."""
        self.block_of: Element = None

    def run(self, root: Element) -> Page:
        from lxml import etree

        skipped = None
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                if self._start(element):
                    skipped = element
                    walker.skip_subtree()
                else:
                    self._say(element.text)
                continue
            if element is not skipped:
                self._end(element)
            self._close_spot(element)
            if element is not root:
                self._say(element.tail)
        self._flush()
        return Page(path=self.path, pieces=_without_soft(self.pieces), spots=self.spots)

    # ------------------------------------------------------------ elements

    def _start(self, element: Element) -> bool:
        """Begin an element; True where it is done with as a whole."""
        tag, types = name_of(element), types_of(element)
        unread = not tag or is_silent(element, tag) or is_page_number(element, tag, types)
        hidden = not unread and (is_hidden(element, tag, self.sight) or is_muted(element, tag))
        if hidden and (tag in FLOWING or tag == "br" or self.depth["stanza"] or self.cells is not None):
            self.unseen.append((element, CONTROLS.sub("", words_in(element).translate(UNSEEN))))
            unread = True
        if not (unread or self._stays_in_line(element, tag)):
            self._begin_block(element, tag)
        self._open_spot(element)
        if unread or (hidden and tag in ("hr", *PICTURES)):
            return True
        if hidden:
            self.undo[element] = ["hidden"] if is_muted(element, tag) else ["hidden", "unseen"]
        if tag == "br":
            self._break()
        elif tag == "math":
            self._add_formula(element)
        elif tag in PICTURES:
            self._add_picture(element, tag)
        elif tag == "hr" or "separator" in types:
            self._add(BlockKind.SCENE_BREAK, ["***"])
        elif not self._is_label(element, tag, types):
            self._enter(element, tag, types)
            return False
        return True

    def _is_label(self, element: Element, tag: str, types: frozenset[str]) -> bool:
        """Has it been taken for a link to a note, or is it the raised number in one?"""
        if tag in ("a", "noteref") and self._add_link(element, types):
            return True
        return (
            tag == "sup"
            and self.depth["reference"] > 0
            and LABEL.fullmatch(begin_of(element, LONGEST_LABEL)) is not None
        )

    def _stays_in_line(self, element: Element, tag: str) -> bool:
        if self.depth["stanza"] and tag in LINES:
            self._say(" ")
            return True
        return tag in FLOWING or tag == "br" or is_drop_cap(element)

    def _begin_block(self, element: Element, tag: str) -> None:
        """End the block before, unless it is the first letter of this one."""
        if not (self.initial and tag in PARAGRAPHS):
            self._flush()
        self.initial = False
        self.block_of = element

    def _enter(self, element: Element, tag: str, types: frozenset[str]) -> None:
        opened = self.undo.setdefault(element, [])
        matter = matter_of(types, element)
        if matter is not None:
            self.matters.append(matter)
            opened.append("matter")
        if types & NOTES or tag == "note":
            opened.append("note")
        if tag in PARAGRAPHS:
            self.begun.setdefault(element, (len(self.pieces), len(self.words)))
        if tag == "sup":
            opened.append("raised")
        if tag == "a" and element.get("href"):
            opened.append("link")
        if tag in ("figcaption", "caption") or (tag in ("p", "div") and is_caption(element)):
            opened.append("caption")
        if tag in ("figure", "imggroup"):
            opened.append("figure" if needs_caption(element) else "shown")
        if is_stanza(element, types):
            opened.append("stanza")
        self._enter_block(element, tag, opened)
        self._enter_spoken(element, opened)
        self.depth.update(opened)

    def _enter_block(self, element: Element, tag: str, opened: list[str]) -> None:
        if tag == "blockquote":
            opened.append("quote")
        elif tag in LISTS:
            self.lists.append(count_of(element, tag))
            opened.append("list")
        elif tag == "li":
            self.item_marker = "" if "hidden" in opened else self._marker(element)
        elif tag == "pre" and is_code(element):
            opened.append("code")
        elif tag == "table" and holds_data(element):
            self.cells, self.has_header = [], False
        elif tag in ("td", "th") and self.cells is not None:
            self.cells.append([])
        elif tag in HEADINGS:
            self.heading = HEADINGS[tag]
        elif tag == "hd":
            self.heading = min(6, max(1, sum(name_of(one).startswith("level") for one in element.iterancestors())))

    def _enter_spoken(self, element: Element, opened: list[str]) -> None:
        alphabet = attribute(element, SSML, "alphabet")
        if alphabet:
            self.alphabets.append(alphabet)
            opened.append("alphabet")
        ipa = phonemes_of(element, self.alphabets[-1])
        if ipa and not self.depth["phonemes"]:
            self.words.append(Mark(wish=Wish.PHONEMES, value=ipa))
            opened.append("phonemes")

    def _end(self, element: Element) -> None:
        tag, opened = name_of(element), self.undo.pop(element, [])
        if "phonemes" in opened:
            self.words.append(Mark(wish=Wish.PHONEMES))
        begun = self.begun.get(element, (0, 0))
        flows = tag in FLOWING or self.depth["stanza"] > ("stanza" in opened) or is_drop_cap(element)
        if not flows:
            self._flush()
        elif tag in PARAGRAPHS and is_drop_cap(element):
            self.initial = True
            self.words = [part for part in self.words if is_said(part) or isinstance(part, Mark)]
        if tag in PARAGRAPHS and begun[0] == len(self.pieces) and not flows:
            self._add_empty_line(element, tag)
        if tag in LISTS:
            self.lists.pop()
            self.item_marker = ""
        elif tag == "li":
            self.item_marker = ""
        elif tag == "tr" and self.cells is not None:
            self._add_row(element)
        elif tag == "table":
            self.cells = None
        elif tag in HEADINGS or tag == "hd":
            self.heading = 0
        self.depth.subtract(opened)
        if "matter" in opened:
            self.matters.pop()
        if "alphabet" in opened:
            self.alphabets.pop()

    def _open_spot(self, element: Element) -> None:
        if element.get("id") or element.get("name") or xml_id(element):
            self.begun[element] = (len(self.pieces), len(self.words) if any(map(is_said, self.words)) else 0)

    def _close_spot(self, element: Element) -> None:
        begun = self.begun.pop(element, None)
        if begun is None:
            return
        end = len(self.pieces) + any(map(is_said, self.words))
        spot = Spot(start=begun[0], end=max(begun[0], end), part=begun[1])
        for name in (
            element.get("id"),
            element.get("name") if name_of(element) == "a" else None,
            xml_id(element),
        ):
            if name:
                self.spots.setdefault(name, spot)

    # ------------------------------------------------------------ words

    def _say(self, text: str | None) -> None:
        if not text:
            return
        if self.depth["link"]:
            self.linked_chars += len("".join(text.split()))
        self.words.append(CONTROLS.sub("", text.translate(UNSEEN)))

    def _break(self) -> None:
        """A line break; two in a row end a paragraph, as pages of old have it."""
        last = next((part for part in reversed(self.words) if is_said(part) or part == LINE_BREAK), None)
        if self.depth["code"]:
            self.words.append("\n")
        elif last == LINE_BREAK and self.cells is None and not (self.heading or self.depth["stanza"]):
            self._flush()
        else:
            self.words.append(LINE_BREAK)

    def _add_link(self, element: Element, types: frozenset[str]) -> bool:
        """Take a link for one that may belong to a note; False where its label is ordinary words."""
        href = element.get("href") or ""
        if element.get("idref"):
            href = "#" + element.get("idref").rpartition("#")[2]
        target = join(self.path, href)
        label = begin_of(element, LONGEST_BACKLINK)
        is_label = len(label) <= LONGEST_LABEL and LABEL.fullmatch(label) is not None
        sure = bool(types & NOTE_REFERENCES) or name_of(element) == "noteref"
        back = bool(types & BACKLINKS) or (is_label and "biblioref" in types)
        if not ((target[1] and target[0]) or sure or back):
            return False
        link = Link(
            label=label,
            target=target,
            sure=sure,
            back=back or ARROWS.fullmatch(label) is not None,
            raised=self.depth["raised"] > 0 or holds_raised(element),
            named=is_named_after_notes(element, target[1]),
        )
        if link.back or is_label:
            self.words.append(link)
            return True
        if sure and label:
            link.label = ""
            self.words.append(link)
            self.undo.setdefault(element, []).append("reference")
        return False

    def _flush(self) -> None:
        words, self.words = self.words, []
        linked, self.linked_chars = self.linked_chars, 0
        if any(map(is_said, words)):
            if self.cells:
                self.cells[-1] += [" ", *words]
                return
            self._add_block(words, linked)
        else:
            self.words = [part for part in words if isinstance(part, Mark)]
        if self.cells is None:
            self._add_pictures()
            self._add_unseen()

    def _add_block(self, words: list[Part], linked_chars: int) -> None:
        text = "".join(part for part in words if isinstance(part, str))
        chars = len("".join(text.split())) + sum(len(part.label) for part in words if isinstance(part, Link))
        linked = round(min(1.0, linked_chars / max(1, chars)), 3)
        quoted = "> " if self.depth["quote"] else ""
        shown = collapse(text)
        plain = not any(isinstance(part, Link) for part in words)
        if self.depth["code"]:
            self._add(BlockKind.CODE, words, marker=f"```{language_of_code(self.block_of)}")
        elif self.heading:
            self._add(BlockKind.HEADING, words, level=self.heading, marker="#" * self.heading + " ", linked=linked)
        elif plain and len(shown) < 100 and (SCENE_BREAK.fullmatch(shown) or ORNAMENT.fullmatch(shown)):
            self._add(BlockKind.SCENE_BREAK, ["***"])
        elif self.depth["caption"] > 0 and self.depth["figure"] > 0:
            self._add(BlockKind.FIGURE, words)
        elif self.lists and self.item_marker:
            marker, self.item_marker = self.item_marker, ""
            self._add(BlockKind.ITEM, words, level=len(self.lists), marker=marker, linked=linked)
        else:
            self._add(BlockKind.PARAGRAPH, words, marker=quoted, linked=linked)

    def _add(
        self, kind: BlockKind, parts: list[Part], *, level: int = 0, marker: str = "", linked: float = 0.0
    ) -> Piece:
        piece = Piece(
            kind=kind,
            parts=parts,
            path=self.path,
            index=len(self.pieces),
            level=level,
            quoted=self.depth["quote"],
            marker=marker,
            linked=linked,
            caption=self.depth["caption"] > 0 and kind is not BlockKind.FIGURE,
            matter=self.matters[-1],
            note=self.depth["note"] > 0,
        )
        if kind is BlockKind.SCENE_BREAK and self.depth["unseen"]:
            return piece
        if kind is not BlockKind.SCENE_BREAK and self.depth["hidden"]:
            _hide(piece)
        self.pieces.append(piece)
        return piece

    def _add_unseen(self) -> None:
        """What is hidden inside a block, after it; a link may lead there, as to notes that are hidden until wanted."""
        unseen, self.unseen = self.unseen, []
        for element, words in unseen:
            if not any(map(str.isalnum, words)):
                continue
            piece = self._add(BlockKind.PARAGRAPH, [words])
            piece.note = bool(types_of(element) & NOTES)
            _hide(piece)
            if element.get("id"):
                self.spots[element.get("id")] = Spot(start=piece.index, end=piece.index + 1)

    # ------------------------------------------------------------ what is no prose

    def _add_row(self, row: Element) -> None:
        cells = [cell for cell in self.cells or [] if any(map(is_said, cell))]
        self.cells = []
        named = all(name_of(cell) == "th" for cell in row if name_of(cell) in ("td", "th"))
        is_header = not self.has_header and (named or name_of(row.getparent()) == "thead")
        parts: list[Part] = []
        for cell in cells:
            parts += [", ", *_trimmed(cell)] if parts else _trimmed(cell)
        if parts:
            self.has_header = self.has_header or is_header
            self._add(BlockKind.ROW, parts, level=int(is_header))

    def _add_formula(self, math: Element) -> None:
        """On a line of its own as a block; inside a sentence as the words that stand in it."""
        text, alternative, tex = read_formula(math)
        parent = math.getparent()
        around = "" if parent is None else (parent.text or "") + (math.tail or "")
        alone = parent is not None and name_of(parent) in PARAGRAPHS and len(parent) == 1 and not around.strip()
        if (math.get("display") == "block" or alone) and self.cells is None:
            self._flush()
            said = tex or alternative or text
            if said:
                self._add(BlockKind.FORMULA, [said])
        else:
            self._say(text or alternative or tex)

    def _add_picture(self, element: Element, tag: str) -> None:
        said = alternative_of(element, tag) if not self.depth["hidden"] else ""
        if SCENE_BREAK.fullmatch(said[:100]):
            self._flush()
            self._add(BlockKind.SCENE_BREAK, ["***"])
        elif tag == "img" and 0 < len(said.strip("“‘\"'«")) <= 2 and said.strip("“‘\"'«").isalnum():
            self._say(said)  # the first letter of a chapter, drawn
        elif says_something(said):
            self.pictures.append(said)
            if not any(map(is_said, self.words)) and self.cells is None:
                self._add_pictures()

    def _add_pictures(self) -> None:
        pictures, self.pictures = self.pictures, []
        for said in pictures:
            self._add(BlockKind.FIGURE, [said])

    def _add_empty_line(self, element: Element, tag: str) -> None:
        """An empty paragraph is a scene break: for sure where its class says so, else where such lines are rare."""
        if self.cells is not None or self.heading or self.depth["list"]:
            return
        named = any(BREAK_NAME.fullmatch(name) for name in (element.get("class") or "").split())
        holds = [name_of(one) for one in element.iterdescendants()]
        if named and not any(one in holds for one in ("p", "div")):
            self._add(BlockKind.SCENE_BREAK, ["***"])
        elif tag == "p" and all(one == "br" for one in holds) and not element.get("id"):
            self._add(BlockKind.SCENE_BREAK, ["***"]).soft = True

    def _marker(self, item: Element) -> str:
        """`- `, or the number before an item, as the list counts."""
        if not self.lists:
            return "- "
        last = self.lists[-1]
        if not last.ordered:
            return "- "
        number = whole_number(item.get("value"), last.number)
        last.number = number + last.step
        return f"{written_number(number, last.form)}. "


def _hide(piece: Piece) -> None:
    """Make it words that nobody sees; a note, which books hide until it is asked for, stays one."""
    piece.kind, piece.level, piece.marker, piece.caption = BlockKind.PARAGRAPH, 0, "", False
    if not piece.note:
        piece.matter = HIDDEN


def _without_soft(pieces: list[Piece]) -> list[Piece]:
    """Where empty lines are common they only set paragraphs apart. What is dropped keeps its place, without words."""
    soft = [piece for piece in pieces if piece.soft]
    paragraphs = sum(piece.kind is BlockKind.PARAGRAPH for piece in pieces)
    if len(soft) > max(1, paragraphs * EMPTY_LINES_A_PARAGRAPH):
        for piece in soft:
            piece.parts = []
    return pieces


def _trimmed(cell: list[Part]) -> list[Part]:
    """A cell without white space at its ends, so that a comma stands right after it."""
    first = next(index for index, part in enumerate(cell) if is_said(part))
    last = next(index for index in range(len(cell), 0, -1) if is_said(cell[index - 1]))
    kept = cell[first:last]
    if isinstance(kept[0], str):
        kept[0] = kept[0].lstrip()
    if isinstance(kept[-1], str):
        kept[-1] = kept[-1].rstrip()
    return kept

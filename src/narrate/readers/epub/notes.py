"""Which links of a book refer to notes, and the notes put after the paragraphs that refer to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from narrate.readers.epub.matter import HIDDEN
from narrate.readers.epub.pieces import Link, Page, Piece, settle
from narrate.types import BlockKind

LONGEST_NOTE = 3000
"""Words; what is longer is a part of the book."""

MOST_PIECES = 60
"""Of one note."""

FARTHEST = 5
"""Paragraphs that a note may go on after its first, where only its beginning has an id."""

BACK_ARROWS = re.compile(r"[\s↩↵↑↖⇑⤴⏎←\ufe0e\ufe0f]+$")
SILENT = (BlockKind.SCENE_BREAK, BlockKind.FIGURE)

Home = tuple[str, int]
"""A page and the number of a piece on it."""


class Notes:
    """The notes of a book."""

    def __init__(self, pages: Sequence[Page], fetch: Callable[[str], Page | None]) -> None:
        """Decide about every link.

        Args:
            pages: in reading order.
            fetch: a page of the book that is not among them, taken apart; None where there is none.
        """
        self.order = {page.path: number for number, page in enumerate(pages)}
        self.pages = {page.path: page for page in pages}
        self.fetch = fetch
        self.missing: set[str] = set()
        self.links: list[tuple[Link, Piece]] = []
        self.leading: dict[tuple[Home, Home], tuple[Link, Piece]] = {}
        """A link by the piece that it stands in and the piece that it leads to."""
        self.noted: dict[Home, list[tuple[str, Home, int]]] = {}
        """For a piece, the notes that it refers to: label, where each begins, how many pieces it has."""
        self.moved: dict[Home, Home] = {}
        """Pieces that are notes, each with the first of its note."""
        for page in pages:
            self._add_links(page)
        self._follow_all()
        self._claim_all()
        self._restore()

    def laid_out(self) -> Iterator[Piece]:
        """All pieces in reading order, each note after the first paragraph that names it, or after its table."""
        for path in self.order:
            pieces = self.pages[path].pieces
            waiting: list[Piece] = []
            for number, piece in enumerate(pieces):
                if (path, piece.index) not in self.moved:
                    yield from _if_said(piece)
                waiting += self._notes_of((path, piece.index), piece)
                if piece.kind is not BlockKind.ROW or not _goes_on(pieces, number):
                    yield from waiting
                    waiting = []

    def emptied(self) -> frozenset[str]:
        """Pages that have nothing but notes, all of which have been moved, and headings."""
        touched = {path for path, _ in self.moved}
        return frozenset(path for path in touched if self._is_emptied(self.pages[path]))

    def is_done_with(self, path: str) -> bool:
        """Is a page beside the reading order not there, or is all that it says read elsewhere?"""
        page = self._page(path)
        for piece in page.pieces if page else ():
            settle(piece)
        return page is None or self._is_emptied(page)

    def _is_emptied(self, page: Page) -> bool:
        left = [piece for piece in page.pieces if piece.text and (page.path, piece.index) not in self.moved]
        return all(piece.kind in (BlockKind.HEADING, *SILENT) or piece.matter == HIDDEN for piece in left)

    # ------------------------------------------------------------ deciding

    def _add_links(self, page: Page) -> None:
        for piece in page.pieces:
            _mark_beginning(piece)
            self.links += ((link, piece) for link in piece.links)

    def _follow_all(self) -> None:
        done = 0
        while done < len(self.links):  # pages that are only fetched for their notes bring links too
            link, piece = self.links[done]
            done += 1
            found = self._find(link.target)
            if found:
                self.leading.setdefault(((piece.path, piece.index), found[0]), (link, piece))

    def _claim_all(self) -> None:
        claims = [claim for link, piece in self.links for claim in self._judge(link, piece)]
        for page in self.pages.values():
            for piece in page.pieces:
                settle(piece)
        beginnings = {home for _, _, home, _ in claims}
        for link, piece, home, pieces in claims:
            self._claim(link, piece, home, self._length(home, pieces, beginnings))

    def _restore(self) -> None:
        """Leave where they stand what only notes refer to that nothing refers to."""
        waiting = [home for home in self.noted if home not in self.moved]
        reached: set[Home] = set()
        while waiting:
            for _, start, _ in self.noted.get(waiting.pop(), []):
                if start not in reached:
                    reached.add(start)
                    waiting += [home for home, first in self._pieces_of(start) if first == start]
        self.moved = {home: first for home, first in self.moved.items() if first in reached}
        self.noted = {home: kept for home, all_ in self.noted.items() if (kept := [n for n in all_ if n[1] in reached])}

    def _pieces_of(self, start: Home) -> Iterator[tuple[Home, Home | None]]:
        path, index = start
        return (((path, at), self.moved.get((path, at))) for at in range(index, index + MOST_PIECES))

    def _judge(self, link: Link, piece: Piece) -> list[tuple[Link, Piece, Home, int]]:
        """Drop a link that belongs to a note; what it claims to be one."""
        found = self._find(link.target)
        if link.back:
            link.dropped = bool(link.label)
            return []
        if piece.kind is BlockKind.HEADING and not (link.sure or link.raised):
            return []  # a title that leads to the table of contents
        answer = self._answer(link, piece, found)
        if answer is not None and not link.sure and self._is_note_side(link, piece, *answer):
            link.dropped = True
            return []
        bracketed = link.label[:1] in "[(" and link.label[1:2].isdigit()
        refers = link.sure or answer is not None or link.raised or link.named or bracketed
        if not refers:
            return []
        certain = link.sure or link.raised or answer is not None
        if found is None or not self._may_be_note(found, piece):
            link.dropped = link.sure or link.raised
            return []
        link.dropped = True
        (path, start), _ = found
        is_reference = self.pages[path].pieces[start].matter == "references"
        return [] if is_reference or (link.begins and not certain) else [(link, piece, *found)]

    def _find(self, target: tuple[str, str]) -> tuple[Home, int] | None:
        """Where the element with an id begins, and how many pieces it has."""
        path, fragment = target
        if not path or not fragment:
            return None
        page = self._page(path)
        index = page.index_of(fragment) if page else None
        if page is None or index is None or index >= len(page.pieces):
            return None
        return (path, index), max(1, page.spots[fragment].end - index)

    def _page(self, path: str) -> Page | None:
        if path not in self.pages:
            page = self.fetch(path) if path not in self.missing else None
            if page is None:
                self.missing.add(path)
                return None
            self.pages[path] = page
            self._add_links(page)
        return self.pages[path]

    def _answer(self, link: Link, piece: Piece, found: tuple[Home, int] | None) -> tuple[Link, Piece] | None:
        """The link that leads back to this one's paragraph from where this one leads."""
        if found is None:
            return None
        (path, start), count = found
        homes = (((path, at), (piece.path, piece.index)) for at in range(start, start + min(count, MOST_PIECES)))
        answers = (self.leading[pair] for pair in homes if pair in self.leading)
        return next((answer for answer in answers if answer[0] is not link), None)

    def _is_note_side(self, link: Link, piece: Piece, other: Link, of: Piece) -> bool:
        """Of two links that lead to each other, the one in the note stands at its beginning, or comes later."""
        if other.sure or other.back:
            return other.sure
        if piece.note != of.note:
            return piece.note
        one, two = link.begins, other.begins
        return one if one != two else self._number(piece) > self._number(of)

    def _number(self, piece: Piece) -> tuple[int, int]:
        return self.order.get(piece.path, len(self.order)), piece.index

    def _may_be_note(self, found: tuple[Home, int], piece: Piece) -> bool:
        (path, start), count = found
        if count > MOST_PIECES or (path == piece.path and start <= piece.index < start + count):
            return False
        pieces = self.pages[path].pieces[start : start + count]
        words = sum(len(part.split()) for one in pieces for part in one.parts if isinstance(part, str))
        return words <= LONGEST_NOTE and pieces[0].kind is not BlockKind.HEADING

    # ------------------------------------------------------------ moving

    def _length(self, home: Home, pieces: int, beginnings: set[Home]) -> int:
        """How many pieces a note has: where only its first paragraph, or its number, has an id, up to the next note."""
        path, start = home
        page = self.pages[path]
        if pieces > 1:
            return pieces
        for further in range(1, FARTHEST + 1):
            at = start + further
            if (path, at) in beginnings:
                return further
            if at >= len(page.pieces) or page.pieces[at].kind is not BlockKind.PARAGRAPH:
                break
        bare = not any(map(str.isalpha, page.pieces[start].text))
        return 2 if bare and start + 1 < len(page.pieces) else 1

    def _claim(self, link: Link, piece: Piece, home: Home, count: int) -> None:
        path, start = home
        pieces = self.pages[path].pieces[start : start + count]
        mine = [(path, one.index) for one in pieces if one.matter != HIDDEN or pieces[0].matter == HIDDEN]
        if any(one in self.moved for one in mine) or (piece.path, piece.index) in mine:
            return
        self.moved.update(dict.fromkeys(mine, home))
        self.noted.setdefault((piece.path, piece.index), []).append((link.label or "*", home, len(pieces)))

    def _notes_of(self, home: Home, piece: Piece) -> list[Piece]:
        """The notes of a piece, each with those that it refers to itself."""
        if home in self.moved:
            return []
        laid: list[Piece] = []
        waiting, met = list(reversed(self.noted.get(home, []))), set[Home]()
        while waiting:
            label, (path, start), count = waiting.pop()
            if (path, start) in met:
                continue
            met.add((path, start))
            pieces = [one for one in self.pages[path].pieces[start : start + count] if (path, one.index) in self.moved]
            laid += _as_notes(pieces, label, piece)
            waiting += [note for one in reversed(pieces) for note in reversed(self.noted.get((path, one.index), []))]
        return laid


def _if_said(piece: Piece) -> Iterator[Piece]:
    if piece.text:
        if piece.note and piece.kind not in SILENT:
            piece.kind, piece.level, piece.marker = BlockKind.NOTE, 0, ""
        yield piece


def _goes_on(pieces: Sequence[Piece], number: int) -> bool:
    """Does the table go on after this row?"""
    following = pieces[number + 1] if number + 1 < len(pieces) else None
    return following is not None and following.kind is BlockKind.ROW and following.level == 0


def _mark_beginning(piece: Piece) -> None:
    """Tell the links with which a block begins that they do."""
    for part in piece.parts:
        if isinstance(part, Link):
            part.begins = True
        elif isinstance(part, str) and part.strip(" \t\n\r\u00a0[("):
            return


def _as_notes(pieces: Sequence[Piece], label: str, of: Piece) -> list[Piece]:
    """The paragraphs of a note without its number and without arrows back, with the mark of what refers to it."""
    notes: list[Piece] = []
    marker = label.strip(" []().{}:") or label
    for piece in pieces:
        text = BACK_ARROWS.sub("", " ".join(piece.text.split()))
        cut = _after_number(text, marker) if not notes else 0
        text = text[cut:]
        if not any(map(str.isalnum, text)) or piece.kind in SILENT:
            continue
        shifted = tuple(
            replace(one, start=one.start - cut, end=one.end - cut) for one in piece.directions if one.start >= cut
        )
        kept = tuple(one for one in shifted if one.end <= len(text))
        notes.append(
            Piece(
                kind=BlockKind.NOTE, parts=[], path="", index=0, marker=marker, text=text, directions=kept,
                linked=piece.linked, matter=of.matter, note=True,
            )
        )  # fmt: skip
    return notes


def _after_number(text: str, marker: str) -> int:
    """How far the number of a note reaches into its words, with the signs around it; 0 where they do not begin so."""
    begun = text.lstrip("[(")
    rest = begun.removeprefix(marker)
    words = rest.lstrip("])}.: ")
    return len(text) - len(words) if rest != begun and words != rest and words else 0

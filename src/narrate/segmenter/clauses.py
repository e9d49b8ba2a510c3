"""Over-long sentences, cut where a reader would take a breath.

A sentence is looked through once, whatever its length: every place where it may be cut is found and kept in order, and
each cut is then a choice among the places in the piece at hand.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

Span = tuple[int, int]

PLACES = (
    re.compile(r"[;:—–](?=[\s\w“‘\"'(])|\s-(?=\s)|[；：](?=.)"),
    re.compile(r",[\"'”’)]*+(?=\s)|[，、](?=.)"),
    re.compile(r"[)\]”](?=\s)|[」』）。！？](?=\w)"),
    re.compile(r"\s(?=(?:and|but|or|nor|so|yet|because|which|who|that|while|when|where|after|before|if|as|with)\s)"),
    re.compile(r"\s"),
)
"""Where a sentence may be cut, the better places before the worse; the cut comes after the match."""

MARK = re.compile(r"[“”\"‘’()]")
CLOSES = {"“": "”", '"': '"', "‘": "’", "(": ")"}

LAST_WORD = re.compile(r"\S++(?=\s*+\Z)")
NEXT_WORD = re.compile(r"\s*+([“‘\"'(]*+\S++)")

EDGE = 20
"""Characters at either end of a sentence in which it is not cut; less in a short one."""


def cut_sentence(text: str, span: Span, fits: Callable[[str], bool]) -> list[Span]:
    """Cut a sentence into pieces that fit.

    Args:
        text: the block's text.
        span: the sentence in it.
        fits: tells whether words as written can be spoken in one call.

    Returns:
        The pieces in order; every letter of the sentence is in one of them. Cuts fall near
        the middle, at clause marks first, and never inside a number or a name while there
        is another place.
    """
    start, end = span
    if fits(text[start:end]) or end - start < 2:
        return [span]
    places = _Places(text[start:end])
    pending, pieces = [(0, end - start)], []
    while pending:
        piece = pending.pop()
        if piece[1] - piece[0] < 2 or fits(places.sentence[slice(*piece)]):
            pieces.append((start + piece[0], start + piece[1]))
            continue
        cut = places.best(*piece)
        pending += [_bare(places.sentence, half) for half in ((cut, piece[1]), (piece[0], cut))]
    return [(left, right) for left, right in pieces if left < right]


def _bare(sentence: str, span: Span) -> Span:
    """A span without the white space around it."""
    left, right = span
    piece = sentence[left:right]
    left += len(piece) - len(piece.lstrip())
    return left, max(left, left + len(piece.strip()))


@dataclass(frozen=True)
class _Places:
    """Where one sentence may be cut, in offsets into it."""

    sentence: str

    @cached_property
    def quotations(self) -> tuple[list[int], list[int]]:
        """Where quotations and brackets begin and where they end, each in order, none inside another."""
        spans = list(_merged(sorted(_quotations(self.sentence))))
        return [left for left, _ in spans], [right for _, right in spans]

    @cached_property
    def outside(self) -> list[list[int]]:
        """Cuts of each kind that no quotation holds."""
        return [[cut for cut in cuts if not self._is_quoted(cut)] for cuts in self.whole]

    @cached_property
    def whole(self) -> list[list[int]]:
        """Cuts of each kind that part no number and no name."""
        return [[cut for cut in cuts if not _breaks_unit(self.sentence, cut)] for cuts in self.every]

    @cached_property
    def every(self) -> list[list[int]]:
        """Cuts of each kind."""
        return [[found.end() for found in place.finditer(self.sentence)] for place in PLACES]

    def best(self, start: int, end: int) -> int:
        """The best place to cut a piece: of the best kind there is, the one nearest the middle."""
        edge = min(EDGE, (end - start) // 5)
        for cuts in chain(self.outside, self.whole):
            cut = _nearest(cuts, max(start + edge, start + 1), min(end - edge, end - 1))
            if cut is not None:
                return cut
        anywhere = _nearest(self.every[-1], start + 1, end - 1)
        return anywhere if anywhere is not None else (start + end) // 2

    def _is_quoted(self, cut: int) -> bool:
        lefts, rights = self.quotations
        index = bisect_left(lefts, cut) - 1
        return index >= 0 and cut < rights[index]


def _nearest(cuts: list[int], start: int, end: int) -> int | None:
    """Of the cuts from start to end, both included, the one nearest their middle; the first of two as near."""
    middle = (start + end) / 2
    left, right = bisect_left(cuts, start), bisect_right(cuts, end)
    index = bisect_left(cuts, middle, left, right)
    return min(cuts[max(left, index - 1) : min(right, index + 1)], key=lambda cut: abs(cut - middle), default=None)


def _quotations(sentence: str) -> Iterator[Span]:
    """Quotations and brackets, each kind by itself; what never closes is none, and an apostrophe closes nothing."""
    opened: dict[str, int] = {}
    for found in MARK.finditer(sentence):
        mark, at = found[0], found.start()
        if mark == "’" and sentence[at + 1 : at + 2].isalnum():
            continue
        if mark in opened:
            yield opened.pop(mark), at + 1
        elif mark in CLOSES:
            opened.setdefault(CLOSES[mark], at)


def _merged(spans: list[Span]) -> Iterator[Span]:
    """Spans in order, those that overlap as one."""
    left, right = 0, 0
    for start, end in spans:
        if start >= right:
            if right:
                yield left, right
            left, right = start, end
        right = max(right, end)
    if right:
        yield left, right


def _breaks_unit(sentence: str, cut: int) -> bool:
    """Would the cut part a number or a name?"""
    left = LAST_WORD.search(sentence[max(0, cut - 40) : cut])
    right = NEXT_WORD.match(sentence[cut : cut + 40])
    if not left or not right:
        return False
    before, after = left[0], right[1]
    if before[-1].isdigit() and (after[0].isdigit() or after[0] in "%°"):
        return True
    if before[-1] in ":.–" and len(before) > 1 and before[-2].isdigit() and after[0].isdigit():
        return True
    if before[-1] in "$£€#":
        return True
    return before[0].isupper() and after[0].isupper() and before[-1].isalpha()

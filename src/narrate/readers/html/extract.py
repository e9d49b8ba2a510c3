"""Which blocks of a page are its article: trafilatura chooses, readability is asked where it chose too little."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from narrate.readers.html.walk import Found
from narrate.types import Block, BlockKind
from narrate.words import squeeze

if TYPE_CHECKING:
    from lxml.html import HtmlElement

for talker in ("trafilatura", "readability", "htmldate", "courlan"):
    logging.getLogger(talker).addHandler(logging.NullHandler())  # what they have to say is no news to a listener

GRAM = 4
"""Words in a row by which a block is known in a text that breaks its lines elsewhere."""

MOST_FOUND = 0.8
"""Share of a block's runs of words that must be in a text for the block to be."""

PROSE_WORDS = 12
"""A paragraph of so many words that ends as a sentence is prose."""

LONG_WORDS = 20
"""A paragraph of so many words is long."""

MISSED = 0.4
"""Share of readability's long paragraphs that trafilatura must lack before readability is believed.

Of 40 benchmark pages 0.2 to 0.4 switch one and give an F1 of .953 for the blocks chosen, 0.1 and less switch
more for .952, and 0.5 and more none for .948: `python benchmarks/cleaner.py --guard`.
"""

WORTH_ASKING = 0.25
"""Prose left out, as a share of the words chosen, from which readability is asked at all."""

WIDEST_GAP = 24
"""Blocks between two chosen ones that may still belong to the article."""

NEAR = 4
"""Boxes around a block within which its neighbour in the article is looked for."""

NEAREST = 3
"""Boxes around a picture or formula after the last block in which it still belongs to it."""

MOST_LINKED = 0.4
SENTENCE = re.compile(r"[.!?…:][\"'”’)\]]*$")
SCENE_BREAK = BlockKind.SCENE_BREAK
ASIDES = (BlockKind.FORMULA, BlockKind.FIGURE)


class Chosen:
    """The words of an extracted text, to be asked whether a block is among them."""

    def __init__(self, parts: Iterable[str]) -> None:
        self.lines: set[str] = set()
        self.grams: set[tuple[str, ...]] = set()
        stream: list[str] = []
        for part in parts:
            for line in part.split("\n"):
                words = squeeze(line).split()
                self.lines.add(" ".join(words))
                stream += words
        self.grams = set(_grams(stream))

    def holds(self, text: str) -> bool:
        words = squeeze(text).split()
        if not words or " ".join(words) in self.lines:
            return bool(words)
        grams = list(_grams(words))
        return bool(grams) and sum(gram in self.grams for gram in grams) >= MOST_FOUND * len(grams)


def choose(root: HtmlElement, found: list[Found], title: str | None = None) -> set[int]:
    """Indices of the blocks that are the article, what the page marks as clutter within it included.

    Args:
        root: the page without what it marks as clutter.
        found: the blocks of the whole page.
        title: of the article; a standfirst under it belongs to the story.

    Returns:
        Nothing where the page has no article.
    """
    chosen = matching_blocks(found, Chosen(by_trafilatura(root)))
    if _may_miss(found, chosen):
        other = matching_blocks(found, Chosen(by_readability(root)))
        if collapsed(found, chosen, other):
            chosen = other
    if not any(is_prose(found[index]) for index in chosen):
        chosen |= {index for index, one in enumerate(found) if is_prose(one)}
    return fill_gaps(found, chosen | _standfirst(found, chosen, title) | _next_to(found, chosen))


def _standfirst(found: list[Found], chosen: set[int], title: str | None) -> set[int]:
    """Prose between the headline and the first block that was chosen."""
    first = min(chosen, default=0)
    known = squeeze(title or "")
    above = [index for index in range(first) if known and squeeze(found[index].block.text) == known]
    if not above or first - above[-1] > WIDEST_GAP:
        return set()
    return {index for index in range(above[-1] + 1, first) if is_prose(found[index])}


def _next_to(found: list[Found], chosen: set[int]) -> set[int]:
    """Prose right above the first block chosen and right below the last, in the same box as it."""
    added = set()
    for start, step in ((min(chosen, default=-1), -1), (max(chosen, default=-1), 1)):
        index = start + step
        while start >= 0 and 0 <= index < len(found) and is_prose(found[index]):
            if found[index].element.getparent() is not found[start].element.getparent():
                break
            added.add(index)
            index += step
    return added


def matching_blocks(found: list[Found], text: Chosen) -> set[int]:
    """Indices of the blocks whose words are in an extracted text."""
    return {
        index
        for index, one in enumerate(found)
        if one.block.mark is None and one.block.kind is not BlockKind.SCENE_BREAK and all(map(text.holds, one.pieces))
    }


def _may_miss(found: list[Found], chosen: set[int]) -> bool:
    """Is there enough prose outside the choice for it to be worth a second opinion?"""
    outside = sum(_words(one) for index, one in enumerate(found) if index not in chosen and is_prose(one))
    inside = sum(_words(found[index]) for index in chosen)
    return outside >= WORTH_ASKING * inside


def collapsed(found: list[Found], chosen: set[int], other: set[int], missed: float = MISSED) -> bool:
    """Does the first choice lack a good part of the other's long paragraphs, and is the other longer?

    Args:
        missed: the part, as a share.
    """
    long = {index for index in other if is_prose(found[index]) and _words(found[index]) >= LONG_WORDS}
    longer = sum(_words(found[index]) for index in other) > sum(_words(found[index]) for index in chosen)
    return longer and len(long - chosen) > missed * len(long)


def fill_gaps(found: list[Found], chosen: set[int]) -> set[int]:
    """The choice with what was left out between its blocks: headings, items, rows, breaks, and marked clutter."""
    inside = sorted(chosen)
    filled = set(chosen)
    for before, after in pairwise(inside):
        gap = range(before + 1, after)
        plain = [index for index in gap if found[index].block.mark is None]
        if len(plain) <= WIDEST_GAP and _side_by_side(found[before], found[after]):
            filled.update(index for index in plain if _fits_between(found[index]))
        elif plain and found[plain[-1]].block.kind is BlockKind.HEADING:
            filled.add(plain[-1])
    if filled:
        span = range(min(filled), max(filled))
        filled.update(index for index in span if found[index].block.mark or found[index].block.kind is SCENE_BREAK)
        filled.update(_asides_after(found, max(filled)))
    return filled


def _asides_after(found: list[Found], last: int) -> Iterator[int]:
    """The notes of the last block that was chosen, and formulas and pictures right after it."""
    for index in range(last + 1, len(found)):
        kind = found[index].block.kind
        box = islice(found[index].element.iterancestors(), NEAREST)
        if kind is not BlockKind.NOTE and not (kind in ASIDES and found[last].element.getparent() in box):
            return
        yield index


def _fits_between(one: Found) -> bool:
    block = one.block
    if block.kind in (BlockKind.HEADING, BlockKind.ITEM, BlockKind.ROW, BlockKind.CODE):
        return block.linked <= MOST_LINKED or block.kind is BlockKind.HEADING
    if block.quoted:
        return block.linked <= MOST_LINKED
    return is_prose(one)


def _side_by_side(one: Found, other: Found) -> bool:
    """Do both stand in one part of the page, no more than a few boxes apart?"""
    near = set(islice(one.element.iterancestors(), NEAR))
    return not near.isdisjoint(islice(other.element.iterancestors(), NEAR))


def is_prose(one: Found) -> bool:
    return one.block.mark is None and one.block.linked <= MOST_LINKED and reads_as_prose(one.block)


def reads_as_prose(block: Block) -> bool:
    return len(block.text.split()) >= PROSE_WORDS and SENTENCE.search(block.text) is not None


def _words(one: Found) -> int:
    return len(one.block.text.split())


def by_readability(root: HtmlElement) -> Iterator[str]:
    """The text that readability extracts, in parts. Source: https://github.com/buriy/python-readability"""
    from lxml import html
    from readability import Document
    from readability.readability import Unparseable

    try:
        summary = Document(html.tostring(root, encoding="unicode")).summary(html_partial=True)
    except Unparseable:
        return
    for element in html.document_fromstring(f"<body><div>{summary}</div></body>").iter("*"):
        yield from (element.text_content(), element.text or "", element.tail or "")


def by_trafilatura(root: HtmlElement) -> Iterator[str]:
    """The text that trafilatura extracts, in parts. Source: https://trafilatura.readthedocs.io/en/latest/corefunctions.html"""
    from trafilatura import bare_extraction

    document = bare_extraction(root, include_comments=False)
    body = getattr(document, "body", None)
    if body is None:
        return
    for element in body.iter("*"):
        whole = "".join(element.itertext("*"))
        if len(element) == 0 or not any(len(child) for child in element):
            yield whole
        yield element.text or ""
        yield element.tail or ""


def _grams(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(GRAM)), strict=False)

"""The table of contents of an article: its chapters listed, chosen and, from several articles, put together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from narrate.errors import UsageError
from narrate.types import Article, Block, BlockKind, Cleaned, Place, Removal

UNSPOKEN = (BlockKind.TITLE, BlockKind.BYLINE, BlockKind.SCENE_BREAK)
"""Kinds of blocks that no chapter has words from."""

DEEPEST = 6
"""Of the levels of headings."""

NOWHERE = Place(line=1, end_line=1, start=0, end=0)
"""Where in a source something stands that is in none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A chapter of an article: a heading and what follows, to the next one; or what stands before the first."""

    number: int
    """In its article, counted from 1."""

    title: str | None
    """None before the first heading."""

    start: int
    """Index of its first block."""

    end: int
    """Index after its last block."""

    words: int


def find_parts(article: Article) -> tuple[Part, ...]:
    """The chapters of an article, in order; what stands before the first heading is one where it has words.

    In a book they begin at its headings of the highest level, elsewhere at every heading.
    """
    opens = opens_part(article)
    starts = [index for index, block in enumerate(article.blocks) if opens(block)]
    edges = list(pairwise([0, *starts, len(article.blocks)]))
    if _words(article.blocks[slice(*edges[0])]) == 0 and starts:
        edges = edges[1:]
    return tuple(
        Part(
            number=number,
            title=article.blocks[start].text if start in starts else None,
            start=start,
            end=end,
            words=_words(article.blocks[start:end]),
        )
        for number, (start, end) in enumerate(edges, 1)
    )


def opens_part(article: Article) -> Callable[[Block], bool]:
    """What tells whether a block of an article begins a chapter."""
    levels = [block.level for block in article.blocks if block.kind is BlockKind.HEADING]
    deepest = min(levels, default=0) if article.book else DEEPEST
    return lambda block: block.kind is BlockKind.HEADING and block.level <= deepest


def _words(blocks: Sequence[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks if block.kind not in UNSPOKEN)


# ------------------------------------------------------------------- choosing


def parse_numbers(written: str, count: int) -> list[int]:
    """The chapters that a user names, such as `3-7,9` or `12-`, each once, in the order of the text.

    Args:
        count: how many there are.

    Raises:
        UsageError: it names none of them, or one that there is not.
    """
    chosen: set[int] = set()
    for piece in filter(None, (part.strip() for part in written.split(","))):
        found = re.fullmatch(r"(\d{1,6})|(\d{0,6})\s*[-–]\s*(\d{0,6})", piece)
        if not found or piece in ("-", "–"):
            raise UsageError(f"{piece!r} names no chapters", "", "Write such as 3-7,9 or 12-")
        first = int(found[1] or found[2] or 1)
        last = int(found[1] or found[3] or max(count, first))
        if not 1 <= first <= last <= count:
            have = f"there are {count}" if count != 1 else "there is 1"
            named = piece.rstrip(" -–")  # of an open range its beginning is meant
            raise UsageError(f"there is no chapter {named}", have, "See `narrate inspect` for their numbers")
        chosen.update(range(first, last + 1))
    if not chosen:
        raise UsageError("no chapter is named", "", "Write such as 3-7,9 or 12-")
    return sorted(chosen)


def choose_parts(article: Article, cleaned: Cleaned, parts: Sequence[Part]) -> tuple[Article, Cleaned]:
    """An article, and what was left of it, with some chapters only.

    Args:
        article: as it was read.
        cleaned: the same after cleaning.
        parts: of the cleaned one, in order.
    """
    starts = _trace(article.blocks, cleaned.article.blocks, [part.start for part in find_parts(cleaned.article)])
    read: list[Block] = []
    removals: list[Removal] = []
    for part in parts:
        start, end = starts[part.number - 1], starts[part.number]
        removals += (
            replace(removal, block=removal.block - start + len(read))
            for removal in cleaned.removals
            if start <= removal.block < end
        )
        read += article.blocks[start:end]
    story = [block for part in parts for block in cleaned.article.blocks[part.start : part.end]]
    return replace(article, blocks=tuple(read)), replace(
        cleaned, article=replace(cleaned.article, blocks=tuple(story)), removals=tuple(removals)
    )


def _trace(read: Sequence[Block], kept: Sequence[Block], starts: Sequence[int]) -> list[int]:
    """Where in the article as it was read the blocks stand with which chapters begin; at last, its length."""
    found, at = [], 0
    for start in starts:
        place = kept[start].place
        at = next((index for index in range(at, len(read)) if read[index].place == place), at)
        found.append(at)
    return [*found, len(read)]


# -------------------------------------------------------------------- joining


def join_stories(
    stories: Sequence[tuple[Article, Cleaned]],
    title: str | None = None,
    say_who: Callable[[Article], str | None] = lambda _: None,
) -> tuple[Article, Cleaned]:
    """Several articles as one, with a chapter each.

    Args:
        stories: at least one, as it was read and as it was cleaned.
        title: of the whole; None takes the first one's, which then is not said again as a heading.
        say_who: a sentence about who wrote one of them, said below its heading where they are not all by the same.
    """
    read: list[Block] = []
    kept: list[Block] = []
    removals: list[Removal] = []
    alike = len({(cleaned.article.authors, cleaned.article.site) for _, cleaned in stories}) == 1
    for number, (article, cleaned) in enumerate(stories, 1):
        who = None if alike else say_who(cleaned.article)
        opening = number == 1 and title is None
        head = list(_opening(cleaned.article) if opening else _heading(cleaned.article, number))
        head += [Block(kind=BlockKind.PARAGRAPH, text=who, place=NOWHERE)] if who else []
        places = _places_below(article.blocks, len(read) + len(head))
        removals += (replace(one, block=places[one.block]) for one in cleaned.removals if one.block in places)
        read += [*head, *_lowered(article.blocks)]
        kept += [*head, *_lowered(cleaned.article.blocks)]
    whole = _shared([cleaned.article for _, cleaned in stories], title)
    notes = tuple(dict.fromkeys(note for _, cleaned in stories for note in cleaned.notes))
    return replace(whole, blocks=tuple(read)), Cleaned(
        article=replace(whole, blocks=tuple(kept)), removals=tuple(removals), notes=notes
    )


def _opening(article: Article) -> Iterator[Block]:
    return (block for block in article.blocks if block.kind is BlockKind.TITLE)


def _heading(article: Article, number: int) -> Iterator[Block]:
    """A heading of its own: its title, else its number."""
    untitled = Block(kind=BlockKind.TITLE, text=article.title or str(number), place=NOWHERE)
    yield replace(next(_opening(article), untitled), kind=BlockKind.HEADING, level=1)


def _lowered(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks below a heading of its own, without their title."""
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            yield replace(block, level=min(block.level + 1, DEEPEST))
        elif block.kind is not BlockKind.TITLE:
            yield block


def _places_below(blocks: Sequence[Block], start: int) -> dict[int, int]:
    """The new index of every block that `_lowered` keeps, by its old one."""
    kept = (index for index, block in enumerate(blocks) if block.kind is not BlockKind.TITLE)
    return {old: new for new, old in enumerate(kept, start)}


def _shared(articles: Sequence[Article], title: str | None) -> Article:
    """What can be said of all: of authors and pronunciations everything, of a site only what they share."""
    first = articles[0]
    sites = {article.site for article in articles}
    return replace(
        first,
        title=title or first.title,
        authors=tuple(dict.fromkeys(name for article in articles for name in article.authors)),
        site=first.site if len(sites) == 1 else None,
        published_at=None,
        address=None,
        summary=None,
        series=None,
        book=True,
        cover=next((article.cover for article in articles if article.cover), None),
        pronunciations=tuple(dict.fromkeys(pair for article in articles for pair in article.pronunciations)),
    )

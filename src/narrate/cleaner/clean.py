"""Article → the story: whole blocks and listed phrases are left out, nothing is altered or moved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from narrate.cleaner import context
from narrate.cleaner.context import Finding, Verdict, verdict_of
from narrate.cleaner.lines import ends_sentence, find_speakers, has_words, is_safe, is_speech, is_story
from narrate.cleaner.rules import GOVERNED, KINDS, Rule, RuleBook, load_book
from narrate.directions import SILENT, end_with, follow_cuts
from narrate.errors import ArticleError, UsageError
from narrate.types import Article, Block, BlockKind, Cleaned, Direction, Removal, Wish

MOST_LOST = 0.6
"""A text that would lose more than this share of its words is cleaned by anchored rules alone."""

SHORTEST_SENTENCE = 4
"""Words of a sentence that could be one of a story."""

LONGEST_TITLE_CHARS = 150
HEADING_WORDS = 4

BYLINE = ("byline", "byline-block", "The introduction says who wrote it.")
MARKED_WHY = "The page itself marks it as no part of the article."
FALLBACK = "Much of this text looks like clutter: only lines that a rule names outright were left out."

UNCUT = (BlockKind.CODE, BlockKind.FORMULA)
"""Blocks out of which no phrase is cut."""

ASIDE = {BlockKind.FIGURE: "figure", BlockKind.NOTE: "note"}
"""Blocks beside the story, and their kind: no line is judged by having one next to it."""


def clean(
    article: Article,
    *,
    keep: Collection[str] = (),
    drop: Collection[str] = (),
    book: RuleBook | None = None,
    spared: Collection[int] = (),
) -> Cleaned:
    """Leave out what is not the story: whole blocks, and phrases of a closed list with the white space around them.

    Args:
        keep: kinds that stay, such as `caption`.
        drop: kinds that go even so.
        book: the rules; None for those that come with narrate, in the article's language.
        spared: indices of blocks that are not looked at.

    Raises:
        ArticleError: nothing of a story is left.
        UsageError: there is no such kind.
    """
    unwanted = unwanted_kinds(keep, drop)
    book = book or load_book((article.language or "en").split("-")[0].lower())
    lines = [index for index, block in enumerate(article.blocks) if not _is_aside(block) and index not in spared]
    story = replace(article, blocks=tuple(article.blocks[index] for index in lines))
    found, notes = _find_clutter(story, book, unwanted) if lines else ({}, ())
    found = {lines[index]: verdict for index, verdict in found.items()} | _find_asides(article.blocks, unwanted)
    kept, cuts = _cut_phrases(article.blocks, found, book, unwanted)
    title = article.title
    if any(article.blocks[index].kind is BlockKind.TITLE for index in found):
        title = _find_title(kept)
    removals = [_removal(index, article.blocks[index], verdict) for index, verdict in found.items()]
    return Cleaned(
        article=replace(article, blocks=tuple(kept), title=title),
        removals=tuple(sorted([*removals, *cuts], key=lambda removal: (removal.block, removal.start or 0))),
        notes=notes,
    )


def _find_clutter(
    article: Article, book: RuleBook, unwanted: Collection[str]
) -> tuple[dict[int, Verdict], tuple[str, ...]]:
    """The blocks of a story that go, and what to say of how they were found.

    Raises:
        ArticleError: nothing is left.
    """
    found = _judge(article, book)
    notes: tuple[str, ...] = ()
    if _share_lost(article.blocks, found) > MOST_LOST and _has_story(article.blocks, found):
        strict = dict(_by_anchored_rules(article.blocks, book))
        if len(strict) < len(found):
            found = strict
            notes = (FALLBACK,)
    found = {index: verdict for index, verdict in found.items() if verdict[0] in unwanted}
    if not any(map(has_words, article.blocks)):
        name = "standard input" if article.origin == "-" else article.origin
        raise ArticleError(f"{name} holds no words", "", "Give it some text")
    if _is_nothing_left(article.blocks, found):
        raise ArticleError(
            f"nothing in {'standard input' if article.origin == '-' else article.origin} is a story",
            f"{len(found)} of its {len(article.blocks)} lines are clutter ({_kinds(found)})",
            "Keep everything with --no-clean, or a kind with --keep",
        )
    return found, notes


def _is_aside(block: Block) -> bool:
    return block.kind in ASIDE or block.kind is BlockKind.FORMULA or block.mark in GOVERNED


def _find_asides(blocks: Sequence[Block], unwanted: Collection[str]) -> dict[int, Verdict]:
    """Pictures, notes and what a source marks as such, where they are not kept for the policies to decide."""
    found: dict[int, Verdict] = {}
    for index, block in enumerate(blocks):
        kind = block.mark if block.mark in GOVERNED else ASIDE.get(block.kind)
        if kind is not None and kind in unwanted:
            found[index] = (kind, f"page-{kind.replace('_', '-')}", MARKED_WHY)
    return found


def unwanted_kinds(keep: Collection[str], drop: Collection[str]) -> frozenset[str]:
    """The kinds that are left out: all but those to keep, and those to drop in any case.

    Raises:
        UsageError: there is no such kind.
    """
    for kind in (*keep, *drop):
        if kind not in KINDS:
            raise UsageError(f"there is no kind of clutter called {kind!r}", "", f"The kinds are: {', '.join(KINDS)}")
    return frozenset(KINDS) - frozenset(keep) | frozenset(drop)


def _judge(article: Article, book: RuleBook) -> dict[int, Verdict]:
    """Every block that goes, each stage seeing what the ones before have found."""
    blocks = article.blocks
    found = dict(_by_anchored_rules(blocks, book))
    if article.book:
        return found
    title = _title_below_clutter(blocks, found)
    for stage in context.STAGES:
        for index, verdict in list(stage(blocks, book, found)):
            if index != title and (not is_safe(blocks[index]) or stage is context.find_tail):
                found.setdefault(index, verdict)
    return found


def _title_below_clutter(blocks: Sequence[Block], found: dict[int, Verdict]) -> int | None:
    """The first line left where what its reader took for the title is clutter."""
    if not any(blocks[index].kind is BlockKind.TITLE for index in found):
        return None
    return next((index for index in range(len(blocks)) if index not in found), None)


def _by_anchored_rules(blocks: Sequence[Block], book: RuleBook) -> Iterator[Finding]:
    """What the page marks, and what a rule names by itself; of lines that may be headings, those beside clutter."""
    speakers = find_speakers(blocks)
    found: dict[int, Verdict] = {}
    doubtful: dict[int, Rule] = {}
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.BYLINE:
            found[index] = BYLINE
        elif block.mark:
            found[index] = (block.mark, f"page-{block.mark}", MARKED_WHY)
        elif block.kind not in (BlockKind.CODE, BlockKind.SCENE_BREAK) and not is_speech(block.text, speakers):
            linked = 0.0 if block.kind is BlockKind.ITEM else block.linked  # lists of links are parts of stories
            rule = book.first(block.text, "anchored", linked=linked)
            if rule and (rule.heading or rule.company or _is_short_heading(block)):
                doubtful[index] = rule
            elif rule:
                found[index] = verdict_of(rule)
    yield from found.items()
    yield from context.settle(blocks, doubtful, found)


def _kinds(found: dict[int, Verdict]) -> str:
    """`3 ad, 1 share`"""
    return ", ".join(f"{count} {kind}" for kind, count in Counter(kind for kind, _, _ in found.values()).most_common())


def _is_short_heading(block: Block) -> bool:
    """A heading that its source marks as one, of few words: whatever it says, it stays above prose."""
    return block.kind is BlockKind.HEADING and block.marker != "" and len(block.text.split()) <= HEADING_WORDS


def _cut_phrases(
    blocks: Sequence[Block], found: dict[int, Verdict], book: RuleBook, unwanted: Collection[str]
) -> tuple[list[Block], list[Removal]]:
    """The blocks that stay, listed phrases cut out of them, and what was cut."""
    kept: list[Block] = []
    cuts: list[Removal] = []
    waiting: list[Direction] = []
    phrases = [(phrase, rule) for phrase, rule in book.cuts if rule.kind in unwanted]
    pattern = re.compile("|".join(re.escape(phrase) for phrase, _ in phrases), re.IGNORECASE) if phrases else None
    rules = {phrase.lower(): rule for phrase, rule in phrases}
    for index, block in enumerate(blocks):
        if index in found:
            waiting += _pauses_after(block)
            continue
        if waiting and kept and kept[-1].kind not in SILENT:
            kept[-1] = end_with(kept[-1], waiting)
        waiting = []
        if pattern and block.kind not in UNCUT and (spots := list(pattern.finditer(block.text))):
            text = " ".join(pattern.sub(" ", block.text).split())
            text = re.sub(r" (?=[.,;:!?])", "", text)
            if any(map(str.isalnum, text)):
                cuts += [_cut(index, block, spot, rules[spot[0].lower()]) for spot in spots]
                directions = follow_cuts(block.directions, block.text, text, [spot.span() for spot in spots])
                block = replace(block, text=text, directions=directions)
        kept.append(block)
    return kept, cuts


def _pauses_after(block: Block) -> list[Direction]:
    """Pauses after its last word: they stood alone below it, and stay where it goes."""
    end = len(block.text)
    return [direction for direction in block.directions if direction.wish is Wish.PAUSE and direction.start == end]


def _cut(index: int, block: Block, spot: re.Match[str], rule: Rule) -> Removal:
    return replace(_removal(index, block, verdict_of(rule)), text=spot[0], start=spot.start())


def _find_title(blocks: list[Block]) -> str | None:
    """The title that stood under a line of clutter which its reader took for one; it is marked as such."""
    at = next((index for index, block in enumerate(blocks) if not _is_aside(block)), 0)
    first = blocks[at]
    if len(first.text) > LONGEST_TITLE_CHARS or ends_sentence(first.text) or len(blocks) < 2:
        return None
    blocks[at] = replace(first, kind=BlockKind.TITLE, level=1)
    return first.text


def _has_story(blocks: Sequence[Block], found: dict[int, Verdict]) -> bool:
    return any(is_story(block) for index, block in enumerate(blocks) if index not in found)


def _is_nothing_left(blocks: Sequence[Block], found: dict[int, Verdict]) -> bool:
    """No words, or after the loss of most of them not one sentence."""
    left = [block for index, block in enumerate(blocks) if index not in found and has_words(block)]
    sentences = any(ends_sentence(block.text) and len(block.text.split()) >= SHORTEST_SENTENCE for block in left)
    return not left or (_share_lost(blocks, found) > MOST_LOST and not sentences)


def _share_lost(blocks: Sequence[Block], found: dict[int, Verdict]) -> float:
    """Of the words that the page itself does not mark as clutter, the share that would go."""
    words = {index: len(block.text.split()) for index, block in enumerate(blocks) if not block.mark}
    return sum(count for index, count in words.items() if index in found) / max(1, sum(words.values()))


def _removal(index: int, block: Block, verdict: Verdict) -> Removal:
    kind, rule, why = verdict
    return Removal(block=index, line=block.place.line, text=block.text, kind=kind, rule=rule, why=why)

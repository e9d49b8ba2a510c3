"""Article → the story: whole blocks are left out, nothing is altered or moved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace

from narrate.cleaner.rules import Rule, load_rules
from narrate.errors import ArticleError
from narrate.types import Article, Block, BlockKind, Cleaned, Removal

SENTENCE = re.compile(r"[.!?…][\"'”’)\]*]*(?:\[\d+\])*$")
STORY_WORDS = 9
"""A paragraph of so many words that ends as a sentence is taken for story."""

SAFE_WORDS = 25
"""One of so many goes only where an anchored rule names it."""

MOST_LOST = 0.6
"""A text that would lose more than this share of its words is cleaned by anchored rules alone."""

RUN_LINE_WORDS = 16
LONGEST_RUN = 14
"""Lines that a "Related" header may swallow."""

Verdict = tuple[str, str, str]
"""Kind, id of the rule, its reason."""

NEVER = (BlockKind.TITLE, BlockKind.CODE, BlockKind.SCENE_BREAK)
"""Kinds of blocks that only rules for whole lines look at (titles) or none (the rest)."""

LONGEST_TITLE_CHARS = 150

REPEATED = ("repeated", "repeated-line", "It was said before, word for word.")
BESIDE_PLAYER = ("player", "player-caption", "It is the caption of the player above it.")
RUN_WHY = "It stands in a list of other pages."
BYLINE = ("byline", "byline-block", "The introduction says who wrote it.")


def clean(article: Article, *, keep: Collection[str] = ()) -> Cleaned:
    """Leave out what is not the story.

    Args:
        keep: kinds that stay, such as `caption`.

    Raises:
        ArticleError: nothing of a story is left.
    """
    rules = load_rules("en")
    found = _judge(article.blocks, rules)
    notes: tuple[str, ...] = ()
    if _share_lost(article.blocks, found) > MOST_LOST and _has_story(article.blocks, found):
        strict = dict(_by_anchored_rules(article.blocks, rules))
        if len(strict) < len(found):
            found = strict
            notes = ("Much of this text looks like clutter: only lines that a rule names outright were left out.",)
    found = {index: verdict for index, verdict in found.items() if verdict[0] not in keep}
    if not any(index not in found and _has_words(block) for index, block in enumerate(article.blocks)):
        raise ArticleError(
            f"nothing in {article.origin} is a story",
            f"all {len(found)} lines of it are clutter",
            "See why with `narrate clean --explain`, or keep everything with --no-clean",
        )
    kept = [block for index, block in enumerate(article.blocks) if index not in found]
    title = article.title
    if any(article.blocks[index].kind is BlockKind.TITLE for index in found):
        title = _find_title(kept)
    return Cleaned(
        article=replace(article, blocks=tuple(kept), title=title),
        removals=tuple(_removal(index, article.blocks[index], verdict) for index, verdict in sorted(found.items())),
        notes=notes,
    )


def _find_title(blocks: list[Block]) -> str | None:
    """The title that stood under a line of clutter which its reader took for one; it is marked as such."""
    first = blocks[0]
    if len(first.text) > LONGEST_TITLE_CHARS or SENTENCE.search(first.text) or len(blocks) < 2:
        return None
    blocks[0] = replace(first, kind=BlockKind.TITLE, level=1)
    return first.text


def _judge(blocks: tuple[Block, ...], rules: tuple[Rule, ...]) -> dict[int, Verdict]:
    """Every block that goes, each stage seeing what the ones before have found."""
    found = dict(_by_anchored_rules(blocks, rules))
    for stage in (_by_players, _by_runs, _by_ends, _by_repetition):
        found |= {index: verdict for index, verdict in stage(blocks, rules, found) if index not in found}
    return found


def _by_anchored_rules(blocks: tuple[Block, ...], rules: tuple[Rule, ...]) -> Iterator[tuple[int, Verdict]]:
    anchored = [rule for rule in rules if rule.stage == "anchored"]
    speakers = _speakers(blocks)
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.BYLINE:
            yield index, BYLINE
        elif block.kind not in (BlockKind.CODE, BlockKind.SCENE_BREAK) and not _is_speech(block.text, speakers):
            verdict = _first(anchored, block.text)
            if verdict:
                yield index, verdict


def _by_players(
    blocks: tuple[Block, ...], _rules: tuple[Rule, ...], found: dict[int, Verdict]
) -> Iterator[tuple[int, Verdict]]:
    """A caption said again right beside its player."""
    for index, verdict in found.items():
        if verdict[0] != "player":
            continue
        player = _squeeze(blocks[index].text)
        for near in (index - 1, index + 1, index + 2):
            if 0 <= near < len(blocks) and blocks[near].kind not in NEVER:
                line = _squeeze(blocks[near].text)
                if len(line) >= 12 and line in player:
                    yield near, BESIDE_PLAYER


def _by_runs(
    blocks: tuple[Block, ...], rules: tuple[Rule, ...], found: dict[int, Verdict]
) -> Iterator[tuple[int, Verdict]]:
    """A header such as "Related" and the short lines under it, up to the first full sentence."""
    headers = [rule for rule in rules if rule.stage == "header"]
    for index, block in enumerate(blocks):
        rule = None
        if block.kind not in NEVER:
            rule = next((rule for rule in headers if rule.names(block.text)), None)
        if rule is None:
            continue
        swallowed = list(_run_after(blocks, index, found))
        if not swallowed and _opens_story(blocks, index):
            continue
        yield index, (rule.kind, rule.id, rule.why)
        for near in swallowed:
            yield near, (rule.run or rule.kind, rule.id, RUN_WHY)


def _run_after(blocks: tuple[Block, ...], header: int, found: dict[int, Verdict]) -> Iterator[int]:
    for index in range(header + 1, min(len(blocks), header + 1 + LONGEST_RUN)):
        block = blocks[index]
        if index in found:
            continue
        if block.kind in NEVER or SENTENCE.search(block.text.rstrip("?!")) or len(block.text.split()) > RUN_LINE_WORDS:
            return
        if block.text.endswith((":", ",", ";")):
            return
        yield index


def _opens_story(blocks: tuple[Block, ...], index: int) -> bool:
    """Prose under a heading: it is the heading of a section, not of a list of links."""
    following = blocks[index + 1 : index + 2]
    return blocks[index].kind is BlockKind.HEADING and bool(following) and _is_story(following[0])


def _by_ends(
    blocks: tuple[Block, ...], rules: tuple[Rule, ...], found: dict[int, Verdict]
) -> Iterator[tuple[int, Verdict]]:
    """Before the first sentence of the story and after its last, lines are judged more loosely."""
    story = [index for index, block in enumerate(blocks) if index not in found and _is_story(block)]
    if not story:
        return
    top = [rule for rule in rules if rule.stage == "top"]
    tail = [rule for rule in rules if rule.stage == "tail"]
    for index, block in enumerate(blocks):
        if block.kind in NEVER or story[0] <= index <= story[-1]:
            continue
        verdict = _first(top if index < story[0] else tail, block.text)
        if verdict:
            yield index, verdict


def _by_repetition(
    blocks: tuple[Block, ...], _rules: tuple[Rule, ...], found: dict[int, Verdict]
) -> Iterator[tuple[int, Verdict]]:
    """A sentence that was said before, word for word; refrains, lists and headings are none, and stay."""
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        line = _squeeze(block.text)
        if _is_story(block) and block.kind is BlockKind.PARAGRAPH:
            if line in seen and index not in found:
                yield index, REPEATED
            seen.add(line)


def _first(rules: list[Rule], line: str) -> Verdict | None:
    rule = next((rule for rule in rules if rule.names(line)), None)
    return (rule.kind, rule.id, rule.why) if rule else None


def _speakers(blocks: tuple[Block, ...]) -> frozenset[str]:
    """Labels that begin three lines or more, among other labels that do: a play or an interview."""
    labels = Counter(label for block in blocks if (label := _label(block.text)))
    recurring = {label for label, count in labels.items() if count >= 2}
    return frozenset(recurring) if len(recurring) >= 2 else frozenset()


def _label(text: str) -> str | None:
    found = re.match(r"([A-Z][\w .'’-]{0,24}):\s\S", text)
    return found[1] if found else None


def _is_speech(text: str, speakers: frozenset[str]) -> bool:
    """A speaker's line: the label recurs, and a sentence follows it."""
    return _label(text) in speakers and SENTENCE.search(text) is not None


def _is_story(block: Block) -> bool:
    return (
        block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
        and len(block.text.split()) >= STORY_WORDS
        and SENTENCE.search(block.text) is not None
    )


def _has_story(blocks: tuple[Block, ...], found: dict[int, Verdict]) -> bool:
    return any(_is_story(block) for index, block in enumerate(blocks) if index not in found)


def _has_words(block: Block) -> bool:
    return block.kind not in (BlockKind.TITLE, BlockKind.SCENE_BREAK) and any(map(str.isalnum, block.text))


def _share_lost(blocks: tuple[Block, ...], found: dict[int, Verdict]) -> float:
    words = [len(block.text.split()) for block in blocks]
    return sum(words[index] for index in found) / max(1, sum(words))


def _squeeze(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().lower()


def _removal(index: int, block: Block, verdict: Verdict) -> Removal:
    kind, rule, why = verdict
    return Removal(block=index, line=block.place.line, text=block.text, kind=kind, rule=rule, why=why)

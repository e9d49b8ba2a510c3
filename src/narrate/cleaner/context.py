"""Lines that what stands around them gives away: lists of other pages, captions beside players, both ends of a page.

Each function looks at the blocks and at what has been found so far, and yields what it finds: the index of a block
and the verdict on it. What they say of a sentence of `SAFE_WORDS` counts only where a rule of the tail names it.
"""

from __future__ import annotations

import re
from collections import ChainMap, Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from narrate.cleaner.lines import (
    SENTENCE_WORDS,
    ends_sentence,
    is_safe,
    is_story,
    label_of,
)
from narrate.cleaner.rules import Rule, RuleBook, Stage
from narrate.types import Block, BlockKind
from narrate.words import squeeze

Verdict = tuple[str, str, str]
"""Kind, id of the rule, its reason."""

Found = Mapping[int, Verdict]
Finding = tuple[int, Verdict]

NEVER = (BlockKind.TITLE, BlockKind.CODE, BlockKind.SCENE_BREAK)
"""Blocks that no context gives away."""

RUN_LINE_WORDS = 16
NEAR_STORY = 40
"""Blocks above a list of other pages whose words are the story's own, and no headline of another."""

LABEL_WORDS = 4
"""Of a label in a list of them."""

HEADING_WORDS = 4
"""A line of no more words right above prose is taken for its heading, and not for the last of a list."""

LONGEST_RUN = 14
"""Lines that a "Related" header may swallow."""

CAPTION_WORDS = 30
"""Of a caption between two signs of a gallery."""

DIARY = 2
"""Bare dates after the first sentence of the story from which they are its headings."""

SHORT_WORDS = 8
"""A line of no more words may be taken with the clutter on both sides of it."""

BOXES = frozenset({"newsletter", "share", "follow", "comments", "contact", "legal", "byline", "tags", "nav"})
"""Kinds of clutter that come in boxes of several lines, in which there is nothing else."""

SAID_TWICE = frozenset({"related", "related_item", "player", "caption"})
"""Kinds of clutter whose words come again elsewhere on a page; those of a table of contents are its headings."""

MOST_LINKED = 0.8
"""A line of which more is a link is one to click on."""

SHORT_HEADLINE = 5
"""Words of a headline; a shorter line above "Read more" may be a name or a price."""

NAME = re.compile(
    r"(?!(?:Chapter|Part|Book|Act|Scene|Section|Serves|Makes|Day|Week|Round|Question|Step|Stage|Lesson|Volume|Act)\b)"
    r"[A-ZÀ-Þ][\w.'’-]+(?: (?:[A-ZÀ-Þ][\w.'’-]*|de|van|von|der|la|bin|al)){1,3}"
)
"""Two to four words that could be a person's name."""

READ_MORE = re.compile(r"read (more|next|on|now|article|story|full story)\W*", re.IGNORECASE)

COUNTER = re.compile(r"\b\d+ ?(?:of|/) ?\d+\b")
"""Of the pictures of a gallery: `Image 2 of 6`."""

TELLS = re.compile(r"[.!?] [A-Z“]|\b(said|says|told|was|were|had|did|went|came|would|could)\b", re.IGNORECASE)
"""Signs of a story, which captions of one moment do without: a second sentence, the past."""

POSSESSIVE = re.compile(r"['’]s?\b(?= )")
SHOUTED = ("related", "headline-in-capitals", "It is the headline of another page, as this page writes them.")
REFRAIN = 3
"""Times that a sentence is said from which it is meant to be."""

NAMED = ("byline", "name-beside-byline", "It is the name of who wrote it; the introduction says it.")
TEASER = ("related_item", "headline-above-read-more", "It is the headline of another page.")
REPEATED = ("repeated", "repeated-line", "It was said before, word for word.")
SAID_AGAIN = "The same line was left out before."
BESIDE_PLAYER = ("player", "player-caption", "It is the caption of the player beside it.")
IN_GALLERY = ("caption", "gallery-caption", "It is a caption in a gallery of pictures.")
BEFORE_CREDIT = ("caption", "caption-before-credit", "It is the caption of the picture that is credited under it.")
RUN_WHY = "It stands in a list of other pages."
BETWEEN_WHY = "There is nothing but clutter around it, outside the story."
IN_BOX = "It stands in a box of such lines."
LINKS = ("related_item", "list-of-links", "It is a link among links, outside the story.")


def settle(blocks: Sequence[Block], doubtful: Mapping[int, Rule], found: Found) -> Iterator[Finding]:
    """Lines that a rule names but that may be headings or items of a list: what stands beside them decides.

    A heading has prose under it and no clutter above; a name in a list has no clutter beside it.
    """
    settled = dict(found)
    clutter = ChainMap(settled, doubtful)  # type: ignore[arg-type]
    order = list(doubtful)
    for index in [*order, *reversed(order)]:
        rule = doubtful[index]
        kinds = {settled[near][0] for near in (index - 1, index + 1) if near in settled}
        if index in settled or (rule.company and not kinds & set(rule.company)) or _is_listed(blocks, index, clutter):
            continue
        may_stay = rule.heading or blocks[index].marker
        if not (may_stay and _may_be_heading(blocks, index, clutter)):
            settled[index] = verdict_of(rule)
            yield index, settled[index]


def _is_listed(blocks: Sequence[Block], index: int, clutter: Mapping[int, object]) -> bool:
    """An item of a list that has others which nobody doubts."""
    if blocks[index].kind is not BlockKind.ITEM:
        return False
    beside = [near for near in (index - 1, index + 1) if 0 <= near < len(blocks) and near not in clutter]
    return any(blocks[near].kind is BlockKind.ITEM for near in beside)


def _may_be_heading(blocks: Sequence[Block], index: int, clutter: Mapping[int, object]) -> bool:
    """Is it one by what its source says, or by the prose under it and no clutter above?"""
    if _is_heading(blocks, index, clutter):
        return True
    return index - 1 not in clutter and index + 1 not in clutter and _is_prose(blocks, index + 1)


def _is_heading(blocks: Sequence[Block], index: int, clutter: Mapping[int, object]) -> bool:
    """A heading by what its source says, with something but clutter under it."""
    under = index + 1 < len(blocks) and index + 1 not in clutter
    return under and blocks[index].kind is BlockKind.HEADING


def _is_prose(blocks: Sequence[Block], index: int) -> bool:
    if index >= len(blocks):
        return False
    text = blocks[index].text
    return ends_sentence(text) and len(text.split()) >= 5


def find_players(blocks: Sequence[Block], _book: RuleBook, found: Found) -> Iterator[Finding]:
    """A caption said again right beside its player, and captions between the signs of a gallery."""
    counters = [index for index in found if COUNTER.search(blocks[index].text)]
    for index, verdict in found.items():
        if verdict[0] != "player":
            continue
        player = squeeze(blocks[index].text)
        for near in _near(blocks, index, (-1, 1, 2)):
            line = squeeze(blocks[near].text)
            if len(line) >= 12 and line in player:
                yield near, BESIDE_PLAYER
    for first, second in pairwise(counters):
        between = [index for index in range(first + 1, second) if index not in found]
        if 1 <= len(between) <= 2 and all(_is_caption(blocks[index]) for index in between):
            yield from ((index, IN_GALLERY) for index in between)


def find_captions(blocks: Sequence[Block], _book: RuleBook, found: Found) -> Iterator[Finding]:
    """A line above the credit of a picture: one without a full stop, or a sentence that tells nothing."""
    for index, (kind, rule, _) in found.items():
        named = rule == "credit-person"
        if kind != "credit":
            continue
        for near in _near(blocks, index, (-1,)):
            block = blocks[near]
            fits = block.kind is BlockKind.PARAGRAPH and 3 <= len(block.text.split()) <= CAPTION_WORDS
            fits = fits and label_of(block.text) is None
            if fits and (not _ends_open(block.text) or (named and not TELLS.search(block.text))):
                yield near, BEFORE_CREDIT


def find_shouts(blocks: Sequence[Block], _book: RuleBook, found: Found) -> Iterator[Finding]:
    """Headlines in capitals amid the story, on a page that calls for clicks in capitals too."""
    calls = [index for index, verdict in found.items() if verdict[0] in ("related", "promo", "follow")]
    if not any(_is_shout(blocks[index]) for index in calls):
        return
    for index, block in enumerate(blocks):
        if index not in found and block.kind is not BlockKind.TITLE and _is_shout(block):
            yield index, SHOUTED


def _is_shout(block: Block) -> bool:
    words = block.text.split()
    return SHORT_HEADLINE <= len(words) <= RUN_LINE_WORDS and block.text.isupper() and not ends_sentence(block.text)


def find_runs(blocks: Sequence[Block], book: RuleBook, found: Found) -> Iterator[Finding]:
    """A header such as "Related" and the short lines under it, up to the first full sentence."""
    story = [index for index, block in enumerate(blocks) if index not in found and is_story(block)]
    for index, block in enumerate(blocks):
        if block.kind in NEVER or (index in found and found[index][0] not in ("related", "tags", "comments")):
            continue
        rule = book.first(block.text, "header", linked=block.linked)
        if rule is None or (rule.ends and story and story[0] < index < story[-1]):
            continue
        swallowed = _without_headings(blocks, list(_run_after(blocks, index, found, rule)))
        outside = not story or index > story[-1] or index - 1 in found or index + 1 in found
        if not swallowed and index not in found and not outside:
            continue
        yield index, verdict_of(rule)
        for near in swallowed:
            yield near, (rule.run or rule.kind, rule.id, RUN_WHY)


def _run_after(blocks: Sequence[Block], header: int, found: Found, rule: Rule) -> Iterator[int]:
    most_words = LABEL_WORDS if rule.run == "tags" else RUN_LINE_WORDS
    for index in range(header + 1, min(len(blocks), header + 1 + LONGEST_RUN)):
        block = blocks[index]
        if index in found:
            continue
        if block.kind in NEVER or block.kind is BlockKind.ROW or len(block.text.split()) > most_words:
            return
        if ends_sentence(block.text.rstrip("?!")) and block.linked <= MOST_LINKED:
            return
        if block.text.endswith((":", ",", ";")) or _opens_story(blocks, index):
            return
        if block.kind is blocks[header].kind is BlockKind.HEADING and block.level <= blocks[header].level:
            return  # the next section
        yield index


def _without_headings(blocks: Sequence[Block], run: list[int]) -> list[int]:
    """The run without the last lines of it that are headings of the story going on, or words that it uses."""
    if run and _is_prose(blocks, run[-1] + 1):
        while run and len(blocks[run[-1]].text.split()) <= HEADING_WORDS + blocks[run[-1]].text.endswith("?"):
            run.pop()
    if not run:
        return run
    around = blocks[max(0, run[0] - NEAR_STORY) : run[0]]
    told = squeeze(" ".join(block.text for block in around if is_story(block)))
    return [index for index in run if len(blocks[index].text.split()) < 3 or squeeze(blocks[index].text) not in told]


def _opens_story(blocks: Sequence[Block], index: int) -> bool:
    """Prose under a heading: it is the heading of a section, not of a list of links."""
    following = blocks[index + 1 : index + 2]
    return blocks[index].kind is BlockKind.HEADING and bool(following) and is_story(following[0])


def find_bylines(blocks: Sequence[Block], book: RuleBook, found: Found) -> Iterator[Finding]:
    """A date or a name right beside a byline, wherever the page has it; above the story, a name beside nothing else."""
    story = next((index for index, block in enumerate(blocks) if index not in found and is_story(block)), 0)
    told: dict[int, Verdict] = {}
    waiting = [index for index, verdict in found.items() if verdict[0] == "byline"]
    if any(index in found for index in range(story)):
        waiting += [index for index in range(1, story) if _is_name(blocks[index]) and index not in found]
    while waiting:
        index = waiting.pop()
        for near in (index, *_near(blocks, index, (-1, 1))):
            if near in found or near in told or blocks[near].kind in NEVER:
                continue
            rule = book.first(blocks[near].text, "top")
            if _is_name(blocks[near]):
                told[near] = NAMED
            elif rule is not None and rule.kind == "byline":
                told[near] = verdict_of(rule)
            if near in told:
                waiting.append(near)
    yield from told.items()


def _is_name(block: Block) -> bool:
    """Could it be a person's name, or a paper's?"""
    return (
        block.kind is BlockKind.PARAGRAPH
        and NAME.fullmatch(block.text) is not None
        and POSSESSIVE.search(block.text) is None
    )


def find_teasers(blocks: Sequence[Block], _book: RuleBook, found: Found) -> Iterator[Finding]:
    """The headline of another page, with "Read more" right under it."""
    for index in found:
        if not READ_MORE.fullmatch(blocks[index].text.strip()):
            continue
        for near in _near(blocks, index, (-1,)):
            block = blocks[near]
            short = SHORT_HEADLINE <= len(block.text.split()) <= RUN_LINE_WORDS
            if block.kind is BlockKind.PARAGRAPH and short and block.text[0].isupper() and not _ends_open(block.text):
                yield near, TEASER


def find_top(blocks: Sequence[Block], book: RuleBook, found: Found) -> Iterator[Finding]:
    """Bylines, dates and ways around the page before the first sentence of the story."""
    story = next((index for index, block in enumerate(blocks) if index not in found and is_story(block)), None)
    if story is None:
        return
    taken = dict(_by_rules(blocks, range(story), book, "top", found))
    further = dict(_by_rules(blocks, range(story, len(blocks)), book, "top", found))
    if len(further) >= DIARY:
        headings = {rule for _, rule, _ in further.values()}
        taken = {index: verdict for index, verdict in taken.items() if verdict[1] not in headings}
    yield from taken.items()
    yield from _between(blocks, range(story), {**found, **taken})


def find_tail(blocks: Sequence[Block], book: RuleBook, found: Found) -> Iterator[Finding]:
    """What comes after the last sentence of the story, read from the end; who wrote it is no story either."""
    taken: dict[int, Verdict] = {}
    clutter = ChainMap(taken, dict(found))
    start = 0
    for index in reversed(range(len(blocks))):
        if index in found or blocks[index].kind in NEVER:
            continue
        rule = book.first(blocks[index].text, "tail", linked=blocks[index].linked)
        if rule is not None and not _is_heading(blocks, index, clutter):
            taken[index] = verdict_of(rule)
        elif is_story(blocks[index]) or is_safe(blocks[index]):
            start = index + 1
            break
    else:  # no paragraph is long enough to be sure of: sentences before other sentences may be the story
        said = {index for index, block in enumerate(blocks) if ends_sentence(block.text) and index not in found}
        last = max(said - taken.keys(), default=0)
        taken = {index: verdict for index, verdict in taken.items() if index > last or index not in said}
    yield from taken.items()
    yield from _between(blocks, range(start, len(blocks)), {**found, **taken})
    for index in range(start, len(blocks)):
        if index not in found and index not in taken and _is_link(blocks[index]):
            yield index, LINKS


def _by_rules(blocks: Sequence[Block], zone: range, book: RuleBook, stage: Stage, found: Found) -> Iterator[Finding]:
    for index in zone:
        if index not in found and blocks[index].kind not in NEVER:
            rule = book.first(blocks[index].text, stage, linked=blocks[index].linked)
            if rule is not None:
                yield index, verdict_of(rule)


def find_modules(blocks: Sequence[Block], _book: RuleBook, found: Found) -> Iterator[Finding]:
    """A short line with clutter of one sort on both sides, wherever on the page: a sign-up box, a bar of buttons."""
    for index in range(1, len(blocks) - 1):
        if index in found or index - 1 not in found or index + 1 not in found or blocks[index].kind in NEVER:
            continue
        kind = found[index - 1][0]
        if {kind, found[index + 1][0]} <= BOXES and _may_go(blocks[index]):
            yield index, (kind, f"between-{kind}", IN_BOX)


def _between(blocks: Sequence[Block], zone: range, found: Found) -> Iterator[Finding]:
    """Short lines, no sentences, with clutter on both sides or nothing after them, where much else is clutter."""
    clutter = [index for index in zone if index in found]
    if len(clutter) < 3:
        return
    ends = [*clutter, zone.stop] if zone.stop == len(blocks) else clutter
    for first, second in pairwise(ends):
        gap = [index for index in range(first + 1, second) if blocks[index].kind not in NEVER]
        if 1 <= len(gap) <= 2 and all(_may_go(blocks[index]) for index in gap):
            kind = found[first][0]
            yield from ((index, (kind, f"between-{kind}", BETWEEN_WHY)) for index in gap)


def _may_go(block: Block) -> bool:
    """A short line, no sentence, no item of a list and no `Label: value`."""
    if block.kind in (BlockKind.ROW, BlockKind.ITEM):
        return block.linked > MOST_LINKED
    return len(block.text.split()) <= SHORT_WORDS and not _ends_open(block.text) and ": " not in block.text


def _is_link(block: Block) -> bool:
    return (
        block.kind not in NEVER
        and block.linked > MOST_LINKED
        and not (ends_sentence(block.text) and len(block.text.split()) >= SENTENCE_WORDS)
    )


def find_repetition(blocks: Sequence[Block], _book: RuleBook, found: Found) -> Iterator[Finding]:
    """A sentence said before that stands beside clutter, or a line left out before; refrains, lists, testimony stay."""
    seen = Counter(squeeze(block.text) for block in blocks if is_story(block))
    told: set[str] = set()
    gone = {squeeze(blocks[index].text): found[index] for index in found if found[index][0] in SAID_TWICE}
    for index, block in enumerate(blocks):
        line = squeeze(block.text)
        if index in found or block.kind in NEVER:
            continue
        if line in gone and len(line.split()) >= 3 and block.kind is not BlockKind.HEADING:
            kind, rule, _ = gone[line]
            yield index, (kind, rule, SAID_AGAIN)
        elif is_story(block) and block.kind is BlockKind.PARAGRAPH and not block.text.endswith("?"):
            beside = index - 1 in found or index + 1 in found
            if line in told and beside and seen[line] < REFRAIN:
                yield index, REPEATED
            told.add(line)


def verdict_of(rule: Rule) -> Verdict:
    return rule.kind, rule.id, rule.why


def _near(blocks: Sequence[Block], index: int, steps: Sequence[int]) -> Iterator[int]:
    for step in steps:
        near = index + step
        if 0 <= near < len(blocks) and blocks[near].kind not in NEVER:
            yield near


def _is_caption(block: Block) -> bool:
    """A line as it stands under a picture: not long, and telling of no more than one moment."""
    short = len(block.text.split()) <= CAPTION_WORDS
    return block.kind is BlockKind.PARAGRAPH and short and not TELLS.search(block.text)


def _ends_open(text: str) -> bool:
    """Ends as a sentence, or so that something must follow."""
    return ends_sentence(text) or text.endswith((":", ",", ";", "—", "–"))


STAGES: tuple[Callable[[Sequence[Block], RuleBook, Found], Iterator[Finding]], ...] = (
    find_players,
    find_runs,
    find_captions,
    find_shouts,
    find_teasers,
    find_tail,
    find_top,
    find_bylines,
    find_modules,
    find_repetition,
)
"""In the order in which they look, each seeing what the ones before have found."""

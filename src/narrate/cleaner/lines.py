"""What can be seen of a line: does it end as a sentence, is it story, who speaks in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from narrate.types import Block, BlockKind

SENTENCE = re.compile(r"[.!?…][\"'”’)\]*]*(?:\[\d+\])*$")

SENTENCE_WORDS = 7
"""A line of so many words that ends as a sentence is spared by most rules."""

STORY_WORDS = 9
"""A paragraph of so many words that ends as a sentence is taken for story."""

SAFE_WORDS = 25
"""One of so many goes only where an anchored rule names it."""

LABEL = re.compile(r"([^\W\d_a-z][\w .'’-]{0,24}):\s\S")
QUOTED = re.compile(r"[\"“«„].{2,}[\"”»“][.,!?]?$")


def ends_sentence(line: str) -> bool:
    return SENTENCE.search(line) is not None


def is_quoted(line: str) -> bool:
    """The whole line is what somebody said."""
    return QUOTED.match(line) is not None


def is_story(block: Block) -> bool:
    """A sentence of some length: what an article is made of."""
    return (
        block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
        and block.mark is None
        and len(block.text.split()) >= STORY_WORDS
        and ends_sentence(block.text)
    )


def is_safe(block: Block) -> bool:
    """So long and so whole a sentence that what stands around it says nothing against it."""
    return len(block.text.split()) >= SAFE_WORDS and ends_sentence(block.text)


def has_words(block: Block) -> bool:
    return block.kind not in (BlockKind.TITLE, BlockKind.SCENE_BREAK) and any(map(str.isalnum, block.text))


def find_speakers(blocks: Iterable[Block]) -> frozenset[str]:
    """Labels that begin lines again and again, among other labels that do: a play or an interview."""
    labels = Counter(label for block in blocks if (label := label_of(block.text)))
    recurring = {label for label, count in labels.items() if count >= 2}
    if sum(label.isupper() for label in recurring) >= 3:
        recurring |= {label for label in labels if label.isupper()}  # a play, in which some speak once
    return frozenset(recurring) if len(recurring) >= 2 else frozenset()


def label_of(text: str) -> str | None:
    """`MORE` of `MORE: Then read it aloud.`"""
    found = LABEL.match(text)
    return found[1] if found else None


def is_speech(text: str, speakers: frozenset[str]) -> bool:
    """A speaker's line: the label recurs, and a sentence follows it."""
    return label_of(text) in speakers and ends_sentence(text)

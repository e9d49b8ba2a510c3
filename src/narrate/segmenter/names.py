"""Names in an article: capitalised words, counted, so that those no dictionary knows can be mended before rendering."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from narrate.segmenter.lexicon import APOSTROPHES, ENDING, JOINERS
from narrate.segmenter.sentences import split_sentences
from narrate.types import Block, BlockKind

WORD = re.compile(rf"[^\W\d_](?:[^\W_]|[{JOINERS}\u0300-\u036f]|['’](?=[^\W\d_]))*")
"""A word with the apostrophes inside it; hyphens part words, for engines read their sides one by one."""

BETWEEN = re.compile(
    r"(?: |-| (?:[A-Z]\. ?)+| (?:da|de|del|della|den|der|di|do|dos|du|el|al|bin|ibn|la|le|van|von|y|e) )"
)
"""What stands between two words of one name."""

FIRST = re.compile(r"[\s\"'“”‘’«»‹›„(\[—–-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A capitalised word of an article."""

    word: str
    """As written most often, without its possessive."""

    count: int
    line: int
    """Where it first stands: line of the source, counted from 1."""

    full: str
    """The longest name it is part of, such as `Qassem Soleimani`; the word itself where it stands alone."""


@dataclass(slots=True)
class _Tally:
    line: int
    written: Counter[str] = field(default_factory=Counter)
    fulls: Counter[str] = field(default_factory=Counter)
    inside: bool = False
    """Was it met inside a sentence, where only names have capitals?"""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    first: bool
    """It begins a sentence."""


def find_names(
    blocks: Iterable[Block], is_known: Callable[[str], bool], language: str = "en", *, everything: bool = False
) -> list[Name]:
    """The capitalised words that nobody knows how to say, the most frequent first, then the first met.

    A word that is capitalised only where a sentence begins counts where it is unknown in lower case too.

    Args:
        is_known: does a dictionary or a lexicon have this word, so written?
        language: BCP 47; it says where sentences begin.
        everything: known names too, other than words that merely begin sentences.
    """
    known = cache(is_known)
    tallies: dict[str, _Tally] = {}
    for block in blocks:
        if block.kind not in (BlockKind.CODE, BlockKind.FORMULA, BlockKind.SCENE_BREAK):
            for run in _runs(block.text, language):
                _count(run, block, tallies)
    names = []
    for tally in tallies.values():
        word = tally.written.most_common(1)[0][0]
        unknown = not known(word) and (tally.inside or not known(word.lower()))
        if unknown or (everything and tally.inside):
            full = max(tally.fulls, key=lambda full: (len(full.split()), tally.fulls[full]))
            names.append(Name(word=word, count=tally.written.total(), line=tally.line, full=full))
    return sorted(names, key=lambda name: -name.count)


def _count(run: tuple[str, list[_Word]], block: Block, tallies: dict[str, _Tally]) -> None:
    text, words = run
    full = text[words[0].start : words[-1].end]
    for word in words:
        key = word.text.casefold() if not word.text.isupper() else word.text
        tally = tallies.setdefault(key, _Tally(line=block.place.line))
        tally.written[word.text] += 1
        tally.fulls[full] += 1
        tally.inside |= not word.first


def _runs(text: str, language: str) -> Iterator[tuple[str, list[_Word]]]:
    """Capitalised words that stand together, with the text they stand in."""
    words = list(_capitalised(text, language))
    number = 0
    together = []
    for before, word in zip([None, *words], words, strict=False):
        joined = before and not word.first and BETWEEN.fullmatch(text[before.end : word.start])
        number += 0 if joined else 1
        together.append((number, word))
    for _, group in groupby(together, key=lambda pair: pair[0]):
        yield text, [word for _, word in group]


def _capitalised(text: str, language: str) -> Iterator[_Word]:
    starts = {_first_word(text, start) for start, _ in split_sentences(text, language)}
    for match in WORD.finditer(text):
        word = match[0]
        if len(word) > 1 and word[-2] in APOSTROPHES and ENDING.fullmatch(word, len(word) - 2):
            word = word[:-2]
        if len(word) > 1 and word[0].isupper() and not _in_address(text, match.start(), match.end()):
            yield _Word(word, match.start(), match.start() + len(word), match.start() in starts)


def _first_word(text: str, start: int) -> int:
    match = FIRST.match(text, start)
    return match.end() if match else start


def _in_address(text: str, start: int, end: int) -> bool:
    return text[max(0, start - 1) : start] in ("@", "/", "_", "#") or text[end : end + 1] in ("@", "_")

"""Words that the end of a line has cut: which hyphens belong to the word, and which only to the line.

The word list is the document itself: how it writes a word elsewhere, in the middle of a line, is how it is written.
Only where it nowhere else has the word do the lists in `words.toml` decide, and without them the hyphen goes.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

CUT = re.compile(r"([^\W_]+(?:['’][^\W\d_]+)?)[-\u00ad]$")
"""The last part of a word that goes on in the next line."""

HEAD = re.compile(r"[^\W_]+")
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
STEM = re.compile(r"(?:[^\W\d_]+['’-])+$")
REST = re.compile(r"[^\W_]+(?:['’-][^\W\d_]+)*")
HELD_PLACE = re.compile(r"[^\W_]+\s+[^\W_]+-")
PATH = re.compile(r"(?:://|www\.|/\S+/)\S*$|(?:^|\s)\S*/\S+/$")
"""A web address or a path that breaks at a slash."""

LONGEST_WORD = 120
"""Characters at the end of a line that are looked at."""


@cache
def read_words(table: str) -> dict[str, Any]:
    """A table of `words.toml`."""
    text = (files("narrate.readers.pdf") / "words.toml").read_text("utf-8")
    found: dict[str, Any] = tomllib.loads(text)[table]
    return found


class WordList:
    """The words of a document, as they stand inside its lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.counts: Counter[str] = Counter()
        self.lists = {name: frozenset(words.split()) for name, words in read_words("hyphens").items()}
        cut = False
        for line in lines:
            words = WORD.findall(line)
            ends_cut = line.endswith(("-", "\u00ad"))
            self.counts.update(word.lower() for word in words[1 if cut else 0 : len(words) - ends_cut])
            cut = ends_cut

    def joint(self, before: str, after: str) -> tuple[int, str]:
        """How many characters go at the end of the first of two lines, and what comes between them."""
        before = before[-LONGEST_WORD:]
        if before.endswith(("—", "/", "–")):
            return 0, "" if _is_open(before, after) else " "
        cut, head = CUT.search(before), HEAD.match(after)
        if not cut or not head:
            return 0, " "
        if before.endswith("\u00ad"):
            return 1, ""
        if head[0].lower() in self.lists["beside"] and HELD_PLACE.match(after):
            return 0, " "
        return (0, "") if self._keeps(before, cut[1], head[0], after) else (1, "")

    def _keeps(self, before: str, last: str, first: str, after: str) -> bool:
        """Does the hyphen belong to the word?"""
        one, two = last.lower(), first.lower()
        closed, hyphened = self.counts[one + two], self._hyphened(before, after, f"{one}-{two}")
        if closed or hyphened:
            return hyphened > closed
        if first[0].isupper() or any(map(str.isdigit, last + first)):
            return not (last.isupper() and first.isupper()) or len(last) < 2
        if before[: -len(last) - 1].endswith("-") and self.counts[one]:
            return True
        return self._is_pair(one, two, chained=after[len(first) : len(first) + 1] == "-")

    def _hyphened(self, before: str, after: str, pair: str) -> int:
        """How often the word stands in the document with its hyphen."""
        stem, rest = STEM.search(before), REST.match(after)
        whole = f"{stem[0]}{rest[0]}".lower() if stem and rest else pair
        return max(self.counts[pair], self.counts[whole])

    def _is_pair(self, one: str, two: str, *, chained: bool) -> bool:
        """Are these two words, rather than two pieces of one?"""
        if chained and self.counts[one] and self.counts[two]:
            return True
        piece = len(two) <= 2 and not self.counts[two]
        if one in self.lists["first"] and two not in self.lists["endings"] and not piece:
            return True
        return two in self.lists["last"] and (self.counts[one] > 0 or one in self.lists["first"])


def _is_open(before: str, after: str) -> bool:
    """Does a line end in a dash or slash that takes no space behind it?"""
    if before.endswith("/"):
        return PATH.search(before) is not None
    if before.endswith("–"):
        return before[-2:-1].isdigit() and after[:1].isdigit()
    return not before.endswith(" —")

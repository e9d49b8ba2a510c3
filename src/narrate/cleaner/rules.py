"""Rules as data: what they drop, why, and a line on each side as their own test."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

Stage = Literal["anchored", "header", "item", "top", "tail"]

SENTENCE_WORDS = 7
SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*$")
"""A line of so many words that ends like this is spared by most rules."""

MAX_CHARS = 300
"""A rule that names no cap looks at lines up to this length."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    `anchored` rules look at the whole line wherever it stands; `header` rules open a run of
    short lines, whose kind is `run`; `top` rules act before the first sentence of the story,
    `tail` rules after the last.
    """

    id: str
    kind: str
    stage: Stage
    drop: str
    """Pattern that the whole line matches."""
    why: str
    drops: tuple[str, ...]
    keeps: tuple[str, ...]
    unless: str | None = None
    """Pattern that saves the line."""
    max_chars: int = MAX_CHARS
    sentences: bool = False
    """May it name a line of some length that ends as a sentence?"""
    run: str | None = None
    """Kind of the lines that a header's run swallows."""

    @cached_property
    def _drop(self) -> re.Pattern[str]:
        return re.compile(self.drop)

    @cached_property
    def _unless(self) -> re.Pattern[str] | None:
        return re.compile(self.unless) if self.unless else None

    def names(self, line: str) -> bool:
        """Does it know this line as something other than the story?"""
        if len(line) > self.max_chars or not self._drop.fullmatch(line):
            return False
        if not self.sentences and len(line.split()) >= SENTENCE_WORDS and SENTENCE_END.search(line):
            return False
        return not (self._unless and self._unless.search(line))


@cache
def load_rules(language: str = "en") -> tuple[Rule, ...]:
    """The rules of a language, in the order in which they are tried; none where there is no file."""
    path = files("narrate.cleaner") / "rules" / f"{language}.toml"
    if not path.is_file():
        return ()
    return tuple(_read_rules(tomllib.loads(path.read_text("utf-8"))["rule"]))


def _read_rules(entries: list[dict[str, Any]]) -> Iterator[Rule]:
    for entry in entries:
        lists = {key: tuple(entry.get(key, ())) for key in ("drops", "keeps")}
        yield Rule(**{**entry, **lists})

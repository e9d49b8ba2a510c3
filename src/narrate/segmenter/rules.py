"""A rule: what it looks for, and how it reads what it finds."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

Reader = Callable[[re.Match[str]], str | None]
"""Says a match in words; None leaves it to the rules after. Looks at `match.string` for what stands around it."""


Finder = Callable[[str, int], re.Match[str] | None]
"""Finds a written form that begins at a place in a text."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A written form of one class."""

    kind: str
    """The class, such as `money`."""

    pattern: str
    """A regular expression, tried at one place and compiled when what could begin with its first signs is met."""

    read: Reader

    any_digits: bool = False
    """Does it take digits of other scripts too? They are left to the engine everywhere else."""

    begins: frozenset[str] = frozenset()
    """`heads` of all that it may find; empty where that could begin with much. A look at them saves the pattern."""

    def may_begin(self, head: str) -> bool:
        """Could the form begin with these two signs, or with the one that there is?"""
        return not self.begins or head[:1] in self.begins or head in self.begins

    def say(self, found: re.Match[str]) -> str | None:
        """How a match of the pattern is said; None where it is no such form."""
        if found.end() == found.start() or not (self.any_digits or _has_plain_digits(found[0])):
            return None
        return self.read(found)


@cache
def finder(pattern: str) -> Finder:
    """What finds a pattern."""
    return re.compile(pattern).match


def _has_plain_digits(written: str) -> bool:
    return written.isascii() or all(sign.isascii() for sign in written if sign.isdecimal())


def said(words: str) -> Reader:
    """A reader that always says the same."""
    return lambda _: words


def heads(words: Iterable[str]) -> frozenset[str]:
    """The first two signs of each: `km`, `mile`, `m` → `km`, `mi`, `m`"""
    return frozenset(word[:2] for word in words)


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of these, the longest first: `km`, `m`, `mi` → `km|mi|m`"""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


# ------------------------------------------------------------------ what stands around a match

_WORD_BEFORE = re.compile(r"([A-Za-z][\w.'-]*)\s$")
_WORD_AFTER = re.compile(r"\s([A-Za-z][\w'-]*)")
_WORD_AFTER_OR_JOINED = re.compile(r"[\s-]([A-Za-z]\w*)")


def text_before(match: re.Match[str], count: int = 40) -> str:
    """The signs that stand before a match, at most so many."""
    return match.string[max(0, match.start() - count) : match.start()]


def text_after(match: re.Match[str], count: int = 40) -> str:
    """The signs that follow a match, at most so many."""
    return match.string[match.end() : match.end() + count]


def word_before(match: re.Match[str]) -> str:
    """The word that stands before a match in lower case, or an empty string."""
    found = _WORD_BEFORE.search(match.string, max(0, match.start() - 40), match.start())
    return found[1].lower() if found else ""


def word_after(match: re.Match[str], *, joined: bool = False) -> str:
    """The word that follows a match after one space, or after a hyphen too where `joined`, or an empty string."""
    found = (_WORD_AFTER_OR_JOINED if joined else _WORD_AFTER).match(match.string, match.end())
    return found[1] if found else ""


def begins_text(match: re.Match[str]) -> bool:
    """Does nothing but an opening mark stand before a match?"""
    return match.start() < 8 and not text_before(match).strip(" \"'(")


def ends_text(match: re.Match[str]) -> bool:
    """Does nothing but a closing mark follow a match?"""
    return len(match.string) - match.end() < 8 and not text_after(match).strip(" \"')]")


def full_stop(match: re.Match[str]) -> str:
    """The point that an abbreviation shares with its sentence: `He met her at 9 a.m.`"""
    return "." if match[0].endswith(".") and ends_text(match) else ""


# ------------------------------------------------------------------ words


@cache
def table(language: str) -> dict[str, Any]:
    """The tables of words of a language; empty where it has none."""
    path = files("narrate.segmenter") / "languages" / f"{language}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}

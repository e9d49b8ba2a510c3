"""Written forms into spoken ones: ordered classes of small rules, each token with its class and its place.

First do no harm: what no rule understands stays as it was.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from narrate.segmenter import marks
from narrate.segmenter.line import Spoken, Token, assemble
from narrate.segmenter.marks import Emoji, make_plain
from narrate.segmenter.readings import Reading
from narrate.segmenter.rules import Finder, Rule, finder, said, table

__all__ = ["Emoji", "Spoken", "Token", "normalise", "spoken_form"]


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The rules of a language."""

    groups: Mapping[str, Sequence[Rule]]
    """By the group of `OPENERS` that they begin with, in the order in which they are tried."""


SHORT_WORDS = "vs|etc|noon|w/|midnight|v|c|p|fig|vol|no|nos|pp|ch|sec|approx|est|ext"
"""Words in small letters that a rule may begin with; others need a capital, a figure or a mark soon after."""

OPENERS = re.compile(
    r"(?P<figure>(?<![\w])(?:\d|\.(?=\d)))"
    rf"|(?P<word>(?<![^\W_])(?:[A-Z]|[a-z](?=[\w./'-]{{0,60}}[@./+\dA-Z:])|[ivx]{{2,4}}\b|(?:{SHORT_WORDS})\b))"
    rf"|(?P<mark>{marks.OPENER})"
    r"|(?P<sign>[^\w\s,;:!?\"()]|[¼-¾⅐-⅞Α-Ωα-ω]|\((?=\d{3}\)))"
)
"""Where a rule may begin."""

LONGEST_FIGURE = 60
"""A longer run of digits is no number that anybody reads, in characters."""

_FIGURE = re.compile(r"[\d.,]*\d")


def spoken_form(text: str, language: str = "en") -> str:
    """How a sentence is said: words for an engine, without any marks of its own."""
    return normalise(text, language).text


def normalise(text: str, language: str = "en", *, readings: Sequence[Reading] = (), emoji: Emoji = "drop") -> Spoken:
    """Read the written forms in a sentence.

    Args:
        language: BCP 47. Outside English marks are made plain and digits left to the engine.
        readings: what the author or a lexicon says of some words; in order, none over another.
        emoji: whether pictures are left out or said by their Unicode names.
    """
    return _normalise(text, language.split("-")[0].lower(), tuple(readings), emoji)


@lru_cache(maxsize=4)
def _normalise(text: str, language: str, readings: tuple[Reading, ...], emoji: Emoji) -> Spoken:
    """Kept for a moment: who has asked how long a sentence is will want it said next."""
    plain, places = make_plain(text, language)
    fixed = [_as_token(reading, places) for reading in readings]
    tokens = list(_find_tokens(plain, fixed, _rules(language, emoji)))
    return assemble(plain, tokens, places)


def _as_token(reading: Reading, places: list[int] | None) -> Token:
    """A reading as a token, with its place in the plain text."""
    start, end = reading.start, reading.end
    if places is not None:
        start, end = bisect_left(places, start), bisect_left(places, end)
    return Token(reading.kind, start, end, reading.words, reading.ipa)


def _find_tokens(text: str, fixed: list[Token], rules: Rules) -> Iterator[Token]:
    """Every written form in order: those that somebody else has read, and what the rules read between them."""
    at = 0
    for token in fixed:
        yield from _scan(text, at, token.start, rules)
        yield token
        at = token.end
    yield from _scan(text, at, len(text), rules)


def _scan(text: str, at: int, end: int, rules: Rules) -> Iterator[Token]:
    """What the rules read in a part of a text; a figure that none of them reads is passed over whole."""
    for opener in OPENERS.finditer(text, at, end):
        start, group = opener.start(), opener.lastgroup or ""
        if start < at:
            continue
        passed = _end_of_figure(text, start) if group == "figure" else start + 1
        token = _read(rules, group, text, start) if passed - start <= LONGEST_FIGURE else None
        if token and token.end <= end:
            yield token
            at = token.end
        else:
            at = passed


def _end_of_figure(text: str, at: int) -> int:
    """Where the digits end that begin at a place, with the points and commas between them."""
    found = _FIGURE.match(text, at)
    return found.end() if found else at + 1


def _read(rules: Rules, group: str, text: str, at: int) -> Token | None:
    """What the first rule says that reads the form at a place."""
    for find, rule in _beginning(rules, group, text[at : at + 2]):
        found = find(text, at)
        if found and (words := rule.say(found)) is not None:
            return Token(rule.kind, at, found.end(), words)
    return None


@lru_cache(maxsize=4096)
def _beginning(rules: Rules, group: str, head: str) -> tuple[tuple[Finder, Rule], ...]:
    """The rules of a group for forms that begin with two signs, and what finds them."""
    return tuple((finder(rule.pattern), rule) for rule in rules.groups.get(group, ()) if rule.may_begin(head))


@cache
def _rules(language: str, emoji: Emoji) -> Rules:
    """The rules of a language; those for marks are tried first, wherever one stands."""
    rules = _english_rules() if language == "en" else {"sign": _symbol_rules(language)}
    return Rules({**rules, "mark": (*marks.rules(emoji), *rules["sign"])})


def _english_rules() -> Mapping[str, Sequence[Rule]]:
    """Loaded when English is first read."""
    from narrate.segmenter.english import RULES

    return RULES


def _symbol_rules(language: str) -> tuple[Rule, ...]:
    """All that is read in other languages: `&` → `und`"""
    symbols = table(language).get("symbol", {})
    return tuple(Rule("symbol", re.escape(sign), said(f" {words} ")) for sign, words in symbols.items())

"""What the classes share: the words of English, how numbers look, and how they are said.

Words are in `languages/en.toml`: a table for each kind of written form and how it is said, and lists
of the words by which a form is understood. The rooms beside this one know forms and judge them; only
what one pattern or one sentence of code needs, such as `a` and `an`, is written there.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from narrate.segmenter.numbers import cardinal, decimal, digits, ordinal, plural
from narrate.segmenter.rules import alternatives, table

# ------------------------------------------------------------------ words


def words_of(name: str) -> Any:
    """A table of written forms and how they are said: `words_of("street")["Ave"]` → `Avenue`"""
    return table("en")[name]


@cache
def listed(name: str) -> frozenset[str]:
    """The words of a list: `"women" in listed("people")`"""
    return frozenset(words_of("words")[name].split())


# ------------------------------------------------------------------ how numbers look

NUMBER = r"(?:\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)|\d+)(?:\.\d+)?|\.\d+"
"""`1,250.75`, `12`, `.5`; Indian groups too (`1,00,000`)."""

DASH = r"\s?[-–]\s?"
"""Between the two ends of a range."""

NUMBERS = rf"(?P<low>{NUMBER})(?:{DASH}(?P<high>{NUMBER}))?"
"""One number, or the two ends of a range."""

SCALE = (
    rf"(?:\s?(?:{alternatives(words_of('scale'))})(?![\w&])"  # `5bn`
    r"|[\s-](?:hundred|thousand|million|billion|trillion)\b)"  # `5 billion`, `5-billion`
)
"""What a number is multiplied by."""

# ------------------------------------------------------------------ how they are said


def amount(written: str) -> str:
    """A number in words: a plain one, one with groups, or a decimal."""
    return digits(written) if len(written) > 18 or re.fullmatch(r"0\d+", written) else decimal(written)


def amounts(match: re.Match[str]) -> str:
    """One number, or a range: `5-10` → `five to ten`"""
    return f"{amount(match['low'])} to {amount(match['high'])}" if match["high"] else amount(match["low"])


def is_one(match: re.Match[str]) -> bool:
    """Is it one of something, and no range?"""
    return match["low"] == "1" and not match["high"]


def scale_word(written: str | None) -> str:
    """`bn` → `billion`; nothing where nothing is written."""
    word = (written or "").strip(" -")
    scale: str = words_of("scale").get(word, word.lower())
    return scale


def in_pairs(written: str) -> str:
    """A number of a road, a room or a model as people say it: `370` → `three seventy`, `101` → `one oh one`"""
    number = int(written)
    if len(written) > 4 or (written[0] == "0" and written != "0"):
        return digits(written)
    if number < 100:
        return cardinal(number)
    head, rest = divmod(number, 100)
    if not rest:
        return cardinal(number) if not head % 10 else f"{cardinal(head)} hundred"
    return f"{cardinal(head)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def nth(number: int, count: int) -> str:
    """The lower half of a fraction: `3, 1` → `third`, `4, 3` → `quarters`"""
    word = {2: "half", 4: "quarter"}.get(number) or ordinal(number)
    if count == 1:
        return word
    return "halves" if number == 2 else plural(word)

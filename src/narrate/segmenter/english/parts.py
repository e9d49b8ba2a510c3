"""What the classes share: how numbers look, and how amounts are said."""

from __future__ import annotations

import re
from typing import Any

from narrate.segmenter.numbers import cardinal, decimal, digits, ordinal, plural
from narrate.segmenter.rules import table

NUMBER = r"(?:\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)|\d+)(?:\.\d+)?|\.\d+"
"""`1,250.75`, `12`, `.5`; Indian groups too (`1,00,000`)."""

DASH = r"\s?[-–]\s?"
"""Between the two ends of a range."""

TO = r"(?:\s?[-–]\s?|\sto\s)"

SCALES = {
    "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "mln": "million",
    "mil": "million", "b": "billion", "B": "billion", "bn": "billion", "tn": "trillion", "trn": "trillion",
    "T": "trillion",
}  # fmt: skip
SCALE = r"(?:\s?(?:bn|tn|trn|mn|mln|mil|[kKmMbBT])(?![\w&])|[\s-](?:hundred|thousand|million|billion|trillion)\b)"
"""After a number: `bn`, ` million`, `-million`."""

NOT_NOUNS = frozenset(
    "a about above after against ago all along also although among an and are around as at be because been before "
    "behind being below between both but by can could did do does during each either ever every for from had has have "
    "he her here him his how i if in into is it its just last less like may me might more most must my near next no "
    "nor not now of off on once only onto or our out over past per plus she should since so some still than that the "
    "their them then there these they this those though through till to too towards under until unto up upon us versus "
    "via was we were what when where whether which while who whom whose why will with within without would yet you "
    "your out".split()
)
"""Words that are no noun counted by the number before them."""


def words_of(name: str) -> Any:
    """A table of English words, such as `unit`."""
    return table("en")[name]


def amount(written: str) -> str:
    """A number in words: a plain one, one with groups, or a decimal."""
    if re.fullmatch(r"0\d+", written):
        return digits(written)
    if len(written) > 18:
        return digits(written)
    return decimal(written)


def amounts(low: str, high: str | None) -> str:
    """One number, or a range of two."""
    return f"{amount(low)} to {amount(high)}" if high else amount(low)


def scale_word(written: str | None) -> str:
    """`bn` → `billion`"""
    word = (written or "").strip(" -")
    return SCALES.get(word, word.lower())


def in_pairs(written: str) -> str:
    """A number of a road, a room or a model as people say it: `370` → `three seventy`, `101` → `one oh one`."""
    number = int(written)
    if written.startswith("0") and len(written) > 1:
        return digits(written)
    if number < 100:
        return cardinal(number)
    if len(written) > 4:
        return digits(written)
    head, rest = divmod(number, 100)
    if not rest:
        return cardinal(number) if not head % 10 else f"{cardinal(head)} hundred"
    return f"{cardinal(head)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def nth(number: int, count: int) -> str:
    """The denominator of a fraction: `3, 1` → `third`, `4, 3` → `quarters`."""
    word = {2: "half", 4: "quarter"}.get(number) or ordinal(number)
    if count == 1:
        return word
    return "halves" if number == 2 else plural(word)


def spell(written: str) -> str:
    """Letters and figures one by one: `PS` → `P S`."""
    return " ".join(sign for sign in written if sign.isalnum())

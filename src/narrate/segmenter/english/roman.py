"""Roman numerals, by what stands before them: `World War II`, `Henry VIII`, `Rocky IV`, `the XIX century`."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import listed
from narrate.segmenter.numbers import cardinal, ordinal, roman
from narrate.segmenter.rules import Rule, text_after, text_before, word_after, word_before

_NAMES_BEFORE = r"(?P<names>(?:[A-Z][\w.'-]*\s)*)(?P<last>[A-Za-z][\w'-]*)\s$"
"""The word before a numeral, and the names before that."""


def _read_roman(match: re.Match[str]) -> str | None:
    """`Chapter IV` → `Chapter four`, `Henry VIII` → `Henry the eighth`; not `MIX`, `my CV`"""
    number = roman(match["roman"].upper())
    if number is None:
        return None
    if _is_in_title(match):
        return ordinal(number)
    found = re.search(_NAMES_BEFORE, text_before(match, 60))
    return _after(match, number, found["names"].split(), found["last"]) if found else _century(match, number)


def _is_in_title(match: re.Match[str]) -> bool:
    """`the XIX Olympic Games` → `the nineteenth Olympic Games`"""
    follows_the = word_before(match) == "the" and re.fullmatch("[IVXivx]{2,}", match["roman"])
    return bool(follows_the and re.match(r"\s[A-Z][a-z]", text_after(match)))


def _after(match: re.Match[str], number: int, names: list[str], last: str) -> str | None:
    """By the word before it and the names before that: `World War II`, `Pope Pius IX`, `Rocky IV`; not `Type C`"""
    if _is_counted(last):
        is_letter = match["roman"] in "CDLM" or (match["roman"] == "I" and last.islower())  # the part I liked
        return None if is_letter else cardinal(number)
    if last in listed("rulers") and _is_ruler(match, names):
        return f"the {ordinal(number)}"
    if not last[0].isupper() or not re.fullmatch("[IVX]{2,}", match["roman"]):
        return _century(match, number)
    return f"the {ordinal(number)}" if _is_descendant(names, last, number) else cardinal(number)


def _century(match: re.Match[str], number: int) -> str | None:
    """`the XIX century` → `the nineteenth century`"""
    is_century = word_after(match) in {"century", "centuries", "Century"} and len(match["roman"]) > 1
    return ordinal(number) if is_century else None


def _is_counted(word: str) -> bool:
    """`War`, `CHAPTER`, `chapter`"""
    return (word[0].isupper() and word.title() in listed("counted_in_roman")) or word in listed("counted_in_small")


def _is_ruler(match: re.Match[str], names: list[str]) -> bool:
    """`Louis XIV`; the letter I is a number after a title, and where no person goes on to speak: `Elizabeth I of`"""
    if match["roman"] != "I":
        return match["roman"] not in {"C", "D", "L", "M"}
    if names and names[-1] in listed("ruling"):
        return True
    following = word_after(match)
    if following in listed("after_i"):
        return False
    begins = " " not in text_before(match).strip()
    return (begins and following.islower()) or following in {"", "of", "and", "in", "to"} or following.endswith("ed")


def _is_descendant(names: list[str], last: str, number: int) -> bool:
    """`John Smith III`, `Harry S. Smith II`, `William III`: somebody named after a father"""
    first = names[-1].strip(".") if names else ""
    return last in listed("given_names") or (number < 6 and (first in listed("given_names") or len(first) == 1))


def _read_romans(match: re.Match[str]) -> str | None:
    """`World Wars I and II` → `World Wars one and two`, `Chapters II-IV`, `James VI and I`"""
    first, second = roman(match["roman"]), roman(match["second"])
    before = re.search(r"([A-Z][a-z]+)\s$", text_before(match, 30))
    if not (first and second and before):
        return None
    join = match["join"].strip()
    if before[1] in listed("counted_in_roman") or before[1].removesuffix("s") in listed("counted_in_roman"):
        return f"{cardinal(first)} {join if join.isalpha() else 'to'} {cardinal(second)}"
    if before[1] in listed("rulers") and join in {"and", "or", "through"} and len(match["roman"]) > 1:
        return f"the {ordinal(first)} {join} {ordinal(second)}"
    return None


def _read_world_war(match: re.Match[str]) -> str:
    """`WWII`, `WW2` → `World War two`"""
    return f"World War {'two' if match['number'] in {'II', '2'} else 'one'}"


_JOIN = r"(?P<join>[-–]|\s(?:and|or|to|through)\s)"

WORDS = (
    Rule("roman", r"WW(?P<number>II?|[12])(?!\w)", _read_world_war),
    Rule("roman", rf"(?P<roman>[IVXLC]+){_JOIN}(?P<second>[IVXLC]+)(?![\w-]|\.\w)", _read_romans),
    Rule("roman", r"(?P<roman>[IVXLCDM]+|[ivx]{2,5})(?!\w|-[A-Z\d]|\.\w)", _read_roman),
)

"""Two or three numbers that belong together: fractions, ratings, odds, scores, ratios, verses."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import amount, listed, nth, words_of
from narrate.segmenter.numbers import cardinal
from narrate.segmenter.rules import Rule, alternatives, heads, text_after, text_before, word_after

DENOMINATORS = frozenset({2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 32, 64, 100, 1000})
"""What wholes are divided into; one of something is a part of anything."""

# ------------------------------------------------------------------ with a stroke


def _read_slashed(match: re.Match[str]) -> str | None:
    """`1/3` → `one third`, `9/10` → `nine out of ten`, `4.5/5`, `5/1` → `five to one`, `24/7`"""
    if match[0] in words_of("slashed"):
        words: str = words_of("slashed")[match[0]]
        return words
    if "." in match["above"]:
        return f"{amount(match['above'])} out of {cardinal(int(match['below']))}"
    return _part_or_odds(match, int(match["above"]), int(match["below"]))


def _part_or_odds(match: re.Match[str], above: int, below: int) -> str | None:
    """Ratings first, then odds, then parts; `17/23` is nobody's part, and so many out of the whole."""
    if word_after(match) == "mmHg" or "pressure" in text_before(match, 30):
        return f"{cardinal(above)} over {cardinal(below)}"
    out_of = f"{cardinal(above)} out of {cardinal(below)}"
    if below == 0:
        return None
    if _is_rating(match, below):
        return out_of if above <= below else None
    if below == 1 or above > below:
        return f"{cardinal(above)} to {cardinal(below)}"
    is_part = above < below and (above == 1 or below in DENOMINATORS)
    return f"{cardinal(above)} {nth(below, above)}" if is_part else out_of


def _is_rating(match: re.Match[str], below: int) -> bool:
    """`scored 4/5`, `a 4/5 review`, and all tenths and hundredths but `1/10 of it`"""
    return _is_rated(match) or (below in {10, 100} and not re.match(r"\sof\s(?!10)", text_after(match)))


def _is_rated(match: re.Match[str]) -> bool:
    """Do the words around it speak of a rating?"""
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", text_before(match, 30))}
    return bool(words & listed("rated")) or word_after(match).lower() in listed("ratings")


def _read_spaced(match: re.Match[str]) -> str | None:
    """`It scored 9 / 10` → `It scored nine out of ten`"""
    return _read_slashed(match) if _is_rated(match) else None


def _read_ending(match: re.Match[str]) -> str:
    """`1/10th` → `one tenth`"""
    above, below = int(match["above"]), int(match["below"])
    return f"{cardinal(above)} {nth(below, above)}"


def _read_mixed(match: re.Match[str]) -> str | None:
    """`2 1/2` → `two and a half`"""
    above, below = int(match["above"]), int(match["below"])
    if not 0 < above < below:
        return None
    return f"{cardinal(int(match['whole']))} and {'a' if above == 1 else cardinal(above)} {nth(below, above)}"


# ------------------------------------------------------------------ as one sign


def _read_sign(match: re.Match[str]) -> str:
    """`½` → `one half`, `3½` → `three and a half`"""
    part: str = words_of("fraction")[match["sign"]]
    return f"{cardinal(int(match['whole']))} and {part.replace('one ', 'a ')}" if match["whole"] else part


def _read_sign_of_unit(match: re.Match[str]) -> str | None:
    """`1½ tsp` → `one and a half teaspoons`, `¾ mile`, `12½%`"""
    if match["unit"] == "%":
        return f"{_read_sign(match)} percent"
    unit = words_of("unit").get(match["unit"])
    return None if unit is None else f"{_read_sign(match)} {unit[1] if match['whole'] else unit[0]}"


# ------------------------------------------------------------------ scores, ratios, verses


def _read_three(match: re.Match[str]) -> str:
    """`4-3-3` → `four three three`, `50/30/20`"""
    return " ".join(amount(number) for number in re.split("[-–/]", match[0]))


def _read_ratio(match: re.Match[str]) -> str:
    """`3:1` → `three to one`, `16:9`"""
    return f"{cardinal(int(match['first']))} to {cardinal(int(match['second']))}"


def _read_verses(match: re.Match[str]) -> str:
    """`Genesis 1:1-3` → `Genesis one, one to three`"""
    chapter, first, last = (cardinal(int(match[name])) for name in ("chapter", "first", "last"))
    return f"{chapter}, {first} to {last}"


# ------------------------------------------------------------------ rules

_WHOLE = r"(?P<whole>\d{1,6})"
_ABOVE = r"(?P<above>\d{1,3}(?:\.\d+)?)"
_SIGN = rf"(?P<sign>{alternatives(words_of('fraction'))})"
_SIGN_HEADS = heads(words_of("fraction"))

VERSES = (
    Rule(
        "score",
        r"(?P<chapter>\d{1,3}):(?P<first>\d{1,3})[-–](?P<last>\d{1,3})(?![\d:]|\s?[apAP]\.?[mM])",
        _read_verses,
    ),
)
"""Tried before times of day."""

STROKES = (
    Rule("fraction", r"(?P<above>\d{1,3})/(?P<below>\d{1,3})(?:st|nd|rd|th)s?\b", _read_ending),
    Rule("score", r"\d{1,3}/\d{1,3}/\d{1,3}(?![\w/])", _read_three),
    Rule("fraction", rf"{_ABOVE}\s/\s(?P<below>\d{{1,3}})(?![\w/]|\.\d)", _read_spaced),
)
"""Tried before numbers that are names."""

FIGURES = (
    Rule("fraction", rf"{_WHOLE}[ -](?P<above>\d)/(?P<below>\d{{1,2}})(?![\w/])", _read_mixed),
    Rule("fraction", rf"{_ABOVE}/(?P<below>\d{{1,4}})(?![\w/]|\.\d)", _read_slashed),
    Rule("fraction", rf"{_WHOLE}\s?{_SIGN}\s?(?P<unit>%|[a-z]{{2,4}}(?!\w))", _read_sign_of_unit),
    Rule("fraction", rf"{_WHOLE}\s?{_SIGN}", _read_sign),
    Rule("score", r"\d{1,3}(?:[-–]\d{1,2}){2}(?![\w-])", _read_three),
    Rule("score", r"(?P<first>\d{1,3}):(?P<second>\d)(?![-–]\d)(?![\d:])", _read_ratio),
    Rule("score", r"(?P<first>16):(?P<second>9|10)(?![\d:])", _read_ratio),
)
SIGNS = (
    Rule("fraction", rf"(?P<whole>){_SIGN}\s?(?P<unit>[a-z]{{2,4}})(?!\w)", _read_sign_of_unit, begins=_SIGN_HEADS),
    Rule("fraction", rf"(?P<whole>){_SIGN}", _read_sign, begins=_SIGN_HEADS),
)

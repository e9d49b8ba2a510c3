"""Measures: a number with its unit, percentages, temperatures, heights, `10x`."""

from __future__ import annotations

import re
from functools import cache

from narrate.segmenter.english.parts import DASH, NOT_NOUNS, NUMBER, amount, amounts, words_of
from narrate.segmenter.numbers import cardinal
from narrate.segmenter.rules import Rule, ends_text, text_after, text_before, word_after, word_before

SUFFIX = r"(?![\w°²³])"
RACES = frozenset("race run fun road charity walk course distance runner runners time".split())
SCREENS = frozenset("tv tvs video videos resolution screen screens display displays camera television footage".split())
LONG = frozenset("tall high long wide deep away above below apart across thick distance".split())
"""What follows a length that stands by itself: `5 metres tall`."""

LENGTHS = LONG | frozenset(
    "race races sprint hurdles freestyle backstroke butterfly breaststroke relay final medley dash swim underwater "
    "telescope pool tower waves yacht platform champion record wall fence ditch hole pole cable tree boat snake shark "
    "statue pipe rope drop jump cliff trench sculpture crater ladder python crocodile".split()
)
"""What stands after a length: with one of them `100m` is metres and not millions."""

WARMTH = frozenset("to at above below of around reached reach nearly hit about than from topped by exceed".split())
"""Words before a temperature, with which a bare `37C` is one."""

TEMPERATURES = {
    "C": " Celsius", "F": " Fahrenheit", "N": " north", "S": " south", "E": " east", "W": " west", "": "",
}  # fmt: skip
RACED = frozenset({"800", "1500", "3000", "5000", "10000", "1,500", "3,000", "5,000", "10,000"})
"""Distances that are run: with `m` behind them metres, not millions."""


@cache
def _unit(written: str) -> tuple[str, str] | None:
    """One and several of a unit, as written; `km/h` and the like are put together."""
    units = words_of("unit")
    if written in units:
        one, many = units[written]
        return one, many
    first, slash, second = written.partition("/")
    if slash:
        one, other = _unit(first), _unit(second)
        power = {"²": " squared", "2": " squared", "³": " cubed"}.get(second[-1:], "")
        if power and second[:-1] == "s":  # time is squared, places are square
            other = ("second squared", "")
        return (f"{one[0]} per {other[0]}", f"{one[1]} per {other[0]}") if one and other else None
    if (written and written[-1] in "²³") or (
        written[-1:] in {"2", "3"} and written[:-1] in {"m", "km", "cm", "mm", "ft"}
    ):
        power = "square" if written[-1] in "²2" else "cubic"
        base = units.get(written[:-1])
        return (f"{power} {base[0]}", f"{power} {base[1]}") if base else None
    return None


def _read(match: re.Match[str]) -> str | None:
    """`8 km`, `900 sq ft`, `5-10 kg`"""
    written, gap = match["unit"], match["gap"]
    unit = _unit(written) or _unit(written.rstrip(".")) or _unit(written.replace(".", ""))
    if unit is None or not _is_unit_here(match, written, gap):
        return None
    low, high = match["low"], match["high"]
    words = amounts(low, high)
    if written.endswith(".") and not written.rstrip(".").endswith(" ") and ends_text(match):
        end = "."
    else:
        end = ""
    joined = re.match(r"-[a-z]", text_after(match)) is not None
    single = (low == "1" and not high) or gap == "-" or joined or _is_attribute(match)
    return f"{words} {unit[0] if single else unit[1]}{end}"


def _is_attribute(match: re.Match[str]) -> bool:
    """`a 5 km run`: it tells what kind of thing, and stands in the singular."""
    following = word_after(match)
    return (
        word_before(match) in {"a", "an", "another", "every"}
        and following.islower()
        and following not in NOT_NOUNS
        and following not in LONG
    )


def _is_unit_here(match: re.Match[str], unit: str, gap: str) -> bool:
    """Letters that mean several things are units only where nothing else fits."""
    following = word_after(match, joined=True).lower()
    before = word_before(match)
    if unit == "m":
        return gap != "" or following in LENGTHS or before in {"within", "exactly"} or match["low"] in RACED
    if unit == "in":
        return not re.match(r"-\d", text_after(match)) and (gap != " " or following in LONG)
    if unit == "in.":
        return gap != " " or following in {"of", "tall", "long", "wide", "deep", "thick", "by"} or following == ""
    if unit == "s":
        return "." in match["low"]
    if unit in {"h", "l", "t", "g"}:
        return gap == "" or unit in {"g", "l"}
    if unit in {"W", "V"}:
        return gap in {"", "-"} or following.islower()
    return True


def _read_percent(match: re.Match[str]) -> str:
    """`38.5%`, `10-15%`, `10%-15%`"""
    low, high = match["low"], match["high"]
    plus = " plus" if match["plus"] else ""
    words = f"{amounts(low, high)} {'per mille' if match['sign'] == '‰' else 'percent'}{plus}"
    return words


def _read_points(match: re.Match[str]) -> str:
    """`3pp`, `25bps`"""
    names = {"pp": "percentage point", "ppt": "percentage point", "bp": "basis point", "bps": "basis point"}
    one = names[match["unit"]]
    return f"{amount(match['low'])} {one}{'' if match['low'] == '1' else 's'}"


def _read_temperature(match: re.Match[str]) -> str:
    low, high = match["low"], match["high"]
    one = (low == "1" and not high) or (match["scale"] is None and _is_attribute(match))
    return f"{amounts(low, high)} {'degree' if one else 'degrees'}{TEMPERATURES[match['scale'] or '']}"


def _read_height(match: re.Match[str]) -> str | None:
    """`5'9"`, `5ft 10in`, `6ft 2`"""
    inches = match["inches"]
    if int(inches.split(".")[0]) > 11:
        return None
    return f"{cardinal(int(match['feet']))} foot {amount(inches)}"


def _read_compound(match: re.Match[str]) -> str:
    """`8lb 4oz`, `9st 4lb`, `2h 30m`, `1m 20s`"""
    names = {
        "lb": "pound", "lbs": "pound", "oz": "ounce", "st": "stone", "h": "hour", "hr": "hour", "hrs": "hour",
        "m": "minute", "min": "minute", "mins": "minute", "s": "second", "sec": "second", "secs": "second",
    }  # fmt: skip
    parts = []
    for number, unit in ((match["first"], match["unit1"]), (match["second"], match["unit2"])):
        name = names[unit]
        parts.append(f"{cardinal(int(number))} {name if number == '1' or name == 'stone' else name + 's'}")
    return " ".join(parts)


def _read_times_as(match: re.Match[str]) -> str | None:
    """`10x faster`, `3x`"""
    per = f" per {match['per']}" if match["per"] else ""
    return f"{amounts(match['low'], match['high'])} times{per}"


def _read_by(match: re.Match[str]) -> str:
    """`4x4`, `2.5 × 3`, `10 × 12 ft`"""
    unit = _unit(match["unit"] or "")
    name = "" if unit is None else f" {unit[0] if word_before(match) in {'a', 'an'} else unit[1]}"
    return " by ".join(amount(number) for number in re.split(r"\s?[x×]\s?", match["numbers"])) + name


def _read_inches(match: re.Match[str]) -> str | None:
    """`a 27" screen`; not the end of a quotation."""
    if text_before(match, 400).count('"') % 2:
        return None
    single = match["low"] == "1" or word_before(match) in {"a", "an"}
    return f"{amount(match['low'])} {'inch' if single else 'inches'}"


def _read_kilo(match: re.Match[str]) -> str | None:
    """`a 5K run`, `a 4K screen`"""
    following = word_after(match).lower()
    number = match["low"]
    if (
        following in RACES
        or (number in {"4", "8"} and following in SCREENS)
        or (number in {"4", "8"} and not following)
    ):
        return f"{amount(number)} K"
    return None


UNIT = r"[A-Za-zµμΩ°][A-Za-z°²³]*(?:/[A-Za-z]+[²³]?)?"

FIGURES = (
    Rule("percent", rf"(?P<low>{NUMBER})\s?%?(?:(?<=[\d%]){DASH}(?P<high>{NUMBER}))?\s?(?P<sign>[%‰])(?P<plus>\+)?",
         _read_percent),
    Rule("percent", rf"(?P<low>{NUMBER})(?:{DASH}(?P<high>{NUMBER}))?(?P<sign>pc)(?P<plus>)(?!\w)", _read_percent),
    Rule("percent", rf"(?P<low>{NUMBER})\s?(?P<unit>ppt?|bps?)(?!\w)", _read_points),
    Rule("temperature", rf"(?P<low>{NUMBER})°?[CF]?(?:{DASH}(?P<high>{NUMBER}))?\s?[°º]\s?(?P<scale>[CFNSEW])?(?!\w)",
         _read_temperature),
    Rule("temperature", rf"(?P<low>{NUMBER})(?:{DASH}(?P<high>{NUMBER}))?(?P<scale>[CF])(?![\w-])", lambda match:
         _read_temperature(match) if word_before(match) in WARMTH or "." in match["low"] else None),
    Rule("height", r"(?P<feet>\d)'\s?(?P<inches>\d{1,2})(?:\"|''|in\b)?(?![\w'])", _read_height),
    Rule("height", r"(?P<feet>\d)\s?-?(?:ft\.?|foot|feet)\s?-?"
         r"(?P<inches>\d{1,2}(?:\.\d)?)(?:\s?-?in(?:s|ch|ches)?\b\.?|(?!\s?[\w%]))", _read_height),
    Rule("unit", r"(?P<first>\d{1,6})\s?(?P<unit1>lbs?|st)\s?(?P<second>\d{1,6})\s?(?P<unit2>oz|lbs?)(?!\w)", _read_compound),
    Rule("unit", r"(?P<first>\d{1,6})\s?(?P<unit1>hrs?|h|m)\s?(?P<second>\d{1,6})\s?(?P<unit2>mins?|m|secs?|s)(?!\w)",
         _read_compound),
    Rule("unit", rf"(?P<numbers>(?:{NUMBER})(?:\s?[x×]\s?(?:{NUMBER}))+)(?:\s?(?P<unit>[cmk]?m|ft|in|px))?(?![\w.]\w|\w)",
         _read_by),
    Rule("unit", rf"(?P<low>{NUMBER})\s?(?P<first>{UNIT})\s?[-–]\s?(?P<high>{NUMBER})(?P<gap>\s?)(?P<unit>(?P=first)){SUFFIX}",
         _read),
    Rule("unit", rf"(?P<low>{NUMBER})\"(?=\s[a-z]|[.,;)]|$)", _read_inches),
    Rule("unit", rf"(?P<low>{NUMBER})(?:{DASH}(?P<high>{NUMBER}))?[xX×](?:/(?P<per>day|week|month|year))?(?!\w)",
         _read_times_as),
    Rule("unit", r"(?P<low>\d+)[Kk](?= \w|[.,;!?)]|$)", _read_kilo),
    Rule("unit", rf"(?P<low>{NUMBER})(?:{DASH}(?P<high>{NUMBER}))?(?P<gap>[ -]?)"
         rf"(?P<unit>sq\.? ?(?:ft|m|mi|km|in|yd|miles?|feet|metres?|meters?)\b\.?|cu\.? ?(?:ft|m|in)\b\.?|fl\.? oz\b\.?"
         rf"|{UNIT}\.){SUFFIX}", _read),
    Rule("unit", rf"(?P<low>{NUMBER})(?:{DASH}(?P<high>{NUMBER}))?(?P<gap>[ -]?)(?P<unit>{UNIT}|[mck]m[23]|m[23]){SUFFIX}",
         _read),
)  # fmt: skip

SIGNS: tuple[Rule, ...] = ()

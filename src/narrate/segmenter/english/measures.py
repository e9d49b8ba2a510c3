"""Measures: a number with its unit, percentages, temperatures, heights, `10x`, `4x4`."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import DASH, NUMBER, NUMBERS, amount, amounts, is_one, listed, words_of
from narrate.segmenter.numbers import cardinal
from narrate.segmenter.rules import Rule, full_stop, text_after, text_before, word_after, word_before

Unit = tuple[str, str]
"""One and several of it: `foot`, `feet`."""

# ------------------------------------------------------------------ units


def _unit(written: str) -> Unit | None:
    """`km` → `kilometre, kilometres`; `km/h`, `m²` and the like are put together."""
    known = words_of("unit").get(written)
    if known:
        one, many = known
        return one, many
    if "/" in written:
        return _rate(*written.split("/"))
    power = {"²": "square", "2": "square", "³": "cubic", "3": "cubic"}.get(written[-1:])
    base = words_of("unit").get(written[:-1]) if power else None
    return (f"{power} {base[0]}", f"{power} {base[1]}") if base else None


def _rate(above: str, below: str) -> Unit | None:
    """`km, h` → `kilometre per hour, kilometres per hour`"""
    is_time_squared = below in {"s²", "s³"}
    unit, per = _unit(above), ("second squared", "") if is_time_squared else _unit(below)
    return (f"{unit[0]} per {per[0]}", f"{unit[1]} per {per[0]}") if unit and per else None


def _read_unit(match: re.Match[str]) -> str | None:
    """`8 km` → `eight kilometres`, `900 sq ft`, `5-10 kg`, `a 5-km run`"""
    written = match["unit"]
    unit = _unit(written) or _unit(written.rstrip(".")) or _unit(written.replace(".", ""))
    if unit is None or not _is_unit(match):
        return None
    is_joined = match["gap"] == "-" or re.match(r"-[a-z]", text_after(match)) is not None
    one, many = unit
    return f"{amounts(match)} {one if is_one(match) or is_joined or _is_attribute(match) else many}{full_stop(match)}"


def _is_attribute(match: re.Match[str]) -> bool:
    """`a 5 km run`: it tells what kind of thing, and stands in the singular."""
    noun = word_after(match)
    is_noun = noun.islower() and noun not in listed("not_nouns") and noun not in listed("long")
    return is_noun and word_before(match) in {"a", "an", "another", "every"}


def _is_unit(match: re.Match[str]) -> bool:
    """Letters that mean several things are units only where nothing else fits: `5 m`, but `£5m`; `5in`, but `5 in`"""
    unit, gap, noun = match["unit"], match["gap"], word_after(match, joined=True).lower()
    if unit == "m":
        is_length = noun in listed("lengths") or noun in listed("long") or match["low"] in listed("raced")
        return gap != "" or is_length or word_before(match) in {"within", "exactly"}
    if unit == "in":
        return not re.match(r"-\d", text_after(match)) and (gap != " " or noun in listed("long"))
    if unit == "in.":
        return gap != " " or noun in {"", "of", "tall", "long", "wide", "deep", "thick", "by"}
    if unit == "s":
        return "." in match["low"] or word_before(match) in listed("before_seconds")
    if unit in {"h", "t"}:
        return gap == ""
    if unit in {"W", "V"}:
        return gap in {"", "-"} or noun.islower()
    return True


def _read_compound(match: re.Match[str]) -> str:
    """`8lb 4oz` → `eight pounds four ounces`, `9st 4lb`, `2h 30m`, `1m 20s`"""
    return f"{_part(match['first'], match['first_unit'])} {_part(match['second'], match['second_unit'])}"


def _part(number: str, unit: str) -> str:
    """`30, m` → `thirty minutes`"""
    one, many = words_of("unit")["min" if unit == "m" else unit]
    return f"{cardinal(int(number))} {one if number == '1' else many}"


def _read_by(match: re.Match[str]) -> str:
    """`4x4` → `four by four`, `2.5 × 3`, `10 × 12 ft`"""
    join = " times " if re.match(r"\s?=", text_after(match)) else " by "
    words = join.join(amount(number) for number in re.split(r"\s?[x×]\s?", match["numbers"]))
    if not match["unit"]:
        return words
    one, many = words_of("unit")[match["unit"]]
    return f"{words} {one if word_before(match) in {'a', 'an'} else many}"


# ------------------------------------------------------------------ with a sign or a letter


def _read_percent(match: re.Match[str]) -> str:
    """`38.5%` → `thirty eight point five percent`, `10-15%`, `10%-15%`, `20%+`, `5‰`"""
    share = "per mille" if match["sign"] == "‰" else "percent"
    return f"{amounts(match)} {share}{' plus' if match['plus'] else ''}"


def _read_points(match: re.Match[str]) -> str:
    """`3pp` → `three percentage points`, `25bps`"""
    return f"{amount(match['low'])} {words_of('points')[match['unit']]}{'' if match['low'] == '1' else 's'}"


def _read_temperature(match: re.Match[str]) -> str:
    """`37°C` → `thirty seven degrees Celsius`, `20-25 °F`, `51°N`, `a 90° turn`"""
    scale = f" {words_of('degree')[match['scale']]}" if match["scale"] else ""
    is_single = is_one(match) or (not scale and _is_attribute(match))
    return f"{amounts(match)} {'degree' if is_single else 'degrees'}{scale}"


def _read_bare_temperature(match: re.Match[str]) -> str | None:
    """`fell to 4C` → `fell to four degrees Celsius`"""
    return _read_temperature(match) if word_before(match) in listed("warmth") or "." in match["low"] else None


def _read_height(match: re.Match[str]) -> str | None:
    """`5'9"` → `five foot nine`, `5ft 10in`, `6ft 2`; no more inches than a foot has"""
    inches = match["inches"]
    return f"{cardinal(int(match['feet']))} foot {amount(inches)}" if float(inches) < 12 else None


def _read_inches(match: re.Match[str]) -> str | None:
    """`a 27" screen` → `a twenty seven inch screen`; not the end of a quotation"""
    if text_before(match, 400).count('"') % 2:
        return None
    is_single = match["low"] == "1" or word_before(match) in {"a", "an"}
    return f"{amount(match['low'])} {'inch' if is_single else 'inches'}"


def _read_times(match: re.Match[str]) -> str | None:
    """`10x faster` → `ten times faster`, `2-3x`, `3x/week`; not `2x + 1`"""
    if re.match(r"\s[-+=\u2212]", text_after(match)):
        return None
    per = f" per {match['per']}" if match["per"] else ""
    return f"{amounts(match)} times{per}"


def _read_kilo(match: re.Match[str]) -> str | None:
    """`a 5K run` → `a five K run`, `a 4K screen`; other thousands are read as thousands"""
    number, noun = match["low"], word_after(match).lower()
    is_screen = number in {"4", "8"} and (not noun or noun in listed("screens"))
    return f"{amount(number)} K" if is_screen or noun in listed("races") else None


# ------------------------------------------------------------------ rules

_UNIT = r"[A-Za-zµμΩ°][A-Za-z°²³]*(?:/[A-Za-z]+[²³]?)?"
_SQUARE = r"sq\.? ?(?:ft|m|mi|km|in|yd|miles?|feet|metres?|meters?)\b\.?"
_CUBIC = r"cu\.? ?(?:ft|m|in)\b\.?|fl\.? oz\b\.?"
_NO_UNIT = r"(?![\w°²³])"
"""The unit ends here."""

FIGURES = (
    Rule(
        "percent",
        rf"(?P<low>{NUMBER})\s?%?(?:(?<=[\d%]){DASH}(?P<high>{NUMBER}))?\s?(?P<sign>[%‰])(?P<plus>\+)?",
        _read_percent,
    ),
    Rule("percent", rf"{NUMBERS}(?P<sign>pc)(?P<plus>)(?!\w)", _read_percent),
    Rule("percent", rf"(?P<low>{NUMBER})\s?(?P<unit>ppt?|bps?)(?!\w)", _read_points),
    Rule(
        "temperature",
        rf"(?P<low>{NUMBER})°?[CF]?(?:{DASH}(?P<high>{NUMBER}))?\s?[°º]\s?(?P<scale>[CFNSEW])?(?!\w)",
        _read_temperature,
    ),
    Rule("temperature", rf"{NUMBERS}(?P<scale>[CF])(?![\w-])", _read_bare_temperature),
    Rule("height", r"(?P<feet>\d)'\s?(?P<inches>\d{1,2})(?:\"|''|in\b)?(?![\w'])", _read_height),
    Rule(
        "height",
        r"(?P<feet>\d)\s?-?(?:ft\.?|foot|feet)\s?-?"
        r"(?P<inches>\d{1,2}(?:\.\d)?)(?:\s?-?in(?:s|ch|ches)?\b\.?|(?!\s?[\w%]))",
        _read_height,
    ),
    Rule(
        "unit",
        r"(?P<first>\d{1,6})\s?(?P<first_unit>lbs?|st)\s?(?P<second>\d{1,6})\s?(?P<second_unit>oz|lbs?)(?!\w)",
        _read_compound,
    ),
    Rule(
        "unit",
        r"(?P<first>\d{1,6})\s?(?P<first_unit>hrs?|h|m)\s?(?P<second>\d{1,6})\s?(?P<second_unit>mins?|m|secs?|s)(?!\w)",
        _read_compound,
    ),
    Rule(
        "unit",
        rf"(?P<numbers>(?:{NUMBER})(?:\s?[x×]\s?(?:{NUMBER}))+)(?:\s?(?P<unit>[cmk]?m|ft|in|px))?(?![\w.]\w|\w)",
        _read_by,
    ),
    Rule(
        "unit",
        rf"(?P<low>{NUMBER})\s?(?P<first>{_UNIT}){DASH}(?P<high>{NUMBER})(?P<gap>\s?)(?P<unit>(?P=first)){_NO_UNIT}",
        _read_unit,
    ),
    Rule("unit", rf"(?P<low>{NUMBER})\"(?=\s[a-z]|[.,;)]|$)", _read_inches),
    Rule("unit", rf"{NUMBERS}[xX×](?:/(?P<per>day|week|month|year))?(?!\w)", _read_times),
    Rule("unit", r"(?P<low>\d+)[Kk](?= \w|[.,;!?)]|$)", _read_kilo),
    Rule("unit", rf"{NUMBERS}(?P<gap>[ -]?)(?P<unit>{_SQUARE}|{_CUBIC}|{_UNIT}\.){_NO_UNIT}", _read_unit),
    Rule("unit", rf"{NUMBERS}(?P<gap>[ -]?)(?P<unit>{_UNIT}|[mck]m[23]|m[23]){_NO_UNIT}", _read_unit),
)

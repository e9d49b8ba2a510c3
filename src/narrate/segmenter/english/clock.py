"""Times of day, and times that something took: `7:45 p.m.`, `9-11am`, `0800 hours`, `2:03:45`."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import DASH, listed
from narrate.segmenter.numbers import cardinal, digits
from narrate.segmenter.rules import Rule, full_stop, word_before

HALF = r"[aApP]\.?\s?[mM]\b\.?"
"""Of the day: `a.m.`, `PM`."""

_HALF_IN_CASE = r"[ap]\.\s?m\b\.?|[ap]m\b|A\.M\b\.?|P\.M\b\.?|[AP]M\b"
_CLOCK = r"(?:[01]?\d|2[0-4])[:.][0-5]\d"
_COLON_CLOCK = r"(?:[01]?\d|2[0-4]):[0-5]\d"
_HOUR_OR_CLOCK = r"\d{1,2}(?:[:.][0-5]\d)?"
_SAID_OF_TIME = r"GMT|BST|CET|o'clock|this morning|tomorrow|tonight"


def _two_figures(written: str) -> str:
    """`45` → `forty five`, `05` → `oh five`"""
    return f"oh {cardinal(int(written))}" if written[0] == "0" else cardinal(int(written))


def _half(written: str | None) -> str:
    """`p.m.` → `P M`"""
    return f" {written[0].upper()} M" if written else ""


def _clock(written: str, half: str | None) -> str | None:
    """`7:45` → `seven forty five`, `16:30` → `sixteen thirty`; None beyond the end of a day."""
    hour, _, minute = written.replace(".", ":").partition(":")
    if int(hour) > (23 if half else 24):
        return None
    if minute == "00" and not half:
        return _full_hour(hour)
    words = "zero" if hour == "00" else cardinal(int(hour))
    return words if minute in {"", "00"} else f"{words} {_two_figures(minute)}"


def _full_hour(written: str) -> str:
    """`7` → `seven o'clock`, `07` → `seven hundred`, `17` → `seventeen hundred`, `0` → `midnight`"""
    hour = int(written)
    if hour == 0:
        return "midnight"
    return f"{cardinal(hour)} o'clock" if hour <= 12 and written[0] != "0" else f"{cardinal(hour)} hundred"


def _read_time(match: re.Match[str]) -> str | None:
    """`10am` → `ten A M`, `7:45 p.m.`, `16:30`"""
    words = _clock(match["clock"], match["half"])
    return None if words is None else f"{words}{_half(match['half'])}{full_stop(match)}"


def _read_times(match: re.Match[str]) -> str | None:
    """`9-11am` → `nine to eleven A M`, `9am-5pm`, `10:30–11:15 a.m.`"""
    first, last = _clock(match["first"], match["first_half"]), _clock(match["last"], match["last_half"])
    if first is None or last is None:
        return None
    return f"{first}{_half(match['first_half'])} to {last}{_half(match['last_half'])}{full_stop(match)}"


def _read_noon(match: re.Match[str]) -> str:
    """`noon-2pm` → `noon to two P M`; the time is read by itself."""
    return f"{match['word']} to "


def _read_until_noon(match: re.Match[str]) -> str | None:
    """`6am–noon` → `six A M to noon`"""
    words = _clock(match["clock"], match["half"])
    return None if words is None else f"{words}{_half(match['half'])} to "


def _military(written: str) -> str:
    """`0800` → `oh eight hundred`, `1945` → `nineteen forty five`"""
    hour, minute = written[:2], written[2:]
    return f"{_two_figures(hour)} {'hundred' if minute == '00' else _two_figures(minute)}"


def _read_military(match: re.Match[str]) -> str:
    """`0800 hours` → `oh eight hundred hours`"""
    return f"{_military(match['time'])} {match['unit']}"


def _read_bare_military(match: re.Match[str]) -> str | None:
    """`at 0830` → `at oh eight thirty`"""
    return _military(match[0]) if word_before(match) in listed("before_time") else None


def _read_duration(match: re.Match[str]) -> str:
    """`2:03:45` → `two oh three forty five`, as a runner's time is said"""
    hours, *rest = match[0].split(":")
    return " ".join([cardinal(int(hours)), *("zero" if part == "00" else _two_figures(part) for part in rest)])


def _read_lap(match: re.Match[str]) -> str:
    """`1:59.40` → `one fifty nine point four zero`, as a time on a track is said"""
    minutes, seconds = match["clock"].split(":")
    return f"{cardinal(int(minutes))} {_two_figures(seconds)} point {digits(match['rest'])}"


FIGURES = (
    Rule("time", rf"(?P<clock>{_HOUR_OR_CLOCK})\s?(?P<half>{HALF}){DASH}(?=noon|midnight)", _read_until_noon),
    Rule("time", r"\d{1,2}:[0-5]\d:[0-5]\d(?![\d:])", _read_duration),
    Rule("time", r"(?P<clock>\d{1,2}:[0-5]\d)\.(?P<rest>\d{1,3})(?![\d:])", _read_lap),
    Rule(
        "time",
        rf"(?P<first>{_HOUR_OR_CLOCK})\s?(?P<first_half>{HALF})?{DASH}"
        rf"(?P<last>{_HOUR_OR_CLOCK})\s?(?P<last_half>{HALF})",
        _read_times,
    ),
    Rule(
        "time",
        rf"(?P<first>{_COLON_CLOCK})(?P<first_half>){DASH}(?P<last>{_COLON_CLOCK})(?P<last_half>)(?![\d:])",
        _read_times,
    ),
    Rule("time", rf"(?P<clock>{_CLOCK})\s?(?P<half>{HALF})", _read_time),
    Rule("time", rf"(?P<clock>\d{{1,2}})\s?(?P<half>{_HALF_IN_CASE})", _read_time),
    Rule("time", r"(?P<time>[01]\d[0-5]\d|2[0-3][0-5]\d)\s?(?P<unit>hours|hrs|GMT|UTC)\b", _read_military),
    Rule("time", r"0[1-9][0-5]\d(?![\w,-]|\.\d)", _read_bare_military),
    Rule("time", rf"(?P<clock>{_COLON_CLOCK})(?P<half>)(?![\d:])", _read_time),
    Rule("time", rf"(?P<clock>\d{{1,2}}\.[0-5]\d)(?P<half>)(?= (?:{_SAID_OF_TIME})\b)", _read_time),
)
WORDS = (Rule("time", rf"(?P<word>[Nn]oon|[Mm]idnight){DASH}(?=\d)", _read_noon),)

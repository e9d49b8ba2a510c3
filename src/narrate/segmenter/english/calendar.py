"""Dates, years, decades, eras and times of day."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import DASH, NOT_NOUNS
from narrate.segmenter.numbers import cardinal, digits, ordinal, plural, year
from narrate.segmenter.rules import (
    Rule,
    alternatives,
    begins_text,
    ends_text,
    full_stop,
    text_before,
    word_after,
    word_before,
)

MONTHS = {
    "jan": "January", "feb": "February", "mar": "March", "apr": "April", "may": "May", "jun": "June",
    "jul": "July", "aug": "August", "sep": "September", "oct": "October", "nov": "November", "dec": "December",
}  # fmt: skip
DAYS = {
    "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Weds": "Wednesday",
    "Thu": "Thursday", "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
LONG_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
SHORT_MONTH = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
MONTH = rf"(?:(?:{LONG_MONTH})\b|{SHORT_MONTH})"
YEAR = r"(?:1[1-9]|20)\d\d"
NTH = r"(?:st|nd|rd|th)?"
DAY = rf"(?:0?[1-9]|[12]\d|3[01]){NTH}(?!\d)"
AND_YEAR = rf"(?:,?\s(?P<year>{YEAR})(?![\d,]\d|\d|\w))?"
HALF = r"[aApP]\.?\s?[mM]\b\.?"
CLOCK = r"(?:[01]?\d|2[0-4])[:.][0-5]\d"
COLON_CLOCK = CLOCK.replace("[:.]", ":")

DATE_PREPOSITIONS = frozenset("on by before after since until till from to of and between for in or through".split())
YEAR_WORDS = frozenset(
    "in since by from until till of during before after between and to early late mid summer spring fall winter autumn "
    "circa around about year the through back for or than his her their its our this january february march april may "
    "june july august september october november december".split()
)
"""Words before a number of four figures that make it a year, whatever follows."""

NO_PLURALS = frozenset("was is has as this its does thus us plus always perhaps across towards besides minus".split())
EVENTS = frozenset(
    "elections games olympics protests riots attacks floods wars talks results finals championships primaries "
    "midterms hearings sanctions killings reforms worlds playoffs awards emmys oscars grammys earthquakes fires".split()
)


def month_name(written: str) -> str:
    return MONTHS[written[:3].lower()]


def _number(written: str) -> int:
    return int(re.sub(r"\D", "", written))


def _year(written: str | None) -> str:
    return f" {year(int(written))}" if written else ""


# ------------------------------------------------------------------ dates


def _read_month_day(match: re.Match[str]) -> str:
    """`Nov. 22, 1963`; `May 4-6`"""
    last = ""
    if match["last"]:
        other = f"{month_name(match['month2'])} " if match["month2"] else ""
        last = f" to {other}{ordinal(_number(match['last']))}"
    return f"{month_name(match['month'])} {ordinal(_number(match['day']))}{last}{_year(match['year'])}"


def _read_day_month(match: re.Match[str]) -> str:
    """`8 May 1945` → `the eighth of May nineteen forty five`"""
    before = word_before(match)
    begins = begins_text(match) and " of " not in match[0]
    weekday = before.title().rstrip(".") in {*DAYS, *DAYS.values()} or text_before(match).endswith("day, ")
    article = "the " if before in DATE_PREPOSITIONS or begins or weekday else ""
    first = ordinal(_number(match["day"]))
    if match["month1"]:
        first += f" of {month_name(match['month1'])}"
    last = f" to {'the ' if article else ''}{ordinal(_number(match['last']))}" if match["last"] else ""
    return f"{article}{first}{last} of {month_name(match['month'])}{_year(match['year'])}"


def _read_month_year(match: re.Match[str]) -> str:
    return f"{month_name(match['month'])}{_year(match['year'])}"


def _read_short_month(match: re.Match[str]) -> str:
    """`Sept.` by itself"""
    return month_name(match[0]) + full_stop(match)


def _read_iso_date(match: re.Match[str]) -> str | None:
    written_year, month, day = map(int, re.split("[-/]", match[0]))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{list(MONTHS.values())[month - 1]} {ordinal(day)} {year(written_year)}"


def _read_slashed_date(match: re.Match[str]) -> str | None:
    """`04/07/1776`: the month first, unless it can only be the day."""
    month, day = int(match["a"]), int(match["b"])
    written = match["y"]
    in_words = year(int(written)) if len(written) == 4 else _short_year(written)
    if 12 < month <= 31 and 1 <= day <= 12:
        article = "" if word_before(match) == "the" else "the "
        return f"{article}{ordinal(month)} of {list(MONTHS.values())[day - 1]} {in_words}"
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{list(MONTHS.values())[month - 1]} {ordinal(day)} {in_words}"


def _short_year(written: str) -> str:
    return digits(written).replace("zero", "oh") if written.startswith("0") else cardinal(int(written))


def _read_weekday(match: re.Match[str]) -> str:
    return DAYS[match["day"]] + ("," if match["comma"] or match["comma2"] else "")


def _read_weekdays(match: re.Match[str]) -> str:
    names = {**DAYS, **{name: name for name in DAYS.values()}}
    first, last = (names.get(match[name], match[name]) for name in ("a", "b"))
    return f"{first} to {last}"


def _read_months(match: re.Match[str]) -> str:
    return f"{month_name(match['a'])} to {month_name(match['b'])}"


# ------------------------------------------------------------------ years


def _read_decade(match: re.Match[str]) -> str:
    """`the 1860s`, `the '90s`, `the 1940s-50s`"""
    number = _number(match["number"])
    if match[0].endswith("'s") and number >= 2010 and word_before(match) != "the":
        return f"{year(number)}'s"
    last = match.groupdict().get("last")
    return f"{_decade(number)} to {_decade(int(last))}" if last else _decade(number)


def _decade(number: int) -> str:
    if number < 100:
        return plural(cardinal(number))
    if number == 2000:
        return "two thousands"
    century, rest = divmod(number, 100)
    if not rest:
        return f"{cardinal(century)} hundreds" if century % 10 else f"{cardinal(number)}s"
    return f"{cardinal(century)} {plural(cardinal(rest))}"


def _read_short_year(match: re.Match[str]) -> str:
    return _short_year(match["number"])


def _read_years(match: re.Match[str]) -> str | None:
    """`2014-2017`, `2021-22`"""
    first, second = match["first"], match["second"]
    if len(second) == 2 and int(second) <= int(first[2:]):
        return None
    if second == "present":
        return f"{year(int(first))} to present"
    if len(second) == 4 and int(second) < int(first):
        return None
    return f"{year(int(first))} to {year(int(second)) if len(second) == 4 else _short_year(second)}"


def _read_slashed_years(match: re.Match[str]) -> str | None:
    """`the 2021/22 season`"""
    first, second = match["first"], match["second"]
    if int(second) != (int(first[2:]) + 1) % 100:
        return None
    return f"{year(int(first))} {_short_year(second)}"


def _read_year(match: re.Match[str]) -> str | None:
    """Four figures are a year, unless they count something."""
    number = int(match[0])
    before, following = word_before(match), word_after(match)
    if not 1100 <= number < 2100 and before not in {
        "in",
        "since",
        "by",
        "until",
        "of",
        "year",
        "from",
        "before",
        "after",
    }:
        return None
    counts = following.endswith("s") and not following.endswith("ss") and following not in NO_PLURALS | EVENTS
    people = following in {"people", "men", "women", "children", "staff", "troops", "feet", "miles", "square", "police"}
    plural_count = counts and not 2010 <= number < 2040
    if following.islower() and (people or (plural_count and following not in NOT_NOUNS and before not in YEAR_WORDS)):
        return None
    if people and before not in {"since", "year"}:
        return None
    return year(number)


def _read_era_before(match: re.Match[str]) -> str:
    """`AD 79`"""
    return f"{' '.join(match['era'])} {_era_year(match['number'])}"


def _read_era_after(match: re.Match[str]) -> str:
    """`44 BC`, `300-200 BCE`, `the 5th century BC` has its figure read elsewhere"""
    last = f" to {_era_year(match['last'])}" if match["last"] else ""
    era = " ".join(sign for sign in match["era"] if sign.isalpha())
    return f"{_era_year(match['number'])}{last} {era}{full_stop(match)}"


def _era_year(written: str) -> str:
    number = int(written.replace(",", ""))
    if 1000 < number < 2100 and "," not in written:
        return year(number)
    return cardinal(number)


def _read_fiscal(match: re.Match[str]) -> str:
    """`FY2024`, `AY2024-25`"""
    number = match["year"]
    kind = "fiscal" if match["kind"] == "F" else "academic"
    last = f" to {_short_year(match['last'])}" if match["last"] else ""
    return f"{kind} year {year(int(number)) if len(number) == 4 else _short_year(number)}{last}"


# ------------------------------------------------------------------ times


def _half(written: str | None) -> str:
    """`p.m.` → `P M`"""
    return f" {written[0].upper()} M" if written else ""


def _clock(written: str, half: str | None) -> str | None:
    """`7:45` → `seven forty five`; `16:30` → `sixteen thirty`"""
    hour, _, minute = written.replace(".", ":").partition(":")
    if int(hour) > 24 or int(minute or 0) > 59 or (half and int(hour) > 12 and int(hour) > 23):
        return None
    words = "zero" if hour == "00" else cardinal(int(hour))
    if not minute or (minute == "00" and half):
        return words
    if minute == "00":
        if int(hour) == 0:
            return "midnight"
        return f"{words} o'clock" if int(hour) <= 12 and not hour.startswith("0") else f"{words} hundred"
    return f"{words} {'oh ' if int(minute) < 10 else ''}{cardinal(int(minute))}"


def _read_time(match: re.Match[str]) -> str | None:
    """`7:45 p.m.`, `10am`, `16:30`"""
    half = match["half"]
    words = _clock(match["clock"], half)
    if words is None:
        return None
    end = "." if half and half.endswith(".") and ends_text(match) else ""
    return f"{words}{_half(half)}{end}"


def _read_times(match: re.Match[str]) -> str | None:
    """`9-11am`, `9am-5pm`, `10:30–11:15 a.m.`"""
    first, last = _clock(match["first"], match["half"]), _clock(match["last"], match["half2"])
    if first is None or last is None:
        return None
    end = "." if (match["half2"] or "").endswith(".") and ends_text(match) else ""
    return f"{first}{_half(match['half'])} to {last}{_half(match['half2'])}{end}"


def _read_noon(match: re.Match[str]) -> str | None:
    return f"{match['word']} to "


def _read_duration(match: re.Match[str]) -> str:
    """`2:03:45`, as a runner's time is said"""
    hours, minutes, seconds = match[0].split(":")
    parts = [cardinal(int(hours))]
    parts += [f"oh {cardinal(int(part))}" if part[0] == "0" and part != "00" else cardinal(int(part)) for part in
              (minutes, seconds)]  # fmt: skip
    return " ".join(parts)


def _read_lap(match: re.Match[str]) -> str | None:
    """`1:59.40`, as a time on a track is said"""
    minutes, seconds = match["clock"].split(":")
    rest = f"oh {cardinal(int(seconds))}" if seconds[0] == "0" else cardinal(int(seconds))
    return f"{cardinal(int(minutes))} {rest} point {digits(match['rest'])}"


def _read_military(match: re.Match[str]) -> str:
    """`0800 hours` → `oh eight hundred hours`"""
    hour, minute = match["time"][:2], match["time"][2:]
    words = f"oh {cardinal(int(hour[1]))}" if hour[0] == "0" else cardinal(int(hour))
    rest = (
        "hundred" if minute == "00" else (f"oh {cardinal(int(minute))}" if minute[0] == "0" else cardinal(int(minute)))
    )
    return f"{words} {rest} {match['unit']}"


_LAST_DAY = rf"(?:\s?[-–]\s?(?:(?P<month2>{MONTH})\s)?(?P<last>{DAY}))?"
_DAYS = rf"(?P<day>{DAY})(?:(?:\s(?P<month1>{MONTH}))?(?:\s?[-–]\s?|\sto\s)(?P<last>{DAY}))?"
DATES = (Rule("date", rf"{_DAYS}\s(?:of\s)?(?P<month>{MONTH}){AND_YEAR}(?!\w)", _read_day_month),)
"""Dates that begin with their day, which is no plain ordinal."""

FIGURES = (
    Rule("date", r"\d{4}([-/])\d\d\1\d\d(?![\w/-])", _read_iso_date),
    Rule("date", r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>(?:1[5-9]|20)\d\d|\d\d)(?![\w/])", _read_slashed_date),
    Rule("date", rf"(?P<a>\d{{1,2}})\.(?P<b>\d{{1,2}})\.(?P<y>{YEAR})(?![\w.]\w)", _read_slashed_date),
    Rule("date", r"(?P<a>\d{1,2})-(?P<b>\d{1,2})-(?P<y>(?:19|20)\d\d)(?![\w-])", _read_slashed_date),
    Rule("era", r"(?P<number>\d[\d,]{0,6})(?:\s?[-–]\s?(?P<last>\d{1,4}))?\s?"
         r"(?P<era>B\.?C\.?E\b\.?|B\.?C\b\.?|A\.?D\b\.?|C\.?E\b\.?)(?!\w)", _read_era_after),
    Rule("decade", r"(?P<number>\d0|(?:1[1-9]|20)\d0)'?s(?:[-–]'?(?P<last>(?:1\d|20)?\d0)s)?\b", _read_decade),
    Rule("decade", r"(?P<number>(?:1[1-9]|20)\d0)[-–](?P<last>\d0)s\b", _read_decade),
    Rule("years", rf"(?P<first>(?:1[1-9]|20)\d\d){DASH}(?P<second>(?:1[1-9]|20)\d\d|\d\d|present)(?![\w-]|,\d|\.\d)",
         _read_years),
    Rule("year", r"(?:1[1-9]|20)\d\d(?=[-–]\))", _read_year),
    Rule("years", r"(?P<first>(?:19|20)\d\d)/(?P<second>\d\d)(?![\w/,-])", _read_slashed_years),
    Rule("time", r"\d{1,2}:[0-5]\d:[0-5]\d(?![\d:])", _read_duration),
    Rule("time", r"(?P<clock>\d{1,2}:[0-5]\d)\.(?P<rest>\d{1,3})(?![\d:])", _read_lap),
    Rule("time", rf"(?P<first>\d{{1,2}}(?:[:.][0-5]\d)?)\s?(?P<half>{HALF})?\s?[-–]\s?"
         rf"(?P<last>\d{{1,2}}(?:[:.][0-5]\d)?)\s?(?P<half2>{HALF})", _read_times),
    Rule("time", rf"(?P<first>{COLON_CLOCK})(?P<half>)\s?[-–]\s?(?P<last>{COLON_CLOCK})(?P<half2>)(?![\d:])", _read_times),
    Rule("time", rf"(?P<clock>{CLOCK})\s?(?P<half>{HALF})", _read_time),
    Rule("time", r"(?P<clock>\d{1,2})\s?(?P<half>[ap]\.\s?m\b\.?|[ap]m\b|A\.M\b\.?|P\.M\b\.?|[AP]M\b)", _read_time),
    Rule("time", r"(?P<time>[01]\d[0-5]\d|2[0-3][0-5]\d)\s?(?P<unit>hours|hrs|GMT|UTC)\b", _read_military),
    Rule("time", r"(?P<time>0[1-9][0-5]\d)(?P<unit>)(?![\w,-]|\.\d)", lambda match: _read_military(match).rstrip()
         if word_before(match) in {"at", "by", "until", "till", "from", "before", "after", "since", "to"} else None),
    Rule("time", r"(?P<clock>(?:[01]?\d|2[0-4]):[0-5]\d)(?P<half>)(?![\d:])", _read_time),
    Rule("time", r"(?P<clock>\d{1,2}\.[0-5]\d)(?P<half>)(?= (?:GMT|BST|CET|o'clock|this morning|tomorrow|tonight)\b)",
         _read_time),
    Rule("year", r"(?:1\d|2[01])\d\d(?![\w,%/:°'-]|\.\d)(?=[\s.;!?)\"'\]…—]|,(?!\d)|$)", _read_year),
    Rule("year", r"(?:1[1-9]|20)\d\d(?=,(?:\s|$)|(?:'s)\b)", _read_year),
    Rule("year", r"(?:1[1-9]|20)\d\d(?=-(?:[a-z]|[A-Z][a-z]))", lambda match: year(int(match[0])) + " "),
)  # fmt: skip
SIGNS = (
    Rule("decade", r"'(?P<number>\d0)'?s\b", _read_decade),
    Rule("year", r"'(?P<number>\d\d)(?![\w'])", _read_short_year),
)
WORDS = (
    Rule("date", rf"(?P<month>{MONTH})\s(?:the\s)?(?P<day>{DAY}){_LAST_DAY}{AND_YEAR}"
         r"(?![\w:]|[.,]\d|\s?[-–]\s?\d|\s?%)", _read_month_day),
    Rule("date", rf"(?P<month>{MONTH}),?\s(?P<year>{YEAR})(?![\w,-]\d|\w)", _read_month_year),
    Rule("date", rf"(?P<day>{alternatives(DAYS)})(?:\.(?P<comma>,)?(?=\s(?:{MONTH}|\d|at\b|night|morning|afternoon|evening"
         rf"|through))|(?P<comma2>,)(?=\s{MONTH}\s\d)|(?=\s(?:{MONTH}\s\d|\d{{1,2}}{NTH}\s{MONTH})))", _read_weekday),
    Rule("date", r"(?P<day>Tues|Weds|Thurs|Thur)(?P<comma>)(?P<comma2>)(?=\s(?:at|night|morning|through|to)\b)",
         _read_weekday),
    Rule("date", rf"(?P<a>{alternatives([*DAYS, *DAYS.values()])})\.?\s?[-–]\s?"
         rf"(?P<b>{alternatives([*DAYS, *DAYS.values()])})\b\.?", _read_weekdays),
    Rule("date", rf"(?P<a>{MONTH})\s?[-–]\s?(?P<b>{MONTH})(?!\w)", _read_months),
    Rule("date", SHORT_MONTH.replace(r"\b\.?", r"\."), _read_short_month),
    Rule("time", r"(?P<word>[Nn]oon|[Mm]idnight)\s?[-–]\s?(?=\d)", _read_noon),
    Rule("era", r"(?P<era>AD|CE|BC|BCE)\s(?P<number>\d{1,4})(?![\w,])", _read_era_before),
    Rule("date", r"(?P<kind>[FA])Y\s?(?P<year>20\d\d|\d\d)(?:[-–](?P<last>\d\d))?(?!\w)", _read_fiscal),
)  # fmt: skip

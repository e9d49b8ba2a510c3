"""Dates, years, decades and eras: `Nov. 22, 1963`, `2014-17`, `the '90s`, `44 BC`."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import DASH, listed, words_of
from narrate.segmenter.numbers import cardinal, digits, ordinal, plural, year
from narrate.segmenter.rules import (
    Rule,
    alternatives,
    begins_text,
    full_stop,
    heads,
    text_before,
    word_after,
    word_before,
)

MONTHS: list[str] = words_of("phrases")["months"]
DAYS: dict[str, str] = words_of("day")
"""Days of the week by their short names."""

_SHORT_MONTHS = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
MONTH = rf"(?:(?:{'|'.join(MONTHS)})\b|(?:{_SHORT_MONTHS})\b\.?)"
NTH = r"(?:st|nd|rd|th)?"
DAY = rf"(?:0?[1-9]|[12]\d|3[01]){NTH}(?!\d)"
WEEKDAY = alternatives({*DAYS, *DAYS.values()})
YEAR = r"(?:1[1-9]|20)\d\d"
AND_YEAR = rf"(?:,?\s(?P<year>{YEAR})(?![\d,]\d|\d|\w))?"

# ------------------------------------------------------------------ dates


def _month(written: str) -> str:
    """`Nov.` → `November`"""
    return next(month for month in MONTHS if month.startswith(written[:3]))


def _day(written: str) -> str:
    """`22nd` → `twenty second`"""
    return ordinal(int(re.sub(r"\D", "", written)))


def _and_year(written: str | None) -> str:
    """The year behind a date, where there is one."""
    return f" {year(int(written))}" if written else ""


def _read_month_day(match: re.Match[str]) -> str:
    """`Nov. 22, 1963` → `November twenty second nineteen sixty three`; `May 4-6`, `May 30 - June 2`"""
    last = ""
    if match["last"]:
        last_month = f"{_month(match['last_month'])} " if match["last_month"] else ""
        last = f" to {last_month}{_day(match['last'])}"
    return f"{_month(match['month'])} {_day(match['day'])}{last}{_and_year(match['year'])}"


def _read_day_month(match: re.Match[str]) -> str:
    """`on 8 May 1945` → `on the eighth of May nineteen forty five`; `4-6 May`, `30 May to 2 June`"""
    the = "the " if _takes_article(match) else ""
    first = _day(match["day"])
    if match["first_month"]:
        first += f" of {_month(match['first_month'])}"
    last = f" to {the}{_day(match['last'])}" if match["last"] else ""
    return f"{the}{first}{last} of {_month(match['month'])}{_and_year(match['year'])}"


def _takes_article(match: re.Match[str]) -> bool:
    """After a preposition or a day of the week, or where it begins the text: `on 8 May`, `Monday 8 May`"""
    before = word_before(match)
    if before in listed("before_date") or text_before(match).endswith("day, "):
        return True
    weekday = before.title().rstrip(".")
    return weekday in DAYS or weekday in DAYS.values() or (begins_text(match) and " of " not in match[0])


def _read_month_year(match: re.Match[str]) -> str:
    """`Sept. 1939` → `September nineteen thirty nine`"""
    return f"{_month(match['month'])}{_and_year(match['year'])}"


def _read_months(match: re.Match[str]) -> str:
    """`Jan-Mar` → `January to March`"""
    return f"{_month(match['first'])} to {_month(match['last'])}"


def _read_short_month(match: re.Match[str]) -> str:
    """`in Sept. he` → `in September he`"""
    return _month(match[0]) + full_stop(match)


def _read_weekday(match: re.Match[str]) -> str:
    """`Fri. night` → `Friday night`, `Fri., May 4` → `Friday, May fourth`"""
    return DAYS[match["day"]] + ("," if match[0].endswith(",") else "")


def _read_weekdays(match: re.Match[str]) -> str:
    """`Mon-Fri` → `Monday to Friday`"""
    first, last = (DAYS.get(match[name], match[name]) for name in ("first", "last"))
    return f"{first} to {last}"


def _read_iso_date(match: re.Match[str]) -> str | None:
    """`2024-05-17` → `May seventeenth twenty twenty four`"""
    in_year, month, day = map(int, re.split("[-/]", match["date"]))
    words = _month_first(month, day, year(in_year))
    if words is None or not match["time"]:
        return words
    hour, minute = match["time"].split(":")
    return f"{words}, {cardinal(int(hour))} {'hundred' if minute == '00' else cardinal(int(minute))}"


def _read_slashed_date(match: re.Match[str]) -> str | None:
    """`04/07/1776`: the month first, unless it can only be the day."""
    first, second, in_year = int(match["first"]), int(match["second"]), _year(match["year"])
    if 12 < first <= 31 and 1 <= second <= 12:
        the = "" if word_before(match) == "the" else "the "
        return f"{the}{ordinal(first)} of {MONTHS[second - 1]} {in_year}"
    return _month_first(first, second, in_year)


def _month_first(month: int, day: int, in_year: str) -> str | None:
    """`7, 4, …` → `July fourth …`; None where there is no such day."""
    fits = 1 <= month <= 12 and 1 <= day <= 31
    return f"{MONTHS[month - 1]} {ordinal(day)} {in_year}" if fits else None


# ------------------------------------------------------------------ years


def _year(written: str) -> str:
    """In four figures or two: `1984`, `84` → `eighty four`, `05` → `oh five`"""
    if len(written) == 4:
        return year(int(written))
    return digits(written).replace("zero", "oh") if written[0] == "0" else cardinal(int(written))


def _read_year(match: re.Match[str]) -> str | None:
    """Four figures are a year, unless they count something: `in 1984`, but `1984 people`"""
    number = int(match[0])
    is_likely = 1100 <= number < 2100 or word_before(match) in listed("before_any_year")
    return year(number) if is_likely and not _counts_something(match, number) else None


def _counts_something(match: re.Match[str], number: int) -> bool:
    """`1500 people`, `1200 homes`; not `the 1972 hearings`, `in 1984 things changed`, `2012 runners`"""
    noun = word_after(match)
    if noun in listed("people"):
        return True
    if not noun.islower() or not noun.endswith("s") or noun.endswith("ss") or 2010 <= number < 2040:
        return False
    is_noun = noun not in listed("no_plurals") and noun not in listed("not_nouns") and noun not in listed("events")
    return is_noun and word_before(match) not in listed("before_year")


def _read_joined_year(match: re.Match[str]) -> str:
    """`1984-style` → `nineteen eighty four -style`"""
    return year(int(match[0])) + " "


def _read_short_year(match: re.Match[str]) -> str:
    """`the class of '84` → `the class of eighty four`"""
    return _year(match["number"])


def _read_years(match: re.Match[str]) -> str | None:
    """`2014-2017`, `2021-22`, `1998-present`; not `1999-24`, which runs backwards"""
    first, last = match["first"], match["last"]
    if last == "present":
        return f"{_year(first)} to present"
    if len(last) == 2 and int(last) <= int(first[2:]):
        return None
    if len(last) == 4 and int(last) < int(first):
        return None
    return f"{_year(first)} to {_year(last)}"


def _read_season(match: re.Match[str]) -> str | None:
    """`the 2021/22 season` → `the twenty twenty one twenty two season`"""
    first, last = match["first"], match["last"]
    follows = int(last) == (int(first[2:]) + 1) % 100
    return f"{_year(first)} {_year(last)}" if follows else None


def _read_named_year(match: re.Match[str]) -> str:
    """`FY2024` → `fiscal year twenty twenty four`, `AY2024-25`"""
    kind = "fiscal" if match["kind"] == "F" else "academic"
    last = f" to {_year(match['last'])}" if match["last"] else ""
    return f"{kind} year {_year(match['year'])}{last}"


# ------------------------------------------------------------------ decades and eras


def _read_decade(match: re.Match[str]) -> str | None:
    """`the 1860s`, `the '90s`, `the 1940s-50s`; `2020's` by itself belongs to the year; not `it took 10s`"""
    number = int(match["number"])
    if number < 100 and word_before(match) in listed("before_seconds"):
        return None
    if match[0].endswith("'s") and number >= 2010 and word_before(match) != "the":
        return f"{year(number)}'s"
    return f"{_decade(number)} to {_decade(int(match['last']))}" if match["last"] else _decade(number)


def _decade(number: int) -> str:
    """`1860` → `eighteen sixties`, `1900` → `nineteen hundreds`, `90` → `nineties`"""
    if number == 2000:
        return "two thousands"
    century, rest = divmod(number, 100)
    if rest:
        return f"{cardinal(century) if century else ''} {plural(cardinal(rest))}".strip()
    return f"{cardinal(century)} hundreds" if century % 10 else f"{cardinal(number)}s"


def _read_era_before(match: re.Match[str]) -> str:
    """`AD 79` → `A D seventy nine`"""
    return f"{' '.join(match['era'])} {_era_year(match['number'])}"


def _read_era_after(match: re.Match[str]) -> str:
    """`44 BC` → `forty four B C`, `300-200 B.C.E.`"""
    last = f" to {_era_year(match['last'])}" if match["last"] else ""
    era = " ".join(sign for sign in match["era"] if sign.isalpha())
    return f"{_era_year(match['number'])}{last} {era}{full_stop(match)}"


def _era_year(written: str) -> str:
    """`1066` → `ten sixty six`, `10,000` → `ten thousand`"""
    number = int(written.replace(",", ""))
    return year(number) if 1000 < number < 2100 and "," not in written else cardinal(number)


# ------------------------------------------------------------------ rules

_DAYS = rf"(?P<day>{DAY})(?:(?:\s(?P<first_month>{MONTH}))?(?:{DASH}|\sto\s)(?P<last>{DAY}))?"
_LAST_DAY = rf"(?:{DASH}(?:(?P<last_month>{MONTH})\s)?(?P<last>{DAY}))?"
_NO_MORE_DATE = rf"(?![\w:]|[.,]\d|{DASH}\d|\s?%)"
_NIGHT = r"at\b|night|morning|afternoon|evening|through"
_ERA = r"B\.?C\.?E\b\.?|B\.?C\b\.?|A\.?D\b\.?|C\.?E\b\.?"
_ISO_TIME = r"(?:T(?P<time>[0-2]\d:[0-5]\d)(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_AFTER_YEAR = r"(?![\w%/:°'-]|[.,]\d)(?=[\s.;!?)\"'\]…—,]|$)"

DATES = (Rule("date", rf"{_DAYS}\s(?:of\s)?(?P<month>{MONTH}){AND_YEAR}(?!\w)", _read_day_month),)
"""Dates that begin with their day, which is no plain ordinal."""

FIGURES = (
    Rule("date", rf"(?P<date>\d{{4}}(?P<join>[-/])\d\d(?P=join)\d\d){_ISO_TIME}(?![\w/-])", _read_iso_date),
    Rule(
        "date",
        r"(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>(?:1[5-9]|20)\d\d|\d\d)(?![\w/])",
        _read_slashed_date,
    ),
    Rule("date", rf"(?P<first>\d{{1,2}})\.(?P<second>\d{{1,2}})\.(?P<year>{YEAR})(?![\w.]\w)", _read_slashed_date),
    Rule("date", r"(?P<first>\d{1,2})-(?P<second>\d{1,2})-(?P<year>(?:19|20)\d\d)(?![\w-])", _read_slashed_date),
    Rule("era", rf"(?P<number>\d[\d,]{{0,6}})(?:{DASH}(?P<last>\d{{1,4}}))?\s?(?P<era>{_ERA})(?!\w)", _read_era_after),
    Rule("decade", r"(?P<number>\d0|(?:1[1-9]|20)\d0)'?s(?:[-–]'?(?P<last>(?:1\d|20)?\d0)s)?\b", _read_decade),
    Rule("decade", r"(?P<number>(?:1[1-9]|20)\d0)[-–](?P<last>\d0)s\b", _read_decade),
    Rule("years", rf"(?P<first>{YEAR}){DASH}(?P<last>{YEAR}|\d\d|present)(?![\w-]|,\d|\.\d)", _read_years),
    Rule("year", rf"{YEAR}(?=[-–]\))", _read_year),
    Rule("years", r"(?P<first>(?:19|20)\d\d)/(?P<last>\d\d)(?![\w/,-])", _read_season),
)
YEARS = (
    Rule("year", rf"(?:1\d|2[01])\d\d{_AFTER_YEAR}", _read_year),
    Rule("year", rf"{YEAR}(?=,(?:\s|$)|(?:'s)\b)", _read_year),
    Rule("year", rf"{YEAR}(?=-(?:[a-z]|[A-Z][a-z]))", _read_joined_year),
)
"""Four figures by themselves, which are no time of day."""

SIGNS = (
    Rule("decade", r"'(?P<number>\d0)'?s(?P<last>)\b", _read_decade),
    Rule("year", r"'(?P<number>\d\d)(?![\w'])", _read_short_year),
)
WORDS = (
    Rule(
        "date",
        rf"(?P<month>{MONTH})\s(?:the\s)?(?P<day>{DAY}){_LAST_DAY}{AND_YEAR}{_NO_MORE_DATE}",
        _read_month_day,
        begins=heads(MONTHS),
    ),
    Rule(
        "date",
        rf"(?P<month>{MONTH}),?\s(?P<year>{YEAR})(?![\w,-]\d|\w)",
        _read_month_year,
        begins=heads(MONTHS),
    ),
    Rule(
        "date",
        rf"(?P<day>{alternatives(DAYS)})(?:\.,?(?=\s(?:{MONTH}|\d|{_NIGHT}))|,(?=\s{MONTH}\s\d)"
        rf"|(?=\s(?:{MONTH}\s\d|\d{{1,2}}{NTH}\s{MONTH})))",
        _read_weekday,
        begins=heads(DAYS),
    ),
    Rule(
        "date",
        r"(?P<day>Tues|Weds|Thurs|Thur)(?=\s(?:at|night|morning|through|to)\b)",
        _read_weekday,
        begins=heads(DAYS),
    ),
    Rule("date", rf"(?P<first>{WEEKDAY})\.?{DASH}(?P<last>{WEEKDAY})\b\.?", _read_weekdays, begins=heads(DAYS)),
    Rule("date", rf"(?P<first>{MONTH}){DASH}(?P<last>{MONTH})(?!\w)", _read_months, begins=heads(MONTHS)),
    Rule("date", rf"(?:{_SHORT_MONTHS})\.", _read_short_month, begins=heads(MONTHS)),
    Rule("era", r"(?P<era>AD|CE|BC|BCE)\s(?P<number>\d{1,4})(?![\w,])", _read_era_before),
    Rule("date", r"(?P<kind>[FA])Y\s?(?P<year>20\d\d|\d\d)(?:[-–](?P<last>\d\d))?(?!\w)", _read_named_year),
)

"""Written forms into spoken ones: ordered classes of small rules, each match read once.

First do no harm: what no rule understands stays as it was.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from narrate.segmenter.numbers import cardinal, decimal, digits, ordinal, plural, roman, year


@dataclass(frozen=True, slots=True)
class Token:
    """A written form that is read in other words."""

    kind: str
    """Class of the rule that read it, such as `money`."""
    start: int
    """Offset in the text given."""
    end: int
    spoken: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text as it will be said, and which parts of it were read by which class of rule."""

    text: str
    tokens: tuple[Token, ...] = ()


Reader = Callable[[re.Match[str]], str | None]
"""Reads a match; None leaves it to the rules after."""

PLAIN = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "′": "'", "‛": "'",
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2007": " ", "\u200a": " ", "\u2011": "-", "\u2010": "-",
        "\u2212": "-", "\u00ad": None, "\u200b": None, "\u200c": None, "\u200d": None, "\u2060": None,
        "\u200e": None, "\u200f": None, "\u202a": None, "\u202b": None, "\u202c": None, "\u202d": None,
        "\u202e": None, "\u2066": None, "\u2067": None, "\u2068": None, "\u2069": None, "\ufe0f": None,
        "\ufeff": None, "²": " squared", "³": " cubed", "[": "(", "]": ")", "{": "(", "}": ")",
    }
    | {sign: str(digit) for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")}
)  # fmt: skip
"""Marks made plain. Square brackets go: engines take them for marks of their own."""

FOOTNOTES = re.compile(
    r"(?<=[\w.,;:!?”’\"')])(?:\[(?:\d{1,3}|[a-z]|note \d+|citation needed)\])+"
    r"|(?<=[.,;:!?”\"])[⁰¹²³⁴-⁹]+|(?<=[a-z]{4})[⁰¹²³⁴-⁹]+(?!\w)"
)
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u200d\ufe0f\u2122\u00ae\u00a9]+")
SURROGATES = re.compile("[\ud800-\udfff]")
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def spoken_form(text: str, language: str = "en") -> str:
    """How a sentence is said: words for an engine, without any marks of its own."""
    return normalise(text, language).text


def normalise(text: str, language: str = "en") -> Spoken:
    """Read the written forms in a sentence.

    Args:
        language: BCP 47. Outside English marks are made plain and digits left to the engine.
    """
    plain = _make_plain(text)
    tokens: list[Token] = []
    if language.split("-")[0].lower() == "en":
        plain = _read_english(plain, tokens)
    plain = re.sub(r"\s*[—―]+(?=[\"')?!.,]|$)", "", plain)
    plain = re.sub(r"\s*[—―]+\s*|\s+–\s+", ", ", plain).replace("–", "-").replace("_", " ")
    plain = re.sub(r"^[\s,;:.]+(?=\w)", "", plain)
    return Spoken(" ".join(plain.split()), tuple(tokens))


def _make_plain(text: str) -> str:
    text = SURROGATES.sub(" ", CONTROLS.sub(" ", FOOTNOTES.sub("", text)))
    text = EMOJI.sub(" ", text.translate(PLAIN))
    return re.sub(r"\s*\((?:\s|\.)*\)", "", text)


def _read_english(text: str, tokens: list[Token]) -> str:
    parts: list[str] = []
    at = 0
    for match in _pattern().finditer(text):
        kind = match.lastgroup or ""
        spoken = _rules()[kind][1](match) if _has_plain_digits(match[0]) else None
        if spoken is not None:
            parts += [text[at : match.start()], spoken]
            tokens.append(Token(kind, match.start(), match.end(), spoken))
            at = match.end()
    parts.append(text[at:])
    return "".join(parts)


def _has_plain_digits(written: str) -> bool:
    """Digits of other scripts are left to the engine."""
    return written.isascii() or all(sign.isascii() for sign in written if sign.isdecimal())


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, (pattern, _) in _rules().items()))


@cache
def _words() -> dict[str, Any]:
    """Tables of words: currencies, units, abbreviations."""
    return tomllib.loads((files("narrate.segmenter") / "languages" / "en.toml").read_text("utf-8"))


# ------------------------------------------------------------------ parts of patterns

NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
DASH = r"\s?[-–]\s?"
SCALE = r"(?:\s?(?:bn|tn|mn|[kKmMbB])\b|\s(?:hundred|thousand|million|billion|trillion)\b)"
SCALE_WORDS = {
    "k": "thousand",
    "m": "million",
    "mn": "million",
    "b": "billion",
    "bn": "billion",
    "tn": "trillion",
}
MONTHS = {
    "jan": "January", "feb": "February", "mar": "March", "apr": "April", "may": "May", "jun": "June",
    "jul": "July", "aug": "August", "sep": "September", "oct": "October", "nov": "November", "dec": "December",
}  # fmt: skip
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
MONEY = rf"([A-Z]{{0,3}}[$£€¥₹])\s?({NUMBER})(?:{DASH}[$£€]?({NUMBER}))?({SCALE})?(-[a-z-]*)?"
TEMPERATURES = {"C": "Celsius", "F": "Fahrenheit", "": ""}
YEAR = r"(?:1[1-9]|20)\d\d"

MONEY_FOUND = (
    rf"(?<![\w$])(?:US|NZ|A|C|HK|CA|AU)?[$£€¥₹]\s?(?:{NUMBER})(?:{DASH}[$£€]?(?:{NUMBER}))?{SCALE}?"
    r"(?:-(?:a|per)-[a-z]+|-(?=[a-z]))?"
)
MONTH_DAY = (
    rf"\b{MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s{YEAR}\b)?"
    r"(?![\w:]|[.,]\d|\s?[-–]\s?\d)"
)
TIME = (
    r"(?<![\w.,$-])\d{1,2}(?::\d\d|[:.]\d\d(?=\s?[ap]\.?m))(?:\s?[aApP]\.?[mM]\b\.?)?(?![\d:])"
    r"|(?<![\w.,$])\d{1,2}\s?(?:[ap]\.m\.|[ap]m\b|[AP]M\b)"
)
SCORE = r"\b\d{1,2}[-–]\d{1,2}(?= (?:win|loss|vote|ruling|victory|defeat|lead|decision|draw)\b)"
A_YEAR = (
    rf"(?<![\w$£€.,/-]){YEAR}(?![\w,%/-]|\.\d)(?=[\s.;:!?)\"']|$)"
    r"(?! (?:people|troops|miles|men|women|years|dollars|euros|pounds|square|staff|jobs|homes|words|seats|votes"
    r"|students|workers|members|cases|copies|pages|metres|meters|feet|tons|tonnes))"
)


def _pieces(pattern: str, text: str) -> tuple[str, ...]:
    found = re.fullmatch(pattern, text)
    return tuple(part or "" for part in found.groups()) if found else ()


def _scale(written: str) -> str:
    word = written.strip()
    return SCALE_WORDS.get(word.lower(), word)


def _spell(written: str) -> str:
    return " ".join(sign for sign in written if sign.isalnum())


# ------------------------------------------------------------------ readers, one a class


def _read_url(match: re.Match[str]) -> str:
    written = re.sub(r"^[a-z]+://", "", match[0]).rstrip("/")
    written = re.sub(r"^www\.", "", written).split("?")[0]
    return _read_name(written.replace("/", " slash "))


def _read_name(written: str) -> str:
    written = written.replace("@", " at ").replace(".", " dot ").replace("_", " underscore ").replace("-", " dash ")
    words = [_spell(word) if word in {"uk", "io", "tv", "eu", "us", "ca", "de"} else word for word in written.split()]
    return re.sub(
        r"\d+",
        lambda found: f" {cardinal(int(found[0]))} " if len(found[0]) < 5 else digits(found[0]),
        " ".join(words),
    ).strip()


def _read_hashtag(match: re.Match[str]) -> str:
    return "hashtag " + re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", match[0][1:])


def _read_money(match: re.Match[str]) -> str | None:
    sign, low, high, scale, rest = _pieces(MONEY, match[0])
    names = _words()["currency"]
    one, many, cent, cents = names.get(sign) or names[sign[-1]]
    compound = rest.startswith("-")
    if high:
        amount = f"{decimal(low)} to {decimal(high)}"
    elif not scale and re.fullmatch(r"[\d,]+\.\d\d", low) and cents:
        whole, fraction = low.replace(",", "").split(".")
        return _amount(int(whole), int(fraction), (one, many, cent, cents)) + rest.replace("-", " ")
    else:
        amount = decimal(low)
    unit = one if compound or (low == "1" and not scale and not high) else many
    return " ".join(filter(None, (amount, _scale(scale), unit))) + rest.replace("-", " ")


def _amount(whole: int, fraction: int, names: tuple[str, str, str, str]) -> str:
    one, many, cent, cents = names
    parts = []
    if whole or not fraction:
        parts.append(f"{cardinal(whole)} {one if whole == 1 else many}")
    if fraction:
        parts.append(f"{cardinal(fraction)} {cent if fraction == 1 else cents}")
    return " and ".join(parts)


def _read_iso_date(match: re.Match[str]) -> str | None:
    written_year, month, day = map(int, match[0].split("-"))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{list(MONTHS.values())[month - 1]} {ordinal(day)} {year(written_year)}"


def _month(written: str) -> str:
    return MONTHS[written[:3].lower()]


def _read_month_day(match: re.Match[str]) -> str:
    month, day, rest = _pieces(rf"({MONTH})\s(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s({YEAR}))?", match[0])
    return " ".join(filter(None, (_month(month), ordinal(int(day)), year(int(rest)) if rest else "")))


def _read_day_month(match: re.Match[str]) -> str:
    day, month, rest = _pieces(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s({MONTH})(?:,?\s({YEAR}))?", match[0])
    return " ".join(filter(None, (ordinal(int(day)), "of", _month(month), year(int(rest)) if rest else "")))


def _read_decade(match: re.Match[str]) -> str:
    number = int(re.sub(r"\D", "", match[0]))
    if number < 100:
        return plural(cardinal(number))
    century, rest = divmod(number, 100)
    if not rest:
        return f"{cardinal(century)} hundreds" if century % 10 else f"{cardinal(number)}s"
    return f"{cardinal(century)} {plural(cardinal(rest))}"


def _read_years(match: re.Match[str]) -> str:
    first, second = re.split(DASH, match[0])
    return f"{year(int(first))} to {year(int(second)) if len(second) == 4 else cardinal(int(second))}"


def _read_time(match: re.Match[str]) -> str | None:
    hour, minute, half, end = _pieces(r"(\d{1,2})(?:[:.](\d\d))?(?:\s?([aApP])\.?[mM](\.?))?", match[0])
    if int(hour) > 24 or int(minute or 0) > 59:
        return None
    words = [cardinal(int(hour))]
    if minute == "00" and not half:
        words.append("o'clock" if 0 < int(hour) <= 12 else "hundred")
    elif minute and minute != "00":
        words.append(f"oh {cardinal(int(minute))}" if int(minute) < 10 else cardinal(int(minute)))
    if half:
        words.append(f"{half.upper()} M{end}")
    return " ".join(words)


def _read_percent(match: re.Match[str]) -> str:
    low, high = _pieces(rf"({NUMBER})(?:{DASH}({NUMBER}))?\s?%", match[0])
    return " ".join(filter(None, (decimal(low), f"to {decimal(high)}" if high else "", "percent")))


def _read_unit(match: re.Match[str]) -> str | None:
    low, high, _, unit = _pieces(rf"({NUMBER})(?:{DASH}({NUMBER}))?([\s-]?)(.+)", match[0])
    one, many = _words()["unit"][unit]
    amount = f"{decimal(low)} to {decimal(high)}" if high else decimal(low)
    return f"{amount} {one if low == '1' and not high else many}"


def _read_temperature(match: re.Match[str]) -> str:
    low, high, scale = _pieces(rf"({NUMBER})(?:{DASH}({NUMBER}))?\s?°\s?([CF]?)", match[0])
    amount = f"{decimal(low)} to {decimal(high)}" if high else decimal(low)
    return f"{amount} degrees {TEMPERATURES[scale]}".strip()


def _read_fraction_sign(match: re.Match[str]) -> str:
    whole, sign, unit = _pieces(rf"(\d*)\s?({_any('fraction')})(?:\s({_any('unit')}))?", match[0])
    words: str = _words()["fraction"][sign]
    if whole:
        words = f"{cardinal(int(whole))} and {words.replace('one ', 'a ')}"
    if not unit:
        return words
    one, many = _words()["unit"][unit]
    return f"{words} {many if whole else one}"


def _read_score(match: re.Match[str]) -> str:
    first, second = re.split(r"[-–]", match[0])
    return f"{cardinal(int(first))} to {cardinal(int(second))}"


def _read_range(match: re.Match[str]) -> str | None:
    first, second = re.split(DASH, match[0])
    if float(second.replace(",", "")) <= float(first.replace(",", "")) and len(first + second) > 4:
        return None
    return f"{decimal(first)} to {decimal(second)}"


def _read_out_of(match: re.Match[str]) -> str | None:
    first, second = map(int, match[0].split("/"))
    if match[0] == "24/7":
        return "twenty four seven"
    if match[0] == "9/11":
        return "nine eleven"
    if first == 1 and 2 <= second <= 20 and second != 10:
        return "one " + {2: "half", 4: "quarter"}.get(second, ordinal(second))
    if second in (5, 10, 100) and first <= second:
        return f"{cardinal(first)} out of {cardinal(second)}"
    if first < second <= 12:
        return f"{cardinal(first)} {plural({2: 'half', 4: 'quarter'}.get(second, ordinal(second)))}"
    return None


def _read_phone(match: re.Match[str]) -> str:
    return " ".join(digits(group) for group in re.findall(r"\d+", match[0]))


def _read_emergency(match: re.Match[str]) -> str:
    word, number = match[0].split()
    return f"{word} {digits(number)}"


def _read_roman(match: re.Match[str]) -> str | None:
    before, written = match[0].rsplit(" ", 1)
    number = roman(written)
    if number is None or (written == "I" and before not in _words()["roman"]["counted"]):
        return None
    counted = any(before.endswith(word) for word in _words()["roman"]["counted"])
    return f"{before} {cardinal(number) if counted else 'the ' + ordinal(number)}"


def _read_ordinal(match: re.Match[str]) -> str:
    return ordinal(int(re.sub(r"\D", "", match[0])))


def _read_aged(match: re.Match[str]) -> str:
    number, rest = _pieces(r"([\d.]+)-([a-z-]+)", match[0])
    return f"{decimal(number)} {rest.replace('-', ' ')}"


def _read_year(match: re.Match[str]) -> str:
    return year(int(match[0]))


def _read_scaled(match: re.Match[str]) -> str:
    number, scale = _pieces(rf"({NUMBER})({SCALE})", match[0])
    return f"{decimal(number)} {_scale(scale)}"


def _read_code(match: re.Match[str]) -> str:
    """G7, F-35, B-52, Q4: letters by themselves, then the number."""
    letters, number = _pieces(r"([A-Z]{1,3})-?(\d{1,3})", match[0])
    return f"{' '.join(letters)} {cardinal(int(number))}"


def _read_number(match: re.Match[str]) -> str:
    written = match[0]
    if re.fullmatch(r"0\d+", written) or len(written.replace(",", "")) > 15:
        return digits(written)
    return decimal(written)


def _read_negative(match: re.Match[str]) -> str:
    return f"minus {decimal(match[0][1:])}"


def _read_abbreviation(match: re.Match[str]) -> str | None:
    words: str = _words()["abbreviation"][match[0]]
    return words


def _read_number_sign(match: re.Match[str]) -> str:
    return f"number {cardinal(int(re.sub(r'[^0-9]', '', match[0])))}"


def _read_symbol(match: re.Match[str]) -> str:
    return f" {_words()['symbol'][match[0].strip()]} "


def _any(table: str) -> str:
    return "|".join(re.escape(key) for key in sorted(_words()[table], key=len, reverse=True))


@cache
def _rules() -> dict[str, tuple[str, Reader]]:
    """The classes in the order in which they are tried: name → (pattern, reader)."""
    counted = "|".join(_words()["roman"]["counted"] + _words()["roman"]["ruled"])
    return {
        "mail": (r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", lambda match: _read_name(match[0])),
        "url": (r"\bhttps?://[^\s)\"',]*[\w/]|\bwww\.[\w-]+(?:\.[\w-]+)+(?:/[\w./-]*\w)?", _read_url),
        "hashtag": (r"(?<!\w)#[A-Za-z]\w+", _read_hashtag),
        "handle": (r"(?<!\w)@[A-Za-z]\w+", lambda match: _read_name(match[0])),
        "money": (MONEY_FOUND, _read_money),
        "iso_date": (r"\b\d{4}-\d\d-\d\d\b", _read_iso_date),
        "month_day": (MONTH_DAY, _read_month_day),
        "day_month": (rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s{MONTH}(?:,?\s{YEAR}\b)?(?!\w)", _read_day_month),
        "decade": (r"(?<![\w$£€,.])(?:'?\d0|(?:1\d|20)\d0)'?s\b", _read_decade),
        "years": (rf"(?<![\w$,.-])(?:1[5-9]|20)\d\d{DASH}(?:(?:1[5-9]|20)\d\d|\d\d)(?![\w,-])", _read_years),
        "phone": (r"(?<![\w-])(?:\+?\d{1,2}[ -])?(?:\(\d{3}\) ?|\d{3}[- ])\d{3}-\d{4}\b", _read_phone),
        "emergency": (r"\b(?:[Dd]ial|[Cc]all|[Cc]alled|[Dd]ialled) (?:911|112|999|101|111|988)\b", _read_emergency),
        "time": (TIME, _read_time),
        "percent": (rf"(?<![\w.,])(?:{NUMBER})(?:{DASH}(?:{NUMBER}))?\s?%", _read_percent),
        "temperature": (rf"(?<![\w.,])(?:{NUMBER})(?:{DASH}(?:{NUMBER}))?\s?°\s?[CF]?(?!\w)", _read_temperature),
        "fraction_sign": (rf"(?:\b\d+\s?)?(?:{_any('fraction')})(?:\s(?:{_any('unit')})(?!\w))?", _read_fraction_sign),
        "unit": (rf"(?<![\w.,$£€])(?:{NUMBER})(?:{DASH}(?:{NUMBER}))?[\s-]?(?:{_any('unit')})(?![\w°])", _read_unit),
        "scaled": (rf"(?<![\w.,$])(?:{NUMBER})(?:bn|tn|mn|[kmb])\b", _read_scaled),
        "out_of": (r"(?<![\w/.])\d{1,2}/\d{1,3}(?![\w/])", _read_out_of),
        "score": (SCORE, _read_score),
        "range": (rf"(?<![\w.,$/-])(?:{NUMBER}){DASH}(?:{NUMBER})(?![\w/-]|[.,]\d)", _read_range),
        "aged": (r"(?<![\w.,$-])\d{1,3}(?:\.\d+)?-[a-z]+(?:-[a-z]+)*", _read_aged),
        "ordinal": (r"(?<![\w.])(?:\d{1,3},)*\d+(?:st|nd|rd|th)\b", _read_ordinal),
        "number_sign": (r"(?:\bNo\.\s|#)\d+\b", _read_number_sign),
        "roman": (rf"\b(?:{counted}) [IVXLC]+\b(?!\.\w)", _read_roman),
        "abbreviation": (rf"(?<![\w.])(?:{_any('abbreviation')})(?=\s|$|[,;:)\"'])", _read_abbreviation),
        "year": (A_YEAR, _read_year),
        "code": (r"(?<![\w-])[A-Z]{1,3}-?\d{1,3}(?![\w-]|\.\d)", _read_code),
        "negative": (rf"(?<![\w)\"'-])-(?:{NUMBER})(?![\w/-])", _read_negative),
        "number": (rf"(?<![\w.,:/$-])(?:{NUMBER})(?![\w/-]|[.,:]\d)", _read_number),
        "symbol": (rf"(?<=\s)(?:{_any('symbol')})(?=\s)|[&→]|(?<=\d)\s?[×+](?=\s?\d)|[~±](?=\s?\d)|§\s?", _read_symbol),
    }  # fmt: skip

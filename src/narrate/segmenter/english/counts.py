"""Plain numbers: cardinals, ordinals, ranges, ages, powers, negative numbers."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import DASH, NUMBER, SCALE, amount, amounts, in_pairs, listed, scale_word
from narrate.segmenter.marks import RAISED
from narrate.segmenter.numbers import cardinal, digits, ordinal, plural
from narrate.segmenter.rules import Rule, alternatives, heads, said, text_after, text_before, word_after

_DOOR = rf"(?i)(?:\b(?:{alternatives(listed('doors'))})\s|#)$"
_IN_STREET = r" [A-Z][a-z]+ (?:St|Ave|Rd|Str|Road|Av|La|Pl|Dr)"

# ------------------------------------------------------------------ cardinals and ordinals


def _read_ordinal(match: re.Match[str]) -> str | None:
    """`22nd` → `twenty second`; not `22th`"""
    number, ending = re.sub(r"\D", "", match[0]), match[0][-2:]
    is_teen = number[-2:-1] == "1"
    right = "th" if is_teen else {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th")
    return ordinal(int(number)) if ending == right and len(number) <= 15 else None


def _read_number(match: re.Match[str]) -> str:
    """`1,250` → `one thousand two hundred and fifty`; `007`, and `NY 10001` figure by figure"""
    written = match[0]
    if re.fullmatch(r"00[1-9]", written):
        return f"double oh {cardinal(int(written))}"
    if re.fullmatch(r"\d{5}", written) and re.search(r"\b[A-Z]{2}\.? $", text_before(match, 5)):
        return digits(written)
    return amount(written)


def _read_plus(match: re.Match[str]) -> str:
    """`500+` → `five hundred plus`"""
    return f"{amount(match['number'])} plus"


def _read_scaled(match: re.Match[str]) -> str | None:
    """`6.7m users` → `six point seven million users`, `20k`, `2.5 million`, `5-10 million`, `500m-1bn`"""
    first, scale = scale_word(match["first"]), scale_word(match["scale"])
    if not _is_scale(match) or (first and not match["high"]):
        return None
    if first and first != scale:
        return f"{amount(match['low'])} {first} to {amount(match['high'])} {scale}"
    return f"{amounts(match)} {scale}"


def _is_scale(match: re.Match[str]) -> bool:
    """A letter after a number may be something else: `5 m`, `Flat 4B`, `3M`"""
    written = match["scale"]
    if written.strip() in {"T", "mil"} or written in {" m", " M", " k", " K", " b", " B"}:
        return False
    if len(written) == 1 and _tells_doors_apart(match):
        return False
    return not (written == "M" and match["low"] == "3" and word_after(match) in listed("of_a_company"))


def _tells_doors_apart(match: re.Match[str]) -> bool:
    """`221B Baker St.`, `Apt. 4B`, `#4B`"""
    return bool(re.search(_DOOR, text_before(match, 14)) or re.match(_IN_STREET, text_after(match)))


def _read_letters_behind(match: re.Match[str]) -> str | None:
    """`5G` → `five G`, `1080p`, `747s` → `seven forty sevens`, `49ers`"""
    number, tail = match["number"], match["tail"]
    if tail == "ers":
        words = cardinal(int(number))
        return f"{words}{'rs' if words.endswith('e') else 'ers'}"
    if tail == "s":
        return plural(in_pairs(number)) if len(number) < 4 else None
    return f"{in_pairs(number)} {' '.join(tail)}"


# ------------------------------------------------------------------ ranges and ages


def _read_range(match: re.Match[str]) -> str | None:
    """`20-25` → `twenty to twenty five`, `4-1`; not `5 - 3 = 2`, `0800-1234`, `2500-10`"""
    low, high = match["low"], match["high"]
    if low.startswith("0") and len(low) > 1 and "." not in low:
        return None
    if " " in match[0] and "–" not in match[0] and re.match(r"\s?=", text_after(match)):
        return None
    if low == high:
        return f"{amount(low)} {amount(high)}"
    if float(high.replace(",", "")) < float(low.replace(",", "")) and len(low) > 3:
        return None
    return amounts(match)


def _read_aged(match: re.Match[str]) -> str:
    """`7-year-old` → `seven year old`, `300-page`, `9-to-5`, `1-on-1`"""
    words = [cardinal(int(part)) if part.isdigit() else part for part in match["rest"].split("-")]
    return f"{amount(match['number'])} {' '.join(words)}"


def _read_hanging(match: re.Match[str]) -> str:
    """`18- to 24-year-olds` → `eighteen to twenty four year olds`; the second number is read by itself."""
    return amount(match["number"])


# ------------------------------------------------------------------ powers

POWERS = {"2": "squared", "3": "cubed"}


def _read_power(match: re.Match[str]) -> str:
    """`10^6` → `ten to the power of six`, `2^-3` → `two to the power of minus three`"""
    minus, figures = ("minus ", match["power"][1:]) if match["power"][0] == "-" else ("", match["power"])
    words = POWERS.get(minus + str(int(figures))) or f"to the power of {minus}{cardinal(int(figures))}"
    return f"{amount(match['base'])} {words}"


def _read_raised_minus(match: re.Match[str]) -> str:
    """`10⁻⁶` → `ten to the power of minus six`"""
    figures = "".join(str(RAISED.index(sign)) for sign in match["power"])
    return f" to the power of minus {cardinal(int(figures))} "


def _read_charge(match: re.Match[str]) -> str:
    """`Ca²⁺` → `Ca two plus`"""
    count = f"{cardinal(RAISED.index(match['count']))} " if match["count"] else ""
    return f" {count}{'plus' if match['sign'] == '⁺' else 'minus'} "


def _read_raised(match: re.Match[str]) -> str:
    """`x²` → `x squared`, `x¹⁰` → `x to the power of ten`"""
    figures = "".join(str(RAISED.index(sign)) for sign in match[0])
    return f" {POWERS.get(figures) or f'to the power of {cardinal(int(figures))}'} "


# ------------------------------------------------------------------ rules

_MINUS = r"(?<![\w)\]\"'%.?!-])-(?=\d|\.\d|[$£€½¼¾⅓⅔])|(?<=\s)–(?=\d|[$£€])"

ORDINALS = (Rule("ordinal", r"(?:\d{1,3},)*\d+(?:st|nd|rd|th)\b", _read_ordinal),)
FIGURES = (
    Rule(
        "cardinal",
        rf"(?P<low>{NUMBER})(?P<first>{SCALE})?(?:{DASH}(?P<high>{NUMBER}))?(?P<scale>(?<=\d){SCALE})",
        _read_scaled,
    ),
    Rule("cardinal", rf"(?P<low>{NUMBER})(?P<first>)(?P<high>)(?P<scale>{SCALE})", _read_scaled),
    Rule("power", r"(?P<base>\d+)\^(?P<power>-?\d{1,3})(?!\d)", _read_power),
    Rule("range", rf"(?P<low>{NUMBER}){DASH}(?P<high>{NUMBER})(?![\w/]|-[\d]|[.,]\d)", _read_range),
    Rule("age", r"(?P<number>\d[\d,]*(?:\.\d+)?)-(?P<rest>[A-Za-z]+(?:-(?:[A-Za-z]+|\d+))*)", _read_aged),
    Rule("age", r"(?P<number>\d+)[-–](?= (?:to|and|or)\b|,)", _read_hanging),
    Rule("alnum", r"(?P<number>\d{1,4})(?P<tail>[A-Z]{1,2}|[pix]|s|ers|[a-f])(?![\w]|-\d)", _read_letters_behind),
    Rule("cardinal", rf"(?P<number>{NUMBER})\+(?!\s?\d)", _read_plus),
    Rule("cardinal", rf"(?:{NUMBER})(?![^\W{RAISED}]|/|[.,:]\d)", _read_number),
)
SIGNS = (
    Rule("power", rf"⁻(?P<power>[{RAISED}]{{1,6}})", _read_raised_minus, begins=heads("⁻")),
    Rule("chem", rf"(?P<count>[{RAISED}]?)(?P<sign>[⁺⁻])(?!\w)", _read_charge, begins=heads(f"{RAISED}⁺⁻")),
    Rule("power", f"[{RAISED}]{{1,6}}", _read_raised, begins=heads(RAISED)),
    Rule("negative", _MINUS, said("minus ")),
    Rule("symbol", r"(?<![\w)\]])\+(?=\d)", said("plus ")),
)

"""Letters that are not read as a word: initials, chemistry, codes such as `F-35`."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import amount, in_pairs, listed
from narrate.segmenter.numbers import cardinal, digits
from narrate.segmenter.rules import Rule, alternatives, full_stop, text_after, word_before

# ------------------------------------------------------------------ initials


def _read_dotted(match: re.Match[str]) -> str:
    """`the U.S. army` → `the US army`, `J.K. Rowling` → `J K Rowling`; the engine says letters together as letters."""
    letters = match[0].replace(".", "")
    is_named = letters not in listed("dotted") and re.match(r"\s[A-Z][a-z]", text_after(match))
    return " ".join(letters) if is_named else letters + full_stop(match)


def _read_initials(match: re.Match[str]) -> str | None:
    """`Harry S. Truman` → `Harry S Truman`; not `vitamin C. It`, where a letter ends what comes before."""
    if word_before(match) in listed("no_initials"):
        return None
    return " ".join(re.findall("[A-Z]", match[0])) + " "


# ------------------------------------------------------------------ letters with a sign


def _read_sharp(match: re.Match[str]) -> str:
    """`C#` → `C sharp`"""
    return f"{match[0][0]} sharp"


def _read_plus(match: re.Match[str]) -> str:
    """`C++` → `C plus plus`, `C++17`, `A+`, `Disney+`, `LGBTQ+`"""
    number = f" {cardinal(int(match['number']))}" if match["number"] else ""
    return match["name"] + " plus" * len(match["signs"]) + number


def _read_ampersand(match: re.Match[str]) -> str:
    """`Q&A` → `Q and A`, `AT&T`, `R&D`"""
    return match[0].replace("&", " and ")


# ------------------------------------------------------------------ chemistry and codes

_ELEMENT = alternatives(listed("elements"))


def _read_formula(match: re.Match[str]) -> str | None:
    """`CO2` → `C O two`, `H2SO4`; `O2` is a gas, but `B2` a code."""
    written = match[0]
    parts = re.findall(rf"({_ELEMENT})(\d*)", written)
    is_whole = "".join(symbol + count for symbol, count in parts) == written
    if not is_whole or written.isalpha() or (len(parts) == 1 and written not in listed("gases")):
        return None
    return " ".join(
        f"{' '.join(symbol.upper())} {cardinal(int(count)) if count else ''}".strip() for symbol, count in parts
    )


def _read_code(match: re.Match[str]) -> str:
    """`F-35` → `F thirty five`, `R2-D2`, `H5N1`; with small letters behind it too: `A320neo`, `F-16s`"""
    found = re.fullmatch(r"(.*\d)([a-z]{1,3})", match[0])
    if not found:
        return _say_code(match[0])
    words, ending = _say_code(found[1]), found[2]
    return f"{words}s" if ending == "s" and not words.endswith("x") else f"{words} {ending}"


def _say_code(written: str) -> str:
    """Letters by themselves, unless they make a word, and numbers in pairs: `PM2.5`, `COVID19`"""
    pieces = re.findall(r"[A-Z]+[a-z]?(?![a-z])|[A-Za-z]+|\d+(?:\.\d+)?", written)
    return " ".join(_code_number(piece) if piece[0].isdigit() else _code_letters(piece) for piece in pieces)


def _code_number(written: str) -> str:
    """`380` → `three eighty`, `05` → `oh five`, `2.5` → `two point five`"""
    if "." in written:
        return amount(written)
    return digits(written).replace("zero", "oh") if len(written) > 1 and written[0] == "0" else in_pairs(written)


def _code_letters(written: str) -> str:
    """`PM` → `P M`, `COVID`, `SARS`: a word where it is long and has vowels, or is known for it."""
    is_word = written in listed("said_as_word") or (len(written) >= 4 and re.search("[AEIOU]", written))
    return written if is_word or not written.isupper() else " ".join(written)


def _read_named_code(match: re.Match[str]) -> str:
    """`Covid-19` → `Covid nineteen`, `Catch-22`, `Blink-182`, `Omega-3`"""
    return f"{match['name']} {in_pairs(match['number'])}"


def _read_product(match: re.Match[str]) -> str:
    """`iPhone15` → `iPhone fifteen`"""
    return f"{match['name']} {amount(match['number'])}"


# ------------------------------------------------------------------ rules

_INITIALS = (
    r"(?:[A-Z]\.){2,8}(?=\s|$|[,;:!?\"')\]’-])"  # `U.S.`
    r"|(?:[A-Z]\.){1,7}[A-Z](?![\w.])"  # `U.S`
    r"|(?:[a-z]\.){2,8}(?=\s|$|[,;:!?\"')])"  # `q.v.`
)
_SURNAME = r"(?=(?:(?:Mc|Mac|O'|De|Du|La|Le|Van)?[A-Z][a-z]|de |van |von ))"
_CODE = r"[A-Z]{1,5}[a-z]?-?\d{1,4}(?:\.\d)?(?:[A-Z]{1,2}\d{0,3}|[a-z]{1,3})?(?:-[A-Z]?\d{1,3})?(?![\w-]|\.\d)"
_NAMED_CODE = r"(?P<name>[A-Z][a-z]{2,}|COVID|SARS|MERS|[A-Z][a-z]+[A-Z][a-z]+)-(?P<number>\d{1,4})(?![\w-]|\.\d)"

WORDS = (
    Rule("symbol", r"[CF]#(?!\w)", _read_sharp),
    Rule("symbol", r"(?P<name>[A-Za-z]+)(?P<signs>\+{1,2})(?P<number>(?<=\+\+)\d{2})?(?![\w+])", _read_plus),
    Rule("symbol", r"[A-Z]{1,3}&[A-Z]{1,3}(?!\w)", _read_ampersand),
    Rule("initials", _INITIALS, _read_dotted),
    Rule("initials", rf"[A-Z]\.(?:\s?[A-Z]\.){{0,5}}\s{_SURNAME}", _read_initials),
    Rule("chem", rf"(?:(?:{_ELEMENT})\d{{0,4}}){{1,12}}(?![\w.]\w|\w|-\d)", _read_formula),
    Rule("alnum", _NAMED_CODE, _read_named_code),
    Rule("alnum", _CODE, _read_code),
    Rule("alnum", r"(?P<name>(?:i|e)[A-Z][A-Za-z]+)(?P<number>\d+)(?!\w)", _read_product),
)

"""Numbers that are names, and no amounts: `Flight 370`, `call 911`, `Boeing 747`, `401(k)`, `#5`."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import amount, in_pairs, listed
from narrate.segmenter.numbers import cardinal, digits
from narrate.segmenter.rules import Rule, text_before, word_after, word_before


def _read_named(match: re.Match[str]) -> str | None:
    """`Flight 370` → `Flight three seventy`; what is no name is left to the plain numbers."""
    return in_pairs(match[0]) if _is_name(match) else None


def _is_name(match: re.Match[str]) -> bool:
    """`Xbox 360`, `360-degree`, `a 404 error`, `Economics 101`, `Route 128`; not `the bus 101`"""
    number, before = match[0], word_before(match)
    if f"{before}-{number}" in listed("nicknames"):
        return True
    if number == "360" and word_after(match, joined=True) in listed("seen_around"):
        return True
    if len(number) == 3 and word_after(match) == "error":
        return True
    if number != "101" and before not in listed("numbered"):
        return False
    capitalised = r"[A-Z]\w*\s$" if number == "101" else r"[A-Z][a-z-]*\s$"
    return re.search(capitalised, text_before(match, 20)) is not None


def _read_emergency(match: re.Match[str]) -> str | None:
    """`call 911` → `call nine one one`, `a 999 call`; `a Porsche 911` is a car."""
    if word_before(match) == "porsche":
        return in_pairs(match[0].replace("-", ""))
    is_called = word_before(match) in listed("emergency_verbs") or word_after(match).lower() in listed(
        "emergency_nouns"
    )
    return digits(match[0]) if is_called else None


def _read_model(match: re.Match[str]) -> str | None:
    """`Boeing 747` → `Boeing seven four seven`, `a 737-800` → `a seven three seven eight hundred`"""
    if match["variant"]:
        return f"{digits(match['number'])} {in_pairs(match['variant'])}"
    return digits(match["number"]) if word_before(match) == "boeing" else None


def _read_paragraph(match: re.Match[str]) -> str:
    """`401(k)` → `four oh one k`, `501(c)(3)`"""
    part = f" {cardinal(int(match['part']))}" if match["part"] else ""
    return f"{in_pairs(match['number'])} {match['letter']}{part}"


def _read_text_code(match: re.Match[str]) -> str | None:
    """`Text HELP to 54321`, figure by figure"""
    is_texted = re.search(r"\b[Tt]ext(?:ing|s|ed)?\b[^.]* to $", text_before(match))
    return digits(match[0]) if is_texted else None


def _read_book_number(match: re.Match[str]) -> str | None:
    """`ISBN 978-0-14-143951-8`, figure by figure"""
    return digits(match[0]) if re.search(r"IS[BS]N:?\s$", text_before(match, 8)) else None


def _read_number_sign(match: re.Match[str]) -> str:
    """`#5` → `number five`, `#4B` → `number four B`"""
    return f"number {amount(match['number'])} {match['letter']}".rstrip()


FIGURES = (
    Rule("alnum", r"(?P<number>\d{3})\((?P<letter>[a-z])\)(?:\((?P<part>\d)\))?", _read_paragraph),
    Rule("phone", r"\d{5,6}(?![\w,-]|\.\d)", _read_text_code),
    Rule("alnum", r"[\d-]{10,17}(?![\w-])", _read_book_number),
    Rule("emergency", r"(?:911|9-1-1|999|112|101|111|988|000)(?![\w,-]|\.\d)", _read_emergency),
    Rule("model", r"(?P<number>7[0-8]7)(?:-(?P<variant>[1-9]\d0|[89]))?(?![\w,%]|\.\d|-\d)", _read_model),
    Rule("named", r"\d{3,4}(?![\w,%/]|-\d|\.\d)", _read_named),
)
SIGNS = (
    Rule("number_sign", r"#\s?(?P<number>\d+)(?P<letter>)(?!\w)", _read_number_sign),
    Rule("number_sign", r"#(?P<number>\d{1,4})(?P<letter>[A-Z])(?!\w)", _read_number_sign),
)

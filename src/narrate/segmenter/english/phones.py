"""Telephone numbers: `(212) 555-0134`, `+44 20 7946 0958`, `1-800-FLOWERS`."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import listed
from narrate.segmenter.numbers import digits
from narrate.segmenter.rules import Rule, word_before


def _read_phone(match: re.Match[str]) -> str:
    """`212-555-0134 ext. 7` → `two one two five five five zero one three four extension seven`"""
    number, _, extension = re.sub(r"(?i),?\s*(?:ext\.?|x)\s*(?=\d+$)", "|", match[0]).partition("|")
    plus = "plus " if number.startswith("+") else ""
    words = plus + " ".join(digits(group) for group in re.findall(r"\d+", number))
    return f"{words} extension {digits(extension)}" if extension else words


def _read_named_phone(match: re.Match[str]) -> str:
    """`1-800-FLOWERS` → `one eight hundred FLOWERS`"""
    code = "eight hundred" if match["code"] == "800" else digits(match["code"])
    return f"one {code} {match['name']}"


def _read_local_phone(match: re.Match[str]) -> str | None:
    """`555-0134`, `call 867-5309`; another pair of such figures is a range"""
    is_phone = match[0].startswith("555") or word_before(match) in listed("phones")
    return _read_phone(match) if is_phone else None


_EXTENSION = r"(?:,?\s?(?:ext\.?|x)\s?\d{1,5})?"
_END = r"(?![\w-])"

FIGURES = (
    Rule("phone", r"1[-. ](?P<code>8\d\d)[-. ](?P<name>[A-Z]{3,8})\b", _read_named_phone),
    Rule("phone", rf"(?:1[-. ])?(?:\d{{3}}[-. ])\d{{3}}[-.]\d{{4}}{_EXTENSION}{_END}", _read_phone),
    Rule("phone", rf"1?[ -]?8\d\d [2-9]\d{{2}} \d{{4}}{_END}", _read_phone),
    Rule("phone", rf"0\d{{2,4}}[ -]\d{{3,4}}[ -]?\d{{3,4}}{_END}", _read_phone),
    Rule("phone", rf"0(?:800|808|845)[ -]?(?:\d{{2,4}}[ -]?){{1,3}}(?<=\d){_END}", _read_phone),
    Rule("phone", rf"07\d{{3}}[ -]?\d{{3}}[ -]?\d{{3}}{_END}", _read_phone),
    Rule("phone", rf"1[-. ]\(\d{{3}}\) ?\d{{3}}-\d{{4}}{_END}", _read_phone),
    Rule("phone", rf"[2-9]\d{{2}}-\d{{4}}{_END}", _read_local_phone),
)
SIGNS = (
    Rule("phone", rf"\(\d{{3}}\)\s?\d{{3}}[-. ]\d{{4}}{_EXTENSION}{_END}", _read_phone),
    Rule("phone", rf"\+\d{{1,3}}[ .-]?(?:\(\d{{1,4}}\)[ .-]?)?\d{{1,4}}(?:[ .-]\d{{2,8}}){{1,4}}{_END}", _read_phone),
    Rule("phone", r"\+\d{9,14}(?!\w)", _read_phone),
)

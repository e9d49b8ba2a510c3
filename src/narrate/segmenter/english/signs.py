"""Symbols between words and numbers: `5 + 3`, `R & B`, `and/or`, `§ 5`, `α`."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import words_of
from narrate.segmenter.rules import Rule, alternatives, heads, said, text_after, text_before


def _read_symbol(match: re.Match[str]) -> str:
    """`&` → `and`, `~ 5` → `about five`; alone between words `~` is a rest"""
    if match["sign"] == "~" and not re.match(r"\s?[\d.$£€]", text_after(match)):
        return ", "
    return f" {words_of('symbol')[match['sign']]} "


def _read_greek(match: re.Match[str]) -> str | None:
    """`α` → `alpha`, beside no other Greek letter, where it would be part of a word"""
    name: str = words_of("greek")[match[0]]
    return None if re.search("[Ͱ-Ͽ]", text_before(match, 1) + text_after(match, 1)) else name


def _read_either(match: re.Match[str]) -> str:
    """`and/or` → `and or`, `he/she` → `he or she`, `s/he` → `she or he`"""
    first, second = match[0].split("/")
    if first in {"s", "S"}:
        return f"{first}he or he"
    return f"{first} {second}" if second == "or" else f"{first} or {second}"


def _read_capitals(match: re.Match[str]) -> str | None:
    """`HIV/AIDS` → `HIV slash AIDS`; some are names of one thing"""
    is_pair = match[0].isupper() and match[0] not in {"AC/DC", "TCP/IP"}
    return match[0].replace("/", " slash ") if is_pair else None


_EITHER = "[Aa]nd/or|[Ee]ither/or|[Hh]e/she|[Ss]he/he|[Hh]is/hers?|[Hh]ers?/his|[Hh]im/her|[Hh]er/him|[Ss]/he"
_NO_LETTER = r"[^\W\d_a-zA-Z]"
"""A letter, but none of ours."""

SIGNS = (
    Rule("dash", r"(?<=[^\s\d]\s)--?(?=\s)|(?<=\s)--?(?=\s[^\d\s])|(?<=\w)--(?=\w)", said(", ")),
    Rule(
        "symbol",
        rf"(?<=\s)(?P<sign>{alternatives(words_of('symbol'))})(?=\s)",
        _read_symbol,
        begins=heads(words_of("symbol")),
    ),
    Rule("symbol", r"(?<=[a-z]{3})/(?=(?:day|week|month|year|hour|minute|person)\b)", said(" per ")),
    Rule("symbol", r"(?P<sign>>=|<=|==|!=)", _read_symbol),
    Rule("symbol", r"(?P<sign>\u2212)\s?", _read_symbol),
    Rule("symbol", r"(?P<sign>[&→≈≠≤≥÷])", _read_symbol, begins=heads("&→≈≠≤≥÷")),
    Rule("symbol", r"(?P<sign>@)(?=\s?\d)", _read_symbol),
    Rule("symbol", r"(?P<sign>[~±<>=])(?=\s?(?:\.?\d|[$£€]))", _read_symbol, begins=heads("~±<>=")),
    Rule("symbol", r"(?<=[\dA-Za-z)])(?P<sign>[=])(?=[\dA-Za-z(])", _read_symbol),
    Rule("symbol", r"(?<=[\d)])\s?(?P<sign>[+×*÷])(?=\s?[\d(])", _read_symbol),
    Rule("symbol", r"(?P<sign>§§?)\s?", _read_symbol),
    Rule("symbol", r"(?P<sign>[¶√∞])\s?", _read_symbol, begins=heads("¶√∞")),
    Rule("symbol", r"(?P<sign>©)\s?(?=\d|[A-Z])", _read_symbol),
    Rule(
        "symbol",
        rf"[{''.join(words_of('greek'))}](?!{_NO_LETTER})(?<!{_NO_LETTER}{{2}})",
        _read_greek,
        begins=heads(words_of("greek")),
    ),
)
WORDS = (
    Rule("symbol", r"(?P<sign>w/o(?=\s)|w/(?=\s?\w{2}))", _read_symbol),
    Rule("symbol", rf"(?:{_EITHER})(?!\w)", _read_either),
    Rule("symbol", r"r/(?=\w)", said("r slash ")),
    Rule("symbol", r"[A-Za-z]{2,}/[A-Za-z]{2,}(?![\w/.])", _read_capitals),
)

"""Symbols between words and numbers."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import words_of
from narrate.segmenter.rules import Rule, alternatives, said, text_after, text_before


def _read_alone(match: re.Match[str]) -> str:
    """A sign with space around it, or beside a number."""
    return f" {words_of('symbol')[match['sign']]} "


def _read_either(match: re.Match[str]) -> str:
    """`and/or`, `he/she`"""
    first, second = match[0].split("/")
    if first.lower() == "s":
        return "she or he" if first == "s" else "She or he"
    return f"{first} {second}" if second == "or" else f"{first} or {second}"


GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "θ": "theta", "λ": "lambda", "μ": "mu",
    "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega", "Δ": "delta",
    "Ω": "omega", "Σ": "sigma",
}  # fmt: skip

SIGNS = (
    Rule("dash", r"(?<=[^\s\d]\s)--?(?=\s)|(?<=\s)--?(?=\s[^\d\s])|(?<=\w)--(?=\w)", said(", ")),
    Rule("symbol", rf"(?<=\s)(?P<sign>{alternatives(words_of('symbol'))})(?=\s)", _read_alone),
    Rule("symbol", r"(?<=[a-z]{3})/(?=(?:day|week|month|year|hour|minute|person)\b)", said(" per ")),
    Rule("symbol", r"(?P<sign>[&→≈≠≤≥÷])", _read_alone),
    Rule("symbol", r"(?P<sign>@)(?=\s?\d)", _read_alone),
    Rule("symbol", r"(?P<sign>[~±<>=])(?=\s?(?:\.?\d|[$£€]))", _read_alone),
    Rule("symbol", r"(?<=[\dA-Za-z)])(?P<sign>[=])(?=[\dA-Za-z(])", _read_alone),
    Rule("symbol", r"(?<=[\d)])\s?(?P<sign>[+×*÷])(?=\s?[\d(])", _read_alone),
    Rule("symbol", r"(?P<sign>§§?)\s?", _read_alone),
    Rule("symbol", r"(?P<sign>[¶√∞])\s?", _read_alone),
    Rule("symbol", r"(?P<sign>©)\s?(?=\d|[A-Z])", _read_alone),
    Rule("symbol", rf"(?P<sign>{alternatives(GREEK)})(?![^\W\d_a-zA-Z])(?<![^\W\d_a-zA-Z]{{2}})", lambda match:
         GREEK[match["sign"]] if _stands_alone(match) else None),
)  # fmt: skip
WORDS = (
    Rule("symbol", r"(?P<sign>w/o|w/)\s?(?=\w)", _read_alone),
    Rule("symbol", r"(?:[Aa]nd/or|[Hh]e/she|[Ss]he/he|[Hh]is/hers?|[Hh]ers?/his|[Hh]im/her|[Hh]er/him|[Ss]/he)(?!\w)",
         _read_either),
    Rule("symbol", r"r/(?=\w)", said("r slash ")),
    Rule("symbol", r"[A-Za-z]{2,}/[A-Za-z]{2,}(?![\w/.])", lambda match: match[0].replace("/", " slash ")
         if match[0].isupper() and match[0] not in {"AC/DC", "TCP/IP"} else None),
)  # fmt: skip


def _stands_alone(match: re.Match[str]) -> bool:
    """A Greek letter is a sign where its neighbours are no Greek letters."""
    around = text_before(match, 1) + text_after(match, 1)
    return not re.search("[Ͱ-Ͽ]", around)

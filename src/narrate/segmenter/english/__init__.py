"""How English is read: classes of small rules, in the order in which they are tried.

A rule begins where something opens: a figure, a sign or a word. The first that
reads its match has it; a match that no rule reads stays as it was written.
"""

from __future__ import annotations

from functools import cache

from narrate.segmenter.english import calendar, counts, letters, measures, money, signs, titles, web
from narrate.segmenter.rules import Rule

FIGURES = (
    *web.FIGURES,
    *money.FIGURES,
    *calendar.DATES,
    *counts.ORDINALS,
    *calendar.FIGURES,
    *measures.FIGURES,
    *counts.FIGURES,
)
"""Begin with a digit, or with a point before one."""

SIGNS = (
    *web.SIGNS,
    *money.SIGNS,
    *calendar.SIGNS,
    *measures.SIGNS,
    *counts.SIGNS,
    *signs.SIGNS,
)
"""Begin with any other sign."""

WORDS = (
    *web.WORDS,
    *money.WORDS,
    *calendar.WORDS,
    *titles.WORDS,
    *letters.WORDS,
    *signs.WORDS,
)
"""Begin with a letter."""


@cache
def rules() -> dict[str, tuple[Rule, ...]]:
    """The rules by what opens them."""
    return {"figure": FIGURES, "sign": SIGNS, "word": WORDS}

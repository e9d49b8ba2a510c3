"""How English is read: classes of small rules, in the order in which they are tried.

A rule begins where something opens: a figure, a sign or a word. The first that
reads its match has it; a match that no rule reads stays as it was written.
"""

from __future__ import annotations

from narrate.segmenter.english import (
    calendar,
    clock,
    counts,
    fractions,
    letters,
    measures,
    money,
    numbered,
    phones,
    roman,
    signs,
    titles,
    web,
)

FIGURES = (
    *phones.FIGURES,
    *web.FIGURES,
    *money.FIGURES,
    *calendar.DATES,
    *counts.ORDINALS,
    *calendar.FIGURES,
    *fractions.VERSES,
    *clock.FIGURES,
    *calendar.YEARS,
    *measures.FIGURES,
    *fractions.STROKES,
    *numbered.FIGURES,
    *fractions.FIGURES,
    *counts.FIGURES,
)
"""Begin with a digit, or with a point before one."""

SIGNS = (
    *phones.SIGNS,
    *web.SIGNS,
    *numbered.SIGNS,
    *money.SIGNS,
    *calendar.SIGNS,
    *fractions.SIGNS,
    *counts.SIGNS,
    *signs.SIGNS,
)
"""Begin with any other sign."""

WORDS = (
    *web.WORDS,
    *money.WORDS,
    *calendar.WORDS,
    *clock.WORDS,
    *titles.WORDS,
    *roman.WORDS,
    *letters.WORDS,
    *signs.WORDS,
)
"""Begin with a letter."""


RULES = {"figure": FIGURES, "sign": SIGNS, "word": WORDS}
"""The rules by what opens them."""

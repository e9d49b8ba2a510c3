"""How long it is silent, and why."""

from __future__ import annotations

from dataclasses import dataclass, fields

from narrate.errors import UsageError
from narrate.types import Break, Milliseconds

SHORTEST_SCALE, LONGEST_SCALE = 0.6, 1.5
"""How far speed may shorten or lengthen a pause."""

UNSCALED = (Break.CHAPTER, Break.END)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pauses:
    """Silence heard after each kind of break, in milliseconds at speed 1."""

    clause: int = 120
    sentence: int = 400
    item: int = 500
    paragraph: int = 700
    """A dialogue turn is a paragraph."""
    quote: int = 800
    heading: int = 900
    title: int = 1000
    """After a title, a byline or an introduction."""
    section: int = 1300
    """Before a heading."""
    scene: int = 1500
    chapter: int = 2000
    """Before a chapter: a heading of the first level."""
    head: int = 600
    """At the beginning of the file."""
    tail: int = 1500
    """At its end."""
    factor: float = 1.0
    """Multiplies all of them."""

    def __post_init__(self) -> None:
        for field in fields(self):
            if not 0 <= getattr(self, field.name) <= 60_000:
                raise UsageError(f"the pause {field.name!r} is out of range", "", "Give 0 to 60000 milliseconds")

    def after(self, kind: Break, speed: float = 1.0) -> Milliseconds:
        """Silence after a break, in milliseconds: scaled by 1/speed, within limits, where speech flows on."""
        scale = 1.0 if kind in UNSCALED else min(LONGEST_SCALE, max(SHORTEST_SCALE, 1 / speed))
        length_ms: int = getattr(self, "tail" if kind is Break.END else kind.value)
        return Milliseconds(round(length_ms * scale * self.factor))

    def before_all(self) -> Milliseconds:
        """Silence at the beginning of the file, in milliseconds."""
        return Milliseconds(round(self.head * self.factor))

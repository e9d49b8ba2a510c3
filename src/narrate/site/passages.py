"""A transcript as a text to read: sentences gathered into paragraphs again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles

from markupsafe import Markup, escape

from narrate.site.wording import printable
from narrate.transcript import name_turns
from narrate.types import Cue, Role

SHORTEST_SENTENCE_PAUSE_S = 0.2
"""Shorter silences stand inside a sentence."""

LONGEST_SENTENCE_PAUSE_S = 0.65
"""Longer ones never stand between two sentences of a paragraph, however slow the voice."""

MORE_THAN_USUAL = 1.15
"""A silence so many times as long as that after a sentence ends a paragraph; after an item it is 1.25."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Sentences that are read as one: a paragraph, a heading, an introduction."""

    role: Role
    cues: tuple[Cue, ...]
    names: tuple[str, ...]
    """What stands before each of them: `Anna: ` where a person of the cast begins to speak, else nothing."""


def arrange_cues(cues: Sequence[Cue]) -> list[Passage]:
    """Cut where somebody else speaks or it is silent for longer than after a sentence: cues know no paragraphs."""
    longest_s = _longest_pause(cues)
    names = name_turns((_person(cue), cue.text) for cue in cues)
    groups: list[list[tuple[Cue, str]]] = []
    for cue, name in zip(cues, names, strict=True):
        last = groups[-1][-1][0] if groups else None
        if last is None or _who(last) != _who(cue) or cue.start_s - last.end_s > longest_s:
            groups.append([])
        groups[-1].append((cue, name))
    return [_passage_of(group) for group in groups]


def _passage_of(group: Sequence[tuple[Cue, str]]) -> Passage:
    cues, names = zip(*group, strict=True)
    return Passage(role=cues[0].role, cues=cues, names=names)


def _who(cue: Cue) -> tuple[Role, str | None]:
    return cue.role, _person(cue)


def _person(cue: Cue) -> str | None:
    """The person of the cast who says it."""
    return cue.speaker if cue.named else None


def mark_up(passage: Passage) -> Markup:
    """A passage's sentences, each in an element that knows when it is heard: `data-t`, in seconds; and where the voice
    has told, when each of its words begins: `data-w`, where it stands and the seconds since then, word after word.
    A person's name stands before the first of theirs, outside, since nobody says it."""
    spans = (
        f'{_label(name)}<span data-t="{cue.start_s:.3f}"{_words(cue)}>{escape(printable(cue.text))}</span>'
        for cue, name in zip(passage.cues, passage.names, strict=True)
    )
    return Markup(" ".join(spans))


def _label(name: str) -> str:
    """The direction of a name is not that of the words after it."""
    return f'<b class="speaker" dir="auto">{escape(printable(name.strip()))}</b> ' if name else ""


def _words(cue: Cue) -> str:
    if not cue.words or printable(cue.text) != cue.text or "\r" in cue.text:
        return ""  # its signs are not those of the page
    places = (f"{_units(cue.text, w.start)} {_units(cue.text, w.end)} {w.start_s - cue.start_s:.2f}" for w in cue.words)
    return f' data-w="{" ".join(places)}"'


def _units(text: str, place: int) -> int:
    """A place in a text as scripts count it: signs beyond the first 65,536 are two."""
    return place if text.isascii() else len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def _longest_pause(cues: Sequence[Cue]) -> float:
    """The longest silence inside a paragraph, in seconds: measured, since speed and settings stretch all pauses."""
    pauses_s = [after.start_s - before.end_s for before, after in pairwise(cues)]
    pauses_s = [pause_s for pause_s in pauses_s if pause_s >= SHORTEST_SENTENCE_PAUSE_S]
    if len(pauses_s) < 2:
        return LONGEST_SENTENCE_PAUSE_S
    usual_s = max(quantiles(pauses_s, n=10)[0], SHORTEST_SENTENCE_PAUSE_S)
    return min(usual_s * MORE_THAN_USUAL, LONGEST_SENTENCE_PAUSE_S)

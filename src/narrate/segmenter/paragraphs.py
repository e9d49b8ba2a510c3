"""Which utterances of a script stand together: as a paragraph, and as a sentence in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from narrate.types import Break, Script, Utterance

Numbered = tuple[int, Utterance]
"""An utterance behind its index in the script."""

FLOWS_ON = (Break.CLAUSE, Break.SENTENCE, Break.ASKED)
"""Breaks that end no paragraph by themselves."""

FULL_STOP = re.compile(r"[.!?…:;。！？][\"'”’»)\]]*\s*$")


def paragraphs(script: Script) -> Iterator[list[Numbered]]:
    """The utterances in order, a list a paragraph: one block, or neighbours without one that flow on."""
    together: list[Numbered] = []
    for index, utterance in enumerate(script.utterances):
        if together and not _same_paragraph(together[-1][1], utterance):
            yield together
            together = []
        together.append((index, utterance))
    yield together


def sentences(paragraph: list[Numbered]) -> Iterator[list[Numbered]]:
    """The utterances of a paragraph, a list a sentence: the clauses that it was cut into."""
    together: list[Numbered] = []
    for number, (index, utterance) in enumerate(paragraph, 1):
        together.append((index, utterance))
        if number == len(paragraph) or _ends_sentence(utterance):
            yield together
            together = []


def _same_paragraph(before: Utterance, utterance: Utterance) -> bool:
    if (before.block, before.role) != (utterance.block, utterance.role):
        return False
    return utterance.block is not None or before.after in FLOWS_ON


def _ends_sentence(utterance: Utterance) -> bool:
    """A pause that the author asked for may stand inside a sentence: the words tell."""
    if utterance.after is Break.ASKED:
        return FULL_STOP.search(utterance.text) is not None
    return utterance.after is not Break.CLAUSE

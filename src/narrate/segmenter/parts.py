"""Who speaks which part of a text, where more than one voice does: turns of a dialogue, and quotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from narrate.segmenter.quotations import find_quotations
from narrate.segmenter.readings import Reading
from narrate.segmenter.sentences import split_sentences
from narrate.segmenter.turns import SPOKEN, Turn, Turns
from narrate.types import ANNOUNCEMENT, Block, BlockKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Casting:
    """Who speaks in a text beside the script's voice."""

    turns: Turns = field(default_factory=Turns)
    """Of a dialogue."""

    quotes: str | None = None
    """The voice of quotations; None leaves them to the script's."""

    narrator: str | None = None
    """The script's voice, its id: a speaker who has the same is named aloud."""

    heard: Mapping[str, str] = field(default_factory=dict)
    """The id of the voice that is heard where a member names another: a stand-in, or the first one of an engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a block that has a voice of its own, or that is not said."""

    start: int
    """Offset in the block's text, in characters."""

    end: int

    voice: str | None = None
    """None for the script's."""

    speaker: str | None = None
    why: str | None = None

    silent: bool = False
    """A name that the voice tells by itself."""

    turn: bool = False
    """Does somebody begin to speak here?"""

    called: Reading | None = None
    """Their name where it is said: one in capitals must not be spelled."""


def cast_blocks(blocks: Sequence[Block], casting: Casting, language: str) -> dict[int, tuple[Part, ...]]:
    """The parts of each block in which another voice is heard, in order; turns come before quotations.

    Args:
        language: BCP 47.
    """
    alone = _voices_of_one(casting)
    found = {index: tuple(_parts_of(turns, alone)) for index, turns in casting.turns.by_block.items()}
    found = {index: parts for index, parts in found.items() if parts}
    if casting.quotes:
        found |= _quotations(blocks, casting.quotes, language, found)
    return found


def _voices_of_one(casting: Casting) -> set[str]:
    """Voices that tell who speaks, since nobody else in the text is heard with them."""
    named = [member.voice for member in casting.turns.members]
    heard = [casting.heard.get(voice, voice) for voice in named]
    count = Counter([casting.narrator, *heard])
    return {voice for voice, of_one in zip(named, heard, strict=True) if count[of_one] == 1}


def _parts_of(turns: Sequence[Turn], alone: set[str]) -> Iterator[Part]:
    """A name is said by the narrator's voice for nobody of the cast, and by their own for whom it does not tell."""
    if not any(turn.member for turn in turns):
        return
    for turn in turns:
        member = turn.member
        if member is None:
            yield Part(start=turn.start, end=turn.end, turn=True)
            continue
        silent = turn.words > turn.start and member.voice in alone
        if silent:
            yield Part(start=turn.start, end=turn.words, silent=True)
        yield Part(
            start=turn.words if silent else turn.start,
            end=turn.end,
            voice=member.voice,
            speaker=member.name,
            why=f"the turn that “{turn.label}” begins" if turn.label else f"the turn of {member.name} goes on",
            turn=True,
            called=None if silent else _name_aloud(turn, member.name),
        )


def _name_aloud(turn: Turn, name: str) -> Reading | None:
    start, end = turn.capitals
    return Reading(start=start, end=end, words=name, kind="cast") if end > start else None


def _quotations(
    blocks: Sequence[Block], voice: str, language: str, turns: Mapping[int, object]
) -> dict[int, tuple[Part, ...]]:
    """Quotations of all blocks that are nobody's turn."""
    found = {}
    for index, block in enumerate(blocks):
        if index in turns or block.kind not in SPOKEN or block.mark == ANNOUNCEMENT:
            continue
        if block.quoted:
            parts = [Part(start=0, end=len(block.text), voice=voice, why="a block quote")]
        else:
            sentences = split_sentences(block.text, language)
            quotations = find_quotations(block.text, sentences, language, _following(blocks, index))
            parts = [Part(start=part.start, end=part.end, voice=voice, why=part.why) for part in quotations]
        if parts:
            found[index] = tuple(parts)
    return found


def _following(blocks: Sequence[Block], index: int) -> str:
    """The paragraph that comes right after; empty where none does."""
    after = blocks[index + 1] if index + 1 < len(blocks) else None
    return after.text if after and after.kind is BlockKind.PARAGRAPH and not after.quoted else ""

"""One block of an article → what is said of it: sentences as utterances, the author's marks obeyed."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from narrate.segmenter.clauses import cut_sentence
from narrate.segmenter.lexicon import Lexicon
from narrate.segmenter.normalise import Emoji, Spoken, normalise
from narrate.segmenter.parts import Part
from narrate.segmenter.readings import Reading
from narrate.segmenter.sentences import Span, split_sentences
from narrate.types import Block, BlockKind, Break, Direction, Milliseconds, Phonemes, Place, Role, Utterance, Wish

COUNTED = re.compile(r"(\d{1,3})[.)] ?")
"""Marker of an item in a list that counts."""

ROLES = {BlockKind.TITLE: Role.TITLE, BlockKind.BYLINE: Role.BYLINE, BlockKind.HEADING: Role.HEADING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How words are read, whatever they are."""

    language: str
    """BCP 47."""

    max_chars: int | None = None
    """Longest text for one engine call; longer sentences are cut at clause marks."""

    lexicon: Lexicon = field(default_factory=Lexicon)
    emoji: Emoji = "drop"

    def say(self, written: str, readings: Sequence[Reading] = ()) -> Spoken:
        """Words as written, as they are spoken."""
        return normalise(written, self.language, readings=readings, emoji=self.emoji)

    def fits(self, written: str, readings: Sequence[Reading] = ()) -> bool:
        """Can the engine say these words in one call? Many more than it takes are not read to find that out."""
        if self.max_chars is None:
            return True
        return len(written) <= 4 * self.max_chars and len(self.say(written, readings).text) <= self.max_chars


@dataclass(slots=True)
class Said:
    """What is said of a block."""

    utterances: list[Utterance]
    before_ms: int | None = None
    """A pause that the author asks for before its first word, in milliseconds."""


def say_block(block: Block, index: int, manner: Manner, parts: Sequence[Part] = ()) -> Said:
    """The utterances of a block: one a sentence, cut where the author asks for a pause or another voice.

    Every letter of the block is in the `written` of one of them, unless nothing of the whole block can be said; only
    the name of a speaker whom the voice tells is in none.

    Args:
        parts: who speaks where, in order; what the author's marks ask for comes first.
    """
    readings = find_readings(block, manner)
    parts = [part for part in parts if not _cuts_into(readings, part)]
    readings = _with(readings, [part.called for part in parts if part.called])
    wishes = _Wishes.of(block.directions, parts)
    said = Said([])
    for sentence in _sentences(block, manner.language, readings):
        pieces = list(_pieces(block.text, sentence, readings, wishes, manner))
        pieces = [piece for piece in pieces if not wishes.part_at(piece[0]).silent]
        for (start, end), following in zip(pieces, [*pieces[1:], None], strict=False):
            spoken = manner.say(block.text[start:end], _within(readings, start, end))
            after = Break.CLAUSE if following else Break.SENTENCE
            _add(said.utterances, block, index, (start, end), spoken, after, wishes)
    _lead_in(said.utterances, block, wishes)
    _end_turns(said.utterances, wishes)
    _count_item(said.utterances, block, manner)
    _pause_as_asked(said, block)
    return said


def say_ours(words: str, role: Role, manner: Manner) -> Said:
    """The utterances of words that stand in no block."""
    place = Place(line=1, end_line=1, start=0, end=len(words))
    said = say_block(Block(kind=BlockKind.PARAGRAPH, text=words, place=place), 0, manner)
    return Said([replace(utterance, role=role, block=None, line=None, start=0, end=0) for utterance in said.utterances])


def find_readings(block: Block, manner: Manner) -> list[Reading]:
    """What the author and the lexicon say of the block's words, in order, the author first."""
    told = [
        Reading(
            start=wish.start,
            end=wish.end,
            words=wish.value if wish.wish is Wish.SAY else block.text[wish.start : wish.end],
            ipa=wish.value if wish.wish is Wish.PHONEMES else None,
            kind="author",
        )
        for wish in block.directions
        if wish.wish in (Wish.SAY, Wish.PHONEMES) and wish.end > wish.start
    ]
    looked_up = manner.lexicon.find(block.text, manner.language) if manner.lexicon else []
    return _with(told, looked_up)


def _with(readings: list[Reading], others: list[Reading]) -> list[Reading]:
    """The readings and those of the others that have room between them, in order."""
    if not readings or not others:
        return readings or others
    spans = [(reading.start, reading.end) for reading in readings]
    fitting = [reading for reading in others if not _overlaps(spans, reading)]
    return sorted([*readings, *fitting], key=lambda reading: reading.start)


def _cuts_into(readings: Sequence[Reading], part: Part) -> bool:
    """Would a voice begin or end inside words that are read as one?"""
    for edge in (part.start, part.end):
        before = bisect_left(readings, edge, key=lambda reading: reading.start)
        if before and readings[before - 1].end > edge:
            return True
    return False


def _overlaps(spans: list[Span], reading: Reading) -> bool:
    at = bisect_left(spans, (reading.end, 0))
    return at > 0 and spans[at - 1][1] > reading.start


def _within(readings: Sequence[Reading], start: int, end: int) -> list[Reading]:
    """Those of some words, with their places in them."""
    first = bisect_left(readings, start, key=lambda reading: reading.start)
    found = []
    for reading in readings[first:]:
        if reading.end > end:
            break
        found.append(replace(reading, start=reading.start - start, end=reading.end - start))
    return found


def _sentences(block: Block, language: str, readings: Sequence[Reading]) -> Iterator[Span]:
    """The sentences, none of them ending inside words that are read as one."""
    begin: int | None = None
    count = _count(block)  # `1. Mix. 2. Bake.` on one line goes on counting
    found = split_sentences(count + block.text, language)
    spans = [(max(0, start - len(count)), end - len(count)) for start, end in found if end > len(count)]
    for number, (start, end) in enumerate(spans, 1):
        begin = start if begin is None else begin
        reading = bisect_left(readings, end, key=lambda reading: reading.start)
        parted = reading > 0 and readings[reading - 1].end > end
        if not parted or number == len(spans):
            yield begin, end
            begin = None


@dataclass(frozen=True, slots=True)
class _Wishes:
    """Where the author asks for a pause or another voice, and where the cast does."""

    borders: list[int]
    """Places at which a sentence is cut, in order."""
    voices: list[Part]
    """That the author asks for: in order, none over another."""
    parts: Sequence[Part]
    """That the cast does: the same."""

    @classmethod
    def of(cls, directions: Sequence[Direction], parts: Sequence[Part]) -> _Wishes:
        asked = [wish for wish in directions if wish.wish is Wish.VOICE]
        voices = [Part(start=wish.start, end=wish.end, voice=wish.value) for wish in asked]
        pauses = [wish.start for wish in directions if wish.wish is Wish.PAUSE]
        edges = (place for part in (*voices, *parts) for place in (part.start, part.end))
        return cls(sorted({*pauses, *edges}), voices, parts)

    def cut(self, text: str, sentence: Span) -> Iterator[Span]:
        """The sentence in parts."""
        start, end = sentence
        inside = self.borders[bisect_right(self.borders, start) : bisect_left(self.borders, end)]
        for left, right in pairwise([start, *inside, end]):
            part = text[left:right]
            if part.strip():
                left += len(part) - len(part.lstrip())
                yield left, left + len(part.strip())

    def part_at(self, place: int) -> Part:
        """Who speaks there: the author's word counts before the cast's."""
        return _part_at(self.voices, place) or _part_at(self.parts, place) or NARRATOR

    def is_parted(self, start: int, end: int) -> bool:
        """Does a name that is not said stand between two places?"""
        first, last = (bisect_left(self.parts, place, key=lambda part: part.start) for place in (start, end))
        return any(self.parts[number].silent for number in range(first, last))


NARRATOR = Part(start=0, end=0)
"""Nobody of the cast."""


def _part_at(parts: Sequence[Part], place: int) -> Part | None:
    before = bisect_right(parts, place, key=lambda part: part.start)
    return parts[before - 1] if before and place < parts[before - 1].end else None


def _pieces(text: str, sentence: Span, readings: Sequence[Reading], wishes: _Wishes, manner: Manner) -> Iterator[Span]:
    """The sentence, cut where the author asks for it, and where it is too long for one call."""
    for start, end in wishes.cut(text, sentence):
        if manner.fits(text[start:end], _within(readings, start, end)):
            yield start, end
        else:
            yield from cut_sentence(text, (start, end), manner.fits)


def _add(
    utterances: list[Utterance],
    block: Block,
    index: int,
    span: Span,
    spoken: Spoken,
    after: Break,
    wishes: _Wishes,
) -> None:
    """One utterance more; what has no sound goes with the one before it."""
    start, end = span
    part = wishes.part_at(start)
    if _is_audible(spoken):
        utterances.append(
            Utterance(
                text=spoken.text,
                phonemes=spoken.phonemes,
                written=block.text[start:end],
                after=after,
                role=ROLES.get(block.kind, Role.STORY),
                voice=part.voice,
                block=index,
                start=start,
                end=end,
                line=block.place.line,
                speaker=part.speaker,
                voice_why=part.why,
            )
        )
    elif utterances and not wishes.is_parted(utterances[-1].end, start):
        last = utterances[-1]
        utterances[-1] = replace(last, written=block.text[last.start : end], end=end, after=after)


def _lead_in(utterances: list[Utterance], block: Block, wishes: _Wishes) -> None:
    """What has no sound at the beginning of a block, or after a name that is not said, goes with what comes next."""
    begins = [0, *(part.end for part in wishes.parts if part.silent)]
    for begin, limit in zip(begins, [*begins[1:], len(block.text) + 1], strict=True):
        index = bisect_left(utterances, begin, key=lambda utterance: utterance.start)
        start = begin + len(block.text[begin:limit]) - len(block.text[begin:limit].lstrip())
        if index < len(utterances) and start < utterances[index].start < limit:
            first = utterances[index]
            utterances[index] = replace(first, written=block.text[start : first.end], start=start)


def _end_turns(utterances: list[Utterance], wishes: _Wishes) -> None:
    """Before somebody else's turn in the same block there is the pause of a paragraph."""
    begun = [part.start for part in wishes.parts if part.turn]
    for number, (spoken, following) in enumerate(pairwise(utterances)):
        if bisect_right(begun, spoken.start) < bisect_right(begun, following.start):
            utterances[number] = replace(spoken, after=Break.PARAGRAPH)


def _count_item(utterances: list[Utterance], block: Block, manner: Manner) -> None:
    """An item that its list counts says its number first: `1. Wash the rice` → `One: Wash the rice`."""
    if utterances and (count := _count(block)):
        first = utterances[0]
        words = f"{manner.say(count.rstrip(' .)')).text}: ".capitalize()
        utterances[0] = replace(
            first,
            text=words + first.text,
            phonemes=tuple(
                Phonemes(start=part.start + len(words), end=part.end + len(words), ipa=part.ipa)
                for part in first.phonemes
            ),
            written=count + first.written,
        )


def _count(block: Block) -> str:
    """The number and its mark before an item that its list counts; empty for everything else."""
    return block.marker if block.kind is BlockKind.ITEM and COUNTED.fullmatch(block.marker) else ""


def _is_audible(spoken: Spoken) -> bool:
    return any(map(str.isalnum, spoken.text))


def _pause_as_asked(said: Said, block: Block) -> None:
    """Pauses that the author asks for take the place of those that the structure would give."""
    for wish in block.directions:
        if wish.wish is not Wish.PAUSE:
            continue
        before = bisect_left(said.utterances, max(1, wish.start), key=lambda utterance: utterance.start) - 1
        if before < 0 or wish.start == 0:
            said.before_ms = int(wish.value) + (said.before_ms or 0)
            continue
        spoken = said.utterances[before]
        earlier = spoken.pause_ms if spoken.after is Break.ASKED else 0
        said.utterances[before] = replace(spoken, after=Break.ASKED, pause_ms=Milliseconds(earlier + int(wish.value)))

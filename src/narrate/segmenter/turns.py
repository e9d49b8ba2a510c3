"""Who speaks where in a dialogue: turns begin with a name and a colon.

    ANNA: …    Dr. Lamb (laughing): …    [00:12:03] Q: …    ANNA — …    Q. …

The name must be in the cast; one with a dash must be in capitals, and only a single letter may have a point, in a text
without colons after names. Turns may stand in one paragraph, each after the end of a sentence. A turn lasts until the
next one, a heading or a scene break. Names that are in no cast end a turn too where a paragraph begins with them: those
in capitals, and others that are met twice at least. What a source itself says of its speakers needs no such rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from narrate.segmenter.cast_file import Member, name_key
from narrate.segmenter.sentences import Span
from narrate.types import ANNOUNCEMENT, Block, BlockKind

SPOKEN = (BlockKind.PARAGRAPH, BlockKind.ITEM)
"""Blocks that a turn goes on in."""

HEADS = (BlockKind.TITLE, BlockKind.HEADING)
"""Blocks that end a turn. A name of the cast in capitals may begin another one in a heading, and none in the title."""

LEAD = re.compile(r"\s*(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])]?\s+)?(?:>>+\s*)?")
"""A time before a name, and the sign by which captions tell another speaker."""

NAMED = re.compile(r"([^:：\n]{1,60}?)(\s*[(\[][^()\[\]\n]{1,40}[)\]])?\s*(?:[:：](?=\s|$)|：)\s*")
DASHED = re.compile(r"([^:：—–\n]{1,60}?)()\s+[—–]\s+(?=\S)")
LETTERED = re.compile(r"(\w)()\.\s+(?=\S)")
COLON = re.compile(r"[:：](?=\s|$)|：")
AFTER_A_SENTENCE = re.compile(r"[.!?…—–\"”’»)\]]\s+")

CAPITALISED = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,2}")
IN_CAPITALS = re.compile(r"[^\W\d_][\w.'’-]*(?: [\w.'’&-]+){0,3}")

LOOK_BACK = 110
"""Characters before a colon in which a name may begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A stretch of a block in which one person speaks."""

    start: int
    """Offset of the name, in characters; of the first word where the turn goes on."""

    words: int
    """Offset of the first word after the name."""

    end: int

    member: Member | None
    """None for somebody who is in no cast."""

    label: str = ""
    """As the text writes it, colon and all; empty where the turn goes on."""

    capitals: Span = (0, 0)
    """Where in the block the name stands in capitals, which might be spelled if it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """The turns of a text."""

    by_block: Mapping[int, tuple[Turn, ...]] = field(default_factory=dict)
    """In order, by the index of the block."""

    unknown: tuple[str, ...] = ()
    """Names of those who speak too and are in no cast, in order of the text."""

    @property
    def members(self) -> tuple[Member, ...]:
        """Those of the cast who speak, in order of the text."""
        turns = (turn for many in self.by_block.values() for turn in many)
        return tuple(dict.fromkeys(turn.member for turn in turns if turn.member))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    """A name before what somebody says, or what has its form."""

    start: int
    end: int
    """Of the white space after it."""
    name: str
    capitals: Span
    """Where the name stands in capitals."""
    written: str
    member: Member | None
    sure: bool = False
    """Is it a speaker's whoever else speaks?"""


def find_turns(blocks: Sequence[Block], members: Mapping[str, Member]) -> Turns:
    """The turns of a text; none where nobody of the cast speaks in it.

    Args:
        members: by their names, as `name_key` writes them.
    """
    if not members:
        return Turns()
    found = {index: _find_labels(block, members) for index, block in enumerate(blocks) if _may_begin(block)}
    if not any(label.member for labels in found.values() for label in labels):
        return Turns()
    labels = [label for many in found.values() for label in many]
    often = Counter(name_key(label.name) for label in labels)
    colons = any(label.member and not label.written.endswith(".") for label in labels)
    kept = {index: [label for label in many if _counts(label, often, colons)] for index, many in found.items()}
    unknown = [label.name for labels in kept.values() for label in labels if label.member is None]
    return Turns(
        by_block=dict(_take_turns(blocks, kept)),
        unknown=tuple({name_key(name): name for name in reversed(unknown)}.values())[::-1],
    )


def _may_begin(block: Block) -> bool:
    return block.kind in (*SPOKEN, BlockKind.HEADING) and block.mark != ANNOUNCEMENT


def _counts(label: _Label, often: Mapping[str, int], colons: bool) -> bool:
    """Is it a speaker's, and not only something before a colon, or an initial?"""
    if label.member and label.written.endswith("."):
        return not colons
    return label.member is not None or label.sure or often[name_key(label.name)] > 1


def _take_turns(
    blocks: Sequence[Block], found: Mapping[int, Sequence[_Label]]
) -> Iterator[tuple[int, tuple[Turn, ...]]]:
    """The turns of each block that has any."""
    speaking: Member | None = None
    for index, block in enumerate(blocks):
        labels = found.get(index, ())
        if block.kind in (*HEADS, BlockKind.SCENE_BREAK) and not labels:
            speaking = None
        turns = _turns_in(block.text, labels)
        if speaking and not labels and block.kind in SPOKEN and block.mark != ANNOUNCEMENT:
            turns = (Turn(start=0, words=0, end=len(block.text), member=speaking),)
        if turns:
            speaking = turns[-1].member
            yield index, turns


def _turns_in(text: str, labels: Sequence[_Label]) -> tuple[Turn, ...]:
    ends = [*(label.start for label in labels[1:]), len(text)]
    return tuple(
        Turn(
            start=label.start,
            words=label.end,
            end=end,
            member=label.member,
            label=label.written,
            capitals=label.capitals,
        )
        for label, end in zip(labels, ends, strict=False)
    )


# ---------------------------------------------------------------- labels


def _find_labels(block: Block, members: Mapping[str, Member]) -> list[_Label]:
    """The label that a block begins with, and those after it where its turns stand in one paragraph."""
    if block.speaker:
        return [_told_label(block, members)]
    first = _label_at(block.text, 0, members)
    if first is None or (block.kind is BlockKind.HEADING and not (first.member and first.name.isupper())):
        return []
    return [replace(first, start=0, sure=first.name.isupper()), *_later_labels(block.text, first.end, members)]


def _told_label(block: Block, members: Mapping[str, Member]) -> _Label:
    """The speaker that the source tells; the name may stand before the words."""
    name, member = block.speaker, members.get(name_key(block.speaker))
    found = re.compile(re.escape(name) + r"[:：]\s*").match(block.text)
    return _Label(
        start=0,
        end=found.end() if found else 0,
        name=name,
        capitals=(0, len(name)) if found and _is_in_capitals(name, member) else (0, 0),
        written=block.text[: found.end()].rstrip() if found else "",
        member=member,
        sure=True,
    )


def _later_labels(text: str, at: int, members: Mapping[str, Member]) -> Iterator[_Label]:
    """Labels of the cast that follow the end of a sentence: `Time:` and the like would be too many there."""
    for colon in COLON.finditer(text, at):
        if colon.start() < at:
            continue
        low = max(at, colon.start() - LOOK_BACK)
        starts = [found.end() for found in AFTER_A_SENTENCE.finditer(text, max(0, low - 2), colon.start())]
        for start in [*([at] if low == at else []), *starts]:
            label = _label_at(text, start, members) if start >= at else None
            if label and label.member and label.end > colon.start() and not label.name[0].islower():
                yield replace(label, start=start)
                at = label.end
                break


def _label_at(text: str, at: int, members: Mapping[str, Member]) -> _Label | None:
    """The label that stands right there."""
    lead = LEAD.match(text, at)
    begin = lead.end() if lead else at
    found = NAMED.match(text, begin)
    if found:
        member = members.get(name_key(found[1] + (found[2] or ""))) or members.get(name_key(found[1]))
        if member or _is_like_a_name(found[1]):
            return _label(text, begin, found, member)
    for form in (DASHED, LETTERED):
        found = form.match(text, begin)
        if found and found[1].isupper() and (member := members.get(name_key(found[1]))):
            return _label(text, begin, found, member)
    return None


def _label(text: str, begin: int, found: re.Match[str], member: Member | None) -> _Label:
    return _Label(
        start=begin,
        end=found.end(),
        name=" ".join(found[1].split()),
        capitals=found.span(1) if _is_in_capitals(found[1], member) else (0, 0),
        written=text[begin : found.end()].rstrip(),
        member=member,
    )


def _is_in_capitals(written: str, member: Member | None) -> bool:
    return member is not None and written.isupper() and name_key(written) == name_key(member.name)


def _is_like_a_name(written: str) -> bool:
    """A few words in capitals, or each with a capital."""
    if written.isupper():
        return len(written) <= 40 and IN_CAPITALS.fullmatch(written) is not None
    words = written.split()
    return all(word[0].isupper() for word in words) and CAPITALISED.fullmatch(written) is not None

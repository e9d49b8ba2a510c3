r"""The marks with which an author directs the reading inside a text, and the directions that they become.

    [pause 2s]  [pause 500ms]   silence there, up to 60 seconds
    [[KOH-roh|Okoro]]           says `KOH-roh` where `Okoro` is written
    [[/ˈkɔːɹoʊ/|Okoro]]         the same in IPA, between slashes
    [voice piper:joe] … [/voice]    another voice, up to `[/voice]`, `[voice default]`, the next voice or the end

A backslash before the first bracket makes a mark ordinary words, and two make a backslash before a mark. What is not
exactly of these forms is ordinary words too. So that prose and notes are left alone:

- a pause has a number and its unit, for transcripts say `[pause]` and `[pause 3 seconds]`;
- a voice is one word, or several in quotes; one that has no engine (`piper:joe`), no `_` inside and no ending `.onnx`
  counts only where a voice ends later and none with an engine comes before that, for screenplays say
  `[voice breaking]`; `[/voice]` counts only after a voice;
- words to be said hold a letter or digit, and no `#`, `^`, `/`, nor a `:` before a letter, as links between notes do;
- `[[` right after an ASCII letter, digit, `_` or `!` is code or a picture, unless a space follows it: `H[[ two|2]]O`.

Inside `[[…|…]]` a backslash takes `[ ] | \ / # ^ :` as they are; marks do not nest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import accumulate, groupby

from narrate.types import Block, BlockKind, Direction, Wish

LONGEST_PAUSE_MS = 60_000

ESCAPED = r"\\[\[\]|\\/#^:]"
SPOKEN = rf"\s*+/(?:{ESCAPED}|[^\[\]|/])++/\s*+|(?:{ESCAPED}|:(?=\s)|[^\[\]|/#^:])++"
WRITTEN = rf"(?:{ESCAPED}|[^\[\]|])++"
CODE_OR_WRITTEN = rf"(?:(?<!`)`(?!`)[^`]++`(?!`)|{ESCAPED}|[^\[\]|])++"
"""In Markdown: brackets and bars in a code span are no part of the mark."""

MARK = r"""
    \[(?:
        (?i:pause)\s++ (?P<amount>[0-9]{{1,5}}(?:[.,][0-9]{{1,3}})?|[.,][0-9]{{1,3}}) \s*+ (?P<unit>(?i:ms|s)) \s*+
      | (?i:voice)\s++ (?:"(?P<quoted>[^"\[\]|]++)"|(?P<name>[^\s"\[\]|]++)) \s*+
      | (?P<close>/(?i:voice))
    )\]
  | (?:(?<![A-Za-z0-9_!])|(?=\[\[\s)) \[\[(?P<spoken>{spoken})\|(?P<written>{written})\]\]
"""
IN_TEXT = re.compile(MARK.format(spoken=SPOKEN, written=WRITTEN), re.VERBOSE)
IN_MARKDOWN = re.compile(MARK.format(spoken=SPOKEN, written=CODE_OR_WRITTEN), re.VERBOSE)
"""No part of them can be read in two ways, and none goes beyond the next mark: time is linear."""

SURE_VOICE = re.compile(r"[a-z][\w.-]*:\S.*|[A-Za-z]:[\\/].*|.*[^\W_]_[^\W_].*|.*\.onnx", re.DOTALL)
"""An engine and its voice, a file, or a name such as `en_US-joe`: no word of a screenplay."""

DEFAULT = "default"
"""The name that stands for the voice of the whole."""

CLOSING = frozenset(".,;:!?…)]”")
"""Before which a mark leaves no space: `Wait [pause 1s], she said`."""

SILENT = (BlockKind.SCENE_BREAK, BlockKind.CODE)
"""Blocks to whose ends no pause is tied, since they may not be spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark, or either end of one with words in it."""

    wish: Wish

    value: str = ""
    """As in a `Direction`; empty where what was asked for ends."""

    written: str = ""
    """The mark as it stands in the text, for where it turns out to be ordinary words."""


Piece = str | Mark
"""A text is words and marks, in order."""

Draft = tuple[Block, Sequence[Piece]]
"""A block before its marks are taken out, and what it is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a mark stands in a text."""

    start: int
    end: int
    marks: tuple[Mark, ...]
    """One; or two, with words between."""
    words: tuple[int, int]
    """From where to where those stand."""


# --------------------------------------------------------------- reading


def take_directions(text: str) -> tuple[str, tuple[Direction, ...]]:
    """The words of a text by itself and what its marks ask for; of nothing but marks, no words."""
    pieces = read_marks(text)
    return _lay(pieces, _Cast(counted=_count_voices(pieces)))


def read_marks(text: str) -> list[Piece]:
    """The words and marks of plain text, backslashes obeyed."""
    if "[" not in text:
        return [text]
    pieces: list[Piece] = []
    at, look = 0, 0
    while found := IN_TEXT.search(text, look):
        look = found.start() + 1
        spot = _spot_of(found)
        if spot is None:
            continue
        slashes = _slashes_before(text, spot.start)
        pieces.append(text[at : spot.start - slashes] + "\\" * (slashes // 2))
        at = spot.start
        if slashes % 2 == 0:
            pieces += _pieces_of(spot, text)
            at = look = spot.end
    pieces.append(text[at:])
    return [piece for piece in pieces if piece]


def find_mark(text: str, at: int, end: int) -> Spot | None:
    """The mark that begins right there in Markdown, whose own rules take care of backslashes and of the words in it."""
    found = IN_MARKDOWN.match(text, at, end)
    return _spot_of(found) if found else None


def is_marks(text: str) -> bool:
    """Nothing but marks, at least one."""
    return "[" in text and all(isinstance(piece, Mark) or piece.isspace() for piece in read_marks(text))


def without_marks(text: str) -> str:
    """The words alone, white space as it is; for looking at a line whose text has not been read yet."""
    return "".join(piece for piece in read_marks(text) if isinstance(piece, str))


def direct(drafts: Iterable[Draft]) -> list[Block]:
    """The blocks of a text without their marks, with directions; blocks of nothing but marks are gone.

    A voice goes on into the blocks that follow. A pause alone belongs to the end of the words before it, or to the
    beginning of those after it where nothing, a scene break or code comes before.
    """
    drafts = list(drafts)
    cast = _Cast(counted=_count_voices(piece for _, pieces in drafts for piece in pieces))
    blocks: list[Block] = []
    waiting: list[Direction] = []
    for draft, pieces in drafts:
        block, pauses = _read_draft(draft, pieces, cast)
        waiting += pauses
        if block is None:
            continue
        if waiting and blocks and blocks[-1].kind not in SILENT:
            blocks[-1] = end_with(blocks[-1], waiting)
            waiting = []
        elif waiting and block.kind not in SILENT:
            block = replace(block, directions=(*_at(0, waiting), *block.directions))
            waiting = []
        blocks.append(block)
    last = next((index for index in reversed(range(len(blocks))) if blocks[index].kind not in SILENT), None)
    if waiting and last is not None:
        blocks[last] = end_with(blocks[last], waiting)
    return blocks


def end_with(block: Block, pauses: Iterable[Direction]) -> Block:
    """The block with those pauses after its last word."""
    return replace(block, directions=(*block.directions, *_at(len(block.text), pauses)))


def _at(offset: int, pauses: Iterable[Direction]) -> Iterator[Direction]:
    return (replace(pause, start=offset, end=offset) for pause in pauses)


def _read_draft(draft: Block, pieces: Sequence[Piece], cast: _Cast) -> tuple[Block | None, tuple[Direction, ...]]:
    """The block, or the pauses of one without words."""
    if draft.kind is BlockKind.SCENE_BREAK:
        return draft, ()
    if draft.kind is BlockKind.CODE:
        return replace(draft, directions=cast.over(draft.text)), ()
    text, directions = _lay(pieces, cast)
    return (replace(draft, text=text, directions=directions), ()) if text else (None, directions)


def _spot_of(found: re.Match[str]) -> Spot | None:
    """None where what has the form of a mark asks for nothing that can be done."""
    marks = _marks_of(found)
    if not marks:
        return None
    words = found.span("written") if found["written"] else (found.end(), found.end())
    return Spot(start=found.start(), end=found.end(), marks=marks, words=words)


def _marks_of(found: re.Match[str]) -> tuple[Mark, ...]:
    written = found[0]
    if found["amount"]:
        pause_ms = round(float(found["amount"].replace(",", ".")) * (1000 if found["unit"].lower() == "s" else 1))
        return (Mark(wish=Wish.PAUSE, value=str(pause_ms), written=written),) if pause_ms <= LONGEST_PAUSE_MS else ()
    if found["spoken"]:
        return _saying(found["spoken"], found["written"])
    name = (found["quoted"] or found["name"] or "").replace("\n", " ").strip()
    if not name and not found["close"]:
        return ()
    return (Mark(wish=Wish.VOICE, value="" if name.lower() == DEFAULT else name, written=written),)


def _saying(spoken: str, written: str) -> tuple[Mark, ...]:
    spoken = spoken.strip()
    ipa = len(spoken) > 2 and spoken[0] == spoken[-1] == "/"
    wish, value = (Wish.PHONEMES, spoken[1:-1]) if ipa else (Wish.SAY, spoken)
    value = " ".join(_unescape(value).split())
    if not any(map(str.isalnum, value)) or not written.strip():
        return ()
    return Mark(wish=wish, value=value), Mark(wish=wish)


def _pieces_of(spot: Spot, text: str) -> list[Piece]:
    if len(spot.marks) == 1:
        return [spot.marks[0]]
    start, end = spot.words
    return [spot.marks[0], _unescape(text[start:end]), spot.marks[1]]


def _unescape(text: str) -> str:
    return re.sub(rf"(?={ESCAPED})\\(.)", r"\1", text)


def _slashes_before(text: str, at: int) -> int:
    start = at
    while start and text[start - 1] == "\\":
        start -= 1
    return at - start


def _count_voices(pieces: Iterable[Piece]) -> list[bool]:
    """Of every voice mark, in order: does it count?

    A word alone, as in `[voice breaking]`, does where a voice ends later and no voice with its engine comes first.
    """
    marks = [piece for piece in pieces if isinstance(piece, Mark) and piece.wish is Wish.VOICE]
    counted, ends_later = [], False
    for mark in reversed(marks):
        sure = _is_sure(mark)
        counted.append(sure or ends_later)
        ends_later = not mark.value or (ends_later and not sure)
    return counted[::-1]


def _is_sure(mark: Mark) -> bool:
    """Does it count whatever stands after it?"""
    return mark.wish is not Wish.VOICE or not mark.value or SURE_VOICE.fullmatch(mark.value) is not None


# ---------------------------------------------------------------- laying


@dataclass(slots=True)
class _Cast:
    """Who speaks, as a text is read from its beginning to its end."""

    counted: list[bool]
    """Of every voice mark in the text, in order: does it count, or would it after a voice?"""

    met: int = 0
    """How many of them have been read."""

    voice: str = ""
    heard: bool = False
    """Has there been a voice that counts?"""

    def takes(self, mark: Mark) -> bool:
        """Does a voice mark count? If so, that voice speaks from there."""
        self.met += 1
        if mark.written.startswith("[/") and not self.heard:
            return False
        if not self.counted[self.met - 1]:
            return False
        self.voice, self.heard = mark.value, True
        return True

    def over(self, text: str) -> tuple[Direction, ...]:
        """The voice for a whole text."""
        return (Direction(wish=Wish.VOICE, start=0, end=len(text), value=self.voice),) if self.voice else ()


@dataclass(slots=True)
class _Sheet:
    """The words of one block as they are laid down, and what is asked for on the way."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    gap: str = ""
    """White space after the last word, laid down only with the next one."""
    after: Mark | None = None
    """The mark just before."""
    begun: dict[Wish, tuple[str, int | None]] = field(default_factory=dict)
    """What is asked for of the words to come, and from where; None until there is a word."""
    found: list[Direction] = field(default_factory=list)

    def put(self, text: str) -> None:
        """Lay down words; around a mark, one of two stretches of white space goes with it."""
        body = text.strip()
        lead = text[: len(text) - len(text.lstrip())]
        if self.after is None or not self.gap:
            self.gap += lead
        if not body:
            return
        if not lead and self.after and self._closes(self.after) and body[0] in CLOSING:
            self.gap = ""
        if self.length and self.gap:
            self._add(self.gap)
        self.begun = {wish: (value, self.length if at is None else at) for wish, (value, at) in self.begun.items()}
        self._add(body)
        self.gap, self.after = text[len(lead) + len(body) :], None

    def pause(self, mark: Mark) -> None:
        self.found.append(Direction(wish=mark.wish, start=self.length, end=self.length, value=mark.value))

    def begin(self, wish: Wish, value: str) -> None:
        """From the next word on; what is already asked for of the same kind ends."""
        self.end(wish)
        if value:
            self.begun[wish] = (value, None)

    def end(self, wish: Wish) -> None:
        value, start = self.begun.pop(wish, ("", None))
        if start is not None:
            self.found.append(Direction(wish=wish, start=start, end=self.length, value=value))

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    @staticmethod
    def _closes(mark: Mark) -> bool:
        return mark.wish is Wish.PAUSE or not mark.value


def _lay(pieces: Sequence[Piece], cast: _Cast) -> tuple[str, tuple[Direction, ...]]:
    """The words without white space at their ends, and the directions among them."""
    sheet = _Sheet()
    sheet.begin(Wish.VOICE, cast.voice)
    for piece in pieces:
        if isinstance(piece, str):
            sheet.put(piece)
        elif piece.wish is Wish.VOICE and not cast.takes(piece):
            sheet.put(piece.written)
        else:
            if piece.wish is Wish.PAUSE:
                sheet.pause(piece)
            else:
                sheet.begin(piece.wish, piece.value)
            sheet.after = piece
    for wish in tuple(sheet.begun):
        sheet.end(wish)
    return "".join(sheet.parts), tuple(sorted(sheet.found, key=lambda found: (found.start, found.end)))


# --------------------------------------------------------------- writing

HUGGED = re.compile(r"[A-Za-z0-9_!]")
"""Right after one of these, `[[` needs a space to begin a mark."""

SPACE = re.compile(r"\s+")
BARE_NAME = re.compile(r'[^\s"\[\]|]+')


def is_voiced(blocks: Iterable[Block]) -> bool:
    """Does any part of the text name a voice?"""
    return any(direction.wish is Wish.VOICE for block in blocks for direction in block.directions)


def write_marks(text: str, directions: Sequence[Direction] = (), *, voiced: bool = False) -> str:
    """Words and directions as plain text that reads as the same; words that look like a mark get a backslash.

    Args:
        text: without white space at its ends where there are directions.
        directions: as they are read: no other begins or ends inside words that are said in another way.
        voiced: other parts of the same text name voices, by which `[voice breaking]` would be a mark too.
    """
    if "[" not in text and not directions:
        return text
    pen = _Pen(text, voiced or any(direction.wish is Wish.VOICE for direction in directions))
    for (offset, order), edges in groupby(sorted(_edges(directions), key=_by_place), key=_by_place):
        pen.write_to(offset)
        if order is _Order.PAUSE:
            pen.write_pauses([_pause_mark(value) for *_, value in edges])
        else:
            for *_, wish, value in edges:
                pen.write_mark(wish, value)
    pen.write_to(len(text))
    return "".join(pen.out)


class _Order(IntEnum):
    """Of marks at one place: what is around words opens first and closes last."""

    WORDS_END = 0
    VOICE_END = 1
    PAUSE = 2
    VOICE = 3
    WORDS = 4


Edge = tuple[int, _Order, Wish, str]
"""Offset, order, wish, value; without a value, its end."""


def _edges(directions: Iterable[Direction]) -> Iterator[Edge]:
    for direction in directions:
        wish = direction.wish
        if wish is Wish.PAUSE:
            yield direction.start, _Order.PAUSE, wish, direction.value
        else:
            voice = wish is Wish.VOICE
            yield direction.start, _Order.VOICE if voice else _Order.WORDS, wish, direction.value
            yield direction.end, _Order.VOICE_END if voice else _Order.WORDS_END, wish, ""


def _by_place(edge: Edge) -> tuple[int, _Order]:
    return edge[:2]


@dataclass(slots=True)
class _Pen:
    """Writes a text with marks from its beginning to its end."""

    text: str
    voiced: bool
    at: int = 0
    """How much of the text is written."""
    out: list[str] = field(default_factory=list)
    inside: bool = False
    """Between the bar and the brackets of words said in another way."""

    def write_to(self, offset: int) -> None:
        words = self.text[self.at : offset]
        if words:
            self.out.append(_escape_words(words) if self.inside else _escape_marks(words, self.voiced))
        self.at = max(self.at, offset)

    def write_mark(self, wish: Wish, value: str) -> None:
        last = self.out[-1] if self.out else ""
        if wish is Wish.VOICE:
            self._put(_voice_mark(value))
        elif value:
            self._put(f"[[{' ' if HUGGED.fullmatch(last[-1:]) else ''}{_escape_spoken(wish, value)}|")
        else:
            self.out.append("]]")
        self.inside = bool(value) and wish is not Wish.VOICE

    def write_pauses(self, marks: Sequence[str]) -> None:
        """Apart from the words by spaces, unless it is amid a word."""
        space = SPACE.match(self.text, self.at)
        word = space.end() if space else self.at
        if self.at == 0:
            self.out.append(" ".join(marks) + " ")
        elif self.at == len(self.text):
            self.out.append(" " + " ".join(marks))
        elif word > self.at:
            self.out.append(self.text[self.at : word] + " ".join(marks) + " ")
        else:
            self._put("".join(marks))
        self.at = word

    def _put(self, mark: str) -> None:
        """A mark right after a backslash must not be taken for words."""
        last = self.out[-1] if self.out else ""
        self.out.append("\\" * _slashes_before(last, len(last)) + mark)


def _escape_marks(words: str, voiced: bool) -> str:
    """Words of which none is a mark: those that look like one get a backslash, and the backslashes before it double.

    Brackets inside doubled ones come first, since with a backslash they no longer keep those from being a mark.
    """
    return _escape_spots(_escape_spots(words, 1, voiced), 2, voiced)


def _escape_spots(words: str, marks: int, voiced: bool) -> str:
    """Those with so many ends alone."""
    out: list[str] = []
    at, look = 0, 0
    while found := IN_TEXT.search(words, look):
        look = found.start() + 1
        spot = _spot_of(found)
        if spot is None or len(spot.marks) != marks:
            continue
        slashes = _slashes_before(words, spot.start)
        plain = not slashes and not voiced and not all(map(_is_sure, spot.marks))
        out += [words[at : spot.start], "" if plain else "\\" * (slashes + 1)]
        at = spot.start
    return "".join([*out, words[at:]])


def _escape_words(words: str) -> str:
    return re.sub(r"[\[\]|\\]", r"\\\g<0>", words)


def _escape_spoken(wish: Wish, value: str) -> str:
    escaped = re.sub(r"[\[\]|\\/]" if wish is Wish.PHONEMES else r"[\[\]|\\/#^]|:(?!\s)", r"\\\g<0>", value)
    return f"/{escaped}/" if wish is Wish.PHONEMES else escaped


def _voice_mark(name: str) -> str:
    if not name:
        return "[/voice]"
    return f"[voice {name}]" if BARE_NAME.fullmatch(name) else f'[voice "{name}"]'


def _pause_mark(value: str) -> str:
    pause_ms = int(value)
    return f"[pause {pause_ms}ms]" if 0 < pause_ms < 1000 else f"[pause {pause_ms / 1000:g}s]"


# ---------------------------------------------------------------- moving


def follow_cuts(
    directions: Iterable[Direction], before: str, after: str, cuts: Iterable[tuple[int, int]]
) -> tuple[Direction, ...]:
    """The directions of a text out of which stretches were cut: each stays with its words, or goes with all of them.

    Args:
        before: the text that the directions are about.
        after: the same without the stretches, and with any other white space.
        cuts: the stretches, as offsets into the text before.
    """
    stays = [not character.isspace() for character in before]
    for start, end in cuts:
        stays[start:end] = [False] * (end - start)
    count = [0, *accumulate(stays)]
    spots = [offset for offset, character in enumerate(after) if not character.isspace()]
    return tuple(filter(None, (_follow(direction, count, spots) for direction in directions)))


def _follow(direction: Direction, count: Sequence[int], spots: Sequence[int]) -> Direction | None:
    """By the letters left before and up to its ends, and where those are now."""
    first, last = count[direction.start], count[direction.end]
    if direction.wish is Wish.PAUSE:
        at = spots[first - 1] + 1 if first else 0
        return replace(direction, start=at, end=at)
    return replace(direction, start=spots[first], end=spots[last - 1] + 1) if first < last else None

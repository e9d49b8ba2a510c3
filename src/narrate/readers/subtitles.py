"""Subtitles as text: cues joined into sentences and paragraphs.

Source: https://www.w3.org/TR/webvtt1/ and, of SRT, https://wiki.videolan.org/SubRip/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from itertools import chain, groupby, pairwise

from narrate.errors import ArticleError, SourceError
from narrate.readers.decoding import decode
from narrate.types import Article, Block, BlockKind, Place, Source

TIMING = re.compile(
    r"\s*((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3})(?:\s.*)?"
)
SKIPPED = re.compile(r"(NOTE|STYLE|REGION)(\s.*)?")
"""First lines of blocks of WebVTT that are no cues."""

HEAD = re.compile(r"^(Language|Title):[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE)
VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,80})>", re.IGNORECASE)
TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|<[\d:.]{5,12}>|<>|</>|\{\\[^{}]{0,80}\}")
SOUND = re.compile(r"\[[^\[\]]{0,80}\]|[♪♫♬]+[^♪♫♬]{0,200}[♪♫♬]+|^[♪♫♬].*|[♪♫♬]")
"""What is heard besides speech, such as `[door slams]`."""

SOUND_IN_BRACKETS = re.compile(r"\((?=[^()]{0,60}\))[a-z][^()]{0,60}\)|\([A-Z ,'’-]{3,60}\)")
"""The same in round brackets, where it stands alone in its line."""

SPEAKER = re.compile(r"(?:>>\s*)?([A-Z][A-Z0-9.'’-]*(?: [A-Z0-9][A-Z0-9.'’&-]*){0,3})(?: ?\([^()]{1,30}\))?:\s+(?=\S)")
"""`DR. LAMB: ` before what somebody says."""

TURN = re.compile(r"\s*(?:>>+|[-–—])\s*(?=\S)")
"""A line by which another speaker begins."""

ENDS = re.compile(r"[.!?…][\"'”’)\]]*$")
NEW_PARAGRAPH_S = 3.0
"""Silence between two cues from which a paragraph ends."""

LONGEST_PARAGRAPH = 700
"""Characters after which a paragraph ends with its sentence, where nothing else has ended it."""

ROLLING = 0.3
"""Share of cues that begin with the words of the one before, from which captions are taken to roll."""

MOST_CUES = 200_000


@dataclass(frozen=True, slots=True)
class _Cue:
    start_s: float
    end_s: float
    place: Place
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """Something said, or a sound that is described."""

    text: str
    cue: _Cue
    speaker: str = ""
    turn: bool = False
    """Does another speaker begin here?"""
    sound: bool = False


class SubtitlesReader:
    """Reads subtitles, WebVTT and SRT, as a text."""

    name = "subtitles"
    media_types = ("text/vtt", "application/x-subrip")
    suffixes = (".vtt", ".srt")

    def read(self, source: Source) -> Article:
        text = decode(source, lenient=True)
        cues = list(_read_cues(text))
        if not cues and not text.lstrip().startswith("WEBVTT"):
            raise SourceError(
                f"{source.name} holds no subtitles", "no line of it tells a time", "Say what it is with --as"
            )
        if len(cues) > MOST_CUES:
            raise SourceError(f"{source.name} is refused", f"it has over {MOST_CUES:,} cues", "Split it")
        blocks = list(_join(_without_repeats(_read_lines(cues))))
        if not blocks:
            raise ArticleError(f"{source.name} holds no words", "", "Give it some text")
        head = {name.lower(): value.strip() for name, value in HEAD.findall(text[: text.find("-->")])}
        return Article(
            blocks=tuple(blocks), title=head.get("title"), language=_tag(head.get("language")), origin=source.origin
        )


def _tag(written: str | None) -> str | None:
    from narrate.readers.tree import tag_or_none

    return tag_or_none(written)


def _read_cues(text: str) -> Iterator[_Cue]:
    """The cues with their words, in order of the file."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    at = 0
    while at < len(lines):
        timing = TIMING.fullmatch(lines[at])
        if timing is None:
            at = _after_block(lines, at) if SKIPPED.fullmatch(lines[at]) else at + 1
            continue
        end = at + 1
        while end < len(lines) and lines[end].strip() and not _begins_cue(lines, end):
            end += 1
        place = Place(line=at + 1, end_line=end, start=starts[at], end=starts[end] - 1)
        yield _Cue(_seconds(timing[1]), _seconds(timing[2]), place, tuple(lines[at + 1 : end]))
        at = end


def _begins_cue(lines: list[str], at: int) -> bool:
    """A cue whose empty line before it somebody has forgotten: a number and a time, or a time."""
    after = lines[at + 1] if at + 1 < len(lines) else ""
    return "-->" in lines[at] or (lines[at].strip().isdigit() and TIMING.fullmatch(after) is not None)


def _after_block(lines: list[str], at: int) -> int:
    while at < len(lines) and lines[at].strip():
        at += 1
    return at


def _seconds(written: str) -> float:
    *hours, minutes, seconds = written.replace(",", ".").split(":")
    return int(hours[0] if hours else 0) * 3600 + int(minutes) * 60 + float(seconds)


# ----------------------------------------------------------------- lines


def _read_lines(cues: list[_Cue]) -> Iterator[_Line]:
    """What each line of each cue says, and who says it."""
    for cue in cues:
        speaker = ""
        for raw in cue.lines:
            voices = VOICE.split(raw)
            for at in range(0, len(voices), 2):
                speaker = unescape(voices[at - 1]).strip() if at else speaker
                yield from _read_line(voices[at], cue, speaker)


def _read_line(raw: str, cue: _Cue, speaker: str) -> Iterator[_Line]:
    text = " ".join(unescape(TAG.sub("", raw)).split())
    for sound in SOUND.findall(text):
        if re.search(r"\w", sound):
            yield _Line(sound, cue, sound=True)
    said = " ".join(SOUND.sub(" ", text).split())
    if SOUND_IN_BRACKETS.fullmatch(said):
        yield _Line(said, cue, sound=True)
        return
    turn = TURN.match(said)
    said = said[turn.end() :] if turn else said
    named = SPEAKER.match(said)
    if named:
        speaker, said = named[1], said[named.end() :]
    if re.search(r"\w", said):
        yield _Line(said, cue, speaker, turn is not None or named is not None)


def _without_repeats(lines: Iterator[_Line]) -> Iterator[_Line]:
    """Each line once, where captions roll: what a cue says stands in the next one again, above or before the new."""
    cues = [list(group) for _, group in groupby(lines, key=lambda line: line.cue.place.line)]
    rolls = [_rolls(before, cue) for before, cue in pairwise(cues)]
    if sum(rolls) < max(2, len(rolls) * ROLLING):
        yield from chain.from_iterable(cues)
        return
    for before, cue in zip([[], *cues], cues, strict=False):
        shown = {line.text for line in before}
        for line in cue:
            text = _without_start(line.text, before)
            if line.text not in shown and text:
                yield replace(line, text=text)


def _rolls(before: list[_Line], cue: list[_Line]) -> bool:
    """Does a cue begin with what the one before it has ended with?"""
    return cue[0].text == before[-1].text or cue[0].text.startswith(f"{before[-1].text} ")


def _without_start(text: str, before: list[_Line]) -> str:
    """What is new in a line that grows from cue to cue."""
    grown = before[-1].text if before else ""
    return text[len(grown) + 1 :] if grown and text.startswith(f"{grown} ") else text


# ------------------------------------------------------------ paragraphs


@dataclass
class _Paragraph:
    lines: list[_Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        joined = " ".join(line.text for line in self.lines)
        return re.sub(r"(?<=\w)- (?=[a-z])", "", joined)

    def ends_before(self, line: _Line) -> bool:
        last = self.lines[-1]
        if line.turn or (line.speaker and line.speaker != last.speaker):
            return True
        if line.cue.start_s - last.cue.end_s > NEW_PARAGRAPH_S:
            return True
        return len(self.text) > LONGEST_PARAGRAPH and ENDS.search(last.text) is not None


def _join(lines: Iterator[_Line]) -> Iterator[Block]:
    """Paragraphs of what is said, each with its speaker before it where another one begins; sounds by themselves."""
    open_paragraph = _Paragraph()
    sounds: list[Block] = []
    speaker = ""
    for line in lines:
        if line.sound:
            sounds.append(_block(line.text, [line], mark="caption"))
            continue
        if open_paragraph.lines and open_paragraph.ends_before(line):
            yield _spoken(open_paragraph, speaker)
            speaker = open_paragraph.lines[0].speaker or speaker
            open_paragraph = _Paragraph()
            yield from sounds
            sounds = []
        elif not open_paragraph.lines:
            yield from sounds
            sounds = []
        open_paragraph.lines.append(line)
    if open_paragraph.lines:
        yield _spoken(open_paragraph, speaker)
    yield from sounds


def _spoken(paragraph: _Paragraph, before: str) -> Block:
    """A paragraph; the name stands before it where it is not the same as before."""
    speaker = paragraph.lines[0].speaker
    named = f"{speaker}: " if speaker and speaker != before else ""
    return _block(named + paragraph.text, paragraph.lines, speaker=speaker)


def _block(text: str, lines: list[_Line], mark: str | None = None, speaker: str = "") -> Block:
    first, last = lines[0].cue.place, lines[-1].cue.place
    place = Place(line=first.line, end_line=last.end_line, start=first.start, end=last.end)
    return Block(kind=BlockKind.PARAGRAPH, text=text, place=place, mark=mark, speaker=speaker)

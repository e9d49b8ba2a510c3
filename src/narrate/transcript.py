"""Transcripts: the words as written, with the times at which they are heard."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from narrate.types import Cue, Role, Timings, WordTime, WordTimes

OURS = "narrate"
"""Speaker of the words that are not the article's."""


def find_timings(cues: Sequence[Cue]) -> Timings:
    """What a transcript can tell: of words only where every cue has theirs."""
    return Timings.WORDS if cues and all(cue.words for cue in cues) else Timings.SENTENCES


def name_timings(cues: Sequence[Cue], engine: str) -> str:
    """What the times of a transcript are, in words: `of words, by hibari`, `of sentences`, `of words, by hibari, and of
    sentences` where not every cue has those of its words.

    Args:
        engine: that measured them, or several by commas; nothing where that is not known.
    """
    if not any(cue.words for cue in cues):
        return "of sentences"
    whose = f", by {engine}" if engine else ""
    return f"of words{whose}" + (", and of sentences" if find_timings(cues) is Timings.SENTENCES else "")


def as_vtt(cues: Sequence[Cue], engine: str = "") -> str:
    """WebVTT; our own words carry the voice `narrate` and a class: introduction, announcement or close.

    Those of a person of the cast carry their name, and those of another voice than the script's the voice's. Words
    carry the time at which they begin, where it is known.

    Args:
        engine: that measured the times of words.

    Source:
        W3C WebVTT, https://www.w3.org/TR/webvtt1/
    """
    parts = ["WEBVTT\n", f"NOTE Timings: {name_timings(cues, engine)}\n"]
    for number, cue in enumerate(cues, 1):
        text = _one_line(_with_times(cue))
        if cue.role.ours:
            text = f"<v.{cue.role} {OURS}>{text}"
        elif cue.speaker:
            text = f"<v {escape(_one_line(cue.speaker), quote=False)}>{text}"
        parts.append(f"{number}\n{_clock(cue.start_s, '.')} --> {_clock(cue.end_s, '.')}\n{text}\n")
    return "\n".join(parts)


def _with_times(cue: Cue) -> str:
    """The words of a cue, escaped, and before each the time at which it begins: later than the one before it, and
    inside the cue, or players would not take it."""
    parts = []
    at, last_ms, end_ms = 0, round(cue.start_s * 1000), round(cue.end_s * 1000)
    for word in cue.words:
        begin_ms = round(word.start_s * 1000)
        if last_ms < begin_ms < end_ms:
            parts += [escape(cue.text[at : word.start], quote=False), f"<{_clock(word.start_s, '.')}>"]
            at, last_ms = word.start, begin_ms
    return "".join((*parts, escape(cue.text[at:], quote=False)))


def as_srt(cues: Sequence[Cue]) -> str:
    """SubRip; our own words begin with `narrate:`, and where a person of the cast begins to speak stands their name."""
    parts = []
    names = name_turns((cue.speaker if cue.named else None, cue.text) for cue in cues)
    for number, (cue, name) in enumerate(zip(cues, names, strict=True), 1):
        text = f"{OURS}: {_one_line(cue.text)}" if cue.role.ours else name + _one_line(cue.text)
        parts.append(f"{number}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n{text}\n")
    return "\n".join(parts)


def name_turns(said: Iterable[tuple[str | None, str]]) -> Iterator[str]:
    """What stands before each of some words: `Anna: ` where another person begins to speak, else nothing.

    Args:
        said: who says it, None for nobody of the cast, and the words; those that begin with the name have it already.
    """
    before: str | None = None
    for speaker, words in said:
        begins = speaker is not None and speaker != before
        has_it = speaker is not None and words.casefold().startswith(speaker.casefold())
        yield f"{_one_line(speaker or '')}: " if begins and not has_it else ""
        before = speaker


def as_json(cues: Sequence[Cue], speaker: str) -> str:
    """Podcasting 2.0 JSON transcript; times in seconds, each segment with its role, and with its words where the engine
    timed them; `timings` says whether every segment has them. `named` marks the segments whose speaker is a person.

    Args:
        speaker: whose voice it is where no other is heard; our own words have the speaker `narrate`.

    Source:
        https://github.com/Podcastindex-org/podcast-namespace, transcripts/transcripts.md
    """
    lines = ",\n  ".join(json.dumps(_segment(cue, speaker), ensure_ascii=False) for cue in cues)
    return f'{{\n "version": "1.0.0",\n "timings": "{find_timings(cues)}",\n "segments": [\n  {lines}\n ]\n}}\n'


def _segment(cue: Cue, speaker: str) -> dict[str, object]:
    segment: dict[str, object] = {
        "startTime": round(cue.start_s, 3),
        "endTime": round(cue.end_s, 3),
        "body": _one_line(cue.text),
        "speaker": OURS if cue.role.ours else cue.speaker or speaker,
        "role": cue.role.value,
    }
    if cue.named and not cue.role.ours:
        segment["named"] = True
    words = [
        {
            "startTime": round(word.start_s, 3),
            "endTime": round(word.end_s, 3),
            "body": _one_line(cue.text[word.start : word.end]),
        }
        for word in cue.words
    ]
    return segment | ({"words": words} if words else {})


def read_json(text: str) -> tuple[Cue, ...]:
    """The cues of a transcript that `as_json` wrote; those of another one's, as far as they can be understood.

    Raises:
        ValueError: it is no such transcript.
    """
    try:
        segments = json.loads(text)["segments"]
        return tuple(_read_cue(number, segment) for number, segment in enumerate(segments) if segment["body"])
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"no transcript: {problem}") from problem


def _read_cue(number: int, segment: dict[str, object]) -> Cue:
    role, speaker = segment.get("role", Role.STORY), segment.get("speaker")
    start_s, end_s = float(str(segment["startTime"])), float(str(segment["endTime"]))
    words = _read_words(str(segment["body"]), segment.get("words"))
    return Cue(
        start_s=start_s,
        end_s=end_s,
        text=str(segment["body"]),
        role=Role(str(role)),
        utterance=number,
        speaker=None if speaker in (None, OURS) else str(speaker),
        named=segment.get("named") is True,
        words=words if all(start_s <= word.start_s and word.end_s <= end_s for word in words) else WordTimes(),
    )


def _read_words(body: str, words: object) -> WordTimes:
    """The words of a segment, each found after the one before it; none where they are another's or do not fit."""
    found: list[WordTime] = []
    at = 0
    try:
        for word in words if isinstance(words, list) else ():
            start = body.index(word["body"], at)
            at = start + len(word["body"])
            found.append(WordTime(start, at, float(word["startTime"]), float(word["endTime"])))
        return WordTimes.of(found)
    except (KeyError, TypeError, ValueError, struct.error):
        return WordTimes()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _clock(seconds: float, point: str) -> str:
    total_ms = round(seconds * 1000)
    minutes, ms = divmod(total_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{ms // 1000:02}{point}{ms % 1000:03}"

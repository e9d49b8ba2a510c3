"""Transcripts: the words as written, with the times at which they are heard."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from narrate.types import Cue, Role

OURS = "narrate"
"""Speaker of the words that are not the article's."""


def as_vtt(cues: Sequence[Cue]) -> str:
    """WebVTT; our own words carry the voice `narrate` and a class: introduction, announcement or close.

    Those of a voice that the author asked for carry its name.

    Source:
        W3C WebVTT, https://www.w3.org/TR/webvtt1/
    """
    parts = ["WEBVTT\n"]
    for number, cue in enumerate(cues, 1):
        text = escape(_one_line(cue.text), quote=False)
        if cue.role.ours:
            text = f"<v.{cue.role} {OURS}>{text}"
        elif cue.speaker:
            text = f"<v {escape(_one_line(cue.speaker), quote=False)}>{text}"
        parts.append(f"{number}\n{_clock(cue.start_s, '.')} --> {_clock(cue.end_s, '.')}\n{text}\n")
    return "\n".join(parts)


def as_srt(cues: Sequence[Cue]) -> str:
    """SubRip; our own words begin with `narrate:`."""
    parts = []
    for number, cue in enumerate(cues, 1):
        text = f"{OURS}: {_one_line(cue.text)}" if cue.role.ours else _one_line(cue.text)
        parts.append(f"{number}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n{text}\n")
    return "\n".join(parts)


def as_json(cues: Sequence[Cue], speaker: str) -> str:
    """Podcasting 2.0 JSON transcript; times in seconds, each segment with its role.

    Args:
        speaker: whose voice it is where the author asked for no other; our own words have the speaker `narrate`.

    Source:
        https://github.com/Podcastindex-org/podcast-namespace, transcripts/transcripts.md
    """
    segments = [
        {
            "startTime": round(cue.start_s, 3),
            "endTime": round(cue.end_s, 3),
            "body": _one_line(cue.text),
            "speaker": OURS if cue.role.ours else cue.speaker or speaker,
            "role": cue.role.value,
        }
        for cue in cues
    ]
    return json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False, indent=1) + "\n"


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
    return Cue(
        start_s=float(str(segment["startTime"])),
        end_s=float(str(segment["endTime"])),
        text=str(segment["body"]),
        role=Role(str(role)),
        utterance=number,
        speaker=None if speaker in (None, OURS) else str(speaker),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _clock(seconds: float, point: str) -> str:
    total_ms = round(seconds * 1000)
    minutes, ms = divmod(total_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{ms // 1000:02}{point}{ms % 1000:03}"

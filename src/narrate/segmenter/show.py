"""A script for people to proofread and for programs to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from narrate.types import Script, Utterance


def as_text(script: Script) -> str:
    """A readable proof: one utterance a line as it is spoken, with its pause; our own words in brackets."""
    return "".join(f"{line}\n" for line in _proof(script))


def as_dict(script: Script) -> dict[str, Any]:
    """The whole script; pauses in milliseconds, offsets in characters of the block."""
    return {
        "title": script.title,
        "language": script.language,
        "head_ms": script.head_ms,
        "utterances": [_utterance_dict(utterance) for utterance in script.utterances],
    }


def as_json(script: Script) -> str:
    """The whole script as JSON."""
    return json.dumps(as_dict(script), ensure_ascii=False, indent=1) + "\n"


def sentences_as_json(script: Script) -> str:
    """The sentences on one line, as a JSON array of what is written, what is spoken and the pause after it."""
    keys = ("text", "spoken", "pause_ms", "after", "role")
    rows = [_utterance_dict(utterance) for utterance in script.utterances]
    return json.dumps([{key: row[key] for key in keys} for row in rows], ensure_ascii=False)


def _proof(script: Script) -> Iterator[str]:
    yield f"    {script.head_ms} ms"
    for utterance in script.utterances:
        yield f"[{utterance.role}] {utterance.text}" if utterance.role.ours else utterance.text
        yield f"    {utterance.pause_ms} ms  {utterance.after}"


def _utterance_dict(utterance: Utterance) -> dict[str, Any]:
    return {
        "text": utterance.written,
        "spoken": utterance.text,
        "pause_ms": utterance.pause_ms,
        "after": utterance.after.value,
        "role": utterance.role.value,
        "voice": utterance.voice,
        "block": utterance.block,
        "line": utterance.line,
        "start": utterance.start,
        "end": utterance.end,
    }

"""A script for people to proofread and for programs to read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from narrate.segmenter.paragraphs import paragraphs
from narrate.types import Article, Break, Script, Utterance

FORMAT = 1
"""Of the JSON; raised when a script written before would be read otherwise."""

MARKER = "narrate_script"
"""The key that says it is a script of ours, and in which format."""


def as_text(script: Script) -> str:
    """A readable proof: an utterance a line as it is spoken, its pause under it, a blank line between paragraphs.

    Our own words have their role in brackets before them, other voices their name and that of who speaks; why they do,
    and pronunciations, stand underneath.
    """
    return "".join(f"{line}\n" for line in _proof(script))


def as_dict(script: Script, article: Article | None = None) -> dict[str, Any]:
    """The whole script; pauses in milliseconds, offsets in characters: of `text` in the block, of phonemes in `spoken`.

    Args:
        article: what it was written from, for what tags and transcripts say of it.
    """
    whole: dict[str, Any] = {
        MARKER: FORMAT,
        "title": script.title,
        "language": script.language,
        "head_ms": script.head_ms,
    }
    if article is not None:
        whole["article"] = _article_dict(article)
    return whole | {"utterances": [_utterance_dict(utterance) for utterance in script.utterances]}


def as_json(script: Script, article: Article | None = None) -> str:
    """The whole script as JSON, which `script_file.read_script` takes back."""
    return json.dumps(as_dict(script, article), ensure_ascii=False, indent=1) + "\n"


def sentences_as_json(script: Script) -> str:
    """The sentences on one line, as a JSON array of what is written, what is spoken and the pause after it."""
    keys = ("text", "spoken", "pause_ms", "after", "role")
    rows = [_utterance_dict(utterance) for utterance in script.utterances]
    return json.dumps([{key: row[key] for key in keys} for row in rows], ensure_ascii=False)


def _proof(script: Script) -> Iterator[str]:
    yield f"    {script.head_ms} ms"
    for number, paragraph in enumerate(paragraphs(script)):
        if number:
            yield ""
        for _, utterance in paragraph:
            yield from _proof_lines(utterance)


def _proof_lines(utterance: Utterance) -> Iterator[str]:
    role = f"[{utterance.role}] " if utterance.role.ours else ""
    who = ", ".join(filter(None, (utterance.speaker, utterance.voice)))
    yield f"{role}({who}) {utterance.text}" if who else f"{role}{utterance.text}"
    if utterance.voice_why:
        yield f"    {utterance.voice_why}"
    for phonemes in utterance.phonemes:
        yield f"    {utterance.text[phonemes.start : phonemes.end]} /{phonemes.ipa}/"
    reason = "asked for by the author" if utterance.after is Break.ASKED else utterance.after
    yield f"    {utterance.pause_ms} ms  {reason}"


def _article_dict(article: Article) -> dict[str, Any]:
    return {
        "authors": list(article.authors),
        "site": article.site,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "address": article.address,
        "image": article.image,
        "summary": article.summary,
    }


def _utterance_dict(utterance: Utterance) -> dict[str, Any]:
    cast = {"speaker": utterance.speaker, "voice_why": utterance.voice_why}
    row: dict[str, Any] = {
        "text": utterance.written,
        "spoken": utterance.text,
        "phonemes": [
            {
                "words": utterance.text[phonemes.start : phonemes.end],
                "ipa": phonemes.ipa,
                "start": phonemes.start,
                "end": phonemes.end,
            }
            for phonemes in utterance.phonemes
        ],
        "pause_ms": utterance.pause_ms,
        "after": utterance.after.value,
        "role": utterance.role.value,
        "voice": utterance.voice,
        "block": utterance.block,
        "line": utterance.line,
        "start": utterance.start,
        "end": utterance.end,
    }
    return row | {key: value for key, value in cast.items() if value is not None}

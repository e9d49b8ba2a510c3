"""The build report: what became of every block and every sentence of the source."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from narrate.cleaner.policies import pair_blocks
from narrate.episode import Recording
from narrate.transcript import find_timings
from narrate.types import Article, Block, Cleaned, Cue, Take


def write_report(article: Article, cleaned: Cleaned, recording: Recording, about: dict[str, Any]) -> str:
    """The report as JSON.

    Args:
        article: as it was read, before cleaning.
        about: facts of the whole: source, engine, voice, versions, settings.
    """
    cues = {cue.utterance: cue for cue in recording.cues}
    by_block: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for take in recording.takes:
        by_block[take.utterance.block].append(_sentence(take, cues.get(take.index)))
    report = {
        **about,
        "duration_s": round(recording.duration_s, 3),
        "loudness_lufs": recording.loudness.integrated_lufs,
        "true_peak_dbtp": recording.loudness.true_peak_dbtp,
        "timings": find_timings(recording.cues),
        "notes": list(cleaned.notes),
        "ours": by_block[None],
        "blocks": _blocks(article, cleaned, by_block),
    }
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def _blocks(
    article: Article, cleaned: Cleaned, by_block: dict[int | None, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    dropped = {removal.block: removal for removal in cleaned.removals if removal.start is None}
    rows = []
    kept = 0
    for index, source, block in pair_blocks(article, cleaned):
        row: dict[str, Any] = {"line": source.place.line, "kind": source.kind.value}
        if index is None:
            row["added"] = source.mark
        if block is None and index is not None:
            removal = dropped[index]
            row |= {"outcome": "dropped", "as": removal.kind, "rule": removal.rule, "why": removal.why}
            row["text"] = source.text
        elif block is not None:
            row |= _kept_block(block, by_block[kept])
            kept += 1
        rows.append(row)
    return rows


def _kept_block(block: Block, sentences: list[dict[str, Any]]) -> dict[str, Any]:
    if not sentences:
        return {"outcome": "silent", "text": block.text}
    failed = any(sentence["outcome"] == "failed" for sentence in sentences)
    return {"outcome": "failed" if failed else "spoken", "sentences": sentences}


def _sentence(take: Take, cue: Cue | None) -> dict[str, Any]:
    row: dict[str, Any] = {"text": take.utterance.written, "role": take.utterance.role.value}
    if take.utterance.text != take.utterance.written:
        row["spoken_as"] = take.utterance.text
    if take.utterance.voice:
        row["voice"] = take.utterance.voice
    row |= {key: value for key in ("speaker", "voice_why") if (value := getattr(take.utterance, key))}
    if cue is None or take.clip is None:
        return row | {"outcome": "failed", "why": take.failure}
    row |= {"outcome": "spoken", "start_s": round(cue.start_s, 3), "end_s": round(cue.end_s, 3)}
    if take.spoken_by and (take.utterance.voice or take.fallback):
        row["spoken_by"] = take.spoken_by.id
    if take.fallback:
        row["why"] = take.fallback.why
    row["timings"] = find_timings([cue])
    if take.clip.omitted:
        row["omitted"] = list(take.clip.omitted)
    return row

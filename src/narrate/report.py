"""The build report: what became of every block and every sentence of the source."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from narrate.episode import Outcome, Recording
from narrate.types import Article, Block, Cleaned, Cue


def write_report(article: Article, cleaned: Cleaned, recording: Recording, about: dict[str, Any]) -> str:
    """The report as JSON.

    Args:
        article: as it was read, before cleaning.
        about: facts of the whole: source, engine, voice, versions, settings.
    """
    cues = {cue.utterance: cue for cue in recording.cues}
    by_block: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for outcome in recording.outcomes:
        by_block[outcome.utterance.block].append(_sentence(outcome, cues.get(outcome.index)))
    report = {
        **about,
        "duration_s": round(recording.duration_s, 3),
        "loudness_lufs": recording.loudness.integrated_lufs,
        "true_peak_dbtp": recording.loudness.true_peak_dbtp,
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
    for index, block in enumerate(article.blocks):
        row: dict[str, Any] = {"line": block.place.line, "kind": block.kind.value}
        if index in dropped:
            removal = dropped[index]
            row |= {"outcome": "dropped", "as": removal.kind, "rule": removal.rule, "why": removal.why}
            row["text"] = block.text
        else:
            row |= _kept_block(block, by_block[kept])
            kept += 1
        rows.append(row)
    return rows


def _kept_block(block: Block, sentences: list[dict[str, Any]]) -> dict[str, Any]:
    if not sentences:
        return {"outcome": "silent", "text": block.text}
    failed = any(sentence["outcome"] == "failed" for sentence in sentences)
    return {"outcome": "failed" if failed else "spoken", "sentences": sentences}


def _sentence(outcome: Outcome, cue: Cue | None) -> dict[str, Any]:
    row: dict[str, Any] = {"text": outcome.utterance.written, "role": outcome.utterance.role.value}
    if outcome.utterance.text != outcome.utterance.written:
        row["spoken_as"] = outcome.utterance.text
    if outcome.utterance.voice:
        row["voice"] = outcome.utterance.voice
    if cue is None:
        return row | {"outcome": "failed", "why": outcome.failure}
    row |= {"outcome": "spoken", "start_s": round(cue.start_s, 3), "end_s": round(cue.end_s, 3)}
    if outcome.omitted:
        row["omitted"] = list(outcome.omitted)
    return row

"""Chapter marks, from headings; a piece without headings has none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import groupby

from narrate.types import Chapter, Cue, Role, Script


def find_chapters(
    script: Script, cues: Sequence[Cue], duration_s: float, chimes: Mapping[int, float] | None = None
) -> tuple[Chapter, ...]:
    """A chapter from every heading to the next, and one before the first heading, named after the piece.

    Args:
        script: the one that was spoken, whose utterances the cues count.
        duration_s: length of the whole.
        chimes: when the chime before an utterance begins, in seconds; its chapter begins there.
    """
    headings = [cue for cue in cues if cue.role is Role.HEADING]
    if not headings:
        return ()
    by_block = groupby(headings, key=lambda cue: script.utterances[cue.utterance].block)
    groups = [list(group) for _, group in by_block]
    chimes = chimes or {}
    starts = [
        (" ".join(cue.text for cue in group), chimes.get(group[0].utterance, group[0].start_s)) for group in groups
    ]
    if cues[0].role is not Role.HEADING:
        starts.insert(0, (script.title or "Beginning", 0.0))
    ends = [start_s for _, start_s in starts[1:]] + [duration_s]
    return tuple(
        Chapter(title=title, start_s=start_s, end_s=end_s) for (title, start_s), end_s in zip(starts, ends, strict=True)
    )


def as_json(chapters: Sequence[Chapter]) -> str:
    """Podcasting 2.0 JSON chapters, version 1.2.0; times in seconds.

    Source:
        https://github.com/Podcastindex-org/podcast-namespace, chapters/jsonChapters.md
    """
    rows = [{"startTime": round(chapter.start_s, 3), "title": chapter.title} for chapter in chapters]
    return json.dumps({"version": "1.2.0", "chapters": rows}, ensure_ascii=False, indent=1) + "\n"

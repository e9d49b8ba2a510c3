"""The main job on a real article."""

from __future__ import annotations

import re
from pathlib import Path

import narrate
from narrate.cleaner.clean import clean
from narrate.types import Role


def test_the_transcript_is_title_introduction_story_and_close_and_nothing_else(
    real_article: Path, tmp_path: Path
) -> None:
    episode = narrate.make(str(real_article), tmp_path / "out.mp3")
    blocks = clean(narrate.read(str(real_article))).article.blocks
    story = [cue.text for cue in episode.cues if not cue.role.ours]
    assert " ".join(story).split() == " ".join(block.text for block in blocks).split()
    ours = [(cue.role, cue.text) for cue in episode.cues if cue.role.ours]
    assert ours == [(Role.CLOSE, "That was: Iraqi lawmakers pass resolution to end foreign troop presence.")]
    assert episode.title == "Iraqi lawmakers pass resolution to end foreign troop presence"
    assert not re.search(r"READ MORE|WATCH|Click to play|advertisement", " ".join(story))
    assert abs(episode.loudness.integrated_lufs - -16) <= 1.0

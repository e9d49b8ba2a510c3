"""Other people's programs read what we write: ffprobe and sox."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

import narrate
from conftest import SAMPLES
from narrate.types import Episode

pytestmark = pytest.mark.clients


def need(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{program} is not installed, and CI never skips this")
        pytest.skip(f"{program} is not installed; .ci/run installs it")
    return found


@pytest.fixture(scope="module")
def episode(tmp_path_factory: pytest.TempPathFactory) -> Episode:
    return narrate.make(str(SAMPLES / "essay.md"), tmp_path_factory.mktemp("episode") / "essay.mp3")


def test_ffprobe_agrees_on_length_tags_and_chapters(episode: Episode) -> None:
    command = [need("ffprobe"), "-v", "error", "-show_format", "-show_chapters", "-of", "json", str(episode.path)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert abs(float(found["format"]["duration"]) - episode.duration_s) <= 0.05
    assert found["format"]["tags"]["title"] == "On Walking Slowly"
    assert found["format"]["tags"]["artist"] == "Perpetua Lind"
    titles = [chapter["tags"]["title"] for chapter in found["chapters"]]
    assert titles == [mark.title for mark in episode.chapters]
    for chapter, mark in zip(found["chapters"], episode.chapters, strict=True):
        assert abs(float(chapter["start_time"]) - mark.start_s) <= 0.001


def test_sox_agrees_on_length_and_finds_no_clipping(episode: Episode) -> None:
    done = subprocess.run([need("sox"), str(episode.path), "-n", "stat"], check=True, capture_output=True, text=True)
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in done.stderr.splitlines())}
    assert abs(float(facts["Length (seconds)"]) - episode.duration_s) <= 0.06
    assert float(facts["Maximum amplitude"]) <= 0.9

"""Other people's programs read and play what we write: ffprobe, ffplay and sox."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.parametrize("name", ["mp3", "m4b", "opus", "flac", "wav"])
def test_ffprobe_agrees_on_length_tags_and_chapters(name: str, episode: Episode) -> None:
    made = episode if name == "mp3" else narrate.make(str(SAMPLES / "essay.md"), episode.path.with_suffix(f".{name}"))
    command = [need("ffprobe"), "-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json"]
    found = json.loads(subprocess.run([*command, str(made.path)], check=True, capture_output=True).stdout)
    assert abs(float(found["format"]["duration"]) - made.duration_s) <= 0.05
    tags = {key.lower(): value for key, value in (found["format"].get("tags") or found["streams"][0]["tags"]).items()}
    assert tags["title"] == "On Walking Slowly"
    assert tags["artist"] == "Perpetua Lind"
    titles = [chapter["tags"]["title"] for chapter in found["chapters"]]
    assert titles == [mark.title for mark in made.chapters]
    for chapter, mark in zip(found["chapters"][1:], made.chapters[1:], strict=True):  # M4B's first is always at 0
        assert abs(float(chapter["start_time"]) - mark.start_s) <= 0.001


def test_ffplay_plays_what_is_being_spoken(tmp_path: Path) -> None:
    (tmp_path / "ffplay").symlink_to(need("ffplay"))  # no other player is found
    environment = {**os.environ, "SDL_AUDIODRIVER": "dummy", "PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", "from narrate.cli.app import run; run()", "say", "The lamp is lit."],
        env=environment,
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_sox_agrees_on_length_and_finds_no_clipping(episode: Episode) -> None:
    done = subprocess.run([need("sox"), str(episode.path), "-n", "stat"], check=True, capture_output=True, text=True)
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in done.stderr.splitlines())}
    assert abs(float(facts["Length (seconds)"]) - episode.duration_s) <= 0.06
    assert float(facts["Maximum amplitude"]) <= 0.9

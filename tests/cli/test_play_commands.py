"""`narrate play` and `narrate say`: heard at once, or in a file; and the formats of files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import mutagen
import numpy as np
import pytest
from test_commands import assert_explained, narrate

from conftest import SAMPLES
from narrate.audio.loudness import combine, measure
from narrate.tags import read_chapters

TEXT = "The lamp is lit.\n\nNobody in the harbour minds the noise of it, or the cost.\n\nSix slow ships slip south.\n"


@pytest.fixture
def there(tmp_path: Path) -> Path:
    (tmp_path / "story.txt").write_text(TEXT)
    return tmp_path


def install(folder: Path, name: str, script: str) -> dict[str, str]:
    """A player that does as the script says, before all others."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    (tools / name).write_text(f"#!/bin/sh\n{script}\n")
    (tools / name).chmod(0o755)
    return {"PATH": f"{tools}:{os.environ['PATH']}"}


def heard(path: Path) -> np.ndarray:
    return np.frombuffer(path.read_bytes(), "<i2").astype(np.float32) / 32768


def test_a_text_is_heard_whole_and_as_loud_as_an_episode(there: Path) -> None:
    path = install(there, "mpv", f"cat > {there}/heard.pcm; echo $@ > {there}/called")
    done = narrate("play", "story.txt", cwd=there, env=path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "--demuxer-rawaudio-rate=44100" in (there / "called").read_text()
    samples = heard(there / "heard.pcm")
    made = narrate("make", "story.txt", "-o", "a.mp3", cwd=there)
    assert made.returncode == 0
    assert len(samples) / 44_100 == pytest.approx(mutagen.File(there / "a.mp3").info.length, abs=1.0)
    assert combine([measure(samples, 44_100)]).integrated_lufs == pytest.approx(-16, abs=1.5)


def test_it_sounds_before_all_of_it_has_been_spoken(there: Path) -> None:
    (there / "long.txt").write_text(
        "\n\n".join(f"This is sentence {n} of a long story about the sea." for n in range(120))
    )
    clips = there / "home/cache/v1/clips"
    path = install(
        there, "mpv", f"head -c 1000 > /dev/null; find {clips} -type f | wc -l > {there}/spoken; cat > /dev/null"
    )
    assert narrate("play", "long.txt", cwd=there, env={**path, "NARRATE_HOME": str(there / "home")}).returncode == 0
    assert int((there / "spoken").read_text()) < 100
    assert sum(1 for clip in clips.rglob("*") if clip.is_file()) >= 120


def test_a_text_sounds_from_a_chapter_on_and_nothing_before_it_is_spoken(there: Path) -> None:
    chapters = ("It rained.", "## One\n\nNobody came.", "## Two\n\nThen it was lit.", "## Three\n\nThat was all.")
    (there / "book.md").write_text("\n\n".join(("# The lamp", *chapters)))
    path = install(there, "mpv", f"cat > {there}/heard.pcm; echo $@ > {there}/called")
    home = {**path, "NARRATE_HOME": str(there / "home")}
    (there / "narrate.toml").write_text("close = false\n")
    assert narrate("play", "book.md", "--chapter", "3", cwd=there, env=home).returncode == 0
    assert "--demuxer-rawaudio-rate=44100" in (there / "called").read_text()
    assert 3 < len(heard(there / "heard.pcm")) / 44_100 < 9
    clips = there / "home/cache/v1/clips"
    assert sum(1 for clip in clips.rglob("*") if clip.is_file()) == 4
    assert narrate("play", "book.md", cwd=there, env=home).returncode == 0
    assert sum(1 for clip in clips.rglob("*") if clip.is_file()) == 8


def test_a_listener_who_has_heard_enough_is_no_error(there: Path) -> None:
    path = install(there, "mpv", "head -c 1000 > /dev/null")
    done = narrate("play", "story.txt", cwd=there, env=path)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_player_that_fails_is_told_with_its_reason(there: Path) -> None:
    path = install(there, "mpv", "cat > /dev/null; echo 'no such codec' >&2; exit 3")
    assert_explained(
        narrate("play", "story.txt", cwd=there, env=path), 1, "mpv could not play what was spoken: no such codec"
    )


@pytest.mark.parametrize(
    ("place", "status", "words"),
    [
        ("--at=0:01", 1, "mpv could not play what was spoken: no such codec"),
        ("--chapter=9", 2, "there is no chapter 9: there is 1. See `narrate inspect` for their numbers."),
    ],
)
def test_no_message_names_a_file_that_is_gone(there: Path, place: str, status: int, words: str) -> None:
    path = install(there, "mpv", "echo 'no such codec' >&2; exit 3")
    assert_explained(narrate("play", "story.txt", place, cwd=there, env=path), status, words)


def test_a_player_of_files_alone_gets_a_file(there: Path) -> None:
    install(there, "afplay", f'cp "$1" {there}/heard.mp3')
    path = {"PATH": str(there / "tools")}
    for name in ("sh", "cp"):
        (there / "tools" / name).symlink_to(f"/bin/{name}")
    assert narrate("play", "story.txt", cwd=there, env=path).returncode == 0
    assert mutagen.File(there / "heard.mp3").info.length > 5


def test_say_is_heard_now_or_goes_into_a_file_or_to_standard_output(there: Path) -> None:
    path = install(there, "mpv", f"cat > {there}/heard.pcm")
    done = narrate("say", "The lamp", "is lit.", cwd=there, env=path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert 1.0 < len(heard(there / "heard.pcm")) / 44_100 < 3.0
    done = narrate("say", "The lamp is lit.", "-o", "lamp.opus", cwd=there)
    assert (done.returncode, done.stdout) == (0, "lamp.opus\n")
    assert 1.0 < mutagen.File(there / "lamp.opus").info.length < 3.0
    assert narrate("say", "-o", "-", cwd=there, stdin=b"The lamp is lit.").stdout.startswith("ID3")


def test_say_without_words_is_explained(there: Path) -> None:
    assert_explained(narrate("say", "-o", "a.mp3", cwd=there), 1, "holds no words")


@pytest.mark.parametrize("name", ["m4b", "m4a", "opus", "flac", "wav", "mp3"])
def test_the_ending_makes_the_format_with_chapters_and_the_right_length(name: str, tmp_path: Path) -> None:
    made = narrate("make", SAMPLES / "essay.md", "-o", f"e.{name}", "--engine", "tone", "--json", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    facts = json.loads(made.stdout)
    assert mutagen.File(tmp_path / f"e.{name}").info.length == pytest.approx(facts["duration_s"], abs=0.05)
    marks = read_chapters(tmp_path / f"e.{name}")
    assert [mark.title for mark in marks] == [chapter["title"] for chapter in facts["chapters"]]
    assert facts["loudness_lufs"] == pytest.approx(-16, abs=0.3)
    assert facts["true_peak_dbtp"] <= -1


def test_what_a_format_has_not_is_explained(there: Path) -> None:
    for arguments, words in {
        ("-o", "a.mp3", "--format", "opus"): "a.mp3 is a name for mp3, not opus",
        ("-o", "a.mp3", "--bitrate", "95"): "mp3 has no bit rate of 95",
        ("-o", "a.opus", "--bitrate", "v4"): "opus has no bit rate of v4",
        ("--format", "ogg"): "narrate makes no ogg files",
    }.items():
        assert_explained(narrate("make", "story.txt", *arguments, cwd=there), 2, words)

"""The commands in `benchmarks` start, and say no where a figure is missed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

BENCHMARKS = sorted((ROOT / "benchmarks").glob("*.py"))

BROKEN = """
from narrate.engines.tone import ToneEngine

class BrokenEngine(ToneEngine):
    name = "broken"
    min_chars = ToneEngine.max_chars
"""


def run(program: str, *arguments: str, python_path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """What a benchmark did, without voices that somebody has installed."""
    path = os.pathsep.join(filter(None, [str(python_path or ""), os.environ.get("PYTHONPATH", "")]))
    theirs = ("NARRATE_VOICES", "NARRATE_KOKORO_PACKAGES", "NARRATE_COMMAND")
    environment = {key: value for key, value in os.environ.items() if key not in theirs} | {"PYTHONPATH": path}
    command = [sys.executable, str(ROOT / "benchmarks" / program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=600)


@pytest.mark.parametrize("program", [path.name for path in BENCHMARKS])
def test_every_benchmark_says_how_it_is_used(program: str) -> None:
    done = run(program, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"python benchmarks/{program}" in done.stdout


def test_an_engine_that_keeps_its_promise_is_a_row_of_the_table() -> None:
    done = run("engines.py", "--engines", "tone")
    assert (done.returncode, done.stderr) == (0, "")
    assert "| tone | 12 of 12 | Apache-2.0 | mul | 1 | 24000 Hz | 1000 characters | no |" in done.stdout


def test_an_engine_that_breaks_its_promise_is_named_and_the_benchmark_fails(tmp_path: Path) -> None:
    about = tmp_path / "broken_engine-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-engine\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[narrate.engines]\nbroken = broken_engine:BrokenEngine\n")
    (tmp_path / "broken_engine.py").write_text(BROKEN)
    done = run("engines.py", "--engines", "broken", python_path=tmp_path)
    assert done.returncode == 1
    assert "| broken | 11 of 12 |" in done.stdout
    assert done.stderr.startswith("broken: test_its_shortest_text_is_shorter_than_its_longest: AssertionError")


def test_an_engine_that_cannot_speak_here_says_why() -> None:
    done = run("engines.py", "--engines", "kokoro")
    assert done.returncode == 0
    assert "| kokoro | not here: it is not installed. Run `narrate voices install kokoro` |" in done.stdout


@pytest.mark.clients
def test_a_book_becomes_an_audiobook_in_which_another_program_finds_every_chapter() -> None:
    assert shutil.which("ffmpeg") or not os.environ.get("CI")
    done = run("whole_book.py", "--words", "3000")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 parts, 12 chapters, 12 sections" in done.stdout

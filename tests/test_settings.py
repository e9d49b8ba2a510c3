"""Settings: where each comes from, and a clear word about what is none."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from conftest import ROOT
from narrate.errors import UsageError
from narrate.settings import Settings, change_settings, load_settings


def test_the_environment_wins_over_the_source_over_the_user_over_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('speed = 1.1\nengine = "piper"\nbitrate = 64\n')
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "narrate.toml").write_text('engine = "tone"\nbitrate = 128\n')
    environment = {"NARRATE_HOME": str(tmp_path), "NARRATE_BITRATE": "96", "NARRATE_PAUSES_TITLE": "10"}
    found = load_settings(beside, environment)
    assert (found.speed, found.engine, found.bitrate, found.pauses.title) == (1.1, "tone", "96", 10)
    assert found.pauses.sentence == 400


@pytest.mark.parametrize("written", ['["gtts", "hibari:heart"]', '"gtts, hibari:heart"'])
def test_who_may_stand_in_is_a_list_or_names_with_commas(tmp_path: Path, written: str) -> None:
    (tmp_path / "config.toml").write_text(f"fallback = {written}\n")
    environment = {"NARRATE_HOME": str(tmp_path)}
    assert load_settings(tmp_path / "none", environment).fallback == ("gtts", "hibari:heart")
    environment["NARRATE_FALLBACK"] = "tone"
    assert load_settings(tmp_path / "none", environment).fallback == ("tone",)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"spede": 1}, "here: there is no setting 'spede'. Use one of:"),
        ({"speed": "fast"}, "here: speed cannot be 'fast'"),
        ({"clean": "perhaps"}, "here: clean cannot be 'perhaps'"),
        ({"pauses": {"comma": 1}}, "here: there is no setting 'comma'"),
        ({"loudness": -5}, "the loudness -5 is out of range"),
        ({"bitrate": "fast"}, "'fast' is no bit rate"),
    ],
)
def test_what_is_no_setting_is_named_with_its_origin(values: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words.replace(".", r"\.")):
        change_settings(Settings(), values, "here")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "narrate.toml").write_text("speed = = 1")
    with pytest.raises(UsageError, match=r"narrate\.toml cannot be read as TOML"):
        load_settings(tmp_path, {"NARRATE_HOME": str(tmp_path)})


def test_the_lock_holds_every_package_that_narrate_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    locked = re.findall(r"(?m)^([\w.-]+)==", (ROOT / "requirements.lock").read_text("utf-8"))
    for needed in project["dependencies"]:
        name = re.split(r"[\[<>=;~ ]", needed)[0]
        assert re.sub(r"[-_.]+", "-", name).lower() in locked, name

"""The types refuse to be wrong."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from narrate import errors
from narrate.types import Article, Block, BlockKind, Clip, Cue, Place, Role, Script, Source, Take, Utterance

PLACE = Place(line=1, end_line=1, start=0, end=3)
WORDS = Utterance(text="one", written="1")


def test_everything_is_frozen() -> None:
    with pytest.raises(AttributeError):
        WORDS.text = "two"  # type: ignore[misc]


def test_an_utterance_needs_words() -> None:
    with pytest.raises(errors.ScriptError, match="needs words"):
        Utterance(text="  ", written="…")


def test_an_utterance_says_where_it_stands_or_how_it_begins() -> None:
    assert replace(WORDS, line=7).place == "line 7"
    assert replace(WORDS, role=Role.CLOSE).place == "our own close"
    assert replace(WORDS, written="By\nhand").place == "“By hand”"
    assert replace(WORDS, written="word " * 20).place == f"“{('word ' * 12)[:57]}…”"


def test_a_pause_is_not_negative() -> None:
    with pytest.raises(errors.ScriptError, match="not negative"):
        Utterance(text="one", written="one", pause_ms=-1)  # type: ignore[arg-type]


def test_a_script_says_something() -> None:
    with pytest.raises(errors.ScriptError, match="nothing is left to say"):
        Script(utterances=(), language="en")


def test_a_block_needs_text() -> None:
    with pytest.raises(errors.ArticleError, match="needs text"):
        Block(kind=BlockKind.PARAGRAPH, text=" \n", place=PLACE)


def test_a_place_runs_forward() -> None:
    with pytest.raises(ValueError, match="runs forward"):
        Place(line=2, end_line=1, start=0, end=0)


def test_a_cue_runs_forward() -> None:
    with pytest.raises(ValueError, match="runs forward"):
        Cue(start_s=2.0, end_s=1.0, text="no", role=Role.STORY, utterance=0)


@pytest.mark.parametrize(
    "samples",
    [np.zeros((2, 2), np.float32), np.zeros(4, np.float64), np.zeros(0, np.float32)],
    ids=["stereo", "double", "empty"],
)
def test_a_clip_is_mono_float32_with_sound_in_it(samples: np.ndarray) -> None:
    with pytest.raises(errors.SpeechError):
        Clip(samples=samples, rate_hz=24_000)


def test_a_clip_knows_its_length_in_seconds() -> None:
    assert Clip(samples=np.zeros(12_000, np.float32), rate_hz=24_000).seconds == 0.5


def test_a_take_has_a_clip_or_a_failure() -> None:
    with pytest.raises(errors.SpeechError, match="a clip or a failure"):
        Take(index=0, utterance=WORDS)


def test_times_carry_their_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Source(origin="-", media_type="text/plain", data=b"", fetched_at=datetime(2026, 1, 1))
    with pytest.raises(errors.ArticleError, match="time zone"):
        Article(blocks=(), published_at=datetime(2026, 1, 1))
    assert Article(blocks=(), published_at=datetime(2026, 1, 1, tzinfo=UTC)).published_at


@pytest.mark.parametrize(
    "problem",
    [errors.SourceError("a", "b", "c"), errors.EngineUnavailable("piper", "it is not installed", "Install it")],
    ids=["source", "engine"],
)
def test_an_error_survives_a_trip_to_a_worker_and_back(problem: errors.NarrateError) -> None:
    back = pickle.loads(pickle.dumps(problem))
    assert str(back) == str(problem)
    assert type(back) is type(problem)


def test_an_error_says_what_why_and_what_to_do_in_one_line() -> None:
    problem = errors.EngineUnavailable("piper", "no voice is installed", "Run\n`pip install x`")
    assert str(problem) == "piper cannot speak: no voice is installed. Run `pip install x`."

"""Speech: every utterance is spoken, tried again, or reported."""

from __future__ import annotations

import numpy as np

from narrate.engines.tone import ToneEngine
from narrate.errors import CannotSay, EngineError
from narrate.speech import speak_script
from narrate.types import Clip, Script, Utterance, Voice

LINE = "The lamp went round and round, and nobody came."


class Moody(ToneEngine):
    """A tone that fails as often as it is told to, or runs away."""

    def __init__(self, *moods: str) -> None:
        self.moods = list(moods)
        self.calls = 0

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        self.calls += 1
        mood = self.moods.pop(0) if self.moods else "well"
        if mood == "fails":
            raise EngineError("it failed")
        if mood == "cannot":
            raise CannotSay("it cannot")
        if mood == "cut":
            return Clip(samples=np.ones(240, np.float32), rate_hz=24_000)
        if mood == "runs away":
            return Clip(samples=np.ones(24_000 * 60, np.float32), rate_hz=24_000)
        return super().speak(utterance, voice, speed=speed, seed=seed)


def failures(engine: Moody) -> list[str | None]:
    script = Script(utterances=(Utterance(text=LINE, written=LINE), Utterance(text=LINE, written=LINE)), language="en")
    return [take.failure for take in speak_script(script, engine, engine.voices()[0]).takes]


def test_a_failure_is_tried_again() -> None:
    assert failures(Moody("fails", "well")) == [None, None]


def test_what_fails_twice_is_reported_and_the_rest_goes_on() -> None:
    assert failures(Moody("fails", "fails")) == ["it failed.", None]


def test_what_cannot_be_said_is_not_tried_again() -> None:
    engine = Moody("cannot")
    assert failures(engine) == ["it cannot.", None]
    assert engine.calls == 2


def test_speech_cut_short_or_run_away_is_no_success() -> None:
    for mood in ("cut", "runs away"):
        found = failures(Moody(mood, mood))
        assert found[0] is not None
        assert found[0].startswith("the sound does not match the words: 47 characters in ")
        assert failures(Moody(mood)) == [None, None]

"""hibari: the embedded default. English, one wheel with its voice inside, nothing fetched.

Source: https://pypi.org/project/hibari-tts/
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

from narrate.engines.words import foreign_words, make_safe
from narrate.errors import CannotSay, EngineError, EngineUnavailable
from narrate.types import Clip, Utterance, Voice

REMEDY = "Run `pip install --force-reinstall hibari-tts`"
SLOWEST, FASTEST = 0.5, 2.0
BRACKETS = str.maketrans("[]", "()")
LONGEST_WORD_CHARS = 60
"""Its letter-to-sound model stops in the middle of longer ones without a word."""


class HibariEngine:
    """Speaks English, some 120 times faster than real time on one core."""

    name = "hibari"
    max_chars = 300
    min_chars = 0

    def check(self) -> None:
        if find_spec("hibari") is None:
            raise EngineUnavailable(self.name, "the package hibari-tts is missing", REMEDY)

    def voices(self) -> Sequence[Voice]:
        self.check()
        from hibari.voices import VOICES

        return tuple(self._voice(name, entry) for name, entry in VOICES.items())

    def find_voice(self, name: str) -> Voice | None:
        return next((voice for voice in self.voices() if voice.name == name), None)

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        import numpy as np

        text = make_safe(utterance.text)
        omitted = foreign_words(text)
        # `[word](/phonemes/)` would be read as phonemes: the article must not be able to say so.
        for word in omitted:
            text = text.replace(word, " ")
        text = _cut_endless_words(text.translate(BRACKETS))
        if not any(map(str.isalnum, text)):
            raise CannotSay("hibari has no sound for this", "there is no word of the Latin script in it")
        try:
            samples = _load(voice.name)(text, speed=min(FASTEST, max(SLOWEST, speed)), seed=seed)
        except Exception as problem:
            raise EngineError("hibari failed", f"{type(problem).__name__}: {problem}") from problem
        if samples.size == 0:
            raise CannotSay("hibari has no sound for this", "its pronunciation is empty")
        if not np.isfinite(samples).all():
            raise EngineError("hibari failed", "the sound is not a number")
        return Clip(samples=np.clip(samples, -1.0, 1.0).astype(np.float32), rate_hz=voice.rate_hz, omitted=omitted)

    def _voice(self, name: str, entry: dict[str, Any]) -> Voice:
        from hibari.voices import voice_path

        missing = remedy = None
        try:
            voice_path(name, download_missing=False)
        except FileNotFoundError as absent:
            missing, remedy = "not downloaded", f"put its model at {absent}"
        return Voice(
            name=name,
            engine=self.name,
            language="en-GB" if entry.get("british") else "en-US",
            rate_hz=24_000,
            description=f"{entry['gender']}, {entry['accent']}",
            licence="Apache-2.0",
            missing=missing,
            remedy=remedy,
        )


@cache
def _load(voice_name: str) -> Any:
    from hibari import Hibari

    return Hibari(voice=voice_name, threads=1)


def _cut_endless_words(text: str) -> str:
    words = []
    for word in text.split():
        words += [word[at : at + LONGEST_WORD_CHARS] for at in range(0, len(word), LONGEST_WORD_CHARS)]
    return " ".join(words)

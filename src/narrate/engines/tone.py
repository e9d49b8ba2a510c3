"""A tone instead of a voice: needs no model, for tests and for trying things out."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from narrate.errors import CannotSay
from narrate.types import Clip, Utterance, Voice

RATE_HZ = 24_000
LETTER_S = 0.06
"""Length of a letter or digit at speed 1."""

EDGE_S = 0.08
"""Silence before and after, as real engines leave it."""

FADE_S = 0.01
LEVEL = 0.1


class ToneEngine:
    """Plays one steady tone an utterance; its length follows the text, its pitch the words."""

    name = "tone"
    max_chars = 1000
    min_chars = 0

    def check(self) -> None:
        """It can always speak."""

    def voices(self) -> Sequence[Voice]:
        return (
            Voice(
                name="sine",
                engine=self.name,
                language="mul",
                rate_hz=RATE_HZ,
                description="a tone, no words",
                licence="Apache-2.0",
            ),
        )

    def find_voice(self, name: str) -> Voice | None:
        return next((voice for voice in self.voices() if voice.name == name), None)

    def fingerprint(self, voice: Voice) -> str:
        return "a sine"

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        import numpy as np

        letters = sum(map(str.isalnum, utterance.text))
        if not letters:
            raise CannotSay("the tone has nothing to say", "there is no letter or digit in the text")
        seconds = max(0.1, letters * LETTER_S / speed)
        pitch_hz = 200 + zlib.crc32(utterance.text.encode("utf-8", "replace")) % 200
        time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
        fade = np.minimum(1, np.minimum(time_s, time_s[::-1]) / FADE_S)
        tone = (LEVEL * fade * np.sin(2 * np.pi * pitch_hz * time_s)).astype(np.float32)
        return Clip(samples=np.pad(tone, round(EDGE_S * RATE_HZ)), rate_hz=RATE_HZ)

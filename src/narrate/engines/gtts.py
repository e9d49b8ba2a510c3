"""gTTS: Google Translate's voices, online.

Source: https://gtts.readthedocs.io
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from narrate.engines.online import Broken, Pace, Trouble, ask, explain
from narrate.engines.versions import name_versions
from narrate.engines.words import make_safe
from narrate.errors import AudioError, CannotSay, EngineError, EngineUnavailable
from narrate.types import Clip, Utterance, Voice

if TYPE_CHECKING:
    from narrate.engines.google import Limits, Manner

REMEDY = "Look at the network, or speak offline with --engine hibari"

ACCENTS = {
    "en": ("en-US", "English, American"),
    "en-slow": ("en-US", "English, American, slowly; every voice has a slow one"),
    "en-co.uk": ("en-GB", "English, British"),
    "en-com.au": ("en-AU", "English, Australian"),
    "en-ca": ("en-CA", "English, Canadian"),
    "en-co.in": ("en-IN", "English, Indian"),
    "en-ie": ("en-IE", "English, Irish"),
    "en-co.za": ("en-ZA", "English, South African"),
    "en-com.ng": ("en-NG", "English, Nigerian"),
    "es-com.mx": ("es-MX", "Spanish, Mexican"),
    "es-es": ("es-ES", "Spanish, European"),
}
"""Voices by language and the top-level domain that is asked, with what is documented of them.

Source: https://gtts.readthedocs.io/en/latest/module.html#localized-accents
"""

JOINT_MS = 120
"""Silence between two parts of a text that did not fit into one request, in milliseconds: that of a clause."""


class GttsEngine:
    """Speaks many languages through the network, a request for every hundred characters."""

    name = "gtts"
    max_chars = 100
    """What goes into one request, so that each is kept by itself and none is made twice."""
    min_chars = 0

    pace = Pace(service="google-translate")
    limits: Limits | None = None
    """Of one request; None for the usual ones."""

    def check(self) -> None:
        if find_spec("gtts") is None:
            raise EngineUnavailable(self.name, "the package gTTS is missing", "Run `pip install gTTS`")

    def voices(self) -> Sequence[Voice]:
        self.check()
        from gtts.lang import tts_langs

        accents = [self._voice(name, *known) for name, known in ACCENTS.items()]
        english = [voice for voice in accents if voice.name.startswith("en")]
        others = [self._voice(code, code, name) for code, name in tts_langs().items() if code != "en"]
        return (*english, *others, *(voice for voice in accents if voice not in english))

    def find_voice(self, name: str) -> Voice | None:
        """Any language of the service, with any of its domains, and slowly: LANGUAGE[-DOMAIN][-slow]."""
        listed = next((voice for voice in self.voices() if voice.name == name), None)
        if listed:
            return listed
        from narrate.engines.google import read_manner

        manner = read_manner(name)
        if manner is None:
            return None
        tag, _ = ACCENTS.get(name.removesuffix("-slow"), (manner.language, ""))
        manners = f", as at translate.google.{manner.tld}{', slowly' if manner.slow else ''}"
        return self._voice(name, tag, manner.language + manners)

    def fingerprint(self, voice: Voice) -> str:
        return name_versions("gTTS")

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        self.check()
        from narrate.engines.google import cut_text, read_manner

        manner, parts = read_manner(voice.name), cut_text(make_safe(utterance.text))
        if manner is None:
            raise EngineUnavailable(self.name, f"it has no voice {voice.name!r}", "See `narrate voices`")
        if not parts:
            raise CannotSay("gtts has no sound for this", "there is no letter or digit in it")
        try:
            clips = [ask(partial(self._record, part, manner), self.pace) for part in parts]
        except Trouble as trouble:
            raise explain(trouble, self.name, REMEDY) from trouble
        return _at_speed(_join(clips), speed)

    def _record(self, part: str, manner: Manner) -> Clip:
        """One request: the sound of a part, which can be these words."""
        from narrate.audio.clips import decode_mp3
        from narrate.engines.booth import UnlikelySound, check_sound
        from narrate.engines.google import Limits, fetch_sound

        sound = fetch_sound(part, manner, self.limits or Limits())
        try:
            clip = decode_mp3(sound)
            check_sound(part, clip, 1.0)
        except (AudioError, UnlikelySound) as problem:
            raise Broken(f"{problem.what}, {problem.why}".rstrip(", ")) from problem
        return clip

    def _voice(self, name: str, language: str, description: str) -> Voice:
        return Voice(
            name=name,
            engine=self.name,
            language=language,
            rate_hz=24_000,
            description=description,
            licence="LicenseRef-Google-Translate",
            online=True,
        )


def _join(clips: list[Clip]) -> Clip:
    """The parts of one text, one after another."""
    import numpy as np

    rate_hz = clips[0].rate_hz
    if any(clip.rate_hz != rate_hz for clip in clips):
        raise EngineError("gtts failed", "the parts of its sound have different sample rates", REMEDY)
    rest = np.zeros(rate_hz * JOINT_MS // 1000, dtype=np.float32)
    pieces = [piece for clip in clips for piece in (rest, clip.samples)]
    return Clip(samples=np.concatenate(pieces[1:]), rate_hz=rate_hz)


def _at_speed(clip: Clip, speed: float) -> Clip:
    """The clip faster or slower at the same pitch: the service knows two paces only."""
    if speed == 1.0:
        return clip
    from narrate.audio.tempo import change_tempo

    return change_tempo(clip, speed)

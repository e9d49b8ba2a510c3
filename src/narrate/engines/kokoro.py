"""Kokoro: twenty-eight English voices, and mixtures of them. Its files are installed on request, into a folder.

Sources: https://github.com/hexgrad/kokoro, for the choice of a style by length; https://github.com/thewh1teagle/kokoro-onnx
for the model.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from narrate.engines import hibari
from narrate.engines.graphs import has_only, show_only
from narrate.engines.hibari import (
    BRACKETS,
    LENGTHS,
    LONGEST_WORD_CHARS,
    HibariEngine,
    SaidSigns,
    join_sounds,
    load_reader,
    load_signs,
    time_said,
    to_misaki,
)
from narrate.engines.phonemes import mark_phonemes
from narrate.engines.sessions import start_session
from narrate.engines.versions import digest_file, name_versions
from narrate.engines.voice_files import Order, VoiceFile, install_files, voices_folder
from narrate.engines.words import foreign_words, make_safe
from narrate.errors import CannotSay, EngineError, EngineUnavailable, UsageError
from narrate.types import Clip, Pronunciation, Timings, Utterance, Voice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

RATE_HZ = 24_000
SLOWEST, FASTEST = 0.5, 2.0

MOST_SOUNDS = 510
"""Signs that its model sees at once."""

STYLE_SHAPE = (510, 1, 256)
"""A voice: one style for every number of signs, as raw float32, little-endian."""

MODELS = ("kokoro-v1.0.onnx", "kokoro-v1.0.int8.onnx")
"""Files of the model: whoever puts the first one there, which is the one for a GPU, wants to hear it."""

REMEDY = "Run `narrate voices install kokoro`"
NAMED = re.compile(r"[ab][fm]_[a-z0-9]+")
"""Of a voice: its accent, its gender, its name."""

ACCENTS = {"a": ("en-US", "American"), "b": ("en-GB", "British")}
GENDERS = {"f": "female", "m": "male"}

MOST_VOICES = 8
"""In a mixture."""

CUTS = (";:.!?…—", ",", " ")
"""Where what is too long is cut, the best places first."""


class KokoroEngine:
    """Speaks English in half of real time on one core; the sounds come from hibari's dictionaries.

    A voice is `af_heart`, or a mixture: `af_heart+am_adam`, `af_heart:0.6+af_bella:0.4`. It draws nothing at random.
    """

    name = "kokoro"
    max_chars = 250
    """Its memory grows with the text: 370 MB for 40 characters, 680 MB for these, 930 MB for 400."""
    min_chars = 20
    """Whisper tiny.en misheard 5.4 % of the words of 66 sentences of 8 to 25 characters one by one, by two voices, and
    2.4 % in pairs."""

    def check(self) -> None:
        _find_model()

    def voices(self) -> Sequence[Voice]:
        known = _read_catalogue()["voices"]["sha256"]
        own = sorted(path.stem for path in _folder().glob("voices/*.bin") if path.stem not in known)
        return tuple(_describe(((name, 1.0),), name) for name in [*known, *filter(NAMED.fullmatch, own)])

    def find_voice(self, name: str) -> Voice | None:
        parts = read_mixture(name)
        known = {voice.name for voice in self.voices()}
        return _describe(parts, name) if parts and all(part in known for part, _ in parts) else None

    def fingerprint(self, voice: Voice) -> str:
        code = digest_file(Path(hibari.__file__))  # it makes the sounds that are spoken here
        styles = [digest_file(_style_path(name)) for name, _ in read_mixture(voice.name)]
        versions = name_versions("hibari-tts", "onnxruntime", "onnxruntime-gpu")
        return " ".join([versions, *_providers(), code, digest_file(_find_model()), *styles])

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        import numpy as np

        british = voice.language == "en-GB"
        text, omitted = _prepare(utterance, british=british)
        if not any(map(str.isalnum, text)):
            raise CannotSay("kokoro has no sound for this", "there is no word of the Latin script in it")
        styles, model = _mix(read_mixture(voice.name)), _open(_find_model())
        try:
            said = _say(load_reader(british).read(text), model, styles, min(FASTEST, max(SLOWEST, speed)))
        except Exception as problem:
            raise EngineError("kokoro failed", f"{type(problem).__name__}: {problem}") from problem
        if said is None:
            raise CannotSay("kokoro has no sound for this", "its pronunciation is empty")
        if not np.isfinite(said.samples).all():
            raise EngineError("kokoro failed", "the sound is not a number")
        return Clip(
            samples=np.clip(said.samples, -1.0, 1.0).astype(np.float32),
            rate_hz=RATE_HZ,
            omitted=omitted,
            words=time_said(utterance.text, said, RATE_HZ),
        )

    def pronounce(self, word: str, voice: Voice) -> Pronunciation | None:
        return HibariEngine().pronounce(word, voice)

    def install(self, order: Order) -> Sequence[Voice]:
        catalogue = _read_catalogue()
        known = catalogue["voices"]["sha256"]
        names = [name for name, _ in read_mixture(order.name)] if order.name else [*known]
        if not names or not set(names) <= set(known):
            raise UsageError(f"kokoro has no voice {order.name!r} to install", "", "Look at `narrate voices`")
        if not any((_folder() / name).is_file() for name in MODELS):
            _install_model(catalogue["model"], order)
        install_files([_voice_file(name, catalogue["voices"]) for name in names], _folder(), order)
        return [_describe(((name, 1.0),), name) for name in names]


# ------------------------------------------------------------------ its voices


def read_mixture(name: str) -> tuple[tuple[str, float], ...]:
    """The voices of a name and their shares, which add up to 1; empty where it is none.

    Each voice may have a weight: `af_heart:3+am_adam:1` is three parts of one and one part of the other.
    """
    weights: dict[str, float] = {}
    for part in name.split("+"):
        voice, colon, weight = part.strip(" ").partition(":")
        if not NAMED.fullmatch(voice) or voice in weights or (colon and not WEIGHT.fullmatch(weight)):
            return ()
        weights[voice] = float(weight) if colon else 1.0
    whole = sum(weights.values())
    if not min(weights.values()) > 0 or len(weights) > MOST_VOICES:
        return ()
    return tuple((voice, weight / whole) for voice, weight in weights.items())


WEIGHT = re.compile(r"\d{1,4}(?:\.\d{1,4})?")


def _describe(parts: Sequence[tuple[str, float]], name: str) -> Voice:
    """A voice; a mixture has the accent of its first."""
    language, accent = ACCENTS[parts[0][0][0]]
    said = f"{GENDERS[parts[0][0][1]]}, {accent}"
    if len(parts) > 1:
        said = f"mixed, {accent}: {', '.join(f'{share:.0%} {part}' for part, share in parts)}"
    missing, remedy = next(filter(None, (_find_fault(part) for part, _ in parts)), (None, None))
    return Voice(
        name=name,
        engine="kokoro",
        language=language,
        rate_hz=RATE_HZ,
        description=said,
        licence="Apache-2.0",
        timings=_find_timings(),
        missing=missing,
        remedy=remedy,
    )


def _find_timings() -> Timings:
    """What the model that is here tells of its words; the one that would be installed tells all."""
    model = next((path for name in MODELS if (path := _folder() / name).is_file()), None)
    return Timings.WORDS if model is None or has_only(model, LENGTHS) else Timings.SENTENCES


def _find_fault(name: str) -> tuple[str, str] | None:
    """Why a voice cannot speak, and what to do; None where it can."""
    path = _style_path(name)
    if not any((_folder() / model).is_file() for model in MODELS):
        return "Kokoro is not installed", REMEDY
    if not path.is_file():
        return f"{name} is not installed", f"Run `narrate voices install kokoro:{name}`"
    if path.stat().st_size != _read_catalogue()["voices"]["size_bytes"]:
        return f"{path} is no Kokoro voice", f"Remove it and run `narrate voices install kokoro:{name}`"
    return None


def _folder() -> Path:
    return voices_folder(os.environ) / "kokoro"


def _style_path(name: str) -> Path:
    return _folder() / "voices" / f"{name}.bin"


def _find_model() -> Path:
    """
    Raises:
        EngineUnavailable: there is none.
    """
    found = next((path for name in MODELS if (path := _folder() / name).is_file()), None)
    if found is None:
        raise EngineUnavailable("kokoro", "it is not installed", REMEDY)
    return found


@cache
def _read_catalogue() -> dict[str, Any]:
    """What can be installed."""
    return tomllib.loads((files("narrate.engines") / "kokoro.toml").read_text("utf-8"))


def _voice_file(name: str, voices: dict[str, Any]) -> VoiceFile:
    return VoiceFile(
        name=f"voices/{name}.bin",
        size_bytes=voices["size_bytes"],
        sha256=voices["sha256"][name],
        address=f"{voices['address']}{name}.bin",
    )


def _install_model(entry: dict[str, Any], order: Order) -> None:
    """From where the order says, or else from packages that happen to be installed, or else from the web."""
    model = VoiceFile(**entry | {"parts": tuple(entry["parts"])})
    packages = [find_spec(PurePosixPath(part).parent.name) for part in model.parts]
    here = [Path(package.origin).parent for package in packages if package and package.origin]
    if not order.sources and len(here) == len(packages):
        order = replace(order, sources=tuple(here))
    install_files([model], _folder(), order)


# ------------------------------------------------------------------ its sounds


def _prepare(utterance: Utterance, *, british: bool) -> tuple[str, tuple[str, ...]]:
    """A text as hibari's reader takes it, with its pronunciations, and the words that nobody can say here."""
    marked, sounds = mark_phonemes(utterance, lambda ipa: to_misaki(ipa, british=british))
    text = make_safe(marked)
    omitted = foreign_words(text)
    for word in omitted:
        text = text.replace(word, " ")
    # `[word](/phonemes/)` would be read as phonemes: the article must not be able to say so.
    text = LONG_WORD.sub(r"\g<0> ", text.translate(BRACKETS))
    for sign, sound in sounds.items():
        text = text.replace(sign, f"[name](/{sound}/)")
    return text, omitted


LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD_CHARS}}}(?=\S)")
"""The letter-to-sound model stops in the middle of longer ones without a word."""


def cut_sounds(sounds: str, most: int = MOST_SOUNDS) -> Iterator[str]:
    """Pieces of at most so many signs, cut at clauses or else between words."""
    while len(sounds) > most:
        ends = (max(sounds.rfind(mark, most // 2, most) for mark in marks) for marks in CUTS)
        end = next((end + 1 for end in ends if end >= 0), most)
        yield sounds[:end]
        sounds = sounds[end:].lstrip()
    if sounds:
        yield sounds


# ------------------------------------------------------------------ its model


def _mix(parts: Sequence[tuple[str, float]]) -> Samples:
    """The styles of a mixture, of `STYLE_SHAPE`."""
    import numpy as np

    mixed = np.zeros(STYLE_SHAPE, np.float32)
    for name, share in parts:
        mixed += np.float32(share) * _load_styles(_style_path(name))
    return mixed


@cache
def _load_styles(path: Path) -> Samples:
    """
    Raises:
        EngineUnavailable: it is no file of a voice.
    """
    import numpy as np

    try:
        styles = np.frombuffer(path.read_bytes(), "<f4").reshape(STYLE_SHAPE)
    except (OSError, ValueError) as problem:
        raise EngineUnavailable("kokoro", f"{path} is no Kokoro voice", REMEDY) from problem
    if not np.isfinite(styles).all():
        raise EngineUnavailable("kokoro", f"{path} is no Kokoro voice", REMEDY)
    return styles


def _providers() -> list[str]:
    """What can run the model here: a GPU first, where onnxruntime-gpu finds one."""
    import onnxruntime

    able = onnxruntime.get_available_providers()
    return [name for name in ("CUDAExecutionProvider", "CPUExecutionProvider") if name in able]


@cache
def _open(model: Path) -> Any:
    """A session of one thread.

    Raises:
        EngineUnavailable: it is no model.
    """
    try:
        return start_session(show_only(model.read_bytes(), LENGTHS), providers=_providers())
    except Exception as problem:
        raise EngineUnavailable("kokoro", f"{model} cannot be loaded", "Remove it and install it again") from problem


def _say(tokens: Sequence[Any], model: Any, styles: Samples, speed: float) -> SaidSigns | None:
    """Words and marks with their sounds, as speech; None where there is nothing to hear."""
    import numpy as np

    sounds = "".join(sign for sign in join_sounds(tokens) if sign in load_signs())
    if not any(map(str.isalpha, sounds)):
        return None
    parts: list[Samples] = []
    signs: list[int] = []
    frames: list[int] = []
    for piece in cut_sounds(sounds):
        numbers = [0, *(load_signs()[sign] for sign in piece), 0]
        sound, *lengths = _run(model, numbers, styles[len(piece) - 1], speed)
        parts.append(sound.reshape(-1))
        signs += numbers
        frames += (int(length) for given in lengths for length in given.flat)
    return SaidSigns(samples=np.concatenate(parts), tokens=tuple(tokens), signs=tuple(signs), frames=tuple(frames))


def _run(model: Any, numbers: list[int], style: Samples, speed: float) -> list[Samples]:
    """The sound of some signs, and how long each lasts where the model tells."""
    import numpy as np

    made: list[Samples] = model.run(
        None,
        {
            model.get_inputs()[0].name: np.array([numbers], np.int64),
            "style": style,
            "speed": np.array([speed], np.float32),
        },
    )
    return made

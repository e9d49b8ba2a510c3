"""hibari: the embedded default. English, one wheel with its voice inside, nothing fetched.

Source: https://pypi.org/project/hibari-tts/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.resources import files
from importlib.util import find_spec, module_from_spec, spec_from_loader
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrate.engines.graphs import show_only
from narrate.engines.phonemes import anglicise, mark_phonemes
from narrate.engines.sessions import start_session
from narrate.engines.versions import digest_file, name_versions
from narrate.engines.voice_files import Order, VoiceFile, install_files
from narrate.engines.words import foreign_words, make_safe
from narrate.errors import CannotSay, EngineError, EngineUnavailable, UsageError
from narrate.timings import Heard, find_words, time_words, word_key
from narrate.types import Clip, Pronunciation, Timings, Utterance, Voice, WordTime

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

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
    """Its model sees one sentence at a time, so that a short one sounds the same in company. Whisper tiny.en misheard
    3.0 % of the words of 297 sentences of 2 to 21 characters beside another, and 3.6 % in one call with it."""

    def check(self) -> None:
        if find_spec("hibari") is None:
            raise EngineUnavailable(self.name, "the package hibari-tts is missing", REMEDY)

    def voices(self) -> Sequence[Voice]:
        self.check()
        return tuple(self._voice(name, entry) for name, entry in _load_voices().VOICES.items())

    def find_voice(self, name: str) -> Voice | None:
        return next((voice for voice in self.voices() if voice.name == name), None)

    def fingerprint(self, voice: Voice) -> str:
        return f"{name_versions('hibari-tts', 'onnxruntime')} {digest_file(_model_path(voice.name))}"

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        import numpy as np

        marked, sounds = mark_phonemes(utterance, lambda ipa: to_misaki(ipa, british=voice.language == "en-GB"))
        text = make_safe(marked)
        omitted = foreign_words(text)
        # `[word](/phonemes/)` would be read as phonemes: the article must not be able to say so.
        for word in omitted:
            text = text.replace(word, " ")
        text = _cut_endless_words(text.translate(BRACKETS))
        for sign, sound in sounds.items():
            text = text.replace(sign, f"[name](/{sound}/)")
        if not any(map(str.isalnum, text)):
            raise CannotSay("hibari has no sound for this", "there is no word of the Latin script in it")
        try:
            said = _load(voice.name).say(text, speed=min(FASTEST, max(SLOWEST, speed)), seed=seed)
        except Exception as problem:
            raise EngineError("hibari failed", f"{type(problem).__name__}: {problem}") from problem
        samples = said.samples
        if samples.size == 0:
            raise CannotSay("hibari has no sound for this", "its pronunciation is empty")
        if not np.isfinite(samples).all():
            raise EngineError("hibari failed", "the sound is not a number")
        return Clip(
            samples=np.clip(samples, -1.0, 1.0).astype(np.float32),
            rate_hz=voice.rate_hz,
            omitted=omitted,
            words=time_said(utterance.text, said, voice.rate_hz),
        )

    def pronounce(self, word: str, voice: Voice) -> Pronunciation | None:
        self.check()
        text = make_safe(word).translate(BRACKETS)
        tokens = [token for token in load_reader(voice.language == "en-GB").read(text) if token.phonemes]
        sounds = " ".join("".join(token.phonemes + token.whitespace for token in tokens).split())
        if not any(map(str.isalpha, sounds)):
            return None
        return Pronunciation(ipa=from_misaki(sounds), known=all((token.rating or 0) > GUESSED for token in tokens))

    def install(self, order: Order) -> Sequence[Voice]:
        """From its makers, with the digests that the package names, into the folder where it looks for voices."""
        known = _load_voices().VOICES
        names = [order.name] if order.name else [*known]
        if not set(names) <= set(known):
            raise UsageError(f"hibari has no voice {order.name!r} to install", "", "Look at `narrate voices`")
        absent = [_voice_file(known[name]) for name in names if not known[name].get("bundled")]
        install_files(absent, Path(_load_voices().cache_dir()), order)
        return [self._voice(name, known[name]) for name in names]

    def _voice(self, name: str, entry: dict[str, Any]) -> Voice:
        missing = remedy = None
        try:
            _model_path(name)
        except FileNotFoundError:
            missing, remedy = "it is not installed", f"Run `narrate voices install hibari:{name}`"
        return Voice(
            name=name,
            engine=self.name,
            language="en-GB" if entry.get("british") else "en-US",
            rate_hz=24_000,
            description=f"{entry['gender']}, {entry['accent']}",
            licence="Apache-2.0",
            timings=Timings.WORDS,
            missing=missing,
            remedy=remedy,
        )


# ------------------------------------------------------------------ its alphabet

GUESSED = 2
"""The rating that its reader gives to what no dictionary has; dictionaries give more."""

MISAKI = (
    ("eɪ", "A"), ("aɪ", "I"), ("ɔɪ", "Y"), ("aʊ", "W"), ("tʃ", "ʧ"), ("dʒ", "ʤ"), ("ɾ", "T"),
)  # fmt: skip
AMERICAN = (("ː", ""), ("oʊ", "O"), ("əʊ", "O"), ("ɒ", "ɑ"), ("ɝ", "ɜɹ"), ("ɜ(?!ɹ)", "ɜɹ"), ("ɚ", "əɹ"))
BRITISH = (("oʊ", "Q"), ("əʊ", "Q"), ("æ", "a"), ("ɝ", "ɜː"), ("ɜ(?!ː)", "ɜː"), ("ɚ", "ə"))
"""Source: https://github.com/hexgrad/misaki/blob/main/EN_PHONES.md"""


def to_misaki(ipa: str, *, british: bool = False) -> str | None:
    """IPA in the alphabet of hibari's voices; None where it has a sign that is no sound."""
    sounds = anglicise(ipa)
    if sounds is None:
        return None
    for sound, sign in (*(BRITISH if british else AMERICAN), *MISAKI):
        sounds = re.sub(sound, sign, sounds)
    return sounds


def from_misaki(sounds: str) -> str:
    """What hibari's voices say, in IPA; stress right before its vowel, as they have it."""
    for sound, sign in MISAKI:
        sounds = sounds.replace(sign, sound)
    sounds = sounds.replace("O", "oʊ").replace("Q", "əʊ").replace("ᵊ", "ə").replace("ᵻ", "ɪ")
    return "".join(sign for sign in sounds if sign.isalpha() or sign in "ˈˌː ")


@cache
def _load_voices() -> Any:
    """Its list of voices by itself: the package as a whole takes a third of a second to import."""
    package = find_spec("hibari")
    assert package
    assert package.origin
    loader = SourceFileLoader("narrate_hibari_voices", str(Path(package.origin).with_name("voices.py")))
    module = module_from_spec(spec_from_loader(loader.name, loader) or package)
    loader.exec_module(module)
    return module


def _model_path(voice_name: str) -> Path:
    """The file of a voice.

    Raises:
        FileNotFoundError: it is not here; its text is where it belongs.
    """
    return Path(_load_voices().voice_path(voice_name, download_missing=False))


def _voice_file(entry: dict[str, Any]) -> VoiceFile:
    address = f"{_load_voices().BASE_URL}{entry['file']}"
    return VoiceFile(name=entry["file"], size_bytes=entry["bytes"], sha256=entry["sha256"], address=address)


# ------------------------------------------------------------------ its words and their times

LENGTHS = "Clip"
"""The operator that makes the last of the lengths of its signs, in frames: none is shorter than one."""

FRAME_SAMPLES = 600
"""A frame of those: 25 ms."""

SILENT_SIGNS = frozenset({0, 16})
"""The number of the sign at both ends, and of the space."""

TOLD = 5
"""The rating that its reader gives to a word whose sounds it was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidSigns:
    """Sound, and of which words and signs it was made."""

    samples: Samples
    tokens: tuple[Any, ...]
    """Words and marks as the reader took the text apart, each with its sounds."""
    signs: tuple[int, ...]
    """The number of each sign that was spoken, in order."""
    frames: tuple[int, ...]
    """How long each lasts, in frames of `FRAME_SAMPLES`; empty where the model does not tell."""


def time_said(text: str, said: SaidSigns, rate_hz: int) -> tuple[WordTime, ...]:
    """When the words of a text are heard; none where sound and signs do not add up."""
    if len(said.frames) != len(said.signs) or sum(said.frames) * FRAME_SAMPLES != said.samples.size:
        return ()
    return tuple(time_words(find_words(text), list(_hear(said, FRAME_SAMPLES / rate_hz))))


def _hear(said: SaidSigns, frame_s: float) -> Iterator[Heard]:
    """Every word with its time: the length of its own sounds, without the rests around them."""
    ends = list(accumulate(said.frames, initial=0))
    places = [index for index, sign in enumerate(said.signs) if sign not in SILENT_SIGNS]
    at = 0
    for token in said.tokens:
        own = [load_signs()[sign] for sign in token.phonemes or "" if sign != " " and sign in load_signs()]
        mine = places[at : at + len(own)]
        if [said.signs[place] for place in mine] != own:
            return  # it was read otherwise than it was spoken
        at += len(own)
        if mine and any(map(str.isalpha, token.phonemes)):
            key = "" if token.rating == TOLD else word_key(token.text)
            yield Heard(key, ends[mine[0]] * frame_s, ends[mine[-1] + 1] * frame_s)


class Reader:
    """Reads text as hibari does, and remembers the words and their sounds."""

    def __init__(self, british: bool) -> None:
        from hibari.g2p import G2P

        self._read = G2P(british=british)
        self.tokens: list[Any] = []

    def read(self, text: str) -> list[Any]:
        """The words and marks of a text, each with its sounds."""
        from hibari.g2p.normalize import normalize

        plain = normalize(text)
        tokens: list[Any] = self._read.phonemize_tokens(self._read.tokenize(plain)) if plain else []
        return tokens

    def __call__(self, text: str) -> str:
        """The sounds of a text."""
        tokens = self.read(text)
        self.tokens += tokens
        return join_sounds(tokens)


def join_sounds(tokens: Sequence[Any]) -> str:
    """The sounds of words and marks, as the model takes them."""
    return "".join((token.phonemes or "") + (" " if token.whitespace else "") for token in tokens).strip()


@cache
def load_reader(british: bool) -> Reader:
    """What turns its text into sounds: its dictionaries, without a voice."""
    return Reader(british)


@cache
def load_signs() -> dict[str, int]:
    """The number of each sign that its model has learnt; Kokoro, from which it learnt, has the same."""
    signs: dict[str, int] = json.loads((files("hibari") / "assets" / "vocab.json").read_text("utf-8"))
    return signs


class _Speaker:
    """A voice of hibari over a model that tells how long each sign lasts."""

    def __init__(self, voice_name: str) -> None:
        from hibari import Hibari

        self._reader = load_reader(bool(_load_voices().VOICES[voice_name]["british"]))
        self._session = start_session(show_only(_model_path(voice_name).read_bytes(), LENGTHS))
        self._voice = Hibari.__new__(Hibari)  # else it would start a session as it likes it
        self._voice.voice, self._voice.vocab, self._voice.sess = voice_name, load_signs(), self
        self._voice._g2p = self._reader
        self._signs: list[int] = []
        self._frames: list[int] = []

    def say(self, text: str, *, speed: float, seed: int) -> SaidSigns:
        self._reader.tokens, self._signs, self._frames = [], [], []
        samples = self._voice(text, speed=speed, seed=seed)
        return SaidSigns(
            samples=samples,
            tokens=tuple(self._reader.tokens),
            signs=tuple(self._signs),
            frames=tuple(self._frames),
        )

    def run(self, outputs: None, feed: dict[str, Any]) -> list[Any]:
        """What the voice takes for its session: what the model gives, the lengths kept here."""
        made: list[Any] = self._session.run(outputs, feed)
        self._signs += feed["ids"].flat
        self._frames += (int(length) for given in made[SPECTRA:] for length in given.flat)
        return made[:SPECTRA]


SPECTRA = 6
"""What its model gives for the sound."""


@cache
def _load(voice_name: str) -> _Speaker:
    return _Speaker(voice_name)


def _cut_endless_words(text: str) -> str:
    words = []
    for word in text.split():
        words += [word[at : at + LONGEST_WORD_CHARS] for at in range(0, len(word), LONGEST_WORD_CHARS)]
    return " ".join(words)

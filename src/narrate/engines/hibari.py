"""hibari: the embedded default. English, one wheel with its voice inside, nothing fetched.

Source: https://pypi.org/project/hibari-tts/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec, module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

from narrate.engines.phonemes import anglicise, mark_phonemes
from narrate.engines.versions import digest_file, name_versions
from narrate.engines.voice_files import Order, VoiceFile, install_files
from narrate.engines.words import foreign_words, make_safe
from narrate.errors import CannotSay, EngineError, EngineUnavailable, UsageError
from narrate.types import Clip, Pronunciation, Utterance, Voice

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
            samples = _load(voice.name)(text, speed=min(FASTEST, max(SLOWEST, speed)), seed=seed)
        except Exception as problem:
            raise EngineError("hibari failed", f"{type(problem).__name__}: {problem}") from problem
        if samples.size == 0:
            raise CannotSay("hibari has no sound for this", "its pronunciation is empty")
        if not np.isfinite(samples).all():
            raise EngineError("hibari failed", "the sound is not a number")
        return Clip(samples=np.clip(samples, -1.0, 1.0).astype(np.float32), rate_hz=voice.rate_hz, omitted=omitted)

    def pronounce(self, word: str, voice: Voice) -> Pronunciation | None:
        self.check()
        from hibari.g2p.normalize import normalize

        read = _load_reader(voice.language == "en-GB")
        text = normalize(make_safe(word).translate(BRACKETS))
        tokens = [token for token in read.phonemize_tokens(read.tokenize(text)) if text and token.phonemes]
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


@cache
def _load_reader(british: bool) -> Any:
    """What turns its text into sounds: its dictionaries, without a voice."""
    from hibari.g2p import G2P

    return G2P(british=british)


@cache
def _load(voice_name: str) -> Any:
    from hibari import Hibari

    return Hibari(voice=voice_name, threads=1)


def _cut_endless_words(text: str) -> str:
    words = []
    for word in text.split():
        words += [word[at : at + LONGEST_WORD_CHARS] for at in range(0, len(word), LONGEST_WORD_CHARS)]
    return " ".join(words)

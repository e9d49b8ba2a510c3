"""The embedded engines: the shared suite, and the traps of each."""

from __future__ import annotations

import importlib.util
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate import plugins
from narrate.engines.hibari import HibariEngine, from_misaki, to_misaki
from narrate.engines.phonemes import anglicise
from narrate.engines.piper import PiperEngine, bundled_model, feed_noise
from narrate.engines.protocol import Pronouncer
from narrate.engines.suite import SENTENCE, EngineSuite
from narrate.engines.tone import ToneEngine
from narrate.errors import CannotSay, EngineUnavailable, UsageError
from narrate.types import Clip, Phonemes, Pronunciation, Utterance

needs_piper = pytest.mark.skipif(importlib.util.find_spec("piper") is None, reason="the extra piper is not installed")


def say(engine: HibariEngine | PiperEngine, text: str) -> Clip:
    return engine.speak(Utterance(text=text, written=text), engine.voices()[0], speed=1.0, seed=0)


def say_name(engine: HibariEngine | PiperEngine, text: str, name: str, ipa: str) -> Clip:
    """The text with every occurrence of a name pronounced so."""
    starts = [match.start() for match in re.finditer(name, text)]
    spans = tuple(Phonemes(start=start, end=start + len(name), ipa=ipa) for start in starts)
    return engine.speak(Utterance(text=text, written=text, phonemes=spans), engine.voices()[0], speed=1.0, seed=0)


def make_scaled_voice(path: Path) -> Path:
    """The bundled voice with nodes that draw at a scale of their own, 1.0: written where their names were."""
    model = bundled_model()
    assert model is not None
    graph = model.read_bytes()
    for name in (b"/dp/RandomNormalLike", b"/RandomNormalLike"):
        scale = b"\x2a\x0f\x0a\x05scale\x15" + struct.pack("<f", 1) + b"\xa0\x01\x01"
        comment = bytes([0x32, len(name) - 17]) + b" " * (len(name) - 17)
        node = bytes([0x1A, len(name)]) + name
        assert graph.count(node) == 1
        graph = graph.replace(node, scale + comment)
    path.write_bytes(graph)
    shutil.copy(f"{model}.json", f"{path}.json")
    return path


class TestTone(EngineSuite):
    engine = ToneEngine()


class TestHibari(EngineSuite):
    engine = HibariEngine()

    @pytest.mark.parametrize("text", ["你好，世界。", "مرحبا بالعالم", "Привет, мир", "😀"])
    def test_foreign_text_is_an_error_and_never_silence(self, text: str) -> None:
        with pytest.raises(CannotSay, match="hibari has no sound for this"):
            self.say(text)

    def test_words_that_it_left_out_are_named(self) -> None:
        clip = self.say("She wrote 你好 on the wall.")
        assert clip.omitted == ("你好",)
        assert self.say("She wrote Łódź on the wall.").omitted == ()

    def test_an_article_cannot_speak_in_phonemes(self) -> None:
        marked = self.say("Say [hello](/zzzzzz/) now.")
        assert marked.seconds > self.say("Say hello now.").seconds + 0.2

    def test_the_same_word_with_another_pronunciation_sounds_otherwise(self) -> None:
        short, long = (say_name(self.engine, "Then Xi left.", "Xi", ipa) for ipa in ("ʃi", "ˌɛksəˈɹeɪʃənəl"))
        assert long.seconds > short.seconds + 0.3
        assert short.samples.tobytes() == say_name(self.engine, "Then Zq left.", "Zq", "ʃi").samples.tobytes()

    def test_what_stands_around_a_pronunciation_is_spoken_as_ever(self) -> None:
        texts = ("Name, who left.", "(“Name”)", "Name! Name? Go.", "pre-Name-era", "x" * 300 + " Name", "\ue000 Name")
        for text in texts:
            plain = say_name(self.engine, text, "Name", "☃").seconds
            assert say_name(self.engine, text, "Name", "neɪm").seconds == pytest.approx(plain, rel=0.1), text

    def test_it_tells_how_it_says_a_word_and_whether_a_dictionary_has_it(self) -> None:
        assert isinstance(self.engine, Pronouncer)
        harbour, okoro, marks = map(self.pronounce, ("harbour", "Okoro", "[x](/zz/)"))
        assert harbour == Pronunciation(ipa="hˈɑɹbəɹ", known=True)
        assert okoro == Pronunciation(ipa="ɑkˈɔɹoʊ", known=False)
        assert marks is not None
        assert marks.ipa.startswith("ˈɛks")
        assert [self.pronounce(nothing) for nothing in ("你好", "", "…")] == [None, None, None]

    def pronounce(self, word: str) -> Pronunciation | None:
        return self.engine.pronounce(word, self.voice())

    def test_an_endless_word_is_spoken_to_its_end(self) -> None:
        assert self.say("x" * 300).seconds > 3 * self.say("x" * 60).seconds

    def test_voices_that_are_not_here_say_what_is_missing(self) -> None:
        absent = [voice for voice in self.engine.voices() if not voice.ready]
        assert absent
        assert all(voice.missing and voice.remedy for voice in absent)


@needs_piper
class TestPiper(EngineSuite):
    engine = PiperEngine()

    def test_sentences_are_not_normalised_to_their_peaks(self) -> None:
        assert abs(self.say("Hm, well, I suppose so.").samples).max() < 0.999

    def test_an_article_cannot_speak_in_phonemes(self) -> None:
        assert self.say("Say [[h]] now.").seconds > self.say("Say now.").seconds + 0.15

    def test_the_same_word_with_another_pronunciation_sounds_otherwise(self) -> None:
        short, long = (say_name(self.engine, "Then Xi left.", "Xi", ipa) for ipa in ("ʃi", "ˌɛksəˈɹeɪʃənəl"))
        assert long.seconds > short.seconds + 0.3

    @pytest.mark.parametrize("text", ["Name, who left.", "(“Name”)", "Stay, Name! Go.", "a pre-Name-era [[h]] house"])
    def test_what_stands_around_a_pronunciation_is_spoken_as_ever(self, text: str) -> None:
        plain = say_name(self.engine, text, "Name", "☃").seconds
        assert say_name(self.engine, text, "Name", "neɪm").seconds == pytest.approx(plain, abs=0.4)

    def test_it_tells_how_it_says_a_word_and_knows_of_no_dictionary(self) -> None:
        assert isinstance(self.engine, Pronouncer)
        assert self.engine.pronounce("Okoro", self.voice()) == Pronunciation(ipa="ɑːkˈɔːɹoʊ", known=None)

    def test_another_process_with_another_past_says_it_byte_for_byte_the_same(self) -> None:
        code = (
            "import sys\n"
            "from narrate.engines.piper import PiperEngine\n"
            "from narrate.types import Utterance\n"
            "engine = PiperEngine(); voice = engine.voices()[0]\n"
            "for text in ('It was late.', 'Good morning to you all. It is late.'):\n"
            "    clip = engine.speak(Utterance(text=text, written=text), voice, speed=1.0, seed=-1)\n"
            "sys.stdout.buffer.write(clip.samples.tobytes())\n"
        )
        there = subprocess.check_output([sys.executable, "-c", code])
        here, other = (self.say("Good morning to you all. It is late.", seed=seed) for seed in (-1, 0))
        assert here.samples.tobytes() == there
        assert other.samples.tobytes() != there

    def test_a_voice_that_draws_in_a_way_of_its_own_says_the_same_again_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        voice = self.engine.find_voice(str(make_scaled_voice(tmp_path / "mine.onnx")))
        assert voice is not None
        before = {path: path.read_bytes() for path in tmp_path.iterdir()}
        said = [
            self.engine.speak(Utterance(text=text, written=text), voice, speed=1.0, seed=seed)
            for text, seed in ((SENTENCE, 0), ("Another.", 0), (SENTENCE, 0), (SENTENCE, 1))
        ]
        sounds = [clip.samples.tobytes() for clip in said]
        assert sounds[0] == sounds[2]
        assert sounds[0] != sounds[3]
        assert said[0].seconds == pytest.approx(self.say(SENTENCE).seconds, rel=0.2)
        assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before

    def test_a_voice_fed_with_noise_is_otherwise_what_it_was(self) -> None:
        import numpy as np
        import onnxruntime

        model = bundled_model()
        assert model is not None
        old, new = map(onnxruntime.InferenceSession, (model, feed_noise(model.read_bytes())))
        names = {put.name for put in new.get_inputs()} - {put.name for put in old.get_inputs()}
        signs = {"input": np.arange(1, 120)[None], "input_lengths": np.array([119])}
        quiet, drawn = ({**signs, "scales": np.array(scales, np.float32)} for scales in ([0, 1, 0], [0.667, 1, 0.8]))
        noises = (np.zeros(7, np.float32), np.ones(7, np.float32), np.ones(1_000_000, np.float32))
        silent, few, many = (new.run(None, drawn | dict.fromkeys(names, noise))[0] for noise in noises)
        plain = old.run(None, quiet)[0]
        assert len(names) == 2
        assert np.allclose(silent, plain, atol=1e-4)
        assert np.allclose(few, many, atol=1e-4)
        assert few.shape != plain.shape

    def test_a_voice_file_of_the_users_own_is_found_by_its_path(self) -> None:
        model = bundled_model()
        assert model is not None
        voice = self.engine.find_voice(str(model))
        assert voice is not None
        assert voice.language.startswith("en")

    def test_a_voice_file_without_its_json_is_explained(self, tmp_path: Path) -> None:
        (tmp_path / "mine.onnx").write_bytes(b"no model")
        with pytest.raises(EngineUnavailable, match="mine.onnx.json is missing.*Put the voice's .onnx.json beside it"):
            self.engine.find_voice(str(tmp_path / "mine.onnx"))


def test_engines_are_found_by_name_the_default_first() -> None:
    assert plugins.engine_names()[:3] == ["hibari", "piper", "gtts"]
    with pytest.raises(UsageError, match=r"there is no engine called 'festival'. Give --engine one of: gtts, hibari"):
        plugins.load_engine("festival")


@pytest.mark.parametrize(
    ("ipa", "english"),
    [
        ("oʊˈkoʊɹoʊ", "oʊkˈoʊɹoʊ"),
        ("ˈʃi d͡ʒɪnˈpɪŋ", "ʃˈi dʒɪnpˈɪŋ"),
        ("maˈkʁɔ̃", "mɑkɹˈɔn"),
        ("ˈɡøːtə", "ɡˈɜːtə"),
        ("xoˈse", "hoʊsˈeɪ"),
        ("bax", "bˈɑk"),
        ("pɛˈɲa", "pɛnjˈɑ"),
        ("ˈbʌtn̩", "bˈʌtən"),
        ("bɔ̃ʒuʁ", "bɔnʒˈuɹ"),
        ("ˈmɛɹk(ə)l", "mˈɛɹkəl"),
        ("☃", None),
        ("foo/bar", None),
        ("ə]", None),
        ("", None),
    ],
)
def test_foreign_sounds_become_those_that_english_says_instead(ipa: str, english: str | None) -> None:
    assert anglicise(ipa) == english


def test_what_hibari_says_of_a_word_is_what_it_says_when_told_so() -> None:
    for sounds in ("ɑkˈɔɹO", "sˌOlɪmˈɑni", "ɡɹˈATəɹ", "hˈWs", "ʧˈYs", "mˈAkɹˌɑn"):
        assert to_misaki(from_misaki(sounds)) == sounds
    assert to_misaki("ˈɹeɪnɚ", british=True) == "ɹˈAnə"
    assert to_misaki("oʊ", british=True) == "ˈQ"


@given(st.text())
def test_no_ipa_makes_marks_in_an_engines_text(ipa: str) -> None:
    sounds = to_misaki(ipa)
    assert sounds is None or not set(sounds) & set("[]()/")

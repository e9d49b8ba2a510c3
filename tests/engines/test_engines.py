"""The embedded engines: the shared suite, and the traps of each."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate import plugins
from narrate.engines.hibari import HibariEngine, from_misaki, to_misaki
from narrate.engines.phonemes import anglicise
from narrate.engines.piper import PiperEngine, bundled_model
from narrate.engines.protocol import Pronouncer
from narrate.engines.suite import EngineSuite
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
    same_sound_twice = False

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

    def test_a_run_can_be_repeated_byte_for_byte(self) -> None:
        code = (
            "import hashlib\n"
            "from narrate.engines.piper import PiperEngine\n"
            "from narrate.types import Utterance\n"
            "engine = PiperEngine(); voice = engine.voices()[0]\n"
            "for text in ('Good morning to you all.', 'It was late.'):\n"
            "    clip = engine.speak(Utterance(text=text, written=text), voice, speed=1.0, seed={seed})\n"
            "    print(hashlib.sha256(clip.samples.tobytes()).hexdigest())\n"
        )
        runs = [subprocess.check_output([sys.executable, "-c", code.format(seed=seed)]) for seed in (0, 0, 1)]
        assert runs[0] == runs[1]
        assert runs[0] != runs[2]

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

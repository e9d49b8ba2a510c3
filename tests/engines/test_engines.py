"""The embedded engines: the shared suite, and the traps of each."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from narrate import plugins
from narrate.engines.hibari import HibariEngine
from narrate.engines.piper import PiperEngine, bundled_model
from narrate.engines.suite import EngineSuite
from narrate.engines.tone import ToneEngine
from narrate.errors import CannotSay, EngineUnavailable, UsageError
from narrate.types import Clip, Utterance

needs_piper = pytest.mark.skipif(importlib.util.find_spec("piper") is None, reason="the extra piper is not installed")


def say(engine: HibariEngine | PiperEngine, text: str) -> Clip:
    return engine.speak(Utterance(text=text, written=text), engine.voices()[0], speed=1.0, seed=0)


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

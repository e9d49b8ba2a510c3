"""Kokoro: the shared suite with the real model, where its packages are, and its names, cuts and errors without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kokoro_parts import use_kokoro

from narrate.engines.kokoro import MOST_SOUNDS, STYLE_SHAPE, KokoroEngine, cut_sounds, read_mixture
from narrate.engines.protocol import Pronouncer
from narrate.engines.suite import EngineSuite
from narrate.engines.voice_files import VARIABLE, Installer, Order
from narrate.errors import CannotSay, EngineUnavailable, SourceError, UsageError
from narrate.types import Clip, Pronunciation, Utterance

ENGINE = KokoroEngine()


@pytest.fixture
def kokoro(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_kokoro(request, tmp_path_factory, monkeypatch)


@pytest.fixture
def voices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of Kokoro's styles, empty, beside a file that says that it is the model."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    folder = tmp_path / "kokoro" / "voices"
    folder.mkdir(parents=True)
    (folder.parent / "kokoro-v1.0.int8.onnx").write_bytes(b"no model")
    return folder


def say(name: str, text: str) -> Clip:
    voice = ENGINE.find_voice(name)
    assert voice
    return ENGINE.speak(Utterance(text=text, written=text), voice, speed=1.0, seed=0)


@pytest.mark.clients
@pytest.mark.usefixtures("kokoro")
class TestKokoro(EngineSuite):
    engine = KokoroEngine()

    def test_twenty_eight_voices_speak_english_in_two_accents(self) -> None:
        found = self.engine.voices()
        assert len(found) == 28
        assert all(voice.ready for voice in found)
        assert found[0].name == "af_heart"
        assert {voice.language for voice in found} == {"en-US", "en-GB"}
        assert {voice.description for voice in found} == {
            f"{gender}, {accent}" for gender in ("female", "male") for accent in ("American", "British")
        }

    def test_voices_and_mixtures_of_them_sound_otherwise(self) -> None:
        names = ("af_heart", "am_adam", "bf_emma", "af_heart+am_adam", "af_heart:0.9+am_adam:0.1")
        sounds = [say(name, "Good morning.").samples.tobytes() for name in names]
        assert len(set(sounds)) == len(names)

    def test_a_mixture_by_weights_is_what_its_shares_are(self) -> None:
        sounds = {say(name, "Yes.").samples.tobytes() for name in ("af_heart+am_adam", "af_heart:3+am_adam:3")}
        assert len(sounds) == 1

    def test_every_mixture_has_a_fingerprint_of_its_own(self) -> None:
        found = [self.engine.find_voice(name) for name in ("af_heart", "am_adam", "af_heart+am_adam")]
        assert len({self.engine.fingerprint(voice) for voice in found if voice}) == 3

    @pytest.mark.parametrize("text", ["你好，世界。", "Привет, мир"])
    def test_foreign_text_is_an_error_and_never_silence(self, text: str) -> None:
        with pytest.raises(CannotSay, match="kokoro has no sound for this"):
            self.say(text)

    def test_words_that_it_left_out_are_named(self) -> None:
        assert self.say("She wrote 你好 on it.").omitted == ("你好",)

    def test_an_article_cannot_speak_in_phonemes(self) -> None:
        assert self.say("Say [hello](/zzzzzz/) now.").seconds > self.say("Say hello now.").seconds + 0.2

    def test_what_is_longer_than_the_model_takes_is_spoken_to_its_end(self) -> None:
        sentence = "The extraordinarily knowledgeable harbourmaster congratulated everybody, "
        assert self.say(sentence * 8).seconds > 5 * self.say(sentence).seconds

    def test_it_tells_how_it_says_a_word_and_whether_a_dictionary_has_it(self) -> None:
        assert isinstance(self.engine, Pronouncer)
        assert self.engine.pronounce("harbour", self.voice()) == Pronunciation(ipa="hˈɑɹbəɹ", known=True)

    def test_another_process_says_it_byte_for_byte_the_same(self) -> None:
        code = (
            "import sys\n"
            "from narrate.engines.kokoro import KokoroEngine\n"
            "from narrate.types import Utterance\n"
            "engine = KokoroEngine()\n"
            "clip = engine.speak(Utterance(text='It is late.', written='x'), engine.voices()[0], speed=1.0, seed=5)\n"
            "sys.stdout.buffer.write(clip.samples.tobytes())\n"
        )
        there = subprocess.check_output([sys.executable, "-c", code], env=os.environ)
        assert self.say("It is late.").samples.tobytes() == there


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("af_heart", (("af_heart", 1.0),)),
        ("af_heart+am_adam", (("af_heart", 0.5), ("am_adam", 0.5))),
        ("af_heart:3 + bm_george:1", (("af_heart", 0.75), ("bm_george", 0.25))),
        ("af_heart:0.5", (("af_heart", 1.0),)),
    ],
)
def test_a_name_is_a_voice_or_a_mixture(name: str, parts: tuple[tuple[str, float], ...]) -> None:
    assert read_mixture(name) == parts


@pytest.mark.parametrize(
    "name",
    [
        *("", "+", "af_heart+", "heart", "jf_alpha", "af_heart:", "af_heart:0", "af_heart:-1", "af_heart:nan"),
        *("af_heart:inf", "af_heart+af_heart", "../af_heart", "af_heart/..", "AF_HEART", "af_heart:1e9", "af_heart\n"),
        "+".join(f"af_{letter}" for letter in "abcdefghi"),
    ],
)
def test_anything_else_is_none(name: str) -> None:
    assert read_mixture(name) == ()
    assert ENGINE.find_voice(name) is None


@given(st.text())
def test_the_shares_of_any_mixture_add_up_to_one(name: str) -> None:
    parts = read_mixture(name)
    assert not parts or sum(share for _, share in parts) == pytest.approx(1)


# ------------------------------------------------------------------ cuts


@given(st.text(st.sampled_from("ab ,.;:"), max_size=3000))
def test_cutting_loses_no_sound_and_leaves_nothing_too_long(sounds: str) -> None:
    pieces = list(cut_sounds(sounds))
    assert "".join(pieces).replace(" ", "") == sounds.replace(" ", "")
    assert all(0 < len(piece) <= MOST_SOUNDS for piece in pieces)


def test_what_is_too_long_is_cut_at_a_clause_before_a_word() -> None:
    assert list(cut_sounds("one two, three four", 12)) == ["one two,", "three four"]
    assert list(cut_sounds("one two three four", 12)) == ["one two ", "three four"]
    assert list(cut_sounds("onetwothreefour", 12)) == ["onetwothreef", "our"]


# ------------------------------------------------------------------ what is missing


def test_without_its_model_every_voice_says_how_it_is_installed() -> None:
    line = "kokoro cannot speak: it is not installed. Run `narrate voices install kokoro`."
    with pytest.raises(EngineUnavailable) as caught:
        ENGINE.check()
    assert str(caught.value) == line
    assert {(voice.missing, voice.remedy) for voice in ENGINE.voices()} == {
        ("Kokoro is not installed", "Run `narrate voices install kokoro`")
    }


def test_a_mixture_lacks_what_one_of_its_voices_lacks(voices: Path) -> None:
    (voices / "af_heart.bin").write_bytes(bytes(522_240))
    heart, mixed = ENGINE.find_voice("af_heart"), ENGINE.find_voice("af_heart+am_adam")
    assert heart
    assert mixed
    assert heart.ready
    assert mixed.missing == "am_adam is not installed"
    assert mixed.remedy == "Run `narrate voices install kokoro:am_adam`"


def test_a_voice_of_ones_own_is_found_by_its_file(voices: Path) -> None:
    (voices / "af_mine.bin").write_bytes(bytes(522_240))
    (voices / "notes.bin").write_bytes(b"")
    mine = ENGINE.find_voice("af_mine")
    assert mine
    assert mine.ready
    assert len(ENGINE.voices()) == 29


@pytest.mark.parametrize("data", [b"", b"no voice", bytes(522_241)])
def test_a_voice_file_that_is_none_is_explained(voices: Path, data: bytes) -> None:
    (voices / "af_heart.bin").write_bytes(data)
    heart = ENGINE.find_voice("af_heart")
    assert heart
    assert heart.missing == f"{voices / 'af_heart.bin'} is no Kokoro voice"
    with pytest.raises(EngineUnavailable, match="af_heart.bin is no Kokoro voice. Run `narrate voices install kokoro`"):
        say("af_heart", "Good morning.")


def test_a_voice_that_holds_no_numbers_is_explained(voices: Path) -> None:
    np.full(STYLE_SHAPE, np.nan, "<f4").tofile(voices / "af_heart.bin")
    with pytest.raises(EngineUnavailable, match="af_heart.bin is no Kokoro voice"):
        say("af_heart", "Good morning.")


def test_a_model_that_is_none_is_explained(voices: Path) -> None:
    (voices / "af_heart.bin").write_bytes(bytes(522_240))
    with pytest.raises(EngineUnavailable, match="int8.onnx cannot be loaded. Remove it and install it again."):
        say("af_heart", "Good morning.")


# ------------------------------------------------------------------ installing


@pytest.mark.parametrize("name", ["af_nobody", "jf_alpha", "+", "../af_heart"])
def test_only_voices_that_are_known_are_installed(name: str) -> None:
    assert isinstance(ENGINE, Installer)
    with pytest.raises(UsageError, match="to install. Look at `narrate voices`."):
        ENGINE.install(Order(name=name))


def test_a_voice_with_another_digest_is_not_installed(voices: Path, tmp_path: Path) -> None:
    source = tmp_path / "downloads"
    source.mkdir()
    (source / "af_heart.bin").write_bytes(bytes(522_240))
    with pytest.raises(SourceError, match="af_heart.bin was not installed: its size or its SHA-256 is not what it"):
        ENGINE.install(Order(name="af_heart", sources=(source,)))
    assert list(voices.iterdir()) == []
    assert [path.name for path in voices.parent.glob(".*")] == []

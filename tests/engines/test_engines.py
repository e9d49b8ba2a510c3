"""The embedded engines: the shared suite, and the traps of each."""

from __future__ import annotations

import importlib.util
import json
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
from narrate.engines import graphs, piper
from narrate.engines.hibari import HibariEngine, from_misaki, to_misaki
from narrate.engines.phonemes import anglicise
from narrate.engines.piper import PiperEngine, bundled_model, feed_noise
from narrate.engines.protocol import Pronouncer
from narrate.engines.suite import SENTENCE, EngineSuite
from narrate.engines.tone import ToneEngine
from narrate.engines.voice_files import Order
from narrate.errors import CannotSay, EngineUnavailable, SourceError, UsageError
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


def make_two_speakers(path: Path) -> Path:
    """The bundled voice as if two people spoke in it: Ann, and Bob at half her loudness."""
    model = bundled_model()
    assert model is not None
    parts = (
        graphs.pack(7, add_speakers(bytes(field.body))) if field.number == 7 else field.whole
        for field in graphs.fields(memoryview(model.read_bytes()))
    )
    path.write_bytes(b"".join(parts))
    about = json.loads(Path(f"{model}.json").read_text("utf-8"))
    two = {"num_speakers": 2, "speaker_id_map": {"ann": 0, "bob": 1}}
    Path(f"{path}.json").write_text(json.dumps(about | two), "utf-8")
    return path


def add_speakers(graph: bytes) -> bytes:
    """What a graph gives divided by the number of who speaks, counted from 1.

    Source:
        https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, for the numbers of the fields.
    """
    renamed = {b"\x12\x06output": b"\x12\x06aloud!", b"\x42\x03sid": b"\x42\x03old", b"\x0a\x03sid": b"\x0a\x03old"}
    for old, new in renamed.items():  # `sid` is a table of weights there, and is to be an input
        assert graph.count(old) == 1
        graph = graph.replace(old, new)
    to_float = graphs.pack(5, graphs.pack(1, b"to") + b"\x18\x01\xa0\x01\x02")
    cast = b"".join((graphs.pack(1, b"sid"), graphs.pack(2, b"number"), graphs.pack(4, b"Cast"), to_float))
    one = graphs.pack(5, b"\x08\x01\x10\x01" + graphs.pack(8, b"one") + graphs.pack(9, struct.pack("<f", 1)))
    numbers = graphs.pack(11, graphs.pack(1, b"sid") + graphs.pack(2, graphs.pack(1, b"\x08\x07")))
    steps = (piper._node("Add", ["number", "one"], "quieter"), piper._node("Div", ["aloud!", "quieter"], "output"))
    return b"".join((graph, one, numbers, graphs.pack(1, cast), *steps))


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


@needs_piper
class TestPiperVoices:
    """Files of voices: several people in one, those that were installed, and those that are none."""

    engine = PiperEngine()

    def say(self, name: str, text: str = SENTENCE) -> Clip:
        voice = self.engine.find_voice(name)
        assert voice is not None
        return self.engine.speak(Utterance(text=text, written=text), voice, speed=1.0, seed=0)

    def test_who_of_several_speaks_is_said_by_number_or_name(self, tmp_path: Path) -> None:
        path = make_two_speakers(tmp_path / "two.onnx")
        plain, *ann, bob, bob_too = (self.say(f"{path}{who}") for who in ("", "#0", "#ann", "#1", "#bob"))
        assert {clip.samples.tobytes() for clip in ann} == {plain.samples.tobytes()}
        assert bob.samples.tobytes() == bob_too.samples.tobytes()
        assert abs(bob.samples).max() == pytest.approx(abs(plain.samples).max() / 2, rel=1e-3)

    @pytest.mark.parametrize("speaker", ["2", "-1", "carol", "", "9" * 30, "٣"])
    def test_a_speaker_who_is_not_there_is_explained(self, speaker: str, tmp_path: Path) -> None:
        path = make_two_speakers(tmp_path / "two.onnx")
        line = "has no speaker .*. Give a number from 0 to 1, or a name such as ann, bob."
        with pytest.raises(EngineUnavailable, match=line):
            self.engine.find_voice(f"{path}#{speaker}")

    def test_a_voice_with_one_speaker_has_no_others(self) -> None:
        with pytest.raises(EngineUnavailable, match="the voice has no speaker '3'. Leave out the #."):
            self.engine.find_voice("joe#3")
        assert self.engine.find_voice("nobody#3") is None

    def test_installed_voices_have_names_and_speak_in_other_processes(self, tmp_path: Path) -> None:
        path = make_two_speakers(tmp_path / "two.onnx")
        (installed,) = self.engine.install(Order(sources=(tmp_path,)))
        path.unlink()
        assert installed.name == "two"
        assert [voice.name for voice in PiperEngine().voices()] == ["joe", "two"]
        assert self.engine.find_voice("two") == installed
        assert installed.language == "en-US"
        assert self.say("two#bob").seconds > 1.0
        assert self.engine.fingerprint(installed)

    @pytest.mark.parametrize(
        ("model", "about", "line"),
        [
            (b"no model", b"{}", "mine.onnx.json is missing or not of a Piper voice. Put the voice's .onnx.json"),
            (b"no model", b"[1]", "mine.onnx.json is missing or not of a Piper voice. Put the voice's .onnx.json"),
            (b"no model", b"[" * 100_000, "mine.onnx.json is missing or not of a Piper voice. Put the voice's"),
            (b"no model", b'{"audio": {"sample_rate": Infinity}, "espeak": {"voice": ""}}', "not of a Piper voice"),
            (b"no model", b"\xff", "mine.onnx.json is missing or not of a Piper voice. Put the voice's .onnx.json"),
            (b"no model", None, "mine.onnx cannot be loaded. Give it a Piper voice."),
            (None, None, "there is no file .*mine.onnx. Look at the path."),
        ],
    )
    def test_a_file_that_is_no_voice_is_explained_and_not_installed(
        self, model: bytes | None, about: bytes | None, line: str, tmp_path: Path
    ) -> None:
        known = bundled_model()
        assert known is not None
        path = tmp_path / "mine.onnx"
        if model is not None:
            path.write_bytes(model)
        Path(f"{path}.json").write_bytes(Path(f"{known}.json").read_bytes() if about is None else about)
        if model is not None:
            with pytest.raises(EngineUnavailable, match=line):
                self.engine.install(Order(sources=(path,)))
        with pytest.raises(EngineUnavailable, match=line):
            self.say(str(path))
        assert [voice.name for voice in self.engine.voices()] == ["joe"]

    def test_installing_needs_something_to_install(self, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match="piper has nothing to install: no voice.onnx was named with"):
            self.engine.install(Order())
        with pytest.raises(SourceError, match=r"no alan.onnx was named with --from. Download a voice and name its"):
            self.engine.install(Order(name="alan", sources=(tmp_path,)))
        with pytest.raises(SourceError, match="there is no .*nowhere. Look at its name."):
            self.engine.install(Order(sources=(tmp_path / "nowhere",)))

    def test_the_name_of_the_bundled_voice_is_taken(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="a voice called joe comes with piper. Give the file another name."):
            self.engine.install(Order(sources=(make_two_speakers(tmp_path / "joe.onnx"),)))


def test_engines_are_found_by_name_the_default_first() -> None:
    assert plugins.engine_names()[:3] == ["hibari", "piper", "kokoro"]
    with pytest.raises(UsageError, match=r"there is no engine called 'festival'. Give --engine one of: command,"):
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

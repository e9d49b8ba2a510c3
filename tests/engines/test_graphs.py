"""Models as ONNX files, and the lengths of signs that are had of them."""

from __future__ import annotations

import time
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate.engines.graphs import fields, find_only, has_only, pack, show_only
from narrate.engines.hibari import HibariEngine, Reader, SaidSigns, _model_path, load_signs, time_said
from narrate.engines.piper import PiperEngine, bundled_model
from narrate.engines.suite import HOSTILE, SENTENCE, WORDS
from narrate.types import Clip, Phonemes, Timings, Utterance, WordTime

needs_piper = pytest.mark.skipif(find_spec("piper") is None, reason="the extra piper is not installed")


def node(operator: str, output: str) -> bytes:
    return pack(1, pack(2, output.encode()) + pack(4, operator.encode()))


def model(*nodes: bytes) -> bytes:
    return b"\x08\x08" + pack(7, b"".join(nodes) + pack(2, b"graph"))


def outputs(data: bytes) -> list[bytes]:
    graphs = [field.body for field in fields(memoryview(data)) if field.number == 7]
    return [bytes(field.body) for graph in graphs for field in fields(graph) if field.number == 12]


def test_what_the_only_operator_of_a_kind_makes_is_given_too() -> None:
    whole = model(node("Round", "a"), node("Clip", "b"), node("Exp", "Clip"))
    assert find_only(memoryview(whole), "Clip") == b"b"
    assert outputs(show_only(whole, "Clip")) == [pack(1, b"b")]


@pytest.mark.parametrize(
    "whole", [model(), model(node("Exp", "Clip")), model(node("Clip", "a"), node("Clip", "b")), b"no model", b""]
)
def test_a_model_with_none_or_several_stays_as_it_is(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(whole)
    assert show_only(whole, "Clip") == whole
    assert not has_only(tmp_path / "a.onnx", "Clip")


def test_a_file_that_changes_is_looked_into_again(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    assert not has_only(path, "Clip")
    path.write_bytes(model(node("Clip", "a")))
    assert has_only(path, "Clip")
    path.write_bytes(model(node("Clip", "a"), node("Clip", "b")))
    assert not has_only(path, "Clip")


@given(st.binary())
def test_no_bytes_make_it_fail(data: bytes) -> None:
    assert show_only(data, "Clip").startswith(data)
    assert show_only(pack(7, data), "Clip").startswith(pack(7, data))


@pytest.mark.parametrize("data", [bytes(20_000_000), b"\x80" * 2_000_000, pack(7, bytes(20_000_000))])
def test_a_large_file_that_is_no_model_takes_no_time(data: bytes) -> None:
    began_s = time.process_time()
    assert find_only(memoryview(data), "Clip") is None
    assert time.process_time() - began_s < 5


# ------------------------------------------------------------------ the engines


def test_what_is_read_with_an_ear_for_words_is_what_hibari_reads() -> None:
    from hibari.g2p import G2P

    theirs, ours = G2P(british=False), Reader(british=False)
    texts = (SENTENCE, WORDS, "", " ", "…", "It's [name](/ɡˈO/) at 5 p.m., on 3/4!", *(text[:300] for text in HOSTILE))
    for text in texts:
        assert ours(text) == theirs(text), text


def test_hibari_says_the_same_as_its_makers_let_it_say() -> None:
    from hibari import Hibari

    engine = HibariEngine()
    clip = engine.speak(Utterance(text=WORDS, written=WORDS), engine.voices()[0], speed=1.2, seed=7)
    plain = Hibari(model=str(_model_path("heart")), threads=1)(WORDS, speed=1.2, seed=7)
    assert clip.samples.tobytes() == np.clip(plain, -1.0, 1.0).tobytes()
    assert clip.words


def test_a_word_whose_sounds_are_told_has_its_time_between_its_neighbours() -> None:
    text = "The name of Smyth, the name, was Smyth."
    spans = tuple(Phonemes(start=at, end=at + 5, ipa="smaɪθ") for at in (12, 33))
    engine = HibariEngine()
    clip = engine.speak(Utterance(text=text, written=text, phonemes=spans), engine.voices()[0], speed=1.0, seed=0)
    assert words_of(text, clip) == ["The", "name", "of", "Smyth", "the", "name", "was", "Smyth"]


def test_words_that_are_left_out_have_no_time() -> None:
    text = "She wrote 你好 on the wall."
    engine = HibariEngine()
    clip = engine.speak(Utterance(text=text, written=text), engine.voices()[0], speed=1.0, seed=0)
    assert words_of(text, clip) == ["She", "wrote", "on", "the", "wall"]


def words_of(text: str, clip: Clip) -> list[str]:
    return [text[word.start : word.end] for word in clip.words]


def test_sounds_that_the_model_lacks_have_no_time_and_nothing_fails() -> None:
    token = SimpleNamespace(phonemes="ⱱ", rating=2, text="v", whitespace="")
    said = SaidSigns(samples=np.zeros(1200, np.float32), tokens=(token,), signs=(0, 0), frames=(1, 1))
    assert time_said("v", said, 24_000) == ()


def test_no_times_are_given_where_signs_and_sound_do_not_add_up() -> None:
    token = SimpleNamespace(phonemes="a", rating=2, text="a", whitespace="")
    signs = (0, load_signs()["a"], 0)
    right = SaidSigns(samples=np.zeros(3 * 600, np.float32), tokens=(token,), signs=signs, frames=(1, 1, 1))
    assert time_said("a", right, 24_000) == (WordTime(0, 1, 0.025, 0.05),)
    assert time_said("a", replace(right, frames=(1, 1, 2)), 24_000) == ()
    assert time_said("a", replace(right, frames=()), 24_000) == ()
    assert time_said("a", replace(right, signs=(0, 0, 0)), 24_000) == ()


@needs_piper
def test_piper_gives_words_that_espeak_says_in_one_their_time_together() -> None:
    text = "He had been at the end of the pier, from the well-known 25."
    engine = PiperEngine()
    clip = engine.speak(Utterance(text=text, written=text), engine.voices()[0], speed=1.0, seed=0)
    together = ["He", "had been", "at", "the", "end", "of the", "pier", "from the", "well-known", "25"]
    assert words_of(text, clip) == together


@needs_piper
def test_a_piper_voice_that_does_not_tell_its_lengths_has_sentences(tmp_path: Path) -> None:
    known = bundled_model()
    assert known is not None
    path = tmp_path / "mine.onnx"
    second = pack(7, pack(1, pack(1, b"scales") + pack(2, b"unused") + pack(4, b"Ceil")))
    path.write_bytes(known.read_bytes() + second)
    Path(f"{path}.json").write_bytes(Path(f"{known}.json").read_bytes())
    engine = PiperEngine()
    voice = engine.find_voice(str(path))
    assert voice is not None
    assert voice.timings is Timings.SENTENCES
    assert engine.voices()[0].timings is Timings.WORDS
    clip = engine.speak(Utterance(text="Good day.", written="Good day."), voice, speed=1.0, seed=0)
    assert clip.seconds > 0.5
    assert clip.words == ()

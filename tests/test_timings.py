"""When words are heard: from an engine's clips to the words of a transcript."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import booth_in, decode_file, record_script, record_takes
from narrate.audio.flac import describe_clip, pack_clip
from narrate.engines.booth import ClipRecipe, address_of, describe_engine, record_clip
from narrate.engines.hibari import HibariEngine
from narrate.engines.tone import ToneEngine
from narrate.episode import Recording
from narrate.errors import AudioError, EngineError
from narrate.segmenter.normalise import spoken_form
from narrate.speech import speak_script
from narrate.timings import find_words, place_words
from narrate.transcript import as_vtt, find_timings
from narrate.types import Clip, Milliseconds, Script, Timings, Utterance, Voice, WordTime, WordTimes

RATE_HZ = 8000

SENTENCES = (
    "When the wind turned to the north, the men came home against the tide, and the light was all they saw.",
    "Is there anyone out there, she called; and a voice answered: nobody knows, my dear.",
    "In 1984, Dr. Smith paid $5 to 25 men & women at the U.S. embassy.",
    "“She came back,” he said – and that was that…",
)


def number_words(text: str) -> WordTimes:
    """The words of a text as if the first took the first second, the next one the next."""
    return WordTimes.of(
        WordTime(word.start, word.end, second, second + 1) for second, word in enumerate(find_words(text))
    )


def pair(spoken: str, written: str) -> list[tuple[str, str]]:
    """Each written word, and what is heard while it has its time."""
    times = number_words(spoken)
    return [
        (
            written[word.start : word.end],
            " ".join(spoken[time.start : time.end] for time in times[int(word.start_s) : int(word.end_s)]),
        )
        for word in place_words(spoken, times, written)
    ]


# ------------------------------------------------------------------ spoken and written


def test_a_written_word_has_the_time_of_all_that_it_became() -> None:
    written = "In 1984, Dr. Smith paid $1.5bn & 25% at the U.S. embassy – at 9:30."
    assert pair(spoken_form(written), written) == [
        ("In", "In"),
        ("1984", "nineteen eighty four"),
        ("Dr", "Doctor"),
        ("Smith", "Smith"),
        ("paid", "paid"),
        ("$1.5bn & 25%", "one point five billion dollars and twenty five percent"),
        ("at", "at"),
        ("the", "the"),
        ("U.S.", "US"),
        ("embassy", "embassy"),
        ("at", "at"),
        ("9:30", "nine thirty"),
    ]


def test_what_is_not_said_has_no_time() -> None:
    assert pair("The mast broke.", "The mast [4] broke 😀.") == [("The", "The"), ("mast", "mast"), ("broke", "broke")]


def test_words_that_stand_for_others_share_a_time_and_are_not_divided() -> None:
    assert pair("one two three four", "one 2 3 four") == [("one", "one"), ("2 3", "two three"), ("four", "four")]


@given(st.text("ab1 ,.—'é\u200b😀"), st.text("ab1 ,.—'é\u200b😀"))
def test_times_never_run_backwards_whatever_is_written(spoken: str, written: str) -> None:
    times = number_words(spoken)
    placed = place_words(spoken, times, written)
    assert all(word.end <= len(written) and word.end_s <= len(times) for word in placed)
    assert all(before.end_s <= after.start_s for before, after in pairwise(placed))


@given(st.text())
def test_the_same_words_keep_their_own_times(text: str) -> None:
    assert pair(text, text + " ") == [(text[word.start : word.end],) * 2 for word in find_words(text)]


def test_words_that_are_all_alike_take_no_time() -> None:
    began_s = time.process_time()
    written = "a c " * 240
    assert len(place_words(" ".join(["a b"] * 240), number_words("a b " * 240), written)) == 480
    assert time.process_time() - began_s < 10


def test_a_text_of_endless_words_is_left_untimed() -> None:
    assert place_words("one", number_words("one"), "one 2 " * 100_000) == WordTimes()


def test_words_move_with_their_clip_and_stay_within_its_cue() -> None:
    words = number_words("one two three")
    assert [(word.start_s, word.end_s) for word in words.moved(10, 10.5, 12.25)] == [
        (10.5, 11),
        (11, 12),
        (12, 12.25),
    ]
    assert [text.start for text in words.moved(10, 0, 99)] == [text.start for text in words]


# ------------------------------------------------------------------ kept


def test_times_that_are_not_in_order_are_refused() -> None:
    first, second = WordTime(0, 3, 0.1, 0.4), WordTime(4, 7, 0.5, 0.6)
    assert [*WordTimes.of([first, second])] == [first, second]
    for words in ([second, first], [first, replace(second, start_s=0.05)], [first, replace(second, start=2)]):
        with pytest.raises(ValueError, match="words stand and are heard in order"):
            WordTimes.of(words)
    with pytest.raises(ValueError, match="a word runs forward"):
        WordTime(3, 3, 0.0, 0.1)


def test_the_times_of_a_book_of_100_000_words_take_three_mebibytes() -> None:
    sentence = number_words(" ".join(["word"] * 17))
    tracemalloc.start()
    try:
        kept = [WordTimes.of(sentence) for _ in range(100_000 // 17)]
        size_bytes = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert len(kept) * 17 > 99_000
    assert size_bytes < 3 * 2**20


@cache
def say(text: str) -> Clip:
    engine = HibariEngine()
    return engine.speak(Utterance(text=text, written=text), engine.voices()[0], speed=1.0, seed=0)


def test_a_clip_keeps_its_words_and_its_digest_is_of_its_sound_alone() -> None:
    clip = say(SENTENCES[0])
    timed, untimed = (describe_clip("k", pack_clip(known)) for known in (clip, replace(clip, words=())))
    assert tuple(timed.words) == clip.words
    assert not untimed.words
    assert timed.digest == untimed.digest


def test_a_line_about_a_clip_is_believed_only_as_it_was_written() -> None:
    line, _, _ = pack_clip(say(SENTENCES[0])).partition(b"\n")
    assert describe_clip("k", line) == describe_clip("k", pack_clip(say(SENTENCES[0])))
    for at in range(len(line)):
        flipped = line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]
        with pytest.raises(AudioError, match="a stored clip is damaged"):
            describe_clip("k", flipped)


# ------------------------------------------------------------------ heard


class Wordless(HibariEngine):
    """hibari, as if it knew nothing of words."""

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        return replace(super().speak(utterance, voice, speed=speed, seed=seed), words=())


def script_of(texts: Sequence[str]) -> Script:
    """Sentences as the segmenter would have them said."""
    utterances = (Utterance(text=spoken_form(text), written=text, pause_ms=Milliseconds(600)) for text in texts)
    return Script(utterances=tuple(utterances), language="en", head_ms=Milliseconds(500))


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record_script(script_of(SENTENCES), tmp_path_factory.mktemp("timed") / "a.mp3", HibariEngine())


def test_every_written_word_of_an_episode_has_a_time_within_its_sentence(recording: Recording) -> None:
    for cue in recording.cues:
        covered = [(word.start, word.end) for word in cue.words]
        words = [word for word in find_words(cue.text) if word.key.isalnum()]
        assert all(any(start <= word.start and word.end <= end for start, end in covered) for word in words)
        assert all(cue.start_s <= word.start_s < word.end_s <= cue.end_s for word in cue.words)
    assert find_timings(recording.cues) is Timings.WORDS


def test_words_after_a_rest_begin_in_the_file_when_sound_begins(recording: Recording) -> None:
    onsets_s = find_onsets_s(decode_file(recording.path, RATE_HZ))
    off_s = {
        cue.text[word.start : word.end]: min(abs(onset_s - word.start_s) for onset_s in onsets_s)
        for cue in recording.cues
        for before, word in pairwise(cue.words)
        if word.start_s - before.end_s >= 0.1
    }
    assert {"the", "nobody", "Dr", "and"} <= set(off_s)
    assert max(off_s.values()) < 0.12, off_s


def find_onsets_s(samples: np.ndarray) -> list[float]:
    """Where sound begins after 50 ms without: below -40 dBFS, in windows of 10 ms."""
    windows = samples[: len(samples) // 80 * 80].reshape(-1, 80)
    loud = np.sqrt((windows**2).mean(axis=1)) > 0.01
    return [at / 100 for at in range(5, len(loud)) if loud[at] and not loud[at - 5 : at].any()]


def test_the_file_is_the_same_with_times_and_without(recording: Recording, tmp_path: Path) -> None:
    plain = record_script(script_of(SENTENCES), tmp_path / "a.mp3", Wordless())
    assert plain.path.read_bytes() == recording.path.read_bytes()
    assert [(cue.start_s, cue.end_s) for cue in plain.cues] == [(cue.start_s, cue.end_s) for cue in recording.cues]
    assert find_timings(plain.cues) is Timings.SENTENCES


def test_a_second_time_the_words_come_out_of_the_store(tmp_path: Path) -> None:
    engine = HibariEngine()
    booth = booth_in(tmp_path)
    script = script_of(SENTENCES[:1])
    first, again = (
        record_takes(speak_script(script, engine, engine.voices()[0], booth), tmp_path / "a.mp3") for _ in range(2)
    )
    assert again.takes[0].reused
    assert again.cues == first.cues
    assert again.cues[0].words


def test_an_episode_of_two_voices_says_whose_words_are_timed(tmp_path: Path) -> None:
    script = script_of(("One two.", "Three four."))
    tone = ToneEngine()
    mixed = replace(script, utterances=(script.utterances[0], replace(script.utterances[1], voice="sine")))
    found = record_script(mixed, tmp_path / "a.mp3", HibariEngine(), cast={"sine": (tone, tone.voices()[0])})
    assert [bool(cue.words) for cue in found.cues] == [True, False]
    assert "NOTE Timings: of words, by hibari, and of sentences\n" in as_vtt(found.cues, "hibari")
    assert find_timings(found.cues) is Timings.SENTENCES


# ------------------------------------------------------------------ times that cannot be


class Wrong(ToneEngine):
    """A tone that times words in ways that cannot be."""

    WORDS = (
        (WordTime(0, 900, 0.1, 0.2),),
        (WordTime(0, 3, 0.1, 900.0),),
        (WordTime(4, 7, 0.1, 0.2), WordTime(0, 3, 0.3, 0.4)),
        (WordTime(0, 2**40, 0.1, 0.2),),
        (WordTime(0, 3, 0.1, float("inf")),),
    )

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        return replace(super().speak(utterance, voice, speed=speed, seed=seed), words=self.WORDS[seed])


@pytest.mark.parametrize("seed", range(len(Wrong.WORDS)))
def test_times_that_cannot_be_are_an_engines_failure(seed: int, tmp_path: Path) -> None:
    engine = Wrong()
    recipe = ClipRecipe(
        engine=address_of(engine),
        edition=describe_engine(engine, engine.voices()[0]),
        voice=engine.voices()[0],
        utterance=Utterance(text="One two.", written="One two."),
        speed=1.0,
        seed=seed,
        store=tmp_path,
    )
    with pytest.raises(EngineError, match="the engine gave times of words that cannot be"):
        record_clip(recipe)

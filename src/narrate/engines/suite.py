"""The suite that every engine passes, ours and other people's.

Subclass it in a test module and say who speaks:

    class TestMine(EngineSuite):
        engine = MyEngine()
"""

from __future__ import annotations

from narrate.engines.protocol import Engine
from narrate.errors import CannotSay, EngineError
from narrate.timings import find_words
from narrate.types import Clip, Phonemes, Timings, Utterance, Voice, WordTimes

SENTENCE = "Good morning, and welcome to the harbour."

HOSTILE = (
    "a" * 3000,
    "one two " * 400,
    "\x00 zero \x07 bell",
    "lone \ud800 surrogate",
    "\u202eright to left\u202c and zero\u200bwidth",
    "((((unclosed “quotes ‘and",
    "[word](/phonemes/) and [[wˈɜːd]]",
    "<speak>marks &amp; tags</speak>",
    "100% of $5 & €6 @ home #1",
)
"""Texts that an engine speaks or refuses with an EngineError, and never dies of."""

PRONUNCIATIONS = ("ˈhɑɹbɚ", "ˈhɑː.bə", "☃", "](/zzzzzz/)", "]] [[zzzzzz", "<phoneme/>", "5", "'")
"""Of the word `harbour`, some of them none: then the word is spoken."""


WORDS = "“I have been out of the house,” said Mr O'Neill (at twenty-five past ten); well-known, isn't it? Yes – he had."
"""Words that engines run together or take apart."""

QUIET = 0.02
"""Of the loudest: what is quieter is a rest."""


def check_times(text: str, clip: Clip) -> None:
    """Every word of a text has a time, in order, and the first and the last where sound begins and ends."""
    times = WordTimes.of(clip.words)
    covered = [(time.start, time.end) for time in times]
    missed = [word for word in find_words(text) if not any(a <= word.start and word.end <= b for a, b in covered)]
    assert not missed, f"no time for {missed}"
    loud = (abs(clip.samples) > QUIET * abs(clip.samples).max()).nonzero()[0] / clip.rate_hz
    assert abs(times[0].start_s - loud[0]) < 0.15, "the first word is timed where it is silent"
    assert loud[-1] - 0.15 < times[-1].end_s <= clip.seconds, "the last word is not timed to its end"
    assert len(times) > 0.6 * len(find_words(text)), "too many words have their time together"


class EngineSuite:
    """Promises of an engine, as tests for pytest."""

    engine: Engine

    def say(self, text: str, *, speed: float = 1.0, seed: int = 0) -> Clip:
        """Speak with the engine's first voice."""
        return self.engine.speak(Utterance(text=text, written=text), self.voice(), speed=speed, seed=seed)

    def voice(self) -> Voice:
        """The engine's default voice."""
        return self.engine.voices()[0]

    def test_it_is_ready(self) -> None:
        self.engine.check()
        assert self.voice().ready

    def test_its_voices_have_names_of_their_own_and_can_be_found(self) -> None:
        voices = self.engine.voices()
        assert len({voice.id for voice in voices}) == len(voices)
        assert self.engine.find_voice(voices[0].name) == voices[0]
        assert self.engine.find_voice("no such voice") is None

    def test_every_voice_has_a_fingerprint_that_stays_the_same(self) -> None:
        prints = [self.engine.fingerprint(voice) for voice in self.engine.voices() if voice.ready]
        assert prints == [type(self.engine)().fingerprint(voice) for voice in self.engine.voices() if voice.ready]
        assert all(prints)

    def test_its_shortest_text_is_shorter_than_its_longest(self) -> None:
        assert 0 <= self.engine.min_chars < self.engine.max_chars

    def test_it_gives_mono_sound_in_range_and_of_plausible_length(self) -> None:
        clip = self.say(SENTENCE)
        assert clip.samples.dtype == "float32"
        assert clip.samples.ndim == 1
        assert 0.01 < abs(clip.samples).max() <= 1.0
        assert 1.0 < clip.seconds < 8.0
        assert clip.rate_hz == self.voice().rate_hz

    def test_the_same_seed_gives_the_same_sound_whatever_was_said_before(self) -> None:
        first = self.say(SENTENCE).samples.tobytes()
        self.say("Another.", seed=1)
        assert self.say(SENTENCE).samples.tobytes() == first

    def test_twice_the_speed_is_shorter(self) -> None:
        assert self.say(SENTENCE, speed=2.0).seconds < 0.75 * self.say(SENTENCE).seconds

    def test_a_longer_text_is_longer(self) -> None:
        assert self.say(SENTENCE + " " + SENTENCE).seconds > 1.5 * self.say(SENTENCE).seconds

    def test_where_it_times_words_it_times_every_one_in_order_and_within_the_sound(self) -> None:
        for text in (SENTENCE, WORDS):
            for speed in (1.0, 1.6):
                clip = self.say(text, speed=speed)
                assert self.voice().timings is Timings.WORDS or not clip.words
                if self.voice().timings is Timings.WORDS:
                    check_times(text, clip)

    def test_what_it_cannot_say_is_an_error_and_never_silence(self) -> None:
        for text in ("…", "😀😀", "— —"):
            try:
                self.say(text)
            except CannotSay:
                continue
            raise AssertionError(f"{text!r} was spoken")

    def test_a_pronunciation_takes_the_place_of_its_word_and_its_marks_are_not_heard(self) -> None:
        start = SENTENCE.index("harbour")
        plain = self.say(SENTENCE)
        for ipa in PRONUNCIATIONS:
            phonemes = (Phonemes(start=start, end=start + len("harbour"), ipa=ipa),)
            utterance = Utterance(text=SENTENCE, written=SENTENCE, phonemes=phonemes)
            clip = self.engine.speak(utterance, self.voice(), speed=1.0, seed=0)
            assert 0.8 * plain.seconds < clip.seconds < 1.2 * plain.seconds, ipa
            assert not clip.omitted

    def test_no_text_makes_it_die(self) -> None:
        for text in HOSTILE:
            try:
                clip = self.say(text[: self.engine.max_chars])
            except EngineError:
                continue
            assert clip.samples.size

"""Speech: every utterance is spoken, tried again, or reported; short ones in company, and each by its own voice."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import booth_in, record_script, source_of
from narrate import casting, pipeline, preparation
from narrate.audio.ffmpeg import run_ffmpeg
from narrate.audio.flac import describe_clip, pack_clip
from narrate.audio.formats import FORMATS
from narrate.engines.hibari import HibariEngine
from narrate.engines.protocol import Engine
from narrate.engines.tone import ToneEngine
from narrate.episode import Desk, Recording, record_speech
from narrate.errors import CannotSay, EngineError, ScriptError
from narrate.settings import Settings
from narrate.speech import Booth, join_short, speak_script
from narrate.studio import Studio
from narrate.types import Break, Clip, Milliseconds, Phonemes, Role, Script, Take, Utterance, Voice

needs_piper = pytest.mark.skipif(importlib.util.find_spec("piper") is None, reason="the extra piper is not installed")

OF_HIBARI = casting.StandIns(engine="hibari", language="en")

LINE = "The lamp went round and round, and nobody came."


class Moody(ToneEngine):
    """A tone that fails as often as it is told to, or runs away."""

    moods: ClassVar[list[str]] = []
    seeds: ClassVar[list[int]] = []
    """Of the calls so far."""

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        self.seeds.append(seed)
        mood = self.moods.pop(0) if self.moods else "well"
        if mood == "fails":
            raise EngineError("it failed")
        if mood == "cannot":
            raise CannotSay("it cannot")
        if mood == "cut":
            return Clip(samples=np.ones(240, np.float32), rate_hz=24_000)
        if mood == "runs away":
            return Clip(samples=np.ones(24_000 * 60, np.float32), rate_hz=24_000)
        if mood == "is no number":
            return Clip(samples=np.full(24_000 * 3, np.nan, np.float32), rate_hz=24_000)
        if mood == "is silent":
            return Clip(samples=np.zeros(24_000 * 3, np.float32), rate_hz=24_000)
        return super().speak(utterance, voice, speed=speed, seed=seed)


@pytest.fixture
def booth(tmp_path: Path) -> Booth:
    return booth_in(tmp_path)


def failures(booth: Booth, *moods: str) -> list[str | None]:
    """Of two utterances that an engine of these moods speaks, with nothing kept from earlier."""
    booth.store.clear()
    Moody.moods[:], Moody.seeds[:] = moods, ()
    both = (Utterance(text=LINE, written=LINE), Utterance(text=f"{LINE} Twice.", written=LINE))
    takes = speak_script(Script(utterances=both, language="en"), Moody(), Moody().voices()[0], booth).takes
    return [take.failure for take in takes]


def test_a_failure_is_tried_again_with_the_same_seed_so_that_nobody_hears_of_it(booth: Booth) -> None:
    assert failures(booth, "fails", "well") == [None, None]
    assert set(Moody.seeds) == {0}


def test_what_fails_twice_is_reported_and_the_rest_goes_on(booth: Booth) -> None:
    assert failures(booth, "fails", "well", "fails", "fails") == ["it failed.", None]


def test_what_cannot_be_said_is_not_tried_again(booth: Booth) -> None:
    assert failures(booth, "cannot", "well") == ["it cannot.", None]


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        ("cut", "the sound does not match the words: 47 characters in "),
        ("runs away", "the sound does not match the words: 47 characters in "),
        ("is no number", "the sound is not a number."),
        ("is silent", "the engine gave silence."),
    ],
)
def test_sound_that_cannot_be_the_words_is_drawn_again_and_is_no_success(booth: Booth, mood: str, reason: str) -> None:
    assert failures(booth, mood) == [None, None]
    assert set(Moody.seeds) == {0, 1}
    found = failures(booth, *[mood] * 6)
    assert found[0] is not None
    assert found[0].startswith(reason)


@pytest.mark.parametrize(("count", "cleared_at"), [(30, 20), (60, 50)], ids=["before the gain", "before a minute"])
def test_a_clip_that_somebody_clears_meanwhile_is_spoken_again_and_nobody_is_told_twice(
    booth: Booth, tmp_path: Path, count: int, cleared_at: int
) -> None:
    words = (Utterance(text=f"{LINE} {n}", written=LINE, pause_ms=Milliseconds(300)) for n in range(count))
    script = Script(utterances=tuple(words), language="en")
    engine = Moody()
    told: list[int] = []

    def clear_once(take: Take) -> None:
        told.append(take.index)
        if take.index == cleared_at:
            booth.store.clear("clips")

    Moody.moods[:], Moody.seeds[:] = (), ()
    speech = speak_script(script, engine, engine.voices()[0], booth)
    desk = Desk(executor=booth.executor, store=booth.store)
    cleared = record_speech(speech, tmp_path / "cleared.mp3", desk, on_take=clear_once)
    assert count < len(Moody.seeds) <= 2 * count
    assert told == list(range(count))
    assert [take.index for take in cleared.takes] == told
    (tmp_path / "undisturbed").mkdir()
    undisturbed = record_script(script, tmp_path / "undisturbed" / "a.mp3", engine)
    assert cleared.path.read_bytes() == undisturbed.path.read_bytes()
    assert cleared.cues == undisturbed.cues


def test_the_checked_walk_hands_out_only_what_is_there(booth: Booth) -> None:
    words = tuple(Utterance(text=f"{LINE} {n}", written=LINE, pause_ms=Milliseconds(300)) for n in range(40))
    Moody.moods[:], Moody.seeds[:] = (), ()
    engine = Moody()
    speech = speak_script(Script(utterances=words, language="en"), engine, engine.voices()[0], booth)
    for _ in zip(range(3), speech.takes, strict=False):
        booth.store.clear("clips")
    assert speech.checked
    keys = [take.clip.key for take in speech.checked if take.clip]
    assert len(keys) == 40
    assert all(booth.store.get(key, kind="clips") for key in keys)


def test_a_clip_that_is_lost_while_an_encoder_is_fed_is_spoken_again_too(booth: Booth, tmp_path: Path) -> None:
    words = (Utterance(text=f"{LINE} {n}", written=LINE, pause_ms=Milliseconds(300)) for n in range(70))
    script = Script(utterances=tuple(words), language="en")
    engine = Moody()
    Moody.moods[:], Moody.seeds[:] = (), ()
    made = []
    for cleared_at in (-1, 60):

        def clear_once(take: Take, at: int = cleared_at) -> None:
            if take.index == at:
                booth.store.clear()

        speech = speak_script(script, engine, engine.voices()[0], booth)
        desk = Desk(executor=booth.executor, store=booth.store, format=FORMATS["m4b"])
        made.append(record_speech(speech, tmp_path / "a.m4b", desk, on_take=clear_once).path.read_bytes())
    assert made[0] == made[1]


# ------------------------------------------------------------ short texts


class Shy(ToneEngine):
    """A tone that speaks no text below 12 characters well, and none above 40."""

    min_chars = 12
    max_chars = 40


class ShyHibari(HibariEngine):
    """The default engine, as if it were weak on short texts."""

    min_chars = 12


def sentence(text: str, *, after: Break = Break.SENTENCE, block: int | None = 0, **more: object) -> Utterance:
    known = {"text": text, "written": text, "pause_ms": Milliseconds(400), "after": after, "block": block, "line": 1}
    return Utterance(**{**known, **more})  # type: ignore[arg-type]


def script_of(*utterances: Utterance, language: str = "en") -> Script:
    return Script(utterances=utterances, language=language, head_ms=Milliseconds(600))


def joined(*utterances: Utterance, engine: Engine | None = None) -> list[str]:
    engine = engine or Shy()
    everyone = {name: (engine, engine.voices()[0]) for name in (None, "other")}
    return [utterance.text for utterance in join_short(script_of(*utterances), everyone).utterances]


def test_a_short_sentence_goes_with_the_next_and_the_last_one_with_the_one_before() -> None:
    parts = [sentence("Why?"), sentence("Nobody ever knew."), sentence("No.", after=Break.PARAGRAPH)]
    assert joined(*parts) == ["Why? Nobody ever knew. No."]
    assert joined(sentence("Yes."), sentence("No."), sentence("Perhaps.")) == ["Yes. No. Perhaps."]
    assert joined(sentence("Nobody ever knew."), sentence("It was late then.")) == [
        "Nobody ever knew.",
        "It was late then.",
    ]


def test_a_short_sentence_stays_alone_where_company_would_be_too_long() -> None:
    long = "x" * 36 + "."
    assert joined(sentence("Why?"), sentence(long), sentence("No.")) == ["Why?", long, "No."]
    assert joined(sentence("It was late."), sentence("Why?"), sentence(long)) == ["It was late. Why?", long]


@pytest.mark.parametrize("border", [kind for kind in Break if kind is not Break.SENTENCE])
def test_nothing_is_joined_across_anything_but_the_end_of_a_sentence(border: Break) -> None:
    assert joined(sentence("Why?", after=border), sentence("Nobody ever knew.")) == ["Why?", "Nobody ever knew."]


def test_nothing_is_joined_across_blocks_voices_or_roles_nor_to_words_of_ours() -> None:
    after = sentence("Nobody ever knew.", block=1)
    assert len(joined(sentence("Why?"), after)) == 2
    assert len(joined(sentence("Why?", block=1, voice="other"), after)) == 2
    assert len(joined(sentence("Why?", block=1, role=Role.HEADING), after)) == 2
    assert len(joined(sentence("Why?", block=None), replace(after, block=None))) == 2


def test_joined_sentences_keep_their_place_their_sounds_and_the_last_pause() -> None:
    first = sentence("Why?", written="Why", start=3, end=7, line=9, phonemes=(Phonemes(start=0, end=3, ipa="waɪ"),))
    second = sentence(
        "Ask Ann.", start=8, end=16, line=9, pause_ms=Milliseconds(700), phonemes=(Phonemes(start=4, end=7, ipa="æn"),)
    )
    (found,) = join_short(script_of(first, second), {None: (Shy(), Shy().voices()[0])}).utterances
    assert (found.text, found.written) == ("Why? Ask Ann.", "Why Ask Ann.")
    assert (found.start, found.end, found.line, found.pause_ms) == (3, 16, 9, 700)
    assert [found.text[sound.start : sound.end] for sound in found.phonemes] == ["Why", "Ann"]


def test_an_engine_that_speaks_any_length_well_speaks_every_sentence_alone() -> None:
    parts = [sentence("Why?"), sentence("No."), sentence("Nobody ever knew.")]
    assert joined(*parts, engine=ToneEngine()) == ["Why?", "No.", "Nobody ever knew."]


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """Blocks of sentences of every length, with every break, some by another voice."""
    utterances: list[Utterance] = []
    for block in range(draw(st.integers(1, 4))):
        for _ in range(draw(st.integers(1, 6))):
            words = draw(st.lists(st.sampled_from(["a", "sea", "lamps", "harbours"]), min_size=1, max_size=6))
            after = draw(st.sampled_from([Break.SENTENCE, Break.SENTENCE, Break.SENTENCE, Break.CLAUSE, Break.ASKED]))
            voice = draw(st.sampled_from([None, None, None, "other"]))
            utterances.append(sentence(" ".join(words) + ".", after=after, block=block, voice=voice))
    return script_of(*utterances)


def by_block(script: Script) -> Iterator[tuple[int | None, tuple[Utterance, ...]]]:
    for block, group in groupby(script.utterances, key=lambda utterance: utterance.block):
        yield block, tuple(group)


@given(scripts())
def test_joining_keeps_every_word_in_its_block_and_every_call_within_the_limits(script: Script) -> None:
    everyone = {None: (Shy(), Shy().voices()[0]), "other": (ToneEngine(), ToneEngine().voices()[0])}
    found = join_short(script, everyone)
    for (block, before), (same, after) in zip(by_block(script), by_block(found), strict=True):
        assert block == same
        assert " ".join(part.text for part in before) == " ".join(part.text for part in after)
        assert " ".join(part.written for part in before) == " ".join(part.written for part in after)
        assert [part.after for part in before if part.after is not Break.SENTENCE] == [
            part.after for part in after if part.after is not Break.SENTENCE
        ]
        assert after == join_short(replace(script, utterances=before), everyone).utterances
    alone = {utterance.text for utterance in script.utterances}
    for utterance in found.utterances:
        assert utterance.text in alone or (len(utterance.text) <= Shy.max_chars and utterance.voice is None)


def test_sentences_spoken_together_share_one_cue_and_everything_beside_agrees(tmp_path: Path) -> None:
    text = "# Why? Not me.\n\nThe lamp went out. No. Nobody came.\n\nIt was late.\n"
    settings = Settings(introduction=False, close=False)
    prepared = replace(
        preparation.prepare(source_of("A lamp\n======\n\n" + text, "text/markdown"), settings), engine=ShyHibari()
    )
    with Studio(settings) as studio:
        episode = pipeline.make_episode(
            prepared, settings, tmp_path / "a.mp3", studio, beside=("vtt", "json", "chapters", "report", "script")
        )
    words = ["A lamp", "Why? Not me.", "The lamp went out.", "No. Nobody came.", "It was late."]
    assert [cue.text for cue in episode.cues] == words
    assert [mark.title for mark in episode.chapters] == ["A lamp", "Why? Not me."]
    ends = [cue.end_s for cue in episode.cues]
    assert all(end_s < cue.start_s for end_s, cue in zip(ends, episode.cues[1:], strict=False))

    def beside(name: str) -> str:
        return (tmp_path / f"a{pipeline.SIDES[name]}").read_text("utf-8")

    report = json.loads(beside("report"))
    spoken = [row for block in report["blocks"] for row in block["sentences"]]
    assert [(row["text"], row["start_s"]) for row in spoken] == [
        (cue.text, round(cue.start_s, 3)) for cue in episode.cues
    ]
    assert report["timings"] == spoken[0]["timings"] == "words"
    assert [segment["body"] for segment in json.loads(beside("json"))["segments"]] == words
    assert "The lamp went out.\n" in re.sub(r"<[\d:.]+>", "", beside("vtt"))
    assert len(json.loads(beside("script"))["utterances"]) == 7


# ---------------------------------------------------------- several voices


def test_a_script_whose_voices_are_not_cast_is_refused_before_anything_is_spoken(booth: Booth) -> None:
    engine = ToneEngine()
    with pytest.raises(ScriptError, match="nobody speaks as 'ann'"):
        speak_script(script_of(sentence(LINE, voice="ann")), engine, engine.voices()[0], booth)


def loudness_lufs(path: Path, recording: Recording, speaker: str | None) -> float:
    """Of the parts of a file in which one speaker is heard."""
    times = [f"between(t,{cue.start_s:.3f},{cue.end_s:.3f})" for cue in recording.cues if cue.speaker == speaker]
    chosen = f"aselect='{'+'.join(times)}',ebur128=framelog=quiet"
    log = run_ffmpeg(["-i", str(path), "-af", chosen, "-f", "null", "-"])
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", log)[-1])


TALK = (
    "The people of Saltmarsh have voted to keep their lightship.",
    "Nobody at the harbour seems to mind the noise of it.",
    "Her lamp can be seen from twenty miles away at night.",
    "Six slow ships slip south towards the open sea.",
)


def talk(voice: str) -> Script:
    """Two voices in turn, the other one first."""
    return script_of(*(sentence(text, voice=None if n % 2 else voice, block=n) for n, text in enumerate(TALK)))


@needs_piper
def test_two_engines_are_heard_in_one_episode_at_one_loudness(tmp_path: Path) -> None:
    script, path = talk("piper:joe"), tmp_path / "a.mp3"
    found = record_script(script, path, HibariEngine(), casting.cast_of(casting.choose_marked(script, OF_HIBARI)))
    assert [cue.speaker for cue in found.cues] == ["piper:joe", None, "piper:joe", None]
    assert all(1.5 < cue.end_s - cue.start_s < 6 for cue in found.cues)
    gaps = [after.start_s - before.end_s for before, after in zip(found.cues, found.cues[1:], strict=False)]
    assert gaps == pytest.approx([0.4] * 3, abs=0.001)
    assert found.loudness.integrated_lufs == pytest.approx(-16, abs=0.3)
    assert loudness_lufs(path, found, "piper:joe") == pytest.approx(loudness_lufs(path, found, None), abs=1)
    assert "44100 Hz, mono" in run_ffmpeg(["-i", str(path), "-f", "null", "-"])


class Far(HibariEngine):
    """The default engine from the other end of the room, on a poorer line."""

    name = "far"

    def voices(self) -> tuple[Voice, ...]:
        return (replace(HibariEngine().voices()[0], engine=self.name),)

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        clip = super().speak(utterance, voice, speed=speed, seed=seed)
        return Clip(samples=(clip.samples[::2] / 4).astype(np.float32), rate_hz=clip.rate_hz // 2)


def test_a_quiet_voice_of_another_sample_rate_is_as_loud_and_as_long_as_the_rest(tmp_path: Path) -> None:
    script, path = talk("far"), tmp_path / "a.mp3"
    found = record_script(script, path, HibariEngine(), {"far": (Far(), Far().voices()[0])})
    alone = record_script(
        replace(script, utterances=tuple(replace(u, voice=None) for u in script.utterances)),
        path.with_name("b.mp3"),
        HibariEngine(),
    )
    assert found.duration_s == pytest.approx(alone.duration_s, abs=0.1)
    assert loudness_lufs(path, found, "far") == pytest.approx(loudness_lufs(path, found, None), abs=1)


def test_one_voice_under_two_names_sounds_as_it_does_alone(booth: Booth) -> None:
    engine = HibariEngine()
    voice = engine.voices()[0]
    for take in speak_script(talk("heart"), engine, voice, booth, cast={"heart": (engine, voice)}).takes:
        assert take.clip is not None
        alone = pack_clip(engine.speak(take.utterance, voice, speed=1.0, seed=0))
        assert take.clip.digest == describe_clip("", alone).digest


def test_transcript_and_report_say_who_speaks(tmp_path: Path) -> None:
    settings = Settings(introduction=False, close=False)
    prepared = preparation.prepare(source_of("Ann asked who it was.\n\nNot me, said the lamp.\n"), settings)
    first, second = prepared.script.utterances
    script = replace(prepared.script, utterances=(first, replace(second, voice="tone:sine")))
    cast = casting.cast_of(casting.choose_marked(script, OF_HIBARI))
    prepared = replace(prepared, script=script, cast=cast)
    with Studio(settings) as studio:
        pipeline.make_episode(prepared, settings, tmp_path / "a.mp3", studio, beside=("vtt", "srt", "json", "report"))
    segments = json.loads((tmp_path / "a.transcript.json").read_text("utf-8"))["segments"]
    assert [segment["speaker"] for segment in segments] == ["heart", "tone:sine"]
    vtt = re.sub(r"<[\d:.]+>", "", (tmp_path / "a.vtt").read_text("utf-8"))  # without the times of words
    assert "\nAnn asked who it was.\n" in vtt
    assert "\n<v tone:sine>Not me, said the lamp.\n" in vtt
    assert "\nNot me, said the lamp.\n" in (tmp_path / "a.srt").read_text("utf-8")
    rows = [block["sentences"][0] for block in json.loads((tmp_path / "a.report.json").read_text("utf-8"))["blocks"]]
    assert [row.get("voice") for row in rows] == [None, "tone:sine"]

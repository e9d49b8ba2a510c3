"""Music and chimes: heard where and as loud as they shall be, and never in the way of the words."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyloudnorm
import pytest
import soundfile

from conftest import decode_file, record_takes
from narrate import chapters
from narrate.audio.flac import describe_clip, pack_clip
from narrate.audio.formats import FORMATS
from narrate.audio.music import Music, lay_intro, lay_outro, load_music
from narrate.audio.segment import SHORTEST_S
from narrate.cache import Store
from narrate.engines.hibari import HibariEngine
from narrate.episode import Desk, Recording, record_speech
from narrate.errors import UsageError
from narrate.executors.inline import InlineExecutor
from narrate.executors.local import LocalExecutor
from narrate.executors.protocol import Executor
from narrate.pipeline import make
from narrate.settings import load_settings
from narrate.speech import Booth, speak_script
from narrate.types import Break, Clip, Milliseconds, Role, Script, Speech, Take, Utterance, Voice

RATE_HZ = 44_100
MUSIC_HZ = 2050
"""Of the sines that stand for music: no harmonic of a voice made of tones."""

STORY = (
    ("On ships and their lamps.", Role.TITLE, 0, 1000),
    ("The people of Saltmarsh have voted to keep their lightship.", Role.STORY, 1, 400),
    ("Nobody at the harbour seems to mind the noise, or the cost of it all.", Role.STORY, 1, 1500),
    ("The first lamp.", Role.HEADING, 2, 600),
    ("It was lit in the spring.", Role.HEADING, 2, 900),
    ("Her lamp can be seen from twenty miles away, and she has never once gone out.", Role.STORY, 3, 1500),
    ("The last one.", Role.HEADING, 4, 900),
    ("Six slow ships slip south, and every one of them will pass her before the night is over.", Role.STORY, 5, 400),
    ("Somebody ought to listen to the bell that hangs at her bow.", Role.STORY, 5, 1500),
)


def sine(path: Path, seconds: float, *, level: float = 0.2, rate_hz: int = RATE_HZ) -> str:
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    samples = level * np.sin(2 * np.pi * MUSIC_HZ * time_s)
    soundfile.write(path, np.stack([samples, samples], axis=1), rate_hz)
    return str(path)


def drum(path: Path, seconds: float) -> str:
    """Music with peaks far above its loudness: strokes of noise at full scale, two a second."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    noise = np.random.default_rng(7).uniform(-1, 1, len(time_s))
    soundfile.write(path, noise * np.exp(-(time_s % 0.5) / 0.02), RATE_HZ)
    return str(path)


def music_in(
    folder: Path,
    rate_hz: int = RATE_HZ,
    *,
    intro: str | None = None,
    outro: str | None = None,
    chime: str | None = None,
) -> Music:
    """Loaded into the store that `record_takes` uses in the folder."""
    return load_music(Store(folder / "cache"), rate_hz, intro=intro, outro=outro, chime=chime)


def tones(lengths_s: list[float], folder: Path, *, gaps: tuple[int, ...] = ()) -> Speech:
    """Speech that begins and ends at the sample: tones, between 50 ms of silence."""
    words = tuple(
        Utterance(text=f"word {n}", written=f"word {n}", pause_ms=Milliseconds(700 + n), after=Break.PARAGRAPH)
        for n in range(len(lengths_s))
    )
    words = (*words[:-1], replace(words[-1], pause_ms=Milliseconds(1500)))
    script = Script(utterances=words, language="en", head_ms=Milliseconds(600), title="All of it")

    def takes() -> Iterator[Take]:
        for n, seconds in enumerate(lengths_s):
            if n in gaps:
                yield Take(index=n, utterance=words[n], failure="no")
                continue
            time_s = np.arange(round(seconds * 24_000)) / 24_000
            fade = np.minimum(1, np.minimum(time_s, time_s[::-1]) / 0.002)
            samples = np.pad((0.3 * fade * np.sin(2 * np.pi * 300 * time_s)).astype(np.float32), 1200)
            blob = pack_clip(Clip(samples=samples, rate_hz=24_000))
            key = hashlib.sha256(blob).hexdigest()
            Store(folder / "cache").put(key, blob, kind="clips")
            yield Take(index=n, utterance=words[n], clip=describe_clip(key, blob))

    voice = Voice(name="test", engine="test", language="en", rate_hz=24_000)
    return Speech(script=script, takes=takes(), voice=voice)


def spoken(folder: Path, **named: Any) -> tuple[Script, Recording]:
    """The story in the default voice, which passes the compressor, with the music that is named."""
    words = tuple(
        Utterance(text=text, written=text, role=role, block=block, pause_ms=Milliseconds(pause))
        for text, role, block, pause in STORY
    )
    script = Script(utterances=words, language="en", head_ms=Milliseconds(600), title="All of it")
    engine = HibariEngine()
    booth = Booth(executor=InlineExecutor(), store=Store(folder / "cache"))
    speech = speak_script(script, engine, engine.voices()[0], booth)
    return speech.script, record_takes(speech, folder / "a.mp3", music=music_in(folder, **named))


def level_db(samples: np.ndarray, begin_s: float, end_s: float, rate_hz: int = RATE_HZ) -> float:
    """Of the music's sine there, whatever else is heard."""
    window = samples[round(begin_s * rate_hz) : round(end_s * rate_hz)]
    wave = np.exp(-2j * np.pi * MUSIC_HZ * np.arange(len(window)) / rate_hz)
    return float(20 * np.log10(2 * abs((window * wave * np.hanning(len(window))).mean() * 2) + 1e-9))


def loudness_lufs(samples: np.ndarray, begin_s: float, end_s: float, rate_hz: int = RATE_HZ) -> float:
    window = samples[round(begin_s * rate_hz) : round(end_s * rate_hz)].astype(np.float64)
    return float(pyloudnorm.Meter(rate_hz).integrated_loudness(window))


def heard_s(samples: np.ndarray, begin_s: float, end_s: float) -> tuple[float, float]:
    """When there is sound between two times, from its first to its last."""
    at = np.flatnonzero(np.abs(samples[round(begin_s * RATE_HZ) : round(end_s * RATE_HZ)]) > 0.01)
    return begin_s + at[0] / RATE_HZ, begin_s + at[-1] / RATE_HZ


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Script, Recording]:
    """One segment with everything: its first, and its last."""
    folder = tmp_path_factory.mktemp("told")
    music = sine(folder / "x.wav", 30)
    return spoken(folder, intro=music, outro=music, chime="bell")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return spoken(tmp_path_factory.mktemp("plain"))[1]


# ------------------------------------------------------------ intro and outro


def test_music_is_heard_alone_3_lu_softer_than_the_voice(told: tuple[Script, Recording]) -> None:
    _, recording = told
    samples = decode_file(recording.path, RATE_HZ)
    voice = loudness_lufs(samples, recording.cues[2].start_s, recording.cues[2].end_s)
    end_s = recording.cues[-1].end_s
    for begin, end in [(0.7, 8.0), (end_s + 1, end_s + 6.5)]:
        assert voice - loudness_lufs(samples, begin, end) == pytest.approx(3, abs=1.5)


def test_music_is_15_db_softer_under_the_voice_and_gone_after_6_s(told: tuple[Script, Recording]) -> None:
    _, recording = told
    samples = decode_file(recording.path, RATE_HZ)
    begin_s, end_s = recording.cues[0].start_s, recording.cues[-1].end_s
    alone = level_db(samples, 1, 7.5)
    assert level_db(samples, begin_s + 0.8, begin_s + 2.8) - alone == pytest.approx(-15, abs=2)
    assert level_db(samples, begin_s + 6, begin_s + 8) - alone < -35
    assert level_db(samples, end_s - 3.5, end_s - 0.1) - alone == pytest.approx(-15, abs=2)
    assert level_db(samples, end_s + 1, end_s + 6.5) - alone == pytest.approx(0, abs=0.5)
    assert level_db(samples, end_s - 8, end_s - 5.2) - alone < -35


def test_the_voice_begins_8_s_after_the_music_and_ends_10_s_before_it(told: tuple[Script, Recording]) -> None:
    _, recording = told
    assert recording.cues[0].start_s == pytest.approx(0.6 + 8, abs=0.001)
    assert recording.duration_s == pytest.approx(recording.cues[-1].end_s + 10 + 1.5, abs=0.03)


def test_head_and_tail_stay_silent(told: tuple[Script, Recording]) -> None:
    samples = decode_file(told[1].path, RATE_HZ)
    begin_s, end_s = heard_s(samples, 0, told[1].duration_s)
    assert begin_s == pytest.approx(0.6, abs=0.05)
    assert told[1].duration_s - end_s == pytest.approx(1.5, abs=0.3)  # the last of a fade of 3 s is softer than 0.01


def test_music_and_chimes_move_no_pause_between_words(told: tuple[Script, Recording], plain: Recording) -> None:
    """What is said begins as long after what was said before as without them, but for the chimes."""
    (_, recording), longer_s = told, []
    for with_them, without in zip(pairwise(recording.cues), pairwise(plain.cues), strict=True):
        pauses_s = [later.start_s - earlier.end_s for earlier, later in (with_them, without)]
        longer_s.append(pauses_s[0] - pauses_s[1])
    assert recording.cues[0].start_s - plain.cues[0].start_s == pytest.approx(8, abs=0.001)
    assert longer_s == pytest.approx([0, 0, 1.7, 0, 0, 1.7, 0, 0], abs=0.001)


@pytest.mark.parametrize("name", ["mp3", "opus", "m4b", "flac", "wav"])
def test_every_format_has_music_at_its_level(name: str, tmp_path: Path) -> None:
    format = FORMATS[name]
    music = music_in(tmp_path, format.rate_hz, intro=sine(tmp_path / "x.ogg", 30), outro=sine(tmp_path / "y.wav", 30))
    found = record_takes(tones([4.0] * 6, tmp_path), tmp_path / f"a.{name}", music=music, format=format)
    samples = decode_file(found.path, RATE_HZ)
    voice = loudness_lufs(samples, found.cues[3].start_s, found.cues[3].end_s)
    assert voice - loudness_lufs(samples, 0.7, 8.0) == pytest.approx(3, abs=0.3)
    assert level_db(samples, 9.4, 11.4) - level_db(samples, 1, 7.5) == pytest.approx(-15, abs=0.5)
    assert len(samples) / RATE_HZ == pytest.approx(found.duration_s, abs=0.05)


def test_music_keeps_its_treble_beside_a_voice_without(tmp_path: Path) -> None:
    path = tmp_path / "high.wav"
    time_s = np.arange(20 * RATE_HZ) / RATE_HZ
    soundfile.write(path, 0.2 * np.sin(2 * np.pi * 14_000 * time_s), RATE_HZ)
    music = music_in(tmp_path, intro=str(path))
    found = record_takes(tones([4.0] * 4, tmp_path), tmp_path / "a.wav", music=music, format=FORMATS["wav"])
    alone = decode_file(found.path, RATE_HZ)[RATE_HZ : 8 * RATE_HZ]
    spectrum = np.abs(np.fft.rfft(alone))
    assert np.argmax(spectrum) * RATE_HZ / len(alone) == pytest.approx(14_000, abs=1)


def test_an_outro_begins_in_a_last_segment_of_one_short_word(tmp_path: Path) -> None:
    music = music_in(tmp_path, intro=sine(tmp_path / "x.wav", 30), outro=sine(tmp_path / "y.wav", 30))
    before = [5.0] * math.ceil(SHORTEST_S / 5.8)  # each with its 50 ms of silence around it, and 700 after it
    found = record_takes(tones([*before, 0.4], tmp_path), tmp_path / "a.mp3", music=music)
    samples = decode_file(found.path, RATE_HZ)
    last = found.cues[-1]
    assert level_db(samples, last.start_s - 3, last.start_s - 0.1) < -60
    assert level_db(samples, last.start_s, last.end_s) > -50
    assert level_db(samples, last.end_s + 1, last.end_s + 6) == pytest.approx(level_db(samples, 1, 7.5), abs=0.5)
    assert found.duration_s == pytest.approx(last.end_s + 10 + 1.5, abs=0.03)


def test_one_word_between_intro_and_outro_is_heard_beside_both_ducked(tmp_path: Path) -> None:
    music = music_in(tmp_path, intro=sine(tmp_path / "x.wav", 30), outro=sine(tmp_path / "y.wav", 30))
    found = record_takes(tones([2.0], tmp_path), tmp_path / "a.mp3", music=music)
    (cue,) = found.cues
    assert (cue.start_s, cue.end_s) == pytest.approx((8.6, 10.6), abs=0.01)
    samples = decode_file(found.path, RATE_HZ)
    assert level_db(samples, cue.start_s + 0.4, cue.end_s - 0.2) - level_db(samples, 1, 7.5) < -15
    assert found.duration_s == pytest.approx(cue.end_s + 11.5, abs=0.03)


@pytest.mark.parametrize("seconds", [0.1, 0.6, 4.0])
def test_short_music_plays_mostly_alone(seconds: float, tmp_path: Path) -> None:
    music = music_in(tmp_path, intro=sine(tmp_path / "x.wav", seconds), outro=sine(tmp_path / "y.wav", seconds))
    found = record_takes(tones([4.0] * 3, tmp_path), tmp_path / "a.mp3", music=music)
    assert found.cues[0].start_s == pytest.approx(0.6 + 0.6 * seconds, abs=0.002)
    assert found.duration_s == pytest.approx(found.cues[-1].end_s + 0.6 * seconds + 1.5, abs=0.03)


def test_music_sounds_too_where_the_last_words_could_not_be_spoken(tmp_path: Path) -> None:
    music = music_in(tmp_path, outro=sine(tmp_path / "y.wav", 30))
    speech = tones([4.0, 4.0, 1.0], tmp_path, gaps=(2,))
    found = record_takes(speech, tmp_path / "a.mp3", music=music, allow_gaps=True)
    samples = decode_file(found.path, RATE_HZ)
    assert level_db(samples, found.cues[-1].end_s + 1, found.cues[-1].end_s + 6) > -30
    assert found.duration_s == pytest.approx(found.cues[-1].end_s + 0.701 + 10 + 1.5, abs=0.03)


@pytest.mark.parametrize("length_s", [0.05, 0.3, 2.0, 14.0, 15.0, 3000.0])
@pytest.mark.parametrize("speech_s", [0.0, 0.2, 3.0, 60.0])
def test_the_line_of_music_runs_forward_from_silence_to_silence(length_s: float, speech_s: float) -> None:
    for bed in (lay_intro(length_s, 0.6, speech_s), lay_outro(length_s, 70.0, speech_s)):
        times_s = [time_s for time_s, _ in bed.line]
        assert times_s == sorted(times_s)
        assert (bed.line[0][1], bed.line[-1][1]) == (0, 0)
        assert times_s[-1] <= length_s + 1e-9
        heard = bed.shape(np.ones(round(length_s * 8000), np.float32), 8000)
        assert 0.1 < heard.max() <= 1


# ---------------------------------------------------- loudness, bytes, the store


@pytest.mark.parametrize("lengths_s", [[3.0], [4.0] * 5, [5.0] * 20])
def test_music_of_loud_strokes_leaves_the_episode_as_loud_as_it_shall_be(
    lengths_s: list[float], tmp_path: Path
) -> None:
    strokes = drum(tmp_path / "x.wav", 40)
    music = music_in(tmp_path, intro=strokes, outro=strokes)
    found = record_takes(tones(lengths_s, tmp_path), tmp_path / "a.mp3", music=music)
    samples = decode_file(found.path, RATE_HZ)
    assert loudness_lufs(samples, 0, found.duration_s) == pytest.approx(-16, abs=0.35)
    assert found.loudness.integrated_lufs == pytest.approx(-16, abs=0.3)
    assert found.loudness.true_peak_dbtp <= -1
    assert 20 * np.log10(np.abs(decode_file(found.path, 4 * RATE_HZ)).max()) <= -1


def test_an_episode_in_the_default_voice_is_as_loud_with_music(told: tuple[Script, Recording]) -> None:
    samples = decode_file(told[1].path, RATE_HZ)
    assert loudness_lufs(samples, 0, told[1].duration_s) == pytest.approx(-16, abs=0.35)
    assert told[1].loudness.true_peak_dbtp <= -1


def test_workers_or_none_and_a_full_store_give_the_same_bytes(tmp_path: Path) -> None:
    strokes = drum(tmp_path / "x.wav", 40)
    made = []
    executors: list[Executor] = [InlineExecutor(), LocalExecutor(2)]
    for number, executor in enumerate(executors):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name in ("cold", "warm"):
            music = music_in(folder, intro=strokes, outro=strokes, chime="bell")
            speech = tones([4.0 + n / 10 for n in range(30)], folder)
            words = [replace(words, role=Role.HEADING, block=n) for n, words in enumerate(speech.script.utterances)]
            takes = [replace(take, utterance=words[take.index]) for take in speech.takes]
            desk = Desk(executor=executor, store=Store(folder / "cache"), music=music)
            speech = replace(speech, takes=takes, script=replace(speech.script, utterances=tuple(words)))
            made.append(record_speech(speech, folder / f"{name}.mp3", desk).path.read_bytes())
        executor.close()
    assert len(set(made)) == 1


def test_another_intro_makes_the_first_segment_anew_and_no_other(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache")
    counts = []
    for level in (0.2, 0.2, 0.1):  # the third is another file, and as loud in the episode
        music = music_in(tmp_path, intro=sine(tmp_path / "x.wav", 30, level=level))
        record_takes(tones([5.0 + n / 10 for n in range(60)], tmp_path), tmp_path / "a.mp3", music=music)
        counts.append((store.usage("segments").count, store.usage("clips").count))
    (segments, clips), again, other = counts
    assert segments > 4
    assert again == (segments, clips)
    assert other == (segments + 1, clips + 1)


# --------------------------------------------------------------------- chimes


def test_a_chime_is_heard_once_before_every_heading_and_500_ms_before_its_words(
    told: tuple[Script, Recording], plain: Recording
) -> None:
    _, recording = told
    samples = decode_file(recording.path, RATE_HZ)
    assert list(recording.chimes) == [3, 6]
    for index, begin_s in recording.chimes.items():
        before, words = recording.cues[index - 1], recording.cues[index]
        assert begin_s - before.end_s == pytest.approx(1.5, abs=0.06)
        assert words.start_s - begin_s == pytest.approx(1.2 + 0.5, abs=0.01)
        heard = heard_s(samples, before.end_s + 0.3, words.start_s - 0.2)
        assert heard[0] == pytest.approx(begin_s, abs=0.05)
        voice = loudness_lufs(samples, before.start_s, before.end_s)
        assert voice - loudness_lufs(samples, begin_s, begin_s + 0.41) == pytest.approx(6, abs=2)
    assert plain.chimes == {}


def test_a_chapter_begins_with_its_chime_and_a_cue_with_its_words(told: tuple[Script, Recording]) -> None:
    script, recording = told
    samples = decode_file(recording.path, RATE_HZ)
    marks = chapters.find_chapters(script, recording.cues, recording.duration_s, recording.chimes)
    assert [mark.title for mark in marks] == ["All of it", "The first lamp. It was lit in the spring.", "The last one."]
    assert [mark.start_s for mark in marks] == [0.0, *recording.chimes.values()]
    assert [mark.end_s for mark in marks] == [*recording.chimes.values(), recording.duration_s]
    for index in recording.chimes:
        words = recording.cues[index]
        assert heard_s(samples, words.start_s - 0.3, words.end_s)[0] == pytest.approx(words.start_s, abs=0.05)


def heading_first(gaps: tuple[int, ...], tmp_path: Path) -> Recording:
    """Two headings of two utterances each, and a story between them."""
    speech = tones([1.0, 1.1, 2.0, 1.2, 1.3, 2.1], tmp_path, gaps=gaps)
    roles = [
        (Role.HEADING, 0),
        (Role.HEADING, 0),
        (Role.STORY, 1),
        (Role.HEADING, 2),
        (Role.HEADING, 2),
        (Role.STORY, 3),
    ]
    words = [
        replace(words, role=role, block=block)
        for words, (role, block) in zip(speech.script.utterances, roles, strict=True)
    ]
    takes = [replace(take, utterance=words[take.index]) for take in speech.takes]
    speech = replace(speech, takes=takes, script=replace(speech.script, utterances=tuple(words)))
    music = music_in(tmp_path, chime="bell")
    return record_takes(speech, tmp_path / "a.mp3", music=music, allow_gaps=True)


@pytest.mark.parametrize(("gaps", "rung"), [((), [3]), ((3,), [4]), ((3, 4), []), ((0,), [3]), ((2,), [3])])
def test_no_chime_begins_an_episode_or_announces_what_is_not_spoken(
    gaps: tuple[int, ...], rung: list[int], tmp_path: Path
) -> None:
    assert list(heading_first(gaps, tmp_path).chimes) == rung


def test_a_chime_may_be_a_file_of_which_10_s_are_heard(tmp_path: Path) -> None:
    music = music_in(tmp_path, 24_000, chime=sine(tmp_path / "x.flac", 12.0, rate_hz=48_000))
    assert music.chime
    assert (music.chime.clip.seconds, music.chime.clip.rate_hz) == (10.0, 24_000)


def test_silence_around_a_sound_is_cut_off(tmp_path: Path) -> None:
    samples = np.pad(0.3 * np.sin(np.arange(RATE_HZ) * 0.3), 2 * RATE_HZ)
    soundfile.write(tmp_path / "x.wav", samples, RATE_HZ)
    music = music_in(tmp_path, chime=str(tmp_path / "x.wav"))
    assert music.chime
    assert music.chime.clip.seconds == pytest.approx(1.0, abs=0.01)


# --------------------------------------------------------------------- errors


def make_nothing(path: Path) -> None:
    assert not path.exists()


def make_text(path: Path) -> None:
    path.write_text("These are words, and no music.")


def make_silence(path: Path) -> None:
    soundfile.write(path, np.zeros(RATE_HZ), RATE_HZ)


def make_sample_free(path: Path) -> None:
    soundfile.write(path, np.zeros(0), RATE_HZ)


def make_long(path: Path) -> None:
    soundfile.write(path, np.full(3700 * 100, 0.2), 100)


@pytest.mark.parametrize(
    ("make_file", "words"),
    [
        (make_nothing, "there is no such file"),
        (Path.mkdir, "it is no file"),
        (Path.touch, "it is empty"),
        (make_text, "ffmpeg finds no sound in it"),
        (make_silence, "it is silent for its first 19 s or throughout"),
        (make_sample_free, "it is silent for its first 19 s or throughout"),
        (make_long, "it is longer than an hour"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_option(make_file: object, words: str, tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    make_file(path)  # type: ignore[operator]
    with pytest.raises(UsageError) as problem:
        music_in(tmp_path, intro=str(path))
    remedy = "Give a file with sound in it, of an hour at most."
    assert str(problem.value) == f"--intro-audio {path} cannot be used: {words}. {remedy}"


@pytest.mark.parametrize(("named", "option"), [("outro", "--outro-audio"), ("chime", "--chime")])
def test_every_option_is_named_for_its_file(named: str, option: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"^{option} gong cannot be used: there is no such file"):
        music_in(tmp_path, **{named: "gong"})  # type: ignore[arg-type]


# ------------------------------------------------------------------- settings


def test_files_named_in_a_narrate_toml_lie_beside_it_and_the_bell_nowhere(tmp_path: Path) -> None:
    (tmp_path / "narrate.toml").write_text('intro_audio = "in.ogg"\noutro_audio = "/music/out.ogg"\nchime = "bell"\n')
    found = load_settings(tmp_path, {"NARRATE_HOME": str(tmp_path / "none"), "NARRATE_OUTRO_AUDIO": ""})
    assert (found.intro_audio, found.outro_audio, found.chime) == (str(tmp_path / "in.ogg"), "", "bell")


def test_make_lays_music_into_the_episode_and_chapters_begin_with_the_chime(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Lamps\n\nOne was lit.\n\n## The second\n\nIt was lit as well.\n")
    (tmp_path / "narrate.toml").write_text('engine = "tone"\nintro_audio = "x.wav"\nclose = false\n')
    sine(tmp_path / "x.wav", 5)
    plain = make(str(tmp_path / "a.md"), tmp_path / "plain.mp3", use_cache=False, intro_audio="")
    found = make(str(tmp_path / "a.md"), tmp_path / "a.mp3", use_cache=False, chime="bell")
    assert found.duration_s == pytest.approx(plain.duration_s + 3.0 + 1.7, abs=0.05)
    heading = next(cue for cue in found.cues if cue.role is Role.HEADING)
    assert heading.start_s - found.chapters[1].start_s == pytest.approx(1.7, abs=0.01)

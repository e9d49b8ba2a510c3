"""The audio workshop: exact pauses, exact loudness, nothing held whole."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from conftest import booth_in, measure_file, record_script, record_takes
from narrate.audio.assemble import Timeline
from narrate.audio.ffmpeg import find_ffmpeg, run_ffmpeg
from narrate.audio.flac import describe_clip, pack_clip, unpack_clip
from narrate.audio.formats import EncodedRecipe, measure_encoded
from narrate.audio.trim import trim_clip
from narrate.engines.hibari import HibariEngine
from narrate.episode import Recording
from narrate.errors import AudioError, SpeechError
from narrate.types import Break, Clip, Milliseconds, Script, Speech, StoredClip, Take, Utterance, Voice

SENTENCES = (
    ("The people of Saltmarsh have voted to keep their lightship.", 400),
    ("It was close.", 700),
    ("Nobody at the harbour seems to mind the noise, or the cost of it all.", 1300),
    ("Her lamp can be seen from twenty miles away.", 120),
    ("Six slow ships slip south.", 2000),
    ("Yes.", 1500),
)
VOICE = Voice(name="test", engine="test", language="en")


def decode(path: Path, rate_hz: int = 44_100) -> np.ndarray:
    command = [find_ffmpeg(), "-v", "error", "-i", str(path), "-f", "s16le", "-ac", "1", "-ar", str(rate_hz), "-"]
    pcm = subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout
    return np.frombuffer(pcm, "<i2").astype(np.float64) / 32768


def silences_ms(samples: np.ndarray, recording: Recording) -> list[int]:
    """Longest run below -46 dBFS, in 10 ms windows, around each gap between two cues."""
    windows = samples[: len(samples) // 441 * 441].reshape(-1, 441)
    quiet = 20 * np.log10(np.sqrt((windows**2).mean(axis=1)) + 1e-9) < -46
    runs = []
    for cue, following in zip(recording.cues, recording.cues[1:], strict=False):
        longest = run = 0
        for silent in quiet[int((cue.end_s - 0.15) * 100) : int((following.start_s + 0.15) * 100)]:
            run = run + 1 if silent else 0
            longest = max(longest, run)
        runs.append(longest * 10)
    return runs


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(tmp_path_factory.mktemp("episode") / "a.mp3")


def record(path: Path) -> Recording:
    utterances = tuple(
        Utterance(text=text, written=text, pause_ms=Milliseconds(pause), after=Break.SENTENCE)
        for text, pause in SENTENCES
    )
    script = Script(utterances=utterances, language="en", head_ms=Milliseconds(600))
    return record_script(script, path, HibariEngine())


def test_pauses_in_the_mp3_are_the_scripts_within_60_ms(recording: Recording) -> None:
    wanted = [pause for _, pause in SENTENCES[:-1]]
    heard = silences_ms(decode(recording.path), recording)
    assert all(abs(a - b) <= 60 for a, b in zip(heard, wanted, strict=True)), (heard, wanted)


def test_head_and_tail_are_silent_for_as_long_as_they_shall_be(recording: Recording) -> None:
    samples = decode(recording.path)
    loud = np.flatnonzero(np.abs(samples) > 10 ** (-40 / 20)) / 44_100
    assert abs(loud[0] - 0.6) < 0.06
    assert abs(recording.duration_s - loud[-1] - 1.5) < 0.12


def test_loudness_and_peaks_by_a_meter_that_is_not_ours(recording: Recording) -> None:
    samples = decode(recording.path)
    assert abs(pyloudnorm.Meter(44_100).integrated_loudness(samples) - -16) <= 1.0
    oversampled = decode(recording.path, 4 * 44_100)
    assert 20 * np.log10(np.abs(oversampled).max()) <= -1.0


def test_every_reader_agrees_on_the_length_within_50_ms(recording: Recording) -> None:
    import mutagen

    assert abs(mutagen.File(recording.path).info.length - recording.duration_s) <= 0.05
    assert abs(len(decode(recording.path)) / 44_100 - recording.duration_s) <= 0.05


def test_the_mp3_is_mono_at_44_khz_and_96_kbps(recording: Recording) -> None:
    import mutagen

    info = mutagen.File(recording.path).info
    assert (info.channels, info.sample_rate, info.bitrate, str(info.bitrate_mode)) == (
        1,
        44_100,
        96_000,
        "BitrateMode.CBR",
    )


def test_the_same_script_gives_the_same_bytes(recording: Recording, tmp_path: Path) -> None:
    assert record(tmp_path / "again.mp3").path.read_bytes() == recording.path.read_bytes()


def tone(seconds: float, rate_hz: int = 24_000, level: float = 0.3) -> Clip:
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    samples = (level * np.sin(2 * np.pi * 300 * time_s)).astype(np.float32)
    return Clip(samples=np.pad(samples, rate_hz // 10), rate_hz=rate_hz)


def stored(clip: Clip, folder: Path) -> StoredClip:
    blob = pack_clip(clip)
    key = hashlib.sha256(blob).hexdigest()
    booth_in(folder).store.put(key, blob, kind="clips")
    return describe_clip(key, blob)


def takes(clips: list[Clip | None], folder: Path) -> tuple[Script, Iterator[Take]]:
    words = [
        Utterance(text=f"word {n}", written=f"word {n}", pause_ms=Milliseconds(400), line=n) for n in range(len(clips))
    ]
    script = Script(utterances=tuple(words), language="en", head_ms=Milliseconds(600))
    made = (
        Take(
            index=n,
            utterance=words[n],
            clip=stored(clip, folder) if clip else None,
            failure=None if clip else "the engine failed.",
        )
        for n, clip in enumerate(clips)
    )
    return script, made


def record_clips(clips: list[Clip | None], path: Path, *, allow_gaps: bool = False) -> Recording:
    script, made = takes(clips, path.parent)
    return record_takes(Speech(script=script, takes=made, voice=VOICE), path, allow_gaps=allow_gaps)


def assert_mastered(found: Recording) -> None:
    """By our own figures and by two meters that are not ours."""
    assert found.loudness.integrated_lufs == pytest.approx(-16, abs=0.3)
    assert found.loudness.true_peak_dbtp <= -1.0
    by_ffmpeg = measure_file(found.path)
    assert by_ffmpeg.integrated_lufs == pytest.approx(-16, abs=0.35)  # it tells tenths
    assert by_ffmpeg.true_peak_dbtp <= -1.0
    assert pyloudnorm.Meter(44_100).integrated_loudness(decode(found.path)) == pytest.approx(-16, abs=0.4)


@pytest.mark.parametrize("level", [0.003, 0.05, 1.0], ids=["quiet", "middle", "clipped"])
def test_any_level_comes_out_at_minus_16(tmp_path: Path, level: float) -> None:
    assert_mastered(record_clips([tone(1.5, level=level)] * 3, tmp_path / "a.mp3"))


def test_speech_that_is_clipped_comes_out_at_minus_16(tmp_path: Path) -> None:
    clip = HibariEngine().speak(
        Utterance(text=SENTENCES[2][0], written=""), HibariEngine().voices()[0], speed=1.0, seed=0
    )
    torn = Clip(samples=(clip.samples * 30).clip(-1, 1).astype(np.float32), rate_hz=24_000)
    assert_mastered(record_clips([torn] * 6, tmp_path / "a.mp3"))


def test_speech_of_half_a_minute_comes_out_at_minus_16(recording: Recording) -> None:
    assert_mastered(recording)


def test_speech_among_long_pauses_comes_out_at_minus_16(tmp_path: Path) -> None:
    utterances = tuple(
        Utterance(text=text, written=text, pause_ms=Milliseconds(8000), after=Break.ASKED) for text, _ in SENTENCES
    )
    script = Script(utterances=utterances, language="en", head_ms=Milliseconds(8000))
    assert_mastered(record_script(script, tmp_path / "a.mp3", HibariEngine()))


def test_mixed_sample_rates_are_resampled_and_keep_their_length(tmp_path: Path) -> None:
    found = record_clips([tone(1.0, 24_000), tone(1.0, 22_050), tone(1.0, 48_000)], tmp_path / "a.mp3")
    assert [round(cue.end_s - cue.start_s, 1) for cue in found.cues] == [1.0, 1.0, 1.0]


def test_a_failed_sentence_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="line 1 cannot be spoken, “word 1”: the engine failed. .*--allow-gaps"):
        record_clips([tone(1.0), None, tone(1.0)], tmp_path / "a.mp3")


def test_a_gap_is_marked_by_a_pause_where_it_is_allowed(tmp_path: Path) -> None:
    found = record_clips([tone(1.0), None, tone(1.0)], tmp_path / "a.mp3", allow_gaps=True)
    assert [take.failure is None for take in found.takes] == [True, False, True]
    assert found.cues[1].start_s - found.cues[0].end_s == pytest.approx(0.8, abs=0.01)


def test_clips_are_read_from_the_stream_one_at_a_time(tmp_path: Path) -> None:
    alive: list[int] = []

    def stream() -> Iterator[Take]:
        for n in range(200):
            alive.append(n)
            yield Take(index=n, utterance=script.utterances[n], clip=clip)

    script, _ = takes([None] * 200, tmp_path)
    clip = stored(tone(1.0), tmp_path)
    seen: list[int] = []
    speech = Speech(script=script, takes=stream(), voice=VOICE)
    record_takes(speech, tmp_path / "a.mp3", on_take=lambda _: seen.append(len(alive)))
    assert seen == list(range(1, 201))


def test_trimming_keeps_soft_edges_and_counts_them() -> None:
    rate_hz = 24_000
    trimmed = trim_clip(tone(0.5).samples, rate_hz, silence_dbfs=-50, lead_ms=20, trail_ms=40)
    assert (trimmed.lead_frames, trimmed.trail_frames) == (480, 960)
    speech_frames = len(trimmed.samples) - trimmed.lead_frames - trimmed.trail_frames
    assert speech_frames / rate_hz == pytest.approx(0.5, abs=0.011)


def test_a_silent_clip_is_not_thrown_away_unheard() -> None:
    silent = np.zeros(1200, np.float32)
    assert trim_clip(silent, 24_000, silence_dbfs=-50, lead_ms=20, trail_ms=40).samples is silent


def test_a_timeline_adds_pauses_to_the_frame() -> None:
    timeline = Timeline(24_000)
    timeline.pause(600)
    samples = tone(0.5).samples
    first, second = timeline.speak(samples, 400, -50), timeline.speak(samples, 1500, -50)
    assert first[0] == pytest.approx(0.6)
    assert second[0] - first[1] == pytest.approx(0.4)
    assert timeline.seconds == pytest.approx(second[1] + 1.5)
    assert len(timeline.finish(5.0)) == 5 * 24_000


def test_a_stored_clip_has_the_samples_it_was_given_to_16_bits() -> None:
    clip = Clip(samples=tone(0.5).samples, rate_hz=22_050, omitted=("Ω", "字"))
    blob = pack_clip(clip)
    about = describe_clip("k", blob)
    assert (about.rate_hz, about.frames, about.omitted) == (22_050, len(clip.samples), ("Ω", "字"))
    assert np.abs(unpack_clip(blob) / 32767 - clip.samples).max() <= 0.5001 / 32767
    assert pack_clip(clip) == blob


def test_sound_beyond_full_scale_is_brought_down_and_not_cut_off() -> None:
    loud = Clip(samples=tone(0.5).samples * 5, rate_hz=24_000)
    quiet = unpack_clip(pack_clip(loud)).astype(float)
    assert np.abs(quiet).max() == 32767
    assert np.corrcoef(quiet, loud.samples)[0, 1] > 0.99999


def test_pydub_says_nothing_about_a_missing_ffmpeg() -> None:
    code = "from narrate.audio.clips import load_pydub; print(load_pydub().converter)"
    environment = {**os.environ, "PATH": "", "PYTHONWARNINGS": "always"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert (done.stdout.strip(), done.stderr) == (find_ffmpeg(), "")


def test_a_failure_of_ffmpeg_is_told_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="the ffmpeg program failed: .*No such file"):
        run_ffmpeg(["-i", str(tmp_path / "absent.wav"), "-f", "null", "-"])
    (tmp_path / "broken.m4b").write_bytes(b"no sound at all")
    with pytest.raises(AudioError):
        measure_encoded(EncodedRecipe(path=tmp_path / "broken.m4b", lengths=(44_100,), rate_hz=44_100))

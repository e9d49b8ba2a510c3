"""Segments: the whole cut into minutes that are mastered apart, and nobody hears where."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from conftest import booth_in, decode_file, measure_file
from narrate import chapters
from narrate.audio.encode import Mp3Format
from narrate.audio.ffmpeg import convert
from narrate.audio.flac import describe_clip, pack_clip
from narrate.audio.formats import FORMATS
from narrate.audio.loudness import measure
from narrate.audio.master import Gain, float_input
from narrate.audio.segment import (
    FULL_S,
    OVERTIME,
    SHORTEST_S,
    SILENT_MS,
    Cutter,
    Part,
    SegmentRecipe,
    make_segment,
    read_segment,
)
from narrate.cache import Store
from narrate.episode import Desk, Recording, record_speech
from narrate.executors.inline import InlineExecutor
from narrate.executors.local import LocalExecutor
from narrate.executors.protocol import Executor
from narrate.types import Break, Clip, Milliseconds, Role, Script, Speech, StoredClip, Take, Utterance, Voice

VOICE = Voice(name="test", engine="test", language="en")
RATE_HZ = 24_000


def tone(seconds: float, pitch_hz: float) -> Clip:
    """A tone that begins and ends within 2 ms, between 100 ms of silence."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    fade = np.minimum(1, np.minimum(time_s, time_s[::-1]) / 0.002)
    samples = (0.3 * fade * np.sin(2 * np.pi * pitch_hz * time_s)).astype(np.float32)
    return Clip(samples=np.pad(samples, RATE_HZ // 10), rate_hz=RATE_HZ)


def keep(store: Store, clip: Clip) -> StoredClip:
    blob = pack_clip(clip)
    key = hashlib.sha256(blob).hexdigest()
    store.put(key, blob, kind="clips")
    return describe_clip(key, blob)


def utterance(n: int, **more: object) -> Utterance:
    """Each with a pause of its own, so that no two segments are the same."""
    known = {"text": f"word {n}", "written": f"word {n}", "pause_ms": Milliseconds(700 + n), "after": Break.PARAGRAPH}
    return Utterance(**{**known, **more})  # type: ignore[arg-type]


def record(utterances: list[Utterance], path: Path, executor: Executor, store: Store, **more: object) -> Recording:
    clips = [keep(store, tone(2.0 + n / 2, 200 + 40 * n)) for n in range(7)]
    script = Script(utterances=tuple(utterances), language="en", head_ms=Milliseconds(600), title="All of it")

    def takes() -> Iterator[Take]:
        for n, words in enumerate(utterances):
            yield Take(index=n, utterance=words, clip=clips[n % len(clips)])

    desk = Desk(executor=executor, store=store, **more)  # type: ignore[arg-type]
    return record_speech(Speech(script=script, takes=takes(), voice=VOICE), path, desk)


def onset_s(samples: np.ndarray, rate_hz: int, near_s: float) -> float:
    """When sound begins after silence, looked for within 150 ms of a time."""
    begin = max(0, round((near_s - 0.15) * rate_hz))
    window = np.abs(samples[begin : round((near_s + 0.15) * rate_hz)])
    return (begin + int(np.argmax(window > 0.01))) / rate_hz


def test_an_hour_with_60_chapters_has_every_cue_and_chapter_where_its_sound_is(tmp_path: Path) -> None:
    words = [
        utterance(n, role=Role.HEADING, block=n, pause_ms=Milliseconds(900)) if n % 14 == 0 else utterance(n, block=n)
        for n in range(60 * 14)
    ]
    with LocalExecutor(2) as executor:
        found = record(words, tmp_path / "hour.mp3", executor, booth_in(tmp_path).store)
    assert found.duration_s > 3000
    assert measure_file(found.path).integrated_lufs == pytest.approx(-16, abs=0.35)
    samples = decode_file(found.path, 8000)
    assert len(samples) / 8000 == pytest.approx(found.duration_s, abs=0.05)
    late_s = [onset_s(samples, 8000, cue.start_s) - cue.start_s for cue in found.cues]
    assert max(map(abs, late_s)) < 0.05
    script = Script(utterances=tuple(words), language="en", title="All of it")
    marks = chapters.find_chapters(script, found.cues, found.duration_s)
    assert len(marks) == 60
    assert max(abs(onset_s(samples, 8000, mark.start_s) - mark.start_s) for mark in marks[1:]) < 0.05


def test_one_worker_two_or_none_and_a_full_store_give_the_same_bytes(tmp_path: Path) -> None:
    words = [utterance(n) for n in range(45)]
    made = []
    executors: list[Executor] = [InlineExecutor(), LocalExecutor(1), LocalExecutor(2)]
    for number, executor in enumerate(executors):
        folder = tmp_path / str(number)
        folder.mkdir()
        store = booth_in(folder).store
        made += [record(words, folder / f"{n}.mp3", executor, store).path.read_bytes() for n in ("cold", "warm")]
        executor.close()
    assert len(set(made)) == 1


def test_an_edit_makes_its_own_segment_anew_and_no_other(tmp_path: Path) -> None:
    store = booth_in(tmp_path).store
    words = [utterance(n) for n in range(90)]
    record(words, tmp_path / "a.mp3", InlineExecutor(), store)
    before = store.usage("segments").count
    assert before > 4
    record(
        [*words[:60], replace(words[60], pause_ms=Milliseconds(900)), *words[61:]],
        tmp_path / "b.mp3",
        InlineExecutor(),
        store,
    )
    assert store.usage("segments").count == before + 1


def test_a_variable_bit_rate_is_as_long_and_says_so(tmp_path: Path) -> None:
    import mutagen

    store = booth_in(tmp_path).store
    found = record([utterance(n) for n in range(30)], tmp_path / "v.mp3", InlineExecutor(), store, quality=4)
    info = mutagen.File(found.path).info
    assert str(info.bitrate_mode) == "BitrateMode.VBR"
    assert info.length == pytest.approx(found.duration_s, abs=0.05)
    assert len(decode_file(found.path, 8000)) / 8000 == pytest.approx(found.duration_s, abs=0.01)


parts = st.builds(
    lambda seconds, pause_ms: Part(
        clip=StoredClip(key="k", digest="d", rate_hz=100, frames=round(seconds * 100)) if seconds else None,
        level_db=0.0,
        pause_ms=pause_ms,
    ),
    st.sampled_from([0, 1, 5, 20, 40]),
    st.sampled_from([0, 120, SILENT_MS, 401, 2000]),
)


@given(st.lists(st.tuples(parts, st.booleans()), max_size=60))
def test_cutting_loses_no_part_and_no_millisecond(stream: list[tuple[Part, bool]]) -> None:
    cutter = Cutter(600)
    found = [cutter.add(part, ends_paragraph=ends) for part, ends in stream]
    segments = [segment for segment in found if segment] + [cutter.rest()]
    flat = [part for _, inside in segments for part in inside]
    assert [part.clip for part in flat] == [part.clip for part, _ in stream]
    heard_ms = sum(head_ms + sum(part.pause_ms for part in inside) for head_ms, inside in segments)
    assert heard_ms == 600 + sum(part.pause_ms for part, _ in stream)
    for head_ms, inside in segments[:-1]:
        assert inside[-1].pause_ms >= SILENT_MS // 2
        assert head_ms == 600 or head_ms >= SILENT_MS // 2


def lasting(seconds: float) -> StoredClip:
    return StoredClip(key="k", digest="d", rate_hz=100, frames=round(seconds * 100))


def test_a_segment_that_turns_out_to_be_the_last_has_its_whole_pause() -> None:
    """An empty one after it would leave an outro nothing to begin under."""
    cutter = Cutter(600)
    part = Part(clip=lasting(SHORTEST_S), level_db=0.0, pause_ms=1500)
    assert cutter.add(part, ends_paragraph=True) is not None
    assert cutter.undo() == (600, (part,))


def test_a_chime_at_the_end_of_a_segment_stays_a_chime() -> None:
    cutter = Cutter(600)
    part = Part(clip=lasting(OVERTIME * SHORTEST_S), level_db=0.0, pause_ms=500, chime=True)
    segment = cutter.add(part, ends_paragraph=False)
    assert segment is not None
    assert segment[1][0].chime


def test_segments_grow_up_in_the_first_quarter_of_an_hour() -> None:
    cutter, lengths_s = Cutter(600), [0]
    for _ in range(3600):
        lengths_s[-1] += 1
        if cutter.add(Part(clip=lasting(0.5), level_db=0.0, pause_ms=500), ends_paragraph=True):
            lengths_s.append(0)
    assert lengths_s[0] == SHORTEST_S
    assert lengths_s[:-1] == sorted(lengths_s[:-1])
    grown = lengths_s.index(int(FULL_S))
    assert sum(lengths_s[:grown]) <= 15 * 60
    assert set(lengths_s[grown:-1]) == {FULL_S}


def test_a_peak_that_an_encoder_makes_lowers_its_own_minute_and_no_other(tmp_path: Path) -> None:
    store = booth_in(tmp_path).store
    words = [utterance(n) for n in range(40)]
    clips = [keep(store, tone(2.0 + n / 2, 200 + 40 * n)) for n in range(7)]
    burst = tone(4.0, 500)
    burst.samples[40_000:41_200] = np.random.default_rng(0).uniform(-1, 1, 1200)
    torn = keep(store, burst)
    takes = [Take(index=n, utterance=words[n], clip=torn if n == 20 else clips[n % 7]) for n in range(40)]
    speech = Speech(
        script=Script(utterances=tuple(words), language="en", head_ms=Milliseconds(600)), takes=takes, voice=VOICE
    )
    desk = Desk(executor=InlineExecutor(), store=store, format=FORMATS["flac"])
    record_speech(speech, tmp_path / "a.flac", desk)
    segments = store.usage("segments").count
    found = record_speech(speech, tmp_path / "a.m4b", replace(desk, format=FORMATS["m4b"], bitrate_kbps=32))
    assert 1 <= store.usage("segments").count - segments < segments
    by_ffmpeg = measure_file(found.path)
    assert by_ffmpeg.true_peak_dbtp <= -1
    assert by_ffmpeg.integrated_lufs == pytest.approx(-16, abs=0.35)
    assert found.loudness.true_peak_dbtp == pytest.approx(by_ffmpeg.true_peak_dbtp, abs=0.1)


def test_a_minute_whose_peaks_come_out_too_high_is_limited_again_by_itself(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(size=48_000).astype(np.float32).clip(-1, 1)
    recipe = SegmentRecipe(
        head_ms=200,
        parts=(Part(clip=keep(Store(tmp_path), Clip(samples=noise, rate_hz=RATE_HZ)), level_db=0.0, pause_ms=400),),
        last=True,
        rate_hz=24_000,
        gain=Gain(output_db=6.0, compressed=False, ceiling_dbfs=-0.5),
        out_hz=44_100,
        mp3=Mp3Format(),
        store=tmp_path,
    )
    sound = np.concatenate([np.zeros(4800, np.float32), noise, np.zeros(9600, np.float32)])
    limited = convert(
        [*float_input(24_000), "-af", recipe.gain.filters(44_100), *Mp3Format().arguments, "-f", "mp3", "pipe:1"],
        sound.tobytes(),
    )
    once = measure(*soundfile.read(io.BytesIO(limited), dtype="float32"))
    assert once.true_peak_dbtp > -0.5
    make_segment(recipe)
    found = read_segment(recipe)
    assert found is not None
    assert -2.5 < found[0].measured.true_peak_dbtp <= -1.0

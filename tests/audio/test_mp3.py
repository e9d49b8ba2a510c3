"""MP3 frames put together are one file to every reader, and nobody hears where it was cut."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import mutagen
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from conftest import decode_file
from narrate.audio.encode import Mp3Format
from narrate.audio.ffmpeg import convert, run_ffmpeg
from narrate.audio.master import float_input
from narrate.audio.mp3 import (
    DELAY_SAMPLES,
    FRAME_SAMPLES,
    PREROLL_FRAMES,
    Mp3File,
    count_frames,
    info_frame,
    split_frames,
)
from narrate.errors import AudioError

Sound = NDArray[np.float32]
RATE_HZ = 44_100


def bursts(count: int) -> Sound:
    """Noise and tones of 300 ms with 400 ms of silence around each, so long that frames fit into it."""
    random = np.random.default_rng(0)
    parts = []
    for n in range(count):
        time_s = np.arange(round(0.3 * RATE_HZ)) / RATE_HZ
        loud = 0.3 * np.sin(2 * np.pi * (300 + 200 * n) * time_s) if n % 2 else random.normal(size=len(time_s)) * 0.1
        parts += [np.zeros(round(0.2 * RATE_HZ)), loud, np.zeros(round(0.2 * RATE_HZ))]
    sound = np.concatenate(parts).astype(np.float32)
    return np.pad(sound, (0, -len(sound) % FRAME_SAMPLES))


def encode(sound: Sound, mp3: Mp3Format) -> list[bytes]:
    return split_frames(convert([*float_input(RATE_HZ), *mp3.arguments, "-f", "mp3", "pipe:1"], sound.tobytes()))


def in_segments(sound: Sound, cuts: list[int], mp3: Mp3Format) -> list[bytes]:
    """The sound cut at samples, each piece encoded by itself, as an episode is."""
    made = []
    for begin, end in zip([0, *cuts], [*cuts, len(sound)], strict=True):
        before = np.zeros(PREROLL_FRAMES * FRAME_SAMPLES, np.float32)
        frames = encode(np.concatenate([before, sound[begin:end]]), mp3)
        wanted = count_frames(end - begin) if end == len(sound) else (end - begin) // FRAME_SAMPLES
        made.append(b"".join(frames[PREROLL_FRAMES : PREROLL_FRAMES + wanted]))
    return made


def write_file(path: Path, segments: Iterable[bytes], samples: int, *, vbr: bool) -> None:
    """The segments in a file; the first one stands for the length of all."""
    with Mp3File(path, vbr=vbr) as file:
        for segment in segments:
            file.write(segment, array("H", map(len, split_frames(segment))), samples)
            samples = 0


def silent_cuts(sound: Sound) -> list[int]:
    """Places on the grid of frames in the middle of the first and the third silence between bursts."""
    return [round(n * 0.7 * RATE_HZ / FRAME_SAMPLES) * FRAME_SAMPLES for n in (1, 3)]


@pytest.fixture(params=[Mp3Format(), Mp3Format(bitrate_kbps=32), Mp3Format(quality=4)], ids=["96", "32", "v4"])
def mp3(request: pytest.FixtureRequest) -> Mp3Format:
    chosen: Mp3Format = request.param
    return chosen


def test_segments_put_together_are_the_sound_to_the_sample_for_two_decoders(tmp_path: Path, mp3: Mp3Format) -> None:
    sound = bursts(5)
    path = tmp_path / "a.mp3"
    write_file(path, in_segments(sound, silent_cuts(sound), mp3), len(sound), vbr=mp3.quality is not None)
    by_ffmpeg = decode_file(path, RATE_HZ)
    by_mpg123 = soundfile.read(path, dtype="float32")[0]
    assert len(by_ffmpeg) == len(sound)
    assert len(by_mpg123) in (len(sound), len(sound) + 2 * FRAME_SAMPLES, len(sound) + DELAY_SAMPLES + FRAME_SAMPLES)
    lags = np.correlate(by_ffmpeg[:40_000], sound[:40_000], "same")
    assert int(np.argmax(lags)) == 20_000
    for cut in silent_cuts(sound):
        assert np.abs(by_ffmpeg[cut - 2000 : cut + 2000]).max() < 10 ** (-80 / 20)


def test_segments_decode_to_what_one_piece_decodes_to(tmp_path: Path) -> None:
    """Where noise begins, an encoder that has heard other things before may choose otherwise, but nobody hears it."""
    sound = bursts(5)
    write_file(tmp_path / "a.mp3", in_segments(sound, silent_cuts(sound), Mp3Format()), len(sound), vbr=False)
    write_file(tmp_path / "b.mp3", in_segments(sound, [], Mp3Format()), len(sound), vbr=False)
    difference = decode_file(tmp_path / "a.mp3", RATE_HZ) - decode_file(tmp_path / "b.mp3", RATE_HZ)
    assert np.sqrt((difference**2).mean()) < 0.03 * np.sqrt((sound**2).mean())


def test_ffmpeg_finds_nothing_wrong(tmp_path: Path, mp3: Mp3Format) -> None:
    sound = bursts(3)
    path = tmp_path / "a.mp3"
    write_file(path, in_segments(sound, [], mp3), len(sound), vbr=mp3.quality is not None)
    assert run_ffmpeg(["-v", "warning", "-i", str(path), "-f", "null", "-"]).strip() == ""


def test_other_readers_see_length_and_kind(tmp_path: Path, mp3: Mp3Format) -> None:
    sound = bursts(4)
    path = tmp_path / "a.mp3"
    write_file(path, in_segments(sound, silent_cuts(sound)[:1], mp3), len(sound), vbr=mp3.quality is not None)
    info = mutagen.File(path).info
    assert info.length == pytest.approx(len(sound) / RATE_HZ, abs=0.002)
    assert str(info.bitrate_mode) == f"BitrateMode.{'CBR' if mp3.quality is None else 'VBR'}"
    assert mp3.quality is not None or info.bitrate == pytest.approx(mp3.bitrate_kbps * 1000, rel=0.001)


def test_thirty_hours_fit_into_the_frame_that_tells_the_length(tmp_path: Path) -> None:
    first = encode(np.zeros(FRAME_SAMPLES, np.float32), Mp3Format())[0]
    count = 30 * 3600 * RATE_HZ // FRAME_SAMPLES
    frame = info_frame(first, array("H", [313, 314] * (count // 2)), count // 2 * 2 * FRAME_SAMPLES - 2000, vbr=False)
    path = tmp_path / "long.mp3"
    path.write_bytes(frame + first * 50)
    assert mutagen.File(path).info.length == pytest.approx(30 * 3600, abs=1)
    places = list(frame[frame.index(b"Info") + 16 :][:100])
    assert places == sorted(places)
    assert places[50] == pytest.approx(128, abs=1)


@pytest.mark.parametrize("damage", [b"no sound at all", b"\xff\xfb\x70\xc0cut"], ids=["none", "cut"])
def test_what_is_no_mp3_is_refused(damage: bytes) -> None:
    with pytest.raises(AudioError, match="the encoder gave no MP3: byte 0 begins no frame"):
        split_frames(damage)


def test_without_a_frame_there_is_no_file_to_make(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="the encoder gave no MP3: there is no frame in it"):
        write_file(tmp_path / "a.mp3", [b"", b""], 0, vbr=False)


def test_length_and_delay_are_those_that_ffmpeg_writes(tmp_path: Path, mp3: Mp3Format) -> None:
    sound, theirs, ours = bursts(5), tmp_path / "theirs.mp3", tmp_path / "ours.mp3"
    with_its_tag = ["1" if before == "-write_xing" else word for before, word in pairwise(["", *mp3.arguments])]
    run_ffmpeg([*float_input(RATE_HZ), *with_its_tag, str(theirs)], [sound.tobytes()])
    tag, *frames = split_frames(theirs.read_bytes())
    write_file(ours, [b"".join(frames[:50]), b"".join(frames[50:])], len(sound), vbr=mp3.quality is not None)
    delay = slice(141, 144)
    at = tag.index(b"Info" if mp3.quality is None else b"Xing")
    own = split_frames(ours.read_bytes())[0]
    begin = own.index(b"Info" if mp3.quality is None else b"Xing")
    assert own[begin:][delay] == tag[at:][delay]
    assert np.array_equal(decode_file(ours, RATE_HZ), decode_file(theirs, RATE_HZ))


def test_the_places_in_a_file_of_varying_bit_rate_are_where_its_time_is(tmp_path: Path) -> None:
    sound, path = np.pad(bursts(9), (0, 20 * FRAME_SAMPLES * 10)), tmp_path / "a.mp3"
    write_file(path, in_segments(sound, [], Mp3Format(quality=4)), len(sound), vbr=True)
    data = path.read_bytes()
    places = list(data[data.index(b"Xing") + 16 :][:100])
    begins = np.cumsum([len(frame) for frame in split_frames(data)])[:-1]
    wanted = [begins[hundredth * len(begins) // 100] * 256 / len(data) for hundredth in range(100)]
    assert places == sorted(places)
    assert np.abs(np.array(places) - wanted).max() <= 1
    assert places[50] > 140  # the end is silence, and small: at a constant bit rate it would be 128

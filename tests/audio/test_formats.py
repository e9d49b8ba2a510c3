"""Every format but MP3, encoded from finished sound."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import mutagen
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from narrate.audio.ffmpeg import find_ffmpeg
from narrate.audio.formats import FORMATS, Format, encode_stream, format_of
from narrate.errors import AudioError, UsageError

SECONDS = 3.0177
"""No whole number of frames of any encoder."""

ENCODED = [format for format in FORMATS.values() if format.encoder]

every_format = pytest.mark.parametrize("format", ENCODED, ids=lambda format: format.name)


def sound(format: Format) -> NDArray[np.int16]:
    """Chords with a swelling loudness, so that no stretch is like another."""
    time_s = np.arange(round(SECONDS * format.rate_hz)) / format.rate_hz
    tones = sum(np.sin(2 * np.pi * hz * time_s) for hz in (220, 331, 555 + 40 * time_s))
    return (6000 * tones / 3 * (1 + np.sin(time_s))).astype("<i2")


def encode(folder: Path, format: Format, bitrate_kbps: int | None = None) -> Path:
    path = folder / f"a{format.suffix}"
    pcm = sound(format).tobytes()
    with encode_stream(path, format, bitrate_kbps=bitrate_kbps) as encoder:
        for at in range(0, len(pcm), 9999):
            encoder.write(pcm[at : at + 9999])
    return path


def decode(path: Path) -> NDArray[np.int16]:
    command = [find_ffmpeg(), "-v", "error", "-i", str(path), "-f", "s16le", "-"]
    return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<i2")


def told_duration_s(path: Path) -> float:
    said = subprocess.run([find_ffmpeg(), "-i", str(path)], check=False, capture_output=True).stderr
    found = re.search(rb"Duration: (\d+):(\d+):([\d.]+)", said)
    assert found, said
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])


@every_format
def test_every_reader_finds_the_length_of_the_sound(tmp_path: Path, format: Format) -> None:
    path = encode(tmp_path, format)
    assert len(decode(path)) == len(sound(format))
    assert abs(told_duration_s(path) - SECONDS) <= 0.03
    assert abs(mutagen.File(path).info.length - SECONDS) <= 0.03


@pytest.mark.parametrize("name", ["opus", "flac", "wav"])
def test_libsndfile_finds_the_length_to_the_frame(tmp_path: Path, name: str) -> None:
    format = FORMATS[name]
    info = soundfile.info(encode(tmp_path, format))
    assert (info.frames, info.samplerate, info.channels) == (len(sound(format)), format.rate_hz, 1)


@pytest.mark.parametrize("name", ["flac", "wav"])
def test_lossless_formats_give_back_the_very_samples(tmp_path: Path, name: str) -> None:
    format = FORMATS[name]
    assert format.lossless
    assert np.array_equal(soundfile.read(encode(tmp_path, format), dtype="int16")[0], sound(format))


@pytest.mark.parametrize("name", ["m4b", "m4a", "opus"])
def test_lossy_formats_keep_the_sound_in_its_place(tmp_path: Path, name: str) -> None:
    format = FORMATS[name]
    assert not format.lossless
    heard, meant = decode(encode(tmp_path, format)).astype(float), sound(format).astype(float)
    assert np.corrcoef(heard, meant)[0, 1] > 0.99


@every_format
def test_the_same_sound_gives_the_same_bytes_without_versions(tmp_path: Path, format: Format) -> None:
    first = encode(tmp_path, format).read_bytes()
    assert encode(tmp_path, format).read_bytes() == first
    assert re.search(rb"Lav[fc]\s*\d", first) is None


@pytest.mark.parametrize("name", ["m4b", "m4a", "opus"])
def test_a_bit_rate_is_kept_to(tmp_path: Path, name: str) -> None:
    sizes = [encode(tmp_path, FORMATS[name], kbps).stat().st_size for kbps in (48, 128)]
    assert 1.8 < sizes[1] / sizes[0] < 3.2


@pytest.mark.parametrize(("name", "highest"), [("m4b", 264), ("m4a", 264), ("opus", 256)])
def test_the_highest_bit_rate_can_be_had_and_a_higher_one_is_refused(tmp_path: Path, name: str, highest: int) -> None:
    format = FORMATS[name]
    assert format.parse_bitrate(f"{highest}") == (highest, None)
    assert len(decode(encode(tmp_path, format, highest))) == len(sound(format))
    with pytest.raises(UsageError, match=f"{name} has no bit rate of {highest + 1}. Give {format.bitrate_kbps} or"):
        format.parse_bitrate(f"{highest + 1}")


@pytest.mark.parametrize(("name", "brand"), [("m4b", b"M4B "), ("m4a", b"M4A ")])
def test_mp4_says_what_it_is_and_has_its_index_first(tmp_path: Path, name: str, brand: bytes) -> None:
    data = encode(tmp_path, FORMATS[name]).read_bytes()
    assert data[4:12] == b"ftyp" + brand
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("what", ["m4b", "M4B", "a.m4b", ".m4b", Path("x.y/b c.M4B"), "https://e.org/a.mp3.m4b"])
def test_a_format_is_found_by_name_or_ending(what: str | Path) -> None:
    assert format_of(what) is FORMATS["m4b"]


@pytest.mark.parametrize("what", ["ogg", "a.ogg", Path("a.aac"), "a.", ""])
def test_other_formats_are_refused_with_those_that_are_made(what: str | Path) -> None:
    with pytest.raises(UsageError, match="Choose one of mp3, m4b, m4a, opus, flac, wav"):
        format_of(what)


def test_a_file_that_cannot_be_made_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="ffmpeg"):
        encode(tmp_path / "absent", FORMATS["wav"])


def test_mp3_is_not_encoded_whole(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frames"):
        encode_stream(tmp_path / "a.mp3", FORMATS["mp3"])

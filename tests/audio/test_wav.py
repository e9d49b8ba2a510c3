"""WAVs of programs and servers: whatever the header says, the sound is whole, or the error says why it is not."""

from __future__ import annotations

import io
import struct
from contextlib import suppress

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from narrate.audio.wav import decode_wav
from narrate.errors import AudioError

Samples = NDArray[np.float32]


def ramp(channels: int = 1, frames: int = 2400) -> Samples:
    line = np.linspace(-0.5, 0.5, frames, dtype=np.float32)
    return np.stack([line] * channels, axis=1)


def write(samples: Samples, rate_hz: int = 24_000, subtype: str = "PCM_16") -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate_hz, format="WAV", subtype=subtype)
    return file.getvalue()


def claim(wav: bytes, size: int) -> bytes:
    """The WAV with another length in its header."""
    at = wav.index(b"data") + 4
    return wav[:4] + struct.pack("<I", 0xFFFFFFFF) + wav[8:at] + struct.pack("<I", size) + wav[at + 4 :]


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_every_width_gives_the_same_sound(subtype: str) -> None:
    clip = decode_wav(write(ramp(), 22_050, subtype))
    assert clip.rate_hz == 22_050
    assert np.allclose(clip.samples, ramp()[:, 0], atol=0.01)


def test_several_channels_become_one() -> None:
    clip = decode_wav(write(ramp(2) * np.array([1, 0], np.float32)))
    assert clip.samples.shape == (2400,)
    assert np.allclose(clip.samples, ramp()[:, 0] / 2, atol=0.001)


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFF000, 0x7FFFFFFF, 0x80000000, 0])
def test_a_length_that_was_not_known_takes_all_that_came(size: int) -> None:
    assert decode_wav(claim(write(ramp()), size)).samples.size == 2400


def test_what_stands_after_the_sound_is_not_heard() -> None:
    assert decode_wav(write(ramp()) + b"LIST\x04\x00\x00\x00abcd").samples.size == 2400


def test_samples_beyond_full_scale_are_held_there() -> None:
    assert abs(decode_wav(write(ramp() * 8, subtype="FLOAT")).samples).max() == 1.0


@pytest.mark.parametrize(
    ("wav", "why"),
    [
        (b"", "this is no WAV"),
        (b"<html>no</html>", "this is no WAV"),
        (b"RIFF\x00\x00\x00\x00WAVE", "cut short: its sound is missing"),
        (write(ramp())[:-100], "cut short: 100 of 4800 bytes are missing"),
        (write(ramp(frames=0)), "the WAV is empty"),
        (write(ramp(), 2_000), "it claims 2000 samples a second"),
        (write(ramp() * np.float32(np.nan), subtype="FLOAT"), "its sound is not a number"),
        (write(ramp()).replace(b"fmt ", b"tmf "), "it is damaged or of an unknown kind"),
    ],
)
def test_what_is_no_whole_wav_is_explained(wav: bytes, why: str) -> None:
    with pytest.raises(AudioError) as caught:
        decode_wav(wav)
    assert why in str(caught.value)


@given(st.binary(max_size=60), st.integers(0, 80))
def test_no_bytes_make_it_die(noise: bytes, at: int) -> None:
    wav = write(ramp(frames=20))
    with suppress(AudioError):
        assert decode_wav(wav[:at] + noise + wav[at + len(noise) :]).samples.size

"""The loudness meter, against two that are not ours."""

from __future__ import annotations

import re

import numpy as np
import pyloudnorm
import pytest
from numpy.typing import NDArray

from narrate.audio.ffmpeg import find_ffmpeg
from narrate.audio.loudness import Measured, combine, measure
from narrate.engines.hibari import HibariEngine
from narrate.types import Utterance

Sound = NDArray[np.float32]


def ffmpeg_says(samples: Sound, rate_hz: int) -> tuple[float, float]:
    """LUFS and dBTP."""
    import subprocess

    command = [find_ffmpeg(), "-hide_banner", "-f", "f32le", "-ar", str(rate_hz), "-ac", "1", "-i", "pipe:0"]
    filters = ["-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
    log = subprocess.run([*command, *filters], input=samples.tobytes(), capture_output=True, check=True).stderr.decode()
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", log)[-1]), float(re.findall(r"Peak:\s+(-?[\d.]+) dBFS", log)[-1])


@pytest.fixture(scope="module")
def speech() -> Sound:
    engine = HibariEngine()
    text = "The people of Saltmarsh have voted to keep their lightship, and nobody at the harbour minds the cost of it."
    clip = engine.speak(Utterance(text=text, written=text), engine.voices()[0], speed=1.0, seed=0)
    return clip.samples


@pytest.mark.parametrize("gain", [0.02, 0.3, 1.0, 12.0], ids=["quiet", "soft", "plain", "clipped"])
def test_speech_measures_as_elsewhere(speech: Sound, gain: float) -> None:
    samples = (speech * gain).clip(-1, 1).astype(np.float32)
    found = combine([measure(samples, 24_000)])
    loudness_lufs, peak_dbtp = ffmpeg_says(samples, 24_000)
    assert found.integrated_lufs == pytest.approx(loudness_lufs, abs=0.06)  # ffmpeg tells tenths
    assert found.integrated_lufs == pytest.approx(
        pyloudnorm.Meter(24_000).integrated_loudness(samples.astype(float)), abs=0.1
    )
    assert found.true_peak_dbtp == pytest.approx(peak_dbtp, abs=0.15)


@pytest.mark.parametrize("rate_hz", [22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("frequency_hz", [100, 997, 5000])
def test_a_tone_measures_as_elsewhere_at_any_rate(rate_hz: int, frequency_hz: int) -> None:
    at = np.arange(rate_hz * 4)
    rise = np.minimum(1, np.minimum(at, at[::-1]) / 1000)  # a tone that begins at once overshoots
    samples = (0.2 * rise * np.sin(2 * np.pi * frequency_hz * at / rate_hz)).astype(np.float32)
    found = combine([measure(samples, rate_hz)])
    assert found.integrated_lufs == pytest.approx(ffmpeg_says(samples, rate_hz)[0], abs=0.06)
    assert found.true_peak_dbtp == pytest.approx(20 * np.log10(0.2), abs=0.05)


def test_what_the_standard_says_of_a_tone_is_so() -> None:
    """Annex 1: 997 Hz at full scale on one front channel is -3.01 LKFS."""
    samples = np.sin(2 * np.pi * 997 * np.arange(48_000 * 5) / 48_000).astype(np.float32)
    assert combine([measure(samples, 48_000)]).integrated_lufs == pytest.approx(-3.01, abs=0.01)


def test_pauses_do_not_count(speech: Sound) -> None:
    rests = np.concatenate([np.concatenate([speech, np.zeros(48_000, np.float32)])] * 3)
    alone = combine([measure(np.tile(speech, 3), 24_000)]).integrated_lufs
    assert combine([measure(rests, 24_000)]).integrated_lufs == pytest.approx(alone, abs=0.3)
    assert combine([measure(rests, 24_000)]).integrated_lufs == pytest.approx(ffmpeg_says(rests, 24_000)[0], abs=0.06)


def test_a_peak_between_two_samples_is_found() -> None:
    """A quarter of the sample rate, 45 degrees off: every sample is 3 dB below the top of the wave."""
    samples = (0.5 * np.sin(np.pi / 2 * np.arange(44_100) + np.pi / 4)).astype(np.float32)
    samples *= np.hanning(len(samples)).astype(np.float32)
    assert 20 * np.log10(np.abs(samples).max()) == pytest.approx(-9.03, abs=0.02)
    assert measure(samples, 44_100).peak == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("rate_hz", [24_000, 44_100, 48_000])
def test_a_peak_between_samples_at_full_scale_measures_as_elsewhere(rate_hz: int) -> None:
    at = np.arange(rate_hz * 2)
    rise = np.minimum(1, np.minimum(at, at[::-1]) / 2000)
    samples = (rise * np.sin(np.pi / 2 * at + np.pi / 4)).astype(np.float32)
    found = combine([measure(samples, rate_hz)]).true_peak_dbtp
    assert found == pytest.approx(20 * np.log10(np.abs(samples).max()) + 3.01, abs=0.1)
    assert found == pytest.approx(ffmpeg_says(samples, rate_hz)[1], abs=0.1)


def test_parts_that_meet_in_silence_measure_as_the_whole(speech: Sound) -> None:
    part = np.concatenate([np.zeros(2400, np.float32), speech, np.zeros(2400, np.float32)])
    parts = [part, part * np.float32(0.5), part]
    whole = combine([measure(np.concatenate(parts), 24_000)])
    apart = combine(Measured.from_bytes(measure(each, 24_000).to_bytes()) for each in parts)
    assert apart.integrated_lufs == pytest.approx(whole.integrated_lufs, abs=0.1)
    assert apart.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=1e-4)


def test_silence_and_next_to_nothing_are_not_loud_at_all() -> None:
    for samples in (np.zeros(0, np.float32), np.zeros(24_000, np.float32), np.ones(2400, np.float32) * 0.1):
        assert combine([measure(samples, 24_000)]).integrated_lufs == -np.inf
    assert combine([]).true_peak_dbtp == -np.inf

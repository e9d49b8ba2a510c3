"""How loud sound is, in parts that can be measured apart and put together.

Source: ITU-R BS.1770-4, Annexes 1 (loudness) and 2 (true peak).
"""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from narrate.types import Loudness

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STEPS_A_SECOND = 10
STEPS_A_BLOCK = 4
"""Gating blocks of 400 ms that overlap by 75 %."""

OFFSET_LU = -0.691
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0

STEPS_AT_ONCE = 32
"""So many fit into a processor's cache."""

OVERSAMPLING = 4
TAPS = 24
"""Samples on which one between two others depends."""

NEAR_PEAK = 0.65
"""Share of the largest sample under which no neighbourhood can hold the true peak: between two samples a wave goes up
by 3 dB at a quarter of the sample rate, and by 3.7 dB at 12 kHz of 44.1."""

NEIGHBOURHOOD = 64
"""Samples that are looked at together: a multiple of eight, which are looked at as one number."""

NEIGHBOURHOODS_AT_ONCE = 256
"""So many fit into a processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured of a part."""

    powers: array[float]
    """Mean squares of its steps of 100 ms, K-weighted, as 32-bit floats; an incomplete last step is left out."""

    peak: float
    """True peak; 1.0 is full scale."""

    @property
    def true_peak_dbtp(self) -> float:
        return 20 * math.log10(self.peak) if self.peak else -math.inf

    def to_bytes(self) -> bytes:
        """As it is kept: 32-bit floats, the peak first."""
        return struct.pack("<f", self.peak) + self.powers.tobytes()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Measured:
        return cls(powers=array("f", kept[4:]), peak=struct.unpack("<f", kept[:4])[0])


def measure(samples: NDArray[np.float32], rate_hz: int) -> Measured:
    """Measure a part.

    The weighting is done on the spectrum of each step: no filter runs through the sound. What that blurs at the edges
    of steps is below 0.01 LU in speech, and takes a tenth of the time.

    Args:
        samples: mono, shape (frames,), full scale at ±1.0.
        rate_hz: frames per second.
    """
    import numpy as np

    step = rate_hz // STEPS_A_SECOND
    count = len(samples) // step
    weights = _weights(rate_hz)
    powers = array("f")
    for begin in range(0, count, STEPS_AT_ONCE):
        end = min(count, begin + STEPS_AT_ONCE)
        # asked to divide by the length, numpy 2 stays with 32-bit floats: a fifth of the time
        spectrum = np.fft.rfft(samples[begin * step : end * step].reshape(-1, step), norm="forward")
        powers.extend(((spectrum.real**2 + spectrum.imag**2) @ weights).tolist())
    return Measured(powers=powers, peak=_true_peak(samples))


def combine(parts: Iterable[Measured]) -> Loudness:
    """Loudness of all parts together. Blocks that would lie across two parts are left out: there is silence.

    Returns:
        -inf LUFS where no block passes the gate, such as in less than 400 ms.
    """
    parts = list(parts)
    power = _mean(parts, _power(ABSOLUTE_GATE_LUFS))
    power = _mean(parts, max(power * 10 ** (RELATIVE_GATE_LU / 10), _power(ABSOLUTE_GATE_LUFS)))
    peak = max((part.peak for part in parts), default=0.0)
    return Loudness(
        integrated_lufs=OFFSET_LU + 10 * math.log10(power) if power else -math.inf,
        true_peak_dbtp=20 * math.log10(peak) if peak else -math.inf,
    )


def _mean(parts: Iterable[Measured], gate: float) -> float:
    """The mean of all gating blocks beyond the gate, as mean squares; 0 where there are none.

    Of many hours there are more than anybody should hold, so they are looked at part by part.
    """
    total, count = 0.0, 0
    least = gate * STEPS_A_BLOCK
    for part in parts:
        later = [part.powers[at:] for at in range(STEPS_A_BLOCK)]
        loud = [block for block in map(sum, zip(*later, strict=False)) if block > least]
        total, count = total + sum(loud), count + len(loud)
    return total / STEPS_A_BLOCK / count if count else 0.0


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - OFFSET_LU) / 10))


@cache
def _weights(rate_hz: int) -> NDArray[np.float32]:
    """What each line of a step's spectrum adds to the mean square of the weighted step."""
    import numpy as np

    step = rate_hz // STEPS_A_SECOND
    weights = 2 * np.abs(_response(np.fft.rfftfreq(step, 1 / rate_hz), rate_hz)) ** 2
    weights[0] /= 2
    if step % 2 == 0:
        weights[-1] /= 2
    return weights.astype(np.float32)


def _response(frequency_hz: NDArray[np.floating], rate_hz: int) -> NDArray[np.complex128]:
    """Of the K-weighting: a high shelf and a high pass, of the analogue prototypes that give the standard's figures."""
    import numpy as np

    delay = np.exp(-2j * np.pi * frequency_hz / rate_hz)

    def biquad(k: float, q: float, b: tuple[float, float, float]) -> NDArray[np.complex128]:
        a = (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k)
        numerator, denominator = (x[0] + x[1] * delay + x[2] * delay**2 for x in (b, a))
        response: NDArray[np.complex128] = numerator / denominator
        return response

    k, q = math.tan(math.pi * 1681.974450955533 / rate_hz), 0.7071752369554196
    top = 10 ** (3.999843853973347 / 20)
    middle = top**0.4996667741545416
    shelf = biquad(k, q, (top + middle * k / q + k * k, 2 * (k * k - top), top - middle * k / q + k * k))
    k, q = math.tan(math.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    scale = 1 + k / q + k * k  # the standard's numerator is 1, -2, 1 as it stands
    return shelf * biquad(k, q, (scale, -2 * scale, scale))


def _true_peak(samples: NDArray[np.float32]) -> float:
    """Largest value of the wave through the samples, looked for where samples are large."""
    import numpy as np

    loudest = max(float(samples.max(initial=0.0)), -float(samples.min(initial=0.0)))
    if loudest == 0.0:
        return 0.0
    begins = _find_large(samples, NEAR_PEAK * loudest) * NEIGHBOURHOOD
    reach = np.arange(-(TAPS // 2), NEIGHBOURHOOD + TAPS // 2)
    for at in range(0, len(begins), NEIGHBOURHOODS_AT_ONCE):
        places = begins[at : at + NEIGHBOURHOODS_AT_ONCE, None] + reach
        there = (places >= 0) & (places < len(samples))
        between = (samples.take(places, mode="clip") * there) @ _interpolation()
        loudest = max(loudest, float(np.abs(between).max()))
    return loudest


def _find_large(samples: NDArray[np.float32], least: float) -> NDArray[np.intp]:
    """Which neighbourhoods have a sample of such a size: a pass over all of them, one over a byte for each."""
    import numpy as np

    at_once = NEIGHBOURHOOD * NEIGHBOURHOODS_AT_ONCE
    large = np.zeros(-(-len(samples) // NEIGHBOURHOOD) * NEIGHBOURHOOD, np.bool_)
    for at in range(0, len(samples), at_once):
        part = samples[at : at + at_once]
        np.greater_equal(np.abs(part), least, out=large[at : at + len(part)])
    return np.flatnonzero(large.view(np.uint64).reshape(-1, NEIGHBOURHOOD // 8).any(axis=1))


@cache
def _interpolation() -> NDArray[np.float32]:
    """From a neighbourhood and what is around it to the wave between its samples: shape (88, 195).

    A column for each of the three points after each of its samples and after the one before them.
    """
    import numpy as np

    at = np.arange(TAPS)[:, None] - (TAPS // 2 - 1) - np.arange(1, OVERSAMPLING) / OVERSAMPLING
    kernels = np.sinc(at) * (0.5 + 0.5 * np.cos(np.pi * at / (TAPS / 2)))
    matrix = np.zeros((NEIGHBOURHOOD + TAPS, NEIGHBOURHOOD + 1, OVERSAMPLING - 1), np.float32)
    for place in range(NEIGHBOURHOOD + 1):
        matrix[place : place + TAPS, place] = kernels / kernels.sum(axis=0)
    return matrix.reshape(NEIGHBOURHOOD + TAPS, -1)

"""Loudness: how loud speech is, how loud it shall be, and the filters between the two."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from narrate.audio.ffmpeg import run_ffmpeg
from narrate.errors import AudioError
from narrate.types import Loudness

NOMINAL_DBFS = -26.0
"""Level of the speaking voice (RMS of its louder windows) at which the compressor is set."""

SILENCE_DBFS = -46.0
"""What counts as silence in the finished episode (RMS of 10 ms)."""

COMPRESSOR = "acompressor=threshold=-20dB:ratio=3:attack=1:release=80:knee=4:detection=peak"
"""Takes 4 dB off the distance between peaks and loudness, and 0.5 LU off the loudness range:
without it the limiter would have to take 8 dB off the default voice's peaks."""

CEILING_DBFS = -2.0
"""Limit of the sample peaks before encoding; LAME adds up to half a decibel between the samples."""

CEILING_DBTP = -1.0
"""Highest true peak that a finished file may have (Apple Podcasts' advice)."""

LAME_LOSS_LU = 0.4
"""What LAME takes off the loudness of speech at 48 to 128 kbit/s, constant bit rate."""

TOLERANCE_LU = 0.3
"""A finished file further off than this is encoded again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """How an episode is brought to its loudness."""

    input_db: float
    """Before the compressor: brings the voice to the level for which it is set."""

    output_db: float
    """After it: brings the episode to its loudness."""

    ceiling_dbfs: float = CEILING_DBFS
    """Limit of the sample peaks."""

    @property
    def quiet_db(self) -> float:
        """What quiet passages gain in all, in decibels: they pass the compressor untouched."""
        return self.input_db + self.output_db

    def suits(self, measured: Loudness, target_lufs: float) -> bool:
        """True where a finished file is as loud as it shall be, and no peak too high."""
        off_lu = abs(measured.integrated_lufs - target_lufs)
        return off_lu <= TOLERANCE_LU and measured.true_peak_dbtp <= CEILING_DBTP

    def corrected(self, measured: Loudness, target_lufs: float) -> Gain:
        """The gain for another try, after a file made with this one was measured."""
        return Gain(
            input_db=self.input_db,
            output_db=self.output_db + target_lufs - measured.integrated_lufs,
            ceiling_dbfs=self.ceiling_dbfs - max(0.0, measured.true_peak_dbtp - CEILING_DBTP + 0.1),
        )

    def filters(self, rate_hz: int) -> str:
        """The chain as ffmpeg names it, for an output of so many frames per second."""
        ceiling = 10 ** (self.ceiling_dbfs / 20)
        return ",".join(
            (
                _compressed(self.input_db),
                f"aresample={rate_hz}",
                f"volume={self.output_db:.3f}dB",
                f"alimiter=limit={ceiling:.6f}:level=0:attack=5:release=50:latency=1",
            )
        )


def find_gain(clips: Iterable[bytes], rate_hz: int, target_lufs: float) -> Gain:
    """The gain that brings speech to a loudness.

    Args:
        clips: PCM of the speech, mono, signed 16 bits, little-endian; pauses do not matter,
            since the measure leaves out what is quiet.
        rate_hz: frames per second.
        target_lufs: integrated loudness wanted of the finished MP3.
    """
    pcm = b"".join(clips)
    input_db = NOMINAL_DBFS - speech_level(pcm, rate_hz)
    seconds = len(pcm) / 2 / rate_hz
    repeats = max(1, round(3.0 / seconds)) if seconds else 1  # the meter wants some 400 ms blocks
    log = run_ffmpeg(
        [*raw_input(rate_hz), "-af", f"{_compressed(input_db)},ebur128=framelog=quiet", "-f", "null", "-"],
        [pcm] * repeats,
    )
    measured = _summary(log, r"I:\s+(-?[\d.]+|-?inf|nan) LUFS")
    if measured < -69:
        raise AudioError("the speech cannot be levelled", "there is hardly any sound in it", "Try another voice")
    return Gain(input_db=input_db, output_db=target_lufs + LAME_LOSS_LU - measured)


def speech_level(pcm: bytes, rate_hz: int) -> float:
    """How loud a voice is while it speaks.

    Args:
        pcm: mono, signed 16 bits, little-endian.
        rate_hz: frames per second.

    Returns:
        dBFS: the RMS of the 50 ms windows within 20 dB of the loudest; -90 where nothing sounds.
    """
    import numpy as np

    window = rate_hz // 20
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768
    padded = np.pad(samples, (0, -samples.size % window)).reshape(-1, window)
    power = (padded**2).mean(axis=1)
    loudest = float(power.max(initial=0.0))
    if loudest < 1e-9:
        return -90.0
    return float(10 * np.log10(power[power > loudest / 100].mean()))


def measure_file(path: Path) -> Loudness:
    """Integrated loudness and true peak of a finished file.

    Source:
        ITU-R BS.1770 as ffmpeg's `ebur128` filter measures it.

    Raises:
        AudioError: the file cannot be decoded.
    """
    log = run_ffmpeg(["-i", str(path), "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"])
    return Loudness(
        integrated_lufs=_summary(log, r"I:\s+(-?[\d.]+|-?inf|nan) LUFS"),
        true_peak_dbtp=_summary(log, r"Peak:\s+(-?[\d.]+|-?inf|nan) dBFS"),
    )


def raw_input(rate_hz: int) -> list[str]:
    """ffmpeg's words for PCM on standard input: mono, signed 16 bits, little-endian."""
    return ["-f", "s16le", "-ar", str(rate_hz), "-ac", "1", "-i", "pipe:0"]


def _compressed(input_db: float) -> str:
    return f"volume={input_db:.3f}dB,{COMPRESSOR}"


def _summary(log: str, pattern: str) -> float:
    found = re.findall(pattern, log)
    if not found:
        raise AudioError("the loudness cannot be measured", "ffmpeg gave no figure")
    return float(found[-1])

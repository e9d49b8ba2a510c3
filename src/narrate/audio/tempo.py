"""Faster or slower speech at the same pitch, for engines that know one pace only."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from narrate.audio.ffmpeg import run_ffmpeg
from narrate.audio.master import raw_input
from narrate.audio.spool import quantise
from narrate.types import Clip


def change_tempo(clip: Clip, speed: float) -> Clip:
    """The same words so many times faster, by ffmpeg's `atempo`; 0.5 to 2.0."""
    import numpy as np

    with TemporaryDirectory(prefix="narrate-") as folder:
        out = Path(folder) / "clip.raw"
        run_ffmpeg(
            [*raw_input(clip.rate_hz), "-af", f"atempo={speed:.4f}", "-f", "s16le", str(out)],
            [quantise(clip, clip.rate_hz)],
        )
        samples = np.frombuffer(out.read_bytes(), dtype="<i2").astype(np.float32) / np.float32(32768)
    return Clip(samples=samples, rate_hz=clip.rate_hz, omitted=clip.omitted)

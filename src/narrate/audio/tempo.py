"""Faster or slower speech at the same pitch, for engines that know one pace only."""

from __future__ import annotations

from narrate.audio.ffmpeg import convert
from narrate.audio.master import float_input
from narrate.types import Clip


def change_tempo(clip: Clip, speed: float) -> Clip:
    """The same words so many times faster, by ffmpeg's `atempo`; 0.5 to 2.0."""
    import numpy as np

    arguments = [*float_input(clip.rate_hz), "-af", f"atempo={speed:.4f}", "-f", "f32le", "pipe:1"]
    samples = np.frombuffer(convert(arguments, clip.samples.astype("<f4").tobytes()), dtype="<f4")
    return Clip(samples=samples.astype(np.float32), rate_hz=clip.rate_hz, omitted=clip.omitted)

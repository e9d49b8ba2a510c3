"""The edges of a clip: where speech begins and ends, with room for its soft sounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW_MS = 5
"""Step in which silence is looked for."""

WINDOWS_AT_ONCE = 64
"""A third of a second: few edges have more quiet."""

FADE_MS = 5
"""Fade at both ends, so that no edge clicks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed:
    """A clip cut to its speech, with some of the quiet around it kept.

    Soft consonants lie below any threshold that calls a pause silent: the quiet
    kept at each side holds them, and counts as part of the pause.
    """

    samples: NDArray[np.float32]
    """Shape (frames,): quiet, speech, quiet."""

    lead_frames: int
    """Quiet frames before the speech."""

    trail_frames: int
    """Quiet frames after it."""

    begin_s: float = 0.0
    """When the speech begins in the clip as it was, in seconds."""


def trim_clip(
    samples: NDArray[np.float32], rate_hz: int, *, silence_dbfs: float, lead_ms: int, trail_ms: int
) -> Trimmed:
    """Cut the silence off a clip's edges.

    Args:
        samples: mono, shape (frames,), full scale at ±1.0.
        rate_hz: frames per second.
        silence_dbfs: quieter windows are silence.
        lead_ms, trail_ms: the most quiet to keep before and after the speech.

    Returns:
        The clip without its outer silence. A clip that is silent throughout keeps
        its length, all of it speech: nothing is thrown away unheard.
    """
    window = max(1, rate_hz * WINDOW_MS // 1000)
    begin = _count_silent(samples, window, silence_dbfs)
    if begin >= len(samples):
        return Trimmed(samples=samples, lead_frames=0, trail_frames=0)
    end = len(samples) - _count_silent(samples[::-1], window, silence_dbfs)
    lead = min(begin, lead_ms * rate_hz // 1000)
    trail = min(len(samples) - end, trail_ms * rate_hz // 1000)
    kept = samples[begin - lead : end + trail].copy()
    fade = FADE_MS * rate_hz // 1000
    _fade(kept[: min(fade, lead)])
    _fade(kept[::-1][: min(fade, trail)])
    return Trimmed(samples=kept, lead_frames=lead, trail_frames=trail, begin_s=begin / rate_hz)


def _count_silent(samples: NDArray[np.float32], window: int, silence_dbfs: float) -> int:
    """Frames before the first window with sound in it; all where there is none."""
    import numpy as np

    least = window * 10 ** (silence_dbfs / 10)
    for at in range(0, len(samples), WINDOWS_AT_ONCE * window):
        part = samples[at : at + WINDOWS_AT_ONCE * window]
        rows = np.pad(part, (0, -len(part) % window)).reshape(-1, window)
        loud = np.flatnonzero(np.einsum("ij,ij->i", rows, rows) >= least)
        if len(loud):
            return at + int(loud[0]) * window
    return len(samples)


def _fade(edge: NDArray[np.float32]) -> None:
    """Let samples rise from nothing, in place."""
    import numpy as np

    edge *= np.linspace(0, 1, len(edge), dtype=np.float32)

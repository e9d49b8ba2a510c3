"""The edges of a clip: where speech begins and ends, with room for its soft sounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrate.audio.clips import load_pydub

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WINDOW_MS = 5
"""Step in which silence is looked for."""

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

    segment_class = load_pydub()
    from pydub.silence import detect_leading_silence  # after load_pydub, which quiets the import

    pcm = (samples.clip(-1.0, 1.0) * 32767).astype("<i2").tobytes()  # pydub looks; what is kept stays as it came
    segment = segment_class(data=pcm, sample_width=2, frame_rate=rate_hz, channels=1)
    length_ms = len(segment)
    begin_ms = detect_leading_silence(segment, silence_dbfs, WINDOW_MS)
    if begin_ms >= length_ms:
        return Trimmed(samples=samples, lead_frames=0, trail_frames=0)
    end_ms = length_ms - detect_leading_silence(segment.reverse(), silence_dbfs, WINDOW_MS)
    lead_ms, trail_ms = min(lead_ms, begin_ms), min(trail_ms, length_ms - end_ms)
    kept = samples[(begin_ms - lead_ms) * rate_hz // 1000 : (end_ms + trail_ms) * rate_hz // 1000].copy()
    lead_frames, trail_frames = lead_ms * rate_hz // 1000, trail_ms * rate_hz // 1000
    _fade(kept[: min(FADE_MS * rate_hz // 1000, lead_frames)])
    _fade(kept[::-1][: min(FADE_MS * rate_hz // 1000, trail_frames)])
    return Trimmed(samples=kept, lead_frames=lead_frames, trail_frames=trail_frames, begin_s=begin_ms / 1000)


def _fade(edge: NDArray[np.float32]) -> None:
    """Let samples rise from nothing, in place."""
    import numpy as np

    edge *= np.linspace(0, 1, len(edge), dtype=np.float32)

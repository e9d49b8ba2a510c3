"""Clips and pauses, joined on a timeline that knows when each is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from narrate.audio.trim import trim_clip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAD_MS = 20
"""Most quiet kept before speech."""

TRAIL_MS = 60
"""Most quiet kept after it: the end of an s or an f."""


class Span(NamedTuple):
    """When the speech of a clip is heard, in seconds."""

    start_s: float
    end_s: float

    begin_s: float = 0.0
    """When it begins in the clip by itself, whose silence before it was cut off or counted into a pause."""


class Timeline:
    """Joins clips with exact pauses.

    A pause is the silence heard between two clips' speech: the quiet that their
    trimmed edges still hold is counted into it.
    """

    def __init__(self, rate_hz: int) -> None:
        """
        Args:
            rate_hz: frames per second of every clip.
        """
        self.rate_hz = rate_hz
        self._parts: list[NDArray[np.float32]] = []
        self._frames = 0
        self._pause_ms = 0
        self._trail_frames = 0

    @property
    def seconds(self) -> float:
        """Length of the sound so far, the open pause included."""
        return (self._frames + max(0, self._open_frames(0))) / self.rate_hz

    def pause(self, pause_ms: int) -> None:
        """Keep silent for so long; pauses without speech between them add up."""
        self._pause_ms += pause_ms

    def speak(self, samples: NDArray[np.float32], pause_ms: int, silence_dbfs: float) -> Span:
        """Add a clip and the pause after it.

        Args:
            samples: mono, shape (frames,), full scale at ±1.0.
            silence_dbfs: level in the clip that will be heard as silence in the end.

        Returns:
            When its speech begins and ends, in seconds from the start.
        """
        trimmed = trim_clip(
            samples,
            self.rate_hz,
            silence_dbfs=silence_dbfs,
            lead_ms=min(LEAD_MS, self._pause_ms // 3),
            trail_ms=min(TRAIL_MS, pause_ms // 2),
        )
        self._close_pause(trimmed.lead_frames)
        start_frame = self._frames + trimmed.lead_frames
        self._add(trimmed.samples)
        end_frame = self._frames - trimmed.trail_frames
        self._pause_ms, self._trail_frames = pause_ms, trimmed.trail_frames
        return Span(start_frame / self.rate_hz, end_frame / self.rate_hz, trimmed.begin_s)

    def drain(self) -> NDArray[np.float32]:
        """The sound added since the last time, shape (frames,); the open pause is not yet part of it."""
        import numpy as np

        parts, self._parts = self._parts, []
        return np.concatenate(parts)

    def finish(self, seconds: float) -> NDArray[np.float32]:
        """The sound added since the last time, with as much silence after it as makes the whole so long."""
        import numpy as np

        self._add(np.zeros(max(0, round(seconds * self.rate_hz) - self._frames), np.float32))
        return self.drain()

    def _open_frames(self, lead_frames: int) -> int:
        return self._pause_ms * self.rate_hz // 1000 - self._trail_frames - lead_frames

    def _close_pause(self, lead_frames: int) -> None:
        import numpy as np

        self._add(np.zeros(max(0, self._open_frames(lead_frames)), np.float32))
        self._pause_ms = self._trail_frames = 0

    def _add(self, samples: NDArray[np.float32]) -> None:
        self._parts.append(samples)
        self._frames += len(samples)

"""Clips and pauses, joined on a timeline that knows when each is heard."""

from __future__ import annotations

import math
from collections.abc import Callable

from narrate.audio.trim import trim_clip

LEAD_MS = 20
"""Most quiet kept before speech."""

TRAIL_MS = 60
"""Most quiet kept after it: the end of an s or an f."""

GRID_MARGIN_S = 0.001
"""How far before the end of an MP3 frame the sound ends: room for the resampler's rounding."""


class Timeline:
    """Joins clips with exact pauses and hands the sound on at once.

    A pause is the silence heard between two clips' speech: the quiet that their
    trimmed edges still hold is counted into it.
    """

    def __init__(self, rate_hz: int, silence_dbfs: float, sink: Callable[[bytes], None]) -> None:
        """
        Args:
            rate_hz: frames per second of every clip.
            silence_dbfs: level in the clips that will be heard as silence in the end.
            sink: takes PCM: mono, signed 16 bits, little-endian.
        """
        self._rate_hz = rate_hz
        self._silence_dbfs = silence_dbfs
        self._sink = sink
        self._frames = 0
        self._pause_ms = 0
        self._trail_frames = 0

    @property
    def seconds(self) -> float:
        """Length of the sound so far, open pause not included."""
        return self._frames / self._rate_hz

    def pause(self, pause_ms: int) -> None:
        """Keep silent for so long; pauses without speech between them add up."""
        self._pause_ms += pause_ms

    def speak(self, pcm: bytes, pause_ms: int) -> tuple[float, float]:
        """Add a clip and the pause after it.

        Returns:
            When its speech begins and ends, in seconds from the start.
        """
        trimmed = trim_clip(
            pcm,
            self._rate_hz,
            silence_dbfs=self._silence_dbfs,
            lead_ms=min(LEAD_MS, self._pause_ms // 3),
            trail_ms=min(TRAIL_MS, pause_ms // 2),
        )
        self._close_pause(trimmed.lead_frames)
        start_frame = self._frames + trimmed.lead_frames
        self._emit(trimmed.pcm)
        end_frame = self._frames - trimmed.trail_frames
        self._pause_ms, self._trail_frames = pause_ms, trimmed.trail_frames
        return start_frame / self._rate_hz, end_frame / self._rate_hz

    def finish(self, grid_s: float) -> None:
        """Write out the last pause, lengthened to just below a multiple of `grid_s` seconds.

        An MP3 is whole frames long. Readers that know nothing of the padding in its last
        frame are wrong by one frame where the sound ends just before it, by two elsewhere.
        """
        self._close_pause(0)
        whole_s = math.ceil((self.seconds + GRID_MARGIN_S) / grid_s) * grid_s - GRID_MARGIN_S
        self._emit(bytes(2 * (int(whole_s * self._rate_hz) - self._frames)))

    def _close_pause(self, lead_frames: int) -> None:
        frames = self._pause_ms * self._rate_hz // 1000 - self._trail_frames - lead_frames
        self._emit(bytes(2 * max(0, frames)))
        self._pause_ms = self._trail_frames = 0

    def _emit(self, pcm: bytes) -> None:
        if pcm:
            self._sink(pcm)
            self._frames += len(pcm) // 2

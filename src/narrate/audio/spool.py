"""Clips on disk while an episode is being made, so that none is held in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from types import TracebackType

from narrate.errors import OutputError
from narrate.types import Clip


class Spool:
    """Clips one after another in a temporary file: mono, 16 bits, one sample rate.

    The first clip sets the rate; clips of another rate are resampled to it.
    A clip is quantised here, once, and read back as the same bytes ever after.
    The file vanishes when the spool is closed, however the program ends.
    """

    def __init__(self) -> None:
        self.rate_hz = 0
        """Frames per second; 0 while it is empty."""
        self._file = tempfile.TemporaryFile(prefix="narrate-")  # noqa: SIM115 - closed by close()
        self._frames: list[int] = []

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def seconds(self) -> float:
        """Length of all clips together."""
        return sum(self._frames) / self.rate_hz if self.rate_hz else 0.0

    def append(self, clip: Clip) -> bytes:
        """Keep a clip and return it as it will be read: PCM, mono, signed 16 bits, little-endian.

        Raises:
            OutputError: the disk with the temporary files is full.
        """
        self.rate_hz = self.rate_hz or clip.rate_hz
        pcm = quantise(clip, self.rate_hz)
        try:
            self._file.write(pcm)
        except OSError as problem:
            raise OutputError(
                f"the temporary folder {tempfile.gettempdir()} cannot be written",
                problem.strerror or str(problem),
                "Free some space, or set TMPDIR to another folder",
            ) from problem
        self._frames.append(len(pcm) // 2)
        return pcm

    def __iter__(self) -> Iterator[bytes]:
        """Every clip's PCM in order."""
        return self.first(float("inf"))

    def first(self, seconds: float) -> Iterator[bytes]:
        """The PCM of the first clips, as many as begin within so many seconds."""
        at_frame = 0
        for frames in self._frames:
            if at_frame >= seconds * self.rate_hz:
                return
            self._file.seek(at_frame * 2)
            pcm = self._file.read(frames * 2)
            self._file.seek(0, 2)
            at_frame += frames
            yield pcm


def quantise(clip: Clip, rate_hz: int) -> bytes:
    """The clip as PCM, mono, signed 16 bits, little-endian, at a sample rate in frames per second."""
    import numpy as np

    samples = clip.samples
    if clip.rate_hz != rate_hz:
        import soxr

        samples = soxr.resample(samples, clip.rate_hz, rate_hz)
    return (np.clip(samples, -1.0, 1.0) * 32767).round().astype("<i2").tobytes()

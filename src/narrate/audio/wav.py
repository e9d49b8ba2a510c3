"""WAV as programs and servers write it, also those that cannot tell its length before they have made it."""

from __future__ import annotations

import io
import struct

from narrate.errors import AudioError
from narrate.types import Clip

UNKNOWN_BYTES = 0x7F00_0000
"""A length from here on is none: writers that cannot go back to the header leave 0xFFFFFFFF or 0x7FFFF000 there."""

SLOWEST_HZ, FASTEST_HZ = 4_000, 192_000


def decode_wav(data: bytes) -> Clip:
    """The sound in a WAV, mono, whatever its header says of a length that was not known yet.

    Raises:
        AudioError: it is no WAV, is cut short, or holds no sound.
    """
    import numpy as np
    import soundfile

    try:
        samples, rate_hz = soundfile.read(io.BytesIO(mend_lengths(data)), dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, ValueError) as problem:
        raise AudioError("the WAV cannot be decoded", "it is damaged or of an unknown kind") from problem
    if not samples.size:
        raise AudioError("the WAV is empty")
    if not SLOWEST_HZ <= rate_hz <= FASTEST_HZ:
        raise AudioError("the WAV cannot be used", f"it claims {rate_hz} samples a second")
    mono = samples.mean(axis=1, dtype=np.float32)
    if not np.isfinite(mono).all():
        raise AudioError("the WAV cannot be used", "its sound is not a number")
    return Clip(samples=np.clip(mono, -1.0, 1.0), rate_hz=int(rate_hz))


def mend_lengths(data: bytes) -> bytes:
    """A WAV whose header tells its length, from one whose header may not.

    Raises:
        AudioError: it is no WAV, or is shorter than its header says.

    Source:
        Multimedia Programming Interface and Data Specifications 1.0 (IBM, Microsoft, 1991), RIFF and WAVE.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise AudioError("this is no WAV")
    start = _find_sound(data)
    size, there = struct.unpack_from("<I", data, start - 4)[0], len(data) - start
    if size >= UNKNOWN_BYTES or size == 0:
        size = there
    if size > there:
        raise AudioError("the WAV is cut short", f"{size - there} of {size} bytes are missing")
    lengths = (struct.pack("<I", length) for length in (start + size - 8, size))
    return b"".join((b"RIFF", next(lengths), data[8 : start - 4], next(lengths), data[start : start + size]))


def _find_sound(data: bytes) -> int:
    """Where the samples begin."""
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data":
            return at + 8
        at += 8 + size + size % 2
    raise AudioError("the WAV is cut short", "its sound is missing")

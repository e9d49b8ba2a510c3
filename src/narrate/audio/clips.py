"""pydub, made ready: one clip at a time, with the bundled ffmpeg."""

from __future__ import annotations

import io
import warnings
from functools import cache
from typing import TYPE_CHECKING

from narrate.audio.ffmpeg import find_ffmpeg
from narrate.errors import AudioError
from narrate.types import Clip

if TYPE_CHECKING:
    from pydub import AudioSegment

EDGE_SILENCE_DBFS = -60.0
"""Quieter than this at the edges of a clip from the network is no speech."""


@cache
def load_pydub() -> type[AudioSegment]:
    """pydub's AudioSegment, set to the bundled ffmpeg, without its warnings about a missing one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
    AudioSegment.converter = find_ffmpeg()
    segment_class: type[AudioSegment] = AudioSegment
    return segment_class


def decode_mp3(data: bytes) -> Clip:
    """The sound in an MP3, mono, without the silence at its edges.

    Raises:
        AudioError: it cannot be decoded, or is silent.
    """
    import numpy as np

    segment_class = load_pydub()
    from pydub.exceptions import CouldntDecodeError
    from pydub.silence import detect_leading_silence

    try:
        # Naming the codec keeps pydub from asking ffprobe, which is not bundled.
        segment = segment_class.from_file(io.BytesIO(data), format="mp3", codec="mp3")
    except (CouldntDecodeError, IndexError, OSError) as problem:
        raise AudioError("the MP3 cannot be decoded", "it is damaged or no MP3") from problem
    segment = segment.set_channels(1).set_sample_width(2)
    begin_ms = detect_leading_silence(segment, EDGE_SILENCE_DBFS)
    end_ms = len(segment) - detect_leading_silence(segment.reverse(), EDGE_SILENCE_DBFS)
    if begin_ms >= end_ms:
        raise AudioError("the MP3 is silent")
    samples = np.frombuffer(segment[begin_ms:end_ms].raw_data, dtype="<i2").astype(np.float32) / np.float32(32768)
    return Clip(samples=samples, rate_hz=segment.frame_rate)

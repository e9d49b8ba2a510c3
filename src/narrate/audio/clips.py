"""pydub, made ready: one clip at a time, with the bundled ffmpeg."""

from __future__ import annotations

import warnings
from functools import cache
from typing import TYPE_CHECKING

from narrate.audio.ffmpeg import find_ffmpeg

if TYPE_CHECKING:
    from pydub import AudioSegment


@cache
def load_pydub() -> type[AudioSegment]:
    """pydub's AudioSegment, set to the bundled ffmpeg, without its warnings about a missing one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
    AudioSegment.converter = find_ffmpeg()
    return AudioSegment

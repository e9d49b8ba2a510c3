"""From PCM to a finished MP3."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from narrate.audio.ffmpeg import Ffmpeg
from narrate.audio.master import Gain, raw_input


@dataclass(frozen=True, slots=True, kw_only=True)
class Mp3Format:
    """How the MP3 is encoded: mono, constant bit rate."""

    rate_hz: int = 44_100
    bitrate_kbps: int = 96

    effort: int = 7
    """LAME's -q, 0 the best and slowest. 7 costs about half of the default 5."""

    @property
    def frame_s(self) -> float:
        """Length of one frame of MPEG-1 Layer III, in seconds."""
        return 1152 / self.rate_hz


def encode_mp3(path: Path, rate_hz: int, gain: Gain, mp3: Mp3Format) -> Ffmpeg:
    """An encoder to be fed with PCM: mono, signed 16 bits, little-endian, `rate_hz` frames per second.

    The file has an Info header, so that every reader knows its length, and says nothing
    of the time or the program version: the same sound gives the same bytes.
    """
    return Ffmpeg(
        [
            *raw_input(rate_hz),
            *("-af", gain.filters(mp3.rate_hz)),
            *("-c:a", "libmp3lame", "-b:a", f"{mp3.bitrate_kbps}k", "-ac", "1"),
            *("-compression_level", str(mp3.effort), "-abr", "0"),
            *("-fflags", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1", "-id3v2_version", "0"),
            *("-write_xing", "1", "-f", "mp3", str(path)),
        ]
    )

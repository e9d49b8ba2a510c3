"""How an MP3 is encoded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mp3Format:
    """Mono, at a constant bit rate or a constant quality."""

    rate_hz: int = 44_100
    bitrate_kbps: int = 96

    quality: int | None = None
    """LAME's -V, 0 the best and largest, 9 the smallest; None for the constant bit rate."""

    effort: int = 7
    """LAME's -q, 0 the best and slowest. 7 costs about half of the default 5."""

    @property
    def arguments(self) -> list[str]:
        """ffmpeg's words for it. Without a reservoir of bits, every frame stands by itself."""
        rate = ["-b:a", f"{self.bitrate_kbps}k"] if self.quality is None else ["-q:a", str(self.quality)]
        return [
            *("-c:a", "libmp3lame", *rate, "-ac", "1", "-ar", str(self.rate_hz)),
            *("-compression_level", str(self.effort), "-reservoir", "0", "-write_xing", "0"),
            *("-fflags", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1", "-id3v2_version", "0"),
        ]

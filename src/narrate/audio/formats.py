"""The formats of a recording, and the encoder of all but MP3, which is put together from frames.

What an encoder has made of a sound is heard in the finished file.

Bit rates by default make about as much noise, band by band against what speech hides, as MP3 at 96 kbit/s does in the
default voice. Measured with the ffmpeg that comes along: noise to mask, distance of spectra, size of an hour, work.

    mp3  96    -0.8 dB   0.6 dB   43 MB    3 ms a second
    aac  64     6.7 dB   1.5 dB   25 MB    5 ms
    aac  96     0.2 dB   1.1 dB   37 MB    5 ms
    opus 48     4.2 dB   1.5 dB   20 MB   13 ms
    opus 64     1.4 dB   0.6 dB   28 MB    5 ms
    flac          -        -      95 MB    2 ms
    wav           -        -     318 MB    1 ms
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

from narrate.audio.ffmpeg import Ffmpeg, decoded
from narrate.audio.loudness import Measured, measure
from narrate.errors import UsageError

BITEXACT = ("-fflags", "+bitexact", "-flags:a", "+bitexact")
"""Neither versions nor times in a file: the same sound gives the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A kind of file that an episode can be."""

    name: str
    """What a listener types after `--format`, and how its files end."""

    media_type: str

    bitrate_kbps: int | None
    """By default, for mono; None where nothing is lost."""

    bitrates_kbps: Container[int] = ()
    """Those there are."""

    rate_hz: int = 44_100

    encoder: tuple[str, ...] = ()
    """ffmpeg's words for the encoder; none where files are put together from frames."""

    container: tuple[str, ...] = ()
    """ffmpeg's words for what holds the encoder's output."""

    @property
    def suffix(self) -> str:
        """How its files end, with the dot."""
        return f".{self.name}"

    @property
    def lossless(self) -> bool:
        """True where decoding gives the very samples that were encoded."""
        return self.bitrate_kbps is None

    def parse_bitrate(self, written: str) -> tuple[int | None, int | None]:
        """The bit rate in kbit/s, and the quality of an MP3 of variable bit rate, that `96`, `v4` or `auto` ask for.

        Raises:
            UsageError: the format has no such bit rate.
        """
        if written == "auto" or self.lossless:
            return None, None
        if written.startswith("v") and self.name == "mp3":
            return None, int(written[1:])
        if not written.isdecimal() or int(written) not in self.bitrates_kbps:
            raise UsageError(f"{self.name} has no bit rate of {written}", "", f"Give {self.bitrate_kbps} or auto")
        return int(written), None

    def arguments(self, bitrate_kbps: int | None = None) -> list[str]:
        """ffmpeg's words for an output in mono.

        Args:
            bitrate_kbps: None takes the default; where nothing is lost it is passed over.
        """
        rate = [] if self.lossless else ["-b:a", f"{bitrate_kbps or self.bitrate_kbps}k"]
        return [*self.encoder, *rate, "-ac", "1", "-ar", str(self.rate_hz), *BITEXACT, *self.container]


AAC = ("-c:a", "aac", "-aac_coder", "fast")
"""The fast coder makes half the noise of the other for half the work."""

MP4 = ("-f", "ipod", "-movflags", "+faststart")
"""With its index before the sound, so that playing starts while it downloads."""

MP3_KBPS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
AAC_KBPS = range(24, 265)

FORMATS: Mapping[str, Format] = {
    format.name: format
    for format in (
        Format(
            name="mp3",
            media_type="audio/mpeg",
            bitrate_kbps=96,
            bitrates_kbps=MP3_KBPS,
        ),
        Format(
            name="m4b",
            media_type="audio/mp4",
            bitrate_kbps=96,
            bitrates_kbps=AAC_KBPS,
            encoder=AAC,
            container=(*MP4, "-brand", "M4B "),
        ),
        Format(name="m4a", media_type="audio/mp4", bitrate_kbps=96, bitrates_kbps=AAC_KBPS, encoder=AAC, container=MP4),
        Format(
            name="opus",
            media_type="audio/ogg",
            bitrate_kbps=64,
            bitrates_kbps=range(8, 257),
            rate_hz=48_000,
            encoder=("-c:a", "libopus", "-application", "audio"),
            container=("-f", "opus"),
        ),
        Format(
            name="flac",
            media_type="audio/flac",
            bitrate_kbps=None,
            encoder=("-c:a", "flac", "-compression_level", "8"),
            container=("-f", "flac"),
        ),
        Format(
            name="wav",
            media_type="audio/wav",
            bitrate_kbps=None,
            encoder=("-c:a", "pcm_s16le"),
            container=("-f", "wav", "-rf64", "auto"),
        ),
    )
}
"""By name. FLAC's level 8 saves 5 % against 5; the highest would save 4 % more for five times the work."""


def format_of(path_or_name: str | Path) -> Format:
    """The format of a name such as `m4b`, or of a path by its ending.

    Raises:
        UsageError: no such files are made.
    """
    ending = (Path(path_or_name).suffix or str(path_or_name)).lower().removeprefix(".")
    if ending not in FORMATS:
        raise UsageError(f"narrate makes no {ending} files", "", f"Choose one of {', '.join(FORMATS)}")
    return FORMATS[ending]


def encode_stream(path: Path, format: Format, *, bitrate_kbps: int | None = None) -> Ffmpeg:
    """A running encoder, to be used as a context and fed with finished sound through `write`.

    Sound is PCM, mono, signed 16 bits, little-endian, at the format's rate. The file is whole when
    the context is left: headers are gone back to, so it must be a real file and no pipe. WAV turns
    into RF64 by itself beyond 4 GiB.

    Args:
        format: any that files are not put together from frames for.
        bitrate_kbps: None takes the default; where nothing is lost it is passed over.

    Raises:
        AudioError: ffmpeg does not start; and, when leaving the context, whatever it failed of.
    """
    if not format.encoder:
        raise ValueError(f"{format.name} is put together from frames")
    source = ["-f", "s16le", "-ar", str(format.rate_hz), "-ac", "1", "-i", "pipe:0"]
    return Ffmpeg([*source, *format.arguments(bitrate_kbps), f"file:{path}"])


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedRecipe:
    """A finished file, and how many samples each of its segments had before it was encoded."""

    path: Path
    lengths: tuple[int, ...]
    rate_hz: int
    """Frames per second."""


def measure_encoded(recipe: EncodedRecipe) -> list[Measured]:
    """How loud each segment of a file is for whoever decodes it.

    Raises:
        AudioError: it cannot be decoded.
    """
    import numpy as np

    with decoded(recipe.path, recipe.rate_hz) as sound:
        measured = [measure(np.frombuffer(sound.read(4 * length), "<f4"), recipe.rate_hz) for length in recipe.lengths]
        while sound.read(2**20):  # what an encoder has added
            pass
    return measured

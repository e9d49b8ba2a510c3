"""MP3 as frames: taken apart, put together, and told how long they are.

Source: ISO/IEC 11172-3 and 13818-3 for frames; http://gabriel.mp3-tech.org/mp3infotag.html for the frame that tells the
length, which LAME and ffmpeg write too.
"""

from __future__ import annotations

from array import array
from pathlib import Path
from types import TracebackType

from narrate.errors import AudioError

FRAME_SAMPLES = 1152
"""Of MPEG-1, Layer III."""

DELAY_SAMPLES = 1105
"""How late a decoder is: 576 samples by the encoder, 529 by itself."""

ENCODER_DELAY_SAMPLES = 576
"""The encoder's share, which is what the file says."""

PREROLL_FRAMES = 3
"""Frames of silence that an encoder hears before a segment, thrown away: it begins as if it had always run.

A margin: with 0 to 5 of them, joins in silence stay silent to the bit at 32 and 96 kbps and at -V 4, and speech that
begins at once comes out within 0.3 dB of the error it has later on."""

BITRATES_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
RATES_HZ = (44_100, 48_000, 32_000)

MONO_SIDE_BYTES = 17
TAG_BYTES = 156
"""Of the tag, from its name to its end."""

CONSTANT, VARIABLE = 1, 4
"""Methods of the bit rate as LAME numbers them."""


def split_frames(data: bytes) -> list[bytes]:
    """The frames of a stream of MPEG-1, Layer III.

    Raises:
        AudioError: it is none, or its last frame is cut.
    """
    frames = []
    at = 0
    while at < len(data):
        size = _frame_bytes(data[at : at + 4])
        if not size or at + size > len(data):
            raise AudioError("the encoder gave no MP3", f"byte {at} begins no frame")
        frames.append(data[at : at + size])
        at += size
    return frames


def count_frames(samples: int) -> int:
    """Frames out of which a decoder gets so many samples, its delay included."""
    return -(-(samples + DELAY_SAMPLES) // FRAME_SAMPLES)


class Mp3File:
    """Writes frames of one format to a file, behind one more that tells how long they are: that one in the end."""

    def __init__(self, path: Path, *, vbr: bool) -> None:
        """
        Args:
            vbr: whether their bit rate varies.
        """
        self._file = path.open("wb")
        self._vbr = vbr
        self._first = b""
        self._sizes = array("H")
        self._samples = 0

    def write(self, frames: bytes, sizes: array[int], samples: int) -> None:
        """Add a segment.

        Args:
            sizes: of its frames, in bytes.
            samples: length of its sound, without what encoder and decoder add.
        """
        if not self._first and sizes:
            self._first = frames[: sizes[0]]
            self._file.write(bytes(len(_silent_frame(self._first))))
        self._file.write(frames)
        self._sizes.extend(sizes)
        self._samples += samples

    def __enter__(self) -> Mp3File:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """
        Raises:
            AudioError: there is no frame.
        """
        with self._file as file:
            if kind is not None:
                return
            if not self._first:
                raise AudioError("the encoder gave no MP3", "there is no frame in it")
            file.seek(0)
            file.write(info_frame(self._first, self._sizes, self._samples, vbr=self._vbr))


def info_frame(first: bytes, sizes: array[int], samples: int, *, vbr: bool) -> bytes:
    """The frame that tells readers length, delay and, roughly, what is where.

    Args:
        first: a frame of the stream.
        sizes: of all its frames, in bytes.
        samples: length of the sound.
    """
    frame = bytearray(_silent_frame(first))
    total_bytes = len(frame) + sum(sizes)
    padding = max(0, len(sizes) * FRAME_SAMPLES - ENCODER_DELAY_SAMPLES - samples)
    tag = b"".join(
        (
            b"Xing" if vbr else b"Info",
            (0b1111).to_bytes(4, "big"),
            len(sizes).to_bytes(4, "big"),
            total_bytes.to_bytes(4, "big"),
            _find_places(sizes, len(frame), total_bytes),
            bytes(4),
            b"LAME3.100",  # readers believe the delay of encoders that they know
            bytes([VARIABLE if vbr else CONSTANT, *bytes(9), 0, 0 if vbr else min(255, _bitrate_kbps(first))]),
            (ENCODER_DELAY_SAMPLES << 12 | min(padding, 0xFFF)).to_bytes(3, "big"),
            bytes(4),
            total_bytes.to_bytes(4, "big"),
            bytes(2),
        )
    )
    begin = 4 + MONO_SIDE_BYTES
    frame[begin : begin + len(tag)] = tag
    frame[begin + len(tag) : begin + len(tag) + 2] = _crc16(bytes(frame[: begin + len(tag)])).to_bytes(2, "big")
    return bytes(frame)


def _find_places(sizes: array[int], begin: int, total_bytes: int) -> bytes:
    """Where each hundredth of the time begins, in 256ths of the file."""
    places = []
    at, passed = begin, 0
    for hundredth in range(100):
        wanted = hundredth * len(sizes) // 100
        at += sum(sizes[passed:wanted])
        passed = wanted
        places.append(min(255, at * 256 // total_bytes))
    return bytes(places)


def _silent_frame(first: bytes) -> bytes:
    """An empty frame like the first one, with room for the tag."""
    for index in range(first[2] >> 4, len(BITRATES_KBPS)):
        header = bytes((first[0], first[1], index << 4 | first[2] & 0b1100, first[3]))
        size = _frame_bytes(header)
        if size >= 4 + MONO_SIDE_BYTES + TAG_BYTES:
            return header + bytes(size - 4)
    raise AudioError("the MP3 has no room for its length")


def _frame_bytes(header: bytes) -> int:
    """Length of the frame that a header begins; 0 where it begins none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0b11111110 != 0b11111010:
        return 0
    rate = header[2] >> 2 & 0b11
    if rate == 3 or not 0 < header[2] >> 4 < 15:
        return 0
    return 144_000 * _bitrate_kbps(header) // RATES_HZ[rate] + (header[2] >> 1 & 1)


def _bitrate_kbps(header: bytes) -> int:
    return BITRATES_KBPS[header[2] >> 4]


def _crc16(data: bytes) -> int:
    """CRC-16/ARC."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc

"""Tags of WAV: ID3 in a chunk after the sound, in files of any length.

mutagen writes them too, but not beyond 4 GiB.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from narrate.tags.fields import Tags
from narrate.tags.id3 import as_id3, read_id3_chapters
from narrate.types import Chapter

ID3 = b"id3 "

LONG = 0xFFFFFFFF
"""A length that stands elsewhere, in the chunk `ds64`."""


def write_wave(path: Path, tags: Tags) -> None:
    """Write tags to a WAV file of ours without any; one that grows beyond 4 GiB by them turns into RF64.

    Source:
        EBU Tech 3306 for RF64: long lengths stand in a first chunk of 28 bytes, for which ffmpeg keeps room.

    Raises:
        OSError: the file cannot be written.
    """
    tag = as_id3(tags)
    with path.open("r+b") as file:
        file.seek(0, io.SEEK_END)
        file.write(ID3 + struct.pack("<I", len(tag)) + tag + bytes(len(tag) % 2))
        _set_length(file, file.tell() - 8)


def read_wave_chapters(path: Path) -> tuple[Chapter, ...]:
    """The chapters of a WAV file, in the order of time.

    Raises:
        MutagenError: the tags cannot be read.
    """
    with path.open("rb") as file:
        for name, at, length in _chunks(file):
            if name.lower() == ID3:
                file.seek(at)
                return read_id3_chapters(io.BytesIO(file.read(length)))
    return ()


def _set_length(file: IO[bytes], length: int) -> None:
    """Tell the file how long it is without its first eight bytes."""
    file.seek(0)
    if file.read(4) != b"RF64" and length < LONG:
        file.write(struct.pack("<I", length))
        return
    places = {name: (at, length) for name, at, length in _chunks(file)}
    (format_at, format_length), (data_at, data_length) = places[b"fmt "], places[b"data"]
    file.seek(format_at - 8)
    sound_format = file.read(8 + format_length)
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, length, data_length, data_length // 2, 0)
    file.seek(0)
    file.write(struct.pack("<4sI4s", b"RF64", LONG, b"WAVE") + sizes + sound_format)
    file.seek(data_at - 4)
    file.write(struct.pack("<I", LONG))


def _chunks(file: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and length of the content of every chunk."""
    file.seek(12)
    long = 0
    while len(header := file.read(8)) == 8:
        name, length = struct.unpack("<4sI", header)
        at = file.tell()
        if name == b"ds64":
            _, long = struct.unpack("<QQ", file.read(16))
        if name == b"data" and length == LONG:
            length = long
        yield name, at, length
        file.seek(at + length + length % 2)

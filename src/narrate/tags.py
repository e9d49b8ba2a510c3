"""ID3v2.3 tags and chapters, written with mutagen (GPL-2.0-or-later)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from narrate.errors import OutputError, UsageError
from narrate.types import Chapter

LANGUAGES = {
    "ar": "ara", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "fi": "fin",
    "fr": "fra", "he": "heb", "hi": "hin", "hu": "hun", "it": "ita", "ja": "jpn", "ko": "kor", "nl": "nld",
    "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sv": "swe", "tr": "tur", "uk": "ukr",
    "zh": "zho",
}  # fmt: skip
"""ISO 639-2, as ID3 wants it."""

COVERS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What a file says of itself."""

    title: str
    artist: str
    album: str
    language: str
    """BCP 47."""
    lyrics: str
    """The words as written."""
    date: datetime | None = None
    address: str | None = None
    """Web address of the original."""
    summary: str | None = None
    """What the original says of itself in a sentence or two."""
    cover: bytes | None = None
    chapters: tuple[Chapter, ...] = ()


def write_tags(path: Path, tags: Tags) -> None:
    """Write ID3v2.3 tags to an MP3 without any; chapters in the order of time, with one table of contents.

    Source:
        https://id3.org/id3v2.3.0 and https://id3.org/id3v2-chapters-1.0

    Raises:
        OutputError: the file cannot be written.
    """
    from mutagen.id3 import APIC, COMM, ID3, TALB, TCON, TDRC, TIT2, TLAN, TPE1, USLT, WOAS

    language = LANGUAGES.get(tags.language.split("-")[0].lower(), "und")
    frames = ID3()
    frames.add(TIT2(encoding=1, text=tags.title))
    frames.add(TPE1(encoding=1, text=tags.artist))
    frames.add(TALB(encoding=1, text=tags.album))
    frames.add(TCON(encoding=1, text="Podcast"))
    frames.add(TLAN(encoding=0, text=language))
    frames.add(USLT(encoding=1, lang=language, desc="", text=tags.lyrics))
    if tags.date:
        frames.add(TDRC(encoding=0, text=tags.date.strftime("%Y-%m-%dT%H:%M:%S")))
    if tags.summary:
        frames.add(COMM(encoding=1, lang=language, desc="", text=tags.summary))
    if tags.address:
        frames.add(WOAS(url=tags.address))
    if tags.cover:
        frames.add(APIC(encoding=0, mime=cover_type(tags.cover), type=3, desc="", data=tags.cover))
    for frame in _chapter_frames(tags.chapters):
        frames.add(frame)
    frames.update_to_v23()
    try:
        frames.save(path, v2_version=3, padding=lambda _: 0)
        _order_chapters(path)
    except OSError as problem:
        raise OutputError("the tags cannot be written", problem.strerror or str(problem)) from problem


def cover_type(data: bytes) -> str:
    """Media type of a picture.

    Raises:
        UsageError: it is neither JPEG nor PNG.
    """
    for start, media_type in COVERS.items():
        if data.startswith(start):
            return media_type
    raise UsageError("the cover is no picture that players show", "", "Give a JPEG or PNG file to --cover")


def _chapter_frames(chapters: Sequence[Chapter]) -> list[object]:
    from mutagen.id3 import CHAP, CTOC, TIT2, CTOCFlags

    if not chapters:
        return []
    ids = [f"chp{number}" for number in range(len(chapters))]
    marks = [
        CHAP(
            element_id=element_id,
            start_time=round(chapter.start_s * 1000),
            end_time=round(chapter.end_s * 1000),
            start_offset=0xFFFFFFFF,
            end_offset=0xFFFFFFFF,
            sub_frames=[TIT2(encoding=1, text=chapter.title)],
        )
        for element_id, chapter in zip(ids, chapters, strict=True)
    ]
    flags = CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED
    return [CTOC(element_id="toc", flags=flags, child_element_ids=ids, sub_frames=[]), *marks]


def _order_chapters(path: Path) -> None:
    """mutagen sorts CHAP frames by their size; put them in the order of time, in place."""
    with path.open("r+b") as file:
        header = file.read(10)
        length = sum(byte << shift for byte, shift in zip(header[6:10], (21, 14, 7, 0), strict=True))
        body = file.read(length)
        frames, at = [], 0
        while at + 10 <= len(body) and re.fullmatch(rb"[A-Z0-9]{4}", body[at : at + 4]):
            size = 10 + int.from_bytes(body[at + 4 : at + 8], "big")
            frames.append(body[at : at + size])
            at += size
        chapters = iter(sorted((frame for frame in frames if frame.startswith(b"CHAP")), key=_start_ms))
        ordered = [next(chapters) if frame.startswith(b"CHAP") else frame for frame in frames]
        file.seek(10)
        file.write(b"".join(ordered))


def _start_ms(frame: bytes) -> int:
    after_id = frame.index(b"\0", 10) + 1
    return int.from_bytes(frame[after_id : after_id + 4], "big")

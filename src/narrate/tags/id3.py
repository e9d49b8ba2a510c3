"""ID3v2.3 with chapters: the tags of MP3, and of WAV in a chunk of its own."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from narrate.tags.fields import GENRE, Podcast, Tags, cover_type
from narrate.types import Chapter

if TYPE_CHECKING:
    from mutagen.id3 import CTOC, ID3, Frame

OWN = "narrate"
"""How the names of frames begin that nobody else has."""

MOST_ENTRIES = 255
"""Of a table of contents, which counts them in a byte."""


def write_mp3(path: Path, tags: Tags) -> None:
    """Write ID3v2.3 tags to an MP3 without any; chapters in the order of time, under one table of contents.

    Source:
        https://id3.org/id3v2.3.0 and https://id3.org/id3v2-chapters-1.0

    Raises:
        OSError, MutagenError: the file cannot be written.
    """
    _frames_of(tags).save(path, v2_version=3, padding=lambda _: 0)
    with path.open("r+b") as file:
        _order_chapters(file)


def as_id3(tags: Tags) -> bytes:
    """The tags as they stand at the beginning of an MP3."""
    file = io.BytesIO()
    _frames_of(tags).save(file, v2_version=3, padding=lambda _: 0)
    _order_chapters(file)
    return file.getvalue()


def read_id3_chapters(file: Path | IO[bytes]) -> tuple[Chapter, ...]:
    """The chapters of what begins with ID3 tags, in the order of time.

    Raises:
        MutagenError: there are no such tags, or they cannot be read.
    """
    from mutagen.id3 import ID3

    frames = sorted(ID3(file).getall("CHAP"), key=lambda frame: frame.start_time)
    return tuple(
        Chapter(
            title=str(frame.sub_frames.get("TIT2", "")),
            start_s=frame.start_time / 1000,
            end_s=frame.end_time / 1000,
        )
        for frame in frames
    )


def _frames_of(tags: Tags) -> ID3:
    from mutagen.id3 import APIC, COMM, ID3, TALB, TCON, TDRC, TIME, TIT1, TIT2, TLAN, TPE1, TRCK, USLT, WOAS

    language = tags.language_code
    frames = ID3()
    frames.add(TIT2(encoding=1, text=tags.title))
    frames.add(TPE1(encoding=1, text=tags.artist))
    frames.add(TALB(encoding=1, text=tags.album))
    frames.add(TCON(encoding=1, text=GENRE))
    frames.add(TLAN(encoding=0, text=language))
    frames.add(USLT(encoding=1, lang=language, desc="", text=tags.lyrics))
    if tags.date:
        frames.add(TDRC(encoding=0, text=tags.date.strftime("%Y-%m-%dT%H:%M:%S")))
        if tags.date.hour or tags.date.minute:  # the update below would lose one o'clock, and half past midnight
            frames.add(TIME(encoding=0, text=tags.date.strftime("%H%M")))
    if tags.series:
        frames.add(TIT1(encoding=1, text=tags.series))
    if tags.track:
        frames.add(TRCK(encoding=0, text="{}/{}".format(*tags.track)))
    if tags.summary:
        frames.add(COMM(encoding=1, lang=language, desc="", text=tags.summary))
    if tags.address:
        frames.add(WOAS(url=tags.address))
    if tags.cover:
        frames.add(APIC(encoding=0, mime=cover_type(tags.cover), type=3, desc="", data=tags.cover))
    for frame in _chapter_frames(tags.chapters):
        frames.add(frame)
    frames.update_to_v23()
    for frame in _podcast_frames(tags.podcast, tags.summary) if tags.podcast else ():
        frames.add(frame)  # after the update, which would take the time of release away
    return frames


def _podcast_frames(podcast: Podcast, summary: str | None) -> Iterator[Frame]:
    """iTunes' frames for podcasts, and what only narrate knows, under its name.

    Source:
        https://mutagen.readthedocs.io/en/latest/api/id3_frames.html for PCST, TGID and TDES; https://id3.org/id3v2.4.0-frames
        for TDRL, which iTunes writes into version 2.3 too
    """
    from mutagen.id3 import PCST, TDES, TDRL, TGID, TXXX

    yield PCST(value=0)
    yield TGID(encoding=1, text=podcast.guid)
    yield TDRL(encoding=0, text=podcast.published_at.strftime("%Y-%m-%dT%H:%M:%S"))
    if summary:
        yield TDES(encoding=1, text=summary)
    known = {
        "show": podcast.show,
        "show uid": podcast.uid,
        "authors": "\n".join(podcast.authors),
        "site": podcast.site,
        "language": podcast.language,
        "voice": podcast.voice,
        "recipe": podcast.recipe,
    }
    for name, value in known.items():
        if value:
            yield TXXX(encoding=1, desc=f"{OWN} {name}", text=value)


def _chapter_frames(chapters: Sequence[Chapter]) -> list[Frame]:
    from mutagen.id3 import CHAP, TIT2

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
    return [*_tables_of(ids), *marks]


def _tables_of(ids: Sequence[str]) -> list[CTOC]:
    """One table of contents, or one of tables where there is too much for one."""
    from mutagen.id3 import CTOC, CTOCFlags

    parts = [ids[at : at + MOST_ENTRIES] for at in range(0, len(ids), MOST_ENTRIES)]
    names = [f"toc{number}" for number in range(len(parts))] if len(parts) > 1 else []
    flags = CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED
    return [
        CTOC(element_id="toc", flags=flags, child_element_ids=names or ids, sub_frames=[]),
        *(
            CTOC(element_id=name, flags=CTOCFlags.ORDERED, child_element_ids=part, sub_frames=[])
            for name, part in zip(names, parts, strict=False)
        ),
    ]


def _order_chapters(file: IO[bytes]) -> None:
    """mutagen sorts CHAP frames by their size; put them in the order of time, in place."""
    file.seek(0)
    header = file.read(10)
    length = sum(byte << shift for byte, shift in zip(header[6:10], (21, 14, 7, 0), strict=True))
    body = file.read(length)
    frames, at = [], 0
    while at + 10 <= len(body) and re.fullmatch(rb"[A-Z0-9]{4}", body[at : at + 4]):
        size = 10 + int.from_bytes(body[at + 4 : at + 8], "big")
        frames.append(body[at : at + size])
        at += size
    chapters = iter(sorted((frame for frame in frames if frame.startswith(b"CHAP")), key=_place_of))
    ordered = [next(chapters) if frame.startswith(b"CHAP") else frame for frame in frames]
    file.seek(10)
    file.write(b"".join(ordered))


def _place_of(frame: bytes) -> tuple[int, int]:
    """Where a chapter begins, in milliseconds, and its number, for those that begin at once."""
    after_id = frame.index(b"\0", 10) + 1
    return int.from_bytes(frame[after_id : after_id + 4], "big"), int(frame[13 : after_id - 1])

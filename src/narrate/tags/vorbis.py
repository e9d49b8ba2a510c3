"""Vorbis comments: the tags of Opus and FLAC.

Source:
    https://wiki.xiph.org/VorbisComment for fields and covers, https://wiki.xiph.org/Chapter_Extension for chapters;
    what they have no name for is called as in https://docs.mp3tag.de/mapping
"""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrate.tags.fields import GENRE, Tags, chapters_from, cover_type
from narrate.types import Chapter

if TYPE_CHECKING:
    from mutagen.flac import Picture


def write_opus(path: Path, tags: Tags) -> None:
    """Put the tags in the place of those of an Opus file.

    Raises:
        MutagenError: the file cannot be written.
    """
    from mutagen.oggopus import OggOpus

    file: Any = OggOpus(path)
    picture = [("METADATA_BLOCK_PICTURE", _as_base64(tags.cover))] if tags.cover else []
    file.tags[:] = [*_comments(tags), *picture]
    file.save(padding=lambda _: 0)


def write_flac(path: Path, tags: Tags) -> None:
    """Put the tags in the place of those of a FLAC file.

    Raises:
        MutagenError: the file cannot be written, or the cover has over 16 MiB.
    """
    from mutagen.flac import FLAC

    file: Any = FLAC(path)
    file.tags[:] = _comments(tags)
    file.clear_pictures()
    if tags.cover:
        file.add_picture(_picture(tags.cover))
    file.save(padding=lambda _: 0)


def read_comment_chapters(path: Path) -> tuple[Chapter, ...]:
    """The chapters of an Opus or FLAC file, in the order of time; a mark that is no time is passed over.

    Raises:
        MutagenError: it cannot be read.
    """
    from mutagen.flac import FLAC
    from mutagen.oggopus import OggOpus

    file: Any = FLAC(path) if path.suffix.lower() == ".flac" else OggOpus(path)
    comments = {key.upper(): value for key, value in file.tags or ()}
    starts = [
        (int(time[1]) * 3600 + int(time[2]) * 60 + float(time[3]), comments.get(f"{key}NAME", ""))
        for key, value in sorted(comments.items())
        if re.fullmatch(r"CHAPTER\d{3,}", key) and (time := re.fullmatch(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)", value))
    ]
    return chapters_from(starts, file.info.length)


def _comments(tags: Tags) -> list[tuple[str, str]]:
    fields = {
        "TITLE": tags.title,
        "ARTIST": tags.artist,
        "ALBUM": tags.album,
        "GENRE": GENRE,
        "GROUPING": tags.series,
        "TRACKNUMBER": str(tags.track[0]) if tags.track else None,
        "TRACKTOTAL": str(tags.track[1]) if tags.track else None,
        "LANGUAGE": tags.language_code,
        "DATE": tags.date and tags.date.strftime("%Y-%m-%d"),
        "DESCRIPTION": tags.summary,
        "WWWAUDIOSOURCE": tags.address,
        "LYRICS": tags.lyrics,
    }
    return [*((key, value) for key, value in fields.items() if value), *_marks(tags.chapters)]


def _marks(chapters: tuple[Chapter, ...]) -> list[tuple[str, str]]:
    marks = []
    for number, chapter in enumerate(chapters, 1):
        minutes, ms = divmod(round(chapter.start_s * 1000), 60_000)
        time = f"{minutes // 60:02}:{minutes % 60:02}:{ms // 1000:02}.{ms % 1000:03}"
        marks += [(f"CHAPTER{number:03}", time), (f"CHAPTER{number:03}NAME", chapter.title)]
    return marks


def _picture(cover: bytes) -> Picture:
    from mutagen.flac import Picture

    picture = Picture()
    picture.type, picture.mime, picture.data = 3, cover_type(cover), cover
    return picture


def _as_base64(cover: bytes) -> str:
    return base64.b64encode(_picture(cover).write()).decode()

"""Tags of M4A and M4B: iTunes' fields by mutagen, and chapters, which mutagen only reads, by ffmpeg.

ffmpeg writes chapters twice: as a track of text, which Apple's players read, and as Nero's list, which others do. The
list ends after 255 of them, and a title in it after 255 bytes.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from narrate.audio.ffmpeg import run_ffmpeg
from narrate.audio.formats import BITEXACT, format_of
from narrate.tags.fields import GENRE, Tags, chapters_from, cover_type
from narrate.types import Chapter

AUDIOBOOK, PODCAST = 2, 21
"""What Apple's players file it under."""

LONGEST_TITLE_BYTES = 255

FREE = "----:com.apple.iTunes:{}"
"""Fields that Apple has no name for, called as in https://docs.mp3tag.de/mapping."""


def write_mp4(path: Path, tags: Tags) -> None:
    """Write tags to an M4A or M4B file without any.

    Raises:
        AudioError: ffmpeg cannot read it.
        OSError, MutagenError, OutputError: it cannot be written.
    """
    from mutagen.mp4 import MP4, MP4Cover

    _remux(path, tags)
    file: Any = MP4(path)
    if file.tags is None:
        file.add_tags()
    file.tags.update(_fields(tags))
    if tags.track:
        file["trkn"] = [tags.track]
    file["stik"] = [AUDIOBOOK if path.suffix.lower() == ".m4b" else PODCAST]
    if tags.cover:
        png = cover_type(tags.cover) == "image/png"
        file["covr"] = [MP4Cover(tags.cover, MP4Cover.FORMAT_PNG if png else MP4Cover.FORMAT_JPEG)]
    file.save(padding=lambda _: 0)


def read_mp4_chapters(path: Path) -> tuple[Chapter, ...]:
    """The chapters in Nero's list of an M4A or M4B file, in the order of time.

    Raises:
        MutagenError: it cannot be read.
    """
    from mutagen.mp4 import MP4

    file: Any = MP4(path)
    return chapters_from([(chapter.start, chapter.title) for chapter in file.chapters or ()], file.info.length)


def _fields(tags: Tags) -> dict[str, list[str] | list[bytes]]:
    fields = {
        "\xa9nam": tags.title,
        "\xa9ART": tags.artist,
        "\xa9alb": tags.album,
        "\xa9gen": GENRE,
        "\xa9grp": tags.series,
        "\xa9day": tags.date and tags.date.strftime("%Y-%m-%d"),
        "\xa9cmt": tags.summary,
        "desc": tags.summary,  # Apple's podcast players show this one, others the comment
        "\xa9lyr": tags.lyrics,
    }
    free = {"LANGUAGE": tags.language_code, "WWWAUDIOSOURCE": tags.address}
    return {
        **{key: [value] for key, value in fields.items() if value},
        **{FREE.format(key): [value.encode()] for key, value in free.items() if value},
    }


def _remux(path: Path, tags: Tags) -> None:
    """Copy the sound into a file with the language and the chapters."""
    marks = ["-f", "ffmetadata", "-i", "pipe:0", "-map_chapters", "1"] if tags.chapters else ["-map_chapters", "-1"]
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as folder:
        made = Path(folder) / path.name
        run_ffmpeg(
            [
                *("-i", f"file:{path}", *marks, "-map", "0:a", "-c", "copy", "-map_metadata:g", "-1", *BITEXACT),
                *("-metadata:s:a:0", f"language={tags.language_code}", *format_of(path).container, f"file:{made}"),
            ],
            [_as_ffmetadata(tags.chapters).encode()] if tags.chapters else [],
        )
        made.replace(path)


def _as_ffmetadata(chapters: tuple[Chapter, ...]) -> str:
    """Source: https://ffmpeg.org/ffmpeg-formats.html#Metadata"""
    lines = [";FFMETADATA1"]
    for chapter in chapters:
        start_ms, end_ms = round(chapter.start_s * 1000), round(chapter.end_s * 1000)
        title = chapter.title.encode()[:LONGEST_TITLE_BYTES].decode("utf-8", "ignore")
        escaped = re.sub(r"([=;#\\\n])", r"\\\1", title)
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={start_ms}", f"END={end_ms}", f"title={escaped}"]
    return "\n".join(lines) + "\n"

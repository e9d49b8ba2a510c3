"""Tags, covers and chapters of every format, written with mutagen (GPL-2.0-or-later)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from narrate.audio.formats import format_of
from narrate.errors import OutputError
from narrate.tags.fields import Podcast, Tags, cover_type
from narrate.tags.id3 import read_id3_chapters, write_mp3
from narrate.tags.mp4 import read_mp4_chapters, write_mp4
from narrate.tags.read import Recording, read_recording
from narrate.tags.vorbis import read_comment_chapters, write_flac, write_opus
from narrate.tags.wave import read_wave_chapters, write_wave
from narrate.types import Chapter

__all__ = ["Podcast", "Recording", "Tags", "cover_type", "read_chapters", "read_recording", "write_tags"]

WRITERS: Mapping[str, Callable[[Path, Tags], None]] = {
    "mp3": write_mp3,
    "m4b": write_mp4,
    "m4a": write_mp4,
    "opus": write_opus,
    "flac": write_flac,
    "wav": write_wave,
}

READERS: Mapping[str, Callable[[Path], tuple[Chapter, ...]]] = {
    ".mp3": read_id3_chapters,
    ".m4b": read_mp4_chapters,
    ".m4a": read_mp4_chapters,
    ".opus": read_comment_chapters,
    ".flac": read_comment_chapters,
    ".wav": read_wave_chapters,
}


def write_tags(path: Path, tags: Tags) -> None:
    """Write tags to a recording without any, in the way of its format, which its ending tells.

    The same tags written to the same file give the same bytes.

    Raises:
        OutputError: the file cannot be written.
        UsageError: the cover is no picture, or no such files are made.
    """
    from mutagen import MutagenError

    write = WRITERS[format_of(path).name]
    try:
        write(path, tags)
    except OSError as problem:
        raise OutputError("the tags cannot be written", problem.strerror or str(problem)) from problem
    except MutagenError as problem:
        raise OutputError("the tags cannot be written", str(problem)) from problem


def read_chapters(path: Path) -> tuple[Chapter, ...]:
    """The chapters of a recording in the order of time; none where it has none, or cannot be read."""
    from mutagen import MutagenError

    read = READERS.get(path.suffix.lower())
    try:
        return read(path) if read else ()
    except (MutagenError, OSError):
        return ()

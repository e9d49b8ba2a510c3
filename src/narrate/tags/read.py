"""What a recording says of itself, ours or somebody else's: MP3 and MPEG-4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from narrate.errors import AudioError, UsageError
from narrate.tags.fields import Podcast, Tags, cover_type, language_of
from narrate.tags.id3 import OWN, read_id3_chapters
from narrate.tags.mp4 import FREE, read_mp4_chapters

if TYPE_CHECKING:
    from mutagen.id3 import ID3

SUFFIXES = (".mp3", ".m4a", ".m4b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording, and what it says of itself; of what it does not say, nothing is there."""

    tags: Tags
    duration_s: float


def read_recording(path: Path) -> Recording:
    """Tags and length of an MP3, M4A or M4B file.

    Raises:
        UsageError: its ending is another one.
        AudioError: it is no such recording, or cannot be read.
    """
    from mutagen import MutagenError

    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path.name} is no recording that goes into a show", "", "Give it as MP3, M4A or M4B")
    try:
        return _read_mp3(path) if path.suffix.lower() == ".mp3" else _read_mp4(path)
    except (MutagenError, OSError, EOFError, ValueError) as problem:  # mutagen lets some of them through
        why = problem.strerror if isinstance(problem, OSError) and problem.strerror else "there is no sound in it"
        raise AudioError(f"{path.name} is no {path.suffix[1:].upper()} recording", why, "Look at the file") from problem


def _read_mp3(path: Path) -> Recording:
    from mutagen.id3 import ID3, ID3NoHeaderError
    from mutagen.mp3 import MP3

    sound: Any = MP3(path)
    length_s = float(sound.info.length)
    try:
        frames = ID3(path)
    except ID3NoHeaderError:
        return Recording(tags=_tags({}), duration_s=length_s)
    pictures = [frame.data for frame in frames.getall("APIC")]
    found = {
        "title": _text(frames, "TIT2"),
        "artist": _text(frames, "TPE1"),
        "album": _text(frames, "TALB"),
        "language": _text(frames, "TLAN"),
        "lyrics": next((str(frame) for frame in frames.getall("USLT")), ""),
        "date": _text(frames, "TDRC") or _text(frames, "TDRL"),
        "address": next((frame.url for frame in frames.getall("WOAS")), ""),
        "summary": next(filter(None, (_text(frames, key) for key in _summary_keys(frames))), ""),
    }
    tags = replace(_tags(found), cover=_first_picture(pictures), chapters=read_id3_chapters(path))
    podcast = _podcast(frames)
    if podcast and podcast.language:
        tags = replace(tags, language=podcast.language)
    return Recording(tags=replace(tags, podcast=podcast), duration_s=length_s)


def _read_mp4(path: Path) -> Recording:
    from mutagen.mp4 import MP4

    file: Any = MP4(path)

    def text(*keys: str) -> str:
        values = [value for key in keys for value in (file.get(key) or ())]
        return next((v.decode("utf-8", "replace") if isinstance(v, bytes) else str(v) for v in values), "")

    found = {
        "title": text("\xa9nam"),
        "artist": text("\xa9ART", "aART"),
        "album": text("\xa9alb"),
        "language": text(FREE.format("LANGUAGE")),
        "lyrics": text("\xa9lyr"),
        "date": text("\xa9day"),
        "address": text(FREE.format("WWWAUDIOSOURCE")),
        "summary": text("desc", "ldes", "\xa9cmt"),
    }
    cover = _first_picture([bytes(picture) for picture in file.get("covr") or ()])
    return Recording(
        tags=replace(_tags(found), cover=cover, chapters=read_mp4_chapters(path)), duration_s=float(file.info.length)
    )


def _tags(found: Mapping[str, str]) -> Tags:
    known = {key: value.replace("\0", "/").strip() for key, value in found.items()}
    return Tags(
        title=known.get("title", ""),
        artist=known.get("artist", ""),
        album=known.get("album", ""),
        language=language_of(known.get("language", "")) or "",
        lyrics=known.get("lyrics", ""),
        date=_moment(known.get("date", "")),
        address=known.get("address") or None,
        summary=known.get("summary") or None,
    )


def _podcast(frames: ID3) -> Podcast | None:
    """What narrate wrote for its library; None where it did not, or not whole."""
    own = {key: _text(frames, f"TXXX:{OWN} {key}") for key in ("show", "show uid", "authors", "site", "language")}
    published_at = _moment(_text(frames, "TDRL"))
    guid = _text(frames, "TGID")
    if not (own["show"] and own["show uid"] and guid and published_at):
        return None
    return Podcast(
        show=own["show"],
        uid=own["show uid"],
        title=_text(frames, "TALB"),
        guid=guid,
        published_at=published_at,
        authors=tuple(own["authors"].splitlines()),
        site=own["site"] or None,
        language=own["language"],
        voice=_text(frames, f"TXXX:{OWN} voice"),
        recipe=_text(frames, f"TXXX:{OWN} recipe"),
    )


def _summary_keys(frames: ID3) -> list[str]:
    """Where a summary may be: in iTunes' frame, a comment (with a name it is some program's), or as by ffmpeg."""
    comments = [frame.HashKey for frame in frames.getall("COMM") if not frame.desc]
    return ["TDES", *comments, "TXXX:comment", "TXXX:description"]


def _text(frames: ID3, key: str) -> str:
    frame = frames.get(key)
    return "" if frame is None or not frame.text else str(frame.text[0])


def _moment(written: str) -> datetime | None:
    """A date or time as tags have it, in UTC; None where no day is told."""
    try:
        moment = datetime.fromisoformat(written.strip()[:19].replace(" ", "T"))
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC)


def _first_picture(pictures: list[bytes]) -> bytes | None:
    """The first one that players show."""
    for data in pictures:
        try:
            cover_type(data)
        except UsageError:
            continue
        return data
    return None

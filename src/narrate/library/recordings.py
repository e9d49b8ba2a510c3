"""Finished recordings put into a show as they are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from narrate import chapters
from narrate.audio.ffmpeg import convert
from narrate.audio.formats import format_of
from narrate.cache import make_key
from narrate.errors import AudioError, LibraryError
from narrate.library.make import Added, Before, look_up, now
from narrate.library.note import Note
from narrate.library.pictures import Cover, Kept, cover_of_show, digest, fit_embedded, read_picture
from narrate.library.recipe import guid_of, is_web, path_identity
from narrate.library.shelf import Made, digest_of, hold, is_whole, open_library_room, place, sweep
from narrate.tags import Recording, read_recording
from narrate.tags.complete import complete_tags
from narrate.types import Entry, Show

if TYPE_CHECKING:
    from narrate.library.library import Library

DEMUXERS = {".mp3": "mp3", ".m4a": "mp4", ".m4b": "mp4"}
"""As what ffmpeg reads a recording: by its own judgement it would also read lists of other files."""

SAME_S = 0.5
"""Two recordings of one length differ by less, however it is measured."""

TRIAL_S = 2
"""So much of it is decoded before it is believed to be a recording."""


def import_file(
    library: Library,
    show: str,
    path: Path,
    *,
    title: str | None = None,
    author: str | None = None,
    summary: str | None = None,
    published_at: datetime | None = None,
    cover: Path | None = None,
) -> Added:
    """Put a finished recording into a show: an MP3, M4A or M4B file.

    What is not given is taken from its tags, and the date, where it has none, is now. What its tags lack of title,
    artist, album and cover is filled in, in our copy; its sound stays as it is. Imported again when its bytes have
    changed, it is updated in its place; where sound, title and length are all others, the file at this path is another
    recording, and a new episode.

    Args:
        show: its slug.
        published_at: aware, or in UTC.
        cover: a file.

    Raises:
        UsageError: it is of another kind.
        LibraryError: it is no recording, or the library cannot be written.
    """
    about = library.find_show(show)
    sweep(library)
    path = path.expanduser().resolve()
    said = {"title": title, "author": author, "summary": summary}
    given = {name: " ".join(text.split()) for name, text in said.items() if text and text.strip()}
    guid = guid_of(about, path_identity(path))
    with hold(library.folder, guid):
        tape = Tape(path=path, recording=read_sound(path), digest=digest_of(path), given=given, cover=cover)
        before = look_up(library, show, guid)
        if not _is_another(library, tape, before):
            return _put_in(library, about, tape, guid, published_at)
        other = guid_of(about, f"{path_identity(path)}#{tape.digest}")
        with hold(library.folder, other):
            added = _put_in(library, about, tape, other, published_at)
        kept = before.entry.slug if before.entry else ""
        word = f"{path.name} is another recording than before, with another title and length; {kept} stays as it is"
        return replace(added, notes=(word,) if added.what == "new" else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """A recording as it was found, and what is said of it."""

    path: Path
    recording: Recording
    digest: str
    given: Mapping[str, str]
    """By the names `title`, `author`, `summary`."""
    cover: Path | None


def _put_in(library: Library, show: Show, tape: Tape, guid: str, published_at: datetime | None) -> Added:
    """Put a recording in under a guid, whose lock is held."""
    before, recording = look_up(library, show.slug, guid), tape.recording
    picture = _choose_cover(library, show, recording, tape.cover, before.cover)
    recipe = make_key("import", tape.digest, json.dumps(tape.given, sort_keys=True), picture.made_of)
    if before.entry and before.entry.recipe == recipe and is_whole(library, before.entry):
        return Added(entry=before.entry, what="unchanged")
    texts = {**tape.given, **before.note.edits}
    moment = before.entry.published_at if before.entry else _moment(published_at, recording.tags.date)
    entry = replace(_entry_of(show, tape.path, recording, texts, moment), guid=guid, recipe=recipe)
    note = Note(given=tape.given, edits=before.note.edits, cover=picture.made_of, own_cover=before.note.own_cover)
    placed = _place(library, tape.path, entry, note, _kept_or(before, picture))
    return Added(entry=placed, what="updated" if before.entry else "new")


def _is_another(library: Library, tape: Tape, before: Before) -> bool:
    """Has this file's path been used for another recording before, which would be lost with its sound?"""
    old = before.entry
    if old is None or old.digest == tape.digest or abs(old.duration_s - tape.recording.duration_s) <= SAME_S:
        return False
    try:
        recording = read_recording(library.folder_of(old.show) / old.file)
    except AudioError:  # there is nothing left to lose
        return False
    return _title_of(recording, before.note.given, tape.path) != _title_of(tape.recording, tape.given, tape.path)


def _title_of(recording: Recording, given: Mapping[str, str], path: Path) -> str:
    return given.get("title") or " ".join(recording.tags.title.split()) or path.stem.strip() or "Recording"


def read_sound(path: Path) -> Recording:
    """What a recording says of itself, once some of it could be decoded.

    Raises:
        UsageError: it is of another kind.
        LibraryError: it is missing, or no recording.
    """
    if not path.is_file():
        why = "it is a folder" if path.is_dir() else "there is no such file"
        raise LibraryError(f"{path} cannot be imported", why, "Look at the path")
    recording = None
    try:
        recording = read_recording(path)
        convert(
            [
                *("-v", "error", "-f", DEMUXERS[path.suffix.lower()], "-t", str(TRIAL_S), "-i", f"file:{path}"),
                *("-map", "0:a:0", "-f", "s16le", "-ac", "1", "pipe:1"),
            ],
            b"",
        )
    except AudioError as problem:
        why = "there is no sound in it that could be played"
        raise LibraryError(f"{path} cannot be imported", why, "Give an MP3, M4A or M4B file") from problem
    return recording


def _choose_cover(library: Library, show: Show, recording: Recording, given: Path | None, kept: Kept) -> Cover:
    """What is given, else what it brings along, else the show's."""
    if given:
        from narrate.artwork import fit_cover

        data = read_picture(given)
        return Cover(data=fit_cover(data, what=str(given)), made_of=f"given {digest(data)}")
    embedded = recording.tags.cover and fit_embedded(recording.tags.cover, kept)
    return embedded or cover_of_show(show, library.folder_of(show.slug), kept)


def _kept_or(before: Before, picture: Cover) -> bytes:
    return before.cover.data if before.note.own_cover and before.cover.data else picture.data


def _entry_of(show: Show, path: Path, recording: Recording, texts: Mapping[str, str], moment: datetime) -> Entry:
    """The entry of a recording; `place` gives it its names."""
    tags = recording.tags
    artist = texts.get("author") or " ".join(tags.artist.split())
    return Entry(
        guid="",
        show=show.slug,
        slug="episode",
        title=_title_of(recording, texts, path),
        published_at=moment,
        updated_at=max(now(), moment),
        file=path.name,
        media_type=format_of(path).media_type,
        size_bytes=0,
        digest="",
        duration_s=recording.duration_s,
        authors=(artist,) if artist else (),
        address=tags.address if tags.address and is_web(tags.address) else None,
        summary=texts.get("summary") or tags.summary,
        language=tags.language or show.language,
        chapters=tags.chapters,
        imported=True,
    )


def _moment(given: datetime | None, tagged: datetime | None) -> datetime:
    """When it was published; tags that tell of the future are not believed."""
    if given:
        return given.replace(tzinfo=given.tzinfo or UTC, microsecond=0).astimezone(UTC)
    return min(tagged, now()) if tagged else now()


def _place(library: Library, path: Path, entry: Entry, note: Note, picture: bytes) -> Entry:
    with open_library_room(library) as room:
        sound, cover, marks = room / f"sound{path.suffix.lower()}", room / "cover.jpg", room / "chapters.json"
        shutil.copyfile(path, sound)
        show = library.find_show(entry.show)
        artist = ", ".join(entry.authors) or show.shown_author
        complete_tags(sound, title=entry.title, artist=artist, album=show.title, cover=picture)
        cover.write_bytes(picture)
        marks.write_text(chapters.as_json(entry.chapters), "utf-8")
        sides = {"cover": cover, **({"chapters": marks} if entry.chapters else {})}
        return place(library, entry, Made(sound=sound, sides=sides), note)

"""An entry found again by its sound: from the note beside it, else from its tags."""

from __future__ import annotations

import re
import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from narrate.audio.formats import format_of
from narrate.errors import AudioError, UsageError
from narrate.library.folder import SOURCES
from narrate.library.make import origin_of
from narrate.library.note import Note, read_note
from narrate.library.recipe import is_web
from narrate.library.shelf import SIDES, digest_of, stem_of
from narrate.library.shows import TAKEN_BY_FILES, check_slug
from narrate.plugins import media_type_of
from narrate.segmenter import script_file
from narrate.sources import STDIN, is_address
from narrate.tags import Recording, read_recording
from narrate.types import Entry, Show, Source

SOUND = re.compile(r"(?P<slug>[^.]+)(?:\.v(?P<version>[1-9]\d{0,8}))?\.(?:mp3|m4a|m4b)")


def restore_entry(folder: Path, show: Show, file: str) -> Entry | None:
    """The entry of a sound in a show's folder, with the files that are beside it.

    Returns:
        None where it is no recording that narrate has put there for this show.
    """
    named = SOUND.fullmatch(file)
    if not named or not _may_be_slug(named["slug"]):
        return None
    try:
        recording = read_recording(folder / file)
    except AudioError:
        return None
    note = read_note(folder, file)
    entry = _noted(note, show, file) or _tagged(recording, note, show, folder / file)
    if entry is None or not _is_guid(entry.guid):
        return None
    version, size_bytes = int(named["version"] or 1), (folder / file).stat().st_size
    return replace(
        entry,
        slug=named["slug"],
        version=version,
        sides=_sides(folder, stem_of(named["slug"], version)),
        size_bytes=size_bytes,
        digest=digest_of(folder / file),
        duration_s=entry.duration_s if entry.size_bytes == size_bytes else recording.duration_s,
    )


def note_from_row(entry: Entry) -> Note:
    """A note that is lost, as far as the row tells of it: as if nothing had been said of the source by hand."""
    name = entry.sides.get("source")
    if name is None:
        return Note()
    suffix = Path(name).suffix
    kind = script_file.MEDIA_TYPE if suffix == ".script" else media_type_of(suffix)
    source = Source(
        origin=entry.origin or STDIN,
        media_type=kind or "text/plain",
        data=b"",
        fetched_at=entry.updated_at,
        address=entry.origin if entry.origin and is_address(entry.origin) else None,
    )
    return Note(source=source)


def _noted(note: Note, show: Show, file: str) -> Entry | None:
    """What is noted of the sound, where the note is its own."""
    entry = note.entry
    return entry if entry and (note.uid, entry.show, entry.file) == (show.uid, show.slug, file) else None


def _tagged(recording: Recording, note: Note, show: Show, path: Path) -> Entry | None:
    """What a sound of this show says of itself."""
    tags, podcast = recording.tags, recording.tags.podcast
    if podcast is None or podcast.uid != show.uid:
        return None
    slug = path.name.partition(".")[0]
    changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0)
    return Entry(
        guid=podcast.guid,
        show=show.slug,
        slug=slug,
        title=" ".join(tags.title.split()) or slug,
        published_at=podcast.published_at,
        updated_at=max(changed_at, podcast.published_at),
        file=path.name,
        media_type=format_of(path).media_type,
        size_bytes=0,
        digest="",
        duration_s=recording.duration_s,
        authors=podcast.authors,
        site=podcast.site,
        address=tags.address if tags.address and is_web(tags.address) else None,
        summary=tags.summary,
        language=tags.language or show.language,
        chapters=tags.chapters,
        origin=origin_of(note.source) if note.source else None,
        recipe=podcast.recipe,
        voice=podcast.voice,
    )


def _sides(folder: Path, stem: str) -> dict[str, str]:
    """What lies beside a sound, by its name."""
    sides = {side: f"{stem}{ending}" for side, ending in SIDES.items() if (folder / f"{stem}{ending}").is_file()}
    for path in sorted((folder / SOURCES).glob("*")):
        if path.is_file() and path.name.startswith(f"{stem}.") and path.stem == stem:
            sides["source"] = f"{SOURCES}/{path.name}"
    return sides


def _may_be_slug(slug: str) -> bool:
    try:
        check_slug(slug, taken=TAKEN_BY_FILES)
    except UsageError:
        return False
    return True


def _is_guid(guid: str) -> bool:
    with suppress(ValueError):
        return uuid.UUID(guid).urn == guid
    return False

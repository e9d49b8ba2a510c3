"""What an episode says of itself, changed by hand: its tags are written anew, and nothing is spoken."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.errors import AudioError, LibraryError, UsageError
from narrate.library.make import look_up, now
from narrate.library.pictures import read_picture
from narrate.library.shelf import Made, hold, link_or_copy, open_library_room, place, sweep
from narrate.tags import Tags, read_recording, write_tags
from narrate.types import Entry

if TYPE_CHECKING:
    from narrate.library.library import Library


def edit_entry(
    library: Library,
    show: str,
    entry: Entry,
    *,
    title: str | None = None,
    summary: str | None = None,
    author: str | None = None,
    published_at: datetime | None = None,
    cover: Path | None = None,
) -> Entry:
    """Change what an episode says of itself; its guid and its name stay, its files get new names.

    Of an imported recording the bytes stay as they are: only the library and the feed say otherwise then.

    Args:
        show: its slug.
        published_at: aware.
        cover: a file.

    Returns:
        The entry as it is now.

    Raises:
        UsageError: the cover is no picture that can be used, or a text is empty.
        LibraryError: its sound is missing or damaged, or the library cannot be written.
    """
    texts = _checked({"title": title, "summary": summary, "author": author})
    sweep(library)
    with hold(library.folder, entry.guid):
        before = look_up(library, show, entry.guid)
        old = before.entry or library.find_entry(show, entry.guid)
        picture = _fitted(cover)
        changed = _changed(old, texts, published_at)
        if changed == old and picture in (None, before.cover.data):
            return old
        with open_library_room(library) as room:
            made = _gather(library, changed, old, picture, room)
            note = replace(
                before.note,
                edits={**before.note.edits, **texts},
                own_cover=before.note.own_cover or picture is not None,
            )
            changed = replace(changed, updated_at=max(now(), old.updated_at))
            return place(library, changed, made, note, redate=published_at is not None)


def _checked(texts: Mapping[str, str | None]) -> dict[str, str]:
    """
    Raises:
        UsageError: one is empty.
    """
    found = {name: " ".join(text.split()) for name, text in texts.items() if text is not None}
    for name, text in found.items():
        if not text:
            raise UsageError(f"an empty {name} says nothing", "", "Give some words, or leave it out")
    return found


def _changed(old: Entry, texts: Mapping[str, str], published_at: datetime | None) -> Entry:
    if published_at is not None and published_at.tzinfo is None:
        raise UsageError("a date of publication carries its time zone", "", "Give one such as 2026-03-01T08:00Z")
    return replace(
        old,
        title=texts.get("title", old.title),
        summary=texts.get("summary", old.summary),
        authors=(texts["author"],) if "author" in texts else old.authors,
        published_at=published_at.astimezone(UTC).replace(microsecond=0) if published_at else old.published_at,
    )


def _fitted(cover: Path | None) -> bytes | None:
    if cover is None:
        return None
    from narrate.artwork import fit_cover

    return fit_cover(read_picture(cover), what=str(cover))


def _gather(library: Library, entry: Entry, old: Entry, picture: bytes | None, room: Path) -> Made:
    """All files of the new version: the sound with other tags, the rest as it was.

    Raises:
        LibraryError: the sound is missing or damaged.
    """
    folder = library.folder_of(old.show)
    sides = {
        kind: link_or_copy(folder / name, room / f"{kind}{Path(name).suffix}")
        for kind, name in old.sides.items()
        if (folder / name).is_file()
    }
    if picture:
        sides["cover"] = room / "picture.jpg"
        sides["cover"].write_bytes(picture)
    return Made(sound=_retagged(folder, entry, old, picture, room), source=sides.pop("source", None), sides=sides)


def _retagged(folder: Path, entry: Entry, old: Entry, picture: bytes | None, room: Path) -> Path:
    path = folder / old.file
    if not path.is_file():
        remedy = f"Run `narrate rebuild {old.slug} --show {old.show}`"
        raise LibraryError(f"{old.slug} cannot be edited", f"its file {old.file} is missing", remedy)
    if old.imported:
        return link_or_copy(path, room / f"sound{path.suffix}")
    copy = room / f"sound{path.suffix}"
    shutil.copyfile(path, copy)
    try:
        tags = read_recording(copy).tags
    except AudioError as problem:
        remedy = f"Run `narrate rebuild {old.slug} --show {old.show}`"
        raise LibraryError(f"{old.slug} cannot be edited", problem.what, remedy) from problem
    write_tags(copy, _edited(tags, entry, old, picture))
    return copy


def _edited(tags: Tags, entry: Entry, old: Entry, picture: bytes | None) -> Tags:
    """The tags of a sound with what has become of its entry; a date that was the one of publication still is."""
    dated = tags.date is None or tags.date.replace(second=0) == old.published_at.replace(second=0)
    return replace(
        tags,
        title=entry.title,
        artist=", ".join(entry.authors) or tags.artist,
        date=entry.published_at if dated else tags.date,
        summary=entry.summary,
        cover=picture or tags.cover,
        podcast=tags.podcast and replace(tags.podcast, authors=entry.authors, published_at=entry.published_at),
    )

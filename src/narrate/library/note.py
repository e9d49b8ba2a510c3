"""What is noted beside an episode's source: all that its sound does not tell, to make it again or to find it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from narrate.errors import LibraryError
from narrate.library.folder import SOURCES
from narrate.library.rows import ENTRY_NAMES, clean_text, entry_values, read_entry
from narrate.types import Entry, Source

LAYOUT = 1
"""Counts up when older versions could not read a note."""

MOST_BYTES = 2**22
"""More than any note has to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """How an episode came about, beside its source's bytes."""

    source: Source | None = None
    """Without its bytes, which lie beside it; None for what was imported."""
    given: Mapping[str, str] = field(default_factory=dict)
    """What was said of it when it was put in: `title`, `author`, `summary`."""
    edits: Mapping[str, str] = field(default_factory=dict)
    """What was changed by hand since, by the same names; it outlives a change of the source."""
    cover: str = ""
    """Of what the cover was made; the same says that it need not be made again."""
    own_cover: bool = False
    """The cover was changed by hand, and outlives too."""
    uid: str = ""
    """Of its show; another show of the same name is not meant."""
    entry: Entry | None = None
    """As its row was when this was written."""


def note_name(file: str) -> str:
    """The note of a sound, relative to its show's folder."""
    return f"{SOURCES}/{file.rsplit('.', 1)[0]}.about.json"


def write_note(path: Path, note: Note, entry: Entry) -> None:
    """Write a note beside an entry of which it tells.

    Raises:
        OSError: it cannot be written.
    """
    source = note.source and {name: _write(getattr(note.source, name)) for name in SOURCE_FIELDS}
    about = {
        "narrate": LAYOUT,
        "source": source,
        "given": dict(note.given),
        "edits": dict(note.edits),
        "cover": note.cover,
        "own_cover": note.own_cover,
        "uid": note.uid,
        "entry": entry_values(entry),
    }
    path.write_text(clean_text(json.dumps(about, ensure_ascii=False, indent=1)) + "\n", "utf-8")


def read_note(folder: Path, file: str) -> Note:
    """The note of a sound in a show's folder; an empty one where there is none that can be read."""
    try:
        with (folder / note_name(file)).open("rb") as opened:
            about = json.loads(opened.read(MOST_BYTES))
        return _note_of(about) if about["narrate"] == LAYOUT else Note()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, LibraryError):
        return Note()


def read_kept_source(folder: Path, entry: Entry) -> Source | None:
    """The source of an entry as it was read; None where it was not kept."""
    note = read_note(folder, entry.file)
    try:
        data = (folder / entry.sides["source"]).read_bytes()
    except (OSError, KeyError):
        return None
    return note.source and replace(note.source, data=data)


SOURCE_FIELDS = ("origin", "media_type", "fetched_at", "modified_at", "encoding", "charset", "address")


def _note_of(about: Mapping[str, Any]) -> Note:
    source = about["source"]
    return Note(
        source=source and _source_of(source),
        given=_texts(about["given"]),
        edits=_texts(about["edits"]),
        cover=str(about["cover"]),
        own_cover=about["own_cover"] is True,
        uid=str(about.get("uid", "")),
        entry=read_entry([about["entry"][name] for name in ENTRY_NAMES]),
    )


def _source_of(known: Mapping[str, Any]) -> Source:
    texts = {name: None if known[name] is None else str(known[name]) for name in SOURCE_FIELDS}
    return Source(
        origin=texts["origin"] or "-",
        media_type=texts["media_type"] or "text/plain",
        data=b"",
        fetched_at=datetime.fromisoformat(texts["fetched_at"] or ""),
        modified_at=datetime.fromisoformat(texts["modified_at"]) if texts["modified_at"] else None,
        encoding=texts["encoding"],
        charset=texts["charset"],
        address=texts["address"],
    )


def _texts(known: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in known.items()}


def _write(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value

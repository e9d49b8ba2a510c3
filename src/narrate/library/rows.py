"""Shows and entries as rows of the database and as JSON, and back; nothing that is damaged comes back."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from narrate.errors import LibraryError
from narrate.library import tables
from narrate.types import Chapter, Entry, Show

ENTRY_COLUMNS = [column for column in tables.entries.columns if column.name != "id"]
SHOW_COLUMNS = [column for column in tables.shows.columns if column.name != "revision"]

PLAIN_NAME = re.compile(r"[^./\\\x00-\x1f][^/\\\x00-\x1f]{0,254}")
"""The name of a file that is not hidden and leads nowhere else."""

UNREADABLE = (TypeError, ValueError, KeyError, AttributeError, RecursionError)
"""What values that are not what they should be lead to."""

KEPT_SOURCE = re.compile(rf"(\.sources/)?{PLAIN_NAME.pattern}")


def entry_values(entry: Entry) -> dict[str, Any]:
    """An entry as values of its row."""
    values: dict[str, Any] = {column.name: getattr(entry, column.name) for column in ENTRY_COLUMNS}
    chapters = [[chapter.start_s, chapter.end_s, chapter.title] for chapter in entry.chapters]
    values |= {
        "published_at": write_time(entry.published_at),
        "updated_at": write_time(entry.updated_at),
        "sides": _write_json(dict(entry.sides)),
        "authors": _write_json(list(entry.authors)),
        "chapters": _write_json(chapters),
    }
    return {name: clean_text(value) if isinstance(value, str) else value for name, value in values.items()}


def read_entry(row: Sequence[Any]) -> Entry:
    """
    Args:
        row: values of `ENTRY_COLUMNS`.

    Raises:
        LibraryError: the row is damaged.
    """
    values = dict(zip(ENTRY_NAMES, row, strict=True))
    try:
        return _entry_of(values)
    except UNREADABLE as problem:
        raise _damaged(f"the row of the episode {values['slug']!r} of {values['show']!r}", problem) from problem


def show_values(show: Show) -> dict[str, Any]:
    """A show as values of its row."""
    values: dict[str, Any] = {column.name: getattr(show, column.name) for column in SHOW_COLUMNS}
    values |= {
        "created_at": write_time(show.created_at),
        "category": _write_json(list(show.category)),
        "settings": _write_json(dict(show.settings)),
    }
    return {name: clean_text(value) if isinstance(value, str) else value for name, value in values.items()}


def read_show(row: Sequence[Any]) -> Show:
    """
    Args:
        row: values of `SHOW_COLUMNS`.

    Raises:
        LibraryError: the row is damaged.
    """
    values = dict(zip(SHOW_NAMES, row, strict=True))
    try:
        return show_of(
            values | {"category": json.loads(values["category"]), "settings": json.loads(values["settings"])}
        )
    except UNREADABLE as problem:
        raise _damaged(f"the row of the show {values['slug']!r}", problem) from problem


def show_of(values: Mapping[str, Any]) -> Show:
    """A show from its fields as JSON has them.

    Raises:
        TypeError, ValueError: something is not what it should be.
    """
    for name, kinds in SHOW_KINDS.items():
        if not isinstance(values[name], kinds):
            raise TypeError(f"{name} is {values[name]!r}")
    if not all(isinstance(part, str) for part in values["category"]):
        raise TypeError(f"category is {values['category']!r}")
    made = {"created_at": _read_time(values["created_at"]), "category": tuple(values["category"])}
    return Show(**{**values, **made})


def write_time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat()


def clean_text(text: str) -> str:
    """A text without halves of characters, which nothing could write."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def one_line(text: str) -> str:
    """A text on one line, plain."""
    return " ".join(plain(" ".join(text.split())).split())


def plain(text: str, spared: str = "") -> str:
    """A text without characters that tell a terminal what to do, and that no feed may have."""
    return "".join(sign for sign in clean_text(text) if sign in spared or unicodedata.category(sign) != "Cc")


def plain_entry(entry: Entry) -> Entry:
    """An entry whose words, whoever wrote them, are on one line where they must be, and plain."""
    return replace(
        entry,
        title=one_line(entry.title) or entry.slug,
        authors=tuple(filter(None, map(one_line, entry.authors))),
        site=entry.site and one_line(entry.site),
        summary=entry.summary and plain(entry.summary, spared="\n\t"),
        chapters=tuple(replace(chapter, title=plain(chapter.title)) for chapter in entry.chapters),
    )


def is_plain_name(name: str) -> bool:
    return PLAIN_NAME.fullmatch(name) is not None


ENTRY_NAMES = [column.name for column in ENTRY_COLUMNS]
SHOW_NAMES = [column.name for column in SHOW_COLUMNS]

_OPTIONAL_TEXT = (str, type(None))

SHOW_KINDS: Mapping[str, Any] = {
    "slug": str,
    "title": str,
    "uid": str,
    "feed_guid": str,
    "created_at": str,
    "description": str,
    "author": str,
    "owner": str,
    "email": str,
    "link": _OPTIONAL_TEXT,
    "base_url": _OPTIONAL_TEXT,
    "language": str,
    "category": list,
    "explicit": bool,
    "private": bool,
    "artwork": _OPTIONAL_TEXT,
    "keep": (int, type(None)),
    "settings": dict,
}

ENTRY_KINDS: Mapping[str, Any] = {
    "guid": str,
    "show": str,
    "slug": str,
    "title": str,
    "published_at": str,
    "updated_at": str,
    "file": str,
    "media_type": str,
    "size_bytes": int,
    "digest": str,
    "duration_s": float,
    "sides": str,
    "authors": str,
    "site": _OPTIONAL_TEXT,
    "address": _OPTIONAL_TEXT,
    "summary": _OPTIONAL_TEXT,
    "language": str,
    "chapters": str,
    "origin": _OPTIONAL_TEXT,
    "imported": bool,
    "recipe": str,
    "version": int,
    "voice": str,
}
_KINDS = tuple(ENTRY_KINDS[name] for name in ENTRY_NAMES)


def _entry_of(values: dict[str, Any]) -> Entry:
    if not all(map(isinstance, values.values(), _KINDS)):
        name = next(name for name, value in values.items() if not isinstance(value, ENTRY_KINDS[name]))
        raise TypeError(f"{name} is {values[name]!r}")
    values["published_at"] = _read_time(values["published_at"])
    values["updated_at"] = _read_time(values["updated_at"])
    _refuse_wrong_name(values["file"], PLAIN_NAME)
    values["sides"] = _read_sides(values["sides"])
    values["authors"] = _read_texts(values["authors"])
    values["chapters"] = _read_chapters(values["chapters"])
    return Entry(**values)


def _read_time(written: str) -> datetime:
    time = datetime.fromisoformat(written)
    if time.tzinfo is None:
        raise ValueError(f"{written} has no time zone")
    return time


def _read_sides(written: str) -> dict[str, str]:
    sides = json.loads(written)
    for kind, name in sides.items():
        _refuse_wrong_name(name, KEPT_SOURCE if kind == "source" else PLAIN_NAME)
    return dict(sides)


def _refuse_wrong_name(name: str, pattern: re.Pattern[str]) -> None:
    """Files are removed by these names: none may lead out of the show's folder."""
    if not pattern.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a file")


def _read_texts(written: str) -> tuple[str, ...]:
    texts = json.loads(written)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise TypeError(f"{written} is no list of names")
    return tuple(texts)


def _read_chapters(written: str) -> tuple[Chapter, ...]:
    if written == "[]":
        return ()
    chapters = tuple(
        Chapter(title=title, start_s=float(start_s), end_s=float(end_s))
        for start_s, end_s, title in json.loads(written)
    )
    if not all(isinstance(chapter.title, str) for chapter in chapters):
        raise TypeError("a chapter has no title")
    return chapters


def _write_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _damaged(what: str, problem: Exception) -> LibraryError:
    why = f"a value is missing: {problem}" if isinstance(problem, KeyError) else str(problem)
    return LibraryError(f"{what} is damaged", why, "Run `narrate library check --repair`")

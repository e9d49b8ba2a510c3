"""What a show may be called and may say of itself, and its fields as a file."""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from narrate import languages
from narrate.errors import LibraryError, UsageError
from narrate.library.rows import UNREADABLE, clean_text, is_plain_name, one_line, plain, show_of, write_time
from narrate.places import Places
from narrate.types import Show

SLUG_CHARS, SLUG_BYTES = 80, 180
"""Longest name of a show or an episode. With the ending of a later version's chapters it is still a file name."""

TITLE_CHARS = 255

WINDOWS = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names that no file may have on Windows, whatever its ending.

Source:
    https://learn.microsoft.com/windows/win32/fileio/naming-a-file
"""

TAKEN_BY_ADDRESSES = frozenset({"add", "assets", "feed", "index", "p", "page", "queue", "shows"})
"""Parts of addresses that mean something else than a show."""

TAKEN_BY_FILES = frozenset({"add", "artwork", "feed", "index", "show"})
"""Names in a show's folder, and in its part of the web, that belong to the show."""

FEEDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""The namespace of feeds.

Source:
    https://github.com/Podcastindex-org/podcast-namespace, docs/tags/guid.md
"""

SHOW_FILE_BYTES = 2**20
"""More than any show has to say."""

LAYOUT = 1
"""Of a show's file; counts up when older versions could not read it."""

FIXED = frozenset({"slug", "uid", "feed_guid", "created_at"})
"""Fields that are not changed by hand."""


def new_show(title: str, *, slug: str = "", **fields: Any) -> Show:
    """A show that is not in a library yet.

    Args:
        title: as listeners read it.
        slug: its name; empty makes one from the title.
        fields: others of `Show`.
    """
    uid = str(uuid.uuid4())
    now = datetime.now(UTC).replace(microsecond=0)
    _check_title(title)
    return Show(slug=slug or make_slug(title), title=title, uid=uid, feed_guid=uid, created_at=now, **fields)


def make_slug(title: str) -> str:
    """A title as a name: letters, figures and `-`, short enough for a file."""
    from narrate.targets import slug

    return _shorten(slug(slug(title)), SLUG_BYTES)  # twice: taking `℠` apart gives capitals


def number_slug(slug: str, number: int) -> str:
    """Another name like this one: `tide` and 2 give `tide-2`."""
    ending = f"-{number}"
    return _shorten(slug[: SLUG_CHARS - len(ending)], SLUG_BYTES - len(ending)) + ending


def check_slug(slug: str, *, taken: frozenset[str] = TAKEN_BY_ADDRESSES) -> None:
    """
    Raises:
        UsageError: it cannot be a folder's name and a part of an address.
    """
    if slug in taken or slug in WINDOWS:
        raise UsageError(
            f"{slug!r} cannot be a name", "it means something else", f"Take another with --slug, such as {slug}-1"
        )
    if not re.fullmatch(r"[^\W_]+(-[^\W_]+)*", slug) or slug != slug.lower():
        remedy = f"Take small letters, figures and hyphens, such as {make_slug(slug)}"
        raise UsageError(f"{slug[:SLUG_CHARS]!r} cannot be a name", "it becomes a part of addresses", remedy)
    if len(slug) > SLUG_CHARS or len(slug.encode()) > SLUG_BYTES:
        raise UsageError(
            f"{slug[:SLUG_CHARS]!r} cannot be a name", "it is too long", f"Take at most {SLUG_CHARS} letters"
        )


def check_show(show: Show) -> Show:
    """The show as it is kept: its words on one line where they must be, its addresses in their usual form.

    Raises:
        UsageError: something that it says of itself cannot be.
    """
    _check_kinds(show)
    check_slug(show.slug)
    _check_title(show.title)
    checked = replace(
        show,
        title=one_line(show.title),
        author=one_line(show.author),
        owner=one_line(show.owner),
        email=show.email.strip(),
        settings=_plain_settings(show.settings),
        description=plain(show.description, spared="\n\t").strip(),
        link=_check_link(show.link) if show.link else None,
        base_url=check_base_url(show.base_url) if show.base_url else None,
    )
    _check_words(checked)
    return checked


def check_base_url(address: str) -> str:
    """A public address as it is kept, without a slash at its end.

    Raises:
        UsageError: it is none.
    """
    parts = _split(address, "a public address")
    if parts.query or parts.fragment or "?" in address or "#" in address:
        remedy = "Give the address of a folder, such as https://pods.example.org"
        raise UsageError(f"{address!r} cannot be a public address", "it ends in a question or a mark", remedy)
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), "", ""))


def feed_guid_of(feed_address: str) -> str:
    """The `podcast:guid` of a feed at this address.

    Source:
        https://github.com/Podcastindex-org/podcast-namespace, docs/tags/guid.md: UUIDv5 of the address without its
        scheme and without slashes at its end
    """
    return str(uuid.uuid5(FEEDS, re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*://", "", feed_address).rstrip("/")))


def with_feed_guid(show: Show) -> Show:
    """The show with the guid that its feed keeps for ever, once it is public."""
    if show.base_url and show.feed_guid == show.uid:
        return replace(show, feed_guid=feed_guid_of(Places(show.base_url).feed(show.slug)))
    return show


def write_show_file(show: Show, path: Path) -> None:
    """Write a show's fields beside its episodes, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    values = {field.name: getattr(show, field.name) for field in fields(show)}
    values |= {"created_at": write_time(show.created_at), "settings": dict(show.settings)}
    text = json.dumps({"narrate": LAYOUT, **values}, ensure_ascii=False, indent=1) + "\n"
    half = path.with_name(f".{path.name}.half")
    with half.open("w", encoding="utf-8") as file:
        file.write(clean_text(text))
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def read_show_file(path: Path) -> Show:
    """The show whose fields `write_show_file` wrote.

    Raises:
        LibraryError: there is none, or not one that could be of the folder that it is in.
    """
    try:
        with path.open("rb") as file:
            values = json.loads(file.read(SHOW_FILE_BYTES))
        if not isinstance(values, dict) or values.pop("narrate", None) != LAYOUT:
            raise ValueError("it is not a show's file of this narrate")
        show = check_show(show_of(values))
        if show.slug != path.parent.name:
            raise ValueError(f"it belongs to a folder {show.slug}")
    except OSError as problem:
        raise LibraryError(f"{path} cannot be read", problem.strerror or str(problem)) from problem
    except (UsageError, *UNREADABLE) as problem:
        why = f"{problem} is missing" if isinstance(problem, KeyError) else str(problem).rstrip(".")
        raise LibraryError(f"{path} is damaged", why, "Mend it, or make the show again") from problem
    return show


def _check_kinds(show: Show) -> None:
    """Refuse what could not be written and read again."""
    _check_uuid(show.uid)
    _check_uuid(show.feed_guid)
    if show.created_at.tzinfo is None:
        raise UsageError("a show's time carries its time zone")


def _plain_settings(settings: Mapping[str, object]) -> dict[str, object]:
    """Settings as they are when they have been written and read again, with lists for tuples.

    Raises:
        UsageError: they cannot be written.
    """
    try:
        plain: dict[str, object] = json.loads(json.dumps(dict(settings), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as problem:
        raise UsageError("a show's settings cannot be kept", str(problem)) from problem
    return plain


def _check_title(title: str) -> None:
    chars = len(one_line(title))
    if not 1 <= chars <= TITLE_CHARS:
        raise UsageError(f"a show's title has between 1 and {TITLE_CHARS} characters", f"this one has {chars}")


def _check_words(show: Show) -> None:
    if show.email and not re.fullmatch(
        r"[^@\s<>\"(),:;\\]{1,64}@[^@\s<>\"(),:;\\.]+(\.[^@\s<>\"(),:;\\.]+)+", show.email
    ):
        raise UsageError(f"{show.email!r} is no address for mail", "", "Give one such as you@example.org")
    if not languages.is_language_tag(show.language):
        raise UsageError(f"{show.language!r} is no language", "", "Give a tag such as en or pt-BR")
    if not 1 <= len(show.category) <= 2 or not all(part.strip() for part in show.category):
        raise UsageError(f"{show.category!r} is no category", "", "Give one such as News, or Arts > Books")
    if show.keep is not None and show.keep < 1:
        raise UsageError(f"a show cannot keep {show.keep} episodes", "", "Give 1 or more, or leave it out to keep all")
    if show.artwork is not None and not is_plain_name(show.artwork):
        raise UsageError(f"{show.artwork!r} is no name of a picture", "it is one in the show's folder")


def _check_uuid(written: str) -> None:
    with suppress(ValueError, AttributeError, TypeError):
        if str(uuid.UUID(written)) == written:
            return
    raise UsageError(f"{written!r} is no UUID")


def _check_link(link: str) -> str:
    _split(link, "a web address")
    return link


def _split(address: str, what: str) -> SplitResult:
    """
    Raises:
        UsageError: it is not one that everybody could open.
    """
    remedy = "Give it as a browser shows it, such as https://pods.example.org"
    if not re.fullmatch(r"[!-~]{1,2000}", address):
        raise UsageError(f"{address[:200]!r} is not {what}", "it has characters that no address has", remedy)
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as problem:
        raise UsageError(f"{address!r} is not {what}", str(problem).rstrip("."), remedy) from problem
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or port == 0:
        raise UsageError(f"{address!r} is not {what}", "it does not begin with https:// and a host", remedy)
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{address!r} is not {what}", "there is a name or a password in it", remedy)
    return parts


def _shorten(slug: str, most_bytes: int) -> str:
    return slug.encode()[:most_bytes].decode("utf-8", "ignore").rstrip("-")

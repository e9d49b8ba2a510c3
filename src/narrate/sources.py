"""Where a text comes from: a file, standard input, or the web."""

from __future__ import annotations

import difflib
import mimetypes
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from narrate.errors import SourceError, UsageError
from narrate.types import Source

STDIN = "-"

SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive, such as EPUB or DOCX"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"ID3", "an MP3"),
    (b"\xff\xfb", "an MP3"),
    (b"RIFF", "a WAV or WebP"),
    (b"OggS", "an Ogg recording"),
    (b"fLaC", "a FLAC recording"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
)
"""First bytes of files that are no text, and what to call them."""

WEB_PAGE = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)

DOMAIN = re.compile(r"(www\.)?[\w-]+(\.[\w-]+)*\.[a-z]{2,}(/.*)?", re.IGNORECASE)
"""What could be an address with its beginning left out."""

UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


def open_source(
    origin: str,
    *,
    media_type: str | None = None,
    encoding: str | None = None,
    stdin: BinaryIO | None = None,
    allow_private: bool = False,
    proxy: str | None = None,
) -> Source:
    """Read a source whole.

    Args:
        origin: a path, a web address, or `-` for standard input.
        media_type: what it is, where the user has said so; else told by the server, the ending or the first words.
        encoding: the character encoding, where the user has said so.
        stdin: standard input, for `-`.
        allow_private: fetch from addresses of this machine and of private networks too.
        proxy: of the web, such as `http://proxy.example:3128`; the environment's are ignored.

    Raises:
        SourceError: it is missing, a folder, unreadable, empty, or not text; or the page cannot be had.
        UsageError: standard input is a terminal with nothing to read.
    """
    if is_address(origin):
        return _open_page(origin, media_type, encoding, allow_private=allow_private, proxy=proxy)
    data, modified_at = (_read_stdin(stdin), None) if origin == STDIN else _read_file(Path(origin))
    name = "standard input" if origin == STDIN else origin
    if not data.strip():
        raise SourceError(f"{name} is empty", "", "Give it some text")
    refuse_binary(name, data)
    return Source(
        origin=origin,
        media_type=media_type or guess_media_type(origin, data),
        data=data,
        fetched_at=datetime.now(UTC),
        modified_at=modified_at,
        encoding=encoding,
    )


def is_address(origin: str) -> bool:
    """Is it an address of the web, or of something like it, and no path?"""
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", origin) is not None


def _open_page(
    address: str, media_type: str | None, encoding: str | None, *, allow_private: bool, proxy: str | None
) -> Source:
    from narrate.web.fetch import fetch

    page = fetch(address, allow_private=allow_private, proxy=proxy)
    refuse_binary(address, page.data)
    return Source(
        origin=address,
        media_type=media_type or _told_by_server(page.media_type, page.address, page.data),
        data=page.data,
        fetched_at=page.fetched_at,
        modified_at=page.modified_at,
        encoding=encoding,
        charset=page.charset,
        address=page.address,
    )


def _told_by_server(media_type: str, address: str, data: bytes) -> str:
    """What a page is: servers that say plain text, or nothing, often mean something else."""
    if media_type not in ("", "text/plain"):
        return media_type
    return guess_media_type(urlsplit(address).path, data)


def guess_media_type(origin: str, data: bytes) -> str:
    """What a file is, by its ending, else by its first words; plain text where neither says anything."""
    guessed = mimetypes.guess_type(origin)[0] or "text/plain"
    return "text/html" if guessed == "text/plain" and WEB_PAGE.match(data[:1000]) else guessed


def _read_stdin(stdin: BinaryIO | None) -> bytes:
    stream = stdin or sys.stdin.buffer
    if stream.isatty():
        raise UsageError("standard input is a terminal", "", "Pipe a text into it, or name a file")
    return stream.read()


def _read_file(path: Path) -> tuple[bytes, datetime]:
    try:
        data = path.read_bytes()
        modified_s = path.stat().st_mtime
    except FileNotFoundError as problem:
        raise SourceError(f"there is no file {path}", "", _suggest(path)) from problem
    except IsADirectoryError as problem:
        raise SourceError(f"{path} is a folder", "", "Name a file in it") from problem
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise SourceError(f"{path} cannot be read", reason, "Look at its name and permissions") from problem
    return data, datetime.fromtimestamp(modified_s, UTC)


def _suggest(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        names = []
    near = difflib.get_close_matches(path.name, names, n=1)
    if near:
        return f"Did you mean {path.parent / near[0]}"
    maybe = DOMAIN.fullmatch(str(path)) and not names
    return f"Look at the path, or did you mean https://{path}" if maybe else "Look at the path"


def refuse_binary(name: str, data: bytes) -> None:
    """Raise SourceError where the bytes are no text, and say what they look like."""
    what = next((what for first, what in SIGNATURES if data.startswith(first)), None)
    if what is None and _has_nul(data):
        what = "binary data"
    if what:
        raise SourceError(f"{name} is not a text", f"it looks like {what}", "Give it as plain text or Markdown")


def _has_nul(data: bytes) -> bool:
    """NUL bytes that no UTF-16 text explains: there every second byte or so is one."""
    sample = data[:4096]
    nuls = sample.count(0)
    return 0 < nuls < len(sample) * 0.2 and not sample.startswith(UNICODE_MARKS)

"""Where a text comes from: a file or standard input."""

from __future__ import annotations

import difflib
import mimetypes
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

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

UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


def open_source(
    origin: str, *, media_type: str | None = None, encoding: str | None = None, stdin: BinaryIO | None = None
) -> Source:
    """Read a source whole.

    Args:
        origin: a path, or `-` for standard input.
        media_type: what it is, where the user has said so; else told by the ending.
        encoding: the character encoding, where the user has said so.
        stdin: standard input, for `-`.

    Raises:
        SourceError: it is missing, a folder, unreadable, empty, or not text.
        UsageError: standard input is a terminal with nothing to read.
    """
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", origin):
        raise SourceError(
            f"{origin} is a web address",
            "this version reads files",
            "Save the page as text or Markdown first",
        )
    data, modified_at = (_read_stdin(stdin), None) if origin == STDIN else _read_file(Path(origin))
    name = "standard input" if origin == STDIN else origin
    if not data.strip():
        raise SourceError(f"{name} is empty", "", "Give it some text")
    _refuse_binary(name, data)
    return Source(
        origin=origin,
        media_type=media_type or guess_media_type(origin),
        data=data,
        fetched_at=datetime.now(UTC),
        modified_at=modified_at,
        encoding=encoding,
    )


def guess_media_type(origin: str) -> str:
    """What a file is, by its ending; plain text where that says nothing."""
    return mimetypes.guess_type(origin)[0] or "text/plain"


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
        return "Look at the path"
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"Did you mean {path.parent / near[0]}" if near else "Look at the path"


def _refuse_binary(name: str, data: bytes) -> None:
    what = next((what for first, what in SIGNATURES if data.startswith(first)), None)
    if re.match(rb"\s*<(!doctype html|html)\b", data[:200], re.IGNORECASE):
        what = "a web page"
    if what is None and _has_nul(data):
        what = "binary data"
    if what:
        raise SourceError(f"{name} is not a text", f"it looks like {what}", "Give it as plain text or Markdown")


def _has_nul(data: bytes) -> bool:
    """NUL bytes that no UTF-16 text explains: there every second byte or so is one."""
    sample = data[:4096]
    nuls = sample.count(0)
    return 0 < nuls < len(sample) * 0.2 and not sample.startswith(UNICODE_MARKS)

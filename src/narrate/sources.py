"""Where a text comes from: a file, standard input, or the web."""

from __future__ import annotations

import difflib
import io
import mimetypes
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO
from urllib.parse import urlsplit

from narrate.errors import SourceError, UsageError
from narrate.signatures import FEEDS, ZIP, Kind, tell_kind
from narrate.types import Source

STDIN = "-"

MOST_BYTES = 512 * 2**20
"""Of a source; what an archive may unpack to is the same."""

LOOSE = ("", "text/plain", "text/xml", "application/xml", "application/json", "application/x-zip-compressed")
"""What servers say where they do not know, or only half."""

DOMAIN = re.compile(r"(www\.)?[\w-]+(\.[\w-]+)*\.[a-z]{2,}(/.*)?", re.IGNORECASE)
"""What could be an address with its beginning left out."""

UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """What somebody here can read."""

    media_types: frozenset[str]
    endings: Mapping[str, str]
    """Media types by file endings in lower case, with their dots."""

    def tell_by_ending(self, name: str) -> str | None:
        """The media type that the longest ending of a name stands for, such as `.fb2.zip` before `.zip`."""
        suffixes = Path(name).suffixes[-2:]
        endings = ("".join(suffixes[at:]).lower() for at in range(len(suffixes)))
        return next((self.endings[ending] for ending in endings if ending in self.endings), None)


TEXTS = Readable(media_types=frozenset({"text/plain", "text/markdown", "text/html"}), endings=MappingProxyType({}))


def open_source(
    origin: str,
    *,
    media_type: str | None = None,
    encoding: str | None = None,
    stdin: BinaryIO | None = None,
    allow_private: bool = False,
    proxy: str | None = None,
    readable: Readable = TEXTS,
) -> Source:
    """Read a source whole.

    Args:
        origin: a path, a web address, or `-` for standard input.
        media_type: what it is, where the user has said so; else told by the first bytes, the ending or the server.
        encoding: the character encoding, where the user has said so.
        stdin: standard input, for `-`.
        allow_private: fetch from addresses of this machine and of private networks too.
        proxy: of the web, such as `http://proxy.example:3128`; the environment's are ignored.
        readable: what is no text, and is taken all the same.

    Raises:
        SourceError: it is missing, a folder, unreadable, empty, or nothing that can be read; or it cannot be fetched.
        UsageError: standard input is a terminal with nothing to read.
    """
    if is_address(origin):
        return _open_page(origin, media_type, encoding, readable, allow_private=allow_private, proxy=proxy)
    data, modified_at = (_read_stdin(stdin), None) if origin == STDIN else _read_file(Path(origin))
    name = "standard input" if origin == STDIN else origin
    return source_of(
        origin, data, media_type=media_type, encoding=encoding, modified_at=modified_at, readable=readable, name=name
    )


def source_of(
    origin: str,
    data: bytes,
    *,
    media_type: str | None = None,
    encoding: str | None = None,
    modified_at: datetime | None = None,
    address: str | None = None,
    readable: Readable = TEXTS,
    name: str = "",
) -> Source:
    """A source of bytes that are here already; for the arguments see `open_source` and `Source`.

    Raises:
        SourceError: there are none, or nothing reads them.
    """
    if not data.strip():
        raise SourceError(f"{name or origin} is empty", "", "Give it some text")
    return Source(
        origin=origin,
        media_type=tell_media_type(name or origin, data, told=media_type, readable=readable),
        data=data,
        fetched_at=datetime.now(UTC),
        modified_at=modified_at,
        encoding=encoding,
        address=address,
    )


def is_address(origin: str) -> bool:
    """Is it an address of the web, or of something like it, and no path?"""
    return re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", origin) is not None


def _open_page(
    address: str,
    media_type: str | None,
    encoding: str | None,
    readable: Readable,
    *,
    allow_private: bool,
    proxy: str | None,
) -> Source:
    from narrate.web.fetch import fetch

    page = fetch(address, allow_private=allow_private, proxy=proxy)
    path = urlsplit(page.address).path
    return Source(
        origin=address,
        media_type=tell_media_type(
            address, page.data, told=media_type, readable=readable, path=path, declared=page.media_type
        ),
        data=page.data,
        fetched_at=page.fetched_at,
        modified_at=page.modified_at,
        encoding=encoding,
        charset=page.charset,
        address=page.address,
    )


def tell_media_type(
    name: str,
    data: bytes,
    *,
    told: str | None = None,
    readable: Readable = TEXTS,
    path: str | None = None,
    declared: str = "",
) -> str:
    """What bytes are: what is no text shows it by its first bytes; for texts the ending counts before the first words.

    Args:
        name: what messages call them.
        told: what the user says.
        path: whose ending tells; None takes the name.
        declared: what a server says.

    Raises:
        SourceError: they are no text, and nothing reads them.
    """
    kind = tell_kind(data)
    if kind and kind.binary:
        if (
            kind.media_type is None
            or kind.media_type not in readable.media_types
            or told not in (None, kind.media_type)
        ):
            raise _otherwise(name, kind, readable)
        return kind.media_type
    found = told or _tell_text(path or name, kind, readable, declared)
    if _has_nul(data) and (found.startswith("text/") or found not in readable.media_types):
        raise _no_text(name, Kind(called="binary data"))
    return found


def _tell_text(path: str, kind: Kind | None, readable: Readable, declared: str) -> str:
    """What a text is: a feed by its first words, whatever it is called; else as the server says, where it does."""
    looks = kind.media_type if kind and kind.media_type in (*readable.media_types, *FEEDS) else None
    if looks in FEEDS and looks:
        return looks
    if declared not in LOOSE:
        return looks if looks and declared not in readable.media_types else declared
    by_ending = readable.tell_by_ending(path)
    if by_ending and by_ending != "text/plain":
        return by_ending
    unsaid = declared in ("", "text/plain")
    return looks or (mimetypes.guess_type(path)[0] or "text/plain" if unsaid else declared)


def _otherwise(name: str, kind: Kind, readable: Readable) -> SourceError:
    """The error for bytes that nothing reads, or that are of another kind than the user says."""
    if kind.media_type in readable.media_types:
        return SourceError(f"{name} is not what --as says", f"it looks like {kind.called}", "Leave out --as")
    return _no_text(name, kind)


def _no_text(name: str, kind: Kind) -> SourceError:
    remedy = kind.remedy
    if kind.media_type == ZIP:
        remedy = "Give a text that is in it, or the archive to `narrate make` or `narrate add`"
    return SourceError(f"{name} is not a text", f"it looks like {kind.called}", remedy)


def _read_stdin(stdin: BinaryIO | None) -> bytes:
    stream = stdin or sys.stdin.buffer
    if stream.isatty():
        raise UsageError("standard input is a terminal", "", "Pipe a text into it, or name a file")
    return _read_bounded(stream, "standard input")


def _read_bounded(stream: BinaryIO, name: str) -> bytes:
    """All that there is, piece by piece: a device may never end.

    Raises:
        SourceError: it is more than any text has.
    """
    read = io.BytesIO()
    while piece := stream.read(2**20):
        read.write(piece)
        if read.tell() > MOST_BYTES:
            raise _too_large(name)
    return read.getvalue()


def _too_large(name: str) -> SourceError:
    return SourceError(f"{name} is too large", f"it has over {MOST_BYTES // 2**20} MiB", "Give it in parts")


def _read_file(path: Path) -> tuple[bytes, datetime]:
    try:
        about = path.stat()
        if about.st_size > MOST_BYTES:
            raise _too_large(str(path))
        with path.open("rb") as file:
            data = file.read() if path.is_file() else _read_bounded(file, str(path))
    except FileNotFoundError as problem:
        raise SourceError(f"there is no file {path}", "", _suggest(path)) from problem
    except IsADirectoryError as problem:
        raise SourceError(f"{path} is a folder", "", "Name a file in it") from problem
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise SourceError(f"{path} cannot be read", reason, "Look at its name and permissions") from problem
    return data, datetime.fromtimestamp(about.st_mtime, UTC)


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


def _has_nul(data: bytes) -> bool:
    """NUL bytes that no UTF-16 text explains: there every second byte or so is one."""
    sample = data[:4096]
    nuls = sample.count(0)
    return 0 < nuls < len(sample) * 0.2 and not sample.startswith(UNICODE_MARKS)

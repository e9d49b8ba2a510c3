"""Answers with bytes: whole, in parts, or none where the client has them already.

Starlette's FileResponse is passed over: it refuses malformed ranges where it should ignore them, refuses all where one
of several lies beyond the end, answers HEAD in part, and knows no 304.

Source:
    RFC 9110, sections 8.8 (validators), 13 (conditions) and 14 (ranges): https://www.rfc-editor.org/rfc/rfc9110
"""

from __future__ import annotations

import asyncio
import os
import re
import stat
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from narrate.server.ranges import read_ranges

CHUNK_BYTES = 16 * 1024
"""Read at once; a slow listener keeps about three of them in memory. Larger ones are faster than any network needs."""

SETTLED_S = 2.0
"""A time of change younger than this could not tell two versions apart, and is not sent."""

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


class Content(Protocol):
    """Bytes that can be sent whole or in parts."""

    @property
    def media_type(self) -> str: ...

    @property
    def etag(self) -> str:
        """A strong one, with its quotes."""

    @property
    def modified_s(self) -> float:
        """When they last changed, in seconds since 1970."""

    @property
    def size_bytes(self) -> int: ...

    async def read(self, start: int, count: int) -> bytes: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Bytes in memory."""

    data: bytes = field(repr=False)
    media_type: str
    etag: str
    modified_s: float

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    async def read(self, start: int, count: int) -> bytes:
        return self.data[start : start + count]

    def close(self) -> None:
        """There is nothing to close."""


def make_document(data: bytes, media_type: str) -> Document:
    """A document of now, with an ETag of its bytes."""
    etag = f'"{blake2b(data, digest_size=16).hexdigest()}"'
    return Document(data=data, media_type=media_type, etag=etag, modified_s=time.time())


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A file, open for as long as it is being sent: one that is replaced meanwhile goes out as it was."""

    file: BinaryIO = field(repr=False)
    media_type: str
    etag: str
    modified_s: float
    size_bytes: int

    async def read(self, start: int, count: int) -> bytes:
        return await run_in_threadpool(self._read, start, count)

    def _read(self, start: int, count: int) -> bytes:
        self.file.seek(start)
        return self.file.read(count)

    def close(self) -> None:
        self.file.close()


def open_file(path: Path, media_type: str, *, digest: str = "", size_bytes: int = -1) -> OpenFile | None:
    """A plain file, to be sent; None where there is none, or a link stands in its place.

    Args:
        digest: of its bytes, where that is known and they are so many; its ETag.
    """
    try:
        file = open(path, "rb", buffering=0, opener=_open_plain)  # noqa: SIM115
    except (OSError, ValueError):
        return None
    about = os.fstat(file.fileno())
    if not stat.S_ISREG(about.st_mode):
        file.close()
        return None
    itself = digest and about.st_size == size_bytes
    return OpenFile(
        file=file,
        media_type=media_type,
        etag=f'"{digest}"' if itself else f'"{about.st_ino:x}-{about.st_mtime_ns:x}-{about.st_size:x}"',
        modified_s=about.st_mtime,
        size_bytes=about.st_size,
    )


def _open_plain(path: str, flags: int) -> int:
    """No link is followed, and nobody waits for a pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def answer_with(content: Content, request: Headers, headers: Mapping[str, str], *, method: str) -> Response:
    """The right answer to a request for these bytes.

    Args:
        request: headers that came with it.
        headers: what else goes out with the bytes, and with the news that they have not changed.
    """
    about = {"etag": content.etag, "accept-ranges": "bytes", **headers}
    if time.time() - content.modified_s >= SETTLED_S:
        about["last-modified"] = formatdate(content.modified_s, usegmt=True)
    status = _judge(request, content.etag, about.get("last-modified"))
    if status == 200 and method == "GET" and "range" in request and _range_counts(request, about):
        ranges = read_ranges(request["range"], content.size_bytes)
        if ranges is not None:
            return _answer_in_part(content, ranges, about)
    if status == 200:
        return _Parts(content, [range(content.size_bytes)], {**about, "content-type": content.media_type})
    return _answer_without(content, status, about)


def _answer_in_part(content: Content, ranges: list[range], about: dict[str, str]) -> Response:
    if not ranges:
        return _answer_without(content, 416, {**about, "content-range": f"bytes */{content.size_bytes}"})
    if len(ranges) == 1:
        about |= {"content-type": content.media_type, "content-range": _content_range(ranges[0], content)}
        return _Parts(content, ranges, about, 206)
    boundary = token_hex(16)
    about["content-type"] = f"multipart/byteranges; boundary={boundary}"
    return _Parts(content, list(_multipart(content, ranges, boundary)), about, 206)


def _multipart(content: Content, ranges: Iterable[range], boundary: str) -> Iterator[bytes | range]:
    """
    Source:
        RFC 9110, section 14.6, Media Type multipart/byteranges
    """
    for wanted in ranges:
        head = f"Content-Type: {content.media_type}\r\nContent-Range: {_content_range(wanted, content)}"
        yield f"\r\n--{boundary}\r\n{head}\r\n\r\n".encode("ascii")
        yield wanted
    yield f"\r\n--{boundary}--\r\n".encode("ascii")


def _content_range(wanted: range, content: Content) -> str:
    return f"bytes {wanted.start}-{wanted.stop - 1}/{content.size_bytes}"


def _answer_without(content: Content, status: int, about: Mapping[str, str]) -> Response:
    content.close()
    return Response(status_code=status, headers=about)


def _judge(request: Headers, etag: str, modified: str | None) -> int:
    """412 where the client wants another version, 304 where it has this one, else 200.

    Source:
        RFC 9110, section 13.2.2, Precedence of Preconditions
    """
    if "if-match" in request:
        if not _names(request["if-match"], etag, weakly=False):
            return 412
    elif modified and _date(request.get("if-unmodified-since")) < _date(modified):
        return 412
    if "if-none-match" in request:
        return 304 if _names(request["if-none-match"], etag, weakly=True) else 200
    since = request.get("if-modified-since")
    return 304 if since and modified and _date(modified) <= _date(since) < float("inf") else 200


def _names(header: str, etag: str, *, weakly: bool) -> bool:
    """Is a version among those of a header?"""
    if header.strip() == "*":
        return True
    tags = [match for match in _TAG.finditer(header) if weakly or not match[0].startswith("W/")]
    return any(match[1] == etag for match in tags)


def _range_counts(request: Headers, about: Mapping[str, str]) -> bool:
    """Has the client the rest of this very version? A stale or weak If-Range gets the whole of the new one.

    Source:
        RFC 9110, section 13.1.5, If-Range
    """
    condition = request.get("if-range")
    return condition is None or condition.strip() in (about["etag"], about.get("last-modified"))


def _date(written: str | None) -> float:
    """In seconds since 1970; without end where there is no date that can be read."""
    try:
        return parsedate_to_datetime(written).timestamp() if written else float("inf")
    except (ValueError, OverflowError, TypeError):
        return float("inf")


class _Parts(Response):
    """Sends pieces of a content, and words of ours between them, no faster than they are taken."""

    def __init__(
        self, content: Content, pieces: list[bytes | range] | list[range], headers: Mapping[str, str], status: int = 200
    ) -> None:
        self._content, self._pieces = content, pieces
        self.status_code, self.background = status, None
        self.init_headers({**headers, "content-length": str(sum(map(len, pieces)))})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if scope["method"] != "HEAD":
                await self._send_pieces(receive, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._content.close()

    async def _send_pieces(self, receive: Receive, send: Send) -> None:
        with _watching(receive) as gone:
            for piece in self._pieces:
                async for data in self._read_piece(piece):
                    if gone.done():
                        raise BrokenOff("the client has gone")
                    await send({"type": "http.response.body", "body": data, "more_body": True})

    async def _read_piece(self, piece: bytes | range) -> AsyncIterator[bytes]:
        if isinstance(piece, bytes):
            yield piece
            return
        start = piece.start
        while start < piece.stop:
            data = await self._content.read(start, min(CHUNK_BYTES, piece.stop - start))
            if not data:
                raise BrokenOff("the file has become shorter")
            yield data
            start += len(data)


class BrokenOff(Exception):
    """An answer that has begun, and cannot go on."""


@contextmanager
def _watching(receive: Receive) -> Iterator[asyncio.Task[None]]:
    """A task that is done when the client has gone: nothing else tells."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    task = asyncio.ensure_future(watch())
    try:
        yield task
    finally:
        task.cancel()

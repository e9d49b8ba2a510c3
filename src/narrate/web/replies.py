"""What a server answered: is it a text that can be had, of what kind, and its bytes within bounds."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from narrate.web.failures import BY_HAND, CHECK, LATER, Failure, show

OFFERED = "gzip, deflate"
"""Ways of packing that can be undone a bounded piece at a time with the standard library."""

STATUSES = {
    204: ("the page is empty", CHECK),
    205: ("the page is empty", CHECK),
    401: ("it is behind a login", BY_HAND),
    402: ("it is behind a paywall", BY_HAND),
    403: ("the server refuses it to programs or without a login", BY_HAND),
    404: ("there is no such page", CHECK),
    407: ("the proxy asks for a password", "Put it into the proxy's address"),
    410: ("the page is not there any more", CHECK),
    429: ("the server asks to wait", LATER),
    451: ("it is withheld for legal reasons", BY_HAND),
}
"""Source: RFC 9110, 15; RFC 6585, 4; RFC 7725."""

KINDS = {
    "image/jpeg": "a JPEG picture",
    "image/png": "a PNG picture",
    "image/gif": "a GIF picture",
    "image/svg+xml": "an SVG picture",
    "image/webp": "a WebP picture",
    "audio/mpeg": "an MP3 recording",
    "application/gzip": "a gzip archive",
    "application/x-gzip": "a gzip archive",
    "application/x-tar": "a tar archive",
    "application/x-7z-compressed": "a 7z archive",
    "application/vnd.rar": "a RAR archive",
    "application/x-rar-compressed": "a RAR archive",
    "application/x-bzip2": "a bzip2 archive",
    "application/x-xz": "an xz archive",
    "application/wasm": "a program",
    "application/x-msdownload": "a program",
    "application/x-executable": "a program",
    "application/java-archive": "a program",
    "application/vnd.android.package-archive": "a program",
    "application/x-apple-diskimage": "a disk image",
    "image": "a picture",
    "audio": "a recording",
    "video": "a video",
    "font": "a font",
}
"""Media types, or what stands before their slash, that hold no text. Source: IANA Media Types."""

DOCUMENTS = (
    ".epub",
    ".pdf",
    ".docx",
    ".odt",
    ".fb2",
    ".rtf",
    ".eml",
    ".mhtml",
    ".mht",
    ".vtt",
    ".srt",
    ".txt",
    ".md",
    ".zip",
)
"""Endings of files that are offered for download and may be read all the same."""


def check_status(status: int, headers: Mapping[str, str]) -> None:
    """Raise Failure where the answer does not carry the page."""
    trouble = (
        ("the server is in trouble", LATER)
        if status >= 500
        else ("the server answers with something else than the page", CHECK)
    )
    if status in range(200, 300) and status not in (204, 205, 206):
        return
    why, remedy = STATUSES.get(status, trouble)
    wait = show(headers.get("retry-after", "")).strip()
    if wait and remedy == LATER:
        remedy = f"Try again in {wait} seconds" if wait.isdecimal() else f"Try again after {wait}"
    raise Failure(f"{why} ({status})", remedy)


def check_kind(headers: Mapping[str, str], path: str = "") -> None:
    """Raise Failure where the headers already tell that it is nothing to read.

    Args:
        path: of the address, whose ending tells where the headers do not.
    """
    declared = _read_declared(headers)
    kind = KINDS.get(declared) or KINDS.get(declared.partition("/")[0])
    if kind:
        raise Failure(f"it is {kind}, not an article", "Give the address of the page itself")
    disposition = headers.get("content-disposition", "").strip().lower()
    named = re.search(r"filename\*?\s*=\s*\"?([^\";]*)", disposition)
    is_document = (named[1].strip() if named else path.lower()).endswith(DOCUMENTS)
    if disposition.startswith("attachment") and declared == "application/octet-stream" and not is_document:
        raise Failure("it is a file to download, not an article", "Download it and give narrate the file")


def _read_declared(headers: Mapping[str, str]) -> str:
    return re.split("[;,]", headers.get("content-type", ""))[0].strip().lower()


def read_media_type(headers: Mapping[str, str]) -> str:
    """In lower case, without parameters; empty where the server does not really say."""
    declared = _read_declared(headers)
    known = re.fullmatch(r"[!#$&^\w.+-]+/[!#$&^\w.+-]+", declared, re.ASCII) and declared != "application/octet-stream"
    return declared if known else ""


def read_charset(headers: Mapping[str, str]) -> str | None:
    """The character encoding that the header names, as it names it."""
    found = re.search(r";\s*charset\s*=\s*[\"']?([\w.:+-]+)", headers.get("content-type", ""), re.ASCII | re.IGNORECASE)
    return found[1] if found else None


def read_modified(headers: Mapping[str, str]) -> datetime | None:
    """When the page was last changed, in UTC; None where that is not told or makes no sense."""
    try:
        moment = parsedate_to_datetime(headers.get("last-modified", ""))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_body(chunks: Iterable[bytes], headers: Mapping[str, str], limit_bytes: int) -> bytes:
    """The body, unpacked.

    Args:
        chunks: as they come over the wire.
        headers: of the answer.
        limit_bytes: the most that is taken, both on the wire and unpacked.

    Raises:
        Failure: it is larger, empty, or its packing is damaged or unknown.
    """
    too_large = Failure(f"it is larger than {limit_bytes / 1e6:g} MB", "Save the part to be read as a file of its own")
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit_bytes:
        raise too_large
    unpacker = Unpacker(headers.get("content-encoding", ""))
    data = bytearray()
    wire_bytes = 0
    for chunk in chunks:
        wire_bytes += len(chunk)
        data += unpacker.feed(chunk, limit_bytes + 1 - len(data))
        if max(wire_bytes, len(data)) > limit_bytes:
            raise too_large
    unpacker.finish()
    if not data:
        raise Failure("the page is empty", CHECK)
    return bytes(data)


class Unpacker:
    """Undoes gzip or deflate, never more at a time than there is room for."""

    def __init__(self, coding: str) -> None:
        codings = [name for name in re.split(r"[\s,]+", coding.lower()) if name not in ("", "identity")]
        if codings not in ([], ["gzip"], ["x-gzip"], ["deflate"]):
            raise Failure(f"it is packed in a way that was not asked for ({show(coding)})", BY_HAND)
        self._coding = "".join(codings)
        self._stream: zlib._Decompress | None = None
        self._members = 0

    def feed(self, data: bytes, room_bytes: int) -> bytes:
        """What the next bytes unfold to, cut off after `room_bytes`.

        Raises:
            Failure: they are damaged.
        """
        if not self._coding:
            return data
        unfolded = bytearray()
        while data and len(unfolded) < room_bytes and self._begin(data):
            assert self._stream is not None
            try:
                unfolded += self._stream.decompress(data, room_bytes - len(unfolded))
            except zlib.error as problem:
                raise Failure("its compression is damaged", LATER) from problem
            data = self._stream.unused_data or self._stream.unconsumed_tail
            if self._stream.eof:
                self._stream = None
        return bytes(unfolded)

    def _begin(self, data: bytes) -> bool:
        """True with a stream that can take the data; False for what trails behind the last one."""
        if self._stream is None:
            gzip = "gzip" in self._coding
            if self._members and not (gzip and data[0] == 0x1F):
                return False
            headed = data[0] & 0x0F == 8  # zlib's header, which some servers leave out
            self._stream = zlib.decompressobj(16 + zlib.MAX_WBITS if gzip else zlib.MAX_WBITS * (1 if headed else -1))
            self._members += 1
        return True

    def finish(self) -> None:
        """Raise Failure where the end is missing."""
        if self._stream is not None:
            raise Failure("its compression is damaged", LATER)

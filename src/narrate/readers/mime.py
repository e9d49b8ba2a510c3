"""Mails and saved pages taken apart: heads, bodies, and parts within parts. Damage is put up with.

Source: RFC 5322, RFC 2045 to 2047
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import HeaderParser

from narrate.errors import SourceError
from narrate.types import Source

LARGEST_TEXT = 10 << 20
"""Bytes of one text in it, as it was sent, pictures within it included."""

DEEPEST = 12
"""Parts inside one another that are still read."""

MOST_PARTS = 500
MOST_HEAD = 256 << 10
"""Bytes of a head."""


BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
BOUNDARY_END = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
FIELD = re.compile(rb"[!-9;-~]{1,76}:")
"""The beginning of a line in the head of a mail."""

NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


@dataclass
class Part:
    """A part of a mail: its head, and its body or the parts within it."""

    head: Message
    body: bytes
    parts: list[Part] = field(default_factory=list)

    @property
    def media_type(self) -> str:
        return self.head.get_content_type()

    @property
    def charset(self) -> str | None:
        return self.parameter("charset")

    @property
    def is_attached(self) -> bool:
        return str(self.head.get("Content-Disposition", "")).strip().lower().startswith("attachment")

    def parameter(self, name: str) -> str | None:
        """A parameter of its media type."""
        try:
            value = self.head.get_param(name)
        except (ValueError, IndexError, TypeError):
            return None
        return value.strip() if isinstance(value, str) else None

    def header(self, name: str) -> str:
        """A line of the head, decoded and in one line; nothing where there is none."""
        return decode_words(str(self.head.get(name, "")))

    def data(self) -> bytes:
        """The body as its author wrote it; what is damaged of it is left out."""
        way = str(self.head.get("Content-Transfer-Encoding", "")).strip().lower()
        if way == "base64":
            return _from_base64(self.body)
        return quopri.decodestring(self.body) if way == "quoted-printable" else self.body

    def leaves(self) -> Iterator[Part]:
        """The parts that hold something themselves, in order; of attached mails only what lies in them."""
        if self.parts:
            for part in self.parts:
                yield from part.leaves()
        else:
            yield self


def refuse_huge(source: Source, text: Part) -> None:
    """Raise SourceError where a text is larger than people write."""
    if len(text.body) > LARGEST_TEXT:
        raise SourceError(
            f"{source.name} is refused", f"a text in it is over {LARGEST_TEXT >> 20} MB", "Save it by itself"
        )


def read_part(data: bytes, depth: int = 0) -> Part:
    """A mail, or a part of one, taken apart; beyond `DEEPEST` nothing is, and damage is put up with."""
    head, body = _split(data)
    part = Part(head=head, body=body)
    boundary = part.parameter("boundary")
    if depth >= DEEPEST:
        return part
    if part.media_type.startswith("multipart/") and boundary:
        part.parts = [read_part(piece, depth + 1) for piece in _pieces(body, boundary)]
        part.body = b""
    elif part.media_type == "message/rfc822":
        part.parts = [read_part(part.data().lstrip(), depth + 1)]
    return part


def _split(data: bytes) -> tuple[Message, bytes]:
    """The head and the body."""
    if data.startswith(b"From "):
        data = data.partition(b"\n")[2]
    if data.startswith((b"\r\n", b"\n")):
        return Message(), data.lstrip(b"\r\n")
    blank = BLANK.search(data, 0, MOST_HEAD)
    if blank is None and not FIELD.match(data):
        return Message(), data
    end, start = blank.span() if blank else (min(len(data), MOST_HEAD), len(data))
    written = data[:end]
    try:
        text = written.decode("utf-8")
    except UnicodeDecodeError:
        text = written.decode("cp1252", "replace")
    return HeaderParser().parsestr(text.replace("\r\n", "\n").replace("\r", "\n")), data[start:]


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """What stands between the boundaries, without what comes before the first and after the last."""
    pieces: list[bytes] = []
    start: int | None = None
    for begin, end, closes in _boundaries(body, b"--" + boundary.encode("utf-8", "surrogateescape")):
        if start is not None:
            pieces.append(body[start:begin])
        start = None if closes else end
        if closes or len(pieces) >= MOST_PARTS:
            return pieces
    return pieces if start is None else [*pieces, body[start:]]


def _boundaries(body: bytes, line: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each boundary begins, its line feed included, where it ends, and whether it is the last."""
    at = body.find(line)
    while at >= 0:
        rest = BOUNDARY_END.match(body, at + len(line))
        if rest is not None and (at == 0 or body[at - 1 : at] == b"\n"):
            yield max(0, at - (2 if body[at - 2 : at] == b"\r\n" else 1)), rest.end(), rest[1] is not None
        at = body.find(line, at + len(line))


def _from_base64(body: bytes) -> bytes:
    letters = NOT_BASE64.sub(b"", body)
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return b""


def decode_words(written: str) -> str:
    """A line of a head with its encoded words put into letters."""
    try:
        parts = decode_header(" ".join(written.split()))
    except (MessageError, ValueError, IndexError):
        return " ".join(written.split())
    said = "".join(part if isinstance(part, str) else _in_charset(part, charset) for part, charset in parts)
    return " ".join(said.split())


def _in_charset(data: bytes, charset: str | None) -> str:
    try:
        return data.decode(charset or "raw-unicode-escape", "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")

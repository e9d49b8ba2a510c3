"""The ZIP archive that a book is: members are read one at a time within limits, and never unpacked to disk."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from urllib.parse import unquote, urlsplit

from narrate.errors import SourceError

MOST_MEMBERS = 20_000
MOST_MEMBER_BYTES = 32 * 2**20
"""Of one page or list, unpacked. The longest known chapters have under 5 MiB."""

MOST_BYTES = 100 * 2**20
"""Of everything that is read of one book, unpacked."""

MOST_RATIO = 200
"""How many times larger than packed a large member may be: prose shrinks to a third, tables to a twentieth."""

LARGE_BYTES = 10 * 2**20
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Source: https://www.w3.org/TR/epub-33/#sec-zip-container-zipreqs"""

REMEDY = "Get another copy of the book"


class Archive:
    """The members of a book by their paths."""

    def __init__(self, data: bytes, name: str) -> None:
        """Open it.

        Args:
            name: what messages call the book.

        Raises:
            SourceError: it is no ZIP archive, or one with more members than any book has.
        """
        self.name = name
        self.bytes_read = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as problem:
            raise SourceError(f"{name} is no EPUB", "it is no whole ZIP archive", REMEDY) from problem
        if len(self._zip.filelist) > MOST_MEMBERS:
            raise SourceError(f"{name} is no book", f"it packs over {MOST_MEMBERS:,} files", REMEDY)
        self._members = {info.filename.replace("\\", "/"): info for info in self._zip.filelist}
        self._folded = {path.lower(): info for path, info in self._members.items()}

    def paths(self) -> list[str]:
        return list(self._members)

    def has(self, path: str) -> bool:
        return path.lower() in self._folded

    def size_bytes(self, path: str) -> int:
        """Of a member, unpacked, as the archive declares it; 0 where there is none."""
        info = self._find(path)
        return info.file_size if info else 0

    def read(self, path: str) -> bytes | None:
        """The bytes of a member; None where it is missing or damaged.

        Raises:
            SourceError: it unpacks to more than a book needs, or wants a password.
        """
        info = self._find(path)
        if info is None or info.compress_type not in METHODS:
            return None
        if info.flag_bits & 1:
            raise SourceError(f"{self.name} is locked", "its archive wants a password", "Unlock it first")
        self._weigh(info)
        try:
            with self._zip.open(info) as member:
                data = member.read(MOST_MEMBER_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
            return None
        self.bytes_read += len(data)
        if len(data) > MOST_MEMBER_BYTES or self.bytes_read > MOST_BYTES:
            raise self._too_large(path)
        return data

    def _find(self, path: str) -> zipfile.ZipInfo | None:
        return self._members.get(path) or self._folded.get(path.lower())

    def _weigh(self, info: zipfile.ZipInfo) -> None:
        bomb = info.file_size > LARGE_BYTES and info.file_size > MOST_RATIO * max(1, info.compress_size)
        if bomb or info.file_size > MOST_MEMBER_BYTES:
            raise self._too_large(info.filename)

    def _too_large(self, path: str) -> SourceError:
        why = f"{path[-60:]!r} unpacks to far more than a book holds"
        return SourceError(f"{self.name} is not read", why, REMEDY)


def join(base: str, href: str) -> tuple[str, str]:
    """A reference in a file of the book as the path of a member and the id in it; no path where it leads outside.

    Args:
        base: the path of the member that refers.
    """
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return "", ""
    if parts.scheme or parts.netloc:
        return "", ""
    fragment = unquote(parts.fragment)
    if not parts.path:
        return base, fragment
    path = posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(parts.path)))
    return ("", "") if path.startswith(("..", "/")) else (path, fragment)

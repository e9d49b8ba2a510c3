"""ZIP archives of texts: looked into within limits, never unpacked onto the disk.

What is packed is hostile: sizes that are announced are added up before anything is unfolded, and no more than was
announced is ever unfolded of a file. Names only name: nothing is written under them.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from narrate.errors import SourceError

ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
"""First bytes of an archive, and of an empty one."""

MOST_FILES = 5000
MOST_DIRECTORY_BYTES = 4 * 2**20
"""Of the list of files at the end of an archive."""

MOST_BYTES = 512 * 2**20
"""Of everything in an archive, unpacked."""

MOST_FILE_BYTES = 64 * 2**20
"""Of one file in it."""

MOST_RATIO = 200
"""How many times larger a file may become: texts become three to ten times larger, and what is generated fifty."""

SMALL_BYTES = 2**20
"""Below which no ratio is a danger."""

NESTED = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".jar")

UNPACK = "Unpack it, and give narrate the folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """An archive that was looked through."""

    origin: str
    """What messages call it."""

    data: bytes

    names: tuple[str, ...]
    """Of the files in it, folders with slashes, in its own order; hidden ones are none of them."""

    def read(self, name: str) -> bytes:
        """A file, unpacked.

        Raises:
            SourceError: it is damaged, or packed in a way that is not known.
        """
        what = f"{name} in {self.origin} cannot be unpacked"
        try:
            with _open(self.data) as opened:
                member = next(one for one in opened.infolist() if _plain(one.filename) == name)
                with opened.open(member) as file:
                    return file.read(member.file_size)
        except NotImplementedError as problem:
            raise SourceError(what, "it is packed in a way that few programs know", UNPACK) from problem
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, StopIteration) as problem:
            raise SourceError(what, "the archive is damaged", "Get it again") from problem


def open_archive(data: bytes, origin: str) -> Archive:
    """Look through an archive, before anything in it is unpacked.

    Raises:
        SourceError: it is damaged, locked with a password, too large, or has in it what no archive of texts has: odd
            paths, other archives, or far more than its size can hold.
    """
    if _directory_bytes(data) > MOST_DIRECTORY_BYTES:
        raise SourceError(f"{origin} is too large", "its list of files is longer than any that is read", UNPACK)
    try:
        with _open(data) as opened:
            members = [member for member in opened.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise SourceError(f"{origin} cannot be opened", "the archive is damaged", "Get it again") from problem
    if len(members) > MOST_FILES:
        raise SourceError(f"{origin} is too large", f"it holds more than {MOST_FILES} files", UNPACK)
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise SourceError(f"{origin} is too large", f"it unpacks to over {MOST_BYTES // 2**20} MiB", UNPACK)
    shown = [member for member in members if not _is_hidden(member)]
    for member in shown:
        _check_member(member, origin)
    return Archive(origin=origin, data=data, names=tuple(dict.fromkeys(_plain(one.filename) for one in shown)))


def names_in(data: bytes) -> list[str]:
    """Names of the members of an archive; none where it cannot be opened."""
    try:
        with _open(data) as opened:
            return opened.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []


def begin_of(data: bytes, name: str, most_bytes: int) -> bytes:
    """The first bytes of a member; none where it is missing or cannot be read."""
    try:
        with _open(data) as opened, opened.open(name) as member:
            return member.read(most_bytes)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        return b""


def _open(data: bytes) -> zipfile.ZipFile:
    """
    Raises:
        BadZipFile: it is none, or its list of files is longer than any that is read.
    """
    if _directory_bytes(data) > MOST_DIRECTORY_BYTES:
        raise zipfile.BadZipFile("its list of files is too long")
    return zipfile.ZipFile(io.BytesIO(data))


def _directory_bytes(data: bytes) -> int:
    """Size of the list of files, as the record at the end announces it. Source: PKWARE's APPNOTE, 4.3.16."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 2**16 - 22))
    return 0 if end < 0 else int.from_bytes(data[end + 12 : end + 16], "little")


def _check_member(member: zipfile.ZipInfo, origin: str) -> None:
    name = _plain(member.filename)
    shown = "".join(sign if sign.isprintable() else "?" for sign in name)[:80]
    if (
        not name
        or name.startswith("/")
        or re.match(r"[A-Za-z]:", name)
        or ".." in name.split("/")
        or shown != name[:80]
    ):
        raise SourceError(f"{origin} has an odd path in it", shown or "a file without a name", UNPACK)
    if member.flag_bits & 1:
        raise SourceError(f"{origin} is locked with a password", "", UNPACK)
    if name.lower().endswith(NESTED):
        raise SourceError(f"{origin} has another archive in it", shown, UNPACK)
    swollen = member.file_size > SMALL_BYTES and member.file_size > MOST_RATIO * max(1, member.compress_size)
    if swollen or member.file_size > MOST_FILE_BYTES:
        raise SourceError(
            f"{origin} looks like a trap", f"{shown} would unpack to {member.file_size / 1e6:.0f} MB", UNPACK
        )


def _is_hidden(member: zipfile.ZipInfo) -> bool:
    """Is it a file that systems hide, such as what macOS adds, or a link to another one?"""
    parts = PurePosixPath(_plain(member.filename)).parts
    hidden = any(part.startswith(".") and part != ".." for part in parts) or "__MACOSX" in parts
    return hidden or (member.external_attr >> 16) & 0o170000 == 0o120000


def _plain(name: str) -> str:
    """A name with slashes between its folders, whoever has packed it."""
    return name.replace("\\", "/").removeprefix("./")

"""The store of what was made, so that nothing is spoken or encoded twice: blobs on disk, named after what made them.

An entry is a file `v1/<kind>/ab/abcdef…`: a header with the digest of what follows, then the blob. It is written
beside the others and linked into its place whole, so readers and writers need no lock. Nothing is synced to the disk:
what a power cut tears does not fit its digest, and is made again.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import struct
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Literal, get_args

from narrate.errors import OutputError

Kind = Literal["clips", "segments", "measures"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Speech, one utterance an entry; finished minutes of MP3; loudness and gains."""

LAYOUT = 1
"""Counts up when older versions could not read what newer ones write, or the other way round."""

DIGEST_BYTES = 32

HEADER = struct.Struct(f"<7sBQ{DIGEST_BYTES}s")
"""`narrate`, the layout, length of the blob in bytes, digest."""

TOUCH_EVERY_S = 300
"""Last use is known to within so much, since noting it costs a write."""

GRACE_S = 60
"""A temporary file is left alone for so long though nobody here has its process: it may run in another container."""

DAY_S = 86_400

TRIES = 10
"""Before an entry that somebody else keeps adding, damaging or clearing is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What lies in a store."""

    count: int
    size_bytes: int
    least_recent_use: datetime | None
    """In UTC, to within some minutes; None where there is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was taken out of a store."""

    count: int = 0
    size_bytes: int = 0
    stuck: int = 0
    """Entries that should have gone, and that the system would not remove."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    path: str
    size_bytes: int
    used_s: float
    """Last use, in seconds since 1970."""


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where the cache is: NARRATE_CACHE, else `cache` in NARRATE_HOME, else the system's place for it."""
    if environment.get("NARRATE_CACHE"):
        return Path(environment["NARRATE_CACHE"])
    if environment.get("NARRATE_HOME"):
        return Path(environment["NARRATE_HOME"]) / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("narrate")


def make_key(*parts: str | bytes) -> str:
    """The name of an entry, 64 hex digits: other parts, or the same cut otherwise, give another."""
    digest = blake2b(digest_size=32)
    for part in parts:
        sign, data = (b"b", part) if isinstance(part, bytes) else (b"s", part.encode("utf-8", "surrogatepass"))
        digest.update(b"%b%d:" % (sign, len(data)))
        digest.update(data)
    return digest.hexdigest()


@cache
def open_store(root: Path) -> Store:
    """The store in a folder, one for all of this process."""
    return Store(root)


class Store:
    """Blobs under keys. Any number of processes may read, add, trim and clear at once.

    Nothing is created before the first blob comes.
    """

    def __init__(self, root: Path, *, max_bytes: int | None = None) -> None:
        """
        Args:
            root: the folder; it need not exist.
            max_bytes: what `trim` leaves at most; None for no limit.
        """
        self.root, self.max_bytes = root, max_bytes
        self.damaged: list[str] = []
        """Keys of entries found damaged, and removed, since the store was opened."""
        self._folder = root / f"v{LAYOUT}"
        self._temporary = self._folder / "tmp"
        self._swept = False

    def get(self, key: str, *, kind: Kind, mend: bool = True) -> bytes | None:
        """The blob; None where there is none, or a damaged one.

        Args:
            mend: remove a damaged one, and count it.
        """
        path = self._path(key, kind)
        try:
            with path.open("rb") as file:
                before = os.fstat(file.fileno())
                header, blob = file.read(HEADER.size), file.read()
        except OSError as problem:
            if mend and problem.errno == errno.EIO:  # the disk is
                self._discard(path, None)
            return None
        if header != _header(key, kind, blob):
            if mend:
                self._discard(path, before)
            return None
        _touch(path, before)
        return blob

    def first_line(self, key: str, *, kind: Kind) -> bytes | None:
        """The first line of a blob, if the blob is as long as it should be; whether it is sound, only `get` knows.

        To read all of ten hours of speech takes one and a half seconds more.
        """
        path = self._path(key, kind)
        try:
            with path.open("rb") as file:
                about = os.fstat(file.fileno())
                header, line = file.read(HEADER.size), file.readline()
        except OSError:
            return None
        size_bytes = max(0, about.st_size - HEADER.size)
        if header[:-DIGEST_BYTES] != HEADER.pack(b"narrate", LAYOUT, size_bytes, b"")[:-DIGEST_BYTES]:
            return None
        _touch(path, about)
        return line

    def has(self, key: str, *, kind: Kind) -> bool:
        """Is there an entry? Whether it is sound, and still there, only `get` knows."""
        return os.path.exists(self._path(key, kind))  # noqa: PTH110 - Path.exists raises where a folder is closed to us

    def put(self, key: str, blob: bytes, *, kind: Kind) -> bytes:
        """Add a blob, and get the one that is in the store afterwards: whoever came first, his stays.

        Raises:
            OutputError: it cannot be written; nothing of it is left.
        """
        path = self._path(key, kind)
        for _ in range(TRIES):
            kept = self.get(key, kind=kind)
            if kept is not None:
                return kept
            try:
                self._add(path, _header(key, kind, blob) + blob)
            except (FileExistsError, FileNotFoundError):  # another process was first, or is clearing the store
                continue
            except OSError as problem:
                raise self._unwritable(problem.strerror or str(problem)) from problem
            return blob
        raise self._unwritable(f"{path} can be neither read nor replaced")

    def writable(self) -> bool:
        """Could a blob be written now? Tried with a file that has no name, in the nearest folder there is."""
        try:
            folder = next(path for path in (self._temporary, *self._temporary.parents) if path.exists())
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(bytes(4096))
        except OSError:
            return False
        return True

    def usage(self, kind: Kind | None = None) -> Usage:
        """How much there is of a kind, or of all."""
        entries = list(self._entries(kind))
        oldest_s = min((entry.used_s for entry in entries), default=None)
        return Usage(
            count=len(entries),
            size_bytes=sum(entry.size_bytes for entry in entries),
            least_recent_use=None if oldest_s is None else datetime.fromtimestamp(oldest_s, UTC),
        )

    def trim(self, max_bytes: int | None = None, *, unused_since: float | None = None) -> Removed:
        """Remove what was not used for longest, until the rest is small enough.

        Args:
            max_bytes: size of the rest; None takes the store's limit, and removes nothing where it has none.
            unused_since: spare what was used since then, in seconds since 1970; the rest may be larger for it.
        """
        limit = self.max_bytes if max_bytes is None else max_bytes
        if limit is None:
            return Removed()
        entries = sorted(self._entries(), key=lambda entry: entry.used_s)
        excess_bytes = sum(entry.size_bytes for entry in entries) - limit
        doomed = []
        for entry in entries:
            if excess_bytes <= 0 or (unused_since is not None and entry.used_s >= unused_since - TOUCH_EVERY_S):
                break
            excess_bytes -= entry.size_bytes
            doomed.append(entry)
        return _remove(doomed)

    def clear(self, kind: Kind | None = None) -> Removed:
        """Remove all of a kind, or everything."""
        removed = _remove(self._entries(kind))
        for folder in self._kind_folders(kind):
            for path in (*(folder / shard.name for shard in _list(folder)), folder):
                with suppress(OSError):  # something came in, or it has gone
                    path.rmdir()
        self._sweep()
        return removed

    def _path(self, key: str, kind: Kind) -> Path:
        if not _is_key(key) or kind not in KINDS:
            raise ValueError(f"{kind!r}, {key!r} is no name of an entry")  # and could lead out of the folder
        return self._folder / kind / key[:2] / key

    def _kind_folders(self, kind: Kind | None) -> list[Path]:
        return [self._folder / name for name in ([kind] if kind else KINDS)]

    def _entries(self, kind: Kind | None = None) -> Iterator[_Entry]:
        for folder in self._kind_folders(kind):
            for shard in _list(folder):
                for file in _list(shard.path):
                    if _is_key(file.name):
                        with suppress(OSError):  # it has gone since
                            about = file.stat(follow_symlinks=False)
                            yield _Entry(path=file.path, size_bytes=about.st_size, used_s=about.st_mtime)

    def _add(self, path: Path, data: bytes) -> None:
        """
        Raises:
            FileExistsError: there is one already.
        """
        self._temporary.mkdir(parents=True, exist_ok=True)
        if not self._swept:
            self._sweep()
        temporary = self._temporary / f"{os.getpid()}-{secrets.token_hex(8)}"
        try:
            temporary.write_bytes(data)
            path.parent.mkdir(parents=True, exist_ok=True)
            _move_in(temporary, path)
        finally:
            with suppress(OSError):
                temporary.unlink()

    def _discard(self, path: Path, seen: os.stat_result | None) -> None:
        """Remove a damaged entry, unless somebody has put a sound one in its place since we looked."""
        self.damaged.append(path.name)
        with suppress(OSError):
            if seen is None or os.path.samestat(seen, path.stat()):
                path.unlink()

    def _sweep(self) -> None:
        """Remove what processes that died have left half written."""
        self._swept = True
        for file in _list(self._temporary):
            with suppress(OSError):
                if _is_left_over(file.name, time.time() - file.stat().st_mtime):
                    Path(file.path).unlink()

    def _unwritable(self, why: str) -> OutputError:
        return OutputError(
            f"the cache {self.root} cannot be written",
            why,
            "Free some space, or set NARRATE_CACHE, and with --no-cache TMPDIR, to another folder",
        )


def _header(key: str, kind: Kind, blob: bytes) -> bytes:
    """What stands before a blob; its digest covers the entry's name too, so that none is taken for another."""
    digest = blake2b(f"{kind}/{key}\n".encode(), digest_size=DIGEST_BYTES)
    digest.update(blob)
    return HEADER.pack(b"narrate", LAYOUT, len(blob), digest.digest())


def _touch(path: Path, about: os.stat_result) -> None:
    """Note that an entry has been used, where that is news."""
    if time.time() - about.st_mtime > TOUCH_EVERY_S:
        with suppress(OSError):  # it may be read-only
            os.utime(path)


def _is_key(name: str) -> bool:
    return re.fullmatch("[0-9a-f]{8,128}", name) is not None


def _list(folder: str | Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing where there is none, or it goes meanwhile."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError:
        return []


def _move_in(temporary: Path, path: Path) -> None:
    """
    Raises:
        FileExistsError: there is one already.
    """
    try:
        path.hardlink_to(temporary)
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError:  # a file system without links; of two who come at once the last may win, and both are sound
        if path.exists():
            raise FileExistsError(path) from None
        temporary.rename(path)


def _remove(entries: Iterable[_Entry]) -> Removed:
    count = size_bytes = stuck = 0
    for entry in entries:
        try:
            Path(entry.path).unlink()
        except FileNotFoundError:  # somebody else has
            continue
        except OSError:
            stuck += 1
            continue
        count, size_bytes = count + 1, size_bytes + entry.size_bytes
    return Removed(count=count, size_bytes=size_bytes, stuck=stuck)


def _is_left_over(name: str, age_s: float) -> bool:
    """Was a temporary file of ours, so many seconds old, forgotten?"""
    ours = re.fullmatch("([0-9]{1,9})-[0-9a-f]{16}", name)
    return ours is not None and (age_s > DAY_S or (age_s > GRACE_S and not _is_alive(int(ours[1]))))


def _is_alive(pid: int) -> bool:
    if sys.platform == "win32":  # asking would end it; its files are judged by their age
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # of another user
        return True
    return True

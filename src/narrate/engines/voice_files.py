"""Files of voices: where they are, and how new ones come in, checked and whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from hashlib import file_digest
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Protocol, runtime_checkable
from urllib.parse import urljoin

from narrate.errors import OutputError, SourceError
from narrate.types import Voice

VARIABLE = "NARRATE_VOICES"

MOST_FILES = 20_000
MOST_BYTES = 4 * 10**9
"""Of all that lies in a folder or package in which somebody looks for voices."""

DEEPEST = 3
"""How far below a folder files are looked for."""

MOST_REDIRECTS = 5
SLACK_BYTES = 16 * 2**20
"""Free space that is left alone."""

PACKAGES = (".whl", ".zip", ".tgz", ".tar.gz")

ROOM = ".installing-"
STALE_S = 7200
"""A room that is older was left by a command that was killed: a fetch has half that time."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

REMEDY = f"Make room there, or name another folder in {VARIABLE}"

Found = tuple[str, Callable[[], IO[bytes]]]
"""The path of a file, and what opens it before the next one comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody wants to have installed, and where it may come from."""

    name: str = ""
    """A voice of the engine; empty takes all that it can install."""

    sources: tuple[Path, ...] = ()
    """Files, folders and packages that are here already; without one it is fetched."""

    proxy: str | None = None
    """For the web, such as `http://proxy.example:3128`."""

    tell: Callable[[str], None] = lambda _: None
    """Takes a sentence on what takes a while."""


@runtime_checkable
class Installer(Protocol):
    """What an engine may do besides: take in files of voices."""

    def install(self, order: Order) -> Sequence[Voice]:
        """The voices ordered, which can speak from now on.

        Raises:
            UsageError: there is no such voice.
            SourceError: a file cannot be had, or is not what it should be.
            OutputError: it cannot be written where voices are kept.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceFile:
    """A file that is known before it is here."""

    name: str
    """Its path in the engine's folder."""
    size_bytes: int
    sha256: str
    address: str
    """Where it is fetched from, http or https."""

    parts: tuple[str, ...] = ()
    """Ends of the paths under which packages hold its pieces, in order, where some hold it in pieces."""


def voices_folder(environment: Mapping[str, str]) -> Path:
    """Where voices are kept: NARRATE_VOICES, else `voices` in NARRATE_HOME, else in the system's place for data."""
    if environment.get(VARIABLE):
        return Path(environment[VARIABLE])
    if environment.get("NARRATE_HOME"):
        return Path(environment["NARRATE_HOME"]) / "voices"
    from platformdirs import user_data_path

    return user_data_path("narrate") / "voices"


def install_files(files: Sequence[VoiceFile], folder: Path, order: Order) -> None:
    """Bring files into a folder; those that are there stay.

    Raises:
        SourceError: one cannot be had, or is not what it should be.
        OutputError: the folder cannot be written, or has no room.
    """
    absent = [file for file in files if not is_whole(folder / file.name, file)]
    if not absent:
        return
    with open_room(folder, sum(file.size_bytes for file in absent)) as room:
        _gather(absent, order, room)
        for file in absent:
            made = _find_gathered(file, room) or _fetch_file(file, room, order)
            _check_file(made, file)
            target = folder / file.name
            target.parent.mkdir(parents=True, exist_ok=True)
            made.replace(target)


def is_whole(path: Path, file: VoiceFile) -> bool:
    """Is a file what it should be?"""
    if not path.is_file() or path.stat().st_size != file.size_bytes:
        return False
    with path.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest() == file.sha256


@contextmanager
def open_room(folder: Path, size_bytes: int) -> Iterator[Path]:
    """A hidden folder in the one where something is to appear, gone in the end.

    Args:
        size_bytes: what will be written.

    Raises:
        OutputError: it cannot be written, or there is not enough space.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        free_bytes = shutil.disk_usage(folder).free
        if free_bytes < size_bytes + SLACK_BYTES:
            why = f"it takes {size_bytes / 1e6:,.0f} MB, and {free_bytes / 1e6:,.0f} MB are free"
            raise OutputError(f"nothing can be installed in {folder}", why, REMEDY)
        with TemporaryDirectory(prefix=ROOM, dir=folder) as room:
            yield Path(room)
    except OSError as problem:
        raise OutputError(
            f"nothing can be installed in {folder}", problem.strerror or str(problem), REMEDY
        ) from problem


def _sweep(folder: Path) -> None:
    for room in folder.glob(f"{ROOM}*"):
        with suppress(FileNotFoundError):  # whoever made it has just removed it
            if time.time() - room.stat().st_mtime > STALE_S:
                shutil.rmtree(room, ignore_errors=True)


# ------------------------------------------------------------------ what is here already


def walk_source(source: Path, tell: Callable[[str], None]) -> Iterator[Found]:
    """The file itself, or those in a folder or package.

    Args:
        tell: hears of packages in a folder that are passed over, since people keep all sorts of things in theirs.

    Raises:
        SourceError: it cannot be read, or is far too large.
    """
    if not source.exists():
        raise SourceError(f"there is no {source}", "", "Look at its name")
    with _reading(source):
        if source.is_dir():
            yield from _walk_folder(source, tell)
        elif not source.name.lower().endswith(PACKAGES):
            yield source.as_posix(), partial(_open, source)
        elif zipfile.is_zipfile(source):
            yield from _walk_zip(source)
        else:
            yield from _walk_tar(source)


@contextmanager
def _reading(source: Path) -> Iterator[None]:
    """
    Raises:
        SourceError: the source cannot be read.
    """
    try:
        yield
    except (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile, tarfile.TarError) as problem:
        if isinstance(problem, OSError) and problem.errno in FULL:  # that is the room's trouble
            raise
        if isinstance(problem, OSError) and problem.errno:
            raise SourceError(f"{source} cannot be read", problem.strerror or str(problem), "Look at it") from problem
        raise SourceError(
            f"{source} cannot be opened", "it is damaged, or no package", "Download it again"
        ) from problem


def _walk_folder(folder: Path, tell: Callable[[str], None]) -> Iterator[Found]:
    seen = 0
    for place, folders, names in os.walk(folder):
        if len(Path(place).relative_to(folder).parts) >= DEEPEST:
            folders.clear()
        for path in sorted(Path(place) / name for name in names):
            seen += 1
            _check_amount(folder, seen, 0)
            if path.name.lower().endswith(PACKAGES):
                try:
                    yield from walk_source(path, tell)
                except SourceError as problem:
                    tell(f"passing over {path}, {problem.why}")
            elif path.is_file():  # and no pipe
                yield path.as_posix(), partial(_open, path)


def _open(path: Path) -> IO[bytes]:
    return path.open("rb")


def _walk_zip(package: Path) -> Iterator[Found]:
    with zipfile.ZipFile(package) as archive:
        members = archive.infolist()
        _check_amount(package, len(members), sum(member.file_size for member in members))
        for member in members:
            if not member.is_dir():
                yield member.filename, partial(archive.open, member)


def _walk_tar(package: Path) -> Iterator[Found]:
    size_bytes = 0
    with tarfile.open(package, "r:gz") as archive:
        for count, member in enumerate(archive):
            size_bytes += member.size
            _check_amount(package, count, size_bytes)
            if member.isreg():
                yield member.name, partial(_open_member, archive, member)


def _open_member(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    opened = archive.extractfile(member)
    assert opened is not None  # it is a regular file
    return opened


def _check_amount(source: Path, files: int, size_bytes: int) -> None:
    if files > MOST_FILES or size_bytes > MOST_BYTES:
        why = f"there are more than {MOST_FILES:,} files or {MOST_BYTES / 1e9:g} GB in it"
        raise SourceError(f"no voices are looked for in {source}", why, "Name the files themselves")


# ------------------------------------------------------------------ one file after the other


def _gather(files: Sequence[VoiceFile], order: Order, room: Path) -> None:
    """Copy whatever sources hold of files into a room: whole ones, and pieces under their numbers."""
    wanted: dict[str, tuple[VoiceFile, int | None]] = {PurePosixPath(file.name).name: (file, None) for file in files}
    wanted |= {piece: (file, number) for file in files for number, piece in enumerate(file.parts)}
    for source in order.sources:
        for path, opening in walk_source(source, order.tell):
            parts = PurePosixPath(path).parts
            found = wanted.get("/".join(parts[-2:])) or wanted.get("/".join(parts[-1:]))
            if found:
                file, number = found
                with _piece_path(file, number, room).open("wb") as copy, _reading(source), opening() as stream:
                    _copy(stream, copy, file.size_bytes)


def _piece_path(file: VoiceFile, number: int | None, room: Path) -> Path:
    """None is the whole."""
    return room / "-".join([*PurePosixPath(file.name).parts, "whole" if number is None else str(number)])


def _copy(stream: IO[bytes], copy: IO[bytes], most_bytes: int) -> None:
    """Copy a stream, or so much of one that is too large that it shows."""
    left = most_bytes + 1
    while left and (block := stream.read(min(left, 2**20))):
        left -= len(block)
        copy.write(block)


def _find_gathered(file: VoiceFile, room: Path) -> Path | None:
    """What was gathered of a file, joined; None where nothing was.

    Raises:
        SourceError: some pieces are missing.
    """
    whole = _piece_path(file, None, room)
    pieces = {name: _piece_path(file, number, room) for number, name in enumerate(file.parts)}
    absent = [name for name, piece in pieces.items() if not piece.exists()]
    if whole.exists() or len(absent) == len(pieces):
        return whole if whole.exists() else None
    if absent:
        raise SourceError(f"{file.name} cannot be put together", f"there is no {absent[0]}", "Name what holds it too")
    first, *others = pieces.values()
    with first.open("ab") as joined:
        for piece in others:
            with piece.open("rb") as part:
                shutil.copyfileobj(part, joined)
            piece.unlink()
    return first


def _check_file(made: Path, file: VoiceFile) -> None:
    if not is_whole(made, file):
        why = "its size or its SHA-256 is not what it should be"
        raise SourceError(f"{file.name} was not installed", why, "Get it again, or from somewhere else")


def _fetch_file(file: VoiceFile, room: Path, order: Order) -> Path:
    """The file from the web, not checked yet.

    Raises:
        SourceError: it cannot be had.
    """
    if order.sources:
        raise SourceError(f"{file.name} was not found", "no source holds it", "Name what holds it with --from too")
    from narrate.web.failures import Failure

    order.tell(f"fetching {file.name}, {file.size_bytes / 1e6:,.1f} MB")
    try:
        data = _fetch(file, order.proxy)
    except Failure as failure:
        remedy = "Look at the network, or download it elsewhere and name it with --from"
        raise SourceError(f"{file.address} cannot be fetched", failure.why, remedy) from failure
    made = room / "fetched"
    made.write_bytes(data)
    return made


def _fetch(file: VoiceFile, proxy: str | None) -> bytes:
    from narrate.web.call import call
    from narrate.web.failures import Failure
    from narrate.web.fetch import REDIRECTS, Limits

    limits = Limits(total_s=3600, read_s=60, size_bytes=file.size_bytes)
    address = file.address
    for _ in range(MOST_REDIRECTS + 1):
        answer = call("GET", address, headers={}, limits=limits, proxy=proxy)
        if answer.status == 200:
            return answer.data
        if answer.status not in REDIRECTS:
            raise Failure(f"the server answered with status {answer.status}")
        address = urljoin(address, answer.headers.get("location", ""))
    raise Failure(f"there are more than {MOST_REDIRECTS} redirects")

"""The studio: the workers that speak and master, the store of what they made, and rooms to put things together in."""

from __future__ import annotations

import math
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from narrate import plugins
from narrate.cache import Store, cache_folder, open_store
from narrate.engines.booth import address_of, warm_engine
from narrate.errors import NarrateError, OutputError
from narrate.executors.local import LocalExecutor
from narrate.executors.machine import default_jobs
from narrate.settings import Settings, load_settings

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from narrate.engines.protocol import Engine
    from narrate.types import Voice

ROOM_PREFIX, LOCK = ".narrate-room-", "lock"
"""How hidden folders begin in which something is being made, and the file in each that its command has locked."""

WORKER_BYTES = 600 * 2**20
"""What a worker with the default voice and a segment in hand takes at most."""

SPARED_S = 6 * 3600
"""What was used so lately may be in use by another command."""

WORTH_A_WORKER_CHARS = 2000
"""Text for every further worker: a worker takes a second to load its voice, in which another one speaks as much."""


class Studio:
    """Workers and a store, for one episode or for many.

    Opened before anything is read: the first worker loads the voice meanwhile. As a context it closes itself.
    """

    def __init__(self, settings: Settings) -> None:
        """
        Raises:
            OutputError: there is no place for the store.
        """
        self.notes: list[str] = []
        """Sentences for the user, such as about a cache that cannot be written."""
        self._settings = settings
        self._room = ExitStack()
        self.store = self._open_store()
        self._known_damage = len(self.store.damaged)
        self.executor = _hire_or_take(settings)

    def suits(self, settings: Settings) -> bool:
        """Would these settings make the same studio?"""

        def terms(known: Settings) -> tuple[object, ...]:
            return known.use_cache, known.cache_mb, *_terms(known)

        return terms(settings) == terms(self._settings)

    def expect(self, chars: int) -> None:
        """Let as many workers come as a text of so many characters is worth. None goes when it turns out shorter."""
        worth = self._settings.jobs or math.ceil(chars / WORTH_A_WORKER_CHARS)
        self.executor.limit = max(self.executor.limit, min(self.executor.jobs, worth))

    def change_voice(self, engine: Engine, voice: Voice) -> None:
        """Stop what is being spoken, and let another voice be loaded."""
        self.executor.clear()
        self.executor.start(1, warm=(warm_engine, (address_of(engine), voice.name)))

    def close(self) -> None:
        """Stop everybody, and leave the store as small as it shall be."""
        self.executor.close()
        self._room.close()
        self.store.trim(unused_since=time.time() - SPARED_S)
        damaged = len(self.store.damaged) - self._known_damage
        if damaged:
            self.notes.append(f"{damaged} damaged {'entry' if damaged == 1 else 'entries'} of the cache made again")

    def __enter__(self) -> Studio:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open_store(self) -> Store:
        if self._settings.use_cache:
            store = open_store(cache_folder(os.environ))  # which is where segments are read from, too
            store.max_bytes = self._settings.cache_mb * 2**20
            if store.writable():
                return store
            self.notes.append(f"the cache {store.root} cannot be written: nothing is kept for the next time")
        return open_store(self._room.enter_context(open_room()))


_early: list[tuple[tuple[object, ...], LocalExecutor]] = []
"""Workers that were hired before their studio was opened, and what they were hired for."""


def hire_early() -> None:
    """Have a worker load the usual voice while the command line is still being read.

    The next studio takes it over, if it wants the same.
    """
    with suppress(NarrateError):  # whoever reads the settings that count says what is wrong with them
        settings = load_settings()
        _early.append((_terms(settings), _hire(settings)))


def _terms(settings: Settings) -> tuple[object, ...]:
    return settings.jobs, settings.engine, settings.voice, settings.proxy


def _hire_or_take(settings: Settings) -> LocalExecutor:
    while _early:
        terms, executor = _early.pop()
        if terms == _terms(settings):
            return executor
        executor.close()
    return _hire(settings)


def _hire(settings: Settings) -> LocalExecutor:
    """Workers that load the voice which will probably speak; one of them begins at once."""
    if settings.proxy:
        os.environ["NARRATE_PROXY"] = settings.proxy  # engines that are online read it in their workers
    executor = LocalExecutor(settings.jobs or default_jobs(WORKER_BYTES))
    executor.limit = 1
    engine, voice = plugins.split_voice(settings.voice, settings.engine)
    wanted: tuple[str, str | None] = ("", None)
    with suppress(NarrateError):  # whoever chooses the voice says what is wrong with it
        wanted = address_of(plugins.load_engine(engine)), voice or None
    executor.start(1, warm=(warm_engine, wanted))
    return executor


@contextmanager
def open_room(parent: Path | None = None) -> Iterator[Path]:
    """A hidden folder in which to make something; it goes when it is left.

    Its lock is held for as long as it is used. One that nobody has locked was left behind by a command that was
    killed, and goes too.

    Args:
        parent: the folder it shall be in; None for the system's place for temporary files.

    Raises:
        OutputError: there can be none.
    """
    try:
        place = parent or Path(tempfile.gettempdir())
        for left in place.glob(f"{ROOM_PREFIX}{'?' * 8}"):
            _clear_room(left)
        folder, lock = _take_room(place)
    except OSError as problem:
        what = f"nothing can be made in {parent}" if parent else "there is no room for temporary files"
        remedy = "name another place with -o" if parent else "set TMPDIR to another folder"
        raise OutputError(what, problem.strerror or str(problem), f"Free some space, or {remedy}") from problem
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def _take_room(place: Path) -> tuple[Path, BaseFileLock]:
    """A new folder and its lock, which is ours."""
    from filelock import FileLock, Timeout

    while True:
        folder = Path(tempfile.mkdtemp(prefix=ROOM_PREFIX, dir=place))
        lock = FileLock(folder / LOCK)
        try:
            lock.acquire(timeout=0)
            if (folder / LOCK).exists():
                return folder, lock
            lock.release()
        except (Timeout, FileExistsError, FileNotFoundError):
            pass  # another command came in between, and is clearing it
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def _clear_room(folder: Path) -> None:
    """Remove a room that nobody is in; those of other users are theirs, as is what was never locked."""
    from filelock import FileLock

    with suppress(OSError):  # somebody is in it, or it has gone
        if not (folder / LOCK).exists():
            folder.rmdir()  # killed before it was locked, there is nothing in it
            return
        about = folder.lstat()
        if stat.S_ISDIR(about.st_mode) and about.st_uid == getattr(os, "geteuid", lambda: about.st_uid)():
            with FileLock(folder / LOCK, timeout=0):
                shutil.rmtree(folder, ignore_errors=True)

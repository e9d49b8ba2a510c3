"""The studio: the workers that speak and master, and the store of what they made."""

from __future__ import annotations

import math
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from narrate import plugins
from narrate.cache import Store, cache_folder
from narrate.engines.booth import address_of, warm_engine
from narrate.errors import NarrateError
from narrate.executors.local import LocalExecutor
from narrate.executors.machine import default_jobs
from narrate.settings import Settings
from narrate.types import Script

WORKER_BYTES = 600 * 2**20
"""What a worker with the default voice and a segment in hand takes at most."""

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
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.store = self._open_store()
        self.executor = LocalExecutor(settings.jobs or default_jobs(WORKER_BYTES))
        self.executor.limit = 1
        self.executor.start(1, warm=(warm_engine, self._engine()))

    def expect(self, script: Script) -> None:
        """Let as many workers be as the text is worth."""
        chars = sum(len(utterance.text) for utterance in script.utterances)
        worth = math.ceil(chars / WORTH_A_WORKER_CHARS)
        self.executor.limit = max(self.executor.limit, min(self.executor.jobs, worth))
        self.executor.start(self.executor.limit, warm=(warm_engine, self._engine()))

    def close(self) -> None:
        """Stop everybody, and leave the store as small as it shall be."""
        self.executor.close()
        if self._folder:
            self._folder.cleanup()
        else:
            self.store.trim()
        damaged = len(self.store.damaged)
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
            store = Store(cache_folder(os.environ), max_bytes=self._settings.cache_mb * 2**20)
            if store.writable():
                return store
            self.notes.append(f"the cache {store.root} cannot be written: nothing is kept for the next time")
        self._folder = tempfile.TemporaryDirectory(prefix="narrate-")
        return Store(Path(self._folder.name))

    def _engine(self) -> tuple[str, str | None]:
        """The engine that will probably speak, as `warm_engine` wants it."""
        engine, voice = plugins.split_voice(self._settings.voice, self._settings.engine)
        with suppress(NarrateError):  # whoever chooses the voice says what is wrong with it
            return address_of(plugins.load_engine(engine)), voice or None
        return "", None

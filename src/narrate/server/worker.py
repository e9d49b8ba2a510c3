"""Makes episodes of what waits in the queue, one after another, beside the server."""

from __future__ import annotations

import io
import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.errors import LibraryError, NarrateError
from narrate.library.library import Library
from narrate.library.queue import Job

if TYPE_CHECKING:
    from narrate.library.add import Added
    from narrate.preparation import Prepared
    from narrate.settings import Settings
    from narrate.studio import Studio
    from narrate.types import Fallback, Source, Take

log = logging.getLogger("narrate.server")

LOOK_EVERY_S = 2.0
"""How often the queue is looked at; another process may have put something in."""

TELL_EVERY_S = 0.25

STUDIO_S = 60.0
"""How long workers with a loaded voice are kept for the next job."""

STOP_S = 5.0
"""Given to a job to stop; what it has spoken is kept, and it waits for the next server."""


class Worker:
    """One thread, with a studio while there is work."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="narrate worker", daemon=True)
        self._room = ExitStack()
        self._studio: Studio | None = None
        self._busy_s = 0.0

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """There is something in the queue."""
        self._wake.set()

    def stop(self) -> None:
        self._stopping.set()
        self._wake.set()
        self._thread.join(STOP_S)

    def _run(self) -> None:
        with self._room:  # the studio goes with the thread
            self._recover()
            while not self._stopping.is_set():
                self._wake.clear()
                job = self._take()
                if job is None:
                    self._rest()
                else:
                    self._work(job)

    def _recover(self) -> None:
        try:
            self._library.queue.recover()
        except LibraryError as problem:
            log.warning("%s", problem)

    def _take(self) -> Job | None:
        try:
            return self._library.queue.take()
        except LibraryError as problem:
            log.warning("%s", problem)
            return None

    def _rest(self) -> None:
        if time.monotonic() - self._busy_s > STUDIO_S:
            self._close_studio()
        self._wake.wait(LOOK_EVERY_S)

    def _work(self, job: Job) -> None:
        """Make one job. Whatever happens, the next one gets its turn."""
        try:
            self._make(job)
        except _Stopped:
            self._end(job, lambda: self._library.queue.put_back(job.id))
        except Exception as problem:
            why = _explain(job, problem)
            log.warning("job %d: %s", job.id, why)
            log.debug("where it went wrong", exc_info=problem)
            self._end(job, lambda: self._library.queue.fail(job.id, why))
        self._busy_s = time.monotonic()

    def _end(self, job: Job, tell: Callable[[], None]) -> None:
        try:
            tell()
        except LibraryError as problem:  # the next server finds it
            log.warning("job %d: %s", job.id, problem)

    def _make(self, job: Job) -> None:
        from narrate.library.add import add_source
        from narrate.library.recipe import settings_for
        from narrate.settings import load_settings
        from narrate.speakers import follow_cast
        from narrate.stories import Overrides

        settings = follow_cast(settings_for(self._library.find_show(job.show), load_settings()))
        progress = _Progress(self._library, job, self._stopping)
        added = add_source(
            self._library,
            job.show,
            _open_payload(job, settings),
            settings,
            self._open_studio(settings),
            overrides=Overrides(title=job.title),
            identity=None if job.kind == "address" else f"queue:{job.id}:{job.added_at.isoformat()}",
            on_begin=progress.begin,
            on_take=progress.count,
            on_fallback=progress.tell_fallback,
        )
        for note in added.notes:
            log.info("job %d: %s", job.id, note)
        self._library.queue.finish(job.id, added.entry.guid, added.entry.slug, _tell_result(added))

    def _open_studio(self, settings: Settings) -> Studio:
        from narrate.studio import Studio

        if self._studio and not self._studio.suits(settings):
            self._close_studio()
        if self._studio is None:
            self._studio = self._room.enter_context(Studio(settings))
        return self._studio

    def _close_studio(self) -> None:
        self._studio = None
        self._room.close()


def _tell_result(added: Added) -> str:
    """Who stood in for whom and what else there is to say of an episode, in sentences."""
    said = (*(fallback.brief for fallback in added.fallbacks), *added.notes)
    return " ".join(f"{sentence.rstrip('.')}." for sentence in said)


def _explain(job: Job, problem: Exception) -> str:
    """Why a job failed, in words for whoever put it in."""
    if not isinstance(problem, NarrateError):
        return f"something unexpected went wrong: {type(problem).__name__}: {problem}"
    return str(problem) if job.kind == "address" else str(problem).replace("standard input", job.name)


class _Stopped(Exception):
    """The server stops, and the job waits for the next one."""


class _Progress:
    """Tells the queue how far a job is, and the job when to stop."""

    def __init__(self, library: Library, job: Job, stopping: threading.Event) -> None:
        self._library, self._job, self._stopping = library, job, stopping
        self._done, self._total, self._told_s = 0, 0, 0.0

    def begin(self, prepared: Prepared) -> None:
        self._done = 0
        self._total = len(prepared.joined.utterances)
        self._tell()

    def tell_fallback(self, fallback: Fallback) -> None:
        log.warning("job %d: %s", self._job.id, fallback)

    def count(self, take: Take) -> None:
        self._done += 1
        if take.fallback:
            self.tell_fallback(take.fallback)
        if time.monotonic() - self._told_s >= TELL_EVERY_S or self._stopping.is_set():
            self._tell()

    def _tell(self) -> None:
        """
        Raises:
            _Stopped: this is as far as it gets today.
        """
        if self._stopping.is_set():
            raise _Stopped
        self._library.queue.tell(self._job.id, done=self._done, total=self._total)
        self._told_s = time.monotonic()


def _open_payload(job: Job, settings: Settings) -> Source:
    """
    Raises:
        SourceError: the page cannot be had, or it is no text.
    """
    from narrate import plugins
    from narrate.sources import open_source
    from narrate.stories import open_any, readable

    if job.kind == "address":
        return open_any(str(job.payload), settings=settings)
    media_type = plugins.media_type_of(Path(job.name).suffix) if job.kind == "file" else None
    data = io.BytesIO(Path(job.payload).read_bytes())
    return open_source("-", media_type=media_type, stdin=data, readable=readable())

"""What waits to be made into episodes. It is kept in the library, so that it outlives whoever is at work on it.

Texts and files lie in a hidden folder until they are done. A process that works has a lock file of its own: where
nobody holds the lock, it has gone, and what it was working on waits again.
"""

from __future__ import annotations

import os
import secrets
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, delete, insert, select, update

from narrate.errors import LibraryError
from narrate.library import rows, tables
from narrate.library.database import Database, explaining
from narrate.library.folder import LOCKS, QUEUE

if TYPE_CHECKING:
    from filelock import BaseFileLock

JobKind = Literal["address", "text", "file"]
JobState = Literal["waiting", "working", "done", "failed"]

TRIES = 3
"""A job whose worker has died so often is not given to another one."""

LAST_ID = 2**63 - 1
"""The database has no larger number."""

ENDING_CHARS = 10
"""Longest ending of a file's name that is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """Something to be made into an episode."""

    show: str
    """The slug of its show."""

    kind: JobKind
    name: str
    """What lists call it: the address, the beginning of the text, or the name of the file."""

    payload: str | bytes
    """The address, the text, or what is in the file."""

    title: str | None = None
    """What the episode shall be called; None for the title that is found in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One that is in the queue, or was."""

    id: int
    show: str
    kind: JobKind
    name: str

    payload: Path | str
    """An address, or where the text (`.txt`, UTF-8) or the file is; it is there until the job is done."""

    title: str | None
    state: JobState

    done: int
    """Of `total`."""

    total: int
    """Of what is counted while it is made, such as sentences; 0 where that is not known yet."""

    message: str
    """How far it is, what there is to say of the episode, or why it failed."""

    guid: str | None
    entry: str | None
    """The slug of the episode, once it is done."""

    added_at: datetime
    changed_at: datetime


class Queue:
    """The jobs of a library. Several threads and processes may use it at once."""

    def __init__(self, folder: Path, database: Database) -> None:
        """
        Args:
            folder: the library's.
            database: the library's.
        """
        self._folder, self._database = folder, database
        self._worker = f"worker-{secrets.token_hex(8)}"
        self._lock: BaseFileLock | None = None
        self._locking = threading.Lock()

    def add(self, job: NewJob) -> Job:
        """Put a job at the end.

        Raises:
            LibraryError: there is no such show, or what it brings along cannot be kept.
        """
        with self._database.writing() as connection:
            if not connection.scalar(select(tables.shows.c.slug).where(tables.shows.c.slug == job.show)):
                raise LibraryError(f"there is no show {job.show!r}")
            id = connection.scalar(insert(tables.jobs).values(**_values_of(job)).returning(tables.jobs.c.id))
            if job.kind != "address":
                name = f"{id}{_ending_of(job)}"
                _keep(self._folder / QUEUE / name, job.payload)
                connection.execute(update(tables.jobs).where(tables.jobs.c.id == id).values(payload=name))
            return self._find(connection, id)

    def jobs(self, limit: int = 50) -> list[Job]:
        """The jobs that were added last, the last first."""
        query = select(tables.jobs).order_by(tables.jobs.c.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return [self._read(row) for row in connection.execute(query)]

    def find(self, id: int) -> Job | None:
        if id > LAST_ID:
            return None
        with self._database.reading() as connection:
            row = connection.execute(select(tables.jobs).where(tables.jobs.c.id == id)).first()
        return None if row is None else self._read(row)

    def take(self) -> Job | None:
        """The job that has waited longest, to work on it; nobody else gets it. None where none waits."""
        table = tables.jobs
        waiting = select(table.c.id).where(table.c.state == "waiting").order_by(table.c.id).limit(1)
        with self._database.reading() as connection:
            if connection.scalar(waiting) is None:
                return None
        with explaining(self._folder / LOCKS):
            self._show_life()
        with self._database.writing() as connection:
            id = connection.scalar(waiting)
            if id is None:
                return None
            tries = {"tries": table.c.tries + 1}
            _change(connection, id, state="working", worker=self._worker, done=0, total=0, message="", **tries)
            return self._find(connection, id)

    def tell(self, id: int, *, done: int, total: int, message: str = "") -> None:
        """Say how far a job is. Nothing happens where it is not being worked on any more."""
        self._change(id, {"working"}, done=done, total=total, message=message)

    def finish(self, id: int, guid: str, entry_slug: str, message: str = "") -> None:
        """The job has become an episode; what it brought along goes.

        Args:
            message: what there is to say of it.
        """
        self._change(id, {"working"}, state="done", worker=None, message=message, guid=guid, entry=entry_slug)
        self.sweep()

    def fail(self, id: int, message: str) -> None:
        """The job cannot be made into an episode."""
        self._change(id, {"working"}, state="failed", worker=None, message=message)

    def put_back(self, id: int) -> None:
        """The job waits again, at its old place: because its worker stops, or because it is to be tried again."""
        self._change(id, {"working", "failed"}, state="waiting", worker=None, done=0, total=0, message="", tries=0)

    def recover(self) -> int:
        """Let jobs wait again that were being worked on by a process that has gone.

        Returns:
            How many there were.
        """
        table = tables.jobs
        working = select(table.c.id, table.c.worker, table.c.tries).where(table.c.state == "working")
        with self._database.writing() as connection:
            found = connection.execute(working).all()
            gone = {worker for worker in {row.worker for row in found} if self._has_gone(worker)}
            left = [row for row in found if row.worker in gone]
            for row in left:
                if row.tries < TRIES:
                    _change(connection, row.id, state="waiting", worker=None, done=0, total=0, message="")
                else:
                    message = f"narrate ended {row.tries} times while it was making this"
                    _change(connection, row.id, state="failed", worker=None, message=message)
        self.sweep()
        return len(left)

    def forget(self, id: int) -> None:
        """Take a job out of the list. Nothing happens where there is none.

        Raises:
            LibraryError: it is being worked on.
        """
        table = tables.jobs.c
        if id > LAST_ID:
            return
        with self._database.writing() as connection:
            if connection.scalar(select(table.state).where(table.id == id)) == "working":
                raise LibraryError(f"job {id} is being made", "", "Wait until it is done")
            connection.execute(delete(tables.jobs).where(table.id == id))
        self.sweep()

    def sweep(self) -> None:
        """Remove what was brought along by jobs that are done or forgotten."""
        table = tables.jobs.c
        folder = self._folder / QUEUE
        if not folder.is_dir():
            return
        with self._database.writing() as connection:
            needed = set(
                connection.scalars(select(table.payload).where(table.state != "done", table.kind != "address"))
            )
            for path in folder.iterdir():
                if path.name not in needed:
                    with suppress(OSError):  # it goes next time
                        path.unlink()

    def close(self) -> None:
        """Stop working: what is still being worked on can be taken up by others."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None
            self._lock_file(self._worker).unlink(missing_ok=True)

    def _show_life(self) -> None:
        """Hold the lock that tells others that this process is there."""
        from filelock import FileLock

        with self._locking:
            if self._lock is None:
                self._lock_file(self._worker).parent.mkdir(exist_ok=True)
                lock = FileLock(self._lock_file(self._worker), thread_local=False)
                lock.acquire(timeout=0)
                self._lock = lock

    def _has_gone(self, worker: str) -> bool:
        from filelock import FileLock, Timeout

        path = self._lock_file(worker)
        try:
            with FileLock(path, timeout=0):
                path.unlink(missing_ok=True)
        except Timeout:
            return False
        return True

    def _lock_file(self, worker: str) -> Path:
        return self._folder / LOCKS / worker

    def _change(self, id: int, states: set[JobState], **values: Any) -> None:
        with self._database.writing() as connection:
            if connection.scalar(select(tables.jobs.c.state).where(tables.jobs.c.id == id)) in states:
                _change(connection, id, **values)

    def _find(self, connection: Connection, id: int | None) -> Job:
        return self._read(connection.execute(select(tables.jobs).where(tables.jobs.c.id == id)).one())

    def _read(self, row: Any) -> Job:
        return Job(
            id=row.id,
            show=row.show,
            kind=row.kind,
            name=row.name,
            payload=row.payload if row.kind == "address" else self._folder / QUEUE / row.payload,
            title=row.title,
            state=row.state,
            done=row.done,
            total=row.total,
            message=row.message,
            guid=row.guid,
            entry=row.entry,
            added_at=datetime.fromisoformat(row.added_at),
            changed_at=datetime.fromisoformat(row.changed_at),
        )


def _values_of(job: NewJob) -> dict[str, Any]:
    now = rows.write_time(datetime.now(UTC))
    return {
        "show": job.show,
        "kind": job.kind,
        "name": rows.clean_text(job.name),
        "payload": rows.clean_text(job.payload) if job.kind == "address" and isinstance(job.payload, str) else "",
        "title": None if job.title is None else rows.clean_text(job.title),
        "state": "waiting",
        "done": 0,
        "total": 0,
        "message": "",
        "tries": 0,
        "added_at": now,
        "changed_at": now,
    }


def _change(connection: Connection, id: int, **values: Any) -> None:
    values = {name: rows.clean_text(value) if isinstance(value, str) else value for name, value in values.items()}
    values["changed_at"] = rows.write_time(datetime.now(UTC))
    connection.execute(update(tables.jobs).where(tables.jobs.c.id == id).values(**values))


def _ending_of(job: NewJob) -> str:
    """What a job's file ends in: that of a file's name says what is in it."""
    if job.kind == "text":
        return ".txt"
    ending = Path(job.name).suffix.lower()[:ENDING_CHARS]
    return ending if ending[1:].isascii() and ending[1:].isalnum() else ".bin"


def _keep(path: Path, payload: str | bytes) -> None:
    """Write what a job brings along, so that it is there when the job is."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    data = payload if isinstance(payload, bytes) else rows.clean_text(payload).encode()
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

"""The library's database: opened, made, migrated, and its troubles explained.

SQLite with a write-ahead log: readers never wait, and writers wait for each other. A change is on the disk when it is
told to be made. Writers take their lock at the beginning of a transaction, since two who began by reading could only
give up. Alembic is loaded where there is something to make or to migrate, and not otherwise.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from narrate.errors import LibraryError
from narrate.library.folder import DATABASE, LOCKS, QUEUE

HEAD = "0001"
"""The newest migration."""

MIGRATIONS = Path(__file__).parent / "migrations"

WAIT_S = 10.0
"""How long one command waits for another one to finish writing."""

MIGRATION_S = 120.0
"""How long one command waits for another one to bring the database up to date."""

BESIDE = ("", "-wal", "-shm")
"""Endings of the files that a database consists of."""


class DamagedLibrary(LibraryError):
    """The database cannot be read any more."""


class Database:
    """The database of one library. Several threads and processes may use it at once."""

    def __init__(self, path: Path) -> None:
        """
        Raises:
            LibraryError: it cannot be opened, made or migrated.
        """
        self.path = path
        with explaining(path):
            prepare_database(path)
            self._engine = _make_engine(path)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout."""
        with explaining(self.path), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write, after those of others and before theirs; an error takes all of it back."""
        with explaining(self.path), self._engine.connect() as connection:
            connection.execution_options(immediate=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        with explaining(self.path):
            self._engine.dispose()


def prepare_database(path: Path) -> None:
    """Make the database where there is none, and bring an older one up to date."""
    _make_folder(path.parent)
    if path.exists() and _version_of(path) == HEAD:
        return
    with _alone(path.parent):
        _create_file(path)
        version = _version_of(path)
        if version is None:
            set_queue_aside(path.parent)
        if version != HEAD:
            _migrate(path, version)


def find_damage(path: Path) -> str | None:
    """Why a database is no good any more; None where it is whole, or there is none. Reads all of it.

    Raises:
        LibraryError: it cannot be looked at now.
    """
    if not path.exists():
        return None
    try:
        with explaining(path), closing(sqlite3.connect(path, timeout=WAIT_S)) as connection:
            faults = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
            lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    except DamagedLibrary as problem:
        return problem.why
    if faults:
        return " ".join(faults[0].split())
    return f"a row of {lost[0]} belongs to a row of {lost[2]} that is not there" if lost else None


def set_aside(path: Path) -> Path:
    """Move a damaged database out of the way, with the files that belong to it.

    Returns:
        Where it is now.

    Raises:
        LibraryError: it cannot be moved.
    """
    aside = _broken(path)
    with explaining(path), _alone(path.parent):
        for ending in BESIDE:
            with suppress(FileNotFoundError):
                Path(f"{path}{ending}").rename(f"{aside}{ending}")
    return aside


def set_queue_aside(folder: Path) -> Path | None:
    """Move the texts and files that wait out of the way of a new database, which would not know them.

    Args:
        folder: of the library.

    Returns:
        Where they are now; None where there are none.

    Raises:
        LibraryError: they cannot be moved.
    """
    queue = folder / QUEUE
    with explaining(folder / DATABASE):
        if not queue.is_dir() or not any(queue.iterdir()):
            return None
        return queue.rename(_broken(queue))


def _broken(path: Path) -> Path:
    """A name for what is moved out of the way now."""
    return path.with_name(f"{path.name}.broken-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")


@contextmanager
def explaining(path: Path) -> Iterator[None]:
    """Say in plain words what the database or the disk complains of."""
    try:
        yield
    except DBAPIError as problem:
        if not isinstance(problem.orig, sqlite3.Error):
            raise
        raise _explain(path, problem.orig) from problem
    except sqlite3.Error as problem:
        raise _explain(path, problem) from problem
    except OSError as problem:
        raise _unwritable(path, problem.strerror or str(problem)) from problem


def _explain(path: Path, problem: sqlite3.Error) -> LibraryError:
    name = getattr(problem, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        why = f"another program has been writing to it for more than {WAIT_S:.0f} seconds"
        return LibraryError(f"the library {path.parent} is busy", why, "Try again when it has finished")
    if name.startswith("SQLITE_FULL"):
        return _unwritable(path, "the disk is full")
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN", "SQLITE_IOERR")):
        return _unwritable(path, str(problem))
    return DamagedLibrary(
        f"the library's database {path} is damaged", str(problem), "Run `narrate library check --repair`"
    )


def _unwritable(path: Path, why: str) -> LibraryError:
    return LibraryError(
        f"the library {path.parent} cannot be used",
        why,
        "See that there is space and that you may write there, or set NARRATE_LIBRARY to another folder",
    )


def _make_engine(path: Path, *, foreign_keys: bool = True) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": WAIT_S, "check_same_thread": False},
        max_overflow=-1,  # no thread waits for a connection of another one
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # what is told to be there survives a power cut
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise LibraryError(
            f"{folder} cannot be a library", "there is a file in its place", "Set NARRATE_LIBRARY to another folder"
        ) from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While no other command makes, migrates or replaces the database of this folder."""
    from filelock import FileLock, Timeout

    (folder / LOCKS).mkdir(exist_ok=True)
    lock = FileLock(folder / LOCKS / "database", timeout=MIGRATION_S)
    try:
        lock.acquire()
    except Timeout:
        why = "another command is bringing it up to date"
        raise LibraryError(f"the library {folder} is busy", why, "Try again when it has finished") from None
    try:
        yield
    finally:
        lock.release()


def _create_file(path: Path) -> None:
    """An empty file that nobody else may read: there is a token in it."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _version_of(path: Path) -> str | None:
    """The migration that a database has come to; None for an empty one.

    Raises:
        LibraryError: it is a database of something else.
    """
    with closing(sqlite3.connect(path, timeout=WAIT_S)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return None
        row = "alembic_version" in tables and connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if not row:
        why = "it is a database, but not one of narrate's"
        raise LibraryError(f"{path} is no library", why, "Set NARRATE_LIBRARY to another folder")
    return str(row[0])


def _migrate(path: Path, version: str | None) -> None:
    """Bring a database up to date, wholly or not at all; a copy of one with something in it stays beside it."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if version is not None:
        _refuse_newer(
            path, version, {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        )
        _copy_database(path, path.with_name(f"{path.name}.before-{HEAD}"))
    engine = _make_engine(path, foreign_keys=False)  # a table is changed by making it anew and dropping the old one
    try:
        with engine.connect() as connection:
            connection.execution_options(immediate=True)
            with connection.begin():
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                _refuse_lost_rows(path, connection)
    finally:
        engine.dispose()


def _refuse_newer(path: Path, version: str, known: set[str]) -> None:
    if version not in known:
        why = f"its database has version {version}, and this narrate knows {HEAD} at most"
        raise LibraryError(f"the library {path.parent} is of a newer narrate", why, "Update narrate")


def _refuse_lost_rows(path: Path, connection: Connection) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise DamagedLibrary(
            f"the library's database {path} is damaged",
            "it has episodes without a show",
            "Run `narrate library check --repair`",
        )


def _copy_database(path: Path, target: Path) -> None:
    """A copy of all that is in a database, its log included; it appears whole."""
    half = target.with_name(f"{target.name}.half")
    half.unlink(missing_ok=True)
    _create_file(half)
    with closing(sqlite3.connect(path, timeout=WAIT_S)) as source, closing(sqlite3.connect(half)) as copy:
        source.backup(copy)
    half.replace(target)

"""The database: what goes wrong with files and disks is said in plain words, and nothing is lost."""

from __future__ import annotations

import pickle
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from library_parts import entry_of, open_tales
from sqlalchemy import event

from narrate.errors import LibraryError
from narrate.library import database
from narrate.library.database import DamagedLibrary, find_damage, set_aside
from narrate.library.folder import library_folder
from narrate.library.library import Library
from narrate.library.shows import new_show

REMEDY = "See that there is space and that you may write there, or set NARRATE_LIBRARY to another folder."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_tales(tmp_path / "library") as library:
        yield library


def close_with(library: Library, count: int) -> Path:
    """Put so many episodes in and close: the database's file."""
    for number in range(count):
        library.put_entry(entry_of(f"tide-{number}", summary="Of the tide. " * 50))
    library.close()
    return library.folder / "library.sqlite3"


def message_of(folder: Path) -> str:
    """What is said when this library is used."""
    with pytest.raises(LibraryError) as caught, Library(folder) as library:
        library.entries("tales")
    return str(caught.value)


def test_the_folder_is_the_one_asked_for_or_the_home_s_or_the_system_s() -> None:
    assert library_folder({"NARRATE_LIBRARY": "/a", "NARRATE_HOME": "/b"}) == Path("/a")
    assert library_folder({"NARRATE_HOME": "/b"}) == Path("/b/library")
    assert library_folder({}).parts[-2:] == ("narrate", "library")


def test_opening_a_library_of_today_loads_no_alembic(library: Library) -> None:
    code = "import sys; from pathlib import Path; from narrate.library.library import Library\n"
    code += "with Library(Path(sys.argv[1])) as library: print(library.shows()[0].slug, 'alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, library.folder], capture_output=True, text=True, check=True)
    assert done.stdout == "tales False\n"


def test_the_database_is_kept_as_it_should_be(library: Library) -> None:
    with library._database.writing() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_a_folder_that_is_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    remedy = "cannot be a library: there is a file in its place. Set NARRATE_LIBRARY to another folder."
    for folder in (tmp_path / "file", tmp_path / "file" / "library"):
        assert message_of(folder) == f"{folder} {remedy}"
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_in_the_place_of_the_database_is_explained(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite3").mkdir()
    assert message_of(tmp_path) == f"the library {tmp_path} cannot be used: unable to open database file. {REMEDY}"


@pytest.mark.parametrize("where", ["all", "beginning", "half", "middle"])
def test_a_damaged_file_is_explained_and_can_be_set_aside(library: Library, where: str) -> None:
    path = close_with(library, 100)
    data = bytearray(path.read_bytes())
    assert find_damage(path) is None
    if where == "all":
        data[:] = b"Not a database at all. " * 500
    elif where == "beginning":
        data[100:6000] = b"\xff" * 5900
    elif where == "half":
        del data[len(data) // 2 :]
    else:
        data[4096 * 3 : -4096] = b"\xff" * (len(data) - 4096 * 4)
    path.write_bytes(data)
    damage = find_damage(path)
    assert damage
    message = message_of(library.folder)
    assert message.startswith(f"the library's database {path} is damaged: ")
    assert message.endswith(". Run `narrate library check --repair`.")
    aside = set_aside(path)
    assert aside.name.startswith("library.sqlite3.broken-")
    assert aside.read_bytes() == data
    with Library(library.folder) as again:
        assert again.shows() == []


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE thesis (words)")
    why = "it is a database, but not one of narrate's"
    assert message_of(tmp_path) == f"{path} is no library: {why}. Set NARRATE_LIBRARY to another folder."
    assert find_damage(path) is None


def test_rows_that_belong_nowhere_are_found(library: Library) -> None:
    path = close_with(library, 1)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM shows")
    assert find_damage(path) == "a row of entries belongs to a row of shows that is not there"


def test_where_there_is_no_database_there_is_no_damage(tmp_path: Path) -> None:
    assert find_damage(tmp_path / "library.sqlite3") is None
    set_aside(tmp_path / "library.sqlite3")


def test_an_error_about_damage_survives_a_trip() -> None:
    error = DamagedLibrary("the database is damaged", "malformed", "Repair it")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAIT_S", 0.3)


def test_a_library_that_another_program_holds_is_explained_and_still_read(impatient: None, library: Library) -> None:
    with (
        Library(library.folder) as ours,
        closing(sqlite3.connect(library.folder / "library.sqlite3", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryError) as caught:
            ours.put_entry(entry_of("tide"))
        assert ours.entries("tales") == []
        other.execute("ROLLBACK")
        ours.put_entry(entry_of("tide"))
    assert caught.value.what == f"the library {library.folder} is busy"
    assert caught.value.why.startswith("another program has been writing to it for more than ")
    assert caught.value.remedy == "Try again when it has finished"


def test_a_library_that_nobody_else_may_read_is_explained(impatient: None, library: Library) -> None:
    path = close_with(library, 0)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("UPDATE library SET revision = 7")
        other.execute("COMMIT")
        assert message_of(library.folder).startswith(f"the library {library.folder} is busy: ")


def test_a_full_disk_is_explained_and_what_was_there_stays(library: Library) -> None:
    library.put_entry(entry_of("tide"))

    def fill(connection: sqlite3.Connection, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")  # SQLite answers as it does where a disk is full

    with Library(library.folder) as other:
        event.listen(other._database._engine, "connect", fill)
        other._database.close()
        with pytest.raises(LibraryError) as caught:
            other.put_entry(entry_of("ebb", summary="word " * 100_000))
        assert str(caught.value) == f"the library {library.folder} cannot be used: the disk is full. {REMEDY}"
        assert [entry.slug for entry in other.entries("tales")] == ["tide"]
        other.put_entry(entry_of("tide", title="Ebb"))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on files to set")
def test_files_that_cannot_grow_are_explained_without_a_traceback(library: Library) -> None:
    code = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from library_parts import entry_of
from narrate.library.library import Library
from narrate.errors import LibraryError
with Library(Path(sys.argv[1])) as library:
    library.entries("tales")
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        library.put_entry(entry_of("tide", summary="word " * 100_000))
    except LibraryError as problem:
        print(problem)
    print(library.entries("tales"))
"""
    here = Path(__file__).parent
    done = subprocess.run([sys.executable, "-c", code, library.folder, here], capture_output=True, text=True)
    told = done.stdout.splitlines()
    assert (done.returncode, done.stderr, told[1]) == (0, "", "[]")
    assert told[0].startswith(f"the library {library.folder} cannot be used: ")


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder, in which this process has no more rights than anybody has: root reads and writes everything."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    import os

    if sys.platform == "win32":
        pytest.skip("folders cannot be closed in this way")
    if os.geteuid() == 0:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        os.seteuid(os.getuid())
        for path in folder.rglob("*"):
            path.chmod(0o755)
        shutil.rmtree(folder)


def test_a_folder_that_is_read_only_is_explained(somebody: Path) -> None:
    closed = somebody / "closed"
    closed.mkdir(mode=0o555)
    for folder in (closed, closed / "library"):
        assert message_of(folder) == f"the library {folder} cannot be used: Permission denied. {REMEDY}"


def test_a_library_in_a_folder_that_became_read_only_is_explained(somebody: Path) -> None:
    folder = somebody / "library"
    with Library(folder) as library:
        library.create_show(new_show("Tales"))
    (folder / "library.sqlite3").chmod(0o444)
    folder.chmod(0o555)
    message = message_of(folder)
    assert message.startswith(f"the library {folder} cannot be used: ")
    assert message.endswith(REMEDY)


def test_a_library_of_somebody_else_is_explained(somebody: Path) -> None:
    folder = somebody / "library"
    with Library(folder) as library:
        library.create_show(new_show("Tales"))
    (folder / "library.sqlite3").chmod(0)
    assert message_of(folder) == f"the library {folder} cannot be used: unable to open database file. {REMEDY}"
    folder.chmod(0)
    assert message_of(folder) == f"the library {folder} cannot be used: Permission denied. {REMEDY}"

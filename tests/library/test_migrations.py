"""Migrations: older databases become those of today, wholly or not at all."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from library_parts import entry_of, open_tales, run_together, start

from narrate.errors import LibraryError
from narrate.library import database, tables
from narrate.library.library import Library

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    with op.batch_alter_table("shows") as table:
        table.add_column(sa.Column("colour", sa.Text, nullable=False, server_default="red"))
        table.alter_column("author", type_=sa.String(200))
"""

USING_THEM = """
from narrate.library import database
database.MIGRATIONS, database.HEAD = Path(sys.argv[2]), "0002"
"""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_tales(tmp_path / "library") as library:
        yield library


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    """Those of today and one of tomorrow, which makes the table of shows anew."""
    folder = tmp_path / "100% new"
    shutil.copytree(database.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "0002_next.py").write_text(NEXT)
    return folder


def use(monkeypatch: pytest.MonkeyPatch, migrations: Path) -> None:
    monkeypatch.setattr(database, "MIGRATIONS", migrations)
    monkeypatch.setattr(database, "HEAD", "0002")


def version_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def colours_in(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT colour FROM shows")]


def test_the_newest_migration_is_the_one_that_the_code_takes_for_it() -> None:
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [database.HEAD]


def test_migrations_make_the_tables_that_the_code_uses(library: Library) -> None:
    with library._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, tables.metadata) == []
        made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'jobs'").scalar() or ""
        assert "AUTOINCREMENT" in made
        assert "ON DELETE CASCADE" in made


def test_a_new_library_leaves_no_copy(library: Library) -> None:
    assert sorted(path.name for path in library.folder.iterdir() if not path.name.startswith("library.sqlite3-")) == [
        ".locks",
        "library.sqlite3",
        "tales",
    ]


def test_an_older_library_is_brought_up_to_date_and_a_copy_of_it_stays(
    library: Library, migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slug in ("tide", "ebb"):
        library.put_entry(entry_of(slug))
    shows, entries, token = library.shows(), library.entries("tales"), library.token()
    library.close()
    path, copy = library.folder / "library.sqlite3", library.folder / "library.sqlite3.before-0002"
    use(monkeypatch, migrations)
    with Library(library.folder) as library:
        assert (library.shows(), library.entries("tales"), library.token()) == (shows, entries, token)
        with pytest.raises(LibraryError):  # the new table is one that entries belong to, as the old one was
            library.put_entry(entry_of("tide", show="none"))
    assert (version_of(path), colours_in(path)) == ("0002", ["red"])
    assert version_of(copy) == "0001"
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM entries").fetchone() == (2,)


def test_what_is_still_in_the_log_of_a_killed_process_is_in_the_copy(
    library: Library, migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = start(
        "import signal\nlibrary = Library(folder)\nlibrary.put_entry(entry_of('tide'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)",
        library.folder,
    )
    library.close()
    process.communicate("\n", timeout=60)
    assert (library.folder / "library.sqlite3-wal").stat().st_size > 0
    use(monkeypatch, migrations)
    with Library(library.folder) as library:
        assert [entry.slug for entry in library.entries("tales")] == ["tide"]
    with closing(sqlite3.connect(library.folder / "library.sqlite3.before-0002")) as connection:
        assert connection.execute("SELECT slug FROM entries").fetchall() == [("tide",)]


def test_processes_that_open_an_older_library_at_once_all_find_it_up_to_date(
    library: Library, migrations: Path
) -> None:
    library.put_entry(entry_of("tide"))
    library.close()
    code = USING_THEM + "with Library(folder) as library:\n    print(library.entries('tales')[0].slug)\n"
    processes = [start(code, library.folder, str(migrations)) for _ in range(3)]
    assert run_together(processes) == ["tide\n"] * 3
    assert colours_in(library.folder / "library.sqlite3") == ["red"]


def test_a_migration_that_fails_leaves_the_library_as_it_was(
    library: Library, migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.put_entry(entry_of("tide"))
    library.close()
    script = migrations / "versions" / "0002_next.py"
    script.write_text(NEXT + "    op.execute('DELETE FROM shows')\n")  # whose episodes would belong to nothing
    with monkeypatch.context() as tomorrow:
        use(tomorrow, migrations)
        with pytest.raises(LibraryError, match="it has episodes without a show"):
            Library(library.folder)
    assert version_of(library.folder / "library.sqlite3") == "0001"
    with Library(library.folder) as library:
        assert [entry.slug for entry in library.entries("tales")] == ["tide"]


def test_a_library_of_a_newer_narrate_is_left_alone(library: Library) -> None:
    library.close()
    path = library.folder / "library.sqlite3"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0117'")
    before = path.read_bytes()
    with pytest.raises(LibraryError) as caught:
        Library(library.folder)
    assert str(caught.value) == (
        f"the library {library.folder} is of a newer narrate: "
        f"its database has version 0117, and this narrate knows {database.HEAD} at most. Update narrate."
    )
    assert path.read_bytes() == before
    assert list(library.folder.glob("*.before-*")) == []


def test_an_empty_file_that_a_killed_process_left_becomes_a_library(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite3").touch()
    with Library(tmp_path) as library:
        assert library.shows() == []

"""The library: shows, their episodes, and what waits to be made into more of them.

The database is the truth about order and identity; the files lie in plain folders, one for each show. Every change is
one transaction, which also counts up the revision of what it changes.
"""

from __future__ import annotations

import re
import secrets
import shutil
import stat
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from narrate.errors import LibraryError, UsageError
from narrate.library import rows, tables
from narrate.library.database import Database
from narrate.library.folder import DATABASE, REMOVED, SHOW_FILE, library_folder
from narrate.library.queue import Queue
from narrate.library.shows import (
    FIXED,
    TAKEN_BY_FILES,
    WINDOWS,
    check_show,
    check_slug,
    make_slug,
    number_slug,
    read_show_file,
    with_feed_guid,
    write_show_file,
)
from narrate.types import Entry, Show

TOKEN_BYTES = 24
"""Of chance, in the part of private addresses that nobody can guess."""

NAMED = 8
"""So many shows are named to somebody who asks for one that is not there."""


class Library:
    """The shows and episodes in a folder. Several threads and processes may use it at once; as a context it closes."""

    def __init__(self, folder: Path) -> None:
        """
        Args:
            folder: where the library is, or shall be.

        Raises:
            LibraryError: there can be none, or it cannot be used.
        """
        self.folder = folder
        self._database = Database(folder / DATABASE)
        self.queue = Queue(folder, self._database)

    def close(self) -> None:
        self.queue.close()
        self._database.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ------------------------------------------------------------ shows

    def shows(self) -> list[Show]:
        """All shows, by their titles."""
        with self._database.reading() as connection:
            shows = [rows.read_show(row) for row in connection.execute(select(*rows.SHOW_COLUMNS))]
        return sorted(shows, key=lambda show: (show.title.casefold(), show.slug))

    def find_show(self, slug: str) -> Show:
        """
        Raises:
            LibraryError: there is none of that name; those that exist are named.
        """
        with self._database.reading() as connection:
            return _find_show(connection, slug)

    def create_show(self, show: Show) -> Show:
        """Put a show in, as a row, a folder and a file with its fields.

        Returns:
            The show as it is kept.

        Raises:
            UsageError: something that it says of itself cannot be.
            LibraryError: the name is in use.
        """
        show = with_feed_guid(check_show(show))
        with self._database.writing() as connection:
            _refuse_used_name(connection, show)
            self._refuse_foreign_folder(show)
            connection.execute(insert(tables.shows).values(**rows.show_values(show), revision=0))
            _count_up(connection, show.slug)
            self.folder_of(show.slug).mkdir(exist_ok=True)
            write_show_file(show, self.folder_of(show.slug) / SHOW_FILE)
        return show

    def change_show(self, slug: str, /, **changes: object) -> Show:
        """Change what a show says of itself, in its row and in its file.

        Args:
            slug: its name.
            changes: fields of `Show`, other than those that stay for ever.

        Raises:
            UsageError: it cannot say that.
            LibraryError: there is no such show.
        """
        _refuse_fixed_fields(changes)
        with self._database.writing() as connection:
            before = _find_show(connection, slug)
            show = with_feed_guid(check_show(_changed(before, changes)))
            if show != before:
                connection.execute(
                    update(tables.shows).where(tables.shows.c.slug == slug).values(**rows.show_values(show))
                )
                _count_up(connection, slug)
                self.folder_of(slug).mkdir(exist_ok=True)
                write_show_file(show, self.folder_of(slug) / SHOW_FILE)
        return show

    def remove_show(self, slug: str, *, with_files: bool) -> None:
        """Take a show out.

        Args:
            slug: its name.
            with_files: its episodes and everything in its folder go too.

        Raises:
            LibraryError: there are episodes, or what is in its folder cannot be removed.
        """
        with self._database.writing() as connection:
            show = _find_show(connection, slug)
            count = _count_entries(connection, slug)
            if count and not with_files:
                episodes = "1 episode" if count == 1 else f"{count} episodes"
                raise LibraryError(f"{slug} is not empty", f"it has {episodes}", "Remove it with --with-files")
            connection.execute(delete(tables.entries).where(tables.entries.c.show == slug))
            connection.execute(delete(tables.shows).where(tables.shows.c.slug == slug))
            _count_up(connection)
            folder = self._hide_folder(show) if with_files else self.folder_of(slug)
            (folder / SHOW_FILE).unlink(missing_ok=True)  # or the show would be found and repaired
        self.queue.sweep()
        _remove_folder(folder, with_files=with_files)

    def finish_removals(self) -> list[str]:
        """Remove the folders of removed shows that killed commands have left, and put back those whose row stayed.

        Returns:
            The names of those that are gone.
        """
        hidden = sorted(self.folder.glob(f"{REMOVED}*"))
        if not hidden:
            return []
        with self._database.writing() as connection:  # after whoever is removing one now
            shows = connection.execute(select(tables.shows.c.uid, tables.shows.c.slug)).all()
            known = {f"{REMOVED}{uid}": self.folder_of(slug) for uid, slug in shows}
            for folder in hidden:
                if folder.name in known:
                    _put_back(folder, known[folder.name])
        left = [folder for folder in hidden if folder.name not in known]
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
        return [folder.name for folder in left if not folder.exists()]

    # ---------------------------------------------------------- entries

    def entries(self, show: str) -> list[Entry]:
        """The episodes of a show, the newest first; of those of one second the one that was put in last.

        Raises:
            LibraryError: there is no such show, or a row is damaged.
        """
        with self._database.reading() as connection:
            _find_show(connection, show)
            found = connection.execute(_ENTRIES.where(tables.entries.c.show == show).order_by(*_NEWEST)).all()
        return [rows.read_entry(row) for row in found]

    def count_entries(self, show: str) -> int:
        with self._database.reading() as connection:
            _find_show(connection, show)
            return _count_entries(connection, show)

    def find_entry(self, show: str, name: str) -> Entry:
        """An episode by its name, its guid, or its number in the list, where 1 is the newest.

        Raises:
            LibraryError: there is none.
        """
        table, written = tables.entries.c, rows.clean_text(name)
        with self._database.reading() as connection:
            _find_show(connection, show)
            of_show = _ENTRIES.where(table.show == show)
            for wanted in (
                of_show.where(table.slug == written),
                of_show.where(table.guid == written),
                _numbered(of_show, name),
            ):
                row = None if wanted is None else connection.execute(wanted).first()
                if row is not None:
                    return rows.read_entry(row)
        raise LibraryError(f"{show} has no episode {name!r}", "", f"Run `narrate episodes {show}` to see them")

    def entry_of(self, show: str, guid: str) -> Entry | None:
        """The episode with this guid, if there is one."""
        with self._database.reading() as connection:
            row = _row_of(connection, rows.clean_text(show), rows.clean_text(guid))
        return None if row is None else rows.read_entry(row[1:])

    def unique_slug(self, show: str, title: str) -> str:
        """A name for an episode that no other one of the show has now.

        Whoever uses it holds a lock until the episode is put in, or another command may take it too.
        """
        slug = make_slug(title)
        if re.fullmatch(r"(page-)?\d+", slug):  # it would be taken for an episode's number, or a page of the show
            slug = make_slug(f"episode {slug}")
        with self._database.reading() as connection:
            taken = set(connection.scalars(select(tables.entries.c.slug).where(tables.entries.c.show == show)))
        return _free_name(slug, taken | TAKEN_BY_FILES | WINDOWS)

    def put_entry(self, entry: Entry, *, redate: bool = False) -> None:
        """Put an episode in, or what has become of the one with the same guid.

        One that is there keeps its name, its place among those of the same second, and its date.

        Args:
            entry: the episode; its files are in the show's folder already.
            redate: its date is changed too.

        Raises:
            LibraryError: there is no such show, or another episode has the name.
        """
        entry = rows.plain_entry(entry)
        _check_entry(entry)
        values = rows.entry_values(entry)
        with self._database.writing() as connection:
            _find_show(connection, entry.show)
            before = _row_of(connection, entry.show, entry.guid)
            _refuse_used_slug(connection, entry, None if before is None else before.id)
            if before is None:
                connection.execute(insert(tables.entries).values(**values))
            else:
                if not redate:
                    values["published_at"] = before.published_at
                if values == {name: getattr(before, name) for name in rows.ENTRY_NAMES}:
                    return
                connection.execute(update(tables.entries).where(tables.entries.c.id == before.id).values(**values))
            _count_up(connection, entry.show)

    def remove_entry(self, show: str, guid: str) -> None:
        """Take an episode out of the list; its files stay. Nothing happens where there is none."""
        table = tables.entries
        with self._database.writing() as connection:
            removed = connection.execute(delete(table).where(table.c.show == show, table.c.guid == guid))
            if removed.rowcount:
                _count_up(connection, show)

    # ------------------------------------------------------------ files

    def folder_of(self, show: str) -> Path:
        """Where the files of a show are.

        Raises:
            LibraryError: no show can have this name.
        """
        if not rows.is_plain_name(show):
            raise LibraryError(f"there is no show {show!r}")
        return self.folder / show

    def file_named(self, show: str, name: str) -> Path | None:
        """A file that anybody may have: the sound, a side or the picture of an episode, or the show's artwork.

        Returns:
            Its path; None where nothing in the show names it, and where it is no plain file in the show's folder.
        """
        if not rows.is_plain_name(name) or not self._names(rows.clean_text(show), rows.clean_text(name)):
            return None
        folder = self.folder / show
        path = folder / name
        try:
            plain = stat.S_ISDIR(folder.lstat().st_mode) and stat.S_ISREG(path.lstat().st_mode)
        except (OSError, ValueError):
            return None
        return path if plain else None

    # --------------------------------------------------- the library itself

    def token(self) -> str:
        """The part of private addresses that nobody can guess, made when it is needed first."""
        with self._database.reading() as connection:
            token = connection.scalar(select(tables.library.c.token))
        return str(token) if token else self._make_token(anew=False)

    def rotate_token(self) -> str:
        """Another token; addresses with the one before lead nowhere from now on."""
        return self._make_token(anew=True)

    def revision(self, show: str | None = None) -> str:
        """Something that is another whenever anything in a show, or in the library, was changed.

        Raises:
            LibraryError: there is no such show.
        """
        uid = select(tables.library.c.uid).scalar_subquery()
        query = select(uid, tables.library.c.revision)
        if show is not None:
            query = select(uid, tables.shows.c.revision).where(tables.shows.c.slug == rows.clean_text(show))
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            if row is None:
                raise _no_show(connection, show or "")
        return f"{row[0]}-{row[1]}"

    def check_rows(self, *, repair: bool) -> list[str]:
        """What is wrong with rows that cannot be read, a sentence for each.

        Args:
            repair: those of episodes go, so that they can be put in again from what their files carry; those of shows
                are written again from their files.
        """
        with self._database.writing() as connection:
            found = self._check_show_rows(connection, repair=repair)
            return found + _check_entry_rows(connection, repair=repair)

    # ------------------------------------------------------------- inside

    def _refuse_foreign_folder(self, show: Show) -> None:
        """Do not write over the fields of a show that a lost database knew, and that could be repaired."""
        folder = self.folder_of(show.slug)
        others = [path for path in folder.glob("*") if path.name != SHOW_FILE and not path.name.startswith(".")]
        if not (folder / SHOW_FILE).exists() or not others:
            return
        with suppress(LibraryError):
            if read_show_file(folder / SHOW_FILE).uid == show.uid:
                return
        why = f"the folder {folder} holds a show that is not in the database"
        raise LibraryError(f"there is a show {show.slug} already", why, "Run `narrate library check --repair`")

    def _check_show_rows(self, connection: Connection, *, repair: bool) -> list[str]:
        found = []
        for row in connection.execute(select(*rows.SHOW_COLUMNS)).all():
            try:
                rows.read_show(row)
            except LibraryError as problem:
                found.append(f"{problem.what}: {problem.why}")
                if repair:
                    show = read_show_file(self.folder_of(row.slug) / SHOW_FILE)
                    of_show = update(tables.shows).where(tables.shows.c.slug == row.slug)
                    connection.execute(of_show.values(**rows.show_values(show)))
                    _count_up(connection, row.slug)
        return found

    def _hide_folder(self, show: Show) -> Path:
        """Give a show's folder a name under which nobody takes its files for those of another show.

        Returns:
            Where it is now; a link stays what it is.
        """
        folder, hidden = self.folder_of(show.slug), self.folder / f"{REMOVED}{show.uid}"
        if folder.is_symlink() or not folder.is_dir():
            return folder
        return folder.rename(hidden)

    def _names(self, show: str, name: str) -> bool:
        """Does the show, or one of its episodes, name this file?"""
        table, slug = tables.entries.c, name.partition(".")[0]  # with which its episode's files begin
        with self._database.reading() as connection:
            row = connection.execute(_ENTRIES.where(table.show == show, table.slug == slug)).first()
            artwork = connection.scalar(select(tables.shows.c.artwork).where(tables.shows.c.slug == show))
        if name == artwork:
            return True
        if row is None:
            return False
        entry = rows.read_entry(row)
        return name == entry.file or any(name == side for kind, side in entry.sides.items() if kind != "source")

    def _make_token(self, *, anew: bool) -> str:
        with self._database.writing() as connection:
            token = connection.scalar(select(tables.library.c.token))
            if token and not anew:  # another command was first
                return str(token)
            token = secrets.token_urlsafe(TOKEN_BYTES)
            connection.execute(update(tables.library).values(token=token))
            number = _count_up(connection)
            connection.execute(update(tables.shows).values(revision=number))  # it is in all their addresses
        return token


_ENTRIES = select(*rows.ENTRY_COLUMNS)
_NEWEST = (tables.entries.c.published_at.desc(), tables.entries.c.id.desc())


def _put_back(hidden: Path, folder: Path) -> None:
    """Give a folder its name again, or its files to one that has been made in its place meanwhile."""
    folder.mkdir(exist_ok=True)
    (hidden / SHOW_FILE).unlink(missing_ok=True)  # as its row says
    for path in hidden.iterdir():
        if not (folder / path.name).exists():
            path.rename(folder / path.name)
    with suppress(OSError):  # something is in both, and stays
        hidden.rmdir()


def _remove_folder(folder: Path, *, with_files: bool) -> None:
    try:
        if with_files and not folder.is_symlink():
            shutil.rmtree(folder)
        else:
            folder.rmdir()
    except FileNotFoundError:
        pass
    except OSError as problem:
        if with_files:
            why = problem.strerror or str(problem)
            raise LibraryError(f"{folder} cannot be removed", why, "Remove it by hand") from problem


def _find_show(connection: Connection, slug: str) -> Show:
    found = select(*rows.SHOW_COLUMNS).where(tables.shows.c.slug == rows.clean_text(slug))
    row = connection.execute(found).first()
    if row is None:
        raise _no_show(connection, slug)
    return rows.read_show(row)


def _no_show(connection: Connection, slug: str) -> LibraryError:
    known = list(connection.scalars(select(tables.shows.c.slug).order_by(tables.shows.c.slug)))
    if not known:
        return LibraryError(f"there is no show {slug!r}", "", 'Make one with `narrate show create "Its title"`')
    names = ", ".join(known[:NAMED]) + (" and others" if len(known) > NAMED else "")
    return LibraryError(f"there is no show {slug!r}", "", f"The library has {names}")


def _refuse_used_name(connection: Connection, show: Show) -> None:
    table = tables.shows.c
    if connection.scalar(select(table.slug).where(table.slug == show.slug)):
        raise LibraryError(f"there is a show {show.slug} already", "", "Take another name with --slug")
    other = connection.scalar(select(table.slug).where(table.uid == show.uid))
    if other:
        raise LibraryError(f"{show.slug} is the show {other} under another name", "", "Remove one of them")


def _changed(show: Show, changes: Mapping[str, Any]) -> Show:
    """
    Raises:
        UsageError: that is no show.
    """
    try:
        return replace(show, **changes)
    except ValueError as problem:
        raise UsageError(str(problem)) from problem


def _refuse_fixed_fields(changes: Collection[str]) -> None:
    known = {field.name for field in fields(Show)} - FIXED
    for name in changes:
        if name not in known:
            raise UsageError(f"a show's {name} cannot be changed", "", f"What can be is: {', '.join(sorted(known))}")


def _refuse_used_slug(connection: Connection, entry: Entry, own_id: int | None) -> None:
    table = tables.entries.c
    row = connection.execute(select(table.id).where(table.show == entry.show, table.slug == entry.slug)).first()
    if own_id is None and row is not None:
        raise LibraryError(f"{entry.show} has an episode {entry.slug} already", "", "Try again")
    if own_id is not None and (row is None or row.id != own_id):
        raise LibraryError(f"the episode {entry.slug} of {entry.show} has another name", "names never change")


def _check_entry(entry: Entry) -> None:
    check_slug(entry.slug, taken=TAKEN_BY_FILES)
    for name in (entry.file, *entry.sides.values()):
        plain = rows.is_plain_name(name) or (name == entry.sides.get("source") and rows.KEPT_SOURCE.fullmatch(name))
        if not plain or not name.removeprefix(".sources/").startswith(f"{entry.slug}."):
            raise LibraryError(f"{name!r} is no file of the episode {entry.slug}", "its files begin with its name")


def _check_entry_rows(connection: Connection, *, repair: bool) -> list[str]:
    found = []
    for row in connection.execute(select(tables.entries.c.id, *rows.ENTRY_COLUMNS)).all():
        try:
            rows.read_entry(row[1:])
        except LibraryError as problem:
            found.append(f"{problem.what}: {problem.why}")
            if repair:
                connection.execute(delete(tables.entries).where(tables.entries.c.id == row.id))
                _count_up(connection, row.show)
    return found


def _count_entries(connection: Connection, show: str) -> int:
    return connection.scalar(select(func.count()).where(tables.entries.c.show == show)) or 0


def _row_of(connection: Connection, show: str, guid: str) -> Any:
    """The row of an episode, its id before everything else."""
    table = tables.entries.c
    query = select(table.id, *rows.ENTRY_COLUMNS).where(table.show == show, table.guid == guid)
    return connection.execute(query).first()


def _numbered(of_show: Any, name: str) -> Any:
    """The query for an episode by its number; None where it is no number."""
    if not re.fullmatch("[1-9][0-9]{0,9}", name):
        return None
    return of_show.order_by(*_NEWEST).limit(1).offset(int(name) - 1)


def _free_name(slug: str, taken: Collection[str]) -> str:
    if slug not in taken:
        return slug
    number = 2
    while number_slug(slug, number) in taken:
        number += 1
    return number_slug(slug, number)


def _count_up(connection: Connection, show: str | None = None) -> int:
    """Another revision, of the library and of a show."""
    number = connection.scalar(
        update(tables.library).values(revision=tables.library.c.revision + 1).returning(tables.library.c.revision)
    )
    if show is not None:
        connection.execute(update(tables.shows).where(tables.shows.c.slug == show).values(revision=number))
    return int(number or 0)


__all__ = ["Library", "library_folder"]

"""What commands that use the library have in common."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from narrate.library.library import Library
    from narrate.types import Show

ShowName = Annotated[
    str | None, typer.Option("--show", metavar="NAME", help="Which show; needed where there are several.")
]
EpisodeName = Annotated[
    str, typer.Argument(metavar="EPISODE", help="Its name, guid or number, as `narrate episodes` lists them.")
]


def open_library() -> Library:
    """The user's library.

    Raises:
        LibraryError: it cannot be used.
    """
    import os

    from narrate.library.library import Library, library_folder

    return Library(library_folder(os.environ))


def choose_show(library: Library, name: str | None) -> Show:
    """The show named, or the only one.

    Raises:
        LibraryError: there is none by that name.
        UsageError: none was named, and there are none or several.
    """
    from narrate.errors import UsageError

    if name is not None:
        return library.find_show(name)
    shows = library.shows()
    if len(shows) == 1:
        return shows[0]
    if not shows:
        raise UsageError("there is no show yet", "", 'Make one: `narrate show create "Its title"`')
    names = ", ".join(show.slug for show in shows)
    raise UsageError(f"there are {len(shows)} shows", "", f"Name one: {names}")


def find_recording(name: str) -> Path | None:
    """The sound of an episode in the library, by `SHOW/EPISODE`, or by its name where only one show has it.

    Returns:
        None where there is no such episode, or no library.

    Raises:
        LibraryError: the library cannot be used.
        UsageError: several shows have an episode of that name.
    """
    import os

    from narrate.errors import LibraryError, UsageError
    from narrate.library.folder import DATABASE, library_folder

    if not (library_folder(os.environ) / DATABASE).is_file():
        return None
    slug, slash, episode = name.partition("/")
    found = {}
    with open_library() as library:
        for show in library.shows():
            if slash and show.slug != slug:
                continue
            with suppress(LibraryError):
                entry = library.find_entry(show.slug, episode if slash else name)
                found[show.slug] = library.folder_of(show.slug) / entry.file
    if len(found) > 1:
        first = next(iter(found))
        raise UsageError(f"several shows have an episode {name}", "", f"Write which, such as {first}/{name}")
    return next(iter(found.values()), None)

"""Where the library is, and what its files and folders are called."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

DATABASE = "library.sqlite3"

SHOW_FILE = "show.json"
"""A show's own fields, in its folder, for the day the database is lost."""

SOURCES = ".sources"
"""The folder in a show's folder with the sources as they were read."""

QUEUE = ".queue"
"""The folder in the library with texts and files that wait to be made into episodes."""

REMOVED = ".removed-"
"""How the folder of a show is called while it is being removed; its uid follows."""

LOCKS = ".locks"
"""The folder in the library with the files that commands lock against each other."""


def library_folder(environment: Mapping[str, str]) -> Path:
    """Where the library is: NARRATE_LIBRARY, else `library` in NARRATE_HOME, else the system's place for it."""
    if environment.get("NARRATE_LIBRARY"):
        return Path(environment["NARRATE_LIBRARY"])
    if environment.get("NARRATE_HOME"):
        return Path(environment["NARRATE_HOME"]) / "library"
    from platformdirs import user_data_path

    return user_data_path("narrate") / "library"

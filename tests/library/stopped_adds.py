"""Run by a test: commands killed before their nth step on the disk, for every n, and what the next command makes of it.

    python stopped_adds.py FOLDER CASE

Prints a JSON object a line: first the library before and after an undisturbed run, then for every n the files that
rows named and that were not whole, and the library after the next command. What happens in the hidden room in which an
episode is made is one step: whatever it is, the room goes.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import cast

from narrate.audio.ffmpeg import run_ffmpeg
from narrate.cache import Store
from narrate.executors.inline import InlineExecutor
from narrate.executors.local import LocalExecutor
from narrate.library import edit, make, recordings
from narrate.library.add import add_source, edit_entry, import_file, remove_entry
from narrate.library.library import Library
from narrate.library.rows import entry_values
from narrate.library.shelf import names_of, sweep
from narrate.library.shows import new_show
from narrate.settings import Settings
from narrate.studio import ROOM_PREFIX, Studio
from narrate.types import Source

STEPS = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link"})
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
SETTINGS = Settings(engine="tone")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

work = Path(sys.argv[1])


class InlineStudio(Studio):
    """Speaks in this very process, so that it dies with it."""

    def __init__(self) -> None:
        self.notes = []
        self.store = Store(work / "cache")
        self.executor = cast(LocalExecutor, InlineExecutor())

    def expect(self, chars: int) -> None:
        pass


def source_of(name: str, text: str) -> Source:
    data = f"# {name}\n\n{text}\n\n## Later\n\nIt left.\n".encode()
    return Source(origin=str(work / f"{name}.md"), media_type="text/markdown", data=data, fetched_at=NOON)


def add(library: Library, name: str, text: str = "The fog came.") -> None:
    add_source(library, "tales", source_of(name, text), SETTINGS, InlineStudio())


def prepare(library: Library) -> None:
    """A show with two episodes, the second the newer."""
    show = new_show("Tales")
    uid = "0c9e2c5a-7a3f-4c80-9f39-8a1f7f3c1a11"
    library.create_show(replace(show, uid=uid, feed_guid=uid, created_at=NOON))
    add(library, "Rain")
    add(library, "Fog")
    sine = ["-f", "lavfi", "-i", "sine=duration=1", "-b:a", "64k", "-metadata", "title=Tape"]
    run_ffmpeg([*sine, str(work / "tape.mp3")])


def add_with_retention(library: Library) -> None:
    library.change_show("tales", keep=1)
    add(library, "Fog", "The fog came at six.")


def change(library: Library) -> None:
    edit_entry(library, "tales", library.find_entry("tales", "fog"), title="Mist")


def bring_tape(library: Library) -> None:
    import_file(library, "tales", work / "tape.mp3")


def remove(library: Library) -> None:
    """What is gone already cannot be named any more, and what is left of it goes with the next command."""
    sweep(library)
    for entry in library.entries("tales"):
        if entry.slug == "fog":
            remove_entry(library, "tales", entry)


CASES: Mapping[str, Callable[[Library], None]] = {
    "new": lambda library: add(library, "Snow"),
    "changed": add_with_retention,
    "edit": change,
    "import": bring_tape,
    "remove": remove,
    "other": lambda library: add(library, "Rain"),
}

STOPPED = {"other": "new"}
"""What is killed, where another command than the same comes next."""


def kill_before(step: int, folder: Path) -> None:
    """From now on, count what this process does to files in a folder, and die before that step."""
    steps, rooms = count(1), set[str]()

    def look(event: str, arguments: tuple[object, ...]) -> None:
        writing = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
        if not writing and event not in STEPS:
            return
        path = os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes | os.PathLike) else ""
        if not path.startswith(str(folder)):
            return
        in_room = ROOM_PREFIX in path and event != "os.rename"
        if in_room and "room" in rooms:
            return
        if in_room:
            rooms.add("room")
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)


def run(case: str, folder: Path, step: int = 0) -> bool:
    """A command in a process of its own; False where it was killed."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with Library(folder) as library:
                if step:
                    kill_before(step, folder)
                CASES[case](library)
            status = 0
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    if os.WIFEXITED(ended) and os.WEXITSTATUS(ended):
        raise SystemExit(f"{case} failed at step {step}")
    return os.WIFEXITED(ended)


def broken_files(folder: Path) -> list[str]:
    """What rows name, and what is not there whole."""
    with Library(folder) as library:
        broken = []
        for entry in library.entries("tales"):
            names = sorted(names_of(entry))
            broken += [name for name in names if not (folder / "tales" / name).is_file()]
            sound = folder / "tales" / entry.file
            if sound.is_file() and sha256(sound.read_bytes()).hexdigest() != entry.digest:
                broken.append(entry.file)
    return broken


def state_of(folder: Path) -> dict[str, object]:
    """Rows and files, but locks."""
    with Library(folder) as library:
        rows = [entry_values(entry) for entry in library.entries("tales")]
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    files = {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path.parent.name != ".locks" and not path.name.startswith("library.sqlite3")
    }
    return {"rows": rows, "files": files}


def main(case: str) -> None:
    for room in (edit, make, recordings):
        vars(room)["now"] = lambda: NOON  # all of it at one moment, so that the same command makes the same library
    with Library(work / "before") as library:
        prepare(library)
    shutil.copytree(work / "before", work / "undisturbed")
    run(STOPPED.get(case, case), work / "undisturbed")
    print(json.dumps([state_of(work / "before"), state_of(work / "undisturbed")]), flush=True)
    for step in count(1):
        folder = work / "killed"
        shutil.copytree(work / "before", folder)
        ended = run(STOPPED.get(case, case), folder, step)
        broken = broken_files(folder)
        run(case, folder)
        print(json.dumps({"step": step, "broken": broken, "state": state_of(folder)}), flush=True)
        shutil.rmtree(folder)
        if ended:
            return


if __name__ == "__main__":
    main(sys.argv[2])

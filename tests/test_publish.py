"""A folder for a static host: it follows the library, whoever else is at work, and spares what is somebody else's."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from narrate.audio.ffmpeg import run_ffmpeg
from narrate.errors import LibraryError, OutputError
from narrate.library.add import edit_entry, import_file, remove_entry
from narrate.library.artwork import draw_artwork
from narrate.library.library import Library
from narrate.library.shows import new_show
from narrate.publish import KNOWN, LOCK, PART, publish_show

BASE = "https://pods.example.org"

PUBLISH = """
import os, signal, sys
from pathlib import Path
from narrate.library.library import Library
from narrate.publish import publish_show
folder, out, target = map(Path, sys.argv[1:])
def look(event, arguments):
    if event == "os.rename" and os.fspath(arguments[1]) == os.fspath(target):
        os.kill(os.getpid(), signal.SIGKILL)
with Library(folder) as library:
    show = library.find_show("tales")
    print("ready", flush=True)
    sys.stdin.readline()
    sys.addaudithook(look)
    publish_show(library, show, out, "https://pods.example.org")
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with two shows, of which one has two recordings."""
    place = tmp_path_factory.mktemp("original")
    with Library(place / "library") as library:
        for title in ("Poems", "Tales"):
            draw_artwork(library, library.create_show(new_show(title)))
        for name in ("fog", "rain"):
            tape = place / f"{name}.mp3"
            run_ffmpeg(["-f", "lavfi", "-i", "sine=duration=1", "-b:a", "64k", "-metadata", f"title={name}", str(tape)])
            import_file(library, "tales", tape)
    return place / "library"


@pytest.fixture
def library(original: Path, tmp_path: Path) -> Iterator[Library]:
    with Library(Path(shutil.copytree(original, tmp_path / "library"))) as opened:
        yield opened


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "public"


def publish(library: Library, out: Path, show: str = "tales") -> int:
    """How many files were written."""
    return publish_show(library, library.find_show(show), out, BASE).written


def files_in(folder: Path) -> dict[str, bytes]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != LOCK)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def start(library: Library, out: Path, target: Path | str = "") -> subprocess.Popen[str]:
    """A process that publishes when it is told to, and dies before a file comes into its place, if any is given."""
    command = [sys.executable, "-c", PUBLISH, str(library.folder), str(out), str(target)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("name", ["index.html", "shows.opml", "assets/narrate.css"])
def test_what_somebody_else_put_there_is_not_replaced(library: Library, out: Path, name: str) -> None:
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text("mine")
    with pytest.raises(OutputError, match="narrate did not put it there. Name another --out, or move that file away"):
        publish(library, out)
    assert files_in(out) == {name: b"mine"}
    (out / name).unlink()
    assert publish(library, out) > 0
    (out / name).write_text("changed by a tool that makes pages smaller")
    assert publish(library, out) == 1


def test_files_of_others_beside_ours_stay(library: Library, out: Path) -> None:
    for name in ("CNAME", "assets/mine.css", "tales/notes.txt"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("mine")
    publish(library, out)
    publish(library, out)
    assert {name for name, data in files_in(out).items() if data == b"mine"} == {
        "CNAME",
        "assets/mine.css",
        "tales/notes.txt",
    }


def test_two_at_once_make_the_same_folder_as_one(library: Library, out: Path, tmp_path: Path) -> None:
    publish(library, tmp_path / "alone")
    both = [start(library, out), start(library, out)]
    for process in both:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[1] for process in both] == ["", ""]
    assert files_in(out) == files_in(tmp_path / "alone")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
@pytest.mark.parametrize("last", ["tales/rain.html", "tales/feed.xml", "index.html", "tales/rain.mp3"])
def test_a_killed_run_leaves_nothing_that_the_next_one_does_not_clear(
    library: Library, out: Path, tmp_path: Path, last: str
) -> None:
    process = start(library, out, out / last)
    process.communicate("\n", timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert list(out.rglob(f"{PART}*"))
    remove_entry(library, "tales", library.find_entry("tales", "rain"))
    publish(library, out)
    publish(library, tmp_path / "alone")
    assert files_in(out) == files_in(tmp_path / "alone")
    assert not [name for name in files_in(out) if "rain" in name]


def test_the_first_page_names_only_pictures_that_are_there(library: Library, out: Path) -> None:
    publish(library, out, "poems")
    before = str(library.find_show("poems").artwork)
    assert before in (out / "index.html").read_text()
    library.change_show("poems", title="Verses", artwork=None)
    after = str(draw_artwork(library, library.find_show("poems")).artwork)
    publish(library, out)
    page = (out / "index.html").read_text()
    assert after != before
    assert after not in page
    assert str(library.find_show("tales").artwork) in page
    publish(library, out, "poems")
    assert after in (out / "index.html").read_text()


class Busy(Library):
    """A library in which another command changes episodes just before a file of them is looked up."""

    changes: int

    def file_named(self, show: str, name: str) -> Path | None:
        if self.changes and name.startswith("rain"):
            self.changes -= 1
            with Library(self.folder) as other:
                edit_entry(other, "tales", other.find_entry("tales", "rain"), title=f"Rain {self.changes}")
        return super().file_named(show, name)


@pytest.mark.parametrize("changes", [1, 3])
def test_a_show_that_changes_meanwhile_is_published_as_it_is_in_the_end(
    library: Library, out: Path, changes: int
) -> None:
    busy = Busy(library.folder)
    busy.changes = changes
    with busy:
        publish(busy, out)
    entry = library.find_entry("tales", "rain")
    assert entry.version == changes + 1
    assert {"rain.html", entry.file} <= {path.name for path in (out / "tales").glob("rain*")}
    assert "<title>Rain 0" in (out / "tales" / "feed.xml").read_text()
    assert len(list((out / "tales").glob("rain*.mp3"))) == 1


def test_a_file_that_is_really_missing_is_told_of_with_what_helps(library: Library, out: Path) -> None:
    (library.folder_of("tales") / "rain.mp3").unlink()
    with pytest.raises(LibraryError, match=r"rain.mp3 of tales is missing. Run `narrate rebuild rain --show tales`"):
        publish(library, out)
    assert not (out / "tales" / "feed.xml").exists()


def test_a_folder_that_cannot_be_written_is_told_of(library: Library, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match=f"cannot be written: {os.strerror(20)}"):
        publish(library, tmp_path / "file" / "public")


def test_a_list_of_files_that_leads_elsewhere_removes_nothing(library: Library, out: Path) -> None:
    publish(library, out)
    (out / "mine.txt").write_text("mine")
    (out / "tales" / KNOWN).write_text('["../mine.txt", "feed.xml", "/etc/hosts", 7]')
    publish(library, out)
    assert (out / "mine.txt").exists()

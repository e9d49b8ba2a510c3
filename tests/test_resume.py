"""The same command finishes what was stopped, whenever that was and however."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import SAMPLES
from narrate.studio import open_room
from runs import Place, finish, kill_and_resume, stop

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")

NEWS = SAMPLES / "news.txt"

KILLS = 5


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, float]:
    """The news in the default voice, and how long it took."""
    place = Place(tmp_path_factory.mktemp("undisturbed"))
    began_s = time.monotonic()
    assert place.make(NEWS).status == 0
    return (place.targets / "a.mp3").read_bytes(), time.monotonic() - began_s


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def wait_for_clips(place: Place, count: int) -> None:
    deadline_s = time.monotonic() + 60
    while len(place.entries("clips")) < count and time.monotonic() < deadline_s:
        time.sleep(0.01)


@pytest.mark.parametrize("number", range(KILLS))
def test_after_a_kill_at_any_moment_the_same_command_gives_the_same_file(
    place: Place, undisturbed: tuple[bytes, float], number: int
) -> None:
    whole, took_s = undisturbed
    seed = random.SystemRandom().getrandbits(32)
    moment_s = random.Random(seed).uniform(number, number + 1) * took_s / KILLS
    print(f"seed {seed}: killed after {moment_s:.3f} of {took_s:.3f} s")  # shown where the test fails
    found = kill_and_resume(place, NEWS, lambda: time.sleep(moment_s))
    assert found.orphans == []
    assert found.reused == found.kept
    assert found.data == whole
    assert found.left == []


def test_after_a_kill_what_was_spoken_is_not_spoken_again(place: Place, undisturbed: tuple[bytes, float]) -> None:
    found = kill_and_resume(place, NEWS, lambda: wait_for_clips(place, 5))
    assert 5 <= found.reused == found.kept < found.sentences
    assert found.data == undisturbed[0]


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [(signal.SIGINT, 130, "narrate: stopped; nothing was left behind.\n"), (signal.SIGTERM, 143, "")],
)
@pytest.mark.parametrize("spoken", [1, 15])
def test_a_stop_is_told_in_at_most_a_line_and_leaves_only_what_was_spoken(
    place: Place, undisturbed: tuple[bytes, float], how: signal.Signals, status: int, said: str, spoken: int
) -> None:
    done = stop(place, NEWS, lambda: wait_for_clips(place, spoken), how)
    assert (done.status, done.out, done.err) == (status, "", said)
    place.grow_old()
    kept = len(place.entries("clips"))
    again = place.make(NEWS)
    assert (again.status, again.facts["reused"]) == (0, kept)
    assert (place.targets / "a.mp3").read_bytes() == undisturbed[0]
    assert place.left_behind("a.mp3") == []


LOADING = """
import os, signal, sys

class Impatience:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Impatience())
from narrate.cli.app import run
run()
"""


def test_ctrl_c_while_the_command_is_being_loaded_shows_no_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", LOADING, "voices"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "narrate: stopped; nothing was left behind.\n")


@pytest.mark.parametrize("options", [("--no-cache",), ("-o", "-")])
def test_what_a_killed_command_left_among_temporary_files_goes_with_the_next(
    place: Place, options: tuple[str, ...]
) -> None:
    running = place.start("make", NEWS, "--engine", "tone", *options)
    while not list(place.temporary.glob(".narrate-*/lock")) and running.poll() is None:
        time.sleep(0.01)
    running.kill()
    assert finish(running).status == -signal.SIGKILL
    assert list(place.temporary.iterdir())
    assert place.make(NEWS, "--engine", "tone", "--no-cache").status == 0
    assert place.left_behind("a.mp3") == []


def test_a_folder_of_a_living_command_and_one_that_is_none_of_ours_stay(place: Place) -> None:
    with open_room(place.targets) as room:
        (room / "half").write_text("an episode")
        others = [
            place.targets / name for name in (".narrate-notes", ".narrate-room-my voices", ".narrate-room-12345678")
        ]
        for other in others:
            other.mkdir()
            (other / "own").write_text("of a user's own")
        assert place.make(NEWS, "--engine", "tone").status == 0
        assert (room / "half").read_text() == "an episode"
    assert all((other / "own").exists() for other in others)
    assert len(list(place.targets.iterdir())) == len(others) + 1


def test_rooms_can_be_taken_and_left_by_many_at_once(tmp_path: Path) -> None:
    def stay(number: int) -> bool:
        with open_room(tmp_path) as room:
            (room / "mine").write_text(str(number))
            time.sleep(0.001)
            return (room / "mine").read_text() == str(number)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(stay, range(200)))
    assert list(tmp_path.iterdir()) == []

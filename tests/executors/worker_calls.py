"""Calls for workers to make. A module of its own, so that a worker need not import pytest to find them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from io import BufferedWriter
from pathlib import Path

warmed = 0


def double(number: int) -> int:
    return 2 * number


def pid_of(_: object) -> int:
    return os.getpid()


def cores_of(recipe: tuple[Path, int]) -> tuple[int, list[int]]:
    """Once so many workers are here at once: who we are, and where a program that we start may run."""
    import subprocess

    pid = meet(recipe)
    code = "import os; print(*os.sched_getaffinity(0))"
    return pid, [int(core) for core in subprocess.check_output([sys.executable, "-c", code]).split()]


def sleep(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def double_late(recipe: tuple[int, float]) -> int:
    """Double a number after so many seconds."""
    number, seconds = recipe
    time.sleep(seconds)
    return 2 * number


def wait_for(gate: Path) -> None:
    """Until somebody makes the file."""
    while not gate.exists():
        time.sleep(0.005)


def note(recipe: tuple[Path, str]) -> None:
    """Add a line to a file."""
    path, line = recipe
    with path.open("a", encoding="utf-8") as file:
        print(line, file=file)


def meet(recipe: tuple[Path, int]) -> int:
    """Until so many workers are here at once."""
    folder, count = recipe
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < count:
        time.sleep(0.005)
    return os.getpid()


def note_and_sleep(recipe: tuple[Path, float]) -> int:
    """Write down who we are, and stay for so many seconds."""
    path, seconds = recipe
    part = path.with_suffix(".part")
    part.write_text(str(os.getpid()))
    part.replace(path)
    return sleep(seconds)


def say_and_sleep(path: Path) -> None:
    """Write down who we are, and stay for a minute."""
    note_and_sleep((path, 60))


def hold_everything(path: Path) -> None:
    """Stay for a minute and let no other thread have its turn."""
    path.write_text(str(os.getpid()))
    ctypes.PyDLL(None).sleep(60)


class PickyError(Exception):
    """Pickles, and cannot be made again of what it pickles into."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what} because {why}")


def fail_with(problem: str) -> None:
    if problem == "picky":
        raise PickyError("no sound", "no air")
    if problem == "live":
        raise ValueError("holds a lock", threading.Lock())
    if problem == "exit":
        sys.exit("enough")
    raise KeyError(problem)


def give_lock(_: object) -> object:
    return threading.Lock()


def print_much(text: str) -> str:
    """In every way there is, and read what is to be read."""
    print(text * 10_000, flush=True)
    os.write(1, text.encode() * 10_000)
    os.system(f"echo {text}; echo {text} >&2")
    return sys.stdin.read()


def die(how: str) -> None:
    if how == "segfault":
        ctypes.string_at(0)
    if how == "exit":
        os._exit(7)
    os.kill(os.getpid(), getattr(signal, how))


def die_at_next_call(_: object) -> None:
    """Have the process end before it says that it begins a call."""
    from narrate.executors import worker

    listening = sys.modules["__main__"]
    say = listening.write_frame

    def say_or_die(pipe: BufferedWriter, kind: bytes, body: bytes = b"") -> None:
        if kind == worker.BEGUN:
            os._exit(7)
        say(pipe, kind, body)

    listening.write_frame = say_or_die  # type: ignore[attr-defined]


def fork_and_die(path: Path) -> None:
    """Leave a child behind that would stay for a minute."""
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    path.write_text(str(child))
    die("segfault")


def warm_up(count: int) -> None:
    global warmed
    warmed += count


def warmth(_: object) -> int:
    return warmed


def threads_allowed(_: object) -> list[str | None]:
    return [os.environ.get(name) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")]


def modules_loaded(_: object) -> set[str]:
    return set(sys.modules)

"""A worker process as its parent sees it: started, spoken to, listened to, buried."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from io import BufferedReader, BufferedWriter
from queue import SimpleQueue
from typing import Any, cast

from narrate.errors import NarrateError
from narrate.executors import worker

LOST = b"l"
"""The kind of the last thing heard of a worker."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""There is a worker for every core already."""


@dataclass(slots=True, eq=False)
class Task:
    """A call, and the future of its result."""

    call: bytes
    deadline_s: float | None
    first: bool
    future: Future[Any] = field(default_factory=Future)
    workers_lost: int = 0
    """How many died with it as the next or the running one."""
    _wanted: bool | None = None

    def begin(self) -> bool:
        """Whether somebody still wants it; from here on it cannot be cancelled."""
        if self._wanted is None:
            self._wanted = self.future.set_running_or_notify_cancel()
        return self._wanted

    def settle(self, kind: bytes, body: bytes) -> None:
        """Take in a worker's answer."""
        try:
            outcome = pickle.loads(body)
        except Exception as problem:
            why = f"{type(problem).__name__}: {problem}".rstrip(".")
            self.fail(NarrateError("a worker's result cannot be read", why))
            return
        if kind == worker.ERROR:
            self.fail(outcome)
        elif self.begin():
            self.future.set_result(outcome)

    def fail(self, problem: Exception) -> None:
        if self.begin():
            self.future.set_exception(problem)


class WorkerProcess:
    """One process and the tasks in its hands, of which it makes the first.

    Two threads do the reading and the writing, since either may block for as long as the worker likes.
    """

    def __init__(self, warm: bytes | None, heard: Callable[[WorkerProcess, bytes, bytes], None]) -> None:
        """
        Args:
            warm: the call that it makes before it is ready.
            heard: told, from a thread of ours, the kind and content of every frame, and LOST in the end.

        Raises:
            OSError: no process can be started.
        """
        self.greeted = self.ready = self.begun = False
        """What it has said: hello, that it is ready, that it has begun the first of its tasks."""
        self.cold = False
        """Whether it was spared the warm call, and has had no task with a deadline since."""
        self.tasks: deque[Task] = deque()
        self.core: int | None = None
        """Where it was told to stay; None for wherever the system puts it."""
        self.due_s = float("inf")
        """When it must have answered, on the monotonic clock."""
        self._heard = heard
        self._outbox: SimpleQueue[tuple[bytes, bytes] | None] = SimpleQueue()
        self._process = _start_process()
        self._outbox.put((worker.SETUP, pickle.dumps((sys.path, warm), 5)))
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._listen, self._talk)]
        for thread in self._threads:
            thread.start()

    def take(self, task: Task) -> None:
        """Send it a task, which it begins when it has done those that it has."""
        self.tasks.append(task)
        self._outbox.put((worker.CALL, task.call))

    def stay(self, core: int) -> None:
        """Have it keep to a core, when it has done the tasks that it has."""
        self.core = core
        self._outbox.put((worker.STAY, pickle.dumps(core)))

    def kill(self) -> None:
        """End it and what it has started; called once, by whoever calls `wait` next."""
        self._outbox.put(None)
        if sys.platform == "win32":
            self._process.kill()
        else:
            with suppress(ProcessLookupError, PermissionError):  # it is gone
                os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self) -> int:
        """The exit code of a process that was killed or has died, negative for a signal."""
        code = self._process.wait()
        for thread in self._threads:
            thread.join(1)  # longer only where a child in a session of its own holds our pipe
        return code

    def _listen(self) -> None:
        with cast(BufferedReader, self._process.stdout) as pipe:
            while frame := worker.read_frame(pipe):
                self._heard(self, *frame)
        self._heard(self, LOST, b"")

    def _talk(self) -> None:
        with suppress(OSError), cast(BufferedWriter, self._process.stdin) as pipe:  # _listen tells that it died
            while frame := self._outbox.get():
                worker.write_frame(pipe, *frame)


def _start_process() -> subprocess.Popen[bytes]:
    """In a session of its own, where no Ctrl-C reaches it; silent unless somebody is looking for an error.

    Linux ends a worker with the thread that has started it: call this from one that lives as long as the worker.
    """
    trace = bool(os.environ.get("NARRATE_TRACEBACK"))
    flags = ["-P", *(["-X", "faulthandler"] if trace else [])]
    return subprocess.Popen(
        [sys.executable, *flags, worker.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None if trace else subprocess.DEVNULL,
        env=os.environ | ONE_THREAD,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def cause_of_death(code: int) -> str:
    """What an exit code tells, such as `signal 11 (segmentation fault)`."""
    if code >= 0:
        return f"it exited with code {code}"
    return f"signal {-code} ({(signal.strsignal(-code) or 'unknown').lower()})"

"""Calls run in worker processes of this machine."""

from __future__ import annotations

import pickle
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from types import TracebackType
from typing import TypeVar

from narrate.errors import NarrateError, UsageError
from narrate.executors.process import Task
from narrate.executors.supervisor import Supervisor

R = TypeVar("R")
T = TypeVar("T")


class LocalExecutor:
    """Runs calls in processes that start when they are needed and end with this one, however it ends.

    A call that kills its process, or runs beyond its deadline, fails alone: the worker is replaced. Calls begin in the
    order of submission. While many wait, a worker is handed its next call early, and what goes first goes behind that
    one. What a call prints is thrown away, and goes to standard error where NARRATE_TRACEBACK is set.
    As a context it closes itself.
    """

    def __init__(self, jobs: int) -> None:
        """
        Args:
            jobs: how many calls can run at once, each in its own process.

        Raises:
            UsageError: fewer than one.
        """
        if jobs < 1:
            raise UsageError(f"{jobs} jobs cannot do anything", "", "Allow at least 1")
        self.jobs = jobs
        self._supervisor = Supervisor(jobs)
        self._thread = threading.Thread(target=self._supervisor.run, name="narrate-supervisor", daemon=True)
        self._lock = threading.Lock()
        self._closed = False
        weakref.finalize(self, self._supervisor.stop)  # where nobody closes it

    @property
    def limit(self) -> int:
        """How many workers may be started now, 1 to `jobs`; what is set beyond is cut to that.

        Raised when the work turns out to be long. Lowering it stops nobody who works already.
        """
        return self._supervisor.limit

    @limit.setter
    def limit(self, limit: int) -> None:
        self._supervisor.limit = min(max(1, limit), self.jobs)
        self._supervisor.nudge()

    def start(self, count: int, warm: tuple[Callable[[R], object], R] | None = None) -> None:
        """Have `count` workers, or as many as the limit allows, before there is work; returns at once.

        Args:
            warm: function and recipe of a call that each worker from now on makes before its first task, such as to
                load an engine; None keeps what was given before. What goes wrong in it is ignored: the tasks will
                tell. Workers that come later, for tasks of which none has a deadline, do without, and have more time
                for the first that has one.

        Raises:
            NarrateError: the executor is closed.
        """
        call = None
        with suppress(Exception):
            call = pickle.dumps(warm, 5) if warm else None
        self._tell(self._supervisor.start, count, call)

    def submit(
        self, function: Callable[[R], T], recipe: R, *, deadline_s: float | None = None, first: bool = False
    ) -> Future[T]:
        """Run `function(recipe)` in a worker; see `Executor.submit`."""
        try:
            task = Task(pickle.dumps((function, recipe), 5), deadline_s, first)
        except Exception as problem:
            future: Future[T] = Future()
            future.set_exception(NarrateError("a call cannot be sent to a worker", f"{problem}".rstrip(".")))
            return future
        self._tell(self._supervisor.submit, task)
        return task.future

    def clear(self) -> None:
        """Forget all calls: the workers that have one in hand are killed, and others come when they are needed.

        Raises:
            NarrateError: the executor is closed.
        """
        self._tell(self._supervisor.clear)

    def close(self) -> None:
        """Stop at once: what runs is killed, what waits is cancelled. May be called twice."""
        with self._lock:
            self._closed = True
            self._supervisor.stop()
        if self._thread.ident and self._thread is not threading.current_thread():
            self._thread.join()

    def __enter__(self) -> LocalExecutor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tell(self, tell: Callable[..., None], *args: object) -> None:
        with self._lock:
            if self._closed:
                raise NarrateError("nothing more can run", "the executor is closed")
            if not self._thread.ident:
                self._thread.start()
            tell(*args)

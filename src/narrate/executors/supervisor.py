"""Keeps workers at work: hands out tasks, hears answers, replaces the dead, ends the overdue.

All of it happens in one thread, which hears of everything through an inbox; so there is nothing to lock.
"""

from __future__ import annotations

import signal
import time
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from math import inf
from queue import Empty, SimpleQueue

from narrate.executors import worker as wire
from narrate.executors.machine import own_cores
from narrate.executors.process import LOST, Task, WorkerProcess, cause_of_death
from narrate.executors.protocol import WorkerLost

START_S = 120.0
"""How long a worker may take to say hello, and then to make its warm call."""

GRACE_S = 1.0
"""What a worker gets after a deadline that passed while this process was stopped, as by Ctrl-Z."""

FAILED_STARTS = 3
"""So many in a row, and no worker will ever start; or begin a task, where they die of receiving it."""

SEE_WHY = "Set NARRATE_TRACEBACK=1 to see what it says"


class Supervisor:
    """The workers of one executor. What other threads may call ends in `_tell`; the rest is for `run` alone."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        """How many workers may be started; more that are there stay."""
        self._inbox: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._waiting: deque[Task] = deque()
        self._urgent: deque[Task] = deque()
        self._workers: list[WorkerProcess] = []
        self._warm: bytes | None = None
        self._failed_starts = 0
        self._closed = False

    def submit(self, task: Task) -> None:
        self._tell(self._queue_of(task).append, task)

    def start(self, count: int, warm: bytes | None) -> None:
        self._tell(self._start, count, warm)

    def nudge(self) -> None:
        """Look again at what can be done, such as when the limit has changed."""
        self._tell(lambda: None)

    def clear(self) -> None:
        self._tell(self._clear)

    def stop(self) -> None:
        self._tell(setattr, self, "_closed", True)

    def run(self) -> None:
        """Until `stop`."""
        try:
            while not self._closed:
                self._act_once()
                self._end_overdue()
                self._hand_out()
        finally:
            self._close()

    def _tell(self, act: Callable[..., object], *args: object) -> None:
        self._inbox.put(partial(act, *args))

    def _act_once(self) -> None:
        due_s = min((worker.due_s for worker in self._workers), default=inf)
        wait_s = None if due_s == inf else min(max(0.0, due_s - time.monotonic()), 3600.0)
        with suppress(Empty):
            self._inbox.get(timeout=wait_s)()

    def _start(self, count: int, warm: bytes | None) -> None:
        self._warm = warm or self._warm
        while len(self._workers) < min(count, self.limit):
            if not self._add_worker(self._warm):
                return

    # what waits

    def _queue_of(self, task: Task) -> deque[Task]:
        return self._urgent if task.first else self._waiting

    def _count_waiting(self) -> int:
        return len(self._urgent) + len(self._waiting)

    def _next(self) -> Task | None:
        """The next task that somebody still wants."""
        while queue := self._urgent or self._waiting:
            task = queue.popleft()
            if not task.future.cancelled():
                return task
            task.begin()  # tells those who wait for it that it never will
        return None

    # who works

    def _hand_out(self) -> None:
        for worker in self._workers:
            if worker.ready and not worker.tasks:
                self._give(worker)
        self._grow()
        self._spread()
        for worker in self._workers:
            # near the end nothing is handed out early: it would wait behind one worker while another is idle
            if len(worker.tasks) == 1 and self._count_waiting() > len(self._workers):
                self._give(worker)

    def _give(self, worker: WorkerProcess) -> None:
        if task := self._next():
            worker.take(task)
            if len(worker.tasks) == 1:
                self._expect(worker)

    def _expect(self, worker: WorkerProcess) -> None:
        """Nothing keeps the worker from its first task, if it has one: the deadline counts from now."""
        deadline_s = worker.tasks[0].deadline_s if worker.tasks else None
        worker.due_s = inf if deadline_s is None else time.monotonic() + deadline_s
        if worker.cold:  # it has yet to load what the others have loaded
            worker.due_s += START_S
            worker.cold = deadline_s is None

    def _grow(self) -> None:
        """One worker for each task that waits, counting those who are about to be ready."""
        starting = sum(not worker.ready for worker in self._workers)
        while starting < self._count_waiting() and len(self._workers) < self.limit:
            if self._workers and self._failed_starts >= FAILED_STARTS:
                return  # make do with those we have
            # what has no deadline does not wait for what it may not need
            hurried = any(task.deadline_s is not None for task in (*self._urgent, *self._waiting))
            starting += self._add_worker(self._warm if hurried else None)

    def _add_worker(self, warm: bytes | None) -> bool:
        try:
            worker = WorkerProcess(warm, partial(self._tell, self._hear))
        except (OSError, RuntimeError) as problem:  # no process, or no thread
            self._count_failed_start(str(problem))
            return False
        worker.due_s = time.monotonic() + START_S
        worker.cold = self._warm is not None and warm is None
        self._workers.append(worker)
        return True

    def _spread(self) -> None:
        """A core for each worker, for good, once there is one for every core; with fewer the system does better."""
        cores = own_cores()
        if not 1 < len(cores) <= len(self._workers):
            return
        taken = Counter(worker.core for worker in self._workers)
        for worker in self._workers:
            if worker.core is None:
                worker.stay(min(cores, key=taken.__getitem__))
                taken[worker.core] += 1

    # what comes back

    def _hear(self, worker: WorkerProcess, kind: bytes, body: bytes) -> None:
        if worker not in self._workers:
            return  # last words of one already buried
        if kind == LOST:
            self._bury(worker)
        elif kind == wire.HELLO:
            worker.greeted, worker.due_s = True, time.monotonic() + START_S
            self._failed_starts = 0
        elif kind == wire.READY:
            worker.ready, worker.due_s = True, inf
        elif kind == wire.BEGUN:
            worker.begun = True
            worker.tasks[0].begin()
        else:
            self._finish(worker, kind, body)

    def _finish(self, worker: WorkerProcess, kind: bytes, body: bytes) -> None:
        task = worker.tasks.popleft()
        worker.begun = False
        self._expect(worker)
        task.settle(kind, body)

    def _end_overdue(self) -> None:
        now_s = time.monotonic()
        for worker in [worker for worker in self._workers if worker.due_s <= now_s]:
            if now_s - worker.due_s > GRACE_S:  # we were stopped ourselves, and may have an answer to read
                worker.due_s = now_s + GRACE_S
                continue
            limit_s = worker.tasks[0].deadline_s if worker.tasks else START_S
            self._bury(worker, f"it did not answer within {limit_s:g} s")

    def _bury(self, worker: WorkerProcess, stopped: str = "") -> None:
        """Take leave of a worker that has died, or that is stopped for a reason."""
        self._workers.remove(worker)
        worker.kill()
        code = worker.wait()
        if worker.tasks:
            worker.tasks[0].workers_lost += 1
            if worker.begun or stopped or worker.tasks[0].workers_lost == FAILED_STARTS:
                worker.tasks.popleft().fail(_loss(stopped, code))
        for task in reversed(worker.tasks):
            self._queue_of(task).appendleft(task)
        if not worker.greeted:
            self._count_failed_start(stopped or cause_of_death(code))
        elif not worker.ready:
            self._warm = None  # whatever kills it will do so in a task, which can say so

    def _count_failed_start(self, why: str) -> None:
        self._failed_starts += 1
        if self._failed_starts >= FAILED_STARTS and not self._workers:
            while task := self._next():
                task.fail(WorkerLost("no worker can start", why, SEE_WHY))

    def _clear(self) -> None:
        """Let go of all tasks, and of the workers that have any."""
        busy = [worker for worker in self._workers if worker.tasks]
        self._workers = [worker for worker in self._workers if not worker.tasks]
        self._let_go(busy, "its work is not wanted any more")

    def _close(self) -> None:
        self._closed = True
        workers, self._workers = self._workers, []
        with suppress(Empty):
            while True:
                self._inbox.get_nowait()()
        self._let_go(workers, "its executor was closed")

    def _let_go(self, workers: list[WorkerProcess], why: str) -> None:
        """End workers, and cancel whatever waits."""
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.wait()
            if worker.begun:
                worker.tasks.popleft().fail(WorkerLost("a worker was stopped", why))
            self._waiting.extend(worker.tasks)
        for task in (*self._urgent, *self._waiting):
            task.future.cancel()
            task.begin()
        self._urgent.clear()
        self._waiting.clear()


def _loss(stopped: str, code: int) -> WorkerLost:
    if stopped:
        return WorkerLost("a worker was stopped", stopped)
    killed = code == -getattr(signal, "SIGKILL", 9)
    return WorkerLost(
        "a worker died", cause_of_death(code), "If memory ran out, let fewer jobs run at once" if killed else ""
    )

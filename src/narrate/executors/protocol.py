"""What an executor promises."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from narrate.errors import NarrateError

R = TypeVar("R")
T = TypeVar("T")


class WorkerLost(NarrateError):
    """A worker died or was stopped while a call was in its hands; nobody knows how far it had come."""


class Executor(Protocol):
    """Runs calls. Knows nothing of what they do."""

    jobs: int
    """How many calls can run at once."""

    def submit(
        self, function: Callable[[R], T], recipe: R, *, deadline_s: float | None = None, first: bool = False
    ) -> Future[T]:
        """Run `function(recipe)` somewhere.

        Args:
            function: a top-level function of a module that can be imported.
            recipe: can be pickled, as the result can: never anything live.
            deadline_s: how long the call may run, in seconds from when it begins; None for as long as it likes.
            first: goes before everything that waits, behind others that do.

        Returns:
            What comes of it. It fails with what the function raised, with WorkerLost, or with a NarrateError where
            call, result or error cannot travel.

        Raises:
            NarrateError: the executor is closed.
        """

    def clear(self) -> None:
        """Forget all calls: what runs is stopped, what waits is cancelled; what is submitted from now on is run."""

    def close(self) -> None:
        """Stop at once: what runs is killed, what waits is cancelled. May be called twice."""

"""Calls made at once in this very process: to debug an engine, and to test what workers do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

R = TypeVar("R")
T = TypeVar("T")


class InlineExecutor:
    """Runs a call while it is being submitted.

    Nothing can end a call from within, so deadlines are not kept here.
    """

    jobs: int = 1

    def submit(  # a promise has parameters that are not needed here
        self,
        function: Callable[[R], T],
        recipe: R,
        *,
        deadline_s: float | None = None,  # noqa: ARG002
        first: bool = False,  # noqa: ARG002
    ) -> Future[T]:
        """Run `function(recipe)` now; the future is done when it is returned."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(function(recipe))
        except Exception as problem:
            future.set_exception(problem)
        return future

    def clear(self) -> None:
        """Nothing runs between two calls, so there is nothing to forget."""

    def close(self) -> None:
        """Nothing runs between two calls, so there is nothing to stop."""

"""Calls that are made again where they fail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from narrate.errors import NarrateError
from narrate.executors.protocol import Executor

R = TypeVar("R")
T = TypeVar("T")


def call(executor: Executor, function: Callable[[R], T], recipe: R) -> T:
    """What `function(recipe)` gives before all that waits; where it fails, or its worker is lost, what it gives again.

    Raises:
        NarrateError: it failed twice.
    """
    with suppress(NarrateError):
        return executor.submit(function, recipe, first=True).result()
    return executor.submit(function, recipe, first=True).result()

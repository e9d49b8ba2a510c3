"""Calls that are made again where they fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from narrate.errors import NarrateError
from narrate.executors.protocol import Executor

R = TypeVar("R")
T = TypeVar("T")


def call(
    executor: Executor,
    function: Callable[[R], T],
    recipe: R,
    *,
    final: type[NarrateError] | tuple[type[NarrateError], ...] = (),
) -> T:
    """What `function(recipe)` gives before all that waits; where it fails, or its worker is lost, what it gives again.

    Args:
        final: failures after which there is no use in trying again.

    Raises:
        NarrateError: it failed twice, or for good.
    """
    try:
        return executor.submit(function, recipe, first=True).result()
    except final:
        raise
    except NarrateError:
        pass
    return executor.submit(function, recipe, first=True).result()

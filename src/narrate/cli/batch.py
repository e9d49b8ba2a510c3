"""Several sources one after another: with one studio for as long as it suits, and none stopped by another's failure."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from narrate.settings import Settings
    from narrate.studio import Studio


def for_each(
    origins: Sequence[str],
    read_settings: Callable[[str], Settings],
    work: Callable[[str, Settings, Studio], bool],
) -> None:
    """Work on every source.

    Args:
        read_settings: the settings in force for a source.
        work: answers whether what it made is whole.

    Raises:
        NarrateError: the only source failed.
        typer.Exit: something failed, or is not whole.
    """
    from narrate.cli.output import tell_notes
    from narrate.errors import NarrateError
    from narrate.studio import Studio

    whole = True
    failures: list[NarrateError] = []
    studio: Studio | None = None
    with ExitStack() as stack:
        for origin in origins:
            try:
                settings = read_settings(origin)
                if studio is None or not studio.suits(settings):
                    stack.close()
                    studio = Studio(settings)
                    stack.callback(tell_notes, studio)  # when it is closed
                    stack.enter_context(studio)
                whole = work(origin, settings, studio) and whole
            except NarrateError as problem:
                if len(origins) == 1:
                    raise
                print(f"narrate: {origin}: {problem}", file=sys.stderr)
                failures.append(problem)
    if failures:
        raise typer.Exit(max(problem.exit_code for problem in failures))
    if not whole:
        raise typer.Exit(1)

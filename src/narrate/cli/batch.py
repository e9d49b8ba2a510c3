"""Several sources one after another: with one studio for as long as it suits, and none stopped by another's failure."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from narrate.errors import NarrateError
    from narrate.gather import Piece
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
    with Batch(count=len(origins)) as batch:
        for origin in origins:
            with batch.trying(origin):
                settings = read_settings(origin)
                batch.note(work(origin, settings, batch.open_studio(settings)))


def for_each_piece(
    origins: Sequence[str],
    read_settings: Callable[[str], Settings],
    take_apart: Callable[[str, Settings], Sequence[Piece]],
    work: Callable[[Piece, Settings, Studio], bool],
    *,
    quiet: bool = False,
) -> None:
    """Work on every text in every source; for the arguments and errors see `for_each`.

    Args:
        take_apart: the texts in a source.
        quiet: do not say which one has its turn, where a source has several.
    """
    with Batch(count=len(origins)) as batch:
        for origin in origins:
            with batch.trying(origin):
                settings = read_settings(origin)
                batch.open_studio(settings)  # whose worker loads its voice while the source is read
                pieces = take_apart(origin, settings)
                batch.expect(len(pieces))
                for number, piece in enumerate(pieces, 1):
                    if len(pieces) > 1 and not quiet:
                        print(f"{number} of {len(pieces)}: {piece}", file=sys.stderr, flush=True)
                    with batch.trying(str(piece)):
                        settings = read_settings(piece.beside)
                        batch.note(work(piece, settings, batch.open_studio(settings)))


class Batch:
    """What became of each of several things to do, and the studio they are done in. As a context it says so at last."""

    def __init__(self, *, count: int) -> None:
        """
        Args:
            count: how many there are, as far as is known.
        """
        self._count, self._whole = count, True
        self._failures: list[NarrateError] = []
        self._studio: Studio | None = None
        self._room = ExitStack()

    def expect(self, count: int) -> None:
        """One of the things to do turns out to be so many."""
        self._count += count - 1

    @contextmanager
    def trying(self, name: str) -> Iterator[None]:
        """Whatever fails in here is told, and the next one has its turn; the only one fails the command."""
        from narrate.errors import NarrateError

        try:
            yield
        except NarrateError as problem:
            if self._count == 1:
                raise
            print(f"narrate: {name}: {problem}", file=sys.stderr)
            self._failures.append(problem)

    def note(self, whole: bool) -> None:
        """Something was made: is it whole?"""
        self._whole = self._whole and whole

    def open_studio(self, settings: Settings) -> Studio:
        """The studio that is open, where it suits; else another one in its place."""
        from narrate.cli.output import tell_notes
        from narrate.studio import Studio

        if self._studio is None or not self._studio.suits(settings):
            self._room.close()
            self._studio = Studio(settings)
            self._room.callback(tell_notes, self._studio)  # when it is closed
            self._room.enter_context(self._studio)
        return self._studio

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._room.close()
        if kind is None and self._failures:
            raise typer.Exit(max(problem.exit_code for problem in self._failures))
        if kind is None and not self._whole:
            raise typer.Exit(1)

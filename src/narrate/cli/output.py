"""Where results of commands go, and what is said beside them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from narrate.preparation import Prepared
    from narrate.studio import Studio
    from narrate.types import Fallback, Take


@contextmanager
def target_for(
    prepared: Prepared, output: str | None, format: str | None, taken: Collection[Path] = ()
) -> Iterator[Path]:
    """The path at which an episode is made; for `-` a temporary one, sent to standard output when it is whole."""
    from narrate.targets import find_target

    if output != "-":
        yield find_target(prepared, output, format, taken=taken)
        return
    from narrate.studio import open_room

    with open_room() as folder:
        target = find_target(prepared, folder, format)
        yield target
        with target.open("rb") as made:
            shutil.copyfileobj(made, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def tell_story(prepared: Prepared) -> None:
    """What there is to say of how a text was read, on standard error."""
    for note in prepared.cleaned.notes:
        print(f"narrate: {note.rstrip('.')}.", file=sys.stderr)


def tell_notes(studio: Studio | None) -> None:
    """What the studio has to say, on standard error."""
    for note in studio.notes if studio else ():
        print(f"narrate: {note}.", file=sys.stderr)


def tell_fallback(fallback: Fallback) -> None:
    """That somebody speaks in another's place, on standard error at once."""
    print(f"narrate: {fallback}.", file=sys.stderr, flush=True)


def tell_take(take: Take) -> None:
    """The same of a single sentence, where it is so."""
    if take.fallback:
        tell_fallback(take.fallback)

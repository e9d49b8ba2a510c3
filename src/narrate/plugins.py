"""Readers and engines, found through entry points: ours and other people's."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, cast

from narrate.errors import NarrateError, UsageError

if TYPE_CHECKING:
    from narrate.engines.protocol import Engine
    from narrate.readers.protocol import Reader

READERS = "narrate.readers"
ENGINES = "narrate.engines"


def reader_names() -> list[str]:
    """Names of the readers installed, ours first."""
    return sorted(_found(READERS), key=_ours_first(READERS))


def engine_names() -> list[str]:
    """Names of the engines installed, ours first and the default before all."""
    return sorted(_found(ENGINES), key=_ours_first(ENGINES))


def load_reader(name: str) -> Reader:
    """The reader of that name.

    Raises:
        UsageError: there is none.
    """
    return cast("Reader", _made(READERS, name, "format", "--as"))


def load_engine(name: str) -> Engine:
    """The engine of that name.

    Raises:
        UsageError: there is none.
    """
    return cast("Engine", _made(ENGINES, name, "engine", "--engine"))


def split_voice(name: str | None, engine: str) -> tuple[str, str]:
    """The engine and the voice that a name asks for; no voice takes the engine's default.

    Args:
        name: a voice, or `engine:voice`.
        engine: whose voices are meant where the name says none.
    """
    before, colon, voice = (name or "").partition(":")  # a voice may have colons itself
    return (before, voice) if colon and before in engine_names() else (engine, (name or "").removeprefix(":"))


@cache
def _found(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=group)}


def _ours_first(group: str) -> Callable[[str], tuple[bool, int, str]]:
    names = (
        "hibari",
        "piper",
        "kokoro",
        "gtts",
        "openai",
        "espeak",
        "command",
        "text",
        "markdown",
        "html",
        "epub",
        "pdf",
    )
    order = {name: number for number, name in enumerate(names)}

    def key(name: str) -> tuple[bool, int, str]:
        ours = _found(group)[name].value.startswith("narrate.")
        return (not ours, order.get(name, len(order)), name)

    return key


@cache
def _made(group: str, name: str, noun: str, option: str) -> object:
    point = _found(group).get(name)
    if point is None:
        known = ", ".join(sorted(_found(group)))
        raise UsageError(f"there is no {noun} called {name!r}", "", f"Give {option} one of: {known}")
    try:
        return point.load()()
    except ImportError as problem:
        raise NarrateError(f"the {noun} {name} cannot be loaded", str(problem), "Install it again") from problem


def media_type_of(suffix: str) -> str | None:
    """The media type that a reader gives to a file ending, such as `.md`; None where no reader claims it."""
    readers = map(load_reader, reader_names())
    return next((reader.media_types[0] for reader in readers if suffix.lower() in reader.suffixes), None)


def reader_for(media_type: str) -> Reader:
    """The reader of a media type.

    Raises:
        UsageError: nothing reads it.
    """
    for name in reader_names():
        reader = load_reader(name)
        if media_type in reader.media_types:
            return reader
    raise UsageError(
        f"nothing reads {media_type}", "", f"Say what it is with --as, one of: {', '.join(reader_names())}"
    )

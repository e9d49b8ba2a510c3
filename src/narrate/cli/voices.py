"""`narrate voices`"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from narrate.types import Voice


def voices(
    language: Annotated[str | None, typer.Option("--language", help="Only voices of a language, such as en.")] = None,
    engine: Annotated[str | None, typer.Option("--engine", help="Only voices of an engine.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """List the voices that can speak here and now, and what is missing for the others.

    Example: narrate voices --language de
    """
    from narrate import languages, plugins
    from narrate.errors import EngineUnavailable

    found: list[Voice] = []
    for name in [engine] if engine else plugins.engine_names():
        try:
            found += plugins.load_engine(name).voices()
        except EngineUnavailable as problem:
            typer.echo(f"{name}: {problem}", err=True)
    if language:
        found = [voice for voice in found if languages.same_language(voice.language, language)]
    if as_json:
        print(json.dumps([{"id": voice.id, "ready": voice.ready} | asdict(voice) for voice in found]))
        return
    for voice in found:
        print(_line(voice))


def _line(voice: Voice) -> str:
    state = "online" if voice.online else "ready"
    if voice.missing:
        state = f"missing: {voice.missing}. {voice.remedy}"
    return f"{voice.id:<22} {voice.language:<7} {voice.description:<28} {state}"

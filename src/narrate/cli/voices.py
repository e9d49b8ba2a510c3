"""`narrate voices`"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from narrate.engines.protocol import Engine
    from narrate.types import Voice

app = typer.Typer(invoke_without_command=True)

VoiceName = Annotated[str, typer.Argument(metavar="NAME", help="A voice, or ENGINE:VOICE.")]


@app.callback()
def voices(
    context: typer.Context,
    language: Annotated[
        str | None, typer.Option("--language", help="Only voices of a language, such as en or en-GB.")
    ] = None,
    engine: Annotated[str | None, typer.Option("--engine", help="Only voices of an engine.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """List the voices that can speak here and now, and what is missing for the others.

    Example: narrate voices --language de
    """
    from narrate.errors import UsageError

    if context.invoked_subcommand:
        if language or engine or as_json:
            raise UsageError(
                "--language, --engine and --json are for the list",
                "",
                f"Leave them out for {context.invoked_subcommand}",
            )
        return
    found = [voice for voice in _list_voices(engine) if not language or _speaks(voice, language)]
    if as_json:
        print(json.dumps([{"id": voice.id, "ready": voice.ready} | asdict(voice) for voice in found]))
        return
    for voice in found:
        print(_line(voice))


@app.command()
def install(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An engine, for all of its voices, or ENGINE:VOICE.")],
    sources: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="PATH", help="A file, folder or package that is here already; may be repeated."),
    ] = None,
) -> None:
    """Install voices, from the network or from what you have downloaded.

    Example: narrate voices install kokoro --from Downloads
    """
    from narrate.engines.voice_files import Installer, Order
    from narrate.errors import UsageError
    from narrate.settings import load_settings

    settings = load_settings()
    engine, voice = _find_engine(name, settings.engine)
    if not isinstance(engine, Installer):
        raise UsageError(f"{engine.name} has no voices to install", "", f"See `narrate voices --engine {engine.name}`")
    order = Order(
        name=voice,
        sources=tuple(sources or ()),
        proxy=settings.proxy,
        tell=lambda line: print(f"narrate: {line} …", file=sys.stderr, flush=True),
    )
    for installed in engine.install(order):
        print(_line(installed))


@app.command()
def sample(
    name: VoiceName,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="A file, or - for standard output; else it is heard now.")
    ] = None,
) -> None:
    """Hear a voice say a sentence in its language, always the same one.

    Example: narrate voices sample hibari:heart -o heart.mp3
    """
    from narrate.cli.say import say
    from narrate.errors import UsageError
    from narrate.settings import load_settings

    engine, wanted = _find_engine(name, load_settings().engine)
    voice = engine.find_voice(wanted) if wanted else engine.voices()[0]
    if voice is None:
        raise UsageError(f"{engine.name} has no voice {wanted!r}", "", f"See `narrate voices --engine {engine.name}`")
    language, sentence = _find_sentence(voice)
    say([sentence], output=output, engine=engine.name, voice=voice.name, language=language)


def _find_engine(name: str, usual: str) -> tuple[Engine, str]:
    """The engine that a name means, and its voice; the name of an engine alone means no voice in particular."""
    from narrate import plugins

    before, _, after = name.partition(":")
    if before in plugins.engine_names():
        return plugins.load_engine(before), after
    return plugins.load_engine(usual), name


def _find_sentence(voice: Voice) -> tuple[str, str]:
    """A language of a voice, and what is said in it.

    Raises:
        UsageError: there is no sentence for it.
    """
    import tomllib
    from importlib.resources import files

    from narrate import languages
    from narrate.errors import UsageError

    language = languages.primary(voice.language)
    if language in ("mul", "und"):
        language = "en"
    sentences = tomllib.loads((files("narrate.cli") / "samples.toml").read_text("utf-8"))
    if language not in sentences:
        spoken = languages.language_name(language)
        raise UsageError(f"there is no sentence in {spoken}", "", f"Run `narrate say TEXT --voice {voice.id}`")
    return (language if voice.language in ("mul", "und") else voice.language), sentences[language]


def _list_voices(engine: str | None) -> list[Voice]:
    from narrate import plugins
    from narrate.errors import EngineUnavailable

    found: list[Voice] = []
    for name in [engine] if engine else plugins.engine_names():
        try:
            found += plugins.load_engine(name).voices()
        except EngineUnavailable as problem:
            typer.echo(f"{name}: {problem}", err=True)
    return found


def _speaks(voice: Voice, language: str) -> bool:
    """Is a voice of a language, and of its region where both name one?"""
    from narrate import languages

    spoken, wanted = voice.language.replace("_", "-").lower(), language.replace("_", "-").lower()
    is_otherwise = "-" in spoken and "-" in wanted and not f"{spoken}-".startswith(f"{wanted}-")
    return languages.same_language(spoken, wanted) and not is_otherwise


def _line(voice: Voice) -> str:
    state = "online" if voice.online else "ready"
    if voice.missing:
        state = f"missing: {voice.missing}. {voice.remedy}"
    return f"{voice.id:<22} {voice.language:<7} {voice.description:<28} {state}"

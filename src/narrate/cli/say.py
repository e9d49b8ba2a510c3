"""`narrate say`"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from narrate.cli import options
from narrate.types import Episode, Source


def say(
    text: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]...", help="What to say; else what comes on standard input.")
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="A file, or - for standard output; else it is heard now.")
    ] = None,
    format: options.FormatName = None,
    engine: options.Engine = None,
    voice: options.VoiceName = None,
    quote_voice: options.QuoteVoice = None,
    fallback: options.Fallback = None,
    speed: options.Speed = None,
    language: options.Language = None,
    lexicon: options.LexiconFiles = None,
    no_cache: options.NoCache = False,
) -> None:
    """Say a text, now or into a file.

    Example: narrate say "The lamp is lit." -o lamp.mp3
    """
    from narrate.cli.output import target_for, tell_fallback, tell_notes, tell_story, tell_take
    from narrate.cli.play import play_now
    from narrate.errors import UsageError
    from narrate.settings import change_settings
    from narrate.studio import Studio

    settings = options.settings_for(
        "-",
        engine=engine,
        voice=voice,
        quote_voice=quote_voice,
        fallback=fallback,
        speed=speed,
        language=language,
        lexicon=lexicon,
        no_cache=no_cache,
        no_introduction=True,
        no_close=True,
        no_clean=True,
    )
    if format and output is None:
        raise UsageError("what is heard now has no format", "", "Name a file with -o, or leave out --format")
    plain = {"pauses": {"head": 100, "tail": 300}, "intro_audio": "", "outro_audio": "", "chime": ""}
    settings = change_settings(settings, plain, "say")
    with Studio(settings) as studio:
        from narrate import pipeline, preparation  # while the first worker is loading its voice

        prepared = preparation.prepare(_source_of(text), settings)
        tell_story(prepared)
        if output is None:
            play_now(prepared, settings, studio)
        else:
            with target_for(prepared, output, format) as target:

                def record(each: preparation.Prepared) -> Episode:
                    return pipeline.make_episode(each, settings, target, studio, on_take=tell_take)

                preparation.with_stand_ins(prepared, studio, record, tell_fallback)
            if output != "-":
                print(target)
    tell_notes(studio)


def _source_of(text: list[str] | None) -> Source:
    data = " ".join(text).encode("utf-8", "surrogateescape") if text else sys.stdin.buffer.read()
    return Source(origin="-", media_type="text/plain", data=data, fetched_at=datetime.now(UTC))

"""`narrate play`"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from narrate.cli import options

if TYPE_CHECKING:
    from narrate.preparation import Prepared
    from narrate.settings import Settings
    from narrate.studio import Studio
    from narrate.types import Take


def play(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE|FILE|EPISODE", help="A recording, a text to make and play, or SHOW/EPISODE."),
    ],
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="Where to begin: 90, 12:30 or 1:02:03.")
    ] = None,
    chapter: Annotated[
        int | None,
        typer.Option("--chapter", min=1, help="Where to begin: of a recording its own, of a text as `inspect` counts."),
    ] = None,
    engine: options.Engine = None,
    voice: options.VoiceName = None,
    quote_voice: options.QuoteVoice = None,
    cast: options.Cast = None,
    fallback: options.Fallback = None,
    speed: options.Speed = None,
    language: options.Language = None,
    lexicon: options.LexiconFiles = None,
    keep: options.Keep = None,
    no_clean: options.NoClean = False,
    as_name: options.AsName = None,
    encoding: options.Encoding = None,
    jobs: options.Jobs = None,
    no_cache: options.NoCache = False,
    allow_private: options.AllowPrivate = False,
    proxy: options.Proxy = None,
) -> None:
    """Play an episode, or a text while it is being spoken.

    Example: narrate play story.mp3 --chapter 2
    """
    from narrate import player
    from narrate.cli.output import tell_notes, tell_story
    from narrate.cli.shelves import find_recording
    from narrate.errors import SourceError, UsageError
    from narrate.sources import is_address
    from narrate.studio import Studio

    if at and chapter is not None:
        raise UsageError("--at and --chapter exclude each other", "", "Give one of them")
    start_s = player.parse_time(at) if at else 0.0
    path = Path(source)
    if source != "-" and not is_address(source) and not path.exists():
        path = find_recording(source) or path
    if not is_address(source) and path.suffix.lower() in player.SUFFIXES:
        if not path.is_file():
            raise SourceError(f"there is no file {path}", "", "Look at the path")
        player.play_file(path, player.chapter_start(path, chapter) if chapter is not None else start_s)
        return
    settings = options.settings_for(
        source,
        engine=engine,
        voice=voice,
        quote_voice=quote_voice,
        cast=cast,
        fallback=fallback,
        speed=speed,
        language=language,
        lexicon=lexicon,
        keep=keep,
        no_clean=no_clean,
        jobs=jobs,
        no_cache=no_cache,
        allow_private=allow_private,
        proxy=proxy,
    )
    with Studio(settings) as studio:
        from narrate import preparation, stories  # while the first worker is loading its voice
        from narrate.segmenter import script_file

        opened = stories.open_any(source, as_name=as_name, encoding=encoding, settings=settings)
        if chapter is not None and opened.media_type != script_file.MEDIA_TYPE:
            rest = stories.read_story(opened, settings, numbers=f"{chapter}-")
            prepared, chapter = preparation.prepare_story(rest, settings, opens=chapter == 1), None
        else:
            prepared = preparation.prepare(opened, settings)
        tell_story(prepared)
        if at or chapter is not None:
            _make_and_play(prepared, settings, studio, start_s, chapter)
        else:
            play_now(prepared, settings, studio)
    tell_notes(studio)


def play_now(prepared: Prepared, settings: Settings, studio: Studio) -> None:
    """Play a text while it is being spoken, or made first where no player takes sound as it comes."""
    from narrate import pipeline, player
    from narrate.cli.output import tell_fallback

    command = player.find_streamer()
    if command is None:
        _make_and_play(prepared, settings, studio, 0.0, None)
        return
    failed: tuple[Take, ...] = ()
    with player.streaming(command) as sink:
        failed = pipeline.listen(prepared, settings, studio, sink, tell_fallback)
    for take in failed:
        print(f"narrate: not spoken: {take.utterance.written} ({take.failure})", file=sys.stderr)
    if failed:
        raise typer.Exit(1)


def _make_and_play(prepared: Prepared, settings: Settings, studio: Studio, start_s: float, chapter: int | None) -> None:
    """A part of an episode can be found only once it is made."""
    from narrate import pipeline, player, preparation
    from narrate.cli.output import tell_fallback, tell_take

    with TemporaryDirectory(prefix="narrate-") as folder:
        told = "what was spoken"  # and no name of a file, which is gone when anybody reads it
        path = Path(folder) / "episode.mp3"

        def record(prepared: Prepared) -> None:
            pipeline.make_episode(prepared, settings, path, studio, on_take=tell_take)

        preparation.with_stand_ins(prepared, studio, record, tell_fallback)
        begin_s = start_s if chapter is None else player.chapter_start(path, chapter, told)
        player.play_file(path, begin_s, told)

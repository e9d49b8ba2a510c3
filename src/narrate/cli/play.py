"""`narrate play`"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from narrate.cli import options


def play(
    source: Annotated[str, typer.Argument(metavar="SOURCE|FILE", help="An MP3, or a text to make and play.")],
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="Where to begin: 90, 12:30 or 1:02:03.")
    ] = None,
    chapter: Annotated[int | None, typer.Option("--chapter", help="The chapter to begin with, from 1.")] = None,
    engine: options.Engine = None,
    voice: options.VoiceName = None,
    speed: options.Speed = None,
    language: options.Language = None,
    lexicon: options.LexiconFiles = None,
    keep: options.Keep = None,
    no_clean: options.NoClean = False,
    as_name: options.AsName = None,
    encoding: options.Encoding = None,
    allow_private: options.AllowPrivate = False,
    proxy: options.Proxy = None,
) -> None:
    """Play an episode, or make one of a text and play it.

    Example: narrate play story.mp3 --chapter 2
    """
    from narrate import pipeline, player
    from narrate.errors import SourceError, UsageError
    from narrate.sources import is_address

    if at and chapter is not None:
        raise UsageError("--at and --chapter exclude each other", "", "Give one of them")
    start_s = player.parse_time(at) if at else 0.0
    with TemporaryDirectory(prefix="narrate-") as folder:
        path = Path(source)
        if path.suffix.lower() != ".mp3" or is_address(source):
            settings = options.settings_for(
                source,
                engine=engine,
                voice=voice,
                speed=speed,
                language=language,
                lexicon=lexicon,
                keep=keep,
                no_clean=no_clean,
                allow_private=allow_private,
                proxy=proxy,
            )
            opened = pipeline.open_any(source, as_name=as_name, encoding=encoding, settings=settings)
            prepared = pipeline.prepare(opened, settings)
            path = pipeline.make_episode(prepared, settings, Path(folder) / "episode.mp3").path
        elif not path.is_file():
            raise SourceError(f"there is no file {path}", "", "Look at the path")
        if chapter is not None:
            start_s = player.chapter_start(path, chapter)
        player.play_file(path, start_s)

"""`narrate add`, `import`, `episodes`, `edit`, `remove`, `rebuild`: what is in a show"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from narrate.cli import options
from narrate.cli.shelves import EpisodeName, ShowName

if TYPE_CHECKING:
    from collections.abc import Collection

    from narrate.gather import Piece
    from narrate.library.add import Added
    from narrate.library.library import Library
    from narrate.settings import Settings
    from narrate.studio import Studio
    from narrate.types import Entry

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object an episode.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")]
Title = Annotated[str | None, typer.Option("--title", help="Title, instead of the text's own.")]
Author = Annotated[str | None, typer.Option("--author", help="Author, instead of the text's own.")]
Summary = Annotated[str | None, typer.Option("--summary", metavar="TEXT", help="What it is about.")]
Date = Annotated[str | None, typer.Option("--date", metavar="TIME", help="When it came out, such as 2026-11-28T08:00.")]
Cover = Annotated[Path | None, typer.Option("--cover", metavar="FILE", help="Its own picture, JPEG or PNG.")]


def add(
    sources: options.Origins,
    show: ShowName = None,
    latest: options.Latest = None,
    title: Title = None,
    author: Author = None,
    cover: Cover = None,
    engine: options.Engine = None,
    voice: options.VoiceName = None,
    quote_voice: options.QuoteVoice = None,
    cast: options.Cast = None,
    fallback: options.Fallback = None,
    speed: options.Speed = None,
    language: options.Language = None,
    lexicon: options.LexiconFiles = None,
    keep: options.Keep = None,
    drop: options.Drop = None,
    no_clean: options.NoClean = False,
    no_intro: options.NoIntro = False,
    no_close: options.NoClose = False,
    close_text: options.CloseText = None,
    bitrate: options.Bitrate = None,
    intro_audio: options.IntroAudio = None,
    outro_audio: options.OutroAudio = None,
    chime: options.Chime = None,
    jobs: options.Jobs = None,
    no_cache: options.NoCache = False,
    as_name: options.AsName = None,
    encoding: options.Encoding = None,
    allow_private: options.AllowPrivate = False,
    proxy: options.Proxy = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make an episode and put it into a show.

    The same source again updates its episode: podcast apps see that it is the same one. Nothing changes where
    nothing changed. Of a feed the newest entry is taken, or as many as --latest says, each of them once.

    Example: narrate add https://example.org/story --show reads
    """
    from narrate.cli.batch import for_each_piece
    from narrate.cli.shelves import choose_show, open_library

    refuse_one_for_all(len(sources), title=title, cover=cover)
    with open_library() as library:
        chosen = choose_show(library, show)

        def read_settings(origin: str) -> Settings:
            settings: Settings = options.settings_for(
                origin,
                show=chosen,
                engine=engine,
                voice=voice,
                quote_voice=quote_voice,
                cast=cast,
                fallback=fallback,
                speed=speed,
                language=language,
                lexicon=lexicon,
                keep=keep,
                drop=drop,
                no_clean=no_clean,
                no_introduction=no_intro,
                no_close=no_close,
                close_text=close_text,
                bitrate=bitrate,
                intro_audio=intro_audio,
                outro_audio=outro_audio,
                chime=chime,
                jobs=jobs,
                no_cache=no_cache,
                allow_private=allow_private,
                proxy=proxy,
            )
            return settings

        def take_apart(origin: str, settings: Settings) -> list[Piece]:
            from narrate.gather import Wish, gather

            wish = Wish(settings=settings, as_name=as_name, encoding=encoding, latest=latest, assumed=1)
            pieces = gather(origin, wish)
            return pieces[::-1] if any(piece.entry for piece in pieces) else pieces  # the newest comes in last

        def add_piece(piece: Piece, settings: Settings, studio: Studio) -> bool:
            from narrate import stories
            from narrate.cli.progress import Progress
            from narrate.library.add import add_source

            began_s = time.monotonic()
            source = piece.open()
            with Progress(quiet=quiet or as_json) as progress:
                added = add_source(
                    library,
                    chosen.slug,
                    source,
                    settings,
                    studio,
                    overrides=stories.Overrides(title=title, author=author, cover=cover).over(piece.said),
                    identity=piece.identity,
                    on_begin=progress.begin,
                    on_take=progress.tell,
                    on_fallback=progress.tell_fallback,
                )
            _report(library, added, time.monotonic() - began_s, as_json=as_json, quiet=quiet, told=progress.told)
            return True

        for_each_piece(sources, read_settings, take_apart, add_piece, quiet=quiet or as_json)


def import_recording(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Recordings: MP3, M4A or M4B.")],
    show: ShowName = None,
    title: Title = None,
    author: Author = None,
    summary: Summary = None,
    date: Date = None,
    cover: Cover = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Put recordings into a show that you have already; they are copied, and their sound stays as it is.

    Example: narrate import interview.mp3 --show reads --title "An interview"
    """
    from narrate.cli.shelves import choose_show, open_library
    from narrate.errors import NarrateError
    from narrate.library.add import import_file

    refuse_one_for_all(len(files), title=title, cover=cover)
    published_at = _parse_date(date)
    failures: list[NarrateError] = []
    with open_library() as library:
        chosen = choose_show(library, show)
        for path in files:
            began_s = time.monotonic()
            try:
                added = import_file(
                    library,
                    chosen.slug,
                    path,
                    title=title,
                    author=author,
                    summary=summary,
                    published_at=published_at,
                    cover=cover,
                )
            except NarrateError as problem:
                if len(files) == 1:
                    raise
                print(f"narrate: {path}: {problem}", file=sys.stderr)
                failures.append(problem)
            else:
                _report(library, added, time.monotonic() - began_s, as_json=as_json, quiet=quiet)
    if failures:
        raise typer.Exit(max(problem.exit_code for problem in failures))


def episodes(
    show: Annotated[str | None, typer.Argument(metavar="[SHOW]", help="Which show; all unless given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List episodes, the newest first, with the numbers and names that other commands take.

    Example: narrate episodes reads
    """
    from narrate.cli.progress import clock
    from narrate.cli.shelves import open_library

    with open_library() as library:
        shows = [library.find_show(show)] if show else library.shows()
        if as_json:
            rows = [_facts(library, entry) for each in shows for entry in library.entries(each.slug)]
            print(json.dumps(rows, ensure_ascii=False, indent=1))
            return
        for each in shows:
            for number, entry in enumerate(library.entries(each.slug), 1):
                day = f"{entry.published_at.astimezone():%Y-%m-%d}"
                print(f"{each.slug}  {number:>4}  {day}  {clock(entry.duration_s):>8}  {entry.slug}  {entry.title}")


def edit(
    episode: EpisodeName,
    show: ShowName = None,
    title: Annotated[str | None, typer.Option("--title", help="Another title.")] = None,
    summary: Summary = None,
    author: Annotated[str | None, typer.Option("--author", help="Who wrote it.")] = None,
    date: Date = None,
    cover: Cover = None,
    as_json: AsJson = False,
) -> None:
    """Change what an episode says of itself; its sound stays, and podcast apps see that it is the same one.

    Example: narrate edit 1 --title "The lightship"
    """
    from narrate.cli.shelves import choose_show, open_library
    from narrate.errors import UsageError
    from narrate.library.add import edit_entry

    if all(value is None for value in (title, summary, author, date, cover)):
        raise UsageError("nothing was said to change", "", "Name an option, such as --title; see --help")
    with open_library() as library:
        chosen = choose_show(library, show)
        entry = library.find_entry(chosen.slug, episode)
        changed = edit_entry(
            library,
            chosen.slug,
            entry,
            title=title,
            summary=summary,
            author=author,
            published_at=_parse_date(date),
            cover=cover,
        )
        if as_json:
            print(json.dumps(_facts(library, changed), ensure_ascii=False))
        else:
            print(library.folder_of(chosen.slug) / changed.file)


def remove(
    names: Annotated[
        list[str],
        typer.Argument(metavar="EPISODE...", help="Names, guids or numbers, as `narrate episodes` lists them."),
    ],
    show: ShowName = None,
) -> None:
    """Remove episodes and their files.

    Example: narrate remove the-lightship --show reads
    """
    from narrate.cli.shelves import choose_show, open_library
    from narrate.library.add import remove_entry

    with open_library() as library:
        chosen = choose_show(library, show)
        entries = {entry.guid: entry for entry in (library.find_entry(chosen.slug, name) for name in names)}
        for entry in entries.values():  # all were found before numbers move
            remove_entry(library, chosen.slug, entry)
            print(f"removed {chosen.slug}/{entry.slug}")


def rebuild(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[EPISODE]...", help="Names, guids or numbers; all of the show unless given."),
    ] = None,
    show: ShowName = None,
    jobs: options.Jobs = None,
    no_cache: options.NoCache = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make episodes again as the show is set up now: after a change of its voice, of rules or of a lexicon.

    Sources are not fetched again, and what would sound the same is left alone.

    Example: narrate show edit reads --voice piper:joe && narrate rebuild --show reads
    """
    from narrate.cli.batch import for_each
    from narrate.cli.progress import Progress
    from narrate.cli.shelves import choose_show, open_library

    with open_library() as library:
        chosen = choose_show(library, show)
        if names:
            entries = [library.find_entry(chosen.slug, name) for name in names]
        else:
            entries = [entry for entry in reversed(library.entries(chosen.slug)) if not entry.imported]
        by_slug = {entry.slug: entry for entry in entries}

        def read_settings(slug: str) -> Settings:
            origin = by_slug[slug].origin or "-"
            settings: Settings = options.settings_for(origin, show=chosen, jobs=jobs, no_cache=no_cache)
            return settings

        def rebuild_one(slug: str, settings: Settings, studio: Studio) -> bool:
            from narrate.library.add import rebuild_entry

            began_s = time.monotonic()
            with Progress(quiet=quiet or as_json) as progress:
                added = rebuild_entry(
                    library,
                    chosen.slug,
                    by_slug[slug],
                    settings,
                    studio,
                    on_begin=progress.begin,
                    on_take=progress.tell,
                    on_fallback=progress.tell_fallback,
                )
            _report(library, added, time.monotonic() - began_s, as_json=as_json, quiet=quiet, told=progress.told)
            return True

        for_each(list(by_slug), read_settings, rebuild_one)


def refuse_one_for_all(count: int, *, title: str | None, cover: Path | None) -> None:
    """A title or a picture is one episode's.

    Raises:
        UsageError: there are several.
    """
    from narrate.errors import UsageError

    if count > 1 and (title or cover):
        raise UsageError(f"{count} episodes cannot all have that title or cover", "", "Add them one by one")


def _parse_date(written: str | None) -> Any:
    from datetime import datetime

    from narrate.errors import UsageError

    if written is None:
        return None
    try:
        return datetime.fromisoformat(written).astimezone()
    except ValueError as problem:
        raise UsageError(f"{written!r} is no time", "", "Write one such as 2026-11-28 or 2026-11-28T08:00") from problem


def _report(
    library: Library, added: Added, took_s: float, *, as_json: bool, quiet: bool, told: Collection[str] = ()
) -> None:
    from narrate.cli.progress import clock

    entry = added.entry
    if as_json:
        facts = {**_facts(library, entry), "what": added.what, "took_s": round(took_s, 2), "notes": list(added.notes)}
        facts["fallbacks"] = [asdict(fallback) for fallback in added.fallbacks]
        print(json.dumps(facts, ensure_ascii=False))
        return
    print(library.folder_of(entry.show) / entry.file)
    if not quiet:
        print(f"{added.what}: “{entry.title}”, {clock(entry.duration_s)}, in {entry.show}", file=sys.stderr)
        for fallback in added.fallbacks:
            print(fallback.brief, file=sys.stderr)
        for note in added.notes:
            if note not in told:
                print(f"narrate: {note.rstrip('.')}.", file=sys.stderr)


def _facts(library: Library, entry: Entry) -> dict[str, Any]:
    folder = library.folder_of(entry.show)
    return {
        "show": entry.show,
        "episode": entry.slug,
        "guid": entry.guid,
        "title": entry.title,
        "authors": list(entry.authors),
        "published_at": entry.published_at.isoformat(),
        "updated_at": entry.updated_at.isoformat(),
        "duration_s": round(entry.duration_s, 3),
        "size_bytes": entry.size_bytes,
        "path": str(folder / entry.file),
        "beside": {side: str(folder / name) for side, name in entry.sides.items() if side != "source"},
        "address": entry.address,
        "origin": entry.origin,
        "imported": entry.imported,
        "voice": entry.voice,
        "chapters": [{"start_s": round(mark.start_s, 3), "title": mark.title} for mark in entry.chapters],
    }

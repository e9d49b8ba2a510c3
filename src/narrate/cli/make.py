"""`narrate make`"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from narrate.cli import options

if TYPE_CHECKING:
    from narrate.errors import UsageError
    from narrate.gather import Piece
    from narrate.preparation import Prepared
    from narrate.settings import Settings
    from narrate.studio import Studio
    from narrate.types import Episode


def make(
    sources: options.Origins,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="A file, a folder that exists, or - ; else named after the title."),
    ] = None,
    format: options.FormatName = None,
    bitrate: options.Bitrate = None,
    beside: Annotated[
        str,
        typer.Option("--with", metavar="LIST", help="Also write: vtt, srt, json, chapters, report, script."),
    ] = "",
    latest: options.Latest = None,
    chapters: options.Chapters = None,
    split: Annotated[bool, typer.Option("--split", help="One file a chapter, numbered: 01-….mp3, 02-….mp3.")] = False,
    join: Annotated[bool, typer.Option("--join", help="One episode of all sources, with a chapter each.")] = False,
    engine: options.Engine = None,
    voice: options.VoiceName = None,
    quote_voice: options.QuoteVoice = None,
    cast: options.Cast = None,
    fallback: options.Fallback = None,
    speed: options.Speed = None,
    language: options.Language = None,
    lexicon: options.LexiconFiles = None,
    title: Annotated[str | None, typer.Option("--title", help="Title, instead of the text's own.")] = None,
    author: Annotated[str | None, typer.Option("--author", help="Author, instead of the text's own.")] = None,
    cover: Annotated[Path | None, typer.Option("--cover", help="A JPEG or PNG file.")] = None,
    loudness: Annotated[float | None, typer.Option("--loudness", help="LUFS; -16 unless given.")] = None,
    keep: options.Keep = None,
    drop: options.Drop = None,
    no_clean: options.NoClean = False,
    no_intro: options.NoIntro = False,
    no_close: options.NoClose = False,
    close_text: options.CloseText = None,
    intro_audio: options.IntroAudio = None,
    outro_audio: options.OutroAudio = None,
    chime: options.Chime = None,
    jobs: options.Jobs = None,
    no_cache: options.NoCache = False,
    allow_gaps: Annotated[
        bool,
        typer.Option("--allow-gaps", help="Leave a pause where a sentence cannot be spoken; still exits 1."),
    ] = False,
    no_clobber: Annotated[bool, typer.Option("--no-clobber", help="Refuse to replace a file.")] = False,
    as_name: options.AsName = None,
    encoding: options.Encoding = None,
    allow_private: options.AllowPrivate = False,
    proxy: options.Proxy = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object an episode.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
) -> None:
    """Turn an article into a podcast episode: one file, levelled and tagged.

    Example: narrate make story.txt -o story.mp3 --with vtt,report
    """
    from narrate.cli.batch import for_each, for_each_piece

    wanted = _parse_sides(beside)
    if join and (split or chapters):
        raise _conflict(f"{'--split' if split else '--chapters'} and --join exclude each other", "Give one of them")
    _check_output(output, len(sources), split=split, join=join)
    if output == "-" and (wanted or as_json):
        raise _conflict("standard output takes one episode and nothing else", "Name a file with -o")
    made: list[Path] = []

    def read_settings(origin: str) -> Settings:
        settings: Settings = options.settings_for(
            origin,
            engine=engine,
            voice=voice,
            quote_voice=quote_voice,
            cast=cast,
            fallback=fallback,
            speed=speed,
            language=language,
            lexicon=lexicon,
            loudness=loudness,
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

        pieces = gather(origin, Wish(settings=settings, as_name=as_name, encoding=encoding, latest=latest))
        _check_output(output, len(pieces), split=split, join=join)
        return pieces

    def record(
        prepared: Prepared, settings: Settings, studio: Studio, origins: list[str], began_s: float
    ) -> tuple[Prepared, bool]:
        """As it was spoken in the end, and whether it is whole."""
        from narrate.cli.output import target_for
        from narrate.stories import Overrides

        with target_for(prepared, output, format, made) as target:
            _look_before(target, wanted, origins, no_clobber)
            made.append(target)
            prepared, episode = _speak(
                prepared, settings, target, studio, wanted, Overrides(cover=cover), allow_gaps, quiet or as_json
            )
        _report(prepared, episode, time.monotonic() - began_s, output=output, as_json=as_json, quiet=quiet)
        return prepared, not episode.gaps

    def make_piece(piece: Piece, settings: Settings, studio: Studio) -> bool:
        from narrate import preparation, stories  # while the first worker is loading its voice

        began_s = time.monotonic()
        overrides = stories.Overrides(title=title, author=author, cover=cover).over(piece.said)
        source = piece.open()
        if not split:
            prepared = preparation.prepare(source, settings, overrides, numbers=chapters)
            return record(prepared, settings, studio, [source.origin], began_s)[1]
        story = stories.read_story(source, settings, overrides)
        whole, last = True, None
        for track in preparation.split_story(story, settings, chapters):
            chapter = track.again(last.lost) if last and last.lost and track.again else track  # in the same voice
            last, is_whole = record(chapter, settings, studio, [source.origin], time.monotonic())
            whole = whole and is_whole
        return whole

    def make_whole(_: str, settings: Settings, studio: Studio) -> bool:
        from narrate import preparation, stories

        began_s = time.monotonic()
        pieces = [piece for origin in sources for piece in take_apart(origin, settings)]
        parts = []
        for piece in pieces:
            overrides = stories.Overrides(author=author).over(piece.said)
            with _named(piece, len(pieces)):
                parts.append(stories.read_story(piece.open(), settings, overrides))
        prepared = preparation.prepare_story(stories.join_stories(parts, settings, title), settings)
        return record(prepared, settings, studio, [part.source.origin for part in parts], began_s)[1]

    if join:
        for_each(sources[:1], read_settings, make_whole)
    else:
        for_each_piece(sources, read_settings, take_apart, make_piece, quiet=quiet or as_json)


def _check_output(output: str | None, count: int, *, split: bool, join: bool) -> None:
    """
    Raises:
        UsageError: there will be more episodes than the output has room for.
    """
    if join or output is None or (count == 1 and not split):
        return
    many = "--split makes many episodes" if split else f"{count} sources make as many episodes"
    if output == "-":
        raise _conflict(f"{many}, and standard output takes one", "Give -o a folder that exists")
    if not Path(output).is_dir():
        raise _conflict(many, "Give -o a folder that exists" + ("" if split else ", or make one of them with --join"))


def _conflict(what: str, remedy: str) -> UsageError:
    from narrate.errors import UsageError

    return UsageError(what, "", remedy)


@contextmanager
def _named(piece: Piece, count: int) -> Iterator[None]:
    """Of several texts, an error says which one it is about."""
    from narrate.errors import NarrateError

    try:
        yield
    except NarrateError as problem:
        if count == 1:
            raise
        problem.what = f"{piece}: {problem.what}"
        raise


def _look_before(target: Path, beside: list[str], origins: list[str], no_clobber: bool) -> None:
    """Refuse to write over a source, and over anything where that was asked for."""
    from narrate.errors import UsageError
    from narrate.pipeline import SIDES

    for path in (target, *(target.with_suffix(SIDES[name]) for name in beside)):
        if not path.exists():
            continue
        if no_clobber:
            raise UsageError(f"{path} exists", "", "Name another file, or leave out --no-clobber")
        if any(origin != "-" and Path(origin).exists() and path.samefile(origin) for origin in origins):
            raise UsageError(f"{path} is the source itself", "it would be written over", "Name another file with -o")


def _speak(
    prepared: Prepared,
    settings: Settings,
    target: Path,
    studio: Studio,
    beside: list[str],
    overrides: Any,
    allow_gaps: bool,
    quiet: bool,
) -> tuple[Prepared, Episode]:
    """Who has spoken in the end, and what came of it."""
    from narrate.cli.progress import Progress
    from narrate.pipeline import make_episode
    from narrate.preparation import with_stand_ins

    with Progress(quiet=quiet) as progress:

        def record(prepared: Prepared) -> Episode:
            progress.begin(prepared)
            return make_episode(
                prepared,
                settings,
                target,
                studio,
                beside=beside,
                overrides=overrides,
                allow_gaps=allow_gaps,
                on_take=progress.tell,
            )

        return with_stand_ins(prepared, studio, record, progress.tell_fallback)


def _parse_sides(written: str) -> list[str]:
    names = [name.strip() for name in written.split(",") if name.strip()]
    if not names:
        return []
    from narrate.errors import UsageError
    from narrate.pipeline import SIDES

    for name in names:
        if name not in SIDES:
            raise UsageError(f"nothing called {name!r} can be written beside it", "", f"Use: {', '.join(SIDES)}")
    return names


def _report(
    prepared: Prepared, episode: Episode, took_s: float, *, output: str | None, as_json: bool, quiet: bool
) -> None:
    if as_json:
        print(json.dumps(_facts(prepared, episode, took_s), ensure_ascii=False))
        return
    if output != "-":
        print(episode.path)
    if not quiet:
        for line in _summary(prepared, episode, took_s):
            print(line, file=sys.stderr)
    for gap in episode.gaps:
        place = f"line {gap.utterance.line}: " if gap.utterance.line else ""
        print(f"narrate: not spoken: {gap.utterance.written} ({place}{gap.failure})", file=sys.stderr)
    if episode.omitted:
        print(f"narrate: the voice left out what it cannot say: {', '.join(episode.omitted)}.", file=sys.stderr)


def _summary(prepared: Prepared, episode: Episode, took_s: float) -> list[str]:
    from narrate.cli.progress import clock

    removals = prepared.cleaned.removals
    kinds = Counter(removal.kind for removal in removals)
    lines = [
        f"“{episode.title}”, {clock(episode.duration_s)}, {_name_voices(prepared)}",
        f"{prepared.script.words} words, {prepared.script.our_words} of ours, "
        f"{len(prepared.script.utterances)} sentences, {len(episode.chapters)} chapters",
        f"{episode.loudness.integrated_lufs:.1f} LUFS, peak {episode.loudness.true_peak_dbtp:.1f} dBTP, "
        f"made in {took_s:.1f} s, {episode.duration_s / took_s:.0f} times real time",
    ]
    lines += [fallback.brief for fallback in episode.fallbacks]
    if removals:
        counts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        count = "1 line" if len(removals) == 1 else f"{len(removals)} lines"
        lines.append(f"{count} left out ({counts}); `narrate clean --explain` shows them")
    return [*lines, *(note for note in prepared.cleaned.notes if note not in prepared.cast_notes)]


def _voices_of(prepared: Prepared) -> list[str]:
    """Everybody who speaks more than a sentence in another's place, the script's own voice first."""
    return list(dict.fromkeys(voice.id for _, voice in prepared.everyone.values()))


def _name_voices(prepared: Prepared) -> str:
    first, *others = _voices_of(prepared)
    return f"{first} with {', '.join(others)}" if others else first


def _facts(prepared: Prepared, episode: Episode, took_s: float) -> dict[str, Any]:
    return {
        "path": str(episode.path),
        "title": episode.title,
        "duration_s": round(episode.duration_s, 3),
        "size_bytes": episode.size_bytes,
        "loudness_lufs": episode.loudness.integrated_lufs,
        "true_peak_dbtp": episode.loudness.true_peak_dbtp,
        "engine": prepared.engine.name,
        "voice": prepared.voice.id,
        "voices": _voices_of(prepared),
        "language": prepared.script.language,
        "fallbacks": [asdict(fallback) for fallback in episode.fallbacks],
        "words": prepared.script.words,
        "our_words": prepared.script.our_words,
        "sentences": len(prepared.script.utterances),
        "chapters": [{"start_s": round(mark.start_s, 3), "title": mark.title} for mark in episode.chapters],
        "left_out": dict(Counter(removal.kind for removal in prepared.cleaned.removals)),
        "beside": [str(path) for path in episode.beside],
        "omitted": list(episode.omitted),
        "reused": episode.reused,
        "gaps": [
            {"text": gap.utterance.written, "line": gap.utterance.line, "why": gap.failure} for gap in episode.gaps
        ],
        "notes": list(prepared.cleaned.notes),
        "took_s": round(took_s, 2),
    }

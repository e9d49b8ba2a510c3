"""`narrate script` and `narrate spoken`"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrate.cli import options

if TYPE_CHECKING:
    from narrate.segmenter.readings import Reading


def script(
    source: Annotated[str, typer.Argument(metavar="[SOURCE]", help=options.SOURCE_HELP)] = "-",
    as_text: Annotated[bool, typer.Option("--text", help="A proof to read, pauses shown (the default).")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The whole script as one JSON object.")] = False,
    as_ssml: Annotated[bool, typer.Option("--ssml", help="W3C SSML 1.1, for other engines.")] = False,
    as_lines: Annotated[
        bool,
        typer.Option("--jsonl", help="Read a JSON string a line, a text each; print its sentences as JSON."),
    ] = False,
    chapters: options.Chapters = None,
    engine: options.Engine = None,
    voice: options.VoiceName = None,
    quote_voice: options.QuoteVoice = None,
    cast: options.Cast = None,
    speed: options.Speed = None,
    language: options.Language = None,
    lexicon: options.LexiconFiles = None,
    keep: options.Keep = None,
    drop: options.Drop = None,
    no_clean: options.NoClean = False,
    no_intro: options.NoIntro = False,
    no_close: options.NoClose = False,
    close_text: options.CloseText = None,
    as_name: options.AsName = None,
    encoding: options.Encoding = None,
    allow_private: options.AllowPrivate = False,
    proxy: options.Proxy = None,
) -> None:
    """Print what will be said, and the pauses.

    Example: narrate script story.md | less
    """
    from narrate import preparation, stories
    from narrate.cli.output import tell_fallback, tell_story
    from narrate.errors import UsageError
    from narrate.segmenter import show

    if as_lines:
        _print_lines(_lines_of(source), language or "en")
        return
    if as_text + as_json + as_ssml > 1:
        raise UsageError("--text, --json and --ssml exclude each other", "", "Give one of them")
    settings = options.settings_for(
        source,
        engine=engine,
        voice=voice,
        quote_voice=quote_voice,
        cast=cast,
        speed=speed,
        language=language,
        lexicon=lexicon,
        keep=keep,
        drop=drop,
        no_clean=no_clean,
        no_introduction=no_intro,
        no_close=no_close,
        close_text=close_text,
        allow_private=allow_private,
        proxy=proxy,
    )
    opened = stories.open_any(source, as_name=as_name, encoding=encoding, settings=settings)
    prepared = preparation.prepare(opened, settings, numbers=chapters)
    tell_story(prepared)
    for fallback in prepared.fallbacks:
        tell_fallback(fallback)
    if as_ssml:
        from narrate.segmenter.ssml import as_ssml as write_ssml

        sys.stdout.write(write_ssml(prepared.script))
    elif as_json:
        sys.stdout.write(show.as_json(prepared.script, prepared.cleaned.article))
    else:
        sys.stdout.write(show.as_text(prepared.script))


def spoken(
    texts: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]...", help="Words; else each line of standard input.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="Language of the words.")] = "en",
    lexicon: options.LexiconFiles = None,
) -> None:
    """Print how words would be read, one line out for one line in.

    Example: narrate spoken 'It raised $1.5bn in 2019.'
    """
    from narrate.segmenter.normalise import normalise
    from narrate.settings import lexicon_files, load_settings

    files = [*map(Path, lexicon or []), *lexicon_files(load_settings())]
    find = _finder(files, language) if files else lambda _: []
    for line in texts or (line.rstrip("\n") for line in sys.stdin):
        readings = find(line)
        print(normalise(line, language, readings=readings).text, flush=not texts and sys.stdout.isatty())


def _finder(files: list[Path], language: str) -> Callable[[str], list[Reading]]:
    """What looks words up in lexicons."""
    from narrate.segmenter.lexicon_files import load_lexicon

    lexicon = load_lexicon(files, language=language)
    return lambda line: lexicon.find(line, language)


def _lines_of(source: str) -> Iterable[str]:
    """The lines of a file, or of standard input."""
    if source == "-":
        return sys.stdin
    from narrate.errors import SourceError

    try:
        return Path(source).read_text("utf-8").splitlines()
    except (OSError, UnicodeError) as problem:
        raise SourceError(
            f"{source} cannot be read", str(problem), "Give a file with one JSON string a line"
        ) from problem


def _print_lines(lines: Iterable[str], language: str) -> None:
    """Sentences as written, before any cut that an engine's limit asks for, and nothing of our own."""
    from narrate import stories
    from narrate.errors import ArticleError, ScriptError, UsageError
    from narrate.segmenter.segment import write_script
    from narrate.segmenter.show import sentences_as_json
    from narrate.types import Source

    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            text = json.loads(line)
        except ValueError as problem:
            raise UsageError(f"line {number} is no JSON string", str(problem), "Write one string a line") from problem
        data = str(text).encode("utf-8", "replace")
        source = Source(origin="-", media_type="text/markdown", data=data, fetched_at=datetime.now(UTC))
        try:
            article = stories.read_source(source)
            print(sentences_as_json(write_script(article, language=language, introduction=False, close=False)))
        except (ArticleError, ScriptError):
            print("[]")

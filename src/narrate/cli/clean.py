"""`narrate clean`"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from narrate.cli import options


def clean(
    source: options.Origin,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Show on standard error each line left out, and the rule that named it."),
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Print what was left out as a unified diff instead.")] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write what was left out as JSON lines.")
    ] = None,
    explain_html: Annotated[
        Path | None,
        typer.Option("--explain-html", metavar="FILE", help="Write a page: the story, and in colour what went."),
    ] = None,
    chapters: options.Chapters = None,
    keep: options.Keep = None,
    drop: options.Drop = None,
    no_clean: options.NoClean = False,
    language: options.Language = None,
    as_name: options.AsName = None,
    encoding: options.Encoding = None,
    allow_private: options.AllowPrivate = False,
    proxy: options.Proxy = None,
) -> None:
    """Print the story without its clutter.

    Example: narrate clean https://example.org/story --explain > story.txt
    """
    from narrate import stories, targets
    from narrate.cleaner import show
    from narrate.errors import UsageError

    settings = options.settings_for(
        source,
        keep=keep,
        drop=drop,
        no_clean=no_clean,
        language=language,
        allow_private=allow_private,
        proxy=proxy,
    )
    for written in (report, explain_html):
        if written and written.exists() and Path(source).exists() and written.samefile(source):
            raise UsageError(f"{written} is the source", "", "Name another file")
    opened = stories.open_any(source, as_name=as_name, encoding=encoding, settings=settings)
    story = stories.read_story(opened, settings, numbers=chapters)
    article, cleaned = story.article, story.cleaned
    if report:
        targets.write_whole(report, show.as_json_lines(cleaned.removals))
    if explain_html:
        from narrate.cleaner.page import as_page

        targets.write_whole(explain_html, as_page(article, cleaned))
    sys.stdout.write(show.as_diff(article, cleaned) if diff else show.as_text(cleaned.article))
    if explain:
        for line in show.explain(cleaned.removals):
            print(line, file=sys.stderr)
    for note in cleaned.notes:
        print(note, file=sys.stderr)

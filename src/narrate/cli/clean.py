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
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write what was left out as JSON lines.")
    ] = None,
    keep: options.Keep = None,
    drop: options.Drop = None,
    as_name: options.AsName = None,
    encoding: options.Encoding = None,
    allow_private: options.AllowPrivate = False,
    proxy: options.Proxy = None,
) -> None:
    """Print the story without its clutter.

    Example: narrate clean story.txt --explain > clean.txt
    """
    from narrate import pipeline
    from narrate.cleaner.show import as_json_lines, as_text
    from narrate.cleaner.show import explain as explain_removals

    settings = options.settings_for(source, keep=keep, drop=drop, allow_private=allow_private, proxy=proxy)
    article = pipeline.read(source, as_name=as_name, encoding=encoding, settings=settings)
    cleaned = pipeline.clean_article(article, settings)
    if report:
        pipeline.write_whole(report, as_json_lines(cleaned.removals))
    sys.stdout.write(as_text(cleaned.article))
    if explain:
        for line in explain_removals(cleaned.removals):
            print(line, file=sys.stderr)
    for note in cleaned.notes:
        print(note, file=sys.stderr)

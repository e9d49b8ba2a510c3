"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

Origin = Annotated[str, typer.Argument(metavar="SOURCE", help="A text or Markdown file, or - for standard input.")]
AsName = Annotated[
    str | None,
    typer.Option("--as", metavar="FORMAT", help="What it is, where the ending does not tell: txt, md."),
]
Encoding = Annotated[
    str | None, typer.Option("--encoding", help="Character encoding; detected unless given, such as cp1252.")
]
Engine = Annotated[str | None, typer.Option("--engine", help="Who speaks: hibari (default), piper, gtts, tone.")]
VoiceName = Annotated[
    str | None, typer.Option("--voice", metavar="[ENGINE:]VOICE", help="Which voice; see `narrate voices`.")
]
Speed = Annotated[float | None, typer.Option("--speed", help="1.0 is the voice's own pace; 0.5 to 2.0.")]
Language = Annotated[
    str | None,
    typer.Option("--language", metavar="TAG", help="Language of the text, such as en; detected unless given."),
]
NoClean = Annotated[bool, typer.Option("--no-clean", help="Read everything, clutter included.")]
Keep = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="KIND", help="Keep a kind of clutter, such as caption. Repeatable."),
]
NoIntro = Annotated[bool, typer.Option("--no-intro", help="Do not say who wrote it.")]
NoClose = Annotated[bool, typer.Option("--no-close", help="Do not say at the end what it was.")]


def settings_for(origin: str, **values: Any) -> Any:
    """Settings in force for a source, with the options given on the command line over all."""
    from narrate.settings import change_settings, load_settings

    beside = None if origin == "-" else Path(origin).parent
    values = {name: value for name, value in values.items() if value not in (None, [])}
    for switch in ("clean", "introduction", "close"):
        if values.get(f"no_{switch}"):
            values[switch] = False
        values.pop(f"no_{switch}", None)
    return change_settings(load_settings(beside), values, "the command line")

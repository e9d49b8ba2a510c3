"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from narrate.types import Show

SOURCE_HELP = "A web address, a file (a text, page, book, letter or script), or - for standard input."
Origin = Annotated[str, typer.Argument(metavar="SOURCE", help=SOURCE_HELP)]
Origins = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE...",
        help="Web addresses, files, folders, patterns in quotes, ZIP archives, feeds, or - for standard input.",
    ),
]
Latest = Annotated[int | None, typer.Option("--latest", metavar="N", help="Of a feed, how many of its newest entries.")]
Chapters = Annotated[
    str | None,
    typer.Option("--chapters", metavar="LIST", help="Only these, such as 3-7,9, as `narrate inspect` counts them."),
]
AsName = Annotated[
    str | None,
    typer.Option("--as", metavar="FORMAT", help="What it is, where its name does not tell: txt, md, html, script, …"),
]
Encoding = Annotated[
    str | None, typer.Option("--encoding", help="Character encoding; detected unless given, such as cp1252.")
]
Engine = Annotated[
    str | None,
    typer.Option("--engine", help="Who speaks: hibari (default), piper, kokoro, gtts, openai, espeak, command."),
]
VoiceName = Annotated[
    str | None, typer.Option("--voice", metavar="[ENGINE:]VOICE", help="Which voice; see `narrate voices`.")
]
QuoteVoice = Annotated[
    str | None,
    typer.Option("--quote-voice", metavar="[ENGINE:]VOICE", help="Another voice for quotations and direct speech."),
]
Cast = Annotated[
    str | None,
    typer.Option("--cast", metavar="FILE", help="Who speaks with which voice, for paragraphs that begin NAME: …"),
]
Fallback = Annotated[
    str | None,
    typer.Option(
        "--fallback",
        metavar="LIST",
        help="Who speaks where that voice cannot: engines or voices, such as gtts,hibari:heart; nobody unless given.",
    ),
]
Speed = Annotated[float | None, typer.Option("--speed", help="1.0 is the voice's own pace; 0.5 to 2.0.")]
Language = Annotated[
    str | None,
    typer.Option("--language", metavar="TAG", help="Language of the text, such as en; detected unless given."),
]
LexiconFiles = Annotated[
    list[str] | None,
    typer.Option("--lexicon", metavar="FILE", help="How words are said: TOML, PLS or like CMU's. Repeatable."),
]
NoClean = Annotated[bool, typer.Option("--no-clean", help="Read everything, clutter included.")]
Keep = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="KIND", help="Keep a kind of clutter, such as caption. Repeatable."),
]
Drop = Annotated[
    list[str] | None,
    typer.Option("--drop", metavar="KIND", help="Leave out a kind even after --no-clean or --keep. Repeatable."),
]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Fetch from this machine and from private networks too.")
]
Proxy = Annotated[
    str | None,
    typer.Option("--proxy", metavar="URL", help="Fetch through it; those of the environment are ignored."),
]
FormatName = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="mp3, m4b, m4a, opus, flac or wav; else as the file's name ends."),
]
Bitrate = Annotated[
    str | None,
    typer.Option("--bitrate", metavar="RATE", help="In kbit/s, or v0 to v9 for an MP3 of variable bit rate."),
]
IntroAudio = Annotated[
    str | None, typer.Option("--intro-audio", metavar="FILE", help="Music to begin with, under the first words too.")
]
OutroAudio = Annotated[
    str | None, typer.Option("--outro-audio", metavar="FILE", help="Music to end with, from under the last words on.")
]
Chime = Annotated[
    str | None,
    typer.Option("--chime", metavar="FILE|bell", help="A short sound before every chapter heading."),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", metavar="N", help="Worker processes; as many as cores and memory allow unless given."),
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Keep no speech for the next time, and use none of the last.")
]
NoIntro = Annotated[bool, typer.Option("--no-intro", help="Do not say who wrote it.")]
CloseText = Annotated[
    str | None,
    typer.Option(
        "--close", metavar="TEXT", help="Say this at the end; {title}, {authors}, {site}, {date} are filled in."
    ),
]
NoClose = Annotated[bool, typer.Option("--no-close", help="Do not say at the end what it was.")]


def settings_for(origin: str, *, show: Show | None = None, **values: Any) -> Any:
    """Settings in force for a source: the command line over the show over files and environment.

    The narrator and the voice for quotations that a cast file names count before all but the command line.
    """
    from narrate.settings import change_settings, folder_beside, load_settings

    values = {name: value for name, value in values.items() if value not in (None, [])}
    if values.get("allow_private") is False:  # a switch not given leaves the setting as it is
        del values["allow_private"]
    if values.pop("no_cache", False):
        values["use_cache"] = False
    for switch in ("clean", "introduction", "close"):
        if values.get(f"no_{switch}"):
            values[switch] = False
        values.pop(f"no_{switch}", None)
    below = load_settings(folder_beside(origin))
    if show:
        from narrate.library import recipe

        below = recipe.settings_for(show, below)
    if "lexicon" in values:
        values["lexicon"] = (*values["lexicon"], *below.lexicon)
    settings = change_settings(below, values, "the command line")
    if settings.cast:
        from narrate.speakers import follow_cast

        settings = follow_cast(settings, values)
    return settings

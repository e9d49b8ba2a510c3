"""All commands under one name."""

from __future__ import annotations

from typing import Annotated

import typer

from narrate.cli import (
    cache,
    clean,
    doctor,
    episodes,
    feed,
    inspect,
    library,
    make,
    names,
    play,
    say,
    script,
    serve,
    show,
    voices,
)

app = typer.Typer(
    name="narrate",
    help="Turns an article into a podcast episode, on your own machine.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
HEAR, LOOK, LIBRARY, UPKEEP = "Listen to a text", "Look at it first", "Gather and publish", "Keep in order"

app.command("make", rich_help_panel=HEAR)(make.make)
app.command("play", rich_help_panel=HEAR)(play.play)
app.command("say", rich_help_panel=HEAR)(say.say)
app.command("inspect", rich_help_panel=LOOK)(inspect.inspect)
app.command("clean", rich_help_panel=LOOK)(clean.clean)
app.command("script", rich_help_panel=LOOK)(script.script)
app.command("spoken", rich_help_panel=LOOK)(script.spoken)
app.command("names", rich_help_panel=LOOK)(names.names)
app.add_typer(voices.app, name="voices", rich_help_panel=LOOK)
app.add_typer(show.app, name="show", rich_help_panel=LIBRARY)
app.command("add", rich_help_panel=LIBRARY)(episodes.add)
app.command("import", rich_help_panel=LIBRARY)(episodes.import_recording)
app.command("episodes", rich_help_panel=LIBRARY)(episodes.episodes)
app.command("edit", rich_help_panel=LIBRARY)(episodes.edit)
app.command("remove", rich_help_panel=LIBRARY)(episodes.remove)
app.command("rebuild", rich_help_panel=LIBRARY)(episodes.rebuild)
app.command("feed", rich_help_panel=LIBRARY)(feed.feed)
app.command("serve", rich_help_panel=LIBRARY)(serve.serve)
app.add_typer(library.app, name="library", rich_help_panel=UPKEEP)
app.add_typer(cache.app, name="cache", rich_help_panel=UPKEEP)
app.command("doctor", rich_help_panel=UPKEEP)(doctor.doctor)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"narrate {version('narrate-podcast')}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Turns an article into a podcast episode, on your own machine."""

"""All commands under one name."""

from __future__ import annotations

from typing import Annotated

import typer

from narrate.cli import cache, clean, doctor, make, names, play, say, script, voices

app = typer.Typer(
    name="narrate",
    help="Turns an article into a podcast episode, on your own machine.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("make")(make.make)
app.command("clean")(clean.clean)
app.command("script")(script.script)
app.command("spoken")(script.spoken)
app.command("names")(names.names)
app.command("voices")(voices.voices)
app.command("play")(play.play)
app.command("say")(say.say)
app.add_typer(cache.app, name="cache")
app.command("doctor")(doctor.doctor)


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

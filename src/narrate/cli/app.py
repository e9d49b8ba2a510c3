"""The command `narrate`: its subcommands, and errors told in one line."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from narrate.cli import cache, clean, doctor, make, names, play, say, script, voices
from narrate.errors import NarrateError

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


def run() -> None:
    """Run the command; exit 0 when the thing asked for is whole, 1 on failure, 2 on wrong usage, 130 on Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwinds, so that temporary files go
    with plain_errors():
        _open_streams()
        app()


def _open_streams() -> None:
    """Streams that were closed before we began: nothing comes from one, and nothing can go to another."""
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = sys.stderr
        _fail("standard output is closed. Open it, or send it to a file.", 1)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Errors become one line on standard error and an exit status; no traceback reaches a user."""
    try:
        yield
    except NarrateError as problem:
        _fail(str(problem), problem.exit_code)
    except KeyboardInterrupt:
        _fail("stopped; nothing was left behind.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has gone
        sys.exit(141)
    except OSError as problem:
        if problem.errno != errno.ENOSPC or problem.filename:
            _fail_unexpectedly(problem)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more goes there
        _fail("standard output cannot be written: no space is left on it. Free some, or write elsewhere.", 1)
    except Exception as problem:
        _fail_unexpectedly(problem)


def _fail_unexpectedly(problem: Exception) -> NoReturn:
    if os.environ.get("NARRATE_TRACEBACK"):
        raise problem
    kind = type(problem).__name__
    _fail(f"something unexpected went wrong: {kind}: {problem}. Set NARRATE_TRACEBACK=1 to see where.", 1)


def _fail(line: str, status: int) -> NoReturn:
    print(f"narrate: {' '.join(line.split())}", file=sys.stderr)
    sys.exit(status)

"""The command `narrate` from its first moment: errors told in one line, Ctrl-C in one too.

Nothing is imported here that takes a while: somebody may lose patience meanwhile.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from narrate.errors import NarrateError
from narrate.executors.worker import give_back

UNUSUAL = ("--engine", "--voice", "--jobs", "-j", "-h", "--help", "--at", "--chapter")
"""Options with which another voice may speak, or none at all."""

SOUND = (".mp3", ".m4a", ".m4b", ".opus", ".flac", ".wav")

PIECE_BYTES = 128 * 2**10
"""Finished minutes pass through this process in pieces of half a megabyte; this is where glibc itself begins."""

STOPPED = "stopped; nothing was left behind."


def run() -> None:
    """Run the command; exit 0 when the thing asked for is whole, 1 on failure, 2 on wrong usage, 130 on Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwinds, so that temporary files go
    with plain_errors():
        _open_streams()
        give_back(PIECE_BYTES)
        _foresee(sys.argv[1:])
        from narrate.cli.commands import app

        app()


def _foresee(arguments: list[str]) -> None:
    """Whoever will speak begins to load the voice, if it is the usual one, while the command line is being read."""
    if arguments[:1] not in (["make"], ["play"], ["say"], ["add"]) or len(arguments) < 2:
        return
    if any(argument.startswith(UNUSUAL) for argument in arguments):
        return
    if arguments[0] == "play" and any(argument.endswith(SOUND) for argument in arguments):
        return
    from narrate.studio import hire_early

    hire_early()


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
        _fail(STOPPED, 130)
    except SystemExit as end:
        if end.code == 130:  # typer caught a Ctrl-C, and says nothing
            _fail(STOPPED, 130)
        raise
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

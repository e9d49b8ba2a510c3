"""`narrate doctor`"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator

import typer

SENTENCE = "The quick brown fox jumps over the lazy dog."


def doctor() -> None:
    """Check everything that a first run needs; ends with a real sentence synthesised.

    Example: narrate doctor
    """
    from narrate.errors import NarrateError

    for name, found in _extras():
        print(f"{'ok' if found else 'without':<8} {name}{f': {found}' if found else ''}")
    healthy = True
    for name, check in _checks():
        try:
            print(f"ok       {name}: {check()}", flush=True)
        except NarrateError as problem:
            healthy = False
            print(f"MISSING  {name}: {problem}", flush=True)
    if not healthy:
        raise typer.Exit(1)


def _checks() -> Iterator[tuple[str, Callable[[], str]]]:
    yield "Python", platform.python_version
    yield "ffmpeg", _check_ffmpeg
    yield "temporary folder", _check_room
    yield "default voice", _check_voice


def _check_ffmpeg() -> str:
    from narrate.audio.ffmpeg import find_ffmpeg, run_ffmpeg

    run_ffmpeg(["-f", "lavfi", "-i", "sine=d=0.1", "-c:a", "libmp3lame", "-f", "null", "-"])
    return find_ffmpeg()


def _check_room() -> str:
    from narrate.errors import OutputError

    folder = tempfile.gettempdir()
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if not os.access(folder, os.W_OK) or free_mb < 200:
        raise OutputError(f"{folder} has {free_mb} MB free", "", "Set TMPDIR to a folder with 200 MB or more")
    return f"{folder}, {free_mb} MB free"


def _check_voice() -> str:
    import time

    from narrate import plugins
    from narrate.types import Utterance

    engine = plugins.load_engine("hibari")
    engine.check()
    voice = engine.voices()[0]
    began_s = time.monotonic()
    utterance = Utterance(text=SENTENCE, written=SENTENCE)
    clip = engine.speak(utterance, voice, speed=1.0, seed=0)
    return f"{voice.id} spoke {clip.seconds:.1f} s in {time.monotonic() - began_s:.1f} s"


def _extras() -> Iterator[tuple[str, str | None]]:
    from narrate import plugins
    from narrate.player import PLAYERS

    piper = plugins.load_engine("piper").voices()[0]
    yield "piper, a second voice", piper.id if piper.ready else None
    yield "a program to play with", next((path for name, *_ in PLAYERS if (path := shutil.which(name))), None)
    yield "a terminal for progress", "yes" if sys.stderr.isatty() else None

"""Playing a recording through what the machine has."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from narrate.errors import PlayError, UsageError

PLAYERS: tuple[tuple[str, tuple[str, ...], str | None], ...] = (
    ("mpv", ("--no-video", "--really-quiet"), "--start={}"),
    ("ffplay", ("-nodisp", "-autoexit", "-loglevel", "error"), "-ss {}"),
    ("vlc", ("--intf", "dummy", "--play-and-exit", "--quiet"), "--start-time={}"),
    ("mpg123", ("-q",), None),
    ("afplay", (), None),
    ("play", ("-q",), "trim {}"),
)
"""Programs that play an MP3: name, arguments, and how each is told to start later, in seconds."""

NO_DEVICE = re.compile(r"audio open failed|no default audio device|unknown pcm default|no audio device", re.IGNORECASE)
"""What players say when there is nothing to sound on."""


def play_file(path: Path, start_s: float = 0.0) -> None:
    """Play a file to its end.

    Args:
        start_s: where to begin, in seconds.

    Raises:
        PlayError: no player program is installed, it failed, or it cannot start later.
    """
    found = [(shutil.which(name), name, arguments, start) for name, arguments, start in PLAYERS]
    able = [player for player in found if player[0] and (start_s == 0 or player[3])]
    if not able:
        raise PlayError("there is no program here to play an MP3", "", f"Install one: {_advice()}")
    program, name, arguments, start = able[0]
    later = start.format(f"{start_s:.2f}").split() if start and start_s else []
    before, after = ([], later) if name == "play" else (later, [])
    command = [str(program), *arguments, *before, str(path), *after]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    said = done.stderr.decode("utf-8", "replace")
    if NO_DEVICE.search(said):  # some players exit 0 all the same
        raise PlayError(f"{name} found no sound device", "", f"Connect one, or play {path} on another machine")
    if done.returncode:
        lines = said.strip().splitlines()
        reason = lines[-1].strip() if lines else f"exit status {done.returncode}"
        raise PlayError(f"{name} could not play {path}", reason, "Try another player, or look at the file")


def parse_time(written: str) -> float:
    """`90`, `12:30` or `1:02:03` in seconds.

    Raises:
        UsageError: it is no time.
    """
    try:
        parts = [float(part) for part in written.split(":")]
    except ValueError:
        parts = []
    if not 1 <= len(parts) <= 3 or min(parts) < 0:
        raise UsageError(f"{written!r} is no time", "", "Write it as 90, 12:30 or 1:02:03")
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + part
    return seconds


def chapter_start(path: Path, number: int) -> float:
    """Where a chapter of an MP3 begins, in seconds.

    Args:
        number: counted from 1.

    Raises:
        UsageError: it has no such chapter.
    """
    from mutagen import MutagenError
    from mutagen.id3 import ID3

    try:
        starts = sorted(frame.start_time for frame in ID3(path).getall("CHAP"))
    except MutagenError:
        starts = []
    if not 1 <= number <= len(starts):
        raise UsageError(f"{path} has no chapter {number}", f"it has {len(starts)}", "Give --at a time instead")
    return float(starts[number - 1] / 1000)


def _advice() -> str:
    return "afplay comes with macOS" if sys.platform == "darwin" else "such as mpv, ffmpeg (ffplay) or mpg123"

"""Playing a recording through what the machine has."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from narrate.audio.formats import FORMATS
from narrate.errors import AudioError, PlayError, UsageError
from narrate.live import PLAYED_HZ

CLOSING_S = 1.0
"""How long a player that hears no more may take to end."""

SUFFIXES = frozenset(format.suffix for format in FORMATS.values())
"""Of files that are played as they are; everything else is read aloud."""

PLAYERS: tuple[tuple[str, tuple[str, ...], str | None], ...] = (
    ("mpv", ("--no-video", "--really-quiet"), "--start={}"),
    ("ffplay", ("-nodisp", "-autoexit", "-loglevel", "error"), "-ss {}"),
    ("vlc", ("--intf", "dummy", "--play-and-exit", "--quiet"), "--start-time={}"),
    ("mpg123", ("-q",), None),
    ("afplay", (), None),
    ("play", ("-q",), "trim {}"),
)
"""Programs that play an MP3: name, arguments, and how each is told to start later, in seconds."""

STREAMERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "mpv",
        (
            *("--no-video", "--really-quiet", "--demuxer=rawaudio", "--demuxer-rawaudio-format=s16le"),
            *("--demuxer-rawaudio-channels=1", f"--demuxer-rawaudio-rate={PLAYED_HZ}", "-"),
        ),
    ),
    (
        "ffplay",
        (
            *("-nodisp", "-autoexit", "-loglevel", "error", "-f", "s16le", "-ar", str(PLAYED_HZ)),
            *("-ch_layout", "mono", "-i", "pipe:0"),
        ),
    ),
    ("pw-cat", ("-p", "--raw", "--format=s16", f"--rate={PLAYED_HZ}", "--channels=1", "-")),
    ("pacat", ("--raw", "--format=s16le", f"--rate={PLAYED_HZ}", "--channels=1")),
    ("aplay", ("-q", "-t", "raw", "-f", "S16_LE", "-r", str(PLAYED_HZ), "-c", "1")),
    ("play", ("-q", "-t", "raw", "-r", str(PLAYED_HZ), "-e", "signed", "-b", "16", "-c", "1", "-")),
)
"""Programs that play PCM as it comes on standard input: mono, signed 16 bits, little-endian."""

NO_DEVICE = re.compile(r"audio open failed|no default audio device|unknown pcm default|no audio device", re.IGNORECASE)
"""What players say when there is nothing to sound on."""


def play_file(path: Path, start_s: float = 0.0, called: str = "") -> None:
    """Play a file to its end.

    Args:
        start_s: where to begin, in seconds.
        called: what messages call it; nothing takes its path.

    Raises:
        PlayError: no player program is installed, it failed, or it cannot start later.
    """
    found = [(shutil.which(name), name, arguments, start) for name, arguments, start in PLAYERS]
    able = [player for player in found if player[0] and (start_s == 0 or player[3])]
    if not able:
        raise PlayError(f"there is no program here to play {called or path}", "", f"Install one: {_advice()}")
    program, name, arguments, start = able[0]
    later = start.format(f"{start_s:.2f}").split() if start and start_s else []
    before, after = ([], later) if name == "play" else (later, [])
    command = [str(program), *arguments, *before, str(path), *after]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    _judge(name, called or str(path), done.returncode, done.stderr.decode("utf-8", "replace"))


def find_streamer() -> list[str] | None:
    """The command of a program that plays PCM as it comes, or None where there is none."""
    for name, arguments in STREAMERS:
        program = shutil.which(name)
        if program:
            return [program, *arguments]
    return None


@contextmanager
def streaming(command: Sequence[str]) -> Iterator[IO[bytes]]:
    """The standard input of a player, which is waited for in the end and stopped with whatever stops us.

    A listener who closes the player has heard enough: that is no error.

    Raises:
        PlayError: it failed.
    """
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
        assert process.stdin is not None
        try:
            try:
                yield process.stdin
            except (AudioError, BrokenPipeError):  # whoever writes to it cannot know why nobody listens
                with suppress(subprocess.TimeoutExpired):
                    process.wait(CLOSING_S)
                if process.returncode is None:
                    raise
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.wait()
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        _judge(Path(command[0]).name, "what was spoken", process.returncode, said.read().decode("utf-8", "replace"))


def _judge(name: str, what: str, status: int, said: str) -> None:
    """Raise PlayError where a player's status, or what it said, means that nothing was heard."""
    if NO_DEVICE.search(said):  # some players exit 0 all the same
        raise PlayError(f"{name} found no sound device", "", f"Connect one, or play {what} on another machine")
    if status:
        lines = said.strip().splitlines()
        reason = lines[-1].strip() if lines else f"exit status {status}"
        raise PlayError(f"{name} could not play {what}", reason, "Try another player, or look at the file")


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


def chapter_start(path: Path, number: int, called: str = "") -> float:
    """Where a chapter of a recording begins, in seconds.

    Args:
        number: counted from 1.
        called: what messages call the recording; nothing takes its path.

    Raises:
        UsageError: it has no such chapter.
    """
    from narrate.tags import read_chapters

    chapters = read_chapters(path)
    if not 1 <= number <= len(chapters):
        what = f"{called or path} has no chapter {number}"
        raise UsageError(what, f"it has {len(chapters)}", "Give --at a time instead")
    return chapters[number - 1].start_s


def _advice() -> str:
    return "afplay comes with macOS" if sys.platform == "darwin" else "such as mpv, ffmpeg (ffplay) or mpg123"

"""The bundled ffmpeg program, run as a process of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO

from narrate.errors import AudioError, OutputError

CONVERT_S = 600.0
BYTES_A_SECOND = 100_000
"""A conversion may take so long, and for so many bytes another second, before the program counts as stuck. It takes
some thousandths of that."""

LOOK = "Run `narrate doctor` to look at the program, and the command again"


@cache
def find_ffmpeg() -> str:
    """Path of the ffmpeg program: the one in the imageio-ffmpeg wheel, or `IMAGEIO_FFMPEG_EXE`.

    Raises:
        AudioError: there is none.
    """
    import imageio_ffmpeg

    try:
        named = str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as problem:
        raise AudioError(
            "the ffmpeg program is missing",
            "the imageio-ffmpeg package brought none for this machine",
            "Run `pip install --force-reinstall imageio-ffmpeg`, or set IMAGEIO_FFMPEG_EXE to a program",
        ) from problem
    found = shutil.which(named)
    if found is None:
        raise AudioError(
            "the ffmpeg program is missing", f"{named} is no program", "Set IMAGEIO_FFMPEG_EXE to one, or to nothing"
        )
    return found


class Ffmpeg:
    """A running ffmpeg that is fed through its standard input.

    Used as a context: leaving it by an exception kills the process, leaving it
    in peace waits for it and raises AudioError where it failed.
    """

    def __init__(
        self, arguments: Sequence[str], stdout: IO[bytes] | None = None, *, limit_s: float | None = None
    ) -> None:
        """
        Args:
            arguments: without the program.
            stdout: a pipe or file for its standard output, None for nowhere.
            limit_s: where it has to end by itself, within which time. It stays in our session then, so that whoever
                ends a worker ends it too; else Ctrl-C does not reach it, which is ours to handle.
        """
        self.log = ""
        """What it said on standard error, once it has ended."""
        self._reading = threading.Lock()
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed on exit; a pipe could fill and block
        try:
            self._process = subprocess.Popen(
                [find_ffmpeg(), "-hide_banner", "-nostdin", "-nostats", "-y", *arguments],
                stdin=subprocess.PIPE,
                stdout=stdout or subprocess.DEVNULL,
                stderr=self._stderr,
                start_new_session=limit_s is None,
            )
        except OSError as problem:
            self._stderr.close()
            raise _no_start(problem) from problem
        self._clock = threading.Timer(limit_s, self._process.kill) if limit_s else None
        if self._clock:
            self._clock.daemon = True
            self._clock.start()

    def write(self, pcm: bytes) -> None:
        """Feed bytes.

        Raises:
            AudioError: ffmpeg has stopped listening.
            OutputError: because the disk is full.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(pcm)
        except BrokenPipeError:
            self._finish()
            raise AudioError("the ffmpeg program failed", "it stopped listening", LOOK) from None

    def __enter__(self) -> Ffmpeg:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._finish()
        else:
            self._kill()

    def _finish(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended already; its exit status says why
            self._process.stdin.close()
        try:
            status = self._process.wait()
        except BaseException:
            self._kill()
            raise
        self._read_log()
        if status != 0:
            raise _failure(self.log, status)

    def _kill(self) -> None:
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        self._read_log()

    def _read_log(self) -> None:
        """Once it has ended; a thread that was writing to it may notice at the same time as we."""
        if self._clock:
            self._clock.cancel()
        with self._reading:
            if not self._stderr.closed:
                self._stderr.seek(0)
                self.log = self._stderr.read().decode("utf-8", "replace")
                self._stderr.close()


@contextmanager
def decoded(path: Path, rate_hz: int) -> Iterator[IO[bytes]]:
    """The sound of a file, to be read to its end while it is being decoded: mono, 32-bit floats, little-endian.

    Raises:
        AudioError: it cannot be decoded.
    """
    arguments = ["-i", f"file:{path}", "-f", "f32le", "-ac", "1", "-ar", str(rate_hz), "pipe:1"]
    limit_s = CONVERT_S + path.stat().st_size / BYTES_A_SECOND
    read, write = os.pipe()
    with os.fdopen(read, "rb") as sound:
        with os.fdopen(write, "wb") as into:
            process = Ffmpeg(arguments, stdout=into, limit_s=limit_s)
        with process:
            yield sound


def run_ffmpeg(arguments: Sequence[str], chunks: Iterable[bytes] = ()) -> str:
    """Run ffmpeg to its end over the chunks and return what it said.

    Raises:
        AudioError, OutputError: it failed.
    """
    with Ffmpeg(arguments) as process:
        for chunk in chunks:
            process.write(chunk)
    return process.log


def convert(arguments: Sequence[str], *data: bytes | memoryview) -> bytes:
    """What ffmpeg makes of the bytes on its standard input, piece after piece; both are held whole.

    It stays in our session, so that whoever ends a worker with all that it has started ends it too.

    Raises:
        AudioError: it failed, or took far too long.
    """
    command = [find_ffmpeg(), "-hide_banner", "-nostdin", "-nostats", *arguments]
    limit_s = CONVERT_S + sum(map(len, data)) / BYTES_A_SECOND
    began_s = time.monotonic()
    try:
        with (
            tempfile.TemporaryFile() as stderr,
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr) as process,
        ):
            made = _pass_through(process, data, limit_s)
            stderr.seek(0)
            log = stderr.read().decode("utf-8", "replace")
    except OSError as problem:
        raise _no_start(problem) from problem
    if process.returncode != 0 and time.monotonic() - began_s > limit_s:
        raise AudioError("the ffmpeg program was stopped", f"it was not done in {limit_s:.0f} s", LOOK)
    if process.returncode != 0:
        raise _failure(log, process.returncode)
    if not made:
        raise AudioError("the ffmpeg program failed", "it gave nothing", LOOK)
    return made


def _pass_through(process: subprocess.Popen[bytes], data: Iterable[bytes | memoryview], limit_s: float) -> bytes:
    """What a process gives for the bytes, once it has ended; after the time it is killed.

    Two threads, since `communicate` gives it 4 KiB at a time and asks around before each: with that, a minute of sound
    costs 5 % more.
    """
    stdin, stdout = process.stdin, process.stdout
    assert stdin is not None
    assert stdout is not None

    def feed() -> None:
        try:
            with stdin:
                for piece in data:
                    stdin.write(piece)
        except BrokenPipeError:  # it listens no more, and its exit status says why
            pass
        except BaseException as problem:  # half of a sound must not pass for the whole
            process.kill()
            failures.append(problem)

    failures: list[BaseException] = []
    clock, feeder = threading.Timer(limit_s, process.kill), threading.Thread(target=feed)
    try:
        clock.start()
        feeder.start()
        made = stdout.read()
        feeder.join()
        process.wait()
    except BaseException:
        process.kill()
        raise
    finally:
        clock.cancel()
    if failures:
        raise failures[0]
    return made


def _no_start(problem: OSError) -> AudioError:
    return AudioError("the ffmpeg program does not start", problem.strerror or str(problem), LOOK)


def _failure(log: str, status: int) -> AudioError | OutputError:
    if "No space left on device" in log:
        return OutputError("the episode cannot be written", "the disk is full", "Free some space and run it again")
    if status < 0:
        name = (signal.strsignal(-status) or "unknown").lower()
        return AudioError("the ffmpeg program was stopped", f"signal {-status} ({name})", "Run the command again")
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    return AudioError("the ffmpeg program failed", (lines or [f"exit status {status}"])[-1].rstrip("."), LOOK)

"""Other people's programs that speak: fed with a text, listened to within time and size."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from selectors import EVENT_READ, DefaultSelector

from narrate.web.failures import show

LARGEST_BYTES = 200_000_000
"""More sound than any text of ours has: a quarter of an hour at its best."""

COMPLAINTS_BYTES = 4_000
"""Of what a program says on standard error, the end tells why it failed."""

PATIENCE_S = 0.5
"""Once a program has ended, what it started may hold its pipes for so long."""


class ProgramFailed(Exception):
    """A plain reason why a program gave nothing; the engine adds its name."""


def run_program(arguments: Sequence[str], text: str, *, deadline_s: float) -> bytes:
    """What a program writes to standard output for a text, in UTF-8, on its standard input.

    It stays in our session, so that whoever ends a worker with all that it has started ends it too.

    Raises:
        ProgramFailed: it does not start, fails, takes too long or says too much.
    """
    end_s = time.monotonic() + deadline_s
    with tempfile.TemporaryFile() as words:
        words.write(text.encode("utf-8") + b"\n")
        words.seek(0)
        try:
            process = subprocess.Popen(arguments, stdin=words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as problem:
            raise ProgramFailed(f"it does not start ({(problem.strerror or str(problem)).lower()})") from problem
    with process:
        try:
            sound, complaints = _listen(process, end_s)
            status = process.wait(max(PATIENCE_S, end_s - time.monotonic()))
        except (TimeoutError, subprocess.TimeoutExpired) as problem:
            raise ProgramFailed(f"it was not done within {deadline_s:g} s") from problem
        finally:
            process.kill()
    if status != 0:
        raise ProgramFailed(_describe_end(status, complaints))
    return sound


def _listen(process: subprocess.Popen[bytes], end_s: float) -> tuple[bytes, bytes]:
    """All of a program's standard output, and the end of what it said on standard error.

    Raises:
        TimeoutError: it goes on for too long.
        ProgramFailed: it says too much.
    """
    assert process.stdout
    assert process.stderr
    sound, complaints = bytearray(), bytearray()
    with DefaultSelector() as selector:
        selector.register(process.stdout, EVENT_READ, sound)
        selector.register(process.stderr, EVENT_READ, complaints)
        while selector.get_map():
            has_ended = process.poll() is not None
            if time.monotonic() > end_s:
                raise TimeoutError
            ready = selector.select(PATIENCE_S)
            if has_ended and not ready:
                break
            for key, _ in ready:
                chunk = os.read(key.fd, 65_536)
                key.data.extend(chunk)
                if not chunk:
                    selector.unregister(key.fileobj)
            del complaints[:-COMPLAINTS_BYTES]
            if len(sound) > LARGEST_BYTES:
                raise ProgramFailed(f"it gave more than {LARGEST_BYTES / 1e6:g} MB")
    return bytes(sound), bytes(complaints)


def _describe_end(status: int, complaints: bytes) -> str:
    lines = [line.strip() for line in complaints.decode("utf-8", "replace").splitlines() if line.strip()]
    said = f": {show(lines[-1]).rstrip('.')}" if lines else ""
    if status < 0:
        return f"it was stopped by signal {-status} ({(signal.strsignal(-status) or 'unknown').lower()}){said}"
    return f"it ended with status {status}{said}"

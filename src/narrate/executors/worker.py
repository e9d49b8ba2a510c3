"""What a worker process runs: one call after another, for as long as its parent lives.

`process.py` starts this file by its path. It imports only what it needs to listen; a call brings the rest with it.

Both directions speak in frames: a kind of one byte, the length in eight, then so many bytes. The parent first sends
`(sys.path, warm call or None)`, then calls; a call is a pickled `(function, recipe)`. The worker says HELLO when it
can import what its parent can, READY after the warm call, then for each call in its turn BEGUN, and VALUE or ERROR.
Between them the parent may tell it to STAY on a core, whose number is a pickled int.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
import threading
from contextlib import suppress
from io import BufferedReader, BufferedWriter, FileIO
from queue import SimpleQueue

SOUND_BYTES = 4 * 2**20
"""A minute of sound is larger; to give back smaller pieces costs more time than they are worth."""

SETUP, CALL, STAY, HELLO, READY, BEGUN, VALUE, ERROR = b"s", b"c", b"k", b"h", b"r", b"b", b"v", b"e"


def read_frame(pipe: BufferedReader) -> tuple[bytes, bytes] | None:
    """The next frame's kind and content; None where the other end is gone."""
    head = pipe.read(9)
    size = int.from_bytes(head[1:], "big")
    body = pipe.read(size)
    return (head[:1], body) if len(head) == 9 and len(body) == size else None


def write_frame(pipe: BufferedWriter, kind: bytes, body: bytes = b"") -> None:
    """
    Raises:
        OSError: the other end is gone.
    """
    pipe.write(kind + len(body).to_bytes(8, "big"))
    pipe.write(body)
    pipe.flush()


def main() -> None:
    """Answer calls until the parent goes away."""
    die_with_parent()
    work_in_batches()
    give_back(SOUND_BYTES)
    calls, answers = take_pipes()
    if not (frame := read_frame(calls)):
        return
    sys.path[:], warm = pickle.loads(frame[1])
    todo: SimpleQueue[tuple[bytes, bytes]] = SimpleQueue()
    threading.Thread(target=listen, args=(calls, todo), daemon=True).start()
    with suppress(BrokenPipeError):
        write_frame(answers, HELLO)
        load(warm)
        write_frame(answers, READY)
        while True:
            kind, body = todo.get()
            if kind == STAY:
                stay_on(pickle.loads(body))
                continue
            write_frame(answers, BEGUN)
            write_frame(answers, *answer(body))


def die_with_parent() -> None:
    """Have Linux end this process with its parent, even inside a call that never lets `listen` have its turn."""
    if sys.platform == "linux":
        parent = os.getppid()
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
        if os.getppid() != parent:  # gone before we asked; before that, `read_frame` notices
            os._exit(1)


def work_in_batches() -> None:
    """Tell Linux that nobody waits for a single answer of ours, nor of what we start, such as ffmpeg.

    Its threads hand each other a frame every 26 ms of sound, and waking one for each cost a seventh of its time.

    Source: sched(7), SCHED_BATCH.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def give_back(size_bytes: int) -> None:
    """Have glibc give room for so many bytes and more back to the system as soon as nobody needs it.

    As it comes it would keep the room of finished minutes among small things, and a process would grow with the book.

    Source: mallopt(3), M_TRIM_THRESHOLD and M_MMAP_THRESHOLD; its numbers are those of malloc.h.
    """
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):  # another C library
            import ctypes

            for threshold in (-1, -3):
                ctypes.CDLL(None).mallopt(threshold, size_bytes)


def stay_on(core: int) -> None:
    """Keep to one core, with all that we start.

    The threads of ffmpeg wait for each other all the time. Where they may go to other workers' cores, these stand idle
    for a tenth of the time: Linux looks for no work for a core whose breaks are shorter than half a millisecond.

    Source: sched_setaffinity(2); sched_migration_cost_ns in Linux's kernel/sched/fair.c.
    """
    if sys.platform == "linux":
        with suppress(OSError):  # it has been taken from us since
            os.sched_setaffinity(0, {core})


def take_pipes() -> tuple[BufferedReader, BufferedWriter]:
    """The two ends to the parent, moved away from where libraries print and children read."""
    calls, answers = FileIO(os.dup(0)), FileIO(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    if sys.platform != "win32":  # a child that a call forks must not keep them open
        os.register_at_fork(after_in_child=calls.close)
        os.register_at_fork(after_in_child=answers.close)
    return BufferedReader(calls), BufferedWriter(answers)


def listen(calls: BufferedReader, todo: SimpleQueue[tuple[bytes, bytes]]) -> None:
    """Take in calls as they come, so that the parent never waits for us, and end when it is gone."""
    while frame := read_frame(calls):
        todo.put(frame)
    os._exit(0)


def load(warm: bytes | None) -> None:
    """Make the warm call; what it loads is left alone by the garbage collector from then on."""
    gc.disable()
    if warm:
        answer(warm)
    gc.freeze()
    gc.enable()


def answer(call: bytes) -> tuple[bytes, bytes]:
    """Make a call; what came of it, as kind and content of a frame."""
    try:
        function, recipe = pickle.loads(call)
    except BaseException as problem:
        remedy = "Its function and everything in its recipe must come from modules that can be imported"
        return ERROR, explain("a worker cannot read a call", problem, remedy)
    try:
        result = function(recipe)
    except BaseException as problem:
        return ERROR, pack_error(problem)
    try:
        return VALUE, pickle.dumps(result, 5)
    except BaseException as problem:
        return ERROR, explain("a worker cannot send its result", problem)


def pack_error(problem: BaseException) -> bytes:
    """The error itself, with where it happened as a note; in words where it would not survive the trip.

    What is no Exception, such as SystemExit, would end the parent and goes in words too.
    """
    import traceback

    problem.add_note(f"In a worker:\n{traceback.format_exc()}")
    with suppress(Exception):
        packed = pickle.dumps(problem, 5)
        if isinstance(problem, Exception) and type(pickle.loads(packed)) is type(problem):
            return packed
    return explain("a call failed in a worker", problem)


def explain(what: str, problem: BaseException, remedy: str = "") -> bytes:
    from narrate.errors import NarrateError

    return pickle.dumps(NarrateError(what, f"{type(problem).__name__}: {problem}".rstrip("."), remedy), 5)


if __name__ == "__main__":
    main()

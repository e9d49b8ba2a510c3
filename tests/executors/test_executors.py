"""Executors, with real processes that really die."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from pathlib import Path

import pytest
import worker_calls as calls

from narrate.errors import EngineUnavailable, NarrateError, UsageError
from narrate.executors import supervisor, worker
from narrate.executors.inline import InlineExecutor
from narrate.executors.local import LocalExecutor
from narrate.executors.machine import default_jobs, usable_cores, usable_memory_bytes
from narrate.executors.protocol import Executor, WorkerLost

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and sessions are those of POSIX")

HERE = Path(__file__).parent


@pytest.fixture
def two() -> Iterator[LocalExecutor]:
    with LocalExecutor(2) as executor:
        yield executor


@pytest.fixture
def one() -> Iterator[LocalExecutor]:
    with LocalExecutor(1) as executor:
        yield executor


@pytest.fixture(params=[InlineExecutor, lambda: LocalExecutor(2)], ids=["inline", "local"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    executor: Executor = request.param()
    yield executor
    executor.close()


def until(happened: Callable[[], object]) -> bool:
    """Whether it happens within ten seconds."""
    end_s = time.monotonic() + 10
    while not happened():
        if time.monotonic() > end_s:
            return False
        time.sleep(0.01)
    return True


def alive(pid: int) -> bool:
    """Whether a process still does something; one that nobody has collected does not."""
    try:
        os.kill(pid, 0)
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


def pid_in(path: Path) -> int:
    assert until(path.exists)
    assert until(path.read_text)
    return int(path.read_text())


def raise_unavailable(reason: str) -> None:
    raise EngineUnavailable("piper", reason, "Install one")


# every executor


def test_each_future_gets_the_result_of_its_own_call(executor: Executor) -> None:
    delays = [0.1, 0.0, 0.05, 0.0, 0.02, 0.0, 0.0, 0.0]
    futures = [executor.submit(calls.double_late, (number, delay)) for number, delay in enumerate(delays)]
    assert [future.result() for future in futures] == [0, 2, 4, 6, 8, 10, 12, 14]


def test_an_error_comes_back_as_itself(executor: Executor) -> None:
    with pytest.raises(KeyError, match="lost"):
        executor.submit(calls.fail_with, "lost").result()


def test_an_error_of_ours_from_a_test_module_comes_back_with_its_text(executor: Executor) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        executor.submit(raise_unavailable, "no voice is installed").result()
    assert str(caught.value) == "piper cannot speak: no voice is installed. Install one."


def test_an_executor_may_be_closed_twice(executor: Executor) -> None:
    executor.submit(calls.double, 1).result()
    executor.close()
    executor.close()


def test_the_inline_executor_works_in_this_very_process() -> None:
    assert InlineExecutor().submit(calls.pid_of, None).result() == os.getpid()


# what travels


def test_a_traceback_tells_where_in_a_worker_it_happened(one: LocalExecutor) -> None:
    problem = one.submit(calls.fail_with, "lost").exception()
    assert problem is not None
    assert "in fail_with" in problem.__notes__[0]


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ("picky", "a call failed in a worker: PickyError: no sound because no air."),
        ("live", "a call failed in a worker: ValueError: ('holds a lock', <unlocked _thread.lock object"),
        ("exit", "a call failed in a worker: SystemExit: enough."),
    ],
)
def test_an_error_that_cannot_travel_comes_back_in_words(one: LocalExecutor, problem: str, text: str) -> None:
    error = one.submit(calls.fail_with, problem).exception()
    assert type(error) is NarrateError
    assert str(error).startswith(text)


def test_a_result_that_cannot_travel_fails_its_call_alone(one: LocalExecutor) -> None:
    lost, kept = one.submit(calls.give_lock, None), one.submit(calls.double, 4)
    assert str(lost.exception()) == ("a worker cannot send its result: TypeError: cannot pickle '_thread.lock' object.")
    assert kept.result() == 8


def test_a_call_that_cannot_travel_fails_alone(one: LocalExecutor) -> None:
    assert "a call cannot be sent to a worker: " in str(one.submit(lambda number: number, 1).exception())
    assert one.submit(calls.double, 4).result() == 8


def test_a_call_that_a_worker_cannot_import_says_so_and_fails_alone(
    one: LocalExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert one.submit(calls.double, 4).result() == 8
    (tmp_path / "come_too_late.py").write_text("def run(recipe): return recipe\n")
    monkeypatch.syspath_prepend(tmp_path)  # the worker has started without it
    import come_too_late  # type: ignore[import-not-found]

    assert str(one.submit(come_too_late.run, 1).exception()) == (
        "a worker cannot read a call: ModuleNotFoundError: No module named 'come_too_late'. "
        "Its function and everything in its recipe must come from modules that can be imported."
    )
    assert one.submit(calls.double, 4).result() == 8


def test_calls_and_results_may_be_larger_than_a_pipe_holds(two: LocalExecutor) -> None:
    futures = [two.submit(bytes.upper, b"a" * 2_000_000) for _ in range(8)]
    assert all(future.result() == b"A" * 2_000_000 for future in futures)


def test_what_a_call_prints_and_reads_does_no_harm(one: LocalExecutor, capfd: pytest.CaptureFixture[str]) -> None:
    assert one.submit(calls.print_much, "noise").result() == ""
    assert one.submit(calls.double, 4).result() == 8
    assert capfd.readouterr() == ("", "")


def test_what_a_call_prints_is_shown_to_whoever_looks_for_an_error(
    one: LocalExecutor, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NARRATE_TRACEBACK", "1")
    one.submit(calls.print_much, "noise").result()
    out, err = capfd.readouterr()
    assert (out, "noisenoise" in err) == ("", True)


def test_a_worker_uses_one_core(one: LocalExecutor) -> None:
    assert one.submit(calls.threads_allowed, None).result() == ["1", "1", "1"]


def test_a_worker_loads_nothing_heavy_of_its_own_accord(one: LocalExecutor) -> None:
    loaded = one.submit(calls.modules_loaded, None).result()
    assert not loaded & {"narrate", "typing", "numpy", "typer", "subprocess", "multiprocessing", "__mp_main__"}


# workers that die


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("segfault", "a worker died: signal 11 (segmentation fault)."),
        ("SIGKILL", "a worker died: signal 9 (killed). If memory ran out, let fewer jobs run at once."),
        ("exit", "a worker died: it exited with code 7."),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_worker_that_dies_costs_one_call(how: str, text: str, jobs: int) -> None:
    with LocalExecutor(jobs) as executor:
        before = executor.submit(calls.double, 1)
        lost = executor.submit(calls.die, how)
        after = [executor.submit(calls.double, number) for number in range(8)]
        assert (type(lost.exception()), str(lost.exception())) == (WorkerLost, text)
        assert before.result() == 2
        assert [future.result() for future in after] == [0, 2, 4, 6, 8, 10, 12, 14]


def test_a_worker_killed_from_outside_costs_one_call(one: LocalExecutor, tmp_path: Path) -> None:
    lost = one.submit(calls.say_and_sleep, tmp_path / "pid")
    after = [one.submit(calls.double, number) for number in range(4)]
    os.kill(pid_in(tmp_path / "pid"), signal.SIGKILL)
    assert isinstance(lost.exception(), WorkerLost)
    assert [future.result() for future in after] == [0, 2, 4, 6]


def test_an_idle_worker_that_is_killed_is_replaced(one: LocalExecutor) -> None:
    pid = one.submit(calls.pid_of, None).result()
    os.kill(pid, signal.SIGKILL)
    assert one.submit(calls.pid_of, None).result() != pid


def test_a_call_that_no_worker_lives_to_begin_is_given_up(one: LocalExecutor) -> None:
    one.start(1, warm=(calls.die_at_next_call, None))
    assert str(one.submit(calls.double, 1, deadline_s=60.0).exception()) == "a worker died: it exited with code 7."


def test_a_child_of_a_worker_that_dies_hides_nothing_and_goes_too(one: LocalExecutor, tmp_path: Path) -> None:
    assert isinstance(one.submit(calls.fork_and_die, tmp_path / "pid").exception(), WorkerLost)
    assert until(lambda: not alive(pid_in(tmp_path / "pid")))


def test_a_call_beyond_its_deadline_is_ended_and_the_worker_replaced(one: LocalExecutor, tmp_path: Path) -> None:
    lost = one.submit(calls.say_and_sleep, tmp_path / "pid", deadline_s=0.5)
    after = [one.submit(calls.double, number) for number in range(4)]
    assert str(lost.exception()) == "a worker was stopped: it did not answer within 0.5 s."
    assert not alive(pid_in(tmp_path / "pid"))
    assert [future.result() for future in after] == [0, 2, 4, 6]


def test_a_call_that_was_handed_out_early_has_its_deadline_too(one: LocalExecutor, tmp_path: Path) -> None:
    one.submit(calls.sleep, 0.1)
    lost = one.submit(calls.say_and_sleep, tmp_path / "pid", deadline_s=0.5)
    after = [one.submit(calls.double, number) for number in range(4)]
    assert isinstance(lost.exception(), WorkerLost)
    assert [future.result() for future in after] == [0, 2, 4, 6]


def test_a_deadline_that_passes_while_the_parent_is_stopped_costs_no_answer(tmp_path: Path) -> None:
    text = """
future = executor.submit(calls.note_and_sleep, (Path(sys.argv[1]), 0.3), deadline_s=0.6)
print(future.result())
"""
    with run_program(text, tmp_path / "pid") as program:
        pid = pid_in(tmp_path / "pid")
        os.kill(program.pid, signal.SIGSTOP)
        time.sleep(2)
        os.kill(program.pid, signal.SIGCONT)
        assert program.communicate()[0] == f"{pid}\n"


def test_a_worker_that_is_stuck_before_a_call_is_ended_at_the_deadline(one: LocalExecutor) -> None:
    os.kill(one.submit(calls.pid_of, None).result(), signal.SIGSTOP)
    assert str(one.submit(calls.double, 1, deadline_s=0.2).exception()).endswith("it did not answer within 0.2 s.")
    assert one.submit(calls.double, 4).result() == 8


def test_a_deadline_counts_from_when_the_call_begins(one: LocalExecutor) -> None:
    futures = [one.submit(calls.sleep, 0.15, deadline_s=1.0) for _ in range(8)]
    assert len({future.result() for future in futures}) == 1


def test_a_call_that_holds_everything_up_is_ended_however_much_waits_behind_it(
    one: LocalExecutor, tmp_path: Path
) -> None:
    lost = one.submit(calls.hold_everything, tmp_path / "pid", deadline_s=0.5)
    after = [one.submit(bytes.upper, b"a" * 2_000_000) for _ in range(3)]
    assert isinstance(lost.exception(), WorkerLost)
    assert all(future.result() == b"A" * 2_000_000 for future in after)


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("/nowhere/python", "[Errno 2] No such file or directory: '/nowhere/python'"),
        ("/bin/false", "it exited with code 1"),
    ],
)
def test_workers_that_cannot_start_say_why_and_nothing_hangs(
    two: LocalExecutor, monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", program)
        for future in [two.submit(calls.double, number) for number in range(5)]:
            assert str(future.exception()) == (
                f"no worker can start: {why}. Set NARRATE_TRACEBACK=1 to see what it says."
            )
    assert two.submit(calls.double, 4).result() == 8


def test_workers_that_are_there_go_on_where_no_other_can_start(
    two: LocalExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.submit(calls.double, 1).result()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert [two.submit(calls.double, number).result() for number in range(3)] == [0, 2, 4]
    futures = [two.submit(calls.double_late, (number, 0.02)) for number in range(8)]
    assert [future.result() for future in futures] == [0, 2, 4, 6, 8, 10, 12, 14]


def test_a_lost_worker_survives_the_trip() -> None:
    lost = WorkerLost("a worker died", "signal 11", "Try again")
    assert str(pickle.loads(pickle.dumps(lost))) == "a worker died: signal 11. Try again."


# who works on what, and when


def test_no_more_workers_than_the_limit_and_as_many_when_it_is_raised(tmp_path: Path) -> None:
    with LocalExecutor(3) as executor:
        executor.limit = 1
        alone = [executor.submit(calls.sleep, 0.02) for _ in range(6)]
        assert len({future.result() for future in alone}) == 1
        together = [executor.submit(calls.meet, (tmp_path, 3)) for _ in range(4)]  # the second is handed out early
        assert until(lambda: together[0].running() and list(tmp_path.iterdir()))
        executor.limit = 99
        assert len({future.result() for future in together}) == 3
        assert executor.limit == 3


def test_workers_start_when_told_and_are_warm_before_their_first_call(tmp_path: Path) -> None:
    with LocalExecutor(2) as executor:
        executor.start(5, warm=(calls.note, (tmp_path / "warmed", "yes")))
        assert until(lambda: (tmp_path / "warmed").exists() and (tmp_path / "warmed").read_text() == "yes\nyes\n")
        executor.submit(calls.double, 1).result()
        assert (tmp_path / "warmed").read_text() == "yes\nyes\n"


def test_a_replaced_worker_is_warm_too_where_a_deadline_waits_for_it(one: LocalExecutor) -> None:
    one.start(1, warm=(calls.warm_up, 7))
    assert one.submit(calls.warmth, None).result() == 7
    for deadline_s, warmth in ((60.0, 7), (None, 0)):
        one.submit(calls.die, "SIGKILL").exception()
        assert one.submit(calls.warmth, None, deadline_s=deadline_s).result() == warmth


def test_a_worker_that_was_spared_the_warm_call_has_time_to_load_in_its_first_hurried_task(one: LocalExecutor) -> None:
    one.start(1, warm=(calls.warm_up, 7))
    one.submit(calls.die, "SIGKILL").exception()
    assert one.submit(calls.warmth, None).result() == 0
    assert one.submit(calls.sleep, 1.0, deadline_s=0.3).exception() is None
    assert isinstance(one.submit(calls.sleep, 1.0, deadline_s=0.3).exception(), WorkerLost)


@pytest.mark.parametrize(
    "warm", [(calls.fail_with, "lost"), (calls.die, "segfault"), (calls.warm_up, threading.Lock())]
)
def test_a_warm_call_that_fails_in_any_way_is_left_for_the_tasks_to_tell(
    one: LocalExecutor, warm: tuple[Callable[[object], object], object]
) -> None:
    one.start(1, warm=warm)
    assert one.submit(calls.double, 4).result() == 8


def test_what_must_come_first_goes_before_everything_that_waits(one: LocalExecutor, tmp_path: Path) -> None:
    gate, log = tmp_path / "gate", tmp_path / "log"
    one.submit(calls.wait_for, gate)
    futures = [one.submit(calls.note, (log, f"later {number}")) for number in range(5)]
    futures += [one.submit(calls.note, (log, f"first {number}"), first=True) for number in range(2)]
    gate.touch()
    wait(futures)
    order = log.read_text().splitlines()
    assert [line for line in order if line.startswith("later")] == [f"later {number}" for number in range(5)]
    assert order.index("first 1") == order.index("first 0") + 1
    assert order.index("first 0") <= 1  # one call may be in the worker's hands already


def test_the_last_calls_never_wait_behind_a_long_one(two: LocalExecutor, tmp_path: Path) -> None:
    gates = [tmp_path / "long", tmp_path / "short"]
    long, short = [two.submit(calls.wait_for, gate) for gate in gates]
    assert until(lambda: long.running() and short.running())
    last = [two.submit(calls.double, number) for number in range(2)]
    gates[1].touch()
    assert [future.result() for future in last] == [0, 2]
    assert not long.done()


def test_a_call_cancelled_while_it_waits_is_never_made(one: LocalExecutor, tmp_path: Path) -> None:
    gate, log = tmp_path / "gate", tmp_path / "log"
    one.submit(calls.wait_for, gate)
    futures = [one.submit(calls.note, (log, str(number))) for number in range(6)]
    assert futures[4].cancel()
    gate.touch()
    wait(futures)
    assert log.read_text().split() == ["0", "1", "2", "3", "5"]


def test_a_worker_outlives_the_thread_that_asked_for_it(one: LocalExecutor) -> None:
    pids: list[int] = []
    thread = threading.Thread(target=lambda: pids.append(one.submit(calls.pid_of, None).result()))
    thread.start()
    thread.join()
    assert one.submit(calls.sleep, 0.1).result() == pids[0]


def test_an_executor_without_jobs_is_refused() -> None:
    with pytest.raises(UsageError, match="0 jobs cannot do anything. Allow at least 1."):
        LocalExecutor(0)


# the end


def test_closing_ends_what_runs_and_cancels_what_waits_and_leaves_no_process(tmp_path: Path) -> None:
    executor = LocalExecutor(2)
    busy = [executor.submit(calls.say_and_sleep, tmp_path / name) for name in ("a", "b")]
    pids = [pid_in(tmp_path / name) for name in ("a", "b")]
    waiting = [executor.submit(calls.double, number) for number in range(8)]
    before = threading.active_count()
    executor.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):  # not even a zombie
            os.kill(pid, 0)
    assert [str(future.exception()) for future in busy] == ["a worker was stopped: its executor was closed."] * 2
    assert all(future.cancelled() for future in waiting)
    assert threading.active_count() == before - 5
    with pytest.raises(NarrateError, match="nothing more can run: the executor is closed."):
        executor.submit(calls.double, 1)


def test_clearing_ends_what_runs_and_cancels_what_waits_and_what_comes_next_is_run(
    one: LocalExecutor, tmp_path: Path
) -> None:
    busy = one.submit(calls.say_and_sleep, tmp_path / "a")
    pid = pid_in(tmp_path / "a")
    waiting = [one.submit(calls.double, number, first=number % 2 == 0) for number in range(8)]
    one.clear()
    assert one.submit(calls.double, 21).result() == 42
    assert str(busy.exception()) == "a worker was stopped: its work is not wanted any more."
    assert all(future.cancelled() for future in waiting)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_clearing_spares_a_worker_that_has_nothing_to_do(one: LocalExecutor) -> None:
    pid = one.submit(calls.pid_of, None).result()
    one.clear()
    assert one.submit(calls.pid_of, None).result() == pid


def test_an_executor_that_is_forgotten_leaves_no_worker() -> None:
    executor = LocalExecutor(1)
    pid = executor.submit(calls.pid_of, None).result()
    gone = weakref.ref(executor)
    del executor
    assert gone() is None
    assert until(lambda: not alive(pid))


PROGRAM = """
import os, sys, time
from pathlib import Path
sys.path.insert(0, {here!r})
import worker_calls as calls
from narrate.executors.local import LocalExecutor
executor = LocalExecutor(1)
"""


def run_program(text: str, *args: str | Path) -> subprocess.Popen[str]:
    """A program without `if __name__ == "__main__"`, in a session of its own."""
    command = [sys.executable, "-c", PROGRAM.format(here=str(HERE)) + text, *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)


def test_a_program_without_a_main_guard_works_and_its_end_is_that_of_its_workers(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    text = "print(executor.submit(calls.pid_of, None).result(), executor.submit(calls.double, 21).result())"
    script.write_text(PROGRAM.format(here=str(HERE)) + text)
    result = subprocess.run([sys.executable, "-W", "error", script], capture_output=True, text=True, check=True)
    pid, answer = result.stdout.split()
    assert (answer, result.stderr) == ("42", "")
    assert until(lambda: not alive(int(pid)))


def test_closing_while_workers_start_leaves_none() -> None:
    text = """
executor = LocalExecutor(4)
executor.start(4)
futures = [executor.submit(calls.double, number) for number in range(8)]
executor.close()
print({future.cancelled() for future in futures})
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("no child")
"""
    with run_program(text) as program:
        assert program.communicate()[0] == "{True}\nno child\n"


@pytest.mark.parametrize("call", ["say_and_sleep", "hold_everything"])
def test_a_parent_that_is_killed_leaves_no_worker(tmp_path: Path, call: str) -> None:
    if call == "hold_everything" and sys.platform != "linux":
        pytest.skip("only Linux ends a process that lets nobody have a turn")
    text = f"executor.submit(calls.{call}, Path(sys.argv[1])).result()"
    with run_program(text, tmp_path / "pid") as program:
        pid = pid_in(tmp_path / "pid")
        assert alive(pid)
        program.kill()
    assert until(lambda: not alive(pid))


def test_a_worker_in_the_middle_of_a_call_ends_when_nobody_is_left_to_answer(tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, worker.__file__], stdin=pipe, stdout=pipe, bufsize=0) as alone:
        assert alone.stdin
        for kind, content in (
            (worker.SETUP, (sys.path, None)),
            (worker.CALL, (calls.say_and_sleep, tmp_path / "pid")),
        ):
            worker.write_frame(alone.stdin, kind, pickle.dumps(content))  # type: ignore[arg-type]
        assert pid_in(tmp_path / "pid") == alone.pid
        alone.stdin.close()
        assert alone.wait(10) == 0


def test_ctrl_c_does_not_reach_the_workers(tmp_path: Path) -> None:
    text = """
pid = executor.submit(calls.pid_of, None).result()
Path(sys.argv[1]).write_text(str(pid))
try:
    time.sleep(60)
except KeyboardInterrupt:
    print(executor.submit(calls.pid_of, None).result() == pid)
    executor.close()
"""
    with run_program(text, tmp_path / "pid") as program:
        pid_in(tmp_path / "pid")
        os.killpg(program.pid, signal.SIGINT)
        assert program.communicate()[0] == "True\n"


# the machine


def write_files(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


ALL_CORES = usable_cores(Path("/nowhere"), Path("/nowhere"))


@pytest.mark.parametrize(
    ("own", "files", "cores"),
    [
        ("0::/\n", {"cpu.max": "50000 100000\n"}, 1),
        ("0::/\n", {"cpu.max": "max 100000\n"}, ALL_CORES),
        ("0::/\n", {"cpu.max": "110000 100000\n"}, min(2, ALL_CORES)),
        ("0::/a/b\n", {"a/cpu.max": "100000 100000\n", "a/b/cpu.max": "max 100000\n"}, 1),
        ("0::/not/mounted\n", {"cpu.max": "100000 100000\n"}, 1),
        ("4:cpu,cpuacct:/job\n", {"cpu/job/cpu.cfs_quota_us": "90000", "cpu/job/cpu.cfs_period_us": "100000"}, 1),
        ("4:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, ALL_CORES),
        ("", {}, ALL_CORES),
    ],
)
def test_cores_are_those_that_the_container_allows(tmp_path: Path, own: str, files: dict[str, str], cores: int) -> None:
    write_files(tmp_path, {"own": own})
    assert usable_cores(write_files(tmp_path / "cgroup", files), tmp_path / "own") == cores


def test_cores_are_those_that_the_process_may_run_on() -> None:
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("processes are not bound to cores here")
    code = "import os; os.sched_setaffinity(0, list(os.sched_getaffinity(0))[:1])\n"
    code += "from narrate.executors.machine import usable_cores; print(usable_cores())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "1\n"


MIB = 2**20
V2 = {"memory.max": f"{1000 * MIB}\n", "memory.current": f"{900 * MIB}\n"}
V1 = {"memory/a/memory.limit_in_bytes": f"{1000 * MIB}", "memory/a/memory.usage_in_bytes": f"{900 * MIB}"}


@pytest.mark.parametrize(
    ("own", "files", "mib"),
    [
        ("0::/\n", V2, 100),
        ("0::/\n", V2 | {"memory.stat": f"anon 5\ninactive_file {300 * MIB}\nactive_file {200 * MIB}\n"}, 600),
        ("0::/\n", V2 | {"memory.max": "max\n"}, 2000),
        ("0::/\n", V2 | {"memory.current": f"{1100 * MIB}\n"}, 0),
        ("0::/\n", V2 | {"memory.max": f"{9000 * MIB}\n"}, 2000),
        ("0::/a/b\n", {f"a/{name}": text for name, text in V2.items()}, 100),
        ("9:memory:/a\n", V1, 100),
        ("9:memory:/a\n", V1 | {"memory/a/memory.stat": f"total_inactive_file {50 * MIB}\n"}, 150),
        ("9:memory:/a\n", V1 | {"memory/a/memory.limit_in_bytes": "9223372036854771712\n"}, 2000),
    ],
)
def test_memory_is_what_the_machine_and_the_container_have_left(
    tmp_path: Path, own: str, files: dict[str, str], mib: int
) -> None:
    write_files(tmp_path, {"own": own, "meminfo": f"MemTotal: 9 kB\nMemAvailable:    {2000 * 1024} kB\n"})
    cgroups = write_files(tmp_path / "cgroup", files)
    assert usable_memory_bytes(cgroups, tmp_path / "own", tmp_path / "meminfo") == mib * MIB


pinned = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2, reason="needs Linux, and two cores"
)


def cores_in_use(executor: LocalExecutor, folder: Path, workers: int) -> dict[int, list[int]]:
    """Of each worker, all of them at once."""
    folder.mkdir()
    futures = [executor.submit(calls.cores_of, (folder, workers)) for _ in range(workers)]
    return dict(future.result() for future in futures)


@pinned
def test_where_there_is_a_worker_for_every_core_each_keeps_to_one_and_a_replacement_to_that_which_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cores = sorted(os.sched_getaffinity(0))[:2]
    monkeypatch.setattr(supervisor, "own_cores", lambda: cores)
    with LocalExecutor(2) as executor:
        first = cores_in_use(executor, tmp_path / "a", 2)
        assert sorted(first.values()) == [[core] for core in cores]
        lost, stays = first
        os.kill(lost, signal.SIGKILL)
        assert until(lambda: not alive(lost))
        second = cores_in_use(executor, tmp_path / "b", 2)
        assert second.pop(stays) == first[stays]
        assert list(second.values()) == [first[lost]]


@pinned
def test_a_worker_with_cores_to_spare_may_run_anywhere(tmp_path: Path) -> None:
    with LocalExecutor(2) as executor:
        executor.limit = 1
        assert list(cores_in_use(executor, tmp_path / "a", 1).values()) == [sorted(os.sched_getaffinity(0))]


def test_memory_is_all_there_is_where_nobody_counts_what_is_free() -> None:
    nowhere = Path("/nowhere")
    assert usable_memory_bytes(nowhere, nowhere, nowhere) == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def test_there_are_as_many_jobs_as_cores_and_memory_allow() -> None:
    memory_bytes = usable_memory_bytes()
    assert memory_bytes
    assert default_jobs(1) == usable_cores()
    assert default_jobs(memory_bytes) == 1
    assert default_jobs(100 * memory_bytes) == 1

"""The command in a place of its own, where whatever it leaves behind is found."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NARRATE = [sys.executable, "-c", "from narrate.cli.app import run; run()"]

SWEPT_AFTER_S = 120
"""Older than the grace that the cache gives to files of processes that it cannot see."""

END_S = 20.0
"""Within which all that a command has started ends by itself."""


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    status: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, Any]:
        """What it said with --json."""
        facts: dict[str, Any] = json.loads(self.out)
        return facts


class Place:
    """Folders for targets, cache and temporary files, and a mark in the environment that tells its processes."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.targets, self.cache, self.temporary = folder / "targets", folder / "cache", folder / "tmp"
        self.targets.mkdir(parents=True)
        self.temporary.mkdir()
        self._mark = f"NARRATE_TEST_PLACE={secrets.token_hex(8)}"
        name, _, value = self._mark.partition("=")
        self.environment = {
            **os.environ,
            "NARRATE_CACHE": str(self.cache),
            "TMPDIR": str(self.temporary),
            name: value,
            **environment,
        }

    def start(
        self, *arguments: str | Path, limit: Callable[[], None] | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """The command, running; with limits of the system that a function sets in its process."""
        return subprocess.Popen(
            [*NARRATE, *map(str, arguments)],
            env={**self.environment, **(env or {})},
            cwd=self.targets,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=limit,
        )

    def run(
        self, *arguments: str | Path, limit: Callable[[], None] | None = None, env: Mapping[str, str] | None = None
    ) -> Done:
        return finish(self.start(*arguments, limit=limit, env=env))

    def make(
        self,
        source: Path,
        *options: str,
        target: str = "a.mp3",
        limit: Callable[[], None] | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Done:
        """`narrate make`, which says one JSON object and, where something is wrong, so."""
        return self.run("make", source, "-o", target, "--json", *options, limit=limit, env=env)

    def entries(self, kind: str) -> list[Path]:
        """Files of a kind in the cache."""
        return sorted(path for path in (self.cache / "v1" / kind).rglob("*") if path.is_file())

    def processes(self) -> list[str]:
        """What still runs of all that was started here; where there is no /proc, nobody can tell."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if self._mark.encode() in (process / "environ").read_bytes().split(b"\0"):
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:  # it has ended, or is another user's
                continue
        return found

    def left_behind(self, *targets: str) -> list[str]:
        """Whatever is here beside the targets and the entries of the cache, once everybody had time to end."""
        still_here = self.wait_for_end()
        files = [path.name for path in (*self.targets.iterdir(), *self.temporary.iterdir()) if path.name not in targets]
        unfinished = [path.name for path in (self.cache / "v1" / "tmp").glob("*")]
        return [*files, *unfinished, *still_here]

    def wait_for_end(self) -> list[str]:
        """Give everybody time to end by himself; who is still there then."""
        deadline_s = time.monotonic() + END_S
        while self.processes() and time.monotonic() < deadline_s:
            time.sleep(0.05)
        return self.processes()

    def grow_old(self) -> None:
        """Two minutes pass for what is half written in the cache: the file of a process that cannot be seen could
        be another container's, and is spared for a minute."""
        then_s = time.time() - SWEPT_AFTER_S
        for path in (self.cache / "v1" / "tmp").glob("*"):
            os.utime(path, (then_s, then_s))


def finish(running: subprocess.Popen[str], timeout_s: float = 120.0) -> Done:
    """Wait for a command."""
    try:
        out, err = running.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        running.kill()
        raise
    return Done(running.returncode, out, err)


@dataclass(frozen=True, kw_only=True)
class Resumed:
    """A command that was killed, and the next one."""

    in_time: bool
    """Whether it was killed before it had ended."""
    orphans: list[str]
    """What of the first one outlived it for long."""
    kept: int
    """Clips that the first one has left in the cache."""
    sentences: int
    reused: int
    """Clips that the second one found."""
    data: bytes
    """The file that it made."""
    left: list[str]
    """Whatever else is there in the end."""


def stop(place: Place, source: Path, wait: Callable[[], object], how: signal.Signals, *options: str) -> Done:
    """`narrate make`, to whose process alone a signal is sent when `wait` is over."""
    running = place.start("make", source, "-o", "a.mp3", "--json", *options)
    wait()
    running.send_signal(how)
    return finish(running)


def kill_and_resume(place: Place, source: Path, wait: Callable[[], object], *options: str) -> Resumed:
    """The command killed when `wait` is over, and again to its end."""
    killed = stop(place, source, wait, signal.SIGKILL, *options)
    orphans = place.wait_for_end()
    kept = len(place.entries("clips"))
    place.grow_old()
    done = place.make(source, *options)
    assert done.status == 0, done.err
    return Resumed(
        in_time=killed.status == -signal.SIGKILL,
        orphans=orphans,
        kept=kept,
        sentences=done.facts["sentences"],
        reused=done.facts["reused"],
        data=(place.targets / "a.mp3").read_bytes(),
        left=place.left_behind("a.mp3"),
    )

"""Does the server keep its temper: 200 slow listeners at once, and a feed that is asked for 50 times a second?

    python benchmarks/server.py [--seconds 20] [--listeners 200] [--episodes 3000] [--per-second 50]

Everything on loopback, with a server in a process of its own. First the feed alone, then listeners who each ask for
the rest of a sound from somewhere in it and take it at the pace at which they hear it, then the feed while they listen
and another episode is put in. Prints times, shares of 304 and what memory the server has. Ends with 1 where an answer
was wrong, p99 is over 50 ms, or memory is not flat within 20 %.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import insert

from narrate.library import rows, tables
from narrate.library.library import Library
from narrate.library.shows import new_show
from narrate.types import Chapter, Entry

SHOW = "tides"

SOUND_BYTES = 60 * 60 * 16_000
"""An hour at 128 kbit/s."""

PACE_BYTES = 16_000
"""Taken every second by whoever listens to 128 kbit/s."""

HEAD_START_BYTES = 256 * 1024
"""What a player takes at once before it keeps to its pace."""

FLAT, P99_MS = 1.20, 50.0

SERVE = """
import sys
from pathlib import Path
from narrate.server.run import serve
serve(Path(sys.argv[1]), host="127.0.0.1", port=0, base_url=None, private=False, adding=False,
      on_ready=lambda base: print(base, flush=True))
"""


@dataclass
class Asked:
    """What came of asking for the feed again and again."""

    times_ms: list[float] = field(default_factory=list)
    unchanged: int = 0
    errors: list[str] = field(default_factory=list)

    def tell(self, name: str) -> bool:
        ordered = sorted(self.times_ms)
        p99_ms = ordered[int(len(ordered) * 0.99)]
        share = self.unchanged / len(ordered)
        print(
            f"| {name} | {len(ordered)} | {statistics.median(ordered):.1f} ms | {p99_ms:.1f} ms | {ordered[-1]:.1f} ms "
            f"| {share:.1%} | {len(self.errors)} |",
            flush=True,
        )
        return p99_ms <= P99_MS and not self.errors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--listeners", type=int, default=200)
    parser.add_argument("--episodes", type=int, default=3000)
    parser.add_argument("--per-second", type=int, default=50)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fill_library(Path(folder), arguments.episodes)
        with serving(Path(folder)) as (port, process):
            fine = asyncio.run(measure(Path(folder), port, process, arguments))
    sys.exit(not fine)


def fill_library(folder: Path, episodes: int) -> None:
    """A show with that many episodes; one of them is an hour long, the sounds of the others are next to nothing."""
    with Library(folder) as library:
        library.create_show(new_show("Tides", slug=SHOW))
        entries = [make_entry(library, number) for number in range(episodes)]
        with library._database.writing() as connection:  # all at once; put_entry would sync each to the disk
            connection.execute(insert(tables.entries), [rows.entry_values(entry) for entry in entries[:-1]])
        library.put_entry(entries[-1])


def make_entry(library: Library, number: int) -> Entry:
    data = sound() if number == 0 else b"sound %d" % number
    slug = f"episode-{number}"
    (library.folder_of(SHOW) / f"{slug}.mp3").write_bytes(data)
    (library.folder_of(SHOW) / f"{slug}.vtt").write_text("WEBVTT\n")
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    return Entry(
        guid=f"urn:uuid:00000000-0000-5000-8000-{number:012}",
        show=SHOW,
        slug=slug,
        title=f"Episode {number}",
        published_at=moment,
        updated_at=moment,
        file=f"{slug}.mp3",
        media_type="audio/mpeg",
        size_bytes=len(data),
        digest=sha256(data).hexdigest(),
        duration_s=3600.0,
        sides={"vtt": f"{slug}.vtt"},
        address=f"https://example.org/story/{number}",
        summary="What the tide left on the sand, and who came to look at it. " * 4,
        authors=("Ada Harbour",),
        chapters=tuple(
            Chapter(title=f"Part {part}", start_s=600.0 * part, end_s=600.0 * part + 600) for part in range(6)
        ),
        voice="hibari:heart",
    )


def sound() -> bytes:
    return random.Random(1).randbytes(SOUND_BYTES)


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """The port of a server, and its process; it is asked to stop in the end."""
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(folder)], stdout=subprocess.PIPE, stderr=log, text=True
        )
    assert process.stdout is not None
    match = re.search(r":(\d+)$", process.stdout.readline().strip())
    try:
        assert match, (folder / "log").read_text()
        yield int(match[1]), process
    finally:
        process.terminate()
        process.wait()
    lines = (folder / "log").read_text().splitlines()
    strange = [line for line in lines if " 200 " not in line and " 206 " not in line and " 304 " not in line]
    print(f"\nstopped with {process.returncode}; {len(lines)} lines in its log, {len(strange)} of errors", *strange[:5])


async def measure(folder: Path, port: int, process: subprocess.Popen[str], arguments: argparse.Namespace) -> bool:
    print("| feed asked for | times | p50 | p99 | longest | 304 | errors |\n|---|---|---|---|---|---|---|")
    await ask(port, "")  # the first one is written
    memory = Memory(process.pid)
    quiet = await ask_often(port, arguments)
    fine = quiet.tell(f"{arguments.per_second} a second")
    before_mb = memory.now_mb()

    whole = sound()
    listeners = [
        asyncio.create_task(listen(port, whole, random.Random(number), 2 * arguments.seconds + 5))
        for number in range(arguments.listeners)
    ]
    await asyncio.sleep(3)
    sampling = asyncio.create_task(memory.sample(arguments.seconds))
    await sampling
    busy = asyncio.create_task(ask_often(port, arguments))
    await asyncio.sleep(arguments.seconds / 2)
    with Library(folder) as library:
        library.put_entry(make_entry(library, arguments.episodes))
    fine &= (await busy).tell(f"the same, with {arguments.listeners} listeners and a new episode")

    results = await asyncio.gather(*listeners, return_exceptions=True)
    errors = [result for result in results if isinstance(result, BaseException)]
    taken = sum(result for result in results if isinstance(result, int))
    low, high = min(memory.samples_mb), max(memory.samples_mb)
    print(f"\n{len(results)} listeners took {taken / 1e6:.0f} MB, {len(errors)} errors", *errors[:3])
    print(
        f"memory of the server: {before_mb:.1f} MB before they came, {low:.1f} to {high:.1f} MB while they listened "
        f"({high / low - 1:.1%}), {memory.now_mb():.1f} MB after"
    )
    return fine and not errors and high <= FLAT * low


class Memory:
    """What a process has in memory, from the system."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.samples_mb: list[float] = []

    def now_mb(self) -> float:
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(self._pid)], capture_output=True, text=True, check=True)
        return int(told.stdout) / 1000

    async def sample(self, seconds: float) -> None:
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            self.samples_mb.append(self.now_mb())
            await asyncio.sleep(0.5)


async def listen(port: int, whole: bytes, chance: random.Random, seconds: float) -> int:
    """Take the rest of a sound from somewhere in it, and hold it against what it should be."""
    start = chance.randrange(SOUND_BYTES // 2)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
    writer.write(f"GET /{SHOW}/episode-0.mp3 HTTP/1.1\r\nHost: a\r\nRange: bytes={start}-\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 206"), head
    began_s, taken = time.monotonic(), 0
    while time.monotonic() < began_s + seconds:
        data = await reader.read(8192)
        assert data == whole[start + taken : start + taken + len(data)], "other bytes than asked for"
        assert data, "it ended early"
        taken += len(data)
        ahead_s = (taken - HEAD_START_BYTES) / PACE_BYTES - (time.monotonic() - began_s)
        await asyncio.sleep(max(0.0, ahead_s))
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return taken


async def ask_often(port: int, arguments: argparse.Namespace) -> Asked:
    """Ask for the feed at a steady pace, whether or not earlier answers have come; mostly for what is new in it."""
    asked, etag = Asked(), (await ask(port, ""))[1]
    began_s = time.monotonic()
    tasks = []
    for number in range(int(arguments.seconds * arguments.per_second)):
        await asyncio.sleep(max(0.0, began_s + number / arguments.per_second - time.monotonic()))
        tasks.append(asyncio.create_task(ask_once(port, asked, etag if number % 10 else "")))
    await asyncio.gather(*tasks)
    return asked


async def ask_once(port: int, asked: Asked, etag: str) -> None:
    began_s = time.perf_counter()
    try:
        status, _ = await ask(port, etag)
    except (OSError, ValueError, asyncio.IncompleteReadError) as problem:
        asked.errors.append(repr(problem))
        return
    asked.times_ms.append((time.perf_counter() - began_s) * 1000)
    asked.unchanged += status == 304
    if status not in (200, 304):
        asked.errors.append(str(status))


async def ask(port: int, etag: str) -> tuple[int, str]:
    """Status and ETag of the feed, over a connection of its own; all of it is taken."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    condition = f"If-None-Match: {etag}\r\n" if etag else ""
    writer.write(f"GET /{SHOW}/feed.xml HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{condition}\r\n".encode())
    answer = await reader.read(-1)
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    if length and int(length[1]) != len(body):
        raise ValueError("a part of the feed is missing")
    found = re.search(rb"etag: (\S+)", head)
    return int(head.split()[1]), found[1].decode() if found else ""


if __name__ == "__main__":
    main()

"""Shows and entries made by hand, and processes that use a library at the same time."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from narrate.library.library import Library
from narrate.library.shows import new_show
from narrate.types import Chapter, Entry

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

OPENING = """
import os, sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from library_parts import *
from narrate.library.library import Library
from narrate.library.queue import NewJob
folder = Path(sys.argv[1])
"""


def open_tales(folder: Path) -> Library:
    """A library with the show `tales`: made once, and copied from then on, which spares the disk."""
    shutil.copytree(_tales(), folder)
    return Library(folder)


@cache
def _tales() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="narrate-tales-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with Library(folder / "library") as library:
        library.create_show(new_show("Tales"))
    return folder / "library"


def entry_of(slug: str, *, hours: float = 0, **changes: Any) -> Entry:
    """An episode of the show `tales`, published so many hours after noon."""
    entry = Entry(
        guid=f"urn:uuid:{slug}",
        show="tales",
        slug=slug,
        title=f"The {slug}",
        published_at=NOON + timedelta(hours=hours),
        updated_at=NOON + timedelta(hours=hours),
        file=f"{slug}.mp3",
        media_type="audio/mpeg",
        size_bytes=1234,
        digest="ab" * 32,
        duration_s=61.25,
        sides={"vtt": f"{slug}.vtt", "chapters": f"{slug}.chapters.json", "source": f".sources/{slug}.html"},
        authors=("Ada Holt", "Ben"),
        site="The Coastal Reader",
        address="https://example.org/tide",
        summary="Of the tide.",
        chapters=(Chapter(title="One", start_s=0.0, end_s=30.5), Chapter(title="Two", start_s=30.5, end_s=61.25)),
        origin="https://example.org/tide",
        recipe="cd" * 32,
        voice="hibari:heart",
    )
    return replace(entry, **changes)


def start(code: str, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """A process with the library's folder at hand; it begins when it is told to."""
    waiting = "print('ready', flush=True)\nsys.stdin.readline()\n"
    process = subprocess.Popen(
        [sys.executable, "-c", OPENING + waiting + code, str(folder), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def run_together(processes: Sequence[subprocess.Popen[str]]) -> list[str]:
    """What each of them printed; none has failed or complained."""
    for process in processes:
        begin(process)
    outcomes = [(*process.communicate(timeout=60), process.returncode) for process in processes]
    assert [(err, status) for _, err, status in outcomes] == [("", 0)] * len(processes)
    return [out for out, _, _ in outcomes]


def begin(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()

"""How close is `narrate make` to what the machine can do?

    python benchmarks/make.py [--article 3000] [--book 100000] [--runs 5] [--book-runs 5] [--baselines 5] [--naive FILE]
        [--rows a,b,…]

Prints a table of ratios, every one of figures taken in the same run, one after the other: medians, with the number of
runs. `raw` is the processor time of the engine alone for the same sentences, in one thread, loading not counted;
`master` that of ffmpeg for the same filters on the joined sound: one measurement, the encoding, and one measurement
of the MP3. The texts are the samples over and over with other numbers and words swapped. FILE is a script that
speaks with the same engine and joins with pydub, whose last line of output is JSON with `audio_per_wall`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from script import book

NARRATE = str(Path(sys.executable).with_name("narrate"))
CORES = sorted(os.sched_getaffinity(0))[:2] if hasattr(os, "sched_getaffinity") else [0, 1]
TICK_S = 0.2
FIRST_WORDS = 'import hibari; hibari.Hibari(threads=1)("The lamp is lit.", seed=0)'
MIB = 2**20

Row = tuple[str, str]


@dataclass
class Run:
    """What one command took."""

    wall_s: float
    facts: dict[str, Any]
    parent_mib: float = 0.0
    worker_mib: float = 0.0
    all_mib: float = 0.0
    disk_mib: float = 0.0


class Text:
    """A text of so many words, in a folder with caches of its own."""

    def __init__(self, folder: Path, words: int, runs: int, baselines: int = 1) -> None:
        self.words, self.runs, self.baselines = words, runs, baselines
        self.folder = folder / str(words)
        self.folder.mkdir()
        self.source = self.folder / "text.md"
        self.source.write_text(book(words), "utf-8")
        self.cache = self.folder / "cache"

    def make(self, *options: str, cores: list[int] = CORES, source: Path | None = None) -> Run:
        """`narrate make`, from start to end, watched from outside."""
        command = [NARRATE, "make", str(source or self.source), "-o", str(self.folder / "out.mp3"), "--json", *options]
        return watch(command, {"NARRATE_CACHE": str(self.cache), "NARRATE_HOME": str(self.folder)}, cores, self.folder)

    def make_cold(self, *options: str, cores: list[int] = CORES) -> Run:
        shutil.rmtree(self.cache, ignore_errors=True)
        return self.make(*options, cores=cores)

    def without_segments(self, *options: str) -> Run:
        """All clips there, nothing mastered."""
        shutil.rmtree(self.cache / "v1" / "segments")
        return self.make(*options)

    @cached_property
    def cold(self) -> list[Run]:
        return [self.make_cold() for _ in range(self.runs)]

    @cached_property
    def base(self) -> dict[str, float]:
        """`raw_s`, `master_s`, `engine_mib`: medians."""
        return medians([baseline(self.source, self.folder) for _ in range(self.baselines)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--article", type=int, default=3000, help="words")
    parser.add_argument("--book", type=int, default=100_000, help="words")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--book-runs", type=int, default=5)
    parser.add_argument("--baselines", type=int, default=5, help="runs of the baselines, which are processor time")
    parser.add_argument("--naive", type=Path, default=Path(__file__).parents[2] / "shared" / "tools" / "naive_peer.py")
    parser.add_argument("--rows", default=",".join(ROWS), help=f"some of {', '.join(ROWS)}")
    parser.add_argument("--raw", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.raw:
        speak_raw(arguments.raw)
        return
    print("| | measured |\n|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        article = Text(Path(folder), arguments.article, arguments.runs, arguments.baselines)
        whole_book = Text(Path(folder), arguments.book, arguments.book_runs, arguments.baselines)
        for name in arguments.rows.split(","):
            for what, measured in ROWS[name](article, whole_book, arguments):
                print(f"| {what} | {measured} |", flush=True)


# ----------------------------------------------------------------------- rows


def article_row(article: Text, _: Text, __: argparse.Namespace) -> Iterator[Row]:
    yield cold_row(article, "article", "≤ 1.40")


def book_row(_: Text, whole_book: Text, __: argparse.Namespace) -> Iterator[Row]:
    yield cold_row(whole_book, "book", "≤ 1.20")


def cold_row(text: Text, name: str, wanted: str) -> Row:
    wall_s = statistics.median(run.wall_s for run in text.cold)
    facts = text.cold[0].facts
    limit_s = (text.base["raw_s"] + text.base["master_s"]) / len(CORES)
    return (
        f"cold {name} of {text.words:,} words, {len(CORES)} cores: wall / ((raw + master) / cores), wanted {wanted}",
        f"{wall_s / limit_s:.2f} ({wall_s:.1f} s for {facts['duration_s'] / 60:.0f} min, "
        f"{facts['duration_s'] / wall_s:.0f} times real time; raw {text.base['raw_s']:.1f} s, "
        f"master {text.base['master_s']:.1f} s; {len(text.cold)} runs, {text.baselines} of the baselines)",
    )


def naive_row(article: Text, _: Text, arguments: argparse.Namespace) -> Iterator[Row]:
    if not arguments.naive.is_file():
        yield "against the naive peer", "not here: give --naive"
        return
    plain = article.folder / "plain.txt"
    facts = json.loads(subprocess.run(script_of(article.source), check=True, capture_output=True).stdout)
    lines = [utterance["text"] for utterance in facts["utterances"]]
    plain.write_text("\n\n".join(lines), "utf-8")
    pairs = []
    for _run in range(article.runs):
        command = [sys.executable, str(arguments.naive), str(plain), str(article.folder / "naive.mp3")]
        done = subprocess.run(pinned(command, CORES), check=True, capture_output=True, text=True)
        ours = article.make_cold()
        naive = json.loads(done.stdout.splitlines()[-1])["audio_per_wall"]
        pairs.append((ours.facts["duration_s"] / ours.wall_s, naive))
    times = statistics.median(ours / naive for ours, naive in pairs)
    our, naives = (statistics.median(column) for column in zip(*pairs, strict=True))
    yield (
        f"against the naive peer, {article.words:,} words: times as fast, wanted 1.8",
        f"{times:.2f} ({our:.0f} against {naives:.0f} times real time; {len(pairs)} pairs)",
    )


def cores_row(article: Text, whole_book: Text, __: argparse.Namespace) -> Iterator[Row]:
    one = [whole_book.make_cold("--jobs", "1", cores=CORES[:1]).wall_s for _ in range(max(1, whole_book.runs // 2))]
    two = [run.wall_s for run in whole_book.cold]
    one_s, two_s = statistics.median(one), statistics.median(two)
    yield (
        "book: time of one job on one core / (2 × time of two on two), wanted ≥ 0.88",
        f"{one_s / (2 * two_s):.2f} ({one_s:.1f} and {two_s:.1f} s; {len(one)} and {len(two)} runs); "
        f"the engine alone, beside another on the other core: {speed_in_company(article):.2f} of its speed",
    )


def play_row(article: Text, _: Text, __: argparse.Namespace) -> Iterator[Row]:
    first, alone = [], []
    for _run in range(max(5, article.runs)):
        first.append(first_sound_s(article))
        began_s = time.perf_counter()
        subprocess.run([sys.executable, "-c", FIRST_WORDS], check=True)
        alone.append(time.perf_counter() - began_s)
    yield (
        "`narrate play`, nothing kept: from command to the first sound in the player's pipe, wanted ≤ 1.2 s",
        f"{statistics.median(first):.2f} s ({min(first):.2f} to {max(first):.2f}; {len(first)} runs); "
        f"the engine alone, loading and first words: {statistics.median(alone):.2f} s",
    )


def again_row(_: Text, whole_book: Text, __: argparse.Namespace) -> Iterator[Row]:
    cold_s = statistics.median(run.wall_s for run in whole_book.cold)
    whole_book.make()
    clips = [whole_book.without_segments() for _ in range(whole_book.runs)]
    every = [whole_book.make() for _ in range(whole_book.runs)]
    for what, runs in (("with all clips kept, wanted ≤ 0.5", clips), ("with everything kept, wanted ≤ 0.05", every)):
        wall_s = statistics.median(run.wall_s for run in runs)
        yield f"book again, {what}: time / cold", f"{wall_s / cold_s:.3f} ({wall_s:.1f} s; {len(runs)} runs)"
    text = whole_book.source.read_text("utf-8")
    edited = whole_book.folder / "edited.md"
    walls_s, spoken = [], []
    for n in range(whole_book.runs):
        middle = text.index(". ", len(text) // 2 + 1000 * n)
        edited.write_text(f"{text[:middle]}, edited {n} times over{text[middle:]}", "utf-8")
        run = whole_book.make(source=edited)
        walls_s.append(run.wall_s)
        spoken.append(run.facts["sentences"] - run.facts["reused"])
    wall_s = statistics.median(walls_s)
    yield (
        "book with one sentence edited: clips spoken; time / cold",
        f"{statistics.median(spoken):.0f}; {wall_s / cold_s:.3f} ({wall_s:.1f} s; {len(walls_s)} runs)",
    )


def memory_row(article: Text, whole_book: Text, __: argparse.Namespace) -> Iterator[Row]:
    tenth = Text(article.folder, max(500, whole_book.words // 10), 1)
    # as many chances as the book has that all processes are large at once
    tenths_mib = [tenth.make_cold().all_mib for _ in range(10)]
    large = whole_book.cold[-1]
    yield (
        f"peak of all processes, 10 times {tenth.words:,} words and {whole_book.words:,} at once, wanted within 5 %",
        f"{min(tenths_mib):.0f} to {max(tenths_mib):.0f} and {large.all_mib:.0f} MiB, "
        f"{100 * (large.all_mib / max(tenths_mib) - 1):+.1f} %",
    )
    yield (
        "book: parent, largest worker, and the engine alone",
        f"{large.parent_mib:.0f}, {large.worker_mib:.0f}, {article.base['engine_mib']:.0f} MiB",
    )
    yield (
        "book: disk in use while it is made (all of it cache, but for the finished file)",
        f"{large.disk_mib:.0f} MiB, {large.disk_mib / (large.facts['duration_s'] / 3600):.0f} an hour",
    )


ROWS: dict[str, Callable[[Text, Text, argparse.Namespace], Iterator[Row]]] = {
    "article": article_row,
    "naive": naive_row,
    "play": play_row,
    "book": book_row,
    "cores": cores_row,
    "again": again_row,
    "memory": memory_row,
}


# ------------------------------------------------------------------ baselines


def script_of(source: Path) -> list[str]:
    return [NARRATE, "script", str(source), "--json"]


def baseline(source: Path, folder: Path) -> dict[str, float]:
    """Processor seconds of engine and ffmpeg for a text, each alone."""
    pcm, mp3 = folder / "raw.pcm", folder / "raw.mp3"
    command = [sys.executable, __file__, "--raw", str(source)]
    with pcm.open("wb") as file:
        done = subprocess.run(command, check=True, stdout=file, stderr=subprocess.PIPE, text=True)
    raw = json.loads(done.stderr.splitlines()[-1])
    from narrate.audio.encode import Mp3Format
    from narrate.audio.ffmpeg import find_ffmpeg
    from narrate.audio.master import COMPRESSOR, Gain

    given = ["-f", "s16le", "-ar", "24000", "-ac", "1", "-i", str(pcm)]
    lame = ["-c:a", "libmp3lame", "-b:a", f"{Mp3Format().bitrate_kbps}k", "-compression_level", str(Mp3Format().effort)]
    before = children_s()
    for arguments in (
        [*given, "-af", f"{COMPRESSOR},ebur128=framelog=quiet", "-f", "null", "-"],
        [*given, "-af", Gain(output_db=9.0).filters(44_100), *lame, "-ac", "1", str(mp3)],
        ["-i", str(mp3), "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"],
    ):
        subprocess.run([find_ffmpeg(), "-v", "error", "-nostdin", "-y", *arguments], check=True)
    return {**raw, "master_s": children_s() - before}


def speed_in_company(text: Text) -> float:
    """What of its speed the engine keeps on one core while another one speaks on the other: nothing of ours in it."""

    def speak(cores: Sequence[int]) -> float:
        command = [sys.executable, __file__, "--raw", str(text.source)]
        running = [
            subprocess.Popen(pinned(command, [core]), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            for core in cores
        ]
        return statistics.mean(json.loads(each.communicate()[1].splitlines()[-1])["raw_s"] for each in running)

    pairs = [(speak(CORES[:1]), speak(CORES)) for _ in range(min(3, text.runs))]
    return statistics.median(alone / together for alone, together in pairs)


def speak_raw(source: Path) -> None:
    """Speak a text's sentences in turn: the sound with its pauses to standard output, figures to the other."""
    import numpy as np

    from narrate.engines.hibari import HibariEngine
    from narrate.types import Utterance

    done = subprocess.run(script_of(source), check=True, capture_output=True)
    rows = json.loads(done.stdout)["utterances"]
    engine = HibariEngine()
    voice = engine.voices()[0]
    engine.speak(Utterance(text="Ready.", written="Ready."), voice, speed=1.0, seed=0)
    spent_s = 0.0
    for row in rows:
        utterance = Utterance(text=row["spoken"], written=row["text"])
        began_s = time.process_time()
        clip = engine.speak(utterance, voice, speed=1.0, seed=0)
        spent_s += time.process_time() - began_s
        sys.stdout.buffer.write((clip.samples * 32767).astype("<i2").tobytes())
        sys.stdout.buffer.write(np.zeros(24 * row["pause_ms"], "<i2").tobytes())
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"raw_s": spent_s, "engine_mib": peak_mib}), file=sys.stderr)


def first_sound_s(text: Text) -> float:
    """From the start of `narrate play` until a player gets its first byte."""
    tools = text.folder / "tools"
    tools.mkdir(exist_ok=True)
    player, told = tools / "mpv", tools / "first"
    player.write_text(f'#!/bin/sh\nhead -c 1 > /dev/null\ndate +%s.%N > "{told}"\nexit 0\n')
    player.chmod(0o755)
    told.unlink(missing_ok=True)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "NARRATE_HOME": str(text.folder / "home")}
    shutil.rmtree(text.folder / "home", ignore_errors=True)
    began_s = time.time()
    subprocess.run([NARRATE, "play", str(text.source)], env=environment, check=False, capture_output=True)
    return float(told.read_text()) - began_s


# ------------------------------------------------------------------- watching


def watch(command: list[str], environment: dict[str, str], cores: list[int], folder: Path) -> Run:
    """Run a command and look every moment at the memory of its processes and at a folder's size."""
    began_s = time.perf_counter()
    process = subprocess.Popen(
        pinned(command, cores), env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    run = Run(wall_s=0.0, facts={})
    ended = threading.Event()
    watcher = threading.Thread(target=_look, args=(process.pid, run, folder, ended))
    watcher.start()
    out = process.stdout.read() if process.stdout else b""
    status = process.wait()
    run.wall_s = time.perf_counter() - began_s
    ended.set()
    watcher.join()
    if status:
        raise SystemExit(f"{' '.join(command)} ended with {status}")
    run.facts = json.loads(out)
    return run


def _look(pid: int, run: Run, folder: Path, ended: threading.Event) -> None:
    ticks = 0
    while not ended.wait(TICK_S):
        workers_there = children(pid)
        # what a worker has forked has its memory, counted once more, until it has become ffmpeg
        others = [each for worker in workers_there for each in descendants(worker) if not is_python(each)]
        family = [pid, *workers_there, *others]
        sizes = {member: resident_mib(member) for member in family}
        run.parent_mib = max(run.parent_mib, sizes[pid])
        workers = [size for member, size in sizes.items() if member != pid and is_python(member)]
        run.worker_mib = max([run.worker_mib, *workers])
        run.all_mib = max(run.all_mib, sum(sizes.values()))
        if ticks % 25 == 0:
            run.disk_mib = max(run.disk_mib, disk_mib(folder))
        ticks += 1


def children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:  # the process has ended
        return []
    return [int(child) for task in tasks for child in _read(task / "children").split()]


def descendants(pid: int) -> list[int]:
    return [each for child in children(pid) for each in (child, *descendants(child))]


def resident_mib(pid: int) -> float:
    """What a process holds that no other one shares with it, and its share of the rest."""
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def is_python(pid: int) -> bool:
    return "python" in _read(Path(f"/proc/{pid}/comm"))


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # the process has ended
        return ""


def disk_mib(folder: Path) -> float:
    """What a folder takes, the text and the baselines in it not counted."""
    total = 0
    for at, _, names in os.walk(folder):  # which passes over what is gone
        for name in names:
            if not name.startswith(("raw.", "text.")):
                with suppress(OSError):
                    total += Path(at, name).stat().st_size
    return total / MIB


def pinned(command: list[str], cores: list[int]) -> list[str]:
    taskset = shutil.which("taskset")
    return [taskset, "-c", ",".join(map(str, cores)), *command] if taskset else command


def children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def medians(rows: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


if __name__ == "__main__":
    main()

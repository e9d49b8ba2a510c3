"""`narrate make` for every kind of source in the README's table: what comes in is what is heard."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import test_docx
import test_mhtml
import test_odt
from pdf_makers import PARAGRAPHS, flow

from conftest import SAMPLES

SAMPLE_FILES = {
    "page-news.html": "Weathercock missing for 60 years",
    "essay.md": "There are two ways to cross a town.",
    "news.txt": "Saltmarsh votes to keep its last lightship afloat",
    "book.epub": "So I measured it.",
    "lighthouse.fb2": "The lamp that stayed",
    "minutes.rtf": "Those who came",
    "newsletter.eml": "What it weighs",
    "lecture.vtt": "What a hedge remembers",
}
"""Samples, and words of each."""

SUBTITLES = (
    "1\n00:00:01,000 --> 00:00:04,000\nThe tide was out when the\n\n2\n00:00:04,200 --> 00:00:07,000\nlamp was lit.\n"
)
GUTENBERG = (
    "The Project Gutenberg eBook of The Ice House\n\nTitle: The Ice House\n\nAuthor: Ada Renfrew\n\n"
    "*** START OF THE PROJECT GUTENBERG EBOOK THE ICE HOUSE ***\n\n{}\n\n"
    "*** END OF THE PROJECT GUTENBERG EBOOK THE ICE HOUSE ***\n\nTo donate, please visit our page.\n"
)
ITEM = "<item><title>Tale {0}</title><guid>{0}</guid><description>{1}</description></item>"
MADE: dict[str, tuple[Callable[[], bytes], str]] = {
    "saved.mhtml": (
        lambda: test_mhtml.saved(test_mhtml.part(test_mhtml.PAGE, "https://courier.example/ship")),
        test_mhtml.PROSE[0],
    ),
    "typeset.pdf": (
        lambda: flow([("body", text) for text in PARAGRAPHS], head="The Harbour"),
        "There were never any trains.",
    ),
    "letter.docx": (
        lambda: test_docx.made(test_docx.para(PARAGRAPHS[0])),
        "The harbour at night is a different country.",
    ),
    "note.odt": (lambda: test_odt.made(f"<text:p>{PARAGRAPHS[3]}</text:p>"), "Nobody keeps ice houses now."),
    "talk.srt": (SUBTITLES.encode, "The tide was out when the lamp was lit."),
    "ice.txt": (lambda: GUTENBERG.format("\n\n".join(PARAGRAPHS)).encode(), "I did not say so."),
}
"""Files that are made here, and words of each."""

UNHEARD = ("donate", "unsubscribe", "Copyright", "Pg ", "-->", "READ MORE")


def make(*arguments: str | Path, cwd: Path) -> dict[str, str]:
    """All that is heard of every episode that was made, by its file's name."""
    code = "from narrate.cli.app import run; run()"
    options = ("--engine", "tone", "--language", "en", "--with", "json", "--json", "--quiet")
    done = subprocess.run(
        [sys.executable, "-c", code, "make", *map(str, arguments), *options], capture_output=True, text=True, cwd=cwd
    )
    assert done.returncode == 0, done.stderr
    made = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(facts["duration_s"] > 1 and not facts["gaps"] for facts in made)
    return {facts["path"]: heard_in(cwd / facts["beside"][0]) for facts in made}


def heard_in(transcript: Path) -> str:
    return " ".join(segment["body"] for segment in json.loads(transcript.read_text("utf-8"))["segments"])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder to work in, with an empty one for what is made."""
    (tmp_path / "out").mkdir()
    return tmp_path


def test_every_kind_of_file_becomes_an_episode_with_its_words(place: Path) -> None:
    shelf = place / "shelf"
    shelf.mkdir()
    for name in SAMPLE_FILES:
        shutil.copy(SAMPLES / name, shelf)
    for name, (build, _) in MADE.items():
        (shelf / name).write_bytes(build())
    heard = make("shelf", "-o", "out", cwd=place)
    words = [*SAMPLE_FILES.values(), *(words for _, words in MADE.values())]
    assert len(heard) == len(words) == 14
    assert [words for words in words if not any(words in text for text in heard.values())] == []
    assert [(path, sign) for path, text in heard.items() for sign in UNHEARD if sign in text] == []


def test_an_archive_a_pattern_and_a_feed_become_an_episode_for_each_text(place: Path) -> None:
    with zipfile.ZipFile(place / "texts.zip", "w") as archive:
        archive.write(SAMPLES / "essay.md", "deep/essay.md")
        archive.write(SAMPLES / "book.epub", "book.epub")
    heard = make("texts.zip", str(SAMPLES / "rec*.md"), "-o", "out", cwd=place)
    assert [Path(path).stem for path in heard] == [
        "the-lamp-at-ferrow-sound",
        "on-walking-slowly",
        "seed-bread-for-a-cold-morning",
    ]
    items = "".join(ITEM.format(number, f"Words number {number}. {PARAGRAPHS[0]}") for number in (1, 2, 3))
    (place / "feed.xml").write_text(f'<rss version="2.0"><channel><title>Tales</title>{items}</channel></rss>')
    heard = make("feed.xml", "--latest", "2", "-o", "out", cwd=place)
    assert [Path(path).stem for path in heard] == ["tale-1", "tale-2"]
    assert ["Words number 1." in text for text in heard.values()] == [True, False]

"""`narrate inspect`: the plan, before anything is spoken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from book_reader import install
from test_commands import assert_explained

from conftest import SAMPLES

INSPECT = (
    "import typer\n"
    "from narrate.cli.app import plain_errors\n"
    "from narrate.cli.inspect import inspect\n"
    "app = typer.Typer(pretty_exceptions_enable=False)\n"
    "app.command()(inspect)\n"
    "with plain_errors():\n"
    "    app()\n"
)

STORY = "# The lamp\n\nBy Ann Okoro\n\n{}\n\n## Later\n\n{}\n\nSubscribe to our newsletter!\n"
SENTENCE = "The lamp is lit and nobody came up the stairs that night. "


def inspect(
    *arguments: str | Path, env: dict[str, str] | None = None, cwd: Path | None = None, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", INSPECT, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        input=stdin,
    )


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "lamp.md"
    path.write_text(STORY.format(SENTENCE * 15, SENTENCE * 30))
    return path


def test_the_plan_shows_chapters_words_length_and_what_goes(story: Path) -> None:
    done = inspect(story)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "The lamp",
        "By Ann Okoro",
        "English, hibari:heart",
        "541 words, about 3:29",
        "",
        "2 chapters",
        "   1      1:10      180 words  (beginning)",
        "   2      2:20      361 words  Later",
        "",
        "2 pieces are left out (1 byline, 1 newsletter); `narrate clean --explain` shows them",
    ]


def test_the_plan_as_json_has_the_same(story: Path) -> None:
    facts = json.loads(inspect(story, "--json", "--speed", "2").stdout)
    assert (facts["title"], facts["authors"], facts["words"], facts["about_s"]) == ("The lamp", ["Ann Okoro"], 541, 105)
    assert [(part["number"], part["title"], part["words"]) for part in facts["chapters"]] == [
        (1, None, 180),
        (2, "Later", 361),
    ]
    assert facts["left_out"] == {"byline": 1, "newsletter": 1}


@pytest.fixture
def talk(tmp_path: Path) -> tuple[Path, Path]:
    """A text with people in it, and their cast."""
    text, cast = tmp_path / "talk.md", tmp_path / "cast.toml"
    text.write_text(
        '# Talk\n\nIt began at noon. "I will go," said Mary, and she went.\n\n'
        "ANNA: This is what I think.\n\nBEN: I do not agree, not at all.\n\nANNA: So be it.\n\nZOE: Me neither.\n"
    )
    cast.write_text('quotes = "tone:sine"\n[speakers]\nANNA = "hibari:heart"\nBEN = "tone:sine"\n')
    return text, cast


def test_the_plan_says_who_speaks_and_how_much_and_who_has_no_voice(talk: tuple[Path, Path]) -> None:
    done = inspect(talk[0], "--cast", talk[1])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Talk",
        "English, hibari:heart",
        "33 words, about 0:13",
        "",
        "hibari:heart       12 words  the narrator",
        "tone:sine           3 words  quotations",
        "hibari:heart       10 words  Anna",
        "tone:sine           7 words  Ben",
        "",
        "Nothing is left out",
        "also speaking: ZOE, who has no voice in cast.toml",
    ]
    facts = json.loads(inspect(talk[0], "--cast", talk[1], "--json").stdout)
    assert facts["speakers"] == [
        {"name": None, "voice": "tone:sine", "words": 3},
        {"name": "Anna", "voice": "hibari:heart", "words": 10},
        {"name": "Ben", "voice": "tone:sine", "words": 7},
    ]
    assert facts["words"] == 33


def test_the_plan_of_some_chapters_has_their_speakers_only(talk: tuple[Path, Path]) -> None:
    text, cast = talk
    text.write_text("# Talk\n\n## One\n\nANNA: This is it.\n\n## Two\n\nBEN: Not at all.\n\nANNA: So be it.\n")
    first, second = (
        json.loads(inspect(text, "--cast", cast, "--chapters", number, "--json").stdout)["speakers"] for number in "12"
    )
    assert [share["name"] for share in first] == ["Anna"]
    assert [share["name"] for share in second] == ["Ben", "Anna"]
    cast.write_text('[speakers]\nBEN = "tone:sine"\n')
    facts = json.loads(inspect(text, "--cast", cast, "--chapters", "1", "--json").stdout)
    assert (facts["speakers"], facts["notes"]) == (
        [],
        ["nobody in cast.toml speaks in this text: no paragraph begins with a name of theirs and a colon"],
    )


def test_words_without_spaces_are_no_more_than_the_text_has(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("「行こう。」「いやだ。」と言った。\n", "utf-8")
    done = inspect(tmp_path / "a.md", "--language", "ja", "--engine", "tone", "--quote-voice", "tone:sine", "--json")
    facts = json.loads(done.stdout)
    assert (facts["words"], [share["words"] for share in facts["speakers"]]) == (1, [1])


def test_a_voice_for_quotations_is_in_the_plan_and_one_that_does_not_exist_is_explained(story: Path) -> None:
    done = inspect(story, "--quote-voice", "tone:sine", "--json")
    assert json.loads(done.stdout)["notes"] == ["the voice for quotations has nothing to say: no quotation was found"]
    assert_explained(inspect(story, "--quote-voice", "tone:nobody"), 2, "tone has no voice 'nobody'")


def test_only_the_chapters_asked_for_are_counted(story: Path) -> None:
    facts = json.loads(inspect(story, "--json", "--chapters", "2").stdout)
    assert (facts["words"], [part["number"] for part in facts["chapters"]]) == (361, [2])
    assert_explained(inspect(story, "--chapters", "3"), 2, "there is no chapter 3: there are 2")


def test_a_book_of_a_hundred_thousand_words_is_planned_in_moments(tmp_path: Path) -> None:
    chapters = [["Copyright", "Copyright 2026."], *([f"Chapter {n}", *[SENTENCE * 10] * 9] for n in range(1, 101))]
    path = tmp_path / "long.testbook"
    path.write_text(json.dumps({"title": "Long", "series": "The Quay, 2", "chapters": chapters}))
    env = {"PYTHONPATH": install(tmp_path / "plugins")}
    began_s = time.monotonic()
    facts = json.loads(inspect(path, "--json", env=env).stdout)
    assert time.monotonic() - began_s < 15
    assert len(facts["chapters"]) == 100
    assert facts["words"] > 100_000
    assert (facts["series"], facts["left_out"].get("front_matter")) == ("The Quay, 2", 2)


def test_a_feed_lists_its_entries_and_fetches_none(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    items = "".join(
        f"<item><title>Tale {day}</title><link>https://nowhere.invalid/{day}</link>"
        f"<pubDate>0{day} Mar 2026 08:00:00 GMT</pubDate></item>"
        for day in (1, 2)
    )
    feed.write_text(f'<rss version="2.0"><channel><title>R</title>{items}</channel></rss>')
    done = inspect(feed)
    assert done.stdout == "   1  2026-03-02  page   Tale 2\n   2  2026-03-01  page   Tale 1\n"
    assert "--latest N" in done.stderr
    rows = [json.loads(line) for line in inspect(feed, "--json").stdout.splitlines()]
    assert [(row["number"], row["title"], row["whole"]) for row in rows] == [(1, "Tale 2", False), (2, "Tale 1", False)]


def test_a_folder_has_a_plan_for_every_text_and_a_broken_one_stops_no_other(story: Path) -> None:
    (story.parent / "empty.md").write_text(" ")
    done = inspect(story.parent, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["title"] == "The lamp"
    assert "empty.md is empty" in done.stderr


def test_words_from_a_pipe_are_planned_too() -> None:
    done = inspect("-", stdin=SENTENCE * 3)
    assert "36 words, about 0:14" in done.stdout
    assert "chapters" not in done.stdout


def test_what_is_not_there_is_explained(tmp_path: Path) -> None:
    assert_explained(inspect(tmp_path / "nothing.epub"), 1, "there is no file")


@pytest.mark.parametrize("name", ["", " "])
def test_a_source_without_a_name_is_not_the_present_folder(story: Path, name: str) -> None:
    assert_explained(inspect(name, cwd=story.parent), 2, "a source has no name. Give a file, a folder, an address")


def test_a_book_that_is_called_something_else_is_told_apart() -> None:
    line = "book.epub is not what --as says: it looks like an EPUB book. Leave out --as."
    assert_explained(inspect(SAMPLES / "book.epub", "--as", "pdf"), 1, line)


def test_one_piece_left_out_is_one(tmp_path: Path) -> None:
    (tmp_path / "lamp.md").write_text(f"# The lamp\n\nBy Ann Okoro\n\n{SENTENCE * 15}\n")
    assert "\n1 piece is left out (1 byline); " in inspect(tmp_path / "lamp.md").stdout

"""Many texts in one command, and chapters of one: made apart, chosen, split and joined."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from book_reader import install
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from test_commands import assert_explained, narrate

from narrate.artwork import draw_cover
from narrate.tags import read_chapters

CHAPTERS = [
    ["Copyright", "Copyright 2026 by nobody."],
    ["The lamp", "The lamp is lit, and the oil will last until the morning."],
    ["The stairs", "Nobody came up the stairs that night."],
    ["The boat", "The boat came back at dawn with Xanthe in it."],
]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder whose texts a tone speaks."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "narrate.toml").write_text('engine = "tone"\n')
    return folder


@pytest.fixture
def book(shelf: Path) -> Path:
    path = shelf / "tales.testbook"
    about = {
        "title": "Tales of the Quay",
        "series": "The Quay, 2",
        "cover": draw_cover("Tales", seed="tales").hex(),
        "pronunciations": [["Xanthe", "ˈzænθi"], ["!", "x"]],
        "chapters": CHAPTERS,
    }
    path.write_text(json.dumps(about))
    return path


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"PYTHONPATH": install(tmp_path_factory.mktemp("plugins"))}


def run(*arguments: str | Path, cwd: Path, env: dict[str, str] | None = None) -> list[str]:
    """What the command printed, line by line."""
    done = narrate(*arguments, "--quiet", cwd=cwd, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


# ---------------------------------------------------------------------- books


def test_a_book_becomes_an_audiobook_with_its_chapters_cover_and_series(
    book: Path, tmp_path: Path, plugins: dict[str, str]
) -> None:
    (made,) = run("make", book, "-o", "book.m4b", "--with", "script", cwd=tmp_path, env=plugins)
    file = MP4(tmp_path / made)
    assert (file["\xa9nam"], file["\xa9alb"], file["\xa9grp"]) == (
        ["Tales of the Quay"],
        ["Tales of the Quay"],
        ["The Quay, 2"],
    )
    assert bytes(file["covr"][0]) == draw_cover("Tales", seed="tales")
    titles = [chapter.title for chapter in read_chapters(tmp_path / made)]
    assert titles[-3:] == ["The lamp", "The stairs", "The boat"]
    utterances = json.loads((tmp_path / "book.script.json").read_text())["utterances"]
    assert [sound["ipa"] for utterance in utterances for sound in utterance["phonemes"]] == ["ˈzænθi"]


def test_the_users_own_lexicon_and_cover_count_more_than_the_books(
    book: Path, tmp_path: Path, plugins: dict[str, str]
) -> None:
    (tmp_path / "own.toml").write_text('[words]\n"Xanthe" = "/ksɑːnt/"\n')
    (tmp_path / "own.jpg").write_bytes(draw_cover("Own", seed="own"))
    (made,) = run(
        *("make", book, "-o", "b.mp3", "--lexicon", "own.toml", "--cover", "own.jpg", "--with", "script"),
        cwd=tmp_path,
        env=plugins,
    )
    assert "ksɑːnt" in (tmp_path / "b.script.json").read_text()
    (picture,) = ID3(tmp_path / made).getall("APIC")
    assert picture.data == (tmp_path / "own.jpg").read_bytes()


def test_split_makes_a_numbered_file_of_every_chapter(book: Path, tmp_path: Path, plugins: dict[str, str]) -> None:
    made = run("make", book, "--split", "--with", "vtt", cwd=tmp_path, env=plugins)
    assert made == ["01-the-lamp.mp3", "02-the-stairs.mp3", "03-the-boat.mp3"]
    tags = [ID3(tmp_path / name) for name in made]
    assert [str(tag["TRCK"]) for tag in tags] == ["1/3", "2/3", "3/3"]
    assert [str(tag["TIT2"]) for tag in tags] == ["The lamp", "The stairs", "The boat"]
    assert {str(tag["TALB"]) for tag in tags} == {"Tales of the Quay"}
    assert [read_chapters(tmp_path / name) for name in made] == [()] * 3
    heard = [(tmp_path / name).with_suffix(".vtt").read_text() for name in made]
    assert ["Tales of the Quay" in text for text in heard] == [True, False, True]  # said at the beginning and the end
    assert ["Ann Okoro" in text for text in heard] == [True, False, False]
    assert "That was: Tales of the Quay" in heard[2]


def test_chosen_chapters_keep_their_numbers_when_they_are_split(
    book: Path, tmp_path: Path, plugins: dict[str, str]
) -> None:
    (tmp_path / "out").mkdir()
    made = run("make", book, "--chapters", "2-", "--split", "-o", "out", cwd=tmp_path, env=plugins)
    assert made == ["out/02-the-stairs.mp3", "out/03-the-boat.mp3"]
    assert str(ID3(tmp_path / made[0])["TRCK"]) == "2/3"


def test_only_the_chapters_asked_for_are_made(book: Path, tmp_path: Path, plugins: dict[str, str]) -> None:
    (made,) = run("make", book, "--chapters", "1,3", "--with", "vtt,report", cwd=tmp_path, env=plugins)
    assert made == "tales-of-the-quay.mp3"
    heard = (tmp_path / "tales-of-the-quay.vtt").read_text()
    assert "The lamp is lit" in heard
    assert "stairs" not in heard
    assert "The boat came back" in heard
    report = json.loads((tmp_path / "tales-of-the-quay.report.json").read_text())
    assert [block["outcome"] for block in report["blocks"]] == ["spoken"] * 4


def test_a_chapter_that_there_is_not_is_explained(book: Path, tmp_path: Path, plugins: dict[str, str]) -> None:
    done = narrate("make", book, "--chapters", "4", cwd=tmp_path, env=plugins)
    assert_explained(done, 2, "there is no chapter 4: there are 3. See `narrate inspect`")
    assert list(tmp_path.glob("*.mp3")) == []


# ----------------------------------------------------------------- many texts


@pytest.fixture
def texts(shelf: Path) -> Path:
    (shelf / "10-boat.md").write_text("# The boat\n\nThe boat came back at dawn.\n\n## Later\n\nIt left again.\n")
    (shelf / "2-lamp.md").write_text("# The lamp\n\nThe lamp is lit.\n")
    return shelf


def test_a_folder_makes_an_episode_of_every_text_in_natural_order(texts: Path, tmp_path: Path) -> None:
    assert run("make", texts, cwd=tmp_path) == ["the-lamp.mp3", "the-boat.mp3"]


def test_joined_they_make_one_episode_with_a_chapter_each(texts: Path, tmp_path: Path) -> None:
    (made,) = run("make", texts, "--join", "--title", "Two tales", "-o", "both.mp3", cwd=tmp_path)
    titles = [chapter.title for chapter in read_chapters(tmp_path / made)]
    assert titles == ["Two tales", "The lamp", "The boat"]
    assert str(ID3(tmp_path / made)["TIT2"]) == "Two tales"


def test_several_sources_are_joined_under_the_firsts_title(texts: Path, tmp_path: Path) -> None:
    names = (texts / "10-boat.md", texts / "2-lamp.md")
    assert run("make", *names, "--join", cwd=tmp_path) == ["the-boat.mp3"]
    assert [chapter.title for chapter in read_chapters(tmp_path / "the-boat.mp3")] == ["The boat", "The lamp"]


def test_an_archive_makes_an_episode_of_every_text_in_it(texts: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(texts / "tales.zip", "w") as archive:
        for name in ("10-boat.md", "2-lamp.md"):
            archive.write(texts / name, name)
    done = narrate("make", texts / "tales.zip", cwd=tmp_path)
    assert done.stdout.splitlines() == ["the-lamp.mp3", "the-boat.mp3"]
    assert f"1 of 2: {texts}/tales.zip/2-lamp.md\n" in done.stderr


def test_one_that_fails_stops_no_other_and_is_named(texts: Path, tmp_path: Path) -> None:
    (texts / "3-empty.md").write_text(" ")
    done = narrate("make", texts, "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout.splitlines()) == (1, ["the-lamp.mp3", "the-boat.mp3"])
    assert done.stderr == f"narrate: {texts}/3-empty.md: {texts}/3-empty.md is empty. Give it some text.\n"


def test_joined_one_that_fails_fails_the_whole(texts: Path, tmp_path: Path) -> None:
    (texts / "3-empty.md").write_text("# \n")
    done = narrate("make", texts, "--join", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "3-empty.md: " in done.stderr
    assert list(tmp_path.glob("*.mp3")) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("-o", "one.mp3"),
            "2 sources make as many episodes. Give -o a folder that exists, or make one of them with --join",
        ),
        (("-o", "-"), "2 sources make as many episodes, and standard output takes one"),
        (("--split", "-o", "one.mp3"), "--split makes many episodes. Give -o a folder that exists"),
        (("--split", "--join"), "--split and --join exclude each other"),
        (("--chapters", "1", "--join"), "--chapters and --join exclude each other"),
        (("--latest", "1"), "is no feed: --latest takes entries of feeds"),
    ],
)
def test_what_does_not_go_together_is_explained(
    arguments: tuple[str, ...], words: str, texts: Path, tmp_path: Path
) -> None:
    assert_explained(narrate("make", texts, *arguments, cwd=tmp_path), 2, words)


# ---------------------------------------------------------------------- shows


FEED = """<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>R</title>
{}</channel></rss>"""
ITEM = """<item><title>{0}</title><link>https://reader.example/{0}</link><pubDate>0{1} Mar 2026 08:00:00 GMT</pubDate>
<content:encoded><![CDATA[{2}]]></content:encoded></item>"""
WORDS = f"<p>{'The ferry left the harbour at nine and came back at five. ' * 15}</p>"


def test_a_feeds_entries_come_into_a_show_each_once_and_the_newest_on_top(shelf: Path) -> None:
    feed = shelf / "feed.xml"
    feed.write_text(FEED.format("".join(ITEM.format(f"tale-{day}", day, WORDS) for day in (3, 1, 2))))
    narrate("show", "create", "Reads")
    first = json.loads(narrate("add", feed, "--json").stdout)
    assert (first["title"], first["what"], first["address"]) == ("tale-3", "new", "https://reader.example/tale-3")
    more = [json.loads(line) for line in narrate("add", feed, "--latest", "3", "--json").stdout.splitlines()]
    assert [(row["title"], row["what"]) for row in more] == [
        ("tale-1", "new"),
        ("tale-2", "new"),
        ("tale-3", "unchanged"),
    ]


def test_texts_of_a_folder_and_of_an_archive_are_episodes_of_their_own(texts: Path) -> None:
    with zipfile.ZipFile(texts / "tales.zip", "w") as archive:
        for name in ("10-boat.md", "2-lamp.md"):
            archive.write(texts / name, name)
    narrate("show", "create", "Reads")
    done = narrate("add", texts, texts / "tales.zip", texts / "tales.zip", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["what"] for row in rows] == ["new"] * 4 + ["unchanged"] * 2
    assert len({row["guid"] for row in rows}) == 4


def test_nothing_is_left_on_the_disk_of_an_archive(texts: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(texts / "tales.zip", "w") as archive:
        archive.writestr("../out.md", "# Out\n\nWords.\n")
    before = subprocess.run(["find", tmp_path], capture_output=True, text=True, check=True).stdout
    done = narrate("make", texts / "tales.zip", cwd=tmp_path, env=dict(os.environ))
    assert_explained(done, 1, "has an odd path in it")
    assert subprocess.run(["find", tmp_path], capture_output=True, text=True, check=True).stdout == before

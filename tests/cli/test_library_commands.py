"""Shows, episodes, feeds and the library from the command line: what is printed, what is refused, and how."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from test_commands import assert_explained, narrate

from conftest import SAMPLES
from narrate.artwork import draw_cover
from narrate.library.library import Library
from narrate.library.shows import new_show
from runs import Place, finish

WORDS = "The lamp is lit.\n\nNobody came up the stairs that night.\n"


@pytest.fixture
def story(tmp_path: Path) -> Path:
    """A text in a folder of its own, whose settings have a tone speak it."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "narrate.toml").write_text('engine = "tone"\n')
    (folder / "lamp.md").write_text(f"# The lamp\n\n{WORDS}")
    return folder / "lamp.md"


@pytest.fixture
def show(story: Path) -> Path:
    """A show with an episode; its folder."""
    assert narrate("show", "create", "My reads", "--slug", "reads").returncode == 0
    assert narrate("add", story).returncode == 0
    return Path(os.environ["NARRATE_HOME"]) / "library" / "reads"


# ---------------------------------------------------------------------- shows


def test_a_show_gets_a_folder_and_a_picture(tmp_path: Path) -> None:
    done = narrate("show", "create", "Käse & Wein")
    folder = Path(done.stdout.strip())
    assert folder.name == "kase-wein"
    assert [path.suffix for path in folder.glob("artwork.*")] == [".jpg"]
    (row,) = json.loads(narrate("show", "list", "--json").stdout)
    assert (row["title"], row["episodes"], row["category"]) == ("Käse & Wein", 0, ["News"])


def test_a_show_whose_title_changes_gets_another_drawn_picture_but_keeps_one_of_its_own(tmp_path: Path) -> None:
    folder = Path(narrate("show", "create", "One").stdout.strip())
    (first,) = folder.glob("artwork.*")
    narrate("show", "edit", "one", "--title", "Two")
    (second,) = folder.glob("artwork.*")
    assert first.name != second.name
    (tmp_path / "own.jpg").write_bytes(draw_cover("Own", seed="own"))
    assert narrate("show", "edit", "one", "--artwork", tmp_path / "own.jpg").returncode == 0
    (own,) = folder.glob("artwork.*")
    assert own.read_bytes() == (tmp_path / "own.jpg").read_bytes()
    narrate("show", "edit", "one", "--title", "Three")
    assert list(folder.glob("artwork.*")) == [own]


def test_what_is_not_named_stays_and_an_empty_value_takes_away() -> None:
    narrate("show", "create", "Reads", "--author", "Ann", "--speed", "1.2", "--voice", "tone:sine", "--keep", "5")
    done = narrate("show", "edit", "reads", "--author", "", "--voice", "", "--keep", "0", "--json")
    facts = json.loads(done.stdout)
    assert (facts["author"], facts["keep"], facts["settings"]) == ("", None, {"speed": 1.2})
    assert json.loads(narrate("show", "edit", "reads", "--reset", "speed", "--json").stdout)["settings"] == {}


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("show", "create", "Reads"), 1, "there is a show reads already"),
        (("show", "create", "x", "--slug", "a/b"), 2, "a/b"),
        (("show", "create", "x", "--category", "Sozciety"), 2, "Society & Culture"),
        (("show", "create", "x", "--base-url", "ftp://h"), 2, "ftp://h"),
        (("show", "create", "x", "--email", "nobody"), 2, "nobody"),
        (("show", "create", "x", "--voice", "hibari:nobody"), 2, "has no voice"),
        (("show", "create", "x", "--fallback", "hibari:nobody"), 2, "has no voice"),
        (("show", "create", "x", "--artwork", "nothing.jpg"), 2, "nothing.jpg cannot be read"),
        (("show", "create", "Add"), 2, "--slug"),
        (("show", "create", "x", "--speed", "0"), 2, "speed"),
        (("show", "create", "x", "--loudness", "0"), 2, "loudness"),
        (("show", "create", "x", "--lexicon", "nothing.toml"), 2, "nothing.toml"),
        (("show", "edit", "reads"), 2, "nothing was said to change"),
        (("show", "edit", "reads", "--reset", "colour"), 2, "voice, engine"),
        (("add", "a.md", "b.md", "--title", "Both"), 2, "one by one"),
        (("show", "edit", "others", "--title", "x"), 1, "The library has reads"),
        (("show", "remove", "others"), 1, "The library has reads"),
        (("add", "nothing.txt", "--show", "others"), 1, "The library has reads"),
        (("add", "nothing.txt"), 1, "nothing.txt"),
        (("import", "nothing.mp3"), 1, "nothing.mp3"),
        (("edit", "9", "--title", "x"), 1, "no episode '9'"),
        (("edit", "9"), 2, "nothing was said to change"),
        (("remove", "9"), 1, "no episode '9'"),
        (("rebuild", "9"), 1, "no episode '9'"),
        (("feed", "reads"), 2, "Give --base-url"),
        (("feed", "reads", "--base-url", "pods.example.org"), 2, "pods.example.org"),
        (("serve", "--host", "0.0.0.0", "--adding", "--port", "0"), 2, "--private"),
        (("serve", "--host", "nowhere.invalid", "--port", "0"), 2, "nowhere.invalid"),
    ],
)
def test_what_cannot_be_done_is_explained_in_one_line(
    arguments: tuple[str, ...], status: int, words: str, tmp_path: Path
) -> None:
    with Library(Path(os.environ["NARRATE_HOME"]) / "library") as library:
        library.create_show(new_show("Reads"))
    assert_explained(narrate(*arguments, cwd=tmp_path), status, words)


def test_without_a_show_add_says_how_to_make_one(story: Path) -> None:
    assert_explained(narrate("add", story), 2, "narrate show create")


def test_with_several_shows_add_asks_which(story: Path) -> None:
    narrate("show", "create", "One")
    narrate("show", "create", "Two")
    assert_explained(narrate("add", story), 2, "Name one: one, two")


def test_artwork_that_is_not_square_is_refused_and_fitted_on_request(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (1600, 900), "teal").save(tmp_path / "wide.png")
    assert_explained(narrate("show", "create", "A", "--artwork", tmp_path / "wide.png"), 2, "--fit")
    assert narrate("show", "list").stdout.startswith("No show yet")
    assert narrate("show", "create", "A", "--artwork", tmp_path / "wide.png", "--fit").returncode == 0


# ------------------------------------------------------------------- episodes


def test_the_same_source_again_changes_nothing_and_another_text_only_the_sound(story: Path, show: Path) -> None:
    (before,) = json.loads(narrate("episodes", "--json").stdout)
    again = narrate("add", story, "--json")
    assert json.loads(again.stdout)["what"] == "unchanged"
    story.write_text(f"# The lamp\n\n{WORDS}\n\nAnd then somebody did.\n")
    changed = json.loads(narrate("add", story, "--json").stdout)
    assert changed["what"] == "updated"
    assert (changed["guid"], changed["published_at"]) == (before["guid"], before["published_at"])
    assert changed["path"] != before["path"]
    assert not Path(before["path"]).exists()
    assert Path(changed["path"]).stat().st_size == changed["size_bytes"]


def test_the_command_line_goes_over_what_the_show_says_and_the_show_over_files(story: Path) -> None:
    narrate("show", "create", "Reads", "--voice", "hibari:heart")
    shown = json.loads(narrate("add", story, "--json").stdout)
    assert shown["voice"] == "hibari:heart"
    told = json.loads(narrate("add", story, "--voice", "tone:sine", "--json").stdout)
    assert (told["voice"], told["what"]) == ("tone:sine", "updated")


def test_one_source_that_fails_stops_no_other(story: Path, show: Path) -> None:
    (story.parent / "second.md").write_text("# Second\n\nAnother one.\n")
    done = narrate("add", "nothing.md", "second.md", cwd=story.parent)
    assert done.returncode == 1
    assert "nothing.md" in done.stderr
    assert len(json.loads(narrate("episodes", "--json").stdout)) == 2


def test_a_recording_is_imported_edited_listed_played_and_removed(story: Path, show: Path, tmp_path: Path) -> None:
    assert narrate("make", story, "-o", tmp_path / "tape.mp3").returncode == 0
    narrate("import", tmp_path / "tape.mp3", "--title", "A tape", "--summary", "Of a lamp.", "--date", "2021-01-01")
    assert narrate("edit", "a-tape", "--title", "The tape", "--date", "2020-02-02").returncode == 0
    rows = json.loads(narrate("episodes", "reads", "--json").stdout)
    assert [(row["episode"], row["title"]) for row in rows] == [("the-lamp", "The lamp"), ("a-tape", "The tape")]
    assert rows[1]["published_at"].startswith("2020-02-0")
    listed = narrate("episodes").stdout.splitlines()
    assert [line.split()[1] for line in listed] == ["1", "2"]
    player = tmp_path / "bin" / "mpv"
    player.parent.mkdir()
    player.write_text('#!/bin/sh\necho "$@"\n')
    player.chmod(0o755)
    done = narrate("play", "reads/a-tape", env={"PATH": f"{player.parent}:{os.environ['PATH']}"})
    assert rows[1]["path"] in done.stdout
    assert narrate("remove", "1", "2").stdout == "removed reads/the-lamp\nremoved reads/a-tape\n"
    assert list(show.glob("*.mp3")) == []
    assert (tmp_path / "tape.mp3").exists()


def test_a_title_given_now_goes_over_an_older_edit_and_one_given_before_does_not(story: Path, show: Path) -> None:
    narrate("edit", "1", "--title", "By hand")
    assert json.loads(narrate("add", story, "--title", "Asked now", "--json").stdout)["title"] == "Asked now"
    narrate("edit", "1", "--title", "By hand again")
    story.write_text(f"# The lamp\n\n{WORDS}\n\nAnd then somebody did.\n")
    assert json.loads(narrate("add", story, "--title", "Asked now", "--json").stdout)["title"] == "By hand again"


def test_what_a_show_no_longer_keeps_is_said(story: Path, show: Path) -> None:
    (story.parent / "second.md").write_text("# Second\n\nAnother one.\n")
    narrate("show", "edit", "reads", "--keep", "1")
    done = narrate("add", story.parent / "second.md")
    assert "“The lamp” was removed, since reads keeps 1." in done.stderr


def test_rebuild_makes_again_what_sounds_otherwise_now(story: Path, show: Path) -> None:
    assert json.loads(narrate("rebuild", "--json").stdout)["what"] == "unchanged"
    story.unlink()
    narrate("show", "edit", "reads", "--voice", "hibari:heart")
    facts = json.loads(narrate("rebuild", "the-lamp", "--json").stdout)
    assert (facts["what"], facts["voice"]) == ("updated", "hibari:heart")


def test_a_show_says_who_may_stand_in_for_its_voice(story: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "")
    narrate("show", "create", "Reads", "--engine", "openai", "--fallback", "openai:nova, tone")
    done = narrate("add", story, "--json", "--quiet")
    assert done.stderr == (
        "narrate: openai cannot speak: there is no key for it; nor can openai:nova, there is no key for it; "
        "tone:sine speaks instead.\n"
    )
    facts = json.loads(done.stdout)
    assert (facts["voice"], [row["spoken_by"] for row in facts["fallbacks"]]) == ("tone:sine", ["tone:sine"])
    assert json.loads(narrate("rebuild", "--json").stdout)["what"] == "unchanged"
    narrate("show", "edit", "reads", "--fallback", "nova,hibari:heart")
    assert json.loads(narrate("rebuild", "--json").stdout)["voice"] == "hibari:heart"
    assert json.loads(narrate("add", story, "--fallback", "tone", "--json").stdout)["voice"] == "tone:sine"
    wrong = narrate("show", "edit", "reads", "--fallback", "hibary")
    assert_explained(wrong, 2, "neither an engine nor a voice of openai")
    narrate("show", "edit", "reads", "--reset", "fallback")
    assert_explained(narrate("rebuild"), 1, "openai cannot speak: there is no key for it")


def test_a_show_with_episodes_goes_only_when_told_so(show: Path) -> None:
    assert_explained(narrate("show", "remove", "reads"), 1, "--with-files")
    assert narrate("show", "remove", "reads", "--with-files").returncode == 0
    assert not show.exists()


# ------------------------------------------------------- feed, library, server


def test_a_static_folder_is_whole_and_the_same_bytes_again(show: Path, tmp_path: Path) -> None:
    asked = ("feed", "reads", "--out", tmp_path / "public", "--base-url", "https://pods.example.org/")
    done = narrate(*asked)
    assert done.stdout == f"{tmp_path / 'public'}/reads/feed.xml\n"
    assert "subscribe to https://pods.example.org/reads/feed.xml" in done.stderr
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "public").rglob("*.*")}
    assert {"feed.xml", "index.html", "the-lamp.html", "the-lamp.mp3", "shows.opml"} <= {path.name for path in before}
    facts = json.loads(narrate(*asked, "--json").stdout)
    assert (facts["written"], facts["removed"]) == (0, 0)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in before} == before


def test_what_is_named_no_more_goes_from_the_static_folder_and_nothing_else(show: Path, tmp_path: Path) -> None:
    asked = ("feed", "reads", "--out", tmp_path / "public", "--base-url", "https://pods.example.org", "--json")
    narrate(*asked)
    (tmp_path / "public" / "reads" / "CNAME").write_text("mine")
    narrate("remove", "1")
    assert json.loads(narrate(*asked).stdout)["removed"] >= 3
    left = {path.name for path in (tmp_path / "public" / "reads").iterdir()}
    assert "CNAME" in left
    assert not any(name.startswith("the-lamp") for name in left)


def test_a_feed_never_names_a_missing_file(show: Path, tmp_path: Path) -> None:
    (show / "the-lamp.mp3").unlink()
    for more in ((), ("--out", tmp_path / "public")):
        done = narrate("feed", "reads", "--base-url", "https://pods.example.org", *more)
        assert_explained(done, 1, "the-lamp.mp3")
    assert not (tmp_path / "public" / "reads" / "feed.xml").exists()
    done = narrate("library", "check", "--repair")
    assert (done.returncode, "narrate rebuild the-lamp" in done.stdout) == (1, True)
    assert narrate("rebuild", "the-lamp").returncode == 0
    assert narrate("library", "check").stdout == "everything is as it should be\n"


def test_the_feed_goes_to_standard_output_and_remembers_where_it_is_public(show: Path) -> None:
    first = narrate("feed", "--base-url", "https://pods.example.org")
    assert first.stdout.startswith("<?xml")
    assert "https://pods.example.org/reads/the-lamp.mp3" in first.stdout
    assert narrate("feed").stdout == first.stdout
    assert "https://pods.example.org/reads/feed.xml" in narrate("library", "opml").stdout


def test_a_lost_database_is_made_anew(show: Path) -> None:
    before = narrate("episodes", "--json").stdout
    (show.parent / "library.sqlite3").unlink()
    assert narrate("library", "check").returncode == 1
    assert narrate("library", "check", "--repair").returncode == 0
    assert narrate("episodes", "--json").stdout == before


def test_the_token_stays_until_it_is_rotated(show: Path) -> None:
    token = narrate("library", "token").stdout
    assert narrate("library", "token").stdout == token
    assert len(narrate("library", "token", "--rotate").stdout.strip()) >= 32
    assert narrate("library", "token").stdout != token


def test_a_port_in_use_is_explained(show: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_explained(narrate("serve", "--port", str(port)), 1, "--port")


def test_a_public_server_gives_a_feed_its_guid_for_ever_and_a_private_one_never_names_another_place(
    show: Path, tmp_path: Path
) -> None:
    place = Place(tmp_path / "serving")
    running = place.start("serve", "--port", "0", "--base-url", "https://pods.example.org")
    assert running.stdout
    assert running.stdout.readline() == "https://pods.example.org/\n"
    running.send_signal(2)
    finish(running)
    (row,) = json.loads(narrate("show", "list", "--json").stdout)
    assert (row["base_url"], row["feed_guid"] == row["uid"]) == ("https://pods.example.org", False)
    running = place.start("serve", "--port", "0", "--private")
    assert running.stdout
    home = running.stdout.readline().strip()
    with urlopen(f"{home}reads/feed.xml") as answer:
        feed = answer.read().decode()
    running.send_signal(2)
    finish(running)
    assert "pods.example.org" not in feed
    assert "<itunes:block>Yes</itunes:block>" in feed


def test_serve_prints_its_address_answers_and_stops_on_ctrl_c(show: Path, tmp_path: Path) -> None:
    place = Place(tmp_path / "serving")
    running = place.start("serve", "--port", "0", "--private")
    assert running.stdout
    home = running.stdout.readline().strip()
    with urlopen(Request(f"{home}reads/the-lamp.mp3", headers={"Range": "bytes=0-99"})) as answer:
        assert (answer.status, len(answer.read())) == (206, 100)
    running.send_signal(2)
    done = finish(running)
    assert done.status == 130
    assert f"My reads: subscribe to {home}reads/feed.xml" in done.err
    assert place.left_behind() == []


def test_help_names_the_new_commands_in_their_groups() -> None:
    said = narrate("--help", env={"COLUMNS": "120"}).stdout
    for words in ("Listen to a text", "Gather and publish", "show", "serve", "rebuild"):
        assert words in said


def test_the_sample_of_the_readme_comes_into_a_show(tmp_path: Path) -> None:
    narrate("show", "create", "My reads", "--slug", "reads")
    done = narrate("add", SAMPLES / "news.txt", "--show", "reads")
    assert (done.returncode, Path(done.stdout.strip()).suffix) == (0, ".mp3")

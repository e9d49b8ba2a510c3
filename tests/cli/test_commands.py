"""The commands as a user meets them: a process, its two streams and its exit status."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from conftest import SAMPLES, serving

HEAVY = [
    *("numpy", "onnxruntime", "hibari", "pydub", "gtts", "trafilatura", "lxml", "imageio_ffmpeg"),
    *("starlette", "uvicorn", "mutagen", "py3langid", "soxr", "httpx2", "re2", "readability"),
    *("soundfile", "filelock", "scipy", "sqlalchemy", "alembic", "PIL", "jinja2", "segno", "podcastparser"),
]
NARRATE = [sys.executable, "-c", "from narrate.cli.app import run; run()"]


def narrate(
    *arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*NARRATE, *map(str, arguments)], input=stdin, capture_output=True, cwd=cwd, env={**os.environ, **(env or {})}
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    )


def tone(*arguments: str | Path, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    return narrate("make", *arguments, "--engine", "tone", cwd=cwd, stdin=stdin)


def assert_explained(done: subprocess.CompletedProcess[str], status: int, words: str) -> None:
    """One line on standard error, nothing on standard output, no traceback."""
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("narrate: ")


# ---------------------------------------------------------------- the main job


def test_make_writes_an_episode_and_all_that_was_asked_for(tmp_path: Path) -> None:
    done = narrate(
        "make", SAMPLES / "essay.md", "-o", "essay.mp3", "--with", "vtt,srt,json,chapters,report,script", cwd=tmp_path
    )
    assert (done.returncode, done.stdout) == (0, "essay.mp3\n")
    assert "“On Walking Slowly”" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "essay.chapters.json",
        "essay.mp3",
        "essay.report.json",
        "essay.script.json",
        "essay.srt",
        "essay.transcript.json",
        "essay.vtt",
    ]
    segments = json.loads((tmp_path / "essay.transcript.json").read_text())["segments"]
    story = " ".join(row["body"] for row in segments if row["role"] not in ("introduction", "close"))
    expected = (SAMPLES / "essay.clean.txt").read_text().translate(str.maketrans("", "", "#>*"))
    assert story.split() == expected.replace("\n- ", "\n").split()
    chapters = json.loads((tmp_path / "essay.chapters.json").read_text())["chapters"]
    assert [chapter["title"] for chapter in chapters] == [
        "On Walking Slowly",
        "What the ankle taught me",
        "The objection",
        "Coming home",
    ]


def test_the_report_accounts_for_every_block(tmp_path: Path) -> None:
    assert tone(SAMPLES / "news.txt", "-o", "n.mp3", "--with", "report", cwd=tmp_path).returncode == 0
    report = json.loads((tmp_path / "n.report.json").read_text())
    lines = [line for line in (SAMPLES / "news.txt").read_text().split("\n") if line.strip()]
    assert len(report["blocks"]) == len(lines)
    outcomes = {row["line"]: row["outcome"] for row in report["blocks"]}
    assert set(outcomes.values()) == {"spoken", "dropped"}
    assert [row["role"] for row in report["ours"]] == ["introduction", "close"]
    spoken = [row for row in report["blocks"] if row["outcome"] == "spoken"]
    assert all(sentence["end_s"] > sentence["start_s"] for row in spoken for sentence in row["sentences"])
    assert all(row["rule"] and row["why"] for row in report["blocks"] if row["outcome"] == "dropped")


def test_an_episode_is_named_after_its_title(tmp_path: Path) -> None:
    assert tone(SAMPLES / "news.txt", cwd=tmp_path).stdout == "saltmarsh-votes-to-keep-its-last-lightship-afloat.mp3\n"
    assert tone(SAMPLES / "recipe.md", "-o", tmp_path, cwd=tmp_path).returncode == 0
    assert (tmp_path / "seed-bread-for-a-cold-morning.mp3").is_file()


def test_make_json_prints_one_object(tmp_path: Path) -> None:
    done = tone(SAMPLES / "recipe.md", "-o", "r.mp3", "--json", cwd=tmp_path)
    facts = json.loads(done.stdout)
    assert facts["path"] == "r.mp3"
    assert facts["size_bytes"] == (tmp_path / "r.mp3").stat().st_size
    assert facts["left_out"] == {"share": 2, "ad": 1, "comments": 1}
    assert done.stderr == ""


def test_make_reads_standard_input_and_writes_standard_output(tmp_path: Path) -> None:
    done = subprocess.run(
        [*NARRATE, "make", "-", "-o", "-", "--engine", "tone"], input=b"Hello there.", capture_output=True, cwd=tmp_path
    )
    assert done.returncode == 0
    assert done.stdout.startswith(b"ID3")
    assert list(tmp_path.iterdir()) == []


def test_several_sources_make_several_episodes(tmp_path: Path) -> None:
    done = tone(SAMPLES / "recipe.md", SAMPLES / "dialogue.md", "-o", tmp_path, cwd=tmp_path)
    assert done.returncode == 0
    assert len(list(tmp_path.glob("*.mp3"))) == 2


def test_settings_beside_the_source_are_obeyed_and_the_command_line_wins(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One here. Two here.")
    (tmp_path / "narrate.toml").write_text('engine = "tone"\n[pauses]\nsentence = 900\n')
    assert "900 ms  sentence" in narrate("script", tmp_path / "a.txt", cwd=tmp_path).stdout
    assert "720 ms  sentence" in narrate("script", tmp_path / "a.txt", "--speed", "1.25", cwd=tmp_path).stdout
    changed = narrate("script", tmp_path / "a.txt", cwd=tmp_path, env={"NARRATE_PAUSES_SENTENCE": "300"})
    assert "300 ms  sentence" in changed.stdout


# ---------------------------------------------------------------- the other commands


def test_clean_prints_the_story_and_explains_on_standard_error(tmp_path: Path) -> None:
    done = narrate("clean", SAMPLES / "news.txt", "--explain", "--report", "r.jsonl", cwd=tmp_path)
    assert done.stdout == (SAMPLES / "news.clean.txt").read_text()
    removed = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert len(done.stderr.splitlines()) == len(removed)
    for row, line in zip(removed, done.stderr.splitlines(), strict=True):
        assert line.split()[:3] == [str(row["line"]), row["kind"], row["rule"]]


def test_spoken_gives_one_line_for_one_line() -> None:
    assert narrate("spoken", "$5", "3%").stdout == "five dollars\nthree percent\n"
    assert narrate("spoken", stdin=b"$5\n\n3%\n").stdout == "five dollars\n\nthree percent\n"


def test_script_lines_are_json_in_and_json_out() -> None:
    done = narrate("script", "--jsonl", stdin=b'"It cost $5. Yes."\n"***"\n"# T\\n\\nOne."\n')
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [[part["text"] for part in row] for row in rows] == [["It cost $5.", "Yes."], [], ["T", "One."]]


def test_voices_say_who_is_ready_and_what_is_missing() -> None:
    lines = narrate("voices").stdout.splitlines()
    assert lines[0].split()[0] == "hibari:heart"
    assert lines[0].endswith("ready")
    assert any("missing: it is not installed. Run `narrate voices install" in line for line in lines)
    rows = json.loads(narrate("voices", "--language", "de", "--json").stdout)
    assert "gtts:de" in {row["id"] for row in rows}


def test_doctor_ends_with_a_real_sentence() -> None:
    done = narrate("doctor")
    assert done.returncode == 0
    assert re.match(r"ok       default voice: hibari:heart spoke [2-4]\.\d s in ", done.stdout.splitlines()[-1])


def test_play_starts_a_player_at_a_chapter(tmp_path: Path) -> None:
    assert tone(SAMPLES / "essay.md", "-o", "e.mp3", "--with", "chapters", cwd=tmp_path).returncode == 0
    player = tmp_path / "mpv"
    player.write_text('#!/bin/sh\necho "$@" > "$(dirname "$0")/called"\n')
    player.chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    assert narrate("play", "e.mp3", "--chapter", "3", cwd=tmp_path, env=path).returncode == 0
    start_s = json.loads((tmp_path / "e.chapters.json").read_text())["chapters"][2]["startTime"]
    assert f"--start={start_s:.2f} e.mp3" in (tmp_path / "called").read_text()
    assert narrate("play", "e.mp3", "--at", "1:30", cwd=tmp_path, env=path).returncode == 0
    assert "--start=90.00" in (tmp_path / "called").read_text()
    assert_explained(
        narrate("play", "e.mp3", "--chapter", "9", cwd=tmp_path, env=path), 2, "has no chapter 9: it has 4"
    )


def test_play_says_when_there_is_no_sound_device_though_the_player_exits_0(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"ID3")
    player = tmp_path / "ffplay"
    player.write_text("#!/bin/sh\necho 'ALSA lib: Unknown PCM default' >&2\necho 'audio open failed' >&2\n")
    player.chmod(0o755)
    done = narrate("play", "a.mp3", cwd=tmp_path, env={"PATH": str(tmp_path)})
    assert_explained(done, 1, "found no sound device. Connect one, or play a.mp3 on another machine")


def test_play_says_when_there_is_nothing_to_play_with(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"ID3")
    done = narrate("play", "a.mp3", cwd=tmp_path, env={"PATH": str(tmp_path)})
    assert_explained(done, 1, "there is no program here to play a.mp3. Install one: such as mpv")


def test_the_version_is_told_and_no_command_shows_the_help() -> None:
    assert narrate("--version").stdout == "narrate 0.1.0\n"
    assert "make" in narrate().stdout + narrate().stderr


def test_help_is_light_and_teaches() -> None:
    for arguments in ("--help", "make --help"):
        code = (
            f"import sys; sys.argv = ['narrate', *{arguments.split()!r}]\n"
            "from narrate.cli.app import run\n"
            "try: run()\n"
            f"finally: print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert "LOADED []" in done.stdout
    assert "Example: narrate make" in done.stdout


def test_importing_narrate_loads_nothing_heavy() -> None:
    code = f"import sys, narrate; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


# ---------------------------------------------------------------- bad input


def test_bad_sources_are_explained(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("\n")
    (tmp_path / "junk.txt").write_text("Share this article\n\nADVERTISEMENT\n\nSubscribe\n")
    (tmp_path / "pdf.txt").write_bytes(b"%PDF-1.4")
    (tmp_path / "broken.txt").write_bytes("Größe über alles".encode() + b"\xff")
    before = sorted(tmp_path.iterdir())
    for name, words in {
        "absent.txt": "there is no file absent.txt",
        "*.odd": "no file is called like *.odd",
        "empty.txt": "empty.txt is empty",
        "junk.txt": "nothing in junk.txt is a story",
        "pdf.txt": "pdf.txt cannot be read as a PDF",
        "broken.txt": "the byte at offset 19, line 1, does not fit",
        "http://127.0.0.1:9/a": "127.0.0.1 is an address of this machine itself. If you trust it, add --allow-private",
        "ftp://example.org/a": "only http and https are fetched, not ftp",
        "www.example.org/a": "did you mean https://www.example.org/a",
    }.items():
        assert_explained(tone(name, cwd=tmp_path), 1, words)
    assert sorted(tmp_path.iterdir()) == before


def test_wrong_usage_exits_2(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hello there.")
    (tmp_path / "page.csv").write_text("a,b")
    for arguments, words in {
        ("--engine", "festival"): "there is no engine called 'festival'",
        ("--voice", "hibari:nobody"): "hibari has no voice 'nobody'. Its voices are: heart",
        ("--speed", "9"): "the speed 9 is out of range",
        ("--with", "pdf"): "nothing called 'pdf' can be written beside it",
        ("-o", "a.ogg"): "narrate makes no ogg files. Choose one of mp3, m4b",
        ("--as", "odd"): "there is no format called 'odd'",
        ("page.csv",): "nothing reads text/csv. Say what it is with --as, one of: text, markdown",
        ("--language", "english!"): "'english!' is no language",
        ("--encoding", "utf-9"): "there is no encoding 'utf-9'",
    }.items():
        assert_explained(
            narrate("make", *arguments, *([] if "page.csv" in arguments else ["a.txt"]), cwd=tmp_path), 2, words
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "page.csv"]


def test_foreign_text_is_not_read_in_an_english_mouth(tmp_path: Path) -> None:
    text = "Der Bundestag hat am Freitag das neue Gesetz beschlossen; die Opposition stimmte geschlossen dagegen."
    done = narrate("make", "-", "-o", "a.mp3", stdin=text.encode(), cwd=tmp_path)
    assert_explained(done, 2, "the voice hibari:heart does not speak German. Use --voice gtts:de")
    told = narrate("make", "-", "-o", "a.mp3", "--language", "en", "-q", stdin=text.encode(), cwd=tmp_path)
    assert told.returncode == 0


def test_an_unwritable_place_is_explained_before_anything_is_spoken(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Hello there.")
    assert_explained(tone("a.txt", "-o", "no/such/a.mp3", cwd=tmp_path), 1, "there is no folder no/such")


def test_a_failure_leaves_the_old_file_untouched_and_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"old")
    text = "A fine day it was.\n\nПривет, мир.\n\nAnd so to bed, she said."
    done = narrate("make", "-", "-o", "a.mp3", "--language", "en", stdin=text.encode(), cwd=tmp_path)
    assert_explained(done, 1, "line 3 cannot be spoken, “Привет, мир.”: hibari has no sound for this")
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp3"]
    assert (tmp_path / "a.mp3").read_bytes() == b"old"


def test_a_gap_that_is_allowed_is_told_and_exits_1(tmp_path: Path) -> None:
    text = "A fine day it was.\n\nПривет, мир.\n\nAnd so to bed, she said."
    done = narrate("make", "-", "-o", "a.mp3", "--language", "en", "--allow-gaps", stdin=text.encode(), cwd=tmp_path)
    assert done.returncode == 1
    assert "not spoken: Привет, мир." in done.stderr
    assert (tmp_path / "a.mp3").is_file()


def test_words_left_out_are_told(tmp_path: Path) -> None:
    text = "She wrote 你好 on the wall of the harbour office, and nobody could read it but the cook."
    done = narrate("make", "-", "-o", "a.mp3", stdin=text.encode(), cwd=tmp_path)
    assert done.returncode == 0
    assert "the voice left out what it cannot say: 你好." in done.stderr


def test_no_clobber_refuses(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"old")
    done = tone("-", "-o", "a.mp3", "--no-clobber", cwd=tmp_path, stdin=b"Hello.")
    assert_explained(done, 2, "a.mp3 exists")


def test_a_full_disk_is_explained_and_nothing_is_left(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(room)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a small disk can only be made by root")
    try:
        done = tone(SAMPLES / "essay.md", "-o", room / "a.mp3", cwd=tmp_path)
        assert done.returncode == 1
        assert "the disk is full" in done.stderr or "No space left" in done.stderr
        assert list(room.iterdir()) == []
    finally:
        subprocess.run(["umount", str(room)], check=True)


@pytest.mark.parametrize(("stop", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stop_in_the_middle_leaves_nothing_behind(tmp_path: Path, stop: signal.Signals, status: int) -> None:
    (tmp_path / "a.mp3").write_bytes(b"old")
    (tmp_path / "a.txt").write_text("The harbour was quiet and the lamp went round. " * 4000)
    running = subprocess.Popen(
        [*NARRATE, "make", "a.txt", "-o", "a.mp3"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    while not list(tmp_path.glob(".narrate-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.0)
    running.send_signal(stop)
    _, said = running.communicate(timeout=30)
    assert running.returncode == status
    assert b"Traceback" not in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp3", "a.txt"]
    assert (tmp_path / "a.mp3").read_bytes() == b"old"


# ---------------------------------------------------------------- web pages


def test_a_page_becomes_an_episode_that_says_who_wrote_it_and_never_what_the_page_is_made_of(tmp_path: Path) -> None:
    done = tone(SAMPLES / "page-news.html", "-o", "n.mp3", "--with", "report,json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    segments = json.loads((tmp_path / "n.transcript.json").read_text())["segments"]
    ours = [row["body"] for row in segments if row["role"] == "introduction"]
    assert ours == ["By Maren Tolliver and Idris Quayle, from Thornsea Mercury, April 17, 2026."]
    said = " ".join(row["body"] for row in segments)
    assert not re.search(r"READ MORE|Advertisement|Share on|Photograph:|Sign up$", said)
    report = json.loads((tmp_path / "n.report.json").read_text())
    assert {row["outcome"] for row in report["blocks"]} == {"spoken", "dropped"}
    tags = ID3(tmp_path / "n.mp3")
    assert str(tags["TPE1"]) == "Maren Tolliver, Idris Quayle"
    assert tags["WOAS"].url.startswith("https://")
    assert str(tags["COMM::eng"]).startswith("The gilded bird")


def test_a_page_on_standard_input_is_cleaned(tmp_path: Path) -> None:
    page = (SAMPLES / "page-blog.html").read_bytes()
    for arguments in (("clean", "-", "--as", "html"), ("clean", "-")):
        done = narrate(*arguments, stdin=page, cwd=tmp_path)
        assert done.stdout == (SAMPLES / "page-blog.clean.txt").read_text(encoding="utf-8")


def test_clean_keeps_what_it_is_told_to_keep_and_drops_what_it_is_told_to_drop(tmp_path: Path) -> None:
    page = SAMPLES / "page-news.html"
    kept = narrate("clean", page, "--keep", "caption", cwd=tmp_path).stdout
    assert "Canon Lisle shows reporters" in kept
    whole = narrate("clean", page, "--no-clean", cwd=tmp_path).stdout
    dropped = narrate("clean", page, "--no-clean", "--drop", "byline", cwd=tmp_path).stdout
    assert "By Maren Tolliver" in whole
    assert "By Maren Tolliver" not in dropped
    assert "READ MORE" in dropped
    assert_explained(narrate("clean", page, "--keep", "boats"), 2, "there is no kind of clutter called 'boats'")


def test_clean_shows_a_diff_and_writes_a_page(tmp_path: Path) -> None:
    done = narrate("clean", SAMPLES / "news.txt", "--diff", "--explain-html", "x.html", cwd=tmp_path)
    assert done.stdout.startswith("--- ")
    assert "-ADVERTISEMENT\n" in done.stdout
    assert (tmp_path / "x.html").read_text().startswith("<!DOCTYPE html>")


def test_rules_in_the_settings_folder_are_obeyed_on_their_site_and_everywhere(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "rules" / "sites").mkdir(parents=True)
    rule = '[[rule]]\nid = "{0}"\nkind = "promo"\nlines = ["{1}"]\nwhy = "Mine."\n'
    (home / "rules" / "all.toml").write_text(rule.format("boats", "boats for hire"))
    (home / "rules" / "sites" / "example.org.toml").write_text(rule.format("site", "the daily gull"))
    story = "<p>The ship is saved, the town clerk said on Monday night, and there was singing in the street.</p>"
    link = "<link rel=canonical href='https://www.{0}/a'>"
    more = "<p>Nobody went home before the last of the lamps was out, and some did not go home at all.</p>"
    page = link + "<article>{1}<p>Boats for hire</p><p>The daily gull</p>" + more + "</article>"
    for site, left in (("example.org", []), ("example.com", ["The daily gull"])):
        (tmp_path / "a.html").write_text(page.format(site, story))
        done = narrate("clean", tmp_path / "a.html", env={"NARRATE_HOME": str(home)})
        assert [line for line in done.stdout.splitlines() if line in ("Boats for hire", "The daily gull")] == left
    (home / "rules" / "all.toml").write_text("[[rule]]\nid = 'x'\n")
    done = narrate("clean", tmp_path / "a.html", env={"NARRATE_HOME": str(home)})
    assert_explained(done, 2, "all.toml, rule x: it has no kind")


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/")
        known = (SAMPLES / name).is_file()
        self.send_response(200 if known else int(name) if name.isdecimal() else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write((SAMPLES / name).read_bytes() if known else b"<h1>No</h1>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving(Page) as address:
        yield address


def test_an_address_becomes_an_episode(site: str, tmp_path: Path) -> None:
    done = tone(f"{site}/page-docs.html", "--allow-private", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("*.mp3"))) == 1
    done = narrate("clean", f"{site}/page-docs.html", "--allow-private", "--keep", "code", cwd=tmp_path)
    assert done.stdout == (SAMPLES / "page-docs.clean.txt").read_text(encoding="utf-8")


def test_an_address_without_a_page_is_explained(site: str, tmp_path: Path) -> None:
    expected = {"404": "there is no such page (404)", "429": "asks to wait", "503": "the server is in trouble"}
    for path, words in expected.items():
        assert_explained(tone(f"{site}/{path}", "--allow-private", cwd=tmp_path), 1, words)
    assert_explained(tone(f"{site}/page-docs.html", cwd=tmp_path), 1, "is an address of this machine itself")
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_written_over_its_own_source(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("The boat left at nine, and nobody came to see it off.")
    for option in ("--report", "--explain-html"):
        assert_explained(narrate("clean", "t.txt", option, "t.txt", cwd=tmp_path), 2, "t.txt is the source")
    assert (tmp_path / "t.txt").read_text().startswith("The boat")


def test_an_encoding_that_is_none_of_text_is_explained(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("Hello there.")
    done = narrate("clean", "t.txt", "--encoding", "rot13", cwd=tmp_path)
    assert_explained(done, 2, "there is no encoding 'rot13'")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_behind_standard_output_is_explained() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*NARRATE, "clean", str(SAMPLES / "news.txt")], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr.decode().startswith("narrate: standard output cannot be written: no space is left on it.")
    assert done.stderr.count(b"\n") == 1


def test_several_texts_of_one_title_become_several_files(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"The lamp is lit, says {name}.\n")
    done = tone("a.txt", "b.txt", "--title", "My show", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "my-show.mp3\nmy-show-2.mp3\n")
    assert {"my-show.mp3", "my-show-2.mp3"} < {path.name for path in tmp_path.iterdir()}


def test_nothing_is_written_over_the_source_nor_over_what_no_clobber_protects(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The lamp is lit.\n")
    assert tone("a.txt", "-o", "a.mp3", "--with", "script", cwd=tmp_path).returncode == 0
    script = (tmp_path / "a.script.json").read_bytes()
    for arguments, words in {
        ("a.script.json", "-o", "a.mp3", "--with", "script"): "a.script.json is the source itself",
        ("a.txt", "-o", "a.mp3", "--no-clobber"): "a.mp3 exists",
    }.items():
        assert_explained(tone(*arguments, cwd=tmp_path), 2, words)
    (tmp_path / "a.mp3").unlink()
    assert_explained(
        tone("a.txt", "-o", "a.mp3", "--with", "script", "--no-clobber", cwd=tmp_path), 2, "a.script.json exists"
    )
    assert (tmp_path / "a.script.json").read_bytes() == script


def test_one_text_that_fails_does_not_keep_the_others_from_being_made(tmp_path: Path) -> None:
    for name in ("a.txt", "c.txt"):
        (tmp_path / name).write_text(f"The lamp is lit, says {name}.\n")
    done = tone("a.txt", "b.txt", "c.txt", "--quiet", cwd=tmp_path)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr.startswith("narrate: b.txt: there is no file b.txt")
    assert done.stderr.count("\n") == 1


# ------------------------------------------------------------------- progress


def test_a_terminal_says_what_is_to_come_before_the_first_sentence_is_spoken(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("The lamp is lit. Nobody came.\n")
    above, below = os.openpty()
    command = [*NARRATE, "make", "story.txt", "--engine", "tone", "--no-close"]
    subprocess.run(command, cwd=tmp_path, stderr=below, stdout=subprocess.DEVNULL, check=True)
    os.close(below)
    assert os.read(above, 4096).startswith(b"\r\x1b[K0 of 2 sentences\r\x1b[K")
    os.close(above)

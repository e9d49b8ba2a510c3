"""`narrate script`, `spoken` and `names`, the lexicon, the marks and the close, as a user meets them."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from lxml import etree
from test_commands import assert_explained, narrate, tone

from conftest import SAMPLES

STORY = "# Fog\n\nOkoro came to Saltmarsh. It cost $5.\n\nOkoro left.\n"


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(STORY, "utf-8")
    return path


def test_a_script_is_written_as_ssml_for_other_engines(story: Path) -> None:
    done = narrate("script", story, "--ssml")
    root = etree.fromstring(done.stdout.encode())
    assert (done.returncode, done.stderr) == (0, "")
    assert root.tag == "{http://www.w3.org/2001/10/synthesis}speak"
    assert "It cost five dollars." in "".join(root.itertext())


def test_a_script_edited_by_hand_is_spoken_as_it_stands(story: Path, tmp_path: Path) -> None:
    script = json.loads(narrate("script", story, "--json").stdout)
    script["utterances"][1]["spoken"] = "He came at last."
    script["utterances"][1]["pause_ms"] = 3000
    edited = tmp_path / "edited.json"
    edited.write_text(json.dumps(script), "utf-8")
    done = tone(edited, "-o", "a.mp3", "--with", "vtt,script", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "a.mp3\n")
    given = json.loads((tmp_path / "a.script.json").read_text("utf-8"))
    assert [given["utterances"][1][key] for key in ("spoken", "pause_ms")] == ["He came at last.", 3000]
    assert "Okoro came to Saltmarsh." in (tmp_path / "a.vtt").read_text("utf-8")


def test_a_script_on_standard_input_is_named_as_one(tmp_path: Path) -> None:
    script = json.dumps({"narrate_script": 1, "language": "en", "utterances": [{"spoken": "Good morning."}]})
    done = tone("-", "--as", "script", "-o", "a.mp3", cwd=tmp_path, stdin=script.encode())
    assert (done.returncode, done.stdout) == (0, "a.mp3\n")


def test_a_misspelt_key_in_a_script_is_explained(tmp_path: Path) -> None:
    script = json.dumps({"narrate_script": 1, "language": "en", "utterances": [{"spoken": "Hello.", "pause": 5}]})
    done = tone("-", "--as", "script", "-o", "a.mp3", cwd=tmp_path, stdin=script.encode())
    assert done.stderr.count("\n") == 1
    assert "pause_ms" in done.stderr
    assert done.returncode in (1, 2)


def test_forms_of_a_script_exclude_each_other(story: Path) -> None:
    assert_explained(narrate("script", story, "--json", "--ssml"), 2, "exclude each other")


def test_names_that_nobody_knows_come_with_how_they_would_be_said(story: Path) -> None:
    done = narrate("names", story)
    assert done.returncode == 0
    assert done.stdout.split()[:2] == ["2", "Okoro"]
    (row, *_) = json.loads(narrate("names", story, "--json").stdout)
    assert (row["word"], row["count"], row["line"]) == ("Okoro", 2, 3)
    assert row["ipa"]


def test_names_print_a_lexicon_that_mends_them(story: Path, tmp_path: Path) -> None:
    skeleton = narrate("names", story, "--toml").stdout
    assert "Okoro" in tomllib.loads(skeleton)["words"]
    lexicon = tmp_path / "mended.toml"
    lexicon.write_text('[words]\n"Okoro" = "oh-KOH-roh"\n"Unheard" = "UN-hurd"\n', "utf-8")
    assert "Okoro" not in narrate("names", story, "--lexicon", lexicon).stdout
    assert narrate("names", story, "--lexicon", lexicon, "--unused").stdout.strip().endswith("Unheard")
    script = json.loads(narrate("script", story, "--json", "--lexicon", lexicon).stdout)
    assert script["utterances"][1]["text"] == "Okoro came to Saltmarsh."
    assert script["utterances"][1]["spoken"].lower() == "oh-koh-roh came to saltmarsh."
    assert script["utterances"][1]["phonemes"]


def test_a_lexicon_named_in_the_settings_is_found_beside_them(story: Path, tmp_path: Path) -> None:
    (tmp_path / "names.toml").write_text('[words]\n"Okoro" = "oh-KOH-roh"\n', "utf-8")
    (tmp_path / "narrate.toml").write_text('lexicon = "names.toml"\n', "utf-8")
    assert "oh-koh-roh" in narrate("script", story, cwd=SAMPLES).stdout.lower()


def test_the_users_own_lexicon_counts_for_every_text_and_less_than_one_given(story: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "lexicon.toml").write_text('[words]\n"Okoro" = "own"\n"Saltmarsh" = "SALT-marsh"\n', "utf-8")
    given = tmp_path / "given.toml"
    given.write_text('[words]\n"Okoro" = "given"\n', "utf-8")
    env = {"NARRATE_HOME": str(home)}
    assert "own came to salt-marsh." in narrate("script", story, env=env).stdout.lower()
    assert "given came to salt-marsh." in narrate("script", story, "--lexicon", given, env=env).stdout.lower()


def test_a_lexicon_that_is_none_is_explained(story: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('[words]\n"Okoro" = 5\n', "utf-8")
    assert_explained(narrate("script", story, "--lexicon", broken), 2, "broken.toml")
    assert_explained(narrate("script", story, "--lexicon", tmp_path / "none.toml"), 2, "none.toml")


def test_the_close_is_ours_to_set_and_to_leave_out(story: Path) -> None:
    ends = [
        narrate("script", story, *options).stdout
        for options in ([], ["--close", "You heard {title}."], ["--no-close"], ["--close", ""])
    ]
    assert "[close] That was: Fog." in ends[0]
    assert "[close] You heard Fog." in ends[1]
    assert "[close]" not in ends[2]
    assert "[close]" not in ends[3]


def test_pictures_are_named_where_the_settings_say_so(story: Path) -> None:
    story.write_text("Well done 🎉 all of you.\n", "utf-8")
    assert "party popper" not in narrate("script", story).stdout
    assert "party popper" in narrate("script", story, env={"NARRATE_EMOJI": "name"}).stdout
    assert_explained(narrate("script", story, env={"NARRATE_EMOJI": "loud"}), 2, "emoji")


def test_a_voice_that_nobody_has_is_explained_before_anything_is_spoken(story: Path, tmp_path: Path) -> None:
    story.write_text("One. [voice hibari:nobody]Two.[/voice]\n", "utf-8")
    assert_explained(narrate("make", story, "-o", tmp_path / "a.mp3"), 2, "[voice hibari:nobody]")


def test_the_sample_of_marks_is_spoken_by_all_its_voices(tmp_path: Path) -> None:
    done = narrate("make", SAMPLES / "marked.md", "-o", "a.mp3", "--with", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    segments = json.loads((tmp_path / "a.transcript.json").read_text("utf-8"))["segments"]
    assert {segment["speaker"] for segment in segments} >= {"heart", "piper:joe"}


def test_spoken_reads_in_the_language_it_is_told() -> None:
    assert narrate("spoken", "Müller & Söhne: 5 €", "--language", "de").stdout == "Müller und Söhne: 5 €\n"


def test_lines_of_json_are_read_from_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "texts.jsonl").write_text('"One. Two."\n', "utf-8")
    done = narrate("script", "--jsonl", tmp_path / "texts.jsonl")
    assert [row["text"] for row in json.loads(done.stdout)] == ["One.", "Two."]


def test_spoken_says_names_as_the_lexicon_does(tmp_path: Path) -> None:
    lexicon = tmp_path / "names.toml"
    lexicon.write_text('[words]\n"Okoro" = "oh koh roh"\n', "utf-8")
    assert narrate("spoken", "Okoro won.", "--lexicon", lexicon).stdout.lower() == "oh koh roh won.\n"


@pytest.mark.parametrize(("command", "words"), [("script <&-", "standard input is empty"), ("spoken hi >&-", "closed")])
def test_a_stream_that_was_closed_is_explained(command: str, words: str) -> None:
    done = subprocess.run(["bash", "-c", f"{sys.executable} -c 'from narrate.cli.app import run; run()' {command}"],
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["clean", "script"])
def test_only_the_chapters_asked_for_are_shown(command: str) -> None:
    shown = narrate(command, SAMPLES / "book.epub", "--chapters", "3")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "The Brass Rule" not in shown.stdout
    assert "The Night of the Second Light" in shown.stdout
    assert_explained(narrate(command, SAMPLES / "book.epub", "--chapters", "9"), 2, "there is no chapter 9")

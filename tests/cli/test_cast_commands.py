"""Several voices from the command line: a cast, quotations, and shows that have them."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import pytest
from test_commands import assert_explained, narrate

from conftest import SAMPLES, decode_file
from narrate.audio.loudness import combine, measure

needs_piper = pytest.mark.skipif(importlib.util.find_spec("piper") is None, reason="piper is an extra")

TALK = "# Fog\n\nIt rained.\n\nANNA: It is late now.\n\nBOB: “We all go home,” he said.\n\nCAROL: Not I.\n"
CAST = 'narrator = "tone:sine"\n\n[speakers]\n"ANNA" = "hibari:heart"\n"BOB" = "tone:sine"\n'


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """A dialogue, and beside it a cast."""
    (tmp_path / "talk.md").write_text(TALK, "utf-8")
    (tmp_path / "cast.toml").write_text(CAST, "utf-8")
    return tmp_path / "talk.md"


def without_times(transcript: Path) -> str:
    """The words of a VTT without the times at which each is heard."""
    return re.sub(r"<[\d:.]+>", "", transcript.read_text("utf-8"))


def cast_of(talk: Path) -> Path:
    return talk.with_name("cast.toml")


@needs_piper
def test_an_interview_is_spoken_by_all_its_voices_at_one_loudness(tmp_path: Path) -> None:
    cast = SAMPLES / "interview.cast.toml"
    done = narrate("make", SAMPLES / "interview.md", "--cast", cast, "-o", "a.mp3", "--with", "json,vtt,srt,report",
                   cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "narrate: also speaking: MR. POLE, who has no voice in interview.cast.toml.\n" in done.stderr
    segments = json.loads((tmp_path / "a.transcript.json").read_text("utf-8"))["segments"]
    assert {segment["speaker"] for segment in segments} == {"narrate", "heart", "Mara", "Edith"}
    assert "<v Edith>By marrying one.\n" in without_times(tmp_path / "a.vtt")
    srt = (tmp_path / "a.srt").read_text("utf-8")
    assert "\nEdith: By marrying one.\n" in srt
    assert "\nMARA: How does one become a keeper of tide tables?\n" in srt
    assert "\nThey did notice in the end.\n" in srt
    assert '"voice_why": "the turn that “EDITH:” begins"' in (tmp_path / "a.report.json").read_text("utf-8")
    sound = decode_file(tmp_path / "a.mp3", 44_100)
    edith, heart = (
        combine(
            measure(sound[int(segment["startTime"] * 44_100) : int(segment["endTime"] * 44_100)], 44_100)
            for segment in segments
            if (segment["speaker"] == "Edith") is hers
        ).integrated_lufs
        for hers in (True, False)
    )
    assert edith == pytest.approx(heart, abs=1)


def test_everybody_who_speaks_is_named_in_summary_and_facts(talk: Path) -> None:
    arguments = ("make", talk, "--cast", cast_of(talk), "-o", "a.mp3")
    assert ", tone:sine with hibari:heart\n" in narrate(*arguments, cwd=talk.parent).stderr
    facts = json.loads(narrate(*arguments, "--json", cwd=talk.parent).stdout)
    assert (facts["voice"], facts["voices"]) == ("tone:sine", ["tone:sine", "hibari:heart"])
    plain = json.loads(narrate("make", talk, "--engine", "tone", "-o", "a.mp3", "--json", cwd=talk.parent).stdout)
    assert plain["voices"] == ["tone:sine"]


def test_what_is_said_tells_its_notes_too(talk: Path) -> None:
    cast_of(talk).write_text('[speakers]\n"DORA" = "tone:sine"\n')
    talk.with_name("narrate.toml").write_text('cast = "cast.toml"\n')
    done = narrate("say", "It rained.", "--engine", "tone", "-o", "a.mp3", cwd=talk.parent)
    assert done.stderr.startswith("narrate: nobody in cast.toml speaks in this text: ")


def test_the_proof_shows_who_speaks_and_why(talk: Path) -> None:
    done = narrate("script", talk, "--cast", cast_of(talk), "--quote-voice", "hibari:heart")
    assert done.stderr.splitlines() == [
        "narrate: also speaking: CAROL, who has no voice in cast.toml.",
        "narrate: the voice for quotations has nothing to say: no quotation was found outside the turns.",
    ]
    lines = done.stdout.splitlines()
    assert lines[lines.index("(Anna, hibari:heart) It is late now.") + 1] == "    the turn that “ANNA:” begins"
    assert '(Bob, tone:sine) Bob: "We all go home," he said.' in lines
    assert "CAROL: Not I." in lines


def test_a_script_with_a_cast_is_edited_and_given_back(talk: Path) -> None:
    written = narrate("script", talk, "--cast", cast_of(talk), "--json").stdout
    row = next(row for row in json.loads(written)["utterances"] if row.get("speaker") == "Anna")
    assert (row["text"], row["voice"], row["voice_why"]) == (
        "It is late now.",
        "hibari:heart",
        "the turn that “ANNA:” begins",
    )
    talk.with_name("a.script.json").write_text(written, "utf-8")
    done = narrate("make", "a.script.json", "-o", "a.mp3", "--with", "vtt", "--voice", "tone:sine", "--quote-voice",
                   "tone:sine", cwd=talk.parent)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "the script says itself who speaks" in done.stderr
    assert "<v Anna>It is late now.\n" in without_times(talk.with_name("a.vtt"))


def test_a_script_keeps_its_speakers_whatever_a_cast_says_and_its_narrator_may_be_the_casts(talk: Path) -> None:
    script = narrate("script", talk, "--cast", cast_of(talk), "--no-close", "--json").stdout
    talk.with_name("a.script.json").write_text(script, "utf-8")
    cast_of(talk).write_text('narrator = "hibari:heart"\n[speakers]\n"ANNA" = "tone:sine"\n')
    done = narrate("script", talk.with_name("a.script.json"), "--cast", cast_of(talk), "--json")
    assert [row.get("voice") for row in json.loads(done.stdout)["utterances"]] == [
        row.get("voice") for row in json.loads(script)["utterances"]
    ]
    assert done.stderr == (
        "narrate: the script says itself who speaks beside the narrator: "
        "no cast and no voice for quotations changes that.\n"
    )


def test_a_voice_that_is_none_in_a_script_is_explained_with_its_utterance(talk: Path) -> None:
    rows = [{"spoken": "Hello."}, {"spoken": "Yes.", "voice": "tone:nobody", "line": 7}]
    talk.with_name("a.script.json").write_text(json.dumps({"narrate_script": 1, "language": "en", "utterances": rows}))
    done = narrate("script", talk.with_name("a.script.json"))
    assert_explained(done, 2, "narrate: utterance 2: tone has no voice 'nobody'. Its voices are: sine.\n")


@pytest.mark.parametrize("option", [("--chapters", "1"), ("--split",), ("--join",)])
def test_a_script_is_not_taken_apart_or_joined(talk: Path, option: tuple[str, ...]) -> None:
    talk.with_name("a.script.json").write_text(narrate("script", talk, "--json").stdout, "utf-8")
    done = narrate("make", "a.script.json", *option, "--engine", "tone", cwd=talk.parent)
    assert_explained(
        done,
        2,
        f"a.script.json is a script, and {option[0]} takes none: its voices, pauses and pronunciations would be lost. "
        "Use the text that it came from.",
    )


def test_what_a_cast_gets_wrong_is_told_once_and_before_anything_is_spoken(talk: Path) -> None:
    done = narrate("make", talk, "--cast", cast_of(talk), "-o", "a.mp3", cwd=talk.parent)
    assert done.stderr.startswith("narrate: also speaking: CAROL, who has no voice in cast.toml.\n")
    assert done.stderr.count("also speaking") == 1
    facts = json.loads(narrate("make", talk, "--cast", cast_of(talk), "-o", "a.mp3", "--json", cwd=talk.parent).stdout)
    assert facts["notes"] == ["also speaking: CAROL, who has no voice in cast.toml"]


def test_what_a_cast_gets_wrong_is_told_before_an_episode_of_a_show_too(talk: Path) -> None:
    home = {"NARRATE_HOME": str(talk.parent / "home")}
    assert narrate("show", "create", "talks", "--cast", cast_of(talk), env=home).returncode == 0
    first = narrate("add", talk, "--show", "talks", env=home)
    note, *_, new = first.stderr.splitlines()
    assert note == "narrate: also speaking: CAROL, who has no voice in cast.toml."
    assert new.startswith("new: “")
    assert first.stderr.count("also speaking") == 1
    assert narrate("add", talk, "--show", "talks", env=home).stderr.count("also speaking") == 1


def test_a_show_says_where_its_cast_counts_more_than_a_voice(talk: Path) -> None:
    home = {"NARRATE_HOME": str(talk.parent / "home")}
    assert narrate("show", "create", "talks", "--cast", cast_of(talk), env=home).stderr == ""
    edited = narrate("show", "edit", "talks", "--voice", "hibari:heart", env=home)
    assert edited.stderr == "narrate: --voice changes nothing while the cast names tone:sine for that.\n"
    assert edited.returncode == 0
    assert narrate("show", "edit", "talks", "--voice", "sine", "--engine", "tone", env=home).stderr == ""
    assert narrate("show", "edit", "talks", "--voice", "hibari:heart", "--cast", "", env=home).stderr == ""
    assert "--voice changes nothing" in narrate("show", "edit", "talks", "--cast", cast_of(talk), env=home).stderr


def test_of_a_text_in_chapters_what_a_cast_gets_wrong_is_told_once(talk: Path) -> None:
    talk.write_text("# Fog\n\n## One\n\nIt rained.\n\n## Two\n\nANNA: It did.\n\n## Three\n\nCAROL: So.\n")
    (talk.parent / "out").mkdir()
    arguments = ("make", talk, "--split", "--cast", cast_of(talk), "-o", talk.parent / "out")
    told = [line for line in narrate(*arguments).stderr.splitlines() if "cast.toml" in line]
    assert told == ["narrate: also speaking: CAROL, who has no voice in cast.toml."]
    cast_of(talk).write_text('[speakers]\n"DORA" = "tone:sine"\n')
    said = narrate(*arguments, "--engine", "tone", "--quote-voice", "tone:sine").stderr
    assert said.count("nobody in cast.toml speaks in this text") == 1
    assert said.count("no quotation was found") == 1


def test_settings_beside_a_text_name_its_cast_and_the_command_line_counts_more(talk: Path) -> None:
    talk.with_name("narrate.toml").write_text('cast = "cast.toml"\nvoice = "hibari:heart"\n')
    said = narrate("script", talk).stdout.splitlines()
    assert "(Anna, hibari:heart) It is late now." in said
    assert '(Bob, tone:sine) Bob: "We all go home," he said.' in said
    other = narrate("script", talk, "--voice", "hibari:heart").stdout.splitlines()
    assert "(Anna, hibari:heart) Anna: It is late now." in other
    assert '(Bob, tone:sine) "We all go home," he said.' in other
    plain = narrate("script", talk, "--cast", "").stdout
    assert "ANNA: It is late now." in plain.splitlines()


def test_a_cast_names_the_voice_of_quotations_too(talk: Path) -> None:
    cast_of(talk).write_text('quotes = "hibari:heart"\n')
    said = narrate("script", talk, "--cast", cast_of(talk), "--voice", "tone:sine").stdout.splitlines()
    assert '(hibari:heart) "We all go home,"' in said
    assert "he said." in said


@pytest.mark.parametrize(
    ("cast", "status", "message"),
    [
        ('[speakers]\n"ANNA" = "tone:nobody"\n', 2, "cast.toml, line 2, \"ANNA\": tone has no voice 'nobody'"),
        ('[speakers]\n"ANNA" = "gtts:de"\n', 2, 'cast.toml, line 2, "ANNA": the voice gtts:de does not speak English'),
        ('[speakers]\n\n"ANNA" = "kokoro:af_sky"\n', 1, 'cast.toml, line 3, "ANNA": kokoro cannot speak'),
        ('narrator = "tone:nobody"\n', 2, 'cast.toml, line 1, "narrator": tone has no voice'),
        ('quotes = "nosuch:x"\n', 2, "cast.toml, line 1, \"quotes\": hibari has no voice 'nosuch:x'"),
        ('[speakers]\n"ANNA" = 7\n', 2, 'cast.toml, line 2, "ANNA": its voice is no name of one'),
    ],
)
def test_a_cast_that_cannot_be_is_explained_with_its_line(talk: Path, cast: str, status: int, message: str) -> None:
    cast_of(talk).write_text(cast)
    assert_explained(narrate("script", talk, "--cast", cast_of(talk)), status, message)


def test_a_cast_or_a_voice_for_quotations_that_is_none_is_explained(talk: Path) -> None:
    assert_explained(narrate("script", talk, "--cast", "none.toml"), 2, "the cast none.toml cannot be read")
    done = narrate("make", talk, "-o", talk.with_name("a.mp3"), "--quote-voice", "tone:nobody")
    assert_explained(done, 2, "the voice for quotations: tone has no voice 'nobody'")
    assert not talk.with_name("a.mp3").exists()


def test_a_cast_in_which_nobody_speaks_says_so(talk: Path) -> None:
    cast_of(talk).write_text('[speakers]\n"DORA" = "tone:sine"\n')
    done = narrate("script", talk, "--cast", cast_of(talk))
    assert "narrate: nobody in cast.toml speaks in this text" in done.stderr
    assert done.stdout == narrate("script", talk).stdout


def test_a_show_has_a_cast_of_its_own_and_rebuild_follows_it(talk: Path) -> None:
    def what(*arguments: str | Path) -> str:
        done = narrate(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return str(json.loads(done.stdout)["what"])

    narrate("show", "create", "Talks", "--voice", "tone:sine")
    assert what("add", talk) == "new"
    assert narrate("show", "edit", "talks", "--cast", cast_of(talk), "--quote-voice", "hibari:heart").returncode == 0
    assert what("rebuild") == "updated"
    assert what("add", talk) == what("rebuild") == "unchanged"
    cast_of(talk).write_text(CAST.replace('"hibari:heart"', '"tone:sine"'))
    assert what("rebuild") == "updated"
    narrate("show", "edit", "talks", "--reset", "cast", "--quote-voice", "")
    assert what("rebuild") == "updated"
    (row,) = json.loads(narrate("show", "list", "--json").stdout)
    assert row["settings"] == {"voice": "tone:sine"}


def test_a_show_is_not_given_a_cast_that_cannot_be(talk: Path) -> None:
    cast_of(talk).write_text('[speakers]\n"ANNA" = "tone:nobody"\n')
    done = narrate("show", "create", "Talks", "--cast", cast_of(talk))
    assert_explained(done, 2, 'cast.toml, line 2, "ANNA": tone has no voice')
    assert_explained(narrate("show", "create", "Talks", "--quote-voice", "tone:nobody"), 2, "tone has no voice")
    narrate("show", "create", "Talks", "--voice", "tone:sine")
    done = narrate("show", "edit", "talks", "--cast", cast_of(talk))
    assert_explained(done, 2, 'cast.toml, line 2, "ANNA": tone has no voice')
    done = narrate("show", "edit", "talks", "--quote-voice", "nobody")
    assert_explained(done, 2, "the voice for quotations: tone has no voice 'nobody'")
    (row,) = json.loads(narrate("show", "list", "--json").stdout)
    assert row["settings"] == {"voice": "tone:sine"}


def test_a_show_takes_voices_of_its_narrators_engine_by_their_names_alone(talk: Path) -> None:
    cast_of(talk).write_text('narrator = "tone:sine"\n\n[speakers]\n"ANNA" = "sine"\n')
    done = narrate("show", "create", "Talks", "--cast", cast_of(talk), "--quote-voice", "sine")
    assert done.returncode == 0, done.stderr
    assert narrate("show", "edit", "talks", "--cast", cast_of(talk)).returncode == 0
    assert narrate("add", talk, "--show", "talks").returncode == 0


def test_the_words_in_a_file_name_who_speaks_them(talk: Path) -> None:
    from mutagen.id3 import ID3

    narrate("make", talk, "--cast", cast_of(talk), "-o", "a.mp3", cwd=talk.parent)
    (lyrics,) = ID3(talk.with_name("a.mp3")).getall("USLT")
    assert re.search(r"^Anna: It is late now\.$", lyrics.text, re.MULTILINE)

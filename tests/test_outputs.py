"""What goes with an episode: tags, chapters, transcripts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from conftest import source_of
from narrate import chapters, transcript
from narrate.audio.ffmpeg import run_ffmpeg
from narrate.errors import UsageError
from narrate.readers.subtitles import SubtitlesReader
from narrate.tags import Tags, write_tags
from narrate.types import Chapter, Cue, Role, Script, Utterance, WordTime, WordTimes

CUES = (
    Cue(start_s=0.6, end_s=1.5, text="A <b>title</b> & more", role=Role.TITLE, utterance=0),
    Cue(start_s=2.5, end_s=3.0, text="By Ada.", role=Role.INTRODUCTION, utterance=1),
    Cue(start_s=4.0, end_s=5.0, text="One", role=Role.HEADING, utterance=2),
    Cue(start_s=6.0, end_s=3661.25, text="Long.", role=Role.STORY, utterance=3),
    Cue(start_s=3662.0, end_s=3663.0, text="Two", role=Role.HEADING, utterance=4),
)
SCRIPT = Script(
    utterances=tuple(
        Utterance(text=cue.text, written=cue.text, role=cue.role, block=None if cue.role.ours else n)
        for n, cue in enumerate(CUES)
    ),
    language="en",
    title="A title",
)


def test_webvtt_marks_our_own_words_and_escapes_the_rest() -> None:
    found = transcript.as_vtt(CUES)
    assert found.startswith("WEBVTT\n\nNOTE Timings: of sentences\n\n1\n00:00:00.600 --> 00:00:01.500\n")
    assert "\nA &lt;b&gt;title&lt;/b&gt; &amp; more\n\n2\n" in found
    assert "<v.introduction narrate>By Ada.\n" in found
    assert "00:00:06.000 --> 01:01:01.250" in found


TIMED = Cue(
    start_s=4.0,
    end_s=5.0,
    text="One & <two>\n three, four",
    role=Role.STORY,
    utterance=0,
    words=WordTimes.of(
        [
            WordTime(0, 3, 4.0, 4.2),
            WordTime(4, 5, 4.3004, 4.4),
            WordTime(7, 10, 4.3004, 4.6),
            WordTime(13, 18, 4.7, 4.9),
            WordTime(20, 24, 4.9998, 5.0),
        ]
    ),
)


def test_webvtt_gives_words_their_times_and_says_whose_they_are() -> None:
    found = transcript.as_vtt([TIMED], "hibari")
    assert "\n\nNOTE Timings: of words, by hibari\n\n" in found
    assert "\nOne <00:00:04.300>&amp; &lt;two&gt; <00:00:04.700>three, four\n" in found
    assert "NOTE Timings: of words, by hibari, and of sentences\n" in transcript.as_vtt([TIMED, CUES[0]], "hibari")
    assert "NOTE Timings: of words\n" in transcript.as_vtt([TIMED])
    assert "NOTE" not in transcript.as_srt([TIMED])


def test_webvtt_with_times_of_words_is_read_by_other_programs(tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text(transcript.as_vtt([TIMED, *CUES[1:]], "hibari"), "utf-8")
    run_ffmpeg(["-i", str(tmp_path / "a.vtt"), str(tmp_path / "a.srt")])
    assert "One & <two> three, four\n" in (tmp_path / "a.srt").read_text("utf-8")
    source = source_of((tmp_path / "a.vtt").read_text("utf-8"), "text/vtt")
    assert SubtitlesReader().read(source).blocks[0].text.startswith("One & <two> three, four")


def test_json_gives_words_their_times_and_is_read_back(tmp_path: Path) -> None:
    found = json.loads(transcript.as_json([TIMED, CUES[1]], "heart"))
    assert found["timings"] == "sentences"
    assert found["segments"][0]["words"][0] == {"startTime": 4.0, "endTime": 4.2, "body": "One"}
    assert "words" not in found["segments"][1]
    text = transcript.as_json([TIMED], "heart")
    (cue,) = transcript.read_json(text)
    assert json.loads(text)["timings"] == "words"
    assert [cue.text[word.start : word.end] for word in cue.words] == ["One", "&", "two", "three", "four"]
    assert cue.words[3].start_s == 4.7


@pytest.mark.parametrize(
    "words",
    [
        "none",
        3,
        [3],
        [{"body": "One"}],
        [{"body": "Nine", "startTime": 4.0, "endTime": 4.1}],
        [{"body": "", "startTime": 4.0, "endTime": 4.1}],
        [{"body": "One", "startTime": "NaN", "endTime": "NaN"}],
        [{"body": "One", "startTime": 4.0, "endTime": 1e999}],
        [{"body": "One", "startTime": 3.0, "endTime": 3.1}],
        [{"body": "three", "startTime": 4.1, "endTime": 4.2}, {"body": "One", "startTime": 4.3, "endTime": 4.4}],
    ],
)
def test_words_of_a_transcript_that_do_not_fit_are_left_out_and_the_sentence_stays(words: object) -> None:
    segment = {"startTime": 4.0, "endTime": 5.0, "body": "One two three", "words": words}
    (cue,) = transcript.read_json(json.dumps({"segments": [segment]}))
    assert cue.text == "One two three"
    assert not cue.words


def test_srt_has_commas_and_numbers() -> None:
    assert "2\n00:00:02,500 --> 00:00:03,000\nnarrate: By Ada.\n" in transcript.as_srt(CUES)


def test_json_segments_say_whose_words_they_are() -> None:
    segments = json.loads(transcript.as_json(CUES, "heart"))["segments"]
    assert segments[1] == {
        "startTime": 2.5,
        "endTime": 3.0,
        "body": "By Ada.",
        "speaker": "narrate",
        "role": "introduction",
    }
    assert segments[3]["speaker"] == "heart"


def test_json_tells_persons_from_voices_and_is_read_back() -> None:
    cues = [replace(CUES[3], speaker="Ann", named=True), replace(CUES[4], speaker="piper:joe")]
    segments = json.loads(transcript.as_json(cues, "heart"))["segments"]
    assert [segment.get("named") for segment in segments] == [True, None]
    read = transcript.read_json(transcript.as_json(cues, "heart"))
    assert [(cue.speaker, cue.named) for cue in read] == [("Ann", True), ("piper:joe", False)]


def test_a_voice_that_the_author_asked_for_is_named_but_for_words_of_ours() -> None:
    cues = [replace(cue, speaker="ann <&> bob") for cue in CUES[1:]]
    assert [segment["speaker"] for segment in json.loads(transcript.as_json(cues, "heart"))["segments"]] == [
        "narrate",
        *["ann <&> bob"] * 3,
    ]
    vtt = transcript.as_vtt(cues)
    assert "\n<v.introduction narrate>By Ada.\n" in vtt
    assert "\n<v ann &lt;&amp;&gt; bob>Long.\n" in vtt
    assert "\nLong.\n" in transcript.as_srt(cues)


def test_chapters_come_from_headings_and_cover_the_whole() -> None:
    found = chapters.find_chapters(SCRIPT, CUES, 3665.0)
    assert [(mark.title, mark.start_s, mark.end_s) for mark in found] == [
        ("A title", 0.0, 4.0),
        ("One", 4.0, 3662.0),
        ("Two", 3662.0, 3665.0),
    ]
    assert json.loads(chapters.as_json(found))["chapters"][1] == {"startTime": 4.0, "title": "One"}


def test_a_piece_without_headings_gets_no_chapters() -> None:
    assert chapters.find_chapters(SCRIPT, [cue for cue in CUES if cue.role is not Role.HEADING], 10.0) == ()


@pytest.fixture
def mp3(tmp_path: Path) -> Path:
    path = tmp_path / "a.mp3"
    run_ffmpeg(["-f", "lavfi", "-i", "sine=d=2", "-id3v2_version", "0", str(path)])
    return path


def tags(**more: object) -> Tags:
    known = {"title": "Fög", "artist": "Ada", "album": "Courier", "language": "en-GB", "lyrics": "It “came” down."}
    return Tags(**{**known, **more})  # type: ignore[arg-type]


def test_tags_are_id3_2_3_and_read_back_by_themselves(mp3: Path) -> None:
    write_tags(mp3, tags(date=datetime(2026, 3, 3, 8, 30, tzinfo=UTC), address="https://example.org/fog"))
    found = ID3(mp3, translate=False)
    assert found.version == (2, 3, 0)
    assert [str(found[key]) for key in ("TIT2", "TPE1", "TALB", "TCON", "TLAN", "TYER", "TDAT")] == [
        "Fög",
        "Ada",
        "Courier",
        "Podcast",
        "eng",
        "2026",
        "0303",
    ]
    assert found["WOAS"].url == "https://example.org/fog"
    assert found["USLT::eng"].text == "It “came” down."
    assert "COMM::eng" not in found


def test_a_summary_is_the_comment_of_a_file(mp3: Path) -> None:
    write_tags(mp3, tags(summary="Fog, and what came of it."))
    assert ID3(mp3)["COMM::eng"].text == ["Fog, and what came of it."]


def test_chapters_stand_in_the_order_of_time_whatever_their_size(mp3: Path) -> None:
    titles = ["A very long title that makes this frame the biggest of them all", "B", "A middling title", "C"]
    marks = tuple(Chapter(title=title, start_s=n * 0.5, end_s=(n + 1) * 0.5) for n, title in enumerate(titles))
    write_tags(mp3, tags(chapters=marks))
    data = mp3.read_bytes()
    places = [data.index(f"chp{n}\x00".encode() + (n * 500).to_bytes(4, "big")) for n in range(4)]
    assert places == sorted(places)
    found = ID3(mp3)
    toc = found.getall("CTOC")
    assert [list(frame.child_element_ids) for frame in toc] == [["chp0", "chp1", "chp2", "chp3"]]
    assert int(toc[0].flags) == 3
    assert [str(found[f"CHAP:chp{n}"].sub_frames["TIT2"]) for n in range(4)] == titles


def test_a_cover_is_a_picture(mp3: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(20)
    write_tags(mp3, tags(cover=png))
    assert ID3(mp3)["APIC:"].data == png
    with pytest.raises(UsageError, match="Give a JPEG or PNG"):
        write_tags(mp3, tags(cover=b"GIF89a"))

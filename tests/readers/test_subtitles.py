"""Subtitles: cues become sentences and paragraphs, with who says them and without what is only heard."""

from __future__ import annotations

import pytest

from conftest import SAMPLES, source_of
from narrate.cleaner.clean import clean
from narrate.cleaner.show import as_text
from narrate.errors import ArticleError, SourceError
from narrate.readers.subtitles import SubtitlesReader
from narrate.types import Article


def read(text: str | bytes) -> Article:
    return SubtitlesReader().read(source_of(text, "text/vtt"))


def vtt(*cues: tuple[float, float, str]) -> str:
    def clock(seconds: float) -> str:
        return f"{int(seconds) // 60:02}:{seconds % 60:06.3f}"

    return "WEBVTT\n\n" + "\n\n".join(f"{clock(start)} --> {clock(end)}\n{words}" for start, end, words in cues)


def said(*cues: tuple[float, float, str]) -> list[str]:
    return [block.text for block in read(vtt(*cues)).blocks if not block.mark]


def test_the_sample_is_cleaned_to_what_is_expected() -> None:
    cleaned = clean(read((SAMPLES / "lecture.vtt").read_bytes()))
    assert as_text(cleaned.article) == (SAMPLES / "lecture.clean.txt").read_text("utf-8")


def test_cues_are_joined_and_a_silence_ends_the_paragraph() -> None:
    assert said((0, 2, "The harbour at night\nis a different"), (2, 4, "country."), (7.5, 9, "The cranes stand.")) == [
        "The harbour at night is a different country.",
        "The cranes stand.",
    ]


def test_srt_is_read_with_its_numbers_tags_and_positions_left_out() -> None:
    text = (
        "1\r\n00:00:01,000 --> 00:00:03,000 X1:10 X2:90\r\n<i>It was</i> {\\an8}late.\r\n\r\n"
        '2\r\n00:00:03,000 --> 00:00:05,000\r\n<font color="#fff">Very late &amp; cold.</font>\r\n'
        "3\r\n00:01:00,000 --> 00:01:05,000\r\nThen it was 5\r\n"
    )
    assert [block.text for block in read(text).blocks] == ["It was late. Very late & cold.", "Then it was 5"]


def test_speakers_begin_paragraphs_and_are_named_where_they_change() -> None:
    assert said(
        (0, 2, "<v Ada Renfrew>Did you see it?"),
        (2, 4, "<v Joss>I did.\n<v Joss>Twice."),
        (4, 6, "DR. LAMB: Nobody saw it."),
        (6, 8, "- It was there.\n- It was not."),
    ) == [
        "Ada Renfrew: Did you see it?",
        "Joss: I did. Twice.",
        "DR. LAMB: Nobody saw it.",
        "It was there.",
        "It was not.",
    ]


def test_sounds_are_marked_and_no_part_of_a_sentence() -> None:
    blocks = read(
        vtt((0, 2, "[door slams]"), (2, 4, "It was [coughs] late."), (4, 6, "♪ soft music ♪"), (6, 8, "(laughs)"))
    ).blocks
    assert [(block.text, block.mark) for block in blocks if not block.mark] == [("It was late.", None)]
    assert {block.text for block in blocks if block.mark == "caption"} == {
        "[door slams]",
        "[coughs]",
        "♪ soft music ♪",
        "(laughs)",
    }


def test_rolling_captions_are_said_once() -> None:
    rolling = [
        (0, 2, "the harbour at night"),
        (2, 2.01, "the harbour at night"),
        (2.01, 4, "the harbour at night\nis a different<00:00:03.000><c> country</c>"),
        (4, 4.01, "is a different country"),
        (4.01, 6, "is a different country\nand it is cold"),
    ]
    assert said(*rolling) == ["the harbour at night is a different country and it is cold"]


def test_what_two_people_say_alike_stays() -> None:
    assert said((0, 2, "Are you sure?"), (2, 3, "- No."), (3, 4, "- No."), (4, 5, "Good.")) == [
        "Are you sure?",
        "No.",
        "No. Good.",
    ]


def test_notes_styles_and_regions_are_no_words_and_the_head_names_title_and_language() -> None:
    article = read(
        "WEBVTT - talk\nLanguage: en-GB\nTitle: Fog\n\nSTYLE\n::cue { color: red }\n\nNOTE\nA note --> here\n\n"
        "intro\n00:01.000 --> 00:03.000 align:start\nFog is a cloud.\n"
    )
    assert (article.title, article.language, [block.text for block in article.blocks]) == (
        "Fog",
        "en-GB",
        ["Fog is a cloud."],
    )


def test_every_block_says_where_it_stands_in_the_file() -> None:
    text = vtt((0, 2, "One here."), (9, 10, "Two here."))
    for block in read(text).blocks:
        assert block.text in text[block.place.start : block.place.end]
    assert [block.place.line for block in read(text).blocks] == [3, 6]


def test_a_long_speech_without_a_pause_is_parted_between_sentences() -> None:
    paragraphs = said(*((at, at + 1, f"Fog number {at} is a cloud that came down to see us all.") for at in range(40)))
    assert len(paragraphs) > 1
    assert all(paragraph.endswith("all.") for paragraph in paragraphs)


@pytest.mark.parametrize("data", [b"", b"Once upon a time", b"\x00\x01\x02", b"00:61 -> 00:99"])
def test_what_holds_no_subtitles_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="holds no subtitles"):
        read(data)


def test_subtitles_without_words_say_so() -> None:
    with pytest.raises(ArticleError, match="holds no words"):
        read("WEBVTT\n\n00:00.000 --> 00:01.000\n<i></i>\n")


def test_a_cut_file_and_times_that_run_backwards_are_read_as_far_as_they_go() -> None:
    assert said((9, 10, "One here,"), (1, 2, "two here,"), (2, 3, "thr")) == ["One here, two here, thr"]

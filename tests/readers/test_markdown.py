"""Markdown: words without their marks, structure with its depth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SAMPLES, source_of
from narrate.errors import ArticleError
from narrate.readers.markdown import MarkdownReader
from narrate.types import Article, BlockKind


def read(text: str) -> Article:
    return MarkdownReader().read(source_of(text, "text/markdown"))


def test_front_matter_is_metadata_and_never_narrated() -> None:
    article = read((SAMPLES / "essay.md").read_text("utf-8"))
    assert article.title == "On Walking Slowly"
    assert article.authors == ("Perpetua Lind",)
    assert article.site == "The Long Path"
    assert article.language == "en"
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2026-02-14T00:00:00+00:00"
    assert article.blocks[0].place.line == 9
    assert not any("lang" in block.text for block in article.blocks)


def test_marks_go_and_words_stay() -> None:
    text = "A *very* **bold** `x = 1` [link](http://e.org) ![picture](a.png) &amp; <b>more</b><br>end ~~gone~~"
    assert [block.text for block in read(text).blocks] == ["A very bold x = 1 link & more end gone"]


def test_structure_is_kept_with_its_depth() -> None:
    text = "# T\n\n## H\n\n- a\n  - b\n\n1. one\n2. two\n\n> q\n>\n> > deep\n\n```py\nx\n```\n\n---\n\nend"
    found = [(block.kind.value, block.text, block.level, block.quoted) for block in read(text).blocks]
    assert found == [
        ("title", "T", 1, 0),
        ("heading", "H", 2, 0),
        ("item", "a", 1, 0),
        ("item", "b", 2, 0),
        ("item", "one", 1, 0),
        ("item", "two", 1, 0),
        ("paragraph", "q", 0, 1),
        ("paragraph", "deep", 0, 2),
        ("code", "x", 0, 0),
        ("scene_break", "---", 0, 0),
        ("paragraph", "end", 0, 0),
    ]


def test_a_text_without_structure_comes_out_letter_for_letter() -> None:
    for text in ("2 * 3 * 4 is a_b_c <3 and a < b", "See [4] and READ MORE: x", "He said: “1. No.” and [left]."):
        assert [block.text for block in read(text).blocks] == [text]


def test_indented_prose_is_prose() -> None:
    assert read("    It was a dark night.").blocks[0].kind is BlockKind.PARAGRAPH


def test_a_row_of_a_table_is_a_paragraph() -> None:
    text = "| town | rain |\n|---|---|\n| Leeds | 12 mm |"
    assert [block.text for block in read(text).blocks] == ["town, rain", "Leeds, 12 mm"]


def test_places_count_lines_of_the_file() -> None:
    blocks = read("# A\n\nb\nc\n\nd").blocks
    assert [(block.place.line, block.place.end_line) for block in blocks] == [(1, 1), (3, 4), (6, 6)]


def test_a_file_finds_its_reader_by_the_endings_that_readers_name() -> None:
    from narrate import plugins

    assert [plugins.media_type_of(suffix) for suffix in (".md", ".MARKDOWN", ".txt", ".csv")] == [
        "text/markdown",
        "text/markdown",
        "text/plain",
        None,
    ]


def asked(text: str) -> list[tuple[str, list[tuple[str, int, int, str]]]]:
    return [
        (block.text, [(found.wish.value, found.start, found.end, found.value) for found in block.directions])
        for block in read(text).blocks
    ]


def test_an_authors_marks_stand_beside_links_pictures_and_tasks() -> None:
    text = "- [x] See [the log](log.md) [pause 2s] or [[ref]], ![pic](a.png) and [[KOH-roh|Okoro]] (she)."
    assert asked(text) == [
        ("[x] See the log or [[ref]], and Okoro (she).", [("pause", 15, 15, "2000"), ("say", 32, 37, "KOH-roh")])
    ]


def test_words_said_in_another_way_may_be_marked_up() -> None:
    assert asked("*So* [[KOH-roh|*Okoro*]] **has [[a of one|`a[1]`]]** [[x|\\[y\\]]].") == [
        ("So Okoro has a[1] [y].", [("say", 3, 8, "KOH-roh"), ("say", 13, 17, "a of one"), ("say", 18, 21, "x")])
    ]


def test_a_link_stays_a_link_and_may_hold_marks() -> None:
    assert asked("[see [[KOH-roh|Okoro]] [pause 1s] now](http://e.org) [pause 2s](#two)") == [
        ("see Okoro now pause 2s", [("say", 4, 9, "KOH-roh"), ("pause", 9, 9, "1000")])
    ]


def test_escaped_marks_and_code_are_words() -> None:
    text = "A \\[pause 2s] `[pause 2s]` &#91;pause 2s] \\[[a|b]] b\n\n```\n[pause 2s] [[a|b]]\n```"
    assert asked(text) == [("A [pause 2s] [pause 2s] [pause 2s] [[a|b]] b", []), ("[pause 2s] [[a|b]]", [])]
    assert asked("A \\\\[pause 2s]") == [("A \\", [("pause", 3, 3, "2000")])]


def test_headings_items_quotes_and_cells_may_hold_marks() -> None:
    text = (
        "# [[KOH-roh|Okoro]] [pause 1s]\n\n[pause 2s]\n\n- [voice piper:joe] One\n- two [/voice]\n\n"
        "> Well [pause\n> 1s] then\n\n| a | b |\n|---|---|\n| [pause 3s] | [[KOH-roh\\|Okoro]] |\n| c [pause 4s] | d |"
    )
    assert read(text).title == "Okoro"
    assert asked(text) == [
        ("Okoro", [("say", 0, 5, "KOH-roh"), ("pause", 5, 5, "1000"), ("pause", 5, 5, "2000")]),
        ("One", [("voice", 0, 3, "piper:joe")]),
        ("two", [("voice", 0, 3, "piper:joe")]),
        ("Well then", [("pause", 4, 4, "1000")]),
        ("a, b", []),
        ("Okoro", [("pause", 0, 0, "3000"), ("say", 0, 5, "KOH-roh")]),
        ("c, d", [("pause", 1, 1, "4000")]),
    ]


def test_a_voice_speaks_the_code_that_it_goes_over_and_no_scene_break() -> None:
    assert asked("[voice piper:joe]\n\n```\nx = 1\n```\n\n---\n\nEnd") == [
        ("x = 1", [("voice", 0, 5, "piper:joe")]),
        ("---", []),
        ("End", [("voice", 0, 3, "piper:joe")]),
    ]


def test_the_title_in_the_front_matter_is_without_marks() -> None:
    assert read("---\ntitle: On [[KOH-roh|Okoro]]\n---\nWords.").title == "On Okoro"


def test_a_text_of_nothing_but_marks_holds_no_words() -> None:
    for text in ("[pause 2s]\n\n- [voice a:b]", "[[KOH-roh|<b></b>]]", "| [pause 1s] | |\n|---|---|"):
        with pytest.raises(ArticleError, match="holds no words"):
            read(text)


SCRAPS = (
    "[",
    "]",
    "[[",
    "a|",
    "b",
    "]]",
    "`",
    "*",
    "](x)",
    "![",
    "\\",
    "[pause 1s]",
    "[[a|b]]",
    "[voice x:y]",
    "[/voice]",
)


@given(st.lists(st.sampled_from(SCRAPS), max_size=25))
def test_piles_of_brackets_are_always_read(pile: list[str]) -> None:
    assert read("Start " + "".join(pile)).blocks[0].text.startswith("Start")

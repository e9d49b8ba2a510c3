"""Plain text: its structure is kept, and every block knows its place."""

from __future__ import annotations

import re
import string
from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import source_of
from narrate.errors import ArticleError
from narrate.readers.text import TextReader
from narrate.types import Article, BlockKind

WRAPPED = """\
The harbour at night is a different country. The cranes stand with
their heads down, like cattle in the rain, and the water makes the
small sounds that it saves for when nobody is there to hear them at
all.

I went there first as a boy, with my uncle, who was a well-
known liar and a good cook.
"""


def read(text: str) -> Article:
    return TextReader().read(source_of(text))


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for block in read(text).blocks]


def test_hard_wrapped_lines_are_joined() -> None:
    first, second = read(WRAPPED).blocks
    assert first.text.startswith("The harbour at night is a different country. The cranes stand with their heads")
    assert "well-known liar" in second.text
    assert (first.place.line, first.place.end_line, second.place.line) == (1, 4, 6)


def test_lines_that_are_not_wrapped_stay_apart() -> None:
    text = "Roses are red,\nViolets are blue,\nNobody wrote\nThis poem for you.\n\nThe end of it all was quiet."
    assert [block.text for block in read(text).blocks][:4] == text.split("\n")[:4]


def test_the_first_short_line_is_the_title_and_by_names_the_author() -> None:
    article = read("A short history of fog\n\nBy Ada Renfrew and Joss Weir\n\nFog is a cloud that came down to see.")
    assert article.title == "A short history of fog"
    assert article.authors == ("Ada Renfrew", "Joss Weir")
    assert [block.kind for block in article.blocks][:2] == [BlockKind.TITLE, BlockKind.BYLINE]


def test_a_sentence_is_no_title() -> None:
    assert read("It rained all day.\n\nThen it stopped.").title is None


def test_lists_scene_breaks_and_quotes_are_kept() -> None:
    text = (
        "You need, for the soup that I promised:\n\n- two leeks\n- one onion,\n  chopped\n3. salt\n\n"
        "***\n\n> All are welcome."
    )
    found = read(text).blocks
    assert [block.kind.value for block in found] == ["paragraph", "item", "item", "item", "scene_break", "paragraph"]
    assert [block.marker for block in found] == ["", "- ", "- ", "3. ", "", "> "]
    assert found[2].text == "one onion, chopped"
    assert found[5].quoted == 1


def test_chapters_and_underlined_lines_are_headings() -> None:
    text = "Chapter One\n\nIt was a dark night on the moor.\n\nThe outlook\n===========\n\nIt grew darker still."
    assert [block.text for block in read(text).blocks if block.kind in (BlockKind.HEADING, BlockKind.TITLE)] == [
        "Chapter One",
        "The outlook",
    ]


@given(st.lists(st.text(string.ascii_letters + " .,\n-", max_size=60), max_size=12))
def test_no_letter_is_lost_and_every_block_is_at_its_place(lines: list[str]) -> None:
    text = "Start here, please.\n" + "\n".join(lines)
    blocks = read(text).blocks
    letters = [re.findall(r"[A-Za-z]", block.marker + block.text) for block in blocks]
    assert list(chain(*letters)) == re.findall(r"[A-Za-z]", text)
    assert all(a.place.end <= b.place.start for a, b in pairwise(blocks))
    for block in blocks:
        assert re.findall(r"[A-Za-z]", text[block.place.start : block.place.end]) == re.findall(
            r"[A-Za-z]", block.marker + block.text
        )


def test_a_hundred_thousand_lines_are_read() -> None:
    assert len(read("A line of its own stands here, and it is long enough to be one.\n\n" * 20_000).blocks) == 20_000


def test_an_e_book_of_project_gutenberg_is_a_book() -> None:
    text = "The Project Gutenberg eBook\n\n*** START OF THE PROJECT GUTENBERG EBOOK MOBY DICK ***\n\nCall me Ishmael."
    assert TextReader().read(source_of(text)).book
    assert not TextReader().read(source_of("Project Gutenberg is an archive.\n\nIt started in 1971.")).book


def test_a_heading_as_markdown_has_it_is_one_in_plain_text_too() -> None:
    blocks = TextReader().read(source_of("# Notes\n\nFirst words here.\n\n## Login\n\n#1 in the charts\n")).blocks
    assert [(block.kind.value, block.text, block.level) for block in blocks] == [
        ("title", "Notes", 1),
        ("paragraph", "First words here.", 0),
        ("heading", "Login", 2),
        ("paragraph", "#1 in the charts", 0),
    ]


def asked(text: str) -> list[tuple[str, list[tuple[str, int, int, str]]]]:
    return [
        (block.text, [(found.wish.value, found.start, found.end, found.value) for found in block.directions])
        for block in read(text).blocks
    ]


def test_an_authors_marks_are_taken_out_of_the_words() -> None:
    text = "- [[KOH-roh|Okoro]] came.\n- She sat. [pause 2s] So did he.\n\n> [voice piper:joe]Yes.[/voice] Why?"
    assert asked(text) == [
        ("Okoro came.", [("say", 0, 5, "KOH-roh")]),
        ("She sat. So did he.", [("pause", 8, 8, "2000")]),
        ("Yes. Why?", [("voice", 0, 4, "piper:joe")]),
    ]


def test_a_voice_goes_on_into_the_paragraphs_that_follow() -> None:
    assert asked("One here. [voice piper:joe]\n\nTwo here.\n\n***\n\nThree [/voice] here.") == [
        ("One here.", []),
        ("Two here.", [("voice", 0, 9, "piper:joe")]),
        ("***", []),
        ("Three here.", [("voice", 0, 5, "piper:joe")]),
    ]


def test_a_pause_alone_belongs_to_the_words_before_it_or_else_to_those_after() -> None:
    parts = ["[pause 1s]", "One here.", "[pause 2s]\n[pause 3s]", "***", "[pause 4s]", "Two here.", "***", "[pause 5s]"]
    assert asked("\n\n".join(parts)) == [
        ("One here.", [("pause", 0, 0, "1000"), ("pause", 9, 9, "2000"), ("pause", 9, 9, "3000")]),
        ("***", []),
        ("Two here.", [("pause", 0, 0, "4000"), ("pause", 9, 9, "5000")]),
        ("***", []),
    ]


def test_marks_may_be_wrapped_like_words_and_hide_neither_wrap_nor_title_nor_byline() -> None:
    article = read(
        "A short history of [[fawg|fog]]\n\n[pause 2s]\n\nBy Ada [[REN-froo|Renfrew]]\n\n"
        "The harbour at night is a different country. The cranes stand with\n"
        "their heads down, like cattle in the rain, and [[WOT-er|the\n"
        "water]] makes the [[small and quiet|small]] sounds that it saves for when [pause\n"
        "2s] nobody is there to hear them at all, as far as anybody living can\n"
        "tell.\n"
    )
    assert article.title == "A short history of fog"
    assert article.authors == ("Ada Renfrew",)
    assert [block.kind for block in article.blocks] == [BlockKind.TITLE, BlockKind.BYLINE, BlockKind.PARAGRAPH]
    assert "and the water makes the small sounds that it saves for when nobody is" in article.blocks[2].text
    assert [len(block.directions) for block in article.blocks] == [2, 1, 3]


def test_a_short_paragraph_broken_beside_a_mark_is_one() -> None:
    assert [words for words, _ in asked("The train was\n[pause 1s] late again.")] == ["The train was late again."]


def test_headings_keep_what_is_asked_for() -> None:
    text = "# [[fawg|Fog]] #\n\n[[WUN|Chapter One]]\n\nIt was a dark night on the moor.\n\nTwo [pause 1s]\n==="
    assert [(block.kind.value, block.text, len(block.directions)) for block in read(text).blocks] == [
        ("title", "Fog", 1),
        ("heading", "Chapter One", 1),
        ("paragraph", "It was a dark night on the moor.", 0),
        ("heading", "Two", 1),
    ]


def test_a_text_of_nothing_but_marks_holds_no_words() -> None:
    with pytest.raises(ArticleError, match="holds no words"):
        read("[pause 2s]\n\n[voice piper:joe]")


def test_a_screenplay_directs_nothing() -> None:
    text = "[voice breaking] I can't. [pause]\n\n[voice over] Then don't. [[beat]] \\[pause 2s] [pause a while]"
    assert [words for words, found in asked(text) if not found] == [
        "[voice breaking] I can't. [pause]",
        "[voice over] Then don't. [[beat]] [pause 2s] [pause a while]",
    ]

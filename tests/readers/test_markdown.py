"""Markdown: words without their marks, structure with its depth."""

from __future__ import annotations

from conftest import SAMPLES, source_of
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

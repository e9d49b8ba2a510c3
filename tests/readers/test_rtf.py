"""RTF: words in every encoding, headings where styles name them, notes, tables and lists."""

from __future__ import annotations

import pytest

from conftest import SAMPLES, source_of
from narrate.cleaner.clean import clean
from narrate.cleaner.show import as_text
from narrate.errors import ArticleError, SourceError
from narrate.readers.rtf import RtfReader
from narrate.types import Article

STYLES = (
    r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0\b heading 1;}{\s2 heading 2;}{\s3 Title;}{\s4 toc 1;}"
    r"{\*\cs10 \additive Default Paragraph Font;}}"
)
FONTS = r"{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fswiss\fcharset204{\*\falt Arial}Arial Cyr;}}"


def read(body: str | bytes) -> Article:
    inner = body if isinstance(body, bytes) else body.encode("latin-1")
    data = rb"{\rtf1\ansi\ansicpg1252\deff0\deflang2057" + (FONTS + STYLES).encode() + inner + b"}"
    return RtfReader().read(source_of(data, "application/rtf"))


def shapes(body: str) -> list[tuple[str, str, int, str]]:
    return [(one.kind.value, one.text, one.level, one.marker) for one in read(body).blocks]


def test_the_sample_is_cleaned_to_what_is_expected() -> None:
    cleaned = clean(RtfReader().read(source_of((SAMPLES / "minutes.rtf").read_bytes(), "application/rtf")))
    assert as_text(cleaned.article) == (SAMPLES / "minutes.clean.txt").read_text("utf-8")


def test_paragraphs_and_headings_are_known() -> None:
    body = (
        r"\pard\s3 The lightship\par\pard\plain\s1 Winter\par\pard It \b snowed\b0  all\line night.\par"
        r"\pard\s2 At night\par\pard\outlinelevel2 Later\par\pard It froze.\par"
    )
    assert shapes(body) == [
        ("title", "The lightship", 1, ""),
        ("heading", "Winter", 1, "# "),
        ("paragraph", "It snowed all night.", 0, ""),
        ("heading", "At night", 2, "## "),
        ("heading", "Later", 3, "### "),
        ("paragraph", "It froze.", 0, ""),
    ]


def test_letters_come_in_code_pages_in_unicode_and_in_pairs() -> None:
    body = (
        r"Caf\'e9 \u8217?s \u-10179?\u-8704? \uc2\u1078\'e6\'a6x"
        r" \emdash  {\f1 \'d1\'ed\'e5\'e3}.\par"
    )
    assert shapes(body)[0][1] == "Café ’s 😀 жx — Снег."


def test_what_is_hidden_deleted_struck_or_for_programs_is_not_read() -> None:
    body = (
        r"{\header On every page}{\*\generator Word 97;}{\pict\pngblip 89504e47}One{\v hidden}{\deleted old}"
        r"{\strike struck} here."
        r'{\field{\*\fldinst HYPERLINK "https://example.org"}{\fldrslt  A link.}}{\*\unknown nothing}\bin3 }}}\par'
    )
    assert shapes(body) == [("paragraph", "One here. A link.", 0, "")]


def test_notes_stand_after_the_paragraph_that_refers_to_them() -> None:
    note = r"{\super\chftn}{\footnote\pard\plain\s0{\super\chftn} As the log\par has it.}"
    assert shapes(rf"It was late.\par\pard\s1 Winter{note}\par\pard It snowed.\par") == [
        ("paragraph", "It was late.", 0, ""),
        ("heading", "Winter", 1, "# "),
        ("note", "As the log has it.", 0, "1"),
        ("paragraph", "It snowed.", 0, ""),
    ]


def test_tables_are_rows_and_lists_are_items() -> None:
    body = (
        r"\pard\trowd\intbl Port\cell Depth\cell\row\trowd\intbl Ellery\cell 9 m\cell\row"
        r"\pard{\pntext\f0 1.\tab}first\par{\listtext\'b7\tab}\ilvl1 inner\par\pard Done.\par"
    )
    assert shapes(body) == [
        ("row", "Port, Depth", 1, ""),
        ("row", "Ellery, 9 m", 0, ""),
        ("item", "first", 1, "1. "),
        ("item", "inner", 2, "- "),
        ("paragraph", "Done.", 0, ""),
    ]


def test_a_picture_says_its_alternative_text() -> None:
    body = r"It lay there.{\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}{\sv A red ship}}}89504e47}}\par"
    assert [shape[:2] for shape in shapes(body)] == [("paragraph", "It lay there."), ("figure", "A red ship")]


def test_the_information_names_title_author_and_language() -> None:
    article = read(r"{\info{\title Ice}{\author Ada Renfrew}{\operator Joss}}It snowed.\par")
    assert (article.title, article.authors, article.language) == ("Ice", ("Ada Renfrew",), "en-GB")
    assert read(r"\lang1031 Es hat geschneit.\par").language == "de-DE"


def test_contents_are_marked() -> None:
    found = [(one.text, one.mark) for one in read(r"\pard\s4 Winter 3\par\pard\s0 It snowed.\par").blocks]
    assert found == [("Winter 3", "front_matter"), ("It snowed.", None)]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "does not begin as one"),
        (b"Once upon a time", "does not begin as one"),
        (rb"{\rtf1\ansi The words end in the", "ends in the middle"),
        (rb"{\rtf1" + b"{" * 200_000, "nested too deeply"),
    ],
    ids=["empty", "text", "truncated", "nested"],
)
def test_what_is_no_rtf_is_refused_with_its_reason(data: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        RtfReader().read(source_of(data, "application/rtf"))


def test_numbers_that_are_far_too_large_do_no_harm() -> None:
    assert shapes(r"\u99999999999?\ansicpg99999 \uc9999 \bin-5 \ilvl9999 Words.\par")[-1][1].endswith("Words.")


def test_a_document_without_words_says_so() -> None:
    with pytest.raises(ArticleError, match="holds no words"):
        read(r"\par\par")

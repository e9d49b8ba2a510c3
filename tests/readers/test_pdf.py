"""PDFs: from letters at places to paragraphs in order, without the furniture of pages."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
import time
from itertools import pairwise

import pytest
from pdf_makers import (
    PARAGRAPHS,
    Put,
    column,
    flow,
    fpdf_document,
    in_own_font,
    joined,
    lay,
    lines_of,
    locked,
    prose,
    raw_pdf,
    scan,
    wrap,
)
from reportlab.pdfbase.pdfmetrics import stringWidth

from conftest import source_of
from narrate.errors import ArticleError, NarrateError, SourceError
from narrate.readers.pdf.hyphens import WordList
from narrate.readers.pdf.label import sensible_authors, sensible_language, sensible_title
from narrate.readers.pdf.reader import PdfReader, write_numbers
from narrate.types import Article, Block, BlockKind

STORY = prose(50)


def read(data: bytes) -> Article:
    return PdfReader().read(source_of(data, "application/pdf"))


def story(article: Article) -> list[Block]:
    return [block for block in article.blocks if block.mark is None]


def texts(data: bytes) -> list[str]:
    return [block.text for block in story(read(data))]


def kinds(data: bytes) -> list[tuple[str, int, str]]:
    return [(block.kind.value, block.level, block.text) for block in story(read(data))]


def complaint(data: bytes) -> str:
    with pytest.raises(NarrateError) as caught:
        read(data)
    return str(caught.value)


# ------------------------------------------------------- lines, paragraphs


def test_lines_become_paragraphs_by_their_indents() -> None:
    assert texts(lay([column(PARAGRAPHS)])) == list(PARAGRAPHS)


def test_lines_become_paragraphs_by_the_space_between() -> None:
    assert texts(lay([column(PARAGRAPHS, indent=0, space=7)])) == list(PARAGRAPHS)


def test_lines_become_paragraphs_where_only_their_last_lines_are_short() -> None:
    assert texts(lay([column(PARAGRAPHS, indent=0, width=400)])) == list(PARAGRAPHS)


def test_the_order_in_which_lines_are_drawn_does_not_matter() -> None:
    puts = column(PARAGRAPHS)
    assert texts(lay([puts[::-1]])) == list(PARAGRAPHS)


def test_a_turned_page_is_read_as_it_is_seen() -> None:
    puts = [
        Put(72 + 14 * index, 72, line.text, turned=90)
        for index, line in enumerate(column(PARAGRAPHS[:3], indent=0, width=600))
    ]
    assert " ".join(texts(lay([puts]))) == " ".join(PARAGRAPHS[:3])


@pytest.mark.parametrize(
    ("stamp", "words"),
    [
        (Put(150, 500, "DRAFT COPY 2", size=60, turned=45), "DRAFT COPY 2"),
        (Put(200, 640, "For Ines only", size=9, turned=30), "For Ines only"),
        (Put(30, 300, "arXiv:2611.0042", turned=90), "arXiv:2611.0042"),
        (Put(100, 600, "DRAFT", font="Helvetica-Bold", size=110), "DRAFT"),
        (Put(80, 650, "Not for sale", font="Helvetica-Bold", size=40), "Not for sale"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_words_across_the_page_are_not_read_and_named_once(stamp: Put, words: str, first: bool) -> None:
    pages = [column(STORY[3 * part : 3 * part + 3], indent=0, space=7) for part in range(3)]
    article = read(lay([[stamp, *page] if first else [*page, stamp] for page in pages]))
    assert [block.text for block in story(article)] == list(STORY[:9])
    assert [block.text for block in article.blocks if block.mark == "watermark"] == [words]


def test_large_words_beside_others_are_no_watermark() -> None:
    page = [Put(72, 700, "1994", size=40), *column(PARAGRAPHS[:2], x=190, top=730, width=300)]
    assert "1994" in " ".join(texts(lay([page])))


def test_a_verse_keeps_its_lines() -> None:
    verse = "Roses are red,\nViolets are blue,\nNobody wrote\nThis poem for you."
    page = [*column(PARAGRAPHS[:2]), *lines_of(verse, top=600)]
    assert texts(lay([page]))[2:] == verse.split("\n")


def test_a_drop_cap_belongs_to_its_word() -> None:
    first, *rest = wrap(PARAGRAPHS[0][1:], 400)
    page = [
        Put(72, 732, "T", size=40),
        Put(100, 760 - 9, first),
        Put(100, 760 - 23, rest[0]),
        *[Put(72, 760 - 37 - 14 * index, line) for index, line in enumerate(rest[1:])],
        *column(PARAGRAPHS[1:], top=650),
    ]
    assert texts(lay([page]))[0].startswith("The harbour at night is a different country. The cranes stand")


# ---------------------------------------------------------------- columns


def test_two_columns_are_read_one_after_the_other_below_a_heading_across_both() -> None:
    page = [
        Put(72, 790, "A short history of fog in the northern harbours", font="Times-Bold", size=18),
        *column(PARAGRAPHS[:3], top=750, width=215),
        *column(PARAGRAPHS[3:], x=310, top=750, width=215),
    ]
    title, *rest = kinds(lay([page]))
    assert title == ("title", 1, "A short history of fog in the northern harbours")
    assert [text for _, _, text in rest] == list(PARAGRAPHS)


def test_a_paragraph_goes_on_in_the_next_column_and_on_the_next_page() -> None:
    data = flow([("body", text) for text in STORY[:30]], columns=2, head="Fog and its uses")
    assert texts(data) == list(STORY[:30])


def test_what_runs_across_in_the_middle_parts_the_columns() -> None:
    page = [
        *column(PARAGRAPHS[:1], top=750, width=215),
        *column(PARAGRAPHS[1:2], x=310, top=750, width=215),
        Put(72, 560, "The second part, which stands across both of the columns", font="Times-Bold", size=14),
        *column(PARAGRAPHS[2:3], top=530, width=215),
        *column(PARAGRAPHS[3:4], x=310, top=530, width=215),
    ]
    assert [text for text in texts(lay([page])) if text in PARAGRAPHS] == list(PARAGRAPHS[:4])


# -------------------------------------------------------------- furniture


def test_heads_feet_and_numbers_are_not_read_and_named_once() -> None:
    data = flow([("body", text) for text in STORY], head="Fog and its uses")
    article = read(data)
    assert [block.text for block in story(article)] == list(STORY)
    assert [block.text for block in article.blocks if block.mark == "page_number"] == ["1", "Fog and its uses"]


def furnished(head: str, foot: str, part: int) -> list[Put]:
    puts = column(STORY[3 * part : 3 * part + 3], top=740, indent=0, space=7)
    return [Put(90, 800, head, size=9), *puts, Put(290, 40, foot, size=9)]


@pytest.mark.parametrize("foot", ["{0}", "- {0} -", "Page {0} of 40", "{0} | Page", "Seite {0}", "{0}/40"])
def test_every_way_to_write_the_number_of_a_page_is_known(foot: str) -> None:
    pages = [furnished("", foot.format(number), number) for number in range(7, 12)]
    assert all(text in STORY for text in texts(lay(pages)))


def test_roman_numbers_before_arabic_ones_are_not_read() -> None:
    numbers = ["v", "vi", "vii", "viii", "1", "2", "3", "4"]
    pages = [furnished("", number, index) for index, number in enumerate(numbers)]
    assert all(text in STORY for text in texts(lay(pages)))


def test_heads_that_change_with_the_chapter_and_from_side_to_side_are_not_read() -> None:
    heads = [
        "The Keeper of Ice",
        "One",
        "The Keeper of Ice",
        "One",
        "The Keeper of Ice",
        "Two",
        "The Keeper of Ice",
        "Three",
    ]
    pages = [furnished(f"{head}   {index + 20}", "", index) for index, head in enumerate(heads)]
    assert all(text in STORY for text in texts(lay(pages)))


def test_a_head_that_names_another_section_on_every_page_is_not_read() -> None:
    sections = ["Cold", "Doors", "Trains", "Paint", "Sound"]
    pages = [[Put(420, 800, name, size=9), *furnished("Quay Press", "", part)] for part, name in enumerate(sections)]
    assert all(text in STORY for text in texts(lay(pages)))


def test_the_first_line_of_a_page_stays_where_no_head_stands() -> None:
    openings = [f"Chapter opening {letter}." for letter in "abcdefgh"]
    pages = [
        column([opening, *STORY[3 * number : 3 * number + 3]], indent=0, space=7)
        for number, opening in enumerate(openings)
    ]
    said = texts(lay(pages))
    assert all(opening in said for opening in openings)


def test_what_a_browser_prints_around_a_page_is_not_read() -> None:
    page = [
        Put(30, 820, "11/28/26, 4:12 PM", size=7),
        *column(PARAGRAPHS),
        Put(30, 18, "https://example.com/fog/history", size=7),
        Put(540, 18, "1/1", size=7),
    ]
    assert texts(lay([page])) == list(PARAGRAPHS)


def test_pages_that_are_all_alike_are_read() -> None:
    assert texts(lay([lines_of("The doors are painted blue.")] * 6)) == ["The doors are painted blue."] * 6


def test_fpdf_heads_and_feet_are_not_read() -> None:
    article = read(fpdf_document(STORY[:20], head="A walk along the quay"))
    assert [block.text for block in story(article)] == list(STORY[:20])
    assert article.language == "en-GB"


# ---------------------------------------------------------------- hyphens


def test_hyphens_of_the_line_go_and_hyphens_of_the_word_stay() -> None:
    text = (
        "We walked on and saw what nobody had expected of the well-\n"
        "known keeper, who was a most unusual and inconsid-\n"
        "erate man with a state-of-the-\n"
        "art lamp, and who was twenty-\n"
        "two years old when an earth-\n"
        "quake took the tower in the pre-\n"
        "and post-war years of that Anglo-\n"
        "Saxon town, where earthquake news is rare."
    )
    said = " ".join(texts(lay([[*lines_of(text), *column(PARAGRAPHS, top=600)]])))
    for word in (
        "well-known",
        "inconsiderate",
        "state-of-the-art",
        "twenty-two",
        "earthquake took",
        "pre- and post-war",
    ):
        assert word in said
    assert "Anglo-Saxon" in said


@pytest.mark.parametrize(
    ("elsewhere", "before", "after", "joined"),
    [
        ("some long-term plan", "a long-", "term view", "a long-term view"),
        ("no such word", "exam-", "ple of it", "example of it"),
        ("a coworker came", "my co-", "worker left", "my coworker left"),
        ("a co-worker came", "my co-", "worker left", "my co-worker left"),
        ("", "the sea\u00ad", "son", "the season"),
        ("", "from 1914–", "1918 on", "from 1914–1918 on"),
        ("", "he left—", "and came", "he left—and came"),
        ("", "at https://example.com/", "path it is", "at https://example.com/path it is"),
        ("", "the low-", "er deck", "the lower deck"),
        ("", "plain", "words", "plain words"),
    ],
)
def test_the_document_is_its_own_word_list(elsewhere: str, before: str, after: str, joined: str) -> None:
    dropped, between = WordList([elsewhere]).joint(before, after)
    assert before[: len(before) - dropped] + between + after == joined


def test_ligatures_and_soft_hyphens_become_letters() -> None:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", "", 12)
    pdf.multi_cell(
        70,
        6,
        "The whole busi\u00adness of find\u00ading out took a dread\u00adfully long week\u00adend of search\u00ading.",
    )
    assert texts(bytes(pdf.output())) == [
        "The whole business of finding out took a dreadfully long weekend of searching."
    ]
    assert "ﬁ" not in " ".join(texts(lay([lines_of("A ﬁne ﬂag.")])))


# ------------------------------------------------------------------ notes


def run(x: float, y: float, *pieces: tuple[str, float]) -> list[Put]:
    """Pieces of one line, each right behind the one before, small ones raised."""
    puts = []
    size_of_line = max(size for _, size in pieces)
    for text, size in pieces:
        puts.append(Put(x, y, text, size=size, rise=0.4 * size_of_line if size < size_of_line else 0))
        x += stringWidth(text, "Times-Roman", size)
    return puts


def noted_page(part: int = 0) -> list[Put]:
    units = ("pound", "", "sack")
    return [
        *run(
            72,
            760,
            (f"He sold the ice by the {units[part]}", 11),
            ("1", 6),
            (" and by the sack, on 40 m", 11),
            ("2", 6),
            (" of floor.", 11),
        ),
        *column(STORY[part : part + 2], top=735, indent=0, space=7),
        *run(
            72,
            130,
            ("1", 5),
            (f" A {units[part]} was less than it is now, at least in the books of the harbour office.", 8),
        ),
        *run(72, 120, ("2", 5), (f" Nobody refers to note {units[part]}.", 8)),
    ]


def test_a_note_stands_behind_the_paragraph_that_refers_to_it() -> None:
    first, note, *rest = story(read(lay([noted_page()])))
    assert first.text == "He sold the ice by the pound and by the sack, on 40 m² of floor."
    assert (note.kind, note.marker) == (BlockKind.NOTE, "1")
    assert note.text.startswith("A pound was less than it is now")
    assert [(block.kind, block.marker) for block in rest][-1] == (BlockKind.NOTE, "2")


def test_notes_of_one_page_are_not_those_of_the_next() -> None:
    blocks = story(read(lay([noted_page(), noted_page(2)])))
    assert [block.kind.value for block in blocks] == ["paragraph", "note", "paragraph", "paragraph", "note"] * 2


# --------------------------------------------------------------- headings


def test_headings_are_told_by_their_size() -> None:
    parts = [
        ("title", "The ice house"),
        ("h1", "Cold"),
        ("body", PARAGRAPHS[0]),
        ("h2", "Colder"),
        ("body", PARAGRAPHS[1]),
    ]
    parts += [("h1", "Doors"), ("body", PARAGRAPHS[2])]
    found = kinds(flow(parts))
    assert [one for one in found if one[0] in ("title", "heading")] == [
        ("title", 1, "The ice house"),
        ("heading", 1, "Cold"),
        ("heading", 2, "Colder"),
        ("heading", 1, "Doors"),
    ]


def test_headings_have_the_level_of_the_outline() -> None:
    sections = {0: (0, "The boy"), 1: (1, "His uncle"), 3: (0, "The gallery")}
    found = kinds(fpdf_document(PARAGRAPHS, head="", sections=sections))
    assert [one for one in found if one[0] == "heading"] == [
        ("heading", 1, "The boy"),
        ("heading", 2, "His uncle"),
        ("heading", 1, "The gallery"),
    ]


def test_the_number_of_a_chapter_and_its_name_are_one_heading() -> None:
    page = [
        Put(72, 760, "Chapter 4", size=14),
        Put(72, 730, "The Blue Doors", size=20),
        *column(PARAGRAPHS[:2], top=690),
    ]
    first = lay([[Put(200, 700, "The Keeper of Ice", size=30)], page])
    assert ("heading", 1, "Chapter 4. The Blue Doors") in kinds(first)


# --------------------------------------------- captions, tables, lists, quotes


def test_captions_are_marked_and_part_no_paragraph() -> None:
    lines = wrap(PARAGRAPHS[2], 450)
    page = [
        *[Put(72, 760 - 14 * index, line) for index, line in enumerate(lines[:2])],
        Put(72, 600, "Figure 2. The doors, seen from the street.", size=9),
        *[Put(72, 540 - 14 * index, line) for index, line in enumerate(lines[2:])],
        *column(PARAGRAPHS[3:], top=440),
    ]
    article = read(lay([page]))
    assert [block.text for block in story(article)] == list(PARAGRAPHS[2:])
    assert [block.text for block in article.blocks if block.mark == "caption"] == [
        "Figure 2. The doors, seen from the street."
    ]


def test_a_table_becomes_rows_behind_its_header() -> None:
    rows = [("Year", "Boats", "Ice"), ("1901", "12", "300"), ("1902", "14", "310"), ("1903", "9", "280")]
    cells = [Put(72 + 120 * x, 500 - 16 * y, cell) for y, row in enumerate(rows) for x, cell in enumerate(row)]
    blocks = story(read(lay([[*column(PARAGRAPHS[:2]), *cells]])))
    found = [(block.level, block.text) for block in blocks if block.kind is BlockKind.ROW]
    assert found == [(1, "Year, Boats, Ice"), (0, "1901, 12, 300"), (0, "1902, 14, 310"), (0, "1903, 9, 280")]


def test_items_keep_their_bullets_numbers_and_depth() -> None:
    page = [
        *column(PARAGRAPHS[:1]),
        Put(80, 700, "• eleven gates, of which two squeak, and which nobody has oiled since the old man who"),
        Put(90, 686, "used to do it was moved to the north"),
        Put(80, 672, "• one cat"),
        Put(98, 658, "– who is not pleased"),
        Put(80, 644, "• a wall"),
        *column(PARAGRAPHS[1:2], top=610),
        Put(80, 500, "1. Leave early."),
        Put(80, 486, "2. Take the street you do not need."),
    ]
    blocks = story(read(lay([page])))
    assert [(block.marker, block.level) for block in blocks if block.kind is BlockKind.ITEM] == [
        ("• ", 1),
        ("• ", 1),
        ("– ", 2),
        ("• ", 1),
        ("1. ", 1),
        ("2. ", 1),
    ]
    assert blocks[1].text.endswith("old man who used to do it was moved to the north")


def test_a_paragraph_that_stands_in_on_both_sides_is_a_quotation() -> None:
    page = [
        *column(PARAGRAPHS[:2]),
        *column(PARAGRAPHS[2:3], x=100, top=640, width=390),
        *column(PARAGRAPHS[3:4], top=560),
    ]
    assert [block.quoted for block in story(read(lay([page])))] == [0, 0, 1, 0]


def test_contents_and_references_are_marked() -> None:
    contents = [
        Put(72, 700 - 16 * n, f"{name} {'. ' * 40}{n + 3}") for n, name in enumerate(("Cold", "Doors", "Trains"))
    ]
    page = [Put(72, 760, "Contents", font="Times-Bold", size=16), *contents]
    end = [
        *column(PARAGRAPHS[:2]),
        Put(72, 600, "References", font="Times-Bold", size=16),
        *column(
            ["Renfrew, A. 1987. Ice houses of the coast. Quay Press.", "Weir, J. 2001. Doors. Blue Books."],
            top=570,
            indent=0,
            space=6,
        ),
    ]
    marks = [(block.mark, block.text[:8]) for block in read(lay([page, end])).blocks]
    assert [mark for mark, _ in marks].count("front_matter") == 4
    assert [text for mark, text in marks if mark == "references"] == ["Referenc", "Renfrew,", "Weir, J."]


def test_code_keeps_its_lines() -> None:
    code = [
        Put(72, 500 - 12 * n, line, font="Courier", size=10)
        for n, line in enumerate(("open = True", "cold = 5", "walk(cold)"))
    ]
    blocks = story(read(lay([[*column(PARAGRAPHS[:3]), *code]])))
    assert [block.text for block in blocks if block.kind is BlockKind.CODE] == ["open = True\ncold = 5\nwalk(cold)"]


# ------------------------------------------------------------------ label


def test_title_author_and_language_come_from_the_data_where_a_person_wrote_them() -> None:
    page = [Put(72, 780, "The ice house", size=22), Put(72, 750, "Ada Renfrew"), *column(PARAGRAPHS, top=710)]
    article = read(lay([page], title="The Ice House", author="Ada Renfrew", lang="en-IE"))
    assert (article.title, article.authors, article.language) == ("The ice house", ("Ada Renfrew",), "en-IE")
    assert [block.kind.value for block in article.blocks][:2] == ["title", "byline"]


@pytest.mark.parametrize(
    "title", ["Microsoft Word - fog_v3_FINAL.docx", "untitled", "paper.dvi", "", "C:\\texts\\fog", "fog-2024_03", "---"]
)
def test_what_a_program_wrote_is_no_title(title: str) -> None:
    assert sensible_title(title) is None
    page = [Put(72, 780, "The ice house", size=22), *column(PARAGRAPHS, top=710)]
    assert read(lay([page], title=title)).title == "The ice house"


def test_authors_are_people() -> None:
    assert sensible_authors("Ada Renfrew; Joss Weir") == ("Ada Renfrew", "Joss Weir")
    assert sensible_authors("Ada Renfrew and Joss Weir") == ("Ada Renfrew", "Joss Weir")
    assert [sensible_authors(name) for name in ("user", "jweir2", "Microsoft Office User", "a@example.com")] == [()] * 4
    assert sensible_authors("Plato") == ("Plato",)


def test_a_language_is_a_tag() -> None:
    assert sensible_language("en_US") == "en-US"
    assert [sensible_language(said) for said in ("", None, "English (UK)", "und")] == [None] * 4


# ----------------------------------------------------------------- places


def test_blocks_have_places_in_the_text_that_they_make() -> None:
    blocks = read(lay([noted_page()])).blocks
    text = "\n\n".join(block.text for block in blocks)
    for one in blocks:
        assert text[one.place.start : one.place.end] == one.text
        assert text.count("\n", 0, one.place.start) + 1 == one.place.line
    assert all(one.place.end_line < two.place.line for one, two in pairwise(blocks))


# -------------------------------------------------------------- bad input


def test_a_scan_says_so_and_what_to_do() -> None:
    said = complaint(scan(3))
    assert "its pages are pictures" in said
    assert "ocrmypdf" in said


def test_a_scan_with_a_stamp_on_every_page_is_a_scan() -> None:
    assert "its pages are pictures" in complaint(scan(4, "From the library of the quay"))


def test_a_scanned_page_among_others_is_named_and_what_to_do() -> None:
    data = joined(lay([column(PARAGRAPHS)]), scan(1), lay([column(STORY[:3])]), scan(3, "From the library of the quay"))
    article = read(data)
    assert article.notes == (
        "Pages 2 and 4 to 6 are pictures with little or no text, and pictures are not read. For a scan: run it through "
        "OCR, for instance `ocrmypdf in.pdf out.pdf`, and give narrate the result.",
    )
    assert read(joined(lay([column(PARAGRAPHS)]), scan(1))).notes[0].startswith("Page 2 is a picture with little")


def test_a_page_of_outlines_is_named_and_one_with_a_line_or_a_small_picture_is_not() -> None:
    curve = "100 100 m 110 120 l 120 100 l S "
    drawn = written_page(f"q {curve * 300} Q")
    ruled = written_page("q 72 700 m 500 700 l S Q")
    data = joined(lay([column(PARAGRAPHS)]), drawn, ruled)
    assert [note.partition(" with")[0] for note in read(data).notes] == ["Page 2 is a picture"]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [([3], "3"), ([1, 2], "1 and 2"), ([1, 2, 3, 9], "1 to 3 and 9"), ([2, 4, 6, 7, 8], "2, 4 and 6 to 8")],
)
def test_numbers_of_pages_are_told_in_few_words(numbers: list[int], said: str) -> None:
    assert write_numbers(numbers) == said


def test_an_empty_document_holds_no_words() -> None:
    with pytest.raises(ArticleError):
        read(lay([[], []]))


def test_a_password_is_asked_for_in_words() -> None:
    said = complaint(locked(PARAGRAPHS, user="open", owner="sesame"))
    assert "it is encrypted and asks for a password" in said
    assert "without password" in said


def test_a_document_that_only_forbids_copying_is_read() -> None:
    assert texts(locked(PARAGRAPHS, user="", owner="sesame"))[0].startswith("The harbour at night")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"GIF89a", b"%PDF-1.4\n" + bytes(range(256)) * 40])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    assert "cannot be read as a PDF" in complaint(data)


def test_a_broken_table_of_objects_is_put_up_with() -> None:
    data = lay([column(PARAGRAPHS)])
    assert texts(re.sub(rb"startxref\s+\d+", b"startxref\n99", data)) == list(PARAGRAPHS)


def test_a_file_cut_anywhere_gives_words_or_a_plain_error() -> None:
    data = flow([("body", text) for text in STORY[:15]])
    said = [outcome(data[: len(data) * part // 20]) for part in range(1, 20)]
    assert all(one == "words" or "Download it again" in one or "holds no words" in one for one in said)


def outcome(data: bytes) -> str:
    try:
        return "words" if read(data).blocks else ""
    except NarrateError as problem:
        return str(problem)


def test_a_page_tree_that_bites_its_tail_ends() -> None:
    cycle = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 900 >>"]
    cycle += ["<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 5 >>"]
    with pytest.raises(NarrateError):
        read(raw_pdf(cycle))


def test_too_many_pages_are_refused_before_they_are_read() -> None:
    kids = "3 0 R " * 10_000
    pages = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count 10000 >>"]
    said = complaint(raw_pdf([*pages, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"]))
    assert "10,000 pages" in said
    assert "Split it" in said


def test_fonts_that_hide_their_letters_are_found_out() -> None:
    data = in_own_font(PARAGRAPHS)
    assert texts(data) == list(PARAGRAPHS)
    some = joined(*[lay([column(STORY[:9])])] * 9, in_own_font(["Gale."]).replace(b"/ToUnicode", b"/ToNothing"))
    assert re.fullmatch(r"The fonts do not say what [45] of [\d,]+ signs are: .*", read(some).notes[0])
    said = complaint(data.replace(b"/ToUnicode", b"/ToNothing"))
    assert "its fonts do not say which letters they draw" in said
    assert "--force-ocr" in said


LINE = "BT /F1 12 Tf 72 700 Td (The doors are painted blue, and nobody keeps ice.) Tj ET"


def written_page(content: str, *more: str, catalog: str = "", inherited: str = "") -> bytes:
    """One page that is written by hand, its font the fifth object; more objects are the sixth and so on."""
    resources = f"/Resources << /Font << /F1 5 0 R >> {inherited} >>"
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R {resources} >>",
        stream(content),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
    ]
    return raw_pdf([*objects, *more])


def stream(content: str, entries: str = "") -> str:
    return f"<< /Length {len(content)} {entries} >>\nstream\n{content}\nendstream"


def test_scripts_and_files_inside_are_left_alone() -> None:
    catalog = "/OpenAction 6 0 R /Names << /JavaScript << /Names [(a) 6 0 R] >> >>"
    script = "<< /S /JavaScript /JS (app.alert\\(1\\); while\\(true\\){}) >>"
    data = written_page(LINE, script, catalog=catalog)
    assert texts(data) == ["The doors are painted blue, and nobody keeps ice."]


def test_an_outline_that_bites_its_tail_ends() -> None:
    outline = "<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 2 >>"
    one = "<< /Title (One) /Parent 6 0 R /Next 8 0 R /First 7 0 R /Dest [3 0 R /Fit] >>"
    two = "<< /Title (Two) /Parent 6 0 R /Next 7 0 R /Dest [3 0 R /Fit] >>"
    assert len(read(written_page(LINE, outline, one, two, catalog="/Outlines 6 0 R")).blocks) == 1


def test_a_page_that_draws_itself_twice_over_and_over_is_stopped() -> None:
    itself = "/XObject << /X 6 0 R >>"
    form = stream("/X Do /X Do", f"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << {itself} >>")
    said = complaint(written_page("/X Do", form, inherited=itself))
    assert "takes more memory or time than a text needs" in said


@pytest.mark.parametrize("piece", ["a", ".", "ab-", "1 ", "'", " . "])
def test_a_line_without_end_is_read_in_time(piece: str) -> None:
    data = written_page(f"BT /F1 0.01 Tf 2 700 Td ({piece * (60_000 // len(piece))}) Tj ET")
    began_s = time.monotonic()
    outcome(data)
    assert time.monotonic() - began_s < 20


def test_errors_survive_pickling() -> None:
    with pytest.raises(SourceError) as caught:
        read(scan(1))
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_importing_the_reader_does_not_load_pdfium() -> None:
    asked = "import sys, narrate.readers.pdf.reader; sys.exit('pypdfium2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0

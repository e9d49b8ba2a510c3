"""Books: every chapter once and in order, notes at their places, no page numbers; and nothing that a bad one can do."""

from __future__ import annotations

import base64
import io
import random
import re
import struct
import time
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from epub_makers import (
    CONTAINER,
    PROSE,
    STORY,
    TITLE,
    blocks_of,
    book,
    headings,
    line,
    old_book,
    pack,
    package,
    page,
    point,
    read,
    shapes,
    source,
)
from epub_sample import make_sample
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import SAMPLES
from narrate.cleaner.show import as_text
from narrate.errors import ArticleError, NarrateError, SourceError
from narrate.readers.epub.archive import join
from narrate.readers.epub.reader import EpubReader
from narrate.types import Article, BlockKind, Wish

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
NOTE = '<aside epub:type="footnote" id="n1"><p>A note on fog.</p></aside>'


def marks(article: Article) -> dict[str, str | None]:
    """What every block is marked as, by its words."""
    return {block.text: block.mark for block in article.blocks}


def paragraph(body: str) -> str:
    """The words of the only block of a page."""
    ((_, text),) = blocks_of(body)
    return text


# ---------------------------------------------------------------- the sample


def test_the_sample_is_read_as_expected() -> None:
    article = EpubReader().read(source((SAMPLES / "book.epub").read_bytes()))
    unheard = (BlockKind.FIGURE, BlockKind.NOTE)
    kept = tuple(one for one in article.blocks if one.mark is None and one.kind not in unheard)
    assert as_text(Article(blocks=kept)) == (SAMPLES / "book.clean.txt").read_text("utf-8")
    assert (article.title, article.authors, article.language) == ("The Lamp at Ferrow Sound", ("Ines Calder",), "en")
    assert article.series == "Northern Lights, 2"
    assert article.cover is not None
    assert article.cover.startswith(b"\x89PNG")
    assert dict(article.pronunciations) == {"Ferrow": "ˈfɛɹoʊ"}


def test_the_sample_is_made_of_what_can_be_read_beside_the_tests() -> None:
    with zipfile.ZipFile(SAMPLES / "book.epub") as kept, zipfile.ZipFile(io.BytesIO(make_sample())) as made:
        assert kept.namelist() == made.namelist()
        assert {name: kept.read(name) for name in kept.namelist()} == {
            name: made.read(name) for name in made.namelist()
        }
    assert (SAMPLES / "book.epub").stat().st_size < 40_000


def test_the_sample_has_its_notes_and_its_figure_at_their_places() -> None:
    blocks = read((SAMPLES / "book.epub").read_bytes()).blocks
    found = [
        (before.text[-12:], block.marker, block.text)
        for before, block in pairwise(blocks)
        if block.kind is BlockKind.NOTE
    ]
    assert found == [
        ("of the rock.", "1", "The lightkeepers of Ferrow measured by the brass rule, a finger too long."),
        (" who it is.”", "*", "In the log the word is pencilled over another, and neither can be read."),
    ]  # fmt: skip
    (figure,) = (block for block in blocks if block.kind is BlockKind.FIGURE and block.mark is None)
    assert figure.text == "A lamp on a rock, drawn with few lines"
    assert {block.mark for block in blocks} == {None, "front_matter", "back_matter", "caption"}


# ---------------------------------------------------------------- chapters


def test_titles_in_the_text_become_chapters_and_are_said_once() -> None:
    pages = {"a.xhtml": f"<h1>Chapter 1</h1>{STORY}", "b.xhtml": f"<h1>Chapter 2</h1>{STORY}"}
    article = read(book(pages, contents=line("Chapter 1", "a.xhtml") + line("Chapter 2", "b.xhtml")))
    assert headings(article) == [(1, "Chapter 1"), (1, "Chapter 2")]


def test_a_chapter_without_a_heading_gets_the_one_of_the_navigation() -> None:
    pages = {"a.xhtml": STORY, "b.xhtml": STORY}
    article = read(book(pages, contents=line("Fog", "a.xhtml") + line("Rain", "b.xhtml")))
    assert shapes(article)[0] == ("heading", "Fog")
    assert shapes(article)[4] == ("heading", "Rain")


@pytest.mark.parametrize(
    ("title", "printed", "said"),
    [
        ("Chapter 1: Loomings", "<h1>Chapter 1</h1><h2>Loomings</h2>", "Chapter 1: Loomings"),
        ("Chapter 1: Loomings", "<h1>Loomings</h1>", "Chapter 1: Loomings"),
        ("Loomings", "<h1>Chapter I. Loomings</h1>", "Chapter I. Loomings"),
        ("1", "<h2>CHAPTER ONE</h2>", "CHAPTER ONE"),
        ("Chapter 2", "<h2>II</h2>", "Chapter 2"),
        ("Down the Hole", "<h2>DOWN THE HOLE</h2>", "Down the Hole"),
        ("The Sea", '<p class="title">The Sea</p>', "The Sea"),
        ("2. The Sea", "<h1>Chapter Two</h1><h2>The Sea</h2>", "Chapter Two. The Sea"),
        ("1. The Sea", '<p class="n">1</p><p class="t">The Sea</p>', "1. The Sea"),
        ("The Sea", "<h1>The<br/>Sea</h1>", "The Sea"),
        ("1. The Sea", "<h1>1<br/>The Sea</h1>", "1. The Sea"),
    ],
)
def test_a_title_that_is_printed_otherwise_is_still_said_once(title: str, printed: str, said: str) -> None:
    article = read(book({"a.xhtml": printed + STORY, "b.xhtml": f"<h1>Rest</h1>{STORY}"},
                        contents=line(title, "a.xhtml") + line("Rest", "b.xhtml")))  # fmt: skip
    assert headings(article) == [(1, said), (1, "Rest")]
    assert len(article.blocks) == 8


def test_a_page_with_many_chapters_is_cut_at_the_anchors_of_the_navigation() -> None:
    body = (
        f'<h2 id="one">One</h2>{STORY}<a id="two"></a><p>{PROSE[0]}</p><p>Last.<a id="three"/></p><h2>Three</h2>{STORY}'
    )
    lines = line("One", "a.xhtml#one") + line("Two", "a.xhtml#two") + line("Three", "a.xhtml#three")
    article = read(book({"a.xhtml": body}, contents=lines))
    assert headings(article) == [(1, "One"), (1, "Two"), (1, "Three")]
    assert shapes(article)[4:6] == [("heading", "Two"), ("paragraph", PROSE[0])]
    assert shapes(article)[6:8] == [("paragraph", "Last."), ("heading", "Three")]


def test_a_chapter_may_go_on_over_many_pages() -> None:
    pages = {"a.xhtml": f"<h1>Fog</h1>{STORY}", "b.xhtml": STORY, "c.xhtml": f"<h1>Rain</h1>{STORY}"}
    article = read(book(pages, contents=line("Fog", "a.xhtml") + line("Rain", "c.xhtml")))
    assert headings(article) == [(1, "Fog"), (1, "Rain")]


def test_parts_and_their_chapters_are_of_level_one_and_sections_below() -> None:
    pages = {
        "p.xhtml": "<h1>Part One</h1>",
        "a.xhtml": f'<h2>Fog</h2>{STORY}<h3 id="s">A section</h3>{STORY}',
        "b.xhtml": f"<h2>Rain</h2>{STORY}<h3>Another</h3>{STORY}",
    }
    below = line("Fog", "a.xhtml", line("A section", "a.xhtml#s")) + line("Rain", "b.xhtml")
    article = read(book(pages, contents=line("Part One", "p.xhtml", below)))
    assert headings(article) == [(1, "Part One"), (1, "Fog"), (2, "A section"), (1, "Rain"), (2, "Another")]


def test_sections_that_have_pages_of_their_own_are_still_below_their_chapter() -> None:
    pages = {f"{n}.xhtml": f"<h1>{title}</h1>{STORY}" for n, title in enumerate(("1 Fog", "1.1 Sea fog", "2 Rain"))}
    lines = line("1 Fog", "0.xhtml", line("1.1 Sea fog", "1.xhtml")) + line("2 Rain", "2.xhtml")
    assert headings(read(book(pages, contents=lines))) == [(1, "1 Fog"), (2, "1.1 Sea fog"), (1, "2 Rain")]


def test_a_part_without_a_page_stands_before_its_first_chapter() -> None:
    lines = f"<li><span>Part One</span><ol>{line('Fog', 'a.xhtml')}{line('Rain', 'b.xhtml')}</ol></li>"
    pages = {"a.xhtml": f"<h1>Fog</h1>{STORY}", "b.xhtml": f"<h1>Rain</h1>{STORY}"}
    assert headings(read(book(pages, contents=lines))) == [(1, "Part One"), (1, "Fog"), (1, "Rain")]


def test_an_old_book_has_its_chapters_from_the_ncx() -> None:
    pages = {"a.html": f"<h2>Fog</h2>{STORY}", "b.html": STORY}
    points = point("Fog", "a.html", point("Inside", "a.html#no-such-id")) + point("Rain", "b.html")
    article = read(old_book(pages, points))
    assert [text for _, text in headings(article)] == ["Fog", "Inside", "Rain"]


def test_a_chapter_that_the_navigation_has_forgotten_is_still_one() -> None:
    pages = {f"{n}.xhtml": f"<h2>Chapter {n}</h2>{STORY}<h3>Within</h3>{STORY}" for n in (1, 2, 3)}
    article = read(book(pages, contents=line("Chapter 1", "1.xhtml") + line("Chapter 3", "3.xhtml")))
    assert [level for level, _ in headings(article)] == [1, 2, 1, 2, 1, 2]


def test_without_navigation_the_headings_of_the_text_are_the_chapters() -> None:
    pages = {"t.xhtml": "<h1>My Book</h1>", "a.xhtml": f"<h2>Fog</h2>{STORY}", "b.xhtml": f"<h2>Rain</h2>{STORY}"}
    assert headings(read(book(pages))) == [(1, "My Book"), (1, "Fog"), (1, "Rain")]


def test_a_navigation_that_only_says_where_to_begin_makes_no_sections_of_chapters() -> None:
    pages = {"a.xhtml": f"<h1>Fog</h1>{STORY}", "b.xhtml": f"<h1>Rain</h1>{STORY}"}
    found = headings(read(book(pages, contents=line("Start", "a.xhtml"))))
    assert found == [(1, "Start"), (1, "Fog"), (1, "Rain")]


def test_pages_that_are_aside_from_the_reading_order_are_left_out() -> None:
    pages = {"a.xhtml": STORY, "b.xhtml": "<p>An advert of some kind, aside.</p>"}
    article = read(book(pages, aside=["b.xhtml"]))
    assert len(article.blocks) == 3
    assert article.notes == ("Beside the reading order of the book, and so not read: OPS/b.xhtml.",)


def test_a_title_of_many_words_is_said_once() -> None:
    title = "In Which the Keeper Counts " + "and Counts " * 20 + "the Boats"
    pages = {"a.xhtml": f"<h1>{title}</h1>{STORY}", "b.xhtml": f"<h1>Two</h1>{STORY}"}
    article = read(book(pages, contents=line(title, "a.xhtml") + line("Two", "b.xhtml")))
    assert headings(article) == [(1, title), (1, "Two")]


def test_a_title_that_is_followed_by_others_at_one_place_is_not_lost() -> None:
    lines = line("Part Two", "a.xhtml") + line("Chapter 5", "a.xhtml") + line("Rest", "b.xhtml")
    article = read(book({"a.xhtml": f"<h1>Chapter 5</h1>{STORY}", "b.xhtml": f"<h1>Rest</h1>{STORY}"}, contents=lines))
    assert headings(article) == [(1, "Part Two"), (1, "Chapter 5"), (1, "Rest")]


def test_a_navigation_that_leads_nowhere_harms_nothing() -> None:
    lines = (
        line("Gone", "gone.xhtml")
        + line("Out", "../../etc/passwd")
        + line("Web", "https://example.org/")
        + line("", "a")
    )
    article = read(book({"a.xhtml": f"<h1>Fog</h1>{STORY}"}, contents=lines))
    assert headings(article) == [(1, "Fog")]


def test_a_navigation_that_goes_in_circles_says_every_chapter_once() -> None:
    lines = (line("Fog", "a.xhtml") + line("Rain", "b.xhtml") + line("Contents", "nav.xhtml")) * 50
    article = read(book({"a.xhtml": STORY, "b.xhtml": STORY}, contents=lines))
    assert headings(article) == [(1, "Fog"), (1, "Rain")]


# ---------------------------------------------------------------- front and back matter


def test_what_the_markup_calls_no_story_is_marked() -> None:
    pages = {
        "cover.xhtml": page("<p>Cover words</p>", attributes='epub:type="cover"'),
        "rights.xhtml": page(
            "<p>No part of this may be copied.</p>", attributes='epub:type="frontmatter copyright-page"'
        ),
        "preface.xhtml": page(f"<h1>Notes</h1><p>{PROSE[0]}</p>", attributes='epub:type="preface"'),
        "a.xhtml": f"<h1>One</h1>{STORY}",
        "index.xhtml": '<section role="doc-index"><h1>Index of things</h1><p>fog, 12</p></section>',
        "books.xhtml": '<section epub:type="bibliography"><p>Calder, I. On lamps.</p></section>',
    }
    found = marks(read(book(pages)))
    assert found["Cover words"] == found["No part of this may be copied."] == "front_matter"
    assert found["Notes"] is found[PROSE[0]] is found["One"] is None
    assert found["Index of things"] == found["fog, 12"] == "back_matter"
    assert found["Calder, I. On lamps."] == "references"


@pytest.mark.parametrize(
    ("title", "mark"),
    [
        ("Contents", "front_matter"), ("Also by Ines Calder", "front_matter"), ("Copyright", "front_matter"),
        ("Index", "back_matter"), ("About the Author", "back_matter"), ("Bibliography", "references"),
        ("Inhaltsverzeichnis", "front_matter"), ("Impressum", "front_matter"), ("Über die Autorin", "back_matter"),
        ("Table des matières", "front_matter"), ("Du même auteur", "front_matter"),
        ("Tabla de contenido", "front_matter"),
        ("Sobre la autora", "back_matter"), ("Indice dei nomi", "back_matter"), ("Sommario", "front_matter"),
        ("Preface", None), ("Dedication", None), ("Epilogue", None), ("The Index of Lost Ships", None),
    ],
)  # fmt: skip
def test_what_a_title_calls_no_story_is_marked(title: str, mark: str | None) -> None:
    pages = {"x.xhtml": f"<h1>{title}</h1><p>Some words of it.</p>", "a.xhtml": f"<h1>One</h1>{STORY}"}
    found = marks(read(book(pages, contents=line(title, "x.xhtml") + line("One", "a.xhtml"))))
    assert found[title] == found["Some words of it."] == mark
    assert found[PROSE[0]] is None


def test_the_guide_of_an_old_book_is_believed_where_it_can_be() -> None:
    pages = {"toc.html": "<p><a href='a.html'>Fog</a></p>", "a.html": f"<h1>Fog</h1>{STORY * 10}"}
    guide = '<reference type="toc" href="toc.html"/><reference type="cover" href="a.html"/>'
    blocks = read(old_book(pages, point("Fog", "a.html"), guide=guide)).blocks
    assert [block.mark for block in blocks[:3]] == ["front_matter", None, None]


def test_title_page_and_copyright_page_are_known_by_what_they_say() -> None:
    pages = {
        "t.xhtml": "<p>The Long Path</p><p>by Ines Calder</p>",
        "c.xhtml": "<p>Copyright © 2026 Ines Calder. ISBN 000-0.</p>",
        "d.xhtml": "<p>For my mother.</p>",
        "a.xhtml": f"<h1>One</h1>{STORY}",
    }
    found = marks(read(book(pages, contents=line("One", "a.xhtml"))))
    assert found["by Ines Calder"] == found["Copyright © 2026 Ines Calder. ISBN 000-0."] == "front_matter"
    assert found["For my mother."] is None


def test_the_title_above_the_first_chapter_is_no_chapter() -> None:
    above = "<h1>The Long Path</h1><h2>by Ines Calder</h2>"
    contents = '<h2>Contents</h2><p><a href="#c1">One</a></p>'
    for body in (above, above + "<h2>A new edition</h2>" + contents):
        lines = line("The Long Path", "a.xhtml") + line("One", "a.xhtml#c1") + line("Two", "b.xhtml")
        pages = {"a.xhtml": f'{body}<h2 id="c1">One</h2>{STORY}', "b.xhtml": f"<h2>Two</h2>{STORY}"}
        blocks = read(book(pages, contents=lines)).blocks
        assert next(block.text for block in blocks if block.mark is None) == "One" == blocks[-8].text
        assert {block.mark for block in blocks[:-8]} == {"front_matter"}


def test_a_box_in_a_chapter_is_no_back_matter_and_a_page_with_a_title_no_copyright_page() -> None:
    body = f"<h1>One</h1>{STORY}<h2>Note</h2><p>Mind the ISBN, and the copyright 2026.</p>"
    pages = {"a.xhtml": body, "b.xhtml": f"<h1>Two</h1>{STORY}"}
    blocks = read(book(pages, contents=line("One", "a.xhtml") + line("Two", "b.xhtml"))).blocks
    assert {block.mark for block in blocks} == {None}


def test_the_page_of_the_navigation_is_contents() -> None:
    opf = package(["nav.xhtml", "a.xhtml"]).replace('id="nav.xhtml"', 'id="nav.xhtml" properties="nav"')
    listed = f'<nav epub:type="toc"><ol>{line("Fog", "a.xhtml")}</ol></nav>'
    listed += f'<nav epub:type="page-list"><ol>{line("7", "a.xhtml")}</ol></nav>'
    data = pack(
        {
            "META-INF/container.xml": CONTAINER,
            "OPS/book.opf": opf,
            "OPS/nav.xhtml": page(listed),
            "OPS/a.xhtml": page(STORY),
        }
    )
    blocks = read(data).blocks
    assert [(block.text, block.mark) for block in blocks[:3]] == [
        ("Fog", "front_matter"), ("Fog", None), (PROSE[0], None)
    ]  # fmt: skip


def test_a_book_that_calls_all_of_itself_a_cover_is_read_all_the_same() -> None:
    data = book({"a.xhtml": page(STORY, attributes='epub:type="cover"')})
    assert [block.mark for block in read(data).blocks] == [None] * 3


# ---------------------------------------------------------------- pages and notes


@pytest.mark.parametrize(
    "mark",
    [
        '<span epub:type="pagebreak" id="p12" title="12">12</span>',
        '<span role="doc-pagebreak" aria-label="12">12</span>',
        '<span class="pagenum"><a id="Page_12">[Pg 12]</a></span>',
        '<span class="pageno">xii</span>',
        '<a class="page-number" id="p12">12</a>',
        '<span class="lnum">12</span>',
        '<div epub:type="pagebreak">12</div>',
    ],
)
def test_page_numbers_are_never_read(mark: str) -> None:
    assert paragraph(f"<p>A lamp for exam{mark}ple.</p>") == "A lamp for example."


def test_a_heading_that_begins_a_page_is_no_page_number() -> None:
    body = f'<div class="pagebreak"><h2 class="pagebreak">II</h2><p>{PROSE[0]}</p></div>'
    assert blocks_of(body) == [("heading", "II"), ("paragraph", PROSE[0])]


@pytest.mark.parametrize(
    "reference",
    [
        '<a epub:type="noteref" href="#n1">1</a>',
        '<a role="doc-noteref" href="#n1">[1]</a>',
        '<sup><a href="#n1">1</a></sup>',
        '<a href="#n1"><sup>1</sup></a>',
        '[<a epub:type="noteref" href="#n1">1</a>]',
        ' <a class="footnote" href="#n1">*</a>',
        '<sup>[<a href="#n1">1</a>]</sup>',
    ],
)
def test_note_references_are_never_read_and_the_note_follows(reference: str) -> None:
    article = read(book({"a.xhtml": f"<p>Fog came in{reference}, and stayed.</p><p>Then it went.</p>{NOTE}"}))
    assert shapes(article) == [
        ("paragraph", "Fog came in, and stayed."),
        ("note", "A note on fog."),
        ("paragraph", "Then it went."),
    ]
    assert article.blocks[1].marker == ("*" if "*" in reference else "1")


def test_notes_on_a_page_of_their_own_are_read_where_they_belong_and_no_second_time() -> None:
    chapters = {
        f"{n}.xhtml": f'<h1>Chapter {n}</h1><p>Word{n}<a id="r{n}" href="notes.xhtml#n{n}">{n}</a> and more.</p>'
        for n in (1, 2)
    }
    notes = "".join(f'<p><a id="n{n}" href="{n}.xhtml#r{n}">{n}</a>. Note {n}.</p>' for n in (1, 2))
    article = read(book({**chapters, "notes.xhtml": f"<h1>Notes</h1>{notes}"}))
    assert shapes(article) == [
        ("heading", "Chapter 1"), ("paragraph", "Word1 and more."), ("note", "Note 1."),
        ("heading", "Chapter 2"), ("paragraph", "Word2 and more."), ("note", "Note 2."),
        ("heading", "Notes"),
    ]  # fmt: skip
    assert article.blocks[-1].mark == "back_matter"


def test_notes_aside_from_the_reading_order_are_found() -> None:
    body = '<p>Fog<a epub:type="noteref" href="n.xhtml#x">†</a> came.</p>'
    back = '<a role="doc-backlink" href="a.xhtml">Return</a>'
    notes = f'<ol><li id="x" epub:type="endnote"><p>One.</p><p>Two. {back}</p></li></ol>'
    article = read(book({"a.xhtml": body, "n.xhtml": notes}, aside=["n.xhtml"]))
    assert shapes(article) == [("paragraph", "Fog came."), ("note", "One."), ("note", "Two.")]
    assert {block.marker for block in article.blocks[1:]} == {"†"}


def test_a_note_that_two_places_refer_to_is_read_after_the_first() -> None:
    reference = '<a epub:type="noteref" href="#n1">1</a>'
    article = read(book({"a.xhtml": f"<p>One{reference}.</p><p>Two{reference}.</p>{NOTE}"}))
    assert [text for _, text in shapes(article)] == ["One.", "A note on fog.", "Two."]


def test_a_note_that_nothing_refers_to_stands_where_it_is() -> None:
    assert blocks_of(f"<p>One.</p>{NOTE}<p>Two.</p>")[1] == ("note", "A note on fog.")


def test_a_note_on_a_row_waits_for_the_end_of_the_table() -> None:
    reference = '<a epub:type="noteref" href="#n1">a</a>'
    rows = f"<tr><th>Port</th></tr><tr><td>Ellery{reference}</td><td>9</td></tr><tr><td>Ferrow</td><td>4</td></tr>"
    assert [kind for kind, _ in blocks_of(f"<table>{rows}</table>{NOTE}")] == ["row", "row", "row", "note"]


def test_notes_that_refer_to_each_other_are_neither_lost_nor_read_for_ever() -> None:
    link = '<a epub:type="noteref" href="#{}">*</a>'
    circle = "".join(
        f'<aside epub:type="footnote" id="{own}"><p>Note {own}{link.format(other)}.</p></aside>'
        for own, other in ("xy", "yx")
    )
    assert sorted(text for _, text in blocks_of(f"<p>Story.</p>{circle}")) == ["Note x.", "Note y.", "Story."]
    assert [text for _, text in blocks_of(f"<p>Story{link.format('x')}.</p>{circle}")] == [
        "Story.",
        "Note x.",
        "Note y.",
    ]


@pytest.mark.parametrize(
    "link",
    [
        'See the <a href="#note">notes</a> of 3.',
        'See chapter <a href="#c3">3</a>.',
        'Page <a href="b.xhtml#page12">12</a> of it.',
        "So m<sup>2</sup> it is.",
    ],
)
def test_numbers_that_refer_to_no_note_are_read(link: str) -> None:
    words = blocks_of(f'<p>{link}</p><h2 id="c3">Chapter</h2>{STORY}<p id="note">What a note is.</p>')[0][1]
    assert words == re.sub("<[^>]*>", "", link)


def test_headings_that_lead_back_to_the_contents_are_read() -> None:
    listed = '<p><a id="t1" href="#c1">I</a></p><p><a id="t2" href="#c2">II</a></p>'
    body = f'{listed}<h2 id="c1"><a href="#t1">I</a></h2>{STORY}<h2 id="c2"><a href="#t2">II</a></h2>{STORY}'
    assert [text for kind, text in blocks_of(body) if kind == "heading"] == ["I", "II"]


def test_a_citation_is_not_read_and_its_source_stays_in_the_list() -> None:
    body = '<p>So it is <a epub:type="biblioref" href="#b1">[4]</a>.</p><p id="b1">Calder, On lamps.</p>'
    assert blocks_of(body) == [("paragraph", "So it is."), ("paragraph", "Calder, On lamps.")]


# ---------------------------------------------------------------- structure


def test_tables_figures_code_and_formulas_are_known_as_such() -> None:
    body = (
        "<table><caption>Ports</caption><thead><tr><th>Port</th><th>Depth</th></tr></thead>"
        "<tbody><tr><td>Ellery</td><td>9 m</td></tr></tbody></table>"
        '<figure><img src="a.png" alt="A lamp on a rock"/><figcaption>The lamp.</figcaption></figure>'
        '<figure><img src="b.png" alt=""/><figcaption>Only a caption.</figcaption></figure>'
        '<p><img src="c.png" alt=""/></p>'
        '<pre><code class="language-python">a = 1\n  b = 2</code></pre>'
        '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><semantics><mrow><mi>E</mi></mrow>'
        '<annotation encoding="application/x-tex">E = m c^2</annotation></semantics></math>'
        '<p>Here <math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi><mo>+</mo><mn>1</mn></math>'
        " stands in a line.</p>"
    )
    article = read(book({"a.xhtml": body}))
    assert [(one.kind.value, one.text, one.level, one.mark) for one in article.blocks] == [
        ("paragraph", "Ports", 0, "caption"), ("row", "Port, Depth", 1, None), ("row", "Ellery, 9 m", 0, None),
        ("figure", "A lamp on a rock", 0, None), ("paragraph", "The lamp.", 0, "caption"),
        ("figure", "Only a caption.", 0, None), ("code", "a = 1\n  b = 2", 0, None), ("formula", "E = m c^2", 0, None),
        ("paragraph", "Here x + 1 stands in a line.", 0, None),
    ]  # fmt: skip
    assert article.blocks[6].marker == "```python"


def test_lists_and_quotes_keep_their_markers() -> None:
    body = '<ol start="3"><li>three<ul><li>inner</li></ul></li><li><p>four</p><p>more</p></li></ol>'
    body += "<blockquote><p>said</p></blockquote>"
    article = read(book({"a.xhtml": body}))
    assert [(one.text, one.marker, one.level, one.quoted) for one in article.blocks] == [
        ("three", "3. ", 1, 0), ("inner", "- ", 2, 0), ("four", "4. ", 1, 0), ("more", "", 0, 0), ("said", "> ", 0, 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "mark",
    ["<hr/>", "<p>* * *</p>", "<p>◊</p>", '<p class="scene-break"/>', "<p>&nbsp;</p>",
     '<div class="space-break"></div>',
     '<p><img src="x.png" alt="***"/></p>', "<hr/><hr/><p>***</p>"],
)  # fmt: skip
def test_scene_breaks_of_all_kinds_are_known(mark: str) -> None:
    kinds = [kind for kind, _ in blocks_of(f"{STORY}{mark}{STORY}")]
    assert kinds == ["paragraph"] * 3 + ["scene_break"] + ["paragraph"] * 3


def test_empty_lines_between_all_paragraphs_are_no_scene_breaks() -> None:
    body = "<p>&#160;</p>".join(f"<p>{sentence}</p>" for sentence in PROSE * 3)
    assert {kind for kind, _ in blocks_of(body)} == {"paragraph"}


def test_a_line_of_dialogue_without_letters_is_no_scene_break() -> None:
    assert blocks_of("<p>One.</p><p>“…?”</p><p>Two.</p>")[1] == ("paragraph", "“…?”")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('<p><span class="dropcap">O</span>nce upon a time.</p>', "Once upon a time."),
        ('<p class="dropcap">O</p><p>nce upon a time.</p>', "Once upon a time."),
        ('<p><img src="o.png" alt="O"/>nce upon a time.</p>', "Once upon a time."),
        ("<p>O<small>NCE UPON</small> a time.</p>", "ONCE UPON a time."),
        ("<p>light&#173;house &shy;keep\u200bers&nbsp;all</p>", "lighthouse keepers all"),
        ("<p><ruby>灯<rp>(</rp><rt>とう</rt><rp>)</rp>台<rt>だい</rt></ruby>の光</p>", "灯台の光"),
        ('<div class="stanza"><p>Two lamps were lit</p><p>upon a rock.</p></div>', "Two lamps were lit upon a rock."),
        ("<p>Two lamps were lit<br/>upon a rock.</p>", "Two lamps were lit upon a rock."),
        ("<pre>  Dear Marit,\n    all is well.\n  Ines</pre>", "Dear Marit, all is well. Ines"),
        ("<p>One<!-- no --><?pi no?><script>no</script> word.</p>", "One word."),
        ("<p>R&amp;D &lt;now&gt; caf&eacute;</p>", "R&D <now> café"),
    ],
)
def test_words_are_whole(body: str, words: str) -> None:
    assert paragraph(body) == words


WRAPPERS = [
    "p", "div", "span", "b", "blockquote", "ul", "li", "table", "tr", "td", "th", "section", "pre", "ruby", "dl", "dd",
    "figure", "figcaption", "aside", "a", "sup", "h1", "h3", "nav", "caption", "em",
]  # fmt: skip
CLASSES = ["", "stanza", "dropcap", "pagenum", "caption", "scene-break", "footnote"]
UNSEEN = ["", "", ' hidden="hidden"', ' style="display:none"', ' aria-hidden="true"']
TYPES = ["", "footnote", "noteref", "pagebreak", "backlink", "cover", "chapter", "toc"]


@st.composite
def markup(draw: st.DrawFn, depth: int = 4) -> str:
    """Elements in each other in any order, valid or not, with words that are all different in the end."""
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(["WORD of WORD, WORD.", "<br/>", "WORD <hr/>", " ", "<img alt='WORD is here'/>"]))
    name, about = draw(st.sampled_from(WRAPPERS)), draw(st.sampled_from(CLASSES))
    inner = "".join(draw(st.lists(markup(depth=depth - 1), min_size=1, max_size=3)))
    more = draw(st.sampled_from(UNSEEN))
    more += f' class="{about}" epub:type="{draw(st.sampled_from(TYPES))}" id="i{draw(st.integers(0, 9))}"'
    return f'<{name}{more} href="#i{draw(st.integers(0, 9))}">{inner}</{name}>'


@given(markup())
@settings(deadline=None, max_examples=200)
def test_no_word_is_read_twice_or_lost_whatever_the_markup(text: str) -> None:
    pieces = text.split("WORD")
    body = "".join(f"{piece}lantern{number}x" for number, piece in enumerate(pieces[:-1])) + pieces[-1]
    said = " ".join(text for _, text in blocks_of(f"{STORY}{body}{STORY}"))
    found = re.findall(r"lantern\d+x", said)
    assert len(set(found)) == len(found)
    if not re.search("epub:type=.(pagebreak|noteref|backlink)|<img|<nav", text):
        assert len(found) == len(pieces) - 1


def test_every_block_says_on_which_line_it_stands() -> None:
    article = read(book({"a.xhtml": f"<h1>One</h1><p>Two.</p><pre>a\nb</pre>{STORY}"}))
    laid = "\n\n".join(block.text for block in article.blocks)
    for block in article.blocks:
        assert laid[block.place.start : block.place.end] == block.text
        assert laid[: block.place.start].count("\n") + 1 == block.place.line
        assert block.place.end_line - block.place.line == block.text.count("\n")


# ---------------------------------------------------------------- pronunciations


def test_pronunciations_in_the_text_are_directions() -> None:
    other = '<i ssml:alphabet="x-sampa" ssml:ph="beI">bay</i>'
    body = f'<p ssml:alphabet="ipa">Old <span ssml:ph="ˈkɔːɹoʊ">Okoro</span> and {other}.</p>'
    (block,) = read(book({"a.xhtml": body})).blocks
    (direction,) = block.directions
    assert block.text == "Old Okoro and bay."
    assert (direction.wish, block.text[direction.start : direction.end], direction.value) == (
        Wish.PHONEMES, "Okoro", "ˈkɔːɹoʊ"
    )  # fmt: skip


def test_the_lexicons_of_a_book_are_its_pronunciations() -> None:
    lexicon = (
        '<lexicon xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" version="1.0" alphabet="ipa" xml:lang="en">'
        "<lexeme><grapheme>Okoro</grapheme><grapheme>Okoros</grapheme><phoneme>/ɒˈkɒɹəʊ/</phoneme>"
        '<phoneme prefer="true">əˈkɔːɹəʊ</phoneme></lexeme>'
        "<lexeme><grapheme>NATO</grapheme><alias>naytoe</alias></lexeme>"
        '<lexeme><grapheme>Bay</grapheme><phoneme alphabet="x-sampa">beI</phoneme></lexeme></lexicon>'
    )
    items = "".join(f'<item id="{n}" href="{n}.pls" media-type="application/pls+xml"/>' for n in ("en", "fr"))
    files = {"en.pls": lexicon, "fr.pls": lexicon.replace('"en"', '"fr"').replace("Okoro<", "Jean<")}
    article = read(book({"a.xhtml": STORY}, items=items, files=files))
    assert article.pronunciations == (("Okoro", "əˈkɔːɹəʊ"), ("Okoros", "əˈkɔːɹəʊ"))


# ---------------------------------------------------------------- metadata


def test_a_new_book_says_who_wrote_it_and_where_it_belongs() -> None:
    metadata = (
        '<dc:title id="s">A subtitle</dc:title><meta refines="#s" property="title-type">subtitle</meta>'
        '<dc:title id="t">The  Lamp</dc:title><meta refines="#t" property="title-type">main</meta>'
        '<dc:creator id="a">Ines Calder</dc:creator><meta refines="#a" property="role">aut</meta>'
        '<dc:creator id="b">Jo Pen</dc:creator><meta refines="#b" property="role">ill</meta>'
        "<dc:contributor>Nobody</dc:contributor><dc:language>pt_BR</dc:language><dc:date>2024-05-01T00:00:00Z</dc:date>"
        "<dc:publisher>Rock Press</dc:publisher><dc:identifier>https://books.example/lamp</dc:identifier>"
        "<dc:description>&lt;p&gt;A lamp &lt;b&gt;burns&lt;/b&gt;.&lt;/p&gt;</dc:description>"
        '<meta property="belongs-to-collection" id="c">Lights</meta>'
        '<meta refines="#c" property="collection-type">series</meta>'
        '<meta refines="#c" property="group-position">2</meta>'
    )
    article = read(book({"a.xhtml": STORY}, metadata=metadata))
    assert (article.title, article.authors, article.language) == ("The Lamp", ("Ines Calder",), "pt-BR")
    assert (article.site, article.series, article.summary) == ("Rock Press", "Lights, 2", "A lamp burns.")
    assert (article.published_at, article.address) == (datetime(2024, 5, 1, tzinfo=UTC), "https://books.example/lamp")
    assert article.book


def test_an_old_book_says_so_too() -> None:
    metadata = (
        '<dc:title>The Lamp</dc:title><dc:creator opf:role="aut">Ines Calder</dc:creator>'
        '<dc:creator opf:role="trl">Jo</dc:creator>'
        '<dc:date opf:event="modification">2026-01-01</dc:date><dc:date opf:event="publication">1999-02-03</dc:date>'
        '<dc:language>und</dc:language><meta name="calibre:series" content="Lights"/>'
        '<meta name="calibre:series_index" content="3.0"/>'
    )
    article = read(old_book({"a.html": STORY}, "", metadata=metadata))
    assert (article.authors, article.series, article.language) == (("Ines Calder",), "Lights, 3", None)
    assert article.published_at == datetime(1999, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(("written", "tag"), [("eng", "en"), ("en_US", "en-US"), ("und", None), ("English", None)])
def test_the_language_is_a_tag_that_others_know(written: str, tag: str | None) -> None:
    metadata = f"<dc:title>The Lamp</dc:title><dc:language>{written}</dc:language>"
    assert read(book({"a.xhtml": STORY}, metadata=metadata)).language == tag


@pytest.mark.parametrize("date", ["1851", "0101-01-01T00:00:00+00:00", "2024-13-40", "soon"])
def test_a_date_that_is_none_is_left_out(date: str) -> None:
    assert read(book({"a.xhtml": STORY}, metadata=f"{TITLE}<dc:date>{date}</dc:date>")).published_at is None


@pytest.mark.parametrize(
    ("items", "metadata", "guide"),
    [
        ('<item id="p" href="c.png" media-type="image/png" properties="cover-image"/>', TITLE, ""),
        ('<item id="p" href="c.png" media-type="image/png"/>', f'{TITLE}<meta name="cover" content="p"/>', ""),
        ("", TITLE, '<reference type="cover" href="cover.xhtml"/>'),
    ],
)
def test_the_cover_is_found_however_the_book_names_it(items: str, metadata: str, guide: str) -> None:
    pages = {"cover.xhtml": '<p><img src="c.png" alt=""/></p>', "a.xhtml": STORY}
    data = book(pages, items=items, metadata=metadata, guide=guide, files={"c.png": PNG})
    assert read(data).cover == PNG


def test_a_cover_that_is_no_picture_is_none() -> None:
    items = '<item id="p" href="c.png" media-type="image/png" properties="cover-image"/>'
    assert read(book({"a.xhtml": STORY}, items=items, files={"c.png": b"<svg/>"})).cover is None


# ---------------------------------------------------------------- bad input

LOCKED = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#">'
    '<EncryptionMethod Algorithm="{}"/><CipherData><CipherReference URI="{}"/></CipherData>'
    "</EncryptedData></encryption>"
)


def test_a_book_with_a_lock_is_refused_and_says_why() -> None:
    lock = LOCKED.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OPS/a.xhtml")
    with pytest.raises(SourceError) as refusal:
        read(book({"a.xhtml": STORY}, files={"/META-INF/encryption.xml": lock}))
    assert str(refusal.value) == (
        "standard input is locked: its pages are encrypted for the programs of one shop (DRM). "
        "Ask the shop or library for a copy without a lock."
    )


@pytest.mark.parametrize(
    "lock",
    [
        LOCKED.format("http://www.idpf.org/2008/embedding", "OPS/font.otf"),
        LOCKED.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OPS/film.mp4"),
        "<encryption",
    ],
)
def test_a_disguised_font_is_no_lock(lock: str) -> None:
    assert len(read(book({"a.xhtml": STORY}, files={"/META-INF/encryption.xml": lock})).blocks) == 3


def test_bytes_that_are_no_archive_are_refused() -> None:
    whole = book({"a.xhtml": STORY})
    for data in (b"PK\x03\x04 nothing", whole[: len(whole) // 2], b"<html>", b""):
        with pytest.raises(SourceError, match="is no EPUB: it is no whole ZIP archive"):
            read(data)


def test_an_archive_without_a_package_is_refused() -> None:
    for files in ({"a.txt": "words"}, {"META-INF/container.xml": CONTAINER}, {"x.opf": "<html/>"}, {"x.opf": ""}):
        with pytest.raises(SourceError, match="there is no package document in it"):
            read(pack(files))


def test_a_package_without_its_container_is_found() -> None:
    assert (
        len(read(pack({"book.opf": package(["a.xhtml"]), "a.xhtml": page(STORY)}, mimetype="text/plain")).blocks) == 3
    )


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    began = time.monotonic()
    with pytest.raises(SourceError, match="unpacks to far more than a book holds"):
        read(book({"a.xhtml": page("<p>" + "fog " * 6_000_000 + "</p>")}))
    assert time.monotonic() - began < 20


def test_a_member_that_lies_about_its_size_is_not_believed() -> None:
    data = bytearray(book({"a.xhtml": page(f"<p>{PROSE[0]}</p>" * 30_000)}))
    at = data.rindex(b"OPS/a.xhtml") - 46  # of its entry in the central directory
    data[at + 24 : at + 28] = struct.pack("<I", 400)
    with pytest.raises((SourceError, ArticleError)):
        read(bytes(data))


def test_an_archive_that_wants_a_password_says_so() -> None:
    data = bytearray(book({"a.xhtml": STORY}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(signature, at + 4)
    with pytest.raises(SourceError, match="its archive wants a password"):
        read(bytes(data))


def test_an_archive_of_too_many_files_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(20_001):
            archive.writestr(f"{number}", b"")
    with pytest.raises(SourceError, match="it packs over 20,000 files"):
        read(buffer.getvalue())


@pytest.mark.parametrize(
    "href",
    ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "//host/x", "http://[::1/x", "%2e%2e/%2e%2e/etc/passwd"],
)
def test_no_reference_leads_out_of_the_book(href: str) -> None:
    assert join("OPS/a.xhtml", href) == ("", "")


def test_names_that_climb_out_are_never_followed() -> None:
    data = book({"../../../etc/passwd": STORY, "a.xhtml": STORY})
    assert len(read(data).blocks) == 3


ENTITIES = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">{}]>'


@pytest.mark.parametrize("used", ["<p>&b; &c;</p>", '<p title="&b;">x</p>', "<p>&nothing;</p>"])
def test_no_entity_of_the_file_is_expanded_or_fetched(used: str) -> None:
    body = page(f"{STORY}{used}").replace("<!DOCTYPE html>", ENTITIES.format(""))
    text = " ".join(text for _, text in shapes(read(book({"a.xhtml": body}))))
    assert PROSE[2] in text
    assert "ha" not in text.split()
    assert "root:" not in text


def test_a_billion_laughs_end_at_once() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    doctype = ENTITIES.format(f'<!ENTITY l0 "lol">{levels}')
    began = time.monotonic()
    for used in ("<p>&l11;</p>", '<p title="&l11;">x</p>'):
        body = page(f"{STORY}{used}").replace("<!DOCTYPE html>", doctype)
        opf = package(["a.xhtml"]).replace("?><package", f"?>{doctype.replace('html', 'package')}<package", 1)
        article = read(pack({"META-INF/container.xml": CONTAINER, "OPS/book.opf": opf, "OPS/a.xhtml": body}))
        assert shapes(article)[0] == ("paragraph", PROSE[0])
        assert sum(len(block.text) for block in article.blocks) < 1000
    assert time.monotonic() - began < 5


def test_a_page_that_is_missing_is_passed_over_and_a_book_of_such_is_refused() -> None:
    opf = package(["a.xhtml", "gone.xhtml", "b.xhtml"])
    files = {"META-INF/container.xml": CONTAINER, "OPS/book.opf": opf, "OPS/a.xhtml": page(STORY)}
    article = read(pack(files | {"OPS/b.xhtml": page(STORY)}))
    assert len(article.blocks) == 6
    assert article.notes == ("Missing, damaged or no text, and so not read: OPS/gone.xhtml.",)
    with pytest.raises(SourceError, match="is broken: 2 of its 3 pages are missing or damaged"):
        read(pack(files))


def test_a_damaged_page_is_passed_over() -> None:
    data = bytearray(book({"a.xhtml": STORY, "b.xhtml": STORY, "c.xhtml": STORY}))
    at = data.index(b"OPS/b.xhtml") + len("OPS/b.xhtml")
    data[at + 8 : at + 40] = b"\xff" * 32
    article = read(bytes(data))
    assert len(article.blocks) == 6
    assert article.notes == ("Missing, damaged or no text, and so not read: OPS/b.xhtml.",)


def test_places_in_the_reading_order_where_no_page_is_are_named_but_not_without_end() -> None:
    items = "".join(f'<item id="p{number}" href="p{number}.png" media-type="image/png"/>' for number in range(7))
    opf = package(["a.xhtml"], items=items).replace("</spine>", '<itemref idref="lost"/></spine>')
    for number in range(7):
        opf = opf.replace("</spine>", f'<itemref idref="p{number}"/></spine>')
    article = read(pack({"META-INF/container.xml": CONTAINER, "OPS/book.opf": opf, "OPS/a.xhtml": page(STORY)}))
    assert article.notes == ("Missing, damaged or no text, and so not read: lost, p0, p1, p2, p3 and 3 more.",)


def test_a_book_without_words_says_what_is_in_it() -> None:
    items = '<item id="p" href="c.png" media-type="image/png"/>'
    with pytest.raises(ArticleError, match="standard input holds no words: its pages are pictures"):
        read(book({"a.xhtml": '<p><img src="c.png" alt=""/></p>'}, items=items, files={"c.png": PNG}))
    with pytest.raises(ArticleError, match="all of its pages are empty"):
        read(book({"a.xhtml": ""}))
    with pytest.raises(ArticleError, match="its pages are pictures"):
        read(book({}, items=items, files={"c.png": PNG}))


def test_fallbacks_that_go_in_circles_end() -> None:
    items = '<item id="x" href="x.bin" media-type="a/b" fallback="y"/>'
    items += '<item id="y" href="y.bin" media-type="a/b" fallback="x"/>'
    opf = package(["a.xhtml"], items=items).replace("<spine>", '<spine><itemref idref="x"/><itemref idref="a.xhtml"/>')
    data = pack({"META-INF/container.xml": CONTAINER, "OPS/book.opf": opf, "OPS/a.xhtml": page(STORY)})
    assert len(read(data).blocks) == 3


def test_html_that_is_no_xml_is_read_as_browsers_do() -> None:
    sloppy = '<html><head><title/></head><body><p>One<br>two &amp three<a id="x"/>'
    sloppy += f"<p>{PROSE[0]}<p><b>Bold<i> both</b> end</i>"
    article = read(book({"a.xhtml": sloppy}))
    assert shapes(article) == [
        ("paragraph", "One two & three"), ("paragraph", PROSE[0]), ("paragraph", "Bold both end")
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1", "windows-1251"])
def test_pages_in_other_encodings_are_read(encoding: str) -> None:
    words = "Фонарь горел всю ночь." if encoding == "windows-1251" else "Über dem Café brannte Licht."
    text = page(f"<p>{words}</p>").replace('encoding="utf-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    data = pack(
        {
            "META-INF/container.xml": CONTAINER,
            "OPS/book.opf": package(["a.xhtml"]),
            "OPS/a.xhtml": text.encode(encoding),
        }
    )
    assert shapes(read(data)) == [("paragraph", words)]


def test_a_huge_embedded_picture_costs_no_words() -> None:
    picture = "data:image/png;base64," + base64.b64encode(random.Random(1).randbytes(9_000_000)).decode()
    body = f'<p>One.</p><p><img alt="A lamp" src="{picture}"/></p>{STORY}'
    assert blocks_of(body)[:3] == [("paragraph", "One."), ("figure", "A lamp"), ("paragraph", PROSE[0])]


def test_deep_nesting_ends() -> None:
    began = time.monotonic()
    deep = "<div>" * 50_000 + "words" + "</div>" * 50_000
    assert read(book({"a.xhtml": STORY, "b.xhtml": deep, "c.xhtml": "<ol><li>" * 5000 + "x"})).blocks[:3]
    assert time.monotonic() - began < 20


def test_much_of_one_thing_takes_no_more_than_linear_time() -> None:
    links = '<p id="x">' + '<a href="#x">1</a> ' * 20_000 + "</p>"
    began = time.monotonic()
    read(book({"a.xhtml": links + STORY}, contents="".join(line(f"T{n}", f"a.xhtml#{n}") for n in range(3000))))
    wrapped = '<span class="pagenum dropcap">' * 200 + "fog " * 100_000 + "</span>" * 200
    formulas = "<p>Fog" + '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>' * 5000
    read(book({"a.xhtml": f"<p>{wrapped}</p>{formulas}</p>", "b.xhtml": "<p>Fog<br/>and rain</p>" + "<br/>" * 20_000}))
    read(old_book({"a.xhtml": STORY}, point("A", "a.xhtml") * 9000))
    assert time.monotonic() - began < 15


def test_an_id_that_is_there_twice_counts_where_it_is_first() -> None:
    body = f'<h2 id="x">One</h2>{STORY}<h2 id="x">Two</h2>{STORY}'
    article = read(book({"a.xhtml": body}, contents=line("One", "a.xhtml#x") + line("Two", "a.xhtml#x")))
    assert [text for _, text in headings(article)].count("One") == 1


def test_the_kinds_are_those_of_the_blocks() -> None:
    kinds = {block.kind for block in read(book({"a.xhtml": f"<h1>One</h1>{STORY}"})).blocks}
    assert kinds == {BlockKind.HEADING, BlockKind.PARAGRAPH}


@pytest.mark.parametrize("seed", range(12))
def test_a_book_that_is_damaged_anywhere_is_read_or_refused_in_plain_words(seed: int) -> None:
    chance = random.Random(seed)
    with zipfile.ZipFile(SAMPLES / "book.epub") as whole:
        files = {name: whole.read(name) for name in whole.namelist() if name != "mimetype"}
    for _ in range(12):
        name = chance.choice(list(files))
        data = bytearray(files[name])
        for _ in range(chance.choice([1, 5, 40])):
            at = chance.randrange(len(data))
            data[at : at + chance.choice([0, 1, 9])] = chance.choice(
                [b"<", b">", b"\0", b"&x;", b"\xff", b"</p>", b"'"]
            )
        packed = bytearray(pack(files | {name: bytes(data)}))
        if chance.random() < 0.3:
            packed[chance.randrange(len(packed))] ^= 1 << chance.randrange(8)
        with suppress(NarrateError):
            assert read(bytes(packed)).blocks

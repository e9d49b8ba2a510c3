"""FictionBook: parts and chapters, notes, poems and epigraphs, and what the book says of itself."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest

from conftest import SAMPLES, source_of
from narrate.cleaner.clean import clean
from narrate.cleaner.show import as_text
from narrate.errors import ArticleError, SourceError
from narrate.readers.fb2 import Fb2Reader
from narrate.types import Article

PICTURE = b"\x89PNG\r\n\x1a\n and more"
INFO = (
    "<title-info><author><first-name>Ada</first-name><last-name>Renfrew</last-name></author><book-title>"
    "Ice</book-title>"
    "<annotation><p>A winter.</p></annotation><coverpage><image l:href='#cover.png'/></coverpage><lang>en</lang>"
    "<sequence name='The Long Path' number='2'/></title-info>"
)


def made(body: str, more: str = "") -> str:
    return (
        "<?xml version='1.0' encoding='utf-8'?><FictionBook xmlns='http://www.gribuser.ru/xml/fictionbook/2.0' "
        f"xmlns:l='http://www.w3.org/1999/xlink'><description>{INFO}</description><body>{body}</body>{more}"
        f"<binary id='cover.png' content-type='image/png'>{base64.b64encode(PICTURE).decode()}</binary></FictionBook>"
    )


def read(data: str | bytes) -> Article:
    return Fb2Reader().read(source_of(data, Fb2Reader.media_types[0]))


def shapes(body: str, more: str = "") -> list[tuple[str, str, int, int]]:
    return [(one.kind.value, one.text, one.level, one.quoted) for one in read(made(body, more)).blocks]


def test_the_sample_book_is_cleaned_to_what_is_expected() -> None:
    cleaned = clean(read((SAMPLES / "lighthouse.fb2").read_bytes()))
    assert as_text(cleaned.article) == (SAMPLES / "lighthouse.clean.txt").read_text("utf-8")


def test_the_book_says_its_title_author_series_language_and_cover() -> None:
    article = read(made("<section><p>It snowed.</p></section>"))
    assert (article.title, article.authors, article.language) == ("Ice", ("Ada Renfrew",), "en")
    assert (article.series, article.summary, article.cover, article.book) == (
        "The Long Path, 2",
        "A winter.",
        PICTURE,
        True,
    )


def test_parts_and_chapters_are_headings_of_the_first_level_and_sections_below_them_of_the_next() -> None:
    chapter = "<section><title><p>{}</p></title><p>It snowed.</p>{}</section>"
    inner = "<section><title><p>At night</p></title><p>It froze.</p></section>"
    chapters = chapter.format("1", "") + chapter.format("2", inner)
    part = f"<section><title><p>Part One</p><p>Frost</p></title>{chapters}</section>"
    found = [shape[:3] for shape in shapes(part) if shape[0] == "heading"]
    assert found == [
        ("heading", "Part One. Frost", 1),
        ("heading", "1", 1),
        ("heading", "2", 1),
        ("heading", "At night", 2),
    ]


def test_the_title_in_the_body_is_the_title_and_its_author_a_byline() -> None:
    body = "<title><p>Ada Renfrew</p><p>Ice</p></title><section><p>It snowed.</p></section>"
    assert [shape[:2] for shape in shapes(body)] == [
        ("byline", "Ada Renfrew"),
        ("title", "Ice"),
        ("paragraph", "It snowed."),
    ]


def test_notes_stand_after_the_paragraph_and_not_where_the_book_keeps_them() -> None:
    body = "<section><p>The ship<a l:href='#n1' type='note'>[1]</a> sank.</p><p>Nobody saw it.</p></section>"
    notes = "<body name='notes'><section id='n1'><title><p>1</p></title><p>As the log has it.</p></section></body>"
    article = read(made(body, notes))
    assert [(one.kind.value, one.text, one.marker) for one in article.blocks] == [
        ("paragraph", "The ship sank.", ""),
        ("note", "As the log has it.", "1"),
        ("paragraph", "Nobody saw it.", ""),
    ]


def test_epigraphs_quotations_poems_and_scene_breaks_are_kept() -> None:
    body = (
        "<section><title><p>One</p></title><epigraph><p>All ice is water.</p><text-author>A saying</text-author>"
        "</epigraph>"
        "<p>It snowed.</p><empty-line/><p>It froze.</p><subtitle>* * *</subtitle><poem><stanza><v>White was the "
        "bay,</v>"
        "<v>white was the hill.</v></stanza></poem><cite><p>We saw it.</p></cite></section>"
    )
    assert [(kind, text, quoted) for kind, text, _, quoted in shapes(body)][1:] == [
        ("paragraph", "All ice is water.", 1),
        ("paragraph", "A saying", 1),
        ("paragraph", "It snowed.", 0),
        ("scene_break", "***", 0),
        ("paragraph", "It froze.", 0),
        ("scene_break", "***", 0),
        ("paragraph", "White was the bay,", 0),
        ("paragraph", "white was the hill.", 0),
        ("paragraph", "We saw it.", 1),
    ]


def test_tables_and_pictures_are_rows_and_figures() -> None:
    body = (
        "<section><p>See:</p><image l:href='#a.png' alt='A red ship'/><image l:href='#b.png'/>"
        "<table><tr><th>Port</th><th>Depth</th></tr><tr><td>Ellery</td><td>9 m</td></tr></table></section>"
    )
    assert [shape[:3] for shape in shapes(body)][1:] == [
        ("figure", "A red ship", 0),
        ("row", "Port, Depth", 1),
        ("row", "Ellery, 9 m", 0),
    ]


def test_a_zipped_book_is_read() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ice.fb2", made("<section><p>It snowed.</p></section>"))
    assert read(packed.getvalue()).title == "Ice"


def test_a_book_in_windows_1251_is_read() -> None:
    book = made("<section><p>Шёл снег.</p></section>").replace("utf-8", "windows-1251")
    assert read(book.encode("cp1251")).blocks[0].text == "Шёл снег."


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.fb2", data)
    return packed.getvalue()


BOMB = "<!DOCTYPE a [<!ENTITY b 'boom'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><FictionBook>&c;</FictionBook>"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "cut short or damaged"),
        (made("<section><p>Cut")[:900].encode(), "cut short or damaged"),
        (b"<html/>", "its root is html"),
        (BOMB.encode(), "defines entities"),
        (("<FictionBook>" + "<section>" * 300).encode(), "nested too deeply"),
        (zipped(b" " * (20 << 20)), "would unpack to"),
        (b"PK\x03\x04 no archive", "cut short or damaged"),
    ],
    ids=["empty", "truncated", "other", "entities", "nested", "bomb", "broken zip"],
)
def test_what_is_no_book_is_refused_with_its_reason(data: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        read(data)


def test_a_book_without_words_says_so_and_a_broken_cover_is_no_cover() -> None:
    with pytest.raises(ArticleError, match="holds no words"):
        read(made("<section><empty-line/></section>"))
    broken = made("<section><p>It snowed.</p></section>").replace(base64.b64encode(PICTURE).decode(), "!!!")
    assert read(broken).cover is None

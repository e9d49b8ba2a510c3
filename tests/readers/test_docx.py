"""Word documents: structure, notes, tables and pictures kept; comments, deletions and programs left out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from conftest import source_of
from narrate.errors import ArticleError, SourceError
from narrate.readers.docx import DocxReader
from narrate.types import Article

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SPACES = (
    f"{W} "
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    f"<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val='en-GB'/></w:rPr></w:rPrDefault></w:docDefaults>"
    "<w:style w:type='paragraph' w:styleId='Titel'><w:name w:val='Title'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='berschrift1'><w:name w:val='heading 1'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='Own'><w:name w:val='My Section'/><w:basedOn w:val='Base'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='Base'><w:name w:val='Base'/><w:pPr><w:outlineLvl w:val='1'/></w:pPr>"
    "</w:style>"
    "<w:style w:type='paragraph' w:styleId='Zitat'><w:name w:val='Quote'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='Bild'><w:name w:val='caption'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='TOC1'><w:name w:val='toc 1'/></w:style>"
    "</w:styles>"
)
NUMBERING = (
    f"<w:numbering {W}><w:abstractNum w:abstractNumId='0'>"
    "<w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/></w:lvl><w:lvl w:ilvl='1'><w:numFmt w:val='bullet'/></w:lvl>"
    "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>"
)
CORE = (
    "<cp:coreProperties xmlns:cp='http://schemas.openxmlformats.org/package/2006/metadata/core-properties' "
    "xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>"
    "</cp:coreProperties>"
)
TYPES = (
    "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
    "<Default Extension='xml' ContentType='application/xml'/><Default Extension='png' ContentType='image/png'/></Types>"
)


def relations(*pairs: tuple[str, str, str]) -> str:
    lines = (f"<Relationship Id='{name}' Type='{OFFICE}/{kind}' Target='{target}'/>" for name, kind, target in pairs)
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f"<Relationships xmlns='{space}'>{''.join(lines)}</Relationships>"


def made(
    body: str, more: Mapping[str, str | bytes] | None = None, *, notes: str = "", title: str = "", author: str = ""
) -> bytes:
    """A Word document, member by member."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("a", "officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations(
            ("s", "styles", "styles.xml"),
            ("n", "numbering", "numbering.xml"),
            ("f", "footnotes", "footnotes.xml"),
            ("p", "image", "media/a.png"),
        ),
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        "word/footnotes.xml": f"<w:footnotes {SPACES}>{notes}</w:footnotes>",
        "word/media/a.png": b"\x89PNG",
        "docProps/core.xml": CORE.format(title=title, author=author),
        **(more or {}),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def para(words: str, style: str = "", more: str = "") -> str:
    named = f"<w:pStyle w:val='{style}'/>" if style else ""
    return f"<w:p><w:pPr>{named}{more}</w:pPr><w:r><w:t xml:space='preserve'>{words}</w:t></w:r></w:p>"


def picture(alt: str) -> str:
    return (
        f"<w:r><w:drawing><wp:inline><wp:docPr id='1' name='Picture 1' descr='{alt}'/><a:graphic><a:graphicData>"
        "<pic:pic><pic:blipFill><a:blip r:embed='p'/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing></w:r>"
    )


def row(*cells: str, more: str = "") -> str:
    inner = "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in cells)
    return f"<w:tr>{more}{inner}</w:tr>"


def read(data: bytes) -> Article:
    return DocxReader().read(source_of(data, DocxReader.media_types[0]))


def shapes(body: str, notes: str = "") -> list[tuple[str, str, int, str]]:
    return [(one.kind.value, one.text, one.level, one.marker) for one in read(made(body, notes=notes)).blocks]


# ------------------------------------------------------------- structure


def test_title_headings_quotes_and_lists_are_known_by_their_styles() -> None:
    numbered = "<w:numPr><w:ilvl w:val='{}'/><w:numId w:val='1'/></w:numPr>"
    body = (
        para("The lightship", "Titel")
        + para("Winter", "berschrift1")
        + para("It snowed.")
        + para("A section of one’s own", "Own")
        + para("We saw it.", "Zitat")
        + para("first", "", numbered.format(0))
        + para("inner", "", numbered.format(1))
        + para("second", "", numbered.format(0))
    )
    assert shapes(body) == [
        ("title", "The lightship", 1, ""),
        ("heading", "Winter", 1, "# "),
        ("paragraph", "It snowed.", 0, ""),
        ("heading", "A section of one’s own", 2, "## "),
        ("paragraph", "We saw it.", 0, "> "),
        ("item", "first", 1, "1. "),
        ("item", "inner", 2, "- "),
        ("item", "second", 1, "2. "),
    ]


def test_an_outline_level_set_by_hand_makes_a_heading() -> None:
    body = para("It rained.") + para("The ferry", more="<w:outlineLvl w:val='2'/>") + para("It came.")
    assert shapes(body)[1] == ("heading", "The ferry", 3, "### ")


def test_notes_stand_after_the_paragraph_that_refers_to_them_and_their_marks_are_not_read() -> None:
    notes = "".join(
        f"<w:footnote w:id='{number}'><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>{words}</w:t></w:r></w:p></w:footnote>"
        for number, words in ((2, "As the log has it."), (3, "Nobody else did."))
    )
    referring = (
        "<w:p><w:r><w:t>The ship</w:t></w:r><w:r><w:footnoteReference w:id='{}'/></w:r>"
        "<w:r><w:t>, they said.</w:t></w:r></w:p>"
    )
    assert shapes(referring.format(3) + para("Later.") + referring.format(2), notes=notes) == [
        ("paragraph", "The ship, they said.", 0, ""),
        ("note", "Nobody else did.", 0, "1"),
        ("paragraph", "Later.", 0, ""),
        ("paragraph", "The ship, they said.", 0, ""),
        ("note", "As the log has it.", 0, "2"),
    ]


def test_a_reference_to_a_note_that_is_missing_is_left_out() -> None:
    body = (
        "<w:p><w:r><w:t>The ship</w:t></w:r><w:r><w:footnoteReference w:id='9'/></w:r>"
        "<w:r><w:t> sank.</w:t></w:r></w:p>"
    )
    assert shapes(body) == [("paragraph", "The ship sank.", 0, "")]


def test_a_table_is_rows_the_first_of_them_its_header() -> None:
    header = "<w:trPr><w:tblHeader/></w:trPr>"
    named = f"<w:tbl>{row('1951', '1952', more=header)}{row('9 m', '8 m')}</w:tbl>"
    unnamed = f"<w:tbl>{row('Port', 'Depth')}{row('Ellery', '9 m')}</w:tbl>"
    values = f"<w:tbl>{row('Ellery', '9')}{row('Hask', '7')}</w:tbl>"
    assert [shape[:3] for shape in shapes(para("See below.") + named + unnamed + values)][1:] == [
        ("row", "1951, 1952", 1),
        ("row", "9 m, 8 m", 0),
        ("row", "Port, Depth", 1),
        ("row", "Ellery, 9 m", 0),
        ("row", "Ellery, 9", 0),
        ("row", "Hask, 7", 0),
    ]


def test_a_picture_says_its_alternative_text_else_its_caption() -> None:
    body = (
        para("It lay there.")
        + f"<w:p>{picture('A red ship in fog. Description automatically generated')}</w:p>"
        + para("Figure 1: The ship", "Bild")
        + f"<w:p>{picture('Picture 3')}</w:p>"
        + para("Figure 2: The crew", "Bild")
    )
    found = [(one.kind.value, one.text, one.mark) for one in read(made(body)).blocks]
    assert found[1:] == [
        ("figure", "A red ship in fog.", None),
        ("paragraph", "Figure 1: The ship", "caption"),
        ("figure", "Figure 2: The crew", None),
    ]


def test_a_formula_alone_is_one_and_a_formula_in_a_sentence_is_words_of_it() -> None:
    square = (
        "<m:oMath><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>"
    )
    half = (
        "<m:oMathPara><m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r>"
        "</m:den></m:f>"
        "</m:oMath></m:oMathPara>"
    )
    body = (
        f"<w:p><w:r><w:t xml:space='preserve'>Let </w:t></w:r>{square}<w:r><w:t> grow.</w:t></w:r></w:p>"
        f"<w:p>{half}</w:p>"
    )
    assert shapes(body) == [("paragraph", "Let x^2 grow.", 0, ""), ("formula", "(a+b)/2", 0, "")]


def test_comments_deletions_hidden_words_and_tables_of_contents_are_no_story() -> None:
    body = (
        para("Winter 3", "TOC1")
        + "<w:p><w:del><w:r><w:delText>Old</w:delText></w:r></w:del><w:ins><w:r><w:t>New words</w:t></w:r></w:ins>"
        "<w:commentRangeStart w:id='0'/><w:r><w:t> stay.</w:t></w:r><w:commentRangeEnd w:id='0'/>"
        "<w:r><w:commentReference w:id='0'/></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>"
    )
    found = [(one.text, one.mark) for one in read(made(body)).blocks]
    assert found == [("Winter 3", "front_matter"), ("New words stay.", None)]


def test_the_core_properties_name_title_author_and_the_words_their_language() -> None:
    article = read(made(para("It snowed all night."), title="Ice", author="Ada Renfrew; Joss Weir"))
    assert (article.title, article.authors, article.language) == ("Ice", ("Ada Renfrew", "Joss Weir"), "en-GB")
    nameless = read(made(para("It snowed all night."), title="Microsoft Word - a.doc", author="Microsoft Office User"))
    assert (nameless.title, nameless.authors) == (None, ())


def test_a_heading_that_stands_alone_at_the_beginning_is_the_title() -> None:
    body = para("The ferry", "berschrift1") + para("It came.")
    assert read(made(body)).title == "The ferry"
    assert shapes(body + para("Winter", "berschrift1") + para("It went."))[0] == ("heading", "The ferry", 1, "# ")


def test_every_block_says_where_it_stands_in_the_text_as_it_is_laid_out() -> None:
    blocks = read(made(para("One here.") + para("Two here."))).blocks
    assert [(one.place.line, one.place.start, one.place.end) for one in blocks] == [(1, 0, 9), (3, 11, 20)]


def test_of_a_document_with_macros_only_the_words_are_read() -> None:
    article = read(made(para("Harmless words."), {"word/vbaProject.bin": b"\x00" * 99}))
    assert [one.text for one in article.blocks] == ["Harmless words."]


# ------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted with a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Office document"),
        (b"Once upon a time", "does not begin as one"),
        (b"", "does not begin as one"),
        (made(para("Cut short."))[:400], "cut short or damaged"),
        (made(para("x"), {"word/document.xml": b"<w:document"}), "cut short or damaged"),
        (
            made(para("x"), {"_rels/.rels": relations(), "word/document.xml": b"<html/>"}),
            "another kind of Office file",
        ),
        (made(para("x"), {"word/document.xml": "<w:p>" * 400}), "cut short or damaged"),
        (
            made("", {"word/document.xml": f"<!DOCTYPE a [<!ENTITY b 'c'>]><w:document {W}>&b;</w:document>"}),
            "defines entities",
        ),
        (made("", {"word/document.xml": b" " * (30 << 20)}), "would unpack to"),
    ],
    ids=["password", "old", "text", "empty", "truncated", "broken", "other", "nested", "entities", "bomb"],
)
def test_what_is_no_word_document_is_refused_with_its_reason(data: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        read(data)


def test_a_document_of_far_too_many_parts_is_refused_in_time() -> None:
    varied = "".join(f"<w:p><w:r><w:t>{number}</w:t></w:r></w:p>" for number in range(140_000))
    with pytest.raises(SourceError, match="over 400,000 elements"):
        read(made(varied))


def test_a_document_without_words_says_so() -> None:
    with pytest.raises(ArticleError, match="holds no words"):
        read(made("<w:p/>"))


def test_external_pictures_and_links_are_not_followed() -> None:
    outside = relations(("p", "image", "file:///etc/passwd"), ("s", "styles", "../../../../etc/passwd")).replace(
        "/etc/passwd'/>", "/etc/passwd' TargetMode='External'/>"
    )
    body = para("It lay there.") + f"<w:p>{picture('A red ship')}</w:p>"
    found = read(made(body, {"word/_rels/document.xml.rels": outside})).blocks
    assert [one.text for one in found] == ["It lay there.", "A red ship"]

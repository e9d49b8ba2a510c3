"""OpenDocument texts: structure, notes, tables, pictures and formulas kept."""

from __future__ import annotations

import io
import zipfile

import pytest

from conftest import source_of
from narrate.errors import ArticleError, SourceError
from narrate.readers.odt import OdtReader
from narrate.types import Article

NS = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    f'xmlns:{name}="{NS}:{path}:1.0"'
    for name, path in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("meta", "meta")),
        *(("draw", "drawing"), ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible")),
    )
) + (
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:math="http://www.w3.org/1998/Math/MathML"'
)
AUTOMATIC = (
    "<office:automatic-styles><style:style style:name='P1' style:family='paragraph' style:parent-style-name='Title'/>"
    "<style:style style:name='P2' style:family='paragraph' style:parent-style-name='Quotations'/>"
    "<style:style style:name='P3' style:family='paragraph' style:parent-style-name='Preformatted_20_Text'/>"
    "<style:style style:name='T1' style:family='text'><style:text-properties text:display='none'/></style:style>"
    "<text:list-style style:name='L1'><text:list-level-style-number text:level='1'/>"
    "<text:list-level-style-bullet text:level='2'/></text:list-style></office:automatic-styles>"
)
COMMON = (
    f"<office:document-styles {SPACES}><office:styles><style:default-style style:family='paragraph'>"
    "<style:text-properties fo:language='de' fo:country='AT'/></style:default-style></office:styles>"
    "</office:document-styles>"
)
META = (
    f"<office:document-meta {SPACES}><office:meta><dc:title>Ice</dc:title><dc:creator>Joss Weir</dc:creator>"
    "<meta:initial-creator>Ada Renfrew</meta:initial-creator></office:meta></office:document-meta>"
)


def made(body: str, **more: str | bytes) -> bytes:
    content = (
        f"<office:document-content {SPACES}>{AUTOMATIC}<office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    members: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": content,
        "styles.xml": COMMON,
        "meta.xml": META,
        **more,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def read(data: bytes) -> Article:
    return OdtReader().read(source_of(data, OdtReader.media_types[0]))


def shapes(body: str, **more: str) -> list[tuple[str, str, int, str]]:
    return [(one.kind.value, one.text, one.level, one.marker) for one in read(made(body, **more)).blocks]


def row(*cells: str) -> str:
    inner = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
    return f"<table:table-row>{inner}</table:table-row>"


def test_title_headings_quotes_code_and_lists_are_known() -> None:
    body = (
        "<text:p text:style-name='P1'>The lightship</text:p><text:h text:outline-level='2'>Winter</text:h>"
        "<text:p>It<text:s text:c='3'/>snowed<text:line-break/>all night.</text:p><text:p text:style-name='P2'>"
        "We saw it.</text:p>"
        "<text:p text:style-name='P3'>a = 1</text:p><text:p text:style-name='P3'><text:s text:c='2'/>b = 2</text:p>"
        "<text:list text:style-name='L1'><text:list-item><text:p>first</text:p><text:list><text:list-item><text:p>inner"
        "</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>second</text:p>"
        "</text:list-item>"
        "</text:list>"
    )
    assert shapes(body) == [
        ("title", "The lightship", 1, ""),
        ("heading", "Winter", 2, "## "),
        ("paragraph", "It snowed all night.", 0, ""),
        ("paragraph", "We saw it.", 0, "> "),
        ("code", "a = 1\n  b = 2", 0, "```"),
        ("item", "first", 1, "1. "),
        ("item", "inner", 2, "- "),
        ("item", "second", 1, "2. "),
    ]


def test_a_note_stands_after_its_paragraph_and_an_annotation_nowhere() -> None:
    body = (
        "<text:p>The ship<text:note text:note-class='footnote'><text:note-citation>*</text:note-citation>"
        "<text:note-body>"
        "<text:p>As the log has it.</text:p></text:note-body></text:note> sank<office:annotation><dc:creator>"
        "Joss</dc:creator>"
        "<text:p>Really?</text:p></office:annotation>.<text:span text:style-name='T1'>secret</text:span></text:p>"
    )
    assert shapes(body) == [("paragraph", "The ship sank.", 0, ""), ("note", "As the log has it.", 0, "*")]


def test_deletions_that_are_tracked_are_not_read() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Old words.</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:p>New words.</text:p>"
    )
    assert shapes(body) == [("paragraph", "New words.", 0, "")]


def test_a_table_is_rows_with_its_header() -> None:
    head = f"<table:table-header-rows>{row('Port', '1951')}</table:table-header-rows>"
    assert shapes(f"<table:table>{head}{row('Ellery', '9 m')}</table:table>") == [
        ("row", "Port, 1951", 1, ""),
        ("row", "Ellery, 9 m", 0, ""),
    ]


def test_pictures_boxes_and_formulas_in_frames_are_read() -> None:
    body = (
        "<text:p>It lay there.<draw:frame><draw:image xlink:href='a.png'/><svg:desc>A red ship</svg:desc>"
        "</draw:frame></text:p>"
        "<text:p><draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box></draw:frame></text:p>"
        "<text:p><draw:frame><draw:object xlink:href='./Object 1'/></draw:frame></text:p>"
    )
    formula = (
        "<math xmlns='http://www.w3.org/1998/Math/MathML'><semantics><mrow><mi>y</mi><mo>=</mo><msqrt><mi>x</mi>"
        "</msqrt>"
        "</mrow><annotation>y = sqrt x</annotation></semantics></math>"
    )
    assert [shape[:2] for shape in shapes(body, **{"Object 1/content.xml": formula})] == [
        ("paragraph", "It lay there."),
        ("figure", "A red ship"),
        ("paragraph", "In a box."),
        ("formula", "y=√(x)"),
    ]


def test_contents_and_index_are_marked_as_what_they_are() -> None:
    body = (
        "<text:table-of-content><text:index-body><text:p>Winter 3</text:p></text:index-body></text:table-of-content>"
        "<text:p>It snowed.</text:p><text:bibliography><text:index-body><text:p>Weir, J.: Ice</text:p>"
        "</text:index-body>"
        "</text:bibliography>"
    )
    found = [(one.text, one.mark) for one in read(made(body)).blocks]
    assert found == [("Winter 3", "front_matter"), ("It snowed.", None), ("Weir, J.: Ice", "references")]


def test_what_the_document_says_of_itself_is_known() -> None:
    article = read(made("<text:p>Es hat geschneit.</text:p>"))
    assert (article.title, article.authors, article.language) == ("Ice", ("Ada Renfrew",), "de-AT")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (made("x", **{"META-INF/manifest.xml": "<a><manifest:encryption-data/></a>"}), "encrypted with a password"),
        (made("<text:p>Cut.</text:p>")[:300], "cut short or damaged"),
        (b"plain", "does not begin as one"),
        (made("", **{"content.xml": "<a/>"}), "another kind of document"),
        (
            made("", **{"content.xml": "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"}),
            "defines entities",
        ),
        (made("", **{"content.xml": "<a>" * 300}), "nested too deeply"),
        (made("", **{"content.xml": b"\0" * (40 << 20)}), "would unpack to"),
    ],
    ids=["password", "truncated", "text", "other", "entities", "nested", "bomb"],
)
def test_what_is_no_opendocument_text_is_refused_with_its_reason(data: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        read(data)


def test_a_text_without_words_says_so() -> None:
    with pytest.raises(ArticleError, match="holds no words"):
        read(made("<text:p/>"))

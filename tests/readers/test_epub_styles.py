"""What a book hides from whoever looks at it is not read, and named; in doubt it is read."""

from __future__ import annotations

import time

import pytest
from epub_makers import STORY, book, headings, line, page, read
from hypothesis import given
from hypothesis import strategies as st

from narrate.readers.epub.styles import applies, read_sheet
from narrate.types import Article, BlockKind

SHEET = '<link rel="stylesheet" type="text/css" href="style.css"/>'
SECRET = "Only the printer was to read this."


def styled(body: str, css: str, *, head: str = SHEET, files: dict[str, str | bytes] | None = None) -> Article:
    return read(book({"one.xhtml": page(STORY + body, head=head)}, files={"style.css": css, **(files or {})}))


def hidden(article: Article) -> list[str]:
    return [block.text for block in article.blocks if block.mark == "hidden"]


def seen(article: Article) -> list[str]:
    return [block.text for block in article.blocks if block.mark is None][3:]


def hides(css: str, body: str = f'<div class="note" id="n7"><p class="a b">{SECRET}</p></div>') -> bool:
    article = styled(body, css)
    assert [*hidden(article), *seen(article)] == [SECRET]
    return hidden(article) == [SECRET]


@pytest.mark.parametrize(
    "css",
    [
        ".a { display: none }",
        "p.b{DISPLAY:NONE}",
        "#n7 { visibility: hidden; }",
        "div.note > p { color: red; display: none !important }",
        "body .note p.a.b { visibility: collapse }",
        "h1, .nobody, div#n7 p { display: none }",
        "/* .a { } */ .a { /* gone */ display: none }",
        "@charset 'utf-8'; .a { display: none }",
        "@media screen { .a { display: none } }",
        "@media all, print { .a { display: none } }",
        "@media not amzn-kf8 { .a { display: none } }",
        ".a { display: block } p.a { display: none }",
        ".a { display: none !important } #n7 .a { display: block }",
        ".a { display: none } @media amzn-kf8 { .a { display: block } }",
        ".a { display: none } .a:hover { display: block }",
        ".é { x: y } .a { display: none } } stray",
    ],
)
def test_what_a_style_sheet_hides_is_not_read_and_is_named(css: str) -> None:
    assert hides(css)


@pytest.mark.parametrize(
    "css",
    [
        ".c { display: none }",
        ".note.a { display: none }",
        "section p { display: none }",
        "body > p.a.b { display: none }",
        ".a::before { display: none } .a:first-letter { display: none }",
        ".a:hover { display: none } .a:nth-child(2n) { display: none } .a[lang] { display: none }",
        "h1 + .a { display: none } h1 ~ div p { display: none }",
        "@media print { .a { display: none } }",
        "@media amzn-kf8 { .a { display: none } }",
        "@media (max-width: 600px) { .a { display: none } }",
        "@supports (display: grid) { .a { display: none } }",
        ".a { display: none } @media screen and (min-width: 300px) { .a { display: block } }",
        ".a { display: none } p.a { display: block }",
        ".a { display: none } .a { display: inline }",
        ".a { display: none } .note .a[class] { display: inline }",
        "#n7 p { display: block } .a { display: none }",
        ".a { text-decoration: none; border: none; overflow: hidden }",
        ".a { background: url(display:none) }",
        ".a { display: none",
    ],
)
def test_in_doubt_it_is_read(css: str) -> None:
    assert not hides(css)


@pytest.mark.parametrize(
    ("attributes", "css", "gone"),
    [
        ('style="display:none"', "", True),
        ('style="color: red; Visibility : hidden"', "", True),
        ('hidden="hidden"', "", True),
        ('aria-hidden="true"', "", True),
        ('aria-hidden="false"', "", False),
        ('class="a" style="display: block"', ".a { display: none }", False),
        ('class="a" style="display: block"', ".a { display: none !important }", True),
        ('style="display: none"', "p { display: block !important }", False),
    ],
)
def test_an_element_may_hide_itself(attributes: str, css: str, gone: bool) -> None:
    assert hides(css, f"<p {attributes}>{SECRET}</p>") is gone


@pytest.mark.parametrize(
    ("head", "gone"),
    [
        (SHEET, True),
        ('<link rel="stylesheet" href="STYLE.css"/>', True),
        ("<style>.a { display: none }</style>", True),
        ('<style>@import url("style.css");</style>', True),
        ("<style>@import 'style.css' screen;</style>", True),
        ("<style>@import 'style.css' print;</style>", False),
        ('<link rel="alternate stylesheet" title="Night" href="style.css"/>', False),
        ('<link rel="stylesheet" media="print" href="style.css"/>', False),
        ('<link rel="stylesheet" media="screen and (max-width: 9em)" href="style.css"/>', False),
        ('<link rel="stylesheet" href="../../style.css"/>', False),
        ('<link rel="stylesheet" href="https://example.org/style.css"/>', False),
        ('<link rel="stylesheet" href="missing.css"/>', False),
    ],
)
def test_a_sheet_counts_where_it_is_used_for_reading_on_a_screen(head: str, gone: bool) -> None:
    article = styled(f'<p class="a">{SECRET}</p>', ".a { display: none }", head=head)
    assert (hidden(article) == [SECRET]) is gone


def test_sheets_that_import_each_other_end() -> None:
    other = "@import 'style.css'; @import 'other.css'; .a { display: none }"
    article = styled(f'<p class="a">{SECRET}</p>', "@import url(other.css);", files={"other.css": other})
    assert hidden(article) == [SECRET]


def test_words_hidden_in_a_line_part_no_sentence_and_are_named_after_it() -> None:
    body = '<p>Two lamps <span class="gone">(see plate 3) </span>were lit<b hidden="hidden">.</b></p>'
    article = styled(body, ".gone { display: none }")
    assert [block.text for block in article.blocks[3:]] == ["Two lamps were lit", "(see plate 3)"]
    assert hidden(article) == ["(see plate 3)"]


def test_a_hidden_cell_or_row_is_no_part_of_the_table() -> None:
    rows = '<tr><th>Port</th><th hidden="hidden">Code</th></tr><tr><td>Vardo</td><td hidden="hidden">X9</td></tr>'
    article = read(book({"one.xhtml": f'{STORY}<table>{rows}<tr style="display:none"><td>Kola</td></tr></table>'}))
    assert [block.text for block in article.blocks if block.kind is BlockKind.ROW] == ["Port", "Vardo"]
    assert hidden(article) == ["Code", "X9", "Kola"]


@pytest.mark.parametrize(
    "note",
    [
        '<aside epub:type="footnote" id="n1" hidden="hidden"><p>A note on fog.</p></aside>',
        '<aside epub:type="footnote" id="n1" class="gone"><p>A note on fog.</p></aside>',
        '<p id="n1" class="gone">1. A note on fog.</p>',
        '<div class="gone"><p id="n1">1. A note on fog.</p></div>',
        '<p>Words.<span id="n1" class="gone">A note on fog.</span></p>',
    ],
)
def test_a_note_that_waits_out_of_sight_is_still_a_note(note: str) -> None:
    body = f'<p>Fog came.<a epub:type="noteref" href="#n1">1</a></p>{note}'
    article = styled(body, ".gone { display: none }")
    assert [block.text for block in article.blocks if block.kind is BlockKind.NOTE] == ["A note on fog."]
    assert article.blocks[3].text == "Fog came."
    assert article.blocks[4].kind is BlockKind.NOTE
    assert hidden(article) == []


def test_a_way_back_that_is_hidden_in_a_note_is_not_read_with_it() -> None:
    note = '<aside epub:type="footnote" id="n1"><p>A note.<span hidden="hidden">Go back up</span></p></aside>'
    article = read(book({"one.xhtml": f'{STORY}<p>Fog.<a epub:type="noteref" href="#n1">1</a></p>{note}'}))
    assert [block.text for block in article.blocks if block.kind is BlockKind.NOTE] == ["A note."]
    assert hidden(article) == ["Go back up"]


def test_a_chapter_whose_printed_title_is_hidden_has_the_one_of_the_contents() -> None:
    pages = {
        f"{name}.xhtml": page(f'<h1 class="gone">{name.upper()}</h1>{STORY}', head=SHEET) for name in ("one", "two")
    }
    contents = line("One", "one.xhtml") + line("Two", "two.xhtml")
    article = read(book(pages, contents=contents, files={"style.css": ".gone { display: none }"}))
    assert headings(article) == [(1, "One"), (1, "Two")]
    assert hidden(article) == ["ONE", "TWO"]


def test_a_line_of_stars_that_is_muted_is_still_a_scene_break_and_a_hidden_one_is_none() -> None:
    def breaks(attributes: str) -> int:
        article = read(book({"one.xhtml": f"{STORY}<p {attributes}>* * *</p>{STORY}"}))
        return sum(block.kind is BlockKind.SCENE_BREAK for block in article.blocks)

    assert breaks('aria-hidden="true"') == 1
    assert breaks('hidden="hidden"') == 0


def test_a_book_that_hides_all_of_itself_is_read_all_the_same() -> None:
    one = page(f'<div class="a">{STORY}</div>', head=SHEET)
    article = read(book({"one.xhtml": one}, files={"style.css": ".a { visibility: hidden }"}))
    assert [block.mark for block in article.blocks] == [None, None, None]


@pytest.mark.parametrize(
    ("media", "answer"),
    [
        ("all", True),
        ("screen", True),
        ("only screen", True),
        ("print", False),
        ("not screen", False),
        ("not print", True),
        ("print, screen", True),
        ("screen and (orientation: portrait)", None),
        ("(prefers-color-scheme: dark)", None),
        ("print and (min-width: 1em)", False),
    ],
)
def test_a_medium_is_ours_or_not_or_nobody_can_say(media: str, answer: bool | None) -> None:
    assert applies(media) is answer


@given(st.text(alphabet="{}@;:.,#>[]()a \"'/*\\!-\n", max_size=400) | st.text(max_size=100))
def test_no_style_sheet_stops_the_reader(css: str) -> None:
    read_sheet(css)


@pytest.mark.parametrize("piece", ["{", ".a{", "/*", "@import ", ";display", "a[", ".a b>", "a:not(", "}", "a,"])
def test_a_sheet_without_end_is_read_in_time(piece: str) -> None:
    began = time.perf_counter()
    read_sheet(piece * (2_000_000 // len(piece)) + "}.a{display:none}")
    assert time.perf_counter() - began < 5


def test_many_rules_over_many_elements_end_in_time() -> None:
    css = "".join(f".x{number} div div div div div > p.a {{ display: none }}\n" for number in range(5000))
    body = "<div>" * 60 + '<p class="a">Fog lay over the harbour all night.</p>' * 3000 + "</div>" * 60
    began = time.perf_counter()
    assert hidden(styled(body, css)) == []
    assert time.perf_counter() - began < 15

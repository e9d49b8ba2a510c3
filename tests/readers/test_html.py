"""Web pages: the article whole, with its structure, and what the page says of itself."""

from __future__ import annotations

import json
import re
import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import SAMPLES
from narrate import stories
from narrate.cleaner.clean import clean
from narrate.cleaner.show import as_text
from narrate.errors import ArticleError, NarrateError, SourceError
from narrate.readers.html.extract import collapsed
from narrate.readers.html.metadata import read_metadata
from narrate.readers.html.reader import HtmlReader
from narrate.readers.html.walk import walk
from narrate.types import Article, Source

PAGES = ["page-news", "page-blog", "page-docs", "page-newsletter"]

PROSE = (
    "The council voted nine to four on Monday to keep the lightship, which has stood there since 1951.",
    "Nobody had expected the vote to be so clear, said the clerk, who has counted votes for thirty years.",
    "The ship will be towed to the yard in spring, painted red, and brought back before the first storms.",
)
STORY = "".join(f"<p>{sentence}</p>" for sentence in PROSE)


def read(html: str | bytes, **about: object) -> Article:
    data = html if isinstance(html, bytes) else html.encode()
    known = {"origin": "page.html", "media_type": "text/html", "data": data, "fetched_at": datetime.now(UTC)}
    return HtmlReader().read(Source(**{**known, **about}))  # type: ignore[arg-type]


def article(body: str, head: str = "") -> Article:
    return read(f"<!doctype html><html><head>{head}</head><body><article>{body}</article></body></html>")


def shapes(html: str) -> list[tuple[str, str, int, str]]:
    """Kind, text, level and marker of every block of an article's body."""
    return [(block.kind.value, block.text, block.level, block.marker) for block in article(html).blocks]


# ---------------------------------------------------------------- the samples


@pytest.mark.parametrize("name", PAGES)
def test_a_sample_page_is_cleaned_to_what_is_expected(name: str) -> None:
    cleaned = clean(stories.read(str(SAMPLES / f"{name}.html")))
    assert as_text(cleaned.article) == (SAMPLES / f"{name}.clean.txt").read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_sample_page_says_of_itself_what_is_expected(name: str) -> None:
    found = stories.read(str(SAMPLES / f"{name}.html"))
    expected = json.loads((SAMPLES / f"{name}.meta.json").read_text("utf-8"))
    if expected["published_at"]:
        expected["published_at"] = datetime.fromisoformat(expected["published_at"])
    assert {name: getattr(found, name) for name in expected} == expected | {"authors": tuple(expected["authors"])}


# ---------------------------------------------------------------- structure


def test_headings_lists_quotes_code_and_rules_are_known_as_such() -> None:
    html = (
        f"{STORY}<h2>One</h2><p>{PROSE[0]}</p><ol start=3><li>first<ul><li>inner</li></ul></li><li>second</li></ol>"
        f"<blockquote><p>{PROSE[1]}</p></blockquote><pre class='language-py'>a = 1\n  b = 2\n</pre>"
        f"<hr><p>{PROSE[2]}</p>"
    )
    assert shapes(html)[3:] == [
        ("heading", "One", 2, "## "),
        ("paragraph", PROSE[0], 0, ""),
        ("item", "first", 1, "3. "),
        ("item", "inner", 2, "- "),
        ("item", "second", 1, "4. "),
        ("paragraph", PROSE[1], 0, "> "),
        ("code", "a = 1\n  b = 2", 0, "```py"),
        ("scene_break", "***", 0, ""),
        ("paragraph", PROSE[2], 0, ""),
    ]


def test_a_table_of_values_is_rows_and_a_table_of_layout_is_not() -> None:
    values = "<table><tr><th>Port<th>Depth</tr><tr><td>Ellery<td>9 m</tr></table>"
    layout = f"<table><tr><td>{STORY}</td><td></td></tr></table>"
    assert [shape[:2] for shape in shapes(STORY + values)[3:]] == [("row", "Port, Depth"), ("row", "Ellery, 9 m")]
    assert [shape[0] for shape in shapes(layout)] == ["paragraph"] * 3


def test_a_page_that_leaves_out_its_body_is_read_all_the_same() -> None:
    page = read(f"<title>Ships</title><link rel=canonical href='https://example.org/a'><article>{STORY}</article>")
    assert [block.text for block in page.blocks] == list(PROSE)


def test_white_space_breaks_and_inline_marks_leave_the_words_alone() -> None:
    html = f"<p>One&nbsp;<b>bo</b>ld<br>\n  and <a href='/x'>a link</a>, after which the sentence goes on.</p>{STORY}"
    first = article(html).blocks[0]
    assert first.text == "One bold and a link, after which the sentence goes on."
    assert first.linked == pytest.approx(5 / 42, abs=0.01)


def test_two_line_breaks_end_a_paragraph() -> None:
    html = "<div>" + "<br><br>".join(PROSE) + "</div>"
    assert [shape[1] for shape in shapes(html)] == list(PROSE)


def test_what_is_hidden_or_for_programs_is_not_read() -> None:
    html = f"{STORY}<p hidden>{PROSE[0]} Hidden.</p><p style='display: none'>Not shown at all, not even to you.</p>"
    text = "\n".join(block.text for block in article(f"{html}<script>var a = 'b';</script><!-- no -->").blocks)
    assert text.split("\n") == list(PROSE)


def test_every_block_says_where_it_stands_in_the_source() -> None:
    html = f"<html><body><article>\n\n<p>{PROSE[0]}</p>\n<p>\n{PROSE[1]}\n</p>\n<p>{PROSE[2]}</p>\n</article>"
    for block in read(html).blocks:
        assert block.text in " ".join(html[block.place.start : block.place.end].split())
    assert [block.place.line for block in read(html).blocks] == [3, 5, 7]


@given(
    st.lists(st.sampled_from(["<p>", "</div>", "<li>", "</table>", "<h2>", "<b>", "<pre>", "a", "</", "<td>", "&#0;"]))
)
def test_broken_markup_loses_no_paragraph_beside_it(pieces: list[str]) -> None:
    from lxml import html

    text = f"<div>{STORY}{''.join(pieces)}</div>"
    found = walk(html.document_fromstring(text), text, {})
    assert {*PROSE[:2]} <= {one.block.text for one in found}


# ---------------------------------------------------------------- what the page marks


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<figure><figcaption>Crowds at the gate</figcaption></figure>", "caption"),
        ('<div class="c-share-bar__list">Send it round</div>', "share"),
        ('<div class="relatedPosts"><a href=x>Five ferries</a></div>', "related"),
        ('<aside class="newsletter-signup">Every Friday</aside>', "newsletter"),
        ("<form>Your name</form>", "promo"),
        ('<div id="ad-slot-3">A boat for you</div>', "ad"),
        ("<nav>Up and down</nav>", "nav"),
    ],
)
def test_clutter_that_the_page_marks_is_left_out_and_named(html: str, kind: str) -> None:
    cleaned = clean(article(f"<p>{PROSE[0]}</p>{html}<p>{PROSE[1]}</p><p>{PROSE[2]}</p>"))
    assert [block.text for block in cleaned.article.blocks] == list(PROSE)
    assert [(removal.kind, removal.rule) for removal in cleaned.removals] == [(kind, f"page-{kind}")]


def test_an_element_that_holds_a_story_is_no_clutter_whatever_its_name() -> None:
    for name in ("aside", 'div class="promo newsletter"', 'section id="related"'):
        assert [block.text for block in article(f"<{name}>{STORY}</{name.split()[0]}>").blocks] == list(PROSE)


def test_a_name_counts_only_where_it_stands_whole() -> None:
    html = f'<p class="unrelated shared-memory">{PROSE[0]}</p><h2 id="time-for-social-media-and-you">Time</h2>{STORY}'
    assert all(block.mark is None for block in article(html).blocks)


@pytest.mark.parametrize(
    "line",
    [
        "As <span class='author'>Ned Tolliver</span> said to the sea that night, there is no other lamp.",
        "It was first <span class='published'>printed in Hull</span> by a man whom nobody there remembers.",
    ],
)
def test_a_word_inside_a_line_is_what_the_line_says_whatever_its_class(line: str) -> None:
    words = re.sub("<[^>]*>", "", line)
    assert words in [block.text for block in article(f"<p>{line}</p>{STORY}").blocks if not block.mark]


def test_what_an_author_has_struck_out_is_not_read_and_what_was_put_in_is() -> None:
    line = "<p>The fare is <del>nine</del> <ins>ten</ins> pounds for all who sail on the boat in winter.</p>"
    first = article(line + STORY).blocks[0]
    assert first.text == "The fare is ten pounds for all who sail on the boat in winter."


def test_an_id_that_a_heading_gave_to_its_section_says_nothing_of_it() -> None:
    section = "<section id='follow'><h2>Follow</h2><p>Follow a station with the follow command.</p></section>"
    heading = "<h2 id='share'>Share of the catch</h2><p>Every boat gets a tenth of what the others bring in.</p>"
    assert all(block.mark is None for block in article(f"{STORY}{section}{heading}{STORY}").blocks)


def test_who_is_quoted_is_part_of_the_quotation() -> None:
    quote = f"<blockquote><p>{PROSE[1]}</p><footer>Ada Renfrew</footer></blockquote>"
    assert "Ada Renfrew" in [
        block.text for block in article(f"{STORY}{quote}<p>{PROSE[2]}</p>").blocks if not block.mark
    ]


def test_the_caption_of_a_table_of_values_is_read() -> None:
    table = "<table><caption>Eels by year</caption><tr><th>Year<th>Eels</tr><tr><td>1951<td>9</tr></table>"
    assert "Eels by year" in [block.text for block in article(f"{STORY}{table}<p>{PROSE[0]}</p>").blocks]


def test_a_page_that_hides_itself_until_a_script_runs_is_read() -> None:
    page = read(f"<html><body style='visibility:hidden'><article>{STORY}</article></body></html>")
    assert [block.text for block in page.blocks] == list(PROSE)


def test_what_the_page_marks_can_be_kept() -> None:
    page = article(f"<p>{PROSE[0]}</p><figure><figcaption>Crowds at the gate</figcaption></figure>{STORY}")
    kept = clean(page, keep=["caption", "repeated"]).article
    assert "Crowds at the gate" in [block.text for block in kept.blocks]


# ---------------------------------------------------------------- the guard of recall


def test_the_guard_speaks_up_only_where_much_is_missing_and_the_other_text_is_longer() -> None:
    from lxml import html

    long = " ".join([*PROSE, *PROSE])
    text = "".join(f"<p>{number} {long}</p>" for number in range(10))
    found = walk(html.document_fromstring(text), text, {})
    everything = set(range(10))
    assert collapsed(found, {0, 1}, everything)
    assert not collapsed(found, set(range(8)), everything)
    assert not collapsed(found, everything, {0, 1})


def test_a_page_from_which_the_extractor_takes_a_corner_is_read_whole() -> None:
    paragraphs = [f"Chapter {number} of the log. {' '.join(PROSE)}" for number in range(12)]
    body = "".join(f'<div class="comment-body"><p>{text}</p></div>' for text in paragraphs)
    page = read(f"<html><body><article><p>{PROSE[0]}</p><p>{PROSE[1]}</p></article><div>{body}</div></body></html>")
    assert {*paragraphs} <= {block.text for block in page.blocks}


# ---------------------------------------------------------------- metadata


def metadata(head: str, body: str = "", address: str | None = None) -> object:
    from lxml import html

    page = f"<html><head>{head}</head><body>{body}<p>x</p></body></html>"
    return read_metadata(html.document_fromstring(page), address)


def linked(**properties: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **properties})}</script>'


def test_json_ld_comes_before_opengraph_before_meta_before_what_is_seen() -> None:
    seen = "<title>Seen</title>"
    meta = '<meta name="twitter:title" content="Meta">'
    graph = '<meta property="og:title" content="Graph">'
    assert metadata(seen).title == "Seen"  # type: ignore[attr-defined]
    assert metadata(seen + meta).title == "Meta"  # type: ignore[attr-defined]
    assert metadata(seen + meta + graph).title == "Graph"  # type: ignore[attr-defined]
    assert metadata(seen + meta + graph + linked(headline="Linked")).title == "Linked"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ({"@type": "Person", "name": "Ana Cruz"}, ("Ana Cruz",)),
        ([{"name": "Ana Cruz"}, {"name": "Jo Roe"}], ("Ana Cruz", "Jo Roe")),
        ("By Ana Cruz and Jo Roe", ("Ana Cruz", "Jo Roe")),
        (["https://example.org/ana", "Ana Cruz"], ("Ana Cruz",)),
    ],
)
def test_authors_are_people_by_name(written: object, names: tuple[str, ...]) -> None:
    assert metadata(linked(author=written)).authors == names  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-03T08:30:00+02:00", datetime.fromisoformat("2026-03-03T08:30:00+02:00")),
        ("2026-03-03T08:30:00Z", datetime(2026, 3, 3, 8, 30, tzinfo=UTC)),
        ("2026-03-03", datetime(2026, 3, 3, tzinfo=UTC)),
        ("Tue, 03 Mar 2026 08:30:00 GMT", datetime(2026, 3, 3, 8, 30, tzinfo=UTC)),
        ("March 3, 2026", datetime(2026, 3, 3, tzinfo=UTC)),
        ("soon", None),
        ("0001-01-01", None),
    ],
)
def test_a_date_is_aware_or_none(written: str, moment: datetime | None) -> None:
    assert metadata(f'<meta property="article:published_time" content="{written}">').published_at == moment  # type: ignore[attr-defined]


def test_addresses_are_whole_and_of_the_web() -> None:
    head = '<link rel=canonical href="/a"><meta property="og:image" content="../i.png">'
    found = metadata(head, address="https://example.org/b/c")
    assert (found.address, found.image) == ("https://example.org/a", "https://example.org/i.png")  # type: ignore[attr-defined]
    assert metadata('<link rel=canonical href="javascript:alert(1)">').address is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("A day at sea | The Courier", "A day at sea"),
        ("A day at sea - News - The Courier", "A day at sea"),
        ("Sea - and land", "Sea - and land"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_a_title(title: str, expected: str) -> None:
    head = f'<title>{title}</title><meta property="og:site_name" content="The Courier">'
    assert metadata(head, f"<h1>{expected}</h1>").title == expected  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "broken", ["{", '{"@type": "NewsArticle", "headline": 5}', "[[[[", '{"@graph": {"@graph": null}}', "null"]
)
def test_broken_json_ld_is_passed_over(broken: str) -> None:
    head = f'<script type="application/ld+json">{broken}</script><title>Seen</title>'
    assert metadata(head).title == "Seen"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("written", "tag"), [("en_gb", "en-GB"), ("DE", "de"), ("zh-hant-tw", "zh-Hant-TW"), ("?", None)]
)
def test_a_language_is_a_tag(written: str, tag: str | None) -> None:
    assert metadata(f'<meta property="og:locale" content="{written}">').language == tag  # type: ignore[attr-defined]


def test_the_title_is_no_part_of_the_body_and_nothing_else_is_taken_for_it() -> None:
    page = article(f"<h1>A day at sea</h1><h2>Morning</h2>{STORY}<h2>A day at sea</h2><p>{PROSE[0]}</p>")
    assert page.title == "A day at sea"
    assert [block.text for block in page.blocks] == ["Morning", *PROSE, "A day at sea", PROSE[0]]


# ---------------------------------------------------------------- bytes that are no good


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("<p>Größe</p>".encode("latin-1"), "iso-8859-1", "Größe"),
        ("<meta charset=windows-1251><p>Привет</p>".encode("cp1251"), None, "Привет"),
        ("<meta charset=utf-8><p>Größe</p>".encode("latin-1"), None, "Größe"),
        ("<meta charset=nonsense><p>Größe</p>".encode(), "also-nonsense", "Größe"),
        ("<p>“Größe”</p>".encode("cp1252"), "iso-8859-1", "“Größe”"),
        ("\ufeff<p>Größe</p>".encode("utf-16"), "utf-8", "Größe"),
    ],
)
def test_the_encoding_is_the_servers_the_pages_or_found(data: bytes, charset: str | None, text: str) -> None:
    assert read(data, charset=charset).blocks[0].text == text


def test_a_broken_byte_in_a_long_page_is_put_up_with() -> None:
    data = f"<html><body><article>{STORY * 20}<p>Gr".encode() + b"\xff" + b"sse</p></article>"
    assert read(data).blocks
    with pytest.raises(SourceError, match="cannot be decoded as ascii"):
        read(data, encoding="ascii")


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<html><body></body></html>", "there is no article on page.html: only 0 words and 0 links were found on it"),
        ("<ul>" + "<li><a href=x>Home</a></li>" * 40 + "</ul>", "40 links were found on it"),
        ("<h1>Log in</h1><p>Please log in to continue reading.</p><form>…</form>", "it asks to log in"),
        ("<p>Please enable JavaScript to view this site.</p>", "it needs JavaScript"),
        ("<h1>Just a moment…</h1><p>Verify you are human.</p>", "it holds programs back and wants a person"),
        ("<h1>We value your privacy</h1><button>Accept all cookies</button>", "it asks about cookies first"),
    ],
)
def test_a_page_without_an_article_says_what_was_found(html: str, words: str) -> None:
    with pytest.raises(ArticleError) as caught:
        read(html)
    assert words in str(caught.value)
    assert "save the page with its article, and give narrate the file" in str(caught.value)


def test_a_short_article_is_an_article() -> None:
    assert [block.text for block in read("<p>The ship is saved, the town clerk said on Monday night.</p>").blocks]


def test_entities_that_a_page_defines_itself_are_not_expanded() -> None:
    bomb = '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    page = read(f"{bomb}<html><body><article>{STORY}<p>Here: &b; and &x; are words.</p></article></body></html>")
    text = " ".join(block.text for block in page.blocks)
    assert "aaaa" not in text
    assert "root:" not in text
    assert PROSE[0] in text


def test_elements_nested_without_end_are_an_error_or_an_article() -> None:
    for tag in ("div", "blockquote", "b", "ul><li"):
        closing = tag.rpartition("<")[2]
        html = (
            f"<html><body><article>{STORY}</article>{f'<{tag}>' * 20_000}deep{f'</{closing}>' * 20_000}</body></html>"
        )
        assert {block.text for block in read(html).blocks} >= {PROSE[0]}


SCRAPS = (
    b"<div>",
    b"</body>",
    b"<table>",
    b"<script>",
    b"<!--",
    b"<svg>",
    b"\x00",
    b"<a href='http://[::1'>",
    b"<html>",
)


@given(st.sampled_from(PAGES), st.lists(st.tuples(st.floats(0, 1), st.sampled_from([*SCRAPS, None])), max_size=12))
@settings(deadline=None, max_examples=60)
def test_a_damaged_page_is_read_or_explained(name: str, damage: list[tuple[float, bytes | None]]) -> None:
    data = (SAMPLES / f"{name}.html").read_bytes()
    for place, scrap in damage:
        at = int(place * len(data))
        data = data[:at] + (scrap or b"") + data[at + (0 if scrap else 200) :]
    with suppress(NarrateError):
        assert clean(read(data)).article.blocks


# ---------------------------------------------------------------- what cannot be heard well


def among(html: str) -> list[tuple[str, str]]:
    """Kind and words of the blocks between two stories, whatever the page marks them as."""
    return [(block.kind.value, block.text) for block in article(STORY + html + STORY).blocks if block.text not in PROSE]


SAID = "of the field that she had to plough before the winter came"


@pytest.mark.parametrize(
    ("html", "latex"),
    [
        ("<math><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mi>y</mi></math>", "x^{2}+y"),
        ("<math><mfrac><mi>a</mi><msqrt><mn>2</mn></msqrt></mfrac></math>", r"\frac{a}{\sqrt{2}}"),
        ("<math><msub><mi>a</mi><mi>i</mi></msub><mo>≤</mo><mi>sin</mi></math>", r"a_{i}\le \mathrm{sin}"),
        (
            "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x^3</annotation></semantics></math>",
            "x^3",
        ),
        (r"<span class='math inline'>\(x^2\)</span>", "x^2"),
        (r"<script type='math/tex'>x_1</script>", "x_1"),
        (
            "<span class=katex><span class=katex-mathml><math><annotation encoding='application/x-tex'>a^2</annotation>"
            "</math></span><span class=katex-html aria-hidden=true><span>a2</span></span></span>",
            "a^2",
        ),
        (
            r"<span class=mwe-math-element><span style='display: none'><math><annotation encoding='application/x-tex'>"
            r"{\displaystyle b_1}</annotation></math></span><img alt='{\displaystyle b_1}'></span>",
            "b_1",
        ),
    ],
)
def test_a_formula_in_a_line_is_latex_between_dollars_however_the_page_writes_it(html: str, latex: str) -> None:
    assert among(f"<p>Let {html} be the area {SAID}.</p>") == [("paragraph", f"Let ${latex}$ be the area {SAID}.")]


def test_a_formula_on_a_line_of_its_own_is_a_block_and_parts_a_paragraph() -> None:
    html = f"<p>The area {SAID}:<math display=block><mi>x</mi></math>was less than that of the one {SAID}.</p>"
    html += r"<div class='math'>\[E = mc^2\]</div><p><span class='math inline'>\(y\)</span></p>"
    assert among(html) == [
        ("paragraph", f"The area {SAID}:"),
        ("formula", "x"),
        ("paragraph", f"was less than that of the one {SAID}."),
        ("formula", "E = mc^2"),
        ("formula", "y"),
    ]


def test_a_box_of_prose_is_no_formula_whatever_its_class() -> None:
    html = f"<div class='math katex'><p>The area {SAID}, and <math><mi>x</mi></math>.</p></div>"
    assert among(html) == [("paragraph", f"The area {SAID}, and $x$.")]


def test_a_picture_is_what_stands_for_it_and_decoration_is_none() -> None:
    html = (
        "<figure><img src=a alt='A ship at night'><figcaption>The ship, on Monday.</figcaption></figure>"
        "<figure><img src=b alt=''><figcaption>Only a caption</figcaption></figure><img src=c>"
        f"<p>The town <img alt='A map'> {SAID}.</p><img alt='IMG_1234.jpg'><img alt='Smile' class=emoji>"
        "<img alt='Dot' width=1 height=1><img alt='Line' role=presentation><img alt='…'>"
        "<div class=share><img alt='Facebook'></div>"
    )
    assert among(html) == [
        ("figure", "A ship at night"),
        ("paragraph", "The ship, on Monday."),
        ("paragraph", "Only a caption"),
        ("figure", "Only a caption"),
        ("paragraph", f"The town {SAID}."),
        ("figure", "A map"),
    ]


def test_pictures_change_nothing_in_what_is_kept_of_a_page() -> None:
    html = f"<p>{PROSE[0]}</p><img alt='A ship'><p>{PROSE[1]}</p><p>{PROSE[2]}</p>"
    assert [block.text for block in clean(article(html)).article.blocks] == list(PROSE)


def test_the_header_of_a_table_is_known_by_its_cells_or_by_where_it_stands() -> None:
    headed = "<table><tr><th>Port<th>Depth</tr><tr><th>Ellery<td>9 m</tr></table>"
    by_place = "<table><thead><tr><td>Port<td>Depth</thead><tr><td>Ellery<td>9 m</tr></table>"
    plain = "<table><tr><td>Hull<td>1 m</tr><tr><th>Ellery<th>9 m</tr></table>"
    for table, levels in ((headed, [1, 0]), (by_place, [1, 0]), (plain, [0, 0])):
        found = [block.level for block in article(STORY + table + STORY).blocks if block.kind.value == "row"]
        assert found == levels


NOTED = (
    f"<p>The fog came{{}} over the whole {SAID}.</p>{STORY}<ol><li id=n1>Off the <em>sea</em>. <a href='#r1'>↩</a></li>"
    f"<li id=n2><a href='#r1'>[2]</a> For days.</li></ol>{STORY}"
)


@pytest.mark.parametrize(
    "mark",
    [
        "<sup id=r1><a href='#n1'>1</a></sup>",
        "<a href='#n1'><sup>[1]</sup></a>",
        "<a id=r1 href='page.html#n1' role='doc-noteref'>1</a>",
        "<a class='footnote-ref' href='#n1'>1</a>",
    ],
)
def test_a_note_stands_after_the_paragraph_that_refers_to_it_and_its_mark_is_gone(mark: str) -> None:
    blocks = article(NOTED.format(mark)).blocks
    assert [(block.kind.value, block.text, block.marker) for block in blocks[:2]] == [
        ("paragraph", f"The fog came over the whole {SAID}.", ""),
        ("note", "Off the sea.", "1"),
    ]


@pytest.mark.parametrize(
    "box",
    ["<section class=footnotes>{}</section>", "<footer>{}</footer>", "<aside>{}</aside>", "<div id=comments>{}</div>"],
)
@pytest.mark.parametrize("outside", [True, False])
def test_a_note_of_the_last_paragraph_is_there_wherever_the_page_keeps_it(box: str, outside: bool) -> None:
    notes = box.format("<ol><li id=n1>Off the sea.</li><li id=n2>For days.</li></ol>")
    marks = [f"<sup><a href='#n{number}'>{number}</a></sup>" for number in (1, 2)]
    told = f"<p>Fog{marks[0]} came over the whole {SAID}.</p>{STORY}<p>It went{marks[1]} from the whole {SAID}.</p>"
    html = f"<article>{told}</article>{notes}" if outside else f"<article>{told}{notes}</article>"
    blocks = article(html).blocks
    found = [(block.text, block.mark) for block in blocks if block.kind.value == "note"]
    assert found == [("Off the sea.", "note"), ("For days.", "note")]
    assert blocks[-1].text == "For days."


def test_a_formula_and_a_picture_that_end_an_article_belong_to_it_and_those_of_other_boxes_do_not() -> None:
    end = "<math display=block><mi>x</mi><mo>=</mo><mn>2</mn></math><figure><img src=a.jpg alt='The quay'></figure>"
    cards = "<div><div><div><img src=b.jpg alt='Another story'></div></div></div>"
    kinds = [block.kind.value for block in article(f"<article>{STORY}{end}</article>{cards}").blocks]
    assert kinds[-2:] == ["formula", "figure"]
    texts = [block.text for block in article(f"<article>{STORY}</article>{cards}").blocks]
    assert "Another story" not in texts


def test_a_short_paragraph_with_a_mark_is_still_found_by_its_words() -> None:
    html = f"<p>{PROSE[0]}</p><p>Fog came.<sup><a href='#n1'>1</a></sup></p>{STORY}<p id=n1>1. Off the sea.</p>{STORY}"
    assert [block.text for block in article(html).blocks][1:3] == ["Fog came.", "Off the sea."]


@pytest.mark.parametrize(
    "mark", ["<a href='#n1'>1</a>", "<sup><a href='#n1'>see the log</a></sup>", "<sup><a href='#none'>1</a></sup>"]
)
def test_a_link_that_refers_to_no_note_is_a_link(mark: str) -> None:
    assert not any(block.kind.value == "note" for block in article(NOTED.format(mark)).blocks)


def test_a_link_back_to_the_story_makes_no_note_of_it() -> None:
    html = f"<p id=top>{PROSE[0]}</p><p>{PROSE[1]} <sup><a href='#top'>1</a></sup></p><p>{PROSE[2]}</p>"
    assert not any(block.kind.value == "note" for block in article(html).blocks)


def test_marks_and_notes_without_end_are_read_in_good_time() -> None:
    began_s = time.perf_counter()
    marks = "".join(f"<sup><a href='#n{number}'>{number % 900}</a></sup> word " for number in range(3000))
    notes = "".join(f"<div><p id=n{number}>Note.</p>" for number in range(3000))
    nested = "<math>" + "<msqrt>" * 5000 + "x" + "</msqrt>" * 5000 + "</math>"
    assert article(f"{STORY}<p>{marks}</p><p>{nested}</p>{notes}").blocks
    assert time.perf_counter() - began_s < 20

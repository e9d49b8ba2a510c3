"""Markdown: words without their marks, structure with its depth."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SAMPLES, source_of
from narrate.errors import ArticleError
from narrate.readers.markdown import MarkdownReader
from narrate.types import Article, BlockKind


def read(text: str) -> Article:
    return MarkdownReader().read(source_of(text, "text/markdown"))


def told(text: str) -> list[tuple[str, str]]:
    """Kind and words of every block."""
    return [(block.kind.value, block.text) for block in read(text).blocks]


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
    assert told(text) == [("paragraph", "A very bold x = 1 link & more end gone"), ("figure", "picture")]


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


def test_a_table_is_rows_of_which_the_first_is_its_header() -> None:
    text = "| town | rain |\n|---|---|\n| Leeds | 12 mm |\n| York | |"
    assert [(block.kind, block.text, block.level) for block in read(text).blocks] == [
        (BlockKind.ROW, "town, rain", 1),
        (BlockKind.ROW, "Leeds, 12 mm", 0),
        (BlockKind.ROW, "York", 0),
    ]


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


def asked(text: str) -> list[tuple[str, list[tuple[str, int, int, str]]]]:
    return [
        (block.text, [(found.wish.value, found.start, found.end, found.value) for found in block.directions])
        for block in read(text).blocks
    ]


def test_an_authors_marks_stand_beside_links_pictures_and_tasks() -> None:
    text = "- [x] See [the log](log.md) [pause 2s] or [[ref]], ![pic](a.png) and [[KOH-roh|Okoro]] (she)."
    assert asked(text) == [
        ("See the log or [[ref]], and Okoro (she).", [("pause", 11, 11, "2000"), ("say", 28, 33, "KOH-roh")]),
        ("pic", []),
    ]


def test_words_said_in_another_way_may_be_marked_up() -> None:
    assert asked("*So* [[KOH-roh|*Okoro*]] **has [[a of one|`a[1]`]]** [[x|\\[y\\]]].") == [
        ("So Okoro has a[1] [y].", [("say", 3, 8, "KOH-roh"), ("say", 13, 17, "a of one"), ("say", 18, 21, "x")])
    ]


def test_a_link_stays_a_link_and_may_hold_marks() -> None:
    assert asked("[see [[KOH-roh|Okoro]] [pause 1s] now](http://e.org) [pause 2s](#two)") == [
        ("see Okoro now pause 2s", [("say", 4, 9, "KOH-roh"), ("pause", 9, 9, "1000")])
    ]


def test_escaped_marks_and_code_are_words() -> None:
    text = "A \\[pause 2s] `[pause 2s]` &#91;pause 2s] \\[[a|b]] b\n\n```\n[pause 2s] [[a|b]]\n```"
    assert asked(text) == [("A [pause 2s] [pause 2s] [pause 2s] [[a|b]] b", []), ("[pause 2s] [[a|b]]", [])]
    assert asked("A \\\\[pause 2s]") == [("A \\", [("pause", 3, 3, "2000")])]


def test_headings_items_quotes_and_cells_may_hold_marks() -> None:
    text = (
        "# [[KOH-roh|Okoro]] [pause 1s]\n\n[pause 2s]\n\n- [voice piper:joe] One\n- two [/voice]\n\n"
        "> Well [pause\n> 1s] then\n\n| a | b |\n|---|---|\n| [pause 3s] | [[KOH-roh\\|Okoro]] |\n| c [pause 4s] | d |"
    )
    assert read(text).title == "Okoro"
    assert asked(text) == [
        ("Okoro", [("say", 0, 5, "KOH-roh"), ("pause", 5, 5, "1000"), ("pause", 5, 5, "2000")]),
        ("One", [("voice", 0, 3, "piper:joe")]),
        ("two", [("voice", 0, 3, "piper:joe")]),
        ("Well then", [("pause", 4, 4, "1000")]),
        ("a, b", []),
        ("Okoro", [("pause", 0, 0, "3000"), ("say", 0, 5, "KOH-roh")]),
        ("c, d", [("pause", 1, 1, "4000")]),
    ]


def test_a_voice_speaks_the_code_that_it_goes_over_and_no_scene_break() -> None:
    assert asked("[voice piper:joe]\n\n```\nx = 1\n```\n\n---\n\nEnd") == [
        ("x = 1", [("voice", 0, 5, "piper:joe")]),
        ("---", []),
        ("End", [("voice", 0, 3, "piper:joe")]),
    ]


def test_the_title_in_the_front_matter_is_without_marks() -> None:
    assert read("---\ntitle: On [[KOH-roh|Okoro]]\n---\nWords.").title == "On Okoro"


def test_a_text_of_nothing_but_marks_holds_no_words() -> None:
    for text in ("[pause 2s]\n\n- [voice a:b]", "[[KOH-roh|<b></b>]]", "| [pause 1s] | |\n|---|---|"):
        with pytest.raises(ArticleError, match="holds no words"):
            read(text)


# ---------------------------------------------------------------- beyond CommonMark


def test_lists_in_the_front_matter_are_read_as_lists() -> None:
    text = (
        "---\ntitle: 'Fog: a history'\nauthors:\n- Ana Cruz\n- name: Jo Roe\n  affiliation: The Courier\n"
        "series: The Long Path, 2\nsummary: >\n  How it came\n  and went.\ntags: [a, b]\n# a remark\n---\n\nWords."
    )
    article = read(text)
    assert (article.title, article.authors) == ("Fog: a history", ("Ana Cruz", "Jo Roe"))
    assert (article.series, article.summary) == ("The Long Path, 2", "How it came and went.")
    assert told(text) == [("paragraph", "Words.")]


def test_a_line_under_which_prose_stands_is_no_front_matter() -> None:
    assert told("---\nIt was late. She said: no.\n---\n\nEnd.")[-1] == ("paragraph", "End.")


def test_notes_stand_after_the_first_paragraph_that_refers_to_them() -> None:
    text = (
        "# T[^t]\n\nFog came [^1], then rain[^two].\n\nMore[^1] and [^none].\n\n[^1]: Off the *sea*.\n"
        "[^two]: For days,\n    and nights.\n\n    And more.\n\n[^t]: By chance.\n\nAfter.\n\n[^left]: Nobody asks."
    )
    blocks = read(text).blocks
    assert [(block.kind.value, block.text, block.marker) for block in blocks] == [
        ("title", "T", "# "),
        ("note", "By chance.", "t"),
        ("paragraph", "Fog came, then rain.", ""),
        ("note", "Off the sea.", "1"),
        ("note", "For days, and nights.", "two"),
        ("note", "And more.", "two"),
        ("paragraph", "More and [^none].", ""),
        ("paragraph", "After.", ""),
        ("note", "Nobody asks.", "left"),
    ]
    assert [block.place.line for block in blocks] == [1, 13, 3, 7, 8, 11, 5, 15, 17]


def test_a_note_of_a_cell_stands_after_its_table() -> None:
    text = "| a | b |\n|---|---|\n| one[^1] | ![map](m.png) two |\n| three | four |\n\n[^1]: A note."
    kinds = [kind for kind, _ in told(text)]
    assert kinds == ["row", "row", "row", "figure", "note"]


def test_tasks_lose_their_boxes_and_keep_them_as_markers() -> None:
    text = "- [x] See it\n- [ ] Say it\n- [y] Not one\n\n1. [X] Count"
    assert [(block.marker, block.text) for block in read(text).blocks] == [
        ("- [x] ", "See it"),
        ("- [ ] ", "Say it"),
        ("- ", "[y] Not one"),
        ("1. [X] ", "Count"),
    ]


def test_a_list_of_definitions_is_a_list_of_two_levels() -> None:
    text = "Fog\n: A cloud that *lies*.\n: A doubt.\n\nRain\n\n: Water\n  from above.\n\nEnd."
    assert [(block.kind.value, block.text, block.level, block.marker) for block in read(text).blocks] == [
        ("item", "Fog", 1, ""),
        ("item", "A cloud that lies.", 2, ": "),
        ("item", "A doubt.", 2, ": "),
        ("item", "Rain", 1, ""),
        ("item", "Water from above.", 2, ": "),
        ("paragraph", "End.", 0, ""),
    ]
    assert told("He said this at last.\n: and left.") == [("paragraph", "He said this at last. : and left.")]


def test_code_is_code_whether_fenced_or_indented() -> None:
    text = "~~~py title=x\na = 1\n~~~\n\nThen:\n\n    $ ls -l\n    $ cat a.txt\n\n- so\n\n      x = f(1)\n\nEnd."
    assert [(block.kind.value, block.text) for block in read(text).blocks] == [
        ("code", "a = 1"),
        ("paragraph", "Then:"),
        ("code", "$ ls -l\n$ cat a.txt"),
        ("item", "so"),
        ("code", "x = f(1)"),
        ("paragraph", "End."),
    ]


@pytest.mark.parametrize(
    "line",
    ["It was a dark night;", "— Ana Cruz", "(she said)", "from the sea they came", "#1 in the charts", "...", "Yes!"],
)
def test_a_line_of_prose_that_is_indented_is_no_code(line: str) -> None:
    assert read(f"Start.\n\n    {line}").blocks[1].kind is not BlockKind.CODE


def test_a_formula_keeps_its_signs_whether_in_a_line_or_alone() -> None:
    text = "Let $a_1 * b_2 * \\{c\\}$ be *it*.\n\n$$\nx^2\n= y\n$$\n\n$$E = mc^2$$\n\nEnd."
    assert told(text) == [
        ("paragraph", "Let $a_1 * b_2 * \\{c\\}$ be it."),
        ("formula", "x^2 = y"),
        ("formula", "E = mc^2"),
        ("paragraph", "End."),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "It cost $5 and *then* $10.",
        "From $5-$10 a head.",
        "US$5/A$6",
        "$",
        "$$",
        "He had $ 5 $ left.",
        "$AAPL$",
    ],
)
def test_prices_are_no_formulas(line: str) -> None:
    assert told(line) == [("paragraph", line.replace("*", ""))]


def test_a_picture_is_a_block_after_the_words_that_it_stands_in() -> None:
    text = (
        "![The *old* ship](a.png)\n\n# T\n\n![](b.png)\n\n<img src=c alt='A map'>\n\nSee ![it][d] there.\n\n[d]: d.png"
    )
    assert told(text) == [
        ("figure", "The old ship"),
        ("title", "T"),
        ("figure", "A map"),
        ("paragraph", "See there."),
        ("figure", "it"),
    ]


def test_comments_scripts_and_styles_are_not_read() -> None:
    text = "<!-- not\n\nthis -->\n\nOne <!-- nor this --> two.\n\n<style>\np { color: red }\n</style>\n\nEnd."
    assert told(text) == [("paragraph", "One two."), ("paragraph", "End.")]


def test_boxes_are_quotations_that_begin_with_their_title() -> None:
    text = (
        '!!! warning "Mind the gap"\n    It is *wide*.\n\n    - very\n\n??? note\n    Hidden.\n\n'
        "> [!TIP]\n> Bring a lamp.\n\n::: danger\nFog.\n:::\n\nOut."
    )
    assert [(block.kind.value, block.text, block.quoted) for block in read(text).blocks] == [
        ("paragraph", "Mind the gap", 1),
        ("paragraph", "It is wide.", 1),
        ("item", "very", 1),
        ("paragraph", "Note", 1),
        ("paragraph", "Hidden.", 1),
        ("paragraph", "Tip: Bring a lamp.", 1),
        ("paragraph", "Danger", 1),
        ("paragraph", "Fog.", 1),
        ("paragraph", "Out.", 0),
    ]


def test_links_find_their_targets_by_label_and_no_words_are_lost_as_targets() -> None:
    text = (
        'See [the log][1], [it][] and [Ref].\n\n[1]: https://e.org/a "Log"\n[it]: ../x.md\n[ref]: b/c\n\n[Ann]: Hello.'
    )
    assert told(text) == [("paragraph", "See the log, it and Ref."), ("paragraph", "[Ann]: Hello.")]


@pytest.mark.parametrize(
    "pile",
    ["[^a" * 3000, "[^a]: " * 3000, "!!! a\n" * 3000, "$$\n" * 3000, "$a" * 5000, "::: a\n" * 3000, ": a\n" * 5000,
     "    x = 1\n\n" * 3000, "[a]: b/c\n" * 3000, "x[^a]\n\n" * 3000 + "[^a]: n"],
)  # fmt: skip
def test_piles_of_marks_are_read_in_good_time(pile: str) -> None:
    began_s = time.perf_counter()
    assert read(f"Start.\n\n{pile}").blocks[0].text == "Start."
    assert time.perf_counter() - began_s < 10


SCRAPS = (
    "[^1]",
    "\n\n[^1]: ",
    "$",
    "$$",
    "\n    ",
    "\n: ",
    "\n!!! x\n",
    "\n| - | - |\n|---|---|\n",
    "[",
    "]",
    "[[",
    "a|",
    "b",
    "]]",
    "`",
    "*",
    "](x)",
    "![",
    "\\",
    "[pause 1s]",
    "[[a|b]]",
    "[voice x:y]",
    "[/voice]",
)


@given(st.lists(st.sampled_from(SCRAPS), max_size=25))
def test_piles_of_brackets_are_always_read(pile: list[str]) -> None:
    assert read("Start " + "".join(pile)).blocks[0].text.startswith("Start")

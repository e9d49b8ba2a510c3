"""What cannot be heard well: treated as chosen, the same for all readers, with a reason for everything."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from conftest import record_script, source_of
from narrate import stories
from narrate.cleaner.formulas import find_formulas, say_formula
from narrate.cleaner.page import as_page
from narrate.cleaner.policies import CHOICES, Policies, load_words, pair_blocks
from narrate.cleaner.show import as_diff, as_text
from narrate.engines.tone import ToneEngine
from narrate.errors import ArticleError, UsageError
from narrate.readers.markdown import MarkdownReader
from narrate.readers.text import TextReader
from narrate.report import write_report
from narrate.segmenter.rebuild import rebuild_article
from narrate.segmenter.script_file import read_script
from narrate.segmenter.segment import write_script
from narrate.segmenter.show import as_json
from narrate.settings import Settings, change_settings
from narrate.types import Article, Block, BlockKind, Cleaned, Place, Role, Script, Wish

STORY = "The council voted nine to four on Monday to keep the lightship, which has stood there since 1951."
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
WORDS = load_words("en")["formula_words"]


def read(text: str, **about: object) -> Article:
    return replace(MarkdownReader().read(source_of(text, "text/markdown")), **{"language": "en", **about})  # type: ignore[arg-type]


def treat(text: str | Article, *, keep: tuple[str, ...] = (), drop: tuple[str, ...] = (), **policies: str) -> Cleaned:
    """An article as it is treated between two sentences of a story, the settings those that are given."""
    article = text if isinstance(text, Article) else read(f"{STORY}\n\n{text}\n\n{STORY[:-1]}, they said.")
    settings = change_settings(Settings(), {"policies": policies, "keep": keep, "drop": drop}, "here")
    return stories.clean_article(article, settings)


def left(text: str | Article, **options: object) -> list[str]:
    """What is left between the two sentences."""
    blocks = [block.text for block in treat(text, **options).article.blocks]  # type: ignore[arg-type]
    return blocks[1:-1] if isinstance(text, str) else blocks


def rules(text: str, **options: object) -> list[tuple[str, str]]:
    """Kind and rule of what was left out, each once."""
    found = treat(text, **options).removals  # type: ignore[arg-type]
    return list(dict.fromkeys((removal.kind, removal.rule) for removal in found))


def marked(mark: str, text: str) -> Block:
    place = Place(line=1, end_line=1, start=0, end=0)
    return Block(kind=BlockKind.PARAGRAPH, text=text, place=place, mark=mark)


def script_of(cleaned: Cleaned) -> Script:
    return write_script(cleaned.article, language="en", close=False)


def table(rows: int, row: str = "| Ellery | 9 m | 30 |", header: str = "| Port | Depth | Boats |") -> str:
    return "\n".join([header, "|---|---|---|", *[row] * rows])


# ----------------------------------------------------------------- settings


def test_every_policy_is_a_setting_of_one_table_in_files_and_in_the_environment(tmp_path: Path) -> None:
    from narrate.settings import load_settings

    (tmp_path / "narrate.toml").write_text('[policies]\ntables = "skip"\ncode = "read"\n')
    found = load_settings(tmp_path, {"NARRATE_HOME": str(tmp_path), "NARRATE_POLICIES_TABLES": "all"})
    assert (found.policies.tables, found.policies.code, found.policies.notes) == ("all", "read", "skip")


def test_a_choice_that_there_is_not_is_named_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="front matter cannot be treated as 'shout'. Give skip or read"):
        Policies(front_matter="shout")
    with pytest.raises(UsageError, match="tables cannot be treated as 'sing'. Give rows, all, announce or skip"):
        change_settings(Settings(), {"policies": {"tables": "sing"}}, "here")
    with pytest.raises(UsageError, match="here: there is no setting 'table'. Use one of: back_matter, code"):
        change_settings(Settings(), {"policies": {"table": "skip"}}, "here")
    with pytest.raises(UsageError, match=r"here: policies is no table. Write \[policies\]"):
        change_settings(Settings(), {"policies": "skip"}, "here")


def test_the_defaults_are_choices_that_there_are() -> None:
    defaults = Policies()
    assert all(getattr(defaults, name) in choices for name, choices in CHOICES.items())


# ------------------------------------------------------------------- tables


def test_a_short_table_is_read_row_by_row() -> None:
    assert left(table(2)) == ["Port, Depth, Boats", "Ellery, 9 m, 30", "Ellery, 9 m, 30"]
    assert rules(table(12)) == []


def test_of_a_long_table_the_header_and_the_number_of_rows_are_told() -> None:
    assert left(table(13)) == ["A table of 13 rows:", "Port, Depth, Boats"]
    assert rules(table(13)) == [("table", "policy-table-long")]
    assert len(treat(table(13)).removals) == 13


def test_a_long_table_is_read_where_all_are_wanted_or_its_rows_tell_something() -> None:
    assert len(left(table(13), tables="all")) == 14
    assert len(left(table(13), keep=("table",))) == 14
    assert len(left(table(13, row=f"| 1951 | {STORY} | 30 |"))) == 14


def test_tables_are_announced_or_skipped_each_for_itself() -> None:
    text = f"{table(2)}\n\n{table(1)}"
    assert left(text, tables="announce") == [
        "A table of 2 rows:",
        "Port, Depth, Boats",
        "A table of one row:",
        "Port, Depth, Boats",
    ]
    assert left(text, tables="skip") == left(text, drop=("table",)) == []
    assert rules(text, tables="skip") == [("table", "policy-table")]


def test_a_table_without_a_header_is_announced_by_its_length() -> None:
    place = Place(line=1, end_line=1, start=0, end=0)
    rows = [Block(kind=BlockKind.ROW, text="Ellery, 9 m", place=place)] * 3
    article = read(STORY)
    article = replace(article, blocks=(*article.blocks, *rows))
    assert left(article, tables="announce") == [STORY, "A table of 3 rows."]


# --------------------------------------------------------- code and pictures


CODE = "```py title=x\nx = 1\nprint(x)\n```"


def test_code_is_skipped_announced_or_read() -> None:
    assert left(CODE) == []
    assert rules(CODE) == [("code", "policy-code")]
    assert left(CODE, code="announce") == ["Code in Python, 2 lines."]
    assert left("```\n\nx = 1\n```", code="announce") == ["Code, one line."]
    assert left("```qbx\nx = 1\n```", code="announce") == ["Code, one line."]
    assert left(CODE, code="read") == left(CODE, keep=("code",)) == ["x = 1\nprint(x)"]
    assert "\n\n```py title=x\nx = 1\nprint(x)\n```\n\n" in as_text(treat(CODE, code="read").article)


def test_code_that_is_read_is_spoken_by_the_voice_that_the_author_gave_it() -> None:
    cleaned = treat(read(f"{STORY}\n\n[voice piper:joe]\n\n{CODE}\n\n[/voice]\n\n{STORY}"), code="read")
    parts = [part for part in script_of(cleaned).utterances if part.voice]
    assert [(part.written, part.voice) for part in parts] == [("x = 1\nprint(x)", "piper:joe")]


PICTURE = "![A map of the town](a.png)"


def test_a_picture_is_skipped_read_or_announced() -> None:
    assert left(PICTURE) == []
    assert rules(PICTURE) == [("figure", "policy-figure")]
    assert left(PICTURE, images="alt") == left(PICTURE, keep=("figure",)) == ["A map of the town"]
    assert left(PICTURE, images="announce") == ["Picture:", "A map of the town"]
    assert left(PICTURE, images="announce", drop=("figure",)) == []


def test_what_the_line_beside_a_picture_says_is_not_said_twice() -> None:
    text = f"{PICTURE}\n\nA map of the town"
    assert left(text, images="alt") == ["A map of the town"]
    assert rules(text, images="alt") == [("figure", "policy-figure-said")]


def test_pictures_and_notes_do_not_stand_between_a_line_and_what_gives_it_away() -> None:
    text = "Image 1 of 6\n\n![Six](a)\n\nA ranger checks the cables.\n\n![Seven](b)\n\nImage 2 of 6"
    assert ("caption", "gallery-caption") in rules(text)


# ----------------------------------------------------------------- formulas


def test_a_formula_is_read_in_words_announced_or_cut() -> None:
    text = "Let $x^2 + y$ be it, and $\\sum_{i=1}^n x_i$ that.\n\n$$E = mc^2$$\n\n$$\\int_0^1 f(t) dt$$"
    spoken = [part.text for part in script_of(treat(text)).utterances][1:-1]
    assert spoken == ["Let x squared plus y be it, and a formula that.", "E equals m c squared", "A formula."]
    spoken = [part.text for part in script_of(treat(text, formulas="announce")).utterances][1:-1]
    assert spoken == ["Let a formula be it, and a formula that.", "A formula.", "A formula."]
    assert left(text, formulas="skip") == left(text, drop=("formula",)) == ["Let be it, and that."]


def test_a_formula_that_is_cut_is_reported_with_its_place() -> None:
    text = "Mind[edit] $x^2$ and $y^2$ for a while, said the clerk who had counted."
    cleaned = treat(text, formulas="skip")
    source = read(f"{STORY}\n\n{text}").blocks[1].text
    for removal in cleaned.removals:
        assert source[removal.start or 0 :].startswith(removal.text)
    assert [removal.text for removal in cleaned.removals] == ["[edit]", "$x^2$", "$y^2$"]


def test_the_written_words_of_a_formula_stay_those_of_the_article() -> None:
    cleaned = treat("Let $x^2$ be it.")
    assert [part.written for part in script_of(cleaned).utterances][1] == "Let $x^2$ be it."
    assert [block.text for block in TextReader().read(source_of(as_text(cleaned.article))).blocks][
        1
    ] == "Let $x^2$ be it."


def test_how_an_author_says_a_formula_comes_first() -> None:
    cleaned = treat("Let [[ex two|$x^2$]] be it.")
    assert [part.text for part in script_of(cleaned).utterances][1] == "Let ex two be it."


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x^2 + y", "x squared plus y"),
        ("f(x) = 2x", "f of x equals 2 x"),
        (r"\frac{1}{2}", "1 over 2"),
        (r"a_i \le b", "A sub i is at most b"),
        (r"\sqrt{2}", "the square root of 2"),
        (r"90^\circ", "90 degrees"),
        (r"e^{-x}", "e to the power of minus x"),
        (r"\alpha \to \infty", "alpha to infinity"),
        (r"\text{for all} x \in \mathbb{R}", "for all x in R"),
        (r"10\%", "10 percent"),
    ],
)
def test_a_simple_formula_is_said_in_words(source: str, said: str) -> None:
    assert say_formula(source, WORDS) == said


@pytest.mark.parametrize(
    "source",
    [
        *(
            "x^{n+1}",
            r"\frac{a+b}{c}",
            "(a+b)^2",
            r"\sum x",
            r"\begin{matrix} a \end{matrix}",
            "a & b",
            "^2",
            "x^",
            "{a",
        ),
        *(r"\frac{a}", "a}", r"\unknown x", "", " ", "+".join("abcdefghijklm"), "{" * 190, "x^" * 90, "日本"),
    ],
)
def test_a_formula_whose_parts_nobody_could_tell_by_ear_is_not_simple(source: str) -> None:
    assert say_formula(source, WORDS) is None


def test_prices_are_no_formulas() -> None:
    for text in ("It cost $5 and $10.", "From $5-$10.", "$AAPL and $MSFT$", "$ x^2 $", "US$x$", r"\$x^2$", "a $x^2"):
        assert list(find_formulas(text)) == []
    assert [formula.source for formula in find_formulas(r"$x$, \(y\) and $a = b$")] == ["x", "y", "a = b"]


@given(st.text(alphabet="x2^_{}()\\$ +-frac", max_size=60))
def test_any_pile_of_signs_is_words_or_nothing(signs: str) -> None:
    said = say_formula(signs, WORDS)
    assert said is None or any(map(str.isalnum, said))


@pytest.mark.parametrize("formulas", ["read", "skip"])
def test_a_line_of_nothing_but_formulas_is_treated_in_good_time(formulas: str) -> None:
    article = read("Let [[ex|it]] $x^2$ be. " * 5_000)
    began_s = time.perf_counter()
    treat(article, formulas=formulas)
    assert time.perf_counter() - began_s < 20


# ------------------------------------------------------ notes and references


NOTED = "# One\n\nFog[^1] came.\n\nIt stayed[^2].\n\n# Two\n\nIt went[^3].\n\n[^1]: Sea.\n[^2]: Days.\n[^3]: Wind."


def test_notes_are_skipped_or_read_at_their_place_or_at_the_end_of_their_chapter() -> None:
    assert left(NOTED) == ["One", "Fog came.", "It stayed.", "Two", "It went."]
    assert rules(NOTED) == [("note", "policy-note")]
    assert left(NOTED, notes="place")[1:5] == ["Fog came.", "Note:", "Sea.", "End of the note."]
    assert left(NOTED, keep=("note",)) == left(NOTED, notes="place")
    assert left(NOTED, notes="chapter") == [
        *("One", "Fog came.", "It stayed.", "Notes:", "Sea.", "Days.", "End of the notes."),
        *("Two", "It went.", f"{STORY[:-1]}, they said.", "Notes:", "Wind."),
    ]
    assert rules(NOTED, notes="chapter") == [("note", "policy-note-moved")]


CITED = [
    "Smith, J. (2004). The long way. Hull: Courier Press.",
    "Roe, K., & Lind, P. “On fog.” Journal of Weather 12, no. 3, 2010, pp. 4–9.",
    "[3] A. Cruz, The lamp, https://example.org/lamp",
]


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("## References", "References"),
        ("## 7. Bibliography", "7. Bibliography"),
        ("**Works cited:**", "Works cited:"),
        ("## Article sources", "Article sources"),
        ("## Literatur", "Literatur"),
        ("## Fuentes", "Fuentes"),
    ],
)
def test_a_list_of_references_is_known_by_its_heading_and_its_lines(heading: str, words: str) -> None:
    listed = "\n".join(f"- {line}" for line in CITED)
    text = f"{heading}\n\n{listed}\n\n## More"
    assert left(text) == ["More"]
    assert {removal.kind for removal in treat(text).removals} <= {"references", "syndication"}
    assert left(text, references="read") == [words, *CITED, "More"]
    assert left(text, keep=("references",)) == [words, *CITED, "More"]


@pytest.mark.parametrize("lines", [CITED, ["Harbour office", "Clerk of the town", "https://example.org/rain"]])
@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it"])
def test_references_that_are_read_are_read_at_the_foot_of_a_page_too(lines: list[str], language: str) -> None:
    heading = {"en": "Sources", "de": "Quellen", "fr": "Sources", "es": "Fuentes", "it": "Fonti"}[language]
    article = read(f"{STORY}\n\n## {heading}\n\n" + "\n".join(f"- {line}" for line in lines), language=language)
    assert left(article, references="read") == [STORY, heading, *lines]
    article = replace(article, blocks=(*article.blocks, marked("newsletter", "Sign up for our newsletter!")))
    assert left(article, references="read") == [STORY, heading, *lines]


@pytest.mark.parametrize(
    "text",
    [
        f"## References\n\n{STORY}\n\nShe gave none of them to him.",
        "## References\n\n- Ask the mayor.\n- Ask the clerk.\n- Ask nobody.",
        "\n\n".join(CITED),
        f"Sources\n\n{STORY}",
    ],
)
def test_prose_under_such_a_heading_and_such_lines_without_it_stay(text: str) -> None:
    assert "references" not in [kind for kind, _ in rules(text)]


@pytest.mark.parametrize(
    ("mark", "policy"), [("front_matter", "front_matter"), ("back_matter", "back_matter"), ("references", "references")]
)
def test_what_a_source_marks_is_left_out_or_read(mark: str, policy: str) -> None:
    article = read(STORY)
    article = replace(article, blocks=(marked(mark, "All rights reserved."), *article.blocks), book=True)
    assert left(article) == [STORY]
    assert [removal.rule for removal in treat(article).removals] == [f"policy-{mark.replace('_', '-')}"]
    assert left(article, **{policy: "read"}) == ["All rights reserved.", STORY]
    assert left(article, keep=(mark,)) == ["All rights reserved.", STORY]


@pytest.mark.parametrize("kind", ["page_number", "hidden"])
def test_the_number_of_a_page_and_what_is_hidden_are_never_read_unless_they_are_kept(kind: str) -> None:
    article = read(STORY)
    article = replace(article, blocks=(*article.blocks, marked(kind, "12")))
    assert left(article) == [STORY]
    assert [removal.kind for removal in treat(article).removals] == [kind]
    assert left(article, keep=(kind,)) == [STORY, "12"]
    assert left(article, keep=(kind,), drop=(kind,)) == [STORY]


# ------------------------------------------------------------- what we say


def test_every_language_has_all_the_words() -> None:
    english = load_words("en")
    for language in LANGUAGES:
        words = load_words(language)
        assert set(words) | {"formula_words"} == set(english)
        assert set(words.get("formula_words", {})) <= set(english["formula_words"])


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de-AT", "Quelltext in Python, 2 Zeilen."),
        ("fr", "Du code en Python, 2 lignes."),
        ("es", "Código en Python, 2 líneas."),
        ("it", "Codice in Python, 2 righe."),
    ],
)
def test_announcements_are_in_the_language_of_the_text(language: str, said: str) -> None:
    article = read(f"{STORY}\n\n{CODE}\n\n$$x^2 + y$$", language=language)
    cleaned = treat(article, code="announce")
    assert cleaned.article.blocks[1].text == said
    words = next(one.value for one in cleaned.article.blocks[2].directions if one.wish is Wish.SAY)
    assert words == say_formula("x^2 + y", load_words(language)["formula_words"])


def test_in_a_language_that_is_not_ours_we_say_nothing() -> None:
    text = (
        f"Það var dimm nótt á firðinum og enginn sást.\n\n{CODE}\n\n{table(13)}\n\n$$x^2$$\n\nHún $x^2$ fór.{PICTURE}"
    )
    article = read(text, language="is")
    assert left(article, code="announce", images="announce") == [
        *("Það var dimm nótt á firðinum og enginn sást.", "Port, Depth, Boats", "Hún $x^2$ fór.", "A map of the town"),
    ]


def test_what_we_say_is_marked_as_ours_and_counted_as_ours() -> None:
    script = script_of(treat(f"{CODE}\n\n{PICTURE}", code="announce", images="announce"))
    ours = [part for part in script.utterances if part.role.ours]
    assert [part.written for part in ours] == ["Code in Python, 2 lines.", "Picture:"]
    assert {part.role for part in ours} == {Role.ANNOUNCEMENT}
    assert script.our_words == 6
    assert script.words == len(STORY.split()) * 2 + 2 + 5


def test_a_script_that_is_given_back_still_tells_announcements_from_the_story() -> None:
    cleaned = treat(f"{CODE}\n\n{PICTURE}", code="announce", images="announce")
    script = script_of(cleaned)
    article, again = rebuild_article(read_script(as_json(script, cleaned.article).encode(), "story.script.json"))
    assert [part.role for part in again.utterances] == [part.role for part in script.utterances]
    assert (again.words, again.our_words) == (script.words, script.our_words)
    assert not any("Picture:" in block.text for block in article.blocks)


def test_an_announcement_is_followed_at_once_by_what_it_announces() -> None:
    parts = script_of(treat(PICTURE, images="announce")).utterances
    assert [part.after.value for part in parts] == ["paragraph", "sentence", "paragraph", "end"]


# ---------------------------------------------------------------- reports

EVERYTHING = "\n\n".join([NOTED, CODE, PICTURE, table(14), "$$x^2$$\n\n$$\\sum x$$", "Let $x^2$ be it.", *CITED])
CHOOSING = st.fixed_dictionaries({name: st.sampled_from(choices) for name, choices in CHOICES.items()})


@given(CHOOSING)
@settings(deadline=None)
def test_every_word_is_in_the_story_or_among_the_removals_whatever_is_chosen(policies: dict[str, str]) -> None:
    article = read(f"{STORY}\n\n{EVERYTHING}")
    cleaned = treat(article, **policies)  # type: ignore[arg-type]
    gone = [removal.block for removal in cleaned.removals if removal.start is None]
    assert len(gone) == len(set(gone))
    pairs = list(pair_blocks(article, cleaned))
    assert [index for index, _, _ in pairs if index is not None] == list(range(len(article.blocks)))
    assert [block for _, _, block in pairs if block] == list(cleaned.article.blocks)
    cut = {removal.block for removal in cleaned.removals if removal.start is not None}
    for index, source, block in pairs:
        if index is not None and index not in cut:
            assert (block is None) == (index in gone)
            assert block is None or block.text.split() == source.text.split()
    as_diff(article, cleaned)
    as_page(article, cleaned)
    write_script(cleaned.article, language="en")


def test_the_report_tells_what_was_added_and_what_became_of_the_rest(tmp_path: Path) -> None:
    article = read(f"{STORY}\n\n{CODE}\n\n{PICTURE}\n\nLet $x^2$ be it.")
    cleaned = treat(article, code="announce", images="announce")
    recording = record_script(script_of(cleaned), tmp_path / "a.mp3", ToneEngine())
    rows = json.loads(write_report(article, cleaned, recording, {}))["blocks"]
    assert [(row["kind"], row["outcome"], row.get("added"), row.get("rule")) for row in rows] == [
        ("paragraph", "spoken", None, None),
        ("code", "dropped", None, "policy-code-announced"),
        ("paragraph", "spoken", "announcement", None),
        ("paragraph", "spoken", "announcement", None),
        ("figure", "spoken", None, None),
        ("paragraph", "spoken", None, None),
    ]
    assert rows[-1]["sentences"][0]["spoken_as"] == "Let x squared be it."


def test_the_page_and_the_diff_show_what_was_added() -> None:
    article = read(f"{STORY}\n\n{CODE}\n\n{STORY[:-1]}, too.")
    cleaned = treat(article, code="announce")
    page = html.document_fromstring(as_page(article, cleaned))
    assert [element.text_content() for element in page.find_class("added")] == ["Code in Python, 2 lines."]
    assert "\n-```py title=x\n-x = 1\n-print(x)\n-```\n+Code in Python, 2 lines.\n" in as_diff(article, cleaned)


def test_an_article_of_which_nothing_can_be_heard_says_how_to_hear_it() -> None:
    with pytest.raises(
        ArticleError,
        match="nothing in standard input can be read aloud: all that is left of it is code, f.*--keep code",
    ):
        treat(read(f"{CODE}\n\n{PICTURE}"))


def test_policies_hold_without_cleaning_too() -> None:
    article = read(f"{STORY}\n\nADVERTISEMENT\n\n{CODE}")
    assert [block.text for block in stories.clean_article(article, Settings(clean=False)).article.blocks] == [
        STORY,
        "ADVERTISEMENT",
    ]


def test_a_pause_asked_for_behind_a_table_that_is_skipped_stays() -> None:
    text = f"{STORY}\n\n| a | b |\n|---|---|\n| c | d |\n\n[pause 3s]\n\nEnd."
    first = treat(read(text), tables="skip").article.blocks[0]
    assert [(one.wish, one.start, one.value) for one in first.directions] == [(Wish.PAUSE, len(STORY), "3000")]

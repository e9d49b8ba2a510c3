"""What was left out, shown: a line each, a diff, JSON lines, a page for a browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import html

from conftest import SAMPLES, source_of
from narrate import stories
from narrate.cleaner.clean import clean
from narrate.cleaner.page import as_page
from narrate.cleaner.show import as_diff, as_json_lines, as_text, explain
from narrate.readers.text import TextReader
from narrate.types import Article, Cleaned

STORY = "The council voted nine to four on Monday to keep the lightship, which has stood there since 1951."
MIXED = (
    f"{STORY}\n\nADVERTISEMENT\n\n{STORY[:-1]} [edit], they said.\n\nBread & <b>salt</b>\n\n© 2026 The <i>Courier</i>"
)


def cleaned_of(text: str) -> tuple[Article, Cleaned]:
    article = TextReader().read(source_of(text))
    return article, clean(article)


def test_a_removal_is_a_line_with_its_place_kind_rule_and_words() -> None:
    lines = list(explain(cleaned_of(MIXED)[1].removals, width=80))
    assert lines[0].split() == ["3", "ad", "ad-marker", "ADVERTISEMENT"]
    assert all(len(line) <= 80 for line in lines)


def test_json_lines_say_where_a_phrase_was_cut() -> None:
    rows = [json.loads(line) for line in as_json_lines(cleaned_of(MIXED)[1].removals).splitlines()]
    assert [row["kind"] for row in rows] == ["ad", "footnote_mark", "legal"]
    assert rows[1]["start"] == MIXED.index("[edit]") - MIXED.index(STORY[:-1], 10)
    assert "start" not in rows[0]


@pytest.mark.parametrize("name", ["news.txt", "page-news.html", "page-docs.html", "recipe.md"])
def test_a_diff_applied_to_the_text_before_gives_the_text_after(name: str, tmp_path: Path) -> None:
    article = stories.read(str(SAMPLES / name))
    cleaned = clean(article)
    before = [line for line in as_text(article).split("\n") if line]
    assert apply(as_diff(article, cleaned), before) == [line for line in as_text(cleaned.article).split("\n") if line]


def apply(diff: str, before: list[str]) -> list[str]:
    """What a unified diff makes of lines; every line of context and every removal is checked against them."""
    after, at = [], 0
    for row in diff.splitlines()[2:]:
        if row.startswith("@@"):
            start = int(row.split()[1].split(",")[0][1:]) - 1
            after += before[at:start]
            at = start
        elif row[0] == "+":
            after.append(row[1:])
        else:
            assert before[at] == row[1:]
            after += [row[1:]] if row[0] == " " else []
            at += 1
    return after + before[at:]


def test_nothing_left_out_is_an_empty_diff() -> None:
    assert as_diff(*cleaned_of(STORY)) == ""


def test_the_page_holds_every_word_and_strikes_what_went() -> None:
    article, cleaned = cleaned_of(MIXED)
    page = html.document_fromstring(as_page(article, cleaned))
    struck = [element.text_content() for element in page.iter("del")]
    assert struck == [removal.text for removal in cleaned.removals]
    text = page.find(".//main").text_content()
    assert all(block.text in text for block in article.blocks)
    assert "2 words" not in text
    assert [link.get("href") for link in page.xpath("//nav/a")] == ["#ad", "#footnote_mark", "#legal"]
    assert all(page.get_element_by_id(link.get("href")[1:]) is not None for link in page.xpath("//nav/a"))


def test_nothing_in_a_text_becomes_markup_of_the_page() -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    article, cleaned = cleaned_of(f"{evil}\n\n{STORY}\n\nADVERTISEMENT: {evil}\n\n© 2026 {evil}\n\n{STORY}")
    page = html.document_fromstring(as_page(article, cleaned))
    assert list(page.iter("script", "img")) == []


def test_the_page_fetches_nothing() -> None:
    page = as_page(*cleaned_of(MIXED))
    assert "http://" not in page
    assert "https://" not in page
    assert "src=" not in page

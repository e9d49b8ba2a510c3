"""The cleaner: the story whole, the clutter gone, a reason for every line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SAMPLES, source_of
from narrate import pipeline
from narrate.cleaner.clean import clean
from narrate.cleaner.rules import Rule, load_rules
from narrate.cleaner.show import as_json_lines, as_text, explain
from narrate.errors import ArticleError
from narrate.readers.text import TextReader
from narrate.types import Article

RULES = load_rules()
STORY = "The council voted nine to four on Monday to keep the lightship, which has stood there since 1951."


def read(text: str) -> Article:
    return TextReader().read(source_of(text))


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule in RULES for line in rule.drops])
def test_a_rule_drops_its_lines(rule: Rule, line: str) -> None:
    assert rule.names(line)


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule in RULES for line in rule.keeps])
def test_a_rule_keeps_its_lines(rule: Rule, line: str) -> None:
    assert not rule.names(line)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_reason_and_a_line_on_each_side(rule: Rule) -> None:
    assert rule.why.endswith(".")
    assert rule.drops
    assert rule.keeps


@pytest.mark.parametrize("name", ["news.txt", "essay.md", "dialogue.md", "recipe.md"])
def test_a_sample_is_cleaned_to_what_is_expected(name: str) -> None:
    cleaned = clean(pipeline.read(str(SAMPLES / name)))
    assert as_text(cleaned.article) == (SAMPLES / name).with_suffix(".clean.txt").read_text("utf-8")


def test_the_real_article_loses_its_clutter_and_not_one_sentence(real_article: Path) -> None:
    lines = [line for line in real_article.read_text("utf-8").split("\n") if line.strip()]
    clutter = ("Click to play", "WATCH:", "READ MORE:", "Story continues below", "–With files")
    captions = {
        "Body of Soleimani, killed in U.S. airstrike, returns home to Iran",
        "Pompeo defends U.S. airstrike that killed Soleimani: ‘We will reduce risk’",
        "UntitledU-S Iran conflict: what next?",
        "U.S. is ‘far more powerful’ than Iran: Rubio",
    }
    story = [line for line in lines if not line.startswith(clutter) and line not in captions]
    kept = as_text(clean(pipeline.read(str(real_article))).article)
    assert kept == "\n\n".join(story) + "\n"


def test_what_goes_is_explained_with_line_kind_and_rule() -> None:
    removals = clean(read(f"{STORY}\n\nADVERTISEMENT\n\n{STORY[:-1]}, they said.")).removals
    assert [(removal.line, removal.kind, removal.rule) for removal in removals] == [(3, "ad", "ad-marker")]
    assert "3  ad           ad-marker" in next(explain(removals))
    assert json.loads(as_json_lines(removals))["why"].startswith("Advertising")


def test_clutter_above_the_title_is_not_taken_for_it() -> None:
    cleaned = clean(read(f"Skip to main content\n\nA short history of fog\n\n{STORY}")).article
    assert cleaned.title == "A short history of fog"
    assert [block.kind.value for block in cleaned.blocks] == ["title", "paragraph"]


def test_a_kind_can_be_kept() -> None:
    article = read(f"{STORY}\n\nADVERTISEMENT\n\n{STORY[:-1]}, they said.")
    assert clean(article, keep=["ad"]).article == article


def test_a_play_keeps_its_speakers() -> None:
    lines = (
        "MORE: I have said nothing, my lords.",
        "CROMWELL: Silence can be read.",
        "MORE: Then read it aloud.",
        "CROMWELL: It sounds like no.",
        "MORE: It sounds like silence.",
        "MORE: Five plays to see this autumn",
    )
    play = "\n\n".join(lines)
    assert [removal.text for removal in clean(read(play)).removals] == ["MORE: Five plays to see this autumn"]


def test_a_list_of_other_stories_goes_up_to_the_first_sentence() -> None:
    other = "Most read\n\nThe man who counted waves\n\nA short history of fog"
    text = f"{STORY}\n\n{other}\n\nThe vote was close, the clerk said."
    assert as_text(clean(read(text)).article) == f"{STORY}\n\nThe vote was close, the clerk said.\n"


def test_nothing_but_clutter_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(ArticleError, match="is a story: all 3 lines of it are clutter.*--no-clean"):
        clean(read("Subscribe\n\nADVERTISEMENT\n\nShare this article"))


@given(
    st.lists(st.sampled_from([STORY, "ADVERTISEMENT", "Read more", "He left.", "- milk", "Photo: A. B."]), max_size=12)
)
def test_the_cleaner_only_removes_whole_blocks_in_place(lines: list[str]) -> None:
    article = read("\n\n".join([STORY, *lines]))
    cleaned = clean(article)
    gone = {removal.block for removal in cleaned.removals}
    assert cleaned.article.blocks == tuple(block for index, block in enumerate(article.blocks) if index not in gone)


HOSTILE = ("Read more ", "a: ", "By A A ", "#x ", "(", "A/", "1 ", "photo by ", "a b, ", "Sign up for ", " ", "A. ")


def test_no_rule_can_be_made_to_backtrack() -> None:
    code = (
        "from narrate.cleaner.rules import load_rules\n"
        f"for piece in {HOSTILE!r}:\n"
        "    for rule in load_rules():\n"
        "        rule.names((piece * 600)[: rule.max_chars - 1] + '!')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)  # a bad pattern would take years


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_rule_looks_at_a_line_beyond_its_cap(piece: str) -> None:
    assert not any(rule.names((piece * 10_000)[: rule.max_chars + 1]) for rule in RULES)

"""Names in an article that no dictionary knows, and the command that lists them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import source_of
from narrate.readers.markdown import MarkdownReader
from narrate.segmenter.lexicon import Lexicon
from narrate.segmenter.lexicon_files import parse_lexicon
from narrate.segmenter.names import Name, find_names

KNOWN = frozenset({"and", "harbour", "left", "mrs", "of", "said", "see", "spoke", "the", "then", "they", "to"})


def is_known(word: str) -> bool:
    return word.lower() in KNOWN


def names(text: str, everything: bool = False) -> list[Name]:
    blocks = MarkdownReader().read(source_of(text, "text/markdown")).blocks
    return find_names(blocks, is_known, everything=everything)


def words(text: str, everything: bool = False) -> list[tuple[str, int]]:
    return [(name.word, name.count) for name in names(text, everything)]


def test_the_most_frequent_come_first_then_the_first_met() -> None:
    text = "They said Okoro left.\n\nAnd Xayn spoke. Then Okoro spoke, and Abebe left."
    assert words(text) == [("Okoro", 2), ("Xayn", 1), ("Abebe", 1)]
    assert [name.line for name in names(text)] == [1, 3, 3]


def test_a_word_that_begins_a_sentence_counts_where_it_is_unknown_in_lower_case_too() -> None:
    blocks = MarkdownReader().read(source_of("“Quixotic men left. Okoro spoke. Spoke he?", "text/markdown")).blocks
    assert [name.word for name in find_names(blocks, lambda word: word in {"spoke", "quixotic"})] == ["Okoro"]


def test_possessives_are_the_same_name_and_apostrophes_inside_are_kept() -> None:
    assert words("They said Okoro's and Okoro’s, then Nyong’o’s left.") == [("Okoro", 2), ("Nyong’o", 1)]


def test_a_name_is_shown_in_full_where_it_stands_so() -> None:
    full = {name.word: name.full for name in names("They said Okoro left Ngozi Okonjo-Iweala and Mohammed bin Salman.")}
    assert full["Okoro"] == "Okoro"
    assert full["Iweala"] == "Ngozi Okonjo-Iweala"
    assert full["Salman"] == "Mohammed bin Salman"


def test_known_names_are_listed_where_everything_is_asked_for() -> None:
    assert words("They left the Harbour of Okoro.") == [("Okoro", 1)]
    assert words("They left the Harbour of Okoro.", everything=True) == [("Harbour", 1), ("Okoro", 1)]


def test_addresses_and_code_hold_no_names() -> None:
    assert words("They said @Okoro, see x.org/Okoro and #Okoro.\n\n```\nOkoro = 1\n```\n\nXayn left.") == [("Xayn", 1)]


@given(st.text())
def test_no_text_breaks_the_list(text: str) -> None:
    if text.strip() and text.isprintable():
        blocks = MarkdownReader().read(source_of(f"x {text}", "text/markdown")).blocks
        assert all(name.count > 0 and name.word[0].isupper() for name in find_names(blocks, lambda _: False))


# ------------------------------------------------------------------ the command

STORY = "# Okoro and Macron\n\nThe house of Okoro’s in Zorblax was sold. In Zorblax she said so to Ngozi Okoro.\n"


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(STORY)
    return path


def run(*arguments: str | Path) -> str:
    code = "import typer; from narrate.cli.names import names; app = typer.Typer(); app.command()(names); app()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"COLUMNS": "200"}
    ).stdout


def test_the_command_tells_how_names_would_be_said(story: Path) -> None:
    first, second, third = run(story).splitlines()
    assert first.split() == ["3", "Okoro", "ah-KAW-roh", "/ɑˈkɔɹoʊ/", "line", "1", "Ngozi", "Okoro"]
    assert second.split()[:2] == ["2", "Zorblax"]
    assert third.split()[:2] == ["1", "Ngozi"]
    assert "Macron" in run(story, "--all")


def test_its_lexicon_is_one_and_mends_the_list(story: Path, tmp_path: Path) -> None:
    skeleton = run(story, "--toml")
    entries = Lexicon([parse_lexicon(skeleton.encode(), "lexicon.toml")])
    assert [reading.ipa for reading in entries.find("Okoro")] == ["ɑˈkɔɹoʊ"]
    mended = tmp_path / "lexicon.toml"
    mended.write_text(skeleton.replace("ah-KAW-roh", "oh-KOH-roh"))
    assert run(story, "--lexicon", mended) == "Every name in it is known.\n"
    rows = json.loads(run(story, "--lexicon", mended, "--all", "--json"))
    assert {row["word"]: row["respelling"] for row in rows}["Okoro"] == "oh-KOH-roh"


def test_entries_that_a_text_does_not_use_are_told_with_their_place(story: Path, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[words]\nOkoro = "x"\nOkorro = "x"\n')
    assert run(story, "--lexicon", tmp_path / "own.toml", "--unused") == f"{tmp_path}/own.toml:3: Okorro\n"


def test_an_engine_that_cannot_tell_leaves_the_question_to_hibaris_dictionary(story: Path) -> None:
    first = run(story, "--engine", "tone").splitlines()[0]
    assert first.split() == ["3", "Okoro", "?", "line", "1", "Ngozi", "Okoro"]

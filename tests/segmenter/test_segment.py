"""The script: one utterance a sentence, pauses by structure, offsets into the text."""

from __future__ import annotations

import pytest

from conftest import source_of
from narrate.errors import UsageError
from narrate.readers.markdown import MarkdownReader
from narrate.segmenter.pauses import Pauses
from narrate.segmenter.segment import write_script
from narrate.segmenter.show import as_text, sentences_as_json
from narrate.types import Article, Break, Role, Script


def read(text: str) -> Article:
    return MarkdownReader().read(source_of(text, "text/markdown"))


def script(text: str, **options: object) -> Script:
    return write_script(read(text), **{"language": "en", "close": False, **options})  # type: ignore[arg-type]


def test_one_endless_word_is_cut_and_not_lost() -> None:
    parts = script("x" * 5000, max_chars=300).utterances
    assert all(len(part.text) <= 300 for part in parts)
    assert "".join(part.written for part in parts) == "x" * 5000


def test_every_utterance_knows_its_block_and_offsets() -> None:
    article = read("# T\n\nOne here. Two “there.” Three.\n\n- four")
    for utterance in write_script(article, language="en", close=False).utterances:
        assert utterance.block is not None
        assert article.blocks[utterance.block].text[utterance.start : utterance.end] == utterance.written
        assert utterance.line == article.blocks[utterance.block].place.line


def test_the_table_of_pauses_is_kept() -> None:
    text = (
        "# Title\n\nOne here. Two here.\n\nNew paragraph.\n\n- item\n- item two\n\nAfter list.\n\n> Quoted.\n\n"
        "Out of it.\n\n## Part\n\nUnder it.\n\n***\n\nMorning.\n\n# Chapter\n\nThe end."
    )
    found = [(part.written, part.after.value, part.pause_ms) for part in script(text).utterances]
    assert found == [
        ("Title", "title", 1000),
        ("One here.", "sentence", 400),
        ("Two here.", "paragraph", 700),
        ("New paragraph.", "paragraph", 700),
        ("item", "item", 500),
        ("item two", "paragraph", 700),
        ("After list.", "quote", 800),
        ("Quoted.", "quote", 800),
        ("Out of it.", "section", 1300),
        ("Part", "heading", 900),
        ("Under it.", "scene", 1500),
        ("Morning.", "chapter", 2000),
        ("Chapter", "heading", 900),
        ("The end.", "end", 1500),
    ]
    assert script(text).head_ms == 600


@pytest.mark.parametrize(("speed", "sentence_ms"), [(1.0, 400), (1.25, 320), (2.0, 240), (0.8, 500), (0.5, 600)])
def test_pauses_follow_speed_within_limits(speed: float, sentence_ms: int) -> None:
    assert Pauses().after(Break.SENTENCE, speed) == sentence_ms
    assert Pauses().after(Break.CHAPTER, speed) == 2000
    assert Pauses().after(Break.END, speed) == 1500


def test_one_factor_multiplies_all_pauses() -> None:
    assert Pauses(factor=2.0).after(Break.PARAGRAPH) == 1400
    assert Pauses(factor=0.5).before_all() == 300
    with pytest.raises(UsageError, match="'scene' is out of range"):
        Pauses(scene=-1)


def test_what_only_a_policy_gives_words_to_is_never_spoken_by_itself() -> None:
    aside = "One.[^1]\n\n***\n\n```\nx = 1\n```\n\n😀\n\n![A map](a.png)\n\n$$x^2$$\n\nTwo.\n\n[^1]: A note."
    article = read(aside)
    found = write_script(article, language="en", close=False)
    assert [part.written for part in found.utterances] == ["One.", "Two."]
    assert len(article.blocks) == 8


def test_the_name_of_its_column_is_said_before_each_cell_but_the_first() -> None:
    table = "| Port | Depth | Boats |\n|---|---|---|\n| Ellery | 9 m | 30 |\n| Hull | 12 m | 4 |"
    parts = script(table).utterances
    assert [part.text for part in parts] == [
        "Port, Depth, Boats",
        "Ellery; Depth: nine metres; Boats: thirty",
        "Hull; Depth: twelve metres; Boats: four",
    ]
    assert [part.written for part in parts] == ["Port, Depth, Boats", "Ellery, 9 m, 30", "Hull, 12 m, 4"]


@pytest.mark.parametrize(
    "table",
    [
        "| Port | Depth |\n|---|---|\n| Ellery | 9 m |",
        "| Port | Depth | Boats |\n|---|---|---|\n| Ellery | 9 m | |\n| Hull | 12 m | 4 |",
        "| Port | The depth of the water at low tide | Boats |\n|---|---|---|\n| Ellery | 9 m | 30 |",
    ],
)
def test_a_table_of_two_columns_or_with_gaps_or_long_names_is_read_plainly(table: str) -> None:
    assert not any(":" in part.text for part in script(table).utterances)


def test_the_introduction_and_the_close_are_marked_as_ours() -> None:
    text = "---\nauthor: Ada Renfrew\nsite: The Courier\ndate: 2020-03-03\n---\n\n# Fog\n\nIt came down."
    parts = script(text, close=True).utterances
    assert [(part.role, part.written) for part in parts] == [
        (Role.TITLE, "Fog"),
        (Role.INTRODUCTION, "By Ada Renfrew, from The Courier, March 3, 2020."),
        (Role.STORY, "It came down."),
        (Role.CLOSE, "That was: Fog."),
    ]
    assert [part.block for part in parts] == [0, None, 1, None]
    assert len(script(text, introduction=False).utterances) == 2


def test_we_say_nothing_of_our_own_in_a_language_we_do_not_speak() -> None:
    parts = script("# Hæ\n\nÞað var dimm nótt.", language="is", close=True).utterances
    assert [part.written for part in parts] == ["Hæ", "Það var dimm nótt."]


def test_the_script_can_be_read_as_a_proof_and_as_json() -> None:
    found = script("It cost $5. Yes.", close=True)
    assert as_text(found).splitlines()[:3] == ["    600 ms", "It cost five dollars.", "    400 ms  sentence"]
    assert '"text": "It cost $5.", "spoken": "It cost five dollars.", "pause_ms": 400' in sentences_as_json(found)

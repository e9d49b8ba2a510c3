"""A script as JSON, edited by hand and given back: every edit is heard, every slip is named."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SAMPLES, source_of
from narrate.errors import ScriptError
from narrate.readers.markdown import MarkdownReader
from narrate.segmenter.rebuild import fit_script, rebuild_article
from narrate.segmenter.script_file import is_script, read_script
from narrate.segmenter.segment import write_script
from narrate.segmenter.show import as_dict, as_json, as_text
from narrate.types import (
    Article,
    BlockKind,
    Break,
    Milliseconds,
    Phonemes,
    Role,
    Script,
    Utterance,
)

TEXT = (
    "---\nauthor: Ada Renfrew\nsite: The Courier\ndate: 2020-03-03\n---\n\n# Fog\n\nIt cost $5 in 1994. Yes.\n\n"
    "```\nx = 1\n```\n\n## Part\n\nIt came down."
)


def read(text: str = TEXT) -> Article:
    return MarkdownReader().read(source_of(text, "text/markdown"))


def given_back(whole: Any) -> Script:
    data = whole if isinstance(whole, (str, bytes)) else json.dumps(whole)
    return read_script(data.encode() if isinstance(data, str) else data, "story.script.json").script


def smallest(**first: Any) -> dict[str, Any]:
    """The least that is a script, with more said of its first utterance."""
    return {"narrate_script": 1, "language": "en", "utterances": [{"spoken": "One.", **first}, {"spoken": "Two."}]}


def refused(whole: Any) -> str:
    with pytest.raises(ScriptError) as caught:
        given_back(whole)
    return str(caught.value)


# ------------------------------------------------------------------ round trip


def test_a_script_comes_back_as_it_was_written_with_what_is_known_of_the_article() -> None:
    article = read()
    written = write_script(article, language="en")
    found = read_script(as_json(written, article).encode())
    assert found.script == written
    assert found.article == replace(article, blocks=(), language="en", origin="-")
    assert found.article.published_at == datetime(2020, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.md")), ids=lambda path: path.name)
def test_every_sample_comes_back(path: Any) -> None:
    written = write_script(read(path.read_text("utf-8")), language="en-GB", speed=1.25, max_chars=80)
    assert given_back(as_json(written)) == written


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(str.strip)


@st.composite
def utterances(draw: st.DrawFn) -> Utterance:
    text = draw(WORDS)
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    spans = [pair for pair in zip(edges[::2], edges[1::2], strict=False) if text[slice(*pair)].strip()]
    start = draw(st.integers(0, 500))
    return Utterance(
        text=text,
        written=draw(WORDS),
        phonemes=tuple(Phonemes(start=start, end=end, ipa=draw(WORDS)) for start, end in spans),
        pause_ms=Milliseconds(draw(st.integers(0, 600_000))),
        after=draw(st.sampled_from(Break)),
        role=draw(st.sampled_from(Role)),
        voice=draw(st.none() | WORDS),
        block=draw(st.none() | st.integers(0, 9)),
        start=start,
        end=start + draw(st.integers(0, 500)),
        line=draw(st.none() | st.integers(1, 99)),
        speaker=draw(st.none() | WORDS),
        voice_why=draw(st.none() | WORDS),
    )


scripts = st.builds(
    Script,
    utterances=st.lists(utterances(), min_size=1, max_size=5).map(tuple),
    language=st.sampled_from(["en", "pt-BR", "zh-Hant-TW"]),
    head_ms=st.integers(0, 600_000).map(Milliseconds),
    title=st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)


@given(scripts)
def test_any_script_comes_back_with_every_field(written: Script) -> None:
    assert given_back(as_json(written)) == written


def test_no_field_of_a_script_is_left_out_of_the_file() -> None:
    written = write_script(read(), language="en")
    first = replace(written.utterances[0], speaker="Anna", voice_why="her turn")
    whole = as_dict(replace(written, utterances=(first, *written.utterances[1:])))
    assert len(whole["utterances"][0]) == len(fields(Utterance))
    assert len(whole) == len(fields(Script)) + 1  # and the format


def test_editors_that_write_a_mark_or_utf_16_do_no_harm() -> None:
    text = json.dumps(smallest())
    assert given_back(b"\xef\xbb\xbf" + text.encode()) == given_back(text.encode("utf-16-le")) == given_back(text)


# ------------------------------------------------------------------ edits


def test_an_utterance_needs_only_its_words() -> None:
    one, two = given_back(smallest()).utterances
    assert (one.text, one.written, one.pause_ms, one.after, one.role) == (
        "One.",
        "One.",
        400,
        Break.SENTENCE,
        Role.STORY,
    )
    assert (two.after, two.pause_ms) == (Break.END, 1500)
    assert given_back(smallest(after="paragraph")).utterances[0].pause_ms == 700
    assert given_back(smallest()).head_ms == 600


def test_edited_words_pauses_voices_and_utterances_are_what_is_said() -> None:
    article = read()
    whole = as_dict(write_script(article, language="en"), article)
    rows = whole["utterances"]
    said = [row["spoken"] for row in rows]
    rows[2]["spoken"] = "It cost a fiver."
    rows[2]["pause_ms"] = 2000
    rows[3]["voice"] = "tone:high"
    del rows[-1]
    rows.insert(4, {"spoken": "Listen to this."})
    found = given_back(whole).utterances
    assert [part.text for part in found] == [*said[:2], "It cost a fiver.", said[3], "Listen to this.", *said[4:-1]]
    assert found[2].pause_ms == 2000
    assert found[2].written == "It cost $5 in 1994."
    assert found[3].voice == "tone:high"


def test_a_pronunciation_follows_its_words_when_the_sentence_is_edited() -> None:
    sound = {"words": "Nguyen", "ipa": "ŋʷiən", "start": 4, "end": 10}
    (phonemes,) = given_back(smallest(spoken="Ask Nguyen.", phonemes=[sound])).utterances[0].phonemes
    assert phonemes == Phonemes(start=4, end=10, ipa="ŋʷiən")
    (phonemes,) = given_back(smallest(spoken="Go and ask Nguyen.", phonemes=[sound])).utterances[0].phonemes
    assert (phonemes.start, phonemes.end) == (11, 17)
    assert '"Nguyen" is nowhere in "spoken". Take it out' in refused(smallest(spoken="Ask her.", phonemes=[sound]))
    assert '"Nguyen" is 2 times in "spoken". Count' in refused(smallest(spoken="Nguyen, Nguyen!", phonemes=[sound]))


# ------------------------------------------------------------------ slips


@pytest.mark.parametrize(
    ("first", "message"),
    [
        ({"paus_ms": 5}, 'there is no key "paus_ms". Did you mean "pause_ms".'),
        ({"colour": "red"}, 'there is no key "colour". Its keys are: text, spoken, phonemes, pause_ms, after,'),
        ({"pause_ms": "400"}, '"pause_ms" is "400". Give whole milliseconds from 0 to 600000.'),
        ({"pause_ms": -1}, '"pause_ms" is -1. Give whole milliseconds from 0 to 600000.'),
        ({"pause_ms": True}, '"pause_ms" is true. Give whole milliseconds'),
        ({"pause_ms": 0.5}, '"pause_ms" is 0.5. Give whole milliseconds'),
        ({"after": "stanza"}, '"after" is "stanza". Give one of: clause, sentence, item, paragraph,'),
        ({"role": "hero"}, '"role" is "hero". Give one of: title, byline, heading, story,'),
        ({"after": "asked"}, '"pause_ms" is missing. A pause that is asked for has no usual length: add one.'),
        ({"text": " "}, '"text" is " ". Give words in quotation marks.'),
        ({"voice": ""}, '"voice" is "". Give words in quotation marks, or null.'),
        ({"line": 0}, '"line" is 0. Give a line, counted from 1, or null.'),
        ({"start": 5, "end": 2}, '"end" is 2, before "start", 5. Leave both out'),
        ({"phonemes": [{"words": "One"}]}, 'phonemes 1: "ipa" is missing. Add words in quotation marks.'),
        ({"phonemes": [{"word": "One"}]}, 'phonemes 1: there is no key "word". Did you mean "words".'),
    ],
    ids=str,
)
def test_a_slip_is_named_with_its_utterance_and_what_to_do(first: dict[str, Any], message: str) -> None:
    said = refused(smallest(**first))
    assert said.startswith('story.script.json, utterance 1 ("One.")')
    assert message in said


def test_words_that_are_missing_or_cut_in_half_are_named() -> None:
    assert refused(smallest(spoken="")).startswith(
        'story.script.json, utterance 1: "spoken" is "". Give words in quotation marks.'
    )
    assert 'utterance 1 ("One."): "spoken" is missing' in refused(
        {**smallest(), "utterances": [{"text": "One."}, {"spoken": "Two."}]}
    )
    assert '"spoken" is "\\ud83d"' in refused(json.dumps(smallest(spoken="\ud83d")))
    assert "utterance 2: it is null. Write an object" in refused(
        {**smallest(), "utterances": [{"spoken": "One."}, None]}
    )


@pytest.mark.parametrize(
    ("whole", "message"),
    [
        ('{"narrate_script": 1,\n "language" "en"}', "is no JSON: Expecting ':' delimiter, in line 2, column 13. Mend"),
        (b"\xff\xfe\x00", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ({"language": "en"}, '"narrate_script": 1 is missing. Write it with narrate script --json, or add'),
        ([1], '"narrate_script": 1 is missing'),
        ({"narrate_script": 2}, "it is of format 2, and this narrate reads 1. Install a newer narrate."),
        ({"narrate_script": 1, "language": "en"}, '"utterances" is missing. Add a list of utterances in [ ]'),
        ({"narrate_script": 1, "language": "en", "utterances": []}, '"utterances" is []. Give a list of utterances'),
        ({"narrate_script": 1, "utterances": [{"spoken": "One."}]}, '"language" is missing. Add a language, such as'),
        ({**smallest(), "language": "English"}, '"language" is "English". Give a language, such as en or pt-BR.'),
        ({**smallest(), "titel": "Fog"}, 'there is no key "titel". Did you mean "title".'),
        ({**smallest(), "article": {"autors": []}}, 'article: there is no key "autors". Did you mean "authors".'),
        (
            {**smallest(), "article": {"published_at": "May"}},
            '"published_at" is "May". Give a date, such as 2020-03-03',
        ),
        (
            '{"narrate_script": 1, "language": "en", "utterances": [{"spoken": "A.", "spoken": "B."}]}',
            '"spoken" stands twice in one object, as "A." and as "B.". Take one of them out.',
        ),
    ],
    ids=str,
)
def test_what_is_no_script_is_refused_with_what_to_do(whole: Any, message: str) -> None:
    said = refused(whole)
    assert said.startswith("story.script.json")
    assert message in said


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_nothing_put_in_the_place_of_a_value_is_more_than_an_error(value: Any) -> None:
    for key in ("text", "spoken", "phonemes", "pause_ms", "after", "role", "voice", "block", "line", "start", "end",
                "speaker", "voice_why"):  # fmt: skip
        with suppress(ScriptError):
            given_back(smallest(**{key: value}))


def test_a_script_is_known_by_its_ending_or_its_first_words() -> None:
    assert is_script("story.script.json", b"{}")
    assert is_script("-", as_json(given_back(smallest())).encode())
    assert not is_script("story.json", b'{"title": "narrate_script"}')
    assert not is_script("-", b"A story.")


# ------------------------------------------------------------------ back on the road


def test_the_article_around_a_script_has_a_block_for_every_paragraph() -> None:
    article = read()
    script = write_script(article, language="en")
    found, placed = rebuild_article(read_script(as_json(script, article).encode(), "story.script.json"))
    assert [(block.kind, block.text) for block in found.blocks] == [
        (BlockKind.TITLE, "Fog"),
        (BlockKind.PARAGRAPH, "It cost $5 in 1994. Yes."),
        (BlockKind.HEADING, "Part"),
        (BlockKind.PARAGRAPH, "It came down."),
    ]
    assert (found.title, found.authors, found.site) == ("Fog", ("Ada Renfrew",), "The Courier")
    assert [part.block for part in placed.utterances] == [0, None, 1, 1, 2, 3, None]
    assert [part.text for part in placed.utterances] == [part.text for part in script.utterances]
    for part in placed.utterances:
        assert part.block is None or found.blocks[part.block].text[part.start : part.end] == part.written


def test_added_utterances_become_paragraphs_of_the_story() -> None:
    rows = [{"spoken": "One."}, {"spoken": "Two.", "after": "paragraph"}, {"spoken": "Three."}]
    found, placed = rebuild_article(read_script(json.dumps({**smallest(), "utterances": rows}).encode()))
    assert [block.text for block in found.blocks] == ["One. Two.", "Three."]
    assert [part.block for part in placed.utterances] == [0, 0, 1]


def test_what_is_too_long_for_the_engine_is_cut_and_the_pause_stays_at_its_end() -> None:
    long = (
        "The keeper of the old light climbed all 199 steps, every night, and never once did he count them; so he said."
    )
    script = write_script(read(long), language="en", close=False)
    pieces = fit_script(script, 60).utterances
    assert len(pieces) > 1
    assert all(len(piece.text) <= 60 for piece in pieces)
    assert " ".join(piece.text for piece in pieces) == script.utterances[0].text
    assert " ".join(piece.written for piece in pieces) == long
    assert [piece.after for piece in pieces] == [Break.CLAUSE] * (len(pieces) - 1) + [Break.END]
    assert [piece.pause_ms for piece in pieces] == [120] * (len(pieces) - 1) + [1500]
    assert fit_script(script, 300) == script


def test_words_edited_by_hand_are_cut_as_they_are_spoken() -> None:
    text = "nineteen ninety-four, or so they say, and one hundred more came after that"
    sound = {"words": "ninety", "ipa": "ˈnaɪnti"}
    whole = {**smallest(), "utterances": [{"text": "1994…", "spoken": text, "phonemes": [sound]}]}
    pieces = fit_script(given_back(whole), 40).utterances
    assert " ".join(piece.text for piece in pieces) == text
    assert [piece.written for piece in pieces] == [piece.text for piece in pieces]
    assert pieces[0].text[pieces[0].phonemes[0].start : pieces[0].phonemes[0].end] == "ninety"


@given(scripts, st.integers(10, 40))
def test_no_word_is_lost_by_cutting(script: Script, max_chars: int) -> None:
    pieces = fit_script(script, max_chars).utterances
    assert all(len(piece.text) <= max_chars for piece in pieces)
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(
        "".join(part.text.split()) for part in script.utterances
    )


# ------------------------------------------------------------------ the proof


def test_the_proof_shows_voices_pronunciations_our_own_words_and_pauses_asked_for() -> None:
    parts = (
        Utterance(
            text="By Ada.", written="By Ada.", role=Role.INTRODUCTION, after=Break.TITLE, pause_ms=Milliseconds(9)
        ),
        Utterance(
            text="Ask Nguyen.",
            written="Ask Nguyen.",
            voice="hibari:bella",
            phonemes=(Phonemes(start=4, end=10, ipa="ŋʷiən"),),
            after=Break.ASKED,
            pause_ms=Milliseconds(2000),
        ),
    )
    assert as_text(Script(utterances=parts, language="en")).splitlines() == [
        "    0 ms",
        "[introduction] By Ada.",
        "    9 ms  title",
        "",
        "(hibari:bella) Ask Nguyen.",
        "    Nguyen /ŋʷiən/",
        "    2000 ms  asked for by the author",
    ]

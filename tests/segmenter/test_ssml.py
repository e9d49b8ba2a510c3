"""SSML 1.1: well-formed whatever the text, every word and pause in it, nested as the recommendation allows.

The W3C's schema is not in this repository. With its path in NARRATE_SSML_SCHEMA (`synthesis.xsd`, with
`synthesis-nonamespace.xsd` and `xml.xsd` where it looks for them) everything made here is validated against it;
without, what may stand in what is checked against the tables below: sections 3.1 and 3.2 of
https://www.w3.org/TR/speech-synthesis11/ for the elements that we write, and what their attributes may hold.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from conftest import SAMPLES, source_of
from narrate.readers.markdown import MarkdownReader
from narrate.segmenter.segment import write_script
from narrate.segmenter.ssml import NAMESPACE, XML_LANG, as_ssml
from narrate.types import Break, Milliseconds, Phonemes, Role, Script, Utterance

IN_SENTENCE = {"break", "mark", "phoneme", "voice"}
MAY_HOLD = {
    "speak": {"meta", "p", "s", *IN_SENTENCE},
    "p": {"s", *IN_SENTENCE},
    "s": IN_SENTENCE,
    "voice": {"p", "s", *IN_SENTENCE},
    "phoneme": set(),
    "break": set(),
    "mark": set(),
    "meta": set(),
}
HOLD_WORDS = {"speak", "p", "s", "voice", "phoneme"}
ATTRIBUTES = {
    "speak": {"version": r"1\.1", XML_LANG: r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"},
    "p": {},
    "s": {},
    "voice": {"name": r"\S+"},
    "phoneme": {"alphabet": "ipa", "ph": r"(?s).*\S.*"},
    "break": {"time": r"[0-9]+ms", "strength": "none"},
    "mark": {"name": r"u[0-9]+"},
    "meta": {"name": r"[-.:\w]+", "content": r"(?s).*"},
}


def parsed(script: Script) -> Any:
    """The document read back, after everything that the standard says of it was checked."""
    document = etree.fromstring(as_ssml(script).encode())
    assert document.tag == f"{{{NAMESPACE}}}speak"
    for element in document.iter():
        check_element(element)
    children = [name_of(element) for element in document]
    assert "meta" not in children[children.count("meta") :], "metadata comes before all speech"
    if (schema := w3c_schema()) is not None:
        schema.assertValid(document)
    return document


def check_element(element: Any) -> None:
    name = name_of(element)
    assert {name_of(child) for child in element} <= MAY_HOLD[name]
    words = [element.text, *(child.tail for child in element)]
    assert name in HOLD_WORDS or not "".join(word or "" for word in words).strip()
    for key, value in element.attrib.items():
        assert re.fullmatch(ATTRIBUTES[name][key], value)
    assert name != "break" or len(element.attrib) == 1


def name_of(element: Any) -> str:
    return str(etree.QName(element).localname)


@cache
def w3c_schema() -> Any:
    path = os.environ.get("NARRATE_SSML_SCHEMA")
    return etree.XMLSchema(etree.parse(path)) if path else None


def words_of(document: Any) -> list[str]:
    return "".join(document.itertext()).split()


def outline(element: Any) -> Any:
    """Names and texts, nested, without the white space between elements."""
    parts: list[Any] = [(element.text or "").strip()]
    for child in element:
        label = "".join([name_of(child), *(f" {value}" for value in child.attrib.values())])
        parts += [(label, outline(child)) if len(child) or child.text else label, (child.tail or "").strip()]
    return [part for part in parts if part]


def said(text: str, after: Break = Break.SENTENCE, pause_ms: int = 400, **options: Any) -> Utterance:
    return Utterance(text=text, written=text, after=after, pause_ms=Milliseconds(pause_ms), **options)


def script(*utterances: Utterance, **options: Any) -> Script:
    return Script(utterances=utterances, **{"language": "en", **options})


def test_a_block_is_a_paragraph_a_sentence_an_s_and_every_pause_a_break() -> None:
    document = parsed(
        script(
            said("Fog", Break.TITLE, 1000, role=Role.TITLE, block=0),
            said("It came,", Break.CLAUSE, 120, block=1),
            said("and it went.", block=1),
            said("Nobody saw it.", Break.END, 1500, block=1),
            head_ms=Milliseconds(600),
            title="Fog & more",
        )
    )
    assert document.get("version") == "1.1"
    assert document.get(XML_LANG) == "en"
    assert outline(document) == [
        "meta title Fog & more",
        "break 600ms",
        ("p", [("s", ["mark u0", "Fog"])]),
        "break 1000ms",
        (
            "p",
            [
                ("s", ["mark u1", "It came,", "break 120ms", "mark u2", "and it went."]),
                "break 400ms",
                ("s", ["mark u3", "Nobody saw it."]),
            ],
        ),
        "break 1500ms",
    ]


def test_the_words_are_those_spoken_and_nothing_is_left_to_read() -> None:
    article = MarkdownReader().read(source_of("It cost $5 & <b> “more”.", "text/markdown"))
    found = write_script(article, language="en", close=False)
    assert words_of(parsed(found)) == found.utterances[0].text.split()
    assert "$" not in as_ssml(found)


def test_an_authors_pronunciations_and_voices_are_in_it() -> None:
    document = parsed(
        script(
            said(
                "Ask Nguyen about Lough Neagh.",
                phonemes=(Phonemes(start=4, end=10, ipa="ŋʷiən"), Phonemes(start=17, end=28, ipa="lɒx ˈneɪ")),
                voice="hibari:bella",
            ),
        )
    )
    assert outline(document.find(f".//{{{NAMESPACE}}}s")) == [
        "mark u0",
        (
            "voice hibari:bella",
            ["Ask", ("phoneme ipa ŋʷiən", ["Nguyen"]), "about", ("phoneme ipa lɒx ˈneɪ", ["Lough Neagh"]), "."],
        ),
    ]
    assert "".join(document.itertext()).strip() == "Ask Nguyen about Lough Neagh."


def test_a_pause_asked_for_inside_a_sentence_does_not_end_it() -> None:
    document = parsed(
        script(
            said("And the winner is", Break.ASKED, 2000, block=0),
            said("nobody.", Break.ASKED, 900, block=0),
            said("Good night.", Break.END, 0, block=0),
        )
    )
    assert outline(document)[1] == (
        "p",
        [
            ("s", ["mark u0", "And the winner is", "break 2000ms", "mark u1", "nobody."]),
            "break 900ms",
            ("s", ["mark u2", "Good night."]),
        ],
    )


def test_a_pause_of_nothing_is_said_to_be_none() -> None:
    assert outline(parsed(script(said("One.", pause_ms=0))))[-1] == "break none"


def test_words_of_ours_are_paragraphs_of_their_own() -> None:
    document = parsed(
        script(
            said("By Ada.", Break.TITLE, role=Role.INTRODUCTION),
            said("One.", Break.SECTION, block=0),
            said("That was Fog.", Break.END, role=Role.CLOSE),
        )
    )
    assert [name_of(element) for element in document] == ["break", *["p", "break"] * 3]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.clean.txt")), ids=lambda path: path.name)
def test_every_sample_makes_a_document_with_all_its_words(path: Any) -> None:
    article = MarkdownReader().read(source_of(path.read_bytes(), "text/markdown"))
    found = write_script(article, language="en")
    assert words_of(parsed(found)) == [word for part in found.utterances for word in part.text.split()]


UNTAMED = st.text(st.characters(exclude_categories=()), min_size=1, max_size=40)
"""Controls, surrogates and characters that are none among it."""


@st.composite
def utterances(draw: st.DrawFn) -> Utterance:
    text = draw(UNTAMED.filter(str.strip))
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    return Utterance(
        text=text,
        written=text,
        phonemes=tuple(
            Phonemes(start=start, end=end, ipa=draw(UNTAMED))
            for start, end in zip(edges[::2], edges[1::2], strict=False)
        ),
        pause_ms=Milliseconds(draw(st.integers(0, 5000))),
        after=draw(st.sampled_from(Break)),
        role=draw(st.sampled_from(Role)),
        voice=draw(st.none() | UNTAMED),
        block=draw(st.none() | st.integers(0, 2)),
    )


@given(st.lists(utterances(), min_size=1, max_size=6), st.none() | UNTAMED, st.integers(0, 3000))
def test_any_script_gives_a_document_with_all_words_and_pauses(
    parts: list[Utterance], title: str | None, head_ms: int
) -> None:
    found = script(*parts, title=title, head_ms=Milliseconds(head_ms))
    document = parsed(found)
    legal = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
    assert words_of(document) == [word for part in parts for word in "".join(legal.findall(part.text)).split()]
    breaks = [element.get("time", "0ms") for element in document.iter(f"{{{NAMESPACE}}}break")]
    assert breaks == [f"{pause_ms}ms" for pause_ms in (head_ms, *(part.pause_ms for part in parts))]
    marks = [element.get("name") for element in document.iter(f"{{{NAMESPACE}}}mark")]
    assert marks == [f"u{index}" for index in range(len(parts))]

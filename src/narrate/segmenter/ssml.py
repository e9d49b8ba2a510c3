"""A script for other engines: W3C Speech Synthesis Markup Language 1.1.

The words are those spoken, as plain text. `<sub alias="spoken">written</sub>` would say the same in an engine that
keeps the standard, but not all know it, and an alias is text that an engine may read in its own way like any other; the
plain words leave it nothing to decide.

Source:
    https://www.w3.org/TR/speech-synthesis11/, sections 3.1 and 3.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from lxml import etree

from narrate.segmenter.paragraphs import Numbered, paragraphs, sentences
from narrate.types import Milliseconds, Phonemes, Script, Utterance

NAMESPACE = "http://www.w3.org/2001/10/synthesis"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, not even escaped: controls, halves of surrogate pairs, U+FFFE, U+FFFF.

Source:
    https://www.w3.org/TR/xml/#charsets
"""


def as_ssml(script: Script) -> str:
    """The whole script as one SSML 1.1 document, to be written as UTF-8.

    A block is a `<p>`, a sentence an `<s>`, an utterance begins with `<mark name="u0"/>`, counted from 0, and every
    pause is a `<break>`: inside the sentence, between sentences, or between paragraphs, all of which may hold one.
    What XML cannot hold is left out.
    """
    speak = etree.Element(f"{{{NAMESPACE}}}speak", {"version": "1.1"}, nsmap={None: NAMESPACE})
    speak.set(XML_LANG, script.language.replace("_", "-"))
    speak.text = "\n"
    if script.title:
        _add(speak, "meta", name="title", content=_legal(script.title)).tail = "\n"
    _add_break(speak, script.head_ms).tail = "\n"
    for paragraph in paragraphs(script):
        _add_paragraph(speak, paragraph)
        _add_break(speak, paragraph[-1][1].pause_ms).tail = "\n"
    return f"{PROLOG}{etree.tostring(speak, encoding='unicode')}\n"


def _add_paragraph(speak: Any, paragraph: list[Numbered]) -> None:
    element = _add(speak, "p")
    element.text = element.tail = "\n"
    found = list(sentences(paragraph))
    _add_sentence(element, found[0])
    for before, sentence in pairwise(found):
        _add_break(element, before[-1][1].pause_ms).tail = "\n"
        _add_sentence(element, sentence)


def _add_sentence(paragraph: Any, sentence: list[Numbered]) -> None:
    element = _add(paragraph, "s")
    element.tail = "\n"
    for number, (index, utterance) in enumerate(sentence):
        if number:
            _add_break(element, sentence[number - 1][1].pause_ms).tail = " "
        _add(element, "mark", name=f"u{index}")
        voice = _voice_name(utterance)
        _add_words(_add(element, "voice", name=voice) if voice else element, utterance)


def _add_words(parent: Any, utterance: Utterance) -> None:
    for text, phonemes in _parts(utterance):
        if phonemes is None:
            _append_text(parent, text)
        else:
            _add(parent, "phoneme", alphabet="ipa", ph=_legal(phonemes.ipa)).text = text


def _parts(utterance: Utterance) -> Iterator[tuple[str, Phonemes | None]]:
    """The words in order, cut where pronunciations begin and end; of two that overlap the first counts."""
    at = 0
    for phonemes in sorted(utterance.phonemes, key=lambda phonemes: phonemes.start):
        words = _legal(utterance.text[phonemes.start : phonemes.end])
        if phonemes.start < at or not words.strip() or not _legal(phonemes.ipa).strip():
            continue
        yield _legal(utterance.text[at : phonemes.start]), None
        yield words, phonemes
        at = phonemes.end
    yield _legal(utterance.text[at:]), None


def _add_break(parent: Any, pause_ms: Milliseconds) -> Any:
    """A silence of that length; of no length the standard's way to say that there is none."""
    return _add(parent, "break", time=f"{pause_ms}ms") if pause_ms else _add(parent, "break", strength="none")


def _add(parent: Any, tag: str, /, **attributes: str) -> Any:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)


def _append_text(parent: Any, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _voice_name(utterance: Utterance) -> str:
    """The name of its voice; a list of names is parted by spaces, so that a name has none."""
    return "-".join(_legal(utterance.voice or "").split())


def _legal(text: str) -> str:
    return FORBIDDEN.sub("", text)

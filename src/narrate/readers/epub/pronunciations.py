"""The lexicons that a book brings: Pronunciation Lexicon Specification of the W3C, in IPA."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from narrate.languages import primary
from narrate.readers.epub.archive import Archive
from narrate.readers.epub.markup import SSML, attribute, descendants, parse_xml, words_in
from narrate.readers.epub.package import Package, language_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

PLS_TYPE = "application/pls+xml"
MOST_ENTRIES = 20_000
LONGEST_IPA = 200
"""In characters."""


def read_pronunciations(archive: Archive, package: Package) -> tuple[tuple[str, str], ...]:
    """Words with their IPA from all lexicons in the language of the book; of two ways to say a word, the first."""
    said: dict[str, str] = {}
    for item in package.items.values():
        if item.media_type == PLS_TYPE or item.path.lower().endswith(".pls"):
            root = parse_xml(archive.read(item.path) or b"")
            for word, ipa in _read_lexicon(root, package.metadata.language) if root is not None else ():
                if len(said) < MOST_ENTRIES:
                    said.setdefault(word, ipa)
    return tuple(said.items())


def clean_ipa(written: str) -> str:
    """IPA without slashes or brackets around it, in composed characters; empty where it is too long to be a word."""
    ipa = unicodedata.normalize("NFC", " ".join(written.strip().strip("/[]").split()))
    return ipa if len(ipa) <= LONGEST_IPA else ""


def _read_lexicon(root: Element, language: str | None) -> Iterator[tuple[str, str]]:
    """Source: https://www.w3.org/TR/pronunciation-lexicon/"""
    alphabet = root.get("alphabet") or "ipa"
    for lexeme in descendants(root, "lexeme"):
        spoken = language_of(lexeme) or language_of(root)
        if spoken and language and primary(spoken) != primary(language):
            continue
        ipa = _chosen(lexeme, alphabet)
        for grapheme in descendants(lexeme, "grapheme") if ipa else ():
            if any(map(str.isalnum, word := words_in(grapheme))):
                yield word, ipa


def _chosen(lexeme: Element, alphabet: str) -> str:
    """The way to say a word that is preferred, else the first; empty where none is in IPA."""
    ways = [one for one in descendants(lexeme, "phoneme") if (one.get("alphabet") or alphabet).lower() == "ipa"]
    ways.sort(key=lambda one: one.get("prefer") != "true")
    return clean_ipa(words_in(ways[0])) if ways else ""


def phonemes_of(element: Element, alphabet: str) -> str:
    """What `ssml:ph` says of an element, where it is in IPA; empty otherwise."""
    return clean_ipa(attribute(element, SSML, "ph")) if alphabet.lower() == "ipa" else ""

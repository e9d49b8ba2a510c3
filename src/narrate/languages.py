"""Languages: which one a text is in, and which voices speak it. Tags are BCP 47."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

SURE = 0.9
"""Least probability at which a language is believed."""

FEWEST_LETTERS = 60
"""Shorter texts say too little."""

SAMPLE_CHARS = 20_000

ENGLISH = frozenset(
    {"the", "and", "of", "to", "that", "with", "was", "is", "for", "it", "on", "had", "has", "this", "they"}
)
"""Of the commonest words of English those that are rare together in any other language."""


OLD = {"iw": "he", "in": "id", "ji": "yi", "jw": "jv", "nb": "no"}
"""Tags that some services still use. Source: RFC 5646, section 4.5, and the IANA registry of subtags."""


def detect_language(text: str) -> str | None:
    """The language of a text, or None where it is too short or too mixed to say."""
    sample = text[:SAMPLE_CHARS]
    letters = sum(map(str.isalpha, sample))
    if not letters:
        return None
    foreign = _language_of_script(sample, letters)
    if letters < FEWEST_LETTERS:
        return foreign
    if _is_plainly_english(sample):
        return "en"
    language, probability = _identifier().classify(sample)
    return str(language) if probability >= SURE else foreign


def same_language(voice_language: str, text_language: str) -> bool:
    """Can a voice of the first language speak a text in the second? `mul` and `und` speak all."""
    voice, text = primary(voice_language), primary(text_language)
    return voice == text or "mul" in (voice, text) or "und" in (voice, text)


def primary(tag: str) -> str:
    """The first part of a language tag: `pt` of `pt-BR`; in today's form where it has an older one."""
    first = re.split(r"[-_]", tag)[0].lower()
    return OLD.get(first, first)


def language_name(tag: str) -> str:
    """The English name of a language, or the tag itself."""
    known = _table().get(primary(tag))
    return known["name"] if known else tag


def is_language_tag(tag: str) -> bool:
    """Is it shaped like a BCP 47 tag, such as `en` or `zh-Hant-TW`?"""
    return re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", tag) is not None


def _language_of_script(sample: str, letters: int) -> str | None:
    for language, known in _table().items():
        characters = known.get("script")
        if characters and len(re.findall(f"[{characters}]", sample)) > letters / 3:
            return language
    return None


def _is_plainly_english(sample: str) -> bool:
    """English shows itself by its commonest words; the model, which takes half a second to load, is for the rest."""
    words = re.findall(r"[^\W\d_]+", sample.lower())
    common = [word for word in words if word in ENGLISH]
    return len(words) >= 20 and len(common) >= len(words) * 0.15 and len(set(common)) >= 5 and "the" in common


@cache
def _table() -> dict[str, dict[str, str]]:
    """What is known of languages, by the first part of their tags."""
    return tomllib.loads((files("narrate") / "languages.toml").read_text("utf-8"))


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

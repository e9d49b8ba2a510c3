"""Pronunciations for engines: IPA in the sounds that an English voice has learnt, and its place in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from narrate.types import Utterance

FIRST_SIGN, LAST_SIGN = 0xE000, 0xF8FF
PRIVATE = re.compile(f"[{chr(FIRST_SIGN)}-{chr(LAST_SIGN)}]")
"""Signs for private use stand in a text for pronunciations; those of the article go first."""

VOWELS = frozenset("iuæɑɒɔəɛɜɪʊʌɚɝᵻeoa")
CONSONANTS = frozenset("bdfhjklmnpstvwzðŋɡɹɾʃʒθ")


def mark_phonemes(utterance: Utterance, convert: Callable[[str], str | None]) -> tuple[str, dict[str, str]]:
    """The text of an utterance with a private sign for every pronunciation, and what the signs stand for.

    Args:
        convert: IPA to the engine's own alphabet, or None for what it cannot say: then the words stay.
    """
    text = utterance.text
    parts: list[str] = []
    sounds: dict[str, str] = {}
    at = 0
    for span in sorted(utterance.phonemes, key=lambda span: span.start):
        fits = at <= span.start < span.end <= len(text) and FIRST_SIGN + len(sounds) <= LAST_SIGN
        sound = convert(span.ipa) if fits else None
        if sound:
            sign = chr(FIRST_SIGN + len(sounds))
            sounds[sign] = sound
            parts += [PRIVATE.sub(" ", text[at : span.start]), sign]
            at = span.end
    return "".join((*parts, PRIVATE.sub(" ", text[at:]))), sounds


# ------------------------------------------------------------------ the sounds of English

ENGLISH = {
    "g": "ɡ", "r": "ɹ", "ʁ": "ɹ", "ʀ": "ɹ", "ɻ": "ɹ", "ɽ": "ɹ", "ɺ": "ɹ", "ɣ": "ɡ", "ɢ": "ɡ", "ʛ": "ɡ", "ɠ": "ɡ",
    "β": "v", "ʋ": "v", "ⱱ": "v", "ɸ": "f", "ç": "ʃ", "ɕ": "ʃ", "ʂ": "ʃ", "ɧ": "ʃ", "ʑ": "ʒ", "ʐ": "ʒ", "c": "k",
    "q": "k", "ɟ": "dʒ", "ʝ": "j", "ɲ": "nj", "ʎ": "lj", "ɬ": "l", "ɭ": "l", "ɫ": "l", "ʟ": "l", "ɮ": "l", "ɳ": "n",
    "ɴ": "n", "ɱ": "m", "ʈ": "t", "ɖ": "d", "ɗ": "d", "ɓ": "b", "ʙ": "b", "ɦ": "h", "ʍ": "w", "ɥ": "w", "ɰ": "w",
    "ʔ": "", "ʕ": "", "ħ": "h", "ʧ": "tʃ", "ʤ": "dʒ", "ʦ": "ts", "ʣ": "dz",
    "y": "u", "ʏ": "ʊ", "ø": "ɜ", "œ": "ɜ", "ɞ": "ɜ", "ɘ": "ə", "ɵ": "ə", "ɨ": "ɪ", "ɯ": "ʊ", "ɤ": "ʌ", "ʉ": "u",
    "ɐ": "ə", "ɶ": "æ", "'": "ˈ", "’": "ˈ",
}  # fmt: skip
"""Sounds that English lacks, by those that it says instead."""

NASAL, SYLLABIC, CEDILLA, RHOTIC = "\u0303", "\u0329", "\u0327", "˞"
SILENT = frozenset(".()‿ˑʰʲʷˠˤ˥˦˧˨˩ꜛꜜ↗↘ˀ-|‖")
LETTER = re.compile(".[\u0300-\u036f˞]*", re.DOTALL)


def anglicise(ipa: str) -> str | None:
    """IPA of any language in the sounds of English, stress right before its vowel; None where a sign is no sound."""
    decomposed = unicodedata.normalize("NFD", ipa.translate({0x361: None, 0x35C: None}))
    parts = []
    for letter in LETTER.findall(decomposed):
        sound = _letter(letter[0], letter[1:])
        if sound is None:
            return None
        parts.append(sound)
    words = [_settle(word) for word in "".join(parts).split()]
    if "ˈ" not in "".join(words):
        words = [LAST_VOWEL.sub(r"ˈ\1", word) for word in words]
    return " ".join(filter(None, words)) or None


def _letter(base: str, marks: str) -> str | None:
    if base == "c" and CEDILLA in marks:
        base = "ç"
    if base in SILENT:
        return ""
    sound = ENGLISH.get(base, base)
    if any(sign not in VOWELS and sign not in CONSONANTS and sign not in "ˈˌː xχ" for sign in sound):
        return None
    if RHOTIC in marks and sound in ("ə", "ɜ"):
        sound = {"ə": "ɚ", "ɜ": "ɝ"}[sound]
    before = "ə" if SYLLABIC in marks and sound in CONSONANTS else ""
    return before + sound + ("N" if NASAL in marks and sound in VOWELS else "")


V, C = f"[{''.join(sorted(VOWELS))}]", f"[{''.join(sorted(CONSONANTS))}]"
SETTLED = (
    (re.compile("N(?=[mnŋN])"), ""),
    (re.compile("N"), "n"),
    (re.compile(f"[xχ](?=[ˈˌ]*{V})"), "h"),
    (re.compile("[xχ]"), "k"),
    (re.compile(f"ɾ(?![ˈˌ]*{V})|(?<!{V})(?<!{V}ː)ɾ"), "ɹ"),
    (re.compile(f"e(?!ɪ)(?=ː?{C}+(?:{C}|$))"), "ɛ"),
    (re.compile("e(?!ɪ)ː?"), "eɪ"),
    (re.compile("o(?![ʊɪ])ː?"), "oʊ"),
    (re.compile("oɪ"), "ɔɪ"),
    (re.compile("ɑ([ɪʊ])"), r"a\1"),
    (re.compile("a(?![ɪʊ])"), "ɑ"),
    (re.compile(f"([ˈˌ]+)([^ˈˌ]*?)(?={V})"), lambda match: match[2] + match[1][-1]),
    (re.compile(f"[ˈˌ](?!{V})"), ""),
)  # fmt: skip
"""Choices that hang on what stands beside a sound. `x` is an h before a vowel and a k elsewhere, a bare e or o long."""


LAST_VOWEL = re.compile(f"({V}+ː?{C}*)$")
"""It bears the stress where nobody says which one does, as in French."""


def _settle(word: str) -> str:
    for pattern, change in SETTLED:
        word = pattern.sub(change, word)
    return word

"""Written forms into spoken ones: ordered classes of small rules, each token with its class and its place.

First do no harm: what no rule understands stays as it was.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from narrate.segmenter.readings import Reading
from narrate.segmenter.rules import Rule, table
from narrate.types import Phonemes

Emoji = Literal["drop", "name"]


@dataclass(frozen=True, slots=True)
class Token:
    """A written form that is said in other words."""

    kind: str
    """Class of the rule that read it, such as `money`."""
    start: int
    """Offset in the text given, in characters."""
    end: int
    spoken: str
    """Empty where nothing is said of it."""
    ipa: str | None = None
    """How the words sound, where somebody says so."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text as it is said, and which parts of it were read by which class of rule."""

    text: str
    tokens: tuple[Token, ...] = ()
    phonemes: tuple[Phonemes, ...] = ()
    """Pronunciations, with offsets in `text`."""


PLAIN = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "′": "'", "‛": "'",
        "″": '"', "`": "'", "\u2011": "-", "\u2010": "-", "\u2212": "-", "―": "—", "|": ",", "•": ",", "º": "°",
    }
    | {sign: str(digit) for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")}
    | dict.fromkeys("\u00a0\u202f\u2009\u2007\u200a\u2002\u2003\u2028\u2029\ufffc\ufffd", " ")
    | dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)], " ")
)  # fmt: skip
"""Marks made plain, one sign for one."""

UNSPOKEN = str.maketrans("[]{}_", "()() ")
"""What is left of brackets and the like: engines take square ones for marks of their own."""

UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]+"
)
"""Signs that nobody sees: soft hyphens, joiners, directions, variants."""

THIN_GROUPS = re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))")
"""Space that groups the digits of a number."""

NOTE = re.compile(r"(?:\[(?:\d{1,3}(?:\s?[,–-]\s?\d{1,3})*|[a-z]|note \d+|citation needed|edit|…|\.{3})\])+")
"""Signs of notes and gaps in square brackets."""
SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"
PICTURES = "\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u2b1b\u2b1c\u231a-\u23ff\u2122\u00ae\U000e0020-\U000e007f"
EMOJI = re.compile(rf"[{PICTURES}](?:[{PICTURES}\s]*[{PICTURES}])?")
LETTER_A = re.compile(r"(?<![\w'])A(?![\w'])")
LETTER_A_IPA = "ˈeɪ"

LONGEST_FIGURE = 60
"""A longer run of digits is no number that anybody reads, in characters."""

OPENERS = re.compile(
    r"(?P<figure>(?<![\w])(?:\d|\.(?=\d)))"
    r"|(?P<word>(?<![^\W_])(?:[A-Z]|[a-z](?=[\w./'-]{0,60}[@./+\dA-Z:])|[ivx]{2,4}\b|(?:vs|etc|noon|w/|midnight|v|c|p|fig|vol|no|nos|pp|ch|sec|approx|"
    r"est|ext)\b))"
    r"|(?P<sign>[^\w\s,;:!?\"()]|[½⅓⅔¼-¾⅐-⅞²³¹⁰⁴-⁹]|\((?=\d{3}\)))"
)
"""Where a rule may begin."""


def spoken_form(text: str, language: str = "en") -> str:
    """How a sentence is said: words for an engine, without any marks of its own."""
    return normalise(text, language).text


def normalise(text: str, language: str = "en", *, readings: Sequence[Reading] = (), emoji: Emoji = "drop") -> Spoken:
    """Read the written forms in a sentence.

    Args:
        language: BCP 47. Outside English marks are made plain and digits left to the engine.
        readings: what the author or a lexicon says of some words; in order, none over another.
        emoji: whether pictures are left out or said by their Unicode names.
    """
    language = language.split("-")[0].lower()
    plain, places = _make_plain(text, language)
    spans = [_moved(reading, places) for reading in readings]
    tokens = list(_find_tokens(plain, language, spans, emoji))
    return _assemble(plain, places, tokens)


def _make_plain(text: str, language: str) -> tuple[str, list[int] | None]:
    """The text with plain marks, and the place of every sign in the source; None where none has moved."""
    plain = (THIN_GROUPS.sub(",", text) if language == "en" else text).translate(PLAIN)
    if plain.isascii() or not UNSEEN.search(plain):
        return plain, None
    kept = [index for index, sign in enumerate(plain) if not UNSEEN.match(sign)]
    return "".join(plain[index] for index in kept), [*kept, len(text)]


def _moved(reading: Reading, places: list[int] | None) -> Token:
    """A reading as a token, with its place in the plain text."""
    start, end = reading.start, reading.end
    if places is not None:
        from bisect import bisect_left

        start, end = bisect_left(places, start), bisect_left(places, end)
    return Token(reading.kind, start, end, reading.words, reading.ipa)


def _find_tokens(text: str, language: str, fixed: list[Token], emoji: Emoji) -> Iterator[Token]:
    """Every written form in order, those that somebody else has read first."""
    at = 0
    for token in fixed:
        yield from _scan(text, at, token.start, language, emoji)
        yield token
        at = token.end
    yield from _scan(text, at, len(text), language, emoji)


def _scan(text: str, at: int, end: int, language: str, emoji: Emoji) -> Iterator[Token]:
    rules = _rules(language)
    for opener in OPENERS.finditer(text, at, end):
        start = opener.start()
        if start < at:
            continue
        kind = opener.lastgroup or ""
        token = _marks(text, start, language, emoji) if kind == "sign" else None
        if token is None and not (kind == "figure" and _end_of_figure(text, start) - start > LONGEST_FIGURE):
            token = _first(rules.get(kind, ()), text, start)
        if token and token.end <= end and token.end > start:
            yield token
            at = token.end
        elif kind == "figure":
            at = _end_of_figure(text, start)
        else:
            at = start + 1


_FIGURE = re.compile(r"[\d.,]*\d|\.")


def _end_of_figure(text: str, at: int) -> int:
    found = _FIGURE.match(text, at)
    return found.end() if found else at + 1


def _first(rules: Sequence[Rule], text: str, at: int) -> Token | None:
    for rule in rules:
        found = rule.match(text, at)
        if found is not None and _has_plain_digits(text, at, found[0]):
            return Token(rule.kind, at, found[0], found[1])
    return None


def _has_plain_digits(text: str, start: int, end: int) -> bool:
    """Digits of other scripts are left to the engine."""
    written = text[start:end]
    return written.isascii() or all(sign.isascii() for sign in written if sign.isdecimal())


@cache
def _rules(language: str) -> dict[str, tuple[Rule, ...]]:
    if language == "en":
        from narrate.segmenter.english import rules

        return rules()
    symbols = table(language).get("symbol", {})
    return {"sign": tuple(Rule("symbol", re.escape(sign), _constant(words)) for sign, words in symbols.items())}


def _constant(words: str):  # type: ignore[no-untyped-def]
    return lambda _: f" {words} "


# ------------------------------------------------------------------ marks, in every language


def _marks(text: str, at: int, language: str, emoji: Emoji) -> Token | None:
    """Footnote signs, pictures and dashes."""
    sign = text[at]
    if sign in "—–":
        return _dash(text, at)
    if sign == "[":
        note = NOTE.match(text, at)
        return Token("note", at, note.end(), "") if note else None
    if sign in SUPERSCRIPT:
        return _raised(text, at, language)
    if sign in "*†‡":
        return _star(text, at)
    found = EMOJI.match(text, at)
    if found:
        return Token("emoji", at, found.end(), _picture_names(found[0]) if emoji == "name" else "")
    return None


def _dash(text: str, at: int) -> Token | None:
    """A dash between words is a short rest; one at an edge is none."""
    found = _DASH.match(text, at)
    assert found
    before, after = text[max(0, at - 20) : at].rstrip()[-2:], text[found.end() : found.end() + 20].lstrip()[:2]
    if text[at] == "–" and not (text[at - 1 : at].isspace() or text[found.end() : found.end() + 1].isspace()):
        return Token("dash", at, found.end(), "-")
    if text[at] == "–" and text[at + 1 : at + 2].isdigit():
        return None  # a minus
    opened = before[-1:] == "(" or (before[-1:] == '"' and not before[:-1].strip())
    closed = after[:1] in ")?!.,;:" or (after[:1] == '"' and not after[1:].strip())
    quiet = not before or not after or opened or closed or before[-1] in ",;:-"
    return Token("dash", at, found.end(), "" if quiet and before[-1:] not in ",;:" else ", ")


_DASH = re.compile(r"[—–](?:\s*[—–])*")


def _raised(text: str, at: int, language: str) -> Token | None:
    """Raised figures are notes after words and marks, and powers after a number or a unit."""
    found = _RAISED.match(text, at)
    assert found
    before = text[max(0, at - 4) : at]
    if not before.strip() or _BEFORE_NOTE.search(before):
        return Token("note", at, found.end(), "")
    if language != "en":
        return None
    digits = "".join(str(SUPERSCRIPT.index(sign)) for sign in found[0])
    words = {"2": "squared", "3": "cubed"}.get(digits) or f"to the power of {_power(digits)}"
    return Token("power", at, found.end(), f" {words} ")


_RAISED = re.compile(f"[{SUPERSCRIPT}]{{1,6}}")
_BEFORE_NOTE = re.compile(r"[.,;:!?\"')]$|[^\W\d_A-Z]{3}$")


def _power(digits: str) -> str:
    from narrate.segmenter.numbers import cardinal

    return cardinal(int(digits))


def _star(text: str, at: int) -> Token | None:
    """Stars and daggers at the edge of words are signs of notes, or stress; between numbers a star multiplies."""
    found = _STARS.match(text, at)
    assert found
    before, after = text[max(0, at - 20) : at].rstrip()[-1:], text[found.end() : found.end() + 20].lstrip()[:1]
    spaced = text[at - 1 : at].isspace() and text[found.end() : found.end() + 1].isspace()
    if (before.isdigit() and after.isdigit()) or (spaced and before.isalnum() and after.isalnum()):
        return None
    return Token("note", at, found.end(), "")


_STARS = re.compile(r"[*†‡]+(?:\s+[*†‡]+)*")


def _picture_names(pictures: str) -> str:
    names = [unicodedata.name(sign, "").lower() for sign in pictures if not sign.isspace()]
    names = [name for name in names if name and "modifier" not in name and "variation" not in name]
    return f" {', '.join(names)} "


# ------------------------------------------------------------------ the result


def _assemble(plain: str, places: list[int] | None, tokens: list[Token]) -> Spoken:
    """The words in order with single spaces; every token gets its place in the source."""
    out = _Line()
    at = 0
    for token in tokens:
        out.add(plain[at : token.start])
        out.say(token)
        at = token.end
    out.add(plain[at:])
    if places is not None:
        tokens = [
            Token(token.kind, places[token.start], places[token.end - 1] + 1, token.spoken, token.ipa)
            for token in tokens
        ]
    stripped = tuple(Token(t.kind, t.start, t.end, " ".join(t.spoken.split()), t.ipa) for t in tokens)
    return Spoken(out.text(), stripped, tuple(out.phonemes))


class _Line:
    """A line of words that grows, with single spaces and no mark without a word before it."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.last = " "
        self.phonemes: list[Phonemes] = []

    def add(self, piece: str) -> int:
        """Add words; says how many signs of them were added."""
        if not piece:
            return 0
        words = _SPACES.sub(" ", piece.translate(UNSPOKEN))
        if self.last == " ":
            words = words.lstrip(" ,;:.…" if not self.length else " ")
        elif self.last == "," and words[:1] in ",;:.":
            words = words.lstrip(" ,;:.")
        if self.last == " " and self.parts and words[:1] in {",", ".", ";", ":", "!", "?", ")"}:
            self.parts[-1] = self.parts[-1].rstrip()
            self.length -= 1
        if words:
            self.parts.append(words)
            self.length += len(words)
            self.last = words[-1]
        return len(words)

    def say(self, token: Token) -> None:
        if not token.spoken.strip():
            return
        added = self.add(token.spoken)
        if not added:
            return
        said = self.parts[-1].rstrip()
        start = self.length - added
        if token.ipa:
            self.phonemes.append(Phonemes(start=start, end=start + len(said), ipa=token.ipa))
        elif "A" in said:
            self.phonemes += [
                Phonemes(start=start + found.start(), end=start + found.end(), ipa=LETTER_A_IPA)
                for found in LETTER_A.finditer(said)
            ]

    def text(self) -> str:
        return "".join(self.parts).rstrip()


_SPACES = re.compile(r"\s+")

__all__ = ["Spoken", "Token", "normalise", "spoken_form"]

"""What is said of a sentence: the forms read in it, and the line of words that they and the rest of it make."""

from __future__ import annotations

import re
from dataclasses import dataclass

from narrate.types import Phonemes


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


UNSPOKEN = str.maketrans("[]{}_", "()() ")
"""What is left of brackets and the like: engines take square ones for marks of their own."""

LETTER_A = re.compile(r"(?<![\w'])A(?![\w'])")
LETTER_A_IPA = "ˈeɪ"
"""The letter by itself; engines take it for the article."""

_SPACES = re.compile(r"\s+")


def assemble(plain: str, tokens: list[Token], places: list[int] | None) -> Spoken:
    """Put the words in order.

    Args:
        plain: the text with plain marks.
        tokens: the forms read in it, in order, none over another.
        places: of every sign of `plain`, where it stands in the source; None where none has moved.
    """
    line = _Line()
    at = 0
    for token in tokens:
        line.add(plain[at : token.start])
        line.parted = bool(token.spoken.strip())
        line.say(token)
        at = token.end
    line.add(plain[at:])
    return Spoken(line.text(), tuple(_in_source(token, places) for token in tokens), tuple(line.phonemes))


def _in_source(token: Token, places: list[int] | None) -> Token:
    """A token with its place in the source, and single spaces between its words."""
    start, end = (token.start, token.end) if places is None else (places[token.start], places[token.end - 1] + 1)
    return Token(token.kind, start, end, " ".join(token.spoken.split()), token.ipa)


class _Line:
    """A line of words that grows, with single spaces and no mark without a word before it."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.last = " "
        """Its last sign, with a space before its first."""
        self.phonemes: list[Phonemes] = []
        self.parted = False
        """Do said words begin or end here?"""

    def add(self, piece: str) -> int:
        """Add words; says how many signs of them were added."""
        if not piece:
            return 0
        words = self._without_lone_marks(_SPACES.sub(" ", piece.translate(UNSPOKEN)))
        if not words:
            return 0
        if self.last == " " and self.parts and words[0] in ",.;:!?)":
            self._drop_last_space()
        elif self.parted and self.last.isalnum() and words[0].isalnum():
            self.parts.append(" ")  # what is said is not glued to what stands beside it
            self.length += 1
        self.parts.append(words)
        self.length += len(words)
        self.last = words[-1]
        return len(words)

    def _without_lone_marks(self, words: str) -> str:
        """No space after a space, no mark at the beginning, and none after a comma: `, ;` → `,`"""
        if self.last == " ":
            return words.lstrip(" " if self.length else " ,;:.…")
        if self.last == "," and words[0] in ",;:.":
            return words.lstrip(" ,;:.")
        return words

    def _drop_last_space(self) -> None:
        self.parts[-1] = self.parts[-1].rstrip()
        self.length -= 1

    def say(self, token: Token) -> None:
        """Add the words of a token, and how they sound where engines would not know."""
        if not token.spoken.strip():
            return
        added = self.add(token.spoken)
        if not added:
            return
        start, words = self.length - added, self.parts[-1].rstrip()
        if token.ipa:
            self.phonemes.append(Phonemes(start=start, end=start + len(words), ipa=token.ipa))
        elif "A" in words:
            self.phonemes += [
                Phonemes(start=start + found.start(), end=start + found.end(), ipa=LETTER_A_IPA)
                for found in LETTER_A.finditer(words)
            ]

    def text(self) -> str:
        return "".join(self.parts).rstrip()

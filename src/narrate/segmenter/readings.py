"""What somebody says of how words are read: the author in the text, or a lexicon."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Words in a text that are read in another way than their letters say."""

    start: int
    """Offset of the first character, in the text it was found in."""

    end: int
    """Offset after the last character."""

    words: str
    """What is said instead, as words; the words as written where only the sound is told."""

    ipa: str | None = None
    """The sound in the International Phonetic Alphabet, for engines that take it."""

    kind: str = "lexicon"
    """Who says so: `author`, `lexicon`, or `cast` of a name."""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a reading is of some words: {self}")

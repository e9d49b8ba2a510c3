"""When words are heard: what an engine heard itself say, laid against the words of a text, and those as spoken against
those as written.

Words are laid against each other by what they are, never by their lengths. Where some differ, such as `1984` and
`nineteen eighty-four`, all that stands between two that are the same has one time: nothing is divided that nobody has
measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest

from narrate.types import WordTime, WordTimes

MARK = re.compile(r"[,;:.!?]")
"""Marks stand in a text as it is written and as it is spoken, and keep what stands on their two sides apart."""

WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_](?:[^\s—–…]*[^\W_])?|[&%+=@#§°×÷$€£¥]+")
"""A word as a listener hears one: `well-known`, `o'clock`, `3.5`, `U.S.`; and signs that are said."""

WORD_OR_MARK = re.compile(f"{WORD.pattern}|{MARK.pattern}")

MOST_WORDS = 500
"""In an utterance, which has some 150 at most: pairing them takes the cube of their number where all are alike."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, or one of the parts in which it is said."""

    start: int
    """Offset in the text, in characters."""
    end: int
    key: str
    """What it is compared by."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece of speech, and when it is heard, in seconds."""

    key: str
    start_s: float
    end_s: float


def find_words(text: str) -> list[Word]:
    """The words of a text, compared by their letters and digits."""
    return _find(WORD, text)


def _find(what: re.Pattern[str], text: str) -> list[Word]:
    return [Word(*found.span(), word_key(found[0])) for found in what.finditer(text)]


def word_key(word: str) -> str:
    """The letters and digits of a word; of what has none, itself."""
    return "".join(filter(str.isalnum, word.casefold())) or word


def time_words(words: Sequence[Word], heard: Sequence[Heard]) -> list[WordTime]:
    """When words are heard.

    Args:
        words, heard: both in order; marks among them have no time.

    Returns:
        In order. What was never heard has no time; words that cannot be told apart have one together.
    """
    times: list[WordTime] = []
    if len(words) > MOST_WORDS or len(heard) > MOST_WORDS:
        return times
    for first, last, begin, end in _pair([word.key for word in words], [piece.key for piece in heard]):
        said = [word for word in words[first : last + 1] if not MARK.match(word.key)]
        pieces = [piece for piece in heard[begin : end + 1] if not MARK.match(piece.key)]
        if not said or not pieces:
            continue
        time = WordTime(said[0].start, said[-1].end, pieces[0].start_s, pieces[-1].end_s)
        if times and time.start < times[-1].end:  # a part of the same word
            before = times.pop()
            time = replace(time, start=before.start, start_s=before.start_s)
        times.append(time)
    return times


def place_words(spoken: str, times: WordTimes, written: str) -> WordTimes:
    """The times of the words that are spoken, as those of the words that are written.

    Args:
        times: in `spoken`.

    Returns:
        In `written`: each word with the time of what it became.
    """
    if spoken == written:
        return times
    return WordTimes.of(time_words(_find(WORD_OR_MARK, written), [*_hear_again(spoken, times)]))


def _hear_again(spoken: str, times: Sequence[WordTime]) -> Iterator[Heard]:
    """The words that have a time, and the marks after each."""
    for time, following in zip_longest(times, times[1:]):
        yield Heard(word_key(spoken[time.start : time.end]), time.start_s, time.end_s)
        for mark in MARK.findall(spoken, time.end, following.start if following else len(spoken)):
            yield Heard(mark, time.end_s, time.end_s)


def _pair(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """What is the same in two rows, one by one, and what differs between two such, together: the indices of the first
    and the last in either row."""
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    for kind, begin, end, other_begin, other_end in matcher.get_opcodes():
        if kind == "equal":
            yield from (
                (index, index, index - begin + other_begin, index - begin + other_begin) for index in range(begin, end)
            )
        elif kind == "replace":
            yield begin, end - 1, other_begin, other_end - 1

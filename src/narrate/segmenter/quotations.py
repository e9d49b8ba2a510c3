"""Direct speech inside a paragraph: which quotations another voice may speak.

A quotation is spoken by another voice

- where it is a sentence or more by itself: “Taken? No.”
- where it has two words at least, is no title, and somebody is said to speak: before it, up to a comma or a colon
  (She said, “…”), or after it (“…,” said the man).
- where a colon leads up to it, it has three words at least, and the sentence ends with it.
- where it goes on in the next paragraph, which begins with the mark again.

What stands inside its sentence like any other words is not: the “sharing economy”, said it was “dead on arrival”. Nor
is one that would leave a single word of its sentence to the other voice. Marks inside another quotation belong to that
one, and an apostrophe opens and closes nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from narrate import languages
from narrate.segmenter.rules import table
from narrate.segmenter.sentences import Span

FEWEST_WORDS = 2
"""Of a quotation in a sentence with other words: a voice that says less sounds like a slip."""

FEWEST_AFTER_COLON = 3
"""Where nobody is said to speak: a shorter one is a term."""

MARK = re.compile(r"[“”„\"«»‹›‘’「」『』]")
PAIRS = {
    "“": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "‘": "’",
    '"': '"',
    "”": "”",
    "「": "」",
    "『": "』",
}
"""What closes a quotation, by what opens it. German has « and » the other way round, Swedish ” at both ends."""

SHORT_FORM = re.compile(r"(?:em|tis|twas|til|till|cause|bout|cos|round|neath|n|s|t|d|re|ll|ve|\d)\b", re.IGNORECASE)
"""After an apostrophe that was set as an opening mark: ‘em, ‘tis, ‘90s."""

WORD = re.compile(r"\w+(?:['’-]\w+)*")
DASHES = frozenset("—–-")
ENDS_SPEECH = frozenset(".!?…—–-,;。！？，")
LETTER = re.compile(r"\w")
ENDS_SENTENCE = frozenset(".!?…。！？")
INSIDE = " \u00a0\u202f\t'’”\"»›"
"""What may stand between the end of what is said and the mark, such as the end of a quotation inside."""

CLOSING = re.compile(r"[,.;:!?…]*")
"""Marks after a quotation that are spoken with it."""

TAG = re.compile(r"\s*+[—–-]?\s*+([^“”„\"«»‹›‘「『.,;:!?()\n]{2,60})")
"""Words after a quotation that may say who speaks."""

APPOSITION = re.compile(r"\s*+[^“”\",.;:!?()\n]{2,60},[^“”\",.;:!?()\n]{2,80},\s([^\W\d_]+)")
"""Ada Lee, a lawyer, said."""

PRONOUN_AND_VERB = re.compile(r"(?:I|he|she|it|we|you|they|who|one) \w+(?:ed|s)\b")
"""He grumbled; she sighs."""

INTRODUCES = frozenset(",:：;—–")
"""What stands before a quotation that is nobody's turn of phrase."""

LOOK_BACK = 150
"""Characters of a sentence around a quotation in which somebody may be said to speak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A stretch of a text that somebody else says."""

    start: int
    """Offset of the opening mark, in characters."""

    end: int
    """Offset after the closing mark and what is spoken with it."""

    why: str


def find_quotations(text: str, sentences: Sequence[Span], language: str, following: str = "") -> list[Quotation]:
    """The quotations of a paragraph that another voice may speak, in order.

    Args:
        sentences: of the text, in order.
        language: BCP 47; decides which verbs are known to be of speaking.
        following: how the next paragraph begins, where the story goes on there.
    """
    if not sentences or not MARK.search(text):
        return []
    judge = _Judge(text, sentences, languages.primary(language))
    spans, opened = _pair_marks(text)
    found = judge.judge_all(_outermost(spans))
    last = _goes_on(text, opened, following)
    if last is not None and judge.may_open(last) and not any(quotation.end > last for quotation in found):
        found.append(Quotation(start=last, end=len(text), why="a quotation that goes on in the next paragraph"))
    return found


def knows_verbs(language: str) -> bool:
    """Are there verbs of speaking for a language? Else few quotations inside sentences are found.

    Args:
        language: BCP 47.
    """
    return bool(_speech_words(languages.primary(language), "verbs"))


# ----------------------------------------------------------------- marks


def _pair_marks(text: str) -> tuple[list[Span], dict[str, int]]:
    """Quotations of every kind by itself, and where one is still open at the end, by its opening mark."""
    spans: list[Span] = []
    opened: dict[str, int] = {}
    for found in MARK.finditer(text):
        mark, at = found[0], found.start()
        opener = next((opener for opener in opened if mark in PAIRS[opener] and _closes(text, mark, at)), None)
        if opener is not None:
            spans.append((opened.pop(opener), at + 1))
        elif mark in PAIRS and _opens(text, mark, at) and not (mark == "‘" and mark in opened):
            opened[mark] = at
    return spans, opened


def _opens(text: str, mark: str, at: int) -> bool:
    """A mark before a word and behind none; of one in single marks, not an apostrophe."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if mark in "「『":
        return True
    if before.isalnum() or not after or (after.isspace() and mark not in "«»"):
        return False
    return not (mark == "‘" and (not after.isalnum() or SHORT_FORM.match(text, at + 1)))


def _closes(text: str, mark: str, at: int) -> bool:
    """A mark behind a word; a single one only behind the mark that ends speech: dogs’ and o’clock are none."""
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if mark == "’":
        return before in ENDS_SPEECH and not after.isalnum()
    if mark in '"”«›' and before.isspace():
        return mark == "«"
    return not (mark == '"' and after.isalnum())


def _outermost(spans: Sequence[Span]) -> list[Span]:
    """In order, without those inside another; of two that cross, the first."""
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _goes_on(text: str, opened: dict[str, int], following: str) -> int | None:
    """Where a quotation opens that the next paragraph opens again, with nothing closed in between."""
    at = opened.get(following.lstrip()[:1])
    return at if at is not None and any(map(str.isalnum, text[at:])) else None


# -------------------------------------------------------------- judgement


class _Judge:
    """Looks at quotations in the light of the sentences that they stand in."""

    def __init__(self, text: str, sentences: Sequence[Span], language: str) -> None:
        self._text = text
        self._verbs, self._others = _speech_words(language, "verbs"), _speech_words(language, "others")
        self._starts = [start for start, _ in sentences]
        self._ends = [end for _, end in sentences]
        self._words = [_words_between(text, start, end) for start, end in sentences]

    def judge_all(self, spans: Sequence[Span]) -> list[Quotation]:
        """Those that are direct speech, in order."""
        found = []
        for start, end in spans:
            why = self._why(start, end)
            closed = CLOSING.match(self._text, end)
            if why:
                found.append(Quotation(start=start, end=closed.end() if closed else end, why=why))
        neighbours = zip([None, *found], found, [*found[1:], None], strict=False)
        return [
            quotation for before, quotation, after in neighbours if not self._leaves_scraps(before, quotation, after)
        ]

    def may_open(self, start: int) -> bool:
        """Does direct speech begin there, at the head of a sentence or after words that lead up to it?"""
        before = self._before(start)
        if self._heads(start) or before.rstrip()[-1:] in INTRODUCES:
            return True
        last = WORD.findall(before[-40:])[-1:]
        first = LETTER.search(self._text, start, start + 10)
        return bool(last and self._verb_in(last[0])) and first is not None and first[0].isupper()

    def _why(self, start: int, end: int) -> str | None:
        """The reason for which it is direct speech; None where it is not."""
        inner = self._text[start + 1 : end - 1].strip(INSIDE)
        if not any(map(str.isalnum, inner)):
            return None
        if self._is_sentence(start, end, inner):
            return "a quotation that is a sentence by itself"
        if not _has_words(inner, FEWEST_WORDS) or _is_title(inner) or not self.may_open(start):
            return None
        before = self._before(start)
        verb = self._verb_after(end, inner) or self._verb_before(before)
        if verb:
            return f"direct speech: “{verb}”"
        led_up = before.rstrip().endswith((":", "：")) and self._closes(end) and _has_words(inner, FEWEST_AFTER_COLON)
        return "a quotation after a colon" if led_up else None

    def _is_sentence(self, start: int, end: int, inner: str) -> bool:
        ends = inner[-1] in ENDS_SENTENCE or inner[-1] in DASHES or self._text[end : end + 1] in ENDS_SENTENCE
        return ends and self._heads(start) and self._closes(end)

    def _at(self, offset: int) -> int:
        """The index of the sentence that a character stands in."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def _heads(self, start: int) -> bool:
        """Does no word of its sentence stand before that place?"""
        return self._words[self._at(start)][0] >= start

    def _closes(self, end: int) -> bool:
        """Does no word of its sentence stand after that place?"""
        return self._words[self._at(end - 1)][1] <= end

    def _before(self, at: int) -> str:
        """The last of what its sentence says before it."""
        return self._text[max(self._starts[self._at(at)], at - LOOK_BACK) : at]

    def _after(self, end: int) -> str:
        """The first of what its sentence says after it."""
        return self._text[end : max(end, min(self._ends[self._at(end - 1)], end + LOOK_BACK))]

    def _verb_after(self, end: int, inner: str) -> str | None:
        """`said` in “…,” said the man; the quotation must end as speech does."""
        after = self._after(end)
        rest = CLOSING.sub("", after, count=1)
        if inner[-1] not in ENDS_SPEECH and rest == after:
            return None
        tag = TAG.match(rest)
        if tag is None or tag[1].split()[0].lower() in self._others:
            return None
        verb = self._verb_in(" ".join(tag[1].split()[:6])) or _text_of(PRONOUN_AND_VERB.match(tag[1].strip()))
        apart = APPOSITION.match(rest)
        return verb or (self._verb_in(apart[1]) if apart else None)

    def _verb_before(self, before: str) -> str | None:
        """`said` in She said, “…”: the last few words."""
        return self._verb_in(" ".join(before.split()[-8:]))

    def _verb_in(self, words: str) -> str | None:
        return next((word for word in WORD.findall(words) if not self._verbs.isdisjoint(_forms(word))), None)

    def _leaves_scraps(self, before: Quotation | None, quotation: Quotation, after: Quotation | None) -> bool:
        """Would it leave one word alone in its sentence that does not lead up to it, as Then: “…” does?"""
        lead_from = max(before.end if before else 0, self._starts[self._at(quotation.start)])
        rest_to = min(after.start if after else len(self._text), self._ends[self._at(quotation.end - 1)])
        lead = self._text[max(lead_from, quotation.start - LOOK_BACK) : quotation.start]
        rest = self._text[quotation.end : min(rest_to, quotation.end + LOOK_BACK)]
        return any(len(WORD.findall(words)) == 1 and not words.rstrip().endswith(":") for words in (lead, rest))


def _words_between(text: str, start: int, end: int) -> Span:
    """Where the first word of a sentence begins and the last one ends."""
    first = LETTER.search(text, start, end)
    if first is None:
        return end, start
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return first.start(), end


def _forms(word: str) -> tuple[str, str]:
    """A word as verbs are compared, and the first part of it: `dit-il` is `dit`."""
    plain = word.lower().replace("’", "'")
    return plain, plain.partition("-")[0]


def _text_of(found: re.Match[str] | None) -> str | None:
    return found[0] if found else None


def _is_title(inner: str) -> bool:
    """“The Old Man and the Sea,” with a capital on each word that counts; not shouted, and no comma in it."""
    if inner.isupper() or inner[-1] in ENDS_SENTENCE or "," in inner[:-1]:
        return False
    words = WORD.findall(inner)
    capitals = sum(word[0].isupper() for word in words)
    return capitals > 1 and all(word[0].isupper() or len(word) < 4 for word in words)


def _has_words(text: str, count: int) -> bool:
    return sum(1 for _ in islice(WORD.finditer(text), count)) == count


@cache
def _speech_words(language: str, kind: str) -> frozenset[str]:
    """Of a language, the verbs of speaking, or the other words that go on after a quotation which is no speech."""
    written: str = table(language).get("speech", {}).get(kind, "")
    return frozenset(written.replace("’", "'").split())

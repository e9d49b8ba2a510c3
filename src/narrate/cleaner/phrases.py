"""The language in which rules are written: a line of text, with a few signs for what may vary.

    read more: {rest}
    (story|article) continues [below|after] [this] advertisement
    by {Name}, {some}

`(a|b)` is one of them, `[a|b]` one of them or nothing, `{name}` something described elsewhere: in the table below or
in a rule file's `[lists]`; a backslash takes the sign after it literally. Everything else is taken literally as well,
with white space of any length, straight quotes for curly ones, any dash for a hyphen, and capitals for small letters.
Marks and arrows around a line are no part of it.

Patterns run on RE2, which takes time in proportion to the length of a line, whatever the pattern and the line.

Source: https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?"
ZONE = r"(?:\s?[a-z]{1,4}T?|\s?\([a-z]{1,4}\)|\s?[a-z]+\s+(?:daylight|standard)\s+time)"
CLOCK = rf"(?:at\s+)?\d{{1,2}}[:.h]\d\d(?:[:.]\d\d)?(?:\s?[ap]\.?m\.?)?{ZONE}?"
DATE = (
    rf"(?:{DAY}\s+)?(?:{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?(?:\s+\d{{4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH},?(?:\s+\d{{4}})?|\d{{4}}-\d\d-\d\d(?:T[\d:.+Z-]+)?"
    rf"|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{1,2}}-{MONTH}-\d{{4}}|{MONTH}\s+\d{{4}})"
)

URL = r"(?:https?://\S+|www\.\S+|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|co|uk|ca|au|eu|io|gov|edu|tv|info|us|me|example|fm|news)(?:\.[a-z]{2})?(?:/\S*)?)"
CAPITAL = "[A-ZÀ-ÞĀ-ſΑ-ЯḀ-ỿ]"

TABLE = {
    "rest": r".+",
    "any": r".*",
    "word": r"[^\s.!?,;:]+",
    "some": r"[^.!?]+?",
    "few": r"(?:[^\s.!?]+\s+){0,5}[^\s.!?]+",
    "number": r"\d[\d.,]*[km]?",
    "money": r"(?:[$£€₹]\s?\d[\d.,]*|\d[\d.,]*\s?[$£€₹])",
    "lower": r"(?-i:[a-zà-ÿ]{3,})",
    "stop": r"[.!?]",
    "mark": r"[.!?;,]",
    "quote": '["“”„«»]',
    "bar": r"\|",
    "Name": (
        rf"(?-i:{CAPITAL}[^\s,;:!?()|@]*(?:,?\s+(?:{CAPITAL}[^\s,;:!?()|@]*|de|da|di|van|von|der|den|la|le|bin|al|el|of|the|and|for|&))*)"
    ),
    "Title": rf"(?-i:{CAPITAL}|[\d“‘\"'¿¡]).*",
    "CAPITALS": r"(?-i:[A-ZÀ-Þ][A-ZÀ-Þ\d\s.,'’“”‘&:;!?()$£€%-]+[A-ZÀ-Þ\d!?’”.])",
    "date": DATE,
    "clock": CLOCK,
    "when": rf"(?:{DATE}(?:,?\s*(?:at|/|\||-|–|—|·|•)?\s*{CLOCK})?|{CLOCK}(?:\s*(?:on|,|/|\||-|–|·|•)?\s*{DATE})?)",
    "ago": r"(?:\d+|an?|one)\s*(?:s|m|h|d|w|min|mins|minutes?|hrs?|hours?|days?|weeks?|months?|years?|yrs?)(?:\s+ago)",
    "length": r"\d{1,2}:\d\d(?::\d\d)?",
    "mail": r"[\w.+-]+(?:@|\s?\[at\]\s?)[\w-]+(?:\.[\w-]+)+",
    "url": URL,
    "urls": rf"{URL}(?:[\s|,;•·-]+{URL})*",
    "handle": r"@[\w.]+",
    "hashtag": r"#[^\s#,.]+",
    "phone": r"\+?[\d(][\d\s().-]{5,}\d",
}
"""What the names in braces stand for, as RE2 patterns; those with a capital tell capitals from small letters."""

DIGITS = tuple("0123456789")

SIGNS_OF = dict.fromkeys(("number", "money", "date", "clock", "when", "length", "phone"), DIGITS) | {
    "url": (".", ":"), "urls": (".", ":"), "mail": ("@", "["), "handle": ("@",), "hashtag": ("#",), "bar": ("|",),
    "stop": tuple(".!?"), "mark": tuple(".!?;,"), "quote": tuple('"“”„«»'),
}  # fmt: skip
"""Of names in braces, signs of which at least one is in whatever they stand for."""

BEGINNINGS_OF = {"number": DIGITS, "length": DIGITS, "handle": ("@",)}
"""Of those that can begin with few signs only, these."""

EDGES = "*_|•·»«›‹>→←↓↑▼▲▶►◄◀#=~–—-[]().,!:;…/\\+✕×✖✓►▸●○■□◆🔗📧👇👉⬇➡️"
"""Signs around a line that change nothing about what it is."""

MARKS = r"[\s" + re.sub(r"[-\[\]\\]", r"\\\g<0>", EDGES) + "]*"

SIGNS = "()[]{}|"
VARIANTS = {
    ":": (":", "："),
    '"': ('"', "“", "”"),
    **dict.fromkeys("'’", ("'", "’", "‘")),
    **dict.fromkeys("-–—", ("-", "–", "—", "‑")),
}
"""What a line may have where a phrase has a sign."""

TIGHT = frozenset(":|-–—/>»›→·•,.…*\\")
"""Beside these, white space may be missing."""

WORD = re.compile(r"[^\W_]+")
NO_WORD = "[^A-Za-z0-9À-ÿ]"
"""Between `{any}` and a word there is at least this."""


class PhraseError(ValueError):
    """A pattern that cannot be read."""


def compile_phrase(written: str, lists: Mapping[str, str] | None = None, *, case: bool = False) -> str:
    """A pattern for RE2 that the whole line must match.

    Args:
        written: the phrase.
        lists: names of the rule file's own, each with the phrase that it stands for.
        case: tell capitals from small letters.

    Raises:
        PhraseError: a bracket is not closed, or a name is unknown.
    """
    reader = _Reader(written, lists or {})
    pattern = reader.alternatives(end=None)
    return f"(?{'-i' if case else 'i'}:{MARKS}(?:{pattern}){MARKS})"


@cache
def _compile_list(name: str, lists: tuple[tuple[str, str], ...]) -> str:
    """A list's pattern, kept because lists are used again and again; it may name lists that stand before it."""
    known = dict(lists)
    before = dict(lists[: list(known).index(name)])
    return _Reader(known[name], before).alternatives(None)


@dataclass
class _Reader:
    """Reads a phrase from left to right."""

    written: str
    lists: Mapping[str, str]
    at: int = 0

    def alternatives(self, end: str | None) -> str:
        """Sequences between bars, up to the closing bracket."""
        found = [self.sequence(end)]
        while self.at < len(self.written) and self.written[self.at] == "|":
            self.at += 1
            found.append(self.sequence(end))
        if end is not None:
            if self.at >= len(self.written):
                raise PhraseError(f"{self.written!r} lacks a {end!r}")
            self.at += 1
        return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"

    def sequence(self, end: str | None) -> str:
        """Parts one after the other, with the white space that belongs between them."""
        pattern, begun, spaced, tight = "", False, False, False
        while self.at < len(self.written) and self.written[self.at] not in (end, "|"):
            if self.written[self.at].isspace():
                self.at += 1
                spaced = True
                continue
            start = self.at
            part, optional = self.part()
            written = self.written[start : self.at]
            edges = written.strip("()[]")
            space = "" if not spaced else r"\s*" if tight or edges[:1] in TIGHT else r"\s+"
            follows = self._space_follows()
            if written == "{any}" and spaced and begun:
                pattern, space, tight = pattern + f"(?:{NO_WORD}.*)?", "", False
                if follows:
                    pattern, begun = pattern + NO_WORD, False
            elif written == "{any}" and not begun and follows:
                pattern += f"(?:.*{NO_WORD})?"
            elif not optional:
                pattern += (space if begun else "") + part
                begun = True
            elif begun:
                pattern += f"(?:{space}{part})?"
            else:  # nothing that must be there stands before it
                after = r"\s*" if edges[-1:] in TIGHT else r"\s+"
                pattern += f"(?:{part}{after})?" if follows else f"(?:{part})?"
            tight, spaced = edges[-1:] in TIGHT and not optional, False
        return pattern

    def part(self) -> tuple[str, bool]:
        """The next part, and whether it may be missing."""
        if word := WORD.match(self.written, self.at):
            self.at = word.end()
            return word[0], False
        sign = self.written[self.at]
        self.at += 1
        match sign:
            case "(":
                return self.alternatives(")"), False
            case "[":
                return f"(?:{self.alternatives(']')})", True
            case "{":
                return self.named(), False
            case "\\" if self.at < len(self.written):
                self.at += 1
                return re.escape(self.written[self.at - 1]), False
            case ":":
                return r"\s?[:：]", False
            case _ if sign in VARIANTS:
                return f"[{''.join(VARIANTS[sign])}]", False
            case _ if sign in SIGNS:
                raise PhraseError(f"{self.written!r} has a {sign!r} too many")
        return re.escape(sign), False

    def named(self) -> str:
        close = self.written.find("}", self.at)
        name = self.written[self.at : close]
        if close < 0 or (name not in TABLE and name not in self.lists):
            raise PhraseError(f"{self.written!r} has no {{{name}}}")
        self.at = close + 1
        return f"(?:{TABLE[name] if name in TABLE else _compile_list(name, tuple(self.lists.items()))})"

    def _space_follows(self) -> bool:
        return self.at < len(self.written) and self.written[self.at].isspace()


# ------------------------------------------------------------------ before a phrase is compiled


class Clues(NamedTuple):
    """What every line has that a phrase matches: to look for it costs much less than to compile the phrase.

    A named tuple, because they are made by the thousand. Its texts are folded, and it is empty where nothing is sure.
    """

    begins: tuple[str, ...] = ()
    """The line begins with one of these, behind its marks."""

    holds: tuple[tuple[str, ...], ...] = ()
    """One of each of these stands in it."""

    @property
    def rarest(self) -> tuple[str, ...]:
        """Of `holds` the texts that the fewest lines have: those of which the shortest is the longest."""
        if len(self.holds) == 1:
            return self.holds[0]
        return max(self.holds, key=lambda texts: min(map(len, texts)), default=())

    def are_held_by(self, folded: str) -> bool:
        """Does a folded line hold them? How it begins is not looked at."""
        for texts in self.holds:
            for text in texts:
                if text in folded:
                    break
            else:
                return False
        return True


def fold(line: str) -> str:
    """A line in which clues are looked for: case-folded, with single spaces."""
    return " ".join(line.casefold().split())


def find_clues(written: str, lists: Mapping[str, str] | None = None) -> Clues:
    """The clues of a phrase; none of one that cannot be read.

    Args:
        lists: as for `compile_phrase`.
    """
    return _read_clues(written, _clues_of_names(tuple((lists or {}).items()))) or Clues()


TOKEN = re.compile(
    r"[^()\[\]{}|\\]+ | \([^()\[\]{}\\]*\) | \[[^()\[\]{}\\]*\] | \{[^}]*\} | \\. | .", re.DOTALL | re.VERBOSE
)
"""Text, brackets with nothing but text in them, a name in braces, or a sign by itself."""

WORDS = re.compile(r"[^\W_]+(?: [^\W_]+)*")
CLOSING = {"(": ")", "[": "]"}


@cache
def _clues_of_names(lists: tuple[tuple[str, str], ...]) -> dict[str, Clues]:
    """Of all names that may stand in braces, but for lists that cannot be read."""
    known = {name: Clues(BEGINNINGS_OF.get(name, ()), (SIGNS_OF[name],) if name in SIGNS_OF else ()) for name in TABLE}
    for name, written in lists:
        if clues := _read_clues(written, known):
            known[name] = clues
    return known


def _read_clues(written: str, known: Mapping[str, Clues]) -> Clues | None:
    try:
        return _clues_of_any(iter(TOKEN.findall(written)), "", known)
    except (KeyError, PhraseError):
        return None


def _clues_of_any(tokens: Iterator[str], end: str, known: Mapping[str, Clues]) -> Clues:
    """Of sequences between bars, up to the closing bracket."""
    clues, closed = _clues_of_sequence(tokens, known)
    if closed == "|":
        branches = [clues]
        while closed == "|":
            clues, closed = _clues_of_sequence(tokens, known)
            branches.append(clues)
        clues = _merge(branches)
    if closed != end:
        raise PhraseError("its brackets do not fit")
    return clues


def _clues_of_sequence(tokens: Iterator[str], known: Mapping[str, Clues]) -> tuple[Clues, str]:
    """Of parts one after the other, with the sign that ends them."""
    begins: tuple[str, ...] = ()
    begun = False
    holds: list[tuple[str, ...]] = []
    for token in tokens:
        sign = token[0]
        if sign in "|)]":
            return Clues(begins if begun else (), tuple(holds)), sign
        if sign in CLOSING:
            part = _clues_of_any(tokens, CLOSING[sign], known) if token == sign else _clues_of_texts(token[1:-1])
        elif sign == "{":
            part = known[token[1:-1]]
        elif token.isspace():
            continue
        else:
            part = _clues_of_text(token)
        if not begun:
            begins = begins + part.begins if part.begins else ()
            begun = sign != "[" or not part.begins
        if sign != "[":
            holds += part.holds
    return Clues(begins if begun else (), tuple(holds)), ""


@cache
def _clues_of_texts(texts: str) -> Clues:
    """Of texts between bars."""
    return _merge([_clues_of_text(text) for text in texts.split("|")])


@cache
def _clues_of_text(text: str) -> Clues:
    """Of text without brackets, or of one sign with a backslash before it."""
    folded = fold(text)
    if folded.replace(" ", "").isalnum():
        return Clues((folded,), ((folded,),))
    if folded == "}":
        raise PhraseError("its brackets do not fit")
    if not folded.strip("\\"):
        return Clues()
    signs = (folded[1:],) if folded[0] == "\\" else VARIANTS.get(folded[0], (folded[0],))
    words = WORDS.findall(folded)
    begins = (words[0],) if folded[0].isalnum() else () if any(sign in EDGES for sign in signs) else signs
    return Clues(begins, ((max(words, key=len),) if words else signs,))


def _merge(branches: list[Clues]) -> Clues:
    """The clues of lines that match one of several phrases."""
    begins: list[str] = []
    holds: list[str] = []
    open_begin = open_hold = False
    for clues in branches:
        begins += clues.begins
        holds += clues.rarest
        open_begin = open_begin or not clues.begins
        open_hold = open_hold or not clues.holds
    return Clues(() if open_begin else tuple(begins), () if open_hold else (tuple(holds),))

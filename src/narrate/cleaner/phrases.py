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
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

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

MARKS = r"[\s*_|•·»«›‹>→←↓↑▼▲▶►◄◀#=~–—\-\[\]().,!:;…/\\+✕×✖✓►▸●○■□◆🔗📧👇👉⬇➡️]*"
"""Signs around a line that change nothing about what it is."""

SIGNS = "()[]{}|"
TIGHT = frozenset(":|-–—/>»›→·•,.…*\\")
"""Beside these, white space may be missing."""

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
            case "'" | "’":
                return "['’‘]", False
            case '"':
                return '["“”]', False
            case "-" | "–" | "—":
                return "[-–—‑]", False
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

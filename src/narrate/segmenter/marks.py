"""Marks in every language: made plain, and read where they are dashes, signs of notes or pictures."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal

from narrate.segmenter.rules import Reader, Rule, said, text_after, text_before

Emoji = Literal["drop", "name"]

# ------------------------------------------------------------------ made plain

PLAIN = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "′": "'", "‛": "'",
        "″": '"', "`": "'", "\u2011": "-", "\u2010": "-", "―": "—", "|": ",", "•": ",", "º": "°",
    }
    | {sign: str(digit) for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")}
    | dict.fromkeys("\u00a0\u202f\u2009\u2007\u200a\u2002\u2003\u2028\u2029\ufffc\ufffd", " ")
    | dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)], " ")
)  # fmt: skip
"""Marks made plain, one sign for one."""

UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]+"
)
"""Signs that nobody sees: soft hyphens, joiners, directions, variants."""

THIN_GROUPS = re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))")
"""Space that groups the digits of a number."""


def make_plain(text: str, language: str) -> tuple[str, list[int] | None]:
    """The text with plain marks, and the place of every sign in the source; None where none has moved."""
    plain = (THIN_GROUPS.sub(",", text) if language == "en" else text).translate(PLAIN)
    if plain.isascii() or not UNSEEN.search(plain):
        return plain, None
    kept = [index for index, sign in enumerate(plain) if not UNSEEN.match(sign)]
    return "".join(plain[index] for index in kept), [*kept, len(text)]


# ------------------------------------------------------------------ read

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
"""Raised figures, each at the place of its value."""

_PICTURES = "\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\u2b1b\u2b1c\u231a-\u23ff\u2122\u00ae\U000e0020-\U000e007f"
_PICTURE_RUN = rf"[{_PICTURES}](?:[{_PICTURES}\s]*[{_PICTURES}])?"
_DASHES = r"[—–](?:\s*[—–])*"
_STARS = r"[*†‡]+(?:\s+[*†‡]+)*"
_NOTE = r"(?<!\[)(?:\[(?:\d{1,3}(?:\s?[,–-]\s?\d{1,3})*|[a-z]|note \d+|citation needed|edit|…|\.{3})\])+"
"""Signs of notes and gaps in square brackets: `[4]`, `[a]`, `[citation needed]`, `[…]`."""

_BEFORE_RAISED_NOTE = re.compile(r"[.,;:!?\"')]$|[^\W\d_A-Z]{3}$")

OPENER = rf"[—–\[*†‡{RAISED}]|(?!\w)[{_PICTURES}]"
"""What a mark may begin with."""


def _read_dash(match: re.Match[str]) -> str | None:
    """A dash between words is a short rest; one at an edge is none."""
    if match[0][0] == "–":
        if not (text_before(match, 1).isspace() or text_after(match, 1).isspace()):
            return "-"
        if match.string[match.start() + 1 : match.start() + 2].isdigit():
            return None  # a minus
    before, after = text_before(match, 20).rstrip()[-2:], text_after(match, 20).lstrip()[:2]
    if before[-1:] in ",;:":
        return ", " if before[-1:] == "," else " "  # the line drops what is one mark too many
    return "" if before[-1] == "-" or _opens(before) or _closes(after) else ", "


def _opens(before: str) -> bool:
    """Do these signs end in an opening mark?"""
    return before[-1:] == "(" or (before[-1:] == '"' and not before[:-1].strip())


def _closes(after: str) -> bool:
    """Do these signs begin with a mark that is a rest itself, or end the text?"""
    return after[:1] in ")?!.,;:" or (after[:1] == '"' and not after[1:].strip())


def _read_raised_note(match: re.Match[str]) -> str | None:
    """Raised figures are notes after words and marks; after a number or a unit they are a power: `10²`, `km²`"""
    before = text_before(match, 4)
    return "" if not before.strip() or _BEFORE_RAISED_NOTE.search(before) else None


def _read_stars(match: re.Match[str]) -> str | None:
    """Stars and daggers at the edge of words are signs of notes, or stress; between numbers a star multiplies."""
    before, after = text_before(match, 20).rstrip()[-1:], text_after(match, 20).lstrip()[:1]
    spaced = text_before(match, 1).isspace() and text_after(match, 1).isspace()
    if (before.isdigit() and after.isdigit()) or (spaced and before.isalnum() and after.isalnum()):
        return None
    return ""


def _read_pictures(match: re.Match[str]) -> str:
    """`🎉🚀` → `party popper, rocket`"""
    names = [unicodedata.name(sign, "").lower() for sign in match[0] if not sign.isspace()]
    names = [name for name in names if name and "modifier" not in name and "variation" not in name]
    return f" {', '.join(names)} "


@cache
def rules(emoji: Emoji) -> tuple[Rule, ...]:
    """How marks are read, and pictures as is wanted."""
    picture_reader: Reader = _read_pictures if emoji == "name" else said("")
    return (
        Rule("dash", _DASHES, _read_dash),
        Rule("note", _NOTE, said(""), any_digits=True),
        Rule("note", f"[{RAISED}]{{1,6}}", _read_raised_note),
        Rule("note", _STARS, _read_stars),
        Rule("emoji", _PICTURE_RUN, picture_reader),
    )

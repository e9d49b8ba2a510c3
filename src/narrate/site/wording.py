"""How pages write times, lengths, names and texts that come from the web."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from narrate.languages import primary

RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"})
"""Languages that are usually written from right to left, by the first part of their tag.

Source: Unicode CLDR, `characterOrder` of its locales.
"""

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
"""What no page can hold: control characters, non-characters, halves of surrogate pairs.

Source: WHATWG HTML, parse errors of the input stream; surrogates have no form in UTF-8.
"""

TURNING = re.compile(r"[\u202a-\u202e]")
"""Embeddings and overrides, which set what follows in the wrong direction; honest texts use isolates.

Source: W3C, Unicode controls vs. markup for bidi support.
"""

STEERING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of what follows; where no element keeps them in, they are left out."""


def printable(value: object) -> object:
    """A text without what no page can hold and without marks that turn letters round; everything else as it is."""
    return TURNING.sub("", UNPRINTABLE.sub("\ufffd", value)) if type(value) is str else value


def one_line(text: str, most: int = 300) -> str:
    """A text for a place that holds a single line and no markup, of so many characters at most."""
    return shorten(STEERING.sub("", text), most)


def shorten(text: str, most: int) -> str:
    """A text on one line, cut at a word with an ellipsis where it is longer than so many characters."""
    line = " ".join(text[: most * 4].split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    at_word = cut.rsplit(" ", 1)[0]
    return f"{at_word if len(at_word) > most // 2 else cut}…"


def clock(seconds: float) -> str:
    """A time in an episode: `7:05`, `1:02:03`."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def length(seconds: float) -> str:
    """How long an episode is, as one says it: `50 s`, `24 min`, `1 h 5 min`."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return " ".join(f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min")) if number)


def machine_length(seconds: float) -> str:
    """A length as markup writes it, ISO 8601: `PT24M10S`."""
    minutes, second = divmod(round(seconds), 60)
    return f"PT{minutes}M{second}S"


def day(moment: datetime) -> str:
    """A date in UTC: `14 February 2026`."""
    return f"{moment.astimezone(UTC).day} {moment.astimezone(UTC):%B %Y}"


def machine_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def names(people: Sequence[str]) -> str:
    """Several people: `Ann, Ben and Cal`."""
    return " and ".join([", ".join(people[:-1]), people[-1]]) if len(people) > 1 else "".join(people)


def count(number: int, noun: str) -> str:
    """`1 episode`, `12 episodes`."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def paragraphs(text: str) -> list[str]:
    """A text's paragraphs, which blank lines part."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()]


def web_address(address: str | None) -> str | None:
    """An address that may stand in a link: one of the web, and never one that runs something."""
    if address is None:
        return None
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    return address.strip() if parts.scheme in ("http", "https") and parts.netloc else None


def direction(language: str) -> str:
    """`rtl` for languages written from right to left, else `ltr`."""
    script = re.search(r"-(latn|arab|hebr)\b", language.lower())
    if script:
        return "ltr" if script[1] == "latn" else "rtl"
    return "rtl" if primary(language) in RIGHT_TO_LEFT else "ltr"

"""Cast files: who speaks with which voice.

narrator = "hibari:heart"
quotes = "piper:joe"

[speakers]
"ANNA" = "kokoro:af_bella"
"Dr. Lamb" = "piper:joe"
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from narrate.errors import UsageError

MOST_BYTES = 4 * 1024 * 1024
"""Largest file that is read: more than anybody's ten thousand speakers."""

LONGEST_NAME = 60
"""Characters of a speaker's name."""

VOICES = ("narrator", "quotes")
"""Keys that name a voice, beside the table of speakers."""

KEY = re.compile(r'\s*(?:"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+)\s*=')
"""A line that gives something to a key."""

NO_VOWEL = re.compile(r"[^AEIOUYÀ-ÖØ-Þ ]+")
"""Letters that are said one by one: BBC, DJ, Q."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a cast, and their voice."""

    name: str
    """As transcripts show it."""

    voice: str
    """`engine:voice`, or a voice of the script's engine."""

    origin: str
    """Where that is written, for messages: file, line and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CastFile:
    """What a cast file says."""

    members: Mapping[str, Member] = field(default_factory=dict)
    """By their names, as `name_key` writes them."""

    narrator: Member | None = None
    """Who speaks what nobody else does."""

    quotes: Member | None = None
    """Who speaks quotations."""


def name_key(written: str) -> str:
    """A name as it is compared: `Dr.  O’Brien` and `DR. O'BRIEN` are one."""
    plain = unicodedata.normalize("NFKC", written).replace("’", "'")
    return " ".join(plain.casefold().split())


def load_cast(path: Path) -> CastFile:
    """The cast in a file.

    Raises:
        UsageError: it cannot be read, or says something that it cannot mean; with the line where that is known.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"the cast {path} is too large", f"it has over {MOST_BYTES // 2**20} MiB", "Shorten it")
        data = path.read_bytes()
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UsageError(f"the cast {path} cannot be read", reason, "Look at the path") from problem
    return parse_cast(data, str(path))


def parse_cast(data: bytes, origin: str) -> CastFile:
    """The cast in the bytes of a file.

    Args:
        origin: of the file, for messages.

    Raises:
        UsageError: it is no cast.
    """
    try:
        text = data.decode("utf-8-sig")
        given = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        raise UsageError(f"{origin} cannot be read as TOML", str(problem), "Mend it") from problem
    lines = _Lines(text, origin)
    for key in given:
        if key not in (*VOICES, "speakers"):
            _refuse(lines.of(key), f"there is no {key!r} in a cast", 'Write "ANNA" = "hibari:heart" under [speakers]')
    named = {key: _member(key, given[key], lines) for key in VOICES if key in given}
    return CastFile(members=_members(given.get("speakers", {}), lines), **named)


def _members(table: object, lines: _Lines) -> dict[str, Member]:
    if not isinstance(table, dict):
        _refuse(lines.of("speakers"), "speakers is no table", 'Write [speakers], and "ANNA" = "hibari:heart" under it')
    found: dict[str, Member] = {}
    for written, voice in table.items():
        key = name_key(written)
        if not key or len(key) > LONGEST_NAME or re.search(r"[:：\n]", written):
            _refuse(lines.of(written), "it is no name", f"Give 1 to {LONGEST_NAME} characters without a colon")
        if key in found:
            _refuse(lines.of(written), f"{found[key].name} is there already", "Names are the same in capitals or not")
        found[key] = _member(written, voice, lines)
    return found


def _member(written: str, voice: object, lines: _Lines) -> Member:
    if isinstance(voice, dict):
        _refuse(lines.of(written), "it is a table", "Put a name that has a point in it into quotation marks")
    if not isinstance(voice, str) or not voice.strip():
        _refuse(lines.of(written), "its voice is no name of one", f'Write {_quoted(written)} = "hibari:heart"')
    return Member(name=_shown(written), voice=voice.strip(), origin=lines.of(written))


def _shown(written: str) -> str:
    """A name as transcripts show it: one in capitals is shown as a name, but for letters that are said one by one."""
    name = " ".join(written.split())
    if not name.isupper() or NO_VOWEL.fullmatch(name):
        return name
    return re.sub(r"[^\W\d_]+", lambda part: part[0].capitalize(), name)


def _quoted(written: str) -> str:
    return '"' + written.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")[:LONGEST_NAME] + '"'


def _refuse(where: str, why: str, remedy: str) -> NoReturn:
    raise UsageError(where, why, remedy)


class _Lines:
    """Where in a cast file a key stands; the parser does not tell."""

    def __init__(self, text: str, origin: str) -> None:
        self._origin = origin
        self._numbers: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), 1):
            found = KEY.match(line)
            if found and (key := _read_key(found[0])) is not None:
                self._numbers.setdefault(key, number)

    def of(self, key: str) -> str:
        """File, line and key, as far as they are known."""
        line = f", line {self._numbers[key]}" if key in self._numbers else ""
        return f"{self._origin}{line}, {_quoted(key)}"


def _read_key(written: str) -> str | None:
    bare = written.rstrip("= \t").strip()
    if bare[:1] not in "\"'":
        return bare
    try:
        return next(iter(tomllib.loads(f"{bare} = 0")))
    except ValueError:  # a line inside a longer text
        return None

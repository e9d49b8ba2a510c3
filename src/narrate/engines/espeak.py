"""espeak-ng: a small program of the system that speaks about a hundred languages, plainly and at once.

Source: https://github.com/espeak-ng/espeak-ng/blob/master/docs/guide.md
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from narrate.engines.programs import ProgramFailed, run_program
from narrate.engines.words import make_safe
from narrate.errors import AudioError, CannotSay, EngineError, EngineUnavailable
from narrate.types import Clip, Utterance, Voice

PROGRAM = "espeak-ng"
REMEDY = "Run `apt install espeak-ng`, or on a Mac `brew install espeak-ng`"

PACE = 175
"""Its own pace, in words a minute."""

SLOWEST, FASTEST = 80, 450
"""The paces that it knows, in words a minute."""

DEFAULT = "en-us"

LINE = re.compile(r"\s*(\d+)\s+(\S+)\s+\S+/([MF-])\s+(\S+)\s+(\S+)\s*(.*)")
"""Of its list of voices: preference, language, gender, name, file, and which other languages it may stand for."""

GENDERS = {"M": "male", "F": "female"}
MACROLANGUAGES = {"cmn": "zh"}
"""Those that texts are marked with."""


class EspeakEngine:
    """Speaks by rules, some hundred times faster than real time on one core."""

    name = "espeak"
    max_chars = 1000
    min_chars = 0

    deadline_s = 60.0
    """Longest time for one text, in seconds."""

    def check(self) -> None:
        find_program()

    def voices(self) -> Sequence[Voice]:
        return tuple(row.voice for row in _list_rows(find_program()).values())

    def find_voice(self, name: str) -> Voice | None:
        row = _list_rows(find_program()).get(name)
        return row.voice if row else None

    def fingerprint(self, voice: Voice) -> str:
        return _read_version(find_program())

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        from narrate.audio.wav import decode_wav

        # `[[h@l'oU]]` would be read as phonemes: the article must not be able to say so.
        text = make_safe(utterance.text).replace("[[", "[ [")
        if not any(map(str.isalnum, text)):
            raise CannotSay("espeak has no sound for this", "there is no letter or digit in it")
        pace = min(FASTEST, max(SLOWEST, round(PACE * speed)))
        program = find_program()
        row = _list_rows(program).get(voice.name)
        if row is None:
            raise EngineError("espeak failed", f"it has no voice {voice.name}", "Look at `narrate voices`")
        command = [program, "-v", row.file, "-s", str(pace), "-b", "1", "-z", "--stdin", "--stdout"]
        try:
            return decode_wav(run_program(command, text, deadline_s=self.deadline_s))
        except ProgramFailed as problem:
            raise EngineError("espeak failed", str(problem), f"Try `{PROGRAM} -v {row.file} hello`") from problem
        except AudioError as problem:
            raise EngineError("espeak failed", f"{problem.what}, {problem.why}".rstrip(", ")) from problem


def find_program() -> str:
    """Its path.

    Raises:
        EngineUnavailable: it is not installed.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise EngineUnavailable("espeak", f"the program {PROGRAM} is not installed", REMEDY)
    return program


class Row(NamedTuple):
    """A line of its list."""

    preference: int
    """How readily the voice is taken for its language as a whole: the lower, the sooner."""
    file: str
    """By which the program finds the voice, as it does not find all by their languages."""
    voice: Voice


def read_rows(listing: str) -> dict[str, Row]:
    """What `espeak-ng --voices` prints, by name: the default first, then by language, the usual accent first."""
    rows: dict[str, Row] = {}
    for line in listing.splitlines():
        match = LINE.fullmatch(line)
        if match and not match[5].startswith("mb/"):  # those need another program, MBROLA
            rows.setdefault(match[2], Row(_preference(match), match[5], _voice(match)))
    ordered = sorted(rows.values(), key=lambda row: (row.voice.name != DEFAULT, _base(row.voice.name), row.preference))
    return {row.voice.name: row for row in ordered}


def _preference(match: re.Match[str]) -> int:
    base = _base(match[2])
    for language, number in re.findall(r"\((\S+) (\d+)\)", match[6]):
        if language == base:
            return int(number)
    return int(match[1]) if match[2] == base else 99


def _voice(match: re.Match[str]) -> Voice:
    gender = GENDERS.get(match[3])
    return Voice(
        name=match[2],
        engine="espeak",
        language=_tag(match[2]),
        rate_hz=22_050,
        description=", ".join(filter(None, (match[4].replace("_", " "), gender))),
        licence="GPL-3.0-or-later",
    )


def _base(code: str) -> str:
    return code.split("-")[0].lower()


def _tag(code: str) -> str:
    """A language of its list in BCP 47, a country after it in capitals."""
    country, *rest = [*code.split("-")[1:], ""]
    parts = (MACROLANGUAGES.get(_base(code), _base(code)), country.upper() if len(country) == 2 else country, *rest)
    return "-".join(filter(None, parts))


@cache
def _list_rows(program: str) -> dict[str, Row]:
    rows = read_rows(_ask(program, "--voices"))
    if not rows:
        raise EngineUnavailable("espeak", f"{PROGRAM} lists no voice", REMEDY)
    return rows


@cache
def _read_version(program: str) -> str:
    """Such as `espeak-ng 1.51`, without the folder of its data."""
    found = re.search(r"\d[\w.+~-]*", _ask(program, "--version"))
    return f"{PROGRAM} {found[0] if found else 'of an unknown version'}"


def _ask(program: str, question: str) -> str:
    try:
        return run_program([program, question], "", deadline_s=10).decode("utf-8", "replace")
    except ProgramFailed as problem:
        raise EngineUnavailable("espeak", f"{PROGRAM} failed, {problem}", REMEDY) from problem

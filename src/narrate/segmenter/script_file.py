"""A script given back as JSON, edited by hand perhaps: read strictly, since a misspelt key that nobody noticed
would be an edit that nobody hears."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from narrate.errors import ScriptError
from narrate.languages import is_language_tag
from narrate.segmenter.pauses import Pauses
from narrate.segmenter.show import FORMAT, MARKER
from narrate.types import Article, Break, Milliseconds, Phonemes, Role, Script, Utterance

LONGEST_PAUSE_MS = 600_000
"""Ten minutes."""

ENDING = ".script.json"

MEDIA_TYPE = "application/vnd.narrate.script+json"
"""What a source is called that holds one."""

FIRST_WORDS = re.compile(rb'(\xef\xbb\xbf)?\s*\{\s*"' + MARKER.encode() + rb'"\s*:')


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptFile:
    """A script from a file, and what the file says of the article it was written from."""

    script: Script

    article: Article
    """Without blocks: those are in the script."""


def is_script(name: str, data: bytes) -> bool:
    """Is it a script of ours, by the ending of its name or by its first words?"""
    return name.lower().endswith(ENDING) or FIRST_WORDS.match(data[:1000]) is not None


def read_script(data: bytes, origin: str = "-") -> ScriptFile:
    """The script in a file of JSON, as `show.as_json` writes it and as people edit it.

    An utterance needs only `spoken`: `text` is then the same, and the pause the usual one of the break in `after`,
    which is a sentence's or, at the end, the tail. Refused are keys that are none, keys given twice and values that
    do not fit.

    Args:
        data: UTF-8, UTF-16 or UTF-32.
        origin: of the file, for messages.

    Raises:
        ScriptError: it is no JSON, no script, or not one that could be spoken; says where.
    """
    name = "standard input" if origin == "-" else origin
    whole = _parsed(data, name)
    if not isinstance(whole, dict) or whole.get(MARKER) != FORMAT:
        _refuse_format(name, whole)
    whole = _checked(whole, WHOLE, name)
    for key in ("language", "utterances"):
        if key not in whole:
            _refuse(name, f'"{key}" is missing', f"Add {WHOLE[key].wants}")
    rows = whole["utterances"]
    script = Script(
        utterances=tuple(_utterance(row, number, len(rows), name) for number, row in enumerate(rows, 1)),
        language=whole["language"],
        head_ms=Milliseconds(whole.get("head_ms", Pauses().before_all())),
        title=whole.get("title"),
    )
    about = _checked(whole.get("article", {}), ARTICLE, f"{name}, article")
    article = Article(
        blocks=(),
        title=script.title,
        authors=tuple(about.get("authors", ())),
        site=about.get("site"),
        published_at=_moment(about.get("published_at")),
        language=script.language,
        address=about.get("address"),
        image=about.get("image"),
        summary=about.get("summary"),
        origin=origin,
    )
    return ScriptFile(script=script, article=article)


# ------------------------------------------------------------------ what fits


@dataclass(frozen=True, slots=True)
class Field:
    """What a key may hold."""

    wants: str
    """In words, behind "Give"."""

    fits: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and _is_whole_text(value)


def _is_whole_text(value: str) -> bool:
    """JSON can escape half of a character, such as `\\ud83d`, which no file can hold."""
    return not any("\ud800" <= sign <= "\udfff" for sign in value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _moment(written: str | None) -> datetime | None:
    """A time in ISO 8601, one without a zone taken as UTC; of what is none ValueError."""
    if written is None:
        return None
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_moment(value: Any) -> bool:
    try:
        return _moment(value) is not None
    except (ValueError, TypeError):
        return False


def _or_null(field: Field) -> Field:
    return Field(f"{field.wants}, or null", lambda value: value is None or field.fits(value))


def _one_of(names: Iterable[str]) -> Field:
    known = list(names)
    return Field(f"one of: {', '.join(known)}", lambda value: value in known)


WORDS = Field("words in quotation marks", _is_text)
TEXT = Field("text in quotation marks", lambda value: isinstance(value, str) and _is_whole_text(value))
COUNT = Field("a whole number from 0", _is_count)
LENGTH = Field(
    f"whole milliseconds from 0 to {LONGEST_PAUSE_MS}", lambda value: _is_count(value) and value <= LONGEST_PAUSE_MS
)
LIST = Field("a list in [ ]", lambda value: isinstance(value, list))

WHOLE = {
    MARKER: Field(f"{FORMAT}, the format", _is_count),
    "title": _or_null(TEXT),
    "language": Field(
        "a language, such as en or pt-BR", lambda value: isinstance(value, str) and is_language_tag(value)
    ),
    "head_ms": LENGTH,
    "article": Field("an object in { }", lambda value: isinstance(value, dict)),
    "utterances": Field(
        "a list of utterances in [ ], at least one", lambda value: isinstance(value, list) and bool(value)
    ),
}
ARTICLE = {
    "authors": Field(
        "a list of names", lambda value: isinstance(value, list) and all(TEXT.fits(author) for author in value)
    ),
    "site": _or_null(TEXT),
    "published_at": _or_null(Field("a date, such as 2020-03-03 or 2020-03-03T09:30:00+01:00", _is_moment)),
    "address": _or_null(TEXT),
    "image": _or_null(TEXT),
    "summary": _or_null(TEXT),
}
UTTERANCE = {
    "text": WORDS,
    "spoken": WORDS,
    "phonemes": LIST,
    "pause_ms": LENGTH,
    "after": _one_of(kind.value for kind in Break),
    "role": _one_of(role.value for role in Role),
    "voice": _or_null(WORDS),
    "block": _or_null(COUNT),
    "line": _or_null(Field("a line, counted from 1", lambda value: _is_count(value) and value > 0)),
    "start": COUNT,
    "end": COUNT,
    "speaker": _or_null(WORDS),
    "voice_why": _or_null(WORDS),
}
PHONEMES = {"words": WORDS, "ipa": WORDS, "start": COUNT, "end": COUNT}


# ------------------------------------------------------------------ reading


def _parsed(data: bytes, name: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                _refuse(name, f'"{key}" stands twice in one object, as {_short(found[key])} and as {_short(value)}',
                        "Take one of them out")  # fmt: skip
            found[key] = value
        return found

    try:
        return json.loads(data, object_pairs_hook=once)
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise ScriptError(f"{name} is no JSON", f"{problem.msg}, in {where}", "Mend it there") from problem
    except (ValueError, RecursionError) as problem:
        raise ScriptError(f"{name} is no JSON", str(problem), "Write it as UTF-8 text") from problem


def _checked(row: Any, fields: dict[str, Field], where: str) -> dict[str, Any]:
    """An object with no key that is none and no value that does not fit."""
    if not isinstance(row, dict):
        _refuse(where, f"it is {_short(row)}", f"Write an object in {{ }} with: {', '.join(fields)}")
    for key, value in row.items():
        if key not in fields:
            import difflib

            near = difflib.get_close_matches(key, fields, n=1)
            remedy = f'Did you mean "{near[0]}"' if near else f"Its keys are: {', '.join(fields)}"
            _refuse(where, f'there is no key "{key}"', remedy)
        if not fields[key].fits(value):
            _refuse(where, f'"{key}" is {_short(value)}', f"Give {fields[key].wants}")
    return row


def _utterance(row: Any, number: int, count: int, name: str) -> Utterance:
    where = _place(row, number, name)
    row = _checked(row, UTTERANCE, where)
    if "spoken" not in row:
        _refuse(where, '"spoken" is missing', "Add the words to be said")
    after = Break(row.get("after", Break.END if number == count else Break.SENTENCE))
    start, end = row.get("start", 0), row.get("end", row.get("start", 0))
    if end < start:
        _refuse(where, f'"end" is {end}, before "start", {start}', "Leave both out where they are not known")
    return Utterance(
        text=row["spoken"],
        written=row.get("text", row["spoken"]),
        phonemes=_phonemes(row, where),
        pause_ms=Milliseconds(row["pause_ms"]) if "pause_ms" in row else _usual_pause(after, where),
        after=after,
        role=Role(row.get("role", Role.STORY)),
        voice=row.get("voice"),
        block=row.get("block"),
        start=start,
        end=end,
        line=row.get("line"),
        speaker=row.get("speaker"),
        voice_why=row.get("voice_why"),
    )


def _usual_pause(after: Break, where: str) -> Milliseconds:
    if after is Break.ASKED:
        _refuse(where, '"pause_ms" is missing', "A pause that is asked for has no usual length: add one")
    return Pauses().after(after)


def _phonemes(row: dict[str, Any], where: str) -> tuple[Phonemes, ...]:
    found: list[Phonemes] = []
    for number, given in enumerate(row.get("phonemes", ()), 1):
        inner = f"{where}, phonemes {number}"
        given = _checked(given, PHONEMES, inner)
        for key in ("words", "ipa"):
            if key not in given:
                _refuse(inner, f'"{key}" is missing', f"Add {PHONEMES[key].wants}")
        start = _find_words(given, row["spoken"], inner)
        phonemes = Phonemes(start=start, end=start + len(given["words"]), ipa=given["ipa"])
        if found and phonemes.start < found[-1].end:
            _refuse(inner, "it stands before or across another", "Put them in the order of the words")
        found.append(phonemes)
    return tuple(found)


def _find_words(given: dict[str, Any], spoken: str, where: str) -> int:
    """Where the words of a pronunciation stand: where it says, else, after an edit, at the one place there is."""
    words, start = given["words"], given.get("start")
    if start is not None and spoken[start : given.get("end", start + len(words))] == words:
        return int(start)
    places = spoken.count(words)
    if places != 1:
        often = "nowhere" if not places else f"{places} times"
        remedy = "Take it out, or give the words as spoken" if not places else 'Count the characters before: "start"'
        _refuse(where, f'"{words}" is {often} in "spoken"', remedy)
    return spoken.index(words)


# ------------------------------------------------------------------ refusing


def _place(row: Any, number: int, name: str) -> str:
    """Which utterance it is, counted from 1 and by its first words."""
    words = (row.get("spoken") or row.get("text")) if isinstance(row, dict) else None
    return f"{name}, utterance {number}" + (f" ({_short(words)})" if words else "")


def _short(value: Any) -> str:
    """A value as JSON, its beginning where it is long."""
    written = json.dumps(value, ensure_ascii=isinstance(value, str) and not _is_whole_text(value))
    return written if len(written) <= 40 else f"{written[:36]}…" + ('"' if written[0] == '"' else "")


def _refuse(where: str, why: str, remedy: str) -> NoReturn:
    raise ScriptError(where, why, remedy)


def _refuse_format(name: str, whole: Any) -> NoReturn:
    found = whole.get(MARKER) if isinstance(whole, dict) else None
    if isinstance(found, int) and found > FORMAT:
        _refuse(name, f"it is of format {found}, and this narrate reads {FORMAT}", "Install a newer narrate")
    _refuse(
        name, f'"{MARKER}": {FORMAT} is missing', f'Write it with narrate script --json, or add "{MARKER}": {FORMAT}'
    )

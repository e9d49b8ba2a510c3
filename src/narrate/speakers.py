"""Who speaks beside the narrator: the cast file and the voice of quotations that the settings name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrate import contents, languages, plugins
from narrate.casting import Chosen, StandIns, choose_part, choose_speaker, engine_of, unknown_voice
from narrate.errors import EngineUnavailable, UsageError
from narrate.segmenter.cast_file import CastFile, Member, load_cast
from narrate.segmenter.parts import Casting, Part, cast_blocks
from narrate.segmenter.quotations import knows_verbs
from narrate.segmenter.turns import Turns, find_turns
from narrate.types import Article, Voice

if TYPE_CHECKING:
    from narrate.settings import Settings

MOST_NAMED = 12
"""People whom a note names; of more it tells the number."""

QUOTES = "the voice for quotations"

WORD = re.compile(r"\S+")

Parts = Mapping[int, Sequence[Part]]
"""What somebody else than the narrator speaks, by the index of the block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """Who speaks in a text beside the narrator."""

    parts: Parts = field(default_factory=dict)

    chosen: Mapping[str, Chosen] = field(default_factory=dict)
    """By the names that the parts have for their voices."""

    notes: tuple[str, ...] = ()
    """What to say of them before anything is spoken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much somebody says beside the narrator."""

    speaker: str | None
    """As the cast names them; None for quotations."""
    voice: Voice
    words: int


def read_cast(settings: Settings) -> CastFile:
    """The cast that the settings name; nobody where they name none. Voices that are files are looked for beside it.

    Raises:
        UsageError: it cannot be read, or says something that it cannot mean.
    """
    if not settings.cast:
        return CastFile()
    path = Path(settings.cast)
    cast = load_cast(path)

    def placed(member: Member) -> Member:
        return replace(member, voice=_seen_from(path.parent, member.voice))

    return CastFile(
        members={key: placed(member) for key, member in cast.members.items()},
        narrator=cast.narrator and placed(cast.narrator),
        quotes=cast.quotes and placed(cast.quotes),
    )


def _seen_from(folder: Path, voice: str) -> str:
    """A voice, with the whole path where it is a file that a folder leads to."""
    engine, name = plugins.split_voice(voice, "")
    file, mark, speaker = name.partition("#")
    path = folder / file
    with suppress(OSError):  # a name that no file can have
        if path.suffix and path.is_file():
            return f"{engine}{':' if engine else ''}{path.resolve()}{mark}{speaker}"
    return voice


def follow_cast(settings: Settings, said: Collection[str] = ()) -> Settings:
    """The settings with the narrator and the voice of quotations that their cast file names.

    Args:
        said: settings that were given on the command line, which count more than the file: `voice` and `engine` more
            than its narrator, `quote_voice` more than its quotes.

    Raises:
        UsageError: the file cannot be read, or names a voice that does not exist.
    """
    cast = read_cast(settings)
    if cast.narrator and not {"voice", "engine"}.intersection(said):
        _look_up(cast.narrator.voice, engine_of(settings), cast.narrator.origin)
        settings = replace(settings, voice=_whole_name(cast.narrator.voice, engine_of(settings)))
    if cast.quotes and "quote_voice" not in said:
        _look_up(cast.quotes.voice, engine_of(settings), cast.quotes.origin)
        settings = replace(settings, quote_voice=cast.quotes.voice)
    return settings


def find_speakers(
    article: Article, settings: Settings, narrator: Voice, stand_ins: StandIns, language: str
) -> Speakers:
    """Who speaks what in a text, beside its narrator.

    Args:
        narrator: who is heard as one, which may be a stand-in.
        language: BCP 47.

    Raises:
        UsageError, EngineUnavailable: the cast file cannot be read, or one of those who speak does not exist or
            cannot; says where they were named.
    """
    turns = find_turns(article.blocks, _members_of(settings))
    chosen: dict[str, Chosen] = {}
    for member in turns.members:
        if member.voice not in chosen:
            chosen[member.voice] = choose_part(member.voice, member.origin, stand_ins, language)
    heard = {name: speaker.voice.id for name, speaker in chosen.items()}
    quotes = _quotes_of(settings)
    casting = Casting(turns=turns, quotes=quotes, narrator=narrator.id, heard=heard)
    parts = cast_blocks(article.blocks, casting, language)
    if quotes and quotes not in chosen and _has_quotations(parts):
        chosen[quotes] = choose_part(quotes, QUOTES, stand_ins, language)
    return Speakers(parts=parts, chosen=chosen, notes=tuple(_notes(settings, turns, parts, language)))


def tell_speakers(article: Article, settings: Settings, language: str) -> tuple[str, ...]:
    """What to say of the speakers of a text of which each chapter is an episode.

    Raises:
        UsageError: the cast file cannot be read, or there is no such voice for quotations.
    """
    turns = find_turns(article.blocks, _members_of(settings))
    parts = cast_blocks(article.blocks, Casting(turns=turns, quotes=_quotes_of(settings)), language)
    return tuple(_notes(settings, turns, parts, language))


def share_words(article: Article, speakers: Speakers) -> tuple[int, tuple[Share, ...]]:
    """How many words the narrator says, and each of the others, in the order in which they begin.

    A word is said by whom it begins with, and a name that the voice tells by nobody.
    """
    narrated, words = 0, Counter[tuple[str | None, str]]()
    for index, block in enumerate(article.blocks):
        if block.kind in contents.UNSPOKEN:
            continue
        parts = speakers.parts.get(index, ())
        for word in WORD.finditer(block.text):
            part = next((part for part in parts if part.start <= word.start() < part.end), None)
            if part is None or not (part.voice or part.silent):
                narrated += 1
            elif part.voice:
                words[part.speaker, part.voice] += 1
    return narrated, tuple(
        Share(speaker=speaker, voice=speakers.chosen[voice].voice, words=count)
        for (speaker, voice), count in words.items()
    )


def check_speakers(settings: Settings) -> None:
    """Look at every voice that a cast file and the settings name.

    Raises:
        UsageError: the file cannot be read, or there is no such voice.
        EngineUnavailable: nobody could speak quotations.
    """
    settings = follow_cast(settings)
    for member in read_cast(settings).members.values():
        _look_up(member.voice, engine_of(settings), member.origin)
    quotes = _quotes_of(settings)
    if quotes:
        choose_speaker(replace(settings, voice=quotes), None)


# ------------------------------------------------------------------- notes


def _notes(settings: Settings, turns: Turns, parts: Parts, language: str) -> Iterator[str]:
    if settings.cast and read_cast(settings).members:
        yield from _tell_turns(turns, Path(settings.cast).name)
    if settings.quote_voice:
        yield from _tell_quotations(turns, parts, language)


def _tell_turns(turns: Turns, cast: str) -> Iterator[str]:
    """Who speaks without being in the cast, or that nobody of it does."""
    if not turns.by_block:
        yield f"nobody in {cast} speaks in this text: no paragraph begins with a name of theirs and a colon"
    elif len(turns.unknown) == 1:
        yield f"also speaking: {turns.unknown[0]}, who has no voice in {cast}"
    elif turns.unknown:
        more = len(turns.unknown) - MOST_NAMED
        people = ", ".join(turns.unknown[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        yield f"also speaking: {people}; they have no voice in {cast}"


def _tell_quotations(turns: Turns, parts: Parts, language: str) -> Iterator[str]:
    """That there are none, or that most of those inside sentences are not known."""
    found = _has_quotations(parts)
    where = " outside the turns" if turns.by_block else ""
    if not found:
        yield f"{QUOTES} has nothing to say: no quotation was found{where}" + _unless(language)
    elif not knows_verbs(language):
        yield f"{QUOTES} speaks only some of the quotations" + _unless(language)


def _unless(language: str) -> str:
    if knows_verbs(language):
        return ""
    return f", since no verbs of speaking are known for {languages.language_name(language)}"


def _has_quotations(parts: Parts) -> bool:
    return any(part.voice and not part.speaker for many in parts.values() for part in many)


# ------------------------------------------------------------------- names


def _members_of(settings: Settings) -> dict[str, Member]:
    """The speakers of the cast, their voices named with the engine."""
    engine = engine_of(settings)
    members = read_cast(settings).members
    return {key: replace(member, voice=_whole_name(member.voice, engine)) for key, member in members.items()}


def _quotes_of(settings: Settings) -> str | None:
    """The voice of quotations, named with its engine.

    Raises:
        UsageError: there is no such voice.
    """
    if not settings.quote_voice:
        return None
    _look_up(settings.quote_voice, engine_of(settings), QUOTES)
    return _whole_name(settings.quote_voice, engine_of(settings))


def _whole_name(voice: str, engine: str) -> str:
    """A voice's name with its engine.

    Args:
        engine: whose voices are meant where a name says none.
    """
    return ":".join(plugins.split_voice(voice, engine))


def _look_up(voice: str, engine: str, origin: str) -> None:
    """
    Raises:
        UsageError: there is no such voice, as far as can be told here and now; says where it was named.
    """
    name, wanted = plugins.split_voice(voice, engine)
    try:
        with suppress(EngineUnavailable):
            speaker = plugins.load_engine(name)
            if wanted and speaker.find_voice(wanted) is None:
                raise unknown_voice(speaker, wanted)
    except UsageError as problem:
        raise UsageError(f"{origin}: {problem.what}", problem.why, problem.remedy) from problem

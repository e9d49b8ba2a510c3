"""Who speaks beside the narrator: the cast file and the voice of quotations that the settings name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrate import plugins
from narrate.casting import Chosen, StandIns, choose_part
from narrate.errors import UsageError
from narrate.segmenter.cast_file import CastFile, Member, load_cast
from narrate.segmenter.parts import Casting
from narrate.segmenter.turns import find_turns
from narrate.types import Article, Script, Voice

if TYPE_CHECKING:
    from narrate.settings import Settings

MOST_NAMED = 12
"""People whom a note names; of more it tells the number."""


def follow_cast(settings: Settings, said: Collection[str] = ()) -> Settings:
    """The settings with the narrator and the voice of quotations that their cast file names.

    Args:
        said: settings that were given on the command line, which count more than the file: `voice` and `engine` more
            than its narrator, `quote_voice` more than its quotes.

    Raises:
        UsageError: the file cannot be read, or names a voice that does not exist.
    """
    if not settings.cast:
        return settings
    cast = load_cast(Path(settings.cast))
    for member in (cast.narrator, cast.quotes):
        if member:
            _look_up(member.voice, settings.engine, member.origin)
    if cast.narrator and not {"voice", "engine"}.intersection(said):
        settings = replace(settings, voice=cast.narrator.voice)
    if cast.quotes and "quote_voice" not in said:
        settings = replace(settings, quote_voice=cast.quotes.voice)
    return settings


def find_casting(settings: Settings, engine: str, voice: Voice) -> Casting | None:
    """Whose voices there are beside the script's; None where the settings name nobody.

    Args:
        engine: whose voices are meant where a name says none.
        voice: the script's.

    Raises:
        UsageError: the cast file cannot be read, or there is no such voice for quotations.
    """
    if not settings.cast and not settings.quote_voice:
        return None
    members = _cast_of(settings).members
    quotes = None
    if settings.quote_voice:
        _look_up(settings.quote_voice, engine, "the voice for quotations")
        quotes = _whole_name(settings.quote_voice, engine)
    return Casting(
        members={key: replace(member, voice=_whole_name(member.voice, engine)) for key, member in members.items()},
        quotes=quotes,
        narrator=voice.id,
    )


def choose_speakers(script: Script, casting: Casting | None, stand_ins: StandIns) -> dict[str, Chosen]:
    """Who speaks what the script gives to voices of the cast and of quotations.

    Raises:
        UsageError, EngineUnavailable: one of them does not exist or cannot speak; says where it was named.
    """
    if casting is None:
        return {}
    named = {utterance.voice for utterance in script.utterances if utterance.voice_why}
    origins = {member.voice: member.origin for member in [*casting.members.values()][::-1]}
    if casting.quotes:
        origins.setdefault(casting.quotes, "the voice for quotations")
    return {
        voice: choose_part(voice, origin, stand_ins, script.language)
        for voice, origin in origins.items()
        if voice in named
    }


def check_cast(path: Path, engine: str) -> None:
    """Look at every voice of a cast file.

    Args:
        engine: whose voices are meant where a name says none.

    Raises:
        UsageError: the file cannot be read, or names a voice that does not exist.
    """
    for member in _everybody(load_cast(path)):
        _look_up(member.voice, engine, member.origin)


def tell_speakers(article: Article, casting: Casting | None, settings: Settings) -> tuple[str, ...]:
    """What to say of a cast: who speaks in the text without being in it, or that nobody of it does."""
    if casting is None or not casting.members:
        return ()
    name = Path(settings.cast or "").name
    turns = find_turns(article.blocks, casting.members)
    if not turns.by_block:
        return (f"nobody in {name} speaks in this text: no paragraph begins with a name of theirs and a colon",)
    if not turns.unknown:
        return ()
    if len(turns.unknown) == 1:
        return (f"also speaking: {turns.unknown[0]}, who has no voice in {name}",)
    more = len(turns.unknown) - MOST_NAMED
    people = ", ".join(turns.unknown[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return (f"also speaking: {people}; they have no voice in {name}",)


def _cast_of(settings: Settings) -> CastFile:
    return load_cast(Path(settings.cast)) if settings.cast else CastFile(name="")


def _everybody(cast: CastFile) -> Iterator[Member]:
    yield from filter(None, (cast.narrator, cast.quotes, *cast.members.values()))


def _whole_name(voice: str, engine: str) -> str:
    """A voice's name with its engine."""
    return ":".join(plugins.split_voice(voice, engine))


def _look_up(voice: str, engine: str, origin: str) -> None:
    """
    Raises:
        UsageError: there is no such voice; says where it was named.
    """
    name, wanted = plugins.split_voice(voice, engine)
    try:
        speaker = plugins.load_engine(name)
    except UsageError as problem:
        raise UsageError(f"{origin}: {problem.what}", problem.why, problem.remedy) from problem
    if wanted and speaker.find_voice(wanted) is None:
        names = ", ".join(known.name for known in speaker.voices()[:8])
        raise UsageError(f"{origin}: {name} has no voice {wanted!r}", "", f"Its voices are: {names}")

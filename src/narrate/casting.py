"""Who speaks: the voice that the settings ask for, and those that an author's marks ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from narrate import languages, plugins
from narrate.engines.protocol import Engine
from narrate.errors import EngineUnavailable, UsageError
from narrate.settings import Settings
from narrate.speech import Cast, Speaker
from narrate.types import WHOLE, Fallback, Script, Voice

ASSUMED_LANGUAGE = "en"
"""Of a text where neither the user, nor the text itself, nor its voice tells."""


Lost = Mapping[str, EngineUnavailable]
"""Voices of which it turned out that they cannot speak, by their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Somebody to speak."""

    engine: Engine
    voice: Voice
    language: str
    """BCP 47, of what they will speak."""
    fallback: Fallback | None = None
    """Where they stand in for somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIns:
    """Those who may speak where a voice cannot, in their order. None of them is asked before he is needed."""

    names: tuple[str, ...] = ()
    """Engines, `engine:voice`, or voices of the engine that is wanted."""
    engine: str
    """The one that is wanted, whose voices are meant where a name says no engine."""
    language: str | None
    """BCP 47, of the text; None where nobody knows."""
    lost: Lost = field(default_factory=dict)

    def __iter__(self) -> Iterator[Speaker]:
        """Those who can speak here and now, and speak the language."""
        for name in self.names:
            with suppress(EngineUnavailable, OtherLanguage):
                engine, voice, _ = self._call(name)
                yield engine, voice

    def check(self) -> None:
        """
        Raises:
            UsageError: a name is neither an engine's nor a voice's, as far as can be told here and now.
        """
        for name in self.names:
            if name in plugins.engine_names():
                continue
            engine_name, voice_name = plugins.split_voice(name, self.engine)
            with suppress(EngineUnavailable):
                engine = plugins.load_engine(engine_name)
                if engine.find_voice(voice_name) is not None:
                    continue
                if name.startswith(f"{engine_name}:"):
                    raise unknown_voice(engine, voice_name)
                known = ", ".join(plugins.engine_names())
                what = f"the fallback {name!r} is neither an engine nor a voice of {engine_name}"
                raise UsageError(what, "", f"Name engines ({known}) or voices, such as hibari:heart")

    def check_found(self, voice: Voice) -> None:
        """
        Raises:
            EngineUnavailable: the voice is one of those that were lost.
        """
        if voice.id in self.lost:
            raise self.lost[voice.id]

    def replace(self, wanted: str, problem: EngineUnavailable, place: str = WHOLE) -> Chosen:
        """The first who can speak in the place of a voice.

        Args:
            wanted: the voice's id, as far as it is known.
            problem: what keeps it from speaking.
            place: what it should have spoken.

        Raises:
            EngineUnavailable: nobody can; it says why of each.
        """
        whys = [problem.why]
        for name in self.names:
            try:
                engine, voice, language = self._call(name)
            except (EngineUnavailable, OtherLanguage) as refusal:
                himself = ":" in problem.engine or name in (wanted, problem.engine)
                if refusal.args != problem.args or not himself:
                    whys.append(f"nor can {name}, {refusal.why or refusal.what}")
                continue
            fallback = Fallback(wanted=wanted, spoken_by=voice.id, why="; ".join(whys), place=place)
            return Chosen(engine=engine, voice=voice, language=language, fallback=fallback)
        raise EngineUnavailable(wanted, "; ".join(whys), problem.remedy) if self.names else problem

    def _call(self, name: str) -> tuple[Engine, Voice, str]:
        """
        Raises:
            EngineUnavailable, OtherLanguage: whoever has that name cannot speak this.
            UsageError: nobody has it.
        """
        is_engine = name in plugins.engine_names()
        settings = Settings(engine=name) if is_engine else Settings(engine=self.engine, voice=name)
        engine, voice, language = choose_voice(settings, self.language)
        self.check_found(voice)
        return engine, voice, language


class OtherLanguage(UsageError):
    """A voice does not speak the language of the text."""


def stand_ins_for(settings: Settings, language: str | None, lost: Lost | None = None) -> StandIns:
    """Those whom the settings name."""
    return StandIns(names=settings.fallback, engine=engine_of(settings), language=language, lost=lost or {})


def engine_of(settings: Settings) -> str:
    """The engine of the script's voice, whose voices are meant wherever a name says no engine."""
    return plugins.split_voice(settings.voice, settings.engine)[0]


def choose_voice(settings: Settings, language: str | None) -> tuple[Engine, Voice, str]:
    """The engine and voice asked for, and the language they will speak.

    Raises:
        UsageError: there is no such engine or voice, or it does not speak the language.
        EngineUnavailable: it cannot speak here and now.
    """
    engine_name, voice_name = plugins.split_voice(settings.voice, settings.engine)
    engine = plugins.load_engine(engine_name)
    engine.check()
    voice = _find_voice(engine, voice_name, language)
    language = language or (ASSUMED_LANGUAGE if voice.language == "mul" else voice.language)
    if not languages.same_language(voice.language, language):
        raise OtherLanguage(
            f"the voice {voice.id} does not speak {languages.language_name(language)}",
            "",
            f"{_who_speaks(language)}, or say with --language what it really is",
        )
    return engine, voice, language


def choose_speaker(settings: Settings, language: str | None, lost: Lost | None = None) -> Chosen:
    """The voice asked for; where it cannot speak, the first of those who may stand in for it and can.

    Args:
        lost: voices that are known not to be able to.

    Raises:
        UsageError: as for `choose_voice`; or a name of those who may stand in is none, even where nobody has to.
        EngineUnavailable: neither the voice nor any of them can speak; it says why of each.
    """
    stand_ins = stand_ins_for(settings, language, lost)
    stand_ins.check()
    try:
        engine, voice, spoken = choose_voice(settings, language)
        stand_ins.check_found(voice)
    except EngineUnavailable as problem:
        return stand_ins.replace(_id_of(settings) or problem.engine, problem)
    return Chosen(engine=engine, voice=voice, language=spoken)


def choose_marked(
    script: Script, stand_ins: StandIns, *, is_remote: bool = False, is_given: bool = False
) -> dict[str, Chosen]:
    """Who speaks under each name that the script's utterances give as their voice.

    Args:
        stand_ins: who may speak where one of them cannot; its engine's voices are meant where a name says no engine.
        is_remote: the script is from the web, whose authors may not name files of this machine.
        is_given: the script is from a file, and names the voices itself; else the author's marks do.

    Raises:
        UsageError, EngineUnavailable: as for a voice of the whole, with the mark or utterance that asks for it.
    """
    parts: dict[str, Chosen] = {}
    for number, utterance in enumerate(script.utterances, 1):
        name = utterance.voice
        if name is None or name in parts:
            continue
        mark = f"line {utterance.line}, [voice {name}]" if utterance.line else f"[voice {name}]"
        where = f"utterance {number}" if is_given else mark
        if is_remote and ("/" in name or "\\" in name or ".onnx" in name):
            raise UsageError(f"{where}: a text from the web may name no file", "", "Give the name of a voice")
        try:
            parts[name] = choose_part(name, where, stand_ins, script.language)
        except UsageError as problem:
            if is_given:
                raise
            remedy = f"{problem.remedy}; for words, write \\[voice"
            raise UsageError(problem.what, problem.why, remedy) from problem
    return parts


def choose_part(name: str, where: str, stand_ins: StandIns, language: str) -> Chosen:
    """Who speaks under a name, or stands in for whom it means.

    Args:
        name: a voice, or `engine:voice`.
        where: the name stands, for messages.

    Raises:
        UsageError, EngineUnavailable: as for a voice of the whole; it says where.
    """
    settings = Settings(engine=stand_ins.engine, voice=name)
    try:
        engine, voice, _ = choose_voice(settings, language)
        stand_ins.check_found(voice)
    except UsageError as problem:
        raise UsageError(f"{where}: {problem.what}", problem.why, problem.remedy.replace("--voice ", "")) from problem
    except EngineUnavailable as problem:
        try:
            return stand_ins.replace(_id_of(settings) or problem.engine, problem, place=where)
        except EngineUnavailable as end:
            raise EngineUnavailable(f"{where}: {end.engine}", end.why, end.remedy) from end
    return Chosen(engine=engine, voice=voice, language=language)


def cast_of(parts: Mapping[str, Chosen]) -> Cast:
    return {name: (part.engine, part.voice) for name, part in parts.items()}


def longest_text(engine: Engine, voices: Cast) -> int:
    """The longest text that everybody who speaks can say in one call, in characters."""
    return min([engine.max_chars, *(speaker.max_chars for speaker, _ in voices.values())])


def _find_voice(engine: Engine, name: str, language: str | None) -> Voice:
    known = engine.voices()
    if name:
        voice = engine.find_voice(name)
        if voice is None:
            raise unknown_voice(engine, name)
    else:
        fitting = (
            voice for voice in known if voice.ready and languages.same_language(voice.language, language or "und")
        )
        voice = next(fitting, known[0])
    if not voice.ready:
        raise EngineUnavailable(voice.id, voice.missing or "", voice.remedy or "")
    return voice


def unknown_voice(engine: Engine, name: str) -> UsageError:
    """What is wrong with a name that is none of the engine's voices."""
    names = ", ".join(voice.name for voice in engine.voices()[:8])
    return UsageError(f"{engine.name} has no voice {name!r}", "", f"Its voices are: {names}")


def _id_of(settings: Settings) -> str:
    """`engine:voice` where the settings name a voice; else empty."""
    engine, voice = plugins.split_voice(settings.voice, settings.engine)
    return f"{engine}:{voice}" if voice else ""


def _who_speaks(language: str) -> str:
    able = []
    for name in plugins.engine_names():
        try:
            voices: Sequence[Voice] = plugins.load_engine(name).voices()
        except Exception:  # an engine that cannot be asked cannot help
            continue
        able += [v.id for v in voices if v.language != "mul" and languages.same_language(v.language, language)]
    return f"Use --voice {' or '.join(able[:3])}" if able else "No voice here does: see `narrate voices`"

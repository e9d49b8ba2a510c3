"""Who speaks: the voice that the settings ask for, and those that an author's marks ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from narrate import languages, plugins
from narrate.engines.protocol import Engine
from narrate.errors import EngineUnavailable, UsageError
from narrate.settings import Settings
from narrate.speech import Cast
from narrate.types import Script, Voice

ASSUMED_LANGUAGE = "en"
"""Of a text where neither the user, nor the text itself, nor its voice tells."""


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
        raise UsageError(
            f"the voice {voice.id} does not speak {languages.language_name(language)}",
            "",
            f"{_who_speaks(language)}, or say with --language what it really is",
        )
    return engine, voice, language


def choose_cast(script: Script, engine: Engine, *, is_remote: bool = False) -> Cast:
    """Who speaks under each name that the script's utterances give as their voice.

    Args:
        engine: whose voices are meant where a name says no engine.
        is_remote: the script is from the web, whose authors may not name files of this machine.

    Raises:
        UsageError, EngineUnavailable: as for a voice of the whole, with the mark that asks for it.
    """
    cast: dict[str, tuple[Engine, Voice]] = {}
    for utterance in script.utterances:
        name = utterance.voice
        if name is None or name in cast:
            continue
        mark = f"line {utterance.line}, [voice {name}]" if utterance.line else f"[voice {name}]"
        if is_remote and ("/" in name or "\\" in name or ".onnx" in name):
            raise UsageError(f"{mark}: a text from the web may name no file", "", "Give the name of a voice")
        try:
            speaker, voice, _ = choose_voice(Settings(engine=engine.name, voice=name), script.language)
        except UsageError as problem:
            remedy = f"{problem.remedy.replace('--voice ', '')}; for words, write \\[voice"
            raise UsageError(f"{mark}: {problem.what}", problem.why, remedy) from problem
        except EngineUnavailable as problem:
            raise EngineUnavailable(f"{mark}: {problem.engine}", problem.why, problem.remedy) from problem
        cast[name] = speaker, voice
    return cast


def longest_text(engine: Engine, voices: Cast) -> int:
    """The longest text that everybody who speaks can say in one call, in characters."""
    return min([engine.max_chars, *(speaker.max_chars for speaker, _ in voices.values())])


def voice_name(voice: Voice) -> str:
    """What a voice is called where others read it; of one that is a file, the folder is nobody's business."""
    return re.split(r"[/\\]", voice.name)[-1]


def _find_voice(engine: Engine, name: str, language: str | None) -> Voice:
    known = engine.voices()
    if name:
        voice = engine.find_voice(name)
        if voice is None:
            names = ", ".join(voice.name for voice in known[:8])
            raise UsageError(f"{engine.name} has no voice {name!r}", "", f"Its voices are: {names}")
    else:
        fitting = (
            voice for voice in known if voice.ready and languages.same_language(voice.language, language or "und")
        )
        voice = next(fitting, known[0])
    if not voice.ready:
        raise EngineUnavailable(voice.id, voice.missing or "", voice.remedy or "")
    return voice


def _who_speaks(language: str) -> str:
    able = []
    for name in plugins.engine_names():
        try:
            voices: Sequence[Voice] = plugins.load_engine(name).voices()
        except Exception:  # an engine that cannot be asked cannot help
            continue
        able += [v.id for v in voices if v.language != "mul" and languages.same_language(v.language, language)]
    return f"Use --voice {' or '.join(able[:3])}" if able else "No voice here does: see `narrate voices`"

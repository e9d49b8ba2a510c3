"""Script → Speech: every utterance is spoken, tried again, or reported."""

from __future__ import annotations

from collections.abc import Iterator

from narrate.engines.protocol import Engine
from narrate.errors import CannotSay, EngineError
from narrate.types import Clip, Script, Speech, Take, Utterance, Voice

TRIES = 2

SLOWEST_CHARS_PER_S = 2.0
FASTEST_CHARS_PER_S = 45.0
"""Speech outside this range, for a text of some length, was cut short or has run away.
People read 12 to 18 characters a second."""

SHORT_TEXT_CHARS = 30


def speak_script(script: Script, engine: Engine, voice: Voice, *, speed: float = 1.0, seed: int = 0) -> Speech:
    """The script as it will be spoken: nothing sounds before its takes are walked through.

    Args:
        speed: 1.0 is the voice's own pace.
        seed: the same seed gives the same sound, where the engine can.

    Raises (while the takes are walked through):
        EngineUnavailable: the engine cannot speak at all.
    """
    return Speech(script=script, takes=_takes(script, engine, voice, speed, seed), voice=voice)


def _takes(script: Script, engine: Engine, voice: Voice, speed: float, seed: int) -> Iterator[Take]:
    for index, utterance in enumerate(script.utterances):
        try:
            clip = _speak_utterance(utterance, engine, voice, speed, seed)
        except EngineError as problem:
            yield Take(index=index, utterance=utterance, failure=str(problem))
        else:
            yield Take(index=index, utterance=utterance, clip=clip)


def _speak_utterance(utterance: Utterance, engine: Engine, voice: Voice, speed: float, seed: int) -> Clip:
    for attempt in range(TRIES):
        try:
            clip = engine.speak(utterance, voice, speed=speed, seed=seed + attempt)
            _check_length(utterance.text, clip, speed)
        except CannotSay:
            raise
        except EngineError:
            if attempt == TRIES - 1:
                raise
        else:
            return clip
    raise AssertionError("every try returns or raises")


def _check_length(text: str, clip: Clip, speed: float) -> None:
    if len(text) < SHORT_TEXT_CHARS:
        return
    pace = len(text) / clip.seconds / speed
    if not SLOWEST_CHARS_PER_S <= pace <= FASTEST_CHARS_PER_S:
        raise EngineError(
            "the sound does not match the words", f"{len(text)} characters in {clip.seconds:.1f} s of speech"
        )

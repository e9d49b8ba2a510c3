"""Script → Speech: every utterance is spoken, tried again, or reported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from narrate.engines.protocol import Engine
from narrate.errors import AudioError, CannotSay, EngineError, ScriptError
from narrate.types import Break, Clip, Script, Speech, Take, Utterance, Voice

Speaker = tuple[Engine, Voice]

Cast = Mapping[str, Speaker]
"""Who speaks the utterances that name a voice, by that name."""

Everyone = Mapping[str | None, Speaker]
"""A cast, and under None who speaks all the rest."""

TRIES = 2

LEVEL_LUFS = -16.0
"""Loudness at which voices are compared; the compressor that all of them will pass works there."""

SLOWEST_CHARS_PER_S = 2.0
FASTEST_CHARS_PER_S = 45.0
"""Speech outside this range, for a text of some length, was cut short or has run away.
People read 12 to 18 characters a second."""

SHORT_TEXT_CHARS = 30


def speak_script(
    script: Script, engine: Engine, voice: Voice, *, cast: Cast | None = None, speed: float = 1.0, seed: int = 0
) -> Speech:
    """The script as it will be spoken: nothing sounds before its takes are walked through.

    Args:
        engine, voice: who speaks what names no voice.
        cast: who speaks what does.
        speed: 1.0 is the voice's own pace.
        seed: the same seed gives the same sound, where the engine can.

    Returns:
        Its script is the one spoken: what is too short for an engine by itself stands together
        with a neighbour there. Takes count its utterances.

    Raises:
        ScriptError: an utterance names a voice that is not in the cast.
    Raises (while the takes are walked through):
        EngineUnavailable: an engine cannot speak at all.
    """
    everyone: dict[str | None, Speaker] = {None: (engine, voice)}
    everyone.update(cast or {})
    for utterance in script.utterances:
        if utterance.voice not in everyone:
            raise ScriptError(f"nobody speaks as {utterance.voice!r}", "the voice is not in the cast")
    spoken = join_short(script, everyone)
    return Speech(script=spoken, takes=_takes(spoken, everyone, speed, seed), voice=voice)


def join_short(script: Script, everyone: Everyone) -> Script:
    """The script with utterances that are too short for their engine joined to a neighbour.

    An utterance below the engine's `min_chars` goes with the one after it, else with the one before
    it: of the same block, voice and role, with the end of a sentence between them, and within the
    engine's `max_chars`. What becomes of a block depends on that block alone.
    """
    joined: list[Utterance] = []
    for block, group in groupby(script.utterances, key=lambda utterance: utterance.block):
        utterances = list(group)
        joined += utterances if block is None else _join_block(utterances, everyone)
    return replace(script, utterances=tuple(joined))


def _join_block(utterances: list[Utterance], everyone: Everyone) -> list[Utterance]:
    return _join_to_previous(_join_to_next(utterances, everyone), everyone)


def _join_to_next(utterances: list[Utterance], everyone: Everyone) -> list[Utterance]:
    joined: list[Utterance] = []
    for utterance in utterances:
        engine, _ = everyone[utterance.voice]
        if joined and len(joined[-1].text) < engine.min_chars and _may_join(joined[-1], utterance, engine):
            joined[-1] = _join(joined[-1], utterance)
        else:
            joined.append(utterance)
    return joined


def _join_to_previous(utterances: list[Utterance], everyone: Everyone) -> list[Utterance]:
    joined: list[Utterance] = []
    for utterance in utterances:
        engine, _ = everyone[utterance.voice]
        if joined and len(utterance.text) < engine.min_chars and _may_join(joined[-1], utterance, engine):
            joined[-1] = _join(joined[-1], utterance)
        else:
            joined.append(utterance)
    return joined


def _may_join(first: Utterance, second: Utterance, engine: Engine) -> bool:
    """Both can be spoken in one call of the second's engine, and sound right in it."""
    return (
        first.after is Break.SENTENCE
        and (first.voice, first.role) == (second.voice, second.role)
        and len(first.text) + 1 + len(second.text) <= engine.max_chars
    )


def _join(first: Utterance, second: Utterance) -> Utterance:
    """Both in one call; the pause between them is the engine's own."""
    shift = len(first.text) + 1
    moved = (replace(sound, start=sound.start + shift, end=sound.end + shift) for sound in second.phonemes)
    return replace(
        first,
        text=f"{first.text} {second.text}",
        written=f"{first.written} {second.written}",
        phonemes=(*first.phonemes, *moved),
        pause_ms=second.pause_ms,
        after=second.after,
        end=second.end,
    )


def _takes(script: Script, everyone: Everyone, speed: float, seed: int) -> Iterator[Take]:
    factors = _level_factors(script, everyone, speed, seed)
    for index, utterance in enumerate(script.utterances):
        engine, voice = everyone[utterance.voice]
        try:
            clip = _speak_utterance(utterance, engine, voice, speed, seed)
        except EngineError as problem:
            yield Take(index=index, utterance=utterance, failure=str(problem))
        else:
            yield Take(index=index, utterance=utterance, clip=_scaled(clip, factors.get(voice.id, 1.0)))


def _level_factors(script: Script, everyone: Everyone, speed: float, seed: int) -> dict[str, float]:
    """What the samples of each voice are multiplied by, by the voice's id: all become as loud as the quietest.

    Every voice is heard ahead with the longest text that it has to say. A voice that is alone, or that
    could not be heard, is left as it is.
    """
    longest: dict[str, Utterance] = {}
    for utterance in script.utterances:
        voice_id = everyone[utterance.voice][1].id
        if voice_id not in longest or len(utterance.text) > len(longest[voice_id].text):
            longest[voice_id] = utterance
    if len(longest) < 2:
        return {}
    gains_db = {}
    for voice_id, utterance in longest.items():
        try:
            gains_db[voice_id] = _gain_db(_speak_utterance(utterance, *everyone[utterance.voice], speed, seed))
        except (EngineError, AudioError):
            continue  # its takes say why
    most_db = max(gains_db.values(), default=0.0)
    return {voice_id: 10 ** ((gain_db - most_db) / 20) for voice_id, gain_db in gains_db.items()}


def _gain_db(clip: Clip) -> float:
    """The gain that a voice needs, in decibels."""
    from narrate.audio.master import find_gain
    from narrate.audio.spool import quantise

    return find_gain([quantise(clip, clip.rate_hz)], clip.rate_hz, LEVEL_LUFS).quiet_db


def _scaled(clip: Clip, factor: float) -> Clip:
    return clip if factor == 1.0 else replace(clip, samples=(clip.samples * factor).astype("float32"))


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

"""Speech → a recording: clips joined, levelled and encoded while they are still being spoken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from narrate.audio.assemble import Timeline
from narrate.audio.encode import Mp3Format, encode_mp3
from narrate.audio.master import SILENCE_DBFS, Gain, find_gain, measure_file
from narrate.audio.spool import Spool
from narrate.errors import SpeechError
from narrate.types import Cue, Loudness, Script, Speech, Take, Utterance

CALIBRATION_S = 120.0
"""Speech from which the gain is found, so that encoding need not wait for the last clip."""

TRIES = 4
"""Times a file is encoded before its loudness is taken as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one utterance: a take without its sound."""

    index: int
    """Position of the utterance in the script."""

    utterance: Utterance

    omitted: tuple[str, ...] = ()
    """Words that the engine left out."""

    failure: str | None = None
    """Why it was not spoken; None where it was."""


Heard = tuple[Outcome, bytes]
"""An outcome and its PCM; no bytes where it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """An encoded file without its tags, and how it came about."""

    path: Path
    duration_s: float
    cues: tuple[Cue, ...]
    loudness: Loudness
    outcomes: tuple[Outcome, ...]


def record_speech(
    speech: Speech,
    path: Path,
    *,
    loudness_lufs: float,
    mp3: Mp3Format,
    allow_gaps: bool = False,
    on_take: Callable[[Take], None] = lambda _: None,
) -> Recording:
    """Write the speech to an MP3 file.

    Args:
        path: written to directly: give a temporary name and rename it.
        loudness_lufs: integrated loudness wanted of the finished file.
        allow_gaps: leave a pause where an utterance could not be spoken.
        on_take: told of every take as it comes.

    Raises:
        SpeechError: an utterance could not be spoken, or none could.
        AudioError, OutputError: the sound could not be written.
    """
    outcomes: list[Outcome] = []
    with Spool() as spool:
        spool.rate_hz = speech.voice.rate_hz  # whichever voice speaks first
        heard = _listen(speech.takes, spool, outcomes, allow_gaps=allow_gaps, on_take=on_take)
        first = _until_calibrated(heard, spool)
        if not len(spool):
            raise SpeechError("nothing could be spoken", outcomes[0].failure or "", "Try another voice or engine")
        gain = find_gain(spool.first(CALIBRATION_S), spool.rate_hz, loudness_lufs)
        cues, duration_s = _encode(path, chain(first, heard), speech.script, spool.rate_hz, gain, mp3)
        loudness = measure_file(path)
        for _ in range(TRIES - 1):
            if gain.suits(loudness, loudness_lufs):
                break
            gain = gain.corrected(loudness, loudness_lufs)
            _encode(path, _replay(outcomes, spool), speech.script, spool.rate_hz, gain, mp3)
            loudness = measure_file(path)
    return Recording(path=path, duration_s=duration_s, cues=cues, loudness=loudness, outcomes=tuple(outcomes))


def _listen(
    takes: Iterable[Take],
    spool: Spool,
    outcomes: list[Outcome],
    *,
    allow_gaps: bool,
    on_take: Callable[[Take], None],
) -> Iterator[Heard]:
    """Keep each take's sound in the spool and its outcome in the list, and hand both on."""
    for take in takes:
        if take.failure and not allow_gaps:
            raise _refusal(take)
        outcome = Outcome(
            index=take.index,
            utterance=take.utterance,
            omitted=take.clip.omitted if take.clip else (),
            failure=take.failure,
        )
        outcomes.append(outcome)
        on_take(take)
        yield outcome, spool.append(take.clip) if take.clip else b""


def _until_calibrated(heard: Iterator[Heard], spool: Spool) -> list[Heard]:
    """Listen until there is enough speech to find the gain from, or no more."""
    first = []
    for pair in heard:
        first.append(pair)
        if spool.seconds >= CALIBRATION_S:
            break
    return first


def _replay(outcomes: Iterable[Outcome], spool: Spool) -> Iterator[Heard]:
    clips = iter(spool)
    for outcome in outcomes:
        yield outcome, b"" if outcome.failure else next(clips)


def _encode(
    path: Path, heard: Iterable[Heard], script: Script, rate_hz: int, gain: Gain, mp3: Mp3Format
) -> tuple[tuple[Cue, ...], float]:
    """Join, level and encode; when each utterance is heard, and the length in seconds."""
    cues = []
    with encode_mp3(path, rate_hz, gain, mp3) as encoder:
        timeline = Timeline(rate_hz, SILENCE_DBFS - gain.quiet_db, encoder.write)
        timeline.pause(script.head_ms)
        for outcome, pcm in heard:
            utterance = outcome.utterance
            if outcome.failure:
                timeline.pause(utterance.pause_ms)
                continue
            start_s, end_s = timeline.speak(pcm, utterance.pause_ms)
            cues.append(
                Cue(
                    start_s=start_s,
                    end_s=end_s,
                    text=utterance.written,
                    role=utterance.role,
                    utterance=outcome.index,
                    speaker=utterance.voice,
                )
            )
        timeline.finish(mp3.frame_s)
    return tuple(cues), timeline.seconds


def _refusal(take: Take) -> SpeechError:
    utterance = take.utterance
    place = f"line {utterance.line}" if utterance.line else f"our own {utterance.role}"
    words = utterance.written if len(utterance.written) <= 60 else utterance.written[:57] + "…"
    return SpeechError(
        f"{place} cannot be spoken, “{words}”",
        (take.failure or "").rstrip("."),
        "Change it, choose another --voice, or leave a pause in its place with --allow-gaps",
    )

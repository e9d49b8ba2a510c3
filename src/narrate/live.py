"""Speech → sound at once: what is spoken is heard while the rest is being spoken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from threading import Thread
from typing import IO

from narrate.audio.assemble import Timeline
from narrate.audio.ffmpeg import Ffmpeg, find_ffmpeg
from narrate.audio.flac import decode_flac, encode_flac
from narrate.audio.master import SILENCE_DBFS, Gain, GainRecipe, at_rate, find_gain, float_input, read_clip
from narrate.cache import Store
from narrate.errors import SpeechError
from narrate.executors.again import call
from narrate.executors.protocol import Executor
from narrate.types import Speech, StoredClip, Take

PLAYED_HZ = 44_100
"""Frames per second for players: what every sound card knows."""


def stream_speech(
    speech: Speech,
    executor: Executor,
    store: Store,
    sink: IO[bytes],
    *,
    rate_hz: int = PLAYED_HZ,
    loudness_lufs: float = -16.0,
) -> tuple[Take, ...]:
    """Level and join the takes as they come, and write them to a player.

    Its loudness is set by the first sentence, since nobody waits for more.

    Args:
        sink: a pipe; it gets PCM, mono, signed 16 bits, little-endian. It takes as much as it likes, and no more is
            spoken ahead than pipes and workers hold.
        rate_hz: of the PCM, in frames per second.

    Returns:
        The takes that could not be spoken and were left silent.

    Raises:
        SpeechError: nothing could be spoken.
        BrokenPipeError: the player has gone.
    """
    loading = Thread(target=_load)
    loading.start()
    takes = iter(speech.checked or speech.takes)
    failed: list[Take] = []
    first = next(_spoken(takes, failed), None)
    if first is None:
        raise SpeechError("nothing could be spoken", failed[0].failure or "", "Try another voice or engine")
    take, clip = first
    gain = call(
        executor,
        find_gain,
        GainRecipe(
            clips=((clip, take.level_db, 0),),
            rate_hz=clip.rate_hz,
            target_lufs=loudness_lufs,
            loss_lu=0.0,
            store=store.root,
        ),
    )
    loading.join()
    with Ffmpeg(_arguments(clip.rate_hz, rate_hz, gain), stdout=sink) as levelling:
        timeline = Timeline(clip.rate_hz)
        for take, clip in chain([first], _spoken(takes, failed)):
            samples = at_rate(read_clip(clip, take.level_db, store.root), clip.rate_hz, timeline.rate_hz)
            timeline.speak(samples, take.utterance.pause_ms, SILENCE_DBFS - gain.output_db)
            levelling.write(timeline.drain().tobytes())
        levelling.write(timeline.finish(timeline.seconds).tobytes())
    return tuple(failed)


def _load() -> None:
    """Load what joining needs, while the first words are being spoken; what fails is told when it is needed."""
    with suppress(Exception):
        import numpy as np

        find_ffmpeg()
        decode_flac(encode_flac(np.zeros(1, np.int16), PLAYED_HZ))


def _spoken(takes: Iterator[Take], failed: list[Take]) -> Iterator[tuple[Take, StoredClip]]:
    """The takes with sound; the others go to the list."""
    for take in takes:
        if take.clip:
            yield take, take.clip
        else:
            failed.append(take)


def _arguments(rate_hz: int, wanted_hz: int, gain: Gain) -> list[str]:
    """ffmpeg's words: nothing waits in a buffer until there is more of it."""
    out = ["-f", "s16le", "-ar", str(wanted_hz), "-ac", "1", "-flush_packets", "1", "pipe:1"]
    return ["-fflags", "nobuffer", *float_input(rate_hz), "-af", gain.filters(wanted_hz), *out]

"""Engines that misbehave as a text tells them to. A module of its own, so that workers can import it."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from zlib import crc32

import numpy as np

from narrate.engines.tone import RATE_HZ, ToneEngine
from narrate.types import Clip, Utterance, Voice

FLAGS = "NARRATE_TEST_FLAGS"
"""Variable with a folder in which it is noted what has gone wrong once."""

WELL = "NARRATE_TEST_WELL"
"""Variable that makes everything go well."""


class Faulty(ToneEngine):
    """A tone that does to a sentence what a word in it names, each time, or the first time where it says `once`."""

    name = "faulty"

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        clip = super().speak(utterance, voice, speed=speed, seed=seed)
        for word, misbehave in FAULTS.items():
            if f" {word} " in utterance.text and self._is_due(utterance.text):
                return misbehave(clip)
        return clip

    def _is_due(self, text: str) -> bool:
        if os.environ.get(WELL):
            return False
        if " once " not in text:
            return True
        flag = Path(os.environ[FLAGS]) / str(crc32(text.encode()))
        if flag.exists():
            return False
        flag.touch()
        return True


def crash(_: Clip) -> Clip:
    ctypes.string_at(0)
    raise AssertionError("still here")


def be_killed(_: Clip) -> Clip:
    """As by a system that has run out of memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still here")


def run_out_of_memory(clip: Clip) -> Clip:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (1 << 20, limits[1]))
    try:
        return Clip(samples=np.zeros(1 << 30, np.float32), rate_hz=clip.rate_hz)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


def sleep(clip: Clip) -> Clip:
    time.sleep(3600)
    return clip


def hold_everything(clip: Clip) -> Clip:
    """Hang where no other thread gets its turn."""
    ctypes.PyDLL(None).sleep(3600)
    return clip


def leave(_: Clip) -> Clip:
    os._exit(3)


def fail(_: Clip) -> Clip:
    raise ValueError("no air.")


def give_nothing(_: Clip) -> Clip:
    return None  # type: ignore[return-value]


def be_empty(clip: Clip) -> Clip:
    return Clip(samples=np.zeros(0, np.float32), rate_hz=clip.rate_hz)


def be_silent(clip: Clip) -> Clip:
    return Clip(samples=np.zeros_like(clip.samples), rate_hz=clip.rate_hz)


def be_no_number(clip: Clip) -> Clip:
    samples = clip.samples.copy()
    samples[len(samples) // 2] = np.nan
    return Clip(samples=samples, rate_hz=clip.rate_hz)


def be_infinite(clip: Clip) -> Clip:
    with np.errstate(divide="ignore"):
        return Clip(samples=clip.samples / np.float32(0) * np.float32(1), rate_hz=clip.rate_hz)


def tear(clip: Clip) -> Clip:
    return Clip(samples=np.clip(clip.samples * 100, -1, 1), rate_hz=clip.rate_hz)


def go_on(clip: Clip) -> Clip:
    return Clip(samples=np.tile(clip.samples, 1000), rate_hz=clip.rate_hz)


def break_off(clip: Clip) -> Clip:
    return Clip(samples=clip.samples[: RATE_HZ // 10], rate_hz=clip.rate_hz)


FAULTS: dict[str, Callable[[Clip], Clip]] = {
    "segfaults": crash,
    "dies": be_killed,
    "leaves": leave,
    "overflows": run_out_of_memory,
    "sleeps": sleep,
    "hangs": hold_everything,
    "raises": fail,
    "vanishes": give_nothing,
    "empties": be_empty,
    "hushes": be_silent,
    "miscounts": be_no_number,
    "explodes": be_infinite,
    "tears": tear,
    "rambles": go_on,
    "breaks": break_off,
}

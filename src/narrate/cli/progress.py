"""Progress on standard error: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections import Counter
from types import TracebackType
from typing import TYPE_CHECKING

from narrate.cli.output import tell_fallback
from narrate.types import Fallback, Take

if TYPE_CHECKING:
    from narrate.preparation import Prepared

LINE_EVERY_S = 5.0

COSTLY_CHARS = 20_000
"""Somebody who pays for speech is told the price of a text that is longer."""


class Progress:
    """Sentences done, seconds of speech made, speed against real time, time left."""

    def __init__(self, *, quiet: bool) -> None:
        self._total = self._letters = self._letters_done = self._done = 0
        self._speech_s = 0.0
        self._began_s = self._told_s = time.monotonic()
        self._quiet = quiet
        self.told: set[str] = set()
        """What the user knows by now."""
        self._bar = sys.stderr.isatty() and not quiet

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def begin(self, prepared: Prepared) -> None:
        """What will be spoken, from its beginning; what the user may not want is told before, once.

        On a terminal the number of sentences is told too, since the first one may wait for a service.
        """
        cost = cost_of(prepared)
        for note in (*prepared.cast_notes, *([f"{cost}. Ctrl-C stops, and keeps what was spoken"] if cost else [])):
            if not self._quiet and note not in self.told:
                print(f"narrate: {note}.", file=sys.stderr)
                self.told.add(note)
        script = prepared.joined
        self._done = self._letters_done = 0
        self._speech_s, self._began_s = 0.0, time.monotonic()
        self._total = len(script.utterances)
        self._letters = sum(len(utterance.text) for utterance in script.utterances)
        if self._bar:
            print(f"\r\033[K0 of {self._total} sentences", end="", file=sys.stderr, flush=True)

    def tell(self, take: Take) -> None:
        """Count a take, and say so where it is time."""
        self._done += 1
        self._letters_done += len(take.utterance.text)
        self._speech_s += take.clip.seconds if take.clip else 0.0
        if take.fallback:
            self.tell_fallback(take.fallback)
        now_s = time.monotonic()
        if self._quiet or now_s - self._told_s < (0.1 if self._bar else LINE_EVERY_S):
            return
        self._told_s = now_s
        if self._bar:
            print(f"\r\033[K{self._line(now_s)}", end="", file=sys.stderr, flush=True)
        else:
            print(self._line(now_s), file=sys.stderr, flush=True)

    def tell_fallback(self, fallback: Fallback) -> None:
        """That somebody speaks in another's place, however quiet it shall be."""
        self._clear()
        tell_fallback(fallback)

    def _clear(self) -> None:
        if self._bar:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def _line(self, now_s: float) -> str:
        elapsed_s = max(1e-6, now_s - self._began_s)
        left_s = elapsed_s * (self._letters - self._letters_done) / max(1, self._letters_done)
        return (
            f"{self._done} of {self._total} sentences, {clock(self._speech_s)} of speech, "
            f"{self._speech_s / elapsed_s:.0f} times real time, {clock(left_s)} left"
        )


def cost_of(prepared: Prepared) -> str | None:
    """What a long text will cost, in words; None where it costs nothing worth a word."""
    from narrate.engines.protocol import Priced

    speakers = prepared.everyone
    chars: Counter[str] = Counter()
    for utterance in prepared.script.utterances:
        chars[speakers[utterance.voice][0].name] += len(utterance.text)
    costs = (
        engine.estimate_cost(chars[name])
        for name, engine in {engine.name: engine for engine, _ in speakers.values()}.items()
        if chars[name] >= COSTLY_CHARS and isinstance(engine, Priced)
    )
    return "; ".join(filter(None, costs)) or None


def clock(seconds: float) -> str:
    """`754` seconds → `12:34`; `3700` → `1:01:40`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

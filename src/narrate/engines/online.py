"""What engines in the network share: how often they may ask, when they wait, and when they give up.

    sound = ask(lambda: fetch(text), Pace(service="example"))

A call says what went wrong with `Busy`, `Refused`, `Broken` or `Unreachable`; `ask` waits and asks again where that
may help. All workers of all commands keep one pace together: what they know of a service lies in a small file in the
cache folder, and a file lock for each request that may be on its way, which the system gives back when a worker dies.
The rate grows by a step with every answer and is halved when the service has had enough.

Source: RFC 9110, 10.2.3 (Retry-After) and 15.6.4 (503); RFC 6585, 4 (429); for the rate, Chiu and Jain, "Analysis of
the increase and decrease algorithms for congestion avoidance" (1989).
"""

from __future__ import annotations

import json
import math
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from narrate.cache import cache_folder
from narrate.errors import EngineError, EngineUnavailable

if TYPE_CHECKING:
    from filelock import BaseFileLock

T = TypeVar("T")

POLL_S = 0.02
"""How soon somebody who waits for a turn looks again, at the latest."""

LOCK_S = 5.0
"""Longest wait for the file with the pace, which nobody holds for more than some milliseconds."""

LOCK_POLL_S = 0.002
"""How soon somebody who waits for that file looks again."""

FORGOTTEN_S = 900.0
"""What was learned about a service longer ago says nothing any more."""

LONGEST_QUEUE_S = 60.0
"""Nobody has taken a moment further ahead than this, beyond a rest."""

RESUME = "Run the same command again later: what has been spoken is kept"


class Trouble(Exception):
    """A request came to nothing.

    Args:
        why: the reason as a user reads it, without a full stop; never with a key in it.
        remedy: what to do about it; empty takes what the engine always says.
    """

    def __init__(self, why: str, *, remedy: str = "") -> None:
        super().__init__(why)
        self.why, self.remedy = why, remedy


class Busy(Trouble):
    """The service has had enough of us for now: everybody waits, and asks more slowly afterwards.

    Args:
        retry_after_s: the wait that it asks for, in seconds; None where it does not say.
    """

    def __init__(self, why: str, retry_after_s: float | None = None, *, remedy: str = "") -> None:
        super().__init__(why, remedy=remedy)
        self.retry_after_s = retry_after_s


class Refused(Trouble):
    """The service will not do it, however often it is asked."""


class Broken(Trouble):
    """The answer did not come, or not whole; the next one may."""


class Unreachable(Broken):
    """Nobody answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a service may be asked."""

    service: str
    """Letters, digits, dots and hyphens; those that give the same name keep one pace."""

    at_once: int = 4
    """Most requests on their way at one moment, of all processes together."""

    start_per_s: float = 4.0
    """Requests in a second, to begin with."""
    least_per_s: float = 0.5
    most_per_s: float = 10.0
    step_per_s: float = 0.2
    """What an answer adds to the rate."""

    first_tries: int = 3
    """Of a service that has not answered anybody lately: it is more likely not to be there than to come back."""

    tries: int = 6
    backoff_s: float = 1.0
    """Wait before the second try; it doubles with every further one, and chance takes up to half of it away."""

    patience_s: float = 80.0
    """After so long no further try begins. With the longest request it stays below a worker's deadline."""

    longest_rest_s: float = 600.0
    """A service that asks for a longer rest is asked again after this one, so that no file keeps us out for ever."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}", self.service):
            raise ValueError(f"{self.service!r} is no name for a file")
        if not 0 < self.least_per_s <= self.start_per_s <= self.most_per_s or min(self.at_once, self.tries) < 1:
            raise ValueError(f"nobody could keep this pace: {self}")


def ask(call: Callable[[], T], pace: Pace) -> T:
    """What the call gives, made when it is its turn, and again after a wait where that may help.

    Args:
        call: one request, with time-outs of its own.

    Raises:
        Busy, Refused, Broken, Unreachable: what the last try raised. Busy comes at once where the rest that the
            service asks for, of us or of anybody before us, is longer than our patience.
    """
    end_s = time.monotonic() + pace.patience_s
    for tried, backoff_s in enumerate(_backoffs(pace), 1):
        with _turn(pace, end_s) as ledger:
            began_s = time.time()
            try:
                answer = call()
            except Busy as problem:
                ledger.slow_down(problem, began_s, backoff_s)
                trouble: Busy | Broken = problem
            except Broken as problem:
                trouble = problem
            else:
                ledger.speed_up()
                return answer
        if isinstance(trouble, Unreachable) and tried == pace.first_tries and not ledger.has_answered():
            break
        if isinstance(trouble, Broken):  # nobody but us has to wait
            time.sleep(max(0.0, min(backoff_s, end_s - time.monotonic())))
        if time.monotonic() > end_s:
            break
    raise trouble


def _backoffs(pace: Pace) -> Iterator[float]:
    """How long to wait after each try, in seconds; not at all after the last one."""
    for number in range(pace.tries - 1):
        yield pace.backoff_s * 2**number * random.uniform(0.5, 1.0)
    yield 0.0


def explain(trouble: Trouble, engine: str, remedy: str) -> EngineError | EngineUnavailable:
    """The error for the user: of one utterance where its answer was broken, else of the engine, which ends the run.

    Args:
        engine: its name.
        remedy: what to do where the trouble itself does not say.
    """
    why, remedy = trouble.why, trouble.remedy or remedy
    if isinstance(trouble, Broken) and not isinstance(trouble, Unreachable):
        return EngineError(f"{engine} failed", why, remedy)
    if isinstance(trouble, Busy) and (trouble.retry_after_s or 0) >= 60:
        why = f"{why}; it asks for a rest of {math.ceil((trouble.retry_after_s or 0) / 60)} min"
    return EngineUnavailable(engine, why, remedy)


def read_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """The wait in a Retry-After field, in seconds and never negative; None where there is none that can be read.

    Source: RFC 9110, 10.2.3: whole seconds, or a date.
    """
    value = (value or "").strip()
    if re.fullmatch("[0-9]{1,12}", value):
        return float(value)
    with suppress(ValueError, OverflowError):
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
    return None


def find_proxy() -> str | None:
    """The proxy that the user has named for narrate, NARRATE_PROXY. Those of the environment are ignored, as anywhere
    in narrate."""
    return os.environ.get("NARRATE_PROXY") or None


def find_authorities() -> Path | None:
    """A file with the authorities that certificates may come from, where the user has one, SSL_CERT_FILE; None for
    the usual ones."""
    named = os.environ.get("SSL_CERT_FILE")
    return Path(named) if named else None


# ------------------------------------------------------------- whose turn it is


@contextmanager
def _turn(pace: Pace, end_s: float) -> Iterator[_Ledger]:
    """Wait until one more request may be made; while it is being made, it counts among those on their way.

    Args:
        end_s: when patience ends, on the monotonic clock.

    Raises:
        Busy: the service has asked for a rest that is longer than that.
        Broken: others were before us all the time.
    """
    ledger = _open_ledger(cache_folder(os.environ) / "online", pace)
    with ledger.place(end_s):
        time.sleep(ledger.reserve(end_s - time.monotonic()))
        yield ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What is known of a service; moments are in seconds since 1970, since processes share them."""

    per_s: float
    """Requests in a second."""
    next_s: float = 0.0
    """Before which no further request begins."""
    rest_until_s: float = 0.0
    """Before which none begins because the service has asked for it, or has failed."""
    slowed_s: float = 0.0
    """When the rate was halved last."""
    answered_s: float = 0.0
    """When somebody got an answer last; 0 for nobody."""
    seen_s: float = 0.0
    """When this was written."""
    why: str = ""
    remedy: str = ""
    """What the service said when it asked for the rest, and what to do about it."""


@cache
def _open_ledger(folder: Path, pace: Pace) -> _Ledger:
    return _Ledger(folder, pace)


class _Ledger:
    """The pace that all processes keep together; this one alone where the folder cannot be written."""

    def __init__(self, folder: Path, pace: Pace) -> None:
        self._folder, self._pace = folder, pace
        self._own = _State(per_s=pace.start_per_s)
        self._is_shared = True

    def reserve(self, patience_s: float) -> float:
        """Take the next moment at which a request may begin; the wait until then, in seconds.

        Raises:
            Busy: it is beyond our patience.
        """
        with self._state() as (state, now_s):
            begin_s = max(now_s, state.next_s, state.rest_until_s)
            if state.rest_until_s - now_s > max(0.0, patience_s):
                raise Busy(state.why, state.rest_until_s - now_s, remedy=state.remedy)
            self._keep(replace(state, next_s=begin_s + 1 / state.per_s), now_s)
            return begin_s - now_s

    def speed_up(self) -> None:
        """A step, after an answer."""
        with self._state() as (state, now_s):
            per_s = min(self._pace.most_per_s, state.per_s + self._pace.step_per_s)
            self._keep(replace(state, per_s=per_s, answered_s=now_s), now_s)

    def has_answered(self) -> bool:
        """Has the service answered anybody lately?"""
        with self._state() as (state, _):
            return state.answered_s > 0

    def slow_down(self, problem: Busy, began_s: float, backoff_s: float) -> None:
        """Half the rate, and a rest; halved once for all requests that were on their way together.

        Args:
            began_s: when the request was sent, in seconds since 1970.
            backoff_s: the rest where the service does not ask for a longer one.
        """
        rest_s = min(max(backoff_s, problem.retry_after_s or 0.0), self._pace.longest_rest_s)
        with self._state() as (state, now_s):
            if began_s >= state.slowed_s:
                per_s = max(self._pace.least_per_s, state.per_s / 2)
                state = replace(state, per_s=per_s, slowed_s=now_s)
            until_s = max(state.rest_until_s, now_s + rest_s)
            self._keep(replace(state, rest_until_s=until_s, why=problem.why, remedy=problem.remedy), now_s)

    @contextmanager
    def place(self, end_s: float) -> Iterator[None]:
        """Hold one of the places for requests on their way.

        Raises:
            Broken: none was free before a moment on the monotonic clock.
        """
        from filelock import FileLock

        locks = [FileLock(self._path(f"{number}.lock")) for number in range(self._pace.at_once)]
        held = None
        while held is None and self._is_shared:
            held = next(filter(self._take, random.sample(locks, len(locks))), None)
            if held is None and self._is_shared:
                if time.monotonic() > end_s:
                    raise Broken("other requests were on their way all the time")
                time.sleep(random.uniform(POLL_S / 2, POLL_S))
        try:
            yield
        finally:
            if held is not None:
                held.release()

    def _take(self, lock: BaseFileLock, timeout_s: float = 0.0) -> bool:
        """Lock a file, if nobody else has it; where files cannot be locked at all, nothing is shared from then on."""
        from filelock import Timeout

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=timeout_s, poll_interval=LOCK_POLL_S)
        except Timeout:
            return False
        except (OSError, NotImplementedError):
            self._is_shared = False
            return False
        return True

    @contextmanager
    def _state(self) -> Iterator[tuple[_State, float]]:
        """What is known, while nobody else can change it, and the present moment, in seconds since 1970."""
        from filelock import FileLock

        lock = FileLock(self._path("lock"))
        is_held = self._is_shared and self._take(lock, LOCK_S)
        now_s = time.time()
        try:
            yield (self._load(now_s) if is_held else self._own), now_s
        finally:
            if is_held:
                lock.release()

    def _load(self, now_s: float) -> _State:
        """What lies in the file, without what cannot be."""
        pace, fresh = self._pace, _State(per_s=self._pace.start_per_s)
        try:
            known = _State(**json.loads(self._path("json").read_text("utf-8")))
            is_sound = (
                pace.least_per_s <= known.per_s <= pace.most_per_s
                and now_s - FORGOTTEN_S < known.seen_s <= now_s
                and known.next_s <= now_s + pace.longest_rest_s + LONGEST_QUEUE_S
                and known.rest_until_s <= now_s + pace.longest_rest_s
                and known.slowed_s <= now_s
                and isinstance(known.why, str)
                and isinstance(known.remedy, str)
            )
        except (OSError, ValueError, TypeError, RecursionError):  # there is none, or it was damaged
            return fresh
        return known if is_sound else fresh

    def _keep(self, state: _State, now_s: float) -> None:
        self._own = replace(state, seen_s=now_s)
        if self._is_shared:
            path = self._path("json")
            with suppress(OSError):
                path.with_suffix(".new").write_text(json.dumps(asdict(self._own)), "utf-8")
                path.with_suffix(".new").replace(path)

    def _path(self, ending: str) -> Path:
        return self._folder / f"{self._pace.service}.{ending}"

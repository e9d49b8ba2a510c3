"""The pace that all workers keep together: how fast, how many, and what they do when a service has had enough."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from narrate.cache import cache_folder
from narrate.engines.online import Broken, Busy, Pace, Refused, Unreachable, ask, explain, read_retry_after
from narrate.errors import EngineError, EngineUnavailable

QUICK = Pace(service="a-test", start_per_s=500.0, most_per_s=1000.0, least_per_s=1.0, step_per_s=10.0, backoff_s=0.01)
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


class Service:
    """A call that gives or raises one thing after another, the last for ever, and remembers when it was made."""

    def __init__(self, *outcomes: Exception | str) -> None:
        self.outcomes = list(outcomes)
        self.times_s: list[float] = []

    def __call__(self) -> str:
        self.times_s.append(time.monotonic())
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    @property
    def waits_s(self) -> list[float]:
        return [after - before for before, after in zip(self.times_s, self.times_s[1:], strict=False)]


def known() -> dict[str, float]:
    """What lies in the file about the service."""
    found: dict[str, float] = json.loads(state_file().read_text())
    return found


def state_file() -> Path:
    return cache_folder(os.environ) / "online" / "a-test.json"


# ----------------------------------------------------------------- trying again


def test_what_may_be_mended_is_asked_again_with_growing_waits() -> None:
    service = Service(Broken("it broke"), Broken("it broke"), Broken("it broke"), "sound")
    assert ask(service, replace(QUICK, backoff_s=0.05)) == "sound"
    first, second, third = service.waits_s
    assert 0.025 <= first < 0.15
    assert 0.05 <= second < 0.25
    assert 0.1 <= third < 0.4


def test_waits_are_never_quite_the_same() -> None:
    waits_s = []
    for _ in range(5):
        service = Service(Broken("it broke"), "sound")
        ask(service, replace(QUICK, backoff_s=0.1))
        waits_s += service.waits_s
    assert max(waits_s) - min(waits_s) > 0.005


def test_it_gives_up_after_so_many_tries_with_the_last_reason() -> None:
    service = Service(Broken("first"), Broken("second"), Unreachable("third"), Broken("fourth"))
    with pytest.raises(Unreachable, match="third"):
        ask(service, replace(QUICK, tries=3))
    assert len(service.times_s) == 3


def test_a_service_that_nobody_has_heard_of_is_given_up_sooner() -> None:
    absent, gone = Service(Unreachable("nobody answers")), Service("sound", Unreachable("nobody answers"))
    with pytest.raises(Unreachable):
        ask(absent, QUICK)
    assert len(absent.times_s) == QUICK.first_tries
    assert ask(gone, QUICK) == "sound"
    with pytest.raises(Unreachable):
        ask(gone, QUICK)
    assert len(gone.times_s) == 1 + QUICK.tries


def test_what_is_refused_is_not_asked_again() -> None:
    service = Service(Refused("the key is wrong"))
    with pytest.raises(Refused):
        ask(service, QUICK)
    assert len(service.times_s) == 1


def test_patience_ends_though_tries_are_left() -> None:
    service = Service(Broken("it broke"))
    began_s = time.monotonic()
    with pytest.raises(Broken):
        ask(service, replace(QUICK, tries=100, backoff_s=0.02, patience_s=0.3))
    assert time.monotonic() - began_s < 1.0


def test_what_is_no_trouble_of_the_service_passes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        ask(lambda: 1 // 0, QUICK)
    assert ask(Service("sound"), QUICK) == "sound"


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Sat, 28 Nov 2026 12:01:30 GMT", 90.0),
        ("Saturday, 28-Nov-26 12:01:30 GMT", 90.0),
        ("Sat Nov 28 12:01:30 2026", 90.0),
        ("Sat, 28 Nov 2026 11:00:00 GMT", 0.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("9" * 5000, None),
        ("\u0665", None),
        ("Sat, 99 Nov 99999 99:99:99 GMT", None),
    ],
)
def test_a_wait_is_read_in_seconds_or_as_a_date(value: str | None, wait_s: float | None) -> None:
    assert read_retry_after(value, NOW) == wait_s


def test_without_another_moment_a_date_is_held_against_the_present() -> None:
    date = (datetime.now(UTC) + timedelta(seconds=100)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert 95 < (read_retry_after(date) or 0) <= 100


# ----------------------------------------------------------------------- the rate


def test_requests_begin_no_faster_than_the_rate() -> None:
    service = Service("sound")
    for _ in range(6):
        ask(service, replace(QUICK, start_per_s=20.0, most_per_s=20.0))
    assert min(service.waits_s) > 0.04
    assert sum(service.waits_s) < 1.0


def test_the_rate_grows_by_a_step_with_every_answer_up_to_the_most() -> None:
    for per_s in (510, 520, 530):
        ask(Service("sound"), QUICK)
        assert known()["per_s"] == per_s
    for _ in range(60):
        ask(Service("sound"), replace(QUICK, step_per_s=100.0))
    assert known()["per_s"] == 1000


def test_the_rate_is_halved_when_the_service_has_had_enough_and_never_below_the_least() -> None:
    with pytest.raises(Busy):
        ask(Service(Busy("enough")), replace(QUICK, tries=2))
    assert known()["per_s"] == 125
    with pytest.raises(Busy):
        ask(Service(Busy("enough")), replace(QUICK, tries=4, least_per_s=50.0))
    assert known()["per_s"] == 50


def test_a_broken_answer_does_not_change_the_rate() -> None:
    with pytest.raises(Broken):
        ask(Service(Broken("it broke")), replace(QUICK, tries=2))
    assert known()["per_s"] == 500


def test_requests_that_were_on_their_way_together_halve_the_rate_once() -> None:
    def also_busy() -> str:
        if not inner:
            inner.append(1)
            with pytest.raises(Busy):
                ask(Service(Busy("enough")), replace(QUICK, tries=1))
        raise Busy("enough")

    inner: list[int] = []
    with pytest.raises(Busy):
        ask(also_busy, replace(QUICK, tries=1))
    assert known()["per_s"] == 250


def test_a_rest_that_one_was_told_of_is_kept_by_all() -> None:
    with pytest.raises(Busy):
        ask(Service(Busy("enough", 0.3)), replace(QUICK, tries=1))
    began_s = time.monotonic()
    ask(Service("sound"), QUICK)
    assert 0.2 < time.monotonic() - began_s < 1.0


def test_who_has_no_patience_for_a_rest_is_told_why_at_once_and_asks_nothing() -> None:
    with pytest.raises(Busy):
        ask(Service(Busy("the service has had enough", 120.0)), QUICK)
    service = Service("sound")
    with pytest.raises(Busy, match="the service has had enough") as caught:
        ask(service, QUICK)
    assert service.times_s == []
    assert 100 < (caught.value.retry_after_s or 0) <= 120


def test_no_service_can_keep_us_out_for_longer_than_the_longest_rest() -> None:
    with pytest.raises(Busy):
        ask(Service(Busy("enough", 1e12)), replace(QUICK, tries=1, longest_rest_s=0.2))
    assert ask(Service("sound"), QUICK) == "sound"


def test_what_was_learned_long_ago_is_forgotten() -> None:
    ask(Service("sound"), QUICK)
    state_file().write_text(json.dumps({**known(), "per_s": 1.0, "seen_s": time.time() - 3600}))
    ask(Service("sound"), QUICK)
    assert known()["per_s"] == 510


DAMAGED = [
    b"",
    b"null",
    b"[1, 2]",
    b"{}",
    b"\x00\xff\xfe",
    b'{"per_s": NaN, "seen_s": NaN}',
    b'{"per_s": "fast"}',
    b'{"per_s": 1e300, "next_s": 1e300, "rest_until_s": 1e300}',
    b'{"unknown": 1}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_as_good_as_none(content: bytes) -> None:
    ask(Service("sound"), QUICK)
    state_file().write_bytes(content)
    assert ask(Service("sound"), QUICK) == "sound"
    assert known()["per_s"] == 510


@pytest.mark.parametrize("field", ["next_s", "rest_until_s", "slowed_s", "seen_s"])
def test_a_clock_that_was_set_back_keeps_nobody_waiting(field: str) -> None:
    ask(Service("sound"), QUICK)
    state_file().write_text(json.dumps({**known(), field: time.time() + 86_400}))
    began_s = time.monotonic()
    ask(Service("sound"), QUICK)
    assert time.monotonic() - began_s < 1.0


def test_where_nothing_can_be_written_the_pace_is_kept_by_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("NARRATE_CACHE", str(tmp_path / "file" / "cache"))
    service = Service("sound")
    for _ in range(4):
        ask(service, replace(QUICK, start_per_s=20.0, most_per_s=20.0))
    assert min(service.waits_s) > 0.04


# --------------------------------------------------------------- many processes

CROWD = """
import sys, time
from narrate.engines.online import Pace, ask
pace = Pace(service="a-test", at_once=2, start_per_s=500.0, most_per_s=500.0)
def call():
    began_s = time.time()
    time.sleep(0.05)
    print(began_s, time.time(), flush=True)
for _ in range(5):
    ask(call, pace)
"""

HOLDER = """
import time
from narrate.engines.online import Pace, ask
ask(lambda: print("held", flush=True) or time.sleep(60), Pace(service="a-test", at_once=1))
"""


def test_all_processes_together_have_no_more_requests_on_their_way_than_allowed() -> None:
    crowd = [start(CROWD) for _ in range(4)]
    spans = [tuple(map(float, line.split())) for each in crowd for line in each.communicate(timeout=30)[0].splitlines()]
    most = max(sum(began <= moment < ended for began, ended in spans) for moment, _ in spans)
    assert len(spans) == 20
    assert most == 2


def test_a_process_that_was_killed_gives_its_place_back() -> None:
    alone = replace(QUICK, at_once=1)
    holder = start(HOLDER)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Broken, match="other requests were on their way all the time"):
        ask(Service("sound"), replace(alone, patience_s=0.2))
    holder.kill()
    holder.communicate()
    began_s = time.monotonic()
    assert ask(Service("sound"), alone) == "sound"
    assert time.monotonic() - began_s < 1.0


def start(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


# -------------------------------------------------------------------- the errors


@pytest.mark.parametrize(
    ("trouble", "kind", "text"),
    [
        (Broken("it broke"), EngineError, "gtts failed: it broke. Look."),
        (Unreachable("nobody answers"), EngineUnavailable, "gtts cannot speak: nobody answers. Look."),
        (Busy("enough", 3.0, remedy="Wait"), EngineUnavailable, "gtts cannot speak: enough. Wait."),
        (
            Busy("enough", 301.0),
            EngineUnavailable,
            "gtts cannot speak: enough; it asks for a rest of 6 min. Look.",
        ),
        (Refused("the key is wrong"), EngineUnavailable, "gtts cannot speak: the key is wrong. Look."),
    ],
)
def test_trouble_becomes_an_error_for_the_user(
    trouble: Broken | Busy | Refused, kind: type[Exception], text: str
) -> None:
    problem = explain(trouble, "gtts", "Look")
    assert type(problem) is kind
    assert str(problem) == text


@pytest.mark.parametrize("change", [{"service": "../up"}, {"service": ""}, {"start_per_s": 0.1}, {"tries": 0}])
def test_a_pace_that_nobody_could_keep_is_none(change: dict[str, str | float]) -> None:
    with pytest.raises(ValueError, match=r"no name for a file|could keep this pace"):
        Pace(**{"service": "a-test", **change})  # type: ignore[arg-type]

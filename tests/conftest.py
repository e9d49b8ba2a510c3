"""What every test may use: the samples, shared articles, and blocks made by hand."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from narrate.audio.ffmpeg import convert, run_ffmpeg
from narrate.cache import Store
from narrate.engines.protocol import Engine
from narrate.episode import Desk, Recording, record_speech
from narrate.executors.inline import InlineExecutor
from narrate.speech import Booth, Cast, speak_script
from narrate.types import Loudness, Script, Source, Speech

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
SHARED = ROOT.parent / "shared"


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the settings of whoever runs it."""
    monkeypatch.setenv("NARRATE_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def real_article() -> Path:
    path = SHARED / "articles" / "000_459249e74de3275c.txt"
    if not path.is_file():
        pytest.skip("the shared articles are not beside this checkout")
    return path


def source_of(text: str | bytes, media_type: str = "text/plain", encoding: str | None = None) -> Source:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return Source(origin="-", media_type=media_type, data=data, fetched_at=datetime.now(UTC), encoding=encoding)


def booth_in(folder: Path) -> Booth:
    """A place to speak in, in this very process, that keeps its clips in a folder."""
    return Booth(executor=InlineExecutor(), store=Store(folder / "cache"))


def record_script(script: Script, path: Path, engine: Engine, cast: Cast | None = None) -> Recording:
    """The script spoken by the engine's first voice and mastered, with nothing kept from earlier."""
    return record_takes(speak_script(script, engine, engine.voices()[0], booth_in(path.parent), cast=cast), path)


def record_takes(speech: Speech, path: Path, **more: Any) -> Recording:
    booth = booth_in(path.parent)
    on_take = more.pop("on_take", lambda _: None)
    return record_speech(speech, path, Desk(executor=booth.executor, store=booth.store, **more), on_take=on_take)


def decode_file(path: Path, rate_hz: int) -> NDArray[np.float32]:
    """What a player makes of a file: mono, at so many frames per second."""
    arguments = ["-v", "error", "-i", str(path), "-f", "f32le", "-ac", "1", "-ar", str(rate_hz), "pipe:1"]
    return np.frombuffer(convert(arguments, b""), dtype="<f4")


def measure_file(path: Path) -> Loudness:
    """Integrated loudness and true peak of a finished file, by a meter that is not ours: ffmpeg's `ebur128`."""
    log = run_ffmpeg(["-i", str(path), "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"])
    found = [re.findall(rf"{name}:\s+(\S+) {unit}", log)[-1] for name, unit in (("I", "LUFS"), ("Peak", "dBFS"))]
    return Loudness(integrated_lufs=float(found[0]), true_peak_dbtp=float(found[1]))


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a real server on loopback, for as long as it is needed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()

"""What every test may use: the samples, shared articles, and blocks made by hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from narrate.types import Source

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

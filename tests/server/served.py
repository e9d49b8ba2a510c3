"""A library with something in it, a real server in front of it, and a client that sends exactly what it is told."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from hashlib import sha256
from http.client import HTTPResponse
from pathlib import Path

import pytest

from narrate.library.library import Library
from narrate.library.shows import new_show
from narrate.server.app import make_app
from narrate.server.run import _listen, _Server
from narrate.transcript import as_json
from narrate.types import Chapter, Cue, Entry, Role

SHOW = "tides"

SOUND_BYTES = 300_000

NEWEST = datetime(2026, 3, 1, 12, tzinfo=UTC)


def fill_library(folder: Path, *, episodes: int = 3, **about: object) -> None:
    """A show with episodes `episode-1`, the oldest, and so on, and all the files that belong to them."""
    with Library(folder) as library:
        library.create_show(new_show("Tides & Times", slug=SHOW, artwork="artwork.jpg", **about))
        (library.folder_of(SHOW) / "artwork.jpg").write_bytes(b"\xff\xd8\xffartwork")
        for number in range(1, episodes + 1):
            put_episode(library, number)


def put_episode(library: Library, number: int, *, version: int = 1) -> Entry:
    folder, slug = library.folder_of(SHOW), f"episode-{number}"
    stem = slug if version == 1 else f"{slug}.v{version}"
    sound = sound_of(number, version)
    sides = {"vtt": f"{stem}.vtt", "srt": f"{stem}.srt", "json": f"{stem}.json", "chapters": f"{stem}.chapters.json"}
    (folder / f"{stem}.mp3").write_bytes(sound)
    (folder / sides["vtt"]).write_text("WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.000\nThe tide.\n")
    (folder / sides["srt"]).write_text("1\n00:00:00,000 --> 00:00:01,000\nThe tide.\n")
    cue = Cue(start_s=0, end_s=1, text="The tide.", role=Role.STORY, utterance=0)
    (folder / sides["json"]).write_text(as_json([cue], "heart"))
    (folder / sides["chapters"]).write_text(json.dumps({"version": "1.2.0", "chapters": []}))
    entry = Entry(
        guid=f"urn:uuid:00000000-0000-5000-8000-{number:012}",
        show=SHOW,
        slug=slug,
        title=f"Episode {number} <b>&</b>",
        published_at=NEWEST - timedelta(days=1000 - number),
        updated_at=NEWEST - timedelta(days=1000 - number - version),
        file=f"{stem}.mp3",
        media_type="audio/mpeg",
        size_bytes=len(sound),
        digest=sha256(sound).hexdigest(),
        duration_s=60.0,
        sides=sides,
        chapters=tuple(Chapter(title=f"Part {n}", start_s=20.0 * n, end_s=20.0 * n + 20) for n in range(3)),
        voice="hibari:heart",
        version=version,
    )
    library.put_entry(entry)
    return entry


def sound_of(number: int, version: int = 1) -> bytes:
    return random.Random(f"{number} {version}").randbytes(SOUND_BYTES)


@dataclass(frozen=True)
class Reply:
    """What came back over the socket."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def parts(self) -> list[tuple[Message, bytes]]:
        """Of a multipart answer, read with the standard library."""
        kind = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        whole = BytesParser().parsebytes(kind + self.body)
        assert whole.is_multipart()
        return [(part, bytes(part.get_payload(decode=True))) for part in whole.walk() if part is not whole]


@dataclass(frozen=True)
class Served:
    """A running server."""

    folder: Path
    port: int
    token: str

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def root(self) -> str:
        return f"/p/{self.token}" if self.token else ""

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Reply:
        """One request; names of headers with `_` for `-`."""
        headers = {"Host": "whatever.example", **headers}
        lines = [f"{method} {path} HTTP/1.1"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}"] if body else []
        return self.send("\r\n".join([*lines, "", ""]).encode("latin-1") + body, method)

    def send(self, request: bytes, method: str = "GET") -> Reply:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(request)
            with HTTPResponse(connection, method=method) as reply:
                reply.begin()
                return Reply(reply.status, reply.headers, reply.read())  # raises where it is shorter than it says

    def library(self) -> Library:
        return Library(self.folder)


@contextmanager
def serving_library(
    folder: Path, *, private: bool = False, adding: bool = False, base_url: str = ""
) -> Iterator[Served]:
    """The real application behind the real uvicorn, on loopback."""
    listening = _listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    own = f"http://127.0.0.1:{port}"
    app = make_app(folder, base_url=base_url or own, private=private, adding=adding, asked=bool(base_url))
    ready = threading.Event()
    server = _Server(app, lambda _: ready.set())
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        assert ready.wait(20)
        with Library(folder) as library:
            token = library.token() if private else ""
        yield Served(folder, port, token)
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def wait_for_lines(caplog: pytest.LogCaptureFixture, count: int) -> None:
    """A line is written after the answer has gone out."""
    deadline_s = time.monotonic() + 5
    while caplog.text.count("127.0.0.1 ") < count and time.monotonic() < deadline_s:
        time.sleep(0.01)

"""A show with episodes, one of them really spoken, and a small static host that knows byte ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import narrate
from conftest import SAMPLES
from narrate.artwork import draw_cover
from narrate.places import Places
from narrate.site.pages import ASSETS, count_pages, entry_page, show_page, show_page_name, shows_page
from narrate.types import Chapter, Cue, Entry, Role, Show

NOON = datetime(2026, 2, 14, 12, tzinfo=UTC)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

TALES = [
    ("The Lamp at Skerry Point", "A keeper counts the ships that no longer need her, and finds that one still does."),
    ("What the Bees Decide", "How ten thousand insects agree on a new home without anybody being in charge."),
    ("A Short History of the Margin", "The white edge of the page was once the most crowded place in a book."),
    ("Why Rivers Refuse to Run Straight", None),
]


def make_show(**more: Any) -> Show:
    show = Show(
        slug="long-path",
        title="The Long Path",
        author="Perpetua Lind",
        description="Essays to hear on foot: about towns, weather, and the things one passes every day.",
        link="https://example.org/",
        uid="0d7b4b6e-0d0a-4f0c-9d5e-2c8f2f1d7a10",
        feed_guid="0d7b4b6e-0d0a-4f0c-9d5e-2c8f2f1d7a10",
        created_at=NOON,
        artwork="artwork.jpg",
    )
    return replace(show, **more)


def make_entry(number: int = 0, **more: Any) -> Entry:
    title, summary = TALES[number % len(TALES)]
    moment = NOON - timedelta(days=5 * number + 3)
    entry = Entry(
        guid=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        show="long-path",
        slug=f"tale-{number}",
        title=title,
        published_at=moment,
        updated_at=moment,
        file=f"tale-{number}.mp3",
        media_type="audio/mpeg",
        size_bytes=10_000,
        digest="00",
        duration_s=1_260.0 + 400 * number,
        authors=("Perpetua Lind",),
        site="The Coastal Reader",
        summary=summary,
    )
    return replace(entry, **more)


def make_cues(*texts: str, role: Role = Role.STORY, pause_s: float = 0.4) -> list[Cue]:
    """Sentences of two seconds each."""
    starts_s = [number * (2 + pause_s) for number in range(len(texts))]
    return [
        Cue(start_s=start_s, end_s=start_s + 2, text=text, role=role, utterance=number)
        for number, (start_s, text) in enumerate(zip(starts_s, texts, strict=True))
    ]


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A static folder with a show in it whose first episode can be heard."""

    root: Path
    show: Show
    entry: Entry
    cues: tuple[Cue, ...]

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        return self.entry.chapters


def publish(root: Path, base: str = "https://pods.example.org") -> Spoken:
    """A show's folder as a static host gets it, with 60 episodes, of which the first is spoken."""
    folder, show, places = root / "long-path", make_show(), Places(base)
    folder.mkdir(parents=True)
    made = narrate.make(str(SAMPLES / "essay.md"), folder / "on-walking-slowly.mp3")
    (folder / "artwork.jpg").write_bytes(draw_cover("The Long Path", seed="path"))
    (folder / "cover.jpg").write_bytes(draw_cover("On Walking Slowly", "Perpetua Lind", seed="walking"))
    entry = make_entry(
        slug="on-walking-slowly",
        title="On Walking Slowly",
        file=made.path.name,
        published_at=NOON,
        duration_s=made.duration_s,
        chapters=made.chapters,
        sides={"cover": "cover.jpg"},
        site="The Long Path",
        address="https://example.org/walking",
        summary="There are two ways to cross a town, and one of them takes all day.",
    )
    entries = [entry, *(make_entry(number, file=entry.file) for number in range(1, 60))]
    for page in range(1, count_pages(len(entries)) + 1):
        (folder / show_page_name(page)).write_text(show_page(show, entries, places, page=page), "utf-8")
    (folder / f"{entry.slug}.html").write_text(entry_page(show, entry, made.cues, places), "utf-8")
    others = [(make_show(slug=name, title=name.title(), artwork=None), 3) for name in ("tides", "workbench")]
    (root / "index.html").write_text(shows_page([(show, len(entries)), *others], places), "utf-8")
    (root / "assets").mkdir()
    for name, path in ASSETS.items():
        (root / "assets" / name).write_bytes(path.read_bytes())
    return Spoken(root=root, show=show, entry=entry, cues=made.cues)


class StaticHost(SimpleHTTPRequestHandler):
    """Files with a strict policy, and one byte range at a time."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if asked and path.is_file():
            self._send_part(path, int(asked[1]), asked[2])
        else:
            super().do_GET()

    def _send_part(self, path: Path, first: int, last: str) -> None:
        data = path.read_bytes()
        end = min(int(last) + 1 if last else len(data), len(data))
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Range", f"bytes {first}-{end - 1}/{len(data)}")
        self.send_header("Content-Length", str(end - first))
        self.end_headers()
        self.wfile.write(data[first:end])

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()

    def handle(self) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):  # a browser that has enough of a file hangs up
            super().handle()

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests have nothing to say here."""


@contextmanager
def hosting(root: Path) -> Iterator[str]:
    """The address of a static host with a folder, for as long as it is needed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(StaticHost, directory=str(root)))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()

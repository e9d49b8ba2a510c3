"""Sources: a file or standard input, and a clear word where there is none."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from conftest import serving
from narrate import pipeline
from narrate.errors import SourceError
from narrate.settings import Settings
from narrate.sources import open_source


def test_a_file_knows_its_media_type_and_when_it_was_changed(tmp_path: Path) -> None:
    path = tmp_path / "story.html5"
    path.write_text("Hello")
    assert open_source(str(path)).media_type == "text/plain"
    source = open_source(str(path), media_type="text/markdown")
    assert source.media_type == "text/markdown"
    assert source.modified_at is not None
    assert source.modified_at.tzinfo is not None


def test_standard_input_is_plain_text_unless_told_otherwise() -> None:
    assert open_source("-", stdin=io.BytesIO(b"Hello.")).media_type == "text/plain"
    assert open_source("-", stdin=io.BytesIO(b"Hello."), media_type="text/markdown").media_type == "text/markdown"


def test_a_missing_file_suggests_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("x")
    with pytest.raises(SourceError, match=r"there is no file .*stroy.txt. Did you mean .*story.txt"):
        open_source(str(tmp_path / "stroy.txt"))


def test_a_folder_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder. Name a file in it"):
        open_source(str(tmp_path))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n...", "a PDF"),
        (b"PK\x03\x04...", "a ZIP archive"),
        (b"\x89PNG\r\n", "a PNG picture"),
        (b"some\x00binary\x01data that has few NULs in it", "binary data"),
    ],
)
def test_what_is_no_text_is_called_by_its_name(tmp_path: Path, data: bytes, what: str) -> None:
    path = tmp_path / "thing.txt"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=f"is not a text: it looks like {what}"):
        open_source(str(path))


def test_an_empty_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_text(" \n ")
    with pytest.raises(SourceError, match="is empty"):
        open_source(str(path))


@pytest.mark.parametrize(
    "data", [b"\n<!DOCTYPE html><p>Hi.", b"\xef\xbb\xbf<HTML>", b'<?xml version="1.0"?>\n<!-- a -->\n<!doctype html>']
)
def test_a_web_page_is_known_by_its_first_words(data: bytes) -> None:
    assert open_source("-", stdin=io.BytesIO(data)).media_type == "text/html"


def test_text_about_web_pages_is_text() -> None:
    assert open_source("-", stdin=io.BytesIO(b"The <html> element is the root.")).media_type == "text/plain"


PAGES = {
    "/story": ("text/html; charset=iso-8859-1", "<html><body><p>Café au lait.".encode("latin-1")),
    "/notes.md": ("text/plain", b"# Notes"),
    "/raw": ("text/plain", b"<!DOCTYPE html><p>Hello"),
    "/data": ("application/json", b'{"a": 1}'),
    "/doc": ("text/html", b"%PDF-1.7"),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/story")
            self.end_headers()
            return
        media_type, data = PAGES[self.path]
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Last-Modified", "Tue, 03 Mar 2026 08:00:00 GMT")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving(Handler) as address:
        yield address


def test_a_page_comes_with_all_that_the_server_says_of_it(site: str) -> None:
    source = open_source(f"{site}/moved", allow_private=True)
    assert (source.origin, source.address) == (f"{site}/moved", f"{site}/story")
    assert (source.media_type, source.charset) == ("text/html", "iso-8859-1")
    assert source.modified_at == datetime(2026, 3, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(("path", "media_type"), [("/notes.md", "text/markdown"), ("/raw", "text/html")])
def test_a_server_that_says_plain_text_is_not_the_last_to_be_asked(site: str, path: str, media_type: str) -> None:
    assert open_source(site + path, allow_private=True).media_type == media_type


def test_an_address_of_this_machine_is_refused_unless_it_is_trusted(site: str) -> None:
    with pytest.raises(SourceError, match="is an address of this machine itself. If you trust it, add --allow-private"):
        open_source(f"{site}/story")


def test_a_page_that_is_no_page_says_what_it_is(site: str) -> None:
    with pytest.raises(SourceError, match="/doc is not a text: it looks like a PDF"):
        open_source(f"{site}/doc", allow_private=True)
    with pytest.raises(SourceError, match="/data is no web page: the server calls it application/json"):
        pipeline.read(f"{site}/data", settings=Settings(allow_private=True))


def test_a_page_is_read_with_the_servers_encoding_and_its_address(site: str) -> None:
    article = pipeline.read(f"{site}/moved", settings=Settings(allow_private=True))
    assert [block.text for block in article.blocks] == ["Café au lait."]
    assert article.address == f"{site}/story"

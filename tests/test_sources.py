"""Sources: a file or standard input, and a clear word where there is none."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from conftest import serving
from narrate import stories
from narrate.errors import SourceError
from narrate.settings import Settings
from narrate.signatures import DOCX, EPUB, FICTION_BOOK, ODT, tell_kind
from narrate.sources import Readable, open_source, tell_media_type


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
        stories.read(f"{site}/data", settings=Settings(allow_private=True))


def test_a_page_is_read_with_the_servers_encoding_and_its_address(site: str) -> None:
    article = stories.read(f"{site}/moved", settings=Settings(allow_private=True))
    assert [block.text for block in article.blocks] == ["Café au lait."]
    assert article.address == f"{site}/story"


# ------------------------------------------------------------- what bytes are


def packed(*names: str, first: str = "") -> bytes:
    """A package with members of these names, and perhaps one before them that tells what it is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        if first:
            package.writestr("mimetype", first, zipfile.ZIP_STORED)
        for name in names:
            package.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (packed("META-INF/container.xml", first=EPUB), EPUB),
        (packed("OEBPS/a.xhtml", "META-INF/container.xml"), EPUB),
        (packed("content.xml", first=ODT), ODT),
        (packed("content.xml", "mimetype"), ODT),
        (packed("[Content_Types].xml", "_rels/.rels", "word/document.xml"), DOCX),
        (packed("_rels/.rels", "word/document.xml"), DOCX),
        (packed("story.fb2"), FICTION_BOOK),
        (packed("a.txt", "b.txt"), "application/zip"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), None),
        (packed("META-INF/MANIFEST.MF", "a.class"), None),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\r\n%PDF-1.4\n", "application/pdf"),
        (b"{\\rtf1\\ansi Hello}", "application/rtf"),
        (b"WEBVTT - a title\n\n00:01.000 --> 00:02.000\nHi", "text/vtt"),
        (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHi", "application/x-subrip"),
        (b'<?xml version="1.0"?>\n<FictionBook xmlns="x">', FICTION_BOOK),
        (b'<?xml version="1.0"?><!-- a --><rss version="2.0">', "application/rss+xml"),
        (b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "x">\n<rss version="0.91">', "application/rss+xml"),
        (b'<rdf:RDF xmlns:rdf="x" xmlns="http://purl.org/rss/1.0/">', "application/rss+xml"),
        (b'\xef\xbb\xbf<feed xml:lang="en" xmlns="http://www.w3.org/2005/Atom">', "application/atom+xml"),
        ('<?xml version="1.0" encoding="utf-16"?><rss>'.encode("utf-16"), "application/rss+xml"),
        (b'{"title": "T", "version": "https://jsonfeed.org/version/1.1"}', "application/feed+json"),
        (b"From: a@b.example\nTo: c@d.example\nSubject: Hi\nDate: today\n\nHello.", "message/rfc822"),
        (b"Received: from a\n\tby b\nSubject: Hi\nMIME-Version: 1.0\n\nHello.", "message/rfc822"),
        (b"From: <Saved>\nSnapshot-Content-Location: http://a/\nMIME-Version: 1.0\n\n", "multipart/related"),
    ],
)
def test_a_format_is_known_by_its_first_bytes(data: bytes, media_type: str | None) -> None:
    kind = tell_kind(data)
    assert kind is not None
    assert kind.media_type == media_type


@pytest.mark.parametrize(
    "text",
    [
        "Ann: Good morning.\nBob: Good morning.\nCy: Is it?\n\nThey went.",
        "Title: A walk\nAuthor: Ann\nDate: 2026-03-05\n\nIt rained.",
        "From: the beginning\n\nTo: the end\n",
        "WEBVTTX is no format.",
        "<feed>The horses.</feed>",
        "1\nOnce upon a time",
        '{"version": 1}',
        "PK is a pair of letters.",
        "The file begins with %PDF-1.7, they say.",
    ],
)
def test_a_text_that_only_looks_a_little_like_it_stays_a_text(text: str) -> None:
    assert tell_kind(text.encode()) is None
    assert open_source("-", stdin=io.BytesIO(text.encode())).media_type == "text/plain"


@pytest.mark.parametrize(
    "data", [b"<!---->" * 2000, b"<!--" * 4000, b"<!doctype[" * 2000, b"<?a?>" * 3000, b" " * 10**6, b"a: b\n" * 10**5]
)
def test_what_never_begins_is_looked_at_for_a_moment_only(data: bytes) -> None:
    began_s = time.monotonic()
    tell_kind(data)
    assert time.monotonic() - began_s < 0.5


BOOKS = Readable(
    media_types=frozenset({"text/plain", "text/html", EPUB, "message/rfc822"}),
    endings={".epub": EPUB, ".txt": "text/plain", ".eml": "message/rfc822", ".fb2.zip": FICTION_BOOK},
)
BOOK = packed("META-INF/container.xml", first=EPUB)
MAIL = b"Received: a\nSubject: b\nMIME-Version: 1.0\n\nHello."


@pytest.mark.parametrize("name", ["book.epub", "book.txt", "book", "-"])
def test_a_book_is_a_book_whatever_it_is_called(name: str) -> None:
    assert tell_media_type(name, BOOK, readable=BOOKS) == EPUB


@pytest.mark.parametrize(
    ("name", "declared"), [("/b", "application/epub+zip"), ("/b", "text/html"), ("/b", "application/zip"), ("/b", "")]
)
def test_a_book_is_a_book_whatever_the_server_calls_it(name: str, declared: str) -> None:
    assert tell_media_type(name, BOOK, readable=BOOKS, declared=declared) == EPUB


def test_only_what_no_reader_reads_is_refused() -> None:
    with pytest.raises(SourceError, match="book.epub is not a text: it looks like an EPUB book"):
        tell_media_type("book.epub", BOOK)
    with pytest.raises(SourceError, match="it looks like a Word document"):
        tell_media_type("a.docx", packed("word/document.xml"), readable=BOOKS)
    with pytest.raises(SourceError, match="it looks like an EPUB book"):
        tell_media_type("book.epub", BOOK, told="text/plain", readable=BOOKS)


def test_a_mail_is_a_text_where_nobody_reads_mails() -> None:
    assert tell_media_type("a.eml", MAIL, readable=BOOKS) == "message/rfc822"
    assert tell_media_type("-", MAIL, readable=BOOKS) == "message/rfc822"
    assert tell_media_type("-", MAIL) == "text/plain"


def test_an_archive_says_who_takes_it() -> None:
    with pytest.raises(SourceError, match="a ZIP archive. Give a text that is in it, or the archive to `narrate make`"):
        tell_media_type("a.zip", packed("a.txt", "b.txt"))


def test_a_feed_is_a_feed_whatever_the_server_calls_it() -> None:
    for declared in ("text/html", "text/xml", "application/rss+xml", ""):
        assert tell_media_type("/feed", b"<rss>", declared=declared) == "application/rss+xml"

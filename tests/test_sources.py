"""Sources: a file or standard input, and a clear word where there is none."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from narrate.errors import SourceError
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
        (b"\n<!DOCTYPE html><html><p>Hi.", "a web page"),
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


def test_a_web_address_is_refused_with_a_way_out() -> None:
    with pytest.raises(SourceError, match="Save the page as text"):
        open_source("https://example.org/story")

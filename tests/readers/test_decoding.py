"""Encodings: detected, or an error that names the byte."""

from __future__ import annotations

import pytest

from conftest import source_of
from narrate.errors import SourceError, UsageError
from narrate.readers.decoding import decode

TEXT = "“Café” costs £5 – naïve? Łódź…"
WESTERN = "“Café” costs £5 – naïve?"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_with_and_without_a_mark(encoding: str) -> None:
    assert decode(source_of(TEXT.encode(encoding))) == TEXT


def test_windows_1252_is_told_even_when_short() -> None:
    assert decode(source_of(WESTERN.encode("cp1252"))) == WESTERN


def test_line_ends_become_line_feeds() -> None:
    assert decode(source_of(b"a\r\nb\rc\n")) == "a\nb\nc\n"


def test_broken_utf8_names_the_offset_and_the_line() -> None:
    data = "Größe und Äpfel\nÜber ".encode() + b"\xff" + b" alles"
    with pytest.raises(SourceError, match=r"byte at offset 25, line 2, does not fit"):
        decode(source_of(data))


def test_the_encoding_given_is_obeyed() -> None:
    assert decode(source_of("дом".encode("koi8_r"), encoding="koi8-r")) == "дом"


def test_an_encoding_that_does_not_exist_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="there is no encoding 'utf-9'"):
        decode(source_of(b"x", encoding="utf-9"))

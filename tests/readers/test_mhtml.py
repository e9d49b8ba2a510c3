"""Web pages saved whole: the page is read as if it came from its address."""

from __future__ import annotations

import pytest

from conftest import source_of
from narrate.errors import ArticleError, SourceError
from narrate.readers.mhtml import MhtmlReader
from narrate.types import Article

PROSE = (
    "The council voted nine to four on Monday to keep the lightship, which has stood there since 1951.",
    "Nobody had expected the vote to be so clear, said the clerk, who has counted votes for thirty years.",
    "The ship will be towed to the yard in spring, painted red, and brought back before the first storms.",
)
STORY = "".join(f"<p>{sentence}</p>" for sentence in PROSE)
PAGE = (
    '<html lang=3D"en-GB"><head><title>The ship</title></head>'
    f"<body><article><h1>The ship</h1>{STORY}</article></body></html>"
)
FRAME = f"<html><body><p>{' '.join(['An advert in a frame, with a sentence of its own.'] * 20)}</p></body></html>"


def saved(*parts: str, head: str = "") -> bytes:
    inner = "".join(f"------b\r\n{part}\r\n" for part in parts)
    return (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://courier.example/ship\r\nSubject: The ship\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/related; type="text/html"; boundary="----b"{head}'
        f"\r\n\r\n{inner}------b--\r\n"
    ).encode()


def part(data: str, location: str, kind: str = "text/html", way: str = "quoted-printable", more: str = "") -> str:
    return (
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {way}\r\nContent-Location: {location}\r\n{more}\r\n{data}"
    )


def read(data: bytes) -> Article:
    return MhtmlReader().read(source_of(data, "multipart/related"))


def test_the_page_is_read_and_its_address_is_known() -> None:
    picture = part("iVBORw0KGgo=", "https://courier.example/a.png", "image/png", "base64")
    article = read(saved(part(PAGE, "https://courier.example/ship"), picture, part(FRAME, "https://ads.example/frame")))
    assert [block.text for block in article.blocks] == list(PROSE)
    assert (article.title, article.language, article.address) == ("The ship", "en-GB", "https://courier.example/ship")


def test_the_page_that_the_archive_names_is_the_one() -> None:
    named = part(PAGE, "https://courier.example/ship", more="Content-ID: <root>\r\n")
    data = saved(part(FRAME, "https://ads.example/frame"), named, head='; start="<root>"')
    assert read(data).title == "The ship"


def test_a_page_in_another_encoding_is_read() -> None:
    page = PAGE.replace("lightship", "f=E4hre").replace("=3D", "=3D")
    data = saved(part(page, "https://courier.example/ship", "text/html; charset=iso-8859-1"))
    assert "fähre" in read(data).blocks[0].text


def test_an_address_that_is_none_of_the_web_is_no_address() -> None:
    data = saved(part(PAGE, "file:///home/a.html")).replace(b"https://courier.example/ship", b"javascript:alert(1)")
    assert read(data).address is None


@pytest.mark.parametrize(
    "data", [b"", b"Once upon a time", saved(), saved(part("iVBORw0KGgo=", "a", "image/png", "base64"))]
)
def test_what_holds_no_page_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="is no saved web page"):
        read(data)


def test_a_page_that_is_cut_short_is_read_as_far_as_it_goes_and_one_without_words_says_so() -> None:
    data = saved(part(PAGE, "https://courier.example/ship"))
    assert read(data[: data.index(b"The ship will be")]).blocks[0].text == PROSE[0]
    with pytest.raises(ArticleError, match="no article|no words"):
        read(saved(part("", "https://courier.example/ship")))

"""Web pages saved whole (MHTML): the page itself, without what it fetched.

Source: RFC 2557; Chromium names the page's address in Snapshot-Content-Location.
"""

from __future__ import annotations

from dataclasses import replace

from narrate.errors import SourceError
from narrate.readers.mime import Part, read_part, refuse_huge
from narrate.types import Article, Source

PAGES = ("text/html", "application/xhtml+xml")


class MhtmlReader:
    """Reads web pages saved as MHTML."""

    name = "mhtml"
    media_types = ("multipart/related", "application/x-mimearchive")
    suffixes = (".mhtml", ".mht")

    def read(self, source: Source) -> Article:
        from narrate.readers.html.reader import HtmlReader

        whole = read_part(source.data)
        page = _root_page(whole)
        if page is None:
            raise SourceError(f"{source.name} is no saved web page", "no page is in it", "Save the page again")
        refuse_huge(source, page)
        address = _web_address(whole.header("Snapshot-Content-Location") or page.header("Content-Location"))
        return HtmlReader().read(
            replace(
                source,
                data=page.data(),
                media_type=page.media_type,
                charset=page.charset or source.charset,
                address=address or source.address,
            )
        )


def _root_page(whole: Part) -> Part | None:
    """The page that a browser would show first: the one that the archive names, else its first."""
    pages = [part for part in whole.leaves() if part.media_type in PAGES]
    start = whole.parameter("start")
    named = next((page for page in pages if start and page.header("Content-ID") == start), None)
    return named or next(iter(pages), None)


def _web_address(written: str | None) -> str | None:
    text = (written or "").strip()
    return text if text.startswith(("https://", "http://")) and not any(map(str.isspace, text)) else None

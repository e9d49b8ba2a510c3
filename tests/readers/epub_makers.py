"""Books made from text, for tests and for benchmarks: no file of a book lies in the repository unread."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

from conftest import source_of
from narrate.readers.epub.reader import EpubReader
from narrate.types import Article, BlockKind, Source

MEDIA_TYPE = "application/epub+zip"
CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""
TITLE = '<dc:title>The Long Path</dc:title><dc:language>en</dc:language><dc:identifier id="uid">x-1</dc:identifier>'

PROSE = (
    "The harbour at night is a different country, and the cranes stand with their heads down like cattle in the rain.",
    "Nobody had expected the vote to be so clear, said the clerk, who had counted votes there for thirty years.",
    "The ship will be towed to the yard in spring, painted red, and brought back before the first storms come in.",
)
STORY = "".join(f"<p>{sentence}</p>" for sentence in PROSE)


def page(body: str, *, head: str = "", attributes: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        ' xmlns:ssml="http://www.w3.org/2001/10/synthesis">'
        f"<head><title>page</title>{head}</head><body {attributes}>{body}</body></html>"
    )


def nav(lines: str, *, more: str = "") -> str:
    """A page of navigation; `lines` are the items of its list."""
    return page(f'<nav epub:type="toc"><h2>Contents</h2><ol>{lines}</ol></nav>{more}')


def line(title: str, href: str, below: str = "") -> str:
    """An item of a list of contents."""
    return f'<li><a href="{href}">{escape(title)}</a>{f"<ol>{below}</ol>" if below else ""}</li>'


def ncx(points: str) -> str:
    return f'<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><navMap>{points}</navMap></ncx>'


def point(title: str, href: str, below: str = "") -> str:
    label = f"<navLabel><text>{escape(title)}</text></navLabel>"
    return f'<navPoint>{label}<content src="{href}"/>{below}</navPoint>'


def package(
    pages: Sequence[str],
    *,
    metadata: str = TITLE,
    items: str = "",
    guide: str = "",
    aside: Sequence[str] = (),
    version: str = "3.0",
    toc: str = "",
) -> str:
    """The package document of a book with those pages in that order, all but `aside` in the reading order."""
    listed = "".join(f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in pages)
    spine = "".join(
        f'<itemref idref="{name}"{" linear=" + chr(34) + "no" + chr(34) if name in aside else ""}/>' for name in pages
    )
    return (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/" version="{version}" unique-identifier="uid">'
        f"<metadata>{metadata}</metadata><manifest>{listed}{items}</manifest>"
        f"<spine{toc}>{spine}</spine>{f'<guide>{guide}</guide>' if guide else ''}</package>"
    )


NAV_ITEM = '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
NCX_ITEM = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>'


def pack(files: Mapping[str, str | bytes], *, mimetype: str = MEDIA_TYPE) -> bytes:
    """A ZIP archive with the files under their paths, `mimetype` first and unpacked."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for path, text in files.items():
            archive.writestr(path, text)
    return buffer.getvalue()


def book(
    pages: Mapping[str, str],
    *,
    contents: str = "",
    metadata: str = TITLE,
    items: str = "",
    guide: str = "",
    aside: Sequence[str] = (),
    files: Mapping[str, str | bytes] | None = None,
    more_navigation: str = "",
) -> bytes:
    """An EPUB 3.

    Args:
        pages: bodies by the names of their pages, or whole pages where they begin with `<?xml` or `<html`.
        contents: lines of its navigation; none leaves it without.
        files: more files, by their paths below `OPS/`, or from the root where they begin with `/`.
    """
    texts = {name: text if text.startswith(("<?xml", "<html", "<!")) else page(text) for name, text in pages.items()}
    if contents:
        items += NAV_ITEM
    opf = package(list(pages), metadata=metadata, items=items, guide=guide, aside=aside)
    packed: dict[str, str | bytes] = {"META-INF/container.xml": CONTAINER, "OPS/book.opf": opf}
    if contents:
        packed["OPS/nav.xhtml"] = nav(contents, more=more_navigation)
    packed |= {f"OPS/{name}": text for name, text in texts.items()}
    packed |= {(name[1:] if name.startswith("/") else f"OPS/{name}"): data for name, data in (files or {}).items()}
    return pack(packed)


def old_book(pages: Mapping[str, str], points: str, *, metadata: str = TITLE, guide: str = "") -> bytes:
    """An EPUB 2 with an NCX."""
    opf = package(list(pages), metadata=metadata, items=NCX_ITEM, guide=guide, version="2.0", toc=' toc="ncx"')
    packed = {"META-INF/container.xml": CONTAINER, "OPS/book.opf": opf, "OPS/toc.ncx": ncx(points)}
    return pack(packed | {f"OPS/{name}": page(text) for name, text in pages.items()})


def source(data: bytes) -> Source:
    return source_of(data, MEDIA_TYPE)


def read(data: bytes) -> Article:
    return EpubReader().read(source(data))


def shapes(article: Article) -> list[tuple[str, str]]:
    """Kind and text of every block."""
    return [(block.kind.value, block.text) for block in article.blocks]


def headings(article: Article) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in article.blocks if block.kind is BlockKind.HEADING]


def blocks_of(body: str, **more: str) -> list[tuple[str, str]]:
    """What a book of one page with that body is read as."""
    return shapes(read(book({"one.xhtml": body}, **more)))  # type: ignore[arg-type]

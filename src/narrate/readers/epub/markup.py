"""From the bytes of a book's files to trees: nothing outside is fetched, no entity of the file's own is expanded."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.entities import html5
from typing import TYPE_CHECKING

from narrate.errors import SourceError
from narrate.readers.decoding import decode
from narrate.types import Source

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

EPUB = "http://www.idpf.org/2007/ops"
SSML = "http://www.w3.org/2001/10/synthesis"
OPF = "http://www.idpf.org/2007/opf"
XML = "http://www.w3.org/XML/1998/namespace"
PREFIXES = {EPUB: "epub", SSML: "ssml", OPF: "opf", XML: "xml"}

HEAD_BYTES = 2048
SAMPLE_BYTES = 4096
RARE_NUL, COMMON_NUL = 1024, 0.2
"""Bytes to each NUL in what is a text with a slip in it; share of NULs in UTF-16 at least."""

DECLARED = re.compile(
    rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})|<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})",
    re.IGNORECASE,
)
DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,300}\?>")
SUBSET = re.compile(r"\A\s*<!DOCTYPE[^\[>]{0,300}\[.*?\]\s*>", re.IGNORECASE | re.DOTALL)
"""A document type with declarations of its own, which readers of HTML take for words."""

ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
EMBEDDED = re.compile(r"data:[\w/+.;=-]{0,100},[^\"'<>]{100,}")
"""Pictures inside attributes, which nobody reads."""

CLOSED = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)([A-Za-z][\w:.-]*)"
    r"((?:\s[^<>]*)?)/>"
)
"""An element that XML closes at once, and HTML would leave open."""


def parse_xml(data: bytes) -> Element | None:
    """A tree of XML that may be damaged; None where there is none in it."""
    from lxml import etree

    for recover in (False, True):
        try:
            root = etree.fromstring(data, _parser(recover=recover))
        except (etree.XMLSyntaxError, ValueError, LookupError):
            continue
        if root is not None:
            return _plain(root)
    return None


def parse_page(data: bytes, path: str) -> Element | None:
    """The tree of a page: as XML where it is that, else as browsers read it; None where there is nothing in it."""
    from lxml import etree, html

    text = EMBEDDED.sub("data:,", DECLARATION.sub("", _decode(data, path), count=1))
    try:
        root = etree.fromstring(ENTITY.sub(_character, text).encode("utf-8", "replace"), _parser(recover=False))
        return _plain(root)
    except (etree.XMLSyntaxError, ValueError):
        pass
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, recover=True, remove_pis=True, remove_comments=True, huge_tree=False
    )
    try:
        opened = CLOSED.sub(r"<\1\2></\1>", SUBSET.sub("", text, count=1)).encode("utf-8", "replace")
        return html.document_fromstring(opened, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def is_binary(data: bytes) -> bool:
    """Is it no text, such as an encrypted page? Text in UTF-16 has a NUL in every second byte, other text has none."""
    sample = data[:SAMPLE_BYTES]
    nuls = sample.count(0)
    return len(sample) / RARE_NUL < nuls < len(sample) * COMMON_NUL and not sample.startswith(
        (b"\xff\xfe", b"\xfe\xff")
    )


def name_of(element: Element) -> str:
    """The name of an element without its namespace, in lower case."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def attribute(element: Element, space: str, name: str) -> str:
    """An attribute of a namespace, whether the file was read as XML or as HTML; empty where it has none."""
    return element.get(f"{{{space}}}{name}") or element.get(f"{PREFIXES[space]}:{name}") or ""


def types_of(element: Element) -> frozenset[str]:
    """What the book says that an element is: `epub:type`, and the roles of ARIA for publications without `doc-`.

    Source: https://www.w3.org/TR/epub-ssv-11/, https://www.w3.org/TR/dpub-aria-1.1/
    """
    written = f"{attribute(element, EPUB, 'type')} {element.get('role') or ''}".lower()
    return frozenset(word.removeprefix("doc-") for word in written.split()[:20])


def words_in(element: Element) -> str:
    """All its words, white space collapsed."""
    return " ".join("".join(element.itertext()).split())


def begin_of(element: Element, most_chars: int) -> str:
    """Its words, if it has no more characters than that; else so many and one more, however much there is."""
    parts: list[str] = []
    chars = 0
    for text in element.itertext():
        parts.append(text)
        chars += len(text.strip())
        if chars > most_chars:
            break
    return " ".join("".join(parts).split())[: most_chars + 1]


def descendants(root: Element, name: str) -> list[Element]:
    """Elements of that name, whatever their namespace."""
    return list(root.iter(f"{{*}}{name}"))


def _parser(*, recover: bool) -> object:
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )


def _plain(root: Element) -> Element:
    """Without entities that the file declares itself."""
    from lxml import etree

    etree.strip_elements(root, etree.Entity, with_tail=False)
    return root


def _character(found: re.Match[str]) -> str:
    """What an entity of HTML stands for; `&amp;` and its like stay, and so does what nobody knows."""
    character = html5.get(f"{found[1]};", found[0])
    return found[0] if set(character) & set("<>&\"'") else character


def _decode(data: bytes, path: str) -> str:
    found = DECLARED.search(data[:HEAD_BYTES])
    declared = (found[1] or found[2]).decode("ascii") if found else None
    source = Source(origin=path, media_type="application/xhtml+xml", data=data, fetched_at=datetime.now(UTC))
    try:
        return decode(source, declared=declared, lenient=True)
    except SourceError:
        return data.decode("utf-8", "replace").replace("\0", "")

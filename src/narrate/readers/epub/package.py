"""The package document of a book: what it is called, who wrote it, its files, and the order to read them in.

Source: https://www.w3.org/TR/epub-33/#sec-package-doc and, for EPUB 2, https://idpf.org/epub/20/spec/OPF_2.0.1_draft.htm
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from narrate.errors import SourceError
from narrate.languages import is_language_tag
from narrate.readers.epub.archive import REMEDY, Archive, join
from narrate.readers.epub.markup import OPF, XML, attribute, descendants, name_of, parse_page, parse_xml, words_in

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
LOCKS = ("META-INF/rights.xml", "META-INF/sinf.xml", "META-INF/license.lcpl")
"""Files of Adobe's, Apple's and the Readium Foundation's locks, beside pages that no program but theirs can read."""

PACKAGE_TYPE = "application/oebps-package+xml"
PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF")
"""First bytes of pictures that can be a cover."""

OF_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Ways to disguise a font, which protect no text. Source: https://www.w3.org/TR/epub-33/#sec-font-obfuscation"""

MOST_ITEMS = 20_000
MOST_SUMMARY_CHARS = 1000
LARGEST_COVER_BYTES = 16 * 2**20
FULL_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
LONG_TAGS = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "nld": "nl",
    "dut": "nl", "rus": "ru", "pol": "pl", "swe": "sv", "dan": "da", "nor": "no", "fin": "fi", "ces": "cs", "cze": "cs",
    "hun": "hu", "tur": "tr", "ell": "el", "gre": "el", "jpn": "ja", "zho": "zh", "chi": "zh", "kor": "ko", "ara": "ar",
    "heb": "he", "lat": "la", "cat": "ca", "ukr": "uk",
}  # fmt: skip
"""Tags of ISO 639-2, as catalogues write them, for languages that have one of two letters."""

NOBODY = ("unknown", "unknown author", "unbekannt", "inconnu", "desconocido", "sconosciuto")
"""What catalogues write for an author that they do not know."""

UNKNOWN_BEFORE = 1000
"""Years before it are what catalogues write for a date that they do not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A file of the book, as its manifest lists it."""

    id: str
    path: str
    """Of the member in the archive; empty where it leads outside."""
    media_type: str
    properties: frozenset[str]
    fallback: str

    @property
    def is_page(self) -> bool:
        return self.media_type in PAGES or (not self.media_type and self.path.endswith((".xhtml", ".html", ".htm")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the book says of itself."""

    title: str | None
    authors: tuple[str, ...]
    language: str | None
    publisher: str | None
    published_at: datetime | None
    """None also where only a year or a month is known."""
    series: str | None
    summary: str | None
    address: str | None
    """Its identifier, where that is a web address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The package document of a book."""

    path: str
    metadata: Metadata
    items: dict[str, Item]
    """By their ids."""
    pages: tuple[Item, ...]
    """In reading order, without what is aside from it."""
    unread: tuple[str, ...]
    """Names of what stands in the reading order and is no page, or is not there."""
    aside: tuple[Item, ...]
    """Pages that the book itself puts beside its reading order."""
    guide: tuple[tuple[str, str, str], ...]
    """Of EPUB 2: what a place is, such as `toc`, the path and the id in it."""
    navigation: Item | None
    ncx: Item | None
    cover: Item | None
    """A picture, or a page that shows one."""


def open_package(archive: Archive) -> Package:
    """The package of a book whose pages can be read.

    Raises:
        SourceError: there is none, or its pages are encrypted.
    """
    path = _find_package(archive)
    root = parse_xml(archive.read(path) or b"") if path else None
    if root is None or name_of(root) != "package":
        raise SourceError(f"{archive.name} is no EPUB", "there is no package document in it", REMEDY)
    package = _read_package(root, path)
    _refuse_encrypted(archive, {path, *(page.path for page in package.pages)})
    return package


def _find_package(archive: Archive) -> str:
    root = parse_xml(archive.read(CONTAINER) or b"")
    for rootfile in descendants(root, "rootfile") if root is not None else ():
        path = join("", rootfile.get("full-path") or "")[0]
        if (rootfile.get("media-type") or PACKAGE_TYPE) == PACKAGE_TYPE and archive.has(path):
            return path
    return next((path for path in archive.paths() if path.lower().endswith(".opf")), "")


def _refuse_encrypted(archive: Archive, needed: set[str]) -> None:
    root = parse_xml(archive.read(ENCRYPTION) or b"")
    for data in descendants(root, "EncryptedData") if root is not None else ():
        method = next(iter(descendants(data, "EncryptionMethod")), None)
        if method is not None and method.get("Algorithm") in OF_FONTS:
            continue
        if any(join("", one.get("URI") or "")[0] in needed for one in descendants(data, "CipherReference")):
            raise locked(archive)


def locked(archive: Archive) -> SourceError:
    return SourceError(
        f"{archive.name} is locked",
        "its pages are encrypted for the programs of one shop (DRM)",
        "Ask the shop or library for a copy without a lock",
    )


# ---------------------------------------------------------------- files


def _read_package(root: Element, path: str) -> Package:
    items = {item.id: item for item in _read_items(root, path)}
    spine = next(iter(descendants(root, "spine")), None)
    guide = tuple(
        ((reference.get("type") or "").lower(), *join(path, reference.get("href") or ""))
        for reference in descendants(root, "reference")
    )
    references = descendants(spine, "itemref") if spine is not None else []
    linear = [one for one in references if (one.get("linear") or "").lower() != "no"] or references
    pages = {name: _page_for(name, items) for name in _names_of(linear)}
    paths = {item.path: item for item in pages.values() if item is not None and item.path}
    beside = [_page_for(name, items) for name in _names_of(references) if name not in pages]
    by_id = spine.get("toc") or "" if spine is not None else ""
    typed = next((item for item in items.values() if item.media_type == "application/x-dtbncx+xml"), None)
    return Package(
        path=path,
        metadata=_read_metadata(root),
        items=items,
        pages=tuple(paths.values()),
        unread=tuple(name for name, item in pages.items() if item is None or not item.path),
        aside=tuple(item for item in beside if item is not None and item.path not in paths),
        guide=guide,
        navigation=next((item for item in items.values() if "nav" in item.properties), None),
        ncx=items.get(by_id) or typed,
        cover=_find_cover(root, items, guide),
    )


def _read_items(root: Element, path: str) -> Iterator[Item]:
    for element in descendants(root, "item")[:MOST_ITEMS]:
        yield Item(
            id=element.get("id") or "",
            path=join(path, element.get("href") or "")[0],
            media_type=(element.get("media-type") or "").strip().lower(),
            properties=frozenset((element.get("properties") or "").split()),
            fallback=element.get("fallback") or "",
        )


def _names_of(references: Sequence[Element]) -> Iterator[str]:
    return (one.get("idref") or "" for one in references)


def _page_for(name: str, items: dict[str, Item]) -> Item | None:
    """The page of a name; what is none gives way to its fallback, where that is one."""
    tried: set[str] = set()
    while name in items and name not in tried:
        if items[name].is_page:
            return items[name]
        tried.add(name)
        name = items[name].fallback
    return None


# ---------------------------------------------------------------- metadata


def _read_metadata(root: Element) -> Metadata:
    refined = _refinements(root)
    identifiers = [words_in(one) for one in descendants(root, "identifier")]
    return Metadata(
        title=_find_title(root, refined),
        authors=_find_authors(root, refined),
        language=_find_language(root),
        publisher=_first(root, "publisher"),
        published_at=_find_date(root),
        series=_find_series(root, refined),
        summary=_find_summary(root),
        address=next((one for one in identifiers if re.fullmatch(r"https?://\S+", one)), None),
    )


def _first(root: Element, name: str) -> str | None:
    return next((words for one in descendants(root, name) if (words := words_in(one))), None)


def _refinements(root: Element) -> dict[str, dict[str, str]]:
    """What `meta` elements of EPUB 3 add to others, by their ids."""
    refined: dict[str, dict[str, str]] = {}
    for meta in descendants(root, "meta"):
        target = (meta.get("refines") or "").removeprefix("#")
        if target:
            refined.setdefault(target, {}).setdefault(meta.get("property") or "", words_in(meta))
    return refined


def _find_title(root: Element, refined: dict[str, dict[str, str]]) -> str | None:
    titles = [one for one in descendants(root, "title") if words_in(one)]
    main = (one for one in titles if refined.get(one.get("id") or "", {}).get("title-type") == "main")
    chosen = next(main, titles[0] if titles else None)
    return words_in(chosen) if chosen is not None else None


def _find_authors(root: Element, refined: dict[str, dict[str, str]]) -> tuple[str, ...]:
    """Creators who are authors; all of them where the book names none so."""
    creators = [one for one in descendants(root, "creator") if words_in(one)]
    roles = [attribute(one, OPF, "role") or refined.get(one.get("id") or "", {}).get("role", "aut") for one in creators]
    authors = [one for one, role in zip(creators, roles, strict=True) if role.strip().lower() == "aut"]
    names = dict.fromkeys(map(words_in, authors or creators))
    return tuple(name for name in names if name.lower() not in NOBODY)


def _find_language(root: Element) -> str | None:
    tags = (_short_tag(words_in(one).replace("_", "-")) for one in descendants(root, "language"))
    return next((tag for tag in tags if is_language_tag(tag) and tag.lower() not in ("und", "mul", "zxx")), None)


def _short_tag(tag: str) -> str:
    """`en` for `eng`, which BCP 47 does not know."""
    first, _, rest = tag.partition("-")
    return "-".join(filter(None, (LONG_TAGS.get(first.lower(), first), rest)))


def _find_date(root: Element) -> datetime | None:
    dates = descendants(root, "date")
    dates.sort(key=lambda one: attribute(one, OPF, "event") not in ("publication", "original-publication"))
    for found in filter(None, (FULL_DATE.fullmatch(words_in(one)) for one in dates)):
        year, month, day = (int(part) for part in found.groups())
        try:
            return datetime(year, month, day, tzinfo=UTC) if year >= UNKNOWN_BEFORE else None
        except ValueError:
            continue
    return None


def _find_series(root: Element, refined: dict[str, dict[str, str]]) -> str | None:
    """A series and the number in it: of EPUB 3, else as calibre writes it."""
    metas = descendants(root, "meta")
    for meta in metas:
        about = refined.get(meta.get("id") or "", {})
        is_series = (
            meta.get("property") == "belongs-to-collection" and about.get("collection-type", "series") == "series"
        )
        if is_series and words_in(meta):
            return _numbered(words_in(meta), about.get("group-position", ""))
    named = {meta.get("name"): (meta.get("content") or "").strip() for meta in metas}
    series = named.get("calibre:series", "")
    return _numbered(series, named.get("calibre:series_index", "")) if series else None


def _numbered(series: str, number: str) -> str:
    number = re.sub(r"\.0+$", "", number.strip())
    return f"{series}, {number}" if re.fullmatch(r"\d{1,5}(\.\d{1,3})*", number) else series


def _find_summary(root: Element) -> str | None:
    """The description without markup that catalogues write into it."""
    written = _first(root, "description")
    if written and "<" in written:
        page = parse_page(written.encode("utf-8", "replace"), "description")
        written = words_in(page) if page is not None else None
    return written[:MOST_SUMMARY_CHARS] if written else None


# ---------------------------------------------------------------- cover


def _find_cover(root: Element, items: dict[str, Item], guide: tuple[tuple[str, str, str], ...]) -> Item | None:
    named = next((meta.get("content") for meta in descendants(root, "meta") if meta.get("name") == "cover"), None)
    by_guide = {path for kind, path, _ in guide if kind == "cover"}
    candidates = (
        *(item for item in items.values() if "cover-image" in item.properties),
        *(item for item in items.values() if named and named in (item.id, item.path.rpartition("/")[2])),
        *(item for item in items.values() if item.path in by_guide),
        *(item for item in items.values() if item.id.lower() in ("cover", "cover-image", "coverimage")),
    )
    return next((item for item in candidates if item.path), None)


def read_cover(archive: Archive, package: Package) -> bytes | None:
    """The bytes of the cover, where it is a JPEG, PNG, GIF or WebP."""
    item = package.cover
    if item is None:
        return None
    return _read_picture(archive, _shown_on(archive, item.path) if item.is_page else item.path)


def _shown_on(archive: Archive, path: str) -> str:
    """The first picture of a page."""
    page = parse_page(archive.read(path) or b"", path)
    for element in page.iter("{*}img", "{*}image") if page is not None else ():
        href = element.get("src") or element.get("{http://www.w3.org/1999/xlink}href") or element.get("xlink:href")
        return join(path, href or "")[0]
    return ""


def _read_picture(archive: Archive, path: str) -> bytes | None:
    if not 0 < archive.size_bytes(path) <= LARGEST_COVER_BYTES:
        return None
    data = archive.read(path)
    return data if data and data.startswith(PICTURES) else None


def language_of(element: Element) -> str:
    """What an element says of its language; empty where it says nothing."""
    return attribute(element, XML, "lang") or element.get("lang") or ""

"""The table of contents that a book brings: `nav` of EPUB 3, NCX of EPUB 2; and what its landmarks and guide name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrate.readers.epub.archive import Archive, join
from narrate.readers.epub.markup import descendants, name_of, parse_page, parse_xml, types_of, words_in
from narrate.readers.epub.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MOST_ENTRIES = 10_000
LONGEST_TITLE = 300
"""In characters: what is longer is no title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the table of contents."""

    title: str
    path: str
    """Of the page; empty for a line that leads nowhere, such as a part with chapters."""
    fragment: str
    depth: int
    """0 for the outermost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """A place that the book names for what it is."""

    kind: str
    """Such as `toc` or `copyright-page`."""
    path: str
    fragment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Navigation:
    entries: tuple[Entry, ...] = ()
    landmarks: tuple[Landmark, ...] = ()


def read_navigation(archive: Archive, package: Package) -> Navigation:
    """What leads through the book: its `nav`, else its NCX; nothing where both are missing or broken."""
    entries: list[Entry] = []
    landmarks = [Landmark(kind=kind, path=path, fragment=fragment) for kind, path, fragment in package.guide if path]
    if package.navigation is not None:
        path = package.navigation.path
        page = parse_page(archive.read(path) or b"", path)
        if page is not None:
            entries = list(_read_nav(page, path))
            landmarks += _read_landmarks(page, path)
    if not any(entry.path for entry in entries) and package.ncx is not None:
        root = parse_xml(archive.read(package.ncx.path) or b"")
        entries = list(_read_ncx(root, package.ncx.path)) if root is not None else []
    return Navigation(entries=tuple(_each_once(entries)), landmarks=tuple(landmarks))


def _each_once(entries: list[Entry]) -> Iterator[Entry]:
    """Lines with a title, none of them twice in a row or leading in a circle, and no more than a book has."""
    met: set[tuple[str, str, str]] = set()
    for entry in entries[:MOST_ENTRIES]:
        key = (entry.title, entry.path, entry.fragment)
        if any(map(str.isalnum, entry.title)) and (key not in met or not entry.path):
            met.add(key)
            yield entry


def _read_nav(page: Element, path: str) -> Iterator[Entry]:
    navs = descendants(page, "nav")
    nav = next((one for one in navs if "toc" in types_of(one)), None)
    if nav is None:
        nav = next((one for one in navs if not types_of(one)), None)
    for item in descendants(nav, "li") if nav is not None else ():
        label = next((one for one in item if name_of(one) in ("a", "span")), None)
        if label is None:
            continue
        href = label.get("href") or ""
        target = join(path, href) if href else ("", "")
        depth = sum(name_of(one) == "li" for one in item.iterancestors())
        yield Entry(title=_title_of(label), path=target[0], fragment=target[1], depth=depth)


def _title_of(label: Element) -> str:
    """Its words, else those of a picture in it."""
    shown = words_in(label) or next((one.get("alt") or "" for one in descendants(label, "img")), "")
    return " ".join((shown or label.get("title") or "").replace("\u00ad", "").split())[:LONGEST_TITLE]


def _read_landmarks(page: Element, path: str) -> Iterator[Landmark]:
    for nav in descendants(page, "nav"):
        if "landmarks" in types_of(nav):
            for link in descendants(nav, "a"):
                target = join(path, link.get("href") or "")
                for kind in types_of(link) if target[0] else ():
                    yield Landmark(kind=kind, path=target[0], fragment=target[1])


def _read_ncx(root: Element, path: str) -> Iterator[Entry]:
    """Source: https://daisy.org/guidance/info-help/guidance-training/daisy-tools/ansi-niso-z39-86-2005-r2012/"""
    for number, point in enumerate(root.iter("{*}navPoint")):
        if number >= MOST_ENTRIES:
            return
        children = {name_of(child): child for child in reversed(point)}
        label, content = children.get("navlabel"), children.get("content")
        href = content.get("src") or "" if content is not None else ""
        target = join(path, href) if href else ("", "")
        depth = sum(name_of(one) == "navpoint" for one in point.iterancestors())
        title = _title_of(label) if label is not None else ""
        yield Entry(title=title, path=target[0], fragment=target[1], depth=depth)

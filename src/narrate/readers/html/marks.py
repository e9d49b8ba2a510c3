"""What a page marks as something other than its article: captions, share bars, adverts, lists of other pages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from narrate.readers.html.walk import FLOWING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_PROSE_WORDS = 40
"""An element that holds more words of prose than this is never taken for clutter by its name alone."""

PROSE_WORDS = 12
"""A paragraph of so many words that ends as a sentence, few of them linked, is prose."""

MOST_LINKED = 0.3

PARAGRAPHS = ("p", "li", "blockquote", "dd")
WHOLE = ("html", "body", "main", "article")
"""Elements that are never clutter, whatever their classes say."""

LONG_ID = 4
"""An id of more words than this is the text of a heading, and says nothing of the page."""

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LINES = ("p", "li", "td", "th", "dd", "dt", "blockquote", *HEADINGS)
"""Elements whose words are one line."""

ATTRIBUTES = ("class", "id", "data-testid", "data-component", "data-type")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
NOT_A_WORD = re.compile(r"[\W_]+")
SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*(?:\s|$)")


@dataclass(frozen=True, slots=True)
class _Table:
    tags: dict[str, str]
    roles: dict[str, str]
    names: dict[str, str]
    pattern: re.Pattern[str]


def find_marks(root: HtmlElement) -> dict[HtmlElement, str]:
    """The outermost elements that are marked as no article, each with the kind of clutter it is."""
    from lxml import etree

    marks: dict[HtmlElement, str] = {}
    walker = etree.iterwalk(root, events=("start",), tag="*")
    for _, element in walker:
        kind = kind_of(element)
        if kind and element.tag not in WHOLE and not _is_part(element) and not holds_prose(element):
            marks[element] = kind
            walker.skip_subtree()
    return marks


def _is_part(element: HtmlElement) -> bool:
    """Does it stand inside a line, or at the foot of a quotation? Then it is what the line says."""
    if element.tag == "footer":
        return next(element.iterancestors("blockquote"), None) is not None
    parent = element.getparent()
    if element.tag not in FLOWING or parent is None or parent.tag not in LINES:
        return False
    return len("".join(parent.itertext()).split()) > len("".join(element.itertext()).split())


def kind_of(element: HtmlElement) -> str | None:
    """The kind of clutter that an element's tag, role, classes or id call it."""
    table = _table()
    by_tag = table.tags.get(element.tag) or table.roles.get((element.get("role") or "").lower())
    if by_tag and by_tag not in ("promo", "nav"):
        return by_tag
    named = next((table.names[name] for name in _names(element, table)), None)
    return named or by_tag


def holds_prose(element: HtmlElement, most_words: int = MOST_PROSE_WORDS) -> bool:
    """Does it hold more words of prose than clutter does?"""
    words = 0
    for paragraph in _paragraphs(element):
        text = " ".join(paragraph.itertext())
        count = len(text.split())
        if count < PROSE_WORDS or not SENTENCE.search(text):
            continue
        linked = sum(len(" ".join(link.itertext()).split()) for link in paragraph.iter("a"))
        if linked <= count * MOST_LINKED:
            words += count
        if words > most_words:
            return True
    return False


def _paragraphs(element: HtmlElement) -> Iterator[HtmlElement]:
    found = False
    for paragraph in element.iter(*PARAGRAPHS):
        found = True
        if next(paragraph.iterdescendants(*PARAGRAPHS), None) is None:
            yield paragraph
    if not found:
        yield element


def _names(element: HtmlElement, table: _Table) -> Iterator[str]:
    for attribute in ATTRIBUTES:
        for written in (element.get(attribute) or "").split()[:20]:
            words = NOT_A_WORD.sub("-", HUMP.sub("-", written[:80])).lower()
            if attribute == "id" and (words.count("-") >= LONG_ID or _names_section(element, words)):
                continue
            for found in table.pattern.finditer(f"-{words}-"):
                yield found[1]


def _names_section(element: HtmlElement, words: str) -> bool:
    """Is an id made of the heading that it belongs to, as generators of documents make them?"""
    heading = next(element.iter(*HEADINGS), None)
    if heading is None:
        return False
    text = NOT_A_WORD.sub("-", "".join(heading.itertext()).lower()).strip("-")
    return text.startswith(words.strip("-")) and element.tag in (*HEADINGS, "section", "div")


@cache
def _table() -> _Table:
    text = (files("narrate.readers.html") / "marks.toml").read_text("utf-8")
    tags: dict[str, str] = {}
    roles: dict[str, str] = {}
    names: dict[str, str] = {}
    for mark in tomllib.loads(text)["mark"]:
        for key, table in (("tags", tags), ("roles", roles), ("names", names)):
            for name in mark.get(key, ()):
                table.setdefault(name, mark["kind"])
    longest_first = sorted(names, key=len, reverse=True)
    return _Table(tags, roles, names, re.compile(f"-({'|'.join(map(re.escape, longest_first))})(?=-)"))

"""The reader of web pages."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from narrate.errors import ArticleError
from narrate.readers.decoding import decode
from narrate.readers.html.extract import MOST_LINKED, choose, is_prose, reads_as_prose
from narrate.readers.html.marks import find_marks
from narrate.readers.html.metadata import read_metadata
from narrate.readers.html.walk import Found, walk
from narrate.types import Article, Block, BlockKind, Source
from narrate.words import squeeze

if TYPE_CHECKING:
    from lxml.html import HtmlElement

META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
XML_ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})")
HEAD_BYTES = 4096

FEWEST_WORDS = 30
"""A page with less prose than this is looked at for a wall in front of its article."""

WALLS = (
    (r"(enable|requires?|turn on|without) java ?script|javascript is (disabled|required)", "it needs JavaScript"),
    (
        r"just a moment|checking your browser|verify(ing)? (that )?you are (a )?human|captcha|are you a robot|"
        r"unusual traffic|access denied|pardon our interruption",
        "it holds programs back and wants a person",
    ),
    (
        r"(log|sign) ?in to (continue|read|view)|please (log|sign) ?in|members only|forgot (your )?password|"
        r"create an account|already have an account",
        "it asks to log in",
    ),
    (
        r"subscribe to (continue|read)|subscribers only|to continue reading|start your (free )?trial|"
        r"this (article|content|story) is (only )?(for|available)",
        "it is for subscribers",
    ),
    (
        r"accept (all )?cookies|cookie (consent|preferences|settings)|we value your privacy|consent to",
        "it asks about cookies first",
    ),
    (
        r"\b404\b|page (was )?not found|no longer (exists|available)|can.t be found",
        "it says that there is no such page",
    ),
)
"""What a page without an article says instead, and what to call it."""


class HtmlReader:
    """Reads web pages."""

    name = "html"
    media_types = ("text/html", "application/xhtml+xml")
    suffixes = (".html", ".htm", ".xhtml", ".xht")

    def read(self, source: Source) -> Article:
        text = decode(source, declared=_declared(source.data), lenient=True)
        root = parse(text)
        if root is None:
            raise ArticleError(f"{source.name} holds no words", "", "Give it a page with some text")
        metadata = read_metadata(root, source.address)
        found = _article(root, text, metadata.title)
        if not _has_article(root, found):
            raise _no_article(source.origin, root)
        blocks = [one.block for one in found]
        title, blocks = _take_title(metadata.title, blocks)
        if not blocks:
            raise _no_article(source.origin, root)
        return Article(
            blocks=tuple(blocks),
            title=title,
            authors=metadata.authors,
            site=metadata.site,
            published_at=metadata.published_at,
            language=metadata.language,
            address=metadata.address or source.address,
            image=metadata.image,
            summary=metadata.summary,
            origin=source.origin,
        )


def _declared(data: bytes) -> str | None:
    found = META_CHARSET.search(data[:HEAD_BYTES]) or XML_ENCODING.search(data[:HEAD_BYTES])
    return found[1].decode("ascii") if found else None


def parse(text: str) -> HtmlElement | None:
    """The page as a tree; entities that it defines itself are not expanded, and nothing is fetched."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, recover=True, remove_pis=True)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None


def _article(root: HtmlElement, text: str, title: str | None) -> list[Found]:
    """The blocks of the article, and among them those that the page marks as clutter."""
    marks = find_marks(root)
    found = walk(root, text, marks)
    chosen = choose(without(root, marks), found, title)
    return list(_single_breaks(one for index, one in enumerate(found) if index in chosen))


def _single_breaks(found: Iterable[Found]) -> Iterator[Found]:
    """No two scene breaks in a row, since pages draw lines around what was left out."""
    breaks = True
    for one in found:
        is_break = one.block.kind is BlockKind.SCENE_BREAK
        if not (is_break and breaks):
            yield one
        breaks = is_break or (breaks and one.block.mark is not None)


def without(root: HtmlElement, marks: dict[HtmlElement, str]) -> HtmlElement:
    """A copy of the page that lacks what is marked."""
    for element in marks:
        element.set("data-narrate", "")
    pruned = copy.deepcopy(root)
    for element in pruned.xpath("//*[@data-narrate]"):
        if element.getparent() is not None:
            element.drop_tree()
    return pruned


def _take_title(title: str | None, blocks: list[Block]) -> tuple[str | None, list[Block]]:
    """The title, and the blocks without what says it again above the story."""
    kept: list[Block] = []
    above = True
    for block in blocks:
        above = above and not (block.mark is None and reads_as_prose(block))
        says_it = title is not None and squeeze(block.text) == squeeze(title)
        is_headline = block.kind is BlockKind.HEADING and block.level == 1
        if above and not block.mark and (says_it or is_headline):
            title = title or block.text
        else:
            kept.append(block)
    return title, kept


def _has_article(root: HtmlElement, found: list[Found]) -> bool:
    """Is there prose, or at least some words that are no links and stand before no wall?"""
    if any(is_prose(one) for one in found):
        return True
    words = sum(len(one.block.text.split()) for one in found if not one.block.mark and one.block.linked <= MOST_LINKED)
    return words > 0 and (words >= FEWEST_WORDS or _wall(root) is None)


def _wall(root: HtmlElement) -> str | None:
    said = " ".join(_visible(root)).lower()[:20_000]
    return next((what for pattern, what in WALLS if re.search(pattern, said)), None)


def _visible(root: HtmlElement) -> Iterator[str]:
    for element in root.iter("title", "h1", "h2", "p", "noscript", "button", "label", "a", "div", "span"):
        yield element.text or ""


def _no_article(origin: str, root: HtmlElement) -> ArticleError:
    links = sum(1 for _ in root.iter("a"))
    words = len(" ".join(_visible(root)).split())
    return ArticleError(
        f"there is no article on {origin}",
        _wall(root) or f"only {words} words and {links} links were found on it",
        "Open it in a browser, save the page with its article, and give narrate the file",
    )

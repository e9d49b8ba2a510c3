"""What a page says of itself: JSON-LD, then OpenGraph, then other meta elements, then what a visitor sees."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from lxml.html import HtmlElement

T = TypeVar("T")

ARTICLE = re.compile(r"(\w*Article|\w*Posting|Report|Recipe|WebPage|Review|CreativeWork)$")
"""Types of schema.org whose properties are those of the page's article."""

MOST_NODES = 2000
"""Nodes of JSON-LD that are looked at."""

TITLES = ("og:title", "twitter:title", "dc.title", "citation_title", "parsely-title", "sailthru.title")
AUTHORS = ("author", "article:author", "byl", "dc.creator", "citation_author", "parsely-author", "sailthru.author")
SITES = ("og:site_name", "application-name", "publisher", "dc.publisher", "article:publisher", "twitter:site")
DATES = (
    *("article:published_time", "og:published_time", "date", "pubdate", "publishdate", "publish-date", "dc.date"),
    *("dc.date.issued", "dcterms.created", "citation_publication_date", "parsely-pub-date", "sailthru.date"),
    *("article.published", "published-date", "datepublished", "cxenseparse:recs:publishtime"),
)
SUMMARIES = ("og:description", "description", "twitter:description", "dc.description")
IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "parsely-image-url")
ADDRESSES = ("og:url", "twitter:url")
LOCALES = ("og:locale", "language", "content-language", "dc.language")

HOME = re.compile(r"(https?://[^/]+)?/?|\.\.?/?|#")
"""The address of a site's first page."""

LONGEST_NAME = 80
NOT_A_NAME = re.compile(
    r"https?://|www\.|@|/|\d{2}|^(admin|editor|staff|editorial team|null|undefined|(mon|tue|wed|thu|fri|sat|sun)\w*)$",
    re.IGNORECASE,
)
BY = re.compile(r"^\s*(?:written |words |story |posted |reported )?by[:\s]+", re.IGNORECASE)
BETWEEN_NAMES = re.compile(r"\s*(?:,|;|\band\b|&|\|)\s*")
SEPARATOR = re.compile(r"\s+[|–—·•:»/-]+\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known of a page's article; None where the page does not say."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    site: str | None = None
    published_at: datetime | None = None
    language: str | None = None
    image: str | None = None
    address: str | None = None
    summary: str | None = None


def read_metadata(root: HtmlElement, address: str | None = None) -> Metadata:
    """What a page says of itself.

    Args:
        address: where it was fetched from; addresses on the page are taken as relative to it.

    Source:
        https://schema.org/Article, https://ogp.me, https://html.spec.whatwg.org/#the-meta-element
    """
    page = _Page(root, address)
    site = _first(_text, page.linked("publisher"), page.meta(SITES))
    title = _first(_text, page.linked("headline", "name"), page.meta(TITLES), page.headlines())
    return Metadata(
        title=_without_site(title, site, page.headlines()),
        authors=_authors(page, site),
        site=site.removeprefix("@") if site else None,
        published_at=_first(
            _moment,
            page.linked("datePublished", "dateCreated"),
            page.meta(DATES),
            page.times(),
            page.linked("dateModified"),
        ),
        language=_first(_language, page.linked("inLanguage"), page.languages(), page.meta(LOCALES)),
        image=_first(page.absolute, page.linked("image", "thumbnailUrl"), page.meta(IMAGES), page.images()),
        address=_first(page.absolute, page.canonical(), page.meta(ADDRESSES), page.linked("url", "mainEntityOfPage")),
        summary=_first(_text, page.linked("description"), page.meta(SUMMARIES)),
    )


@dataclass
class _Page:
    root: HtmlElement
    address: str | None
    nodes: list[dict[str, Any]] = field(init=False)
    metas: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.nodes = list(_article_nodes(self.root))
        self.metas = {}
        for meta in self.root.iter("meta"):
            name = (
                meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
            ).lower()
            self.metas.setdefault(name, []).append(meta.get("content") or "")
        base = next((base.get("href") for base in self.root.iter("base")), None)
        self.base = urljoin(self.address or "", base or "")

    def linked(self, *names: str) -> Iterator[Any]:
        """Values of properties of the page's article in JSON-LD."""
        for name in names:
            for node in self.nodes:
                yield from _each(node.get(name))

    def meta(self, names: Iterable[str]) -> Iterator[str]:
        return (content for name in names for content in self.metas.get(name, ()))

    def headlines(self) -> Iterator[str]:
        """Headings of the first level, but for the name of the site above them, then the title of the window."""
        for heading in self.root.iter("h1"):
            if not any(HOME.fullmatch(link.get("href") or "") for link in heading.iter("a")):
                yield said(heading)
        yield from (said(element) for element in self.root.iter("title"))

    def times(self) -> Iterator[str]:
        for element in self.root.xpath("//time[@datetime] | //*[@itemprop='datePublished']"):
            yield element.get("datetime") or element.get("content") or element.text_content()

    def languages(self) -> Iterator[str]:
        yield self.root.get("lang") or self.root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""

    def images(self) -> Iterator[str]:
        yield from (link.get("href") or "" for link in self.root.xpath("//link[@rel='image_src']"))

    def canonical(self) -> Iterator[str]:
        yield from (link.get("href") or "" for link in self.root.xpath("//link[contains(@rel, 'canonical')]"))

    def bylines(self) -> Iterator[str]:
        path = (
            "//*[@rel='author'] | //*[@itemprop='author'] | //*[contains(concat(' ', @class, ' '), ' author ')]"
            " | //*[contains(concat(' ', @class, ' '), ' byline ')]"
            " | //*[contains(concat(' ', @class, ' '), ' author-name ')]"
        )
        yield from (said(element) for element in self.root.xpath(path))

    def absolute(self, written: Any) -> str | None:
        """A whole web address; None for anything else."""
        text = _text(written.get("url") or written.get("@id") if isinstance(written, dict) else written)
        try:
            found = urljoin(self.base, text or "")
            parts = urlsplit(found)
        except ValueError:
            return None
        return found if text and parts.scheme in ("http", "https") and parts.hostname else None


def said(element: HtmlElement) -> str:
    """The words of an element, a space for each line break in it."""
    parts = [element.text or ""]
    for inner in element.iterdescendants():
        if inner.tag == "br":
            parts.append(" ")
        elif isinstance(inner.tag, str):
            parts.append(inner.text or "")
        parts.append(inner.tail or "")
    return " ".join("".join(parts).split())


def _article_nodes(root: HtmlElement) -> Iterator[dict[str, Any]]:
    """Nodes of JSON-LD that describe an article, the more telling types before the page as a whole."""
    found = []
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            found += [node for node in _nodes(_parse(script.text or "")) if _is_article(node)]
    yield from sorted(found, key=lambda node: _type(node) in ("WebPage", "CreativeWork"))


def _parse(text: str) -> Any:
    """JSON as pages have it: between comments, with raw line feeds in strings; None where it is broken."""
    text = re.sub(r"^\s*(?:<!--|/\*.*?\*/|//<!\[CDATA\[)\s*|\s*(?:-->|//\]\]>)\s*$", "", text, flags=re.DOTALL)
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    waiting, count = [value], 0
    while waiting and count < MOST_NODES:
        count += 1
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            yield value
            waiting += [value[name] for name in ("@graph", "mainEntity", "mainEntityOfPage") if name in value]


def _type(node: dict[str, Any]) -> str:
    kinds = node.get("@type")
    return next((kind for kind in _each(kinds) if isinstance(kind, str) and ARTICLE.search(kind)), "")


def _is_article(node: dict[str, Any]) -> bool:
    return bool(_type(node))


def _each(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else () if value is None else (value,)


def _first(read: Callable[[Any], T | None], *places: Iterable[Any]) -> T | None:
    """The first value, in the order of places, that can be read."""
    for place in places:
        for value in place:
            found = read(value)
            if found is not None:
                return found
    return None


def _text(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value")
    if not isinstance(value, str):
        return None
    text = re.sub(r"<[^>]{0,200}>", "", unescape(value))
    return " ".join(text.split()) or None


def _without_site(title: str | None, site: str | None, headlines: Iterable[str]) -> str | None:
    """`A day at sea | The Courier` → `A day at sea`: the headline on the page tells, or the name of the site."""
    if not title or not SEPARATOR.search(title):
        return title
    for headline in headlines:
        if headline and title.startswith(headline) and SEPARATOR.match(title[len(headline) :] + " "):
            return headline
    last = list(SEPARATOR.finditer(title))[-1]
    return title[: last.start()] if site and title[last.end() :].lower() == site.lower() else title


def _authors(page: _Page, site: str | None) -> tuple[str, ...]:
    """Who wrote it; of the names that a visitor sees only the first group, since others belong to other articles."""
    visible = next(filter(None, (list(_names(line)) for line in page.bylines())), [])
    for place in (page.linked("author", "creator"), page.meta(AUTHORS)):
        names = list(dict.fromkeys(name for value in place for name in _names(_text(value))))
        if names:
            people = [name for name in names if name != site]
            return tuple(people or names)
    return tuple(visible)


def _names(written: str | None) -> Iterator[str]:
    if not written or len(written) > LONGEST_NAME * 4:
        return
    for part in BETWEEN_NAMES.split(BY.sub("", written)):
        name = part.strip(" .•|")
        if name and len(name) <= LONGEST_NAME and len(name.split()) <= 6 and not NOT_A_NAME.search(name):
            yield name


def _moment(value: Any) -> datetime | None:
    """A date or a time, aware; one without a zone is taken as UTC."""
    text = _text(value) or ""
    for read in (datetime.fromisoformat, parsedate_to_datetime, _slashed):
        try:
            found = read(text)
        except (ValueError, TypeError, IndexError):
            continue
        if 1900 <= found.year <= 2200:
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _slashed(text: str) -> datetime:
    """`2026/03/05 10:00` and `March 5, 2026`."""
    for form in ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise ValueError(text)


def _language(value: Any) -> str | None:
    """A language tag as BCP 47 has it: `en-GB` of `en_gb`."""
    text = (_text(value.get("alternateName") if isinstance(value, dict) else value) or "").replace("_", "-")
    found = re.fullmatch(r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}|\d{3}))?", text)
    if not found:
        return None
    parts = (found[1].lower(), (found[2] or "").title(), (found[3] or "").upper())
    return "-".join(filter(None, parts))

"""Feeds as sources: RSS, Atom and JSON Feed, the entries in them, and which of these bring their whole text along."""

from __future__ import annotations

import io
import json
import re
from calendar import timegm
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin

from narrate.errors import SourceError
from narrate.signatures import JSON_FEED
from narrate.types import Source

MOST_BYTES = 16 * 2**20
"""Of a feed: the largest that were met have a third of it."""

MOST_ENTRIES = 10_000

FEWEST_WORDS = 150
"""A text with fewer is believed to be a teaser, and its page is looked at."""

READ_MORE = re.compile(
    r"(?:\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.|\b(?:"
    r"read (?:more|on|the (?:rest|full|whole) \w+)|continue reading|keep reading|"
    r"(?:full|more) (?:story|article)|click here|weiterlesen|mehr lesen|lire la suite|leer más|seguir leyendo|"
    r"leggi tutto|continua a leggere|lees (?:verder|meer)|läs mer|læs mere|les mer|czytaj dalej|leia mais|"
    r"читать далее)\b[^.!?]{0,80})\W*$",
    re.IGNORECASE,
)
"""How a teaser ends."""

FOOTER = re.compile(r"\bThe post .{1,300} (?:appeared first on|first appeared on) .{1,100}$", re.DOTALL)
"""What WordPress writes below every entry, whole or not."""

BLOCK_ENDS = re.compile(r"</(?:p|div|li|h\d|blockquote|tr|figure|pre)\s*>|<br\s*/?>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")

WEB = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
FIRST_PAGE = re.compile(r"https?://[^/?#]*/?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """An entry of a feed."""

    title: str | None = None

    address: str | None = None
    """The web address of its page."""

    guid: str | None = None
    """What the feed calls it, whatever becomes of its address."""

    authors: tuple[str, ...] = ()

    published_at: datetime | None = None
    """Aware, in UTC."""

    html: str = ""
    """The longest text of it in the feed; may be empty."""

    summary: str | None = None
    """Plain words, where the feed has them beside the text."""

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.title or self.address or self.guid or "an entry without a name"

    @property
    def is_whole(self) -> bool:
        """Does the feed bring the whole text along, as far as that can be told?"""
        text = FOOTER.sub("", plain_text(self.html)).rstrip()
        if self.address is None:
            return bool(text)
        return len(text.split()) >= FEWEST_WORDS and not READ_MORE.search(text[-200:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed that was read."""

    title: str | None = None
    language: str | None = None
    """As the feed writes it."""
    entries: tuple[FeedEntry, ...] = field(default=())
    """The newest first."""


def read_feed(source: Source) -> Feed:
    """The feed in a source.

    Raises:
        SourceError: it is none, is too large, or has no entries.
    """
    if len(source.data) > MOST_BYTES:
        raise SourceError(
            f"{source.name} is too large for a feed",
            f"it has over {MOST_BYTES // 2**20} MiB",
            "Give the addresses of its entries",
        )
    feed = _read_json(source) if source.media_type == JSON_FEED else _read_xml(source)
    if not feed.entries:
        raise SourceError(f"there are no entries in {source.name}", "", "Look at the address of the feed")
    return feed


def as_source(entry: FeedEntry, feed: Feed, of: Source) -> Source:
    """The text that a feed has of an entry, as a page that says whose it is.

    Args:
        of: the source of the feed.
    """
    return Source(
        origin=entry.address or "-",
        media_type="text/html",
        data=_as_page(entry, feed).encode("utf-8", "replace"),
        fetched_at=of.fetched_at,
        modified_at=entry.published_at,
        charset="utf-8",
        address=entry.address,
    )


def identity_of(entry: FeedEntry, of: Source) -> str:
    """What tells an entry without an address apart, the same whenever its feed is read.

    Args:
        of: the source of the feed.
    """
    moment = entry.published_at.isoformat() if entry.published_at else ""
    return f"entry:{of.origin}:{entry.guid or f'{entry.title}:{moment}'}"


def plain_text(html: str) -> str:
    """The words in a piece of HTML, roughly."""
    return " ".join(unescape(TAG.sub("", BLOCK_ENDS.sub("\n", html))).split())


def _as_page(entry: FeedEntry, feed: Feed) -> str:
    """A page in HTML. Source: https://ogp.me for what it says of itself."""
    metas = {
        "og:title": entry.title,
        "og:site_name": feed.title,
        "article:published_time": entry.published_at and entry.published_at.isoformat(),
        "description": entry.summary,
    }
    head = [f'<meta property="{name}" content="{escape(value)}">' for name, value in metas.items() if value]
    head += [f'<meta name="author" content="{escape(name)}">' for name in entry.authors]
    head += [f'<link rel="canonical" href="{escape(entry.address)}">'] if entry.address else []
    language = f' lang="{escape(feed.language)}"' if feed.language else ""
    title = escape(entry.title or "")
    headline = f"<h1>{title}</h1>\n" if title else ""
    return (
        f'<!DOCTYPE html>\n<html{language}><head><meta charset="utf-8"><title>{title}</title>\n'
        f"{''.join(head)}</head>\n<body><article>\n{headline}{entry.html}\n</article></body></html>\n"
    )


# ------------------------------------------------------------------ RSS, Atom


def _read_xml(source: Source) -> Feed:
    """
    Source:
        https://feedparser.readthedocs.io; it gets bytes and never an address, so that it fetches nothing.
    """
    import feedparser

    if b"<!ENTITY" in re.split(rb"<[a-zA-Z]", source.data, maxsplit=1)[0]:
        remedy = "Give the address of an entry"
        raise SourceError(f"{source.name} cannot be read", "it defines entities, which no feed needs", remedy)
    headers = {"content-location": source.address or "", "content-type": _content_type(source)}
    found = feedparser.parse(
        io.BytesIO(source.data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not found.version and not found.entries:
        raise SourceError(f"{source.name} is no feed that can be read", "", "Look at the address of the feed")
    entries = [_entry_of(entry) for entry in found.entries[:MOST_ENTRIES]]
    return Feed(title=_words(found.feed.get("title")), language=found.feed.get("language"), entries=_in_order(entries))


def _content_type(source: Source) -> str:
    """What says the encoding: the server, where it did; the feed itself says it too."""
    return f"application/xml; charset={source.charset}" if source.charset else "application/xml"


def _entry_of(entry: Mapping[str, Any]) -> FeedEntry:
    names = [author.get("name") for author in entry.get("authors") or () if author]
    texts = [*(entry.get("content") or ()), *filter(None, [entry.get("summary_detail")])]
    longest = max((_as_html(text) for text in texts), key=lambda html: len(plain_text(html)), default="")
    summary = _words(entry.get("summary"))
    return FeedEntry(
        title=_words(entry.get("title")),
        address=_address(entry.get("feedburner_origlink") or entry.get("link")),
        guid=entry.get("id") or None,
        authors=tuple(dict.fromkeys(filter(None, map(_words, names)))),
        published_at=_moment(entry.get("published_parsed") or entry.get("updated_parsed")),
        html=longest,
        summary=summary if summary and summary != plain_text(longest) else None,
    )


def _as_html(text: Mapping[str, Any]) -> str:
    value = str(text.get("value") or "")
    if text.get("type") != "text/plain" or TAG.search(value):
        return value
    return _paragraphs(value)


def _moment(parsed: Any) -> datetime | None:
    """A time as feedparser has it: nine numbers, in UTC."""
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, TypeError, OverflowError):
        return None


# ------------------------------------------------------------------ JSON Feed


def _read_json(source: Source) -> Feed:
    """
    Source:
        https://www.jsonfeed.org/version/1.1/
    """
    try:
        feed = json.loads(source.data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise SourceError(
            f"{source.name} is no feed that can be read", "its JSON is broken", "Get it again"
        ) from problem
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise SourceError(
            f"{source.name} is no feed that can be read", "it has no list of items", "Look at its address"
        )
    shared = _json_authors(feed)
    entries = [_item_of(item, shared, source) for item in items[:MOST_ENTRIES] if isinstance(item, dict)]
    return Feed(title=_words(feed.get("title")), language=_words(feed.get("language")), entries=_in_order(entries))


def _item_of(item: Mapping[str, Any], shared: tuple[str, ...], source: Source) -> FeedEntry:
    html, text = item.get("content_html"), item.get("content_text")
    address = _words(item.get("url"))
    return FeedEntry(
        title=_words(item.get("title")),
        address=_address(urljoin(source.address or "", address)) if address else None,
        guid=str(item["id"]) if item.get("id") is not None else None,
        authors=_json_authors(item) or shared,
        published_at=_iso_moment(item.get("date_published") or item.get("date_modified")),
        html=html if isinstance(html, str) else _paragraphs(text) if isinstance(text, str) else "",
        summary=_words(item.get("summary")),
    )


def _json_authors(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Authors, as versions 1.1 and 1.0 have them."""
    authors = item.get("authors")
    known = authors if isinstance(authors, list) else [item.get("author")]
    names = (_words(author.get("name")) for author in known if isinstance(author, dict))
    return tuple(dict.fromkeys(filter(None, names)))


def _iso_moment(written: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


# ------------------------------------------------------------------- for both


def _in_order(entries: Iterable[FeedEntry]) -> tuple[FeedEntry, ...]:
    """The newest first, each once; where a feed does not date its entries, in its own order."""
    known = list(_each_once(entries))
    if all(entry.published_at for entry in known):
        known.sort(key=lambda entry: entry.published_at or datetime.min.replace(tzinfo=UTC), reverse=True)
    return tuple(known)


def _each_once(entries: Iterable[FeedEntry]) -> Iterator[FeedEntry]:
    seen = set()
    for entry in entries:
        key = entry.address or entry.guid or (entry.title, entry.published_at)
        if key not in seen and (entry.address or entry.html.strip()):
            seen.add(key)
            yield entry


def _words(value: Any) -> str | None:
    """Plain words on one line; None where there are none."""
    return (plain_text(value) or None) if isinstance(value, str) else None


def _address(written: Any) -> str | None:
    """A web address without what it says of a place on the page; None for anything else, and for a site's first page.

    Careless feeds name that for every entry.
    """
    found = str(written or "").strip().partition("#")[0]
    return found if WEB.match(found) and not FIRST_PAGE.fullmatch(found) else None


def _paragraphs(text: str) -> str:
    return "\n".join(f"<p>{escape(part.strip())}</p>" for part in re.split(r"\n\s*\n", text) if part.strip())

"""What an app shows below the title of an episode: summary, byline, link to the original, chapter times.

HTML of the elements that Apple allows: `p`, `a`, `ul`, `li`. It has no words of ours, and so suits every language.

Source:
    A Podcaster's Guide to RSS, https://help.apple.com/itc/podcasts_connect/#/itcb54353390;
    PSP-1, https://github.com/Podcast-Standards-Project/PSP-1-Podcast-RSS-Specification
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

from narrate.feed.plain import (
    ELLIPSIS,
    count_bytes,
    count_html_bytes,
    join_line,
    plain_line,
    shorten,
    split_paragraphs,
    web_address,
)
from narrate.types import Chapter, Entry, Show

LIMIT_BYTES = 4000
"""Apple's limit of a description, with its markup."""
CHAPTERS_BYTES = 1500
"""So much is kept for chapter times, where there are as many; the summary takes the rest."""
LINK_BYTES = 1500
"""A longer link is left out: a cut one leads nowhere."""
SOME_BYTES = 40
"""Less room than this is not worth the beginning of a paragraph."""

HOUR_S = 3600


def describe_show(show: Show) -> str:
    """The description of a show, in plain text of 4,000 bytes at most; its title where it has none."""
    paragraphs = [plain_line(line, LIMIT_BYTES) for line in split_paragraphs(show.description)]
    return shorten("\n\n".join(paragraphs), LIMIT_BYTES, count_bytes) or plain_line(show.title) or show.slug


def describe_entry(entry: Entry) -> str:
    """The description of an episode, as HTML of 4,000 bytes at most; never empty."""
    credit = _write_credit(entry)
    left = LIMIT_BYTES - count_bytes(credit)
    reserved = min(count_bytes(_write_chapters(entry.chapters, left)), CHAPTERS_BYTES)
    summary = _write_paragraphs(split_paragraphs(entry.summary or ""), left - reserved)
    chapters = _write_chapters(entry.chapters, left - count_bytes(summary))
    return f"{summary}{credit}{chapters}" or f"<p>{_escape(plain_line(entry.title) or entry.slug)}</p>"


def _write_paragraphs(paragraphs: Sequence[str], limit: int) -> str:
    written = ""
    for paragraph in paragraphs:
        left = limit - count_bytes(written) - len("<p></p>")
        if left < SOME_BYTES:
            break
        kept = shorten(paragraph, left, count_html_bytes)
        written += f"<p>{_escape(kept)}</p>"
        if kept != paragraph:
            break
    return written


def _write_credit(entry: Entry) -> str:
    """Who wrote it and where, with a link to the original."""
    authors = shorten(join_line(", ".join(entry.authors)), 200)
    place = shorten(join_line(entry.site or ""), 100)
    address = web_address(entry.address)
    if address and count_bytes(escape(address)) <= LINK_BYTES:
        place = f'<a href="{escape(address)}">{_escape(place or urlsplit(address).netloc)}</a>'
    else:
        place = _escape(place)
    parts = [part for part in (_escape(authors), place) if part]
    return f"<p>{' · '.join(parts)}</p>" if parts else ""


def _write_chapters(chapters: Sequence[Chapter], limit: int) -> str:
    """A list of as many chapters as fit, each with the time at which it begins."""
    hours = bool(chapters) and max(chapter.start_s for chapter in chapters) >= HOUR_S
    items = [f"<li>{_clock(c.start_s, hours)} {_escape(shorten(join_line(c.title), 120))}</li>" for c in chapters]
    if count_bytes("".join(items)) > limit - len("<ul></ul>"):
        items = _fit(items, limit - count_bytes(f"<ul><li>{ELLIPSIS}</li></ul>"))
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _fit(items: Sequence[str], limit: int) -> list[str]:
    """As many items as fit, and one that says that there are more; none where not even one does."""
    kept: list[str] = []
    for item in items:
        limit -= count_bytes(item)
        if limit < 0:
            break
        kept.append(item)
    return [*kept, f"<li>{ELLIPSIS}</li>"] if kept else []


def _clock(seconds: float, hours: bool) -> str:
    """A time as Apple finds it in a description, `MM:SS` or `H:MM:SS`, the fraction of its second left out."""
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}" if hours else f"{minutes:02}:{second:02}"


def _escape(text: str) -> str:
    return escape(text, quote=False)

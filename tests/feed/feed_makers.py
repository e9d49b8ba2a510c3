"""Shows and entries as a library would hold them, made by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from narrate.places import Places
from narrate.types import Chapter, Entry, Show

BASE = "https://pods.example.org"
PLACES = Places(BASE)
BEGIN = datetime(2020, 1, 5, 6, 30, tzinfo=UTC)

HOSTILE = (
    "<script>alert(1)</script>",
    "</title></channel></rss>",
    "]]>",
    "]]&gt;",
    "<![CDATA[",
    "<!--",
    "<?php",
    "&lt;b&gt;",
    "&#0;",
    "&bogus;",
    "&#" + "9" * 5000,
    "\"'><img src=x onerror=y>",
    "\n\n",
    "\r",
    "\x00\x08\x1b\x7f\x85",
    "\u2028",
    "\u202egnp.exe",
    "\u2066\u202b",
    "\u200f",
    "\ud800",
    "\udfff",
    "\ufffe\uffff",
    "\U0010ffff",
    "javascript:alert(1)",
    "https://x.example/?a=1&b=2",
    "x" * 3000,
    "word " * 2500,
)
"""What somebody writes who means harm."""


def make_show(**fields: Any) -> Show:
    about: dict[str, Any] = {
        "slug": "coast",
        "title": "Coast & Sea",
        "uid": "6f2a1f0e-53a1-4b52-8c0c-1f6f0a3b9a10",
        "feed_guid": "0d7a62a1-6d6d-5c3e-9d5c-0d1c2b3a4f5e",
        "created_at": BEGIN,
        "description": "Long reads about the coast.\n\nRead aloud.",
        "author": "Ann Smith",
        "owner": "Coast House",
        "email": "ann@example.org",
        "language": "en-GB",
        "category": ("Society & Culture", "Documentary"),
        "artwork": "artwork.jpg",
    }
    return Show(**about | fields)


def make_entry(number: int = 1, **fields: Any) -> Entry:
    """An episode; number 1 is the oldest, and every other follows after half a day."""
    slug, moment = f"the-lamp-{number}", BEGIN + timedelta(hours=12 * number)
    about: dict[str, Any] = {
        "guid": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "show": "coast",
        "slug": slug,
        "title": f"The lamp at the end of the pier, part {number}",
        "published_at": moment,
        "updated_at": moment,
        "file": f"{slug}.mp3",
        "media_type": "audio/mpeg",
        "size_bytes": 1_000_000 + number,
        "digest": f"{number:064x}",
        "duration_s": 600.4 + number,
        "sides": {
            "vtt": f"{slug}.vtt",
            "srt": f"{slug}.srt",
            "json": f"{slug}.json",
            "chapters": f"{slug}.chapters.json",
            "cover": f"{slug}.jpg",
            "source": f".sources/{slug}.html",
        },
        "authors": ("Ann Smith", "Ben Ødegård"),
        "site": "The Coastal Reader",
        "address": f"https://reader.example.org/lamp?part={number}&of=many",
        "summary": "Every evening somebody lights a lamp that no ship needs any more.\n\nThis is why.",
        "chapters": (
            Chapter(title="The lamp at the end of the pier", start_s=0, end_s=61.5),
            Chapter(title="Oil & wick", start_s=61.5, end_s=301),
            Chapter(title="The last keeper", start_s=301, end_s=600.4 + number),
        ),
        "voice": "hibari:heart",
    }
    return Entry(**about | fields)


def make_entries(count: int) -> list[Entry]:
    """So many episodes, newest first."""
    return [make_entry(number) for number in range(count, 0, -1)]


def sizes_of(show: Show, entries: Sequence[Entry]) -> dict[str, int]:
    """The files of a show with their sizes in bytes."""
    sizes = {entry.file: entry.size_bytes for entry in entries}
    sizes |= {name: 1000 for entry in entries for name in entry.sides.values()}
    return sizes | ({show.artwork: 50_000} if show.artwork else {})


def look_up(sizes: Mapping[str, int]) -> Callable[[str], int | None]:
    return sizes.get


def written() -> st.SearchStrategy[str]:
    """Anything that somebody may have written, and what somebody wrote who means harm."""
    anything = st.text(st.characters(exclude_categories=()), max_size=40)
    return st.lists(st.one_of(st.sampled_from(HOSTILE), anything), max_size=6).map("".join)

"""Words from the web, made fit to stand in a feed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from html import escape, unescape
from itertools import accumulate
from urllib.parse import quote, urlsplit

NO_CHARACTERS = "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17))
UNWANTED = re.compile(
    rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufdd0-\ufdef{NO_CHARACTERS}"  # XML or HTML forbids them
    r"\u202a-\u202e\u2066-\u2069]"  # what is left open would turn around the text that follows it
)
TAG = re.compile(r"<(?=[A-Za-z/!?])[^<>]*>?")
OTHER_BRACKETS = str.maketrans("<>", "‹›")
REFERENCE = re.compile(r"&#?\w+;?")
PARAGRAPH_END = re.compile(r"\n\s*\n")
HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+]")
STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")

TITLE_CHARACTERS = 255
"""Apple's and PSP-1's limit for a value."""

ELLIPSIS = "…"


def join_line(text: str) -> str:
    """The text in one line, without characters that XML forbids and those that turn the direction of writing."""
    return " ".join(UNWANTED.sub("", " ".join(text.split())).split())


def plain_line(text: str, limit: int = TITLE_CHARACTERS) -> str:
    """The text for a field that holds no markup: one line, at most so many characters.

    Some apps read such a field as HTML all the same, so that what looks like a tag gets other brackets, and what looks
    like a reference to a character another ampersand.
    """
    line = shorten(join_line(text), limit)
    without_tags = TAG.sub(lambda found: found[0].translate(OTHER_BRACKETS), line)
    return REFERENCE.sub(lambda found: _disarm(found[0]), without_tags)


def split_paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, parted by blank lines, each in one line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return [line for line in map(join_line, PARAGRAPH_END.split(lines)) if line]


def count_bytes(text: str) -> int:
    """What a text takes in UTF-8, in bytes."""
    return len(text.encode())


def count_html_bytes(text: str) -> int:
    """What a text takes in HTML, in bytes."""
    return len(escape(text, quote=False).encode())


def shorten(text: str, limit: int, cost: Callable[[str], int] = len) -> str:
    """The text; where it costs more than the limit, cut after a word and closed by an ellipsis.

    Args:
        cost: what a text costs: the sum of what its characters do.
    """
    if cost(text) <= limit:
        return text
    count = bisect_right(list(accumulate(map(cost, text))), limit - cost(ELLIPSIS))
    words = text[: count + 1].rpartition(" ")[0]
    kept = words if 2 * len(words) > count else text[:count]
    return kept.rstrip(" \n,;:-–—") + ELLIPSIS


def web_address(written: str | None) -> str | None:
    """The address as a URI, where a listener may be sent to it: http or https, with a host and without a password."""
    try:
        parts = urlsplit(UNWANTED.sub("", written or "").strip())
        port = f":{parts.port}" if parts.port else ""
        host = _write_host(parts.hostname or "")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not HOST.fullmatch(host):
        return None
    path, query, fragment = (_quote(part) for part in (parts.path or "/", parts.query, parts.fragment))
    return f"{parts.scheme}://{host}{port}{path}{query and f'?{query}'}{fragment and f'#{fragment}'}"


def _disarm(reference: str) -> str:
    return reference if unescape(reference) == reference else f"＆{reference[1:]}"


def _write_host(host: str) -> str:
    """
    Raises:
        ValueError: nothing can be called that.
    """
    if ":" in host:
        return f"[{host}]"
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _quote(part: str) -> str:
    return quote(STRAY_PERCENT.sub("%25", part), safe="/?%:;=@!$&'()*+,~")

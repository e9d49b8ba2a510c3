"""What narrate says of its own accord: the introduction and the close, in the language of the text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from narrate.segmenter.rules import table
from narrate.types import Article


def introduction(article: Article, language: str) -> str | None:
    """`By AUTHOR, from SITE, DATE.`, with what is known of it; None where nothing is, or we do not speak the language."""
    phrases = _phrases(language)
    if not phrases:
        return None
    parts = []
    if article.authors:
        parts.append(phrases["by"].format(authors=_list(article.authors, phrases["and"])))
    if article.site:
        parts.append(phrases["from"].format(site=article.site))
    if article.published_at:
        parts.append(_date(article.published_at, phrases))
    sentence = ", ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else None


def close(article: Article, language: str, wanted: str | None = None) -> str | None:
    """What is said at the end: `That was: TITLE.`, or the words wanted.

    Args:
        wanted: {title}, {authors}, {site} and {date} in it are filled in; None for ours in the language.
    """
    phrases = _phrases(language)
    title = (article.title or "").rstrip(".")
    if wanted is None:
        form = phrases.get("close" if title else "close_untitled")
        return form.format(title=title) if form else None
    known = {
        "title": title,
        "authors": _list(article.authors, phrases.get("and", "&")),
        "site": article.site or "",
        "date": _date(article.published_at, phrases) if article.published_at and phrases else "",
    }
    for name, value in known.items():
        wanted = wanted.replace(f"{{{name}}}", value)
    return " ".join(wanted.split()) or None


def _phrases(language: str) -> dict[str, Any]:
    """Our own sentences in a language; empty where we do not speak it."""
    phrases: dict[str, Any] = table(language.split("-")[0].lower()).get("phrases", {})
    return phrases


def _list(names: tuple[str, ...], conjunction: str) -> str:
    return f" {conjunction} ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


def _date(moment: datetime, phrases: dict[str, Any]) -> str:
    form: str = phrases["date"]
    return form.format(day=moment.day, month=phrases["months"][moment.month - 1], year=moment.year)

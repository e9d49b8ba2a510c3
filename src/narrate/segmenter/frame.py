"""What narrate says of its own accord: the introduction and the close, in the language of the text."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from narrate.errors import UsageError
from narrate.segmenter.rules import table
from narrate.types import Article

PLACEHOLDER = re.compile(r"\{([a-z]+)\}")


def introduction(article: Article, language: str) -> str | None:
    """`By AUTHOR, from SITE, DATE.`, with what is known of it; None where nothing is, or in a language not ours."""
    phrases = _phrases(language)
    if not phrases:
        return None
    parts = []
    if article.authors:
        names = tuple(re.sub(r"(?i)^by ", "", name) for name in article.authors)
        parts.append(phrases["by"].format(authors=_list(names, phrases["and"])))
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

    Raises:
        UsageError: it names something else.
    """
    phrases = _phrases(language)
    title = (article.title or "").rstrip(".")
    if wanted is None:
        form = phrases.get("close" if title else "close_untitled")
        if form and title.endswith(("?", "!", "…")):
            form = form.removesuffix(".")  # the title has its own mark
        return form.format(title=title) if form else None
    known = {
        "title": title,
        "authors": _list(article.authors, phrases.get("and", "&")),
        "site": article.site or "",
        "date": _date(article.published_at, phrases) if article.published_at and phrases else "",
    }
    for name in PLACEHOLDER.findall(wanted):
        if name not in known:
            raise UsageError(f"the close names {{{name}}}", "", f"Use {', '.join(f'{{{name}}}' for name in known)}")
    sentences = (_fill(sentence, known) for sentence in re.split(r"(?<=[.!?]) ", wanted))
    return " ".join(filter(None, sentences)) or None


def _fill(sentence: str, known: dict[str, str]) -> str:
    """A sentence with what is known; the parts of it that name something unknown are not said."""
    clauses = re.split(r"(?<=[,;:]) ", sentence)
    said = [clause for clause in clauses if all(known[name] for name in PLACEHOLDER.findall(clause))]
    if said and said[-1] is not clauses[-1]:
        said[-1] = said[-1].rstrip(",;:") + sentence[-1]
    return PLACEHOLDER.sub(lambda found: known[found[1]], " ".join(said))


def _phrases(language: str) -> dict[str, Any]:
    """Our own sentences in a language; empty where we do not speak it."""
    phrases: dict[str, Any] = table(language.split("-")[0].lower()).get("phrases", {})
    return phrases


def _list(names: tuple[str, ...], conjunction: str) -> str:
    return f" {conjunction} ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


def _date(moment: datetime, phrases: dict[str, Any]) -> str:
    form: str = phrases["date"]
    return form.format(day=moment.day, month=phrases["months"][moment.month - 1], year=moment.year)

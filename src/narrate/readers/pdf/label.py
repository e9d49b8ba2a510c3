"""Title and author as a document's data have them, where a person wrote them and no program."""

from __future__ import annotations

import re

PROGRAM_TITLE = re.compile(
    r"microsoft (word|powerpoint|excel)\b.*|.*\.(docx?|odt|rtf|tex|dvi|ps|pdf|indd|qxd|pptx?|xlsx?|html?|md|pages|txt)"
    r"|\W*(untitled|unbenannt|sans titre|sin título|anonymous|document|dokument|title|titel|layout|slide|presentation|"
    r"powerpoint presentation|pdf|scan\w*|print|unknown|no title)[\W\d_]*|[\W\d_]*|\S*[\\/]\S*|about:blank"
    r"|(?=\S*\d)(?=\S*[-_.])\S+",
    re.IGNORECASE | re.DOTALL,
)
"""What programs put in: file names, their own name, nothing. The last is one word with digits and dashes."""

PROGRAM_AUTHOR = re.compile(
    r"\W*(user|admin|administrator|owner|unknown|anonymous|root|author|autor|default|none|guest|benutzer|utilisateur|"
    r"microsoft( office)?( user)?|windows user|adobe.*|scanner|system|test|unspecified|me|pc|home|office|staff)\W*"
    r"|.*@.*|[\W\d_]*|\S*\d\S*|(?-i:[a-z]+)",
    re.IGNORECASE,
)
LONGEST = 300


def sensible_title(title: str | None) -> str | None:
    """The title, if it is one."""
    title = _clean(title)
    return title if title and 3 <= len(title) <= LONGEST and not PROGRAM_TITLE.fullmatch(title) else None


def sensible_authors(author: str | None) -> tuple[str, ...]:
    """The people named as authors."""
    said = _clean(author)
    if not said or len(said) > LONGEST:
        return ()
    names = re.split(r"\s*;\s*|\s+(?:and|und|et|y|&)\s+", said)
    if len(names) == 1 and all(" " in part for part in re.split(r",\s*", said)):
        names = re.split(r",\s*", said)
    return tuple(name.strip(" ,") for name in names if name.strip(" ,") and not PROGRAM_AUTHOR.fullmatch(name.strip()))


def sensible_language(language: str | None) -> str | None:
    """The tag, if it is one."""
    tag = _clean(language).replace("_", "-")
    return tag if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) and tag.lower() != "und" else None


def _clean(said: str | None) -> str:
    return " ".join((said or "").replace("\0", "").split())

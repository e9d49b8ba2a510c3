"""What a text holds for an engine: words in a script that it knows, or not."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def make_safe(text: str) -> str:
    """Without control characters and lone surrogates, of which some engines die."""
    return " ".join(UNSAFE.sub(" ", text).split())


def foreign_words(text: str) -> tuple[str, ...]:
    """Runs of letters outside the Latin script, in order."""
    if text.isascii():
        return ()
    return tuple(run for run in re.findall(r"[^\W\d_]+", text) if any(not _is_latin(letter) for letter in run))


@lru_cache(maxsize=4096)
def _is_latin(letter: str) -> bool:
    name = unicodedata.name(letter, "")
    return "LATIN" in name or "MODIFIER" in name or letter in "ªº"

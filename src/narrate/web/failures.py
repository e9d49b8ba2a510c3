"""Why a page could not be had, on the way to becoming a `SourceError`."""

from __future__ import annotations

import re

LATER = "Try again later"
CHECK = "Check the address"
PRIVATE = "If you trust it, add --allow-private"
BY_HAND = "Save it from your browser and give narrate the file"


class Failure(Exception):
    """A plain reason and a remedy; `fetch` adds the address."""

    def __init__(self, why: str, remedy: str = "") -> None:
        super().__init__(why, remedy)
        self.why, self.remedy = why, remedy


def show(text: str) -> str:
    """Text from outside as it may be shown: one line, no control characters, no password, not endless."""
    text = re.sub(r"//[^/?#]*@", "//…@", "".join(mark if mark.isprintable() else " " for mark in text))
    return text if len(text) <= 200 else f"{text[:199]}…"

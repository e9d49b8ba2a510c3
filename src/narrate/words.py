"""Words as they are compared: what two rooms on the road must see alike."""

from __future__ import annotations

import re

NOT_LETTERS = re.compile(r"[\W_]+")


def squeeze(text: str) -> str:
    """Letters and digits only, in lower case, single spaces between."""
    return NOT_LETTERS.sub(" ", text).strip().lower()

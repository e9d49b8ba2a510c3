"""The promise that every reader keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from narrate.types import Article, Source


class Reader(Protocol):
    """Understands one format. Made without arguments."""

    name: str
    """What a user types after `--as`."""

    media_types: Sequence[str]
    """The media types it reads, such as `text/markdown`."""

    suffixes: Sequence[str]
    """File endings it reads, with the dot, in lower case."""

    def read(self, source: Source) -> Article:
        """The article in the source, structure kept, every block with its place.

        Raises:
            SourceError: the bytes are not of this format or cannot be decoded.
            ArticleError: there is no text in it.
        """

"""Where everything of a library is on the web: the same addresses from a server and from a static host."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

PRIVATE = "p"
"""The first part of addresses that carry a token."""

OPML = "shows.opml"

TRANSCRIPTS = {"vtt": "text/vtt", "srt": "application/x-subrip", "json": "application/json"}
"""Media types of the transcripts, by the names of an entry's sides: what a feed says of them, and a server too."""

CHAPTERS = "application/json+chapters"


@dataclass(frozen=True, slots=True)
class Places:
    """The addresses of a library."""

    base: str
    """Everything's beginning, without a slash at its end; on a private server the token is in it."""

    key: str = ""
    """What a form must bring along to change anything; empty where nothing can be changed."""

    private: bool = False
    """Only those know them who were told."""

    def home(self) -> str:
        return f"{self.base}/"

    def opml(self) -> str:
        return f"{self.base}/{OPML}"

    def asset(self, name: str) -> str:
        return f"{self.base}/assets/{name}"

    def show(self, show: str) -> str:
        """The page of a show."""
        return f"{self.base}/{quote(show)}/"

    def feed(self, show: str, document: str = "feed.xml") -> str:
        return self.file(show, document)

    def entry(self, show: str, entry: str) -> str:
        """The page of an episode."""
        return self.file(show, f"{entry}.html")

    def file(self, show: str, name: str) -> str:
        """A file in a show's folder: sound, transcript, chapters, picture."""
        return f"{self.show(show)}{quote(name)}"

    def add(self, show: str) -> str:
        return f"{self.show(show)}add"

    def queue(self) -> str:
        return f"{self.base}/queue"


def private_places(base_url: str, token: str, key: str = "") -> Places:
    """Addresses with a secret in them."""
    return Places(f"{base_url}/{PRIVATE}/{token}", key, private=True)

"""Under which addresses a server's feeds and pages tell that they are."""

from __future__ import annotations

from dataclasses import dataclass

from narrate.places import Places, private_places
from narrate.server.guard import make_form_key
from narrate.types import Show


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Never taken from what a client calls us.

    A proxy may give the server any path: with the base `https://example.org/pods` it passes on `/pods/tides/feed.xml`
    as `/tides/feed.xml`.
    """

    base_url: str
    """Without a slash at its end."""
    asked: bool
    """Somebody has asked for it, so that it goes before what a show says; else it is where the server itself is."""
    private: bool
    adding: bool

    def places(self, token: str, show: Show | None = None) -> Places:
        """Where everything is, or everything of a show; with a token's key where something may be added."""
        key = make_form_key(token) if self.adding else ""
        if self.private:  # never under what a show says of itself: that place is another, and would learn the token
            return private_places(self.base_url, token, key)
        own = None if self.asked or show is None else show.base_url
        return Places(own or self.base_url, key)

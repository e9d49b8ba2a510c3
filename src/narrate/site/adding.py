"""What the pages of somebody who may add episodes need beside the others."""

from __future__ import annotations

import json
from typing import Protocol
from urllib.parse import quote

from narrate.places import Places


class Waiting(Protocol):
    """A job of the queue, as far as a page shows it."""

    @property
    def id(self) -> int: ...
    @property
    def show(self) -> str: ...
    @property
    def name(self) -> str:
        """An address, the name of a file, or the first words of a text."""

    @property
    def title(self) -> str | None: ...
    @property
    def state(self) -> str:
        """`waiting`, `working`, `done` or `failed`."""

    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def message(self) -> str: ...
    @property
    def entry(self) -> str | None:
        """The slug of the episode that it became."""


def write_bookmarklet(places: Places, show: str) -> str:
    """The address of a bookmark that asks whether the page being read shall become an episode.

    It runs inside that page, which can read all of it: private places, whose addresses are secret, have none.

    Source: RFC 3986; browsers decode what follows `javascript:` before they run it, so all of it is encoded.
    """
    place = json.dumps(f"{places.add(show)}?address=")
    words = "encodeURIComponent(location.href)+'&title='+encodeURIComponent(document.title)"
    code = f"(()=>{{open({place}+{words},'narrate','popup,width=520,height=560')}})()"
    return f"javascript:{quote(code, safe='()=>;,.+&?:/')}"

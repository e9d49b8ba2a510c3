"""Links that open a feed in podcast apps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A podcast app and the link that subscribes in it."""

    name: str
    address: str


def subscribe_links(feed: str, *, private: bool) -> list[App]:
    """A link for each of the common apps.

    Most hand the address to the app on the listener's device. AntennaPod's goes through a page on the web where the
    app is missing, which would show it the address: a private feed has none.

    Args:
        feed: the feed's address, absolute.

    Source:
        The forms that the apps register: podcast:// by Apple; https://overcast.fm/podcasterinfo;
        pktc:// by Pocket Casts; castros:// by Castro, castro:// without TLS; podcastaddict:// by Podcast Addict;
        https://antennapod.org/documentation/podcasters-hosters/add-on-antennapod
    """
    bare, whole = re.sub(r"^https?://", "", feed), quote(feed, safe="")
    castro = "castros" if feed.startswith("https:") else "castro"
    links = [
        App(name="Apple Podcasts", address=f"podcast://{bare}"),
        App(name="Overcast", address=f"overcast://x-callback-url/add?url={whole}"),
        App(name="Pocket Casts", address=f"pktc://subscribe/{bare}"),
        App(name="Castro", address=f"{castro}://subscribe/{bare}"),
        App(name="Podcast Addict", address=f"podcastaddict://{bare}"),
    ]
    if not private:
        links.append(App(name="AntennaPod", address=f"https://antennapod.org/deeplink/subscribe?url={whole}"))
    return links

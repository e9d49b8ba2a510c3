"""Fetching one page, safe by default.

Every hop is judged anew: its scheme, its host, every address the host has.
With a proxy of the user's, the proxy looks names up, so only addresses that
are written out, and `localhost`, can be judged here. No proxy is taken from
the environment; certificates are always verified, against the system's or
those that `SSL_CERT_FILE` names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from ipaddress import IPv4Address
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from narrate.errors import SourceError
from narrate.web.addresses import INTERNET, Network, is_local_name, read_number, refuse_danger
from narrate.web.failures import BY_HAND, PRIVATE, Failure, show
from narrate.web.replies import (
    OFFERED,
    check_kind,
    check_status,
    read_body,
    read_charset,
    read_media_type,
    read_modified,
)
from narrate.web.urls import read_url

if TYPE_CHECKING:
    from httpx2 import URL, Response

ACCEPT = "text/html, application/xhtml+xml, text/markdown;q=0.9, text/plain;q=0.9, */*;q=0.5"

LOOPBACK = IPv4Address("127.0.0.1")

REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of the web's time and bytes one fetch may take."""

    total_s: float = 30
    """Seconds for everything together, redirects included."""

    connect_s: float = 10
    """Seconds for one look-up, one connection or one handshake."""

    read_s: float = 15
    """Seconds of silence."""

    size_bytes: int = 20_000_000
    """Size of the page, both on the wire and unpacked."""

    redirects: int = 10
    """How many are followed."""

    def __post_init__(self) -> None:
        if min(self.total_s, self.connect_s, self.read_s, self.size_bytes) <= 0 or self.redirects < 0:
            raise ValueError(f"limits leave room for something: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page as a server gave it."""

    address: str
    """Where it was in the end, after redirects; without a fragment."""

    media_type: str
    """In lower case, without parameters; empty where the server does not say, or says only that it is bytes."""

    charset: str | None
    """What the header says of the character encoding; nobody has verified it."""

    data: bytes
    """Unpacked; never empty."""

    fetched_at: datetime
    """Aware, in UTC."""

    modified_at: datetime | None
    """When it was last changed, where the server says so: aware, in UTC."""

    def __post_init__(self) -> None:
        for moment in (self.fetched_at, self.modified_at):
            if moment is not None and moment.tzinfo is None:
                raise ValueError("times of a page carry their time zone")


def user_agent() -> str:
    """Who we say we are."""
    return f"narrate/{version('narrate-podcast')} (+https://pypi.org/project/narrate-podcast/)"


def fetch(
    address: str,
    *,
    limits: Limits = Limits(),
    allow_private: bool = False,
    proxy: str | None = None,
    accept: str = ACCEPT,
    network: Network = INTERNET,
) -> Fetched:
    """Fetch a page over http or https.

    Args:
        address: as a person would paste it.
        limits: of time, size and redirects.
        allow_private: reach addresses of this machine and of private networks too.
        proxy: such as `http://proxy.example:3128`; None goes directly, whatever the environment says.
        accept: the media types asked for, as in the header of that name; where the first is a picture, whatever comes
            is taken, else only what may be a text.
        network: how names are looked up and addresses judged.

    Raises:
        SourceError: it cannot be had; the message says why, and what to do.
    """
    trail = [address]
    if allow_private:
        network = network.without_dangers()
    try:
        return _follow(trail, limits, network, proxy, accept)
    except Failure as failure:
        raise SourceError(_describe(trail), failure.why, failure.remedy) from failure


def _describe(trail: list[str]) -> str:
    start, end = show(trail[0]) or "an empty address", show(trail[-1])
    return f"{start} cannot be fetched" if trail[0] == trail[-1] else f"{start} leads to {end}, which cannot be fetched"


def _follow(trail: list[str], limits: Limits, network: Network, proxy: str | None, accept: str) -> Fetched:
    """Go from hop to hop; each one's address is on the trail before it is visited."""
    import httpx2  # not before it is needed

    from narrate.web.connect import Deadline, ask, open_pool

    headers = {"User-Agent": user_agent(), "Accept": accept, "Accept-Encoding": OFFERED, "Connection": "close"}
    cookies = httpx2.Cookies()  # some sites redirect until theirs comes back; it lives no longer than this call
    seen = set()
    with open_pool(network, Deadline(limits.total_s), proxy) as pool:
        for _ in range(limits.redirects + 1):
            request = httpx2.Request("GET", _read_hop(trail[-1], network), headers=headers)
            request.headers.encoding = "utf-8"  # cookies have been seen that are not in ASCII
            cookies.set_cookie_header(request)
            step = (str(request.url), request.headers.get("cookie"))
            if step in seen:
                raise Failure("its redirects go round in a circle", BY_HAND)
            seen.add(step)
            with ask(pool, request, connect_s=limits.connect_s, read_s=limits.read_s) as answer:
                if answer.status_code not in REDIRECTS:
                    return _receive(answer, limits, accept)
                cookies.extract_cookies(answer)
                trail.append(_find_next(answer))
    raise Failure(f"there are more than {limits.redirects} redirects", BY_HAND)


def _read_hop(address: str, network: Network) -> URL:
    """The address to visit, if it may be by what it says; a name is judged again when it is looked up."""
    url = read_url(address)
    host = url.raw_host.decode("ascii")
    number = read_number(host)
    if number is not None:
        refuse_danger(host, number, network)
    elif is_local_name(host) and network.find_danger(LOOPBACK):
        raise Failure(f"{host} is this machine itself", PRIVATE)
    return url


def _find_next(answer: Response) -> str:
    location = answer.headers.get("location", "").strip()
    if not location:
        raise Failure(f"it redirects without saying where ({answer.status_code})", BY_HAND)
    try:
        return urljoin(str(answer.request.url), location)
    except ValueError:
        return location


def _receive(answer: Response, limits: Limits, accept: str) -> Fetched:
    check_status(answer.status_code, answer.headers)
    if not accept.startswith("image/"):  # who asks for pictures looks at them himself
        check_kind(answer.headers, answer.request.url.path)
    data = read_body(answer.iter_raw(), answer.headers, limits.size_bytes)
    return Fetched(
        address=str(answer.request.url),
        media_type=read_media_type(answer.headers),
        charset=read_charset(answer.headers),
        data=data,
        fetched_at=datetime.now(UTC),
        modified_at=read_modified(answer.headers),
    )

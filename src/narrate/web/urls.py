"""Web addresses as people and pages write them, made into what is asked of whom."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from narrate.web.addresses import read_number
from narrate.web.failures import CHECK, Failure, show

if TYPE_CHECKING:
    from httpx2 import URL


def read_url(address: str) -> URL:
    """A web address as browsers read it: names in IDNA, odd notations of numbers undone, no fragment.

    Raises:
        Failure: it is not http or https, names no host, carries a password, or is malformed.
    """
    import httpx2

    _check_scheme(address.strip())
    try:
        parts = urlsplit(address.strip())
        _check_server(parts)
        host, port = _read_host(parts.hostname or ""), _read_port(parts)
        server = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
        url = httpx2.URL(f"{parts.scheme}://{server}{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")
        _ = url.host  # decodes a name in IDNA, and fails where it only looks like one
        return url
    except (ValueError, httpx2.InvalidURL) as problem:
        raise Failure("the address is malformed", CHECK) from problem


def _check_scheme(address: str) -> None:
    scheme = re.match(r"([a-z][a-z0-9+.-]*):(?!\d)", address, re.IGNORECASE)
    if not address:
        raise Failure("there is nothing in it", "Give an address in https://")
    if scheme is None:
        raise Failure("it does not start with https://", f"Did you mean https://{show(address.lstrip('/'))}")
    if scheme[1].lower() == "file":
        raise Failure("a file is not fetched from the web", "Give its path instead")
    if scheme[1].lower() not in ("http", "https"):
        raise Failure(f"only http and https are fetched, not {show(scheme[1].lower())}", "Give an address in https://")


def _check_server(parts: SplitResult) -> None:
    if "@" in parts.netloc:
        raise Failure(
            "it has a name or password before the @, which would end up in tags and feeds",
            "Take that out, or save the page from your browser and give narrate the file",
        )
    if not parts.hostname:
        raise Failure("it names no server", CHECK)
    if not re.fullmatch(r"(\[[^]]*]|[^][:]*)(:.*)?", parts.netloc):
        raise ValueError("brackets stand around a whole host")


def _read_port(parts: SplitResult) -> int | None:
    try:
        if parts.port != 0:
            return parts.port
    except ValueError:
        pass
    raise Failure("its port is not a number from 1 to 65535", CHECK)


def _read_host(host: str) -> str:
    """The host with compatible characters folded (full-width digits too) and numbers in their usual form.

    Raises:
        ValueError: nothing can be called that.
    """
    host = unicodedata.normalize("NFKC", unquote(host)).replace("\u3002", ".").lower().removesuffix(".")
    number = read_number(host)
    if number is not None:
        return number.compressed
    if re.search(r"[\x00-,/:-@\[-^`{-\x7f]", host) or not all(0 < len(label) < 64 for label in host.split(".")):
        raise ValueError("no host can be called that")
    return host

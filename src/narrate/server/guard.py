"""Who may come in, what the log says of it, and the headers that every answer carries.

On a private server everything is under /p/TOKEN. Whoever has no token, or a wrong one, hears that there is nothing,
in the very words with which anything else is not found.
"""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from narrate.errors import LibraryError, NarrateError
from narrate.places import PRIVATE
from narrate.server.files import BrokenOff

log = logging.getLogger("narrate.server")

TOKEN = "narrate.token"
"""What a request's scope has the token under with which it came in: no answer to it names a newer one."""

HIDDEN = "…"
"""Stands in the log where a token stood."""


def is_same(given: str, known: str) -> bool:
    """Compare secrets in a time that tells nothing of where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), known.encode())


def make_form_key(token: str) -> str:
    """What forms bring along to show that they came from a page of ours; it does not give the token away.

    Source:
        RFC 2104, HMAC
    """
    return hmac.new(token.encode(), b"narrate: forms", sha256).hexdigest()


def comes_from_us(request: Request, base_url: str) -> bool:
    """Was a form sent from a page of ours? A program that is no browser says nothing of it, and is believed.

    A page of ours is one at our public address, or at the number under which this machine was called: to have a name
    point at our number is in anybody's power, and such a page would be of the same origin.

    Source:
        Fetch Metadata Request Headers, https://www.w3.org/TR/fetch-metadata/; RFC 6454, The Web Origin Concept
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None or origin == origin_of(base_url):
        return True
    called = f"http://{request.headers.get('host', '')}"
    return origin == called and _is_number(urlsplit(called).hostname or "")


def _is_number(host: str) -> bool:
    try:
        return host == "localhost" or bool(ip_address(host))
    except ValueError:
        return False


def origin_of(address: str) -> str:
    """Scheme, host and port, as browsers write them."""
    parts = urlsplit(address)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, usual) else "")


POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""What a page may load, and where it may send anything.

Source:
    https://www.w3.org/TR/CSP3/
"""


def headers_for_all(*, private: bool, adding: bool) -> dict[str, str]:
    """What browsers are told with every answer.

    The address of a private page goes to nobody else. Where there are forms it goes to ourselves, since browsers that
    may not name the page do not say either from where a form comes.

    Source:
        https://www.w3.org/TR/referrer-policy/, https://fetch.spec.whatwg.org/#origin-header
    """
    return {
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer" if private and not adding else "same-origin",
        "cross-origin-resource-policy": "same-origin",
        **({"x-robots-tag": "noindex"} if private else {}),
    }


def nothing_here() -> Response:
    """The one answer to whoever asks for what is not there, or may not know whether it is."""
    return PlainTextResponse("There is nothing here.\n", 404, {"cache-control": "no-store"})


class Guard:
    """Stands before the application."""

    def __init__(
        self, app: ASGIApp, *, headers: Mapping[str, str], find_token: Callable[[], Awaitable[str]] | None
    ) -> None:
        """
        Args:
            headers: for every answer that has none of the same name.
            find_token: tells the token that counts now; None where everything is open.
        """
        self._app = app
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        self._find_token = find_token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        watched = _Watched(send, self._headers)
        visit = _Visit(path="/" + HIDDEN if self._find_token else scope["path"])
        try:
            await self._let_in(scope, receive, watched, visit)
        except NarrateError as problem:
            await self._apologise(visit, watched, scope, receive, str(problem), isinstance(problem, LibraryError))
        except BrokenOff as problem:
            visit.note = str(problem)
        except Exception as problem:  # no traceback reaches anybody, and nothing stops the server
            log.debug("where it went wrong", exc_info=problem)
            await self._apologise(visit, watched, scope, receive, f"{type(problem).__name__}: {problem}", False)
        finally:
            _write_log(scope, visit, watched)

    async def _let_in(self, scope: Scope, receive: Receive, watched: _Watched, visit: _Visit) -> None:
        if self._find_token is None:
            await self._app(scope, receive, watched)
            return
        token = await self._find_token()
        visit.token = token
        _, _, rest = scope["path"].partition(f"/{PRIVATE}/")
        given, slash, inside = rest.partition("/")
        if not scope["path"].startswith(f"/{PRIVATE}/") or not is_same(given, token):
            await nothing_here()(scope, receive, watched)
            return
        visit.path = f"/{PRIVATE}/{HIDDEN}{slash}{inside}"
        if slash:
            await self._app({**scope, "path": f"/{inside}", TOKEN: token}, receive, watched)
        else:
            await Response(status_code=308, headers={"location": f"./{token}/"})(scope, receive, watched)

    async def _apologise(
        self, visit: _Visit, watched: _Watched, scope: Scope, receive: Receive, why: str, busy: bool
    ) -> None:
        visit.note = why
        if watched.status is None:
            headers = {"cache-control": "no-store", **({"retry-after": "10"} if busy else {})}
            await PlainTextResponse("Something went wrong.\n", 503 if busy else 500, headers)(scope, receive, watched)


@dataclass(slots=True)
class _Visit:
    """One request, as the log may tell of it."""

    path: str
    token: str = ""
    note: str = ""


class _Watched:
    """Passes an answer on, with our headers, and remembers how it went."""

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self._send, self._headers = send, headers
        self._began_s = time.perf_counter()
        self.status: int | None = None
        self.sent_bytes = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            there = {name for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *((n, v) for n, v in self._headers if n not in there)]
        await self._send(message)
        self.sent_bytes += len(message.get("body", b""))

    @property
    def took_s(self) -> float:
        return time.perf_counter() - self._began_s


def _write_log(scope: Scope, visit: _Visit, watched: _Watched) -> None:
    """One line a request: no token, no query, nothing that could end the line."""
    client = (scope.get("client") or ["-"])[0]
    path = quote(visit.path).replace(quote(HIDDEN), HIDDEN)
    line = f"{client} {scope['method']} {path} {watched.status or '-'} {watched.sent_bytes} B {watched.took_s:.3f} s"
    if visit.note:
        line += f": {' '.join(visit.note.split())}"
    line = line.replace(visit.token, HIDDEN) if visit.token else line
    log.log(logging.WARNING if visit.note else logging.INFO, "%s", line)

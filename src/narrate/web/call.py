"""One question to a service that the user has named, and its whole answer, within time and size.

Any network may be reached, since the address comes from the user's own settings. Redirects are not followed: what is
sent along, such as a key, is for that server alone. Certificates are always verified, against the system's or those
that `SSL_CERT_FILE` names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrate.web.addresses import INTERNET
from narrate.web.failures import CHECK, LATER, Failure, show
from narrate.web.fetch import Limits, user_agent
from narrate.web.replies import Unpacker
from narrate.web.urls import read_url

if TYPE_CHECKING:
    import httpcore2


ASKED = "http11.send_request_headers.started"
"""The step with which the question is on its way. Source: the trace extension of httpcore2."""


class NoConnection(Failure):
    """Nobody has heard the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service said, whatever its status."""

    status: int

    headers: Mapping[str, str]
    """By their names, in whatever case."""

    data: bytes
    """Unpacked; may be empty."""


def call(
    method: str,
    address: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    limits: Limits,
    proxy: str | None = None,
) -> Answer:
    """Ask a service.

    Args:
        method: such as `POST`.
        address: http or https.
        headers: sent along, in ASCII.
        body: sent along.
        limits: of time and size.
        proxy: such as `http://proxy.example:3128`; None goes directly, whatever the environment says.

    Raises:
        NoConnection: there is nobody to ask.
        Failure: there is no whole answer.
    """
    import httpx2  # not before it is needed

    from narrate.web.connect import Deadline, open_pool

    try:
        connections = open_pool(INTERNET.without_dangers(), Deadline(limits.total_s), proxy)
    except Failure as failure:
        raise NoConnection(failure.why, failure.remedy) from failure
    with connections as pool:
        reply = _send(pool, method, address, headers, body, limits)
        try:
            told = httpx2.Headers(reply.headers)
            return Answer(status=reply.status, headers=told, data=_read_whole(reply, told, limits.size_bytes))
        finally:
            reply.close()


def _send(
    pool: httpcore2.ConnectionPool, method: str, address: str, headers: Mapping[str, str], body: bytes, limits: Limits
) -> httpcore2.Response:
    """The answer, whose body is not read yet."""
    import httpcore2
    import httpx2

    url = read_url(address)
    ours = {"User-Agent": user_agent(), "Accept-Encoding": "identity", "Connection": "close"}
    request = httpx2.Request(method, url, headers=ours | dict(headers), content=body)
    target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    times = {"connect": limits.connect_s, "read": limits.read_s, "write": limits.read_s, "pool": limits.connect_s}
    steps: set[str] = set()
    more = {"timeout": times, "trace": lambda step, _: steps.add(step)}
    try:
        return pool.handle_request(
            httpcore2.Request(method, target, headers=request.headers.raw, content=body, extensions=more)
        )
    except httpcore2.ProxyError as problem:
        raise NoConnection(f"the proxy answered {show(str(problem))}", "Look at the proxy's address") from problem
    except httpcore2.WriteError as problem:
        raise Failure("the server broke the connection off", LATER) from problem
    except httpcore2.ProtocolError as problem:
        raise Failure("what answers there does not speak HTTP", CHECK) from problem
    except Failure as failure:
        if ASKED in steps:
            raise
        raise NoConnection(failure.why, failure.remedy) from failure


def _read_whole(reply: httpcore2.Response, headers: Mapping[str, str], limit_bytes: int) -> bytes:
    import httpcore2

    unpacker = Unpacker(headers.get("content-encoding", ""))
    data = bytearray()
    try:
        for chunk in reply.iter_stream():
            data += unpacker.feed(chunk, limit_bytes + 1 - len(data))
            if len(data) > limit_bytes:
                raise Failure(f"it is larger than {limit_bytes / 1e6:g} MB", CHECK)
    except httpcore2.ProtocolError as problem:
        raise Failure("it broke off before its end", LATER) from problem
    unpacker.finish()
    return bytes(data)

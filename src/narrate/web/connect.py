"""Connections that lead only where they may, and end in time.

Stands on httpcore2, as httpx2 does: its pool asks a network backend for a
stream, and ours looks a name up once, judges every address it has, and
connects to one of those. No later look-up can lead elsewhere. Imported only
when something is fetched.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import httpcore2
import httpx2

from narrate.web.addresses import IPAddress, Network, refuse_danger
from narrate.web.failures import CHECK, LATER, Failure, show

NETWORK_REMEDY = "Check the address and your network"
PROXY_REMEDY = "Write it like http://proxy.example:3128"


class Deadline:
    """The moment by which all must be done."""

    def __init__(self, total_s: float) -> None:
        self._total_s = total_s
        self._end_s = time.monotonic() + total_s

    def cut(self, seconds: float | None) -> float:
        """The seconds, or what is left where that is less.

        Raises:
            Failure: nothing is left.
        """
        left_s = self._end_s - time.monotonic()
        if left_s < 0.001:
            raise Failure(f"it was not done within {self._total_s:g} s", LATER)
        return left_s if seconds is None else min(seconds, left_s)


class Stream(httpcore2.NetworkStream):
    """A socket that keeps the deadline and fails in plain words."""

    def __init__(self, connection: socket.socket, deadline: Deadline, peer: str) -> None:
        self._socket, self._deadline, self._peer = connection, deadline, peer
        self._silent = True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with plain_reasons(self._peer, self._deadline, timeout):
            self._socket.settimeout(self._deadline.cut(timeout))
            data = self._socket.recv(max_bytes)
        if not data and self._silent:
            raise Failure(f"{self._peer} hung up without an answer", LATER)
        self._silent = False
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        try:
            with plain_reasons(self._peer, self._deadline, timeout):
                self._socket.settimeout(self._deadline.cut(timeout))
                self._socket.sendall(buffer)
        except Failure as failure:
            raise httpcore2.WriteError(*failure.args) from failure  # an answer may be there all the same

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Stream:
        try:
            with plain_reasons(self._peer, self._deadline, timeout):
                self._socket.settimeout(self._deadline.cut(timeout))
                secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except BaseException:
            self.close()
            raise
        return Stream(secured, self._deadline, "the server")


class Backend(httpcore2.NetworkBackend):
    """Resolves, judges and connects."""

    def __init__(self, network: Network, deadline: Deadline, peer: str) -> None:
        self._network, self._deadline, self._peer = network, deadline, peer

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *_args: Any, **_more: Any) -> Stream:
        addresses = self._look_up(host, port, timeout)
        for address in addresses:
            refuse_danger(host, address, self._network)
        failure = Failure(f"there is no server called {show(host)}", NETWORK_REMEDY)
        for address in addresses:
            share_s = self._deadline.cut(timeout) / len(addresses)
            try:
                with plain_reasons(self._peer, self._deadline, timeout):
                    connection = socket.create_connection((str(address), port), share_s)
                return Stream(connection, self._deadline, self._peer)
            except Failure as problem:
                failure = problem
        raise failure

    def _look_up(self, host: str, port: int, timeout: float | None) -> list[IPAddress]:
        try:
            found = call_in_time(lambda: self._network.resolve(host, port), self._deadline.cut(timeout))
        except TimeoutError as problem:
            self._deadline.cut(timeout)
            raise Failure(f"looking up {show(host)} took longer than {timeout:g} s", NETWORK_REMEDY) from problem
        except (OSError, UnicodeError) as problem:
            raise Failure(f"there is no server called {show(host)}", NETWORK_REMEDY) from problem
        return [ip_address(address) for address in dict.fromkeys(found)]


def call_in_time(job: Callable[[], Sequence[str]], seconds: float) -> Sequence[str]:
    """The job's result. It runs in a thread, since the system's resolver keeps no time limit.

    Raises:
        TimeoutError: it took longer.
    """
    answer: Future[Sequence[str]] = Future()

    def run() -> None:
        try:
            answer.set_result(job())
        except Exception as problem:
            answer.set_exception(problem)

    threading.Thread(target=run, daemon=True).start()
    return answer.result(seconds)


@contextmanager
def plain_reasons(peer: str, deadline: Deadline, timeout: float | None) -> Iterator[None]:
    """Turn what a socket raises into a Failure that a listener understands.

    Source:
        docs.python.org, library/ssl: `verify_message` of a certificate, `reason` of any other failure.
    """
    try:
        yield
    except TimeoutError as problem:
        deadline.cut(timeout)
        raise Failure(f"{peer} did not answer within {timeout or 0:g} s", LATER) from problem
    except ssl.SSLCertVerificationError as problem:
        reason = show(problem.verify_message).rstrip(".")
        raise Failure(f"its certificate cannot be trusted ({reason})", f"{CHECK}; a stranger could answer") from problem
    except ssl.SSLError as problem:
        reason = (problem.reason or "no reason given").replace("_", " ").lower()
        raise Failure(f"no secure connection could be made ({reason})", CHECK) from problem
    except ConnectionRefusedError as problem:
        raise Failure(f"{peer} refuses connections", f"{CHECK}, or try again later") from problem
    except (ConnectionResetError, ConnectionAbortedError, BrokenPipeError) as problem:
        raise Failure(f"{peer} broke the connection off", LATER) from problem
    except OSError as problem:
        reason = (problem.strerror or "no reason given").lower()
        raise Failure(f"{peer} cannot be reached ({reason})", NETWORK_REMEDY) from problem


def open_pool(network: Network, deadline: Deadline, proxy: str | None) -> httpcore2.ConnectionPool:
    """Connections for one fetch. Certificates are always verified; no environment variable names a proxy.

    A proxy may stand in a private network, and it looks names up itself: it is not judged, nor what they stand for.

    Raises:
        Failure: the proxy is none that can be used.
    """
    if proxy is None:
        return httpcore2.ConnectionPool(network_backend=Backend(network, deadline, "the server"))
    backend = Backend(network.without_dangers(), deadline, "the proxy")
    return httpcore2.ConnectionPool(proxy=_read_proxy(proxy), network_backend=backend)


def _read_proxy(proxy: str) -> httpcore2.Proxy:
    try:
        url = httpx2.URL(proxy)
    except httpx2.InvalidURL as problem:
        raise Failure("the address of the proxy is malformed", PROXY_REMEDY) from problem
    if url.scheme != "http" or not url.raw_host or not 0 < (url.port or 80) < 65536:
        raise Failure("the proxy is not given as http://, a host and a port", PROXY_REMEDY)
    auth = (url.username.encode(), url.password.encode()) if url.userinfo else None
    return httpcore2.Proxy(httpcore2.URL(scheme="http", host=url.raw_host, port=url.port, target="/"), auth=auth)


class Body(httpx2.SyncByteStream):
    """The bytes of an answer as they came over the wire."""

    def __init__(self, answer: httpcore2.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._answer.iter_stream()
        except httpcore2.ProtocolError as problem:
            raise Failure("it broke off before its end", LATER) from problem


@contextmanager
def ask(
    pool: httpcore2.ConnectionPool, request: httpx2.Request, *, connect_s: float, read_s: float
) -> Iterator[httpx2.Response]:
    """One request and its answer, whose body is not read yet.

    Raises:
        Failure: there is no answer, or none in HTTP.
    """
    url = request.url
    target = httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    limits = {"timeout": {"connect": connect_s, "read": read_s, "write": read_s, "pool": connect_s}}
    try:
        answer = pool.handle_request(httpcore2.Request("GET", target, headers=request.headers.raw, extensions=limits))
    except httpcore2.ProxyError as problem:
        raise Failure(f"the proxy answered {show(str(problem))}", "Look at the proxy's address") from problem
    except httpcore2.ProtocolError as problem:
        raise Failure("what answers there does not speak HTTP", CHECK) from problem
    try:
        yield httpx2.Response(answer.status, headers=answer.headers, stream=Body(answer), request=request)
    finally:
        answer.close()

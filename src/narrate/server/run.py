"""The server from its first moment to its last: a socket, the application, and a stop that lets listeners finish."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette

from narrate.errors import NarrateError, UsageError
from narrate.server.app import make_app
from narrate.server.protocol import Protocol

log = logging.getLogger("narrate.server")

MOST_CLIENTS = 400
"""Connections at once; whoever comes then hears 503."""

OPEN_FILES = 3 * MOST_CLIENTS
"""A client takes two, and so does each of many other things."""

HEAD_BYTES = 16 * 1024
"""Longest beginning of a request: its address and its headers."""

KEEP_ALIVE_S = 15
"""A connection without requests is kept for so long."""

STALLED_S = 300.0
"""A client that takes nothing of its answer for so long is gone. A player that pauses comes back for the rest."""

SWITCH_S = 0.001
"""For so long a thread that writes a feed keeps one that answers waiting; usually five times longer, at every step."""

GRACE_S = 5
"""Downloads may go on for so long when the server is to stop."""


def serve(
    library_folder: Path,
    *,
    host: str,
    port: int,
    base_url: str | None,
    private: bool,
    adding: bool,
    on_ready: Callable[[str], None],
) -> None:
    """Serve a library until SIGTERM, or Ctrl-C.

    Args:
        host: name or number of what to listen on.
        port: 0 takes one that is free.
        base_url: where it is public, such as `https://example.org/pods` behind a proxy that passes on what follows
            `/pods`; without one, what each show says of itself, else the address of the server itself.
        private: everything is under the library's token.
        adding: episodes can be added from the pages.
        on_ready: called once requests are answered, with the base of all addresses, for `narrate.places.Places`:
            no slash at its end, and the token in it on a private server.

    Raises:
        UsageError: anybody on the network could add episodes.
        LibraryError: the library cannot be used.
        NarrateError: there is nothing to listen on, such as a port that is in use.
        KeyboardInterrupt: it was stopped by Ctrl-C, gracefully.
    """
    if adding and not private and not (is_loopback(host) and is_loopback(urlsplit(base_url or "").hostname or host)):
        remedy = "Add --private, or --no-adding"
        raise UsageError("nothing can be added here", "everybody who finds this server could do it", remedy)
    with closing(_listen(host, port)) as listening, _logging():
        own = f"http://{_name_for_others(host)}:{listening.getsockname()[1]}"
        app = make_app(library_folder, base_url=base_url or own, private=private, adding=adding, asked=bool(base_url))
        _allow_open_files()
        sys.setswitchinterval(SWITCH_S)
        server = _Server(app, on_ready)
        server.run(sockets=[listening])
    if server.stopped_by == signal.SIGINT:
        raise KeyboardInterrupt


class _Server(uvicorn.Server):
    """uvicorn, telling when it is ready, and taking a signal as its own."""

    def __init__(self, app: Starlette, on_ready: Callable[[str], None]) -> None:
        config = uvicorn.Config(
            app,
            http=Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="critical",  # the guard writes a log that tells no token
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=MOST_CLIENTS,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S,
            h11_max_incomplete_event_size=HEAD_BYTES,
        )
        super().__init__(config)
        self._desk, self._on_ready = app.state.desk, on_ready
        self.stopped_by: int | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready(await self._desk.base())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._desk.stop_streams()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn does, but without raising the signal once more in the end: a stop is no failure."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.stopped_by = self.stopped_by or sig
        super().handle_exit(sig, frame)


def _listen(host: str, port: int) -> socket.socket:
    """
    Raises:
        NarrateError: that is not possible.
    """
    what = f"nothing can listen on {host}, port {port}"
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        dual = family == socket.AF_INET6 and _is_everywhere(host) and socket.has_dualstack_ipv6()
        listening = socket.create_server((host, port), family=family, dualstack_ipv6=dual, backlog=512)
    except (OverflowError, UnicodeError, socket.gaierror) as problem:
        raise UsageError(what, "there is no such place", "Look at --host and --port") from problem
    except OSError as problem:
        raise NarrateError(what, *_explain(problem)) from problem
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # each connection inherits it
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(STALLED_S * 1000))
    return listening


def _explain(problem: OSError) -> tuple[str, str]:
    """Why, and what to do about it."""
    return {
        errno.EADDRINUSE: ("another program is listening there already", "Take another port with --port"),
        errno.EACCES: ("ports below 1024 are the system's", "Take another port with --port"),
        errno.EADDRNOTAVAIL: ("this machine has no such address", "Give another one with --host"),
    }.get(problem.errno or 0, (os.strerror(problem.errno or 0), "Look at --host and --port"))


def _is_everywhere(host: str) -> bool:
    """Does it stand for all addresses of this machine?"""
    with suppress(ValueError):
        return ip_address(host).is_unspecified
    return False


def is_loopback(host: str) -> bool:
    """Does it stand for this machine alone?"""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _name_for_others(host: str) -> str:
    """How others call this machine: by the number with which it goes out, where it listens on all of them."""
    if _is_everywhere(host):
        host = "127.0.0.1"
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # of nobody, RFC 5737; nothing is sent
            host = probe.getsockname()[0]
    return f"[{host}]" if ":" in host else host


def _allow_open_files() -> None:
    """Some systems let a process open no more than 256 files, unless it asks."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@contextmanager
def _logging() -> Iterator[None]:
    """A line for each request, on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    before = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.DEBUG if os.environ.get("NARRATE_TRACEBACK") else logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before[0])
        log.propagate = before[1]

"""Google Translate on loopback: a CONNECT proxy that ends TLS with its own certificate and answers like the service.

Only the address of the proxy and the file with its authority have to be told; client and library stay as they are.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs

import trustme

from narrate.audio.ffmpeg import find_ffmpeg
from narrate.engines.google import Limits
from narrate.engines.gtts import GttsEngine

HOSTS = ("translate.google.com", "translate.google.co.uk", "translate.google.com.mx")
CHARS_PER_S = 15.0
FRAME_BYTES, FRAME_S = 96, 0.024
"""Of an MP3 with 24,000 frames per second at 32 kbit/s, in which no frame depends on another."""
TONES_HZ = tuple(range(210, 1650, 30))

FAILURES = ("403", "429", "429 1", "503", "reset", "stall", "cut", "cut chunks", "captcha", "moved", "empty", "short")
"""All kinds of answers that are none, each of which the next try may mend."""


class HastyGtts(GttsEngine):
    """The engine with short waits."""

    pace = replace(GttsEngine.pace, backoff_s=0.02, start_per_s=200.0, most_per_s=400.0, least_per_s=50.0)
    limits = Limits(connect_s=5.0, silence_s=0.4, total_s=1.0)


class PairOfGtts(HastyGtts):
    """The engine with two requests at once."""

    pace = replace(HastyGtts.pace, service="pair", at_once=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came in."""

    host: str
    text: str
    language: str
    slow: bool
    kind: str
    """How it was answered."""
    at_s: float
    """On the monotonic clock."""


class GoogleStandIn:
    """The running service; `kinds` are the next answers, all after them are those of `choose`, which is `sound`."""

    def __init__(self, folder: Path, names: tuple[str, ...] = HOSTS) -> None:
        authority = trustme.CA()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(self._tls)
        self.authorities = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self.authorities))
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.proxy = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.kinds: deque[str] = deque()
        self.choose: Callable[[str], str] = lambda _: "sound"
        self.asked: list[Asked] = []
        self.delay_s = 0.0
        """How long it thinks about an answer."""
        self.connections = self.most_at_once = 0
        self._present = 0
        self._lock = threading.Lock()
        self._end = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def environment(self) -> dict[str, str]:
        """What a client has to be told."""
        return {"NARRATE_PROXY": self.proxy, "SSL_CERT_FILE": str(self.authorities)}

    @property
    def spoken(self) -> list[str]:
        """The texts for which there was sound, in the order in which they were asked for."""
        return [asked.text for asked in self.asked if asked.kind == "sound"]

    def close(self) -> None:
        self._end.set()
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._meet, args=(client,), daemon=True).start()

    def _meet(self, client: socket.socket) -> None:
        with self._lock:
            self.connections += 1
        with suppress(OSError), client:
            host = _read_head(client)[0].split()[1].decode().partition(":")[0]
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with self._tls.wrap_socket(client, server_side=True) as tls:
                self._answer(tls, host, _read_request(tls))

    def _answer(self, tls: ssl.SSLSocket, host: str, body: bytes) -> None:
        text, language, slow, _ = read_question(body)
        with self._lock:
            kind = self.kinds.popleft() if self.kinds else self.choose(text)
            asked = Asked(host=host, text=text, language=language, slow=bool(slow), kind=kind, at_s=time.monotonic())
            self.asked.append(asked)
            self._present += 1
            self.most_at_once = max(self.most_at_once, self._present)
        self._end.wait(self.delay_s)
        with self._lock:
            self._present -= 1
        if kind == "stall":
            self._end.wait(30)
        elif kind == "reset":
            tls.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif kind == "drip":
            tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n")
            while not self._end.wait(0.05):
                tls.sendall(b" ")
        else:
            tls.sendall(make_answer(kind, text))


def make_answer(kind: str, text: str) -> bytes:
    """A whole answer over HTTP/1.1, or what there is of one that is cut."""
    sound = speech_of(text)
    if kind in ("sound", "cut", "cut chunks"):
        whole = _with_length(_envelope(base64.b64encode(sound).decode()))
        if kind == "cut":
            return whole[: len(whole) // 2]
        if kind == "cut chunks":
            return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + whole[:500]
        return whole
    if kind == "captcha":
        return _with_length(b"<html>Our systems have detected unusual traffic from your network</html>")
    if kind == "moved":
        return b"HTTP/1.1 302 Found\r\nLocation: https://www.google.com/sorry/index\r\nContent-Length: 0\r\n\r\n"
    bodies = {
        "empty": _envelope(""),
        "none": _envelope("").replace(b'[\\"\\"]', b"null"),
        "noise": _envelope(base64.b64encode(b"no sound at all" * 50).decode()),
        "silence": _envelope(base64.b64encode(tone(0)[: len(sound)]).decode()),
        "short": _envelope(base64.b64encode(sound[: len(sound) // 5 // FRAME_BYTES * FRAME_BYTES]).decode()),
        "twice": _envelope(base64.b64encode(sound).decode()) * 2,
        "latin": b'jQ1olc","[\\"\xe9\\"]',
        "endless": b" " * 5 * 2**20,
    }
    if kind in bodies:
        return _with_length(bodies[kind])
    status, _, wait = kind.partition(" ")
    field = f"Retry-After: {wait}\r\n" if wait else ""
    return f"HTTP/1.1 {status} X\r\n{field}Content-Length: 2\r\nConnection: close\r\n\r\nno".encode()


def speech_of(text: str) -> bytes:
    """An MP3 that sounds as long as somebody would speak the text, at a pitch of its own."""
    frames = max(20, round(len(text) / CHARS_PER_S / FRAME_S))
    return tone(pitch_hz(text))[: frames * FRAME_BYTES]


def pitch_hz(text: str) -> int:
    """The pitch at which a text is spoken."""
    return TONES_HZ[blake2b(text.encode(), digest_size=4).digest()[0] % len(TONES_HZ)]


@cache
def tone(hz: int) -> bytes:
    """Ten seconds of a tone as MP3, silence for 0 Hz, in frames that can be cut anywhere."""
    source = f"sine=f={hz}:r=24000:d=10,volume=3" if hz else "anullsrc=r=24000:cl=mono:d=10"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tone.mp3"
        sound = ["-f", "lavfi", "-i", source, "-ac", "1", "-b:a", "32k", "-reservoir", "0"]
        plain = ["-write_xing", "0", "-id3v2_version", "0"]
        subprocess.run([find_ffmpeg(), "-v", "error", *sound, *plain, path], check=True, stdin=subprocess.DEVNULL)
        return path.read_bytes()


def read_question(body: bytes) -> tuple[str, str, bool | None, str]:
    """Text, language and pace that a request asks for."""
    question = json.loads(json.loads(parse_qs(body.decode())["f.req"][0])[0][0][1])
    text, language, slow, last = question
    return text, language, slow, last


def _envelope(sound: str) -> bytes:
    inner = json.dumps([sound], separators=(",", ":"))
    return json.dumps([["wrb.fr", "jQ1olc", inner, None]], separators=(",", ":")).encode() + b"\n"


def _with_length(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body


def _read_request(stream: socket.socket) -> bytes:
    """The body: a socket closed with unread bytes in it would reset the connection under the answer."""
    head, body = _read_head(stream)
    found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    while len(body) < (int(found[1]) if found else 0):
        piece = stream.recv(4096)
        if not piece:
            raise OSError("the client has gone")
        body += piece
    return body


def _read_head(stream: socket.socket) -> tuple[bytes, bytes]:
    """The head, and what came after it."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = stream.recv(4096)
        if not piece:
            raise OSError("the client has gone")
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


@contextmanager
def google_stand_in(folder: Path, names: tuple[str, ...] = HOSTS) -> Iterator[GoogleStandIn]:
    """The service, for as long as it is needed."""
    service = GoogleStandIn(folder, names)
    try:
        yield service
    finally:
        service.close()

"""A server on loopback that answers as OpenAI's does, with the embedded engine behind it."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from narrate.engines.hibari import HibariEngine
from narrate.errors import CannotSay
from narrate.types import Clip, Utterance

UNKNOWN = 0xFFFF_FFFF


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the server says in place of sound."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def complain(status: int, message: str, code: str | None = None, **headers: str) -> Reply:
    """An error as OpenAI words it."""
    body = json.dumps({"error": {"message": message, "type": "some_error", "param": None, "code": code}})
    return Reply(status=status, body=body.encode(), headers=headers)


class SpeechServer:
    """`answers` are given in turn, the last for ever: a Reply, or `sound`, `streamed`, `cut`, `stall`, `reset`."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answers: list[Reply | str] = ["sound"]
        self.voices: object = None
        """What it lists, as JSON; None where it knows no such address."""
        self.wishes: list[dict[str, Any]] = []
        """What was asked for, in order."""
        self.keys: list[str | None] = []
        """What came as Authorization, in order."""
        self.released = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        if tls:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self.address = f"http{'s' if tls else ''}://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()

    def next_answer(self) -> Reply | str:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def _handler(server: SpeechServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            known = self.path == "/v1/audio/voices" and server.voices is not None
            self.reply(Reply(status=200 if known else 404, body=json.dumps(server.voices).encode()))

        def do_POST(self) -> None:
            server.keys.append(self.headers.get("Authorization"))
            wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.wishes.append(wish)
            answer = server.next_answer()
            if isinstance(answer, Reply):
                self.reply(answer)
            elif answer == "stall":
                server.released.wait(30)
            elif answer == "reset":
                self.connection.setsockopt(*_RESET)
                self.connection.close()
            else:
                self.give_sound(wish, answer)

        def give_sound(self, wish: dict[str, Any], way: str) -> None:
            try:
                wav = make_wav(speak(wish["input"], wish["speed"]), tell_length=way != "streamed")
            except CannotSay as problem:
                self.reply(complain(400, str(problem)))
                return
            self.send_response(200)
            self.send_header("Content-Type", "audio/wav")
            if way == "streamed":
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                for part in (wav[:100], wav[100:]):
                    self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
                self.wfile.write(b"0\r\n\r\n")
                return
            self.send_header("Content-Length", str(len(wav)))
            self.end_headers()
            self.wfile.write(wav[: len(wav) // 2] if way == "cut" else wav)
            self.close_connection = True

        def reply(self, answer: Reply) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(answer.body)

    return Handler


_RESET = (socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
"""With it, closing sends a reset."""

_LOCK = threading.Lock()


@cache
def speak(text: str, speed: float) -> Clip:
    """What the embedded engine makes of a text."""
    engine = HibariEngine()
    with _LOCK:
        return engine.speak(Utterance(text=text, written=text), engine.voices()[0], speed=speed, seed=0)


def make_wav(clip: Clip, *, tell_length: bool = True) -> bytes:
    """A clip as a WAV of 16 bits; where it does not tell its length, with the one that streaming servers give."""
    pcm = (clip.samples * 32767).round().astype("<i2")
    size = pcm.nbytes
    head = struct.pack("<4sI4s", b"RIFF", 36 + size if tell_length else UNKNOWN, b"WAVE")
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, clip.rate_hz, clip.rate_hz * 2, 2, 16)
    return head + form + struct.pack("<4sI", b"data", size if tell_length else UNKNOWN) + pcm.tobytes()

"""gTTS, the unmodified library, over real sockets: a proxy on loopback that answers like the service."""

from __future__ import annotations

import base64
import json
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from narrate.audio.ffmpeg import find_ffmpeg
from narrate.engines.gtts import GttsEngine
from narrate.errors import CannotSay, EngineError
from narrate.types import Clip, Utterance

LONG = (
    "The council voted on Monday to keep the lightship, and nobody was sorry; "
    "the band played until one, and then twice more."
)


class Service:
    """A CONNECT proxy that ends TLS with a certificate of its own; `answers` are given in turn, the last for ever."""

    def __init__(self, mp3: bytes) -> None:
        authority = trustme.CA()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("translate.google.com", "translate.google.co.uk").configure_cert(self._tls)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.mp3 = mp3
        self.answers = ["sound"]
        self.hosts: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        try:
            self.hosts.append(_read_head(client).split()[1].decode())
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with self._tls.wrap_socket(client, server_side=True) as tls:
                _read_request(tls)
                kind = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if kind == "stall":
                    threading.Event().wait(5)
                    return
                status, body = self._reply(kind)
                head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                tls.sendall(head.encode() + body)
        except OSError:
            pass

    def _reply(self, kind: str) -> tuple[int, bytes]:
        if kind == "sound":
            sound = base64.b64encode(self.mp3).decode()
            inner = json.dumps([sound], separators=(",", ":"))
            return 200, json.dumps([["wrb.fr", "jQ1olc", inner, None]], separators=(",", ":")).encode()
        if kind == "captcha":
            return 200, b"<html>Our systems have detected unusual traffic</html>"
        return int(kind), b"no"


def _read_request(stream: socket.socket) -> None:
    """Head and body: a socket closed with unread bytes in it would reset the connection under the answer."""
    head, _, body = _read_head(stream).partition(b"\r\n\r\n")
    found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    left = int(found[1]) - len(body) if found else 0
    while left > 0 and (chunk := stream.recv(4096)):
        left -= len(chunk)


def _read_head(stream: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = stream.recv(4096)
        if not chunk:
            break
        data += chunk
    return data


@pytest.fixture(scope="module")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path: Path = tmp_path_factory.mktemp("sound") / "tone.mp3"
    sound = "sine=f=300:d=1,adelay=400,apad=pad_dur=0.5"
    command = [find_ffmpeg(), "-v", "error", "-f", "lavfi", "-i", sound, "-ar", "24000", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path.read_bytes()


@pytest.fixture
def service(mp3: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    running = Service(mp3)
    monkeypatch.setenv("HTTPS_PROXY", running.address)
    monkeypatch.setenv("https_proxy", running.address)
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    yield running
    running.close()


@pytest.fixture
def engine() -> GttsEngine:
    engine = GttsEngine()
    engine.backoff_s, engine.timeout_s = 0.01, 20.0
    return engine


def say(engine: GttsEngine, text: str, voice_name: str = "en") -> Clip:
    voice = engine.find_voice(voice_name)
    assert voice is not None
    return engine.speak(Utterance(text=text, written=text), voice, speed=1.0, seed=0)


def test_an_answer_is_decoded_and_its_edges_are_trimmed(service: Service, engine: GttsEngine) -> None:
    clip = say(engine, "Good morning.")
    assert clip.rate_hz == 24_000
    assert 0.9 < clip.seconds < 1.2


def test_an_accent_asks_another_domain(service: Service, engine: GttsEngine) -> None:
    say(engine, "Good morning.", "en-co.uk")
    assert service.hosts == ["translate.google.co.uk:443"]


def test_a_long_text_is_whole(service: Service, engine: GttsEngine) -> None:
    assert len(LONG) > 100
    assert say(engine, LONG).seconds > 2.0


def test_a_busy_service_is_asked_again(service: Service, engine: GttsEngine) -> None:
    service.answers = ["429", "503", "sound"]
    assert say(engine, "Good morning.").seconds > 0.9
    assert len(service.hosts) == 3


def test_a_part_without_sound_is_noticed_though_the_library_skips_it(service: Service, engine: GttsEngine) -> None:
    service.answers = ["sound", "captcha", "captcha"]
    engine.tries = 1
    with pytest.raises(EngineError, match="answered without sound; it may be asking for a captcha"):
        say(engine, LONG)


@pytest.mark.parametrize(("answer", "why"), [("500", "answered 500"), ("403", "answered 403"), ("stall", "be reached")])
def test_a_service_that_fails_is_given_up_in_time(service: Service, engine: GttsEngine, answer: str, why: str) -> None:
    service.answers = [answer]
    engine.tries = 2
    engine.timeout_s = 0.5 if answer == "stall" else 20.0
    with pytest.raises(EngineError, match=f"gtts failed: the service .*{why}.*--engine hibari"):
        say(engine, "Good morning.")


def test_no_network_is_explained_with_a_way_out(engine: GttsEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    engine.tries = 2
    with pytest.raises(EngineError, match="the service cannot be reached. Look at the network, or speak offline"):
        say(engine, "Good morning.")


def test_nothing_is_asked_for_a_text_without_words(engine: GttsEngine) -> None:
    with pytest.raises(CannotSay):
        say(engine, "…")

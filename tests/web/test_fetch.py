"""Fetching over real sockets: a small web on loopback that answers as told, well or badly."""

from __future__ import annotations

import gzip
import pickle
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.errors import SourceError
from narrate.web.addresses import IPAddress, Network, find_danger
from narrate.web.fetch import Fetched, Limits, fetch

QUICK = Limits(total_s=5, connect_s=2, read_s=2, size_bytes=1_000_000, redirects=3)

Answer = bytes | Callable[[socket.socket], None]

PRIVATE = "If you trust it, add --allow-private."
BY_HAND = "Save it from your browser and give narrate the file."


class Site:
    """A server on loopback. A page is the bytes of its whole answer, or a function that is given the connection.

    Asked with CONNECT, it answers as a proxy would, and goes on in TLS if it has any.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, *, proxy: bool = False) -> None:
        self._tls, self._proxy = tls, proxy
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.address = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.pages: dict[str, Answer] = {}
        self.heads: list[str] = []
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
        with suppress(OSError), client:
            if self._proxy and self._tls:
                self.heads.append(read_head(client))
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            if self._tls:
                client = self._tls.wrap_socket(client, server_side=True)
            with client:
                head = read_head(client)
                self.heads.append(head)
                page = self.pages.get(head.split()[1], reply(status="404 Not Found"))
                if isinstance(page, bytes):
                    client.sendall(page)
                else:
                    page(client)


def read_head(client: socket.socket) -> str:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = client.recv(4096)
        if not chunk:
            raise ConnectionResetError
        data += chunk
    return data.decode("latin-1")


def reply(body: bytes = b"", *, status: str = "200 OK", **headers: str) -> bytes:
    fields = {"Content-Type": "text/html", "Content-Length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def redirect(target: str, status: str = "302 Found", **headers: str) -> bytes:
    return reply(b"", status=status, Location=target, **headers)


def drip(start: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    """Something, and then a little more for ever."""

    def send(client: socket.socket) -> None:
        client.sendall(start)
        while True:
            client.sendall(drop)
            time.sleep(0.02)

    return send


def flood(start: bytes, block: bytes) -> Callable[[socket.socket], None]:
    """Something, and then as much more as anybody takes."""

    def send(client: socket.socket) -> None:
        client.sendall(start)
        while True:
            client.sendall(block)

    return send


def reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def stall(client: socket.socket) -> None:
    client.recv(1)


def then_stall(start: bytes) -> Callable[[socket.socket], None]:
    """Something, and then nothing for ever."""

    def send(client: socket.socket) -> None:
        client.sendall(start)
        stall(client)

    return send


def world(**names: str | Sequence[str]) -> Network:
    """A network where 127.0.0.1 counts as public, and names have the addresses given, one look-up after another.

    The last answer is given for ever. `_` in a name stands for a dot.
    """
    answers = {
        name.replace("_", "."): [found] if isinstance(found, str) else list(found) for name, found in names.items()
    }

    def resolve(host: str, port: int) -> list[str]:
        if host not in answers:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        found = answers[host]
        return (found.pop(0) if len(found) > 1 else found[0]).split()

    def judge(address: IPAddress) -> str | None:
        return None if str(address) == "127.0.0.1" else find_danger(address)

    return Network(resolve=resolve, find_danger=judge)


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    running.pages["/"] = reply(b"<p>Good morning.</p>")
    yield running
    running.close()


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def secure_site(authority: trustme.CA) -> Iterator[Site]:
    running = Site(tls_context(authority, "story.example", "127.0.0.1"))
    running.pages["/"] = reply(b"<p>Good morning.</p>")
    yield running
    running.close()


def tls_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def get(site: Site, path: str = "/", *, limits: Limits = QUICK, **options: Any) -> Fetched:
    return fetch(f"{site.address}{path}", **{"limits": limits, "allow_private": True, **options})


def get_answer(site: Site, answer: Answer, *, limits: Limits = QUICK) -> Fetched:
    site.pages["/page"] = answer
    return get(site, "/page", limits=limits)


def complaint(address: str, **options: Any) -> str:
    """What the user reads where an address cannot be fetched."""
    with pytest.raises(SourceError) as caught:
        fetch(address, **{"limits": QUICK, **options})
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    return str(caught.value)


def complaint_about(site: Site, answer: Answer, *, limits: Limits = QUICK) -> str:
    """What the user reads after the address of a page with this answer."""
    site.pages["/page"] = answer
    message = complaint(f"{site.address}/page", allow_private=True, limits=limits)
    start = f"{site.address}/page cannot be fetched: "
    assert message.startswith(start)
    return message.removeprefix(start)


# ------------------------------------------------------------- what comes


def test_a_page_is_fetched_with_what_is_known_of_it(site: Site) -> None:
    before = datetime.now(UTC)
    page = get_answer(
        site,
        reply(
            b"\xa4",
            Content_Type='Text/HTML; Charset="ISO-8859-15"; x=y',
            Last_Modified="Tue, 24 Nov 2026 10:00:00 +0200",
        ),
    )
    assert page.address == f"{site.address}/page"
    assert page.media_type == "text/html"
    assert page.charset == "ISO-8859-15"
    assert page.data == b"\xa4"
    assert before <= page.fetched_at <= datetime.now(UTC)
    assert page.fetched_at.utcoffset() == timedelta(0)
    assert page.modified_at == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert page.modified_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("declared", ["", "application/octet-stream", "nonsense", "text", ";charset=utf-8", "a/b/c"])
def test_a_type_that_says_nothing_is_empty(site: Site, declared: str) -> None:
    assert get_answer(site, reply(b"x", Content_Type=declared)).media_type == ""


def test_a_type_said_twice_is_taken_once(site: Site) -> None:
    assert get_answer(site, reply(b"x", Content_Type="text/html, text/html; charset=utf-8")).media_type == "text/html"


@pytest.mark.parametrize("declared", ["text/html", "text/html; charset=", "text/html; notcharset=utf-8"])
def test_a_charset_that_is_not_named_is_none(site: Site, declared: str) -> None:
    assert get_answer(site, reply(b"x", Content_Type=declared)).charset is None


@pytest.mark.parametrize("told", ["", "yesterday", "Tue, 99 Nov 2026 10:00:00 GMT", "Fri, 31 Dec 9999 23:00:00 -2300"])
def test_a_date_that_makes_no_sense_is_none(site: Site, told: str) -> None:
    assert get_answer(site, reply(b"x", Last_Modified=told)).modified_at is None


def test_a_date_without_a_zone_is_in_utc(site: Site) -> None:
    page = get_answer(site, reply(b"x", Last_Modified="Tue, 24 Nov 2026 10:00:00 -0000"))
    assert page.modified_at == datetime(2026, 11, 24, 10, tzinfo=UTC)


def test_we_say_who_we_are_and_what_we_take(site: Site) -> None:
    get(site, accept="text/plain")
    head = site.heads[0].split("\r\n")
    assert f"User-Agent: narrate/{version('narrate-podcast')} (+https://pypi.org/project/narrate-podcast/)" in head
    assert "Accept: text/plain" in head
    assert "Accept-Encoding: gzip, deflate" in head
    assert f"Host: 127.0.0.1:{site.port}" in head


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("/a b", "/a%20b"),
        ("/é/ü?q=ñ", "/%C3%A9/%C3%BC?q=%C3%B1"),
        ("/%C3%A9%20", "/%C3%A9%20"),
        ("/100%", "/100%"),
        ("/page#part", "/page"),
        ("?q=1", "/?q=1"),
        ("/a/../b", "/b"),
        ("", "/"),
    ],
)
def test_an_address_is_asked_for_as_browsers_do(site: Site, written: str, asked: str) -> None:
    site.pages[asked] = reply(b"x")
    assert get(site, written).address == f"{site.address}{asked}"


def test_space_around_an_address_is_nothing(site: Site) -> None:
    assert fetch(f" {site.address}/\n", allow_private=True, limits=QUICK).data


@pytest.mark.parametrize("name", ["bücher.example", "BÜCHER.example.", "xn--bcher-kva.example"])
def test_an_international_name_is_looked_up_and_asked_in_ascii(site: Site, name: str) -> None:
    page = fetch(f"http://{name}:{site.port}/", network=world(**{"xn--bcher-kva_example": "127.0.0.1"}), limits=QUICK)
    assert page.address == f"http://xn--bcher-kva.example:{site.port}/"
    assert f"Host: xn--bcher-kva.example:{site.port}" in site.heads[0]


def test_odd_notations_reach_the_same_server_where_that_is_allowed(site: Site) -> None:
    for host in ("2130706433", "0177.1", "0x7f.1", "[::ffff:127.0.0.1]"):
        assert fetch(f"http://{host}:{site.port}/", allow_private=True, limits=QUICK).data
    assert f"Host: [::ffff:7f00:1]:{site.port}" in site.heads[-1]


def test_the_web_is_not_loaded_before_something_is_fetched() -> None:
    code = "import sys, narrate.web.fetch; print({'httpx2', 'httpcore2', 'h11', 'ssl'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


def test_limits_and_pages_refuse_to_be_wrong() -> None:
    for wrong in ({"total_s": 0}, {"connect_s": -1}, {"size_bytes": 0}, {"redirects": -1}):
        with pytest.raises(ValueError, match="limits leave room for something"):
            Limits(**wrong)
    now = datetime(2026, 11, 24)
    with pytest.raises(ValueError, match="times of a page carry their time zone"):
        Fetched(address="", media_type="", charset=None, data=b"x", fetched_at=now, modified_at=None)


# ------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "an empty address cannot be fetched: there is nothing in it. Give an address in https://."),
        (
            "example.com/x",
            "example.com/x cannot be fetched: it does not start with https://. Did you mean https://example.com/x.",
        ),
        (
            "example.com:80/",
            "example.com:80/ cannot be fetched: it does not start with https://. Did you mean https://example.com:80/.",
        ),
        (
            "ftp://a.example/",
            "ftp://a.example/ cannot be fetched: only http and https are fetched, not ftp. Give an address in https://.",
        ),
        (
            "JavaScript:alert(1)",
            "JavaScript:alert(1) cannot be fetched: only http and https are fetched, not javascript. "
            "Give an address in https://.",
        ),
        (
            "file:///etc/passwd",
            "file:///etc/passwd cannot be fetched: a file is not fetched from the web. Give its path instead.",
        ),
        ("http:///x", "http:///x cannot be fetched: it names no server. Check the address."),
        ("http:x.example", "http:x.example cannot be fetched: it names no server. Check the address."),
        (
            "http://a.example:99999/",
            "http://a.example:99999/ cannot be fetched: its port is not a number from 1 to 65535. Check the address.",
        ),
        (
            "http://a.example:0/",
            "http://a.example:0/ cannot be fetched: its port is not a number from 1 to 65535. Check the address.",
        ),
        (
            "http://a.example:x/",
            "http://a.example:x/ cannot be fetched: its port is not a number from 1 to 65535. Check the address.",
        ),
        (
            "http://ann:secret@a.example/",
            "http://…@a.example/ cannot be fetched: it has a name or password before the @, which would end up in tags "
            "and feeds. Take that out, or save the page from your browser and give narrate the file.",
        ),
        (
            "http://a\x1b[31m.example/",
            "http://a [31m.example/ cannot be fetched: the address is malformed. Check the address.",
        ),
    ],
)
def test_an_address_that_cannot_be_meant_is_explained(address: str, message: str) -> None:
    assert complaint(address) == message


@pytest.mark.parametrize(
    "address",
    [
        "http://[::1",
        "http://[::1]x/",
        "http://[fe80::1%25eth0]/",
        "http://a b.example/",
        "http://a\\b.example/",
        "http://127.0.0.1\\.example/",
        "http://a..example/",
        "http://.../",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://a%2fb.example/",
        "http://a%40b.example/",
        "http://a℀b.example/",
        "http://\ud800.example/",
        "http://a.example/\ud800",
        "http://a.example/\x00",
        f"http://{'a' * 64}.example/",
        "http://axn--/",
        f"http://a.example/{'a' * 70_000}",
    ],
)
def test_a_malformed_address_is_called_so_and_shown_in_one_short_line(address: str) -> None:
    message = complaint(address)
    assert message.endswith(" cannot be fetched: the address is malformed. Check the address.")
    assert message.isprintable()
    assert len(message) < 300


@pytest.mark.parametrize(
    ("host", "danger"),
    [
        ("127.0.0.1", "127.0.0.1 is an address of this machine itself"),
        ("2130706433", "127.0.0.1 is an address of this machine itself"),
        ("017700000001", "127.0.0.1 is an address of this machine itself"),
        ("0177.1", "127.0.0.1 is an address of this machine itself"),
        ("0x7f.1", "127.0.0.1 is an address of this machine itself"),
        ("0x7f000001", "127.0.0.1 is an address of this machine itself"),
        ("127.1", "127.0.0.1 is an address of this machine itself"),
        ("１２７.０.０.１", "127.0.0.1 is an address of this machine itself"),
        ("①②⑦。0。0。1", "127.0.0.1 is an address of this machine itself"),
        ("%31%32%37.0.0.1", "127.0.0.1 is an address of this machine itself"),
        ("127.0.0.1.", "127.0.0.1 is an address of this machine itself"),
        ("0.0.0.0", "0.0.0.0 is an address of this machine itself"),
        ("0", "0.0.0.0 is an address of this machine itself"),
        ("[::]", ":: is an address of this machine itself"),
        ("[::1]", "::1 is an address of this machine itself"),
        ("[::ffff:127.0.0.1]", "::ffff:7f00:1 is 127.0.0.1 in disguise, an address of this machine itself"),
        ("[64:ff9b::a00:1]", "64:ff9b::a00:1 is 10.0.0.1 in disguise, a private address"),
        ("[2002:a00:1::]", "2002:a00:1:: is 10.0.0.1 in disguise, a private address"),
        ("169.254.169.254", "169.254.169.254 is a link-local address"),
        ("10.0.0.1", "10.0.0.1 is a private address"),
        ("224.0.0.1", "224.0.0.1 is a multicast address"),
        ("localhost", "localhost is this machine itself"),
        ("LOCALHOST.", "localhost is this machine itself"),
        ("ｌｏｃａｌｈｏｓｔ", "localhost is this machine itself"),
        ("a.localhost", "a.localhost is this machine itself"),
    ],
)
def test_what_is_not_the_public_web_is_refused_unless_allowed(host: str, danger: str) -> None:
    assert complaint(f"http://{host}/") == f"http://{host}/ cannot be fetched: {danger}. {PRIVATE}"


def test_a_server_here_is_not_even_connected_to(site: Site) -> None:
    complaint(f"{site.address}/")
    assert site.heads == []


@pytest.mark.parametrize("found", ["127.0.0.2", "127.0.0.1 10.0.0.1", "::1", "64:ff9b::7f00:1"])
def test_a_name_is_refused_if_any_of_its_addresses_is(site: Site, found: str) -> None:
    message = complaint(f"http://story.example:{site.port}/", network=world(story_example=found))
    assert message.startswith(f"http://story.example:{site.port}/ cannot be fetched: story.example stands for ")
    assert message.endswith(PRIVATE)
    assert site.heads == []


def test_a_name_that_changes_its_address_after_it_was_judged_finds_nothing(site: Site) -> None:
    network = world(story_example=["127.0.0.1", "127.0.0.2"])
    assert fetch(f"http://story.example:{site.port}/", network=network, limits=QUICK).data

    network = world(story_example=["127.0.0.1", "127.0.0.2"])
    site.pages["/"] = redirect("/inside")
    address = f"http://story.example:{site.port}/"
    assert complaint(address, network=network) == (
        f"{address} leads to {address}inside, which cannot be fetched: "
        f"story.example stands for 127.0.0.2, an address of this machine itself. {PRIVATE}"
    )
    assert [head.split()[1] for head in site.heads] == ["/", "/"]


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://10.0.0.1/", f"10.0.0.1 is a private address. {PRIVATE}"),
        ("//0x7f.2/", f"127.0.0.2 is an address of this machine itself. {PRIVATE}"),
        ("http://inside.example/", f"inside.example stands for 192.168.0.9, a private address. {PRIVATE}"),
        ("file:///etc/passwd", "a file is not fetched from the web. Give its path instead."),
        ("ftp://a.example/", "only http and https are fetched, not ftp. Give an address in https://."),
        ("http://[::1", "the address is malformed. Check the address."),
    ],
)
def test_a_redirect_leads_nowhere_that_an_address_may_not(site: Site, target: str, why: str) -> None:
    network = world(story_example="127.0.0.1", inside_example="192.168.0.9")
    site.pages["/"] = redirect(target)
    address = f"http://story.example:{site.port}/"
    shown = f"http:{target}" if target.startswith("//") else target
    assert complaint(address, network=network) == f"{address} leads to {shown}, which cannot be fetched: {why}"


def test_a_password_is_never_shown(site: Site) -> None:
    site.pages["/"] = redirect("http://ann:secret@story.example/")
    message = complaint(f"{site.address}/", allow_private=True)
    assert f"{site.address}/ leads to http://…@story.example/, which cannot be fetched: it has a name" in message


@settings(deadline=None)
@given(start=st.sampled_from(["", "http://", "https://", "http://[", "http://story.example:"]), text=st.text())
def test_whatever_is_given_as_an_address_is_answered_in_one_line(start: str, text: str) -> None:
    assert complaint(start + text, network=world()).isprintable()


# --------------------------------------------------------------- redirects


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_followed_and_the_last_address_is_told(site: Site, status: str) -> None:
    site.pages |= {"/a": redirect("b c#d", status), "/b%20c": redirect(f"{site.address}/", status)}
    assert get(site, "/a").address == f"{site.address}/"


def test_a_redirect_from_https_to_http_is_followed(site: Site, secure_site: Site, trusted: None) -> None:
    secure_site.pages["/"] = redirect(f"{site.address}/")
    assert get(secure_site).address == f"{site.address}/"


def test_a_circle_of_redirects_is_called_so(site: Site) -> None:
    site.pages |= {"/page": redirect("/b"), "/b": redirect("/page")}
    assert complaint_about(site, redirect("/b")) == f"its redirects go round in a circle. {BY_HAND}"
    assert len(site.heads) == 2


def test_too_many_redirects_are_given_up(site: Site) -> None:
    site.pages |= {f"/{number}": redirect(f"/{number + 1}") for number in range(9)}
    assert complaint(f"{site.address}/0", allow_private=True) == (
        f"{site.address}/0 leads to {site.address}/4, which cannot be fetched: "
        f"there are more than 3 redirects. {BY_HAND}"
    )
    assert len(site.heads) == 4


def test_a_redirect_to_nowhere_is_called_so(site: Site) -> None:
    assert complaint_about(site, redirect("")) == f"it redirects without saying where (302). {BY_HAND}"


def test_a_cookie_lives_as_long_as_the_fetch_that_needs_it(site: Site) -> None:
    def gate(client: socket.socket) -> None:
        admitted = "seen=\xe9t\xe9" in site.heads[-1].encode("latin-1").decode("utf-8")
        client.sendall(reply(b"in") if admitted else redirect("/page", Set_Cookie="seen=\xe9t\xe9"))

    assert get_answer(site, gate).data == b"in"
    get(site)
    assert "Cookie" not in site.heads[-1]


# ------------------------------------------------------------ what servers say


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("204 No Content", "the page is empty (204). Check the address."),
        ("206 Partial Content", "the server answers with something else than the page (206). Check the address."),
        ("300 Choices", "the server answers with something else than the page (300). Check the address."),
        ("401 Unauthorized", f"it is behind a login (401). {BY_HAND}"),
        ("402 Payment Required", f"it is behind a paywall (402). {BY_HAND}"),
        ("403 Forbidden", f"the server refuses it to programs or without a login (403). {BY_HAND}"),
        ("404 Not Found", "there is no such page (404). Check the address."),
        ("410 Gone", "the page is not there any more (410). Check the address."),
        ("418 Teapot", "the server answers with something else than the page (418). Check the address."),
        ("429 Too Many", "the server asks to wait (429). Try again later."),
        ("451 Legal", f"it is withheld for legal reasons (451). {BY_HAND}"),
        ("500 Oops", "the server is in trouble (500). Try again later."),
        ("503 Busy", "the server is in trouble (503). Try again later."),
        ("599 Odd", "the server is in trouble (599). Try again later."),
    ],
)
def test_a_status_is_put_into_words(site: Site, status: str, message: str) -> None:
    assert complaint_about(site, reply(status=status, Content_Length="")) == message


def test_a_server_that_asks_to_wait_says_how_long(site: Site) -> None:
    asked = {"120": "Try again in 120 seconds.", "Wed, 25 Nov 2026 08:00:00 GMT": "Try again after Wed, 25 Nov 2026"}
    for wait, remedy in asked.items():
        assert f"the server asks to wait (429). {remedy}" in complaint_about(
            site, reply(status="429 Slow Down", Retry_After=wait)
        )


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ("image/jpeg", "a JPEG picture"),
        ("Image/PNG; q=1", "a PNG picture"),
        ("image/x-odd", "a picture"),
        ("audio/mpeg", "an MP3 recording"),
        ("audio/ogg", "a recording"),
        ("video/mp4", "a video"),
        ("font/woff2", "a font"),
        ("application/x-tar", "a tar archive"),
    ],
)
def test_what_is_no_text_is_called_what_it_is_and_not_downloaded(site: Site, declared: str, kind: str) -> None:
    start = reply(Content_Type=declared, Content_Length="")
    assert complaint_about(site, flood(start, b"\0" * 65536)) == (
        f"it is {kind}, not an article. Give the address of the page itself."
    )


def test_a_picture_comes_through_where_pictures_are_asked_for(site: Site) -> None:
    site.pages["/fog.png"] = reply(b"a picture", Content_Type="image/png")
    found = get(site, "/fog.png", accept="image/jpeg, image/png")
    assert (found.data, found.media_type) == (b"a picture", "image/png")


def test_a_download_of_nobody_knows_what_is_refused(site: Site) -> None:
    answer = reply(b"x", Content_Type="application/octet-stream", Content_Disposition='attachment; filename="x"')
    assert complaint_about(site, answer) == (
        "it is a file to download, not an article. Download it and give narrate the file."
    )


def test_a_download_that_is_called_like_a_document_comes_through(site: Site) -> None:
    answer = reply(b"x", Content_Type="application/octet-stream", Content_Disposition='attachment; filename="a.EPUB"')
    assert get_answer(site, answer).media_type == ""


@pytest.mark.parametrize(
    "declared",
    [
        *("application/pdf", "application/epub+zip", "application/zip", "application/json", "application/rss+xml"),
        *("text/markdown", "text/x"),
    ],
)
def test_what_a_reader_may_know_comes_through(site: Site, declared: str) -> None:
    assert get_answer(site, reply(b"x", Content_Type=declared)).media_type == declared


def test_an_empty_page_is_called_so(site: Site) -> None:
    assert complaint_about(site, reply()) == "the page is empty. Check the address."
    assert complaint_about(site, reply(Content_Encoding="gzip")) == "the page is empty. Check the address."


# --------------------------------------------------------------------- size


def test_a_page_as_large_as_allowed_is_taken(site: Site) -> None:
    assert len(get_answer(site, reply(b"x" * 1_000_000)).data) == 1_000_000
    assert len(get_answer(site, reply(gzip.compress(b"x" * 1_000_000), Content_Encoding="gzip")).data) == 1_000_000


TOO_LARGE = "it is larger than 1 MB. Save the part to be read as a file of its own."


def test_a_page_that_says_it_is_too_large_is_not_downloaded(site: Site) -> None:
    start = reply(Content_Length="1000001")
    began = time.monotonic()
    assert complaint_about(site, then_stall(start)) == TOO_LARGE
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("headers", "block"),
    [
        ({}, b"x" * 65536),
        ({"Transfer_Encoding": "chunked"}, b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        ({"Content_Encoding": "gzip"}, gzip.compress(b"")),
        ({"Content_Encoding": "deflate"}, zlib.compress(b"") + b"x" * 65536),
    ],
    ids=["plain", "chunked", "members of nothing", "rubbish at the end"],
)
def test_an_endless_page_ends_at_the_limit_and_fills_no_memory(
    site: Site, headers: dict[str, str], block: bytes
) -> None:
    tracemalloc.start()
    try:
        assert complaint_about(site, flood(reply(b"", Content_Length="", **headers), block * 10)) == TOO_LARGE
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def bomb(wbits: int) -> bytes:
    """64 MB of nothing, in 64 kB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(64)) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "body"),
    [("gzip", bomb(31) * 32), ("deflate", bomb(15)), ("deflate", bomb(-15))],
    ids=["gzip, two gigabytes", "zlib", "raw deflate"],
)
def test_a_bomb_is_stopped_at_the_limit(site: Site, coding: str, body: bytes) -> None:
    limits = Limits(total_s=5, size_bytes=4_000_000)
    began = time.monotonic()
    tracemalloc.start()
    try:
        assert complaint_about(site, reply(body, Content_Encoding=coding), limits=limits) == TOO_LARGE.replace(
            "1 MB", "4 MB"
        )
        assert tracemalloc.get_traced_memory()[1] < 24_000_000
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < 2


# -------------------------------------------------------------- compression


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("identity", b"Good morning."),
        ("gzip", gzip.compress(b"Good morning.")),
        ("X-GZIP", gzip.compress(b"Good morning.")),
        ("gzip", gzip.compress(b"Good ") + gzip.compress(b"morning.")),
        ("gzip", gzip.compress(b"Good morning.") + bytes(100)),
        ("deflate", zlib.compress(b"Good morning.")),
        ("deflate", zlib.compress(b"Good morning.", wbits=-15)),
    ],
)
def test_packed_pages_are_unpacked_however_they_are_cut_up(site: Site, coding: str, body: bytes) -> None:
    assert get_answer(site, reply(body, Content_Encoding=coding)).data == b"Good morning."
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    head = reply(Content_Encoding=coding, Transfer_Encoding="chunked", Content_Length="")
    assert get_answer(site, head + pieces).data == b"Good morning."


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b"this is no gzip at all"),
        ("gzip", gzip.compress(b"Good morning.")[:-4]),
        ("gzip", gzip.compress(b"Good morning.")[:-8] + bytes(8)),
        ("deflate", zlib.compress(b"Good morning.")[:-2]),
        ("deflate", b"\xff\xff\xff\xff"),
    ],
)
def test_damaged_packing_is_called_so(site: Site, coding: str, body: bytes) -> None:
    assert complaint_about(site, reply(body, Content_Encoding=coding)) == (
        "its compression is damaged. Try again later."
    )


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
def test_packing_that_was_not_offered_is_refused(site: Site, coding: str) -> None:
    assert complaint_about(site, reply(b"x", Content_Encoding=coding)) == (
        f"it is packed in a way that was not asked for ({coding}). {BY_HAND}"
    )


# --------------------------------------------------------- time and accidents


@pytest.mark.parametrize(
    "answer",
    [
        drip(reply(Content_Length="100000"), b"x"),
        drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        drip(reply(Content_Length="", Transfer_Encoding="chunked") + b"1;", b"x"),
    ],
    ids=["body", "header", "continue", "chunk"],
)
def test_a_slow_drip_ends_with_the_time(site: Site, answer: Answer) -> None:
    began = time.monotonic()
    assert complaint_about(site, answer, limits=Limits(total_s=0.3, read_s=0.2)) == (
        "it was not done within 0.3 s. Try again later."
    )
    assert time.monotonic() - began < 1


def test_redirects_share_one_time(site: Site) -> None:
    def wait(client: socket.socket) -> None:
        time.sleep(0.15)
        client.sendall(redirect(f"/{len(site.heads)}"))

    site.pages |= {f"/{number}": wait for number in range(9)}
    message = complaint(f"{site.address}/0", allow_private=True, limits=Limits(total_s=0.4, read_s=0.3))
    assert message.endswith("which cannot be fetched: it was not done within 0.4 s. Try again later.")


def test_a_server_that_says_nothing_is_not_waited_for(site: Site) -> None:
    limits = Limits(read_s=0.1)
    expected = "the server did not answer within 0.1 s. Try again later."
    assert complaint_about(site, stall, limits=limits) == expected
    start = reply(b"x", Content_Length="9")
    assert complaint_about(site, then_stall(start), limits=limits) == expected


def test_a_handshake_that_stalls_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        assert complaint(address, allow_private=True, limits=Limits(connect_s=0.1)) == (
            f"{address} cannot be fetched: the server did not answer within 0.1 s. Try again later."
        )


def test_a_look_up_that_stalls_is_not_waited_for() -> None:
    released = threading.Event()
    network = Network(resolve=lambda *_: [str(released.wait(5))])
    for limits, why in [
        (Limits(connect_s=0.1), "looking up slow.example took longer than 0.1 s. Check the address and your network."),
        (Limits(total_s=0.1), "it was not done within 0.1 s. Try again later."),
    ]:
        message = complaint("http://slow.example/", network=network, limits=limits)
        assert message == f"http://slow.example/ cannot be fetched: {why}"
    released.set()


@pytest.mark.parametrize(
    "network", [Network(), world(), Network(resolve=lambda *_: [])], ids=["system", "unknown", "empty"]
)
def test_a_name_that_nobody_has_is_called_so(network: Network) -> None:
    assert complaint("http://nobody.invalid/", network=network) == (
        "http://nobody.invalid/ cannot be fetched: there is no server called nobody.invalid. "
        "Check the address and your network."
    )


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port: int = gone.getsockname()[1]
    return port


def test_a_refused_connection_is_called_so() -> None:
    address = f"http://127.0.0.1:{closed_port()}/"
    assert complaint(address, allow_private=True) == (
        f"{address} cannot be fetched: the server refuses connections. Check the address, or try again later."
    )


def test_the_next_address_is_tried_where_one_refuses(site: Site) -> None:
    network = world(story_example="::1 127.0.0.1").without_dangers()
    assert fetch(f"http://story.example:{site.port}/", network=network, limits=QUICK).data


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"", "the server hung up without an answer. Try again later."),
        (reset, "the server broke the connection off. Try again later."),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "what answers there does not speak HTTP. Check the address."),
        (b"\0\1\2\3" * 50_000, "what answers there does not speak HTTP. Check the address."),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "what answers there does not speak HTTP. Check the address."),
        (reply(b"cut", Content_Length="99"), "it broke off before its end. Try again later."),
        (
            reply(Content_Length="", Transfer_Encoding="chunked") + b"5\r\nhel",
            "it broke off before its end. Try again later.",
        ),
    ],
    ids=["silence", "reset", "another protocol", "noise", "half a header", "cut", "cut chunk"],
)
def test_an_accident_is_put_into_words(site: Site, answer: Answer, message: str) -> None:
    assert complaint_about(site, answer) == message


def test_a_reset_in_the_middle_is_put_into_words(site: Site) -> None:
    def send(client: socket.socket) -> None:
        client.sendall(reply(b"x", Content_Length="99"))
        time.sleep(0.1)
        reset(client)

    assert complaint_about(site, send) == "the server broke the connection off. Try again later."


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_an_interrupt_is_the_users(site: Site) -> None:
    def interrupt(client: socket.socket) -> None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        stall(client)

    with pytest.raises(KeyboardInterrupt):
        get_answer(site, interrupt)


# ---------------------------------------------------------------------- TLS


def test_a_certificate_is_verified_for_the_name_though_the_address_is_fixed(secure_site: Site, trusted: None) -> None:
    network = world(story_example="127.0.0.1", other_example="127.0.0.1")
    assert fetch(f"https://story.example:{secure_site.port}/", network=network, limits=QUICK).data
    assert f"Host: story.example:{secure_site.port}" in secure_site.heads[0]

    address = f"https://other.example:{secure_site.port}/"
    assert complaint(address, network=network) == (
        f"{address} cannot be fetched: its certificate cannot be trusted (Hostname mismatch, certificate is not valid "
        "for 'other.example'). Check the address; a stranger could answer."
    )


def test_a_certificate_that_nobody_vouches_for_is_refused(secure_site: Site) -> None:
    message = complaint(f"{secure_site.address}/", allow_private=True)
    assert message.startswith(f"{secure_site.address}/ cannot be fetched: its certificate cannot be trusted (")
    assert message.endswith("). Check the address; a stranger could answer.")
    assert secure_site.heads == []


def test_a_server_without_tls_is_called_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def answer() -> None:
            client, _ = plain.accept()
            with client:
                client.recv(4096)
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        address = f"https://127.0.0.1:{plain.getsockname()[1]}/"
        message = complaint(address, allow_private=True)
    assert re.fullmatch(
        rf"{address} cannot be fetched: no secure connection could be made \([a-z ]+\)\. Check the address\.", message
    )


# -------------------------------------------------------------------- proxies


def test_proxies_of_the_environment_are_ignored(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{closed_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert get(site).data


def test_a_proxy_that_is_named_is_used_and_looks_names_up_itself(site: Site) -> None:
    site.pages["http://story.example/a"] = reply(b"by proxy")
    proxy = site.address.replace("//", "//ann:secret@")
    page = fetch("http://story.example/a", proxy=proxy, network=Network(), limits=QUICK)
    assert page.data == b"by proxy"
    assert "Proxy-Authorization: Basic YW5uOnNlY3JldA==" in site.heads[0]


def test_https_goes_through_a_proxy_unread(authority: trustme.CA, trusted: None) -> None:
    proxy = Site(tls_context(authority, "story.example"), proxy=True)
    proxy.pages["/"] = reply(b"by tunnel")
    page = fetch("https://story.example/", proxy=f"http://127.0.0.1:{proxy.port}", limits=QUICK)
    proxy.close()
    assert page.data == b"by tunnel"
    assert proxy.heads[0].startswith("CONNECT story.example:443 HTTP/1.1")


@pytest.mark.parametrize("address", ["http://10.0.0.1/", "http://localhost/", "https://0x7f.1/"])
def test_a_proxy_is_not_asked_for_private_addresses(site: Site, address: str) -> None:
    assert complaint(address, proxy=site.address).endswith(PRIVATE)
    assert site.heads == []


def test_a_proxy_that_fails_is_named(site: Site) -> None:
    address = "http://story.example/"
    start = f"{address} cannot be fetched: "
    assert complaint(address, proxy=f"http://127.0.0.1:{closed_port()}") == (
        f"{start}the proxy refuses connections. Check the address, or try again later."
    )
    site.pages[address] = reply(status="407 Who Are You")
    assert complaint(address, proxy=site.address) == (
        f"{start}the proxy asks for a password (407). Put it into the proxy's address."
    )
    site.pages["story.example:443"] = reply(status="403 No Tunnels")
    assert complaint("https://story.example/", proxy=site.address) == (
        "https://story.example/ cannot be fetched: the proxy answered 403 No Tunnels. Look at the proxy's address."
    )


@pytest.mark.parametrize(
    ("proxy", "why"),
    [
        ("socks5://127.0.0.1:1080", "the proxy is not given as http://, a host and a port"),
        ("127.0.0.1:3128", "the proxy is not given as http://, a host and a port"),
        ("http://127.0.0.1:99999", "the proxy is not given as http://, a host and a port"),
        ("http://127.0.0.1:x", "the address of the proxy is malformed"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_refused(proxy: str, why: str) -> None:
    assert complaint("http://story.example/", proxy=proxy) == (
        f"http://story.example/ cannot be fetched: {why}. Write it like http://proxy.example:3128."
    )

"""Who comes in, what nobody gets, what browsers are told, and what the log keeps to itself."""

from __future__ import annotations

import logging
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from served import Reply, Served, fill_library, serving_library, sound_of, wait_for_lines

from narrate.server.guard import is_same, make_form_key, origin_of

FORM = {"Content_Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with much in it that is nobody's business."""
    folder = tmp_path_factory.mktemp("around") / "library"
    fill_library(folder)
    show = folder / "tides"
    (folder.parent / "secret.mp3").write_text("SECRET")
    (folder / "secret.mp3").write_text("SECRET")
    (show / ".sources").mkdir()
    for name in (".hidden.mp3", "secret.mp3", ".sources/episode-1.html", ".placing.json"):
        (show / name).write_text("SECRET")
    (show / "episode-1.old.mp3").symlink_to(folder.parent / "secret.mp3")
    for episode in ("episode-2.vtt", "episode-2.json"):  # a row names them, but they lead out
        (show / episode).unlink()
        (show / episode).symlink_to(folder.parent / "secret.mp3")
    (show / "episode-3.srt").unlink()
    os.mkfifo(show / "episode-3.srt")
    return folder


@pytest.fixture(scope="module")
def served(filled: Path) -> Iterator[Served]:
    with serving_library(filled) as server:
        yield server


@pytest.fixture(scope="module")
def private(filled: Path) -> Iterator[Served]:
    with serving_library(filled, private=True) as server:
        yield server


# ---------------------------------------------------------------- nothing from outside

OUTSIDE = [
    "/../secret.mp3",
    "/tides/../../secret.mp3",
    "/tides/../secret.mp3",
    "/tides/..",
    "/tides/../",
    "/tides/.",
    "/tides/./episode-1.mp3",
    "/tides/%2e%2e/secret.mp3",
    "/tides/%2E%2E%2Fsecret.mp3",
    "/tides/..%2fsecret.mp3",
    "/tides/..%2f..%2fsecret.mp3",
    "/tides/%252e%252e%252fsecret.mp3",
    "/tides/..%5csecret.mp3",
    "/tides/..\\secret.mp3",
    "/tides%2fepisode-1.old.mp3",
    "/%2e%2e/secret.mp3",
    "/..%2fsecret.mp3",
    "/..%c0%afsecret.mp3",
    "/tides/%c0%ae%c0%ae/secret.mp3",
    "/tides/episode-1.mp3%00",
    "/tides/episode-1.mp3%00.html",
    "/tides/%00",
    "/tides%00/episode-1.mp3",
    "/%00",
    "//etc/passwd",
    "//tides/episode-1.mp3",
    "/tides//episode-1.mp3",
    "/tides//etc/passwd",
    "/tides/%2fetc%2fpasswd",
    "/tides/file:%2f%2f%2fetc%2fpasswd",
    "/tides/C:%5cWindows%5cwin.ini",
    "/library.sqlite3",
    "/library.sqlite3-wal",
    "/tides/..%2flibrary.sqlite3",
    "/secret.mp3",
    "/.locks/database",
    "/tides/show.json",
    "/tides/secret.mp3",
    "/tides/.hidden.mp3",
    "/tides/.placing.json",
    "/tides/.sources",
    "/tides/.sources/episode-1.html",
    "/tides/.sources%2fepisode-1.html",
    "/tides/episode-1.old.mp3",
    "/tides/episode-2.vtt",
    "/tides/episode-2.json",
    "/tides/episode-3.srt",
    "/tides/EPISODE-1.mp3",
    "/tides/episode-1.mp3.",
    "/tides/episode-1.mp3 ".replace(" ", "%20"),
    "/tides/episode-1.mp3::$DATA",
    "/tides/episode-1.mp3/",
    "/tides/feed-1.xml",
    "/tides/feed-0.xml",
    "/tides/page-1.html",
    "/tides/page-2.html",
    "/tides/nobody.html",
    "/tides/add",
    "/queue",
    "/queue/events",
    "/nobody/",
    "/nobody",
    "/assets/../narrate.css",
    "/assets/..%2f__init__.py",
    "/assets/nothing.css",
    f"/tides/{'a' * 8000}",
    f"/{'a/' * 4000}",
    f"/tides/{'%2e%2e%2f' * 800}etc%2fpasswd",
    "/p/",
    "/p/anything/tides/feed.xml",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_is_there_but_what_a_show_names(served: Served, path: str) -> None:
    reply = served.ask(path)
    assert (reply.status, reply.text) == (404, "There is nothing here.\n")
    assert served.ask(path, "HEAD").status == 404


def test_what_a_show_names_is_there(served: Served) -> None:
    for path in ("/tides/episode-1.mp3", "/tides/episode%2D1%2emp3", "/tides/episode-1.vtt", "/tides/artwork.jpg"):
        assert served.ask(path).status == 200


def test_a_show_whose_folder_is_a_link_to_elsewhere_gives_nothing_away(tmp_path: Path) -> None:
    fill_library(tmp_path / "library", episodes=1)
    (tmp_path / "library" / "tides").rename(tmp_path / "elsewhere")
    (tmp_path / "library" / "tides").symlink_to(tmp_path / "elsewhere")
    with serving_library(tmp_path / "library") as served:
        assert served.ask("/tides/episode-1.mp3").status == 404
        assert b"episode-1" not in served.ask("/tides/feed.xml").body


@pytest.mark.parametrize("target", ["http://127.0.0.1/tides/secret.mp3", "*", "tides/secret.mp3", "/tides/\x01"])
def test_a_strange_target_is_refused(served: Served, target: str) -> None:
    reply = served.send(f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    assert reply.status in (400, 404)
    assert b"SECRET" not in reply.body


@pytest.mark.parametrize("begin", [b"GET /", b"GET / HTTP/1.1\r\nX-Long: ", b""])
def test_a_request_whose_head_does_not_end_is_broken_off(served: Served, begin: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), 10) as connection:
        connection.sendall(begin)
        with suppress(ConnectionError):
            for _ in range(200):
                connection.sendall(b"a" * 10_000)
                time.sleep(0.001)
            assert connection.recv(100).startswith(b"HTTP/1.1 400")
        assert ended(connection)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/tides/", "/tides/feed.xml", "/tides/episode-1.mp3", "/shows.opml"])
def test_nothing_can_be_done_but_look(served: Served, method: str, path: str) -> None:
    reply = served.ask(path, method)
    assert reply.status == 405
    assert {"GET", "HEAD"} <= {name.strip() for name in reply.headers["allow"].split(",")}


# ---------------------------------------------------------------- the token


def test_everything_private_is_under_the_token_and_nowhere_else(private: Served) -> None:
    for path in ("/", "/shows.opml", "/tides/", "/tides/feed.xml", "/tides/episode-1.html", "/tides/episode-1.mp3"):
        assert private.ask(private.root + path).status == 200
        assert private.ask(path).status == 404
    reply = private.ask(private.root)
    assert (reply.status, reply.headers["location"]) == (308, f"./{private.token}/")


def strip(reply: Reply) -> tuple[object, ...]:
    return reply.status, reply.body, sorted((name, value) for name, value in reply.headers.items() if name != "date")


def test_a_wrong_token_is_told_the_same_as_anybody_who_asks_for_nothing(private: Served) -> None:
    nothing = strip(private.ask("/nothing"))
    token = private.token
    wrong = [
        token[:-1],
        token + "a",
        token.swapcase(),
        f"{token}%00",
        f"%20{token}",
        token[::-1],
        "",
        "%ff%fe",
        "%C3%A9",
        "a" * 5000,
        f"{token[:5]}/{token[5:]}",
        f"x/p/{token}",
    ]
    for one in wrong:
        for path in (f"/p/{one}/tides/feed.xml", f"/p/{one}", f"/p/{one}/"):
            assert strip(private.ask(path)) == nothing
    for path in (f"/P/{token}/", f"//p/{token}/", f"/{token}/", f"/p//{token}/", f"/tides/?token={token}", "/p", "/p/"):
        assert strip(private.ask(path)) == nothing
    assert strip(private.ask(f"{private.root}/nothing")) == nothing


def test_a_token_in_percents_is_the_same_token(private: Served) -> None:
    percents = "".join(f"%{ord(letter):02x}" for letter in private.token)
    assert private.ask(f"/p/{percents}/tides/feed.xml").status == 200


def test_addresses_of_a_private_feed_carry_the_token(private: Served) -> None:
    feed = private.ask(f"{private.root}/tides/feed.xml").text
    found = set(re.findall(r'url="(http://127[^"]+)"', feed))
    assert found
    assert all(address.startswith(f"{private.origin}{private.root}/tides/") for address in found)
    assert "/episode-1.mp3" in feed
    sound = private.ask(f"{private.root}/tides/episode-1.mp3")
    assert sound.body == sound_of(1)
    assert sound.headers["cache-control"].startswith("private")


def test_a_new_token_counts_within_seconds_and_the_old_one_no_more(tmp_path: Path) -> None:
    fill_library(tmp_path, episodes=1)
    with serving_library(tmp_path, private=True) as served:
        assert served.ask(f"{served.root}/tides/feed.xml").status == 200
        with served.library() as library:
            new = library.rotate_token()
        deadline_s = time.monotonic() + 5
        while served.ask(f"/p/{new}/tides/feed.xml").status != 200 and time.monotonic() < deadline_s:
            time.sleep(0.1)
        assert served.ask(f"{served.root}/tides/feed.xml").status == 404
        feed = served.ask(f"/p/{new}/tides/feed.xml").text
        assert new in feed
        assert served.token not in feed


def test_the_log_tells_what_was_asked_for_and_no_token(private: Served, caplog: pytest.LogCaptureFixture) -> None:
    token = private.token
    with caplog.at_level(logging.DEBUG):
        private.ask(f"{private.root}/tides/feed.xml?token={token}", Referer=f"http://a{private.root}/")
        private.ask(f"/p/{token}x/tides/")
        private.ask(f"/x/p/{token}/")
        private.ask(f"//p/{token}")
        private.ask(f"{private.root}/p/{token}/nothing")
        private.ask("/p/" + "".join(f"%{ord(letter):02x}" for letter in token) + "/tides/%0aforged")
        private.ask(private.root + "/tides/episode-1.mp3", "POST")
        private.send(f"GET {private.root}/\x01 HTTP/1.1\r\n\r\n".encode())
        wait_for_lines(caplog, 7)
    lines = [record.getMessage() for record in caplog.records]
    assert any("GET /p/…/tides/feed.xml 200" in line for line in lines)
    assert any("GET /p/…/tides/%0Aforged 404" in line for line in lines)
    assert any("POST /p/…/tides/episode-1.mp3 405" in line for line in lines)
    assert token not in caplog.text
    assert quote(token) not in caplog.text


def test_an_open_server_logs_the_path_and_no_more(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        served.ask("/tides/feed.xml?a=query")
        served.ask("/tides/line%0d%0abreak%1b[31m")
        wait_for_lines(caplog, 2)
    text = caplog.text
    assert "127.0.0.1 GET /tides/feed.xml 200" in text
    assert "query" not in text
    assert "line%0D%0Abreak%1B%5B31m 404" in text


@given(st.text(), st.text(st.characters(min_codepoint=33, max_codepoint=126)))
def test_secrets_are_the_same_only_when_they_are(given_one: str, known: str) -> None:
    assert is_same(known, known)
    assert is_same(given_one, known) == (given_one == known)


def test_the_key_of_forms_does_not_give_the_token_away() -> None:
    assert make_form_key("a") != make_form_key("b")
    assert re.fullmatch("[0-9a-f]{64}", make_form_key("a"))


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Pods.example.org/pods", "https://pods.example.org"),
        ("https://pods.example.org:443", "https://pods.example.org"),
        ("http://127.0.0.1:8421", "http://127.0.0.1:8421"),
        ("http://[::1]:80/x", "http://[::1]"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(address: str, origin: str) -> None:
    assert origin_of(address) == origin


# ---------------------------------------------------------------- what browsers are told


def test_every_answer_forbids_what_pages_do_not_need(served: Served) -> None:
    for path in ("/", "/tides/", "/tides/episode-1.html", "/tides/episode-1.mp3", "/nothing", "/tides/feed.xml"):
        headers = served.ask(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "'unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["server"] is None


def test_pages_of_a_private_show_tell_nobody_where_a_visitor_comes_from(private: Served) -> None:
    assert private.ask(f"{private.root}/tides/").headers["referrer-policy"] == "no-referrer"


def test_sounds_and_feeds_are_open_to_other_sites_and_pages_are_not(served: Served) -> None:
    for name in (
        "feed.xml",
        "episode-1.mp3",
        "episode-1.vtt",
        "episode-1.json",
        "episode-1.chapters.json",
        "artwork.jpg",
    ):
        headers = served.ask(f"/tides/{name}").headers
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cross-origin-resource-policy"] == "cross-origin"
    for path in ("/", "/tides/", "/tides/episode-1.html", "/nothing"):
        headers = served.ask(path).headers
        assert headers["access-control-allow-origin"] is None
        assert headers["cross-origin-resource-policy"] == "same-origin"


def test_a_browser_that_asks_first_may_ask_for_parts(served: Served) -> None:
    reply = served.ask("/tides/episode-1.vtt", "OPTIONS", Origin="https://player.example")
    assert reply.status == 204
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "range" in reply.headers["access-control-allow-headers"]


# ---------------------------------------------------------------- clients that take their time


def test_a_client_that_does_not_finish_its_request_is_hung_up_on(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.server.protocol.HEAD_S", 0.5)
    with serving_library(filled) as served:
        silent = socket.create_connection(("127.0.0.1", served.port), 10)
        slow = socket.create_connection(("127.0.0.1", served.port), 10)
        again = socket.create_connection(("127.0.0.1", served.port), 10)
        with silent, slow, again:
            again.sendall(b"GET /tides/episode-1.vtt HTTP/1.1\r\nHost: a\r\n\r\n")
            assert again.recv(100).startswith(b"HTTP/1.1 200")
            began_s = time.monotonic()
            with suppress(ConnectionError):
                while time.monotonic() < began_s + 5:
                    slow.sendall(b"G")
                    again.sendall(b"G")
                    time.sleep(0.05)
            assert time.monotonic() - began_s < 3
            assert all(ended(connection) for connection in (silent, slow, again))


def ended(connection: socket.socket) -> bool:
    """Has the other side hung up?"""
    try:
        return b"".join(iter(lambda: connection.recv(10_000), b"")).count(b"HTTP/1.1") <= 1
    except ConnectionError:
        return True


def test_a_download_may_take_longer_than_a_request(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.server.protocol.HEAD_S", 0.3)
    with serving_library(filled) as served, socket.create_connection(("127.0.0.1", served.port), 10) as connection:
        connection.sendall(b"GET /tides/episode-1.mp3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        first = connection.recv(1000)
        time.sleep(1)
        rest = b"".join(iter(lambda: connection.recv(65536), b""))
        assert (first + rest).endswith(sound_of(1))

"""What a podcast app and a browser get from the server, and how it begins and ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.utils import formatdate
from http.client import HTTPResponse
from ipaddress import ip_address
from pathlib import Path

import feedparser
import pytest
from served import SOUND_BYTES, Served, fill_library, put_episode, serving_library, wait_for_lines

from narrate.errors import LibraryError, NarrateError, UsageError
from narrate.library.library import Library
from narrate.library.shows import new_show
from narrate.server import documents
from narrate.server.files import Document
from narrate.server.run import _name_for_others, serve


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("library")
    fill_library(folder)
    with serving_library(folder) as server:
        yield server


# ---------------------------------------------------------------- what there is


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/shows.opml", "text/x-opml; charset=utf-8"),
        ("/assets/narrate.css", "text/css; charset=utf-8"),
        ("/assets/narrate.js", "text/javascript; charset=utf-8"),
        ("/tides/", "text/html; charset=utf-8"),
        ("/tides/index.html", "text/html; charset=utf-8"),
        ("/tides/feed.xml", "application/rss+xml; charset=utf-8"),
        ("/tides/episode-1.html", "text/html; charset=utf-8"),
        ("/tides/episode-1.mp3", "audio/mpeg"),
        ("/tides/episode-1.vtt", "text/vtt; charset=utf-8"),
        ("/tides/episode-1.srt", "application/x-subrip; charset=utf-8"),
        ("/tides/episode-1.json", "application/json"),
        ("/tides/episode-1.chapters.json", "application/json+chapters"),
        ("/tides/artwork.jpg", "image/jpeg"),
    ],
)
def test_everything_is_where_it_is_in_a_static_folder_and_has_its_type(
    served: Served, path: str, media_type: str
) -> None:
    reply, told = served.ask(path), served.ask(path, "HEAD")
    assert (reply.status, reply.headers["content-type"]) == (200, media_type)
    assert reply.body
    assert (told.status, told.body, told.headers["content-length"]) == (200, b"", str(len(reply.body)))
    again = served.ask(path, If_None_Match=reply.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_a_show_without_its_slash_leads_to_its_page(served: Served) -> None:
    reply = served.ask("/tides")
    assert (reply.status, reply.headers["location"]) == (308, "./tides/")


def test_pages_show_the_episodes_and_the_words_that_are_spoken(served: Served) -> None:
    show, entry, home = (served.ask(path).text for path in ("/tides/", "/tides/episode-2.html", "/"))
    assert "Episode 1 &lt;b&gt;&amp;&lt;/b&gt;" in show
    assert "The tide." in entry
    assert "Tides &amp; Times" in home


def test_whoever_asks_for_a_page_that_is_not_there_gets_a_page(served: Served) -> None:
    reply = served.ask("/tides/nobody.html", Accept="text/html,*/*")
    assert (reply.status, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")


def test_an_asset_may_be_kept_for_ever_under_the_address_that_pages_name(served: Served) -> None:
    page = served.ask("/tides/").text
    address = re.search(r'"\.\.(/assets/narrate\.css\?v=[0-9a-f]+)"', page)
    assert address
    assert "immutable" in served.ask(address[1]).headers["cache-control"]
    for other in ("/assets/narrate.css", "/assets/narrate.css?v=00000000", "/assets/narrate.css?"):
        assert served.ask(other).headers["cache-control"] == "no-cache"


def test_shows_that_no_directory_shall_list_are_not_listed_in_public(tmp_path: Path) -> None:
    fill_library(tmp_path, private=True)
    with serving_library(tmp_path) as served:
        assert b"Tides" not in served.ask("/").body + served.ask("/shows.opml").body
        assert served.ask("/tides/feed.xml").status == 200
    with serving_library(tmp_path, private=True) as served:
        assert b"Tides" in served.ask(f"{served.root}/").body
        assert b"Tides" in served.ask(f"{served.root}/shows.opml").body


# ---------------------------------------------------------------- the feed


def test_an_app_finds_every_file_of_the_feed(served: Served) -> None:
    feed = feedparser.parse(served.ask("/tides/feed.xml").body)
    assert len(feed.entries) == 3
    for item in feed.entries:
        enclosure = item.enclosures[0]
        assert enclosure.href.startswith(served.origin)
        reply = served.ask(enclosure.href.removeprefix(served.origin))
        assert (reply.status, str(len(reply.body))) == (200, enclosure.length)
        assert reply.headers["content-type"] == enclosure.type


def test_the_feed_changes_with_the_show_and_only_then(tmp_path: Path) -> None:
    fill_library(tmp_path)
    with serving_library(tmp_path) as served:
        first = served.ask("/tides/feed.xml")
        same = served.ask("/tides/feed.xml")
        assert (same.body, same.headers["etag"]) == (first.body, first.headers["etag"])
        with served.library() as library:
            put_episode(library, 4)
        changed = served.ask("/tides/feed.xml", If_None_Match=first.headers["etag"])
        assert changed.status == 200
        assert len(feedparser.parse(changed.body).entries) == 4
        with served.library() as library:
            library.remove_entry("tides", "urn:uuid:00000000-0000-5000-8000-000000000004")
        assert served.ask("/tides/feed.xml").body == first.body


def test_a_feed_is_written_once_however_many_ask_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_library(tmp_path)
    written = []
    write = documents.Documents._write

    def count(self: documents.Documents, asked: documents._Asked) -> Document | None:
        written.append(asked.name)
        time.sleep(0.2)
        return write(self, asked)

    monkeypatch.setattr(documents.Documents, "_write", count)
    with serving_library(tmp_path) as served:
        replies: list[bytes] = []
        threads = [
            threading.Thread(target=lambda: replies.append(served.ask("/tides/feed.xml").body)) for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(replies)) == 1
        assert len(replies) == 20
    assert written == ["feed.xml"]


def test_who_asks_while_a_change_is_taken_in_gets_the_feed_of_before_and_does_not_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_library(tmp_path)
    write = documents.Documents._write

    def write_slowly(self: documents.Documents, asked: documents._Asked) -> Document | None:
        time.sleep(1)
        return write(self, asked)

    with serving_library(tmp_path) as served:
        before = served.ask("/tides/feed.xml").body
        monkeypatch.setattr(documents.Documents, "_write", write_slowly)
        with served.library() as library:
            put_episode(library, 4)
        first: list[bytes] = []
        thread = threading.Thread(target=lambda: first.append(served.ask("/tides/feed.xml").body))
        thread.start()
        time.sleep(0.4)
        assert served.ask("/tides/feed.xml").body == before
        assert served.ask("/tides/episode-4.mp3").status == 200
        assert first == []
        thread.join()
        assert b"episode-4.mp3" in first[0]
        assert served.ask("/tides/feed.xml").body == first[0]


def test_a_feed_has_a_date_once_it_tells_two_versions_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.server.files.SETTLED_S", 0.3)
    fill_library(tmp_path, episodes=1)
    with serving_library(tmp_path) as served:
        assert served.ask("/tides/feed.xml").headers["last-modified"] is None
        time.sleep(0.4)
        modified = served.ask("/tides/feed.xml").headers["last-modified"]
        assert served.ask("/tides/feed.xml", If_Modified_Since=modified).status == 304
        assert served.ask("/tides/feed.xml", If_Modified_Since=formatdate(0, usegmt=True)).status == 200


def test_many_episodes_are_in_archives_and_on_further_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.feed.archives.MOST", 4)
    monkeypatch.setattr("narrate.feed.archives.EACH", 2)
    monkeypatch.setattr("narrate.site.pages.PER_PAGE", 2)
    fill_library(tmp_path, episodes=5)
    with serving_library(tmp_path) as served:
        current, archive = (feedparser.parse(served.ask(f"/tides/{name}").body) for name in ("feed.xml", "feed-1.xml"))
        assert (len(current.entries), len(archive.entries)) == (3, 2)
        assert served.ask("/tides/feed-2.xml").status == 404
        assert "Episode 5 " in served.ask("/tides/").text
        assert "Episode 1 " in served.ask("/tides/page-3.html").text
        for nowhere in ("page-1.html", "page-4.html", "page-03.html"):
            assert served.ask(f"/tides/{nowhere}").status == 404


def test_an_episode_whose_sound_is_gone_is_in_no_feed_until_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(documents, "LOOK_AGAIN_S", 0.2)
    fill_library(tmp_path)
    sound, words = tmp_path / "tides" / "episode-2.mp3", tmp_path / "tides" / "episode-3.vtt"
    kept = sound.read_bytes()
    with serving_library(tmp_path) as served:
        whole = served.ask("/tides/feed.xml")
        sound.write_bytes(kept[:100])
        words.unlink()
        time.sleep(0.3)
        feed = served.ask("/tides/feed.xml").text
        assert "episode-2.mp3" not in feed
        assert "episode-3.mp3" in feed
        assert "episode-3.vtt" not in feed
        assert served.ask("/tides/episode-2.html").status == 404
        assert "tides: 2 files are missing or damaged. Run `narrate library check`." in caplog.text
        sound.write_bytes(kept)
        words.write_text("WEBVTT\n")
        time.sleep(0.3)
        assert served.ask("/tides/feed.xml").headers["etag"] == whole.headers["etag"]


def test_a_feed_that_is_wrong_is_not_sent_and_the_last_good_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from narrate.feed import rss

    fill_library(tmp_path)
    with serving_library(tmp_path) as served:
        good = served.ask("/tides/feed.xml").body
        monkeypatch.setattr(rss, "whole_seconds", lambda _: 7)
        with served.library() as library:
            put_episode(library, 4)
        assert served.ask("/tides/feed.xml").body == good
        assert "the feed stays as it was" in caplog.text
        monkeypatch.undo()
        with served.library() as library:
            put_episode(library, 5)
        assert len(feedparser.parse(served.ask("/tides/feed.xml").body).entries) == 5


# ---------------------------------------------------------------- addresses


def addresses_in(text: str) -> set[str]:
    """Schemes, hosts and ports of the files that a feed names."""
    return set(re.findall(r'url="(https?://[^/"]+(?:/pods)?)/tides/', text))


def test_addresses_are_never_those_by_which_a_client_calls_the_server(served: Served) -> None:
    reply = served.ask("/tides/feed.xml", Host="evil.example", X_Forwarded_Host="evil.example", Forwarded="host=evil")
    assert addresses_in(reply.text) == {served.origin}
    for path in ("/tides", "/", "/tides/", "/shows.opml"):
        reply = served.ask(path, Host="evil.example")
        assert b"evil" not in reply.body
        assert "evil" not in str(reply.headers)


def test_a_base_url_that_was_asked_for_goes_before_that_of_the_show_and_that_before_ours(tmp_path: Path) -> None:
    fill_library(tmp_path, base_url="https://show.example.org/pods")
    with serving_library(tmp_path) as served:
        assert addresses_in(served.ask("/tides/feed.xml").text) == {"https://show.example.org/pods"}
    with serving_library(tmp_path, base_url="https://asked.example.org/pods/") as served:
        assert addresses_in(served.ask("/tides/feed.xml").text) == {"https://asked.example.org/pods"}
        assert "https://asked.example.org/pods/tides/feed.xml" in served.ask("/shows.opml").text
        assert served.ask("/tides").headers["location"] == "./tides/"  # whatever path the proxy has taken off


# ---------------------------------------------------------------- troubles


def test_a_library_that_cannot_be_read_now_is_no_reason_to_stop(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill_library(tmp_path)
    database = tmp_path / "library.sqlite3"
    with serving_library(tmp_path) as served:
        whole = database.read_bytes()
        database.write_bytes(b"no database at all " * 1000)
        reply = served.ask("/tides/feed.xml")
        assert (reply.status, reply.headers["retry-after"], reply.text) == (503, "10", "Something went wrong.\n")
        wait_for_lines(caplog, 1)
        assert "library.sqlite3 is damaged" in caplog.text
        database.write_bytes(whole)
        assert served.ask("/tides/feed.xml").status == 200


def test_what_nobody_foresaw_is_one_line_in_the_log_and_the_server_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fill_library(tmp_path)

    def fail(*_: object) -> None:
        raise RuntimeError("a\nsurprise")

    with serving_library(tmp_path) as served:
        monkeypatch.setattr(Library, "file_named", fail)
        reply = served.ask("/tides/episode-1.mp3")
        assert (reply.status, reply.text) == (500, "Something went wrong.\n")
        assert reply.headers["x-content-type-options"] == "nosniff"
        wait_for_lines(caplog, 1)
        assert ": RuntimeError: a surprise\n" in caplog.text
        assert "Traceback" not in caplog.text
        monkeypatch.undo()
        assert served.ask("/tides/episode-1.mp3").status == 200


def test_a_show_that_comes_or_goes_while_the_server_runs(tmp_path: Path) -> None:
    fill_library(tmp_path, episodes=1)
    with serving_library(tmp_path) as served:
        assert served.ask("/reads/feed.xml").status == 404
        with served.library() as library:
            library.create_show(new_show("Reads", slug="reads"))
            assert served.ask("/reads/feed.xml").status == 200
            library.remove_show("reads", with_files=True)
        assert served.ask("/reads/feed.xml").status == 404
        assert served.ask("/reads/").status == 404


# ---------------------------------------------------------------- its beginning and its end

SERVE = """
import os, sys
from pathlib import Path
from narrate.cli.app import plain_errors
from narrate.server.files import Document
from narrate.server.run import _name_for_others, serve
with plain_errors():
    serve(Path(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), base_url=None,
          private="private" in sys.argv, adding="adding" in sys.argv, on_ready=lambda base: print(base, flush=True))
print("done", flush=True)
"""


def start(folder: Path, *options: str, port: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SERVE, str(folder), str(port), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def port_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    base = process.stdout.readline().strip()
    match = re.fullmatch(r"http://127\.0\.0\.1:(\d+)(/p/[\w-]{32})?", base)
    assert match, base
    return int(match[1])


def read_answer(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body; raises where it is shorter than it says."""
    with HTTPResponse(connection) as reply:
        reply.begin()
        return reply.status, reply.read()


def connect(port: int, request: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), 20)
    connection.sendall(f"{request} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    return connection


def test_asked_to_stop_it_lets_downloads_finish_ends_streams_and_exits_with_0(tmp_path: Path) -> None:
    fill_library(tmp_path, episodes=1)
    os.truncate(tmp_path / "tides" / "episode-1.mp3", 20_000_000)
    process = start(tmp_path, "adding")
    port = port_of(process)
    events, download = connect(port, "GET /queue/events"), connect(port, "GET /tides/episode-1.mp3")
    with events, download:
        assert events.recv(100).startswith(b"HTTP/1.1 200")
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        assert b"".join(iter(lambda: events.recv(1000), b"")).endswith(b"0\r\n\r\n")  # the stream ended in order
        with pytest.raises(ConnectionError):
            socket.create_connection(("127.0.0.1", port), 5)
        status, body = read_answer(download)
        assert (status, len(body)) == (200, 20_000_000)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "done\n")
    assert "Traceback" not in err
    assert "GET /tides/episode-1.mp3 200 20000000 B" in err


def test_a_listener_who_takes_nothing_does_not_keep_it_from_stopping(tmp_path: Path) -> None:
    fill_library(tmp_path, episodes=1)
    os.truncate(tmp_path / "tides" / "episode-1.mp3", 200_000_000)
    process = start(tmp_path)
    with connect(port_of(process), "GET /tides/episode-1.mp3") as stalled:
        stalled.recv(100)
        began_s = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert 4 < time.monotonic() - began_s < 9
    assert "Traceback" not in err


def test_ctrl_c_ends_it_as_it_ends_every_command(tmp_path: Path) -> None:
    fill_library(tmp_path, episodes=1)
    process = start(tmp_path, "private")
    port_of(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert err == "narrate: stopped; nothing was left behind.\n"


def test_a_port_in_use_is_explained(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NarrateError) as caught:
            run(tmp_path, port=port)
    assert str(caught.value) == (
        f"nothing can listen on 127.0.0.1, port {port}: another program is listening there already. "
        "Take another port with --port."
    )


@pytest.mark.parametrize(
    ("host", "port", "why"),
    [
        ("192.0.2.1", 0, "this machine has no such address. Give another one with --host."),
        ("no.such.host.invalid", 0, "there is no such place. Look at --host and --port."),
        ("127.0.0.1", 70_000, "there is no such place. Look at --host and --port."),
    ],
)
def test_a_place_where_nobody_can_listen_is_explained(tmp_path: Path, host: str, port: int, why: str) -> None:
    with pytest.raises(NarrateError) as caught:
        run(tmp_path, host=host, port=port)
    assert str(caught.value) == f"nothing can listen on {host}, port {port}: {why}"


def test_addresses_name_a_number_that_others_can_reach() -> None:
    for everywhere in ("0.0.0.0", "::"):
        name = _name_for_others(everywhere)
        assert not ip_address(name).is_unspecified
        socket.create_server((name, 0)).close()  # it is one of this machine
    assert _name_for_others("::1") == "[::1]"
    assert _name_for_others("pods.local") == "pods.local"


def test_a_library_that_cannot_be_opened_is_explained(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite3").write_bytes(b"no database at all " * 100)
    with pytest.raises(LibraryError, match="check --repair"):
        run(tmp_path)


def run(
    folder: Path, *, host: str = "127.0.0.1", port: int = 0, base_url: str | None = None, adding: bool = False
) -> None:
    """The server, which does not come so far that it answers anybody."""
    serve(folder, host=host, port=port, base_url=base_url, private=False, adding=adding, on_ready=pytest.fail)


@pytest.mark.parametrize(
    ("host", "base_url"), [("0.0.0.0", None), ("::", None), ("127.0.0.1", "https://pods.example.org")]
)
def test_nobody_can_add_without_a_token_where_strangers_come(tmp_path: Path, host: str, base_url: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        run(tmp_path, host=host, base_url=base_url, adding=True)
    assert str(caught.value) == (
        "nothing can be added here: everybody who finds this server could do it. Add --private, or --no-adding."
    )


def test_two_hundred_listeners_at_once_all_get_their_part(served: Served) -> None:
    whole = served.ask("/tides/episode-1.mp3").body
    connections = [socket.create_connection(("127.0.0.1", served.port), 20) for _ in range(200)]
    for number, connection in enumerate(connections):
        span = f"bytes={number * 1000}-{number * 1000 + 99_999}"
        connection.sendall(
            f"GET /tides/episode-1.mp3 HTTP/1.1\r\nHost: a\r\nRange: {span}\r\nConnection: close\r\n\r\n".encode()
        )
    for number, connection in enumerate(connections):
        answer = read_answer(connection)
        connection.close()
        assert answer == (206, whole[number * 1000 : min(number * 1000 + 100_000, SOUND_BYTES)])

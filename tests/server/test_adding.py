"""Adding from a page: what is taken, from whom, and what becomes of it."""

from __future__ import annotations

import json
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from served import SHOW, Reply, Served, fill_library, serving_library

from narrate.library.queue import Job, NewJob
from narrate.server import adding
from narrate.server.worker import Worker

TEXT = "The harbour was quiet. Nobody had seen the boat come in."


@contextmanager
def taking(folder: Path, **options: Any) -> Iterator[Served]:
    fill_library(folder, episodes=1)
    with serving_library(folder, adding=True, **options) as served:
        yield served


@pytest.fixture
def idle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A private server that takes jobs, on which nobody works."""
    monkeypatch.setattr(Worker, "start", lambda _: None)
    monkeypatch.setattr(Worker, "stop", lambda _: None)
    with taking(tmp_path, private=True) as served:
        yield served


def key_of(served: Served) -> str:
    """As it stands in the form of the page."""
    found = re.search(r'name="key" value="([^"]*)"', served.ask(f"{served.root}/{SHOW}/").text)
    assert found
    return found[1]


Field = str | tuple[str, bytes]


def send_form(served: Served, path: str = "", headers: Mapping[str, str] = {}, **fields: Field) -> Reply:
    """What a browser sends: fields, and files as a name and bytes."""
    boundary = secrets.token_hex(8)
    body = b""
    for name, value in fields.items():
        ending, data = (f'; filename="{value[0]}"', value[1]) if isinstance(value, tuple) else ("", value.encode())
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{ending}\r\n\r\n'
        body += head.encode() + data + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    kind = f"multipart/form-data; boundary={boundary}"
    path = path or f"{served.root}/{SHOW}/add"
    return served.ask(path, "POST", body, **{"Content_Type": kind, **headers})


def jobs_of(served: Served) -> list[Job]:
    with served.library() as library:
        return library.queue.jobs()


# ---------------------------------------------------------------- what is taken


def test_an_address_comes_into_the_queue_and_the_browser_back_to_the_page(idle: Served) -> None:
    reply = send_form(idle, key=key_of(idle), address=" https://example.org/story ", text="", title="", file=("", b""))
    assert (reply.status, reply.headers["location"], reply.body) == (303, "./", b"")
    (job,) = jobs_of(idle)
    assert (job.show, job.kind, job.payload, job.state) == (SHOW, "address", "https://example.org/story", "waiting")
    page = idle.ask(f"{idle.root}/{SHOW}/").text
    assert "https://example.org/story" in page


def test_a_text_comes_with_its_title_and_scripts_get_its_number(idle: Served) -> None:
    reply = send_form(
        idle,
        headers={"Accept": "application/json"},
        key=key_of(idle),
        text=f"{TEXT}\r\n\u201eÜber\u201c",
        title=" A\nboat ",
    )
    (job,) = jobs_of(idle)
    assert (reply.status, json.loads(reply.body)) == (202, {"id": job.id})
    assert (job.kind, job.title, job.name) == ("text", "A boat", "A boat")
    assert isinstance(job.payload, Path)
    assert job.payload.read_bytes() == f"{TEXT}\r\n\u201eÜber\u201c".encode()


@pytest.mark.parametrize("name", ["../../story.md", "C:\\things\\story.md", "/etc/story.md", "story.md"])
def test_a_file_comes_with_its_name_and_without_its_place(idle: Served, name: str) -> None:
    reply = send_form(idle, key=key_of(idle), file=(name, b"# A boat\n\nIt came in."))
    assert reply.status == 303
    (job,) = jobs_of(idle)
    assert (job.kind, job.name) == ("file", "story.md")
    assert isinstance(job.payload, Path)
    assert job.payload.parent == idle.folder / ".queue"
    assert job.payload.read_bytes() == b"# A boat\n\nIt came in."


def test_the_bookmark_asks_first_and_its_words_are_nobodys_markup(idle: Served) -> None:
    page = idle.ask(
        f"{idle.root}/{SHOW}/add?address=https%3A%2F%2Fa.example%2F%3Fb%26c&title=%3Cscript%3Ealert(1)%3C/script%3E"
    )
    assert page.status == 200
    assert 'value="https://a.example/?b&amp;c"' in page.text
    assert "<script>alert" not in page.text
    assert jobs_of(idle) == []


@pytest.mark.parametrize(
    ("fields", "status", "why"),
    [
        ({}, 400, "Give an address, a text or a file."),
        ({"address": "  ", "text": "\r\n"}, 400, "Give an address, a text or a file."),
        ({"address": "javascript:alert(1)"}, 400, "This is no address of a web page."),
        ({"address": "file:///etc/passwd"}, 400, "This is no address of a web page."),
        ({"address": "/etc/passwd"}, 400, "This is no address of a web page."),
        ({"address": "https://"}, 400, "This is no address of a web page."),
        ({"address": "https://[::1"}, 400, "This is no address of a web page."),
        ({"address": "https://a.example/\nx"}, 400, "This is no address of a web page."),
        ({"address": f"https://a.example/{'a' * 3000}"}, 400, "This is no address of a web page."),
        ({"file": ("story.txt", b" \n")}, 400, "The file is empty."),
        ({"text": "a" * (adding.TEXT_BYTES + 1)}, 413, "This is too long"),
        ({"file": ("story.txt", b"a" * (adding.FILE_BYTES + 1))}, 413, "This is too long"),
        ({"file": ("story.txt", b"a" * (adding.FORM_BYTES + 1))}, 413, "This is too long"),
        ({f"field{number}": "" for number in range(20)}, 400, "Too many fields"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_reason(
    idle: Served, fields: dict[str, Field], status: int, why: str
) -> None:
    given: Any = {"key": key_of(idle), **fields}
    reply = send_form(idle, **given)
    assert reply.status == status
    assert reply.text.startswith(why)
    told = send_form(idle, headers={"Accept": "application/json"}, **given)
    assert json.loads(told.body)["message"].startswith(why)
    assert jobs_of(idle) == []


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "", "multipart/form-data"])
def test_what_is_no_form_is_refused(idle: Served, kind: str) -> None:
    reply = idle.ask(f"{idle.root}/{SHOW}/add", "POST", b'{"address": "https://a.example"}', Content_Type=kind)
    assert reply.status in (400, 415)
    assert jobs_of(idle) == []


def test_a_body_of_untold_length_has_a_limit_too(idle: Served) -> None:
    key = key_of(idle)
    head = (
        f"POST {idle.root}/{SHOW}/add HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    begin = f'--b\r\nContent-Disposition: form-data; name="key"\r\n\r\n{key}\r\n'.encode()
    begin += b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    chunks = [begin, *[b"a" * 2**20] * 23]
    body = b"".join(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" for chunk in chunks) + b"0\r\n\r\n"
    assert idle.send(head.encode() + body).status == 413
    assert jobs_of(idle) == []


def test_a_form_that_does_not_arrive_is_given_up(idle: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "FORM_S", 0.3)
    head = f"POST {idle.root}/{SHOW}/add HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\nConnection: close\r\n"
    with socket.create_connection(("127.0.0.1", idle.port), 10) as connection:
        connection.sendall(f"{head}Content-Type: multipart/form-data; boundary=b\r\n\r\n--b".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 408")


# ---------------------------------------------------------------- from whom


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://whatever.example"},  # a name that somebody has pointed at us: it is our Host
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site", "Origin": "https://other.example"},
    ],
)
def test_a_form_from_another_site_is_refused_though_it_has_the_key(idle: Served, headers: dict[str, str]) -> None:
    reply = send_form(idle, headers=headers, key=key_of(idle), text=TEXT)
    assert reply.status == 403
    assert reply.text.startswith("This form comes from another site.")
    assert jobs_of(idle) == []


def test_a_form_from_our_own_page_is_taken(idle: Served) -> None:
    for headers in ({"Origin": idle.origin, "Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "none"}, {}):
        assert send_form(idle, headers=headers, key=key_of(idle), text=TEXT).status == 303
    assert len(jobs_of(idle)) == 3


def test_a_page_looked_at_by_the_number_of_the_machine_can_add_whatever_the_public_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Worker, "start", lambda _: None)
    monkeypatch.setattr(Worker, "stop", lambda _: None)
    with taking(tmp_path, private=True, base_url="https://pods.example.org") as served:
        for origin, host, status in [
            (served.origin, f"127.0.0.1:{served.port}", 303),
            ("http://localhost:8421", "localhost:8421", 303),
            ("http://[::1]:8421", "[::1]:8421", 303),
            ("https://pods.example.org", "pods.example.org", 303),
            ("http://rebound.example:8421", "rebound.example:8421", 403),
            (served.origin, "rebound.example:8421", 403),
        ]:
            reply = send_form(served, headers={"Origin": origin, "Host": host}, key=key_of(served), text=TEXT)
            assert reply.status == status, origin


@pytest.mark.parametrize("key", ["", "wrong", "\u00e9", "0" * 64])
def test_a_form_without_the_right_key_is_refused(idle: Served, key: str) -> None:
    reply = send_form(idle, key=key, text=TEXT)
    assert reply.status == 403
    assert reply.text.startswith("This form is too old.")
    assert send_form(idle, text=TEXT).status == 403
    assert jobs_of(idle) == []


def test_the_key_of_an_older_token_opens_nothing(idle: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.server.app.TOKEN_S", 0.0)
    old = key_of(idle)
    time.sleep(1.1)  # the token it knows is as old as a second
    with idle.library() as library:
        new = library.rotate_token()
    assert send_form(idle, f"/p/{new}/{SHOW}/add", key=old, text=TEXT).status == 403


def test_nobody_adds_without_the_token(idle: Served) -> None:
    key = key_of(idle)
    assert send_form(idle, f"/{SHOW}/add", key=key, text=TEXT).status == 404
    assert send_form(idle, f"{idle.root}/nobody/add", key=key, text=TEXT).status == 404
    assert jobs_of(idle) == []


def test_pages_without_the_box_take_nothing(tmp_path: Path) -> None:
    fill_library(tmp_path, episodes=1)
    with serving_library(tmp_path) as served:
        assert 'name="key"' not in served.ask(f"/{SHOW}/").text
        assert send_form(served, text=TEXT).status == 405
        assert jobs_of(served) == []


def test_a_page_with_forms_lets_the_browser_say_where_a_form_comes_from(idle: Served) -> None:
    assert idle.ask(f"{idle.root}/{SHOW}/").headers["referrer-policy"] == "same-origin"


# ---------------------------------------------------------------- the list


def test_the_queue_is_told_as_json(idle: Served) -> None:
    with idle.library() as library:
        done = library.queue.add(
            NewJob(show=SHOW, kind="address", name="https://a.example", payload="https://a.example")
        )
        library.queue.take()
        library.queue.finish(done.id, "urn:uuid:1", "episode-1")
        library.queue.add(NewJob(show=SHOW, kind="text", name="A boat", payload=TEXT, title="A boat"))
    reply = idle.ask(f"{idle.root}/queue")
    assert (reply.headers["content-type"], reply.headers["cache-control"]) == ("application/json", "no-store")
    first, second = json.loads(reply.body)["jobs"]
    assert first == {
        "id": done.id,
        "show": SHOW,
        "name": "https://a.example",
        "title": None,
        "state": "done",
        "done": 0,
        "total": 0,
        "message": "",
        "entry": "episode-1",
        "page": f"{idle.origin}{idle.root}/{SHOW}/episode-1.html",
    }
    assert (second["state"], second["page"]) == ("waiting", None)


def test_a_job_is_taken_off_the_list_by_whoever_has_the_key(idle: Served) -> None:
    key = key_of(idle)
    for _ in range(2):
        send_form(idle, key=key, text=TEXT)
    working, waiting = sorted(job.id for job in jobs_of(idle))
    with idle.library() as library:
        library.queue.take()
        path = f"{idle.root}/queue/{waiting}/forget"
        assert send_form(idle, path, key="wrong").status == 403
        assert idle.ask(path).status == 405
        busy = send_form(idle, f"{idle.root}/queue/{working}/forget", key=key)
        assert (busy.status, busy.text) == (409, f"job {working} is being made. Wait until it is done.\n")
        reply = idle.ask(path, "POST", f"key={key}".encode(), Content_Type="application/x-www-form-urlencoded")
        assert (reply.status, reply.headers["location"]) == (303, f"../../{SHOW}/")
        assert [job.id for job in library.queue.jobs()] == [working]
    assert send_form(idle, path, key=key).status == 404
    assert send_form(idle, f"{idle.root}/queue/99999999999999999999999/forget", key=key).status == 404


def test_changes_of_the_queue_are_told_as_they_come(idle: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "BEAT_EVERY_S", 1.0)
    with socket.create_connection(("127.0.0.1", idle.port), 10) as connection:
        connection.sendall(f"GET {idle.root}/queue/events HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        heard = read_until(connection, b"\n\n")
        assert b"content-type: text/event-stream" in heard
        assert b'data: {"jobs": []}\n\n' in heard
        send_form(idle, key=key_of(idle), text=TEXT)
        assert b'"state": "waiting"' in read_until(connection, b"\n\n")
        assert b": still here" in read_until(connection, b"\n\n")


def test_a_stream_tells_nothing_of_a_newer_token(idle: Served) -> None:
    with socket.create_connection(("127.0.0.1", idle.port), 10) as connection:
        connection.sendall(f"GET {idle.root}/queue/events HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        read_until(connection, b"\n\n")
        with idle.library() as library:
            new = library.rotate_token()
            time.sleep(1.1)  # as old as the server's may be
            library.queue.add(NewJob(show=SHOW, kind="text", name="A boat", payload=TEXT))
            job = library.queue.take()
            assert job
            library.queue.finish(job.id, "urn:uuid:1", "episode-1")
        heard = read_until(connection, b"episode-1.html")
        assert new.encode() not in heard


def test_head_of_a_stream_ends(idle: Served) -> None:
    reply = idle.ask(f"{idle.root}/queue/events", "HEAD")
    assert (reply.status, reply.headers["content-type"], reply.body) == (200, "text/event-stream; charset=utf-8", b"")


def read_until(connection: socket.socket, end: bytes) -> bytes:
    heard = b""
    while end not in heard:
        data = connection.recv(10_000)
        assert data
        heard += data
    return heard


# ---------------------------------------------------------------- what becomes of it


def wait_for(served: Served, ready: Callable[[list[Job]], bool]) -> list[Job]:
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s:
        jobs = jobs_of(served)[::-1]
        if ready(jobs):
            return jobs
        time.sleep(0.1)
    raise AssertionError(jobs)


def test_what_is_added_becomes_an_episode_and_what_fails_holds_nothing_up(tmp_path: Path) -> None:
    with taking(tmp_path, private=True) as served:
        key = key_of(served)
        send_form(served, key=key, address="http://127.0.0.1:1/private")
        send_form(served, key=key, file=("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(100)))
        send_form(served, key=key, text=TEXT, title="The boat")
        send_form(served, key=key, file=("story.md", b"# Low water\n\nThe boats lay on the sand."))
        jobs = wait_for(served, lambda jobs: all(job.state in ("done", "failed") for job in jobs))
        assert [job.state for job in jobs] == ["failed", "failed", "done", "done"]
        assert jobs[0].message
        assert jobs[1].message.startswith("picture.txt is not a text")
        feed = served.ask(f"{served.root}/{SHOW}/feed.xml").text
        assert "<title>The boat</title>" in feed
        assert "<title>Low water</title>" in feed
        told = json.loads(served.ask(f"{served.root}/queue").body)["jobs"][2]
        assert (told["done"], told["total"]) != (0, 0)
        page = served.ask(told["page"].removeprefix(served.origin))
        assert "Nobody had seen the boat come in." in page.text


def test_a_server_that_stops_leaves_what_it_was_making_to_the_next(tmp_path: Path) -> None:
    long = " ".join(f"Sentence number {number} tells of another boat in the harbour." for number in range(400))
    with taking(tmp_path, private=True) as served:
        send_form(served, key=key_of(served), text=long, title="Boats")
        wait_for(served, lambda jobs: jobs[0].done > 0)
    assert [job.state for job in jobs_of(served)] == ["waiting"]
    with serving_library(tmp_path, adding=True, private=True) as served:
        wait_for(served, lambda jobs: jobs[0].state == "working")

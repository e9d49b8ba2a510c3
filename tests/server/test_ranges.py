"""Parts of a file, and conditions on it, over a real socket."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from served import SOUND_BYTES, Served, fill_library, put_episode, serving_library, sound_of

from narrate.server.ranges import MAX_RANGES, NEAR_BYTES, read_ranges

SOUND = sound_of(1)
PLACE = "/tides/episode-1.mp3"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("library")
    fill_library(folder)
    for path in folder.rglob("*.*"):
        os.utime(path, (time.time() - 1000.5, time.time() - 1000.5))
    with serving_library(folder) as server:
        yield server


# ---------------------------------------------------------------- whole


def test_a_sound_comes_whole_with_its_type_length_and_a_strong_etag(served: Served) -> None:
    reply = served.ask(PLACE)
    assert (reply.status, reply.body) == (200, SOUND)
    assert reply.headers["content-type"] == "audio/mpeg"
    assert reply.headers["content-length"] == str(SOUND_BYTES)
    assert reply.headers["accept-ranges"] == "bytes"
    with served.library() as library:
        assert reply.headers["etag"] == f'"{library.find_entry("tides", "episode-1").digest}"'


def test_head_tells_what_get_would_and_sends_nothing(served: Served) -> None:
    told, sent = served.ask(PLACE, "HEAD"), served.ask(PLACE)
    assert (told.status, told.body) == (200, b"")
    for name in ("content-length", "content-type", "etag", "last-modified", "accept-ranges", "cache-control"):
        assert told.headers[name] == sent.headers[name]


def test_head_takes_no_notice_of_ranges(served: Served) -> None:
    reply = served.ask(PLACE, "HEAD", Range="bytes=0-9")
    assert (reply.status, reply.headers["content-length"]) == (200, str(SOUND_BYTES))


# ---------------------------------------------------------------- one part


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SOUND_BYTES),
        ("bytes=100-199", 100, 200),
        ("bytes=-1", SOUND_BYTES - 1, SOUND_BYTES),
        ("bytes=-1000000", 0, SOUND_BYTES),
        ("bytes=299999-", SOUND_BYTES - 1, SOUND_BYTES),
        ("bytes=1-99999999999999999999999999", 1, SOUND_BYTES),
        ("BYTES=5-6", 5, 7),
        ("bytes= ,, 5-6 ,", 5, 7),
        ("bytes=0005-0006", 5, 7),
        ("bytes=5-6,900000-", 5, 7),  # one of two is there
        ("bytes=5-10,8-20", 5, 21),  # they overlap
        ("bytes=5-10,11-20", 5, 21),  # they touch
        ("bytes=10-20,5-10", 5, 21),
    ],
)
def test_a_range_is_answered_with_those_bytes(served: Served, asked: str, start: int, stop: int) -> None:
    reply = served.ask(PLACE, Range=asked)
    assert (reply.status, reply.body) == (206, SOUND[start:stop])
    assert reply.headers["content-range"] == f"bytes {start}-{stop - 1}/{SOUND_BYTES}"
    assert reply.headers["content-type"] == "audio/mpeg"


@pytest.mark.parametrize("asked", ["bytes=300000-", "bytes=300000-300001", "bytes=-0", f"bytes={'9' * 5000}-"])
def test_a_range_beyond_the_end_is_refused_and_the_length_told(served: Served, asked: str) -> None:
    reply = served.ask(PLACE, Range=asked)
    assert (reply.status, reply.body) == (416, b"")
    assert reply.headers["content-range"] == f"bytes */{SOUND_BYTES}"


@pytest.mark.parametrize(
    "asked",
    [
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=a-b",
        "bytes=5",
        "bytes=20-10",
        "bytes=1-2-3",
        "bytes=+1-2",
        "bytes=1_0-20",
        "bytes=0x1-2",
        "bytes=1 - 2",
        "bytes=--1",
        "bytes=0-9;10-19",
        "bytes=0-9,x",
        "bytes 0-9",
        "lines=0-9",
        "=0-9",
        "bytes=\u00b2-3",
    ],
)
def test_a_malformed_range_is_ignored(served: Served, asked: str) -> None:
    reply = served.ask(PLACE, Range=asked)
    assert (reply.status, len(reply.body)) == (200, SOUND_BYTES)
    assert reply.headers["content-range"] is None


# ---------------------------------------------------------------- several parts


def test_several_ranges_come_as_parts_in_the_order_asked_for(served: Served) -> None:
    reply = served.ask(PLACE, Range="bytes=5000-5009, 0-9 , -10")
    assert reply.status == 206
    assert reply.headers["content-type"].startswith("multipart/byteranges; boundary=")
    assert reply.headers["content-range"] is None
    wanted = [(5000, 5010), (0, 10), (SOUND_BYTES - 10, SOUND_BYTES)]
    for (head, body), (start, stop) in zip(reply.parts(), wanted, strict=True):
        assert head["content-range"] == f"bytes {start}-{stop - 1}/{SOUND_BYTES}"
        assert head["content-type"] == "audio/mpeg"
        assert body == SOUND[start:stop]


def test_overlapping_ranges_never_send_a_byte_twice(served: Served) -> None:
    reply = served.ask(PLACE, Range="bytes=" + ",".join(["0-"] * MAX_RANGES))
    assert (reply.status, reply.body) == (206, SOUND)
    reply = served.ask(PLACE, Range="bytes=0-99,50-149,5000-5099,5050-")
    assert [body for _, body in reply.parts()] == [SOUND[:150], SOUND[5000:]]


def test_hundreds_of_ranges_get_the_whole(served: Served) -> None:
    many = ",".join(f"{start}-{start}" for start in range(0, 200_000, 1000))
    reply = served.ask(PLACE, Range=f"bytes={many}")
    assert (reply.status, len(reply.body)) == (200, SOUND_BYTES)


@given(st.text(max_size=40) | st.from_regex(r"bytes=( ?[0-9]{0,3}-[0-9]{0,3} ?,?){1,12}", fullmatch=True))
def test_whatever_is_asked_no_more_is_sent_than_there_is(header: str) -> None:
    ranges = read_ranges(header, 500)
    wanted = [number for one in ranges or [] for number in one]
    assert len(wanted) == len(set(wanted))
    assert set(wanted) <= set(range(500))
    assert all(ranges or [])


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 500)), min_size=1, max_size=20))
def test_every_byte_asked_for_is_sent(spans: list[tuple[int, int]]) -> None:
    header = "bytes=" + ",".join(f"{start}-{start + more}" for start, more in spans)
    wanted = {at for start, more in spans for at in range(start, start + more + 1) if at < 1000}
    ranges = read_ranges(header, 1000)
    assert ranges is not None
    sent = {at for one in ranges for at in one}
    assert wanted <= sent
    assert len(sent) <= len(wanted) + NEAR_BYTES * len(spans)


def test_nothing_has_no_part() -> None:
    assert [read_ranges(f"bytes={asked}", 0) for asked in ("0-", "-5", "0-0")] == [[], [], []]


# ---------------------------------------------------------------- conditions


def test_what_a_client_has_is_not_sent_again(served: Served) -> None:
    etag = served.ask(PLACE).headers["etag"]
    for condition in (etag, f"W/{etag}", f'"other", {etag}', f'"with, comma" , {etag}', "*"):
        reply = served.ask(PLACE, If_None_Match=condition)
        assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", etag)
        assert reply.headers["cache-control"]
    assert served.ask(PLACE, "HEAD", If_None_Match=etag).status == 304
    for condition in ('"other"', etag.strip('"'), "nonsense", ""):
        assert served.ask(PLACE, If_None_Match=condition).status == 200


def test_a_date_does_where_there_is_no_etag(served: Served) -> None:
    modified = served.ask(PLACE).headers["last-modified"]
    assert served.ask(PLACE, If_Modified_Since=modified).status == 304
    assert served.ask(PLACE, If_Modified_Since=formatdate(usegmt=True)).status == 304
    assert served.ask(PLACE, If_Modified_Since=formatdate(0, usegmt=True)).status == 200
    assert served.ask(PLACE, If_Modified_Since="yesterday").status == 200
    assert served.ask(PLACE, If_Modified_Since=modified, If_None_Match='"other"').status == 200


def test_whoever_wants_another_version_gets_none(served: Served) -> None:
    reply = served.ask(PLACE)
    etag, modified = reply.headers["etag"], reply.headers["last-modified"]
    assert served.ask(PLACE, If_Match='"other"').status == 412
    assert served.ask(PLACE, If_Match=f"W/{etag}").status == 412
    assert served.ask(PLACE, If_Match=f'"other", {etag}').status == 200
    assert served.ask(PLACE, If_Unmodified_Since=formatdate(0, usegmt=True)).status == 412
    assert served.ask(PLACE, If_Unmodified_Since=modified).status == 200


def test_the_rest_of_the_same_version_is_sent(served: Served) -> None:
    reply = served.ask(PLACE)
    for condition in (reply.headers["etag"], reply.headers["last-modified"]):
        rest = served.ask(PLACE, Range="bytes=1000-", If_Range=condition)
        assert (rest.status, rest.body) == (206, SOUND[1000:])


def test_the_rest_of_another_version_is_answered_with_the_whole_of_this_one(served: Served) -> None:
    etag = served.ask(PLACE).headers["etag"]
    for condition in ('"other"', f"W/{etag}", formatdate(0, usegmt=True), formatdate(usegmt=True), "nonsense"):
        reply = served.ask(PLACE, Range="bytes=1000-", If_Range=condition)
        assert (reply.status, reply.body) == (200, SOUND)
    assert served.ask(PLACE, Range="bytes=900000-", If_Range='"other"').status == 200


def test_conditions_come_before_ranges(served: Served) -> None:
    etag = served.ask(PLACE).headers["etag"]
    assert served.ask(PLACE, Range="bytes=0-9", If_None_Match=etag).status == 304
    assert served.ask(PLACE, Range="bytes=900000-", If_None_Match=etag).status == 304


def test_a_feed_and_a_transcript_can_be_had_in_parts_too(served: Served) -> None:
    for path in ("/tides/feed.xml", "/tides/episode-1.vtt"):
        whole = served.ask(path).body
        reply = served.ask(path, Range="bytes=5-14")
        assert (reply.status, reply.body) == (206, whole[5:15])


def test_a_file_that_has_just_changed_has_no_date_that_could_not_tell_two_versions_apart(
    served: Served, tmp_path: Path
) -> None:
    path = served.folder / "tides" / "artwork.jpg"
    before = served.ask("/tides/artwork.jpg")
    assert before.headers["last-modified"]
    path.write_bytes(path.read_bytes())
    after = served.ask("/tides/artwork.jpg")
    assert after.headers["last-modified"] is None
    assert after.headers["etag"] != before.headers["etag"]


# ---------------------------------------------------------------- files that change, clients that go


def test_another_version_has_another_address_and_etag_and_the_old_one_is_gone(tmp_path: Path) -> None:
    fill_library(tmp_path, episodes=1)
    with serving_library(tmp_path) as served:
        before = served.ask(PLACE).headers["etag"]
        with served.library() as library:
            put_episode(library, 1, version=2)
        assert served.ask(PLACE).status == 404
        after = served.ask("/tides/episode-1.v2.mp3")
        assert (after.status, after.body) == (200, sound_of(1, 2))
        assert after.headers["etag"] != before
        assert b"episode-1.v2.mp3" in served.ask("/tides/feed.xml").body


def test_a_sound_that_is_not_what_the_library_says_does_not_get_its_etag(tmp_path: Path) -> None:
    fill_library(tmp_path, episodes=1)
    (tmp_path / "tides" / "episode-1.mp3").write_bytes(b"torn")
    with serving_library(tmp_path) as served:
        with served.library() as library:
            digest = library.find_entry("tides", "episode-1").digest
        reply = served.ask(PLACE)
        assert reply.body == b"torn"
        assert digest not in reply.headers["etag"]


def test_a_file_that_is_cut_short_while_it_is_sent_is_seen_to_be_cut_short(tmp_path: Path) -> None:
    fill_library(tmp_path, episodes=1)
    path = tmp_path / "tides" / "episode-1.mp3"
    with path.open("r+b") as file:
        file.truncate(50_000_000)
    with serving_library(tmp_path) as served, socket.create_connection(("127.0.0.1", served.port), 20) as connection:
        connection.sendall(f"GET {PLACE} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        first = connection.recv(1000)
        assert b"content-length: 50000000" in first
        os.truncate(path, 1000)
        received = len(first) + len(b"".join(iter(lambda: connection.recv(1_000_000), b"")))
        assert received < 50_000_000
        assert served.ask("/tides/artwork.jpg").status == 200


def test_clients_that_go_in_the_middle_leave_no_file_open(tmp_path: Path) -> None:
    fill_library(tmp_path, episodes=1)
    path = tmp_path / "tides" / "episode-1.mp3"
    os.truncate(path, 50_000_000)
    with serving_library(tmp_path) as served:
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", served.port), 20) as connection:
                connection.sendall(f"GET {PLACE} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
                connection.recv(1000)
        wait_until_closed(path)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="the system does not tell")
def test_a_client_that_takes_nothing_is_given_up_in_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.server.run.STALLED_S", 0.5)
    fill_library(tmp_path, episodes=1)
    path = tmp_path / "tides" / "episode-1.mp3"
    os.truncate(path, 50_000_000)
    with serving_library(tmp_path) as served, socket.create_connection(("127.0.0.1", served.port), 20) as connection:
        connection.sendall(f"GET {PLACE} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        connection.recv(1000)
        assert open_here(path) == 1
        wait_until_closed(path)
        assert served.ask("/tides/artwork.jpg").status == 200


def wait_until_closed(path: Path) -> None:
    deadline_s = time.monotonic() + 10
    while open_here(path) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert open_here(path) == 0


def open_here(path: Path) -> int:
    """How often this process has a file open."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("the system does not tell which files are open")
    links = [os.path.realpath(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")]  # noqa: PTH208
    return links.count(str(path.resolve()))

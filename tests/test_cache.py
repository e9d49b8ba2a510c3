"""The store: what it gives back is whole, whoever else is at work in it and whatever happened to the disk."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate import cache
from narrate.cache import HEADER, KINDS, Kind, Store, cache_folder, make_key, open_store
from narrate.errors import OutputError

KEY = make_key("a sentence")
HOUR_S = 3600
any_disk = settings(deadline=None)  # however slow
REMEDY = "Free some space, or set NARRATE_CACHE, and with --no-cache TMPDIR, to another folder."


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


def file_of(store: Store, key: str = KEY, kind: Kind = "clips") -> Path:
    return store.root / "v1" / kind / key[:2] / key


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def use(store: Store, key: str, hours_ago: float) -> None:
    """As if it had been used last so long ago."""
    then_s = time.time() - hours_ago * HOUR_S
    os.utime(file_of(store, key), (then_s, then_s))


def start(code: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """A process with a store in the folder that is its first argument; it begins when it is told to."""
    opening = "import os, random, sys\nfrom pathlib import Path\nfrom narrate.cache import *\n"
    opening += "store = Store(Path(sys.argv[1]))\nprint('ready', flush=True)\nsys.stdin.readline()\n"
    process = subprocess.Popen(
        [sys.executable, "-c", opening + code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def run_together(*processes: subprocess.Popen[str]) -> list[str]:
    """What each of them printed; none has failed or complained."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    outcomes = [(*process.communicate(), process.returncode) for process in processes]
    assert [(stderr, status) for _, stderr, status in outcomes] == [("", 0)] * len(processes)
    return [stdout for stdout, _, _ in outcomes]


# ---------------------------------------------------------------- names


parts = st.lists(st.text(max_size=6) | st.binary(max_size=6), max_size=4)


@given(parts, parts)
def test_other_parts_give_another_key(some: list[str | bytes], others: list[str | bytes]) -> None:
    assert (make_key(*some) == make_key(*others)) == (some == others)


def test_the_same_words_cut_otherwise_give_another_key() -> None:
    assert len({make_key("ab", "c"), make_key("a", "bc"), make_key("abc"), make_key("a", "b", "c"), make_key()}) == 5
    assert make_key("a") != make_key(b"a")
    assert all(
        make_key("a", "b") != make_key(f"a{joint}b") for joint in ("s0:", "s1:", "s:", "s", ":", ",", "\0", "\n")
    )


def test_every_text_can_be_in_a_key() -> None:
    assert len(make_key("half a pair: \ud800")) == 64


@pytest.mark.parametrize("key", ["../../../etc/passwd", "", "ab", "AB" * 32, "ab" * 32 + "\n", "ab/" * 8, "/" + KEY])
def test_no_key_leads_out_of_the_folder(store: Store, key: str) -> None:
    for ask in (
        lambda: store.get(key, kind="clips"),
        lambda: store.has(key, kind="clips"),
        lambda: store.put(key, b"", kind="clips"),
    ):
        with pytest.raises(ValueError, match="is no name of an entry"):
            ask()
    assert not store.root.exists()


def test_no_kind_leads_out_of_the_folder(store: Store) -> None:
    kind: Any = "../.."
    with pytest.raises(ValueError, match="is no name of an entry"):
        store.put(KEY, b"", kind=kind)


def test_the_cache_is_where_the_environment_says_or_where_the_system_keeps_caches() -> None:
    assert cache_folder({"NARRATE_CACHE": "/a", "NARRATE_HOME": "/b"}) == Path("/a")
    assert cache_folder({"NARRATE_CACHE": "", "NARRATE_HOME": "/b"}) == Path("/b/cache")
    assert "narrate" in cache_folder({}).parts


# ---------------------------------------------------------------- in and out


@any_disk
@given(blob=st.binary(max_size=300), kind=st.sampled_from(KINDS))
def test_what_comes_out_is_what_went_in(tmp_path_factory: pytest.TempPathFactory, blob: bytes, kind: Kind) -> None:
    store = Store(tmp_path_factory.mktemp("cache"))
    assert store.put(KEY, blob, kind=kind) == blob
    assert Store(store.root).get(KEY, kind=kind) == blob
    assert [other for other in KINDS if store.has(KEY, kind=other)] == [kind]
    assert files_in(store.root) == [file_of(store, kind=kind)]


def test_nothing_is_created_before_the_first_blob(store: Store) -> None:
    assert store.get(KEY, kind="clips") is None
    assert not store.has(KEY, kind="clips")
    assert store.usage() == cache.Usage(count=0, size_bytes=0, least_recent_use=None)
    assert store.trim(0) == store.clear() == cache.Removed()
    assert store.writable()
    assert not store.root.exists()


def test_whoever_comes_first_stays(store: Store) -> None:
    assert store.put(KEY, b"first", kind="clips") == b"first"
    assert Store(store.root).put(KEY, b"second", kind="clips") == b"first"
    assert store.get(KEY, kind="clips") == b"first"


def test_whoever_comes_first_stays_where_the_file_system_has_no_links(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert store.put(KEY, b"first", kind="clips") == b"first"
    blind = Store(store.root)
    seen = iter([None, b"first"])
    monkeypatch.setattr(blind, "get", lambda *_, **__: next(seen))  # as if the first came while we were writing
    assert blind.put(KEY, b"second", kind="clips") == b"first"
    assert store.get(KEY, kind="clips") == b"first"
    assert files_in(store.root) == [file_of(store)]


def test_a_process_has_one_store_for_a_folder(tmp_path: Path) -> None:
    assert open_store(tmp_path) is open_store(tmp_path)
    assert open_store(tmp_path) is not open_store(tmp_path / "other")


# ---------------------------------------------------------------- damage


def damage(store: Store, blob: bytes, change: Any) -> None:
    """Put a blob, change its file, and see that the change is noticed, told and mended."""
    store.put(KEY, blob, kind="clips")
    path = file_of(store)
    data = path.read_bytes()
    changed = change(data)
    path.write_bytes(changed)
    assert (store.get(KEY, kind="clips") is None) == (changed != data)
    if changed != data:
        assert store.damaged == [KEY]
        assert files_in(store.root) == []
        assert store.put(KEY, b"made again", kind="clips") == b"made again"


@any_disk
@given(blob=st.binary(max_size=300), where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_any_flipped_bit_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, blob: bytes, where: float, bit: int
) -> None:
    def flip(data: bytes) -> bytes:
        at = int(where * len(data))
        return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]

    damage(Store(tmp_path_factory.mktemp("cache")), blob, flip)


def test_every_flipped_bit_of_the_header_is_noticed(store: Store) -> None:
    store.put(KEY, b"blob", kind="clips")
    data = file_of(store).read_bytes()
    assert len(data) == HEADER.size + 4
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        file_of(store).write_bytes(flipped)
        assert store.get(KEY, kind="clips") is None
    assert len(store.damaged) == 8 * len(data)


@any_disk
@given(blob=st.binary(max_size=300), kept=st.floats(0, 1))
def test_any_truncation_is_noticed(tmp_path_factory: pytest.TempPathFactory, blob: bytes, kept: float) -> None:
    damage(Store(tmp_path_factory.mktemp("cache")), blob, lambda data: data[: int(kept * len(data))])


def test_a_file_that_has_grown_is_noticed(store: Store) -> None:
    damage(store, b"blob", lambda data: data + b"\0")


def test_an_entry_under_the_name_of_another_is_noticed(store: Store) -> None:
    other = make_key("another sentence")
    store.put(KEY, b"blob", kind="clips")
    for path, key, kind in (
        (file_of(store, other), other, "clips"),
        (file_of(store, KEY, "segments"), KEY, "segments"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file_of(store).read_bytes())
        assert store.get(key, kind=kind) is None  # type: ignore[arg-type]
    assert store.get(KEY, kind="clips") == b"blob"
    assert store.damaged == [other, KEY]


def test_a_damaged_entry_does_not_keep_a_sound_one_out(store: Store) -> None:
    store.put(KEY, b"blob", kind="clips")
    file_of(store).write_bytes(b"torn")
    assert store.put(KEY, b"made again", kind="clips") == b"made again"
    assert Store(store.root).get(KEY, kind="clips") == b"made again"


def test_a_sound_entry_put_in_place_of_a_damaged_one_meanwhile_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(KEY, b"blob", kind="clips")
    sound = file_of(store).read_bytes()
    file_of(store).write_bytes(b"torn")
    header = cache._header

    def replace_first(key: str, kind: Kind, blob: bytes) -> bytes:
        (store.root / "new").write_bytes(sound)
        (store.root / "new").replace(file_of(store))
        return header(key, kind, blob)

    monkeypatch.setattr(cache, "_header", replace_first)
    assert store.get(KEY, kind="clips") is None
    monkeypatch.undo()
    assert store.get(KEY, kind="clips") == b"blob"


def test_a_disk_that_cannot_be_read_counts_as_damage(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(KEY, b"blob", kind="clips")

    def fail(*_: Any) -> Any:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", fail)
        assert store.get(KEY, kind="clips") is None
    assert (store.damaged, files_in(store.root)) == ([KEY], [])


def test_the_first_line_is_had_without_the_rest(store: Store) -> None:
    store.put(KEY, b"about\nsound\n", kind="clips")
    assert store.first_line(KEY, kind="clips") == b"about\n"
    sound = file_of(store).read_bytes()
    file_of(store).write_bytes(sound[:-2] + b"D\n")  # which only `get` sees
    assert store.first_line(KEY, kind="clips") == b"about\n"
    for torn in (sound[:-1], sound + b"\n", b"N" + sound[1:], sound[: HEADER.size - 1], b""):
        file_of(store).write_bytes(torn)
        assert store.first_line(KEY, kind="clips") is None
    file_of(store).unlink()
    assert store.first_line(KEY, kind="clips") is None
    assert store.damaged == []


def test_reading_the_first_line_is_a_use(store: Store) -> None:
    store.put(KEY, b"about\nsound", kind="clips")
    os.utime(file_of(store), (1000, 1000))
    store.first_line(KEY, kind="clips")
    assert file_of(store).stat().st_mtime > time.time() - 60


def test_an_entry_that_goes_between_two_questions_is_no_error(store: Store) -> None:
    store.put(KEY, b"blob", kind="clips")
    assert store.has(KEY, kind="clips")
    file_of(store).unlink()
    assert store.get(KEY, kind="clips") is None
    assert store.damaged == []


# ---------------------------------------------------------------- many at once


def test_of_many_processes_that_put_the_same_keys_each_gets_the_blob_of_the_first(tmp_path: Path) -> None:
    code = """
for number in range(300):
    kept = store.put(make_key(str(number)), (sys.argv[2] * 5000).encode(), kind="clips")
    assert len(set(kept)) == 1 and len(kept) == 5000
    print(chr(kept[0]), end="")
"""
    told = run_together(*(start(code, tmp_path, name) for name in "abc"))
    assert set(told[0]) <= set("abc")
    assert told == [told[0]] * 3
    assert len(told[0]) == Store(tmp_path).usage().count == 300
    assert files_in(tmp_path / "v1" / "tmp") == []


def test_processes_may_read_put_trim_and_clear_at_once_and_every_blob_is_whole(tmp_path: Path) -> None:
    use = """
for _ in range(2000):
    key = make_key(str(random.randrange(60)))
    if random.random() < 0.5:
        blob = store.get(key, kind="clips")
    else:
        blob = store.put(key, key.encode() * random.randrange(1, 2000), kind="clips")
        assert blob is not None
    assert blob is None or blob == key.encode() * (len(blob) // 64)
assert store.damaged == [], store.damaged
"""
    tidy = """
for turn in range(400):
    assert store.usage().count <= 60
    removed = store.clear() if turn % 5 == 0 else store.trim(300_000)
    assert removed.stuck == 0
"""
    run_together(*(start(code, tmp_path) for code in (use, tidy, use, tidy)))
    assert files_in(tmp_path / "v1" / "tmp") == []


def test_a_process_killed_while_it_writes_leaves_no_torn_entry(tmp_path: Path) -> None:
    code = """
while True:
    key = make_key(os.urandom(8))
    store.put(key, key.encode() * 50_000, kind="clips")
    print("put", flush=True)
"""
    process = start(code, tmp_path)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    for _ in range(5):
        process.stdout.readline()
    process.kill()
    process.communicate()
    store = Store(tmp_path)
    keys = [path.name for path in files_in(tmp_path / "v1" / "clips")]
    assert len(keys) >= 5
    assert all(store.get(key, kind="clips") == key.encode() * 50_000 for key in keys)


# ---------------------------------------------------------------- last use, trimming, clearing


def test_a_use_is_noted_but_not_more_than_once_in_five_minutes(store: Store) -> None:
    store.put(KEY, b"blob", kind="clips")
    use(store, KEY, hours_ago=0.07)
    noted = file_of(store).stat().st_mtime
    store.get(KEY, kind="clips")
    assert file_of(store).stat().st_mtime == noted
    use(store, KEY, hours_ago=0.1)
    store.get(KEY, kind="clips")
    assert file_of(store).stat().st_mtime > noted


def test_where_a_use_cannot_be_noted_the_blob_comes_all_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(KEY, b"blob", kind="clips")
    use(store, KEY, hours_ago=5)

    def refuse(*_: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "utime", refuse)
    assert store.get(KEY, kind="clips") == b"blob"


def five(store: Store) -> list[str]:
    """Keys of five entries of a kilobyte, the one not used for longest first: 50, 40, 30, 20 and 10 hours."""
    keys = [make_key(str(number)) for number in range(5)]
    for number, key in enumerate(keys):
        store.put(key, bytes(1000 - HEADER.size), kind="clips")
        use(store, key, hours_ago=50 - 10 * number)
    return keys


def left(store: Store, keys: list[str]) -> list[str]:
    return [key for key in keys if store.has(key, kind="clips")]


def test_trimming_removes_what_was_not_used_for_longest_and_no_more_than_it_must(store: Store) -> None:
    keys = five(store)
    assert store.get(keys[0], kind="clips") is not None
    removed = store.trim(2999)
    assert removed == cache.Removed(count=3, size_bytes=3000)
    assert left(store, keys) == [keys[0], keys[4]]
    assert store.trim(2000) == cache.Removed()


def test_trimming_keeps_to_the_limit_of_the_store_and_without_one_removes_nothing(store: Store) -> None:
    keys = five(store)
    assert store.trim() == cache.Removed()
    assert Store(store.root, max_bytes=4000).trim().count == 1
    assert left(store, keys) == keys[1:]
    assert Store(store.root, max_bytes=0).trim().count == 4


def test_trimming_can_spare_what_was_used_lately(store: Store) -> None:
    keys = five(store)
    since = time.time() - 25 * HOUR_S
    use(store, keys[2], hours_ago=25.02)  # may have been used in the minutes after, without a note
    assert store.trim(0, unused_since=since).count == 2
    assert left(store, keys) == keys[2:]
    assert store.trim(5000, unused_since=time.time()) == cache.Removed()


def test_an_entry_that_goes_before_it_is_removed_counts_for_whoever_removed_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = five(store)
    remove = cache._remove

    def remove_late(entries: Any) -> cache.Removed:
        file_of(store, keys[1]).unlink()
        return remove(entries)

    monkeypatch.setattr(cache, "_remove", remove_late)
    assert store.trim(1000) == cache.Removed(count=3, size_bytes=3000)
    assert left(store, keys) == keys[4:]


def test_usage_tells_each_kind_and_all(store: Store) -> None:
    keys = five(store)
    store.put(KEY, bytes(100), kind="segments")
    assert store.usage("clips").count == 5
    assert store.usage("clips").size_bytes == 5000
    assert store.usage("segments").size_bytes == 100 + HEADER.size
    whole = store.usage()
    assert (whole.count, whole.size_bytes) == (6, 5100 + HEADER.size)
    assert whole.least_recent_use == datetime.fromtimestamp(file_of(store, keys[0]).stat().st_mtime, UTC)


def test_clearing_takes_one_kind_or_everything_and_nothing_that_is_not_ours(store: Store) -> None:
    keys = five(store)
    store.put(KEY, bytes(100), kind="segments")
    foreign = [store.root / "notes.txt", file_of(store, keys[0]).with_name("read.me")]
    for path in foreign:
        path.write_text("mine")
    assert store.clear("segments") == cache.Removed(count=1, size_bytes=100 + HEADER.size)
    assert left(store, keys) == keys
    assert store.clear() == cache.Removed(count=5, size_bytes=5000)
    assert files_in(store.root) == sorted(foreign)
    assert [path.name for path in (store.root / "v1" / "clips").iterdir()] == [keys[0][:2]]
    assert store.put(KEY, b"again", kind="segments") == b"again"


def test_what_dead_processes_left_half_written_goes_and_nothing_else(store: Store) -> None:
    store.put(KEY, b"blob", kind="clips")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    living = os.getpid()
    files = {
        f"{dead.pid}-{'0' * 16}": (HOUR_S, False),
        f"{dead.pid}-{'1' * 16}": (5, True),  # perhaps of another container
        f"{living}-{'2' * 16}": (HOUR_S, True),
        f"{living}-{'3' * 16}": (25 * HOUR_S, False),
        "thesis.doc": (1000 * HOUR_S, True),
    }
    folder = store.root / "v1" / "tmp"
    for name, (age_s, _) in files.items():
        (folder / name).write_text("half")
        os.utime(folder / name, (time.time() - age_s, time.time() - age_s))
    Store(store.root).put(make_key("another"), b"blob", kind="clips")
    assert [path.name for path in files_in(folder)] == sorted(name for name, (_, stays) in files.items() if stays)


# ---------------------------------------------------------------- places that take nothing


def assert_nothing_can_be_put(store: Store, why: str) -> None:
    assert not store.writable()
    with pytest.raises(OutputError) as caught:
        store.put(KEY, b"blob", kind="clips")
    assert str(caught.value) == f"the cache {store.root} cannot be written: {why}. {REMEDY}"
    assert store.get(KEY, kind="clips") is None
    assert store.usage().count == 0
    assert store.clear() == cache.Removed()


def test_a_folder_under_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert_nothing_can_be_put(Store(tmp_path / "file" / "cache"), "Not a directory")
    assert_nothing_can_be_put(Store(tmp_path / "file"), "Not a directory")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may write everywhere")
def test_a_folder_that_is_read_only_is_explained_and_what_is_in_it_still_read(store: Store) -> None:
    key = make_key("kept")
    store.put(key, b"kept", kind="clips")
    folders = [store.root, *(path for path in store.root.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        assert not store.writable()
        assert store.get(key, kind="clips") == b"kept"
        with pytest.raises(OutputError, match="cannot be written: Permission denied"):
            store.put(KEY, b"blob", kind="clips")
        assert store.clear() == cache.Removed(stuck=1)
    finally:
        for folder in folders:
            folder.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on files to set")
def test_a_file_that_cannot_be_written_to_its_end_leaves_nothing(tmp_path: Path) -> None:
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
print(store.writable())
try:
    store.put(make_key("a"), bytes(5000), kind="clips")
except Exception as problem:
    print(problem)
"""
    (told,) = run_together(start(code, tmp_path))
    assert told.splitlines() == ["False", f"the cache {tmp_path} cannot be written: File too large. {REMEDY}"]
    assert files_in(tmp_path) == []


def test_a_full_disk_is_explained_and_nothing_is_left(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(OutputError, match="cannot be written: No space left on device. Free some space"):
        store.put(KEY, b"blob", kind="clips")
    assert files_in(store.root) == []


def test_an_entry_that_can_be_neither_read_nor_replaced_is_explained(store: Store) -> None:
    file_of(store).mkdir(parents=True)
    with pytest.raises(OutputError) as caught:
        store.put(KEY, b"blob", kind="clips")
    assert caught.value.why == f"{file_of(store)} can be neither read nor replaced"
    assert files_in(store.root) == []

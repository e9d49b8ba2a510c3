"""`narrate cache` as a user meets it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from test_commands import assert_explained, narrate

from narrate.cache import HEADER, Store, cache_folder, make_key
from narrate.cli.cache import parse_size
from narrate.errors import UsageError


@pytest.fixture
def store() -> Store:
    """Two clips of 600 KiB, the first used two days ago, and a segment of 2 KiB, where the command looks."""
    store = Store(cache_folder(os.environ))
    for number in range(2):
        store.put(make_key(str(number)), bytes(600 * 1024 - HEADER.size), kind="clips")
    store.put(make_key("a"), bytes(2048 - HEADER.size), kind="segments")
    then_s = time.time() - 48 * 3600
    first = make_key("0")
    os.utime(store.root / "v1" / "clips" / first[:2] / first, (then_s, then_s))
    return store


def test_cache_shows_where_it_is_and_how_much_there_is_of_each_kind(store: Store) -> None:
    done = narrate("cache", env={"NARRATE_CACHE_MB": "100", "TZ": "UTC"})
    since = store.usage("clips").least_recent_use
    segment_since = store.usage("segments").least_recent_use
    assert since is not None
    assert segment_since is not None
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"folder    {store.root}",
        "size      1.2 MiB of at most 100.0 MiB",
        f"clips          2 entries     1.2 MiB  all used since {since:%Y-%m-%d %H:%M}",
        f"segments         1 entry     2.0 KiB  all used since {segment_since:%Y-%m-%d %H:%M}",
        "measures       0 entries     0.0 KiB",
    ]


def test_cache_json_gives_the_same_in_bytes_and_utc(store: Store) -> None:
    facts = json.loads(narrate("cache", "--json").stdout)
    since = store.usage("clips").least_recent_use
    assert since is not None
    assert facts["folder"] == str(store.root)
    assert facts["limit_bytes"] == 4 * 2**30
    assert facts["kinds"]["clips"] == {
        "entries": 2,
        "size_bytes": 1200 * 1024,
        "least_recent_use": since.isoformat(timespec="seconds"),
    }
    assert since.isoformat().endswith("+00:00")
    assert facts["kinds"]["measures"] == {"entries": 0, "size_bytes": 0, "least_recent_use": None}


def test_the_environment_says_which_cache_is_meant(tmp_path: Path) -> None:
    Store(tmp_path).put(make_key("a"), b"blob", kind="measures")
    done = narrate("cache", "clear", env={"NARRATE_CACHE": str(tmp_path)})
    assert (done.returncode, done.stdout) == (0, "1 entry removed, 0.1 KiB\n")
    assert not Store(tmp_path).has(make_key("a"), kind="measures")


def test_looking_into_a_cache_that_is_not_there_creates_none(tmp_path: Path) -> None:
    for arguments in (["cache"], ["cache", "trim"], ["cache", "clear"]):
        assert narrate(*arguments, env={"NARRATE_HOME": str(tmp_path / "home")}).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_cache_trim_removes_the_least_recently_used_down_to_a_size(store: Store) -> None:
    assert narrate("cache", "trim").stdout == "0 entries removed, 0.0 KiB\n"
    assert narrate("cache", "trim", "--max", "1M").stdout == "1 entry removed, 600.0 KiB\n"
    assert not store.has(make_key("0"), kind="clips")
    assert json.loads(narrate("cache", "trim", "--max", "0K", "--json").stdout) == {
        "removed": 2,
        "removed_bytes": 602 * 1024,
    }


def test_cache_trim_keeps_to_the_limit_in_force(store: Store) -> None:
    assert narrate("cache", "trim", env={"NARRATE_CACHE_MB": "1"}).stdout == "1 entry removed, 600.0 KiB\n"


def test_cache_clear_takes_a_kind_or_everything(store: Store) -> None:
    assert narrate("cache", "clear", "--kind", "segments").stdout == "1 entry removed, 2.0 KiB\n"
    assert store.usage("clips").count == 2
    assert json.loads(narrate("cache", "clear", "--json").stdout) == {"removed": 2, "removed_bytes": 1200 * 1024}
    assert store.usage().count == 0


def test_wrong_usage_of_cache_is_explained_and_removes_nothing(store: Store) -> None:
    for arguments, words in (
        (["trim", "--max", "500"], "'500' is no size. Give a number with K, M, G or T, such as 500M or 2G."),
        (["trim", "--max", ""], "'' is no size"),
        (["clear", "--kind", "voices"], "nothing called 'voices' is kept. Use one of: clips, segments, measures."),
        (["clear", "--kind", ""], "nothing called '' is kept"),
        (["--json", "clear"], "--json stands before the command. Put it after clear."),
    ):
        assert_explained(narrate("cache", *arguments), 2, words)
    assert narrate("cache", "wash").returncode == 2
    assert store.usage().count == 3


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may remove everything")
def test_what_cannot_be_removed_is_told(store: Store) -> None:
    folder = next((store.root / "v1" / "segments").iterdir())
    folder.chmod(0o555)
    done = narrate("cache", "clear")
    folder.chmod(0o755)
    assert (done.returncode, done.stdout) == (1, "2 entries removed, 1.2 MiB\n")
    assert done.stderr == "narrate: 1 entry could not be removed. Look at who may write there: `narrate cache`.\n"


def test_a_size_is_read_in_the_units_that_people_write() -> None:
    written = ("500M", "2G", "1.5g", " 10 MiB", "0K", "3kb", "1T")
    assert [parse_size(one) for one in written] == [
        *(500 * 2**20, 2 * 2**30, 3 * 2**29, 10 * 2**20, 0, 3 * 2**10),
        2**40,
    ]
    for wrong in ("", "M", "-1M", "1e3M", "five", "1,5G", "500 B", "inf G", "1.M", "٣M"):
        with pytest.raises(UsageError):
            parse_size(wrong)

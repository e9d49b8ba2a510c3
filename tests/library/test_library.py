"""The library: shows, episodes and files, whoever else is using it."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import fields, replace
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from library_parts import NOON, entry_of, open_tales, run_together, start

from narrate.errors import LibraryError, UsageError
from narrate.library import tables
from narrate.library.library import Library
from narrate.library.queue import NewJob
from narrate.library.shows import feed_guid_of, make_slug, new_show, read_show_file
from narrate.types import Chapter, Entry, Show


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """One with a show, `tales`."""
    with open_tales(tmp_path / "library") as library:
        yield library


def slugs(library: Library, show: str = "tales") -> list[str]:
    return [entry.slug for entry in library.entries(show)]


def rewrite(library: Library, statement: str, *values: object) -> None:
    """Change the database behind the library's back."""
    with closing(sqlite3.connect(library.folder / "library.sqlite3")) as connection, connection:
        connection.execute(statement, values)


# ---------------------------------------------------------------- shows


def test_a_show_comes_back_as_it_was_put_in_also_after_opening_again(tmp_path: Path) -> None:
    show = new_show(
        "Über den Fluß",
        description="Of rivers.\n\nAnd fords.",
        author="Ada",
        owner="Ben",
        email="ben@example.org",
        link="https://example.org/?a=1",
        language="pt-BR",
        category=("Society & Culture", "Documentary"),
        explicit=True,
        private=True,
        artwork="artwork.png",
        keep=10,
        settings={"voice": "hibari:heart", "loudness": -16.0, "lexicon": ["a.toml"], "clean": True},
    )
    with Library(tmp_path) as library:
        assert library.create_show(show) == show
    with Library(tmp_path) as library:
        assert library.find_show("uber-den-fluß") == show
        assert library.shows() == [show]


def test_tables_have_a_column_for_every_field() -> None:
    assert {field.name for field in fields(Show)} == set(tables.shows.c.keys()) - {"revision"}
    assert {field.name for field in fields(Entry)} == set(tables.entries.c.keys()) - {"id"}


def test_shows_are_listed_by_title(library: Library) -> None:
    for title in ("zebras", "Apes", "bears"):
        library.create_show(new_show(title))
    assert [show.title for show in library.shows()] == ["Apes", "bears", "Tales", "zebras"]


def test_a_show_that_is_not_there_is_refused_with_those_that_are(library: Library) -> None:
    library.create_show(new_show("News"))
    for wrong in ("talez", "../tales", "\udcff", ""):
        with pytest.raises(LibraryError) as caught:
            library.find_show(wrong)
        assert (caught.value.what, caught.value.remedy) == (
            f"there is no show {wrong!r}",
            "The library has news, tales",
        )
        for call in (library.entries, library.count_entries, library.revision, library.change_show):
            with pytest.raises(LibraryError, match="there is no show"):
                call(wrong)


def test_in_an_empty_library_it_is_said_how_to_make_a_show(tmp_path: Path) -> None:
    with Library(tmp_path) as library, pytest.raises(LibraryError) as caught:
        library.find_show("tales")
    assert str(caught.value) == "there is no show 'tales'. Make one with `narrate show create \"Its title\"`."


def test_a_name_in_use_is_refused_and_the_show_stays(library: Library) -> None:
    show = library.find_show("tales")
    with pytest.raises(LibraryError) as caught:
        library.create_show(new_show("Tales!"))
    assert str(caught.value) == "there is a show tales already. Take another name with --slug."
    assert library.find_show("tales") == show == read_show_file(library.folder_of("tales") / "show.json")
    with pytest.raises(LibraryError, match="copy is the show tales under another name"):
        library.create_show(replace(show, slug="copy"))


def test_a_change_is_in_the_row_and_in_the_file(library: Library) -> None:
    show = library.change_show("tales", title="More\n tales", keep=3, settings={"voice": "tone:sine"})
    assert (show.title, show.keep, show.settings) == ("More tales", 3, {"voice": "tone:sine"})
    assert library.find_show("tales") == show
    assert read_show_file(library.folder_of("tales") / "show.json") == show


@pytest.mark.parametrize("name", ["slug", "uid", "feed_guid", "created_at", "colour"])
def test_what_a_show_keeps_for_ever_cannot_be_changed(library: Library, name: str) -> None:
    with pytest.raises(UsageError, match=f"a show's {name} cannot be changed"):
        library.change_show("tales", **{name: "news"})


@pytest.mark.parametrize("title", ["", " \n", "\x00"])
def test_a_title_cannot_be_taken_away(library: Library, title: str) -> None:
    with pytest.raises(UsageError, match="title"):
        library.change_show("tales", title=title)


def test_a_change_that_is_refused_changes_nothing(library: Library) -> None:
    before, revision = library.find_show("tales"), library.revision("tales")
    with pytest.raises(UsageError):
        library.change_show("tales", title="Other", base_url="pods.example.org")
    assert (library.find_show("tales"), library.revision("tales")) == (before, revision)
    assert read_show_file(library.folder_of("tales") / "show.json") == before


def test_the_guid_of_a_feed_is_made_with_the_first_public_address_and_kept_for_ever(library: Library) -> None:
    show = library.find_show("tales")
    assert show.feed_guid == show.uid
    public = library.change_show("tales", base_url="https://pods.example.org/")
    assert public.base_url == "https://pods.example.org"
    assert public.feed_guid == feed_guid_of("https://pods.example.org/tales/feed.xml") != show.uid
    for address in ("https://elsewhere.example.org", None):
        assert library.change_show("tales", base_url=address).feed_guid == public.feed_guid


def test_a_show_with_episodes_is_removed_only_with_its_files(library: Library) -> None:
    library.put_entry(entry_of("tide"))
    folder = library.folder_of("tales")
    (folder / "tide.mp3").write_text("sound")
    with pytest.raises(LibraryError) as caught:
        library.remove_show("tales", with_files=False)
    assert str(caught.value) == "tales is not empty: it has 1 episode. Remove it with --with-files."
    job = library.queue.add(NewJob(show="tales", kind="text", name="Hm", payload="hm"))
    assert isinstance(job.payload, Path)
    library.remove_show("tales", with_files=True)
    assert library.shows() == []
    assert not folder.exists()
    assert not job.payload.exists()
    library.create_show(new_show("Tales"))
    assert slugs(library) == []


def test_removing_an_empty_show_leaves_files_that_are_not_ours(library: Library) -> None:
    folder = library.folder_of("tales")
    (folder / "notes.txt").write_text("mine")
    library.remove_show("tales", with_files=False)
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_removing_a_show_does_not_follow_a_link_out_of_the_library(library: Library, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    library.folder_of("tales").rename(elsewhere)
    (elsewhere / "thesis.doc").write_text("mine")
    library.folder_of("tales").symlink_to(elsewhere)
    with pytest.raises(LibraryError, match="cannot be removed"):
        library.remove_show("tales", with_files=True)
    assert (elsewhere / "thesis.doc").read_text() == "mine"


def test_a_folder_with_a_show_that_the_database_lost_is_not_written_over(library: Library) -> None:
    show = library.find_show("tales")
    (library.folder_of("tales") / "tide.mp3").write_text("sound")
    rewrite(library, "DELETE FROM shows")
    with pytest.raises(LibraryError) as caught:
        library.create_show(new_show("Tales"))
    assert "holds a show that is not in the database. Run `narrate library check --repair`." in str(caught.value)
    assert read_show_file(library.folder_of("tales") / "show.json") == show
    assert library.create_show(show) == show


# ---------------------------------------------------------------- episodes


def test_an_episode_comes_back_as_it_was_put_in(library: Library) -> None:
    bare = entry_of("bare", sides={}, authors=(), site=None, address=None, summary=None, chapters=(), origin=None)
    imported = replace(bare, slug="song", guid="urn:uuid:song", file="song.m4a", imported=True, version=3, voice="")
    for entry in (entry_of("tide"), bare, imported):
        library.put_entry(entry)
        assert library.entry_of("tales", entry.guid) == entry
        assert library.find_entry("tales", entry.slug) == entry
    assert library.count_entries("tales") == 3
    assert library.entry_of("tales", "urn:uuid:none") is None
    assert library.entry_of("\udcff", "\udcff") is None


def test_the_newest_comes_first_and_of_one_second_what_was_put_in_last(library: Library) -> None:
    for slug, hours in (("b", 0), ("a", 0), ("old", -5), ("c", 0), ("new", 5)):
        library.put_entry(entry_of(slug, hours=hours))
    library.put_entry(entry_of("b", title="Again"))
    assert slugs(library) == ["new", "c", "a", "b", "old"]
    assert [library.find_entry("tales", str(number)).slug for number in range(1, 6)] == slugs(library)


def test_an_update_keeps_the_date_unless_it_is_to_change(library: Library) -> None:
    library.put_entry(entry_of("tide"))
    later = entry_of("tide", hours=3, file="tide.v2.mp3", version=2)
    library.put_entry(later)
    assert library.entries("tales") == [replace(later, published_at=NOON)]
    library.put_entry(later, redate=True)
    assert library.entries("tales") == [later]


def test_times_of_other_zones_are_kept_as_the_same_moments(library: Library) -> None:
    here = NOON.astimezone(timezone(timedelta(hours=9)))
    library.put_entry(entry_of("tide", published_at=here))
    (entry,) = library.entries("tales")
    assert entry.published_at == here
    assert entry.published_at.utcoffset() == timedelta(0)


def test_an_episode_is_found_by_name_before_number(library: Library) -> None:
    library.put_entry(entry_of("2"))
    library.put_entry(entry_of("later", hours=1))
    assert library.find_entry("tales", "2").slug == "2"
    assert library.find_entry("tales", "1").slug == "later"
    assert library.find_entry("tales", "urn:uuid:later").slug == "later"


@pytest.mark.parametrize("name", ["0", "3", "-1", "01", "9" * 40, "²", "tides", "", "%", "\udcff", "a\x00"])
def test_an_episode_that_is_not_there_is_refused(library: Library, name: str) -> None:
    library.put_entry(entry_of("tide"))
    library.put_entry(entry_of("ebb"))
    with pytest.raises(LibraryError) as caught:
        library.find_entry("tales", name)
    assert str(caught.value) == f"tales has no episode {name!r}. Run `narrate episodes tales` to see them."


def test_a_name_that_another_episode_has_is_refused(library: Library) -> None:
    library.put_entry(entry_of("tide"))
    with pytest.raises(LibraryError, match="tales has an episode tide already"):
        library.put_entry(entry_of("tide", guid="urn:uuid:other"))
    with pytest.raises(LibraryError, match="names never change"):
        library.put_entry(entry_of("ebb", guid="urn:uuid:tide"))
    assert slugs(library) == ["tide"]


def test_an_episode_of_no_show_is_refused(library: Library) -> None:
    with pytest.raises(LibraryError, match="there is no show 'news'"):
        library.put_entry(entry_of("tide", show="news"))


@pytest.mark.parametrize(
    "changes",
    [
        {"file": "../tide.mp3"},
        {"file": "other.mp3"},
        {"file": "tide"},
        {"file": "tide.mp3/x"},
        {"file": "tide.\x00"},
        {"sides": {"vtt": ".sources/tide.vtt"}},
        {"sides": {"source": ".sources/../tide.txt"}},
        {"sides": {"source": "/etc/passwd"}},
    ],
)
def test_files_with_names_that_lead_elsewhere_are_refused(library: Library, changes: dict[str, Any]) -> None:
    with pytest.raises(LibraryError, match="is no file of the episode tide"):
        library.put_entry(entry_of("tide", **changes))


def test_removing_an_episode_leaves_its_files_and_may_be_done_twice(library: Library) -> None:
    library.put_entry(entry_of("tide"))
    file = library.folder_of("tales") / "tide.mp3"
    file.write_text("sound")
    for _ in range(2):
        library.remove_entry("tales", "urn:uuid:tide")
        assert slugs(library) == []
    assert file.exists()


def test_an_episode_put_in_after_one_was_removed_comes_after_it(library: Library) -> None:
    for slug in ("a", "b"):
        library.put_entry(entry_of(slug))
    library.remove_entry("tales", "urn:uuid:b")
    library.put_entry(entry_of("c"))
    library.put_entry(entry_of("b"))
    assert slugs(library) == ["b", "c", "a"]


def test_names_for_new_episodes_are_free_and_fit_for_files_and_addresses(library: Library) -> None:
    def named(title: str) -> str:
        slug = library.unique_slug("tales", title)
        library.put_entry(entry_of(slug))
        return slug

    assert [named("The Tide!") for _ in range(3)] == ["the-tide", "the-tide-2", "the-tide-3"]
    assert named("1984") == "episode-1984"
    assert [named(title) for title in ("Con", "Show", "Index", "Artwork", "???")] == [
        "con-2",
        "show-2",
        "index-2",
        "artwork-2",
        "episode",
    ]
    long = [named("word " * 2000) for _ in range(2)]
    assert [len(slug) for slug in long] == [79, 80]
    assert len(named("語" * 500).encode()) <= 180


@given(st.text(max_size=300), st.integers(1, 3))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_title_makes_a_name_that_is_refused(library: Library, title: str, times: int) -> None:
    for _ in range(times):
        library.put_entry(entry_of(library.unique_slug("tales", title)))


@given(st.text(st.characters(codec=None), max_size=40).filter(str.strip))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_words_of_the_web_tell_a_terminal_what_to_do(library: Library, words: str) -> None:
    mark = Chapter(title=words, start_s=0, end_s=1)
    library.put_entry(
        entry_of("tide", title=words, summary=words, authors=(words, "Ben"), site=words, chapters=(mark,))
    )
    (kept,) = library.entries("tales")
    texts = (kept.title, *kept.authors, kept.site or "", (kept.summary or "").translate({9: "", 10: ""}))
    for text in (*texts, kept.chapters[0].title):
        assert [sign for sign in text if unicodedata.category(sign) == "Cc"] == []
    assert kept.authors[-1] == "Ben"


@given(st.text(st.characters(codec=None, exclude_categories=["Cc", "Z"]), min_size=1, max_size=40))
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_of_the_web_are_kept(library: Library, words: str) -> None:
    entry = entry_of("tide", title=f"t{words}", summary=words, authors=(words,), site=words)
    library.put_entry(entry)
    (kept,) = library.entries("tales")
    plain = "".join("\ufffd" if "\ud800" <= sign <= "\udfff" else sign for sign in words)
    assert (kept.title, kept.summary, kept.authors, kept.site) == (f"t{plain}", plain, (plain,), plain)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("chapters", "{"),
        ("chapters", "[[1]]"),
        ("chapters", '[["a", 1, "x"]]'),
        ("chapters", "[[0, 1, 2]]"),
        ("chapters", "[" * 100_000),
        ("sides", "[]"),
        ("sides", "7"),
        ("sides", '{"vtt": 3}'),
        ("sides", '{"vtt": "../x"}'),
        ("authors", '"Ada"'),
        ("authors", "[1]"),
        ("published_at", "yesterday"),
        ("published_at", "2026-03-01T12:00:00"),
        ("updated_at", b"\x00\xff"),
        ("size_bytes", "many"),
        ("duration_s", "long"),
        ("file", ""),
        ("file", "../../x"),
        ("title", b"x"),
    ],
)
def test_a_damaged_row_is_named_and_can_be_taken_out(library: Library, column: str, value: object) -> None:
    library.put_entry(entry_of("tide"))
    library.put_entry(entry_of("ebb"))
    rewrite(library, f"UPDATE entries SET {column} = ? WHERE slug = 'tide'", value)
    with pytest.raises(LibraryError, match=r"^the row of the episode 'tide' of 'tales' is damaged: .* --repair`\.$"):
        library.entries("tales")
    assert len(library.check_rows(repair=False)) == 1
    assert len(library.check_rows(repair=True)) == 1
    assert library.check_rows(repair=True) == []
    assert slugs(library) == ["ebb"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("settings", "[]"),
        ("settings", "{"),
        ("category", '"News"'),
        ("category", "[1]"),
        ("created_at", "x"),
        ("keep", "x"),
        ("title", ""),
    ],
)
def test_a_damaged_row_of_a_show_is_named_and_written_again_from_its_file(
    library: Library, column: str, value: object
) -> None:
    show = library.find_show("tales")
    rewrite(library, f"UPDATE shows SET {column} = ?", value)
    with pytest.raises(LibraryError, match=r"^the row of the show 'tales' is damaged: .* --repair`\.$"):
        library.find_show("tales")
    assert len(library.check_rows(repair=True)) == 1
    assert library.find_show("tales") == show


# ---------------------------------------------------------------- files


def test_files_that_a_row_names_are_given_out_and_no_others(library: Library) -> None:
    library.change_show("tales", artwork="artwork.png")
    library.put_entry(entry_of("tide"))
    folder = library.folder_of("tales")
    (folder / ".sources").mkdir()
    names = ["tide.mp3", "tide.vtt", "tide.chapters.json", "artwork.png"]
    others = ["tide.srt", "tide.v2.mp3", "other.mp3", "TIDE.mp3", ".tide.mp3", ".sources/tide.html", "artwork.jpg"]
    for name in names + others:
        (folder / name).write_text(name)
    for name in names:
        assert library.file_named("tales", name) == folder / name
    wrong = [
        *others,
        "show.json",
        "",
        ".",
        "..",
        "../library.sqlite3",
        "..\\library.sqlite3",
        "/etc/passwd",
        "tide.mp3/",
    ]
    wrong += ["tide.mp3\x00", "\udcff.mp3", "./tide.mp3", "tide", "tide.", "%2e%2e", "x" * 10_000, "\n"]
    for name in wrong:
        assert library.file_named("tales", name) is None
    for show in ("news", "", ".", "..", "tales/", "../tales", "TALES", "\udcff", ".queue"):
        assert library.file_named(show, "tide.mp3") is None


def test_links_and_folders_and_missing_files_are_not_given_out(library: Library, tmp_path: Path) -> None:
    library.put_entry(entry_of("tide"))
    folder = library.folder_of("tales")
    assert library.file_named("tales", "tide.mp3") is None
    (tmp_path / "secret").write_text("mine")
    (folder / "tide.mp3").symlink_to(tmp_path / "secret")
    assert library.file_named("tales", "tide.mp3") is None
    (folder / "tide.vtt").mkdir()
    assert library.file_named("tales", "tide.vtt") is None
    (folder / "tide.mp3").unlink()
    (folder / "tide.mp3").write_text("sound")
    assert library.file_named("tales", "tide.mp3") == folder / "tide.mp3"
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    assert library.file_named("tales", "tide.mp3") is None


def test_a_source_is_never_given_out_wherever_it_is(library: Library) -> None:
    library.put_entry(entry_of("tide", sides={"source": "tide.html"}))
    (library.folder_of("tales") / "tide.html").write_text("mine")
    assert library.file_named("tales", "tide.html") is None


def test_a_folder_outside_the_library_is_nobodys(library: Library) -> None:
    for wrong in ("..", "../x", "/etc", "", ".queue", "a/b", "a\\b", "a\x00"):
        with pytest.raises(LibraryError, match="there is no show"):
            library.folder_of(wrong)


# ---------------------------------------------------------------- token and revisions


def test_the_token_is_made_once_and_is_another_after_rotation(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        token = library.token()
        assert len(token) == 32
        assert library.token() == token
    with Library(tmp_path) as library:
        assert library.token() == token
        other = library.rotate_token()
        assert other not in (token, "")
        assert library.token() == other


def test_nobody_else_may_read_the_database(library: Library) -> None:
    for path in library.folder.glob("library.sqlite3*"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_revision_changes_with_everything_in_its_show_and_with_nothing_else(library: Library) -> None:
    library.create_show(new_show("News"))
    seen, others = [library.revision("tales")], library.revision("news")
    changes: list[Callable[[], object]] = [
        lambda: library.put_entry(entry_of("tide")),
        lambda: library.put_entry(entry_of("tide", title="Ebb")),
        lambda: library.change_show("tales", title="More tales"),
        lambda: library.remove_entry("tales", "urn:uuid:tide"),
    ]
    for change in changes:
        whole = library.revision()
        change()
        assert library.revision() != whole
        seen.append(library.revision("tales"))
    assert len(set(seen)) == 5
    assert library.revision("news") == others
    library.queue.add(NewJob(show="tales", kind="address", name="a", payload="https://example.org"))
    library.put_entry(entry_of("tide"))
    revision = library.revision("tales")
    library.put_entry(entry_of("tide"))
    library.change_show("tales", title="More tales")
    library.remove_entry("tales", "urn:uuid:none")
    assert library.revision("tales") == revision
    library.rotate_token()
    assert library.revision("tales") != revision
    assert library.revision("news") != others


def test_a_show_made_again_has_no_revision_that_was_there_before(library: Library) -> None:
    seen = {library.revision("tales")}
    for _ in range(3):
        library.remove_show("tales", with_files=True)
        library.create_show(new_show("Tales"))
        seen.add(library.revision("tales"))
    assert len(seen) == 4


# ---------------------------------------------------------------- many at once


def test_four_processes_put_episodes_into_one_show_while_others_read(tmp_path: Path) -> None:
    writing = """
with Library(folder) as library:
    for number in range(25):
        library.put_entry(entry_of(f"{sys.argv[2]}-{number}", hours=number))
"""
    reading = """
with Library(folder) as library:
    seen, revisions = 0, set()
    while seen < 100:
        revision = library.revision("tales")
        entries = library.entries("tales")
        assert len(entries) >= seen and entries == sorted(entries, key=lambda entry: entry.published_at, reverse=True)
        seen = len(entries)
"""
    with Library(tmp_path) as library:
        library.create_show(new_show("Tales"))
        writers = [start(writing, tmp_path, name) for name in "abcd"]
        run_together([*writers, start(reading, tmp_path)])
        assert sorted(slugs(library)) == sorted(f"{name}-{number}" for name in "abcd" for number in range(25))
        assert library.revision("tales").endswith("-101")


def test_processes_that_open_a_new_library_at_once_make_one_and_one_token(tmp_path: Path) -> None:
    code = "with Library(folder) as library:\n    print(library.token())\n"
    tokens = run_together([start(code, tmp_path / "new" / "library") for _ in range(4)])
    assert len(set(tokens)) == 1


def test_of_processes_that_create_one_show_at_once_one_does(tmp_path: Path) -> None:
    code = """
from narrate.errors import LibraryError
from narrate.library.shows import new_show
with Library(folder) as library:
    try:
        library.create_show(new_show("Tales"))
        print("made")
    except LibraryError as problem:
        print(problem)
"""
    told = sorted(run_together([start(code, tmp_path) for _ in range(3)]))
    assert told == ["made\n", *["there is a show tales already. Take another name with --slug.\n"] * 2]
    with Library(tmp_path) as library:
        assert library.find_show("tales") == read_show_file(tmp_path / "tales" / "show.json")


def test_threads_share_a_library(library: Library) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: library.put_entry(entry_of(f"e{number}")), range(40)))
        counts = list(pool.map(lambda _: len(library.entries("tales")), range(16)))
    assert counts == [40] * 16


def test_an_entry_that_was_told_to_be_there_outlives_kill_9(tmp_path: Path) -> None:
    code = """
import signal
library = Library(folder)
library.put_entry(entry_of("tide"))
os.kill(os.getpid(), signal.SIGKILL)
"""
    with Library(tmp_path) as library:
        library.create_show(new_show("Tales"))
    process = start(code, tmp_path)
    process.communicate("\n", timeout=60)
    assert process.returncode == -9
    with Library(tmp_path) as library:
        assert slugs(library) == ["tide"]


def test_names_of_files_are_short_enough_for_every_disk(library: Library) -> None:
    folder = library.folder_of("tales")
    for title in ("a" * 1000, "語" * 1000, "한국어" * 400, "😀ß" * 300):
        (folder / f"{make_slug(title)}-10.v99999.chapters.json.{'0' * 16}.half").write_text("x")


def test_a_show_s_file_is_readable_by_people(library: Library) -> None:
    library.change_show("tales", description="Über den Fluss", settings={"voice": "hibari:heart"})
    text = (library.folder_of("tales") / "show.json").read_text("utf-8")
    assert "Über den Fluss" in text
    assert json.loads(text)["settings"] == {"voice": "hibari:heart"}
    assert [path.name for path in library.folder_of("tales").iterdir()] == ["show.json"]

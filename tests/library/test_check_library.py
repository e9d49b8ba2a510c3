"""The library is held against its files, and what is lost is found again in them."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from conftest import source_of
from narrate.audio.ffmpeg import run_ffmpeg
from narrate.errors import LibraryError
from narrate.library.add import add_source, edit_entry, import_file, rebuild_entry
from narrate.library.check import Finding, check_folder, check_library
from narrate.library.folder import DATABASE, REMOVED
from narrate.library.library import Library
from narrate.library.note import note_name
from narrate.library.queue import NewJob
from narrate.library.shelf import PLACING, names_of
from narrate.library.shows import new_show
from narrate.settings import Settings
from narrate.studio import Studio
from narrate.types import Entry, Source

SETTINGS = Settings(jobs=1)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of two shows, with three episodes and a recording."""
    place = tmp_path_factory.mktemp("original")
    tape = place / "tape.mp3"
    run_ffmpeg(["-f", "lavfi", "-i", "sine=duration=3", "-b:a", "64k", "-metadata", "title=Tape", str(tape)])
    page = place / "rain.md"
    page.write_text(
        "---\nsource: https://example.org/rain\n---\n# Rain\n\nBy Ada Holt\n\nIt rained.\n\n## Later\n\nNo.\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NARRATE_CACHE", str(place / "cache"))
        with Library(place / "library") as library, Studio(SETTINGS) as studio:
            library.create_show(new_show("Tales"))
            library.create_show(new_show("Poems", author="Ben"))

            def add(show: str, source: Source) -> Entry:
                return add_source(library, show, source, SETTINGS, studio).entry

            data = page.read_bytes()
            add("tales", replace(source_of(data, "text/markdown"), origin=str(page)))
            edit_entry(library, "tales", add("tales", source_of("Fog came.")), title="Of fog")
            add("poems", source_of("Snow fell."))
            import_file(library, "tales", tape)
    return place / "library"


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "library"))


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with Library(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def crew(original: Path) -> Iterator[Studio]:
    """Who has made the episodes, and remembers all that was said."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NARRATE_CACHE", str(original.parent / "cache"))
        with Studio(SETTINGS) as studio:
            yield studio


def entries_of(folder: Path) -> list[Entry]:
    with Library(folder) as library:
        return [entry for show in library.shows() for entry in library.entries(show.slug)]


def lose(folder: Path) -> None:
    for path in folder.glob(f"{DATABASE}*"):
        path.unlink()


def kinds(found: Sequence[Finding]) -> list[tuple[str, str]]:
    return [(finding.kind, finding.name) for finding in found]


def files_in(folder: Path) -> set[str]:
    paths = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return {path for path in paths if not path.startswith((".locks", DATABASE))}


# -------------------------------------------------------------- a lost database


def test_a_library_that_is_as_it_should_be_has_no_findings(folder: Path) -> None:
    before = files_in(folder)
    assert check_folder(folder, repair=False, deep=True) == []
    assert check_folder(folder, repair=True, deep=True) == []
    assert files_in(folder) == before


def test_a_lost_database_is_made_again_from_the_files(folder: Path) -> None:
    before, files = entries_of(folder), files_in(folder)
    lose(folder)
    found = check_folder(folder, repair=True)
    assert entries_of(folder) == before
    assert files_in(folder) == files
    assert [finding.kind for finding in found] == ["database", "show", "show", "found", "found", "found", "found"]
    assert all(finding.repaired for finding in found)
    assert check_folder(folder, repair=False, deep=True) == []


def test_what_was_made_is_found_again_by_its_tags_alone(folder: Path) -> None:
    before = {entry.guid: entry for entry in entries_of(folder) if not entry.imported}
    lose(folder)
    for notes in folder.glob("*/.sources"):
        shutil.rmtree(notes)
    found = check_folder(folder, repair=True)
    after = {entry.guid: entry for entry in entries_of(folder)}
    assert set(after) == set(before)
    for guid, entry in after.items():
        known = before[guid]
        sides = {side: name for side, name in known.sides.items() if side != "source"}
        assert replace(
            entry,
            duration_s=known.duration_s,
            chapters=known.chapters,
            origin=known.origin,
            updated_at=known.updated_at,
        ) == replace(known, sides=sides)
        assert entry.duration_s == pytest.approx(known.duration_s, abs=0.05)
        assert [mark.title for mark in entry.chapters] == [mark.title for mark in known.chapters]
        assert abs(entry.updated_at - known.updated_at).total_seconds() <= 60
    assert ("orphan", "tape.mp3") in kinds(found)  # a recording's bytes say nothing of the show
    assert (folder / "tales" / "tape.mp3").is_file()
    left = kinds(check_folder(folder, repair=False))
    assert {kind for kind, _ in left} == {"orphan"}
    assert {name.partition(".")[0] for _, name in left} == {"tape"}


def test_texts_that_waited_outlive_the_database(folder: Path) -> None:
    with Library(folder) as library:
        library.queue.add(NewJob(show="tales", kind="text", name="Hm", payload="The lamp is lit."))
    lose(folder)
    found = check_folder(folder, repair=True)
    with Library(folder) as library:
        library.queue.recover()
    aside = next(folder.glob(".queue.broken-*"))
    assert f"Texts and files that waited to be made into episodes are in {aside.name}; add them again." in (
        found[0].message
    )
    assert [path.read_text() for path in aside.iterdir()] == ["The lamp is lit."]


def test_texts_that_waited_outlive_a_command_that_finds_no_database(folder: Path) -> None:
    with Library(folder) as library:
        library.queue.add(NewJob(show="tales", kind="text", name="Hm", payload="The lamp is lit."))
    lose(folder)
    with Library(folder) as library:
        library.queue.recover()
    assert [path.read_text() for path in folder.glob(".queue.broken-*/*")] == ["The lamp is lit."]


def test_a_lost_database_is_only_told_of_without_repair(folder: Path) -> None:
    lose(folder)
    files = files_in(folder)
    found = check_folder(folder, repair=False)
    assert kinds(found) == [("database", DATABASE)]
    assert found[0].message == (
        "The database library.sqlite3 is no good: it is lost. --repair makes another one from the files."
    )
    assert not (folder / DATABASE).exists()
    assert files_in(folder) == files


@pytest.mark.parametrize("damage", [b"no database at all" * 400, None], ids=["overwritten", "torn"])
def test_a_damaged_database_is_moved_aside_and_made_again(folder: Path, damage: bytes | None) -> None:
    before = entries_of(folder)
    path = folder / DATABASE
    data = path.read_bytes()
    lose(folder)
    path.write_bytes(damage or data[:4096] + os.urandom(8192) + data[12288:])
    assert kinds(check_folder(folder, repair=False)) == [("database", DATABASE)]
    found = check_folder(folder, repair=True)
    aside = next(folder.glob(f"{DATABASE}.broken-*"))
    assert aside.name in found[0].message
    assert aside.read_bytes()[:4096] == (damage or data)[:4096]
    assert entries_of(folder) == before


def slug_of(entry: Entry) -> str:
    return entry.slug


def test_a_row_that_cannot_be_read_is_made_again_and_all_else_stays(folder: Path) -> None:
    before = entries_of(folder)
    with Library(folder) as library:
        token = library.token()
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute("UPDATE entries SET sides = 'none' WHERE slug = 'rain'")
    assert [(each.kind, each.repaired) for each in check_folder(folder, repair=False)] == [("database", False)]
    found = check_folder(folder, repair=True)
    assert found[0].kind == "database"
    assert "the episode 'rain' of 'tales' is damaged" in found[0].message
    assert sorted(entries_of(folder), key=slug_of) == sorted(before, key=slug_of)  # both are of one second
    with Library(folder) as library:
        assert library.token() == token


def test_where_there_is_no_library_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="there is no library in .*Set NARRATE_LIBRARY to its folder"):
        check_folder(tmp_path / "absent", repair=True)
    assert list(tmp_path.iterdir()) == []


def test_a_database_older_than_the_files_comes_up_to_them(folder: Path) -> None:
    """As after a backup of the database alone."""
    old = (folder / DATABASE).read_bytes()
    with Library(folder) as library:
        changed = edit_entry(library, "tales", library.find_entry("tales", "rain"), title="Hail")
    lose(folder)
    (folder / DATABASE).write_bytes(old)
    found = check_folder(folder, repair=True)
    assert kinds(found) == [("missing", "rain.mp3")]
    assert "The file rain.mp3 is missing: rain.v2.mp3 takes its place." in found[0].message
    assert changed in entries_of(folder)


# ----------------------------------------------------------------------- files


def test_an_episode_whose_sound_is_gone_stays_to_be_made_again(folder: Path, library: Library, crew: Studio) -> None:
    rain = library.find_entry("tales", "rain")
    (folder / "tales" / "rain.mp3").unlink()
    helps = "`narrate rebuild rain --show tales` makes it again."
    for repair, words in ((False, helps), (True, f"not repaired: {helps}")):
        (found,) = check_library(library, repair=repair)
        assert (found.kind, found.repaired) == ("missing", False)
        assert found.message == f"The file rain.mp3 is missing: {words}"
    again = rebuild_entry(library, "tales", rain, SETTINGS, crew)
    assert (again.what, again.entry.guid) == ("updated", rain.guid)
    assert (again.entry.published_at, again.entry.digest) == (rain.published_at, rain.digest)
    assert check_library(library, repair=False) == []


def test_a_recording_whose_sound_is_gone_goes_with_repair_only(folder: Path, library: Library) -> None:
    (folder / "tales" / "tape.mp3").unlink()
    found = check_library(library, repair=False)
    assert found[0].message == (
        "The sound of tape, tape.mp3, is missing: import the recording again, "
        "or with --repair it is taken out of the library."
    )
    assert library.count_entries("tales") == 3
    found = check_library(library, repair=True)
    assert (found[0].message, found[0].repaired) == (
        "The sound of tape, tape.mp3, is missing: it is taken out of the library.",
        True,
    )
    assert library.count_entries("tales") == 2
    assert not list((folder / "tales").rglob("tape.*"))
    assert check_library(library, repair=True) == []


def test_a_cut_sound_is_told_of_and_left_alone(folder: Path, library: Library) -> None:
    sound = folder / "tales" / "rain.mp3"
    sound.write_bytes(sound.read_bytes()[:-30_000])
    for repair in (False, True):
        found = check_library(library, repair=repair)
        assert [(finding.kind, finding.repaired) for finding in found] == [("damaged", False)]
        assert "is damaged: `narrate rebuild rain --show tales` makes it again." in found[0].message
    assert library.find_entry("tales", "rain").size_bytes != sound.stat().st_size


def test_bytes_that_changed_in_their_place_are_found_by_reading_all(folder: Path, library: Library) -> None:
    sound = folder / "tales" / "tape.mp3"
    data = bytearray(sound.read_bytes())
    data[-5000] ^= 255
    sound.write_bytes(data)
    assert check_library(library, repair=False) == []
    found = check_library(library, repair=True, deep=True)
    assert kinds(found) == [("damaged", "tape.mp3")]
    assert "import the recording again" in found[0].message


def test_a_sound_with_other_tags_is_taken_as_it_is(folder: Path, library: Library) -> None:
    sound = folder / "tales" / "tape.mp3"
    frames = ID3(sound)
    frames["TIT2"].text = ["A tape with a very long name " * 99]
    frames.save(sound)
    found = check_library(library, repair=True)
    assert [(finding.kind, finding.repaired) for finding in found] == [("damaged", True)]
    assert library.find_entry("tales", "tape").size_bytes == sound.stat().st_size
    assert check_library(library, repair=False, deep=True) == []


@pytest.mark.parametrize("ending", [".srt", ".json", ".jpg"])
def test_what_is_gone_beside_an_episode_is_made_again_by_rebuild(
    folder: Path, library: Library, crew: Studio, ending: str
) -> None:
    (folder / "tales" / f"rain{ending}").unlink()
    for repair in (False, True):
        (found,) = check_library(library, repair=repair)
        assert (found.kind, found.name, found.repaired) == ("side", f"rain{ending}", False)
        assert "`narrate rebuild rain --show tales` makes it again." in found.message
    again = rebuild_entry(library, "tales", library.find_entry("tales", "rain"), SETTINGS, crew)
    assert again.what == "updated"
    assert check_library(library, repair=False) == []


def test_sides_that_an_older_repair_forgot_are_made_again(library: Library, crew: Studio) -> None:
    rain = library.find_entry("tales", "rain")
    library.put_entry(replace(rain, sides={side: name for side, name in rain.sides.items() if side != "vtt"}))
    assert rebuild_entry(library, "tales", rain, SETTINGS, crew).what == "updated"
    assert rain.sides.keys() == library.find_entry("tales", "rain").sides.keys()


def test_a_source_that_is_gone_is_had_again_by_adding(folder: Path, library: Library, crew: Studio) -> None:
    rain = library.find_entry("tales", "rain")
    assert rain.origin is not None
    data = (folder / "tales" / ".sources" / "rain.md").read_bytes()
    (folder / "tales" / ".sources" / "rain.md").unlink()
    (found,) = check_library(library, repair=False)
    assert (found.kind, found.name) == ("side", ".sources/rain.md")
    assert f"`narrate add {rain.origin} --show tales` makes it again." in found.message
    assert check_library(library, repair=True)[0].message.endswith("is missing: it is no longer named.")
    source = replace(source_of(data, "text/markdown"), origin=rain.origin)
    assert add_source(library, "tales", source, SETTINGS, crew).what == "updated"
    assert library.find_entry("tales", "rain").guid == rain.guid
    assert check_library(library, repair=False) == []


def test_a_pasted_text_that_is_gone_is_called_so(folder: Path, library: Library) -> None:
    (folder / "poems" / ".sources" / "snow-fell.txt").unlink()
    assert "its text was pasted, and was not kept." in check_library(library, repair=False)[0].message


@pytest.mark.parametrize("left", [None, "{torn"])
def test_a_note_that_is_gone_is_written_again(folder: Path, library: Library, crew: Studio, left: str | None) -> None:
    for slug in ("rain", "tape"):
        note = folder / "tales" / note_name(f"{slug}.mp3")
        note.unlink() if left is None else note.write_text(left)
    names = [note_name("rain.mp3"), note_name("tape.mp3")]
    assert sorted(kinds(check_library(library, repair=False))) == [("side", name) for name in names]
    assert all(finding.repaired for finding in check_library(library, repair=True))
    assert check_library(library, repair=False) == []
    rain = library.find_entry("tales", "rain")
    again = rebuild_entry(library, "tales", rain, replace(SETTINGS, speed=1.1), crew)
    assert (again.what, again.entry.origin, again.entry.address) == ("updated", rain.origin, rain.address)


def test_a_picture_of_a_show_that_it_no_longer_has_is_cleared_and_no_other(folder: Path, library: Library) -> None:
    mine = {f"artwork.{name}": name.encode() for name in ("jpg", "deadbeef.jpg", "drawn-00000000.png")}
    for name, data in mine.items():
        (folder / "tales" / name).write_bytes(data)
    ours = ["artwork.drawn-2c26b46b.jpg", "artwork.2c26b46b.png"]  # SHA-256 of foo
    for name in ours:
        (folder / "tales" / name).write_bytes(b"foo")
    found = {(finding.name, finding.kind) for finding in check_library(library, repair=True)}
    assert found == {*((name, "leftover") for name in ours), *((name, "orphan") for name in mine)}
    assert {path.name for path in (folder / "tales").glob("artwork.*")} == set(mine)


def test_files_of_strangers_are_told_of_and_never_removed(folder: Path, library: Library) -> None:
    strangers = ["notes.txt", "rain.backup.mp3", "other.mp3", "rain (copy).mp3"]
    for name in strangers:
        shutil.copyfile(folder / "tales" / "rain.mp3", folder / "tales" / name)
    (folder / "tales" / "other.mp3").write_bytes(b"no sound")
    (folder / "tales" / "mine").mkdir()
    found = check_library(library, repair=True)
    assert kinds(found) == [("orphan", name) for name in sorted(strangers)]
    assert found[0].message == ("tales/notes.txt is named by no episode; `narrate import` takes in a recording.")
    assert all((folder / "tales" / name).is_file() for name in strangers)


def test_what_is_left_of_older_versions_is_removed(folder: Path, library: Library) -> None:
    for name in ("rain.v7.mp3", "rain.v7.vtt"):
        shutil.copyfile(folder / "tales" / "rain.mp3", folder / "tales" / name)
    shutil.copyfile(folder / "tales" / "rain.mp3", folder / "tales" / ".sources" / "gone.md")
    assert len(check_library(library, repair=False)) == 3
    found = check_library(library, repair=True)
    assert kinds(found) == [("leftover", name) for name in ("rain.v7.mp3", "rain.v7.vtt", ".sources/gone.md")]
    assert check_library(library, repair=False) == []
    assert (folder / "tales" / "rain.mp3").is_file()


def test_an_episode_of_another_show_is_not_taken_in(folder: Path, library: Library) -> None:
    shutil.copyfile(folder / "poems" / "snow-fell.mp3", folder / "tales" / "snow-fell.mp3")
    assert kinds(check_library(library, repair=True)) == [("orphan", "snow-fell.mp3")]


def test_a_hostile_guid_and_name_are_not_taken_in(folder: Path, library: Library) -> None:
    with Library(folder) as opened:
        opened.remove_entry("tales", opened.find_entry("tales", "rain").guid)
    shutil.rmtree(folder / "tales" / ".sources")
    sound = folder / "tales" / "rain.mp3"
    frames = ID3(sound)
    frames["TGID"].text = ["../../../etc/passwd"]
    frames.save(sound, v2_version=3)
    shutil.copyfile(sound, folder / "tales" / "index.mp3")
    found = [finding for finding in check_library(library, repair=True) if finding.name.endswith(".mp3")]
    assert kinds(found) == [("orphan", "index.mp3"), ("orphan", "rain.mp3")]


def test_a_symbolic_link_is_no_sound(folder: Path, library: Library, tmp_path: Path) -> None:
    sound = folder / "tales" / "rain.mp3"
    sound.rename(tmp_path / "elsewhere.mp3")
    sound.symlink_to(tmp_path / "elsewhere.mp3")
    assert kinds(check_library(library, repair=False)) == [("missing", "rain.mp3")]


# ----------------------------------------------------------------------- shows


def test_a_shows_own_file_is_written_again(folder: Path, library: Library) -> None:
    (folder / "tales" / "show.json").write_text("{}")
    assert kinds(check_library(library, repair=False)) == [("show", "show.json")]
    assert check_library(library, repair=True)[0].repaired
    assert check_library(library, repair=False) == []


def test_missing_artwork_is_drawn(folder: Path, library: Library) -> None:
    library.change_show("tales", artwork="artwork.jpg")
    found = check_library(library, repair=True)
    assert kinds(found) == [("missing", "artwork.jpg")]
    assert "Give another one with `narrate show edit tales --artwork FILE`." in found[0].message
    assert (folder / "tales" / str(library.find_show("tales").artwork)).is_file()


def test_a_folder_of_a_show_that_cannot_be_read_is_told_of(folder: Path, library: Library) -> None:
    (folder / "plays").mkdir()
    (folder / "plays" / "show.json").write_text('{"narrate": 1, "slug": "plays"}')
    found = check_library(library, repair=True)
    assert [(finding.kind, finding.show, finding.repaired) for finding in found] == [("show", "plays", False)]
    assert found[0].message.startswith("The folder plays is of a show that the library does not know")


def test_what_a_stopped_command_left_is_cleared(folder: Path, library: Library) -> None:
    entry = library.find_entry("tales", "rain")
    shutil.copyfile(folder / "tales" / "rain.mp3", folder / "tales" / "rain.v2.mp3")
    names = ", ".join(f'"{name}"' for name in ["rain.v2.mp3", "../library.sqlite3", "/etc/hosts", *names_of(entry)])
    (folder / "tales" / PLACING).write_text(f'{{"guid": "{entry.guid}", "names": [{names}]}}')
    assert ("leftover", PLACING) in kinds(check_library(library, repair=False))
    found = check_library(library, repair=True)
    assert kinds(found) == [("leftover", "rain.v2.mp3")]
    assert check_library(library, repair=False) == []
    assert (folder / DATABASE).exists()


def test_a_list_of_a_stopped_command_removes_nothing_of_a_show_that_is_unknown(folder: Path) -> None:
    before = entries_of(folder)
    rain = next(entry for entry in before if entry.slug == "rain")
    names = ", ".join(f'"{name}"' for name in names_of(rain))
    (folder / "tales" / PLACING).write_text(f'{{"guid": "{rain.guid}", "names": [{names}]}}')
    lose(folder)
    check_folder(folder, repair=True)
    assert entries_of(folder) == before


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_show_whose_removal_is_killed_does_not_come_back(folder: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", REMOVAL, str(folder), "shutil.rmtree"], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    sounds = {path.name for path in folder.rglob("*.mp3")}
    assert "rain.mp3" in sounds
    with Library(folder) as library:
        library.create_show(new_show("Tales"))
        assert [finding.kind for finding in check_library(library, repair=False)] == ["leftover"]
        assert [finding.kind for finding in check_library(library, repair=True)] == ["leftover"]
        assert library.entries("tales") == []
        assert check_library(library, repair=False) == []
    assert {path.name for path in folder.rglob("*.mp3")} == {"snow-fell.mp3"}


@pytest.mark.parametrize("edited", [False, True])
def test_a_removal_that_never_happened_is_taken_back(folder: Path, edited: bool) -> None:
    before = entries_of(folder)
    with Library(folder) as library:
        (folder / "tales").rename(folder / f"{REMOVED}{library.find_show('tales').uid}")
        if edited:
            library.change_show("tales", author="Ada")
        check_library(library, repair=True)
        assert check_library(library, repair=False) == []
    assert entries_of(folder) == before


def test_episodes_of_a_removed_show_of_the_same_name_are_not_taken_in(folder: Path) -> None:
    lose(folder)
    (folder / "tales" / "show.json").unlink()
    with Library(folder) as library:
        library.create_show(new_show("Tales"))
        found = check_library(library, repair=True)
        assert library.entries("tales") == []
    assert ("orphan", "rain.mp3") in kinds(found)


REMOVAL = """
import os, signal, sys
from pathlib import Path
from narrate.library.library import Library
def die(event, arguments):
    if event == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
with Library(Path(sys.argv[1])) as library:
    sys.addaudithook(die)
    library.remove_show("tales", with_files=True)
"""

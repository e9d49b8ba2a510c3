"""Episodes come into the library, change there and go: whole at every moment, whoever is killed or comes in between."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread

import pytest
from mutagen.id3 import ID3

from conftest import decode_file, serving, source_of
from narrate.audio.ffmpeg import run_ffmpeg
from narrate.errors import LibraryError, NarrateError, UsageError
from narrate.library.add import (
    Added,
    add_source,
    edit_entry,
    import_file,
    rebuild_entry,
    remove_entry,
)
from narrate.library.library import Library
from narrate.library.recipe import address_of, clean_address, guid_of, identity_of, settings_for
from narrate.library.shelf import names_of
from narrate.library.shows import new_show
from narrate.settings import Settings
from narrate.stories import Overrides, open_any
from narrate.studio import ROOM_PREFIX, Studio
from narrate.tags import Podcast, read_recording
from narrate.types import Article, Show, Source, Take

STORY = "# The Fog\n\nBy Ada Holt\n\nThe fog came in.\n\n## Later\n\nIt left again.\n"
PAGE = """<html><head><title>The Fog</title><meta property="og:image" content="/fog.png">
<meta name="description" content="Of fog."></head><body><article><h1>The Fog</h1>
<p>The fog came in over the harbour at six, and nobody in the town had seen the like of it before.</p>
<p>It left again at nine, as quietly as it had come, and the boats went out as they did every day.</p>
</article></body></html>"""

SETTINGS = Settings(jobs=1)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One studio for all tests, which keeps what it has spoken."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NARRATE_CACHE", str(tmp_path_factory.mktemp("cache")))
        with Studio(SETTINGS) as opened:
            yield opened


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a show."""
    folder = tmp_path_factory.mktemp("empty") / "library"
    with Library(folder) as made:
        made.create_show(new_show("Tales", author="Ben Oak"))
    return folder


@pytest.fixture
def library(empty: Path, tmp_path: Path) -> Iterator[Library]:
    with Library(Path(shutil.copytree(empty, tmp_path / "library"))) as opened:
        yield opened


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(STORY, "utf-8")
    return path


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    run_ffmpeg(["-f", "lavfi", "-i", "testsrc=s=800x600", "-frames:v", "1", str(path)])
    return path


@pytest.fixture
def recording(tmp_path: Path, picture: Path) -> Path:
    """Somebody else's MP3, with a cover."""
    path = tmp_path / "Old tape.mp3"
    sound = ["-f", "lavfi", "-i", "sine=frequency=330:duration=4", "-i", str(picture)]
    tags = {"title": "An old tape", "artist": "Cid", "date": "2019-05-06", "comment": "Of tape."}
    said = [part for key, value in tags.items() for part in ("-metadata", f"{key}={value}")]
    run_ffmpeg([*sound, "-map", "0:a", "-map", "1:v", "-b:a", "64k", "-id3v2_version", "3", *said, str(path)])
    return path


class Adder:
    """Puts things into the show, and keeps count of what is spoken for it."""

    def __init__(self, library: Library, studio: Studio) -> None:
        self.library, self.studio = library, studio
        self.takes: list[Take] = []

    def __call__(
        self,
        source: Path | str | Source,
        settings: Settings = SETTINGS,
        *,
        show: str = "tales",
        overrides: Overrides | None = None,
    ) -> Added:
        opened = source if isinstance(source, Source) else open_any(str(source), settings=settings)
        return add_source(
            self.library, show, opened, settings, self.studio, overrides=overrides, on_take=self.takes.append
        )


@pytest.fixture
def add(library: Library, studio: Studio) -> Adder:
    return Adder(library, studio)


def files_in(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder, with size and time of change; locks and the database aside."""
    paths = (path for path in folder.rglob("*") if path.is_file() and "library.sqlite3" not in path.name)
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in paths
        if path.parent.name != ".locks"
    }


def check_whole(library: Library) -> None:
    """Every row has its files, whole, and every file its row."""
    for show in library.shows():
        folder = library.folder_of(show.slug)
        named = {"show.json"}
        for entry in library.entries(show.slug):
            assert (folder / entry.file).stat().st_size == entry.size_bytes
            assert all((folder / name).is_file() for name in names_of(entry))
            named |= names_of(entry)
        assert set(files_in(folder)) - {show.artwork} == named
    assert not list(library.folder.glob(f"{ROOM_PREFIX}*"))


# ------------------------------------------------------------------------- new


def test_a_source_becomes_an_episode_with_everything_beside_it(library: Library, add: Adder, story: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    added = add(story)
    entry = added.entry
    assert (added.what, added.notes) == ("new", ())
    assert (entry.slug, entry.title, entry.authors, entry.file) == ("the-fog", "The Fog", ("Ada Holt",), "the-fog.mp3")
    assert entry.sides == {
        "vtt": "the-fog.vtt",
        "srt": "the-fog.srt",
        "json": "the-fog.json",
        "chapters": "the-fog.chapters.json",
        "cover": "the-fog.jpg",
        "source": ".sources/the-fog.md",
    }
    folder = library.folder_of("tales")
    assert (folder / ".sources/the-fog.md").read_text("utf-8") == STORY
    assert (folder / "the-fog.vtt").read_text("utf-8").startswith("WEBVTT")
    assert json.loads((folder / "the-fog.json").read_text("utf-8"))["segments"]
    assert [chapter.title for chapter in entry.chapters] == ["The Fog", "Later"]
    assert before <= entry.published_at <= datetime.now(UTC)
    assert entry.published_at.microsecond == 0
    assert entry.origin == str(story.resolve())
    assert len(decode_file(folder / entry.file, 8000)) / 8000 == pytest.approx(entry.duration_s, abs=0.1)
    assert added.episode is not None
    assert added.episode.path == folder / entry.file
    check_whole(library)


def test_what_is_without_headings_has_no_file_of_chapters(library: Library, add: Adder) -> None:
    entry = add(source_of("The fog came in.")).entry
    assert (entry.chapters, entry.origin) == ((), None)
    assert "chapters" not in entry.sides
    check_whole(library)


def test_the_file_says_of_its_show_what_players_ask_for(library: Library, add: Adder, story: Path) -> None:
    entry = add(story).entry
    path = library.folder_of("tales") / entry.file
    frames = ID3(path)
    assert [str(frames[key]) for key in ("TALB", "TPE1", "TGID")] == ["Tales", "Ada Holt", entry.guid]
    assert frames["APIC:"].data.startswith(b"\xff\xd8\xff")
    assert frames["APIC:"].data == (library.folder_of("tales") / entry.sides["cover"]).read_bytes()
    assert read_recording(path).tags.podcast == Podcast(
        show="tales",
        uid=library.find_show("tales").uid,
        title="Tales",
        guid=entry.guid,
        published_at=entry.published_at,
        authors=("Ada Holt",),
        language=entry.language,
        voice=entry.voice,
        recipe=entry.recipe,
    )


def test_nothing_that_others_get_names_a_folder_of_this_machine(library: Library, add: Adder, story: Path) -> None:
    entry = add(story).entry
    for name in (entry.file, *(name for side, name in entry.sides.items() if side != "source")):
        data = (library.folder_of("tales") / name).read_bytes()
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert str(story.parent).encode(encoding) not in data
            assert "story.md".encode(encoding) not in data


def test_an_episode_that_names_nobody_is_by_the_show(library: Library, add: Adder) -> None:
    entry = add(source_of("The fog came in.")).entry
    assert entry.authors == ()
    assert str(ID3(library.folder_of("tales") / entry.file)["TPE1"]) == "Ben Oak"


def test_an_articles_own_date_is_in_its_tags_and_not_the_files(library: Library, add: Adder, story: Path) -> None:
    story.write_text(f"---\ndate: 2020-02-03\n---\n{STORY}", "utf-8")
    entry = add(story).entry
    assert str(ID3(library.folder_of("tales") / entry.file)["TDRC"]).startswith("2020-02-03")
    assert entry.published_at.year > 2020


def test_two_of_one_second_keep_their_order(library: Library, add: Adder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.library.make.now", lambda: datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC))
    for number in ("One", "Two", "Three"):
        add(source_of(f"{number} fog."))
    assert [entry.title for entry in library.entries("tales")] == ["Three fog.", "Two fog.", "One fog."]


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script> ]]> \"'&",
        "Two\nlines",
        "\u202egnol\u202c right to left",
        "霧" * 300,
        "long " * 2000,
        "../../../etc/passwd",
        ".hidden",
        "index",
        "show",
        "CON",
        "🌫",
        "12",
    ],
    ids=range(12),
)
def test_hostile_titles_become_harmless_names(library: Library, recording: Path, title: str) -> None:
    entry = import_file(library, "tales", recording, title=title).entry
    assert entry.title == " ".join(title.split())
    folder = library.folder_of("tales")
    assert all(path.parent in (folder, folder / ".sources") for path in folder.rglob("*") if path.is_file())
    again = edit_entry(library, "tales", entry, author="Somebody")
    assert library.file_named("tales", again.file) == folder / again.file
    check_whole(library)


def test_what_cannot_be_made_leaves_no_trace(library: Library, add: Adder, story: Path) -> None:
    before = files_in(library.folder)
    with pytest.raises(NarrateError):
        add(story, replace(SETTINGS, intro_audio=str(story)))
    assert files_in(library.folder) == before
    assert library.entries("tales") == []
    with pytest.raises(LibraryError, match="there is no show 'poems'"):
        add(story, show="poems")


# ----------------------------------------------------------------------- again


def test_unchanged_content_is_not_spoken_and_touches_no_file(library: Library, add: Adder, story: Path) -> None:
    first = add(story).entry
    before, revision, spoken = files_in(library.folder), library.revision(), len(add.takes)
    os.utime(story, (1_000_000_000, 1_000_000_000))
    again = add(story)
    assert (again.what, again.entry, again.episode) == ("unchanged", first, None)
    assert (len(add.takes), library.revision()) == (spoken, revision)
    assert files_in(library.folder) == before


def test_lines_that_move_without_words_that_change_change_nothing(add: Adder, story: Path) -> None:
    add(story)
    story.write_text(STORY.replace("\n\n", "\n\n\n"), "utf-8")
    assert add(story).what == "unchanged"


def test_changed_content_is_updated_in_its_place(library: Library, add: Adder, story: Path) -> None:
    first = add(story).entry
    story.write_text(STORY.replace("# The Fog", "# The Fog Again"), "utf-8")
    added = add(story)
    entry = added.entry
    assert added.what == "updated"
    assert (entry.guid, entry.slug, entry.published_at) == (first.guid, first.slug, first.published_at)
    assert (entry.title, entry.file, entry.version) == ("The Fog Again", "the-fog.v2.mp3", 2)
    assert entry.sides["chapters"] == "the-fog.v2.chapters.json"
    assert entry.digest != first.digest
    assert library.entries("tales") == [entry]
    check_whole(library)


@pytest.mark.parametrize(
    "change",
    [{"speed": 1.1}, {"loudness": -19.0}, {"bitrate": "64"}, {"seed": 5}, {"chime": "bell"}, {"close": False}],
    ids=str,
)
def test_whatever_makes_the_sound_makes_another_version(add: Adder, story: Path, change: dict[str, object]) -> None:
    first = add(story).entry
    settings = replace(SETTINGS, **change)  # type: ignore[arg-type]
    assert add(story, settings).entry.recipe != first.recipe
    assert add(story, settings).what == "unchanged"


@pytest.mark.parametrize("damage", ["gone", "cut", "side"])
def test_a_file_that_is_gone_or_cut_is_made_again(library: Library, add: Adder, story: Path, damage: str) -> None:
    entry = add(story).entry
    path = library.folder_of("tales") / (entry.sides["vtt"] if damage == "side" else entry.file)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        path.unlink()
    again = add(story)
    assert (again.what, again.entry.file) == ("updated", "the-fog.v2.mp3")
    check_whole(library)


def test_a_file_of_a_strangers_is_not_written_over(library: Library, add: Adder, story: Path) -> None:
    stranger = library.folder_of("tales") / "the-fog.vtt"
    stranger.write_text("mine", "utf-8")
    entry = add(story).entry
    assert (entry.slug, entry.file) == ("the-fog", "the-fog.v2.mp3")
    assert stranger.read_text("utf-8") == "mine"


# -------------------------------------------------------------------- identity


def test_a_path_is_the_same_source_however_it_is_written(
    add: Adder, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = add(story)
    link = tmp_path / "link.md"
    link.symlink_to(story)
    monkeypatch.chdir(tmp_path)
    assert [add(name).what for name in ("story.md", "./story.md", link)] == ["unchanged"] * 3
    assert first.what == "new"


def test_pasted_words_are_another_episode_each_time(library: Library, add: Adder) -> None:
    entries = [add(source_of("The fog came in.")).entry for _ in range(2)]
    assert entries[0].guid != entries[1].guid
    assert [entry.slug for entry in entries] == ["the-fog-came-in", "the-fog-came-in-2"]


def test_pasted_words_that_are_told_apart_by_a_name_are_the_same_episode_again(library: Library, add: Adder) -> None:
    pasted = source_of("The fog came in.")
    first, again = (add_source(library, "tales", pasted, SETTINGS, add.studio, identity="queue:7") for _ in range(2))
    assert (first.what, again.what) == ("new", "unchanged")
    assert first.entry.guid == again.entry.guid


def test_a_file_from_the_queue_has_no_lasting_place(library: Library, add: Adder) -> None:
    path = library.folder / ".queue" / "7.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(STORY, "utf-8")
    entries = [add(path).entry for _ in range(2)]
    assert entries[0].guid != entries[1].guid
    assert {entry.origin for entry in entries} == {None}


def test_the_same_source_in_two_shows_has_two_guids(library: Library, add: Adder, story: Path) -> None:
    library.create_show(new_show("Poems"))
    assert add(story).entry.guid != add(story, show="poems").entry.guid
    check_whole(library)


SHOW = Show(
    slug="a", title="A", uid="0c9e2c5a-7a3f-4c80-9f39-8a1f7f3c1a11", feed_guid="x", created_at=datetime.now(UTC)
)


def test_the_guid_of_an_address_is_the_same_for_ever() -> None:
    guid = guid_of(SHOW, "https://example.org/fog")
    assert guid == "urn:uuid:159ffa4c-6056-5d43-be55-2410b733a184"


@pytest.mark.parametrize(
    "written",
    [
        "https://example.org/fog?id=7",
        "HTTPS://Example.ORG:443/fog?id=7#part",
        "https://example.org/fog?utm_source=x&id=7&UTM_Medium=y&fbclid=1&gclid=2&mc_cid=3&mc_eid=4",
    ],
)
def test_ways_to_the_same_page_are_one_address(written: str) -> None:
    assert clean_address(written) == "https://example.org/fog?id=7"


def test_parameters_that_are_kept_stay_as_they_are_written() -> None:
    assert clean_address("https://example.org?q=a+b%20c&empty=&x") == "https://example.org/?q=a+b%20c&empty=&x"
    assert clean_address("http://[::1]:80/a") == "http://[::1]/a"
    assert clean_address("https://[broken") == "https://[broken"


@pytest.mark.parametrize(
    ("canonical", "fetched", "identity"),
    [
        ("https://a.example/fog", "https://b.example/copy", "https://b.example/copy"),
        ("https://b.example/fog", "https://b.example/copy", "https://b.example/fog"),
        ("https://b.example/fog", "https://www.b.example/copy", "https://b.example/fog"),
        ("https://www.b.example/fog", "https://m.b.example/copy", "https://www.b.example/fog"),
        ("https://news.b.example/fog", "https://amp.b.example/copy", "https://news.b.example/fog"),
        ("https://bb.example/fog", "https://b.example/copy", "https://b.example/copy"),
        ("https://ann.b.example/fog", "https://ben.b.example/copy", "https://ben.b.example/copy"),
        ("https://m.example/fog", "https://www.example/copy", "https://www.example/copy"),
        ("https://[broken/fog", "https://b.example/copy", "https://b.example/copy"),
        (None, "https://b.example/copy#top", "https://b.example/copy"),
        ("https://b.example/", "https://b.example/copy", "https://b.example/copy"),
        ("https://b.example/", "https://b.example/", "https://b.example/"),
        ("javascript:alert(1)", "https://b.example/copy", "https://b.example/copy"),
        ("https://a.example/fog", None, "https://a.example/fog"),
    ],
)
def test_a_page_is_what_it_says_it_is(canonical: str | None, fetched: str | None, identity: str) -> None:
    source = replace(source_of("x"), address=fetched, origin=fetched or "-")
    assert identity_of(source, address_of(source, Article(blocks=(), address=canonical))) == identity


# -------------------------------------------------------------------- settings


def test_a_shows_settings_go_over_those_of_files_and_its_lexicons_before_theirs(library: Library) -> None:
    show = library.change_show("tales", settings={"speed": 1.25, "loudness": -19, "lexicon": ["show.toml"]})
    below = replace(SETTINGS, speed=0.9, lexicon=("own.toml",), bitrate="64")
    found = settings_for(show, below)
    assert (found.speed, found.loudness, found.bitrate) == (1.25, -19.0, "64")
    assert found.lexicon == ("show.toml", "own.toml")


def test_a_setting_of_a_show_that_is_none_is_named_with_the_show(library: Library) -> None:
    show = library.change_show("tales", settings={"colour": "red"})
    with pytest.raises(UsageError, match="the show tales: there is no setting 'colour'"):
        settings_for(show, SETTINGS)


# ---------------------------------------------------------------------- covers


def page_server(pictures: list[str], picture: bytes | None) -> type[BaseHTTPRequestHandler]:
    """Serves the page, and its picture, or none, without saying of what kind that is."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_picture = self.path.startswith("/fog.png")
            if is_picture:
                pictures.append(self.path)
            data = picture if is_picture else PAGE.encode()
            self.send_response(404 if data is None else 200)
            if not is_picture:
                self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


LOCAL = replace(SETTINGS, allow_private=True)


def test_the_articles_own_picture_is_fetched_once_and_made_the_cover(
    library: Library, add: Adder, picture: Path
) -> None:
    fetched: list[str] = []
    with serving(page_server(fetched, picture.read_bytes())) as address:
        added = add(f"{address}/fog", LOCAL)
        again = add(f"{address}/fog?utm_source=feed", LOCAL)
    assert (added.notes, added.entry.address, again.what) == ((), f"{address}/fog", "unchanged")
    assert fetched == ["/fog.png"]
    cover = library.folder_of("tales") / added.entry.sides["cover"]
    assert cover.read_bytes()[:3] == b"\xff\xd8\xff"
    assert added.entry.summary == "Of fog."


@pytest.mark.parametrize("data", [None, b"no picture", b"\x89PNG\r\n\x1a\n broken"])
def test_a_picture_that_cannot_be_had_is_noted_and_no_failure(library: Library, add: Adder, data: bytes | None) -> None:
    fetched: list[str] = []
    with serving(page_server(fetched, data)) as address:
        added = add(f"{address}/fog", LOCAL)
        again = add(f"{address}/fog", LOCAL)
    assert len(added.notes) == 1
    assert added.notes[0].startswith("the article's picture was left out: ")
    assert "\n" not in added.notes[0]
    assert (again.what, len(fetched)) == ("unchanged", 2)
    assert "cover" in added.entry.sides
    check_whole(library)


def test_a_cover_that_is_given_goes_before_all_others(add: Adder, library: Library, story: Path, picture: Path) -> None:
    drawn = add(story).entry
    given = add(story, overrides=Overrides(cover=picture))
    assert given.what == "updated"
    folder = library.folder_of("tales")
    assert ID3(folder / given.entry.file)["APIC:"].data == (folder / given.entry.sides["cover"]).read_bytes()
    assert drawn.recipe != given.entry.recipe
    assert add(story, overrides=Overrides(cover=picture)).what == "unchanged"
    with pytest.raises(UsageError, match="cannot be read"):
        add(story, overrides=Overrides(cover=story.with_name("absent.png")))


# ------------------------------------------------------------------- retention


def test_what_is_older_than_a_show_keeps_goes_but_nothing_imported(
    library: Library, add: Adder, recording: Path
) -> None:
    import_file(library, "tales", recording)
    for number in ("One", "Two"):
        add(source_of(f"{number} fog."))
    library.change_show("tales", keep=2)
    assert library.count_entries("tales") == 3
    add(source_of("Three fog."))
    assert [entry.title for entry in library.entries("tales")] == ["Three fog.", "Two fog.", "An old tape"]
    check_whole(library)


# -------------------------------------------------------------------- imported


def test_a_recording_is_copied_and_read_and_its_tags_completed(library: Library, recording: Path) -> None:
    data = recording.read_bytes()
    added = import_file(library, "tales", recording)
    entry = added.entry
    assert (added.what, entry.imported, entry.voice, entry.origin) == ("new", True, "", None)
    assert (entry.title, entry.authors, entry.summary) == ("An old tape", ("Cid",), "Of tape.")
    assert entry.published_at == datetime(2019, 5, 6, tzinfo=UTC)
    assert entry.duration_s == pytest.approx(4, abs=0.1)
    copy = library.folder_of("tales") / entry.file
    assert recording.read_bytes() == data
    assert (decode_file(copy, 24_000) == decode_file(recording, 24_000)).all()
    frames = ID3(copy)
    assert (str(frames["TIT2"]), str(frames["TPE1"]), str(frames["TALB"])) == ("An old tape", "Cid", "Tales")
    assert len(frames.getall("APIC")) == 1
    assert (library.folder_of("tales") / entry.sides["cover"]).read_bytes()[:3] == b"\xff\xd8\xff"
    check_whole(library)


def test_tags_of_a_recording_tell_no_terminal_what_to_do(library: Library, recording: Path) -> None:
    frames = ID3(recording)
    frames["TIT2"].text = ["A \x1b]0;owned\x07tape\x9b2J"]
    frames["TPE1"].text = ["\x1b[31mCid"]
    frames.save(recording)
    entry = import_file(library, "tales", recording).entry
    assert (entry.title, entry.authors) == ("A ]0;ownedtape2J", ("[31mCid",))
    frames["TIT2"].text = ["\x1b"]
    frames.save(recording)
    assert import_file(library, "tales", recording).entry.title == entry.slug


@pytest.mark.parametrize("name", ["a.m4a", "a.M4B"])
def test_mpeg_4_is_taken_in_with_its_chapters(library: Library, tmp_path: Path, name: str) -> None:
    marks = tmp_path / "marks"
    marks.write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1500\nEND=3000\ntitle=Two\n"
    )
    sine = ["-f", "lavfi", "-i", "sine=duration=3", "-f", "ffmetadata", "-i", str(marks)]
    run_ffmpeg([*sine, "-map_chapters", "1", "-c:a", "aac", "-f", "ipod", str(tmp_path / name)])
    entry = import_file(library, "tales", tmp_path / name, title="Told", author="Dee").entry
    assert (entry.title, entry.authors, entry.media_type) == ("Told", ("Dee",), "audio/mp4")
    assert [(chapter.title, chapter.start_s) for chapter in entry.chapters] == [("One", 0), ("Two", 1.5)]
    assert json.loads((library.folder_of("tales") / entry.sides["chapters"]).read_text())["chapters"]


def test_a_recording_is_taken_in_once_and_again_when_it_has_changed(library: Library, recording: Path) -> None:
    first = import_file(library, "tales", recording).entry
    before = files_in(library.folder)
    assert import_file(library, "tales", recording).what == "unchanged"
    assert files_in(library.folder) == before
    frames = ID3(recording)
    frames["TIT2"].text = ["A newer tape"]
    frames.save(recording)
    again = import_file(library, "tales", recording)
    assert (again.what, again.entry.title, again.entry.guid) == ("updated", "A newer tape", first.guid)
    assert (again.entry.slug, again.entry.published_at) == (first.slug, first.published_at)
    check_whole(library)


def make_tape(path: Path, title: str, seconds: float) -> None:
    sine = ["-f", "lavfi", "-i", f"sine=duration={seconds}", "-b:a", "64k", "-metadata", f"title={title}"]
    run_ffmpeg(["-y", *sine, str(path)])


def test_a_recording_without_tags_gets_those_of_its_show_and_a_cover(library: Library, tmp_path: Path) -> None:
    bare = {
        "bare.mp3": ["-b:a", "64k", "-map_metadata", "-1", "-id3v2_version", "0", "-write_id3v1", "0"],
        "bare.m4a": [],
    }
    for name, how in bare.items():
        run_ffmpeg(["-f", "lavfi", "-i", "sine=duration=2", *how, str(tmp_path / name)])
        entry = import_file(library, "tales", tmp_path / name).entry
        tags = read_recording(library.folder_of("tales") / entry.file).tags
        assert (tags.title, tags.artist, tags.album) == (entry.title, "Ben Oak", "Tales")
        assert tags.cover == (library.folder_of("tales") / entry.sides["cover"]).read_bytes()
        assert import_file(library, "tales", tmp_path / name).what == "unchanged"
    check_whole(library)


def test_another_recording_at_the_same_path_is_another_episode(library: Library, tmp_path: Path) -> None:
    path, folder = tmp_path / "rec.mp3", library.folder_of("tales")
    make_tape(path, "Monday", 2)
    monday, sound = import_file(library, "tales", path).entry, path.read_bytes()
    make_tape(path, "Tuesday", 4)
    added = import_file(library, "tales", path)
    assert (added.what, added.entry.slug) == ("new", "tuesday")
    assert added.notes == (
        "rec.mp3 is another recording than before, with another title and length; monday stays as it is",
    )
    assert str(ID3(folder / monday.file)["TIT2"]) == "Monday"
    again = import_file(library, "tales", path)
    assert (again.what, again.entry, again.notes) == ("unchanged", added.entry, ())
    path.write_bytes(sound)
    assert import_file(library, "tales", path).entry == monday
    assert library.count_entries("tales") == 2
    check_whole(library)


@pytest.mark.parametrize(("title", "seconds"), [("Monday", 4), ("Tuesday", 2)])
def test_a_recording_that_was_cut_or_renamed_stays_the_same_episode(
    library: Library, tmp_path: Path, title: str, seconds: float
) -> None:
    path = tmp_path / "rec.mp3"
    make_tape(path, "Monday", 2)
    first = import_file(library, "tales", path).entry
    edit_entry(library, "tales", first, title="By hand")
    make_tape(path, title, seconds)
    again = import_file(library, "tales", path)
    assert (again.what, again.entry.guid, again.entry.title) == ("updated", first.guid, "By hand")


def test_another_recording_under_a_given_title_is_another_episode(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "rec.mp3"
    make_tape(path, "", 2)
    import_file(library, "tales", path, title="Monday")
    make_tape(path, "", 4)
    assert import_file(library, "tales", path, title="Tuesday").what == "new"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.mp3", b"no sound at all" * 99, "there is no sound in it that could be played"),
        ("a.mp3", b"", "there is no sound in it"),
        ("a.m4a", b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42", "there is no sound in it"),
        ("a.mp3", b"ffconcat version 1.0\nfile /etc/passwd\n" * 99, "there is no sound in it"),
        ("a.mp3", None, "there is no such file"),
    ],
)
def test_what_is_no_recording_is_refused(
    library: Library, tmp_path: Path, name: str, data: bytes | None, why: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(LibraryError, match=rf"{name} cannot be imported: {why}"):
        import_file(library, "tales", tmp_path / name)
    assert library.entries("tales") == []
    assert set(files_in(library.folder)) == {"tales/show.json"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are text")
def test_a_file_whose_name_is_no_text_is_taken_in(library: Library, recording: Path) -> None:
    path = recording.with_name(os.fsdecode(b"\xff\xfe.mp3"))
    recording.rename(path)
    import_file(library, "tales", path)
    assert import_file(library, "tales", path).what == "unchanged"
    check_whole(library)


def test_other_formats_are_refused(library: Library, story: Path) -> None:
    with pytest.raises(UsageError, match="story.md is no recording that goes into a show. Give it as MP3, M4A or M4B"):
        import_file(library, "tales", story)


# ------------------------------------------------------------- changed by hand


def test_an_edited_episode_says_otherwise_and_sounds_the_same(
    library: Library, add: Adder, story: Path, picture: Path
) -> None:
    old = add(story).entry
    folder, spoken = library.folder_of("tales"), len(add.takes)
    sound = decode_file(folder / old.file, 44_100)
    entry = edit_entry(
        library,
        "tales",
        old,
        title="A Mist",
        summary="Of mist.",
        author="Eve",
        published_at=datetime(2025, 1, 2, 3, 4, tzinfo=UTC),
        cover=picture,
    )
    assert (entry.guid, entry.slug, entry.file, entry.version) == (old.guid, "the-fog", "the-fog.v2.mp3", 2)
    assert (entry.title, entry.summary, entry.authors) == ("A Mist", "Of mist.", ("Eve",))
    assert entry.published_at == datetime(2025, 1, 2, 3, 4, tzinfo=UTC)
    assert entry.digest != old.digest
    assert len(add.takes) == spoken
    assert (decode_file(folder / entry.file, 44_100) == sound).all()
    tags = read_recording(folder / entry.file).tags
    assert (tags.title, tags.artist, tags.summary, tags.date) == ("A Mist", "Eve", "Of mist.", entry.published_at)
    assert tags.cover == (folder / entry.sides["cover"]).read_bytes()
    assert tags.podcast is not None
    assert tags.podcast.published_at == entry.published_at
    assert [chapter.title for chapter in tags.chapters] == ["The Fog", "Later"]
    assert library.find_entry("tales", "1") == entry
    check_whole(library)


def test_an_edit_that_changes_nothing_leaves_everything_as_it_is(library: Library, add: Adder, story: Path) -> None:
    entry = add(story).entry
    before = files_in(library.folder)
    assert edit_entry(library, "tales", entry, title="  The   Fog ") == entry
    assert files_in(library.folder) == before
    with pytest.raises(UsageError, match="an empty title says nothing"):
        edit_entry(library, "tales", entry, title=" \n")
    with pytest.raises(UsageError, match="carries its time zone"):
        edit_entry(library, "tales", entry, published_at=datetime(2025, 1, 2))


def test_what_was_changed_by_hand_outlives_a_change_of_the_source(
    library: Library, add: Adder, story: Path, picture: Path
) -> None:
    moment = datetime(2025, 1, 2, tzinfo=UTC)
    edited = edit_entry(library, "tales", add(story).entry, title="A Mist", cover=picture, published_at=moment)
    cover = (library.folder_of("tales") / edited.sides["cover"]).read_bytes()
    assert add(story).what == "unchanged"
    story.write_text(STORY.replace("again", "at nine"), "utf-8")
    again = add(story)
    assert (again.what, again.entry.title, again.entry.published_at) == ("updated", "A Mist", moment)
    assert (library.folder_of("tales") / again.entry.sides["cover"]).read_bytes() == cover
    assert add(story).what == "unchanged"


def test_an_edited_recording_keeps_its_bytes(library: Library, recording: Path) -> None:
    entry = import_file(library, "tales", recording).entry
    edited = edit_entry(library, "tales", entry, title="Tape one")
    assert (edited.title, edited.digest) == ("Tape one", entry.digest)
    assert (decode_file(library.folder_of("tales") / edited.file, 24_000) == decode_file(recording, 24_000)).all()
    assert import_file(library, "tales", recording).what == "unchanged"
    check_whole(library)


def test_an_episode_without_its_sound_cannot_be_edited(library: Library, add: Adder, story: Path) -> None:
    entry = add(story).entry
    (library.folder_of("tales") / entry.file).unlink()
    with pytest.raises(
        LibraryError, match="its file the-fog.mp3 is missing. Run `narrate rebuild the-fog --show tales`"
    ):
        edit_entry(library, "tales", entry, title="A Mist")


# ------------------------------------------------------------------ made again


def test_an_episode_is_made_again_from_what_was_kept(
    library: Library, add: Adder, studio: Studio, picture: Path
) -> None:
    fetched: list[str] = []
    with serving(page_server(fetched, picture.read_bytes())) as address:
        entry = add(f"{address}/fog", LOCAL, overrides=Overrides(author="Ada")).entry
    cover = (library.folder_of("tales") / entry.sides["cover"]).read_bytes()
    assert rebuild_entry(library, "tales", entry, SETTINGS, studio).what == "unchanged"
    added = rebuild_entry(library, "tales", entry, replace(SETTINGS, speed=1.3), studio)
    assert (added.what, added.entry.guid, added.entry.authors) == ("updated", entry.guid, ("Ada",))
    assert (added.entry.address, added.entry.origin) == (entry.address, entry.origin)
    assert added.entry.duration_s < entry.duration_s
    assert (library.folder_of("tales") / added.entry.sides["cover"]).read_bytes() == cover
    assert len(fetched) == 1
    check_whole(library)


def test_what_cannot_be_made_again_is_refused_with_a_sentence(
    library: Library, add: Adder, studio: Studio, story: Path, recording: Path
) -> None:
    imported = import_file(library, "tales", recording).entry
    with pytest.raises(LibraryError, match="an-old-tape cannot be made again: it was put in as a finished recording"):
        rebuild_entry(library, "tales", imported, SETTINGS, studio)
    entry = add(story).entry
    shutil.rmtree(library.folder_of("tales") / ".sources")
    with pytest.raises(LibraryError, match=r"its source was not kept\. Run `narrate add /.*story.md --show tales`"):
        rebuild_entry(library, "tales", entry, SETTINGS, studio)


# --------------------------------------------------------------------- removed


def test_what_is_removed_leaves_no_file(library: Library, add: Adder, story: Path) -> None:
    entry = add(story).entry
    remove_entry(library, "tales", entry)
    remove_entry(library, "tales", entry)
    assert library.entries("tales") == []
    assert set(files_in(library.folder)) == {"tales/show.json"}
    assert add(story).what == "new"


# ---------------------------------------------------------------- several at once


def test_two_processes_with_one_source_make_one_episode(library: Library, studio: Studio, story: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom narrate.library.add import add_source\n"
        "from narrate.library.library import Library\nfrom narrate.pipeline import open_any\n"
        "from narrate.settings import Settings\nfrom narrate.studio import Studio\n"
        "settings = Settings(jobs=1)\n"
        "with Library(Path(sys.argv[1])) as library, Studio(settings) as studio:\n"
        "    added = add_source(library, 'tales', open_any(sys.argv[2]), settings, studio)\n"
        "print(added.what, added.entry.file)\n"
    )
    command = [sys.executable, "-c", code, str(library.folder), str(story)]
    environment = {**os.environ, "NARRATE_CACHE": str(studio.store.root)}
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in running)
    assert said == ["new the-fog.mp3", "unchanged the-fog.mp3"]
    check_whole(library)


def test_sources_of_one_title_at_once_get_names_of_their_own(library: Library, studio: Studio) -> None:
    def put_in(number: int) -> None:
        source = source_of(f"# The Fog\n\nFog number {number}.", "text/markdown")
        add_source(library, "tales", source, SETTINGS, studio)

    threads = [Thread(target=put_in, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    slugs = {entry.slug for entry in library.entries("tales")}
    assert slugs == {"the-fog", "the-fog-2", "the-fog-3", "the-fog-4"}
    check_whole(library)


@pytest.mark.skipif(sys.platform == "win32", reason="a process is copied with fork")
@pytest.mark.parametrize("case", ["new", "changed", "edit", "other", "import", "remove"])
def test_whenever_a_command_is_killed_the_library_is_whole_and_the_next_one_finishes(tmp_path: Path, case: str) -> None:
    driver = Path(__file__).with_name("stopped_adds.py")
    done = subprocess.run(
        [sys.executable, str(driver), str(tmp_path), case], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    (before, after), *runs = (json.loads(line) for line in done.stdout.splitlines())
    assert len(runs) > (5 if case == "remove" else 12)
    assert [run["step"] for run in runs if run["broken"]] == []
    wanted = [before, after] if case == "other" else [after]
    assert [run["step"] for run in runs if run["state"] not in wanted] == []
    assert before != after

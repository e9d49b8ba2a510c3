"""Tags, covers and chapters in every format, read by programs that are not ours."""

from __future__ import annotations

import base64
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import mutagen
import numpy as np
import pytest
import soundfile
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from mutagen.wave import WAVE

from narrate.audio.ffmpeg import find_ffmpeg, run_ffmpeg
from narrate.audio.formats import FORMATS, encode_stream
from narrate.errors import AudioError, OutputError, UsageError
from narrate.player import chapter_start
from narrate.tags import Podcast, Tags, read_chapters, read_recording, write_tags
from narrate.types import Chapter

SECONDS = 12.0

TITLES = (
    "A very long title that makes its mark bigger than those of all that follow: " + "so long " * 12,
    "1 = 1; #2 \\ 3 ;# =",
    "Two\nlines",
    "Ψυχή και σώμα",
    "Река времён",
    "第三章　海",
    "الفصل الرابع",
    "ירושלים",
    "ท้องฟ้า",
    "🎧 café “now”, 'then' <b>&amp;</b>",
    "[CHAPTER]",
    "B",
)

every_format = pytest.mark.parametrize("name", FORMATS)

Fresh = Callable[[str], Path]


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A recording in each format, without tags."""
    folder = tmp_path_factory.mktemp("originals")
    return {name: _record(folder / f"a.{name}") for name in FORMATS}


def _record(path: Path) -> bytes:
    format = FORMATS[path.suffix[1:]]
    time_s = np.arange(round(SECONDS * format.rate_hz)) / format.rate_hz
    pcm = (8000 * np.sin(2 * np.pi * 330 * time_s) * np.sin(time_s)).astype("<i2").tobytes()
    if format.encoder:
        with encode_stream(path, format) as encoder:
            encoder.write(pcm)
    else:
        source = ["-f", "s16le", "-ar", str(format.rate_hz), "-ac", "1", "-i", "pipe:0"]
        run_ffmpeg([*source, "-b:a", "96k", "-id3v2_version", "0", str(path)], [pcm])
    return path.read_bytes()


@pytest.fixture
def fresh(originals: dict[str, bytes], tmp_path: Path) -> Fresh:
    """Makes a recording without tags, by the name of its format."""

    def make(name: str) -> Path:
        path = tmp_path / f"it's: 100 % = a.{name}"
        path.write_bytes(originals[name])
        return path

    return make


@pytest.fixture(scope="module")
def cover(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("cover") / "cover.png"
    run_ffmpeg(["-f", "lavfi", "-i", "mandelbrot=s=400x400", "-frames:v", "1", str(path)])
    assert path.stat().st_size > 100_000  # more than a page of Ogg holds
    return path.read_bytes()


def tags(**more: object) -> Tags:
    known = {"title": "Fög 霧", "artist": "Ada", "album": "Courier", "language": "en-GB", "lyrics": "It\n\n“came”."}
    return Tags(**{**known, **more})  # type: ignore[arg-type]


def marks(count: int) -> tuple[Chapter, ...]:
    """Chapters from the first heading, which stands after a little silence, to the end."""
    bounds = [0.6 + round(n * (SECONDS - 0.6) / count, 4) for n in range(count)] + [SECONDS]
    return tuple(
        Chapter(title=f"{TITLES[n % len(TITLES)]}{n}", start_s=bounds[n], end_s=bounds[n + 1]) for n in range(count)
    )


def chapters_by_ffmpeg(path: Path) -> list[tuple[float, float, str]]:
    command = [find_ffmpeg(), "-v", "error", "-copyts", "-i", f"file:{path}", "-f", "ffmetadata", "-"]
    said = subprocess.run(command, check=True, capture_output=True).stdout.decode().replace("\r\n", "\n")
    pattern = r"\[CHAPTER\]\nTIMEBASE=(\d+)/(\d+)\nSTART=(-?\d+)\nEND=(-?\d+)\n(?:title=((?:\\.|[^\\\n])*))?"
    return [
        (int(start) * int(up) / int(down), int(end) * int(up) / int(down), re.sub(r"\\(.)", r"\1", title, flags=re.S))
        for up, down, start, end, title in re.findall(pattern, said, re.S)
    ]


def picture_by_ffmpeg(path: Path) -> bytes:
    command = [find_ffmpeg(), "-v", "error", "-i", f"file:{path}", "-map", "0:v", "-c", "copy", "-f", "image2pipe", "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def decode(path: Path) -> bytes:
    command = [find_ffmpeg(), "-v", "error", "-i", f"file:{path}", "-map", "0:a", "-f", "s16le", "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


@every_format
@pytest.mark.parametrize("count", [0, 1, 12, 60])
def test_chapters_are_read_back_as_they_were_given(fresh: Fresh, name: str, count: int) -> None:
    path, given = fresh(name), marks(count)
    write_tags(path, tags(chapters=given))
    found = read_chapters(path)
    assert [chapter.title for chapter in found] == [chapter.title for chapter in given]
    assert [chapter.start_s for chapter in found] == pytest.approx([chapter.start_s for chapter in given], abs=0.001)
    assert [chapter.end_s for chapter in found] == pytest.approx([chapter.end_s for chapter in given], abs=0.03)


@every_format
@pytest.mark.parametrize("count", [0, 1, 12, 60])
def test_ffmpeg_reads_the_same_chapters(fresh: Fresh, name: str, count: int) -> None:
    path, given = fresh(name), marks(count)
    write_tags(path, tags(chapters=given))
    found = chapters_by_ffmpeg(path)
    starts = [chapter.start_s for chapter in given]
    ends = [chapter.end_s for chapter in given]
    if name in ("m4b", "m4a") and starts:
        starts[0] = 0.0  # a track of text has no gap before it
        ends[0] = ends[0] if count > 1 else SECONDS - 0.6
    assert [title for _, _, title in found] == [chapter.title for chapter in given]
    assert [start_s for start_s, _, _ in found] == pytest.approx(starts, abs=0.001)
    assert [end_s for _, end_s, _ in found] == pytest.approx(ends, abs=0.03)


@every_format
def test_chapters_at_one_place_and_chapters_of_no_length_keep_their_order(fresh: Fresh, name: str) -> None:
    path = fresh(name)
    rows = [("the longest of all these titles", 0, 0), ("", 0, 3.5), ("long, too", 3.5, 3.5), ("d", 3.5, 3.5)]
    rows.append(("e", 3.5, SECONDS))
    write_tags(path, tags(chapters=tuple(Chapter(title=t, start_s=a, end_s=b) for t, a, b in rows)))
    assert [(chapter.title, chapter.start_s) for chapter in read_chapters(path)] == [(t, a) for t, a, _ in rows]
    assert len(chapters_by_ffmpeg(path)) == len(rows)
    assert mutagen.File(path).info.length == pytest.approx(SECONDS, abs=0.03 if name != "mp3" else 0.06)


@every_format
def test_more_chapters_than_a_byte_counts_are_all_there(fresh: Fresh, name: str) -> None:
    path, given = fresh(name), marks(600)
    write_tags(path, tags(chapters=given))
    assert [title for _, _, title in chapters_by_ffmpeg(path)] == [chapter.title for chapter in given]
    listed = 255 if name in ("m4b", "m4a") else 600
    assert [chapter.title for chapter in read_chapters(path)] == [chapter.title for chapter in given[:listed]]


def test_a_long_table_of_contents_is_one_of_tables(fresh: Fresh) -> None:
    path = fresh("mp3")
    write_tags(path, tags(chapters=marks(600)))
    tables = {frame.element_id: frame for frame in ID3(path).getall("CTOC")}
    assert list(tables["toc"].child_element_ids) == ["toc0", "toc1", "toc2"]
    assert [int(tables[key].flags) for key in ("toc", "toc0", "toc2")] == [3, 1, 1]
    entries = [entry for key in tables["toc"].child_element_ids for entry in tables[key].child_element_ids]
    assert entries == [f"chp{n}" for n in range(600)]


def test_a_title_too_long_for_mp4_ends_after_a_whole_letter(fresh: Fresh) -> None:
    path = fresh("m4b")
    write_tags(path, tags(chapters=(Chapter(title="字" * 100, start_s=0, end_s=SECONDS),)))
    assert read_chapters(path)[0].title == chapters_by_ffmpeg(path)[0][2] == "字" * 85


@every_format
def test_a_cover_comes_out_as_it_went_in(fresh: Fresh, name: str, cover: bytes) -> None:
    path = fresh(name)
    write_tags(path, tags(cover=cover, chapters=marks(3)))
    assert picture_by_ffmpeg(path) == cover


def test_covers_are_front_covers_with_their_media_type(fresh: Fresh, cover: bytes) -> None:
    paths = {name: fresh(name) for name in FORMATS}
    for path in paths.values():
        write_tags(path, tags(cover=cover))
    in_opus = Picture(base64.b64decode(OggOpus(paths["opus"])["METADATA_BLOCK_PICTURE"][0]))
    pictures = [ID3(paths["mp3"])["APIC:"], WAVE(paths["wav"])["APIC:"], FLAC(paths["flac"]).pictures[0], in_opus]
    assert [(picture.type, picture.mime, picture.data == cover) for picture in pictures] == [(3, "image/png", True)] * 4
    assert MP4(paths["m4a"])["covr"][0].imageformat == 14


@every_format
def test_a_picture_that_players_do_not_show_is_refused(fresh: Fresh, name: str) -> None:
    with pytest.raises(UsageError, match="Give a JPEG or PNG"):
        write_tags(fresh(name), tags(cover=b"GIF89a"))


FULL = {
    "date": datetime(2026, 3, 3, 8, 30, tzinfo=UTC),
    "address": "https://example.org/fog?a=1;b=2",
    "summary": "Fog, and what came of it.",
}


@pytest.mark.parametrize("name", ["opus", "flac"])
def test_vorbis_comments_say_all_of_it(fresh: Fresh, name: str) -> None:
    path = fresh(name)
    write_tags(path, tags(**FULL))
    assert dict(mutagen.File(path).tags) == {
        "title": ["Fög 霧"],
        "artist": ["Ada"],
        "album": ["Courier"],
        "genre": ["Podcast"],
        "language": ["eng"],
        "date": ["2026-03-03"],
        "description": ["Fog, and what came of it."],
        "wwwaudiosource": ["https://example.org/fog?a=1;b=2"],
        "lyrics": ["It\n\n“came”."],
    }


@pytest.mark.parametrize(("name", "kind"), [("m4b", 2), ("m4a", 21)])
def test_mp4_says_all_of_it_and_what_it_is(fresh: Fresh, name: str, kind: int) -> None:
    path = fresh(name)
    write_tags(path, tags(**FULL))
    assert dict(MP4(path)) == {
        "\xa9nam": ["Fög 霧"],
        "\xa9ART": ["Ada"],
        "\xa9alb": ["Courier"],
        "\xa9gen": ["Podcast"],
        "\xa9day": ["2026-03-03"],
        "\xa9cmt": ["Fog, and what came of it."],
        "desc": ["Fog, and what came of it."],
        "\xa9lyr": ["It\n\n“came”."],
        "----:com.apple.iTunes:LANGUAGE": [b"eng"],
        "----:com.apple.iTunes:WWWAUDIOSOURCE": [b"https://example.org/fog?a=1;b=2"],
        "stik": [kind],
    }
    said = subprocess.run([find_ffmpeg(), "-i", f"file:{path}"], check=False, capture_output=True).stderr
    assert b"(eng): Audio: aac" in said


def test_wav_says_what_mp3_says(fresh: Fresh) -> None:
    mp3, wav = fresh("mp3"), fresh("wav")
    for path in (mp3, wav):
        write_tags(path, tags(**FULL, chapters=marks(3)))
    in_wav = WAVE(wav).tags
    assert in_wav is not None
    assert in_wav.version == (2, 3, 0)
    assert {frame.HashKey: frame for frame in in_wav.values()} == dict(ID3(mp3))


def test_what_is_not_known_is_not_said(fresh: Fresh) -> None:
    for name in FORMATS:
        path = fresh(name)
        write_tags(path, tags())
        found = " ".join(key.lower() for key in mutagen.File(path).tags.keys())  # noqa: SIM118 - comments are also a list
        assert re.search("day|tyer|tdrc|date|cmt|comm|desc|woas|source|covr|apic|picture|chap", found) is None


@every_format
def test_the_same_tags_give_the_same_bytes(fresh: Fresh, name: str, cover: bytes) -> None:
    made = []
    for _ in range(2):
        path = fresh(name)
        write_tags(path, tags(**FULL, cover=cover, chapters=marks(12)))
        made.append(path.read_bytes())
    assert made[0] == made[1]


@every_format
def test_the_sound_and_its_length_stay_as_they_were(fresh: Fresh, name: str, cover: bytes) -> None:
    path = fresh(name)
    sound, length_s = decode(path), mutagen.File(path).info.length
    write_tags(path, tags(**FULL, cover=cover, chapters=marks(12)))
    assert decode(path) == sound
    assert mutagen.File(path).info.length == pytest.approx(length_s, abs=0.001)
    assert [other.name for other in path.parent.iterdir()] == [path.name]


def test_mp4_has_its_index_first_with_tags_too(fresh: Fresh, cover: bytes) -> None:
    path = fresh("m4b")
    write_tags(path, tags(cover=cover, chapters=marks(12)))
    data = path.read_bytes()
    assert data[4:12] == b"ftypM4B "
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.skipif(sys.platform == "win32", reason="a file with a hole of 4 GiB takes 4 GiB there")
@pytest.mark.parametrize(("spare", "kind"), [(3000, "WAV"), (300, "RF64")])
def test_a_wav_that_its_tags_make_too_long_turns_into_rf64(fresh: Fresh, spare: int, kind: str) -> None:
    path = fresh("wav")
    length = 2**32 - spare
    with path.open("r+b") as file:
        data_at = file.read(200).index(b"data") + 8
        file.seek(4)
        file.write(struct.pack("<I", length - 8))
        file.seek(data_at - 4)
        file.write(struct.pack("<I", length - data_at))
        file.truncate(length)
    write_tags(path, tags(chapters=marks(2)))
    info = soundfile.info(path)
    assert (info.format, info.frames) == (kind, (length - data_at) // 2)
    assert [chapter.title for chapter in read_chapters(path)] == [chapter.title for chapter in marks(2)]
    with path.open("r+b") as file:
        head = file.read(28)
        told = struct.unpack("<Q", head[20:28])[0] if kind == "RF64" else struct.unpack("<I", head[4:8])[0]
    assert told == path.stat().st_size - 8


@every_format
def test_playing_begins_at_a_chapter(fresh: Fresh, name: str) -> None:
    path = fresh(name)
    write_tags(path, tags(chapters=marks(3)))
    assert chapter_start(path, 2) == pytest.approx(4.4, abs=0.001)
    with pytest.raises(UsageError, match="has no chapter 4: it has 3. Give --at"):
        chapter_start(path, 4)


@pytest.mark.parametrize("name", [*FORMATS, "txt"])
def test_what_cannot_be_read_has_no_chapters(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"a.{name}"
    assert read_chapters(path) == ()
    path.write_bytes(b"no sound at all" * 9)
    assert read_chapters(path) == ()


@pytest.mark.parametrize("name", ["opus", "flac"])
def test_times_that_are_none_are_passed_over(fresh: Fresh, name: str) -> None:
    path = fresh(name)
    write_tags(path, tags())
    file = mutagen.File(path)
    file.update({"chapter001": "soon", "CHAPTER002": "00:00:02.5", "Chapter002Name": "Two", "CHAPTER003NAME": "none"})
    file.save()
    assert [(chapter.title, chapter.start_s) for chapter in read_chapters(path)] == [("Two", 2.5)]


@every_format
def test_a_file_that_cannot_be_written_is_an_error_of_ours(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="the tags cannot be written"):
        write_tags(tmp_path / "absent" / f"a.{name}", tags())


PODCAST = Podcast(
    show="tides",
    uid="11111111-2222-3333-4444-555555555555",
    title="Tides 潮",
    author="Ben",
    guid="urn:uuid:aaaaaaaa-2222-3333-4444-555555555555",
    published_at=datetime(2026, 4, 5, 6, 7, 8, tzinfo=UTC),
    authors=("Ada", "Cid, Jr."),
    site="The Courier",
    language="en-GB",
    voice="hibari:heart",
    recipe="ab12",
)


def in_show(**more: object) -> Tags:
    return tags(**FULL, album=PODCAST.title, podcast=PODCAST, **more)


def test_an_episode_of_a_show_has_itunes_frames_in_version_2_3(fresh: Fresh) -> None:
    path = fresh("mp3")
    write_tags(path, in_show())
    frames = ID3(path)
    raw = path.read_bytes()
    assert raw[:4] == b"ID3\x03"
    assert all(raw.count(name + b"\0\0\0") == 1 for name in (b"TDRL", b"TGID", b"TDES", b"PCST"))
    assert str(frames["TGID"]) == PODCAST.guid
    assert str(frames["TDRL"]) == "2026-04-05 06:07:08"
    assert str(frames["TDES"]) == FULL["summary"]
    assert "PCST" in frames
    assert str(frames["TALB"]) == "Tides 潮"
    assert str(frames["TXXX:narrate show"]) == "tides"
    assert str(frames["TXXX:narrate show uid"]) == PODCAST.uid


def test_what_an_mp3_of_a_show_says_is_read_back_whole(fresh: Fresh, cover: bytes) -> None:
    path, given = fresh("mp3"), in_show(cover=cover, chapters=marks(12))
    write_tags(path, given)
    found = read_recording(path)
    chapters = found.tags.chapters
    assert replace(found.tags, chapters=()) == replace(given, chapters=(), podcast=replace(PODCAST, author=""))
    assert [chapter.title for chapter in chapters] == [chapter.title for chapter in given.chapters]
    assert found.duration_s == pytest.approx(SECONDS, abs=0.06)


@pytest.mark.parametrize(("hour", "minute"), [(0, 0), (0, 5), (1, 0), (8, 30), (23, 59)])
def test_an_mp3_knows_every_minute_at_which_it_was_published(fresh: Fresh, hour: int, minute: int) -> None:
    path = fresh("mp3")
    write_tags(path, replace(tags(**FULL), date=datetime(2026, 3, 3, hour, minute, tzinfo=UTC)))
    assert read_recording(path).tags.date == datetime(2026, 3, 3, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("name", ["m4b", "m4a"])
def test_what_an_mp4_says_is_read_back(fresh: Fresh, name: str, cover: bytes) -> None:
    path = fresh(name)
    write_tags(path, tags(**FULL, cover=cover, chapters=marks(3)))
    found = read_recording(path)
    whole = replace(tags(**FULL, cover=cover), language="en", date=datetime(2026, 3, 3, tzinfo=UTC))
    assert replace(found.tags, chapters=()) == whole
    assert len(found.tags.chapters) == 3
    assert found.duration_s == pytest.approx(SECONDS, abs=0.03)


@pytest.mark.parametrize("name", ["mp3", "m4a"])
def test_a_recording_without_tags_says_nothing(fresh: Fresh, name: str) -> None:
    found = read_recording(fresh(name)).tags
    assert found == Tags(title="", artist="", album="", language="", lyrics="")


def test_tags_of_a_show_that_are_not_whole_are_none(fresh: Fresh) -> None:
    path = fresh("mp3")
    write_tags(path, in_show())
    frames = ID3(path)
    frames.delall("TXXX:narrate show uid")
    frames.save(path, v2_version=3)
    assert read_recording(path).tags.podcast is None


def test_other_tags_over_those_of_an_mp3_give_the_same_file_as_at_first(fresh: Fresh, cover: bytes) -> None:
    path = fresh("mp3")
    write_tags(path, in_show(cover=cover, chapters=marks(60)))
    write_tags(path, in_show(chapters=marks(2)))
    changed = path.read_bytes()
    write_tags(fresh("mp3"), in_show(chapters=marks(2)))
    assert changed == path.read_bytes()


@pytest.mark.parametrize(
    "data", [b"", b"no sound at all" * 99, b"ID3\x03\0\0\0\0\0\x10" + b"\0" * 16, b"\xff" * 5000, b"\0\0\0\x18ftypM4A "]
)
@pytest.mark.parametrize("name", ["mp3", "m4a", "m4b"])
def test_what_is_no_recording_is_refused_when_read(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / f"a.{name}"
    path.write_bytes(data)
    with pytest.raises(AudioError, match=rf"a\.{name} is no {name.upper()} recording: there is no sound in it\. Look"):
        read_recording(path)


def test_only_recordings_that_shows_hold_are_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Give it as MP3, M4A or M4B"):
        read_recording(tmp_path / "a.ogg")

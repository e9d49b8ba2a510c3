"""Archives of texts: what is in them, and what is refused before anything is unpacked."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest

from narrate.archives import MOST_FILES, names_in, open_archive
from narrate.errors import SourceError, UsageError
from narrate.gather import Piece, Wish, gather, natural_key
from narrate.settings import Settings
from narrate.stories import read_source

WORDS = "The lamp is lit. Nobody came up the stairs.\n"


def zipped(files: dict[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return file.getvalue()


def texts_in(path: Path) -> list[Piece]:
    return gather(str(path), Wish(settings=Settings()))


def test_every_text_in_an_archive_is_a_source_in_natural_order(tmp_path: Path) -> None:
    path = tmp_path / "tales.zip"
    path.write_bytes(
        zipped({"10.txt": "Ten.", "2.md": "# Two\n\nWords.", "in/1.txt": "In.", "a.css": "x", ".hidden.txt": "x"})
    )
    pieces = texts_in(path)
    assert [piece.name for piece in pieces] == [f"{path}/2.md", f"{path}/10.txt", f"{path}/in/1.txt"]
    assert read_source(pieces[0].open()).title == "Two"
    assert pieces[1].open().data == b"Ten."
    assert pieces[1].open().modified_at is not None


def test_what_systems_hide_in_archives_is_passed_over(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    file = io.BytesIO(zipped({"__MACOSX/._a.txt": "x", "a.txt": WORDS, "folder/": ""}))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert open_archive(file.getvalue(), "a.zip").names == ("a.txt",)


def test_names_as_windows_packs_them_are_paths_too() -> None:
    assert open_archive(zipped({"in\\a.txt": WORDS}), "a.zip").names == ("in/a.txt",)


@pytest.mark.parametrize("name", ["../a.txt", "/etc/a.txt", "a/../../b.txt", "C:/a.txt", "..\\a.txt", "a\x1b[2J.txt"])
def test_a_name_that_climbs_out_is_refused(name: str) -> None:
    with pytest.raises(SourceError, match=r"a\.zip has an odd path in it: .*\. Unpack it, and give narrate the folder"):
        open_archive(zipped({"fine.txt": WORDS, name: WORDS}), "a.zip")


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="a.zip has another archive in it: inner.zip"):
        open_archive(zipped({"inner.zip": zipped({"a.txt": WORDS})}), "a.zip")
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"inner.txt": zipped({"a.txt": WORDS, "b.txt": WORDS}), "fine.txt": WORDS}))
    with pytest.raises(SourceError, match="inner.txt is not a text: it looks like a ZIP archive"):
        texts_in(path)[1].open()


def test_a_bomb_is_known_by_what_it_announces() -> None:
    with pytest.raises(SourceError, match="a.zip looks like a trap: bomb.txt would unpack to 30 MB"):
        open_archive(zipped({"bomb.txt": bytes(30_000_000)}), "a.zip")


def test_a_bomb_of_many_files_is_refused_by_their_sum() -> None:
    data = zipped({f"{number}.txt": "x" for number in range(10)})
    directory = data.index(b"PK\x01\x02")
    lying = bytearray(data)
    for _ in range(10):
        struct.pack_into("<II", lying, directory + 20, 60 * 2**20, 60 * 2**20)
        directory = lying.find(b"PK\x01\x02", directory + 4)
    with pytest.raises(SourceError, match="a.zip is too large: it unpacks to over 512 MiB"):
        open_archive(bytes(lying), "a.zip")


def test_too_many_files_are_refused_at_once() -> None:
    data = zipped({f"{number}.txt": "" for number in range(MOST_FILES + 1)}, method=zipfile.ZIP_STORED)
    began_s = time.monotonic()
    with pytest.raises(SourceError, match=f"it holds more than {MOST_FILES} files"):
        open_archive(data, "a.zip")
    assert time.monotonic() - began_s < 2


def test_a_list_of_files_that_is_too_long_is_not_read() -> None:
    data = bytearray(zipped({"a.txt": WORDS}))
    struct.pack_into("<I", data, data.rindex(b"PK\x05\x06") + 12, 5 * 2**20)
    with pytest.raises(SourceError, match="a.zip is too large: its list of files is longer than any that is read"):
        open_archive(bytes(data), "a.zip")
    assert names_in(bytes(data)) == []


def test_a_file_that_is_longer_than_it_says_is_not_unfolded_further(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": WORDS * 1000}))
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        struct.pack_into("<I", data, data.index(signature) + at, 100)
    archive = open_archive(bytes(data), "a.zip")
    with pytest.raises(SourceError, match="a.txt in a.zip cannot be unpacked: the archive is damaged"):
        archive.read("a.txt")


def test_a_password_is_asked_of_nobody() -> None:
    data = bytearray(zipped({"a.txt": WORDS}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(SourceError, match="a.zip is locked with a password. Unpack it"):
        open_archive(bytes(data), "a.zip")


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", b"PK\x05\x06" + bytes(18), zipped({"a.txt": WORDS})[:-30], b"PK\x05\x06"]
)
def test_a_damaged_archive_is_called_so_or_holds_nothing(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    with pytest.raises(SourceError, match="the archive is damaged|has nothing in it to read: it is empty"):
        texts_in(path)


def test_an_archive_without_texts_says_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.css": "x", "b.css": "x"}))
    with pytest.raises(
        SourceError, match=r"its 2 files are of other kinds. What is read ends in .*\.md.*; or say --as"
    ):
        texts_in(path)


def test_the_user_may_say_what_the_files_in_an_archive_are(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.note": "# Title\n\nWords.", "b.note": "Words."}))
    pieces = gather(str(path), Wish(settings=Settings(), as_name="md"))
    assert [read_source(piece.open()).title for piece in pieces] == ["Title", None]


# ------------------------------------------------------- folders and patterns


def test_a_folder_gives_its_readable_files_in_natural_order(tmp_path: Path) -> None:
    for name in ("10.txt", "9.md", "b.HTML", "narrate.toml", ".hidden.txt", "a.css"):
        (tmp_path / name).write_text("Words.")
    (tmp_path / "in").mkdir()
    assert [Path(piece.name).name for piece in texts_in(tmp_path)] == ["9.md", "10.txt", "b.HTML"]


def test_a_folder_without_texts_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="has nothing in it to read: it is empty"):
        texts_in(tmp_path)


def test_a_pattern_gives_the_files_that_fit_it(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("2.txt", "10.txt", "in/1.txt", "a.md"):
        (tmp_path / name).write_text("Words.")
    assert [Path(piece.name).name for piece in texts_in(tmp_path / "*.txt")] == ["2.txt", "10.txt"]
    assert len(texts_in(tmp_path / "**/*.txt")) == 3
    with pytest.raises(SourceError, match=r"no file is called like .*\*\.odd. Look at the pattern"):
        texts_in(tmp_path / "*.odd")


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "part[1].txt").write_text("Words.")
    assert [piece.open().data for piece in texts_in(tmp_path / "part[1].txt")] == [b"Words."]


def test_only_feeds_have_latest_entries(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words.")
    with pytest.raises(UsageError, match="a.txt is no feed: --latest takes entries of feeds"):
        gather(str(tmp_path / "a.txt"), Wish(settings=Settings(), latest=2))


def test_numbers_in_names_are_compared_as_numbers() -> None:
    names = ["Part 10", "part 2", "Part 02b", "part 1", "a" + "9" * 5000, "a10"]
    assert sorted(names, key=natural_key) == ["a10", "a" + "9" * 5000, "part 1", "part 2", "Part 02b", "Part 10"]

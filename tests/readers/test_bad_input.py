"""What is broken, locked or made to do harm, through the command itself: a plain line each, and nothing left behind."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest
from epub_makers import STORY, book, line
from pdf_makers import PARAGRAPHS, in_own_font, joined, locked, raw_pdf, scan
from test_every_kind import DOCX, MORNING, ODT, pack

from runs import Done, Place

JUNK = Random(7).randbytes(3000)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
CIPHERED = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
    '<e:EncryptedData><e:EncryptionMethod Algorithm="{}"/><e:CipherData><e:CipherReference URI="OPS/{}"/>'
    "</e:CipherData></e:EncryptedData></encryption>"
)
AES, FONT = "http://www.w3.org/2001/04/xmlenc#aes128-cbc", "http://www.idpf.org/2008/embedding"
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha '>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
THOUSANDS = "3 0 R " * 10_000
FICTION = "<FictionBook xmlns='http://www.gribuser.ru/xml/fictionbook/2.0'><body><section><p>{}</p></section></body></FictionBook>"


def picture(side: int) -> bytes:
    """A PNG, black, so many pixels wide and high."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def one_page(files: Mapping[str, str | bytes]) -> bytes:
    return book({"a.xhtml": STORY}, files=files)


def ciphered(name: str, method: str) -> bytes:
    """A book with a member that is encrypted, as its own list of such says."""
    return one_page({"/META-INF/encryption.xml": CIPHERED.format(method, name), name: JUNK})


REFUSED: Mapping[str, tuple[bytes | str | Mapping[str, str], str]] = {
    "adobe.epub": (
        ciphered("a.xhtml", AES),
        "is locked: its pages are encrypted for the programs of one",
    ),
    "rights.epub": (one_page({"/META-INF/rights.xml": "<rights/>", "a.xhtml": JUNK}), "is locked: its pages are"),
    "fairplay.epub": (one_page({"/META-INF/sinf.xml": "<sinf/>", "a.xhtml": JUNK}), "is locked: its pages are"),
    "noise.epub": (one_page({"a.xhtml": JUNK}), "is broken: 1 of its 1 pages are missing or damaged"),
    "cut.epub": (one_page({})[:900], "is no whole ZIP archive"),
    "climbing.epub": (book({"../../a.xhtml": STORY}), "its reading order names no page that is in it"),
    "open.fb2": (LAUGHS + "]>" + FICTION.format("&i;"), "it defines entities of its own"),
    "outside.fb2": (
        "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>" + FICTION.format("&a;"),
        "it defines entities of its own",
    ),
    "laughing.docx": (
        DOCX | {"word/document.xml": LAUGHS + "]>" + DOCX["word/document.xml"].replace(MORNING, "&i;")},
        "it defines entities of its own",
    ),
    "laughing.odt": (
        ODT | {"content.xml": LAUGHS + "]>" + ODT["content.xml"].replace(MORNING, "&i;")},
        "it defines entities of its own",
    ),
    "deep.fb2": ("<FictionBook>" + "<section>" * 9000, "its parts are nested too deeply"),
    "password.docx": (OLE + "EncryptedPackage".encode("utf-16-le"), "Office document with a password. Open it in the"),
    "old.doc": (OLE + bytes(500), "looks like an old Office document. Open it in the program it was made in, and save"),
    "kindle.azw3": (bytes(60) + b"BOOKMOBI" + JUNK, "looks like a Kindle book. Convert it to EPUB"),
    "packed.7z": (b"7z\xbc\xaf\x27\x1c" + JUNK, "looks like a 7z archive. Unpack it"),
    "password.pdf": (locked(PARAGRAPHS, user="open", owner="sesame"), "it is encrypted and asks for a password"),
    "nameless.pdf": (in_own_font(PARAGRAPHS).replace(b"/ToUnicode", b"/ToNothing"), "do not say which letters they"),
    "endless.pdf": (
        raw_pdf(
            [
                "<< /Type /Catalog /Pages 2 0 R >>",
                f"<< /Type /Pages /Kids [{THOUSANDS}] /Count 10000 >>",
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>",
            ]
        ),
        "it has 10,000 pages",
    ),
    "scan.pdf": (scan(2), "its pages are pictures, as of a scan. Run it through OCR"),
    "signs.md": ("[" * 9000, "holds no words"),
    "climbing.zip": ({"../../evil.txt": MORNING}, "has an odd path in it: ../../evil.txt"),
}


def write(path: Path, data: bytes | str | Mapping[str, str]) -> Path:
    if isinstance(data, Mapping):
        pack(path, data)
    else:
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """What one command says of all of them, in a place where nothing may be left."""
    place = Place(tmp_path_factory.mktemp("bad"))
    paths = [write(place.targets.parent / name, data) for name, (data, _) in REFUSED.items()]
    began_s = time.monotonic()
    done = place.run("make", *paths, "-o", ".", "--engine", "tone", "-q")
    assert time.monotonic() - began_s < 120
    assert place.left_behind() == []
    return done


def test_what_cannot_be_read_fails_without_an_episode(refused: Done) -> None:
    assert (refused.status, refused.out) == (1, "")
    assert "Traceback" not in refused.err


@pytest.mark.parametrize("name", REFUSED)
def test_each_is_told_in_one_line_what_why_and_what_to_do(refused: Done, name: str) -> None:
    (told,) = [line for line in refused.err.splitlines() if f"/{name}" in line]
    assert told.startswith("narrate: ")
    assert REFUSED[name][1] in told
    assert told.endswith(".")


def test_what_only_looks_dangerous_is_read_and_what_is_missing_of_it_is_told(tmp_path: Path) -> None:
    cover = '<item id="c" href="c.png" media-type="image/png" properties="cover-image"/>'
    macros = DOCX["[Content_Types].xml"].replace(
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "vnd.ms-word.document.macroEnabled.main+xml",
    )
    texts: dict[str, bytes | dict[str, str]] = {
        "font.epub": ciphered("f.otf", FONT),
        "huge-cover.epub": book({"a.xhtml": STORY}, items=cover, files={"c.png": picture(30_000)}),
        "circle.epub": book({"a.xhtml": STORY}, contents=line("One", "a.xhtml", line("Two", "nav.xhtml")) * 99),
        "half.epub": book({"a.xhtml": STORY, "b.xhtml": STORY}, files={"b.xhtml": JUNK}),
        "macros.docm": {**DOCX, "[Content_Types].xml": macros, "word/vbaProject.bin": "Sub AutoOpen"},
        "partly.pdf": joined(scan(1), in_own_font(PARAGRAPHS)),
    }
    place = Place(tmp_path)
    paths = [write(tmp_path / name, data) for name, data in texts.items()]
    started = place.start("make", *paths, "-o", ".", "--engine", "tone")
    out, err = started.communicate()
    assert started.returncode == 0, err
    assert len(out.splitlines()) == len(texts)
    assert "Missing, damaged or no text, and so not read: OPS/b.xhtml." in err
    assert "is a picture with little or no text" in err
    assert "Its own picture is left out" in err
    assert place.left_behind(*out.splitlines()) == []


def test_a_cover_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    text, cover = write(tmp_path / "a.md", MORNING), write(tmp_path / "c.png", picture(30_000))
    done = Place(tmp_path / "place").make(text, "--engine", "tone", "--cover", str(cover))
    assert (done.status, done.out) == (2, "")
    assert done.err == f"narrate: the cover {cover} is too large: it has over 40 million pixels. Make it smaller.\n"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="nobody tells what memory a process had at most")
def test_a_device_without_end_is_refused_within_the_memory_of_the_largest_text() -> None:
    code = "from narrate.cli.app import run\ntry: run()\nfinally: print(open('/proc/self/status').read())"
    done = subprocess.run([sys.executable, "-c", code, "clean", "/dev/zero"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        1,
        "narrate: /dev/zero is too large: it has over 512 MiB. Give it in parts.\n",
    )
    peak = re.search(r"VmHWM:\s+(\d+) kB", done.stdout)
    assert peak is not None
    assert int(peak[1]) < 800 * 1024


def test_a_file_larger_than_any_text_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(5 * 2**30)
    done = Place(tmp_path / "place").run("clean", path)
    assert (done.status, done.err) == (1, f"narrate: {path} is too large: it has over 512 MiB. Give it in parts.\n")

"""QR codes hold what was put into them, as other people's programs read them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image

from narrate.codes import HALVES, QUIET_MODULES, qr_svg, qr_terminal
from narrate.errors import UsageError

ADDRESSES = (
    "http://192.168.1.10:8080/p/vQ3x-9aZr_0LmN4kWc7TtYb2UeHs5GfD/evening-reads/feed.xml",
    "https://pods.example.org/",
    "https://pods.example.org/bücher/feed.xml",
    "https://pods.example.org/" + "a" * 400,
    'https://pods.example.org/?"><script>alert(1)</script>',
)

every_address = pytest.mark.parametrize("address", ADDRESSES, ids=range(len(ADDRESSES)))


def modules_on_screen(printed: str) -> list[list[bool]]:
    """What a terminal shows: True where it is dark."""
    pairs = {character: pair for pair, character in HALVES.items()}
    rows: list[list[bool]] = []
    for line in re.sub(r"\x1b\[[\d;]*m", "", printed).split("\n"):
        upper, lower = zip(*(pairs[character] for character in line), strict=True)
        rows += [list(upper), list(lower)]
    return rows


def read_code(path: Path) -> str:
    """What zbar reads in a picture."""
    if shutil.which("zbarimg") is None:
        if os.environ.get("CI"):
            pytest.fail("zbarimg is not installed, and CI never skips this")
        pytest.skip("zbarimg is not installed; .ci/run installs it")
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.removesuffix("\n")


@pytest.mark.clients
@every_address
def test_a_code_in_a_terminal_reads_as_the_address(address: str, tmp_path: Path) -> None:
    rows = modules_on_screen(qr_terminal(address))
    picture = Image.new("L", (len(rows[0]), len(rows)))
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    dark_desk = Image.new("L", (picture.width * 4 + 80, picture.height * 4 + 80), 0)
    dark_desk.paste(picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST), (40, 40))
    dark_desk.save(tmp_path / "code.png")

    assert read_code(tmp_path / "code.png") == address


@pytest.mark.clients
@every_address
def test_a_code_on_a_dark_page_reads_as_the_address(address: str, tmp_path: Path) -> None:
    page = f'<!doctype html><body style="background:#000"><div style="width:307px">{qr_svg(address)}</div>'
    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed, and CI never skips this")
        pytest.skip("chromium is not installed; .ci/run installs it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        sheet = browser.new_page(viewport={"width": 400, "height": 400})
        sheet.set_content(page)
        sheet.screenshot(path=tmp_path / "page.png")
        browser.close()

    assert read_code(tmp_path / "page.png") == address


def test_a_code_in_a_terminal_fits_beside_its_address() -> None:
    lines = qr_terminal(ADDRESSES[0]).split("\n")
    assert len(lines) <= 23
    assert len(modules_on_screen("\n".join(lines))[0]) <= 60


def test_a_code_in_a_terminal_brings_its_own_colours_and_puts_them_back() -> None:
    for line in qr_terminal(ADDRESSES[1]).split("\n"):
        assert re.fullmatch(r"\x1b\[38;5;16;48;5;231m[ ▀▄█]+\x1b\[0m", line)


def test_a_code_has_a_quiet_border_of_four_modules() -> None:
    rows = modules_on_screen(qr_terminal(ADDRESSES[1]))
    side = len(rows[0])
    edges = [*rows[:QUIET_MODULES], *rows[side - QUIET_MODULES :]]
    edges += [row[:QUIET_MODULES] + row[-QUIET_MODULES:] for row in rows]
    assert QUIET_MODULES == 4
    assert not any(any(row) for row in edges)
    assert all(row[QUIET_MODULES] for row in rows[QUIET_MODULES : QUIET_MODULES + 7]), "then the first finder begins"


@every_address
def test_an_svg_is_one_element_that_names_no_size_and_nothing_of_the_text(address: str) -> None:
    svg = etree.fromstring(qr_svg(address))
    assert svg.tag == "svg"
    assert set(svg.attrib) == {"viewBox", "shape-rendering"}
    assert [child.tag for child in svg] == ["path", "path"]
    assert "script" not in qr_svg(address)


def test_the_same_text_gives_the_same_code() -> None:
    assert qr_svg(ADDRESSES[0]) == qr_svg(ADDRESSES[0])
    assert qr_terminal(ADDRESSES[0]) == qr_terminal(ADDRESSES[0])


@pytest.mark.parametrize("make", [qr_svg, qr_terminal])
def test_a_text_longer_than_any_code_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(UsageError) as problem:
        make("x" * 10_000)
    assert str(problem.value) == "the text has no QR code: it has 10,000 characters. Give fewer than 2,900."

"""Real podcast clients subscribe to what `narrate serve` serves, and download what the library holds."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import ROOT, SAMPLES
from runs import Place, finish
from test_clients import need

pytestmark = pytest.mark.clients

SOUNDS = 2
"""Episodes in the show."""

DOWNLOAD_S = 30.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A library with a show of two episodes, one made and one imported."""
    folder = tmp_path_factory.mktemp("clients")
    place = Place(folder, NARRATE_HOME=str(folder / "home"))
    assert place.run("show", "create", "My <reads> & more", "--slug", "reads").status == 0
    assert place.run("add", SAMPLES / "essay.md", "--show", "reads").status == 0
    assert place.make(SAMPLES / "news.txt", "--no-clean", target="tape.mp3").status == 0
    assert place.run("import", "tape.mp3", "--title", "A tape ]]> of “news”").status == 0
    return place


@pytest.fixture(params=["open", "private"])
def feed(place: Place, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the feed, while it is served."""
    private = ["--private"] if request.param == "private" else []
    running = place.start("serve", "--port", "0", *private)
    assert running.stdout
    home = running.stdout.readline().strip()
    assert ("/p/" in home) == bool(private)
    yield f"{home}reads/feed.xml"
    running.send_signal(signal.SIGINT)
    done = finish(running)
    assert done.status == 130, done.err
    assert not private or home.split("/p/")[1].strip("/") not in done.err.split("Ctrl-C stops.")[1]


def run_client(*command: str, home: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        env={**os.environ, "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def downloaded(folder: Path) -> list[bytes]:
    """The bytes of every MP3 in a folder, the shortest first."""
    return sorted((path.read_bytes() for path in folder.rglob("*.mp3")), key=len)


def held(place: Place) -> list[bytes]:
    """The bytes of every MP3 in the library, the shortest first."""
    return downloaded(Path(place.environment["NARRATE_HOME"]) / "library" / "reads")


def test_gpodder_downloads_every_episode(place: Place, feed: str, tmp_path: Path) -> None:
    gpo = need("gpo")
    settings = {"GPODDER_HOME": str(tmp_path / "gpodder"), "GPODDER_DOWNLOAD_DIR": str(tmp_path / "got")}
    run_client(gpo, "subscribe", feed, home=tmp_path, **settings)
    run_client(gpo, "update", home=tmp_path, **settings)
    listed = run_client(gpo, "list", home=tmp_path, **settings)
    run_client(gpo, "download", home=tmp_path, **settings)
    assert "My ‹reads› & more" in listed  # no app takes it for a tag
    assert len(held(place)) == SOUNDS
    assert downloaded(tmp_path / "got") == held(place)


def test_newsboat_and_podboat_download_every_episode(place: Place, feed: str, tmp_path: Path) -> None:
    newsboat, podboat = need("newsboat"), need("podboat")
    settings = tmp_path / ".newsboat"
    settings.mkdir()
    (settings / "urls").write_text(f"{feed}\n")
    (settings / "config").write_text(f'podcast-auto-enqueue yes\ndownload-path "{tmp_path}/got/"\n')
    (tmp_path / "got").mkdir()
    run_client(newsboat, "-x", "reload", home=tmp_path)
    assert len((settings / "queue").read_text().splitlines()) == SOUNDS
    sit_at_terminal([podboat, "-a"], tmp_path, until=lambda: downloaded(tmp_path / "got") == held(place), then=b"q")
    assert downloaded(tmp_path / "got") == held(place)


def test_podget_downloads_every_episode(place: Place, feed: str, tmp_path: Path) -> None:
    podget = need("podget")
    settings = tmp_path / "podget"
    run_client(podget, "-d", str(settings), "--create-config", "podgetrc", home=tmp_path)
    written = re.sub(r"(?m)^DIR_LIBRARY=.*", f"DIR_LIBRARY={tmp_path}/got", (settings / "podgetrc").read_text())
    (settings / "podgetrc").write_text(re.sub(r"(?m)^MIN_SPACE=.*", "MIN_SPACE=0", written))
    (settings / "serverlist").write_text(f"{feed} News Reads\n")
    run_client(podget, "-d", str(settings), "-c", "podgetrc", home=tmp_path)
    assert downloaded(tmp_path / "got") == held(place)


def test_the_four_lines_of_the_readme_subscribe(tmp_path: Path) -> None:
    need("gpo")
    if not (ROOT / ".venv" / "bin" / "narrate").exists():
        pytest.skip("narrate is not installed where the README has it")
    lines = (ROOT / "README.md").read_text("utf-8").split("```sh\n")[2].split("\n```")[0].splitlines()
    assert len(lines) == 4
    home = {"HOME": str(tmp_path), "NARRATE_HOME": str(tmp_path / "narrate"), "GPODDER_HOME": str(tmp_path / "gpodder")}
    serving = "until curl -s -o /dev/null http://127.0.0.1:8421/; do sleep 0.1; done"
    script = "\n".join(["set -e", *lines[:3], serving, lines[3], "gpo list", "kill %1"])
    done = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env={**os.environ, **home}, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, "My reads" in done.stdout) == (0, True), done.stdout + done.stderr


def sit_at_terminal(command: list[str], home: Path, *, until: Callable[[], bool], then: bytes) -> None:
    """A program that wants a screen, until something has happened; then a key, and its end."""
    process, screen = pty.fork()
    if process == 0:
        os.environ.update(HOME=str(home), TERM="xterm")
        os.execv(command[0], command)
    deadline_s = time.monotonic() + DOWNLOAD_S
    pressed = False
    while time.monotonic() < deadline_s:
        if select.select([screen], [], [], 0.2)[0]:
            try:
                os.read(screen, 65536)
            except OSError:  # it has closed the terminal
                break
        if not pressed and until():
            os.write(screen, then)
            pressed = True
    os.kill(process, signal.SIGKILL) if time.monotonic() >= deadline_s else None
    os.waitpid(process, 0)
    os.close(screen)

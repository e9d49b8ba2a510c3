"""The map in docs/architecture.md is true: imports point down, rooms on the road keep apart."""

from __future__ import annotations

import ast
from pathlib import Path

from conftest import ROOT

PACKAGE = ROOT / "src" / "narrate"

FLOORS = [
    {"types", "errors"},
    {
        "languages",
        "engines",
        "audio",
        "cache",
        "executors",
        "chapters",
        "transcript",
        "tags",
        "web",
        "words",
        "directions",
        "places",
        "artwork",
        "codes",
        "archives",
        "signatures",
        "contents",
        "timings",
    },
    {"sources", "readers", "cleaner", "segmenter", "speech", "episode", "live", "feed", "site", "feeds"},
    {
        "gather",
        "stories",
        "casting",
        "speakers",
        "preparation",
        "pipeline",
        "targets",
        "studio",
        "report",
        "plugins",
        "settings",
        "library",
        "publish",
    },
    {"cli", "player", "server"},
]
"""From the ground up, as the map draws them."""

OWNERS = {
    "typer": {"cli"},
    "pydub": {"audio"},
    "gtts": {"engines"},
    "soundfile": {"audio"},
    "soxr": {"audio"},
    "mutagen": {"tags", "player"},
    "hibari": {"engines"},
    "httpx2": {"web"},
    "httpcore2": {"web"},
    "re2": {"cleaner"},
    "trafilatura": {"readers"},
    "mammoth": {"readers"},
    "pypdfium2": {"readers"},
    "readability": {"readers"},
    "sqlalchemy": {"library"},
    "alembic": {"library"},
    "podcastparser": {"feed"},
    "feedparser": {"feeds"},
    "requests": {"engines"},
    "urllib3": {"engines"},
    "PIL": {"artwork"},
    "segno": {"codes"},
    "jinja2": {"site"},
    "starlette": {"server"},
    "uvicorn": {"server"},
}
"""One package, one room."""


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """Dotted names of everything a file imports, at its top or inside its functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def edges() -> set[tuple[str, str]]:
    """Pairs of rooms, the first importing the second."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        if path.parent == PACKAGE and path.name == "__init__.py":
            continue
        for name in imports_of(path):
            if name.startswith("narrate."):
                found.add((room_of(path), name.split(".")[1]))
    return {(room, other) for room, other in found if room != other}


def test_every_room_is_on_the_map() -> None:
    rooms = {room_of(path) for path in PACKAGE.rglob("*.py")} - {"__init__"}
    assert rooms == set().union(*FLOORS)


def test_imports_point_down_and_rooms_on_the_road_keep_apart() -> None:
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    road = FLOORS[2]
    wrong = {
        (room, other)
        for room, other in edges()
        if floor[other] > floor[room] or (room in road and other in road) or (floor[room] == 0 and room != "types")
    }
    assert wrong == set()


def test_one_package_has_one_room() -> None:
    for path in PACKAGE.rglob("*.py"):
        for name in imports_of(path):
            owners = OWNERS.get(name.split(".")[0])
            assert owners is None or room_of(path) in owners, f"{path} imports {name}"

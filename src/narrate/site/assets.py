"""Style, scripts and icon of the pages, under addresses that change with their bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path

from narrate.places import Places

FOLDER = Path(str(files("narrate.site"))) / "assets"

ASSETS: Mapping[str, Path] = {path.name: path for path in sorted(FOLDER.iterdir()) if path.is_file()}
"""Every file that pages name, by its name under `assets/`."""


def asset_address(places: Places, name: str) -> str:
    """Where a page finds one: with a digest of its bytes, so that it may be kept for ever."""
    return f"{places.asset(name)}?v={_version(name)}"


@cache
def _version(name: str) -> str:
    return blake2b(ASSETS[name].read_bytes(), digest_size=4).hexdigest()

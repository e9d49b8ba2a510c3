"""What an engine tells of its version, so that nobody takes an older one's sound for its own."""

from __future__ import annotations

from functools import cache
from hashlib import file_digest
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def name_versions(*packages: str) -> str:
    """The packages with their versions, as installed."""
    return " ".join(f"{package} {_version(package)}" for package in packages)


@cache
def digest_file(path: Path) -> str:
    """SHA-256 of a file, read once by a process."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"

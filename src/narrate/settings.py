"""Defaults, files and environment: read at the doors, passed down as plain values."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from narrate.cleaner.policies import Policies
from narrate.errors import UsageError
from narrate.segmenter.pauses import Pauses

PREFIX = "NARRATE_"

TABLES: Mapping[str, type] = {"pauses": Pauses, "policies": Policies}
"""Settings that are tables of settings."""

SOUNDS = ("intro_audio", "outro_audio", "chime")
"""Settings that name a file with sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How episodes are made."""

    engine: str = "hibari"
    voice: str | None = None
    """Name of a voice of the engine, or `engine:voice`; None takes the engine's default."""
    cast: str | None = None
    """A file that says who speaks with which voice, where paragraphs begin with a name; it may name a narrator too."""
    quote_voice: str | None = None
    """Name of a voice for quotations; None leaves them to the voice of the whole."""
    fallback: tuple[str, ...] = ()
    """Who speaks where the voice cannot, the first who can: engines, `engine:voice`, or voices of the same engine."""
    speed: float = 1.0
    seed: int = 0
    language: str | None = None
    """BCP 47; None detects it."""
    clean: bool = True
    keep: tuple[str, ...] = ()
    """Kinds of clutter that stay."""
    drop: tuple[str, ...] = ()
    """Kinds of clutter that go even where `keep` names them or nothing is cleaned."""
    allow_private: bool = False
    """Fetch from addresses of this machine and of private networks too."""
    proxy: str | None = None
    """A proxy for the web, such as `http://proxy.example:3128`; those of the environment are ignored."""
    introduction: bool = True
    close: bool = True
    close_text: str | None = None
    """What is said at the end, with {title}, {authors}, {site} and {date}; None for narrate's own words."""
    lexicon: tuple[str, ...] = ()
    """Files that say how names and other words are pronounced, the one that counts most first."""
    emoji: str = "drop"
    """What happens to pictures among the letters: `drop` or `name`."""
    intro_audio: str | None = None
    """A file with music that begins the episode."""
    outro_audio: str | None = None
    """A file with music that ends it."""
    chime: str | None = None
    """What sounds before every chapter heading: a file, or `bell`."""
    loudness: float = -16.0
    """Integrated loudness of the finished file, in LUFS."""
    bitrate: str = "auto"
    """In kbit/s, `v0` to `v9` for an MP3 of variable bit rate, or `auto` for what suits the format."""
    jobs: int = 0
    """Worker processes; 0 takes as many as cores and memory allow."""
    use_cache: bool = True
    """Keep what was spoken, so that no sentence is spoken twice."""
    cache_mb: int = 4096
    """Most that the cache may hold, in MiB."""
    deadline: float = 120.0
    """Longest time for one sentence before its worker is given up, in seconds."""
    pauses: Pauses = field(default_factory=Pauses)
    policies: Policies = field(default_factory=Policies)
    """What happens to what cannot be heard well, such as tables."""

    def __post_init__(self) -> None:
        if not 0 <= self.jobs <= 256:
            raise UsageError(f"{self.jobs} jobs cannot be", "", "Give 1 to 256, or 0 for as many as fit")
        if self.cache_mb < 0 or self.deadline <= 0:
            raise UsageError("the cache and the deadline have no negative size", "", "Give more than 0")
        if not 0.5 <= self.speed <= 2.0:
            raise UsageError(f"the speed {self.speed:g} is out of range", "", "Give 0.5 to 2.0")
        if not -30 <= self.loudness <= -10:
            raise UsageError(f"the loudness {self.loudness:g} is out of range", "", "Give -30 to -10 LUFS")
        if not re.fullmatch(r"auto|v\d|[1-9]\d{1,2}", self.bitrate):
            raise UsageError(f"{self.bitrate!r} is no bit rate", "", "Give one such as 96, v4 or auto")
        if self.emoji not in ("drop", "name"):
            raise UsageError(f"emoji cannot be treated as {self.emoji!r}", "", "Give drop or name")


def load_settings(beside: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Settings in force: environment over `narrate.toml` beside the source over the user's `config.toml`.

    Args:
        beside: the folder of the source.
        environment: None takes the process's.

    Raises:
        UsageError: a file or variable holds something that is no setting.
    """
    environment = os.environ if environment is None else environment
    settings = Settings()
    for path in (home_folder(environment) / "config.toml", (beside or Path()) / "narrate.toml"):
        if path.is_file():
            settings = change_settings(settings, _located(_read_toml(path), path, settings), str(path))
    return change_settings(settings, _read_environment(environment), "the environment")


def folder_beside(origin: str) -> Path | None:
    """The folder of a source, in which it may have settings; None for what has none."""
    from narrate.sources import is_address

    return None if origin == "-" or is_address(origin) else Path(origin).parent


def lexicon_files(settings: Settings, environment: Mapping[str, str] | None = None) -> list[Path]:
    """The lexicons in force: those of the settings, and under them `lexicon.toml` in the settings folder."""
    own = home_folder(os.environ if environment is None else environment) / "lexicon.toml"
    return [*map(Path, settings.lexicon), *([own] if own.is_file() else [])]


def rule_files(environment: Mapping[str, str] | None = None, address: str | None = None) -> list[Path]:
    """The user's own rules for the cleaner: `rules/*.toml` in the settings folder, and those for an address's site.

    Rules for a site are in `rules/sites/HOST.toml`, where `example.org.toml` serves `www.example.org` too.
    """
    folder = home_folder(os.environ if environment is None else environment) / "rules"
    host = (urlsplit(address or "").hostname or "").removeprefix("www.")
    parents = [host.split(".", depth)[-1] for depth in range(host.count("."))] if host else []
    sites = [folder / "sites" / f"{name}.toml" for name in parents]
    return [path for path in [*sites, *sorted(folder.glob("*.toml"))] if path.is_file()]


def home_folder(environment: Mapping[str, str]) -> Path:
    """Where the user's settings are: NARRATE_HOME, else the system's place for them."""
    if environment.get("NARRATE_HOME"):
        return Path(environment["NARRATE_HOME"])
    from platformdirs import user_config_path

    return user_config_path("narrate")


def change_settings(settings: Settings, values: Mapping[str, Any], origin: str) -> Settings:
    """The settings with some of them changed; None changes nothing.

    Raises:
        UsageError: one of the names or values is none of ours; the message names its origin.
    """
    changes = {name: value for name, value in values.items() if value is not None}
    tables = {name: changes.pop(name) for name in TABLES if name in changes}
    checked = _check(Settings, changes, origin)
    for name, table in tables.items():
        if not isinstance(table, Mapping):
            raise UsageError(f"{origin}: {name} is no table", "", f"Write [{name}] and one setting a line")
        checked[name] = replace(getattr(settings, name), **_check(TABLES[name], table, origin))
    return replace(settings, **checked)


def _located(values: dict[str, Any], path: Path, below: Settings) -> dict[str, Any]:
    """The values of a file, with the files that they name beside it; its lexicons over those of what counts less."""

    def locate(name: object) -> str:
        return str(path.parent / str(name))

    found: dict[str, Any] = {name: values[name] for name in SOUNDS if values.get(name)}
    if found:
        from narrate.audio.music import BELL

        found = {name: file if file == BELL else locate(file) for name, file in found.items()}
    if values.get("cast"):
        found["cast"] = locate(values["cast"])
    given = values.get("lexicon")
    if given is not None:
        names = [given] if isinstance(given, str) else given
        found["lexicon"] = [*map(locate, names), *below.lexicon]
    return values | found


def _check(kind: type, values: Mapping[str, Any], origin: str) -> dict[str, Any]:
    hints = get_type_hints(kind)
    names = {field.name for field in fields(kind)}
    checked = {}
    for name, value in values.items():
        if name not in names:
            raise UsageError(f"{origin}: there is no setting {name!r}", "", f"Use one of: {', '.join(sorted(names))}")
        checked[name] = _coerce(name, value, hints[name], origin)
    return checked


def _coerce(name: str, value: Any, hint: Any, origin: str) -> Any:
    """The value in its setting's type; strings come from the environment."""
    try:
        if hint is bool:
            words = {
                "1": True,
                "true": True,
                "yes": True,
                "on": True,
                "0": False,
                "false": False,
                "no": False,
            }
            return value if isinstance(value, bool) else words[str(value).lower()]
        if hint in (int, float):
            return hint(value)
        if hint == tuple[str, ...]:
            parts = value.split(",") if isinstance(value, str) else map(str, value)
            return tuple(filter(None, map(str.strip, parts)))
        return str(value)
    except (ValueError, KeyError, TypeError) as problem:
        raise UsageError(f"{origin}: {name} cannot be {value!r}", "", "Look at `narrate make --help`") from problem


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise UsageError(f"{path} cannot be read as TOML", str(problem), "Mend it") from problem


def _read_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """`NARRATE_SPEED=1.2` sets speed, `NARRATE_PAUSES_SENTENCE=500` the pause after a sentence."""
    values: dict[str, Any] = {}
    known = {field.name for field in fields(Settings)} - set(TABLES)
    for variable, value in environment.items():
        name = variable.removeprefix(PREFIX).lower()
        table, _, inner = name.partition("_")
        if not variable.startswith(PREFIX):
            continue
        if table in TABLES and inner:
            values.setdefault(table, {})[inner] = value
        elif name in known:
            values[name] = value
    return values

"""Who an episode is, and what made it: told from its source and the settings, before anything is spoken."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import asdict, replace
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from narrate.cache import make_key
from narrate.engines.booth import describe_engine
from narrate.settings import Settings, change_settings
from narrate.sources import STDIN
from narrate.types import Article, Script, Show, Source

if TYPE_CHECKING:
    from narrate.preparation import Prepared
    from narrate.tags import Tags

TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_\w+", re.IGNORECASE)
"""Parameters of an address that say where somebody came from, and not what is there."""

OTHER_FORMS = re.compile(r"^(www|m|mobile|amp)\.(?=[^.]+\.)")
"""How the hosts begin under which a site has the same pages in other forms."""

PORTS = {"http": 80, "https": 443}

FORMAT = "mp3"
"""Of every episode that is made for a show."""


def guid_of(show: Show, identity: str | None) -> str:
    """The guid of what has this identity, the same for ever; of what has none, one by chance.

    Source:
        RFC 9562, 5.5 (UUIDv5)
    """
    return (uuid.uuid4() if identity is None else uuid.uuid5(uuid.UUID(show.uid), identity)).urn


def identity_of(source: Source, address: str | None) -> str | None:
    """What a source is called wherever it is read: its address, else its path; None for pasted words."""
    return address or (None if source.origin == STDIN else path_identity(Path(source.origin)))


def path_identity(path: Path) -> str:
    written = str(path.resolve()).encode("utf-8", "surrogateescape")  # a name may be no text
    return f"file:{written.decode('utf-8', 'backslashreplace')}"


def address_of(source: Source, article: Article) -> str | None:
    """The web address of the original, without what may differ between two ways to it.

    What a page calls its address is believed, but for one of another site, as which any page could pass itself off,
    and for the first page of a site, which careless pages all name.
    """
    named = article.address if article.address and is_web(article.address) else None
    if named and source.address and not _may_name(source.address, named):
        named = None
    found = named or source.address
    return clean_address(found) if found else None


def is_web(address: str) -> bool:
    return re.match(r"https?://[^/?#\s]", address, re.IGNORECASE) is not None


def clean_address(address: str) -> str:
    """An address without what may differ between two ways to the same page."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return address
    scheme = parts.scheme.lower()
    place = f"[{host}]" if ":" in host else host
    place += f":{port}" if port not in (None, PORTS.get(scheme)) else ""
    asked = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in asked if not TRACKING.fullmatch(name)]
    query = parts.query if len(kept) == len(asked) else urlencode(kept)
    return urlunsplit((scheme, place, parts.path or "/", query, ""))


def _may_name(fetched: str, named: str) -> bool:
    """May a page that was fetched from an address name another one as its own?"""
    try:
        hosts = [_host_of(address) for address in (fetched, named)]
    except ValueError:
        return False
    if _is_first_page(named) and not _is_first_page(fetched):
        return False
    shorter, longer = sorted(hosts, key=len)
    return shorter != "" and f".{longer}".endswith(f".{shorter}")


def _host_of(address: str) -> str:
    """
    Raises:
        ValueError: it cannot be read.
    """
    return OTHER_FORMS.sub("", (urlsplit(address).hostname or "").rstrip("."))


def _is_first_page(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in ("", "/") and not parts.query


# -------------------------------------------------------------------- settings


def settings_for(show: Show, settings: Settings) -> Settings:
    """The settings in force for a show: its own over those of files and environment, its lexicons over theirs.

    Raises:
        UsageError: a setting of the show is none.
    """
    changed = change_settings(settings, show.settings, f"the show {show.slug}")
    if "lexicon" not in show.settings:
        return changed
    return replace(changed, lexicon=tuple(dict.fromkeys((*changed.lexicon, *settings.lexicon))))


# ---------------------------------------------------------------------- recipe


def describe_recipe(prepared: Prepared, settings: Settings, tags: Tags, cover: str) -> str:
    """Digest of everything that makes an episode's files; the same one gives the same files.

    Args:
        tags: without cover and chapters, which are the same where the rest is.
        cover: of what the cover is made.
    """
    speakers = sorted(
        (name or "", describe_engine(engine, voice)) for name, (engine, voice) in prepared.everyone.items()
    )
    sound = [FORMAT, settings.speed, settings.seed, settings.loudness, settings.bitrate]
    music = [_describe_sound(name) for name in (settings.intro_audio, settings.outro_audio, settings.chime)]
    about = asdict(tags) | {"lyrics": "", "cover": None, "chapters": ()}
    return make_key(*(_as_json(part) for part in (_script_of(prepared.script), speakers, sound, music, about, cover)))


def _script_of(script: Script) -> object:
    """What is said and how, wherever it stood in the source."""
    return [script.title, script.language, script.head_ms, list(_utterances_of(script))]


def _utterances_of(script: Script) -> Iterator[dict[str, object]]:
    block: int | None = None
    for utterance in script.utterances:
        places = {"block": utterance.block != block, "start": 0, "end": 0, "line": 0}
        block = utterance.block
        said = asdict(utterance) | places
        del said["voice_why"]  # changes no file
        if utterance.speaker is None:  # so that recipes from before there were any stay the same
            del said["speaker"]
        yield said


def _describe_sound(name: str | None) -> str | None:
    """A file by its bytes; a name that is no file, such as the bell's, as it is."""
    if name is None or not Path(name).is_file():
        return name
    with Path(name).open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _as_json(part: object) -> str:
    return json.dumps(part, ensure_ascii=True, sort_keys=True, default=str)

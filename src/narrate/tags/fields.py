"""What a file says of itself, whatever its format calls it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from narrate.errors import UsageError
from narrate.types import Chapter

GENRE = "Podcast"

LANGUAGES = {
    "ar": "ara", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "fi": "fin",
    "fr": "fra", "he": "heb", "hi": "hin", "hu": "hun", "it": "ita", "ja": "jpn", "ko": "kor", "nl": "nld",
    "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus", "sv": "swe", "tr": "tur", "uk": "ukr",
    "zh": "zho",
}  # fmt: skip
"""ISO 639-2, as ID3 and MP4 want it."""

COVERS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Podcast:
    """What an episode says of its show, and of itself beside that: enough to find its place in a lost library again."""

    show: str
    """The slug of the show."""
    uid: str
    """The show's UUID."""
    title: str
    """The show's: the album."""
    guid: str
    published_at: datetime
    """When it came into the show: aware, in UTC, whole seconds."""
    author: str = ""
    """The show's: the artist of an episode that names nobody."""
    authors: tuple[str, ...] = ()
    """The episode's."""
    site: str | None = None
    language: str = ""
    """BCP 47, where the other fields know only three letters."""
    voice: str = ""
    """Who speaks, `engine:name`."""
    recipe: str = ""
    """Digest of everything that made the sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What a file says of itself."""

    title: str
    artist: str
    album: str
    language: str
    """BCP 47."""
    lyrics: str
    """The words as written."""
    date: datetime | None = None
    address: str | None = None
    """Web address of the original."""
    summary: str | None = None
    """What the original says of itself in a sentence or two."""
    cover: bytes | None = None
    chapters: tuple[Chapter, ...] = ()
    """In the order of time."""
    series: str | None = None
    """What it is a part of: the grouping."""
    track: tuple[int, int] | None = None
    """Its number in the album, counted from 1, and how many there are."""
    podcast: Podcast | None = None
    """Written to MP3 and WAV only, which is what shows are made of."""

    @property
    def language_code(self) -> str:
        """ISO 639-2; `und` where it is not known."""
        return LANGUAGES.get(self.language.split("-")[0].lower(), "und")


def language_of(code: str) -> str | None:
    """The BCP 47 tag of a code of ISO 639-2; None where it is none of ours."""
    return next((tag for tag, known in LANGUAGES.items() if known == code.lower()), None)


def cover_type(data: bytes) -> str:
    """Media type of a picture.

    Raises:
        UsageError: it is neither JPEG nor PNG.
    """
    for start, media_type in COVERS.items():
        if data.startswith(start):
            return media_type
    raise UsageError("the cover is no picture that players show", "", "Give a JPEG or PNG file to --cover")


def chapters_from(starts: Iterable[tuple[float, str]], length_s: float) -> tuple[Chapter, ...]:
    """Chapters of which a file says where they begin, each to the next and the last to the end.

    Args:
        starts: seconds and titles, in any order.
        length_s: of the whole, in seconds.
    """
    ordered = sorted(starts, key=lambda start: start[0])
    return tuple(
        Chapter(title=title, start_s=start_s, end_s=end_s)
        for (start_s, title), (end_s, _) in pairwise([*ordered, (length_s, "")])
    )

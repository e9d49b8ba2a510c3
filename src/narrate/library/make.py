"""An episode brought up to date: left alone where it is right, else made in a hidden room and put in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from narrate import pipeline, preparation
from narrate.audio.formats import format_of
from narrate.casting import Lost
from narrate.library.note import Note, read_note
from narrate.library.pictures import Cover, Kept
from narrate.library.recipe import FORMAT, address_of, describe_recipe
from narrate.library.shelf import Made, digest_of, is_whole, open_library_room, place
from narrate.plugins import reader_for
from narrate.preparation import Prepared
from narrate.segmenter import script_file
from narrate.settings import Settings
from narrate.sources import STDIN, is_address
from narrate.stories import Overrides
from narrate.tags import Podcast
from narrate.types import Entry, Episode, Fallback, Show, Source, Take

if TYPE_CHECKING:
    from narrate.library.library import Library
    from narrate.studio import Studio

SCRIPT = ".script"
"""How the kept source ends that is a script; others end as their readers say."""

NO_DAY = datetime.min.replace(tzinfo=UTC)

BESIDE = ("vtt", "srt", "json", "chapters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of something that was put in."""

    entry: Entry
    what: Literal["new", "updated", "unchanged"]
    episode: Episode | None = None
    """Where something was spoken."""
    notes: tuple[str, ...] = ()
    """Sentences for the user, such as about a picture that could not be had."""
    fallbacks: tuple[Fallback, ...] = ()
    """Who stood in for whom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who speaks, and who is told of it."""

    studio: Studio
    on_begin: Callable[[Prepared], None]
    on_take: Callable[[Take], None]
    on_fallback: Callable[[Fallback], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """An episode as it is in the library; of one that is not, nothing."""

    entry: Entry | None = None
    note: Note = field(default_factory=Note)
    cover: Kept = field(default_factory=Kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An episode as it shall be."""

    show: Show
    guid: str
    prepared: Prepared
    overrides: Overrides
    settings: Settings
    cover: Cover


def now() -> datetime:
    """In UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def look_up(library: Library, show: str, guid: str) -> Before:
    """What the library has of an episode. Whoever asks holds its lock."""
    entry = library.entry_of(show, guid)
    if entry is None:
        return Before()
    folder = library.folder_of(show)
    note = read_note(folder, entry.file)
    cover = folder / entry.sides.get("cover", "")
    return Before(entry=entry, note=note, cover=Kept(made_of=note.cover, data=_read(cover)))


def bring_up_to_date(library: Library, wanted: Wanted, before: Before, crew: Crew) -> Added:
    """Make an episode, unless the one that is there was made of the same.

    What was changed by hand stays changed, and does not count, nor does the date: the same source is the same episode.
    Where somebody stands in for a voice that is lost on the way, an episode that he has spoken before stays too.
    """

    def bring(prepared: Prepared) -> Added:
        return _bring(library, replace(wanted, prepared=prepared), before, crew)

    return preparation.with_stand_ins(wanted.prepared, crew.studio, bring, crew.on_fallback)[1]


def _bring(library: Library, wanted: Wanted, before: Before, crew: Crew) -> Added:
    podcast = _podcast_of(wanted, before)
    tags = pipeline.describe_episode(wanted.prepared, podcast=replace(podcast, published_at=NO_DAY))
    recipe = describe_recipe(wanted.prepared, wanted.settings, tags, wanted.cover.made_of)
    notes = (*wanted.prepared.cleaned.notes, *filter(None, [wanted.cover.note]))
    old = before.entry
    if old and old.recipe == recipe and is_whole(library, old):
        return Added(entry=old, what="unchanged", notes=notes, fallbacks=wanted.prepared.fallbacks)
    if before.note.edits:
        overrides = with_texts(wanted.overrides, before.note.edits)
        prepared = prepare(wanted.prepared.source, wanted.settings, overrides, wanted.prepared.lost)
        wanted = replace(wanted, prepared=prepared)
        podcast = _podcast_of(wanted, before)
    with open_library_room(library) as room:
        entry, episode = _make(library, wanted, before, replace(podcast, recipe=recipe), crew, room)
    what: Literal["new", "updated", "unchanged"] = "new" if old is None else "unchanged" if entry == old else "updated"
    return Added(entry=entry, what=what, episode=episode, notes=notes, fallbacks=episode.fallbacks)


def prepare(source: Source, settings: Settings, overrides: Overrides, lost: Lost | None = None) -> Prepared:
    """As for a single episode, but that the address of the original is the same by whatever way it was found.

    Raises:
        NarrateError: it could not be prepared.
    """
    return _with_address(preparation.prepare(source, settings, overrides, lost=lost))


def _with_address(prepared: Prepared) -> Prepared:
    article = replace(prepared.cleaned.article, address=address_of(prepared.source, prepared.article))
    again = prepared.again
    return replace(
        prepared,
        cleaned=replace(prepared.cleaned, article=article),
        again=again and (lambda lost: _with_address(again(lost))),
    )


def _podcast_of(wanted: Wanted, before: Before) -> Podcast:
    """What the file will say of its show."""
    article = wanted.prepared.cleaned.article
    return Podcast(
        show=wanted.show.slug,
        uid=wanted.show.uid,
        title=wanted.show.title,
        author=wanted.show.shown_author,
        guid=wanted.guid,
        published_at=before.entry.published_at if before.entry else now(),
        authors=article.authors,
        site=article.site,
        language=wanted.prepared.script.language,
        voice=wanted.prepared.voice.shown_id,
    )


def _make(
    library: Library, wanted: Wanted, before: Before, podcast: Podcast, crew: Crew, room: Path
) -> tuple[Entry, Episode]:
    prepared, cover = wanted.prepared, room / "cover.jpg"
    own_cover = before.cover.data if before.note.own_cover else None
    crew.on_begin(prepared)
    cover.write_bytes(own_cover or wanted.cover.data)
    source = _write_source(room, prepared.source)
    episode = pipeline.make_episode(
        prepared,
        wanted.settings,
        room / f"episode.{FORMAT}",
        crew.studio,
        beside=BESIDE,
        overrides=Overrides(cover=cover),
        podcast=podcast,
        on_take=crew.on_take,
    )
    if before.entry and is_whole(library, before.entry) and digest_of(episode.path) == before.entry.digest:
        return before.entry, episode  # somebody stood in for some sentences again
    sides = {side: episode.path.with_suffix(pipeline.SIDES[side]) for side in BESIDE}
    if not episode.chapters:
        del sides["chapters"]
    note = Note(
        source=prepared.source,
        given=texts_of(wanted.overrides),
        edits=before.note.edits,
        cover=wanted.cover.made_of,
        own_cover=own_cover is not None,
    )
    made = Made(sound=episode.path, sides=sides | {"cover": cover}, source=source)
    entry = place(library, _entry_of(wanted, episode, podcast), made, note)
    folder = library.folder_of(entry.show)
    beside = tuple(folder / entry.sides[side] for side in sides)
    return entry, replace(episode, path=folder / entry.file, beside=beside)


def _entry_of(wanted: Wanted, episode: Episode, podcast: Podcast) -> Entry:
    """The entry of a new sound; `place` gives it its names."""
    source, article = wanted.prepared.source, wanted.prepared.cleaned.article
    patched = len(episode.fallbacks) > len(wanted.prepared.fallbacks)
    return Entry(
        guid=wanted.guid,
        show=wanted.show.slug,
        slug="episode",
        title=" ".join(episode.title.split()),
        published_at=podcast.published_at,
        updated_at=max(now(), podcast.published_at),
        file=episode.path.name,
        media_type=format_of(FORMAT).media_type,
        size_bytes=episode.size_bytes,
        digest="",
        duration_s=episode.duration_s,
        authors=article.authors,
        site=article.site,
        address=article.address,
        summary=article.summary,
        language=podcast.language,
        chapters=episode.chapters,
        origin=origin_of(source),
        recipe="" if patched else podcast.recipe,
        voice=podcast.voice,
    )


def origin_of(source: Source) -> str | None:
    """Where a source can be read again: an address, or an absolute path."""
    if source.origin == STDIN or is_address(source.origin):
        return None if source.origin == STDIN else source.origin
    return str(Path(source.origin).resolve())


def texts_of(overrides: Overrides) -> Mapping[str, str]:
    """What the user has said, by its names."""
    day = overrides.published_at and overrides.published_at.isoformat()
    said = {"title": overrides.title, "author": overrides.author, "summary": overrides.summary, "published_at": day}
    return {name: text for name, text in said.items() if text}


def with_texts(overrides: Overrides, texts: Mapping[str, str]) -> Overrides:
    """What the user has said, and over it what was noted under its names."""
    day = texts.get("published_at")
    return replace(
        overrides,
        published_at=datetime.fromisoformat(day) if day else overrides.published_at,
        title=texts.get("title", overrides.title),
        author=texts.get("author", overrides.author),
        summary=texts.get("summary", overrides.summary),
    )


def _write_source(room: Path, source: Source) -> Path:
    is_script = source.media_type == script_file.MEDIA_TYPE
    path = room / f"source{SCRIPT if is_script else reader_for(source.media_type).suffixes[0]}"
    path.write_bytes(source.data)
    return path


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None

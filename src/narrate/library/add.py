"""Episodes on their way into the library, changed there, and out of it again.

Whoever works on an episode holds the lock of its guid, so that of two who add the same source the second finds what
the first has made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.errors import LibraryError
from narrate.library.edit import edit_entry
from narrate.library.folder import QUEUE
from narrate.library.make import (
    Added,
    Before,
    Crew,
    Wanted,
    bring_up_to_date,
    look_up,
    origin_of,
    prepare,
    texts_of,
    with_texts,
)
from narrate.library.note import read_kept_source
from narrate.library.pictures import choose_cover, cover_of_show
from narrate.library.recipe import guid_of, identity_of
from narrate.library.recordings import import_file
from narrate.library.shelf import hold, sweep, take_away
from narrate.settings import Settings
from narrate.sources import STDIN
from narrate.stories import Overrides
from narrate.types import Entry, Fallback, Show, Source, Take

if TYPE_CHECKING:
    from narrate.library.library import Library
    from narrate.preparation import Prepared
    from narrate.studio import Studio

__all__ = ["Added", "add_source", "edit_entry", "import_file", "keep_newest", "rebuild_entry", "remove_entry"]


def add_source(
    library: Library,
    show: str,
    source: Source,
    settings: Settings,
    studio: Studio,
    *,
    overrides: Overrides | None = None,
    identity: str | None = None,
    on_begin: Callable[[Prepared], None] = lambda _: None,
    on_take: Callable[[Take], None] = lambda _: None,
    on_fallback: Callable[[Fallback], None] = lambda _: None,
) -> Added:
    """Make an episode of a source and put it into a show; one that is there is brought up to date in its place.

    Args:
        show: its slug.
        source: with the origin `-` where it has no lasting place, such as words that were pasted.
        settings: in force for the show; see `narrate.library.recipe.settings_for`.
        studio: who speaks.
        overrides: what the user says of the article.
        identity: what tells the episode apart where the source has no lasting place; None makes it one of its kind.
        on_begin: told what will be spoken, where anything will.
        on_take: told of every utterance as it comes.
        on_fallback: told who speaks in another's place, but for single utterances.

    Raises:
        NarrateError: any of it failed; the library is as it was.
    """
    overrides = overrides or Overrides()
    about = library.find_show(show)
    sweep(library)
    source = _without_passing_origin(library, source)
    prepared = prepare(source, settings, overrides)
    guid = guid_of(about, identity_of(source, prepared.cleaned.article.address) or identity)
    crew = Crew(studio=studio, on_begin=on_begin, on_take=on_take, on_fallback=on_fallback)
    with hold(library.folder, guid):
        before = _without_edits(look_up(library, show, guid), overrides)
        article, folder = prepared.article, library.folder_of(show)
        cover = choose_cover(about, folder, overrides.cover, article.cover, article.image, before.cover, settings)
        wanted = Wanted(show=about, guid=guid, prepared=prepared, overrides=overrides, settings=settings, cover=cover)
        added = bring_up_to_date(library, wanted, before, crew)
    gone = tuple(
        f"“{entry.title}” was removed, since {show} keeps {about.keep}" for entry in keep_newest(library, about)
    )
    return replace(added, notes=added.notes + gone)


def rebuild_entry(
    library: Library,
    show: str,
    entry: Entry,
    settings: Settings,
    studio: Studio,
    *,
    on_begin: Callable[[Prepared], None] = lambda _: None,
    on_take: Callable[[Take], None] = lambda _: None,
    on_fallback: Callable[[Fallback], None] = lambda _: None,
) -> Added:
    """Make an episode again from its source as it was kept, after a change of voice, rules or lexicon.

    Nothing is fetched. For the arguments see `add_source`.

    Raises:
        LibraryError: it was imported, or its source was not kept.
        NarrateError: it could not be made; the library is as it was.
    """
    about = library.find_show(show)
    sweep(library)
    crew = Crew(studio=studio, on_begin=on_begin, on_take=on_take, on_fallback=on_fallback)
    with hold(library.folder, entry.guid):
        before = look_up(library, show, entry.guid)
        source = _kept_source(library, before.entry or entry)
        overrides = with_texts(Overrides(), before.note.given)
        wanted = Wanted(
            show=about,
            guid=entry.guid,
            prepared=prepare(source, settings, overrides),
            overrides=overrides,
            settings=settings,
            cover=before.cover.own or cover_of_show(about, library.folder_of(show), before.cover),
        )
        return bring_up_to_date(library, wanted, before, crew)


def remove_entry(library: Library, show: str, entry: Entry) -> None:
    """Take an episode out of a show: its row, then its files.

    Raises:
        LibraryError: it cannot be removed.
    """
    with hold(library.folder, entry.guid):
        found = library.entry_of(show, entry.guid)
        if found:  # else somebody else has
            take_away(library, found)


def keep_newest(library: Library, show: Show) -> list[Entry]:
    """Remove what is older than a show keeps; nothing that was imported.

    Returns:
        What went.
    """
    if show.keep is None:
        return []
    made = [entry for entry in library.entries(show.slug) if not entry.imported]
    for entry in made[show.keep :]:
        remove_entry(library, show.slug, entry)
    return made[show.keep :]


def _without_edits(before: Before, overrides: Overrides) -> Before:
    """Older edits give way to what the user says now, unless that is what was said the last time too."""
    note, said = before.note, texts_of(overrides)
    edits = {name: text for name, text in note.edits.items() if said.get(name) in (None, note.given.get(name))}
    return replace(before, note=replace(note, edits=edits))


def _without_passing_origin(library: Library, source: Source) -> Source:
    """A source from the queue, whose file will be gone, has no lasting place."""
    path = origin_of(source)
    if source.address or path is None or not Path(path).is_relative_to((library.folder / QUEUE).resolve()):
        return source
    return replace(source, origin=STDIN)


def _kept_source(library: Library, entry: Entry) -> Source:
    """
    Raises:
        LibraryError: there is none.
    """
    if entry.imported:
        remedy = "Import the file again where it has changed"
        raise LibraryError(f"{entry.slug} cannot be made again", "it was put in as a finished recording", remedy)
    source = read_kept_source(library.folder_of(entry.show), entry)
    if source is None:
        remedy = f"Run `narrate add {entry.origin or 'SOURCE'} --show {entry.show}`"
        raise LibraryError(f"{entry.slug} cannot be made again", "its source was not kept", remedy)
    return source

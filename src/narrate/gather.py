"""What a user names, taken apart into what is read: folders, patterns, archives and feeds hold many texts."""

from __future__ import annotations

import glob
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from narrate.archives import Archive, open_archive
from narrate.errors import SourceError, UsageError
from narrate.feeds import Feed, FeedEntry, as_source, identity_of, read_feed
from narrate.settings import Settings
from narrate.signatures import FEEDS, ZIP
from narrate.sources import is_address, source_of
from narrate.stories import Overrides, media_type_of, open_any, readable
from narrate.types import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a user wants what he names to be read."""

    settings: Settings
    as_name: str | None = None
    encoding: str | None = None
    latest: int | None = None
    """How many of a feed's newest entries."""
    assumed: int | None = None
    """As many where `latest` does not say; None asks the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One text of those that the user has named."""

    name: str
    """What messages call it."""

    beside: str
    """The source beside which its settings are."""

    open: Callable[[], Source]
    """Reads it.

    Raises:
        NarrateError: it cannot be had.
    """

    said: Overrides = field(default_factory=Overrides)
    """What a feed says of it."""

    identity: str | None = None
    """What tells it apart where it has no address and no path."""

    entry: FeedEntry | None = None
    """Of a feed, where it is from one."""

    def __str__(self) -> str:
        return self.name


def gather(origin: str, wish: Wish) -> list[Piece]:
    """The texts that a user means by a path, a pattern, an address, or `-`; in a feed the newest first.

    Raises:
        SourceError: there is nothing to read in it.
        UsageError: it is a feed and nobody has said how much of it, or the other way round; or no name was given.
    """
    if not origin.strip():  # of a variable that is not set, say: it does not mean the present folder
        raise UsageError("a source has no name", "", "Give a file, a folder, an address, or - for standard input")
    if wish.latest is not None and wish.latest < 1:
        raise UsageError(f"the latest {wish.latest} are none", "", "Give --latest 1 or more")
    files = None if is_address(origin) or origin == "-" else _find_files(origin, wish)
    if files is not None:
        pieces = [piece for path in files for piece in _of_file(path, wish)]
    else:
        pieces = _look_inside(origin, wish)
    if wish.latest is not None and not any(piece.entry for piece in pieces):
        raise UsageError(f"{origin} is no feed", "--latest takes entries of feeds", "Leave it out, or name the feed")
    return pieces


def natural_key(name: str) -> list[tuple[int, str]]:
    """Sorts names as people do: `2.txt` before `10.txt`."""
    parts = re.split(r"(\d+)", name.casefold())
    numbers = (part.lstrip("0") if index % 2 else part for index, part in enumerate(parts))
    return [(len(part) if index % 2 else 0, part) for index, part in enumerate(numbers)]


def _find_files(origin: str, wish: Wish) -> list[str] | None:
    """The files in a folder, or those that fit a pattern, in natural order; None for what is neither."""
    path = Path(origin)
    try:
        if path.is_dir():
            return _list_folder(path, wish)
        if path.exists() or not glob.has_magic(origin):
            return None
        found = [name for name in glob.glob(origin, recursive=True) if Path(name).is_file()]  # noqa: PTH207
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise SourceError(f"{origin} cannot be read", reason, "Look at its name and permissions") from problem
    if not found:
        raise SourceError(f"no file is called like {origin}", "", "Look at the pattern and the folder")
    return sorted(found, key=natural_key)


def _list_folder(folder: Path, wish: Wish) -> list[str]:
    names = [path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    chosen = _readable_names(names, wish)
    if not chosen:
        raise _nothing_in(str(folder), len(names))
    return [str(folder / name) for name in chosen]


def _readable_names(names: Sequence[str], wish: Wish) -> list[str]:
    """The names of what some reader reads, in natural order; all of them where the user has said what they are."""
    known = readable()
    chosen = names if wish.as_name else [name for name in names if known.tell_by_ending(name)]
    return sorted(chosen, key=natural_key)


def _nothing_in(name: str, count: int) -> SourceError:
    endings = ", ".join(sorted(readable().endings))
    files = {0: "it is empty", 1: "its only file is of another kind"}.get(
        count, f"its {count} files are of other kinds"
    )
    return SourceError(f"{name} has nothing in it to read", files, f"What is read ends in {endings}; or say --as")


def _of_file(path: str, wish: Wish) -> list[Piece]:
    if path.lower().endswith(".zip") and not path.lower().endswith(".fb2.zip"):
        return _look_inside(path, wish)
    return [
        Piece(
            name=path,
            beside=path,
            open=lambda: open_any(path, as_name=wish.as_name, encoding=wish.encoding, settings=wish.settings),
        )
    ]


def _look_inside(origin: str, wish: Wish) -> list[Piece]:
    """A source that is read at once, and what is in it where it is an archive or a feed."""
    told = None if origin.lower().endswith(".zip") else wish.as_name  # of an archive it says what is in it
    also = () if told else (ZIP,)
    source = open_any(origin, as_name=told, encoding=wish.encoding, settings=wish.settings, also=also)
    if source.media_type == ZIP:
        return list(_in_archive(source, wish))
    if source.media_type in FEEDS:
        return list(_in_feed(source, wish))
    return [Piece(name=source.name, beside=origin, open=lambda: source)]


# ------------------------------------------------------------------- archives


def _in_archive(source: Source, wish: Wish) -> Iterator[Piece]:
    archive = open_archive(source.data, source.name)
    names = _readable_names(archive.names, wish)
    if not names:
        raise _nothing_in(source.name, len(archive.names))
    for name in names:
        yield _packed(archive, name, source, wish)


def _packed(archive: Archive, name: str, source: Source, wish: Wish) -> Piece:
    """A file in an archive; its path is that of the archive with its own behind it."""
    origin = "-" if source.origin == "-" else f"{source.origin}/{name}"

    def unpack() -> Source:
        return source_of(
            origin,
            archive.read(name),
            media_type=media_type_of(wish.as_name),
            encoding=wish.encoding,
            modified_at=source.modified_at,
            address=_address_inside(source.address, name) if source.address else None,
            readable=readable(),
            name=f"{source.name}/{name}",
        )

    return Piece(name=f"{source.name}/{name}", beside=source.origin, open=unpack)


def _address_inside(address: str, name: str) -> str:
    """An address that leads to the archive, and is another one for every file in it."""
    return f"{address}{'&' if urlsplit(address).query else '?'}file={quote(name, safe='')}"


# ---------------------------------------------------------------------- feeds


def _in_feed(source: Source, wish: Wish) -> Iterator[Piece]:
    feed = read_feed(source)
    count = wish.latest or wish.assumed
    if count is None:
        raise UsageError(
            f"{source.name} is a feed", f"it has {len(feed.entries)} entries", "Say how many with --latest, such as 1"
        )
    for entry in feed.entries[:count]:
        yield _of_entry(entry, feed, source, wish)


def _of_entry(entry: FeedEntry, feed: Feed, source: Source, wish: Wish) -> Piece:
    """An entry: the feed's own text where that is whole, else its page."""
    page = None if entry.is_whole else entry.address

    def read() -> Source:
        return as_source(entry, feed, source) if page is None else open_any(page, settings=wish.settings)

    said = Overrides(title=entry.title, author=", ".join(entry.authors) or None, published_at=entry.published_at)
    return Piece(
        name=entry.name,
        beside=source.origin,
        open=read,
        said=said if page else Overrides(),
        identity=None if entry.address else identity_of(entry, source),
        entry=entry,
    )

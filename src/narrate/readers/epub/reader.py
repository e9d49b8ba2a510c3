"""The reader of EPUB books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from narrate.errors import ArticleError, SourceError
from narrate.readers.epub import chapters, matter
from narrate.readers.epub.archive import REMEDY, Archive
from narrate.readers.epub.content import take_apart
from narrate.readers.epub.markup import is_binary, parse_page
from narrate.readers.epub.navigation import Navigation, read_navigation
from narrate.readers.epub.notes import Notes
from narrate.readers.epub.package import LOCKS, Item, Package, locked, open_package, read_cover
from narrate.readers.epub.pieces import Page, Piece
from narrate.readers.epub.pronunciations import read_pronunciations
from narrate.readers.epub.styles import Styles
from narrate.types import Article, Block, BlockKind, Place, Source

MOST_NAMED = 5
"""Pages that a message names."""

MOST_MISSING = 0.5
"""A book that lacks more than this share of its pages is not read."""


class EpubReader:
    """Reads books as EPUB 2 and 3."""

    name = "epub"
    media_types = ("application/epub+zip",)
    suffixes = (".epub",)

    def read(self, source: Source) -> Article:
        """The book: its chapters as headings of level 1, notes after the paragraphs that refer to them.

        Pages that are damaged or missing are passed over, as long as most are there, and its notes name them.

        Raises:
            SourceError: it is no EPUB, encrypted, broken, or unpacks to more than a book holds.
            ArticleError: there are no words in it.
        """

        archive = Archive(source.data, source.name)
        package = open_package(archive)
        about = package.metadata
        pieces, not_read = _read_pieces(archive, package)
        blocks = tuple(lay_blocks(pieces))
        return Article(
            blocks=blocks,
            title=about.title,
            authors=about.authors,
            site=about.publisher,
            published_at=about.published_at,
            language=about.language,
            address=about.address,
            summary=about.summary,
            book=True,
            series=about.series,
            cover=read_cover(archive, package),
            pronunciations=read_pronunciations(archive, package),
            origin=source.origin,
            notes=not_read,
        )


def _read_pieces(archive: Archive, package: Package) -> tuple[list[Piece], tuple[str, ...]]:
    """Everything that stands in the book, in reading order, and in sentences what could not be read."""
    styles = Styles(archive)
    pages = _read_pages(archive, package, styles)
    others = {item.path: item for item in package.items.values() if item.is_page}
    notes = Notes(pages, lambda path: _read_page(archive, others[path], styles) if path in others else None)
    pieces = list(notes.laid_out())
    if not pieces:
        raise _no_words(archive, package)
    laid = _lay_out(pieces, pages, notes.emptied(), package, read_navigation(archive, package))
    return laid, tuple(_not_read(package, pages, notes))


def _not_read(package: Package, pages: Sequence[Page], notes: Notes) -> Iterator[str]:
    there = {page.path for page in pages}
    missing = [*package.unread, *(item.path for item in package.pages if item.path not in there)]
    if missing:
        yield f"Missing, damaged or no text, and so not read: {_list(missing)}."
    aside = [item.path for item in package.aside if item is not package.navigation]
    beside = [path for path in aside if not notes.is_done_with(path)]
    if beside:
        yield f"Beside the reading order of the book, and so not read: {_list(beside)}."


def _list(names: Sequence[str]) -> str:
    """Some of them, each on one line whatever is in it."""
    shown = [" ".join(name.split())[-60:] for name in names[:MOST_NAMED]]
    return ", ".join(shown) + (f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else "")


def _read_pages(archive: Archive, package: Package, styles: Styles) -> list[Page]:
    if not package.pages:
        raise _no_words(archive, package)
    pages = [page for item in package.pages if (page := _read_page(archive, item, styles)) is not None]
    missing = len(package.pages) - len(pages)
    if missing > len(package.pages) * MOST_MISSING:
        if any(map(archive.has, LOCKS)):
            raise locked(archive)
        why = f"{missing} of its {len(package.pages)} pages are missing or damaged"
        raise SourceError(f"{archive.name} is broken", why, REMEDY)
    return pages


def _read_page(archive: Archive, item: Item, styles: Styles) -> Page | None:
    data = archive.read(item.path)
    root = parse_page(data, item.path) if data is not None and not is_binary(data) else None
    return take_apart(root, item.path, styles.of_page(root, item.path)) if root is not None else None


def _no_words(archive: Archive, package: Package) -> ArticleError:
    pictures = any(item.media_type.startswith("image/") for item in package.items.values())
    empty = "all of its pages are empty" if package.pages else "its reading order names no page that is in it"
    why = "its pages are pictures" if pictures else empty
    return ArticleError(f"{archive.name} holds no words", why, "Give it a book with text")


# ---------------------------------------------------------------- laying out


def _lay_out(
    pieces: list[Piece], pages: Sequence[Page], emptied: frozenset[str], package: Package, navigation: Navigation
) -> list[Piece]:
    """With headings for chapters, and what is no story marked."""
    by_path = {page.path: page for page in pages}
    placed = chapters.place_entries(navigation.entries, pieces, by_path)
    laid, named = chapters.lay_headings(pieces, placed)
    title = package.metadata.title
    for piece in laid:
        if piece.path in emptied and piece.matter is None:
            piece.matter = matter.BACK
    first = next((at for at, one in enumerate(laid) if id(one) in named and not matter.matter_of_title(one.text)), 0)
    matter.mark_pages(laid, _marks_of_pages(package, navigation, by_path), title=title, story_from=first)

    matter.mark_by_titles(laid)
    matter.mark_title(laid, title)
    seen = [piece for piece in laid if piece.matter != matter.HIDDEN]
    if all(piece.matter for piece in seen):
        matter.unmark_all(seen or laid)
    return laid


def _marks_of_pages(package: Package, navigation: Navigation, pages: dict[str, Page]) -> dict[str, str]:
    """What guide, landmarks and manifest say of whole pages."""
    marks: dict[str, str] = {}
    for landmark in navigation.landmarks:
        mark = matter.matter_of_type(landmark.kind)
        page = pages.get(landmark.path)
        if mark is not None and page is not None and not (landmark.fragment and page.index_of(landmark.fragment)):
            marks.setdefault(landmark.path, mark)
    if package.navigation is not None:
        marks[package.navigation.path] = matter.FRONT
    return marks


def lay_blocks(pieces: Iterable[Piece]) -> Iterator[Block]:
    """The blocks, each on a line of its own with an empty one between, by which their places count."""
    line, start = 1, 0
    for piece in _tidy_breaks(pieces):
        lines = piece.text.count("\n")
        end = start + len(piece.text)
        yield Block(
            kind=piece.kind,
            text=piece.text,
            place=Place(line=line, end_line=line + lines, start=start, end=end),
            level=piece.level,
            quoted=piece.quoted,
            marker=piece.marker,
            linked=piece.linked,
            mark=piece.matter or ("caption" if piece.caption else None),
            directions=piece.directions,
        )
        line, start = line + lines + 2, end + 2


def _tidy_breaks(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """No scene break at either end, beside a heading or right after another."""
    before: Piece | None = None
    waiting: Piece | None = None
    for piece in pieces:
        if piece.kind is BlockKind.SCENE_BREAK:
            follows = before is not None and before.kind is not BlockKind.HEADING
            waiting = waiting or (piece if follows else None)
            continue
        if waiting is not None and piece.kind is not BlockKind.HEADING:
            yield waiting
        waiting, before = None, piece
        yield piece

"""The pages of a library: of all shows, of one show, of an episode, and those around adding.

Whatever a page needs of its own library it names relative to itself, so that it works under any address that leads
to it; what others take from it (the feed's address, the page's own, the bookmark) is absolute.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from markupsafe import Markup

from narrate.places import Places
from narrate.site.adding import Waiting, write_bookmarklet
from narrate.site.apps import subscribe_links
from narrate.site.assets import ASSETS, asset_address
from narrate.site.passages import arrange_cues
from narrate.site.render import render
from narrate.types import Cue, Entry, Show

PER_PAGE = 50
"""Episodes on one page of a show."""


def count_pages(entries: int) -> int:
    """How many pages a show of so many episodes has: one at least."""
    return max(1, -(-entries // PER_PAGE))


def show_page_name(page: int) -> str:
    """The file of a page of a show, in its folder; 1 is the first."""
    return "index.html" if page == 1 else f"page-{page}.html"


def show_page(
    show: Show,
    entries: Sequence[Entry],
    places: Places,
    *,
    adding: bool = False,
    page: int = 1,
    jobs: Sequence[Waiting] = (),
) -> str:
    """The page of a show, at `places.show(show)`, or one of those after it.

    Args:
        entries: all of them, newest first.
        adding: with the box to add an episode, its queue and the bookmark.
        jobs: what of this show stands in the queue; it needs no scripts to be seen then.
    """
    feed = places.feed(show.slug)
    return render(
        "show.html",
        show=show,
        entries=entries[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(entries),
        page=page,
        pages=count_pages(len(entries)),
        page_name=show_page_name,
        near=_from_folder(places),
        places=places,
        private=_is_private(show, places),
        feed=feed,
        apps=subscribe_links(feed, private=_is_private(show, places)),
        code=_draw_code(feed),
        adding=adding,
        jobs=jobs,
        bookmarklet="" if places.private or not adding else write_bookmarklet(places, show.slug),
    )


def entry_page(show: Show, entry: Entry, cues: Sequence[Cue], places: Places) -> str:
    """The page of an episode, at `places.entry(show, entry)`.

    Args:
        cues: what is said and when; empty where nobody knows.
    """
    return render(
        "entry.html",
        show=show,
        entry=entry,
        passages=arrange_cues(cues),
        near=_from_folder(places),
        places=places,
        private=_is_private(show, places),
        feed=places.feed(show.slug),
    )


def shows_page(
    shows: Sequence[tuple[Show, int]], places: Places, *, adding: bool = False, jobs: Sequence[Waiting] = ()
) -> str:
    """The page of all shows, at `places.home()`, each with its number of episodes."""
    return render(
        "shows.html",
        shows=shows,
        near=Places(".", places.key),
        places=places,
        private=_is_private(None, places),
        adding=adding,
        jobs=jobs,
    )


def add_page(show: Show, places: Places, *, address: str, title: str) -> str:
    """The small page to which the bookmark leads, at `places.add(show)`: shall this become an episode?

    Args:
        address: of the page that was being read.
        title: what its browser called it; only shown.
    """
    near = _from_folder(places)
    return render("add.html", show=show, near=near, places=places, private=True, address=address, title=title)


def not_found_page(places: Places) -> str:
    """What stands where nothing is. It names the base: on a private server only for those who have it already."""
    return render("not_found.html", near=Places(urlsplit(places.base).path), places=places, private=True)


def _from_folder(places: Places) -> Places:
    """The same places, seen from a page in a show's folder."""
    return Places("..", places.key)


def _is_private(show: Show | None, places: Places) -> bool:
    """Is it for those only who were told? By the show's word, or by the token in the base."""
    return (show is not None and show.private) or places.private


def _draw_code(address: str) -> Markup:
    """The QR code of an address, as markup."""
    from narrate.codes import qr_svg

    return Markup(qr_svg(address))  # drawn by us, with nothing of anybody's words in it


__all__: Sequence[str] = (
    "ASSETS",
    "add_page",
    "asset_address",
    "count_pages",
    "entry_page",
    "not_found_page",
    "show_page",
    "show_page_name",
    "shows_page",
)

"""`narrate feed`"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from narrate.types import Show


def feed(
    show: Annotated[
        str | None, typer.Argument(metavar="[SHOW]", help="Which show; needed where there are several.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write everything there: feed, sound, transcripts, pictures, pages."),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            "--base-url",
            metavar="URL",
            help="The address at which DIR is served; remembered as the show's, which counts unless given.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, after --out.")] = False,
) -> None:
    """Print a show's feed, or write a folder that any static host can serve.

    The folder is brought up to date: what did not change is left alone, the feed comes last, and what it no longer
    names goes.

    Example: narrate feed reads --out public --base-url https://pods.example.org
    """
    from narrate.cli.shelves import choose_show, open_library
    from narrate.feed.check import check_feed
    from narrate.feed.rss import write_current
    from narrate.places import Places
    from narrate.publish import publish_show

    with open_library() as library:
        chosen = choose_show(library, show)
        base = known_base(base_url, chosen)
        if base_url and not chosen.base_url:
            chosen = library.change_show(chosen.slug, base_url=base)
        if out is None:
            entries = library.entries(chosen.slug)
            document = write_current(chosen, entries, Places(base))
            folder = library.folder_of(chosen.slug)
            check_feed(document, chosen, entries, lambda name: _size(folder / name))
            sys.stdout.buffer.write(document.data)
            return
        done = publish_show(library, chosen, out, base)
    address = Places(base).feed(chosen.slug)
    if as_json:
        facts = {"feed": address, "written": done.written, "unchanged": done.unchanged, "removed": done.removed}
        print(json.dumps(facts))
        return
    print(out / chosen.slug / "feed.xml")
    print(
        f"{done.written} files written, {done.unchanged} unchanged, {done.removed} removed; subscribe to {address}",
        file=sys.stderr,
    )


def known_base(given: str | None, show: Show | None) -> str:
    """The address of the whole library: the one given, else the show's own.

    Raises:
        UsageError: there is none, or it is no address.
    """
    from narrate.errors import UsageError
    from narrate.library.shows import check_base_url

    if given:
        return check_base_url(given)
    if show and show.base_url:
        return show.base_url
    raise UsageError(
        "a feed names everything by its whole address", "nobody has said where it will be", "Give --base-url"
    )


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None

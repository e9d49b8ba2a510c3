"""`narrate serve`"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

DEFAULT_PORT = 8421


def serve(
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; 0.0.0.0 is heard by your whole network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = DEFAULT_PORT,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", help="The address that others reach it at, such as behind a proxy."),
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Put a secret into every address: only those who know it can listen.")
    ] = False,
    adding: Annotated[
        bool | None,
        typer.Option(
            "--adding/--no-adding", help="Let the page add episodes: where only you can reach it, or with --private."
        ),
    ] = None,
) -> None:
    """Serve your shows: feeds, sound, and a page to listen on and to add from.

    Example: narrate serve --host 0.0.0.0 --private
    """
    from narrate.cli.feed import known_base
    from narrate.cli.shelves import open_library
    from narrate.library.library import library_folder
    from narrate.server.run import is_loopback
    from narrate.server.run import serve as run

    base = known_base(base_url, None) if base_url else ""
    if adding is None:
        adding = private or (is_loopback(host) and not base)
    with open_library() as library:
        shows = [(show.slug, show.title) for show in library.shows()]
        for show in library.shows():
            if base and not private and not show.base_url:  # as `feed` does: its guid is that of its first address
                library.change_show(show.slug, base_url=base)

    def tell(root: str) -> None:
        _greet(root, shows)

    run(
        library_folder(os.environ),
        host=host,
        port=port,
        base_url=base or None,
        private=private,
        adding=adding,
        on_ready=tell,
    )


def _greet(root: str, shows: list[tuple[str, str]]) -> None:
    """Say where to subscribe, as an address and as a code that a phone reads."""
    from narrate.codes import qr_terminal
    from narrate.places import Places

    places = Places(root)
    print(places.home(), flush=True)
    for slug, title in shows:
        print(f"{title}: subscribe to {places.feed(slug)}", file=sys.stderr)
    if not shows:
        print('No show yet: `narrate show create "Its title"` makes one.', file=sys.stderr)
    if sys.stderr.isatty():
        print(qr_terminal(places.feed(shows[0][0]) if len(shows) == 1 else places.home()), file=sys.stderr)
    print("Ctrl-C stops.", file=sys.stderr, flush=True)

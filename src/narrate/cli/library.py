"""`narrate library`"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

app = typer.Typer(invoke_without_command=True)


@app.callback()
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Where your shows are, and whether everything in them is as it should be.

    Example: narrate library check --repair
    """
    from narrate.cli.shelves import open_library

    if context.invoked_subcommand:
        return
    with open_library() as library:
        counts = {show.slug: library.count_entries(show.slug) for show in library.shows()}
        if as_json:
            print(json.dumps({"folder": str(library.folder), "shows": counts}))
            return
        print(f"folder    {library.folder}")
        print(f"shows     {len(counts)}")
        print(f"episodes  {sum(counts.values())}")


@app.command()
def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended, from what the recordings say of themselves.")
    ] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Read every recording whole, to find changed bytes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Hold the database against the files: what is missing, damaged, left over; also when the database is lost.

    Exits 1 while something is not as it should be.

    Example: narrate library check --repair
    """
    import os

    from narrate.library.check import check_folder
    from narrate.library.library import library_folder

    findings = check_folder(library_folder(os.environ), repair=repair, deep=deep)
    if as_json:
        print(json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=1))
    else:
        for each in findings:
            print(f"{each.show or 'library'}: {each.message}")
        if not findings:
            print("everything is as it should be")
    if any(not each.repaired for each in findings):
        if not repair:
            print("narrate: `narrate library check --repair` mends what can be mended.", file=sys.stderr)
        raise typer.Exit(1)


@app.command()
def token(
    rotate: Annotated[bool, typer.Option("--rotate", help="Make a new one: all private addresses change.")] = False,
) -> None:
    """Print the secret part of private addresses.

    Whoever has subscribed to a private feed must subscribe again after --rotate.

    Example: narrate library token --rotate
    """
    from narrate.cli.shelves import open_library

    with open_library() as library:
        print(library.rotate_token() if rotate else library.token())


@app.command()
def opml(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; else standard output.")] = None,
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", help="Where the library is public; else as the shows say."),
    ] = None,
) -> None:
    """Write the list of all your shows as OPML, which podcast apps import.

    Example: narrate library opml -o shows.opml
    """
    from narrate.cli.feed import known_base
    from narrate.cli.shelves import open_library
    from narrate.feed.opml import write_opml
    from narrate.places import Places
    from narrate.targets import write_whole

    with open_library() as library:
        shows = [(show, Places(known_base(base_url, show))) for show in library.shows()]
    text = write_opml(shows).decode()
    if output:
        write_whole(output, text)
        print(output)
    else:
        sys.stdout.write(text)

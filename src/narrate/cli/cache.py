"""`narrate cache`"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from narrate.cache import Kind, Removed, Store, Usage

UNITS = ("KiB", "MiB", "GiB", "TiB")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

app = typer.Typer(invoke_without_command=True)


@app.callback()
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what is kept of earlier episodes, so that nothing is spoken twice: where, and how much.

    Example: narrate cache trim --max 500M
    """
    from narrate.cache import KINDS
    from narrate.errors import UsageError

    if context.invoked_subcommand:
        if as_json:
            raise UsageError("--json stands before the command", "", f"Put it after {context.invoked_subcommand}")
        return
    store = _open_store()
    usages = {kind: store.usage(kind) for kind in KINDS}
    print(json.dumps(_facts(store, usages)) if as_json else _text(store, usages))


@app.command()
def trim(
    limit: Annotated[
        str | None,
        typer.Option("--max", metavar="SIZE", help="Size of the rest, such as 500M or 2G; cache_mb unless given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Remove what was not used for longest, until the rest is small enough.

    Example: narrate cache trim --max 500M
    """
    _report(_open_store().trim(parse_size(limit) if limit is not None else None), as_json=as_json)


@app.command()
def clear(
    kind: Annotated[str | None, typer.Option("--kind", help="Only one kind: clips, segments or measures.")] = None,
    as_json: AsJson = False,
) -> None:
    """Remove everything, or one kind.

    Example: narrate cache clear --kind segments
    """
    _report(_open_store().clear(_check_kind(kind) if kind is not None else None), as_json=as_json)


def parse_size(written: str) -> int:
    """The bytes in a size such as 500M, 1.5G or 2 GiB; M are MiB.

    Raises:
        UsageError: it is none.
    """
    from narrate.errors import UsageError

    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?([KMGT])(?:i?B)?", written.strip(), re.IGNORECASE)
    if found is None:  # a bare number too: who writes 500 seldom means bytes, and would lose nearly everything
        raise UsageError(f"{written!r} is no size", "", "Give a number with K, M, G or T, such as 500M or 2G")
    return int(float(found[1]) * 1024 ** ("KMGT".index(found[2].upper()) + 1))


def _open_store() -> Store:
    import os

    from narrate.cache import Store, cache_folder
    from narrate.settings import load_settings

    return Store(cache_folder(os.environ), max_bytes=load_settings().cache_mb * 2**20)


def _check_kind(name: str) -> Kind:
    from narrate.cache import KINDS
    from narrate.errors import UsageError

    for kind in KINDS:
        if kind == name:
            return kind
    raise UsageError(f"nothing called {name!r} is kept", "", f"Use one of: {', '.join(KINDS)}")


def _report(removed: Removed, *, as_json: bool) -> None:
    from narrate.errors import OutputError

    if as_json:
        print(json.dumps({"removed": removed.count, "removed_bytes": removed.size_bytes}))
    else:
        print(f"{_entries(removed.count)} removed, {_size(removed.size_bytes)}")
    if removed.stuck:
        raise OutputError(
            f"{_entries(removed.stuck)} could not be removed", "", "Look at who may write there: `narrate cache`"
        )


def _facts(store: Store, usages: dict[Kind, Usage]) -> dict[str, object]:
    kinds = {
        kind: {
            "entries": usage.count,
            "size_bytes": usage.size_bytes,
            "least_recent_use": usage.least_recent_use and usage.least_recent_use.isoformat(timespec="seconds"),
        }
        for kind, usage in usages.items()
    }
    return {"folder": str(store.root), "limit_bytes": store.max_bytes, "kinds": kinds}


def _text(store: Store, usages: dict[Kind, Usage]) -> str:
    whole_bytes = sum(usage.size_bytes for usage in usages.values())
    lines = [f"folder    {store.root}", f"size      {_size(whole_bytes)} of at most {_size(store.max_bytes or 0)}"]
    return "\n".join([*lines, *(_line(kind, usage) for kind, usage in usages.items())])


def _line(kind: Kind, usage: Usage) -> str:
    used = usage.least_recent_use
    since = f"all used since {used.astimezone():%Y-%m-%d %H:%M}" if used else ""
    return f"{kind:<10}{_entries(usage.count):>14}{_size(usage.size_bytes):>12}  {since}".rstrip()


def _entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}"


def _size(size_bytes: int) -> str:
    """As people read it, in the unit that gives one to four figures."""
    value = size_bytes / 1024
    unit = 0
    while value >= 1024 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.1f} {UNITS[unit]}"

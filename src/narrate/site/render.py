"""Templates into pages. Everything that comes from outside is escaped unless it is markup of ours."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from narrate.site import wording
from narrate.site.assets import asset_address
from narrate.site.passages import mark_up


def render(template: str, **values: object) -> str:
    """A page from its template."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("narrate.site"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=wording.printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "clock": wording.clock,
        "day": wording.day,
        "length": wording.length,
        "machine_length": wording.machine_length,
        "machine_time": wording.machine_time,
        "names": wording.names,
        "one_line": wording.one_line,
        "paragraphs": wording.paragraphs,
        "shorten": wording.shorten,
        "web_address": wording.web_address,
    }
    environment.globals |= {
        "asset": asset_address,
        "count": wording.count,
        "direction": wording.direction,
        "spoken": mark_up,
    }
    return environment

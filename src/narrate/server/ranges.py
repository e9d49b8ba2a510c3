"""Which bytes a client asks for.

Source:
    RFC 9110, section 14, Range Requests: https://www.rfc-editor.org/rfc/rfc9110#section-14
"""

from __future__ import annotations

import re

MAX_RANGES = 100
"""Whoever asks for more at once gets the whole."""

NEAR_BYTES = 100
"""Less than what announces another part: two ranges so near to each other are one."""

_SPEC = re.compile(r"(?P<first>[0-9]+)-(?P<last>[0-9]*)|-(?P<suffix>[0-9]+)", re.ASCII)

_FAR = 10**18
"""Beyond the end of any file."""


def read_ranges(header: str, size_bytes: int) -> list[range] | None:
    """What a Range header asks for of so many bytes, in its order; sorted and joined where any two meet.

    Returns:
        None where it is to be ignored: malformed, of another unit, or absurdly many. Nothing in the list where nothing
        of what it asks for is there.
    """
    unit, found, specs = header.partition("=")
    if not found or unit.strip().lower() != "bytes" or specs.count(",") >= MAX_RANGES:
        return None
    ranges = []
    for spec in filter(None, (part.strip(" \t") for part in specs.split(","))):
        wanted = _read_spec(spec, size_bytes)
        if wanted is None:
            return None
        ranges.append(wanted)
    return _join([wanted for wanted in ranges if wanted]) if ranges else None


def _read_spec(spec: str, size_bytes: int) -> range | None:
    """The bytes of one range that are there, perhaps none; None where it is malformed."""
    match = _SPEC.fullmatch(spec)
    if match is None:
        return None
    if match["suffix"]:
        return range(max(0, size_bytes - _number(match["suffix"])), size_bytes)
    first, last = _number(match["first"]), _number(match["last"]) if match["last"] else _FAR
    return range(first, min(last + 1, size_bytes)) if first <= last else None


def _number(digits: str) -> int:
    """An endless row of digits costs no time."""
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) < len(str(_FAR)) else _FAR


def _join(ranges: list[range]) -> list[range]:
    """The same bytes, none twice: a client cannot ask for more than there is."""
    joined: list[range] = []
    for wanted in sorted(ranges, key=lambda one: one.start):
        if joined and wanted.start <= joined[-1].stop + NEAR_BYTES:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, wanted.stop))
        else:
            joined.append(wanted)
    return ranges if len(joined) == len(ranges) else joined

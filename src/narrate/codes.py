"""QR codes: an address that a phone's camera reads, on a page and in a terminal."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from narrate.errors import UsageError

if TYPE_CHECKING:
    import segno

QUIET_MODULES = 4
"""How wide the empty border is, in modules."""

PRINTED = "\x1b[38;5;16;48;5;231m"
"""Black on white, by numbers of the colour cube: a theme may call anything black, but leaves these alone."""

PLAIN = "\x1b[0m"

HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
"""Two modules, one above the other, in one character; dark ones are True."""


def qr_svg(text: str) -> str:
    """An SVG element of a QR code, black on white whatever the page's theme; as large as its surroundings make it.

    Raises:
        UsageError: no QR code holds so much.

    Source:
        ISO/IEC 18004: byte mode, with a quiet zone of four modules.
    """
    svg: str = _make_code(text).svg_inline(
        border=QUIET_MODULES, dark="#000", light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    # Without it the rows of modules show fine seams at sizes that are no multiple of the code's.
    return svg.replace("<svg ", '<svg shape-rendering="crispEdges" ', 1)


def qr_terminal(text: str) -> str:
    """A QR code of half blocks, two rows of modules to a line; every line ends by putting the colours back.

    Raises:
        UsageError: no QR code holds so much.
    """
    rows = [[bool(module) for module in row] for row in _make_code(text).matrix_iter(border=QUIET_MODULES)]
    lines = []
    for upper, lower in zip_longest(rows[::2], rows[1::2], fillvalue=[False] * len(rows)):
        halves = "".join(HALVES[pair] for pair in zip(upper, lower, strict=True))
        lines.append(f"{PRINTED}{halves}{PLAIN}")
    return "\n".join(lines)


def _make_code(text: str) -> segno.QRCode:
    """The smallest code that holds the text, with as much error correction as fits into its size."""
    import segno

    try:
        return segno.make_qr(text, error="L")
    except segno.DataOverflowError as problem:
        raise UsageError(
            "the text has no QR code", f"it has {len(text):,} characters", "Give fewer than 2,900"
        ) from problem

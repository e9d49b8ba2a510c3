"""What stands under a title: who wrote it."""

from __future__ import annotations

import re
from dataclasses import replace

from narrate.types import Block, BlockKind

NAME = r"[A-Z][\w.'’-]+(?: (?:[A-Z][\w.'’-]*|de|van|von|der|la|bin|al)){0,4}"
BYLINE = re.compile(rf"[Bb][Yy] ({NAME}(?:(?:, and|,| and) {NAME})*)")


def find_byline(blocks: list[Block]) -> tuple[str, ...]:
    """The authors named in a "By …" line right after the title; the line becomes a BYLINE block."""
    if len(blocks) < 2 or blocks[0].kind is not BlockKind.TITLE:
        return ()
    line = blocks[1]
    found = BYLINE.fullmatch(line.text.strip())
    if line.kind is not BlockKind.PARAGRAPH or not found:
        return ()
    blocks[1] = replace(line, kind=BlockKind.BYLINE)
    return tuple(name.strip() for name in re.split(r",? and |, ", found[1]) if name.strip())

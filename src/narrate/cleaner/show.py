"""The story as text, and what was left out of it, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from narrate.types import Article, Block, BlockKind, Removal

TOGETHER = (BlockKind.ITEM, BlockKind.ROW)
"""Blocks between which no blank line is put."""


def as_text(article: Article) -> str:
    """The blocks as the source writes them, with a blank line between and none inside a list."""
    parts: list[str] = []
    for previous, block in zip((None, *article.blocks), article.blocks, strict=False):
        listed = previous is not None and previous.kind is block.kind and block.kind in TOGETHER
        parts.append(("\n" if listed else "\n\n") if previous else "")
        parts.append(_written(block))
    return "".join(parts) + "\n"


def explain(removals: Iterable[Removal], width: int = 100) -> Iterator[str]:
    """A line a removal: where it stood, what it was, the rule that named it, and its words."""
    for removal in removals:
        head = f"{removal.line:>5}  {removal.kind:<12} {removal.rule:<22} "
        room = max(20, width - len(head))
        text = removal.text if len(removal.text) <= room else removal.text[: room - 1] + "…"
        yield head + text.replace("\n", " ")


def as_json_lines(removals: Iterable[Removal]) -> str:
    """One JSON object a removal."""
    return "".join(
        json.dumps(
            {
                "line": removal.line,
                "kind": removal.kind,
                "rule": removal.rule,
                "why": removal.why,
                "text": removal.text,
            },
            ensure_ascii=False,
        )
        + "\n"
        for removal in removals
    )


def _written(block: Block) -> str:
    if block.kind is BlockKind.CODE:
        return f"{block.marker}\n{block.text}\n```" if block.marker.startswith("```") else block.text
    indent = "  " * (block.level - 1) if block.kind is BlockKind.ITEM else ""
    return f"{indent}{block.marker}{block.text}"

"""The story as text, and what was left out of it, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from narrate.cleaner.policies import pair_blocks
from narrate.directions import is_voiced, write_marks
from narrate.types import Article, Block, BlockKind, Cleaned, Removal

TOGETHER = (BlockKind.ITEM, BlockKind.ROW)
"""Blocks between which no blank line is put."""


def as_text(article: Article) -> str:
    """The blocks as the source writes them, author's marks too, with a blank line between and none inside a list.

    Read as plain text, it asks for what the article asks for; words that look like a mark have a backslash before them.
    """
    voiced = is_voiced(article.blocks)
    parts: list[str] = []
    for previous, block in zip((None, *article.blocks), article.blocks, strict=False):
        listed = previous is not None and previous.kind is block.kind and block.kind in TOGETHER
        parts.append(("\n" if listed else "\n\n") if previous else "")
        parts.append(_written(block, voiced))
    return "".join(parts) + "\n"


def explain(removals: Iterable[Removal], width: int = 100) -> Iterator[str]:
    """A line a removal: where it stood, what it was, the rule that named it, and its words."""
    for removal in removals:
        head = f"{removal.line:>5}  {removal.kind:<12} {removal.rule:<22} "
        room = max(20, width - len(head))
        text = removal.text if len(removal.text) <= room else removal.text[: room - 1] + "…"
        yield head + text.replace("\n", " ")


def as_diff(article: Article, cleaned: Cleaned, context: int = 3) -> str:
    """What cleaning changed, as a unified diff of the text before and after.

    Args:
        article: as it was read, before cleaning.
        context: lines that stay, shown around each change.

    Source:
        https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html
    """
    rows = list(_diff_rows(article, cleaned))
    changed = [index for index, (sign, _) in enumerate(rows) if sign != " "]
    if not changed:
        return ""
    lines = [f"--- {article.origin}", f"+++ {article.origin} (cleaned)"]
    for first, last in _stretches(changed, context, len(rows)):
        before = 1 + sum(sign != "+" for sign, _ in rows[:first])
        after = 1 + sum(sign != "-" for sign, _ in rows[:first])
        shown = rows[first:last]
        old, new = (sum(sign != other for sign, _ in shown) for other in "+-")
        lines.append(f"@@ -{before},{old} +{after},{new} @@")
        lines += [sign + line for sign, line in shown]
    return "\n".join(lines) + "\n"


def _diff_rows(article: Article, cleaned: Cleaned) -> Iterator[tuple[str, str]]:
    """Lines of both texts: `-` of the one before alone, `+` of the one after alone, a space for both."""
    voiced = is_voiced(article.blocks)
    for index, source, block in pair_blocks(article, cleaned):
        before = [] if index is None else _written(source, voiced).split("\n")
        after = [] if block is None else _written(block, voiced).split("\n")
        if before == after:
            yield from ((" ", line) for line in before)
        else:
            yield from (("-", line) for line in before)
            yield from (("+", line) for line in after)


def _stretches(changed: list[int], context: int, length: int) -> Iterator[tuple[int, int]]:
    """Ranges of rows around changes, joined where they touch."""
    first, last = 0, 0
    for index in changed:
        if last and index - context > last:
            yield first, last
            last = 0
        first = first if last else max(0, index - context)
        last = min(length, index + context + 1)
    yield first, last


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
                **({} if removal.start is None else {"start": removal.start}),
            },
            ensure_ascii=False,
        )
        + "\n"
        for removal in removals
    )


def _written(block: Block, voiced: bool) -> str:
    text = write_marks(block.text, block.directions, voiced=voiced)
    match block.kind:
        case BlockKind.CODE:
            return f"{block.marker}\n{text}\n```" if block.marker.startswith("```") else text
        case BlockKind.FORMULA:
            return f"$${text}$$"
        case BlockKind.FIGURE:
            return f"![{text}]()"
        case BlockKind.NOTE:
            return f"[^{block.marker}]: {text}"
    indent = "  " * (block.level - 1) if block.kind is BlockKind.ITEM else ""
    return f"{indent}{block.marker}{text}"

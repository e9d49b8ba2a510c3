"""Rows of a table by ear: which column a cell belongs to is said before it, where nobody could remember."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from narrate.segmenter.utterances import Manner
from narrate.types import Block, BlockKind, Direction, Wish

FEWEST_COLUMNS = 3
"""Of two columns, the second is what the first is about, and a listener keeps that in mind."""

MOST_NAME_WORDS = 4
"""In the name of a column that is said in every row."""

BETWEEN = ", "
"""What stands between two cells."""


def name_columns(blocks: Sequence[Block], manner: Manner) -> dict[int, Block]:
    """The rows in which the name of its column is said before each cell but the first, which names the row.

    It is said in the place of the comma: the words written stay as they are. A table is read plainly where one of its
    rows has another number of cells than its header: nobody could tell which of them is empty, or holds a comma.
    """
    named: dict[int, Block] = {}
    for table in _tables(blocks):
        names = blocks[table[0]].text.split(BETWEEN)
        if len(names) < FEWEST_COLUMNS or any(len(name.split()) > MOST_NAME_WORDS for name in names):
            continue
        if any(blocks[index].text.count(BETWEEN) != len(names) - 1 or _is_directed(blocks[index]) for index in table):
            continue
        said = [f"; {manner.say(name).text}:" for name in names[1:]]
        named |= {index: _with_names(blocks[index], said) for index in table[1:]}
    return named


def _tables(blocks: Sequence[Block]) -> Iterator[range]:
    """The headers of tables, each with the rows under it."""
    starts = [index for index, block in enumerate(blocks) if block.kind is BlockKind.ROW and block.level == 1]
    for start, limit in pairwise([*starts, len(blocks)]):
        end = start + 1
        while end < limit and blocks[end].kind is BlockKind.ROW:
            end += 1
        if end > start + 1:
            yield range(start, end)


def _is_directed(block: Block) -> bool:
    """Does the author say how something in it is read? Then nothing is put between."""
    return any(direction.wish in (Wish.SAY, Wish.PHONEMES) for direction in block.directions)


def _with_names(block: Block, said: Sequence[str]) -> Block:
    directions = list(block.directions)
    at = 0
    for words in said:
        at = block.text.index(BETWEEN, at)
        directions.append(Direction(wish=Wish.SAY, start=at, end=at + 1, value=words))
        at += len(BETWEEN)
    return replace(block, directions=tuple(sorted(directions, key=lambda one: (one.start, one.end))))

"""Models as ONNX files: their protobuf fields, and what can be had of them besides their sound.

Voices of the kind spoken here decide how long each sign of a text lasts before they make a sound. That is inside the
graph; named among its outputs, it comes along with the sound, which stays the same to the bit and takes as long.

Sources:
    https://protobuf.dev/programming-guides/encoding/
    https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, for the numbers of the fields.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

MOST_FIELDS = 100
"""Of a model, and more than it has: what has more is none."""

MOST_NODES = 100_000
"""Of a graph."""


class Field(NamedTuple):
    number: int
    body: memoryview
    whole: memoryview


def fields(message: memoryview) -> Iterator[Field]:
    """The fields of a protobuf message."""
    start = 0
    while start < len(message):
        tag, body = _read_varint(message, start)
        size = {1: 8, 5: 4}.get(tag & 7, 0)
        if tag & 7 == 2:
            size, body = _read_varint(message, body)
        end = body + size if tag & 7 else _read_varint(message, body)[1]
        yield Field(tag >> 3, message[body:end], message[start:end])
        start = end


def pack(number: int, body: bytes) -> bytes:
    """A field."""
    return head(number, len(body)) + body


def head(number: int, size: int) -> bytes:
    """What stands before a field of so many bytes."""
    sevens = range(0, max(1, size.bit_length()), 7)
    return bytes([number << 3 | 2, *(size >> bits & 0x7F | 0x80 for bits in sevens[:-1]), size >> sevens[-1]])


def _read_varint(message: memoryview, start: int) -> tuple[int, int]:
    """A number of seven bits to the byte, the lowest first, and where it ends."""
    end = start
    while message[end] & 0x80:
        end += 1
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(message[start : end + 1])), end + 1


# ------------------------------------------------------------------ how long each sign lasts


def show_only(model: bytes, operator: str) -> bytes:
    """A model that gives, after what it gave, what its only operator of a kind makes.

    One that has none, or several, stays as it is: nobody knows which is meant.
    """
    name = find_only(memoryview(model), operator)
    return model + pack(7, pack(12, pack(1, name))) if name else model  # a graph in two parts is read as one


def has_only(model: Path, operator: str) -> bool:
    """Does a model in a file have one operator of a kind, and no more?"""
    try:
        about = model.stat()
        return _has_only(model, operator, (about.st_size, about.st_mtime_ns))
    except OSError:
        return False


@cache
def _has_only(model: Path, operator: str, version: tuple[int, int]) -> bool:
    """
    Args:
        version: size and time of change: another file of that name is looked into anew.
    """
    if version[0] == 0:
        return False
    with model.open("rb") as file:
        return find_only(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)), operator) is not None


def find_only(model: memoryview, operator: str) -> bytes | None:
    """The name of what the only operator of a kind makes; None where there is not exactly one, or no model."""
    try:
        graphs = [field.body for field in islice(fields(model), MOST_FIELDS) if field.number == 7]
        names = [name for graph in graphs for name in _outputs(graph, operator)]
    except IndexError:  # no protobuf
        return None
    return names[0] if len(names) == 1 else None


def _outputs(graph: memoryview, operator: str) -> Iterator[bytes]:
    """What the operators of a kind make."""
    kind = pack(4, operator.encode())
    for node in islice(fields(graph), MOST_NODES):
        if node.number == 1 and kind in bytes(node.body):
            parts = [*fields(node.body)]
            if any(part.whole == kind for part in parts):
                yield from (bytes(part.body) for part in parts if part.number == 2)

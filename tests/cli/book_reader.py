"""A reader of a format that only tests have: a book as one JSON object. Installed in a folder, as plugins are."""

from __future__ import annotations

import json
from pathlib import Path

from narrate.types import Article, Block, BlockKind, Place, Source

METADATA = "Metadata-Version: 2.1\nName: narrate-test-book\nVersion: 1.0\n"
ENTRY_POINTS = "[narrate.readers]\ntestbook = book_reader:BookReader\n"


class BookReader:
    """`{"title": …, "chapters": [[heading, paragraph, …], …], …}`"""

    name = "testbook"
    media_types = ("application/x-test-book",)
    suffixes = (".testbook",)

    def read(self, source: Source) -> Article:
        told = json.loads(source.data)
        lines = [
            (BlockKind.PARAGRAPH if number else BlockKind.HEADING, text)
            for chapter in told["chapters"]
            for number, text in enumerate(chapter)
        ]
        blocks = [
            Block(
                kind=kind,
                text=text,
                place=Place(line=line, end_line=line, start=line * 100, end=line * 100 + len(text)),
                level=1 if kind is BlockKind.HEADING else 0,
                mark="front_matter" if text.startswith("Copyright") else None,
            )
            for line, (kind, text) in enumerate(lines, 1)
        ]
        return Article(
            blocks=tuple(blocks),
            title=told["title"],
            authors=("Ann Okoro",),
            language="en",
            series=told.get("series"),
            cover=bytes.fromhex(told.get("cover", "")) or None,
            pronunciations=tuple(map(tuple, told.get("pronunciations", ()))),
            book=True,
            origin=source.origin,
        )


def install(folder: Path) -> str:
    """Install it as a package of its own; what has to stand in PYTHONPATH."""
    about = folder / "narrate_test_book-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(METADATA)
    (about / "entry_points.txt").write_text(ENTRY_POINTS)
    (folder / "book_reader.py").write_bytes(Path(__file__).read_bytes())
    return str(folder)

"""pdfium at work in a process of its own, with bounds.

A PDF of a few hundred bytes can make pdfium ask for all the memory there is, or crash. What it does to its own process
is no harm to this one; and since pdfium may be used by one thread at a time, every reader has one for itself.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field

from narrate.errors import NarrateError, SourceError
from narrate.readers.pdf.furniture import Sheet
from narrate.readers.pdf.lines import order_lines
from narrate.readers.pdf.pages import (
    LONGEST_S,
    Bookmark,
    Label,
    Page,
    open_document,
    read_bookmarks,
    read_label,
    read_pages,
)
from narrate.types import Source

MOST_MEMORY_BYTES = 1024**3
"""Beside three times the size of the file."""

GRACE_S = 30.0
"""Seconds beyond which a process that should have ended is stopped."""

CHILD = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from narrate.readers.pdf.extract import answer
answer()
"""


@dataclass(slots=True)
class Extract:
    """What stands on the pages of a document, in lines, and what it says of itself."""

    label: Label
    bookmarks: list[Bookmark]
    sheets: list[Sheet] = field(default_factory=list)

    letters: int = 0
    """Characters that are not spaces."""

    unmapped: int = 0
    """Those of them for which it is not known what letter they are."""

    pictures: int = 0
    """Pages that have pictures and hardly a letter."""

    scanned: list[int] = field(default_factory=list)
    """Pages that are pictures, counted from 0."""

    across: list[tuple[int, str]] = field(default_factory=list)
    """Words that stand askew, or large across others, each with its page."""

    def add(self, page: Page) -> None:
        self.letters += page.letters
        self.unmapped += page.unmapped
        self.pictures += page.pictures
        self.scanned += [page.number] if page.scanned else []
        self.across += ((page.number, text) for text in page.across)
        lines = tuple(order_lines(page))
        self.sheets.append(Sheet(number=page.number, bottom=page.bottom, top=page.top, lines=lines))


def extract(source: Source) -> Extract:
    """What a document holds, read by another process.

    Raises:
        SourceError: it is no PDF, is encrypted or damaged, is too long, or takes too much memory or time.
    """
    asked = pickle.dumps(sys.path) + pickle.dumps(source)
    try:
        done = subprocess.run(
            [sys.executable, "-c", CHILD], input=asked, capture_output=True, timeout=LONGEST_S + GRACE_S, check=True
        )
        found: Extract | NarrateError = pickle.loads(done.stdout)
    except (subprocess.SubprocessError, pickle.UnpicklingError, EOFError) as problem:
        raise SourceError(
            f"{source.name} cannot be read",
            "it takes more memory or time than a text needs, so it is damaged or made to do harm",
            "Open it in a PDF viewer, save it anew, and give narrate that one",
        ) from problem
    if isinstance(found, NarrateError):
        raise found
    return found


def answer() -> None:
    """In the other process: read the source from standard input, write what it holds, or the error, to the output."""
    source: Source = pickle.load(sys.stdin.buffer)
    _bound_memory(MOST_MEMORY_BYTES + 3 * len(source.data))
    found: Extract | NarrateError
    try:
        found = _extract(source)
    except NarrateError as problem:
        found = problem
    sys.stdout.buffer.write(pickle.dumps(found))


def _extract(source: Source) -> Extract:
    with open_document(source) as document:
        found = Extract(label=read_label(document), bookmarks=read_bookmarks(document))
        for page in read_pages(document, source):
            found.add(page)
    return found


def _bound_memory(most_bytes: int) -> None:
    """Where the system can do it."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, ceiling = resource.getrlimit(resource.RLIMIT_AS)
        bound = most_bytes if ceiling == resource.RLIM_INFINITY else min(most_bytes, ceiling)
        resource.setrlimit(resource.RLIMIT_AS, (bound, ceiling))

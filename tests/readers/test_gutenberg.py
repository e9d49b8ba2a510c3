"""E-books of Project Gutenberg: the book alone, its chapters, notes and pictures, and what its head says."""

from __future__ import annotations

import textwrap
from functools import partial

import pytest

from conftest import source_of
from narrate.cleaner.clean import clean
from narrate.readers.text import TextReader
from narrate.types import Article

wrap = partial(textwrap.fill, width=72)
PROSE = "The harbour at night is a different country, and nobody who has seen it once will say that it is not."
BOOK = f"""\
The Project Gutenberg eBook of The Lightship

This ebook is for the use of anyone anywhere in the United States and
most other parts of the world at no cost.

Title: The Lightship
       and Other Tales

Author: Ada Renfrew and Joss Weir

Release date: May 1, 2020 [eBook #99999]

Language: English

Credits: Somebody and the Online Team


*** START OF THE PROJECT GUTENBERG EBOOK THE LIGHTSHIP AND OTHER
TALES ***




Produced by Somebody and the Online Distributed Proofreading Team




THE LIGHTSHIP

AND OTHER TALES

BY

ADA RENFREW AND JOSS WEIR

[Illustration: The ship in fog]

LONDON

HASK & CO., PUBLISHERS

1903




CONTENTS


CHAPTER I. The Harbour
CHAPTER II. The Fog




CHAPTER I.

The Harbour


{wrap(PROSE + " It was _not_ quiet there.[1]")}

[1] As the log of that _winter_ has it.

[Illustration]

The cranes stand with their heads down, like cattle in the rain, and
the water makes the small sounds that it saves for the night.

       *       *       *       *       *

I went there first as a boy, with my uncle, who was a well-known liar
and a good cook, and we ate [Sic] what he had caught.[A]




CHAPTER II.

The Fog


Fog is a cloud that came down to see, as my uncle said to everybody who
had ever asked him what it was.

[Footnote A: Herring, for the most part, and once a crab of such a size
that nobody believed it.]


THE END




Transcriber's Note: Two commas were added.




*** END OF THE PROJECT GUTENBERG EBOOK THE LIGHTSHIP ***

Updated editions will replace the previous one--the old editions will
be renamed.
"""


def read(text: str) -> Article:
    return TextReader().read(source_of(text))


@pytest.fixture(scope="module")
def book() -> Article:
    return read(BOOK)


def test_the_head_names_title_authors_and_language(book: Article) -> None:
    assert book.book
    assert book.title == "The Lightship and Other Tales"
    assert (book.authors, book.language) == (("Ada Renfrew", "Joss Weir"), "en")


def test_the_story_is_the_book_alone(book: Article) -> None:
    story = [(block.kind.value, block.text[:40]) for block in book.blocks if not block.mark]
    assert story == [
        ("title", "THE LIGHTSHIP AND OTHER TALES"),
        ("figure", "The ship in fog"),
        ("heading", "CHAPTER I. The Harbour"),
        ("paragraph", PROSE[:40]),
        ("note", "As the log of that winter has it."),
        ("paragraph", "The cranes stand with their heads down, "),
        ("scene_break", "*       *       *       *       *"[:40]),
        ("paragraph", "I went there first as a boy, with my unc"),
        ("note", "Herring, for the most part, and once a c"),
        ("heading", "CHAPTER II. The Fog"),
        ("paragraph", "Fog is a cloud that came down to see, as"),
        ("paragraph", "THE END"),
    ]


def test_head_licence_contents_and_notes_of_transcribers_are_marked(book: Article) -> None:
    marked = {block.text.split("\n")[0][:30]: block.mark for block in book.blocks if block.mark}
    assert marked["The Project Gutenberg eBook of"] == "front_matter"
    assert marked["Produced by Somebody and the O"] == "front_matter"
    assert marked["CHAPTER I. The Harbour"] == "front_matter"
    assert marked["HASK & CO., PUBLISHERS"] == "front_matter"
    assert marked["Transcriber's Note: Two commas"] == "back_matter"
    assert marked["Updated editions will replace "] == "back_matter"


def test_italics_have_no_signs_lines_are_joined_and_marks_of_notes_are_gone(book: Article) -> None:
    text = next(block.text for block in book.blocks if block.text.startswith("The harbour at"))
    assert text == f"{PROSE} It was not quiet there."
    assert any("we ate [Sic] what he had caught." in block.text for block in book.blocks)
    assert [block.marker for block in book.blocks if block.kind.value == "note"] == ["1", "A"]


def test_every_word_of_the_story_stands_where_its_place_says(book: Article) -> None:
    for block in book.blocks:
        if block.kind.value == "paragraph":
            lines = BOOK[block.place.start : block.place.end]
            assert block.text.split()[0].strip("_") in lines
            assert BOOK.count("\n", 0, block.place.start) + 1 == block.place.line


def test_a_cleaned_book_keeps_every_paragraph_of_its_story(book: Article) -> None:
    kept = {block.text for block in clean(book).article.blocks}
    assert all(block.text in kept for block in book.blocks if not block.mark and block.kind.value == "paragraph")


def test_an_old_e_book_without_fields_is_known_by_its_first_line() -> None:
    article = read(
        "Project Gutenberg's The Fog, by Ada Renfrew\n\n***START OF THE PROJECT GUTENBERG EBOOK THE FOG***\n\n\n\n"
        f"I\n\n\n{PROSE}\n\n\n\nII\n\n\n{PROSE}\n\nEnd of Project Gutenberg's The Fog, by Ada Renfrew\n"
    )
    assert (article.title, article.authors) == ("The Fog", ("Ada Renfrew",))
    assert [(block.kind.value, block.text) for block in article.blocks if not block.mark] == [
        ("heading", "I"),
        ("paragraph", PROSE),
        ("heading", "II"),
        ("paragraph", PROSE),
    ]


def test_the_same_number_in_two_chapters_finds_its_own_note() -> None:
    chapter = "CHAPTER {0}\n\n\n{1}[1]\n\n[1] Note of {0}.\n\n\n\n\n"
    text = (
        "*** START OF THE PROJECT GUTENBERG EBOOK FOG ***\n\n\n\n"
        + chapter.format("I", PROSE)
        + chapter.format("II", PROSE)
    )
    found = [block.text for block in read(text).blocks if not block.mark]
    assert found == ["CHAPTER I", PROSE, "Note of I.", "CHAPTER II", PROSE, "Note of II."]


def test_a_cut_e_book_and_signs_that_are_never_closed_are_read() -> None:
    text = f"*** START OF THE PROJECT GUTENBERG EBOOK FOG ***\n\n_{PROSE}\n\n[Illustration: cut\n\n[Footnote 1: cut"
    assert PROSE in read(text).blocks[1].text


def test_a_hundred_thousand_lines_of_signs_take_no_long_time() -> None:
    text = "*** START OF THE PROJECT GUTENBERG EBOOK FOG ***\n\n" + "_a [1] [Footnote 1: [\n\n" * 3_000 + "_" * 100_000
    assert read(text).book

"""The table of contents of an article: chapters listed, chosen, and joined from several articles."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import source_of
from narrate.contents import choose_parts, find_parts, join_stories, parse_numbers
from narrate.errors import UsageError
from narrate.stories import clean_article, read_source
from narrate.types import Article, Block, BlockKind, Cleaned, Place, Removal


def block(kind: BlockKind, text: str, line: int, level: int = 0) -> Block:
    return Block(kind=kind, text=text, place=Place(line=line, end_line=line, start=line, end=line + 1), level=level)


def book() -> Article:
    kinds = [
        (BlockKind.TITLE, "The book", 1),
        (BlockKind.PARAGRAPH, "Printed in Hull.", 0),
        (BlockKind.HEADING, "One", 1),
        (BlockKind.PARAGRAPH, "The first words.", 0),
        (BlockKind.HEADING, "A section", 2),
        (BlockKind.PARAGRAPH, "More of the first.", 0),
        (BlockKind.HEADING, "Two", 1),
        (BlockKind.PARAGRAPH, "An advert.", 0),
        (BlockKind.PARAGRAPH, "The second.", 0),
        (BlockKind.HEADING, "Three", 1),
        (BlockKind.PARAGRAPH, "The third.", 0),
    ]
    blocks = tuple(block(kind, text, line, level) for line, (kind, text, level) in enumerate(kinds, 1))
    return Article(blocks=blocks, title="The book", book=True)


def without(article: Article, *indexes: int) -> Cleaned:
    kept = tuple(one for index, one in enumerate(article.blocks) if index not in indexes)
    removals = tuple(
        Removal(block=index, line=index + 1, text=article.blocks[index].text, kind="ad", rule="r", why="w")
        for index in indexes
    )
    return Cleaned(article=replace(article, blocks=kept), removals=removals)


def texts(article: Article) -> list[str]:
    return [one.text for one in article.blocks]


def test_a_book_has_the_chapters_of_its_highest_level() -> None:
    parts = find_parts(without(book(), 1).article)
    assert [(part.number, part.title, part.words) for part in parts] == [
        (1, "One", 10),
        (2, "Two", 5),
        (3, "Three", 3),
    ]


def test_what_stands_before_the_first_heading_is_a_chapter_where_it_has_words() -> None:
    first, *others = find_parts(book())
    assert (first.number, first.title, first.words) == (1, None, 3)
    assert [part.number for part in others] == [2, 3, 4]


def test_an_article_has_a_chapter_for_every_heading() -> None:
    article = read_source(source_of("# T\n\nIntro.\n\n## A\n\nWords.\n\n### B\n\nWords.\n", "text/markdown"))
    assert [part.title for part in find_parts(article)] == [None, "A", "B"]


def test_a_text_without_headings_is_one_chapter() -> None:
    (part,) = find_parts(read_source(source_of("Just words.")))
    assert (part.number, part.title, part.words) == (1, None, 2)


def test_chosen_chapters_keep_what_was_left_out_of_them_in_its_place() -> None:
    cleaned = without(book(), 1, 7)
    parts = find_parts(cleaned.article)
    article, chosen = choose_parts(book(), cleaned, [parts[1], parts[2]])
    assert texts(article) == ["Two", "An advert.", "The second.", "Three", "The third."]
    assert texts(chosen.article) == ["Two", "The second.", "Three", "The third."]
    assert [(removal.block, removal.text) for removal in chosen.removals] == [(1, "An advert.")]


def test_chapters_that_do_not_follow_each_other_are_put_together() -> None:
    cleaned = without(book(), 1, 7)
    parts = find_parts(cleaned.article)
    article, chosen = choose_parts(book(), cleaned, [parts[0], parts[1]])
    assert [(removal.block, article.blocks[removal.block].text) for removal in chosen.removals] == [(5, "An advert.")]
    assert texts(choose_parts(book(), cleaned, [parts[0], parts[2]])[1].article)[-2:] == ["Three", "The third."]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("3", [3]),
        ("3-5", [3, 4, 5]),
        ("9,1", [1, 9]),
        (" 2 - 3 , 3", [2, 3]),
        ("8-", [8, 9]),
        ("-2", [1, 2]),
        ("2–3", [2, 3]),
    ],
)
def test_chapters_are_named_by_numbers_and_ranges(written: str, numbers: list[int]) -> None:
    assert parse_numbers(written, 9) == numbers


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("10", "there is no chapter 10: there are 9. See `narrate inspect`"),
        ("0", "there is no chapter 0"),
        ("5-3", "there is no chapter 5-3"),
        ("8-12", "there is no chapter 8-12"),
        ("one", "'one' names no chapters. Write such as 3-7,9"),
        ("-", "'-' names no chapters"),
        ("", "no chapter is named"),
        ("9" * 5000, "names no chapters"),
    ],
)
def test_chapters_that_there_are_not_are_refused(written: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        parse_numbers(written, 9)


@given(st.text(alphabet="0123456789-, ", max_size=12))
def test_whatever_is_named_is_there_or_refused(written: str) -> None:
    try:
        numbers = parse_numbers(written, 12)
    except UsageError:
        return
    assert numbers == sorted(set(numbers))
    assert set(numbers) <= set(range(1, 13))


# -------------------------------------------------------------------- joining


def story(text: str, author: str) -> tuple[Article, Cleaned]:
    article = replace(read_source(source_of(text, "text/markdown")), authors=(author,))
    return article, clean_article(article)


FIRST = "# The lamp\n\nThe lamp is lit, and the oil will last.\n\n## Later\n\nNobody came up the stairs that night.\n"
SECOND = "# The boat\n\nThe boat came back at dawn with three men in it.\n\nSubscribe to our newsletter!\n"


def test_joined_articles_have_a_chapter_each_and_their_sections_below() -> None:
    read, cleaned = join_stories([story(FIRST, "Ann"), story(SECOND, "Ann")], "Two tales")
    headings = [(one.text, one.level) for one in cleaned.article.blocks if one.kind is BlockKind.HEADING]
    assert headings == [("The lamp", 1), ("Later", 3), ("The boat", 1)]
    assert [part.title for part in find_parts(cleaned.article)] == ["The lamp", "The boat"]
    assert (cleaned.article.title, cleaned.article.authors) == ("Two tales", ("Ann",))
    for removal in cleaned.removals:
        assert read.blocks[removal.block].text == removal.text
    assert len(read.blocks) - len(cleaned.removals) == len(cleaned.article.blocks)
    assert any("newsletter" in removal.text for removal in cleaned.removals)


def test_without_a_title_of_its_own_the_whole_has_the_firsts_and_says_it_once() -> None:
    _, cleaned = join_stories([story(FIRST, "Ann"), story(SECOND, "Ann")])
    assert cleaned.article.title == "The lamp"
    assert [one.kind for one in cleaned.article.blocks if one.text == "The lamp"] == [BlockKind.TITLE]
    assert [part.title for part in find_parts(cleaned.article)] == [None, "The boat"]


def test_who_wrote_it_is_said_below_each_heading_where_they_differ() -> None:
    stories = [story(FIRST, "Ann"), story(SECOND, "Bob")]
    _, cleaned = join_stories(stories, "T", lambda article: f"By {article.authors[0]}.")
    said = texts(cleaned.article)
    assert said[said.index("The lamp") + 1] == "By Ann."
    assert said[said.index("The boat") + 1] == "By Bob."
    assert cleaned.article.authors == ("Ann", "Bob")


def test_an_article_without_a_title_is_called_by_its_number() -> None:
    plain = Article(blocks=(block(BlockKind.PARAGRAPH, "Just words.", 1),))
    _, cleaned = join_stories([story(FIRST, "Ann"), (plain, Cleaned(article=plain))], "T")
    assert [part.title for part in find_parts(cleaned.article)] == ["The lamp", "2"]

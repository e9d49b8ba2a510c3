"""Apple's categories, and finding one by what somebody types."""

from __future__ import annotations

import pytest

from narrate.errors import UsageError
from narrate.feed.categories import CATEGORIES, parse_category


def test_the_list_is_apples() -> None:
    assert len(CATEGORIES) == 19
    assert sum(map(len, CATEGORIES.values())) == 91
    assert "Religion" in CATEGORIES["Religion & Spirituality"]
    assert [category for category, below in CATEGORIES.items() if not below] == [
        "Government",
        "History",
        "Technology",
        "True Crime",
    ]


def test_every_category_is_found_as_it_is_written_and_in_small_letters() -> None:
    for category, all_below in CATEGORIES.items():
        for path in [(category,), *((category, below) for below in all_below)]:
            assert parse_category(" > ".join(path)) == path
            assert parse_category(">".join(path).lower()) == path
            assert parse_category(f"  {'  >  '.join(path).upper()} ") == path


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("Tecnology", "Technology"),
        ("tech", "Technology"),
        ("Documentary", "Society & Culture > Documentary"),
        ("Society and Culture > Documentary", "Society & Culture > Documentary"),
        ("News > Documentary", "Society & Culture > Documentary"),
        ("Sports > Football > Goals", "Sports > Football"),
    ],
)
def test_the_nearest_categories_are_named(written: str, nearest: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_category(written)
    assert str(caught.value).startswith(f"{written} is not a category of Apple's list. Did you mean ")
    assert nearest in str(caught.value).removesuffix(".").partition("Did you mean ")[2].split(" or ")


@pytest.mark.parametrize("written", ["", " ", ">", "\x00", "東京", "x" * 10_000])
def test_what_is_like_no_category_is_told_all_top_ones(written: str) -> None:
    with pytest.raises(UsageError, match="Choose from Arts, Business, .*, True Crime, TV & Film.$"):
        parse_category(written)


def test_a_category_below_is_not_taken_for_one_of_another() -> None:
    with pytest.raises(UsageError):
        parse_category("Arts > Politics")

"""Numbers in words: the promises that every rule of the normaliser leans on."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from narrate.segmenter.numbers import (
    ONES,
    SCALES,
    TENS,
    cardinal,
    decimal,
    digits,
    ordinal,
    plural,
    roman,
    to_roman,
    year,
)

LARGEST = 10 ** (3 * len(SCALES)) - 1


def value(words: str) -> int:
    """A cardinal read back by somebody who knows only what the words mean."""
    total = group = 0
    for word in words.split():
        if word in SCALES[1:]:
            total, group = total + group * 1000 ** SCALES.index(word), 0
        elif word == "hundred":
            group *= 100
        elif word in ONES:
            group += ONES.index(word)
        elif word in TENS[2:]:
            group += 10 * TENS.index(word)
        else:
            assert word == "and"
    return total + group


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (1, "one"),
        (10, "ten"),
        (13, "thirteen"),
        (20, "twenty"),
        (21, "twenty one"),
        (99, "ninety nine"),
        (100, "one hundred"),
        (101, "one hundred and one"),
        (110, "one hundred and ten"),
        (999, "nine hundred and ninety nine"),
        (1000, "one thousand"),
        (1001, "one thousand and one"),
        (1099, "one thousand and ninety nine"),
        (1100, "one thousand one hundred"),
        (1250, "one thousand two hundred and fifty"),
        (20_020, "twenty thousand and twenty"),
        (100_000, "one hundred thousand"),
        (1_000_000, "one million"),
        (1_000_001, "one million and one"),
        (2_500_000, "two million five hundred thousand"),
        (10**9, "one billion"),
        (10**12, "one trillion"),
        (10**15, "one quadrillion"),
        (10**18, "one quintillion"),
        (-1, "minus one"),
        (-1200, "minus one thousand two hundred"),
    ],
)
def test_a_cardinal_is_said_in_words(number: int, words: str) -> None:
    assert cardinal(number) == words


def test_the_largest_number_with_a_name_is_said_whole() -> None:
    assert cardinal(LARGEST).startswith(
        "nine hundred and ninety nine quintillion nine hundred and ninety nine quadrillion"
    )


def test_a_number_without_a_name_is_said_figure_by_figure() -> None:
    assert cardinal(LARGEST + 1) == "one" + " zero" * 21
    assert cardinal(10**400) == "one" + " zero" * 400


@settings(max_examples=2000)
@given(st.integers(0, LARGEST))
@example(0)
@example(1_000_000_001)
@example(LARGEST)
def test_a_cardinal_can_be_read_back(number: int) -> None:
    assert value(cardinal(number)) == number


@given(st.integers(1, LARGEST))
def test_a_number_below_zero_is_its_opposite_with_minus(number: int) -> None:
    assert cardinal(-number) == f"minus {cardinal(number)}"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zeroth"),
        (1, "first"),
        (2, "second"),
        (3, "third"),
        (4, "fourth"),
        (5, "fifth"),
        (8, "eighth"),
        (9, "ninth"),
        (11, "eleventh"),
        (12, "twelfth"),
        (13, "thirteenth"),
        (20, "twentieth"),
        (21, "twenty first"),
        (22, "twenty second"),
        (30, "thirtieth"),
        (100, "one hundredth"),
        (101, "one hundred and first"),
        (112, "one hundred and twelfth"),
        (1000, "one thousandth"),
        (1_000_000, "one millionth"),
    ],
)
def test_an_ordinal_is_said_in_words(number: int, words: str) -> None:
    assert ordinal(number) == words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("5", "five"),
        ("0.5", "zero point five"),
        (".5", "zero point five"),
        ("3.14", "three point one four"),
        ("2.50", "two point five zero"),
        ("10.01", "ten point zero one"),
        ("1,234.5", "one thousand two hundred and thirty four point five"),
        ("1,00,000", "one hundred thousand"),
        ("007", "seven"),
        ("0", "zero"),
    ],
)
def test_a_decimal_is_said_figure_by_figure_after_its_point(written: str, words: str) -> None:
    assert decimal(written) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (800, "eight hundred"),
        (1000, "one thousand"),
        (1001, "one thousand and one"),
        (1066, "ten sixty six"),
        (1100, "eleven hundred"),
        (1492, "fourteen ninety two"),
        (1800, "eighteen hundred"),
        (1900, "nineteen hundred"),
        (1905, "nineteen oh five"),
        (1984, "nineteen eighty four"),
        (1999, "nineteen ninety nine"),
        (2000, "two thousand"),
        (2003, "two thousand and three"),
        (2009, "two thousand and nine"),
        (2010, "twenty ten"),
        (2026, "twenty twenty six"),
        (2099, "twenty ninety nine"),
    ],
)
def test_a_year_is_said_in_pairs(number: int, words: str) -> None:
    assert year(number) == words


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("0", "zero"),
        ("911", "nine one one"),
        ("007", "zero zero seven"),
        ("555-0134", "five five five zero one three four"),
        ("", ""),
        ("a1b2", "one two"),
        ("٣5", "five"),
    ],
)
def test_digits_are_said_one_by_one(written: str, words: str) -> None:
    assert digits(written) == words


@pytest.mark.parametrize(
    ("word", "plural_word"),
    [("ninety", "nineties"), ("twenty", "twenties"), ("hundred", "hundreds"), ("six", "sixes"), ("third", "thirds")],
)
def test_a_word_for_a_number_has_a_plural(word: str, plural_word: str) -> None:
    assert plural(word) == plural_word


@given(st.integers(1, 3999))
def test_roman_numerals_come_back(number: int) -> None:
    assert roman(to_roman(number)) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("I", 1),
        ("IV", 4),
        ("IX", 9),
        ("XIV", 14),
        ("XL", 40),
        ("LVIII", 58),
        ("XC", 90),
        ("CD", 400),
        ("MCMXCIV", 1994),
    ],
)
def test_a_roman_numeral_has_its_value(written: str, number: int) -> None:
    assert roman(written) == number


@pytest.mark.parametrize("written", ["IIII", "VV", "IC", "XIX" + "X", "VX", "IIX", "LC", "DM", "IVI", "CCCC"])
def test_letters_in_an_unusual_order_are_no_numeral(written: str) -> None:
    assert roman(written) is None

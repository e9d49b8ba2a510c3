"""Spoken forms: words for figures, and no harm to what is not understood."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.segmenter.normalise import normalise, spoken_form
from narrate.segmenter.numbers import cardinal, ordinal, roman, to_roman, year

CASES = {
    "money": [
        ("$1.5bn", "one point five billion dollars"),
        ("£12.40", "twelve pounds and forty pence"),
        ("$19.50", "nineteen dollars and fifty cents"),
        ("$3-4 billion", "three to four billion dollars"),
        ("a €5m prize", "a five million euros prize"),
        ("$1", "one dollar"),
        ("US$80 million", "eighty million U S dollars"),
        ("a $10-a-month plan", "a ten dollar a month plan"),
    ],
    "dates and times": [
        ("in 1984", "in nineteen eighty four"),
        ("in 2003", "in two thousand and three"),
        ("on May 4", "on May fourth"),
        ("On Nov. 22, 1963", "On November twenty second nineteen sixty three"),
        ("on 8 May 1945", "on eighth of May nineteen forty five"),
        ("on 2021-07-04", "on July fourth twenty twenty one"),
        ("the 1860s", "the eighteen sixties"),
        ("at 7:45 p.m.", "at seven forty five P M."),
        ("before 10am", "before ten A M"),
        ("2014-2017", "twenty fourteen to twenty seventeen"),
    ],
    "numbers": [
        ("2,500 troops", "two thousand five hundred troops"),
        ("61.9%", "sixty one point nine percent"),
        ("a 10-15% rise", "a ten to fifteen percent rise"),
        ("the 33rd president", "the thirty third president"),
        ("a 12-year-old girl", "a twelve year old girl"),
        ("pages 7–9", "pages seven to nine"),
        ("-5", "minus five"),
        ("1½ tsp", "one and a half teaspoons"),
        ("9/10", "nine out of ten"),
        ("24/7", "twenty four seven"),
        ("call 911", "call nine one one"),
        ("1-888-555-0134", "one eight eight eight five five five zero one three four"),
    ],
    "units, names and signs": [
        ("9 mm thick", "nine millimetres thick"),
        ("230°C", "two hundred and thirty degrees Celsius"),
        ("60 mph", "sixty miles per hour"),
        ("World War II", "World War two"),
        ("King George VI", "King George the sixth"),
        ("Dr. Okoro", "Doctor Okoro"),
        ("Ben & Ann", "Ben and Ann"),
        ("www.news.example", "news dot example"),
        ("desk@example.org", "desk at example dot org"),
        ("#MakeItWork", "hashtag Make It Work"),
        ("The law passed.[4]", "The law passed."),
        ("G7", "G seven"),
        ("a 5 km² park", "a five square kilometres park"),
        ("E=mc²", "E=mc squared"),
        ("at 10:42:07", "at 10:42:07"),
        ("The law passed.²", "The law passed."),
    ],
}


@pytest.mark.parametrize(("written", "spoken"), [case for group in CASES.values() for case in group])
def test_a_written_form_is_read_as_a_newsreader_would(written: str, spoken: str) -> None:
    assert spoken_form(written) == spoken


@pytest.mark.parametrize("text", ["It was a plain day.", "NATO and the FBI met.", "Nothing here, is there?"])
def test_plain_words_stay_as_they_were(text: str) -> None:
    assert spoken_form(text) == text


def test_marks_that_engines_take_for_their_own_are_made_plain() -> None:
    assert "[" not in spoken_form("Say [hibari](/hibˈɑɹi/) and [[wˈɜːd]] now.")


def test_every_token_knows_its_class_and_place() -> None:
    found = normalise("It cost $5 in 1984.")
    assert [(token.kind, token.start, token.end) for token in found.tokens] == [("money", 8, 10), ("year", 14, 18)]


def test_other_languages_keep_their_digits() -> None:
    assert spoken_form("Es kostet 5 € – immer.", "de") == "Es kostet 5 €, immer."


@given(st.text(max_size=300))
def test_any_text_has_a_spoken_form(text: str) -> None:
    spoken = spoken_form(text)
    spoken.encode("utf-8")
    assert "\x00" not in spoken


FORMS = [
    "$",
    "£",
    "US",
    "A",
    "5",
    "0",
    "1,000",
    "12",
    "2026",
    "20",
    ".",
    "-",
    "–",
    "k",
    "bn",
    "m",
    "%",
    "°",
    "C",
    "F",
    "½",
    "¼",
    "May",
    "Nov.",
    ":",
    "/",
    "th",
    "st",
    "km",
    "sq",
    "ft",
    "²",
    "tsp",
    "No.",
    "#",
    "@",
    "a",
    "s",
    "'",
    "am",
    "p.m.",
    "World",
    "War",
    "Pope",
    "Henry",
    "II",
    "IV",
    "X",
    "call",
    "911",
    "www.",
    "http://",
    "example.org",
    "+",
    "×",
    "~",
    "§",
    "&",
    "→",
    "-year-old",
    "vs.",
    "e.g.",
    "(",
    ")",
    ",",
    "٣",
    "𝟗",
    "³",
]


@settings(max_examples=2000, deadline=None)
@given(st.lists(st.sampled_from([*FORMS, " ", " ", " "]), max_size=14))
def test_no_pile_of_written_forms_breaks_the_reader(parts: list[str]) -> None:
    for text in ("".join(parts), " ".join(parts)):
        assert isinstance(spoken_form(text), str)


@given(st.integers(1, 3999))
def test_roman_numerals_come_back(number: int) -> None:
    assert roman(to_roman(number)) == number


def test_numbers_in_words() -> None:
    assert cardinal(1250) == "one thousand two hundred and fifty"
    assert cardinal(1001) == "one thousand and one"
    assert cardinal(1_000_000) == "one million"
    assert ordinal(22) == "twenty second"
    assert year(1905) == "nineteen oh five"
    assert year(1900) == "nineteen hundred"

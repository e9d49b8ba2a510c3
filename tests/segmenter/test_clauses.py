"""Over-long sentences are cut where a reader would take a breath."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate.segmenter.clauses import cut_sentence


def pieces(text: str, limit: int) -> list[str]:
    return [text[a:b] for a, b in cut_sentence(text, (0, len(text)), lambda piece: len(piece) <= limit)]


def letters(text: str) -> str:
    return "".join(text.split())


@given(st.text(alphabet='abcA ,;—“”"()‘’.3$\n', min_size=1, max_size=600), st.integers(20, 80))
def test_cuts_lose_no_letter_and_every_piece_fits(text: str, limit: int) -> None:
    found = pieces(text, limit)
    assert letters("".join(found)) == letters(text)
    assert all(len(piece) <= limit for piece in found)


@given(st.text(max_size=200), st.integers(1, 30))
def test_any_text_can_be_cut(text: str, limit: int) -> None:
    assert letters("".join(pieces(text, limit))) == letters(text)


def test_a_sentence_that_fits_is_left_alone() -> None:
    text = "Before. It fits. After."
    assert cut_sentence(text, (8, 16), lambda piece: piece == "It fits.") == [(8, 16)]


def test_offsets_are_those_of_the_block() -> None:
    text = "Before. One part of it, and the other part of it. After."
    found = cut_sentence(text, (8, 49), lambda piece: len(piece) <= 30)
    assert [text[a:b] for a, b in found] == ["One part of it,", "and the other part of it."]


def test_a_long_sentence_is_cut_at_a_clause_and_never_in_a_number_or_a_name() -> None:
    text = (
        "When the committee of Port Ellery met on Thursday to count the 12,500,000 votes of the western province, "
        "Maren Oduya stood up; nobody else in the long cold room had thought of it before she did that evening"
    )
    found = pieces(text, 110)
    assert len(found) > 1
    assert all(piece[-1] in ",;" for piece in found[:-1])
    assert any("12,500,000" in piece for piece in found)
    assert any("Port Ellery" in piece for piece in found)


@pytest.mark.parametrize("unit", ["12 500 000", "Maren Oduya", "45 %", "9: 30", "$ 40", "Port Ellery Bay"])
@pytest.mark.parametrize("before", range(30, 50, 3))
def test_numbers_and_names_stay_whole(unit: str, before: int) -> None:
    words = "so it is up to us to be on it as we go by an ox or do we "
    text = f"{(words * 3)[:before].strip()} {unit} {words.strip()}"
    assert any(unit in piece for piece in pieces(text, 60))


def test_a_long_sentence_is_cut_outside_a_quotation() -> None:
    quotation = "“a lamp, which has turned for seventy years, is worth more than a wall, which has not”"
    text = f"The keeper told the meeting that night that {quotation} and then he sat down again without a word to them"
    found = pieces(text, 150)
    assert len(found) > 1
    assert any(quotation in piece for piece in found)


def test_an_apostrophe_closes_no_quotation() -> None:
    quotation = "‘the keeper’s lamp, which he didn’t clean, is out’"
    text = (
        f"She told the whole of the meeting that night, {quotation} and then she sat down again, quite without a word"
    )
    assert any(quotation in piece for piece in pieces(text, 100))


def test_full_width_commas_need_no_space() -> None:
    found = pieces("他在很久以前就离开了那座城市，没有人知道他后来去了哪里，也没有人再提起他", 24)
    assert found[0][-1] == "，"


ENDLESS = {
    "words": "word ",
    "one word": "a",
    "commas": "word, word ",
    "open quotes": "“a ",
    "quotations": "“a b” c ",
    "straight quotes": '"a, b ',
    "open brackets": "(a ",
    "names": "Ann Bob ",
    "digits": "1 ",
    "semicolons": "a; ",
    "wide spaces": "a" + " " * 200,
    "dashes": " - ",
    "apostrophes": "‘a’b ",
    "full width": "好，是",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_no_sentence_takes_more_than_linear_time(name: str) -> None:
    piece = ENDLESS[name]
    seconds = []
    for length in (20_000, 160_000):
        text = (piece * (length // len(piece))).strip()
        began = time.process_time()
        found = pieces(text, 300)
        seconds.append(time.process_time() - began)
        assert letters("".join(found)) == letters(text)
    assert seconds[1] < 24 * seconds[0] + 0.2, "eight times the sentence takes about eight times as long"

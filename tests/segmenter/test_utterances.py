"""A block becomes utterances: the author's marks obeyed, the lexicon honoured, no letter lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import source_of
from narrate.errors import NarrateError, UsageError
from narrate.readers.markdown import MarkdownReader
from narrate.readers.text import TextReader
from narrate.segmenter.lexicon import Entry, Layer, Lexicon
from narrate.segmenter.segment import write_script
from narrate.types import Article, Block, BlockKind, Break, Phonemes, Place, Role, Script, Utterance


def script(text: str, **options: object) -> Script:
    article = MarkdownReader().read(source_of(text, "text/markdown"))
    return write_script(article, **{"language": "en", "close": False, **options})  # type: ignore[arg-type]


def said(text: str, **options: object) -> list[tuple[str, int]]:
    return [(part.text, part.pause_ms) for part in script(text, **options).utterances]


def lexicon(**words: str) -> Lexicon:
    return Lexicon([Layer(name="test", entries=tuple(Entry(word=word, say=say) for word, say in words.items()))])


# ------------------------------------------------------------------ the author's marks


def test_a_pause_asked_for_between_sentences_takes_the_place_of_ours() -> None:
    assert said("She looked. [pause 2s] She left.")[0] == ("She looked.", 2000)
    assert said("She looked. [pause 100ms] She left.")[0] == ("She looked.", 100)


def test_a_pause_inside_a_sentence_cuts_it_there() -> None:
    assert said("And then [pause 750ms] it fell.")[0] == ("And then", 750)


def test_a_pause_asked_for_is_not_scaled_with_the_speed() -> None:
    assert said("One is here. [pause 2s] Two. Three.", speed=2.0)[0][1] == 2000


def test_pauses_side_by_side_add_up() -> None:
    assert said("One is here. [pause 1s] [pause 500ms] Two.")[0][1] == 1500


def test_a_pause_before_the_first_word_is_the_head_of_the_file() -> None:
    assert script("[pause 3s] One is here.").head_ms == 3000


def test_a_pause_alone_between_paragraphs_is_the_silence_between_them() -> None:
    assert said("One is here.\n\n[pause 5s]\n\nTwo is there.")[0] == ("One is here.", 5000)


def test_the_transcript_shows_what_is_written_and_the_voice_says_what_is_meant() -> None:
    part = script("He met [[KOH-roh|Okoro]] at noon.").utterances[0]
    assert part.text == "He met KOH-roh at noon."
    assert part.written == "He met Okoro at noon."


def test_words_the_author_gives_are_not_read_again_as_numbers() -> None:
    assert script("It is [[route sixty six|Route 66]] in 1984.").utterances[0].text == (
        "It is route sixty six in nineteen eighty four."
    )


def test_phonemes_the_author_gives_stand_over_the_words_as_spoken() -> None:
    part = script("In 1984 [[/oʊˈkɔːroʊ/|Okoro]] came.").utterances[0]
    assert part.text == "In nineteen eighty four Okoro came."
    assert part.phonemes == (Phonemes(start=24, end=29, ipa="oʊˈkɔːroʊ"),)
    assert part.text[24:29] == "Okoro"


def test_a_sentence_does_not_end_inside_words_that_are_said_as_one() -> None:
    parts = script("He read [[the paper|News! Of the World]] daily. Then no more.").utterances
    assert [part.written for part in parts] == ["He read News! Of the World daily.", "Then no more."]


def test_another_voice_speaks_what_the_author_gives_it() -> None:
    parts = script('He said: [voice piper:joe]"Who is it?" Nobody answered.[/voice] So he left. Twice.').utterances
    assert [(part.text, part.voice) for part in parts] == [
        ("He said:", None),
        ('"Who is it?"', "piper:joe"),
        ("Nobody answered.", "piper:joe"),
        ("So he left.", None),
        ("Twice.", None),
    ]
    assert parts[0].after is Break.CLAUSE


@pytest.mark.parametrize("words", ["He paused [sic] there.", "See [1] there.", r"He typed \[pause 2s] there."])
def test_what_only_looks_like_a_mark_stays_words(words: str) -> None:
    assert len(script(words).utterances) == 1
    assert script(words).utterances[0].after is Break.END


# ------------------------------------------------------------------ the lexicon


def test_a_name_is_said_as_the_lexicon_says_and_written_as_the_article_does() -> None:
    part = script("Okoro's boat left. Okoro stayed.", lexicon=lexicon(Okoro="oh-KOH-roh")).utterances[0]
    assert part.written == "Okoro's boat left."
    assert part.text.startswith("oh-koh-roh's boat") or part.text.startswith("oh-KOH-roh's boat")


def test_the_author_overrules_the_lexicon() -> None:
    part = script("Then [[Mister O|Okoro]] came.", lexicon=lexicon(Okoro="oh-KOH-roh")).utterances[0]
    assert part.text == "Then Mister O came."


def test_the_lexicon_overrules_the_rules() -> None:
    part = script("She drove down Route 66 today.", lexicon=lexicon(**{"Route 66": "the mother road"})).utterances[0]
    assert part.text == "She drove down the mother road today."


# ------------------------------------------------------------------ introduction and close


def article(**facts: object) -> Article:
    return replace(MarkdownReader().read(source_of("It rained all day.", "text/markdown")), **facts)  # type: ignore[arg-type]


def ours(found: Article, **options: object) -> list[tuple[Role, str]]:
    parts: tuple[Utterance, ...] = write_script(found, **{"language": "en", **options}).utterances  # type: ignore[arg-type]
    return [(part.role, part.written) for part in parts if part.block is None]


def test_title_author_site_and_date_are_said_first_and_the_title_again_at_the_end() -> None:
    day = datetime(2026, 11, 24, tzinfo=UTC)
    found = article(title="Fog", authors=("Ann Lee", "Bo Fry"), site="The Courier", published_at=day)
    assert ours(found) == [
        (Role.TITLE, "Fog"),
        (Role.INTRODUCTION, "By Ann Lee and Bo Fry, from The Courier, November 24, 2026."),
        (Role.CLOSE, "That was: Fog."),
    ]
    assert ours(found, language="de")[1:] == [
        (Role.INTRODUCTION, "Von Ann Lee und Bo Fry, aus The Courier, 24. November 2026."),
        (Role.CLOSE, "Das war: Fog."),
    ]


def test_introduction_and_close_can_be_switched_off_one_by_one() -> None:
    found = article(title="Fog", authors=("Ann Lee",))
    assert [role for role, _ in ours(found, introduction=False)] == [Role.TITLE, Role.CLOSE]
    assert [role for role, _ in ours(found, close=False)] == [Role.TITLE, Role.INTRODUCTION]


def test_the_close_can_be_set_and_is_said_sentence_by_sentence() -> None:
    found = article(title="Fog", authors=("Ann Lee",))
    assert ours(found, introduction=False, close="You heard {title}, by {authors}. Until next time!")[1:] == [
        (Role.CLOSE, "You heard Fog, by Ann Lee."),
        (Role.CLOSE, "Until next time!"),
    ]


def test_a_close_says_only_what_is_known() -> None:
    assert ours(article(title="Fog"), close="You heard {title}, by {authors}, {date}. Bye {0} {!")[-2:] == [
        (Role.CLOSE, "You heard Fog."),
        (Role.CLOSE, "Bye {0} {!"),
    ]
    assert ours(article(title="Fog?"))[-1] == (Role.CLOSE, "That was: Fog?")


def test_a_close_that_names_something_else_is_explained() -> None:
    with pytest.raises(UsageError, match=r"the close names \{titel\}"):
        ours(article(title="Fog"), close="You heard {titel}.")


def test_our_words_are_not_counted_as_the_articles() -> None:
    found = write_script(article(title="Fog", authors=("Ann Lee",)), language="en")
    assert (found.words, found.our_words) == (5, 6)


# ------------------------------------------------------------------ lists, emoji


def test_an_item_that_its_list_counts_says_its_number() -> None:
    parts = script("Do this now:\n\n1. Wash the rice. Twice.\n2. Boil it.\n\n- salt\n").utterances
    assert [(part.text, part.written) for part in parts[1:]] == [
        ("One: Wash the rice.", "1. Wash the rice."),
        ("Twice.", "Twice."),
        ("Two: Boil it.", "2. Boil it."),
        ("salt", "salt"),
    ]


def test_pictures_are_left_out_or_said_by_name_as_the_listener_likes() -> None:
    assert said("Well done 🎉 all of you.")[0][0] == "Well done all of you."
    assert said("Well done 🎉 all of you.", emoji="name")[0][0] == "Well done party popper all of you."


# ------------------------------------------------------------------ nothing lost, nothing broken

HARD = [
    "word " * 2000,
    "x" * 10_000,
    "*" * 3000 + " a",
    "— … « » § ¶ " * 200 + "end",
    "שלום hello Привет 你好 مرحبا " * 50,
    "a\u200bb\u200dc\u00ad d\u202ee " * 100,
    "a\x00b\x07c\x1b[31m d",
    "lone \ud800 surrogate \udfff here",
    "“" * 500 + " half open. " + "(" * 500 + " more.",
    "[[" * 400 + " a " + "[pause " * 200 + "]]" * 100,
    "[[a|b [[c|d]] e]] [voice x:y] [voice z:w] never closed",
    "[pause 1s] " * 200 + "then.",
]


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_any_text_that_holds_words_has_a_script(text: str) -> None:
    place = Place(line=1, end_line=1, start=0, end=len(text))
    block = Block(kind=BlockKind.PARAGRAPH, text=text, place=place)
    assert write_script(Article(blocks=(block,)), language="en", max_chars=300).utterances
    if text.encode("utf-8", "ignore").decode() == text:
        assert script(text, max_chars=300).utterances


letters = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="[]\\`*_<&#>|~^{}-+=:."), max_size=80
)


def letters_of(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha())


@settings(max_examples=300, deadline=None)
@given(st.lists(letters, min_size=1, max_size=6))
def test_the_words_written_are_the_sources_words_in_order(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    try:
        found = TextReader().read(source_of(text))
        parts = write_script(found, language="en", close=False, introduction=False, max_chars=60).utterances
    except NarrateError:
        assert not any(map(str.isalpha, text)) or not _is_sayable(text)
        return
    blocks = {part.block for part in parts}
    source = "".join(letters_of(block.text) for index, block in enumerate(found.blocks) if index in blocks)
    assert letters_of("".join(part.written for part in parts)) == source


def _is_sayable(text: str) -> bool:
    from narrate.segmenter.normalise import spoken_form

    return any(map(str.isalnum, spoken_form(text)))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 4),
    st.sampled_from(["It rained.", "Dr. Lee paid $5. So what?", "“No,” she said. “Go", "x" * 700]),
)
def test_editing_a_paragraph_changes_nothing_outside_it(place: int, words: str) -> None:
    paragraphs = [f"Paragraph {number} begins. It has $3.5m and ends in 1984." for number in range(5)]
    before = script("\n\n".join(paragraphs), max_chars=300).utterances
    paragraphs[place] = words
    after = script("\n\n".join(paragraphs), max_chars=300).utterances

    def outside(parts: tuple[Utterance, ...]) -> list[tuple[int | None, str, str]]:
        return [(part.block, part.text, part.written) for part in parts if part.block != place]

    assert outside(before) == outside(after)

"""Authors' marks: what they ask for is found, what only looks like them is left alone, written they read the same."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SAMPLES, source_of
from narrate import stories
from narrate.cleaner.clean import clean
from narrate.cleaner.show import as_diff, as_text
from narrate.directions import follow_cuts, take_directions, write_marks
from narrate.readers.html.reader import HtmlReader
from narrate.readers.markdown import MarkdownReader
from narrate.readers.text import TextReader
from narrate.types import Article, Direction, Wish

STORY = "The council voted nine to four on Monday to keep the lightship, which has stood there since 1951."
SCRAPS = (
    *("[", "]", "[[", "]]", "|", "\\", "/", "!", "#", ":", " ", "\n", "\t", "a", "B", "é", ".", ",", '"', "`", "*"),
    *("[pause 2s]", "[pause ", "2s", "[[a|b]]", "[[a|", "[[/i/|", "[voice a:b]", "[voice c]", "[voice ", "[/voice]"),
    *("[voice default]", "[pause 99s]", "[[ x|y]]", '[voice "a b"]', "\\[", "\\]", "\\|"),
)
piles = st.lists(st.sampled_from(SCRAPS), max_size=25).map("".join)


def asked(text: str) -> tuple[str, list[tuple[str, int, int, str]]]:
    words, directions = take_directions(text)
    return words, shown(directions)


def shown(directions: tuple[Direction, ...]) -> list[tuple[str, int, int, str]]:
    return [(found.wish.value, found.start, found.end, found.value) for found in directions]


def said_of(article: Article) -> list[tuple[str, tuple[Direction, ...]]]:
    return [(block.text, block.directions) for block in article.blocks]


# --------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("mark", "pause_ms"),
    [
        ("[pause 2s]", "2000"),
        ("[pause 500ms]", "500"),
        ("[pause 1.5 s]", "1500"),
        ("[PAUSE 1,25S]", "1250"),
        ("[pause .5s ]", "500"),
        ("[pause  0s]", "0"),
        ("[pause 60s]", "60000"),
        ("[pause 60000 ms]", "60000"),
    ],
)
def test_a_pause_is_a_number_with_its_unit_up_to_a_minute(mark: str, pause_ms: str) -> None:
    assert asked(f"She stopped. {mark} Then she went.") == (
        "She stopped. Then she went.",
        [("pause", 12, 12, pause_ms)],
    )


def test_words_are_said_in_another_way_and_stay_as_written() -> None:
    assert asked("To [[KOH-roh|Okoro]]: [[two point five|2.5]].") == (
        "To Okoro: 2.5.",
        [("say", 3, 8, "KOH-roh"), ("say", 10, 13, "two point five")],
    )


def test_words_between_slashes_are_ipa() -> None:
    assert asked("[[/ˈkɔːɹoʊ/|Okoro]] and [[and\\/or|and/or]]") == (
        "Okoro and and/or",
        [("phonemes", 0, 5, "ˈkɔːɹoʊ"), ("say", 10, 16, "and/or")],
    )


def test_a_voice_speaks_up_to_the_next_its_end_or_the_end() -> None:
    assert asked("A [voice piper:joe] b [voice en_US-joe]c.[/voice] D [voice x/joe.onnx] e") == (
        "A b c. D e",
        [("voice", 2, 3, "piper:joe"), ("voice", 4, 6, "en_US-joe"), ("voice", 9, 10, "x/joe.onnx")],
    )
    assert asked("[voice piper:joe]A [voice default]b [/voice]c") == ("A b c", [("voice", 0, 1, "piper:joe")])


def test_a_name_may_be_a_path_or_several_words_in_quotes() -> None:
    assert asked(r'[voice "C:\My Voices\joe.onnx"]A[/voice] [voice C:\joe.onnx]b')[1] == [
        ("voice", 0, 1, r"C:\My Voices\joe.onnx"),
        ("voice", 2, 3, r"C:\joe.onnx"),
    ]


def test_a_name_alone_is_a_voice_only_where_a_voice_ends_later() -> None:
    assert asked("A [voice heart]b[/voice] c [voice breaking] d") == (
        "A b c [voice breaking] d",
        [("voice", 2, 3, "heart")],
    )
    assert asked("A [voice heart]b [voice joe]c [voice default] d")[1] == [
        ("voice", 2, 3, "heart"),
        ("voice", 4, 5, "joe"),
    ]


@pytest.mark.parametrize(
    "prose",
    [
        "He paused. [pause] [laughs] [pause 3 seconds] [Pause: 2s] [2s pause] [long pause]",
        "[/voice] [voice _low_] [sic] [1] [music] [voice-over] [voice over] [voice breaking] [Voice 2] [voice 0:45]",
        "[[citation needed]] [[Okoro]] [[Notes/Okoro|she]] [[Okoro#Life|she]] [[Category:Birds|birds]]",
        "array[[i|j]] ![[ship.png|300]] [[File:a.png|thumb|A ship]] [[ $a || $b ]] [[|x]] [[x|]] [[-|x]] [[x| ]]",
        "[pause 61s] [pause 99999ms] [pause 1.2345s] [pause -1s] [pause ٢s] [pause 2s [voice ] [voice a b:c]",
        r"C:\[new] a\b \\server\share \[x] and \[[x]]",
    ],
)
def test_prose_notes_and_code_are_left_as_they_are(prose: str) -> None:
    assert take_directions(prose) == (prose, ())
    assert write_marks(prose).replace("\\[/voice]", "[/voice]") == prose


@pytest.mark.parametrize("mark", ["[pause 2s]", "[[a|b]]", "[[/a/|b]]", "[voice a:b]", "[voice c]", "[/voice]"])
def test_a_backslash_makes_a_mark_words_and_two_a_backslash(mark: str) -> None:
    assert take_directions(f"x \\{mark} y") == (f"x {mark} y", ())
    assert take_directions(f"x \\\\\\{mark} y") == (f"x \\{mark} y", ())
    assert take_directions(f"x \\\\{mark} y")[0].startswith("x \\")


def test_after_a_letter_a_space_makes_it_a_mark() -> None:
    assert asked("H[[ two|2]]O") == ("H2O", [("say", 1, 2, "two")])
    assert write_marks("H2O", take_directions("H[[ two|2]]O")[1]) == "H[[ two|2]]O"


def test_one_of_two_spaces_around_a_mark_goes_and_none_is_left_before_a_comma() -> None:
    assert asked("a [pause 1s] b[pause 1s]c [pause 1s], d ([pause 1s]e)")[0] == "a bc, d (e)"
    assert asked(" [pause 1s]  a [pause 2s] ") == ("a", [("pause", 0, 0, "1000"), ("pause", 1, 1, "2000")])


def test_nothing_but_marks_is_no_words() -> None:
    assert asked("[pause 2s] [voice a:b]") == ("", [("pause", 0, 0, "2000")])


@given(
    st.lists(st.tuples(st.text(string.ascii_letters, min_size=1), st.sampled_from(["[pause 1s]", "[voice a:b]", ""])))
)
def test_no_letter_beside_a_mark_is_lost(parts: list[tuple[str, str]]) -> None:
    text = " ".join(word + mark for word, mark in parts)
    assert take_directions(text)[0].split() == [word for word, _ in parts]


@given(piles)
def test_marks_that_nest_or_never_close_always_come_to_words(pile: str) -> None:
    words, directions = take_directions(f"Start {pile}")
    assert words.startswith("Start")
    assert all(direction.end <= len(words) for direction in directions)


@given(piles)
def test_no_letter_is_lost_where_nothing_is_whole(pile: str) -> None:
    broken = pile.replace("]", "")
    assert take_directions(broken) == (broken.strip(), ())


@pytest.mark.parametrize("unit", ["[[", "[pause ", "[[a|", "[[/a|", "\\[", "\\", '[voice "', "[[a|b]]", "[pause 1s]"])
def test_a_megabyte_of_brackets_is_read(unit: str) -> None:
    words, _ = take_directions("x" + unit * (1_000_000 // len(unit)))
    assert words.startswith("x")


# --------------------------------------------------------------- writing


@given(piles)
def test_what_was_read_is_written_so_that_it_reads_the_same(pile: str) -> None:
    read = take_directions(pile)
    assert take_directions(write_marks(*read)) == read


letters = st.text(string.ascii_letters + ' []|\\/!#^:."é\n\t\u00a0', max_size=40)
values = letters.map(lambda text: "a" + " ".join(text.split()))
names = letters.map(lambda text: "v" + "".join(character for character in text if character not in '[]|"\n').rstrip())


@st.composite
def scored(draw: st.DrawFn) -> tuple[str, tuple[Direction, ...]]:
    """A text with directions as they are read: spans around words, none within one that is said in another way."""
    text = "".join(draw(st.lists(st.sampled_from(SCRAPS), min_size=1, max_size=20))).strip() or "x"
    offsets = st.lists(st.integers(0, len(text)), max_size=6).map(sorted)
    said = [
        Direction(wish=draw(st.sampled_from([Wish.SAY, Wish.PHONEMES])), start=start, end=end, value=draw(values))
        for start, end in spans(text, draw(offsets))
    ]

    def inside(offset: int) -> bool:
        return any(span.start < offset < span.end for span in said)

    voices = [
        Direction(wish=Wish.VOICE, start=start, end=end, value=draw(names))
        for start, end in spans(text, draw(offsets))
        if not inside(start) and not inside(end)
    ]
    places = [len(text[:offset].rstrip()) for offset in draw(offsets)]
    pauses = [
        Direction(wish=Wish.PAUSE, start=place, end=place, value=str(draw(st.integers(0, 60_000))))
        for place in places
        if not inside(place)
    ]
    return text, tuple(sorted([*pauses, *said, *voices], key=lambda found: (found.start, found.end)))


def spans(text: str, offsets: list[int]) -> list[tuple[int, int]]:
    """Pairs of offsets, drawn in to the words between them."""
    found = []
    for start, end in zip(offsets[::2], offsets[1::2], strict=False):
        words = text[start:end].strip()
        if words:
            first = end - len(text[start:end].lstrip())
            found.append((first, first + len(words)))
    return found


@given(scored())
def test_any_directions_are_written_so_that_they_read_the_same(score: tuple[str, tuple[Direction, ...]]) -> None:
    text, directions = score
    assert sort(take_directions(write_marks(text, directions))) == sort((text, directions))


def sort(score: tuple[str, tuple[Direction, ...]]) -> tuple[str, list[str]]:
    return score[0], sorted(map(repr, score[1]))


def test_words_are_escaped_only_where_they_would_be_marks() -> None:
    assert write_marks("[pause] [pause 2s] [1] [[x]] [[x|y]]") == "[pause] \\[pause 2s] [1] [[x]] \\[[x|y]]"
    assert write_marks("[voice breaking]") == "[voice breaking]"
    assert write_marks("[voice breaking]", voiced=True) == "\\[voice breaking]"


# ------------------------------------------------------------- the story


def test_the_marks_of_a_sample_stay_in_its_story() -> None:
    article = clean(stories.read(str(SAMPLES / "marked.md"))).article
    assert as_text(article) == (SAMPLES / "marked.clean.txt").read_text("utf-8")
    assert article.title == "How Okoro read the sea"


def test_a_story_printed_and_read_again_asks_for_the_same() -> None:
    story = clean(stories.read(str(SAMPLES / "marked.md"))).article
    again = TextReader().read(source_of(as_text(story)))
    assert said_of(again) == said_of(story)


@given(st.lists(piles, max_size=6), st.booleans())
def test_any_text_printed_and_read_again_asks_for_the_same(piled: list[str], markdown: bool) -> None:
    text = "\n\n".join(["Start here, please.", *(f"Then {' '.join(pile.split())}" for pile in piled)])
    reader = MarkdownReader() if markdown else TextReader()
    article = reader.read(source_of(text))
    assert said_of(TextReader().read(source_of(as_text(article)))) == said_of(article)


def test_a_web_page_directs_nothing_and_its_words_are_printed_as_words() -> None:
    page = f"<title>T</title><article><h1>T</h1><p>{STORY}</p><p>{STORY} [pause 60s] [voice a:b]</p></article>"
    article = HtmlReader().read(source_of(page, "text/html"))
    assert not any(block.directions for block in article.blocks)
    assert article.blocks[-1].text.endswith("[pause 60s] [voice a:b]")
    assert said_of(TextReader().read(source_of(as_text(article))))[-1] == (article.blocks[-1].text, ())


def test_a_phrase_cut_out_moves_what_is_asked_for_with_its_words() -> None:
    text = f"{STORY}\n\nThe town [edit] of [[KOH-roh|Okoro]] [pause 1s] was founded in 1204, as towns go there."
    block = clean(TextReader().read(source_of(text))).article.blocks[1]
    assert block.text == "The town of Okoro was founded in 1204, as towns go there."
    assert shown(block.directions) == [("say", 12, 17, "KOH-roh"), ("pause", 17, 17, "1000")]


def test_what_is_asked_of_words_that_are_cut_goes_with_them() -> None:
    directions = take_directions("One [[x|two]] [pause 1s] [voice a:b]three[/voice] four")[1]
    assert shown(follow_cuts(directions, "One two three four", "One four", [(4, 14)])) == [("pause", 3, 3, "1000")]


def test_a_pause_under_a_line_of_clutter_stays() -> None:
    cleaned = clean(TextReader().read(source_of(f"{STORY}\n\nADVERTISEMENT\n\n[pause 2s]\n\n{STORY[:-1]}, they said.")))
    assert shown(cleaned.article.blocks[0].directions) == [("pause", len(STORY), len(STORY), "2000")]


def test_a_removal_is_shown_in_plain_words() -> None:
    text = f"{STORY} [pause 1s]\n\n[voice a:b]ADVERTISEMENT\n\n{STORY[:-1]}, they said."
    article = TextReader().read(source_of(text))
    cleaned = clean(article)
    assert [removal.text for removal in cleaned.removals] == ["ADVERTISEMENT"]
    assert "\n-[voice a:b]ADVERTISEMENT[/voice]\n" in as_diff(article, cleaned)


def test_a_stage_direction_beside_a_real_voice_stays_words() -> None:
    words, directions = take_directions("ADA [voice breaking]: And? [voice piper:joe] hi [/voice] there.")
    assert words.startswith("ADA [voice breaking]: And?")
    assert [direction.value for direction in directions] == ["piper:joe"]

"""The cleaner: the story whole, the clutter gone, a reason for every line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SAMPLES, source_of
from narrate import stories
from narrate.cleaner.clean import clean
from narrate.cleaner.rules import KINDS, load_book
from narrate.cleaner.show import as_json_lines, as_text, explain
from narrate.errors import ArticleError, UsageError
from narrate.readers.markdown import MarkdownReader
from narrate.readers.text import TextReader
from narrate.types import Article, Removal

PHRASES = {phrase.lower() for phrase, _ in load_book("en").cuts}
STORY = "The council voted nine to four on Monday to keep the lightship, which has stood there since 1951."


def read(text: str) -> Article:
    return TextReader().read(source_of(text))


@pytest.mark.parametrize("name", ["news.txt", "essay.md", "dialogue.md", "recipe.md", "interview.md"])
def test_a_sample_is_cleaned_to_what_is_expected(name: str) -> None:
    cleaned = clean(stories.read(str(SAMPLES / name)))
    assert as_text(cleaned.article) == (SAMPLES / name).with_suffix(".clean.txt").read_text("utf-8")


def test_the_real_article_loses_its_clutter_and_not_one_sentence(real_article: Path) -> None:
    lines = [line for line in real_article.read_text("utf-8").split("\n") if line.strip()]
    clutter = ("Click to play", "WATCH:", "READ MORE:", "Story continues below", "–With files")
    captions = {
        "Body of Soleimani, killed in U.S. airstrike, returns home to Iran",
        "Pompeo defends U.S. airstrike that killed Soleimani: ‘We will reduce risk’",
        "UntitledU-S Iran conflict: what next?",
        "U.S. is ‘far more powerful’ than Iran: Rubio",
    }
    story = [line for line in lines if not line.startswith(clutter) and line not in captions]
    kept = as_text(clean(stories.read(str(real_article))).article)
    assert kept == "\n\n".join(story) + "\n"


def test_what_goes_is_explained_with_line_kind_and_rule() -> None:
    removals = clean(read(f"{STORY}\n\nADVERTISEMENT\n\n{STORY[:-1]}, they said.")).removals
    assert [(removal.line, removal.kind, removal.rule) for removal in removals] == [(3, "ad", "ad-marker")]
    assert "3  ad           ad-marker" in next(explain(removals))
    assert json.loads(as_json_lines(removals))["why"].startswith("Advertising")


def test_clutter_above_the_title_is_not_taken_for_it() -> None:
    cleaned = clean(read(f"Skip to main content\n\nA short history of fog\n\n{STORY}")).article
    assert cleaned.title == "A short history of fog"
    assert [block.kind.value for block in cleaned.blocks] == ["title", "paragraph"]


def test_a_kind_can_be_kept() -> None:
    article = read(f"{STORY}\n\nADVERTISEMENT\n\n{STORY[:-1]}, they said.")
    assert clean(article, keep=["ad"]).article == article


def test_a_play_keeps_its_speakers() -> None:
    lines = (
        "MORE: I have said nothing, my lords.",
        "CROMWELL: Silence can be read.",
        "MORE: Then read it aloud.",
        "CROMWELL: It sounds like no.",
        "MORE: It sounds like silence.",
        "MORE: Five plays to see this autumn",
    )
    play = "\n\n".join(lines)
    assert [removal.text for removal in clean(read(play)).removals] == ["MORE: Five plays to see this autumn"]


def test_a_talk_of_short_turns_keeps_the_sentences_that_lead_into_it() -> None:
    """Nothing in it is long enough to be a story for sure, so that its beginning lies in the tail."""
    talk = "It began at noon. She said no.\n\nANNA: This is what I think.\n\nBEN: I do not agree.\n\nANNA: So be it."
    assert clean(read(talk)).removals == ()
    foot = "Lisa Jennings is a veteran restaurant industry reporter and editor."
    assert [removal.text for removal in clean(read(f"{talk}\n\n{foot}")).removals] == [foot]


def test_a_list_of_other_stories_goes_up_to_the_first_sentence() -> None:
    other = "Most read\n\nThe man who counted waves\n\nA short history of fog"
    text = f"{STORY}\n\n{other}\n\nThe vote was close, the clerk said."
    assert as_text(clean(read(text)).article) == f"{STORY}\n\nThe vote was close, the clerk said.\n"


def test_nothing_but_clutter_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(ArticleError, match="is a story: 3 of its 3 lines are clutter.*--no-clean"):
        clean(read("Subscribe\n\nADVERTISEMENT\n\nShare this article"))


LINES = [
    *(
        STORY,
        "ADVERTISEMENT",
        "Read more",
        "He left.",
        "- milk",
        "Photo: A. B.",
        "Share",
        "Facebook",
        "Related stories",
    ),
    *("Five ferries worth the detour", "Contact", "By Ana Cruz", "March 3, 2026", "© 2026 The Courier", "A: No.", "2"),
    "The mayor [edit] spoke (opens in a new tab) for an hour, and nobody left the hall before the end.",
]


@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_only_whole_blocks_and_listed_phrases_go_and_nothing_is_moved_or_altered(lines: list[str]) -> None:
    article = read("\n\n".join([STORY, *lines]))
    cleaned = clean(article)
    whole = {removal.block for removal in cleaned.removals if removal.start is None}
    cuts: dict[int, list[Removal]] = {removal.block: [] for removal in cleaned.removals if removal.start is not None}
    for removal in cleaned.removals:
        if removal.start is not None:
            cuts[removal.block].append(removal)
    left = [(index, block) for index, block in enumerate(article.blocks) if index not in whole]
    assert len(left) == len(cleaned.article.blocks)
    for (index, before), after in zip(left, cleaned.article.blocks, strict=True):
        text = before.text
        for cut in sorted(cuts.get(index, ()), key=lambda cut: -(cut.start or 0)):
            start, end = cut.start or 0, (cut.start or 0) + len(cut.text)
            assert text[start:end] == cut.text
            assert cut.text.lower() in PHRASES
            text = f"{text[:start]} {text[end:]}"
        assert "".join(text.split()) == "".join(after.text.split())
        assert (after.place, after.level, after.marker) == (before.place, before.level, before.marker)


@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_cleaning_twice_changes_nothing_more_in_the_story(lines: list[str]) -> None:
    sentences = {STORY, "He left."} & set(lines) | {STORY}
    once = clean(read("\n\n".join([STORY, *lines]))).article
    assert sentences <= {block.text for block in once.blocks} | {"He left."}


def test_a_phrase_is_cut_out_of_a_sentence_and_reported_with_its_place() -> None:
    cleaned = clean(read(f"{STORY}\n\nThe town was founded in 1204.[citation needed] It is old, as towns go there."))
    assert cleaned.article.blocks[1].text == "The town was founded in 1204. It is old, as towns go there."
    removal = cleaned.removals[0]
    assert (removal.text, removal.start, removal.kind) == ("[citation needed]", 29, "footnote_mark")


def test_code_is_never_touched() -> None:
    article = MarkdownReader().read(source_of(f"{STORY}\n\n```\nShare\n[edit]\n```\n\n{STORY[:-1]}, they said."))
    assert clean(article).article.blocks == article.blocks


def test_a_word_that_is_a_heading_of_the_story_stays() -> None:
    for word in ("Contact", "Privacy", "Newsletter", "Settings", "Share"):
        text = f"# Notes\n\n{STORY}\n\n## {word}\n\nThe desk is open on Mondays.\n\n## Prices\n\n- one\n- two\n"
        article = MarkdownReader().read(source_of(text))
        assert clean(article).article == article


def test_a_word_that_is_a_button_goes() -> None:
    text = f"{STORY}\n\nShare\n\nPrint\n\n{STORY[:-1]}, they said.\n\nContact\n\nnews@example.org"
    assert [removal.text for removal in clean(read(text)).removals] == ["Share", "Print", "Contact", "news@example.org"]


def test_a_long_sentence_goes_only_where_a_rule_names_it() -> None:
    long = (
        "Most of those who came that night had never been inside the hall before, and some of them said that they "
        "would not come again unless there were chairs with backs and something to drink that was not tea."
    )
    text = f"{STORY}\n\nRelated stories\n\nFive ferries worth the detour\n\n{long}\n\nShare\n\n© 2026 The Courier"
    kept = [block.text for block in clean(read(text)).article.blocks]
    assert kept == [STORY, long]


def test_the_tail_is_judged_more_loosely_than_the_middle() -> None:
    bio = "Ana Cruz is a reporter at the Courier who covers boats."
    assert bio in as_text(clean(read(f"{STORY}\n\n{bio}\n\n{STORY[:-1]}, they said.")).article)
    assert bio not in as_text(clean(read(f"{STORY}\n\n{bio}\n\nShare this article")).article)


def test_a_text_that_is_mostly_clutter_is_cleaned_by_anchored_rules_alone_and_says_so() -> None:
    links = "\n\n".join(
        f"The long way home by ferry number {number}" for number in ["one", "two", "three", "four", "five", "six"]
    )
    cleaned = clean(read(f"The last boat left at nine, and nobody came back.\n\nRelated stories\n\n{links}"))
    assert cleaned.notes == (
        "Much of this text looks like clutter: only lines that a rule names outright were left out.",
    )
    assert len(cleaned.article.blocks) >= 7


def test_a_whole_book_is_cleaned_by_anchored_rules_alone() -> None:
    text = f"{STORY}\n\nRelated stories\n\nThe man who counted waves\n\nAdvertisement\n\n{STORY}"
    article = read(text)
    assert [removal.text for removal in clean(replace(article, book=True)).removals] == ["Advertisement"]
    assert len(clean(article).removals) > 1


@pytest.mark.parametrize("name", ["essay.md", "dialogue.md", "recipe.md"])
def test_a_story_without_clutter_is_left_as_it_is(name: str) -> None:
    text = (SAMPLES / name).with_suffix(".clean.txt").read_text("utf-8")
    article = MarkdownReader().read(source_of(text))
    assert clean(article).removals == ()


def test_kinds_are_checked() -> None:
    with pytest.raises(UsageError, match="there is no kind of clutter called 'boats'. The kinds are: ad, related"):
        clean(read(STORY), keep=["boats"])


def test_a_kind_can_be_dropped_where_all_are_kept() -> None:
    article = read(f"{STORY}\n\nADVERTISEMENT\n\n© 2026 The Courier\n\n{STORY[:-1]}, they said.")
    found = clean(article, keep=KINDS, drop=["ad"]).removals
    assert [removal.text for removal in found] == ["ADVERTISEMENT"]


def test_a_german_page_is_cleaned_by_german_rules() -> None:
    story = "Der Rat stimmte am Montag mit neun zu vier Stimmen dafür, das alte Feuerschiff zu behalten."
    clutter = "Anzeige\n\nLesen Sie auch: Fünf Fähren für den Herbst"
    cleaned = stories.clean_article(read(f"{story}\n\n{clutter}\n\n{story[:-1]}, sagte die Bürgermeisterin."))
    assert [removal.kind for removal in cleaned.removals] == ["ad", "related"]


# ---------------------------------------------------------------- what stands around a line


def gone_from(*lines: str) -> list[tuple[str, str]]:
    """Rule and words of what is left out of a text with a story above and below the lines."""
    text = "\n\n".join(["A title", STORY, *lines, f"{STORY[:-1]}, they said."])
    return [(removal.rule, removal.text) for removal in clean(read(text)).removals]


def test_a_caption_in_a_gallery_goes_even_where_it_is_a_sentence() -> None:
    caption = "A ranger checks the cables before the gates open."
    assert ("gallery-caption", caption) in gone_from("Image 1 of 6", caption, "Image 2 of 6")
    assert gone_from(caption) == []


def test_a_line_above_a_photographers_name_is_a_caption_unless_it_tells_a_story() -> None:
    caption = "A shopper looks at oat milk in a grocery store."
    assert ("caption-before-credit", caption) in gone_from(caption, "Scott Bellman | CNBC")
    assert len(gone_from("A shopper said that she was tired of oat milk.", "Scott Bellman | CNBC")) == 1


def test_a_headline_with_read_more_under_it_is_a_teaser() -> None:
    headline = "What happened when I took a job in a lighthouse"
    assert ("headline-above-read-more", headline) in gone_from(headline, "Read more")
    assert gone_from(headline) == []


def test_headlines_in_capitals_go_where_the_page_calls_for_clicks_in_capitals() -> None:
    shout = "CRANE OPERATOR SAYS CITY OWES HIM A SANDWICH"
    assert ("headline-in-capitals", shout) in gone_from(shout, "CLICK HERE TO GET THE COURIER APP")
    assert gone_from(shout) == []
    assert gone_from("FIRST HALF") == []


def test_a_box_of_clutter_takes_the_short_line_in_its_middle() -> None:
    box = ["Sign up for our newsletter", "The Courier Daily", "Enter your email address"]
    assert ("between-newsletter", "The Courier Daily") in gone_from(*box)
    assert gone_from("The Courier Daily") == []


def test_a_heading_right_above_prose_is_no_last_item_of_a_list_of_pages() -> None:
    gone = [text for _, text in gone_from("Related stories", "Five ferries worth the detour", "The last boat")]
    assert gone == ["Related stories", "Five ferries worth the detour"]


def test_words_of_the_story_are_no_headline_of_another_page() -> None:
    lines = ["She held a sign that read NO BUS NO US all day long, and nobody took it.", "Don't miss", "NO BUS NO US"]
    assert "NO BUS NO US" not in [text for _, text in gone_from(*lines, "The town's last milkman hangs up his crates")]


def test_who_wrote_it_goes_with_the_date_beside_it_but_never_the_title() -> None:
    top = ["Skip to main content", "The Long Way", "Ines Calloway", "March 3, 2026", "4 min read", STORY]
    cleaned = clean(read("\n\n".join([*top, f"{STORY[:-1]}, they said."])))
    assert cleaned.article.title == "The Long Way"
    assert [removal.text for removal in cleaned.removals] == ["Skip to main content", *top[2:5]]


def test_dates_that_head_the_entries_of_a_diary_stay() -> None:
    line = "{0} February\n\nWind north. Cleaned the lamp, and saw ship number {0}, which did not see me."
    entries = [line.format(day) for day in (4, 5, 6)]
    article = read("\n\n".join(["A diary", *entries]))
    assert clean(article).article == article


def test_only_a_number_beside_other_clutter_is_a_counter() -> None:
    assert ("player-number", "31") in gone_from("31", "Share this article")
    assert gone_from("31") == []


def test_testimony_and_refrains_are_not_taken_for_repetition() -> None:
    answer = "A. I do not recall where I was on that night at all."
    assert gone_from("Q. And where were you?", answer, "Q. And who was with you?", answer) == []
    refrain = "The lamp is lit, the lamp is lit, and nobody comes to the door."
    assert gone_from(refrain, "A boat goes out, a boat comes in.", refrain) == []
    assert ("repeated-line", refrain) in gone_from(
        refrain, "A boat goes out, a boat comes in.", "Share this article", refrain
    )


def test_numbers_of_parts_are_no_gallery_and_a_story_between_them_stays() -> None:
    sentence = "Fog came in while the keeper slept and took the boat with all hands on it."
    assert sentence not in [text for _, text in gone_from("1 of 11", sentence, "2 of 11")]


def test_a_list_of_pages_ends_at_the_next_section_whatever_its_length() -> None:
    related = "## Related\n\nOrange cake\n\nLime cake\n\n## Nutrition\n\nCalories: 300"
    text = f"# Cake\n\n{STORY}\n\n{related}\n\n{STORY[:-1]}, too."
    kept = [block.text for block in clean(MarkdownReader().read(source_of(text))).article.blocks]
    assert {"Nutrition", "Calories: 300"} <= set(kept)
    assert "Lime cake" not in kept


def test_an_item_among_items_of_the_story_is_no_button() -> None:
    items = "1. Choose a photo.\n2. Share.\n3. Save.\n4. Go home."
    assert clean(MarkdownReader().read(source_of(f"{STORY}\n\n{items}"))).removals == ()


def test_in_a_play_of_capitals_everybody_who_speaks_is_a_speaker() -> None:
    lines = [
        "ÉLODIE: Who?",
        "ÓSCAR: Me.",
        "ANN: No.",
        "ÉLODIE: Who then?",
        "ÓSCAR: Her.",
        "ANN: Yes.",
        "VIDEO: Nobody.",
    ]
    assert clean(read("\n\n".join(lines))).removals == ()


def test_a_page_without_one_sentence_of_a_story_is_an_error_and_no_fallback() -> None:
    clutter = "Sign up for our free newsletter today\n\nRelated stories\n\nFive ferries worth the detour\n\nShare this"
    with pytest.raises(ArticleError, match="nothing in standard input is a story: . of its 6 lines are clutter"):
        clean(read(f"The Courier\n\nWeather\n\n{clutter}"))


def test_short_words_of_a_story_beside_little_clutter_are_a_story() -> None:
    assert [block.text for block in clean(read("Hello there.\n\nShare")).article.blocks] == ["Hello there."]

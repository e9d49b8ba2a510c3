"""The language of the rules: what a phrase matches, and what it does not."""

from __future__ import annotations

import pytest
import re2

from narrate.cleaner.phrases import Clues, PhraseError, compile_phrase, find_clues

LISTS = {"story": "(story|article)"}


def matches(phrase: str, line: str, *, case: bool = False) -> bool:
    return re2.fullmatch(compile_phrase(phrase, LISTS, case=case), line) is not None


@pytest.mark.parametrize(
    ("phrase", "line"),
    [
        ("read more", "Read   MORE"),
        ("read more", "» Read more »"),
        ("(read|see) more", "see more"),
        ("read [the] article", "read article"),
        ("read [the] article", "Read the article"),
        ("[please] sign up", "sign up"),
        ("[please] sign up", "Please sign up"),
        ("e[-]mail", "email"),
        ("e[-]mail", "e–mail"),
        ("don't miss", "Don’t miss"),
        ("read: {rest}", "READ : a b"),
        ("read: {rest}", "read:a"),
        ("{story} continues", "Article continues"),
        ("closed {any}", "closed"),
        ("closed {any}", "closed, they say"),
        ("{any} cookies {any}", "We use “cookies” here"),
        ("by {Name}", "By Ana de la Cruz"),
        ("by {Name}", "by ANA CRUZ"),
        ("{when}", "Tue March 3, 2020 9:40 am EST"),
        ("{when}", "14:22, 2 Aug 2022"),
        ("\\({number}\\)", "(12)"),
        ("{number} {bar} {word}", "3 | b"),
    ],
)
def test_a_phrase_matches(phrase: str, line: str) -> None:
    assert matches(phrase, line)


@pytest.mark.parametrize(
    ("phrase", "line"),
    [
        ("read more", "Read more slowly"),
        ("read more", "He read more"),
        ("read more", "“Read more”"),
        ("read [the] article", "readarticle"),
        ("read: {rest}", "read a"),
        ("closed {any}", "closedown"),
        ("{any} cookies", "uncookies"),
        ("by {Name}", "by the sea"),
        ("{few} end", "one two three four five six seven end"),
        ("{some} end", "One. Two end"),
    ],
)
def test_a_phrase_does_not_match(phrase: str, line: str) -> None:
    assert not matches(phrase, line)


def test_capitals_count_where_a_rule_says_so() -> None:
    assert matches("WATCH", "WATCH", case=True)
    assert not matches("WATCH", "Watch", case=True)


@pytest.mark.parametrize(
    ("phrase", "clues"),
    [
        ("Read  more [now]", Clues(("read more",), (("read more",),))),
        ("(read|see) more", Clues(("read", "see"), (("read", "see"), ("more",)))),
        ("[the] {story}: {rest}", Clues(("the", "story", "article"), (("story", "article"), (":", "：")))),
        ("e[-]mail", Clues(("e",), (("e",), ("mail",)))),
        ("{any} don't {any}", Clues((), (("don",),))),
        ("({handle}|{number}) now", Clues(("@", *"0123456789"), (("@", *"0123456789"), ("now",)))),
        ("\\({number}\\)", Clues((), (("(",), tuple("0123456789"), (")",)))),
        ("(story|{rest}) [more]", Clues()),
        ("– now", Clues((), (("now",),))),
        ("straße", Clues(("strasse",), (("strasse",),))),
    ],
)
def test_the_clues_of_a_phrase_are_what_none_of_its_lines_lacks(phrase: str, clues: Clues) -> None:
    assert find_clues(phrase, LISTS) == clues


@pytest.mark.parametrize("phrase", ["(a|b", "[a", "a)", "(a]", "a}", "{nothing}", "{a", "[{nothing}] a"])
def test_a_phrase_that_cannot_be_read_has_no_clues(phrase: str) -> None:
    assert find_clues(phrase) == Clues()


@pytest.mark.parametrize("phrase", ["(a|b", "[a", "a)", "{nothing}", "{a"])
def test_a_phrase_that_cannot_be_read_says_so(phrase: str) -> None:
    with pytest.raises(PhraseError, match=r"lacks a|too many|has no"):
        compile_phrase(phrase)

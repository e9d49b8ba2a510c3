"""The rules: each drops its lines, keeps its lines, says why, and takes time in proportion to a line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import re2

from narrate.cleaner.phrases import compile_phrase
from narrate.cleaner.rules import Rule, RuleBook, extend_book, languages_with_rules, load_book
from narrate.errors import UsageError

RULES = [(language, rule) for language in languages_with_rules() for rule in load_book(language).rules]
WHOLE_LINES = [(language, rule) for language, rule in RULES if rule.stage != "phrase"]
HOSTILE = (
    "Read more ",
    "a: ",
    "By A A ",
    "#x ",
    "(",
    "A/",
    "1 ",
    "photo by ",
    "a b, ",
    "Sign up for ",
    " ",
    "A. ",
    "“",
)


def names(rule: Rule, language: str, line: str, linked: float) -> bool:
    """Would this rule name the line, were it the only one?"""
    return rule in load_book(language).naming(line, rule.stage, linked=linked)


@pytest.mark.parametrize(
    ("language", "rule", "line"), [(language, rule, line) for language, rule in WHOLE_LINES for line in rule.drops]
)
def test_a_rule_drops_its_lines(language: str, rule: Rule, line: str) -> None:
    assert names(rule, language, line, linked=1.0)


@pytest.mark.parametrize(
    ("language", "rule", "line"), [(language, rule, line) for language, rule in WHOLE_LINES for line in rule.keeps]
)
def test_a_rule_keeps_its_lines(language: str, rule: Rule, line: str) -> None:
    assert not names(rule, language, line, linked=0.0)


@pytest.mark.parametrize(("language", "rule"), RULES, ids=lambda value: value.id if isinstance(value, Rule) else value)
def test_every_rule_has_a_reason_and_a_line_on_each_side(language: str, rule: Rule) -> None:
    assert rule.why.endswith(".")
    assert rule.drops
    assert rule.keeps


@pytest.mark.parametrize("language", languages_with_rules())
def test_no_two_rules_of_a_language_have_one_name(language: str) -> None:
    ids = [rule.id for rule in load_book(language).rules]
    assert len(ids) == len(set(ids))


def test_the_languages_promised_have_rules_of_the_common_kinds() -> None:
    assert set(languages_with_rules()) >= {"en", "de", "fr", "es", "it"}
    common = {"ad", "related", "caption", "credit", "player", "share", "newsletter", "byline", "legal", "comments"}
    for language in languages_with_rules():
        assert common <= {rule.kind for rule in load_book(language).rules}, language


@pytest.mark.parametrize("language", languages_with_rules())
def test_all_phrases_at_once_find_what_each_finds_alone(language: str) -> None:
    book = load_book(language)
    lines = [line for rule in book.rules for line in (*rule.drops, *rule.keeps)]
    lines += [(piece * 400)[:290] for piece in HOSTILE]
    phrases = [(phrase, rule) for rule in book.rules if rule.stage == "anchored" for phrase in rule.lines]
    alone = [(re2.compile(compile_phrase(phrase, book.lists, case=rule.case)), rule) for phrase, rule in phrases]
    for line in lines[::3]:
        assert book.matching(line, "anchored") == list(dict.fromkeys(r for one, r in alone if one.fullmatch(line)))


@pytest.mark.parametrize(
    ("phrase", "line"),
    [
        ("links", "LIN\u212aſ"),  # the Kelvin sign and the long s are letters too
        ("straße {rest}", "STRAẞE 1"),
        ("read more", "\t»  Read \f\t more"),
        ("{any} read", "āread"),
        ("(by|:) foo", "byfoo"),
        ("read [:] (:|more)", "readmore"),
        ("{any}", "\ud83d"),
        ("– now", "– – now"),
        ("[–] now", "now"),
        ("[#]top", "# top"),
        ("[at] {length}", "at 1:20"),
        ("\\.{number}", ".5"),
        ("(a|[b])", "b"),
    ],
)
def test_a_rule_names_every_line_that_its_phrase_matches(phrase: str, line: str) -> None:
    assert re2.fullmatch(compile_phrase(phrase), line.encode("utf-8", "replace").decode()), "no case of this test"
    rule = Rule(id="mine", kind="promo", lines=(phrase,), why="It sells.")
    assert RuleBook([rule], {}).naming(line, "anchored") == [rule]


def test_no_rule_can_be_made_to_backtrack() -> None:
    code = (
        "from narrate.cleaner.rules import languages_with_rules, load_book\n"
        f"for piece in {HOSTILE!r}:\n"
        "    for language in languages_with_rules():\n"
        "        book = load_book(language)\n"
        "        for stage in ('anchored', 'header', 'top', 'tail'):\n"
        "            book.first((piece * 20_000)[:5000] + '!', stage)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)  # a bad pattern would take years


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_rule_looks_at_a_line_beyond_its_cap(piece: str) -> None:
    for _, rule in WHOLE_LINES:
        assert rule.spares((piece * 10_000)[: rule.max_chars + 1], 1.0)


def write_rules(path: Path, **changes: str) -> Path:
    entry = {"id": '"mine"', "kind": '"promo"', "lines": '["buy my boat"]', "why": '"It sells a boat."', **changes}
    path.write_text("[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in entry.items()))
    return path


def test_a_users_own_rules_come_before_ours(tmp_path: Path) -> None:
    book = extend_book(load_book("en"), [write_rules(tmp_path / "mine.toml", lines='["advertisement"]')])
    found = book.first("Advertisement", "anchored")
    assert found is not None
    assert (found.id, found.kind) == ("mine", "promo")
    assert load_book("en").first("Advertisement", "anchored") != found


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": '"boats"'}, "rule mine: there is no kind 'boats'. Use one of: ad, related"),
        ({"stage": '"late"'}, "rule mine: there is no stage 'late'. Use one of: anchored, header"),
        ({"pattern": '"x"'}, "rule mine: it has a 'pattern' that means nothing. A rule has: case, company"),
        ({"lines": '"buy"'}, "rule mine: lines is not a list of texts"),
        ({"lines": '[" "]'}, "rule mine: lines is not a list of texts"),
        ({"kind": "3"}, "rule mine: kind is not text"),
        ({"max_chars": '"9"'}, "rule mine: max_chars is not a whole number"),
        ({"lines": '["(buy"]'}, "the rule mine has a phrase that cannot be read: '\\(buy' lacks a '\\)'"),
    ],
)
def test_a_wrong_rule_of_a_users_is_named(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        extend_book(load_book("en"), [write_rules(tmp_path / "mine.toml", **changes)]).first("x", "anchored")


def test_rules_that_are_no_toml_say_where(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("[[rule")
    with pytest.raises(UsageError, match=r"mine.toml cannot be read as TOML"):
        extend_book(load_book("en"), [tmp_path / "mine.toml"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rule = 3", "rules are no tables"),
        ("rule = [3]", "rules are no tables"),
        ("lists = 3", "lists are no phrases"),
        ('[lists]\na = ["b"]', "lists are no phrases"),
        ('[lists]\nurl = "b"', "the list 'url' has the name of a sign of ours"),
    ],
)
def test_a_file_of_rules_that_is_none_says_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(UsageError, match=message):
        extend_book(load_book("en"), [tmp_path / "mine.toml"])

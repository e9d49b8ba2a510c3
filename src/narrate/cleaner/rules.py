"""Rules as data: what they drop, why, and lines on each side as their own test."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from narrate.cleaner.lines import SENTENCE_WORDS, ends_sentence, is_quoted
from narrate.cleaner.phrases import EDGES, TABLE, PhraseError, compile_phrase, find_clues, fold
from narrate.errors import UsageError

Stage = Literal["anchored", "header", "top", "tail", "phrase"]

GOVERNED = (
    *("figure", "table", "code", "formula", "references", "note", "front_matter", "back_matter"),
    *("page_number", "hidden", "watermark"),
)
"""What is no clutter but cannot be heard well: `policies.py` says what happens to it."""

KINDS = (
    *("ad", "related", "related_item", "caption", "credit", "player", "share", "newsletter", "follow", "contact"),
    *("contrib", "byline", "tags", "legal", "comments", "nav", "promo", "syndication", "footnote_mark", "repeated"),
    *GOVERNED,
)
"""What can be left out, as `--keep` and `--drop` name it."""

MAX_CHARS = 300
"""A rule that names no cap looks at lines up to this length."""

MEMORY_BYTES = 64 << 20
"""Of one automaton."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule.

    `anchored` rules look at a whole line wherever it stands; `header` rules open a run of short
    lines, whose kind is `run`; `top` rules act before the first sentence of the story, `tail` rules
    after the last; `phrase` rules cut their exact words out of a paragraph.
    """

    id: str
    kind: str
    lines: tuple[str, ...]
    """Phrases that a whole line must match, in the language of `phrases`; of a `phrase` rule, the exact words."""
    why: str
    """A sentence."""
    stage: Stage = "anchored"
    unless: tuple[str, ...] = ()
    """Phrases that save the line."""
    drops: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    max_chars: int = MAX_CHARS
    sentences: bool = False
    """May it name a line of some length that ends as a sentence?"""
    case: bool = False
    """Does it tell capitals from small letters?"""
    linked: float = 0.0
    """Least share of the line that must be links."""
    run: str | None = None
    """Kind of the lines that a header's run swallows."""
    heading: bool = False
    """May its lines be headings as well? Then they stay above prose, but for those that follow clutter."""
    company: tuple[str, ...] = ()
    """Kinds of clutter beside which alone it acts; none for a rule that acts anywhere."""
    ends: bool = False
    """Does it act only before the first sentence of the story and after the last?"""

    def spares(self, line: str, linked: float) -> bool:
        """Does it leave alone a line that its phrases match?"""
        if len(line) > self.max_chars or linked < self.linked:
            return True
        return not self.sentences and ends_sentence(line) and len(line.split()) >= SENTENCE_WORDS


class RuleBook:
    """Rules of one language or more, tried in order."""

    def __init__(self, rules: Iterable[Rule], lists: Mapping[str, str]) -> None:
        self.rules = tuple(rules)
        self.lists = lists
        self._longest = max((rule.max_chars for rule in self.rules), default=0)
        self._sets: dict[str, _PhraseSet] = {}

    def first(self, line: str, stage: Stage, *, linked: float = 0.0) -> Rule | None:
        """The first rule of a stage that names a line as something other than the story."""
        return next(iter(self.naming(line, stage, linked=linked)), None)

    def naming(self, line: str, stage: Stage, *, linked: float = 0.0) -> list[Rule]:
        """All rules of a stage that name a line as something other than the story, in order.

        Args:
            linked: share of the line that is links.
        """
        if is_quoted(line) and stage != "header":
            return []
        phrases = self._set(stage)
        if len(line) > self._longest:
            return []
        fitting = phrases.matching(line, lambda rule: not rule.spares(line, linked))
        if not any(rule.unless for rule in fitting):
            return fitting
        saved = self._set("unless").matching(line, lambda rule: rule in fitting)
        return [rule for rule in fitting if rule not in saved]

    def matching(self, line: str, stage: Stage) -> list[Rule]:
        """Rules of a stage with a phrase that the whole line matches, whatever else speaks for the line."""
        return self._set(stage).matching(line, lambda _: True)

    @cached_property
    def cuts(self) -> tuple[tuple[str, Rule], ...]:
        """Exact phrases that are cut inside a paragraph, the longest first."""
        found = [(phrase, rule) for rule in self.rules if rule.stage == "phrase" for phrase in rule.lines]
        return tuple(sorted(found, key=lambda pair: -len(pair[0])))

    def _set(self, name: str) -> _PhraseSet:
        if name not in self._sets:
            if name == "unless":
                pairs = [(phrase, rule) for rule in self.rules for phrase in rule.unless]
            else:
                pairs = [(phrase, rule) for rule in self.rules if rule.stage == name for phrase in rule.lines]
            self._sets[name] = _PhraseSet(pairs, self.lists)
        return self._sets[name]


class _PhraseSet:
    """Phrases of rules, each compiled when a line first has its clues: most never are.

    Source: https://github.com/google/re2: the time is linear in the length of the line.
    """

    def __init__(self, pairs: Iterable[tuple[str, Rule]], lists: Mapping[str, str]) -> None:
        self._pairs = tuple(pairs)
        self._lists = lists
        self._clues = [find_clues(phrase, lists) for phrase, _ in self._pairs]
        self._patterns: dict[int, Any] = {}
        self._always: list[int] = []
        self._begins: dict[str, list[int]] = {}
        holds: dict[str, list[int]] = {}
        for number, clues in enumerate(self._clues):
            for text in clues.begins:
                self._begins.setdefault(text, []).append(number)
            for text in clues.rarest if not clues.begins else ():
                holds.setdefault(text, []).append(number)
            if not clues.begins and not clues.holds:
                self._always.append(number)
                self._pattern(number)  # one that cannot be read says so at once
        self._lengths = sorted(set(map(len, self._begins)))
        self._holds, self._texts = list(holds.values()), _text_finder(holds)

    def matching(self, line: str, wanted: Callable[[Rule], bool]) -> list[Rule]:
        """Of the rules wanted those with a phrase that the whole line matches, in the order in which they stand."""
        line = line.encode("utf-8", "replace").decode("utf-8")
        folded = fold(line)
        found: dict[Rule, None] = {}
        for number in sorted(self._hinted(folded)):
            rule = self._pairs[number][1]
            if self._clues[number].are_held_by(folded) and wanted(rule) and self._pattern(number).fullmatch(line):
                found[rule] = None
        return list(found)

    def _hinted(self, folded: str) -> set[int]:
        """Numbers of the phrases that a folded line has one clue for."""
        found = set(self._always)
        head = folded.lstrip(EDGES + " ")
        for length in self._lengths:
            found.update(self._begins.get(head[:length], ()))
        for text in self._texts.Match(folded) or ():
            found.update(self._holds[text])
        return found

    def _pattern(self, number: int) -> Any:
        if number not in self._patterns:
            import re2

            phrase, rule = self._pairs[number]
            try:
                self._patterns[number] = re2.compile(compile_phrase(phrase, self._lists, case=rule.case), _options())
            except (PhraseError, re2.error) as problem:
                raise UsageError(f"the rule {rule.id} has a phrase that cannot be read", str(problem)) from problem
        return self._patterns[number]


def _text_finder(texts: Iterable[str]) -> Any:
    """An automaton that says which of these stand in a line."""
    import re2

    options = _options()
    options.literal = True
    found = re2.Set.SearchSet(options)
    for text in texts:
        found.Add(text)
    found.Compile()
    return found


def _options() -> Any:
    """Of RE2: memory enough for the longest phrases."""
    import re2

    options = re2.Options()
    options.max_mem = MEMORY_BYTES
    options.log_errors = False
    return options


@cache
def load_book(language: str = "en") -> RuleBook:
    """The rules that come with narrate, for a language; English ones where there are none."""
    rules, lists = read_rules(_packaged(language) or _packaged("en") or "", f"the rules for {language}")
    return RuleBook(rules, lists)


@cache
def languages_with_rules() -> tuple[str, ...]:
    """Primary language tags that have a file of rules."""
    folder = files("narrate.cleaner") / "rules"
    return tuple(sorted(path.name.removesuffix(".toml") for path in folder.iterdir() if path.name.endswith(".toml")))


def extend_book(book: RuleBook, paths: Iterable[Path]) -> RuleBook:
    """The book with rules of the user's own before its rules.

    Raises:
        UsageError: a file of rules cannot be read.
    """
    own: list[Rule] = []
    lists = dict(book.lists)
    for path in paths:
        try:
            text = path.read_text("utf-8")
        except (OSError, ValueError) as problem:
            raise UsageError(f"the rules in {path} cannot be read", str(problem), "Mend the file") from problem
        rules, more = read_rules(text, str(path))
        own += rules
        lists |= more
    return RuleBook([*own, *book.rules], lists) if own else book


def read_rules(text: str, origin: str) -> tuple[tuple[Rule, ...], dict[str, str]]:
    """Rules and lists in a TOML text.

    Raises:
        UsageError: it is no TOML, or a rule in it is wrong; the message names it.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise UsageError(f"{origin} cannot be read as TOML", str(problem), "Mend the file") from problem
    entries, lists = found.get("rule", []), found.get("lists", {})
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise UsageError(f"{origin}: rules are no tables", "", "Write [[rule]] above each")
    if not isinstance(lists, dict) or not all(isinstance(phrase, str) for phrase in lists.values()):
        raise UsageError(f"{origin}: lists are no phrases", "", 'Write name = "(a|b)" under [lists]')
    if shadowed := sorted(set(lists) & set(TABLE)):
        raise UsageError(f"{origin}: the list {shadowed[0]!r} has the name of a sign of ours", "", "Name it otherwise")
    return tuple(_rules(entries, origin)), dict(lists)


def _packaged(language: str) -> str | None:
    path = files("narrate.cleaner") / "rules" / f"{language}.toml"
    return path.read_text("utf-8") if path.is_file() else None


def _rules(entries: list[dict[str, Any]], origin: str) -> Iterator[Rule]:
    for entry in entries:
        _check(entry, f"{origin}, rule {entry.get('id', '?')}")
        values: dict[str, Any] = {key: tuple(it) if isinstance(it, list) else it for key, it in entry.items()}
        yield Rule(**values)


def _check(entry: dict[str, Any], name: str) -> None:
    """Raise UsageError where an entry is no rule."""
    names = {field.name for field in fields(Rule)}
    unknown = set(entry) - names
    missing = {"id", "kind", "lines", "why"} - set(entry)
    if unknown or missing:
        what = f"has no {sorted(missing)[0]}" if missing else f"has a {sorted(unknown)[0]!r} that means nothing"
        raise UsageError(f"{name}: it {what}", "", f"A rule has: {', '.join(sorted(names))}")
    for key, value in entry.items():
        kind, called = TYPES[key]
        texts = value if isinstance(value, list) else []
        if not isinstance(value, kind) or not all(isinstance(text, str) and text.strip() for text in texts):  # type: ignore[arg-type]
            raise UsageError(f"{name}: {key} is not {called}", "", "Mend the file")
    for key, known in (("kind", KINDS), ("run", KINDS), ("company", KINDS), ("stage", get_args(Stage))):
        given = entry.get(key, ())
        for value in [given] if isinstance(given, str) else given:
            if value not in known:
                raise UsageError(f"{name}: there is no {key} {value!r}", "", f"Use one of: {', '.join(known)}")


TYPES = {
    **dict.fromkeys(("id", "kind", "why", "stage", "run"), (str, "text")),
    **dict.fromkeys(("sentences", "case", "heading", "ends"), (bool, "true or false")),
    **dict.fromkeys(("lines", "unless", "drops", "keeps", "company"), (list, "a list of texts")),
    "max_chars": (int, "a whole number"),
    "linked": ((int, float), "a number"),
}
"""What each property of a rule is written as, and what to call that."""

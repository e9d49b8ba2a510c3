"""What the style sheets of a book hide: `display: none` and `visibility: hidden`, by elements, classes and ids.

Only what is sure to hide does. A sheet for print or for one shop's device does not count, and where the size of the
screen or the state of a page decides, what would be shown is.

Source: https://www.w3.org/TR/selectors-3/, https://www.w3.org/TR/css-cascade-3/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from narrate.readers.epub.archive import Archive, join
from narrate.readers.epub.markup import name_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MOST_CHARS = 2**20
"""Of a style sheet; what is longer is not looked at beyond."""

MOST_HEAD = 2**16
"""Characters before the first rule, where others are imported."""

MOST_SHEETS = 50
"""Of one page, with those that they import."""

MOST_SAME = 20
"""Rules for one name that are looked at, the last ones: nobody writes more, and each costs time for every element."""

MOST_CLASSES = 20
"""Of an element that are looked at."""

MOST_PARTS = 8
"""Of a selector."""

DEEPEST_BLOCK = 4
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
IMPORT = re.compile(r"@import\s+(?:url\(\s*)?[\"']?([^\"')\s;]{1,500})[\"']?\s*\)?([^;{}]{0,200});", re.IGNORECASE)
DECLARATION = re.compile(r"(?:^|;)\s*(display|visibility)\s*:\s*([a-z-]+)\s*(!\s*important)?", re.IGNORECASE)
COMPOUND = re.compile(r"([a-z][\w-]*|\*)?((?:[.#](?:[\w-]|[^\x00-\x7f])+)*)", re.IGNORECASE)
NAME = re.compile(r"[.#](?:[\w-]|[^\x00-\x7f])+")
UNSURE = re.compile(r"\[[^\]]{0,200}\]|:(?:not|first|last|only|nth|empty|root|lang)[\w-]*(?:\([^)]{0,100}\))?")
"""Parts of a selector that are not looked into: a rule with one hides nothing, and shows whatever the rest names."""

HIDING = ("none", "hidden", "collapse")
ON_SCREEN = ("all", "screen")

Specificity = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Looks:
    """What selectors look at in an element."""

    tag: str
    id: str | None
    classes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a selector that one element must fit."""

    tag: str
    ids: frozenset[str]
    classes: frozenset[str]
    child: bool
    """The element must be a child of the one that fits the part before; else it may stand anywhere below it."""

    def fits(self, looks: _Looks) -> bool:
        if (self.tag and looks.tag != self.tag) or (self.ids and self.ids != {looks.id}):
            return False
        return self.classes <= looks.classes

    @property
    def key(self) -> str:
        """By which the rules are found that an element may fit."""
        named = (*(f"#{name}" for name in self.ids), *(f".{name}" for name in sorted(self.classes)))
        return next(iter(named), self.tag or "*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a style sheet says of whether elements are seen."""

    parts: tuple[_Part, ...]
    """The last one is the element's own."""
    property: str
    hides: bool
    important: bool
    specificity: Specificity


class Styles:
    """The style sheets of a book, each read once."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._sheets: dict[str, tuple[list[tuple[str, str]], list[Rule]]] = {}
        """By path, what each imports, with its media, and its rules."""

    def of_page(self, root: Element, path: str) -> Sight:
        """What can be seen on a page."""
        rules: list[Rule] = []
        met: set[str] = set()
        for element in root.iter("{*}link", "{*}style"):
            sure = applies(element.get("media") or "all")
            if sure is False:
                continue
            if name_of(element) == "style":
                imports, own = read_sheet("".join(element.itertext()))
                rules += self._imported(imports, path, met)
                rules += own if sure else _only_shown(own)
            elif _is_style_sheet(element):
                rules += self._linked(join(path, element.get("href") or "")[0], met, sure=sure)
        return Sight(rules)

    def _linked(self, path: str, met: set[str], *, sure: bool | None) -> list[Rule]:
        """The rules of a sheet after those that it imports."""
        if not path or path in met or len(met) >= MOST_SHEETS:
            return []
        met.add(path)
        if path not in self._sheets:
            self._sheets[path] = read_sheet((self._archive.read(path) or b"").decode("utf-8", "replace"))
        imports, own = self._sheets[path]
        rules = [*self._imported(imports, path, met), *own]
        return rules if sure else _only_shown(rules)

    def _imported(self, imports: Sequence[tuple[str, str]], path: str, met: set[str]) -> list[Rule]:
        rules: list[Rule] = []
        for href, media in imports:
            sure = applies(media)
            rules += self._linked(join(path, href)[0], met, sure=sure) if sure is not False else []
        return rules


class Sight:
    """Which elements of a page are seen."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        """Sort the rules by what they could fit.

        Args:
            rules: of two that weigh the same, the later one counts.
        """
        self._by_key: dict[str, list[tuple[int, Rule]]] = {}
        self._parent: Element = None
        self._above: list[_Looks] = []
        """Of that parent and those around it, from the inside out."""
        if any(rule.hides or rule.important for rule in rules):
            for number, rule in enumerate(rules):
                self._by_key.setdefault(rule.parts[-1].key, []).append((number, rule))
            self._by_key = {key: some[-MOST_SAME:] for key, some in self._by_key.items()}

    def hides(self, element: Element) -> bool:
        """Is an element hidden, by a style sheet or by its own style?"""
        own = element.get("style")
        if not (own or self._by_key):
            return False
        said = [*self._fitting(element)] if self._by_key else []
        said += [(name, hides, (important, 1, (0, 0, 0), 0)) for name, hides, important in _declared(own or "")]
        for name in ("display", "visibility"):
            ranked = [(rank, hides) for about, hides, rank in said if about == name]
            if ranked and max(ranked)[1]:
                return True
        return False

    def _fitting(self, element: Element) -> Iterator[tuple[str, bool, tuple[bool, int, Specificity, int]]]:
        looks = _look_at(element)
        line = [looks, *self._look_above(element)]
        for key in ("*", looks.tag, f"#{looks.id}", *(f".{name}" for name in looks.classes)):
            for number, rule in self._by_key.get(key, ()):
                if _fits(rule.parts, line):
                    yield rule.property, rule.hides, (rule.important, 0, rule.specificity, number)

    def _look_above(self, element: Element) -> list[_Looks]:
        parent = element.getparent()
        if parent is not self._parent:
            self._parent, self._above = parent, [_look_at(one) for one in element.iterancestors()]
        return self._above


def _look_at(element: Element) -> _Looks:
    return _Looks(name_of(element), element.get("id"), frozenset((element.get("class") or "").split()[:MOST_CLASSES]))


def _fits(parts: Sequence[_Part], line: Sequence[_Looks]) -> bool:
    """Do an element and those around it, from the inside out, fit a selector?"""
    if not parts[-1].fits(line[0]):
        return False
    places = {0}
    for inner, outer in pairwise(reversed(parts)):
        above = {place + 1 for place in places} if inner.child else range(min(places) + 1, len(line))
        places = {place for place in above if place < len(line) and outer.fits(line[place])}
        if not places:
            return False
    return True


# ---------------------------------------------------------------- reading


def read_sheet(text: str) -> tuple[list[tuple[str, str]], list[Rule]]:
    """The sheets that a style sheet imports, each with its media, and its rules about what is seen."""
    text = COMMENT.sub(" ", text[:MOST_CHARS])
    imports = [(found[1], found[2].strip() or "all") for found in IMPORT.finditer(text[:MOST_HEAD])]
    return imports, list(_read_rules(text))


def _read_rules(text: str) -> Iterator[Rule]:
    around: list[str] = []
    start = 0
    for brace in re.finditer(r"[{}]", text):
        inside, start = text[start : brace.start()], brace.end()
        if brace[0] == "{":
            around.append(inside.rpartition(";")[2].strip())
        elif around:
            selectors = around.pop()
            if not selectors.startswith("@") and len(around) <= DEEPEST_BLOCK:
                yield from _rules_of(selectors, inside, _applies_within(around))


def _rules_of(selectors: str, inside: str, sure: bool | None) -> Iterator[Rule]:
    declared = _declared(inside) if sure is not False else []
    for written in selectors.split(",") if declared else ():
        parts, whole = _read_selector(written)
        for name, hides, important in declared:
            if parts and not (hides and not (whole and sure)):
                yield Rule(
                    parts=parts, property=name, hides=hides, important=important, specificity=_specificity(parts)
                )


def _declared(inside: str) -> list[tuple[str, bool, bool]]:
    """What a block says of what is seen: the property, whether it hides, and whether that is important."""
    found = DECLARATION.finditer(inside)
    return [(one[1].lower(), one[2].lower() in HIDING, one[3] is not None) for one in found]


def _read_selector(written: str) -> tuple[tuple[_Part, ...], bool]:
    """Its parts, and whether they are all of it; no parts where it is about something other than elements at rest."""
    plain = UNSURE.sub("", written)
    whole = plain == written and not re.search("[+~]", plain)
    beside = re.split("[+~]", plain)[-1]  # of neighbours, only the last is looked for
    words = re.sub(r"\s*>\s*", " >", beside).split()
    parts: list[_Part] = []
    for word in words[:MOST_PARTS]:
        found = COMPOUND.fullmatch(word.lstrip(">"))
        if found is None or not any(found.groups()):
            return (), False
        names = NAME.findall(found[2])
        parts.append(
            _Part(
                tag="" if found[1] in (None, "*") else found[1].lower(),
                ids=frozenset(name[1:] for name in names if name[0] == "#"),
                classes=frozenset(name[1:] for name in names if name[0] == "."),
                child=word.startswith(">"),
            )
        )
    return (tuple(parts), whole) if len(words) <= MOST_PARTS else ((), False)


def _specificity(parts: Sequence[_Part]) -> Specificity:
    ids = sum(len(part.ids) for part in parts)
    return ids, sum(len(part.classes) for part in parts), sum(bool(part.tag) for part in parts)


def _only_shown(rules: Sequence[Rule]) -> list[Rule]:
    return [rule for rule in rules if not rule.hides]


# ---------------------------------------------------------------- media


def applies(media: str) -> bool | None:
    """Does a sheet for such media count for what is read on a screen? None where that depends on the screen."""
    answers = {_one_applies(one.split()) for one in media.lower().split(",")}
    return True if True in answers else None if None in answers else False


def _one_applies(words: Sequence[str]) -> bool | None:
    kind = next((word for word in words if word not in ("only", "not")), "all")
    negated = words[:1] == ["not"]
    if kind not in ON_SCREEN and not kind.startswith("("):
        return negated
    return None if any("(" in word for word in words) else not negated


def _applies_within(around: Sequence[str]) -> bool | None:
    """The same for the blocks around a rule; of those that are no `@media` nobody can say."""
    answers = {applies(one[6:].strip() or "all") if one.lower().startswith("@media") else None for one in around}
    return False if False in answers else None if None in answers else True


def _is_style_sheet(link: Element) -> bool:
    said = (link.get("rel") or "").lower().split()
    return "stylesheet" in said and "alternate" not in said

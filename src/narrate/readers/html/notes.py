"""Footnotes of a page: the marks that refer to them, and where their words are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrate.words import squeeze

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MARK = re.compile(
    r"[\[(]?\s*(\d{1,3}|[a-z]|[ivx]{1,5}|[*†‡§¶#]{1,3}|(?:note|nb|fn|lower-alpha) ?\d{1,3})\s*[\])]?\.?", re.IGNORECASE
)
ROLES = frozenset({"doc-noteref", "noteref"})
CLASSES = re.compile(r"foot-?note|note-?ref|\bfn\b|endnote|\breference\b|sidenote", re.IGNORECASE)
BACK = re.compile(r"[\s↩↑⤴︎^\ufe0e\ufe0f]*|[\[(]?(?:back|return|jump up|\d{1,3}|[a-z])[\])]?[.:]?", re.IGNORECASE)
"""The words of a link from a note to its mark."""

BODIES = ("li", "aside", "dd", "td", "section", "p", "div")
"""Elements that can hold the words of a note."""

MOST_WORDS = 400
"""Of a note; what is longer is a part of the story that is linked to."""


@dataclass(slots=True)
class Notes:
    """The notes of a page."""

    marks: dict[HtmlElement, HtmlElement] = field(default_factory=dict)
    """What refers to a note, and the element with its words."""
    labels: dict[HtmlElement, str] = field(default_factory=dict)
    """Of elements with the words of a note, how it is referred to."""
    backs: set[HtmlElement] = field(default_factory=set)
    """Links from notes to their marks, and the numbers that repeat these."""


def find_notes(root: HtmlElement) -> Notes:
    """What refers to notes, where their words stand after it on the page."""
    marks = [element for element in root.iter("a") if _is_mark(element)]
    if not marks:
        return Notes()
    order = {element: number for number, element in enumerate(root.iter("*"))}
    targets = {
        name: element for element in reversed(order) for name in (element.get("id"), element.get("name")) if name
    }
    notes = Notes()
    short: dict[HtmlElement, bool] = {}
    for mark in marks:
        body = _body_of(targets.get(_target(mark)))
        if body is None:
            continue
        if body not in short:
            short[body] = len("".join(body.itertext()).split()) <= MOST_WORDS
        if short[body] and order[body] > order[mark] and body not in mark.iterancestors():
            notes.marks[mark] = body
            notes.labels.setdefault(body, _label(mark))
    _forget_boxes(notes)
    notes.backs.update(link for body in notes.labels for link in body.iter("a") if _leads_back(link, order, targets))
    return notes


def _is_mark(link: HtmlElement) -> bool:
    if not _target(link):
        return False
    words = "".join(link.itertext()).strip()
    if not MARK.fullmatch(words):
        return False
    around = (link, link.getparent())
    if any(one is not None and one.tag == "sup" for one in around) or link.find("sup") is not None:
        return True
    told = " ".join(one.get(key) or "" for one in around if one is not None for key in ("role", "class", "epub:type"))
    return not ROLES.isdisjoint(told.split()) or CLASSES.search(told) is not None


def _target(link: HtmlElement) -> str:
    href = link.get("href") or ""
    return href.rpartition("#")[2] if "#" in href else ""


def _label(mark: HtmlElement) -> str:
    return "".join(mark.itertext()).strip(" \n\t[]().")


def _body_of(element: HtmlElement | None) -> HtmlElement | None:
    """The element with a note's words: what the mark leads to, or what that stands in."""
    while element is not None and element.tag not in BODIES:
        element = element.getparent()
    return element


def _forget_boxes(notes: Notes) -> None:
    """What holds several notes is none; one element may hold two only by mistake."""
    boxes = {ancestor for body in notes.labels for ancestor in body.iterancestors() if ancestor in notes.labels}
    notes.labels = {body: label for body, label in notes.labels.items() if body not in boxes}
    notes.marks = {mark: body for mark, body in notes.marks.items() if body in notes.labels}


def _leads_back(link: HtmlElement, order: dict[HtmlElement, int], targets: dict[str, HtmlElement]) -> bool:
    words = "".join(link.itertext())
    leads = targets.get(_target(link))
    back = BACK.fullmatch(words.strip()) is not None
    return back and (not squeeze(words) or (leads is not None and order[leads] < order[link]))


def without_label(text: str, label: str) -> str:
    """The words of a note without the number that they begin with."""
    return re.sub(rf"^\s*[\[(^]?\s*{re.escape(label)}\s*[\])]?[.:]?\s+(?=\S)", "", text)

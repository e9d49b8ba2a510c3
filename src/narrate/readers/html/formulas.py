"""Formulas of a page: MathML, or the LaTeX that a page has for a script or beside its pictures.

Source:
    https://www.w3.org/TR/mathml-core/; https://docs.mathjax.org/en/latest/input/tex/delimiters.html;
    https://katex.org/docs/options, `output`; https://pandoc.org/MANUAL.html#math-rendering-in-html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BOXES = frozenset({"katex", "mwe-math-element", "mathjax", "mathjax_display", "mjx-container"})
"""Classes and tags of elements that show one formula in several ways at once."""

DISPLAYS = re.compile(r"katex-display|mathjax_display|mwe-math-\w+-display|\bdisplay\b", re.IGNORECASE)
TEX = re.compile(r"application/x-tex|tex\b", re.IGNORECASE)
SCRIPT = re.compile(r"math/tex(; ?mode=display)?", re.IGNORECASE)
DELIMITERS = re.compile(r"(\\\(|\\\[|\$\$?)(.*?)(\\\)|\\\]|\$\$?)", re.DOTALL)
STYLED = re.compile(r"\{\\(?:displaystyle|textstyle) *(.*)\}", re.DOTALL)

BLOCKS = ("p", "li", "article", "section", "h1", "h2", "h3", "h4")
"""Elements that stand in no formula, whatever the class of what is around them says."""

LONGEST = 1000
"""Characters of a formula; a longer one is cut, since nobody hears it anyway."""

DEEPEST = 12

SIGNS = {
    "−": "-", "×": r"\times ", "⋅": r"\cdot ", "·": r"\cdot ", "≤": r"\le ", "≥": r"\ge ", "≠": r"\ne ",
    "≈": r"\approx ", "±": r"\pm ", "∞": r"\infty ", "→": r"\to ", "∈": r"\in ", "∑": r"\sum ", "∫": r"\int ",
    "%": r"\%", "′": "'", "\u2061": "", "\u2062": "", "\u2063": ",", "{": r"\{", "}": r"\}", "$": "", "\\": "",
}  # fmt: skip
"""Signs of MathML as LaTeX writes them; those that stand for an unseen product go."""


@dataclass(frozen=True, slots=True)
class Formula:
    latex: str
    alone: bool
    """It stands on a line of its own."""


def find_formula(element: HtmlElement) -> Formula | None:
    """The formula that an element is, whole; None for any other element."""
    tag = element.tag
    if tag == "math":
        return _of_math(element, alone=element.get("display") == "block")
    if tag == "script":
        found = SCRIPT.fullmatch((element.get("type") or "").strip())
        return _formula(element.text or "", alone=found[1] is not None) if found else None
    named = (element.get("class") or "").lower().split()
    is_box = tag in BOXES or not BOXES.isdisjoint(named)
    is_math = "math" in named and tag in ("span", "div")
    if not (is_box or is_math) or next(element.iterdescendants(*BLOCKS), None) is not None:
        return None
    return _of_box(element) if is_box else _of_text(element, named)


def _of_box(element: HtmlElement) -> Formula | None:
    math = next(element.iter("math"), None)
    parent = element.getparent()
    around = [element, *([parent] if parent is not None else []), *element.iterdescendants("span", "img")]
    alone = any(DISPLAYS.search(one.get("class") or "") or one.get("display") == "true" for one in around[:12])
    if math is not None:
        return _of_math(math, alone=alone or math.get("display") == "block")
    picture = next(element.iter("img"), None)
    return _formula(picture.get("alt") or "", alone=alone) if picture is not None else None


def _of_text(element: HtmlElement, named: list[str]) -> Formula | None:
    """LaTeX between its delimiters, as pandoc leaves it for MathJax."""
    math = next(element.iter("math"), None)
    if math is not None:
        return _of_math(math, alone="display" in named or math.get("display") == "block")
    found = DELIMITERS.fullmatch("".join(element.itertext()).strip())
    return _formula(found[2], alone=found[1] in ("$$", r"\[")) if found else None


def _of_math(math: HtmlElement, *, alone: bool) -> Formula | None:
    for note in math.iter("annotation"):
        if TEX.search(note.get("encoding") or "") and (note.text or "").strip():
            return _formula(note.text, alone=alone)
    return _formula(_latex(math, 0), alone=alone)


def _formula(written: str, *, alone: bool) -> Formula | None:
    latex = " ".join(written.split())
    styled = STYLED.fullmatch(latex)
    latex = (styled[1].strip() if styled else latex)[:LONGEST]
    return Formula(latex, alone) if latex else None


def _latex(element: HtmlElement, depth: int) -> str:
    """MathML as LaTeX; of what LaTeX has no short form for, a command that nobody takes for a simple one."""
    if not isinstance(element.tag, str) or depth > DEEPEST:
        return ""
    tag = element.tag.rpartition(":")[2]
    if tag in ("mi", "mn", "mo", "mtext", "ms"):
        return _token(tag, " ".join("".join(element.itertext()).split()))
    if tag in ("annotation", "annotation-xml", "mspace", "mphantom"):
        return ""
    parts = [_latex(child, depth + 1) for child in element]
    match tag, parts:
        case "msup", [base, above]:
            return f"{base}^{{{above}}}"
        case "msub", [base, below]:
            return f"{base}_{{{below}}}"
        case "msubsup", [base, below, above]:
            return f"{base}_{{{below}}}^{{{above}}}"
        case "mfrac", [above, below]:
            return rf"\frac{{{above}}}{{{below}}}"
        case "msqrt", _:
            return rf"\sqrt{{{''.join(parts)}}}"
        case (("math" | "mrow" | "mstyle" | "semantics" | "mpadded" | "mi" | "merror"), _):
            return "".join(parts)
    return rf"\{tag}{{{''.join(parts)}}}"


def _token(tag: str, text: str) -> str:
    if tag == "mtext" or (tag == "mi" and len(text) > 1 and text.isascii()):
        return rf"\mathrm{{{text}}}"
    return "".join(SIGNS.get(sign, sign) for sign in text)

"""Formulas of LaTeX → words, where they are simple enough to be followed by ear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LONGEST_SOURCE = 200
"""Characters of a formula that is looked at."""

MOST_WORDS = 20
"""Spoken words that a listener can hold; a longer formula is announced."""

MOST_PART_WORDS = 3
"""Of a numerator, an exponent or what stands under a root: beyond that nobody hears where it ends."""

DEEPEST = 6

WITHIN = re.compile(r"(?<![\\$\w])\$(?![\s$])([^$\n]{1,200}?)(?<![\s\\])\$(?![$\w])|\\\((.{1,200}?)\\\)")
"""A formula inside a line, as TeX writes it: `$x^2$` or `\\(x^2\\)`."""

SIGNS = re.compile(r"[\\^_={}]|^[A-Za-z]$|[A-Za-z0-9]\s*[-+<>/*]\s*[A-Za-z]|[A-Za-z]\s*[-+<>/*]\s*\d")
"""What tells a formula between two dollar signs from prices."""

TOKEN = re.compile(
    r"\\(?:text|textrm|mathrm|operatorname|mbox)\{[^{}\\]*\}|"
    r"\\[A-Za-z]+|\\.|\d+(?:[.,]\d+)*|[A-Za-z]|[α-ωΑ-Ω]|\s+|[^\s\w]|_"
)

SPACES = frozenset(
    (r"\,", r"\;", r"\:", r"\!", "\\ ", r"\quad", r"\qquad", r"\displaystyle", r"\textstyle", r"\limits", "~")
)
"""Commands that are seen and not said."""

PLAIN = frozenset({r"\mathbf", r"\mathbb", r"\mathcal", r"\mathit", r"\boldsymbol", r"\mathsf", r"\bm"})
"""Commands that say how a letter looks."""

GREEK = frozenset({
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
})  # fmt: skip
"""Letters that are called by their commands."""

OPERATORS = {
    "+": "plus", "-": "minus", "−": "minus", "*": "times", "×": "times", "·": "times", r"\times": "times",
    r"\cdot": "times", "/": "over", r"\div": "over", "=": "equals", r"\ne": "differs", r"\neq": "differs",
    "≠": "differs", "<": "less", r"\lt": "less", ">": "more", r"\gt": "more", r"\le": "at_most", r"\leq": "at_most",
    "≤": "at_most", r"\ge": "at_least", r"\geq": "at_least", "≥": "at_least", r"\approx": "about", "≈": "about",
    r"\sim": "about", r"\pm": "plus_minus", "±": "plus_minus", r"\to": "to", r"\rightarrow": "to", "→": "to",
    r"\in": "in", "∈": "in", r"\infty": "infinity", "∞": "infinity", r"\%": "percent", "!": "factorial",
    "'": "prime", "′": "prime", r"\prime": "prime", r"\sin": "sin", r"\cos": "cos", r"\tan": "tan", r"\log": "log",
    r"\ln": "ln", r"\exp": "exp", r"\min": "min", r"\max": "max",
}  # fmt: skip
"""Signs and commands, and the key of their words."""

JOINTS = frozenset(
    {"plus", "minus", "times", "over", "equals", "differs", "less", "more", "at_most", "at_least", "about", "to", "in"}
)
"""Keys of the words between two parts."""

FUNCTIONS = frozenset("fghpFGHP")
"""Letters of which `f(x)` says a function, and no product."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula inside a line."""

    start: int
    end: int
    source: str


def find_formulas(text: str) -> Iterator[Formula]:
    """The formulas inside a line, in order; two prices are none."""
    if "$" not in text and "\\(" not in text:
        return
    for found in WITHIN.finditer(text):
        source = found[1] or found[2]
        if found[2] is not None or SIGNS.search(source):
            yield Formula(found.start(), found.end(), source)


def say_formula(source: str, words: Mapping[str, str]) -> str | None:
    """A simple formula in words, `x^2 + y` as `x squared plus y`; None for one that nobody could follow by ear.

    Args:
        source: LaTeX without the signs around it.
        words: of the language, by the keys of `policies.toml`; empty where narrate does not speak it.
    """
    if not words or len(source) > LONGEST_SOURCE:
        return None
    try:
        said = _Walk(source, words).expression(0)
    except (_TooHard, KeyError):
        return None
    text = " ".join(said).replace(" ,", ",").strip(" ,")
    return text if text and len(said) <= MOST_WORDS else None


class _TooHard(Exception):
    """It is no simple formula."""


class _Walk:
    """One walk over the signs of a formula."""

    def __init__(self, source: str, words: Mapping[str, str]) -> None:
        self.signs: list[str] = [sign for sign in TOKEN.findall(source) if not sign.isspace() and sign not in SPACES]
        if "".join(TOKEN.findall(source)) != source:
            raise _TooHard
        self.words = words
        self.at = 0

    def expression(self, depth: int, end: str = "") -> list[str]:
        """The words up to a closing sign, which is passed, or up to the end."""
        if depth > DEEPEST:
            raise _TooHard
        said: list[str] = []
        while self.at < len(self.signs):
            sign = self._next()
            if sign == end:
                return said
            if sign in "^_":
                said += self._script(sign, depth, bool(said))
            else:
                said += self._part(sign, depth)
        if end:
            raise _TooHard
        return said

    def _next(self) -> str:
        if self.at >= len(self.signs):
            raise _TooHard
        self.at += 1
        return self.signs[self.at - 1]

    def _part(self, sign: str, depth: int) -> list[str]:
        if sign[0].isdigit():
            return [sign]
        if len(sign) == 1 and sign.isalpha():
            return self._letter(sign, depth)
        greek = sign.removeprefix("\\").removeprefix("var")
        if sign[0] == "\\" and greek.lower() in GREEK:
            return [greek]
        if sign in OPERATORS:
            return self.words[OPERATORS[sign]].split()
        if sign == ",":
            return [","]
        if sign == "." and self.at == len(self.signs):
            return []
        if sign == "{":
            return self.expression(depth + 1, "}")
        return self._command(sign, depth)

    def _letter(self, sign: str, depth: int) -> list[str]:
        said = sign.upper() if sign in self.words["letters"] else sign
        if sign in FUNCTIONS and self.signs[self.at : self.at + 1] == ["("]:
            self.at += 1
            return [said, self.words["of"], *self._short(self.expression(depth + 1, ")"))]
        return [said]

    def _command(self, sign: str, depth: int) -> list[str]:
        if sign in PLAIN:
            return self._argument(depth)
        if sign[-2:-1] and sign[-1] == "}":
            return self._worded(sign.partition("{")[2].removesuffix("}"))
        if sign in (r"\frac", r"\tfrac", r"\dfrac"):
            above, below = self._short(self._argument(depth)), self._short(self._argument(depth))
            return [*above, *self.words["over"].split(), *below]
        if sign == r"\sqrt" and self.signs[self.at : self.at + 1] == ["{"]:
            return [*self.words["root"].split(), *self._short(self._argument(depth))]
        raise _TooHard

    def _worded(self, text: str) -> list[str]:
        """Ordinary words: `\\text{for all}`."""
        words = text.split()
        if not all(map(str.isalnum, words)):
            raise _TooHard
        return words

    def _argument(self, depth: int) -> list[str]:
        sign = self._next()
        return self.expression(depth + 1, "}") if sign == "{" else self._part(sign, depth + 1)

    def _script(self, sign: str, depth: int, has_base: bool) -> list[str]:
        """What is raised or lowered beside a part."""
        if not has_base:
            raise _TooHard
        if sign == "^" and self.signs[self.at : self.at + 1] in ([r"\circ"], ["∘"]):
            self.at += 1
            return self.words["degrees"].split()
        if sign == "^" and self.signs[self.at : self.at + 3] == ["{", r"\circ", "}"]:
            self.at += 3
            return self.words["degrees"].split()
        said = self._short(self._argument(depth))
        if sign == "_":
            return [*self.words["sub"].split(), *said]
        if said == self.words["prime"].split():
            return said
        short = {"2": "squared", "3": "cubed"}.get(said[0]) if len(said) == 1 else None
        return self.words[short].split() if short else [*self.words["power"].split(), *said]

    def _short(self, said: list[str]) -> list[str]:
        """Words of which everybody hears where they end: `a over b`, and not `a plus b over c`."""
        joints = {words.split()[0] for key, words in self.words.items() if key in JOINTS}
        if not said or len(said) > MOST_PART_WORDS or not joints.isdisjoint(said[1:]):
            raise _TooHard
        return said

"""What Markdown has beyond CommonMark, as rules of markdown-it: notes, formulas, admonitions, indented code.

Source:
    https://markdown-it-py.readthedocs.io/en/latest/architecture.html, the signatures of rules;
    https://pandoc.org/MANUAL.html#pandocs-markdown, footnotes, definition lists and formulas;
    https://squidfunk.github.io/mkdocs-material/reference/admonitions/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

NOTE_REFERENCE = re.compile(r"\[\^([^\]\s^]{1,60})\]")
NOTE_DEFINITION = re.compile(r"\[\^([^\]\s^]{1,60})\]:[ \t]*")

FORMULA = re.compile(r"\$(?![\s$])([^$\n]{1,200}?)(?<![\s\\])\$(?![$\w])")
FORMULA_SIGNS = re.compile(r"[\\^_={}]|^[A-Za-z]$|[A-Za-z0-9]\s*[-+<>/*]\s*[A-Za-z]|[A-Za-z]\s*[-+<>/*]\s*\d")
"""What tells a formula between two dollar signs from prices; `cleaner/formulas.py` reads what these let through."""

LONGEST_FORMULA = 60
"""Lines of a formula that stands alone."""

LONGEST_BOX = 500
"""Lines in which the end of a box is looked for."""

ADMONITION = re.compile(r'(?:!!!|\?\?\?\+?)[ \t]+([\w-]+)(?:[ \t]+"([^"]*)")?[ \t]*')
CONTAINER = re.compile(r":{3,}[ \t]*\{?\.?([\w-]*)\}?[ \t]*(.*)")
"""`::: warning The title`, and `:::` at its end."""

DEFINITION = re.compile(r" {0,3}\[([^\]\n^][^\]\n]{0,199})\]:[ \t]*(<[^>\n]*>|\S+)")
"""Of the target of a link, by its label."""
TARGET = re.compile(r"<|[a-z][a-z0-9+.-]*://|mailto:|www\.|\.{1,2}/|#\w", re.IGNORECASE)
"""What the target of a link begins with, and no word of a speaker does."""
PATH = re.compile(r"[/#]|\w\.\w")
"""What is in the target of a link, where its label is used."""
LABEL = re.compile(r"\[([^\[\]\n]{1,200})\](?!:)")

CODE = re.compile(
    r"[{}=<>|\\]|[)\]'\"];\s*$|\w\(|\w_\w|::|"
    r"^\s*(?:\$ |#!|# |// |@\w|import \w+\s*$|sudo \w|(?:class|if|for|while) .*:\s*$)"
)
"""What shows that a line is code, and no prose that somebody has indented."""


def extend_parser(parser: MarkdownIt) -> None:
    """Teach a parser all of it."""
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "note", _read_note, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.before("fence", "formula", _read_formula_block, ends)
    parser.block.ruler.before("fence", "admonition", _read_admonition, ends)
    parser.block.ruler.before("fence", "container", _read_container, ends)
    parser.block.ruler.after("html_block", "indented", _read_indented_code)
    parser.block.ruler.at("reference", _read_definition)
    parser.inline.ruler.before("escape", "formula", _read_formula)
    parser.inline.ruler.before("link", "note", _read_note_reference)


def used_labels(text: str) -> frozenset[str]:
    """The labels in brackets by which links name their targets."""
    return frozenset(label.strip().casefold() for label in LABEL.findall(text))


def has_definitions(text: str) -> bool:
    return "]:" in text and re.search(DEFINITION.pattern, text, re.MULTILINE) is not None


# -------------------------------------------------------------------- blocks


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _read_note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`[^1]: Its words`, with what follows indented by four."""
    found = NOTE_DEFINITION.match(_line(state, start))
    if not found or state.sCount[start] - state.blkIndent > 3:
        return False
    if silent:
        return True
    state.env.setdefault("notes", set()).add(found[1])
    state.push("note_open", "", 1).meta["label"] = found[1]
    with _inside(state, start, len(found[0]), 4):
        state.md.block.tokenize(state, start, end)
    state.push("note_close", "", -1)
    return True


@contextmanager
def _inside(state: StateBlock, start: int, marker: int, indent: int) -> Iterator[None]:
    """What stands after a marker on its line, and indented under it, as blocks of their own."""
    kept = state.bMarks[start], state.tShift[start], state.sCount[start], state.blkIndent, state.parentType
    state.bMarks[start] += state.tShift[start] + marker
    state.tShift[start] = 0
    state.blkIndent += indent
    state.sCount[start] = state.blkIndent
    state.parentType = "note"
    yield
    state.bMarks[start], state.tShift[start], state.sCount[start], state.blkIndent, state.parentType = kept


def _read_formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`$$ … $$` on lines of its own."""
    if not _line(state, start).startswith("$$"):
        return False
    lines: list[str] = []
    for number in range(start, min(end, start + LONGEST_FORMULA)):
        line = _line(state, number).rstrip()
        line = line[2:] if number == start else line
        if not line and number > start and state.isEmpty(number):
            return False
        lines.append(line.removesuffix("$$"))
        if line.endswith("$$"):
            break
    else:
        return False
    if not "".join(lines).strip() or "$" in "".join(lines):
        return False
    if not silent:
        state.line = number + 1
        token = state.push("formula", "", 0)
        token.content = " ".join(lines)
        token.map = [start, state.line]
    return True


def _read_admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`!!! note "Title"` with its words indented by four."""
    found = ADMONITION.fullmatch(_line(state, start))
    if not found:
        return False
    if silent:
        return True
    last = start + 1
    while last < end and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent + 4):
        last += 1
    title = found[1].capitalize() if found[2] is None else found[2]
    _add_box(state, title, start, (start + 1, last), 4)
    state.line = last
    return True


def _read_container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`::: note Title` … `:::`"""
    found = CONTAINER.fullmatch(_line(state, start))
    if not found or not (found[1] or found[2]):
        return False
    colons = len(found[0]) - len(found[0].lstrip(":"))
    lines = range(start + 1, min(end, start + LONGEST_BOX))
    last = next((number for number in lines if _line(state, number).rstrip() == ":" * colons), None)
    if last is None:
        return False
    if silent:
        return True
    _add_box(state, found[2].strip().strip("[]") or found[1].capitalize(), start, (start + 1, last), 0)
    state.line = last + 1
    return True


def _add_box(state: StateBlock, title: str, line: int, lines: tuple[int, int], indent: int) -> None:
    """A quotation that begins with a title."""
    state.push("blockquote_open", "blockquote", 1)
    if title.strip():
        state.push("paragraph_open", "p", 1)
        token = state.push("inline", "", 0)
        token.content, token.map, token.children = title, [line, line + 1], []
        state.push("paragraph_close", "p", -1)
    kept = state.blkIndent, state.lineMax, state.parentType
    state.blkIndent, state.lineMax, state.parentType = state.blkIndent + indent, lines[1], "blockquote"
    state.md.block.tokenize(state, *lines)
    state.blkIndent, state.lineMax, state.parentType = kept
    state.push("blockquote_close", "blockquote", -1)


def _read_indented_code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines indented by four that read as code: indented prose is prose."""
    if silent or state.sCount[start] - state.blkIndent < 4:
        return False
    last = number = start
    while number < end and (state.isEmpty(number) or state.sCount[number] - state.blkIndent >= 4):
        number += 1
        last = last if state.isEmpty(number - 1) else number
    content = state.getLines(start, last, 4 + state.blkIndent, False)
    lines = [line for line in content.split("\n") if line.strip()]
    if 2 * sum(CODE.search(line) is not None for line in lines) < len(lines):
        return False
    state.line = last
    token = state.push("code_block", "code", 0)
    token.content, token.map = content, [start, last]
    return True


def _read_definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The target of a link by its label, where it is one: `[Ann]: Hello.` is what somebody says."""
    from markdown_it.rules_block import reference

    found = DEFINITION.match(_line(state, start))
    if not found:
        return False
    used = found[1].strip().casefold() in state.env.get("labels", ())
    if not (TARGET.match(found[2]) or (used and PATH.search(found[2]))):
        return False
    return reference(state, start, end, silent)


# ------------------------------------------------------------------- in lines


def _read_formula(state: StateInline, silent: bool) -> bool:
    """`$x^2$`: its signs are no Markdown."""
    if state.src[state.pos] != "$" or _is_word(state.src[state.pos - 1 : state.pos]):
        return False
    found = FORMULA.match(state.src, state.pos, state.posMax)
    if not found or not FORMULA_SIGNS.search(found[1]):
        return False
    if not silent:
        state.push("formula_inline", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign in ("$", "\\")


def _read_note_reference(state: StateInline, silent: bool) -> bool:
    """`[^1]`, where there is such a note."""
    if state.src[state.pos] != "[" or not state.env.get("notes"):
        return False
    found = NOTE_REFERENCE.match(state.src, state.pos, state.posMax)
    if not found or found[1] not in state.env["notes"]:
        return False
    if not silent:
        state.push("note_reference", "", 0).meta["label"] = found[1]
    state.pos = found.end()
    return True

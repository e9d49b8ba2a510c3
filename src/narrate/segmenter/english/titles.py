"""Abbreviations: titles, streets and saints by position, states after towns, `vs.`, `e.g.`, `No. 3`."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import listed, words_of
from narrate.segmenter.rules import Rule, alternatives, full_stop, heads, said, text_after, text_before

_AFTER_NAME = r"[A-Z][\w'.]*,?\s$"
_AFTER_STREET = r"(?:[A-Z][\w'.]*|\d(?:st|nd|rd|th))\s$"
_BEFORE_NAME = r"(?=\s+(?:[A-Z]|de |van |von |al-|el-|bin ))"


def _long_form(table: str, written: str) -> str:
    """`Sen.` → `Senator`, with or without its point."""
    words: str = words_of(table)[written.rstrip(".")]
    return words


# ------------------------------------------------------------------ before a name or a number


def _read_title(match: re.Match[str]) -> str:
    """`Sen. Warren` → `Senator Warren`, `Lt. Gen. Diaz`"""
    return _long_form("title", match[0])


def _read_before(match: re.Match[str]) -> str:
    """`Op. 27` → `Opus twenty seven`"""
    words: str = words_of("before")[match[0]]
    return words


def _read_counted(match: re.Match[str]) -> str | None:
    """`No. 2` → `number two`, `pp. 4-6`, `Fig. 3`; a word that is written whole stays: `no 2`"""
    written, known = match["word"], words_of("counted")
    key = written if written in known else written.lower()
    if key not in known or ("." not in match[0] and key in listed("whole_words")):
        return None
    words: str = known[key]
    return (words.capitalize() if written[0].isupper() and words != "number" else words) + " "


def _read_saint(match: re.Match[str]) -> str | None:
    """`St. Paul's` → `Saint Paul's`, `9 Oak St., York` → `nine Oak Street, York`"""
    before, name = text_before(match), re.match(r"\s+[A-Z]\w", text_after(match))
    if re.search(rf"\b(?:{alternatives(listed('streets'))})\s$", before):
        return "Street" + full_stop(match)
    has_house_number = re.search(r"\d+\s(?:[A-Z]\w*\.?\s){1,2}$", before)
    follows_name = re.search(r"(?:[A-Z][\w']*|\d(?:st|nd|rd|th))\s$", before)
    if follows_name and (has_house_number or not name):
        return "Street" + full_stop(match)
    return "Saint" if re.match(r"\s+[A-Z]", text_after(match)) else None


def _read_doctor(match: re.Match[str]) -> str | None:
    """`Dr. Jones` → `Doctor Jones`, `12 Oak Dr., York` → `twelve Oak Drive, York`"""
    is_named = re.match(r"\s+[A-Z]", text_after(match)) is not None
    street = r"\d\s(?:[A-Z]\w*\.?\s){1,3}$" if is_named else r"[A-Z]\w*\.?\s$"
    if re.search(street, text_before(match)):
        return "Drive" + full_stop(match)
    return "Doctor" if is_named else None


def _read_party(match: re.Match[str]) -> str:
    """`(D-MA) voted` → `(Democrat, Massachusetts) voted`"""
    return f"{words_of('party')[match[0][0]]}, "


# ------------------------------------------------------------------ after a name


def _read_street(match: re.Match[str]) -> str | None:
    """`Fifth Ave. is` → `Fifth Avenue is`, `Sunset Blvd`"""
    return _long_form("street", match[0]) + full_stop(match) if re.search(_AFTER_STREET, text_before(match)) else None


def _read_company(match: re.Match[str]) -> str | None:
    """`Acme Inc. is` → `Acme Incorporated is`, `Ford Motor Co.`"""
    is_company = re.search(r"(?:[\w).]|&),?\s$", text_before(match))
    return _long_form("company", match[0]) + full_stop(match) if is_company else None


def _read_junior(match: re.Match[str]) -> str | None:
    """`Sammy Davis Jr. was` → `Sammy Davis Junior was`"""
    return _long_form("junior", match[0]) + full_stop(match) if re.search(_AFTER_NAME, text_before(match)) else None


def _read_state(match: re.Match[str]) -> str | None:
    """`Portland, Ore. is` → `Portland, Oregon is`; beside a party: `(D-Mass.)`; not `Hi, Miss.`"""
    before, written, known = text_before(match), match[0], words_of("state")
    words: str | None = known.get(written) or known.get(written.rstrip(".") + ".")
    is_after_town = re.search(r"(?:[A-Z][\w'.-]{3,},\s|\(?\b[DRI]-)$", before)
    return (
        words + full_stop(match) if words and is_after_town and before[:-2].strip() not in listed("salutes") else None
    )


def _read_postal(match: re.Match[str]) -> str | None:
    """`Boston, MA is` → `Boston, Massachusetts is`; not degrees after a name: `Ann Lee, MD`"""
    before, after = text_before(match), text_after(match)
    if re.match(r",\s[A-Z]{2,4}\b", after) or (match[0] in listed("degrees") and not re.match(r"\s\d{5}", after)):
        return None
    return _long_form("postal", match[0]) if re.search(r"[A-Z][\w'.-]+,\s$|\(?\b[DR]-$", before) else None


# ------------------------------------------------------------------ anywhere


def _read_versus(match: re.Match[str]) -> str | None:
    """`Brown v. Board` → `Brown versus Board`, `Roe v Wade`"""
    return "versus" if re.search(_AFTER_NAME, text_before(match)) else None


def _read_abbreviation(match: re.Match[str]) -> str | None:
    """`e.g. this` → `for example this`, `etc.`, `vs.`; `3rd ed. of` → `third edition of`"""
    if match[0] == "ed." and re.search(r"\d(?:st|nd|rd|th)\s$", text_before(match)):
        return "edition" + full_stop(match)
    if text_before(match, 1) in {"/", "-"} or (match[0] == "ed." and not re.search(r"[(,]\s?$", text_before(match, 3))):
        return None
    words: str = words_of("abbreviation")[match[0]]
    return words + full_stop(match)


# ------------------------------------------------------------------ rules


def _any_of(table: str) -> str:
    """A pattern for the written forms of a table."""
    return rf"(?:{alternatives(words_of(table))})"


_COUNTED = rf"(?P<word>(?i:{alternatives(words_of('counted'))}))(?:\.\s?|\s)(?=#?\d|(?!I\b)[IVXL]+\b)"
_STATE_NAME = rf"(?:{alternatives(words_of('state').values())})\b"
_PARTY = rf"[DRI]-(?=[A-Z][a-z]+\.|[A-Z]\.[A-Z]\.|[A-Z]{{2}}\)|{_STATE_NAME})"

WORDS = (
    Rule("abbr", r"St\b\.?", _read_saint),
    Rule("abbr", r"Dr\b\.?", _read_doctor),
    Rule("abbr", _COUNTED, _read_counted),
    Rule("abbr", rf"{_any_of('title')}\b\.{_BEFORE_NAME}", _read_title, begins=heads(words_of("title"))),
    Rule("abbr", r"(?:Mr|Mrs|Prof)(?=\s[A-Z])", _read_title),
    Rule(
        "abbr",
        rf"(?:{alternatives(listed('bare_titles'))})(?=\s(?!Z)[A-Z][a-z])",
        _read_title,
        begins=heads(listed("bare_titles")),
    ),
    Rule("abbr", r"No\s(?=10\b(?! [a-z]+s\b)|[1-9]\b(?=[.,;)]|$))", said("Number ")),
    Rule("abbr", rf"{_any_of('before')}(?=\s(?:\d|of\b|[A-Z]))", _read_before, begins=heads(words_of("before"))),
    Rule("abbr", rf"Co\.?(?=\s(?:{alternatives(listed('counties'))}))", said("County"), begins=heads(["Co"])),
    Rule("abbr", r"\bb\.(?=\s\d{4})", said("born")),
    Rule("abbr", rf"{_any_of('junior')}\b\.?", _read_junior, begins=heads(words_of("junior"))),
    Rule("abbr", _PARTY, _read_party, begins=heads(["D-", "R-", "I-"])),
    Rule("abbr", rf"{_any_of('state')}\.?(?!\w)", _read_state, begins=heads(words_of("state"))),
    Rule(
        "abbr",
        rf"{_any_of('postal')}(?=\s\d{{5}}|,|\.|\)|\s[a-z]|$)",
        _read_postal,
        begins=heads(words_of("postal")),
    ),
    Rule("abbr", rf"{_any_of('street')}\b\.?(?![\w-])", _read_street, begins=heads(words_of("street"))),
    Rule("abbr", rf"{_any_of('company')}\b\.?(?![\w-])", _read_company, begins=heads(words_of("company"))),
    Rule("abbr", r"(?:c|ca)\.\s?(?=\d{3,4}\b)", said("circa ")),
    Rule("abbr", r"v\.?(?=\s[A-Z])", _read_versus),
    Rule(
        "abbr",
        rf"{_any_of('abbreviation')}(?![\w]|\.\w)",
        _read_abbreviation,
        begins=heads(words_of("abbreviation")),
    ),
)

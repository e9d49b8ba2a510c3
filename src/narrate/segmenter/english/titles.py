"""Abbreviations: titles, streets and saints by position, states after towns, `vs.`, `e.g.`, `No. 3`."""

from __future__ import annotations

import re
from functools import cache

from narrate.segmenter.english.parts import words_of
from narrate.segmenter.rules import Rule, alternatives, full_stop, said, text_after, text_before

STREETS = "Wall|Main|High|Bourbon|Fleet|Sesame|Oxford|Regent|Baker|Bond|Threadneedle|Downing|Market|State|Church"
"""Streets that everybody knows, and that no saint's name follows."""

NAME = r"(?=\s+(?:[A-Z]|de |van |von |al-|el-|bin ))"


@cache
def _table(name: str) -> dict[str, str]:
    return dict(words_of(name))


SALUTES = frozenset({"Hi", "Yes", "No", "Oh", "Well", "Hello", "Hey", "Thanks", "Sorry"})
DEGREES = frozenset({"MD", "MS", "ID", "OR", "AL", "DE"})
LESSER = {"Op.": "Opus", "Assn.": "Association", "Ste.": "Sainte"}


def _read_title(match: re.Match[str]) -> str:
    """Before a name: `Sen. Warren`, `Lt. Gen. Diaz`"""
    return _table("title")[match[0].rstrip(".")]


def _read_anywhere(match: re.Match[str]) -> str:
    """`e.g.`, `etc.`, `vs.`"""
    if match[0] == "ed." and re.search(r"\d(?:st|nd|rd|th)\s$", text_before(match)):
        return "edition" + full_stop(match)
    known = _table("abbreviation")
    words = known.get(match[0]) or known.get(match[0].rstrip(".")) or known[match[0].lower()]
    return words + full_stop(match)


def _read_counted(match: re.Match[str]) -> str | None:
    """Before a number: `No. 2`, `pp. 4-6`, `Fig. 3`"""
    return _table("counted")[match["word"].rstrip(".")] + " "


def _read_saint(match: re.Match[str]) -> str | None:
    """`St. Paul's` → Saint, `9 Oak St.` → Street."""
    if re.search(rf"\b(?:{STREETS})\s$", text_before(match)):
        return "Street" + full_stop(match)
    if re.search(r"(?:[A-Z][\w']*|\d(?:st|nd|rd|th))\s$", text_before(match)) and not _is_saint_after_name(match):
        return "Street" + full_stop(match)
    return "Saint" if re.match(r"\s+[A-Z]", text_after(match)) else None


def _is_saint_after_name(match: re.Match[str]) -> bool:
    """`Mount St. Helens`, `In St. Louis`: a name follows, and no number stands before."""
    following = re.match(r"\s+([A-Z]\w+)", text_after(match))
    before = text_before(match)
    if not following:
        return False
    return re.search(r"\d+\s(?:[A-Z]\w*\.?\s){1,2}$", before) is None


def _read_doctor(match: re.Match[str]) -> str | None:
    """`Dr. Jones` → Doctor, `12 Oak Dr.` → Drive."""
    named = re.match(r"\s+[A-Z]", text_after(match)) is not None
    street = re.search(r"\d\s(?:[A-Z]\w*\.?\s){1,3}$" if named else r"[A-Z]\w*\.?\s$", text_before(match))
    if street:
        return "Drive" + full_stop(match)
    return "Doctor" if named else None


def _read_street(match: re.Match[str]) -> str | None:
    """After a name: `Fifth Ave.`, `Sunset Blvd`"""
    if re.search(r"(?:[A-Z][\w'.]*|\d(?:st|nd|rd|th))\s$", text_before(match)):
        return _table("street")[match[0].rstrip(".")] + full_stop(match)
    return None


def _read_company(match: re.Match[str]) -> str | None:
    """After a name: `Acme Inc.`, `Ford Motor Co.`"""
    if re.search(r"(?:[\w).]|&),?\s$", text_before(match)):
        return _table("company")[match[0].rstrip(".")] + full_stop(match)
    return None


def _read_state(match: re.Match[str]) -> str | None:
    """After a town: `Portland, Ore.`; beside a party: `(D-Mass.)`"""
    before = text_before(match)
    known = _table("state")
    written = match[0]
    words = known.get(written) or known.get(written.rstrip(".")) or known.get(written.rstrip(".") + ".")
    if words and re.search(r"(?:[A-Z][\w'.-]{3,},\s|\(?\b[DRI]-)$", before) and before[:-2].strip() not in SALUTES:
        return words + full_stop(match)
    return None


def _read_postal(match: re.Match[str]) -> str | None:
    """`Boston, MA 02134`"""
    following = text_after(match)
    if re.match(r",\s[A-Z]{2,4}\b", following) or (match[0] in DEGREES and not re.match(r"\s\d{5}", following)):
        return None  # degrees after a name
    if re.search(r"[A-Z][\w'.-]+,\s$", text_before(match)) or re.search(r"\(?\b[DR]-$", text_before(match)):
        return _table("postal")[match[0]]
    return None


def _read_case(match: re.Match[str]) -> str | None:
    """`Brown v. Board`, `Roe v Wade`"""
    return "versus" if re.search(r"[A-Z][\w'.]*,?\s$", text_before(match)) else None


def _read_junior(match: re.Match[str]) -> str | None:
    names = {"Jr": "Junior", "Sr": "Senior", "Esq": "Esquire"}
    if re.search(r"[A-Z][\w'.]*,?\s$", text_before(match)):
        return names[match[0].rstrip(".")] + full_stop(match)
    return None


def _read_party(match: re.Match[str]) -> str:
    """`(D-` before a state"""
    return {"D": "Democrat, ", "R": "Republican, ", "I": "Independent, "}[match[0][0]]


WORDS = (
    Rule("abbr", r"(?:St)\b\.?", _read_saint),
    Rule("abbr", r"(?:Dr)\b\.?", _read_doctor),
    Rule("abbr", rf"(?P<word>(?i:{alternatives(words_of('counted'))}))(?:\.\s?|\s)(?=#?\d|(?!I\b)[IVXL]+\b)",
         lambda match: _read_number_word(match)),
    Rule("abbr", rf"(?:{alternatives(words_of('title'))})\b\.{NAME}", _read_title),
    Rule("abbr", r"(?:Mr|Mrs|Prof)(?=\s[A-Z])", _read_title),
    Rule("abbr", rf"(?:{alternatives(words_of('bare_title'))})(?=\s(?!Z)[A-Z][a-z])", _read_title),
    Rule("abbr", r"No\s(?=10\b(?! [a-z]+s\b)|[1-9]\b(?=[.,;)]|$))", said("Number ")),
    Rule("abbr", r"(?:Op|Assn|Ste)\.(?=\s(?:\d|of\b|[A-Z]))", lambda match: LESSER[match[0]]),
    Rule("abbr", r"Co\.?(?=\s(?:Durham|Cork|Antrim|Armagh|Down|Kerry|Mayo|Galway|Wicklow|Clare|Meath|Louth|Sligo))", said("County")),
    Rule("abbr", r"\bb\.(?=\s\d{4})", said("born")),
    Rule("abbr", r"(?:Jr|Sr|Esq)\b\.?", _read_junior),
    Rule("abbr", rf"[DRI]-(?=[A-Z][a-z]+\.|[A-Z]\.[A-Z]\.|[A-Z]{{2}}\)|(?:{alternatives(words_of('state').values())})\b)",
         _read_party),
    Rule("abbr", rf"(?:{alternatives(words_of('state'))})\.?(?!\w)", _read_state),
    Rule("abbr", rf"(?:{alternatives(words_of('postal'))})(?=\s\d{{5}}|,|\.|\)|\s[a-z]|$)", _read_postal),
    Rule("abbr", rf"(?:{alternatives(words_of('street'))})\b\.?(?![\w-])", _read_street),
    Rule("abbr", rf"(?:{alternatives(words_of('company'))})\b\.?(?![\w-])", _read_company),
    Rule("abbr", r"(?:c|ca)\.\s?(?=\d{3,4}\b)", said("circa ")),
    Rule("abbr", r"v\.?(?=\s[A-Z])", _read_case),
    Rule("abbr", rf"(?:{alternatives(words_of('abbreviation'))})(?![\w]|\.\w)", _read_anywhere),
)  # fmt: skip


def _read_number_word(match: re.Match[str]) -> str | None:
    """`No. 2` → `number`; a word that is written whole stays."""
    word = match["word"]
    known = _table("counted")
    key = word if word in known else word.lower()
    if key not in known or (
        "." not in match[0] and key in {"no", "Art", "art", "ed", "sec", "ch", "par", "st", "No", "p"}
    ):
        return None
    words = known[key]
    return (words.capitalize() if word[0].isupper() and words != "number" else words) + " "

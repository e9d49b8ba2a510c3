"""Letters that are not read as a word: Roman numerals, initials, chemistry, codes such as `F-35`."""

from __future__ import annotations

import re
from functools import cache

from narrate.segmenter.english.parts import amount, in_pairs, words_of
from narrate.segmenter.numbers import cardinal, digits, ordinal, roman
from narrate.segmenter.rules import Rule, full_stop, text_after, text_before, word_after, word_before

ELEMENTS = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Ti Cr Mn Fe Co Ni Cu Zn As Br Sr Ag Sn I Ba W Au Hg Pb U"
).split()
VERBS_AFTER_I = frozenset("am have do think want hope believe love like need feel know see say go guess".split())
"""With these the letter I is a person speaking, and no number of a king's."""
WORDS_OF_THREE = frozenset({"COP", "SIM", "GIF", "PIN", "RAM", "ROM"})


# ------------------------------------------------------------------ Roman numerals


@cache
def _roman_words(name: str) -> frozenset[str]:
    return frozenset(words_of("roman")[name])


def _read_roman(match: re.Match[str]) -> str | None:
    """A Roman numeral, by what stands before it: `World War II`, `Henry VIII`, `Rocky IV`."""
    written = match["roman"].upper()
    number = roman(written)
    if number is None:
        return None
    if (
        word_before(match) == "the"
        and re.fullmatch("[IVX]{2,}", written)
        and re.match(r"\s[A-Z][a-z]", text_after(match))
    ):
        return ordinal(number)
    found = re.search(r"((?:[A-Z][\w.'-]*\s)*)([A-Za-z][\w'-]*)\s$", text_before(match, 60))
    if not found:
        return _read_century(match, number)
    names, before = found[1].split(), found[2]
    if (before.title() in _roman_words("counted") and before[0].isupper()) or before in {
        "phase",
        "section",
        "page",
        "chapter",
        "part",
        "type",
        "stage",
        "class",
    }:
        return cardinal(number) if written not in "CDLM" else None
    if before in _roman_words("ruled") and _is_ruler(match, names, written):
        return f"the {ordinal(number)}"
    if not before[0].isupper() or len(written) < 2 or match["roman"].islower() or re.search("[CDLM]", written):
        return _read_century(match, number)
    if names and names[-1].strip(".") in _roman_words("given") and number < 6:
        return f"the {ordinal(number)}"
    if before in _roman_words("given"):
        return f"the {ordinal(number)}"
    if len(names) >= 1 and len(names[-1].strip(".")) == 1 and number < 6:
        return f"the {ordinal(number)}"
    return cardinal(number) if (number < 90 and written not in {"II", "III", "XI"}) or names or number < 20 else None


def _is_ruler(match: re.Match[str], names: list[str], written: str) -> bool:
    if written in {"C", "D", "L", "M"}:
        return False
    if written != "I":
        return True
    following = word_after(match)
    titled = bool(names) and names[-1] in _roman_words("titles")
    begins = " " not in text_before(match).strip()
    if begins and following.islower() and following not in VERBS_AFTER_I:
        return True
    return titled or (following not in VERBS_AFTER_I and (following == "" or following in {"of", "and", "in", "to"} or
                                                          following.endswith("ed")))  # fmt: skip


def _read_romans(match: re.Match[str]) -> str | None:
    """`World Wars I and II`, `Chapters II-IV`, `James VI and I`"""
    first, second = roman(match["roman"]), roman(match["second"])
    before = re.search(r"([A-Z][a-z]+)\s$", text_before(match, 30))
    if not (first and second and before):
        return None
    join = f" {match['join'].strip()} " if match["join"].strip().isalpha() else " to "
    if before[1] in _roman_words("counted") or before[1].removesuffix("s") in _roman_words("counted"):
        return f"{cardinal(first)}{join}{cardinal(second)}"
    if before[1] in _roman_words("ruled") and join != " to " and len(match["roman"]) > 1:
        return f"the {ordinal(first)}{join}{ordinal(second)}"
    return None


def _read_century(match: re.Match[str], number: int) -> str | None:
    """`the XIX century`"""
    return (
        ordinal(number)
        if word_after(match) in {"century", "centuries", "Century"} and len(match["roman"]) > 1
        else None
    )


def _read_world_war(match: re.Match[str]) -> str:
    return f"World War {'two' if match['number'] in {'II', '2'} else 'one'}"


# ------------------------------------------------------------------ initials and acronyms


def _read_dotted(match: re.Match[str]) -> str:
    """`U.S.` → `US`, `J.K.` before a name → `J K`; the engine says letters together as letters."""
    letters = match[0].replace(".", "").replace(" ", "")
    following = text_after(match, 2)
    known = letters in _roman_words_known()
    named = re.match(r"\s[A-Z][a-z]", text_after(match)) is not None
    end = full_stop(match)
    if known or not named:
        return letters + end
    del following
    return " ".join(letters)


@cache
def _roman_words_known() -> frozenset[str]:
    return frozenset(words_of("acronym")["dotted"])


def _read_initial(match: re.Match[str]) -> str:
    """`Harry S. Truman` → `Harry S Truman`; `J. R. R. Tolkien`"""
    return " ".join(re.findall("[A-Z]", match[0])) + " "


# ------------------------------------------------------------------ chemistry and codes

_ELEMENT = "|".join(sorted(ELEMENTS, key=len, reverse=True))


def _read_formula(match: re.Match[str]) -> str | None:
    """`CO2`, `H2SO4`: letters and figures one by one."""
    written = match[0]
    parts = re.findall(rf"({_ELEMENT})(\d*)", written)
    if "".join(a + b for a, b in parts) != written or len(parts) < 1:
        return None
    if len(parts) == 1 and (parts[0][0], parts[0][1]) not in {
        ("O", "2"), ("O", "3"), ("H", "2"), ("N", "2"), ("Cl", "2"), ("F", "2"),
    }:  # fmt: skip
        return None
    if not any(b for _, b in parts):
        return None
    return " ".join(" ".join(filter(None, (" ".join(symbol.upper()), cardinal(int(count)) if count else ""))) for
                    symbol, count in parts)  # fmt: skip


def _read_code(match: re.Match[str]) -> str | None:
    """`G7`, `F-35`, `A380`, `MP3`, `H5N1`, `R2-D2`: letters by themselves, numbers in pairs."""
    written = match[0]
    if re.fullmatch(r"[A-Z]\d{5,}", written) is None and len(written) > 12:
        return None
    words = []
    for piece in re.findall(r"[A-Za-z]+|\d+(?:\.\d+)?", written):
        if piece[0].isdigit():
            words.append(amount(piece) if "." in piece else _code_number(piece))
        elif piece.isupper():
            words.append(piece if _is_word(piece) else " ".join(piece))
        else:
            words.append(piece if len(piece) > 1 else piece)
    return " ".join(words)


def _code_number(written: str) -> str:
    if len(written) > 1 and written[0] == "0":
        return digits(written).replace("zero", "oh")
    return in_pairs(written)


def _is_word(letters: str) -> bool:
    """`COVID`, `SARS`, `COP`: said as a word, for they are long and have vowels, or are known for it."""
    return letters in WORDS_OF_THREE or (len(letters) >= 4 and re.search("[AEIOU]", letters) is not None)


def _read_named_code(match: re.Match[str]) -> str | None:
    """`Covid-19`, `Catch-22`, `Blink-182`, `Omega-3`: a name and its number."""
    return f"{match['name']} {in_pairs(match['number'])}"


def _read_letter_number(match: re.Match[str]) -> str:
    """`iPhone15`, `PM2.5`"""
    return f"{match['name']} {amount(match['number'])}"


def _read_mixed_sign(match: re.Match[str]) -> str:
    """`Q&A`, `AT&T`, `R&D`"""
    return " and ".join(part if len(part) > 1 and _is_word(part) else part for part in match[0].split("&"))


def _read_plus_name(match: re.Match[str]) -> str:
    """`C++`, `A+`, `Disney+`, `LGBTQ+`"""
    return match["name"] + " plus" * len(match["signs"])


def _read_sharp(match: re.Match[str]) -> str:
    return f"{match['name']} sharp"


_ROMAN = r"(?P<roman>[IVXLCDM]+)(?![\w.]\w|\w)(?!'[a-z]?[a-tv-z])"

WORDS = (
    Rule("roman", r"WW(?P<number>II?|[12])(?!\w)", _read_world_war),
    Rule("roman", r"(?P<roman>[IVXLC]+)(?P<join>[-–]|\s(?:and|or|to|through)\s)(?P<second>[IVXLC]+)(?![\w-]|\.\w)",
         _read_romans),
    Rule("roman", r"(?P<roman>[IVXLCDM]+|[ivx]{2,5})(?!\w|-[A-Z\d]|\.\w)", _read_roman),
    Rule("symbol", r"C#(?!\w)|F#(?!\w)", lambda match: f"{match[0][0]} sharp"),
    Rule("symbol", r"(?P<name>[A-Za-z]+)(?P<signs>\+{1,2})(?![\w+])", _read_plus_name),
    Rule("symbol", r"[A-Z]{1,3}&[A-Z]{1,3}(?!\w)", _read_mixed_sign),
    Rule("initials", r"(?:[A-Z]\.){2,8}(?=\s|$|[,;:!?\"')\]’-])|(?:[A-Z]\.){1,7}[A-Z](?![\w.])|(?:[a-z]\.){2,8}(?=\s|$|[,;:!?\"')])",
         _read_dotted),
    Rule("initials", r"[A-Z]\.(?:\s?[A-Z]\.){0,5}\s(?=(?:(?:Mc|Mac|O'|De|Du|La|Le|Van)?[A-Z][a-z]|de |van |von ))",
         lambda match: _read_initial(match) if _may_be_initial(match) else None),
    Rule("chem", rf"(?:(?:{_ELEMENT})\d{{0,4}}){{1,12}}(?![\w.]\w|\w|-\d)", _read_formula),
    Rule("alnum", r"(?:[A-Z][a-z]{2,}|COVID|SARS|MERS|[A-Z][a-z]+[A-Z][a-z]+)-(?P<number>\d{1,4})(?![\w-]|\.\d)",
         lambda match: _read_named(match)),
    Rule("alnum", r"[A-Z]{1,5}[a-z]?-?\d{1,4}(?:\.\d)?(?:[A-Z]{1,2}\d{0,3}|[a-z]{1,3})?(?:-[A-Z]?\d{1,3})?(?![\w-]|\.\d)",
         lambda match: _read_suffixed(match)),
    Rule("alnum", r"(?P<name>(?:i|e)[A-Z][A-Za-z]+)(?P<number>\d+)(?!\w)", _read_letter_number),
)  # fmt: skip


def _may_be_initial(match: re.Match[str]) -> bool:
    """A letter with a point before a name is an initial, unless it ends what comes before: `vitamin C. It`."""
    return word_before(match) not in {"vitamin", "plan", "grade", "group", "type", "class", "section", "option"}


def _read_named(match: re.Match[str]) -> str:
    return f"{match[0].rpartition('-')[0]} {in_pairs(match['number'])}"


def _read_suffixed(match: re.Match[str]) -> str | None:
    """A code with letters behind its number too: `A320neo`, `Y2K`, `F-16s`."""
    written = match[0]
    found = re.fullmatch(r"(.*?\d)(s|neo|[a-z]{1,3})?", written)
    if found and found[2]:
        words = _read_code_text(found[1])
        return f"{words}s" if found[2] == "s" and not words.endswith("x") else f"{words} {found[2]}"
    return _read_code_text(written)


def _read_code_text(written: str) -> str:
    words = []
    for piece in re.findall(r"[A-Z]+[a-z]?(?![a-z])|[A-Za-z]+|\d+(?:\.\d+)?", written):
        if piece[0].isdigit():
            words.append(amount(piece) if "." in piece else _code_number(piece))
        elif piece.isupper() and not _is_word(piece):
            words.append(" ".join(piece))
        else:
            words.append(piece)
    return " ".join(words)

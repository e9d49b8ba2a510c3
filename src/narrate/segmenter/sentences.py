"""Where sentences end: sentencex, under our own repairs. Offsets only; nothing is searched for again."""

from __future__ import annotations

import re

Span = tuple[int, int]
"""Offsets of the first character and after the last."""

CLOSERS = "\"'”’»)]"

ABBREVIATIONS = (
    r"Mr|Mrs|Ms|Mx|Dr|Prof|Sr|Jr|St|Mt|Ft|Gen|Col|Maj|Capt|Cpl|Lt|Sgt|Pvt|Cmdr|Adm|Rev|Fr|Hon|Pres|Gov|Sen|Rep|"
    r"Supt|Det|Insp|Messrs|Mme|Mlle|No|Nos|Vol|pp?|Fig|Figs|Eq|Sec|Ch|Ed|vs|v|cf|ca|e\.g|i\.e|viz|approx|est|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Tel|Calif|Mass|Conn|Fla|Ill|Mich|Minn|Penn|Wash|Ariz|Colo"
)
HOLDS = re.compile(rf"(?:^|[\s(\[“‘\"'])(?:{ABBREVIATIONS})\.$")
"""Ends with an abbreviation that something always follows."""

NUMBER_FIRST = re.compile(
    r"(?:^|[\s(])(?:Nos?|pp?|Figs?|Vol|Sec|Ch|Eq|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$"
)
"""Abbreviations that hold only before a number."""

INITIAL = re.compile(r"(?:^|[\s(“\".])[A-Z]\.$")
SINGLE_LETTER_NOUN = re.compile(
    r"\b(?:plan|vitamin|grade|group|type|team|class|point|option|exhibit|section|and|or|I) [A-Z]\.$", re.I
)
UNITED = re.compile(r"\b(?:[A-Za-z]\.){2,}$")
STARTS_OPEN = re.compile(
    r"(?:The|A|An|He|She|It|They|We|I|You|His|Her|Its|Their|Our|My|This|That|These|Those|But|And|So|In|On|At|When|"
    r"If|There|Then|What|Who|Why|How|Nobody|No|Not|Yes|Some|Many|Most|After|Before|While|Still|Now|Here)\b"
)
"""Words that begin a sentence far more often than a name."""

NAMES_WITH_MARKS = re.compile(
    r"\b(?:Yahoo|Panic|Jeopardy|Rouge|Oklahoma|Mamma Mia|Moulin Rouge|Wham|Oliver|Airplane|Guess|Mother|Hello, Dolly)!$"
)
BRANDS = re.compile(r"(?:i[A-Z]|e[A-Z]|x[A-Z]|mRNA|pH\b|de\b[A-Z])")
FOOTNOTE = re.compile(r"(?:\[\d{1,3}\]|[⁰¹²³⁴-⁹]+)+")
CANDIDATE = re.compile(r"[.!?…]+[\"'”’»)\]]*(?:\[\d{1,3}\]|[⁰¹²³⁴-⁹])*\s+(?=\S)")


def split_sentences(text: str, language: str = "en") -> list[Span]:
    """Offsets of the sentences of one block, white space between them left out.

    Args:
        language: BCP 47; decides which abbreviations sentencex knows.
    """
    cuts = _boundaries(text, language)
    if language.split("-")[0] == "en":
        cuts = {cut for cut in cuts if not _holds_together(text, cut)} | set(_missed(text))
    return _spans(text, sorted(cuts))


def _boundaries(text: str, language: str) -> set[int]:
    from sentencex import get_sentence_boundaries

    clean = text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is one character either way
    found = get_sentence_boundaries(language.split("-")[0], clean)
    return {boundary["end_index"] for boundary in found if 0 < boundary["end_index"] < len(text)}


def _around(text: str, cut: int) -> tuple[str, str]:
    """The last characters before a cut and the first after it, white space left out."""
    return text[max(0, cut - 60) : cut].rstrip()[-40:], text[cut : cut + 60].lstrip()[:40]


def _holds_together(text: str, cut: int) -> bool:
    """Is this boundary none?"""
    before, after = _around(text, cut)
    if not before or not after:
        return True
    if FOOTNOTE.match(after) or after[0] in CLOSERS[2:]:
        return True
    bare = before.rstrip(CLOSERS)
    if NUMBER_FIRST.search(bare):
        return after[0].isdigit()
    if HOLDS.search(bare) or NAMES_WITH_MARKS.search(bare):
        return not STARTS_OPEN.match(after) or not NAMES_WITH_MARKS.search(bare)
    if INITIAL.search(bare) and not SINGLE_LETTER_NOUN.search(bare) and not UNITED.search(bare):
        return after[0].isupper() and not STARTS_OPEN.match(after)
    if bare[-1:] == "." and UNITED.search(bare):
        return not STARTS_OPEN.match(after) and after[0] not in '“"‘('
    return after[0].islower() and not BRANDS.match(after)


def _missed(text: str) -> list[int]:
    """Boundaries that sentencex does not give: inside long quotations, after initials that end a sentence."""
    cuts = []
    for candidate in CANDIDATE.finditer(text):
        cut = candidate.end()
        before, after = _around(text, cut)
        opens = after.lstrip("“\"‘'(«[")
        if not (opens[:1].isupper() or opens[:1].isdigit() or BRANDS.match(opens)) or _holds_together(text, cut):
            continue
        bare = FOOTNOTE.sub("", before).rstrip(CLOSERS)
        if bare.endswith((".", "…")) and (UNITED.search(bare) or bare.endswith(("...", "…"))):
            if STARTS_OPEN.match(opens):
                cuts.append(cut)
            continue
        cuts.append(cut)
    return cuts


def _spans(text: str, cuts: list[int]) -> list[Span]:
    spans = []
    start = 0
    for end in [*cuts, len(text)]:
        piece = text[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            spans.append((left, start + len(piece.rstrip())))
        start = end
    return spans

"""Over-long sentences, cut where a reader would take a breath."""

from __future__ import annotations

import re
from collections.abc import Callable

Span = tuple[int, int]

PLACES = (
    re.compile(r"[;:—–](?=[\s\w“‘\"'(])|\s-(?=\s)"),
    re.compile(r",[\"'”’)]*(?=\s)"),
    re.compile(r"[)\]”](?=\s)"),
    re.compile(r"\s(?=(?:and|but|or|nor|so|yet|because|which|who|that|while|when|where|after|before|if|as|with)\s)"),
    re.compile(r"\s"),
)
"""Where a sentence may be cut, the better places before the worse; the cut comes after the match."""

QUOTATION = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’(?!\w)|\([^)]*\)")


def cut_sentence(text: str, span: Span, fits: Callable[[str], bool]) -> list[Span]:
    """Cut a sentence into pieces that fit.

    Args:
        text: the block's text.
        span: the sentence in it.
        fits: tells whether words as written can be spoken in one call.

    Returns:
        The pieces in order; every letter of the sentence is in one of them. Cuts fall near
        the middle, at clause marks first, and never inside a number or a name while there
        is another place.
    """
    pending, pieces = [span], []
    while pending:
        start, end = pending.pop()
        if fits(text[start:end]) or end - start < 2:
            pieces.append((start, end))
            continue
        cut = start + _best_cut(text[start:end])
        for left, right in ((cut, end), (start, cut)):
            piece = text[left:right]
            if piece.strip():
                left += len(piece) - len(piece.lstrip())
                pending.append((left, left + len(piece.strip())))
    return pieces


def _best_cut(sentence: str) -> int:
    """Offset of the best place to cut: of the best kind there is, the one nearest the middle."""
    middle = len(sentence) / 2
    edge = min(20, len(sentence) // 5)
    inside = [quotation.span() for quotation in QUOTATION.finditer(sentence)]
    for respect_quotations in (True, False):
        for place in PLACES:
            cuts = [match.end() for match in place.finditer(sentence)]
            cuts = [cut for cut in cuts if edge <= cut <= len(sentence) - edge and not _breaks_unit(sentence, cut)]
            if respect_quotations:
                cuts = [cut for cut in cuts if not any(left < cut < right for left, right in inside)]
            if cuts:
                return min(cuts, key=lambda cut: abs(cut - middle))
    spaces = [match.end() for match in PLACES[-1].finditer(sentence) if 0 < match.end() < len(sentence)]
    return min(spaces, key=lambda cut: abs(cut - middle)) if spaces else int(middle)


def _breaks_unit(sentence: str, cut: int) -> bool:
    """Would the cut part a number or a name?"""
    left = re.search(r"(\S+)\s*$", sentence[max(0, cut - 40) : cut])
    right = re.match(r"\s*([“‘\"'(]*\S+)", sentence[cut : cut + 40])
    if not left or not right:
        return False
    before, after = left[1], right[1]
    if before[-1].isdigit() and (after[0].isdigit() or after[0] in "%°"):
        return True
    if before[-1] in ":.–" and len(before) > 1 and before[-2].isdigit() and after[0].isdigit():
        return True
    if before[-1] in "$£€#":
        return True
    return before[0].isupper() and after[0].isupper() and before[-1].isalpha()

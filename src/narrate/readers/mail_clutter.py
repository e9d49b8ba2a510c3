"""What senders put around the story of a mail: how to read it elsewhere, how to hear no more of it, where they live."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from narrate.types import Block, BlockKind

UNSUBSCRIBE = re.compile(
    r"unsubscri|opt[- ]?out|manage (your )?(subscription|preferences|email)|update your (preferences|profile)|"
    r"email preferences|abbestell|abmelden|austragen|d[ée]sabonn|d[ée]sinscri|darse de baja|cancelar (la|tu) suscrip|"
    r"disiscri|annulla l.iscrizione|cancelar inscri|uitschrijven|afmelden|wypisz|avregistrera|afmeld",
    re.IGNORECASE,
)
IN_BROWSER = re.compile(
    r"can(no|.)t (read|see|view) this|(view|read|see|open)\b.{0,40}\b(browser|online|web( ?page| ?site)?)\b|"
    r"(having )?(trouble|problems) (viewing|reading)|"
    r"(web|online|browser)[- ]?(version|ansicht)|im browser|dans (votre|le) navigateur|en (su|tu|el) navegador|"
    r"nel browser|"
    r"in (je|uw) browser|forward(ed)? (this|to a friend)|weiterleiten",
    re.IGNORECASE,
)
COPYRIGHT = re.compile(
    r"©|\(c\) ?\d{4}|all rights reserved|alle rechte vorbehalten|tous droits|copyright \d{4}|our (mailing |"
    r"postal )?address",
    re.IGNORECASE,
)
POSTAL = re.compile(
    r"\b(street|avenue|road|lane|suite|floor|p\.? ?o\.? box|boulevard|stra(ß|ss)e|str\.|platz|rue|calle|via|piazza)\b|"
    r"\b[A-Z]{2} ?\d{5}\b|\b[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}\b|\b\d{5} [A-ZÄÖÜ]\w+",
    re.IGNORECASE,
)
YOU_GET_THIS = re.compile(
    r"you(’re|'re| are| have)? (received|receiving|receive|getting|get|subscribed) .{0,60}(e-?mail|newsletter|"
    r"because|list)|"
    r"this (e-?mail|message) was sent|sent to .{1,60}@|sie erhalten diese|vous recevez ce|recibes? este|ricevi questa",
    re.IGNORECASE,
)
ENDS = re.compile(r"[.!?…][\"'”’)\]]*$")
SENTENCE_WORDS = 12
FOOT_WORDS = 45
"""Of a line at the foot of a newsletter."""

FOOT_LINES = 6
"""Lines above the first word of unsubscribing that may belong to the foot."""

HEAD_WORDS = 20
HEAD_LINES = 6
"""Lines at the top of a mail that may be about the mail."""


def mark_head(blocks: Sequence[Block]) -> list[Block]:
    """Lines at the top about the mail itself, such as "View in browser"."""
    marked = list(blocks)
    for at, block in enumerate(blocks[:HEAD_LINES]):
        words = len(block.text.split())
        linked = block.linked > 0 or "http" in block.text
        is_label = not ENDS.search(block.text)
        named = IN_BROWSER.search(block.text) or UNSUBSCRIBE.search(block.text)
        if (
            not block.mark
            and block.kind is BlockKind.PARAGRAPH
            and words <= HEAD_WORDS
            and (linked or is_label)
            and named
        ):
            marked[at] = replace(block, mark="newsletter")
    return marked


def mark_foot(blocks: Sequence[Block], unsubscribing: Collection[int]) -> list[Block]:
    """The foot of a newsletter: from the words of unsubscribing on, and the addresses above them."""
    story = max((at for at, block in enumerate(blocks) if _is_story(block)), default=-1)
    feet = (at for at, block in enumerate(blocks) if at > story and (at in unsubscribing or _is_foot(block)))
    first = next(feet, None)
    if first is None:
        return list(blocks)
    start = first
    while start > max(0, first - FOOT_LINES) and _fits_foot(blocks[start - 1]):
        start -= 1
    marked = list(blocks)
    for at in range(start, len(blocks)):
        if not blocks[at].mark:
            marked[at] = replace(blocks[at], mark="contact" if _is_postal(blocks[at].text) else "newsletter")
    return marked


def _is_story(block: Block) -> bool:
    """A sentence of some length that is no part of any newsletter's foot."""
    if block.mark or len(block.text.split()) < SENTENCE_WORDS or block.linked > 0.4 or not ENDS.search(block.text):
        return False
    return not any(known.search(block.text) for known in (UNSUBSCRIBE, YOU_GET_THIS, COPYRIGHT, IN_BROWSER))


def _is_foot(block: Block) -> bool:
    """Says how to unsubscribe, in few words or with a link."""
    words = len(block.text.split())
    linked = block.linked > 0 or "http" in block.text
    return UNSUBSCRIBE.search(block.text) is not None and words <= (FOOT_WORDS if linked else SENTENCE_WORDS)


def _fits_foot(block: Block) -> bool:
    if block.mark or block.kind is BlockKind.SCENE_BREAK:
        return True
    if len(block.text.split()) > FOOT_WORDS:
        return False
    return _is_postal(block.text) or block.linked > 0.8 or YOU_GET_THIS.search(block.text) is not None


def _is_postal(text: str) -> bool:
    """An address of streets and towns, or who holds the rights."""
    if UNSUBSCRIBE.search(text):
        return False
    place = POSTAL.search(text) or text.count(",") >= 2
    return bool(COPYRIGHT.search(text) or (place and re.search(r"\d", text) and not ENDS.search(text)))

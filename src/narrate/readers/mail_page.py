"""The HTML of a mail: all that it shows, without what is hidden in it, and with what it marks as something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from narrate.readers.decoding import decode
from narrate.readers.mail_clutter import UNSUBSCRIBE
from narrate.readers.mime import Part
from narrate.types import Block, BlockKind, Source

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from narrate.readers.html.walk import Found

FORWARDED = re.compile(
    r"[-_=*> ]{2,40}(forwarded message|original message|begin forwarded message:?|weitergeleitete nachricht|"
    r"urspr[üu]ngliche nachricht|message transf[ée]r[ée]|message d.origine|mensaje reenviado|messaggio inoltrato|"
    r"doorgestuurd bericht)[-_=* ]{0,40}|begin forwarded message:|anfang der weitergeleiteten nachricht:",
    re.IGNORECASE,
)
QUOTES = re.compile(r"(^|\s)(gmail_quote|moz-cite-prefix|yahoo_quoted|protonmail_quote)(\s|$)")
"""Classes that programs give to what they quote of an earlier mail."""

QUOTE_IDS = ("divRplyFwdMsg", "appendonsend")
SIGNATURES = re.compile(r"(^|\s)(gmail_signature|moz-signature)(\s|$)")

MOST_QUOTED = 0.9
"""Share of a mail's words from which what it quotes is the mail itself."""

UNSEEN = re.compile(
    r"max-height\s*:\s*0|opacity\s*:\s*0(?![.\d])|display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|"
    r"height\s*:\s*0(px)?\s*;.*overflow\s*:\s*hidden|overflow\s*:\s*hidden\s*;.*[^-]height\s*:\s*0(px)?",
    re.IGNORECASE,
)
TINY = re.compile(r"font-size\s*:\s*[01](\.\d+)?\s*(px|pt|em)?\s*(;|!|$)", re.IGNORECASE)
SIZED = re.compile(r"font(-size)?\s*:", re.IGNORECASE)
LONGEST_STYLE = 2_000
PIXEL = re.compile(r"\s*[01](px)?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPage:
    """What the HTML of a mail says."""

    blocks: tuple[Block, ...] = ()
    unsubscribing: frozenset[int] = frozenset()
    """Indices of the blocks with a link by which one unsubscribes."""
    language: str | None = None


def read_page(source: Source, page: Part) -> MailPage:
    """The blocks of a mail's HTML, all of them."""
    from narrate.readers.html.reader import HEAD_BYTES, META_CHARSET, parse
    from narrate.readers.html.walk import walk

    html = replace(source, data=page.data(), charset=page.charset)
    declared = META_CHARSET.search(html.data[:HEAD_BYTES])
    text = decode(html, declared=declared[1].decode("ascii") if declared else None, lenient=True)
    root = parse(text)
    if root is None:
        return MailPage()
    _prune(root)
    found = _single_breaks(walk(root, text, _marks_of(root)))
    parts = set(_unsubscribing(root))
    return MailPage(
        blocks=tuple(one.block for one in found),
        unsubscribing=frozenset(at for at, one in enumerate(found) if one.block.linked and one.element in parts),
        language=root.get("lang"),
    )


def _single_breaks(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in found:
        is_break = one.block.kind is BlockKind.SCENE_BREAK
        if not is_break or (kept and kept[-1].block.kind is not BlockKind.SCENE_BREAK):
            kept.append(one)
    while kept and kept[-1].block.kind is BlockKind.SCENE_BREAK:
        kept.pop()
    return kept


def _prune(root: HtmlElement) -> None:
    """Take out what nobody sees: the text for previews, and pixels that tell the sender that it was read."""
    for element in list(root.iter()):
        if isinstance(element.tag, str) and element.getparent() is not None and _is_unseen(element):
            element.drop_tree()


def _is_unseen(element: HtmlElement) -> bool:
    if element.tag == "img":
        return any(PIXEL.fullmatch(element.get(side, "")) for side in ("width", "height"))
    style = (element.get("style") or "")[:LONGEST_STYLE]
    if element.tag in ("html", "body", "table", "tbody"):
        return False
    if UNSEEN.search(style):
        return True
    if not TINY.search(style):
        return False
    return not any(
        SIZED.search(inner.get("style") or "") for inner in element.iterdescendants() if isinstance(inner.tag, str)
    )


def _marks_of(root: HtmlElement) -> dict[HtmlElement, str]:
    """What the page's markup calls its clutter, what it quotes of earlier mails, and signatures."""
    from narrate.readers.html.marks import find_marks

    marks = find_marks(root)
    words = " ".join(root.text_content().split())
    forwards = FORWARDED.search(words) is not None
    own: dict[HtmlElement, str] = {}
    most = MOST_QUOTED * len(words.split())
    for element in root.iter("*"):
        if SIGNATURES.search(element.get("class") or ""):
            own[element] = "contact"
        elif forwards or not _is_quote(element) or any(above in own for above in element.iterancestors()):
            continue
        elif len(element.text_content().split()) <= most:
            own[element] = "repeated"
    return marks | own


def _is_quote(element: HtmlElement) -> bool:
    """Does the program that wrote the mail say that it quotes an earlier one here?"""
    cited = element.tag == "blockquote" and element.get("type") == "cite"
    return cited or element.get("id") in QUOTE_IDS or QUOTES.search(element.get("class") or "") is not None


def _unsubscribing(root: HtmlElement) -> Iterator[HtmlElement]:
    """Parts of the page that hold a link by which one unsubscribes."""
    from narrate.readers.html.walk import FLOWING

    for link in root.iter("a"):
        if UNSUBSCRIBE.search(f"{link.get('href')} {link.text}"):
            yield next((above for above in link.iterancestors() if above.tag not in FLOWING), root)

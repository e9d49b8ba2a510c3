"""The story in black and what was left out struck through in colour, as one page for a browser."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from string import Template

from narrate.cleaner.policies import pair_blocks
from narrate.cleaner.rules import KINDS
from narrate.types import ANNOUNCEMENT, Article, Block, BlockKind, Cleaned, Removal

HUES = {kind: round(360 * number / len(KINDS)) for number, kind in enumerate(KINDS)}
"""Of the colour in which a kind is struck through, in degrees."""


def as_page(article: Article, cleaned: Cleaned) -> str:
    """One page without anything to fetch: every block of the article in order, each removal with its rule.

    Args:
        article: as it was read, before cleaning.
    """
    kinds = Counter(removal.kind for removal in cleaned.removals)
    title = article.title or cleaned.article.title or article.origin
    template = Template((files("narrate.cleaner") / "page.html").read_text("utf-8"))
    return template.substitute(
        language=escape(article.language or "en", quote=True),
        title=escape(title),
        summary=escape(_summary(article, cleaned)),
        notes="\n".join(f"  <p><strong>{escape(note)}</strong></p>" for note in cleaned.notes),
        colours="\n".join(_colour(kind) for kind in kinds),
        legend="\n".join(_legend(kind, count) for kind, count in kinds.most_common()),
        rows="\n".join(_rows(article, cleaned)),
    )


def _summary(article: Article, cleaned: Cleaned) -> str:
    words = sum(len(block.text.split()) for block in article.blocks)
    kept = sum(len(block.text.split()) for block in cleaned.article.blocks if block.mark != ANNOUNCEMENT)
    lines = sum(removal.start is None for removal in cleaned.removals)
    phrases = len(cleaned.removals) - lines
    told = f"{kept} of {words} words kept, {lines} of {len(article.blocks)} lines left out"
    return f"{told}, {phrases} phrases cut. {article.origin}" if phrases else f"{told}. {article.origin}"


def _colour(kind: str) -> str:
    hue = HUES[kind]
    return (
        f"  .{kind} {{ --kind: hsl({hue} 80% 28%); }}\n"
        f"  @media (prefers-color-scheme: dark) {{ .{kind} {{ --kind: hsl({hue} 70% 68%); }} }}"
    )


def _legend(kind: str, count: int) -> str:
    return f'  <a href="#{kind}" class="{kind}"><span class="dot"></span>{count} {kind.replace("_", " ")}</a>'


def _rows(article: Article, cleaned: Cleaned) -> Iterator[str]:
    by_block: dict[int, list[Removal]] = defaultdict(list)
    for removal in cleaned.removals:
        by_block[removal.block].append(removal)
    told: set[str] = set()
    for index, block, _ in pair_blocks(article, cleaned):
        if index is None:
            yield f'<p class="added">{escape(block.text)}</p>'
            continue
        found = by_block[index]
        anchors = "".join(_anchor(removal.kind, told) for removal in found)
        if found and found[0].start is None:
            yield anchors + _gone(block, found[0])
        else:
            yield anchors + _kept(block, found)


def _anchor(kind: str, told: set[str]) -> str:
    """Where the legend leads: the first removal of a kind."""
    if kind in told:
        return ""
    told.add(kind)
    return f'<a id="{kind}"></a>'


def _gone(block: Block, removal: Removal) -> str:
    head = f"{removal.kind.replace('_', ' ')} · {removal.rule} · {removal.why}"
    words = escape(block.marker + block.text)
    return f'<div class="gone {removal.kind}"><span class="rule">{escape(head)}</span><del>{words}</del></div>'


def _kept(block: Block, cuts: list[Removal]) -> str:
    text, at = "", 0
    for cut in cuts:
        start = cut.start or 0
        end = start + len(cut.text)
        words = escape(block.text[start:end])
        text += escape(block.text[at:start])
        text += f'<del class="{cut.kind}" title="{escape(cut.why, quote=True)}">{words}</del>'
        at = end
    text += escape(block.text[at:])
    match block.kind:
        case BlockKind.TITLE:
            return f"<h1>{text}</h1>"
        case BlockKind.HEADING:
            level = min(max(block.level, 2), 6)
            return f"<h{level}>{text}</h{level}>"
        case BlockKind.CODE:
            return f"<pre>{text}</pre>"
        case BlockKind.FORMULA:
            return f"<p><code>{text}</code></p>"
        case BlockKind.SCENE_BREAK:
            return '<p class="break">⁂</p>'
        case BlockKind.ITEM:
            return f'<p class="item">{escape(block.marker)}{text}</p>'
    return f'<p class="quote">{text}</p>' if block.quoted else f"<p>{text}</p>"

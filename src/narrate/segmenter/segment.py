"""Article → Script: one utterance a sentence, pauses by structure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from narrate.errors import ScriptError
from narrate.segmenter import frame
from narrate.segmenter.lexicon import Lexicon
from narrate.segmenter.normalise import Emoji
from narrate.segmenter.parts import Part
from narrate.segmenter.pauses import Pauses
from narrate.segmenter.tables import name_columns
from narrate.segmenter.utterances import Manner, Said, say_block, say_ours
from narrate.types import ANNOUNCEMENT, READ, Article, Block, BlockKind, Break, Milliseconds, Role, Script, Utterance

UNSPOKEN = (BlockKind.SCENE_BREAK, BlockKind.CODE, BlockKind.FIGURE, BlockKind.FORMULA, BlockKind.NOTE)
"""Blocks that say nothing by themselves: what is to be heard of them, the policies make a paragraph or mark so."""


Cast = Mapping[int, Sequence[Part]]
"""The parts of blocks in which another voice is heard, by the index of the block."""


def write_script(
    article: Article,
    *,
    language: str,
    pauses: Pauses | None = None,
    speed: float = 1.0,
    max_chars: int | None = None,
    introduction: bool = True,
    close: bool | str = True,
    lexicon: Lexicon | None = None,
    emoji: Emoji = "drop",
    cast: Cast | None = None,
) -> Script:
    """What will be said of an article, in order.

    Args:
        language: BCP 47.
        pauses: silence after each kind of break; None for the defaults.
        speed: of the speech; pauses follow it, but for those that the author asks for.
        max_chars: longest text for one engine call; longer sentences are cut at clause marks.
        introduction: say who wrote it, where that is known.
        close: say at the end what it was, or words of your own, with {title}, {authors}, {site} and {date}.
        lexicon: how names and other words are said; None for what narrate brings.
        emoji: whether pictures are left out or said by name.
        cast: who speaks turns of a dialogue and quotations; None for one voice, but where the author asks for more.

    Raises:
        ScriptError: there is nothing to say.
    """
    pauses = pauses or Pauses()
    if lexicon is None:
        from narrate.segmenter.lexicon_files import load_lexicon

        lexicon = load_lexicon(language=language)
    manner = Manner(language=language, max_chars=max_chars, lexicon=lexicon, emoji=emoji)
    parts = _Parts()
    for said in (*_opening(article, manner, introduction), *_body(article, manner, cast or {})):
        parts.add(said)
    if not parts.utterances:
        raise ScriptError("nothing is left to say", "the text holds no words", "Try it with --no-clean")
    if close and (sentence := frame.close(article, language, None if close is True else close)):
        parts.add(say_ours(sentence, Role.CLOSE, manner))
    return Script(
        utterances=tuple(_with_pauses(parts.utterances, article, pauses, speed)),
        language=language,
        head_ms=Milliseconds(pauses.before_all() if parts.head_ms is None else parts.head_ms),
        title=article.title,
    )


class _Parts:
    """A script that grows, block by block."""

    def __init__(self) -> None:
        self.utterances: list[Utterance] = []
        self.head_ms: int | None = None

    def add(self, said: Said) -> None:
        """What is said of one block more; a pause asked for before it follows what comes before."""
        if said.before_ms is not None and self.utterances:
            self.utterances[-1] = replace(self.utterances[-1], after=Break.ASKED, pause_ms=Milliseconds(said.before_ms))
        elif said.before_ms is not None:
            self.head_ms = said.before_ms
        self.utterances += said.utterances


def _body(article: Article, manner: Manner, cast: Cast) -> Iterator[Said]:
    named = name_columns(article.blocks, manner)
    for index, block in enumerate(article.blocks):
        if block.kind in UNSPOKEN and block.mark != READ:
            continue
        if block.kind in (BlockKind.TITLE, BlockKind.BYLINE):
            continue  # the opening says them
        said = say_block(named.get(index, block), index, manner, cast.get(index, ()))
        if block.mark == ANNOUNCEMENT:
            said.utterances = [replace(utterance, role=Role.ANNOUNCEMENT) for utterance in said.utterances]
        yield said


def _opening(article: Article, manner: Manner, introduction: bool) -> Iterator[Said]:
    """The title and who wrote it: the article's own words where it has them, else ours."""
    titles = [(index, block) for index, block in enumerate(article.blocks) if block.kind is BlockKind.TITLE]
    bylines = [(index, block) for index, block in enumerate(article.blocks) if block.kind is BlockKind.BYLINE]
    if titles:
        yield say_block(titles[0][1], titles[0][0], manner)
    elif article.title:
        yield say_ours(article.title, Role.TITLE, manner)
    sentence = frame.introduction(article, manner.language) if introduction else None
    if sentence:
        yield say_ours(sentence, Role.INTRODUCTION, manner)
    else:
        for index, block in bylines:
            yield say_block(block, index, manner)


def _with_pauses(parts: list[Utterance], article: Article, pauses: Pauses, speed: float) -> Iterator[Utterance]:
    """Every utterance with the pause that what comes next asks for; the larger wins where two meet."""
    for utterance, following in zip(parts, [*parts[1:], None], strict=True):
        if utterance.after is Break.ASKED:
            yield utterance
            continue
        kinds = list(_breaks(utterance, following, article.blocks))
        pause_ms, kind = max(((pauses.after(kind, speed), kind) for kind in kinds), key=lambda pair: pair[0])
        yield replace(utterance, pause_ms=pause_ms, after=kind)


def _breaks(utterance: Utterance, following: Utterance | None, blocks: tuple[Block, ...]) -> Iterator[Break]:
    """All that ends between two utterances."""
    if following is None:
        yield Break.END
        return
    if (utterance.block, utterance.role) == (following.block, following.role):
        yield utterance.after
        return
    yield _usual_break(utterance, following, blocks)
    if utterance.role in (Role.TITLE, Role.BYLINE, Role.INTRODUCTION):
        yield Break.TITLE
    if utterance.role is Role.HEADING:
        yield Break.HEADING
    if following.role is Role.CLOSE:
        yield Break.SECTION
    if following.role is Role.HEADING and utterance.role is not Role.HEADING:
        yield (Break.CHAPTER if following.block is not None and blocks[following.block].level == 1 else Break.SECTION)
    if utterance.block is None or following.block is None:
        return
    if blocks[utterance.block].quoted != blocks[following.block].quoted:
        yield Break.QUOTE
    if any(block.kind is BlockKind.SCENE_BREAK for block in blocks[utterance.block + 1 : following.block]):
        yield Break.SCENE


def _usual_break(utterance: Utterance, following: Utterance, blocks: tuple[Block, ...]) -> Break:
    """Between two blocks: a shorter one inside a list, and before what was just announced."""
    if utterance.role is Role.ANNOUNCEMENT and utterance.written.endswith(":"):
        return Break.SENTENCE
    pair = (utterance.block, following.block)
    listed = all(index is not None and blocks[index].kind is BlockKind.ITEM for index in pair)
    return Break.ITEM if listed else Break.PARAGRAPH

"""Article → Script: one utterance a sentence, pauses by structure."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from narrate.errors import ScriptError
from narrate.segmenter.clauses import cut_sentence
from narrate.segmenter.normalise import spoken_form
from narrate.segmenter.pauses import Pauses
from narrate.segmenter.sentences import split_sentences
from narrate.types import Article, Block, BlockKind, Break, Milliseconds, Role, Script, Utterance

ROLES = {BlockKind.TITLE: Role.TITLE, BlockKind.BYLINE: Role.BYLINE, BlockKind.HEADING: Role.HEADING}


def write_script(
    article: Article,
    *,
    language: str,
    pauses: Pauses | None = None,
    speed: float = 1.0,
    max_chars: int | None = None,
    introduction: bool = True,
    close: bool = True,
    code: Literal["skip", "read"] = "skip",
) -> Script:
    """What will be said of an article, in order.

    Args:
        language: BCP 47.
        pauses: silence after each kind of break; None for the defaults.
        speed: of the speech; pauses follow it.
        max_chars: longest text for one engine call; longer sentences are cut at clause marks.
        introduction: say who wrote it, where that is known.
        close: say at the end what it was.
        code: whether blocks of code are read aloud.

    Raises:
        ScriptError: there is nothing to say.
    """
    pauses = pauses or Pauses()
    parts = [
        *_opening(article, language, introduction),
        *_body(article, language, max_chars, code),
    ]
    if not parts:
        raise ScriptError("nothing is left to say", "the text holds no words", "Try it with --no-clean")
    if close:
        parts += _closing(article, language)
    return Script(
        utterances=tuple(_with_pauses(parts, article, pauses, speed)),
        language=language,
        head_ms=pauses.before_all(),
        title=article.title,
    )


def silent_blocks(article: Article, script: Script) -> tuple[int, ...]:
    """Indices of the blocks of which nothing is said: code, scene breaks, marks without words."""
    heard = {utterance.block for utterance in script.utterances}
    return tuple(index for index in range(len(article.blocks)) if index not in heard)


def _body(article: Article, language: str, max_chars: int | None, code: str) -> Iterator[Utterance]:
    for index, block in enumerate(article.blocks):
        if block.kind is BlockKind.SCENE_BREAK or (block.kind is BlockKind.CODE and code == "skip"):
            continue
        if block.kind in (BlockKind.TITLE, BlockKind.BYLINE):
            continue  # the opening says them
        yield from _utterances(block, index, language, max_chars)


def _utterances(block: Block, index: int, language: str, max_chars: int | None) -> Iterator[Utterance]:
    def fits(written: str) -> bool:
        return max_chars is None or (len(written) <= max_chars * 4 and len(spoken_form(written, language)) <= max_chars)

    for sentence in split_sentences(block.text, language):
        pieces = [
            (start, end, words)
            for start, end in cut_sentence(block.text, sentence, fits)
            if any(map(str.isalnum, words := spoken_form(block.text[start:end], language)))
        ]
        for number, (start, end, words) in enumerate(pieces, 1):
            yield Utterance(
                text=words,
                written=block.text[start:end],
                after=Break.SENTENCE if number == len(pieces) else Break.CLAUSE,
                role=ROLES.get(block.kind, Role.STORY),
                block=index,
                start=start,
                end=end,
                line=block.place.line,
            )


def _opening(article: Article, language: str, introduction: bool) -> Iterator[Utterance]:
    """The title and who wrote it: the article's own words where it has them, else ours."""
    for index, block in enumerate(article.blocks):
        if block.kind is BlockKind.TITLE:
            yield from _utterances(block, index, language, None)
            break
    else:
        if article.title:
            yield from _ours(article.title, Role.TITLE, language)
    bylines = [(index, block) for index, block in enumerate(article.blocks) if block.kind is BlockKind.BYLINE]
    sentence = _introduction(article, language) if introduction else None
    if sentence:
        yield from _ours(sentence, Role.INTRODUCTION, language)
    else:
        for index, block in bylines:
            yield from _utterances(block, index, language, None)


def _introduction(article: Article, language: str) -> str | None:
    phrases = _phrases(language)
    if not phrases:
        return None
    parts = []
    if article.authors:
        parts.append(phrases["by"].format(authors=_list(article.authors, phrases["and"])))
    if article.site:
        parts.append(phrases["from"].format(site=article.site))
    if not parts:
        return None
    if article.published_at:
        parts.append(_date(article.published_at, phrases))
    sentence = ", ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _closing(article: Article, language: str) -> Iterator[Utterance]:
    phrases = _phrases(language)
    if not phrases:
        return
    title = (article.title or "").rstrip(".")
    sentence = phrases["close"].format(title=title) if title else phrases["close_untitled"]
    yield from _ours(sentence, Role.CLOSE, language)


def _ours(sentence: str, role: Role, language: str) -> Iterator[Utterance]:
    words = spoken_form(sentence, language)
    if any(map(str.isalnum, words)):
        yield Utterance(text=words, written=sentence, role=role)


def _list(names: tuple[str, ...], conjunction: str) -> str:
    return f" {conjunction} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _date(moment: datetime, phrases: dict[str, Any]) -> str:
    form: str = phrases["date"]
    return form.format(day=moment.day, month=phrases["months"][moment.month - 1], year=moment.year)


@cache
def _phrases(language: str) -> dict[str, Any]:
    """Our own sentences in a language; empty where we do not speak it."""
    path = files("narrate.segmenter") / "languages" / f"{language.split('-')[0].lower()}.toml"
    if not path.is_file():
        return {}
    phrases: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))["phrases"]
    return phrases


def _with_pauses(parts: list[Utterance], article: Article, pauses: Pauses, speed: float) -> Iterator[Utterance]:
    """Every utterance with the pause that what comes next asks for; the larger wins where two meet."""
    for utterance, following in zip(parts, [*parts[1:], None], strict=True):
        kinds = list(_breaks(utterance, following, article.blocks))
        pause_ms, kind = max(((pauses.after(kind, speed), kind) for kind in kinds), key=lambda pair: pair[0])
        yield replace(utterance, pause_ms=Milliseconds(pause_ms), after=kind)


def _breaks(utterance: Utterance, following: Utterance | None, blocks: tuple[Block, ...]) -> Iterator[Break]:
    """All that ends between two utterances."""
    if following is None:
        yield Break.END
        return
    if utterance.block is not None and utterance.block == following.block:
        yield utterance.after
        return
    yield Break.PARAGRAPH if not _between_items(utterance, following, blocks) else Break.ITEM
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


def _between_items(utterance: Utterance, following: Utterance, blocks: tuple[Block, ...]) -> bool:
    pair = (utterance.block, following.block)
    return all(index is not None and blocks[index].kind is BlockKind.ITEM for index in pair)

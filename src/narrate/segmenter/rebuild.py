"""A script that was given back, made ready to be spoken: an article around it, and utterances that fit the engine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from narrate.segmenter.clauses import cut_sentence
from narrate.segmenter.normalise import spoken_form
from narrate.segmenter.paragraphs import Numbered, paragraphs
from narrate.segmenter.pauses import Pauses
from narrate.segmenter.script_file import ScriptFile
from narrate.types import Article, Block, BlockKind, Break, Milliseconds, Phonemes, Place, Role, Script, Utterance

KINDS = {Role.TITLE: BlockKind.TITLE, Role.BYLINE: BlockKind.BYLINE, Role.HEADING: BlockKind.HEADING}


def rebuild_article(given: ScriptFile) -> tuple[Article, Script]:
    """The article that a script tells, a block a paragraph, and the script with its utterances placed in those blocks.

    What the script does not say is not in it. Words of ours stay outside, and so does a title that stood in no block.
    """
    blocks: list[Block] = []
    utterances: list[Utterance] = []
    for paragraph in paragraphs(given.script):
        if _stands_outside(paragraph[0][1]):
            utterances += [replace(utterance, block=None) for _, utterance in paragraph]
        else:
            utterances += _placed(paragraph, len(blocks))
            blocks.append(_block(paragraph))
    return replace(given.article, blocks=tuple(blocks)), replace(given.script, utterances=tuple(utterances))


def fit_script(script: Script, max_chars: int, clause_ms: Milliseconds | None = None) -> Script:
    """The script with what is too long for one engine call cut at clause marks: edited by hand, or for another engine.

    Args:
        max_chars: longest text for one engine call.
        clause_ms: silence at a cut, in milliseconds; None for the usual.
    """
    pause_ms = Pauses().after(Break.CLAUSE) if clause_ms is None else clause_ms
    pieces = (
        piece
        for utterance in script.utterances
        for piece in (
            _cut(utterance, script.language, max_chars, pause_ms) if len(utterance.text) > max_chars else [utterance]
        )
    )
    return replace(script, utterances=tuple(pieces))


def _stands_outside(utterance: Utterance) -> bool:
    return utterance.role.ours or (utterance.block is None and utterance.role is Role.TITLE)


def _block(paragraph: list[Numbered]) -> Block:
    first = paragraph[0][1]
    text = " ".join(_line(utterance) for _, utterance in paragraph)
    line = first.line or 1
    return Block(
        kind=KINDS.get(first.role, BlockKind.PARAGRAPH),
        text=text,
        place=Place(line=line, end_line=line, start=0, end=len(text)),
        level=1 if first.role is Role.HEADING else 0,
    )


def _placed(paragraph: list[Numbered], block: int) -> Iterator[Utterance]:
    at = 0
    for _, utterance in paragraph:
        written = _line(utterance)
        yield replace(utterance, written=written, block=block, start=at, end=at + len(written))
        at += len(written) + 1


def _line(utterance: Utterance) -> str:
    return " ".join(utterance.written.split())


def _cut(utterance: Utterance, language: str, max_chars: int, pause_ms: Milliseconds) -> list[Utterance]:
    pieces = _as_written(utterance, language, max_chars) or _as_spoken(utterance, max_chars)
    inner = [replace(piece, pause_ms=pause_ms, after=Break.CLAUSE) for piece in pieces[:-1]]
    return [*inner, pieces[-1]]


def _as_written(utterance: Utterance, language: str, max_chars: int) -> list[Utterance]:
    """The pieces cut as the article writes them, where the words are still those that we would say of it; else none."""
    written, at = utterance.written, 0

    def fits(piece: str) -> bool:
        return len(spoken_form(piece, language)) <= max_chars

    found = []
    for start, end in cut_sentence(written, (0, len(written)), fits):
        text = spoken_form(written[start:end], language)
        if not text.strip() or not utterance.text.startswith(text, at):
            return []
        found.append(
            replace(
                utterance,
                text=text,
                written=written[start:end],
                phonemes=_within(utterance, at, at + len(text)),
                start=min(utterance.start + start, utterance.end),
                end=min(utterance.start + end, utterance.end),
            )
        )
        at += len(text)
        while utterance.text[at : at + 1].isspace():
            at += 1
    return found if at == len(utterance.text) else []


def _as_spoken(utterance: Utterance, max_chars: int) -> list[Utterance]:
    """The pieces cut as spoken, and shown as spoken too: nobody knows which words of the article each of them says."""
    text = utterance.text
    spans = cut_sentence(text, (0, len(text)), lambda piece: len(piece) <= max_chars)
    return [
        replace(utterance, text=text[start:end], written=text[start:end], phonemes=_within(utterance, start, end))
        for start, end in spans
        if text[start:end].strip()
    ]


def _within(utterance: Utterance, start: int, end: int) -> tuple[Phonemes, ...]:
    """The pronunciations that stand whole in a part of the words, counted from its beginning."""
    return tuple(
        replace(phonemes, start=phonemes.start - start, end=phonemes.end - start)
        for phonemes in utterance.phonemes
        if start <= phonemes.start and phonemes.end <= end
    )

"""`narrate inspect`"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from narrate.cli import options

if TYPE_CHECKING:
    from narrate.gather import Piece
    from narrate.preparation import Plan

LONGEST_LIST = 10_000
"""Of the entries of a feed."""


def inspect(
    sources: options.Origins,
    chapters: options.Chapters = None,
    latest: options.Latest = None,
    voice: options.VoiceName = None,
    engine: options.Engine = None,
    quote_voice: options.QuoteVoice = None,
    cast: options.Cast = None,
    speed: options.Speed = None,
    language: options.Language = None,
    keep: options.Keep = None,
    drop: options.Drop = None,
    no_clean: options.NoClean = False,
    as_name: options.AsName = None,
    encoding: options.Encoding = None,
    allow_private: options.AllowPrivate = False,
    proxy: options.Proxy = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a text.")] = False,
) -> None:
    """Show the plan before hours are spent: chapters, words, who speaks, expected length, what will be left out.

    Of a feed its entries are listed, unless --latest says how many to look into.

    Example: narrate inspect book.epub
    """
    from narrate.cli.batch import Batch
    from narrate.gather import Wish, gather

    def read_settings(origin: str) -> Any:
        return options.settings_for(
            origin,
            engine=engine,
            voice=voice,
            quote_voice=quote_voice,
            cast=cast,
            speed=speed,
            language=language,
            keep=keep,
            drop=drop,
            no_clean=no_clean,
            allow_private=allow_private,
            proxy=proxy,
        )

    with Batch(count=len(sources)) as batch:
        for origin in sources:
            with batch.trying(origin):
                settings = read_settings(origin)
                pieces = gather(
                    origin,
                    Wish(settings=settings, as_name=as_name, encoding=encoding, latest=latest, assumed=LONGEST_LIST),
                )
                if latest is None and any(piece.entry for piece in pieces):
                    _list_entries(pieces, as_json=as_json)
                    continue
                batch.expect(len(pieces))
                for number, piece in enumerate(pieces):
                    if number and not as_json:
                        print()
                    with batch.trying(str(piece)):
                        plan = _plan(piece, read_settings(piece.beside), chapters)
                        print(json.dumps(_facts(piece, plan), ensure_ascii=False) if as_json else _text(piece, plan))


def _plan(piece: Piece, settings: Any, chapters: str | None) -> Plan:
    from narrate import preparation, stories
    from narrate.cli.output import tell_fallback

    story = stories.read_story(piece.open(), settings, piece.said)
    plan = preparation.plan_story(story, settings, chapters)
    for fallback in plan.fallbacks:
        tell_fallback(fallback)
    return plan


def _list_entries(pieces: list[Piece], *, as_json: bool) -> None:
    """The entries of a feed, the newest first, with what --latest would take."""
    for number, piece in enumerate(pieces, 1):
        entry = piece.entry
        if entry is None:
            continue
        if as_json:
            facts = {
                "number": number,
                "title": entry.title,
                "authors": list(entry.authors),
                "published_at": entry.published_at.isoformat() if entry.published_at else None,
                "address": entry.address,
                "whole": entry.is_whole,
            }
            print(json.dumps(facts, ensure_ascii=False))
            continue
        day = f"{entry.published_at:%Y-%m-%d}" if entry.published_at else " " * 10
        print(f"{number:>4}  {day}  {'whole' if entry.is_whole else 'page '}  {entry.name}")
    if not as_json:
        print("`narrate make` and `narrate add` take the first N of them with --latest N.", file=sys.stderr)


def _text(piece: Piece, plan: Plan) -> str:
    from narrate import languages
    from narrate.cli.progress import clock

    article = plan.story.cleaned.article
    lines = [
        article.title or str(piece),
        *([f"By {', '.join(article.authors)}"] if article.authors else []),
        *([f"In the series {article.series}"] if article.series else []),
        f"{languages.language_name(plan.language)}, {plan.voice.id}",
        f"{plan.words:,} words, about {clock(60 * plan.minutes(plan.words))}",
        *(_chapter_lines(plan) if len(plan.parts) > 1 or plan.parts[0].title else []),
        *_speaker_lines(plan),
        *_left_out(plan),
        *plan.notes,
    ]
    return "\n".join(lines)


def _chapter_lines(plan: Plan) -> list[str]:
    from narrate.cli.progress import clock

    lines = ["", f"{len(plan.parts)} chapters"]
    for part in plan.parts:
        title = " ".join((part.title or "(beginning)").split())
        lines.append(f"{part.number:>4}  {clock(60 * plan.minutes(part.words)):>8}  {part.words:>7,} words  {title}")
    return [*lines, ""]


def _speaker_lines(plan: Plan) -> list[str]:
    """Nothing where the voice speaks alone."""
    if not plan.shares:
        return []
    rows = [
        (plan.voice.id, plan.narrated, "the narrator"),
        *((share.voice.id, share.words, share.speaker or "quotations") for share in plan.shares),
    ]
    width = max(len(voice) for voice, _, _ in rows)
    return ["", *(f"{voice:<{width}}  {words:>7,} words  {who}" for voice, words, who in rows), ""]


def _left_out(plan: Plan) -> list[str]:
    kinds = Counter(removal.kind for removal in plan.story.cleaned.removals)
    if not kinds:
        return ["Nothing is left out"]
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    pieces = "1 piece is" if kinds.total() == 1 else f"{kinds.total()} pieces are"
    return [f"{pieces} left out ({counts}); `narrate clean --explain` shows them"]


def _facts(piece: Piece, plan: Plan) -> dict[str, Any]:
    story = plan.story
    article = story.cleaned.article
    return {
        "source": piece.name,
        "media_type": story.source.media_type,
        "title": article.title,
        "authors": list(article.authors),
        "series": article.series,
        "site": article.site,
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "language": plan.language,
        "voice": plan.voice.id,
        "cover": article.cover is not None,
        "words": plan.words,
        "about_s": round(60 * plan.minutes(plan.words)),
        "chapters": [
            {
                "number": part.number,
                "title": part.title,
                "words": part.words,
                "about_s": round(60 * plan.minutes(part.words)),
            }
            for part in plan.parts
        ],
        "speakers": [{"name": share.speaker, "voice": share.voice.id, "words": share.words} for share in plan.shares],
        "left_out": dict(Counter(removal.kind for removal in story.cleaned.removals)),
        "notes": list(plan.notes),
    }

"""Source → Story: a text that was read and cleaned, or several as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from narrate import contents, languages, plugins
from narrate.casting import ASSUMED_LANGUAGE
from narrate.cleaner.clean import clean
from narrate.cleaner.policies import apply_policies, spared_references
from narrate.cleaner.rules import GOVERNED, KINDS, extend_book, load_book
from narrate.errors import SourceError, UsageError
from narrate.segmenter import frame, script_file
from narrate.segmenter.rebuild import rebuild_article
from narrate.segmenter.script_file import is_script, read_script
from narrate.settings import Settings, rule_files
from narrate.signatures import FEEDS
from narrate.sources import Readable, open_source
from narrate.types import Article, BlockKind, Cleaned, Source

MOST_COVER_BYTES = 8 * 2**20
"""Of a picture inside a text, below the 16 MiB that FLAC and ID3 have room for."""

NO_COVER = "Its own picture is left out: players show JPEG and PNG of up to 8 MiB and 40 million pixels."


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What the user says of an article that its source does not, or says otherwise."""

    title: str | None = None
    author: str | None = None
    summary: str | None = None
    cover: Path | None = None
    published_at: datetime | None = None
    """Aware; of a text that does not say it itself."""

    def over(self, others: Overrides) -> Overrides:
        """These, and the others' where these say nothing."""
        return Overrides(
            title=self.title or others.title,
            author=self.author or others.author,
            summary=self.summary or others.summary,
            cover=self.cover or others.cover,
            published_at=self.published_at or others.published_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A text that was read and cleaned, before anybody is asked to speak it."""

    source: Source
    article: Article
    """As it was read."""
    cleaned: Cleaned


def read(
    origin: str,
    *,
    as_name: str | None = None,
    encoding: str | None = None,
    stdin: BinaryIO | None = None,
    settings: Settings | None = None,
) -> Article:
    """Read an article from a path, a web address, or standard input (`-`).

    Args:
        as_name: the format, such as `markdown`; None tells it by what the server says, the ending or the first words.
        encoding: the character encoding; None detects it.
        settings: None for the defaults; they say how the web is reached.
    """
    return read_source(open_any(origin, as_name=as_name, encoding=encoding, stdin=stdin, settings=settings))


def open_any(
    origin: str,
    *,
    as_name: str | None = None,
    encoding: str | None = None,
    stdin: BinaryIO | None = None,
    settings: Settings | None = None,
    also: Collection[str] = (),
) -> Source:
    """The source at a path or address, with the media type of the format that was asked for.

    Args:
        also: media types that are taken although no reader reads them.
    """
    settings = settings or Settings()
    is_told = as_name == "script"
    source = open_source(
        origin,
        media_type=None if is_told else media_type_of(as_name),
        encoding=encoding,
        stdin=stdin,
        allow_private=settings.allow_private,
        proxy=settings.proxy,
        readable=readable(also),
    )
    if is_told or (as_name is None and is_script(source.address or origin, source.data)):
        return replace(source, media_type=script_file.MEDIA_TYPE)
    return source


def media_type_of(as_name: str | None) -> str | None:
    """The media type of a format as the user names it; None for none.

    Raises:
        UsageError: there is no such format.
    """
    aliases = {"txt": "text", "md": "markdown", "htm": "html"}
    return plugins.load_reader(aliases.get(as_name, as_name)).media_types[0] if as_name else None


def readable(also: Collection[str] = ()) -> Readable:
    """What the readers installed read, and some media types beside."""
    readers = [plugins.load_reader(name) for name in plugins.reader_names()]
    endings = {ending: reader.media_types[0] for reader in reversed(readers) for ending in reader.suffixes}
    known = (media_type for reader in readers for media_type in reader.media_types)
    return Readable(media_types=frozenset((*known, *also)), endings=endings)


def read_source(source: Source) -> Article:
    """The article in a source.

    Raises:
        SourceError: a server sent something that no reader reads, or the bytes cannot be decoded.
        UsageError: no reader reads the kind of file.
        ArticleError: there is no article in it.
    """
    if source.media_type == script_file.MEDIA_TYPE:
        return rebuild_article(read_script(source.data, source.origin))[0]
    if source.media_type in FEEDS:
        remedy = "Give it to `narrate make` or `narrate add` with --latest N, or give an entry's own address"
        raise SourceError(f"{source.name} is a feed", "it holds many articles", remedy)
    try:
        reader = plugins.reader_for(source.media_type)
    except UsageError as problem:
        if source.address is None:
            raise
        raise SourceError(
            f"{source.origin} is no web page", f"the server calls it {source.media_type}", problem.remedy
        ) from problem
    return reader.read(source)


def clean_article(article: Article, settings: Settings | None = None) -> Cleaned:
    """The story of an article, by the rules of its language and site and by the user's own, and as the policies say.

    Raises:
        ArticleError: nothing of a story is left.
        UsageError: a kind of clutter or a file of rules is none.
    """
    settings = settings or Settings()
    language = language_of(article, settings)
    cleaned = _leave_out_clutter(article, settings, language)
    cleaned = replace(cleaned, notes=(*article.notes, *cleaned.notes))
    return apply_policies(article, cleaned, settings.policies, language, keep=settings.keep, drop=settings.drop)


def _leave_out_clutter(article: Article, settings: Settings, language: str | None) -> Cleaned:
    """Without what is no story; the policies have still to look at the rest."""
    if not settings.clean and not settings.drop:
        return Cleaned(article=article)
    book = extend_book(load_book(languages.primary(language or ASSUMED_LANGUAGE)), rule_files(address=article.address))
    keep = (*settings.keep, *GOVERNED) if settings.clean else KINDS
    drop = [kind for kind in settings.drop if kind not in GOVERNED]
    reads = settings.policies.changed_by(settings.keep, settings.drop).references == "read"
    spared = spared_references(article.blocks) if reads else ()
    return clean(article, keep=keep, drop=drop, book=book, spared=spared)


def read_story(
    source: Source, settings: Settings, overrides: Overrides | None = None, *, numbers: str | None = None
) -> Story:
    """Read and clean.

    Args:
        numbers: of the chapters wanted, such as `3-7,9`; None for all.

    Raises:
        NarrateError: there is nothing in it, or not so many chapters.
    """
    article = _overridden(read_source(source), overrides or Overrides())
    cleaned = clean_article(article, settings)
    if article.cover is not None and cover_inside(article) is None:
        cleaned = replace(cleaned, notes=(*cleaned.notes, NO_COVER))
    story = Story(source=source, article=article, cleaned=cleaned)
    if numbers is None:
        return story
    parts = contents.find_parts(story.cleaned.article)
    chosen = [parts[number - 1] for number in contents.parse_numbers(numbers, len(parts))]
    return choose_chapters(story, chosen, settings)


def refuse_script(source: Source, option: str) -> None:
    """
    Raises:
        UsageError: the source is a script, of which what the option asks for would leave only the words.
    """
    if source.media_type == script_file.MEDIA_TYPE:
        raise UsageError(
            f"{source.name} is a script, and {option} takes none",
            "its voices, pauses and pronunciations would be lost",
            "Use the text that it came from",
        )


def join_stories(stories: Sequence[Story], settings: Settings, title: str | None = None) -> Story:
    """Several texts as one, with a chapter each.

    Args:
        stories: at least one.
        title: of the whole; None takes the first one's.

    Raises:
        UsageError: one of them is a script.
    """
    for story in stories:
        refuse_script(story.source, "--join")

    def say_who(article: Article) -> str | None:
        language = language_of(article, settings) or ASSUMED_LANGUAGE
        return frame.introduction(article, language) if settings.introduction else None

    pairs = [(story.article, story.cleaned) for story in stories]
    article, cleaned = contents.join_stories(pairs, title, say_who)
    remote = next((story.source for story in stories if story.source.address), stories[0].source)
    return Story(source=remote, article=article, cleaned=cleaned)


def choose_chapters(story: Story, parts: Sequence[contents.Part], settings: Settings) -> Story:
    """Some chapters of a text, in the language of the whole: a short one might be taken for another."""
    article, cleaned = contents.choose_parts(story.article, story.cleaned, parts)
    told = replace(cleaned.article, language=language_of(story.cleaned.article, settings))
    return replace(story, article=article, cleaned=replace(cleaned, article=told))


def _overridden(article: Article, overrides: Overrides) -> Article:
    if overrides.title:
        blocks = tuple(
            replace(block, text=overrides.title) if block.kind is BlockKind.TITLE else block for block in article.blocks
        )
        article = replace(article, title=overrides.title, blocks=blocks)
    authors = (overrides.author,) if overrides.author else article.authors
    return replace(
        article,
        authors=authors,
        summary=overrides.summary or article.summary,
        published_at=article.published_at or overrides.published_at,
    )


def language_of(article: Article, settings: Settings) -> str | None:
    if settings.language:
        if not languages.is_language_tag(settings.language):
            raise UsageError(f"{settings.language!r} is no language", "", "Give a tag such as en or pt-BR")
        return settings.language
    return article.language or languages.detect_language("\n".join(block.text for block in article.blocks))


def cover_inside(article: Article) -> bytes | None:
    """The picture that a text brings along, where players show such; a larger one than any cover is left out."""
    from narrate.artwork.pictures import is_too_large
    from narrate.tags import cover_type

    if article.cover is None or len(article.cover) > MOST_COVER_BYTES or is_too_large(article.cover):
        return None
    try:
        cover_type(article.cover)
    except UsageError:
        return None
    return article.cover

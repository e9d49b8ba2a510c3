"""The conductor: takes a text along the whole road, from its source to a finished episode."""

from __future__ import annotations

import os
import re
import unicodedata
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from itertools import chain, count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Literal, TypeVar, cast

from narrate import chapters, contents, languages, plugins, transcript
from narrate.casting import (
    ASSUMED_LANGUAGE,
    Chosen,
    Lost,
    cast_of,
    choose_parts,
    choose_speaker,
    longest_text,
    stand_ins_for,
    voice_name,
)
from narrate.cleaner.clean import clean
from narrate.cleaner.policies import apply_policies, spared_references
from narrate.cleaner.rules import GOVERNED, KINDS, extend_book, load_book
from narrate.engines.protocol import Engine
from narrate.errors import EngineUnavailable, LexiconError, OutputError, SourceError, UsageError, VoiceLost
from narrate.segmenter import frame, script_file
from narrate.segmenter import show as script_show
from narrate.segmenter.lexicon import Entry, Layer, Lexicon
from narrate.segmenter.lexicon_files import load_lexicon
from narrate.segmenter.rebuild import fit_script, rebuild_article
from narrate.segmenter.script_file import is_script, read_script
from narrate.segmenter.segment import write_script
from narrate.segmenter.sounds import clean_ipa
from narrate.settings import Settings, lexicon_files, rule_files
from narrate.signatures import FEEDS
from narrate.sources import Readable, open_source
from narrate.speakers import choose_speakers, find_casting, follow_cast, tell_speakers
from narrate.speech import Booth, Cast, Speaker
from narrate.transcript import name_turns
from narrate.types import (
    Article,
    BlockKind,
    Break,
    Cleaned,
    Cue,
    Episode,
    Fallback,
    Role,
    Script,
    Source,
    Speech,
    Take,
    Voice,
)

if TYPE_CHECKING:
    from narrate.studio import Studio
    from narrate.tags import Podcast, Tags

T = TypeVar("T")

WORDS_A_MINUTE = 155
"""Read by the default voice at its own pace, pauses included: 170 of an essay, 140 of news full of figures."""

MOST_COVER_BYTES = 8 * 2**20
"""Of a picture inside a text, below the 16 MiB that FLAC and ID3 have room for."""

NO_COVER = "Its own picture is left out: players show JPEG and PNG of up to 8 MiB and 40 million pixels."

NO_BRACES = str.maketrans("{}", "()")
"""For a sentence in which nothing more is to be filled in."""

SIDES = {
    "vtt": ".vtt",
    "srt": ".srt",
    "json": ".transcript.json",
    "chapters": ".chapters.json",
    "report": ".report.json",
    "script": ".script.json",
}
"""What can be written beside an episode, and how its name ends."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Which chapter of a text an episode is, where each has an episode of its own."""

    number: int
    """Counted from 1."""
    total: int
    title: str
    """Of the chapter."""
    whole: str
    """Title of the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A text that is ready to be spoken."""

    source: Source
    article: Article
    """As it was read."""
    cleaned: Cleaned
    script: Script
    engine: Engine
    voice: Voice
    cast: Cast = field(default_factory=dict)
    """Who speaks what the author gives to other voices."""
    track: Track | None = None
    """None for a text in one episode."""
    fallbacks: tuple[Fallback, ...] = ()
    """Who of them stands in for somebody else."""
    lost: Lost = field(default_factory=dict)
    """Voices that were not asked any more."""
    again: Callable[[Lost], Prepared] | None = field(default=None, repr=False, compare=False)
    """The same text for others to speak; None where nobody may stand in."""

    @property
    def everyone(self) -> dict[str | None, Speaker]:
        """The cast, and under None who speaks all the rest."""
        speakers: dict[str | None, Speaker] = {None: (self.engine, self.voice)}
        speakers.update(self.cast)
        return speakers


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an episode will be like, before it is made."""

    story: Story
    parts: tuple[contents.Part, ...]
    """Its chapters, in order."""
    voice: Voice
    language: str
    """BCP 47."""
    words_a_minute: float
    fallback: Fallback | None = None
    """Where the voice stands in for another."""

    @property
    def words(self) -> int:
        return sum(part.words for part in self.parts)

    def minutes(self, words: int) -> float:
        """About how long so many words will take."""
        return words / self.words_a_minute


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


def guess_chars(source: Source) -> int:
    """About how many characters of story there are in a source; of anything but plain texts, markup is the most."""
    return len(source.data) // (1 if source.media_type in ("text/plain", "text/markdown") else 10)


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
    language = _language(article, settings)
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


def prepare(
    source: Source,
    settings: Settings,
    overrides: Overrides | None = None,
    *,
    numbers: str | None = None,
    lost: Lost | None = None,
) -> Prepared:
    """Everything before the first sound: read, clean, find a voice, write the script.

    Args:
        numbers: of the chapters wanted, such as `3-7,9`; None for all.
        lost: voices that are known not to be able to speak.

    Raises:
        NarrateError: any of it failed.
    """
    if source.media_type == script_file.MEDIA_TYPE and numbers is None:
        return _prepare_script(source, settings, overrides or Overrides(), lost)
    return prepare_story(read_story(source, settings, overrides, numbers=numbers), settings, lost=lost)


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
    if article.cover is not None and _cover_inside(article) is None:
        cleaned = replace(cleaned, notes=(*cleaned.notes, NO_COVER))
    story = Story(source=source, article=article, cleaned=cleaned)
    if numbers is None:
        return story
    parts = contents.find_parts(story.cleaned.article)
    chosen = [parts[number - 1] for number in contents.parse_numbers(numbers, len(parts))]
    return _with_parts(story, chosen, settings)


def join_stories(stories: Sequence[Story], settings: Settings, title: str | None = None) -> Story:
    """Several texts as one, with a chapter each.

    Args:
        stories: at least one.
        title: of the whole; None takes the first one's.
    """

    def say_who(article: Article) -> str | None:
        language = _language(article, settings) or ASSUMED_LANGUAGE
        return frame.introduction(article, language) if settings.introduction else None

    pairs = [(story.article, story.cleaned) for story in stories]
    article, cleaned = contents.join_stories(pairs, title, say_who)
    remote = next((story.source for story in stories if story.source.address), stories[0].source)
    return Story(source=remote, article=article, cleaned=cleaned)


def plan_story(story: Story, settings: Settings, numbers: str | None = None) -> Plan:
    """Look at a text without speaking a word of it.

    Args:
        numbers: of the chapters wanted; None for all.

    Raises:
        NarrateError: nobody can speak it, or there is no such chapter.
    """
    speaker = choose_speaker(settings, _language(story.cleaned.article, settings))
    parts = contents.find_parts(story.cleaned.article)
    if numbers is not None:
        chosen = contents.parse_numbers(numbers, len(parts))
        parts = tuple(parts[number - 1] for number in chosen)
    return Plan(
        story=story,
        parts=parts,
        voice=speaker.voice,
        language=speaker.language,
        words_a_minute=WORDS_A_MINUTE * settings.speed,
        fallback=speaker.fallback,
    )


def split_story(story: Story, settings: Settings, numbers: str | None = None) -> Iterator[Prepared]:
    """An episode for each chapter; who wrote it is said before the first one only, and what it was after the last.

    Args:
        numbers: of the chapters wanted; None for all.

    Raises:
        NarrateError: one of them cannot be prepared, or there is no such chapter.
    """
    article = story.cleaned.article
    parts = contents.find_parts(article)
    chosen = contents.parse_numbers(numbers, len(parts)) if numbers else range(1, len(parts) + 1)
    for number in chosen:
        part = parts[number - 1]
        whole = article.title or part.title or str(number)
        track = Track(number=number, total=len(parts), title=part.title or whole, whole=whole)
        yield prepare_story(
            _with_parts(story, [part], settings),
            settings,
            track=track,
            opens=number == chosen[0],
            closes=number == chosen[-1],
        )


def _with_parts(story: Story, parts: Sequence[contents.Part], settings: Settings) -> Story:
    """Some chapters of a text, in the language of the whole: a short one might be taken for another."""
    article, cleaned = contents.choose_parts(story.article, story.cleaned, parts)
    told = replace(cleaned.article, language=_language(story.cleaned.article, settings))
    return replace(story, article=article, cleaned=replace(cleaned, article=told))


def prepare_story(
    story: Story,
    settings: Settings,
    *,
    track: Track | None = None,
    opens: bool = True,
    closes: bool = True,
    lost: Lost | None = None,
) -> Prepared:
    """Find a voice for what was read, and write the script.

    Args:
        opens: say its title and who wrote it.
        closes: say at the end what it was.
        lost: voices that are known not to be able to speak.

    Raises:
        NarrateError: nobody can speak it, or there is nothing to say.
    """
    cleaned = story.cleaned
    speaker = choose_speaker(settings, _language(cleaned.article, settings), lost)
    engine, language = speaker.engine, speaker.language
    lexicon = lexicon_for(settings, language, cleaned.article)
    stand_ins = stand_ins_for(settings, language, lost)
    casting = find_casting(settings, stand_ins.engine, speaker.voice)
    cleaned = replace(cleaned, notes=(*cleaned.notes, *tell_speakers(cleaned.article, casting, settings)))
    close = settings.close and closes and (True if settings.close_text is None else settings.close_text)
    said = cleaned.article
    if not opens:
        sentence = frame.close(said, language, settings.close_text) if close else None
        close = sentence.translate(NO_BRACES) if sentence else False
        said = replace(said, title=None)

    def write(max_chars: int) -> Script:
        return write_script(
            said,
            language=language,
            pauses=settings.pauses,
            speed=settings.speed,
            max_chars=max_chars,
            introduction=settings.introduction and opens,
            close=close,
            lexicon=lexicon,
            emoji=cast(Literal["drop", "name"], settings.emoji),
            casting=casting,
        )

    def again(lost: Lost) -> Prepared:
        return prepare_story(story, settings, track=track, opens=opens, closes=closes, lost=lost)

    script = write(engine.max_chars)
    parts = choose_speakers(script, casting, stand_ins)
    parts |= choose_parts(_without_voices(script, parts), stand_ins, is_remote=story.source.address is not None)
    longest = longest_text(engine, cast_of(parts))
    if longest < engine.max_chars:
        script = write(longest)
    return Prepared(
        source=story.source,
        article=story.article,
        cleaned=cleaned,
        script=script,
        engine=engine,
        voice=speaker.voice,
        cast=cast_of(parts),
        track=track,
        fallbacks=_fallbacks_of(speaker, *parts.values()),
        lost=lost or {},
        again=again if settings.fallback else None,
    )


def _fallbacks_of(*speakers: Chosen) -> tuple[Fallback, ...]:
    return tuple(speaker.fallback for speaker in speakers if speaker.fallback)


def _prepare_script(source: Source, settings: Settings, overrides: Overrides, lost: Lost | None) -> Prepared:
    """A script that was given back is spoken as it stands: nothing is cleaned, and its pauses are not scaled again."""
    article, script = rebuild_article(read_script(source.data, source.origin))
    authors = (overrides.author,) if overrides.author else article.authors
    summary = overrides.summary or article.summary
    article = replace(article, title=overrides.title or article.title, authors=authors, summary=summary)
    speaker = choose_speaker(settings, _language(article, settings) or script.language, lost)
    script = replace(script, language=speaker.language, title=article.title)
    stand_ins = stand_ins_for(settings, speaker.language, lost)
    parts = choose_parts(script, stand_ins, is_remote=source.address is not None)
    longest = longest_text(speaker.engine, cast_of(parts))
    script = fit_script(script, longest, settings.pauses.after(Break.CLAUSE, settings.speed))
    told = "the script says itself who speaks: the cast and the voice for quotations change nothing in it"
    return Prepared(
        source=source,
        article=article,
        cleaned=Cleaned(article=article, notes=(told,) if settings.cast or settings.quote_voice else ()),
        script=script,
        engine=speaker.engine,
        voice=speaker.voice,
        cast=cast_of(parts),
        fallbacks=_fallbacks_of(speaker, *parts.values()),
        lost=lost or {},
        again=partial(_prepare_script, source, settings, overrides) if settings.fallback else None,
    )


def _without_voices(script: Script, voices: Collection[str]) -> Script:
    """The script with what some speakers say in the script's own voice."""
    utterances = (replace(part, voice=None) if part.voice in voices else part for part in script.utterances)
    return replace(script, utterances=tuple(utterances)) if voices else script


def lexicon_for(settings: Settings, language: str, article: Article | None = None) -> Lexicon:
    """How names and other words are said: the settings' files over the user's own, the text's and what narrate brings.

    Raises:
        LexiconError: a file cannot be read.
    """
    files = lexicon_files(settings)
    lexicon = load_lexicon(files, language=language)
    entries = tuple(_entries_of(article)) if article else ()
    if not entries:
        return lexicon
    brought = Layer(name="the text", entries=entries, reference=True)
    return Lexicon((*lexicon.layers[: len(files)], brought, *lexicon.layers[len(files) :]))


def _entries_of(article: Article) -> Iterator[Entry]:
    """What a text says of its words; what makes no sense is passed over, since its readers cannot mend it."""
    for word, ipa in article.pronunciations:
        with suppress(LexiconError):
            yield Entry(word=word, ipa=clean_ipa(ipa), origin=article.origin)


def make(origin: str, output: str | Path | None = None, **options: Any) -> Episode:
    """Turn a text into an episode: the command `narrate make` as a function.

    Args:
        origin: a path, a web address, or `-` for standard input.
        output: a file, whose ending says the format, or a folder; None names it after the title.
        options: any setting by its name, such as `voice="hibari:heart"`.

    Warns:
        UserWarning: somebody spoke in another's place, as the setting `fallback` allows.
    """
    from narrate.settings import change_settings, folder_beside, load_settings
    from narrate.studio import Studio

    settings = change_settings(load_settings(folder_beside(origin)), options, "make")
    settings = follow_cast(settings, options)
    with Studio(settings) as studio:
        prepared = prepare(open_any(origin, settings=settings), settings)
        target = find_target(prepared, output)

        def record(prepared: Prepared) -> Episode:
            return make_episode(prepared, settings, target, studio)

        _, episode = with_stand_ins(prepared, studio, record, lambda _: None)
    for fallback in episode.fallbacks:
        warnings.warn(f"{fallback}.", stacklevel=2)
    return episode


def with_stand_ins(
    prepared: Prepared, studio: Studio, work: Callable[[Prepared], T], tell: Callable[[Fallback], None]
) -> tuple[Prepared, T]:
    """Work with those who speak; where one of them turns out not to be able to, again from the beginning with others.

    A text is spoken by one voice from its beginning to its end. What the first one has said stays in the store.

    Args:
        tell: told at once who stands in for whom.

    Returns:
        Who has spoken in the end, and what the work gives.

    Raises:
        EngineUnavailable: nobody is left who could speak; it says why of each.
        NarrateError: the work failed otherwise.
    """
    told: set[Fallback] = set()
    while True:
        for fallback in prepared.fallbacks:
            if fallback not in told:
                tell(fallback)
                told.add(fallback)
        try:
            return prepared, work(prepared)
        except VoiceLost as problem:
            prepared = _without(prepared, problem)
            studio.change_voice(prepared.engine, prepared.voice)


def _without(prepared: Prepared, problem: VoiceLost) -> Prepared:
    """The same text for others than a voice that is lost.

    Raises:
        EngineUnavailable: there is nobody else.
    """
    if prepared.again is None or problem.voice in prepared.lost:
        raise problem
    lost = EngineUnavailable(problem.voice, problem.why, problem.remedy)
    return prepared.again({**prepared.lost, problem.voice: lost})


def find_target(
    prepared: Prepared, output: str | Path | None, format: str | None = None, *, taken: Collection[Path] = ()
) -> Path:
    """Where the episode goes: the file named, or in the folder named one named after the title.

    Args:
        format: such as `m4b`; None takes the file's ending, and MP3 where nothing says.
        taken: names that others have; one after the title gets a number then.

    Raises:
        OutputError: the folder does not exist or cannot be written.
        UsageError: the ending is of a format that is not made, or of another than was asked for.
    """
    from narrate.audio.formats import format_of

    target = Path(output or ".").expanduser()
    if target.is_dir() or str(output or "").endswith("/"):
        target = _free_name(target, _file_name(prepared), format_of(format or "mp3").suffix, taken)
    elif format and not target.suffix:
        target = target.with_name(target.name + format_of(format).suffix)
    made = format_of(target)
    if format and made != format_of(format):
        raise UsageError(f"{target.name} is a name for {made.name}, not {format}", "", "Leave out one of the two")
    if not target.parent.is_dir():
        raise OutputError(f"there is no folder {target.parent}", "", "Make it, or name another one with -o")
    if not os.access(target.parent, os.W_OK):
        raise OutputError(f"the folder {target.parent} cannot be written", "", "Name another one with -o")
    return target


def _file_name(prepared: Prepared) -> str:
    """After the title; of a chapter by itself, after its number in the whole."""
    track = prepared.track
    if track is None:
        return slug(_title(prepared))
    return f"{track.number:0{max(2, len(str(track.total)))}}-{slug(track.title)}"


def _free_name(folder: Path, name: str, suffix: str, taken: Collection[Path]) -> Path:
    numbers = chain([""], (f"-{number}" for number in count(2)))
    return next(path for number in numbers if (path := folder / f"{name}{number}{suffix}") not in taken)


def make_episode(
    prepared: Prepared,
    settings: Settings,
    target: Path,
    studio: Studio,
    *,
    beside: Collection[str] = (),
    overrides: Overrides | None = None,
    podcast: Podcast | None = None,
    allow_gaps: bool = False,
    on_take: Callable[[Take], None] = lambda _: None,
) -> Episode:
    """Speak the script and write the episode and what goes beside it: all of it or nothing.

    Args:
        target: an existing file is replaced when the new one is whole.
        studio: who speaks and masters it.
        beside: names from `SIDES`.
        podcast: what its tags say of the show that it belongs to.
        on_take: told of every utterance as it comes.

    Raises:
        VoiceLost: one of those who speak cannot; `with_stand_ins` knows what to do.
        NarrateError: any of it failed; nothing is left behind.
    """
    from narrate.audio.formats import format_of
    from narrate.audio.music import load_music
    from narrate.episode import Desk, record_speech
    from narrate.report import write_report
    from narrate.speech import speak_script
    from narrate.tags import write_tags

    article = prepared.cleaned.article
    tags = describe_episode(prepared, overrides, podcast=podcast)
    studio.expect(sum(len(utterance.text) for utterance in prepared.script.utterances))
    format = format_of(target)
    bitrate_kbps, quality = format.parse_bitrate(settings.bitrate)
    desk = Desk(
        executor=studio.executor,
        store=studio.store,
        loudness_lufs=settings.loudness,
        format=format,
        bitrate_kbps=bitrate_kbps,
        quality=quality,
        allow_gaps=allow_gaps,
        music=load_music(
            studio.store,
            format.rate_hz,
            intro=settings.intro_audio,
            outro=settings.outro_audio,
            chime=settings.chime,
        ),
    )
    speech = speak_script(
        prepared.script,
        prepared.engine,
        prepared.voice,
        _booth(settings, studio),
        cast=prepared.cast,
        stand_ins=stand_ins_for(settings, prepared.script.language, prepared.lost),
    )
    with _temporary_beside(target) as folder:
        made = folder / f"episode{format.suffix}"
        recording = record_speech(speech, made, desk, on_take=on_take)
        fallbacks = (*prepared.fallbacks, *(take.fallback for take in recording.takes if take.fallback))
        about = _about(prepared, settings) | {"fallbacks": [asdict(fallback) for fallback in fallbacks]}
        cues = _cues_for_chapters(prepared, recording.cues, speech.script)
        found = chapters.find_chapters(speech.script, cues, recording.duration_s, recording.chimes)
        marks = () if prepared.track else found
        if any(take.fallback for take in recording.takes) and podcast:
            tags = replace(tags, podcast=replace(podcast, recipe=""))  # it is made again when the voice is back
        write_tags(made, replace(tags, chapters=marks))
        texts = {
            "vtt": lambda: transcript.as_vtt(recording.cues, _timing_engines(prepared, recording.takes)),
            "srt": lambda: transcript.as_srt(recording.cues),
            "json": lambda: transcript.as_json(recording.cues, voice_name(prepared.voice)),
            "chapters": lambda: chapters.as_json(marks),
            "script": lambda: script_show.as_json(prepared.script, article),
            "report": lambda: write_report(prepared.article, prepared.cleaned, recording, about),
        }
        sides = {target.with_suffix(SIDES[name]): texts[name]() for name in SIDES if name in beside}
        size_bytes = made.stat().st_size
        _move_into_place(folder, made, target, sides)
    return Episode(
        path=target,
        title=tags.title,
        duration_s=recording.duration_s,
        size_bytes=size_bytes,
        loudness=recording.loudness,
        cues=recording.cues,
        chapters=marks,
        gaps=tuple(take for take in recording.takes if take.failure),
        omitted=tuple(word for take in recording.takes if take.clip for word in take.clip.omitted),
        reused=sum(take.reused for take in recording.takes),
        beside=tuple(sides),
        fallbacks=fallbacks,
    )


def _timing_engines(prepared: Prepared, takes: Sequence[Take]) -> str:
    """The engines that told when the words of an episode are heard."""
    speakers = prepared.everyone
    timed = (take for take in takes if take.clip and take.clip.words)
    spoken_by = (take.fallback.spoken_by if take.fallback else speakers[take.utterance.voice][1].id for take in timed)
    return ", ".join(dict.fromkeys(voice.split(":")[0] for voice in spoken_by))


def _cues_for_chapters(prepared: Prepared, cues: Sequence[Cue], script: Script) -> list[Cue]:
    """The cues without those of headings that begin no chapter, such as sections in a chapter of a book."""
    blocks = prepared.cleaned.article.blocks
    opens = contents.opens_part(prepared.cleaned.article)

    def counts(cue: Cue) -> bool:
        block = script.utterances[cue.utterance].block
        return cue.role is not Role.HEADING or block is None or opens(blocks[block])

    return [cue for cue in cues if counts(cue)]


def describe_episode(
    prepared: Prepared,
    overrides: Overrides | None = None,
    *,
    podcast: Podcast | None = None,
) -> Tags:
    """What the file will say of itself, but for its chapters, which only the finished sound has.

    In a show the date is the article's own, else that on which it came into the show: never that of a file.

    Raises:
        UsageError: the cover cannot be read, or is no picture that players show.
    """
    from narrate.tags import Tags

    article, track = prepared.cleaned.article, prepared.track
    maker, album = (podcast.author, podcast.title) if podcast else ("narrate", article.site or "narrate")
    if not podcast and (track or article.book):
        album = track.whole if track else _title(prepared)
    return Tags(
        title=_title(prepared),
        artist=", ".join(article.authors) or article.site or maker,
        album=album,
        language=prepared.script.language,
        lyrics=_lyrics(prepared.script),
        date=article.published_at or (podcast.published_at if podcast else prepared.source.modified_at),
        address=article.address,
        summary=article.summary,
        cover=_read_cover((overrides or Overrides()).cover) or _cover_inside(article),
        podcast=podcast,
        series=article.series,
        track=(track.number, track.total) if track else None,
    )


def listen(
    prepared: Prepared,
    settings: Settings,
    studio: Studio,
    sink: IO[bytes],
    tell: Callable[[Fallback], None] = lambda _: None,
) -> tuple[Take, ...]:
    """Speak the script to a player while it comes: the work of one worker, many times faster than anybody listens.

    Where a voice is lost on the way, another one goes on from there: the beginning has been heard.

    Args:
        sink: the player's standard input, for PCM of `live.PLAYED_HZ`: mono, 16 bits.
        tell: told at once who stands in for whom.

    Returns:
        The takes that could not be spoken.
    """
    from narrate.live import stream_speech

    takes = _go_on_speaking(prepared, settings, studio, tell)
    speech = Speech(script=prepared.script, takes=takes, voice=prepared.voice)
    return stream_speech(speech, studio.executor, studio.store, sink, loudness_lufs=settings.loudness)


def _go_on_speaking(
    prepared: Prepared, settings: Settings, studio: Studio, tell: Callable[[Fallback], None]
) -> Iterator[Take]:
    """The takes of a script, by others from where one of those who speak is lost."""
    from narrate.speech import speak_script

    booth = replace(_booth(settings, studio), sample_chars=1)  # a voice's first sentence tells its level
    rest = prepared.script
    for fallback in prepared.fallbacks:
        tell(fallback)
    while True:
        stand_ins = stand_ins_for(settings, rest.language, prepared.lost)
        speech = speak_script(rest, prepared.engine, prepared.voice, booth, cast=prepared.cast, stand_ins=stand_ins)
        done = 0
        try:
            for take in speech.takes:
                if take.fallback:
                    tell(take.fallback)
                yield take
                done += 1
            return
        except VoiceLost as problem:
            before, prepared = prepared.fallbacks, _without(prepared, problem)
        for fallback in prepared.fallbacks:
            if fallback not in before:
                tell(fallback)
        studio.change_voice(prepared.engine, prepared.voice)
        left = replace(speech.script, utterances=speech.script.utterances[done:])
        clause_ms = settings.pauses.after(Break.CLAUSE, settings.speed)
        rest = fit_script(left, longest_text(prepared.engine, prepared.cast), clause_ms)


def _booth(settings: Settings, studio: Studio) -> Booth:
    return Booth(
        executor=studio.executor,
        store=studio.store,
        speed=settings.speed,
        seed=settings.seed,
        deadline_s=settings.deadline,
    )


def slug(title: str) -> str:
    """A title as a file name: `Über den Fluss!` → `uber-den-fluss`; letters of other scripts stay."""
    plain = unicodedata.normalize("NFKD", title.lower())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"['’‘]", "", plain)
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:80].rstrip("-") or "episode"


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


def _language(article: Article, settings: Settings) -> str | None:
    if settings.language:
        if not languages.is_language_tag(settings.language):
            raise UsageError(f"{settings.language!r} is no language", "", "Give a tag such as en or pt-BR")
        return settings.language
    return article.language or languages.detect_language("\n".join(block.text for block in article.blocks))


def _title(prepared: Prepared) -> str:
    """The title, else the first words of the story."""
    if prepared.track or prepared.cleaned.article.title:
        return prepared.track.title if prepared.track else str(prepared.cleaned.article.title)
    words = prepared.script.utterances[0].written.split()
    return " ".join(words[:8])


def _lyrics(script: Script) -> str:
    """The words as written, one paragraph a block, and a speaker's name where they begin."""
    lines: list[str] = []
    block: int | None = -1
    names = name_turns((part.speaker, part.written) for part in script.utterances)
    for utterance, name in zip(script.utterances, names, strict=True):
        if utterance.block == block and block is not None and not name:
            lines[-1] += f" {utterance.written}"
        else:
            lines.append(name + utterance.written)
        block = utterance.block
    return "\n\n".join(lines)


def _about(prepared: Prepared, settings: Settings) -> dict[str, Any]:
    return {
        "source": prepared.source.origin,
        "title": _title(prepared),
        "language": prepared.script.language,
        "engine": prepared.engine.name,
        "voice": prepared.voice.id,
        "speed": settings.speed,
        "seed": settings.seed,
        "narrate": version("narrate-podcast"),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _cover_inside(article: Article) -> bytes | None:
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


def _read_cover(path: Path | None) -> bytes | None:
    from narrate.artwork.pictures import is_too_large
    from narrate.tags import cover_type

    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise UsageError(f"the cover {path} cannot be read", problem.strerror or "", "Look at the path") from problem
    cover_type(data)
    if is_too_large(data):
        raise UsageError(f"the cover {path} is too large", "it has over 40 million pixels", "Make it smaller")
    return data


@contextmanager
def _temporary_beside(target: Path) -> Iterator[Path]:
    """A hidden folder next to the target, so that finished files are renamed and never copied."""
    from narrate.studio import open_room

    try:
        with open_room(target.parent) as folder:
            yield folder
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise OutputError(
            f"{target} cannot be written", reason, "Free some space or name another place with -o"
        ) from problem


def _move_into_place(folder: Path, made: Path, target: Path, sides: dict[Path, str]) -> None:
    """Everything is written under another name first; the episode comes last.

    It is on the disk before it takes the place of an older one, which a power cut must not turn into nothing.
    """
    staged = []
    for number, (path, text) in enumerate(sides.items()):
        part = folder / f"side-{number}"
        part.write_text(text, "utf-8")
        staged.append((part, path))
    staged.append((made, target))
    for part, path in staged:
        if path.is_dir():
            raise OutputError(f"{path} cannot be written", "it is a folder", "Move it, or name another file with -o")
        with part.open("rb+") as file:
            os.fsync(file.fileno())
    for part, path in staged:
        part.replace(path)


def write_whole(path: Path, text: str) -> None:
    """Write a text file: whole, or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    with _temporary_beside(path) as folder:
        part = folder / "part"
        part.write_text(text, "utf-8")
        part.replace(path)

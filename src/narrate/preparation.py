"""Story → script and voices: everything before the first sound."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from narrate import contents
from narrate.casting import (
    ASSUMED_LANGUAGE,
    Chosen,
    Lost,
    cast_of,
    choose_marked,
    choose_speaker,
    longest_text,
    stand_ins_for,
)
from narrate.engines.protocol import Engine
from narrate.errors import EngineUnavailable, LexiconError, VoiceLost
from narrate.segmenter import frame, script_file
from narrate.segmenter.lexicon import Entry, Layer, Lexicon
from narrate.segmenter.lexicon_files import load_lexicon
from narrate.segmenter.rebuild import fit_script, rebuild_article
from narrate.segmenter.script_file import read_script
from narrate.segmenter.segment import write_script
from narrate.segmenter.sounds import clean_ipa
from narrate.settings import Settings, lexicon_files
from narrate.speakers import Share, find_speakers, share_words, tell_speakers
from narrate.speech import Cast, Speaker, join_short
from narrate.stories import Overrides, Story, choose_chapters, language_of, read_story, refuse_script
from narrate.types import Article, Break, Cleaned, Fallback, Script, Source, Voice

if TYPE_CHECKING:
    from narrate.studio import Studio

T = TypeVar("T")

WORDS_A_MINUTE = 155
"""Read by the default voice at its own pace, pauses included: 170 of an essay, 140 of news full of figures."""

BOOK_WORDS_A_MINUTE = 180
"""Of a book, with long paragraphs and few figures."""

NO_BRACES = str.maketrans("{}", "()")
"""For a sentence in which nothing more is to be filled in."""


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
    cast_notes: tuple[str, ...] = ()
    """Those notes of the cleaned article that are about who speaks: the user is told before anything is spoken."""
    track: Track | None = None
    """None for a text in one episode."""
    fallbacks: tuple[Fallback, ...] = ()
    """Who of them stands in for somebody else."""
    lost: Lost = field(default_factory=dict)
    """Voices that were not asked any more."""
    again: Callable[[Lost], Prepared] | None = field(default=None, repr=False, compare=False)
    """The same text for others to speak; None where nobody may stand in."""

    @property
    def title(self) -> str:
        """The title, else the first words of the story."""
        if self.track or self.cleaned.article.title:
            return self.track.title if self.track else str(self.cleaned.article.title)
        words = self.script.utterances[0].written.split()
        return " ".join(words[:8])

    @property
    def joined(self) -> Script:
        """The script as it will be spoken, short sentences with their neighbours."""
        return join_short(self.script, self.everyone)

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
    narrated: int
    """Words that the voice says."""
    shares: tuple[Share, ...] = ()
    """Who speaks beside it."""
    notes: tuple[str, ...] = ()
    """What to say of the text and of those who speak."""
    fallbacks: tuple[Fallback, ...] = ()
    """Who of them stands in for somebody else."""

    @property
    def words(self) -> int:
        return sum(part.words for part in self.parts)

    def minutes(self, words: int) -> float:
        """About how long so many words will take."""
        return words / self.words_a_minute


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
    if numbers is not None:
        refuse_script(source, "--chapters")
    if source.media_type == script_file.MEDIA_TYPE:
        return _prepare_script(source, settings, overrides or Overrides(), lost)
    return prepare_story(read_story(source, settings, overrides, numbers=numbers), settings, lost=lost)


def plan_story(story: Story, settings: Settings, numbers: str | None = None) -> Plan:
    """Look at a text without speaking a word of it.

    Args:
        numbers: of the chapters wanted; None for all.

    Raises:
        NarrateError: nobody can speak it, or there is no such chapter.
    """
    article = story.cleaned.article
    speaker = choose_speaker(settings, language_of(article, settings))
    parts = contents.find_parts(article)
    if numbers is not None:
        chosen = contents.parse_numbers(numbers, len(parts))
        parts = tuple(parts[number - 1] for number in chosen)
        article = choose_chapters(story, parts, settings).cleaned.article
    stand_ins = stand_ins_for(settings, speaker.language)
    speakers = find_speakers(article, settings, speaker.voice, stand_ins, speaker.language)
    narrated, shares = share_words(article, speakers)
    return Plan(
        story=story,
        parts=parts,
        voice=speaker.voice,
        language=speaker.language,
        words_a_minute=(BOOK_WORDS_A_MINUTE if article.book else WORDS_A_MINUTE) * settings.speed,
        narrated=narrated,
        shares=shares,
        notes=(*story.cleaned.notes, *speakers.notes),
        fallbacks=_fallbacks_of(speaker, *speakers.chosen.values()),
    )


def split_story(story: Story, settings: Settings, numbers: str | None = None) -> Iterator[Prepared]:
    """An episode for each chapter; who wrote it is said before the first one only, and what it was after the last.

    Args:
        numbers: of the chapters wanted; None for all.

    Raises:
        NarrateError: one of them cannot be prepared, or there is no such chapter.
    """
    refuse_script(story.source, "--split")
    article = story.cleaned.article
    parts = contents.find_parts(article)
    told = tell_speakers(article, settings, language_of(article, settings) or ASSUMED_LANGUAGE)
    chosen = contents.parse_numbers(numbers, len(parts)) if numbers else range(1, len(parts) + 1)
    for number in chosen:
        part = parts[number - 1]
        whole = article.title or part.title or str(number)
        track = Track(number=number, total=len(parts), title=part.title or whole, whole=whole)
        yield prepare_story(
            choose_chapters(story, [part], settings),
            settings,
            track=track,
            opens=number == chosen[0],
            closes=number == chosen[-1],
            cast_notes=told if number == chosen[0] else (),
        )


def prepare_story(
    story: Story,
    settings: Settings,
    *,
    track: Track | None = None,
    opens: bool = True,
    closes: bool = True,
    cast_notes: tuple[str, ...] | None = None,
    lost: Lost | None = None,
) -> Prepared:
    """Find a voice for what was read, and write the script.

    Args:
        opens: say its title and who wrote it.
        closes: say at the end what it was.
        cast_notes: what to tell of those who speak; None for what is to be told of this text alone.
        lost: voices that are known not to be able to speak.

    Raises:
        NarrateError: nobody can speak it, or there is nothing to say.
    """
    cleaned = story.cleaned
    speaker = choose_speaker(settings, language_of(cleaned.article, settings), lost)
    engine, language = speaker.engine, speaker.language
    lexicon = lexicon_for(settings, language, cleaned.article)
    stand_ins = stand_ins_for(settings, language, lost)
    speakers = find_speakers(cleaned.article, settings, speaker.voice, stand_ins, language)
    notes = speakers.notes if cast_notes is None else cast_notes
    cleaned = replace(cleaned, notes=(*cleaned.notes, *notes))
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
            cast=speakers.parts,
        )

    def again(lost: Lost) -> Prepared:
        return prepare_story(story, settings, track=track, opens=opens, closes=closes, cast_notes=cast_notes, lost=lost)

    script = write(engine.max_chars)
    named = {utterance.voice for utterance in script.utterances}
    parts = {name: chosen for name, chosen in speakers.chosen.items() if name in named}
    parts |= choose_marked(_without_voices(script, parts), stand_ins, is_remote=story.source.address is not None)
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
        cast_notes=notes,
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
    speaker = choose_speaker(settings, language_of(article, settings) or script.language, lost)
    script = replace(script, language=speaker.language, title=article.title)
    stand_ins = stand_ins_for(settings, speaker.language, lost)
    parts = choose_marked(script, stand_ins, is_remote=source.address is not None, is_given=True)
    longest = longest_text(speaker.engine, cast_of(parts))
    script = fit_script(script, longest, settings.pauses.after(Break.CLAUSE, settings.speed))
    told = "the script says itself who speaks beside the narrator: no cast and no voice for quotations changes that"
    notes = (told,) if settings.cast or settings.quote_voice else ()
    return Prepared(
        source=source,
        article=article,
        cleaned=Cleaned(article=article, notes=notes),
        script=script,
        engine=speaker.engine,
        voice=speaker.voice,
        cast=cast_of(parts),
        cast_notes=notes,
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
            prepared = without_voice(prepared, problem)
            studio.change_voice(prepared.engine, prepared.voice)


def without_voice(prepared: Prepared, problem: VoiceLost) -> Prepared:
    """The same text for others than a voice that is lost.

    Raises:
        EngineUnavailable: there is nobody else.
    """
    if prepared.again is None or problem.voice in prepared.lost:
        raise problem
    lost = EngineUnavailable(problem.voice, problem.why, problem.remedy)
    return prepared.again({**prepared.lost, problem.voice: lost})

"""The conductor: takes a text along the whole road, from its source to a finished episode."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain, count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Literal, cast

from narrate import chapters, languages, plugins, transcript
from narrate.cleaner.clean import clean
from narrate.cleaner.rules import KINDS, extend_book, load_book
from narrate.engines.protocol import Engine
from narrate.errors import EngineUnavailable, OutputError, SourceError, UsageError
from narrate.segmenter import script_file
from narrate.segmenter import show as script_show
from narrate.segmenter.lexicon import Lexicon
from narrate.segmenter.lexicon_files import load_lexicon
from narrate.segmenter.rebuild import fit_script, rebuild_article
from narrate.segmenter.script_file import is_script, read_script
from narrate.segmenter.segment import write_script
from narrate.settings import Settings, lexicon_files, rule_files
from narrate.sources import is_address, open_source
from narrate.speech import Booth, Cast, Speaker
from narrate.types import Article, BlockKind, Break, Cleaned, Episode, Script, Source, Take, Voice

if TYPE_CHECKING:
    from narrate.studio import Studio
    from narrate.tags import Podcast, Tags

FALLBACK_LANGUAGE = "en"

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

    @property
    def everyone(self) -> dict[str | None, Speaker]:
        """The cast, and under None who speaks all the rest."""
        speakers: dict[str | None, Speaker] = {None: (self.engine, self.voice)}
        speakers.update(self.cast)
        return speakers


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
) -> Source:
    """The source at a path or address, with the media type of the format that was asked for."""
    settings = settings or Settings()
    aliases = {"txt": "text", "md": "markdown", "htm": "html"}
    is_told = as_name == "script"
    name = aliases.get(as_name, as_name) if as_name and not is_told else None
    media_type = plugins.load_reader(name).media_types[0] if name else None
    if media_type is None and not is_address(origin):
        media_type = plugins.media_type_of(Path(origin).suffix)
    source = open_source(
        origin,
        media_type=media_type,
        encoding=encoding,
        stdin=stdin,
        allow_private=settings.allow_private,
        proxy=settings.proxy,
    )
    if is_told or (as_name is None and is_script(source.address or origin, source.data)):
        return replace(source, media_type=script_file.MEDIA_TYPE)
    return source


def guess_chars(source: Source) -> int:
    """About how many characters of story there are in a source; of a page, markup is the most."""
    return len(source.data) // (10 if source.media_type == "text/html" else 1)


def read_source(source: Source) -> Article:
    """The article in a source.

    Raises:
        SourceError: a server sent something that no reader reads, or the bytes cannot be decoded.
        UsageError: no reader reads the kind of file.
        ArticleError: there is no article in it.
    """
    if source.media_type == script_file.MEDIA_TYPE:
        return rebuild_article(read_script(source.data, source.origin))[0]
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
    """The story of an article, by the rules of its language and site and by the user's own.

    Raises:
        ArticleError: nothing of a story is left.
        UsageError: a kind of clutter or a file of rules is none.
    """
    settings = settings or Settings()
    keep = settings.keep if settings.clean else KINDS
    if not settings.clean and not settings.drop:
        return Cleaned(article=article)
    language = languages.primary(_language(article, settings) or FALLBACK_LANGUAGE)
    book = extend_book(load_book(language), rule_files(address=article.address))
    return clean(article, keep=keep, drop=settings.drop, book=book)


def prepare(source: Source, settings: Settings, overrides: Overrides | None = None) -> Prepared:
    """Everything before the first sound: read, clean, find a voice, write the script.

    Raises:
        NarrateError: any of it failed.
    """
    overrides = overrides or Overrides()
    if source.media_type == script_file.MEDIA_TYPE:
        return _prepare_script(source, settings, overrides)
    article = _overridden(read_source(source), overrides)
    cleaned = clean_article(article, settings)
    engine, voice, language = choose_voice(settings, _language(cleaned.article, settings))
    lexicon = lexicon_for(settings, language)

    def write(max_chars: int) -> Script:
        return write_script(
            cleaned.article,
            language=language,
            pauses=settings.pauses,
            speed=settings.speed,
            max_chars=max_chars,
            introduction=settings.introduction,
            close=settings.close and (True if settings.close_text is None else settings.close_text),
            code=cast(Literal["skip", "read"], settings.code),
            lexicon=lexicon,
            emoji=cast(Literal["drop", "name"], settings.emoji),
        )

    script = write(engine.max_chars)
    voices = choose_cast(script, engine, is_remote=source.address is not None)
    longest = _longest_text(engine, voices)
    if longest < engine.max_chars:
        script = write(longest)
    return Prepared(
        source=source, article=article, cleaned=cleaned, script=script, engine=engine, voice=voice, cast=voices
    )


def _prepare_script(source: Source, settings: Settings, overrides: Overrides) -> Prepared:
    """A script that was given back is spoken as it stands: nothing is cleaned, and its pauses are not scaled again."""
    article, script = rebuild_article(read_script(source.data, source.origin))
    authors = (overrides.author,) if overrides.author else article.authors
    summary = overrides.summary or article.summary
    article = replace(article, title=overrides.title or article.title, authors=authors, summary=summary)
    engine, voice, language = choose_voice(settings, _language(article, settings) or script.language)
    script = replace(script, language=language, title=article.title)
    voices = choose_cast(script, engine, is_remote=source.address is not None)
    script = fit_script(script, _longest_text(engine, voices), settings.pauses.after(Break.CLAUSE, settings.speed))
    return Prepared(
        source=source,
        article=article,
        cleaned=Cleaned(article=article),
        script=script,
        engine=engine,
        voice=voice,
        cast=voices,
    )


def _longest_text(engine: Engine, voices: Cast) -> int:
    """The longest text that everybody who speaks can say in one call, in characters."""
    return min([engine.max_chars, *(speaker.max_chars for speaker, _ in voices.values())])


def lexicon_for(settings: Settings, language: str) -> Lexicon:
    """How names and other words are said: the settings' files over the user's own over what narrate brings.

    Raises:
        LexiconError: a file cannot be read.
    """
    return load_lexicon(lexicon_files(settings), language=language)


def choose_voice(settings: Settings, language: str | None) -> tuple[Engine, Voice, str]:
    """The engine and voice asked for, and the language they will speak.

    Raises:
        UsageError: there is no such engine or voice, or it does not speak the language.
        EngineUnavailable: it cannot speak here and now.
    """
    engine_name, voice_name = plugins.split_voice(settings.voice, settings.engine)
    engine = plugins.load_engine(engine_name)
    engine.check()
    voice = _find_voice(engine, voice_name, language)
    language = language or (FALLBACK_LANGUAGE if voice.language == "mul" else voice.language)
    if not languages.same_language(voice.language, language):
        raise UsageError(
            f"the voice {voice.id} does not speak {languages.language_name(language)}",
            "",
            f"{_who_speaks(language)}, or say with --language what it really is",
        )
    return engine, voice, language


def choose_cast(script: Script, engine: Engine, *, is_remote: bool = False) -> Cast:
    """Who speaks under each name that the script's utterances give as their voice.

    Args:
        engine: whose voices are meant where a name says no engine.
        is_remote: the script is from the web, whose authors may not name files of this machine.

    Raises:
        UsageError, EngineUnavailable: as for a voice of the whole, with the mark that asks for it.
    """
    cast: dict[str, tuple[Engine, Voice]] = {}
    for utterance in script.utterances:
        name = utterance.voice
        if name is None or name in cast:
            continue
        mark = f"line {utterance.line}, [voice {name}]" if utterance.line else f"[voice {name}]"
        if is_remote and ("/" in name or "\\" in name or name.endswith(".onnx")):
            raise UsageError(f"{mark}: a text from the web may name no file", "", "Give the name of a voice")
        try:
            speaker, voice, _ = choose_voice(Settings(engine=engine.name, voice=name), script.language)
        except UsageError as problem:
            remedy = f"{problem.remedy.replace('--voice ', '')}; for words, write \\[voice"
            raise UsageError(f"{mark}: {problem.what}", problem.why, remedy) from problem
        except EngineUnavailable as problem:
            raise EngineUnavailable(f"{mark}: {problem.engine}", problem.why, problem.remedy) from problem
        cast[name] = speaker, voice
    return cast


def make(origin: str, output: str | Path | None = None, **options: Any) -> Episode:
    """Turn a text into an episode: the command `narrate make` as a function.

    Args:
        origin: a path, a web address, or `-` for standard input.
        output: a file, whose ending says the format, or a folder; None names it after the title.
        options: any setting by its name, such as `voice="hibari:heart"`.
    """
    from narrate.settings import change_settings, folder_beside, load_settings
    from narrate.studio import Studio

    settings = change_settings(load_settings(folder_beside(origin)), options, "make")
    with Studio(settings) as studio:
        prepared = prepare(open_any(origin, settings=settings), settings)
        return make_episode(prepared, settings, find_target(prepared, output), studio)


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
        target = _free_name(target, slug(_title(prepared)), format_of(format or "mp3").suffix, taken)
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
        prepared.script, prepared.engine, prepared.voice, _booth(settings, studio), cast=prepared.cast
    )
    with _temporary_beside(target) as folder:
        made = folder / f"episode{format.suffix}"
        recording = record_speech(speech, made, desk, on_take=on_take)
        marks = chapters.find_chapters(speech.script, recording.cues, recording.duration_s, recording.chimes)
        write_tags(made, replace(tags, chapters=marks))
        texts = {
            "vtt": lambda: transcript.as_vtt(recording.cues),
            "srt": lambda: transcript.as_srt(recording.cues),
            "json": lambda: transcript.as_json(recording.cues, voice_name(prepared.voice)),
            "chapters": lambda: chapters.as_json(marks),
            "script": lambda: script_show.as_json(prepared.script, article),
            "report": lambda: write_report(prepared.article, prepared.cleaned, recording, _about(prepared, settings)),
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
    )


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

    article = prepared.cleaned.article
    maker, album = (podcast.author, podcast.title) if podcast else ("narrate", article.site or "narrate")
    return Tags(
        title=_title(prepared),
        artist=", ".join(article.authors) or article.site or maker,
        album=album,
        language=prepared.script.language,
        lyrics=_lyrics(prepared.script),
        date=article.published_at or (podcast.published_at if podcast else prepared.source.modified_at),
        address=article.address,
        summary=article.summary,
        cover=_read_cover((overrides or Overrides()).cover),
        podcast=podcast,
    )


def voice_name(voice: Voice) -> str:
    """What a voice is called where others read it; of one that is a file, the folder is nobody's business."""
    return re.split(r"[/\\]", voice.name)[-1]


def listen(prepared: Prepared, settings: Settings, studio: Studio, sink: IO[bytes]) -> tuple[Take, ...]:
    """Speak the script to a player while it comes: the work of one worker, many times faster than anybody listens.

    Args:
        sink: the player's standard input, for PCM of `live.PLAYED_HZ`: mono, 16 bits.

    Returns:
        The takes that could not be spoken.
    """
    from narrate.live import stream_speech
    from narrate.speech import speak_script

    booth = replace(_booth(settings, studio), sample_chars=1)  # a voice's first sentence tells its level
    speech = speak_script(prepared.script, prepared.engine, prepared.voice, booth, cast=prepared.cast)
    return stream_speech(speech, studio.executor, studio.store, sink, loudness_lufs=settings.loudness)


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
    return replace(article, authors=authors, summary=overrides.summary or article.summary)


def _language(article: Article, settings: Settings) -> str | None:
    if settings.language:
        if not languages.is_language_tag(settings.language):
            raise UsageError(f"{settings.language!r} is no language", "", "Give a tag such as en or pt-BR")
        return settings.language
    return article.language or languages.detect_language("\n".join(block.text for block in article.blocks))


def _find_voice(engine: Engine, name: str, language: str | None) -> Voice:
    known = engine.voices()
    if name:
        voice = engine.find_voice(name)
        if voice is None:
            names = ", ".join(voice.name for voice in known[:8])
            raise UsageError(f"{engine.name} has no voice {name!r}", "", f"Its voices are: {names}")
    else:
        fitting = (
            voice for voice in known if voice.ready and languages.same_language(voice.language, language or "und")
        )
        voice = next(fitting, known[0])
    if not voice.ready:
        from narrate.errors import EngineUnavailable

        raise EngineUnavailable(voice.id, voice.missing or "", voice.remedy or "")
    return voice


def _who_speaks(language: str) -> str:
    able = []
    for name in plugins.engine_names():
        try:
            voices: Sequence[Voice] = plugins.load_engine(name).voices()
        except Exception:  # an engine that cannot be asked cannot help
            continue
        able += [v.id for v in voices if v.language != "mul" and languages.same_language(v.language, language)]
    return f"Use --voice {' or '.join(able[:3])}" if able else "No voice here does: see `narrate voices`"


def _title(prepared: Prepared) -> str:
    """The title, else the first words of the story."""
    if prepared.cleaned.article.title:
        return prepared.cleaned.article.title
    words = prepared.script.utterances[0].written.split()
    return " ".join(words[:8])


def _lyrics(script: Script) -> str:
    """The words as written, one paragraph a block."""
    lines: list[str] = []
    block: int | None = -1
    for utterance in script.utterances:
        if utterance.block == block and block is not None:
            lines[-1] += f" {utterance.written}"
        else:
            lines.append(utterance.written)
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


def _read_cover(path: Path | None) -> bytes | None:
    from narrate.tags import cover_type

    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise UsageError(f"the cover {path} cannot be read", problem.strerror or "", "Look at the path") from problem
    cover_type(data)
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

"""The conductor: takes a text along the whole road, from its source to a finished episode."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from narrate import chapters, contents, transcript
from narrate.casting import longest_text, stand_ins_for
from narrate.errors import UsageError, VoiceLost
from narrate.preparation import Prepared, prepare, with_stand_ins, without_voice
from narrate.segmenter import show as script_show
from narrate.segmenter.rebuild import fit_script
from narrate.settings import Settings
from narrate.speakers import follow_cast
from narrate.speech import Booth
from narrate.stories import Overrides, cover_inside, open_any
from narrate.targets import find_target, move_into_place, temporary_beside
from narrate.transcript import name_turns
from narrate.types import Break, Cue, Episode, Fallback, Role, Script, Speech, Take

if TYPE_CHECKING:
    from narrate.studio import Studio
    from narrate.tags import Podcast, Tags

SIDES = {
    "vtt": ".vtt",
    "srt": ".srt",
    "json": ".transcript.json",
    "chapters": ".chapters.json",
    "report": ".report.json",
    "script": ".script.json",
}
"""What can be written beside an episode, and how its name ends."""


def make(origin: str, output: str | Path | None = None, **options: Any) -> Episode:
    """Turn a text into an episode: the command `narrate make` as a function.

    Args:
        origin: a path, a web address, or `-` for standard input.
        output: a file, whose ending says the format, or a folder; None names it after the title.
        options: any setting by its name, such as `voice="hibari:heart"`.

    Warns:
        UserWarning: somebody spoke in another's place, as the setting `fallback` allows; or there is something to say
            of how the text was read.
    """
    from narrate.settings import change_settings, folder_beside, load_settings
    from narrate.studio import Studio

    settings = change_settings(load_settings(folder_beside(origin)), options, "make")
    settings = follow_cast(settings, {name for name, value in options.items() if value is not None})
    with Studio(settings) as studio:
        prepared = prepare(open_any(origin, settings=settings), settings)
        target = find_target(prepared, output)

        def record(prepared: Prepared) -> Episode:
            return make_episode(prepared, settings, target, studio)

        prepared, episode = with_stand_ins(prepared, studio, record, lambda _: None)
    for told in (*map(str, episode.fallbacks), *prepared.cleaned.notes):
        warnings.warn(f"{told.rstrip('.')}.", stacklevel=2)
    return episode


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
    with temporary_beside(target) as folder:
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
            "vtt": lambda: transcript.as_vtt(recording.cues, _timing_engines(recording.takes)),
            "srt": lambda: transcript.as_srt(recording.cues),
            "json": lambda: transcript.as_json(recording.cues, prepared.voice.shown_name),
            "chapters": lambda: chapters.as_json(marks),
            "script": lambda: script_show.as_json(prepared.script, article),
            "report": lambda: write_report(prepared.article, prepared.cleaned, recording, about),
        }
        sides = {target.with_suffix(SIDES[name]): texts[name]() for name in SIDES if name in beside}
        size_bytes = made.stat().st_size
        move_into_place(folder, made, target, sides)
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


def _timing_engines(takes: Sequence[Take]) -> str:
    """The engines that told when the words of an episode are heard."""
    timed = (take.spoken_by for take in takes if take.clip and take.clip.words)
    return ", ".join(dict.fromkeys(voice.engine for voice in timed if voice))


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
        album = track.whole if track else prepared.title
    return Tags(
        title=prepared.title,
        artist=", ".join(article.authors) or article.site or maker,
        album=album,
        language=prepared.script.language,
        lyrics=_lyrics(prepared.script),
        date=article.published_at or (podcast.published_at if podcast else prepared.source.modified_at),
        address=article.address,
        summary=article.summary,
        cover=_read_cover((overrides or Overrides()).cover) or cover_inside(article),
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
    from narrate.speech import AHEAD, speak_script

    # a voice's first sentence tells its level; one worker speaks, to somebody who may stop listening
    booth = replace(_booth(settings, studio), sample_chars=1, ahead=AHEAD)
    rest = prepared.script
    for fallback in prepared.fallbacks:
        tell(fallback)
    while True:
        stand_ins = stand_ins_for(settings, rest.language, prepared.lost)
        speech = speak_script(rest, prepared.engine, prepared.voice, booth, cast=prepared.cast, stand_ins=stand_ins)
        done = 0
        try:
            for take in speech.checked or speech.takes:
                if take.fallback:
                    tell(take.fallback)
                yield take
                done += 1
            return
        except VoiceLost as problem:
            before, prepared = prepared.fallbacks, without_voice(prepared, problem)
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
        "title": prepared.title,
        "language": prepared.script.language,
        "engine": prepared.engine.name,
        "voice": prepared.voice.id,
        "speed": settings.speed,
        "seed": settings.seed,
        "narrate": version("narrate-podcast"),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


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

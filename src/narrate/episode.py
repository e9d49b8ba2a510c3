"""Speech → a recording: clips are joined, levelled and encoded, a minute at a time, while others are being spoken."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

from narrate.audio.assemble import Span
from narrate.audio.encode import Mp3Format
from narrate.audio.flac import decode_flac
from narrate.audio.formats import FORMATS, EncodedRecipe, Format, encode_stream, measure_encoded
from narrate.audio.loudness import Measured, combine
from narrate.audio.master import LAME_LOSS_LU, ClipLost, Gain, GainRecipe, find_gain
from narrate.audio.mp3 import Mp3File
from narrate.audio.music import Music
from narrate.audio.segment import Body, Cutter, Part, Segment, SegmentRecipe, make_segment, read_segment
from narrate.cache import Store
from narrate.errors import AudioError, SpeechError
from narrate.executors.again import call
from narrate.executors.protocol import Executor, WorkerLost
from narrate.timings import place_words
from narrate.types import Break, Cue, Fallback, Loudness, Role, Speech, Take, Voice, WordTimes

CALIBRATION_S = 120.0
"""Speech from which the gain is found, so that mastering need not wait for the last clip."""

LEVELLINGS = 4
"""Times an episode is mastered before its loudness is taken as it is."""

TRIES = 2
"""Times a segment is made before it counts as impossible."""

CHIME_PAUSE_MS = 500
"""Between a chime and its heading."""

WITHIN_PARAGRAPHS = (Break.CLAUSE, Break.SENTENCE, Break.ASKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """With what an episode is mastered, and how it shall be."""

    executor: Executor
    store: Store
    loudness_lufs: float = -16.0
    """Integrated loudness wanted of the finished file."""
    format: Format = FORMATS["mp3"]
    bitrate_kbps: int | None = None
    """None takes the format's own."""
    quality: int | None = None
    """Of an MP3 with a variable bit rate, LAME's -V; None for a constant one."""
    allow_gaps: bool = False
    """Leave a pause where an utterance could not be spoken."""
    music: Music = field(default_factory=Music)
    """What sounds beside the voice."""

    @property
    def mp3(self) -> Mp3Format | None:
        """How an MP3 is encoded; None for other formats."""
        if self.format.name != "mp3":
            return None
        return Mp3Format(
            rate_hz=self.format.rate_hz,
            bitrate_kbps=self.bitrate_kbps or self.format.bitrate_kbps or 0,
            quality=self.quality,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """An encoded file without its tags, and how it came about."""

    path: Path
    duration_s: float
    cues: tuple[Cue, ...]
    loudness: Loudness
    takes: tuple[Take, ...]
    chimes: Mapping[int, float] = field(default_factory=dict)
    """When the chime before an utterance begins, in seconds, by the utterance's index."""


def record_speech(
    speech: Speech, path: Path, desk: Desk, *, on_take: Callable[[Take], None] = lambda _: None
) -> Recording:
    """Write the speech to a file.

    Args:
        path: written to directly: give a temporary name and rename it.
        on_take: told of every take as it comes.

    Raises:
        SpeechError: an utterance could not be spoken, or none could.
        AudioError, OutputError: the sound could not be written.
    """
    told: dict[int, Fallback | None] = {}

    def tell(take: Take) -> None:
        """Nobody is told of a take twice, unless somebody else speaks it."""
        if take.index not in told or told[take.index] != take.fallback:
            told[take.index] = take.fallback
            on_take(take)

    try:
        return _record(speech, speech.takes, path, desk, tell)
    except ClipLost as lost:
        if speech.checked is None or lost.key in desk.music.keys:
            raise
    return _record(speech, speech.checked, path, desk, tell)


def _record(
    speech: Speech, stream: Iterable[Take], path: Path, desk: Desk, on_take: Callable[[Take], None]
) -> Recording:
    """From the first take to the last.

    Raises:
        ClipLost: a clip of a take has gone, or was damaged.
    """
    takes: list[Take] = []
    coming = _listen(stream, takes, desk, on_take)
    first = _until_calibrated(coming)
    clips = [(take.clip, take.level_db, take.utterance.pause_ms) for take in first if take.clip]
    if not clips:
        raise SpeechError("nothing could be spoken", first[0].failure or "", "Try another voice or engine")
    rate_hz = speech.voice.rate_hz or clips[0][0].rate_hz
    loss_lu = LAME_LOSS_LU if desk.mp3 else 0.0
    gain = _find_gain(
        GainRecipe(
            clips=tuple(clips),
            rate_hz=rate_hz,
            target_lufs=desk.loudness_lufs,
            loss_lu=loss_lu,
            store=desk.store.root,
        ),
        desk,
    )
    music = desk.music.beside(desk.loudness_lufs + loss_lu - gain.output_db)
    walk: Iterable[Take] = chain(first, coming)
    levels = Levels(gain)
    for _ in range(LEVELLINGS):
        sheet = CueSheet(speech.voice, takes, desk.format.rate_hz)
        segments = _master(walk, speech, rate_hz, levels, music, desk, path, sheet)
        measured = [segment.measured for segment in segments]
        if not desk.mp3 and not desk.format.lossless and levels.gain.suits(combine(measured), desk.loudness_lufs):
            measured = _measure_encoded(path, segments, desk)
        loudness = combine(measured)
        if levels.gain.suits(loudness, desk.loudness_lufs):
            break
        if not levels.correct(measured, desk.loudness_lufs):
            break
        walk = takes
    return Recording(
        path=path,
        duration_s=sheet.seconds,
        cues=tuple(sheet.cues),
        loudness=loudness,
        takes=tuple(takes),
        chimes=sheet.chimes,
    )


def _listen(takes: Iterable[Take], heard: list[Take], desk: Desk, on_take: Callable[[Take], None]) -> Iterator[Take]:
    """Keep every take in the list, and hand it on."""
    for take in takes:
        if take.failure and not desk.allow_gaps:
            raise _refusal(take)
        heard.append(take)
        on_take(take)
        yield take


def _until_calibrated(coming: Iterator[Take]) -> list[Take]:
    """Listen until there is enough speech to find the gain from, or no more."""
    first = []
    seconds = 0.0
    for take in coming:
        first.append(take)
        seconds += take.clip.seconds if take.clip else 0.0
        if seconds >= CALIBRATION_S:
            break
    return first


def _find_gain(recipe: GainRecipe, desk: Desk) -> Gain:
    """Found once for the same clips, and kept."""
    kept = desk.store.get(recipe.key, kind="measures")
    if kept is not None:
        return Gain.from_bytes(kept)
    gain = call(desk.executor, find_gain, recipe, final=ClipLost)
    desk.store.put(recipe.key, gain.to_bytes(), kind="measures")
    return gain


def _measure_encoded(path: Path, segments: Iterable[Segment], desk: Desk) -> list[Measured]:
    """What an encoder has made of the segments, which nobody has heard yet."""
    lengths = tuple(segment.samples for segment in segments)
    return call(desk.executor, measure_encoded, EncodedRecipe(path=path, lengths=lengths, rate_hz=desk.format.rate_hz))


# ------------------------------------------------------------------- segments


class Levels:
    """The gain of an episode, and the limits of those segments in which it gave too high a peak.

    A peak in one minute is no other minute's business: most often the encoder makes it, once in many hours.
    """

    def __init__(self, gain: Gain) -> None:
        self.gain = gain
        self._ceilings_dbfs: dict[int, float] = {}
        self._peaks: dict[int, float] = {}

    def of(self, index: int) -> Gain:
        """The gain of a segment."""
        return replace(self.gain, ceiling_dbfs=self._ceilings_dbfs.get(index, self.gain.ceiling_dbfs))

    def correct(self, measured: Sequence[Measured], target_lufs: float) -> bool:
        """Learn from what was measured of the segments; whether there is anything to try."""
        before = self.gain, dict(self._ceilings_dbfs)
        for index, part in enumerate(measured):
            lowered = self.of(index).lowered(part.true_peak_dbtp)
            if lowered != self.of(index) and part.peak < self._peaks.get(index, math.inf):  # it did help, or is new
                self._ceilings_dbfs[index], self._peaks[index] = lowered.ceiling_dbfs, part.peak
        self.gain = self.gain.corrected(combine(measured), target_lufs)
        return before != (self.gain, self._ceilings_dbfs)


def _master(
    takes: Iterable[Take],
    speech: Speech,
    rate_hz: int,
    levels: Levels,
    music: Music,
    desk: Desk,
    path: Path,
    sheet: CueSheet,
) -> list[Segment]:
    """Make every segment and write it to the file, and its cues to the sheet."""
    segments = []
    with _open_file(path, desk) as write:
        for recipe, segment, body in _finished(_begun(takes, speech, rate_hz, levels, music, desk), desk):
            write(segment, body)
            sheet.add(recipe, segment)
            segments.append(segment)
    return segments


@contextmanager
def _open_file(path: Path, desk: Desk) -> Iterator[Callable[[Segment, Body], None]]:
    """The finished file, which takes in a segment after the other."""
    if desk.mp3:
        with Mp3File(path, vbr=desk.quality is not None) as file:
            yield lambda segment, body: file.write(body.data, body.sizes, segment.samples)
    else:
        with (
            ThreadPoolExecutor(1) as thread,
            encode_stream(path, desk.format, bitrate_kbps=desk.bitrate_kbps) as encoder,
        ):
            writing: list[Future[None]] = []

            def write(_: Segment, body: Body) -> None:
                """Let the encoder have a segment, while we see to the others, when it has had the one before."""
                while writing:
                    writing.pop().result()
                writing.append(thread.submit(lambda: encoder.write(decode_flac(body.data).tobytes())))

            yield write
            while writing:
                writing.pop().result()


def _begun(
    takes: Iterable[Take], speech: Speech, rate_hz: int, levels: Levels, music: Music, desk: Desk
) -> Iterator[tuple[SegmentRecipe, Future[None] | None]]:
    """Every segment on its way."""
    intro = music.intro
    for index, (head_ms, parts, last) in enumerate(_cut(_join_chimes(takes, music), speech.script.head_ms)):
        recipe = SegmentRecipe(
            head_ms=head_ms,
            parts=parts,
            last=last,
            rate_hz=rate_hz,
            gain=levels.of(index),
            out_hz=desk.format.rate_hz,
            mp3=desk.mp3,
            store=desk.store.root,
            intro=intro,
            outro=music.outro if last else None,
        )
        intro = None
        yield recipe, _begin(recipe, desk)


def _finished(
    begun: Iterable[tuple[SegmentRecipe, Future[None] | None]], desk: Desk
) -> Iterator[tuple[SegmentRecipe, Segment, Body]]:
    """The segments in order, each as soon as it is there, while others are being made."""
    waiting: deque[tuple[SegmentRecipe, Future[None] | None]] = deque()
    for latest in begun:
        waiting.append(latest)
        while waiting and (waiting[0][1] is None or waiting[0][1].done()):
            recipe, future = waiting.popleft()
            yield recipe, *_end(recipe, future, desk)
    for recipe, future in waiting:
        yield recipe, *_end(recipe, future, desk)


def _join_chimes(takes: Iterable[Take], music: Music) -> Iterator[tuple[Part, bool]]:
    """The parts of the episode, and whether a paragraph ends with each: a chime before every heading that is spoken,
    once however many utterances it has, and none where the episode begins."""
    chime = music.chime and Part(
        clip=music.chime.clip, level_db=music.chime.level_db, pause_ms=CHIME_PAUSE_MS, chime=True
    )
    heading: int | None = None
    said = False
    for take in takes:
        utterance = take.utterance
        if take.clip:
            before, heading = heading, utterance.block if utterance.role is Role.HEADING else None
            if chime and said and heading not in (None, before):
                yield chime, False
            said = True
        part = Part(clip=take.clip, level_db=take.level_db, pause_ms=utterance.pause_ms)
        yield part, utterance.after not in WITHIN_PARAGRAPHS


def _cut(parts: Iterable[tuple[Part, bool]], head_ms: int) -> Iterator[tuple[int, tuple[Part, ...], bool]]:
    """The head, the parts, and whether it is the last, of every segment."""
    cutter = Cutter(head_ms)
    segment = None
    for part, ends_paragraph in parts:
        if segment:  # more comes after it
            yield *segment, False
        segment = cutter.add(part, ends_paragraph=ends_paragraph)
    yield *(cutter.undo() if segment else cutter.rest()), True


def _begin(recipe: SegmentRecipe, desk: Desk) -> Future[None] | None:
    """A segment on its way; None where it is in the store already."""
    if desk.store.has(recipe.key, kind="segments"):
        return None
    return desk.executor.submit(make_segment, recipe, first=True)


def _end(recipe: SegmentRecipe, begun: Future[None] | None, desk: Desk) -> tuple[Segment, Body]:
    """A finished segment; made again where that failed or where the store lost it.

    Raises:
        AudioError, OutputError, WorkerLost: it failed again.
        ClipLost: it never will be made.
    """
    for attempt in range(TRIES):
        try:
            if begun:
                begun.result()
            found = read_segment(recipe)
            if found:
                return found
        except ClipLost:
            raise
        except (AudioError, WorkerLost):
            if attempt == TRIES - 1:
                raise
        if attempt < TRIES - 1:
            begun = desk.executor.submit(make_segment, recipe, first=True)
    raise AudioError("a part of the episode has gone from the cache", "something else cleared it", "Run it again")


# ----------------------------------------------------------------------- cues


class CueSheet:
    """When each utterance is heard, and the chime before it: its place in its segment, after all segments before."""

    def __init__(self, voice: Voice, takes: Iterable[Take], rate_hz: int) -> None:
        """
        Args:
            voice: who speaks where nobody else is named.
            takes: those of the segments that will be added, in order; there may be none yet.
            rate_hz: of the finished sound, in frames per second.
        """
        self.cues: list[Cue] = []
        self.chimes: dict[int, float] = {}
        """When the chime before an utterance begins, in seconds, by the utterance's index."""
        self._voice, self._takes, self._rate_hz = voice, iter(takes), rate_hz
        self._rung_s: float | None = None
        self._samples = 0

    @property
    def seconds(self) -> float:
        """Length of all segments so far."""
        return self._samples / self._rate_hz

    def add(self, recipe: SegmentRecipe, segment: Segment) -> None:
        """Take in the next segment; its takes are there by now."""
        for part, span in zip(recipe.parts, segment.spans, strict=True):
            if part.chime:
                self._rung_s = span and self.seconds + span.start_s
                continue
            take = next(self._takes)
            if span is None:
                continue
            if self._rung_s is not None:
                self.chimes[take.index], self._rung_s = self._rung_s, None
            self.cues.append(self._cue(take, span, self.seconds))
        self._samples += segment.samples

    def _cue(self, take: Take, span: Span, begin_s: float) -> Cue:
        start_s, end_s = begin_s + span.start_s, begin_s + span.end_s
        return Cue(
            start_s=start_s,
            end_s=end_s,
            text=take.utterance.written,
            role=take.utterance.role,
            utterance=take.index,
            speaker=_find_speaker(take, self._voice),
            named=take.utterance.speaker is not None,
            words=_find_words(take, start_s - span.begin_s, start_s, end_s),
        )


def _find_speaker(take: Take, voice: Voice) -> str | None:
    """The person who says it, else the voice that has really spoken; None where that is the script's."""
    heard = take.spoken_by or voice
    return take.utterance.speaker or (heard.shown_id if heard.id != voice.id else None)


def _find_words(take: Take, begin_s: float, start_s: float, end_s: float) -> WordTimes:
    """When the words of a take are heard, as written: its clip's own times from where the clip would begin uncut, and
    none outside its cue, since an engine counts a little silence to the words at the edges."""
    if take.clip is None or not take.clip.words:
        return WordTimes()
    placed = place_words(take.utterance.text, take.clip.words, take.utterance.written)
    return placed.moved(begin_s, start_s, end_s)


def _refusal(take: Take) -> SpeechError:
    place, words = take.utterance.place, take.utterance.first_words
    return SpeechError(
        f"{place} cannot be spoken" if place == words else f"{place} cannot be spoken, {words}",
        (take.failure or "").rstrip("."),
        "Change it, choose another --voice, or leave a pause in its place with --allow-gaps",
    )

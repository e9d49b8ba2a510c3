"""A minute or so of an episode, mastered and encoded by itself: the work of one process.

Segments begin and end in silence, on the grid of MP3 frames, and the encoder keeps no bits for later. So the frames of
all segments one after another are the episode, whoever made them and in whatever order. Nothing in a segment but its
length depends on where it stands: an edit leaves those around it as they are, and after an insertion they are the same
again from where one ends at the same paragraph as before.
"""

from __future__ import annotations

import base64
import json
import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.audio.assemble import Span, Timeline
from narrate.audio.encode import Mp3Format
from narrate.audio.ffmpeg import convert
from narrate.audio.flac import encode_flac
from narrate.audio.loudness import Measured, measure
from narrate.audio.master import COMPRESSOR, SILENCE_DBFS, Gain, at_rate, float_input, read_clip, sound_edition
from narrate.audio.mp3 import FRAME_SAMPLES, PREROLL_FRAMES, count_frames, split_frames
from narrate.audio.music import Bed, Piece, intro_alone_s, lay_intro, lay_outro
from narrate.cache import make_key, open_store
from narrate.types import StoredClip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORTEST_S, FULL_S = 45.0, 110.0
"""A segment ends at the first paragraph after so much sound: the first ones of an episode, so that a short text has
work for every core; and those later on, where the start of ffmpeg counts, which costs as much as four seconds."""

GROWTH = 0.1
"""How much longer the next one is for each second before it. In a quarter of an hour they have grown up."""

OVERTIME = 1.3
"""At the latest it ends at the first sentence after so many times as much."""

SILENT_MS = 200
"""A segment ends only in a pause of this length, so that half of it hides all that an encoder hears around an edge."""

PEAK_TRIES = 5
"""Times a segment is limited before its peaks are taken as they are."""

MARGIN_S = 0.001
"""How far before the end of a frame the last segment ends: readers that know nothing of the padding in the last frame
are then wrong by one frame, and by two elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A clip with the pause after it, or a pause where nothing could be spoken."""

    clip: StoredClip | None
    level_db: float
    """What the clip gains before anything else."""
    pause_ms: int
    chime: bool = False
    """True for a sound without words, which keeps its edges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRecipe:
    """All that a worker needs to make a segment: nothing live."""

    head_ms: int
    """Silence before the first part."""
    parts: tuple[Part, ...]
    last: bool
    """True where the episode ends with it."""
    rate_hz: int
    """Of the joined clips, in frames per second."""
    gain: Gain
    out_hz: int
    """Of the finished sound, in frames per second."""
    mp3: Mp3Format | None
    """None where it stays as it is, for an encoder that makes a whole file at once."""
    store: Path

    intro: Piece | None = None
    """Music before the first part and under it."""
    outro: Piece | None = None
    """Music under the last part and after it."""

    edition: str = field(default_factory=sound_edition)
    """What makes it, as the process knows it that asks: a worker takes it as it is."""

    @property
    def key(self) -> str:
        """Of the segment in the store: all that makes its bytes, and nothing else."""
        parts = [(part.clip and part.clip.digest, part.level_db, part.pause_ms, part.chime) for part in self.parts]
        music = [piece and (piece.clip.digest, piece.level_db) for piece in (self.intro, self.outro)]
        about = [
            self.head_ms,
            parts,
            self.last,
            self.rate_hz,
            asdict(self.gain),
            self.out_hz,
            self.mp3 and asdict(self.mp3),
            music,
        ]
        return make_key(self.edition, json.dumps(about))


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A finished segment as it lies in the store."""

    samples: int
    """Its length at the output's rate; whole frames, but for the last one of an episode."""

    packed_spans: array[float]
    """The spans' numbers one after another, NaN for gaps, in a tenth of the room."""

    measured: Measured
    """Of its sound as a listener decodes it."""

    @property
    def spans(self) -> Iterator[Span | None]:
        """When the sound of each part begins and ends, in seconds from the segment's start; None for a gap."""
        for at in range(0, len(self.packed_spans), 3):
            span = Span(*self.packed_spans[at : at + 3])
            yield None if math.isnan(span.start_s) else span


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The sound of a segment."""

    data: bytes
    """MP3 frames, or FLAC."""

    sizes: array[int] = field(default_factory=lambda: array("H"))
    """Of every MP3 frame, in bytes; empty for FLAC."""


def _pack_spans(spans: Iterable[Span | None]) -> array[float]:
    """As a segment keeps them."""
    return array("d", chain.from_iterable(span or repeat(math.nan, 3) for span in spans))


class Cutter:
    """Cuts a stream of parts into segments."""

    def __init__(self, head_ms: int) -> None:
        self._head_ms = head_ms
        self._parts: list[Part] = []
        self._seconds = self._before_s = 0.0
        self._whole: tuple[int, tuple[Part, ...]] = head_ms, ()

    def add(self, part: Part, *, ends_paragraph: bool) -> tuple[int, tuple[Part, ...]] | None:
        """Take a part; the head and the parts of a segment where one ends with it."""
        self._parts.append(part)
        self._seconds += part.pause_ms / 1000 + (part.clip.seconds if part.clip else 0.0)
        least_s = min(FULL_S, SHORTEST_S + GROWTH * self._before_s)
        if part.pause_ms < SILENT_MS or self._seconds < (least_s if ends_paragraph else OVERTIME * least_s):
            return None
        self._before_s += self._seconds
        here_ms = part.pause_ms // 2
        segment = self._head_ms, (*self._parts[:-1], replace(part, pause_ms=here_ms))
        self._whole = self._head_ms, tuple(self._parts)
        self._head_ms, self._parts, self._seconds = part.pause_ms - here_ms, [], 0.0
        return segment

    def undo(self) -> tuple[int, tuple[Part, ...]]:
        """The segment that was cut off just now, as it is where nothing comes after it."""
        return self._whole

    def rest(self) -> tuple[int, tuple[Part, ...]]:
        """The head and the parts of the last segment."""
        return self._head_ms, tuple(self._parts)


def make_segment(recipe: SegmentRecipe) -> None:
    """Join, level, encode and measure a segment, and store it.

    Raises:
        AudioError: it could not be made.
        OutputError: the store cannot be written.
    """
    sound, spans, beds, samples = _assemble(recipe)
    finishing = recipe
    if beds:
        sound = _add_music(sound, beds, recipe)
        finishing = replace(recipe, rate_hz=recipe.out_hz, gain=replace(recipe.gain, compressed=False))
    body, measured = _finish(sound, samples, finishing)
    about = {
        "samples": samples,
        "spans": base64.b64encode(_pack_spans(spans).tobytes()).decode(),
        "measured": base64.b64encode(measured.to_bytes()).decode(),
        "sizes": base64.b64encode(body.sizes.tobytes()).decode(),
    }
    open_store(recipe.store).put(recipe.key, json.dumps(about).encode() + b"\n" + body.data, kind="segments")


def read_segment(recipe: SegmentRecipe) -> tuple[Segment, Body] | None:
    """The segment out of the store, and its sound; None where it is not there, or damaged."""
    blob = open_store(recipe.store).get(recipe.key, kind="segments")
    if blob is None:
        return None
    line, _, data = blob.partition(b"\n")
    about = json.loads(line)
    segment = Segment(
        samples=about["samples"],
        packed_spans=array("d", base64.b64decode(about["spans"])),
        measured=Measured.from_bytes(base64.b64decode(about["measured"])),
    )
    return segment, Body(data=data, sizes=array("H", base64.b64decode(about["sizes"])))


def _assemble(
    recipe: SegmentRecipe,
) -> tuple[NDArray[np.float32], list[Span | None], list[tuple[Piece, Bed]], int]:
    """The joined sound, when each part is heard, what music with it, and the length in samples of the output."""
    timeline = Timeline(recipe.rate_hz)
    timeline.pause(recipe.head_ms)
    if recipe.intro:
        timeline.pause(round(intro_alone_s(recipe.intro.clip.seconds) * 1000))
    speech_s = timeline.seconds
    spans: list[Span | None] = []
    for part in recipe.parts:
        if part.clip is None:
            timeline.pause(part.pause_ms)
            spans.append(None)
            continue
        samples = at_rate(read_clip(part.clip, part.level_db, recipe.store), part.clip.rate_hz, recipe.rate_hz)
        silence_dbfs = -math.inf if part.chime else SILENCE_DBFS - recipe.gain.output_db
        spans.append(timeline.speak(samples, part.pause_ms, silence_dbfs))
    end_s = max((span[1] for span in spans if span), default=speech_s)
    beds = _lay_beds(recipe, speech_s, end_s)
    if recipe.outro:
        timeline.pause(round((beds[-1][1].end_s - end_s) * 1000))
    frame_s = FRAME_SAMPLES / recipe.out_hz
    if recipe.last:
        seconds = math.ceil((timeline.seconds + MARGIN_S) / frame_s) * frame_s - MARGIN_S
    else:
        seconds = round(timeline.seconds / frame_s) * frame_s
    return timeline.finish(seconds), spans, beds, round(seconds * recipe.out_hz)


def _lay_beds(recipe: SegmentRecipe, speech_s: float, end_s: float) -> list[tuple[Piece, Bed]]:
    """The music of a segment whose speech begins and ends there; intro and outro share what there is of it."""
    share_s = (end_s - speech_s) / (2 if recipe.intro and recipe.outro else 1)
    beds = []
    if recipe.intro:
        beds.append((recipe.intro, lay_intro(recipe.intro.clip.seconds, recipe.head_ms / 1000, share_s)))
    if recipe.outro:
        beds.append((recipe.outro, lay_outro(recipe.outro.clip.seconds, end_s, share_s)))
    return beds


def _add_music(sound: NDArray[np.float32], beds: list[tuple[Piece, Bed]], recipe: SegmentRecipe) -> NDArray[np.float32]:
    """Speech and music together, at the output's rate, ready for the limiter.

    Speech passes the compressor before they meet, since its peaks would take music down too. Nor is music taken through
    the rate of a voice, which may have no treble.
    """
    import numpy as np

    if recipe.gain.compressed:
        squeeze = [*float_input(recipe.rate_hz), "-af", COMPRESSOR, "-f", "f32le", "pipe:1"]
        sound = np.frombuffer(convert(squeeze, sound.tobytes()), "<f4")
    mixed = at_rate(sound, recipe.rate_hz, recipe.out_hz).copy()
    for piece, bed in beds:
        clip = at_rate(read_clip(piece.clip, piece.level_db, recipe.store), piece.clip.rate_hz, recipe.out_hz)
        begin = round(bed.begin_s * recipe.out_hz)
        heard = bed.shape(clip, recipe.out_hz)[: len(mixed) - begin]
        mixed[begin : begin + len(heard)] += heard
    return mixed


def _finish(sound: NDArray[np.float32], samples: int, recipe: SegmentRecipe) -> tuple[Body, Measured]:
    """The sound as it is stored, and how loud it is; where a peak comes out too high, again with a lower limit.

    That is nobody else's business: a peak in one minute must not change a book.
    """
    finish = _finish_mp3 if recipe.mp3 else _finish_pcm
    for _ in range(PEAK_TRIES):
        body, measured = finish(sound, samples, recipe)
        gain = recipe.gain.lowered(measured.true_peak_dbtp)
        if gain == recipe.gain:
            break
        recipe = replace(recipe, gain=gain)
    return body, measured


def _finish_mp3(sound: NDArray[np.float32], samples: int, recipe: SegmentRecipe) -> tuple[Body, Measured]:
    """The frames of a segment, and how loud they are for whoever decodes them."""
    import io

    import numpy as np
    import soundfile

    mp3 = recipe.mp3 or Mp3Format()
    before = np.zeros(round(PREROLL_FRAMES * FRAME_SAMPLES / recipe.out_hz * recipe.rate_hz), np.float32)
    frames = split_frames(_level(recipe, [*mp3.arguments, "-f", "mp3"], before, sound))
    wanted = count_frames(samples) if recipe.last else samples // FRAME_SAMPLES
    frames = frames[PREROLL_FRAMES : PREROLL_FRAMES + wanted]
    data = b"".join(frames)
    measured = measure(*soundfile.read(io.BytesIO(data), dtype="float32"))
    return Body(data=data, sizes=array("H", map(len, frames))), measured


def _finish_pcm(sound: NDArray[np.float32], samples: int, recipe: SegmentRecipe) -> tuple[Body, Measured]:
    """A segment to the sample, as FLAC."""
    import numpy as np

    raw = _level(recipe, ["-ac", "1", "-ar", str(recipe.out_hz), "-f", "s16le"], sound)
    pcm = np.zeros(samples, "<i2")
    made = np.frombuffer(raw, "<i2")[:samples]
    pcm[: len(made)] = made
    measured = measure(pcm.astype(np.float32) / np.float32(32768), recipe.out_hz)
    return Body(data=encode_flac(pcm, recipe.out_hz)), measured


def _level(recipe: SegmentRecipe, output: list[str], *sound: NDArray[np.float32]) -> bytes:
    """What ffmpeg makes of the sound behind the filters, one piece after another."""
    filters = ["-af", recipe.gain.filters(recipe.out_hz)]
    unflushed = ["-flush_packets", "0"]  # else every frame of 26 ms is handed over by itself
    arguments = [*float_input(recipe.rate_hz), *filters, *output, *unflushed, "pipe:1"]
    return convert(arguments, *(piece.data.cast("B") for piece in sound))

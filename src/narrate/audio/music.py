"""Music around speech and under it, and a sound before chapters: the user's files, or the bell that comes along.

Files are decoded once, no further than they are heard, and lie among the clips. Where in a segment they sound, and how
loud, is drawn as a line of points from what is known of its speech.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.audio.ffmpeg import Ffmpeg
from narrate.audio.flac import describe_clip, pack_clip, unpack_clip
from narrate.audio.loudness import STEPS_A_BLOCK, STEPS_A_SECOND, combine, measure
from narrate.audio.master import sound_edition
from narrate.cache import Store, make_key
from narrate.errors import AudioError, UsageError
from narrate.types import Clip, StoredClip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BELL = "bell"
"""The name of the chime that needs no file."""

BELL_S = 1.2
BELL_PARTIALS = ((660.0, 1.0, 0.25), (990.0, 0.4, 0.2), (1782.0, 0.15, 0.1))
"""Frequency in hertz, share, and the time in seconds in which it falls to a third."""

MUSIC_BELOW_LU = 3.0
"""How much softer than the voice music is by itself."""

CHIME_BELOW_LU = 6.0
"""How much softer than the voice the loudest 400 ms of a chime are: what dies away is as loud as it begins."""

DUCK = 10 ** (-15 / 20)
"""What is left of music under speech."""

FADE_IN_S = 0.05
EARLY_S, LATE_S = 0.5, 0.3
"""Music makes way so long before the voice begins, and is out of it so long after: the first word is understood."""

INTRO_ALONE_S, INTRO_ALONE_SHARE = 8.0, 0.6
INTRO_UNDER_S = 6.0
OUTRO_UNDER_S, OUTRO_UNDER_SHARE = 5.0, 0.4
OUTRO_ALONE_S = 10.0
"""Longest parts of music by itself and under speech; and, of music that is shorter, their share."""

SWELL_S, FADE_OUT_S = 0.8, 3.0
OUTRO_RISE_S = 1.0
"""In which an outro comes in under speech: nobody shall hear when."""

INTRO_S = INTRO_ALONE_S + INTRO_UNDER_S
OUTRO_S = OUTRO_UNDER_S + OUTRO_ALONE_S
CHIME_S = 10.0
"""Most that is used of a file."""

SPARE_S = 5.0
"""Decoded beyond it, since silence at the beginning is cut off."""

LONGEST_S = 3600
"""A longer file is no music, but a mistake."""

QUIET = 10 ** (-60 / 20)
"""Beside the highest peak, at both ends, this is silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A sound that is laid into an episode."""

    clip: StoredClip
    loudness_lufs: float
    """Of its samples as they lie in the store."""
    level_db: float = 0.0
    """What it gains before anything else."""

    def levelled(self, lufs: float) -> Piece:
        """It, as loud as that."""
        return replace(self, level_db=round(lufs - self.loudness_lufs, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Music:
    """All that sounds in an episode beside the voice."""

    intro: Piece | None = None
    outro: Piece | None = None
    chime: Piece | None = None

    @property
    def keys(self) -> set[str]:
        """Of its clips in the store."""
        return {piece.clip.key for piece in (self.intro, self.outro, self.chime) if piece}

    def beside(self, voice_lufs: float) -> Music:
        """It, at its levels beside a voice that is so loud where they are put together."""
        return Music(
            intro=self.intro and self.intro.levelled(voice_lufs - MUSIC_BELOW_LU),
            outro=self.outro and self.outro.levelled(voice_lufs - MUSIC_BELOW_LU),
            chime=self.chime and self.chime.levelled(voice_lufs - CHIME_BELOW_LU),
        )


# -------------------------------------------------------------------- loading


def load_music(store: Store, rate_hz: int, *, intro: str | None, outro: str | None, chime: str | None) -> Music:
    """The sounds that were asked for, decoded into the store of clips.

    Args:
        rate_hz: to which they are decoded, in frames per second.
        intro, outro: files of any kind that ffmpeg reads; nothing for none.
        chime: such a file, `bell`, or nothing.

    Raises:
        UsageError: a file cannot be used; it is named with its option.
        OutputError: the store cannot be written.
    """
    return Music(
        intro=_load("--intro-audio", intro, INTRO_S, rate_hz, store) if intro else None,
        outro=_load("--outro-audio", outro, OUTRO_S, rate_hz, store) if outro else None,
        chime=_load_chime(chime, rate_hz, store) if chime else None,
    )


def _load_chime(name: str, rate_hz: int, store: Store) -> Piece:
    if name != BELL:
        return _load("--chime", name, CHIME_S, rate_hz, store, momentary=True)
    key = make_key(sound_edition(), BELL, str(rate_hz))
    return _keep(key, lambda: _ring_bell(rate_hz), rate_hz, store, momentary=True)


def _load(option: str, name: str, most_s: float, rate_hz: int, store: Store, *, momentary: bool = False) -> Piece:
    """
    Raises:
        UsageError: the file cannot be used.
    """
    path = Path(name)
    try:
        if not path.exists():
            raise ValueError("there is no such file")
        if not path.is_file():
            raise ValueError("it is no file")
        if not path.stat().st_size:
            raise ValueError("it is empty")
        with path.open("rb") as file:
            digest = file_digest(file, "blake2b").hexdigest()
        key = make_key(sound_edition(), "music", digest, f"{rate_hz} {most_s}")
        return _keep(key, lambda: _decode(path, rate_hz, most_s), rate_hz, store, momentary=momentary)
    except OSError as problem:
        raise _unusable(option, name, problem.strerror or str(problem)) from problem
    except ValueError as problem:
        raise _unusable(option, name, str(problem)) from problem


def _unusable(option: str, name: str, why: str) -> UsageError:
    return UsageError(f"{option} {name} cannot be used", why, "Give a file with sound in it, of an hour at most")


def _keep(key: str, make: Callable[[], NDArray[np.float32]], rate_hz: int, store: Store, *, momentary: bool) -> Piece:
    """A sound out of the store, into which it goes where it is not there."""
    import numpy as np

    blob = store.get(key, kind="clips")
    if blob is None:
        blob = store.put(key, pack_clip(Clip(samples=make(), rate_hz=rate_hz)), kind="clips")
    samples = unpack_clip(blob).astype(np.float32) / np.float32(32768)
    return Piece(clip=describe_clip(key, blob), loudness_lufs=_loudness_lufs(samples, rate_hz, momentary=momentary))


def _decode(path: Path, rate_hz: int, most_s: float) -> NDArray[np.float32]:
    """A file's first sound, without the silence around it: mono, shape (frames,), full scale at ±1.0.

    Raises:
        ValueError: there is none, or it is too long; says why.
    """
    import numpy as np

    decoded_s = most_s + SPARE_S
    source = ["-protocol_whitelist", "file", "-i", f"file:{path}", "-map", "0:a:0", "-t", str(decoded_s)]
    with tempfile.TemporaryFile() as pcm:
        try:
            with Ffmpeg([*source, "-f", "f32le", "-ac", "1", "-ar", str(rate_hz), "pipe:1"], stdout=pcm) as decoding:
                pass
        except AudioError as problem:
            raise ValueError("ffmpeg finds no sound in it") from problem
        pcm.seek(0)
        samples = np.frombuffer(pcm.read(), "<f4")
    if _length_s(decoding.log) > LONGEST_S:
        raise ValueError("it is longer than an hour")
    if math.isinf(_loudness_lufs(samples, rate_hz, momentary=True)):
        raise ValueError(f"it is silent for its first {decoded_s:.0f} s or throughout")
    loud = np.flatnonzero(np.abs(samples) > QUIET * np.abs(samples).max())
    return samples[loud[0] : loud[-1] + 1][: round(most_s * rate_hz)]


def _length_s(log: str) -> float:
    """How long ffmpeg says that its input is; 0 where it does not know."""
    found = re.search(r"Duration: (\d+):(\d\d):([\d.]+)", log)
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else 0.0


def _loudness_lufs(samples: NDArray[np.float32], rate_hz: int, *, momentary: bool) -> float:
    """Of the whole, or of its loudest 400 ms; -inf for silence."""
    import numpy as np

    missing = -(-rate_hz * STEPS_A_BLOCK // STEPS_A_SECOND) - len(samples)
    measured = measure(np.pad(samples, (0, max(0, missing))), rate_hz)
    if momentary:
        powers = measured.powers
        blocks = [powers[at : at + STEPS_A_BLOCK] for at in range(len(powers) - STEPS_A_BLOCK + 1)]
        measured = replace(measured, powers=max(blocks, key=sum))
    return combine([measured]).integrated_lufs


def _ring_bell(rate_hz: int) -> NDArray[np.float32]:
    """A soft bell: partials that die away, the higher the sooner."""
    import numpy as np

    time_s = np.arange(round(BELL_S * rate_hz)) / rate_hz
    rung = sum(
        share * np.exp(-time_s / falls_s) * np.sin(2 * np.pi * pitch_hz * time_s)
        for pitch_hz, share, falls_s in BELL_PARTIALS
    )
    edges = np.minimum(1, np.minimum(time_s / 0.005, (BELL_S - time_s) / 0.2))
    return (0.5 * edges * rung).astype(np.float32)


# ------------------------------------------------------------- beside speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Bed:
    """Where in a segment music sounds, and how loud."""

    begin_s: float
    """In seconds from the segment's start."""

    line: tuple[tuple[float, float], ...]
    """How loud: points in seconds from the music's begin, each with what is left of its own level, the last one 0."""

    @property
    def end_s(self) -> float:
        """In seconds from the segment's start."""
        return self.begin_s + self.line[-1][0]

    def shape(self, samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
        """The music as it sounds there: begins with its first sample and ends with the line."""
        import numpy as np

        times_s, levels = zip(*self.line, strict=True)
        heard = samples[: round(times_s[-1] * rate_hz)]
        shaped: NDArray[np.float32] = heard * np.interp(np.arange(len(heard)) / rate_hz, times_s, levels)
        return shaped.astype(np.float32)


def intro_alone_s(intro_s: float) -> float:
    """How long music of some length plays before the voice, in seconds."""
    return min(INTRO_ALONE_S, INTRO_ALONE_SHARE * intro_s)


def lay_intro(intro_s: float, begin_s: float, speech_s: float) -> Bed:
    """Music that begins alone, and goes away under the voice.

    Args:
        intro_s: its length.
        begin_s: when it begins.
        speech_s: how long there is speech to go away under.
    """
    alone_s = intro_alone_s(intro_s)
    under_s = min(INTRO_UNDER_S, intro_s - alone_s, max(2 * LATE_S, speech_s))
    return _bed(
        begin_s,
        (0, 0),
        (FADE_IN_S, 1),
        (alone_s - EARLY_S, 1),
        (alone_s + min(LATE_S, under_s / 2), DUCK),
        (alone_s + under_s / 2, DUCK),
        (alone_s + under_s, 0),
    )


def lay_outro(outro_s: float, speech_end_s: float, speech_s: float) -> Bed:
    """Music that comes under the last words, and plays on.

    Args:
        outro_s: its length.
        speech_end_s: when the last word ends.
        speech_s: how long there is speech before that to come under.
    """
    under_s = min(OUTRO_UNDER_S, OUTRO_UNDER_SHARE * outro_s, speech_s)
    alone_s = min(OUTRO_ALONE_S, outro_s - under_s)
    return _bed(
        speech_end_s - under_s,
        (0, 0),
        (max(FADE_IN_S, min(OUTRO_RISE_S, under_s)), DUCK),
        (under_s, DUCK),
        (under_s + min(SWELL_S, alone_s / 2), 1),
        (under_s + alone_s - min(FADE_OUT_S, alone_s / 2), 1),
        (under_s + alone_s, 0),
    )


def _bed(begin_s: float, *points: tuple[float, float]) -> Bed:
    """A line whose points may have come too close: none lies before an earlier one."""
    line: list[tuple[float, float]] = []
    for time_s, level in points:
        line.append((max(time_s, line[-1][0] if line else 0.0), level))
    return Bed(begin_s=begin_s, line=tuple(line))

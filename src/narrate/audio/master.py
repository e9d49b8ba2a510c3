"""Loudness: how loud speech is, how loud it shall be, and the filters between the two."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from narrate.audio.assemble import Timeline
from narrate.audio.ffmpeg import convert, find_ffmpeg
from narrate.cache import make_key, open_store
from narrate.engines.versions import name_versions
from narrate.errors import AudioError
from narrate.types import Loudness, StoredClip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NOMINAL_LUFS = -26.0
"""Loudness of the speaking voice at which the compressor is set."""

PRESSED_DB, PRESSED_LUFS = 12.5, -16.0
"""The gain behind the compressor, and the loudness behind that and the limiter, to which several voices are brought:
one with higher peaks loses more in both, so that two of the same loudness before are up to 2 LU apart after them."""

PRESSED_WITHIN_DB = 8.0
"""How far from the nominal level such a voice may be put."""

LEVEL_STEP_DB = 0.5
GAIN_STEP_DB = 0.2
"""Gains are found in steps, so that a sentence edited in the sample leaves them, and all other sound, as they were."""

CORRECTION_STEP_DB = 0.1

SILENCE_DBFS = -46.0
"""What counts as silence in the finished episode (RMS of 10 ms)."""

COMPRESSOR = "acompressor=threshold=-20dB:ratio=3:attack=1:release=80:knee=4:detection=peak"
"""Takes 4 dB off the distance between peaks and loudness, and 0.5 LU off the loudness range:
without it the limiter would have to take 8 dB off the default voice's peaks."""

LIMITER_ALONE_DB = 3.0
"""Peaks that stand so much above the limit are the limiter's work; a voice with higher ones needs the compressor."""

CEILING_DBFS = -2.0
"""Limit of the sample peaks before encoding; LAME adds up to half a decibel between the samples."""

CEILING_DBTP = -1.0
"""Highest true peak that a finished file may have (Apple Podcasts' advice)."""

LAME_LOSS_LU = 0.5
"""What is lost of the loudness of speech on the way into an MP3: 0.46 LU to LAME at 48 to 128 kbit/s, the rest to the
limiter, which sees more peaks at the output's rate than at the voice's."""

TOLERANCE_LU = 0.3
"""A finished file further off than this is mastered again."""

SHORTEST_S = 3.0
"""A shorter sample is measured several times over: the meter wants some blocks of 400 ms."""


class TooQuiet(AudioError):
    """Speech in which there is hardly any sound."""


class ClipLost(AudioError):
    """A clip that was spoken is not in the store any more, or not as it was written.

    Args:
        key: of the clip.
    """

    def __init__(self, key: str) -> None:
        why = "something else cleared it, or it was damaged"
        super().__init__("a clip has gone from the cache", why, "Run the command again")
        self.args = (key,)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """How speech at its nominal level is brought to the loudness of the episode."""

    output_db: float
    """After the compressor, or in its place."""

    compressed: bool = True
    """Whether it passes the compressor."""

    ceiling_dbfs: float = CEILING_DBFS
    """Limit of the sample peaks."""

    def suits(self, measured: Loudness, target_lufs: float) -> bool:
        """True where a finished file is as loud as it shall be, and no peak too high."""
        off_lu = abs(measured.integrated_lufs - target_lufs)
        return off_lu <= TOLERANCE_LU and measured.true_peak_dbtp <= CEILING_DBTP

    def corrected(self, measured: Loudness, target_lufs: float) -> Gain:
        """The gain for another try, where a file made with this one is not as loud as it shall be."""
        off_lu = target_lufs - measured.integrated_lufs
        if abs(off_lu) <= TOLERANCE_LU:
            return self
        return replace(self, output_db=_stepped(self.output_db + off_lu, CORRECTION_STEP_DB))

    def lowered(self, true_peak_dbtp: float) -> Gain:
        """With a lower limit, where a peak came out too high with this one."""
        over_db = true_peak_dbtp - CEILING_DBTP
        return replace(self, ceiling_dbfs=self.ceiling_dbfs - over_db - 0.2) if over_db > 0 else self

    def to_bytes(self) -> bytes:
        """As it is kept."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Gain:
        return cls(**json.loads(kept))

    def filters(self, rate_hz: int) -> str:
        """The chain as ffmpeg names it, for an output of so many frames per second."""
        return ",".join(
            (
                *([COMPRESSOR] if self.compressed else []),
                f"volume={self.output_db:.3f}dB",
                f"aresample={rate_hz}:internal_sample_fmt=fltp",
                f"alimiter=limit={10 ** (self.ceiling_dbfs / 20):.6f}:level=0:attack=5:release=50:latency=1",
            )
        )


# ------------------------------------------------------------- from a sample


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRecipe:
    """A sample of one voice."""

    clips: tuple[StoredClip, ...]
    store: Path

    pressed: bool = False
    """Are there other voices, so that its loudness behind compressor and limiter counts?"""

    @property
    def key(self) -> str:
        kind = "level behind the limiter" if self.pressed else "level"
        return make_key(sound_edition(), kind, *(clip.digest for clip in self.clips))


def find_level(recipe: LevelRecipe) -> float:
    """What a voice gains to be at the nominal level, in decibels; beside others, to be as loud as they in the end.

    Raises:
        AudioError: there is hardly any sound in the sample.
    """
    import numpy as np

    rate_hz = recipe.clips[0].rate_hz
    clips = [(read_clip(clip, 0.0, recipe.store), clip.rate_hz) for clip in recipe.clips]
    sample = np.concatenate([at_rate(samples, own_hz, rate_hz) for samples, own_hz in clips])
    level_db = _stepped(NOMINAL_LUFS - _loudness_lufs(sample, rate_hz), LEVEL_STEP_DB)
    return _press(sample, rate_hz, level_db) if recipe.pressed else level_db


def _press(sample: NDArray[np.float32], rate_hz: int, level_db: float) -> float:
    """The level, in decibels, at which a voice is as loud as wanted in the end: found by halving."""
    import numpy as np

    chain = Gain(output_db=PRESSED_DB).filters(rate_hz)
    low, high = level_db - PRESSED_WITHIN_DB, level_db + PRESSED_WITHIN_DB
    while high - low > GAIN_STEP_DB / 2:
        middle = (low + high) / 2
        loudness_lufs = _loudness_lufs(_filter(sample * np.float32(10 ** (middle / 20)), rate_hz, chain), rate_hz)
        low, high = (low, middle) if loudness_lufs > PRESSED_LUFS else (middle, high)
    return _stepped((low + high) / 2, GAIN_STEP_DB)


@dataclass(frozen=True, slots=True, kw_only=True)
class GainRecipe:
    """A sample of an episode."""

    clips: tuple[tuple[StoredClip, float, int], ...]
    """Each with what it gains to be at the nominal level, in decibels, and the pause after it, in milliseconds."""

    rate_hz: int
    target_lufs: float
    """Integrated loudness wanted of the finished file."""

    loss_lu: float
    """What the encoder takes off it."""

    store: Path

    @property
    def key(self) -> str:
        clips = [f"{clip.digest} {level_db} {pause_ms}" for clip, level_db, pause_ms in self.clips]
        return make_key(sound_edition(), f"gain {self.rate_hz} {self.target_lufs} {self.loss_lu}", *clips)


def find_gain(recipe: GainRecipe) -> Gain:
    """The gain that brings speech to a loudness.

    The meter leaves out what is quiet, but not the edges of a pause: 0.1 to 0.2 LU of speech with its pauses.

    Raises:
        AudioError: there is hardly any sound in the sample.
    """
    import numpy as np

    rate_hz, wanted_lufs = recipe.rate_hz, recipe.target_lufs + recipe.loss_lu
    sample = _assemble(recipe)
    loudness_lufs = _loudness_lufs(sample, rate_hz)
    over_db = 20 * np.log10(np.abs(sample).max()) + recipe.target_lufs - loudness_lufs - CEILING_DBFS
    compressed = bool(over_db > LIMITER_ALONE_DB)
    if compressed:
        sample = _filter(sample, rate_hz, COMPRESSOR)
        loudness_lufs = _loudness_lufs(sample, rate_hz)
    output_db = wanted_lufs - loudness_lufs
    if over_db > 0:  # the limiter takes something off too
        limited = _filter(sample, rate_hz, Gain(output_db=output_db, compressed=False).filters(rate_hz))
        output_db += wanted_lufs - _loudness_lufs(limited, rate_hz)
    output_db = _stepped(output_db, GAIN_STEP_DB)
    return Gain(output_db=output_db, compressed=compressed)


def _assemble(recipe: GainRecipe) -> NDArray[np.float32]:
    """The sample as it will be heard."""
    timeline = Timeline(recipe.rate_hz)
    silence_dbfs = SILENCE_DBFS - (recipe.target_lufs + recipe.loss_lu - NOMINAL_LUFS)
    for clip, level_db, pause_ms in recipe.clips:
        samples = at_rate(read_clip(clip, level_db, recipe.store), clip.rate_hz, recipe.rate_hz)
        timeline.speak(samples, pause_ms, silence_dbfs)
    return timeline.drain()


def read_clip(clip: StoredClip, level_db: float, store: Path) -> NDArray[np.float32]:
    """The samples of a clip at its level, shape (frames,), full scale at ±1.0.

    Raises:
        ClipLost: it is in the store no more, or was damaged.
    """
    import numpy as np

    from narrate.audio.flac import unpack_clip

    blob = open_store(store).get(clip.key, kind="clips", mend=False)  # whoever speaks it again will count it
    if blob is None:
        raise ClipLost(clip.key)
    return unpack_clip(blob).astype(np.float32) * np.float32(10 ** (level_db / 20) / 32768)


def at_rate(samples: NDArray[np.float32], rate_hz: int, wanted_hz: int) -> NDArray[np.float32]:
    """The samples at another number of frames per second."""
    if rate_hz == wanted_hz:
        return samples
    import soxr

    resampled: NDArray[np.float32] = soxr.resample(samples, rate_hz, wanted_hz)
    return resampled


def _filter(samples: NDArray[np.float32], rate_hz: int, filters: str) -> NDArray[np.float32]:
    import numpy as np

    arguments = [*float_input(rate_hz), "-af", filters, "-f", "f32le", "pipe:1"]
    return np.frombuffer(convert(arguments, samples.tobytes()), dtype="<f4")


def _loudness_lufs(samples: NDArray[np.float32], rate_hz: int) -> float:
    import numpy as np

    from narrate.audio.loudness import combine, measure

    repeats = max(1, round(SHORTEST_S * rate_hz / len(samples)))
    loudness_lufs = combine([measure(np.tile(samples, repeats), rate_hz)]).integrated_lufs
    if loudness_lufs < -69:
        raise TooQuiet("the speech cannot be levelled", "there is hardly any sound in it", "Try another voice")
    return loudness_lufs


def _stepped(value: float, step: float) -> float:
    return round(round(value / step) * step, 3)


# --------------------------------------------------------------- for ffmpeg


def float_input(rate_hz: int) -> list[str]:
    """ffmpeg's words for samples on standard input: mono, 32-bit floats, little-endian."""
    return ["-f", "f32le", "-ar", str(rate_hz), "-ac", "1", "-i", "pipe:0"]


@cache
def sound_edition() -> str:
    """Whatever changes when the same clips may sound otherwise in the end: our code of this room, and the program."""
    program = Path(find_ffmpeg())
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    about = program.stat()
    libraries = name_versions("numpy", "soundfile", "soxr")
    return f"{blake2b(code, digest_size=16).hexdigest()} {program} {about.st_size} {about.st_mtime_ns} {libraries}"

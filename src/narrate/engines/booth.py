"""Where an utterance is spoken: in a worker process, from a recipe, into the store of clips."""

from __future__ import annotations

import importlib
import json
import struct
import sys
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, cast

from narrate.cache import make_key, open_store
from narrate.errors import EngineError, EngineUnavailable, NarrateError
from narrate.types import Clip, StoredClip, Timings, Utterance, Voice, WordTimes

if TYPE_CHECKING:
    from narrate.engines.protocol import Engine

SLOWEST_CHARS_PER_S = 2.0
FASTEST_CHARS_PER_S = 45.0
"""Speech outside this range, for a text of some length, was cut short or has run away.
People read 12 to 18 characters a second."""

SHORT_TEXT_CHARS = 30
"""Shorter texts may be read as fast as they like, since a number of two digits has many words."""

LONGEST_REST_S = 6.0
"""What the shortest of texts may take beyond its share: slow starts, long names of short signs."""

FAINT = 1e-4
"""Sound that never goes beyond this, of full scale, is silence."""


FULL = 0.999
FULL_SHARE = 0.05
"""Sound that stands at full scale for more than this share of its time is torn. A loud voice touches it for 0.001."""


class UnlikelySound(EngineError):
    """Sound that cannot be these words; another draw may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRecipe:
    """All that a worker needs to speak an utterance: nothing live."""

    engine: str
    """`module:Class`, made there without arguments."""

    edition: str
    """What `describe_engine` says of engine and voice."""

    voice: Voice
    utterance: Utterance
    speed: float
    seed: int
    store: Path

    draw: int = 0
    """Added to the seed where the sound of an earlier draw could not be the words."""

    @property
    def key(self) -> str:
        """Of the clip in the store: all that makes its sound, and nothing else."""
        sounds = [(sound.start, sound.end, sound.ipa) for sound in self.utterance.phonemes]
        text = self.utterance.text
        return make_key(
            self.edition, text.encode("utf-8", "surrogatepass"), json.dumps([sounds, self.speed, self.seed])
        )


def record_clip(recipe: ClipRecipe) -> StoredClip:
    """Speak, look whether the sound can be these words, and store it.

    Raises:
        CannotSay, EngineError, EngineUnavailable: it could not be spoken, for whatever reason.
        UnlikelySound: the sound cannot be these words.
        OutputError: the store cannot be written.
    """
    from narrate.audio.flac import describe_clip, pack_clip

    clip = _speak(recipe)
    check_sound(recipe.utterance.text, clip, recipe.speed)
    check_words(recipe.utterance.text, clip)
    blob = open_store(recipe.store).put(recipe.key, pack_clip(clip), kind="clips")
    return describe_clip(recipe.key, blob)


def _speak(recipe: ClipRecipe) -> Clip:
    """What the engine makes of it; other people's engines fail in ways of their own."""
    engine = load_engine(recipe.engine)
    try:
        clip = engine.speak(recipe.utterance, recipe.voice, speed=recipe.speed, seed=recipe.seed + recipe.draw)
    except (EngineError, EngineUnavailable):
        raise
    except Exception as problem:
        why = str(problem) if isinstance(problem, NarrateError) else f"{type(problem).__name__}: {problem}"
        raise EngineError(f"{engine.name} failed", why.rstrip(".: ")) from problem
    if not isinstance(clip, Clip):
        raise EngineError(f"{engine.name} failed", f"it gave {clip!r:.40} in place of sound")
    return clip


def check_sound(text: str, clip: Clip, speed: float) -> None:
    """Refuse sound that cannot be the text.

    Raises:
        UnlikelySound: it is cut short, has run away, is no number, silent or torn.
    """
    import numpy as np

    seconds = clip.seconds * speed
    cut = len(text) >= SHORT_TEXT_CHARS and len(text) / seconds > FASTEST_CHARS_PER_S
    if cut or seconds > len(text) / SLOWEST_CHARS_PER_S + LONGEST_REST_S:
        raise UnlikelySound(
            "the sound does not match the words", f"{len(text)} characters in {clip.seconds:.1f} s of speech"
        )
    levels = np.abs(clip.samples)
    loudest = float(levels.max())
    if not np.isfinite(loudest):
        raise UnlikelySound("the sound is not a number")
    if loudest < FAINT:
        raise UnlikelySound("the engine gave silence")
    if loudest > FULL and np.mean(levels > FULL * loudest) > FULL_SHARE:
        raise UnlikelySound("the sound is torn", "it is at full scale for too long")


def check_words(text: str, clip: Clip) -> None:
    """Refuse times that cannot be those of the words.

    Raises:
        EngineError: they are not in order, or of something that is not in the text or the clip.
    """
    try:
        words = WordTimes.of(clip.words)
    except (ValueError, struct.error) as problem:
        raise EngineError("the engine gave times of words that cannot be", str(problem)) from problem
    if words and (words[-1].end > len(text) or words[-1].end_s > clip.seconds + ROUNDING_S):
        raise EngineError("the engine gave times of words that cannot be", "they go beyond the text or the sound")


ROUNDING_S = 0.001


def warm_engine(wanted: tuple[str, str | None]) -> None:
    """Load an engine and its voice before the first text comes.

    Args:
        wanted: the engine's `module:Class`, and the name of a voice, None for its default.
    """
    from narrate.audio.flac import pack_clip

    engine = load_engine(wanted[0])
    voice = engine.find_voice(wanted[1]) if wanted[1] else engine.voices()[0]
    if voice and voice.ready and not voice.online:
        pack_clip(engine.speak(Utterance(text="Ready.", written="Ready."), voice, speed=1.0, seed=0))


@cache
def load_engine(address: str) -> Engine:
    """The engine of a class, `module:Class`."""
    module, _, name = address.partition(":")
    found: object = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return cast("Engine", cast("type", found)())


def address_of(engine: Engine) -> str:
    """The class of an engine as `module:Class`."""
    return f"{type(engine).__module__}:{type(engine).__qualname__}"


def describe_engine(engine: Engine, voice: Voice) -> str:
    """Everything about an engine and a voice that makes their sound: versions, the voice's file, our code around it."""
    module = sys.modules[type(engine).__module__].__file__
    here = Path(__file__).parent
    code = [Path(module)] if module else []
    around = [here.parent / "audio" / name for name in ("clips.py", "ffmpeg.py", "flac.py", "tempo.py", "wav.py")]
    beside = [here / name for name in ("booth.py", "google.py", "phonemes.py", "programs.py", "words.py")]
    timing = [here / "graphs.py", here.parent / "timings.py"] if voice.timings is Timings.WORDS else []
    files = [*code, *beside, *around, *timing]
    digest = blake2b(b"".join(path.read_bytes() for path in files), digest_size=16).hexdigest()
    return json.dumps([address_of(engine), voice.id, engine.fingerprint(voice), digest])

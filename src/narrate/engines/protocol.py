"""The promise that every engine keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from narrate.types import Clip, Pronunciation, Utterance, Voice


class Engine(Protocol):
    """Speaks. Knows nothing of articles, files or feeds.

    Made without arguments; loads nothing heavy before `check` or `speak`.
    """

    name: str
    """What a listener types after `--engine`."""

    max_chars: int
    """Longest text that it speaks well in one call, in characters."""

    min_chars: int
    """Shortest text that it speaks well in one call, in characters; 0 where any will do.

    It is 0 too where the engine cuts its text into sentences by itself: a neighbour changes nothing there.
    """

    def check(self) -> None:
        """Raise EngineUnavailable if it could not speak here and now."""

    def voices(self) -> Sequence[Voice]:
        """Voices it knows, the default first; those that cannot speak yet say what is missing."""

    def find_voice(self, name: str) -> Voice | None:
        """The voice of that name (or, where the engine takes one, that path), None where there is none."""

    def fingerprint(self, voice: Voice) -> str:
        """Whatever changes when the voice may sound otherwise: versions, and a digest of the voice's file.

        Sound that was stored under another fingerprint is never taken for this one's.
        """

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        """Speak the words in the voice's language, without the pause.

        Args:
            utterance: its `text` is spoken as words, whatever marks of the engine's own it may hold;
                its `phonemes` take the place of their words where the engine understands IPA.
            voice: one of `voices()` or of `find_voice`.
            speed: 1.0 is the voice's own pace, 2.0 twice as fast.
            seed: where the engine draws at random, the same seed gives the same sound.

        Returns:
            The sound; with the times of its `words` where the engine has measured them, and says so in the `timings`
            of the voice. Whoever cannot measure leaves them out: they are never counted from the letters.

        Raises:
            CannotSay: it has no sound for these words.
            EngineError: it failed this time; the same call may be tried again.
            EngineUnavailable: it cannot speak at all.
        """


@runtime_checkable
class Pronouncer(Protocol):
    """What an engine may do besides: tell how it would say a word."""

    def pronounce(self, word: str, voice: Voice) -> Pronunciation | None:
        """How a voice would say a word or name by itself; None where it has no sound for it.

        Raises:
            EngineUnavailable: it cannot tell here and now.
        """


@runtime_checkable
class Priced(Protocol):
    """What an engine may do besides: tell what speaking costs."""

    def estimate_cost(self, chars: int) -> str | None:
        """What it will cost to speak so many characters, in words; None where that is unknown, or nothing."""

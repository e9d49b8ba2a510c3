"""Errors that a listener may read: what, why, and what to do.

Every one survives pickling, since it may come back from a worker process.
"""

from __future__ import annotations


class NarrateError(Exception):
    """Anything that went wrong and that we can explain in one line.

    Args:
        what: what failed, as the user would call it.
        why: the reason; no full stop.
        remedy: what to do about it; no full stop. Empty where nothing can be done.
    """

    exit_code = 1

    def __init__(self, what: str, why: str = "", remedy: str = "") -> None:
        super().__init__(what, why, remedy)  # all of them, so it pickles
        self.what, self.why, self.remedy = what, why, remedy

    def __str__(self) -> str:
        what, why, remedy = (part.rstrip(".") for part in (self.what, self.why, self.remedy))
        line = f"{what}: {why}" if why else what
        line = f"{line}. {remedy}." if remedy else f"{line}."
        return " ".join(line.split())


class UsageError(NarrateError):
    """What was asked for does not make sense as asked."""

    exit_code = 2


class LexiconError(UsageError):
    """A lexicon, or an entry of one, that cannot be used."""


class SourceError(NarrateError):
    """A source cannot be had, or holds nothing that can be read."""


class ArticleError(NarrateError):
    """A text without a story in it."""


class ScriptError(NarrateError):
    """A script that nobody could speak."""


class SpeechError(NarrateError):
    """Speech that is not what it should be."""


class EngineError(SpeechError):
    """An engine failed this time; the same call may be tried again."""


class CannotSay(EngineError):
    """An engine has no sound for these words; trying again gives the same."""


class EngineUnavailable(SpeechError):
    """An engine cannot speak on this machine right now."""

    def __init__(self, engine: str, reason: str, remedy: str) -> None:
        super().__init__(f"{engine} cannot speak", reason, remedy)
        self.args = (engine, reason, remedy)
        self.engine = engine


class VoiceLost(EngineUnavailable):
    """A voice of which it turned out, when it was to speak, that it cannot.

    Args:
        voice: its id, `engine:name`.
    """

    def __init__(self, voice: str, engine: str, reason: str, remedy: str) -> None:
        super().__init__(engine, reason, remedy)
        self.args = (voice, engine, reason, remedy)
        self.voice = voice


class AudioError(NarrateError):
    """Sound could not be joined, measured or encoded."""


class OutputError(NarrateError):
    """A result cannot be written where it was asked for."""


class PlayError(NarrateError):
    """A recording cannot be played on this machine."""


class LibraryError(NarrateError):
    """The library of shows, or something in it, is not as it should be."""


class FeedError(NarrateError):
    """A feed that no client could use."""

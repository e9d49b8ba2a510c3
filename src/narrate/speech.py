"""Script → Speech: every utterance is spoken, tried again, or reported."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby

from narrate.audio.flac import describe_clip
from narrate.audio.master import ClipLost, LevelRecipe, TooQuiet, find_level
from narrate.cache import Store
from narrate.engines.booth import ClipRecipe, UnlikelySound, address_of, describe_engine, record_clip
from narrate.engines.protocol import Engine
from narrate.errors import AudioError, CannotSay, EngineError, EngineUnavailable, NarrateError, ScriptError, VoiceLost
from narrate.executors.again import call
from narrate.executors.protocol import Executor, WorkerLost
from narrate.types import Break, Fallback, Script, Speech, StoredClip, Take, Utterance, Voice

Speaker = tuple[Engine, Voice]

Cast = Mapping[str, Speaker]
"""Who speaks the utterances that name a voice, by that name."""

Everyone = Mapping[str | None, Speaker]
"""A cast, and under None who speaks all the rest."""

TRIES = 2

AHEAD = 16
"""Utterances that may be on their way for every worker: so many that none waits while another one masters a minute."""

SAMPLE_CHARS = 900
"""Text in which a voice is heard for its level: about a minute."""

MOST_FAILURES, AMONG = 3, 20
"""A voice that fails in so many of so many utterances is itself what fails, and not their words."""

DEADLINE_S = 120.0
"""Longest time for one utterance before its worker is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booth:
    """With what a script is spoken."""

    executor: Executor
    store: Store
    speed: float = 1.0
    """1.0 is the voice's own pace."""
    seed: int = 0
    """The same seed gives the same sound, where the engine can."""
    deadline_s: float = DEADLINE_S
    sample_chars: int = SAMPLE_CHARS
    ahead: int | None = None
    """Utterances that may be on their way; None for what keeps all workers busy."""


def speak_script(
    script: Script,
    engine: Engine,
    voice: Voice,
    booth: Booth,
    *,
    cast: Cast | None = None,
    stand_ins: Iterable[Speaker] = (),
) -> Speech:
    """The script as it will be spoken: nothing sounds before its takes are walked through.

    Args:
        engine, voice: who speaks what names no voice.
        cast: who speaks what does.
        stand_ins: who speaks an utterance at which its own voice fails, the first who can; walked through only when
            somebody is needed, and from the beginning each time.

    Returns:
        Its script is the one spoken: what is too short for an engine by itself stands together
        with a neighbour there. Takes count its utterances.

    Raises:
        ScriptError: an utterance names a voice that is not in the cast.
    Raises (while the takes are walked through):
        VoiceLost: a voice cannot speak at all, or so often fails that somebody else would speak much of its part.
        OutputError: the store of clips cannot be written.
    """
    everyone: dict[str | None, Speaker] = {None: (engine, voice)}
    everyone.update(cast or {})
    for utterance in script.utterances:
        if utterance.voice not in everyone:
            raise ScriptError(f"nobody speaks as {utterance.voice!r}", "the voice is not in the cast")
    spoken = join_short(script, everyone)
    takes = _Takes(spoken, everyone, booth, stand_ins)
    return Speech(script=spoken, takes=takes.walk(), voice=voice, checked=takes.walk(checked=True))


def join_short(script: Script, everyone: Everyone) -> Script:
    """The script with utterances that are too short for their engine joined to a neighbour.

    An utterance below the engine's `min_chars` goes with the one after it, else with the one before
    it: of the same block, voice and role, with the end of a sentence between them, and within the
    engine's `max_chars`. What becomes of a block depends on that block alone.
    """
    joined: list[Utterance] = []
    for block, group in groupby(script.utterances, key=lambda utterance: utterance.block):
        utterances = list(group)
        joined += utterances if block is None else _join_block(utterances, everyone)
    return replace(script, utterances=tuple(joined))


def _join_block(utterances: list[Utterance], everyone: Everyone) -> list[Utterance]:
    return _join_to_previous(_join_to_next(utterances, everyone), everyone)


def _join_to_next(utterances: list[Utterance], everyone: Everyone) -> list[Utterance]:
    joined: list[Utterance] = []
    for utterance in utterances:
        engine, _ = everyone[utterance.voice]
        if joined and len(joined[-1].text) < engine.min_chars and _may_join(joined[-1], utterance, engine):
            joined[-1] = _join(joined[-1], utterance)
        else:
            joined.append(utterance)
    return joined


def _join_to_previous(utterances: list[Utterance], everyone: Everyone) -> list[Utterance]:
    joined: list[Utterance] = []
    for utterance in utterances:
        engine, _ = everyone[utterance.voice]
        if joined and len(utterance.text) < engine.min_chars and _may_join(joined[-1], utterance, engine):
            joined[-1] = _join(joined[-1], utterance)
        else:
            joined.append(utterance)
    return joined


def _may_join(first: Utterance, second: Utterance, engine: Engine) -> bool:
    """Both can be spoken in one call of the second's engine, and sound right in it."""
    return (
        first.after is Break.SENTENCE
        and (first.voice, first.speaker, first.role) == (second.voice, second.speaker, second.role)
        and len(first.text) + 1 + len(second.text) <= engine.max_chars
    )


def _join(first: Utterance, second: Utterance) -> Utterance:
    """Both in one call; the pause between them is the engine's own."""
    shift = len(first.text) + 1
    moved = (replace(sound, start=sound.start + shift, end=sound.end + shift) for sound in second.phonemes)
    return replace(
        first,
        text=f"{first.text} {second.text}",
        written=f"{first.written} {second.written}",
        phonemes=(*first.phonemes, *moved),
        pause_ms=second.pause_ms,
        after=second.after,
        end=second.end,
    )


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A clip, and whether it was there before."""

    clip: StoredClip
    reused: bool


class _Takes:
    """The takes of a script in order, while workers are some way ahead."""

    def __init__(self, script: Script, everyone: Everyone, booth: Booth, stand_ins: Iterable[Speaker]) -> None:
        self._script, self._everyone, self._booth, self._stand_ins = script, everyone, booth, stand_ins
        self._failures: dict[str, deque[int]] = {}
        self._editions: dict[str, str] = {}
        self._running: dict[str, Future[StoredClip]] = {}
        self._fresh: set[str] = set()
        self._failed: dict[str, EngineError | WorkerLost] = {}
        self._heard: dict[str, list[StoredClip]] = {}
        self._checked = False

    def walk(self, *, checked: bool = False) -> Iterator[Take]:
        """From the first take to the last.

        Args:
            checked: read every kept clip whole, to know that it is sound. Else that is left to whoever listens to it:
                of a minute that is mastered already nobody does.
        """
        self._checked = checked
        self._failures.clear()
        for key, begun in [*self._running.items()]:
            if begun.done():  # by a walk that has ended early; what came of it, the store knows
                del self._running[key]
                self._fresh.add(key)
        utterances = self._script.utterances
        levels_db = self._levels_db()
        waiting: deque[_Spoken | Future[StoredClip]] = deque()
        most = self._booth.ahead or AHEAD * self._booth.executor.jobs
        for index, utterance in enumerate(utterances):
            ahead = utterances[index + len(waiting) : index + most]
            waiting.extend(self._begin(self._recipe(later)) for later in ahead)
            try:
                spoken = self._end(self._recipe(utterance), waiting.popleft())
            except (EngineError, WorkerLost) as problem:
                yield self._take_of_stand_in(index, utterance, problem, levels_db)
            else:
                voice = self._voice(utterance)
                yield Take(
                    index=index,
                    utterance=utterance,
                    clip=spoken.clip,
                    level_db=levels_db.get(voice.id, 0.0),
                    reused=spoken.reused,
                    spoken_by=voice,
                )

    def _begin(self, recipe: ClipRecipe, *, first: bool = False) -> _Spoken | Future[StoredClip]:
        """The clip out of the store, or its way there."""
        key = recipe.key
        if key in self._running:
            return self._running[key]
        kept = self._find(key)
        if kept:
            return _Spoken(kept, reused=key not in self._fresh)
        self._running[key] = self._submit(recipe, first=first)
        return self._running[key]

    def _find(self, key: str) -> StoredClip | None:
        """The clip in the store, if it is there."""
        store = self._booth.store
        if not self._checked and (line := store.first_line(key, kind="clips")):
            with suppress(AudioError):
                return describe_clip(key, line)
        blob = store.get(key, kind="clips")
        return None if blob is None else describe_clip(key, blob)

    def _end(self, recipe: ClipRecipe, begun: _Spoken | Future[StoredClip]) -> _Spoken:
        """Wait for a clip, and try again where it failed; what fails in the end is not tried again when it recurs.

        Raises:
            EngineError, WorkerLost: it failed as often as it was tried.
            VoiceLost: its voice cannot speak at all.
        """
        if isinstance(begun, _Spoken):
            return begun
        if recipe.key in self._failed:
            raise self._failed[recipe.key]
        try:
            return self._insist(recipe, begun)
        except (EngineError, WorkerLost) as problem:
            self._failed[recipe.key] = problem
            raise
        except EngineUnavailable as problem:
            raise VoiceLost(recipe.voice.id, problem.engine, problem.why, problem.remedy) from problem

    def _insist(self, recipe: ClipRecipe, begun: Future[StoredClip]) -> _Spoken:
        key = recipe.key
        for _ in range(TRIES - 1):
            try:
                return self._done(key, begun)
            except CannotSay:
                raise
            except UnlikelySound:  # the same draw would sound the same again
                recipe = replace(recipe, draw=recipe.draw + 1)
            except (EngineError, WorkerLost):
                pass
            begun = self._running[key] = self._submit(recipe, first=True)
        return self._done(key, begun)

    def _done(self, key: str, begun: Future[StoredClip]) -> _Spoken:
        clip = begun.result()
        self._running.pop(key, None)
        self._fresh.add(key)
        return _Spoken(clip, reused=False)

    def _submit(self, recipe: ClipRecipe, *, first: bool) -> Future[StoredClip]:
        return self._booth.executor.submit(record_clip, recipe, deadline_s=self._booth.deadline_s, first=first)

    def _recipe(self, utterance: Utterance, speaker: Speaker | None = None) -> ClipRecipe:
        """How an utterance is spoken, by the voice that it asks for unless another speaker is given."""
        engine, voice = speaker or self._everyone[utterance.voice]
        if voice.id not in self._editions:
            self._editions[voice.id] = describe_engine(engine, voice)
        return ClipRecipe(
            engine=address_of(engine),
            edition=self._editions[voice.id],
            voice=voice,
            utterance=utterance,
            speed=self._booth.speed,
            seed=self._booth.seed,
            store=self._booth.store.root,
        )

    def _voice(self, utterance: Utterance) -> Voice:
        return self._everyone[utterance.voice][1]

    # ---------------------------------------- who speaks where a voice fails at an utterance

    def _take_of_stand_in(
        self, index: int, utterance: Utterance, problem: EngineError | WorkerLost, levels_db: Mapping[str, float]
    ) -> Take:
        """The utterance spoken by the first who can; a failure where nobody can.

        Raises:
            VoiceLost: somebody can, but its own voice has failed too often.
        """
        wanted, whys = self._voice(utterance), [_explain(problem)]
        found = self._ask_stand_ins(utterance, wanted, whys)
        if found is None:
            failure = "; ".join([str(problem).rstrip("."), *whys[1:]]) if whys[1:] else str(problem)
            return Take(index=index, utterance=utterance, failure=failure)
        self._count_failure(index, utterance, problem)
        voice, spoken = found
        return Take(
            index=index,
            utterance=utterance,
            clip=spoken.clip,
            level_db=self._level_of_stand_in_db(voice, spoken.clip, wanted, levels_db),
            reused=spoken.reused,
            spoken_by=voice,
            fallback=Fallback(wanted=wanted.id, spoken_by=voice.id, why="; ".join(whys), place=utterance.place),
        )

    def _ask_stand_ins(self, utterance: Utterance, wanted: Voice, whys: list[str]) -> tuple[Voice, _Spoken] | None:
        """The first who can speak an utterance, and what he made of it; why others cannot is added to the list."""
        for engine, voice in self._stand_ins:
            if voice.id == wanted.id:
                continue
            if len(utterance.text) > engine.max_chars:
                most = f"it takes {engine.max_chars} characters at once"
                whys.append(f"nor can {voice.id}, {most} and this has {len(utterance.text)}")
                continue
            recipe = self._recipe(utterance, (engine, voice))
            try:
                return voice, self._end(recipe, self._begin(recipe, first=True))
            except (EngineError, EngineUnavailable, WorkerLost) as refusal:
                whys.append(f"nor can {voice.id}, {_explain(refusal)}")
        return None

    def _count_failure(self, index: int, utterance: Utterance, problem: EngineError | WorkerLost) -> None:
        """
        Raises:
            VoiceLost: it is one too many.
        """
        if isinstance(problem, CannotSay):  # the words are to blame
            return
        engine, voice = self._everyone[utterance.voice]
        failures = self._failures.setdefault(voice.id, deque(maxlen=MOST_FAILURES))
        failures.append(index)
        if len(failures) == MOST_FAILURES and index - failures[0] < AMONG:
            raise VoiceLost(voice.id, engine.name, f"it fails again and again, {_explain(problem)}", problem.remedy)

    def _level_of_stand_in_db(
        self, voice: Voice, clip: StoredClip, wanted: Voice, levels_db: Mapping[str, float]
    ) -> float:
        """What a stand-in's clip gains to be as loud in the end as the voice that was wanted.

        One voice alone is not levelled behind compressor and limiter, where two lose unlike amounts. So what these do
        to both is heard now: the clip is put as far from its level there as the wanted voice is from its own.
        """
        if voice.id in levels_db:
            return levels_db[voice.id]
        level_db = 0.0
        with suppress(TooQuiet):
            level_db = self._level_db([clip], pressed=True)
            if wanted.id in levels_db and (heard := self._heard[wanted.id]):
                level_db += levels_db[wanted.id] - self._level_db(heard, pressed=True)
        return round(level_db, 1)

    # -------------------------------------------------- all voices equally loud

    def _levels_db(self) -> dict[str, float]:
        """What each voice gains before anything else, by its id. One that cannot be heard is left as it is.

        Raises:
            WorkerLost: a level could not be found, and would be another the next time.
        """
        levels_db = {}
        samples = {
            voice_id: [(recipe, self._begin(recipe, first=True)) for recipe in map(self._recipe, utterances)]
            for voice_id, utterances in self._samples().items()
        }
        for voice_id, begun in samples.items():
            clips = self._heard[voice_id] = list(self._clips(begun))
            with suppress(TooQuiet):
                levels_db[voice_id] = self._level_db(clips, pressed=len(samples) > 1) if clips else 0.0
        return levels_db

    def _clips(self, begun: Sequence[tuple[ClipRecipe, _Spoken | Future[StoredClip]]]) -> Iterator[StoredClip]:
        """Those of a sample that can be spoken; the takes say what is wrong with the others."""
        for recipe, way in begun:
            with suppress(EngineError, WorkerLost):
                yield self._end(recipe, way).clip

    def _level_db(self, clips: Sequence[StoredClip], *, pressed: bool) -> float:
        recipe = LevelRecipe(clips=tuple(clips), store=self._booth.store.root, pressed=pressed)
        kept = self._booth.store.get(recipe.key, kind="measures")
        if kept is not None:
            return float(kept)
        level_db = call(self._booth.executor, find_level, recipe, final=(ClipLost, TooQuiet))
        self._booth.store.put(recipe.key, str(level_db).encode(), kind="measures")
        return level_db

    def _samples(self) -> dict[str, list[Utterance]]:
        """The first things that each voice says, by its id."""
        samples: dict[str, list[Utterance]] = {}
        for utterance in self._script.utterances:
            heard = samples.setdefault(self._voice(utterance).id, [])
            if sum(len(earlier.text) for earlier in heard) < self._booth.sample_chars:
                heard.append(utterance)
        return samples


def _explain(problem: NarrateError) -> str:
    """What went wrong, as a part of a sentence that names the voice."""
    parts = [problem.why] if isinstance(problem, EngineUnavailable) else [problem.what, problem.why]
    return ", ".join(filter(None, parts)).rstrip(".")

"""command: any program of the user's that reads text and writes WAV, named by `NARRATE_COMMAND`.

`piper --model en_GB-alan-medium.onnx --output_file -` gives its sound on standard output; a program that writes files
gets the name of one in place of `{output}`. No shell reads the command.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from narrate.engines.programs import LARGEST_BYTES, ProgramFailed, run_program
from narrate.engines.versions import digest_file
from narrate.engines.words import make_safe
from narrate.errors import AudioError, CannotSay, EngineError, EngineUnavailable
from narrate.languages import is_language_tag
from narrate.types import Clip, Utterance, Voice

COMMAND, LANGUAGE = "NARRATE_COMMAND", "NARRATE_COMMAND_LANGUAGE"
OUTPUT = "{output}"
EXAMPLE = f"Set {COMMAND}, such as to 'piper --model voice.onnx --output_file -'"


class CommandEngine:
    """Gives each text to a program and takes the sound that comes out."""

    name = "command"
    max_chars = 400
    """Many programs slow down, or fail, beyond that."""
    min_chars = 0

    deadline_s = 100.0
    """Longest time for one text, in seconds; less than a worker has by default."""

    def check(self) -> None:
        find_command()
        find_language()

    def voices(self) -> Sequence[Voice]:
        missing = remedy = None
        try:
            find_command()
        except EngineUnavailable as problem:
            missing, remedy = problem.why, problem.remedy
        return (
            Voice(
                name="default",
                engine=self.name,
                language=find_language(),
                description="a program of yours",
                licence="NOASSERTION",
                missing=missing,
                remedy=remedy,
            ),
        )

    def find_voice(self, name: str) -> Voice | None:
        return next((voice for voice in self.voices() if voice.name == name), None)

    def fingerprint(self, voice: Voice) -> str:
        """Of the command line, its program, and every file that it names: as a digest, since it may hold a password."""
        command = find_command()
        files = [digest_file(Path(part).resolve()) for part in command if _is_file(part)]
        return sha256(repr((command, files)).encode("utf-8", "surrogateescape")).hexdigest()

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        from narrate.audio.wav import decode_wav

        text = make_safe(utterance.text)
        if not any(map(str.isalnum, text)):
            raise CannotSay("command has no sound for this", "there is no letter or digit in it")
        command = find_command()
        program = Path(command[0]).name
        try:
            clip = decode_wav(_run(command, text, self.deadline_s))
        except ProgramFailed as problem:
            raise EngineError(f"{program} failed", str(problem), f"Try what {COMMAND} says by hand") from problem
        except AudioError as problem:
            why = f"{problem.what}, {problem.why}".rstrip(", ")
            raise EngineError(f"{program} gave no sound", why, "It must write WAV to standard output") from problem
        return _at_speed(clip, speed)


def find_command() -> list[str]:
    """The program, by its path, and its arguments.

    Raises:
        EngineUnavailable: no command is set, it cannot be read, or there is no such program.
    """
    line = os.environ.get(COMMAND, "").strip()
    try:
        parts = shlex.split(line)
    except ValueError as problem:
        why = f"{COMMAND} cannot be read ({str(problem).lower()})"
        raise EngineUnavailable("command", why, "Look at its quotation marks") from problem
    if not parts:
        raise EngineUnavailable("command", "no program is named", EXAMPLE)
    program = shutil.which(parts[0])
    if program is None:
        raise EngineUnavailable("command", f"there is no program {parts[0]}", f"Install it, or change {COMMAND}")
    return [str(Path(program).absolute()), *parts[1:]]


def find_language() -> str:
    """What the program speaks, in BCP 47; `mul` where nobody has said.

    Raises:
        EngineUnavailable: it is no language.
    """
    language = os.environ.get(LANGUAGE, "").strip() or "mul"
    if not is_language_tag(language):
        raise EngineUnavailable("command", f"{LANGUAGE} names no language", f"Set {LANGUAGE} to one such as en-GB")
    return language


def _run(command: Sequence[str], text: str, deadline_s: float) -> bytes:
    """The WAV that a program makes of a text."""
    if not any(OUTPUT in part for part in command):
        return run_program(command, text, deadline_s=deadline_s)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        run_program([part.replace(OUTPUT, str(path)) for part in command], text, deadline_s=deadline_s)
        if not path.is_file():
            raise ProgramFailed(f"it wrote no file in place of {OUTPUT}")
        if path.stat().st_size > LARGEST_BYTES:
            raise ProgramFailed(f"it wrote more than {LARGEST_BYTES / 1e6:g} MB")
        return path.read_bytes()


def _is_file(part: str) -> bool:
    """False too for what is too long for a name."""
    with suppress(OSError):
        return Path(part).is_file()
    return False


def _at_speed(clip: Clip, speed: float) -> Clip:
    """The clip faster or slower at the same pitch: a program knows its own pace only."""
    if speed == 1.0:
        return clip
    from narrate.audio.tempo import change_tempo

    return change_tempo(clip, speed)

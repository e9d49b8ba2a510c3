"""command: the shared suite with a small program that makes tones, and programs that do everything else."""

from __future__ import annotations

import shlex
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from narrate.engines import programs
from narrate.engines.command import CommandEngine
from narrate.engines.suite import EngineSuite
from narrate.errors import CannotSay, EngineError, EngineUnavailable
from narrate.types import Clip, Utterance, Voice

RATE_HZ = 16_000

TONE = f"""
    import math, struct, sys, wave
    text = sys.stdin.buffer.read().decode("utf-8")
    frames = int(0.06 * sum(map(str.isalnum, text)) * {RATE_HZ})
    out = wave.open(sys.argv[1] if len(sys.argv) > 1 else sys.stdout.buffer, "wb")
    out.setparams((1, 2, {RATE_HZ}, frames, "NONE", ""))
    wave_of = [int(6000 * math.sin(n * (200 + len(text)) * math.tau / {RATE_HZ})) for n in range({RATE_HZ})]
    sound = struct.pack(f"<{{len(wave_of)}}h", *wave_of) * (frames // len(wave_of) + 1)
    out.writeframes(sound[: 2 * frames])
"""

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Writes a program and makes it the user's command, with arguments after it."""

    def write(code: str, arguments: str = "", name: str = "speaker") -> Path:
        path = tmp_path / name
        path.write_text(f"#!{sys.executable} -IS\n{textwrap.dedent(code)}")
        path.chmod(0o700)
        monkeypatch.setenv("NARRATE_COMMAND", f"{shlex.quote(str(path))} {arguments}")
        return path

    return write


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test runs a command of whoever runs it."""
    for name in ("NARRATE_COMMAND", "NARRATE_COMMAND_LANGUAGE"):
        monkeypatch.delenv(name, raising=False)


def say(text: str = "Good morning.") -> Clip:
    engine = CommandEngine()
    return engine.speak(Utterance(text=text, written=text), engine.voices()[0], speed=1.0, seed=0)


class TestCommand(EngineSuite):
    engine = CommandEngine()

    @pytest.fixture(autouse=True)
    def tone(self, install: Install) -> None:
        install(TONE)

    def voice(self) -> Voice:
        """Only the clips of a program tell their rate."""
        voice = super().voice()
        assert voice.rate_hz == 0
        return replace(voice, rate_hz=RATE_HZ)


def test_a_program_may_write_a_file_instead(install: Install) -> None:
    install(TONE)
    spoken = say()
    install(TONE, "{output}")
    assert say().samples.tobytes() == spoken.samples.tobytes()


def test_a_program_gets_the_words_in_utf_8_and_nothing_reads_them_before(install: Install, tmp_path: Path) -> None:
    install(
        f"import sys; open({str(tmp_path / 'heard')!r}, 'wb').write(sys.stdin.buffer.read())", "$(id) ; '*' \"a b\""
    )
    with pytest.raises(EngineError):
        say("Łódź $(touch trap); `touch trap` | touch trap\x00 && -rf")
    assert (tmp_path / "heard").read_text("utf-8") == "Łódź $(touch trap); `touch trap` | touch trap && -rf\n"
    assert not Path("trap").exists()


def test_arguments_reach_a_program_as_they_stand_and_no_shell_reads_them(install: Install, tmp_path: Path) -> None:
    install(f"import sys; open({str(tmp_path / 'heard')!r}, 'w').write(repr(sys.argv[1:]))", "$HOME ';' \"a b\" *")
    with pytest.raises(EngineError):
        say()
    assert (tmp_path / "heard").read_text() == repr(["$HOME", ";", "a b", "*"])


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "import sys; print('loading', file=sys.stderr); sys.exit('no voice called x.')",
            "speaker failed: it ended with status 1: no voice called x. Try what NARRATE_COMMAND says by hand.",
        ),
        ("raise SystemExit(3)", "speaker failed: it ended with status 3. Try what NARRATE_COMMAND says by hand."),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
            "speaker failed: it was stopped by signal 11 (segmentation fault). Try what",
        ),
        (
            "import sys; sys.stderr.write('x' * 9000 + '\\n\\x1b[31mno voice\\x07'); sys.exit(1)",
            "speaker failed: it ended with status 1: [31mno voice . Try",
        ),
        ("", "speaker gave no sound: this is no WAV. It must write WAV to standard output."),
        ("print('Hello')", "speaker gave no sound: this is no WAV. It must write WAV to standard output."),
        (
            "import sys; sys.stdout.write('RIFF....WAVE')",
            "speaker gave no sound: the WAV is cut short, its sound is missing. It must",
        ),
    ],
)
def test_a_program_that_fails_is_explained(install: Install, code: str, words: str) -> None:
    install(code)
    with pytest.raises(EngineError) as caught:
        say()
    assert str(caught.value).startswith(words)
    assert str(caught.value).isprintable()


def test_a_program_that_writes_no_file_where_it_should_is_explained(install: Install) -> None:
    install("", "--to={output}")
    with pytest.raises(EngineError, match="speaker failed: it wrote no file in place of {output}"):
        say()


def test_a_program_that_hangs_is_ended_in_time(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CommandEngine, "deadline_s", 0.5)
    install("import time; time.sleep(30)")
    began_s = time.monotonic()
    with pytest.raises(EngineError, match="speaker failed: it was not done within 0.5 s"):
        say()
    assert time.monotonic() - began_s < 5


def test_a_program_that_never_stops_talking_is_ended(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "LARGEST_BYTES", 1_000_000)
    install("import sys\nwhile True: sys.stdout.write('y' * 1000)")
    with pytest.raises(EngineError, match="speaker failed: it gave more than 1 MB"):
        say()


def test_a_program_that_complains_at_length_speaks_all_the_same(install: Install) -> None:
    install(f"import sys; sys.stderr.write('oh! ' * 250_000)\n{textwrap.dedent(TONE)}")
    assert say().seconds > 0.5


def test_what_a_program_leaves_running_is_not_waited_for(install: Install) -> None:
    install(f"import subprocess; subprocess.Popen(['sleep', '8'])\n{textwrap.dedent(TONE)}")
    began_s = time.monotonic()
    assert say().seconds > 0.5
    assert time.monotonic() - began_s < 6


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (
            "",
            "command cannot speak: no program is named. "
            "Set NARRATE_COMMAND, such as to 'piper --model voice.onnx --output_file -'.",
        ),
        (
            "piper --model 'my voice",
            "command cannot speak: NARRATE_COMMAND cannot be read (no closing quotation). Look at its quotation marks.",
        ),
        (
            "no-such-program --key s3cret",
            "command cannot speak: there is no program no-such-program. Install it, or change NARRATE_COMMAND.",
        ),
    ],
)
def test_a_command_that_cannot_be_run_is_explained(monkeypatch: pytest.MonkeyPatch, command: str, words: str) -> None:
    monkeypatch.setenv("NARRATE_COMMAND", command)
    with pytest.raises(EngineUnavailable) as caught:
        CommandEngine().check()
    assert str(caught.value) == words
    assert f"command cannot speak: {CommandEngine().voices()[0].missing}" in words


def test_a_program_speaks_every_language_or_the_one_that_is_named(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(TONE)
    assert CommandEngine().voices()[0].language == "mul"
    monkeypatch.setenv("NARRATE_COMMAND_LANGUAGE", "sv")
    assert CommandEngine().voices()[0].language == "sv"
    monkeypatch.setenv("NARRATE_COMMAND_LANGUAGE", "Swedish chef")
    with pytest.raises(EngineUnavailable, match="NARRATE_COMMAND_LANGUAGE names no language. Set"):
        CommandEngine().check()


def test_another_line_program_or_voice_file_is_another_voice(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = CommandEngine()

    def fingerprint() -> str:
        return engine.fingerprint(engine.voices()[0])

    here, there = tmp_path / "here", tmp_path / "there"
    for folder, voice in ((here, b"one"), (there, b"another")):
        folder.mkdir()
        (folder / "voice.onnx").write_bytes(voice)
    install(TONE)
    prints = {fingerprint(), fingerprint()}
    assert len(prints) == 1
    install(TONE, "--slow")
    prints.add(fingerprint())
    install(f"{TONE}    # mended", name="other")
    prints.add(fingerprint())
    for folder in (here, there):
        monkeypatch.chdir(folder)
        install(TONE, "voice.onnx")
        prints.add(fingerprint())
    assert len(prints) == 5


def test_a_password_in_the_command_stands_in_no_fingerprint_or_error(install: Install) -> None:
    install("raise SystemExit(1)", "--key s3cret")
    engine = CommandEngine()
    with pytest.raises(EngineError) as caught:
        say()
    assert "s3cret" not in f"{caught.value!r} {engine.fingerprint(engine.voices()[0])} {engine.voices()!r}"


def test_nothing_is_run_for_a_text_without_words(install: Install, tmp_path: Path) -> None:
    install(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(CannotSay):
        say("… — …")
    assert not (tmp_path / "ran").exists()

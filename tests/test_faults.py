"""Whatever goes wrong is told in one line, leaves nothing behind, and is made good by the same command."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from conftest import SAMPLES
from misbehaving import FAULTS, FLAGS, WELL
from narrate.audio import ffmpeg
from narrate.audio.ffmpeg import convert, find_ffmpeg
from narrate.audio.master import float_input
from narrate.audio.segment import Cutter, Part
from narrate.cache import Store
from narrate.engines.tone import ToneEngine
from narrate.errors import AudioError
from narrate.executors.inline import InlineExecutor
from narrate.speech import Booth, speak_script
from narrate.types import Milliseconds, Script, Utterance
from runs import Done, Place, finish

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits are those of POSIX")

NEWS = SAMPLES / "news.txt"
TONE = ("--engine", "tone")
FAULTY = ("--engine", "faulty", "--no-intro", "--no-close", "--no-clean")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """With the misbehaving engine installed."""
    about = tmp_path / "installed" / "faulty-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: faulty\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[narrate.engines]\nfaulty = misbehaving:Faulty\n")
    flags = tmp_path / "flags"
    flags.mkdir()
    path = os.pathsep.join(map(str, (about.parent, Path(__file__).parent)))
    return Place(tmp_path, PYTHONPATH=path, NARRATE_DEADLINE="3", **{FLAGS: str(flags)})


@pytest.fixture(scope="module")
def news_mp3(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The news in a tone, undisturbed."""
    undisturbed = Place(tmp_path_factory.mktemp("undisturbed"))
    assert undisturbed.make(NEWS, *TONE).status == 0
    return (undisturbed.targets / "a.mp3").read_bytes()


def assert_told(done: Done, *words: str, status: int = 1) -> None:
    """In one line: what, why, and what to do."""
    assert (done.status, done.out) == (status, ""), done.err
    assert done.err.startswith("narrate: ")
    assert done.err.count("\n") == 1
    for word in words:
        assert word in done.err


def assert_made_good(place: Place, news_mp3: bytes) -> Done:
    """The same command, with nothing in its way, gives the episode that it would have given."""
    again = place.make(NEWS, *TONE)
    assert (again.status, again.err) == (0, "")
    assert (place.targets / "a.mp3").read_bytes() == news_mp3
    assert place.left_behind("a.mp3") == []
    return again


# ------------------------------------------------------------ the engine


REASONS = {
    "segfaults": "a worker died: signal 11 (segmentation fault).",
    "dies": "a worker died: signal 9 (killed). If memory ran out, let fewer jobs run at once.",
    "leaves": "a worker died: it exited with code 3.",
    "overflows": "faulty failed: MemoryError: Unable to allocate",
    "sleeps": "a worker was stopped: it did not answer within 3 s.",
    "hangs": "a worker was stopped: it did not answer within 3 s.",
    "raises": "faulty failed: ValueError: no air.",
    "vanishes": "faulty failed: it gave None in place of sound.",
    "empties": "faulty failed: a clip has sound in it.",
    "hushes": "the engine gave silence.",
    "miscounts": "the sound is not a number.",
    "explodes": "the sound is not a number.",
    "tears": "the sound is torn: it is at full scale for too long.",
    "rambles": "the sound does not match the words: 45 characters in 2320.0 s of speech.",
    "breaks": "the sound does not match the words: 44 characters in 0.1 s of speech.",
}


def tale(how_often: str) -> str:
    """A paragraph for every fault, between others in which all is well."""
    lines = (f"It {word} {how_often} in the middle of the night." for word in FAULTS)
    return "\n\n".join(f"{line}\n\nNobody has seen number {n} of them." for n, line in enumerate(lines))


def make_tale(place: Place, how_often: str, *options: str, env: Mapping[str, str] | None = None) -> Done:
    text = place.targets / "tale.txt"
    if not text.exists():
        text.write_text(tale(how_often))
    return place.make(text, *FAULTY, *options, env=env)


def test_every_way_to_fail_once_is_made_up_for_and_nobody_hears_of_it(place: Place) -> None:
    assert make_tale(place, "once", "--no-cache", env={WELL: "1"}).status == 0
    undisturbed = (place.targets / "a.mp3").read_bytes()
    done = make_tale(place, "once")
    assert (done.status, done.err, done.facts["gaps"]) == (0, "", [])
    assert len(list(Path(place.environment[FLAGS]).iterdir())) == len(FAULTS)
    assert (place.targets / "a.mp3").read_bytes() == undisturbed
    assert place.left_behind("a.mp3", "tale.txt") == []


def test_every_way_to_fail_for_good_is_a_gap_with_its_reason_and_later_only_the_gaps_are_spoken(place: Place) -> None:
    done = make_tale(place, "always", "--allow-gaps", "--with", "json")
    assert done.status == 1
    found = {gap["text"].split()[1]: gap["why"] for gap in done.facts["gaps"]}
    assert set(found) == set(REASONS) == set(FAULTS)
    for word, reason in REASONS.items():
        assert found[word].startswith(reason), (word, found[word])
    rows = json.loads((place.targets / "a.transcript.json").read_text())["segments"]
    assert [row["body"] for row in rows] == [f"Nobody has seen number {n} of them." for n in range(len(FAULTS))]
    assert [gap["line"] for gap in done.facts["gaps"]] == list(range(1, 4 * len(FAULTS), 4))
    silences_s = [after["startTime"] - before["endTime"] for before, after in pairwise(rows)]
    half_frame_s = 576 / 44_100  # which is where a segment may end
    assert silences_s == pytest.approx([1.4] * len(silences_s), abs=half_frame_s + 0.001)  # two pauses

    assert make_tale(place, "always", "--no-cache", env={WELL: "1"}).status == 0
    undisturbed = (place.targets / "a.mp3").read_bytes()
    again = make_tale(place, "always", env={WELL: "1"})
    assert (again.status, again.err) == (0, "")
    assert again.facts["sentences"] - again.facts["reused"] == len(FAULTS)
    assert (place.targets / "a.mp3").read_bytes() == undisturbed


@pytest.mark.parametrize("word", ["segfaults", "hangs", "raises", "vanishes"])
def test_one_failing_sentence_is_reported_with_its_line_and_no_episode_is_made(place: Place, word: str) -> None:
    (place.targets / "a.mp3").write_bytes(b"an older one")
    text = place.targets / "tale.txt"
    text.write_text(f"All is well.\n\nIt {word} always in the middle of the night.\n\nNobody has seen it.\n")
    done = place.make(text, *FAULTY)
    line = f"line 3 cannot be spoken, “It {word} always in the middle of the night.”: {REASONS[word]}"
    assert_told(done, line, "Change it, choose another --voice, or leave a pause in its place with --allow-gaps.")
    assert (place.targets / "a.mp3").read_bytes() == b"an older one"
    assert place.left_behind("a.mp3", "tale.txt") == []
    again = place.make(text, *FAULTY, env={WELL: "1"})
    assert (again.status, again.facts["gaps"], again.facts["sentences"]) == (0, [], 3)


def test_an_engine_that_fails_at_everything_makes_no_episode_of_pauses(place: Place) -> None:
    (place.targets / "tale.txt").write_text("It raises always in the night.\n\nIt raises always at noon.\n")
    done = place.make(place.targets / "tale.txt", *FAULTY, "--allow-gaps")
    assert_told(done, "nothing could be spoken: faulty failed: ValueError: no air. Try another voice or engine.")
    assert place.left_behind("tale.txt") == []


# ---------------------------------------------------------------- ffmpeg


def script(folder: Path, *lines: str) -> str:
    """A program that stands in for ffmpeg."""
    path = folder / "ffmpeg"
    path.write_text("\n".join(("#!/bin/sh", *lines)) + "\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["echo it has no libraries >&2", "exit 127"], "the ffmpeg program failed: it has no libraries. Run `narrate"),
        (["cat > /dev/null", "exit 1"], "the ffmpeg program failed: exit status 1. Run `narrate doctor`"),
        (["kill -9 $$"], "the ffmpeg program was stopped: signal 9 (killed). Run the command again."),
        (["exec true"], "the ffmpeg program failed: it gave nothing. Run `narrate doctor`"),
    ],
    ids=["fails", "fails late", "is killed", "gives nothing"],
)
def test_an_ffmpeg_that_fails_is_told_and_another_one_finishes_the_work(
    place: Place, news_mp3: bytes, tmp_path: Path, lines: list[str], words: str
) -> None:
    (place.targets / "a.mp3").write_bytes(b"an older one")
    assert_told(place.make(NEWS, *TONE, env={"IMAGEIO_FFMPEG_EXE": script(tmp_path, *lines)}), words)
    assert (place.targets / "a.mp3").read_bytes() == b"an older one"
    assert place.left_behind("a.mp3") == []
    again = assert_made_good(place, news_mp3)
    assert again.facts["reused"] == again.facts["sentences"]


@pytest.mark.parametrize("kind", ["absent", "a text"])
def test_a_missing_ffmpeg_is_named(place: Place, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "no-ffmpeg"
    if kind == "a text":
        path.write_text("nothing to run\n")
    done = place.make(NEWS, *TONE, env={"IMAGEIO_FFMPEG_EXE": str(path)})
    assert_told(done, f"the ffmpeg program is missing: {path} is no program. Set IMAGEIO_FFMPEG_EXE to one")
    assert place.left_behind() == []


def test_an_ffmpeg_is_found_by_its_name(place: Place, news_mp3: bytes, tmp_path: Path) -> None:
    folder = Path(script(tmp_path, f'exec "{find_ffmpeg()}" "$@"')).parent
    path = os.pathsep.join([str(folder), place.environment["PATH"]])
    assert place.make(NEWS, *TONE, env={"IMAGEIO_FFMPEG_EXE": "ffmpeg", "PATH": path}).status == 0
    assert (place.targets / "a.mp3").read_bytes() == news_mp3


@pytest.mark.parametrize("engine", ["tone", "hibari"])
def test_an_ffmpeg_that_takes_its_worker_down_once_changes_nothing(place: Place, tmp_path: Path, engine: str) -> None:
    """For the default voice that is while its gain is found, for the tone while the sound is encoded."""
    say = ("say", "The lamp went round and round.", "--engine", engine, "-o")
    assert place.run(*say, "undisturbed.mp3", "--no-cache").status == 0
    flag = tmp_path / "gone"
    take_down = f'[ -e "{flag}" ] || {{ touch "{flag}"; kill -9 $PPID; }}'
    program = script(tmp_path, take_down, f'exec "{find_ffmpeg()}" "$@"')
    done = place.run(*say, "a.mp3", env={"IMAGEIO_FFMPEG_EXE": program})
    assert (done.status, done.err, flag.exists()) == (0, "", True)
    assert (place.targets / "a.mp3").read_bytes() == (place.targets / "undisturbed.mp3").read_bytes()
    assert place.left_behind("a.mp3", "undisturbed.mp3") == []


@pytest.mark.parametrize("end", ["exit 1", "kill -9 $$", "exit 0"])
def test_an_ffmpeg_that_fails_while_a_whole_file_is_encoded_is_told(place: Place, tmp_path: Path, end: str) -> None:
    program = script(tmp_path, f'case "$*" in *ipod*) {end};; esac', f'exec "{find_ffmpeg()}" "$@"')
    done = place.make(NEWS, *TONE, target="a.m4b", env={"IMAGEIO_FFMPEG_EXE": program})
    assert_told(done, "the ffmpeg program ")
    assert place.left_behind() == []
    again = place.make(NEWS, *TONE, target="a.m4b")
    assert again.facts["reused"] == again.facts["sentences"]


def test_an_ffmpeg_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "CONVERT_S", 0.5)
    monkeypatch.setattr(ffmpeg, "find_ffmpeg", lambda: script(tmp_path, "exec sleep 3600"))
    with pytest.raises(AudioError, match="the ffmpeg program was stopped: it was not done in 0 s"):
        convert([], b"")


def test_sound_that_cannot_be_fed_whole_gives_no_half() -> None:
    with pytest.raises(TypeError, match="bytes-like"):
        convert([*float_input(24_000), "-f", "s16le", "pipe:1"], bytes(96_000), [0])  # type: ignore[arg-type]


# -------------------------------------------------------------- the disk


def at_most(size_bytes: int) -> Callable[[], None]:
    """A limit for every file that the command and its processes write: the system refuses what goes beyond."""

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))

    return limit


@pytest.mark.parametrize(
    ("size_bytes", "options", "words"),
    [
        (10_000, (), "the cache {cache} cannot be written: File too large. Free some space"),
        (200_000, (), "the cache {cache} cannot be written: File too large. Free some space"),
        (800_000, (), "a.mp3 cannot be written: File too large. Free some space or name another place with -o."),
        (10_000, ("--no-cache",), "cannot be written: File too large. Free some space, or set NARRATE_CACHE, and with"),
    ],
    ids=["a clip", "a segment", "the file", "a clip for this time only"],
)
def test_a_file_that_cannot_be_written_whole_is_told_and_later_made(
    place: Place, news_mp3: bytes, size_bytes: int, options: tuple[str, ...], words: str
) -> None:
    (place.targets / "a.mp3").write_bytes(b"an older one")
    done = place.make(NEWS, *TONE, *options, limit=at_most(size_bytes))
    assert_told(done, words.format(cache=place.cache))
    assert (place.targets / "a.mp3").read_bytes() == b"an older one"
    place.grow_old()  # others were writing when the first one failed
    assert_made_good(place, news_mp3)


@contextmanager
def small_disk(folder: Path, size_kib: int) -> Iterator[None]:
    """A disk of its own at a folder, where the system lets us have one."""
    folder.mkdir(exist_ok=True)
    mount = shutil.which("mount")
    mounted = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={size_kib}k", "tmpfs", str(folder)], capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize(
    ("full", "target", "options", "words"),
    [
        ("cache", "a.mp3", (), "the cache {folder} cannot be written: No space left on device."),
        ("targets", "a.mp3", (), "a.mp3 cannot be written: No space left on device. Free some space or"),
        ("targets", "a.m4b", (), "the episode cannot be written: the disk is full. Free some space"),
        ("temporary", "a.mp3", ("--no-cache",), "the cache {folder}/.narrate-"),
        ("temporary", "-", (), "cannot be written: No space left on device."),
    ],
)
def test_a_full_disk_is_told_at_every_stage_and_later_the_work_is_finished(
    place: Place, news_mp3: bytes, full: str, target: str, options: tuple[str, ...], words: str
) -> None:
    folder: Path = getattr(place, full)
    with small_disk(folder, 500):
        done = place.run("make", NEWS, "-o", target, *TONE, *options, "-q")
        assert_told(done, words.format(folder=folder))
        assert place.left_behind() == []
    place.grow_old()
    assert_made_good(place, news_mp3)


def test_a_disk_that_is_full_from_the_start_is_told(place: Place) -> None:
    with small_disk(place.targets, 64):
        (place.targets / "ballast").write_bytes(bytes(64 * 1024))
        assert_told(place.make(NEWS, *TONE), "cannot be written: No space left on device.", "Free some space")
        assert place.left_behind("ballast") == []


def test_a_folder_where_a_file_should_be_is_told_and_nothing_is_put_beside_it(place: Place) -> None:
    (place.targets / "a.srt").mkdir()
    done = place.make(NEWS, *TONE, "--with", "vtt,srt")
    assert_told(done, "a.srt cannot be written: it is a folder. Move it, or name another file with -o.")
    assert place.left_behind("a.srt") == []


# ------------------------------------------------------------- the cache


def test_a_cache_that_cannot_be_written_is_noted_and_the_episode_is_made(place: Place, news_mp3: bytes) -> None:
    place.cache.write_text("in the way")
    done = place.make(NEWS, *TONE)
    assert done.status == 0
    assert done.err == f"narrate: the cache {place.cache} cannot be written: nothing is kept for the next time.\n"
    assert (place.targets / "a.mp3").read_bytes() == news_mp3
    assert place.left_behind("a.mp3") == []


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may write everywhere")
def test_a_read_only_cache_is_noted_and_the_episode_is_made(place: Place, news_mp3: bytes) -> None:
    place.cache.mkdir(mode=0o555)
    done = place.make(NEWS, *TONE)
    assert (done.status, (place.targets / "a.mp3").read_bytes()) == (0, news_mp3)
    assert "cannot be written: nothing is kept for the next time.\n" in done.err


def test_damaged_clips_and_segments_are_made_again_with_a_word_about_it(place: Place, news_mp3: bytes) -> None:
    assert place.make(NEWS, *TONE).status == 0
    clips, segments = place.entries("clips"), place.entries("segments")
    os.truncate(clips[0], clips[0].stat().st_size // 2)
    for path in (clips[1], *segments):
        flip_the_middle(path)
    done = place.make(NEWS, *TONE)
    assert (done.status, done.err) == (0, f"narrate: {2 + len(segments)} damaged entries of the cache made again.\n")
    assert done.facts["reused"] == done.facts["sentences"] - 2
    assert (place.targets / "a.mp3").read_bytes() == news_mp3
    assert assert_made_good(place, news_mp3).facts["reused"] == done.facts["sentences"]


def flip_the_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_damaged_clip_is_found_when_its_minute_is_made_again_and_not_before(place: Place, news_mp3: bytes) -> None:
    assert place.make(NEWS, *TONE).status == 0
    for path in place.entries("clips")[:3]:
        flip_the_middle(path)
    assert_made_good(place, news_mp3)
    for path in place.entries("segments"):
        path.unlink()
    done = place.make(NEWS, *TONE)
    assert (done.status, done.err) == (0, "narrate: 3 damaged entries of the cache made again.\n")
    assert done.facts["reused"] == done.facts["sentences"] - 3
    assert assert_made_good(place, news_mp3).facts["reused"] == done.facts["sentences"]


def test_a_damaged_clip_is_spoken_again_for_whoever_listens(place: Place) -> None:
    player = place.targets / "mpv"
    player.write_text('#!/bin/sh\ncat > "$(dirname "$0")/$HEARD"\n')
    player.chmod(0o755)
    path = f"{place.targets}{os.pathsep}{os.environ['PATH']}"
    heard = []
    for name in ("first", "again"):
        done = place.run("play", NEWS, *TONE, env={"PATH": path, "HEARD": name})
        assert done.status == 0, done.err
        heard.append((place.targets / name).read_bytes())
        flip_the_middle(place.entries("clips")[4])
    assert heard[0] == heard[1]
    assert len(heard[0]) > 44_100
    assert "1 damaged entry of the cache made again" in done.err


@pytest.mark.parametrize("cache_mb", ["4096", "0"])
def test_two_commands_may_share_a_cache_even_a_small_one(place: Place, news_mp3: bytes, cache_mb: str) -> None:
    essay = SAMPLES / "essay.md"
    alone = place.make(essay, *TONE, "--no-cache", target="essay.mp3")
    assert alone.status == 0
    essay_mp3 = (place.targets / "essay.mp3").read_bytes()
    made = [(NEWS, "1.mp3"), (NEWS, "2.mp3"), (essay, "3.mp3")]
    running = [
        place.start("make", text, *TONE, "-q", "-o", name, env={"NARRATE_CACHE_MB": cache_mb}) for text, name in made
    ]
    for done in map(finish, running):
        assert (done.status, done.err) == (0, "")
    assert [(place.targets / name).read_bytes() for _, name in made] == [news_mp3, news_mp3, essay_mp3]
    assert place.left_behind("1.mp3", "2.mp3", "3.mp3", "essay.mp3") == []


def test_a_voice_keeps_nothing_of_its_own_about_who_listens(place: Place, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    done = place.run("say", "The lamp is lit.", "-o", "a.mp3", env={"HOME": str(home), "XDG_CACHE_HOME": str(home)})
    assert (done.status, list(home.iterdir()), place.left_behind("a.mp3")) == (0, [], [])


# ---------------------------------------------------------- thirty hours


def plan(count: int, booth: Booth) -> Iterator[int]:
    """Walk through a script of so many sentences, of which all clips are there, and cut it into segments."""
    engine = ToneEngine()
    texts = [f"The lamp went round {n} times, and nobody came." for n in range(50)]
    utterances = tuple(
        Utterance(text=texts[n % 50], written=texts[n % 50], pause_ms=Milliseconds(500), block=n) for n in range(count)
    )
    cutter = Cutter(0)
    for take in speak_script(Script(utterances=utterances, language="en"), engine, engine.voices()[0], booth).takes:
        part = Part(clip=take.clip, level_db=take.level_db, pause_ms=take.utterance.pause_ms)
        cutter.add(part, ends_paragraph=True)
        yield take.index


def count_calls(count: int, booth: Booth) -> int:
    """Calls of functions on the way."""
    calls = 0

    def count_call(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count_call)
    try:
        assert sum(1 for _ in plan(count, booth)) == count
    finally:
        sys.setprofile(None)
    return calls


def bytes_held(count: int, booth: Booth) -> int:
    """What has been kept since the first sentence when the last one is reached."""
    others = tracemalloc.Filter(False, pathlib.__file__)  # where names are interned, in a table of all of Python
    for index in plan(count, booth):
        if index == 0:
            tracemalloc.start()
        if index == count - 1:
            kept = tracemalloc.take_snapshot().filter_traces([others]).traces
    tracemalloc.stop()
    return sum(trace.size for trace in kept)


def test_a_book_of_thirty_hours_is_planned_in_linear_time_and_in_the_memory_of_a_short_one(tmp_path: Path) -> None:
    booth = Booth(executor=InlineExecutor(), store=Store(tmp_path))
    count_calls(50, booth)  # speaks them all
    assert 19 < count_calls(10_000, booth) / count_calls(500, booth) < 21
    assert bytes_held(20_000, booth) < bytes_held(500, booth) + 20_000

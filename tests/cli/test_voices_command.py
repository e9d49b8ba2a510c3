"""`narrate voices`: listed, installed and heard."""

from __future__ import annotations

import json
import resource
import shutil
import tomllib
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest

from conftest import decode_file
from narrate.engines.piper import bundled_model
from narrate.languages import language_name
from runs import Place

needs_piper = pytest.mark.skipif(find_spec("piper") is None, reason="the extra piper is not installed")

FILE_LIMIT_BYTES = 10_000_000


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "place")


def put_voice(folder: Path, name: str, language: str = "en_US") -> Path:
    """The bundled voice as somebody has downloaded it."""
    model = bundled_model()
    assert model is not None
    folder.mkdir(exist_ok=True)
    shutil.copyfile(model, folder / f"{name}.onnx")
    about = json.loads(Path(f"{model}.json").read_text("utf-8"))
    (folder / f"{name}.onnx.json").write_text(json.dumps(about | {"language": {"code": language}}), "utf-8")
    return folder


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT_BYTES, FILE_LIMIT_BYTES))


def test_voices_of_a_language_are_listed_with_what_is_missing(place: Place) -> None:
    done = place.run("voices", "--language", "en", "--engine", "kokoro", "--json")
    voices = json.loads(done.out)
    assert len(voices) == 28
    assert voices[0]["id"] == "kokoro:af_heart"
    assert not voices[0]["ready"]
    assert voices[0]["remedy"] == "Run `narrate voices install kokoro`"
    assert json.loads(place.run("voices", "--language", "de", "--engine", "kokoro", "--json").out) == []


def test_who_names_a_region_hears_of_no_other(place: Place) -> None:
    british = json.loads(place.run("voices", "--language", "en_gb", "--engine", "kokoro", "--json").out)
    assert {voice["language"] for voice in british} == {"en-GB"}
    assert len(british) == 8
    found = json.loads(place.run("voices", "--language", "fr-CH", "--engine", "gtts", "--json").out)
    assert [voice["language"] for voice in found] == ["fr"]
    assert place.run("voices", "--language", "fr-CH", "--engine", "tone").out.startswith("tone:sine")


def test_the_list_says_whose_words_are_timed(place: Place) -> None:
    timings = {voice["engine"]: voice["timings"] for voice in json.loads(place.run("voices", "--json").out)}
    assert timings["hibari"] == timings["kokoro"] == "words"
    assert timings["tone"] == timings["gtts"] == "sentences"


@needs_piper
def test_a_voice_is_installed_listed_and_heard(place: Place, tmp_path: Path) -> None:
    downloads = put_voice(tmp_path / "downloads", "alan")
    done = place.run("voices", "install", "piper:alan", "--from", downloads)
    assert (done.status, done.err) == (0, "")
    assert done.out.split() == ["piper:alan", "en-US", "your", "own", "ready"]
    shutil.rmtree(downloads)
    assert done.out in place.run("voices", "--engine", "piper").out
    heard = place.run("voices", "sample", "piper:alan", "-o", "alan.wav")
    assert (heard.status, heard.out) == (0, "alan.wav\n")
    assert 4.0 < decode_file(place.targets / "alan.wav", 22_050).size / 22_050 < 12.0
    assert place.left_behind("alan.wav") == []


def test_a_sample_is_always_the_same(place: Place) -> None:
    for name in ("heart", "hibari:heart", "hibari"):
        assert place.run("voices", "sample", name, "-o", f"{name}.mp3").status == 0
    sounds = {path.read_bytes() for path in place.targets.glob("*.mp3")}
    assert len([*place.targets.glob("*.mp3")]) == 3
    assert len(sounds) == 1


def test_what_is_sampled_in_a_language_is_in_a_language_that_is_known() -> None:
    sentences = tomllib.loads((files("narrate.cli") / "samples.toml").read_text("utf-8"))
    assert [tag for tag in sentences if language_name(tag) == tag] == []
    assert min(map(len, sentences.values())) >= 10
    assert len(set(sentences.values())) == len(sentences)


@needs_piper
def test_a_language_without_a_sentence_is_said(place: Place, tmp_path: Path) -> None:
    place.run("voices", "install", "piper", "--from", put_voice(tmp_path / "downloads", "moja", "sw_KE"))
    done = place.run("voices", "sample", "piper:moja", "-o", "moja.mp3")
    assert done.status == 2
    assert done.err == "narrate: there is no sentence in Swahili. Run `narrate say TEXT --voice piper:moja`.\n"


@needs_piper
def test_where_a_voice_does_not_fit_nothing_of_it_is_left(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "voices"
    downloads = put_voice(tmp_path / "downloads", "alan")
    environment = {"NARRATE_VOICES": str(folder)}
    done = place.run("voices", "install", "piper", "--from", downloads, limit=limit_files, env=environment)
    assert done.status == 1
    remedy = "Make room there, or name another folder in NARRATE_VOICES"
    assert done.err == f"narrate: nothing can be installed in {folder / 'piper'}: File too large. {remedy}.\n"
    assert list((folder / "piper").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["install", "tone"], 2, "tone has no voices to install. See `narrate voices --engine tone`."),
        (["install", "kokoro:af_nobody"], 2, "kokoro has no voice 'af_nobody' to install. Look at `narrate voices`."),
        (["install", "kokoro", "--from", "nowhere"], 1, "there is no nowhere. Look at its name."),
        (
            ["install", "kokoro", "--from", "."],
            1,
            "kokoro-v1.0.int8.onnx was not found: no source holds it. Name what holds it with --from too.",
        ),
        (
            ["install", "piper"],
            1,
            "piper has nothing to install: no voice.onnx was named with --from. "
            "Download a voice and name its folder with --from.",
        ),
        (["sample", "hibari:nobody"], 2, "hibari has no voice 'nobody'. See `narrate voices --engine hibari`."),
        (["sample", "kokoro"], 1, "kokoro cannot speak: it is not installed. Run `narrate voices install kokoro`."),
        (["sample", "piper:joe#7"], 1, "piper cannot speak: the voice has no speaker '7'. Leave out the #."),
        (
            ["--json", "sample", "joe"],
            2,
            "--language, --engine and --json are for the list. Leave them out for sample.",
        ),
    ],
)
def test_what_goes_wrong_is_said_in_a_line(place: Place, arguments: list[str], status: int, line: str) -> None:
    done = place.run("voices", *arguments)
    assert (done.status, done.out, done.err) == (status, "", f"narrate: {line}\n")
    assert place.left_behind() == []

"""Who speaks beside the narrator: what counts more, whose files may be named, and what is refused."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import source_of
from narrate import pipeline, plugins, preparation
from narrate.engines.hibari import HibariEngine
from narrate.engines.piper import _model_path
from narrate.errors import UsageError
from narrate.preparation import Prepared
from narrate.settings import Settings, change_settings, load_settings
from narrate.speakers import check_speakers, follow_cast, read_cast
from narrate.types import Voice

needs_piper = pytest.mark.skipif(importlib.util.find_spec("piper") is None, reason="piper is an extra")


@pytest.fixture
def cast(tmp_path: Path) -> str:
    path = tmp_path / "cast.toml"
    path.write_text('narrator = "tone:sine"\nquotes = "hibari:heart"\n\n[speakers]\n"ANNA" = "tone:sine"\n')
    return str(path)


def test_a_cast_counts_more_than_settings_and_less_than_the_command_line(cast: str) -> None:
    settings = Settings(cast=cast, voice="hibari:heart", quote_voice="tone:sine")
    found = follow_cast(settings)
    assert (found.voice, found.quote_voice) == ("tone:sine", "hibari:heart")
    assert follow_cast(settings, {"voice", "quote_voice"}) == settings
    assert follow_cast(settings, {"engine"}).voice == "hibari:heart"
    assert follow_cast(Settings()) == Settings()


def test_a_cast_lies_beside_the_settings_that_name_it(tmp_path: Path, cast: str) -> None:
    (tmp_path / "narrate.toml").write_text('cast = "cast.toml"\n')
    assert load_settings(tmp_path, {"NARRATE_HOME": str(tmp_path / "home")}).cast == cast


def test_the_function_make_follows_a_cast_as_the_command_does(tmp_path: Path, cast: str) -> None:
    (tmp_path / "talk.md").write_text("ANNA: It is late.\n\n## Later\n\nIt rained.\n")
    target = tmp_path / "a.mp3"
    episode = pipeline.make(
        str(tmp_path / "talk.md"), target, cast=cast, voice=None, engine=None, close=False, use_cache=False
    )
    assert [(cue.speaker, cue.named) for cue in episode.cues] == [("Anna", True), (None, False), (None, False)]


ABSENT = next(voice.id for voice in HibariEngine().voices() if not voice.ready)

TALK = "ANNA: It is late.\n\nBOB: It is not."


def prepared_of(tmp_path: Path, cast: str, text: str = TALK, **settings: object) -> Prepared:
    """A text as those would speak it whom a cast names."""
    (tmp_path / "cast.toml").write_text(cast)
    quiet = Settings(introduction=False, close=False, cast=str(tmp_path / "cast.toml"))
    wanted = follow_cast(change_settings(quiet, settings, "the test"))
    return preparation.prepare(source_of(text, "text/markdown"), wanted)


def written(prepared: Prepared) -> list[str]:
    return [utterance.written for utterance in prepared.script.utterances]


def test_a_name_is_said_where_the_voice_that_stands_in_is_somebody_elses(tmp_path: Path) -> None:
    others = f'[speakers]\nANNA = "{ABSENT}"\nBOB = "tone:sine"\n'
    assert written(prepared_of(tmp_path, others, fallback=("tone",))) == ["ANNA: It is late.", "BOB: It is not."]
    both = f'[speakers]\nANNA = "{ABSENT}"\nBOB = "{ABSENT}"\n'
    assert written(prepared_of(tmp_path, both, fallback=("heart",))) == ["ANNA: It is late.", "BOB: It is not."]
    assert written(prepared_of(tmp_path, others, "ANNA: It is late.", fallback=("tone",))) == ["It is late."]
    narrators = f'narrator = "{ABSENT}"\n[speakers]\nANNA = "tone:sine"\n'
    assert written(prepared_of(tmp_path, narrators, fallback=("tone",)))[0] == "ANNA: It is late."


def test_a_name_is_said_where_one_voice_is_written_in_two_ways(tmp_path: Path) -> None:
    one = 'narrator = "tone:sine"\n[speakers]\nANNA = "tone:"\nBOB = "hibari:heart"\n'
    assert written(prepared_of(tmp_path, one)) == ["ANNA: It is late.", "It is not."]


def test_a_voice_without_an_engine_is_one_of_the_narrators(tmp_path: Path) -> None:
    text = "ANNA: It is late.\n\n***\n\n“It is not,” he said."
    for cast, settings in (
        ('narrator = "tone:sine"\nquotes = "sine"\n[speakers]\nANNA = "sine"\n', {}),
        ('quotes = "sine"\n[speakers]\nANNA = "sine"\n', {"voice": "tone:sine"}),
        ('[speakers]\nANNA = "sine"\n', {"voice": "tone:", "quote_voice": "sine"}),
        ('narrator = "sine"\n[speakers]\nANNA = "sine"\n', {"engine": "tone", "quote_voice": "sine"}),
    ):
        prepared = prepared_of(tmp_path, cast, text, **settings)
        assert {part.voice for part in prepared.script.utterances} == {None, "tone:sine"}
        assert prepared.voice.id == "tone:sine"
        check_speakers(change_settings(Settings(cast=str(tmp_path / "cast.toml")), settings, "the test"))
    with pytest.raises(UsageError, match="\"ANNA\": hibari has no voice 'sine'"):
        prepared_of(tmp_path, 'narrator = "heart"\n[speakers]\nANNA = "sine"\n', engine="hibari")


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("It rained.", "en", ("the voice for quotations has nothing to say: no quotation was found",)),
        ("“It is late,” he said.", "en", ()),
        (
            "Padało.",
            "pl",
            (
                "the voice for quotations has nothing to say: no quotation was found, since no verbs of speaking are "
                "known for Polish",
            ),
        ),
        (
            "„Jest późno.” Padało.",
            "pl",
            (
                "the voice for quotations speaks only some of the quotations, since no verbs of speaking are known for "
                "Polish",
            ),
        ),
    ],
)
def test_a_voice_for_quotations_that_finds_none_or_few_says_so(text: str, language: str, told: tuple[str, ...]) -> None:
    settings = Settings(voice="tone:sine", quote_voice="tone:sine", language=language, introduction=False, close=False)
    prepared = preparation.prepare(source_of(text, "text/markdown"), settings)
    assert prepared.cast_notes == told
    assert prepared.cleaned.notes == told


def test_the_function_make_warns_of_what_the_command_would_tell(tmp_path: Path, cast: str) -> None:
    (tmp_path / "talk.md").write_text("It rained.\n")
    with pytest.warns(UserWarning, match=r"^nobody in cast.toml speaks in this text: .*\.$"):
        pipeline.make(str(tmp_path / "talk.md"), tmp_path / "a.mp3", cast=cast, close=False)


def joe() -> Voice:
    return plugins.load_engine("piper").voices()[0]


@needs_piper
def test_a_voice_that_the_user_names_may_be_a_file_and_one_that_a_text_from_the_web_names_may_not() -> None:
    model = f"piper:{_model_path(joe())}"
    source = replace(source_of("“It is late now,” he said.", "text/markdown"), address="https://example.org/a.md")
    prepared = preparation.prepare(source, Settings(quote_voice=model, introduction=False, close=False))
    assert [utterance.voice for utterance in prepared.script.utterances] == [model, None]
    assert set(prepared.cast) == {model}
    told = replace(source, data=f"[voice {model}]Hello.[/voice] “It is late now,” he said.".encode())
    with pytest.raises(UsageError, match="a text from the web may name no file"):
        preparation.prepare(told, Settings(quote_voice="hibari:heart", introduction=False, close=False))


@needs_piper
def test_a_transcript_names_no_folder_of_a_voice_that_is_a_file(tmp_path: Path) -> None:
    model = _model_path(joe())
    (tmp_path / "a.md").write_text("“It is late now,” he said.\n")
    episode = pipeline.make(str(tmp_path / "a.md"), tmp_path / "a.mp3", quote_voice=f"piper:{model}", use_cache=False)
    assert episode.cues[0].speaker == f"piper:{model.name}"


def test_a_voice_that_is_a_file_is_looked_for_beside_the_cast(tmp_path: Path) -> None:
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "mine.onnx").touch()
    path, long = tmp_path / "cast.toml", "x." + "y" * 300
    path.write_text(
        'narrator = "piper:voices/mine.onnx"\nquotes = "hibari:heart"\n'
        f'[speakers]\n"ANNA" = "voices/mine.onnx#3"\n"BOB" = "piper:voices/other.onnx"\n"CARL" = "{long}"\n'
    )
    cast, here = read_cast(Settings(cast=str(path))), (tmp_path / "voices").resolve()
    voices = [member.voice for member in (cast.narrator, cast.quotes, *cast.members.values()) if member]
    ours = f"{here}/mine.onnx"
    assert voices == [f"piper:{ours}", "hibari:heart", f"{ours}#3", "piper:voices/other.onnx", long]

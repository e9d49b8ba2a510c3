"""Who speaks beside the narrator: what counts more, whose files may be named, and what is refused."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import source_of
from narrate import pipeline, plugins, preparation
from narrate.engines.piper import _model_path
from narrate.errors import UsageError
from narrate.settings import Settings, load_settings
from narrate.speakers import follow_cast
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
    episode = pipeline.make(str(tmp_path / "talk.md"), tmp_path / "a.mp3", cast=cast, close=False, use_cache=False)
    assert [(cue.speaker, cue.named) for cue in episode.cues] == [("Anna", True), (None, False), (None, False)]


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

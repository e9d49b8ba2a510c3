"""Who speaks: the voice asked for, and those that an author's marks ask for."""

from __future__ import annotations

import pytest

from narrate import casting
from narrate.engines.hibari import HibariEngine
from narrate.errors import EngineUnavailable, UsageError
from narrate.speech import Cast
from narrate.types import Script, Utterance

WHO = Utterance(text="Who?", written="Who?")


def cast_for(name: str, *, line: int | None = 7, language: str = "en") -> Cast:
    first, asked = WHO, Utterance(text="Not me.", written="Not me.", voice=name, line=line)
    return casting.choose_cast(Script(utterances=(first, asked, asked), language=language), HibariEngine())


def test_a_name_is_a_voice_of_the_scripts_engine_or_of_the_engine_before_the_colon() -> None:
    assert [voice.id for _, voice in cast_for("heart").values()] == ["hibari:heart"]
    engine, voice = cast_for("tone:sine")["tone:sine"]
    assert (engine.name, voice.id) == ("tone", "tone:sine")
    assert casting.choose_cast(Script(utterances=(WHO,), language="en"), HibariEngine()) == {}


def test_a_voice_that_is_none_is_refused_with_the_mark_and_its_line() -> None:
    with pytest.raises(UsageError) as raised:
        cast_for("nobody")
    assert str(raised.value).startswith("line 7, [voice nobody]: hibari has no voice 'nobody'. Its voices are: heart, ")
    with pytest.raises(UsageError, match=r"^\[voice nobody\]: hibari has no voice"):
        cast_for("nobody", line=None)


def test_a_voice_that_is_not_here_is_refused_with_the_mark_and_what_to_do() -> None:
    absent = next(voice for voice in HibariEngine().voices() if not voice.ready)
    with pytest.raises(EngineUnavailable) as raised:
        cast_for(absent.id)
    mark = f"line 7, [voice {absent.id}]: {absent.id} cannot speak: it is not installed. Run"
    assert str(raised.value).lower().startswith(mark.lower())


def test_a_voice_of_another_language_is_refused_with_the_mark() -> None:
    with pytest.raises(UsageError) as raised:
        cast_for("heart", language="de")
    assert str(raised.value).startswith("line 7, [voice heart]: the voice hibari:heart does not speak German. ")
    assert "--voice" not in str(raised.value)

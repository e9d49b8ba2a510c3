"""Who speaks: the voice asked for, and those that an author's marks ask for."""

from __future__ import annotations

import pytest

from narrate import casting
from narrate.engines.hibari import HibariEngine
from narrate.errors import EngineUnavailable, UsageError
from narrate.settings import Settings
from narrate.speech import Cast
from narrate.types import WHOLE, Fallback, Script, Utterance

WHO = Utterance(text="Who?", written="Who?")
OF_HIBARI = casting.StandIns(engine="hibari", language="en")


def cast_for(name: str, *, line: int | None = 7, language: str = "en") -> Cast:
    first, asked = WHO, Utterance(text="Not me.", written="Not me.", voice=name, line=line)
    script = Script(utterances=(first, asked, asked), language=language)
    return casting.cast_of(casting.choose_marked(script, OF_HIBARI))


def test_a_name_is_a_voice_of_the_scripts_engine_or_of_the_engine_before_the_colon() -> None:
    assert [voice.id for _, voice in cast_for("heart").values()] == ["hibari:heart"]
    engine, voice = cast_for("tone:sine")["tone:sine"]
    assert (engine.name, voice.id) == ("tone", "tone:sine")
    assert casting.choose_marked(Script(utterances=(WHO,), language="en"), OF_HIBARI) == {}


def test_a_voice_that_is_none_is_refused_with_the_mark_and_its_line() -> None:
    with pytest.raises(UsageError) as raised:
        cast_for("nobody")
    assert str(raised.value).startswith("line 7, [voice nobody]: hibari has no voice 'nobody'. Its voices are: heart, ")
    with pytest.raises(UsageError, match=r"^\[voice nobody\]: hibari has no voice"):
        cast_for("nobody", line=None)


def test_a_voice_that_is_none_in_a_script_from_a_file_is_refused_with_its_utterance() -> None:
    asked = Utterance(text="Not me.", written="Not me.", voice="nobody", line=7)
    with pytest.raises(UsageError) as raised:
        casting.choose_marked(Script(utterances=(WHO, asked), language="en"), OF_HIBARI, is_given=True)
    assert str(raised.value).startswith("utterance 2: hibari has no voice 'nobody'. Its voices are: heart, ")
    assert "[voice" not in str(raised.value)


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


# ------------------------------------------------------------- who stands in

ABSENT = next(voice for voice in HibariEngine().voices() if not voice.ready)


def choose(*fallback: str, voice: str = ABSENT.id, engine: str = "hibari", language: str = "en") -> casting.Chosen:
    return casting.choose_speaker(Settings(engine=engine, voice=voice, fallback=fallback), language)


def test_a_voice_that_is_here_speaks_itself_whoever_may_stand_in() -> None:
    chosen = choose("tone", voice="heart")
    assert (chosen.voice.id, chosen.fallback) == ("hibari:heart", None)


@pytest.mark.parametrize(
    ("name", "voice"), [("tone", "tone:sine"), ("tone:sine", "tone:sine"), ("heart", "hibari:heart")]
)
def test_an_engine_or_a_voice_may_stand_in_and_a_bare_voice_is_one_of_the_engine_that_is_wanted(
    name: str, voice: str
) -> None:
    chosen = choose(name)
    told = Fallback(wanted=ABSENT.id, spoken_by=voice, why="it is not installed", place=WHOLE)
    assert (chosen.voice.id, chosen.fallback) == (voice, told)
    assert str(told) == f"{ABSENT.id} cannot speak: it is not installed; {voice} speaks instead"


def test_the_first_who_is_here_and_speaks_the_language_stands_in_and_the_others_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    fallback = choose("openai", "gtts:de", "tone", "hibari:heart").fallback
    assert fallback is not None
    assert fallback.spoken_by == "tone:sine"
    assert fallback.why == (
        "it is not installed; nor can openai, there is no key for it; "
        "nor can gtts:de, the voice gtts:de does not speak English"
    )


def test_where_nobody_can_speak_the_error_says_why_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(EngineUnavailable) as raised:
        choose(ABSENT.id, "openai")
    assert str(raised.value) == (
        f"{ABSENT.id} cannot speak: it is not installed; nor can openai, there is no key for it. "
        f"Run `narrate voices install {ABSENT.id}`."
    )


@pytest.mark.parametrize("wrong", ["hibary", "hibary:heart", "", "tone "])
def test_a_name_that_is_nobodys_is_wrong_usage_even_where_nobody_has_to_stand_in(wrong: str) -> None:
    with pytest.raises(UsageError, match="is neither an engine nor a voice of hibari. Name engines \\(hibari, "):
        choose("tone", wrong, voice="heart")


def test_a_voice_that_is_none_of_its_engine_is_wrong_usage_even_where_nobody_has_to_stand_in() -> None:
    with pytest.raises(UsageError, match="^hibari has no voice 'hart'. Its voices are: heart, "):
        choose("hibari:hart", voice="heart")


def test_nobody_stands_in_for_a_voice_that_does_not_exist_or_speaks_another_language() -> None:
    with pytest.raises(UsageError, match="hibari has no voice 'hart'"):
        choose("tone", voice="hart")
    with pytest.raises(UsageError, match="the voice hibari:heart does not speak German"):
        choose("tone", voice="heart", language="de")


def test_a_voice_that_was_lost_is_asked_no_more_and_neither_is_a_stand_in_that_was() -> None:
    settings = Settings(fallback=("tone", "hibari:heart"), voice="tone:sine", engine="hibari")
    lost = {"tone:sine": EngineUnavailable("tone:sine", "out of breath", "Wait")}
    fallback = casting.choose_speaker(settings, "en", lost).fallback
    assert fallback == Fallback(wanted="tone:sine", spoken_by="hibari:heart", why="out of breath")


def test_a_mark_whose_voice_is_not_here_has_a_stand_in_of_its_own_and_says_where() -> None:
    asked = Utterance(text="Not me.", written="Not me.", voice=ABSENT.name, line=7)
    script = Script(utterances=(WHO, asked), language="en")
    stand_ins = casting.StandIns(names=("tone",), engine="hibari", language="en")
    (part,) = casting.choose_marked(script, stand_ins).values()
    assert part.voice.id == "tone:sine"
    assert part.fallback is not None
    assert str(part.fallback) == (
        f"line 7, [voice {ABSENT.name}]: {ABSENT.id} cannot speak: it is not installed; tone:sine speaks instead"
    )

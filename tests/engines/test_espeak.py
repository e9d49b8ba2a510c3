"""espeak-ng: the shared suite with the real program, where it is installed, and how its list of voices is read."""

from __future__ import annotations

import os
import shutil

import pytest

from narrate.engines.espeak import EspeakEngine, read_rows
from narrate.engines.suite import EngineSuite
from narrate.errors import EngineUnavailable
from narrate.languages import primary
from narrate.types import Clip, Utterance

LISTING = """\
Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  af              --/M      Afrikaans          gmw/af
 5  cmn             --/M      Chinese_(Mandarin,_latin_as_English) sit/cmn (zh-cmn 5)(zh 5)
 5  en-029          --/M      English_(Caribbean) gmw/en-029           (en 10)
 2  en-gb           --/M      English_(Great_Britain) gmw/en           (en 2)
 2  en-us           --/F      English_(America)  gmw/en-US            (en 3)
 5  en-us           --/M      us-mbrola-1        mb/mb-us1
 5  en-gb-x-rp      --/M      English_(Received_Pronunciation) gmw/en-GB-x-rp (en-gb 4)(en 5)
 5  fr-be           --/M      French_(Belgium)   roa/fr-BE            (fr 8)
 5  fr-fr           --/-      French_(France)    roa/fr               (fr 5)
 5  pt              --/M      Portuguese_(Portugal) roa/pt            (pt-pt 5)
 5  pt-br           --/M      Portuguese_(Brazil) roa/pt-BR           (pt 6)
"""

MISSING = (
    "espeak cannot speak: the program espeak-ng is not installed. "
    "Run `apt install espeak-ng`, or on a Mac `brew install espeak-ng`."
)


@pytest.fixture
def program() -> None:
    """The real one; skipped where it is missing, but never in CI."""
    if shutil.which("espeak-ng") is None:
        assert not os.environ.get("CI"), "espeak-ng is not installed"
        pytest.skip("espeak-ng is not installed")


def say(text: str, voice: str = "en-us") -> Clip:
    engine = EspeakEngine()
    found = engine.find_voice(voice)
    assert found is not None
    return engine.speak(Utterance(text=text, written=text), found, speed=1.0, seed=0)


@pytest.mark.clients
@pytest.mark.usefixtures("program")
class TestEspeak(EngineSuite):
    engine = EspeakEngine()

    def test_it_speaks_a_hundred_languages(self) -> None:
        voices = self.engine.voices()
        assert len({primary(voice.language) for voice in voices}) >= 100
        assert voices[0].name == "en-us"
        assert {"de", "fr-fr", "pt-br", "hi", "ru", "sw"} <= {voice.name for voice in voices}

    @pytest.mark.parametrize("name", ["de", "ru", "hi", "cmn", "ar"])
    def test_every_script_is_spoken_in_its_language(self, name: str) -> None:
        texts = {"de": "Guten Morgen.", "ru": "Доброе утро.", "hi": "सुप्रभात।", "cmn": "早上好。", "ar": "صباح الخير."}
        assert 0.4 < say(texts[name], name).seconds < 4.0
        assert say(texts[name], name).rate_hz == 22_050

    def test_every_voice_that_it_lists_speaks(self) -> None:
        for voice in self.engine.voices():
            utterance = Utterance(text="Alfa 5.", written="Alfa 5.")
            assert self.engine.speak(utterance, voice, speed=2.0, seed=0).rate_hz == voice.rate_hz

    def test_an_article_cannot_speak_in_phonemes(self) -> None:
        assert say("Say [[h@l'oU]] now.").seconds > say("Say hello now.").seconds + 0.3

    def test_a_text_that_looks_like_an_option_is_spoken(self) -> None:
        assert say("--version -h -f secret").seconds > 1.0

    def test_its_fingerprint_is_its_version(self) -> None:
        assert EspeakEngine().fingerprint(self.voice()).startswith("espeak-ng 1.")


def test_a_missing_program_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    for question in (EspeakEngine().check, EspeakEngine().voices):
        with pytest.raises(EngineUnavailable) as caught:
            question()
        assert str(caught.value) == MISSING


def test_voices_come_by_language_the_usual_accent_first_and_the_default_before_all() -> None:
    assert list(read_rows(LISTING)) == [
        "en-us",
        "af",
        "cmn",
        "en-gb",
        "en-gb-x-rp",
        "en-029",
        "fr-fr",
        "fr-be",
        "pt",
        "pt-br",
    ]


def test_a_voice_says_its_language_and_who_speaks() -> None:
    voices = {name: row.voice for name, row in read_rows(LISTING).items()}
    tags = {name: voices[name].language for name in ("en-us", "en-029", "en-gb-x-rp", "cmn", "pt")}
    assert tags == {"en-us": "en-US", "en-029": "en-029", "en-gb-x-rp": "en-GB-x-rp", "cmn": "zh", "pt": "pt"}
    assert voices["en-us"].description == "English (America), female"
    assert voices["fr-fr"].description == "French (France)"
    assert {voice.licence for voice in voices.values()} == {"GPL-3.0-or-later"}


@pytest.mark.parametrize("listing", ["", "\n\n", "Pty Language", "x" * 10_000, "5 5 5 5 5 5", "5  de  --/M"])
def test_a_list_without_voices_gives_none(listing: str) -> None:
    assert read_rows(listing) == {}

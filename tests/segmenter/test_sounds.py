"""Sounds in IPA, ARPAbet, X-SAMPA and respellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from narrate.segmenter.sounds import (
    add_ending,
    arpabet_to_ipa,
    ipa_to_respelling,
    plain_respelling,
    respelling_to_ipa,
    tidy_ipa,
    x_sampa_to_ipa,
)


@pytest.mark.parametrize(
    ("respelling", "ipa"),
    [
        ("oh-KOH-roh", "oʊˈkoʊɹoʊ"),
        ("soh-lay-MAH-nee", "soʊleɪˈmɑni"),
        ("SOH-lay-MAH-nee", "ˌsoʊleɪˈmɑni"),
        ("shee jin-PING", "ˈʃi dʒɪnˈpɪŋ"),
        ("MY-kuhl", "ˈmaɪkəl"),
        ("uh-MER-ih-kuh", "əˈmɝɪkə"),
        ("EYE-zik", "ˈaɪzɪk"),
        ("redding", None),
        ("see plus plus", None),
        ("one-TWO", None),
        ("A I", None),
        ("", None),
    ],
)
def test_a_respelling_that_shows_its_stress_is_a_sound(respelling: str, ipa: str | None) -> None:
    assert respelling_to_ipa(respelling) == ipa


@pytest.mark.parametrize(
    "respelling", ["oh-KOH-roh", "soh-lay-MAH-nee", "shee jin-PING", "MY-kuhl", "ek-struh-MENT", "eye", "zhah-KEEN"]
)
def test_a_respelling_read_and_written_again_is_the_same(respelling: str) -> None:
    ipa = respelling_to_ipa(respelling) or "aɪ"
    assert ipa_to_respelling(ipa) == respelling


def test_a_sound_that_english_lacks_has_no_respelling() -> None:
    assert ipa_to_respelling("mœʁ") is None


def test_an_engine_is_given_no_capitals_that_it_would_spell() -> None:
    assert plain_respelling("oh-KOH-roh the second") == "oh-koh-roh the second"
    assert plain_respelling("A I") == "A I"
    assert plain_respelling("Jean-Luc") == "Jean-Luc"


@pytest.mark.parametrize(
    ("ipa", "ending", "sound"),
    [
        ("oʊˈkoʊɹoʊ", "'s", "oʊˈkoʊɹoʊz"),
        ("kʌp", "s", "kʌps"),
        ("mæk", "'s", "mæks"),
        ("fɪʃ", "es", "fɪʃɪz"),
        ("dʒɔɹdʒ", "'s", "dʒɔɹdʒɪz"),
        ("bɑː", "'s", "bɑːz"),
        ("kæt", "'d", "kætɪd"),
        ("ʃi", "'ll", "ʃiəl"),
    ],
)
def test_an_ending_fits_itself_to_the_last_sound(ipa: str, ending: str, sound: str) -> None:
    assert add_ending(ipa, ending) == sound


@pytest.mark.parametrize(
    ("phones", "ipa"),
    [
        ("W ER1 D", "ˈwɝd"),
        ("OW2 K OW1 R OW0", "ˌoʊˈkoʊɹoʊ"),
        ("EH2 K S T R AH0 M EH1 N T", "ˌɛkstɹəˈmɛnt"),
        ("s t r ae1 ng k th", "ˈstɹæŋkθ"),
        ("DH AH0", "ðə"),
        ("S", "s"),
    ],
)
def test_arpabet_is_ipa_with_its_stress_before_the_syllable(phones: str, ipa: str) -> None:
    assert arpabet_to_ipa(phones) == ipa


@pytest.mark.parametrize(
    ("written", "ipa"),
    [('"kju:', "ˈkjuː"), ("d_Zoi", "d͡ʒoi"), ("@`", "ɚ"), ("r\\Est", "ɹɛst"), ("b{n%d", "bænˌd"), ("tə", None)],
)
def test_x_sampa_is_ipa(written: str, ipa: str | None) -> None:
    assert x_sampa_to_ipa(written) == ipa


def test_stress_moves_before_its_syllable() -> None:
    assert tidy_ipa("ɑkˈɔɹoʊ sˌoʊlɪmˈɑːni") == "ɑˈkɔɹoʊ ˌsoʊlɪˈmɑni"


@given(st.text())
def test_no_text_is_too_odd_to_be_read_as_a_sound(text: str) -> None:
    for function in (respelling_to_ipa, ipa_to_respelling, tidy_ipa, x_sampa_to_ipa, plain_respelling):
        function(text)

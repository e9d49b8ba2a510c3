"""Languages: told from the text, and matched with voices."""

from __future__ import annotations

import subprocess
import sys

import pytest

from narrate.languages import detect_language, is_language_tag, language_name, same_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The council voted on Monday to keep the last lightship afloat, after a long and noisy meeting.", "en"),
        ("Der Bundestag hat am Freitag das neue Gesetz beschlossen; die Opposition stimmte geschlossen dagegen.", "de"),
        ("Le gouvernement a annoncé vendredi une réforme des retraites, aussitôt critiquée par les syndicats.", "fr"),
        ("日本の首相は金曜日に会見を開いた。", "ja"),
        ("Здравствуйте, это новости.", "ru"),
        ("Hi.", None),
        ("1234 5678", None),
    ],
)
def test_a_language_is_told_or_left_open(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_voices_match_by_the_first_part_of_the_tag() -> None:
    assert same_language("en-GB", "en-US")
    assert same_language("mul", "de")
    assert not same_language("en-US", "de")


def test_languages_have_names_and_tags_have_a_shape() -> None:
    assert language_name("de-AT") == "German"
    assert is_language_tag("zh-Hant-TW")
    assert not is_language_tag("english please")


def test_plain_english_is_known_without_loading_a_model() -> None:
    code = (
        "import sys; from narrate.languages import detect_language\n"
        "text = 'The council voted on Monday to keep the ship, which has stood there since the war, and it was for "
        "the best, they said, with no more than a shrug.'\n"
        "assert detect_language(text) == 'en'; assert 'py3langid' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "text",
    [
        "De raad stemde maandag met negen tegen vier voor het behoud van het lichtschip, dat er sinds de oorlog is.",
        "Rådet stemte mandag for å beholde fyrskipet, som har ligget der siden krigen, og det var det beste, sa de.",
        "O conselho votou na segunda-feira para manter o navio-farol, que está lá desde a guerra, e foi para o melhor.",
    ],
)
def test_languages_near_english_are_not_taken_for_it(text: str) -> None:
    assert detect_language(text) != "en"

"""The lexicon: how words are said, found as whole words, the more particular layer first; its files."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from narrate.engines.hibari import HibariEngine, to_misaki
from narrate.errors import LexiconError, UsageError
from narrate.segmenter.lexicon import Entry, Layer, Lexicon
from narrate.segmenter.lexicon_files import load_lexicon, parse_lexicon, read_lexicon


def lexicon(*entries: Entry) -> Lexicon:
    return Lexicon([Layer(name="test", entries=entries)])


def found(of: Lexicon, text: str, language: str = "en") -> list[tuple[str, str]]:
    """What is found in a text, as written and as said."""
    return [(text[reading.start : reading.end], reading.words) for reading in of.find(text, language)]


def words(of: Lexicon, text: str, language: str = "en") -> list[str]:
    return [written for written, _ in found(of, text, language)]


SOLEIMANI = Entry(word="Soleimani", say="soh-lay-MAH-nee")
XI = Entry(word="Xi", say="shee")
JINPING = Entry(word="Xi Jinping", say="shee jin-PING")


# ------------------------------------------------------------------ what is found


def test_a_word_is_said_as_its_entry_tells() -> None:
    (reading,) = lexicon(SOLEIMANI).find("General Soleimani was there.")
    assert (reading.start, reading.end) == (8, 17)
    assert reading.words == "soh-lay-mah-nee"
    assert reading.ipa == "soʊleɪˈmɑni"
    assert reading.kind == "lexicon"


def test_ipa_of_its_own_goes_before_that_of_the_respelling() -> None:
    (reading,) = lexicon(Entry(word="Okoro", say="oh-KOH-roh", ipa="oˈkɔro")).find("Okoro")
    assert (reading.words, reading.ipa) == ("oh-koh-roh", "oˈkɔro")


def test_an_entry_with_ipa_alone_leaves_the_words_as_they_are() -> None:
    (reading,) = lexicon(Entry(word="Okoro", ipa="oˈkɔro")).find("Mrs Okoro’s")
    assert (reading.words, reading.ipa) == ("Okoro's", "oˈkɔroz")


def test_the_longest_phrase_wins() -> None:
    entries = lexicon(XI, JINPING, Entry(word="Jinping", say="no"))
    assert found(entries, "Xi Jinping met Xi.") == [("Xi Jinping", "shee jin-ping"), ("Xi", "shee")]
    assert words(entries, "Xi  Jinping, Xi\nJinping, Xi, Jinping") == ["Xi  Jinping", "Xi\nJinping", "Xi", "Jinping"]


@pytest.mark.parametrize(
    "text", ["Xiaomi", "Maxi", "XIV", "Xié", "Xi\u0301", "O’Xi", "Xi’an", "xi@example.org", "@Xi", "Xi.com", "Xi_1"]
)
def test_only_whole_words_are_found(text: str) -> None:
    assert words(lexicon(XI), text) == []


@pytest.mark.parametrize("text", ["Xi", "(Xi)", "“Xi”", "Xi-led", "anti-Xi", "Xi/Li", "Xi.", "‘Xi’", "…Xi—", "Xi; or"])
def test_marks_do_not_hide_a_word(text: str) -> None:
    assert words(lexicon(XI), text) == ["Xi"]


def test_letters_count_whatever_way_they_are_encoded() -> None:
    entries = lexicon(Entry(word="Łódź", say="wooch"), Entry(word="Guaidó", say="gwy-DOH"))
    assert words(entries, "Łódź Lodz Guaido\u0301 Guaidó Guaido") == ["Łódź", "Guaido\u0301", "Guaidó"]
    assert words(lexicon(SOLEIMANI), "Solei\u00admani") == ["Solei\u00admani"]


@pytest.mark.parametrize(
    ("entry", "text", "expected"),
    [
        ("Nyong'o", "Lupita Nyong’o, Nyong'o", ["Nyong’o", "Nyong'o"]),
        ("al-Assad", "Bashar al-Assad. Al-Assad al‑Assad", ["al-Assad", "Al-Assad", "al‑Assad"]),
        ("AT&T", "AT&T and AT & T", ["AT&T"]),
        ("C++", "C++, C+ and C++. C", ["C++", "C++"]),
        (".NET", "the .NET net", [".NET"]),
        ("A.I.", "A.I. is not what A.I.", ["A.I.", "A.I"]),
        ("St. John's", "in St. John’s now", ["St. John’s"]),
        ("G7", "the G7 and G77", ["G7"]),
    ],
)
def test_entries_may_hold_marks(entry: str, text: str, expected: list[str]) -> None:
    assert words(lexicon(Entry(word=entry, say="so")), text) == expected


# ------------------------------------------------------------------ endings


@pytest.mark.parametrize("text", ["Soleimani's", "Soleimani’s", "SOLEIMANI’S"])
def test_a_possessive_is_kept(text: str) -> None:
    (reading,) = lexicon(SOLEIMANI).find(f"That is {text} car.")
    assert (reading.start, reading.end) == (8, 19)
    assert (reading.words, reading.ipa) == ("soh-lay-mah-nee's", "soʊleɪˈmɑniz")


def test_plurals_are_kept() -> None:
    entries = lexicon(SOLEIMANI, Entry(word="Bach", say="BAHKH-uh"), Entry(word="gyro", say="YEE-roh"))
    assert found(entries, "Soleimanis, gyros and Baches") == [
        ("Soleimanis", "soh-lay-mah-nees"),
        ("gyros", "yee-rohs"),
        ("Baches", "bahkh-uhs"),
    ]


def test_the_possessive_of_a_plural_is_one_word() -> None:
    (reading,) = lexicon(SOLEIMANI).find("the Soleimanis’ house")
    assert (reading.start, reading.end) == (4, 15)
    assert (reading.words, reading.ipa) == ("soh-lay-mah-nees", "soʊleɪˈmɑniz")
    assert words(lexicon(SOLEIMANI), "‘the Soleimanis’, he said") == ["Soleimanis"]


def test_phrases_have_endings_too() -> None:
    assert found(lexicon(JINPING), "Xi Jinping’s Xi Jinpings") == [
        ("Xi Jinping’s", "shee jin-ping's"),
        ("Xi Jinpings", "shee jin-pings"),
    ]


def test_short_forms_are_kept() -> None:
    assert found(lexicon(XI), "Xi'll go, Xi’d say") == [("Xi'll", "shee'll"), ("Xi’d", "shee'd")]


def test_a_word_that_only_looks_like_a_plural_is_another() -> None:
    assert words(lexicon(Entry(word="Bas", say="bah")), "Bass") == []
    both = lexicon(Entry(word="Pari", say="no"), Entry(word="Paris", say="pa-REE"))
    assert found(both, "Paris") == [("Paris", "pa-ree")]


def test_an_entry_can_do_without_endings() -> None:
    assert words(lexicon(Entry(word="Okoro", say="x", endings=False)), "Okoro, Okoros, Okoro's") == ["Okoro"]


def test_plurals_are_english() -> None:
    assert words(lexicon(SOLEIMANI), "d’Soleimani Soleimanis", "fr") == ["Soleimani"]


# ------------------------------------------------------------------ flags


def test_a_capital_in_an_entry_asks_for_one_in_the_text() -> None:
    assert words(lexicon(Entry(word="Polish", say="POH-lish")), "polish Polish POLISH") == ["Polish", "POLISH"]
    assert words(lexicon(Entry(word="quinoa", say="KEEN-wah")), "quinoa Quinoa QUINOA") == [
        "quinoa",
        "Quinoa",
        "QUINOA",
    ]


def test_the_flag_of_case_decides() -> None:
    assert words(lexicon(Entry(word="Polish", say="x", case=True)), "polish Polish POLISH") == ["Polish"]
    assert words(lexicon(Entry(word="Polish", say="x", case=False)), "polish Polish") == ["polish", "Polish"]
    assert words(lexicon(Entry(word="us", say="x", case=True)), "us US Us") == ["us"]


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("to Reading by train", True),
        ("In Reading they stayed.", True),
        ("They left. In Reading it rained.", True),
        ("the Reading List", False),
        ("a Reading-born man", False),
        ("mid-Reading", False),
        ("at Great Reading they stayed", False),
    ],
)
def test_an_entry_may_refuse_to_be_part_of_something_longer(text: str, alone: bool) -> None:
    assert words(lexicon(Entry(word="Reading", say="redding")), text) == ["Reading"]
    assert words(lexicon(Entry(word="Reading", say="redding", part=False)), text) == ["Reading"] * alone


def test_an_entry_of_a_language_is_for_texts_in_it() -> None:
    entries = lexicon(Entry(word="Job", say="yohp", language="de"), Entry(word="lead", say="leed", language="en-GB"))
    assert words(entries, "Job lead", "de-AT") == ["Job"]
    assert words(entries, "Job lead", "en") == ["lead"]
    assert words(entries, "Job lead", "en-US") == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"word": "—", "say": "x"}, "there is no word in '—'. Write letters or digits."),
        ({"word": "Okoro"}, "nothing says how 'Okoro' is said. Give it a respelling or IPA."),
        ({"word": "a " * 30, "say": "x"}, "Give at most 24 words."),
    ],
)
def test_an_entry_says_what_it_lacks(entry: dict[str, str], message: str) -> None:
    with pytest.raises(LexiconError) as caught:
        Entry(**entry)  # type: ignore[arg-type]
    assert message in str(caught.value)


# ------------------------------------------------------------------ layers


def test_the_articles_own_go_over_the_shows_over_the_users_over_the_built_in(tmp_path: Path) -> None:
    show, user = tmp_path / "show.toml", tmp_path / "user.toml"
    user.write_text('[words]\nMacron = "user"\nOkoro = "user"\nXi = "user"\n')
    show.write_text('[words]\nOkoro = "show"\nXi = "show"\n')
    entries = load_lexicon([show, user], language="en-US", article=[Entry(word="Xi", say="article")])
    assert found(entries, "Xi Okoro Macron") == [("Xi", "article"), ("Okoro", "show"), ("Macron", "user")]
    assert [reading.ipa for reading in load_lexicon().find("Macron")] == ["məˈkɹoʊn"]
    assert not load_lexicon(language="de")


def test_a_layer_can_be_put_on_top() -> None:
    assert found(lexicon(XI).under(Layer(name="epub", entries=(Entry(word="Xi", say="zai"),))), "Xi") == [("Xi", "zai")]


def test_the_longest_phrase_wins_across_layers() -> None:
    layers = Lexicon([Layer(name="upper", entries=(XI,)), Layer(name="lower", entries=(JINPING,))])
    assert found(layers, "Xi Jinping") == [("Xi Jinping", "shee jin-ping")]


def test_of_two_entries_in_a_file_the_first_that_fits_counts() -> None:
    entries = lexicon(Entry(word="Nice", say="neess", case=True), Entry(word="nice", say="nice"))
    assert found(entries, "Nice is nice") == [("Nice", "neess"), ("nice", "nice")]


def test_entries_never_used_are_told() -> None:
    upper = Layer(name="upper", entries=(XI, SOLEIMANI))
    lower = Layer(name="lower", entries=(Entry(word="Xi", say="outdone"),))
    dictionary = Layer(name="cmu", arpabet={"word": "w er1 d"}, reference=True)
    unused = Lexicon([upper, lower, dictionary]).unused(["Xi spoke.", "He left."])
    assert [(entry.word, entry.say) for entry in unused] == [("Soleimani", "soh-lay-MAH-nee"), ("Xi", "outdone")]


# ------------------------------------------------------------------ any text

ALPHABET = "XiJinpg Okor'’-–.\u0301\u00ad @_sSßİʼ+C\n5é"
EVERYTHING = lexicon(
    XI, JINPING, SOLEIMANI, Entry(word="Xi-Jin", say="x"), Entry(word="C++", say="x"), Entry(word="i", ipa="i"),
    Entry(word="O.", say="x"), Entry(word="g’s", say="x"), Entry(word="Okoro", say="x", part=False),
    Entry(word="ß", say="x"),
)  # fmt: skip


@given(st.one_of(st.text(), st.text(alphabet=ALPHABET)), st.sampled_from(["en", "fr", "zh-Hant"]))
@example("C++++C++", "en")
@example("\ud800 Xi", "en")
def test_readings_lie_in_the_text_and_never_overlap(text: str, language: str) -> None:
    readings = EVERYTHING.find(text, language)
    assert all(0 <= reading.start < reading.end <= len(text) and reading.words for reading in readings)
    assert all(before.end <= after.start for before, after in pairwise(readings))


@given(st.text(alphabet=ALPHABET))
def test_no_entry_breaks_the_search(word: str) -> None:
    try:
        entry = Entry(word=word, say="said")
    except LexiconError:
        return
    Lexicon([Layer(name="test", entries=(entry,))]).find(f"so {word} so")


# ------------------------------------------------------------------ TOML

TOML = """\
language = "en"

[words]
"Okoro" = "oh-KOH-roh"
Xi = "shee /ʃiː/"
"Łódź" = "/wutʃ/"

[[entry]]
word = ["Reading", "Reading-on-Thames"]
say = "redding"
case = true
part = false

[[entry]]
word = "Nice"
ipa = "[nis]"
language = "fr"
endings = false
"""


def parse(text: str, name: str = "lexicon.toml") -> tuple[Entry, ...]:
    return parse_lexicon(text.encode(), name).entries


def test_our_own_files_are_a_table_of_words_and_entries_with_more() -> None:
    assert parse(TOML) == (
        Entry(word="Okoro", say="oh-KOH-roh", language="en", line=4, origin="lexicon.toml"),
        Entry(word="Xi", say="shee", ipa="ʃiː", language="en", line=5, origin="lexicon.toml"),
        Entry(word="Łódź", ipa="wutʃ", language="en", line=6, origin="lexicon.toml"),
        Entry(word="Reading", say="redding", language="en", case=True, part=False, line=9, origin="lexicon.toml"),
        Entry(
            word="Reading-on-Thames", say="redding", language="en", case=True, part=False, line=9, origin="lexicon.toml"
        ),
        Entry(word="Nice", ipa="nis", language="fr", endings=False, line=15, origin="lexicon.toml"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[words", "lexicon.toml cannot be read as TOML: "),
        ("[words]\n\nOkoro = 5", "lexicon.toml:3: 'Okoro' has no string after it. Write such as \"Okoro\" ="),
        ('[words]\nOkoro = ""', "lexicon.toml:2: nothing says how 'Okoro' is said. Give it a respelling or IPA."),
        ('[words]\n"!" = "x"', "lexicon.toml:2: there is no word in '!'. Write letters or digits."),
        ('Okoro = "x"', "lexicon.toml: there is no 'Okoro' in a lexicon. Write under [words] or [[entry]]."),
        ('[[entry]]\nword = "A"\nsays = "x"', "lexicon.toml:2: an entry has no 'says'. Use one of: word, say, ipa,"),
        ('[[entry]]\nword = "A"\nsay = "x"\ncase = 1', "lexicon.toml:2: case cannot be 1. Give true or false."),
        ('[[entry]]\nsay = "x"', "lexicon.toml: entry 1 has no word. Write such as word ="),
        ('entry = "x"', "lexicon.toml: entry is no list of tables. Write [[entry]] over each of them."),
        ('words = "x"', "lexicon.toml: words is no table. Write [words] and one word a line."),
        ("language = 5", "lexicon.toml: the language is no tag. Write such as language ="),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(LexiconError) as caught:
        parse(text)
    assert message in str(caught.value)
    assert isinstance(caught.value, UsageError)


def test_a_file_that_cannot_be_read_is_explained(tmp_path: Path) -> None:
    with pytest.raises(
        LexiconError, match="lexicon .*none.toml cannot be read: No such file or directory. Look at the"
    ):
        read_lexicon(tmp_path / "none.toml")
    (tmp_path / "notes.txt").write_text("Dear reader,\n")
    with pytest.raises(LexiconError, match=r"notes.txt is no lexicon that narrate knows. Give a TOML file, a PLS file"):
        read_lexicon(tmp_path / "notes.txt")


# ------------------------------------------------------------------ PLS


def pls(lexemes: str, alphabet: str = "ipa", head: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}\n'
        '<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon"\n'
        f'  alphabet="{alphabet}" xml:lang="en-US">\n{lexemes}</lexicon>'
    )


def sayings(text: str) -> list[tuple[str, str | None, str | None]]:
    return [(entry.word, entry.say, entry.ipa) for entry in parse(text, "names.pls")]


def test_a_pls_file_gives_sounds_and_aliases() -> None:
    text = pls(
        "<lexeme><grapheme>lagoon</grapheme><phoneme>ləˈɡuːn</phoneme></lexeme>\n"
        "<lexeme><grapheme>HTML</grapheme><alias>Hypertext   Markup\n Language</alias></lexeme>"
    )
    assert sayings(text) == [("lagoon", None, "ləˈɡuːn"), ("HTML", "Hypertext Markup Language", None)]
    entry = parse(text, "names.pls")[1]
    assert (entry.language, entry.place) == ("en-US", "names.pls:5: ")


def test_several_spellings_have_one_pronunciation() -> None:
    text = pls(
        "<lexeme><grapheme>harbour</grapheme><grapheme>harbor</grapheme><grapheme>!</grapheme>"
        "<phoneme>ˈhɑɹbɚ</phoneme><example>The harbour froze.</example></lexeme>"
    )
    assert sayings(text) == [("harbour", None, "ˈhɑɹbɚ"), ("harbor", None, "ˈhɑɹbɚ")]


def test_of_several_pronunciations_the_preferred_counts_else_the_first() -> None:
    two = "<phoneme>ˈiːðɚ</phoneme><phoneme{}>ˈaɪðɚ</phoneme>"
    one = "<lexeme><grapheme>either</grapheme>{}</lexeme>"
    assert sayings(pls(one.format(two.format("")))) == [("either", None, "ˈiːðɚ")]
    assert sayings(pls(one.format(two.format(' prefer="true"')))) == [("either", None, "ˈaɪðɚ")]


def test_sounds_and_aliases_of_one_word_serve_different_engines() -> None:
    one = "<lexeme><grapheme>Okoro</grapheme><phoneme>oˈkɔro</phoneme><alias{}>oh koro</alias></lexeme>"
    assert sayings(pls(one.format(""))) == [("Okoro", "oh koro", "oˈkɔro")]
    assert sayings(pls(one.format(' prefer="true"'))) == [("Okoro", "oh koro", None)]


def test_an_alphabet_may_be_told_for_one_sound_and_x_sampa_is_read() -> None:
    lexemes = (
        '<lexeme><grapheme>queue</grapheme><phoneme>"kju:</phoneme></lexeme>'
        '<lexeme xml:lang="fr"><grapheme>nice</grapheme><phoneme alphabet="ipa">nis</phoneme></lexeme>'
    )
    assert sayings(pls(lexemes, "x-sampa")) == [("queue", None, "ˈkjuː"), ("nice", None, "nis")]
    assert parse(pls(lexemes, "x-sampa"), "names.pls")[1].language == "fr"


def test_pls_is_told_by_its_first_sign_in_any_encoding() -> None:
    text = pls("<lexeme><grapheme>Łódź</grapheme><phoneme>wutʃ</phoneme></lexeme>").replace("UTF-8", "UTF-16")
    assert [entry.word for entry in parse_lexicon(text.encode("utf-16"), "lexicon").entries] == ["Łódź"]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in pairwise("abcdefghij")
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (pls("<lexeme><grapheme>&j;</grapheme></lexeme>", head=BOMB + "]>"), "names.pls"),
        (pls("", head="<!DOCTYPE lexicon>"), "names.pls has a document type: entities could hide in it. Take the"),
        (pls("", head='<!DOCTYPE lexicon SYSTEM "file:///etc/passwd">'), "names.pls has a document type"),
        (
            pls("&e;", head='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
            "names.pls has a document type",
        ),
        ("<lexicon/>", "names.pls is no PLS lexicon: its root is lexicon. Use <lexicon xmlns="),
        ("<lexicon>", "names.pls:1: this is no XML: "),
        (pls("<lexeme>\n<phoneme>a</phoneme></lexeme>"), "names.pls:4: a lexeme has no grapheme. Write the word in"),
        (
            pls("\n" + "<lexeme><grapheme>a</grapheme><phoneme>☃</phoneme></lexeme>", "x-sampa"),
            "names.pls:5: '☃' is no",
        ),
        (pls("<lexeme><grapheme>a</grapheme><phoneme>a</phoneme></lexeme>", "x-own"), "alphabet 'x-own' is unknown"),
        (pls("<a>" * 500 + "</a>" * 500), "names.pls:"),
    ],
    ids=range(10),
)
def test_a_hostile_or_broken_pls_file_is_refused(text: str, message: str) -> None:
    with pytest.raises(LexiconError) as caught:
        parse(text, "names.pls")
    assert message in str(caught.value)


def test_a_file_beyond_all_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "names.pls"
    with path.open("wb") as file:
        file.truncate(33 * 1024 * 1024)
    with pytest.raises(LexiconError, match=r"names.pls is too large: it has over 32 MiB. Give a smaller one."):
        read_lexicon(path)


# ------------------------------------------------------------------ dictionaries

CMU = """\
;;; # a dictionary like CMU's
!EXCLAMATION-POINT  EH2 K S K L AH0 M EY1 SH AH0 N P OY2 N T
'BOUT  B AW1 T
AARHUS  AA1 HH UW2 S
HARBOR  HH AA1 R B ER0
HARBOR'S  HH AA1 R B ER0 Z
O'BRIEN  OW0 B R AY1 AH0 N
READ  R EH1 D
READ(1)  R IY1 D
X-RAY  EH1 K S R EY2 # as seen
"""


def test_a_dictionary_like_cmus_tells_sounds() -> None:
    entries = Lexicon([parse_lexicon(CMU.encode(), "cmudict.dict")])
    assert {
        reading.words: reading.ipa for reading in entries.find("Aarhus Harbor’s harbors O’Brien read X-rays bout")
    } == {
        "Aarhus": "ˈɑˌhus",
        "Harbor's": "ˈhɑɹbɚz",
        "harbors": "ˈhɑɹbɚz",
        "O'Brien": "oʊˈbɹaɪən",
        "read": "ˈɹɛd",
        "X-rays": "ˈɛksˌɹeɪz",
    }


def test_the_newer_form_of_the_dictionary_is_read_too(tmp_path: Path) -> None:
    for name in ("cmudict-0.7b", "words.txt", "own.dict"):
        (tmp_path / name).write_text("aarhus AA1 HH UW2 S # place, danish\nread(2) R IY1 D\n")
        (reading,) = Lexicon([read_lexicon(tmp_path / name)]).find("Aarhus, read")
        assert reading.ipa == "ˈɑˌhus"


def test_a_dictionary_stands_in_its_layer() -> None:
    dictionary = parse_lexicon(b"XI  Z AY1\nJIN  JH IH1 N\n", "own.dict")
    upper = Layer(name="upper", entries=(XI,))
    assert found(Lexicon([upper, dictionary]), "Xi’s Jin") == [("Xi’s", "shee's"), ("Jin", "Jin")]
    assert [reading.ipa for reading in Lexicon([dictionary, upper]).find("Xi")] == ["ˈzaɪ"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("WORD  W ER1 D\nBAD  B QQ D\n", "own.dict:2: 'QQ' is no phone of ARPAbet. Mend the line."),
        (";;; nothing\n", "own.dict holds no words. Write such as"),
    ],
)
def test_a_mistake_in_a_dictionary_is_named_with_its_line(text: str, message: str) -> None:
    with pytest.raises(LexiconError) as caught:
        parse(text, "own.dict")
    assert message in str(caught.value)


# ------------------------------------------------------------------ what narrate brings


def test_every_entry_that_narrate_brings_mends_what_hibari_misreads() -> None:
    engine = HibariEngine()
    voice = engine.voices()[0]
    for entry in load_lexicon().layers[0].entries:
        said = engine.pronounce(entry.word, voice)
        assert said is not None
        told = to_misaki(entry.ipa or "")
        assert told is not None, entry.word
        assert said.ipa.translate({ord("ˌ"): None}) != told, entry.word
        assert entry.say is None, "engines without phonemes read them well or badly in their own way"

"""Who speaks what: quotations and turns get their voices, nothing is lost, and one voice stays as it was."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SAMPLES, source_of
from narrate.errors import UsageError
from narrate.readers.markdown import MarkdownReader
from narrate.readers.subtitles import SubtitlesReader
from narrate.segmenter.cast_file import CastFile, Member, load_cast, name_key, parse_cast
from narrate.segmenter.parts import Casting, cast_blocks
from narrate.segmenter.script_file import read_script
from narrate.segmenter.segment import write_script
from narrate.segmenter.show import as_json, as_text
from narrate.segmenter.ssml import as_ssml
from narrate.segmenter.turns import find_turns
from narrate.types import Article, Block, BlockKind, Break, Place, Script, Utterance

CAST = parse_cast(b'[speakers]\n"ANNA" = "x:anna"\n"Bob" = "x:bob"\n"Q" = "x:q"\n"A" = "x:a"\n', "cast.toml")


@dataclass(frozen=True, kw_only=True)
class Company:
    """Who may speak, whatever the text."""

    members: Mapping[str, Member] = field(default_factory=dict)
    quotes: str | None = None
    narrator: str | None = None
    heard: Mapping[str, str] = field(default_factory=dict)


QUOTES = Company(quotes="x:quotes", narrator="x:me")
PEOPLE = Company(members=CAST.members, narrator="x:me")


def article(text: str) -> Article:
    return MarkdownReader().read(source_of(text, "text/markdown"))


def script(text: str | Article, company: Company | None, **options: str) -> Script:
    found = article(text) if isinstance(text, str) else text
    language = options.get("language", "en")
    if company is None:
        return write_script(found, language=language, close=False)
    casting = Casting(
        turns=find_turns(found.blocks, company.members),
        quotes=company.quotes,
        narrator=company.narrator,
        heard=company.heard,
    )
    return write_script(found, language=language, close=False, cast=cast_blocks(found.blocks, casting, language))


def heard(text: str, company: Company | None, **options: str) -> list[str]:
    """The words as written, those of another voice behind its name."""
    return [shown(part) for part in script(text, company, **options).utterances]


def shown(part: Utterance) -> str:
    who = " ".join(filter(None, (part.speaker, part.voice and part.voice.removeprefix("x:"))))
    return f"{who} | {part.written}" if who else part.written


def quoted(text: str, **options: str) -> list[str]:
    """What the voice of quotations says."""
    said = heard(text, QUOTES, **options)
    return [line.removeprefix("quotes | ") for line in said if line.startswith("quotes | ")]


# ---------------------------------------------------------------- one voice


@pytest.mark.parametrize("name", ["dialogue.md", "interview.md", "essay.md", "marked.md"])
def test_without_a_cast_a_script_says_nothing_of_one(name: str) -> None:
    found = article((SAMPLES / name).read_text("utf-8"))
    plain = as_json(script(found, None))
    assert '"speaker"' not in plain
    assert '"voice_why"' not in plain
    assert as_json(script(found, Company())) == plain


def test_a_text_in_which_nobody_of_the_cast_speaks_stays_as_it_was() -> None:
    found = article((SAMPLES / "essay.md").read_text("utf-8") + "\n\nNOTE: this is none. CAROL: nor is this.\n")
    assert script(found, PEOPLE) == script(found, None)


# ----------------------------------------------------------------- samples


def cast_of_samples() -> Company:
    cast = load_cast(SAMPLES / "interview.cast.toml")
    assert cast.narrator is not None
    return Company(members=cast.members, quotes="piper:joe", narrator=cast.narrator.voice)


@pytest.mark.parametrize("name", ["dialogue", "interview"])
def test_the_samples_are_cast_as_somebody_has_proofread_them(name: str) -> None:
    said = script(article((SAMPLES / f"{name}.md").read_text("utf-8")), cast_of_samples())
    found = "".join(f"{shown(part)}\n" for part in said.utterances)
    assert found == (SAMPLES / f"{name}.cast.txt").read_text("utf-8")


# -------------------------------------------------------------- quotations


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("He said, “We go when we go,” and left.", ["“We go when we go,”"]),
        ("“It's late,” she said, “and cold.”", ["“It's late,”", "“and cold.”"]),
        ("She asked: “Is it usual?” Nobody knew.", ["“Is it usual?”"]),
        ('"It is late," said the man in the hat.', ['"It is late,"']),
        ("“Taken? No.” She moved.", ["“Taken?", "No.”"]),
        ("“Why?”", ["“Why?”"]),
        ("‘I don’t see the dogs’ bowls,’ he said.", ["‘I don’t see the dogs’ bowls,’"]),
        ("The rule is old: “Nobody goes home alone.”", ["“Nobody goes home alone.”"]),
        ("“I heard him say, ‘We go,’ twice,” she said.", ["“I heard him say, ‘We go,’ twice,”"]),
        ("“Why would you,” she grumbled, “do that?”", ["“Why would you,”", "“do that?”"]),
        ("“It is late”, said Mr. Lee.", ["“It is late”,"]),
        ("“It is late,” Ada Lee, a lawyer, said on Monday.", ["“It is late,”"]),
    ],
)
def test_direct_speech_is_another_voices(text: str, spoken: list[str]) -> None:
    assert quoted(text) == spoken


@pytest.mark.parametrize(
    "text",
    [
        "He called it “progress.”",
        "The “sharing economy” is old, critics say.",
        "In “The Old Man and the Sea,” Hemingway says little.",
        "She read “War and Peace” twice, she said.",
        "He said the plan was “dead on arrival and everyone knew it.”",
        "“Yes,” he said.",
        "“The whole thing” is what they are called.",
        "There are “fast”, “slow” and “never”.",
        "There are two: “the big red one”, “the small one”.",
        "It's the dogs' bowls' fault, he said, and the ’90s’ too.",
        "‘Tis the season of rock ’n’ roll, they’re told,’ he said",
        'He is 5\'10" tall and 6" wide, she said.',
        "“This one never closes, he said.",
        "Nor does it open,” he said.",
        '”“”“ ‘’ "" «» he said',
        "“…” he said.",
    ],
)
def test_scare_quotes_titles_single_words_and_apostrophes_are_the_narrators(text: str) -> None:
    assert quoted(text) == []
    assert [part.written for part in script(text, QUOTES).utterances] == [
        part.written for part in script(text, None).utterances
    ]


@pytest.mark.parametrize(
    ("language", "text", "spoken"),
    [
        ("de", "„Es ist spät geworden“, sagte er. Dann ging er.", ["„Es ist spät geworden“,"]),
        ("de", "»Es ist spät geworden«, sagte er.", ["»Es ist spät geworden«,"]),
        ("fr", "« Il est déjà tard », dit-il à sa mère.", ["« Il est déjà tard »,"]),
        ("es", "«Es muy tarde», dijo la madre.", ["«Es muy tarde»,"]),
        ("sv", "”Det är för sent.” Han gick.", ["”Det är för sent.”"]),
        ("ja", "「もう遅いです。」彼は帰った。", ["「もう遅いです。」"]),
    ],
)
def test_quotation_marks_of_other_languages_are_known(language: str, text: str, spoken: list[str]) -> None:
    assert quoted(text, language=language) == spoken


def test_a_block_quote_is_spoken_by_one_voice_as_a_whole() -> None:
    parts = script("He wrote:\n\n> It rains. “It always rains,” she said.\n\nSo it did.", QUOTES).utterances
    assert [part.voice for part in parts] == [None, "x:quotes", "x:quotes", None]
    assert {part.voice_why for part in parts[1:3]} == {"a block quote"}
    assert parts[0].after is parts[2].after is Break.QUOTE


def test_speech_over_paragraphs_is_spoken_by_one_voice_to_its_end() -> None:
    text = "“It rains here. It always does.\n\n“And it will go on,” he said, “for years.”\n\nIt did."
    assert quoted(text) == ["“It rains here.", "It always does.", "“And it will go on,”", "“for years.”"]


def test_a_voice_changes_with_a_pause_as_short_as_a_breath() -> None:
    first, second = script("“It is late now,” he said.", QUOTES).utterances
    assert (first.after, second.text) == (Break.CLAUSE, "he said.")


def test_every_other_voice_has_its_reason() -> None:
    said = script("“It is late now,” he said. “Go home.” A rule says: “Nobody goes home alone.”", QUOTES)
    assert [part.voice_why for part in said.utterances if part.voice] == [
        "direct speech: “said”",
        "a quotation that is a sentence by itself",
        "direct speech: “says”",
    ]
    assert all(part.voice_why is None for part in said.utterances if not part.voice)
    assert "    direct speech: “said”" in as_text(said).splitlines()


MARKS = st.text(st.sampled_from("“”„\"«»‹›‘’'「」 abcé.,:;!?—…9\n>"), max_size=80)


PHRASES = st.sampled_from(["he said, ", "“It is late,” ", "said ", "ANNA: ", "BOB: "])
LABELLED = st.sampled_from(
    ["ANNA: a ", "Bob: b, ", "Anna (laughing): c. ", "[00:01] Q: d. ", "a. ANNA: e. ", "CAROL: f. "]
)


def of_one_paragraph(text: str) -> Article:
    place = Place(line=1, end_line=1, start=0, end=len(text))
    return Article(blocks=(Block(kind=BlockKind.PARAGRAPH, text=text, place=place),))


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@given(st.lists(MARKS | PHRASES, max_size=8))
def test_whatever_marks_there_are_no_letter_is_lost_and_every_span_is_true(pieces: list[str]) -> None:
    text = " ".join("".join(pieces).split())
    if not letters(text):
        return
    found = of_one_paragraph(text)
    one, many = script(found, None).utterances, script(found, QUOTES).utterances
    assert "".join("".join(part.written.split()) for part in many) == "".join(
        "".join(part.written.split()) for part in one
    )
    for part in many:
        assert text[part.start : part.end] == part.written
        assert all(0 <= sound.start < sound.end <= len(part.text) for sound in part.phonemes)


@given(st.sampled_from(["ANNA: a ", "[00:01] Q: b. "]), st.lists(MARKS | PHRASES | LABELLED, max_size=8))
def test_whatever_turns_there_are_no_letter_but_of_their_labels_is_lost_and_every_span_is_true(
    first: str, pieces: list[str]
) -> None:
    text = " ".join(f"{first}{''.join(pieces)}".split())
    found = of_one_paragraph(text)
    (turns,) = find_turns(found.blocks, CAST.members).by_block.values()
    rest = "".join(text[turn.words if turn.member else turn.start : turn.end] for turn in turns)
    said = script(found, PEOPLE).utterances
    assert letters("".join(part.written for part in said)) == letters(rest)
    assert said[0].voice in ("x:anna", "x:q")
    for part in said:
        assert text[part.start : part.end] == part.written
        assert all(0 <= sound.start < sound.end <= len(part.text) for sound in part.phonemes)


def test_a_reading_that_the_author_gives_is_not_cut_by_a_voice() -> None:
    (part,) = script("He said, [[we go now, he said|“We go now,” he said]].", QUOTES).utterances
    assert part.text == "He said, we go now, he said."


def test_pronunciations_stay_over_their_words_in_a_quotation() -> None:
    parts = script("“Then [[/oʊˈkɔːroʊ/|Okoro]] came,” he said.", QUOTES).utterances
    (sound,) = parts[0].phonemes
    assert parts[0].text[sound.start : sound.end] == "Okoro"


# ------------------------------------------------------------------- turns


def test_a_turn_goes_on_to_the_next_name_and_no_further_than_a_heading_or_a_scene() -> None:
    text = (
        "**ANNA:** Hello.\n\nHow are you?\n\n**Bob:** Fine.\n\n## Later\n\nIt rained.\n\nAnna: Still?\n\n***\n\nIt did."
    )
    assert heard(text, PEOPLE) == [
        "Anna anna | Hello.",
        "Anna anna | How are you?",
        "Bob bob | Fine.",
        "Later",
        "It rained.",
        "Anna anna | Still?",
        "It did.",
    ]


@pytest.mark.parametrize(
    "label",
    ["ANNA: ", "**Anna:** ", "**Anna**: ", "anna: ", "Anna (laughing): ", "[00:12:03] ANNA: ", "ANNA [00:12]: ",
     "ANNA — ", "- ANNA: ", "Anna："],
)  # fmt: skip
def test_names_are_known_as_transcripts_write_them(label: str) -> None:
    assert heard(f"{label}Hello there.\n\nBob: Yes.", PEOPLE)[0] == "Anna anna | Hello there."


@pytest.mark.parametrize(
    "text", ["Anna said: no.", "Anna — who was late — spoke.", "Annabel: no.", "And Anna: no.", "A. Lee left.", "ANNA."]
)
def test_what_only_looks_like_a_turn_is_the_narrators(text: str) -> None:
    assert heard(f"{text}\n\nBob: Yes.", PEOPLE)[0] == text


def test_a_heading_may_be_a_question_and_no_name_in_it_is_taken_for_a_turn() -> None:
    assert heard("## Q: Why?\n\nA: So.\n\n## Anna: a life\n\nShe was born.", PEOPLE) == [
        "Q q | Why?",
        "A a | So.",
        "Anna: a life",
        "She was born.",
    ]


def test_a_title_is_nobodys_turn() -> None:
    assert heard("# ANNA: A LIFE\n\nShe was born.\n\nANNA: I was.", PEOPLE) == [
        "ANNA: A LIFE",
        "She was born.",
        "Anna anna | I was.",
    ]


def test_inside_a_paragraph_only_a_name_of_the_cast_ends_a_turn() -> None:
    text = "ANNA: We meet. Time: ten. Place: here.\n\nI will come. Time: ten. Carol: no.\n\nBOB: Yes. ANNA: Good."
    said = script(text, PEOPLE).utterances
    assert [part.speaker for part in said] == ["Anna"] * 6 + ["Bob", "Anna"]
    assert [part.written for part in said[:3]] == ["We meet.", "Time: ten.", "Place: here."]


def test_questions_and_answers_may_have_points() -> None:
    assert heard("Q. Why?\n\nA. I do not know.", PEOPLE) == ["Q q | Why?", "A a | I do not know."]


def test_turns_in_one_paragraph_are_told_apart_with_the_pause_of_a_paragraph() -> None:
    parts = script("ANNA: I said: hello.\nBOB: Yes. I heard.\nANNA: Good.", PEOPLE).utterances
    assert [shown(part) for part in parts] == [
        "Anna anna | I said: hello.",
        "Bob bob | Yes.",
        "Bob bob | I heard.",
        "Anna anna | Good.",
    ]
    assert [part.after for part in parts[:-1]] == [Break.PARAGRAPH, Break.SENTENCE, Break.PARAGRAPH]


def test_times_before_names_are_not_said() -> None:
    text = "[00:01] ANNA: Hello. [00:02] BOB: Yes. 1:02:03 ANNA: So."
    assert heard(text, PEOPLE) == ["Anna anna | Hello.", "Bob bob | Yes.", "Anna anna | So."]


def test_a_name_is_said_where_the_voice_does_not_tell_who_speaks() -> None:
    twins = Company(members={**CAST.members, "bob": replace(CAST.members["bob"], voice="x:anna")}, narrator="x:me")
    said = script("ANNA: Hello.\n\nBOB: Yes.", twins).utterances
    assert [(part.written, part.text) for part in said] == [
        ("ANNA: Hello.", "Anna: Hello."),
        ("BOB: Yes.", "Bob: Yes."),
    ]
    alone = script("ANNA: Hello.\n\nANNA: Yes.", twins).utterances
    assert [part.written for part in alone] == ["Hello.", "Yes."]
    narrators = replace(PEOPLE, narrator="x:anna")
    assert script("ANNA: Hello.", narrators).utterances[0].written == "ANNA: Hello."


def test_a_name_is_said_where_a_stand_in_is_heard_or_a_voice_has_two_spellings() -> None:
    text = "ANNA: Hello.\n\nBOB: Yes."
    for heard_as in ({"x:anna": "x:me"}, {"x:anna": "x:b", "x:bob": "x:b"}, {"x:anna": "x:bob"}):
        said = script(text, replace(PEOPLE, heard=heard_as)).utterances
        assert said[0].written == "ANNA: Hello."
        assert said[1].written == ("Yes." if heard_as == {"x:anna": "x:me"} else "BOB: Yes.")
    others = replace(PEOPLE, heard={"x:anna": "x:b"})
    assert [part.written for part in script(text, others).utterances] == ["Hello.", "Yes."]


def test_who_has_no_voice_is_read_by_the_narrator_and_named() -> None:
    text = "ANNA: Hello.\n\nCAROL: I am here.\n\nFor long.\n\nANNA: Who?\n\nDr. Dee: One.\n\nDr. Dee: Two."
    found = find_turns(article(text).blocks, CAST.members)
    assert found.unknown == ("CAROL", "Dr. Dee")
    assert heard(text, PEOPLE)[1:3] == ["CAROL: I am here.", "For long."]


def test_an_empty_turn_says_nothing_and_the_next_paragraph_is_its_speakers() -> None:
    assert heard("ANNA:\n\nThis is hers.\n\nBOB:\n\nANNA: …\n\n**BOB:** … No.", PEOPLE) == [
        "Anna anna | This is hers.",
        "Bob bob | … No.",
    ]


def test_the_authors_mark_counts_before_the_cast_and_the_cast_before_quotations() -> None:
    both = Company(members=CAST.members, quotes="x:quotes", narrator="x:me")
    text = (
        "ANNA: He said, “We go home.” [voice x:own]“No, not so.”[/voice] So.\n\n## Then\n\n“It is late now,” he said."
    )
    assert [(part.speaker, part.voice) for part in script(text, both).utterances] == [
        ("Anna", "x:anna"),
        (None, "x:own"),
        ("Anna", "x:anna"),
        (None, None),
        (None, "x:quotes"),
        (None, None),
    ]


def test_subtitles_tell_their_speakers_by_themselves() -> None:
    vtt = "WEBVTT\n\n" + "\n\n".join(
        f"00:0{n}.000 --> 00:0{n}.900\n{words}"
        for n, words in enumerate(
            ["<v Anna>Hello.", "<v a man in the hall>Is it far?", "BOB: Yes, it is.", "<v Anna>So."]
        )
    )
    found = SubtitlesReader().read(source_of(vtt, "text/vtt"))
    assert [shown(part) for part in script(found, PEOPLE).utterances] == [
        "Anna anna | Hello.",
        "a man in the hall: Is it far?",
        "Bob bob | Yes, it is.",
        "Anna anna | So.",
    ]
    assert find_turns(found.blocks, CAST.members).unknown == ("a man in the hall",)


def test_a_script_given_back_knows_its_cast() -> None:
    written = script("ANNA: Hello.\n\nBob: “No,” he said.", PEOPLE)
    assert read_script(as_json(written).encode()).script == written
    assert '<voice name="x:anna">Hello.</voice>' in as_ssml(written)
    assert "(Anna, x:anna) Hello." in as_text(written).splitlines()


# --------------------------------------------------------------- cast files


def test_names_are_the_same_in_capitals_or_not_and_shown_as_names() -> None:
    data = '[speakers]\n"DR. O’BRIEN" = "a"\nBBC = "b"\n"Anna  McKay" = "c"\n"JEAN-LUC" = "d"\n'
    members = parse_cast(data.encode(), "cast.toml").members
    assert [member.name for member in members.values()] == ["Dr. O’Brien", "BBC", "Anna McKay", "Jean-Luc"]
    assert members[name_key("dr. o'brien")].voice == "a"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("[speakers]\nANNA = 3\n", 'line 2, "ANNA": its voice is no name of one. Write "ANNA" = "hibari:heart".'),
        ('[speakers]\n\n"ANNA" = ""\n', 'line 3, "ANNA": its voice is no name'),
        ('[speakers.ANNA]\nvoice = "a"\n', '"ANNA": it is a table'),
        ('speakers = "ANNA"\n', 'line 1, "speakers": speakers is no table'),
        ("narrator = []\n", 'line 1, "narrator": its voice is no name'),
        ('[speaker]\nANNA = "a"\n', "there is no 'speaker' in a cast"),
        ('[speakers]\nANNA = "a"\n"Anna" = "b"\n', 'line 3, "Anna": Anna is there already'),
        ('[speakers]\n"A: B" = "a"\n', "it is no name"),
        ('[speakers]\n" " = "a"\n', "it is no name"),
        (f'[speakers]\n"{"x" * 61}" = "a"\n', "it is no name"),
        (
            '[speakers]\nDr. Lamb = "a"\n',
            '"Dr": it is a table. Put a name that has a point in it into',
        ),
        (b"\xff\xfe", "cannot be read as TOML"),
        ("a = " + "[" * 100_000, "cannot be read as TOML"),
    ],
)
def test_what_is_no_cast_is_refused_with_its_line(data: str | bytes, message: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_cast(data if isinstance(data, bytes) else data.encode(), "cast.toml")
    assert str(raised.value).startswith("cast.toml")
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_name_that_looks_like_a_pattern_is_only_a_name() -> None:
    wild = Company(members=parse_cast(b'[speakers]\n".*" = "x:any"\n"(a+)+$" = "x:b"\n', "c").members, narrator="x:me")
    assert heard("ANNA: Hello.\n\n.*: Yes.\n\n(a+)+$: No.", wild) == [
        "ANNA: Hello.",
        ".* any | Yes.",
        "(a+)+$ b | No.",
    ]


def test_ten_thousand_speakers_and_marks_without_end_take_no_time(tmp_path: Path) -> None:
    path = tmp_path / "cast.toml"
    path.write_text("[speakers]\n" + "".join(f'"Person {n}" = "x:{n % 7}"\n' for n in range(10_000)))
    cast: CastFile = load_cast(path)
    text = "\n\n".join(f"PERSON {n}: I am here." for n in range(10_000))
    place = Place(line=1, end_line=1, start=0, end=1)
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=line, place=place) for line in text.split("\n\n"))
    began_s = time.perf_counter()
    assert len(find_turns(blocks, cast.members).by_block) == 10_000
    for hostile in ('"a "' * 4_000, "a " + "“" * 20_000, "A: b " * 4_000, "ANNA: " + "x. B: " * 4_000, "‘a’ " * 4_000):
        block = Block(kind=BlockKind.PARAGRAPH, text=hostile, place=place)
        find_turns((block,), CAST.members)
        script(Article(blocks=(block,)), QUOTES)
    assert time.perf_counter() - began_s < 30

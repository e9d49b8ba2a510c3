"""Who speaks in another's place: over real sockets, with services that fail from the start, on the way, for one
sentence; the one who stands in is the embedded voice."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google_stand_in import GoogleStandIn, HastyGtts, google_stand_in
from speech_server import SpeechServer, complain

import narrate
from conftest import booth_in, decode_file, record_takes, source_of
from narrate import pipeline, preparation, stories
from narrate.audio.loudness import combine, measure
from narrate.cache import cache_folder
from narrate.engines import openai
from narrate.engines.hibari import HibariEngine
from narrate.engines.piper import PiperEngine
from narrate.engines.protocol import Engine
from narrate.engines.tone import ToneEngine
from narrate.errors import CannotSay, VoiceLost
from narrate.library.add import Added, add_source, rebuild_entry
from narrate.library.library import Library
from narrate.library.queue import NewJob
from narrate.library.recipe import settings_for
from narrate.library.shows import new_show
from narrate.live import PLAYED_HZ
from narrate.server.worker import Worker
from narrate.settings import Settings, change_settings
from narrate.speech import Speaker, speak_script
from narrate.studio import Studio
from narrate.types import WHOLE, Clip, Fallback, Script, Take, Utterance, Voice
from runs import Done, Place, finish

SENTENCES = (
    "The people of Saltmarsh have voted to keep their lightship.",
    "Nobody at the harbour seems to mind the noise of it.",
    "Her lamp can be seen from twenty miles away at night.",
    "Six slow ships slip south towards the open sea.",
)
STORY = " ".join(SENTENCES)
NO_MONEY = complain(429, "You exceeded your current quota", "insufficient_quota")
BROKE = "the account is out of money (429: You exceeded your current quota)"
BAD_KEY = complain(401, "Incorrect API key provided")
REFUSES = complain(400, "The words are against our policy")
WARM = "sound"
"""For the word that a worker asks of a voice nearby before anything else."""
PLAIN = ("--no-intro", "--no-close", "-j1")
SETTINGS = Settings(engine="openai", fallback=("hibari",), introduction=False, close=False, jobs=1)


needs_piper = pytest.mark.skipif(importlib.util.find_spec("piper") is None, reason="the extra piper is not installed")


class Picky(HibariEngine):
    """The default engine, which will not say one sentence."""

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        refuse_lamp(utterance)
        return super().speak(utterance, voice, speed=speed, seed=seed)


class PickyPiper(PiperEngine):
    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        refuse_lamp(utterance)
        return super().speak(utterance, voice, speed=speed, seed=seed)


def refuse_lamp(utterance: Utterance) -> None:
    if utterance.text == SENTENCES[2]:
        raise CannotSay("it will not say this", "it is about a lamp")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SpeechServer]:
    running = SpeechServer()
    monkeypatch.setenv("OPENAI_BASE_URL", running.address)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789abcdef")
    monkeypatch.delenv("NARRATE_OPENAI_MODEL", raising=False)
    openai._fetch_voices.cache_clear()  # another server may have had the same port
    yield running
    running.close()


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleStandIn]:
    with google_stand_in(tmp_path) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "place")


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY)
    return path


def report_of(place: Place) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((place.targets / "a.report.json").read_text("utf-8"))
    return report


def with_hibari(place: Place, story: Path, *options: str) -> Done:
    return place.make(story, "--engine", "openai", "--fallback", "hibari", "--with", "report", *PLAIN, *options)


# --------------------------------------------------------------- the whole text


def test_a_service_that_refuses_the_key_leaves_the_whole_text_to_the_stand_in(
    server: SpeechServer, place: Place, story: Path
) -> None:
    server.answers = [BAD_KEY]
    done = with_hibari(place, story)
    told = Fallback(wanted="openai:alloy", spoken_by="hibari:heart", why="the service does not take the key (401)")
    row = {"wanted": told.wanted, "spoken_by": told.spoken_by, "why": told.why, "place": WHOLE}
    assert (done.status, done.err) == (0, f"narrate: {told}.\n")
    assert (done.facts["voice"], done.facts["fallbacks"]) == ("hibari:heart", [row])
    assert (report_of(place)["voice"], report_of(place)["fallbacks"]) == ("hibari:heart", [row])
    assert place.left_behind("a.mp3", "a.report.json") == []


def test_a_text_that_a_service_has_begun_is_spoken_from_the_beginning_by_the_stand_in_and_no_word_of_it_is_lost(
    server: SpeechServer, place: Place, story: Path
) -> None:
    server.answers = [WARM, "sound", "sound", NO_MONEY]
    done = with_hibari(place, story)
    assert done.status == 0
    assert [row["why"] for row in done.facts["fallbacks"]] == [BROKE]
    mixed = (place.targets / "a.mp3").read_bytes()
    assert place.make(story, *PLAIN, target="b.mp3").status == 0
    assert (place.targets / "b.mp3").read_bytes() == mixed

    server.answers = ["sound"]
    server.wishes.clear()
    back = with_hibari(place, story)
    assert (back.facts["voice"], back.facts["fallbacks"], back.facts["reused"]) == ("openai:alloy", [], 2)
    assert [wish["input"] for wish in server.wishes[1:]] == list(SENTENCES[2:])


def test_google_blocked_in_mid_text_is_left_for_the_stand_in_and_gone_on_with_when_it_is_back(
    google: GoogleStandIn, story: Path
) -> None:
    google.kinds.extend(["sound"] * 2 + ["429 300"])
    with pytest.warns(UserWarning, match="^gtts:en cannot .* too often, .* hibari:heart speaks instead"):
        episode = narrate.make(str(story), story.with_suffix(".mp3"), engine="gtts", fallback="hibari", jobs=1)
    assert [fallback.spoken_by for fallback in episode.fallbacks] == ["hibari:heart"]
    assert len(episode.cues) == len(SENTENCES) + 1
    google.asked.clear()

    (rest,) = (cache_folder(os.environ) / "online").glob("*.json")
    rest.unlink()  # five minutes later
    episode = narrate.make(str(story), story.with_suffix(".mp3"), engine="gtts", fallback="hibari", jobs=1)
    assert (episode.fallbacks, episode.reused) == ((), 2)


def test_chapters_after_the_one_in_which_a_voice_was_lost_are_spoken_by_the_stand_in_too(
    server: SpeechServer, place: Place, tmp_path: Path
) -> None:
    book = tmp_path / "book.md"
    book.write_text("\n\n".join(f"# Part {part}\n\n{text}" for part, text in enumerate(SENTENCES[:3])))
    server.answers = [WARM, "sound", "sound", NO_MONEY, "sound"]
    done = place.run(
        *("make", book, "-o", ".", "--split", "--json", "--engine", "openai", "--fallback", "tone", *PLAIN)
    )
    assert done.status == 0
    assert [json.loads(line)["voice"] for line in done.out.splitlines()] == ["openai:alloy", "tone:sine", "tone:sine"]
    assert done.err.splitlines() == [f"narrate: openai:alloy cannot speak: {BROKE}; tone:sine speaks instead."] * 2


def test_without_a_stand_in_a_service_that_fails_ends_the_command_as_ever(
    server: SpeechServer, place: Place, story: Path
) -> None:
    server.answers = [WARM, "sound", BAD_KEY]
    done = place.make(story, "--engine", "openai", *PLAIN)
    why = "openai cannot speak: the service does not take the key (401). Set OPENAI_API_KEY to one that is in force."
    assert (done.status, done.out, done.err) == (1, "", f"narrate: {why}\n")
    assert place.left_behind() == []


def test_where_nobody_is_left_the_error_names_all_that_were_tried_and_why(
    google: GoogleStandIn, place: Place, story: Path
) -> None:
    google.choose = lambda _: "404"
    server = {"OPENAI_BASE_URL": "https://api.openai.com/v1", "OPENAI_API_KEY": ""}
    done = place.make(story, "--engine", "gtts", "--fallback", "openai,gtts:de,gtts:en-co.uk", *PLAIN, env=server)
    assert done.err.splitlines() == [
        "narrate: gtts:en cannot speak: Google answered with status 404; nor can openai, there is no key for it; "
        "nor can gtts:de, the voice gtts:de does not speak English; gtts:en-co.uk speaks instead.",
        "narrate: gtts:en cannot speak: Google answered with status 404; nor can openai, there is no key for it; "
        "nor can gtts:de, the voice gtts:de does not speak English; "
        "nor can gtts:en-co.uk, Google answered with status 404. "
        "Choose another voice, or speak offline with --engine hibari.",
    ]
    assert (done.status, done.out, place.left_behind()) == (1, "", [])


def test_whoever_interrupts_the_stand_in_leaves_nothing_behind(
    server: SpeechServer, place: Place, tmp_path: Path
) -> None:
    server.answers = [WARM, "sound", NO_MONEY]
    long = tmp_path / "long.txt"
    long.write_text("\n\n".join(f"{number}. {STORY}" for number in range(300)))
    running = place.start("make", long, "-o", "a.mp3", "--engine", "openai", "--fallback", "hibari", "-j1")
    assert running.stderr is not None
    assert "hibari:heart speaks instead" in running.stderr.readline()
    running.send_signal(signal.SIGINT)
    done = finish(running)
    assert (done.status, done.err.splitlines()[-1]) == (130, "narrate: stopped; nothing was left behind.")
    assert place.left_behind() == []


# ---------------------------------------------------------------- one sentence


def test_a_sentence_that_a_service_refuses_is_spoken_by_the_stand_in_alone(
    server: SpeechServer, place: Place, story: Path
) -> None:
    server.answers = [WARM, "sound", REFUSES, "sound"]
    done = with_hibari(place, story, "--with", "report,json,vtt")
    why = "openai will not say this, the service refuses the words (400: The words are against our policy)"
    row = {"wanted": "openai:alloy", "spoken_by": "hibari:heart", "why": why, "place": "line 1"}
    assert (done.status, done.facts["voice"], done.facts["fallbacks"]) == (0, "openai:alloy", [row])
    assert done.err == f"narrate: {Fallback(**row)}.\n"
    (block,) = report_of(place)["blocks"]
    assert [sentence.get("spoken_by") for sentence in block["sentences"]] == [None, "hibari:heart", None, None]
    segments = json.loads((place.targets / "a.transcript.json").read_text("utf-8"))["segments"]
    assert [segment["speaker"] for segment in segments] == ["alloy", "hibari:heart", "alloy", "alloy"]
    assert (place.targets / "a.vtt").read_text("utf-8").count("<v ") == 1


def test_the_sentence_of_a_stand_in_is_as_loud_as_the_rest(server: SpeechServer, tmp_path: Path) -> None:
    """Both are the same voice in truth, so they gain about the same."""
    server.answers = ["sound", REFUSES, "sound"]
    takes = openai_takes(tmp_path)
    assert [take.fallback is not None for take in takes] == [False, True, False, False]
    levels_db = [take.level_db for take in takes]
    assert levels_db[0] == levels_db[2] == levels_db[3]
    assert levels_db[1] == pytest.approx(levels_db[0], abs=1.5)


@needs_piper
@pytest.mark.parametrize(("wanted", "stand_in"), [(Picky, PiperEngine), (PickyPiper, HibariEngine)])
def test_a_stand_in_whose_peaks_are_others_is_as_loud_as_the_rest_in_the_finished_file(
    tmp_path: Path, wanted: type[Engine], stand_in: type[Engine]
) -> None:
    helper = stand_in()
    script = Script(utterances=utterances_of(SENTENCES), language="en")
    engine = wanted()
    speech = speak_script(
        script, engine, engine.voices()[0], booth_in(tmp_path), stand_ins=[(helper, helper.voices()[0])]
    )
    found = record_takes(speech, tmp_path / "a.mp3")
    sound = decode_file(found.path, 44_100)

    def loudness_lufs(*, of_stand_in: bool) -> float:
        heard = [cue for cue in found.cues if (cue.speaker is not None) is of_stand_in]
        assert heard
        parts = (sound[int(cue.start_s * 44_100) : int(cue.end_s * 44_100)] for cue in heard)
        return combine(measure(part, 44_100) for part in parts).integrated_lufs

    assert loudness_lufs(of_stand_in=True) == pytest.approx(loudness_lufs(of_stand_in=False), abs=1)


def test_a_stand_in_is_given_no_more_words_than_he_takes_and_the_next_one_says_them(
    server: SpeechServer, tmp_path: Path
) -> None:
    server.answers = [REFUSES]
    long = " ".join(f"and then the {number}th lamp went out" for number in range(12))
    assert HibariEngine().max_chars < len(long) < ToneEngine().max_chars
    hibari, tone = HibariEngine(), ToneEngine()
    takes = takes_of(
        openai.OpenaiEngine(), tmp_path, (hibari, hibari.voices()[0]), (tone, tone.voices()[0]), sentences=(long,)
    )
    (fallback,) = (take.fallback for take in takes)
    assert fallback is not None
    assert fallback.spoken_by == "tone:sine"
    assert fallback.why.endswith(f"nor can hibari:heart, it takes 300 characters at once and this has {len(long)}")
    (take,) = takes_of(openai.OpenaiEngine(), tmp_path, sentences=(long,))
    assert str(take.failure).endswith(f"nor can hibari:heart, it takes 300 characters at once and this has {len(long)}")


def test_words_that_a_service_refuses_change_the_voice_of_no_others_however_many_they_are(
    server: SpeechServer, tmp_path: Path
) -> None:
    server.answers = [REFUSES]
    takes = openai_takes(tmp_path)
    assert [take.fallback and take.fallback.spoken_by for take in takes] == ["hibari:heart"] * 4


def openai_takes(folder: Path) -> list[Take]:
    return takes_of(openai.OpenaiEngine(), folder)


def utterances_of(sentences: tuple[str, ...]) -> tuple[Utterance, ...]:
    return tuple(Utterance(text=text, written=text, line=1) for text in sentences)


def takes_of(engine: Any, folder: Path, *stand_ins: Speaker, sentences: tuple[str, ...] = SENTENCES) -> list[Take]:
    hibari = HibariEngine()
    speech = speak_script(
        Script(utterances=utterances_of(sentences), language="en"),
        engine,
        engine.voices()[0],
        booth_in(folder),
        stand_ins=stand_ins or [(hibari, hibari.voices()[0])],
    )
    return list(speech.takes)


def test_a_sentence_to_which_google_never_answers_is_spoken_by_the_stand_in(
    google: GoogleStandIn, tmp_path: Path
) -> None:
    google.choose = lambda text: "500" if text == SENTENCES[1] else "sound"
    takes = takes_of(HastyGtts(), tmp_path)
    assert [take.fallback and take.fallback.why for take in takes] == [
        None,
        "gtts failed, Google answered with status 500",
        None,
        None,
    ]
    assert all(take.clip for take in takes)


def test_a_service_that_fails_at_one_sentence_after_the_other_is_itself_what_fails(
    google: GoogleStandIn, tmp_path: Path
) -> None:
    google.choose = lambda text: "sound" if text == SENTENCES[0] else "500"
    with pytest.raises(VoiceLost) as raised:
        takes_of(HastyGtts(), tmp_path)
    assert raised.value.voice == "gtts:en"
    assert raised.value.why == "it fails again and again, gtts failed, Google answered with status 500"


def test_a_sentence_that_nobody_can_speak_says_why_of_each(server: SpeechServer, tmp_path: Path) -> None:
    take, *_ = takes_of(HibariEngine(), tmp_path, (openai.OpenaiEngine(), voice_of_openai()), sentences=("…", STORY))
    assert take.failure == (
        "hibari has no sound for this: there is no word of the Latin script in it; "
        "nor can openai:alloy, openai has no sound for this, there is no letter or digit in it"
    )


def voice_of_openai() -> Any:
    return openai.OpenaiEngine().voices()[0]


def test_a_voice_that_is_lost_although_nobody_should_have_asked_it_again_ends_the_work(tmp_path: Path) -> None:
    prepared = preparation.prepare(source_of(STORY), Settings(voice="tone:sine", fallback=("hibari",)))
    lost = VoiceLost("tone:sine", "tone", "out of breath", "Wait")
    stubborn = replace(prepared, lost={"tone:sine": lost})

    def work(_: preparation.Prepared) -> None:
        raise lost

    with Studio(SETTINGS) as studio, pytest.raises(VoiceLost, match="tone cannot speak: out of breath. Wait."):
        preparation.with_stand_ins(stubborn, studio, work, lambda _: None)


# ----------------------------------------------------------- the other commands


def test_every_command_that_speaks_or_asks_a_voice_says_who_stands_in(place: Place, story: Path) -> None:
    key = {"OPENAI_BASE_URL": "https://api.openai.com/v1", "OPENAI_API_KEY": ""}
    told = "narrate: openai cannot speak: there is no key for it; tone:sine speaks instead.\n"
    for arguments in (["say", "Good morning.", "-o", "a.mp3"], ["script", story], ["inspect", story], ["names", story]):
        spoken = {**key, "NARRATE_ENGINE": "openai", "NARRATE_FALLBACK": "tone"}
        done = place.run(*arguments, env=spoken)
        assert (done.status, done.err) == (0, told), arguments
    done = place.run("make", story, "-o", "a.mp3", env={**key, "NARRATE_ENGINE": "openai", "NARRATE_FALLBACK": "tone"})
    assert done.err.startswith(told)
    assert "\nthe whole text: tone:sine in place of openai\n" in done.err
    done = place.run("say", "Good morning.", "-o", "b.mp3", "--engine", "openai", "--fallback", "hibary", env=key)
    assert done.status == 2
    assert "the fallback 'hibary' is neither an engine nor a voice of openai. Name engines (hibari, " in done.err


# --------------------------------------------------------------- several voices


def test_only_the_voice_that_is_lost_has_a_stand_in(server: SpeechServer, tmp_path: Path) -> None:
    server.answers = [BAD_KEY]
    text = f"{SENTENCES[0]}\n\n[voice openai:alloy]{SENTENCES[1]}[/voice]\n"
    settings = Settings(fallback=("tone",), introduction=False, close=False, jobs=1)
    told: list[Fallback] = []
    with Studio(settings) as studio:
        begun = preparation.prepare(source_of(text), settings)
        assert begun.cast["openai:alloy"][1].id == "openai:alloy"
        ended, _ = preparation.with_stand_ins(
            begun,
            studio,
            lambda prepared: pipeline.make_episode(prepared, settings, tmp_path / "a.mp3", studio),
            told.append,
        )
    assert (ended.voice.id, ended.cast["openai:alloy"][1].id) == ("hibari:heart", "tone:sine")
    assert [str(fallback) for fallback in told] == [
        "line 3, [voice openai:alloy]: openai:alloy cannot speak: the service does not take the key (401); "
        "tone:sine speaks instead"
    ]


# ------------------------------------------------------------ heard as it comes


def test_who_listens_hears_the_stand_in_from_where_the_voice_was_lost(server: SpeechServer, tmp_path: Path) -> None:
    server.answers = [WARM, "sound", "sound", NO_MONEY]
    told: list[Fallback] = []
    path = tmp_path / "heard.pcm"
    with Studio(SETTINGS) as studio, path.open("wb") as sink:
        prepared = preparation.prepare(source_of(STORY), SETTINGS)
        assert pipeline.listen(prepared, SETTINGS, studio, sink, told.append) == ()
    assert [fallback.why for fallback in told] == [BROKE]
    settings = change_settings(SETTINGS, {"engine": "hibari"}, "here")
    with Studio(settings) as studio:
        whole = pipeline.make_episode(
            preparation.prepare(source_of(STORY), settings), settings, tmp_path / "a.mp3", studio
        )
    assert path.stat().st_size / 2 / PLAYED_HZ == pytest.approx(whole.duration_s, abs=2.5)


# ------------------------------------------------------------------ the library


def test_the_server_writes_into_its_log_who_stands_in_and_takes_the_job_for_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "")
    with Library(tmp_path / "library") as library:
        making = {"engine": "openai", "fallback": ["tone"]}
        show = library.create_show(new_show("Tales", settings=making))
        job = library.queue.add(NewJob(show=show.slug, kind="text", name="A lamp", payload=STORY.encode()))
        worker = Worker(library)
        worker.start()
        while library.queue.jobs()[0].state in ("waiting", "working"):
            time.sleep(0.05)
        worker.stop()
        (entry,) = library.entries(show.slug)
        (done,) = library.queue.jobs()
    assert done.message == "the whole text: tone:sine in place of openai."
    assert entry.voice == "tone:sine"
    told = f"job {job.id}: openai cannot speak: there is no key for it; tone:sine speaks instead"
    assert [record.getMessage() for record in caplog.records if record.name == "narrate.server"] == [told]


class Shelf:
    """A library with a show whose episodes are spoken by a service, or by hibari."""

    def __init__(self, library: Library, studio: Studio) -> None:
        self.library, self.studio = library, studio
        making = {"engine": "openai", "fallback": ["hibari"], "introduction": False}
        self.show = library.create_show(new_show("Tales", settings=making))
        self.settings = settings_for(self.show, Settings(jobs=1, close=False))
        self.told: list[Fallback] = []

    def add(self, story: Path) -> Added:
        source = stories.open_any(str(story))
        return add_source(
            self.library, self.show.slug, source, self.settings, self.studio, on_fallback=self.told.append
        )

    def rebuild(self, added: Added) -> Added:
        return rebuild_entry(self.library, self.show.slug, added.entry, self.settings, self.studio)


@pytest.fixture
def shelf(server: SpeechServer, tmp_path: Path) -> Iterator[Shelf]:
    with Library(tmp_path / "library") as library, Studio(SETTINGS) as studio:
        yield Shelf(library, studio)


def test_an_episode_of_a_stand_in_is_made_again_when_the_voice_is_back_and_not_before(
    server: SpeechServer, shelf: Shelf, story: Path
) -> None:
    server.answers = [WARM, "sound", NO_MONEY]
    first = shelf.add(story)
    assert (first.what, first.entry.voice, len(shelf.told)) == ("new", "hibari:heart", 1)
    again = shelf.add(story)
    assert (again.what, again.entry, len(again.fallbacks)) == ("unchanged", first.entry, 1)
    server.answers = ["sound"]
    back = shelf.rebuild(first)
    assert (back.what, back.entry.voice, back.fallbacks) == ("updated", "openai:alloy", ())
    assert shelf.add(story).what == "unchanged"


def test_an_episode_with_a_sentence_of_a_stand_in_is_made_again_when_the_service_takes_it_and_not_before(
    server: SpeechServer, shelf: Shelf, story: Path
) -> None:
    server.answers = [WARM, "sound", REFUSES, "sound"]
    first = shelf.add(story)
    assert (first.what, first.entry.voice, len(first.fallbacks)) == ("new", "openai:alloy", 1)
    server.answers = [REFUSES]
    again = shelf.add(story)
    assert (again.what, again.entry, len(again.fallbacks)) == ("unchanged", first.entry, 1)
    server.answers = ["sound"]
    back = shelf.add(story)
    assert (back.what, back.fallbacks) == ("updated", ())
    assert shelf.add(story).what == "unchanged"

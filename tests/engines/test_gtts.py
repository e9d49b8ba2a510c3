"""gTTS, the unmodified library, over real sockets: a proxy on loopback that answers like the service."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gtts.tts
import numpy as np
import pytest
import requests
from google_stand_in import CHARS_PER_S, FAILURES, GoogleStandIn, HastyGtts, PairOfGtts, google_stand_in, pitch_hz
from hypothesis import given
from hypothesis import strategies as st

import narrate
from narrate.cache import Store, cache_folder, open_store
from narrate.engines.google import cut_text, read_manner
from narrate.engines.gtts import JOINT_MS, GttsEngine
from narrate.engines.suite import EngineSuite
from narrate.errors import CannotSay, EngineError, EngineUnavailable
from narrate.executors.local import LocalExecutor
from narrate.speech import Booth, speak_script
from narrate.types import Clip, Script, Take, Utterance

LONG = (
    "The council voted on Monday to keep the lightship, and nobody was sorry; "
    "the band played until one, and then twice more."
)
STORY = " ".join(f"The lamp number {number} burned until the morning." for number in range(12))
LATER = "Run the same command again later: what has been spoken is kept; or speak offline with --engine hibari."
NETWORK = "Look at the network, or speak offline with --engine hibari."


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleStandIn]:
    with google_stand_in(tmp_path) as running:
        introduce(running, monkeypatch)
        yield running


def introduce(service: GoogleStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in service.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def engine() -> GttsEngine:
    return HastyGtts()


def insist(engine: GttsEngine, tries: int) -> GttsEngine:
    """The engine with so many tries."""
    engine.pace = replace(engine.pace, tries=tries)
    return engine


def say(engine: GttsEngine, text: str, voice_name: str = "en") -> Clip:
    voice = engine.find_voice(voice_name)
    assert voice is not None
    return engine.speak(Utterance(text=text, written=text), voice, speed=1.0, seed=0)


class TestGtts(EngineSuite):
    engine = HastyGtts()

    @pytest.fixture(autouse=True)
    def network(self, service: GoogleStandIn) -> None:
        pass


# ----------------------------------------------------------------- what is asked


def test_an_answer_is_decoded_and_its_edges_are_trimmed(service: GoogleStandIn, engine: GttsEngine) -> None:
    clip = say(engine, "Good morning, harbour.")
    assert clip.rate_hz == 24_000
    assert clip.seconds == pytest.approx(len("Good morning, harbour.") / 15, abs=0.1)
    assert main_pitch_hz(clip) == pytest.approx(pitch_hz("Good morning, harbour."), abs=3)


@pytest.mark.parametrize(
    ("name", "host", "language", "slow"),
    [
        ("en", "translate.google.com", "en", False),
        ("en-slow", "translate.google.com", "en", True),
        ("en-co.uk", "translate.google.co.uk", "en", False),
        ("en-co.uk-slow", "translate.google.co.uk", "en", True),
        ("es-com.mx", "translate.google.com.mx", "es", False),
        ("fr-CA", "translate.google.com", "fr-CA", False),
        ("zh-TW-slow", "translate.google.com", "zh-TW", True),
    ],
)
def test_a_voice_is_a_language_a_domain_and_a_pace(
    service: GoogleStandIn, engine: GttsEngine, name: str, host: str, language: str, slow: bool
) -> None:
    say(engine, "Good morning.", name)
    assert [(asked.host, asked.language, asked.slow) for asked in service.asked] == [(host, language, slow)]


@pytest.mark.parametrize(
    "name", ["xx", "en-", "-slow", "slow", "en-evil.example", "en-com,uy", "en-slow-slow", "en-com/"]
)
def test_what_the_service_does_not_know_is_no_voice(name: str) -> None:
    assert GttsEngine().find_voice(name) is None


def test_every_voice_in_the_list_says_its_manner_and_english_stands_first() -> None:
    voices = GttsEngine().voices()
    assert all(read_manner(voice.name) for voice in voices)
    assert (voices[0].name, voices[0].language) == ("en", "en-US")
    assert {"en-slow", "en-co.uk", "de", "pt-PT"} <= {voice.name for voice in voices}


def test_a_text_of_a_hundred_characters_is_one_request(service: GoogleStandIn, engine: GttsEngine) -> None:
    say(engine, "a" * engine.max_chars)
    assert [asked.text for asked in service.asked] == ["a" * 100]


def test_a_longer_text_is_asked_in_parts_and_all_of_them_are_heard(service: GoogleStandIn, engine: GttsEngine) -> None:
    clip = say(engine, LONG)
    assert [len(asked.text) <= 100 for asked in service.asked] == [True] * len(service.asked)
    assert letters("".join(service.spoken)) == letters(LONG)
    assert clip.seconds == pytest.approx(length_s(service.spoken), abs=0.15)


@given(st.text(alphabet="ab ,.;:!?-…ß語", max_size=400))
def test_parts_hold_every_letter_and_no_more_than_fits(text: str) -> None:
    parts = cut_text(text)
    assert all(0 < len(part) <= 100 for part in parts)
    assert letters("".join(parts)) == letters(text)


def test_nothing_is_asked_for_a_text_without_words(service: GoogleStandIn, engine: GttsEngine) -> None:
    with pytest.raises(CannotSay):
        say(engine, "…")
    assert service.connections == 0


# ------------------------------------------------------------------ what fails


@pytest.mark.parametrize("kind", [*FAILURES, "drip", "500", "none", "noise", "silence", "twice", "latin", "endless"])
def test_whatever_fails_once_is_mended_by_the_next_try(service: GoogleStandIn, engine: GttsEngine, kind: str) -> None:
    service.kinds.append(kind)
    text = "The lamp by the harbour burned until the morning."
    assert say(engine, text).seconds == pytest.approx(len(text) / 15, abs=0.1)
    assert [asked.kind for asked in service.asked] == [kind, "sound"]


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("403", "Google forbids requests from this network, status 403"),
        ("429", "Google says that we ask too often, status 429"),
        ("503", "Google is overloaded, status 503"),
        ("captcha", "Google answered with a page in place of sound; it may be asking for a captcha"),
        ("moved", "Google sent us to another page in place of sound, status 302; it may be asking for a captcha"),
    ],
)
def test_a_service_that_has_had_enough_ends_the_run_with_the_way_to_go_on(
    service: GoogleStandIn, engine: GttsEngine, kind: str, why: str
) -> None:
    service.choose = lambda _: kind
    with pytest.raises(EngineUnavailable) as caught:
        say(insist(engine, 3), "Good morning.")
    assert str(caught.value) == f"gtts cannot speak: {why}. {LATER}"
    assert len(service.asked) == 3


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("500", "Google answered with status 500"),
        ("reset", "the connection to Google broke off"),
        ("stall", "Google did not answer in time"),
        ("drip", "Google's answer took too long"),
        ("cut", "Google's answer broke off"),
        ("cut chunks", "Google's answer broke off"),
        ("empty", "Google answered without sound"),
        ("none", "Google answered without sound"),
        ("twice", "Google answered with sound twice"),
        ("latin", "Google's answer is damaged"),
        ("endless", "Google's answer is far too long"),
        ("noise", "the MP3 cannot be decoded, it is damaged or no MP3"),
        ("silence", "the MP3 is silent"),
    ],
)
def test_an_answer_that_is_no_sound_fails_this_sentence_with_its_reason(
    service: GoogleStandIn, engine: GttsEngine, kind: str, why: str
) -> None:
    service.choose = lambda _: kind
    with pytest.raises(EngineError) as caught:
        say(insist(engine, 2), "Good morning.")
    assert str(caught.value) == f"gtts failed: {why}. {NETWORK}"
    assert len(service.asked) == 2


def test_sound_cut_short_is_not_taken_for_the_words(service: GoogleStandIn, engine: GttsEngine) -> None:
    service.choose = lambda _: "short"
    with pytest.raises(EngineError, match="gtts failed: the sound does not match the words, 51 characters in"):
        say(insist(engine, 2), "The lamp by the harbour burned until the morning...")


def test_what_the_service_does_not_know_is_not_asked_again(service: GoogleStandIn, engine: GttsEngine) -> None:
    service.choose = lambda _: "404"
    with pytest.raises(EngineUnavailable, match="Google answered with status 404. Choose another voice"):
        say(engine, "Good morning.")
    assert len(service.asked) == 1


@pytest.mark.parametrize("kind", ["captcha", "empty", "403", "reset"])
def test_a_part_that_fails_in_mid_text_is_asked_again_and_the_others_are_not(
    service: GoogleStandIn, engine: GttsEngine, kind: str
) -> None:
    service.kinds.extend(["sound", kind])
    clip = say(engine, LONG)
    assert len(service.spoken) == len(set(service.spoken)) == len(service.asked) - 1
    assert letters("".join(service.spoken)) == letters(LONG)
    assert clip.seconds == pytest.approx(length_s(service.spoken), abs=0.15)


@pytest.mark.parametrize("kind", ["captcha", "empty", "403", "reset"])
def test_no_text_is_spoken_without_one_of_its_parts(service: GoogleStandIn, engine: GttsEngine, kind: str) -> None:
    service.kinds.append("sound")
    service.choose = lambda _: kind
    with pytest.raises((EngineError, EngineUnavailable)):
        say(insist(engine, 2), LONG)


# ------------------------------------------------------------------ when it waits


@pytest.mark.parametrize("status", ["429", "503"])
def test_the_rest_that_the_service_asks_for_is_kept(service: GoogleStandIn, engine: GttsEngine, status: str) -> None:
    service.kinds.append(f"{status} 1")
    say(engine, "Good morning.")
    first, second = service.asked
    assert 1.0 <= second.at_s - first.at_s < 2.0


def test_a_rest_beyond_our_patience_ends_the_run_and_nobody_asks_in_vain(
    service: GoogleStandIn, engine: GttsEngine
) -> None:
    service.kinds.append("429 300")
    for _ in range(3):
        with pytest.raises(EngineUnavailable, match="too often, status 429; it asks for a rest of 5 min. Run"):
            say(HastyGtts(), "Good morning.")
    assert service.connections == 1


def test_a_rest_until_a_date_is_kept(service: GoogleStandIn, engine: GttsEngine) -> None:
    service.kinds.append("429 Fri, 31 Dec 2100 23:59:59 GMT")
    with pytest.raises(EngineUnavailable, match="status 429"):
        say(engine, "Good morning.")
    assert len(service.asked) == 1


# ------------------------------------------------------------- who is listening


def test_a_certificate_for_another_name_is_refused_before_a_word_is_sent(
    tmp_path: Path, engine: GttsEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with google_stand_in(tmp_path, ("translate.example.org",)) as service:
        introduce(service, monkeypatch)
        with pytest.raises(EngineUnavailable, match="the certificate shown for Google cannot be trusted. Somebody may"):
            say(engine, "Good morning.")
        assert (service.connections, service.asked) == (1, [])


def test_a_certificate_of_an_unknown_authority_is_refused_before_a_word_is_sent(
    service: GoogleStandIn, engine: GttsEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(EngineUnavailable, match="the certificate shown for Google cannot be trusted"):
        say(engine, "Good morning.")
    assert (service.connections, service.asked) == (1, [])


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_authorities_that_cannot_be_read_is_named(
    service: GoogleStandIn, engine: GttsEngine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "authorities"
    if content:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(EngineUnavailable, match="the authorities in .* cannot be read, .* Look at SSL_CERT_FILE"):
        say(engine, "Good morning.")


def test_proxies_of_the_environment_are_ignored(
    service: GoogleStandIn, engine: GttsEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "*")
    say(engine, "Good morning.")
    assert len(service.asked) == 1


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "http://", "gopher://127.0.0.1:9", "http://[::"])
def test_a_proxy_that_cannot_be_used_is_said(engine: GttsEngine, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("NARRATE_PROXY", proxy)
    with pytest.raises(EngineUnavailable, match="gtts cannot speak: the proxy cannot be used. Look at NARRATE_PROXY"):
        say(insist(engine, 2), "Good morning.")


def test_others_who_use_the_library_are_not_touched(service: GoogleStandIn, engine: GttsEngine) -> None:
    say(engine, "Good morning.")
    assert vars(gtts.tts)["requests"] is requests


# --------------------------------------------------------------- a whole text


def test_a_blocked_text_goes_on_where_it_was(service: GoogleStandIn, tmp_path: Path) -> None:
    script = script_of(STORY)
    blocked = {utterance.text for utterance in script.utterances[7:]}
    service.choose = lambda text: "403" if text in blocked else "sound"
    with pytest.raises(EngineUnavailable, match="forbids requests from this network"):
        speak(script, tmp_path)
    kept = set(service.spoken)
    service.asked.clear()
    service.choose = lambda _: "sound"
    takes = speak(script, tmp_path)
    texts = {utterance.text for utterance in script.utterances}
    assert kept
    assert set(service.spoken) == texts - kept
    assert len(service.asked) == len(texts - kept)
    assert [take.failure for take in takes] == [None] * len(script.utterances)


def test_an_episode_that_was_blocked_is_made_by_the_same_command(service: GoogleStandIn, tmp_path: Path) -> None:
    source, target = tmp_path / "story.txt", tmp_path / "story.mp3"
    source.write_text(STORY)
    service.kinds.extend(["sound"] * 5 + ["429 300"])
    with pytest.raises(EngineUnavailable, match="gtts cannot speak: Google says that we ask too often"):
        narrate.make(str(source), target, engine="gtts", jobs=2)
    assert not target.exists()
    kept = open_store(cache_folder(os.environ)).usage("clips").count
    assert kept >= 4
    service.asked.clear()

    (rest,) = (cache_folder(os.environ) / "online").glob("*.json")
    rest.unlink()  # five minutes later
    episode = narrate.make(str(source), target, engine="gtts", jobs=2)
    assert len(service.asked) == len(set(service.spoken)) == len(episode.cues) - kept
    assert episode.reused == kept
    assert episode.gaps == ()


def test_never_more_requests_at_once_than_the_pace_allows_however_many_work(
    service: GoogleStandIn, tmp_path: Path
) -> None:
    service.delay_s = 0.05
    speak(script_of(STORY), tmp_path, PairOfGtts(), jobs=4)
    assert service.most_at_once == 2


def speak(script: Script, folder: Path, engine: GttsEngine | None = None, jobs: int = 2) -> list[Take]:
    """The takes of a script, spoken by workers of their own."""
    engine = engine or HastyGtts()
    with LocalExecutor(jobs) as executor:
        executor.limit = jobs
        booth = Booth(executor=executor, store=Store(folder / "cache"))
        return list(speak_script(script, engine, engine.voices()[0], booth).takes)


def script_of(text: str) -> Script:
    utterances = [Utterance(text=f"{sentence.strip()}.", written=sentence) for sentence in text.split(".") if sentence]
    return Script(utterances=tuple(utterances), language="en")


def length_s(parts: list[str]) -> float:
    """How long parts of a text sound together."""
    return sum(map(len, parts)) / CHARS_PER_S + JOINT_MS / 1000 * (len(parts) - 1)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def main_pitch_hz(clip: Clip) -> float:
    powers = np.abs(np.fft.rfft(clip.samples))
    return float(powers.argmax() * clip.rate_hz / clip.samples.size)

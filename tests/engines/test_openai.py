"""openai: the shared suite through a server with the embedded engine behind it, and whatever else a server may say."""

from __future__ import annotations

import json
import re
import ssl
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from speech_server import Reply, SpeechServer, complain

from conftest import booth_in, source_of
from narrate.cli.progress import Progress, cost_of
from narrate.engines import openai
from narrate.engines.openai import OpenaiEngine, find_service, is_near, read_complaint
from narrate.engines.suite import EngineSuite
from narrate.errors import CannotSay, EngineError, EngineUnavailable, SpeechError
from narrate.preparation import prepare
from narrate.settings import Settings
from narrate.speech import speak_script
from narrate.types import Clip, Script, Take, Utterance, Voice

KEY = "sk-test-0123456789abcdef"
HTML = Reply(body=b"<html>Are you a robot?</html>", kind="text/html; charset=utf-8")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SpeechServer]:
    running = SpeechServer()
    monkeypatch.setenv("OPENAI_BASE_URL", running.address)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    yield running
    running.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits as long as a listener may, or asks a server in the internet."""
    monkeypatch.setattr(OpenaiEngine, "backoff_s", 0.01)
    monkeypatch.setattr(OpenaiEngine, "tries", 3)
    openai._fetch_voices.cache_clear()  # another server may have had the same port
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "NARRATE_OPENAI_MODEL"):
        monkeypatch.delenv(name, raising=False)


def say(text: str = "Good morning.", voice: str = "alloy", speed: float = 1.0) -> Clip:
    engine = OpenaiEngine()
    found = engine.find_voice(voice)
    assert found is not None
    return engine.speak(Utterance(text=text, written=text), found, speed=speed, seed=0)


@pytest.mark.usefixtures("server")
class TestOpenai(EngineSuite):
    engine = OpenaiEngine()

    def voice(self) -> Voice:
        """Only the clips of a server tell their rate: 24,000 frames a second here."""
        voice = super().voice()
        assert voice.rate_hz == 0
        return replace(voice, rate_hz=24_000)


# ----------------------------------------------------------------- what is asked


def test_a_request_says_what_the_service_wants_to_know(server: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NARRATE_OPENAI_MODEL", "kokoro")
    say("Good morning.", "af_bella", 1.5)
    wish = {"model": "kokoro", "input": "Good morning.", "voice": "af_bella", "response_format": "wav", "speed": 1.5}
    assert server.wishes == [wish]
    assert server.keys == [f"Bearer {KEY}"]


def test_a_server_without_a_key_is_asked_without_one(server: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    assert say().seconds > 0.3
    assert server.keys == [None]


def test_an_article_gives_a_server_no_orders(server: SpeechServer) -> None:
    say("Say [pause:90s] and [word](/zzz/) now.")
    assert server.wishes[0]["input"] == "Say (pause:90s) and (word)(/zzz/) now."


def test_nothing_is_asked_for_a_text_without_words(server: SpeechServer) -> None:
    with pytest.raises(CannotSay, match="there is no letter or digit in it"):
        say("… — …")
    assert server.wishes == []


def test_proxies_of_the_environment_are_ignored(server: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert say().seconds > 0.3


def test_the_proxy_that_the_user_names_is_used_for_servers_in_the_internet(
    server: SpeechServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://speech.example.org/v1")
    monkeypatch.setenv("NARRATE_PROXY", server.address.removesuffix("/v1"))
    assert say().seconds > 0.3
    monkeypatch.setenv("NARRATE_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(EngineUnavailable, match="the proxy is not given as http://, a host and a port"):
        say()


# ------------------------------------------------------------- what it may answer


def test_a_wav_that_was_streamed_before_its_length_was_known_is_whole(server: SpeechServer) -> None:
    whole = say()
    server.answers = ["streamed"]
    assert say().samples.tobytes() == whole.samples.tobytes()


@pytest.mark.parametrize(
    "trouble",
    [
        complain(429, "Rate limit reached", "rate_limit_exceeded"),
        complain(429, "Slow down", Retry_After="0"),
        complain(503, "Overloaded"),
        complain(500, "Oops"),
        Reply(status=502, body=b"<html>Bad gateway</html>", kind="text/html"),
        HTML,
        Reply(body=b"", kind="audio/wav"),
        Reply(body=b"RIFF\xff\xff\xff\xffWAVEgarbage", kind="audio/wav"),
        "cut",
        "reset",
    ],
)
def test_what_may_pass_is_asked_again(server: SpeechServer, trouble: Reply | str) -> None:
    server.answers = [trouble, "sound"]
    assert say().seconds > 0.3
    assert len(server.wishes) == 2


def test_the_wait_that_a_service_asks_for_is_kept(server: SpeechServer) -> None:
    server.answers = [complain(429, "Slow down", Retry_After="1"), "sound"]
    began_s = time.monotonic()
    say()
    assert time.monotonic() - began_s >= 0.95


NO_MODEL = "The model `tts-9` does not exist or you do not have access to it."
NO_VOICE = {"detail": {"error": "validation_error", "message": "Voice 'alloy' not found. Available voices: af_heart"}}


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            complain(401, f"Incorrect API key provided: {KEY[:8]}*****cdef.", "invalid_api_key"),
            EngineUnavailable,
            "openai cannot speak: the service does not take the key (401). Set OPENAI_API_KEY to one that is in force.",
        ),
        (
            complain(429, "You exceeded your current quota.", "insufficient_quota"),
            EngineUnavailable,
            "openai cannot speak: the account is out of money (429: You exceeded your current quota). "
            "Look at the account's balance and limits; what has been spoken is kept.",
        ),
        (
            complain(402, "Payment required"),
            EngineUnavailable,
            "openai cannot speak: the account is out of money (402: Payment required). "
            "Look at the account's balance and limits; what has been spoken is kept.",
        ),
        (
            complain(403, "Country, region, or territory not supported"),
            EngineUnavailable,
            "openai cannot speak: the service refuses (403: Country, region, or territory not supported). "
            "Look whether the key may use the model.",
        ),
        (
            complain(404, NO_MODEL, "model_not_found"),
            EngineUnavailable,
            "openai cannot speak: the service has no such model or voice, or does not speak "
            "(404: The model `tts-9` does not exist or you do not have access to it). "
            "Set NARRATE_OPENAI_MODEL to a model that it has, or OPENAI_BASE_URL to another server.",
        ),
        (
            Reply(status=400, body=json.dumps(NO_VOICE).encode()),
            EngineUnavailable,
            "openai cannot speak: the service has no such model or voice, or does not speak "
            "(400: Voice 'alloy' not found. Available voices: af_heart). "
            "Set NARRATE_OPENAI_MODEL to a model that it has, or OPENAI_BASE_URL to another server.",
        ),
        (
            complain(400, "String should have at most 4096 characters", "string_too_long"),
            CannotSay,
            "openai will not say this: the service refuses the words "
            "(400: String should have at most 4096 characters).",
        ),
        (
            Reply(status=413, body=b"<html>", kind="text/html"),
            CannotSay,
            "openai will not say this: the service refuses the words (413).",
        ),
        (
            Reply(body=b"ID3\x04\x00", kind="audio/mpeg"),
            EngineUnavailable,
            "openai cannot speak: the service gives audio/mpeg where WAV was asked for. "
            "Set NARRATE_OPENAI_MODEL to a model that it has, or OPENAI_BASE_URL to another server.",
        ),
    ],
)
def test_what_will_not_pass_is_told_at_once(
    server: SpeechServer, answer: Reply, kind: type[SpeechError], words: str
) -> None:
    server.answers = [answer]
    with pytest.raises(kind) as caught:
        say()
    assert str(caught.value) == words
    assert len(server.wishes) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            complain(429, "Rate limit reached"),
            EngineUnavailable,
            "openai cannot speak: the service asks to wait (429: Rate limit reached). "
            "Run the same command again later: what has been spoken is kept.",
        ),
        (
            HTML,
            EngineUnavailable,
            "openai cannot speak: the service answers with text/html in place of sound; OPENAI_BASE_URL may lack its "
            "/v1. Run the same command again later: what has been spoken is kept.",
        ),
        (complain(500, "Oops"), EngineError, "openai failed: the service is in trouble (500: Oops). Run the same"),
        ("cut", EngineError, "openai failed: it broke off before its end. Run the same"),
        ("reset", EngineError, "openai failed: the server broke the connection off. Run the same"),
        (Reply(kind="audio/wav"), EngineError, "openai failed: the answer is empty. Run the same"),
        (Reply(body=b"beep", kind="audio/wav"), EngineError, "openai failed: this is no WAV. Run the same"),
    ],
)
def test_what_does_not_pass_is_given_up_with_a_reason(
    server: SpeechServer, answer: Reply | str, kind: type[SpeechError], words: str
) -> None:
    server.answers = [answer]
    with pytest.raises(kind) as caught:
        say()
    assert str(caught.value).startswith(words)
    assert len(server.wishes) == 3


def test_a_server_that_hangs_is_given_up_in_time(server: SpeechServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OpenaiEngine, "timeout_s", 0.15)
    monkeypatch.setattr(OpenaiEngine, "tries", 2)
    server.answers = ["stall"]
    with pytest.raises(EngineError, match=r"openai failed: .* within 0.3 s. Run the same command again"):
        say()


def test_a_server_that_does_not_run_is_explained(server: SpeechServer) -> None:
    server.close()
    with pytest.raises(EngineUnavailable) as caught:
        say()
    assert str(caught.value) == (
        "openai cannot speak: the server refuses connections. Look at OPENAI_BASE_URL, and whether the server runs."
    )


# -------------------------------------------------------------------- the key


def test_a_redirect_is_not_followed_and_the_key_goes_nowhere_else(server: SpeechServer) -> None:
    other = SpeechServer()
    server.answers = [Reply(status=307, headers={"Location": f"{other.address}/audio/speech"})]
    with pytest.raises(EngineUnavailable, match=r"elsewhere, where your key shall not go \(307\). Set OPENAI_"):
        say()
    other.close()
    assert (len(server.keys), other.keys) == (1, [])


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 418, 429, 500])
def test_a_server_cannot_make_us_tell_the_key(server: SpeechServer, status: int) -> None:
    server.answers = [complain(status, f"Who sent Bearer {KEY}, {KEY}?", KEY)]
    with pytest.raises(SpeechError) as caught:
        say()
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert KEY not in repr(caught.value.args)


def test_the_key_stands_in_no_name_fingerprint_or_picture_of_a_service(server: SpeechServer) -> None:
    engine = OpenaiEngine()
    voice = engine.voices()[0]
    assert KEY not in f"{find_service()!r} {engine.fingerprint(voice)} {voice!r} {engine!r}"
    assert engine.fingerprint(voice) == f"{server.address} tts-1"


def test_parts_of_other_keys_are_not_told_either() -> None:
    _, said = read_complaint(b'{"error": {"message": "Key sk-proj-Ab*****9x is not for sk-other."}}', "")
    assert said == "Key … is not for …"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("OPENAI_BASE_URL", "api.openai.com/v1", "OPENAI_BASE_URL cannot be used, it does not start with https://"),
        ("OPENAI_BASE_URL", "https://me:secret@example.org/v1", "OPENAI_BASE_URL cannot be used, it has a name or"),
        ("OPENAI_BASE_URL", "https://example.org/v1?key=1", "OPENAI_BASE_URL has a question mark"),
        ("OPENAI_BASE_URL", "http://example.org/v1", "anybody could read the key on its way to example.org"),
        ("OPENAI_BASE_URL", "http://93.184.216.34/v1", "anybody could read the key on its way to 93.184.216.34"),
        ("OPENAI_API_KEY", "sk-1234\r\nHost: example.org", "OPENAI_API_KEY holds signs that no key has"),
        ("OPENAI_API_KEY", "sk-“1234”", "OPENAI_API_KEY holds signs that no key has"),
    ],
)
def test_an_address_or_a_key_that_cannot_be_used_is_explained(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv(name, value)
    with pytest.raises(EngineUnavailable) as caught:
        OpenaiEngine().check()
    assert why in str(caught.value)
    assert not any(secret in str(caught.value) for secret in ("secret", "1234"))


def test_a_stranger_with_a_certificate_of_his_own_never_hears_the_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    server = SpeechServer(tls)
    monkeypatch.setenv("OPENAI_BASE_URL", server.address)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(EngineUnavailable, match="its certificate cannot be trusted"):
        say()
    assert server.keys == []
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    assert say().seconds > 0.3
    server.close()


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("192.168.1.20", True),
        ("kokoro", True),
        ("nas.local", True),
        ("api.openai.com", False),
        ("93.184.216.34", False),
        ("local.example.org", False),
        ("2606:4700::6810:84e5", False),
    ],
)
def test_a_server_is_near_where_it_is_not_in_the_internet(host: str, near: bool) -> None:
    assert is_near(host) is near


# ------------------------------------------------------------------- its voices


def test_openai_has_its_own_voices_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    voices = OpenaiEngine().voices()
    assert [voice.name for voice in voices[:3]] == ["alloy", "ash", "coral"]
    assert {(voice.language, voice.rate_hz, voice.online, voice.missing) for voice in voices} == {
        ("mul", 24_000, True, None)
    }
    assert OpenaiEngine().find_voice("verse") is None
    monkeypatch.setenv("NARRATE_OPENAI_MODEL", "gpt-4o-mini-tts")
    assert OpenaiEngine().find_voice("verse") is not None


def test_openai_without_a_key_says_what_is_missing() -> None:
    voice = OpenaiEngine().voices()[0]
    assert (voice.missing, voice.remedy) == (
        "there is no key for it",
        "Set OPENAI_API_KEY to yours, or OPENAI_BASE_URL to a server that wants none",
    )
    with pytest.raises(EngineUnavailable, match="openai cannot speak: there is no key for it. Set OPENAI_API_KEY"):
        OpenaiEngine().check()


@pytest.mark.parametrize("shape", ["names", "entries", "data"])
def test_the_voices_that_a_server_lists_are_its_voices(server: SpeechServer, shape: str) -> None:
    names = ["af_bella", "af_heart", "bm_george", "ff_siwis"]
    entries = [{"id": name, "name": f"The {name}"} for name in names]
    server.voices = {"names": {"voices": names}, "entries": {"voices": entries}, "data": {"data": entries}}[shape]
    engine = OpenaiEngine()
    languages = {voice.name: voice.language for voice in engine.voices()}
    assert languages == {"af_heart": "en-US", "af_bella": "en-US", "bm_george": "en-GB", "ff_siwis": "fr-FR"}
    assert engine.voices()[0].name == "af_heart"
    assert engine.find_voice("af_bella+bm_george(0.4)") is not None
    assert engine.find_voice("af_bella+nobody") is None
    assert engine.find_voice("alloy") is None


def test_a_server_may_say_in_which_language_a_voice_speaks(server: SpeechServer) -> None:
    server.voices = {"voices": [{"name": "karl", "language": "de-DE"}, {"name": "ann", "language": "<script>"}]}
    assert [voice.language for voice in OpenaiEngine().voices()] == ["de-DE", "mul"]


def test_a_server_that_lists_nothing_is_believed_to_have_any_voice(server: SpeechServer) -> None:
    found = OpenaiEngine().find_voice("somebody-else")
    assert found is not None
    assert (found.id, found.language, found.online) == ("openai:somebody-else", "mul", False)


@pytest.mark.parametrize(
    "voices", [{"voices": "alloy"}, {"voices": [None, 5, {}, "a\nb", ["x"], {"id": "\x1b[31m"}]}, [[]], {}, 7, "[["]
)
def test_no_list_of_voices_makes_it_die(server: SpeechServer, voices: object) -> None:
    server.voices = voices
    assert all(voice.name.isprintable() for voice in OpenaiEngine().voices())


# --------------------------------------------------------------------- its price


def test_a_long_text_is_priced_before_it_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "about $7.50 for 500,000 characters, by OpenAI's prices of 2026"
    assert OpenaiEngine().estimate_cost(500_000) == said
    monkeypatch.setenv("NARRATE_OPENAI_MODEL", "gpt-4o-mini-tts-2025-12-15")
    assert "about $7.80 " in str(OpenaiEngine().estimate_cost(500_000))
    monkeypatch.setenv("NARRATE_OPENAI_MODEL", "tts-7")
    assert OpenaiEngine().estimate_cost(500_000) is None


def test_a_server_of_ones_own_has_no_price(server: SpeechServer) -> None:
    assert OpenaiEngine().estimate_cost(500_000) is None


# ----------------------------------------------------------------- nothing is lost


def test_out_of_money_in_mid_text_costs_nothing_that_was_spoken(server: SpeechServer, tmp_path: Path) -> None:
    sentences = [f"This is sentence number {word}." for word in ("one", "two", "three", "four", "five", "six")]
    script = Script(utterances=tuple(Utterance(text=text, written=text) for text in sentences), language="en")

    def takes() -> list[Take]:
        engine = OpenaiEngine()
        return list(speak_script(script, engine, engine.voices()[0], booth_in(tmp_path)).takes)

    server.answers = ["sound", "sound", "sound", complain(429, "No money", "insufficient_quota")]
    with pytest.raises(EngineUnavailable, match="out of money .* what has been spoken is kept"):
        takes()
    server.answers = ["sound"]
    server.wishes.clear()
    assert all(take.clip for take in takes())
    assert [wish["input"] for wish in server.wishes] == sentences[3:]


def test_a_long_text_has_its_price_told_before_it_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-key")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    long, short = (source_of("The lamp was lit at dusk. " * count) for count in (1000, 10))
    settings = Settings(engine="openai", language="en")
    assert re.fullmatch(r"about \$0\.\d\d for 2\d,\d{3} characters, by .*", str(cost_of(prepare(long, settings))))
    assert cost_of(prepare(short, settings)) is None
    assert cost_of(prepare(long, Settings(language="en"))) is None


def test_whoever_begins_anew_is_told_the_price_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-key")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    prepared = prepare(source_of("The lamp was lit at dusk. " * 1000), Settings(engine="openai", language="en"))
    for quiet, lines in ((False, 1), (True, 0)):
        with Progress(quiet=quiet) as progress:
            progress.begin(prepared)
            progress.begin(prepared)
        assert capsys.readouterr().err.count("Ctrl-C stops, and keeps what was spoken.\n") == lines


def test_the_price_is_that_of_what_the_service_speaks_whoever_tells_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-a-key")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    text = "“The lamp was lit,” he said.\n\n" * 1500
    priced = prepare(source_of(text), Settings(quote_voice="openai:alloy", language="en"))
    chars = sum(len(part.text) for part in priced.script.utterances if part.voice == "openai:alloy")
    assert f" for {chars:,} characters, " in str(cost_of(priced))
    other = prepare(source_of(text), Settings(engine="openai", quote_voice="tone:sine", language="en"))
    assert cost_of(other) is None

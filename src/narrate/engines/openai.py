"""openai: OpenAI's voices, and those of every server that answers in the same way, such as Kokoro-FastAPI or speaches.

`OPENAI_BASE_URL`, `OPENAI_API_KEY` and `NARRATE_OPENAI_MODEL` say who is asked, with what key and for which model. The
key is sent to that server alone, and never printed, stored or put into a fingerprint.

Sources:
    https://platform.openai.com/docs/api-reference/audio/createSpeech
    https://developers.openai.com/api/docs/guides/text-to-speech: OpenAI's own models end on 6 January 2027.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from narrate.engines.online import (
    RESUME,
    Broken,
    Busy,
    Pace,
    Trouble,
    Unreachable,
    ask,
    explain,
    find_proxy,
    read_retry_after,
)
from narrate.engines.words import make_safe
from narrate.errors import AudioError, CannotSay, EngineUnavailable
from narrate.languages import is_language_tag
from narrate.types import Clip, Utterance, Voice

if TYPE_CHECKING:
    from narrate.web.call import Answer

BASE_URL, API_KEY, MODEL = "OPENAI_BASE_URL", "OPENAI_API_KEY", "NARRATE_OPENAI_MODEL"

HOME = "https://api.openai.com/v1"
DEFAULT_MODEL = "tts-1"
"""Most other servers know it too, by that name, as their own default."""

PRICES = {"tts-1": 15.0, "tts-1-hd": 30.0, "gpt-4o-mini-tts": 15.6}
"""US dollars for a million characters at OpenAI. The last is priced by its sound: 0.015 a minute, of 16 characters a
second. Source: https://developers.openai.com/api/docs/pricing"""
PRICED = "2026"

NAMES = (
    "alloy",
    "ash",
    "ballad",
    "cedar",
    "coral",
    "echo",
    "fable",
    "marin",
    "nova",
    "onyx",
    "sage",
    "shimmer",
    "verse",
)
NEWER_NAMES = frozenset({"ballad", "cedar", "marin", "verse"})
"""Those that the models before gpt-4o-mini-tts lack."""
FAVOURITES = ("af_heart", "alloy")
"""The first of them that a server has is its default."""

NAME = re.compile(r"[\w.:/+()-]{1,200}", re.ASCII)
KOKORO = {"a": "en-US", "b": "en-GB", "e": "es", "f": "fr-FR", "h": "hi", "i": "it", "j": "ja", "p": "pt-BR", "z": "zh"}
"""Languages by the first letter of a voice's name. Source: https://huggingface.co/hexgrad/Kokoro-82M, VOICES.md"""

BRACKETS = str.maketrans("[]", "()")
"""Some servers read `[word](/sounds/)` or `[pause:3s]` as orders."""

LARGEST_BYTES = 50_000_000
MOST_VOICES = 5_000
"""More than a server has are not worth a line each."""

OUT_OF_MONEY = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})

SET_MODEL = f"Set {MODEL} to a model that it has, or {BASE_URL} to another server"
ENDED = f"OpenAI ends its speech models on 6 January 2027: {SET_MODEL[0].lower()}{SET_MODEL[1:]}"
SET_KEY = f"Set {API_KEY} to one that is in force"
ADD_MONEY = "Look at the account's balance and limits; what has been spoken is kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Who is asked."""

    base: str
    """Such as `https://api.openai.com/v1`, without a slash at its end."""

    model: str

    key: str = field(default="", repr=False)
    """Empty where the server wants none."""

    near: bool
    """It is this machine or one of a private network."""

    @property
    def is_home(self) -> bool:
        """True for OpenAI itself."""
        return urlsplit(self.base).hostname == urlsplit(HOME).hostname


class OpenaiEngine:
    """Speaks through a server, one text a request."""

    name = "openai"
    max_chars = 1000
    """The service takes 4096; what is shorter costs less when it fails, and is done before we stop waiting."""
    min_chars = 0

    timeout_s = 40.0
    """Longest wait for one request; twice as long where the server is near, for that may be a slow machine."""
    list_timeout_s = 3.0
    """Longest wait for the list of a server's voices."""

    tries = 6
    backoff_s = 1.0
    """Wait before the second try; it doubles with every further one."""

    def check(self) -> None:
        service = find_service()
        if service.is_home and not service.key:
            raise EngineUnavailable(self.name, "there is no key for it", _key_remedy())

    def voices(self) -> Sequence[Voice]:
        service = find_service()
        listed = list_voices(service, self.list_timeout_s)
        if not listed:
            names = NAMES if service.model not in ("tts-1", "tts-1-hd") else [x for x in NAMES if x not in NEWER_NAMES]
            listed = tuple((name, "") for name in names)
        favourite = next((name for name in FAVOURITES if name in dict(listed)), None)
        ordered = sorted(listed, key=lambda entry: entry[0] != favourite)
        return tuple(make_voice(service, name, language) for name, language in ordered)

    def find_voice(self, name: str) -> Voice | None:
        """Other servers may have voices that they do not list, and Kokoro's blend them: `af_heart+am_adam(0.5)`."""
        found = next((voice for voice in self.voices() if voice.name == name), None)
        service = find_service()
        if found or service.is_home or not NAME.fullmatch(name):
            return found
        listed = dict(list_voices(service, self.list_timeout_s))
        parts = [re.sub(r"\([\d.]+\)$", "", part) for part in name.split("+")]
        return make_voice(service, name) if not listed or all(part in listed for part in parts) else None

    def fingerprint(self, voice: Voice) -> str:
        service = find_service()
        return f"{service.base} {service.model}"

    def speak(self, utterance: Utterance, voice: Voice, *, speed: float, seed: int) -> Clip:
        self.check()
        service = find_service()
        text = make_safe(utterance.text).translate(BRACKETS)
        if not any(map(str.isalnum, text)):
            raise CannotSay("openai has no sound for this", "there is no letter or digit in it")
        wish = {"model": service.model, "input": text, "voice": voice.name, "response_format": "wav", "speed": speed}
        try:
            return ask(lambda: self._request(service, wish), self._pace(service))
        except Trouble as trouble:
            raise explain(trouble, self.name, _find_remedy(trouble, service)) from trouble

    def estimate_cost(self, chars: int) -> str | None:
        """What it will cost to speak so many characters, in words; None where that is unknown, or nothing."""
        service = find_service()
        price = PRICES.get(re.sub(r"-\d{4}-\d\d-\d\d$", "", service.model))
        if price is None or not service.is_home:
            return None
        return f"about ${price * chars / 1e6:.2f} for {chars:,} characters, by OpenAI's prices of {PRICED}"

    def _pace(self, service: Service) -> Pace:
        name = re.sub("[^A-Za-z0-9.-]", "-", f"openai-{urlsplit(service.base).netloc}")[:100]
        return Pace(
            service=name,
            start_per_s=20.0 if service.near else 4.0,
            most_per_s=50.0 if service.near else 10.0,
            tries=self.tries,
            backoff_s=self.backoff_s,
            patience_s=20.0 if service.near else 75.0,
        )

    def _request(self, service: Service, wish: dict[str, Any]) -> Clip:
        """One request and the sound that it gives.

        Raises:
            Trouble: another one may give it.
            CannotSay, EngineUnavailable: no other one would.
        """
        seconds = self.timeout_s * (2 if service.near else 1)
        answer = reach(service, "POST", "/audio/speech", seconds, json.dumps(wish).encode())
        check_status(answer, service)
        return read_sound(answer)


def _find_remedy(trouble: Trouble, service: Service) -> str:
    if not isinstance(trouble, Unreachable):
        return RESUME
    if service.near:
        return f"Look at {BASE_URL}, and whether the server runs"
    return "Look at the network, or speak offline with --engine hibari"


# ------------------------------------------------------------------- who is asked


def find_service() -> Service:
    """Who is asked, by the environment.

    Raises:
        EngineUnavailable: the address or the key is none that can be used.
    """
    read = [os.environ.get(name, "").strip() for name in (BASE_URL, MODEL, API_KEY)]
    return _read_service(read[0] or HOME, read[1] or DEFAULT_MODEL, read[2])


@lru_cache(maxsize=8)
def _read_service(base: str, model: str, key: str) -> Service:
    from narrate.web.failures import Failure
    from narrate.web.urls import read_url

    try:
        url = read_url(base)
    except Failure as failure:
        raise EngineUnavailable(
            "openai", f"{BASE_URL} cannot be used, {failure.why}", f"Set it to one like {HOME}"
        ) from failure
    if url.query:
        raise EngineUnavailable("openai", f"{BASE_URL} has a question mark", f"Set it to one like {HOME}")
    if not re.fullmatch("[!-~]*", key):
        raise EngineUnavailable("openai", f"{API_KEY} holds signs that no key has", SET_KEY)
    service = Service(base=str(url).rstrip("/"), model=model, key=key, near=is_near(url.host))
    if key and url.scheme == "http" and not service.near:
        raise EngineUnavailable("openai", f"anybody could read the key on its way to {url.host}", "Use https://")
    return service


def is_near(host: str) -> bool:
    """Is it this machine or one of a private network, by its name or number?"""
    from narrate.web.addresses import find_danger, is_local_name, read_number

    number = read_number(host.strip("[]"))
    if number is not None:
        return find_danger(number) is not None
    return "." not in host or is_local_name(host) or host.endswith((".local", ".lan", ".internal", ".home.arpa"))


def make_voice(service: Service, name: str, language: str = "") -> Voice:
    """A voice of a server, with what its name tells; one without a language speaks every one."""
    letter = re.match("([a-z])[fm]_", name)
    no_key = service.is_home and not service.key
    return Voice(
        name=name,
        engine="openai",
        language=language or (KOKORO.get(letter[1], "mul") if letter else "mul"),
        rate_hz=24_000 if service.is_home else 0,
        description=f"{service.model} at {urlsplit(service.base).netloc}",
        licence="LicenseRef-OpenAI" if service.is_home else "NOASSERTION",
        online=not service.near,
        missing="there is no key for it" if no_key else None,
        remedy=_key_remedy() if no_key else None,
    )


def _key_remedy() -> str:
    return f"Set {API_KEY} to yours, or {BASE_URL} to a server that wants none"


def list_voices(service: Service, timeout_s: float) -> tuple[tuple[str, str], ...]:
    """Names and languages of the voices that a server lists; empty where it does not, or is OpenAI's, which has none.

    A language is empty where the server does not say.
    """
    if service.is_home:
        return ()
    try:
        return _fetch_voices(service, timeout_s)
    except Trouble:
        return ()


@lru_cache(maxsize=8)
def _fetch_voices(service: Service, timeout_s: float) -> tuple[tuple[str, str], ...]:
    answer = reach(service, "GET", "/audio/voices", timeout_s)
    if answer.status >= 500:
        raise Broken("the service is in trouble")
    try:
        told = json.loads(answer.data) if answer.status == 200 else None
    except (ValueError, RecursionError):
        told = None
    if isinstance(told, dict):
        told = told.get("voices") or told.get("data")
    found = map(_read_entry, told[:MOST_VOICES]) if isinstance(told, list) else ()
    return tuple({name: (name, language) for name, language in found if NAME.fullmatch(name)}.values())


def _read_entry(entry: object) -> tuple[str, str]:
    """The name and the language of a voice in a server's list."""
    if not isinstance(entry, dict):
        return entry if isinstance(entry, str) else "", ""
    language = str(entry.get("language") or "")
    return str(entry.get("id") or entry.get("name") or ""), language if is_language_tag(language) else ""


# ------------------------------------------------------------------ what it answers


def reach(service: Service, method: str, path: str, timeout_s: float, body: bytes = b"") -> Answer:
    """Ask a server.

    Raises:
        Unreachable: there is no answer.
        Broken: it is not whole.
    """
    from narrate.web.call import NoConnection, call
    from narrate.web.failures import Failure
    from narrate.web.fetch import Limits

    headers = {"Accept": "audio/wav, application/json", "Content-Type": "application/json"}
    if service.key:
        headers["Authorization"] = f"Bearer {service.key}"
    limits = Limits(total_s=timeout_s, connect_s=min(timeout_s, 10), read_s=timeout_s, size_bytes=LARGEST_BYTES)
    proxy = None if service.near else find_proxy()
    try:
        return call(method, service.base + path, headers=headers, body=body, limits=limits, proxy=proxy)
    except NoConnection as failure:
        raise Unreachable(failure.why) from failure
    except Failure as failure:
        raise Broken(failure.why) from failure


def check_status(answer: Answer, service: Service) -> None:
    """Raise what stands against the sound, where the answer is another.

    Raises:
        Busy, Broken: another try may help.
        CannotSay: it will not take these words.
        EngineUnavailable: it will not take any.
    """
    if answer.status == 200:
        return
    code, said = read_complaint(answer.data, service.key)
    reason = f"({answer.status}{': ' if said else ''}{said})"
    if answer.status == 402 or code in OUT_OF_MONEY:
        raise EngineUnavailable("openai", f"the account is out of money {reason}", ADD_MONEY)
    if answer.status in (429, 503):
        raise Busy(f"the service asks to wait {reason}", read_retry_after(answer.headers.get("retry-after")))
    if answer.status >= 500 or answer.status in (408, 409, 425):
        raise Broken(f"the service is in trouble {reason}")
    if answer.status == 413 or (answer.status in (400, 422) and not re.search("model|voice", f"{code} {said}".lower())):
        raise CannotSay("openai will not say this", f"the service refuses the words {reason}")
    raise _refusal(answer.status, reason, service)


def _refusal(status: int, reason: str, service: Service) -> EngineUnavailable:
    """Why a server will not do anything."""
    if status == 401:  # what it says holds a part of the key
        why = "the service does not take the key (401)" if service.key else "the service asks for a key (401)"
        return EngineUnavailable("openai", why, SET_KEY)
    if status == 403:
        return EngineUnavailable("openai", f"the service refuses {reason}", "Look whether the key may use the model")
    if 300 <= status < 400:
        why = f"the service sends us elsewhere, where your key shall not go ({status})"
        return EngineUnavailable("openai", why, f"Set {BASE_URL} to where it really is")
    why = f"the service has no such model or voice, or does not speak {reason}"
    return EngineUnavailable("openai", why, ENDED if service.is_home else SET_MODEL)


def read_complaint(data: bytes, key: str) -> tuple[str, str]:
    """The code of an error and what the server says of it, without the key; empty where it says nothing in JSON."""
    from narrate.web.failures import show

    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return "", ""
    for name in ("error", "detail"):
        told = told.get(name) or told if isinstance(told, dict) else told
    about = told if isinstance(told, dict) else {"message": told}
    code, said = (str(about.get(name) or "") for name in ("code", "message"))
    for secret in filter(None, (key, *re.findall(r"\bsk-[\w*.-]+", said))):
        said = said.replace(secret, "…")
    return code, show(" ".join(said.split())).rstrip(". ")


def read_sound(answer: Answer) -> Clip:
    """The sound of an answer.

    Raises:
        Busy: it is a page or a message, such as of a gateway that has had enough.
        Broken: it is empty or damaged.
        EngineUnavailable: it is sound of another kind.
    """
    from narrate.audio.wav import decode_wav

    kind = re.split("[;,]", answer.headers.get("content-type", ""))[0].strip().lower()
    if not answer.data:
        raise Broken("the answer is empty")
    if kind in ("text/html", "application/json", "text/plain"):
        raise Busy(f"the service answers with {kind} in place of sound; {BASE_URL} may lack its /v1")
    if answer.data[:4] != b"RIFF" and kind.startswith("audio/") and "wav" not in kind:
        raise EngineUnavailable("openai", f"the service gives {kind} where WAV was asked for", SET_MODEL)
    try:
        return decode_wav(answer.data)
    except AudioError as problem:
        raise Broken(f"{problem.what}, {problem.why}".rstrip(", ")) from problem

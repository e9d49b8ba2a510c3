"""One request to Google Translate, made by the library gTTS and judged by us. Imported only when something is asked.

The library verifies no certificate, waits as long as its time-out for every few bytes, follows redirects to a page with
a captcha, and passes over an answer without sound. So its own code, unchanged, is given a session of ours to send
through, and one part of a text at a time.

Source: gTTS 2.5.4, `gtts.tts.gTTS.stream`; RFC 9110 for the statuses.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import TYPE_CHECKING, cast

import gtts.tts
import requests
from gtts import gTTS, gTTSError
from gtts.accents import accents
from gtts.lang import tts_langs
from urllib3.exceptions import HTTPError, MaxRetryError, ReadTimeoutError

from narrate.engines.online import (
    RESUME,
    Broken,
    Busy,
    Refused,
    Unreachable,
    find_authorities,
    find_proxy,
    read_retry_after,
)

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

LARGEST_ANSWER_BYTES = 4 * 2**20
"""A hundred characters of speech are 50 kB."""

DOMAINS = frozenset({*accents, "com.ng"} - {"com,uy"})
"""Of Google Translate; the list of the library lacks one that its documentation names, and has a slip in another."""

CAPTCHA = "it may be asking for a captcha"
REST = f"{RESUME}; or speak offline with --engine hibari"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a voice speaks: `en-co.uk-slow` is English as at translate.google.co.uk, slowly."""

    language: str
    """As the service knows it."""
    tld: str
    """The top-level domain that is asked."""
    slow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may take, in seconds."""

    connect_s: float = 6.0
    silence_s: float = 10.0
    """Between two pieces of an answer."""
    total_s: float = 20.0


def read_manner(name: str) -> Manner | None:
    """What a voice's name asks for, LANGUAGE[-DOMAIN][-slow]; None where the service knows no such thing."""
    stem = name.removesuffix("-slow")
    slow = stem != name
    if stem in tts_langs():
        return Manner(language=stem, tld="com", slow=slow)
    language, _, tld = stem.rpartition("-")
    if language in tts_langs() and tld in DOMAINS:
        return Manner(language=language, tld=tld, slow=slow)
    return None


def cut_text(text: str) -> list[str]:
    """The parts of a text, each for a request, as the library cuts it; those without a letter or digit are left out."""
    parts = gTTS(text, lang_check=False)._tokenize(text) if text.strip() else []
    return [part for part in parts if any(map(str.isalnum, part))]


def fetch_sound(part: str, manner: Manner, limits: Limits) -> bytes:
    """The MP3 of a part of at most 100 characters.

    Raises:
        Busy, Refused, Broken, Unreachable: there is none.
    """
    request = gTTS(
        part, tld=manner.tld, lang=manner.language, slow=manner.slow, lang_check=False, pre_processor_funcs=[]
    )
    try:
        sounds = list(_stream_through(partial(_Session, limits))(request))
    except gTTSError as problem:
        raise Broken("Google answered without sound") from problem
    except ValueError as problem:  # neither UTF-8 nor base 64
        raise Broken("Google's answer is damaged") from problem
    if not sounds:
        raise Busy(f"Google answered with a page in place of sound; {CAPTCHA}", remedy=REST)
    if len(sounds) > 1 or not sounds[0]:
        raise Broken("Google answered without sound" if not any(sounds) else "Google answered with sound twice")
    return sounds[0]


def _stream_through(session: Callable[[], _Session]) -> Callable[[gTTS], Iterator[bytes]]:
    """The library's own `stream`, which finds our session where it looks for that of requests.

    Nobody else who uses the library in this process is touched.
    """
    ours = SimpleNamespace(Session=session, exceptions=requests.exceptions)
    stream = FunctionType(gTTS.stream.__code__, {**vars(gtts.tts), "requests": ours})
    return cast("Callable[[gTTS], Iterator[bytes]]", stream)


class _Session(requests.Session):
    """Verifies certificates whatever it is told, knows the user's proxy only, and gives an answer whole or not."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self.trust_env = False
        self._limits = limits

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:
        """
        Raises:
            Busy, Refused, Broken, Unreachable: the answer is none with status 200, or not whole.
        """
        limits, proxy, authorities = self._limits, find_proxy(), find_authorities()
        if authorities:
            _check_authorities(authorities)
        end_s = time.monotonic() + limits.total_s
        try:
            answer = super().send(
                request,
                stream=True,
                allow_redirects=False,
                timeout=(limits.connect_s, limits.silence_s),
                verify=str(authorities) if authorities else True,
                proxies={"http": proxy, "https": proxy} if proxy else {},
            )
        except requests.RequestException as problem:
            raise _judge_failure(problem) from problem
        with answer:
            _judge_status(answer)
            return _whole(answer, _read_body(answer.raw, end_s))


@cache
def _check_authorities(path: Path) -> None:
    """
    Raises:
        Refused: it is no file with certificates.
    """
    try:
        ssl.create_default_context(cafile=path)
    except OSError as problem:
        why = f"the authorities in {path} cannot be read, {problem.strerror or problem}"
        raise Refused(why.rstrip("."), remedy="Look at SSL_CERT_FILE") from problem


def _judge_failure(problem: Exception) -> Refused | Broken:
    """What it means that there is no answer at all."""
    if "CERTIFICATE_VERIFY_FAILED" in str(problem):
        remedy = "Somebody may be listening; if your network does so openly, name its authority's file in SSL_CERT_FILE"
        return Refused("the certificate shown for Google cannot be trusted", remedy=remedy)
    if _broke_off(problem):
        return Broken("the connection to Google broke off")
    if isinstance(problem, (requests.exceptions.ProxyError, requests.exceptions.InvalidURL)):  # Google's is valid
        return Unreachable("the proxy cannot be used", remedy="Look at NARRATE_PROXY")
    if isinstance(problem, requests.exceptions.ReadTimeout):
        return Broken("Google did not answer in time")
    if isinstance(problem, requests.ConnectTimeout) or (
        isinstance(problem, requests.ConnectionError)
        and not isinstance(problem, requests.exceptions.SSLError)
        and isinstance(next(iter(problem.args), None), MaxRetryError)
    ):
        return Unreachable("Google cannot be reached")
    return Broken("the connection to Google broke off")


def _broke_off(problem: Exception) -> bool:
    """Was there a connection? What ends one through a proxy is called a failure of the proxy by urllib3."""
    reason = getattr(next(iter(problem.args), None), "reason", None)
    return isinstance(getattr(reason, "original_error", None), ConnectionError)


def _judge_status(answer: requests.Response) -> None:
    """
    Raises:
        Busy, Refused, Broken: the status is not 200.
    """
    status = answer.status_code
    wait_s = read_retry_after(answer.headers.get("Retry-After"))
    if status in (429, 503):
        told = "says that we ask too often" if status == 429 else "is overloaded"
        raise Busy(f"Google {told}, status {status}", wait_s, remedy=REST)
    if status == 403:
        raise Busy("Google forbids requests from this network, status 403", wait_s, remedy=REST)
    if 300 <= status < 400:
        raise Busy(f"Google sent us to another page in place of sound, status {status}; {CAPTCHA}", wait_s, remedy=REST)
    if status >= 500:
        raise Broken(f"Google answered with status {status}")
    if status != 200:
        raise Refused(
            f"Google answered with status {status}",
            remedy="Choose another voice, or speak offline with --engine hibari",
        )


def _read_body(raw: BaseHTTPResponse, end_s: float) -> bytes:
    """The body, whole.

    Raises:
        Broken: it is cut, too large, or not here by a moment on the monotonic clock.
    """
    body = bytearray()
    try:
        while piece := raw.read1(65_536, decode_content=True):
            body += piece
            if len(body) > LARGEST_ANSWER_BYTES:
                raise Broken("Google's answer is far too long")
            if time.monotonic() > end_s:
                raise Broken("Google's answer took too long")
    except ReadTimeoutError as problem:
        raise Broken("Google fell silent in the middle of its answer") from problem
    except (HTTPError, OSError) as problem:
        raise Broken("Google's answer broke off") from problem
    return bytes(body)


def _whole(answer: requests.Response, body: bytes) -> requests.Response:
    """The answer with its body in hand, as the library wants to walk through it."""
    whole = requests.Response()
    whole.status_code, whole.headers, whole.request = answer.status_code, answer.headers, answer.request
    whole.url, whole.reason = answer.url, answer.reason
    whole.raw = BytesIO(body)
    return whole

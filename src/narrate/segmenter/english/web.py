"""What machines read: addresses, handles, hashtags, file names, versions."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import amount, listed, words_of
from narrate.segmenter.numbers import cardinal, digits, year
from narrate.segmenter.rules import Rule, alternatives, heads, word_before

# ------------------------------------------------------------------ names, piece by piece


def _say_name(written: str) -> str:
    """`my-site.co.uk` → `my dash site dot co dot U K`"""
    words: list[str] = []
    before = ""
    for piece in re.findall(r"[A-Za-z]+|\d+|[^A-Za-z\d]", written):
        if piece.isdecimal():
            words.append(_number(piece))
        elif piece.isalpha():
            words.append(_end(piece) if before == "." else _split_words(piece))
        elif piece in words_of("address"):
            words.append(words_of("address")[piece])
        before = piece
    return " ".join(words)


def _number(written: str) -> str:
    """A short number as one, a long one figure by figure: `42`, `10001`, `007`"""
    is_short = len(written) < 5 and (written[0] != "0" or written == "0")
    return cardinal(int(written)) if is_short else digits(written)


def _end(written: str) -> str:
    """What follows a dot: `uk` → `U K`, `pdf` → `P D F`; `com` stays."""
    if written.lower() in listed("wordy_ends") or len(written) > 4:
        return written
    return " ".join(written.upper()) if len(written) == 2 or written in listed("files") else written


def _split_words(written: str) -> str:
    """`MakeItWork` → `Make It Work`; `McDonald` stays."""
    return re.sub(r"(?<=[a-z])(?<!Mc)(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", written)


# ------------------------------------------------------------------ addresses


def _read_mail(match: re.Match[str]) -> str:
    """`ann@example.com` → `ann at example dot com`"""
    user, _, host = match[0].partition("@")
    return f"{_say_name(user)} at {_say_name(host)}"


def _read_address(match: re.Match[str]) -> str:
    """`https://www.example.com/news?id=3` → `example dot com slash news`"""
    written = re.sub(r"^[A-Za-z]+://", "", match[0]).rstrip("/").removeprefix("www.").partition("?")[0]
    host, slash, path = written.partition("/")
    return _say_name(host) + (f" slash {_say_name(path)}" if slash else "")


def _read_handle(match: re.Match[str]) -> str:
    """`@nasa` → `at nasa`"""
    return f"at {_say_name(match[0][1:])}"


def _read_hashtag(match: re.Match[str]) -> str:
    """`#Paris2024` → `hashtag Paris twenty twenty four`"""
    hashtag = "" if word_before(match) in {"hashtag", "hashtags"} else "hashtag "
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|_", " ", match[0][1:])
    return hashtag + re.sub(r"\d+", _hashtag_number, words)


def _hashtag_number(found: re.Match[str]) -> str:
    """`2024` is a year, `100` a number."""
    return year(int(found[0])) if re.fullmatch(r"(?:19|20)\d\d", found[0]) else amount(found[0])


# ------------------------------------------------------------------ files, software, versions


def _read_file(match: re.Match[str]) -> str:
    """`report.pdf` → `report dot P D F`"""
    stem, _, ending = match[0].rpartition(".")
    return f"{_say_name(stem)} dot {_end(ending)}"


def _read_figure_file(match: re.Match[str]) -> str | None:
    """`2024-report.pdf`; a number by itself is no name of a file: `3.go`"""
    stem = match[0].rpartition(".")[0]
    is_number = stem.partition(".")[0].isdigit() and not re.search("[A-Za-z]", stem)
    return None if is_number else _read_file(match)


def _read_library(match: re.Match[str]) -> str:
    """`Node.js` → `Node dot J S`, `.NET` → `dot NET`, `.com`"""
    name, _, ending = match[0].rpartition(".")
    return f"{name} dot {'J S' if ending == 'js' else ending}".strip()


def _points(written: str) -> str:
    """`3.11` → `three point eleven`, `1.05` → `one point zero five`"""
    return " point ".join(amount(part) for part in written.split("."))


def _read_version(match: re.Match[str]) -> str:
    """`v2.0.1` → `version two point zero point one`"""
    return f"version {_points(match['number'])}"


def _read_software_version(match: re.Match[str]) -> str | None:
    """`iOS 17.2`, `Python 3.11` → `Python three point eleven`"""
    return _points(match[0]) if word_before(match) in listed("software") else None


def _read_dotted(match: re.Match[str]) -> str:
    """`3.11.2` with points, `192.168.1.1` with dots and figure by figure"""
    parts = match[0].split(".")
    return " dot ".join(map(digits, parts)) if len(parts) == 4 else _points(match[0])


# ------------------------------------------------------------------ rules

_NAME = r"[A-Za-z0-9][\w-]{0,62}(?<=[A-Za-z0-9])"
_HOST = rf"(?:{_NAME}\.){{1,6}}(?:{alternatives(listed('hosts'))})(?![\w-])"
_PATH = r"(?:[/?#](?:[\w./~%#?=&+@:-]{0,300}(?<=[\w/=]))?)?"
_MAIL = rf"[\w.+-]{{1,64}}@(?:{_NAME}\.){{1,6}}[A-Za-z]{{2,24}}"
_FILES = alternatives(listed("files"))
_FILE = rf"{_NAME}(?:\.{_NAME}){{0,6}}\.(?:{_FILES})(?![\w-]|\.\w|/)"

WORDS = (
    Rule("mail", _MAIL, _read_mail),
    Rule("url", r"[Hh]ttps?://[^\s)\"',<>]{1,500}(?<=[\w/=])", _read_address),
    Rule("url", rf"[Ww]ww\.(?:{_NAME}\.){{0,6}}{_NAME}{_PATH}", _read_address, begins=heads(["Ww", "ww"])),
    Rule(
        "url",
        rf"(?:{alternatives(listed('libraries'))})\.(?:js|io|NET)\b",
        _read_library,
        begins=heads(listed("libraries")),
    ),
    Rule("url", _FILE, _read_file),
    Rule("url", rf"{_HOST}{_PATH}", _read_address),
    Rule("alnum", r"(?:v\.?|V(?=\d+\.))(?P<number>\d+(?:\.\d+)*)(?![\w]|\.\d)", _read_version),
)
FIGURES = (
    Rule("url", r"(?:\d{1,3}\.){3}\d{1,3}(?![\w.]\w|\w)", _read_dotted),
    Rule("alnum", r"(?!\d{1,2}\.\d{1,2}\.(?:1[5-9]|20)\d\d(?!\.))\d+(?:\.\d+){2,}(?![\w-]|\.\w)", _read_dotted),
    Rule("alnum", r"\d+\.\d+(?![\w%]|\.\d)", _read_software_version),
    Rule("mail", _MAIL, _read_mail),
    Rule("url", rf"{_FILE}(?<!\d[ap])", _read_figure_file),
    Rule("url", rf"{_HOST}{_PATH}", _read_address),
)
SIGNS = (
    Rule("hashtag", r"(?<!\w)#[A-Za-z]\w+", _read_hashtag),
    Rule("handle", r"(?<!\w)@[A-Za-z_]\w+", _read_handle),
    Rule(
        "url",
        rf"\.(?:NET)\b|(?<!\w)\.(?:{_FILES}|com|org|gov|uk|io)(?![\w.])",
        _read_library,
        begins=heads(f".{end}" for end in (*listed("files"), "NET", "com", "org", "gov", "uk", "io")),
    ),
)

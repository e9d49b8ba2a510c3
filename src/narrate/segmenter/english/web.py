"""What machines read: addresses, handles, hashtags, file names, versions, telephone numbers."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import amount
from narrate.segmenter.numbers import cardinal, digits
from narrate.segmenter.rules import Rule, word_before

ENDS = (
    r"com|org|net|edu|gov|mil|int|info|biz|io|ai|app|dev|co|tv|me|fm|ly|eu|uk|us|ca|au|nz|ie|de|fr|es|it|nl|be|ch|at|se|"
    r"no|dk|fi|pl|cz|ru|ua|cn|jp|kr|in|br|mx|za|il|tr|gr|pt|news|example|test|online|site|blog|tech|xyz|museum|coop"
)
FILES = (
    r"pdf|docx?|xlsx?|pptx?|txt|csv|md|html?|xml|json|ya?ml|toml|js|ts|jsx|tsx|css|py|rb|rs|go|java|cpp|sh|exe|zip|tar|gz|"
    r"mp3|mp4|m4a|wav|mov|avi|jpe?g|png|gif|svg|webp|epub|mobi|log|ini|cfg|conf|sql|db|iso|dmg|apk|app"
)
WORDY_ENDS = frozenset("com org net gov edu info biz news example test online site blog tech app dev int mil museum coop zip "
                       "co me ly tar log".split())  # fmt: skip
"""Ends of names that are said as a word."""

SOFTWARE = frozenset(
    "python ios ipados macos android windows version versions linux kernel chrome firefox safari php java ruby rust go "
    "node ubuntu debian fedora postgres postgresql mysql django rails swift kotlin release build update gpt claude "
    "gemini llama office photoshop bluetooth usb hdmi directx unity release".split()
)


def _read_phone(match: re.Match[str]) -> str:
    plus = "plus " if match[0].startswith("+") else ""
    number, _, extension = re.sub(r"(?i),?\s*(?:ext\.?|x)\s*(?=\d+$)", "|", match[0]).partition("|")
    words = plus + " ".join(digits(group) for group in re.findall(r"\d+", number))
    return f"{words} extension {digits(extension)}" if extension else words


def _read_named_phone(match: re.Match[str]) -> str:
    """`1-800-FLOWERS`"""
    code = "eight hundred" if match["code"] == "800" else digits(match["code"])
    return f"one {code} {match['name']}"


def _read_local_phone(match: re.Match[str]) -> str | None:
    """`555-0134`"""
    if match[0].startswith("555") or word_before(match) in {"call", "phone", "tel", "at", "dial", "number"}:
        return _read_phone(match)
    return None


def _read_address(match: re.Match[str]) -> str:
    written = re.sub(r"^[A-Za-z]+://", "", match[0]).rstrip("/")
    written = re.sub(r"^www\.", "", written)
    written, _, _ = written.partition("?")
    host, slash, path = written.partition("/")
    return read_name(host) + (" slash " + read_name(path) if slash else "")


def _read_mail(match: re.Match[str]) -> str:
    user, _, host = match[0].partition("@")
    return f"{read_name(user)} at {read_name(host)}"


def read_name(written: str) -> str:
    """A name in an address, piece by piece: `co.uk` → `co dot U K`."""
    signs = {".": "dot", "-": "dash", "_": "underscore", "/": "slash", "~": "tilde", "#": "hash", "@": "at", "+": "plus",
             "=": "equals", "&": "and", "%": "percent", ":": "colon"}  # fmt: skip
    words = []
    pieces = re.findall(r"[A-Za-z]+|\d+|[^A-Za-z\d]", written)
    for before, piece in zip(["", *pieces], pieces, strict=False):
        if piece.isdecimal():
            words.append(
                cardinal(int(piece)) if len(piece) < 5 and (piece[0] != "0" or len(piece) == 1) else digits(piece)
            )
        elif piece.isalpha():
            words.append(_end(piece) if before == "." else _piece(piece))
        elif piece in signs:
            words.append(signs[piece])
    return " ".join(words)


def _end(piece: str) -> str:
    """What follows a dot: `uk` → `U K`, `com` stays."""
    if piece.lower() in WORDY_ENDS or len(piece) > 4:
        return piece
    if len(piece) == 2 or re.fullmatch(FILES, piece):
        return " ".join(piece.upper())
    return piece


def _piece(piece: str) -> str:
    """A piece of a name as it is; `MakeItWork` → `Make It Work`."""
    return re.sub(r"(?<=[a-z])(?<!Mc)(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", piece)


def _read_hashtag(match: re.Match[str]) -> str:
    again = "" if word_before(match) in {"hashtag", "hashtags"} else "hashtag "
    name = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|_", " ", match[0][1:])
    return again + re.sub(r"\d+", _hashtag_number, name)


def _hashtag_number(found: re.Match[str]) -> str:
    from narrate.segmenter.numbers import year

    return year(int(found[0])) if re.fullmatch(r"(?:19|20)\d\d", found[0]) else amount(found[0])


def _read_handle(match: re.Match[str]) -> str:
    return "at " + read_name(match[0][1:])


def _read_file(match: re.Match[str]) -> str:
    stem, _, ending = match[0].rpartition(".")
    return f"{read_name(stem)} dot {_end(ending)}" if stem else f"dot {_end(ending)}"


def _read_library(match: re.Match[str]) -> str:
    """`Next.js`, `Node.js`, `.NET`"""
    name, _, ending = match[0].rpartition(".")
    return f"{name} dot {' '.join(ending.upper()) if ending == 'js' else ending}".strip()


def _read_version(match: re.Match[str]) -> str:
    """`v2.0.1` → `version two point zero point one`"""
    return "version " + _points(match["number"])


def _points(written: str) -> str:
    return " point ".join(
        amount(part) if part[0] != "0" or part == "0" else digits(part) for part in written.split(".")
    )


def _read_numbered(match: re.Match[str]) -> str | None:
    """`iOS 17.2`, `Python 3.11`"""
    return _points(match[0]) if word_before(match) in SOFTWARE else None


def _read_dotted(match: re.Match[str]) -> str:
    """`3.11.2` with points, `192.168.1.1` with dots and figure by figure."""
    parts = match[0].split(".")
    if len(parts) == 4:
        return " dot ".join(digits(part) for part in parts)
    return _points(match[0])


def _read_hash(match: re.Match[str]) -> str:
    return f"number {amount(match['number'])}"


_NAME = r"[A-Za-z0-9][\w-]{0,62}(?<=[A-Za-z0-9])"
_PATH = r"(?:[/?#](?:[\w./~%#?=&+@:-]{0,300}(?<=[\w/=]))?)?"
_HOST = rf"(?:{_NAME}\.){{1,6}}(?:{ENDS})(?![\w-])"
_MAIL = rf"[\w.+-]{{1,64}}@(?:{_NAME}\.){{1,6}}[A-Za-z]{{2,24}}"

WORDS = (
    Rule("mail", _MAIL, _read_mail),
    Rule("url", r"[Hh]ttps?://[^\s)\"',<>]{1,500}(?<=[\w/=])", _read_address),
    Rule("url", rf"[Ww]ww\.(?:{_NAME}\.){{0,6}}{_NAME}{_PATH}", _read_address),
    Rule("url", r"(?:Next|Node|Vue|React|Express|Three|Nuxt|D3|Socket|ASP)\.(?:js|io|NET)\b", _read_library),
    Rule("url", rf"(?:{_NAME})(?:\.{_NAME}){{0,6}}\.(?:{FILES})(?![\w-]|\.\w|/)", _read_file),
    Rule("url", rf"{_HOST}{_PATH}", _read_address),
    Rule("alnum", r"(?:v\.?|V(?=\d+\.))(?P<number>\d+(?:\.\d+)*)(?![\w]|\.\d)", _read_version),
)
FIGURES = (
    Rule("phone", r"1[-. ](?P<code>8\d\d)[-. ](?P<name>[A-Z]{3,8})\b", _read_named_phone),
    Rule("phone", r"(?:1[-. ])?(?:\d{3}[-. ])\d{3}[-.]\d{4}(?:,?\s?(?:ext\.?|x)\s?\d{1,5})?(?![\w-])", _read_phone),
    Rule("phone", r"1?[ -]?8\d\d [2-9]\d{2} \d{4}(?![\w-])", _read_phone),
    Rule("phone", r"0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}(?![\w-])", _read_phone),
    Rule("phone", r"0(?:800|808|845)[ -]?(?:\d{2,4}[ -]?){1,3}(?<=\d)(?![\w-])", _read_phone),
    Rule("phone", r"07\d{3}[ -]?\d{3}[ -]?\d{3}(?![\w-])", _read_phone),
    Rule("phone", r"1[-. ]\(\d{3}\) ?\d{3}-\d{4}(?![\w-])", _read_phone),
    Rule("phone", r"[2-9]\d{2}-\d{4}(?![\w-])", _read_local_phone),
    Rule("url", r"(?:\d{1,3}\.){3}\d{1,3}(?![\w.]\w|\w)", _read_dotted),
    Rule("alnum", r"\d+(?:\.\d+){2,}(?![\w-]|\.\w)", _read_dotted),
    Rule("alnum", r"\d+\.\d+(?![\w%]|\.\d)", _read_numbered),
    Rule("mail", _MAIL, _read_mail),
    Rule("url", rf"{_NAME}(?:\.{_NAME}){{0,6}}\.(?:{FILES})(?![\w-]|\.\w|/)(?<!\d[ap])", lambda match: _read_file(match)
         if re.search("[A-Za-z]", match[0].rpartition(".")[0]) or not match[0].split(".")[0].isdigit() else None),
    Rule("url", rf"{_HOST}{_PATH}", _read_address),
)  # fmt: skip
SIGNS = (
    Rule("phone", r"\(\d{3}\)\s?\d{3}[-. ]\d{4}(?:,?\s?(?:ext\.?|x)\s?\d{1,5})?(?![\w-])", _read_phone),
    Rule("phone", r"\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]\d{2,8}){1,4}(?![\w-])", _read_phone),
    Rule("phone", r"\+\d{9,14}(?!\w)", _read_phone),
    Rule("hashtag", r"(?<!\w)#[A-Za-z]\w+", _read_hashtag),
    Rule("number_sign", r"#\s?(?P<number>\d+)(?!\w)", _read_hash),
    Rule("handle", r"(?<!\w)@[A-Za-z_]\w+", _read_handle),
    Rule("url", r"\.(?:NET)\b|(?<!\w)\.(?:" + FILES + r"|com|org|gov|uk|io)(?![\w.])", _read_library),
)

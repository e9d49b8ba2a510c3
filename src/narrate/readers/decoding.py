"""From bytes to text: the encoding is detected, and a doubt is an error with its place."""

from __future__ import annotations

import codecs
import re

from narrate.errors import SourceError, UsageError
from narrate.types import Source

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte-order marks, the longer before the shorter that begins it."""

LEGACY = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "koi8_r",
    "shift_jis",
    "gb18030",
    "euc_kr",
    "big5",
]
"""Encodings tried where it is not Unicode."""

WIDER = {"latin-1": "cp1252", "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030",
         "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}  # fmt: skip
"""What the web means by the name of an encoding, where it means more.

Source: https://encoding.spec.whatwg.org/#names-and-labels
"""

MOST_DAMAGE = 0.001
"""Share of characters that may be broken in a web page, which browsers show all the same."""

CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff]")


def decode(source: Source, *, declared: str | None = None, lenient: bool = False) -> str:
    """The text of a source, with line feeds at the ends of its lines and no control characters.

    Offsets in a `Place` count the characters of what this returns.

    Args:
        declared: what the text says of its own encoding; believed where it fits, after what the server said.
        lenient: put up with a few broken characters, as browsers do.

    Raises:
        SourceError: it cannot be decoded; the message names the offset of the byte.
        UsageError: the encoding that was asked for does not exist.
    """
    try:
        text = _decode(source, declared)
    except SourceError:
        text = source.data.decode(_base(source, declared), "replace")
        if not lenient or source.encoding or text.count("\ufffd") > len(text) * MOST_DAMAGE:
            raise
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    return CONTROLS.sub("", text)


def _base(source: Source, declared: str | None) -> str:
    return next(filter(None, map(_web_encoding, (source.charset, declared))), "utf-8")


def _web_encoding(label: str | None) -> str | None:
    """The codec of a label found on the web; None where there is none."""
    try:
        name = codecs.lookup((label or "").strip()).name
        b"    ".decode(name, "ignore")  # refuses codecs that are no encodings of text
    except (LookupError, ValueError, TypeError):
        return None
    return WIDER.get(name, name)


def _decode(source: Source, declared: str | None) -> str:
    name = "standard input" if source.origin == "-" else source.origin
    if source.encoding:
        return _strict(name, source.data, _known(source.encoding))
    for mark, encoding in MARKS:
        if source.data.startswith(mark):
            return _strict(name, source.data[len(mark) :], encoding, skipped=len(mark))
    for encoding in filter(None, map(_web_encoding, (source.charset, declared))):
        try:
            return source.data.decode(encoding)
        except UnicodeDecodeError:
            continue
    wide = _wide_encoding(source.data)
    if wide:
        return _strict(name, source.data, wide)
    try:
        return source.data.decode("utf-8")
    except UnicodeDecodeError as problem:
        if _is_broken_utf8(source.data):
            raise _refusal(name, source.data, problem, 0) from problem
        return _strict(name, source.data, _detect(source.data) or "utf-8")


def _known(encoding: str) -> str:
    try:
        b"    ".decode(encoding, "ignore")  # refuses codecs that are no encodings of text
        return codecs.lookup(encoding).name
    except (LookupError, ValueError) as problem:
        raise UsageError(f"there is no encoding {encoding!r}", "", "Try utf-8, utf-16 or cp1252") from problem


def _strict(name: str, data: bytes, encoding: str, skipped: int = 0) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise _refusal(name, data, problem, skipped) from problem


def _refusal(name: str, data: bytes, problem: UnicodeDecodeError, skipped: int) -> SourceError:
    line = data.count(b"\n", 0, problem.start) + 1
    return SourceError(
        f"{name} cannot be decoded as {problem.encoding}",
        f"the byte at offset {problem.start + skipped}, line {line}, does not fit",
        "Name its encoding with --encoding, such as --encoding cp1252",
    )


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of western text is NUL."""
    sample = data[:4096]
    if len(sample) < 4 or len(data) % 2:
        return None
    if sample[1::2].count(0) > len(sample) * 0.3:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) > len(sample) * 0.3 else None


def _is_broken_utf8(data: bytes) -> bool:
    """Some characters of several bytes are whole: it is UTF-8 with damage, and no other encoding."""
    whole = re.findall(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}", data)
    high = sum(byte >= 0x80 for byte in data)
    return sum(map(len, whole)) * 2 > high


def _detect(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=LEGACY, threshold=0.5).best()
    high = sum(byte >= 0x80 for byte in data)
    if high < len(data) / 3 and (best is None or best.encoding.startswith("cp125") or high < 40):
        try:  # few accents say too little to tell one western code page from another
            data.decode("cp1252")
        except UnicodeDecodeError:
            pass
        else:
            return "cp1252"
    return best.encoding if best else None

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

CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff]")


def decode(source: Source) -> str:
    """The text of a source, with line feeds at the ends of its lines and no control characters.

    Offsets in a `Place` count the characters of what this returns.

    Raises:
        SourceError: it cannot be decoded; the message names the offset of the byte.
        UsageError: the encoding that was asked for does not exist.
    """
    text = _decode(source)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    return CONTROLS.sub("", text)


def _decode(source: Source) -> str:
    name = "standard input" if source.origin == "-" else source.origin
    if source.encoding:
        return _strict(name, source.data, _known(source.encoding))
    for mark, encoding in MARKS:
        if source.data.startswith(mark):
            return _strict(name, source.data[len(mark) :], encoding, skipped=len(mark))
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
        return codecs.lookup(encoding).name
    except LookupError as problem:
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

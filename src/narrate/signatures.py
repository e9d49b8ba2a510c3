"""What bytes are, by the first of them: formats of texts, and what is no text at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from narrate.archives import UNPACK, ZIP_SIGNATURES, begin_of, names_in

EPUB = "application/epub+zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
FICTION_BOOK = "application/x-fictionbook+xml"
ZIP = "application/zip"
RSS, ATOM, JSON_FEED = "application/rss+xml", "application/atom+xml", "application/feed+json"

FEEDS = (RSS, ATOM, JSON_FEED)

HEAD_BYTES = 8192
"""As much as tells what a text is."""

FEWEST_HEADERS = 3
"""Lines of a mail's head, below which a text that begins alike is believed to be a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What bytes look like."""

    called: str
    """For messages, with its article."""

    media_type: str | None = None
    """None for what is no text and never will be read."""

    binary: bool = True
    """False for what could as well be taken for a plain text."""

    remedy: str = "Give it as plain text or Markdown"
    """What to do about one that is no text."""


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of Word's documents before 2007, and of those that have a password. Source: [MS-CFB] 2.2"""

SAVE_ANEW = "Open it in the program it was made in, and save it as .docx or .odt"

FIRST_BYTES = MappingProxyType(
    {
        b"%PDF-": Kind(called="a PDF", media_type="application/pdf"),
        b"{\\rtf": Kind(called="an RTF document", media_type="application/rtf"),
        b"\x89PNG": Kind(called="a PNG picture"),
        b"\xff\xd8\xff": Kind(called="a JPEG picture"),
        b"GIF8": Kind(called="a GIF picture"),
        b"ID3": Kind(called="an MP3"),
        b"\xff\xfb": Kind(called="an MP3"),
        b"RIFF": Kind(called="a WAV or WebP"),
        b"OggS": Kind(called="an Ogg recording"),
        b"fLaC": Kind(called="a FLAC recording"),
        b"\x7fELF": Kind(called="a program"),
        b"MZ\x90": Kind(called="a program"),
        b"\x1f\x8b": Kind(called="a gzip archive", remedy=UNPACK),
        b"BZh": Kind(called="a bzip2 archive", remedy=UNPACK),
        b"\xfd7zXZ": Kind(called="an xz archive", remedy=UNPACK),
        b"7z\xbc\xaf\x27\x1c": Kind(called="a 7z archive", remedy=UNPACK),
        b"Rar!\x1a\x07": Kind(called="a RAR archive", remedy=UNPACK),
        b"SQLite format 3": Kind(called="a database"),
        OLD_OFFICE: Kind(called="an old Office document", remedy=SAVE_ANEW),
    }
)
"""First bytes, and what they say. Source: the formats' own specifications, as gathered in file(1)'s magic."""

LOCKED = Kind(
    called="an Office document with a password",
    remedy="Open it in the program it was made in, and save it without a password",
)
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""What such a document holds. Source: [MS-OFFCRYPTO] 2.3.4"""

KINDLE = Kind(called="a Kindle book", remedy="Convert it to EPUB, for instance with Calibre")
PALM = slice(60, 68)
"""Where a Palm database says what it is, `BOOKMOBI` for a book. Source: the wiki of MobileRead, MOBI."""

PACKAGES = MappingProxyType(
    {
        EPUB: Kind(called="an EPUB book", media_type=EPUB),
        ODT: Kind(called="an OpenDocument text", media_type=ODT),
        "application/vnd.oasis.opendocument.spreadsheet": Kind(called="a spreadsheet"),
        "application/vnd.oasis.opendocument.presentation": Kind(called="a presentation"),
    }
)
"""What a package says of itself in its first member. Source: OCF 3.3, 4.2; OpenDocument 1.3, part 2, 3.3."""

PARTS = (
    ("word/", Kind(called="a Word document", media_type=DOCX)),
    ("xl/", Kind(called="a spreadsheet")),
    ("ppt/", Kind(called="a presentation")),
    ("META-INF/container.xml", Kind(called="an EPUB book", media_type=EPUB)),
    ("META-INF/MANIFEST.MF", Kind(called="a Java program")),
)
"""Members, or folders of them, that tell what a package is. Source: ECMA-376, part 2."""

OPEN_DOCUMENT = frozenset({"mimetype", "content.xml"})
"""Members of an OpenDocument that somebody has packed again, so that its first member does not tell any more."""

PROLOG = rb"\s*+(?><\?xml[^>]*>\s*+)?(?><!--.*?-->\s*+|<\?[^>]*>\s*+)*+"
DOCTYPE = rb"(?><!doctype[^>\[]*+(?>\[[^\]]*\]\s*+)?>\s*+)?"
"""What may stand before the first element of a document in XML; nothing of it is gone through twice."""

WEB_PAGE = Kind(called="a web page", media_type="text/html", binary=False)

ROOTS = (
    (rb"<FictionBook[\s>]", Kind(called="a FictionBook", media_type=FICTION_BOOK, binary=False)),
    (rb"<rss[\s>]", Kind(called="a feed", media_type=RSS, binary=False)),
    (rb"<rdf:RDF\b[^>]*http://purl\.org/rss/1\.0/", Kind(called="a feed", media_type=RSS, binary=False)),
    (
        rb"<(?:\w+:)?feed\b[^>]*xmlns(?::\w+)?\s*=\s*[\"']http://(?:www\.w3\.org/2005/Atom|purl\.org/atom/ns#)",
        Kind(called="a feed", media_type=ATOM, binary=False),
    ),
)
"""First elements. Source: RFC 4287; RSS 2.0; RSS 1.0."""

BEGINNINGS = (
    (rb"WEBVTT(?=[ \t\r\n]|$)", Kind(called="subtitles", media_type="text/vtt", binary=False)),
    (
        rb"\s*\d+[ \t]*\r?\n\d{1,3}:\d\d:\d\d[,.]\d{3} --> \d",
        Kind(called="subtitles", media_type="application/x-subrip", binary=False),
    ),
)
"""Source: W3C, WebVTT, 4.1."""

PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), kind)
    for pattern, kind in (
        *BEGINNINGS,
        (PROLOG + rb"<(?:!doctype\s+html|html)\b", WEB_PAGE),
        *((PROLOG + DOCTYPE + PROLOG + root, kind) for root, kind in ROOTS),
    )
)

JSON_FEED_VERSION = re.compile(rb'"version"\s*:\s*"https?:(?:\\?/){2}jsonfeed\.org\\?/version\\?/')
"""Source: JSON Feed 1.1, Top-level."""

HEADER = re.compile(rb"([!-9;-~]+):(?:[ \t]|\r?$)")
MAIL = Kind(called="a mail", media_type="message/rfc822", binary=False)
WEB_ARCHIVE = Kind(called="a saved web page", media_type="multipart/related", binary=False)

MARKS_OF_MAIL = frozenset(
    {b"received", b"return-path", b"message-id", b"mime-version", b"delivered-to", b"dkim-signature"}
)
"""Headers that nobody writes by hand above a text."""

LETTER = frozenset({b"from", b"date", b"subject", b"to"})
"""Headers that together only a mail has."""


def tell_kind(data: bytes) -> Kind | None:
    """What bytes look like; None where nothing but a plain text, or nothing known, begins so."""
    start = data[:HEAD_BYTES].removeprefix(b"\xef\xbb\xbf")
    if start.startswith(ZIP_SIGNATURES):
        return _tell_package(data)
    if data[PALM] == b"BOOKMOBI":
        return KINDLE
    if start.startswith(OLD_OFFICE) and ENCRYPTED in data:
        return LOCKED
    for first, kind in FIRST_BYTES.items():
        if start.lstrip().startswith(first) if kind.media_type else start.startswith(first):
            return kind
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", "replace").encode()
    return _tell_text(start, data)


def _tell_text(start: bytes, data: bytes) -> Kind | None:
    for pattern, kind in PATTERNS:
        if pattern.match(start):
            return kind
    if start.lstrip().startswith(b"{") and JSON_FEED_VERSION.search(data):
        return Kind(called="a feed", media_type=JSON_FEED, binary=False)
    return _tell_mail(start)


def _tell_mail(start: bytes) -> Kind | None:
    """A mail or a web page in one, by the lines before the first empty one, every one of which is a header."""
    head = re.split(rb"\r?\n\r?\n", start.lstrip(), maxsplit=1)[0]
    lines = [line for line in head.splitlines() if not line.startswith((b" ", b"\t"))]
    names = [match[1].lower() for line in lines if (match := HEADER.match(line))]
    if len(names) < max(len(lines), FEWEST_HEADERS):
        return None
    if not (MARKS_OF_MAIL.intersection(names) or LETTER.issubset(names)):
        return None
    saved = re.search(rb"^content-type:\s*multipart/related", head, re.IGNORECASE | re.MULTILINE)
    page = b"snapshot-content-location" in names or (saved and b"received" not in names)
    return WEB_ARCHIVE if page else MAIL


def _tell_package(data: bytes) -> Kind:
    """What a ZIP archive holds: a document in many parts, or just files."""
    told = PACKAGES.get(_first_member(data))
    if told:
        return told
    names = names_in(data)
    packed = PACKAGES.get(begin_of(data, "mimetype", 100).decode("ascii", "replace").strip())
    if packed:
        return packed
    for part, kind in PARTS:
        if any(name.startswith(part) for name in names):
            return kind
    if OPEN_DOCUMENT.issubset(names):
        return PACKAGES[ODT]
    files = [name for name in names if not name.endswith("/")]
    if len(files) == 1 and files[0].lower().endswith(".fb2"):
        return Kind(called="a FictionBook", media_type=FICTION_BOOK)
    return Kind(called="a ZIP archive", media_type=ZIP)


def _first_member(data: bytes) -> str:
    """What stands in the member `mimetype`, where that is the first and is not packed; else nothing."""
    name_length, extra_length = int.from_bytes(data[26:28], "little"), int.from_bytes(data[28:30], "little")
    at = 30 + name_length + extra_length
    if data[30 : 30 + name_length] != b"mimetype" or data[8:10] != b"\0\0":
        return ""
    length = int.from_bytes(data[22:26], "little") or 100
    return data[at : at + min(length, 100)].split(b"PK")[0].decode("ascii", "replace").strip()

"""E-mail: newsletters, letters, and what is forwarded in them.

Source: RFC 5322, RFC 2919 (List-Id), RFC 5064 (Archived-At)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parseaddr, parsedate_to_datetime

from narrate.errors import ArticleError, SourceError
from narrate.readers.decoding import decode
from narrate.readers.mail_clutter import HEAD_LINES, mark_foot, mark_head
from narrate.readers.mail_page import FORWARDED, MailPage, read_page
from narrate.readers.mime import FIELD, Part, decode_words, read_part, refuse_huge
from narrate.readers.text import read_blocks
from narrate.types import Article, Block, BlockKind, Source
from narrate.words import squeeze

LARGEST = 100 << 20
"""Bytes of a whole mail."""

LEAST_HTML = 0.6
"""Share of the words of a mail's plain text that its HTML must hold to be read instead of it."""

FEWEST_OWN = 40
"""Words of a mail's own beside one that is forwarded whole inside it, from which the mail itself is read."""

EARLIEST_YEAR, LATEST_YEAR = 1970, 2200

PREFIX = re.compile(
    r"\s*(?:(?:re|fwd?|aw|wg|tr|rv|enc|i|sv|vs|vb|antw|odp|pd|doorst|res|ynt|r)\s?(?:\[\d+\]|\(\d+\))?\s?:|"
    r"\[[^\[\]]{1,40}\](?=\s*\S))\s*",
    re.IGNORECASE,
)
"""What replying, forwarding and mailing lists put before a subject."""

OUTLET = re.compile(
    r"^(the|le|la|les|der|die|das|el|il)\s|\b(news|newsletter|daily|weekly|monthly|morning|letter|letters|digest|"
    r"times|post|review|"
    r"journal|report|brief|briefing|magazine|gazette|courier|herald|team|dispatch|bulletin|society|club|institute|inc|"
    r"ltd|gmbh|media|press|today|studio|stand|notes|podcast|blog|update|updates|support|info|hello|noreply|no-reply)\b",
    re.IGNORECASE,
)
"""Words by which the name of a sender is a publication's."""

FROM_SITE = re.compile(r"(.{2,60}?)\s+(?:from|at|@|\||via)\s+(.{2,60})")
"""`Ann Hall from The Harbour Letter`"""

HEAD_LINE = re.compile(
    r"[*>\s]*(from|von|de|da|van|subject|betreff|objet|asunto|oggetto|onderwerp|date|datum|gesendet|sent|"
    r"envoy[ée]|fecha|"
    r"data|to|an|[àa]|para|a|aan|cc|reply-to|antwort an)\s?:\*?\s*(.*)",
    re.IGNORECASE,
)
FROM_WORDS = ("from", "von", "de", "da", "van")
SUBJECT_WORDS = ("subject", "betreff", "objet", "asunto", "oggetto", "onderwerp")
DATE_WORDS = ("date", "datum", "sent", "gesendet", "envoyé", "fecha", "data")
WROTE = re.compile(r".{0,200}\b(wrote|schrieb|a écrit|escribió|ha scritto|schreef)\b.{0,80}:", re.IGNORECASE)

LINKED = re.compile(r"(?<=\S)[ \t]*\n?[<(\[]\s?https?://[^\s<>()\[\]]{1,2000}\s?[>)\]]")
"""The address that a link points to, after its words."""

ADDRESS = re.compile(r"[<(\[]?\s?(https?://|www\.)\S+\s?[>)\]]?")
ON_THE_WEB = re.compile(
    r"(?:on the web|in your browser|online)[ \t]*(?:at|:)?\s{1,3}(https?://[^\s<>()]{4,500})", re.IGNORECASE
)
SENT_FROM = re.compile(
    r"(sent from my|get outlook for|von meinem .{2,20} gesendet|envoyé de mon)\b.{0,60}", re.IGNORECASE
)


class EmailReader:
    """Reads e-mail: what a newsletter or a letter says."""

    name = "email"
    media_types = ("message/rfc822",)
    suffixes = (".eml",)

    def read(self, source: Source) -> Article:
        if len(source.data) > LARGEST:
            raise SourceError(f"{source.name} is refused", f"it is over {LARGEST >> 20} MB", "Save its text by itself")
        if not FIELD.match(source.data.lstrip()) and not source.data.startswith(b"From "):
            raise SourceError(f"{source.name} is no e-mail", "it does not begin as one", "Say what it is with --as")
        whole = read_part(source.data)
        letter = _letter_of(whole)
        for text in _texts(letter):
            refuse_huge(source, text)
        story, blocks = _read_story(source, letter)
        if not any(not block.mark for block in blocks):
            raise ArticleError(
                f"{source.name} holds no words", "the mail has no text of its own", "Look at its attachments"
            )
        return _about(story, blocks, source)


# -------------------------------------------------------------------- story


def _letter_of(whole: Part) -> Part:
    """The mail whose text is the story: one that is forwarded whole inside another, else the one itself."""
    inner = [part for part in _mails(whole) if part is not whole]
    own = sum(len(part.data().split()) for part in _texts(whole))
    if inner and own < FEWEST_OWN and _texts(inner[0]):
        return _letter_of(inner[0])
    return whole


def _mails(part: Part) -> Iterator[Part]:
    for inner in part.parts:
        if part.media_type == "message/rfc822":
            yield inner
        else:
            yield from _mails(inner)


def _texts(letter: Part) -> list[Part]:
    """The texts of a mail, without those that are attached and those of mails within it."""
    if letter.media_type == "message/rfc822":
        return []
    if letter.parts:
        return [text for part in letter.parts for text in _texts(part)]
    readable = letter.media_type in ("text/plain", "text/html", "application/xhtml+xml")
    return [letter] if readable and not letter.is_attached else []


def _read_story(source: Source, letter: Part) -> tuple[_Letter, list[Block]]:
    """The blocks of the richest text of a mail: its HTML, unless that says far less than its plain text."""
    texts = _texts(letter)
    plain = [part for part in texts if part.media_type == "text/plain"]
    pages = [part for part in texts if part.media_type != "text/plain"]
    found = _Letter.of(letter)
    shown = read_page(source, pages[0]) if pages else MailPage()
    blocks = list(shown.blocks)
    found.language, found.unsubscribing = found.language or shown.language, shown.unsubscribing
    told = sum(len(block.text.split()) for block in blocks)
    if not pages or told < LEAST_HTML * sum(len(part.data().split()) for part in plain[:1]):
        other = _Letter.of(letter)
        written = _read_plain(source, plain, other)
        if sum(len(block.text.split()) for block in written) > told:
            found, blocks = other, written
    return found, mark_foot(mark_head(_take_forwarded(blocks, found)), found.unsubscribing)


@dataclass
class _Letter:
    """What is known of the mail that the story is."""

    subject: str = ""
    sender: str = ""
    date: str = ""
    list_name: str = ""
    address: str | None = None
    language: str | None = None
    unsubscribing: frozenset[int] = frozenset()
    """Blocks with a link by which one unsubscribes."""

    @classmethod
    def of(cls, part: Part) -> _Letter:
        archived = re.search(r"https?://[^\s<>]+", part.header("Archived-At") + " " + part.header("List-Post"))
        return cls(
            subject=part.header("Subject"),
            sender=str(part.head.get("From", "")),
            date=part.header("Date"),
            list_name=re.sub(r"<[^<>]*>", "", part.header("List-Id")).strip(' "'),
            address=archived[0] if archived else None,
            language=part.header("Content-Language").split(",")[0].strip() or None,
        )


def _read_plain(source: Source, parts: Sequence[Part], letter: _Letter) -> list[Block]:
    """The blocks of a plain text; its signature and what it answers to are marked as such."""
    texts = [
        _unflow(part, decode(replace(source, data=part.data(), charset=part.charset), lenient=True)) for part in parts
    ]
    text = "\n\n".join(filter(None, map(str.strip, texts)))
    letter.address = letter.address or _address_in(text)
    text = LINKED.sub("", text)
    signed = max(text.rfind("\n-- \n"), text.rfind("\n--\n"))
    blocks = [replace(block, mark="nav") if ADDRESS.fullmatch(block.text) else block for block in read_blocks(text)]
    if signed >= 0:
        blocks = [replace(block, mark="contact") if block.place.start >= signed else block for block in blocks]
        blocks = [block for block in blocks if block.text not in ("--", "-- ")]
    blocks = [replace(block, mark="contact") if SENT_FROM.fullmatch(block.text) else block for block in blocks]
    if any(FORWARDED.match(block.text) for block in blocks):
        return [replace(block, quoted=0, marker="") if block.quoted == 1 else block for block in blocks]
    return _mark_quoted(blocks)


def _address_in(text: str) -> str | None:
    """Where a newsletter says that it can be read on the web."""
    found = ON_THE_WEB.search(text)
    return found[1] if found else None


def _unflow(part: Part, text: str) -> str:
    """Lines that end in a space are joined to the next, where the mail says that it is written so. Source: RFC 3676"""
    if (part.parameter("format") or "").lower() != "flowed":
        return text
    signed = text.replace("\n-- \n", "\n--\n")
    return re.sub(r"(?<=\S) \n(?!>|\s)", " ", signed)


def _mark_quoted(blocks: list[Block]) -> list[Block]:
    """What a mail answers to, where it stands whole at its end: it was said before."""
    end = len(blocks)
    while end and (blocks[end - 1].quoted or blocks[end - 1].mark):
        end -= 1
    tail = range(end, len(blocks))
    if not end or not any(blocks[at].quoted for at in tail) or not WROTE.fullmatch(blocks[end - 1].text):
        return blocks
    return [
        replace(block, mark=block.mark or "repeated") if at >= end - 1 else block for at, block in enumerate(blocks)
    ]


def _take_forwarded(blocks: list[Block], letter: _Letter) -> list[Block]:
    """What is forwarded is the story: its lines of From and Subject tell of it, and are no part of it."""
    at = next((at for at, block in enumerate(blocks) if FORWARDED.match(block.text)), None)
    if at is None:
        return blocks
    marked = list(blocks)
    marked[at] = replace(blocks[at], mark="byline")
    inline = FORWARDED.sub("", blocks[at].text, count=1).strip()
    said = [inline] if inline else []
    end = at + 1
    while end < len(blocks) and HEAD_LINE.match(blocks[end].text):
        said.append(blocks[end].text)
        marked[end] = replace(blocks[end], mark="byline")
        end += 1
    for line in said:
        _take_line(line, letter)
    for before in range(at):
        marked[before] = replace(blocks[before], mark=blocks[before].mark or "comments")
    return marked


def _take_line(text: str, letter: _Letter) -> None:
    """Lines of the head of a forwarded mail, which may stand in one block."""
    names = "|".join((*FROM_WORDS, *SUBJECT_WORDS, *DATE_WORDS, "to", "an", "à", "para", "cc", "aan"))
    parts = re.split(rf"(?:^|\s)\*?({names})\s?:\*?\s+", text, flags=re.IGNORECASE)
    for name, value in zip(parts[1::2], parts[2::2], strict=True):
        name, value = name.lower(), value.strip()
        if name in SUBJECT_WORDS:
            letter.subject = value
        elif name in FROM_WORDS:
            letter.sender = value
        elif name in DATE_WORDS:
            letter.date = value


# ----------------------------------------------------------------- metadata


def _about(letter: _Letter, blocks: list[Block], source: Source) -> Article:
    from narrate.readers.tree import tag_or_none

    author, site = _sender(letter)
    title, kept = _without_title(clean_subject(letter.subject), blocks)
    return Article(
        blocks=tuple(kept),
        title=title,
        authors=(author,) if author else (),
        site=site,
        published_at=_moment(letter.date),
        language=tag_or_none(letter.language),
        address=letter.address,
        origin=source.origin,
    )


def clean_subject(subject: str) -> str:
    """A subject without `Re:`, `Fwd:` and the name of a list before it."""
    for _ in range(8):
        shorter = PREFIX.sub("", subject, count=1) if PREFIX.match(subject) else subject
        if shorter == subject or not shorter.strip():
            break
        subject = shorter
    return subject.strip()


def _without_title(title: str, blocks: list[Block]) -> tuple[str | None, list[Block]]:
    """The title, and the blocks with the first that says it as a heading marked as the title."""
    known = squeeze(title)
    for at, block in enumerate(blocks[:HEAD_LINES]):
        if known and squeeze(block.text) == known and not block.mark:
            return block.text, [*blocks[:at], replace(block, kind=BlockKind.TITLE, level=1), *blocks[at + 1 :]]
    return title or None, blocks


def _sender(letter: _Letter) -> tuple[str, str | None]:
    """Who wrote it, and the publication: `Ann Hall from The Harbour Letter`."""
    name = decode_words(parseaddr(letter.sender)[0] or re.sub(r"<[^<>]*>|\S+@\S+", "", letter.sender))
    name = name.strip(" \"'")
    if not name or "@" in name:
        return "", letter.list_name or None
    parted = FROM_SITE.fullmatch(name)
    if parted:
        return parted[1].strip(), parted[2].strip()
    if OUTLET.search(name) or squeeze(name) == squeeze(letter.list_name):
        return "", name
    return name, letter.list_name or None


def _moment(written: str) -> datetime | None:
    """A moment as heads of mails have it, or as programs write it over what they forward; UTC where none is named."""
    for read in (parsedate_to_datetime, datetime.fromisoformat, _by_gmail):
        try:
            found = read(written)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if EARLIEST_YEAR <= found.year <= LATEST_YEAR:
            return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _by_gmail(written: str) -> datetime:
    """`Mon, Mar 3, 2025 at 9:14 AM`"""
    return datetime.strptime(written.replace("\u202f", " ").replace(" at ", " "), "%a, %b %d, %Y %I:%M %p")

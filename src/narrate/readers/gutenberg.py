"""E-books of Project Gutenberg in plain text: the book without what the project puts around it.

Source: https://www.gutenberg.org/policy/license.html, and for notes, pictures and italics
https://www.pgdp.net/wiki/DP_Official_Documentation:PP_and_PPV/Post-Processing_FAQ
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from narrate.readers.text import CHAPTER, GUTENBERG, SCENE_BREAK, read_blocks
from narrate.types import Article, Block, BlockKind, Source
from narrate.words import squeeze

END = re.compile(r"^(\*\*\* ?END OF (THE|THIS) PROJECT GUTENBERG|End of (the )?Project Gutenberg)", re.I | re.M)
FIELD = re.compile(
    r"^(Title|Author|Authors|Language|Translator|Editor|Series Title): *(\S.*(?:\n {6,}\S.*)*)", re.I | re.M
)
FIRST_LINE = re.compile(
    r"^\W*(?:The )?Project Gutenberg(?:'s|’s)?(?: e-?(?:book|text)(?: of)?)? (.+?),? by (.+?)[\s*]*$", re.I | re.M
)
"""As older e-books begin, which have no fields."""

LONGEST_START = 400
"""Characters of the line that says where the book begins."""

HEAD_CHARS = 20_000
"""Within which the project's head ends."""

MADE_BY = re.compile(
    r"(produced by|e-?text prepared by|this e-?(book|text) was (produced|prepared|created|scanned)|prepared by|"
    r"transcribed (from|by)|(this )?file (was )?produced from|html version by|scanned (and proofread )?by|"
    r"\(?this book was produced from|images (generously )?(made available|provided))\b",
    re.IGNORECASE,
)
BORDER = re.compile(r"[+|\s=_-]+")
"""Of a box around a note."""

TRANSCRIBER = re.compile(r"\W*(?:original )?transcriber(['’]?s|s['’])?:? *notes?\b", re.IGNORECASE)
IMPRINT = re.compile(
    r"\b(copyright|all rights reserved|published by|publishers?|printed (in|by|at)|press|company|& co|& sons|"
    r"brothers|limited|ltd|"
    r"edition|reprinted|first published|london|new york|boston|philadelphia|edinburgh|chicago|toronto|leipzig|paris|"
    r"illustrated|illustrations?|translated|edited by|author of|price|[MDCLXVI]{4,}|1[5-9]\d\d|20[0-2]\d)\b|"
    r"^by( \S+){0,6}$",
    re.IGNORECASE,
)
"""What a page of titles says besides them."""

LISTS = re.compile(
    r"(the )?(table of )?(contents|list of )?\s*(contents|illustrations|figures|plates|maps|chapters)[.:]?|"
    r"inhalt(sverzeichnis)?|"
    r"table des mati[èe]res|index of chapters",
    re.IGNORECASE,
)
DIVISION = (
    r"(?:chapter|part|book|section|act|scene|letter|stave|canto|volume|chapitre|partie|livre|kapitel|buch|teil|"
    r"cap[íi]tulo|capitolo)"
)
NUMBERED = re.compile(
    rf"(?i:{DIVISION}\s+(?:the\s+)?[\w-]+)(?:[.:]?|\s?[.:—–-]+\s?.{{1,80}})|"
    rf"(?i:{DIVISION})\s+(?:[IVXLC]{{1,7}}|\d{{1,3}})\s+[\[(A-ZÀ-Þ_“\"].{{0,80}}"
)
"""What a chapter is called that says that it is one."""

TITLED = re.compile(r"(?:[IVXLC]{1,7}|\d{1,2})(?:[.:]|\s?[—–-]+)\s*([A-ZÀ-Þ_“\"].{0,70})")
"""A number and a title: `IV. The Boscombe Valley Mystery`"""

BARE = re.compile(rf"(?i:{DIVISION}\s+(?:the\s+)?[\w-]+)[.:]?|[IVXLC]{{1,7}}[.:]?|\d{{1,2}}[.:]?")
"""A chapter's number without its title."""

NUMERAL = re.compile(r"(?:[IVXLC]{1,7}|\d{1,2})\.?")
FRAME = " -—–*~="
"""Signs around a number: `-- I --`"""

FIGURE = re.compile(r"\[(?:Illustration|Frontispiece|Map|Plate|Photo)(?::\s*|\s+)?([^\[\]]*)\]", re.IGNORECASE)
OPEN_FIGURE = re.compile(r"\[(?:Illustration|Frontispiece|Map|Plate)\b[^\]]*", re.IGNORECASE)
FOOTNOTE = re.compile(r"\[Footnote ([\w*†‡]{1,4})[.:]\s*|\[Footnote:\s*|\[([0-9]{1,4}|[A-Z]|\*)\]\s+(?=\S)")
INLINE = re.compile(r"\s?\[Footnote(?: ([\w*†‡]{1,4}))?: ?([^\[\]]*\w[^\[\]]*)\]")
REFERENCE = re.compile(r"\s?\[([0-9]{1,4}|[A-Z]|\*)\](?!\()")
ITALICS = re.compile(r"(?<![\w_])_(?=[^\s_])([^_]{1,600}?)(?<=[^\s_])_(?![\w_])")
BOLD = re.compile(r"(?<![\w=])=(?=[^\s=])([^=]{1,300}?)(?<=[^\s=])=(?![\w=])")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
LONE = re.compile(r"(?<![\w_])_(?![_\s])|(?<![_\s])_(?![\w_])")
"""The sign at one end of italics that go over several lines."""

SPACED = re.compile(r"(?<!~)~(?=[^\s~])([^~]{1,200}?)(?<=[^\s~])~(?!~)")
ENDS = re.compile(r"[.!?…][\"'”’)\]_]*(\s?\[[\w*]{1,4}\])*$")

PROSE_WORDS = 12
LONG_PROSE = 60
LONG_WORDS = 20
"""Of a block that stands on no page of titles."""

BEFORE_PROSE = 3
"""Blocks within which a heading has prose below it."""

SHORT_WORD = 3
"""Letters of words that titles write small."""

CAPITALS = 0.6
"""Share of the other words of a title that have capitals."""

CHAPTER_GAP = 3
"""Empty lines before a short line from which it is a chapter's title."""

LONGEST_TITLE = 90
"""Characters of a chapter's."""

MOST_TITLE_LINES = 60
"""Blocks that pages of titles take."""

LONGEST_CAPTION = 10
"""Blocks that a picture's caption takes."""

LONGEST_NOTE = 20
"""Blocks that a footnote of several paragraphs takes."""

LANGUAGES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt",
    "dutch": "nl", "finnish": "fi", "swedish": "sv", "danish": "da", "norwegian": "no", "polish": "pl", "latin": "la",
    "greek": "el", "chinese": "zh", "japanese": "ja", "hungarian": "hu", "czech": "cs", "russian": "ru",
    "catalan": "ca", "esperanto": "eo", "tagalog": "tl", "welsh": "cy", "icelandic": "is", "romanian": "ro",
    "afrikaans": "af", "irish": "ga", "galician": "gl", "hebrew": "he", "serbian": "sr", "bulgarian": "bg",
    "slovenian": "sl",
}  # fmt: skip
"""As the project's heads name them."""


def read_gutenberg(text: str, source: Source) -> Article:
    """The book in an e-book: what the project has put around it is marked, and its notes stand where they belong."""
    start, end = _edges(text)
    about = _fields(text[:start])
    blocks = [_mark_outside(block, start, end) for block in _whole_blocks(text, (start, end))]
    blocks = list(_join_titles(_mark_headings(_mark_made(blocks))))
    blocks = list(_set_levels(_mark_contents(_mark_title_pages(blocks, about))))
    blocks = [_without_signs(block) for block in _place_notes(_take_figures(blocks))]
    return Article(
        blocks=tuple(blocks),
        title=about.get("title"),
        authors=_people(about.get("author", "")),
        language=LANGUAGES.get(about.get("language", "").lower().split(",")[0].strip()),
        book=True,
        origin=source.origin,
    )


# -------------------------------------------------------- what is around it


def _edges(text: str) -> tuple[int, int]:
    """Where the book begins and ends, in characters."""
    found = GUTENBERG.search(text)
    start = found.end() if found else 0
    line_end = max(start, text.find("\n", start))
    # a long name goes on in the next line
    closed = text.find("***", start, start + LONGEST_START) if found and "START" in found[0].upper() else -1
    start = max(line_end, closed + 3)
    last = END.search(text, start)
    return start, last.start() if last else len(text)


def _fields(head: str) -> dict[str, str]:
    """What the head says of the book."""
    head = head[-HEAD_CHARS:]
    fields = {name.lower(): " ".join(value.split()) for name, value in reversed(FIELD.findall(head))}
    if "authors" in fields:
        fields.setdefault("author", fields["authors"])
    first = FIRST_LINE.search(head)
    if first and "title" not in fields:
        fields |= {"title": first[1].strip(), "author": fields.get("author") or first[2].strip()}
    return fields


def _people(written: str) -> tuple[str, ...]:
    names = (name.strip() for name in re.split(r"\s+and\s+|;\s*|,\s+(?=[A-Z]\w+ [A-Z])", written))
    return tuple(name for name in names if name and name.lower() not in ("anonymous", "various", "unknown"))


def _whole_blocks(text: str, edges: tuple[int, int]) -> Iterator[Block]:
    """The blocks of the text; its head, the book and its tail are each wrapped as they are."""
    line, start = 1, 0
    for end in (*edges, len(text)):
        for block in read_blocks(text[start:end]):
            place = replace(
                block.place,
                line=block.place.line + line - 1,
                end_line=block.place.end_line + line - 1,
                start=block.place.start + start,
                end=block.place.end + start,
            )
            yield replace(block, place=place)
        line, start = line + text.count("\n", start, end), end


def _mark_outside(block: Block, start: int, end: int) -> Block:
    if block.place.start < start:
        return replace(block, mark="front_matter")
    return replace(block, mark="back_matter") if block.place.start >= end else block


def _mark_made(blocks: Sequence[Block]) -> list[Block]:
    """Who made the e-book, and notes of who has typed it: up to the next gap."""
    marked: list[Block] = []
    story = [at for at, block in enumerate(blocks) if not block.mark]
    half = story[len(story) // 2] if story else 0
    mark: str | None = None
    for at, block in enumerate(blocks):
        gap = at > 0 and block.place.line - blocks[at - 1].place.end_line > CHAPTER_GAP
        if TRANSCRIBER.match(block.text) or (at < half and MADE_BY.match(block.text)):
            mark = "front_matter" if at < half else "back_matter"
            if marked and BORDER.fullmatch(marked[-1].text):
                marked[-1] = replace(marked[-1], mark=mark)
        elif gap or block.mark:
            mark = None
        marked.append(replace(block, mark=mark) if mark and not block.mark else block)
    return marked


# ------------------------------------------------------- titles and chapters


def _mark_headings(blocks: Sequence[Block]) -> list[Block]:
    """Chapters, by what they are called or by the gap before them."""
    return [_as_heading(block) if _is_chapter(blocks, at) else block for at, block in enumerate(blocks)]


def _as_heading(block: Block) -> Block:
    return replace(block, kind=BlockKind.HEADING, level=1, marker="", text=_whole_text(block).strip(FRAME))


def _whole_text(block: Block) -> str:
    """With its number, where that was taken for the sign of an item: `1. Loomings`"""
    return f"{block.marker}{block.text}" if block.kind is BlockKind.ITEM else block.text


def _is_chapter(blocks: Sequence[Block], at: int) -> bool:
    block = blocks[at]
    text = _whole_text(block).strip(FRAME)
    if (
        block.mark
        or block.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM)
        or block.quoted
        or len(text) > LONGEST_TITLE
    ):
        return False
    if not re.search(r"\w", text) or text.startswith(("[", "“", '"', "(")) or SCENE_BREAK.fullmatch(text):
        return False
    before = block.place.line - blocks[at - 1].place.end_line - 1 if at else CHAPTER_GAP
    after = blocks[at + 1].place.line - block.place.end_line - 1 if at + 1 < len(blocks) else CHAPTER_GAP
    if NUMERAL.fullmatch(text):
        return before >= (2 if text.strip(".") == "I" else 1) and after >= 1
    if NUMBERED.fullmatch(text) or CHAPTER.fullmatch(text):
        return before >= 1 and text[0].isupper() and (before >= 2 or not ENDS.search(text))
    titled = TITLED.fullmatch(text)
    if titled:
        return before >= (2 if text[0].isdigit() else 1) and after >= 1 and _is_titled(titled[1])
    return before >= CHAPTER_GAP and after >= 1 and _is_titled(text)


def _is_numbered(text: str) -> bool:
    return any(known.fullmatch(text) for known in (NUMBERED, TITLED, NUMERAL))


def _is_titled(text: str) -> bool:
    """Written as titles are: few words, most of them with capitals."""
    if len(text.split()) > PROSE_WORDS or re.search(r"[,;:!?…-]$", text):
        return False
    return _share_capitals(text) >= CAPITALS


def _share_capitals(text: str) -> float:
    """Of the words, but for the short ones, the share that begins with a capital."""
    words: list[str] = WORD.findall(text)
    words = [word for word in words if len(word) > SHORT_WORD] or words
    return sum(word[0].isupper() for word in words) / max(1, len(words))


def _join_titles(blocks: Sequence[Block]) -> Iterator[Block]:
    """`CHAPTER I` and the title below it are one heading."""
    waiting: Block | None = None
    for block in blocks:
        if waiting is not None and _goes_on(waiting, block):
            text = f"{waiting.text.rstrip('.:')}. {block.text}"
            place = replace(waiting.place, end_line=block.place.end_line, end=block.place.end)
            yield replace(waiting, text=text, place=place)
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        waiting = block if block.kind is BlockKind.HEADING and BARE.fullmatch(block.text) and not block.mark else None
        if waiting is None:
            yield block
    if waiting is not None:
        yield waiting


def _goes_on(number: Block, block: Block) -> bool:
    if block.mark or block.quoted or block.kind not in (BlockKind.PARAGRAPH, BlockKind.HEADING):
        return False
    near = block.place.line - number.place.end_line <= CHAPTER_GAP + 1
    return near and len(block.text) <= LONGEST_TITLE and not _is_numbered(block.text) and _is_titled(block.text)


def _set_levels(blocks: Sequence[Block]) -> Iterator[Block]:
    """Bare numbers right below a chapter's title part that chapter."""
    inside = False
    before: Block | None = None
    for block in blocks:
        if block.kind is BlockKind.HEADING and not block.mark:
            bare = NUMERAL.fullmatch(block.text) is not None
            opened = bare and before is not None and before.kind is BlockKind.HEADING
            inside = bare and (inside or opened)
            block = replace(block, level=2 if inside else 1)
        before = block
        yield block


def _mark_title_pages(blocks: list[Block], about: dict[str, str]) -> list[Block]:
    """The title where the book begins, its lines put together, and the lines around it that are no story."""
    title, author = squeeze(about.get("title", "")), squeeze(about.get("author", ""))
    marked = list(blocks)
    opening = list(_opening(blocks))
    lines = _title_lines(blocks, opening, title)
    for at in opening:
        said = squeeze(blocks[at].text)
        if FIGURE.fullmatch(blocks[at].text):
            continue
        if at in lines[1:] or said in (title, author, f"by {author}") or _is_imprint(blocks[at].text):
            marked[at] = replace(blocks[at], mark="front_matter", kind=BlockKind.PARAGRAPH, level=0, marker="")
    if lines:
        text = " ".join(blocks[at].text.strip() for at in lines)
        first, last = blocks[lines[0]], blocks[lines[-1]]
        place = replace(first.place, end_line=last.place.end_line, end=last.place.end)
        marked[lines[0]] = Block(kind=BlockKind.TITLE, text=text, place=place, level=1)
        marked = [block for at, block in enumerate(marked) if at not in lines[1:]]
    return marked


def _is_imprint(text: str) -> bool:
    """Says who made the book, where and when, and is no line of a poem."""
    return IMPRINT.search(text) is not None and (not WORD.search(text) or _share_capitals(text) >= CAPITALS)


def _title_lines(blocks: Sequence[Block], opening: Sequence[int], title: str) -> list[int]:
    """The lines that say the title, which may stand one word below the other."""
    lines: list[int] = []
    said = ""
    for at in opening:
        longer = f"{said} {squeeze(blocks[at].text)}".strip()
        if title and longer != said and (title == longer or title.startswith(f"{longer} ")):
            lines.append(at)
            said = longer
        elif lines:
            break
    return lines


def _opening(blocks: Sequence[Block]) -> Iterator[int]:
    """Blocks of the book before its first prose and its first chapter."""
    seen = 0
    for at, block in enumerate(blocks):
        long = not block.mark and len(block.text.split()) >= LONG_WORDS
        if block.mark == "back_matter" or seen >= MOST_TITLE_LINES or long or _is_prose(block):
            return
        if block.mark:
            continue
        if LISTS.fullmatch(block.text) or (block.kind is BlockKind.HEADING and _is_numbered(block.text)):
            return
        seen += 1
        yield at


def _is_prose(block: Block) -> bool:
    words = len(block.text.split())
    told = words >= PROSE_WORDS and ENDS.search(block.text) is not None and _share_capitals(block.text) < CAPITALS
    return not block.mark and (told or words >= LONG_PROSE)


def _mark_contents(blocks: list[Block]) -> list[Block]:
    """Lists of chapters and of pictures are marked; what they name are the headings of the book."""
    marked = list(blocks)
    named: set[str] = set()
    for at, block in enumerate(blocks):
        if marked[at].mark or not LISTS.fullmatch(block.text.strip()):
            continue
        for near in range(at, _end_of_list(marked, at)):
            named.add(squeeze(_whole_text(marked[near])))
            marked[near] = replace(marked[near], mark=marked[near].mark or "front_matter")
    return list(_with_named(marked, named))


def _with_named(blocks: Sequence[Block], named: set[str]) -> Iterator[Block]:
    """Lines that a list has named are headings where they come first."""
    waiting = {name for name in named if len(name) > SHORT_WORD and not name.isdigit()}
    for block in blocks:
        text = squeeze(_whole_text(block))
        if block.mark or block.quoted or text not in waiting:
            yield block
            continue
        waiting.discard(text)
        yield _as_heading(block) if block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM) else block


def _end_of_list(blocks: Sequence[Block], at: int) -> int:
    """Where a list ends: before a heading that it has named, before prose, or before another list."""
    named: set[str] = set()
    prose = next(
        (near for near in range(at + 1, len(blocks)) if _is_prose(blocks[near]) or blocks[near].mark), len(blocks)
    )
    for near in range(at + 1, prose):
        block = blocks[near]
        said = squeeze(block.text)
        gap = block.place.line - blocks[near - 1].place.end_line > CHAPTER_GAP
        opens = any(map(_is_prose, blocks[near + 1 : near + 1 + BEFORE_PROSE]))
        if LISTS.fullmatch(block.text) or (opens and said in named):
            return near
        if (
            gap
            and opens
            and any(one.startswith(said) or said.startswith(one) for one in named if len(one) > SHORT_WORD)
        ):
            return near
        named.add(said)
    last = prose
    while last > at + 1 and blocks[last - 1].kind is BlockKind.HEADING:
        last -= 1  # chapters that the list gives other names
    return last if last > at + 1 else prose


# --------------------------------------------------- pictures, notes, italics


def _take_figures(blocks: Sequence[Block]) -> Iterator[Block]:
    """Pictures with their captions; one without says nothing."""
    at = 0
    while at < len(blocks):
        block, taken = _whole_figure(blocks, at)
        at += taken
        found = FIGURE.fullmatch(block.text)
        if block.mark or found is None:
            text = block.text if block.mark else FIGURE.sub("", block.text).strip()
            if text:
                yield replace(block, text=text)
        elif found[1].strip():
            yield replace(block, kind=BlockKind.FIGURE, level=0, marker="", text=_plain(" ".join(found[1].split())))


def _whole_figure(blocks: Sequence[Block], at: int) -> tuple[Block, int]:
    """A block, with those that follow where it opens a caption of several lines, and how many they are."""
    block = blocks[at]
    if block.mark or not OPEN_FIGURE.fullmatch(block.text):
        return block, 1
    text = block.text
    for taken, following in enumerate(blocks[at + 1 : at + LONGEST_CAPTION], 2):
        text = f"{text} {following.text}"
        if following.mark or following.kind is BlockKind.HEADING:
            break
        if following.text.endswith("]"):
            inner = text[1:-1].replace("[", "(").replace("]", ")")
            place = replace(block.place, end_line=following.place.end_line, end=following.place.end)
            return replace(block, text=f"[{inner}]", place=place), taken
    return block, 1


@dataclass
class _Footnote:
    marker: str
    block: Block
    at: int


def _place_notes(blocks: Iterator[Block]) -> list[Block]:
    """Every footnote after the paragraph that refers to it, and no reference left in the words."""
    kept: list[Block] = []
    notes: list[_Footnote] = []
    every = [part for block in blocks for part in _take_inline(block)]
    referred: set[str] = set()
    at = 0
    while at < len(every):
        taken, note = _read_note(every, at, len(kept))
        if note is not None and (not note.marker or note.marker in referred):
            notes.append(note)
            at += taken
        else:
            kept.append(every[at])
            referred.update(() if every[at].mark else REFERENCE.findall(every[at].text))
            at += 1
    return _with_notes(kept, notes)


def _take_inline(block: Block) -> Iterator[Block]:
    """A paragraph, then the notes that stand in the middle of its words."""
    if block.mark or not INLINE.search(block.text) or block.text.startswith("[Footnote"):
        yield block
        return
    text = INLINE.sub("", block.text)
    yield replace(block, text=text) if text.strip() else block
    for marker, words in INLINE.findall(block.text):
        yield replace(block, kind=BlockKind.NOTE, text=words.strip(), level=0, marker=marker)


def _read_note(blocks: Sequence[Block], at: int, kept: int) -> tuple[int, _Footnote | None]:
    """A footnote that begins at a block, and how many blocks it takes."""
    block = blocks[at]
    begins = FOOTNOTE.match(block.text)
    if begins is None or block.mark:
        return 0, None
    marker = begins[1] or begins[2] or ""
    bracketed = begins[2] is None
    text, taken = block.text[begins.end() :], 1
    while bracketed and text.count("[") >= text.count("]") and at + taken < len(blocks) and taken < LONGEST_NOTE:
        text = f"{text} {blocks[at + taken].text}"
        taken += 1
    text = text.removesuffix("]") if bracketed else text
    if not text.strip():
        return 0, None
    last = blocks[at + taken - 1].place
    place = replace(block.place, end_line=last.end_line, end=last.end)
    note = replace(block, kind=BlockKind.NOTE, text=text.strip(), level=0, marker=marker, place=place)
    return taken, _Footnote(marker, note, kept)


def _with_notes(blocks: Sequence[Block], notes: Sequence[_Footnote]) -> list[Block]:
    """The blocks with each note after the last unanswered reference before it."""
    referring: dict[str, list[int]] = {}
    for at, block in enumerate(blocks):
        for marker in () if block.mark else REFERENCE.findall(block.text):
            referring.setdefault(marker, []).append(at)
    after: dict[int, list[Block]] = {}
    answered: dict[int, set[str]] = {}
    for note in notes:
        free = [at for at in referring.get(note.marker, ()) if note.marker not in answered.get(at, ())]
        home = max((at for at in free if at < note.at), default=min(free, default=max(0, note.at - 1)))
        if free:
            answered.setdefault(home, set()).add(note.marker)
        after.setdefault(home, []).append(note.block)
    placed: list[Block] = []
    for at, block in enumerate(blocks):
        placed.append(_without_references(block, answered.get(at, set())))
        placed += after.get(at, ())
    return placed


def _without_references(block: Block, answered: set[str]) -> Block:
    text = REFERENCE.sub(lambda found: "" if found[1] in answered else found[0], block.text)
    return replace(block, text=text) if text.strip() else block


def _without_signs(block: Block) -> Block:
    """Italics and spaced letters without the signs around them."""
    if block.kind is BlockKind.SCENE_BREAK:
        return block
    text = _plain(block.text)
    return replace(block, text=text) if text.strip() else block


def _plain(text: str) -> str:
    for signs in (ITALICS, BOLD, SPACED):
        text = signs.sub(r"\1", text)
    return LONE.sub("", text)

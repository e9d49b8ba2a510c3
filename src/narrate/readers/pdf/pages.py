"""What pdfium finds on a page, as words with their places; the only module that speaks with it."""

from __future__ import annotations

import ctypes
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING
from unicodedata import normalize

from narrate.errors import SourceError
from narrate.types import Source

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

MOST_PAGES = 5_000
MOST_CHARACTERS = 20_000_000
MOST_ON_A_PAGE = 200_000
"""Characters of a page; a broadsheet has about 40,000."""

LONGEST_S = 300.0
"""Time for all pages, in seconds."""

FEW_LETTERS = 100
"""A page with fewer may be a picture with a stamp on it."""

MOST_OF_A_PAGE = 0.5
"""Share of a page that its pictures cover at least where it is one."""

MANY_PATHS = 200
"""Lines and curves that a page without a letter has at least where its words are drawn as outlines."""

MOST_PICTURES = 1000
"""Of a page that are looked at."""

OVER_TEXT = 2.0
"""Times the size of most words on a page that a word has at least which is printed across them."""

SHORTEST_MARK = 3
"""Letters of such a word; a shorter one may be the sign of a formula."""

MOST_LARGE = 50
"""Words of such a size on a page that are looked at."""

MOST_FAR_MARKS = 100
"""Marks of a page whose words are looked for among all words of it."""

LONGEST_WORD = 500
"""Characters of a word; what is longer is cut."""

LEAST_SPACE = 0.02
MOST_TOUCH = 0.17
"""Of a letter's height: the gap that a space makes at least, and the gap that parts words without one."""

MOST_BOOKMARKS = 5_000
DEEPEST_BOOKMARK = 6

SPACES = frozenset((0x20, 0xA0, 0x09, 0x0A, 0x0D, 0x0C, 0x200B, 0x3000, *range(0x2000, 0x200B), 0x202F))
HYPHENS = {0x02: "-", 0xFFFE: "-", 0x2010: "-", 0x2011: "-"}
"""pdfium writes U+0002 or U+FFFE for a hyphen at the end of a line."""

MONO_FLAG = 0x01
"""Source: ISO 32000-1, table 123."""

BOLD_NAMES = (b"bold", b"black", b"heavy", b"cmbx")
MONO_NAMES = (b"mono", b"courier", b"cmtt", b"consolas", b"menlo", b"typewriter")

BULLETS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "‣", 0xF0A8: "□", 0xF076: "•", 0xF0FC: "•"}
"""What office programs take from the fonts Symbol and Wingdings."""

LIGATURES = range(0xFB00, 0xFB07)
SWAPPED = re.compile(f"[{''.join(chr(letter << 8) for letter in range(0x61, 0x7B))}]")
"""Latin letters with their bytes changed over, as Ghostscript writes those of ligatures."""

MARK = re.compile(r"\d{1,3}|[*†‡§¶]{1,3}")
"""What refers to a note."""

FAR_EAST = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

PASSWORD_ERROR, HANDLER_ERROR = 4, 5
"""Source: https://pdfium.googlesource.com/pdfium/+/main/public/fpdfview.h, FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Letters that stand together, in one size, on one baseline. Lengths are in points, y grows upwards."""

    text: str
    x0: float
    x1: float
    y: float
    """Of the baseline."""

    size: float
    """Of the font as it is shown."""

    bold: bool = False
    mono: bool = False
    """All its letters are equally wide."""

    glued: bool = False
    """No space stands between it and the word before it."""

    raised: bool = False
    """It is small and stands above the baseline of its neighbour, as marks of notes do; `y` is the neighbour's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page with its words in the order in which they are drawn, turned so that most of them are level."""

    number: int
    """Counted from 0."""

    bottom: float
    top: float
    words: tuple[Word, ...]

    letters: int
    """Characters drawn on it that are not spaces."""

    unmapped: int
    """Those of them for which the document does not say what letter they are."""

    pictures: bool = False
    """It has few letters, but pictures."""

    scanned: bool = False
    """It has few letters, and pictures cover most of it, or it is drawn in outlines."""

    across: tuple[str, ...] = ()
    """Words that stand askew, or large across others, as watermarks do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """An entry of the outline."""

    title: str
    level: int
    """From 1."""

    page: int | None
    """Counted from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a document says of itself."""

    title: str | None
    author: str | None
    language: str | None


@contextmanager
def open_document(source: Source) -> Iterator[PdfDocument]:
    """The document, for as long as it is needed.

    Raises:
        SourceError: it is none, is broken beyond repair, asks for a password, or has too many pages.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(source.data)
        pages = len(document)
    except pypdfium2.PdfiumError as problem:
        raise _refusal(source, getattr(problem, "err_code", None), str(problem)) from problem
    with closing(document):
        if pages > MOST_PAGES:
            why = f"it has {pages:,} pages, and narrate reads up to {MOST_PAGES:,}"
            raise SourceError(f"{source.name} is too long", why, "Split it into volumes")
        yield document


def _refusal(source: Source, code: int | None, said: str) -> SourceError:
    if code == PASSWORD_ERROR or "password" in said.lower():
        return SourceError(
            f"{source.name} cannot be read",
            "it is encrypted and asks for a password",
            "Open it in a PDF viewer, save or print it as a PDF without password, and give narrate that one",
        )
    if code == HANDLER_ERROR or "security" in said.lower():
        return SourceError(
            f"{source.name} cannot be read", "it is protected by a system that only its shop's programs know"
        )
    return SourceError(
        f"{source.name} cannot be read as a PDF",
        "it is none, or it is damaged",
        "Download it again, or open it in a PDF viewer and save it anew",
    )


def read_pages(document: PdfDocument, source: Source) -> Iterator[Page]:
    """The pages in their order, one at a time.

    Raises:
        SourceError: there is more on them than a text has, or a page cannot be read.
    """
    ends_s = time.monotonic() + LONGEST_S
    characters = 0
    for number in range(len(document)):
        page = _read_page(document, number, source)
        characters += page.letters
        if characters > MOST_CHARACTERS or time.monotonic() > ends_s:
            why = f"it has over {MOST_CHARACTERS // 1_000_000} million characters, or its pages take over "
            raise SourceError(f"{source.name} is too long", f"{why}{LONGEST_S:.0f} seconds", "Split it into volumes")
        yield page


def _read_page(document: PdfDocument, number: int, source: Source) -> Page:
    from pypdfium2 import PdfiumError

    try:
        with closing(document[number]) as page, closing(page.get_textpage()) as text:
            count = text.count_chars()
            if count > MOST_ON_A_PAGE:
                raise SourceError(
                    f"page {number + 1} of {source.name} cannot be read", f"{count:,} characters are drawn on it"
                )
            return _Glyphs(page, text, count).page(number)
    except PdfiumError as problem:
        raise SourceError(
            f"page {number + 1} of {source.name} cannot be read",
            "the file is damaged there",
            "Download it again, or open it in a PDF viewer and save it anew",
        ) from problem


class _Open:
    """A word that is being put together."""

    __slots__ = ("glued", "height", "letters", "low", "raised", "start", "x0", "x1", "y")

    def __init__(
        self, start: int, box: tuple[float, float, float, float], y: float, *, glued: bool, raised: bool
    ) -> None:
        self.x0, self.low, self.x1, high = box
        self.start, self.y, self.glued, self.raised = start, y, glued, raised
        self.height = max(4.0, high - self.low)
        self.letters: list[str] = []

    def takes(self, left: float, right: float, y: float, *, spaced: bool, raised: bool) -> bool:
        """Does a character go on where the word ends, on its baseline? A space counts where it has some width."""
        if raised != self.raised or len(self.letters) >= LONGEST_WORD or abs(y - self.y) >= 0.06 * self.height + 0.1:
            return False
        return self.touches(left, right, LEAST_SPACE if spaced else MOST_TOUCH)

    def touches(self, left: float, right: float, gap: float = MOST_TOUCH) -> bool:
        reach = gap * self.height
        return self.x0 - reach <= right and left <= self.x1 + reach

    def add(self, letter: str, left: float, right: float, height: float) -> None:
        self.letters.append(letter)
        if height > self.height:
            self.height = height
        if left < self.x0:
            self.x0 = left
        if right > self.x1:
            self.x1 = right


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """How a character is drawn."""

    turn: int | None
    """Quarter turns; None where it stands askew."""

    size: float
    bold: bool
    mono: bool


class _Glyphs:
    """The characters of a page, put together to words."""

    def __init__(self, page: PdfPage, text: PdfTextPage, count: int) -> None:
        import pypdfium2.raw as raw

        self.raw, self.count, self.handle, self.source, self.text = raw, count, text.raw, page, text
        self.box: tuple[float, float, float, float] = page.get_bbox()
        self.turn = self._main_turn()
        self.words: list[Word] = []
        self.across: list[tuple[int, int]] = []
        """Characters that stand askew: the first, and the one after the last."""
        self.looks: dict[int | None, _Look] = {}
        self.letters = self.unmapped = 0
        self._corners = tuple(ctypes.c_double() for _ in range(4))
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._box, self._matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        self._name, self._flags = ctypes.create_string_buffer(128), ctypes.c_int()

    def page(self, number: int) -> Page:
        self._collect()
        left, low, right, high = self._level(*self.box)
        words = [word for word in self.words if left - 1 <= word.x0 <= right and low <= word.y <= high]
        words, over = part_over_text(words)
        few = self.letters < FEW_LETTERS
        return Page(
            number=number,
            bottom=low,
            top=high,
            words=tuple(settle_marks(words)),
            letters=self.letters,
            unmapped=self.unmapped,
            pictures=few and self._has_pictures(),
            scanned=few and self._is_picture(),
            across=tuple(filter(_has_letters, (*self._askew(), " ".join(word.text for word in over)))),
        )

    def _askew(self) -> Iterator[str]:
        for start, end in self.across:
            yield " ".join(self.text.get_text_range(start, end - start).replace("\ufffe", "-").split())

    def _is_picture(self) -> bool:
        left, low, right, high = self.box
        covered = 0.0
        for image in islice(self.source.get_objects(filter=[self.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3), MOST_PICTURES):
            x0, y0, x1, y1 = image.get_bounds()
            covered += max(0.0, min(x1, right) - max(x0, left)) * max(0.0, min(y1, high) - max(y0, low))
        if covered >= MOST_OF_A_PAGE * (right - left) * (high - low):
            return True
        paths = self.source.get_objects(filter=[self.raw.FPDF_PAGEOBJ_PATH], max_depth=3)
        return not self.letters and sum(1 for _ in islice(paths, MANY_PATHS)) == MANY_PATHS

    def _has_pictures(self) -> bool:
        kinds = [self.raw.FPDF_PAGEOBJ_IMAGE, *([] if self.letters else [self.raw.FPDF_PAGEOBJ_PATH])]
        return next(iter(self.source.get_objects(filter=kinds, max_depth=3)), None) is not None

    def _angle_turn(self, index: int) -> int | None:
        """Quarter turns by which a character is turned; None where it stands askew."""
        turns = -self.raw.FPDFText_GetCharAngle(self.handle, index) / (math.pi / 2)  # it counts clockwise
        return round(turns) % 4 if abs(turns - round(turns)) < 0.06 else None

    def _main_turn(self) -> int:
        step = max(1, self.count // 200)
        turns = Counter(self._angle_turn(index) for index in range(0, self.count, step))
        return next((turn for turn, _ in turns.most_common() if turn is not None), 0)

    def _level(self, left: float, low: float, right: float, high: float) -> tuple[float, float, float, float]:
        """A box after the page was turned so that its text is level."""
        match self.turn:
            case 1:
                return low, -right, high, -left
            case 2:
                return -right, -high, -left, -low
            case 3:
                return -high, left, -low, right
        return left, low, right, high

    def _collect(self) -> None:
        """Walks over all characters; every call into pdfium counts here."""
        unicode_of, box_of = self.raw.FPDFText_GetUnicode, self.raw.FPDFText_GetLooseCharBox
        handle, box, boxed = self.handle, self._box, ctypes.byref(self._box)
        open_: _Open | None = None
        spaced = True
        for index in range(self.count):
            code = unicode_of(handle, index)
            if code in SPACES:
                spaced = True
                continue
            self.letters += 1
            if not 0x20 < code < 0x7F and self._is_unmapped(code, index):
                self.unmapped += 1
                continue
            box_of(handle, index, boxed)
            level = box.left, box.bottom, box.right, box.top
            left, low, right, high = level = self._level(*level) if self.turn else level
            base = open_.y if open_ is not None and low == open_.low else self._baseline(index)
            raised = 0x30 <= code <= 0x39 and self._is_raised(index, base, high - low)
            if open_ is not None and not open_.takes(left, right, base, spaced=spaced, raised=raised):
                spaced = spaced or not open_.touches(left, right)
                self._close(open_, index)
                open_ = None
            if open_ is None:
                open_ = _Open(index, level, base, glued=not spaced, raised=raised)
            spaced = False
            open_.add(chr(code) if code < 0x7F and code > 0x20 else _letter(code), left, right, high - low)
        if open_ is not None:
            self._close(open_, self.count)

    def _baseline(self, index: int) -> float:
        x, y = self._x, self._y
        self.raw.FPDFText_GetCharOrigin(self.handle, index, x, y)
        return self._level(x.value, y.value, x.value, y.value)[1]

    def _is_unmapped(self, code: int, index: int) -> bool:
        if (
            code in (0, 0xFFFD, 0xFFFF)
            or (0xE000 <= code <= 0xF8FF and code not in BULLETS)
            or (code < 0x20 and code not in HYPHENS)
        ):
            return True
        return code > 0x7E and self.raw.FPDFText_HasUnicodeMapError(self.handle, index) == 1

    def _is_raised(self, index: int, base: float, height: float) -> bool:
        """Is a figure drawn above its baseline, as fonts do that have raised figures of their own?"""
        left, right, low, high = self._corners
        self.raw.FPDFText_GetCharBox(self.handle, index, left, right, low, high)
        foot = self._level(left.value, low.value, right.value, high.value)[1]
        return foot - base > 0.2 * height

    def _close(self, word: _Open, end: int) -> None:
        """Puts a finished word among the others, unless it stands askew.

        Args:
            end: the character after it, spaces passed over.
        """
        look = self._look(word.start)
        if look.turn != self.turn:
            begun = self.across.pop()[0] if self.across and self.across[-1][1] == word.start else word.start
            self.across.append((begun, end))
            return
        self.words.append(
            Word(
                text=_whole("".join(word.letters)),
                x0=word.x0,
                x1=word.x1,
                y=word.y,
                size=look.size,
                bold=look.bold,
                mono=look.mono,
                glued=word.glued,
                raised=word.raised,
            )
        )

    def _look(self, index: int) -> _Look:
        """How a character is drawn; the same for all characters of one text object."""
        drawn = self.raw.FPDFText_GetTextObject(self.handle, index)
        key = ctypes.addressof(drawn.contents) if drawn else None
        if key is None or key not in self.looks:
            self.looks[key] = self._see(index)
        return self.looks[key]

    def _see(self, index: int) -> _Look:
        raw, handle, matrix = self.raw, self.handle, self._matrix
        raw.FPDFText_GetMatrix(handle, index, matrix)
        scale = math.hypot(matrix.c, matrix.d) or 1.0
        raw.FPDFText_GetFontInfo(handle, index, self._name, 128, self._flags)
        name, flags = self._name.value.lower(), self._flags.value
        heavy = raw.FPDFText_GetFontWeight(handle, index) >= 600
        return _Look(
            turn=self._angle_turn(index),
            size=max(raw.FPDFText_GetFontSize(handle, index) * scale, 0.1),
            bold=heavy or any(part in name for part in BOLD_NAMES),
            mono=bool(flags & MONO_FLAG) or any(part in name for part in MONO_NAMES),
        )


def _letter(code: int) -> str:
    if code in HYPHENS or code in BULLETS:
        return HYPHENS.get(code) or BULLETS[code]
    return normalize("NFKC", chr(code)) if code in LIGATURES else chr(code)


def _whole(text: str) -> str:
    """With pairs of surrogates, as pdfium writes rare characters, made one character each; composed."""
    if text.isascii():
        return text
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    if SWAPPED.search(text) and not FAR_EAST.search(SWAPPED.sub("", text)):
        text = SWAPPED.sub(lambda found: chr(ord(found[0]) >> 8), text)
    return normalize("NFC", text)


def _has_letters(text: str) -> bool:
    return any(map(str.isalnum, text))


def part_over_text(words: list[Word]) -> tuple[list[Word], list[Word]]:
    """The words of a page, and those of them that are printed large across others, with all of their line."""
    usual = median(word.size for word in words) if words else 0.0
    large = [one for one in words if one.size >= OVER_TEXT * usual and len(one.text) >= SHORTEST_MARK]
    small = [word for word in words if word.size < usual * OVER_TEXT]
    found = {(one.y, one.size) for one in large[:MOST_LARGE] if any(_covers(one, word) for word in small)}
    over = [word for word in words if (word.y, word.size) in found]
    return ([word for word in words if (word.y, word.size) not in found] if over else words), over


def _covers(large: Word, word: Word) -> bool:
    """Is the middle of a word behind the letters of a large one?"""
    middle = (word.x0 + word.x1) / 2
    return large.x0 < middle < large.x1 and large.y < word.y + 0.25 * word.size < large.y + 0.7 * large.size


def settle_marks(words: list[Word]) -> list[Word]:
    """Words with raised and lowered ones put onto the baseline of their neighbour, in the order given."""
    settled: list[Word] = []
    far = MOST_FAR_MARKS
    for index, word in enumerate(words):
        if word.raised:
            settled.append(word)
            continue
        host = _near_host(words, index)
        if host is None and far and MARK.fullmatch(word.text) and _stands_out(words, index):
            far -= 1
            host = next((other for other in words if _hangs_on(word, other)), None)
        if host is not None:
            word = replace(word, y=host.y, raised=word.y > host.y, glued=word.x0 > host.x0)
        settled.extend(_split_raised(word))
    return settled


def _near_host(words: list[Word], index: int) -> Word | None:
    """The bigger word drawn just before or after a small one that stands at it."""
    near = (words[other] for other in (index - 1, index + 1) if 0 <= other < len(words))
    return next((other for other in near if _hangs_on(words[index], other)), None)


def _stands_out(words: list[Word], index: int) -> bool:
    """Is a word smaller than those drawn before and after it?"""
    near = (words[other] for other in (index - 1, index + 1) if 0 <= other < len(words))
    return all(other.size > words[index].size * 1.1 for other in near)


def _hangs_on(word: Word, host: Word) -> bool:
    """Is a word a small one above or below the baseline of a bigger one beside it?"""
    if not 0.4 * host.size < word.size <= 0.85 * host.size or len(word.text) > 7:
        return False
    off = (word.y - host.y) / host.size
    apart = word.x0 - host.x1 if word.x0 >= host.x0 else host.x0 - word.x1
    return (0.12 < off < 0.65 or -0.4 < off < -0.06) and -0.3 < apart / host.size < 0.4


def _split_raised(word: Word) -> Iterator[Word]:
    """Digits that are raised by their characters become a raised word of their own."""
    base = word.text.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹")
    if base == word.text or word.raised:
        yield word
        return
    cut = word.x0 + (word.x1 - word.x0) * len(base) / len(word.text)
    if base:
        yield replace(word, text=base, x1=cut)
    mark = word.text[len(base) :].translate(RAISED)
    yield replace(word, text=mark, x0=cut, raised=True, glued=bool(base) or word.glued)


def read_label(document: PdfDocument) -> Label:
    """Title, author and language as the document's own data have them."""
    said = document.get_metadata_dict(skip_empty=True)
    return Label(title=said.get("Title"), author=said.get("Author"), language=_language(document))


def _language(document: PdfDocument) -> str | None:
    import pypdfium2.raw as raw

    ask: Callable[..., int] | None = getattr(raw, "FPDFCatalog_GetLanguage", None)
    if ask is None:
        return None
    length = ask(document.raw, None, 0)
    if not 2 < length <= 100:
        return None
    buffer = ctypes.create_string_buffer(length)
    ask(document.raw, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw.decode("utf-16-le", "ignore").strip("\0 ") or None


def read_bookmarks(document: PdfDocument) -> list[Bookmark]:
    """The outline, flat and in order; an outline that bites its own tail ends where it does."""
    found: list[Bookmark] = []
    for mark in document.get_toc(max_depth=DEEPEST_BOOKMARK):
        destination = mark.get_dest()
        title = " ".join(mark.get_title().split())
        page = destination.get_index() if destination else None
        if title:
            found.append(Bookmark(title=title, level=mark.level + 1, page=page))
        if len(found) >= MOST_BOOKMARKS:
            break
    return found

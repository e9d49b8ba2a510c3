"""What an element of a page is, by its name, its classes, what the book calls it, and what it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from narrate.readers.epub.markup import XML, attribute, begin_of, descendants, name_of, types_of, words_in
from narrate.readers.epub.pieces import CONTROLS, collapse
from narrate.readers.epub.styles import Sight
from narrate.readers.html.walk import FLOWING as FLOWING_ON_PAGES
from narrate.readers.html.walk import HEADINGS, LANGUAGE

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SILENT = {
    "head", "script", "style", "template", "iframe", "embed", "video", "audio", "canvas", "map", "select", "option",
    "datalist", "textarea", "input", "button", "progress", "meter", "dialog", "del", "s", "strike", "rt", "rp", "rtc",
    "case", "link", "meta", "annotation", "annotation-xml",
}  # fmt: skip
"""Elements whose words nobody reads on the page, that are struck out, or that hold none; the readings above ruby."""

FLOWING = FLOWING_ON_PAGES | {
    "ruby", "rb", "rbc", "noteref", "annoref", "pagenum", "switch", "default", "math", "svg", "w", "object", "picture",
}  # fmt: skip
"""Elements that stand inside a line; every other one begins a new block."""

LISTS = ("ul", "ol", "menu", "list")
PARAGRAPHS = ("p", "div", "center")
LINES = (*PARAGRAPHS, "line", "l")
PICTURES = ("img", "svg", "object", "image")
NOTES = frozenset({"footnote", "endnote", "rearnote"})
"""A `note` of EPUB may be a box beside the text, and is one unless something refers to it."""

NOTE_REFERENCES = frozenset({"noteref", "annoref"})
BACKLINKS = frozenset({"backlink", "referrer"})

PAGE_NAME = re.compile(
    r"(?:page|pg)[-_]?(?:num(?:ber)?|no|nr|break|marker|list)s?|folio|pageno?|newpage|l(?:ine)?[-_]?num(?:ber)?",
    re.IGNORECASE,
)
"""Classes of the numbers of pages, and of lines in verse."""

PAGE_NUMBER = re.compile(r"[\[({]?\s*(?:(?:page|pg|p|seite|s)\b\.?)?\s*[\divxlcdm]{0,7}\s*[\])}]?", re.IGNORECASE)
LONGEST_PAGE_NUMBER = 30
"""In characters, of what the book itself calls the number of a page."""

BREAK_NAME = re.compile(
    r"(?:scene|section|thematic|space|line|ornament(?:al)?|text|context|white|soft)[-_]?(?:break|space|sep\w{0,10})"
    r"|asterism|dinkus|ornament|tb|blank[-_]?line|spacer|break|separator",
    re.IGNORECASE,
)
ORNAMENT = re.compile(r"[^\w\s\"'“”‘’.?!…,;:-]{1,12}(?:\s+[^\w\s\"'“”‘’.?!…,;:-]{1,12}){0,8}")
DROP_CAP = re.compile(
    r"(?:drop|initial|first|raised)[-_]?(?:cap|letter|char)\w*|dropcaps?|initial|versal", re.IGNORECASE
)
STANZA = re.compile(r"(?:z3998:)?(?:stanza|line[-_]?group|lg|verse|strophe|strofe)", re.IGNORECASE)
CAPTION = re.compile(r"(?:fig(?:ure)?|image|img|photo|picture|table)?[-_]?(?:caption|legend)s?", re.IGNORECASE)

LABEL = re.compile(r"[\[({]?\s*(?:(?:n(?:ote)?\.?\s?)?\d{1,4}|[*†‡§¶#‖∗※]{1,5}|[A-Za-z]|[ivxlc]{1,7})\s*[\])}.:]?")
ARROWS = re.compile(r"[\s\[(]*(?:[↩↵↑↖⇑⤴⏎←^]\ufe0e?|back|return|zurück|retour)[\s\])]*", re.IGNORECASE)
NOTE_NAME = re.compile(
    r"(?:[a-z\d]{0,20}[-_.:]{1,3})?(?:fn|ftn|nt|note|footnote|endnote|rearnote|fussnote|anm)[a-z]{0,8}[-_.:\d]{0,12}",
    re.IGNORECASE,
)
LONGEST_LABEL = 16
LONGEST_BACKLINK = 40
"""In characters: what is read of a link to see whether it is a label."""


CODE_NAME = re.compile(r"code|program|listing|screen|source|terminal|console|pre$|calibre.*code", re.IGNORECASE)
CODE_SIGN = re.compile(r"[{}()\[\]<>=;_\\|/$#@&+~^`%]")
MOST_SIGNS = 0.04
"""Share of such signs among the characters of a text, beyond which it is code."""

NO_ALTERNATIVE = re.compile(
    r"(?:image|img|picture|illustration|figure|photo|graphic|decoration|decorative|logo|untitled|unknown)?[\W\d_]*"
    r"|\S+\.(?:jpe?g|png|gif|svg|webp)|https?://\S+",
    re.IGNORECASE,
)
"""Alternative texts that say nothing of the picture."""

LONGEST_CELL = 80
WORDY_CELL = 25
"""Words in a table's longest and middle cell, beyond which it is the layout of a page."""

LONGEST_CELL_CHARS = 1000

FRAMED = ("table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr", "blockquote", "figure")


@dataclass(slots=True)
class Count:
    """How the items of a list are counted."""

    ordered: bool
    number: int
    step: int
    form: str


def xml_id(element: Element) -> str:
    """An id written as `xml:id`."""
    return attribute(element, XML, "id")


def is_silent(element: Element, tag: str) -> bool:
    """Does it hold nothing that is read, whether it is seen or not?"""
    if tag == "nav":
        return element.get("hidden") is not None or bool(types_of(element) & {"page-list", "landmarks", "pagelist"})
    return tag in SILENT


def is_hidden(element: Element, tag: str, sight: Sight) -> bool:
    """Is it hidden from whoever looks at the page? A body may be so until a script has run."""
    return tag != "body" and (element.get("hidden") is not None or sight.hides(element))


def is_muted(element: Element, tag: str) -> bool:
    """Is it hidden from whoever hears the page? A line across it is heard as a pause."""
    return element.get("aria-hidden") == "true" and tag not in ("body", "hr")


def classes_of(element: Element) -> list[str]:
    return (element.get("class") or "").split()[:20]


def is_page_number(element: Element, tag: str, types: frozenset[str]) -> bool:
    """What says so itself, or has such a class, and holds nothing but a number."""
    if types & {"pagebreak", "pagenum"} or tag == "pagenum":
        return len(begin_of(element, LONGEST_PAGE_NUMBER)) <= LONGEST_PAGE_NUMBER
    if any(PAGE_NAME.fullmatch(name) for name in classes_of(element)):
        number = PAGE_NUMBER.fullmatch(begin_of(element, LONGEST_PAGE_NUMBER))
        return number is not None and tag not in ("body", "section", *HEADINGS)
    return False


def is_drop_cap(element: Element) -> bool:
    """The first letter of a chapter in an element of its own."""
    return any(map(DROP_CAP.fullmatch, classes_of(element))) and 0 < len(begin_of(element, 3)) <= 3


def is_caption(element: Element) -> bool:
    return (
        any(map(CAPTION.fullmatch, classes_of(element)))
        and len(begin_of(element, LONGEST_CELL_CHARS).split()) <= LONGEST_CELL
    )


def is_stanza(element: Element, types: frozenset[str]) -> bool:
    """A stanza whose lines are elements: they are joined into one paragraph."""
    named = any(map(STANZA.fullmatch, (*classes_of(element), *types, name_of(element))))
    lines = [child for child in element if name_of(child) in LINES]
    if not named or len(lines) < 2 or len(lines) != len(element):
        return False
    return all(len(begin_of(line, LONGEST_CELL_CHARS).split()) <= WORDY_CELL for line in lines) and not any(
        name_of(one) in PARAGRAPHS for line in lines for one in line
    )


def needs_caption(figure: Element) -> bool:
    """Does it show pictures, none of which has words that stand for it?"""
    pictures = list(figure.iter(*(f"{{*}}{name}" for name in PICTURES)))
    return bool(pictures) and not any(map(says_something, (alternative_of(one, name_of(one)) for one in pictures)))


def says_something(alternative: str) -> bool:
    return alternative != "" and NO_ALTERNATIVE.fullmatch(alternative) is None


def alternative_of(element: Element, tag: str) -> str:
    """The words that stand for a picture; empty where there are none or it only decorates."""
    if (element.get("role") or "") in ("presentation", "none"):
        return ""
    if tag == "svg":
        title = next((words_in(child) for child in element if name_of(child) in ("title", "desc")), "")
        return collapse(element.get("aria-label") or title)
    if tag == "object":
        inner = next((one.get("alt") or "" for one in descendants(element, "img")), "")
        return collapse(element.get("aria-label") or inner or words_in(element))
    return collapse(CONTROLS.sub("", element.get("alt") or element.get("aria-label") or ""))


def holds_raised(element: Element) -> bool:
    return next(element.iter("{*}sup"), None) is not None or any(
        name.lower().startswith(("sup", "fnref", "noteref", "footnote")) for name in classes_of(element)
    )


def is_named_after_notes(element: Element, fragment: str) -> bool:
    return any(map(NOTE_NAME.fullmatch, (*classes_of(element), fragment, element.get("id") or "")))


def read_formula(math: Element) -> tuple[str, str, str]:
    """The words in it, its alternative text, and its TeX; each may be empty."""
    tex = next(
        (words_in(one) for one in descendants(math, "annotation") if "tex" in (one.get("encoding") or "").lower()), ""
    )
    shown = math.iter("{*}mi", "{*}mn", "{*}mo", "{*}mtext", "{*}ms")
    text = " ".join(filter(None, map(words_in, shown)))
    return text, collapse(math.get("alttext") or ""), tex


def holds_data(table: Element) -> bool:
    """A table of values, and not the frame of a page."""
    if table.get("role") in ("presentation", "none"):
        return False
    rows = [[cell for cell in row if name_of(cell) in ("td", "th")] for row in descendants(table, "tr")]
    cells = [cell for row in rows for cell in row]
    if max(map(len, rows), default=0) < 2 or any(
        name_of(one) in FRAMED for cell in cells for one in cell.iterdescendants()
    ):
        return False
    lengths = sorted(len(begin_of(cell, LONGEST_CELL_CHARS).split()) for cell in cells)
    short = lengths[len(lengths) // 2] <= WORDY_CELL and lengths[-1] <= LONGEST_CELL
    return short and (len(rows) > 1 or next(table.iter("{*}th"), None) is not None)


def count_of(element: Element, tag: str) -> Count:
    ordered = tag == "ol" or element.get("type") == "ol"
    start = whole_number(element.get("start"), 1)
    backwards = element.get("reversed") is not None
    if backwards and element.get("start") is None:
        start = sum(name_of(child) == "li" for child in element)
    return Count(ordered, start, -1 if backwards else 1, element.get("type") or "1")


def written_number(number: int, form: str) -> str:
    if form in ("a", "A") and 1 <= number <= 26:
        return chr(ord(form) + number - 1)
    return str(number)


def is_code(pre: Element) -> bool:
    """What keeps its lines may also be a letter or a poem: code says what it is, or is full of signs."""
    if next(pre.iter("{*}code", "{*}samp", "{*}kbd"), None) is not None:
        return True
    if any(map(CODE_NAME.match, classes_of(pre))) or language_of_code(pre):
        return True
    text = "".join(pre.itertext())
    return len(CODE_SIGN.findall(text)) > MOST_SIGNS * len("".join(text.split()))


def language_of_code(pre: Element) -> str:
    """The language of a block of code, where a class names it as highlighters do."""
    if pre is None:
        return ""
    for element in (pre, *descendants(pre, "code")):
        found = LANGUAGE.search(element.get("class") or "")
        if found:
            return found[1]
    return ""


def whole_number(written: str | None, otherwise: int) -> int:
    return int(written) if written and re.fullmatch(r"-?\d{1,6}", written) else otherwise

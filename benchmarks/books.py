"""How fast is a book read, are its chapters where they should be, and is every word of it kept?

    python benchmarks/books.py [--words 120000] [--epubs DIR] [--json FILE]

Prints a Markdown table. A book is made in memory, with notes, tables and page numbers in it, and read in a process of
its own, five times: the time is the median, the memory the peak of that process. It is then held against what it was
made from.

With `--epubs DIR`, every `.epub` in that folder and below it is read too, and held against a plain dump of its pages
that knows nothing of the reader: lxml's text of what is in the reading order, without scripts, hidden elements,
readings above ruby, page numbers, numbers of lines in verse, and note marks.

* chapters: lines of the navigation (`nav`, else NCX) that lead into the reading order, found among the headings of the
  article in the same order; a heading fits where its words are those of the line, or hold them, or are held by them.
* words: of the dump, those that are also in the blocks of the article, each as often as it stands there. Chinese and
  Japanese are counted by characters.
* marks: in a copy of the book every page number becomes 7707 and every note mark 8808; how many more of these are read
  than in the book itself?

Such books can be had from https://github.com/IDPF/epub3-samples and https://github.com/w3c/epub-tests: zip each folder
that holds a `META-INF`. Nothing of them is kept or copied.
"""

from __future__ import annotations

import argparse
import io
import json
import posixpath
import re
import resource
import statistics
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree, html

RUNS = 5
PAGE_MARK, NOTE_MARK = "7707", "8808"
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
UNSEEN = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")
UNREAD = {
    "head", "script", "style", "template", "rt", "rp", "rtc", "video", "audio", "iframe", "svg", "math", "object",
    "canvas", "button", "select", "textarea", "del", "s", "case", "annotation",
}  # fmt: skip
INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "ruby",
    "rb", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img",
}  # fmt: skip
XML = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, recover=True)

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=120_000, help="of the book that is made")
    parser.add_argument("--epubs", type=Path, help="a folder of public books")
    parser.add_argument("--json", type=Path, help="also write the rows there, with what was missed")
    parser.add_argument("--timed", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.timed:
        print(json.dumps(time_reading(make_book(arguments.words)[0])))
        return
    rows = [made_row(arguments.words)]
    print(f"| {rows[0]['book']} | {rows[0]['measured']} |\n")
    print("| book | chapters | words | kept | page numbers read | note marks read | s |\n|---|---|---|---|---|---|---|")
    for row in book_rows(arguments.words, arguments.epubs):
        rows.append(row)
        print(f"| {row['book']} | {row['shown']} |", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")


def read_book(data: bytes, origin: str = "-") -> Any:
    from narrate.readers.epub.reader import EpubReader
    from narrate.types import Source

    return EpubReader().read(
        Source(origin=origin, media_type="application/epub+zip", data=data, fetched_at=datetime.now(UTC))
    )


# ------------------------------------------------------------------ time and memory


def made_row(words: int) -> Row:
    done = subprocess.run(
        [sys.executable, __file__, "--timed", "--words", str(words)], check=True, capture_output=True, text=True
    )
    found = json.loads(done.stdout)
    measured = (
        f"{found['seconds']:.2f} s (from {min(found['all']):.2f} to {max(found['all']):.2f}), {found['mb']:.0f} MB"
    )
    return {"book": f"a made book of {words:,} words, {found['bytes'] / 1e6:.1f} MB", "measured": measured, **found}


def time_reading(data: bytes) -> Row:
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        read_book(data)
        taken.append(time.perf_counter() - began)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": statistics.median(taken), "all": taken, "mb": peak_mb, "bytes": len(data)}


def make_book(words: int) -> tuple[bytes, int]:
    """A book of about so many words in chapters of 4,000, and how many chapters it has."""
    chapters = max(1, round(words / 4000))
    pages = [chapter_page(number, words // chapters) for number in range(1, chapters + 1)]
    items = "".join(
        f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(1, chapters + 1)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(1, chapters + 1))
    lines = "".join(f'<li><a href="c{n}.xhtml">Chapter {n}: Of light {n}</a></li>' for n in range(1, chapters + 1))
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" version="3.0">'
        "<metadata><dc:title>A made book</dc:title><dc:language>en</dc:language></metadata><manifest>"
        f'<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>{items}</manifest>'
        f"<spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="book.opf"/></rootfiles></container>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("book.opf", opf)
        archive.writestr("nav.xhtml", as_page(f'<nav epub:type="toc"><ol>{lines}</ol></nav>'))
        for number, text in enumerate(pages, 1):
            archive.writestr(f"c{number}.xhtml", text)
    return buffer.getvalue(), chapters


def chapter_page(number: int, words: int) -> str:
    """Paragraphs of about 80 words: every fifth with a note, every sixth with a page number in a word, few tables."""
    parts, notes = [f"<h1>Chapter {number}</h1><h2>Of light {number}</h2>"], []
    for at in range(max(1, words // 80)):
        told = " ".join(
            f"On the {at}th night the keeper of rock {number} wrote <em>fog {k}</em> and waited." for k in range(6)
        )
        if at % 5 == 0:
            told += f'<a epub:type="noteref" href="#n{at}">{at}</a>'
            notes.append(f'<aside epub:type="footnote" id="n{at}"><p>The log of night {at} has a stain.</p></aside>')
        if at % 6 == 0:
            told += f' The light<span epub:type="pagebreak" id="p{at}">{at}</span>house stood.'
        parts.append(f"<p>{told}</p>")
        if at % 25 == 24:
            parts.append("<table><tr><th>Night</th><th>Fog</th></tr><tr><td>one</td><td>thick</td></tr></table>")
    return as_page("".join(parts + notes))


def as_page(body: str) -> str:
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>x</title></head>'
        f"<body>{body}</body></html>"
    )


# ------------------------------------------------------------------ books against their dumps


def book_rows(words: int, folder: Path | None) -> Iterator[Row]:
    yield judge("the made book", make_book(words)[0])
    for path in sorted(folder.rglob("*.epub")) if folder else ():
        yield judge(path.stem, path.read_bytes())


def judge(name: str, data: bytes) -> Row:
    from narrate.errors import NarrateError

    began = time.perf_counter()
    try:
        article = read_book(data)
    except NarrateError as problem:
        return {"book": name, "shown": f"refused: {problem} | | | | |", "refused": str(problem)}
    seconds = time.perf_counter() - began
    dump = Dump(data)
    said = [block.text for block in article.blocks]
    kept, total, lost = compare(words_of(dump.text), words_of(" ".join(said)))
    titles = dump.titles()
    missed = missing_titles(titles, [block.text for block in article.blocks if block.kind.value == "heading"])
    marked, pages, notes = with_marks(data, dump.pages)
    read_again = Counter(words_of(" ".join(block.text for block in read_book(marked).blocks)))
    read_again.subtract(words_of(" ".join(said)))
    row: Row = {
        "book": name,
        "chapters": [len(titles) - len(missed), len(titles)],
        "words": total,
        "kept": kept / total if total else 1.0,
        "page_numbers": [read_again[PAGE_MARK], pages],
        "note_marks": [read_again[NOTE_MARK], notes],
        "seconds": seconds,
        "missed": missed,
        "lost": lost,
    }
    row["shown"] = (
        f"{row['chapters'][0]}/{len(titles)} | {total:,} | {100 * row['kept']:.3f} % | "
        f"{row['page_numbers'][0]}/{pages} | {row['note_marks'][0]}/{notes} | {seconds:.2f}"
    )
    return row


class Dump:
    """The pages of a book as a plain program sees them."""

    def __init__(self, data: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        container = self.parse("META-INF/container.xml")
        self.opf = unquote(container.find(".//{*}rootfile").get("full-path"))
        package = self.parse(self.opf)
        self.items = {item.get("id"): item for item in package.iter("{*}item")}
        linear = [one for one in package.iter("{*}itemref") if one.get("linear") != "no"]
        listed = [self.items.get(one.get("idref")) for one in linear or package.iter("{*}itemref")]
        self.pages = [
            self.path(item.get("href"), self.opf)
            for item in listed
            if item is not None and item.get("media-type") == "application/xhtml+xml"
        ]
        self.trees = {path: tree for path in self.pages if (tree := self.parse(path)) is not None}
        self.text = "\n".join(text_of(body_of(tree)) for tree in self.trees.values())

    def parse(self, path: str) -> Any:
        try:
            data = self.zip.read(path)
        except KeyError:
            return None
        return parse_page(data) if path.endswith(("htm", "html")) else etree.fromstring(data, XML)

    def path(self, href: str, base: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(href.split("#")[0])))

    def titles(self) -> list[str]:
        """Lines of the navigation in the order of the text, page by page."""
        found = list(self.nav_lines()) or list(self.ncx_lines())
        order = {path: number for number, path in enumerate(self.trees)}
        lead = [(order[path], title) for title, path in found if path in order and words_of(title)]
        return [title for _, title in sorted(dict.fromkeys(lead), key=lambda one: one[0])]

    def nav_lines(self) -> Iterator[tuple[str, str]]:
        item = next((item for item in self.items.values() if "nav" in (item.get("properties") or "").split()), None)
        path = self.path(item.get("href"), self.opf) if item is not None else ""
        tree = self.parse(path) if path else None
        for nav in tree.iter("{*}nav") if tree is not None else ():
            if "toc" in (nav.get(EPUB_TYPE) or "").split():
                for link in nav.iter("{*}a"):
                    if link.get("href"):
                        yield "".join(link.itertext()), self.path(link.get("href"), path)

    def ncx_lines(self) -> Iterator[tuple[str, str]]:
        item = next((one for one in self.items.values() if one.get("media-type") == "application/x-dtbncx+xml"), None)
        path = self.path(item.get("href"), self.opf) if item is not None else ""
        tree = self.parse(path) if path else None
        for point in tree.iter("{*}navPoint") if tree is not None else ():
            label, content = point.find("{*}navLabel"), point.find("{*}content")
            if label is not None and content is not None:
                yield "".join(label.itertext()), self.path(content.get("src") or "", path)


def parse_page(data: bytes) -> Any:
    data = re.sub(rb"&(?!amp;|lt;|gt;|quot;|apos;)[A-Za-z]+;", lambda found: unescape(found[0].decode()).encode(), data)
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, remove_comments=True, remove_pis=True))
    except etree.XMLSyntaxError:
        return html.document_fromstring(data)


def body_of(tree: Any) -> Any:
    body = next(tree.iter("{*}body"), None)
    return tree if body is None else body


def name_of(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def types_of(element: Any) -> set[str]:
    return set(f"{element.get(EPUB_TYPE) or ''} {element.get('role') or ''}".replace("doc-", "").split())


def is_mark(element: Any) -> str:
    """What a page number or a note mark is replaced with; empty for anything else.

    Numbers of lines in verse count as page numbers, and the number before a note that leads back from it as its mark.
    """
    label = "".join(element.itertext()).strip()
    if "pagebreak" in types_of(element) and not len(element):
        return PAGE_MARK
    if element.get("class") == "lnum" and label.isdigit():
        return PAGE_MARK
    number = re.fullmatch(r"[\[(]?(\d{1,4}|[*†‡])[\])]?\.?", label)
    if "noteref" in types_of(element):
        return NOTE_MARK if number else ""
    if (
        name_of(element) != "a"
        or "#" not in (element.get("href") or "")
        or not number
        or not any(map(str.isdigit, label))
    ):
        return ""
    above = [element, *list(element.iterancestors())[:2]]
    names = " ".join(f"{one.get('id')} {one.get('class')} {one.get(EPUB_TYPE)} {one.get('href')}" for one in above)
    raised = any(name_of(one) == "sup" for one in (*above, *element))
    parent = element.getparent()
    begins = parent is not None and parent[0] is element and (parent.text or "").strip() in ("", "[", "(")
    return NOTE_MARK if raised or label[0] in "[(" or (begins and re.search(r"note|\bft\d", names)) else ""


def text_of(element: Any) -> str:
    """Its words; a number that begins what calls itself a note is its mark, and not among them."""
    parts: list[str] = []
    begins_note = False
    walker = etree.iterwalk(element, events=("start", "end"))
    skipped = None
    for event, one in walker:
        name = name_of(one)
        if event == "start":
            style = (one.get("style") or "").replace(" ", "")
            nav = name == "nav" and types_of(one) & {"page-list", "landmarks"}
            hidden = one.get("hidden") is not None or "display:none" in style or "visibility:hidden" in style
            if not name or name in UNREAD or is_mark(one) or hidden or nav:
                skipped = one
                walker.skip_subtree()
                continue
            text = one.text or ""
            begins_note = begins_note or bool(types_of(one) & {"note", "footnote", "endnote", "rearnote"})
            if begins_note and text.strip():
                text, begins_note = re.sub(r"^\s*\d{1,4}[.)]?\s+", "", text), False
            parts.append(("" if name in INLINE else " ") + text)
        else:
            gap = "" if name in INLINE or one is skipped else " "
            parts.append(gap + ((one.tail or "") if one is not element else ""))
    return "".join(parts)


def words_of(text: str) -> list[str]:
    return WORD.findall(text.translate(UNSEEN).lower())


def compare(expected: list[str], found: list[str]) -> tuple[int, int, list[str]]:
    lost = Counter(expected) - Counter(found)
    return len(expected) - lost.total(), len(expected), [f"{word} {count}" for word, count in lost.most_common(40)]


def missing_titles(titles: list[str], headings: list[str]) -> list[str]:
    """Lines of the navigation that no heading shows after the one for the line before."""
    at, missed = 0, []
    said = [numbered(heading) for heading in headings]
    for title in titles:
        wanted = numbered(title)
        fits = (place for place in range(at, len(said)) if holds(said[place], wanted) or holds(wanted, said[place]))
        exact = (place for place in range(at, len(said)) if said[place] == wanted)
        found = next(exact, next(fits, None))
        if found is None:
            missed.append(" ".join(title.split()))
        else:
            at = found + 1
    return missed


def numbered(title: str) -> list[str]:
    roman = {
        "i": "1",
        "ii": "2",
        "iii": "3",
        "iv": "4",
        "v": "5",
        "vi": "6",
        "vii": "7",
        "viii": "8",
        "ix": "9",
        "x": "10",
    }
    return [roman.get(word, word) for word in words_of(title) if word != "chapter"]


def holds(whole: list[str], part: list[str]) -> bool:
    return bool(part) and part in (whole[: len(part)], whole[-len(part) :])


def with_marks(data: bytes, pages: list[str]) -> tuple[bytes, int, int]:
    """The book with its page numbers and note marks replaced, and how many there were of each."""
    buffer, counts = io.BytesIO(), Counter[str]()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as new:
        for name in dict.fromkeys(old.namelist()):
            text = old.read(name)
            if name in pages:
                text, found = replace_marks(text)
                counts.update(found)
            new.writestr(name, text)
    return buffer.getvalue(), counts[PAGE_MARK], counts[NOTE_MARK]


def replace_marks(data: bytes) -> tuple[bytes, list[str]]:
    try:
        tree = etree.fromstring(data, etree.XMLParser(resolve_entities=False, remove_comments=True))
    except etree.XMLSyntaxError:
        return data, []
    found = [(one, mark) for one in tree.iter() if (mark := is_mark(one) if name_of(one) else "")]
    for element, mark in found:
        for child in list(element):
            element.remove(child)
        element.text = mark
    return etree.tostring(tree.getroottree(), encoding="utf-8", xml_declaration=True), [mark for _, mark in found]


if __name__ == "__main__":
    main()

"""How much of a PDF's story is read, how much of its furniture, and how long does it take?

    python benchmarks/pdfs.py [--keep FOLDER]

Typesets the same text (the samples of this checkout, as a small book with chapters and notes) with every program that
is here: reportlab and fpdf2 (the `test` extra), WeasyPrint and typst (`pip install weasyprint typst`), Chromium, groff
through ps2pdf, LibreOffice, and one of the results once more through Ghostscript. Each is read, and the words that are
not marked are compared in their order with the words typeset: those found are kept, the others are furniture read.
Notes are compared by themselves. Programs that are missing are named. Times and memory are of a process of its own.
"""

from __future__ import annotations

import argparse
import html
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLES = ("essay", "page-news", "page-docs", "page-newsletter", "news", "page-blog")
HEAD = "Six Pieces for the Quay"
NOTES = (
    "The harbour office keeps its books in the cellar, where nobody looks for them.",
    "In this the writer is mistaken, as he was told at the time by several people.",
    "Compare the account of the younger brother, which is shorter and less kind.",
    "The figures are those of the winter; nobody has counted since.",
)


@dataclass(frozen=True)
class Part:
    """A heading or paragraph, and the note to it."""

    kind: str
    text: str
    note: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="keep the PDFs in this folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = arguments.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        print("| PDF | words | kept | furniture read | notes kept | headings |\n|---|---|---|---|---|---|")
        totals = [print_row(name, make, place) for name, make in MAKERS]
        done = [total for total in totals if total]
        words, kept, extra = (sum(column) for column in zip(*done, strict=True))
        print(f"| all {len(done)} | {words} | {kept / words:.2%} | {extra / words:.2%} | | |")
        print_large(place)


def content() -> list[Part]:
    """The parts of the book, every fourth paragraph with a note."""
    parts: list[Part] = []
    count = 0
    for number, name in enumerate(SAMPLES, 1):
        lines = (ROOT / "samples" / f"{name}.clean.txt").read_text("utf-8").splitlines()
        heading, *rest = [clean(line) for line in lines if clean(line)]
        parts.append(Part("h1", f"{number}. {heading[:60].rstrip(' .,')}"))
        for text in rest:
            if len(text.split()) < 15:
                continue
            count += 1
            parts.append(Part("body", text, NOTES[count // 4 % len(NOTES)] if count % 4 == 0 else ""))
    return parts


def clean(line: str) -> str:
    """Words only: no marks of Markdown, and letters that every program's first font has."""
    line = re.sub(r"^[#>*\-\s]+|[`*_\\]", "", line)
    for found, plain in (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("—", ", "), ("–", "-"), ("…", "...")):
        line = line.replace(found, plain)
    return " ".join(line.encode("latin-1", "ignore").decode("latin-1").split()).replace(" , ", ", ")


# ------------------------------------------------------------------ makers


def reportlab(columns: int, copies: int = 1) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        sys.path.insert(0, str(ROOT / "tests" / "readers"))
        from pdf_makers import flow

        parts = [(part.kind, html.escape(part.text, quote=False)) for part in content()] * copies
        path.write_bytes(flow(parts, columns=columns, head=HEAD))

    return make


def fpdf(columns: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        from fpdf import FPDF

        class Furnished(FPDF):
            def header(self) -> None:
                self.set_font("Helvetica", "I", 8)
                self.cell(0, 8, HEAD, align="R", new_x="LMARGIN", new_y="NEXT")
                self.ln(4)

            def footer(self) -> None:
                self.set_y(-15)
                self.set_font("Helvetica", "I", 8)
                self.cell(0, 10, f"Page {self.page_no()} of {{nb}}", align="C")

        pdf = Furnished(format="A4" if columns > 1 else (148, 210))
        pdf.add_page()
        if columns > 1:
            pdf.set_font("Times", "", 10)
            with pdf.text_columns(text_align="JUSTIFY", ncols=columns, gutter=8) as flowing:
                for part in content():
                    pdf.set_font("Times", "B" if part.kind == "h1" else "", 14 if part.kind == "h1" else 10)
                    with flowing.paragraph(bottom_margin=2) as paragraph:
                        paragraph.write(part.text)
        else:
            for part in content():
                if part.kind == "h1":
                    pdf.start_section(part.text)
                pdf.set_font("Times", "B" if part.kind == "h1" else "", 14 if part.kind == "h1" else 11)
                pdf.multi_cell(0, 5.4, part.text, align="J", new_x="LMARGIN", new_y="NEXT")
                pdf.ln(2)
        pdf.output(str(path))

    return make


BOOK_CSS = """
@page { size: A5; margin: 22mm 18mm; @footnote { border-top: 0.5pt solid black; margin-top: 4mm; padding-top: 2mm } }
@page :left { @top-left { content: counter(page) } @top-right { content: "Six Pieces for the Quay"; font-size: 8pt } }
@page :right { @top-right { content: counter(page) } @top-left { content: string(chapter); font-size: 8pt } }
body { font: 10pt/1.35 serif; text-align: justify; hyphens: auto }
h1 { font-size: 16pt; string-set: chapter content(); break-before: page; bookmark-level: 1 }
p { margin: 0; text-indent: 1.2em } h1 + p { text-indent: 0 }
.note { float: footnote; font-size: 8pt; text-indent: 0 }
"""
COLUMN_CSS = """
@page { size: A4; margin: 22mm 18mm; @bottom-center { content: counter(page) } }
body { font: 10pt/1.3 serif; text-align: justify; hyphens: auto; columns: 2; column-gap: 8mm }
h1 { font-size: 14pt; text-align: left; hyphens: none; break-after: avoid }
p { margin: 0 0 2mm } .note { display: none }
"""


def web_page(css: str, *, notes: bool) -> str:
    said = ""
    for part in content():
        tag = "h1" if part.kind == "h1" else "p"
        note = f'<span class="note">{html.escape(part.note)}</span>' if part.note and notes else ""
        said += f"<{tag}>{html.escape(part.text)}{note}</{tag}>\n"
    return f'<!doctype html><html lang="en"><title>{HEAD}</title><style>{css}</style>{said}'


def weasyprint(css: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import weasyprint as printer

        printer.HTML(string=web_page(css, notes=css is BOOK_CSS)).write_pdf(str(path))

    return make


def chromium(css: str, *, furniture: bool) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        page = path.with_suffix(".html")
        page.write_text(web_page(css, notes=False), "utf-8")
        plain = [] if furniture else ["--no-pdf-header-footer"]
        call(program("chromium"), "--headless", "--no-sandbox", "--disable-gpu", *plain, f"--print-to-pdf={path}", page)

    return make


def groff(columns: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        lines = [f".ds LH {HEAD}", ".ds CH", ".ds RH %", ".ds CF", ".nr PS 11", ".nr VS 14", ".nr FM 0.8i"]
        lines += [".2C"] if columns == 2 else []
        for part in content():
            text = part.text.replace("\\", "").replace("'", "\\[cq]")
            if part.kind == "h1":
                lines += [".SH", text]
            else:
                noted = [f"{text}\\**", ".FS", part.note, ".FE"] if part.note else [text]
                lines += [".PP", *noted]
        script = path.with_suffix(".ms")
        script.write_text("\n".join(lines) + "\n", "latin-1")
        drawn = path.with_suffix(".ps")
        drawn.write_bytes(call(program("groff"), "-ms", "-Tps", "-P-pa4", script))
        call(program("ps2pdf"), drawn, path)

    return make


def manual(path: Path) -> None:
    lines = [f'.TH "{HEAD}" 7 "November 2026" "Quay Press" "{HEAD}"']
    for part in content():
        lines += [".SH" if part.kind == "h1" else ".PP", part.text.replace("'", "\\[aq]")]
    script = path.with_suffix(".man")
    script.write_text("\n".join(lines) + "\n", "latin-1")
    drawn = path.with_suffix(".ps")
    drawn.write_bytes(call(program("groff"), "-man", "-Tps", "-P-pa4", script))
    call(program("ps2pdf"), drawn, path)


def typst(columns: int, *, figures: bool = False) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        import typst as typesetter

        def escaped(text: str) -> str:
            return re.sub(r"([#$*_`<>@\\\[\]~=/'\"+-])", r"\\\1", text)

        lines = [f'#set page(paper: "a4", columns: {columns}, numbering: "1 / 1", header: [{HEAD}])']
        lines += [
            '#set text(size: 10pt, lang: "en", hyphenate: true)',
            "#set par(justify: true, first-line-indent: 1.2em)",
        ]
        for part in content():
            note = f"#footnote[{escaped(part.note)}]" if part.note else ""
            text = re.sub(r"^(\d+)\.", r"\1\\.", escaped(part.text))
            lines += [f"= {text}" if part.kind == "h1" else text + note, ""]
        if figures:
            lines[3:3] = FRONT
            for number, where in ((8, ("auto", "column")), (6, ("top", "parent")), (3, ("none", "column"))):
                lines.insert(len(lines) * number // 10, FIGURE.format(number, *where))
        script = path.with_suffix(".typ")
        script.write_text("\n".join(lines), "utf-8")
        typesetter.compile(str(script), output=str(path))

    return make


FRONT = (
    f'#place(top + center, scope: "parent", float: true)[#text(18pt, weight: "bold")[{HEAD}]]',
    "#let before() = query(heading).filter(one => one.location().page() <= here().page())",
    "#set page(header: context [Quay Press #h(1fr) #if before().len() > 0 { before().last().body }])",
)
FIGURE = """
#figure(rect(width: 80%, height: 60pt), placement: {1}, scope: "{2}", caption: [The doors, drawn {0} times over.])
"""


def libreoffice(path: Path) -> None:
    page = path.with_suffix(".html")
    page.write_text(web_page("p { text-align: justify }", notes=False), "utf-8")
    office = shutil.which("soffice") or program("libreoffice")
    call(office, "--headless", "--convert-to", "pdf:writer_web_pdf_Export", "--outdir", path.parent, page)


def ghostscript(path: Path) -> None:
    first = path.with_name("first.pdf")
    weasyprint(BOOK_CSS)(first)
    call(program("gs"), "-q", "-dBATCH", "-dNOPAUSE", "-sDEVICE=pdfwrite", f"-sOutputFile={path}", first)


MAKERS: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("reportlab, one column, head, number", reportlab(1)),
    ("reportlab, two columns, head, number", reportlab(2)),
    ("fpdf2, one column, outline, page 3 of 40", fpdf(1)),
    ("fpdf2, two columns, page 3 of 40", fpdf(2)),
    ("WeasyPrint, book, hyphens, notes, heads by chapter and side", weasyprint(BOOK_CSS)),
    ("WeasyPrint, two columns, hyphens, numbers", weasyprint(COLUMN_CSS)),
    ("typst, one column, hyphens, notes, 3 / 40", typst(1)),
    ("typst, two columns, hyphens, notes, 3 / 40", typst(2)),
    ("typst, paper: title across, figures, heads by section, notes", typst(2, figures=True)),
    ("Chromium, one column, its own head and foot", chromium("body { font: 12pt serif }", furniture=True)),
    ("Chromium, book, justified, indents", chromium(BOOK_CSS, furniture=False)),
    ("Chromium, two columns, hyphens", chromium(COLUMN_CSS, furniture=False)),
    ("groff -ms, one column, hyphens, notes, head", groff(1)),
    ("groff -ms, two columns, hyphens, notes, head", groff(2)),
    ("groff -man through ps2pdf, hyphens, heads and feet", manual),
    ("Ghostscript, from WeasyPrint's book", ghostscript),
    ("LibreOffice, from a web page", libreoffice),
)


def program(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise ModuleNotFoundError(f"{name} is not installed")
    return found


def call(*words: object) -> bytes:
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, timeout=120).stdout


# ----------------------------------------------------------------- measures


def print_row(name: str, make: Callable[[Path], None], folder: Path) -> tuple[int, int, int] | None:
    """The row of one PDF; its words, those kept, and those that are none of them."""
    path = folder / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}.pdf"
    try:
        make(path)
    except (ImportError, OSError, subprocess.CalledProcessError) as problem:
        why = str(problem).splitlines()[0]
        print(f"| {name} | not made: {why.replace(str(folder), '…')} | | | | |")
        return None
    from narrate.readers.pdf.reader import PdfReader
    from narrate.types import BlockKind, Source

    source = Source(
        origin=path.name, media_type="application/pdf", data=path.read_bytes(), fetched_at=datetime.now(UTC)
    )
    blocks = [block for block in PdfReader().read(source).blocks if block.mark is None and block.text != HEAD]
    said = [word for block in blocks if block.kind is not BlockKind.NOTE for word in words_of(block.text, block.marker)]
    noted = [word for block in blocks if block.kind is BlockKind.NOTE for word in words_of(block.text)]
    wanted = [word for part in content() for word in words_of(part.text)]
    notes = [word for part in content() for word in words_of(part.note)]
    kept, kept_notes = common(wanted, said), common(notes, noted)
    extra = len(said) - kept
    heads = sum(part.kind == "h1" for part in content())
    found = sum(block.kind in (BlockKind.HEADING, BlockKind.TITLE) for block in blocks)
    with_notes = f"{kept_notes / len(notes):.2%}" if noted else "-"
    row = f"{len(wanted)} | {kept / len(wanted):.2%} | {extra / len(wanted):.2%} | {with_notes} | {found} of {heads}"
    print(f"| {name} | {row} |", flush=True)
    show_misses(wanted, said)
    return len(wanted), kept, extra


def words_of(text: str, marker: str = "") -> list[str]:
    return f"{marker if marker[:1].isalnum() else ''} {text}".lower().replace("’", "'").split()


def common(wanted: list[str], said: list[str]) -> int:
    """How many words of one list stand in the other in the same order."""
    return sum(block.size for block in SequenceMatcher(None, wanted, said, autojunk=False).get_matching_blocks())


def show_misses(wanted: list[str], said: list[str]) -> None:
    for what, a0, a1, b0, b1 in SequenceMatcher(None, wanted, said, autojunk=False).get_opcodes():
        if what != "equal":
            print(f"    {' '.join(wanted[a0:a1])!r} read as {' '.join(said[b0:b1])!r}", file=sys.stderr)


MEASURE = """
import resource, sys, time
from datetime import UTC, datetime
from pathlib import Path
from narrate.readers.pdf.reader import PdfReader
from narrate.types import Source
data = Path(sys.argv[1]).read_bytes()
began_s = time.perf_counter()
article = PdfReader().read(Source(origin="x", media_type="application/pdf", data=data, fetched_at=datetime.now(UTC)))
took_s = time.perf_counter() - began_s
print(took_s, sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024)
"""


def print_large(folder: Path) -> None:
    import pypdfium2

    path = folder / "large.pdf"
    reportlab(1, copies=70)(path)
    pages = len(pypdfium2.PdfDocument(path))
    seconds, mebibytes = map(float, call(sys.executable, "-c", MEASURE, path).split())
    print(f"\n{pages} pages: {seconds:.1f} s, {mebibytes:.0f} MiB at most, both processes together")


if __name__ == "__main__":
    main()

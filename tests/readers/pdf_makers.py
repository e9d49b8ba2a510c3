"""PDFs for the tests, made while they run, with reportlab (letter by letter, or flowing) and fpdf2."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from random import Random
from typing import Any

from fpdf import FPDF
from PIL import Image
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

PARAGRAPHS = (
    "The harbour at night is a different country. The cranes stand with their heads down, like cattle in the rain, and "
    "the water makes the small sounds that it saves for when nobody is there to hear them at all.",
    "I went there first as a boy, with my uncle, who was a well-known liar and a good cook. He had been a pilot, he "
    "said, and he had been a diver, and once, for a week, the harbour master of a town that has since been given back "
    "to the sea.",
    "What he had really been was the keeper of the ice house. Every morning before five he opened the iron doors and "
    "let the cold walk out into the street, where it stood about for a while and then went down to the boats.",
    "Nobody keeps ice houses now. The building is a gallery, and the doors are painted blue, and the young woman who "
    "sits behind them told me that the walls are so thick because of the sound of the trains.",
    "There were never any trains. I did not say so. A town is allowed to forget what it was for, and to make up "
    "something kinder, and it may be that in another hundred years there will have been trains after all.",
)


def prose(count: int) -> list[str]:
    """Paragraphs of which no line is like another: sentences of the words above, in any order."""
    words = sorted(set(re.findall("[a-z]+", " ".join(PARAGRAPHS))))
    dice = Random(7)
    return [" ".join(_sentence(dice, words) for _ in range(dice.randint(2, 5))) for _ in range(count)]


def _sentence(dice: Random, words: list[str]) -> str:
    return " ".join(dice.choices(words, k=dice.randint(8, 18))).capitalize() + "."


@dataclass(frozen=True)
class Put:
    """A line of words at a place, in points from the lower left corner."""

    x: float
    y: float
    text: str
    font: str = "Times-Roman"
    size: float = 11
    rise: float = 0.0
    turned: float = 0.0


def lay(pages: Sequence[Sequence[Put]], **info: str) -> bytes:
    """Pages with every line where it is put."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, lang=info.get("lang"))
    for name, setter in (("title", canvas.setTitle), ("author", canvas.setAuthor)):
        if name in info:
            setter(info[name])
    for page in pages:
        for put in page:
            canvas.saveState()
            canvas.translate(put.x, put.y)
            canvas.rotate(put.turned)
            canvas.setFont(put.font, put.size)
            canvas.drawString(0, put.rise, put.text)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def wrap(text: str, width: float, *, font: str = "Times-Roman", size: float = 11, indent: float = 0.0) -> list[str]:
    """The lines of a text in a column of so many points."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        room = width - (indent if not lines else 0.0)
        longer = f"{line} {word}".strip()
        if line and stringWidth(longer, font, size) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def column(
    paragraphs: Sequence[str],
    *,
    x: float = 72,
    top: float = 760,
    width: float = 450,
    size: float = 11,
    leading: float = 14,
    indent: float = 14,
    space: float = 0.0,
) -> list[Put]:
    """Paragraphs in one column, each first line but the first one's indented."""
    puts: list[Put] = []
    y = top
    for number, text in enumerate(paragraphs):
        own = indent if number else 0.0
        for index, line in enumerate(wrap(text, width, size=size, indent=own)):
            puts.append(Put(x + (own if index == 0 else 0.0), y, line, size=size))
            y -= leading
        y -= space
    return puts


def lines_of(text: str, *, x: float = 72, top: float = 760, size: float = 11, leading: float = 14) -> list[Put]:
    """Lines as they are written, one below the other."""
    return [Put(x, top - leading * index, line, size=size) for index, line in enumerate(text.split("\n"))]


STYLES = {
    "title": ParagraphStyle("title", fontName="Times-Bold", fontSize=22, leading=27, spaceAfter=18),
    "h1": ParagraphStyle("h1", fontName="Times-Bold", fontSize=16, leading=20, spaceBefore=16, spaceAfter=8),
    "h2": ParagraphStyle("h2", fontName="Times-Bold", fontSize=13, leading=16, spaceBefore=12, spaceAfter=6),
    "body": ParagraphStyle("body", fontName="Times-Roman", fontSize=11, leading=14, spaceAfter=7, alignment=TA_JUSTIFY),
    "item": ParagraphStyle(
        "item", fontName="Times-Roman", fontSize=11, leading=14, leftIndent=18, bulletIndent=4, spaceAfter=3
    ),
}


def flow(
    parts: Sequence[tuple[str, str]], *, columns: int = 1, head: str = "", foot: str = "{page}", **info: str
) -> bytes:
    """A document that flows over pages and columns, with a head and foot on each page."""
    out = io.BytesIO()
    width, height = A4
    gap, margin = 20, 64
    wide = (width - 2 * margin - gap * (columns - 1)) / columns
    frames = [Frame(margin + (wide + gap) * one, 72, wide, height - 150, 0, 0, 0, 0) for one in range(columns)]

    def furnish(canvas: Any, document: Any) -> None:
        canvas.setFont("Times-Italic", 9)
        canvas.drawString(margin, height - 46, head)
        canvas.drawCentredString(width / 2, 40, foot.format(page=document.page))

    document = BaseDocTemplate(out, pagesize=A4, invariant=1, **info)
    document.addPageTemplates([PageTemplate("all", frames, onPage=furnish)])
    document.build([_paragraph(style, text) for style, text in parts])
    return out.getvalue()


def _paragraph(style: str, text: str) -> Paragraph:
    return Paragraph(text, STYLES[style], bulletText="•" if style == "item" else None)


class _Furnished(FPDF):
    head = ""

    def header(self) -> None:
        self.set_font("Helvetica", "I", 8)
        self.cell(0, 8, self.head, new_x="LMARGIN", new_y="NEXT")
        self.ln(6)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", "I", 8)
        self.cell(0, 10, f"Page {self.page_no()} of {{nb}}", align="C")


def fpdf_document(paragraphs: Sequence[str], *, head: str, sections: dict[int, tuple[int, str]] | None = None) -> bytes:
    """Justified paragraphs with a space between, and an outline of sections by the paragraph they precede."""
    pdf = _Furnished(format=(148, 210))
    pdf.head = head
    pdf.set_lang("en-GB")
    pdf.add_page()
    for index, text in enumerate(paragraphs):
        if sections and index in sections:
            level, name = sections[index]
            pdf.start_section(name, level=level)
            pdf.set_font("Helvetica", "B", 11)
            pdf.multi_cell(0, 6, name, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(1)
        pdf.set_font("Helvetica", "", 11)
        pdf.multi_cell(0, 5.2, text, align="J", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(3)
    return bytes(pdf.output())


def locked(paragraphs: Sequence[str], *, user: str, owner: str) -> bytes:
    """A document encrypted with AES; without a password for its user, anybody may open it."""
    from fpdf.enums import AccessPermission, EncryptionMethod

    pdf = FPDF()
    pdf.set_encryption(
        owner_password=owner,
        user_password=user or None,
        permissions=AccessPermission.none(),
        encryption_method=EncryptionMethod.AES_128,
    )
    pdf.add_page()
    pdf.set_font("Helvetica", "", 12)
    for text in paragraphs:
        pdf.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def in_own_font(paragraphs: Sequence[str]) -> bytes:
    """A document with a font inside that calls its letters by numbers of its own."""
    face = files("font_source_serif_pro") / "files" / "SourceSerifPro-Regular.ttf"
    pdf = FPDF()
    pdf.add_font("Serif", "", str(face))
    pdf.add_page()
    pdf.set_font("Serif", "", 12)
    for text in paragraphs:
        pdf.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def scan(pages: int, stamp: str = "") -> bytes:
    """Pages that are pictures, each with a stamp below."""
    picture = io.BytesIO()
    Image.new("L", (200, 280), 200).save(picture, "PNG")
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for _ in range(pages):
        picture.seek(0)
        canvas.drawImage(ImageReader(picture), 0, 0, *A4)
        if stamp:
            canvas.setFont("Helvetica", 7)
            canvas.drawString(72, 20, stamp)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def joined(*documents: bytes) -> bytes:
    """The pages of all documents in one."""
    from pypdfium2 import PdfDocument

    whole = PdfDocument.new()
    for data in documents:
        whole.import_pages(PdfDocument(data))
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def raw_pdf(objects: Sequence[str]) -> bytes:
    """A PDF of objects written by hand, the first of them its catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, text in enumerate(objects, 1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    for place in places:
        out.write(f"{place:010d} 00000 n \n".encode())
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()

"""Documents of office programs: packages that are opened with care, and formulas as a line of text."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from narrate.errors import SourceError
from narrate.readers.tree import attribute_of, child_of, tag_of, text_of
from narrate.signatures import ENCRYPTED, LOCKED, OLD_OFFICE

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from narrate.types import Source

MOST_UNPACKED = 64 << 20
"""Bytes that the texts of one document may take: a novel in Word takes five million."""

MOST_MEMBERS = 20_000

MOST_RATIO = 200
"""How often a member may be larger than it is packed."""

SMALL = 1 << 20
"""Bytes below which nobody asks how well something is packed."""

LONGEST_FORMULA = 2_000


# --------------------------------------------------------------- packages


@dataclass
class Package:
    """A document that is a ZIP archive, of which no more than so many bytes are ever unpacked."""

    name: str
    archive: zipfile.ZipFile
    left: int = field(default=MOST_UNPACKED)

    def read(self, member: str) -> bytes | None:
        """A member whole; None where there is none.

        Raises:
            SourceError: it is damaged, encrypted, or far larger than a document is.
        """
        try:
            info = self.archive.getinfo(member)
        except KeyError:
            return None
        if info.flag_bits & 1:
            raise encrypted(self.name)
        if info.file_size > self.left or (
            info.file_size > SMALL and info.file_size > MOST_RATIO * max(1, info.compress_size)
        ):
            raise SourceError(
                f"{self.name} is refused",
                f"{member} in it would unpack to {info.file_size:,} bytes",
                "Look at the file",
            )
        self.left -= info.file_size
        try:
            return self.archive.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as problem:
            raise damaged(self.name, str(problem)) from problem

    def need(self, member: str, what: str) -> bytes:
        """A member without which there is no document.

        Raises:
            SourceError: there is none.
        """
        data = self.read(member)
        if data is None:
            raise SourceError(f"{self.name} is no {what}", f"it has no {member}", "Say what it is with --as")
        return data


def open_package(source: Source, what: str) -> Package:
    """The package of a document.

    Args:
        what: such as `Word document`.

    Raises:
        SourceError: it has a password, is older than packages are, or is none.
    """
    if source.data.startswith(OLD_OFFICE):
        if ENCRYPTED in source.data:
            raise encrypted(source.name)
        raise SourceError(f"{source.name} is an old Office document", "", "Save it as .docx or .odt and give it that")
    if not source.data.startswith(b"PK"):
        raise SourceError(f"{source.name} is no {what}", "it does not begin as one", "Say what it is with --as")
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as problem:
        raise damaged(source.name, str(problem)) from problem
    if len(archive.namelist()) > MOST_MEMBERS:
        raise SourceError(f"{source.name} is refused", f"it holds over {MOST_MEMBERS:,} files", "Look at the file")
    return Package(source.name, archive)


def encrypted(name: str) -> SourceError:
    return SourceError(f"{name} cannot be read", "it is encrypted with a password", LOCKED.remedy)


def damaged(name: str, why: str) -> SourceError:
    return SourceError(f"{name} is cut short or damaged", why.rstrip("."), "Get it again")


# --------------------------------------------------------------- formulas


def write_formula(element: Element) -> str:
    """A formula of Word (OMML) or of MathML in one line, such as `(a+b)/2`, `x^2`, `√(x)`.

    Source:
        ECMA-376, part 1, section 22.1; https://www.w3.org/TR/mathml-core/;
        Unicode Technical Note 28, the linear form of formulas.
    """
    text = " ".join(_write(element).split())
    return text[:LONGEST_FORMULA]


def _write(element: Element) -> str:
    tag = tag_of(element)
    if tag in ("annotation", "annotation-xml", "rPr", "ctrlPr") or tag.endswith("Pr"):
        return ""
    write = FORMS.get(tag)
    if write is not None:
        return write(element, [_write(part) for part in _parts(element)])
    if len(element) == 0:
        return (element.text or "").replace("\u2061", "").replace("\u2062", "")
    return "".join(map(_write, _parts(element)))


def _parts(element: Element) -> list[Element]:
    return [child for child in element if tag_of(child) and not tag_of(child).endswith("Pr")]


def _pick(parts: list[str], index: int) -> str:
    return parts[index].strip() if index < len(parts) else ""


def _group(text: str) -> str:
    """In brackets, unless it is one thing."""
    return text if re.fullmatch(r"\w*[.,]?\w*|\(.*\)", text) else f"({text})"


def _fraction(_: Element, parts: list[str]) -> str:
    return f"{_group(_pick(parts, 0))}/{_group(_pick(parts, 1))}"


def _scripts(*signs: str) -> Callable[[Element, list[str]], str]:
    def write(_: Element, parts: list[str]) -> str:
        said = [f"{sign}{_group(_pick(parts, 1 + at))}" for at, sign in enumerate(signs) if _pick(parts, 1 + at)]
        return _pick(parts, 0) + "".join(said)

    return write


def _root(element: Element, parts: list[str]) -> str:
    if tag_of(element) == "rad":
        degree, inner = text_of(child_of(element, "deg")), _pick(parts, len(parts) - 1)
    elif tag_of(element) == "mroot":
        degree, inner = _pick(parts, 1), _pick(parts, 0)
    else:
        degree, inner = "", "".join(parts)
    return {"3": "∛", "4": "∜"}.get(degree, "√" if not degree or degree == "2" else f"{degree}√") + f"({inner})"


def _nary(element: Element, _: list[str]) -> str:
    sign = _property(element, "naryPr", "chr", "∫")
    limits = [(mark, _write_child(element, name)) for mark, name in (("_", "sub"), ("^", "sup"))]
    return sign + "".join(mark + _group(text) for mark, text in limits if text) + f" {_write_child(element, 'e')}"


def _brackets(element: Element, parts: list[str]) -> str:
    begin = _property(element, "dPr", "begChr", "(")
    end = _property(element, "dPr", "endChr", ")")
    return begin + _property(element, "dPr", "sepChr", "|").join(parts) + end


def _rows(_: Element, parts: list[str]) -> str:
    return "; ".join(filter(None, parts))


def _cells(_: Element, parts: list[str]) -> str:
    return ", ".join(filter(None, parts))


def _applied(_: Element, parts: list[str]) -> str:
    return f"{_pick(parts, 0)} {_group(_pick(parts, 1))}"


def _property(element: Element, properties: str, name: str, otherwise: str) -> str:
    found = child_of(element, properties, name)
    value = attribute_of(found, "val") if found is not None else None
    return otherwise if value is None else value


def _write_child(element: Element, name: str) -> str:
    found = child_of(element, name)
    return _write(found).strip() if found is not None else ""


FORMS: dict[str, Callable[[Element, list[str]], str]] = {
    "f": _fraction,
    "mfrac": _fraction,
    "sSup": _scripts("^"),
    "msup": _scripts("^"),
    "mover": _scripts("^"),
    "limUpp": _scripts("^"),
    "sSub": _scripts("_"),
    "msub": _scripts("_"),
    "munder": _scripts("_"),
    "limLow": _scripts("_"),
    "sSubSup": _scripts("_", "^"),
    "msubsup": _scripts("_", "^"),
    "munderover": _scripts("_", "^"),
    "rad": _root,
    "msqrt": _root,
    "mroot": _root,
    "nary": _nary,
    "d": _brackets,
    "m": _rows,
    "mtable": _rows,
    "eqArr": _rows,
    "mr": _cells,
    "mtr": _cells,
    "func": _applied,
}
"""How the elements of formulas are written that are more than their parts in a row."""


def formulas_in(element: Element) -> Iterator[Element]:
    """The formulas of Word in a part of a document, outermost first."""
    for found in element.iter("{*}oMathPara", "{*}oMath"):
        if not any(tag_of(above) in ("oMathPara", "oMath") for above in found.iterancestors()):
            yield found

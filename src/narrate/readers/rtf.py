"""Rich Text Format. Headings are known where its styles or its outline name them; text boxes are not read.

Source: Microsoft, Rich Text Format Specification 1.9.1
"""

from __future__ import annotations

import codecs
import locale
import re
from collections import Counter
from dataclasses import dataclass, field, replace

from narrate.errors import SourceError
from narrate.readers.office import damaged
from narrate.readers.tree import About, Note, Sheet, Words, is_alternative, make_article, reads_as_header
from narrate.types import Article, BlockKind, Source

TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\", re.DOTALL
)
DEEPEST = 1_000
"""Groups inside one another."""

DEEPEST_HEADING = 6

SKIPPED = {
    "annotation", "atnauthor", "atndate", "atnid", "atnref", "atrfend", "atrfstart", "background", "bkmkend",
    "bkmkstart", "colortbl", "comment", "company", "datastore", "do", "doccomm", "fldinst", "filetbl", "footer",
    "footerf", "footerl", "footerr", "ftncn", "ftnsep", "ftnsepc", "aftncn", "aftnsep", "aftnsepc", "generator",
    "header", "headerf", "headerl", "headerr", "keywords", "listtable", "listoverridetable", "nonesttables",
    "nonshppict", "objdata", "objclass", "operator", "private", "rxe", "shprslt", "subject", "tc", "template",
    "themedata", "txe", "xe", "creatim", "revtim", "printim", "buptim", "category", "manager", "hlinkbase", "falt",
    "panose", "revtbl", "rsidtbl", "userprops", "xmlnstbl", "latentstyles",
}  # fmt: skip
"""Destinations whose words nobody reads."""

UNHEARD = ("picture", "nowhere", "fonttbl", "info")
"""Where words go that nobody asks for."""

PROPERTIES = ("sn", "sv")
"""Names and values of the properties of a picture."""

KNOWN = {"fonttbl", "stylesheet", "info", "shppict", "pict", "picprop", "sp", "footnote", "listtext", "pntext", "pn"}
"""Destinations that are read, though a program that does not know them may leave some out."""

SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ", "softline": "\n",
    "nestcell": " ", "nestrow": " ", "~": "\xa0", "_": "-", "{": "{", "}": "}", "\\": "\\",
}  # fmt: skip

CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
"""Encodings by the number that a font gives."""

HEADING_STYLE = re.compile(r"heading (\d)", re.IGNORECASE)
COUNTED = re.compile(r"(\d{1,3}|[a-z])[.)]", re.IGNORECASE)


class RtfReader:
    """Reads Rich Text Format."""

    name = "rtf"
    media_types = ("application/rtf", "text/rtf", "application/x-rtf")
    suffixes = (".rtf",)

    def read(self, source: Source) -> Article:
        if not source.data.lstrip().startswith(b"{\\rtf"):
            raise SourceError(f"{source.name} is no RTF", "it does not begin as one", "Say what it is with --as")
        walk = _Walk(source.data.decode("latin-1"))
        problem = walk.read()
        if problem:
            raise damaged(source.name, problem)
        return make_article(source, walk.sheet.blocks, walk.about())


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits from the one around it, and loses at its end."""

    goal: str = "body"
    """Where words go: `body`, a field of the information, or nowhere."""
    skip: bool = False
    encoding: str = "cp1252"
    after_unicode: int = 1
    """Characters for older programs after one in Unicode."""
    silent: frozenset[str] = frozenset()
    """Why its words are not read: they are hidden, deleted or struck out."""
    language: int | None = None
    """Microsoft's number of it."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is set of a paragraph."""

    style: int | None = None
    outline: int | None = None
    level: int = 0
    """Of a list, from 0."""
    in_table: bool = False


@dataclass
class _Walk:
    text: str
    """The bytes, one character each."""
    sheet: Sheet = field(default_factory=Sheet)
    state: _State = field(default_factory=_State)
    stack: list[_State] = field(default_factory=list)
    shape: _Shape = field(default_factory=_Shape)
    words: Words = field(default_factory=Words)
    outer: Words | None = None
    """Those of the paragraph, while a note of it is read."""
    note_depth: int = 0
    notes: int = 0
    held: dict[str, list[str]] = field(default_factory=dict)
    """Words that are no story's, by where they go."""
    pending: bytearray = field(default_factory=bytearray)
    """Bytes in the encoding of the present font."""
    dropped: int = 0
    """Characters for older programs that are still to be left out."""
    starred: bool = False
    """Does what comes next open a destination that may be left out?"""
    encoding: str = "cp1252"
    language: int | None = None
    """Of words of which nobody says another."""
    letters: Counter[int | None] = field(default_factory=Counter)
    """How many there are in each language."""
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    styles: dict[int, tuple[str, int | None]] = field(default_factory=dict)
    """Names of styles and their place in the outline."""
    style: int = 0
    style_outline: int | None = None
    cells: list[Words] = field(default_factory=list)
    rows: list[tuple[list[Words], bool]] = field(default_factory=list)
    heads: bool = False
    """Is the row that is being read named as the header of its table?"""

    def read(self) -> str | None:
        """Reads it to its end; what is wrong with it, or None."""
        position = 0
        while position < len(self.text):
            token = TOKEN.match(self.text, position)
            if token is None:
                break
            position = token.end()
            if token[1] == "bin":
                position += max(0, int(token[2] or 0))
            if token[5] == "{" and len(self.stack) >= DEEPEST:
                return "its groups are nested too deeply"
            self._take(token)
            if token[5] == "}" and not self.stack:
                break
        self._flush()
        if self.stack:
            return "it ends in the middle"
        self.shape = replace(self.shape, in_table=False)
        self._end_paragraph()
        return None

    def about(self) -> About:
        title, author = (" ".join("".join(self.held.get(name, ())).split()) for name in ("title", "author"))
        return About(title=title or None, authors=(author,) if author else (), language=self._most_said())

    def _most_said(self) -> str | None:
        """The language of most letters."""
        (number, _), *_ = [*self.letters.most_common(1), (None, 0)]
        return locale.windows_locale.get(number or self.language or 0)

    def _take(self, token: re.Match[str]) -> None:
        word, number, code, sign, brace, plain = token.groups()
        if plain:
            self._take_bytes(plain.encode("latin-1"))
        elif code:
            self._take_bytes(bytes.fromhex(code))
        elif brace == "{":
            self._open()
        elif brace == "}":
            self._close()
        elif word:
            self._flush()
            self._take_word(word, int(number) if number else None)
        elif sign:
            self._flush()
            self._take_sign(sign)

    def _take_bytes(self, data: bytes) -> None:
        left_out = min(self.dropped, len(data))
        self.dropped -= left_out
        self.starred = False
        self.pending += data[left_out:]

    def _open(self) -> None:
        self._flush()
        self.dropped = 0
        self.stack.append(self.state)

    def _close(self) -> None:
        self._flush()
        self.dropped = 0
        if self.outer is not None and len(self.stack) == self.note_depth:
            self._end_note()
        if self.state.goal == "stylesheet":
            self._end_style()
        if self.stack:
            self.state = self.stack.pop()

    def _flush(self) -> None:
        """The bytes that have come, as words of the place where they go."""
        if self.pending:
            data, self.pending = bytes(self.pending), bytearray()
            self._say(data.decode(self.state.encoding, "replace"))

    def _say(self, text: str) -> None:
        goal = self.state.goal
        if self.state.skip or goal in UNHEARD:
            return
        if goal in PROPERTIES:
            self.held[goal][-1] += text
        elif goal != "body":
            self.held.setdefault(goal, []).append(text)
        elif not self.state.silent:
            self.words.say(text)
            self.letters[self.state.language] += len(text)

    def _take_sign(self, sign: str) -> None:
        if sign == "*":
            self.starred = True
        elif sign in "\r\n":
            self._take_word("par", None)
        elif sign in SIGNS:
            self._say(SIGNS[sign])

    # ------------------------------------------------------------ words

    def _take_word(self, word: str, number: int | None) -> None:
        starred, self.starred = self.starred, False
        if word in SIGNS:
            self._say(SIGNS[word])
        elif word == "u" and number is not None:
            self._say(chr(number % 0x10000))
            self.dropped = self.state.after_unicode
        elif word in SKIPPED or (word in PROPERTIES and self.state.goal != "picture"):
            self.state = replace(self.state, skip=True)
        elif word in KNOWN or word in ("title", "author", *PROPERTIES):
            self._open_goal(word)
        elif starred:
            self.state = replace(self.state, skip=True)
        elif self.state.goal in ("body", "listtext") and not self.state.skip:
            self._set_body(word, number)
        else:
            self._set_table(word, number)
        self._set_any(word, number)

    def _open_goal(self, word: str) -> None:
        if word == "footnote" and self.state.goal == "body" and self.outer is None:
            self.outer, self.words = self.words, Words()
            self.note_depth = len(self.stack)
            return
        goals = {"pntext": "listtext", "pict": "picture", "picprop": "picture", "sp": "picture", "pn": "nowhere"}
        if word in ("title", "author") and self.state.goal != "info":
            return
        if word == "shppict":
            return
        if word in PROPERTIES:
            self.held.setdefault(word, []).append("")
        self.state = replace(self.state, goal=goals.get(word, word))

    def _set_any(self, word: str, number: int | None) -> None:
        """What counts wherever it stands."""
        if word == "uc" and number is not None:
            self.state = replace(self.state, after_unicode=max(0, min(number, 16)))
        elif word == "ansicpg" and number is not None:
            self._set_encoding(f"cp{number}")
        elif word in ("mac", "pc", "pca"):
            self._set_encoding({"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word])
        elif word == "deflang" and number is not None:
            self.language = number
        elif word == "lang" and number is not None:
            self.state = replace(self.state, language=number)
        elif word == "f" and number is not None:
            self.font = number
            self.state = replace(self.state, encoding=self.fonts.get(number, self.encoding))

    def _set_encoding(self, name: str) -> None:
        try:
            self.encoding = codecs.lookup(name).name
        except LookupError:
            return
        self.state = replace(self.state, encoding=self.encoding)
        self.stack = [replace(state, encoding=self.encoding) for state in self.stack]

    def _set_table(self, word: str, number: int | None) -> None:
        """What the tables of fonts and of styles say."""
        if word == "fcharset" and number in CHARSETS and self.state.goal == "fonttbl":
            self.fonts[self.font] = CHARSETS[number] if number else self.encoding
        elif self.state.goal == "stylesheet" and word == "s" and number is not None:
            self.style = number
        elif self.state.goal == "stylesheet" and word == "outlinelevel":
            self.style_outline = number

    def _end_style(self) -> None:
        name = "".join(self.held.pop("stylesheet", ())).strip().rstrip(";").strip()
        if name:
            self.styles[self.style] = (name, self.style_outline)
        self.style, self.style_outline = 0, None

    def _set_body(self, word: str, number: int | None) -> None:
        if word in ("par", "sect", "page"):
            self._say("\n") if self.outer is not None else self._end_paragraph()
        elif word == "plain":
            self.state = replace(self.state, silent=frozenset())
        elif word in ("v", "deleted", "strike", "striked"):
            silent = self.state.silent - {word} if number == 0 else self.state.silent | {word}
            self.state = replace(self.state, silent=silent)
        elif self.outer is None:
            self._set_shape(word, number)

    def _set_shape(self, word: str, number: int | None) -> None:
        """What is said of the paragraph, or of the table that it stands in."""
        if word == "s":
            self.shape = replace(self.shape, style=number)
        elif word == "pard" and self.state.goal == "body":
            self.shape = _Shape()
        elif word == "outlinelevel":
            self.shape = replace(self.shape, outline=number)
        elif word == "ilvl":
            self.shape = replace(self.shape, level=max(0, min(number or 0, 8)))
        elif word == "intbl":
            self.shape = replace(self.shape, in_table=True)
        elif word == "trowd":
            self.heads = False
        elif word == "trhdr":
            self.heads = True
        elif word == "cell":
            self.cells.append(self.words)
            self.words = Words()
        elif word == "row":
            self._end_row()

    # ----------------------------------------------------------- blocks

    def _end_note(self) -> None:
        note, self.words, self.outer = self.words, self.outer or Words(), None
        self.notes += 1
        self.words.refer(Note(marker=str(self.notes), text=_whole_characters(note.text)))

    def _end_row(self) -> None:
        if self.cells:
            self.rows.append((self.cells, self.heads))
        self.cells = []

    def _end_table(self) -> None:
        rows, self.rows = self.rows, []
        for at, (cells, heads) in enumerate(rows):
            said = [_whole_characters(cell.text) for cell in cells]
            header = heads or (at == 0 and reads_as_header(said, len(rows)))
            self.sheet.add(BlockKind.ROW, ", ".join(filter(None, said)), level=int(header))
            for cell in cells:
                self.sheet.add_words(BlockKind.ROW, Words(notes=cell.notes))

    def _end_paragraph(self) -> None:
        if self.shape.in_table and (self.rows or self.cells or self.words.text):
            self.words.say("\n")  # a paragraph inside a cell
            return
        self._end_row()
        self._end_table()
        words, self.words = self.words, Words()
        words.parts = [_whole_characters("".join(words.parts))]
        label = "".join(self.held.pop("listtext", ())).strip()
        name, outline = self.styles.get(self.shape.style or 0, ("", None))
        level = self._heading_level(name, outline)
        words.pictures = self._pictures()
        if level is not None:
            self.sheet.add_words(BlockKind.HEADING, words, level=level, marker="#" * level + " ")
        elif name.lower() == "title" and not any(block.kind is BlockKind.TITLE for block in self.sheet.blocks):
            self.sheet.add_words(BlockKind.TITLE, words, level=1)
        elif label:
            counted = COUNTED.fullmatch(label)
            marker = f"{counted[1]}. " if counted else "- "
            self.sheet.add_words(BlockKind.ITEM, words, level=self.shape.level + 1, marker=marker)
        else:
            self.sheet.add_words(BlockKind.PARAGRAPH, words, mark=_mark_of(name))

    def _heading_level(self, name: str, outline: int | None) -> int | None:
        named = HEADING_STYLE.fullmatch(name)
        depth = self.shape.outline if self.shape.outline is not None else outline
        if depth is None and named:
            depth = int(named[1]) - 1
        return depth + 1 if depth is not None and 0 <= depth < DEEPEST_HEADING else None

    def _pictures(self) -> list[str]:
        """The alternative texts among what was said of pictures."""
        names, values = self.held.pop("sn", []), self.held.pop("sv", [])
        self.held.pop("picture", None)
        said = [value for name, value in zip(names, values, strict=False) if name.strip() == "wzDescription"]
        return [_whole_characters(text) for text in said if is_alternative(text)]


def _mark_of(style: str) -> str | None:
    """What the name of a style says."""
    name = style.lower()
    if name.startswith("toc "):
        return "front_matter"
    if name.startswith("index "):
        return "back_matter"
    return {"caption": "caption", "bibliography": "references"}.get(name)


def _whole_characters(text: str) -> str:
    """Two halves of a character beyond the first 65,536, as RTF writes them, put together."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

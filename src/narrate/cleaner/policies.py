"""What cannot be heard well: pictures, tables, code, formulas, notes, lists of references.

One table of choices serves all readers. Whatever is left out is a removal with its reason. What is read though the
script stage passes its kind over becomes a paragraph, or is marked `READ`; what narrate says of it becomes a block
marked `ANNOUNCEMENT`, which the script stage speaks as words of ours. Notes that are read elsewhere than they stand are
marked `MOVED`.

The defaults, and why:

- Pictures are skipped: alternative texts are written for people who look at the page by other means than a story.
- A table is read row by row, since most tables of an article are short and what they say is part of it; of one with
  more than `MOST_ROWS` short rows nobody keeps the first in mind until the last, so its header and size are told.
- Code is skipped: it says nothing by ear, and an article about programs would announce it at every turn.
- A formula that can be followed by ear is read, any other is announced, since sentences lean on it.
- Notes and lists of references are made to be looked up, and so is what stands before and after the text of a book.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from itertools import islice, pairwise, takewhile
from typing import Any

from narrate.cleaner.formulas import Formula, find_formulas, say_formula
from narrate.directions import SILENT, end_with, follow_cuts
from narrate.errors import ArticleError, UsageError
from narrate.types import ANNOUNCEMENT, READ, Article, Block, BlockKind, Cleaned, Direction, Removal, Wish

MOVED = "moved"
"""The mark of a block that is read elsewhere than it stands in the source."""

MOST_ROWS = 12
"""Rows of a table that is read whole."""

ROW_WORDS = 15
"""In a row of more words, on average, a table tells something: such rows are read, however many they are."""

FEWEST_ENTRIES = 2
"""Of a list of references under a heading; one more where only its first line says what it is."""

MOST_ENTRY_WORDS = 120
SHARE_ENTRIES = 0.8
"""Of the blocks under a heading of references that must look like some for all to be them."""

MOST_MOVED = 1000
"""Notes that are kept for the end of one chapter."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "links": ("text",),
    "images": ("skip", "alt", "announce"),
    "tables": ("rows", "all", "announce", "skip"),
    "code": ("skip", "announce", "read"),
    "formulas": ("read", "announce", "skip"),
    "references": ("skip", "read"),
    "notes": ("skip", "place", "chapter"),
    "front_matter": ("skip", "read"),
    "back_matter": ("skip", "read"),
}
"""What can be chosen for each."""

KEEPING: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "figure": ("images", ("alt", "announce")),
    "table": ("tables", ("all",)),
    "code": ("code", ("read",)),
    "formula": ("formulas", ("read",)),
    "references": ("references", ("read",)),
    "note": ("notes", ("place", "chapter")),
    "front_matter": ("front_matter", ("read",)),
    "back_matter": ("back_matter", ("read",)),
}
"""For each kind that can be kept, its setting and the choices that keep it."""

MARKED: Mapping[str, str] = {
    "front_matter": "It stands before the text of a book: a cover, a title page, rights or contents.",
    "back_matter": "It stands after the text of a book: an index, or words about the author and other books.",
    "references": "It is a list of what was cited, made to be looked up.",
    "page_number": "It is the number of a page, and there are no pages by ear.",
    "hidden": "It is hidden on the page, and nobody sees it who reads there.",
    "watermark": "It is printed across the page, as watermarks and labels in drawings are.",
}
"""Marks that sources give, and why such blocks are left out."""

UNRULED = ("page_number", "hidden", "watermark")
"""Those of them for which there is no setting: they stay only where they are asked for by their kind."""

HEADING_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[ivx]+\.)\s+", re.IGNORECASE)

REFERENCE = re.compile(
    r"^\[?\d{1,3}[\].)]\s|^[\^↑]|\bdoi\b|https?://|\bwww\.|\barxiv\b|\bisbn\b|\bpp?\.\s?\d|\bvol\.\s?\d|\bet al\b|"
    r"\((?:\w+\.? ){0,2}(?:1[5-9]|20)\d\d[a-z]?(?:, [\w .]{1,20})?\)|[,.:;] (?:1[5-9]|20)\d\d[a-z]?[.,;:]",
    re.IGNORECASE,
)
"""What shows that a line says where something was published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """What happens to what cannot be heard well."""

    links: str = "text"
    """Of a link the text is read, and never the address."""
    images: str = "skip"
    """`alt`: what the source says in the place of a picture is read; `announce`: as that of a picture."""
    tables: str = "rows"
    """`rows`: read, but for long ones, which are announced; `all`: read however long; `announce`; `skip`."""
    code: str = "skip"
    """`skip`, `announce` with its language and length, or `read`."""
    formulas: str = "read"
    """`read`: simple ones in words, others announced; `announce`; `skip`."""
    references: str = "skip"
    """Lists of what was cited: `skip` or `read`."""
    notes: str = "skip"
    """`skip`, or read at the `place` where the text refers to them, or at the end of the `chapter`."""
    front_matter: str = "skip"
    """What stands before the text of a book: `skip` or `read`."""
    back_matter: str = "skip"
    """What stands after it: `skip` or `read`."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value, known = getattr(self, field.name), CHOICES[field.name]
            if value not in known:
                remedy = f"Give {' or '.join(filter(None, (', '.join(known[:-1]), known[-1])))}"
                raise UsageError(f"{field.name.replace('_', ' ')} cannot be treated as {value!r}", "", remedy)

    def changed_by(self, keep: Collection[str], drop: Collection[str]) -> Policies:
        """The policies with kinds that are kept or left out whatever they say; what is in both is left out."""
        changes: dict[str, str] = {}
        for kind, (setting, choices) in KEEPING.items():
            if kind in drop:
                changes[setting] = "skip"
            elif kind in keep and getattr(self, setting) not in choices:
                changes[setting] = choices[0]
        return replace(self, **changes)


def apply_policies(
    article: Article,
    cleaned: Cleaned,
    policies: Policies,
    language: str | None,
    *,
    keep: Collection[str] = (),
    drop: Collection[str] = (),
) -> Cleaned:
    """The story with what cannot be heard well treated as was chosen; every choice is among the removals.

    Args:
        article: as it was read, before cleaning.
        language: BCP 47; in one that narrate does not speak, and where none is known, it says nothing of its own.
        keep: kinds that stay, whatever the policies say.
        drop: kinds that go even so.

    Raises:
        ArticleError: nothing is left to be read.
    """
    desk = _Desk(article, cleaned, policies.changed_by(keep, drop), load_words(language))
    desk.staying = frozenset(kind for kind in UNRULED if kind in keep and kind not in drop)
    desk.work()
    if desk.removals and not any(_has_words(block) for block in desk.kept):
        kinds = ", ".join(sorted({removal.kind for removal in desk.removals}))
        raise ArticleError(
            f"nothing in {'standard input' if article.origin == '-' else article.origin} can be read aloud",
            f"all that is left of it is {kinds}",
            "Keep a kind with --keep, such as --keep code",
        )
    removals = sorted([*cleaned.removals, *desk.removals], key=lambda removal: (removal.block, removal.start or 0))
    return replace(cleaned, article=replace(cleaned.article, blocks=tuple(desk.kept)), removals=tuple(removals))


def pair_blocks(article: Article, cleaned: Cleaned) -> Iterator[tuple[int | None, Block, Block | None]]:
    """What became of every block of an article, in order, and what was added between.

    Yields:
        The index of a block and that block, or None and what was added; and as it is in the story, or None where it
        was left out.
    """
    gone = {removal.block for removal in cleaned.removals if removal.start is None}
    story = iter(cleaned.article.blocks)
    for index, block in enumerate(article.blocks):
        if index in gone:
            yield index, block, None
            continue
        for told in story:
            if told.mark not in (ANNOUNCEMENT, MOVED):
                yield index, block, told
                break
            yield None, told, told
    yield from ((None, told, told) for told in story)


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((files("narrate.cleaner") / "policies.toml").read_text("utf-8"))


def load_words(language: str | None) -> dict[str, Any]:
    """What narrate says of its own accord in a language; empty where it does not speak it."""
    if language is None:
        return {}
    found: dict[str, Any] = _tables().get(re.split(r"[-_]", language)[0].lower(), {})
    return found if "table" in found else {}


@cache
def _reference_headings() -> frozenset[str]:
    """Of all languages: an article may cite under the heading of another."""
    return frozenset(heading for words in _tables().values() for heading in words.get("references", ()))


class _Desk:
    """The blocks of a story as they are treated, one after the other."""

    def __init__(self, article: Article, cleaned: Cleaned, policies: Policies, words: Mapping[str, Any]) -> None:
        gone = {removal.block for removal in cleaned.removals if removal.start is None}
        self.article = article
        self.blocks = cleaned.article.blocks
        self.indexes = [index for index in range(len(article.blocks)) if index not in gone]
        self.policies = policies
        self.words = words
        self.staying: frozenset[str] = frozenset()
        """Of the kinds for which there is no setting."""
        self.kept: list[Block] = []
        self.removals: list[Removal] = []
        self.waiting: list[Block] = []
        """Notes for the end of the chapter."""

    def work(self) -> None:
        skips = self.policies.references == "skip"
        cited = set(_find_references(self.article.blocks)) if skips else set()  # the cleaner may have taken the heading
        at = 0
        while at < len(self.blocks):
            block = self.blocks[at]
            if block.kind is BlockKind.HEADING and block.level == 1:
                self._say_waiting()
            if self.indexes[at] in cited:
                self._leave_out(at, "references", "policy-references", MARKED["references"])
                at += 1
            else:
                at += self._treat(at)
        self._say_waiting()

    def _treat(self, at: int) -> int:
        """One block, or several that belong together; how many."""
        block = self.blocks[at]
        if block.mark is not None and block.mark in MARKED and not self._stays(block.mark):
            self._leave_out(at, block.mark, f"policy-{block.mark.replace('_', '-')}", MARKED[block.mark])
            return 1
        match block.kind:
            case BlockKind.ROW:
                return self._treat_table(at)
            case BlockKind.NOTE:
                return self._treat_notes(at)
            case BlockKind.FIGURE:
                self._treat_figure(at)
            case BlockKind.CODE:
                self._treat_code(at)
            case BlockKind.FORMULA:
                self._treat_formula(at)
            case BlockKind.SCENE_BREAK:
                self.kept.append(block)
            case _:
                self.kept.append(self._with_formulas(at))
        return 1

    def _stays(self, mark: str) -> bool:
        return mark in self.staying if mark in UNRULED else getattr(self.policies, mark) == "read"

    # ------------------------------------------------------------ kinds

    def _treat_table(self, at: int) -> int:
        """Rows in a row, up to the header of the next table."""
        size = _length(self.blocks, at)
        headed = self.blocks[at].level == 1
        body = range(at + headed, at + size)
        choice = self.policies.tables
        if choice == "rows" and self._is_long(body):
            choice = "long"
        if choice in ("rows", "all"):
            self.kept += [self._with_formulas(number) for number in range(at, at + size)]
            return size
        rule, why = TABLES[choice]
        if choice != "skip":
            self._say("table_begins" if headed else "table", self.blocks[at], rows=self._count("row", len(body)))
            if headed:
                self.kept.append(self._with_formulas(at))
        elif headed:
            self._leave_out(at, "table", rule, why)
        for number in body:
            self._leave_out(number, "table", rule, why)
        return size

    def _is_long(self, body: range) -> bool:
        words = sum(len(self.blocks[number].text.split()) for number in body)
        return len(body) > MOST_ROWS and words <= ROW_WORDS * len(body)

    def _treat_notes(self, at: int) -> int:
        """Notes that stand together."""
        size = _run_length(self.blocks, at, BlockKind.NOTE)
        run = range(at, at + size)
        several = len({self.blocks[number].marker for number in run}) > 1
        if self.policies.notes == "place":
            self._say("notes" if several else "note", self.blocks[at])
            self.kept += [_as_paragraph(self._with_formulas(number)) for number in run]
            self._say("notes_end" if several else "note_end", self.blocks[at])
            return size
        for number in run:
            if self.policies.notes == "chapter" and len(self.waiting) < MOST_MOVED:
                self.waiting.append(replace(_as_paragraph(self._with_formulas(number)), mark=MOVED))
                self._leave_out(number, "note", "policy-note-moved", "It is read at the end of its chapter.")
            else:
                self._leave_out(number, "note", "policy-note", "A note is made to be looked up, and breaks the story.")
        return size

    def _say_waiting(self) -> None:
        """The notes of a chapter, at its end."""
        if self.waiting:
            self._say("notes", self.waiting[0])
            self.kept += self.waiting
            self._say("notes_end", self.waiting[-1])
            self.waiting = []

    def _treat_figure(self, at: int) -> None:
        block = self.blocks[at]
        beside = (self.blocks[near].text for near in (at - 1, at + 1) if 0 <= near < len(self.blocks))
        if self.policies.images == "skip":
            why = "What stands for a picture is written for the eye."
            self._leave_out(at, "figure", "policy-figure", why)
        elif block.text in beside:
            self._leave_out(at, "figure", "policy-figure-said", "The line beside it says the same.")
        else:
            if self.policies.images == "announce":
                self._say("picture", block)
            self.kept.append(_as_paragraph(self._with_formulas(at)))

    def _treat_code(self, at: int) -> None:
        block = self.blocks[at]
        if self.policies.code == "read":
            self.kept.append(replace(block, mark=READ))
            return
        if self.policies.code == "announce":
            lines = self._count("line", block.text.strip("\n").count("\n") + 1)
            name = _code_name(block.marker)
            self._say("code_in" if name else "code", block, name=name, lines=lines)
        rule = "policy-code" if self.policies.code == "skip" else "policy-code-announced"
        self._leave_out(at, "code", rule, "Code cannot be followed by ear.")

    def _treat_formula(self, at: int) -> None:
        block = self.blocks[at]
        said = self._formula_words(block.text)
        if self.policies.formulas == "read" and said:
            direction = Direction(wish=Wish.SAY, start=0, end=len(block.text), value=said)
            self.kept.append(_as_paragraph(replace(block, directions=(*_voices(block.directions), direction))))
        elif self.policies.formulas == "skip":
            self._leave_out(at, "formula", "policy-formula", "A formula is made for the eye.")
        else:
            self._say("formula", block)
            why = "A formula of so many signs cannot be followed by ear."
            self._leave_out(at, "formula", "policy-formula-announced", why)

    def _with_formulas(self, at: int) -> Block:
        """The block with the formulas inside its lines said in words, announced, or cut out."""
        block = self.blocks[at]
        found = list(_undirected(block))
        if not found:
            return block
        if self.policies.formulas == "skip":
            return self._without_formulas(at, found)
        directions = [*block.directions, *filter(None, map(self._formula_direction, found))]
        return replace(block, directions=tuple(sorted(directions, key=lambda one: (one.start, one.end))))

    def _formula_direction(self, formula: Formula) -> Direction | None:
        """Nothing in a language that is not ours: the formula is read as it stands."""
        said = self._formula_words(formula.source) if self.policies.formulas == "read" else None
        said = said or self.words.get("formula_within")
        return Direction(wish=Wish.SAY, start=formula.start, end=formula.end, value=said) if said else None

    def _formula_words(self, source: str) -> str | None:
        return say_formula(source, self.words.get("formula_words", {}))

    def _without_formulas(self, at: int, found: Sequence[Formula]) -> Block:
        block = self.blocks[at]
        edges = pairwise([0, *(edge for formula in found for edge in (formula.start, formula.end)), len(block.text)])
        parts = [block.text[start:end] for start, end in islice(edges, 0, None, 2)]
        text = re.sub(r" (?=[.,;:!?])", "", " ".join(" ".join(parts).split()))
        if not any(map(str.isalnum, text)):
            return block
        original = self.article.blocks[self.indexes[at]].text
        before = 0
        for formula in found:
            written = block.text[formula.start : formula.end]
            before = original.find(written, before)
            self._note(at, "formula", "policy-formula", "A formula is made for the eye.", (before, written))
            before += len(written)
        cuts = [(formula.start, formula.end) for formula in found]
        return replace(block, text=text, directions=follow_cuts(block.directions, block.text, text, cuts))

    # --------------------------------------------------------- results

    def _leave_out(self, at: int, kind: str, rule: str, why: str) -> None:
        """A removal; a pause that stood after the block stays."""
        block = self.blocks[at]
        end = len(block.text)
        pauses = [one for one in block.directions if one.wish is Wish.PAUSE and one.start == end]
        if pauses and self.kept and self.kept[-1].kind not in SILENT:
            self.kept[-1] = end_with(self.kept[-1], pauses)
        self._note(at, kind, rule, why)

    def _note(self, at: int, kind: str, rule: str, why: str, phrase: tuple[int, str] | None = None) -> None:
        index = self.indexes[at]
        block = self.article.blocks[index]
        start, text = phrase or (None, block.text)
        self.removals.append(
            Removal(block=index, line=block.place.line, text=text, kind=kind, rule=rule, why=why, start=start)
        )

    def _say(self, key: str, about: Block, **values: str) -> None:
        """Words of ours, where narrate speaks the language."""
        if self.words:
            text = self.words[key].format(**values)
            place, quoted = about.place, about.quoted
            self.kept.append(Block(kind=BlockKind.PARAGRAPH, text=text, place=place, quoted=quoted, mark=ANNOUNCEMENT))

    def _count(self, key: str, count: int) -> str:
        """`one row`, `12 rows`; nothing in a language that is not ours."""
        if not self.words:
            return ""
        words: str = self.words[key] if count == 1 else self.words[f"{key}s"].format(count=count)
        return words


TABLES = {
    "skip": ("policy-table", "A table is made for the eye."),
    "announce": ("policy-table-announced", "A table is made for the eye; its header and its length are told."),
    "long": ("policy-table-long", "So many rows cannot be followed by ear; their header and their number are told."),
}
"""Rule and reason by what happens to the rows of a table."""


def _length(blocks: Sequence[Block], at: int) -> int:
    """Rows of the table that begins with a block."""
    size = _run_length(blocks, at, BlockKind.ROW)
    ends = (number for number in range(at + 1, at + size) if blocks[number].level == 1)
    return next(ends, at + size) - at


def _run_length(blocks: Sequence[Block], at: int, kind: BlockKind) -> int:
    end = at
    while end < len(blocks) and blocks[end].kind is kind:
        end += 1
    return end - at


def _find_references(blocks: Sequence[Block]) -> Iterator[int]:
    """Headings such as "References" with what stands under them, where that looks like references."""
    for at, block in enumerate(blocks):
        if not _is_references_heading(block):
            continue
        under = _under_heading(blocks, at) if block.kind is BlockKind.HEADING else _under_line(blocks, at)
        entries = [number for number in under if blocks[number].kind is not BlockKind.HEADING]
        found = sum(_is_reference(blocks[number]) for number in entries)
        fewest = FEWEST_ENTRIES + (block.kind is not BlockKind.HEADING)
        empty = block.kind is BlockKind.HEADING and not under  # what stood there were notes
        if empty or (found >= fewest and found >= SHARE_ENTRIES * len(entries)):
            yield from (at, *under)


def spared_references(blocks: Sequence[Block]) -> frozenset[int]:
    """Lists of references that are to be read, with their headings: rules for the foot of a page would take them."""
    found: set[int] = set()
    for at, block in enumerate(blocks):
        if _is_references_heading(block):
            entries = list(takewhile(lambda number: _is_entry(blocks[number]), range(at + 1, len(blocks))))
            found.update((at, *entries) if entries else ())
    return frozenset(found)


def _is_entry(block: Block) -> bool:
    return block.kind is BlockKind.ITEM or _is_reference(block)


def _is_references_heading(block: Block) -> bool:
    if block.kind not in (BlockKind.HEADING, BlockKind.PARAGRAPH) or len(block.text) > 60:
        return False
    return HEADING_NUMBER.sub("", block.text.strip(" :*_")).casefold() in _reference_headings()


def _under_heading(blocks: Sequence[Block], at: int) -> list[int]:
    """Up to the next heading that is no smaller."""
    found = []
    for number in range(at + 1, len(blocks)):
        if blocks[number].kind is BlockKind.HEADING and blocks[number].level <= blocks[at].level:
            break
        if blocks[number].kind is not BlockKind.SCENE_BREAK:
            found.append(number)
    return found


def _under_line(blocks: Sequence[Block], at: int) -> list[int]:
    """As far as it looks like references."""
    found = []
    for number in range(at + 1, len(blocks)):
        if blocks[number].kind is BlockKind.HEADING or not _is_reference(blocks[number]):
            break
        found.append(number)
    return found


def _is_reference(block: Block) -> bool:
    if block.kind not in (BlockKind.ITEM, BlockKind.PARAGRAPH, BlockKind.NOTE):
        return False
    return len(block.text.split()) <= MOST_ENTRY_WORDS and REFERENCE.search(block.text) is not None


def _as_paragraph(block: Block) -> Block:
    """The block as the script stage reads it: without a sign of what it was."""
    return replace(block, kind=BlockKind.PARAGRAPH, marker="", mark=None)


def _voices(directions: Sequence[Direction]) -> tuple[Direction, ...]:
    return tuple(one for one in directions if one.wish is Wish.VOICE)


def _undirected(block: Block) -> Iterator[Formula]:
    """The formulas in a block of which its author has not said how they are read."""
    said = iter([one for one in block.directions if one.wish in (Wish.SAY, Wish.PHONEMES)])
    one = next(said, None)
    for formula in find_formulas(block.text):
        while one is not None and one.end <= formula.start:
            one = next(said, None)
        if one is None or one.start >= formula.end:
            yield formula


def _code_name(marker: str) -> str:
    """`Python` of "```python title=x"; empty where it is no language that we know."""
    written = marker.lstrip("`~").strip().strip("{.").split()
    name: str = _tables()["code_names"].get(re.split(r"[,:{}]", written[0])[0].lower(), "") if written else ""
    return name


def _has_words(block: Block) -> bool:
    return block.kind is not BlockKind.SCENE_BREAK and any(map(str.isalnum, block.text))

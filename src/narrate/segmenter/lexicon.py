"""How names and other words are said: entries in layers, found in a text as whole words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from narrate.errors import LexiconError
from narrate.segmenter.readings import Reading
from narrate.segmenter.sounds import add_ending, arpabet_to_ipa, plain_respelling, respelling_to_ipa

MOST_WORDS = 24
"""Longest phrase of an entry, in words as they are matched."""

APOSTROPHES, HYPHENS = "'’ʼ＇‘", "-‐‑"
JOINERS = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Invisible signs inside a word; they part nothing."""

PLAIN = str.maketrans(
    dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(HYPHENS, "-") | dict.fromkeys(JOINERS),
)

ATOM = re.compile(r"[^\W_ʼ]+")
ENDING = re.compile(r"['’ʼ＇](s|d|ll|ve|re)(?![^\W_])", re.IGNORECASE)
AFTER_S = re.compile(r"['’ʼ＇](?=\s+[^\W_])")
"""The apostrophe of a possessive that ends in s, such as `the Okoros’ house`."""

SPACE = (" ", "")
NOTHING: Sequence[_Found] = ()

HISSES = re.compile("(?:s|x|z|ch|sh)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A word or phrase and how it is said."""

    word: str
    """As it is written. With a capital it is found as written and in capitals, else in any case."""

    say: str | None = None
    """A respelling: other words, or syllables with the stressed one in capitals, such as `oh-KOH-roh`."""

    ipa: str | None = None
    """Its sound in the International Phonetic Alphabet."""

    language: str | None = None
    """BCP 47: found only in texts of that language; None for all."""

    case: bool | None = None
    """True finds it only as written, False in any case; None as told at `word`."""

    part: bool = True
    """May it be part of something longer: of a compound with hyphens, or of a name of several capitalised words?"""

    endings: bool = True
    """Are its English plural and possessive found with it?"""

    origin: str = ""
    """The file it is from."""

    line: int | None = None
    """Where in the file, counted from 1."""

    def __post_init__(self) -> None:
        atoms = ATOM.findall(self.word)
        if not atoms:
            raise LexiconError(f"{self.place}there is no word in {self.word!r}", "", "Write letters or digits")
        if len(atoms) > MOST_WORDS:
            raise LexiconError(f"{self.place}{self.word[:40]!r} is too long", "", f"Give at most {MOST_WORDS} words")
        if not (self.say or "").strip() and not (self.ipa or "").strip():
            raise LexiconError(f"{self.place}nothing says how {self.word!r} is said", "", "Give it a respelling or IPA")

    @property
    def place(self) -> str:
        """File and line for a message, with a colon after it; empty where they are not known."""
        return f"{self.origin}:{self.line}: " if self.line else f"{self.origin}: " if self.origin else ""

    @property
    def sound(self) -> str | None:
        """IPA: its own, else that of a respelling which shows its stress."""
        return self.ipa or respelling_to_ipa(self.say or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Entries that count alike, such as those of one file."""

    name: str
    entries: tuple[Entry, ...] = ()

    arpabet: Mapping[str, str] = field(default_factory=dict)
    """A pronouncing dictionary: words in lower case with their phones, read when they are met."""

    language: str | None = None
    """Of `arpabet`."""

    reference: bool = False
    """A dictionary, of which nobody expects that every entry is used."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found in a text."""

    start: int
    """Offset of the first character."""
    end: int
    entry: Entry
    ending: str = ""
    """An English ending that the text adds, such as `'s`; it lies inside the span."""


class _Found:
    """An entry made ready: what is compared, and what is said with each ending."""

    __slots__ = ("any_case", "bare", "entry", "head", "layer", "said", "tail", "written")

    def __init__(self, entry: Entry, layer: int) -> None:
        atoms = list(_atoms(entry.word))
        self.entry, self.layer = entry, layer
        self.head = entry.word[: atoms[0].start()].translate(PLAIN).lstrip()
        self.tail = entry.word[atoms[-1].end() :].translate(PLAIN).rstrip()
        self.written = _plain(entry.word[atoms[0].start() : atoms[-1].end()])
        self.any_case = entry.case is False or (entry.case is None and not any(map(str.isupper, self.written)))
        self.bare = entry.part and not self.head and not self.tail
        self.said: dict[str, tuple[str | None, str | None]] = {}

    def fits(self, written: str) -> bool:
        """Is it in the right case?"""
        if self.any_case:
            return True
        written = _plain(written)
        if self.entry.case or written == self.written:
            return written == self.written
        return written == self.written[0].upper() + self.written[1:] or (len(written) > 1 and written.isupper())

    def takes(self, written: str, ending: str, language: str) -> bool:
        """Is it meant by words so written, with that ending, in that language?"""
        entry = self.entry
        return (
            (entry.endings or not ending)
            and (entry.language is None or _speaks(entry.language, language))
            and self.fits(written)
        )

    def span(self, text: str, start: int, end: int, ending: str) -> tuple[int, int] | None:
        """Where it stands with the signs that are its own; None where they, or what is around it, do not fit."""
        if self.bare and text[end - 1] not in "sS":
            return start, end
        span = _extend(text, start, end, self.head, self.tail, bool(ending))
        return span if span and (self.entry.part or not _is_part(text, *span)) else None

    def say(self, ending: str) -> tuple[str | None, str | None]:
        """Its words (None for those written) and its IPA, with an ending after both."""
        if ending not in self.said:
            words = plain_respelling(self.entry.say) if self.entry.say else None
            ipa = self.entry.sound
            self.said[ending] = (
                _end_words(words, ending) if words and ending else words,
                " ".join(add_ending(ipa, ending).split()) if ipa and ending else ipa,
            )
        return self.said[ending]


class Lexicon:
    """Layers of entries, the first counting most."""

    def __init__(self, layers: Iterable[Layer] = ()) -> None:
        self.layers = tuple(layers)
        self._entries: dict[str, list[_Found]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        """How many words the phrases have that begin with a word, the longest first."""
        self._arpabet = [(number, layer) for number, layer in enumerate(self.layers) if layer.arpabet]
        self._merged: dict[str, Sequence[_Found]] = {}
        for number, layer in enumerate(self.layers):
            for entry in layer.entries:
                self._add(_Found(entry, number))
            for word in layer.arpabet:
                if not word.isalnum():
                    self._note_length(ATOM.findall(word))

    def __bool__(self) -> bool:
        return bool(self._entries or self._arpabet)

    def under(self, layer: Layer) -> Lexicon:
        """The same below another layer, such as an article's own entries."""
        return Lexicon((layer, *self.layers))

    def find(self, text: str, language: str = "en") -> list[Reading]:
        """How the words in a text are said that have entries, in order, none overlapping.

        From left to right the longest phrase wins, then the earlier layer. Takes time linear in the length of the
        text, whatever the size of the lexicon.

        Args:
            language: BCP 47, of the text.
        """
        return [
            Reading(start=start, end=end, words=words or _plain(text[start:end]), ipa=ipa)
            for start, end, found, ending in self._scan(text, language)
            for words, ipa in (found.say(ending),)
        ]

    def matches(self, text: str, language: str = "en") -> list[Match]:
        """The entries behind what `find` finds."""
        return [Match(start, end, found.entry, ending) for start, end, found, ending in self._scan(text, language)]

    def unused(self, texts: Iterable[str], language: str = "en") -> list[Entry]:
        """Entries that change nothing in any of the texts, dictionaries aside: misspelt, outdone or not needed."""
        used = {id(found.entry) for text in texts for _, _, found, _ in self._scan(text, language)}
        own = (entry for layer in self.layers if not layer.reference for entry in layer.entries)
        return [entry for entry in own if id(entry) not in used]

    def _add(self, found: _Found) -> None:
        key = _key(found.written)
        self._entries.setdefault(key, []).append(found)
        self._note_length([match[0] for match in _atoms(key)])

    def _note_length(self, atoms: Sequence[str]) -> None:
        if len(atoms) > 1:
            lengths = {*self._lengths.get(atoms[0], ()), len(atoms)}
            self._lengths[atoms[0]] = tuple(sorted(lengths, reverse=True))

    def _scan(self, text: str, language: str) -> Iterator[tuple[int, int, _Found, str]]:
        atoms = list(_atoms(text))
        taken = 0
        for index, atom in enumerate(atoms):
            start = atom.start()
            key = _key(atom[0])
            if start < taken or not self._may_begin(key):
                continue
            for length in (*self._lengths.get(key, ()), 1):
                last = index + length - 1
                if last < len(atoms) and (match := self._match(text, start, atoms[last].end(), language)):
                    if match[0] >= taken:
                        yield match
                        taken = match[1]
                    break

    def _may_begin(self, key: str) -> bool:
        """A quick look, so that most words cost little."""
        known = self._entries
        if key in known or key in self._lengths:
            return True
        if key[-1] == "s" and (key[:-1] in known or key[:-2] in known):
            return True
        for _, layer in self._arpabet:
            if key in layer.arpabet or (key[-1] == "s" and (key[:-1] in layer.arpabet or key[:-2] in layer.arpabet)):
                return True
        return False

    def _match(self, text: str, start: int, end: int, language: str) -> tuple[int, int, _Found, str] | None:
        """An entry for exactly these words, with the ending that they have or that stands after them."""
        english = _is_english(language)
        ending, after = "", end
        if not (text[start - 1 : start] in SPACE and text[end : end + 1] in SPACE):
            if not _is_whole(text, start, end, english):
                return None
            ending, after = _ending(text, end)
        key = _key(text[start:end])
        for found in self._named(key):
            if found.takes(text[start:end], ending, language) and (span := found.span(text, start, after, ending)):
                return (*span, found, ending)
        if not english or ending:
            return None
        for stem, plural in _singulars(key):
            for found in self._named(stem):
                written = text[start : end - len(plural)]
                if found.takes(written, plural, language) and (span := found.span(text, start, after, plural)):
                    return (*span, found, plural)
        return None

    def _named(self, key: str) -> Sequence[_Found]:
        """The entries of a word by layer, those of one layer in the order of the file."""
        if not self._arpabet:
            return self._entries.get(key, NOTHING)
        merged = self._merged.get(key)
        if merged is None:
            read = [_read(layer, key, number) for number, layer in self._arpabet if key in layer.arpabet]
            merged = sorted([*self._entries.get(key, NOTHING), *read], key=lambda found: found.layer)
            if read:
                self._merged[key] = merged
        return merged


def _read(layer: Layer, word: str, number: int) -> _Found:
    """A word of a pronouncing dictionary."""
    ipa = arpabet_to_ipa(layer.arpabet[word])
    return _Found(Entry(word=word, ipa=ipa, language=layer.language, origin=layer.name), number)


# ------------------------------------------------------------------ words in a text


def _atoms(text: str) -> Iterator[re.Match[str]]:
    """Runs of letters and digits with the marks that belong to them."""
    if text.isascii():
        return ATOM.finditer(text)
    marks = frozenset(sign for sign in set(text) if sign in JOINERS or unicodedata.category(sign)[0] == "M")
    return _atom_pattern(marks).finditer(text) if marks else ATOM.finditer(text)


@lru_cache(maxsize=256)
def _atom_pattern(marks: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"[^\W_ʼ](?:[^\W_ʼ]|[{''.join(sorted(marks))}])*")


def _plain(text: str) -> str:
    """Marks that look alike made one, spaces single, letters composed."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(PLAIN))
    return text if text.isalnum() else " ".join(text.split())


def _key(text: str) -> str:
    return text.lower() if text.isascii() and text.isalnum() else _plain(text).casefold()


@lru_cache(maxsize=64)
def _is_english(tag: str) -> bool:
    return re.split("[-_]", tag)[0].lower() == "en"


@lru_cache(maxsize=1024)
def _speaks(entry_language: str, language: str) -> bool:
    """Does an entry count in a text? A region counts only where both name one."""
    ours, theirs = (tag.replace("_", "-").lower().split("-") for tag in (entry_language, language))
    return ours[0] == theirs[0] and (len(ours) == 1 or len(theirs) == 1 or ours == theirs)


def _singulars(key: str) -> Iterator[tuple[str, str]]:
    """What an English plural could be the plural of, with the ending taken off."""
    if key.endswith("s") and len(key) > 2:
        stem = key[:-1]
        if not HISSES.search(stem):
            yield stem, "s"
        if stem.endswith("e") and HISSES.search(stem[:-1]):
            yield stem[:-1], "es"


def _is_whole(text: str, start: int, end: int, english: bool) -> bool:
    """Do the words end where they seem to: not inside O'Brien, an address or a name of code?"""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:] in ("@", "_") or after[:1] in ("@", "_"):
        return False
    if after[:1] == "." and after[1:].isalnum() and not after[1:].isupper():
        return False
    if len(before) == 2 and before[1] in APOSTROPHES and before[0].isalnum() and english:
        return False
    return not (len(after) == 2 and after[0] in APOSTROPHES and after[1].isalnum()) or bool(ENDING.match(text, end))


def _ending(text: str, end: int) -> tuple[str, int]:
    """An ending with an apostrophe that stands after a word, and where it ends."""
    match = ENDING.match(text, end)
    return (f"'{match[1].lower()}", match.end()) if match else ("", end)


def _extend(text: str, start: int, end: int, head: str, tail: str, ended: bool) -> tuple[int, int] | None:
    """The span with the signs around it that an entry has, such as those of `C++`; None where they are not there."""
    if head:
        if start < len(head) or text[start - len(head) : start].translate(PLAIN) != head:
            return None
        start -= len(head)
    if tail:
        after = end + len(tail)
        if ended or text[end:after].translate(PLAIN) != tail or text[after : after + 1].isalnum():
            return None
        end = after
        if tail[-1] in ".!?" and not ATOM.search(text, end):
            end -= 1  # it ends the sentence too
    elif text[end - 1] in "sS" and (possessive := AFTER_S.match(text, end)):
        end = possessive.end()
    return start, end


BEFORE = re.compile(r"([^\W\d_][^\s.,;:!?]*) $")
LOOK_BACK_CHARS = 60


def _is_part(text: str, start: int, end: int) -> bool:
    """Is it joined by a hyphen, or beside another capitalised word of the same name?"""
    before, after = text[max(0, start - LOOK_BACK_CHARS) : start], text[end : end + 2]
    if len(before) > 1 and before[-1] in HYPHENS and before[-2].isalnum():
        return True
    if len(after) == 2 and (after[0] in HYPHENS and after[1].isalnum()):
        return True
    if len(after) == 2 and after[0] == " " and after[1].isupper():
        return True
    word = BEFORE.search(before)
    return bool(word and word[1][0].isupper() and not _begins_sentence(before[: word.start()]))


def _begins_sentence(before: str) -> bool:
    """Does a sentence begin after these words?"""
    before = before.rstrip().rstrip("\"'“‘«(")
    return not before or before.rstrip()[-1:] in ("", *".!?…:")


def _end_words(words: str, ending: str) -> str:
    """A respelling with the text's ending after it."""
    if ending in ("s", "es"):
        return words + ("es" if HISSES.search(words.lower()) else "s")
    return words + ending

"""Breaking a title into even lines, as large as they fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from narrate.artwork.letters import Face

REFERENCE_PX = 200
"""Size at which words are measured; widths of all others follow from it."""

LONG_WORD = 10
"""A word of more letters may be broken."""

SHORT_PART = 4
"""Fewer letters never stand alone before or after a hyphen."""

GAP = 0.08
"""Between the lowest part of a line and the highest of the next, of the size of the letters."""

WIDOW = 0.4
"""A last line shorter than this share of the longest looks forgotten."""

WIDOW_COST = 0.7
"""A setting with one is chosen only where the other would be smaller than this share of its size."""

OPENING = "([{«‹“‘「『（［｛〈《【"
CLINGING = "ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々ゝゞヽヾ…‥・"
"""What never begins a line, beside closing marks.

Source:
    JIS X 4051, rules for line breaking (kinsoku), as in https://www.w3.org/TR/jlreq/#characters_not_starting_a_line
"""

VOWELS = "aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýαεηιουωάέήίόύώаеёиоуыэюяіїє"
ONE_SOUND = "sch|str|spr|st|sp|ch|ck|ph|sh|th|qu|[bcdfgkptv]r|[bcfgkp]l|[^\\W\\d_]"
"""Consonants that stay together, or any one letter."""

LONG_PART = 16
"""More letters in one part are cut wherever it may be."""

THIN = 0.01
"""Marks without a letter take no space; of the size."""

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Piece:
    """What a line is not broken inside of."""

    text: str
    spaced: bool = True
    """A space stands before it, unless it begins a line."""

    hyphened: bool = False
    """It is the beginning of a word, and takes a hyphen at the end of a line."""


@dataclass(frozen=True, slots=True)
class Room:
    """How much space there is for lines, in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What lines may look like."""

    largest_px: int
    smallest_px: int = 1
    most_lines: int

    leading: float
    """From one baseline to the next at least, of the size; more where the letters need it."""

    whole_px: int
    """Long words are broken only where the lines would be smaller without."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines of one size."""

    lines: tuple[str, ...]
    size_px: int
    leading_px: int
    """From one baseline to the next."""

    top_px: int
    """From the top of the first line's letters to its baseline."""

    height_px: int
    """From the top of the first line to the bottom of the last."""

    widow: bool
    """Its last line looks forgotten."""

    @property
    def appeal(self) -> float:
        return self.size_px * (WIDOW_COST if self.widow else 1.0)


def split_pieces(text: str) -> list[Piece]:
    """Words; of Chinese and Japanese, characters with the marks that belong to them."""
    return [
        Piece(part, spaced=number == 0)
        for word in text.split()
        for number, part in enumerate(_split_between_signs(word))
    ]


def fit_lines(pieces: Sequence[Piece], face: Face, room: Room, style: Style) -> Setting | None:
    """The largest setting of these words.

    Returns:
        None where not even the smallest size fits.
    """
    setting = _fit_pieces(pieces, face, room, style)
    if setting.size_px < style.whole_px:
        setting = max(
            setting, _fit_pieces(break_words(pieces, LONG_WORD), face, room, style), key=lambda one: one.size_px
        )
    return setting if setting.size_px >= style.smallest_px else None


def fit_or_shorten(pieces: Sequence[Piece], face: Face, room: Room, style: Style) -> Setting | None:
    """The largest setting of these words, or of as many as fit in the smallest size, with an ellipsis.

    Returns:
        None where there is no room even for the first word.
    """

    def fit(count: int) -> Setting | None:
        kept = pieces if count == len(pieces) else _end_early(pieces[:count], face)
        return fit_lines(kept, face, room, style)

    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fit(middle) else (low, middle - 1)
    return fit(low) if low else None


def break_words(pieces: Sequence[Piece], longest: int) -> list[Piece]:
    """The same with words of more letters than this in parts."""
    return [part for piece in pieces for part in (_break_word(piece) if len(piece.text) > longest else [piece])]


def split_syllables(word: str) -> list[str]:
    """A word in parts that a reader does not stumble over: each begins with the consonant before a vowel.

    Right for most German words, whose compounds are the longest, and seldom ugly in other languages.
    """
    start = f"(?<=[{VOWELS}])(?:[^\\W\\d_{VOWELS}]*?)((?:{ONE_SOUND})(?=[{VOWELS}]))"
    parts, begin = [], 0
    for match in re.finditer(start, word, re.IGNORECASE):
        cut = match.start(1)
        stumps = word[begin:cut][-SHORT_PART:], word[cut : cut + SHORT_PART]
        if _is_consonant(word[cut]) and all(len(stump) == SHORT_PART and stump.isalpha() for stump in stumps):
            parts.append(word[begin:cut])
            begin = cut
    return [piece for part in [*parts, word[begin:]] for piece in _cut_long(part)]


def join_pieces(pieces: Sequence[Piece]) -> str:
    """A line of pieces, with a hyphen where it ends within a word."""
    text = "".join((" " if piece.spaced and number else "") + piece.text for number, piece in enumerate(pieces))
    return text + "-" if pieces[-1].hyphened else text


def _end_early(pieces: Sequence[Piece], face: Face) -> list[Piece]:
    """The pieces with an ellipsis instead of the mark at their end."""
    last = replace(pieces[-1], text=pieces[-1].text.rstrip(".,:;!?–—-"), hyphened=False)
    return [*pieces[:-1], last, *([Piece(ELLIPSIS, spaced=False)] if face.has(ELLIPSIS) else [])]


def _cut_long(part: str) -> Iterator[str]:
    begin = 0
    for place in range(1, len(part)):
        if place - begin >= LONG_PART and not unicodedata.combining(part[place]):
            yield part[begin:place]
            begin = place
    yield part[begin:]


def _break_word(piece: Piece) -> list[Piece]:
    parts = [Piece(text, spaced=False, hyphened=_takes_hyphen(text[-1])) for text in split_syllables(piece.text)]
    parts[0] = replace(parts[0], spaced=piece.spaced)
    parts[-1] = replace(parts[-1], hyphened=piece.hyphened)
    return parts


def _takes_hyphen(letter: str) -> bool:
    """Not behind figures and signs, nor in scripts without capitals, which have no hyphens."""
    return letter.lower() != letter.upper()


def _is_consonant(letter: str) -> bool:
    return letter.lower() not in VOWELS


def _split_between_signs(word: str) -> Iterator[str]:
    part = ""
    for letter in word:
        if part and (_may_break(part[-1], letter) or _is_joint(part, letter)):
            yield part
            part = ""
        part += letter
    yield part


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters of a word: beside a sign of Chinese or Japanese."""
    if before in OPENING or after in CLINGING or unicodedata.category(after) in ("Pe", "Pf", "Po", "Mn", "Mc"):
        return False
    return _is_sign(before) or _is_sign(after)


def _is_joint(part: str, letter: str) -> bool:
    """Whether a line may end behind the dash or stroke that two words are joined by."""
    return part[-1] in "-–—/" and letter.isalpha() and part[-SHORT_PART:-1].isalpha() and len(part) >= SHORT_PART


def _is_sign(letter: str) -> bool:
    """A character of a script that writes without spaces; Korean is wide too, but has them."""
    return unicodedata.east_asian_width(letter) in "WF" and not "가" <= letter <= "힣"


def _fit_pieces(pieces: Sequence[Piece], face: Face, room: Room, style: Style) -> Setting:
    """The most pleasant of all numbers of lines; of equals, the one with the fewest."""
    widths = [_width(piece.text, face) for piece in pieces]
    space = _width(" ", face)
    counts = range(1, min(style.most_lines, len(pieces)) + 1)
    settings = (_set(_break_evenly(pieces, widths, space, count), face, room, style) for count in counts)
    return max(settings, key=lambda setting: setting.appeal)


def _break_evenly(pieces: Sequence[Piece], widths: Sequence[float], space: float, count: int) -> tuple[str, ...]:
    """At most so many lines, the longest of them as short as can be."""
    low, high = max(widths), sum(widths) + space * len(widths)
    while high - low > REFERENCE_PX / 50:
        middle = (low + high) / 2
        if len(_fill(pieces, widths, space, middle)) <= count:
            high = middle
        else:
            low = middle
    return tuple(map(join_pieces, _fill(pieces, widths, space, high)))


def _fill(pieces: Sequence[Piece], widths: Sequence[float], space: float, most: float) -> list[list[Piece]]:
    """Lines filled from the first on, none wider than this."""
    lines: list[list[Piece]] = []
    used = 0.0
    for piece, width in zip(pieces, widths, strict=True):
        gap = space if piece.spaced else 0.0
        if lines and used + gap + width <= most:
            lines[-1].append(piece)
            used += gap + width
        else:
            lines.append([piece])
            used = width
    return lines


def _set(lines: tuple[str, ...], face: Face, room: Room, style: Style) -> Setting:
    """The lines in the largest size at which they fit, 0 where none does."""
    top, bottom = _reach("".join(lines), face)
    leading = max(bottom - top + GAP, style.leading)
    widths = [_width(line, face) / REFERENCE_PX for line in lines]
    tall = (len(lines) - 1) * leading + bottom - top
    size = int(min(style.largest_px, room.width / max(*widths, THIN), room.height / max(tall, THIN)))
    height = (len(lines) - 1) * leading + _reach(lines[-1], face)[1] - _reach(lines[0], face)[0]
    return Setting(
        lines=lines,
        size_px=size,
        leading_px=round(leading * size),
        top_px=round(-_reach(lines[0], face)[0] * size),
        height_px=round(height * size),
        widow=widths[-1] < WIDOW * max(widths),
    )


def _width(text: str, face: Face) -> float:
    """In pixels at the size of reference."""
    return face.at(REFERENCE_PX).getlength(text)


def _reach(text: str, face: Face) -> tuple[float, float]:
    """How far letters go above (negative) and below the baseline, as shares of their size."""
    _, top, _, bottom = face.at(REFERENCE_PX).getbbox(text, anchor="ls")
    return top / REFERENCE_PX, bottom / REFERENCE_PX

"""English numbers in words."""

from __future__ import annotations

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["", "", *["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]]
SCALES = ["", *["thousand", "million", "billion", "trillion", "quadrillion", "quintillion"]]
ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def cardinal(number: int) -> str:
    """`1250` → `one thousand two hundred and fifty`; digit by digit beyond quintillions."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number >= 10 ** (3 * len(SCALES)):
        return digits(str(number))
    groups: list[str] = []
    for scale in SCALES:
        number, group = divmod(number, 1000)
        if group:
            groups.insert(0, f"{_below_thousand(group, lead=bool(number) and not scale)} {scale}".strip())
        if not number:
            break
    return " ".join(groups) or "zero"


def ordinal(number: int) -> str:
    """`22` → `twenty second`."""
    head, _, last = cardinal(number).rpartition(" ")
    last = ORDINALS.get(last) or (last[:-1] + "ieth" if last.endswith("y") else last + "th")
    return f"{head} {last}".strip()


def decimal(written: str) -> str:
    """`1,234.50` → `one thousand two hundred and thirty four point five zero`."""
    whole, _, fraction = written.replace(",", "").partition(".")
    words = cardinal(int(whole or 0))
    return f"{words} point {digits(fraction)}" if fraction else words


def year(number: int) -> str:
    """`1984` → `nineteen eighty four`, `2003` → `two thousand and three`, `1900` → `nineteen hundred`."""
    century, rest = divmod(number, 100)
    if number % 1000 < 10 or not 1000 < number < 2100:
        return cardinal(number)
    if not rest:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def digits(written: str) -> str:
    """Every digit by itself."""
    return " ".join(ONES[int(sign)] for sign in written if sign.isascii() and sign.isdigit())


def roman(written: str) -> int | None:
    """The value of a Roman numeral in its usual form, or None."""
    values = [ROMAN[sign] for sign in written]
    total = sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
    return total if to_roman(total) == written else None


def to_roman(number: int) -> str:
    signs = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")]
    signs += [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    written = ""
    for value, sign in signs:
        count, number = divmod(number, value)
        written += sign * count
    return written


def plural(word: str) -> str:
    """`ninety` → `nineties`, `hundred` → `hundreds`, `six` → `sixes`."""
    if word.endswith("y"):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("x", "s")) else "s")


def _below_thousand(number: int, *, lead: bool) -> str:
    hundreds, rest = divmod(number, 100)
    words = []
    if hundreds:
        words.append(f"{ONES[hundreds]} hundred")
    if rest:
        if hundreds or lead:
            words.append("and")
        words.append(ONES[rest] if rest < 20 else f"{TENS[rest // 10]} {ONES[rest % 10] if rest % 10 else ''}".strip())
    return " ".join(words)

"""Plain numbers: cardinals, ordinals, fractions, ranges, scores, ratios, ages, negative numbers."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import DASH, NUMBER, SCALE, amount, in_pairs, nth, scale_word, words_of
from narrate.segmenter.numbers import cardinal, digits, ordinal, plural
from narrate.segmenter.rules import Rule, alternatives, said, text_after, text_before, word_after, word_before

RATED = frozenset(
    "gave give gives rated rate rating ratings score scored scores scoring stars mark marks received earned grade out "
    "averaging average got".split()
)
RATINGS = frozenset("rating review score stars star".split())
TALLIES = frozenset("win loss vote ruling victory defeat lead decision draw verdict margin record series".split())
NUMBERED = frozenset(
    "flight route highway interstate room area section channel bus line fahrenheit hwy us rte studio apollo pier gate "
    "interstates motorway road suite apartment apt unit district title code error catch blink psalm".split()
)
"""Words whose number of three or four figures is a name: said in pairs."""

NICKNAMED = {("microsoft", "365"), ("office", "365"), ("http", "404"), ("xbox", "360"), ("form", "1099")}
AROUND = frozenset("degree degrees camera cameras video videos view review".split())

DENOMINATORS = frozenset({2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 32, 64, 100, 1000})
NAMED = {"24/7": "twenty four seven", "9/11": "nine eleven", "7/7": "seven seven", "50/50": "fifty fifty",
         "20/20": "twenty twenty"}  # fmt: skip


def _read_ordinal(match: re.Match[str]) -> str | None:
    number, ending = re.sub(r"\D", "", match[0]), match[0][-2:]
    teens = number[-2:-1] == "1"
    fits = ending == ("th" if teens else {"1": "st", "2": "nd", "3": "rd"}.get(number[-1], "th"))
    return ordinal(int(number)) if fits and len(number) <= 15 else None


def _read_scaled(match: re.Match[str]) -> str | None:
    """`6.7m users`, `20k`, `2.5 million`"""
    low, high, scale = match["low"], match["high"], match["scale"]
    if scale.strip() in {"T", "mil"} or (scale.strip() in {"b", "B"} and scale[0] == " "):
        return None
    if scale in {" m", " M", " k", " K"} or (len(scale) == 1 and _is_lettered(match)):
        return None
    if scale == "M" and low == "3" and word_after(match) in {"said", "says", "has", "shares", "products", "is", "was"}:
        return None  # a company
    first = scale_word(match["first"])
    if first and not high:
        return None
    between = f" {first}" if first and first != scale_word(scale) else ""
    words = f"{amount(low)}{between} to {amount(high)}" if high else amount(low)
    return f"{words} {scale_word(scale)}"


def _is_lettered(match: re.Match[str]) -> bool:
    """`221B Baker St.`, `Apt. 4B`: a letter that tells doors apart."""
    before = text_before(match, 14)
    return bool(DOORS.search(before) or re.match(r" [A-Z][a-z]+ (?:St|Ave|Rd|Str|Road|Av|La|Pl|Dr)", text_after(match)))


DOORS = re.compile(
    r"(?i)(?:\b(?:apt\.?|apartment|flat|room|unit|suite|gate|seat|block|no\.|ward|platform|door|stand|exhibit|row|fig\.|"
    r"figure|figures|table|section|note|notes|appendix|rule|article|level|grade|group|type|question|part|and|#)\s|#)$"
)


def _read_aged(match: re.Match[str]) -> str:
    """`7-year-old`, `300-page`, `9-to-5`, `1-on-1`"""
    number, rest = match["number"], match["rest"]
    words = [cardinal(int(part)) if part.isdigit() else part for part in rest.split("-") if part]
    return f"{_count_or_year(number)} {' '.join(words)}"


def _count_or_year(written: str) -> str:
    return amount(written)


def _read_hanging(match: re.Match[str]) -> str:
    """`18- to 24-year-olds`"""
    return amount(match["number"])


def _read_slashed(match: re.Match[str]) -> str | None:
    """Fractions, ratings, odds: `1/3`, `9/10`, `4.5/5`, `5/1`"""
    if match[0] in NAMED:
        return NAMED[match[0]]
    written, below = match["above"], int(match["below"])
    if "." in written:
        return f"{amount(written)} out of {cardinal(below)}"
    above = int(written)
    if below == 0:
        return None
    if _is_rating(match) or (below in (10, 100) and not re.match(r"\sof\s(?!10)", text_after(match))):
        return f"{cardinal(above)} out of {cardinal(below)}" if above <= below else None
    if below == 1 or above > below:
        return f"{cardinal(above)} to {cardinal(below)}"
    if above == below:
        return f"{cardinal(above)} out of {cardinal(below)}"
    if below in DENOMINATORS or above == 1:
        return f"{cardinal(above)} {nth(below, above)}"
    return f"{cardinal(above)} out of {cardinal(below)}"


def _is_rating(match: re.Match[str]) -> bool:
    before = {word.lower() for word in re.findall(r"[A-Za-z]+", text_before(match, 30))}
    return bool(before & RATED) or word_after(match).lower() in RATINGS


def _read_mixed(match: re.Match[str]) -> str | None:
    """`2 1/2` → `two and a half`"""
    above, below = int(match["above"]), int(match["below"])
    if not 0 < above < below:
        return None
    return f"{cardinal(int(match['whole']))} and {_part(above, below)}"


def _part(above: int, below: int) -> str:
    return f"a {nth(below, 1)}" if above == 1 else f"{cardinal(above)} {nth(below, above)}"


def _read_fraction_sign(match: re.Match[str]) -> str | None:
    """`½`, `3½`, `¾ of an hour`, `1½ tsp`, `12½%`"""
    if match["unit"] == "%":
        return f"{_fraction(match)} percent"
    whole, unit = match["whole"], words_of("unit").get(match["unit"] or "")
    if match["unit"] and unit is None:
        return None
    part = _fraction(match)
    return f"{part} {unit[1] if whole else unit[0]}" if unit else part


def _fraction(match: re.Match[str]) -> str:
    part: str = words_of("fraction")[match["sign"]]
    return f"{cardinal(int(match['whole']))} and {part.replace('one ', 'a ')}" if match["whole"] else part


def _read_range(match: re.Match[str]) -> str | None:
    """`20-25`, `4-1`, `1,000–1,500`"""
    first, second = match["low"], match["high"]
    if first.startswith("0") and len(first) > 1 and "." not in first:
        return None
    if " " in match[0] and "–" not in match[0] and re.match(r"\s?=", text_after(match)):
        return None  # a sum
    if first == second:
        return f"{amount(first)} {amount(second)}"
    if float(second.replace(",", "")) < float(first.replace(",", "")) and len(first + second) > 5:
        return None
    return f"{amount(first)} to {amount(second)}"


def _read_three(match: re.Match[str]) -> str:
    """`4-3-3`, `10-2-1`, `50/30/20`"""
    return " ".join(amount(number) for number in re.split("[-–/]", match[0]))


def _read_written_fraction(match: re.Match[str]) -> str:
    """`1/10th`"""
    above, below = int(match["above"]), int(match["below"])
    return f"{cardinal(above)} {nth(below, above)}"


def _read_paragraph(match: re.Match[str]) -> str:
    """`401(k)`, `501(c)(3)`"""
    rest = f" {cardinal(int(match['b']))}" if match["b"] else ""
    return f"{in_pairs(match['number'])} {match['a']}{rest}"


def _read_text_code(match: re.Match[str]) -> str | None:
    """`Text HELP to 54321`"""
    before = text_before(match)
    return digits(match[0]) if re.search(r"\b[Tt]ext(?:ing|s|ed)?\b[^.]* to $", before) else None


def _read_book_number(match: re.Match[str]) -> str | None:
    """`ISBN 978-0-14-143951-8`"""
    return digits(match[0]) if re.search(r"IS[BS]N:?\s$", text_before(match, 8)) else None


def _read_ratio(match: re.Match[str]) -> str | None:
    """`3:1`, `16:9`"""
    return f"{cardinal(int(match['a']))} to {cardinal(int(match['b']))}"


def _read_verses(match: re.Match[str]) -> str:
    """`Genesis 1:1-3`"""
    chapter, first, last = (cardinal(int(match[name])) for name in "abc")
    return f"{chapter}, {first} to {last}"


def _read_named(match: re.Match[str]) -> str | None:
    """`Flight 370`, `Route 101`: in pairs."""
    if (word_before(match), match[0]) in NICKNAMED or (match[0] == "360" and word_after(match, joined=True) in AROUND):
        return in_pairs(match[0])
    if match[0] == "101" and re.search(r"[A-Z]\w*\s$", text_before(match, 20)):
        return in_pairs(match[0])
    if word_after(match) == "error" and len(match[0]) == 3:
        return in_pairs(match[0])
    if word_before(match) in NUMBERED and re.search(r"[A-Z][a-z-]*\s$", text_before(match, 20)):
        return in_pairs(match[0])
    return None


def _read_model(match: re.Match[str]) -> str | None:
    """`Boeing 747`, `a 737-800`: figure by figure, and the variant in pairs."""
    boeing = word_before(match) == "boeing" or match["variant"]
    if not boeing:
        return None
    variant = f" {in_pairs(match['variant'])}" if match["variant"] else ""
    return digits(match["number"]) + variant


def _read_emergency(match: re.Match[str]) -> str | None:
    """`call 911`, `a 999 call`"""
    if word_before(match) == "porsche":
        return in_pairs(match[0])
    if word_before(match) in EMERGENCY_VERBS or word_after(match).lower() in EMERGENCY_NOUNS:
        return digits(match[0].replace("-", ""))
    return None


EMERGENCY_VERBS = frozenset(
    "call called calling calls dial dialed dialled dialing dialling ring rang phone phoned text".split()
)
EMERGENCY_NOUNS = frozenset(
    "call calls caller callers operator operators dispatcher dispatchers dispatch handler handlers recording recordings "
    "emergency line lines service services system hotline lifeline".split()
)


def _read_number(match: re.Match[str]) -> str | None:
    written = match[0]
    if re.fullmatch(r"00\d", written):
        return f"double oh {cardinal(int(written[-1]))}" if written[-1] != "0" else digits(written)
    if re.fullmatch(r"\d{5}", written) and re.search(r"\b[A-Z]{2}\.? $", text_before(match, 5)):
        return digits(written)
    return amount(written)


def _read_plus(match: re.Match[str]) -> str:
    return f"{amount(match['number'])} plus"


def _read_power(match: re.Match[str]) -> str:
    """`10^6` → `ten to the power of six`"""
    power = match["power"].replace("−", "-")
    words = f"minus {cardinal(int(power[1:]))}" if power[0] == "-" else cardinal(int(power))
    named = {"two": "squared", "three": "cubed"}.get(words)
    return f"{amount(match['base'])} {named or 'to the power of ' + words}"


def _read_coordinates(match: re.Match[str]) -> str:
    return f"{amount(match[0])}"


def _read_letters_behind(match: re.Match[str]) -> str | None:
    """`5G`, `3D`, `1080p`, `747s`: figures with a letter or two after them."""
    number, tail = match["number"], match["tail"]
    if tail == "ers":
        words = cardinal(int(number))
        return f"{words}{'rs' if words.endswith('e') else 'ers'}"
    if tail == "s":
        return plural(in_pairs(number)) if len(number) < 4 else None
    if tail.islower() and tail not in {"p", "i", "a", "b", "c", "d", "e", "f", "x"}:
        return None
    return f"{in_pairs(number)} {' '.join(tail)}"


_FRACTION = alternatives(["½", "⅓", "⅔", "¼", "¾", "⅕", "⅖", "⅗", "⅘", "⅙", "⅚", "⅛", "⅜", "⅝", "⅞", "⅐", "⅑", "⅒"])

ORDINALS = (
    Rule("fraction", r"(?P<above>\d{1,3})/(?P<below>\d{1,3})(?:st|nd|rd|th)s?\b", _read_written_fraction),
    Rule("ordinal", r"(?:\d{1,3},)*\d+(?:st|nd|rd|th)\b", _read_ordinal),
)
FIGURES = (
    Rule("alnum", r"(?P<number>\d{3})\((?P<a>[a-z])\)(?:\((?P<b>\d)\))?", _read_paragraph),
    Rule("phone", r"\d{5,6}(?![\w,-]|\.\d)", _read_text_code),
    Rule("alnum", r"[\d-]{10,17}(?![\w-])", _read_book_number),
    Rule("score", r"\d{1,3}/\d{1,3}/\d{1,3}(?![\w/])", _read_three),
    Rule("fraction", r"(?P<above>\d{1,3}(?:\.\d+)?)\s/\s(?P<below>\d{1,3})(?![\w/]|\.\d)", lambda match:
         _read_slashed(match) if _is_rating(match) else None),
    Rule("emergency", r"(?:911|9-1-1|999|112|101|111|988|000)(?![\w,-]|\.\d)", _read_emergency),
    Rule("model", r"(?P<number>7[0-8]7)(?:-(?P<variant>[1-9]\d0|[89]))?(?![\w,%]|\.\d|-\d)", _read_model),
    Rule("named", r"\d{3,4}(?![\w,%/]|-\d|\.\d)", _read_named),
    Rule("cardinal", rf"(?P<low>{NUMBER})(?P<first>{SCALE})?(?:{DASH}(?P<high>{NUMBER}))?(?P<scale>(?<=\d){SCALE})",
         _read_scaled),
    Rule("cardinal", rf"(?P<low>{NUMBER})(?P<first>)(?P<high>)(?P<scale>{SCALE})", _read_scaled),
    Rule("fraction", r"(?P<whole>\d{1,6})[ -](?P<above>\d)/(?P<below>\d{1,2})(?![\w/])", _read_mixed),
    Rule("fraction", r"(?P<above>\d{1,3}(?:\.\d+)?)/(?P<below>\d{1,4})(?![\w/]|\.\d)", _read_slashed),
    Rule("fraction", rf"(?P<whole>\d{{1,6}})\s?(?P<sign>{_FRACTION})\s?(?P<unit>%|[a-z]{{2,4}}(?!\w))", _read_fraction_sign),
    Rule("fraction", rf"(?P<whole>\d{{1,6}})\s?(?P<sign>{_FRACTION})(?P<unit>)", _read_fraction_sign),
    Rule("power", r"(?P<base>\d+)\^(?P<power>-?\d{1,3})(?!\d)", _read_power),
    Rule("score", r"\d{1,3}(?:[-–]\d{1,2}){2}(?![\w-])", _read_three),
    Rule("range", rf"(?P<low>{NUMBER}){DASH}(?P<high>{NUMBER})(?![\w/]|-[\d]|[.,]\d)", _read_range),
    Rule("age", r"(?P<number>\d[\d,]*(?:\.\d+)?)-(?P<rest>[A-Za-z]+(?:-(?:[A-Za-z]+|\d+))*)", _read_aged),
    Rule("age", r"(?P<number>\d+)[-–](?= (?:to|and|or)\b|,)", _read_hanging),
    Rule("score", r"(?P<a>\d{1,3}):(?P<b>\d)(?![-–]\d)(?![\d:])", _read_ratio),
    Rule("score", r"(?P<a>\d{1,3}):(?P<b>\d{1,3})[-–](?P<c>\d{1,3})(?![\d:])", _read_verses),
    Rule("score", r"(?P<a>16):(?P<b>9|10)(?![\d:])", _read_ratio),
    Rule("alnum", r"(?P<number>\d{1,4})(?P<tail>[A-Z]{1,2}|[pix]|s|ers|[a-f])(?![\w]|-\d)", _read_letters_behind),
    Rule("cardinal", rf"(?P<number>{NUMBER})\+(?!\s?\d)", _read_plus),
    Rule("cardinal", rf"(?:{NUMBER})(?![\w/]|[.,:]\d)", _read_number),
)  # fmt: skip
SIGNS = (
    Rule("fraction", rf"(?P<whole>)(?P<sign>{_FRACTION})\s?(?P<unit>[a-z]{{2,4}})(?!\w)", _read_fraction_sign),
    Rule("fraction", rf"(?P<whole>)(?P<sign>{_FRACTION})(?P<unit>)", _read_fraction_sign),
    Rule("negative", r"(?<![\w)\]\"'%.?!-])-(?=\d|\.\d|[$£€½¼¾⅓⅔])|(?<=\s)–(?=\d|[$£€])", said("minus ")),
    Rule(
        "number_sign",
        r"#(?P<number>\d{1,4})(?P<tail>[A-Z])(?!\w)",
        lambda match: f"number {amount(match['number'])} {match['tail']}",
    ),
    Rule("symbol", r"(?<![\w)\]])\+(?=\d)", said("plus ")),
)

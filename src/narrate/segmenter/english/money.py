"""Money: `$1.5bn`, `£12.40`, `a €5m prize`, `$10-a-month`, `CHF 20`, `50p`."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import DASH, NUMBER, SCALE, amount, amounts, is_one, listed, scale_word, words_of
from narrate.segmenter.numbers import cardinal, plural
from narrate.segmenter.rules import Rule, alternatives, heads, text_before, word_after, word_before

# ------------------------------------------------------------------ sums


def _read_sum(match: re.Match[str]) -> str:
    """`£310m` → `three hundred and ten million pounds`, `$5-10`, `20 CHF`, `Rs. 500`"""
    return _say(match, match["sign"].strip(" ."))


def _read_us_sum(match: re.Match[str]) -> str:
    """`$US5`, `$5 USD` → `five US dollars`"""
    return _say(match, "US$")


def _read_signed_sum(match: re.Match[str]) -> str:
    """`-$5` → `minus five dollars`"""
    return f"{'minus' if match[0][0] == '-' else 'plus'} {_read_sum(match)}"


def _say(match: re.Match[str], currency: str) -> str:
    """A sum in words, with what it is paid for: `£3m-a-year` → `three million pound a year`"""
    one, many, _, cents = words_of("currency")[currency]
    low, high = re.sub(r"^(\d{1,3}),(\d\d)$", r"\1.\2", match["low"]), match["high"]
    first, scale = scale_word(match["first_scale"]), scale_word(match["scale"])
    if high is None and not scale:
        first, scale = "", first
    if first and first != scale:
        words = f"{amount(low)} {first} to {amount(high or '')} {scale}".strip() + f" {many}"
    elif not high and not scale and cents and re.fullmatch(r"[\d,]*\.\d\d", low):
        words = _coins(low, currency)
    else:
        is_single = (is_one(match) and not scale) or _is_attribute(match)
        words = " ".join(filter(None, (amounts(match), scale, one if is_single else many)))
    return words + _tail(match["tail"] or "")


def _coins(written: str, currency: str) -> str:
    """`12.40` → `twelve pounds and forty pence`"""
    one, many, cent, cents = words_of("currency")[currency]
    whole, hundredths = (int(part or 0) for part in written.replace(",", "").split("."))
    coins = []
    if whole or not hundredths:
        coins.append(f"{cardinal(whole)} {one if whole == 1 else many}")
    if hundredths:
        coins.append(f"{cardinal(hundredths)} {cent if hundredths == 1 else cents}")
    return " and ".join(coins)


def _is_attribute(match: re.Match[str]) -> bool:
    """`a $5m prize`: the money tells what kind of thing it is, and stands in the singular."""
    tail, noun = match["tail"] or "", word_after(match)
    if tail.startswith("-") and "worth" not in tail:
        return True
    if not noun[:1].islower() or noun.endswith(("ly", "ed")) or noun in listed("not_nouns") or noun in listed("spent"):
        return False
    return word_before(match) in listed("determiners") or _has_article_before(match)


def _has_article_before(match: re.Match[str]) -> bool:
    """`a disputed $500 fine`: an article and one word before it."""
    adjective = "[a-z]+(?:ed|ing|al|er|est|ge|ll|ew|st|nd|rd|th)"
    return re.search(rf"\b(?:an?|another) {adjective} $", text_before(match)) is not None


def _tail(written: str) -> str:
    """`+` → ` plus`, `pcm` → ` per calendar month`, `/hr` → ` per hour`, `-a-year` → ` a year`, `-dollar` → nothing"""
    per = words_of("per")
    if not written or re.fullmatch("-(?:dollar|pound|euro)s?", written):
        return ""
    if written == "+":
        return " plus"
    if written in per:
        return f" per {per[written]}"
    if "/" in written:
        unit = written.strip(" /")
        return f" per {per.get(unit, unit)}"
    return " " + written.strip("-").replace("-", " ")


# ------------------------------------------------------------------ coins, notes, Indian sums


def _read_pence(match: re.Match[str]) -> str | None:
    """`50p` → `fifty p`, `99¢` → `ninety nine cents`, `5-10p`; not `720p`, which is a picture"""
    if (match["coin"] == "c" and len(match["low"]) > 2) or text_before(match).endswith("-"):
        return None
    if match["coin"] == "p":
        return None if match[0] in {"144p", "240p", "360p", "480p", "720p"} else f"{amounts(match)} p"
    return f"{amounts(match)} {'cent' if is_one(match) or word_before(match) in {'a', 'an'} else 'cents'}"


def _read_notes(match: re.Match[str]) -> str:
    """`$20s and $50s` → `twenties and fifties`"""
    return plural(cardinal(int(match["low"])))


def _read_indian_sum(match: re.Match[str]) -> str:
    """`Rs 5 lakh` → `five lakh rupees`, `₹5 crore`"""
    _, many, _, _ = words_of("currency")[match["sign"].rstrip(".")]
    return f"{amount(match['low'])} {match['scale']} {many}"


# ------------------------------------------------------------------ rules

_SIGNS = [name for name in words_of("currency") if not name.isalpha()]
SIGN = alternatives(_SIGNS)
"""`$`, `US$`, `£`"""

_CODES = [name for name in words_of("currency") if name.isalpha() and len(name) == 3]
CODE = alternatives(_CODES)
"""As banks write currencies: `CHF`. Source: ISO 4217."""

_ONE_SIGN = f"[{''.join(name for name in words_of('currency') if len(name) == 1)}]"
_LOW = rf"(?P<low>\d{{1,3}},\d\d(?![\d,])|{NUMBER})"
"""`2.50`, and `2,50` as Europe writes it."""
_AMOUNT = rf"{_LOW}(?P<first_scale>{SCALE})?(?:{DASH}(?:{SIGN})?\s?(?P<high>{NUMBER}))?(?P<scale>{SCALE})?"
_PAID_FOR = (
    "second|minute|hour|day|week|month|year|night|head|person|share|barrel|tonne|ton|gallon|litre|liter|kilo|kg|lb"
    "|unit|seat|ticket|hr|yr|mo|sq ft"
)
_TAIL = (
    r"(?P<tail>\+|-(?:plus|odd|worth|dollars?|pounds?|euros?)\b|p(?:cm|w|h|a)\b"
    rf"|(?:-|\s?/\s?|/)(?:a|an|per)?[- ]?(?:{_PAID_FOR})\b|-(?:a|per)-[a-z]+|-(?=[a-z]))?"
)
_SUM = rf"(?P<sign>{SIGN})\s?{_AMOUNT}{_TAIL}"
_INDIAN = rf"\s?(?P<low>{NUMBER})\s(?P<scale>lakh|crore)\b"

SIGNS = (
    Rule("money", r"[$£€](?P<low>5|10|20|50|100)s\b", _read_notes, begins=heads("$£€")),
    Rule("money", rf"(?P<sign>₹){_INDIAN}", _read_indian_sum, begins=heads("₹")),
    Rule("money", rf"\$(?:US|USD)\s?{_AMOUNT}{_TAIL}", _read_us_sum, begins=heads(["$US"])),
    Rule("money", rf"\${_AMOUNT}(?P<tail>)\s?USD\b", _read_us_sum, begins=heads("$")),
    Rule("money", _SUM, _read_sum, begins=heads(_SIGNS)),
    Rule(
        "money",
        rf"(?<![\w)\]%])[-+]{_SUM}",
        _read_signed_sum,
        begins=heads(before + sign for before in "-+" for sign in _SIGNS),
    ),
)
WORDS = (
    Rule("money", _SUM, _read_sum, begins=heads(_SIGNS)),
    Rule("money", rf"(?P<sign>Rs\.?){_INDIAN}", _read_indian_sum, begins=heads(["Rs"])),
    Rule(
        "money",
        rf"(?P<sign>(?:{CODE})|Rs\.?)\s?{_AMOUNT}{_TAIL}(?!\w)",
        _read_sum,
        begins=heads([*_CODES, "Rs"]),
    ),
)
FIGURES = (
    Rule("money", rf"(?<!\^){_AMOUNT}\s?(?P<sign>{_ONE_SIGN}(?!\s?\d)|\s(?:{CODE})\b)(?P<tail>)(?![\d])", _read_sum),
    Rule("money", rf"(?P<low>\d{{1,3}})(?:{DASH}(?P<high>\d{{1,3}}))?(?P<coin>p|¢|c)(?![\w'-]|\.\d)", _read_pence),
)

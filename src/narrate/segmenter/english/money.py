"""Money: `$1.5bn`, `£12.40`, `a €5m prize`, `$10-a-month`, `CHF 20`, `50p`."""

from __future__ import annotations

import re

from narrate.segmenter.english.parts import DASH, NOT_NOUNS, NUMBER, SCALE, amount, scale_word, words_of
from narrate.segmenter.numbers import cardinal, plural
from narrate.segmenter.rules import Rule, text_before, word_after, word_before

SIGNS_OF_MONEY = "$£€¥₹₽₩₪₺₦₫₴₱฿₿₡₵₸"
SIGN = rf"(?:(?:US|AU|CA|NZ|HK|SG|TW|MX|NT|A|C|S|R|J|Z)?\$|[{SIGNS_OF_MONEY[1:]}])"
TAIL = (
    r"(?P<tail>\+|-(?:plus|odd|worth|dollars?|pounds?|euros?)\b|p(?:cm|w|h|a)\b|(?:-|\s?/\s?|/)(?:a|an|per)?[- ]?(?:second|minute|hour|day|week|month|year|night"
    r"|head|person|share|barrel|tonne|ton|gallon|litre|liter|kilo|kg|lb|unit|seat|ticket|hr|yr|mo|sq ft)\b"
    r"|-(?:a|per)-[a-z]+|-(?=[a-z]))?"
)
AMOUNT = rf"(?P<low>{NUMBER})(?P<scale1>{SCALE})?(?:{DASH}(?:{SIGN})?\s?(?P<high>{NUMBER}))?(?P<scale2>{SCALE})?"
SHORT_TIMES = {
    "pcm": "calendar month",
    "pm": "month",
    "pa": "year",
    "pw": "week",
    "ph": "hour",
    "hr": "hour",
    "yr": "year",
    "mo": "month",
    "kg": "kilogram",
    "lb": "pound",
    "sq ft": "square foot",
}
SPENT = frozenset(
    "spent paid owed made lost won given cost lent sent stolen sought sold bought left held kept worth".split()
)
DETERMINERS = frozenset(
    {
        "the",
        "his",
        "her",
        "their",
        "our",
        "your",
        "my",
        "a",
        "an",
        "another",
        "one",
        "every",
        "each",
        "this",
        "that",
        "new",
        "first",
        "second",
        "its",
    }
)


def _names(sign: str) -> tuple[str, str, str, str]:
    """One, several, its hundredth, several of these."""
    known = words_of("currency")
    one, many, cent, cents = known.get(sign) or known.get(sign[-1]) or known["$"]
    return one, many, cent, cents


def _read(match: re.Match[str]) -> str | None:
    return _say(match, match["sign"])


def _say(match: re.Match[str], sign: str) -> str | None:
    one, many, cent, cents = _names(sign)
    low, high = match["low"], match["high"]
    scale = scale_word(match["scale2"])
    tail = _tail(match["tail"] or "")
    if high is None and not scale:
        scale = scale_word(match["scale1"])
    elif match["scale1"] and scale_word(match["scale1"]) != scale:
        first = f"{amount(low)} {scale_word(match['scale1'])}"
        return f"{first} to {amount(high or '')} {scale} {many}{tail}".replace("  ", " ")
    if high is None and not scale and re.fullmatch(r"[\d,]*\.\d\d", low) and cents:
        whole, fraction = low.replace(",", "").split(".")
        return _coins(int(whole or 0), int(fraction), (one, many, cent, cents)) + tail
    words = f"{amount(low)} to {amount(high)}" if high else amount(low)
    single = low == "1" and not scale and not high
    unit = one if single or _is_measure_of(match) else many
    return " ".join(filter(None, (words, scale, unit))) + tail


def _is_measure_of(match: re.Match[str]) -> bool:
    """`a $5m prize`: the money tells what kind of thing it is, and stands in the singular."""
    tail = match["tail"] or ""
    if tail.startswith("-") and "worth" not in tail:
        return True
    following = word_after(match)
    if not following or following in NOT_NOUNS | SPENT or not following[0].islower():
        return False
    if following.endswith(("ly", "ed")):
        return False
    return word_before(match) in DETERMINERS or _has_article_before(match)


def _has_article_before(match: re.Match[str]) -> bool:
    """`a disputed $500 fine`: an article and one word before it."""
    return (
        re.search(r"\b(?:an?|another) [a-z]+(?:ed|ing|al|er|est|ge|ll|ew|st|nd|rd|th) $", text_before(match))
        is not None
    )


def _tail(written: str) -> str:
    if written.endswith("USD"):
        return ""
    if not written or written == "-":
        return " " if written else ""
    if written == "+":
        return " plus"
    if written in SHORT_TIMES:
        return f" per {SHORT_TIMES[written]}"
    if re.fullmatch("-(?:dollar|pound|euro)s?", written):
        return ""
    if "/" in written:
        unit = written.strip(" /")
        return f" per {SHORT_TIMES.get(unit, unit)}"
    return " " + written.strip("-").replace("-", " ")


def _coins(whole: int, fraction: int, names: tuple[str, str, str, str]) -> str:
    """`12, 40` → `twelve pounds and forty pence`"""
    one, many, cent, cents = names
    parts = []
    if whole or not fraction:
        parts.append(f"{cardinal(whole)} {one if whole == 1 else many}")
    if fraction:
        parts.append(f"{cardinal(fraction)} {cent if fraction == 1 else cents}")
    return " and ".join(parts)


def _read_negative(match: re.Match[str]) -> str | None:
    words = _say(match, match["sign"])
    return f"{'minus' if match[0][0] == '-' else 'plus'} {words}" if words else None


def _read_code(match: re.Match[str]) -> str | None:
    return _say(match, match["sign"].rstrip("."))


def _read_behind(match: re.Match[str]) -> str | None:
    """`20 CHF`, `5€`"""
    return _say(match, match["sign"].strip())


def _read_pence(match: re.Match[str]) -> str | None:
    low, high, sign = match["low"], match["high"], match["coin"]
    if (sign == "c" and len(low) > 2) or text_before(match).endswith("-"):
        return None
    if match[0] in {"144p", "240p", "360p", "480p", "720p"}:  # heights of a picture
        return None
    words = f"{amount(low)} to {amount(high)}" if high else amount(low)
    if sign == "p":
        return f"{words} p"
    return f"{words} {'cent' if (low == '1' and not high) or word_before(match) in {'a', 'an'} else 'cents'}"


def _read_notes(match: re.Match[str]) -> str:
    """`$20s and $50s`: notes of so much."""
    return plural(cardinal(int(match["low"])))


def _read_indian(match: re.Match[str]) -> str:
    """`Rs 5 lakh`, `₹5 crore`"""
    one, many, _, _ = _names(match["sign"].rstrip("."))
    return f"{amount(match['low'])} {match['scale']} {many}"


CODES = (
    "USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|HKD|SGD|CNY|RMB|INR|SEK|NOK|DKK|PLN|CZK|HUF|RUB|UAH|TRY|ZAR|BRL|MXN|AED|SAR|KRW|THB"
    "|ILS|NGN|KES|BTC|ETH"
)
"""As banks write currencies. Source: ISO 4217."""
_SIGNED = rf"(?P<sign>{SIGN})\s?{AMOUNT}{TAIL}"

SIGNS = (
    Rule("money", r"[$£€](?P<low>5|10|20|50|100)s\b", _read_notes),
    Rule("money", rf"(?P<sign>₹)\s?(?P<low>{NUMBER})\s(?P<scale>lakh|crore)\b", _read_indian),
    Rule("money", rf"(?P<sign>\$)(?:US|USD)\s?{AMOUNT}{TAIL}", lambda match: _say(match, "US$")),
    Rule("money", rf"(?P<sign>\$){AMOUNT}(?P<tail>\s?USD)\b", lambda match: _say(match, "US$")),
    Rule("money", _SIGNED, _read),
    Rule("money", rf"(?<![\w)\]%])[-+](?P<sign>{SIGN})\s?{AMOUNT}{TAIL}", _read_negative),
)
WORDS = (
    Rule("money", _SIGNED, _read),
    Rule("money", rf"(?P<sign>Rs\.?)\s?(?P<low>{NUMBER})\s(?P<scale>lakh|crore)\b", _read_indian),
    Rule("money", rf"(?P<sign>(?:{CODES})|Rs\.?)\s?{AMOUNT}{TAIL}(?!\w)", _read_code),
)
FIGURES = (
    Rule("money", rf"{AMOUNT}\s?(?P<sign>[{SIGNS_OF_MONEY}](?!\s?\d)|\s(?:{CODES})\b)(?P<tail>)(?![\d])", _read_behind),
    Rule("money", rf"(?P<low>\d{{1,3}})(?:{DASH}(?P<high>\d{{1,3}}))?(?P<coin>p|¢|c)(?![\w'-]|\.\d)", _read_pence),
)

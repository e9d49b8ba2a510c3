"""Ways to write a sound: IPA, ARPAbet, X-SAMPA, and respellings that anybody can read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

STRESSES = "ˈˌ"


@dataclass(frozen=True, slots=True)
class Sound:
    """One consonant or vowel."""

    ipa: str
    stress: str = ""
    """`ˈ` or `ˌ` on a stressed vowel."""

    @property
    def vowel(self) -> bool:
        return self.ipa[0] in VOWEL_LETTERS


VOWEL_LETTERS = frozenset("aeiouyæøœɐɑɒɔəɘɚɛɜɝɞɤɨɪɯɵɶʉʊʌʏᵻ")

# ------------------------------------------------------------------ where syllables begin

ONSETS = frozenset(
    {
        "pl", "bl", "kl", "ɡl", "fl", "sl", "pɹ", "bɹ", "tɹ", "dɹ", "kɹ", "ɡɹ", "fɹ", "θɹ", "ʃɹ", "tw", "dw", "kw",
        "ɡw", "sw", "θw", "sp", "st", "sk", "sm", "sn", "sf", "pj", "bj", "kj", "fj", "vj", "mj", "nj", "hj", "lj",
        "tj", "dj", "spl", "spɹ", "stɹ", "skɹ", "skw", "spj", "stj", "skj", "ts", "ʃt", "ʃm", "ʃl", "ʃw", "kn",
    }
)  # fmt: skip
"""Groups of consonants that begin a syllable in English, and in names that English has borrowed."""


def syllables(sounds: Sequence[Sound]) -> list[list[Sound]]:
    """A word's sounds, cut before the longest group that can begin a syllable; empty where there is no vowel."""
    vowels = [index for index, sound in enumerate(sounds) if sound.vowel]
    starts = [0]
    for before, vowel in pairwise(vowels):
        start = vowel
        while start > before + 1 and _begins("".join(sound.ipa for sound in sounds[start - 1 : vowel])):
            start -= 1
        starts.append(start)
    ends = [*starts[1:], len(sounds)]
    return [list(sounds[start:end]) for start, end in zip(starts, ends, strict=True)] if vowels else []


def _begins(group: str) -> bool:
    single = len(group) == 1 or group in ("tʃ", "dʒ")
    return group in ONSETS or (single and group != "ŋ")


def write_ipa(sounds: Sequence[Sound]) -> str:
    """A word in IPA, its stress marks before the syllables as dictionaries have them."""
    parts = []
    for syllable in syllables(sounds) or [list(sounds)]:
        stress = next((sound.stress for sound in syllable if sound.stress), "")
        parts.append(stress + "".join(sound.ipa for sound in syllable))
    return "".join(parts)


# ------------------------------------------------------------------ IPA

SPELLINGS = str.maketrans(
    {"g": "ɡ", "'": "ˈ", "ʧ": "tʃ", "ʤ": "dʒ", "ʦ": "ts", "ʣ": "dz", "͡": None, "͜": None, "‿": None, ".": None}
)
IPA_SOUND = re.compile("tʃ|dʒ|[ea]ɪ|[oɔ]ɪ|aʊ|[oə]ʊ|.")


def clean_ipa(written: str) -> str:
    """IPA as it is kept: without slashes or brackets around it, in composed characters."""
    return unicodedata.normalize("NFC", " ".join(written.strip().strip("/[]").split()))


def read_ipa(word: str) -> list[Sound]:
    """The sounds of one word in IPA; length marks are left out."""
    sounds: list[Sound] = []
    stress = ""
    for found in IPA_SOUND.findall(word.translate(SPELLINGS)):
        if found in STRESSES:
            stress = found
        elif found.isalpha() and not unicodedata.category(found[0]).startswith("Lm"):
            sound = Sound(found, stress)
            sounds.append(sound if sound.vowel else Sound(found))
            stress = "" if sound.vowel else stress
    return sounds


ENDINGS = {"'s": "z", "s": "z", "es": "z", "'d": "d", "'ll": "əl", "'ve": "əv", "'re": "ɚ"}
"""What an ending adds to the sound of a word, before it fits itself to the last sound."""

HISSING, VOICELESS = "szʃʒʧʤ", "ptkfθxχcqʈ"


def add_ending(ipa: str, ending: str) -> str:
    """A word's sound with an English ending after it: `kʌp` and `'s` is `kʌps`."""
    added = ENDINGS[ending]
    last = next((sign for sign in reversed(ipa) if unicodedata.category(sign) in ("Ll", "Lo")), "")
    if added == "z":
        return ipa + ("ɪz" if last in HISSING else "s" if last in VOICELESS else "z")
    if added == "d":
        return ipa + ("ɪd" if last in "td" else "t" if last in VOICELESS + "sʃʧ" else "d")
    return ipa + added


# ------------------------------------------------------------------ ARPAbet

ARPABET = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "aʊ", "AX": "ə", "AXR": "ɚ", "AY": "aɪ", "EH": "ɛ", "ER": "ɝ",
    "EY": "eɪ", "IH": "ɪ", "IX": "ɨ", "IY": "i", "OW": "oʊ", "OY": "ɔɪ", "UH": "ʊ", "UW": "u", "UX": "ʉ",
    "B": "b", "CH": "tʃ", "D": "d", "DH": "ð", "DX": "ɾ", "EL": "l̩", "EM": "m̩", "EN": "n̩", "F": "f", "G": "ɡ",
    "HH": "h", "H": "h", "JH": "dʒ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "Q": "ʔ", "R": "ɹ",
    "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "WH": "ʍ", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip
"""Source: http://www.speech.cs.cmu.edu/cgi-bin/cmudict, and the wider set of TIMIT."""

UNSTRESSED = {"AH": "ə", "ER": "ɚ"}


def is_arpabet(phone: str) -> bool:
    """Is it a phone of ARPAbet, such as `ER1`?"""
    return phone.rstrip("012").upper() in ARPABET


def arpabet_to_ipa(phones: str) -> str:
    """`OW2 K OW1 R OW0` is `ˌoʊˈkoʊɹoʊ`."""
    return write_ipa([_phone(phone.upper()) for phone in phones.split()])


def _phone(phone: str) -> Sound:
    name = phone.rstrip("012")
    if phone.endswith("0") and name in UNSTRESSED:
        return Sound(UNSTRESSED[name])
    return Sound(ARPABET[name], {"1": "ˈ", "2": "ˌ"}.get(phone[len(name) :], ""))


# ------------------------------------------------------------------ X-SAMPA

X_SAMPA = {
    "A": "ɑ", "{": "æ", "6": "ɐ", "Q": "ɒ", "E": "ɛ", "@": "ə", "3": "ɜ", "I": "ɪ", "O": "ɔ", "2": "ø", "9": "œ",
    "&": "ɶ", "U": "ʊ", "}": "ʉ", "V": "ʌ", "Y": "ʏ", "1": "ɨ", "M": "ɯ", "7": "ɤ", "8": "ɵ", "@`": "ɚ", "3`": "ɝ",
    "@\\": "ɘ", "3\\": "ɞ", "I\\": "ᵻ", "B": "β", "C": "ç", "D": "ð", "F": "ɱ", "G": "ɣ", "H": "ɥ", "J": "ɲ",
    "K": "ɬ", "L": "ʎ", "N": "ŋ", "R": "ʁ", "S": "ʃ", "T": "θ", "W": "ʍ", "X": "χ", "Z": "ʒ", "?": "ʔ", "4": "ɾ",
    "5": "ɫ", "g": "ɡ", "r\\": "ɹ", "r\\`": "ɻ", "R\\": "ʀ", "r`": "ɽ", "l`": "ɭ", "n`": "ɳ", "s`": "ʂ", "t`": "ʈ",
    "d`": "ɖ", "z`": "ʐ", "s\\": "ɕ", "z\\": "ʑ", "x\\": "ɧ", "h\\": "ɦ", "X\\": "ħ", "?\\": "ʕ", "G\\": "ɢ",
    "N\\": "ɴ", "B\\": "ʙ", "J\\": "ɟ", "j\\": "ʝ", "v\\": "ʋ", "P": "ʋ", "p\\": "ɸ", "M\\": "ɰ", "L\\": "ʟ",
    "K\\": "ɮ", "l\\": "ɺ", "b_<": "ɓ", "d_<": "ɗ", "g_<": "ɠ", '"': "ˈ", "%": "ˌ", ":": "ː", ":\\": "ˑ", "'": "ʲ",
    "_j": "ʲ", "_h": "ʰ", "_w": "ʷ", "_~": "̃", "~": "̃", "=": "̩", "_=": "̩", "_0": "̥", "_v": "̬", "_d": "̪",
    "_^": "̯", "_": "͡", "-": "", "`": "˞", "|": "|", "||": "‖", ".": ".", " ": " ",
}  # fmt: skip
"""Source: https://www.phon.ucl.ac.uk/home/sampa/x-sampa.htm"""

X_SAMPA_SIGN = "|".join(map(re.escape, sorted(X_SAMPA, key=len, reverse=True))) + "|(.)"
"""Compiled where it is met, which is rare, as are the patterns of respellings."""


def x_sampa_to_ipa(written: str) -> str | None:
    """X-SAMPA in IPA; None where a sign is none of its own."""
    parts = []
    for match in re.finditer(X_SAMPA_SIGN, written, re.DOTALL):
        if match[1] and not ("a" <= match[1] <= "z"):
            return None
        parts.append(X_SAMPA.get(match[0], match[0]))
    return unicodedata.normalize("NFC", "".join(parts))


# ------------------------------------------------------------------ respellings

KEY_VOWELS = {
    "eye": "aɪ", "igh": "aɪ", "air": "ɛ ɹ", "eer": "ɪ ɹ", "oor": "ʊ ɹ", "ahr": "ɑ ɹ", "awr": "ɔ ɹ", "ar": "ɑ ɹ",
    "or": "ɔ ɹ", "ur": "ɝ", "er": "ɝ", "ee": "i", "ih": "ɪ", "ay": "eɪ", "eh": "ɛ", "ah": "ɑ", "aw": "ɔ", "oh": "oʊ",
    "oo": "u", "uu": "ʊ", "uh": "ʌ", "ow": "aʊ", "oy": "ɔɪ", "i": "ɪ", "e": "ɛ", "a": "æ", "o": "ɑ", "u": "ʌ",
    "y": "aɪ",
}  # fmt: skip
KEY_CONSONANTS = {
    "ch": "tʃ", "dh": "ð", "kh": "x", "ng": "ŋ", "sh": "ʃ", "th": "θ", "zh": "ʒ", "ck": "k", "wh": "w", "j": "dʒ",
    "g": "ɡ", "r": "ɹ", "y": "j", "x": "k s",
} | {letter: letter for letter in "bdfhklmnpstvwz"}  # fmt: skip
"""How respellings are read: what newspapers print in brackets after a name."""

_CONSONANTS = f"(?:{'|'.join(sorted(KEY_CONSONANTS, key=len, reverse=True))})*"
KEY_SYLLABLE = (
    f"({_CONSONANTS})({'|'.join(sorted(KEY_VOWELS, key=len, reverse=True))})({_CONSONANTS.replace('|y|', '|')})"
)
KEY_CONSONANT = "|".join(sorted(KEY_CONSONANTS, key=len, reverse=True))


def is_keyed(respelling: str) -> bool:
    """Does it show its stressed syllable in capitals, as in `oh-KOH-roh`?"""
    return any(map(_shows_stress, respelling.split()))


def _shows_stress(word: str) -> bool:
    parts = word.split("-")
    return len(parts) > 1 and any(map(str.isupper, parts)) and all(part.isupper() or part.islower() for part in parts)


def plain_respelling(respelling: str) -> str:
    """A respelling as words for an engine, which would spell syllables in capitals letter by letter."""
    return " ".join(word.lower() if _shows_stress(word) else word for word in respelling.split())


def respelling_to_ipa(respelling: str) -> str | None:
    """The sound of a respelling with its stress in capitals: `oh-KOH-roh` is `oʊˈkoʊɹoʊ`; None for any other."""
    if not is_keyed(respelling):
        return None
    words = [_read_word(word.split("-")) for word in respelling.split()]
    return " ".join(word for word in words if word) if all(words) else None


def _read_word(parts: list[str]) -> str | None:
    stressed = [index for index, part in enumerate(parts) if part.isupper()] or ([0] if len(parts) == 1 else [])
    written = []
    for index, part in enumerate(parts):
        stress = "ˈ" if stressed and index == stressed[-1] else "ˌ" if index in stressed else ""
        sounds = _read_syllable(part.lower(), stress)
        if sounds is None:
            return None
        written.append(stress + sounds)
    return "".join(written)


def _read_syllable(part: str, stress: str) -> str | None:
    match = re.fullmatch(KEY_SYLLABLE, part)
    if match is None:
        return None
    onset, vowel, coda = match.groups()
    sound = KEY_VOWELS[vowel]
    if not stress:
        sound = {"ʌ": "ə", "ɝ": "ɚ"}.get(sound, sound) if vowel in ("uh", "ur", "er") else sound
    return (_read_consonants(onset) + sound + _read_consonants(coda)).replace(" ", "")


def _read_consonants(written: str) -> str:
    single = re.sub(r"(.)\1", r"\1", written)
    return "".join(KEY_CONSONANTS[found] for found in re.findall(KEY_CONSONANT, single))


RESPELT = {
    "i": "ee", "u": "oo", "eɪ": "ay", "oʊ": "oh", "əʊ": "oh", "o": "oh", "e": "ay", "aɪ": "y", "ɔɪ": "oy", "aʊ": "ow",
    "ɑ": "ah", "ɒ": "ah", "a": "ah", "ɔ": "aw", "ʊ": "uu", "ʌ": "uh", "ə": "uh", "ɐ": "uh", "ɚ": "ur", "ɝ": "ur",
    "ɜ": "ur", "æ": "a", "ɛ": "eh", "ɪ": "ih", "ɨ": "ih", "ᵻ": "ih",
    "tʃ": "ch", "dʒ": "j", "ð": "dh", "x": "kh", "ŋ": "ng", "ʃ": "sh", "θ": "th", "ʒ": "zh", "ɡ": "g", "ɹ": "r",
    "j": "y", "ɾ": "t", "ʔ": "t", "r": "r", "ɫ": "l",
} | {letter: letter for letter in "bdfhklmnpstvwz"}  # fmt: skip
WITH_R = {"ɑ": "ar", "ɔ": "or", "ɛ": "air", "ɪ": "eer", "ʊ": "oor", "ə": "ur", "ɜ": "ur", "i": "eer"}
CLOSED = {"ɪ": "i", "ɛ": "e", "ɨ": "i", "ᵻ": "i"}


def ipa_to_respelling(ipa: str) -> str | None:
    """A sound as anybody can read it: `oʊˈkɔɹoʊ` is `oh-KAW-roh`; None where English has no such sound."""
    try:
        return " ".join(filter(None, map(_respell_word, ipa.split()))) or None
    except KeyError:
        return None


def _respell_word(word: str) -> str:
    cut = syllables(read_ipa(word))
    parts = []
    for syllable in cut:
        respelt = "".join(_respell_syllable(syllable))
        parts.append(respelt.upper() if any(sound.stress == "ˈ" for sound in syllable) and len(cut) > 1 else respelt)
    return "-".join(parts)


def _respell_syllable(syllable: list[Sound]) -> Iterator[str]:
    index = 0
    while index < len(syllable):
        sound = syllable[index].ipa
        following = syllable[index + 1].ipa if index + 1 < len(syllable) else ""
        if sound in WITH_R and following == "ɹ":
            yield WITH_R[sound]
            index += 1
        elif sound == "aɪ" and index == 0:
            yield "eye"
        else:
            yield CLOSED[sound] if following and sound in CLOSED else RESPELT[sound]
        index += 1


def tidy_ipa(ipa: str) -> str:
    """What an engine tells of a sound as dictionaries print it: stress before its syllable, lengths left out."""
    return " ".join(write_ipa(read_ipa(word)) for word in ipa.split())

"""Lexicons on disk: our own TOML, the W3C's PLS 1.0, and pronouncing dictionaries like CMU's."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from narrate.errors import LexiconError
from narrate.segmenter.lexicon import Entry, Layer, Lexicon
from narrate.segmenter.sounds import clean_ipa, is_arpabet, x_sampa_to_ipa

MOST_BYTES = 32 * 1024 * 1024
"""Largest file that is read."""

PLS = "http://www.w3.org/2005/01/pronunciation-lexicon"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

FIELDS = {
    "word": "a string or a list of them", "say": "a string", "ipa": "a string", "language": "a string",
    "case": "true or false", "part": "true or false", "endings": "true or false",
}  # fmt: skip


def load_lexicon(
    paths: Iterable[Path] = (), *, language: str = "en", article: Sequence[Entry] = (), built_in: bool = True
) -> Lexicon:
    """The lexicon in force: the article's own entries, the files in their order, and what narrate brings.

    Args:
        paths: the one that counts most first: the command line's, the show's, the user's.
        language: BCP 47, of the text; it chooses what narrate brings.
        article: entries that the text itself carries.

    Raises:
        LexiconError: a file cannot be read.
    """
    layers = [Layer(name="the article", entries=tuple(article))] if article else []
    layers += map(read_lexicon, paths)
    ours = _built_in(language) if built_in else None
    return Lexicon([*layers, ours] if ours else layers)


def read_lexicon(path: Path) -> Layer:
    """The entries of a file, whatever its format.

    Raises:
        LexiconError: it cannot be read, with the line where that is known.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise LexiconError(f"{path} is too large", f"it has over {MOST_BYTES // 2**20} MiB", "Give a smaller one")
        data = path.read_bytes()
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise LexiconError(f"the lexicon {path} cannot be read", reason, "Look at the path") from problem
    return parse_lexicon(data, str(path))


def parse_lexicon(data: bytes, origin: str) -> Layer:
    """The entries in the bytes of a lexicon: PLS where they begin as XML, else as the ending or the lines tell.

    Raises:
        LexiconError: they are none.
    """
    kind = _format(data, origin)
    if kind == "pls":
        return parse_pls(data, origin)
    return _parse_toml(data, origin) if kind == "toml" else _parse_dictionary(data, origin)


def _format(data: bytes, origin: str) -> str:
    ending = Path(origin).suffix.lower()
    start = data[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"<") or ending in (".pls", ".xml"):
        return "pls"
    if ending == ".toml":
        return "toml"
    lines = (line.split(b"#")[0].strip() for line in data[:20_000].splitlines() if not line.startswith(b";;;"))
    first = next(filter(None, lines), b"").decode("utf-8", "replace")
    phones = first.split()[1:]
    if phones and all(map(is_arpabet, phones)):
        return "dictionary"
    if ending in ("", ".txt") and re.match(r"\[|[^=]+=", first):
        return "toml"
    if ending in (".dict", ".cmu"):
        return "dictionary"
    raise LexiconError(
        f"{origin} is no lexicon that narrate knows", "", "Give a TOML file, a PLS file, or one like CMU's dictionary"
    )


def _built_in(language: str) -> Layer | None:
    name = f"{language.replace('_', '-').split('-')[0].lower()}.lexicon.toml"
    path = files("narrate.segmenter") / "languages" / name
    if not path.is_file():
        return None
    entries = _parse_toml(path.read_bytes(), name).entries
    return Layer(name=name, entries=entries, reference=True)


# ------------------------------------------------------------------ TOML


def _parse_toml(data: bytes, origin: str) -> Layer:
    """Our own format.

    language = "en"

    [words]
    "Okoro" = "oh-KOH-roh"
    "Xi" = "shee /ʃiː/"

    [[entry]]
    word = "Reading"
    say = "redding"
    case = true
    part = false
    """
    try:
        text = data.decode("utf-8-sig")
        table = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise LexiconError(f"{origin} cannot be read as TOML", str(problem), "Mend it") from problem
    if unknown := sorted(set(table) - {"language", "words", "entry"}):
        raise LexiconError(f"{origin}: there is no {unknown[0]!r} in a lexicon", "", "Write under [words] or [[entry]]")
    lines = _Lines(text, origin)
    language = table.get("language")
    if not isinstance(language, str | None):
        raise LexiconError(f"{origin}: the language is no tag", "", 'Write such as language = "en"')
    entries = [*_words(table.get("words", {}), language, lines), *_entries(table.get("entry", []), language, lines)]
    return Layer(name=origin, entries=tuple(entries))


class _Lines:
    """Where in a TOML file a word stands; the parser does not tell."""

    def __init__(self, text: str, origin: str) -> None:
        self.origin = origin
        self._keys: dict[str, int] = {}
        self._words: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if match := re.match(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*=(.*)""", line):
                key = match[1] or match[2] or match[3] or ""
                self._keys.setdefault(key, number)
                if key == "word":
                    for word in re.findall(r"""["']([^"']+)["']""", match[4]):
                        self._words.setdefault(word, number)

    def of_key(self, word: str) -> int | None:
        return self._keys.get(word)

    def of_entry(self, word: str) -> int | None:
        return self._words.get(word)

    def place(self, line: int | None) -> str:
        return f"{self.origin}:{line}" if line else self.origin


def _words(table: Any, language: str | None, lines: _Lines) -> Iterator[Entry]:
    if not isinstance(table, Mapping):
        raise LexiconError(f"{lines.origin}: words is no table", "", "Write [words] and one word a line")
    for word, value in table.items():
        line = lines.of_key(word)
        if not isinstance(value, str):
            why = f"{word!r} has no string after it"
            raise LexiconError(f"{lines.place(line)}: {why}", "", f'Write such as "{word}" = "respelling"')
        say, ipa = _split_saying(value)
        yield Entry(word=word, say=say, ipa=ipa, language=language, origin=lines.origin, line=line)


def _split_saying(value: str) -> tuple[str | None, str | None]:
    """`shee /ʃiː/` is a respelling and its IPA; either may stand alone."""
    match = re.fullmatch(r"\s*([^/]*?)\s*(?:/([^/]+)/)?\s*", value)
    if match is None:
        return value.strip() or None, None
    return match[1] or None, clean_ipa(match[2]) if match[2] else None


def _entries(tables: Any, language: str | None, lines: _Lines) -> Iterator[Entry]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise LexiconError(f"{lines.origin}: entry is no list of tables", "", "Write [[entry]] over each of them")
    for number, table in enumerate(tables, 1):
        written = table.get("word", [])
        words = [written] if isinstance(written, str) else written
        line = lines.of_entry(words[0]) if isinstance(words, list) and words and isinstance(words[0], str) else None
        where = lines.place(line) if line else f"{lines.origin}: entry {number}"
        _check_fields(table, where)
        if not words:
            raise LexiconError(f"{where} has no word", "", 'Write such as word = "Okoro"')
        ipa = table.get("ipa")
        values = {"language": language} | {key: value for key, value in table.items() if key not in ("word", "ipa")}
        for word in words:
            ipa_text = clean_ipa(ipa) if ipa else None
            yield Entry(word=word, ipa=ipa_text, origin=lines.origin, line=line, **values)


def _check_fields(table: Mapping[str, Any], where: str) -> None:
    for name, value in table.items():
        if name not in FIELDS:
            raise LexiconError(f"{where}: an entry has no {name!r}", "", f"Use one of: {', '.join(FIELDS)}")
        kind: type = bool if FIELDS[name].startswith("true") else str
        listed = name == "word" and isinstance(value, list) and all(isinstance(word, str) for word in value)
        if not (isinstance(value, kind) or listed):
            raise LexiconError(f"{where}: {name} cannot be {value!r}", "", f"Give {FIELDS[name]}")


# ------------------------------------------------------------------ PLS


def parse_pls(data: bytes, origin: str) -> Layer:
    """A Pronunciation Lexicon of the W3C. Document types, and with them entities, are refused.

    Of several ways to say a word the one marked `prefer` counts, else the first.

    Source: https://www.w3.org/TR/pronunciation-lexicon/
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        line = getattr(problem, "lineno", None)
        where = f"{origin}:{line}" if line else origin
        raise LexiconError(f"{where}: this is no XML", str(problem), "Mend it") from problem
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise LexiconError(f"{origin} has a document type", "entities could hide in it", "Take the <!DOCTYPE …> out")
    if root.tag != f"{{{PLS}}}lexicon":
        raise LexiconError(f"{origin} is no PLS lexicon", f"its root is {root.tag}", f'Use <lexicon xmlns="{PLS}">')
    language = root.get(LANG)
    alphabet = root.get("alphabet", "ipa")
    entries: list[Entry] = []
    for lexeme in root.iterchildren(f"{{{PLS}}}lexeme"):
        entries += _lexeme(lexeme, lexeme.get(LANG) or language, alphabet, origin)
    return Layer(name=origin, entries=tuple(entries))


def _lexeme(lexeme: Any, language: str | None, alphabet: str, origin: str) -> Iterator[Entry]:
    where = f"{origin}:{lexeme.sourceline}"
    words = [text for node in lexeme.iterchildren(f"{{{PLS}}}grapheme") if (text := _text(node))]
    ways = [node for node in lexeme.iterchildren(f"{{{PLS}}}phoneme", f"{{{PLS}}}alias") if _text(node)]
    if not words:
        raise LexiconError(f"{where}: a lexeme has no grapheme", "", "Write the word in <grapheme>")
    if not ways:
        return
    first = next((node for node in ways if node.get("prefer") == "true"), ways[0])
    said = first if _is_alias(first) else next(filter(_is_alias, ways), None)
    say = None if said is None else _text(said)
    ipa = None if _is_alias(first) else _phoneme(first, alphabet, f"{origin}:{first.sourceline}")
    for word in words:
        if re.search(r"[^\W_]", word):
            yield Entry(word=word, say=say, ipa=ipa, language=language, origin=origin, line=lexeme.sourceline)


def _is_alias(node: Any) -> bool:
    return bool(node.tag == f"{{{PLS}}}alias")


def _text(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())


def _phoneme(node: Any, alphabet: str, where: str) -> str:
    alphabet = node.get("alphabet", alphabet).lower()
    if alphabet == "ipa":
        return clean_ipa(_text(node))
    if alphabet not in ("x-sampa", "xsampa", "x-x-sampa"):
        raise LexiconError(f"{where}: the alphabet {alphabet!r} is unknown", "", "Use ipa or x-sampa")
    ipa = x_sampa_to_ipa(_text(node))
    if ipa is None:
        raise LexiconError(f"{where}: {_text(node)!r} is no X-SAMPA", "", 'Mend it, or write alphabet="ipa"')
    return clean_ipa(ipa)


# ------------------------------------------------------------------ dictionaries

COMMENT = re.compile(r"\s#.*")


def _parse_dictionary(data: bytes, origin: str) -> Layer:
    """A pronouncing dictionary like CMU's: `WORD  W ER1 D`, comments after `;;;` or ` #`.

    Of several ways to say a word, `WORD(2)`, the first counts. Possessives are left out: they follow from the words.

    Source: http://www.speech.cs.cmu.edu/cgi-bin/cmudict
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    sounds: dict[str, str] = {}
    for line in text.lower().splitlines():
        word, _, phones = line.partition(" ")
        if not word or not phones or not word[0].isalnum():
            continue
        if not word.isalnum():
            if word[-1] == ")":
                continue
            if not word[-1].isalnum() or word.endswith("'s"):
                continue
        if word not in sounds:
            sounds[word] = phones
    if "#" in text:
        sounds = {word: COMMENT.sub("", f" {phones}") for word, phones in sounds.items()}
    _check_phones(sounds, text, origin)
    if not sounds:
        raise LexiconError(f"{origin} holds no words", "", "Write such as `OKORO  OW2 K OW1 R OW0`")
    return Layer(name=origin, arpabet=sounds, language="en", reference=True)


def _check_phones(sounds: Mapping[str, str], text: str, origin: str) -> None:
    wrong = {phone for phone in set(" ".join(sounds.values()).split()) if not is_arpabet(phone)}
    if not wrong:
        return
    for number, line in enumerate(text.lower().splitlines(), 1):
        if found := next((phone for phone in COMMENT.sub("", line).split()[1:] if phone in wrong), None):
            raise LexiconError(f"{origin}:{number}: {found.upper()!r} is no phone of ARPAbet", "", "Mend the line")

"""`narrate names`"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from narrate.cli import options

if TYPE_CHECKING:
    from collections.abc import Callable

    from narrate.engines.protocol import Engine
    from narrate.segmenter.lexicon import Lexicon
    from narrate.segmenter.names import Name
    from narrate.types import Pronunciation, Voice

    Pronounce = Callable[[str], Pronunciation | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A name and how it would be said now."""

    name: Name
    ipa: str | None
    respelling: str | None
    """The same for people who read no IPA, as a lexicon takes it."""
    known: bool | None
    """Does a dictionary or a lexicon have it? None where nobody can tell."""


def names(
    source: Annotated[str, typer.Argument(metavar="[SOURCE]", help=options.SOURCE_HELP)] = "-",
    everything: Annotated[
        bool, typer.Option("--all", help="List known names too: a dictionary can be wrong of a person.")
    ] = False,
    as_toml: Annotated[
        bool, typer.Option("--toml", help="Print them as a lexicon, to be mended and kept as lexicon.toml.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
    unused: Annotated[
        bool, typer.Option("--unused", help="List instead the lexicon entries that this text does not use.")
    ] = False,
    lexicon: options.LexiconFiles = None,
    engine: options.Engine = None,
    voice: options.VoiceName = None,
    language: options.Language = None,
    keep: options.Keep = None,
    drop: options.Drop = None,
    no_clean: options.NoClean = False,
    as_name: options.AsName = None,
    encoding: options.Encoding = None,
    allow_private: options.AllowPrivate = False,
    proxy: options.Proxy = None,
) -> None:
    """List the names that no dictionary knows, the most frequent first, and how they would now be said.

    Example: narrate names story.md --toml > lexicon.toml

    Mend that file, a name a line: "Okoro" = "oh-KOH-roh", the stressed syllable in capitals, or in IPA between
    slashes: "Okoro" = "/oʊˈkɔːroʊ/".

    Then: narrate make story.md --lexicon lexicon.toml

    In the settings folder lexicon.toml is used for every text.
    """
    from narrate import preparation, stories
    from narrate.cli.output import tell_fallback
    from narrate.errors import UsageError
    from narrate.segmenter.names import find_names

    if as_toml + as_json + unused > 1:
        raise UsageError("--toml, --json and --unused exclude each other", "", "Give one of them")
    settings = options.settings_for(
        source,
        engine=engine,
        voice=voice,
        language=language,
        lexicon=lexicon,
        keep=keep,
        drop=drop,
        no_clean=no_clean,
        allow_private=allow_private,
        proxy=proxy,
    )
    prepared = preparation.prepare(
        stories.open_any(source, as_name=as_name, encoding=encoding, settings=settings), settings
    )
    for fallback in prepared.fallbacks:
        tell_fallback(fallback)
    tongue = prepared.script.language
    blocks = prepared.cleaned.article.blocks
    entries = preparation.lexicon_for(settings, tongue)
    if unused:
        for entry in entries.unused((block.text for block in blocks), tongue):
            print(f"{entry.place}{entry.word}")
        return
    pronounce = _pronouncer(prepared.engine, prepared.voice)
    dictionary = _dictionary(prepared.engine, prepared.voice, tongue)
    found = find_names(blocks, lambda word: _is_known(word, entries, dictionary, tongue), tongue, everything=everything)
    heard = [_hear(name, entries, pronounce, dictionary, tongue) for name in found]
    sys.stdout.write(
        _as_json(heard) if as_json else _as_toml(heard, prepared.script.title) if as_toml else _text(heard)
    )


def _pronouncer(engine: Engine, voice: Voice) -> Pronounce | None:
    """How the engine would say a word; None where it cannot tell."""
    from narrate.engines.protocol import Pronouncer

    return (lambda word: engine.pronounce(word, voice)) if isinstance(engine, Pronouncer) else None


def _dictionary(engine: Engine, voice: Voice, language: str) -> Pronounce | None:
    """Who knows which words are in a dictionary: the engine, else hibari for English, else nobody."""
    from narrate import languages, plugins

    pronounce = _pronouncer(engine, voice)
    probe = pronounce("the") if pronounce else None
    if probe is not None and probe.known is not None:
        return pronounce
    other = plugins.load_engine("hibari")
    return _pronouncer(other, other.voices()[0]) if languages.primary(language) == "en" else None


def _is_known(word: str, lexicon: Lexicon, dictionary: Pronounce | None, language: str) -> bool:
    if any(match.start == 0 for match in lexicon.matches(word, language)):
        return True
    said = dictionary(word) if dictionary else None
    return bool(said and said.known)


def _hear(
    name: Name, lexicon: Lexicon, pronounce: Pronounce | None, dictionary: Pronounce | None, language: str
) -> Heard:
    from narrate.segmenter.sounds import ipa_to_respelling, tidy_ipa

    reading = next((reading for reading in lexicon.find(name.word, language) if reading.start == 0), None)
    if reading and reading.ipa:
        return Heard(name=name, ipa=reading.ipa, respelling=ipa_to_respelling(reading.ipa), known=True)
    said = pronounce(reading.words if reading else name.word) if pronounce else None
    judged = said if said and said.known is not None else dictionary(name.word) if dictionary else None
    ipa = tidy_ipa(said.ipa) if said else None
    shown = ipa_to_respelling(ipa) if ipa else reading.words if reading else None
    return Heard(name=name, ipa=ipa, respelling=shown, known=True if reading else judged.known if judged else None)


def _text(heard: list[Heard]) -> str:
    if not heard:
        return "Every name in it is known.\n"
    width = min(24, max(len(one.name.word) for one in heard))
    return "".join(f"{_line(one, width)}\n" for one in heard)


def _line(one: Heard, width: int) -> str:
    name = one.name
    said = one.respelling or "?"
    ipa = f"/{one.ipa}/" if one.ipa else ""
    full = f"  {name.full}" if name.full != name.word else ""
    return f"{name.count:>4}  {name.word:<{width}}  {said:<24}  {ipa:<24}  line {name.line}{full}"


def _as_json(heard: list[Heard]) -> str:
    rows = [asdict(one.name) | {"ipa": one.ipa, "respelling": one.respelling, "known": one.known} for one in heard]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _as_toml(heard: list[Heard], title: str | None) -> str:
    """A lexicon that says everything as it is said now."""
    lines = [
        f"# Names in {' '.join(title.split())}." if title else "# Names.",
        "# Mend how they are said, and delete the lines that are right as they are. The stressed syllable stands in",
        '# capitals; IPA goes between slashes: "Okoro" = "oh-KOH-roh" or "/oʊˈkɔːroʊ/" or both in one string.',
        "[words]",
    ]
    for one in heard:
        word, said = json.dumps(one.name.word, ensure_ascii=False), json.dumps(one.respelling or "", ensure_ascii=False)
        times = "once" if one.name.count == 1 else f"{one.name.count} times"
        full = f": {one.name.full}" if one.name.full != one.name.word else ""
        off = "" if one.respelling else "# "
        lines.append(f"{off}{word} = {said}  # {times}, first in line {one.name.line}{full}")
    return "\n".join(lines) + "\n"

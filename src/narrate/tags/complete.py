"""What a recording lacks to be an episode of a show: filled in, with all that it says already left as it is."""

from __future__ import annotations

from pathlib import Path

from narrate.errors import AudioError
from narrate.tags.fields import cover_type


def complete_tags(path: Path, *, title: str, artist: str, album: str, cover: bytes) -> None:
    """Give an MP3, M4A or M4B the fields that apps show, where it has none of its own; its sound is not touched.

    Raises:
        AudioError: it is no such recording.
    """
    from mutagen import MutagenError

    complete = _complete_mp3 if path.suffix.lower() == ".mp3" else _complete_mp4
    try:
        complete(path, {"title": title, "artist": artist, "album": album}, cover)
    except MutagenError as problem:
        raise AudioError(f"{path.name} cannot be tagged", str(problem), "Look at the file") from problem


def _complete_mp3(path: Path, words: dict[str, str], cover: bytes) -> None:
    from mutagen.id3 import APIC, ID3, TALB, TIT2, TPE1, ID3NoHeaderError

    try:
        tags = ID3(path)
    except ID3NoHeaderError:
        tags = ID3()
    wanted = {
        "TIT2": TIT2(encoding=1, text=words["title"]),
        "TPE1": TPE1(encoding=1, text=words["artist"]),
        "TALB": TALB(encoding=1, text=words["album"]),
        "APIC": APIC(encoding=0, mime=cover_type(cover), type=3, desc="", data=cover),
    }
    missing = {name: frame for name, frame in wanted.items() if not tags.getall(name)}
    for frame in missing.values():
        tags.add(frame)
    if missing:
        tags.save(path, v2_version=3)


def _complete_mp4(path: Path, words: dict[str, str], cover: bytes) -> None:
    from mutagen.mp4 import MP4, MP4Cover

    file = MP4(path)
    if file.tags is None:
        file.add_tags()
    kind = MP4Cover.FORMAT_PNG if cover_type(cover) == "image/png" else MP4Cover.FORMAT_JPEG
    wanted = {
        "\xa9nam": words["title"],
        "\xa9ART": words["artist"],
        "\xa9alb": words["album"],
        "covr": MP4Cover(cover, kind),
    }
    missing = {atom: value for atom, value in wanted.items() if not file.get(atom)}
    for atom, value in missing.items():
        file[atom] = [value]
    if missing:
        file.save()

"""Every kind of source in the README's table becomes an episode with its words and chapters, by the command itself."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from epub_makers import book, line, old_book, point
from mutagen.id3 import ID3
from mutagen.mp3 import MP3
from pdf_makers import flow

from runs import Done, Place

MORNING = "The harbour at night is a different country, and the cranes stand with their heads down in the rain."
EVENING = "Nobody had expected the vote to be so clear, said the clerk, who had counted votes there for years."
WORDS = ("different country", "counted votes")
HTML = f"<h1>Morning</h1><p>{MORNING}</p><h1>Evening</h1><p>{EVENING}</p>"
PAGE = f"<!doctype html><title>The quay</title><article>{HTML.replace('h1>', 'h2>')}</article>"
FEED = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Quay</title><item>'
    f"<title>The quay</title><link>https://example.org/1</link><content:encoded><![CDATA[{HTML * 9}]]>"
    "</content:encoded></item></channel></rss>"
)
ENTRY = f'{{"id": "1", "url": "https://example.org/1", "title": "The quay", "content_html": "{HTML * 9}"}}'
MAIL = f"From: Ann <ann@example.org>\nTo: bo@example.org\nSubject: The quay\nMIME-Version: 1.0\n\n{MORNING}\n"
CUES = f"00:00:01{{0}}000 --> 00:00:05{{0}}000\n{MORNING}\n\n00:00:06{{0}}000 --> 00:00:09{{0}}000\n{EVENING}\n"
MHTML = (
    "From: <Saved by Blink>\nSnapshot-Content-Location: https://example.org/1\nSubject: The quay\nMIME-Version: 1.0\n"
    'Content-Type: multipart/related; type="text/html"; boundary="b"\n\n--b\nContent-Type: text/html; charset=utf-8\n'
    f"Content-Location: https://example.org/1\n\n{PAGE}\n--b--\n"
)
GUTENBERG = (
    "The Project Gutenberg eBook of The Quay\n\nTitle: The Quay\n\nAuthor: Ann Okoro\n\n*** START OF THE PROJECT "
    f"GUTENBERG EBOOK THE QUAY ***\n\n\nCHAPTER I. MORNING\n\n{MORNING}\n\n\nCHAPTER II. EVENING\n\n{EVENING}\n\n\n"
    "*** END OF THE PROJECT GUTENBERG EBOOK THE QUAY ***\n\nUpdated editions will replace the previous one.\n"
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def word_paragraph(text: str, style: str = "") -> str:
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{look}<w:r><w:t>{text}</w:t></w:r></w:p>"


DOCX = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>',
    "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{word_paragraph("Morning", "Heading1")}'
    f"{word_paragraph(MORNING)}{word_paragraph('Evening', 'Heading1')}{word_paragraph(EVENING)}</w:body></w:document>",
}
ODT = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "content.xml": f'<o:document-content xmlns:o="{OFFICE}" xmlns:t="{TEXT}"><o:body><o:text><t:h t:outline-level="1">'
    f'Morning</t:h><t:p>{MORNING}</t:p><t:h t:outline-level="1">Evening</t:h><t:p>{EVENING}</t:p></o:text></o:body>'
    "</o:document-content>",
}
FB2 = (
    '<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0"><description><title-info><book-title>The quay'
    "</book-title><lang>en</lang></title-info></description><body>"
    f"<section><title><p>Morning</p></title><p>{MORNING}</p></section>"
    f"<section><title><p>Evening</p></title><p>{EVENING}</p></section></body></FictionBook>"
)
MARKDOWN = f"---\ntitle: The quay\n---\n\n# Morning\n\n{MORNING}[^1]\n\n# Evening\n\n{EVENING}\n\n[^1]: A note.\n"
TWO = ("Morning", "Evening")
NONE: tuple[str, ...] = ()

TEXTS: Mapping[str, tuple[str | bytes, tuple[str, ...]]] = {
    "web.html": (PAGE, TWO),
    "saved.mhtml": (MHTML, TWO),
    "marked.md": (MARKDOWN, TWO),
    "plain.txt": (f"The quay\n\n{MORNING}\n\n{EVENING}\n", NONE),
    "gutenberg.txt": (GUTENBERG, ("CHAPTER I. MORNING", "CHAPTER II. EVENING")),
    "three.epub": (
        book(
            {"a.xhtml": f"<h1>Morning</h1><p>{MORNING}</p>", "b.xhtml": f"<h1>Evening</h1><p>{EVENING}</p>"},
            contents=line("Morning", "a.xhtml") + line("Evening", "b.xhtml"),
        ),
        TWO,
    ),
    "two.epub": (
        old_book(
            {"a.xhtml": f"<p>{MORNING}</p>", "b.xhtml": f"<p>{EVENING}</p>"},
            point("Morning", "a.xhtml") + point("Evening", "b.xhtml"),
        ),
        TWO,
    ),
    "fiction.fb2": (FB2, TWO),
    "print.pdf": (flow([("h1", "Morning"), ("body", MORNING), ("h1", "Evening"), ("body", EVENING)]), TWO),
    "rich.rtf": (f"{{\\rtf1\\ansi {MORNING}\\par {EVENING}\\par}}", NONE),
    "letter.eml": (f"{MAIL}\n{EVENING}\n", NONE),
    "film.vtt": ("WEBVTT\n\n" + CUES.format("."), NONE),
    "film.srt": ("1\n" + CUES.format(",").replace("\n\n", "\n\n2\n"), NONE),
}
PACKAGES = {"words.docx": (DOCX, TWO), "open.odt": (ODT, TWO)}
FEEDS = {
    "rss.xml": FEED,
    "feed.json": f'{{"version": "https://jsonfeed.org/version/1.1", "title": "Quay", "items": [{ENTRY}]}}',
    "atom.xml": '<feed xmlns="http://www.w3.org/2005/Atom"><title>Quay</title><id>q</id><entry><title>The quay</title>'
    f'<id>1</id><link href="https://example.org/1"/><content type="html"><![CDATA[{HTML * 9}]]></content></entry>'
    "</feed>",
}


def pack(path: Path, members: Mapping[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An episode of each, by the name of its source: all made by one command, whose folder holds nothing else."""
    place = Place(tmp_path_factory.mktemp("kinds"))
    texts = place.targets.parent / "texts"
    texts.mkdir()
    for name, (data, _) in TEXTS.items():
        (texts / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    for name, (members, _) in PACKAGES.items():
        pack(texts / name, members)
    names = [*TEXTS, *PACKAGES]
    done = place.run("make", *(texts / name for name in names), "-o", ".", "--engine", "tone", "-q", "--no-close")
    assert (done.status, done.err) == (0, "")
    paths = done.out.splitlines()
    assert place.left_behind(*paths) == []
    return dict(zip(names, (place.targets / path for path in paths), strict=True))


@pytest.mark.parametrize("name", [*TEXTS, *PACKAGES])
def test_every_kind_of_text_becomes_an_episode_with_its_words_and_chapters(made: dict[str, Path], name: str) -> None:
    chapters = (TEXTS.get(name) or PACKAGES[name])[1]
    tags = ID3(made[name])
    told = "\n".join(frame.text for frame in tags.getall("USLT"))
    assert all(words in " ".join(told.split()) for words in WORDS)
    marks = sorted(tags.getall("CHAP"), key=lambda frame: frame.start_time)
    assert [str(mark.sub_frames["TIT2"]) for mark in marks if str(mark.sub_frames["TIT2"]) in chapters] == [*chapters]
    info = MP3(made[name]).info
    assert info is not None
    assert info.length > 8


def test_a_feed_of_every_kind_becomes_an_episode_of_its_newest_entry(tmp_path: Path) -> None:
    place = Place(tmp_path)
    for name, feed in FEEDS.items():
        (tmp_path / name).write_text(feed, "utf-8")
    feeds = [tmp_path / name for name in FEEDS]
    done = place.run("make", *feeds, "--latest", "1", "-o", ".", "--engine", "tone", "-q")
    assert (done.status, done.err, len(done.out.splitlines())) == (0, "", len(FEEDS))
    for path in done.out.splitlines():
        assert "different country" in str(ID3(place.targets / path).getall("USLT")[0])


def test_a_folder_a_pattern_and_an_archive_become_an_episode_a_text(tmp_path: Path) -> None:
    place = Place(tmp_path)
    texts = tmp_path / "texts"
    texts.mkdir()
    for number in (1, 2):
        (texts / f"{number}.md").write_text(f"# Quay {number}\n\n{MORNING}\n", "utf-8")
    pack(tmp_path / "texts.zip", {"1.md": f"# Quay 1\n\n{MORNING}\n", "2.txt": f"Quay 2\n\n{MORNING}\n"})
    for source in (texts, texts / "*.md", tmp_path / "texts.zip"):
        done: Done = place.run("make", source, "-o", ".", "--engine", "tone", "-q")
        assert (done.status, sorted(done.out.splitlines())) == (0, ["quay-1.mp3", "quay-2.mp3"])

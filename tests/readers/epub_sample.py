"""The book in `samples/book.epub`, written out: run it from the root of the project to make that file again."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

PICTURE = (
    "................",
    ".......##.......",
    "..#....##....#..",
    "...#..####..#...",
    "......####......",
    ".##...####...##.",
    "......####......",
    ".......##.......",
    ".......##.......",
    "......####......",
    "......####......",
    ".....######.....",
    "....########....",
    "..############..",
    ".##############.",
    "................",
)
"""A lamp on a rock."""

CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles>
    <rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"""

PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="uid">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="uid">urn:uuid:5f0a4d0e-2f7b-4b7e-9a63-0c1d7a3b9e11</dc:identifier>
    <dc:title>The Lamp at Ferrow Sound</dc:title>
    <dc:creator id="author">Ines Calder</dc:creator>
    <meta refines="#author" property="role" scheme="marc:relators">aut</meta>
    <dc:creator id="artist">Tomas Reyl</dc:creator>
    <meta refines="#artist" property="role" scheme="marc:relators">ill</meta>
    <dc:language>en</dc:language>
    <dc:date>2026-03-14</dc:date>
    <dc:publisher>narrate</dc:publisher>
    <dc:rights>CC0-1.0</dc:rights>
    <meta property="dcterms:modified">2026-03-14T12:00:00Z</meta>
    <meta property="belongs-to-collection" id="series">Northern Lights</meta>
    <meta refines="#series" property="collection-type">series</meta>
    <meta refines="#series" property="group-position">2</meta>
  </metadata>
  <manifest>
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    <item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
    <item id="picture" href="lamp.png" media-type="image/png" properties="cover-image"/>
    <item id="title" href="title.xhtml" media-type="application/xhtml+xml"/>
    <item id="rights" href="rights.xhtml" media-type="application/xhtml+xml"/>
    <item id="dedication" href="dedication.xhtml" media-type="application/xhtml+xml"/>
    <item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
    <item id="two" href="two.xhtml" media-type="application/xhtml+xml"/>
    <item id="notes" href="notes.xhtml" media-type="application/xhtml+xml"/>
    <item id="author-page" href="author.xhtml" media-type="application/xhtml+xml"/>
    <item id="said" href="said.pls" media-type="application/pls+xml"/>
  </manifest>
  <spine>
    <itemref idref="cover"/>
    <itemref idref="title"/>
    <itemref idref="rights"/>
    <itemref idref="nav"/>
    <itemref idref="dedication"/>
    <itemref idref="one"/>
    <itemref idref="two"/>
    <itemref idref="notes"/>
    <itemref idref="author-page"/>
  </spine>
</package>
"""

PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><title>{title}</title></head>
{body}
</html>
"""

NAVIGATION = """<body>
<nav epub:type="toc">
  <h1>Contents</h1>
  <ol>
    <li><a href="cover.xhtml">Cover</a></li>
    <li><a href="one.xhtml">1. The Brass Rule</a></li>
    <li><a href="two.xhtml">2. The Night of the Second Light</a></li>
    <li><a href="notes.xhtml">Notes</a></li>
    <li><a href="author.xhtml">About the Author</a></li>
  </ol>
</nav>
<nav epub:type="page-list" hidden="hidden">
  <ol>
    <li><a href="one.xhtml#page-1">1</a></li>
    <li><a href="one.xhtml#page-2">2</a></li>
    <li><a href="two.xhtml#page-3">3</a></li>
  </ol>
</nav>
</body>"""

COVER = """<body epub:type="cover">
<p><img src="lamp.png" alt="Cover: a lamp on a rock"/></p>
</body>"""

TITLE_PAGE = """<body>
<p class="title">The Lamp at Ferrow Sound</p>
<p class="author">Ines Calder</p>
</body>"""

RIGHTS = """<body>
<p>Written for narrate and given away under CC0-1.0: no rights are reserved.</p>
<p>© 2026 nobody. ISBN of this edition: none.</p>
</body>"""

DEDICATION = """<body epub:type="dedication">
<p>For those who stay awake.</p>
</body>"""

ONE = """<body epub:type="bodymatter chapter">
<span epub:type="pagebreak" role="doc-pagebreak" id="page-1" aria-label="1">1</span>
<h1><span class="number">1</span><br/>The Brass Rule</h1>
<p><span class="dropcap">W</span><span class="smallcaps">hen</span> I came to Ferrow the lamp had been lit every night
for ninety years, and nobody could tell me how tall the tower was. The chart said forty-one metres. The com&#173;pany
said thirty-nine. Old Marit, who had carried oil up it since she was twelve, said that it depended on the weight of the
can and the state of the rock.<a epub:type="noteref" role="doc-noteref" id="r1" href="notes.xhtml#n1">1</a></p>
<p>So I measured it. I let a line down from the gallery with a stone at its end, on the stillest morning of the year,
and Marit stood below with her hand up to catch it. What we found we wrote on the door of the oil store, where it still
is:</p>
<table>
<caption>Heights at Ferrow Sound</caption>
<thead><tr><th>What was measured</th><th>By the chart</th><th>By the line</th></tr></thead>
<tbody>
<tr><td>Rock to gallery</td><td>36 m</td><td>35 m</td></tr>
<tr><td>Gallery to lamp</td><td>5 m</td><td>4 m</td></tr>
</tbody>
</table>
<p>“Thirty-nine, then,” said Marit. “The company was right.” She was silent for a while, and then she said what I have
thought of <span epub:type="pagebreak" role="doc-pagebreak" id="page-2" aria-label="2">2</span>ever since: “It will not
please them. They have never come to look.”</p>
<hr/>
<p>There are three things to do at nightfall, and they are done in this order:</p>
<ol>
<li>trim the wick, with the small shears and not the large;</li>
<li>wind the clock that turns the lens;</li>
<li>look out to sea, before you light it, for as long as it takes to say your name.</li>
</ol>
<p>Nobody remembers why the third was put down. I never left it out.</p>
</body>"""

TWO = """<body epub:type="bodymatter chapter">
<p class="over"><span epub:type="pagebreak" role="doc-pagebreak" id="page-3" aria-label="3">3</span></p>
<p>In my fourth winter there came a night when the lamp had an answer. I had looked out to sea, and said my name, and
put the match to the wick; and far out, where there is no land until the ice begins, a second light came up and
stood.</p>
<figure>
<img src="lamp.png" alt="A lamp on a rock, drawn with few lines"/>
<figcaption>From the log of that night.</figcaption>
</figure>
<p>It kept our time. When our beam went round, it went round; when the clock slowed, as it does in the cold, it slowed.
Marit came up the stairs with no can in her hand, which I had never seen. She watched it through one whole turn, and
then she sang what they sing on the boats there:</p>
<blockquote>
<div class="stanza">
<p>Light that I follow, light that I flee,</p>
<p>which of us two is the lamp of the sea?</p>
</div>
</blockquote>
<p class="scene-break"></p>
<p>By morning it had gone. The log has a line for everything that is seen, with the hour and the wind, and I wrote that
line, and signed it. Under what it might have been I put one word, and then another over it.
Marit read it, and took the pencil. “Leave it,” she said. “Next time, we will
ask it who it is.”<a epub:type="noteref" href="#n2"><sup>*</sup></a></p>
<aside epub:type="footnote" id="n2">
<p>* In the log the word is pencilled over another, and neither can be read.</p>
</aside>
<p>There was no next time while I was there. But I looked, every night, for as long as it takes to say two names.</p>
</body>"""

NOTES = """<body epub:type="backmatter endnotes">
<h1>Notes</h1>
<ol>
<li id="n1" epub:type="endnote"><p>The lightkeepers of Ferrow measured by the brass rule, a finger
too long. <a role="doc-backlink" href="one.xhtml#r1">↩</a></p></li>
</ol>
</body>"""

AUTHOR = """<body>
<h1>About the Author</h1>
<p>Ines Calder was invented for this sample, and has kept no lamp.</p>
</body>"""

LEXICON = """<?xml version="1.0" encoding="utf-8"?>
<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" alphabet="ipa" xml:lang="en">
  <lexeme><grapheme>Ferrow</grapheme><phoneme>ˈfɛɹoʊ</phoneme></lexeme>
</lexicon>
"""


def make_sample() -> bytes:
    """The bytes of the book, the same every time."""
    pages = {
        "nav": ("Contents", NAVIGATION),
        "cover": ("Cover", COVER),
        "title": ("The Lamp at Ferrow Sound", TITLE_PAGE),
        "rights": ("Rights", RIGHTS),
        "dedication": ("Dedication", DEDICATION),
        "one": ("The Brass Rule", ONE),
        "two": ("The Night of the Second Light", TWO),
        "notes": ("Notes", NOTES),
        "author": ("About the Author", AUTHOR),
    }
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": PACKAGE,
        **{f"OPS/{name}.xhtml": PAGE.format(title=title, body=body) for name, (title, body) in pages.items()},
        "OPS/said.pls": LEXICON,
        "OPS/lamp.png": draw(PICTURE),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, (2026, 3, 14, 12, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def draw(rows: tuple[str, ...], scale: int = 20) -> bytes:
    """A PNG of two greys, each sign a square of so many pixels."""
    lines = [
        bytes(0x30 if sign == "#" else 0xE8 for sign in row for _ in range(scale)) for row in rows for _ in range(scale)
    ]
    head = struct.pack(">IIBBBBB", len(lines[0]), len(lines), 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    chunks = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


if __name__ == "__main__":
    (Path(__file__).parents[2] / "samples" / "book.epub").write_bytes(make_sample())

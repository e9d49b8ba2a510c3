"""E-mail: the letter or the newsletter, without what programs and senders put around it."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime

import pytest

from conftest import SAMPLES, source_of
from narrate.cleaner.clean import clean
from narrate.cleaner.show import as_text
from narrate.errors import ArticleError, NarrateError, SourceError
from narrate.readers.mail import EmailReader, clean_subject
from narrate.readers.mime import read_part
from narrate.types import Article

HEAD = (
    "From: Ada Renfrew <ada@example.org>\r\nTo: you@example.org\r\nSubject: Fog\r\n"
    "Date: Tue, 3 Mar 2026 09:00:00 +0100\r\nMIME-Version: 1.0\r\n"
)
PROSE = (
    "The council voted nine to four on Monday to keep the lightship, which has stood there since 1951.",
    "Nobody had expected the vote to be so clear, said the clerk, who has counted votes for thirty years.",
    "The ship will be towed to the yard in spring, painted red, and brought back before the first storms.",
)
STORY = "".join(f"<p>{sentence}</p>" for sentence in PROSE)


def read(data: str | bytes) -> Article:
    return EmailReader().read(source_of(data, "message/rfc822"))


def html(body: str, head: str = HEAD, charset: str = "utf-8") -> Article:
    return read((head + f"Content-Type: text/html; charset={charset}\r\n\r\n").encode() + body.encode(charset))


def plain(body: str, head: str = HEAD) -> Article:
    return read(f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}")


def story(article: Article) -> list[str]:
    return [block.text for block in article.blocks if not block.mark]


def marks(article: Article) -> dict[str, str]:
    return {block.text: block.mark for block in article.blocks if block.mark}


def multipart(kind: str, *parts: str, boundary: str = "b1") -> str:
    inner = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{inner}--{boundary}--\r\n'


# --------------------------------------------------------------- newsletters


def test_the_sample_is_cleaned_to_what_is_expected() -> None:
    cleaned = clean(read((SAMPLES / "newsletter.eml").read_bytes()))
    assert as_text(cleaned.article) == (SAMPLES / "newsletter.clean.txt").read_text("utf-8")


def test_the_sample_says_of_itself_what_its_head_says() -> None:
    article = read((SAMPLES / "newsletter.eml").read_bytes())
    assert article.title == "The bell that came back up"
    assert (article.authors, article.site, article.language) == (("Nell Abernathy",), "The Tide Tables", "en-GB")
    assert article.published_at == datetime(2026, 3, 13, 7, tzinfo=UTC)
    assert article.address == "https://tidetables.example/p/the-bell-that-came-back-up"


def test_text_for_previews_and_pixels_are_not_read() -> None:
    body = (
        f"<span style='font-size:1px;color:#fff'>Preview one</span><div style='max-height:0px'>Preview two</div>"
        f"<table><tr><td style='font-size:0'><div style='font-size:16px'>{STORY}</div></td></tr></table>"
        "<img src='https://t.example/o.gif' width=1 height=1 alt='You have been seen'>"
    )
    assert [block.text for block in html(body).blocks] == list(PROSE)


def test_view_in_browser_unsubscribing_and_addresses_are_marked() -> None:
    body = (
        f"<p><a href='#'>View this email in your browser</a></p>{STORY}<p>The Tide Tables, 3 Rope Walk Street, "
        f"Orrin</p>"
        "<p>© 2026 The Tide Tables</p><p>To hear no more of us, <a href='https://t.example/unsubscribe'>click "
        "here</a>.</p>"
        "<p><a href='#'>Twitter</a></p>"
    )
    article = html(body)
    assert story(article) == list(PROSE)
    assert marks(article) == {
        "View this email in your browser": "newsletter",
        "The Tide Tables, 3 Rope Walk Street, Orrin": "contact",
        "© 2026 The Tide Tables": "contact",
        "To hear no more of us, click here.": "newsletter",
        "Twitter": "newsletter",
    }


def test_a_story_about_newsletters_keeps_its_words() -> None:
    telling = "I tried to unsubscribe from it for a year, and every month it came back with another name."
    first = "Nobody could read it online."
    article = plain("\n\n".join((first, PROSE[0], telling, PROSE[1], PROSE[2])))
    assert story(article) == [first, PROSE[0], telling, PROSE[1], PROSE[2]]


# --------------------------------------------------------- which text of it


def test_the_richer_text_of_a_mail_is_read() -> None:
    words = f"Content-Type: text/plain\r\n\r\n{' '.join(PROSE)}"
    page = f"Content-Type: text/html\r\n\r\n<h1>Fog</h1>{STORY}"
    empty = "Content-Type: text/html\r\n\r\n<p>Please use another program.</p>"
    assert read(HEAD + multipart("alternative", words, page)).blocks[0].kind.value == "title"
    assert story(read(HEAD + multipart("alternative", words, empty))) == [" ".join(PROSE)]


def test_attachments_are_left_alone() -> None:
    words = f"Content-Type: text/plain\r\n\r\n{PROSE[0]}"
    attached = "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nNot this."
    assert story(read(HEAD + multipart("mixed", words, attached))) == [PROSE[0]]


@pytest.mark.parametrize(
    ("charset", "way", "data"),
    [
        ("utf-8", "base64", base64.b64encode("Schöne Grüße aus Köln.".encode())),
        ("iso-8859-1", "quoted-printable", b"Sch=F6ne Gr=FC=DFe aus K=\r\n=F6ln."),
        ("windows-1252", "8bit", "Schöne Grüße aus Köln.".encode("cp1252")),
        ("no-such-charset", "8bit", "Schöne Grüße aus Köln.".encode()),
        ("utf-8", "no-such-way", "Schöne Grüße aus Köln.".encode()),
    ],
)
def test_charsets_and_ways_of_sending_are_understood(charset: str, way: str, data: bytes) -> None:
    head = f"{HEAD}Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {way}\r\n\r\n"
    assert story(read(head.encode() + data)) == ["Schöne Grüße aus Köln."]


def test_heads_with_letters_that_are_not_encoded_or_badly_encoded_are_read() -> None:
    head = HEAD.replace("Subject: Fog", "Subject: =?no-such?q?N=C3=A9bel?= für alle =?utf-8?b?!!!?=")
    assert "für alle" in (plain("It was late.", head).title or "")
    assert read(HEAD.replace("Fog", "Nébel").encode("latin-1") + b"\r\nIt was late.").title == "Nébel"


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Re: Fwd: [tide-tables] Fog", "Fog"),
        ("WG: AW: Nebel", "Nebel"),
        ("RE[2]: Fog: a history", "Fog: a history"),
        ("[Issue 3]", "[Issue 3]"),
        ("Re:", "Re:"),
        ("Research: what fog is", "Research: what fog is"),
    ],
)
def test_a_subject_is_a_title_without_what_replies_and_lists_put_before_it(written: str, title: str) -> None:
    assert clean_subject(written) == title


@pytest.mark.parametrize(
    ("sender", "authors", "site"),
    [
        ("Ada Renfrew <a@example.org>", ("Ada Renfrew",), None),
        ('"The Tide Tables" <a@example.org>', (), "The Tide Tables"),
        ("Ada Renfrew at The Courier <a@example.org>", ("Ada Renfrew",), "The Courier"),
        ("a@example.org", (), None),
        ("=?utf-8?q?Zo=C3=AB_Lamb?= <a@example.org>", ("Zoë Lamb",), None),
    ],
)
def test_the_sender_is_the_author_or_the_publication(sender: str, authors: tuple[str, ...], site: str | None) -> None:
    article = plain("It was late.", HEAD.replace("Ada Renfrew <ada@example.org>", sender))
    assert (article.authors, article.site) == (authors, site)


# -------------------------------------------------- quoted and forwarded mail


def test_what_a_reply_quotes_at_its_end_is_marked_and_what_it_answers_in_between_stays() -> None:
    article = plain("It was red.\n\nOn Mon, 2 Mar 2026, Joss wrote:\n> Was it red?\n> Or blue?\n")
    assert story(article) == ["It was red."]
    assert set(marks(article).values()) == {"repeated"}
    between = plain("> Was it red?\n\nIt was.\n\n> Was it large?\n\nIt was not.\n")
    assert story(between) == ["Was it red?", "It was.", "Was it large?", "It was not."]


def test_quotations_that_programs_mark_in_html_are_marked() -> None:
    quote = "<div class='gmail_quote'>Joss wrote: <blockquote>Was it red, or was it blue?</blockquote></div>"
    assert story(html(STORY + quote)) == list(PROSE)


def test_a_forwarded_newsletter_is_read_as_itself() -> None:
    body = (
        "Thought of you!\n\n---------- Forwarded message ---------\nFrom: Nell Abernathy <n@example.org>\n"
        f"Date: Mon, Mar 2, 2026 at 9:14 AM\nSubject: The bell\nTo: <joss@example.org>\n\n\n{PROSE[0]}\n\n{PROSE[1]}\n"
    )
    article = plain(body, HEAD.replace("Fog", "Fwd: The bell"))
    assert story(article) == list(PROSE[:2])
    assert (article.title, article.authors) == ("The bell", ("Nell Abernathy",))
    assert article.published_at == datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


def test_a_mail_forwarded_whole_inside_another_is_read_as_itself() -> None:
    inner = f"Content-Type: message/rfc822\r\n\r\nFrom: Nell <n@example.org>\r\nSubject: The bell\r\n\r\n{PROSE[0]}"
    article = read(HEAD + multipart("mixed", "Content-Type: text/plain\r\n\r\nFor you.", inner))
    assert (article.title, article.authors, story(article)) == ("The bell", ("Nell",), [PROSE[0]])


def test_signatures_and_the_addresses_of_links_are_no_story() -> None:
    links = f"Read the log <https://t.example/c/{'x' * 60}> of it.\n\nhttps://t.example/d"
    article = plain(f"{PROSE[0]}\n\n{links}\n\n-- \nAda Renfrew\n3 Rope Walk\n")
    assert story(article) == [PROSE[0], "Read the log of it."]
    assert marks(article)["https://t.example/d"] == "nav"


def test_where_a_plain_newsletter_stands_on_the_web_is_its_address() -> None:
    article = plain(f"View this post on the web at https://tide.example/p/bell\n\n{PROSE[0]}\n")
    assert article.address == "https://tide.example/p/bell"
    assert story(article) == [PROSE[0]]


def test_flowing_text_is_joined() -> None:
    head = HEAD + "Content-Type: text/plain; format=flowed\r\n\r\n"
    assert story(read(head + "The ship was \nred, and it \nstayed.\n")) == ["The ship was red, and it stayed."]


# ------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is no e-mail"),
        (b"\x00\x01\x02", "is no e-mail"),
        (b"Once upon a time there was no mail", "is no e-mail"),
    ],
)
def test_what_is_no_mail_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        read(data)


def test_a_mail_without_text_says_so() -> None:
    with pytest.raises(ArticleError, match="the mail has no text of its own"):
        read(HEAD + "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n")
    with pytest.raises(ArticleError, match="the mail has no text of its own"):
        read(HEAD)


def test_damaged_base64_is_read_as_far_as_it_can_be() -> None:
    good = base64.b64encode(f"{PROSE[0]}\n\n".encode()).decode()
    head = HEAD + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    assert story(read(head + good + "\r\n!!"))[0] == PROSE[0]
    with pytest.raises(NarrateError):
        read(head + "\x07\x07\x07!")


def test_parts_without_end_inside_one_another_take_no_long_time() -> None:
    nested = "".join(
        f'Content-Type: multipart/mixed; boundary="b{depth}"\r\n\r\n--b{depth}\r\n' for depth in range(3_000)
    )
    before = time.monotonic()
    with pytest.raises(ArticleError):
        read(HEAD + nested + f"Content-Type: text/plain\r\n\r\n{PROSE[0]}")
    assert time.monotonic() - before < 5


def test_a_boundary_that_never_closes_still_ends_the_parts_before_it() -> None:
    cut = multipart("mixed", f"Content-Type: text/plain\r\n\r\n{PROSE[0]}").removesuffix("--b1--\r\n")
    assert story(read(HEAD + cut)) == [PROSE[0]]


def test_no_more_parts_are_taken_than_a_mail_has() -> None:
    parts = read_part((HEAD + multipart("mixed", *["Content-Type: text/plain\r\n\r\na"] * 2_000)).encode())
    assert len(parts.parts) == 500


def test_a_mail_of_fifty_megabytes_is_read_in_time() -> None:
    attached = (
        "Content-Type: application/zip\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    data = (HEAD + multipart("mixed", f"Content-Type: text/plain\r\n\r\n{PROSE[0]}", attached + "A" * 72)).encode()
    data = data.replace(b"A" * 72, (b"A" * 76 + b"\r\n") * (50 << 20 >> 6))
    before = time.monotonic()
    assert story(read(data)) == [PROSE[0]]
    assert time.monotonic() - before < 5


@pytest.mark.parametrize("sign", ["-", "> ", "_", "=", "\n-- \n", "<", "[", "wrote: ", "<https://a"])
def test_long_rows_of_signs_take_no_long_time(sign: str) -> None:
    before = time.monotonic()
    plain(f"{PROSE[0]}\n\n{sign * 40_000}\n")
    assert time.monotonic() - before < 5

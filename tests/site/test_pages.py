"""What the pages say and hold, read again by an HTML parser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from made_up import NOON, make_cues, make_entry, make_show

from narrate import transcript
from narrate.places import Places
from narrate.site.adding import write_bookmarklet
from narrate.site.apps import subscribe_links
from narrate.site.pages import (
    ASSETS,
    PER_PAGE,
    add_page,
    asset_address,
    count_pages,
    entry_page,
    not_found_page,
    show_page,
    show_page_name,
    shows_page,
)
from narrate.site.passages import arrange_cues
from narrate.site.wording import clock, day, direction, length, machine_length, names, shorten, web_address
from narrate.types import Chapter, Cue, Role, Show, WordTime, WordTimes

PLACES = Places("https://pods.example.org/all")
PRIVATE = Places("https://pods.example.org/p/s3cret", private=True)

HOSTILE = [
    "<script>alert(1)</script>",
    "]]></title><img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)' x=\"",
    "{{ show.title }} {% include 'x' %} {# gone #}",
    "&lt;b&gt; &amp;amp;",
    "line\nfeed\r\n\ttab",
    "\u202egnp.exe",
    "nul \x00 and bell \x07",
    "half a pair \ud800",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
]


def parse(page: str) -> html.HtmlElement:
    return html.document_fromstring(page.encode("utf-8"))


def text_of(page: html.HtmlElement, path: str) -> str:
    return " ".join(page.xpath(path)[0].text_content().split())


def entry_with(text: str) -> str:
    entry = make_entry(title=f"a{text}", summary=text, authors=(text or "x",), site=text, address=text)
    chapter = Chapter(title=text, start_s=0, end_s=9)
    return entry_page(make_show(), replace(entry, chapters=(chapter,)), make_cues(f"b{text}"), PLACES)


def show_with(text: str) -> str:
    show = make_show(title=f"a{text}", description=text, author=text, link=text)
    return show_page(show, [make_entry(title=f"b{text}", summary=text)], PLACES, adding=True)


def all_pages() -> dict[str, str]:
    show, entry = make_show(), make_entry(address="https://example.org/a", sides={"cover": "cover.jpg"})
    entry = replace(entry, chapters=(Chapter(title="One", start_s=0, end_s=9),))
    return {
        "show": show_page(show, [entry], PLACES, adding=True),
        "entry": entry_page(show, entry, make_cues("One.", "Two."), PLACES),
        "shows": shows_page([(show, 1), (make_show(slug="bare", artwork=None), 0)], PLACES, adding=True),
        "add": add_page(show, PLACES, address="https://example.org/", title="A page"),
        "nothing": not_found_page(PLACES),
    }


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("write", [entry_with, show_with])
def test_words_from_the_web_stay_words(write: Callable[[str], str], text: str) -> None:
    page, plain = parse(write(text)), parse(write("plain"))
    assert [node.tag for node in page.iter()] == [node.tag for node in plain.iter()]
    assert [sorted(node.keys()) for node in page.iter()] == [sorted(node.keys()) for node in plain.iter()]


def test_a_title_is_read_as_it_was_written() -> None:
    for text in HOSTILE[:5]:
        page = parse(entry_with(text))
        assert text_of(page, "//h1") == f"a{text}"
        assert text_of(page, "//*[@data-t][ancestor::section]") == f"b{text}"
        assert page.xpath("//title")[0].text == f"a{text} – The Long Path"


def test_words_that_have_times_can_be_found_by_scripts() -> None:
    _, cue = make_cues("Come.", "A 🎉 party.")
    words = WordTimes.of([WordTime(0, 1, 2.4, 2.6), WordTime(4, 9, 2.704, 3.0)])
    page = parse(entry_page(make_show(), make_entry(), [replace(cue, words=words)], PLACES))
    assert page.xpath("//@data-w") == ["0 1 0.00 5 10 0.30"]
    for text in ("A \r\n party.", "A \u202e party.", "A \x07 party."):
        page = parse(entry_page(make_show(), make_entry(), [replace(cue, text=text, words=words)], PLACES))
        assert page.xpath("//@data-w") == []


def test_marks_that_turn_letters_round_do_not_reach_the_page() -> None:
    for page in (entry_with("\u202egnp.exe"), show_with("\u202egnp.exe")):
        assert "\u202e" not in page
        assert "gnp.exe" in page


def test_every_title_stands_in_an_element_that_keeps_its_direction_in() -> None:
    page = parse(entry_with("\u05e9\u05dc\u05d5\u05dd"))
    for node in page.xpath("//body//*[contains(text(), '\u05e9\u05dc\u05d5\u05dd')]"):
        kept = node.xpath("ancestor-or-self::bdi | ancestor-or-self::*[@dir='auto']")
        assert kept, html.tostring(node)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=80), st.text(max_size=40))
def test_no_text_breaks_a_page(title: str, summary: str) -> None:
    entry = make_entry(title=f"a{title}", summary=summary, chapters=(Chapter(title=title, start_s=0, end_s=1),))
    page = parse(entry_page(make_show(), entry, make_cues(title, summary or "x"), PLACES))
    assert len(page.xpath("//script")) == 2
    assert len(page.xpath("//*[@data-words]//span[@data-t]")) == 2
    assert not page.xpath("//img[not(starts-with(@src, '../'))]")


def test_ten_thousand_characters_of_title_are_cut_for_the_eye() -> None:
    page = parse(entry_page(make_show(), make_entry(title="word " * 2000), (), PLACES))
    assert len(text_of(page, "//h1")) <= 300
    assert text_of(page, "//h1").endswith("word…")


@pytest.mark.parametrize("name", ["show", "entry", "shows", "add", "nothing"])
def test_a_strict_policy_blocks_nothing(name: str) -> None:
    page = parse(all_pages()[name])
    assert all(script.get("src") and not script.text for script in page.xpath("//script"))
    assert not page.xpath("//style | //@style | //base | //iframe | //object")
    assert not [key for node in page.iter() for key in node.keys() if key.startswith("on")]  # noqa: SIM118


@pytest.mark.parametrize("name", ["show", "entry", "shows", "add", "nothing"])
def test_nothing_is_fetched_from_elsewhere(name: str) -> None:
    page = parse(all_pages()[name])
    fetched = page.xpath("//script/@src | //img/@src | //audio/@src | //link[@rel='stylesheet' or @rel='icon']/@href")
    assert fetched
    assert [address for address in fetched if "//" in address] == []


def test_what_a_page_needs_is_found_under_any_address_that_leads_to_it() -> None:
    page = parse(entry_page(make_show(), make_entry(), (), PLACES))
    for base in ("https://pods.example.org/all/", "http://127.0.0.1:8421/"):
        here = f"{base}long-path/tale-0.html"
        found = [urljoin(here, address) for address in page.xpath("//audio/@src | //img/@src")]
        assert found == [f"{base}long-path/artwork.jpg", f"{base}long-path/tale-0.mp3"]


def test_the_head_tells_others_the_public_addresses() -> None:
    page = parse(all_pages()["entry"])
    (feed,) = page.xpath("//link[@type='application/rss+xml']/@href")
    assert feed == "https://pods.example.org/all/long-path/feed.xml"
    assert page.xpath("//link[@rel='canonical']/@href") == ["https://pods.example.org/all/long-path/tale-0.html"]
    assert page.xpath("//meta[@property='og:image']/@content") == ["https://pods.example.org/all/long-path/cover.jpg"]


@pytest.mark.parametrize(("show", "places"), [(make_show(private=True), PLACES), (make_show(), PRIVATE)])
def test_what_is_private_is_kept_from_search_engines_and_other_sites(show: Show, places: Places) -> None:
    for text in (show_page(show, [make_entry()], places), entry_page(show, make_entry(), (), places)):
        page = parse(text)
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
        assert page.xpath("//meta[@name='referrer']/@content") == ["same-origin"]
        assert not page.xpath("//link[@rel='canonical'] | //meta[starts-with(@property, 'og:')]")
        assert "antennapod.org" not in text


def test_a_public_path_is_no_secret() -> None:
    for base in ("https://pods.example.org/p", "https://p", "http://127.0.0.1:8421", ""):
        assert "noindex" not in show_page(make_show(), [], Places(base))


def test_the_page_of_what_is_not_there_tells_nobody_the_host() -> None:
    page = not_found_page(Places("https://pods.example.org/all"))
    assert "pods.example.org" not in page
    assert parse(page).xpath("//main//a/@href") == ["/all/"]


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://example.org/a?b=c&d", "https://example.org/a?b=c&d"),
        ("http://example.org", "http://example.org"),
        ("javascript:alert(1)", None),
        ("data:text/html,<script>", None),
        ("//example.org", None),
        ("https:", None),
        ("http://[broken", None),
        ("\x01javascript:alert(1)", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_become_links(address: str | None, link: str | None) -> None:
    assert web_address(address) == link
    page = parse(entry_page(make_show(), make_entry(address=address), (), PLACES))
    assert page.xpath("//a[.='Read the original']/@href") == ([link] if link else [])


def test_language_and_direction_are_those_of_the_episode() -> None:
    page = parse(entry_page(make_show(), make_entry(language="ar-EG"), (), PLACES))
    assert (page.get("lang"), page.get("dir")) == ("ar-EG", "rtl")
    assert page.xpath("//*[@data-dock]")[0].get("dir") == "ltr"
    page = parse(entry_page(make_show(), make_entry(language="pt-BR"), (), PLACES))
    assert (page.get("lang"), page.get("dir")) == ("pt-BR", None)


@pytest.mark.parametrize(
    ("tag", "way"), [("en", "ltr"), ("he", "rtl"), ("iw", "rtl"), ("ar-Latn", "ltr"), ("az-Arab", "rtl"), ("AR", "rtl")]
)
def test_the_direction_follows_the_script(tag: str, way: str) -> None:
    assert direction(tag) == way


def test_our_own_words_stand_apart_and_headings_are_headings() -> None:
    cues = [
        Cue(start_s=start, end_s=start + 2, text=text, role=role, utterance=start)
        for start, (text, role) in enumerate(
            [
                ("A tale.", Role.TITLE),
                ("Read by narrate.", Role.INTRODUCTION),
                ("It began.", Role.STORY),
                ("Picture:", Role.ANNOUNCEMENT),
                ("The end", Role.HEADING),
                ("It ended.", Role.STORY),
                ("That was it.", Role.CLOSE),
            ]
        )
    ]
    page = parse(entry_page(make_show(), make_entry(), cues, PLACES))
    told = [group.get("aria-label") for group in page.xpath("//div[@role='group']")]
    assert told == [f"{role}, added by narrate" for role in ("Introduction", "Announcement", "Close")]
    ours = [text_of(group, ".") for group in page.xpath("//div[@role='group']")]
    assert ours == ["Read by narrate.", "Picture:", "That was it."]
    assert text_of(page, "//section[@data-words]/h3") == "The end"
    assert page.xpath("//section[@data-words]//@data-t")[:2] == ["0.000", "1.000"]


def test_a_recording_without_words_chapters_or_picture_has_its_page() -> None:
    bare = make_entry(authors=(), site=None, summary=None)
    page = parse(entry_page(make_show(artwork=None), bare, (), PLACES))
    assert page.xpath("//audio[@controls]/@src") == ["../long-path/tale-0.mp3"]
    assert not page.xpath("//main//img | //nav[@aria-labelledby='chapters'] | //section[@data-words]")


def test_without_scripts_chapters_lead_into_the_sound() -> None:
    marks = (Chapter(title="One", start_s=0, end_s=62.5), Chapter(title="Two", start_s=62.5, end_s=90))
    page = parse(entry_page(make_show(), make_entry(chapters=marks), (), PLACES))
    assert page.xpath("//nav//ol//a/@href") == ["../long-path/tale-0.mp3#t=0.000", "../long-path/tale-0.mp3#t=62.500"]
    assert [text_of(mark, ".") for mark in page.xpath("//nav//ol//a")] == ["0:00One", "1:02Two"]


def test_every_episode_stands_on_exactly_one_page() -> None:
    entries = [make_entry(number) for number in range(2 * PER_PAGE + 1)]
    assert [count_pages(number) for number in (0, 1, PER_PAGE, PER_PAGE + 1, len(entries))] == [1, 1, 1, 2, 3]
    pages = [parse(show_page(make_show(), entries, PLACES, page=page)) for page in (1, 2, 3)]
    assert [guid for page in pages for guid in page.xpath("//article/@data-guid")] == [entry.guid for entry in entries]
    assert [show_page_name(page) for page in (1, 2, 3)] == ["index.html", "page-2.html", "page-3.html"]
    links = [page.xpath("//nav[@aria-label='Pages']/a/@href") for page in pages]
    assert links == [["page-2.html"], ["./", "page-3.html"], ["page-2.html"]]


def test_a_show_without_episodes_says_so() -> None:
    assert text_of(parse(show_page(make_show(), [], PLACES)), "//*[@class='empty']") == "No episodes yet."
    assert "narrate show create" in shows_page([], PLACES)


def test_the_feed_can_be_copied_scanned_and_opened() -> None:
    page = parse(show_page(make_show(), [], PLACES))
    feed = "https://pods.example.org/all/long-path/feed.xml"
    assert page.xpath("//input[@readonly]/@value") == [feed]
    assert page.xpath("//*[@role='img'][@aria-label]/svg")
    assert page.xpath("//a[.='RSS feed']/@href") == [feed]


def test_apps_are_told_the_feed_in_their_own_form() -> None:
    links = {app.name: app.address for app in subscribe_links("https://h.example/s/feed.xml?a=1", private=False)}
    assert links == {
        "Apple Podcasts": "podcast://h.example/s/feed.xml?a=1",
        "Overcast": "overcast://x-callback-url/add?url=https%3A%2F%2Fh.example%2Fs%2Ffeed.xml%3Fa%3D1",
        "Pocket Casts": "pktc://subscribe/h.example/s/feed.xml?a=1",
        "Castro": "castros://subscribe/h.example/s/feed.xml?a=1",
        "Podcast Addict": "podcastaddict://h.example/s/feed.xml?a=1",
        "AntennaPod": ("https://antennapod.org/deeplink/subscribe?url=https%3A%2F%2Fh.example%2Fs%2Ffeed.xml%3Fa%3D1"),
    }
    plain = {app.name: app.address for app in subscribe_links("http://10.0.0.2:8421/s/feed.xml", private=False)}
    assert plain["Castro"] == "castro://subscribe/10.0.0.2:8421/s/feed.xml"


def test_only_who_may_add_sees_the_box_and_it_brings_its_key() -> None:
    assert "<form" not in show_page(make_show(), [make_entry()], Places("https://h.example", "k3y"))
    page = parse(show_page(make_show(), [], Places("https://h.example", "k3y"), adding=True))
    (form,) = page.xpath("//form[@data-add]")
    assert (form.get("action"), form.get("method"), form.get("enctype")) == (
        "../long-path/add",
        "post",
        "multipart/form-data",
    )
    assert form.xpath(".//input[@type='hidden'][@name='key']/@value") == ["k3y"]
    assert form.xpath(".//@name") == ["key", "address", "title", "text", "file"]


def test_no_bookmark_shows_a_secret_address_to_the_page_that_is_read() -> None:
    private = Places("https://h.example/p/secret", "k3y", private=True)
    page = parse(show_page(make_show(), [], private, adding=True))
    assert "paste the address here" in page.text_content()
    assert not [link for link in page.xpath("//@href") if link.startswith("javascript:")]
    page = parse(show_page(make_show(), [], Places("https://h.example", "k3y"), adding=True))
    assert [link for link in page.xpath("//@href") if link.startswith("javascript:")]


def test_the_bookmark_carries_the_address_whole() -> None:
    hostile = Places("https://h.example/p/a'b\"c%20d</script>")
    mark = write_bookmarklet(hostile, "tides & co")
    assert re.fullmatch(r"javascript:[\w%()=>;,.+&?:/-]+", mark)
    code = unquote(mark.removeprefix("javascript:"))
    assert r"""open("https://h.example/p/a'b\"c%20d</script>/tides%20%26%20co/add?address="+""" in code


def test_the_bookmarks_page_asks_before_anything_is_added() -> None:
    page = parse(
        add_page(make_show(), Places("https://h.example", "k3y"), address='https://e.example/"><b>', title="<b>T</b>")
    )
    assert page.xpath("//form/@method") == ["post"]
    assert page.xpath("//input[@name='address']/@value") == ['https://e.example/"><b>']
    assert page.xpath("//input[@name='key']/@value") == ["k3y"]
    assert text_of(page, "//*[@class='asked']") == "<b>T</b>"


class Job:
    """A job of the queue, as the library has them."""

    def __init__(self, id: int, state: str, **more: object) -> None:
        self.id, self.state, self.show, self.name = id, state, "long-path", "https://example.org/<b>"
        self.title: str | None = None
        self.done, self.total, self.message = 0, 0, ""
        self.entry: str | None = None
        self.__dict__ |= more


def test_without_scripts_the_queue_is_seen_and_cleared() -> None:
    jobs = [
        Job(1, "waiting"),
        Job(2, "working", done=3, total=40),
        Job(3, "done", title="Bees", entry="bees"),
        Job(4, "failed", message="it is gone. Try another."),
        Job(5, "done", message="“Bees” was removed."),
    ]
    page = parse(show_page(make_show(), [], Places("https://h.example", "k3y"), adding=True, jobs=jobs))
    rows = page.xpath("//ul[@data-queue]/li")
    assert [text_of(row, ".//*[@class='job-name']") for row in rows[:3]] == ["https://example.org/<b>"] * 2 + ["Bees"]
    said = [text_of(row, ".//*[@data-state-word]") for row in rows]
    assert said == ["Waiting", "3 of 40 sentences", "Ready", "it is gone. Try another.", "Ready. “Bees” was removed."]
    assert rows[2].xpath(".//a/@href") == ["../long-path/bees.html"]
    assert rows[3].xpath(".//form/@action") == ["../queue/4/forget"]
    assert page.xpath("//ul[@data-queue]//input[@name='key']/@value") == ["k3y"] * 5


def test_the_same_show_gives_the_same_bytes() -> None:
    assert all_pages() == all_pages()


def test_addresses_of_assets_change_with_their_bytes() -> None:
    assert {"narrate.css", "narrate.js", "add.js", "theme.js", "icon.svg"} <= set(ASSETS)
    addresses = {asset_address(PLACES, name) for name in ASSETS}
    assert len({address.partition("?v=")[2] for address in addresses}) == len(ASSETS)
    assert all(re.fullmatch(r"https://pods\.example\.org/all/assets/[\w.]+\?v=[0-9a-f]{8}", a) for a in addresses)


def test_sentences_are_gathered_into_paragraphs_whatever_the_speed() -> None:
    for speed in (0.7, 1.0, 1.6):
        pauses_s = [pause_s / speed for pause_s in (0.4, 0.4, 0.7, 0.4, 0.5, 0.12, 0.7, 0.4)]
        at_s, cues = 0.6, []
        for number, pause_s in enumerate([*pauses_s, 0]):
            cues.append(Cue(start_s=at_s, end_s=at_s + 2, text=str(number), role=Role.STORY, utterance=number))
            at_s += 2 + pause_s
        assert [[cue.text for cue in passage.cues] for passage in arrange_cues(cues)] == [
            ["0", "1", "2"],
            ["3", "4"],
            ["5", "6"],
            ["7", "8"],
        ]


def test_where_a_person_of_the_cast_begins_stands_their_name_and_a_paragraph() -> None:
    said = [
        (None, "It rained."),
        ("A. & <b>", "Is it late?"),
        ("A. & <b>", "It is."),
        ("Bob", "Bob: So be it."),
        (None, "He left."),
    ]
    cues = [
        replace(cue, speaker=who or "hibari:heart", named=who is not None)
        for cue, (who, _) in zip(make_cues(*(words for _, words in said)), said, strict=True)
    ]
    written = transcript.as_json(cues, "heart")
    page = parse(entry_page(make_show(), make_entry(), transcript.read_json(written), PLACES))
    assert [node.text_content() for node in page.xpath("//section[@data-words]/p")] == [
        "It rained.",
        "A. & <b>: Is it late? It is.",
        "Bob: So be it.",
        "He left.",
    ]
    assert page.xpath("//b[@class='speaker'][@dir='auto']/text()") == ["A. & <b>:"]
    assert not page.xpath("//*[@data-t]//b")


def test_paragraphs_of_one_sentence_stay_apart() -> None:
    cues = make_cues(*"abcdef", pause_s=0.7)
    assert [len(passage.cues) for passage in arrange_cues(cues)] == [1] * 6
    assert arrange_cues([]) == []


def test_times_are_written_as_people_say_them() -> None:
    assert [clock(seconds) for seconds in (0, 59.9, 60, 3599, 3600, 86_399)] == [
        "0:00",
        "0:59",
        "1:00",
        "59:59",
        "1:00:00",
        "23:59:59",
    ]
    said = [length(seconds) for seconds in (0.2, 59.6, 60, 1460, 3599, 3600, 3900)]
    assert said == ["1 s", "60 s", "1 min", "24 min", "1 h", "1 h", "1 h 5 min"]
    assert machine_length(1460.4) == "PT24M20S"
    assert day(NOON) == "14 February 2026"
    assert day(datetime(2026, 2, 15, 1, tzinfo=UTC).astimezone()) == "15 February 2026"
    assert day(NOON + timedelta(hours=12)) == "15 February 2026"


def test_lists_of_people_and_long_lines_read_well() -> None:
    assert [names(people) for people in ((), ("Ann",), ("Ann", "Ben"), ("Ann", "Ben", "Cal"))] == [
        "",
        "Ann",
        "Ann and Ben",
        "Ann, Ben and Cal",
    ]
    assert shorten("one two three", 13) == "one two three"
    assert shorten("one two three", 9) == "one two…"
    assert shorten("unbreakable" * 5, 9) == "unbreaka…"

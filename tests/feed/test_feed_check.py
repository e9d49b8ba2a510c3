"""The check of a feed can fail, and says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from feed_makers import PLACES, look_up, make_entries, make_show, sizes_of

from narrate.errors import FeedError
from narrate.feed.check import check_feed
from narrate.feed.rss import FeedDocument, write_current, write_feed
from narrate.places import Places, private_places

SHOW = make_show()
ENTRIES = make_entries(3)
GOOD = write_current(SHOW, ENTRIES, PLACES).data.decode()
NEWEST = GOOD[GOOD.index("    <item>") : GOOD.index("</item>") + len("</item>\n")]
SECOND = GOOD[GOOD.index(NEWEST) + len(NEWEST) :]
SECOND = SECOND[: SECOND.index("</item>") + len("</item>\n")]


def complaint(data: str | bytes, sizes: Mapping[str, int] | None = None, name: str = "feed.xml") -> str:
    """What the check says of a document that should hold three episodes."""
    document = FeedDocument(name=name, data=data if isinstance(data, bytes) else data.encode())
    with pytest.raises(FeedError) as caught:
        check_feed(document, SHOW, ENTRIES, look_up(sizes_of(SHOW, ENTRIES) if sizes is None else sizes))
    return str(caught.value)


def test_a_feed_that_was_written_passes_in_all_its_documents() -> None:
    for count in (0, 1, 3, 450):
        entries = make_entries(count)
        for document in write_feed(SHOW, entries, PLACES):
            check_feed(document, SHOW, entries, look_up(sizes_of(SHOW, entries)))


def test_what_is_wrong_is_said_in_one_line() -> None:
    assert complaint(GOOD.replace('length="1000003"', 'length="7"')) == (
        "the feed of coast is not written: the length of the-lamp-3 is 7 instead of 1000003. "
        "This is a fault of narrate: please report it."
    )


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (NEWEST, "", "2 episodes can be read in it instead of 3"),
        (NEWEST, NEWEST + NEWEST, "4 episodes can be read in it instead of 3"),
        ("urn:uuid:00000000-0000-4000-8000-000000000003", "urn:x", "episode 1 has the guid urn:x instead of urn:uuid:"),
        (
            "/the-lamp-3.mp3",
            "/the-lamp-2.mp3",
            "the address of the-lamp-3 is 'https://pods.example.org/coast/the-lamp-2",
        ),
        ("coast/the-lamp-3.mp3", "hills/the-lamp-3.mp3", "the address of the-lamp-3 is"),
        ("https://pods.example.org/coast/the-lamp-3.mp3", "gopher://x.example/", "the address of the-lamp-3 is None"),
        ('length="1000003"', "", "the length of the-lamp-3 is -1 instead of 1000003"),
        ('type="audio/mpeg"', 'type="audio/ogg"', "the type of the-lamp-3 is 'audio/ogg' instead of 'audio/mpeg'"),
        ("<enclosure", "<closure", "the-lamp-3 has 0 files of sound instead of one"),
        ("<enclosure", '<enclosure url="https://x.example/"/><enclosure', "the-lamp-3 has 2 files of sound"),
        (">603</itunes:duration>", ">10:04</itunes:duration>", "the duration of the-lamp-3 is 604 instead of 603"),
        ("18:30:00 +0000</pubDate>\n      <desc", "18:30:00 +0100</pubDate>\n      <desc", "the date of the-lamp-3 is"),
        ("<title>The lamp at the end of the pier, part 3", "<title>Injected", "the title of the-lamp-3 is 'Injected'"),
        ("<title>Coast &amp; Sea", "<title>Coast &amp; Hills", "the title of the show is 'Coast & Hills'"),
        ('text="Documentary"', 'text="Philosophy"', "the category of the show is"),
        ("<itunes:explicit>false", "<itunes:explicit>no, never", "the explicit of the show is None instead of False"),
        (SHOW.feed_guid, "1", "the guid of the show is '1' instead of"),
        ("<podcast:guid>", "<itunes:block>Yes</itunes:block><podcast:guid>", "the block of the show is 'Yes'"),
        ("coast/feed.xml", "hills/feed.xml", "feed.xml does not give its own address"),
        ('rel="self"', 'rel="first"', "feed.xml does not give its own address"),
        (
            "https://pods.example.org/coast/the-lamp-3.vtt",
            "https://x.example/3.vtt",
            "https://x.example/3.vtt is not in",
        ),
        ('url="https://pods.example.org/coast/the-lamp-3.srt"', "", " is not in the folder of the show"),
        ("coast/artwork.jpg", "artwork.jpg", "https://pods.example.org/artwork.jpg is not in the folder"),
        ("</channel>", "", "feed.xml is not well-formed XML, mismatched tag"),
        (NEWEST[NEWEST.index("<p>") : NEWEST.index("]]>")], "", "the-lamp-3 has no description"),
        ("<![CDATA[", "", "feed.xml is not well-formed XML"),
        ("&amp; Sea", "& Sea", "feed.xml is not well-formed XML"),
    ],
)
def test_a_document_that_was_changed_does_not_pass(old: str, new: str, why: str) -> None:
    broken = GOOD.replace(old, new, 1)
    assert broken != GOOD
    assert why in complaint(broken)


def test_episodes_in_another_order_do_not_pass() -> None:
    turned = GOOD.replace(NEWEST + SECOND, SECOND + NEWEST)
    assert turned != GOOD
    dates = dict(
        zip(*[re.findall(r"<pubDate>(.*)</pubDate>\n      <desc", text) for text in (GOOD, turned)], strict=True)
    )
    for old, new in dates.items():
        turned = turned.replace(f"      <pubDate>{new}", f"      <pubDate >{old}")
    assert "episode 1 has the guid" in complaint(turned)


@pytest.mark.parametrize("data", ["", "half", GOOD[:-30], GOOD[: len(GOOD) // 2], "<html><channel/></html>", "<rss/>"])
def test_what_is_no_feed_does_not_pass(data: str) -> None:
    assert re.search("feed.xml is not (well-formed XML|RSS)", complaint(data))


def test_bytes_that_are_not_utf_8_do_not_pass() -> None:
    assert "not well-formed" in complaint(GOOD.encode("latin-1"))


@pytest.mark.parametrize("missing", sorted(sizes_of(SHOW, ENTRIES).keys() - {e.sides["source"] for e in ENTRIES}))
def test_a_feed_never_names_a_missing_or_empty_file(missing: str) -> None:
    sizes = sizes_of(SHOW, ENTRIES)
    wanted = f"{sizes[missing]} bytes" if missing.endswith(".mp3") else "something"
    remedy = "Run `narrate rebuild`, or `narrate library check` to see more."
    assert complaint(GOOD, {**sizes, missing: 0}) == (
        f"the feed of coast is not written: {missing} has 0 bytes instead of {wanted}. {remedy}"
    )
    del sizes[missing]
    assert complaint(GOOD, sizes) == f"the feed of coast is not written: {missing} is missing. {remedy}"


def test_a_feed_never_names_half_a_recording() -> None:
    sizes = {**sizes_of(SHOW, ENTRIES), "the-lamp-2.mp3": 500_000}
    assert "the-lamp-2.mp3 has 500000 bytes instead of 1000002 bytes" in complaint(GOOD, sizes)


def test_what_a_feed_does_not_name_need_not_be_there() -> None:
    sizes = {name: size for name, size in sizes_of(SHOW, ENTRIES).items() if not name.startswith(".sources/")}
    check_feed(FeedDocument(name="feed.xml", data=GOOD.encode()), SHOW, ENTRIES, look_up(sizes))


def test_a_private_show_must_not_be_written_as_an_open_one() -> None:
    private = make_show(private=True)
    with pytest.raises(FeedError, match="the block of the show is '' instead of 'Yes'"):
        check_feed(write_current(SHOW, ENTRIES, PLACES), private, ENTRIES, look_up(sizes_of(SHOW, ENTRIES)))


def test_a_feed_under_a_secret_address_passes_where_that_is_known() -> None:
    places, sizes = private_places("https://pods.example.org", "t0ken"), look_up(sizes_of(SHOW, ENTRIES))
    document = write_current(SHOW, ENTRIES, places)
    check_feed(document, SHOW, ENTRIES, sizes, private=True)
    with pytest.raises(FeedError, match="the block of the show is 'Yes' instead of ''"):
        check_feed(document, SHOW, ENTRIES, sizes)


def test_a_public_base_that_looks_secret_is_public() -> None:
    places = Places("https://example.org/p/pods")
    assert b"block" not in write_current(SHOW, ENTRIES, places).data


def test_a_document_that_the_feed_does_not_have_is_refused() -> None:
    assert "the feed has no document feed-1.xml" in complaint(GOOD.replace("feed.xml", "feed-1.xml"), name="feed-1.xml")

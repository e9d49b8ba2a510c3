"""Shows: what they may be called and may say, and their fields as a file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from narrate.errors import LibraryError, UsageError
from narrate.library.shows import (
    WINDOWS,
    check_base_url,
    check_show,
    check_slug,
    feed_guid_of,
    make_slug,
    new_show,
    read_show_file,
    with_feed_guid,
    write_show_file,
)
from narrate.types import Show

TALES = new_show("Tales")


@pytest.mark.parametrize("slug", ["tales", "a", "7", "news-2026", "über", "語り", "a" * 80, "con-1"])
def test_names_of_letters_figures_and_hyphens_are_taken(slug: str) -> None:
    check_slug(slug)


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "-",
        "-a",
        "a-",
        "a--b",
        "A",
        "Über",
        "a b",
        "a/b",
        "a\\b",
        ".",
        "..",
        ".a",
        "a.b",
        "a_b",
        "a\n",
        "\na",
        "a\x00",
        "%2e",
        "~",
        "a?",
        "a#b",
        "\u202ea",
        "\udcff",
        "\u0301",
        "a\u0301",
        "😀",
        "a:b",
        "a" * 81,
        "語" * 70,
    ],
)
def test_other_names_are_refused(slug: str) -> None:
    with pytest.raises(UsageError, match="cannot be a name"):
        check_slug(slug)


@pytest.mark.parametrize("slug", ["assets", "p", "queue", "add", "shows", "index", "con", "nul", "lpt9", "com1"])
def test_names_that_mean_something_else_are_refused(slug: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_slug(slug)
    assert (
        str(caught.value)
        == f"{slug!r} cannot be a name: it means something else. Take another with --slug, such as {slug}-1."
    )


def test_a_refused_name_comes_with_one_that_would_do() -> None:
    with pytest.raises(UsageError) as caught:
        check_slug("My Tales!")
    assert caught.value.remedy == "Take small letters, figures and hyphens, such as my-tales"


@given(st.text(max_size=200))
@settings(deadline=None)
def test_a_name_made_from_any_title_would_do(title: str) -> None:
    slug = make_slug(title)
    if slug not in WINDOWS:
        check_slug(slug, taken=frozenset())


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://pods.example.org", "https://pods.example.org"),
        ("https://pods.example.org/", "https://pods.example.org"),
        ("HTTPS://Pods.Example.ORG/My/Pods//", "https://pods.example.org/My/Pods"),
        ("http://192.168.1.7:8000/", "http://192.168.1.7:8000"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_a_public_address_is_kept_without_a_slash_at_its_end(address: str, kept: str) -> None:
    assert check_base_url(address) == kept == check_base_url(kept)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "pods.example.org",
        "ftp://pods.example.org",
        "https://",
        "https:///x",
        "https:pods",
        "javascript:alert(1)",
        "https://ada:secret@pods.example.org",
        "https://ada@pods.example.org",
        "https://@pods.example.org",
        "https://pods.example.org/?a=1",
        "https://pods.example.org/?",
        "https://pods.example.org/#x",
        "https://x/#",
        "https://pods.example.org:99999",
        "https://pods.example.org:0",
        "https://x:port",
        "https://[::1",
        "https://[x]/",
        "https://pods example.org",
        "https://pods.example.org/\n",
        "https://bücher.example",
        "https://x/\x00",
        "https://\udcff",
        "https://x/" + "y" * 3000,
        '"https://pods.example.org"',
        "//pods.example.org",
        "file:///etc",
    ],
)
def test_what_is_no_public_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        check_base_url(address)
    if address:
        with pytest.raises(UsageError):
            check_show(replace(TALES, base_url=address))


def test_the_error_says_what_an_address_looks_like() -> None:
    with pytest.raises(UsageError) as caught:
        check_base_url("pods.example.org")
    assert str(caught.value) == (
        "'pods.example.org' is not a public address: it does not begin with https:// and a host. "
        "Give it as a browser shows it, such as https://pods.example.org."
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "\x00 \x1b"},
        {"title": "x" * 256},
        {"email": "ben"},
        {"email": "ben@localhost"},
        {"email": "a@b@example.org"},
        {"email": "Ben <ben@example.org>"},
        {"email": "ben@example..org"},
        {"email": "ben@example.org, ada@example.org"},
        {"link": "example.org"},
        {"link": "javascript:alert(1)"},
        {"link": "https://ada:secret@example.org"},
        {"language": "english language"},
        {"language": ""},
        {"category": ()},
        {"category": ("Arts", "Books", "More")},
        {"category": (" ",)},
        {"keep": 0},
        {"keep": -3},
        {"artwork": "../artwork.jpg"},
        {"artwork": ".artwork.jpg"},
        {"artwork": ""},
        {"uid": "x"},
        {"uid": "{" + TALES.uid + "}"},
        {"feed_guid": ""},
        {"created_at": datetime(2026, 1, 1)},
        {"settings": {"path": Path("x")}},
        {"settings": {"loudness": float("nan")}},
        {"settings": ["x"]},
    ],
)
def test_what_a_show_cannot_say_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        check_show(replace(TALES, **changes))


def test_words_are_kept_on_one_line_without_what_terminals_obey() -> None:
    show = check_show(
        replace(
            TALES,
            title=" The\n tide\x1b[31m \x00",
            author="Ada\tHolt ",
            description=" One.\r\n\nTwo.\x07\n",
            email=" ben@example.org\n",
        )
    )
    assert (show.title, show.author, show.email) == ("The tide[31m", "Ada Holt", "ben@example.org")
    assert show.description == "One.\n\nTwo."
    assert check_show(show) == show


def test_settings_are_kept_as_they_will_be_read() -> None:
    show = check_show(replace(TALES, settings={"lexicon": ("a.toml", "b.toml"), "music": None, "loudness": -16.0}))
    assert show.settings == {"lexicon": ["a.toml", "b.toml"], "music": None, "loudness": -16.0}


def test_hostile_titles_of_a_bearable_length_are_kept_as_words() -> None:
    for title in ("<script>alert(1)</script>", "]]>", "'\"&", "\u202eevil", "👩‍🚀"):
        assert check_show(replace(TALES, title=title)).title == title


@pytest.mark.parametrize(
    ("address", "guid"),
    [
        ("https://podnews.net/rss", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("http://podnews.net/rss/", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("https://mp3s.nashownotes.com/pc20rss.xml", "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
    ],
)
def test_the_guid_of_a_feed_is_that_of_the_standard_s_examples(address: str, guid: str) -> None:
    assert feed_guid_of(address) == guid


def test_two_local_shows_share_no_guid_and_a_public_one_keeps_its_own() -> None:
    assert with_feed_guid(TALES) == TALES
    assert new_show("Tales").feed_guid != TALES.feed_guid
    public = with_feed_guid(replace(TALES, base_url="https://a.example"))
    assert public.feed_guid == feed_guid_of("https://a.example/tales/feed.xml")
    assert with_feed_guid(replace(public, base_url="https://b.example")).feed_guid == public.feed_guid


# ---------------------------------------------------------------- show.json


@given(st.text(max_size=60).filter(lambda text: check_or_none(text) is not None), st.text(max_size=60))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_show_s_file_holds_all_of_it(tmp_path: Path, title: str, description: str) -> None:
    show = check_show(
        replace(
            TALES,
            title=title,
            description=description,
            category=("Arts", "Books"),
            keep=7,
            private=True,
            settings={"voice": "x", "loudness": -16.5, "lexicon": ["é"], "music": None},
        )
    )
    (tmp_path / "tales").mkdir(exist_ok=True)
    write_show_file(show, tmp_path / "tales" / "show.json")
    assert read_show_file(tmp_path / "tales" / "show.json") == show
    assert len(list((tmp_path / "tales").iterdir())) == 1


def check_or_none(title: str) -> Show | None:
    try:
        return check_show(replace(TALES, title=title))
    except (UsageError, ValueError):
        return None


def damage(tmp_path: Path, **changes: Any) -> Path:
    """A show's file with some of its values changed."""
    path = tmp_path / "tales" / "show.json"
    path.parent.mkdir(exist_ok=True)
    write_show_file(TALES, path)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")
    return path


@pytest.mark.parametrize(
    "changes",
    [
        {"narrate": 2},
        {"title": None},
        {"title": ""},
        {"title": ["x"]},
        {"slug": "news"},
        {"slug": "../x"},
        {"uid": 7},
        {"created_at": "yesterday"},
        {"created_at": "2026-01-01T00:00:00"},
        {"category": "News"},
        {"category": [1]},
        {"explicit": "yes"},
        {"keep": "3"},
        {"settings": []},
        {"artwork": "../../x"},
        {"base_url": "x"},
        {"more": "than we know"},
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = damage(tmp_path, **changes)
    with pytest.raises(LibraryError) as caught:
        read_show_file(path)
    assert str(caught.value).startswith(f"{path} is damaged: ")
    assert str(caught.value).endswith(". Mend it, or make the show again.")


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"7", b"{", b"\xff\xfe", b"[" * 200_000, b" " * 2_000_000 + b"{}", b"null"]
)
def test_what_is_no_show_s_file_at_all_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "show.json").write_bytes(data)
    with pytest.raises(LibraryError, match="is damaged"):
        read_show_file(tmp_path / "show.json")


def test_a_missing_value_is_named(tmp_path: Path) -> None:
    path = damage(tmp_path)
    values = json.loads(path.read_text("utf-8"))
    del values["uid"]
    path.write_text(json.dumps(values), "utf-8")
    with pytest.raises(LibraryError) as caught:
        read_show_file(path)
    assert str(caught.value) == f"{path} is damaged: 'uid' is missing. Mend it, or make the show again."


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(LibraryError) as caught:
        read_show_file(tmp_path / "show.json")
    assert str(caught.value) == f"{tmp_path / 'show.json'} cannot be read: No such file or directory."


def test_a_new_show_has_a_time_in_utc_and_a_title() -> None:
    assert TALES.created_at.tzinfo is UTC
    assert TALES.created_at.microsecond == 0
    with pytest.raises(UsageError, match="a show's title has between 1 and 255 characters: this one has 0"):
        new_show(" \n")

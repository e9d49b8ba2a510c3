"""The categories of Apple's directory, which every other directory reads too.

Source:
    https://podcasters.apple.com/support/1691-apple-podcasts-categories, the list in force since August 2019,
    compared in November 2026: 19 categories, 91 below them. "Religion" below "Religion & Spirituality" is missing from
    the copy that the W3C feed validator carries.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from narrate.errors import UsageError

CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "History": (),
    "Health & Fitness": ("Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        "Animation & Manga",
        "Automotive",
        "Aviation",
        "Crafts",
        "Games",
        "Hobbies",
        "Home & Garden",
        "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        "Business News",
        "Daily News",
        "Entertainment News",
        "News Commentary",
        "Politics",
        "Sports News",
        "Tech News",
    ),
    "Religion & Spirituality": (
        "Buddhism",
        "Christianity",
        "Hinduism",
        "Islam",
        "Judaism",
        "Religion",
        "Spirituality",
    ),
    "Science": (
        "Astronomy",
        "Chemistry",
        "Earth Sciences",
        "Life Sciences",
        "Mathematics",
        "Natural Sciences",
        "Nature",
        "Physics",
        "Social Sciences",
    ),
    "Society & Culture": ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
    "Sports": (
        "Baseball",
        "Basketball",
        "Cricket",
        "Fantasy Sports",
        "Football",
        "Golf",
        "Hockey",
        "Rugby",
        "Running",
        "Soccer",
        "Swimming",
        "Tennis",
        "Volleyball",
        "Wilderness",
        "Wrestling",
    ),
    "Technology": (),
    "True Crime": (),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
}
"""Each category with those below it, written exactly as a feed must write them."""

BELOW = " > "


def parse_category(written: str) -> tuple[str, ...]:
    """A category of the list, and the one below it where there is one, as in `Society & Culture > Documentary`.

    Letters may be small or capital.

    Raises:
        UsageError: the list has no such category; the nearest ones are named.
    """
    names = _names()
    wanted = BELOW.join(" ".join(part.split()) for part in written.split(">")).casefold()
    if wanted in names:
        return names[wanted]
    raise UsageError(f"{written.strip() or 'nothing'} is not a category of Apple's list", "", _suggest(wanted))


def _names() -> dict[str, tuple[str, ...]]:
    """Every category by the small letters of its full name."""
    full: list[tuple[str, ...]] = [(category,) for category in CATEGORIES]
    full += [(category, below) for category, all_below in CATEGORIES.items() for below in all_below]
    return {BELOW.join(path).casefold(): path for path in full}


def _suggest(wanted: str) -> str:
    """The categories whose own or full name is most like the one wanted; all top ones where none is."""
    by_name = {own: path for path in _names().values() for own in (path[-1].casefold(), BELOW.join(path).casefold())}
    own = wanted.rpartition(BELOW)[2]
    begun = [name for name in by_name if own and name.startswith(own)]
    near = [*begun, *get_close_matches(own, by_name, 3), *get_close_matches(wanted, by_name, 3)]
    paths = dict.fromkeys(by_name[name] for name in near)
    if not paths:
        return f"Choose from {', '.join(CATEGORIES)}"
    return f"Did you mean {' or '.join(BELOW.join(path) for path in list(paths)[:3])}"

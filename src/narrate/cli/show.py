"""`narrate show`"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from narrate.cli import options

if TYPE_CHECKING:
    from narrate.library.library import Library
    from narrate.types import Show

app = typer.Typer(no_args_is_help=True, help="Shows: what your episodes are gathered in, each with a feed of its own.")

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="The show's short name: its folder, and part of its addresses.")
]
Title = Annotated[str | None, typer.Option("--title", help="As listeners read it.")]
Description = Annotated[str | None, typer.Option("--description", metavar="TEXT", help="What it is about.")]
Author = Annotated[str | None, typer.Option("--author", help="Who makes it; the title unless given.")]
Owner = Annotated[str | None, typer.Option("--owner", help="Who answers for it; the author unless given.")]
Email = Annotated[str | None, typer.Option("--email", help="Where the owner is reached; it stands in the feed.")]
Link = Annotated[str | None, typer.Option("--link", metavar="URL", help="The site that it belongs to.")]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", help="Where your library is public, such as https://pods.example.org."),
]
ShowLanguage = Annotated[str | None, typer.Option("--language", metavar="TAG", help="Such as en or pt-BR.")]
Category = Annotated[
    str | None,
    typer.Option(
        "--category", metavar="NAME", help="Of Apple's list, such as News or 'Society & Culture > Documentary'."
    ),
]
Explicit = Annotated[bool | None, typer.Option("--explicit/--not-explicit", help="Not for children.")]
Private = Annotated[bool | None, typer.Option("--private/--public", help="Ask directories not to list it.")]
Artwork = Annotated[
    Path | None,
    typer.Option("--artwork", metavar="FILE", help="Square JPEG or PNG, 1400 to 3000 pixels; drawn unless given."),
]
Fit = Annotated[bool, typer.Option("--fit", help="Make the artwork square and of the right size.")]
Keep = Annotated[
    int | None,
    typer.Option("--keep", metavar="N", help="Keep the newest N episodes and remove older ones; 0 keeps all."),
]
Loudness = Annotated[float | None, typer.Option("--loudness", help="LUFS; -16 unless given.")]
Introduction = Annotated[bool | None, typer.Option("--intro/--no-intro", help="Say first what it is and who wrote it.")]
Reset = Annotated[
    list[str] | None,
    typer.Option("--reset", metavar="SETTING", help="Forget what the show says of it, such as speed. Repeatable."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

MAKING = ("voice", "engine", "fallback", "quote_voice", "cast", "speed", "lexicon", "loudness", "introduction")
"""Settings that a show may have of its own."""


@app.command()
def create(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="As listeners read it.")],
    slug: Annotated[
        str | None,
        typer.Option(
            "--slug", metavar="NAME", help="Its folder and part of its addresses; from the title unless given."
        ),
    ] = None,
    description: Description = None,
    author: Author = None,
    owner: Owner = None,
    email: Email = None,
    link: Link = None,
    base_url: BaseUrl = None,
    language: ShowLanguage = None,
    category: Category = None,
    explicit: Explicit = None,
    private: Private = None,
    artwork: Artwork = None,
    fit: Fit = False,
    keep: Keep = None,
    voice: options.VoiceName = None,
    engine: options.Engine = None,
    quote_voice: options.QuoteVoice = None,
    cast: options.Cast = None,
    fallback: options.Fallback = None,
    speed: options.Speed = None,
    lexicon: options.LexiconFiles = None,
    loudness: Loudness = None,
    introduction: Introduction = None,
    as_json: AsJson = False,
) -> None:
    """Make a show.

    Example: narrate show create "My reads" --slug reads --voice hibari:heart
    """
    from narrate.cli.shelves import open_library
    from narrate.library.shows import new_show

    given = _given(
        description=description,
        author=author,
        owner=owner,
        email=email,
        link=link,
        base_url=base_url,
        language=language,
        category=category,
        explicit=explicit,
        private=private,
        keep=keep,
    )
    making = _making(voice, engine, quote_voice, cast, fallback, speed, lexicon, loudness, introduction)
    _check_voices(_that_say_something(making), making)
    picture = _read_artwork(artwork, fit=fit)
    with open_library() as library:
        show = library.create_show(new_show(title, slug=slug or "", settings=making, **given))
        _tell(library, _hang(library, show, picture), as_json=as_json)


@app.command()
def edit(
    name: Name,
    title: Title = None,
    description: Description = None,
    author: Author = None,
    owner: Owner = None,
    email: Email = None,
    link: Link = None,
    base_url: BaseUrl = None,
    language: ShowLanguage = None,
    category: Category = None,
    explicit: Explicit = None,
    private: Private = None,
    artwork: Artwork = None,
    fit: Fit = False,
    keep: Keep = None,
    voice: options.VoiceName = None,
    engine: options.Engine = None,
    quote_voice: options.QuoteVoice = None,
    cast: options.Cast = None,
    fallback: options.Fallback = None,
    speed: options.Speed = None,
    lexicon: options.LexiconFiles = None,
    loudness: Loudness = None,
    introduction: Introduction = None,
    reset: Reset = None,
    as_json: AsJson = False,
) -> None:
    """Change what you name, and nothing else; an empty text ("") takes one away.

    Episodes that are there stay as they are: `narrate rebuild` makes them again.

    Example: narrate show edit reads --base-url https://pods.example.org
    """
    from narrate.cli.shelves import open_library
    from narrate.errors import UsageError

    given = _given(
        title=title,
        description=description,
        author=author,
        owner=owner,
        email=email,
        link=link,
        base_url=base_url,
        language=language,
        category=category,
        explicit=explicit,
        private=private,
        keep=keep,
    )
    making = _making(voice, engine, quote_voice, cast, fallback, speed, lexicon, loudness, introduction)
    making |= dict.fromkeys(_known_settings(reset or []), "")
    picture = _read_artwork(artwork, fit=fit)
    if not (given or making or picture):
        raise UsageError("nothing was said to change", "", "Name an option, such as --title; see --help")
    with open_library() as library:
        show = library.find_show(name)
        if making:
            merged = {**show.settings, **making}
            given["settings"] = _that_say_something(merged)
            _check_voices(given["settings"], making)
        if given:
            show = library.change_show(show.slug, **given)
        _tell(library, _hang(library, show, picture), as_json=as_json)


@app.command("list")
def list_shows(as_json: AsJson = False) -> None:
    """List the shows, with how many episodes each has.

    Example: narrate show list --json
    """
    from narrate.cli.shelves import open_library

    with open_library() as library:
        shows = library.shows()
        if as_json:
            print(json.dumps([_facts(library, show) for show in shows], ensure_ascii=False, indent=1))
            return
        if not shows:
            print('No show yet: `narrate show create "Its title"` makes one.')
        for show in shows:
            count = library.count_entries(show.slug)
            print(f"{show.slug:<20}  {count:>5} {'episode ' if count == 1 else 'episodes'}  {show.title}")


@app.command()
def remove(
    name: Name,
    with_files: Annotated[bool, typer.Option("--with-files", help="Its episodes and their files too.")] = False,
) -> None:
    """Remove a show; one that has episodes only when told so.

    Example: narrate show remove reads --with-files
    """
    from narrate.cli.shelves import open_library

    with open_library() as library:
        show = library.find_show(name)
        library.remove_show(show.slug, with_files=with_files)
        print(f"removed {show.slug}")


def _given(**values: Any) -> dict[str, Any]:
    """What was said, as a show keeps it."""
    given = {name: value for name, value in values.items() if value is not None}
    if "category" in given:
        from narrate.feed.categories import parse_category

        given["category"] = parse_category(given["category"])
    for name in ("link", "base_url"):
        if name in given:
            given[name] = given[name] or None
    if "keep" in given:
        given["keep"] = given["keep"] or None
    return given


def _making(
    voice: str | None,
    engine: str | None,
    quote_voice: str | None,
    cast: str | None,
    fallback: str | None,
    speed: float | None,
    lexicon: list[str] | None,
    loudness: float | None,
    introduction: bool | None,
) -> dict[str, Any]:
    """How its episodes are made, by the names of settings; looked at before it is kept."""
    from narrate.settings import Settings, change_settings

    files = None if lexicon is None else [str(Path(file).resolve()) for file in lexicon if file]
    values = {
        "voice": voice,
        "engine": engine,
        "quote_voice": quote_voice,
        "cast": str(Path(cast).resolve()) if cast else cast,
        "fallback": fallback and [name.strip() for name in fallback.split(",") if name.strip()],
        "speed": speed,
        "lexicon": files,
        "loudness": loudness,
        "introduction": introduction,
    }
    given = {name: value for name, value in values.items() if value is not None}
    change_settings(Settings(), {name: value for name, value in given.items() if value != ""}, "the show")
    if files:
        from narrate.segmenter.lexicon_files import load_lexicon

        load_lexicon([Path(file) for file in files], language="en")
    return given


def _check_voices(making: Mapping[str, object], said: Mapping[str, object]) -> None:
    """
    Args:
        making: all settings of the show.
        said: those that the user has named now; what they change nothing of is not asked.

    Raises:
        NarrateError: with these settings nobody could speak, or one of those who shall speak is nobody.
    """
    from narrate.settings import change_settings, load_settings

    given = _that_say_something(said).keys()
    settings = change_settings(load_settings(), making, "the show")
    if given & {"voice", "engine", "fallback"}:
        from narrate.casting import choose_speaker

        choose_speaker(settings, None)
    if given & {"voice", "engine", "quote_voice", "cast"}:
        from narrate.plugins import split_voice
        from narrate.speakers import check_speakers, follow_cast

        check_speakers(settings)
        followed = follow_cast(settings)
        for name in ("voice", "quote_voice"):
            asked, heard = ((each.engine, getattr(each, name)) for each in (settings, followed))
            if name in making and split_voice(asked[1], asked[0]) != split_voice(heard[1], heard[0]):
                option = name.replace("_", "-")
                print(f"narrate: --{option} changes nothing while the cast names {heard[1]} for that.", file=sys.stderr)


def _that_say_something(making: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was taken away by an empty text."""
    return {name: value for name, value in making.items() if value not in ("", [])}


def _known_settings(names: list[str]) -> list[str]:
    """
    Raises:
        UsageError: a show has no such setting.
    """
    from narrate.errors import UsageError

    for name in names:
        if name not in MAKING:
            raise UsageError(f"a show has no setting {name!r}", "", f"Give --reset one of: {', '.join(MAKING)}")
    return names


def _read_artwork(path: Path | None, *, fit: bool) -> bytes | None:
    from narrate.errors import UsageError

    if path is None:
        return None
    from narrate.artwork import check_artwork, fit_cover

    try:
        data = path.read_bytes()
    except OSError as problem:
        raise UsageError(f"the artwork {path} cannot be read", problem.strerror or "", "Look at the path") from problem
    return (fit_cover if fit else check_artwork)(data, what=str(path))


def _hang(library: Library, show: Show, picture: bytes | None) -> Show:
    """Its artwork: the one given, or drawn where it has none of its own."""
    from narrate.library.artwork import draw_artwork, hang_artwork

    return hang_artwork(library, show, picture) if picture else draw_artwork(library, show)


def _tell(library: Library, show: Show, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_facts(library, show), ensure_ascii=False))
    else:
        print(library.folder_of(show.slug))


def _facts(library: Library, show: Show) -> dict[str, Any]:
    from dataclasses import asdict

    facts = asdict(show)
    return {
        **facts,
        "created_at": show.created_at.isoformat(),
        "episodes": library.count_entries(show.slug),
        "folder": str(library.folder_of(show.slug)),
    }

"""What travels along the road, each type with its units.

Source → Article → Script → Speech → Episode. Everything here is frozen and
refuses to be wrong, and nothing here imports more than the standard library.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NewType, overload

from narrate.errors import ArticleError, ScriptError, SpeechError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

Milliseconds = NewType("Milliseconds", int)
"""A length of time in whole milliseconds."""

ANNOUNCEMENT = "announcement"
"""The mark of a block with words of ours, in place of something or before it."""

READ = "read"
"""The mark of a block that is read aloud although others of its kind are not, such as code."""


# ---------------------------------------------------------------- source


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The bytes of something to read, and where they came from."""

    origin: str
    """A path, a web address, or `-` for standard input."""

    media_type: str
    """Such as `text/plain` or `text/markdown`."""

    data: bytes

    fetched_at: datetime
    """When the bytes were read: aware, in UTC."""

    modified_at: datetime | None = None
    """When the document was last changed, where that is known: aware, in UTC."""

    encoding: str | None = None
    """What the user says of the character encoding; None to detect it."""

    charset: str | None = None
    """What the server said of it; believed only where it fits."""

    address: str | None = None
    """The web address that it was fetched from in the end, after any redirects."""

    @property
    def name(self) -> str:
        """What messages call it."""
        return "standard input" if self.origin == "-" else self.origin

    def __post_init__(self) -> None:
        for moment in (self.fetched_at, self.modified_at):
            if moment is not None and moment.tzinfo is None:
                raise ValueError("times of a source carry their time zone")


# --------------------------------------------------------------- article


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the decoded source something stands."""

    line: int
    """First line, counted from 1."""

    end_line: int
    """Last line, counted from 1, included."""

    start: int
    """Offset of the first character, in characters of the decoded text."""

    end: int
    """Offset after the last character."""

    def __post_init__(self) -> None:
        if not (1 <= self.line <= self.end_line and 0 <= self.start <= self.end):
            raise ValueError(f"a place runs forward: {self}")


class BlockKind(StrEnum):
    """What a block is."""

    TITLE = "title"
    BYLINE = "byline"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    """Of a table, its cells joined by commas."""
    CODE = "code"
    FORMULA = "formula"
    """As the source writes it, such as LaTeX."""
    FIGURE = "figure"
    """A picture; its text is what stands for it: the alternative text, else the caption."""
    NOTE = "note"
    """The words of a footnote, after the paragraph that refers to it."""
    SCENE_BREAK = "scene_break"


class Wish(StrEnum):
    """What an author can ask for inside a text."""

    PAUSE = "pause"
    """A silence of so many milliseconds."""
    SAY = "say"
    """Other words than those written."""
    PHONEMES = "phonemes"
    """A pronunciation in IPA."""
    VOICE = "voice"
    """Another voice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """What the author's marks ask for at a place in a block; the marks themselves are not among its words."""

    wish: Wish

    start: int
    """Offset in the block's text, in characters."""

    end: int
    """Offset after the last character it is about; of a pause the same as `start`."""

    value: str
    """Milliseconds in digits, words, IPA, or the name of a voice."""

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end or not self.value.strip():
            raise ValueError(f"a direction runs forward and says something: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of an article: a paragraph, a heading, an item of a list."""

    kind: BlockKind

    text: str
    """The words as written, without the marks around them; of a scene break, the mark. Never blank.

    One line, hard-wrapped lines joined by a space; only code keeps its line feeds.
    """

    place: Place

    level: int = 0
    """Depth of a heading (1 to 6) or of a list item (from 1); 1 for the header of a table; 0 for everything else."""

    quoted: int = 0
    """How many block quotes it stands in."""

    marker: str = ""
    """What the source wrote before the text, such as `# `, `- ` or `3. `; of a note, what refers to it."""

    linked: float = 0.0
    """Share of its letters that stand in links, 0 to 1."""

    mark: str | None = None
    """The kind of clutter that the source's own markup calls it, such as `caption`, or what the policies decided on it,
    such as `READ`; None where nobody says anything."""

    directions: tuple[Direction, ...] = ()
    """What the author's marks ask for, in order of place."""

    speaker: str = ""
    """Who says it, where the source itself tells, as subtitles do; the name may stand before the words too."""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ArticleError("a block needs text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A text with its structure, as its reader understood it."""

    blocks: tuple[Block, ...]
    """In reading order. The title is among them where the text itself shows it."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    site: str | None = None

    published_at: datetime | None = None
    """Aware; None where the source does not say."""

    language: str | None = None
    """BCP 47, such as `en` or `pt-BR`; None where nobody has said."""

    address: str | None = None
    """The web address of the original, where there is one."""

    image: str | None = None
    """The web address of the picture that the source leads with."""

    summary: str | None = None
    """What the source says of itself in a sentence or two."""

    book: bool = False
    """It is a whole book, in which nothing is clutter but what says so by itself."""

    series: str | None = None
    """What it is a part of, such as `The Long Path, 2`."""

    cover: bytes | None = None
    """A picture that comes inside the source."""

    pronunciations: tuple[tuple[str, str], ...] = ()
    """Words with their IPA, where the source brings a lexicon along."""

    origin: str = "-"
    """The source it was read from."""

    notes: tuple[str, ...] = ()
    """Sentences for the user about what its reader could not read, such as pages that are pictures."""

    def __post_init__(self) -> None:
        if self.published_at is not None and self.published_at.tzinfo is None:
            raise ArticleError("a publication date carries its time zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A block that the cleaner left out, or a phrase that it cut, and why."""

    block: int
    """Index into the blocks of the article that was cleaned."""

    line: int
    """Line of the source, counted from 1."""

    text: str

    kind: str
    """What it was: `ad`, `related`, `caption`, `credit`, `player`, …"""

    rule: str
    """Id of the rule that named it."""

    why: str
    """The rule's reason, a sentence."""

    start: int | None = None
    """Of a phrase cut inside a block, its offset in the block's text; None where the whole block went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """The story, and what was taken out of it."""

    article: Article
    removals: tuple[Removal, ...] = ()

    notes: tuple[str, ...] = ()
    """Sentences for the user about how it was cleaned, such as a fallback taken."""


# ---------------------------------------------------------------- script


class Role(StrEnum):
    """Whose words an utterance speaks, and as what."""

    TITLE = "title"
    BYLINE = "byline"
    HEADING = "heading"
    STORY = "story"
    INTRODUCTION = "introduction"
    """Ours, before the story."""
    ANNOUNCEMENT = "announcement"
    """Ours, within the story: that a table, code, a picture or a note follows, or whose text it is."""
    CLOSE = "close"
    """Ours, after the story."""

    @property
    def ours(self) -> bool:
        """True for words that narrate adds to the article's."""
        return self in (Role.INTRODUCTION, Role.ANNOUNCEMENT, Role.CLOSE)


class Break(StrEnum):
    """What ends with an utterance; it decides the pause."""

    CLAUSE = "clause"
    """A cut inside a sentence."""
    SENTENCE = "sentence"
    ITEM = "item"
    PARAGRAPH = "paragraph"
    QUOTE = "quote"
    """Into or out of a block quote."""
    HEADING = "heading"
    TITLE = "title"
    """After a title or a byline."""
    SECTION = "section"
    """Before a heading."""
    SCENE = "scene"
    CHAPTER = "chapter"
    ASKED = "asked"
    """Where the author asked for a pause."""
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phonemes:
    """How a part of an utterance's words is pronounced."""

    start: int
    """Offset in the utterance's `text`, in characters."""
    end: int
    ipa: str
    """In the International Phonetic Alphabet, without slashes or brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What one engine call speaks, and the silence after it."""

    text: str
    """Normalised words in the script's language; never blank."""

    written: str
    """The same words as the article writes them, with the number before an item that its list counts."""

    phonemes: tuple[Phonemes, ...] = ()
    """Pronunciations for parts of `text`, for engines that take them; the others speak the words."""

    pause_ms: Milliseconds = Milliseconds(0)
    """Silence heard after the speech, in milliseconds."""

    after: Break = Break.SENTENCE
    """Why there is a pause."""

    role: Role = Role.STORY

    voice: str | None = None
    """None takes the script's voice."""

    block: int | None = None
    """Index of the article block it came from; None for words of ours, such as an introduction."""

    start: int = 0
    """Offset of `written` in the block's text, in characters."""

    end: int = 0
    """Offset after it."""

    line: int | None = None
    """Line of the source, counted from 1; None for words of ours."""

    speaker: str | None = None
    """The person who says it, as transcripts name them; None where the cast names nobody."""

    voice_why: str | None = None
    """Why another voice than the script's speaks; None where it does not, or where the author asked for it."""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ScriptError("an utterance needs words; for silence, lengthen a pause")
        if self.pause_ms < 0:
            raise ScriptError("a pause is not negative")

    @property
    def place(self) -> str:
        """Where its words come from, as messages say it; of a script without lines, the words themselves."""
        if self.line:
            return f"line {self.line}"
        return f"our own {self.role}" if self.role.ours else self.first_words

    @property
    def first_words(self) -> str:
        """The words as written, or the first of them, in quotation marks."""
        words = " ".join(self.written.split())
        return f"“{words if len(words) <= 60 else words[:57] + '…'}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What will be said, in order."""

    utterances: tuple[Utterance, ...]
    """Never empty. The last one's pause is the tail of the file."""

    language: str
    """BCP 47."""

    head_ms: Milliseconds = Milliseconds(0)
    """Silence before the first utterance, in milliseconds."""

    title: str | None = None

    def __post_init__(self) -> None:
        if not self.utterances:
            raise ScriptError("nothing is left to say")

    @property
    def words(self) -> int:
        """How many words of the article are written in it."""
        return sum(len(utterance.written.split()) for utterance in self.utterances if not utterance.role.ours)

    @property
    def our_words(self) -> int:
        """How many words narrate adds: the introduction, announcements and the close."""
        return sum(len(utterance.written.split()) for utterance in self.utterances if utterance.role.ours)


# ---------------------------------------------------------------- speech


class Timings(StrEnum):
    """What an engine tells of when it says what."""

    WORDS = "words"
    """Its clips tell when each word begins and ends."""
    SENTENCES = "sentences"
    """Only the whole clip is timed."""


@dataclass(frozen=True, slots=True)
class WordTime:
    """When a word is heard; of words that were said in one breath, such as `of the`, when all of them are."""

    start: int
    """Offset in the text, in characters."""

    end: int
    """Offset after it."""

    start_s: float
    """In seconds from the beginning of the clip or the file that it belongs to."""

    end_s: float

    def __post_init__(self) -> None:
        if not (0 <= self.start < self.end and 0 <= self.start_s <= self.end_s):
            raise ValueError(f"a word runs forward: {self}")


@dataclass(frozen=True, slots=True)
class WordTimes(Sequence[WordTime]):
    """The times of words in order, in 24 bytes each instead of 170: a book has a hundred thousand of them."""

    packed: bytes = b""

    @classmethod
    def of(cls, words: Iterable[WordTime]) -> WordTimes:
        """
        Raises:
            ValueError: they are not in order.
        """
        rows = [(word.start, word.end, word.start_s, word.end_s) for word in words]
        if any(after[0] < before[1] or after[2] < before[2] for before, after in pairwise(rows)):
            raise ValueError("words stand and are heard in order")
        return cls(b"".join(WORD.pack(*row) for row in rows))

    def moved(self, seconds: float, earliest_s: float, latest_s: float) -> WordTimes:
        """All of them so much later, and none before or after those times."""

        def at(time_s: float) -> float:
            return min(max(time_s + seconds, earliest_s), latest_s)

        rows = WORD.iter_unpack(self.packed)
        return WordTimes(b"".join(WORD.pack(start, end, at(start_s), at(end_s)) for start, end, start_s, end_s in rows))

    def __len__(self) -> int:
        return len(self.packed) // WORD.size

    def __iter__(self) -> Iterator[WordTime]:
        return (WordTime(*row) for row in WORD.iter_unpack(self.packed))

    @overload
    def __getitem__(self, index: int) -> WordTime: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[WordTime, ...]: ...
    def __getitem__(self, index: int | slice) -> WordTime | tuple[WordTime, ...]:
        return tuple(self)[index]


WORD = struct.Struct("<IIdd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Somebody who can speak, or who could if something were installed."""

    name: str
    """What a listener types after `--voice`, without the engine."""

    engine: str

    language: str
    """BCP 47, such as `en-US`."""

    rate_hz: int = 0
    """Frames per second of its clips; 0 where only the clips tell."""

    description: str = ""

    licence: str = ""
    """Of the voice: an SPDX expression where one fits."""

    online: bool = False
    """True where it needs the network."""

    timings: Timings = Timings.SENTENCES
    """What its clips tell of when it says what."""

    missing: str | None = None
    """Why it cannot speak here and now; None where it can."""

    remedy: str | None = None
    """What to do about that."""

    @property
    def id(self) -> str:
        """`engine:name`, unique on this machine."""
        return f"{self.engine}:{self.name}"

    @property
    def shown_name(self) -> str:
        """The name as others read it; of a voice that is a file, the folder is nobody's business."""
        return re.split(r"[/\\]", self.name)[-1]

    @property
    def shown_id(self) -> str:
        """`engine:name` as others read it."""
        return f"{self.engine}:{self.shown_name}"

    @property
    def ready(self) -> bool:
        return self.missing is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A piece of speech."""

    samples: Samples
    """Shape (frames,), mono, float32, full scale at ±1.0; never empty."""

    rate_hz: int
    """Frames per second."""

    omitted: tuple[str, ...] = ()
    """Words of the text that the engine could not say."""

    words: tuple[WordTime, ...] = ()
    """When each word of the utterance's `text` is heard, in order, where the engine knows; never guessed."""

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or self.samples.dtype != "float32":
            raise SpeechError("a clip is mono float32")
        if self.samples.size == 0:
            raise SpeechError("a clip has sound in it")
        if self.rate_hz <= 0:
            raise SpeechError("a clip has a sample rate")

    @property
    def seconds(self) -> float:
        return float(self.samples.size / self.rate_hz)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClip:
    """Where a clip lies, and what is known of it without listening."""

    key: str
    """Under which the store of clips has it."""

    digest: str
    """Of its samples and their rate: the same sound has the same digest, wherever it lies."""

    rate_hz: int
    """Frames per second."""

    frames: int

    omitted: tuple[str, ...] = ()
    """Words of the text that the engine could not say."""

    words: WordTimes = WordTimes()
    """When each word of the spoken text is heard, in seconds from the clip's beginning; empty where nobody knows."""

    @property
    def seconds(self) -> float:
        return self.frames / self.rate_hz


WHOLE = "the whole text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """Somebody who speaks in another's place, as the user has allowed."""

    wanted: str
    """The voice that should have spoken, `engine:name`, or the engine where none of its voices could be asked for."""

    spoken_by: str
    """The voice that does, `engine:name`."""

    why: str
    """What keeps the one from it, and those who should have stood in before; no full stop."""

    place: str = WHOLE
    """What it is about, such as `line 7` or `[voice joe]`."""

    def __str__(self) -> str:
        where = "" if self.place == WHOLE else f"{self.place}: "
        return f"{where}{self.wanted} cannot speak: {self.why.rstrip('.')}; {self.spoken_by} speaks instead"

    @property
    def brief(self) -> str:
        """Who and where, without why."""
        return f"{self.place}: {self.spoken_by} in place of {self.wanted}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One utterance after the engine's turn: spoken, or failed with a reason."""

    index: int
    """Position of the utterance in the script."""

    utterance: Utterance
    clip: StoredClip | None = None

    level_db: float = 0.0
    """What its samples gain before anything else, in decibels: it makes all voices equally loud."""

    reused: bool = False
    """True where the clip lay in the store already."""

    failure: str | None = None
    """Why there is no clip."""

    spoken_by: Voice | None = None
    """Whose voice the clip is; None where there is no clip, or nobody tells."""

    fallback: Fallback | None = None
    """Where somebody stood in for this utterance alone."""

    def __post_init__(self) -> None:
        if (self.clip is None) == (self.failure is None):
            raise SpeechError("a take has a clip or a failure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A script being spoken: its takes arrive in order, one at a time."""

    script: Script

    takes: Iterable[Take]
    """May be a stream that can be walked once; nobody holds all clips at once."""

    voice: Voice

    checked: Iterable[Take] | None = None
    """The same from the beginning, where there is a way back: no clip is handed out that was not read whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pronunciation:
    """How an engine would say a word by itself."""

    ipa: str
    """In the International Phonetic Alphabet."""

    known: bool | None = None
    """True where a dictionary has the word, False where its sound is guessed; None where nobody can tell."""


# --------------------------------------------------------------- episode


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Words with the time at which they are heard."""

    start_s: float
    end_s: float

    text: str
    """As written in the article, never the spoken form."""

    role: Role
    utterance: int
    """Index into the utterances of the script that was spoken."""

    speaker: str | None = None
    """The person who says it, else the voice that is heard; None where that is the script's."""

    named: bool = False
    """Is the speaker a person, and not only a voice?"""

    words: WordTimes = WordTimes()
    """When each word of `text` is heard, in seconds from the beginning of the file and within the cue; empty where the
    engine does not tell."""

    def __post_init__(self) -> None:
        if not 0 <= self.start_s <= self.end_s:
            raise ValueError(f"a cue runs forward: {self.start_s} to {self.end_s}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A part of an episode that a player can jump to."""

    title: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudness:
    """How loud a finished file is, by ITU-R BS.1770."""

    integrated_lufs: float
    true_peak_dbtp: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A finished recording and what is known about it."""

    path: Path
    title: str
    duration_s: float
    size_bytes: int
    loudness: Loudness
    cues: tuple[Cue, ...]
    chapters: tuple[Chapter, ...] = ()
    gaps: tuple[Take, ...] = ()
    """Takes that failed and were left silent, where the user allowed it."""

    omitted: tuple[str, ...] = ()
    """Words that the voice could not say and left out."""

    reused: int = 0
    """How many of its clips had been spoken before."""

    beside: tuple[Path, ...] = ()
    """Other files written with it: transcript, report."""

    fallbacks: tuple[Fallback, ...] = ()
    """Who stood in for whom, in the whole and in single sentences."""


# ------------------------------------------------------- shows and feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A podcast: what its episodes have in common."""

    slug: str
    """Its folder's name and its part of every address; unique in a library and never changed."""

    title: str

    uid: str
    """A UUID made with the show and kept for ever; the guids of its episodes grow from it."""

    feed_guid: str
    """The `podcast:guid`, a UUID: that of the feed's address once there was a public one, `uid` before."""

    created_at: datetime
    """Aware, in UTC."""

    description: str = ""
    author: str = ""
    """Who made it, as listeners read it; empty takes the title."""
    owner: str = ""
    """Who answers for it; empty takes the author."""
    email: str = ""
    """Where the owner is reached; directories send their confirmations there."""
    link: str | None = None
    """The web address of what it is about; None takes its own page."""
    base_url: str | None = None
    """Where its library is public, without a slash at its end, such as `https://pods.example.org`."""
    language: str = "en"
    """BCP 47."""
    category: tuple[str, ...] = ("News",)
    """A category of Apple's list, and the one below it where there is one."""
    explicit: bool = False
    private: bool = False
    """Not for directories."""
    artwork: str | None = None
    """Name of its picture in its folder."""
    keep: int | None = None
    """How many of the newest episodes stay, imported ones not counted; None keeps all."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """How its episodes are made, by the names of settings, such as `voice`, `lexicon`, `loudness`, `introduction`."""

    def __post_init__(self) -> None:
        if not self.slug or not self.title.strip():
            raise ValueError("a show has a name and a title")

    @property
    def shown_author(self) -> str:
        return self.author or self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An episode of a show: its files, and what a feed says of it."""

    guid: str
    """`urn:uuid:…`, the same for ever, whatever becomes of its sound."""

    show: str
    """The slug of its show."""

    slug: str
    """Its part of every address; unique in its show and never changed."""

    title: str

    published_at: datetime
    """When it first came into the show: aware, in UTC, whole seconds."""

    updated_at: datetime
    """When its sound or words last changed: aware, in UTC, whole seconds."""

    file: str
    """Name of the sound in the show's folder; another one for every version of it."""

    media_type: str
    """Of the sound, such as `audio/mpeg`."""

    size_bytes: int
    digest: str
    """Of the sound's bytes, in hex: the same bytes have the same one."""

    duration_s: float
    sides: Mapping[str, str] = field(default_factory=dict)
    """Names of the files beside it in the show's folder: `vtt`, `srt`, `json`, `chapters`, `cover`, `source`."""

    authors: tuple[str, ...] = ()
    site: str | None = None
    """Where the original was published, such as `The Coastal Reader`."""
    address: str | None = None
    """The web address of the original."""
    summary: str | None = None
    language: str = "en"
    """BCP 47."""
    chapters: tuple[Chapter, ...] = ()
    origin: str | None = None
    """The source it was made from: an address or an absolute path; None for pasted words and what was imported."""
    imported: bool = False
    """It was put in as a finished recording, and is never made again or thrown away unasked."""
    recipe: str = ""
    """Digest of everything that made the sound; the same one gives the same sound. Empty where somebody stood in for
    single sentences: their own voice is asked for them the next time."""
    version: int = 1
    """Counts the sounds that it has had."""
    voice: str = ""
    """Who speaks, `engine:name`; empty for a recording."""

    def __post_init__(self) -> None:
        if self.published_at.tzinfo is None or self.updated_at.tzinfo is None:
            raise ValueError("times of an entry carry their time zone")
        if not self.slug or not self.title.strip() or not self.file:
            raise ValueError("an entry has a name, a title and a file")


__all__: Sequence[str] = (
    "Article",
    "Block",
    "BlockKind",
    "Break",
    "Chapter",
    "Cleaned",
    "Clip",
    "Cue",
    "Direction",
    "Entry",
    "Episode",
    "Fallback",
    "Loudness",
    "Milliseconds",
    "Phonemes",
    "Place",
    "Pronunciation",
    "Removal",
    "Role",
    "Script",
    "Show",
    "Source",
    "Speech",
    "StoredClip",
    "Take",
    "Timings",
    "Utterance",
    "Voice",
    "Wish",
    "WordTime",
    "WordTimes",
)

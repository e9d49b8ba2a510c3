"""Where sentences end.

Every mark that could end a sentence is judged once, in the order of the text, by a list of small judgements: the first
that has an opinion decides. In English the judgements are all ours and a mark that nobody objects to ends its sentence.
In other languages sentencex has the last word, on a text whose quotation marks are blanked, so that it also sees the
sentences inside quotations. Offsets only; nothing is searched for again, and no judgement looks further than a line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

Span = tuple[int, int]
"""Offsets of the first character and after the last."""

# ----------------------------------------------------------------- marks

FULL_WIDTH = "。！？｡．।॥؟۔"
"""Marks that no abbreviation uses, so that they need no space after them."""

MARKS = ".!?…‽" + FULL_WIDTH
OPENERS = ("“", '"', "‘", "'", "«")
DASHES = "—–-―"

FOOTNOTE = r"\[(?:\d{1,3}(?:\s?[,–-]\s?\d{1,3})*|[a-z]|note\s\d{1,3}|citation\sneeded|sic)\]|[⁰¹²³⁴-⁹]"

CANDIDATE = re.compile(
    rf"""
    (?P<sign> [.!?…‽{FULL_WIDTH}]++ (?:[ \u00a0\u2009][.…]++(?!\w))*+ )  # points may stand apart: . . .
    (?P<closers> (?:
        [\"'”’»)\]}}_」』）】》*†‡\u200b-\u200f\u2060\ufeff]
      | [“‘«](?=\s|$)                                                    # an opening mark in a closing mark's place
      | \s[”»)\]](?!\w)
      | \s?(?:{FOOTNOTE})
    )*+ )
    | (?P<blank> \n[^\S\n]*+\n\s*+ )
    """,
    re.VERBOSE,
)
"""What could end a sentence, with all that belongs to it; or a blank line, which always does."""

LEAD = re.compile(r"(?:[^\w\s]+|\s)*+")
"""What stands before the next word."""

WORD = re.compile(r"\w")
SPACES = re.compile(r"\s*+")

# ---------------------------------------------------------- words before


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


TITLES = _words(
    """
    Mr Mrs Ms Mx Messrs Mme Mlle Mmes Prof Profs Rev Revd Fr Br Msgr Hon Gens Cols Gen Col Maj Capt Cpl Lt Sgt Pvt Pfc
    Spc Cmdr Cdr Adm Brig Supt Det Insp Ofc Gov Govs Sen Sens Rep Reps Pres Amb Atty Asst Sec Treas Ald Drs Sra Srta
    Dra Sts
    """
)
"""Before a name: Gov. Newsom."""

SAINTS_AND_STREETS = _words("St Ste Dr Ft Mt Pt")
"""St. Paul, and Wall St."""

NAMES_CUT_SHORT = _words("Wm Geo Chas Thos Jas Edw Robt Benj")

CONNECTIVES = _words("vs v e.g i.e eg ie cf viz ca a.k.a")
"""Something always follows."""

NUMBERED = _words(
    """
    No Nos no nos p pp P Fig Figs fig figs Vol Vols vol vols Sec Sect Secs sec Ch Chs Chap ch chap Eq Eqs eq Art Op op
    Pt pt Bk Ep ep Sym Ext ext Tel tel Rm Apt Ste Bldg Rte Hwy Ver ver approx Approx est Est Cor Para para Supp Ref
    Refs
    """
)
"""Before a number: No. 3."""

MONTHS = _words("Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec")
LONG_MONTHS = _words("January February March April May June July August September October November December")
DAYS = _words("Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun")
LONG_DAYS = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")

BEFORE_A_PLAIN_NO = _words("is was say says said or be answer answered vote voted simply not a")
"""He said no."""

UNITS = _words(
    """
    lb lbs oz ft in yd yds mi hr hrs min mins sec secs mo mos yr yrs wk wks gal gals qt qts pt pts tbsp tbsps tsp tsps
    kg km cm mm mph sq cu deg doz pkg pkgs kt Ft Lbs Oz
    """
)

TIMES_OF_DAY = _words("a.m p.m A.M P.M")
ZONES = _words(
    """
    ET EST EDT CT CST CDT MT MST MDT PT PST PDT AKST AKDT HST GMT BST UTC CET CEST EET EEST MSK IST JST KST HKT SGT
    AEST AEDT ACST AWST NZST NZDT WAT CAT EAT SAST Eastern Central Mountain Pacific Greenwich
    """
)

ERAS = _words("B.C A.D B.C.E C.E")

DEGREES = _words("M.D B.A M.A B.S M.S J.D D.D D.D.S R.N B.Sc M.Sc M.B.A M.P.H LL.B LL.M Ed.D D.Phil B.F.A M.F.A C.P.A")
"""After a comma or an article these stand for a degree, else they may be initials: M.D. Anderson."""

COMPANIES = _words("Inc Co Corp Ltd Cos LLC Plc PLC Pty Bhd Esq")
"""These close a name, and often a sentence."""

ORGANISATIONS = _words("Bros Dept Univ Assn Assoc Inst Natl Intl Mfg Acad Cmte Comm Govt Bur Lib Mus Soc Admin")
"""These stand inside a name more often than at its end: Warner Bros. Discovery."""

OFFICERS = _words(
    """
    Chief CEO CFO COO CTO President Chairman Chairwoman Chairperson Chair Vice Executive Director Founder Co-founder
    Senior Managing General Spokesman Spokeswoman Analyst Economist Manager Treasurer Secretary Holdings Holding
    International Group Class Inc Co Corp Ltd LLC Plc Commissioner Superintendent Capt Sgt Lt Maj Col Det
    """
)
"""What goes on after a company's name: Apple Inc. Chief Executive Tim Cook."""

MEMORIALS = _words(
    """
    Day Boulevard Blvd Avenue Ave Drive Dr Street St Way Road Rd Parkway Park Memorial Library Center Centre Hospital
    High Middle Elementary School Academy College University Museum Foundation Institute Award Prize Holiday Bridge
    Airport Plaza Expressway Community Recreation Weekend Birthday Trophy Theater Theatre Field Stadium Fund
    Scholarship Hall
    """
)
"""What is named after somebody: Martin Luther King Jr. Day."""

STATES = _words(
    """
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Penn
    Tenn Tex Va Vt Wash Wis Wyo Alta Ont Que Sask Man
    """
)
POWERS = _words("U.S U.K U.N E.U U.S.A U.S.S.R")
COUNTRIES = _words(
    """
    China Russia Germany France Japan India Canada Mexico Britain England Israel Iran Iraq Ukraine Italy Spain Brazil
    Australia Europe Asia Africa Turkey Poland Moscow Beijing London Paris Berlin Tokyo Washington
    """
)
"""Before a verb these belong to no such power: He left the U.S. Germany was home."""

DOTTED_STATES = _words("D.C N.Y N.J N.C S.C N.D S.D N.M N.H R.I B.C W.Va P.R N.S N.B P.E.I L.I N.L U.K")
CIVIC = _words(
    """
    Gov Sen Rep Reps Sens Atty Lt Ave St Rt Rte Route Highway Turnpike Pike Tech State Univ University General Supreme
    Legislature House Senate Democrat Democrats Republican Republicans Mayor Council Circuit Court Police Metro
    Department Times Transit
    """
)
"""What a state or a city has: Calif. Gov. Newsom, N.Y. Times."""

DIRECTIONS = _words("N S E W NE NW SE SW North South East West")
ROADS = _words("Ave Blvd Rd Hwy Pkwy Ln Pl Sq Ct Ter Cir")

LETTER_NOUNS = _words(
    """
    a an act appendix area big block box building camp capital category channel chart class company division double
    drive exhibit factor figure formula gate gen generation grade group hall hepatitis influenza item key league
    letter level liga line lot malcolm model note option part phase plan platform platoon point precinct region room
    row schedule section serie series side site stage station step streptococcus table team terminal theory tier title
    type unit variable vitamin war ward wing zone
    """
)
"""A letter after these is no initial: vitamin C, an A, plan B."""

BEFORE_THE_PRONOUN = _words("am and or than do did was were will would could can should may as but nor not are is")
"""So am I."""

INTERJECTIONS = _words(
    """
    well so um uh er erm oh ah hmm but and or then yes no yeah okay ok now look hey i if because wait
    """
)
"""After one of these alone, dots are a pause: Well… I suppose so."""

DANGLING = _words(
    """
    the a an is are was were be and or but nor to of in on at by for from with as than my your his her our their its
    this that very so not who which
    """
)
"""No sentence ends with these: The winner is... Maria!"""

PREPOSITIONS = _words("About After Around At Before By Circa During From In Near On Shortly Since Until")

# ----------------------------------------------------------- words after

STARTERS = _words(
    """
    The A An He She It They We I You His Her Its Their Our My Your This That These Those But And Or So Yet Nor In On
    At By For From With Without Within When Whenever While If Unless As After Before Since Until Although Though
    Because Once Then There Here Now Still Also Even Just Only Such What Whatever Who Why How Where Which Whose Nobody
    Nothing No Not Yes Some Many Most Much Few Several All Both Each Every Either Neither Another Other Others Any
    Anyone Everyone Someone Everybody Somebody Everything Something Anything Is Are Was Were Did Do Does Has Have Had
    Can Could Would Should To Of Into About Across Against Among Around Between During Despite Instead Perhaps Maybe
    Never Always Often Sometimes Soon Later Earlier Today Tonight Yesterday Tomorrow Meanwhile Moreover However
    Therefore Thus Hence Otherwise Nevertheless Nonetheless Besides Indeed Again Already Almost Unlike Let Please Two
    Three Four Five Six Seven Eight Nine Ten Eleven Twelve Twenty Thirty Fifty Dozens Hundreds Thousands Millions Half
    Whether Rather Too Through Throughout Toward Towards Beyond Behind Beside Above Below Really Nearly Early Plus Me
    Him Us Them
    """
)
"""Words that begin a sentence far more often than a name."""

COMMON = _words(
    """
    Police Officials Officers Authorities Analysts Experts Critics Supporters Opponents Voters Residents Doctors
    Nurses Patients Scientists Researchers Investigators Prosecutors Lawyers Attorneys Lawmakers Students Teachers
    Workers Agents Crews Firefighters Soldiers Troops Investors Traders Economists Shares Sales Prices Stocks Profits
    Profit Revenue Earnings Markets Oil People Men Women Children Kids Parents Families Fans Players Neighbors
    Neighbours Friends Witnesses Reporters Journalists Companies Businesses Schools Hospitals Cases Deaths Rain
    Sources Polls Plans Work Life Time Money Trains Buses Flights Farmers Drivers Passengers Customers Consumers Users
    Readers Viewers Visitors Tourists Guests Members Leaders Politicians Activists Protesters Demonstrators Migrants
    Immigrants Refugees Executives Employees Employers Unions Owners Buyers Sellers Rates Growth Inflation
    Unemployment Demand Supply Production Exports Imports Cars Trucks Planes Ships Houses Homes Rents Taxes Votes
    Results Doors Tickets Details Questions Answers Things Years Months Weeks Days Hours Minutes First Second Third
    Over Under Up Down Out Off Last Next More Less Part Making Getting Having Being Going Take Look See Come Go Get
    Make Give Ask Call Watch Stay Think Try Use Keep Add Stir Mix Bake Remember Imagine Consider Note Thanks Thank
    Welcome Sorry Buy Click Visit Sign Join Learn Find Check Download Subscribe Follow Send Write Tell Help Start Stop
    Turn Put Bring Eat Wait Leave Meet
    """
)
"""Words that begin a sentence where another word in lower case follows, and belong to a name where none does."""

ADVERB = re.compile(r"[A-Z][a-z]{2,}(?:ally|edly|ently|antly|ously|fully|ately|arily|ively|ingly|ably|ibly|tely|ntly)$")
CONTRACTION = re.compile(r"[’'](?:s|m|re|ve|ll|d)$")
REFUSAL = re.compile(r"[A-Z][a-z]+n[’']t$")

VERB = re.compile(
    r"(?:is|are|was|were|has|had|have|will|would|can|could|did|does|said|says|won|lost|fell|rose|\w+ed)\b"
)
PARTICLE = re.compile(
    r"(?:van|von|de|du|da|del|della|di|al|el|bin|ibn|le|la|ter|ten)[ -](?:(?:der|den|la|las|los) )?[A-Z]"
)
"""Begins a family name in lower case."""

BRAND = re.compile(
    r"[a-z]{1,8}[A-Z]|https?:|www\.|(?:adidas|thyssenkrupp|bell hooks|danah boyd|k\.d\. lang|e\.e\. cummings)\b"
)
"""Names and addresses that begin in lower case even where a sentence does."""

PART = re.compile(r"[IVXLC]{1,6}|Q\d{1,2}|\d{1,2}(?:\.\d{1,2})+|[A-Za-z](?:\.[A-Za-z])*")
DOTTED = re.compile(r"(?:[^\W\d]{1,2}\.)+[^\W\d]{1,2}")
ROMAN = re.compile(r"(?:[IVXLC]{2,}|[VXB-H])(?=\W|$)")
ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)\b")
ATTRIBUTIVE_HOUR = re.compile(r"\b(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Oo]ur|[Ee]very) [\d:]+\s?[ap]\.")
YEAR = re.compile(r"\((?:1[5-9]|20)\d\d\)")
ZIP_CODE = re.compile(r"\d{5}\b")

# -------------------------------------------------------- names and items

NAMES_WITH_A_MARK = {
    "Yahoo!", "Jeopardy!", "Yum!", "E!", "Guess?", "Moulin Rouge!", "Chips Ahoy!", "Democracy Now!", "Westward Ho!",
    "Hello, Dolly!", "Mamma Mia!", "Viva Zapata!",
}  # fmt: skip
"""Names that end in a mark, and are often followed by another name."""

NAMES_AROUND_A_MARK = re.compile(
    r"Panic! At the Disco|Godspeed You! Black Emperor|Mamma Mia! Here We Go Again|Stop! In the Name|Airplane! II|"
    r"Tora! Tora! Tora!|Shazam! Fury|Guess\? Inc|Hot! Hot! Hot!|Who Framed Roger Rabbit\? The"
)

SAID = (
    "said|says|asked|asks|cried|cries|shouted|shouts|yelled|replied|replies|answered|answers|whispered|wondered|wonders|"
    "added|exclaimed|called|told|wrote|tweeted|screamed|demanded|continued|muttered|murmured|joked|quipped|recalled|"
    "insisted|declared|announced|remarked|roared|snapped|gasped|sighed|begged|pleaded|urged|warned|thought|inquired|chanted|"
    "say|ask|howled|growled|barked|hissed|groaned|moaned|sobbed|wailed|shrieked|bellowed|protested|interrupted|repeated|"
    "offered|suggested|agreed|admitted|teased|countered|observed|noted|explained|responded|retorted|mused|grumbled|mumbled|"
    "stammered|hollered|commanded|ordered|ventured|breathed|blurted"
)
NAME = r"[A-Z][\w’'.-]*"
SPEAKER = re.compile(
    rf"(?:I|{NAME}(?: {NAME}){{0,4}}(?:,? and {NAME}(?: {NAME}){{0,2}})?(?:, [^,.!?“”\"]{{1,40}},)?)"
    rf"(?: \w+ly| then| once| later| also)? (?:{SAID})\b"
)
"""Ann Lee, 34, then asked."""

SPEAKS_ON = re.compile(r"と|って")
"""Japanese for: so somebody said."""

SMALL_WORDS = _words("a an and as at but by for from in into it nor of on or the to up with vs is")

ITEM = re.compile(
    r"""
    (?P<begin> (?:\A|[•‣◦▪●:]) \s{0,3} )?
    (?<!\S) (?P<marker> \(? (?P<count>\d{1,2}|[a-z]) (?:\.\)|[.)]) ) \s{1,3} (?=[^\W_a-z]|[a-z]{1,8}[A-Z]|[“"‘'(])
    """,
    re.VERBOSE,
)
"""1. Mix."""

BULLETS = "•‣◦▪●"
BULLET = re.compile(rf"(?<=\s)[{BULLETS}](?=\s)")


@dataclass(frozen=True)
class Mark:
    """A mark that may end a sentence, and what stands around it."""

    text: str

    start: int
    """Offset of the first letter of the sentence so far."""

    at: int
    """Offset of the mark."""

    sign: str
    """The mark itself, such as `.`, `?!` or `. . .`"""

    closers: str
    """Closing quotation marks, brackets and footnotes right after it."""

    end: int
    """Offset after the closers: where the sentence ends if it does."""

    next: int
    """Offset of what comes next, after white space."""

    @cached_property
    def before(self) -> list[str]:
        """The last two words of the sentence so far; the last one without what is joined to its front."""
        words = self.text[max(self.start, self.at - 60) : self.at].split()[-2:]
        earlier, word = ["", "", *(word.lstrip("“\"‘'([{«<*_") for word in words)][-2:]
        return [earlier, re.split(r"[—–/…-]", word)[-1]]

    @property
    def word(self) -> str:
        """The word that the mark is written at, in a form that tables know: `NO` is `No`."""
        word = self.before[1]
        in_capitals = len(word) > 1 and word.isupper() and "." not in word
        return word.capitalize() if in_capitals and not re.search("[a-z]", self.after[0]) else word

    @property
    def earlier(self) -> str:
        """The word before that."""
        return self.before[0]

    @cached_property
    def ahead(self) -> str:
        """The next characters: enough for any judgement."""
        return self.text[self.next : self.next + 100]

    @cached_property
    def lead(self) -> str:
        """Quotation marks, brackets and symbols before the next word."""
        found = LEAD.match(self.ahead)
        return found[0].rstrip() if found else ""

    @cached_property
    def after(self) -> list[str]:
        """The next two words, the first without its lead."""
        found = LEAD.match(self.ahead)
        return [*self.ahead[found.end() if found else 0 :].split(None, 2)[:2], "", ""][:2]

    @property
    def rest(self) -> str:
        """What comes next without its lead."""
        return self.ahead[len(self.lead) :].lstrip()

    @property
    def following(self) -> str:
        """The next word, without marks after it."""
        return self.after[0].rstrip(".,;:!?…\"”’')]")

    @property
    def spaced(self) -> bool:
        return self.next > self.end

    @property
    def is_point(self) -> bool:
        """One full stop, so that the word before may be an abbreviation."""
        return self.sign == "."

    @property
    def is_quoted(self) -> bool:
        """It closes a quotation."""
        return any(closer in "\"'”’»」』" for closer in self.closers)

    @cached_property
    def before_a_starter(self) -> bool:
        """What comes next begins a sentence far more often than it belongs to a name."""
        word, later = self.after
        if len(self.following) == 1 and word[1:2] == ".":
            return False  # an initial: J. A. Smith
        if self.following == "No" and word[2:3] == "." and later[:1].isdigit():
            return False  # U.S. No. 1
        word = CONTRACTION.sub("", self.following)
        word = word.capitalize() if len(word) > 1 and word.isupper() else word
        if word in STARTERS or REFUSAL.match(self.following):
            return True
        return later[:1].islower() and (word in COMMON or ADVERB.match(word) is not None)


Judgement = Callable[[Mark], bool | None]
"""True: the sentence ends. False: it goes on. None: another judgement must say."""

# ------------------------------------------------ judgements, any language


def ends_no_words(mark: Mark) -> bool | None:
    """“...” she wrote: nothing has been said yet. He left. 😀: no words follow. In Viva Maria! (1965) a year does."""
    if mark.start >= mark.at or not mark.after[0]:
        return False
    return False if YEAR.match(mark.ahead) else None


def has_no_space_after_it(mark: Mark) -> bool | None:
    """Next.js, 3.5, Yahoo!'s and (really?). go on; “Ready?”“Almost.”, passed.[4]Few and left.She do not."""
    if mark.spaced or mark.sign[-1] in FULL_WIDTH:
        return None
    if mark.ahead[0] in "“‘«「『" or (mark.closers.strip("'\"") and mark.ahead[0].isupper()):
        return None
    if not mark.ahead[0].isalpha():
        return False
    word = mark.word
    return None if len(word) > 2 and word.isalpha() and word.islower() and mark.before_a_starter else False


def goes_on_in_lower_case(mark: Mark) -> bool | None:
    """“Stop!” he cried; 5 lbs. and more; but: eBay fell, van Gogh painted."""
    begins_a_name = BRAND.match(mark.rest) or PARTICLE.match(mark.rest)
    return False if mark.after[0][0].islower() and not begins_a_name else None


def goes_on_after_a_short_form(mark: Mark) -> bool | None:
    """Where nothing is written with capitals: 1½ tsp. baking powder, 1 lb. beef; but: it rained. we stayed in."""
    return False if mark.word.isalpha() and not VOWEL.search(mark.word) else None


VOWEL = re.compile("[aeiouy]")


def goes_on_with_a_lesser_mark(mark: Mark) -> bool | None:
    """Oct. 3, 4 and “etc.”, or so; and the name under a motto: “All is lost.” — Ann Lee"""
    if mark.lead[:1] and mark.lead[0] in ",;:%&/|=+、，；：":
        return False
    if mark.lead[:1] and mark.lead[0] in MARKS and not mark.spaced:
        return False  # (really?).
    return False if mark.lead[:1] and mark.lead[0] in "—–―" and mark.is_quoted else None


def stands_in_an_aside(mark: Mark) -> bool | None:
    """He (Mr. Lee! Himself!) left: a bracket inside a sentence does not end it."""
    opened = mark.text.rfind("(", max(mark.start, mark.at - 200), mark.at)
    if opened < 0 or mark.text.rfind(")", opened, mark.at) >= 0:
        return None
    if ")" in mark.closers:
        is_plain = mark.is_point and not is_abbreviated(mark)
        return None if is_plain or mark.before_a_starter else False
    return False if mark.text.find(")", mark.end, opened + 200) >= 0 else None


# -------------------------------------------------- judgements, English only


def stands_in_a_name(mark: Mark) -> bool | None:
    """Panic! At the Disco"""
    if mark.sign not in ("!", "?"):
        return None
    around = mark.text[max(0, mark.at - 30) : mark.at + 30]
    middle = min(mark.at, 30)
    inside = (name.start() < middle < name.end() - 1 for name in NAMES_AROUND_A_MARK.finditer(around))
    return False if any(inside) else None


def stands_in_a_title(mark: Mark) -> bool | None:
    """“Stop! In the Name of Love” is one title; “Stop! Come here.” is two sentences."""
    if mark.closers:
        return None
    left, right = mark.text[max(0, mark.at - 60) : mark.at], mark.text[mark.next : mark.next + 60]
    opened = left.rfind("“")
    if opened < 0 or left.rfind("”") > opened or "”" not in right:
        return None
    first, second = left[opened + 1 :].split(), right[: right.index("”")].split()
    inner = [word for word in (*first[1:], *second[1:]) if word.lower() not in SMALL_WORDS]
    return False if len(inner) > 1 and all(word[0].isupper() for word in inner) else None


def names_its_speaker(mark: Mark) -> bool | None:
    """“Why?” Ann asked."""
    if mark.is_point or not mark.is_quoted or (mark.before_a_starter and mark.following != "I"):
        return None
    return False if not mark.lead and SPEAKER.match(mark.ahead) else None


def trails_off(mark: Mark) -> bool | None:
    """He stopped… Nobody moved. But: Well… I suppose so; and the winner is... Maria!"""
    points = mark.sign.count(".") + 3 * mark.sign.count("…")
    if points < 3 or set(mark.sign) - set(".… \u00a0\u2009"):
        return None
    if points > 3 or (mark.is_quoted and mark.lead[:1] in OPENERS):
        return True
    if mark.text[mark.start : mark.at][:12].strip(" ,").lower() in INTERJECTIONS:
        return False
    if mark.before_a_starter and mark.following != "I":
        return True
    if mark.word.lower() in DANGLING:
        return False
    if mark.following == "I":
        return not mark.text[mark.at - 1].isspace()
    counts = mark.after[0][0].isdigit() and not mark.before[1][-1:].isdigit()
    return counts or mark.lead != "" or mark.after[1][:1].islower()


def belongs_to_a_name(mark: Mark) -> bool | None:
    """Yahoo! News; but: He left Yahoo! She did not."""
    name = mark.before[1] + mark.sign
    if not {name, f"{mark.earlier} {name}"} & NAMES_WITH_A_MARK:
        return None
    return mark.before_a_starter or mark.lead != ""


def is_a_question_or_a_cry(mark: Mark) -> bool | None:
    """Is it over? From here on the mark is a full stop."""
    return None if mark.is_point else True


def ends_a_quotation(mark: Mark) -> bool | None:
    """“He left the U.S.” Ann stayed."""
    return True if mark.is_quoted else None


def numbers_a_part(mark: Mark) -> bool | None:
    """II. The outlook; 2.1. Methods; P.S. I love you: no sentence is only a numeral or an abbreviation."""
    so_far = mark.text[mark.start : mark.at] if mark.at - mark.start < 8 else ""
    return False if PART.fullmatch(so_far) and so_far != "I" else None


def is_abbreviated(mark: Mark) -> bool:
    """Is the word before the point one that is often cut short?"""
    is_unit = mark.word in UNITS and mark.earlier[-1:].isdigit()
    return is_unit or mark.word in ABBREVIATIONS or DOTTED.fullmatch(mark.word) is not None


def goes_on_after_an_abbreviation(mark: Mark) -> bool | None:
    """PORTLAND, Ore. (AP) and 5 p.m. (2100 GMT) and Ore. — Police; but: He left Acme Inc. (She stayed.)"""
    if not mark.lead or not is_abbreviated(mark):
        return None
    if mark.lead[0] in DASHES:
        return False
    closed = mark.ahead.find(")") if mark.lead[0] == "(" else -1
    return False if closed > 0 and mark.ahead[closed - 1] not in ".!?" else None


def is_only_a_phrase(mark: Mark) -> bool | None:
    """At 5 p.m. Mr. Lee left; In 500 B.C. Athens was great; 8 a.m. Breakfast; but: At 5 p.m. The bell rang."""
    if mark.at - mark.start > 30 or not is_abbreviated(mark) or (mark.before_a_starter and mark.following != "I"):
        return None
    words = mark.text[mark.start : mark.at].split()
    is_hour = len(words) == 2 and mark.word in TIMES_OF_DAY
    return False if is_hour or (words[0] in PREPOSITIONS and len(words) < 5) else None


def introduces_what_follows(mark: Mark) -> bool | None:
    """Mr. Brown, Roe v. Wade, Wm. Blake, a song ft. Drake; but: They beat the Sens. Then they left."""
    if mark.word in CONNECTIVES or mark.word in NAMES_CUT_SHORT:
        return False
    if mark.word in TITLES:
        return mark.before_a_starter and mark.earlier.lower() in ("a", "an", "the")
    if mark.word == "feat" or (mark.word == "ft" and not mark.earlier[-1:].isdigit()):
        return mark.before_a_starter
    return None


def is_a_saint_or_a_street(mark: Mark) -> bool | None:
    """St. Paul lost; She lives on Main St. The shop is near."""
    if mark.word not in SAINTS_AND_STREETS:
        return None
    return mark.before_a_starter and (mark.earlier[:1].isupper() or mark.earlier[:1].isdigit())


def is_a_road(mark: Mark) -> bool | None:
    """Pennsylvania Ave. NW, Fifth Ave. Police came."""
    return mark.following not in DIRECTIONS if mark.word in ROADS else None


def stands_before_a_number(mark: Mark) -> bool | None:
    """No. 3, Vol. IV; but: No. I will not."""
    if mark.word not in NUMBERED:
        return None
    digits = mark.after[0][0].isdigit()
    if mark.word == "no" and mark.earlier.lower() in BEFORE_A_PLAIN_NO:
        return True
    numeral = mark.word[0].isupper() and mark.word != "No" and ROMAN.match(mark.after[0])
    return False if digits or numeral else None


def is_a_date(mark: Mark) -> bool | None:
    """Dec. 1, Fri. Nov. 3; but: It happened in Dec. The snow stayed."""
    if mark.word not in MONTHS and mark.word not in DAYS:
        return None
    return not (mark.after[0][0].isdigit() or (mark.word in DAYS and mark.following in MONTHS))


def measures(mark: Mark) -> bool | None:
    """6 ft. 2 in. tall; but: It weighs 5 lbs. It is heavy."""
    if mark.word not in UNITS or not mark.earlier[-1:].isdigit():
        return None
    return not mark.after[0][0].isdigit()


def tells_the_time(mark: Mark) -> bool | None:
    """8:30 p.m. Eastern, 7 p.m. Friday, 9 a.m. London time, the 9 a.m. Amtrak; but: He left at 5 p.m. Police came."""
    if mark.word not in TIMES_OF_DAY and not (mark.word == "m" and mark.earlier in ("a.", "p.")):
        return None
    following = re.split(r"[-–—/,’']", mark.following)[0]
    on_a_day = following.removesuffix("s") in LONG_DAYS or following in DAYS
    goes_on = on_a_day or following in ZONES or mark.after[1].startswith("time")
    dated = (following in MONTHS or following in LONG_MONTHS) and mark.after[1][:1].isdigit()
    if ATTRIBUTIVE_HOUR.search(mark.text, max(mark.start, mark.at - 20), mark.at) and not mark.before_a_starter:
        return False
    return not (goes_on or dated)


def tells_the_era(mark: Mark) -> bool | None:
    """A.D. 79; in 44 B.C. Rome mourned."""
    if mark.word not in ERAS:
        return None
    if mark.word == "A.D" and mark.after[0][0].isdigit():
        return False
    return True if mark.earlier[-1:].isdigit() else None


def follows_a_name(mark: Mark) -> bool | None:
    """Martin Luther King Jr. Day; but: Robert Downey Jr. Susan is his wife."""
    if mark.word in ("Jr", "Sr"):
        is_sister = mark.word == "Sr" and not mark.earlier[:1].isupper()
        return not (is_sister or mark.following in MEMORIALS)
    if mark.word == "Ph.D":
        return True
    after_article = mark.earlier.endswith(",") or mark.earlier.lower() in ("a", "an", "his", "her", "my", "their")
    return True if mark.word in DEGREES and after_article else None


def is_a_company(mark: Mark) -> bool | None:
    """Apple Inc. Chief Executive Tim Cook, Warner Bros. Discovery; but: He runs Acme Inc. Sales rose."""
    if mark.word in COMPANIES:
        return mark.following not in OFFICERS and mark.following not in LONG_DAYS
    if mark.word in ORGANISATIONS or (mark.word == "al" and mark.earlier == "et"):
        return mark.before_a_starter
    return None


def is_a_state(mark: Mark) -> bool | None:
    """Portland, Ore. Police know her; but: Calif. Gov. Newsom, Portland, Ore. 97201."""
    after_a_place = mark.earlier.endswith(",") or mark.earlier == "Washington"
    if mark.word not in STATES and not (mark.word in DOTTED_STATES and after_a_place):
        return None
    if mark.following in CIVIC and not mark.before_a_starter:
        return False
    return ZIP_CODE.match(mark.after[0]) is None


def is_a_letter(mark: Mark) -> bool | None:
    """J. R. Hale, 123 N. Main; but: Take vitamin C. Doctors do. So am I. Malcolm X. He spoke."""
    letter = mark.before[1]
    if len(letter) != 1 or not letter.isalpha():
        return None
    if letter.islower():
        return False if letter in "bcdfnlpr" and re.search(r"\d", mark.after[0]) else None
    earlier = mark.earlier.lower()
    if earlier in LETTER_NOUNS or (letter == "I" and earlier in BEFORE_THE_PRONOUN and mark.after[0][1:2] != "."):
        return True
    if mark.after[0][0].isdigit():
        is_bill = re.fullmatch(r"[A-Z]\.", mark.earlier)  # H. R. 1280
        return not (is_bill or (letter in "NSEW" and ORDINAL.match(mark.after[0])))
    return mark.before_a_starter or not mark.after[0][0].isupper()


def is_dotted(mark: Mark) -> bool | None:
    """The U.S. Navy, C.S. Lewis, to the U.S. 30 years ago; but: He left the U.S. His wife stayed."""
    if not DOTTED.fullmatch(mark.word) or mark.word.islower():
        return None
    is_a_rival = mark.word in POWERS and mark.following in COUNTRIES and VERB.match(mark.after[1]) is not None
    return mark.before_a_starter or mark.lead[:1] in OPENERS or is_a_rival


def is_a_sentence(_: Mark) -> bool | None:
    """The strike ended. Work resumed."""
    return True


ABBREVIATIONS = (
    frozenset({"Jr", "Sr", "al", "etc"}).union(
        TITLES, SAINTS_AND_STREETS, NAMES_CUT_SHORT, CONNECTIVES, NUMBERED, MONTHS, DAYS, TIMES_OF_DAY, COMPANIES,
        ORGANISATIONS, STATES, ROADS,
    )
    - {"No", "no", "Sat", "Sun", "Wed"}
)  # fmt: skip
"""What a bracket or a dash may follow inside a sentence."""

ENGLISH: tuple[Judgement, ...] = (
    ends_no_words,
    has_no_space_after_it,
    goes_on_in_lower_case,
    goes_on_with_a_lesser_mark,
    stands_in_an_aside,
    stands_in_a_name,
    stands_in_a_title,
    names_its_speaker,
    trails_off,
    belongs_to_a_name,
    is_a_question_or_a_cry,
    ends_a_quotation,
    numbers_a_part,
    goes_on_after_an_abbreviation,
    is_only_a_phrase,
    introduces_what_follows,
    is_a_saint_or_a_street,
    is_a_road,
    stands_before_a_number,
    is_a_date,
    measures,
    tells_the_time,
    tells_the_era,
    follows_a_name,
    is_a_company,
    is_a_state,
    is_a_letter,
    is_dotted,
    is_a_sentence,
)
"""Asked in this order; the first that has an opinion decides."""

# ----------------------------------------------------- the other languages

QUOTATION_MARKS = dict.fromkeys(map(ord, "`´“”„‟\"‘’‚‛'«»‹›「」『』《》〈〉【】（）〝〟❝❞❛❜"), " ")

WINDOW, OVERLAP = 4_000, 200
"""Characters."""

SURROGATE = re.compile("[\ud800-\udfff]")

UNLISTED = {"fr": _words("M MM Mme Mlle Mgr"), "it": _words("dott sig avv ing prof"), "es": _words("Sr Sra Dr Dra Ud")}
"""Abbreviations before names that sentencex does not know."""


def goes_on_in_japanese(mark: Mark) -> bool | None:
    """「はい。」と言った。"""
    return False if mark.is_quoted and not mark.spaced and SPEAKS_ON.match(mark.ahead) else None


def is_an_initial(mark: Mark) -> bool | None:
    """А. С. Пушкин: a letter at the head of a sentence or after another one."""
    if not mark.is_point or len(mark.before[1]) != 1 or not mark.before[1].isupper():
        return None
    return False if not mark.earlier or (len(mark.earlier) == 2 and mark.earlier[1] == ".") else None


def _asks_sentencex(text: str, language: str) -> tuple[Judgement, ...]:
    """Judgements for any other language; the last is what sentencex says of this text."""
    boundaries = _boundaries(text, language)
    unlisted = UNLISTED.get(language, frozenset())

    def is_unlisted(mark: Mark) -> bool | None:
        return False if mark.is_point and mark.before[1] in unlisted else None

    def sentencex_says(mark: Mark) -> bool | None:
        next_word = mark.next + len(mark.ahead) - len(mark.rest)
        return mark.sign[-1] in FULL_WIDTH or bisect_right(boundaries, next_word) > bisect_right(boundaries, mark.at)

    return (
        ends_no_words,
        goes_on_in_lower_case,
        goes_on_with_a_lesser_mark,
        stands_in_an_aside,
        goes_on_in_japanese,
        is_unlisted,
        is_an_initial,
        sentencex_says,
    )


def _boundaries(text: str, language: str) -> list[int]:
    """Where sentencex would begin a sentence, in order.

    It is asked about a window at a time, since some texts take it quadratic time, such as quotations that never close.
    """
    from sentencex import get_sentence_boundaries

    plain = SURROGATE.sub("\ufffd", text.translate(QUOTATION_MARKS))
    found = []
    for start in range(0, len(plain), WINDOW):
        left = max(0, start - OVERLAP)
        window = plain[left : start + WINDOW + OVERLAP]
        ends = (left + boundary["end_index"] for boundary in get_sentence_boundaries(language, window))
        found += [end for end in ends if start < end <= start + WINDOW]
    return found


# --------------------------------------------------------------- the text


def split_sentences(text: str, language: str = "en") -> list[Span]:
    """Offsets of the sentences of one block, white space between them left out.

    Args:
        language: BCP 47; decides whose abbreviations are known.
    """
    language = language.split("-")[0].lower()
    judgements = ENGLISH if language == "en" else _asks_sentencex(text, language)
    if text.islower():  # its author has no capitals to begin a sentence with
        judgements = tuple(
            goes_on_after_a_short_form if judgement is goes_on_in_lower_case else judgement for judgement in judgements
        )
    return list(_spans(text, _cuts(text, judgements)))


def _cuts(text: str, judgements: tuple[Judgement, ...]) -> list[int]:
    """Offsets at which one sentence ends and another begins, in order."""
    items = _items(text)
    markers = [start for start, _ in items]
    cuts: list[int] = []
    begun, letter = 0, _first_letter(text, 0)
    for found in CANDIDATE.finditer(text):
        item = bisect_right(markers, found.start()) - 1
        if item >= 0 and markers[item] >= begun:
            begun = items[item][1]
            letter = _first_letter(text, begun)
        if found.start() < begun:
            continue  # the point of `2.`
        if _ends(text, letter, found, judgements):
            begun = found.end()
            letter = _first_letter(text, begun)
            cuts.append(begun)
    return sorted({*cuts, *(start for start in markers if text[max(0, start - 3) : start].rstrip()[-1:] != ":")})


def _ends(text: str, letter: int, found: re.Match[str], judgements: tuple[Judgement, ...]) -> bool:
    """Does the sentence whose first letter that is end at this mark?"""
    if found["blank"]:
        return True
    following = SPACES.match(text, found.end())
    mark = Mark(
        text=text,
        start=letter,
        at=found.start(),
        sign=found["sign"],
        closers=found["closers"],
        end=found.end(),
        next=following.end() if following else found.end(),
    )
    return next((verdict for judgement in judgements if (verdict := judgement(mark)) is not None), True)


def _first_letter(text: str, start: int) -> int:
    """Offset of the first letter or digit from here on; the end of the text where there is none."""
    found = WORD.search(text, start)
    return found.start() if found else len(text)


def _items(text: str) -> list[Span]:
    """Bullets and the markers of a counted list: the first begins the block or follows a colon, the others count on.

    Each begins a piece of its own, but for the one after a colon: that one begins with the words before it.
    """
    items = [bullet.span() for bullet in BULLET.finditer(text)]
    counted: list[re.Match[str]] = []
    for found in ITEM.finditer(text):
        if (counted and _counts_on(text, counted[-1], found)) or (not counted and found["begin"] is not None):
            counted.append(found)
    if len(counted) == 1 and ":" in (counted[0]["begin"] or ""):
        return items  # The score: 3. Nobody cheered.
    return sorted(items + [_marker(found) for found in counted])


def _marker(found: re.Match[str]) -> Span:
    """The marker of an item, with the bullet before it: • 9. Salt."""
    bulleted = (found["begin"] or " ")[0] in BULLETS
    return (found.start() if bulleted else found.start("marker")), found.end("marker")


def _counts_on(text: str, last: re.Match[str], found: re.Match[str]) -> bool:
    """Is this the marker that comes next? It is none in `from 1 to 2. Then` and in `No. 2. Then`."""
    one, two = last["count"], found["count"]
    if one.isdigit() != two.isdigit() or (int(two) - int(one) if two.isdigit() else ord(two) - ord(one)) != 1:
        return False
    words = text[max(0, found.start() - 40) : found.start()].split()
    return not words or (words[-1].lower() not in DANGLING and words[-1].rstrip(".") not in NUMBERED)


def _spans(text: str, cuts: list[int]) -> Iterator[Span]:
    """What lies between the cuts, without the white space around it."""
    start = 0
    for end in [*cuts, len(text)]:
        piece = text[start:end]
        if piece.strip():
            yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        start = end

"""A cover drawn from a title: its words, large, on a quiet ground."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from PIL import Image, ImageDraw

from narrate.artwork.colours import Colour, Palette, choose_palette
from narrate.artwork.jpeg import SIDE_PX, write_jpeg
from narrate.artwork.letters import Line, choose_letters, system_folders
from narrate.artwork.lines import Piece, Room, Setting, Style, break_words, fit_lines, fit_or_shorten, split_pieces
from narrate.artwork.motifs import MOTIFS, Sheet, draw_mark

MARGIN_PX = 98
TITLE = Room(SIDE_PX - 2 * MARGIN_PX, 1000)
FOOT = Room(SIDE_PX - 2 * MARGIN_PX, 80)
RULE = (120, 8)
"""Length and thickness in pixels of the line above the foot."""

RULE_PX = 1160
FOOT_PX = 1206
"""Where rule and foot begin, from the top."""

READABLE_PX = 168
"""Letters of this size are nearly 7 px large on a cover of 55 px."""

LEAD = Room(TITLE.width, 640)
LEAD_WORDS = 14
"""More pieces never fit."""

SHORT_WORD = 3
"""Words of so many letters, such as `the` and `of`, are no good end of a lead."""

HOPELESS_WORD = 44
"""A word of more letters is broken before anything else is tried, since it would make all others tiny."""

REST_SHARE = 0.4
"""Size of what follows the first words, and the space before it, of their size."""

WHOLE_STYLE = Style(largest_px=400, most_lines=5, leading=1.0, whole_px=READABLE_PX)
LEAD_STYLE = Style(largest_px=280, most_lines=4, leading=1.0, whole_px=READABLE_PX)
REST_STYLE = Style(largest_px=88, smallest_px=44, most_lines=9, leading=1.22, whole_px=44)
FOOT_STYLE = Style(largest_px=58, smallest_px=40, most_lines=1, leading=1.0, whole_px=0)

LONGEST = 600
"""Characters of a title that anybody could read on a cover."""

PHRASE_ENDS = (":", ";", ",", ".", "?", "!", "–", "—", "：", "、", "。", "？", "！", "،", "؟")


def draw_cover(title: str, below: str = "", *, seed: str) -> bytes:
    """A square cover, readable at 55 px: a short title large, of a long one the first words.

    A title in letters that no font here has gives a mark instead. The same words and seed give the same bytes, with
    the same Pillow and the same fonts.

    Args:
        title: any text.
        below: a few words for the foot, such as the author; one line.
        seed: chooses colours and pattern, such as the uid of a show.

    Returns:
        JPEG of 1400 × 1400 px in sRGB, under 500 kB.
    """
    chance = Random(seed.encode("utf-8", "surrogatepass"))
    palette = choose_palette(chance)
    motif = MOTIFS[int(chance.random() * len(MOTIFS))]
    words = choose_letters(title[:LONGEST], "Bold", system_folders())
    foot = choose_letters(below[:LONGEST], "Semibold", system_folders())

    sheet = Sheet(SIDE_PX, palette.ground)
    (motif if words else draw_mark)(sheet, palette, chance)
    image = sheet.finish()
    if words:
        _draw_title(image, words, palette.ink)
    if foot:
        _draw_foot(image, foot, palette)
    return write_jpeg(image, sharp=True)


def _draw_title(image: Image.Image, words: Line, ink: Colour) -> None:
    """The whole where it is readable from afar; else its first words, and smaller the others below."""
    pieces = break_words(split_pieces(words.text), HOPELESS_WORD)
    whole = fit_lines(pieces, words.face, TITLE, WHOLE_STYLE)
    if whole and (whole.size_px >= READABLE_PX or len(pieces) == 1):
        _draw_setting(image, whole, words, MARGIN_PX, ink)
    else:
        _draw_long_title(image, pieces, words, ink)


def _draw_long_title(image: Image.Image, pieces: list[Piece], words: Line, ink: Colour) -> None:
    count, lead = _choose_lead(pieces, words)
    _draw_setting(image, lead, words, MARGIN_PX, ink)
    gap = round(lead.size_px * REST_SHARE)
    top = MARGIN_PX + lead.height_px + gap
    room = Room(TITLE.width, MARGIN_PX + TITLE.height - top)
    style = replace(REST_STYLE, largest_px=max(REST_STYLE.smallest_px, min(REST_STYLE.largest_px, gap)))
    if rest := fit_or_shorten(pieces[count:], words.face, room, style):
        _draw_setting(image, rest, words, top, ink)


def _choose_lead(pieces: list[Piece], words: Line) -> tuple[int, Setting]:
    """How many pieces come first, large: to the end of a phrase, or else as many as are readable from afar."""
    settings = {
        count: setting
        for count in range(1, min(len(pieces), LEAD_WORDS))
        if (setting := fit_lines(pieces[:count], words.face, LEAD, LEAD_STYLE))
    }
    readable = [count for count, setting in settings.items() if setting.size_px >= READABLE_PX] or [1]
    phrases = [count for count in readable if pieces[count - 1].text.endswith(PHRASE_ENDS)]
    weighty = [count for count in readable if len(pieces[count - 1].text) > SHORT_WORD]
    count = max(phrases or weighty or readable)
    return count, settings[count]


def _draw_foot(image: Image.Image, foot: Line, palette: Palette) -> None:
    """A line of small words at the bottom, below a short rule."""
    length, thickness = RULE
    left = MARGIN_PX if foot.rightward else SIDE_PX - MARGIN_PX - length
    box = (left, RULE_PX, left + length - 1, RULE_PX + thickness - 1)
    ImageDraw.Draw(image).rectangle(box, fill=palette.accent)
    if setting := fit_or_shorten(split_pieces(foot.text), foot.face, FOOT, FOOT_STYLE):
        _draw_setting(image, setting, foot, FOOT_PX, palette.ink)


def _draw_setting(image: Image.Image, setting: Setting, words: Line, top_px: int, ink: Colour) -> None:
    """Lines from this height downwards, at the margin where the script begins."""
    draw = ImageDraw.Draw(image)
    x, anchor = (MARGIN_PX, "ls") if words.rightward else (SIDE_PX - MARGIN_PX, "rs")
    font = words.face.at(setting.size_px)
    for number, line in enumerate(setting.lines):
        y = top_px + setting.top_px + number * setting.leading_px
        draw.text((x, y), line, fill=ink, font=font, anchor=anchor, direction=words.direction)

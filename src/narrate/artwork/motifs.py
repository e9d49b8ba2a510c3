"""Patterns behind a title, in shades of the ground, and the mark that stands in for one."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw

from narrate.artwork.colours import Colour, Palette

SMOOTH = 2
"""Shapes are drawn so much larger and reduced, since Pillow draws hard edges."""


class Sheet:
    """A square to draw on, in shares of its side."""

    def __init__(self, side_px: int, ground: Colour) -> None:
        self.side_px = side_px
        self._image = Image.new("RGB", (side_px * SMOOTH, side_px * SMOOTH), ground)
        self._draw = ImageDraw.Draw(self._image)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        self._draw.ellipse(self._scaled(x - radius, y - radius, x + radius, y + radius), fill=colour)

    def bar(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """A bar with round ends."""
        box = self._scaled(left, top, right, bottom)
        self._draw.rounded_rectangle(box, min(box[2] - box[0], box[3] - box[1]) / 2, fill=colour)

    def hill(self, heights: list[float], colour: Colour) -> None:
        """Everything below a line of so many points from left to right."""
        step = 1 / (len(heights) - 1)
        line = [(number * step, height) for number, height in enumerate(heights)]
        points = [self._scaled(x, y) for x, y in [*line, (1.0, 1.0), (0.0, 1.0)]]
        self._draw.polygon([(x, y) for x, y in points], fill=colour)

    def arc(
        self, centre: tuple[float, float], radius: float, width: float, turns: tuple[float, float], colour: Colour
    ) -> None:
        """Part of a ring.

        Args:
            turns: where it begins and ends, in degrees clockwise from the right.
        """
        x, y = centre
        box = self._scaled(x - radius, y - radius, x + radius, y + radius)
        self._draw.arc(box, *turns, fill=colour, width=round(width * self.side_px * SMOOTH))

    def finish(self) -> Image.Image:
        return self._image.reduce(SMOOTH)

    def _scaled(self, *shares: float) -> tuple[float, ...]:
        return tuple(share * self.side_px * SMOOTH for share in shares)


def draw_rings(sheet: Sheet, palette: Palette, chance: Random) -> None:
    """Sound going out from below."""
    x, y = 0.62 + 0.35 * chance.random(), 0.94 + 0.12 * chance.random()
    for number, radius in enumerate((0.66, 0.55, 0.44, 0.33, 0.22)):
        sheet.disc(x, y, radius, palette.ground if number % 2 else palette.shades[0])
    sheet.disc(x, y, 0.11, palette.shades[2])


def draw_hills(sheet: Sheet, palette: Palette, chance: Random) -> None:
    """Three long waves, one before the other."""
    for number, shade in enumerate(palette.shades):
        base, height = 0.70 + 0.10 * number, 0.05 + 0.03 * chance.random()
        phase, waves = chance.random() * math.tau, 0.7 + 0.6 * chance.random()
        sheet.hill([base + height * math.sin(phase + waves * math.tau * x / 200) for x in range(201)], shade)


def draw_bars(sheet: Sheet, palette: Palette, chance: Random) -> None:
    """A stretch of speech as an editor shows it."""
    count, phase = 25, chance.random() * math.tau
    for number in range(count):
        swell = 0.5 + 0.5 * math.sin(phase + number * 0.55)
        half = 0.015 + 0.11 * (0.35 + 0.65 * swell) * chance.random()
        left = (number + 0.24) / count
        sheet.bar(left, 0.69 - half, left + 0.52 / count, 0.69 + half, palette.shades[1])


def draw_sun(sheet: Sheet, palette: Palette, chance: Random) -> None:
    """A large disc at the edge and a small one beside it."""
    x = 0.66 + 0.22 * chance.random()
    sheet.disc(x, 0.80, 0.42, palette.shades[0])
    sheet.disc(x, 0.80, 0.30, palette.shades[2])
    sheet.disc(x - 0.42, 0.62 + 0.1 * chance.random(), 0.03, palette.shades[2])


MOTIFS: tuple[Callable[[Sheet, Palette, Random], None], ...] = (draw_rings, draw_hills, draw_bars, draw_sun)


def draw_mark(sheet: Sheet, palette: Palette, chance: Random) -> None:
    """In place of a title that no letters are there for: arcs around a point, as no other seed has them."""
    sheet.disc(0.5, 0.47, 0.065, palette.accent)
    for number in range(4):
        radius = 0.14 + 0.065 * number
        begin, length = 360 * chance.random(), 130 + 170 * chance.random()
        sheet.arc((0.5, 0.47), radius, 0.034, (begin, begin + length), palette.ink)

"""Colours that go together, chosen by a seed, and how well one is read on another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

Colour = tuple[int, int, int]
"""Red, green and blue of sRGB, 0 to 255."""

HUES = (20.0, 40.0, 65.0, 85.0, 130.0, 155.0, 180.0, 205.0, 230.0, 255.0, 280.0, 305.0, 335.0, 355.0)
"""Degrees of OKLCH, from red over ochre, green and blue to rose; the sour greens between are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The colours of one cover."""

    ground: Colour
    shades: tuple[Colour, Colour, Colour]
    """Close to the ground, each a little farther from it."""

    ink: Colour
    """Read on the ground and on every shade, at 7:1 or better."""

    accent: Colour
    """For a mark that is not read."""


def choose_palette(chance: Random) -> Palette:
    """A quiet ground, dark twice in three times, with ink and accent to it."""
    hue = HUES[int(chance.random() * len(HUES))]
    other = hue + (150.0 if chance.random() < 0.5 else 210.0)
    if chance.random() < 0.66:
        return Palette(
            ground=oklch(0.30, 0.065, hue),
            shades=(oklch(0.335, 0.07, hue), oklch(0.37, 0.075, hue), oklch(0.405, 0.08, hue)),
            ink=oklch(0.97, 0.02, hue + 60),
            accent=oklch(0.78, 0.13, other),
        )
    return Palette(
        ground=oklch(0.93, 0.035, hue),
        shades=(oklch(0.90, 0.045, hue), oklch(0.865, 0.055, hue), oklch(0.83, 0.065, hue)),
        ink=oklch(0.26, 0.06, hue),
        accent=oklch(0.60, 0.15, other),
    )


def oklch(lightness: float, chroma: float, hue_degrees: float) -> Colour:
    """A colour by how the eye orders them; what the screen cannot show is cut off.

    Args:
        lightness: 0 to 1.
        chroma: 0 (grey) to about 0.3.

    Source:
        Björn Ottosson, A perceptual color space for image processing, https://bottosson.github.io/posts/oklab/
    """
    a, b = (chroma * turn(math.radians(hue_degrees)) for turn in (math.cos, math.sin))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _encode(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _encode(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _encode(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def contrast(one: Colour, other: Colour) -> float:
    """How well one is read on the other: 1 not at all, 21 black on white; 4.5 is enough for text.

    Source:
        W3C WCAG 2.2, definition of contrast ratio, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1.

    Source:
        W3C WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    """
    red, green, blue = (_decode(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _encode(light: float) -> int:
    """A share of light as sRGB has it, in 0 to 255."""
    light = min(max(light, 0.0), 1.0)
    value = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return round(value * 255)


def _decode(value: float) -> float:
    """The share of light of a value of sRGB, both 0 to 1."""
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)

"""Somebody's picture: judged, or made into a cover. Pictures come from strangers, so none is decoded unmeasured."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageCms, ImageEnhance, ImageFilter, ImageOps

from narrate.artwork.colours import luminance
from narrate.artwork.jpeg import SIDE_PX, write_jpeg
from narrate.errors import UsageError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
"""What is opened at all: formats of the web, none of which starts another program."""

ARTWORK_FORMATS = ("JPEG", "MPO", "PNG")
"""Of these, what directories take; MPO is what Pillow calls a JPEG with more pictures behind it."""

MOST_PIXELS = 40_000_000
"""Decoded, such a picture takes 160 MB."""

LEAST_PX = 300
SIDES_PX = (1400, 3000)
"""Least and most that directories take.

Source:
    https://podcasters.apple.com/support/896-artwork-requirements
"""

NEARLY_SQUARE = 1.15
"""The longer side over the shorter; up to here the edges are cut off."""

SIDES = (SIDE_PX, SIDE_PX)

GROUND_PX = 350
BLUR_PX = 24
GROUND_LIGHT = 0.7
"""The blurred ground is made so small, so soft, and so much darker, and then enlarged."""

WHITE = (255, 255, 255, 255)
DARK = (24, 24, 24, 255)
LIGHT = 0.4
"""Luminance from which on a picture is lost on white."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright that EXIF calls turned."""

MODES = {"CMYK": "in CMYK", "I;16": "grey of 16 bits", "1": "black and white without grey"}
"""What directories do not take, as people call it."""


def check_artwork(data: bytes, *, what: str) -> bytes:
    """The same picture, if it is what directories of podcasts ask for.

    Args:
        what: what the user calls it, such as `the artwork logo.png`.

    Raises:
        UsageError: it is not square, not 1400 to 3000 px, not JPEG or PNG, not RGB or grey, has transparency, is
            turned by its EXIF data, moves, or is no whole picture.
    """
    with _warnings_off():
        image = _open_picture(data, what)
        if faults := _faults_of(image):
            remedy = "Give a square JPEG or PNG of 1400 to 3000 px in RGB, or add --fit to make it fit"
            raise UsageError(f"{what} cannot be used", f"it {_listed(faults)}", remedy)
        _decode(image, what)
    return data


def fit_cover(data: bytes, *, what: str) -> bytes:
    """A square cover of any picture: cut at the edges if nearly square, else whole on a blurred ground of its own.

    Args:
        data: JPEG, PNG, WebP, GIF or AVIF; of a moving one the first picture.
        what: what the user calls it, such as `the picture of the article`.

    Returns:
        JPEG of 1400 × 1400 px in sRGB, under 500 kB, without metadata.

    Raises:
        UsageError: it is no whole picture, smaller than 300 px, or of over 40 million pixels.
    """
    with _warnings_off():
        image = _open_picture(data, what)
        if min(image.size) < LEAST_PX:
            raise UsageError(f"{what} is too small", f"it has {_measures(image)}", f"Give one of {LEAST_PX} px or more")
        image.draft(None, SIDES)  # JPEG can be decoded smaller than it is
        _decode(image, what)
        upright = _turn_upright(_as_rgb(image), _orientation(image))
    return write_jpeg(_make_square(upright), sharp=False)


def is_too_large(data: bytes) -> bool:
    """Does a picture say that it has more pixels than any cover? Nothing is decoded; what is no picture has none."""
    with _warnings_off():
        try:
            image = Image.open(BytesIO(data), formats=FORMATS)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            return True
        except Exception:  # Pillow's readers raise whatever a broken file makes them stumble over
            return False
    return image.width * image.height > MOST_PIXELS


@contextmanager
def _warnings_off() -> Iterator[None]:
    """Pillow says a little of broken metadata, which no listener needs; of too many pixels it speaks up."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def _open_picture(data: bytes, what: str) -> Image.Image:
    """The picture with its measures known and nothing decoded."""
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise _too_large(what) from problem
    except Exception as problem:  # Pillow's readers raise whatever a broken file makes them stumble over
        why = "the file is empty" if not data else "it is no JPEG, PNG, WebP, GIF or AVIF file, or a broken one"
        raise UsageError(f"{what} is no picture", why, "Give a JPEG or PNG file") from problem
    if image.width * image.height > MOST_PIXELS:
        raise _too_large(what)
    return image


def _decode(image: Image.Image, what: str) -> None:
    try:
        image.load()
    except Exception as problem:  # as above
        raise UsageError(f"{what} is broken", "it ends early, or its data make no sense", "Save it again") from problem


def _too_large(what: str) -> UsageError:
    return UsageError(
        f"{what} is too large", f"it has over {MOST_PIXELS // 1_000_000} million pixels", "Make it smaller"
    )


def _faults_of(image: Image.Image) -> list[str]:
    """What keeps directories from taking it, each as a predicate of `it`."""
    least, most = SIDES_PX
    faults = []
    if image.format not in ARTWORK_FORMATS:
        faults.append(f"is a {image.format} file")
    if image.width != image.height:
        faults.append(f"is not square ({_measures(image)})")
    elif not least <= image.width <= most:
        faults.append(f"has {_measures(image)}")
    if image.mode in MODES:
        faults.append(f"is {MODES[image.mode]}")
    if image.has_transparency_data:
        faults.append("has transparency")
    if _orientation(image) != 1:
        faults.append("is turned by its EXIF data")
    if image.format == "PNG" and getattr(image, "is_animated", False):
        faults.append("moves")
    return faults


def _listed(faults: list[str]) -> str:
    *others, last = faults
    return f"{', '.join(others)} and {last}" if others else last


def _measures(image: Image.Image) -> str:
    return f"{image.width} × {image.height} px"


def _orientation(image: Image.Image) -> int:
    """By which of eight turns EXIF says it is to be shown; 1 as it is, also where EXIF cannot be read.

    Source:
        CIPA DC-008 (EXIF 2.32), tag 0x0112
    """
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:  # EXIF is a file format of its own, and broken more often than pictures
        return 1


def _make_square(image: Image.Image) -> Image.Image:
    if max(image.size) <= NEARLY_SQUARE * min(image.size):
        return ImageOps.fit(image, SIDES, Image.Resampling.LANCZOS)
    square = _blurred(image)
    picture = ImageOps.contain(image, SIDES, Image.Resampling.LANCZOS)
    square.paste(picture, ((SIDE_PX - picture.width) // 2, (SIDE_PX - picture.height) // 2))
    return square


def _blurred(image: Image.Image) -> Image.Image:
    """The middle of the picture, out of focus and somewhat darker."""
    small = ImageOps.fit(image, (GROUND_PX, GROUND_PX)).filter(ImageFilter.GaussianBlur(BLUR_PX))
    return ImageEnhance.Brightness(small).enhance(GROUND_LIGHT).resize(SIDES, Image.Resampling.BICUBIC)


def _turn_upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _as_rgb(image: Image.Image) -> Image.Image:
    """The picture in sRGB, with nothing to see through, at most a few times as large as a cover."""
    profile = image.info.get("icc_profile")
    image = _in_eight_bits(image)
    image = image.reduce(max(1, min(image.size) // (2 * SIDE_PX)))
    return _in_srgb(_on_ground(image) if image.mode == "RGBA" else image, profile)


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """The picture in grey, RGB, CMYK or RGBA of eight bits."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _on_ground(image: Image.Image) -> Image.Image:
    """A picture with see-through parts, whole, on a white square, or where it is light itself, on a nearly black one.

    It is most often a logo, which nothing may be cut off from.
    """
    red, green, blue, _ = image.resize((1, 1), Image.Resampling.BOX).tobytes()
    image = ImageOps.contain(image, SIDES, Image.Resampling.LANCZOS)
    square = Image.new("RGBA", SIDES, DARK if luminance((red, green, blue)) > LIGHT else WHITE)
    square.alpha_composite(image, ((SIDE_PX - image.width) // 2, (SIDE_PX - image.height) // 2))
    return square.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours that the picture's own profile means, or those of sRGB where it has none that makes sense.

    Source:
        ICC.1:2022
    """
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            changed = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            changed = None
        if changed is not None:
            return changed
    return image.convert("RGB")

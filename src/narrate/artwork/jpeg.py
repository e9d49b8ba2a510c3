"""What every picture of ours is written as."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

SIDE_PX = 1400
"""Wide and high; what directories ask for at least, and more than a phone shows."""

MOST_BYTES = 500_000

QUALITIES = (90, 84, 78, 70, 60, 50, 40, 30, 20, 10)
"""From the best on; the first that is small enough."""


def write_jpeg(image: Image.Image, *, sharp: bool) -> bytes:
    """Baseline JPEG without metadata, under 500 kB.

    Args:
        image: RGB.
        sharp: keep the full resolution of the colours, for letters.
    """
    clean = Image.new("RGB", image.size)
    clean.paste(image)  # without what the file it was read from says beside its pixels
    data = b""
    for quality in QUALITIES:
        file = BytesIO()
        clean.save(file, "JPEG", quality=quality, subsampling="4:4:4" if sharp else "4:2:0", optimize=True)
        data = file.getvalue()
        if len(data) < MOST_BYTES:
            break
    return data

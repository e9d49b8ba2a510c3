"""Covers that are drawn and pictures that are fitted, read again as players and directories read them."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from narrate.artwork import check_artwork, draw_cover, fit_cover
from narrate.artwork.colours import Palette, choose_palette, contrast
from narrate.artwork.letters import choose_letters, find_face, own_face, system_folders
from narrate.artwork.lines import break_words, join_pieces, split_pieces, split_syllables
from narrate.errors import UsageError

TITLES = (
    "Tide",
    "The Quiet Mathematics",
    "How the Last Lighthouse Keepers of Nova Scotia Learned to Live Alone",
    "An inquiry into the mostly forgotten history of the people who carried letters across the mountains in winter, "
    "what they were paid, what they ate, how many of them came back, and why the valleys that they served still argue "
    "today about the route that they took, the songs that they sang and the one winter in which nobody came at all",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "Война и мир",
    "Εισαγωγή στη φιλοσοφία",
    "Nhật ký Việt Nam",
    "1984",
)
"""In letters that come with narrate."""

HOSTILE = (
    "",
    "   \n\t ",
    "?!",
    "\x00\x1b[31m\u202e\u2066\ufeff",
    "\ud800\udfff",
    "\u200d" * 50,
    "\u0301" * 500,
    "W" * 10_000,
    "word " * 2_000,
    "<script>alert(1)</script> ]]> &quot;",
    "https://example.org/a/very/long/path/that-goes-on/and-on?query=string&more=1",
    "🎧👩‍👩‍👧🏳️‍🌈",
    "\U0010ffff\ue000",
)

REMEDY = "Give a square JPEG or PNG of 1400 to 3000 px in RGB, or add --fit to make it fit."

every_title = pytest.mark.parametrize("title", TITLES, ids=[title[:20] for title in TITLES])


@pytest.fixture
def no_system_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narrate.artwork.cover.system_folders", lambda: ())


def read(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def written(image: Image.Image, kind: str = "PNG", **more: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


def palette_of(seed: str) -> Palette:
    return choose_palette(Random(seed))


def pixel(image: Image.Image, x: int, y: int) -> tuple[int, int, int]:
    value = image.convert("RGB").getpixel((x, y))
    assert isinstance(value, tuple)
    red, green, blue = value
    return int(red), int(green), int(blue)


def close(one: tuple[int, int, int], other: tuple[int, int, int], within: int = 12) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))


def ink_box(image: Image.Image, palette: Palette) -> tuple[int, int, int, int] | None:
    """The smallest box around everything in the colour of the letters."""
    red, green, blue = (
        part.point([255 if abs(value - ink) <= 30 else 0 for value in range(256)])
        for part, ink in zip(image.split(), palette.ink, strict=True)
    )
    black = Image.new("L", image.size)
    return Image.composite(Image.composite(red, black, green), black, blue).getbbox()


# --------------------------------------------------------------------- drawn


@every_title
def test_a_cover_is_what_directories_ask_for(title: str) -> None:
    data = draw_cover(title, "The Coastal Reader", seed="a")
    image = read(data)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1400, 1400))
    assert len(data) < 500_000
    assert not {"exif", "icc_profile", "comment"} & set(image.info)
    assert check_artwork(data, what="the cover") == data


@every_title
def test_a_cover_keeps_its_contrast_at_55_px(title: str) -> None:
    small = read(draw_cover(title, seed="b")).resize((55, 55), Image.Resampling.LANCZOS)
    ground = palette_of("b").ground
    read_well = [(x, y) for x in range(55) for y in range(55) if contrast(pixel(small, x, y), ground) >= 4.5]
    assert len(read_well) >= 40
    assert max(y for _, y in read_well) - min(y for _, y in read_well) >= 7


@every_title
def test_the_words_of_a_cover_stay_inside_its_margins(title: str) -> None:
    for seed in "abc":
        box = ink_box(read(draw_cover(title, "Long Reads Weekly", seed=seed)), palette_of(seed))
        assert box is not None
        assert min(box[:2]) >= 80
        assert max(box[2:]) <= 1320


def test_letters_are_read_well_on_every_ground_and_shade() -> None:
    for number in range(3_000):
        palette = palette_of(str(number))
        for ground in (palette.ground, *palette.shades):
            assert contrast(palette.ink, ground) >= 7


def test_covers_of_other_shows_look_different() -> None:
    assert len({draw_cover("Tide", seed=str(number)) for number in range(20)}) == 20


def test_the_same_words_and_seed_give_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys; from narrate.artwork import draw_cover;"
        "sys.stdout.buffer.write(draw_cover('Tide 海', 'Ada Quist', seed='x'))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env=os.environ | {"PYTHONHASHSEED": n}
        )
        for n in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout == draw_cover("Tide 海", "Ada Quist", seed="x")


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_titles_become_covers_too(title: str) -> None:
    started = time.monotonic()
    data = draw_cover(title, title, seed=title)
    assert read(data).size == (1400, 1400)
    assert len(data) < 500_000
    assert time.monotonic() - started < 10


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(), max_size=120))
def test_any_text_becomes_a_cover(title: str) -> None:
    assert read(draw_cover(title, title, seed=title)).size == (1400, 1400)


# ------------------------------------------------------------------- letters


@pytest.mark.usefixtures("no_system_fonts")
def test_letters_that_no_font_has_give_a_mark_and_no_boxes() -> None:
    marks = {draw_cover(title, seed="m") for title in ("吾輩は猫である", "سيرة مدينة", "ภาษาไทย", "🎧🌊", "\ue000", "")}
    assert len(marks) == 1
    assert marks != {draw_cover("M", seed="m")}
    assert ink_box(read(marks.pop()), palette_of("m")) is not None


@pytest.mark.usefixtures("no_system_fonts")
@pytest.mark.parametrize(
    ("title", "drawn"),
    [
        ("Coffee ☕ & Co. 🎉", "Coffee & Co."),
        ("Kyoto 京都 in autumn", "Kyoto in autumn"),
        ("Non\u2011breaking\u00a0space", "Non-breaking space"),
        (unicodedata.normalize("NFD", "Café Ðặc"), "Café Ðặc"),
    ],
)
def test_what_the_letters_lack_is_left_out_by_signs_and_whole_words(title: str, drawn: str) -> None:
    assert draw_cover(title, seed="k") == draw_cover(drawn, seed="k")


@pytest.mark.usefixtures("no_system_fonts")
def test_a_word_left_over_is_not_taken_for_the_title() -> None:
    assert draw_cover("日本語でよむ古典文学 vol 2", seed="k") == draw_cover("", seed="k")


def test_a_face_says_which_letters_it_has() -> None:
    face = own_face("Bold")
    assert all(face.has(letter) for letter in "Aé漢字"[:2] + "ßŁőжΩỹ€“”—… ")
    assert not any(face.has(letter) for letter in "漢ب🎧\ue000\uffff")


def test_a_bold_font_with_every_letter_is_found_among_odd_ones(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in (
        "Some-Regular.otf",
        "deep/Some-Bold.otf",
        "LastResort-Bold.otf",
        "Some-BoldItalic.otf",
        "Some-Bold.pfb",
    ):
        shutil.copy(own_face("Bold").path, tmp_path / name)
    (tmp_path / "Aaa-Bold.ttf").write_text("no font at all")
    (tmp_path / "Bbb-Bold.ttf").symlink_to(tmp_path / "gone.ttf")

    face = find_face(frozenset("Tide"), (tmp_path, tmp_path / "nowhere"))
    assert face is not None
    assert face.path == tmp_path / "deep" / "Some-Bold.otf"
    assert find_face(frozenset("Tide漢"), (tmp_path,)) is None


@pytest.mark.clients
def test_arabic_is_set_in_a_font_of_the_system_from_the_right() -> None:
    words = choose_letters("سيرة مدينة", "Bold", system_folders())
    if words is None:
        if os.environ.get("CI"):
            pytest.fail("no font has Arabic letters, and CI never skips this")
        pytest.skip("no font has Arabic letters; .ci/run installs fonts-dejavu-core")
    box = ink_box(read(draw_cover("سيرة مدينة", seed="a")), palette_of("a"))
    assert box is not None
    assert 1250 <= box[2] <= 1320  # a letter's own room beside it is up to the font's version
    assert box[0] > 2 * (1400 - box[2])


# --------------------------------------------------------------------- lines


def test_long_words_are_broken_before_the_consonant_that_begins_a_syllable() -> None:
    parts = ["Donau", "dampf", "schiff", "fahrts", "gesell", "schafts", "kapitän"]
    assert split_syllables("".join(parts)) == parts
    assert split_syllables("Mathematics") == ["Mathe", "matics"]
    assert split_syllables("strengths") == ["strengths"]


def test_a_part_of_a_word_takes_a_hyphen_only_at_the_end_of_a_line() -> None:
    pieces = break_words(split_pieces("Old Mathematics"), 10)
    assert join_pieces(pieces) == "Old Mathematics"
    assert join_pieces(pieces[:2]) == "Old Mathe-"


def test_japanese_breaks_between_signs_but_never_before_a_closing_mark() -> None:
    assert [piece.text for piece in split_pieces("猫「で」ある、。コーヒー")] == [
        *["猫", "「で」", "あ", "る、。"],
        *["コー", "ヒー"],
    ]


def test_korean_breaks_between_words_only() -> None:
    assert [piece.text for piece in split_pieces("한국어로 쓰인")] == ["한국어로", "쓰인"]


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_breaking_loses_no_letter(text: str) -> None:
    pieces = break_words(split_pieces(text), 10)
    assert "".join(piece.text for piece in pieces) == "".join(text.split())


# -------------------------------------------------------------------- fitted


def photo(width: int, height: int) -> Image.Image:
    """Red at the left, green at the right, blue at the top."""
    image = Image.new("RGB", (width, height), (90, 90, 90))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 10, height), fill=(220, 30, 30))
    draw.rectangle((width - width // 10, 0, width, height), fill=(30, 200, 30))
    draw.rectangle((width // 3, 0, width // 2, height // 10), fill=(30, 30, 220))
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("size", [(1200, 630), (300, 300), (900, 1000), (400, 3200), (3300, 3000)])
def test_any_picture_becomes_a_square_jpeg(kind: str, size: tuple[int, int]) -> None:
    data = fit_cover(written(photo(*size), kind), what="the picture")
    image = read(data)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1400, 1400))
    assert len(data) < 500_000
    assert check_artwork(data, what="the picture") == data


def test_a_wide_picture_is_kept_whole_on_a_darker_blurred_ground() -> None:
    image = read(fit_cover(written(photo(1200, 630)), what="the picture"))
    assert close(pixel(image, 20, 700), (220, 30, 30))
    assert close(pixel(image, 1380, 700), (30, 200, 30))
    assert close(pixel(image, 700, 700), (90, 90, 90))
    assert close(pixel(image, 700, 1300), (63, 63, 63))


def test_a_nearly_square_picture_is_cut_at_its_edges() -> None:
    image = read(fit_cover(written(photo(1100, 1000)), what="the picture"))
    assert close(pixel(image, 20, 700), (220, 30, 30))
    assert close(pixel(image, 130, 1300), (90, 90, 90)), "half of the red is cut off"
    assert close(pixel(image, 600, 20), (30, 30, 220))


def test_noise_is_made_small_enough() -> None:
    noise = Image.frombytes("RGB", (1500, 1500), random.Random(1).randbytes(1500 * 1500 * 3))
    assert len(fit_cover(written(noise, compress_level=1), what="the picture")) < 500_000


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_turned_by_exif_is_put_upright(turn: int) -> None:
    upright = photo(600, 600)
    undo: dict[int, Callable[[], Image.Image]] = {
        2: lambda: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: lambda: upright.transpose(Image.Transpose.ROTATE_180),
        4: lambda: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: lambda: upright.transpose(Image.Transpose.TRANSPOSE),
        6: lambda: upright.transpose(Image.Transpose.ROTATE_90),
        7: lambda: upright.transpose(Image.Transpose.TRANSVERSE),
        8: lambda: upright.transpose(Image.Transpose.ROTATE_270),
    }
    stored = undo.get(turn, lambda: upright)()
    exif = Image.Exif()
    exif[0x0112] = turn
    for kind in ("JPEG", "PNG"):
        image = read(fit_cover(written(stored, kind, exif=exif), what="the picture"))
        assert close(pixel(image, 30, 700), (220, 30, 30))
        assert close(pixel(image, 1370, 700), (30, 200, 30))
        assert close(pixel(image, 600, 40), (30, 30, 220))
        assert not image.getexif()


def test_sixteen_bits_of_grey_become_eight() -> None:
    grey = Image.linear_gradient("L").resize((1400, 1400)).convert("I").point(lambda value: value * 257)
    data = written(grey.convert("I;16"))
    assert read(data).mode == "I;16"
    image = read(fit_cover(data, what="the picture"))
    assert close(pixel(image, 700, 350), (64, 64, 64), 4)
    assert close(pixel(image, 700, 1050), (191, 191, 191), 4)


@pytest.mark.parametrize(("ink", "ground"), [((20, 20, 60), (255, 255, 255)), ((255, 255, 240), (24, 24, 24))])
def test_a_logo_is_kept_whole_on_a_ground_that_it_is_seen_on(
    ink: tuple[int, int, int], ground: tuple[int, int, int]
) -> None:
    logo = Image.new("RGBA", (400, 360))
    ImageDraw.Draw(logo).rectangle((0, 140, 400, 220), fill=(*ink, 255))
    image = read(fit_cover(written(logo), what="the logo"))
    assert close(pixel(image, 5, 700), ink)
    assert close(pixel(image, 1394, 700), ink)
    assert close(pixel(image, 700, 100), ground)
    assert close(pixel(image, 2, 2), ground)


def test_a_palette_with_a_clear_colour_is_put_on_white() -> None:
    image = Image.new("P", (400, 400), 0)
    image.putpalette([0, 0, 0, 10, 20, 90])
    ImageDraw.Draw(image).rectangle((100, 100, 300, 300), fill=1)
    for kind in ("PNG", "GIF"):
        fitted = read(fit_cover(written(image, kind, transparency=0), what="the picture"))
        assert close(pixel(fitted, 20, 20), (255, 255, 255))
        assert close(pixel(fitted, 700, 700), (10, 20, 90))


def test_of_a_moving_picture_the_first_is_taken() -> None:
    red, blue = (Image.new("RGB", (400, 400), colour) for colour in ("red", "blue"))
    for kind in ("GIF", "WEBP", "PNG"):
        data = written(red, kind, save_all=True, append_images=[blue])
        assert close(pixel(read(fit_cover(data, what="the picture")), 700, 700), (255, 0, 0))


def test_cmyk_becomes_rgb() -> None:
    image = read(fit_cover(written(Image.new("CMYK", (500, 500), (0, 255, 255, 0)), "JPEG"), what="the picture"))
    assert image.mode == "RGB"
    assert close(pixel(image, 700, 700), (255, 0, 0), 20)


def test_colours_of_a_profile_become_those_of_srgb() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exchanged = srgb.replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")
    red = Image.new("RGB", (500, 500), (250, 10, 10))
    for profile, seen in ((srgb, (250, 10, 10)), (exchanged, (10, 10, 250))):
        data = written(red, icc_profile=profile)
        assert close(pixel(read(fit_cover(data, what="the picture")), 700, 700), seen)


@pytest.mark.parametrize("profile", [b"nonsense", b"", b"\x00" * 500])
def test_a_profile_that_makes_no_sense_is_not_minded(profile: bytes) -> None:
    data = written(Image.new("RGB", (500, 500), (128, 60, 20)), icc_profile=profile)
    assert close(pixel(read(fit_cover(data, what="the picture")), 700, 700), (128, 60, 20))


def test_nothing_of_a_picture_travels_along_but_its_pixels() -> None:
    exif = Image.Exif()
    exif[0x010E] = "at home, 52.1 N 4.3 E"
    data = written(photo(800, 800), "JPEG", exif=exif, comment=b"at home", xmp=b"<x>at home</x>")
    assert b"at home" in data
    fitted = fit_cover(data, what="the picture")
    assert b"at home" not in fitted
    assert not {"exif", "icc_profile", "comment", "xmp"} & set(read(fitted).info)


# ------------------------------------------------------------------- refused


def bomb() -> bytes:
    """400 million pixels in 50 kB."""
    return written(Image.new("1", (20_000, 20_000)), compress_level=9)


@pytest.mark.parametrize("judge", [fit_cover, check_artwork])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: b"", "cover.jpg is no picture: the file is empty. Give a JPEG or PNG file."),
        *(
            (
                make,
                "cover.jpg is no picture: it is no JPEG, PNG, WebP, GIF or AVIF file, or a broken one. "
                "Give a JPEG or PNG file.",
            )
            for make in (
                lambda: b"This is a letter, not a picture.\n" * 40,
                lambda: b"<svg xmlns='http://www.w3.org/2000/svg' width='1400' height='1400'/>",
                lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1400 1400\n%%EndComments\n",
                lambda: written(photo(1400, 1400), "TIFF"),
                lambda: written(photo(1400, 1400), "JPEG")[:12],
            )
        ),
        (bomb, "cover.jpg is too large: it has over 40 million pixels. Make it smaller."),
        *(
            (make, "cover.jpg is broken: it ends early, or its data make no sense. Save it again.")
            for make in (
                lambda: written(Image.effect_noise((1400, 1400), 50).convert("RGB"), "JPEG")[:300_000],
                lambda: written(Image.effect_noise((1400, 1400), 50))[:300_000],
            )
        ),
    ],
)
def test_what_is_no_whole_picture_is_refused(judge: Callable[..., bytes], make: Callable[[], bytes], said: str) -> None:
    with pytest.raises(UsageError) as problem:
        judge(make(), what="cover.jpg")
    assert str(problem.value) == said


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    assert len(bomb()) < 60_000
    for judge in (fit_cover, check_artwork):
        with pytest.raises(UsageError, match="40 million pixels"):
            judge(bomb()[:64], what="cover.png")


@pytest.mark.parametrize("size", [(1, 1), (299, 2000), (2000, 299)])
def test_a_picture_too_small_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(UsageError) as problem:
        fit_cover(written(Image.new("RGB", size)), what="the picture dot.png")
    width, height = size
    expected = f"the picture dot.png is too small: it has {width} × {height} px. Give one of 300 px or more."
    assert str(problem.value) == expected


def test_any_bytes_changed_in_a_picture_give_a_picture_or_a_plain_refusal() -> None:
    chance = random.Random(3)
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.effect_mandelbrot((330, 300), (-2, -1.5, 1, 1.5), 30).convert("RGB")
    whole = [
        *(written(image, kind, exif=exif, icc_profile=profile) for kind in ("JPEG", "PNG", "WEBP", "AVIF")),
        written(image.quantize(16), "GIF"),
    ]
    outcomes: set[object] = set()
    for number in range(200):
        data = bytearray(whole[number % len(whole)])
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(min(len(data), 4_000))] = chance.randrange(256)
        try:
            outcomes.add(read(fit_cover(bytes(data), what="the picture")).size)
        except UsageError as problem:
            outcomes.add(problem.what)
    assert outcomes >= {(1400, 1400), "the picture is broken"}
    assert {outcome for outcome in outcomes if isinstance(outcome, tuple)} == {(1400, 1400)}


# ------------------------------------------------------------------- checked


@pytest.mark.parametrize("side", [1400, 2000, 3000])
@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_artwork_that_directories_take_is_passed_unchanged(side: int, mode: str, kind: str) -> None:
    data = written(Image.new(mode, (side, side)), kind)
    assert check_artwork(data, what="logo") == data


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return written(Image.new("RGB", (1400, 1400)), "JPEG", exif=exif)


def moving() -> bytes:
    red, blue = (Image.new("RGB", (1400, 1400), colour) for colour in ("red", "blue"))
    return written(red, save_all=True, append_images=[blue])


@pytest.mark.parametrize(
    ("make", "fault"),
    [
        (lambda: written(Image.new("RGB", (1500, 1400))), "is not square (1500 × 1400 px)"),
        (lambda: written(Image.new("RGB", (1399, 1399))), "has 1399 × 1399 px"),
        (lambda: written(Image.new("RGB", (3001, 3001))), "has 3001 × 3001 px"),
        (lambda: written(Image.new("RGB", (1, 1))), "has 1 × 1 px"),
        (lambda: written(Image.new("RGB", (1400, 1400)), "WEBP"), "is a WEBP file"),
        (lambda: written(Image.new("RGB", (1400, 1400)), "GIF"), "is a GIF file"),
        (lambda: written(Image.new("CMYK", (1400, 1400)), "JPEG"), "is in CMYK"),
        (lambda: written(Image.new("RGBA", (1400, 1400))), "has transparency"),
        (lambda: written(Image.new("LA", (1400, 1400))), "has transparency"),
        (lambda: written(Image.new("P", (1400, 1400)), transparency=0), "has transparency"),
        (lambda: written(Image.new("I;16", (1400, 1400))), "is grey of 16 bits"),
        (lambda: written(Image.new("1", (1400, 1400))), "is black and white without grey"),
        (turned, "is turned by its EXIF data"),
        (moving, "moves"),
        (lambda: written(Image.new("CMYK", (900, 600)), "JPEG"), "is not square (900 × 600 px) and is in CMYK"),
        (
            lambda: written(Image.new("RGBA", (900, 600)), "WEBP"),
            "is a WEBP file, is not square (900 × 600 px) and has transparency",
        ),
    ],
)
def test_artwork_that_directories_refuse_is_refused_with_every_fault_named(
    make: Callable[[], bytes], fault: str
) -> None:
    with pytest.raises(UsageError) as problem:
        check_artwork(make(), what="the artwork logo.png")
    assert str(problem.value) == f"the artwork logo.png cannot be used: it {fault}. {REMEDY}"


def test_nothing_is_said_of_broken_metadata(recwarn: pytest.WarningsRecorder) -> None:
    exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff" + b"\xff" * 40
    data = written(photo(600, 600), "JPEG", exif=exif)
    image = read(fit_cover(data, what="the picture"))
    assert close(pixel(image, 30, 700), (220, 30, 30))
    assert not recwarn.list

# SPDX-License-Identifier: Apache-2.0
"""What becomes of a picture on its way: each change in a few strengths, as the bytes somebody would upload.

A change that is not a format of its own is written as JPEG of quality 90 afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from bench.pictures import grained
from krama.testing import encoded

Picture = Image.Image
TURNS = {
    "90°": Image.Transpose.ROTATE_90, "180°": Image.Transpose.ROTATE_180, "270°": Image.Transpose.ROTATE_270,
    "left-right": Image.Transpose.FLIP_LEFT_RIGHT, "top-bottom": Image.Transpose.FLIP_TOP_BOTTOM,
}  # fmt: skip


class Change(NamedTuple):
    """`strengths` as they are printed, and what makes the file of a picture at one of them."""

    name: str
    strengths: tuple[str, ...]
    make: Callable[[Picture, str], bytes]


def number(strength: str) -> float:
    return float(strength.strip("×°% px"))


def resized(image: Picture, strength: str) -> Picture:
    share = number(strength) / 100
    return image.resize((round(image.width * share), round(image.height * share)), Image.Resampling.LANCZOS)


def cropped(image: Picture, strength: str) -> Picture:
    """So much of the width and of the height is gone, half of it on each side."""
    x, y = (round(side * number(strength) / 200) for side in image.size)
    return image.crop((x, y, image.width - x, image.height - y))


def bordered(image: Picture, strength: str) -> Picture:
    return ImageOps.expand(image, round(image.width * number(strength) / 100), (245, 245, 245))


def rotated(image: Picture, strength: str) -> Picture:
    return image.rotate(number(strength), Image.Resampling.BICUBIC, fillcolor=(0, 0, 0))


def turned(image: Picture, strength: str) -> Picture:
    return image.transpose(TURNS[strength])


def brightened(image: Picture, strength: str) -> Picture:
    return ImageEnhance.Brightness(image).enhance(number(strength))


def contrasted(image: Picture, strength: str) -> Picture:
    return ImageEnhance.Contrast(image).enhance(number(strength))


def blurred(image: Picture, strength: str) -> Picture:
    return image.filter(ImageFilter.GaussianBlur(number(strength)))


def noisy(image: Picture, strength: str) -> Picture:
    return grained(image, 77, number(strength))


def watermarked(image: Picture, strength: str) -> Picture:
    """A word across the picture, again and again, so opaque."""
    mask = Image.new("L", image.size)
    pen = ImageDraw.Draw(mask)
    for row in range(6):
        for column in range(3):
            at = ((column + row % 2 * 0.5 - 0.2) * image.width / 3, row * image.height / 6)
            pen.text(at, "SAMPLE", round(number(strength) * 2.55), font_size=image.height / 9)
    return Image.composite(Image.new("RGB", image.size, (255, 255, 255)), image, mask)


def captioned(image: Picture, strength: str) -> Picture:
    """A band with words over so much of the height, at the bottom."""
    out, band = image.copy(), image.height * number(strength) / 100
    pen = ImageDraw.Draw(out)
    pen.rectangle((0, image.height - band, *image.size), fill=(15, 15, 15))
    pen.text(
        (image.width * 0.05, image.height - band * 0.85), "words that somebody wrote", "white", font_size=band * 0.6
    )
    return out


def framed(image: Picture, strength: str) -> Picture:
    """A screenshot: bars above and below, so much of the height together, with a clock and buttons."""
    bar = round(image.height * number(strength) / 200)
    out = ImageOps.expand(image, (0, bar), (24, 26, 30))
    pen = ImageDraw.Draw(out)
    pen.text((image.width * 0.04, bar * 0.2), "12:34", "white", font_size=bar * 0.6)
    for place in (0.2, 0.5, 0.8):
        x, y = image.width * place, out.height - bar / 2
        pen.ellipse((x - bar / 4, y - bar / 4, x + bar / 4, y + bar / 4), fill="white")
    return out


def gray(image: Picture, strength: str) -> Picture:
    return image.convert("L")


def as_form(form: str) -> Callable[[Picture, str], bytes]:
    return lambda image, strength: encoded(image, form, quality=int(strength))


def then_jpeg(change: Callable[[Picture, str], Picture]) -> Callable[[Picture, str], bytes]:
    return lambda image, strength: encoded(change(image, strength), "JPEG", quality=90)


CHANGES = (
    Change("resize, share of the side", ("90 %", "75 %", "50 %", "25 %", "10 %"), then_jpeg(resized)),
    Change("JPEG quality", ("95", "75", "50", "30", "20", "10"), as_form("JPEG")),
    Change("WebP quality", ("80", "50", "20"), as_form("WEBP")),
    Change("AVIF quality", ("60", "30"), as_form("AVIF")),
    Change("crop, of each side length", ("1 %", "2 %", "5 %", "10 %", "20 %"), then_jpeg(cropped)),
    Change("border, of the width, all round", ("1 %", "2 %", "5 %", "10 %", "20 %"), then_jpeg(bordered)),
    Change("rotation", ("1°", "2°", "5°", "10°", "45°"), then_jpeg(rotated)),
    Change("quarter turn or flip", tuple(TURNS), then_jpeg(turned)),
    Change("brightness", ("×0.5", "×0.8", "×1.2", "×1.5", "×2"), then_jpeg(brightened)),
    Change("contrast", ("×0.5", "×0.8", "×1.2", "×1.5", "×2"), then_jpeg(contrasted)),
    Change("blur, radius", ("1 px", "2 px", "4 px", "8 px"), then_jpeg(blurred)),
    Change("noise, deviation of 255", ("5", "10", "20", "40"), then_jpeg(noisy)),
    Change("watermark, opacity", ("10 %", "25 %", "50 %"), then_jpeg(watermarked)),
    Change("text over the foot, of the height", ("5 %", "10 %", "20 %"), then_jpeg(captioned)),
    Change("screenshot bars, of the height", ("5 %", "10 %", "20 %"), then_jpeg(framed)),
    Change("grayscale", ("all",), then_jpeg(gray)),
)

# SPDX-License-Identifier: Apache-2.0
"""Generated pictures for tests and demos: landscapes and patterns, the same bytes on every machine.

Must never load a picture from anywhere. Integer arithmetic only, so no version of NumPy or libm changes a pixel.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

Grid = NDArray[np.int64]


def landscape(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Hills of falling brightness under a sky, with a sun; every seed another view. RGB, `size` is width, height."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    x, y = x * 1024 // width, y * 1024 // height
    pixels = np.stack([70 + y // 9 + _draw(seed, c, 60) for c in range(3)], axis=-1)
    sun = (x - 150 - _draw(seed, 10, 700)) ** 2 + (y - 100 - _draw(seed, 11, 250)) ** 2
    pixels[sun < (40 + _draw(seed, 12, 60)) ** 2] = (250, 235, 170)
    for hill in range(4):
        rise = 330 + 150 * hill - _ridge(seed * 7 + hill, x)
        tone = np.array([_draw(seed, 20 + 3 * hill + c, 170) + 20 for c in range(3)])
        pixels = np.where(
            (y > rise)[:, :, None], tone + (_noise(seed + hill, x // 16, y // 16) % 48)[:, :, None], pixels
        )
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8), "RGB")


def pattern(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Tiles of chance colours at two scales. RGB, `size` is width, height."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    coarse, fine = 3 + _draw(seed, 1, 6), 12 + _draw(seed, 2, 30)
    layers = [
        _noise(seed * 5 + c, x * coarse // width, y * coarse // height) % 180
        + _noise(seed * 11 + c, x * fine // width, y * fine // height) % 76
        for c in range(3)
    ]
    return Image.fromarray(np.stack(layers, axis=-1).astype(np.uint8), "RGB")


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    """The picture as JPEG bytes."""
    return encoded(image, "JPEG", quality=quality)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    """The picture as bytes of a format Pillow writes: "JPEG", "PNG", "WEBP", "GIF", "AVIF"."""
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def changed_copy(image: Image.Image) -> Image.Image:
    """The same picture at three quarters of its size and a little brighter."""
    width, height = image.size
    smaller = image.resize((max(1, width * 3 // 4), max(1, height * 3 // 4)), Image.Resampling.BILINEAR)
    return ImageEnhance.Brightness(smaller).enhance(1.06)


def animation(frames: list[Image.Image], form: str = "GIF") -> bytes:
    """The pictures one after another: "GIF", "PNG" (APNG), "WEBP" or "AVIF"."""
    options = {"lossless": True} if form == "WEBP" else {}
    return encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=40, loop=0, **options)


def _draw(seed: int, salt: int, below: int) -> int:
    return int(_noise(seed, np.array([salt], np.int64), np.array([salt * 3 + 1], np.int64))[0]) % below


def _noise(seed: int, x: Grid, y: Grid) -> Grid:
    """A chance number from 0 to 65535 for each point, by integer mixing alone."""
    mixed = (x.astype(np.uint64) * np.uint64(374761393)) ^ (y.astype(np.uint64) * np.uint64(668265263))
    mixed ^= np.uint64((seed * 2654435761 + 97) % 2**63)
    for multiplier in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB):
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(multiplier)
    return ((mixed >> np.uint64(40)) & np.uint64(0xFFFF)).astype(np.int64)


def _ridge(seed: int, x: Grid) -> Grid:
    """A line of peaks: triangle waves of three widths."""
    out = np.zeros_like(x)
    for salt, width in ((1, 400), (2, 170), (3, 60)):
        shifted = (x + _draw(seed, salt, 1000)) % width
        out += np.minimum(shifted, width - shifted) * (60 + _draw(seed, salt + 9, 80)) // 100
    return out

# SPDX-License-Identifier: Apache-2.0
"""Pictures to measure with: generated ones, and views of photographs that come inside packages, plainly licensed.

Photographs: the sample data of scikit-image (CC0 or public domain) and scikit-learn (CC BY 2.0), without those that
show a person. There are fourteen, so a view is a chance cut of one, scaled to the size that is asked, with a little
sensor noise: what is scaled up is smoother than a camera's own picture, and says so here rather than nowhere.
The packages stand in an environment of their own (build/peer) and are never imported.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from krama.testing import landscape, pattern

Size = tuple[int, int]
PEERS = Path(__file__).resolve().parents[1] / "build" / "peer"
PHOTOGRAPHS = {
    "skimage/data": (
        "brick.png", "chelsea.png", "coffee.png", "coins.png", "grass.png", "gravel.png", "hubble_deep_field.jpg",
        "moon.png", "motorcycle_left.png", "motorcycle_right.png", "retina.jpg", "rocket.jpg",
    ),
    "sklearn/datasets/images": ("china.jpg", "flower.jpg"),
}  # fmt: skip


@cache
def photographs() -> tuple[Image.Image, ...]:
    """Every photograph, whole, RGB."""
    found = []
    for folder, names in PHOTOGRAPHS.items():
        for name in names:
            (path,) = PEERS.glob(f"lib/python*/site-packages/{folder}/{name}")
            found.append(Image.open(path).convert("RGB"))
    return tuple(found)


def photographed(seed: int, size: Size) -> Image.Image:
    """A view of a photograph: a cut of 35 to 100 of 100 of its width, of the asked shape, perhaps mirrored."""
    chance = np.random.default_rng([seed, 1])
    whole = photographs()[seed % len(photographs())]
    shape = size[0] / size[1]
    most = min(whole.width, whole.height * shape)
    wide = most * chance.uniform(0.35, 1)
    left, top = chance.uniform(0, whole.width - wide), chance.uniform(0, whole.height - wide / shape)
    view = whole.resize(size, Image.Resampling.BICUBIC, box=(left, top, left + wide, top + wide / shape))
    if chance.random() < 0.5:
        view = view.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return grained(view, seed, 3)


def grained(image: Image.Image, seed: int, deviation: float) -> Image.Image:
    """With the noise of a sensor, the same in no two pictures."""
    chance = np.random.default_rng([seed, 2])
    pixels = np.asarray(image).astype(np.float32)
    pixels += chance.standard_normal(pixels.shape[:2], np.float32)[..., None] * deviation
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def clouds(seed: int, size: Size) -> Image.Image:
    """Colours that vary at every scale, as much more as the scale is wider (1/f), as in most pictures of the world."""
    chance = np.random.default_rng([seed, 3])
    wide, high = 512, 384
    falling = 1 / np.maximum(1, np.hypot(np.fft.fftfreq(high)[:, None] * high, np.fft.fftfreq(wide)[None, :] * wide))
    layers = []
    for _ in range(3):
        noise = np.fft.fft2(chance.standard_normal((high, wide)))
        field = np.fft.ifft2(noise * falling ** chance.uniform(0.9, 1.6)).real
        layers.append(np.clip(chance.uniform(90, 160) + field / field.std() * chance.uniform(20, 60), 0, 255))
    picture = Image.fromarray(np.stack(layers, axis=-1).astype(np.uint8))
    return grained(picture.resize(size, Image.Resampling.BICUBIC), seed, 4)


def drawn(seed: int, size: Size) -> Image.Image:
    """Shapes with hard edges over a slope of colour, as in drawings and screens."""
    chance = np.random.default_rng([seed, 4])
    ends = chance.integers(0, 256, (2, 3))
    slope = np.linspace(0, 1, size[1], dtype=np.float32)[:, None, None]
    pixels: NDArray[np.float32] = np.broadcast_to(ends[0] * (1 - slope) + ends[1] * slope, (size[1], size[0], 3))
    picture = Image.fromarray(pixels.astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    for _ in range(int(chance.integers(6, 40))):
        x, y = chance.uniform(0, 1, 2) * size
        wide, high = chance.uniform(0.02, 0.4, 2) * size
        colour = tuple(int(one) for one in chance.integers(0, 256, 3))
        (pen.rectangle, pen.ellipse)[int(chance.integers(2))]((x, y, x + wide, y + high), fill=colour)
    return picture


def written(seed: int, size: Size) -> Image.Image:
    """A page of writing: dark strokes on light ground, in lines and paragraphs."""
    chance = np.random.default_rng([seed, 5])
    picture = Image.new("RGB", size, tuple(int(one) for one in chance.integers(215, 256, 3)))
    pen = ImageDraw.Draw(picture)
    line, y = size[1] / float(chance.integers(14, 45)), size[1] * 0.05
    while y < size[1] * 0.95:
        x = size[0] * chance.uniform(0.04, 0.1)
        while x < size[0] * chance.uniform(0.5, 0.96):
            word = line * chance.uniform(0.5, 3)
            pen.text(
                (x, y), "".join(chr(int(c)) for c in chance.integers(97, 123, 6)), (30, 30, 40), font_size=line * 0.7
            )
            x += word + line
        y += line * (1 if chance.random() < 0.9 else 2.5)
    return picture


GENERATED: tuple[Callable[[int, Size], Image.Image], ...] = (landscape, pattern, clouds, drawn, written)


def generated(seed: int, size: Size) -> Image.Image:
    """One of five kinds, by turns."""
    return GENERATED[seed % len(GENERATED)](seed, size)


def as_jpeg(image: Image.Image, seed: int) -> bytes:
    """As cameras and apps write it: quality 70 to 95, colour at half or full size, now and then progressive."""
    chance = np.random.default_rng([seed, 6])
    stream = io.BytesIO()
    image.save(
        stream, "JPEG", quality=int(chance.integers(70, 96)), subsampling=("4:2:0", "4:4:4", "4:2:2")[seed % 3],
        progressive=bool(chance.random() < 0.2),
    )  # fmt: skip
    return stream.getvalue()

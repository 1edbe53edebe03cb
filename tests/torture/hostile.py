# SPDX-License-Identifier: Apache-2.0
"""Files that want harm: pictures of every format, cut, flipped, spliced, and with lengths and sizes that lie."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from PIL import Image

from krama.testing.pictures import encoded, landscape

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIC")
HEIC = Path(__file__).parents[1] / "scanning" / "heic"  # encoded elsewhere: no encoder is at hand
INTERESTING = (0, 1, 0x7F, 0x80, 0xFF)


@cache
def seeds(form: str) -> tuple[bytes, ...]:
    """Whole files of a format: small and larger, gray, with alpha where there is one, progressive, animated."""
    if form == "HEIC":
        return tuple(path.read_bytes() for path in sorted(HEIC.glob("*.heic")))
    small, gray = landscape(5, size=(160, 120)), landscape(6, size=(96, 96)).convert("L")
    made = [encoded(small, form), encoded(gray, form), encoded(landscape(7, size=(320, 240)), form)]
    if form == "JPEG":
        made.append(encoded(small, form, progressive=True))
    if form in ("PNG", "GIF", "WEBP"):
        made.append(animated(form))
    return tuple(made)


def animated(form: str) -> bytes:
    frames = [landscape(number, size=(80, 60)) for number in range(4)]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:])


def mutated(form: str, dice: random.Random) -> bytes:
    """One file of this format that was harmed in one of seven ways."""
    data = bytearray(dice.choice(seeds(form)))
    way = dice.randrange(7)
    if way == 0:
        return bytes(data[: dice.randrange(len(data))])
    if way == 1:  # bits
        for _ in range(dice.choice((1, 3, 20, 200))):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    elif way == 2:  # the head, where lengths and sizes stand
        for _ in range(dice.randrange(1, 9)):
            data[dice.randrange(min(len(data), 200))] = dice.choice(INTERESTING)
    elif way == 3:  # four bytes that say a number
        at = dice.randrange(max(1, len(data) - 4))
        data[at : at + 4] = dice.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x10000, len(data))).to_bytes(4)
    elif way == 4:  # a piece twice
        start = dice.randrange(len(data))
        piece = data[start : start + dice.randrange(1, 4_000)]
        at = dice.randrange(len(data))
        data[at:at] = piece * dice.choice((1, 2, 50))
    elif way == 5:  # a piece of another file
        other = dice.choice(seeds(dice.choice(FORMATS)))
        at, start = dice.randrange(len(data)), dice.randrange(len(other))
        data[at : at + 500] = other[start : start + dice.randrange(1, 2_000)]
    else:  # a piece gone
        at = dice.randrange(len(data))
        del data[at : at + dice.randrange(1, 2_000)]
    return bytes(data)


def bomb() -> bytes:
    """A few kilobytes that claim, and are, forty-nine million pixels: as much as one picture may cost."""
    return encoded(Image.new("L", (7_000, 7_000)), "PNG")

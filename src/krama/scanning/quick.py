# SPDX-License-Identifier: Apache-2.0
"""The fast PDQ: of a decoded picture by one banded map, of a JPEG from a small gray decode; 12 bits off at most.

That bound is measured, not proved (docs/decisions/0030-fast-pdq.md): who decides by it must search 12 bits wider and
hash again what is found. Must never answer for a file it is not sure of: `spectrum_of_jpeg` then says None.
"""

from __future__ import annotations

import numpy as np
import simplejpeg
from PIL import Image

from krama.scanning.pdq import COSINES, NOTHING, SMALLEST_SIDE, Floats, Spectrum, _quality
from krama.scanning.tent import Bytes, shrunk

MARGIN = 12  # bits that the fast hash may be off at most
LEAST_SIDE = 240  # pixels of the shorter side of a decode
NEAR, MOST_NEAR = 0.5, 2 * MARGIN  # frequencies that lie so near the median are chance; at most so many of 256
# What a decode in small cannot see moves a frequency by about a tenth of the step from pixel to pixel; so many may lie
# so near the median. Without this a page of writing was off by 12 bits at half size, with it by 4 (measured).
UNSEEN, MOST_UNSEEN = 0.1, 12
FACTORS = (8, 4, 2, 1)  # what libjpeg-turbo decodes to by itself, fast
PLAIN = ("YCbCr", "Gray")  # their brightness is stored as such; other JPEGs are converted by the exact way


def spectrum_of_decoded(image: Image.Image) -> Spectrum:
    """Of a decoded picture as it lies, some rows at a time. Seldom a bit from the exact one."""
    if min(image.size) < SMALLEST_SIDE:
        return NOTHING
    mode = image.mode if image.mode == "L" else "RGB"

    def rows(top: int, bottom: int) -> Bytes:
        return np.asarray(image.crop((0, top, image.width, bottom)).convert(mode))

    return _spectrum(shrunk(rows, image.size))


def spectrum_of_jpeg(data: bytes, size: tuple[int, int]) -> Spectrum | None:
    """Of a whole JPEG whose frame claims `size`; None when it is not plain, too faint, or its decoder complains."""
    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(data)
        if (width, height) != size or colours not in PLAIN or min(size) < SMALLEST_SIDE:
            return None
        for factor in (one for one in FACTORS if min(size) >= one * LEAST_SIDE or one == 1):
            gray = _decoded(data, size, factor)
            if gray is None:
                return None
            found = _of_gray(gray, size, factor)
            if factor == 1 or not _hides(gray, found):
                return found if _is_sure(found, NEAR, MOST_NEAR) else None
    except ValueError:
        pass
    return None


def _decoded(data: bytes, size: tuple[int, int], factor: int) -> Bytes | None:
    """Its brightness in small; None where the decoder gave another size than it was asked for."""
    width, height = (-(-side // factor) for side in size)
    gray: Bytes = simplejpeg.decode_jpeg(data, "GRAY", strict=True, min_height=height, min_width=width)[:, :, 0]
    return gray if gray.shape == (height, width) else None


def _of_gray(gray: Bytes, size: tuple[int, int], factor: int) -> Spectrum:
    return _spectrum(shrunk(lambda top, bottom: gray[top:bottom], size, factor))


def _hides(gray: Bytes, found: Spectrum) -> bool:
    """Is there so much from pixel to pixel that what lies between them may turn more than a few bits?"""
    rows, below = gray[::8].astype(np.float32), gray[1::8].astype(np.float32)
    steps = (rows[:, 1:] - rows[:, :-1], below - rows[: len(below)])
    step = max(float(np.sqrt(np.mean(np.square(one)))) for one in steps)
    return not _is_sure(found, UNSEEN * step, MOST_UNSEEN)


def _spectrum(small: Floats) -> Spectrum:
    frequencies: Floats = np.matmul(np.matmul(COSINES, small), COSINES.T)
    return Spectrum(frequencies, _quality(small))


def _is_sure(spectrum: Spectrum, near: float, most: int) -> bool:
    """Are few bits a matter of chance? Of a very faint picture a rounding turns many, and no margin would hold."""
    flat = spectrum.frequencies.ravel()
    return int(np.count_nonzero(np.abs(flat - np.partition(flat, 127)[127]) < near)) <= most

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
LEAST_SIDE = 256  # pixels of the shorter side of a decode; at 240 a page of writing was off by 14 bits (measured)
NEAR, MOST_NEAR = 0.5, 2 * MARGIN  # frequencies that lie so near the median are chance; at most so many of 256
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
        factor = next(one for one in FACTORS if min(size) >= one * LEAST_SIDE or one == 1)
        least = {"min_height": -(-height // factor), "min_width": -(-width // factor)}
        gray = simplejpeg.decode_jpeg(data, "GRAY", strict=True, **least)[:, :, 0]
    except ValueError:
        return None
    if gray.shape != (-(-height // factor), -(-width // factor)):
        return None
    found = _spectrum(shrunk(lambda top, bottom: gray[top:bottom], size, factor))
    return found if _sure(found) else None


def _spectrum(small: Floats) -> Spectrum:
    frequencies: Floats = np.matmul(np.matmul(COSINES, small), COSINES.T)
    return Spectrum(frequencies, _quality(small))


def _sure(spectrum: Spectrum) -> bool:
    """Are few bits a matter of chance? Of a very faint picture a rounding turns many, and no margin would hold."""
    flat = spectrum.frequencies.ravel()
    return int(np.count_nonzero(np.abs(flat - np.partition(flat, 127)[127]) < NEAR)) <= MOST_NEAR

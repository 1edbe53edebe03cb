# SPDX-License-Identifier: Apache-2.0
"""Open a picture safely and hash its frames: six formats, a hard cap on pixels, a bound on all decoding work.

Whatever the bytes, it answers; no decoder's exception leaves this file. Global settings of Pillow stay untouched.
Memory of one decode, besides the file: at most 20 bytes a pixel of the largest frame (1 GB at the default cap),
of which Pillow's picture and our brightness take 8, and a format's own buffers the rest.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from PIL import AvifImagePlugin, GifImagePlugin, Image, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from krama.scanning.container import MOST_FRAMES, Frame, completed, read_frame
from krama.scanning.pdq import Pdq, Spectrum, spectrum_of
from krama.scanning.quick import spectrum_of_decoded, spectrum_of_jpeg

# Named so that opening one format never loads the plugins of the others.
PLUGINS = (AvifImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
FORMATS = "JPEG, PNG, WebP, GIF, AVIF and HEIC"
CUT = "The end of the file is missing; ask for it whole, or let a person look at it."
TOO_LONG = "The file has more parts than one scan reads, so only its beginning was searched; let a person look at it."
PILLOW_LIMIT = 89_000_000  # past it Pillow warns by itself, and at twice that refuses
LEAST_FRAME_COST = 10_000  # pixels: what even the smallest frame costs to step over
HASH_COST = 3  # a frame that is searched costs so many times more than one that is stepped over (measured)
BYTES_A_PIXEL = 20  # measured at 50 million pixels: 5 to 17, by format


@dataclass(frozen=True)
class Limits:
    """`pixels`: of one frame. `frames`: searched at most. `work`: pixels a whole animation may cost.

    A frame stepped over costs its pixels, one that is searched four times that.
    """

    pixels: int = 50_000_000
    frames: int = 16
    work: int = 400_000_000

    def __post_init__(self) -> None:
        if not 0 < self.pixels <= PILLOW_LIMIT:
            raise ValueError(f"pixels must be 1 to {PILLOW_LIMIT:,}")

    @property
    def memory(self) -> int:
        """Bytes one decode may take, besides the file itself."""
        return self.pixels * BYTES_A_PIXEL


class Picture:
    """A file being opened. Read `hashes()` to its end; then the other fields stand.

    `reason` is None when everything was searched, else "truncated" or "undecodable"; `detail`: what, and what to do.
    `exact` asks for the exact hash and says afterwards whether every hash was. `dihedral`: eight hashes a frame, the
    first of it as it lies, the others of it turned and mirrored (see `Spectrum.turned`).
    """

    def __init__(self, data: bytes, limits: Limits, *, exact: bool = False, dihedral: bool = False) -> None:
        self.limits = limits
        self.exact = exact
        self.dihedral = dihedral
        self.media_type: str | None = None
        self.size: tuple[int, int] | None = None
        self.reason: Literal["truncated", "undecodable"] | None = None
        self.detail: str | None = None
        self._data = data

    def hashes(self) -> Iterator[Pdq]:
        """The PDQ of the first and up to 15 evenly spaced frames, as far as they decode."""
        try:
            frame = read_frame(self._data)
            if frame is None:
                what = "The file is not a picture Krama can open" if self._data else "The file is empty"
                self._problem("undecodable", f"{what} (it opens {FORMATS}); a person should look at it.")
            else:
                yield from self._decoded(frame)
        except Exception as error:  # decoders raise whatever they like; nothing of it may let content past
            self._failed(error)

    def _decoded(self, frame: Frame) -> Iterator[Pdq]:
        self.media_type, self.size = frame.media_type, frame.size
        if frame.size and not self._fits(frame.size):
            return
        if frame.cut:
            self._problem("truncated", TOO_LONG if frame.bounded else CUT)
            self.exact = True  # a broken file is decoded by one decoder only
        data = completed(self._data, frame) if frame.cut else self._data
        if frame.size and frame.form == "JPEG" and not self.exact:
            spectrum = spectrum_of_jpeg(data, frame.size) if frame.frames == 1 else None
            if spectrum is not None:
                yield from self._pdqs(spectrum)
                return
            self.exact = True  # what the fast decoder complains of is left to the other alone
        with Image.open(io.BytesIO(data), formats=(_plugin(frame.form),)) as image:
            if isinstance(image, ImageFile.ImageFile) and self._fits(image.size):
                self.size = image.size
                yield from self._frames(image, frame)

    def _frames(self, image: ImageFile.ImageFile, frame: Frame) -> Iterator[Pdq]:
        stated = int(getattr(image, "n_frames", 1)) if frame.form != "GIF" else frame.frames
        count = max(1, min(stated, MOST_FRAMES))
        wanted = set(_spaced(count, self.limits.frames))
        work = 0
        for number in range(count):
            image.seek(number)  # decoders go frame by frame: the ones between cost as much as the sampled
            cost = max(LEAST_FRAME_COST, image.size[0] * image.size[1])
            work += cost * (1 + HASH_COST * (number in wanted))
            if not self._fits(image.size):
                return
            if number and work > self.limits.work:
                self._problem("truncated", _in_part(number, stated))
                return
            if number in wanted:
                yield from self._hash(image)
            if self.reason is not None and not frame.cut:
                return
        if stated > count or (frame.form == "PNG" and frame.frames > count):
            self._problem("truncated", _in_part(count, max(stated, frame.frames)))

    def _hash(self, image: ImageFile.ImageFile) -> Iterator[Pdq]:
        try:
            image.load()
        except Exception as error:
            self._failed(error)
            image.tile = []  # keep the rows that were decoded; without any this raises again, above
        yield from self._pdqs(spectrum_of(image) if self.exact else spectrum_of_decoded(image))

    def _pdqs(self, spectrum: Spectrum) -> Iterator[Pdq]:
        yield from spectrum.turned() if self.dihedral else (spectrum.pdq,)

    def _fits(self, size: tuple[int, int]) -> bool:
        if size[0] * size[1] <= self.limits.pixels:
            return True
        claim = f"The picture claims {size[0]:,} x {size[1]:,} pixels and the limit is {self.limits.pixels:,}"
        self._problem("undecodable", f"{claim}; a person should look at it, or a smaller copy be scanned.")
        return False

    def _failed(self, error: Exception) -> None:
        if "truncated" in str(error).lower():
            self._problem("truncated", "The picture stops before its end; a person should look at it.")
        else:
            name = type(error).__name__
            self._problem("undecodable", f"The file cannot be decoded ({name}); a person should look at it.")

    def _problem(self, reason: Literal["truncated", "undecodable"], detail: str) -> None:
        if self.reason is None:  # the first that was found explains the others
            self.reason, self.detail = reason, detail


def _plugin(form: str) -> str:
    """Pillow's name of the format. HEIC's plugin changes what a whole process can open, so it is only loaded here."""
    if form != "HEIC":
        return form
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    return "HEIF"


def _spaced(count: int, most: int) -> list[int]:
    """The first frame, the last, and evenly between: `most` numbers below `count`."""
    if count <= most:
        return list(range(count))
    return [i * (count - 1) // (most - 1) for i in range(most)] if most > 1 else [0]


def _in_part(searched: int, frames: int) -> str:
    least = "at least " if frames >= MOST_FRAMES else ""
    return (
        f"Only the first {searched:,} of {least}{frames:,} frames were searched, since all are more work than one scan "
        "may take; a person should look at the rest."
    )

# SPDX-License-Identifier: Apache-2.0
"""What a file's own frame says, before any decoder runs: format, claimed size, whether its end is there.

Reads lengths and markers only, each byte at most once or twice. Must never raise on any bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
MAGIC = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n", "GIF": b"GIF8", "WEBP": b"RIFF", "AVIF": b"\0\0\0"}
MOST_FRAMES = 20_000  # counted no further: past it an animation is searched in part
MOST_PARTS = 100_000  # chunks or markers; a file built of more is read to there, as if it were cut
MOST_BLOCKS = 1_000_000  # GIF's own pieces hold 255 bytes at most
MOST_SCANS = 50  # of a progressive JPEG: each costs a pass over the whole picture; usual are 10
MOST_PADDING = 64 << 20
JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
JPEG_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}

Size = tuple[int, int]


@dataclass(frozen=True)
class Frame:
    """`cut`: its end was not reached. `frames`: counted, 0 when only the decoder can tell.

    `size`: width, height. `length`: bytes the file says it has. `whole`: bytes a decoder is given of it.
    `bounded`: not cut, but built of more parts than one scan reads.
    """

    form: str
    cut: bool = False
    size: Size | None = None
    frames: int = 0
    length: int | None = None
    whole: int | None = None
    bounded: bool = False

    @property
    def media_type(self) -> str:
        """The IANA media type."""
        return f"image/{self.form.lower()}"


def read_frame(data: bytes) -> Frame | None:
    """The frame of a JPEG, PNG, GIF, WebP, AVIF or HEIC file, or of a file cut inside its first bytes; else None."""
    form = form_of(data)
    if form is None:
        return None
    if len(data) < 16:
        return Frame(form, cut=True)
    return READERS[form](data)


def completed(data: bytes, frame: Frame) -> bytes:
    """A cut file with what lets its decoder give the part that is there: an end marker, or zeros up to its length."""
    data = data[: frame.whole]
    if frame.form == "JPEG":
        return data + b"\xff\xd9"
    if frame.form == "WEBP" and frame.frames:  # an animation's whole frames, under a length that fits them
        return data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:]
    if frame.length is not None and 0 < frame.length - len(data) <= MOST_PADDING:
        return data + bytes(frame.length - len(data))
    return data


def form_of(data: bytes) -> str | None:
    """The format by the first bytes alone."""
    if data[4:8] == b"ftyp" and re.search(rb"avi[fs]", data[8 : 8 + min(_int(data[:4]), 256)]):
        return "AVIF"
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        return "HEIC"
    if data[:4] == b"RIFF" and b"WEBP".startswith(data[8:12]):
        return "WEBP"
    for form in ("JPEG", "PNG", "GIF"):
        if data and (data.startswith(MAGIC[form]) or MAGIC[form].startswith(data)):
            return form
    for form in ("WEBP", "AVIF"):
        if len(data) >= 3 and (MAGIC[form].startswith(data) or (form == "AVIF" and _short_boxes(data))):
            return form
    return None


def _short_boxes(data: bytes) -> bool:
    brands = (b"ftypavif", b"ftypheic")
    return len(data) < 16 and data[:3] == b"\0\0\0" and any(one.startswith(data[4:12]) for one in brands)


def _int(raw: bytes, order: str = "big") -> int:
    return int.from_bytes(raw, "big" if order == "big" else "little")


def _jpeg(data: bytes) -> Frame:
    size: Size | None = None
    at, scans, frames, parts = 2, 0, 1, b""  # parts: how many colours; empty where each may come in several scans
    for _ in range(MOST_PARTS):
        found = JPEG_MARKER.search(data, at)
        if found is None:
            return Frame("JPEG", True, size, frames)
        marker = data[found.start() + 1]
        scans += marker == 0xDA
        only = marker == 0xDA and parts and data[found.end() + 2 : found.end() + 3] == parts
        if marker == 0xD9 or (only and data.endswith(b"\xff\xd9")):  # this scan has all: no need to walk it
            return Frame("JPEG", False, size, frames)
        if scans > MOST_SCANS:
            break
        if marker in JPEG_FRAMES:
            height, width = _int(data[found.end() + 3 : found.end() + 5]), _int(data[found.end() + 5 : found.end() + 7])
            size = (max(width, size[0]), max(height, size[1])) if size else (width, height)
            parts = data[found.end() + 7 : found.end() + 8] if marker in (0xC0, 0xC1) else b""
        if marker == 0xE2 and data[found.end() + 2 : found.end() + 6] == b"MPF\0":
            frames = 0
        at = found.end() + (0 if marker in (0x01, 0xD8) else max(2, _int(data[found.end() : found.end() + 2])))
    return Frame("JPEG", True, size, whole=at, bounded=True)


def _png(data: bytes) -> Frame:
    size = (_int(data[16:20]), _int(data[20:24])) if len(data) >= 24 else None
    at, frames = 8, 0
    for _ in range(MOST_PARTS):
        kind, end = data[at + 4 : at + 8], at + 12 + _int(data[at : at + 4])
        if at + 12 > len(data) or end > len(data):
            return Frame("PNG", True, size, frames)
        frames += kind == b"fcTL"
        at = end
        if kind == b"IEND":
            return Frame("PNG", False, size, frames)
    return Frame("PNG", True, size, frames, whole=at, bounded=True)


def _gif(data: bytes) -> Frame:
    width, height = _int(data[6:8], "little"), _int(data[8:10], "little")
    at, frames, blocks = 13 + _table(data[10]), 0, 0
    while at < len(data) and frames < MOST_FRAMES and blocks < MOST_BLOCKS:
        kind = data[at]
        blocks += 1
        if kind == 0x3B:
            return Frame("GIF", False, (width, height), frames)
        if kind == 0x2C:
            if at + 10 > len(data):
                break
            frames += 1
            left, top, wide, high = (_int(data[at + i : at + i + 2], "little") for i in (1, 3, 5, 7))
            width, height = max(width, left + wide), max(height, top + high)
            at += 11 + _table(data[at + 9])
        elif kind == 0x21:
            at += 2
        else:
            at += 1  # a stray byte: decoders pass over it
            continue
        at, blocks = _after_blocks(data, at, blocks)
    bounded = frames >= MOST_FRAMES or blocks >= MOST_BLOCKS
    return Frame("GIF", True, (width, height), frames, whole=at if bounded else None, bounded=bounded)


def _after_blocks(data: bytes, at: int, blocks: int) -> tuple[int, int]:
    while at < len(data) and data[at] and blocks < MOST_BLOCKS:
        at += 1 + data[at]
        blocks += 1
    return at + 1, blocks


def _table(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _webp(data: bytes) -> Frame:
    length = _int(data[4:8], "little") + 8
    at, frames, size = 12, 0, None
    for _ in range(MOST_PARTS):
        kind, body = data[at : at + 4], data[at + 8 : at + 18]
        end = at + 8 + _int(data[at + 4 : at + 8], "little")
        size = size or _webp_size(kind, body)
        if at + 8 > len(data) or end > len(data):
            break
        frames += kind == b"ANMF"
        at = end + (end & 1)
    return Frame("WEBP", len(data) < length, size, frames, length, min(at, len(data)) if frames else None)


def _webp_size(kind: bytes, body: bytes) -> Size | None:
    if kind == b"VP8X":
        return _int(body[4:7], "little") + 1, _int(body[7:10], "little") + 1
    if kind == b"VP8L":
        bits = _int(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        return _int(body[6:8], "little") & 0x3FFF, _int(body[8:10], "little") & 0x3FFF
    return None


def _boxes(data: bytes) -> Frame:
    """AVIF and HEIC are of one make: ISO 14496-12 boxes, the picture's size in `ispe`, its bytes in `mdat`."""
    ends = [0]
    kinds: list[bytes] = []
    while ends[-1] + 8 <= len(data) and len(kinds) < 1000:
        at = ends[-1]
        length = _int(data[at : at + 4])
        if length == 1:
            length = _int(data[at + 8 : at + 16])
        kinds.append(data[at + 4 : at + 8])
        ends.append(len(data) if length == 0 else at + max(8, length))
    sizes = [(_int(data[m.end() + 4 : m.end() + 8]), _int(data[m.end() + 8 : m.end() + 12])) for m in _ispe(data)]
    size = max(sizes, key=lambda pair: pair[0] * pair[1], default=None)
    return Frame(form_of(data) or "AVIF", ends[-1] > len(data) or b"mdat" not in kinds, size, 0, max(ends))


def _ispe(data: bytes) -> list[re.Match[bytes]]:
    return [found for found, _ in zip(re.finditer(rb"ispe", data[: 1 << 16]), range(100), strict=False)]


READERS: dict[str, Callable[[bytes], Frame]] = {
    "JPEG": _jpeg, "PNG": _png, "GIF": _gif, "WEBP": _webp, "AVIF": _boxes, "HEIC": _boxes,
}  # fmt: skip

# SPDX-License-Identifier: Apache-2.0
"""Files made to hurt whoever opens them; all generated."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache

from PIL import Image, features

from krama.testing import pictures

FORMATS = [name for name in ("JPEG", "PNG", "WEBP", "GIF", "AVIF") if name != "AVIF" or features.check("avif")]


@cache
def picture(form: str, seed: int = 7) -> bytes:
    """A whole landscape in this format."""
    out = io.BytesIO()
    pictures.landscape(seed, size=(640, 480)).save(out, form)
    return out.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG whose header claims this size over a few bytes of data."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def animation(frames: int) -> bytes:
    """A GIF of this many frames of four pixels."""
    head = b"GIF89a" + struct.pack("<HHBBB", 2, 2, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\x04\0\x01\0\0\0" + b"," + struct.pack("<HHHHB", 0, 0, 2, 2, 0) + b"\x02\x03\x44\x02\x05\0"
    return head + frame * frames + b";"


@cache
def heavy(bytes_long: int, size: tuple[int, int]) -> bytes:
    """A picture of many pixels with its file padded to this length: what costs most in both ways."""
    out = io.BytesIO()
    pictures.landscape(3, size=(800, 600)).resize(size, Image.Resampling.NEAREST).save(out, "JPEG", quality=50)
    return out.getvalue() + b"\0" * (bytes_long - len(out.getvalue()))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

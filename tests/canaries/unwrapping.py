# SPDX-License-Identifier: Apache-2.0
"""What may be inside of bytes: inflated streams (zlib, gzip, members of a ZIP, streams of a PDF), decoded runs of
base64 and hexadecimal, text without its per cent or JSON escapes, and UTF-16 made narrow. One layer at a time.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

LARGEST = 1 << 26  # of one inflated stream
BREAK = b"\n"
ZLIB = re.compile(rb"[\x08\x18\x28\x38\x48\x58\x68\x78]", re.DOTALL)
GZIP, MEMBER = re.compile(rb"\x1f\x8b\x08"), re.compile(rb"PK\x03\x04")
BASE64 = re.compile(rb"[A-Za-z0-9+/_\-]{8,}(?:\r?\n[A-Za-z0-9+/_\-]+)*")
HEX = re.compile(rb"[0-9a-fA-F]{12,}")
PERCENT = re.compile(rb"%([0-9a-fA-F]{2})")
ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\"\\/bfnrt]))")
WIDE = re.compile(rb"(?:.\x00){6,}", re.DOTALL)
DOUBLE = re.compile(rb"[\xc2\xc3][\x80-\xbf]")  # UTF-8 taken for Latin-1 and written as UTF-8 once more
SHORT = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}


@dataclass(frozen=True)
class Decoded:
    how: str
    data: bytes


def unwrap(data: bytes) -> Iterator[Decoded]:
    """Each thing inside, joined by kind."""
    if streams := list(_inflated(data)):
        yield Decoded("inflated", BREAK.join(streams))
    for offset in range(4):
        if runs := _base64(data, offset):
            yield Decoded("base64", runs)
    for offset in range(2):
        if runs := BREAK.join(_unhex(run[0][offset:]) for run in HEX.finditer(data)):
            yield Decoded("hex", runs)
    if PERCENT.search(data):
        yield Decoded("percent", PERCENT.sub(lambda hit: bytes.fromhex(hit[1].decode()), data))
        yield Decoded("percent", PERCENT.sub(lambda hit: bytes.fromhex(hit[1].decode()), data.replace(b"+", b" ")))
    if ESCAPE.search(data):
        yield Decoded("json", ESCAPE.sub(lambda hit: _plain(hit, "utf-8"), data))
        if b"\\u00" in data or b"\\x" in data:
            yield Decoded("json", ESCAPE.sub(lambda hit: _plain(hit, "latin-1"), data))
    if DOUBLE.search(data):
        yield Decoded("twice utf-8", DOUBLE.sub(lambda hit: bytes([(hit[0][0] & 3) << 6 | hit[0][1] & 63]), data))
    wide = [data[max(run.start() - 2, 0) : run.end() + 2] for run in WIDE.finditer(data)]
    for offset in range(2):
        if runs := BREAK.join(run[offset::2] for run in wide):
            yield Decoded("utf-16", runs)


def _inflated(data: bytes) -> Iterator[bytes]:
    for at in (hit.start() for hit in ZLIB.finditer(data, 0, max(len(data) - 1, 0))):
        if int.from_bytes(data[at : at + 2]) % 31 == 0 and not data[at + 1] & 0x20:
            yield from _stream(data, at, 15)
    for hit in GZIP.finditer(data):
        yield from _stream(data, hit.start(), 31)
    for hit in MEMBER.finditer(data):
        at = hit.start()
        if len(data) > at + 30 and data[at + 8] == 8:  # deflated
            name, extra = (int.from_bytes(data[at + spot : at + spot + 2], "little") for spot in (26, 28))
            yield from _stream(data, at + 30 + name + extra, -15)


def _stream(data: bytes, at: int, kind: int) -> Iterator[bytes]:
    """What comes out before it ends or breaks: of a torn stream the beginning too."""
    stream, piece, size = zlib.decompressobj(kind), 4096, 0
    out: list[bytes] = []
    try:
        while at < len(data) and not stream.eof and size < LARGEST:
            out.append(stream.decompress(data[at : at + piece]))
            size += len(out[-1])
            at, piece = at + piece, min(piece * 4, 1 << 20)
    except zlib.error:
        pass
    if whole := b"".join(out):
        yield whole


def _base64(data: bytes, offset: int) -> bytes:
    runs = []
    for run in BASE64.finditer(data):
        clean = run[0].translate(bytes.maketrans(b"-_", b"+/"), b"\r\n")[offset:]
        whole = len(clean) // 4 * 4
        rest = clean[whole:] + b"A" * (4 - len(clean) % 4) if len(clean) % 4 else b""
        runs.append(base64.b64decode(clean[:whole] + rest))
    return BREAK.join(runs)


def _unhex(run: bytes) -> bytes:
    return binascii.unhexlify(run[: len(run) // 2 * 2])


def _plain(hit: re.Match[bytes], coding: str) -> bytes:
    four, two, short = hit[1], hit[2], hit[3]
    if two:
        return bytes.fromhex(two.decode())
    if short:
        return SHORT.get(short, short)
    number = int(four, 16)
    if coding == "latin-1":
        return bytes([number]) if number < 256 else b"?"
    return chr(number).encode("utf-8", "surrogatepass")

# SPDX-License-Identifier: Apache-2.0
"""The process that decodes: bytes in over a pipe, hashes out; no compiler, no files, no network, bounded memory.

Run as `python -m krama.gate.decoder LIMITS [MODULE:NAME]`; the second names what opens a picture, for tests that plant
a bad one. It ends when its pipe does.
"""

from __future__ import annotations

import importlib
import io
import json
import os
import signal
import struct
import sys
from contextlib import suppress

from PIL import Image

from krama.gate.confine import allow_seconds, confine
from krama.scanning.apart import BASE, read_here
from krama.scanning.opening import Limits
from krama.scanning.scanner import Reader

HEAD = struct.Struct(">Q")  # how many bytes follow
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1"  # enough for its plugin to be loaded


def main() -> None:
    """Get ready, say so, then answer one file after the other."""
    for number in (signal.SIGTERM, signal.SIGINT):  # meant for the whole group: what is in hand is answered first
        signal.signal(number, signal.SIG_IGN)
    asked = json.loads(sys.argv[1])
    limits, seconds = Limits(*asked["limits"]), int(asked["seconds"])
    opened = _named(sys.argv[2]) if len(sys.argv) > 2 else read_here
    _load_everything(limits)
    _say(confine(BASE + limits.memory + int(asked["largest"])))
    while (asking := _read()) is not None:
        data, exact, dihedral = asking
        allow_seconds(seconds)
        signal.alarm(2 * seconds)  # nobody may be left who would end a process that only waits
        _say(vars(opened(data, limits, exact=exact, dihedral=dihedral)))
        signal.alarm(0)
        del data, asking


def _load_everything(limits: Limits) -> None:
    """Open one tiny picture of each format: what its decoder loads late could not be loaded later."""
    for form in FORMATS:
        with suppress(Exception):
            made = io.BytesIO()
            Image.new("RGB", (16, 16), (9, 99, 199)).save(made, form)
            read_here(made.getvalue(), limits)
    for data in (b"", HEIC):
        read_here(data, limits)


def _named(name: str) -> Reader:
    module, _, attribute = name.partition(":")
    found: Reader = getattr(importlib.import_module(module), attribute)
    return found


def _read() -> tuple[bytes, bool, bool] | None:
    head = _exactly(HEAD.size + 1)
    data = _exactly(HEAD.unpack_from(head)[0]) if head else None
    return None if data is None or not head else (data, bool(head[-1] & 1), bool(head[-1] & 2))


def _exactly(length: int) -> bytes | None:
    """None when the pipe ended before."""
    taken = bytearray(length)
    view, at = memoryview(taken), 0
    while at < length:
        got = os.readv(0, [view[at:]])
        if not got:
            return None
        at += got
    return bytes(taken)


def _say(what: object) -> None:
    text = json.dumps(what).encode()
    rest = memoryview(HEAD.pack(len(text)) + text)
    while rest:
        rest = rest[os.write(1, rest) :]


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""The process that decodes: bytes in over a pipe, hashes out; no compiler, no files, no network, bounded memory.

Run as `python -m krama.gate.decoder LIMITS [MODULE:NAME]`; the second names what opens a picture, for tests that plant
a bad one. It ends when its pipe does.
"""

from __future__ import annotations

import importlib
import inspect
import io
import json
import os
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress

from PIL import Image

from krama.gate.confine import allow_seconds, confine
from krama.scanning.apart import BASE, Seen, read_here
from krama.scanning.opening import Limits

HEAD = struct.Struct(">Q")  # how many bytes follow
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
EXACT = {"exact": True} if "exact" in inspect.signature(read_here).parameters else {}
Open = Callable[[bytes, Limits], Seen]


def main() -> None:
    """Get ready, say so, then answer one file after the other."""
    for number in (signal.SIGTERM, signal.SIGINT):  # meant for the whole group: what is in hand is answered first
        signal.signal(number, signal.SIG_IGN)
    asked = json.loads(sys.argv[1])
    limits, seconds = Limits(*asked["limits"]), int(asked["seconds"])
    opened = _named(sys.argv[2]) if len(sys.argv) > 2 else _exactly_here
    _load_everything(limits)
    _say(confine(BASE + limits.memory + int(asked["largest"])))
    while (data := _read()) is not None:
        allow_seconds(seconds)
        signal.alarm(2 * seconds)  # nobody may be left who would end a process that only waits
        _say(vars(opened(data, limits)))
        signal.alarm(0)
        del data


def _exactly_here(data: bytes, limits: Limits) -> Seen:
    """Where a fast hash can be had too, the exact one: what is searched with it has no margin."""
    return read_here(data, limits, **EXACT)


def _load_everything(limits: Limits) -> None:
    """Open one tiny picture of each format: what its decoder loads late could not be loaded later."""
    for form in FORMATS:
        with suppress(Exception):
            made = io.BytesIO()
            Image.new("RGB", (16, 16), (9, 99, 199)).save(made, form)
            read_here(made.getvalue(), limits)
    read_here(b"", limits)


def _named(name: str) -> Open:
    module, _, attribute = name.partition(":")
    found: Open = getattr(importlib.import_module(module), attribute)
    return found


def _read() -> bytes | None:
    head = _exactly(HEAD.size)
    return None if head is None else _exactly(HEAD.unpack(head)[0])


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

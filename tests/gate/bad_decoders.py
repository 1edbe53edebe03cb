# SPDX-License-Identifier: Apache-2.0
"""Decoders that break, as a hostile file would make them. A file beginning with the mark breaks; others are opened."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import time
from pathlib import Path

from krama.scanning.apart import Seen, read_here
from krama.scanning.opening import Limits

MARK = b"BREAK"


def segfaults(data: bytes, limits: Limits, **how: bool) -> Seen:
    if data.startswith(MARK):
        ctypes.string_at(0)
    return read_here(data, limits, **how)


def loops(data: bytes, limits: Limits, **how: bool) -> Seen:
    while data.startswith(MARK):
        pass
    return read_here(data, limits, **how)


def sleeps(data: bytes, limits: Limits, **how: bool) -> Seen:
    if data.startswith(MARK):
        time.sleep(3600)
    return read_here(data, limits, **how)


def eats(data: bytes, limits: Limits, **how: bool) -> Seen:
    """Takes memory without end, page by page, and cannot be told that there is none."""
    held = []
    while data.startswith(MARK):
        with contextlib.suppress(MemoryError):
            held.append(bytearray(1 << 24))
    return read_here(data, limits, **how)


def ends_at_its_limit(data: bytes, limits: Limits, **how: bool) -> Seen:
    """Takes too much once, and dies of it as C code does."""
    if data.startswith(MARK):
        try:
            bytearray(8 << 30)
        except MemoryError:
            os.abort()
    return read_here(data, limits, **how)


def lies(data: bytes, limits: Limits, **how: bool) -> Seen:
    """Somebody took the process over, and says what no decoder says."""
    if data.startswith(MARK):
        return Seen([("<script>", 50)], "text/html", None, None, None)  # type: ignore[list-item]
    return read_here(data, limits, **how)


def escapes(data: bytes, limits: Limits, **how: bool) -> Seen:
    """Tries to read a file, to write one, and to reach the network; `detail` says what it could do."""
    could = []
    with contextlib.suppress(OSError):
        Path("/etc/hostname").read_bytes()
        could.append("read")
    with contextlib.suppress(OSError):
        written = Path(f"/dev/shm/krama-escape-{os.getpid()}")
        written.write_bytes(data)
        written.unlink()
        could.append("write")
    with contextlib.suppress(OSError):
        socket.socket().close()
        could.append("network")
    with contextlib.suppress(OSError):
        os.pipe()
        could.append("pipe")
    secrets = [name for name in os.environ if name.startswith("KRAMA")]
    return Seen([], None, None, "undecodable", " ".join([*could, *secrets]) or "nothing")

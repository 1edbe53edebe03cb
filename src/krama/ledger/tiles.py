# SPDX-License-Identifier: Apache-2.0
"""Tiles as C2SP tlog-tiles lays them out in a folder: 256 hashes of one level of the tree in a file.

A full tile is written once and never again; of the last tile of a level a partial one lies beside, by its width.
This file knows paths and hashes; whoever writes sees to it that what is written survives a crash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from krama.ledger.tree import root_of

WIDTH = 256
HASH = 32
Read = Callable[[str], bytes | None]  # a path within the log to its bytes, None where there is no such file


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """tile/0/x001/x234/067, or tile/0/x001/x234/067.p/8 for one of eight hashes."""
    parts = [f"{number % 1_000:03d}"]
    while number := number // 1_000:
        parts.insert(0, f"x{number % 1_000:03d}")
    end = f".p/{width}" if width < WIDTH else ""
    return f"tile/{level}/{'/'.join(parts)}{end}"


def tiles_between(old: int, new: int, read: Read, leaves: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Every tile of the tree of `new` leaves that the tree of `old` did not have, lowest level first.

    `leaves` are those from `old` on; what lies below is read from the tiles there are.
    """
    fresh = list(leaves)
    for level in range(64):
        if not new:
            return
        first = old // WIDTH
        known = _known(read, level, first, old % WIDTH)
        row = known + fresh
        for start in range(0, len(row), WIDTH):
            part = row[start : start + WIDTH]
            if first + start // WIDTH > (old - 1) // WIDTH or len(part) > old % WIDTH:
                yield tile_path(level, first + start // WIDTH, len(part)), b"".join(part)
        full = [row[start : start + WIDTH] for start in range(0, len(row) - WIDTH + 1, WIDTH)]
        fresh, old, new = [root_of(one) for one in full], old // WIDTH, new // WIDTH


def _known(read: Read, level: int, number: int, width: int) -> list[bytes]:
    if not width:
        return []
    found = hashes(read(tile_path(level, number, width)))
    if len(found) != width:
        raise ValueError(f"the tile {tile_path(level, number, width)} is missing or cut short")
    return found


def leaves_of(files: Mapping[str, bytes]) -> list[bytes]:
    """The leaf hashes that tiles of level 0 hold, from the first on, until one is missing or partial."""
    widest: dict[str, int] = {}
    for name in files:
        tile, partial, width = name.partition(".p/")
        if partial and width.isdecimal():
            widest[tile] = max(widest.get(tile, 0), int(width))
    found: list[bytes] = []
    while len(found) % WIDTH == 0:
        name = tile_path(0, len(found) // WIDTH)
        part = hashes(files.get(name) or files.get(f"{name}.p/{widest.get(name)}"))[:WIDTH]
        if not part:
            break
        found += part
    return found


def hashes(data: bytes | None) -> list[bytes]:
    """A tile's hashes; a last one that is cut short does not count."""
    data = data or b""
    return [data[start : start + HASH] for start in range(0, len(data) - HASH + 1, HASH)]

# SPDX-License-Identifier: Apache-2.0
"""The pictures behind `pdq_vectors.json`, made from a kind, a seed, a size and a mode."""

from __future__ import annotations

from typing import Any

from PIL import Image

from krama.testing import landscape, pattern

SIZES = [
    (640, 480), (480, 640), (64, 64), (65, 64), (64, 63), (128, 128), (127, 129), (257, 131), (33, 47), (16, 16),
    (5, 5), (5, 200), (7, 64), (321, 199), (1000, 61), (512, 512), (801, 603), (1280, 720),
]  # fmt: skip
MODES = ["RGB", "L", "RGBA", "P", "1", "LA"]


def specifications() -> list[dict[str, Any]]:
    """Every size in every mode once, kinds by turns; then what has its own path through the code."""
    rows: list[dict[str, Any]] = []
    for number, size in enumerate(SIZES):
        for turn, mode in enumerate(MODES[: 6 if size[0] * size[1] < 200_000 else 2]):
            kind = ("landscape", "pattern")[(number + turn) % 2]
            rows.append({"kind": kind, "seed": 31 * number + turn, "size": list(size), "mode": mode})
    rows.append({"kind": "landscape", "seed": 1, "size": [1920, 1080], "mode": "RGB"})
    rows += [{"kind": "flat", "seed": seed, "size": [300, 200], "mode": "RGB"} for seed in (0, 9, 255)]
    rows += [{"kind": "landscape", "seed": 2, "size": size, "mode": "RGB"} for size in ([4, 90], [90, 4], [1, 1])]
    return rows


def turned() -> list[dict[str, Any]]:
    """Those of `pdq_turned.json`."""
    kinds = ("landscape", "pattern")
    return [{"kind": kinds[n % 2], "seed": 7 * n, "size": [200 + 41 * n, 420 - 27 * n]} for n in range(12)]


def picture(kind: str, seed: int, size: list[int], mode: str) -> Image.Image:
    """The picture of one line of the vectors."""
    width, height = size
    if kind == "flat":
        return Image.new("RGB", (width, height), (seed, seed, seed))
    made = {"landscape": landscape, "pattern": pattern}[kind](seed, (width, height))
    if mode == "P":
        indexed = made.getchannel("G").copy()
        indexed.putpalette([(i * step + seed) % 256 for i in range(256) for step in (1, 3, 7)])
        return indexed
    if mode == "1":
        return made.getchannel("R").point(lambda value: 255 * (value > 120), "1")
    if mode in ("RGBA", "LA"):
        made.putalpha(made.getchannel("B"))
        return made if mode == "RGBA" else Image.merge("LA", (made.getchannel("R"), made.getchannel("A")))
    return made.getchannel("G") if mode == "L" else made

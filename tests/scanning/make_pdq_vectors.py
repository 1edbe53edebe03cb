# SPDX-License-Identifier: Apache-2.0
"""Write `pdq_vectors.json` and `pdq_turned.json` from the reference: `pip install pdqhash==0.2.8`, then
`PYTHONPATH=src:. python -m tests.scanning.make_pdq_vectors`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pdqhash  # type: ignore[import-not-found]

from tests.scanning.pdq_pictures import picture, specifications, turned


def main() -> None:
    """Hash every picture by the reference, at full size, as it lies."""
    rows = []
    for row in specifications():
        pixels = np.ascontiguousarray(np.asarray(picture(**row).convert("RGB")))
        bits, quality = pdqhash.compute(pixels)
        rows.append(row | {"value": np.packbits(bits.astype(np.uint8)).tobytes().hex(), "quality": int(quality)})
    write("pdq_vectors.json", rows)
    write("pdq_turned.json", [row | {"values": eight(**row)} for row in turned()])


def eight(kind: str, seed: int, size: list[int]) -> list[str]:
    """The reference's hashes of one picture in all positions."""
    pixels = np.ascontiguousarray(np.asarray(picture(kind, seed, size, "RGB")))
    return [np.packbits(bits.astype(np.uint8)).tobytes().hex() for bits in pdqhash.compute_dihedral(pixels)[0]]


def write(name: str, rows: list[dict[str, Any]]) -> None:
    """One row a line."""
    lines = ",\n".join(json.dumps(row) for row in rows)
    Path(__file__).with_name(name).write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()

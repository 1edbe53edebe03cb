# SPDX-License-Identifier: Apache-2.0
"""Values that match only when every bit is equal: sorted rows, searched by halving.

Each row's first eight bytes stand as a number in `keys`, what follows in `rest`; both may be mapped files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Octets = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class ExactTable:
    """Rows sorted by `keys` (big-endian first eight bytes). As many bytes a row as its value has."""

    keys: NDArray[np.uint64]
    rest: Octets

    def __len__(self) -> int:
        return self.keys.size

    def find(self, value: bytes) -> list[int]:
        """The rows that hold this value."""
        if not self.keys.size:
            return []
        key = np.uint64(int.from_bytes(value[:8], "big"))
        row, found, rest = int(self.keys.searchsorted(key)), [], value[8:]
        while row < self.keys.size and self.keys[row] == key:
            if self.rest[row].tobytes() == rest:
                found.append(row)
            row += 1
        return found

    def value(self, row: int) -> bytes:
        """The value in a row."""
        rest: bytes = self.rest[row].tobytes()
        return int(self.keys[row]).to_bytes(8, "big") + rest


def exact_of(values: Octets) -> tuple[ExactTable, NDArray[np.int64]]:
    """A table of values (n x bytes), and the order in which it holds them."""
    keys = np.ascontiguousarray(values[:, :8]).view(">u8").reshape(-1).astype(np.uint64)
    order = np.argsort(keys)
    return ExactTable(keys[order], np.ascontiguousarray(values[order, 8:])), order

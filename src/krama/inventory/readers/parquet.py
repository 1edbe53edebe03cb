# SPDX-License-Identifier: Apache-2.0
"""The schema in a Parquet file's footer, nested fields too. No row group is ever read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from krama.errors import BadInput
from krama.inventory.fields import Field, Needs, Reading
from krama.inventory.opening import MB

LARGEST_FOOTER, DEEPEST = 16 * MB, 60


def read(path: Path, source: str) -> Reading:
    """Every field, with `place` the path to it."""
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ModuleNotFoundError:
        raise Needs("pyarrow") from None
    _check_footer(path)
    try:
        schema = parquet.read_schema(path, memory_map=False)
    except (arrow.ArrowException, OSError, RecursionError, UnicodeDecodeError):
        raise BadInput("is not a Parquet file that can be read") from None
    reading = Reading(source)
    for field in schema:
        _walk(field.name, field.type, path.stem, reading, 0)
    return reading


def _check_footer(path: Path) -> None:
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 8))
        end = stream.read(8)
    if len(end) < 8 or end[4:] != b"PAR1":
        raise BadInput("is not a Parquet file: its last bytes are not PAR1")
    footer = int.from_bytes(end[:4], "little")
    if footer > LARGEST_FOOTER or footer + 12 > size:
        raise BadInput("its footer is larger than the file or than any schema")


def _walk(name: str, kind: Any, place: str, reading: Reading, depth: int) -> None:
    import pyarrow.types as types

    shown = str(kind)
    reading.add(Field(place, name, shown if len(shown) < 80 else shown.partition("<")[0]))
    while types.is_list(kind) or types.is_large_list(kind) or types.is_map(kind) or types.is_fixed_size_list(kind):
        kind = kind.item_type if types.is_map(kind) else kind.value_type
    if types.is_struct(kind) and depth < DEEPEST:
        for inside in kind:
            _walk(inside.name, inside.type, f"{place}.{name}", reading, depth + 1)

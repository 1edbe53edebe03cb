# SPDX-License-Identifier: Apache-2.0
"""A layer as files, and files as a layer: NumPy arrays and JSON only, so opening a folder never runs what it holds.

Per type: `md5.npy` and `md5_rest.npy` (values), `md5_of.npy`, `md5_added.npy`, `md5_expires.npy`, `md5_ref.npy`
(facts), `md5_gone.npy` (what of the version below is withdrawn); of PDQ `pdq_buckets.npy`, `pdq_ids.npy` and
`pdq_marks.npy` (tables) too; `facts.json`, `refs.npy` (kinds, references) and `lists.json`. Arrays are little-endian.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from krama.errors import BadSnapshot
from krama.signals.chunks import places
from krama.signals.exact import ExactTable
from krama.signals.facts import COLUMNS, Facts, Shared, read_kinds
from krama.signals.folder import as_json, map_array
from krama.signals.layer import EXACT, Gone, Layer, Lists, Shelf
from krama.signals.near import NO_MARKS, NearTable
from krama.signals.types import Action, HashList, SignalType

Files = dict[str, bytes | NDArray[Any]]
Rows = list[list[int]]
NONE: dict[str, NDArray[Any]] = {
    "of": np.empty((0, 2), np.uint32),
    "added": np.empty(0, np.int64),
    "expires": np.empty(0, np.int64),
    "ref": np.empty(0, np.uint64),
}
PARTS = {"pdq": "first", "pdq_rest": "rest", "pdq_buckets": "buckets", "pdq_ids": "ids", "pdq_marks": "marks"}


def files_of(layer: Layer, lists: Lists, gone: Gone | None = None) -> tuple[Files, Rows]:
    """The files of a layer, and its shelves as the manifest has them: radius, rows, chunks and order of each."""
    files: Files = {"lists.json": as_json([asdict(known) if known else None for known in lists])}
    files["facts.json"], files["refs.npy"] = layer.shared.kinds_json(), layer.shared.pool
    for type in SignalType:
        for column in COLUMNS:
            facts = layer.facts.get(type)
            files[f"{type}_{column}.npy"] = getattr(facts, column) if facts is not None else NONE[column]
        if gone is not None:
            files[f"{type}_gone.npy"] = gone.get(type, np.empty(0, np.uint32))
    for type in EXACT:
        table = layer.exact.get(type)
        files[f"{type}.npy"] = table.keys if table is not None else np.empty(0, np.uint64)
        files[f"{type}_rest.npy"] = table.rest if table is not None else np.empty((0, type.digits // 2 - 8), np.uint8)
    tables = [shelf.table.tabled for shelf in layer.shelves]
    for name, part in PARTS.items():
        parts = [getattr(table, part) for table in tables]
        files[f"{name}.npy"] = parts[0] if len(parts) == 1 else np.concatenate([_none(part), *parts])
    return files, [[shelf.radius, len(t), t.chunks, t.order] for shelf, t in zip(layer.shelves, tables, strict=True)]


def read_layer(path: Path, shelves: Rows, facts_json: bytes) -> Layer:
    """The layer of a version's folder, its arrays mapped; `BadSnapshot` where they do not fit each other."""
    facts: dict[SignalType, Facts] = {}
    exact: dict[SignalType, ExactTable] = {}
    for type in SignalType:
        found = Facts(*(map_array(path / f"{type}_{column}.npy") for column in COLUMNS))
        if len(found):
            facts[type] = found
    for type in EXACT:
        exact[type] = ExactTable(map_array(path / f"{type}.npy"), map_array(path / f"{type}_rest.npy"))
    near = _shelves(path, shelves)
    layer = Layer(near, exact, facts, Shared(read_kinds(facts_json), map_array(path / "refs.npy")))
    _fit(layer, path)
    return layer


def read_gone(path: Path) -> Gone:
    """What of the version below is withdrawn, by type: positions in rising order."""
    return {type: map_array(path / f"{type}_gone.npy") for type in SignalType}


def read_lists(data: bytes) -> Lists:
    """The lists of a `lists.json`, by number; None for one that is no longer searched."""
    return tuple(_list(row) if row else None for row in json.loads(data))


def _list(row: dict[str, Any]) -> HashList:
    return HashList(**row | {"labels": tuple(row["labels"]), "action": Action(row["action"])})


def _none(part: str) -> NDArray[Any]:
    return np.empty(0, np.uint64 if part in ("first", "rest") else np.uint16 if part == "marks" else np.uint32)


def _shelves(path: Path, shelves: Rows) -> tuple[Shelf, ...]:
    marked = (path / "pdq_marks.npy").exists()  # a version from before there were marks makes its tables anew
    files: list[NDArray[Any]] = [
        map_array(path / f"{name}.npy") if name != "pdq_marks" or marked else NO_MARKS for name in PARTS
    ]
    found, row, begins = [], 0, [0] * len(files)
    for radius, count, chunks, order in shelves:
        wide, long = (places(chunks)[-1], count * (chunks - 1)) if chunks else (0, 0)
        sizes = [2 * count, 2 * count, wide, long, count * chunks if marked else 0]
        parts = [file[begin : begin + size] for file, begin, size in zip(files, begins, sizes, strict=True)]
        if [part.size for part in parts] != sizes:
            raise BadSnapshot(f"{path / 'pdq.npy'} and its tables do not fit the manifest.")
        first, rest, buckets, ids, marks = parts
        table = NearTable(first, rest, buckets, ids, chunks, order, marks)
        found.append(Shelf(radius, table if marked else NearTable(first, rest, order=order), row))
        row, begins = row + count, [begin + size for begin, size in zip(begins, sizes, strict=True)]
    return tuple(found)


def _fit(layer: Layer, path: Path) -> None:
    """Kernels and facts are asked by row: every column must have all of them."""
    rows = {type: len(table) for type, table in layer.exact.items() if len(table)}
    rows |= {SignalType.PDQ: sum(len(shelf.table) for shelf in layer.shelves)} if layer.shelves else {}
    for type, count in rows.items():
        facts = layer.facts.get(type)
        whole = facts is not None and facts.of.shape == (count, 2) and all(
            column.size in (1, count) for column in (facts.added, facts.expires, facts.ref)
        )  # fmt: skip
        if not whole or (type in layer.exact and len(layer.exact[type].rest) != count):
            raise BadSnapshot(f"{path / f'{type}_of.npy'} does not fit the values beside it.")

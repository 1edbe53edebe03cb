# SPDX-License-Identifier: Apache-2.0
"""What changed since a whole version, published as a small version over it: added in a layer of its own, withdrawn by
position. Every version of changes holds all of them since the whole one, so none stands on another of its kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from krama.signals.encoding import files_of
from krama.signals.facts import Gathering
from krama.signals.folder import make_current, write_version
from krama.signals.index import Index
from krama.signals.layer import Gone, Layer, Lists
from krama.signals.snapshot import Snapshot, SnapshotInfo, checked, head
from krama.signals.types import HashList, Signal, SignalType

Keyed = dict[tuple[str, SignalType, str], Signal]


def fits(base: Snapshot, lists: Sequence[HashList]) -> bool:
    """May changes of these lists stand over that version? A list that has another radius now may not."""
    radii = {known.name: known.radius for known in base.index.lists if known}
    whole = base.base is None and bool(base.version)
    return whole and all(radii.get(known.name, known.radius) == known.radius for known in lists)


def write_changes(
    folder: Path, lists: Sequence[HashList], signals: Iterable[tuple[str, Signal]], *, base: Snapshot, now: datetime
) -> SnapshotInfo:
    """Write a version over `base` that nobody uses yet. Raises `ValueError` where `fits` says no.

    `lists`: all that are searched from now on; one that is missing is not searched any more. `signals`: each that was
    added, changed or withdrawn since `base`, with its list's name; of a list that `base` has not, every one.
    """
    if not fits(base, lists):
        raise ValueError("These lists need a whole version.")
    names = _numbered(base.index.lists, lists)
    changed: Keyed = {(name, one.type, one.value): checked(one) for name, one in signals if name in names}
    later = _later(changed, names, {known.name: known.radius for known in lists}, now)
    gone = _gone(base, changed, names)
    searched = {known.name: known for known in lists}
    kept = tuple(searched.get(name) for name in names)
    files, shelves = files_of(later, kept, gone)
    counts = Index(kept, base.index.layer, gone, later).counts
    version = write_version(folder, head(now, counts, base.version) | {"shelves": shelves}, files, now=now)
    return SnapshotInfo(version, folder / version, counts)


def publish_changes(
    folder: Path, lists: Sequence[HashList], signals: Iterable[tuple[str, Signal]], *, base: Snapshot, now: datetime
) -> SnapshotInfo:
    """`write_changes`, and make that version the current one."""
    info = write_changes(folder, lists, signals, base=base, now=now)
    make_current(folder, info.version)
    return info


def _numbered(below: Lists, lists: Sequence[HashList]) -> dict[str, int]:
    """Names of lists by number: those of the version below keep theirs."""
    names = [known.name for known in below if known is not None]
    names += [known.name for known in lists if known.name not in names]
    return {name: number for number, name in enumerate(names)}


def _later(changed: Keyed, names: dict[str, int], radii: dict[str, int], now: datetime) -> Layer:
    gathering = Gathering()
    for (name, _type, _value), one in changed.items():
        if name in radii and one.withdrawn is None and one.stands(now):
            gathering.add(names[name], radii[name], [one])
    return Layer.from_rows(gathering)


def _gone(base: Snapshot, changed: Keyed, names: dict[str, int]) -> Gone:
    places: dict[SignalType, set[int]] = defaultdict(set)
    for name, type, value in changed:
        places[type].update(base.index.positions(type, value, names[name]))
    return {type: np.array(sorted(found), np.uint32) for type, found in places.items()}

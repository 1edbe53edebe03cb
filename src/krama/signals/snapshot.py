# SPDX-License-Identifier: Apache-2.0
"""Published lists as versions in a folder: written whole, or as the changes since a whole one; opened by mapping.

Opening a whole version of ten million signals reads a few small files; the rest is read where it is looked at, once
for all processes. Opening changes over a version that is open already reads the changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from krama.errors import BadSnapshot
from krama.signals import format_one
from krama.signals.encoding import files_of, read_gone, read_layer, read_lists
from krama.signals.facts import Gathering
from krama.signals.folder import (
    VERSION,
    current_version,
    make_current,
    make_sure,
    read_everything,
    read_manifest,
    read_small,
    write_version,
)
from krama.signals.index import Index
from krama.signals.layer import Layer
from krama.signals.layer import Lists as Numbered
from krama.signals.types import HashList, Signal, parse_value

FORMAT = 2

Lists = list[tuple[HashList, list[Signal]]]


@dataclass(frozen=True)
class SnapshotInfo:
    """What was published: `counts` is signals by list name."""

    version: str
    path: Path
    counts: dict[str, int]


@dataclass(frozen=True)
class Snapshot:
    """Lists as they stood at one moment, ready to search. `base`: the whole version below it, where it is changes."""

    version: str
    index: Index
    base: str | None = field(default=None)

    @classmethod
    def of(cls, lists: Iterable[tuple[HashList, Iterable[Signal]]], version: str = "") -> Snapshot:
        """Lists held in memory, without a folder."""
        return cls(version, Index.of(lists))

    @property
    def published(self) -> datetime | None:
        """When it was written, to the second; None for lists in memory."""
        return datetime.strptime(self.version[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if self.version else None

    @cached_property
    def lists(self) -> Lists:
        """Every list with its signals as objects: for the few, not for millions."""
        of_number: dict[int, list[Signal]] = {number: [] for number, known in enumerate(self.index.lists) if known}
        for number, signal in self.index.signals():
            of_number[number].append(signal)
        return [(known, of_number[number]) for number, known in enumerate(self.index.lists) if known]


def publish_snapshot(
    folder: Path, lists: Iterable[tuple[HashList, Iterable[Signal]]], *, now: datetime
) -> SnapshotInfo:
    """Write the signals that stand at `now` as a new version and make it the current one."""
    info = write_snapshot(folder, lists, now=now)
    make_current(folder, info.version)
    return info


def write_snapshot(folder: Path, lists: Iterable[tuple[HashList, Iterable[Signal]]], *, now: datetime) -> SnapshotInfo:
    """Write the signals that stand at `now` as a new version that nobody uses yet."""
    gathering, names, counts = Gathering(), [], Counter[str]()
    for number, (known, signals) in enumerate(lists):
        names.append(known)
        counts[known.name] = gathering.add(number, known.radius, (checked(s) for s in signals if _is_in(s, now)))
    info = write_layer(folder, Layer.from_rows(gathering), tuple(names), now=now)
    assert info.counts == dict(counts)  # nothing was lost on its way into columns
    return info


def write_layer(folder: Path, layer: Layer, lists: Numbered, *, now: datetime) -> SnapshotInfo:
    """Write a layer that is built already as a new whole version that nobody uses yet."""
    files, shelves = files_of(layer, lists)
    counts = Index(lists, layer).counts
    version = write_version(folder, head(now, counts) | {"shelves": shelves}, files, now=now)
    return SnapshotInfo(version, folder / version, counts)


def open_snapshot(folder: Path, version: str | None = None, *, over: Snapshot | None = None) -> Snapshot:
    """Open a version (the current one by default); `BadSnapshot` names the file at fault.

    `over`: a snapshot that is open already. Where it is, or stands on, the same whole version, that is not opened
    again.
    """
    version = version or current_version(folder)
    if version is None or not VERSION.fullmatch(version):
        raise BadSnapshot(f"There is no version {version or 'published'} in {folder}; publish the lists first.")
    manifest = read_manifest(folder, version)
    try:
        if manifest["format"] == 1:
            return _open_old(folder, version, manifest)
        if manifest["base"] is None:
            return _open_whole(folder, version, manifest)
        return _open_changes(folder, version, manifest, over)
    except BadSnapshot:
        raise
    except Exception as error:
        raise BadSnapshot(f"{folder / version} does not hold what its format says ({error!r}).") from error


def open_whole(folder: Path) -> Snapshot | None:
    """The whole version on which the current one stands, or is; None where there is none to stand changes on."""
    try:
        version = current_version(folder)
        if version is None:
            return None
        base = read_manifest(folder, version).get("base")
        return open_snapshot(folder, base or version)
    except BadSnapshot:
        return None


def versions(folder: Path, version: str) -> list[str]:
    """A version, and the whole one below it where it is changes."""
    base = read_manifest(folder, version).get("base")
    return [version, base] if base else [version]


def check_snapshot(folder: Path, version: str) -> None:
    """Does this version, with the one below it, fit its checksums? Every byte is read; none is kept in memory."""
    for one in versions(folder, version):
        read_everything(folder / one, read_manifest(folder, one))


def head(now: datetime, counts: dict[str, int], base: str | None = None) -> dict[str, Any]:
    """What every manifest of this format begins with."""
    published = now.astimezone(UTC).isoformat()
    return {"format": FORMAT, "published": published, "counts": counts, "base": base}


def checked(signal: Signal) -> Signal:
    """A signal whose value has the form of its type, or `BadSignal`."""
    parse_value(signal.type, signal.value)
    return signal


def _is_in(signal: Signal, now: datetime) -> bool:
    return signal.withdrawn is None and signal.stands(now)


def _open_whole(folder: Path, version: str, manifest: dict[str, Any]) -> Snapshot:
    path = folder / version
    make_sure(path, manifest)
    layer = read_layer(path, manifest["shelves"], _json_file(path, manifest, "facts.json"))
    return Snapshot(version, Index(read_lists(_json_file(path, manifest, "lists.json")), layer))


def _open_changes(folder: Path, version: str, manifest: dict[str, Any], over: Snapshot | None) -> Snapshot:
    base, path = manifest["base"], folder / version
    make_sure(path, manifest)
    below = over if over is not None and base in (over.version, over.base) else open_snapshot(folder, base)
    later = read_layer(path, manifest["shelves"], _json_file(path, manifest, "facts.json"))
    lists = read_lists(_json_file(path, manifest, "lists.json"))
    return Snapshot(version, Index(lists, below.index.layer, read_gone(path), later), base)


def _open_old(folder: Path, version: str, manifest: dict[str, Any]) -> Snapshot:
    path = folder / version
    files = {name: read_small(path / name, digest) for name, digest in manifest["sha256"].items()}
    return Snapshot.of(format_one.read_lists(files), version)


def _json_file(path: Path, manifest: dict[str, Any], name: str) -> bytes:
    return read_small(path / name, manifest["sha256"][name])

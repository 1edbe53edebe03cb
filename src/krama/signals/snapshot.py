# SPDX-License-Identifier: Apache-2.0
"""Published lists on disk: one immutable folder a version, and a file `current` that names the one in use.

A version is written beside, synced, then renamed; a crash leaves the old one or the new one, never a half.
NumPy arrays and JSON only: no pickle, so opening a folder never runs what it holds.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from krama.durable import sync_folder
from krama.errors import BadSnapshot
from krama.signals.index import Index
from krama.signals.types import Action, HashList, SeverityCode, Signal, SignalType, parse_value

FORMAT = 1
CURRENT = "current"
MANIFEST = "manifest.json"
VERSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}")

Lists = list[tuple[HashList, list[Signal]]]


@dataclass(frozen=True)
class SnapshotInfo:
    """What was published: `counts` is signals by list name."""

    version: str
    path: Path
    counts: dict[str, int]


@dataclass(frozen=True)
class Snapshot:
    """Lists as they stood at one moment, ready to search."""

    version: str
    index: Index
    lists: Lists = field(default_factory=list)

    @classmethod
    def of(cls, lists: Iterable[tuple[HashList, Iterable[Signal]]], version: str = "") -> Snapshot:
        """Lists held in memory, without a folder."""
        kept = [(hash_list, list(signals)) for hash_list, signals in lists]
        return cls(version, Index.of(kept), kept)


def publish_snapshot(
    folder: Path, lists: Iterable[tuple[HashList, Iterable[Signal]]], *, now: datetime
) -> SnapshotInfo:
    """Write the signals that stand at `now` as a new version and make it the current one."""
    info = write_snapshot(folder, lists, now=now)
    make_current(folder, info.version)
    return info


def write_snapshot(folder: Path, lists: Iterable[tuple[HashList, Iterable[Signal]]], *, now: datetime) -> SnapshotInfo:
    """Write the signals that stand at `now` as a new version that nobody uses yet."""
    kept = [(hash_list, [s for s in signals if s.withdrawn is None and s.stands(now)]) for hash_list, signals in lists]
    files = _encode(kept)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "published": now.astimezone(UTC).isoformat(),
        "counts": {hash_list.name: len(signals) for hash_list, signals in kept},
        "sha256": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    version = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{_digest(manifest)}"
    files[MANIFEST] = _json(manifest | {"version": version})
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / version).exists():
        _write_folder(folder, version, files)
    return SnapshotInfo(version, folder / version, manifest["counts"])


def current_version(folder: Path) -> str | None:
    """The version in use, or None when nothing was published yet. Raises `BadSnapshot` on a damaged `current`."""
    try:
        text = (folder / CURRENT).read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BadSnapshot(f"{folder / CURRENT} cannot be read ({error}); publish the lists again.") from error
    if not VERSION.fullmatch(text):
        raise BadSnapshot(f"{folder / CURRENT} does not hold a version; publish the lists again.")
    return text


def open_snapshot(folder: Path, version: str | None = None) -> Snapshot:
    """Open a version (the current one by default), every checksum verified; `BadSnapshot` names the file at fault."""
    version = version or current_version(folder)
    if version is None or not VERSION.fullmatch(version):
        raise BadSnapshot(f"There is no version {version or 'published'} in {folder}; publish the lists first.")
    files = dict(_read(folder / version, version))
    try:
        lists = _decode(files)
    except Exception as error:
        raise BadSnapshot(f"{folder / version} does not hold what its format says ({error!r}).") from error
    return Snapshot(version, Index.of(lists), lists)


def check_snapshot(folder: Path, version: str) -> None:
    """Does this version fit its checksums? `BadSnapshot` names the file at fault; nothing is kept in memory."""
    for _name, _data in _read(folder / version, version):
        continue


def _read(path: Path, version: str) -> Iterator[tuple[str, bytes]]:
    for name, digest in _manifest(path, version)["sha256"].items():
        yield name, _verified(path / name, digest)


def _manifest(path: Path, version: str) -> dict[str, Any]:
    try:
        manifest = json.loads((path / MANIFEST).read_bytes())
        format_number, stated = manifest["format"], manifest.pop("version")
        files_named = all(re.fullmatch(r"[a-z0-9_]+\.(npy|json)", name) for name in manifest["sha256"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSnapshot(f"{path / MANIFEST} cannot be read ({error}).") from error
    if format_number != FORMAT:
        raise BadSnapshot(f"{path / MANIFEST} is of format {format_number}; this Krama reads format {FORMAT}.")
    if stated != version or not version.endswith(_digest(manifest)) or not files_named:
        raise BadSnapshot(f"{path / MANIFEST} was changed after it was published.")
    return dict(manifest)


def _verified(path: Path, digest: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadSnapshot(f"{path} is missing or cannot be read ({error.strerror}).") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise BadSnapshot(f"{path} does not fit its checksum.")
    return data


def _encode(lists: Lists) -> dict[str, bytes]:
    """Values, list numbers and fact numbers as arrays a type; lists and the distinct facts as JSON."""
    facts: dict[str, int] = {}
    rows: dict[SignalType, list[tuple[bytes, int, int]]] = {kind: [] for kind in SignalType}
    for number, (_, signals) in enumerate(lists):
        for signal in signals:
            fact = facts.setdefault(json.dumps(_facts(signal), ensure_ascii=False), len(facts))
            rows[signal.type].append((bytes.fromhex(parse_value(signal.type, signal.value)), number, fact))
    files = {"lists.json": _json([asdict(hash_list) for hash_list, _ in lists])}
    files["facts.json"] = ("[" + ",\n".join(facts) + "]").encode()
    for kind, entries in rows.items():
        values = np.frombuffer(b"".join(value for value, _, _ in entries), np.uint8)
        files[f"{kind}.npy"] = _npy(values.reshape(len(entries), kind.digits // 2))
        files[f"{kind}_of.npy"] = _npy(np.array([entry[1:] for entry in entries], "<u4").reshape(-1, 2))
    return files


def _decode(files: dict[str, bytes]) -> Lists:
    lists: Lists = []
    for row in json.loads(files["lists.json"]):
        lists.append((HashList(**row | {"labels": tuple(row["labels"]), "action": Action(row["action"])}), []))
    facts = [_read_facts(row) for row in json.loads(files["facts.json"])]
    for kind in SignalType:
        values = np.load(io.BytesIO(files[f"{kind}.npy"]), allow_pickle=False)
        owners = np.load(io.BytesIO(files[f"{kind}_of.npy"]), allow_pickle=False)
        for value, (number, fact) in zip(values, owners.tolist(), strict=True):
            lists[number][1].append(Signal(kind, value.tobytes().hex(), **facts[fact]))
    return lists


def _facts(signal: Signal) -> dict[str, object]:
    return {
        "labels": signal.labels,
        "severity": asdict(signal.severity) if signal.severity else None,
        "source_ref": signal.source_ref,
        "added": signal.added.isoformat() if signal.added else None,
        "expires": signal.expires.isoformat() if signal.expires else None,
    }


def _read_facts(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "labels": tuple(row["labels"]),
        "severity": SeverityCode(**row["severity"]) if row["severity"] else None,
        "source_ref": row["source_ref"],
        "added": datetime.fromisoformat(row["added"]) if row["added"] else None,
        "expires": datetime.fromisoformat(row["expires"]) if row["expires"] else None,
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _npy(array: np.ndarray[Any, Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def _digest(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(_json(manifest)).hexdigest()[:12]


def _write_folder(folder: Path, version: str, files: dict[str, bytes]) -> None:
    _sweep(folder)
    beside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        beside.chmod(0o755)
        for name, data in files.items():
            _write(beside / name, data)
        sync_folder(beside)
        beside.rename(folder / version)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        if not (folder / version).exists():  # else another process published the very same version first
            raise
    sync_folder(folder)


def _sweep(folder: Path) -> None:
    """Take away what a publishing that was killed left behind an hour ago or more."""
    for left in folder.glob(".new-*"):
        with contextlib.suppress(OSError):  # another process may sweep too
            if time.time() - left.stat().st_mtime > 3600:
                shutil.rmtree(left)


def make_current(folder: Path, version: str) -> None:
    """Let running scanners use this version: one atomic replacement of `current`."""
    handle, name = tempfile.mkstemp(prefix=".current-", dir=folder)
    os.close(handle)
    Path(name).chmod(0o644)
    _write(Path(name), version.encode() + b"\n")
    Path(name).replace(folder / CURRENT)
    sync_folder(folder)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())

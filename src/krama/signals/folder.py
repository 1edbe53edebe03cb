# SPDX-License-Identifier: Apache-2.0
"""Published versions on disk: one immutable folder each, and a file `current` that names the one in use.

A version is written beside, synced, then renamed; a crash leaves the old one or the new one, never a half.
A manifest names each file with its size and SHA-256. Small files are compared at every opening; of a large one it is
noted, by whoever compared it, how the file system then described it (`fitted.json`), and while that is unchanged it is
not read again: see docs/decisions/0031-snapshots-by-mapping.md for what that means and what it does not.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from krama.durable import sync_folder
from krama.errors import BadSnapshot

CURRENT = "current"
MANIFEST = "manifest.json"
FITTED = "fitted.json"
VERSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}")
NAMES = re.compile(r"[a-z0-9_]+\.(npy|json)")
SMALL = 1 << 20  # bytes; a file of up to this size is read and compared at every opening
PIECE = 1 << 22

Described = list[int]


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


def make_current(folder: Path, version: str) -> None:
    """Let running scanners use this version: one atomic replacement of `current`."""
    handle, name = tempfile.mkstemp(prefix=".current-", dir=folder)
    os.close(handle)
    Path(name).chmod(0o644)
    with Path(name).open("wb") as stream:
        stream.write(version.encode() + b"\n")
        _sync(stream)
    Path(name).replace(folder / CURRENT)
    sync_folder(folder)


def write_version(
    folder: Path, manifest: dict[str, Any], files: Mapping[str, bytes | NDArray[Any]], *, now: datetime
) -> str:
    """Write files and manifest as a new version that nobody uses yet, and say its name."""
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    beside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        beside.chmod(0o755)
        digests = {name: _write(beside / name, data) for name, data in sorted(files.items())}
        manifest = manifest | {
            "sha256": digests,
            "bytes": {name: (beside / name).stat().st_size for name in digests},
        }
        version = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{_digest(manifest)}"
        _write(beside / MANIFEST, as_json(manifest | {"version": version}))
        _write(beside / FITTED, as_json({name: described(beside / name) for name in digests}))
        sync_folder(beside)
        if (folder / version).exists():  # the very same version: another process published it, or this one before
            shutil.rmtree(beside)
        else:
            _rename(beside, folder / version)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    sync_folder(folder)
    return version


def read_manifest(folder: Path, version: str) -> dict[str, Any]:
    """The manifest of a version, or `BadSnapshot` where it is missing or was changed."""
    path = folder / version / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
        stated = manifest.pop("version")
        files_named = all(NAMES.fullmatch(name) for name in manifest["sha256"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSnapshot(f"{path} cannot be read ({error}).") from error
    if manifest.get("format") not in (1, 2):
        raise BadSnapshot(f"{path} is of format {manifest.get('format')}; this Krama reads formats 1 and 2.")
    if stated != version or not version.endswith(_digest(manifest)) or not files_named:
        raise BadSnapshot(f"{path} was changed after it was published.")
    return dict(manifest)


def read_small(path: Path, digest: str) -> bytes:
    """A whole file into memory, compared with its checksum."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadSnapshot(f"{path} is missing or cannot be read ({error.strerror}).") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise BadSnapshot(f"{path} does not fit its checksum.")
    return data


def map_array(path: Path) -> NDArray[Any]:
    """An array of a file, read-only; of a large one only what is looked at is ever read (mmap(2))."""
    try:
        small = path.stat().st_size <= SMALL
        array = np.load(path, mmap_mode=None if small else "r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise BadSnapshot(f"{path} cannot be read ({error}).") from error
    plain: NDArray[Any] = np.asarray(array)
    plain.flags.writeable = False
    return plain


def make_sure(path: Path, manifest: dict[str, Any]) -> None:
    """Every file fits its checksum: read now, or unchanged since it was read. `BadSnapshot` names the one at fault."""
    fitted = _fitted(path)
    read_anew: dict[str, Described] = {}
    for name, digest in manifest["sha256"].items():
        size = manifest.get("bytes", {}).get(name)
        seen = described(path / name)
        if size is not None and seen[1] != size:
            raise BadSnapshot(f"{path / name} does not fit its checksum: it has {seen[1]} bytes, not {size}.")
        if seen[1] <= SMALL or fitted.get(name) != seen:
            if digest_of(path / name) != digest:
                raise BadSnapshot(f"{path / name} does not fit its checksum.")
            read_anew[name] = seen
    if any(seen[1] > SMALL for seen in read_anew.values()):
        with contextlib.suppress(OSError):  # a folder that is not ours to write in: it is read again next time
            _replace(path / FITTED, as_json(fitted | read_anew))


def read_everything(path: Path, manifest: dict[str, Any]) -> None:
    """Read every file whatever was noted before; `BadSnapshot` names the one that does not fit."""
    for name, digest in manifest["sha256"].items():
        if digest_of(path / name) != digest:
            raise BadSnapshot(f"{path / name} does not fit its checksum.")


def described(path: Path) -> Described:
    """How the file system describes a file: number, size, and when its content and its entry last changed."""
    try:
        found = path.stat()
    except OSError as error:
        raise BadSnapshot(f"{path} is missing or cannot be read ({error.strerror}).") from error
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def digest_of(path: Path) -> str:
    """SHA-256 of a file, a piece at a time."""
    sha = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while piece := stream.read(PIECE):
                sha.update(piece)
    except OSError as error:
        raise BadSnapshot(f"{path} is missing or cannot be read ({error.strerror}).") from error
    return sha.hexdigest()


def as_json(value: object) -> bytes:
    """JSON as manifests hold it: the same value gives the same bytes."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _fitted(path: Path) -> dict[str, Described]:
    try:
        noted = json.loads((path / FITTED).read_bytes())
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


class _Hashing:
    """A stream that numpy writes an array to, hashed on its way."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.sha = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.sha.update(data)
        return self.stream.write(data)


def _write(path: Path, data: bytes | NDArray[Any]) -> str:
    with path.open("wb") as stream:
        hashing = _Hashing(stream)
        if isinstance(data, bytes):
            hashing.write(data)
        else:
            np.lib.format.write_array_header_1_0(hashing, np.lib.format.header_data_from_array_1_0(data))
            flat = np.ascontiguousarray(data).reshape(-1).view(np.uint8)
            for start in range(0, flat.size, PIECE):
                hashing.write(flat[start : start + PIECE].data)
        _sync(stream)
    return hashing.sha.hexdigest()


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".fitted-", dir=path.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    Path(name).chmod(0o644)
    Path(name).replace(path)


def _rename(beside: Path, into: Path) -> None:
    try:
        beside.rename(into)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        if not into.exists():  # else another process published the very same version first
            raise


def _sync(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _digest(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(as_json(manifest)).hexdigest()[:12]


def _sweep(folder: Path) -> None:
    """Take away what a publishing that was killed left behind an hour ago or more."""
    for left in folder.glob(".new-*"):
        with contextlib.suppress(OSError):  # another process may sweep too
            if time.time() - left.stat().st_mtime > 3600:
                shutil.rmtree(left)

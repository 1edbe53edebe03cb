# SPDX-License-Identifier: Apache-2.0
"""A ring: the versions of one key, a file each. The newest seals; older ones only open, until they are destroyed."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

from krama.durable import sync_folder
from krama.errors import BadHome, BadSeal
from krama.sealing.envelope import new_key
from krama.sealing.keyfile import read_key, write_once
from krama.sealing.provider import FileProvider, KeyProvider

NAME = re.compile(r"(\d{4,})\.key")


class KeyRing:
    """`folder` is the ring's own, with the permissions of its owner only. Nothing is remembered between calls:

    another process may have added or destroyed a version meanwhile.
    """

    def __init__(self, folder: Path, provider: KeyProvider | None = None) -> None:
        self.folder, self._provider = folder, provider or FileProvider()

    def versions(self) -> list[int]:
        """Oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(int(found[1]) for path in self.folder.iterdir() if (found := NAME.fullmatch(path.name)))

    def current(self) -> int:
        """The newest version; `BadHome` when there is none."""
        versions = self.versions()
        if not versions:
            raise BadHome(f"No key lies in {self.folder}: run `krama init` once, or put back your backup of the keys.")
        return versions[-1]

    def key(self, version: int) -> bytes:
        """32 bytes; `BadSeal` when this version was destroyed or never was."""
        path = self._path(version)
        if not path.exists():
            raise BadSeal(f"Version {version} of the key {self.folder.name} is destroyed or missing.")
        return read_key(path, self._provider, name=f"{self.folder.name}/{version}")

    def add(self) -> int:
        """A new version. Two that add at once agree on one."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        sync_folder(self.folder.parent)
        version = (self.versions() or [0])[-1] + 1
        write_once(self._path(version), self._provider.cover(new_key(), f"{self.folder.name}/{version}"))
        return version

    def ensure(self) -> int:
        """The newest version; the first one is made where there is none."""
        versions = self.versions()
        return versions[-1] if versions else self.add()

    def destroy(self, version: int) -> None:
        """Overwritten, removed, and the folder written through; the newest version stays. Repeating it does nothing."""
        if version == self.current():
            raise BadSeal(f"Version {version} of the key {self.folder.name} is in use; rotate first.")
        path = self._path(version)
        with contextlib.suppress(FileNotFoundError):
            _overwrite(path)
            path.unlink()
            sync_folder(self.folder)

    def _path(self, version: int) -> Path:
        return self.folder / f"{version:04d}.key"


def _overwrite(path: Path) -> None:
    # Helps on plain disks; what a flash disk or a snapshot still holds is why backups of keys must expire too.
    with path.open("r+b") as file:
        file.write(b"0" * path.stat().st_size)
        file.flush()
        os.fsync(file.fileno())

# SPDX-License-Identifier: Apache-2.0
"""Lists from an address: the same files as in the folder, believed only as the signed key file says.

The key file names the version in use and the digest of its manifest; the manifest names each file with its digest. So
whoever serves the files, or stands between, can keep news back, and change nothing.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import shutil
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from krama.durable import replace_file, sync_folder
from krama.errors import BadInput, BadSnapshot
from krama.gate.saying import say
from krama.ledger import PublicKey
from krama.ledger.machines import FILE, Machines, read_machines
from krama.signals import current_version, make_current
from krama.signals.folder import MANIFEST, NAMES, VERSION

SMALL = 64 << 20  # bytes of a key file or a manifest
LARGEST = 64 << 30
PIECE = 1 << 20
SECONDS = 30.0


class Stop(Protocol):
    """When to end."""

    def wait(self, timeout: float) -> bool: ...


class Mirror:
    """One address, kept in a folder."""

    def __init__(self, address: str, folder: Path, trust: PublicKey) -> None:
        parts = urlsplit(address)
        if parts.scheme != "https" and not _on_this_machine(parts.hostname or ""):
            raise BadInput("Lists come over https; over plain http anybody on the way could read what is searched for.")
        self._address, self._folder, self._trust = address.rstrip("/"), folder, trust

    def run(self, stop: Stop, every: float) -> None:
        """Look again and again; what fails is tried again at the next look."""
        said = ""
        while True:
            try:
                self.look()
                said = ""
            except (OSError, BadInput, BadSnapshot, ValueError) as problem:
                what = f"newer lists could not be fetched: {type(problem).__name__}"
                if what != said:
                    say(what)
                said = what
            if stop.wait(every):
                return

    def look(self) -> None:
        """Fetch what is new: lists first, then the key file, so that it never names lists that are not here."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        note = self._fetch(FILE, SMALL)
        known = read_machines(note.decode(), self._trust)
        here = self._here()
        if here is not None and known.issued < here.issued:
            raise BadInput("The key file at this address is older than the one that was fetched before.")
        for version, digest in known.manifests:
            if not (self._folder / version).exists():
                self._version(version, digest)
        if known.version and current_version(self._folder) != known.version:
            make_current(self._folder, known.version)
        if here is None or known.issued != here.issued:
            replace_file(self._folder / FILE, note)
        self._sweep(known)

    def _here(self) -> Machines | None:
        try:
            return read_machines((self._folder / FILE).read_text(), self._trust)
        except (OSError, ValueError, BadInput):
            return None

    def _version(self, version: str, digest: str) -> None:
        if not VERSION.fullmatch(version):
            raise BadSnapshot("The key file names a version that has no such form.")
        manifest = self._fetch(f"{version}/{MANIFEST}", SMALL)
        if hashlib.sha256(manifest).hexdigest() != digest:
            raise BadSnapshot(f"The manifest of {version} at this address is not the one that was published.")
        files: dict[str, Any] = json.loads(manifest)["sha256"]
        beside = Path(tempfile.mkdtemp(prefix=".new-", dir=self._folder))
        try:
            for name, expected in files.items():
                if not NAMES.fullmatch(name):
                    raise BadSnapshot(f"{version} names a file that no version has.")
                self._file(f"{version}/{name}", beside / name, expected)
            replace_file(beside / MANIFEST, manifest)
            beside.chmod(0o700)
            sync_folder(beside)
            beside.rename(self._folder / version)
            sync_folder(self._folder)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise

    def _file(self, path: str, into: Path, expected: str) -> None:
        sha, size = hashlib.sha256(), 0
        with self._open(path) as answer, into.open("wb") as file:
            while piece := answer.read(PIECE):
                size += len(piece)
                if size > LARGEST:
                    raise BadSnapshot(f"{path} has no end.")
                sha.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        if sha.hexdigest() != expected:
            raise BadSnapshot(f"{path} at this address does not fit its checksum.")

    def _fetch(self, path: str, most: int) -> bytes:
        with self._open(path) as answer:
            data: bytes = answer.read(most + 1)
        if len(data) > most:
            raise BadSnapshot(f"{path} is longer than any such file.")
        return data

    def _open(self, path: str) -> Any:
        return urllib.request.urlopen(f"{self._address}/{path}", timeout=SECONDS)  # noqa: S310 - https, or loopback

    def _sweep(self, known: Machines) -> None:
        """Versions that nobody uses any more go, but the one before stays for who has it open."""
        used = {version for version, _digest in known.manifests}
        old = sorted(path for path in self._folder.iterdir() if VERSION.fullmatch(path.name) and path.name not in used)
        for path in old[:-1]:
            shutil.rmtree(path, ignore_errors=True)


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

# SPDX-License-Identifier: Apache-2.0
"""What gates are told: the signed key file beside the published lists, renewed when anything in it changes.

A gate believes it for a day, so it is also signed anew now and then: a gate that can no longer be told of a revoked key
stops by itself.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from krama.durable import replace_file
from krama.errors import BadInput, BadSnapshot
from krama.ledger import PublicKey, SigningKey
from krama.ledger.machines import FILE, Machines, read_machines, write_machines
from krama.sealing import KeyedHash
from krama.server.accounts.queries import machines
from krama.signals import current_version, versions
from krama.signals.folder import MANIFEST

ANEW = timedelta(minutes=5)


@cache
def signing_key() -> SigningKey:
    """Signs for gates and nothing else; derived from the trail's, so that no signature of one is one of the other."""
    seed = KeyedHash(settings.KRAMA_TRAIL_SIGNING_KEY).derive("gate keys")
    return SigningKey(f"krama-gates-{settings.HOME.id[:12]}", seed)


def tell() -> bool:
    """Write the key file where it no longer says what is so, or is old; whether it was written."""
    folder: Path = settings.HOME.snapshots
    version, manifests = _in_use(folder)
    known = Machines(timezone.now(), machines(), version, manifests)
    before = _told(folder / FILE, signing_key().public)
    if before is not None and before.said == known.said and known.issued - before.issued < ANEW:
        return False
    replace_file(folder / FILE, write_machines(known, signing_key()).encode())
    (folder / FILE).chmod(0o644)  # as the lists beside it: a gate may run under another user
    return True


def _in_use(folder: Path) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The version that scanners use, with the digests of its manifest and of the one below it."""
    try:
        version = current_version(folder)
        found = versions(folder, version) if version else []
        digests = {one: hashlib.sha256((folder / one / MANIFEST).read_bytes()).hexdigest() for one in found}
    except (BadSnapshot, OSError):
        return "", ()
    return version or "", tuple(sorted(digests.items()))


def _told(path: Path, key: PublicKey) -> Machines | None:
    try:
        return read_machines(path.read_text(), key)
    except (OSError, ValueError, BadInput):
        return None

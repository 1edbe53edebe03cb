# SPDX-License-Identifier: Apache-2.0
"""The two key rings of a home: one wraps the keys of compartments, one opens what was sealed at the door."""

from __future__ import annotations

from django.conf import settings

from krama.errors import BadHome
from krama.sealing import KeyRing, open_from, public_half, seal_to, write_once


def kek() -> KeyRing:
    """Key-encryption keys."""
    ring: KeyRing = settings.HOME.ring("kek")
    return ring


def door() -> KeyRing:
    """Private halves; only the console needs them."""
    ring: KeyRing = settings.HOME.ring("door")
    return ring


def seal_at_door(plain: bytes, *place: object) -> tuple[int, bytes]:
    """The version of the door's key, and what was sealed to its public half."""
    version, public = _newest_public()
    return version, seal_to(public, plain, *place)


def open_at_desk(version: int, sealed: bytes, *place: object) -> bytes:
    return open_from(door().key(version), sealed, *place)


def publish_door() -> None:
    """Write the public half of every version where the door looks; the process at the door reads nothing else."""
    folder = settings.KRAMA_DOOR_PUBLIC
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for version in door().versions():
        path = folder / f"{version:04d}.pub"
        if not path.exists():
            write_once(path, public_half(door().key(version)).hex())


def _newest_public() -> tuple[int, bytes]:
    found = sorted(settings.KRAMA_DOOR_PUBLIC.glob("*.pub"))
    if not found:
        publish_door()
        found = sorted(settings.KRAMA_DOOR_PUBLIC.glob("*.pub"))
    if not found:
        raise BadHome(
            f"No public key of the door lies in {settings.KRAMA_DOOR_PUBLIC}: run `krama init` at the console."
        )
    return int(found[-1].stem), bytes.fromhex(found[-1].read_text().strip())

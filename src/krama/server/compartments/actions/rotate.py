# SPDX-License-Identifier: Apache-2.0
"""A new key-encryption key and a new door key, without downtime; killed anywhere, it goes on when run again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from krama.sealing import KeyRing, seal
from krama.server.compartments import rings
from krama.server.compartments.actions.make import key_of
from krama.server.compartments.models import Compartment, Destruction, KeyVersion
from krama.server.compartments.registry import AT_THE_DOOR, load
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event

BATCH = 200


def rotate(actor: Actor) -> int:
    """Add a version to both rings and wrap every key anew; returns how many were wrapped."""
    for ring in (rings.kek(), rings.door()):
        if not _unfinished(ring):
            ring.add()
    rings.publish_door()
    count = rewrap()
    _retire(actor)
    return count


def rewrap() -> int:
    """Wrap under the newest version what an older one wraps, some at a time; others read and write meanwhile."""
    newest, count = rings.kek().current(), 0
    while batch := _rewrap_some(newest):
        count += batch
    return count


@transaction.atomic
def _rewrap_some(newest: int) -> int:
    skip = connection.features.has_select_for_update_skip_locked
    rows = Compartment.objects.filter(destroyed_at=None, kek_version__lt=newest)
    some = list(rows.select_for_update(skip_locked=skip)[:BATCH])
    under = rings.kek().key(newest)
    for row in some:
        row.wrapped_key = seal(under, key_of(row), "compartment", row.pk, newest)
        row.kek_version = newest
    Compartment.objects.bulk_update(some, ["wrapped_key", "kek_version"])
    return len(some)


@transaction.atomic
def _retire(actor: Actor) -> None:
    """Older versions wait for the last backup made under them; destructions now know their day."""
    now, versions = timezone.now(), []
    for ring in (rings.kek(), rings.door()):
        for version in ring.versions()[:-1]:
            _row, made = KeyVersion.objects.get_or_create(
                ring=ring.folder.name, version=version, defaults={"retired_at": now}
            )
            versions += [f"{ring.folder.name}/{version}"] if made else []
    if versions:
        record(actor, Event.KEYS_ROTATED, subject_kind="keys", subject_id="home", details={"retired": versions})
    day = (now + timedelta(days=settings.KRAMA_BACKUP_DAYS)).date()
    Destruction.objects.filter(unreadable_from=None, at__lte=now).update(unreadable_from=day)


def destroy_old_keys(actor: Actor, now: datetime) -> list[str]:
    """Destroy the versions whose last backup has expired; one that something still needs stays."""
    rewrap()
    expired = now - timedelta(days=settings.KRAMA_BACKUP_DAYS)
    rows = [row for row in KeyVersion.objects.filter(destroyed_at=None, retired_at__lte=expired) if not _needed(row)]
    for row in rows:
        (rings.kek() if row.ring == "kek" else rings.door()).destroy(row.version)
        _note_destroyed(actor, row, now)
    return [f"{row.ring}/{row.version}" for row in rows]


@transaction.atomic
def _note_destroyed(actor: Actor, row: KeyVersion, now: datetime) -> None:
    if KeyVersion.objects.filter(pk=row.pk, destroyed_at=None).update(destroyed_at=now):
        details = {"ring": row.ring, "version": row.version}
        record(actor, Event.KEYS_DESTROYED, subject_kind="keys", subject_id="home", details=details)


def _needed(row: KeyVersion) -> bool:
    """Something is still wrapped under it, or lies at the door sealed to it."""
    if row.ring == "kek":
        return Compartment.objects.filter(destroyed_at=None, kek_version=row.version).exists()
    load()
    return any(row.version in versions() for versions in AT_THE_DOOR.values())


def _unfinished(ring: KeyRing) -> bool:
    """An earlier rotation added the newest version and was killed before the older ones were retired."""
    older = ring.versions()[:-1]
    return KeyVersion.objects.filter(ring=ring.folder.name, version__in=older).count() < len(older)

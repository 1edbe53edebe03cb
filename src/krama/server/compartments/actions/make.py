# SPDX-License-Identifier: Apache-2.0
"""Making compartments and sealing into them. No trail entry: the act that needs it writes one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from krama.sealing import new_key, seal, unseal
from krama.server.compartments import rings
from krama.server.compartments.models import Compartment, Kind


def make(kind: Kind) -> Compartment:
    """A new compartment: its key, wrapped under the newest key-encryption key and bound to its id."""
    return make_many(kind, 1)[0]


def make_many(kind: Kind, count: int) -> list[Compartment]:
    """So many, in one statement."""
    ring, now = rings.kek(), timezone.now()
    version = ring.current()
    kek, rows = ring.key(version), []
    for _ in range(count):
        pk = uuid.uuid4()
        wrapped = seal(kek, new_key(), "compartment", pk, version)
        rows.append(Compartment(id=pk, kind=kind, wrapped_key=wrapped, kek_version=version, made_at=now))
    return Compartment.objects.bulk_create(rows)


def reseal(compartment: Compartment, plain: bytes, *place: object) -> bytes:
    """Seal under the compartment's key; opens only at this place."""
    return seal(key_of(compartment), plain, *place)


def key_of(compartment: Compartment) -> bytes:
    """Unwrapped for this one use; `BadSeal` when the compartment was destroyed."""
    wrapped = bytes(compartment.wrapped_key or b"")
    version = compartment.kek_version
    return unseal(rings.kek().key(version), wrapped, "compartment", compartment.pk, version)


def start_clock(compartments: Iterable[Compartment], at: datetime) -> None:
    """Their matter is closed: the retention clock runs from here."""
    Compartment.objects.filter(pk__in=[one.pk for one in compartments]).update(clock_from=at)


def stop_clock(compartments: Iterable[Compartment]) -> None:
    """Their matter is open again."""
    Compartment.objects.filter(pk__in=[one.pk for one in compartments]).update(clock_from=None)

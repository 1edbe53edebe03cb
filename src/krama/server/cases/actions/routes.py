# SPDX-License-Identifier: Apache-2.0
"""Writing the rules that send new cases to units, and which sector a key serves. Old cases stay where they are."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from krama.errors import BadInput, NotFound
from krama.server.accounts.may import Operation, require
from krama.server.accounts.models import Key, Unit, User
from krama.server.cases.facets import abouts, languages, sectors
from krama.server.cases.models.queue import Route, Service
from krama.server.trail.actions import record
from krama.server.trail.events import Event
from krama.server.web.storable import storable


@transaction.atomic
def add_route(actor: User, *, name: str, unit: Unit, language: str = "", about: str = "", sector: str = "") -> Route:
    """The last of the rules; a new case that fits and that no rule before it takes goes to this unit."""
    require(actor, Operation.ROUTE_CASES)
    name = name.strip()
    if not name or len(name) > 60 or not storable(name):
        raise BadInput("Give the rule a name of at most 60 characters.", field="name")
    for field, value, known in (("language", language, languages()), ("about", about, abouts())):
        _check(field, value, [one for one, _label in known])
    _check("sector", sector, [one for one, _label in sectors()])
    if not unit.is_active:
        raise BadInput("This unit is closed; choose one that works.", field="unit")
    last = Route.objects.aggregate(last=Max("place"))["last"] or 0
    row = Route.objects.create(place=last + 1, name=name, language=language, about=about, sector=sector, unit=unit)
    details = {"rule": name, "language": language, "about": about, "sector": sector, "unit": str(unit.pk)}
    record(actor, Event.ROUTE_ADDED, subject_kind="route", subject_id=row.pk, details=details)
    return row


@transaction.atomic
def move_route(actor: User, *, route: UUID) -> None:
    """One place earlier."""
    require(actor, Operation.ROUTE_CASES)
    rows = list(Route.objects.select_for_update().filter(retired_at=None).order_by("place", "pk"))
    at = next((number for number, row in enumerate(rows) if row.pk == route), None)
    if at is None:
        raise NotFound
    rows.insert(max(at - 1, 0), rows.pop(at))
    for number, row in enumerate(rows, start=1):
        row.place = number
    Route.objects.bulk_update(rows, ["place"])
    moved = rows[max(at - 1, 0)]
    record(actor, Event.ROUTE_MOVED, subject_kind="route", subject_id=moved.pk, details={"rule": moved.name})


@transaction.atomic
def retire_route(actor: User, *, route: UUID) -> None:
    """It sends nothing any more; the cases that it sent still name it."""
    require(actor, Operation.ROUTE_CASES)
    row = _found(route)
    row.retired_at = timezone.now()
    row.save(update_fields=["retired_at"])
    record(actor, Event.ROUTE_RETIRED, subject_kind="route", subject_id=row.pk, details={"rule": row.name})


@transaction.atomic
def set_sector(actor: User, *, key: Key, sector: str) -> None:
    """Which sector the system with this key serves; empty for none in particular."""
    require(actor, Operation.ROUTE_CASES)
    _check("sector", sector, [one for one, _label in sectors()])
    if sector:
        Service.objects.update_or_create(key_name=key.name, defaults={"sector": sector})
    else:
        Service.objects.filter(key_name=key.name).delete()
    record(actor, Event.SERVICE_PLACED, subject_kind="key", subject_id=key.prefix, details={"sector": sector})


def _check(field: str, value: str, known: list[str]) -> None:
    if value and value not in known:
        raise BadInput(f"`{field}` holds a value that there is none of.", field=field)


def _found(route: UUID) -> Route:
    row = Route.objects.select_for_update().filter(pk=route, retired_at=None).first()
    if row is None:
        raise NotFound
    return row

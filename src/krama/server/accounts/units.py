# SPDX-License-Identifier: Apache-2.0
"""Writing units: who leads a part of the firm, how many work there, and who with an account belongs to it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from krama.errors import BadInput, Conflict
from krama.server.accounts.models import Unit, User
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event


@transaction.atomic
def add_unit(
    actor: Actor, *, name: str, kind: str, headcount: int = 1, head: User | None = None, deputy: User | None = None
) -> Unit:
    """A new unit; head and deputy may be named later, but until then the unit stands in red."""
    unit = Unit(name=name.strip(), kind=kind, headcount=headcount, head=head, deputy=deputy)
    _check(unit)
    unit.save()
    record(actor, Event.UNIT_ADDED, subject_kind="unit", subject_id=unit.pk, details=_facts(unit))
    return unit


@transaction.atomic
def change_unit(
    actor: Actor,
    *,
    unit: Unit,
    name: str,
    kind: str,
    headcount: int,
    head: User | None = None,
    deputy: User | None = None,
    is_active: bool = True,
) -> Unit:
    """A unit's facts, all of them; a closed unit keeps its past."""
    row = Unit.objects.select_for_update().get(pk=unit.pk)
    row.name, row.kind, row.headcount = name.strip(), kind, headcount
    row.head, row.deputy, row.is_active = head, deputy, is_active
    _check(row)
    row.save()
    record(actor, Event.UNIT_CHANGED, subject_kind="unit", subject_id=row.pk, details=_facts(row))
    return row


@transaction.atomic
def place_person(actor: Actor, *, person: User, unit: Unit | None) -> User:
    """Which unit a person with an account works in; repeating it changes nothing."""
    row = User.objects.select_for_update().get(pk=person.pk)
    if unit is not None and not unit.is_active:
        raise Conflict("This unit is closed; choose one that works.")
    if row.unit_id != (unit.pk if unit else None):
        row.unit = unit
        row.save(update_fields=["unit"])
        details = {"field": "unit", "unit": str(unit.pk) if unit else ""}
        record(actor, Event.STAFF_CHANGED, subject_kind="person", subject_id=row.pk, details=details)
    return row


def _check(unit: Unit) -> None:
    if unit.head is not None and unit.head == unit.deputy:
        raise BadInput("The head and the deputy are one person; name two, so that one can stand in for the other.")
    for person, what in ((unit.head, "head"), (unit.deputy, "deputy")):
        if person is not None and not person.is_active:
            raise BadInput(f"The {what} can no longer sign in; choose somebody who works here.")
    try:
        unit.full_clean(validate_constraints=False)
    except ValidationError as problem:
        raise BadInput(
            " ".join(f"{field}: {' '.join(what)}" for field, what in problem.message_dict.items())
        ) from problem


def _facts(unit: Unit) -> dict[str, object]:
    people = {name: str(pk) if pk else "" for name, pk in (("head", unit.head_id), ("deputy", unit.deputy_id))}
    return {"kind": unit.kind, "headcount": unit.headcount, "active": unit.is_active, **people}

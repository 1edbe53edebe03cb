# SPDX-License-Identifier: Apache-2.0
"""Writing the call tree. The trail says that it changed and how many may be called, never by what address."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, NotFound
from krama.server.accounts.models import Role, User
from krama.server.callout.actions.call import make
from krama.server.callout.channels.choose import BY
from krama.server.callout.models import Call, Channel, Step, Way
from krama.server.callout.sealed import sealed
from krama.server.trail.actions import record
from krama.server.trail.actor import CALLER, Actor
from krama.server.trail.events import Event

MOST_STEPS, MOST_WAYS = 20, 20
LEAST, MOST = 1, 120  # minutes


@transaction.atomic
def add_step(actor: Actor, *, minutes: int) -> Step:
    """At the end of the tree."""
    _check_minutes(minutes)
    count = len(_locked())
    if count >= MOST_STEPS:
        raise BadInput(f"A tree has at most {MOST_STEPS} steps.", field="minutes")
    step = Step.objects.create(place=count + 1, minutes=minutes)
    _record(actor, "step added")
    return step


@transaction.atomic
def change_step(actor: Actor, *, step: UUID, minutes: int) -> None:
    _check_minutes(minutes)
    row = _one(_locked(), step)
    if row.minutes != minutes:
        row.minutes = minutes
        row.save(update_fields=["minutes"])
        _record(actor, "minutes")


@transaction.atomic
def move_step(actor: Actor, *, step: UUID, up: bool) -> None:
    """One place nearer to the top, or further; at the end it stays."""
    rows = _locked()
    at = rows.index(_one(rows, step))
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        _number(rows)
        _record(actor, "order")


@transaction.atomic
def remove_step(actor: Actor, *, step: UUID) -> None:
    """With everybody in it."""
    rows = _locked()
    row = _one(rows, step)
    rows.remove(row)
    row.delete()
    _number(rows)
    _record(actor, "step removed")


@transaction.atomic
def add_way(actor: Actor, *, step: UUID, person: User, channel: str, address: str, language: str = "km") -> Way:
    """`BadInput` when the address is none that this channel can call."""
    row = _one(_locked(), step)
    if channel not in Channel.values or not (clean := BY[channel].clean(address)):
        raise BadInput("This is no address of that channel.", field="address")
    if not person.is_active or person.role == Role.AUDITOR:
        raise BadInput("This person cannot be called.", field="person")
    if row.ways.count() >= MOST_WAYS:
        raise BadInput(f"A step has at most {MOST_WAYS} ways.", field="person")
    pk = uuid4()
    facts = {"step": row, "person": person, "channel": channel, "language": language}
    way = Way.objects.create(id=pk, sealed_address=sealed(pk, clean), added_at=timezone.now(), **facts)
    _record(actor, "way added", channel=channel, person=str(person.pk))
    return way


@transaction.atomic
def remove_way(actor: Actor, *, way: UUID) -> None:
    row = _way(way)
    details = {"channel": str(row.channel), "person": str(row.person_id)}
    row.delete()
    _record(actor, "way removed", **details)


@transaction.atomic
def test_way(actor: Actor, *, way: UUID) -> Call:
    """One message that says it is a test; how it went stands beside the way in a moment."""
    row = _way(way)
    call = make(row, kind=Call.Kind.TEST)
    details = {"channel": str(row.channel), "person": str(row.person_id)}
    record(actor, Event.CHANNEL_TESTED, subject_kind="callout", subject_id="tree", details=details)
    return call


@transaction.atomic
def forget_gone() -> int:
    """The addresses of whoever works here no more."""
    gone = Way.objects.filter(person__is_active=False).delete()[1].get("callout.Way", 0)
    if gone:
        _record(CALLER, "ways of people who left")
    return gone


def _locked() -> list[Step]:
    """All of them: whoever changes the order holds it."""
    return list(Step.objects.select_for_update().order_by("place"))


def _one(rows: list[Step], pk: UUID) -> Step:
    found = next((row for row in rows if row.pk == pk), None)
    if found is None:
        raise NotFound
    return found


def _way(pk: UUID) -> Way:
    row = Way.objects.select_for_update(of=("self",)).select_related("person").filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def _number(rows: list[Step]) -> None:
    for place, row in enumerate(rows, start=1):
        row.place = place
    Step.objects.bulk_update(rows, ["place"])


def _check_minutes(minutes: int) -> None:
    if not LEAST <= minutes <= MOST:
        raise BadInput(f"Wait {LEAST} to {MOST} minutes.", field="minutes")


def _record(actor: Actor, what: str, **details: object) -> None:
    counts = {"steps": Step.objects.count(), "ways": Way.objects.count()}
    facts = {"what": what, **counts, **details}
    record(actor, Event.TREE_CHANGED, subject_kind="callout", subject_id="tree", details=facts)

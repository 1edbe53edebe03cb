# SPDX-License-Identifier: Apache-2.0
"""Giving the firm its usual units, sharing the lines out among them, and noting what a unit learned and practised."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone, translation

from krama.errors import BadInput, Conflict
from krama.guidelines.duties import choose, usual_kinds
from krama.server.accounts.models import Unit, User
from krama.server.accounts.units import add_unit
from krama.server.assessments.actions.answers import hand, held
from krama.server.assessments.models import FirmProfile, UnitRecord
from krama.server.assessments.queries.catalogue import lines
from krama.server.trail.actions import record as write
from krama.server.trail.events import Event

MOST_MINUTES = 10_000


@transaction.atomic
def add_usual_units(actor: User) -> list[Unit]:
    """The units that a firm of these sectors and this size usually has, where there is none of that kind yet."""
    row = FirmProfile.objects.select_for_update().first()  # two who ask at once get the units once
    if row is None:
        raise Conflict("The firm has no profile yet; say first what your firm is.")
    having = set(Unit.objects.filter(is_active=True).values_list("kind", flat=True))
    names = set(Unit.objects.values_list("name", flat=True))
    wanted = [kind for kind in usual_kinds(row.sectors, row.size) if kind not in having]
    return [add_unit(actor, name=name, kind=kind) for kind in wanted if (name := usual_name(kind)) not in names]


def usual_name(kind: str) -> str:
    """In both languages, since people of both work there; the firm gives its own name later."""
    label = Unit.Kind(kind).label
    said = []
    for language in ("km", "en"):
        with translation.override(language):
            said.append(str(label))
    return " / ".join(said)


@transaction.atomic
def share_out(actor: User) -> int:
    """Each line that applies and lies with no working unit goes to one, by the rule in `duties.yaml`; how many did."""
    units = _by_kind()
    if not units:
        raise Conflict("There is no unit yet; add the usual ones first.")
    shared = 0
    for line in sorted(lines(), key=lambda one: one.id):  # one order for all who lock several rows
        row = held(line.id)
        if row.unit is not None and row.unit.is_active:
            continue
        owner = row.owner if row.owner is not None and row.owner.is_active else None
        hand(actor, line_id=line.id, owner=owner, unit=units[choose(line, units)], review_on=row.review_on)
        shared += 1
    return shared


@transaction.atomic
def record(
    actor: User, *, unit: Unit, kind: str, topic: str, on: date, people: int, minutes: int | None, note: str = ""
) -> UnitRecord:
    """A training or a drill of one unit that works."""
    if not unit.is_active:
        raise Conflict("This unit is closed; record it for a unit that works.")
    row = UnitRecord(unit=unit, kind=kind, topic=" ".join(topic.split()), on=on, people=people, minutes=minutes)
    row.note = note.strip()
    _check(row, UnitRecord.Kind.values)
    row.made_at, row.made_by = timezone.now(), actor
    row.save(force_insert=True)
    details = {"record": str(row.pk), "kind": kind, "people": people, "on": on.isoformat()}
    write(actor, Event.UNIT_RECORDED, subject_kind="unit", subject_id=unit.pk, details=details)
    return row


def _check(row: UnitRecord, kinds: Collection[str]) -> None:
    if row.kind not in kinds:
        raise BadInput(f"Write a training or a drill, not {row.kind!r:.40}.", field="kind")
    if not 1 <= len(row.topic) <= 120 or len(row.note) > 300:
        raise BadInput("Give a topic of 1 to 120 letters, and a note of at most 300.", field="topic")
    if row.on > timezone.localdate():
        raise BadInput("This day has not come yet; record it when it was done.", field="on")
    if not 1 <= row.people <= row.unit.headcount:
        raise BadInput(
            f"{row.people} people took part, and {row.unit.headcount} work there; correct the one or the other.",
            field="people",
        )
    if row.minutes is not None and not 1 <= row.minutes <= MOST_MINUTES:
        raise BadInput(f"Give the minutes as a number from 1 to {MOST_MINUTES}.", field="minutes")


def _by_kind() -> dict[str, Unit]:
    """The working units, one of each kind: the first one added; management first, for what no other takes."""
    found: dict[str, Unit] = {}
    for unit in Unit.objects.filter(is_active=True).order_by("created_at", "pk"):
        found.setdefault(unit.kind, unit)
    return dict(sorted(found.items(), key=lambda one: one[0] != "management"))

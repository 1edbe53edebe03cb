# SPDX-License-Identifier: Apache-2.0
"""Putting two cases together, and taking one apart. Whoever was kept out of either is kept out of what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.server.accounts.may import Operation
from krama.server.cases import reach
from krama.server.cases.actions import peer as actions_peer
from krama.server.cases.actions import people as actions_people
from krama.server.cases.actions import playbook as actions_playbook
from krama.server.cases.actions.decide import close_if_decided
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.actions.pause import go_on
from krama.server.cases.actions.queue import leave, require_free
from krama.server.cases.actions.sight import settle
from krama.server.cases.clocks import faster, graver
from krama.server.cases.facets import note_again
from krama.server.cases.find import new_ref
from krama.server.cases.models import Case, Item, Lane, Link, Named, OpenKey, Recusal, Regroup, Sensitivity, Severity
from krama.server.cases.peer import path_of
from krama.server.cases.queries import case as queries
from krama.server.cases.related import in_order
from krama.server.cases.sensitivity import more
from krama.server.compartments.actions import reseal
from krama.server.compartments.actions.hold import keep_too
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.web.storable import storable

LONGEST = 2_000


@transaction.atomic
def merge(actor: Actor, *, case: Case, into: Case, reason: str, by: str) -> Case:
    """Everything of `case` goes into `into`, the graver gravity and the earlier clock hold, and `case` is closed."""
    _check_reason(reason)
    if case.pk == into.pk:
        raise BadInput("A case is not put together with itself.", field="into")
    source, target = _locked(actor, case, into)
    for row in (source, target):
        go_on(actor, case=row)
    keep_too(f"case:{source.ref}", queries.compartments_of(source))
    moved, path = list(source.items.values_list("pk", flat=True)), path_of(source)
    Item.objects.filter(pk__in=moved).update(case=target)
    OpenKey.objects.filter(case=source).update(case=target)
    actions_playbook.go_along(source=source, target=target)
    note_again(target)
    _as_grave(target, source)
    actions_people.go_along(source=source, target=target)
    actions_peer.go_along(actor, path, source=source, target=target)
    source.state, source.closed_at = Case.State.CLOSED, timezone.now()
    source.save(update_fields=["state", "closed_at"])
    leave(source)
    _keep_out(source, target)
    _write(actor, Regroup.Kind.MERGE, source, target, moved, reason, by)
    settle(target)
    return target


@transaction.atomic
def split(actor: Actor, *, case: Case, items: Sequence[UUID], reason: str, by: str) -> Case:
    """The named items, undecided and not all, get a case of their own, as grave and as due as the one they left."""
    _check_reason(reason)
    (source,) = _locked(actor, case)
    _check_items(source, items)
    target, path = _like(source), path_of(source)
    target.save(force_insert=True)
    Item.objects.filter(pk__in=items).update(case=target)
    _take_keys(source, target)
    note_again(source)
    note_again(target)
    actions_people.go_along(source=source, target=target)
    actions_peer.go_along(actor, path, source=source, target=target)
    _keep_out(source, target)
    Named.objects.bulk_create(Named(case=target, person=row.person, at=row.at) for row in source.named.all())
    first, second = in_order(source, target)
    Link.objects.create(one=first, other=second, how=Link.How.SPLIT, at=timezone.now())
    _write(actor, Regroup.Kind.SPLIT, source, target, list(items), reason, by)
    settle(target)
    close_if_decided(actor, source)  # where all that waited went along
    return target


def _locked(actor: Actor, *cases: Case) -> list[Case]:
    """In one order, so that no two wait in a ring; each open, one that the actor may decide, and had by nobody else."""
    pks = [case.pk for case in cases]
    rows = {row.pk: row for row in Case.objects.select_for_update().filter(pk__in=pks).order_by("pk")}
    for row in rows.values():
        reach.require_here(actor, Operation.DECIDE_CASES, row)
        if row.state != Case.State.OPEN:
            raise Conflict(f"{row.ref} is closed; only open cases are put together or taken apart.")
        require_free(actor, row)
    return [rows[pk] for pk in pks]


def _check_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST or not storable(reason):
        raise BadInput(f"Give a `reason`, in at most {LONGEST} characters.", field="reason")


def _check_items(case: Case, items: Sequence[UUID]) -> None:
    here = dict(case.items.values_list("pk", "decision"))
    if not items or set(items) - set(here):
        raise BadInput("Name the items of this case that go.", field="items")
    if any(here[pk] for pk in items):
        raise Conflict("What is decided stays where it was decided.")
    if set(items) == set(here):
        raise BadInput("Not all of them: something must stay.", field="items")


def _as_grave(target: Case, source: Case) -> None:
    target.severity = graver(Severity(target.severity), Severity(source.severity))
    target.lane = faster(Lane(target.lane), Lane(source.lane))
    target.is_emergency = target.is_emergency or source.is_emergency
    target.due_at, target.clock_said = min(target.due_at, source.due_at), ""
    target.sensitivity = more(Sensitivity(target.sensitivity), Sensitivity(source.sensitivity))
    target.save(update_fields=["severity", "lane", "is_emergency", "due_at", "clock_said", "sensitivity"])


def _like(case: Case) -> Case:
    return Case(
        ref=new_ref(),
        severity=case.severity,
        lane=case.lane,
        is_emergency=case.is_emergency,
        opened_at=case.opened_at,
        due_at=case.due_at,
        source=case.source,
        sensitivity=case.sensitivity,
        unit=case.unit,
        assignee=case.assignee,
    )


def _take_keys(source: Case, target: Case) -> None:
    """A key goes along when nothing that still waits here is known by it: what comes later finds the right case."""
    gone, stays = (set(queries.keys_of_items(case.items.filter(decision=None))) for case in (target, source))
    for key in OpenKey.objects.filter(case=source):
        if (key.kind, key.hash) in gone - stays:
            OpenKey.objects.filter(pk=key.pk).update(case=target)


def _keep_out(source: Case, target: Case) -> None:
    """For good, and without the words: whom they know is told in the case where they said it."""
    known = set(target.recusals.values_list("person", flat=True))
    rows = [row for row in source.recusals.all() if row.person_id not in known]
    Recusal.objects.bulk_create(Recusal(case=target, person=row.person, how=row.how, at=row.at) for row in rows)


def _write(
    actor: Actor, kind: Regroup.Kind, source: Case, target: Case, items: list[UUID], reason: str, by: str
) -> None:
    pk = uuid4()
    words = reseal(notes_of(target), reason.strip().encode(), *queries.place_of_regroup(pk))
    named = sorted(map(str, items))
    facts = {"source": source, "target": target, "items": named, "at": timezone.now(), "by": by}
    Regroup.objects.create(id=pk, kind=kind, sealed_reason=words, **facts)
    events = (Event.CASE_MERGED, Event.CASE_MERGED) if kind == Regroup.Kind.MERGE else (Event.CASE_SPLIT,) * 2
    for event, case, other, way in ((events[0], source, target, "to"), (events[1], target, source, "from")):
        details: dict[str, object] = {way: other.ref, "items": len(named)}
        record(actor, event, subject_kind="case", subject_id=case.ref, details=details)

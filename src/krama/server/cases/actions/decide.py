# SPDX-License-Identifier: Apache-2.0
"""Deciding a case. A machine's finding is advice; a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.cases import peer, reach, wanted
from krama.server.cases.actions import grounds as actions_grounds
from krama.server.cases.actions.grounds import NOTHING, Said
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.actions.queue import leave, require_free
from krama.server.cases.actions.second import ask_second
from krama.server.cases.history import merged_into
from krama.server.cases.models import Case, Decision, Item, Layer, OpenKey, Outcome, Pause
from krama.server.cases.queries import case as queries
from krama.server.compartments.actions import reseal, start_clock
from krama.server.compartments.actions.hold import keep_too
from krama.server.intake.actions.write_back import say_state
from krama.server.intake.models import Report
from krama.server.trail.actions import record, record_together
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.web.storable import storable


class SomethingNew(Conflict):
    """Something joined this case after you looked: nothing was decided. Look again, and name every open item."""

    code = "something_new"


class AlreadyDecided(Conflict):
    """These items are decided already: nothing was written."""

    code = "already_decided"


class Merged(Conflict):
    """This case goes on in another; nothing was decided."""

    code = "merged"


@transaction.atomic
def decide(
    actor: Actor,
    *,
    ref: str,
    outcome: str,
    layer: str,
    reason: str,
    items: Sequence[UUID],
    decided_by: str,
    also: Sequence[str] = (),
    said: Said = NOTHING,
) -> Decision:
    """Decide the named items, which must be all that are open; the case closes with its last item.

    Whoever decides names what they saw. What they were not shown stays undecided (`SomethingNew`). `also` holds what
    is wanted besides removing or restoring; see `cases.wanted`.
    The gravest and dismissed exact matches ask for a second look; see `cases.actions.second`.
    On the peer path nothing is called illegal before the note on the children's best interests stands (`NoteMissing`).
    """
    _check(outcome, layer, reason, decided_by)
    actions_grounds.check(said, layer if outcome == Outcome.CONFIRM else "")
    case = Case.objects.select_for_update().filter(ref=ref).first()
    if case is None or not reach.sees(actor, case):
        raise NotFound(f"There is no case {ref}.")
    if case.state == Case.State.CLOSED and (other := merged_into(case)):
        raise Merged(f"{ref} was put together with {other.ref}; decide that one.", into=other.ref)
    require_free(actor, case)
    open_items = _exactly_open(case, items)
    wanted.check(case, open_items, outcome=outcome, layer=layer, also=also)
    if outcome == Outcome.CONFIRM and layer == Layer.LAW:
        peer.require_may_leave(case)
    now, pk = timezone.now(), uuid4()
    decision = Decision.objects.create(
        id=pk,
        case=case,
        at=now,
        outcome=outcome,
        layer=layer if outcome == Outcome.CONFIRM else "",
        sealed_reason=reseal(notes_of(case), reason.strip().encode(), *queries.place_of_reason(pk)),
        decided_by=decided_by,
        actor_kind=actor.actor_kind,
        actor_id=actor.actor_id,
    )
    actions_grounds.keep(decision, said, open_items)
    Item.objects.filter(pk__in=[item.pk for item in open_items]).update(decision=decision)
    wanted.leave(decision, also)
    details: dict[str, object] = {"outcome": outcome, "layer": decision.layer, "items": len(open_items)}
    if also:
        details["also"] = sorted(also)
    close(actor, case)
    done: tuple[tuple[Event, dict[str, object]], ...] = ((Event.CASE_DECIDED, details), (Event.CASE_CLOSED, {}))
    record_together(actor, subject_kind="case", subject_id=ref, events=done)
    ask_second(actor, decision, open_items)
    return decision


def _check(outcome: str, layer: str, reason: str, decided_by: str) -> None:
    if outcome not in Outcome.values:
        raise BadInput(f"`outcome` is one of {', '.join(Outcome.values)}.", field="outcome")
    if outcome == Outcome.CONFIRM and layer not in Layer.values:
        raise BadInput(f"To confirm, `layer` says on what ground: {', '.join(Layer.values)}.", field="layer")
    check_words(reason, decided_by)


def check_words(reason: str, decided_by: str) -> None:
    """What every decision says: why, and who."""
    if not reason.strip():
        raise BadInput("Give a `reason` in your own words.", field="reason")
    for field, text in (("reason", reason), ("decided_by", decided_by)):
        if not storable(text):
            raise BadInput(f"`{field}` holds a NUL or half a character.", field=field)


def _exactly_open(case: Case, named: Sequence[UUID]) -> list[Item]:
    if not named:
        raise BadInput("`items` names the items that you decide.", field="items")
    all_items = list(case.items.all())
    strangers = set(named) - {item.pk for item in all_items}
    if strangers:
        raise BadInput(f"Item {sorted(map(str, strangers))[0]} is not part of case {case.ref}.", field="items")
    open_items = [item for item in all_items if item.decision_id is None]
    if any(item.pk in named and item.decision_id for item in all_items):
        raise AlreadyDecided
    missing = [str(item.pk) for item in open_items if item.pk not in named]
    if missing:
        raise SomethingNew(items=missing)
    return open_items


def close(actor: Actor, case: Case) -> None:
    """With its last item; called with the case locked."""
    case.state, case.closed_at = Case.State.CLOSED, timezone.now()
    case.save(update_fields=["state", "closed_at"])
    gathered = queries.compartments_of(case)
    keep_too(f"case:{case.ref}", gathered)  # the words of the decision, and what joined since somebody held it
    start_clock(gathered, case.closed_at)
    OpenKey.objects.filter(case=case).delete()
    Pause.objects.filter(case=case, ended_at=None).update(ended_at=case.closed_at)
    leave(case)
    for item in case.items.filter(report__isnull=False).select_related("report"):
        assert item.report is not None
        say_state(actor, report=item.report, state=Report.State.CLOSED)


def close_if_decided(actor: Actor, case: Case) -> None:
    """An open case in which nothing waits any more; called with the case locked."""
    if not case.items.filter(decision=None).exists():
        close(actor, case)
        record(actor, Event.CASE_CLOSED, subject_kind="case", subject_id=case.ref)


@transaction.atomic(savepoint=False)
def note_view(actor: Actor, *, case: Case) -> None:
    """Reading a case is an act."""
    record(actor, Event.CASE_VIEWED, subject_kind="case", subject_id=case.ref)


def mark_carried(decision: Decision) -> None:
    """Called by the room that orders measures, in its own transaction."""
    Decision.objects.filter(pk=decision.pk).update(carried_at=timezone.now())


def mark_items_carried(items: Sequence[Item]) -> None:
    """The same, for what a scan found: whatever follows from it by rule was ordered."""
    Item.objects.filter(pk__in=[item.pk for item in items]).update(carried_at=timezone.now())

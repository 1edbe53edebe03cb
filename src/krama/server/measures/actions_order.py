# SPDX-License-Identifier: Apache-2.0
"""Ordering measures: by rule at once, after a decision, again, and what waited until it may leave its case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from krama.errors import Conflict
from krama.server.cases.actions.decide import mark_carried, mark_items_carried
from krama.server.cases.models import Decision, Item, Outcome
from krama.server.cases.queries.case import decisions_waiting, items_waiting
from krama.server.cases.registry import may_leave
from krama.server.cases.wanted import STRIKES
from krama.server.detections.models import Detection
from krama.server.measures.adapters import ADAPTERS
from krama.server.measures.kinds import AFTER_A_DECISION, LASTING, OF_ACCOUNTS, UNFINISHED, Kind, State
from krama.server.measures.models import Measure
from krama.server.measures.queries import acted_on, still_true, who_does
from krama.server.outbox.actions import put
from krama.server.trail.actions import record
from krama.server.trail.actor import DELIVERY, Actor
from krama.server.trail.events import Event

DELIVER, CHECK = "measures.deliver", "measures.check"
BATCH = 50


def withhold_next() -> int:
    """What a scan found and the firm's app withheld by its verdict: the app is asked to confirm it, each once."""
    return _withhold_some() if items_waiting().exists() else 0  # no write transaction just to look


@transaction.atomic
def _withhold_some() -> int:
    skip = connection.features.has_select_for_update_skip_locked
    items = list(items_waiting().select_for_update(skip_locked=skip, of=("self",))[:BATCH])
    for item in items:
        if _is_withheld(item) and who_does(Kind.WITHHOLD):
            order(DELIVERY, item=item, kind=Kind.WITHHOLD, decision=None)
    mark_items_carried(items)
    return len(items)


def _is_withheld(item: Item) -> bool:
    """By the verdict alone, where the firm named the content; a decision that was faster says it all."""
    found = item.detection
    return (
        found is not None
        and found.verdict == Detection.Verdict.BLOCK
        and bool(found.firm_id_key)
        and item.decision_id is None
    )


def order_next() -> bool:
    """Turn the oldest waiting decision into measures, with their deliveries; returns whether one was waiting."""
    return decisions_waiting().exists() and _order_one()  # no write transaction just to look


@transaction.atomic
def _order_one() -> bool:
    skip = connection.features.has_select_for_update_skip_locked
    decision = decisions_waiting().select_for_update(skip_locked=skip).first()
    if decision is None:
        return False
    for item, kind in _follows_from(decision):
        order(DELIVERY, item=item, kind=kind, decision=decision)
    mark_carried(decision)
    return True


def _follows_from(decision: Decision) -> Iterator[tuple[Item, Kind]]:
    """What is kept comes before what is removed; an account is acted on once, however many of its items there are."""
    items = list(decision.items.select_related("report", "detection", "case").order_by("joined_at", "pk"))
    also = [Kind(kind) for kind in decision.wanted.order_by("kind").values_list("kind", flat=True)]
    if Kind.PRESERVE in also:
        yield from ((item, Kind.PRESERVE) for item in items)
    main = Kind.REMOVE if decision.outcome == Outcome.CONFIRM else Kind.RESTORE
    yield from ((item, main) for item in still_true(decision, acted_on(items, Outcome(decision.outcome))))
    one_each = {item.account_key: item for item in reversed(items) if item.account_key}
    yield from ((item, kind) for kind in also if kind in OF_ACCOUNTS for item in one_each.values())


def order(actor: Actor, *, item: Item, kind: Kind, decision: Decision | None, attempt: int = 1) -> Measure:
    """One measure and its deliveries, in the caller's transaction."""
    now = timezone.now()
    measure = Measure.objects.create(
        item=item,
        decision=decision,
        by_rule=decision is None,
        kind=kind,
        attempt=attempt,
        state=State.HELD if kind.value in STRIKES and may_leave(item.case) else State.ORDERED,
        ordered_at=now,
        due_at=now + timedelta(minutes=settings.KRAMA_MEASURE_MINUTES),
    )
    event = Event.MEASURE_BY_RULE if measure.by_rule else Event.MEASURE_ORDERED
    details = {"measure": kind.value, "case": item.case.ref}
    record(actor, event, subject_kind="measure", subject_id=measure.pk, details=details)
    if kind in AFTER_A_DECISION:
        _overtake(item, but=measure)
    if measure.state == State.ORDERED:
        hand_out(measure)
    return measure


def _overtake(item: Item, *, but: Measure) -> None:
    """What came before is over: nobody waits for it, asks about it, or sends it after what came later.

    A restoring that arrives late would show again what a person removed meanwhile, and the other way round.
    """
    before = Measure.objects.filter(item=item, kind__in=(Kind.WITHHOLD, *AFTER_A_DECISION)).exclude(pk=but.pk)
    in_the_way = Q(state__in=(*UNFINISHED, State.FAILED)) | Q(state=State.DONE, check_said=Measure.Held.GONE)
    before.filter(in_the_way).update(state=State.OVERTAKEN, check_at=None)
    before.filter(state=State.DONE).update(check_at=None)
    before.filter(state=State.DONE, check_said="").update(
        check_asked_at=None
    )  # an answer would speak of what is undone


def hand_out(measure: Measure) -> None:
    """A task for each place where somebody takes it. Where nobody does, it waits, and is an alarm when it is due."""
    adapter = who_does(Kind(measure.kind))
    if adapter is None:
        return
    Measure.objects.filter(pk=measure.pk).update(adapter=adapter)
    for place in ADAPTERS[adapter].places(Kind(measure.kind)):
        put(DELIVER, {"measure": str(measure.pk), "adapter": adapter, "place": place})


def release_held() -> int:
    """Strikes that may leave their case by now."""
    held = list(Measure.objects.filter(state=State.HELD).select_related("item__case").order_by("ordered_at")[:BATCH])
    return sum(_release(measure) for measure in held if not may_leave(measure.item.case))


@transaction.atomic
def _release(measure: Measure) -> int:
    stands = measure.decision_id == measure.item.decision_id  # else it is decided again: nothing of it is sent
    state = State.ORDERED if stands else State.OVERTAKEN
    if not Measure.objects.filter(pk=measure.pk, state=State.HELD).update(state=state) or not stands:
        return 0
    hand_out(measure)
    return 1


@transaction.atomic
def order_again(actor: Actor, *, measure: Measure) -> Measure:
    """A person wants it once more, with an id of its own: the firm's system does each id once."""
    row = Measure.objects.select_for_update(of=("self",)).select_related("item__case", "decision").get(pk=measure.pk)
    if not (row.state == State.FAILED or row.check_said == Measure.Held.GONE) or row.state == State.OVERTAKEN:
        raise Conflict("Only what could not be done, or holds no longer, is ordered again.")
    row.state = State.OVERTAKEN
    row.save(update_fields=["state"])
    return order(actor, item=row.item, kind=Kind(row.kind), decision=row.decision, attempt=row.attempt + 1)


def ask_next() -> int:
    """Ask about what lasts once more, when its time has come."""
    due = Measure.objects.filter(check_at__lte=timezone.now())
    return sum(_ask(measure) for measure in due.order_by("check_at")[:BATCH])


@transaction.atomic
def _ask(measure: Measure) -> int:
    now = timezone.now()
    mine = Measure.objects.filter(pk=measure.pk, check_at=measure.check_at)
    if not mine.update(check_at=None, check_asked_at=now if measure.state == State.DONE else None):
        return 0  # another worker asked
    adapter = ADAPTERS.get(measure.adapter)
    if measure.state == State.DONE and measure.kind in LASTING and adapter:
        for place in adapter.places(Kind(measure.kind)):
            put(CHECK, {"measure": str(measure.pk), "adapter": adapter.name, "place": place})
    return 1

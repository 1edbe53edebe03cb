# SPDX-License-Identifier: Apache-2.0
"""Reading measures."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from krama.guidelines.live import SKEW
from krama.server.accounts.models import Role, User
from krama.server.cases.actions.removal import names_content
from krama.server.cases.models import Case, Decision, Item, Outcome
from krama.server.cases.queries.case import look_of
from krama.server.cases.reach import visible
from krama.server.measures.adapters import ADAPTERS
from krama.server.measures.kinds import BY_DEFAULT, Kind, State
from krama.server.measures.models import HandTask, Measure, Way

ENDED = (State.DONE, State.OVERTAKEN)


def of_case(case: Case) -> QuerySet[Measure]:
    return Measure.objects.filter(item__case=case).select_related("item").order_by("ordered_at")


def acted_on(items: list[Item], outcome: Outcome) -> list[Item]:
    """Those that a decision does something to in the firm's system: where it would know which content is meant.

    Nothing was withheld for a report, so what it names is shown again only where a decision before removed it.
    """
    named = [item for item in items if names_content(item)]
    if outcome == Outcome.CONFIRM:
        return named
    rows = Measure.objects.filter(item__in=[item.pk for item in named if item.report_id], kind=Kind.REMOVE)
    removed = set(rows.exclude(state=State.OVERTAKEN).values_list("item_id", flat=True))
    return [item for item in named if item.report_id is None or item.pk in removed]


def still_true(decision: Decision, items: list[Item]) -> list[Item]:
    """Of a dismissal that waited for a second person: those of whose contents nobody has thought otherwise since."""
    look = look_of(decision) if decision.outcome == Outcome.DISMISS else None
    if look is None or look.given_at is None:
        return items
    since = Q(decision=None) | Q(decision__outcome=Outcome.CONFIRM, decision__at__gt=decision.at)
    keys = {_content_of(item) for item in items}
    others = Item.objects.filter(since).exclude(pk__in=[item.pk for item in items])
    found = set(others.filter(detection__firm_id_key__in=keys).values_list("detection__firm_id_key", flat=True))
    found |= set(others.filter(report__content_key__in=keys).values_list("report__content_key", flat=True))
    return [item for item in items if _content_of(item) not in found]


def _content_of(item: Item) -> str:
    """The firm's name for it, as a keyed hash."""
    if item.report is not None:
        return item.report.content_key
    return item.detection.firm_id_key if item.detection else ""


def of_actor(actor: object) -> QuerySet[Measure]:
    """Those of cases that the actor may see."""
    return Measure.objects.filter(item__case__in=visible(actor))


def overdue(actor: object) -> QuerySet[Measure]:
    """Not confirmed as done when it was due: an alarm."""
    now = timezone.now()
    late = Q(due_at__lt=now) | Q(ordered_at__gt=now + SKEW)  # a clock that ran ahead: nobody knows when it was due
    return of_actor(actor).exclude(state__in=ENDED).filter(late)


def gone(actor: object) -> QuerySet[Measure]:
    """Confirmed once, and no longer so: an alarm until somebody orders it again or it is put right."""
    return of_actor(actor).filter(state=State.DONE, check_said=Measure.Held.GONE)


def failed() -> QuerySet[Measure]:
    """Of the whole firm: a figure, which names no case."""
    return Measure.objects.filter(state=State.FAILED)


def not_rechecked(now: datetime) -> QuerySet[Measure]:
    """Asked about again, and nobody answered in time: nobody knows whether it holds."""
    late = now - timedelta(minutes=settings.KRAMA_MEASURE_MINUTES)
    return Measure.objects.filter(state=State.DONE, check_said="", check_asked_at__lt=late)


def way_of(kind: Kind) -> str:
    """The adapter that is to do this kind, by the firm's setting or else by default; empty for nobody."""
    way = Way.objects.filter(kind=kind).values_list("adapter", flat=True).first()
    return BY_DEFAULT.get(kind, "") if way is None else way


def who_does(kind: Kind) -> str | None:
    """The adapter that can do this kind now; None where nobody can."""
    return _able(kind, way_of(kind))


def doers() -> dict[Kind, str]:
    """`who_does` for every kind that somebody can do now; in few questions, for a page that asks about all."""
    said = dict(Way.objects.values_list("kind", "adapter"))
    wanted = {kind: said.get(kind.value, BY_DEFAULT.get(kind, "")) for kind in Kind}
    is_connected = "webhook" in wanted.values() and bool(ADAPTERS["webhook"].places(Kind.REMOVE))
    return {kind: name for kind, name in wanted.items() if (is_connected if name == "webhook" else _able(kind, name))}


def _able(kind: Kind, name: str) -> str | None:
    """The adapter of that name, where it can do this kind now."""
    adapter = ADAPTERS.get(name)
    return name if adapter and kind in adapter.kinds and adapter.places(kind) else None


def tasks_of(person: User) -> QuerySet[HandTask]:
    """What this person may do by hand: of their unit, or of none; the officer sees all. Only of cases they may see."""
    rows = HandTask.objects.filter(said_at=None, measure__item__case__in=visible(person))
    do = Q(asks=HandTask.Asks.DO, measure__state__in=(State.ORDERED, State.DELIVERED))
    check = Q(asks=HandTask.Asks.CHECK, measure__state=State.DONE)
    rows = rows.filter(do | check).select_related("measure__item__case", "unit").order_by("at")
    if person.role == Role.OFFICER:
        return rows
    return rows.filter(Q(unit=None) | Q(unit=person.unit_id))

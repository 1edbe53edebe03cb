# SPDX-License-Identifier: Apache-2.0
"""Reading the register, scoped by who asks: the whole for those who answer for it, a head the lines of their units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from krama.errors import NotAllowed, NotFound
from krama.inventory import Category
from krama.server.accounts.may import Operation, may
from krama.server.accounts.models import Unit, User
from krama.server.confidentiality.facts import HOME, consent_is_open, gaps
from krama.server.confidentiality.models import Line, LineVersion, Treatment, Weighing
from krama.server.confidentiality.models.register import Basis
from krama.server.confidentiality.risk import Risk, RiskFacts, risk_of

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Shown:
    """A line with what is counted from it."""

    row: Line
    weighing: Weighing | None  # the newest answer, also when the line has changed since
    is_weighed: bool
    gaps: tuple[str, ...]
    risk: Risk
    treatment: Treatment | None
    gone: int  # fields that the last scan of their source did not name any more

    @property
    def is_late(self) -> bool:
        return self.row.ended_at is None and self.row.review_on < timezone.localdate()


def units_of(person: User, operation: Operation = Operation.READ_REGISTER) -> QuerySet[Unit]:
    """The units whose lines this person may read or write."""
    units = Unit.objects.order_by("name")
    if may(person, operation):
        return units
    led = units.filter(Q(head=person) | Q(deputy=person))
    return led if any(may(person, operation, unit) for unit in led) else units.none()


def lines(person: User, *, ended: bool = False) -> list[Shown]:
    """What this person may read; `NotAllowed` for who leads no unit and answers for nothing."""
    if not reads(person):
        raise NotAllowed
    return shown(Line.objects.filter(unit__in=units_of(person), ended_at__isnull=not ended))


def reads(person: User) -> bool:
    return may(person, Operation.READ_REGISTER) or units_of(person).exists()


def line_of(pk: UUID) -> Shown:
    found = shown(Line.objects.filter(pk=pk))
    if not found:
        raise NotFound("There is no such line.")
    return found[0]


def held() -> list[Shown]:
    """Everything that is held now, for the papers and the proofs."""
    return shown(Line.objects.filter(ended_at=None))


def shown(rows: QuerySet[Line]) -> list[Shown]:
    """With the newest answers, in few queries."""
    loaded = rows.select_related("unit").prefetch_related(
        "seen_by",
        Prefetch("weighings", Weighing.objects.select_related("by").order_by("at", "pk")),
        Prefetch("treatments", Treatment.objects.select_related("by").order_by("at", "pk")),
        "proposals",
    )
    return [_shown(row) for row in loaded.order_by("system", "place", "name", "pk")]


def history(pk: UUID) -> QuerySet[LineVersion]:
    """Every version, the newest first."""
    return LineVersion.objects.filter(line_id=pk).select_related("by").order_by("-number")


def to_review(person: User, today: date) -> QuerySet[Line]:
    """This person's lines that are late, or due within thirty days; the longest late first."""
    mine = Line.objects.filter(unit__in=units_of(person, Operation.WRITE_REGISTER), ended_at=None)
    return mine.filter(review_on__lte=today + SOON).order_by("review_on")


def not_weighed(found: Iterable[Shown]) -> int:
    return sum(not one.is_weighed for one in found)


def _shown(row: Line) -> Shown:
    weighings, treatments = list(row.weighings.all()), list(row.treatments.all())
    newest = weighings[-1] if weighings else None
    weighed = newest is not None and newest.version >= row.weighty_version
    gone = sum(one.gone_at is not None for one in row.proposals.all())
    return Shown(
        row, newest, weighed, gaps(row, weighed), _risk(row, weighed), treatments[-1] if treatments else None, gone
    )


def _risk(row: Line, weighed: bool) -> Risk:
    parties = row.third_parties
    seen = len(row.seen_by.all()) or int(bool(row.seen_roles.strip()))
    facts = RiskFacts(
        categories=[Category(one) for one in row.categories],
        third_parties=len(parties),
        abroad=any(party["country"] != HOME for party in parties),
        has_basis=row.basis != Basis.NOT_KNOWN,
        consent_open=consent_is_open(row),
        kept_days=row.kept_days,
        units=seen,
        weighed=weighed,
    )
    return risk_of(facts)

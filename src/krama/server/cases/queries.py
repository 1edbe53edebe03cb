# SPDX-License-Identifier: Apache-2.0
"""Reading cases."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case as When_
from django.db.models import IntegerField, Q, QuerySet, Value, When

from krama.server.cases.models import Case, Decision, Item, Link
from krama.server.cases.severity import ORDER
from krama.server.compartments.models import Compartment
from krama.server.compartments.queries import read
from krama.server.detections.scanner import identifiers
from krama.server.web.storable import storable

GRAVITY = When_(
    *(When(severity=severity, then=Value(rank)) for rank, severity in enumerate(ORDER)), output_field=IntegerField()
)


def queue(*, state: str = Case.State.OPEN, text: str = "") -> QuerySet[Case]:
    """Open cases, what is due first on top; closed ones, newest first."""
    cases = Case.objects.filter(state=state).prefetch_related("items__detection")
    text = text if storable(text) else ""
    if text.strip():
        cases = cases.filter(_found(text.strip())).distinct()
    if state == Case.State.CLOSED:
        return cases.order_by("-closed_at")
    return cases.alias(gravity=GRAVITY).order_by("due_at", "gravity", "opened_at")


def by_ref(ref: str) -> Case | None:
    return Case.objects.filter(ref=ref.upper()).first() if storable(ref) else None


def items_of(case: Case) -> QuerySet[Item]:
    return Item.objects.filter(case=case).select_related("detection__compartment", "decision").order_by("joined_at")


def linked_to(case: Case) -> list[Case]:
    """The cases that share a content or an account with this one."""
    links = Link.objects.filter(Q(one=case) | Q(other=case)).select_related("one", "other")
    return [link.other if link.one_id == case.pk else link.one for link in links]


def decisions_waiting() -> QuerySet[Decision]:
    """Decisions that a higher room has not carried out yet."""
    return Decision.objects.filter(carried_at=None).order_by("at")


def reason_of(decision: Decision) -> str:
    """Why it was decided so, in the person's words; empty after the case's compartment was destroyed."""
    plain = read(decision.case.compartment, decision.sealed_reason, *place_of_reason(decision.pk))
    return plain.decode() if plain else ""


def place_of_reason(pk: UUID) -> tuple[str, UUID, str]:
    return ("decision", pk, "reason")


def compartments_of(case: Case) -> list[Compartment]:
    """All that a case gathers: its own notes, and what each of its items was found with."""
    rows = Compartment.objects.filter(Q(cases=case) | Q(detections__in=case.items.values("detection")))
    return list(rows.distinct())


def _found(text: str) -> Q:
    """By reference, by the start of a hash, or by one of the firm's own ids (found by its keyed hash)."""
    accounts, start = identifiers().of("account", text), text.lower()
    found = Q(ref__iexact=text) | Q(ref__iexact=f"C-{text}") | Q(items__detection__account_key=accounts)
    found |= Q(items__detection__firm_id_key=identifiers().of("content_id", text))
    if len(start) >= 8 and all(digit in "0123456789abcdef" for digit in start):
        for kind in ("sha256", "md5", "sha1", "pdq"):
            found |= Q(**{f"items__detection__content__{kind}__startswith": start})
    return found

# SPDX-License-Identifier: Apache-2.0
"""Reading cases: every list and count is of what the actor may see. Nobody is searched for here (purpose lock)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from uuid import UUID

from django.db.models import Case as When_
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from krama.server.accounts.may import ROLES, Operation
from krama.server.accounts.models import User
from krama.server.cases.clocks import ORDER
from krama.server.cases.history import family
from krama.server.cases.models import Case, Decision, Item, Link, Look, Pause
from krama.server.cases.models.grounds import Grounds
from krama.server.cases.queries.queue import COUNTED
from krama.server.cases.reach import REFERENCE, conflicts_of, visible
from krama.server.compartments.models import Compartment
from krama.server.compartments.queries import read
from krama.server.detections.models import Detection
from krama.server.detections.queries import begins_with
from krama.server.detections.scanner import identifiers
from krama.server.intake.models import Report
from krama.server.web.storable import storable

OF_DECISIONS = (Look.Kind.CONFIRM, Look.Kind.DISMISS)
GRAVITY = When_(
    *(When(severity=severity, then=Value(rank)) for rank, severity in enumerate(ORDER)), output_field=IntegerField()
)


def queue(actor: object, *, state: str = Case.State.OPEN, text: str = "") -> QuerySet[Case]:
    """Open cases that the actor may see, what is due first on top; closed ones, newest first."""
    cases = visible(actor).filter(state=state).prefetch_related("items__detection", "items__report")
    cases = cases.select_related("lease__holder")
    text = text if storable(text) else ""
    if text.strip():
        cases = cases.filter(pk__in=_found(actor, text.strip(), state))
    if state == Case.State.CLOSED:
        return cases.order_by("-closed_at")
    return cases.alias(gravity=GRAVITY).order_by("-is_emergency", "due_at", "gravity", "opened_at")


def items_of(case: Case) -> QuerySet[Item]:
    return (
        Item.objects.filter(case=case)
        .select_related("detection__compartment", "report__compartment", "decision")
        .order_by("joined_at")
    )


def linked_to(actor: object, case: Case) -> list[tuple[Case, str]]:
    """The cases that are like this one, and by what, of those that the actor may see."""
    links = Link.objects.filter(Q(one=case) | Q(other=case))
    how = {link.other_id if link.one_id == case.pk else link.one_id: link.get_how_display() for link in links}
    return [(row, how[row.pk]) for row in visible(actor).filter(pk__in=how).order_by("ref")]


def looks_to_give(actor: object) -> QuerySet[Look]:
    """Second looks that are still to come, in cases that the actor may see; the oldest first."""
    return _looks_of(actor).filter(given_at=None).order_by("asked_at")


def looks_given(actor: object) -> QuerySet[Look]:
    return _looks_of(actor).exclude(given_at=None).order_by("-given_at")


def _looks_of(actor: object) -> QuerySet[Look]:
    """In cases that the actor may see; of a decision, only where they may also see whatever its items are in by now.

    Each case is asked about by its id: "not in" would first make a list of all that the actor may see.
    """
    theirs = Exists(visible(actor).filter(pk=OuterRef("case")))
    elsewhere = Item.objects.filter(~theirs, decision=OuterRef("subject"))
    return Look.objects.filter(theirs).exclude(Exists(elsewhere)).select_related("case")


def closed_to_everybody() -> int:
    """Cases that nobody who works here may see: everybody who decides is kept out of them."""
    deciders = User.objects.filter(is_active=True, role__in=ROLES[Operation.READ_CASES])
    left: set[UUID] | None = None
    for person in deciders:  # from the few conflicts, never over all cases
        left = conflicts_of(person) if left is None else left & conflicts_of(person)
        if not left:
            return 0
    return len(left or ())


def words_of(case: Case, sealed: bytes | memoryview | None, *place: object) -> str:
    """Words about a case; empty after its compartment was destroyed."""
    plain = read(case.compartment, sealed, *place)
    return plain.decode() if plain else ""


def decisions_waiting() -> QuerySet[Decision]:
    """Decisions that a higher room has not carried out yet."""
    return Decision.objects.filter(carried_at=None).order_by("at")


def items_waiting() -> QuerySet[Item]:
    """What a scan found and a higher room has not looked at yet: some of it follows by rule."""
    rows = Item.objects.filter(carried_at=None, detection__isnull=False)
    return rows.select_related("detection", "case").order_by("joined_at")


def reason_of(decision: Decision) -> str:
    """Why it was decided so, in the person's words; empty after the case's compartment was destroyed."""
    return words_of(decision.case, decision.sealed_reason, *place_of_reason(decision.pk))


def look_of(decision: Decision) -> Look | None:
    """The second look that it asked for, whether given or still to come."""
    return Look.objects.filter(kind__in=OF_DECISIONS, subject=decision.pk).first()


def place_of_reason(pk: UUID) -> tuple[str, UUID, str]:
    return ("decision", pk, "reason")


def keys_of(case: Case) -> list[tuple[str, str]]:
    """By which its items would be known again, whether or not the case holds these keys."""
    return keys_of_items(items_of(case))


def keys_of_items(items: Iterable[Item]) -> list[tuple[str, str]]:
    """The same, for some of them."""
    found = []
    for item in items:
        row: Detection | Report | None = item.detection or item.report
        assert row is not None
        found += [("account", item.account_key), ("content" if item.detection else "firm_id", row.content_key)]
        found += [("words", item.report.words_key)] if item.report else []
    return [(kind, hashed) for kind, hashed in found if hashed]


def place_of_regroup(pk: UUID) -> tuple[str, UUID, str]:
    return ("regroup", pk, "reason")


def place_of_reference(pk: UUID) -> tuple[str, UUID, str]:
    return ("pause", pk, "reference")


def reference_of(pause: Pause) -> str:
    """Of the authority's letter; empty where there is none, and after destruction."""
    return words_of(pause.case, pause.sealed_reference, *place_of_reference(pause.pk))


def pause_of(case: Case) -> Pause | None:
    """What its clock waits for now."""
    return Pause.objects.filter(case=case, ended_at=None).first()


def grounds_of(decision: Decision) -> tuple[str, str]:
    """Which rule, in words, and the facts relied on; empty where none was said, or it was destroyed."""
    row = Grounds.objects.filter(decision=decision).first()
    if row is None:
        return "", ""
    rule = words_of(decision.case, row.sealed_rule, *place_of_grounds(decision.pk, "rule"))
    return rule, words_of(decision.case, row.sealed_facts, *place_of_grounds(decision.pk, "facts"))


def place_of_grounds(pk: UUID, what: str) -> tuple[str, UUID, str]:
    return ("decision grounds", pk, what)


def compartments_of(case: Case) -> list[Compartment]:
    """All that a case gathers: the notes of it and of what was put together with it, and what its items came with."""
    of_items = case.items.values_list("detection__compartment", "report__compartment")
    of_cases = (one.compartment_id for one in family(case))
    return list(Compartment.objects.filter(pk__in={pk for pk in (*of_cases, *chain.from_iterable(of_items)) if pk}))


def _found(actor: object, text: str, state: str) -> list[UUID]:
    """By reference, by the start of a hash, or by the firm's own id of a content. Never by whose it is.

    Each way by an index of its own, the newest first and no more than anybody reads.
    """
    start, ref = text.lower(), text.upper()
    refs = [one for one in (ref, f"C-{ref}") if REFERENCE.fullmatch(one)]  # nothing else is said in plain words
    found = list(Case.objects.filter(ref__in=refs).values_list("pk", flat=True)) if refs else []
    named = Detection.objects.filter(firm_id_key=identifiers().of("content_id", text))
    is_hash = len(start) >= 8 and all(digit in "0123456789abcdef" for digit in start)
    known = visible(actor).filter(state=state)
    for detections in (named, begins_with(start)) if is_hash else (named,):
        items = Item.objects.filter(detection__in=detections, case__in=known).order_by("-joined_at")
        found += items.values_list("case", flat=True)[:COUNTED]
    return found

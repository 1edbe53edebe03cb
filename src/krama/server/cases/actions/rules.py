# SPDX-License-Identifier: Apache-2.0
"""Another version of the rules: what it would have done to the past month, and then from now on."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput
from krama.server.cases import reach
from krama.server.cases.models import Item, RuleBook
from krama.server.cases.triage import facts_of, rules
from krama.server.intake.queries import chosen
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.triage import Facts, Move, RuleFile, compare, read_rules

MONTH = timedelta(days=30)
BATCH = 500


@transaction.atomic
def load(actor: Actor, *, text: str) -> RuleFile:
    """In force from now on. `BadEntry` names the line; a version that is not higher than the last is refused."""
    book, before = read_rules(text), rules()
    if book.version <= before.version:
        raise BadInput(
            f"The rules in force have version {before.version}: give this file a higher one, so that each case can say "
            "which it was sorted by.",
            field="version",
        )
    RuleBook.objects.create(number=book.version, body=text, loaded_at=timezone.now(), loaded_by=actor.actor_id)
    record(actor, Event.RULES_LOADED, subject_kind="rules", subject_id=str(book.version))
    return book


@transaction.atomic
def try_out(actor: Actor, *, book: RuleFile) -> tuple[int, list[Move]]:
    """How many items of the past month the actor may see, and which of their cases these rules would sort otherwise.

    What was chosen in reports is read for it, so it is an entry of the trail; none of it is in the answer.
    """
    month = _month(actor)
    details = {"version": book.version, "items": len(month)}
    record(actor, Event.RULES_TRIED, subject_kind="rules", subject_id=str(book.version), details=details)
    return len(month), compare(month, rules(), book)


def _month(actor: Actor) -> list[tuple[str, Facts]]:
    rows = Item.objects.filter(joined_at__gte=timezone.now() - MONTH, case__in=reach.visible(actor))
    items = list(rows.order_by("case_id", "joined_at").select_related("case", "detection", "report__compartment"))
    reports = [item.report for item in items if item.report]
    said: dict[UUID, dict[str, str]] = {}
    for start in range(0, len(reports), BATCH):  # a database takes only so many ids in one question
        said |= chosen(reports[start : start + BATCH])
    found, counted, last = [], 0, None
    for item in items:
        counted, last = (counted + 1 if item.case_id == last else 1), item.case_id
        if (source := item.report or item.detection) is not None:
            found.append((item.case.ref, facts_of(source, said.get(source.pk, {}), counted)))
    return found

# SPDX-License-Identifier: Apache-2.0
"""Reading how a child is helped: of cases that the reader may see; whom the child trusts only while it is open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from krama.server.accounts.models import User
from krama.server.cases.models import Case
from krama.server.cases.queries.case import words_of
from krama.server.cases.reach import visible
from krama.server.compartments.queries import openings_of
from krama.server.support.models import FollowUp, Referral, Removal, Step, Trusted
from krama.server.support.places import (
    place_of_consent,
    place_of_follow_up,
    place_of_removal,
    place_of_step,
    place_of_trusted,
)

SOON = timedelta(days=3)


def to_follow_up(today: date) -> QuerySet[FollowUp]:
    """Days that are still to be kept, the earliest first; not of what was destroyed."""
    rows = FollowUp.objects.filter(done_at=None, case__compartment__destroyed_at=None)
    return rows.select_related("case").order_by("due_on", "set_at")


def follow_ups_for(reader: User, today: date) -> list[FollowUp]:
    """Late ones and those of the next days, in cases that this person may see."""
    return list(to_follow_up(today).filter(due_on__lte=today + SOON, case__in=visible(reader)))


def late(today: date) -> QuerySet[FollowUp]:
    """Of the whole firm: a figure, which names no case."""
    return to_follow_up(today).filter(due_on__lt=today)


def steps_of(case: Case) -> list[tuple[Step, dict[str, str]]]:
    """The plan, with what was sealed of each step."""
    return [
        (row, _said(words_of(case, row.sealed_what, *place_of_step(row.pk))))
        for row in case.support_steps.order_by("offered_at")
    ]


def referrals_of(case: Case) -> list[tuple[Referral, dict[str, str]]]:
    return [
        (row, _said(words_of(case, row.sealed_consent, *place_of_consent(row.pk))))
        for row in case.help_referrals.order_by("at")
    ]


def follow_ups_of(case: Case) -> list[tuple[FollowUp, str, str]]:
    """Each with what to look at, and what was found."""
    return [
        (
            row,
            words_of(case, row.sealed_words, *place_of_follow_up(row.pk, "words")),
            words_of(case, row.sealed_found, *place_of_follow_up(row.pk, "found")),
        )
        for row in case.follow_ups.order_by("due_on", "set_at")
    ]


def removals_of(case: Case) -> list[tuple[Removal, dict[str, str], str]]:
    """Each with the wish, and why it was decided so."""
    return [
        (
            row,
            _said(words_of(case, row.sealed_wish, *place_of_removal(row.pk, "wish"))),
            words_of(case, row.sealed_reason, *place_of_removal(row.pk, "reason")),
        )
        for row in case.removals.select_related("decision").order_by("asked_at")
    ]


@dataclass(frozen=True, repr=False)
class Shown:
    """Whom the child trusts: who, and the agreed way, only while it is open for the reader. Its repr shows nothing."""

    agreed: bool
    until: datetime | None
    who: str = ""
    reach: str = ""
    way: str = ""


def trusted_of(case: Case, reader: User) -> Shown | None:
    """None where the child named nobody, or it was destroyed."""
    row = Trusted.objects.filter(case=case).exclude(sealed_person=None).first()
    if row is None:
        return None
    until = openings_of(reader.actor_id, f"case:{case.ref}", timezone.now()).get(row.pseudonym_id)
    if until is None:
        return Shown(bool(row.sealed_way), None)
    person = _said(words_of(case, row.sealed_person, *place_of_trusted(case.pk, "person")))
    way = words_of(case, row.sealed_way, *place_of_trusted(case.pk, "way"))
    return Shown(bool(row.sealed_way), until, person.get("who", ""), person.get("reach", ""), way)


def _said(plain: str) -> dict[str, Any]:
    """Nothing, after destruction."""
    found: dict[str, Any] = json.loads(plain) if plain else {}
    return found

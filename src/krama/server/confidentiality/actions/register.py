# SPDX-License-Identifier: Apache-2.0
"""Writing lines of the register: every version is kept; who writes over something unseen is told, and loses no word."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.models import Unit, User
from krama.server.confidentiality.facts import NAMES, WEIGHTY, Facts, changes, facts_of, faults
from krama.server.confidentiality.models import Line, LineVersion
from krama.server.trail.actions import record
from krama.server.trail.events import Event
from krama.server.web.storable import storable

A_YEAR = timedelta(days=365)
LONGEST = 500
PLAIN = tuple(name for name in NAMES if name not in ("seen_by", "third_parties", "unit", "categories", "field_names"))


@transaction.atomic
def write(actor: User, *, facts: Facts, line: UUID | None = None, seen: int = 0) -> Line:
    """A new line, or all facts of one as they shall be; `seen` is the version that the writer had before them."""
    row = _locked(line, seen) if line else Line(made_at=timezone.now(), version=0)
    check(facts, row.review_on)
    before = facts_of(row).plain() if line else {}
    changed = changes(before, facts.plain())
    if not changed:
        raise BadInput("Nothing would change; if it is right as it stands, say that you looked at it.")
    row.version += 1
    if not line or WEIGHTY & set(changed):
        row.weighty_version = row.version
    _lay(row, facts)
    what = LineVersion.What.CHANGED if line else LineVersion.What.MADE
    _keep(actor, row, what)
    record(actor, Event.REGISTER_WRITTEN, subject_kind="register", subject_id=row.pk, details=_told(row, changed))
    return row


@transaction.atomic
def review(actor: User, *, line: UUID, seen: int, review_on: date | None = None) -> Line:
    """Somebody looked again, and it is right; the next look is in a year unless a day is named."""
    row, today = _locked(line, seen), timezone.localdate()
    day = review_on or today + A_YEAR
    if not today <= day <= today + 2 * A_YEAR:
        raise BadInput("The next look is today at the earliest, and within two years.", field="review_on")
    row.version, row.review_on = row.version + 1, day
    row.save()
    _keep(actor, row, LineVersion.What.REVIEWED)
    record(actor, Event.REGISTER_REVIEWED, subject_kind="register", subject_id=row.pk, details=_told(row, ()))
    return row


@transaction.atomic
def end(actor: User, *, line: UUID, seen: int, why: str) -> Line:
    """It is not held any more; the line and its past stay."""
    row, words = _locked(line, seen), " ".join(why.split())
    if not words or len(words) > LONGEST or not storable(words):
        raise BadInput(f"Say in one to {LONGEST} letters how it came to an end.", field="why")
    row.version, row.ended_at, row.ended_why = row.version + 1, timezone.now(), words
    row.save()
    _keep(actor, row, LineVersion.What.ENDED)
    record(actor, Event.REGISTER_ENDED, subject_kind="register", subject_id=row.pk, details=_told(row, ()))
    return row


def check(facts: Facts, review_was: date | None = None) -> None:
    """`BadInput` names the first field at fault."""
    for name, why in faults(facts, timezone.localdate(), review_was).items():
        raise BadInput(why, field=name)


def _locked(pk: UUID, seen: int) -> Line:
    row = Line.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound("There is no such line.")
    if row.ended_at is not None:
        raise Conflict("This is not held any more; write a new line.")
    if row.version != seen:
        raise Conflict("Somebody wrote in this line meanwhile; compare, and send it again.", version=row.version)
    return row


def _lay(row: Line, facts: Facts) -> None:
    """All facts into the row; the units last, since they need the row."""
    plain = facts.plain()
    for name in PLAIN:
        setattr(row, name, getattr(facts, name))
    row.categories, row.field_names = plain["categories"], plain["field_names"]
    row.third_parties = [dict(party) for party in plain["third_parties"]]
    units = {str(one.pk): one for one in Unit.objects.filter(pk__in={facts.unit, *facts.seen_by})}
    if facts.unit not in units or not set(facts.seen_by) <= set(units):
        raise BadInput("Choose units of this firm.", field="unit")
    row.unit = units[facts.unit]
    row.save()
    row.seen_by.set([units[pk] for pk in facts.seen_by])


def _keep(actor: User, row: Line, what: LineVersion.What) -> None:
    facts = facts_of(row).plain() | ({"ended_why": row.ended_why} if row.ended_why else {})
    LineVersion.objects.create(line=row, number=row.version, what=what, facts=facts, at=timezone.now(), by=actor)


def _told(row: Line, changed: tuple[str, ...]) -> dict[str, object]:
    """For the trail: which facts, never their words."""
    return {"version": row.version, "changed": list(changed), "unit": str(row.unit_id)}

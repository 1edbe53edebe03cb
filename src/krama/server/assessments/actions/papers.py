# SPDX-License-Identifier: Apache-2.0
"""Writing papers: a new version each time, approved by somebody else, then signed and never changed."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.guidelines.policy_papers import SIGNED
from krama.paper import to_plain
from krama.server.accounts.models import Unit, User
from krama.server.assessments.models import Paper, Signature
from krama.server.assessments.queries.catalogue import firm
from krama.server.assessments.queries.papers import current, versions, written_now
from krama.server.trail.actions import record
from krama.server.trail.events import Event

A_YEAR = timedelta(days=365)
LONGEST = 300


@transaction.atomic
def write(actor: User, *, kind: str) -> Paper:
    """A new draft from the profile as it is now; earlier versions stay."""
    row = firm()
    body = {language: to_plain(document) for language, document in written_now(kind, row).items()}
    last = Paper.objects.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
    paper = Paper(kind=kind, number=last + 1, body=body, sha256=hash_of(body), profile_number=row.number if row else 0)
    paper.written_at, paper.written_by = timezone.now(), actor
    try:
        with transaction.atomic():
            paper.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("Somebody wrote this paper at the same moment; look at theirs first.") from error
    record(actor, Event.PAPER_WRITTEN, subject_kind="paper", subject_id=paper.pk, details=_facts(paper))
    return paper


@transaction.atomic
def approve(actor: User, *, kind: str, number: int) -> Paper:
    """The draft holds from now on, for a year; whoever wrote it cannot say so."""
    paper = versions(kind).select_for_update().filter(number=number).first()
    if paper is None or paper.state != Paper.State.DRAFT:
        raise Conflict("This version is not a draft any more; open the newest one.")
    if paper.written_by_id == actor.pk:
        raise Conflict("You wrote this version; another person must approve it.")
    if Paper.objects.filter(kind=kind, number__gt=number).exists():
        raise Conflict("There is a newer version of this paper; read and approve that one.")
    paper.state, paper.approved_at, paper.approved_by = Paper.State.APPROVED, timezone.now(), actor
    paper.review_on = timezone.localdate() + A_YEAR
    paper.save()
    record(actor, Event.PAPER_APPROVED, subject_kind="paper", subject_id=paper.pk, details=_facts(paper))
    return paper


@transaction.atomic
def sign(actor: User, *, kind: str, number: int) -> Signature:
    """A person signs the version that holds and that they were shown, for the unit they work in, once."""
    paper = _to_sign(kind)
    if paper.number != number:
        raise Conflict("Another version holds by now; read that one, then sign it.")
    if actor.unit_id is None:
        raise Conflict("You belong to no unit yet; ask the officer to put you into one.")
    unit = Unit.objects.select_for_update().get(pk=actor.unit_id)
    if Signature.objects.filter(paper=paper, person=actor).exists():
        raise Conflict("You have signed this version already.")
    return _signed(actor, paper, unit, person=actor, people=1, place="")


@transaction.atomic
def record_sheet(actor: User, *, kind: str, unit: Unit, people: int, place: str) -> Signature:
    """How many people of a unit signed on paper, and where that sheet lies."""
    paper = _to_sign(kind)
    kept = " ".join(place.split())
    if not 1 <= len(kept) <= LONGEST:
        raise BadInput(f"Say in 1 to {LONGEST} characters where the signed sheet lies.", field="place")
    if people < 1:
        raise BadInput("Give the number of people who signed, at least 1.", field="people")
    return _signed(actor, paper, Unit.objects.select_for_update().get(pk=unit.pk), None, people, kept)


def hash_of(body: object) -> str:
    """SHA-256 over the body as canonical JSON."""
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _signed(actor: User, paper: Paper, unit: Unit, person: User | None, people: int, place: str) -> Signature:
    """Never more signatures than people: the unit's row is locked, so two at once count one after the other."""
    so_far = Signature.objects.filter(paper=paper, unit=unit).aggregate(people=Sum("people"))["people"] or 0
    if so_far + people > unit.headcount:
        raise Conflict("That is more signatures than people in this unit; correct the number, or the unit's size.")
    row = Signature.objects.create(
        paper=paper, unit=unit, person=person, people=people, place=place, at=timezone.now(), by=actor
    )
    details = {**_facts(paper), "unit": str(unit.pk), "people": people}
    record(actor, Event.PAPER_SIGNED, subject_kind="paper", subject_id=paper.pk, details=details)
    return row


def _to_sign(kind: str) -> Paper:
    paper = current(kind) if kind in SIGNED else None
    if paper is None:
        raise Conflict("No approved version of this paper is there to be signed.")
    return paper


def _facts(paper: Paper) -> dict[str, object]:
    return {"kind": paper.kind, "number": paper.number, "sha256": paper.sha256}

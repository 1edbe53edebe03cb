# SPDX-License-Identifier: Apache-2.0
"""An assessment as it stands, written down for good: submitted by one person, approved or sent back by another."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.server.accounts.models import User
from krama.server.assessments.actions.papers import hash_of
from krama.server.assessments.models import Edition
from krama.server.assessments.queries.catalogue import firm
from krama.server.assessments.queries.standing import body_now
from krama.server.trail.actions import record
from krama.server.trail.events import Event

LONGEST_NAME = 80
LONGEST_NOTE = 2_000
EVENTS = {
    Edition.State.SUBMITTED: Event.EDITION_SUBMITTED,
    Edition.State.APPROVED: Event.EDITION_APPROVED,
    Edition.State.RETURNED: Event.EDITION_RETURNED,
}


@transaction.atomic
def submit(actor: User, *, name: str) -> Edition:
    """All answers, proofs and live proofs as they stand now; nobody can change them in it afterwards."""
    profile, called = firm(), " ".join(name.split())
    if profile is None:
        raise Conflict("The firm has no profile yet; say first what your firm is.")
    if not 1 <= len(called) <= LONGEST_NAME:
        raise BadInput(f"Give it a name of 1 to {LONGEST_NAME} letters, such as the year.", field="name")
    body = body_now(profile)
    held, country = body["catalogue"], body["country"]
    row = Edition(name=called, body=body, sha256=hash_of(body), profile=profile)
    row.catalogue_id, row.catalogue_version = held["id"], held["version"]
    row.country_id, row.country_version = country["id"], country["version"]
    row.number = (Edition.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    row.submitted_at, row.submitted_by = timezone.now(), actor
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("Somebody submitted an edition at the same moment; look at theirs first.") from error
    return _recorded(actor, row)


def approve(actor: User, *, number: int, note: str = "") -> Edition:
    """Another person says that it is right."""
    return _decide(actor, number, Edition.State.APPROVED, note)


def send_back(actor: User, *, number: int, note: str) -> Edition:
    """Another person says what is not right; a new edition is submitted when it is mended."""
    if not note.strip():
        raise BadInput("Say what is to be mended.", field="note")
    return _decide(actor, number, Edition.State.RETURNED, note)


@transaction.atomic
def _decide(actor: User, number: int, state: Edition.State, note: str) -> Edition:
    row = Edition.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise NotFound(f"There is no edition {number}.")
    if row.state != Edition.State.SUBMITTED:
        raise Conflict("Somebody has decided on this edition already.")
    if row.submitted_by_id == actor.pk:
        raise Conflict("You submitted this edition; another person decides on it.")
    if len(note.strip()) > LONGEST_NOTE:
        raise BadInput(f"Write at most {LONGEST_NOTE} letters.", field="note")
    row.state, row.note = state, note.strip()
    row.decided_at, row.decided_by = timezone.now(), actor
    row.save(update_fields=["state", "note", "decided_at", "decided_by"])
    return _recorded(actor, row)


def _recorded(actor: User, row: Edition) -> Edition:
    details = {"number": row.number, "sha256": row.sha256, "catalogue": row.catalogue_id}
    details["version"] = row.catalogue_version
    record(actor, EVENTS[Edition.State(row.state)], subject_kind="edition", subject_id=row.pk, details=details)
    return row

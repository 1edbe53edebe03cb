# SPDX-License-Identifier: Apache-2.0
"""Answering a line, handing it to somebody, giving proof of it. What was ever said stays, also what came too late."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.guidelines.scoring import LEVELS
from krama.server.accounts.models import Unit, User
from krama.server.assessments.models import Answer, GivenProof, Saying
from krama.server.assessments.queries.catalogue import catalogue, standing_line
from krama.server.trail.actions import record
from krama.server.trail.events import Event

LONGEST = 10_000
ATTEMPTS = 3
SAID = ("level", "words", "set_aside", "why_aside")


@transaction.atomic
def say(
    actor: User,
    *,
    line_id: str,
    level: int | None,
    words: str,
    set_aside: bool = False,
    why_aside: str = "",
    seen: int,
) -> Answer:
    """An answer over the revision `seen` that its writer had before them.

    When somebody wrote meanwhile, the answer stays and these words are kept beside it (`answer.kept_beside`);
    words that change nothing are not said twice. Saying it over what is there takes away "needs another look".
    """
    given = checked(level, words, set_aside, why_aside)
    row = held(line_id)
    if row.revision < seen:
        raise BadInput(f"The answer to {line_id} has no revision {seen}; open it again.", field="seen")
    same = {name: getattr(row, name) for name in SAID} == given
    if same and (not row.needs_look or row.revision != seen):
        return row
    late = row.revision != seen or row.line_id != line_id  # the line itself may have been replaced meanwhile
    row.revision += 1
    said = Saying(answer=row, number=row.revision, seen=seen, beside=late, at=timezone.now(), by=actor, **given)
    said.save(force_insert=True)
    if late:
        row.kept_beside = said
    else:
        _take_over(row, said)
    row.save()
    details = {"line": row.line_id, "revision": row.revision, "level": level, "aside": set_aside, "beside": late}
    record(actor, Event.ANSWER_SAID, subject_kind="answer", subject_id=row.pk, details=details)
    return row


@transaction.atomic
def hand(actor: User, *, line_id: str, owner: User | None, unit: Unit | None, review_on: date | None) -> Answer:
    """In whose hands a line lies, and by when somebody looks at it again; repeating it changes nothing."""
    row = held(line_id)
    if owner is not None and not owner.is_active:
        raise BadInput("This person can no longer sign in; choose somebody who works here.", field="owner")
    if unit is not None and not unit.is_active and unit.pk != row.unit_id:
        raise BadInput("This unit is closed; choose one that works.", field="unit")
    if review_on is not None and review_on < timezone.localdate() and review_on != row.review_on:
        raise BadInput("The day of review has passed; choose a day to come.", field="review_on")
    if (row.owner, row.unit, row.review_on) == (owner, unit, review_on):
        return row
    row.owner, row.unit, row.review_on = owner, unit, review_on
    row.save(update_fields=["owner", "unit", "review_on"])
    details = {
        "line": row.line_id,
        "owner": str(owner.pk) if owner else "",
        "unit": str(unit.pk) if unit else "",
        "review_on": review_on.isoformat() if review_on else "",
    }
    record(actor, Event.ANSWER_HANDED, subject_kind="answer", subject_id=row.pk, details=details)
    return row


def held(line_id: str) -> Answer:
    """The line's one answer, locked until the transaction ends; made when it is the first.

    A catalogue loaded meanwhile moves answers: then it is the answer of the line that took the place.
    """
    for _ in range(ATTEMPTS):
        line = standing_line(line_id)
        if line is None:
            raise NotFound(f"There is no line {line_id!r:.100} in the catalogue in force.")
        made = Answer.objects.get_or_create(line_id=line.id)[1]
        rows = Answer.objects.select_for_update(of=("self",)).select_related("owner", "unit")
        row = rows.filter(line_id=line.id).first()
        if row is not None and standing_line(line_id) == line:
            return row
        if row is not None and made:
            row.delete()
    raise Conflict("Another catalogue came into force meanwhile; open the line again.")


def checked(level: int | None, words: str, set_aside: bool, why_aside: str) -> dict[str, object]:
    """The four things an answer says, or what is wrong with them."""
    words, why_aside = words.strip(), why_aside.strip()
    if level is not None and level not in LEVELS:
        raise BadInput(f"The level is {level!r}; a level from 0 to 4 was asked for.", field="level")
    for name, text in (("words", words), ("why_aside", why_aside)):
        if len(text) > LONGEST or "\x00" in text:
            raise BadInput(f"Write at most {LONGEST} letters, without control signs.", field=name)
    if set_aside and not why_aside:
        raise BadInput("Write why the line does not apply to your firm; without a reason it counts.", field="why_aside")
    if level is None and not words and not set_aside:
        raise BadInput("Choose where you stand, or write something.", field="level")
    return {"level": level, "words": words, "set_aside": set_aside, "why_aside": why_aside}


def _take_over(row: Answer, said: Saying) -> None:
    for name in SAID:
        setattr(row, name, getattr(said, name))
    row.said_at, row.said_by = said.at, said.by
    row.needs_look, row.needs_look_why = False, ""


@transaction.atomic
def give_proof(
    actor: User,
    *,
    line_id: str,
    proof_id: str,
    kind: str,
    title: str,
    sha256: str = "",
    size: int | None = None,
    place: str = "",
    url: str = "",
    said: str = "",
) -> GivenProof:
    """What shows a line met: a file by its hash and place, a page by its address, or a person's word."""
    row = GivenProof(line_id=line_id, proof_id=proof_id, kind=kind, title=" ".join(title.split()))
    row.sha256, row.size, row.place, row.url, row.said = sha256, size, place.strip(), url.strip(), said.strip()
    row.line_id = held(line_id).line_id
    _check_proof(row)
    row.given_at, row.given_by = timezone.now(), actor
    row.save(force_insert=True)
    details = {"line": row.line_id, "proof": proof_id, "kind": kind, "sha256": sha256}
    record(actor, Event.PROOF_GIVEN, subject_kind="given-proof", subject_id=row.pk, details=details)
    return row


@transaction.atomic
def withdraw_proof(actor: User, *, proof: GivenProof) -> GivenProof:
    """It shows nothing any more; that it was given stays."""
    row = GivenProof.objects.select_for_update().get(pk=proof.pk)
    if row.withdrawn_at is not None:
        raise Conflict("This proof has been withdrawn already.")
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    details = {"line": row.line_id, "proof": row.proof_id}
    record(actor, Event.PROOF_WITHDRAWN, subject_kind="given-proof", subject_id=row.pk, details=details)
    return row


def _check_proof(row: GivenProof) -> None:
    line = catalogue().line(row.line_id)
    kinds = {name: catalogue().proof(name).kind for name in line.proof} if line else {}
    if row.kind not in ("file", "link", "person") or kinds.get(row.proof_id) == "live":
        raise BadInput("A person gives a file, a link or a word; what is live Krama sees for itself.", field="kind")
    if line and row.proof_id not in kinds:
        raise BadInput(f"The line does not ask for a proof {row.proof_id!r:.80}.", field="proof_id")
    if not row.title:
        raise BadInput("Give it a title, so that others know what it is.", field="title")
    needed = {"file": ("sha256", "place"), "link": ("url",), "person": ("said",)}[row.kind]
    for name in needed:
        if not getattr(row, name):
            raise BadInput("Something is missing that this kind of proof needs.", field=name)
    if row.kind == "link" and not row.url.startswith(("https://", "http://")):
        raise BadInput("Write the whole address, beginning with https://.", field="url")
    for name, most in (("title", 200), ("place", 500), ("url", 500), ("said", LONGEST)):
        if len(getattr(row, name)) > most:
            raise BadInput(f"Write at most {most} letters.", field=name)

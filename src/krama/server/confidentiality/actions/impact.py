# SPDX-License-Identifier: Apache-2.0
"""Writing an impact assessment from the register as it stands; another person approves it while that still holds."""

from __future__ import annotations

import hashlib
import json

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from krama.errors import BadInput, Conflict, NotFound
from krama.paper import to_plain
from krama.server.accounts.models import User
from krama.server.confidentiality.documents import impact as paper
from krama.server.confidentiality.models import Impact
from krama.server.confidentiality.queries.impact import uncovered, untreated
from krama.server.confidentiality.queries.register import held
from krama.server.trail.actions import record
from krama.server.trail.events import Event
from krama.server.web.storable import storable

LONGEST = 4000
LANGUAGES = ("km", "en")


@transaction.atomic
def write_impact(actor: User, *, conclusion: str) -> Impact:
    """A new paper; earlier ones stay as they were."""
    said = conclusion.strip()
    if not said or len(said) > LONGEST or not storable(said):
        raise BadInput(f"Write your conclusion in one to {LONGEST} letters.", field="conclusion")
    rows = held()
    if not rows:
        raise Conflict("The register is empty; write down first what you hold.")
    number = (Impact.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    lines, day = paper.facts(rows), timezone.localdate().isoformat()
    told = {"number": number, "conclusion": said, "writer": actor.name, "day": day}
    body = {language: to_plain(paper.document(lines, **told, language=language)) for language in LANGUAGES}  # type: ignore[arg-type]
    row = Impact(number=number, words=said, facts=lines, body=body, sha256=hash_of(body), written_by=actor)
    row.covers, row.written_at = {str(one.row.pk): one.row.version for one in rows}, timezone.now()
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("Somebody wrote one at the same moment; look at theirs first.") from error
    record(actor, Event.IMPACT_WRITTEN, subject_kind="impact", subject_id=row.pk, details=_facts(row))
    return row


@transaction.atomic
def approve_impact(actor: User, *, number: int) -> Impact:
    """It holds from now on; not by its writer, not once the register has moved on, not with a high risk left open."""
    row = Impact.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise NotFound("There is no impact assessment of that number.")
    if row.approved_at is not None:
        raise Conflict("It is approved already.", why="done")
    if row.written_by_id == actor.pk:
        raise Conflict("You wrote it; another person must approve it.", why="own")
    if Impact.objects.filter(number__gt=number).exists():
        raise Conflict("There is a newer one; read and approve that one.", why="newer")
    if uncovered(row.covers, held()):
        raise Conflict("The register has changed since it was written; write it anew.", why="moved")
    if untreated(row.facts):
        raise Conflict("A line of high risk has no measures; write them, then write it anew.", why="untreated")
    row.approved_at, row.approved_by = timezone.now(), actor
    row.save(update_fields=["approved_at", "approved_by"])
    record(actor, Event.IMPACT_APPROVED, subject_kind="impact", subject_id=row.pk, details=_facts(row))
    return row


def hash_of(body: object) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _facts(row: Impact) -> dict[str, object]:
    return {"number": row.number, "lines": len(row.covers), "sha256": row.sha256}

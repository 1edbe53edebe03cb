# SPDX-License-Identifier: Apache-2.0
"""What a person says to a wave. Krama sends nothing: a released text is the firm's own to say, where it speaks."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from krama.errors import BadInput, Conflict
from krama.server.accounts.may import Operation, require
from krama.server.cases.models import Wave
from krama.server.cases.waves import place_of_reason
from krama.server.compartments.actions import make, reseal, start_clock
from krama.server.compartments.models import Kind
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event
from krama.server.web.storable import storable


@transaction.atomic
def edit(actor: Actor, *, wave: Wave, english: str, khmer: str) -> Wave:
    """Another draft, while nobody has answered."""
    row = _waiting(actor, wave)
    if _write(row, english, khmer):
        row.save(update_fields=["text_en", "text_km"])
        record(actor, Event.WAVE_EDITED, subject_kind="wave", subject_id=row.pk)
    return row


@transaction.atomic
def answer(actor: Actor, *, wave: Wave, release: bool, reason: str, english: str = "", khmer: str = "") -> Wave:
    """Release this text, or drop it; once, and with a reason."""
    row = _waiting(actor, wave)
    if not reason.strip() or len(reason) > 2_000 or not storable(reason):
        raise BadInput("Say why, in at most 2000 characters.", field="reason")
    if release:
        _write(row, english or row.text_en, khmer or row.text_km)
    row.compartment, now = make(Kind.CASE), timezone.now()
    row.sealed_reason = reseal(row.compartment, reason.strip().encode(), *place_of_reason(row.pk))
    row.answer = Wave.Answer.RELEASED if release else Wave.Answer.DROPPED
    row.answered_at, row.answered_by = now, actor.actor_id
    row.save()
    start_clock([row.compartment], now)
    event = Event.WAVE_RELEASED if release else Event.WAVE_DROPPED
    record(actor, event, subject_kind="wave", subject_id=row.pk)
    return row


def _waiting(actor: Actor, wave: Wave) -> Wave:
    require(actor, Operation.ANSWER_WAVES)
    row = Wave.objects.select_for_update().get(pk=wave.pk)
    if row.answer != Wave.Answer.WAITING:
        raise Conflict("Somebody has answered this wave already.")
    return row


def _write(row: Wave, english: str, khmer: str) -> bool:
    """Whether the draft is another one now."""
    for field, text in (("english", english), ("khmer", khmer)):
        if not text.strip() or len(text) > Wave.LONGEST or not storable(text):
            raise BadInput(f"`{field}` is a text of at most {Wave.LONGEST} characters.", field=field)
    before = row.text_en, row.text_km
    row.text_en, row.text_km = english.strip(), khmer.strip()
    return (row.text_en, row.text_km) != before

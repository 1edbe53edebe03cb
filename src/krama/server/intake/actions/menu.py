# SPDX-License-Identifier: Apache-2.0
"""What a call of the telephone menu leaves: a report from the first thing chosen, once however often it comes."""

from __future__ import annotations

from django.db import transaction

from krama.server.intake.actions import take
from krama.server.intake.doors.marks import mark, pk_of
from krama.server.intake.doors.menu import Walk, walk
from krama.server.intake.models import Report
from krama.server.trail.actor import Actor


@transaction.atomic
def press(actor: Actor, *, session: str, number: str, text: str) -> Walk:
    """Store what was chosen so far; returns where the call stands."""
    found = walk(text)
    if not found.topic:
        return found
    report = take.take(
        actor,
        pk=pk_of("ussd report", session),
        topic=found.topic,
        door=Report.Door.USSD,
        language=found.language or "km",
        answers={},
    )
    if found.in_danger:
        take.mark_emergency(actor, report=report)
    answers = dict(found.answers)
    if answers.get("back") == "sms" and number:  # the number is kept, sealed, only on this yes
        answers["back-to"] = number
    for question, said in answers.items():
        take.add(actor, report=report, question=question, said=said, mark=mark("ussd", session, question, said))
    return found

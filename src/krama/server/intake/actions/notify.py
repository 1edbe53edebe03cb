# SPDX-License-Identifier: Apache-2.0
"""Telling a reporter that an answer waits: only who named a way, a number or address, and a safe hour; only within it.

At most once for what is not read yet: it is noted before it is sent, for two texts on a shared phone are worse
than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from krama.server.intake import queries
from krama.server.intake.doors import outgoing
from krama.server.intake.doors.sentences import notice
from krama.server.intake.hours import HOURS, is_safe, next_safe
from krama.server.intake.models import Message, Report
from krama.server.outbox.actions import put
from krama.server.trail.actions import record
from krama.server.trail.actor import DELIVERY
from krama.server.trail.events import Event

NOTIFY = "intake.notify"


@dataclass(frozen=True, repr=False)
class Wish:
    """How a reporter may be written to; its repr shows nothing."""

    way: str
    to: str
    hour: str


def wish_of(report: Report) -> Wish | None:
    """The last thing they said about it; None unless all three were said and can be used."""
    said = dict(queries.answers_of(report))  # oldest first, so the last one holds
    way, to, hour = (said.get(question, "") for question in ("back", "back-to", "back-hour"))
    clean = {"sms": outgoing.number_of, "mail": outgoing.address_of}
    to = clean[way](to) if way in clean else ""
    return Wish(way, to, hour) if to and hour in HOURS and report.withdrawn_at is None else None


def want_notice(message: Message) -> None:
    """Called in the transaction that writes back: a task only for who wished it, at their hour."""
    wish = wish_of(message.report)
    if wish is not None and outgoing.can_send(wish.way):
        put(NOTIFY, {"message": str(message.pk)}, at=next_safe(wish.hour, timezone.now()))


def notify(message_id: str) -> None:
    """Ask again whether it is wished, wait for the hour, note it, send it."""
    message = Message.objects.select_related("report__compartment").filter(pk=UUID(message_id)).first()
    wish = wish_of(message.report) if message else None
    if message is None or wish is None or not outgoing.can_send(wish.way):
        return
    if not is_safe(wish.hour, timezone.now()):
        put(NOTIFY, {"message": message_id}, at=next_safe(wish.hour, timezone.now()))
        return
    if _claim(message):
        try:
            _send(wish, message.report)
        except outgoing.NotSent:
            Message.objects.filter(pk=message.pk).update(notified_at=None)
            raise


@transaction.atomic
def _claim(message: Message) -> bool:
    """Whether this one may go now; False when it was read, sent already, or another one waits to be read."""
    Report.objects.select_for_update(of=("self",)).get(pk=message.report_id)
    if Message.objects.filter(report=message.report_id, notified_at__isnull=False, read_at=None).exists():
        return False
    claimed = Message.objects.filter(pk=message.pk, notified_at=None, read_at=None).update(notified_at=timezone.now())
    return bool(claimed)


def _send(wish: Wish, report: Report) -> None:
    text = notice(has_code=report.reply_public is not None, language=report.language)
    if wish.way == "sms":
        outgoing.send_sms(wish.to, text)
    else:
        outgoing.send_mail(wish.to, text.split(".")[0].split("។")[0], text)
    details = {"way": wish.way}
    record(DELIVERY, Event.REPORT_NOTIFIED, subject_kind="report", subject_id=report.pk, details=details)

# SPDX-License-Identifier: Apache-2.0
"""An alarm and a drill in words, for the pages here and for those of the desk."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from krama.server.accounts.models import User
from krama.server.callout import queries
from krama.server.callout.models import Alarm
from krama.server.cases.words import span


def alarm_rows(reader: User) -> list[dict[str, Any]]:
    """What runs now, of what this reader may see."""
    return [alarm_row(alarm, reader) for alarm in queries.alarms_of(reader)]


def alarm_row(alarm: Alarm, reader: User) -> dict[str, Any]:
    return {
        "pk": alarm.pk,
        "ref": alarm.ref,
        "is_drill": alarm.kind == Alarm.Kind.DRILL,
        "url": f"/cases/{alarm.ref}" if alarm.case_id else "",
        "raised_at": alarm.raised_at,
        "due": alarm.case.due_at if alarm.case else None,
        "deadline": alarm.deadline,
        "sentence": sentence(alarm),
        "taken_by": alarm.taken_by.name if alarm.taken_by else "",
        "is_mine": alarm.taken_by_id == reader.pk,
        "may_take": alarm.taken_by is None and alarm.ended_at is None,
        "is_red": alarm.ended_at is None and (alarm.taken_by is None or alarm.hard_count > 0),
    }


def sentence(alarm: Alarm) -> str:
    """How it stands."""
    if alarm.ended_at is not None:
        return _("It has ended; nobody is called any more.")
    if alarm.hard_count:
        return _("It is not decided, and its time has passed. The first step and the leads are called each hour.")
    if alarm.taken_by is not None:
        seen = alarm.opened_at is not None or queries.opened_since(alarm, alarm.taken_by)
        return _("Somebody took it:") if seen else _("Somebody took it, and has not opened the case yet:")
    if not queries.has_tree():
        return _("Nobody is called: there is no call tree yet.")
    if alarm.round > 1:
        text = ngettext(
            "Everybody was called once and nobody took it. It began again from the top.",
            "Everybody was called %(n)s times and nobody took it. It began again from the top.",
            alarm.round - 1,
        )
        return text % {"n": alarm.round - 1}
    return _("People are being called. Nobody has taken it yet.")


def drill_rows() -> list[dict[str, Any]]:
    """The last drills, the newest first: who was there, and after how long."""
    return [
        {
            "ref": row.ref,
            "pk": row.pk,
            "at": row.raised_at,
            "is_running": row.ended_at is None,
            "by": row.taken_by.name if row.taken_by else "",
            "after": span(row.taken_at - row.raised_at) if row.taken_at else "",
            "for": span(timezone.now() - row.raised_at),
        }
        for row in queries.drills()
    ]

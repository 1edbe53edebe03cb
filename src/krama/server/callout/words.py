# SPDX-License-Identifier: Apache-2.0
"""What a message says, in the language of whoever is called: a reference, a clock, a link."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from krama.server.callout.channels.said import Said
from krama.server.callout.models import Alarm, Call, Way
from krama.server.callout.sealed import link_of


def said(call: Call, way: Way) -> Said:
    """`call` has its alarm with it, unless it is a test of a channel."""
    alarm = call.alarm
    with translation.override(way.language):
        link = link_of(call) if alarm else ""
        text = _text(call, alarm)
        return Said(
            call=call.pk,
            way=way.pk,
            kind="test" if alarm is None else "drill" if alarm.kind == Alarm.Kind.DRILL else str(call.kind),
            ref=alarm.ref if alarm else "",
            at=call.at,
            due=clock_of(alarm),
            subject=_subject(call, alarm),
            text=f"{text} {link}".strip(),
            link=link,
        )


def clock_of(alarm: Alarm | None) -> datetime | None:
    """Until when it should be decided."""
    return alarm.case.due_at if alarm is not None and alarm.case is not None else None


def time(at: datetime | None) -> str:
    """As people in this place read it: the hour alone while it is today's."""
    if at is None:
        return ""
    here, today = timezone.localtime(at), timezone.localdate()
    return f"{here:%H:%M}" if here.date() == today else f"{here:%H:%M %d.%m.}"


def _subject(call: Call, alarm: Alarm | None) -> str:
    if alarm is None:
        return _("Test of a channel")
    said = _("Drill %(ref)s") if alarm.kind == Alarm.Kind.DRILL else _("Emergency %(ref)s")
    return said % {"ref": alarm.ref}


def _text(call: Call, alarm: Alarm | None) -> str:
    if alarm is None:
        return _("A test of this channel for emergencies. There is nothing to do.")
    facts = {"ref": alarm.ref, "time": time(clock_of(alarm))}
    if alarm.kind == Alarm.Kind.DRILL:
        return _("DRILL %(ref)s, no child is in danger. To say that you are there:") % facts
    if call.kind == Call.Kind.HARD:
        return _("EMERGENCY %(ref)s is still not decided; it was due at %(time)s. To take it:") % facts
    return _("EMERGENCY %(ref)s, to be decided by %(time)s. To take it:") % facts

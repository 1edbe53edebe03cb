# SPDX-License-Identifier: Apache-2.0
"""A talk by SMS: a report from its first message, at most five answers, nothing of the number kept but a keyed hash.

A message that a gateway repeats is heard once and gets the same answer; the talk is forgotten after a day.
"""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from krama.server.intake.actions import take
from krama.server.intake.doors.gateway import Incoming
from krama.server.intake.doors.marks import mark, pk_of
from krama.server.intake.doors.menu import BACK, DANGER, HOURS
from krama.server.intake.doors.sentences import sms
from krama.server.intake.doors.short import choice_of, language_of
from krama.server.intake.models import Report, Talk, Topic
from krama.server.trail.actor import Actor

LASTS = timedelta(hours=24)
REPEATED = 60  # seconds in which the same words without an id are the same message
MOST_TOLD = 5
REMEMBERED = 60  # messages of one talk
STOP = ("stop", "ឈប់")


def hear(actor: Actor, *, incoming: Incoming) -> str:
    """Store the message; what to answer, or "" for no answer."""
    for _attempt in range(4):
        try:
            with transaction.atomic():
                return _heard(actor, incoming)
        except IntegrityError:  # the same first message at the same moment: the other one began the talk
            continue
    raise RuntimeError("a talk could not be begun")


def forget_old() -> int:
    """What has had its day goes."""
    return Talk.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def _heard(actor: Actor, incoming: Incoming) -> str:
    number = mark("number", incoming.sender)
    talk = Talk.objects.select_for_update().filter(number=number).first() if incoming.sender else None
    if talk is not None and talk.expires_at <= timezone.now():
        talk.delete()
        talk = None
    if talk is None:
        return _begin(actor, incoming, number)
    this = mark("sms", incoming.sender, incoming.id, incoming.text)
    known = _known(talk, this, has_id=bool(incoming.id))
    if known is not None:
        return sms(*known)
    talk.language = language_of(incoming.text) or talk.language
    reply = _budget(talk, _next(actor, talk, incoming, this))
    return _told(talk, this, reply)


def _begin(actor: Actor, incoming: Incoming, number: str) -> str:
    """The first message is a report, whatever it says; without a sender there is nobody to talk with."""
    language = language_of(incoming.text) or "km"
    if incoming.text.casefold() in STOP:
        return sms("end", language)
    in_danger = choice_of(incoming.text) == DANGER
    pk = pk_of("sms report", incoming.sender, incoming.id, incoming.text) if incoming.id else uuid4()
    is_late = Report.objects.filter(pk=pk).exists()  # its talk was forgotten already
    report = take.take(
        actor,
        pk=pk,
        topic=str(Topic.DANGER if in_danger else Topic.OTHER),
        door=Report.Door.SMS,
        language=language,
        answers={} if in_danger else {"words": incoming.text},
    )
    reply = "danger" if in_danger else "start"
    if is_late or not incoming.sender:
        return sms(reply, language)
    talk = Talk(
        number=number,
        report=report,
        step=Talk.Step.WORDS,
        language=language,
        is_warned=in_danger,
        expires_at=timezone.now() + LASTS,
    )
    return _told(talk, mark("sms", incoming.sender, incoming.id, incoming.text), reply)


def _next(actor: Actor, talk: Talk, incoming: Incoming, this: str) -> str:
    """What this message says, and which answer fits; the talk's step moves on."""
    choice, report = choice_of(incoming.text), talk.report
    if incoming.text.casefold() in STOP:
        return _stop(actor, talk, this)
    if choice == DANGER:
        take.mark_emergency(actor, report=report, again=True)
        return "end" if talk.is_warned else "danger"
    if talk.step == Talk.Step.BACK and choice in BACK:
        take.add(actor, report=report, question="back", said=BACK[choice], mark=this)
        if BACK[choice] == "no":
            return _end(talk)
        take.add(actor, report=report, question="back-to", said=incoming.sender, mark=mark("to", this))
        talk.step = Talk.Step.HOUR
        return "hour"
    if talk.step == Talk.Step.HOUR and choice in HOURS:
        take.add(actor, report=report, question="back-hour", said=HOURS[choice], mark=this)
        return _end(talk)
    question = "words" if talk.step == Talk.Step.WORDS else "more"
    take.add(actor, report=report, question=question, said=incoming.text, mark=this)
    if talk.step == Talk.Step.WORDS:
        talk.step = Talk.Step.BACK
        return "ask"
    return _end(talk) if talk.step != Talk.Step.ENDED else ""


def _stop(actor: Actor, talk: Talk, this: str) -> str:
    """They want no more of it: nothing is sent later either."""
    take.add(actor, report=talk.report, question="back", said="no", mark=this)
    return _end(talk) if talk.step != Talk.Step.ENDED else ""


def _end(talk: Talk) -> str:
    talk.step = Talk.Step.ENDED
    return "end"


def _budget(talk: Talk, reply: str) -> str:
    """Five at most; one is kept for whoever is in danger, and the last of the others ends the talk."""
    if reply == "danger":
        talk.is_warned = True
        return reply if talk.told < MOST_TOLD else ""
    left = MOST_TOLD - talk.told - (0 if talk.is_warned else 1)
    if not reply or left <= 0:
        return ""
    return _end(talk) if left == 1 else reply


def _known(talk: Talk, this: str, *, has_id: bool) -> tuple[str, str] | None:
    """What was answered to this very message, when it was heard already."""
    for heard, reply, language, at in talk.heard:
        if heard == this and (has_id or time.time() - at <= REPEATED):
            return reply, language
    return None


def _told(talk: Talk, this: str, reply: str) -> str:
    talk.heard = [*talk.heard, [this, reply, talk.language, int(time.time())]][-REMEMBERED:]
    talk.told += 1 if reply else 0
    talk.save()
    return sms(reply, talk.language)

# SPDX-License-Identifier: Apache-2.0
"""A report on the case page: what it is about and what was asked is there to see; what was said, only once opened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from krama.server.compartments.queries import read
from krama.server.intake.models import Message, Report, Topic
from krama.server.intake.queries import answers_of, place_of_message, unread
from krama.server.intake.questions import BY_ID, QUESTIONS

LABELS = {
    "content": _("Content in your system"),
    "account": _("Account in your system"),
    "more": _("Said later"),
    "topic": _("Chosen later"),
    "sender": _("Sent from"),
    "left-out": _("Attachments left out, unopened"),
}


def told(report: Report, teller: dict[str, Any] | None) -> dict[str, Any]:
    """The report's own part of the page; `teller` is the reporter's pseudonym, `until` set while it is open."""
    is_open = bool(teller and teller["until"])
    asked = set(report.parts.values_list("question", flat=True))
    messages = report.messages.order_by("at")
    return {
        "id": str(report.pk),
        "at": report.at,
        "topic": report.get_topic_display(),
        "door": report.get_door_display(),
        "language": report.language,
        **states_of(report),
        "is_test": report.topic == Topic.TEST,
        "is_emergency": report.is_emergency,
        "withdrawn": report.withdrawn_at,
        "crowd": report.crowd is not None,
        "has_code": report.reply_public is not None,
        "teller": teller,
        "is_open": is_open,
        "said": [(_label(question), _said(question, said)) for question, said in answers_of(report)] if is_open else [],
        "unread": unread().filter(report=report).count(),
        "answered": [one.label for one in QUESTIONS if one.id in asked],
        "not_asked": [one.label for one in QUESTIONS if one.id not in asked],
        "messages": [(one.at, one.read_at, _text(report, one) if is_open else "") for one in messages],
    }


def states_of(report: Report) -> dict[str, Any]:
    """What they may be told next, as it stands now chosen: a second letter takes nothing back by itself."""
    now = Report.State(report.state)
    states = [Report.State.READ, Report.State.ACTING] + [now] * (now == Report.State.CLOSED)
    return {
        "state": (Report.State.READ if now == Report.State.RECEIVED else now).value,
        "states": [(state.value, state.label) for state in states],
    }


def _label(question: str) -> Any:
    return BY_ID[question].label if question in BY_ID else LABELS.get(question, question)


def _said(question: str, said: str) -> Any:
    """A choice in its words; what was typed as it was typed."""
    return dict(BY_ID[question].choices).get(said, said) if question in BY_ID else said


def _text(report: Report, message: Message) -> str:
    plain = read(report.compartment, message.for_staff, *place_of_message(message.pk))
    return plain.decode() if plain else ""

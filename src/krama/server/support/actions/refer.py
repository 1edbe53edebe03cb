# SPDX-License-Identifier: Apache-2.0
"""Referring a child for help: with consent, or without only where a child is in danger now.

Krama writes down what a person did by telephone; it sends nothing itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from krama.errors import BadInput, Conflict
from krama.server.cases import peer
from krama.server.cases.actions.notes import notes_of
from krama.server.cases.actions.peer import Asked, record_wish, text
from krama.server.cases.actions.people import locked
from krama.server.cases.models import Case
from krama.server.cases.models.peer import Answer
from krama.server.compartments.actions import reseal
from krama.server.countries.queries import pack
from krama.server.support.models import Referral
from krama.server.support.places import place_of_consent
from krama.server.trail.actions import record
from krama.server.trail.actor import Actor
from krama.server.trail.events import Event

HELPLINE = "child-helpline"


class Whose(models.TextChoices):
    """Who agreed."""

    CHILD = "child", _("The child")
    GUARDIAN = "guardian", _("A parent or guardian")
    BOTH = "both", _("The child and a parent or guardian")


class NoConsent(Conflict):
    """Nobody is referred without consent, unless a child is in danger now."""

    code = "no_consent"


@dataclass(frozen=True)
class Consent:
    """Whose, on which day, and how it was asked."""

    whose: str
    on: date | None
    how: str


@transaction.atomic
def refer(actor: Actor, *, case: Case, consent: Consent | None, danger: str = "", to: str = HELPLINE) -> Referral:
    """With a consent; without one `danger` says in words why a child is in danger now.

    A child who said no is referred only in danger. On the peer path the child's own yes to their own referral needs
    no note; whatever else passes a name on does.
    """
    row = locked(actor, case)
    contact = pack().contact(to)
    if contact is None or not contact.reachable:
        raise BadInput("This country’s facts know no such contact.", field="to")
    basis = Referral.Basis.CONSENT if consent is not None else Referral.Basis.DANGER
    plain = _agreed(row, consent) if consent is not None else _in_danger(danger)
    if consent is None or consent.whose == Whose.GUARDIAN:
        peer.require_may_leave(row)
    pk = uuid4()
    sealed = reseal(notes_of(row), json.dumps(plain).encode(), *place_of_consent(pk))
    made = Referral.objects.create(
        id=pk, case=row, to=to, basis=basis, sealed_consent=sealed, at=timezone.now(), by=actor.actor_id
    )
    details = {"to": to, "basis": str(basis)}
    record(actor, Event.CHILD_REFERRED, subject_kind="case", subject_id=row.ref, details=details)
    if consent is not None and consent.whose != Whose.GUARDIAN:
        _keep_wish(actor, row, consent)
    return made


def _keep_wish(actor: Actor, case: Case, consent: Consent) -> None:
    """A child who agreed was asked, and wishes it: no page says otherwise from then on."""
    if peer.wish_of(case).answer != Answer.YES:
        who = str(getattr(actor, "name", actor.actor_id))
        record_wish(actor, case=case, wish=Asked(Answer.YES, consent.on, who, consent.how))


def _agreed(case: Case, consent: Consent) -> dict[str, str]:
    if consent.whose not in Whose.values:
        raise BadInput(f"`whose` is one of {', '.join(Whose.values)}.", field="whose")
    if consent.on is None or consent.on > timezone.localdate():
        raise BadInput("Say on which day they agreed.", field="on")
    if peer.wish_of(case).answer == Answer.NO:
        raise NoConsent("The child does not wish a referral.")
    how = text(consent.how, "how", least=1)
    return {"whose": consent.whose, "on": consent.on.isoformat(), "how": how, "danger": ""}


def _in_danger(words: str) -> dict[str, str]:
    if not words.strip():
        raise NoConsent
    return {"whose": "", "on": "", "how": "", "danger": text(words, "danger")}
